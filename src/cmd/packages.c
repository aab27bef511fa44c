// packages.c - the packages of the arguments for commands that do not compile them, and `fmt`.
#include "cmd/cmd.h"
#include "env/env.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool cmd_packages(Cmd *c, Program **p, Pkg ***out, i64 *n) {
    ProgramOptions o = {0};
    if (!build_options(c, &o)) return false;
    *p = program_new(o);
    load_packages((*p)->loader, c->args, c->nargs, out, n);
    return true;
}

Str short_path(Cmd *c, Str path) {
    Str cwd = path_abs(c->a, S("."));
    if (str_has_prefix(path, cwd) && path.len > cwd.len && path.ptr[cwd.len] == '/')
        return str_slice(path, cwd.len + 1, path.len);
    return path;
}

bool in_dependency(const Pkg *p) { return !p->std && !p->main_module && !p->command_line_files && p->module.path.len; }

int cmd_package_error(Program *p, const Pkg *pkg) {
    Str text = load_error_text(p->loader, pkg->error);
    fprintf(stderr, "%.*s\n", SFMT(text));
    return 1;
}

// ---- fmt ------------------------------------------------------------------------------------------------------------

static bool find_gofmt(Cmd *c, Str *path) {
    Str gobin = env_get(c->env, "GOBIN");
    *path = path_join(c->a, gobin, S("gofmt"));
    return (gobin.len && access(arena_cstr(c->a, *path), X_OK) == 0) || tool_binary(c, S("gofmt"), path);
}

static int run_gofmt(Cmd *c, Str gofmt, const StrVec *files) {
    char **argv = ANEWN(c->a, char *, files->len + 4);
    argv[0] = (char *)arena_cstr(c->a, gofmt);
    argv[1] = (char *)"-l";
    argv[2] = (char *)"-w";
    for (i64 i = 0; i < files->len; i++) argv[3 + i] = (char *)arena_cstr(c->a, files->ptr[i]);
    if (c->f.n || c->f.x) {
        printf("%s", argv[0]);
        for (i64 i = 1; argv[i]; i++) printf(" %s", argv[i]);
        printf("\n");
    }
    if (c->f.n) return 0;
    int rc = cmd_spawn(c, gofmt, argv, NULL);
    if (rc < 0) return cmd_fail("%.*s: %s", SFMT(gofmt), err_os(errno));
    if (rc) fprintf(stderr, "exit status %d\n", rc);
    return rc != 0;
}

// What is wrong with a package so that its files are left alone; NULL: nothing. Without Go files for the build, or with patterns that
// embed nothing, they are formatted all the same.
static const PkgError *reason_against(Program *p, const Pkg *pkg, bool files) {
    const PkgError *e = pkg->error ? pkg->error : load_head_error(p->loader, pkg);
    if (!e || e->kind == ERR_NO_GO_FILES || e->kind == ERR_CONSTRAINTS) return NULL;
    return e->kind == ERR_EMBED && files ? NULL : e;
}

int cmd_fmt(Cmd *c) {
    static const FileKind kinds[] = {FILES_GO, FILES_CGO, FILES_IGNORED_GO, FILES_TEST_GO, FILES_XTEST_GO};
    Program *p;
    Pkg **pkgs;
    i64 n;
    Str gofmt;
    int rc = 0, said = 0;
    StrVec files = {0};
    if (!cmd_packages(c, &p, &pkgs, &n) || diag_flush(p->diag, 2) > 0) return 1;
    for (i64 i = 0; i < n; i++) {
        const Pkg *pkg = pkgs[i];
        if (in_dependency(pkg)) {
            if (!said++) fprintf(stderr, "go: not formatting packages in dependency modules\n");
            continue;
        }
        i64 before = files.len;
        const PkgError *e;
        for (i64 k = 0; k < NELEM(kinds); k++)
            for (i64 f = 0; f < pkg->files[kinds[k]].len; f++)
                vec_push(c->a, &files, short_path(c, pkg->files[kinds[k]].ptr[f]->path));
        if (!(e = reason_against(p, pkg, files.len > before))) continue;
        fprintf(stderr, "%.*s\n", SFMT(load_error_text(p->loader, e)));
        files.len = before;
        rc = 1;
    }
    if (files.len == 0) return rc;
    if (!find_gofmt(c, &gofmt)) return 1;
    for (i64 at = 0; at < files.len; at += 1000) { // arguments of a process have a limit
        StrVec part = {.ptr = files.ptr + at, .len = i64_min(1000, files.len - at)};
        rc |= run_gofmt(c, gofmt, &part);
    }
    return rc;
}
