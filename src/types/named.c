// named.c - types with names: defined types, their instances, aliases, type parameters.
//
// A defined type knows the right-hand side of its declaration; the underlying type is found by
// following names when someone asks. An instance is made once per (generic, type arguments) and
// expands its right-hand side and its methods only on demand, so that types that refer to ever
// growing instances of themselves cost nothing until somebody looks.
#include "types/decls.h"

// Of the union only what the kind has.
static i64 size_of_kind(TypeKind k) {
    Type *t = NULL;
    i64 head = offsetof(Type, array);
    switch (k) {
    case TYPE_ARRAY: return head + (i64)sizeof t->array;
    case TYPE_SLICE:
    case TYPE_POINTER: return head + (i64)sizeof t->pointer;
    case TYPE_STRUCT: return head + (i64)sizeof t->strct;
    case TYPE_TUPLE: return head + (i64)sizeof t->tuple;
    case TYPE_SIGNATURE: return head + (i64)sizeof t->sig;
    case TYPE_MAP: return head + (i64)sizeof t->map;
    case TYPE_CHAN: return head + (i64)sizeof t->chan;
    default: return sizeof(Type);
    }
}

Type *type_new(Checker *c, TypeKind k) {
    Type *t = arena_alloc(c->arena, size_of_kind(k), _Alignof(Type));
    t->kind = (u8)k;
    return t;
}

Type *named_new(Checker *c, Object *obj) {
    Type *t = type_new(c, TYPE_NAMED);
    NamedInfo *ni = ANEW(c->arena, NamedInfo);
    ni->c = c;
    ni->expanded = true;
    t->named.obj = obj;
    t->named.orig = t;
    t->named.resolver = ni;
    if (obj && !obj->type) obj->type = t;
    return t;
}

Type *alias_new(Checker *c, Object *obj, Type *rhs) {
    Type *t = type_new(c, TYPE_ALIAS);
    t->alias.obj = obj;
    t->alias.orig = t;
    t->alias.actual = rhs;
    if (!obj->type) obj->type = t;
    return t;
}

Type *iface_new(Checker *c) {
    Type *t = type_new(c, TYPE_INTERFACE);
    struct TypeSet *s = ANEW(c->arena, struct TypeSet);
    s->c = c;
    t->iface.tset = s;
    return t;
}

Type *param_new(Checker *c, Object *obj, Type *bound) {
    Type *t = type_new(c, TYPE_PARAM);
    t->param.obj = obj;
    t->param.bound = bound;
    t->param.id = ++c->next_param_id;
    t->param.c = c;
    if (!obj->type) obj->type = t;
    return t;
}

NamedInfo *named_info(Type *t) { return t->named.resolver; }

TypeList type_list_copy(Checker *c, Type **v, i64 n) {
    TypeList l = {ANEWN(c->arena, Type *, n ? n : 1), n};
    if (n) memcpy(l.ptr, v, (size_t)n * sizeof *v);
    return l;
}

Type *types_actual(Type *t) {
    while (t && t->kind == TYPE_ALIAS && t->alias.actual) t = t->alias.actual;
    return t;
}

Type *as_named(Type *t) {
    t = types_unalias(t);
    return t && t->kind == TYPE_NAMED ? t : NULL;
}

bool type_valid(Type *t) {
    t = types_unalias(t);
    return t && t->kind != TYPE_INVALID;
}

bool check_has_invalid(Type *t) { return !type_valid(t); }

Type *type_deref(Type *t, bool *is_ptr) {
    Type *u = types_unalias(t);
    bool p = u && u->kind == TYPE_POINTER;
    if (is_ptr) *is_ptr = p;
    return p ? u->pointer.elem : t;
}

TypeList generic_tparams(Type *t) {
    if (!t) return (TypeList){0};
    switch (t->kind) {
    case TYPE_ALIAS: return t->alias.orig->alias.tparams;
    case TYPE_NAMED: return t->named.orig->named.tparams;
    case TYPE_SIGNATURE: return t->sig.tparams;
    default: return (TypeList){0};
    }
}

