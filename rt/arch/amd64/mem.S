// mem.S - block operations. Frameless, so a fault in them is charged to the caller (rt/os/linux/signal.c).
// Aligned 8-byte words are moved whole (concurrent marking reads pointers while they are moved).
#include "arch/amd64/gosys.h"

#define REP_MIN 2048   // from here on `rep movsb`/`rep stosb` wins where ERMS exists (cpu_erms)

// void *memmove(dst, src, n): overlapping allowed; returns dst.
	.globl memmove, memcpy, "reflect.memmove"
	.type memmove,@function
	.type memcpy,@function
ASMFUNC "runtime.memmove"
"reflect.memmove":
memmove:
memcpy:
	movq %rdi, %rax
	cmpq $16, %rdx
	ja .Lmv17
	cmpl $8, %edx
	jae .Lmv8
	cmpl $4, %edx
	jae .Lmv4
	testl %edx, %edx
	jz .Lmv0
	movzbl (%rsi), %ecx
	movzbl -1(%rsi,%rdx), %r8d
	cmpl $3, %edx
	jb 1f
	movzbl 1(%rsi), %r9d
	movb %r9b, 1(%rdi)
1:	movb %cl, (%rdi)
	movb %r8b, -1(%rdi,%rdx)
.Lmv0:	ret
.Lmv4:	movl (%rsi), %ecx
	movl -4(%rsi,%rdx), %r8d
	movl %ecx, (%rdi)
	movl %r8d, -4(%rdi,%rdx)
	ret
.Lmv8:	movq (%rsi), %rcx
	movq -8(%rsi,%rdx), %r8
	movq %rcx, (%rdi)
	movq %r8, -8(%rdi,%rdx)
	ret
.Lmv17:	cmpq $32, %rdx
	ja .Lmv33
	movups (%rsi), %xmm0
	movups -16(%rsi,%rdx), %xmm1
	movups %xmm0, (%rdi)
	movups %xmm1, -16(%rdi,%rdx)
	ret
.Lmv33:	cmpq $64, %rdx
	ja .Lmv65
	movups (%rsi), %xmm0
	movups 16(%rsi), %xmm1
	movups -32(%rsi,%rdx), %xmm2
	movups -16(%rsi,%rdx), %xmm3
	movups %xmm0, (%rdi)
	movups %xmm1, 16(%rdi)
	movups %xmm2, -32(%rdi,%rdx)
	movups %xmm3, -16(%rdi,%rdx)
	ret
.Lmv65:	cmpq $128, %rdx
	ja .Lmv129
	movups (%rsi), %xmm0
	movups 16(%rsi), %xmm1
	movups 32(%rsi), %xmm2
	movups 48(%rsi), %xmm3
	movups -64(%rsi,%rdx), %xmm4
	movups -48(%rsi,%rdx), %xmm5
	movups -32(%rsi,%rdx), %xmm6
	movups -16(%rsi,%rdx), %xmm7
	movups %xmm0, (%rdi)
	movups %xmm1, 16(%rdi)
	movups %xmm2, 32(%rdi)
	movups %xmm3, 48(%rdi)
	movups %xmm4, -64(%rdi,%rdx)
	movups %xmm5, -48(%rdi,%rdx)
	movups %xmm6, -32(%rdi,%rdx)
	movups %xmm7, -16(%rdi,%rdx)
	ret
.Lmv129:
	movq %rdi, %rcx
	subq %rsi, %rcx
	jz .Lmv0
	cmpq %rdx, %rcx      // 0 < dst - src < n: backward
	jb .Lback
	cmpq $REP_MIN, %rdx
	jb .Lfwd
	cmpb $0, cpu_erms(%rip)
	je .Lfwd
	negq %rcx            // src - dst small and positive: rep movsb is slow
	cmpq $64, %rcx
	jb .Lfwd
	movq %rdx, %rcx
	rep movsb
	ret
.Lfwd:	// the last 64 bytes are loaded first, then whole 64-byte steps to an aligned destination
	movups -64(%rsi,%rdx), %xmm8
	movups -48(%rsi,%rdx), %xmm9
	movups -32(%rsi,%rdx), %xmm10
	movups -16(%rsi,%rdx), %xmm11
	leaq -64(%rdi,%rdx), %r8
	movups (%rsi), %xmm4
	movq %rdi, %r9
	movq %rdi, %rcx
	andq $15, %rcx
	subq $16, %rcx       // -(bytes to alignment)
	subq %rcx, %rsi
	subq %rcx, %rdi
	.p2align 4
