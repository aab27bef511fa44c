// fuzz_proxy.c - what proxies, checksum databases and code hosts answer may be any bytes: .info, list, go.mod, notes, records, pages, URLs.
#include "fuzz.h"
#include "mod/tlog.h"
#include "mod/vcs.h"
#include <stdlib.h>
#include <unistd.h>

#define KEY "sum.example.org+3b369943+AYgTqtXBuxzHdQqaiNBP6mLBbsJ5XatXQGzOp5CjdzAv" // of tests/mod/server.py

static void set_up(Arena *a) {
    if (!fuzz_make_top()) return;
    setenv("GOENV", "off", 1);
    setenv("GOMODCACHE", arena_cstr(a, arena_printf(a, "%s/cache", fuzz_top)), 1);
    setenv("GOPATH", arena_cstr(a, arena_printf(a, "%s/path", fuzz_top)), 1);
    setenv("GOPROXY", arena_cstr(a, arena_printf(a, "file://%s/proxy", fuzz_top)), 1);
    setenv("GOSUMDB", KEY, 1);
}

// What is read from JSON and written again reads the same.
static void parse_info(Arena *a, Str text) {
    RevInfo i, k;
    Err e = {0};
    if (!revinfo_parse(a, text, &i, &e)) {
        check(e.text.len > 0);
        return;
    }
    check(revinfo_parse(a, revinfo_json(a, &i, false), &k, &e) && str_eq(i.version, k.version));
}

static void parse_notes(Arena *a, Str text) {
    NoteKey key;
    Tree tree;
    Str body, note;
    i64 id;
    Err e = {0};
    check(note_key_parse(a, S(KEY), &key, &e));
    note_open(a, text, &key, &body, &e);
    tree_parse(a, text, &tree, &e);
    if (record_parse(a, text, &id, &body, &note, &e)) check(id >= 0 && body.len + note.len <= text.len);
    note_key_parse(a, text, &key, &e);
}

static void parse_pages(Arena *a, Str text) {
    MetaImports m;
    Url u, v;
    Err e = {0};
    meta_imports(a, text, &m);
    if (url_parse(a, text, &u, &e)) {
        url_redacted(a, &u);
        if (u.scheme.len && u.host.len) check(url_parse(a, url_string(a, &u), &v, &e) && str_eq(u.path, v.path));
    }
}

static void put(Arena *a, const char *name, Str text) {
    Str file = arena_printf(a, "%s/proxy/%s", fuzz_top, name);
    check(dir_make_all(a, path_dir(file)) && file_write_atomic(arena_cstr(a, file), text, 0644));
}

// The same through a proxy by a file: URL.
static void ask_proxy(Arena *a, Str text) {
    Env *env;
    Err e = {0};
    RevInfo info;
    Str *list, out;
    i64 n;
    ModVersion mv = {S("a.b/m"), S("v1.0.0")};
    put(a, "a.b/m/@v/list", text);
    put(a, "a.b/m/@v/v1.0.0.info", text);
    put(a, "a.b/m/@v/v1.0.0.mod", text);
    put(a, "a.b/m/@latest", text);
    put(a, "sumdb/sum.example.org/supported", S(""));
    put(a, "sumdb/sum.example.org/lookup/a.b/m@v1.0.0", text);
    put(a, "sumdb/sum.example.org/latest", text);
    check(env_read(a, S("/"), &env, &e));
    Fetcher *f = fetch_new(a, env, (FetchOptions){0});
    if (fetch_versions(f, mv.path, S(""), &list, &n, NULL, &e))
        for (i64 i = 0; i < n; i++) check(semver_valid(list[i]));
    if (fetch_stat(f, mv.path, mv.version, &info, &e)) check(str_eq(info.version, mv.version));
    if (fetch_stat(f, mv.path, S("master"), &info, &e)) check(semver_valid(info.version));
    fetch_latest(f, mv.path, &info, &e);
    check(!fetch_gomod(f, mv, &out, &e)); // nobody can forge its record
    fetch_free(f);
    dir_remove_all(a, arena_printf(a, "%s/cache", fuzz_top), NULL);
    dir_remove_all(a, arena_printf(a, "%s/path", fuzz_top), NULL);
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    set_up(a);
    Str s = arena_str(a, text);
    parse_info(a, s);
    parse_notes(a, s);
    parse_pages(a, s);
    if (text.len % 4 == 0) ask_proxy(a, s); // files are slow
    arena_free(a);
}
