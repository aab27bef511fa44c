// alg.c - equality and hash functions of types.
//
// Types whose equality is that of their bytes, and the basic ones, use the runtime's functions; for others a function compares or hashes
// field by field, runs of plain bytes in one step.
#include "ir/gen.h"

// ---- plain memory ---------------------------------------------------------------------------------------------------

static bool plain_struct(Type *u) {
    types_layout(u);
    i64 end = 0;
    for (i64 i = 0; i < u->strct.nfields; i++) {
        Object *v = u->strct.fields[i].var;
        if (v->name->blank || types_field_offset(u, i) != end || !type_plain_memory(v->type)) return false;
        end += types_size(v->type);
    }
    return end == types_size(u);
}

bool type_plain_memory(Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_BOOL:
    case TYPE_POINTER:
    case TYPE_CHAN:
    case TYPE_UNSAFE_POINTER: return true;
    case TYPE_ARRAY: return u->array.len == 0 ? types_comparable(u) : type_plain_memory(u->array.elem);
    case TYPE_STRUCT: return plain_struct(u);
    default: return u->kind >= TYPE_INT && u->kind <= TYPE_UINTPTR;
    }
}

// ---- the runtime's functions ---------------------------------------------------------------------------------------

// Row of the runtime for types that need no generated function; -1: generated; -2: not comparable.
static int runtime_alg(Type *t, bool hash) {
    Type *u = types_under(t);
    Object **ms = NULL;
    if (!types_comparable(t)) return -2;
    if (type_plain_memory(t)) {
        switch (types_size(t)) {
        case 0: return hash ? RT_MEMHASH_VARLEN : RT_MEMEQUAL0;
        case 1: return hash ? RT_MEMHASH_VARLEN : RT_MEMEQUAL8;
        case 2: return hash ? RT_MEMHASH_VARLEN : RT_MEMEQUAL16;
        case 4: return hash ? RT_MEMHASH32 : RT_MEMEQUAL32;
        case 8: return hash ? RT_MEMHASH64 : RT_MEMEQUAL64;
        case 16: return hash ? RT_MEMHASH_VARLEN : RT_MEMEQUAL128;
        default: return hash ? RT_MEMHASH_VARLEN : RT_MEMEQUAL_VARLEN;
        }
    }
    (void)ms;
    switch (u->kind) {
    case TYPE_STRING: return hash ? RT_STRHASH : RT_STREQUAL;
    case TYPE_FLOAT32: return hash ? RT_F32HASH : RT_F32EQUAL;
    case TYPE_FLOAT64: return hash ? RT_F64HASH : RT_F64EQUAL;
    case TYPE_COMPLEX64: return hash ? RT_C64HASH : RT_C64EQUAL;
    case TYPE_COMPLEX128: return hash ? RT_C128HASH : RT_C128EQUAL;
    case TYPE_INTERFACE: {
        bool empty = u->iface.nmethods == 0 && u->iface.nembeddeds == 0;
        if (empty) return hash ? RT_NILINTERHASH : RT_NILINTEREQUAL;
        return hash ? RT_INTERHASH : RT_INTEREQUAL;
    }
    case TYPE_STRUCT: // one field that fills it
        if (u->strct.nfields == 1 && !u->strct.fields[0].var->name->blank)
            return runtime_alg(u->strct.fields[0].var->type, hash);
        return -1;
    case TYPE_ARRAY: return u->array.len == 1 ? runtime_alg(u->array.elem, hash) : -1;
    default: return -1;
    }
}

static int alg_of(IrProgram *p, Type *t, bool hash) {
    Type *u = types_under(t);
    Object **ms;
    int r = runtime_alg(t, hash);
    if (u->kind == TYPE_INTERFACE && u->iface.nembeddeds && types_iface_methods(p->checker, u, &ms) == 0)
        r = hash ? RT_NILINTERHASH : RT_NILINTEREQUAL;
    return r;
}

static Str made_symbol(IrProgram *p, Arena *a, Type *t, const char *what) {
    return arena_printf(a, "type:.%s.%.*s", what, SFMT(types_link_name(p->checker, t)));
}

