// base.c - arenas, containers, strings, positions, diagnostics, files, threads.
#include "base/base.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sodium.h>
#include <unistd.h>

static int failures;
#define T(c)       ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))
#define IS(s, lit) str_eq((s), S(lit))

static void test_str(void) {
    T(str_cmp(S("a"), S("ab")) < 0 && str_cmp(S("b"), S("ab")) > 0 && str_cmp(S(""), S("")) == 0);
    T(str_find(S("hello"), S("llo")) == 2 && str_find(S("hello"), S("x")) < 0 && str_rindex(S("a/b/c"), '/') == 3);
    T(IS(str_trim(S(" \t a b\n")), "a b"));
    T(hash_bytes("hello, world of hashes", 22, 1) == hash_bytes("hello, world of hashes", 22, 1));
    for (i64 at = 8; at < 96; at += 8) { // words of the text that are the function's own constants
        static const u64 own[] = {0x9e3779b97f4a7c15u, 0xd6e8feb86659fd93u, 0xa0761d6478bd642fu};
        char one[104] = "one", two[104] = "two";
        for (i64 k = 0; k < NELEM(own); k++) {
            memcpy(one + at, &own[k], 8), memcpy(two + at, &own[k], 8);
            T(hash_bytes(one, sizeof one, 1) != hash_bytes(two, sizeof two, 1));
        }
    }
    T(hash_bytes("a", 1, 0) != hash_bytes("b", 1, 0) && hash_bytes("", 0, 0) != hash_bytes("\0", 1, 0));
    int size;
    char buf[4];
    T(utf8_decode("\xe2\x82\xac", 3, &size) == 0x20AC && size == 3);
    T(utf8_decode("\xe2\x82", 2, &size) == RUNE_ERROR && size == 1);
    T(utf8_decode("\xed\xa0\x80", 3, &size) == RUNE_ERROR && utf8_decode("\xc0\x80", 2, &size) == RUNE_ERROR);
    T(utf8_put(buf, 0x1F600) == 4 && utf8_decode(buf, 4, &size) == 0x1F600);
    T(rune_is_letter(0xE9) && rune_is_upper(0xC9) && !rune_is_upper(0xE9) && rune_is_digit(0x663) &&
      !rune_is_letter(0xB7));
}

static void test_arena(void) {
    Arena *a = arena_new("test");
    for (int round = 0; round < 3; round++) {
        for (i64 n = 1; n < 5000; n = n * 3 / 2 + 1) {
            u8 *p = arena_alloc(a, n * 100, 16);
            T(((uintptr_t)p & 15) == 0 && p[0] == 0 && p[n * 50] == 0 && p[n * 100 - 1] == 0);
            memset(p, 0xAA, (size_t)n * 100);
            u8 *raw = arena_alloc_raw(a, n * 7, 8), *behind = arena_alloc(a, 300, 1); // zero behind what was not cleared
            T(((uintptr_t)raw & 7) == 0);
            memset(raw, 0xBB, (size_t)n * 7);
            for (int k = 0; k < 300; k++) T(behind[k] == 0);
            memset(behind, 0xCC, 300);
        }
        VEC(i64) raw = {0};
        for (i64 k = 0; k < 3000; k++) vec_push(a, &raw, k); // grows in place, over what was used before
        u8 *behind = arena_alloc(a, 500, 1);
        for (int k = 0; k < 500; k++) T(behind[k] == 0);
        for (i64 k = 0; k < 3000; k++) T(raw.ptr[k] == k);
        i64 *zero = NULL, cap = 0;
        for (int k = 0; k < 8; k++) vec_grow(a, (void **)&zero, &cap, sizeof *zero);
        for (i64 k = 0; k < cap; k++) T(zero[k] == 0);
        memset(zero, 0xDD, (size_t)cap * sizeof *zero);
        arena_reset(a);
        T(arena_used(a) == 0);
    }
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++) vec_push(a, &v, i * 7);
    T(v.len == 1000 && v.ptr[999] == 6993);
    char want[64];
    static const int numbers[] = {0, 1, -1, 9, 10, -10, 2147483647, -2147483647 - 1};
    for (i64 i = 0; i < NELEM(numbers); i++) { // the plain way and the C library's say the same
        snprintf(want, sizeof want, "a%d%%b%cc%.*s|%s", numbers[i], 'x', 3, "longer", "");
        T(str_eq(arena_printf(a, "a%d%%b%cc%.*s|%s", numbers[i], 'x', 3, "longer", ""), str_c(want)));
        T(str_eq(arena_printf(a, "a%d%%b%cc%.*s|%s%4d", numbers[i], 'x', 3, "longer", "", 1),
                 str_c(strcat(want, "   1"))));
    }
    T(str_eq(arena_printf(a, "%.*s.", 5, "ab\0cd"), S("ab.")) && arena_printf(a, "%s", "").len == 0);
    Str s = arena_printf(a, "%0300d", 7);
    T(s.len == 300 && s.ptr[299] == '7' && s.ptr[300] == 0);
    arena_free(a);
}