1:	movups (%rsi), %xmm0
	movups 16(%rsi), %xmm1
	movups 32(%rsi), %xmm2
	movups 48(%rsi), %xmm3
	movups %xmm4, (%r9)  // first 16 bytes, after the first loads
	movaps %xmm0, (%rdi)
	movaps %xmm1, 16(%rdi)
	movaps %xmm2, 32(%rdi)
	movaps %xmm3, 48(%rdi)
	addq $64, %rsi
	addq $64, %rdi
	cmpq %r8, %rdi
	jae 3f
	.p2align 4
2:	movups (%rsi), %xmm0
	movups 16(%rsi), %xmm1
	movups 32(%rsi), %xmm2
	movups 48(%rsi), %xmm3
	movaps %xmm0, (%rdi)
	movaps %xmm1, 16(%rdi)
	movaps %xmm2, 32(%rdi)
	movaps %xmm3, 48(%rdi)
	addq $64, %rsi
	addq $64, %rdi
	cmpq %r8, %rdi
	jb 2b
3:	movups %xmm8, (%r8)
	movups %xmm9, 16(%r8)
	movups %xmm10, 32(%r8)
	movups %xmm11, 48(%r8)
	ret
.Lback:	movups (%rsi), %xmm8
	movups 16(%rsi), %xmm9
	movups 32(%rsi), %xmm10
	movups 48(%rsi), %xmm11
	movups -16(%rsi,%rdx), %xmm4
	leaq (%rdi,%rdx), %r9
	leaq (%rsi,%rdx), %rsi
	movq %r9, %rcx
	andq $15, %rcx
	jnz 1f
	movl $16, %ecx
1:	subq %rcx, %rsi
	leaq -16(%r9), %r9
	leaq 16(%r9), %rdx
	subq %rcx, %rdx      // aligned end
	leaq 64(%rdi), %r8
	movups -16(%rsi), %xmm0
	movups -32(%rsi), %xmm1
	movups -48(%rsi), %xmm2
	movups -64(%rsi), %xmm3
	movups %xmm4, (%r9)
	jmp 3f
	.p2align 4
2:	movups -16(%rsi), %xmm0
	movups -32(%rsi), %xmm1
	movups -48(%rsi), %xmm2
	movups -64(%rsi), %xmm3
3:	movaps %xmm0, -16(%rdx)
	movaps %xmm1, -32(%rdx)
	movaps %xmm2, -48(%rdx)
	movaps %xmm3, -64(%rdx)
	subq $64, %rsi
	subq $64, %rdx
	cmpq %r8, %rdx
	ja 2b
	movups %xmm8, (%rdi)
	movups %xmm9, 16(%rdi)
	movups %xmm10, 32(%rdi)
	movups %xmm11, 48(%rdi)
	ret
ENDFUNC "runtime.memmove"

// The func value of runtime.memmove, in place of the one that the linker makes. Compilers within programs (wazero) take its code
// pointer and call it as gc's convention has it: dst in RAX, src in RBX, n in RCX, whatever in R10. A call of the func value
// by Go code has the func value itself in R10, and C's registers.
	.section ".rodata.memmove_f","a",@progbits
	.p2align 3
	.globl "runtime.memmove·f"
"runtime.memmove·f":
	.quad memmove_value
ASMFUNC memmove_value
	leaq "runtime.memmove·f"(%rip), %r11
	cmpq %r11, %r10
	je memmove
	movq %rax, %rdi
	movq %rbx, %rsi
	movq %rcx, %rdx
	jmp memmove
ENDFUNC memmove_value, 0, 0, runtime.memmove

// void *memset(p, c, n), for C code.
	.section .text.memset,"ax",@progbits
	.globl memset
	.type memset,@function
memset:
	testl %esi, %esi
	jz 2f
	movq %rdi, %r8
	movl %esi, %eax
	movq %rdx, %rcx
	rep stosb
	movq %r8, %rax
	ret
2:	movq %rdx, %rsi
	jmp "runtime.memclrNoHeapPointers"
	.size memset, .-memset

// void *memclr(p, n)
	.globl memclr
ASMFUNC "runtime.memclrNoHeapPointers"
memclr:
	movq %rdi, %rax
	pxor %xmm0, %xmm0
	cmpq $16, %rsi
	ja .Lclr17
	xorl %ecx, %ecx
	cmpl $8, %esi
	jae 3f
	cmpl $4, %esi
	jae 2f
	testl %esi, %esi
	jz 4f
	movb %cl, (%rdi)
	movb %cl, -1(%rdi,%rsi)
	shrl $1, %esi
	movb %cl, (%rdi,%rsi)
4:	ret
2:	movl %ecx, (%rdi)
	movl %ecx, -4(%rdi,%rsi)
	ret
3:	movq %rcx, (%rdi)
	movq %rcx, -8(%rdi,%rsi)
	ret
