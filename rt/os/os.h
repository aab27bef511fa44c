// os.h - what the runtime needs of an operating system; rt/os/<name>/ implements it. Marks as in rt.h.
#pragma once
#include "rt.h"

// ---- memory (SYSTEM). Reserved memory is inaccessible and costs nothing; committed memory reads as zero until written.
void *os_reserve(void *hint, usize n); // NULL on failure
bool os_commit(void *p, usize n);      // reserved -> usable
void *os_map(usize n);                 // reserve + commit anywhere; NULL on failure
void *os_map_low(usize n);             // the same below 2 GiB, where code of the small model reaches the program
bool os_map_file(void *at, usize n, i64 fd,
                 i64 offset);       // a part of a file in the place of what is at `at`, private, to be read and written
void *os_map_at(void *at, usize n); // the same exactly there; NULL: something lies there
bool os_map_shared(void *at, usize n, i64 fd); // the same, and what is written comes into the file
i64 os_memory_file(const char *name, usize n); // <0: there is none
void os_sync_code(void);                       // threads see code that was changed while they were stopped
enum { OS_READ = 1, OS_WRITE = 2, OS_EXEC = 4 };
bool os_protect(void *p, usize n, int access);
void os_unmap(void *p, usize n);
void os_release(void *p, usize n); // give the pages back; they read as zero afterwards
void os_huge(void *p, usize n, bool on);
#define OS_PAGE 4096

// ---- threads
i64 os_thread_start(
    M *m,
    void (*start)(M *)); // SYSTEM; 0 or errno; the M's stack is mapped here; all signals blocked while it starts
NORETURN void os_thread_exit(M *m); // SYSTEM; frees the stack
u32 os_tid(void);
void os_set_tls(M *m);
void os_yield(void);
void os_usleep(u32 us);    // LEAF
i64 os_cpu_time(void);     // SYSTEM: of this process, all its threads, ns
i64 os_thread_time(void);  // SYSTEM: of this thread
i32 os_ncpu(void);         // CPUs this process may use
i32 os_cpu_limit(void);    // SYSTEM: of the control groups, CPUs rounded up; 0: none
i64 os_memory_limit(void); // SYSTEM: the same, bytes. The first call of each must be alone

// ---- signals (rt/os/linux/signal.c)
void os_signals_init(void);   // SYSTEM: those that are needed from the start
void os_minit_signals(M *m);  // SYSTEM: alternate stack of this thread, signal mask
void os_preempt_thread(M *m); // SYSTEM: ask with a signal
void os_raise(i32 sig);
NORETURN void os_die_of(i32 sig); // SIGNAL
void os_block_all_signals(u64 *old);
void os_set_sigmask(u64 mask);

// ---- giving up rights (rt/os/linux/confine.c)
typedef struct OsLimit {
    u64 resource, soft, hard;
} OsLimit;
enum { OS_MAX_LIMITS = 16, OS_OWN_PID = 0x7fffffff };
typedef struct OsConfine {
    i64 ruleset;        // descriptor of a Landlock ruleset, closed then; -1: none
    u64 landlock_flags; // of landlock_restrict_self
    i64 first_closed;   // this descriptor and all above are closed, before anything else
    u64 nlimits, nfilter;
    OsLimit limits[OS_MAX_LIMITS];
    u64 *filter; // of system calls: classic BPF. An operand OS_OWN_PID becomes the number of the process
} OsConfine;
void os_confine(const OsConfine *);                           // SYSTEM: all of it, or the process ends
NORETURN void os_confine_failed(const char *what, i64 error); // SYSTEM
void os_close(i64 fd);                                        // SYSTEM
void os_wait_readable(i64 fd);                                // SYSTEM, blocks the thread

// ---- files
i64 os_write(i32 fd, const void *p, i64 n);                     // SIGNAL
bool os_read_at(i64 fd, void *p, usize n, i64 offset);          // SYSTEM: all of them
i64 os_read_file(const char *path, char *buf, i64 max);         // SYSTEM: bytes read, <0: no such file; NUL-terminates
i64 os_file_line(const char *path, i64 line, u8 *buf, i64 max); // SIGNAL: its bytes, cut off at max; 0: there is none
void os_random(void *p, usize n);                               // SYSTEM
void os_open_streams(void);                                     // SYSTEM
u64 os_auxv(u64 tag);

void panics_init(void);   // SYSTEM: diag/source.c
void handover_init(void); // SYSTEM: does somebody keep our listening sockets?
extern u8 rt_handover;    // not 0: system calls of Go code go by there; set before there is a second thread

// ---- CPU features (rt/arch/<cpu>)
void cpu_init(void);
extern u8 cpu_erms, cpu_avx2;