// ---- right-hand sides ---------------------------------------------------------------------------

void named_set_rhs(Type *t, Type *rhs) {
    NamedInfo *ni = named_info(t);
    ni->rhs = rhs;
    ni->under_done = false;
    t->named.underlying = NULL;
}

// Right-hand side; NULL while the declaration is being checked.
Type *named_rhs(Type *t) {
    NamedInfo *ni = named_info(t);
    if (ni->expanded) return ni->rhs;
    Checker *c = ni->c;
    if (ni->local_orig) {
        Type *rhs = named_rhs(ni->local_orig);
        if (!rhs) return NULL;
        ni->expanded = true;
        ni->rhs = types_subst(c, rhs, ni->env);
        return ni->rhs;
    }
    Type *orig = t->named.orig;
    Type *rhs = named_rhs(orig);
    if (!rhs) return NULL;
    ni->expanded = true;
    ni->rhs = c->u.basic[TYPE_INVALID];
    if (orig->named.tparams.len != t->named.targs.len) return ni->rhs;
    Pos saved = c->inst.pos;
    c->inst.pos = ni->pos;
    ni->rhs = subst_type(c, rhs, orig->named.tparams, t->named.targs);
    c->inst.pos = saved;
    return ni->rhs;
}

static Type *resolve_under(Type *named) {
    NamedInfo *first = named_info(named);
    Type *bad = first->c->u.basic[TYPE_INVALID], *u = NULL, *t = named;
    bool store = true;
    i64 n = 0;
    while (!u) {
        if (!t) {
            u = bad;
            store = false; // not there yet
        } else if (t->kind == TYPE_ALIAS) {
            t = t->alias.actual;
        } else if (t->kind == TYPE_NAMED) {
            NamedInfo *ni = named_info(t);
            if (ni->under_done) {
                u = t->named.underlying;
            } else if (ni->busy || ++n > 10000) {
                u = bad; // cycle, reported elsewhere
            } else {
                ni->busy = true;
                t = named_rhs(t);
            }
        } else if (t->kind == TYPE_PARAM) {
            u = bad; // reported where it was declared
        } else {
            u = t;
        }
    }
    for (t = named; t && (t->kind == TYPE_NAMED || t->kind == TYPE_ALIAS);) {
        if (t->kind == TYPE_ALIAS) {
            t = t->alias.actual;
            continue;
        }
        NamedInfo *ni = named_info(t);
        if (!ni->busy) break;
        ni->busy = false;
        if (store && !ni->under_done) {
            t->named.underlying = u;
            __atomic_store_n(&ni->under_done, true, __ATOMIC_RELEASE);
        }
        t = ni->expanded ? ni->rhs : NULL;
    }
    return u;
}

// Any thread, once the type is settled (the thread of the checker asked before).
Type *types_underlying(Type *t) {
    t = types_unalias(t);
    if (t->kind == TYPE_NAMED)
        return __atomic_load_n(&named_info(t)->under_done, __ATOMIC_ACQUIRE) ? t->named.underlying : resolve_under(t);
    if (t->kind == TYPE_PARAM) return param_iface(t);
    return t;
}

// ---- hashing: equal for identical types --------------------------------------------------------------

static u64 mix(u64 h, u64 x) {
    h ^= x + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
    return h * 0xff51afd7ed558ccdull;
}

static u64 hash_tuple(u64 h, Type *tuple, int depth) {
    for (i64 i = 0; i < tuple->tuple.n; i++) h = mix(h, type_hash(tuple->tuple.vars[i]->type, depth + 1));
    return mix(h, (u64)tuple->tuple.n);
}