static Str alg_symbol(IrProgram *p, Arena *a, Type *t, bool hash) {
    int r = alg_of(p, t, hash);
    if (r == -2) return S("");
    return r >= 0 ? str_c(rt_symbol((RtFn)r)) : made_symbol(p, a, t, hash ? "hash" : "eq");
}

Str ir_eq_symbol(IrProgram *p, Arena *a, Type *t) { return alg_symbol(p, a, t, false); }
Str ir_hash_symbol(IrProgram *p, Arena *a, Type *t) { return alg_symbol(p, a, t, true); }

// ---- generated equality ------------------------------------------------------------------------------------------------

static void start(Gen *g, IrProgram *p, IrFunc *f) {
    gen_init(g, p, f, f->pkg, NULL, NULL, NULL);
    gen_signature(g, NULL, NULL, NULL);
}

static IrNode *object_at(Gen *g, IrFunc *f, i64 param, Type *t) {
    return gen_deref(g, gen_bitcast(g, gen_var(g, f->params[param]), gen_pointer(g, t)), true);
}

static void return_bool(Gen *g, bool b) {
    IrNode *r = gen_node(g, X_S_RETURN, NULL);
    vec_push(g->nodes, &r->list, gen_bool(g, b));
    gen_emit(g, r);
}

static void return_false_unless(Gen *g, IrNode *cond) {
    IrNode *c = gen_if(g, gen_not(g, cond));
    IrVec *old = gen_into(g, &c->sub->body);
    return_bool(g, false);
    gen_into(g, old);
}

static IrNode *address(Gen *g, IrNode *place) { return gen_bitcast(g, gen_addr(g, place), gen_uptr(g)); }

// Index behind a run of plain fields without gaps that starts at field i; *size of the run.
static i64 plain_run(Type *u, i64 i, i64 *size) {
    i64 end = types_field_offset(u, i), begin = end;
    while (i < u->strct.nfields) {
        Object *v = u->strct.fields[i].var;
        if (v->name->blank || types_field_offset(u, i) != end || !type_plain_memory(v->type)) break;
        end += types_size(v->type);
        i++;
    }
    *size = end - begin;
    return i;
}

// Whether comparing values of the type may panic: they hold interfaces.
static bool eq_can_panic(Type *t) {
    Type *u = types_under(t);
    if (u->kind == TYPE_ARRAY) return eq_can_panic(u->array.elem);
    if (u->kind != TYPE_STRUCT) return u->kind == TYPE_INTERFACE;
    for (i64 i = 0; i < u->strct.nfields; i++)
        if (eq_can_panic(u->strct.fields[i].var->type)) return true;
    return false;
}

// Fields [from, to), of which none can panic. First what takes no call, lengths of strings included, then (calls) the rest.
static void eq_fields(Gen *g, Type *t, i64 from, i64 to, bool calls) {
    Type *u = types_under(t);
    for (i64 i = from, next; i < to; i = next) {
        next = i + 1;
        Object *v = u->strct.fields[i].var;
        if (v->name->blank) continue;
        i64 size, end = i64_min(plain_run(u, i, &size), to);
        u8 kind = types_under(v->type)->kind;
        bool call = kind == TYPE_STRING || kind == TYPE_STRUCT || kind == TYPE_ARRAY, run = end > i + 2;
        if (run) next = end, call = true;
        if (calls != call && kind != TYPE_STRING) continue;
        IrNode *a = gen_field(g, object_at(g, g->f, 0, t), i), *b = gen_field(g, object_at(g, g->f, 1, t), i);
        if (run) {
            return_false_unless(g, gen_temp(g, gen_rt(g, RT_MEMEQUAL, gen_basic(g, TYPE_BOOL), 3, address(g, a),
                                                      address(g, b), gen_int(g, gen_basic(g, TYPE_UINTPTR), size))));
            continue;
        }
        if (!calls && kind == TYPE_STRING)
            a = gen_unop(g, X_LEN, gen_basic(g, TYPE_INT), a), b = gen_unop(g, X_LEN, gen_basic(g, TYPE_INT), b);
        return_false_unless(g, gen_compare(g, OP_EQL, a, b));
    }
}

