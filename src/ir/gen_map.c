// gen_map.c - map operations as calls into internal/runtime/maps.
//
// Elements up to 128 bytes with keys of 4 or 8 plain bytes or strings use the fast entry points, as in gc.
#include "ir/gen.h"

typedef enum MapFast { MF_SLOW, MF_32, MF_64, MF_64PTR, MF_STR } MapFast;

static MapFast map_fast(Type *m) {
    Type *u = types_under(m), *k = types_under(u->map.key);
    if (types_size(u->map.elem) > 128) return MF_SLOW;
    if (k->kind == TYPE_STRING) return MF_STR;
    if (!type_plain_memory(k)) return MF_SLOW;
    i64 size = types_size(k);
    bool ptrs = types_has_pointers(k);
    if (size == 4 && !ptrs) return MF_32;
    if (size == 8) return ptrs ? MF_64PTR : MF_64;
    return MF_SLOW;
}

// The key as the fast function wants it: an integer of its bytes or the pointer.
static IrNode *fast_key(Gen *g, IrNode *key, MapFast f, bool assign) {
    if (f == MF_STR) return gen_bitcast(g, key, gen_basic(g, TYPE_STRING));
    Type *want = f == MF_32                ? gen_basic(g, TYPE_UINT32)
                 : f == MF_64PTR && assign ? gen_uptr(g)
                                           : gen_basic(g, TYPE_UINT64);
    Type *u = types_under(key->type);
    if (u->kind >= TYPE_INT && u->kind <= TYPE_UINTPTR) return gen_numconv(g, key, want);
    if (u->kind == TYPE_POINTER || u->kind == TYPE_UNSAFE_POINTER || u->kind == TYPE_CHAN) {
        if (want->kind == TYPE_UNSAFE_POINTER) return gen_bitcast(g, key, want);
        return gen_numconv(g, gen_bitcast(g, gen_bitcast(g, key, gen_uptr(g)), gen_basic(g, TYPE_UINTPTR)), want);
    }
    IrNode *p = gen_temp_addr(g, key);
    return gen_deref(g, gen_bitcast(g, p, gen_pointer(g, want)), true);
}

static IrNode *key_addr(Gen *g, IrNode *key) { return gen_bitcast(g, gen_temp_addr(g, key), gen_uptr(g)); }

static IrNode *deref_as(Gen *g, IrNode *p, Type *t) { return gen_deref(g, gen_bitcast(g, p, gen_pointer(g, t)), true); }

Type *gen_tuple_type(Gen *g, Type *a, Type *b) {
    Object *vars[2] = {types_made_var(g->c, g->pkg, NULL, a), types_made_var(g->c, g->pkg, NULL, b)};
    return types_made_tuple(g->c, vars, 2);
}

void gen_assign2(Gen *g, IrNode *call, IrNode **a, IrNode **b) {
    IrNode *s = gen_unop(g, X_S_ASSIGN_MULTI, NULL, NULL);
    s->b = call;
    s->flags = IRF_DCL;
    IrVar *va = gen_temp_var(g, tuple_at(call->type, 0)), *vb = gen_temp_var(g, tuple_at(call->type, 1));
    vec_push(g->nodes, &s->list, gen_var(g, va));
    vec_push(g->nodes, &s->list, gen_var(g, vb));
    gen_emit(g, s);
    *a = gen_var(g, va);
    *b = gen_var(g, vb);
}

IrNode *gen_map_get(Gen *g, IrNode *m, IrNode *key, bool comma_ok, IrNode **ok) {
    static const RtFn one[] = {[MF_SLOW] = RT_MAPACCESS1,
                               [MF_32] = RT_MAPACCESS1_FAST32,
                               [MF_64] = RT_MAPACCESS1_FAST64,
                               [MF_64PTR] = RT_MAPACCESS1_FAST64,
                               [MF_STR] = RT_MAPACCESS1_FASTSTR};
    static const RtFn two[] = {[MF_SLOW] = RT_MAPACCESS2,
                               [MF_32] = RT_MAPACCESS2_FAST32,
                               [MF_64] = RT_MAPACCESS2_FAST64,
                               [MF_64PTR] = RT_MAPACCESS2_FAST64,
                               [MF_STR] = RT_MAPACCESS2_FASTSTR};
    Type *t = m->type, *vt = type_elem(t), *uptr = gen_uptr(g);
    MapFast f = map_fast(t);
    IrNode *k = f == MF_SLOW ? key_addr(g, key) : fast_key(g, key, f, false);
    RtFn fn = comma_ok ? two[f] : one[f];
    IrNode *zero = NULL;
    if (types_size(vt) > 1024) {
        fn = comma_ok ? RT_MAPACCESS2_FAT : RT_MAPACCESS1_FAT;
        zero = gen_node(g, X_DATA_ADDR, uptr);
        zero->data = gen_data(g, vt, types_size(vt), true);
    }
    Type *rt = comma_ok ? gen_tuple_type(g, uptr, gen_basic(g, TYPE_BOOL)) : uptr;
    IrNode *call = gen_rt(g, fn, rt, 3, gen_type_addr(g, t), m, k), *p;
    if (zero) vec_push(g->nodes, &call->list, zero);
    if (comma_ok) gen_assign2(g, call, &p, ok);
    else p = gen_temp(g, call);
    return gen_temp(g, deref_as(g, p, vt));
}