static void test_buf(void) {
    Buf b = {0};
    buf_uleb(&b, 300), buf_sleb(&b, -2), buf_u32(&b, 0x01020304), buf_align(&b, 8);
    T(b.len == 8 && !memcmp(b.ptr, "\xac\x02\x7e\x04\x03\x02\x01\0", 8));
    for (int i = 0; i < 100; i++) buf_printf(&b, "%d,", i);
    T(b.len == 8 + 290);
    buf_free(&b);
}

static void test_map(void) {
    Arena *a = arena_new("test");
    Map *n = map_new_num(a), *s = map_new_str(a), *p = map_new_ptr(a);
    for (u64 i = 0; i < 10000; i++) {
        map_set_num(n, i * i, (void *)(uintptr_t)(i + 1));
        map_set_str(s, arena_printf(a, "k%d", (int)i), (void *)(uintptr_t)(i + 1));
        *map_slot_ptr(p, (char *)0 + i) = (void *)(uintptr_t)(i + 1);
    }
    for (u64 i = 0; i < 10000; i++) {
        T(map_get_num(n, i * i) == (void *)(uintptr_t)(i + 1) &&
          map_get_ptr(p, (char *)0 + i) == (void *)(uintptr_t)(i + 1));
        T(map_at(s, (i64)i)->val == (void *)(uintptr_t)(i + 1));
    }
    T(map_get_str(s, S("k77")) == (void *)78 && !map_get_str(s, S("k")) && map_len(s) == 10000 && !map_get_num(n, 3));
    arena_free(a);
}

typedef struct InternRun {
    Intern *in;
    const Name *seen[8][4000];
} InternRun;

static void intern_many(void *ctx, i64 i, int worker) {
    InternRun *r = ctx;
    char text[32];
    for (int k = 0; k < 4000; k++) {
        snprintf(text, sizeof text, "name%d", k * 7 % 4000);
        r->seen[i][k * 7 % 4000] = intern_c(r->in, text);
    }
    (void)worker;
}

static void count_up(void *ctx, i64 i, int worker) {
    struct {
        Mutex m;
        i64 sum;
    } *c = ctx;
    for (int k = 0; k < 1000; k++) mutex_lock(&c->m), c->sum += i, mutex_unlock(&c->m);
    (void)worker;
}

static void test_threads(void) {
    static InternRun r;
    struct {
        Mutex m;
        i64 sum;
    } c = {0};
    r.in = intern_new();
    parallel_for(8, 4, intern_many, &r);
    for (int i = 1; i < 8; i++) T(!memcmp(r.seen[0], r.seen[i], sizeof r.seen[0]));
    T(intern_c(r.in, "Ab")->exported && !intern_c(r.in, "ab")->exported && intern_c(r.in, "_")->blank &&
      intern_c(r.in, "\xc3\x89")->exported);
    parallel_for(10, 4, count_up, &c);
    T(c.sum == 45000 && cpu_count() > 0);
}

typedef struct PoolRun {
    i64 done[3000];
    i64 by[8]; // each worker's own
    i64 slow;
} PoolRun;

static void take_thing(void *ctx, void *thing, int worker) {
    PoolRun *r = ctx;
    i64 i = (i64 *)thing - r->done;
    if (i < r->slow) usleep(2000);
    r->done[i]++;
    r->by[worker]++;
}

static i64 pool_run(PoolRun *r, int nworkers, i64 room, bool drop) {
    i64 once = 0;
    *r = (PoolRun){.slow = r->slow};
    Pool *p = pool_new(nworkers, room, take_thing, r);
    for (i64 i = 0; i < 3000; i++) {
        pool_add(p, &r->done[i]);
        if (nworkers == 1) T(r->done[i] == 1); // at once
    }
    pool_end(p, drop);
    for (i64 i = 0; i < 3000; i++) once += r->done[i] == 1;
    return once;
}

