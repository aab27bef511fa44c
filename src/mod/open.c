// open.c - finds what a command works on: go.work, go.mod, vendor/, or nothing; and decides the mode (-mod).
//
// In:   the settings and flags of the command.
// Out:  a ModState whose main modules are read; the graph is read when something asks for it.
// Facts: go.dev/ref/mod#go-mod-file (where it is looked for), #workspaces, #build-commands (-mod, vendor by default).
#include "mod/graph_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

bool mod_read_text(ModState *s, Str path, Str *text) {
    if (s->o.read_file) return s->o.read_file(s->o.read_ctx, s->a, path, text);
    return file_read(s->a, arena_cstr(s->a, path), text);
}

bool mod_file_there(ModState *s, Str path) {
    Str text;
    if (s->o.read_file) return s->o.read_file(s->o.read_ctx, s->a, path, &text);
    return file_exists(arena_cstr(s->a, path)) && !dir_exists(arena_cstr(s->a, path));
}

bool mod_list_dir(ModState *s, Str dir, Str **names, i64 *n) {
    if (s->o.list_dir) return s->o.list_dir(s->o.read_ctx, dir, names, n);
    return dir_list(s->a, arena_cstr(s->a, dir), names, n);
}

bool mod_is_dir(ModState *s, Str dir) {
    return s->o.is_dir ? s->o.is_dir(s->o.read_ctx, dir) : dir_exists(arena_cstr(s->a, dir));
}

bool mod_is_real_dir(ModState *s, Str dir) {
    u32 type = file_ltype(arena_cstr(s->a, dir));
    return type ? S_ISDIR(type) : mod_is_dir(s, dir);
}

// ---- names of files
Str mod_rel_path(Arena *a, Str base, Str target) {
    base = path_clean(a, base);
    target = path_clean(a, target);
    if (str_eq(base, target)) return S(".");
    i64 i = 0, cut = 0; // cut: length of the common folders
    while (i < base.len && i < target.len && base.ptr[i] == target.ptr[i]) {
        if (base.ptr[i] == '/') cut = i;
        i++;
    }
    if (i == base.len && (i == target.len || target.ptr[i] == '/')) cut = i;
    else if (i == target.len && base.ptr[i] == '/') cut = i;
    if (str_eq(base, S("/"))) return str_slice(target, 1, target.len);
    Buf b = {0};
    Str up = str_slice(base, cut, base.len), down = str_slice(target, cut, target.len);
    for (i64 k = 0; k < up.len; k++)
        if (up.ptr[k] == '/' && k + 1 < up.len) buf_c(&b, b.len ? "/.." : "..");
    while (down.len && down.ptr[0] == '/') down = str_slice(down, 1, down.len);
    if (b.len && down.len) buf_c(&b, "/");
    buf_str(&b, down);
    Str r = b.len ? arena_str(a, buf_view(&b)) : S(".");
    buf_free(&b);
    return r;
}

Str mod_short_path(ModState *s, Str path) {
    if (!path.len || path.ptr[0] != '/') return path;
    Str rel = mod_rel_path(s->a, s->o.cwd, path);
    return rel.len < path.len ? rel : path;
}

static Str within(Str path, Str dir) {
    if (!dir.len) return path;
    if (str_eq(path, dir)) return S(".");
    if (!str_has_prefix(path, dir)) return (Str){0};
    if (dir.ptr[dir.len - 1] == '/') return str_slice(path, dir.len, path.len);
    return path.ptr[dir.len] == '/' ? str_slice(path, dir.len + 1, path.len) : (Str){0};
}

static Str real_path(Arena *a, Str path) { return file_real_path(a, arena_cstr(a, path)); }

Str mod_in_dir(Arena *a, Str path, Str dir) {
    Str r = within(path, dir);
    if (r.len || !path.len || !dir.len) return r;
    Str xpath = real_path(a, path), xdir = real_path(a, dir);
    if (xpath.len && (r = within(xpath, dir)).len) return r;
    if (xdir.len && (r = within(path, xdir)).len) return r;
    return xpath.len && xdir.len ? within(xpath, xdir) : (Str){0};
}

