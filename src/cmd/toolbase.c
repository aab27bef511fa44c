// toolbase.c - options, versions and results of `vole tool compile`, `asm` and `link`.
#include "cmd/toolbase.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool tool_options(Cmd *c, ProgramOptions *o) {
    Flags own = c->f;
    c->f = (Flags){0};
    bool ok = build_options(c, o);
    c->f = own;
    if (!ok) return false;
    o->bare = o->plain = true; // as its callers know it
    o->env = NULL;
    o->flags = NULL;
    o->cache = NULL;
    o->files = NULL;
    o->vcs = VCS_NEVER;
    Str header = archive_header(c->a, o->goos, o->goarch, o->go_version, o->experiments);
    o->imports = import_config_new(c->a, header);
    return true;
}

// As the official tools say it: a build system makes what is older than this line anew.
int tool_version(Cmd *c, const char *tool, Str how) {
    printf("%s version %.*s vole %s", tool, SFMT(env_go_version(c->env)), VOLE_VERSION);
    if (str_eq(how, S("full"))) {
        Str own = own_content(c->a);
        printf(" buildID=%016llx", (unsigned long long)hash_bytes(own.ptr, own.len, 1));
    }
    printf("\n");
    return 0;
}

int tool_fail(const char *tool, Str text) {
    fflush(stdout);
    fprintf(stderr, "%s: %.*s\n", tool, SFMT(text));
    return 2;
}

bool tool_write(Cmd *c, Str path, const Buf *b, int mode) {
    const char *z = arena_cstr(c->a, path);
    struct stat st;
    bool special = stat(z, &st) == 0 && !S_ISREG(st.st_mode); // a device is written, not replaced
    FILE *f = special ? fopen(z, "w") : NULL;
    bool ok =
        special ? f && fwrite(b->ptr, 1, (size_t)b->len, f) == (size_t)b->len : file_write_atomic(z, buf_view(b), mode);
    if (f && fclose(f) != 0) ok = false;
    if (!ok) fprintf(stderr, "open %s: %s\n", z, err_os(errno));
    return ok;
}

int tool_end(Diag *d, int fd, int rc) { return diag_flush(d, fd) > 0 ? 2 : rc; }

// ---- -trimpath -------------------------------------------------------------------------------------------------------------

PathRules path_rules(Arena *a, Str flag) {
    PathRules rules = {0};
    while (flag.len) {
        i64 end = str_index(flag, ';');
        Str rule = str_slice(flag, 0, end < 0 ? flag.len : end);
        flag = end < 0 ? (Str){0} : str_slice(flag, end + 1, flag.len);
        i64 arrow = str_find(rule, S("=>"));
        PathRule r = {rule, {0}};
        if (arrow >= 0) r = (PathRule){str_slice(rule, 0, arrow), str_slice(rule, arrow + 2, rule.len)};
        while (r.from.len > 1 && r.from.ptr[r.from.len - 1] == '/') r.from.len--;
        if (r.from.len) vec_push(a, &rules, r);
    }
    return rules;
}

Str path_rewrite(Arena *a, const PathRules *rules, Str abs) {
    for (i64 i = 0; i < rules->len; i++) {
        PathRule r = rules->ptr[i];
        if (!str_has_prefix(abs, r.from) || (abs.len > r.from.len && abs.ptr[r.from.len] != '/')) continue;
        Str rest = str_slice(abs, i64_min(r.from.len + 1, abs.len), abs.len);
        return r.to.len && rest.len ? arena_printf(a, "%.*s/%.*s", SFMT(r.to), SFMT(rest)) : r.to.len ? r.to : rest;
    }
    return abs;
}