.Lclr17:
	cmpq $64, %rsi
	ja 5f
	movups %xmm0, (%rdi)
	movups %xmm0, -16(%rdi,%rsi)
	cmpl $32, %esi
	jbe 4b
	movups %xmm0, 16(%rdi)
	movups %xmm0, -32(%rdi,%rsi)
	ret
5:	cmpq $REP_MIN, %rsi
	jb 6f
	cmpb $0, cpu_erms(%rip)
	je 6f
	movq %rax, %r8
	movq %rsi, %rcx
	xorl %eax, %eax
	rep stosb
	movq %r8, %rax
	ret
6:	movups %xmm0, (%rdi)
	leaq -64(%rdi,%rsi), %rdx    // last 64 bytes
	addq $16, %rdi
	andq $-16, %rdi
	cmpq %rdx, %rdi
	jae 8f
	.p2align 4
7:	movaps %xmm0, (%rdi)
	movaps %xmm0, 16(%rdi)
	movaps %xmm0, 32(%rdi)
	movaps %xmm0, 48(%rdi)
	addq $64, %rdi
	cmpq %rdx, %rdi
	jb 7b
8:	movups %xmm0, (%rdx)
	movups %xmm0, 16(%rdx)
	movups %xmm0, 32(%rdx)
	movups %xmm0, 48(%rdx)
	ret
ENDFUNC "runtime.memclrNoHeapPointers"

// bool memequal(p, q, n)
	.globl mem_equal
ASMFUNC "runtime.memequal_varlen"
	movq 8(%r10), %rdx
	jmp mem_equal
ENDFUNC "runtime.memequal_varlen"
ASMFUNC "runtime.memequal"
mem_equal:
	cmpq %rdi, %rsi
	je .Leq
	cmpq $16, %rdx
	jae .Leq16
	cmpl $8, %edx
	jae 3f
	cmpl $4, %edx
	jae 2f
	testl %edx, %edx
	jz .Leq
	movzbl (%rdi), %eax
	movzbl -1(%rdi,%rdx), %ecx
	subb (%rsi), %al
	subb -1(%rsi,%rdx), %cl
	orl %eax, %ecx
	shrl $1, %edx
	movzbl (%rdi,%rdx), %eax
	subb (%rsi,%rdx), %al
	orl %ecx, %eax
	cmpb $1, %al
	sbbl %eax, %eax
	negl %eax
	ret
2:	movl (%rdi), %eax
	movl -4(%rdi,%rdx), %ecx
	xorl (%rsi), %eax
	xorl -4(%rsi,%rdx), %ecx
	orl %eax, %ecx
	sete %al
	movzbl %al, %eax
	ret
3:	movq (%rdi), %rax
	movq -8(%rdi,%rdx), %rcx
	xorq (%rsi), %rax
	xorq -8(%rsi,%rdx), %rcx
	orq %rax, %rcx
	sete %al
	movzbl %al, %eax
	ret
.Leq:	movl $1, %eax
	ret
.Leq16:	subq $64, %rdx
	jb 5f
	cmpb $0, cpu_avx2(%rip)
	jne .Leqavx
	.p2align 4
4:	movups (%rdi), %xmm0
	movups (%rsi), %xmm4
	movups 16(%rdi), %xmm1
	movups 16(%rsi), %xmm5
	movups 32(%rdi), %xmm2
	movups 32(%rsi), %xmm6
	movups 48(%rdi), %xmm3
	movups 48(%rsi), %xmm7
	pcmpeqb %xmm4, %xmm0
	pcmpeqb %xmm5, %xmm1
	pcmpeqb %xmm6, %xmm2
	pcmpeqb %xmm7, %xmm3
	pand %xmm1, %xmm0
	pand %xmm3, %xmm2
	pand %xmm2, %xmm0
	pmovmskb %xmm0, %eax
	cmpl $0xffff, %eax
	jne .Lne
	addq $64, %rdi
	addq $64, %rsi
	subq $64, %rdx
	jae 4b
5:	addq $64, %rdx       // 0..63 left
	jz .Leq
	cmpl $16, %edx
	jb 7f                // there are at least 16 bytes before the end
6:	movups (%rdi), %xmm0
	movups (%rsi), %xmm4
	pcmpeqb %xmm4, %xmm0
	pmovmskb %xmm0, %eax
	cmpl $0xffff, %eax
	jne .Lne
	addq $16, %rdi
	addq $16, %rsi
	subq $16, %rdx
	cmpl $16, %edx
	jae 6b
	testl %edx, %edx
	jz .Leq
7:	movups -16(%rdi,%rdx), %xmm0
	movups -16(%rsi,%rdx), %xmm4
	pcmpeqb %xmm4, %xmm0
	pmovmskb %xmm0, %eax
	cmpl $0xffff, %eax
	jne .Lne
	movl $1, %eax
	ret
.Lne:	xorl %eax, %eax
	ret