static bool there(void *ctx, Str path) { return mod_file_there(ctx, path); }
static Str look_above(ModState *s, Str dir, const char *name, Str stop) {
    return file_above(s->a, dir, name, stop, there, s);
}

Str mod_find_root(ModState *s, Str dir) {
    Str f = look_above(s, dir, "go.mod", (Str){0});
    return f.len ? path_dir(f) : (Str){0};
}

// ---- errors
Err mod_no_root_error(ModState *s) {
    Err e = {{0}, 0};
    const char *text = "go.mod file not found in current directory or any parent directory; see 'go help modules'";
    if (s->workspace) text = "no modules were found in the current workspace; see 'go help work'";
    Str git = s->workspace ? (Str){0} : look_above(s, s->o.cwd, ".git/config", (Str){0});
    if (git.len && !mod_in_dir(s->a, s->o.cwd, env_goroot(s->env)).len) {
        Str dir = path_dir(path_dir(git)), rel = mod_rel_path(s->a, s->o.cwd, dir);
        Str cd = str_eq(rel, S(".")) ? (Str){0} : arena_printf(s->a, "cd %.*s && ", SFMT(rel));
        err_set(&e, s->a, ERR_NOT_EXIST,
                "cannot find main module, but found .git/config in %.*s\n\tto create a module there, run:\n\t%.*sgo "
                "mod init",
                SFMT(dir), SFMT(cd));
        return e;
    }
    err_set(&e, s->a, ERR_NOT_EXIST, "%s", text);
    return e;
}

static bool no_root(ModState *s, Err *err) {
    *err = mod_no_root_error(s);
    return false;
}

bool mod_too_new(ModState *s, Str what, Str go_version, Err *err) {
    return modfile_too_new(s->a, s->env, what, go_version, err);
}

Str mod_too_new_version(Str text) {
    i64 i = str_find(text, S("requires go >= "));
    if (i < 0) return (Str){0};
    text = str_slice(text, i + 15, text.len);
    i = str_index(text, ' ');
    return i < 0 ? text : str_slice(text, 0, i);
}

// ---- the mode
Str mod_vendor_dir(ModState *s) {
    if (s->workspace) return path_join(s->a, path_dir(s->gowork), S("vendor"));
    return s->roots.len ? path_join(s->a, s->roots.ptr[0], S("vendor")) : (Str){0};
}

static bool vendor_by_default(ModState *s) {
    Str dir = mod_vendor_dir(s);
    if (!dir.len || !dir_exists(arena_cstr(s->a, dir))) return false;
    const char *source = s->workspace ? "go.work" : "go.mod";
    Str go = s->workspace ? s->work->go.value : s->mains.ptr[0]->index_go;
    if (!go.len) {
        s->mode_reason =
            arena_printf(s->a, "Go version in %s is unspecified, so vendor directory was not used.", source);
        return false;
    }
    if (gover_cmp(go, S("1.14")) < 0) {
        s->mode_reason =
            arena_printf(s->a, "Go version in %s is %.*s, so vendor directory was not used.", source, SFMT(go));
        return false;
    }
    if (mod_vendor_is_workspace(s, dir) != s->workspace) {
        s->mode_reason = s->workspace ? S("In workspace mode, but vendor directory is not for a workspace")
                                      : S("Outside workspace mode, but vendor directory is for a workspace.");
        return false;
    }
    s->mode_reason = arena_printf(s->a, "Go version in %s is at least 1.14 and vendor directory exists.", source);
    return true;
}

