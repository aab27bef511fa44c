// reflect.S - calls whose arguments are data: runtime.callN for reflect.Value.Call, and the code of functions made by reflect.MakeFunc and of method
// values. Frames of these stubs are scanned and adjusted conservatively, word by word (rt/mem/stack.c).
//
// abi.RegArgs: Ints[9] at 0, Floats[15] at 72, Ptrs[9] at 192, ReturnIsPtr at 264; the order of Ints is that of the arguments, or that of the results.
#include "arch/amd64/gosys.h"
#define FLOATS 72

	.macro LOAD_FLOATS
	.irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14
	movsd FLOATS+8*\n(%r12), %xmm\n
	.endr
	.endm
	.macro STORE_FLOATS
	.irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14
	movsd %xmm\n, FLOATS+8*\n(%r12)
	.endr
	.endm

// (R12: *RegArgs) -> argument registers. R10 is kept.
ASMFUNC "runtime.unspillArgs"
	LOAD_FLOATS
	movq 0(%r12), %rdi
	movq 8(%r12), %rsi
	movq 16(%r12), %rdx
	movq 24(%r12), %rcx
	movq 32(%r12), %r8
	movq 40(%r12), %r9
	movq 48(%r12), %rax
	movq 56(%r12), %rbx
	movq 64(%r12), %r11
	ret
ENDFUNC "runtime.unspillArgs", 0, 0

// argument registers -> (R12: *RegArgs). R10 is kept.
ASMFUNC "runtime.spillArgs"
	STORE_FLOATS
	movq %rdi, 0(%r12)
	movq %rsi, 8(%r12)
	movq %rdx, 16(%r12)
	movq %rcx, 24(%r12)
	movq %r8, 32(%r12)
	movq %r9, 40(%r12)
	movq %rax, 48(%r12)
	movq %rbx, 56(%r12)
	movq %r11, 64(%r12)
	ret
ENDFUNC "runtime.spillArgs", 0, 0

// The same for results: RAX RDX RCX RDI RSI R8 R9 RBX R11.
ASMFUNC "runtime.spillResults"
	STORE_FLOATS
	movq %rax, 0(%r12)
	movq %rdx, 8(%r12)
	movq %rcx, 16(%r12)
	movq %rdi, 24(%r12)
	movq %rsi, 32(%r12)
	movq %r8, 40(%r12)
	movq %r9, 48(%r12)
	movq %rbx, 56(%r12)
	movq %r11, 64(%r12)
	ret
ENDFUNC "runtime.spillResults", 0, 0
ASMFUNC "runtime.unspillResults"
	LOAD_FLOATS
	movq 0(%r12), %rax
	movq 8(%r12), %rdx
	movq 16(%r12), %rcx
	movq 24(%r12), %rdi
	movq 32(%r12), %rsi
	movq 40(%r12), %r8
	movq 48(%r12), %r9
	movq 56(%r12), %rbx
	movq 64(%r12), %r11
	ret
ENDFUNC "runtime.unspillResults", 0, 0

// func callN(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, typ *_type): with N bytes for stack arguments and results.
// The Go caller has made sure that the stack has room.
	.macro CALLFN n
ASMFUNC "runtime.call\n"
	subq $(\n+40), %rsp
	movq %rsi, \n(%rsp)
	movl %edx, \n+8(%rsp)
	movl %ecx, \n+12(%rsp)
	movq %r8, \n+16(%rsp)
	movq %r9, \n+24(%rsp)
	movq %rdi, \n+32(%rsp)
	movq %rdi, %r10
	movq %r8, %r12
	movq %rsp, %rdi
	movl %edx, %ecx
	rep movsb
	call "runtime.unspillArgs"
	call *(%r10)
	movq \n+16(%rsp), %r12
	call "runtime.spillResults"
	movq \n+24(%rsp), %rdi
	movl \n+8(%rsp), %ecx
	movl \n+12(%rsp), %eax
	subq %rax, %rcx
	leaq (%rsp,%rax), %rdx
	movq \n(%rsp), %rsi
	addq %rax, %rsi
	movq %r12, %r8
	movq %rax, %r9
	call rt_reflectcallmove
	addq $(\n+40), %rsp
	ret
ENDFUNC "runtime.call\n", \n+40, 64
	.endm
	CALLFN 0
	CALLFN 64
	CALLFN 512
	CALLFN 4096
	CALLFN 32768
	CALLFN 262144
	CALLFN 2097152
	CALLFN 16777216
	CALLFN 134217728
	CALLFN 1073741824

// Entered with the arguments of any function, R10: the context that MakeFunc made. Frame: context, retValid, RegArgs.
#define REGS 16
#define FRAME 296
	.macro MAKEFUNC name, body
ASMFUNC "\name"
	subq $FRAME, %rsp
	movq %r10, 0(%rsp)
	movq $0, 8(%rsp)
	leaq REGS(%rsp), %r12
	call "runtime.spillArgs"
	xorl %eax, %eax
	.set i, 0
	.rept 10
	movq %rax, REGS+192+i(%rsp)
	.set i, i + 8
	.endr
	movq 0(%rsp), %rdi
	leaq REGS(%rsp), %rsi
	call "reflect.moveMakeFuncArgPtrs"
	movq 0(%rsp), %rdi
	leaq FRAME+8(%rsp), %rsi
	leaq 8(%rsp), %rdx
	leaq REGS(%rsp), %rcx
	call "\body"
	leaq REGS(%rsp), %r12
	call "runtime.unspillResults"
	addq $FRAME, %rsp
	ret
ENDFUNC "\name", FRAME, 128
	.endm
	MAKEFUNC "reflect.makeFuncStub", "reflect.callReflect"
	MAKEFUNC "reflect.methodValueCall", "reflect.callMethod"
	.section .note.GNU-stack,"",@progbits
