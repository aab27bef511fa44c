// vet.c - `vole vet` and `vole fix`: the analyzers over packages with their test files, once a file.
//
// Of a package with tests of its own it is the variant with them that is looked at, and the tests outside of it are one more.
#include "cmd/vet.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool is_vet(const Vet *v) { return strcmp(v->tool, "vet") == 0; }

static bool refuse(const char *text) {
    fprintf(stderr, "%s\n", text);
    return false;
}

// ---- flags ------------------------------------------------------------------------------------------------------------

// -vettool=prog, which must be known before its flags are; "": none. False: reported.
static bool find_tool(Cmd *c, const char *tool, Str *program, bool *foreign) {
    Str name = arena_printf(c->a, "-%stool", tool), given = {0};
    for (i64 i = 0; i < c->nargs && !given.len; i++) {
        Str w = str_has_prefix(c->args[i], S("--")) ? str_slice(c->args[i], 1, c->args[i].len) : c->args[i];
        bool whole = str_eq(w, name);
        if (whole && i + 1 >= c->nargs) {
            fprintf(stderr, "%.*s requires a filename\n", SFMT(c->args[i]));
            return false;
        }
        if (whole) given = c->args[i + 1];
        else if (str_has_prefix(w, name) && w.ptr[name.len] == '=') given = str_slice(w, name.len + 1, w.len);
    }
    *foreign = given.len > 0;
    if (given.len) *program = path_abs(c->a, given);
    return given.len || tool_binary(c, str_c(tool), program);
}

static bool settle_form(Vet *v, const VetFlags *f) {
    Arena *a = v->c->a;
    bool fixes = !is_vet(v) || f->fix;
    v->flags = f->tool_flags;
    v->chosen = v->flags.len > 0 || v->foreign;
    if (fixes && f->json && f->diff) return refuse("-json and -diff cannot be used together");
    if (fixes && f->context != -1) return refuse("-c flag cannot be used when applying fixes");
    if (!fixes && f->diff) return refuse("go vet -diff flag requires -fix");
    v->form = f->json ? VET_JSON : !fixes ? VET_LINES : f->diff ? VET_DIFF : VET_FIX;
    if (v->form == VET_FIX || v->form == VET_DIFF) vec_push(a, &v->flags, S("-fix"));
    if (v->form == VET_DIFF) vec_push(a, &v->flags, S("-diff"));
    if (v->form == VET_FIX && v->foreign) {
        fprintf(stderr, "vole: not supported yet: fixes of another program (-%stool): -diff shows them\n", v->tool);
        return false;
    }
    if (!f->obsolete_fix.len) return true;
    fprintf(stderr, "go fix: the -fix=%.*s flag is obsolete and has no effect", SFMT(f->obsolete_fix));
    StrVec names = split_words(a, f->obsolete_fix, ",");
    for (i64 i = 0; i < names.len; i++)
        if (str_eq(names.ptr[i], S("buildtag"))) fprintf(stderr, "go fix: to enable the buildtag check, use -buildtag");
    return true;
}

// ---- packages ---------------------------------------------------------------------------------------------------------

// Fixes are for what people edit.
static bool is_foreign(const Vet *v, const Pkg *p) {
    if (v->form != VET_FIX) return false;
    return (p->std && str_has_prefix(p->path, S("vendor/"))) || (p->module.path.len && !p->main_module);
}

static bool add_package(Vet *v, Program *p, Pkg *pkg) {
    TestProgram t;
    TestFuncs funcs;
    const Pkg *failed = NULL;
    const PkgError *e;
    if (is_foreign(v, pkg)) return true;
    if (!load_test_program(p->loader, pkg, &t, &failed)) {
        fprintf(stderr, "%.*s\n", SFMT(load_error_text(p->loader, failed->error)));
        return false;
    }
    if ((e = load_test_funcs(p->loader, pkg, &funcs))) { // before anything is looked at, and in the words of that
        fprintf(stderr, "%.*s\n", SFMT(e->at.file ? load_error_text(p->loader, e) : e->text));
        return false;
    }
    if (!t.test->files[FILES_GO].len && !t.xtest)
        return !cmd_fail("can't %s %.*s: no Go files in %.*s", v->tool, SFMT(pkg->path), SFMT(pkg->dir));
    if (t.test->files[FILES_GO].len && !load_is_fake(t.test)) vet_add(v, t.test);
    if (t.xtest) vet_add(v, t.xtest);
    return true;
}