IrNode *gen_map_slot(Gen *g, IrNode *m, IrNode *key) {
    static const RtFn fns[] = {[MF_SLOW] = RT_MAPASSIGN,
                               [MF_32] = RT_MAPASSIGN_FAST32,
                               [MF_64] = RT_MAPASSIGN_FAST64,
                               [MF_64PTR] = RT_MAPASSIGN_FAST64PTR,
                               [MF_STR] = RT_MAPASSIGN_FASTSTR};
    Type *t = m->type;
    MapFast f = map_fast(t);
    IrNode *k = f == MF_SLOW ? key_addr(g, key) : fast_key(g, key, f, true);
    IrNode *p = gen_temp(g, gen_rt(g, fns[f], gen_uptr(g), 3, gen_type_addr(g, t), m, k));
    return deref_as(g, p, type_elem(t));
}

void gen_map_delete(Gen *g, IrNode *m, IrNode *key) {
    static const RtFn fns[] = {[MF_SLOW] = RT_MAPDELETE,
                               [MF_32] = RT_MAPDELETE_FAST32,
                               [MF_64] = RT_MAPDELETE_FAST64,
                               [MF_64PTR] = RT_MAPDELETE_FAST64,
                               [MF_STR] = RT_MAPDELETE_FASTSTR};
    MapFast f = map_fast(m->type);
    IrNode *k = f == MF_SLOW ? key_addr(g, key) : fast_key(g, key, f, false);
    gen_emit_expr(g, gen_rt(g, fns[f], NULL, 3, gen_type_addr(g, m->type), m, k));
}

// string(bytes) as a lookup key needs no copy.
// late: the bytes are read behind the calls ahead.
static IrNode *gen_string_view(Gen *g, Expr *e, bool late) {
    e = unparen(e);
    if (e->val || e->kind != ND_CALL || ((Call *)e)->fun->mode != MODE_TYPE) return NULL;
    Call *c = (Call *)e;
    Expr *arg = c->args.ptr[0];
    if (arg->val || !arg->type || !type_is(gen_type(g, e), TYPE_STRING)) return NULL;
    Type *u = types_under(gen_type(g, arg));
    if (u->kind != TYPE_SLICE || types_under(u->slice.elem)->kind != TYPE_UINT8) return NULL;
    IrNode *s = gen_expr(g, arg);
    Late l = late ? gen_late(g) : (Late){0};
    s = gen_stable(g, s);
    IrNode *n = gen_unop(g, X_STRING_HEADER, gen_type(g, e),
                         gen_unop(g, X_PTR, gen_pointer(g, gen_basic(g, TYPE_UINT8)), gen_dup(g, s)));
    n->b = gen_unop(g, X_LEN, gen_basic(g, TYPE_INT), gen_dup(g, s));
    return gen_late_end(g, l, n);
}

IrNode *gen_string_tmp(Gen *g, Expr *e) {
    IrNode *n = gen_string_view(g, e, true);
    return n ? n : gen_expr(g, e);
}

IrNode *gen_map_key(Gen *g, Type *map, Expr *key) {
    IrNode *n = gen_string_view(g, key, false);
    Type *kt = types_unalias(types_under(map)->map.key);
    if (n) return gen_convert(g, n, kt);
    return gen_map_key_in_memory(g, map, gen_expr_to(g, key, kt));
}

IrNode *gen_map_key_in_memory(Gen *g, Type *map, IrNode *key) {
    return map_fast(map) == MF_SLOW && !is_lvalue_node(key) ? gen_early(g, key) : key;
}

IrNode *gen_store_key(Gen *g, Type *map, Expr *key) {
    return gen_map_key_in_memory(g, map, gen_expr_to(g, key, types_unalias(types_under(map)->map.key)));
}

static Object *iter_field(Gen *g, const char *name, Type *t) {
    return types_made_field(g->c, g->p->runtime_pkg, intern_c(g->p->intern, name), t);
}