static bool choose_mode(ModState *s, Err *err) {
    s->mode = s->o.mode;
    if (s->mode != MOD_DEFAULT) {
        s->mode_explicit = true;
        if (s->workspace && s->mode == MOD_MOD && (s->o.use == MODUSE_BUILD || s->o.use == MODUSE_VENDOR))
            return err_set(err, s->a, ERR_OTHER,
                           "-mod may only be set to readonly or vendor when in workspace mode, but it is set to \"mod\""
                           "\n\tRemove the -mod flag to use the default readonly value, "
                           "\n\tor set GOWORK=off to disable workspace mode.");
        return true;
    }
    switch (s->o.use) {
    case MODUSE_UPDATE:
    case MODUSE_EXPLORE: s->mode = MOD_MOD; return true;
    case MODUSE_VENDOR: s->mode = MOD_READONLY; return true;
    case MODUSE_BUILD: break;
    }
    if (!s->has_root) s->mode = s->o.missing_found ? MOD_MOD : MOD_READONLY;
    else s->mode = vendor_by_default(s) ? MOD_VENDOR : MOD_READONLY;
    return true;
}

// ---- where we are
static bool find_work(ModState *s, Err *err) {
    if (s->o.no_root || s->o.no_workspace) return true;
    Str set = env_get(s->env, "GOWORK");
    if (str_eq(set, S("off"))) return true;
    if (!set.len || str_eq(set, S("auto"))) s->gowork = look_above(s, s->o.cwd, "go.work", env_goroot(s->env));
    else if (set.ptr[0] != '/') return err_set(err, s->a, ERR_OTHER, "invalid GOWORK: not an absolute path");
    else s->gowork = path_clean(s->a, set);
    s->workspace = s->gowork.len > 0;
    return true;
}

static bool ignored_root(ModState *s, bool must, const char *where, Str dir, Err *err) {
    tell("go: warning: ignoring go.mod in %s %.*s\n", where, SFMT(dir));
    if (s->o.need_root) return no_root(s, err);
    s->enabled = must;
    return true;
}

static bool find_module(ModState *s, bool must, Err *err) {
    Str root = mod_find_root(s, s->o.cwd);
    if (!root.len) {
        if (s->o.modfile.len)
            return err_set(
                err, s->a, ERR_OTHER,
                "cannot find main module, but -modfile was set.\n\t-modfile cannot be used to set the module "
                "root directory.");
        s->enabled = must;
        return s->o.need_root ? no_root(s, err) : true;
    }
    const char *t = getenv("TMPDIR");
    Str tmp = t && *t ? str_c(t) : S("/tmp");
    if (str_eq(mod_in_dir(s->a, root, path_clean(s->a, tmp)), S(".")))
        return ignored_root(s, must, "system temp root", tmp, err);
    vec_push(s->a, &s->roots, root);
    return true;
}

static bool find_roots(ModState *s, bool must, Err *err) {
    if (s->o.no_root) {
        if (s->o.modfile.len)
            return err_set(err, s->a, ERR_OTHER,
                           "-modfile cannot be used with commands that ignore the current module");
    } else if (s->workspace) {
        if (s->o.modfile.len) return err_set(err, s->a, ERR_OTHER, "-modfile cannot be used in workspace mode");
    } else if (!find_module(s, must, err)) return false;
    if (s->o.modfile.len && !str_has_suffix(s->o.modfile, S(".mod")))
        return err_set(err, s->a, ERR_OTHER, "-modfile=%.*s: file does not have .mod extension", SFMT(s->o.modfile));
    return true;
}

static bool check_gopath(ModState *s, bool must, Err *err) {
    Str gopath = env_get(s->env, "GOPATH");
    i64 colon = str_index(gopath, ':');
    if (colon >= 0) gopath = str_slice(gopath, 0, colon);
    if (!gopath.len || !mod_file_there(s, path_join(s->a, gopath, S("go.mod")))) return true;
    return ignored_root(s, must, "$GOPATH", gopath, err);
}

static bool modules_wanted(ModState *s, bool *must, Err *err) {
    Str v = env_get(s->env, "GO111MODULE");
    *must = true;
    s->enabled = true;
    if (!v.len || str_eq(v, S("on"))) return true;
    if (str_eq(v, S("auto"))) {
        *must = s->o.force_use_modules;
        return true;
    }
    if (!str_eq(v, S("off")))
        return err_set(err, s->a, ERR_OTHER, "unknown environment setting GO111MODULE=%.*s", SFMT(v));
    s->enabled = false;
    if (!s->o.force_use_modules) return true;
    return err_set(err, s->a, ERR_OTHER, "modules disabled by GO111MODULE=off; see 'go help modules'");
}

