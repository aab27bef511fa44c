// switch.S - entry of the process, changes between goroutine and system stack, stack growth, preemption, write barrier slow path.
// Register rules: abi/abi.h. On the system stack R14 is whatever it was (C keeps it); gogo sets it.
#include "arch/amd64/gosys.h"

	.text
	.globl _start
	.type _start,@function
_start:
	xorl %ebp, %ebp
	movq %rsp, %rdi
	andq $-16, %rsp
	call rt_start
	ud2
	// A debugger that steps one thread over a breakpoint while others run copies the instruction behind the program's entry, where nothing runs
	// any more: gdb from _start + 2 on, two buffers of 16 bytes.
	.skip 64 - (. - _start), 0xcc
	.size _start, .-_start

// void gogo(G *g): continue g, never returns.
	.globl gogo
	.type gogo,@function
gogo:
	movq %rdi, %r14
	movq GO_SCHED_SP(%r14), %rsp
	movq GO_SCHED_CTXT(%r14), %r10
	movq GO_RET0(%r14), %rax
	movq GO_RET1(%r14), %rdx
	movq GO_SCHED_PC(%r14), %rcx
	xorl %ebx, %ebx
	movq %rbx, GO_SCHED_CTXT(%r14)
	movq %rbx, GO_RET0(%r14) // it would keep what it leads to
	movq %rbx, GO_RET1(%r14)
	jmp *%rcx
	.size gogo, .-gogo

// Outermost frame of every goroutine: its function returns to goexit_return.
ASMFUNC "runtime.goexit"
	nop
	.globl goexit_return
goexit_return:
	movq %rsp, GO_SCHED_SP(%r14)
	leaq goexit_return(%rip), %rax
	movq %rax, GO_SCHED_PC(%r14)
	movq %fs:MO_SYSSP, %rsp
	call goexit0
	ud2
ENDFUNC "runtime.goexit", 0, 16

// usize go_call_asm(FuncVal *fn, a, b, c, d): call Go code on the system stack, R14 = g0.
	.text
	.globl go_call_asm
	.type go_call_asm,@function
go_call_asm:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	subq $8, %rsp
	movq %fs:MO_G0, %r14
	movq %rdi, %r10
	movq %rsi, %rdi
	movq %rdx, %rsi
	movq %rcx, %rdx
	movq %r8, %rcx
	call *(%r10)
	addq $8, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret
	.size go_call_asm, .-go_call_asm

// void *leaf_malloc_slow(size, typ, zero, cfa): from a LEAF function on either stack; keeps its frame.
	.globl leaf_malloc_slow
	.type leaf_malloc_slow,@function
leaf_malloc_slow:
	movq %fs:MO_G0, %rax
	cmpq GO_STACK_LO(%rax), %rsp
	jb 1f
	cmpq GO_STACK_HI(%rax), %rsp
	jbe rt_mallocgc
1:	pushq %rbp
	pushq %rbx
	movq %rsp, %rbp
	movq %fs:MO_CURG, %rbx
	movq %rcx, GO_SCHED_SP(%rbx)
	movq -8(%rcx), %rax
	movq %rax, GO_SCHED_PC(%rbx)
	// callee-saved registers of the LEAF function may hold pointers: put them where the conservative scan sees them
	pushq %r12
	pushq %r13
	pushq %r15
	pushq %r15
	movq %rsp, GO_C_SP(%rbx)
	movq %fs:MO_SYSSP, %rsp
	call rt_mallocgc
	xorl %ecx, %ecx
	movq %rcx, GO_C_SP(%rbx)
	movq %rbp, %rsp
	popq %rbx
	popq %rbp
	ret
	.size leaf_malloc_slow, .-leaf_malloc_slow

// void leaf_to_system(cfa, fn, a, b, c, d): give up the LEAF function's frame; fn(a, b, c, d) is a SYS call of its Go caller.
	.globl leaf_to_system
	.type leaf_to_system,@function
leaf_to_system:
	movq %rsi, %rax
	movq %rdi, %r11
	movq %rdx, %rdi
	movq %rcx, %rsi
	movq %r8, %rdx
	movq %r9, %rcx
	movq %fs:MO_G0, %r8
	cmpq GO_STACK_LO(%r8), %rsp
	jb 1f
	cmpq GO_STACK_HI(%r8), %rsp
	ja 1f
	leaq -8(%r11), %rsp
	jmp *%rax
