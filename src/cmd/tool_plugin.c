// tool_plugin.c - `vole tool plugin FILE...`: what a plugin is made of, exports and needs.
//
// In:   plugins (abi/plugin.h). Out: lines of text. A file that is none, or damaged, is an error; nothing outside of its bytes is looked at.
#include "abi/plugin.h"
#include "cmd/toolbase.h"
#include <elf.h>
#include <errno.h>
#include <stdio.h>

typedef struct View { // of a plugin's bytes
    Str file;
    const PluginHead *h;
    u64 size; // of the head's segment
    u64 loaded;
} View;

static bool inside(u64 at, u64 n, u64 size) { return at <= size && n <= size - at; }
static const void *table(const View *v, PluginTable t) { return (const u8 *)v->h + t.at; }
static bool is_table(const View *v, PluginTable t, u64 element) {
    return t.at % 8 == 0 && inside(t.at, t.n * element, v->size);
}
static Str text_at(const View *v, u32 at) { // ends with NUL, at the segment's end at the latest
    const char *s = (const char *)v->h + at;
    return at < v->size ? (Str){s, (i64)strnlen(s, v->size - at)} : (Str){0};
}

static const char *find_head(View *v) {
    const Elf64_Ehdr *eh = (const Elf64_Ehdr *)(const void *)v->file.ptr;
    u64 size = (u64)v->file.len;
    if (size < sizeof *eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0) return "not an ELF file";
    if (eh->e_type != ET_DYN || eh->e_phentsize != sizeof(Elf64_Phdr) || eh->e_phoff % 8 ||
        !inside(eh->e_phoff, eh->e_phnum * sizeof(Elf64_Phdr), size))
        return "not a plugin made by vole";
    const Elf64_Phdr *ph = (const Elf64_Phdr *)(const void *)(v->file.ptr + eh->e_phoff);
    for (int i = 0; i < eh->e_phnum; i++) {
        if (!inside(ph[i].p_offset, ph[i].p_filesz, size)) return "malformed program header";
        if (ph[i].p_type == PT_LOAD) v->loaded = ph[i].p_offset + ph[i].p_filesz;
        if (ph[i].p_type != PT_VOLE_PLUGIN || ph[i].p_offset % 8 || ph[i].p_filesz < sizeof(PluginHead)) continue;
        v->h = (const PluginHead *)(const void *)(v->file.ptr + ph[i].p_offset);
        v->size = ph[i].p_filesz;
    }
    return v->h && !memcmp(v->h->magic, PLUGIN_MAGIC, sizeof v->h->magic) ? NULL : "not a plugin made by vole";
}

static const char *check(View *v) {
    const char *wrong = find_head(v);
    if (wrong) return wrong;
    const PluginHead *h = v->h;
    if (h->version != PLUGIN_VERSION) return "made by another version of vole";
    if (h->size != v->size || h->checksum != plugin_checksum((const u8 *)v->file.ptr, v->loaded, h, v->size))
        return "the file is damaged";
    bool ok = is_table(v, h->imports, sizeof(PluginImport)) && is_table(v, h->refs, sizeof(PluginRef)) &&
              is_table(v, h->packages, sizeof(PluginPackage)) && is_table(v, h->symbols, sizeof(PluginSymbol)) &&
              h->manifest < v->size;
    return ok ? NULL : "the file is malformed";
}

// What the word of the values with this number refers to: an import's name.
static Str value_name(const View *v, u32 number) {
    const PluginRef *r = table(v, v->h->refs);
    const PluginImport *im = table(v, v->h->imports);
    for (u32 i = 0; i < v->h->refs.n; i++)
        if (r[i].at == v->h->values + 8 * number && r[i].import_kind >> 3 < v->h->imports.n)
            return text_at(v, im[r[i].import_kind >> 3].name);
    return (Str){0};
}

static void show_exports(const View *v) {
    const PluginSymbol *s = table(v, v->h->symbols);
    for (u32 i = 0; i < v->h->symbols.n; i++) {
        Str name = text_at(v, s[i].name), type = value_name(v, s[i].type);
        if (str_has_prefix(type, S("type:"))) type = str_slice(type, 5, type.len);
        if (s[i].is_func && str_has_prefix(type, S("func"))) type = str_slice(type, 4, type.len);
        else if (str_has_prefix(type, S("*"))) type = str_slice(type, 1, type.len);
        printf("export\t%s %.*s%s%.*s\n", s[i].is_func ? "func" : "var", SFMT(name), s[i].is_func ? "" : " ",
               SFMT(type));
    }
}

// The manifest's lines but for declarations, which -decls shows.
static void show_manifest(const View *v, bool decls) {
    Str all = text_at(v, v->h->manifest);
    for (i64 from = 0, to; from < all.len; from = to + 1) {
        for (to = from; to < all.len && all.ptr[to] != '\n';) to++;
        Str line = str_slice(all, from, to);
        if (line.len && (decls || line.ptr[0] != '\t')) printf("%.*s\n", SFMT(line));
    }
}

static void show_needs(const View *v) {
    static const struct {
        u32 kind;
        const char *what;
    } kinds[] = {{SHARE_ARCHIVE, "needs"}, {SHARE_VAR, "variable"}};
    const PluginImport *im = table(v, v->h->imports);
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (u32 i = 0; i < v->h->imports.n; i++)
            if (im[i].kind == kinds[k].kind) printf("%s\t%.*s\n", kinds[k].what, SFMT(text_at(v, im[i].name)));
}

static int show(Cmd *c, Str path, bool decls) {
    View v = {0};
    if (!file_read(c->a, arena_cstr(c->a, path), &v.file))
        return tool_fail("plugin", arena_printf(c->a, "open %.*s: %s", SFMT(path), err_os(errno)));
    Str bytes = v.file;
    u8 *copy = arena_alloc(c->a, bytes.len + 1, 8); // its tables are aligned
    if (bytes.len) memcpy(copy, bytes.ptr, (size_t)bytes.len);
    v.file.ptr = (const char *)copy;
    const char *wrong = check(&v);
    if (wrong) return tool_fail("plugin", arena_printf(c->a, "%.*s: %s", SFMT(path), wrong));
    printf("plugin\t%.*s\n", SFMT(text_at(&v, v.h->path)));
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
