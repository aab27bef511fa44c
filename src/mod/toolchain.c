// toolchain.c - the modules "go" and "toolchain": which versions of Go there are, told by the versions of golang.org/toolchain.
#include "mod/fetch_int.h"
#include <stdlib.h>

#define DL_MODULE S("golang.org/toolchain")

static Str local(const Work *w) { return env_go_number(w->f->env); }

// "1.2" of "v0.0.1-go1.2.linux-amd64"
static bool go_of_dl(Str v, Str *out) {
    i64 dash = str_index(v, '-');
    if (dash < 0) return false;
    v = str_slice(v, dash + 1, v.len);
    i64 dot = str_rindex(v, '.');
    if (dot < 0 || str_index(str_slice(v, dot, v.len), '-') < 0) return false;
    v = str_slice(v, 0, dot);
    *out = str_has_prefix(v, S("go")) ? str_slice(v, 2, v.len) : v;
    return true;
}

static int compare(const void *x, const void *y) {
    Str a = *(const Str *)x, b = *(const Str *)y;
    if (str_has_prefix(a, S("go"))) a = str_slice(a, 2, a.len), b = str_slice(b, 2, b.len);
    return gover_cmp(a, b);
}

bool toolchain_versions(Work *w, Str path, Str **list, i64 *n, Err *err) {
    Str *dl;
    i64 ndl;
    if (!fetch_versions(w->f, DL_MODULE, S(""), &dl, &ndl, NULL, err)) return false;
    VEC(Str) out = {0};
    Map *have = map_new_str(w->a);
    const char *prefix = str_eq(path, S("toolchain")) ? "go" : "";
    for (i64 i = 0; i <= ndl; i++) {
        Str v;
        if (i == ndl) v = local(w);
        else if (!go_of_dl(dl[i], &v)) continue;
        if (map_get_str(have, v)) continue;
        map_set_str(have, v, list);
        vec_push(w->a, &out, arena_printf(w->a, "%s%.*s", prefix, SFMT(v)));
    }
    qsort(out.ptr, (size_t)out.len, sizeof(Str), compare);
    *list = out.ptr, *n = out.len;
    return true;
}

bool toolchain_stat(Work *w, Str path, Str rev, RevInfo *info, Err *err) {
    bool tool = str_eq(path, S("toolchain"));
    Str v = str_has_prefix(rev, S("go")) ? str_slice(rev, 2, rev.len) : rev;
    RevInfo dl = {0};
    *info = (RevInfo){arena_printf(w->a, "%s%.*s", tool ? "go" : "", SFMT(v)), S(""), S(""), S(""), S("")};
    if (!gover_valid(v)) return err_set(err, w->a, ERR_OTHER, "invalid %.*s version %.*s", SFMT(path), SFMT(rev));
    int c = gover_cmp(v, local(w));
    if (tool ? str_eq(v, local(w)) : c <= 0) return true;
    if (gover_is_lang(v))
        return err_set(err, w->a, ERR_OTHER, "go language version %.*s is not a toolchain version", SFMT(rev));
    if (!fetch_stat(w->f, DL_MODULE, arena_printf(w->a, "v0.0.1-go%.*s.linux-amd64", SFMT(v)), &dl, err)) return false;
    info->time = dl.time;
    return true;
}

bool toolchain_latest(Work *w, Str path, RevInfo *info, Err *err) {
    Str *list;
    i64 n;
    if (!toolchain_versions(w, path, &list, &n, err)) return false;
    return toolchain_stat(w, path, list[n - 1], info, err);
}