u64 type_hash(Type *t, int depth) {
    t = types_unalias(t);
    if (!t || depth > 20) return 17;
    u64 h = mix(0x1234, t->kind);
    switch (t->kind) {
    case TYPE_ARRAY: return mix(mix(h, (u64)t->array.len), type_hash(t->array.elem, depth + 1));
    case TYPE_SLICE: return mix(h, type_hash(t->slice.elem, depth + 1));
    case TYPE_POINTER: return mix(h, type_hash(t->pointer.elem, depth + 1));
    case TYPE_CHAN: return mix(mix(h, t->chan.dir), type_hash(t->chan.elem, depth + 1));
    case TYPE_MAP: return mix(mix(h, type_hash(t->map.key, depth + 1)), type_hash(t->map.elem, depth + 1));
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++) {
            h = mix(h, t->strct.fields[i].var->name->hash);
            h = mix(h, type_hash(t->strct.fields[i].var->type, depth + 1));
        }
        return h;
    case TYPE_TUPLE: return hash_tuple(h, t, depth);
    case TYPE_SIGNATURE:
        if (t->sig.tparams.len) return mix(h, (u64)t->sig.tparams.len);
        return mix(hash_tuple(hash_tuple(h, t->sig.params, depth), t->sig.results, depth), t->sig.variadic);
    case TYPE_NAMED:
        if (t->named.orig == t) return mix(h, (u64)(uintptr_t)t);
        h = mix(h, (u64)(uintptr_t)t->named.orig);
        for (i64 i = 0; i < t->named.targs.len; i++) h = mix(h, type_hash(t->named.targs.ptr[i], depth + 1));
        return h;
    case TYPE_PARAM: return mix(h, t->param.id);
    default: return h; // basic types; interfaces and unions all alike
    }
}

bool type_lists_identical(TypeList a, TypeList b) {
    if (a.len != b.len) return false;
    for (i64 i = 0; i < a.len; i++)
        if (!types_identical(a.ptr[i], b.ptr[i])) return false;
    return true;
}

// ---- instances ---------------------------------------------------------------------------------------

typedef struct Inst {
    Type *t;
    struct Inst *next;
} Inst;

static u64 inst_hash(Type *orig, TypeList targs) {
    u64 h = mix(99, (u64)(uintptr_t)orig);
    for (i64 i = 0; i < targs.len; i++) h = mix(h, type_hash(targs.ptr[i], 0));
    return h ? h : 1;
}

// local: an instance by the type arguments of the enclosing function, not by the type's own.
static Type *inst_find(Checker *c, u64 h, Type *orig, TypeList targs, bool local) {
    for (Inst *i = map_get_num(c->inst.table, h); i; i = i->next) {
        Type *t = i->t;
        if (((t->flags & TF_LOCAL_INST) != 0) != local) continue;
        if ((local ? named_info(t)->local_orig : t->named.orig) != orig) continue;
        if (type_lists_identical(local ? t->named.outer_targs : t->named.targs, targs)) return t;
    }
    return NULL;
}

static void inst_add(Checker *c, u64 h, Type *t) {
    Inst *i = ANEW(c->arena, Inst);
    i->t = t;
    i->next = map_get_num(c->inst.table, h);
    map_set_num(c->inst.table, h, i);
}

static i64 type_depth(Type *t, i64 limit) {
    t = types_unalias(t);
    if (!t || limit <= 0) return 0;
    i64 d = 0;
    switch (t->kind) {
    case TYPE_ARRAY: return 1 + type_depth(t->array.elem, limit - 1);
    case TYPE_SLICE: return 1 + type_depth(t->slice.elem, limit - 1);
    case TYPE_POINTER: return 1 + type_depth(t->pointer.elem, limit - 1);
    case TYPE_CHAN: return 1 + type_depth(t->chan.elem, limit - 1);
    case TYPE_MAP: return 1 + i64_max(type_depth(t->map.key, limit - 1), type_depth(t->map.elem, limit - 1));
    case TYPE_NAMED:
        for (i64 i = 0; i < t->named.targs.len; i++) d = i64_max(d, type_depth(t->named.targs.ptr[i], limit - 1));
        return 1 + d;
    default: return 1;
    }
}

enum { MAX_DEPTH = 200 }; // of type arguments: beyond, an instantiation cycle is running away

