// tool_link.c - `vole tool link`: the archive of a main package, with those that -importcfg names, becomes a program.
//
// The program is made as a build makes it, of the same packages; so it is the same bytes. Functions that a build or a link made before are
// taken from the build cache, if there is one.
#include "cmd/toolbase.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct Link {
    Cmd *c;
    Str out, import_config, version;
    bool asked_version;
    VEC(Str) dirs;
} Link;

static void take(void *ctx, const char *name, Str v) {
    Link *k = ctx;
    if (strcmp(name, "V") == 0) k->asked_version = true, k->version = v;
    else if (strcmp(name, "o") == 0) k->out = v;
    else if (strcmp(name, "importcfg") == 0) k->import_config = v;
    else if (strcmp(name, "L") == 0) vec_push(k->c->a, &k->dirs, v);
}

static int link_main(Link *k, Program *p, Str file) {
    Archive *main;
    Package **pkgs;
    i64 n;
    Err err = {0};
    Buf image = {0};
    if (!import_config_open(p->o.imports, file, &main, &err)) return tool_fail("link", err.text);
    if (!str_eq(main->name, S("main"))) {
        fprintf(stderr, "link: %.*s: not package main\n", SFMT(file));
        return 2;
    }
    Pkg *pkg = load_archive(p->loader, main);
    if (!program_parse(p, &pkg, 1, &pkgs, &n) || !n || !program_build(p, pkgs[0], &image))
        return tool_end(p->diag, 2, 2);
    bool ok = tool_write(k->c, k->out.len ? k->out : S("a.out"), &image, 0777);
    buf_free(&image);
    return tool_end(p->diag, 2, ok ? 0 : 1);
}

int tool_link(Cmd *c, StrVec args) {
    Link k = {.c = c};
    ProgramOptions o = {0};
    Err err = {0};
    const char *goroot = getenv("GOROOT");
    if (!tool_options(c, &o)) return 2;
    o.trimpath = goroot && !*goroot;   // as the go command says that a program shall not know where its library was
    for (i64 i = 0; i < args.len; i++) // packages are read with it
        o.plugin |= str_eq(args.ptr[i], S("-buildmode=plugin"));
    again_packs_alone(c, &o);
    Program *p = program_new(o);
    i64 at = toolflags_link(c, p->diag, args, &p->o, take, &k);
    if (at < 0) return tool_end(p->diag, 2, 2);
    if (k.asked_version) return tool_version(c, "link", k.version);
    if (at != args.len - 1) {
        fprintf(stderr, "usage: link [options] main.o\n");
        return 2;
    }
    if (k.import_config.len && !import_config_read(o.imports, k.import_config, &err))
        return tool_fail("link", err.text);
    for (i64 i = 0; i < k.dirs.len; i++) vec_push(c->a, &o.imports->dirs, k.dirs.ptr[i]);
    p->o.modinfo = o.imports->modinfo;
    return again_child_end(c, link_main(&k, p, args.ptr[at]));
}
