// commit.c - go.mod as the requirements say, and go.sum with it, each written at once or not at all.
//
// The two files cannot be replaced in one step. So go.sum first gets what is new and keeps what was there, then go.mod is replaced, then
// go.sum loses what nobody needs: whenever the process ends, go.sum has all that the go.mod beside it needs.
//
// In:   ModState.reqs, the loaded packages.
// Out:  go.mod and go.sum (in a workspace go.work.sum alone) written if they changed and the mode lets them; else an error.
// Never: overwrites a go.mod that somebody else changed meanwhile, and never leaves a half-written file.
#include "mod/graph_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void set_go_lines(ModState *s, ModFile *f, Str go, Str toolchain) {
    Err e = {{0}, 0};
    bool leave = !f->go.value.len && str_eq(go, S("1.16")) && s->mode != MOD_MOD;
    if (!str_eq(f->go.value, go) && !leave) {
        modfile_set_go(f, go, &e);
        ModNode *n = mod_node(s, (ModVersion){f->module, {0}});
        n->go_version = go;
    }
    Str implied = arena_printf(s->a, "go%.*s", SFMT(go));
    bool drop = !toolchain.len || str_eq(toolchain, implied) || s->drop_toolchain ||
                (gover_cmp(toolchain_to_version(toolchain), S("1.21")) < 0 && !s->keep_toolchain);
    if (drop) modfile_drop_toolchain(f);
    else modfile_set_toolchain(f, toolchain, &e);
}

bool commit_update_file(ModState *s, Str *before, Str *after, Err *err) {
    *before = *after = (Str){0};
    if (s->workspace || s->mains.len != 1) return true;
    ModFile *f = s->mains.ptr[0]->m.file;
    *before = modfile_format(f);
    VEC(ModRequire) list = {0};
    Str go = {0}, toolchain = {0};
    for (i64 i = 0; i < s->reqs->roots.len; i++) {
        ModVersion m = s->reqs->roots.ptr[i];
        if (str_eq(m.path, S("go"))) go = m.version;
        else if (str_eq(m.path, S("toolchain"))) toolchain = m.version;
        else vec_push(s->a, &list, ((ModRequire){.mod = m, .indirect = !map_get_str(s->reqs->direct, m.path)}));
    }
    if (gover_cmp(go, s->local) > 0) return mod_too_new(s, S("updating go.mod"), go, err);
    set_go_lines(s, f, go, toolchain);
    modfile_set_require(f, list.ptr, list.len, gover_cmp(go, S("1.17")) >= 0);
    modfile_cleanup(f);
    *after = modfile_format(f);
    return true;
}

// ---- the file
static bool file_error(ModState *s, Str path, const char *what, Err *err) {
    return err_set(err, s->a, ERR_OTHER, "updating go.mod: %s %.*s: %s", what, SFMT(path), err_os(errno));
}

static bool write_locked(ModState *s, Main *m, int fd, Str path, Str text, Map *keep, Err *err) {
    Str now;
    if (!file_read(s->a, arena_cstr(s->a, path), &now)) return file_error(s, path, "read", err);
    if (str_eq(now, text)) return true;
    if (!str_eq(now, m->data))
        return err_set(err, s->a, ERR_OTHER, "updating go.mod: existing contents have changed since last read");
    struct stat st;
    int mode = fstat(fd, &st) == 0 ? (int)(st.st_mode & 0777) : 0666;
    if (access(arena_cstr(s->a, path), W_OK) != 0) return file_error(s, path, "open", err);
    if (!fetch_extend_gosum(s->fetch, keep, err)) return false;
    return file_write_atomic(arena_cstr(s->a, path), text, mode) || file_error(s, path, "write", err);
}

static bool write_gomod(ModState *s, Main *m, Str text, Map *keep, Err *err) {
    char *real = realpath(arena_cstr(s->a, m->m.gomod), NULL); // a link stays a link
    Str path = real ? arena_str(s->a, str_c(real)) : m->m.gomod;
    free(real);
    int fd = open(arena_cstr(s->a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return file_error(s, path, "open", err);
    while (flock(fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    bool ok = write_locked(s, m, fd, path, text, keep, err);
    close(fd);
    return ok;
}

static Map *sums_to_keep(ModState *s) {
    bool tidy = s->loaded && s->loaded->o.tidy && s->loaded->keep;
    return tidy ? s->loaded->keep : tidy_keep_sums(s, s->loaded, s->reqs, true);
}

bool mod_commit(ModState *s, Err *err) {
    Reqs *rs;
    if (!s->enabled || !mod_current_reqs(s, &rs, err)) return !s->enabled;
    if (s->workspace) return fetch_write_gosum(s->fetch, sums_to_keep(s), mod_complete(s), err);
    if (s->mains.len != 1) return true;
    Str before, after;
    Main *m = s->mains.ptr[0];
    if (!commit_update_file(s, &before, &after, err)) return false;
    bool dirty = mod_file_dirty(s, m), tidy = s->loaded && s->loaded->o.tidy;
    if (dirty && s->mode != MOD_MOD) return err_dirty(s, err);
    Map *keep = sums_to_keep(s);
    if (dirty || (tidy && !str_eq(after, m->data))) {
        if (s->o.overlaid && s->o.overlaid(s->o.read_ctx, m->m.gomod))
            return err_set(err, s->a, ERR_OTHER,
                           "updates to go.mod needed, but go.mod is part of the overlay specified with -overlay");
        if (!write_gomod(s, m, after, keep, err)) return false;
        mod_index_file(s, m, after, false);
    }
    return fetch_write_gosum(s->fetch, keep, mod_complete(s), err);
}