static Type *instantiate_alias(Checker *c, Type *orig, TypeList targs) {
    if (targs.len != orig->alias.tparams.len || !orig->alias.actual) return c->u.basic[TYPE_INVALID];
    Type *t = type_new(c, TYPE_ALIAS);
    t->alias.obj = orig->alias.obj;
    t->alias.orig = orig;
    t->alias.tparams = orig->alias.tparams;
    t->alias.targs = targs;
    t->alias.actual = subst_type(c, orig->alias.actual, orig->alias.tparams, targs);
    return t;
}

Type *instantiate(Checker *c, Type *orig, TypeList targs) {
    if (orig->kind == TYPE_ALIAS) {
        if (orig->alias.tparams.len) return instantiate_alias(c, orig->alias.orig, targs);
        orig = types_unalias(orig);
    }
    if (!orig || orig->kind != TYPE_NAMED) return c->u.basic[TYPE_INVALID];
    orig = orig->named.orig;
    u64 h = inst_hash(orig, targs);
    Type *t = inst_find(c, h, orig, targs, false);
    if (t) return t;
    for (i64 i = 0; i < targs.len; i++)
        if (type_depth(targs.ptr[i], MAX_DEPTH) >= MAX_DEPTH) return c->u.basic[TYPE_INVALID];
    t = named_new(c, NULL);
    NamedInfo *ni = named_info(t);
    ni->expanded = false;
    ni->pos = c->inst.pos;
    t->named.obj = orig->named.obj;
    t->named.orig = orig;
    t->named.targs = type_list_copy(c, targs.ptr, targs.len);
    t->named.local_in = orig->named.local_in;
    t->named.local_index = orig->named.local_index;
    t->named.outer_targs = orig->named.outer_targs;
    inst_add(c, h, t);
    return t;
}

Type *types_instantiate(Checker *c, Type *generic, TypeList targs) { return instantiate(c, generic, targs); }

Type *instantiate_local(Checker *c, Type *local, TypeEnv *env) {
    u64 h = inst_hash(local, env->targs);
    Type *t = inst_find(c, h, local, env->targs, true);
    if (t) return t;
    t = named_new(c, NULL);
    NamedInfo *ni = named_info(t);
    ni->expanded = false;
    ni->local_orig = local;
    ni->env = env;
    t->flags |= TF_LOCAL_INST;
    t->named.obj = local->named.obj;
    t->named.tparams = local->named.tparams;
    t->named.local_in = local->named.local_in;
    t->named.local_index = local->named.local_index;
    t->named.outer_targs = ni->env->targs;
    inst_add(c, h, t);
    return t;
}

// ---- declared methods ----------------------------------------------------------------------------------

i64 named_nmethods(Type *t) { return t->named.orig->named.nmethods; }

enum { MANY_METHODS = 12 };

static i64 method_by_name(Type *o, const Name *name) {
    NamedInfo *ni = named_info(o);
    if (!ni->by_name) ni->by_name = map_new_ptr(ni->c->arena);
    for (; ni->nby_name < o->named.nmethods; ni->nby_name++) {
        void **slot = map_slot_ptr(ni->by_name, o->named.methods[ni->nby_name]->name);
        if (!*slot) *slot = (void *)(intptr_t)(ni->nby_name + 1);
    }
    return (i64)(intptr_t)map_get_ptr(ni->by_name, name) - 1;
}

i64 named_method_index(Type *t, const Package *pkg, const Name *name, bool fold) {
    Type *o = t->named.orig;
    if (!name->exported && !fold && !same_pkg(o->named.obj->pkg, pkg)) return -1;
    if (o->named.nmethods > MANY_METHODS && !fold) return method_by_name(o, name);
    for (i64 i = 0; i < o->named.nmethods; i++) {
        const Name *n = o->named.methods[i]->name;
        if (n == name || (fold && str_fold_eq(n->s, name->s))) return i;
    }
    return -1;
}

