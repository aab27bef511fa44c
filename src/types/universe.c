// universe.c - predeclared types, constants, functions; package unsafe; the Checker itself.
#include "types/decls.h"

static const struct {
    const char *name;
    u8 kind;
} basics[] = {
    {"bool", TYPE_BOOL},           {"int", TYPE_INT},
    {"int8", TYPE_INT8},           {"int16", TYPE_INT16},
    {"int32", TYPE_INT32},         {"int64", TYPE_INT64},
    {"uint", TYPE_UINT},           {"uint8", TYPE_UINT8},
    {"uint16", TYPE_UINT16},       {"uint32", TYPE_UINT32},
    {"uint64", TYPE_UINT64},       {"uintptr", TYPE_UINTPTR},
    {"float32", TYPE_FLOAT32},     {"float64", TYPE_FLOAT64},
    {"complex64", TYPE_COMPLEX64}, {"complex128", TYPE_COMPLEX128},
    {"string", TYPE_STRING},
};

static const struct {
    i32 id;
    const char *name;
} builtins[] = {
#define B(id, name, nargs, variadic, kind) {BUILTIN_##id, name},
#include "types/builtins.def"
#undef B
};

static Object *def(Checker *c, Scope *s, ObjKind kind, const char *name, Type *t) {
    Object *o = obj_new(c, kind, 0, NULL, intern_c(c->intern, name), t);
    scope_insert(s, o);
    return o;
}

static void def_basic_types(Checker *c) {
    struct Universe *u = &c->u;
    for (int k = TYPE_INVALID; k <= TYPE_UNTYPED_NIL; k++) u->basic[k] = type_new(c, (TypeKind)k);
    for (i64 i = 0; i < NELEM(basics); i++) def(c, u->scope, OBJ_TYPE_NAME, basics[i].name, u->basic[basics[i].kind]);
    u->byte_ = type_new(c, TYPE_UINT8);
    u->rune_ = type_new(c, TYPE_INT32);
    u->byte_->flags |= TF_VALID; // tells the writer of type strings which of the two it is
    u->rune_->flags |= TF_VALID;
    def(c, u->scope, OBJ_TYPE_NAME, "byte", u->byte_);
    def(c, u->scope, OBJ_TYPE_NAME, "rune", u->rune_);
}

static void def_interfaces(Checker *c) {
    struct Universe *u = &c->u;
    u->empty_interface = iface_new(c);
    u->empty_func = types_new_signature(c, NULL, u->empty_tuple, u->empty_tuple, false);
    u->empty_interface->iface.tset->complete = true;
    Object *any = def(c, u->scope, OBJ_TYPE_NAME, "any", NULL);
    u->any_ = alias_new(c, any, u->empty_interface);
    c->known.any = any;

    Object *eo = def(c, u->scope, OBJ_TYPE_NAME, "error", NULL);
    u->error_ = named_new(c, eo);
    Object *res = types_new_var(c, 0, NULL, intern_c(c->intern, ""), u->basic[TYPE_STRING]);
    res->is_result = true;
    Object *recv = types_new_var(c, 0, NULL, intern_c(c->intern, ""), u->error_);
    Type *sig = types_new_signature(c, recv, u->empty_tuple, types_new_tuple(c, &res, 1), false);
    Object *m = obj_new(c, OBJ_FUNC, 0, NULL, intern_c(c->intern, "Error"), sig);
    Type *it = iface_new(c);
    it->iface.methods = ANEWN(c->arena, Object *, 1);
    it->iface.methods[0] = m;
    it->iface.nmethods = 1;
    it->iface.tset->complete = true;
    named_set_rhs(u->error_, it);

    Object *co = def(c, u->scope, OBJ_TYPE_NAME, "comparable", NULL);
    u->comparable_ = named_new(c, co);
    it = iface_new(c);
    it->iface.tset->complete = true;
    it->iface.tset->comparable = true;
    it->iface.tset->terms.all = true;
    it->iface.tset->state = 2;
    named_set_rhs(u->comparable_, it);
    c->known.comparable = co;
}

static void def_unsafe(Checker *c) {
    Package *p = ANEW(c->arena, Package);
    p->path = p->link_path = S("unsafe");
    p->name = intern_c(c->intern, "unsafe");
    p->scope = scope_new(c->arena, c->u.scope, "package unsafe");
    p->collected = p->checked = true;
    c->known.unsafe = p;
    Object *o = def(c, p->scope, OBJ_TYPE_NAME, "Pointer", c->u.basic[TYPE_UNSAFE_POINTER]);
    o->pkg = p;
}

static void def_values(Checker *c) {
    struct Universe *u = &c->u;
    u->true_ = def(c, u->scope, OBJ_CONST, "true", u->basic[TYPE_UNTYPED_BOOL]);
    u->true_->val = exact_bool(true);
    u->false_ = def(c, u->scope, OBJ_CONST, "false", u->basic[TYPE_UNTYPED_BOOL]);
    u->false_->val = exact_bool(false);
    u->iota_ = def(c, u->scope, OBJ_CONST, "iota", u->basic[TYPE_UNTYPED_INT]);
    u->iota_->val = exact_i64(c->arena, 0);
    u->nil_ = def(c, u->scope, OBJ_NIL, "nil", u->basic[TYPE_UNTYPED_NIL]);
    for (i64 i = 0; i < NELEM(builtins); i++) {
        bool is_unsafe = builtins[i].id >= BUILTIN_UNSAFE_ADD;
        Object *o = def(c, is_unsafe ? c->known.unsafe->scope : u->scope, OBJ_BUILTIN, builtins[i].name,
                        u->basic[TYPE_INVALID]);
        o->builtin = builtins[i].id;
        if (is_unsafe) o->pkg = c->known.unsafe;
    }
}

static void init_tables(Checker *c) {
    c->inst.table = map_new_num(c->arena);
    c->pointers = map_new_ptr(c->arena);
    c->made = map_new_str(c->arena);
    c->collected = map_new_ptr(c->arena);
    c->lookup.method_sets = map_new_ptr(c->arena);
    c->local.index = map_new_ptr(c->arena);
    c->local.done = map_new_ptr(c->arena);
    c->mono.index = map_new_ptr(c->arena);
    c->mono.canon = map_new_ptr(c->arena);
    c->known.blank = intern_c(c->intern, "_");
    c->known.init = intern_c(c->intern, "init");
    c->known.main = intern_c(c->intern, "main");
    c->known.any_name = intern_c(c->intern, "any");
}

static void init_universe(Checker *c) {
    c->u.scope = scope_new(c->arena, NULL, "universe");
    c->u.empty_tuple = type_new(c, TYPE_TUPLE);
    def_basic_types(c);
    def_interfaces(c);
    def_unsafe(c);
    def_values(c);
}

Checker *checker_new(Arena *session, Intern *in, Diag *d, ImportFn import, void *ctx) {
    Checker *c = ANEW(session, Checker);
    c->arena = session;
    c->bodies = c->all_bodies = arena_new("bodies");
    c->names = arena_new("link names");
    c->intern = in;
    c->diag = d;
    c->import = import;
    c->import_ctx = ctx;
    init_tables(c);
    init_universe(c);
    return c;
}

void checker_help(Checker *c, NamedFn named) { c->named = named; }

u32 types_new_program(Checker *c) { return ++c->nprograms; }

const struct Universe *types_universe(const Checker *c) { return &c->u; }
Package *types_unsafe_package(Checker *c) { return c->known.unsafe; }
