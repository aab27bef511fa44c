// atomic.S - bodies of internal/runtime/atomic and sync/atomic for calls the compiler does not make intrinsic (function values, linknames).
// Arguments: RDI pointer, RSI, RDX; result RAX.
#include "arch/amd64/gosys.h"
#define NAME(n) .globl n; .type n,@function; n:
#define STR1(x) #x
#define STR(x) STR1(x)
#define A(x) NAME(STR(internal/runtime/atomic.x))
#define S(x) NAME(STR(sync/atomic.x))
// FN names; body: with a record that says: no frame. A nil pointer is then the caller's fault, in the handler of SIGSEGV.
#define FN .p2align 3; 77:
	.section .rodata.asmname,"a",@progbits
.Lname: .asciz "sync/atomic"
	.text
	.macro RECORD
78:	.pushsection volefunc,"a",@progbits
	.p2align 3
	.quad 77b, 78b, .Lname
	.long 0, 4
	.popsection
	.endm
	.macro LOAD32
	movl (%rdi), %eax
	ret
	.endm
	.macro LOAD64
	movq (%rdi), %rax
	ret
	.endm
	.macro STORE8
	xchgb %sil, (%rdi)
	ret
	.endm
	.macro STORE32
	xchgl %esi, (%rdi)
	ret
	.endm
	.macro STORE64
	xchgq %rsi, (%rdi)
	ret
	.endm
	.macro XCHG8
	xchgb %sil, (%rdi)
	movzbl %sil, %eax
	ret
	.endm
	.macro XCHG32
	xchgl %esi, (%rdi)
	movl %esi, %eax
	ret
	.endm
	.macro XCHG64
	xchgq %rsi, (%rdi)
	movq %rsi, %rax
	ret
	.endm
	.macro CAS32
	movl %esi, %eax
	lock cmpxchgl %edx, (%rdi)
	sete %al
	movzbl %al, %eax
	ret
	.endm
	.macro CAS64
	movq %rsi, %rax
	lock cmpxchgq %rdx, (%rdi)
	sete %al
	movzbl %al, %eax
	ret
	.endm
	.macro XADD32
	movl %esi, %eax
	lock xaddl %eax, (%rdi)
	addl %esi, %eax
	ret
	.endm
	.macro XADD64
	movq %rsi, %rax
	lock xaddq %rax, (%rdi)
	addq %rsi, %rax
	ret
	.endm
	.macro LOGIC8 op
	lock \op\()b %sil, (%rdi)
	ret
	.endm
	.macro LOGIC32 op
	lock \op\()l %esi, (%rdi)
	ret
	.endm
	.macro LOGIC32OLD op
	movl (%rdi), %eax
1:	movl %eax, %edx
	\op\()l %esi, %edx
	lock cmpxchgl %edx, (%rdi)
	jne 1b
	ret
	.endm
	.macro LOGIC64OLD op
	movq (%rdi), %rax
1:	movq %rax, %rdx
	\op\()q %rsi, %rdx
	lock cmpxchgq %rdx, (%rdi)
	jne 1b
	ret
	.endm
	FN A(Loadint32); LOAD32; RECORD
	FN S(LoadInt32) S(LoadUint32); LOAD32; RECORD
	FN A(Loaduintptr) A(Loaduint) A(Loadint64); LOAD64; RECORD
	FN S(LoadInt64) S(LoadUint64) S(LoadUintptr) S(LoadPointer); LOAD64; RECORD
	FN A(Store8); STORE8; RECORD
	FN A(Store) A(Storeint32) A(StoreRel); STORE32; RECORD
	FN S(StoreInt32) S(StoreUint32); STORE32; RECORD
	FN A(Store64) A(Storeint64) A(Storeuintptr) A(StoreRel64) A(StoreReluintptr) A(StorepNoWB); STORE64; RECORD
	FN S(StoreInt64) S(StoreUint64) S(StoreUintptr); STORE64; RECORD
	FN A(Xchg8); XCHG8; RECORD
	FN A(Xchg) A(Xchgint32); XCHG32; RECORD
	FN S(SwapInt32) S(SwapUint32); XCHG32; RECORD
	FN A(Xchg64) A(Xchgint64) A(Xchguintptr); XCHG64; RECORD
	FN S(SwapInt64) S(SwapUint64) S(SwapUintptr); XCHG64; RECORD
	FN A(Cas) A(Casint32) A(CasRel); CAS32; RECORD
	FN S(CompareAndSwapInt32) S(CompareAndSwapUint32); CAS32; RECORD
	FN A(Cas64) A(Casint64) A(Casuintptr) A(Casp1); CAS64; RECORD
	FN S(CompareAndSwapInt64) S(CompareAndSwapUint64) S(CompareAndSwapUintptr); CAS64; RECORD
	FN A(Xadd) A(Xaddint32); XADD32; RECORD
	FN S(AddInt32) S(AddUint32); XADD32; RECORD
	FN A(Xadd64) A(Xaddint64) A(Xadduintptr); XADD64; RECORD
	FN S(AddInt64) S(AddUint64) S(AddUintptr); XADD64; RECORD
	FN A(Or8); LOGIC8 or; RECORD
	FN A(And8); LOGIC8 and; RECORD
	FN A(Or); LOGIC32 or; RECORD
	FN A(And); LOGIC32 and; RECORD
	FN A(Or32); LOGIC32OLD or; RECORD
	FN A(And32); LOGIC32OLD and; RECORD
	FN S(OrInt32) S(OrUint32); LOGIC32OLD or; RECORD
	FN S(AndInt32) S(AndUint32); LOGIC32OLD and; RECORD
	FN A(Or64) A(Oruintptr); LOGIC64OLD or; RECORD
	FN A(And64) A(Anduintptr); LOGIC64OLD and; RECORD
	FN S(OrInt64) S(OrUint64) S(OrUintptr); LOGIC64OLD or; RECORD
	FN S(AndInt64) S(AndUint64) S(AndUintptr); LOGIC64OLD and; RECORD
	.section .note.GNU-stack,"",@progbits
