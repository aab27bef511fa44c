// modfiles.c - go.mod and go.work as files: found as the go command finds them, locked while they are written.
#include "cmd/modfiles.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- paths ---------------------------------------------------------------------------------------

static bool same_file(Arena *a, Str x, Str y) {
    struct stat sx, sy;
    int ex = stat(arena_cstr(a, x), &sx) ? errno : 0, ey = stat(arena_cstr(a, y), &sy) ? errno : 0;
    if (ex || ey) return ex == ENOENT && ey == ENOENT;
    return sx.st_dev == sy.st_dev && sx.st_ino == sy.st_ino;
}

Str modfiles_short(Arena *a, Str path) {
    if (!path.len || path.ptr[0] != '/') return path;
    Str rel = mod_rel_path(a, path_abs(a, S(".")), path);
    return rel.len < path.len && same_file(a, rel, path) ? rel : path;
}

Str modfiles_dir(Arena *a, Str path) {
    return modfile_is_dir_path(path) ? path : arena_printf(a, "./%.*s", SFMT(path_clean(a, path)));
}

Str modfiles_find_up(Arena *a, const char *name, Str stop) {
    return file_above(a, path_abs(a, S(".")), name, stop, NULL, NULL);
}

bool modfiles_find_work(Cmd *c, Str *gowork) {
    const char *own = getenv("GOWORK"); // a variable that is told, not set: env/ does not know it
    Str set = own && *own ? str_c(own) : env_get(c->env, "GOWORK");
    *gowork = S("");
    if (str_eq(set, S("off"))) return true;
    if (!set.len || str_eq(set, S("auto"))) *gowork = modfiles_find_up(c->a, "go.work", env_goroot(c->env));
    else if (set.ptr[0] != '/') return !cmd_fail("invalid GOWORK: not an absolute path");
    else *gowork = set;
    return true;
}

static bool report_no_module(Cmd *c) {
    Str work;
    if (str_eq(env_get(c->env, "GO111MODULE"), S("off")))
        return !cmd_fail("modules disabled by GO111MODULE=off; see 'go help modules'");
    if (!modfiles_find_work(c, &work)) return false;
    Str git = work.len ? S("") : modfiles_find_up(c->a, ".git/config", S(""));
    if (!git.len)
        return !cmd_fail("go.mod file not found in current directory or any parent directory; see 'go help modules'");
    Str dir = path_dir(path_dir(git)), rel = mod_rel_path(c->a, path_abs(c->a, S(".")), dir);
    Str cd = str_eq(rel, S(".")) ? S("") : arena_printf(c->a, "cd %.*s && ", SFMT(rel));
    return !cmd_fail(
        "cannot find main module, but found .git/config in %.*s\n\tto create a module there, run:\n\t%.*sgo "
        "mod init",
        SFMT(dir), SFMT(cd));
}

bool modfiles_find_mod(Cmd *c, Str *gomod) {
    *gomod = str_eq(env_get(c->env, "GO111MODULE"), S("off")) ? S("") : modfiles_find_up(c->a, "go.mod", S(""));
    if (!gomod->len) return report_no_module(c);
    if (c->f.modfile.len) *gomod = c->f.modfile;
    return true;
}

// ---- reading -------------------------------------------------------------------------------------

static bool too_new(Cmd *c, Str file, const ModFile *f, Err *err) {
    if (!modfile_is_too_new(c->env, f)) return false;
    modfile_too_new(c->a, c->env, modfiles_short(c->a, file), f->go.value, err);
    return true;
}

bool modfiles_read_text(Cmd *c, Str path, Str *text, Err *err) {
    if (file_read(c->a, arena_cstr(c->a, path), text)) return true;
    int e = errno;
    return err_set(err, c->a, e == ENOENT ? ERR_NOT_EXIST : ERR_OTHER, "%s %.*s: %s", e == EISDIR ? "read" : "open",
                   SFMT(path), err_os(e));
}

bool modfiles_read_mod(Cmd *c, Str gomod, ModFile **f, Err *err) {
    Str text, shown = modfiles_short(c->a, gomod);
    Err bad = {0}, ignored = {0};
    if (!modfiles_read_text(c, gomod, &text, err)) return false;
    *f = modfile_parse(c->a, shown, text, NULL, NULL, &bad);
    if (!*f) {
        if (too_new(c, gomod, modfile_parse_lax(c->a, shown, text, NULL, NULL, &ignored), err)) return false;
        return err_set(err, c->a, ERR_OTHER, "errors parsing %.*s:\n%.*s", SFMT(shown), SFMT(bad.text));
    }
    if (too_new(c, gomod, *f, err)) return false;
    if (!(*f)->module_line)
        return err_set(err, c->a, ERR_OTHER,
                       "error reading %.*s: missing module declaration. To specify the module path:\n\tgo mod edit "
                       "-module=example.com/mod",
                       SFMT(shown));
    if (!module_is_toolchain((*f)->module)) return true;
    return err_set(err, c->a, ERR_OTHER, "error reading %.*s: invalid module path: %.*s", SFMT(shown),
                   SFMT(str_quote(c->a, (*f)->module)));
}

bool modfiles_read_work(Cmd *c, Str gowork, Str *text, ModFile **f, Err *err) {
    Str shown = modfiles_short(c->a, gowork);
    Err bad = {0};
    if (!modfiles_read_text(c, shown, text, &bad))
        return err_set(err, c->a, bad.kind, "reading go.work: %.*s", SFMT(bad.text));
    *f = workfile_parse(c->a, shown, *text, NULL, NULL, &bad);
    if (!*f) return err_set(err, c->a, ERR_OTHER, "errors parsing go.work:\n%.*s", SFMT(bad.text));
    return strcmp(c->command->name, "work edit") == 0 || !too_new(c, gowork, *f, err);
}

// ---- writing -------------------------------------------------------------------------------------

static bool fail_write(Cmd *c, Str path, const char *what, Err *err) {
    return err_set(err, c->a, ERR_OTHER, "%s %.*s: %s", what, SFMT(path), err_os(errno));
}

static bool write_all(int fd, Str text) {
    for (i64 at = 0; at < text.len;) {
        ssize_t n = pwrite(fd, text.ptr + at, (size_t)(text.len - at), at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += n;
    }
    return ftruncate(fd, text.len) == 0;
}

bool modfiles_write(Cmd *c, Str path, const Str *was, Str text, Err *err) {
    int fd = open(arena_cstr(c->a, path), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return fail_write(c, path, "open", err);
    bool ok = flock(fd, LOCK_EX) == 0;
    Str now = S("");
    if (!ok) fail_write(c, path, "lock", err);
    else if (was && (!file_read(c->a, arena_cstr(c->a, path), &now) || !str_eq(now, *was)))
        ok = err_set(err, c->a, ERR_OTHER, "go.mod changed during editing; not overwriting");
    else if (!(was && str_eq(now, text)) && !write_all(fd, text)) ok = fail_write(c, path, "write", err);
    close(fd); // and with it the lock goes
    return ok;
}
