#include "textflag.h"

// func callMove(code uintptr, to, from unsafe.Pointer, n uintptr)
TEXT ·callMove(SB), NOSPLIT, $8-32
	MOVQ code+0(FP), R11
	MOVQ to+8(FP), AX
	MOVQ from+16(FP), BX
	MOVQ n+24(FP), CX
	XORL R10, R10
	CALL R11
	RET