1:	movq %fs:MO_CURG, %r14
	movq %r11, GO_SCHED_SP(%r14)
	movq -8(%r11), %r8
	movq %r8, GO_SCHED_PC(%r14)
	movq %fs:MO_SYSSP, %rsp
	call *%rax
	cmpq $GO_PREEMPT, GO_STACKGUARD0(%r14)
	je sys_return_asked
	movq GO_SCHED_SP(%r14), %rsp
	leaq -8(%rsp), %rsp
	ret
	.size leaf_to_system, .-leaf_to_system

// A SYS call is about to return RAX, RDX to a goroutine that was asked to give way: at once, unless its caller may not.
	.globl sys_return_asked
	.type sys_return_asked,@function
sys_return_asked:
	movq %rax, %rdi
	movq %rdx, %rsi
	call preempt_at_return
	movq GO_SCHED_SP(%r14), %rsp
	leaq -8(%rsp), %rsp
	ret
	.size sys_return_asked, .-sys_return_asked

// In the place of the return address of a frameless function, put there by the signal handler: its caller is preempted at that address.
	.globl return_preempted
	.type return_preempted,@function
return_preempted:
	pushq %fs:MO_RETURN_PC
	movq $0, %fs:MO_RETURN_AT
	jmp "runtime.asyncPreempt"
	.size return_preempted, .-return_preempted

// Stack growth and the preemption check. Called in the prologue: (%rsp) returns into the function before its frame exists, all argument
// registers live. Saves them on the goroutine's stack (guard area) where the unwinder finds them: layout MORESTACK_* in rt/diag/unwind.c.
ASMFUNC "runtime.morestack"
	cmpq %fs:MO_G0, %r14
	je .Lg0overflow
	subq $320, %rsp
	movq %rdi, 0(%rsp)
	movq %rsi, 8(%rsp)
	movq %rdx, 16(%rsp)
	movq %rcx, 24(%rsp)
	movq %r8, 32(%rsp)
	movq %r9, 40(%rsp)
	movq %rax, 48(%rsp)
	movq %rbx, 56(%rsp)
	movq %r11, 64(%rsp)
	movq %r10, 72(%rsp)
	movups %xmm0, 80(%rsp)
	movups %xmm1, 96(%rsp)
	movups %xmm2, 112(%rsp)
	movups %xmm3, 128(%rsp)
	movups %xmm4, 144(%rsp)
	movups %xmm5, 160(%rsp)
	movups %xmm6, 176(%rsp)
	movups %xmm7, 192(%rsp)
	movups %xmm8, 208(%rsp)
	movups %xmm9, 224(%rsp)
	movups %xmm10, 240(%rsp)
	movups %xmm11, 256(%rsp)
	movups %xmm12, 272(%rsp)
	movups %xmm13, 288(%rsp)
	movups %xmm14, 304(%rsp)
	movq %rsp, GO_SCHED_SP(%r14)
	leaq morestack_return(%rip), %rax
	movq %rax, GO_SCHED_PC(%r14)
	movq %fs:MO_SYSSP, %rsp
	call newstack
	movq GO_SCHED_SP(%r14), %rsp
	.globl morestack_return
morestack_return:
	movq 0(%rsp), %rdi
	movq 8(%rsp), %rsi
	movq 16(%rsp), %rdx
	movq 24(%rsp), %rcx
	movq 32(%rsp), %r8
	movq 40(%rsp), %r9
	movq 48(%rsp), %rax
	movq 56(%rsp), %rbx
	movq 64(%rsp), %r11
	movq 72(%rsp), %r10
	movups 80(%rsp), %xmm0
	movups 96(%rsp), %xmm1
	movups 112(%rsp), %xmm2
	movups 128(%rsp), %xmm3
	movups 144(%rsp), %xmm4
	movups 160(%rsp), %xmm5
	movups 176(%rsp), %xmm6
	movups 192(%rsp), %xmm7
	movups 208(%rsp), %xmm8
	movups 224(%rsp), %xmm9
	movups 240(%rsp), %xmm10
	movups 256(%rsp), %xmm11
	movups 272(%rsp), %xmm12
	movups 288(%rsp), %xmm13
	movups 304(%rsp), %xmm14
	addq $320, %rsp
	ret
