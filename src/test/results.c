// results.c - results of tests that need not run again: found by what the program is, what it was told, and what it looked at.
//
// In:   a key of the program with its arguments; after a run that passed, the log that package testing kept of environment variables
//       and files (`# test log`: getenv, stat, open, chdir) and the output. Out: the output, "(cached)" in the place of its time.
// Two steps: the key leads to the log; the log, with what these variables and files are now, to the output. Files outside of root do
// not count; of a file its size, mode and time count, and one that changed in the last two seconds may change again: it proves nothing.
// Never: a result from before `clean -testcache` (testexpire.txt in GOCACHE, which the official toolchain reads and writes, too).
#include "test/test.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static const Str log_head = {"# test log\n", 11};

typedef struct Inputs {
    Arena *a;
    CacheHash *h;
    Str root, dir; // dir: what relative names are below
} Inputs;

static Str key_text(const CacheKey *k) { return (Str){(const char *)k->b, sizeof k->b}; }

static i64 wall_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (i64)t.tv_sec * 1000000000 + t.tv_nsec;
}

// ---- what was looked at -----------------------------------------------------------------------------------------------

static void add_stat(Inputs *in, bool there, int why, const struct stat *st) {
    i64 facts[4] = {-1, why, 0, 0};
    if (there) {
        facts[0] = st->st_size;
        facts[1] = st->st_mode;
        facts[2] = st->st_mtim.tv_sec;
        facts[3] = st->st_mtim.tv_nsec;
    }
    cache_key_add(in->h, (Str){(const char *)facts, sizeof facts});
}

static void add_env(Inputs *in, Str name) {
    const char *v = getenv(arena_cstr(in->a, name));
    cache_key_add(in->h, v ? S("set") : S("not set"));
    cache_key_add(in->h, v ? str_c(v) : (Str){0});
}

static void add_looked_at(Inputs *in, Str name) {
    struct stat st;
    const char *path = arena_cstr(in->a, name);
    bool there = stat(path, &st) == 0;
    add_stat(in, there, errno, &st);
    there = lstat(path, &st) == 0;
    add_stat(in, there, errno, &st);
}

static void add_entries(Inputs *in, Str dir) {
    Str *names;
    i64 n;
    struct stat st;
    if (!dir_list(in->a, arena_cstr(in->a, dir), &names, &n)) n = 0;
    for (i64 i = 0; i < n; i++) {
        cache_key_add(in->h, names[i]);
        bool there = lstat(arena_cstr(in->a, path_join(in->a, dir, names[i])), &st) == 0;
        add_stat(in, there, errno, &st);
    }
}

static bool add_opened(Inputs *in, Str name) {
    static const i64 settled = 2000000000;
    struct stat st;
    bool there = stat(arena_cstr(in->a, name), &st) == 0;
    add_stat(in, there, errno, &st);
    if (!there) return true;
    if (S_ISDIR(st.st_mode)) add_entries(in, name);
    return !S_ISREG(st.st_mode) || wall_clock() - seen_ns(st.st_mtim) >= settled;
}

// A line of the log; false: it proves nothing.
static bool add_line(Inputs *in, Str line) {
    i64 blank = str_index(line, ' ');
    if (blank < 0) return false;
    Str op = str_slice(line, 0, blank), name = str_slice(line, blank + 1, line.len);
    cache_key_add(in->h, line);
    if (str_eq(op, S("getenv"))) {
        add_env(in, name);
        return true;
    }
    if (str_eq(op, S("chdir"))) {
        in->dir = name;
        add_looked_at(in, name);
        return true;
    }
    bool opened = str_eq(op, S("open"));
    if (!opened && !str_eq(op, S("stat"))) return false;
    if (!name.len || name.ptr[0] != '/') name = path_join(in->a, in->dir, name);
    name = path_clean(in->a, name);
    if (!mod_in_dir(in->a, name, in->root).len) return true;
    if (opened) return add_opened(in, name);
    add_looked_at(in, name);
    return true;
}

