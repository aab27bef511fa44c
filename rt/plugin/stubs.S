// stubs.S - methods of interface values that stand for values of another process (lib/vole/plugin/process/refs.go).
//
// Number i calls closure i of those that the receiver's first word leads to. Each is 16 bytes long. No register of arguments is touched, so the closure has
// the method's own arguments with the receiver as the first.
#include "arch/amd64/gosys.h"
#define STUBS 128
ASMFUNC "plugin.methodStubs"
	.set i, 0
	.rept STUBS
	.p2align 4
	movq (%rdi), %r10
	movq 8*i(%r10), %r10
	jmp *(%r10)
	.set i, i+1
	.endr
ENDFUNC "plugin.methodStubs"
	GO_LEAF "vole/plugin/process.methodStubs", rt_method_stubs
