// built.c - what was built without errors: the record that tells `list` whether a package is stale.
//
// In:   a package with its graph, the settings of a build. Out: GOCACHE/built/NAME with a digest of all that went in.
// NAME stands for vole's own file, the package and the settings; the digest for the files of the package and of what it imports
// but the library, which is the GOROOT's. A cache that cannot be written has no records: then a package counts as not built.
#include "cmd/cmd.h"

static u64 add(u64 h, Str s) { return hash_bytes(s.ptr, s.len, hash_bytes(&s.len, sizeof s.len, h)); }

static u64 add_file(Cmd *c, u64 h, Str name, Str path, Str text) {
    if (!text.ptr && !file_read(c->a, arena_cstr(c->a, path), &text)) text = S("unreadable");
    u64 content = hash_bytes(text.ptr, text.len, 1);
    return hash_bytes(&content, sizeof content, add(h, name));
}

static u64 add_source(Cmd *c, u64 h, const PkgFile *f) {
    if (!f->hashed) return add_file(c, h, f->name, f->path, f->text);
    return hash_bytes(&f->hash.quick, sizeof f->hash.quick, add(h, f->name));
}

static u64 digest(Cmd *c, Loader *l, const Pkg *p, Map *seen, u64 h) {
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    if (map_get_ptr(seen, p)) return h;
    map_set_ptr(seen, p, seen);
    h = hash_bytes(&p->go_minor, sizeof p->go_minor, add(h, p->path));
    if (p->std) return h;
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < p->files[kinds[k]].len; i++) {
            h = add_source(c, h, p->files[kinds[k]].ptr[i]);
        }
    StrList embeds = p->embeds[IN_PACKAGE].len ? load_embed_files(l, p, IN_PACKAGE) : (StrList){0};
    for (i64 i = 0; i < embeds.len; i++)
        h = add_file(c, h, embeds.ptr[i], path_join(c->a, p->dir, embeds.ptr[i]), (Str){0});
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i]) h = digest(c, l, p->deps[i], seen, h);
    return h;
}

static Str record(Cmd *c, const ProgramOptions *o, const Pkg *p) {
    Str cache = env_get(c->env, "GOCACHE");
    if (!cache.len || cache.ptr[0] != '/') return (Str){0}; // "off"; a folder that depends on where one stands
    u64 h = add(add(add(cmd_own_key(c), p->path), p->dir), build_settings(c, o, p));
    return arena_printf(c->a, "%.*s/built/%016llx", SFMT(cache), (unsigned long long)h);
}

static Str now(Cmd *c, Loader *l, const Pkg *p) {
    u64 h = digest(c, l, p, map_new_ptr(c->a), 1);
    return arena_printf(c->a, "%016llx\n", (unsigned long long)h);
}

void built_note(Cmd *c, const ProgramOptions *o, Loader *l, const Pkg *p) {
    Str file = record(c, o, p), old, text;
    if (!file.len || p->std || p->command_line_files) return;
    text = now(c, l, p);
    Seen *w = seen_use(NULL); // the record is no input
    bool same = file_read(c->a, arena_cstr(c->a, file), &old) && str_eq(old, text);
    if (!same && dir_make_all(c->a, path_dir(file))) file_write_atomic(arena_cstr(c->a, file), text, 0666);
    seen_use(w);
}

Built built_look(Cmd *c, const ProgramOptions *o, Loader *l, const Pkg *p) {
    Str file = record(c, o, p), old;
    if (!file.len || !file_read(c->a, arena_cstr(c->a, file), &old)) return BUILT_NEVER;
    return str_eq(old, now(c, l, p)) ? BUILT_SAME : BUILT_OTHERWISE;
}
