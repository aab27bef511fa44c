// abi.h - what compiler, linker and runtime agree on (linux/amd64 values where a machine matters). No functions.
//
// Calling convention of compiled Go code ("vole ABI"), amd64:
//   integer/pointer arguments  RDI RSI RDX RCX R8 R9 RAX RBX R11      (9; the first six are C's)
//   integer/pointer results    RAX RDX RCX RDI RSI R8 R9 RBX R11      (9; the first two are C's)
//   float arguments, results   XMM0..XMM14                            (15)
//   closure context            R10 (C's static chain)                 current G: R14, always     XMM15: scratch of the code generator
//   every register but RSP, R14 is caller-saved. No red zone. Direction flag clear. RSP is 8 mod 16 at entry of every function, as in C: Go frames
//   are 8 mod 16 bytes, so C leaf functions may run on goroutine stacks and 16-byte aligned slots exist.
//   Values are split into registers by Go's ABIInternal rules (a parameter is wholly in registers or wholly on the stack; struct fields and
//   one-element arrays recursively; longer arrays on the stack; receiver first). Stack-assigned arguments lie at 8(entry SP) upwards: first
//   the arguments, each aligned to its type, then, aligned to 8, the stack-assigned results. There is no spill space. The callee's stack map
//   describes this area, not the caller's.
// Frames: a Go function subtracts its constant frame size once; RSP is constant in the body; return address at RSP+framesize. No frame pointer.
//   Prologue: cmp rsp(-framesize), [r14+16]; jbe -> call runtime.morestack; jmp back to the entry. morestack keeps all argument registers.
//   Frames <= STACK_SMALL compare RSP itself. Functions marked nosplit do not check; leaf functions with frame <= STACK_SMALL need not.
// A func value is a pointer to {code pointer, captured variables...}; a call loads R10 with that pointer and jumps to [R10].
// Interface method tables and Method.Ifn take the receiver as one data word in the first integer register.
#pragma once

#define ABI_INT_REGS   9
#define ABI_FLOAT_REGS 15

// ---- goroutine stacks
#define STACK_MIN     2048
#define STACK_GUARD   928 // stackguard0 = stack.lo + STACK_GUARD: room for nosplit chains and C leaf functions
#define STACK_SMALL   128
#define STACK_NOSPLIT 256
#define STACK_POISON  0x5e7a11ed5e7a11edULL // tests: a pointer word of a frame that was never set
#define STACK_PREEMPT 0xfffffffffffffadeULL // value of stackguard0 that makes the next check enter the runtime

// ---- offsets in struct G that compiled code uses (rt/rt.h asserts them)
#define G_STACK_LO    0
#define G_STACK_HI    8
#define G_STACKGUARD0 16
#define G_PANIC       24 // *_panic, innermost
#define G_DEFER       32 // *_defer, innermost
#define G_M           40
#define G_ID          152 // where gc 1.26 has it: assembly of others reads it there
#define TLS_G         8   // %fs:TLS_G is the goroutine that runs on this thread: (TLS) of assembly

// ---- defer record: made by compiled code in the frame (defer outside loops) or by runtime.deferproc on the heap.
// The code of a `defer` statement outside loops: d.fn = closure (func()), d.sp = RSP, d.heap = 0, d.link = g._defer, g._defer = &d.
// In loops: call runtime.deferproc(fn, RSP). Every return of a function with defers (and the recovery entry, FuncRec.deferreturn)
// calls runtime.deferreturn(), then loads the results from their stack slots (results of such functions live in memory).
// A return where the records are known (src/ssa/build_call.c) unlinks and calls them itself instead, the innermost first.
#define DEFER_LINK 0
#define DEFER_FN   8
#define DEFER_SP   16
#define DEFER_HEAP 24 // u8: allocated by deferproc
#define DEFER_SIZE 32

// ---- write barrier: u32 at symbol runtime.writeBarrier, non-zero while marking. Slow path: call runtime.gcWriteBarrierN (N = 1..8):
// returns in R11 a pointer to N free words (keeps all other registers and flags not); compiled code stores there each new pointer and each
// old value of the overwritten slot (hybrid barrier: shade both), then does the plain stores.

// ---- internal/abi constants of type descriptors (layouts: abi/gotype.h)
#define TFLAG_UNCOMMON         1
#define TFLAG_EXTRA_STAR       2
#define TFLAG_NAMED            4
#define TFLAG_REGULAR_MEMORY   8
#define TFLAG_GCMASK_ON_DEMAND 16
#define TFLAG_DIRECT_IFACE     32
#define KIND_BOOL              1
#define KIND_ARRAY             17
#define KIND_CHAN              18
#define KIND_FUNC              19
#define KIND_INTERFACE         20
#define KIND_MAP               21
#define KIND_POINTER           22
#define KIND_SLICE             23
#define KIND_STRING            24
#define KIND_STRUCT            25
#define KIND_UNSAFE_POINTER    26