.Lg0overflow:
	andq $-16, %rsp
	call g0_overflow
	ud2
ENDFUNC "runtime.morestack"

// Asynchronous preemption: the signal handler pushed the interrupted pc and jumped here. Saves everything.
ASMFUNC "runtime.asyncPreempt"
	pushfq
	subq $376, %rsp
	movq %rax, 0(%rsp)
	movq %rbx, 8(%rsp)
	movq %rcx, 16(%rsp)
	movq %rdx, 24(%rsp)
	movq %rsi, 32(%rsp)
	movq %rdi, 40(%rsp)
	movq %rbp, 48(%rsp)
	movq %r8, 56(%rsp)
	movq %r9, 64(%rsp)
	movq %r10, 72(%rsp)
	movq %r11, 80(%rsp)
	movq %r12, 88(%rsp)
	movq %r13, 96(%rsp)
	movq %r15, 104(%rsp)
	stmxcsr 112(%rsp)
	movups %xmm0, 120(%rsp)
	movups %xmm1, 136(%rsp)
	movups %xmm2, 152(%rsp)
	movups %xmm3, 168(%rsp)
	movups %xmm4, 184(%rsp)
	movups %xmm5, 200(%rsp)
	movups %xmm6, 216(%rsp)
	movups %xmm7, 232(%rsp)
	movups %xmm8, 248(%rsp)
	movups %xmm9, 264(%rsp)
	movups %xmm10, 280(%rsp)
	movups %xmm11, 296(%rsp)
	movups %xmm12, 312(%rsp)
	movups %xmm13, 328(%rsp)
	movups %xmm14, 344(%rsp)
	movups %xmm15, 360(%rsp)
	cld
	movq %rsp, GO_SCHED_SP(%r14)
	leaq async_return(%rip), %rax
	movq %rax, GO_SCHED_PC(%r14)
	movq %fs:MO_SYSSP, %rsp
	call async_preempted
	movq GO_SCHED_SP(%r14), %rsp
	.globl async_return
async_return:
	movq 0(%rsp), %rax
	movq 8(%rsp), %rbx
	movq 16(%rsp), %rcx
	movq 24(%rsp), %rdx
	movq 32(%rsp), %rsi
	movq 40(%rsp), %rdi
	movq 48(%rsp), %rbp
	movq 56(%rsp), %r8
	movq 64(%rsp), %r9
	movq 72(%rsp), %r10
	movq 80(%rsp), %r11
	movq 88(%rsp), %r12
	movq 96(%rsp), %r13
	movq 104(%rsp), %r15
	ldmxcsr 112(%rsp)
	movups 120(%rsp), %xmm0
	movups 136(%rsp), %xmm1
	movups 152(%rsp), %xmm2
	movups 168(%rsp), %xmm3
	movups 184(%rsp), %xmm4
	movups 200(%rsp), %xmm5
	movups 216(%rsp), %xmm6
	movups 232(%rsp), %xmm7
	movups 248(%rsp), %xmm8
	movups 264(%rsp), %xmm9
	movups 280(%rsp), %xmm10
	movups 296(%rsp), %xmm11
	movups 312(%rsp), %xmm12
	movups 328(%rsp), %xmm13
	movups 344(%rsp), %xmm14
	movups 360(%rsp), %xmm15
	addq $376, %rsp
	popfq
	ret
ENDFUNC "runtime.asyncPreempt"

// gcWriteBarrierN: R11 = N free words in the P's write barrier buffer. Keeps every other register.
	.macro WB n
ASMFUNC "runtime.gcWriteBarrier\n"
	pushq %r12
1:	movq %fs:MO_P, %r12
	movq PO_WBBUF_NEXT(%r12), %r11
	leaq 8*\n(%r11), %r11
	cmpq PO_WBBUF_END(%r12), %r11
	ja 2f
	movq %r11, PO_WBBUF_NEXT(%r12)
	subq $(8*\n), %r11
	popq %r12
	ret
2:	call wb_flush_keep
	jmp 1b
ENDFUNC "runtime.gcWriteBarrier\n"
	.endm
	WB 1
	WB 2
	WB 3
	WB 4
	WB 5
	WB 6
	WB 7
	WB 8

	.text
	.globl wb_flush_keep
	.type wb_flush_keep,@function
