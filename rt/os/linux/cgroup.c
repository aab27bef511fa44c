// cgroup.c - limits of the control groups that this process is in: CPU time and memory, versions 1 and 2. System stack.
//
// /proc/self/cgroup names the group in each hierarchy, /proc/self/mountinfo tells where a hierarchy is mounted and which part of it: a container may see
// its own group as the root. Every group from there up to the mount may limit. Where a group lies is found out at the first call for a controller, which
// must be alone; limits are read at each call. VOLECGROUPS=DIR, for tests: both files and the mounts are looked for below DIR.
#include "os/os.h"
#include "os/linux/linux.h"

enum { CPU, MEMORY };
enum { LINE = 4096, DIR_MAX = 1024, NAME_MAX = 32 };
static const char *const controller[] = {[CPU] = "cpu", [MEMORY] = "memory"};
static struct Place {
    char dir[DIR_MAX + NAME_MAX];
    i64 len, top; // of dir: the group, the mount
    bool searched, v2;
} places[2];

// ---- text

typedef struct Lines {
    i64 fd, n, at;
    char chunk[1024], line[LINE]; // line: what is too long is cut off
} Lines;
// s[0, at) is there; more text behind it, cut off at max.
static SYSTEM i64 add(char *s, i64 at, const char *more, i64 max) {
    while (*more && at < max) s[at++] = *more++;
    s[at] = 0;
    return at;
}
static SYSTEM void lines_open(Lines *l, const char *path) {
    const char *root = rt_getenv("VOLECGROUPS");
    i64 n = add(l->line, 0, root ? root : "", LINE - 1);
    add(l->line, n, path, LINE - 1);
    l->fd = sys_call(SYS_openat, AT_FDCWD, (i64)l->line, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    l->n = l->at = 0;
}
static SYSTEM bool lines_next(Lines *l) { // false: no more, and closed
    i64 n = 0;
    if (l->fd < 0) return false;
    for (;;) {
        if (l->at == l->n) {
            l->n = sys_call(SYS_read, l->fd, (i64)l->chunk, sizeof l->chunk, 0, 0, 0);
            l->at = 0;
            if (l->n <= 0) break;
        }
        char c = l->chunk[l->at++];
        if (c == '\n') {
            l->line[n] = 0;
            return true;
        }
        if (n < LINE - 1) l->line[n++] = c;
    }
    sys_call(SYS_close, l->fd, 0, 0, 0, 0, 0);
    l->fd = -1;
    l->line[n] = 0;
    return n > 0;
}
// The text up to the next `end`, which is cut off; *s goes behind it.
static SYSTEM char *field(char **s, char end) {
    char *from = *s, *p = from;
    while (*p && *p != end) p++;
    *s = *p ? p + 1 : p;
    *p = 0;
    return from;
}
static SYSTEM bool same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}
static SYSTEM bool listed(const char *list, const char *word) { // "cpu,cpuacct"
    for (const char *s = list; *s;) {
        const char *w = word;
        while (*w && *s == *w) s++, w++;
        if (!*w && (!*s || *s == ',')) return true;
        while (*s && *s != ',') s++;
        if (*s) s++;
    }
    return false;
}
static SYSTEM void unescape(char *s) { // \040 and the like
    char *to = s;
    for (; *s; s++)
        if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
            *to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
            s += 3;
        } else *to++ = *s;
    *to = 0;
}
static SYSTEM i64 number(const char **s) { // -1: there is none ("max")
    i64 v = 0;
    bool any = false;
    while (**s == ' ') ++*s;
    for (; **s >= '0' && **s <= '9'; ++*s, any = true)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, **s - '0', &v)) v = INT64_MAX;
    return any ? v : -1;
}

// ---- where the group is

