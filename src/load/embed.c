// embed.c - files that //go:embed patterns select. Rules: package embed's documentation.
#include "load/load_int.h"
#include <fnmatch.h>
#include <stdlib.h>

typedef struct Found {
    Loader *l;
    Str root;
    Map *seen;
    VEC(EmbedFile) files;
    Pos pos;
    bool failed;
} Found;

static void add_parents(Found *f, Str name) {
    for (i64 i = 1; i < name.len; i++) {
        Str dir = str_slice(name, 0, i + 1);
        if (name.ptr[i] != '/' || map_get_str(f->seen, dir)) continue;
        EmbedFile e = {arena_str(f->l->a, dir), (Str){0}};
        map_set_str(f->seen, e.name, f);
        vec_push(f->l->a, &f->files, e);
    }
}

static void add_file(Found *f, Str name) {
    if (map_get_str(f->seen, name)) return;
    EmbedFile e = {arena_str(f->l->a, name), (Str){0}};
    if (!file_read(f->l->a, arena_cstr(f->l->a, path_join(f->l->a, f->root, name)), &e.data)) {
        diag_error(f->l->diag, f->pos, "pattern %.*s: cannot read the file", SFMT(name));
        f->failed = true;
        return;
    }
    map_set_str(f->seen, e.name, f);
    add_parents(f, e.name);
    vec_push(f->l->a, &f->files, e);
}

static i64 add_dir(Found *f, Str name, bool all, i64 depth) {
    Str *names;
    i64 n, count = 0;
    if (depth > 200 || !dir_list(f->l->a, arena_cstr(f->l->a, path_join(f->l->a, f->root, name)), &names, &n)) return 0;
    for (i64 i = 0; i < n; i++) {
        if (!all && (names[i].ptr[0] == '.' || names[i].ptr[0] == '_')) continue;
        Str sub = path_join(f->l->a, name, names[i]);
        Str full = path_join(f->l->a, f->root, sub);
        if (dir_exists(arena_cstr(f->l->a, full))) {
            if (!file_exists(arena_cstr(f->l->a, path_join(f->l->a, full, S("go.mod")))))
                count += add_dir(f, sub, all, depth + 1);
        } else {
            add_file(f, sub);
            count++;
        }
    }
    return count;
}

// Matches the rest of a pattern, element by element, below `at`.
static i64 match(Found *f, Str at, Str pattern, bool all) {
    i64 slash = str_index(pattern, '/'), count = 0, n;
    Str first = slash < 0 ? pattern : str_slice(pattern, 0, slash), *names;
    Str dir = at.len ? path_join(f->l->a, f->root, at) : f->root;
    if (!dir_list(f->l->a, arena_cstr(f->l->a, dir), &names, &n)) return 0;
    bool here = str_eq(pattern, S("."));
    if (here) return add_dir(f, S("."), all, 0);
    for (i64 i = 0; i < n; i++) {
        if (fnmatch(arena_cstr(f->l->a, first), arena_cstr(f->l->a, names[i]), FNM_PATHNAME) != 0) continue;
        Str sub = at.len ? path_join(f->l->a, at, names[i]) : names[i];
        if (slash >= 0) {
            count += match(f, sub, str_slice(pattern, slash + 1, pattern.len), all);
            continue;
        }
        if (dir_exists(arena_cstr(f->l->a, path_join(f->l->a, f->root, sub)))) count += add_dir(f, sub, all, 0);
        else {
            add_file(f, sub);
            count++;
        }
    }
    return count;
}

static Str dir_part(Str name) {
    if (name.len && name.ptr[name.len - 1] == '/') name.len--;
    i64 s = str_rindex(name, '/');
    return s < 0 ? S(".") : str_slice(name, 0, s);
}

static Str base_part(Str name) {
    if (name.len && name.ptr[name.len - 1] == '/') name.len--;
    return str_slice(name, str_rindex(name, '/') + 1, name.len);
}

static int cmp_file(const void *pa, const void *pb) { // as embed.FS wants it: by folder, then by name
    const EmbedFile *a = pa, *b = pb;
    int c = str_cmp(dir_part(a->name), dir_part(b->name));
    return c ? c : str_cmp(base_part(a->name), base_part(b->name));
}

EmbedFile *load_embed(Loader *l, Package *p, EmbedPatterns *e, i64 *n) {
    Found f = {.l = l, .root = p->dir, .seen = map_new_str(l->a), .pos = e->pos};
    for (i64 i = 0; i < e->patterns.len; i++) {
        Str pat = e->patterns.ptr[i];
        bool all = str_has_prefix(pat, S("all:"));
        if (all) pat = str_slice(pat, 4, pat.len);
        bool bad = pat.len == 0 || pat.ptr[0] == '/' || str_find(pat, S("..")) >= 0;
        if (bad) diag_error(l->diag, e->pos, "pattern %.*s: invalid pattern syntax", SFMT(pat));
        else if (match(&f, (Str){0}, pat, all) == 0)
            diag_error(l->diag, e->pos, "pattern %.*s: no matching files found", SFMT(pat));
        else continue;
        f.failed = true;
    }
    if (f.failed) return NULL;
    if (f.files.len) qsort(f.files.ptr, (size_t)f.files.len, sizeof(EmbedFile), cmp_file);
    *n = f.files.len;
    return f.files.ptr ? f.files.ptr : ANEW(l->a, EmbedFile);
}