static bool add_packages(Vet *v, Program *p, const VetFlags *f, int *rc) {
    Pkg **pkgs;
    i64 n;
    load_packages(p->loader, f->packages.ptr, f->packages.len, &pkgs, &n);
    if (diag_flush(p->diag, 2) > 0) return false;
    i64 errors = load_report(p->loader, pkgs, n);
    diag_flush(p->diag, 2);
    if (errors) return false;
    if (n == 0) return !cmd_fail("no packages to %s", v->tool);
    for (i64 i = 0; i < n; i++)
        if (!add_package(v, p, pkgs[i])) *rc = 1;
    return true;
}

// ---- all of it --------------------------------------------------------------------------------------------------------

static void put(int fd, Buf *b) {
    fwrite(b->ptr, 1, (size_t)b->len, fd == 1 ? stdout : stderr);
    fflush(fd == 1 ? stdout : stderr);
    buf_free(b);
}

// Of a package that could not be checked, those that import it were not looked at: its own errors say why.
static bool show_all(Vet *v, i64 context) {
    bool good = true;
    for (i64 i = 0; i < v->batch.len; i++) {
        VetUnit *u = v->batch.ptr[i];
        Buf none = {0}, err = {0};
        if (u->root || !u->failed) continue;
        good = false;
        vet_show(v, u, context, &none, &err);
        put(2, &err);
    }
    for (i64 i = 0; i < v->roots.len; i++) {
        Buf out = {0}, err = {0};
        good &= vet_show(v, v->roots.ptr[i], context, &out, &err);
        put(1, &out);
        put(2, &err);
    }
    return good;
}

// True: not all is known.
static bool look_all(Vet *v) {
    bool left = false;
    Buf b = {0};
    for (i64 i = 0; i < v->roots.len; i++) {
        bool known = vet_look(v, v->roots.ptr[i]) && !v->c->f.a;
        if (v->c->f.n || (v->c->f.x && !known)) vet_commands(v, v->roots.ptr[i], &b);
        left |= !known;
    }
    put(2, &b);
    return left;
}

static int run(Cmd *c, const char *tool) {
    ProgramOptions o = {.tests = true};
    VetFlags f;
    Vet v = {.tool = tool};
    int rc = 1;
    Str program = {0};
    v.c = c;
    if (!find_tool(c, tool, &program, &v.foreign) || !vet_flags(c, tool, program, &f, &rc)) return rc;
    v.program = program;
    if (!settle_form(&v, &f) || !build_options(c, &o)) return 1;
    again_packs_alone(c, &o);
    o.additions = o.overlay;
    o.overlay = (Str){0}; // the library is looked at as it stands in the GOROOT
    Program *p = program_new(o);
    vet_init(&v, c, &o, p->loader);
    if (v.foreign && !c->f.n && !vet_ask_version(&v)) return 1;
    rc = 0;
    if (!add_packages(&v, p, &f, &rc)) return 1;
    bool left = look_all(&v);
    if (c->f.n) return rc;
    if (left && !(v.foreign ? vet_run_tool(&v) : vet_run(&v))) rc = 1;
    if (!show_all(&v, f.context)) rc = 1;
    if (v.form == VET_FIX && !vet_apply(&v))
        rc = 1; // what could be fixed, also where some fixes stand in the way of others
    return again_child_end(c, rc);
}

int cmd_vet(Cmd *c) { return run(c, "vet"); }

int cmd_fix(Cmd *c) { return fix_errors_asked(c) ? fix_errors(c) : run(c, "fix"); }
