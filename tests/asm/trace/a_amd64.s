#include "textflag.h"

TEXT ·nilload(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), AX
	XORL R14, R14
	MOVQ (AX), BX
	MOVQ BX, ret+8(FP)
	RET

TEXT ·callback(SB), NOSPLIT, $8-8
	MOVQ n+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·back(SB)
	RET

TEXT ·ill(SB), NOSPLIT, $0
	XORL R14, R14
	UD2
	RET