// Comparisons that may panic stay in their place among the others.
static void eq_struct(Gen *g, Type *t) {
    Type *u = types_under(t);
    types_layout(u);
    for (i64 i = 0, end; i < u->strct.nfields; i = end + 1) {
        for (end = i; end < u->strct.nfields && !eq_can_panic(u->strct.fields[end].var->type);) end++;
        eq_fields(g, t, i, end, false);
        eq_fields(g, t, i, end, true);
        if (end < u->strct.nfields && !u->strct.fields[end].var->name->blank)
            return_false_unless(g, gen_compare(g, OP_EQL, gen_field(g, object_at(g, g->f, 0, t), end),
                                               gen_field(g, object_at(g, g->f, 1, t), end)));
    }
}

static IrVar *loop_over(Gen *g, i64 n, IrNode **loop) {
    Type *tint = gen_basic(g, TYPE_INT);
    IrVar *i = gen_temp_var(g, tint);
    i->reassigned = true;
    gen_assign_node(g, gen_var(g, i), gen_int(g, tint, 0), IRF_DCL);
    *loop = gen_unop(g, X_S_LOOP, NULL, gen_cmp(g, OP_LSS, gen_var(g, i), gen_int(g, tint, n)));
    gen_emit(g, *loop);
    IrVec *old = gen_into(g, &(*loop)->sub->post);
    gen_assign_node(g, gen_var(g, i), gen_binary(g, OP_ADD, gen_var(g, i), gen_int(g, tint, 1)), 0);
    gen_into(g, old);
    return i;
}

static void eq_array(Gen *g, Type *t) {
    IrNode *loop;
    IrVar *i = loop_over(g, types_under(t)->array.len, &loop);
    IrVec *old = gen_into(g, &loop->sub->body);
    IrNode *a = gen_index_node(g, object_at(g, g->f, 0, t), gen_var(g, i), true),
           *b = gen_index_node(g, object_at(g, g->f, 1, t), gen_var(g, i), true);
    return_false_unless(g, gen_compare(g, OP_EQL, a, b));
    gen_into(g, old);
}

static void make_eq(IrProgram *p, IrFunc *f) {
    Type *t = f->make_arg;
    Gen g;
    start(&g, p, f);
    if (type_is(t, TYPE_STRUCT)) eq_struct(&g, t);
    else if (type_is(t, TYPE_ARRAY)) eq_array(&g, t);
    else return_false_unless(&g, gen_compare(&g, OP_EQL, object_at(&g, f, 0, t), object_at(&g, f, 1, t)));
    return_bool(&g, true);
}

// ---- generated hash -----------------------------------------------------------------------------------------------------

static IrNode *hash_call(Gen *g, Type *t, IrNode *addr, IrVar *h) {
    IrFunc *fn = ir_hash_alg(g->p, t).fn;
    Type *uintptr = gen_basic(g, TYPE_UINTPTR);
    if (!fn) {
        RtFn rt = (RtFn)alg_of(g->p, t, true);
        if (rt == RT_MEMHASH_VARLEN)
            return gen_rt(g, RT_MEMHASH, uintptr, 3, addr, gen_var(g, h), gen_int(g, uintptr, types_size(t)));
        return gen_rt(g, rt, uintptr, 2, addr, gen_var(g, h));
    }
    IrNode *c = gen_node(g, X_CALL, uintptr);
    c->fn = fn;
    need_func(g->needs, fn);
    vec_push(g->nodes, &c->list, addr);
    vec_push(g->nodes, &c->list, gen_var(g, h));
    return c;
}

// Field by field, never in runs of plain memory: runtime.typehash, which hashes keys of maps that reflect made, must agree.
static void hash_struct(Gen *g, Type *t, IrVar *h) {
    Type *u = types_under(t);
    types_layout(u);
    for (i64 i = 0; i < u->strct.nfields; i++) {
        if (u->strct.fields[i].var->name->blank) continue;
        IrNode *addr = address(g, gen_field(g, object_at(g, g->f, 0, t), i));
        gen_assign_node(g, gen_var(g, h), hash_call(g, u->strct.fields[i].var->type, addr, h), 0);
    }
}

