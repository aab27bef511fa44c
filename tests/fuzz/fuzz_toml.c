// fuzz_toml.c - the configuration of `vole watch` must survive any bytes: TOML, .env files, words of a build command.
#include "fuzz.h"
#include "watch/toml.h"
#include "watch/watch.h"

// Every value is reached, and tables have a name for each.
static void walk(const Toml *t, i64 depth) {
    check(depth < 20000);
    check(t->kind != TOML_TABLE || t->names.len == t->items.len);
    for (i64 i = 0; i < t->items.len; i++) {
        if (t->kind == TOML_TABLE) check(toml_get(t, t->names.ptr[i]) == t->items.ptr[i]); // no name twice
        walk(t->items.ptr[i], depth + 1);
    }
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    Err err = {0};
    StrItems names = {0}, values = {0}, words = {0};
    Toml *t = toml_parse(a, text, &err);
    check(t ? !err.text.len : err.text.len > 0);
    if (t) walk(t, 0);
    err = (Err){0};
    bool good = envfile_parse(a, text, &names, &values, &err);
    check(good == !err.text.len && names.len == values.len);
    config_is_go_build(a, text, &words);
    arena_free(a);
}
