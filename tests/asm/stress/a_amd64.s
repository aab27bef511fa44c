#include "textflag.h"
#include "funcdata.h"

TEXT ·spin(SB), NOSPLIT, $0-16
	MOVQ n+0(FP), CX
	XORL AX, AX
	MOVQ $-1, R14
	MOVQ $-1, R15
	MOVQ $-1, R12
	MOVQ $-1, BP
	MOVQ $-1, DI
loop:
	INCQ AX
	DECQ CX
	JNZ  loop
	MOVQ AX, ret+8(FP)
	RET

TEXT ·sum(SB), $64-32
	MOVQ p_base+0(FP), SI
	MOVQ p_len+8(FP), CX
	XORL AX, AX
	PUSHQ BP
	MOVQ $12345, BP
	MOVQ BP, R14
	POPQ BP
	TESTQ CX, CX
	JZ done
	PCALIGN $32
loop:
	ADDQ (SI), AX
	ADDQ $8, SI
	DECQ CX
	JNZ loop
done:
	MOVQ AX, ret+24(FP)
	RET

// func each(p []int, f func(int))
TEXT ·each(SB), $32-32
	NO_LOCAL_POINTERS
	MOVQ $0, i-8(SP)
loop:
	MOVQ i-8(SP), AX
	CMPQ AX, p_len+8(FP)
	JGE  done
	MOVQ p_base+0(FP), SI
	MOVQ (SI)(AX*8), BX
	MOVQ BX, 8(SP)
	MOVQ f+24(FP), DX
	MOVQ DX, 0(SP)
	CALL ·callfn(SB)
	INCQ i-8(SP)
	JMP loop
done:
	RET

// func deep(n int, p *int) int
TEXT ·deep(SB), $24-24
	NO_LOCAL_POINTERS
	MOVQ n+0(FP), AX
	MOVQ p+8(FP), BX
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	MOVQ $-1, R14
	CALL ·deepGo(SB)
	MOVQ 16(SP), AX
	MOVQ AX, ret+16(FP)
	RET

TEXT ·fault(SB), $16-8
	MOVQ p+0(FP), AX
	MOVQ $-1, R14
	PUSHQ AX
	MOVQ (AX), AX
	POPQ AX
	RET

// func add(t *T, n int) int
TEXT ·add(SB), NOSPLIT, $0-24
	MOVQ t+0(FP), AX
	MOVQ (AX), AX
	ADDQ n+8(FP), AX
	MOVQ AX, ret+16(FP)
	RET
