// fuzz_template.c - the text of `list -f`: parsed, and executed on one package.
//
// Templates may run for ever, as Go's do; here they end after a number of steps. JSON of the same value is written, too.
#include "cmd/template.h"
#include "fuzz.h"
#include <stdlib.h>

static const GoField error_fields[] = {{"Pos", "string", NULL, true}, {"Err", "string", NULL, true}};
static GoVal show_error(Arena *a, const GoVal *self) {
    return goval_str(arena_printf(a, "%.*s: %.*s", SFMT(self->fields[0].s), SFMT(self->fields[1].s)));
}
static const GoMethod error_methods[] = {{"Error", show_error, true}};
static const GoStruct error_struct = {"load.PackageError", error_fields, 2, error_methods, 1, NULL};

static const GoField module_fields[] = {
    {"Path", "string", NULL, false}, {"Version", "string", NULL, false}, {"Main", "bool", NULL, false}};
static const GoStruct module_struct = {"modinfo.ModulePublic", module_fields, 3, NULL, 0, NULL};

static const GoField pkg_fields[] = {{"Dir", "string", NULL, false},
                                     {"Name", "string", NULL, false},
                                     {"Standard", "bool", NULL, false},
                                     {"GoFiles", "[]string", NULL, false},
                                     {"Imports", "[]string", NULL, false},
                                     {"ImportMap", "map[string]string", NULL, false},
                                     {"Module", "*modinfo.ModulePublic", &module_struct, false},
                                     {"Error", "*load.PackageError", &error_struct, false},
                                     {"DepsErrors", "[]*load.PackageError", NULL, false},
                                     {"Depth", "int", NULL, true}};
static GoVal double_of(Arena *a, const GoVal *self) {
    (void)a;
    return goval_float((f64)self->fields[9].i * 2.5);
}
static const GoMethod pkg_methods[] = {{"Double", double_of, false}};
static const GoStruct pkg_struct = {"load.PackagePublic", pkg_fields, NELEM(pkg_fields), pkg_methods, 1, NULL};

static GoVal module_of(void *ctx, Str path) {
    GoVal m = goval_struct(ctx, &module_struct, "*modinfo.ModulePublic");
    m.fields[0] = goval_str(path);
    m.fields[1] = goval_str(S("v1.2.3"));
    return m;
}

static GoVal package(Arena *a) {
    Str files[] = {S("a.go"), S("b\xff.go"), S("<c>&.go")};
    GoVal v = goval_struct(a, &pkg_struct, "*load.PackagePublic"),
          err = goval_struct(a, &error_struct, "*load.PackageError");
    GoVal map = goval_map(a, "map[string]string", 2), errors = goval_list(a, "[]*load.PackageError", 1);
    err.fields[1] = goval_str(S("it is wrong"));
    errors.list.ptr[0] = err;
    map.map.keys[0] = S("z"), map.map.values[0] = goval_str(S("y"));
    map.map.keys[1] = S("b"), map.map.values[1] = goval_str(S("a"));
    v.fields[0] = goval_str(S("/d/p"));
    v.fields[1] = goval_str(S("p\"\\\t\xe2\x80\xa8"));
    v.fields[2] = goval_bool(true);
    v.fields[3] = goval_strs(a, files, 3);
    v.fields[5] = map;
    v.fields[6] = module_of(a, S("x.org/m")); // Error stays nil
    v.fields[8] = errors;
    v.fields[9] = goval_int(3);
    return v;
}

static GoVal context(void *ctx) { return package(ctx); }

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    Template *t;
    Err err;
    Buf out = {0};
    GoVal v = package(a);
    TemplateEnv env = {a, context, module_of, 20000};
    bool good = template_parse(a, arena_str(a, text), &t, &err);
    if (good) good = template_exec(a, t, &env, v, &out, &err);
    if (good == (err.text.len > 0)) abort();
    Str field = str_slice(text, 0, i64_min(text.len, 9));
    out.len = 0;
    json_print(a, &out, &v, text.len > 9 ? NULL : &field, text.len > 9 ? 0 : 1);
    buf_free(&out);
    arena_free(a);
}