static void make_hash(IrProgram *p, IrFunc *f) {
    Type *t = f->make_arg;
    Gen g;
    start(&g, p, f);
    IrVar *h = gen_temp_var(&g, gen_basic(&g, TYPE_UINTPTR));
    h->reassigned = true;
    gen_assign_node(&g, gen_var(&g, h), gen_var(&g, f->params[1]), IRF_DCL);
    if (type_is(t, TYPE_STRUCT)) hash_struct(&g, t, h);
    else {
        CHECK(type_is(t, TYPE_ARRAY));
        IrNode *loop;
        IrVar *i = loop_over(&g, types_under(t)->array.len, &loop);
        IrVec *old = gen_into(&g, &loop->sub->body);
        IrNode *addr = address(&g, gen_index_node(&g, object_at(&g, f, 0, t), gen_var(&g, i), true));
        gen_assign_node(&g, gen_var(&g, h), hash_call(&g, type_elem(t), addr, h), 0);
        gen_into(&g, old);
    }
    IrNode *r = gen_node(&g, X_S_RETURN, NULL);
    vec_push(g.nodes, &r->list, gen_var(&g, h));
    gen_emit(&g, r);
}

// ---- entry points -------------------------------------------------------------------------------------------------------------

static Type *made_sig(IrProgram *p, Type *second, Type *result, bool two_pointers) {
    const struct Universe *u = types_universe(p->checker);
    Checker *c = p->checker;
    Object *in[2] = {types_made_var(c, NULL, intern_c(p->intern, "p"), u->basic[TYPE_UNSAFE_POINTER]),
                     types_made_var(c, NULL, intern_c(p->intern, two_pointers ? "q" : "h"), second)};
    Object *out = types_made_var(c, NULL, NULL, result);
    return types_made_signature(c, NULL, types_made_tuple(c, in, 2), types_made_tuple(c, &out, 1), false);
}

static IrAlg alg(IrProgram *p, Type *t, bool hash) {
    int r = alg_of(p, t, hash);
    if (r != -1) return (IrAlg){NULL, r < 0 ? -1 : r};
    const struct Universe *u = types_universe(p->checker);
    Type *sig = hash ? made_sig(p, u->basic[TYPE_UINTPTR], u->basic[TYPE_UINTPTR], false)
                     : made_sig(p, u->basic[TYPE_UNSAFE_POINTER], u->basic[TYPE_BOOL], true);
    Str sym = made_symbol(p, p->arena, t, hash ? "hash" : "eq");
    return (IrAlg){ir_made_func(p, sym, sig, p->runtime_pkg, hash ? make_hash : make_eq, t), -1};
}

IrAlg ir_eq_alg(IrProgram *p, Type *t) { return alg(p, t, false); }
IrAlg ir_hash_alg(IrProgram *p, Type *t) { return alg(p, t, true); }

// ---- maps -----------------------------------------------------------------------------------------------------------------------

static Object *field(IrProgram *p, const char *name, Type *t) {
    return types_made_field(p->checker, p->runtime_pkg, intern_c(p->intern, name), t);
}

Type *ir_map_group_type(IrProgram *p, Type *map) {
    IrGen *pg = ir_gen(p);
    Str key = types_link_name(p->checker, types_under(map));
    Type *t = map_get_str(pg->group_types, key);
    if (t) return t;
    Type *u = types_under(map), *k = u->map.key, *e = u->map.elem;
    if (types_size(k) > 128) k = types_new_pointer(p->checker, k);
    if (types_size(e) > 128) e = types_new_pointer(p->checker, e);
    Object *slot[2] = {field(p, "key", k), field(p, "elem", e)};
    Type *slots = types_made_array(p->checker, types_made_struct(p->checker, slot, 2), 8);
    Object *group[2] = {field(p, "ctrl", types_universe(p->checker)->basic[TYPE_UINT64]), field(p, "slots", slots)};
    t = types_made_struct(p->checker, group, 2);
    map_set_str(pg->group_types, key, t);
    return t;
}