// internal/runtime/maps.Iter by layout: one type, whichever package asks first.
Type *gen_map_iter_type(Gen *g) {
    IrGen *pg = ir_gen(g->p);
    if (pg->iter_type) return pg->iter_type;
    Type *p = gen_uptr(g), *u = gen_basic(g, TYPE_UINT64);
    Object *f[12];
    static const char *const names[] = {"key",      "elem",        "typ",    "m",   "groupSlotOffset", "dirOffset",
                                        "clearSeq", "globalDepth", "dirIdx", "tab", "group",           "entryIdx"};
    for (int i = 0; i < 12; i++)
        f[i] = iter_field(g, names[i], i < 4 || i == 9 || i == 10 ? p : i == 7 ? gen_basic(g, TYPE_UINT8) : u);
    pg->iter_type = types_made_struct(g->c, f, 12);
    CHECK(types_size(pg->iter_type) == 96);
    return pg->iter_type;
}

// internal/runtime/maps.Map by layout.
static Type *map_header_type(Gen *g) {
    IrGen *pg = ir_gen(g->p);
    if (pg->map_type) return pg->map_type;
    static const char *const names[] = {"used", "seed", "dirPtr", "dirLen", "rest", "clearSeq"};
    Object *f[6];
    for (int i = 0; i < 6; i++) f[i] = iter_field(g, names[i], i == 2 ? gen_uptr(g) : gen_basic(g, TYPE_UINT64));
    pg->map_type = types_made_struct(g->c, f, 6);
    CHECK(types_size(pg->map_type) == 48);
    return pg->map_type;
}

// atype and btype: a small map's only group, and the map itself, for one that lies in the frame (escape.c, ssa/build_slice.c).
IrNode *gen_new_map(Gen *g, Type *t, IrNode *hint) {
    bool small = !hint || (hint->op == X_CONST_INT && hint->i <= 8);
    IrNode *n = small ? gen_rt(g, RT_MAKEMAP_SMALL, t, 0)
                      : gen_rt(g, RT_MAKEMAP, t, 3, gen_type_addr(g, t), hint, gen_zero(g, gen_uptr(g)));
    n->atype = small ? ir_map_group_type(g->p, t) : NULL;
    n->btype = map_header_type(g);
    return n;
}

// ---- hashes ---------------------------------------------------------------------------------------------------------------

// The variable v of typ.Hasher(abi.NoEscape(unsafe.Pointer(&v)), seed); NULL: the call has another form.
static Expr *hashed_var(const Call *c) {
    const Selector *s = (const Selector *)unparen(c->fun);
    if (s->x.kind != ND_SELECTOR || !str_eq(s->sel->name->s, S("Hasher")) || c->args.len != 2) return NULL;
    Expr *e = c->args.ptr[0];
    for (int i = 0; i < 2; i++) { // the function, the conversion
        if (e->kind != ND_CALL || ((Call *)e)->args.len != 1) return NULL;
        e = ((Call *)e)->args.ptr[0];
    }
    if (e->kind != ND_UNARY || ((Unary *)e)->op != OP_ADDR) return NULL;
    e = ((Unary *)e)->e;
    return e->kind == ND_IDENT ? e : NULL;
}

// In the library's fast functions a map's hash function is that of its key's kind (map_fast, type_hash in alg.c): no pointer to it is
// followed, and the key stays in its register.
IrNode *gen_key_hash(Gen *g, const Call *c) {
    if (!str_eq(g->pkg->path, S("internal/runtime/maps")) || str_find(g->f->sym, S("_fast")) < 0) return NULL;
    Expr *key = hashed_var(c);
    if (!key) return NULL;
    Type *uintptr = gen_basic(g, TYPE_UINTPTR), *word = gen_basic(g, TYPE_UINT64);
    TypeKind kind = types_under(gen_type(g, key))->kind;
    IrNode *k = gen_stable(g, gen_expr(g, key)), *seed = gen_expr(g, c->args.ptr[1]);
    if (kind == TYPE_STRING) {
        IrNode *p = gen_bitcast(g, gen_unop(g, X_PTR, gen_pointer(g, gen_basic(g, TYPE_UINT8)), k), gen_uptr(g));
        IrNode *len = gen_numconv(g, gen_unop(g, X_LEN, gen_basic(g, TYPE_INT), gen_dup(g, k)), uintptr);
        return gen_rt(g, RT_MEMHASH, uintptr, 3, p, seed, len);
    }
    if (kind == TYPE_UNSAFE_POINTER) k = gen_bitcast(g, k, uintptr);
    else if (kind != TYPE_UINT32 && kind != TYPE_UINT64) return NULL;
    IrNode *size = gen_int(g, uintptr, kind == TYPE_UINT32 ? 4 : 8);
    return gen_rt(g, RT_WORDHASH, uintptr, 3, gen_numconv(g, k, word), seed, size);
}