.Leqavx: // rdx: bytes behind the first 64; the last 64 overlap
	xorl %ecx, %ecx
	.p2align 4
1:	vmovdqu (%rdi,%rcx), %ymm0
	vmovdqu 32(%rdi,%rcx), %ymm1
	vpcmpeqb (%rsi,%rcx), %ymm0, %ymm0
	vpcmpeqb 32(%rsi,%rcx), %ymm1, %ymm1
	vpand %ymm1, %ymm0, %ymm0
	vpmovmskb %ymm0, %eax
	incl %eax
	jnz 2f
	addq $64, %rcx
	cmpq %rdx, %rcx
	jbe 1b
	leaq 64(%rdx), %rax
	cmpq %rax, %rcx
	movq %rdx, %rcx
	jne 1b
	vzeroupper
	movl $1, %eax
	ret
2:	vzeroupper
	xorl %eax, %eax
	ret
ENDFUNC "runtime.memequal"

// int cmpstring(a.ptr, a.len, b.ptr, b.len): -1, 0, 1. Compare of slices: the same.
ASMFUNC "internal/bytealg.Compare"
	movq %rcx, %rdx
	movq %r8, %rcx
	jmp cmp_string
ENDFUNC "internal/bytealg.Compare"
ASMFUNC "runtime.cmpstring"
cmp_string:
	movq %rsi, %r8
	cmpq %rcx, %rsi
	cmovaq %rcx, %rsi    // rsi = min, r8 = len a, rcx = len b
	cmpq %rdi, %rdx
	je .Lcsame
	cmpq $8, %rsi
	jb .Lc7
	cmpq $16, %rsi
	jb .Lc8
	xorl %r9d, %r9d
	cmpq $64, %rsi
	jae .Lc64
.Lc16:	subq $16, %rsi       // the last 16 bytes overlap
1:	movups (%rdi,%r9), %xmm0
	movups (%rdx,%r9), %xmm1
	pcmpeqb %xmm1, %xmm0
	pmovmskb %xmm0, %eax
	xorl $0xffff, %eax
	jnz 2f
	addq $16, %r9
	cmpq %rsi, %r9
	jbe 1b
	leaq 16(%rsi), %rax
	cmpq %rax, %r9
	movq %rsi, %r9
	jne 1b
	jmp .Lcsame
2:	bsfl %eax, %eax
.Lcbyte: addq %rax, %r9
	movzbl (%rdi,%r9), %eax
	movzbl (%rdx,%r9), %r10d
	cmpl %r10d, %eax
.Lcflags: // of a - b
	sbbq %rax, %rax      // below: -1, above: 0
	orq $1, %rax
	ret
.Lcsame: // as far as both go
	xorl %eax, %eax
	cmpq %rcx, %r8
	seta %al
	setb %dl
	movzbl %dl, %edx
	subq %rdx, %rax
	ret
.Lc64:	cmpb $0, cpu_avx2(%rip)
	je .Lc16
	subq $64, %rsi       // the last 64 bytes overlap
	.p2align 4
1:	vmovdqu (%rdi,%r9), %ymm0
	vmovdqu 32(%rdi,%r9), %ymm1
	vpcmpeqb (%rdx,%r9), %ymm0, %ymm0
	vpcmpeqb 32(%rdx,%r9), %ymm1, %ymm1
	vpand %ymm1, %ymm0, %ymm2
	vpmovmskb %ymm2, %eax
	incl %eax
	jnz 2f
	addq $64, %r9
	cmpq %rsi, %r9
	jbe 1b
	leaq 64(%rsi), %rax
	cmpq %rax, %r9
	movq %rsi, %r9
	jne 1b
	vzeroupper
	jmp .Lcsame
2:	vpmovmskb %ymm0, %eax
	vpmovmskb %ymm1, %r10d
	vzeroupper
	shlq $32, %r10
	orq %r10, %rax
	notq %rax
	bsfq %rax, %rax
	jmp .Lcbyte
.Lc8:	movq (%rdi), %rax    // 8..15
	movq (%rdx), %r10
	cmpq %r10, %rax
	jne 3f
	movq -8(%rdi,%rsi), %rax
	movq -8(%rdx,%rsi), %r10
	cmpq %r10, %rax
	je .Lcsame
3:	bswapq %rax
	bswapq %r10
	cmpq %r10, %rax
	jmp .Lcflags
.Lc7:	xorl %r9d, %r9d      // 0..7
1:	cmpq %rsi, %r9
	jae .Lcsame
	movzbl (%rdi,%r9), %eax
	movzbl (%rdx,%r9), %r10d
	incq %r9
	cmpl %r10d, %eax
	je 1b
	jmp .Lcflags
ENDFUNC "runtime.cmpstring"

	.section .note.GNU-stack,"",@progbits
