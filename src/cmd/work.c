// work.c - `work init` and `work use`: which modules a workspace is made of.
#include "cmd/modfiles.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

typedef struct WorkUse {
    Cmd *c;
    Arena *a;
    ModFile *f;
    Str dir;   // of go.work
    Map *keep; // absolute folder -> Str *: how its use line names it; "": no module is there
    bool failed;
} WorkUse;

static void fail_use(WorkUse *w, Str why) {
    w->failed = true;
    cmd_fail("%.*s", SFMT(why));
}

static Str abs_in(Arena *a, Str dir, Str path) {
    return path.ptr[0] == '/' ? path_clean(a, path) : path_join(a, dir, path);
}

// A folder as it was written, and as a use line names it: relative to go.work, absolute if it was written so.
static void name_dir(WorkUse *w, Str dir, Str *abs, Str *name) {
    *abs = path_abs(w->a, dir);
    *name = dir.len && dir.ptr[0] == '/' ? *abs : modfiles_dir(w->a, mod_rel_path(w->a, w->dir, *abs));
}

static void look_at(WorkUse *w, Str dir) {
    Str abs, name;
    struct stat st;
    name_dir(w, dir, &abs, &name);
    Str gomod = path_join(w->a, abs, S("go.mod")), *was = map_get_str(w->keep, abs), *now = ANEW(w->a, Str);
    if (stat(arena_cstr(w->a, gomod), &st)) {
        if (errno == ENOENT) *now = S(""), map_set_str(w->keep, abs, now);
        else fail_use(w, arena_printf(w->a, "stat %.*s: %s", SFMT(gomod), err_os(errno)));
        return;
    }
    if (!S_ISREG(st.st_mode)) {
        fail_use(w, arena_printf(w->a, "%.*s is not a regular file", SFMT(modfiles_short(w->a, gomod))));
        return;
    }
    if (was && was->len && !str_eq(*was, name))
        fail_use(w, arena_printf(w->a, "already added \"%.*s\" as \"%.*s\"", SFMT(name), SFMT(*was)));
    *now = name;
    map_set_str(w->keep, abs, now);
}

