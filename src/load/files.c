// files.c - the files of one folder: selection by name and constraint, overlay lists, how paths are shown.
#include "load/load_int.h"
#include <errno.h>

static const char *const purego[] = {
#define PUREGO(p) p,
#define BIG(p)
#define NOARCH(p)
#include "load/overrides.def"
#undef PUREGO
#undef BIG
#undef NOARCH
};
static const char *const big[] = {
#define PUREGO(p)
#define BIG(p) p,
#define NOARCH(p)
#include "load/overrides.def"
#undef PUREGO
#undef BIG
#undef NOARCH
};
static const char *const noarch[] = {
#define PUREGO(p)
#define BIG(p)
#define NOARCH(p) p,
#include "load/overrides.def"
#undef PUREGO
#undef BIG
#undef NOARCH
};

static bool listed(Str path, const char *const *list, i64 n) {
    for (i64 i = 0; i < n; i++)
        if (str_eq(path, str_c(list[i]))) return true;
    return false;
}

static BuildTags tags_for(Loader *l, Str import_path) {
    BuildTags t = {l->o.goos, l->o.goarch, l->o.tags, l->o.ntags, listed(import_path, noarch, NELEM(noarch))};
    bool pure = listed(import_path, purego, NELEM(purego)), b = listed(import_path, big, NELEM(big));
    if (pure || b) {
        Str *extra = ANEWN(l->a, Str, t.nextra + 1);
        if (t.nextra) memcpy(extra, t.extra, (size_t)t.nextra * sizeof(Str));
        extra[t.nextra++] = pure ? S("purego") : S("math_big_pure_go");
        t.extra = extra;
    }
    return t;
}

static bool is_go_file(Str name) {
    return str_has_suffix(name, S(".go")) && name.ptr[0] != '_' && name.ptr[0] != '.' &&
           !str_has_suffix(name, S("_test.go"));
}

// tags NULL: the file is wanted whatever its constraints say.
static void consider(Loader *l, DirFiles *out, Str dir, Str name, const BuildTags *tags) {
    Str text, path = path_join(l->a, dir, name);
    out->any_go = true;
    if (tags && !constraint_name_matches(name, tags)) {
        out->any_excluded = true;
        return;
    }
    if (!file_read(l->a, arena_cstr(l->a, path), &text)) {
        diag_error_at(l->diag, load_display_path(l, path), "%s", strerror(errno));
        return;
    }
    bool bad = false;
    if (tags && !constraint_file_matches(text, tags, &bad)) {
        out->any_excluded = true;
        return;
    }
    vec_push(l->a, &out->names, name);
    vec_push(l->a, &out->texts, text);
    vec_push(l->a, &out->dirs, dir);
}

// An overlay folder may name files to take from the GOROOT besides its own: files.list, a path under GOROOT/src a line, taken whatever its constraints.
static void consider_list(Loader *l, DirFiles *out, Str dir) {
    Str text;
    if (!file_read(l->a, arena_cstr(l->a, path_join(l->a, dir, S("files.list"))), &text)) return;
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        Str line = str_slice(text, at, end);
        i64 hash = str_index(line, '#');
        line = str_trim(hash >= 0 ? str_slice(line, 0, hash) : line);
        at = end + 1;
        if (line.len == 0) continue;
        Str full = path_join(l->a, path_join(l->a, l->o.goroot, S("src")), line);
        consider(l, out, path_dir(full), path_base(full), NULL);
    }
}

void load_select_files(Loader *l, Str import_path, Str dir, DirFiles *out) {
    Str *names;
    i64 n;
    *out = (DirFiles){0};
    if (!dir_list(l->a, arena_cstr(l->a, dir), &names, &n)) {
        diag_error_at(l->diag, (Str){0}, "open %.*s: %s", SFMT(dir), strerror(errno));
        return;
    }
    BuildTags tags = tags_for(l, import_path);
    for (i64 i = 0; i < n; i++) {
        if (is_go_file(names[i])) consider(l, out, dir, names[i], &tags);
        else if (str_has_suffix(names[i], S(".s")) && constraint_name_matches(names[i], &tags)) out->any_asm = true;
    }
    if (l->o.overlay.len && str_has_prefix(dir, l->o.overlay)) consider_list(l, out, dir);
}

Str load_display_path(Loader *l, Str abs) {
    Str cwd = l->o.cwd;
    if (str_has_prefix(abs, cwd) && abs.len > cwd.len && abs.ptr[cwd.len] == '/') {
        Str rel = str_slice(abs, cwd.len + 1, abs.len);
        return str_index(rel, '/') < 0 ? arena_printf(l->a, "./%.*s", SFMT(rel)) : rel;
    }
    // One or more folders up, if that is shorter.
    Str up = cwd;
    Buf b = {0};
    while (up.len > 1) {
        up = path_dir(up);
        buf_c(&b, "../");
        i64 skip = up.len == 1 ? 1 : up.len + 1;
        if (str_has_prefix(abs, up) && abs.len > skip && (up.len == 1 || abs.ptr[up.len] == '/')) {
            buf_str(&b, str_slice(abs, skip, abs.len));
            break;
        }
    }
    Str rel = buf_view(&b);
    Str out = rel.len > 0 && rel.len < abs.len && rel.ptr[rel.len - 1] != '/' ? arena_str(l->a, rel) : abs;
    buf_free(&b);
    return out;
}