// All that was added is done after a wait, and the pool takes more.
static void test_pool_wait(void) {
    static PoolRun r;
    for (int n = 1; n <= 4; n += 3) {
        r = (PoolRun){.slow = 20};
        Pool *p = pool_new(n, 1 << 20, take_thing, &r);
        i64 done = 0;
        pool_wait(p);
        for (i64 i = 0; i < 3000; i++) {
            pool_add(p, &r.done[i]);
            if (i % 1000 < 999) continue;
            pool_wait(p);
            for (i64 k = 0; k <= i; k++) done += r.done[k] == 1;
        }
        T(done == 6000);
        pool_end(p, true);
    }
}

// In pieces of all sizes against libsodium's; a machine without the instructions has nothing to test.
static void test_sha256(void) {
    u8 text[300], sum[32], want[32];
    Sha256 h;
    for (i64 i = 0; i < NELEM(text); i++) text[i] = (u8)(i * i + 7 * i);
    for (i64 n = 0; n <= NELEM(text); n++)
        for (i64 cut = 0; cut <= n; cut += 1 + n / 9) {
            if (!sha256_begin(&h)) return;
            sha256_add(&h, text, cut);
            sha256_add(&h, text + cut, n - cut);
            sha256_end(&h, sum);
            crypto_hash_sha256(want, text, (u64)n);
            T(!memcmp(sum, want, sizeof sum));
        }
}

static void test_pool(void) {
    static PoolRun r;
    test_pool_wait();
    T(pool_run(&r, 1, 0, false) == 3000 && r.by[0] == 3000);
    T(pool_run(&r, 4, 1 << 20, false) == 3000 && r.by[0] + r.by[1] + r.by[2] + r.by[3] == 3000);
    r.slow = 100; // the others are in them: the owner has to take some
    T(pool_run(&r, 3, 2, false) == 3000 && r.by[0] > 0);
    r.slow = 3000;
    T(pool_run(&r, 2, 1 << 20, true) < 3000);
}

static void test_paths(void) {
    static const struct {
        const char *in, *out;
    } clean[] = {
        {"", "."},
        {"a/../b", "b"},
        {"/../a//b/./c/..", "/a/b"},
        {"../../a/..", "../.."},
        {"a/..", "."},
        {"/", "/"},
        {"a/b/", "a/b"},
        {"./a", "a"},
    };
    Arena *a = arena_new("test");
    for (i64 i = 0; i < NELEM(clean); i++) T(str_eq(path_clean(a, str_c(clean[i].in)), str_c(clean[i].out)));
    T(IS(path_base(S("/a/b/")), "b") && IS(path_base(S("/")), "/") && IS(path_dir(S("/a")), "/") &&
      IS(path_dir(S("a")), ".") && IS(path_dir(S("a/b/c")), "a/b"));
    T(IS(path_join(a, S("a/b"), S("../c")), "a/c") && IS(path_abs(a, S("/x/../y")), "/y"));
    arena_free(a);
}

static void test_files(void) {
    Arena *a = arena_new("test");
    char dir[] = "/tmp/vole-base-XXXXXX";
    Str text, *names;
    i64 n;
    if (!mkdtemp(dir)) fatal("mkdtemp");
    const char *path = arena_printf(a, "%s/f", dir).ptr;
    T(file_write_atomic(path, S("one"), 0644) && file_write_atomic(path, S("second"), 0600));
    T(file_read(a, path, &text) && IS(text, "second") && text.ptr[text.len] == 0 && file_exists(path) &&
      !dir_exists(path) && dir_exists(dir));
    T(dir_list(a, dir, &names, &n) && n == 1 && IS(names[0], "f"));
    T(!file_read(a, dir, &text) && !file_write_atomic(arena_printf(a, "%s/none/f", dir).ptr, S("x"), 0644));
    T(file_read(a, "/proc/self/status", &text) && text.len > 0);
    unlink(path), rmdir(dir);
    arena_free(a);
}

static Str flush(Arena *a, Diag *d, i64 *count) {
    int fd = memfd_create("diag", 0);
    Str out = {0};
    *count = diag_flush(d, fd);
    if (!file_read(a, arena_printf(a, "/proc/self/fd/%d", fd).ptr, &out)) fatal("memfd");
    close(fd);
    return out;
}