static void walk(WorkUse *w, Str dir) {
    look_at(w, dir);
    Str *names;
    i64 n;
    if (!dir_list(w->a, arena_cstr(w->a, dir), &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        Str path = path_join(w->a, dir, names[i]);
        const char *z = arena_cstr(w->a, path);
        struct stat st;
        if (lstat(z, &st)) continue;
        if (S_ISDIR(st.st_mode)) walk(w, path);
        else if (S_ISLNK(st.st_mode) && stat(z, &st) == 0 && S_ISDIR(st.st_mode))
            fprintf(stderr, "warning: ignoring symlink %.*s\n", SFMT(modfiles_short(w->a, path)));
    }
}

static bool is_below(Str path, Str dir) {
    if (!str_has_prefix(path, dir)) return false;
    return path.len == dir.len || dir.len == 1 || path.ptr[dir.len] == '/';
}

static void take_arg(WorkUse *w, Str arg) {
    Str abs = path_abs(w->a, arg), shown = modfiles_short(w->a, abs);
    struct stat st;
    if (stat(arena_cstr(w->a, abs), &st)) {
        if (errno == ENOENT) fail_use(w, arena_printf(w->a, "directory %.*s does not exist", SFMT(shown)));
        else fail_use(w, arena_printf(w->a, "stat %.*s: %s", SFMT(abs), err_os(errno)));
    } else if (!S_ISDIR(st.st_mode)) {
        fail_use(w, arena_printf(w->a, "%.*s is not a directory", SFMT(shown)));
    } else if (!w->c->f.r) {
        look_at(w, arg);
    } else {
        walk(w, arg);
        for (i64 i = 0; i < w->f->use.len; i++) { // folders that are gone
            Str used = abs_in(w->a, w->dir, w->f->use.ptr[i].value);
            if (!is_below(used, abs) || map_get_str(w->keep, used)) continue;
            Str *none = ANEW(w->a, Str);
            *none = S("");
            map_set_str(w->keep, used, none);
        }
    }
}

static void update_uses(WorkUse *w) {
    for (i64 i = 0; i < map_len(w->keep); i++) {
        Str abs = map_at(w->keep, i)->key.str, keep = *(Str *)map_at(w->keep, i)->val;
        i64 kept = 0;
        for (i64 k = 0; k < w->f->use.len; k++) {
            Str value = w->f->use.ptr[k].value;
            if (!value.len || !str_eq(abs_in(w->a, w->dir, value), abs)) continue;
            if (str_eq(value, keep) && !kept) kept++;
            else if (str_eq(value, keep)) continue; // modfile_add_word drops the second
            else modfile_drop_word(w->f, S("use"), value);
        }
        Err ignored = {0};
        if (keep.len) modfile_add_word(w->f, S("use"), keep, &ignored);
    }
}

static Str newer(Str a, Str b) { return gover_cmp(a, b) >= 0 ? a : b; }

// The go line becomes at least go; a toolchain line that says no more than it goes. False: nothing changes.
bool work_raise_go(ModFile *f, Str go) {
    Err ignored = {0};
    if (gover_cmp(f->go.value.len ? f->go.value : S("1.18"), go) >= 0) return false;
    modfile_set_go(f, go, &ignored);
    Str tool = f->toolchain.value, v = toolchain_to_version(tool);
    if (!tool.len) return true;
    bool said = str_eq(tool, arena_printf(f->a, "go%.*s", SFMT(go)));
    if (said || gover_cmp(v, go) < 0 || gover_cmp(v, S("1.21")) < 0) modfile_drop_toolchain(f);
    return true;
}

// The go line is at least what every module asks for.
static void update_go(WorkUse *w) {
    Str go = S("1.18");
    for (i64 i = 0; i < w->f->use.len; i++) {
        Str value = w->f->use.ptr[i].value;
        if (!value.len) continue;
        ModFile *m;
        Err err = {0};
        Str gomod = path_join(w->a, abs_in(w->a, w->dir, value), S("go.mod"));
        if (modfiles_read_mod(w->c, gomod, &m, &err)) go = newer(go, m->go.value.len ? m->go.value : S("1.16"));
        else fail_use(w, err.text);
    }
    if (!w->failed) work_raise_go(w->f, go);
}

static int use(Cmd *c, Str gowork, ModFile *f, const Str *was) {
    WorkUse w = {.c = c, .a = c->a, .f = f, .dir = path_dir(gowork), .keep = map_new_str(c->a)};
    for (i64 i = 0; i < c->nargs; i++) take_arg(&w, c->args[i]);
    update_uses(&w);
    update_go(&w);
    if (w.failed) return 1;
    modfile_sort_blocks(f);
    modfile_cleanup(f);
    Err err = {0};
    return modfiles_write(c, gowork, was, modfile_format(f), &err) ? 0 : cmd_fail("%.*s", SFMT(err.text));
}

int cmd_work_init(Cmd *c) {
    Str gowork;
    Err err = {0};
    if (!modfiles_find_work(c, &gowork)) return 1;
    if (!gowork.len) gowork = path_join(c->a, path_abs(c->a, S(".")), S("go.work"));
    if (file_exists(arena_cstr(c->a, gowork))) return cmd_fail("%.*s already exists", SFMT(gowork));
    ModFile *f = modfile_new(c->a, S("go.work"), true);
    if (!modfile_set_go(f, env_go_number(c->env), &err)) return cmd_fail("%.*s", SFMT(err.text));
    return use(c, gowork, f, NULL);
}

int cmd_work_use(Cmd *c) {
    Str gowork, text;
    ModFile *f;
    Err err = {0};
    if (!modfiles_find_work(c, &gowork)) return 1;
    if (!gowork.len) return cmd_fail(MODFILES_NO_WORK);
    if (!modfiles_read_work(c, gowork, &text, &f, &err)) return cmd_fail("%.*s", SFMT(err.text));
    return use(c, gowork, f, &text);
}
