// cover.c - -cover, -covermode, -coverpkg: which packages are counted, and how.
//
// In:   the packages of a command. Out: Pkg.cover of those that are counted; main packages import what writes the counts.
// Not counted, whatever matches: packages without code of their own, those that are ours and not the library's, and what counts atomically.
#include "cmd/cmd.h"
#include <stdio.h>

const char *const cover_mode_names[] = {"", "set", "count", "atomic"};

bool cover_wanted(const Cmd *c) {
    return c->f.cover || flag_given(c, "covermode") || flag_given(c, "coverpkg") || flag_given(c, "coverprofile");
}

CoverMode cover_mode(const Cmd *c) {
    for (int m = COVER_COUNT; m <= COVER_ATOMIC; m++)
        if (str_eq(c->f.covermode, str_c(cover_mode_names[m]))) return (CoverMode)m;
    return COVER_SET;
}

StrVec cover_patterns(const Cmd *c) { return c->f.coverpkg.len ? split_words(c->a, c->f.coverpkg, ",") : (StrVec){0}; }

static bool can_be_counted(const Pkg *p, CoverMode mode) {
    static const char *const never[] = {"unsafe", "runtime", "internal/bytealg", "internal/buildcfg"};
    static const char *const atomic[] = {"sync/atomic", "internal/runtime/atomic"};
    if (!p->files[FILES_GO].len) return false;
    for (i64 i = 0; i < NELEM(never); i++)
        if (p->std && str_eq(p->path, str_c(never[i]))) return false;
    for (i64 i = 0; i < NELEM(atomic); i++)
        if (p->std && mode == COVER_ATOMIC && str_eq(p->path, str_c(atomic[i]))) return false;
    return true;
}

static bool matches(Loader *l, const Pkg *p, const StrVec *patterns, bool *matched) {
    bool any = false;
    for (i64 i = 0; i < patterns->len; i++)
        if (load_matches(l, patterns->ptr[i], p)) matched[i] = any = true;
    return patterns->len ? any : p->named || p->command_line_files || p->main_module;
}

void cover_select(Cmd *c, Loader *l, Pkg **pkgs, i64 n, const char *what, Pkg ***out, i64 *nout) {
    StrVec patterns = cover_patterns(c);
    CoverMode mode = cover_mode(c);
    bool *matched = ANEWN(c->a, bool, patterns.len + 1);
    *out = ANEWN(c->a, Pkg *, n + 1);
    *nout = 0;
    for (i64 i = 0; i < n; i++) {
        if (!matches(l, pkgs[i], &patterns, matched) || !can_be_counted(pkgs[i], mode)) continue;
        pkgs[i]->cover = (u32)mode << PKG_COVER_SHIFT;
        (*out)[(*nout)++] = pkgs[i];
    }
    for (i64 i = 0; i < patterns.len && !c->cover_told; i++)
        if (!matched[i])
            fprintf(stderr, "warning: no packages being %s depend on matches for pattern %.*s\n", what,
                    SFMT(patterns.ptr[i]));
    c->cover_told = true;
}

// ---- build, install, run ----------------------------------------------------------------------------------------------

typedef struct Closure {
    Arena *a;
    Map *seen;
    VEC(Pkg *) all;
} Closure;

static void add_closure(Closure *w, Pkg *p) {
    if (!p || map_get_ptr(w->seen, p)) return;
    map_set_ptr(w->seen, p, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) add_closure(w, p->deps[i]);
    vec_push(w->a, &w->all, p);
}

static bool is_program(const Pkg *p) { return str_eq(p->name, S("main")) && !p->error; }

static void choose(void *ctx, Loader *l, Pkg **pkgs, i64 n) {
    Cmd *c = ctx;
    Closure w = {.a = c->a, .seen = map_new_ptr(c->a)};
    Pkg **counted;
    i64 ncounted;
    for (i64 i = 0; i < n; i++) {
        if (is_program(pkgs[i])) load_import_too(l, pkgs[i], S("runtime/coverage"));
        add_closure(&w, pkgs[i]);
    }
    cover_select(c, l, w.all.ptr, w.all.len, "built", &counted, &ncounted);
    for (i64 i = 0; i < n; i++)
        if (is_program(pkgs[i]) && pkgs[i]->cover) pkgs[i]->cover |= PKG_COVER_MAIN;
}

void cover_options(Cmd *c, ProgramOptions *o) {
    o->chosen = choose;
    o->chosen_ctx = c;
}
