// tool_plugin.c - `vole tool plugin FILE...`: what a plugin is made of, exports and needs, may do and who signed it.
//
// In:   plugins (abi/plugin.h). Out: lines of text. A file that is none, or damaged, is an error; nothing outside of its bytes is looked at.
#include "cmd/plugin.h"
#include "cmd/toolbase.h"
#include <stdio.h>

// What the word of the values with this number refers to: an import's name.
static Str value_name(const PluginView *v, u32 number) {
    const PluginPlace *p = plugin_table(v, v->h->places);
    const PluginImport *im = plugin_table(v, v->h->imports);
    for (u32 i = 0; i < v->h->places.n; i++) {
        u32 import = p[i].target >> PLUGIN_TARGET_SHIFT;
        if (p[i].at == v->h->values + 8 * number && !(p[i].target & PLUGIN_OWN) && import < v->h->imports.n)
            return plugin_text(v, im[import].name);
    }
    return (Str){0};
}

static void show_exports(const PluginView *v) {
    const PluginSymbol *s = plugin_table(v, v->h->symbols);
    for (u32 i = 0; i < v->h->symbols.n; i++) {
        Str name = plugin_text(v, s[i].name), type = value_name(v, s[i].type);
        if (str_has_prefix(type, S("type:"))) type = str_slice(type, 5, type.len);
        if (s[i].is_func && str_has_prefix(type, S("func"))) type = str_slice(type, 4, type.len);
        else if (str_has_prefix(type, S("*"))) type = str_slice(type, 1, type.len);
        printf("export\t%s %.*s%s%.*s\n", s[i].is_func ? "func" : "var", SFMT(name), s[i].is_func ? "" : " ",
               SFMT(type));
    }
}

// The manifest's lines but for declarations, which -decls shows.
static void show_manifest(const PluginView *v, bool decls) {
    Str all = plugin_text(v, v->h->manifest);
    for (i64 from = 0, to; from < all.len; from = to + 1) {
        for (to = from; to < all.len && all.ptr[to] != '\n';) to++;
        Str line = str_slice(all, from, to);
        if (line.len && (decls || line.ptr[0] != '\t')) printf("%.*s\n", SFMT(line));
    }
}

static void show_needs(const PluginView *v) {
    static const struct {
        u32 kind;
        const char *what;
    } kinds[] = {{SHARE_ARCHIVE, "needs"}, {SHARE_VAR, "variable"}};
    const PluginImport *im = plugin_table(v, v->h->imports);
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (u32 i = 0; i < v->h->imports.n; i++)
            if ((im[i].node_kind & SHARED_KINDS) == kinds[k].kind)
                printf("%s\t%.*s\n", kinds[k].what, SFMT(plugin_text(v, im[i].name)));
}

// Who signed it. Whether that is somebody to trust, `vole plugin verify` tells.
static void show_signatures(Arena *a, const PluginView *v) {
    PluginDigest digest;
    if (!v->nsignatures) return;
    plugin_sodium();
    plugin_digest(v, &digest);
    for (i64 i = 0; i < v->nsignatures; i++) {
        PluginSignature s = plugin_signature(v, i);
        printf("signature\t%.*s%s\n", SFMT(plugin_fingerprint(a, s.key)),
               plugin_signature_fits(&digest, &s) ? "" : "\tdoes not fit the file");
    }
}

static int show(Cmd *c, Str path, bool decls) {
    PluginView v;
    const char *wrong = plugin_view_read(c->a, path, &v);
    if (wrong) return tool_fail("plugin", arena_printf(c->a, "%.*s: %s", SFMT(path), wrong));
    printf("plugin\t%.*s\n", SFMT(plugin_text(&v, v.h->path)));
    show_signatures(c->a, &v);
    show_manifest(&v, decls);
    show_exports(&v);
    show_needs(&v);
    return 0;
}

int tool_plugin(Cmd *c, StrVec args) {
    bool decls = args.len && str_eq(args.ptr[0], S("-decls"));
    bool help = args.len && (str_eq(args.ptr[0], S("-h")) || str_eq(args.ptr[0], S("-help")));
    if (help || args.len == (decls ? 1 : 0)) {
        fprintf(stderr, "usage: plugin [-decls] file...\n");
        return 2;
    }
    for (i64 i = decls; i < args.len; i++) {
        int rc = show(c, args.ptr[i], decls);
        if (rc) return rc;
    }
    return 0;
}