static Object *expand_method(Checker *c, Type *t, i64 i) {
    Object *om = t->named.orig->named.methods[i];
    check_obj_decl(c, om);
    Type *osig = om->type;
    if (!osig || osig->kind != TYPE_SIGNATURE || !osig->sig.recv) return om;
    Type *base = as_named(type_deref(osig->sig.recv->type, NULL));
    if (base == t) return om;
    Type *sig = osig;
    if (osig->sig.rparams.len == t->named.targs.len) sig = subst_type(c, osig, osig->sig.rparams, t->named.targs);
    Type *copy = type_new(c, TYPE_SIGNATURE);
    copy->sig = sig->sig;
    copy->sig.rparams = (TypeList){0};
    Object *recv = obj_new(c, OBJ_VAR, osig->sig.recv->pos, osig->sig.recv->pkg, osig->sig.recv->name, t);
    recv->is_recv = true;
    recv->origin = osig->sig.recv;
    if (om->ptr_recv) recv->type = types_new_pointer(c, t);
    copy->sig.recv = recv;
    Object *m = ANEW(c->arena, Object);
    *m = *om;
    m->type = copy;
    m->origin = om;
    return m;
}

Object *types_method_at(Checker *c, Type *t, i64 i) {
    t = types_unalias(t);
    Type *o = t->named.orig;
    CHECK(i >= 0 && i < o->named.nmethods);
    if (t == o) return o->named.methods[i];
    if (t->named.nmethods < o->named.nmethods) { // methods of the origin may still be added
        Object **v = ANEWN(c->arena, Object *, o->named.nmethods);
        if (t->named.nmethods) memcpy(v, t->named.methods, (size_t)t->named.nmethods * sizeof *v);
        t->named.methods = v;
        t->named.nmethods = t->named.capmethods = o->named.nmethods;
    }
    if (!t->named.methods[i]) {
        Object *m = expand_method(c, t, i);
        if (o->named.methods[i]->color) return m; // its signature is still being checked
        t->named.methods[i] = m;
    }
    return t->named.methods[i];
}

// ---- constructors ------------------------------------------------------------------------------------------

Type *types_new_pointer(Checker *c, Type *e) {
    void **slot = map_slot_ptr(c->pointers, e);
    if (*slot) return *slot;
    Type *t = type_new(c, TYPE_POINTER);
    t->pointer.elem = e;
    *slot = t;
    return t;
}
Type *types_new_slice(Checker *c, Type *e) {
    Type *t = type_new(c, TYPE_SLICE);
    t->slice.elem = e;
    return t;
}
Type *types_new_array(Checker *c, Type *e, i64 n) {
    Type *t = type_new(c, TYPE_ARRAY);
    t->array.elem = e;
    t->array.len = n;
    return t;
}
Type *types_new_map(Checker *c, Type *k, Type *v) {
    Type *t = type_new(c, TYPE_MAP);
    t->map.key = k;
    t->map.elem = v;
    return t;
}
Type *types_new_chan(Checker *c, ChanDir d, Type *e) {
    Type *t = type_new(c, TYPE_CHAN);
    t->chan.elem = e;
    t->chan.dir = (u8)d;
    return t;
}
Type *types_new_tuple(Checker *c, Object **vars, i64 n) {
    if (n == 0) return c->u.empty_tuple;
    Type *t = type_new(c, TYPE_TUPLE);
    t->tuple.vars = ANEWN(c->arena, Object *, n);
    memcpy(t->tuple.vars, vars, (size_t)n * sizeof *vars);
    t->tuple.n = n;
    return t;
}

Type *types_new_signature(Checker *c, Object *recv, Type *params, Type *results, bool variadic) {
    Type *t = type_new(c, TYPE_SIGNATURE);
    t->sig.recv = recv;
    t->sig.params = params ? params : c->u.empty_tuple;
    t->sig.results = results ? results : c->u.empty_tuple;
    t->sig.variadic = variadic;
    return t;
}

Type *types_new_struct(Checker *c, i64 n) {
    Type *t = type_new(c, TYPE_STRUCT);
    t->strct.fields = ANEWN(c->arena, StructField, n ? n : 1);
    t->strct.nfields = n;
    t->strct.offsets = ANEWN(c->arena, i64, n ? n : 1);
    return t;
}