static bool inputs_key(Arena *a, const ResultPlace *at, const CacheKey *program, Str log, CacheKey *out) {
    Inputs in = {a, cache_key_new(a, "test inputs 1"), at->root, at->dir};
    cache_key_add(in.h, key_text(program));
    add_env(&in, S("GODEBUG")); // the runtime does not tell that it looks
    log = str_slice(log, log_head.len, log.len);
    while (log.len) {
        i64 nl = str_index(log, '\n');
        Str line = str_slice(log, 0, nl < 0 ? log.len : nl);
        log = str_slice(log, i64_min(line.len + 1, log.len), log.len);
        if (line.len && !add_line(&in, line)) return false;
    }
    *out = cache_key_end(in.h);
    return true;
}

static bool is_log(Str log) { return str_has_prefix(log, log_head) && str_has_suffix(log, S("\n")); }

// ---- results ----------------------------------------------------------------------------------------------------------

static i64 expired_before(Arena *a, Str gocache) {
    Str text;
    if (!file_read(a, arena_cstr(a, path_join(a, gocache, S("testexpire.txt"))), &text)) return 0;
    return str_has_suffix(text, S("\n")) ? strtoll(text.ptr, NULL, 10) : 0;
}

bool results_expire(Arena *a, Str gocache) {
    Str text = arena_printf(a, "%lld\n", (long long)wall_clock());
    if (!dir_exists(arena_cstr(a, gocache))) return true; // none
    return file_write_atomic(arena_cstr(a, path_join(a, gocache, S("testexpire.txt"))), text, 0666);
}

// The last line is "ok  \tPATH\tTIME...".
static bool put_cached(Arena *a, Str text, Str *out) {
    if (!str_has_suffix(text, S("\n"))) return false;
    i64 line = str_rindex(str_slice(text, 0, text.len - 1), '\n') + 1;
    Str last = str_slice(text, line, text.len);
    if (!str_has_prefix(last, S("ok  \t"))) return false;
    i64 tab = str_index(str_slice(last, 5, last.len), '\t');
    if (tab < 0) return false;
    i64 lo = line + 5 + tab + 1, hi = lo;
    while (hi < text.len && strchr("0123456789.s", text.ptr[hi])) hi++;
    *out = arena_printf(a, "%.*s(cached)%.*s", SFMT(str_slice(text, 0, lo)), SFMT(str_slice(text, hi, text.len)));
    return true;
}

static CacheKey profile_key(Arena *a, const CacheKey *of_output) {
    CacheHash *h = cache_key_new(a, "test profile 1");
    cache_key_add(h, key_text(of_output));
    return cache_key_end(h);
}

// value: the time, the output
static void keep(Arena *a, Cache *c, const ResultPlace *at, const CacheKey *program, Str log, Str value,
                 const TestResult *r) {
    CacheKey key;
    if (!is_log(log) || !inputs_key(a, at, program, log, &key)) return;
    cache_put(c, program, "test log", log);
    cache_put(c, &key, "test output", value);
    key = profile_key(a, &key);
    if (r->has_profile) cache_put(c, &key, "test profile", r->profile);
}

bool results_find(Arena *a, Cache *c, const ResultPlace *at, const CacheKey *program, const CacheKey *also,
                  TestResult *r) {
    Str log, value;
    CacheKey key;
    i64 when;
    if (!cache_get(c, program, "test log", &log) || !is_log(log)) return false;
    if (!inputs_key(a, at, program, log, &key) || !cache_get(c, &key, "test output", &value)) return false;
    if (value.len < (i64)sizeof when) return false;
    memcpy(&when, value.ptr, sizeof when);
    if (when < expired_before(a, at->gocache) || !put_cached(a, str_slice(value, sizeof when, value.len), &r->output))
        return false;
    key = profile_key(a, &key);
    if (r->has_profile && !cache_get(c, &key, "test profile", &r->profile)) return false;
    if (also) keep(a, c, at, also, log, value, r);
    return true;
}

void results_keep(Arena *a, Cache *c, const ResultPlace *at, const CacheKey *program, Str log, const TestResult *r) {
    Buf b = {0};
    buf_u64(&b, (u64)wall_clock());
    buf_str(&b, r->output);
    keep(a, c, at, program, log, buf_view(&b), r);
    buf_free(&b);
}
