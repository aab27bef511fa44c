// goapi.S - Go names of the C functions of boot, os, mem, gc and sched (rt/SURFACE.md).
#include "arch/amd64/gosys.h"
GO_SYS "runtime.newproc", rt_newproc
GO_SYS "runtime.goexit1", goexit0
GO_SYS "runtime.Gosched", rt_gosched
GO_SYS "runtime.GOMAXPROCS", rt_gomaxprocs
GO_SYS "runtime.SetDefaultGOMAXPROCS", rt_default_gomaxprocs
GO_SYS "runtime.NumCPU", rt_numcpu
GO_SYS "runtime.NumGoroutine", rt_numgoroutine
GO_SYS "runtime.GC", rt_gc
GO_SYS "runtime.readMemStats", rt_read_memstats
GO_SYS "runtime.addFinalizer", rt_add_finalizer
GO_SYS "runtime.removeFinalizer", rt_remove_finalizer
GO_SYS "runtime.addCleanup", rt_add_cleanup
GO_SYS "runtime.stopCleanup", rt_stop_cleanup
GO_SYS "runtime.nextFinalizer", rt_next_finalizer
GO_SYS "runtime.findObject", rt_find_object
GO_SYS "runtime.newcoroC", rt_newcoro
GO_SYS "runtime.coroswitch", rt_coroswitch
GO_SYS "runtime.coroSelf", rt_coro_self
GO_SYS "runtime.coroFunc", rt_coro_func
GO_SYS "runtime.coroexit", rt_coroexit
GO_SYS "runtime.nanotime", nanotime
GO_SYSN "runtime.walltime", rt_time_now
GO_SYS "runtime.write", rt_write
GO_SYS "runtime.fcntl", rt_fcntl
GO_SYS "runtime.argc", rt_get_argc
GO_SYS "runtime.argAt", rt_get_arg
GO_SYS "runtime.envAt", rt_get_env
GO_SYS "runtime.auxvAt", rt_get_auxv
GO_SYS "runtime.usleep", os_usleep
GO_SYS "runtime.osyield", os_yield
GO_SYS "runtime.schedMetric", rt_sched_metric
GO_SYS "runtime.goroutineList", rt_goroutine_list
GO_SYS "runtime.setProfLabelC", rt_set_prof_label
GO_SYS "runtime.getProfLabelC", rt_get_prof_label

GO_SYSN "time.now", rt_time_now
GO_SYSN "time.runtimeNow", rt_time_now
GO_SYS "time.runtimeNano", nanotime
GO_SYS "time.Sleep", rt_sleep
GO_SYS "time.newTimer", rt_new_timer
GO_SYS "time.stopTimer", rt_stop_timer
GO_SYS "time.resetTimer", rt_reset_timer

GO_SYS "internal/poll.runtime_pollServerInit", rt_poll_init
GO_SYS "internal/poll.runtime_pollOpen", rt_poll_open
GO_SYS "internal/poll.runtime_pollClose", rt_poll_close
GO_SYS "internal/poll.runtime_pollReset", rt_poll_reset
GO_SYS "internal/poll.runtime_pollWait", rt_poll_wait
GO_SYS "internal/poll.runtime_pollWaitCanceled", rt_poll_wait_canceled
GO_SYS "internal/poll.runtime_pollSetDeadline", rt_poll_set_deadline
GO_SYS "internal/poll.runtime_pollUnblock", rt_poll_unblock
GO_SYS "internal/poll.runtime_isPollServerDescriptor", rt_poll_is_descriptor

GO_SYS "os/signal.signal_recv", rt_signal_recv
GO_SYS "os/signal.signal_enable", rt_signal_enable
GO_SYS "os/signal.signal_disable", rt_signal_disable
GO_SYS "os/signal.signal_ignore", rt_signal_ignore
GO_SYS "os/signal.signal_ignored", rt_signal_ignored
GO_SYS "os/signal.signalWaitUntilIdle", rt_signal_wait_idle
GO_SYS "os.sigpipe", rt_sigpipe
GO_SYS "os.ignoreSIGSYS", rt_ignore_sigsys
GO_SYS "os.restoreSIGSYS", rt_restore_sigsys

GO_SYS "syscall.runtime_BeforeExec", rt_before_exec
GO_SYS "syscall.runtime_AfterExec", rt_after_exec
GO_SYS "syscall.Exit", rt_sys_exit
GO_SYS "syscall.gettimeofday", rt_gettimeofday
GO_SYSN "syscall.runtime_doAllThreadsSyscall", rt_all_threads_syscall

GO_SYS "runtime/debug.setGCPercent", rt_set_gc_percent
GO_SYS "runtime/debug.setMemoryLimit", rt_set_memory_limit
GO_SYS "runtime/debug.setMaxStack", rt_set_max_stack
GO_SYS "runtime/debug.setMaxThreads", rt_set_max_threads
GO_SYS "runtime/debug.freeOSMemory", rt_free_os_memory
GO_SYS "runtime/debug.readGCStats", rt_read_gcstats

GO_SYS "sync.runtime_registerPoolCleanup", rt_register_pool_cleanup
GO_LEAF "sync/atomic.runtime_procPin", "sync.runtime_procPin"
GO_LEAF "sync/atomic.runtime_procUnpin", "sync.runtime_procUnpin"
GO_LEAF "runtime.procPin", "sync.runtime_procPin"
GO_LEAF "runtime.procUnpin", "sync.runtime_procUnpin"
GO_LEAF "internal/runtime/atomic.storePointer", "sync/atomic.StorePointer"
GO_LEAF "internal/runtime/atomic.casPointer", "sync/atomic.CompareAndSwapPointer"
GO_SYS "weak.runtime_registerWeakPointer", rt_register_weak
GO_LEAF "reflect.typedmemmove", "runtime.typedmemmove"
GO_LEAF "reflect.typedmemclr", "runtime.typedmemclr"
GO_LEAF "internal/reflectlite.typedmemmove", "runtime.typedmemmove"
GO_LEAF "internal/runtime/maps.typedmemmove", "runtime.typedmemmove"
GO_LEAF "internal/runtime/maps.typedmemclr", "runtime.typedmemclr"
GO_LEAF "internal/runtime/maps.newobject", "runtime.newobject"
GO_LEAF "internal/runtime/maps.newarray", "runtime.newarray"
GO_LEAF "internal/runtime/maps.rand", "runtime.rand"
GO_LEAF "reflect.unsafe_New", "runtime.newobject"
GO_LEAF "reflect.unsafe_NewArray", "runtime.newarray"
GO_LEAF "internal/reflectlite.unsafe_New", "runtime.newobject"
	.section .note.GNU-stack,"",@progbits