static void make_maps(ModState *s) {
    s->nodes = map_new_str(s->a);
    s->have_go = map_new_str(s->a);
    s->have_gomod = map_new_str(s->a);
    s->highest = map_new_str(s->a);
    s->tools = map_new_str(s->a);
    s->latest = map_new_str(s->a);
}

bool mod_open(Arena *a, const Env *env, Fetcher *fetch, ModOptions o, ModState **out, Err *err) {
    ModState *s = ANEW(a, ModState);
    *s = (ModState){.a = a, .env = env, .fetch = fetch, .o = o};
    *out = s;
    make_maps(s);
    s->goroot_src = path_join(a, env_goroot(env), S("src"));
    s->local = toolchain_to_version(env_go_version(env));
    bool must;
    if (!modules_wanted(s, &must, err)) return false;
    if (!s->enabled) return true;
    if (!find_work(s, err) || !find_roots(s, must, err)) return false;
    if (s->enabled && !check_gopath(s, must, err)) return false;
    if (!s->enabled) return true;
    if (o.locate_only) {
        if (s->roots.len) s->gomod = path_join(a, s->roots.ptr[0], S("go.mod"));
        return true;
    }
    s->mode = o.mode ? o.mode : o.use == MODUSE_UPDATE || o.use == MODUSE_EXPLORE ? MOD_MOD : MOD_READONLY;
    if (!mod_read_mains(s, err) || !choose_mode(s, err)) return false;
    if (s->mode != MOD_VENDOR || !s->has_root) return true;
    return mod_read_vendor(s, err) && mod_check_vendor(s, err);
}

// ---- what others ask
Fetcher *mod_fetcher(const ModState *s) { return s->fetch; }
bool mod_enabled(const ModState *s) { return s->enabled; }
Str mod_gowork_path(const ModState *s) { return s->gowork; }
ModMode mod_mode(const ModState *s) { return s->mode; }
const ModFile *mod_work_file(const ModState *s) { return s->work; }
i64 mod_main_count(const ModState *s) { return s->mains.len; }
const ModMain *mod_main_at(const ModState *s, i64 i) { return &s->mains.ptr[i]->m; }

Str mod_gomod_path(const ModState *s) {
    if (!s->enabled) return (Str){0};
    if (s->gomod.len) return s->gomod;
    if (s->containing) return s->containing->m.gomod;
    return S("/dev/null");
}

const ModMain *mod_main_of_dir(const ModState *s, Str dir) {
    const ModMain *best = NULL;
    for (i64 i = 0; i < s->mains.len; i++) {
        const ModMain *m = &s->mains.ptr[i]->m;
        if (within(dir, m->dir).len && (!best || m->dir.len > best->dir.len)) best = m;
    }
    return best;
}

const ModMain *mod_main_of_path(const ModState *s, Str path) {
    const ModMain *best = NULL;
    for (i64 i = 0; i < s->mains.len; i++) {
        const ModMain *m = &s->mains.ptr[i]->m;
        if (mod_has_path_prefix(path, m->path) && (!best || m->path.len > best->path.len)) best = m;
    }
    return best;
}

Main *mod_main_named(const ModState *s, Str path) {
    for (i64 i = 0; i < s->mains.len; i++)
        if (str_eq(s->mains.ptr[i]->m.path, path)) return s->mains.ptr[i];
    return NULL;
}

Str mod_main_go(ModState *s) {
    if (s->workspace) return s->work->go.value.len ? s->work->go.value : S("1.18");
    if (s->mains.len != 1) return s->local;
    Str go = s->mains.ptr[0]->m.file->go.value;
    return go.len ? go : S("1.16");
}

bool mod_must_have_sums(const ModState *s) { return s->has_root && s->mode == MOD_READONLY && !s->workspace; }
