// install.c - `vole install`: builds main packages and puts the programs where GOBIN, GOPATH or the GOROOT say.
#include "cmd/steps.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static Str goroot_dir(Cmd *c, Str path) { // of a command of the library
    bool in_bin = str_eq(path, S("cmd/go")) || str_eq(path, S("cmd/gofmt"));
    return path_join(c->a, env_goroot(c->env), in_bin ? S("bin") : S("pkg/tool/linux_amd64"));
}

static Str bin_dir(Cmd *c, const Pkg *pkg) {
    Str gobin = env_get(c->env, "GOBIN"), gopath = env_get(c->env, "GOPATH");
    if (gobin.len) return gobin;
    bool entry = str_eq(env_get(c->env, "GO111MODULE"), S("off")) && pkg->root.len && !pkg->std &&
                 str_has_prefix(pkg->dir, arena_printf(c->a, "%.*s/src/", SFMT(pkg->root)));
    if (entry) return path_join(c->a, pkg->root, S("bin")); // the entry of GOPATH that holds it
    while (gopath.len && gopath.ptr[0] == ':') gopath = str_slice(gopath, 1, gopath.len);
    i64 colon = str_index(gopath, ':');
    if (colon >= 0) gopath.len = colon;
    return gopath.len ? path_join(c->a, gopath, S("bin")) : gopath;
}

Str install_target(Cmd *c, const Pkg *pkg) {
    if (!str_eq(pkg->name, S("main"))) return (Str){0};
    if (pkg->command_line_files && !env_get(c->env, "GOBIN").len && str_eq(env_get(c->env, "GO111MODULE"), S("off")))
        return (Str){0}; // files belong to no entry of GOPATH
    bool of_go = pkg->std && str_has_prefix(pkg->path, S("cmd/"));
    Str dir = of_go ? goroot_dir(c, pkg->path) : bin_dir(c, pkg), name = executable_name(pkg->path);
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
        Str hidden = pkgs[i]->conflict_dir;
        if (hidden.len)
            ok = cmd_fail("no install location for %.*s: hidden by %.*s", SFMT(pkgs[i]->dir), SFMT(hidden)) == 0;
        if (hidden.len || !str_eq(pkgs[i]->name, S("main")) || install_target(c, pkgs[i]).len) continue;
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
    file_ltype(name); // the next time it must be gone, too
}

static int install_package(Cmd *c, Program *p, Pkg *pkg) {
    Package **pkgs;
    i64 n;
    Buf image = {0};
    bool is_main;
    if (!program_parse(p, &pkg, 1, &pkgs, &n)) {
        diag_flush(p->diag, 2);
        return 1;
    }
    if (!n) return 0; // of a pattern, with nothing but tests
    bool good = build_one(c, p, pkgs[0], &image, &is_main);
    if (good && is_main) good = write_output(pkg->path, install_target(c, pkg), &image, c->a, 0777);
    if (good && is_main) again_made(c, install_target(c, pkg), &image, hash_bytes(image.ptr, image.len, 1));
    buf_free(&image);
    return !good;
}

// Outside of a module a package that is not of the library needs a version.
static bool lacks_version(Cmd *c, Program *p, Pkg **pkgs, i64 n) {
    ModState *mods;
    i64 errors = 0;
    if (!load_open_modules(p->loader, &mods) || !mods || !mod_enabled(mods) || mod_main_count(mods)) return false;
    for (i64 i = 0; i < n; i++) {
        if (!pkgs[i]->error) continue;
        if (pkgs[i]->error->kind != ERR_IMPORT_MISSING) return false;
        errors++;
    }
    if (!errors) return false;
    fprintf(stderr, "go: 'go install' requires a version when current directory is not in a module\n"
                    "\tTry 'go install");
    for (i64 i = 0; i < c->nargs; i++) fprintf(stderr, " %.*s@latest", SFMT(c->args[i]));
    fprintf(stderr, "' to install the latest version\n");
    return true;
}

static bool load(Cmd *c, Program **p, Pkg ***pkgs, i64 *n) {
    ProgramOptions o = {0};
    bool versioned = false;
    if (!build_options(c, &o)) return false;
    for (i64 i = 0; i < c->nargs; i++) versioned |= cmd_is_versioned(c->args[i]);
    if (versioned) use_versions(c, &o);
    *p = program_new(o);
    load_packages((*p)->loader, c->args, c->nargs, pkgs, n);
    if (!versioned && lacks_version(c, *p, *pkgs, *n)) return false;
    bool failed = diag_count((*p)->diag) > 0 || load_report((*p)->loader, *pkgs, *n) > 0;
    if (failed) diag_flush((*p)->diag, 2);
    return !failed;
}

// -n, -x, -work, -toolexec
static int install_by_steps(Cmd *c, Program *p, Pkg **pkgs, i64 n) {
    StepsTarget *targets = ANEWN(c->a, StepsTarget, n + 1);
    if (!load_buildable(p->loader, pkgs, &n)) {
        diag_flush(p->diag, 2);
        return 1;
    }
    for (i64 i = 0; i < n; i++) targets[i] = (StepsTarget){.pkg = pkgs[i], .path = install_target(c, pkgs[i])};
    Steps *s = steps_new(c, p, &p->o, false);
    return s ? steps_end(s, steps_build(s, targets, n)) : 1;
}

static int install(Cmd *c) {
    Program *p;
    Pkg **pkgs;
    i64 n;
    int rc = 0;
    if (!load(c, &p, &pkgs, &n) || !check_targets(c, pkgs, n)) return 1;
    if (steps_wanted(c)) rc = install_by_steps(c, p, pkgs, n);
    p->keep_bodies = n > 1;
    for (i64 i = 0; i < n && !steps_wanted(c); i++) {
        rc |= install_package(c, p, pkgs[i]);
        if (n > 1) program_release(p);
    }
    if (rc == 0 && !c->f.n && c->nargs == 0 && n == 1 && str_eq(pkgs[0]->name, S("main"))) remove_built(c, pkgs[0]);
    return rc;
}

int cmd_install(Cmd *c) {
    if (again_done(c)) return 0;
    return again_end(c, install(c));
}
