// goval.c - making GoVals and asking them.
#include "cmd/goval.h"
#include <stdlib.h>

GoVal goval_none(void) { return (GoVal){.kind = GOVAL_NONE, .type = ""}; }
GoVal goval_bool(bool b) { return (GoVal){.kind = GOVAL_BOOL, .type = "bool", .b = b}; }
GoVal goval_int(i64 i) { return (GoVal){.kind = GOVAL_INT, .type = "int", .i = i}; }
GoVal goval_float(f64 f) { return (GoVal){.kind = GOVAL_FLOAT, .type = "float64", .f = f}; }
GoVal goval_str(Str s) { return (GoVal){.kind = GOVAL_STRING, .type = "string", .s = s}; }

GoVal goval_list(Arena *a, const char *type, i64 n) {
    GoVal v = {.kind = GOVAL_LIST, .type = type, .is_nil = n == 0};
    v.list.ptr = ANEWN(a, GoVal, n + 1);
    v.list.len = v.list.cap = n;
    return v;
}

GoVal goval_strs(Arena *a, const Str *s, i64 n) {
    GoVal v = goval_list(a, "[]string", n);
    for (i64 i = 0; i < n; i++) v.list.ptr[i] = goval_str(s[i]);
    return v;
}

GoVal goval_map(Arena *a, const char *type, i64 n) {
    GoVal v = {.kind = GOVAL_MAP, .type = type, .is_nil = n == 0};
    v.map.keys = ANEWN(a, Str, n + 1);
    v.map.values = ANEWN(a, GoVal, n + 1);
    v.map.len = n;
    return v;
}

GoVal goval_zero(const char *type, const GoStruct *of) {
    GoVal v = {.type = type, .of = of};
    Str t = str_c(type);
    if (str_eq(t, S("string"))) v.kind = GOVAL_STRING;
    else if (str_eq(t, S("bool"))) v.kind = GOVAL_BOOL;
    else if (str_eq(t, S("int"))) v.kind = GOVAL_INT;
    else if (str_eq(t, S("float64"))) v.kind = GOVAL_FLOAT;
    else if (str_has_prefix(t, S("[]")) || str_eq(t, S("load.ImportStack"))) v.kind = GOVAL_LIST, v.is_nil = true;
    else if (str_has_prefix(t, S("map["))) v.kind = GOVAL_MAP, v.is_nil = true;
    else v.kind = GOVAL_NIL;
    return v;
}

GoVal goval_struct(Arena *a, const GoStruct *t, const char *type) {
    GoVal v = {.kind = GOVAL_STRUCT, .type = type, .of = t};
    v.fields = ANEWN(a, GoVal, t->nfields + 1);
    for (i64 i = 0; i < t->nfields; i++) v.fields[i] = goval_zero(t->fields[i].type, t->fields[i].of);
    return v;
}

const GoMethod *goval_method(const GoVal *v, Str name) {
    for (i64 i = 0; v->of && i < v->of->nmethods; i++)
        if (str_eq(str_c(v->of->methods[i].name), name)) return &v->of->methods[i];
    return NULL;
}

i64 goval_field(const GoStruct *t, Str name) {
    for (i64 i = 0; t && i < t->nfields; i++)
        if (str_eq(str_c(t->fields[i].name), name)) return i;
    return -1;
}

typedef struct KeyAt {
    Str key;
    i64 at;
} KeyAt;

static int by_key(const void *a, const void *b) { return str_cmp(((const KeyAt *)a)->key, ((const KeyAt *)b)->key); }

i64 *goval_sorted_keys(Arena *a, const GoVal *m) {
    KeyAt *k = ANEWN(a, KeyAt, m->map.len + 1);
    i64 *out = ANEWN(a, i64, m->map.len + 1);
    for (i64 i = 0; i < m->map.len; i++) k[i] = (KeyAt){m->map.keys[i], i};
    qsort(k, (size_t)m->map.len, sizeof *k, by_key);
    for (i64 i = 0; i < m->map.len; i++) out[i] = k[i].at;
    return out;
}

bool goval_is_empty(const GoVal *v) {
    switch (v->kind) {
    case GOVAL_NONE:
    case GOVAL_NIL: return true;
    case GOVAL_BOOL: return !v->b;
    case GOVAL_INT: return v->i == 0;
    case GOVAL_FLOAT: return v->f == 0;
    case GOVAL_STRING: return v->s.len == 0;
    case GOVAL_LIST: return v->list.len == 0;
    case GOVAL_MAP: return v->map.len == 0;
    case GOVAL_STRUCT: return false;
    }
    return false;
}
