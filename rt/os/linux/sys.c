// sys.c - Linux: raw system calls, memory, futexes, time through the vDSO, CPUs, small files.
// Most may run on any stack; the vDSO is called on the system stack.
#include "os/os.h"
#include "sched/synctest.h"
#include "os/linux/linux.h"

LEAF i64 sys_call(i64 nr, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
    register i64 r10 __asm__("r10") = d;
    register i64 r8 __asm__("r8") = e;
    register i64 r9 __asm__("r9") = f;
    i64 r;
    __asm__ volatile("syscall"
                     : "=a"(r)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return r;
}

SIGNAL NORETURN void sys_exit(int code) {
    for (;;) sys_call(SYS_exit_group, code, 0, 0, 0, 0, 0);
}

// ---- memory

SYSTEM usize *sys_mmap(void *hint, usize n, int prot, int flags) {
    i64 r = sys_call(SYS_mmap, (i64)hint, (i64)n, prot, flags, -1, 0);
    return r < 0 && r > -4096 ? NULL : (usize *)r;
}
SYSTEM void *os_reserve(void *hint, usize n) {
    return sys_mmap(hint, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
}
SYSTEM bool os_commit(void *p, usize n) {
    return sys_call(SYS_mprotect, (i64)p, (i64)n, PROT_READ | PROT_WRITE, 0, 0, 0) == 0;
}
SYSTEM void *os_map(usize n) { return sys_mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS); }
// MAP_32BIT searches from 1 GiB on.
SYSTEM void *os_map_low(usize n) {
    return sys_mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT);
}
SYSTEM void *os_map_at(void *at, usize n) {
    enum { MAP_FIXED_NOREPLACE = 0x100000 }; // kernels before 4.17 take it for a wish
    i64 r = sys_call(SYS_mmap, (i64)at, (i64)n, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (r == (i64)at) return at;
    if (r > 0) sys_call(SYS_munmap, r, (i64)n, 0, 0, 0, 0);
    return NULL;
}
SYSTEM void os_sync_code(void) {
    enum { SYS_membarrier = 324, SYNC_CORE = 1 << 5, REGISTER_SYNC_CORE = 1 << 6 };
    sys_call(SYS_membarrier, REGISTER_SYNC_CORE, 0, 0, 0, 0, 0);
    sys_call(SYS_membarrier, SYNC_CORE, 0, 0, 0, 0, 0);
}
SYSTEM bool os_map_file(void *at, usize n, i64 fd, i64 offset) {
    return sys_call(SYS_mmap, (i64)at, (i64)n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, offset) == (i64)at;
}
SYSTEM bool os_map_shared(void *at, usize n, i64 fd) {
    enum { MAP_SHARED = 1 };
    return sys_call(SYS_mmap, (i64)at, (i64)n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == (i64)at;
}
SYSTEM i64 os_memory_file(const char *name, usize n) {
    enum { SYS_ftruncate = 77, SYS_memfd_create = 319, MFD_CLOEXEC = 1 };
    i64 fd = sys_call(SYS_memfd_create, (i64)name, MFD_CLOEXEC, 0, 0, 0, 0);
    if (fd >= 0 && sys_call(SYS_ftruncate, fd, (i64)n, 0, 0, 0, 0) == 0) return fd;
    if (fd >= 0) os_close(fd);
    return -1;
}
SYSTEM bool os_protect(void *p, usize n, int access) {
    return sys_call(SYS_mprotect, (i64)p, (i64)n, access, 0, 0, 0) == 0;
}
SYSTEM void os_unmap(void *p, usize n) { sys_call(SYS_munmap, (i64)p, (i64)n, 0, 0, 0, 0); }
SYSTEM void os_release(void *p, usize n) { sys_call(SYS_madvise, (i64)p, (i64)n, MADV_DONTNEED, 0, 0, 0); }
SYSTEM void os_huge(void *p, usize n, bool on) {
    sys_call(SYS_madvise, (i64)p, (i64)n, on ? MADV_HUGEPAGE : MADV_NOHUGEPAGE, 0, 0, 0);
}

SYSTEM void os_close(i64 fd) { sys_call(SYS_close, fd, 0, 0, 0, 0, 0); }
SYSTEM void os_wait_readable(i64 fd) {
    struct {
        i32 fd;
        u16 events, revents;
    } wait = {(i32)fd, 1 /* POLLIN */, 0};
    while (sys_call(SYS_poll, (i64)&wait, 1, -1, 0, 0, 0) == -EINTR) {
    }
}
SYSTEM bool os_read_at(i64 fd, void *p, usize n, i64 offset) {
    for (usize done = 0; done < n;) {
        i64 r = sys_call(SYS_pread64, fd, (i64)p + (i64)done, (i64)(n - done), offset + (i64)done, 0, 0);
        if (r == -EINTR) continue;
        if (r <= 0) return false;
        done += (usize)r;
    }
    return true;
}

// ---- futex, threads

LEAF void sys_futex_sleep(u32 *addr, u32 val, i64 ns) {
    KTimespec ts = {ns / 1000000000, ns % 1000000000};
    sys_call(SYS_futex, (i64)addr, FUTEX_WAIT_PRIVATE, val, ns < 0 ? 0 : (i64)&ts, 0, 0);
}
LEAF void sys_futex_wake(u32 *addr, u32 n) { sys_call(SYS_futex, (i64)addr, FUTEX_WAKE_PRIVATE, n, 0, 0, 0); }
SIGNAL void os_yield(void) { sys_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0); }
SYSTEM void os_usleep(u32 us) {
    KTimespec ts = {us / 1000000, (i64)(us % 1000000) * 1000};
    sys_call(SYS_nanosleep, (i64)&ts, 0, 0, 0, 0, 0);
}
SIGNAL u32 os_tid(void) { return (u32)sys_call(SYS_gettid, 0, 0, 0, 0, 0, 0); }
SYSTEM void os_set_tls(M *m) { sys_call(SYS_arch_prctl, ARCH_SET_FS, (i64)m, 0, 0, 0, 0); }

// ---- time

typedef int (*ClockGettime)(i32, KTimespec *);
static SYSTEM int clock_gettime_syscall(i32 clock, KTimespec *ts) {
    return (int)sys_call(SYS_clock_gettime, clock, (i64)ts, 0, 0, 0, 0);
}
static ClockGettime clock_fn; // set once, by whoever comes first (all set the same value)
usize vdso_gettimeofday GOSYM("runtime.vdsoGettimeofdaySym");

typedef struct {
    u32 name;
    u8 info, other;
    u16 shndx;
    u64 value, size;
} Sym64;
static SYSTEM bool same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

// The dynamic symbol table of the vDSO image: count from DT_HASH, or by walking DT_GNU_HASH's chains.
static SYSTEM usize find_vdso(const char *name) {
    u8 *base = (u8 *)os_auxv(33 /* AT_SYSINFO_EHDR */);
    if (!base) return 0;
    u64 phoff = *(u64 *)(base + 32);
    u16 phnum = *(u16 *)(base + 56);
    u64 *dyn = NULL;
    i64 load = 0;
    bool found = false;
    for (u16 i = 0; i < phnum; i++) {
        u8 *ph = base + phoff + i * 56u;
        u32 type = *(u32 *)ph;
        if (type == 1 && !found) {
            load = (i64)base - (i64)(*(u64 *)(ph + 16) - *(u64 *)(ph + 8));
            found = true;
        }
        if (type == 2) dyn = (u64 *)(base + *(u64 *)(ph + 8));
    }
    if (!dyn || !found) return 0;
    Sym64 *syms = NULL;
    const char *strs = NULL;
    u32 *hash = NULL, *gnu = NULL;
    for (; dyn[0]; dyn += 2) {
        void *p = (void *)(dyn[1] + (u64)load);
        if (dyn[0] == 4) hash = p;
        else if (dyn[0] == 5) strs = p;
        else if (dyn[0] == 6) syms = p;
        else if (dyn[0] == 0x6ffffef5) gnu = p;
    }
    if (!syms || !strs) return 0;
    u32 n = 0;
    if (hash) n = hash[1];
    else if (gnu) {
        u32 nb = gnu[0], off = gnu[1], *buckets = (u32 *)((u64 *)(gnu + 4) + gnu[2]), *chain = buckets + nb;
        for (u32 i = 0; i < nb; i++)
            if (buckets[i] > n) n = buckets[i];
        if (n) {
            while (!(chain[n - off] & 1)) n++;
            n++;
        }
    }
    for (u32 i = 0; i < n; i++)
        if (syms[i].shndx && same(strs + syms[i].name, name)) return (usize)((i64)syms[i].value + load);
    return 0;
}

static SYSTEM ClockGettime init_clock(void) {
    ClockGettime f = (ClockGettime)find_vdso("__vdso_clock_gettime");
    vdso_gettimeofday = find_vdso("__vdso_gettimeofday");
    if (!f) f = clock_gettime_syscall;
    __atomic_store_n(&clock_fn, f, __ATOMIC_RELAXED);
    return f;
}
// Kernels have been built whose vDSO wants pages of stack.
static SYSTEM void read_clock(i32 clock, KTimespec *ts) {
    ClockGettime f = __atomic_load_n(&clock_fn, __ATOMIC_RELAXED);
    if (unlikely(!f)) f = init_clock();
    f(clock, ts);
}
SIGNAL i64 nanotime(void) {
    KTimespec ts;
    LEAF_ON_SYSTEM(read_clock, 1, &ts, 0);
    return ts.sec * 1000000000 + ts.nsec;
}
SYSTEM i64 walltime(i32 *nsec) {
    KTimespec ts;
    LEAF_ON_SYSTEM(read_clock, 0, &ts, 0);
    *nsec = (i32)ts.nsec;
    return ts.sec;
}

static SYSTEM i64 cpu_clock(i32 which) {
    KTimespec ts = {0, 0};
    clock_gettime_syscall(which, &ts);
    return ts.sec * 1000000000 + ts.nsec;
}
enum { PROCESS_CPUTIME = 2, THREAD_CPUTIME };
SYSTEM i64 os_cpu_time(void) { return cpu_clock(PROCESS_CPUTIME); }
SYSTEM i64 os_thread_time(void) { return cpu_clock(THREAD_CPUTIME); }

// func now() (sec int64, nsec int32, mono int64)
typedef struct {
    i64 sec, nsec;
} SecNsec;
SYSTEM SecNsec rt_time_now(void) {
    i32 ns;
    i64 s = walltime(&ns);
    this_m()->xres[0] = (usize)nanotime();
    return (SecNsec){s, ns};
}

// In a bubble of testing/synctest: its clock, and no monotonic time.
SYSTEM SecNsec rt_time_runtime_now(void) {
    Bubble *b = bubble_of(this_g());
    if (!b) return rt_time_now();
    this_m()->xres[0] = 0;
    return (SecNsec){b->now / 1000000000, b->now % 1000000000};
}
SYSTEM i64 rt_time_runtime_nano(void) {
    Bubble *b = bubble_of(this_g());
    return b ? b->now : nanotime();
}
SYSTEM bool rt_is_bubbled(void) { return bubble_of(this_g()) != NULL; }

// ---- files, CPUs

SYSTEM i64 os_write(i32 fd, const void *p, i64 n) { return sys_call(SYS_write, fd, (i64)p, n, 0, 0, 0); }
SYSTEM i64 os_read_file(const char *path, char *buf, i64 max) {
    i64 fd = sys_call(SYS_openat, AT_FDCWD, (i64)path, O_RDONLY | O_CLOEXEC, 0, 0, 0), n = 0;
    if (fd < 0) return fd;
    while (n < max - 1) {
        i64 r = sys_call(SYS_read, fd, (i64)(buf + n), max - 1 - n, 0, 0, 0);
        if (r <= 0) break;
        n += r;
    }
    sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    buf[n] = 0;
    return n;
}
SIGNAL i64 os_file_line(const char *path, i64 line, u8 *buf, i64 max) {
    u8 chunk[1024];
    i64 fd = sys_call(SYS_openat, AT_FDCWD, (i64)path, O_RDONLY | O_CLOEXEC, 0, 0, 0), n = 0, r;
    if (fd < 0) return 0;
    while (line > 0 && n < max && (r = sys_call(SYS_read, fd, (i64)chunk, sizeof chunk, 0, 0, 0)) > 0)
        for (i64 i = 0; i < r && line > 0; i++) {
            if (chunk[i] == '\n') line--;
            else if (line == 1 && n < max) buf[n++] = chunk[i];
        }
    sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    return n;
}
// Descriptors 0 to 2 that are closed lead to /dev/null: else the first file that the program opens would take what it prints.
SYSTEM void os_open_streams(void) {
    struct {
        i32 fd;
        i16 events, got;
    } streams[3] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    if (sys_call(SYS_poll, (i64)streams, 3, 0, 0, 0, 0) <= 0) return; // nothing to tell: all are open
    for (i32 i = 0; i < 3; i++) {
        if (!(streams[i].got & POLLNVAL)) continue;
        i64 fd = sys_call(SYS_openat, AT_FDCWD, (i64) "/dev/null", O_RDWR, 0, 0, 0); // the lowest that is free
        if (fd != i) sys_call(SYS_exit_group, 2, 0, 0, 0, 0, 0);
    }
}
SYSTEM void os_random(void *p, usize n) {
    u8 *at = (u8 *)os_auxv(25 /* AT_RANDOM */);
    if (at && n <= 16) {
        __builtin_memcpy(p, at, n);
        return;
    }
    sys_call(SYS_getrandom, (i64)p, (i64)n, 0, 0, 0, 0);
}
SYSTEM u64 os_auxv(u64 tag) {
    if (rt_auxv)
        for (u64 *a = rt_auxv; a[0]; a += 2)
            if (a[0] == tag) return a[1];
    return 0;
}
SYSTEM i32 os_ncpu(void) {
    u64 mask[128];
    i32 n = 0;
    i64 r = sys_call(SYS_sched_getaffinity, 0, sizeof mask, (i64)mask, 0, 0, 0);
    for (i64 i = 0; i < r / 8; i++) n += __builtin_popcountll(mask[i]);
    return n > 0 ? n : 1;
}