static void test_diag(void) {
    Arena *a = arena_new("test");
    SourceMap *sm = source_map_new();
    SourceFile *f = source_map_add(sm, S("./a.go"), S("/w/a.go"), S("one\n\ttwo three\nfour\n"));
    SourceFile *g = source_map_add(sm, S("./b.go"), S("/w/b.go"), S("x\n"));
    Loc loc = source_map_loc(sm, f->base + 9, false);
    i64 n;
    T(loc.file == f && loc.line == 2 && loc.col == 6 && !source_map_loc(sm, 0, false).file);
    LineDirective dir = {4, {.name = S("z.y"), .literal = true}, 100, 0};
    f->directives = &dir, f->ndirectives = 1;
    loc = source_map_loc(sm, f->base + 15, true);
    T(IS(loc.path, "z.y") && loc.line == 101 && loc.col == 0 && loc.raw_line == 3);
    f->ndirectives = 0;
    Diag *d = diag_new(sm, (DiagOptions){0});
    diag_set_package(d, f->base, S("p"), false);
    diag_set_package(d, g->base, S("p"), false);
    diag_error(d, g->base, "second\nmore");
    diag_error(d, f->base + 9, "first");
    diag_error(d, f->base + 5, "first");
    diag_error_at(d, S("go.mod:3"), "bad");
    T(diag_count(d) == 4);
    Str out = flush(a, d, &n);
    T(IS(out, "go.mod:3: bad\n# p\n./a.go:2:6: first\n    two three\n        ^~~~~\n./b.go:1:1: "
              "second\n\tmore\n    x\n    ^\n"));
    T(diag_count(d) == 0 && n == 3);
    d = diag_new(sm, (DiagOptions){.plain = true});
    for (int i = 0; i < 12; i++) diag_error(d, f->base + (Pos)i, "e%d", i);
    out = flush(a, d, &n);
    T(str_has_suffix(out, S("e9\na.go:2:6: too many errors\n")) && n == 12);
    d = diag_new(sm, (DiagOptions){.plain = true}); // the ten reported first, in order of position
    for (int i = 11; i >= 0; i--) diag_error(d, f->base + (Pos)i, "e%d", i);
    out = flush(a, d, &n);
    T(str_has_prefix(out, S("a.go:1:3: e2\n")) && str_has_suffix(out, S("e11\na.go:1:3: too many errors\n")));
    for (int i = 11; i >= 0; i--) diag_error(d, f->base + (Pos)i, "e%d", i);
    diag_settle(d); // as if reported in order of position
    out = flush(a, d, &n);
    T(str_has_prefix(out, S("a.go:1:1: e0\n")) && str_has_suffix(out, S("e9\na.go:2:6: too many errors\n")));
    DiagOptions all_kinds[] = {{0}, {.plain = true}, {.json = true}};
    static const char *const want[] = {
        "a.go:2:2: first\n    two three\n    ^~~\n    note: x is declared at ./b.go:1:1\n    x\n    ^\n    help: "
        "think\n"
        "    fix: count\n    + one three\n",
        "a.go:2:2: first\n",
        "\"Diagnostic\":{\"file\":\"/w/a.go\",\"range\":{\"start\":{\"line\":1,\"character\":1},\"end\":"
        "{\"line\":1,\"character\":4}},\"severity\":1,\"source\":\"types\",\"message\":\"first\",\"related\":[{"
        "\"file\":\"/w/b.go\",\"range\":{\"start\":"
        "{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":1}},\"message\":\"x is declared\"}],"
        "\"help\":[\"think\"],\"fixes\":[{\"title\":\"count\",\"edits\":[{\"file\":\"/w/a.go\",\"range\":{\"start\":"
        "{\"line\":1,\"character\":1},\"end\":{\"line\":1,\"character\":4}},\"newText\":\"one\"}],"
        "\"isPreferred\":true}]}"};
    for (int i = 0; i < NELEM(all_kinds); i++) {
        d = diag_new(sm, all_kinds[i]);
        DiagError *e = diag_error(d, f->base + 5, "first");
        DiagEdit edit = {f->base + 5, f->base + 8, S("one")};
        diag_range(e, f->base + 5, f->base + 8);
        diag_note(e, g->base, 0, "x is declared");
        diag_help(e, "think");
        diag_fix(e, &edit, 1, "count");
        T(str_find(flush(a, d, &n), str_c(want[i])) >= 0);
    }
    d = diag_new(sm, (DiagOptions){.json = true, .plain = true});
    diag_error(d, f->base + 5, "a \"b\"\n\x01\xff");
    out = flush(a, d, &n);
    T(IS(out, "{\"ImportPath\":\"\",\"Action\":\"build-output\",\"Output\":\"a.go:2:2: a \\\"b\\\"\\n\"}\n"
              "{\"ImportPath\":\"\",\"Action\":\"build-output\",\"Output\":\"\\t\\u0001\\ufffd\\n\"}\n"
              "{\"ImportPath\":\"\",\"Action\":\"build-fail\"}\n"));
    arena_free(a);
}

int main(void) {
    test_sha256();
    test_str(), test_arena(), test_buf(), test_map(), test_threads(), test_pool(), test_paths(), test_files(),
        test_diag();
    return failures != 0;
}
