// sys.S - system call and CPU instructions that Go code calls, and jumps between C and Go.
#include "arch/amd64/gosys.h"

// func Syscall6(num, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, errno uintptr)
// Of a program that is watched they go another way (rt/os/linux/handover.c); so does what follows when the poller was asked, which
// is told what it can know no longer (rt/sched/netpoll.c).
ASMFUNC "internal/runtime/syscall/linux.Syscall6"
	cmpb $0, rt_handover(%rip)
	jne 2f
	cmpq $54, %rdi // SYS_setsockopt
	je 6f
	cmpq $321, %rdi // SYS_bpf
	je 7f
3:	cmpq $0, %fs:MO_IO
	jne 4f
	movq %r8, %r10
	movq %r9, %r8
	movq %rax, %r9
	movq %rdi, %rax
	movq %rsi, %rdi
	movq %rdx, %rsi
	movq %rcx, %rdx
	syscall
	cmpq $-4095, %rax
	jae 1f
	xorl %ecx, %ecx
	ret
1:	negq %rax
	movq %rax, %rcx
	movq $-1, %rax
	xorl %edx, %edx
	ret
2:	pushq %rax // the sixth argument, below it the others: an array
	pushq %r9
	pushq %r8
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	leaq handover_call(%rip), %rdi
	movq %rsp, %rsi
	call leaf_on_system
	addq $56, %rsp
5:	xorl %edx, %edx
	cmpq $-4095, %rax
	jae 1b
	xorl %ecx, %ecx
	ret
4:	pushq %rax
	pushq %r9
	pushq %r8
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	movq %rsp, %rdi
	call rt_poll_call
	addq $56, %rsp
	jmp 5b
6:	cmpl $1, %edx // SOL_SOCKET
	jne 8f
	cmpl $18, %ecx // SO_RCVLOWAT
	je 7f
	jmp 3b
8:	cmpl $6, %edx // SOL_TCP
	jne 3b
	cmpl $31, %ecx // TCP_ULP
	jne 3b
7:	movb $1, rt_poll_all_reads(%rip)
	jmp 3b
ENDFUNC "internal/runtime/syscall/linux.Syscall6"

// func rawVforkSyscall(trap, a1, a2, a3 uintptr) (r1 uintptr, err Errno): parent and child share the stack, so the return address waits in a register
ASMFUNC "syscall.rawVforkSyscall"
	movq %rdi, %rax
	movq %rsi, %rdi
	movq %rdx, %rsi
	movq %rcx, %rdx
	xorl %r10d, %r10d
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	popq %r12
	syscall
	pushq %r12
	cmpq $-4095, %rax
	jae 1f
	xorl %edx, %edx
	ret
1:	negq %rax
	movq %rax, %rdx
	movq $-1, %rax
	ret
ENDFUNC "syscall.rawVforkSyscall"

// func rawSyscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr)
ASMFUNC "syscall.rawSyscallNoError"
	movq %rdi, %rax
	movq %rsi, %rdi
	movq %rdx, %rsi
	movq %rcx, %rdx
	syscall
	ret
ENDFUNC "syscall.rawSyscallNoError"

// func cpuid(eaxArg, ecxArg uint32) (eax, ebx, ecx, edx uint32); func xgetbv() (eax, edx uint32)
	.macro DO_CPUID
	movl %edi, %eax
	movl %esi, %ecx
	cpuid
	movl %edx, %edi
	movl %ebx, %edx
	ret
	.endm
	.macro DO_XGETBV
	xorl %ecx, %ecx
	xgetbv
	ret
	.endm
ASMFUNC "internal/cpu.cpuid"
	DO_CPUID
ENDFUNC "internal/cpu.cpuid"
ASMFUNC "internal/cpu.xgetbv"
	DO_XGETBV
ENDFUNC "internal/cpu.xgetbv"
ASMFUNC "vendor/golang.org/x/sys/cpu.cpuid"
	DO_CPUID
ENDFUNC "vendor/golang.org/x/sys/cpu.cpuid"
ASMFUNC "vendor/golang.org/x/sys/cpu.xgetbv"
	DO_XGETBV
ENDFUNC "vendor/golang.org/x/sys/cpu.xgetbv"
ASMFUNC "internal/cpu.getGOAMD64level"
	movl $1, %eax
	ret
ENDFUNC "internal/cpu.getGOAMD64level"

// void leaf_jump(cfa, fn): a LEAF function continues as a call of the Go function fn by its Go caller.
	.text
	.globl leaf_jump
	.type leaf_jump,@function
leaf_jump:
	movq %fs:MO_G0, %r14 // C may have used it
	cmpq GO_STACK_LO(%r14), %rsp
	jb 1f
	cmpq GO_STACK_HI(%r14), %rsp
	jbe 2f
1:	movq %fs:MO_CURG, %r14
2:	leaq -8(%rdi), %rsp
	jmp *%rsi
	.size leaf_jump, .-leaf_jump

// void leaf_jump_with(cfa, fn, const usize args[6]): the same, and fn gets arguments. On a goroutine's stack.
	.globl leaf_jump_with
	.type leaf_jump_with,@function
leaf_jump_with:
	movq %fs:MO_CURG, %r14
	leaq -8(%rdi), %r11
	movq %rsi, %rax
	movq %rdx, %r10
	movq 0(%r10), %rdi
	movq 8(%r10), %rsi
	movq 16(%r10), %rdx
	movq 24(%r10), %rcx
	movq 32(%r10), %r8
	movq 40(%r10), %r9
	movq %r11, %rsp
	jmp *%rax
	.size leaf_jump_with, .-leaf_jump_with

	.section .note.GNU-stack,"",@progbits
