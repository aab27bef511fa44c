// modules.c - opens the modules of a command that is about them; nothing is built, so any GOOS and GOARCH will do.
#include "cmd/modules.h"
#include <stdio.h>

static LoadOptions load_options(Cmd *c, ModOptions o) {
    return (LoadOptions){.goroot = env_goroot(c->env),
                         .additions = cmd_library(c),
                         .go_version = env_go_number(c->env),
                         .cwd = o.cwd,
                         .goos = env_get(c->env, "GOOS"),
                         .goarch = env_get(c->env, "GOARCH"),
                         .threads = cpu_count(),
                         .cgo = str_eq(env_get(c->env, "CGO_ENABLED"), S("1")),
                         .env = c->env,
                         .modules = o,
                         .tests = c->f.t,
                         .overlay_file = c->f.overlay,
                         .modcacherw = c->f.modcacherw};
}

bool modules_open(Cmd *c, ModOptions o, Modules *m) {
    if (!env_goroot(c->env).len) {
        fprintf(stderr, "vole: %.*s\n", SFMT(env_goroot_error(c->env)));
        return false;
    }
    if (!o.cwd.len) o.cwd = path_abs(c->a, S("."));
    if (!o.modfile.len) o.modfile = c->f.modfile;
    o.force_use_modules = true;
    o.trace = c->f.x;
    SourceMap *sources = source_map_new();
    Diag *diag = diag_new(sources, (DiagOptions){.plain = true});
    *m = (Modules){.c = c};
    m->loader = load_new(arena_new("load"), intern_new(), diag, sources, load_options(c, o));
    bool ok = load_open_modules(m->loader, &m->state);
    diag_flush(diag, 2);
    return ok;
}

bool modules_version_flag(Cmd *c, const char *flag, Str v) {
    Str local = env_go_number(c->env);
    if (!v.len) return true;
    if (!modfile_is_go_version(v)) {
        usage_error(c, "invalid value \"%.*s\" for flag -%s: expecting a Go version like \"%.*s\"", SFMT(v), flag,
                    SFMT(local));
        return false;
    }
    if (gover_cmp(v, local) <= 0) return true;
    usage_error(c, "invalid value \"%.*s\" for flag -%s: maximum supported Go version is %.*s", SFMT(v), flag,
                SFMT(local));
    return false;
}
