// confine.c - Linux: the calling process gives up what it may do. It must have one thread.
//
// In an order in which each step still may do what it must: the filter of system calls comes last. What fails ends the process with a line on
// standard error: who asks decides beforehand what may be missing.
#include "os/linux/linux.h"
#include "os/os.h"

enum {
    SYS_capset = 126,
    SYS_prctl = 157,
    SYS_setrlimit = 160,
    SYS_seccomp = 317,
    SYS_close_range = 436,
    SYS_landlock_restrict_self = 446,
    PR_SET_DUMPABLE = 4,
    PR_SET_NO_NEW_PRIVS = 38,
    PR_CAP_AMBIENT = 47,
    PR_CAP_AMBIENT_CLEAR_ALL = 4,
    SECCOMP_SET_MODE_FILTER = 1,
    SECCOMP_FILTER_FLAG_TSYNC = 1,
    CAPABILITY_VERSION = 0x20080522,
    FAILED = 125,       // exit code
    MAX_CLOSED = 65536, // descriptors, where close_range is missing
};

SYSTEM NORETURN void os_confine_failed(const char *what, i64 err) {
    static const char before[] = "vole: a process for a plugin: ", number[] = ": errno ";
    char text[160];
    i64 n = 0;
    for (const char *s = before; *s; s++) text[n++] = *s;
    for (; *what && n < 140; what++) text[n++] = *what;
    for (const char *s = number; err && *s; s++) text[n++] = *s;
    if (err >= 100) text[n++] = (char)('0' + err / 100 % 10);
    if (err >= 10) text[n++] = (char)('0' + err / 10 % 10);
    if (err) text[n++] = (char)('0' + err % 10);
    text[n++] = '\n';
    os_write(2, text, n);
    for (;;) sys_call(SYS_exit_group, FAILED, 0, 0, 0, 0, 0);
}
static SYSTEM void must(const char *what, i64 r) {
    if (r < 0) os_confine_failed(what, -r);
}

static SYSTEM void close_from(i64 first) {
    if (sys_call(SYS_close_range, first, 0xffffffff, 0, 0, 0, 0) == 0) return;
    for (i64 fd = first; fd < MAX_CLOSED; fd++) sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

static SYSTEM void drop_capabilities(void) {
    struct {
        u32 version, pid;
    } head = {CAPABILITY_VERSION, 0};
    u32 none[6] = {0};
    sys_call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0, 0); // old kernels have none
    must("dropping capabilities", sys_call(SYS_capset, (i64)&head, (i64)none, 0, 0, 0, 0));
}

static SYSTEM void set_limits(const OsLimit *l, u64 n) {
    for (u64 i = 0; i < n; i++)
        must("setting a limit", sys_call(SYS_setrlimit, (i64)l[i].resource, (i64)&l[i].soft, 0, 0, 0, 0));
}

// The filter compares with the number of the process, which who made it did not know.
static SYSTEM void set_own_pid(const OsConfine *c) {
    u64 pid = (u64)sys_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    for (u64 i = 0; i < c->nfilter; i++)
        if (c->filter[i] >> 32 == OS_OWN_PID) c->filter[i] = (c->filter[i] & 0xffffffff) | pid << 32;
}

SYSTEM void os_confine(const OsConfine *c) {
    close_from(c->first_closed);
    must("no_new_privs", sys_call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0));
    must("not dumpable", sys_call(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0, 0));
    set_limits(c->limits, c->nlimits);
    drop_capabilities();
    if (c->ruleset >= 0) {
        must("restricting by Landlock",
             sys_call(SYS_landlock_restrict_self, c->ruleset, (i64)c->landlock_flags, 0, 0, 0, 0));
        sys_call(SYS_close, c->ruleset, 0, 0, 0, 0, 0);
    }
    set_own_pid(c);
    struct {
        u16 n;
        const void *code;
    } program = {(u16)c->nfilter, c->filter};
    if (c->nfilter)
        must("filtering system calls",
             sys_call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, (i64)&program, 0, 0, 0));
}