static SYSTEM bool find_group(Lines *l, int kind, char *group, bool *v2) { // false: in none
    bool found = false;
    lines_open(l, "/proc/self/cgroup");
    while (lines_next(l)) {
        char *s = l->line;
        field(&s, ':');
        const char *controllers = field(&s, ':');
        bool old = listed(controllers, controller[kind]);
        if (!old && (found || *controllers)) continue; // a controller of version 1 is not one of version 2
        add(group, 0, s, DIR_MAX);
        found = true;
        *v2 = !old;
    }
    return found;
}
// What of the group's path is below `root`, the part of the hierarchy that is mounted; NULL: it is elsewhere.
static SYSTEM const char *below(const char *group, const char *root) {
    if (root[0] == '/' && !root[1]) return group[1] ? group : "";
    while (*root && *group == *root) root++, group++;
    return !*root && (!*group || *group == '/') ? group : NULL;
}
static SYSTEM void place_at(struct Place *p, const char *mount, const char *rest) {
    const char *root = rt_getenv("VOLECGROUPS");
    i64 n = add(p->dir, 0, root ? root : "", DIR_MAX);
    p->top = add(p->dir, n, mount, DIR_MAX);
    p->len = add(p->dir, p->top, rest, DIR_MAX);
}
static SYSTEM void find_place(struct Place *p, int kind) {
    Lines l;
    char group[DIR_MAX + 1];
    p->searched = true;
    if (!find_group(&l, kind, group, &p->v2)) return;
    lines_open(&l, "/proc/self/mountinfo");
    for (bool exact = false; lines_next(&l);) { // id parent device root mount options ... - type source options
        char *s = l.line, *root, *mount, *type;
        for (int i = 0; i < 3; i++) field(&s, ' ');
        root = field(&s, ' ');
        mount = field(&s, ' ');
        while (*s && !same(field(&s, ' '), "-")) {
        }
        type = field(&s, ' ');
        field(&s, ' ');
        if (exact || !same(type, p->v2 ? "cgroup2" : "cgroup") || (!p->v2 && !listed(s, controller[kind]))) continue;
        unescape(root), unescape(mount);
        const char *rest = below(group, root);
        exact = rest != NULL;
        place_at(p, mount, rest ? rest : "");
    }
}
static SYSTEM const struct Place *place(int kind) {
    if (!places[kind].searched) find_place(&places[kind], kind);
    return &places[kind];
}

// ---- limits

// The group's file `name`, of the group dir[0, len); false: there is none.
static SYSTEM bool read_setting(const struct Place *p, i64 len, const char *name, char *out, i64 max) {
    char path[DIR_MAX + NAME_MAX];
    memcpy(path, p->dir, (usize)len);
    add(path, add(path, len, "/", (i64)sizeof path - 1), name, (i64)sizeof path - 1);
    return os_read_file(path, out, max) > 0;
}
static SYSTEM i64 lesser(i64 a, i64 b) { return !a || (b && b < a) ? b : a; } // 0: none
static SYSTEM i64 cpus(i64 quota, i64 period) { return quota <= 0 || period <= 0 ? 0 : (quota + period - 1) / period; }
static SYSTEM i64 cpu_of_group(const struct Place *p, i64 len) {
    char v[64];
    const char *s = v;
    if (p->v2) { // "150000 100000", "max 100000"
        if (!read_setting(p, len, "cpu.max", v, sizeof v)) return 0;
        i64 quota = number(&s);
        return cpus(quota, quota < 0 ? 0 : number(&s));
    }
    if (!read_setting(p, len, "cpu.cfs_quota_us", v, sizeof v)) return 0;
    i64 quota = number(&s);
    if (!read_setting(p, len, "cpu.cfs_period_us", v, sizeof v)) return 0;
    s = v;
    return cpus(quota, number(&s));
}
static SYSTEM i64 bytes(const struct Place *p, i64 len, const char *name) {
    char v[64];
    const char *s = v;
    if (!read_setting(p, len, name, v, sizeof v)) return 0;
    i64 n = number(&s);
    return n < 0 || n >= 1ll << 60 ? 0 : n > 0 ? n : 1; // version 1 writes "none" as a huge number
}
static SYSTEM i64 memory_of_group(const struct Place *p, i64 len) {
    return p->v2 ? lesser(bytes(p, len, "memory.max"), bytes(p, len, "memory.high"))
                 : bytes(p, len, "memory.limit_in_bytes");
}
static SYSTEM i64 least(int kind, i64 (*of_group)(const struct Place *, i64 len)) {
    const struct Place *p = place(kind);
    i64 best = 0;
    for (i64 len = p->len; len > 0;) {
        best = lesser(best, of_group(p, len));
        if (len <= p->top) break;
        while (len > p->top && p->dir[--len] != '/') {
        }
    }
    return best;
}
SYSTEM i32 os_cpu_limit(void) {
    i64 n = least(CPU, cpu_of_group);
    return n < INT32_MAX ? (i32)n : INT32_MAX;
}
SYSTEM i64 os_memory_limit(void) { return least(MEMORY, memory_of_group); }
