// gosys.h - how Go code enters C on amd64: macros for .S files, and the offsets they use (asserted in rt/arch/amd64/offsets.c).
//
//   GO_SYS "sym", cfn          sym is a Go function whose body is the SYSTEM C function cfn: up to 6 integer arguments, 2 results.
//   GO_SYSN "sym", cfn         the same with up to 9 arguments and results: arguments 7..9 are in m->xarg[0..2]; cfn stores results 3..9 in
//                              m->xres[0..6] (only if it returns; what parks has two results, g->ret0 and g->ret1).
//   GO_LEAF "sym", cfn         sym is the LEAF C function cfn (a jump; needed only where one C function has several Go names).
//   GO_LEAF_DEREF "sym", cfn   the same, but a nil first argument faults here, as if its caller did.
//   ASMFUNC "sym" ... ENDFUNC "sym", frame, flags      an assembly function with its AsmFunc record (flags: FUNC_*; FUNC_ASM is added).
//                              A fourth argument is the name that Go programs see instead of sym.
//
// A SYS stub may park the goroutine, so all Go registers are dead after it, as after any call. While cfn runs, g->sched describes the Go caller
// (sp: its RSP after the stub's return; pc: the return address), so the goroutine may be scanned, and copied if no C code holds pointers into it.
// Before it returns it gives way if that was asked for meanwhile (two results at most are kept then): signals that ask for it find no safe point in C.
// When the caller already runs on the system stack (Go code called by go_call: timer functions, pool cleanup, hash functions), the stub jumps to cfn.
#pragma once
// struct G
#define GO_STACK_LO 0
#define GO_STACK_HI 8
#define GO_STACKGUARD0 16
#define GO_PREEMPT (-1314) // STACK_PREEMPT, as an immediate
#define GO_SCHED_SP 56
#define GO_SCHED_PC 64
#define GO_SCHED_CTXT 72
#define GO_RET0 80
#define GO_RET1 88
#define GO_C_SP 112
// struct M, at %fs:0
#define MO_SELF 0
#define MO_CURG 8
#define MO_G0 16
#define MO_P 24
#define MO_GSIGNAL 32
#define MO_SYSSP 40
#define MO_XARG 64
#define MO_XRES 88
#define MO_IO 144
#define MO_RETURN_PC 152
#define MO_RETURN_AT 160
// struct P
#define PO_WBBUF_NEXT 0
#define PO_WBBUF_END 8

#ifdef __ASSEMBLER__
.macro ASMFUNC sym
	.section ".text.\sym","ax",@progbits
	.p2align 4
	.globl "\sym"
	.type "\sym",@function
"\sym":
.endm

.macro ENDFUNC sym, frame=0, flags=0, name
.Lend\@:
	.size "\sym", .-"\sym"
	.section .rodata.asmname,"a",@progbits
.ifb \name
.Lname\@: .asciz "\sym"
.else
.Lname\@: .asciz "\name"
.endif
	.section volefunc,"a",@progbits
	.p2align 3
	.quad "\sym", .Lend\@, .Lname\@
	.long \frame, \flags|4
.endm

.macro GO_LEAF_DEREF sym, cfn
	ASMFUNC "\sym"
	testb $0, (%rdi)
	jmp \cfn
	ENDFUNC "\sym"
.endm

.macro GO_SYS sym, cfn
	.section ".text.\sym","ax",@progbits
	.p2align 4
	.globl "\sym"
	.type "\sym",@function
"\sym":
	cmpq %fs:MO_G0, %r14
	je \cfn
	leaq 8(%rsp), %r12
	movq (%rsp), %r13
	movq %r12, GO_SCHED_SP(%r14)
	movq %r13, GO_SCHED_PC(%r14)
	movq %fs:MO_SYSSP, %rsp
	call \cfn
	cmpq $GO_PREEMPT, GO_STACKGUARD0(%r14)
	je sys_return_asked
	movq GO_SCHED_SP(%r14), %rsp
	leaq -8(%rsp), %rsp
	ret
	.size "\sym", .-"\sym"
.endm

.macro GO_SYSN sym, cfn
	.section ".text.\sym","ax",@progbits
	.p2align 4
	.globl "\sym"
	.type "\sym",@function
"\sym":
	movq %rax, %fs:MO_XARG
	movq %rbx, %fs:MO_XARG+8
	movq %r11, %fs:MO_XARG+16
	cmpq %fs:MO_G0, %r14
	je .Lg0\@
	leaq 8(%rsp), %r12
	movq (%rsp), %r13
	movq %r12, GO_SCHED_SP(%r14)
	movq %r13, GO_SCHED_PC(%r14)
	movq %fs:MO_SYSSP, %rsp
	call \cfn
	movq GO_SCHED_SP(%r14), %rsp
	leaq -8(%rsp), %rsp
	jmp .Lout\@
.Lg0\@:	subq $8, %rsp
	call \cfn
	addq $8, %rsp
.Lout\@:
	movq %fs:MO_XRES, %rcx
	movq %fs:MO_XRES+8, %rdi
	movq %fs:MO_XRES+16, %rsi
	movq %fs:MO_XRES+24, %r8
	movq %fs:MO_XRES+32, %r9
	movq %fs:MO_XRES+40, %rbx
	movq %fs:MO_XRES+48, %r11
	ret
	.size "\sym", .-"\sym"
.endm

.macro GO_LEAF sym, cfn
	.section ".text.\sym","ax",@progbits
	.p2align 4
	.globl "\sym"
	.type "\sym",@function
"\sym":	jmp \cfn
	.size "\sym", .-"\sym"
.endm
#endif
