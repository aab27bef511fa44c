// irdump.c - driver for tests of ir/ alone: irdump [-f SYMBOL]... [-all] file.go|package prints trees of what main reaches.
#include "ir/ir.h"
#include "env/env.h"
#include "load/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static Loader *loader;
static Map *tables;

static Str find_linkname(IrProgram *ir, Package *pkg, Str local) {
    Map *t = map_get_ptr(tables, pkg);
    if (!t) {
        map_set_ptr(tables, pkg, t = map_new_str(ir->arena));
        for (i64 i = 0; i < pkg->nfiles; i++)
            for (i64 k = 0; pkg->files[i] && k < pkg->files[i]->linknames.len; k++)
                if (pkg->files[i]->linknames.ptr[k].remote.len)
                    map_set_str(t, pkg->files[i]->linknames.ptr[k].local, &pkg->files[i]->linknames.ptr[k]);
    }
    Linkname *l = map_get_str(t, local);
    return l ? l->remote : (Str){0};
}

static bool embed_files(IrProgram *ir, Object *var, IrEmbedFile **files, i64 *n) {
    VarDecl *d = var->decl;
    *files = (IrEmbedFile *)(void *)load_embed(loader, var->pkg, d->embed, n);
    return *files != NULL;
}

static f64 now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (f64)t.tv_sec + (f64)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    const char *want[64];
    int nwant = 0;
    bool all = false, quiet = false;
    Str args[64];
    i64 nargs = 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-f")) want[nwant++] = argv[++i];
        else if (!strcmp(argv[i], "-all")) all = true;
        else if (!strcmp(argv[i], "-q")) quiet = true;
        else args[nargs++] = str_c(argv[i]);
    }
    Arena *a = arena_new("session");
    Intern *in = intern_new();
    SourceMap *sm = source_map_new();
    Diag *diag = diag_new(sm, (DiagOptions){.all = true});
    Str goroot, version, msg;
    if (!env_find_goroot(a, (Str){0}, &goroot, &version, &msg)) fatal("%.*s", SFMT(msg));
    char cwd[4096];
    if (!getcwd(cwd, sizeof cwd)) return 1;
    const char *overlay = getenv("VOLE_LIB");
    LoadOptions lo = {
        goroot, path_abs(a, str_c(overlay ? overlay : "lib")), arena_str(a, str_c(cwd)), S("linux"), S("amd64"), NULL, 0,
        2};
    loader = load_new(a, in, diag, sm, lo);
    Package **pkgs;
    i64 n;
    if (!load_args(loader, args, nargs, &pkgs, &n) || n < 1) {
        diag_flush(diag, 2);
        return 1;
    }
    Checker *c = checker_new(a, in, diag, load_import, loader);
    check_package(c, pkgs[0]);
    if (diag_flush(diag, 2)) return 1;
    IrProgram *p = ANEW(a, IrProgram);
    tables = map_new_ptr(a);
    *p = (IrProgram){.arena = a,
                     .intern = in,
                     .diag = diag,
                     .checker = c,
                     .sources = sm,
                     .linkname = find_linkname,
                     .embed_files = embed_files};
    p->runtime_pkg = load_std(loader, S("runtime"));
    f64 t0 = now();
    if (str_eq(pkgs[0]->name->s, S("main"))) ir_reach_main(p, pkgs[0]);
    else ir_reach_package(p, pkgs[0]);
    f64 t1 = now();
    i64 errs = diag_flush(diag, 2);
    if (errs) {
        fprintf(stderr, "%lld errors\n", (long long)errs);
        return 1;
    }
    if (!getenv("NOOPT")) ir_optimise(p);
    f64 t2 = now();
    i64 built = 0;
    for (i64 i = 0; i < p->order.len; i++) {
        IrFunc *f = p->order.ptr[i];
        built += f->built;
        if (f->built && f->has_body) {
            bug_context("verify", f->sym);
            ir_verify(p, f);
        }
        bool show = all || (!nwant && !quiet && str_has_prefix(f->sym, S("main.")));
        for (int k = 0; k < nwant; k++) show |= str_eq(f->sym, str_c(want[k]));
        if (!show) continue;
        Buf b = {0};
        ir_print_func(&b, f);
        if (write(1, b.ptr, (size_t)b.len) < 0) return 1;
        buf_free(&b);
    }
    fprintf(stderr, "%lld errors, %lld functions, %lld built, %lld types, reach %.3f s, optimise %.3f s\n",
            (long long)errs, (long long)p->order.len, (long long)built, (long long)p->used_types.len, t1 - t0, t2 - t1);
    return errs != 0;
}
