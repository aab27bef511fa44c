// install.c - `vole install`: builds main packages and puts the programs where GOBIN, GOPATH or the GOROOT say.
#include "cmd/cmd.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static Str goroot_dir(Cmd *c, Str path) { // of a command of the library
    bool in_bin = str_eq(path, S("cmd/go")) || str_eq(path, S("cmd/gofmt"));
    return path_join(c->a, env_goroot(c->env), in_bin ? S("bin") : S("pkg/tool/linux_amd64"));
}

static Str bin_dir(Cmd *c) {
    Str gobin = env_get(c->env, "GOBIN"), gopath = env_get(c->env, "GOPATH");
    if (gobin.len) return gobin;
    while (gopath.len && gopath.ptr[0] == ':') gopath = str_slice(gopath, 1, gopath.len);
    i64 colon = str_index(gopath, ':');
    if (colon >= 0) gopath.len = colon;
    return gopath.len ? path_join(c->a, gopath, S("bin")) : gopath;
}

Str install_target(Cmd *c, const Pkg *pkg) {
    if (!str_eq(pkg->name, S("main"))) return (Str){0};
    if (pkg->command_line_files && !env_get(c->env, "GOBIN").len) return (Str){0};
    bool of_go = pkg->std && str_has_prefix(pkg->path, S("cmd/"));
    Str dir = of_go ? goroot_dir(c, pkg->path) : bin_dir(c), name = executable_name(pkg->path);
    if (pkg->command_line_files && pkg->files[FILES_GO].len) {
        name = pkg->files[FILES_GO].ptr[0]->name;
        name = str_slice(name, 0, name.len - 3);
    }
    return dir.len ? path_join(c->a, dir, name) : dir;
}

// Every main package must have a place to go to.
static bool check_targets(Cmd *c, Pkg **pkgs, i64 n) {
    Str gobin = env_get(c->env, "GOBIN");
    bool ok = true;
    if (gobin.len && gobin.ptr[0] != '/') {
        fprintf(stderr, "cannot install, GOBIN must be an absolute path\n");
        return false;
    }
    for (i64 i = 0; i < n; i++) {
        if (!str_eq(pkgs[i]->name, S("main")) || install_target(c, pkgs[i]).len) continue;
        ok = false;
        if (pkgs[i]->command_line_files)
            cmd_fail("no install location for .go files listed on command line (GOBIN not set)");
        else
            cmd_fail("no install location for directory %.*s outside GOPATH\n"
                     "\tFor more details see: 'go help gopath'",
                     SFMT(pkgs[i]->dir));
    }
    return ok;
}

// `install` without arguments takes the place of an earlier `build` in this folder: its program would only grow old.
static void remove_built(Cmd *c, const Pkg *pkg) {
    const char *name = arena_cstr(c->a, executable_name(pkg->path));
    struct stat st;
    if (str_eq(path_join(c->a, pkg->dir, str_c(name)), install_target(c, pkg))) return;
    if (lstat(name, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111)) unlink(name);
}

typedef struct InstallOne {
    Cmd *c;
    const ProgramOptions *o;
    Str path;
} InstallOne;

static int install_one(void *arg) { // in a child process
    InstallOne *one = arg;
    Cmd *c = one->c;
    Program *p = program_new(*one->o);
    Package **pkgs;
    i64 n;
    int rc = 0;
    if (!program_load(p, &one->path, 1, &pkgs, &n)) {
        diag_flush(p->diag, 2);
        return 1;
    }
    for (i64 i = 0; i < n; i++) {
        Buf image = {0};
        bool is_main;
        Str target = install_target(c, load_pkg(pkgs[i]));
        if (!build_one(c, p, pkgs[i], &image, &is_main)) return 1;
        if (is_main && !write_output(target, &image, c->a, 0777)) rc = 1;
        buf_free(&image);
    }
    return rc;
}

int cmd_install(Cmd *c) {
    ProgramOptions o = {0};
    Program *p;
    Pkg **pkgs;
    i64 n;
    int rc = 0;
    if (!build_options(c, &o) || !cmd_packages(c, &p, &pkgs, &n)) return 1;
    if (load_report(p->loader, pkgs, n) > 0) {
        diag_flush(p->diag, 2);
        return 1;
    }
    if (!check_targets(c, pkgs, n)) return 1;
    for (i64 i = 0; i < n && c->f.n; i++)
        printf("vole build -o %.*s %.*s\n", SFMT(install_target(c, pkgs[i])), SFMT(pkgs[i]->path));
    if (c->f.n) return 0;
    if (n == 1 && pkgs[0]->command_line_files && c->nargs) {
        Program *q = program_new(o);
        Package **one;
        Buf image = {0};
        bool is_main;
        Str target = install_target(c, pkgs[0]);
        if (!program_load(q, c->args, c->nargs, &one, &n)) return diag_flush(q->diag, 2), 1;
        if (!build_one(c, q, one[0], &image, &is_main)) return 1;
        return !is_main || write_output(target, &image, c->a, 0777) ? 0 : 1;
    }
    for (i64 i = 0; i < n; i++) {
        InstallOne one = {c, &o, pkgs[i]->path};
        if (!pkgs[i]->files[FILES_GO].len && !pkgs[i]->literal) continue; // of a pattern, with nothing but tests
        rc |= cmd_in_child(install_one, &one);
    }
    if (rc == 0 && c->nargs == 0 && n == 1 && str_eq(pkgs[0]->name, S("main"))) remove_built(c, pkgs[0]);
    return rc;
}
