// lang.S - stubs of rt/lang and rt/diag: the Go names of their SYSTEM functions; leaving frames.
#include "arch/amd64/gosys.h"
	GO_SYS "runtime.throwString", rt_throw_string
	GO_SYS "runtime.fatalString", rt_fatal_string
	GO_SYS "runtime.startpanic", rt_startpanic
	GO_SYS "runtime.dopanic", rt_dopanic
	GO_SYS "runtime.deferReturnPC", rt_deferreturn_pc
	GO_SYS "runtime.calledThroughWrappers", rt_called_through_wrappers
	GO_SYS "runtime.callers", rt_callers
	GO_SYS "runtime.pcLines", rt_pc_lines
	GO_SYS "runtime.stackText", rt_stack
	GO_SYS "runtime.setTraceback", rt_set_traceback
	GO_SYS "runtime.godebugDefaults", rt_godebug_defaults
	GO_SYS "runtime.setCrashFD", rt_set_crash_fd
	GO_SYS "runtime.exit", rt_exit
	GO_SYS "runtime.block", rt_block
	GO_SYS "runtime.chansendC", rt_chansend
	GO_SYS "runtime.chanrecvC", rt_chanrecv
	GO_SYS "runtime.closechanC", rt_closechan
	GO_SYS "runtime.selectstart", rt_selectstart
	GO_SYS "runtime.selectfinish", rt_selectfinish
	GO_SYS "runtime.makeitab", rt_make_itab
	GO_SYS "internal/chacha8rand.block", rt_chacha8_block
	GO_SYS "reflect.addReflectOff", rt_add_reflect_off
	GO_LEAF "reflect.resolveNameOff", runtime.resolveNameOff
	GO_LEAF "reflect.resolveTypeOff", runtime.resolveTypeOff
	GO_LEAF "reflect.resolveTextOff", runtime.resolveTextOff
	GO_LEAF "internal/reflectlite.resolveNameOff", runtime.resolveNameOff
	GO_LEAF "internal/reflectlite.resolveTypeOff", runtime.resolveTypeOff
	GO_SYS "runtime.semacquireC", rt_semacquire_sync
	GO_SYS "runtime.semacquireWaitGroupC", rt_semacquire_waitgroup
	GO_SYS "runtime.semacquireRWMutexRC", rt_semacquire_rlock
	GO_SYS "runtime.semacquireRWMutexC", rt_semacquire_wlock
	GO_SYS "sync.runtime_Semrelease", rt_semrelease_handoff
	GO_SYS "runtime.semacquireMutexC", rt_semacquire_mutex
	GO_SYS "internal/sync.runtime_Semrelease", rt_semrelease_handoff
	GO_SYS "internal/poll.runtime_Semrelease", rt_semrelease
	GO_LEAF "sync.runtime_notifyListAdd", rt_notify_add
	GO_SYS "runtime.notifyListWaitC", rt_notify_wait
	GO_SYS "sync.runtime_notifyListNotifyAll", rt_notify_all
	GO_SYS "sync.runtime_notifyListNotifyOne", rt_notify_one

	GO_SYS "runtime.newSystemGoroutine", rt_new_system_goroutine
	GO_SYS "runtime.bubbleNew", rt_bubble_new
	GO_SYS "runtime.bubbleMain", rt_bubble_main
	GO_SYS "runtime.bubbleStep", rt_bubble_step
	GO_SYS "runtime.bubbleEnd", rt_bubble_end
	GO_SYS "runtime.bubbleDrop", rt_bubble_drop
	GO_SYS "runtime.bubbleWait", rt_bubble_wait
	GO_SYS "runtime.bubbleHold", rt_bubble_hold
	GO_SYS "runtime.bubbleRelease", rt_bubble_release
	GO_SYS "runtime.bubbleAssociate", rt_bubble_associate
	GO_SYS "runtime.bubbleDisassociate", rt_bubble_disassociate
	GO_SYS "time.runtimeIsBubbled", rt_is_bubbled

// Marks of crypto/internal/boring/sig: code that does nothing.
	.macro MARK sym
ASMFUNC "crypto/internal/boring/sig.\sym"
	ret
ENDFUNC "crypto/internal/boring/sig.\sym", 0, 0
	.endm
	MARK BoringCrypto
	MARK FIPSOnly
	MARK StandardCrypto

// In the place of runtime.sigpanic where assembly faulted with another alignment of RSP than Go code has.
ASMFUNC "runtime.sigpanicUnaligned"
	call "runtime.sigpanic"
	ud2
ENDFUNC "runtime.sigpanicUnaligned", 0, 1025

// func jumpToDepth(frame uintptr, pc uintptr): R14 stays, nothing else is expected at pc.
ASMFUNC "runtime.jumpToDepth"
	movq GO_STACK_HI(%r14), %rsp
	subq %rdi, %rsp
	jmpq *%rsi
ENDFUNC "runtime.jumpToDepth", 0, 0

// func cputicks() int64
ASMFUNC "runtime.cputicks"
	rdtsc
	shlq $32, %rdx
	addq %rdx, %rax
	ret
ENDFUNC "runtime.cputicks", 0, 0

// func procyield(cycles uint32)
ASMFUNC "runtime.procyield"
	testl %edi, %edi
	jz 2f
1:	pause
	subl $1, %edi
	jnz 1b
2:	ret
ENDFUNC "runtime.procyield", 0, 0

// func Breakpoint()
ASMFUNC "runtime.Breakpoint"
	int3
	ret
ENDFUNC "runtime.Breakpoint", 0, 0

// usize leaf_on_system(fn, a, b, c): fn(a, b, c) on the system stack if we are on the goroutine's, else where we are. The LEAF function's frame stays;
// fn neither parks nor collects.
	.text
	.globl leaf_on_system
	.type leaf_on_system,@function
leaf_on_system:
	pushq %rbp
	movq %rsp, %rbp
	movq %rdi, %rax
	movq %rsi, %rdi
	movq %rdx, %rsi
	movq %rcx, %rdx
	movq %fs:MO_CURG, %rcx
	testq %rcx, %rcx
	jz 1f
	cmpq GO_STACK_LO(%rcx), %rsp
	jb 1f
	cmpq GO_STACK_HI(%rcx), %rsp
	ja 1f
	movq %fs:MO_SYSSP, %rsp
1:	call *%rax
	movq %rbp, %rsp
	popq %rbp
	ret
	.size leaf_on_system, .-leaf_on_system
	.section .note.GNU-stack,"",@progbits