wb_flush_keep: // on any stack; keeps all registers but R12
	pushq %rbp
	movq %rsp, %rbp
	subq $336, %rsp
	andq $-16, %rsp
	movq %rax, 0(%rsp)
	movq %rbx, 8(%rsp)
	movq %rcx, 16(%rsp)
	movq %rdx, 24(%rsp)
	movq %rsi, 32(%rsp)
	movq %rdi, 40(%rsp)
	movq %r8, 48(%rsp)
	movq %r9, 56(%rsp)
	movq %r10, 64(%rsp)
	movq %r13, 72(%rsp)
	movups %xmm0, 80(%rsp)
	movups %xmm1, 96(%rsp)
	movups %xmm2, 112(%rsp)
	movups %xmm3, 128(%rsp)
	movups %xmm4, 144(%rsp)
	movups %xmm5, 160(%rsp)
	movups %xmm6, 176(%rsp)
	movups %xmm7, 192(%rsp)
	movups %xmm8, 208(%rsp)
	movups %xmm9, 224(%rsp)
	movups %xmm10, 240(%rsp)
	movups %xmm11, 256(%rsp)
	movups %xmm12, 272(%rsp)
	movups %xmm13, 288(%rsp)
	movups %xmm14, 304(%rsp)
	movups %xmm15, 320(%rsp)
	movq %rsp, %r13
	movq %fs:MO_G0, %rax
	cmpq GO_STACK_LO(%rax), %rsp
	jb 2f
	cmpq GO_STACK_HI(%rax), %rsp
	jbe 1f
2:	movq %fs:MO_SYSSP, %rsp
1:	call wb_flush
	movq %r13, %rsp
	movq 0(%rsp), %rax
	movq 8(%rsp), %rbx
	movq 16(%rsp), %rcx
	movq 24(%rsp), %rdx
	movq 32(%rsp), %rsi
	movq 40(%rsp), %rdi
	movq 48(%rsp), %r8
	movq 56(%rsp), %r9
	movq 64(%rsp), %r10
	movq 72(%rsp), %r13
	movups 80(%rsp), %xmm0
	movups 96(%rsp), %xmm1
	movups 112(%rsp), %xmm2
	movups 128(%rsp), %xmm3
	movups 144(%rsp), %xmm4
	movups 160(%rsp), %xmm5
	movups 176(%rsp), %xmm6
	movups 192(%rsp), %xmm7
	movups 208(%rsp), %xmm8
	movups 224(%rsp), %xmm9
	movups 240(%rsp), %xmm10
	movups 256(%rsp), %xmm11
	movups 272(%rsp), %xmm12
	movups 288(%rsp), %xmm13
	movups 304(%rsp), %xmm14
	movups 320(%rsp), %xmm15
	movq %rbp, %rsp
	popq %rbp
	ret
	.size wb_flush_keep, .-wb_flush_keep

// i64 thread_clone(flags, stack_top, M *m, void (*start)(M *)): 0 never seen by the caller; -errno or tid.
	.globl thread_clone
	.type thread_clone,@function
thread_clone:
	pushq %r12           // the parent's; the child starts on a stack of its own
	pushq %r13
	movq %rcx, %r12
	movq %rdx, %r13
	movq %rdx, %r8       // tls
	xorl %r10d, %r10d    // child tid
	xorl %edx, %edx      // parent tid
	movl $56, %eax
	syscall
	testq %rax, %rax
	jz 1f
	popq %r13
	popq %r12
	ret
1:	xorl %ebp, %ebp
	movq %r13, %rdi
	call *%r12
	ud2
	.size thread_clone, .-thread_clone

// Last act of a thread whose stack is unmapped: munmap(base, size); exit(0) without touching the stack.
	.globl thread_unmap_exit
	.type thread_unmap_exit,@function
thread_unmap_exit:
	movl $11, %eax
	syscall
	xorl %edi, %edi
	movl $60, %eax
	syscall
	ud2
	.size thread_unmap_exit, .-thread_unmap_exit

	.globl rt_sigreturn
	.type rt_sigreturn,@function
rt_sigreturn:
	movl $15, %eax
	syscall
	ud2
	.size rt_sigreturn, .-rt_sigreturn

	.section .note.GNU-stack,"",@progbits
