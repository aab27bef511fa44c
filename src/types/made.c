// made.c - types that no source spells: the phases behind the checker ask for them, by content.
//
// In:      names and types, which are there as long as the checker.
// Out:     a variable, a type: of the same parts always the same one, so that the second program of a process finds those of the first
//          and nothing grows from program to program. The same for environments of instances, with what was substituted in them.
// Never:   something of the checker's own; two types that are identical by Go's rules may be two here (their parts' names differ).
#include "types/decls.h"
#include <stdlib.h>

enum { KEY_MAX = 64, KEY_HEAD = 8 };
typedef enum MadeKind { MADE_VAR, MADE_TYPE, MADE_ENV } MadeKind;

typedef struct Key { // what a thing is made of, as words
    Checker *c;
    u64 small[KEY_MAX], *words;
    i64 n;
} Key;

static void key_init(Key *k, Checker *c, MadeKind kind, i64 nparts) {
    k->c = c;
    k->words = nparts + KEY_HEAD <= KEY_MAX ? k->small : calloc((size_t)(nparts + KEY_HEAD), sizeof *k->words);
    if (!k->words) fatal("out of memory");
    k->words[0] = kind;
    k->n = 1;
}

static void key_num(Key *k, i64 x) { k->words[k->n++] = (u64)x; }
static void key_ptr(Key *k, const void *p) { k->words[k->n++] = (u64)(uintptr_t)p; }
static void key_vars(Key *k, Object **v, i64 n) {
    for (i64 i = 0; i < n; i++) key_ptr(k, v[i]);
}

// Where what the key says is, or NULL is until it is made.
static void **key_end(Key *k) {
    Str s = {(const char *)k->words, k->n * (i64)sizeof *k->words};
    if (!map_get_str(k->c->made, s)) s = arena_str(k->c->arena, s);
    void **slot = map_slot_str(k->c->made, s);
    if (k->words != k->small) free(k->words);
    return slot;
}

static Object *made_var(Checker *c, Package *pkg, const Name *name, Type *t, bool field) {
    Key k;
    key_init(&k, c, MADE_VAR, 0);
    key_ptr(&k, pkg);
    key_ptr(&k, name);
    key_ptr(&k, t);
    key_num(&k, field);
    void **slot = key_end(&k);
    if (!*slot) *slot = field ? types_new_field(c, 0, pkg, name, t, false) : types_new_var(c, 0, pkg, name, t);
    return *slot;
}

Object *types_made_var(Checker *c, Package *pkg, const Name *name, Type *t) {
    return made_var(c, pkg, name ? name : intern_c(c->intern, ""), t, false);
}

Object *types_made_field(Checker *c, Package *pkg, const Name *name, Type *t) {
    return made_var(c, pkg, name, t, true);
}

Type *types_made_slice(Checker *c, Type *elem) {
    Key k;
    key_init(&k, c, MADE_TYPE, 0);
    key_num(&k, TYPE_SLICE);
    key_ptr(&k, elem);
    void **slot = key_end(&k);
    if (!*slot) *slot = types_new_slice(c, elem);
    return *slot;
}

Type *types_made_array(Checker *c, Type *elem, i64 len) {
    Key k;
    key_init(&k, c, MADE_TYPE, 0);
    key_num(&k, TYPE_ARRAY);
    key_ptr(&k, elem);
    key_num(&k, len);
    void **slot = key_end(&k);
    if (!*slot) *slot = types_new_array(c, elem, len);
    return *slot;
}

Type *types_made_tuple(Checker *c, Object **vars, i64 n) {
    Key k;
    key_init(&k, c, MADE_TYPE, n);
    key_num(&k, TYPE_TUPLE);
    key_vars(&k, vars, n);
    void **slot = key_end(&k);
    if (!*slot) *slot = types_new_tuple(c, vars, n);
    return *slot;
}

Type *types_made_signature(Checker *c, Object *recv, Type *params, Type *results, bool variadic) {
    Key k;
    key_init(&k, c, MADE_TYPE, 0);
    key_num(&k, TYPE_SIGNATURE);
    key_ptr(&k, recv);
    key_ptr(&k, params);
    key_ptr(&k, results);
    key_num(&k, variadic);
    void **slot = key_end(&k);
    if (!*slot) *slot = types_new_signature(c, recv, params, results, variadic);
    return *slot;
}

Type *types_made_struct(Checker *c, Object **vars, i64 n) {
    Key k;
    key_init(&k, c, MADE_TYPE, n);
    key_num(&k, TYPE_STRUCT);
    key_vars(&k, vars, n);
    void **slot = key_end(&k);
    if (*slot) return *slot;
    Type *t = types_new_struct(c, n);
    for (i64 i = 0; i < n; i++) t->strct.fields[i].var = vars[i];
    types_layout(t);
    *slot = t;
    return t;
}

TypeEnv *types_env(Checker *c, FuncInfo *func, TypeList targs) {
    Key k;
    key_init(&k, c, MADE_ENV, targs.len);
    key_ptr(&k, func);
    for (i64 i = 0; i < targs.len; i++) key_ptr(&k, targs.ptr[i]);
    void **slot = key_end(&k);
    if (*slot) return *slot;
    TypeEnv *env = ANEW(c->arena, TypeEnv);
    env->func = func;
    env->tparams = func->tparams;
    env->targs = type_list_copy(c, targs.ptr, targs.len);
    env->cache = map_new_ptr(c->arena);
    *slot = env;
    return env;
}
