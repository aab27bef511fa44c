#include "textflag.h"
#include "funcdata.h"
#include "go_asm.h"

// func add(a, b int64) int64
TEXT ·add(SB), NOSPLIT, $0-24
	MOVQ a+0(FP), AX
	ADDQ b+8(FP), AX
	MOVQ AX, ret+16(FP)
	RET

// func mixed(a int8, p pair, s []byte, f float64) (n int, q pair, ok bool)
TEXT ·mixed(SB), NOSPLIT, $0-113
	MOVQ s_len+48(FP), AX
	MOVQ p_b_len+24(FP), CX
	ADDQ CX, AX
	MOVQ AX, n+72(FP)
	MOVB $9, q_a+80(FP)
	MOVQ p_b_base+16(FP), AX
	MOVQ AX, q_b_base+88(FP)
	MOVQ CX, q_b_len+96(FP)
	MOVL f+68(FP), AX
	MOVL p_c+32(FP), AX
	MOVL AX, q_c+104(FP)
	MOVB $1, ok+112(FP)
	RET

// func callGo(n int64, s string) (int64, string)
TEXT ·callGo(SB), $48-48
	NO_LOCAL_POINTERS
	MOVQ n+0(FP), AX
	MOVQ AX, 0(SP)
	MOVQ s_base+8(FP), AX
	MOVQ AX, 8(SP)
	MOVQ s_len+16(FP), AX
	MOVQ AX, 16(SP)
	XORQ R14, R14
	CALL ·goCallee(SB)
	MOVQ 24(SP), AX
	MOVQ AX, ret+24(FP)
	MOVQ 32(SP), AX
	MOVQ AX, ret1_base+32(FP)
	MOVQ 40(SP), AX
	MOVQ AX, ret1_len+40(FP)
	RET

TEXT ·callNothing(SB), NOSPLIT, $0
	CALL ·goNothing(SB)
	XORL R14, R14
	CALL ·goNothing(SB)
	RET

TEXT ·tail(SB), NOSPLIT, $0-24
	JMP ·goAdd(SB)

TEXT ·count(SB), NOSPLIT, $0-8
	MOVQ ·counter(SB), AX
	ADDQ $5, ·counter(SB)
	MOVQ AX, ret+0(FP)
	RET

TEXT ·nameLen(SB), NOSPLIT, $0-24
	MOVQ ·name+8(SB), AX
	MOVQ AX, n+0(FP)
	LEAQ text<>(SB), AX
	MOVQ AX, s_base+8(FP)
	MOVQ $11, s_len+16(FP)
	RET

DATA text<>+0(SB)/8, $"from the"
DATA text<>+8(SB)/3, $" .s"
GLOBL text<>(SB), RODATA|NOPTR, $11

DATA ·table+0(SB)/8, $1
DATA ·table+8(SB)/8, $0x0203040506070809
DATA ·table+16(SB)/8, $-1
GLOBL ·table(SB), NOPTR, $32

TEXT ·layout(SB), NOSPLIT, $0-48
	MOVQ $list__size, size+0(FP)
	MOVQ $list_next, next+8(FP)
	MOVQ $list_n, n+16(FP)
	MOVQ $list_tag, tag+24(FP)
	MOVQ $list_last, last+32(FP)
	MOVQ $const_limit, limit+40(FP)
	RET

TEXT ·deep(SB), $16-16
	NO_LOCAL_POINTERS
	MOVQ n+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·goPanic(SB)
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET

TEXT ·frame(SB), NOSPLIT, $24-16
	MOVQ p+0(FP), AX
	MOVQ (AX), CX
	MOVQ CX, x-8(SP)
	ADDQ $1, x-8(SP)
	MOVQ 16(SP), CX
	MOVQ CX, (AX)
	MOVQ CX, ret+8(FP)
	RET

TEXT ·load(SB), NOSPLIT, $0-16
	XORL R14, R14
	MOVQ p+0(FP), AX
	MOVQ (AX), AX
	MOVQ AX, ret+8(FP)
	RET

TEXT ·loadFrame(SB), $200-16
	MOVQ p+0(FP), AX
	PUSHQ AX
	MOVQ (AX), AX
	POPQ CX
	MOVQ AX, ret+8(FP)
	RET

TEXT ·clobber(SB), NOSPLIT, $0
	XORL AX, AX
	XORL CX, CX
	XORL DX, DX
	XORL BX, BX
	XORL BP, BP
	XORL SI, SI
	XORL DI, DI
	XORL R8, R8
	XORL R9, R9
	XORL R10, R10
	XORL R11, R11
	XORL R12, R12
	XORL R13, R13
	XORL R14, R14
	XORL R15, R15
	RET

TEXT ·keep(SB), $16-16
	NO_LOCAL_POINTERS
	MOVQ p+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·goKeep(SB)
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET

TEXT ·getpid(SB), NOSPLIT, $0-8
	CALL runtime·entersyscall(SB)
	MOVQ $39, AX
	SYSCALL
	MOVQ AX, ret+0(FP)
	CALL runtime·exitsyscall(SB)
	RET

// A loop over pushes, with labels and n(PC).
TEXT ·pushes(SB), $32-16
	NO_LOCAL_POINTERS
	MOVQ a+0(FP), CX
	XORL AX, AX
again:
	PUSHQ CX
	MOVQ a+0(FP), DX
	ADDQ DX, AX
	POPQ CX
	DECQ CX
	JNE again
	JEQ 2(PC)
	MOVQ $0, AX
	MOVQ AX, 8(SP)
	MOVQ $1, 0(SP)
	SUBQ $24, SP
	ADDQ $24, SP
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET

