// build.c - IrFunc -> SSA: variables, types, the frame of the construction.
//
// Method: Braun et al., "Simple and Efficient Construction of Static Single Assignment Form": definitions are looked up backwards
// from their uses while the blocks are made; a block is sealed when all its predecessors are known. Memory is variable 0.
// Keeps: the entry block holds arguments and constants only; the body begins in its successor.
#include "ssa/build.h"
#include <stdarg.h>

// ---- types -------------------------------------------------------------------------------------------
static bool add_part(TypeInfo *ti, VType vt, i64 off, Type *leaf) {
    if (ti->n == MAX_PARTS) return false;
    ti->vt[ti->n] = (u8)vt;
    ti->off[ti->n] = (i32)off;
    ti->leaf[ti->n++] = leaf;
    return true;
}
static bool add_length(Builder *b, TypeInfo *ti, i64 off) {
    ti->lens |= (u8)(1u << ti->n);
    return add_part(ti, VT_I64, off, b->int_);
}
static bool add_parts(Builder *b, TypeInfo *ti, Type *t, i64 off) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_BOOL:
    case TYPE_UNTYPED_BOOL: return add_part(ti, VT_BOOL, off, u);
    case TYPE_INT8:
    case TYPE_UINT8: return add_part(ti, VT_I8, off, u);
    case TYPE_INT16:
    case TYPE_UINT16: return add_part(ti, VT_I16, off, u);
    case TYPE_INT32:
    case TYPE_UINT32:
    case TYPE_UNTYPED_RUNE: return add_part(ti, VT_I32, off, u);
    case TYPE_INT:
    case TYPE_UINT:
    case TYPE_INT64:
    case TYPE_UINT64:
    case TYPE_UINTPTR:
    case TYPE_UNTYPED_INT: return add_part(ti, VT_I64, off, u);
    case TYPE_FLOAT32: return add_part(ti, VT_F32, off, u);
    case TYPE_FLOAT64:
    case TYPE_UNTYPED_FLOAT: return add_part(ti, VT_F64, off, u);
    case TYPE_COMPLEX64: return add_part(ti, VT_F32, off, u) && add_part(ti, VT_F32, off + 4, u);
    case TYPE_COMPLEX128: return add_part(ti, VT_F64, off, u) && add_part(ti, VT_F64, off + 8, u);
    case TYPE_STRING:
    case TYPE_UNTYPED_STRING: return add_part(ti, VT_PTR, off, b->ptr_) && add_length(b, ti, off + 8);
    case TYPE_UNSAFE_POINTER:
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_UNTYPED_NIL: return add_part(ti, VT_PTR, off, u);
    case TYPE_SLICE:
        return add_part(ti, VT_PTR, off, b->ptr_) && add_length(b, ti, off + 8) && add_length(b, ti, off + 16);
    case TYPE_INTERFACE: return add_part(ti, VT_I64, off, b->uintptr_) && add_part(ti, VT_PTR, off + 8, b->ptr_);
    case TYPE_ARRAY: return u->array.len == 0 || (u->array.len == 1 && add_parts(b, ti, u->array.elem, off));
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++)
            if (!add_parts(b, ti, u->strct.fields[i].var->type, off + types_field_offset(u, i))) return false;
        return true;
    default: bug("ssa: type kind %d in %.*s", u->kind, SFMT(b->ir->sym));
    }
}
TypeInfo *bld_type(Builder *b, Type *t) {
    TypeInfo **recent = &b->recent[(uintptr_t)t / sizeof(Type) % NELEM(b->recent)];
    if (*recent && (*recent)->type == t) return *recent;
    TypeInfo *ti = map_get_ptr(b->type_infos, t);
    if (ti) return *recent = ti;
    ti = ANEW(b->a, TypeInfo);
    ti->type = t;
    ti->size = types_size(t);
    ti->ptrs = types_has_pointers(t);
    ti->scalar = add_parts(b, ti, t, 0);
    if (!ti->scalar) ti->n = 0;
    map_set_ptr(b->type_infos, t, ti);
    return *recent = ti;
}
void bld_mark_lengths(Val *v) {
    for (int i = 0; i < v->ti->n; i++)
        if (v->ti->lens >> i & 1) v->p[i]->flags |= VF_NONNEG;
}

// ---- variables -----------------------------------------------------------------------------------------
i32 bld_new_var(Builder *b, VType t) {
    vec_push(b->a, &b->var_types, (u8)t);
    vec_push(b->a, &b->var_places, NULL);
    return (i32)b->var_types.len - 1;
}
// Definitions of a block: open addressing over a power of two; a block that is not written to has no table.
static i32 def_slot(const BlockVars *d, i32 var) {
    u32 h = (u32)var * 0x9E3779B1u;
    i32 i = (i32)(h ^ h >> 16) & (d->cap - 1);
    while (d->defs[i].value && d->defs[i].var != var) i = (i + 1) & (d->cap - 1);
    return i;
}
static void grow_defs(Builder *b, BlockVars *d) {
    BlockVars old = *d;
    d->cap = old.cap ? 2 * old.cap : 8;
    d->defs = ANEWN(b->a, Def, d->cap);
    for (i32 i = 0; i < old.cap; i++)
        if (old.defs[i].value) d->defs[def_slot(d, old.defs[i].var)] = old.defs[i];
}
void bld_write(Builder *b, Block *blk, i32 var, Value *v) {
    BlockVars *d = blk->data;
    if (4 * (d->ndefs + 1) > 3 * d->cap) grow_defs(b, d);
    Def *def = &d->defs[def_slot(d, var)];
    d->ndefs += !def->value;
    *def = (Def){v, var};
}
static Value *skip_copies(Value *v) {
    while (v->op == O_COPY) v = v->args[0];
    return v;
}
static Value *find_def(const Block *blk, i32 var) {
    const BlockVars *d = blk->data;
    Value *v = d->cap ? d->defs[def_slot(d, var)].value : NULL;
    return v ? skip_copies(v) : NULL;
}
static Value *new_phi(Builder *b, Block *blk, i32 var) {
    Value *v = ssa_new_value(b->f, blk, O_PHI, (VType)b->var_types.ptr[var], blk->pos, 0, NULL);
    v->inl = blk->inl;
    vec_push(b->a, &blk->values, v);
    for (i64 i = blk->values.len - 1; i > 0 && blk->values.ptr[i - 1]->op != O_PHI; i--) {
        blk->values.ptr[i] = blk->values.ptr[i - 1];
        blk->values.ptr[i - 1] = v;
    }
    return v;
}
// A phi of one value but itself is that value.
static Value *simplify_phi(Builder *b, Value *phi) {
    Value *same = NULL;
    for (int i = 0; i < phi->nargs; i++) {
        Value *a = skip_copies(phi->args[i]);
        if (a == phi || a == same) continue;
        if (same) return phi;
        same = a;
    }
    if (!same) return phi;
    ssa_copy_of(b->f, phi, same);
    return same;
}
static Value *fill_phi(Builder *b, Value *phi, i32 var) {
    for (i64 p = 0; p < phi->block->preds.len; p++)
        ssa_add_arg(b->f, phi, bld_read(b, phi->block->preds.ptr[p].b, var));
    return simplify_phi(b, phi);
}
static Value *undefined(Builder *b, i32 var) {
    VType t = (VType)b->var_types.ptr[var];
    if (t == VT_MEM) return b->mem_anchor;
    return is_float_type(t) ? ssa_fconst(b->f, t, 0) : ssa_const(b->f, t, 0);
}
Value *bld_read(Builder *b, Block *blk, i32 var) {
    enum { HOPS = 16 };
    Value *v = NULL;
    Block *at = blk;
    VEC(Block *) far = {0}; // of a long chain every so many blocks get the value too, or later reads walk it again
    for (i64 hops = 1;; hops++) { // chains of single predecessors without recursion
        if ((v = find_def(at, var))) break;
        if (hops % HOPS == 0) vec_push(b->a, &far, at);
        BlockVars *bv_ = at->data;
        if (bv_->before && !bld_is_assigned(b, var, bv_->span)) {
            at = bv_->before;
            continue;
        }
        if (!bv_->sealed) {
            v = new_phi(b, at, var);
            vec_push(b->a, &bv_->incomplete, ((__typeof__(*bv_->incomplete.ptr)){var, v}));
            bld_write(b, at, var, v);
            break;
        }
        if (at->preds.len == 0) {
            v = undefined(b, var);
            break;
        }
        if (at->preds.len > 1) {
            v = new_phi(b, at, var);
            bld_write(b, at, var, v);
            v = fill_phi(b, v, var);
            bld_write(b, at, var, v);
            break;
        }
        at = at->preds.ptr[0].b;
    }
    if (at != blk) bld_write(b, blk, var, v);
    for (i64 i = 0; i < far.len; i++)
        if (far.ptr[i] != at) bld_write(b, far.ptr[i], var, v);
    return v;
}
void bld_seal(Builder *b, Block *blk) {
    BlockVars *v = blk->data;
    v->sealed = true;
    for (i64 i = 0; i < v->incomplete.len; i++) fill_phi(b, v->incomplete.ptr[i].phi, v->incomplete.ptr[i].var);
    v->incomplete.len = 0;
}

// ---- blocks ----------------------------------------------------------------------------------------------
Block *bld_block(Builder *b) {
    Block *blk = ssa_block(b->f, BK_PLAIN);
    blk->pos = b->pos, blk->inl = b->f->cur_inl;
    blk->data = ANEW(b->a, BlockVars);
    return blk;
}
void bld_start(Builder *b, Block *blk) { b->cur = blk; }
void bld_jump(Builder *b, Block *to) {
    b->cur->kind = BK_PLAIN;
    ssa_edge(b->f, b->cur, to);
    b->cur = NULL;
}
void bld_branch(Builder *b, Value *cond, Block *yes, Block *no, int likely) {
    b->cur->kind = BK_IF;
    b->cur->likely = (i8)likely;
    b->cur->pos = b->pos, b->cur->inl = b->f->cur_inl;
    ssa_set_ctl(b->f, b->cur, cond);
    ssa_edge(b->f, b->cur, yes);
    ssa_edge(b->f, b->cur, no);
    b->cur = NULL;
}
void bld_exit(Builder *b) {
    b->cur->kind = BK_EXIT;
    ssa_set_ctl(b->f, b->cur, bld_mem(b));
    b->cur = NULL;
}
Value *bld_mem(Builder *b) { return bld_read(b, b->cur, 0); }
void bld_set_mem(Builder *b, Value *m) { bld_write(b, b->cur, 0, m); }

// ---- values ------------------------------------------------------------------------------------------------
Value *bv(Builder *b, int op, VType t, int nargs, ...) {
    Value *args[8];
    va_list ap;
    va_start(ap, nargs);
    for (int i = 0; i < nargs; i++) args[i] = va_arg(ap, Value *);
    va_end(ap);
    return ssa_value(b->f, b->cur, op, t, b->pos, nargs, args);
}
Value *bvi(Builder *b, int op, VType t, i64 auxint, int nargs, ...) {
    Value *args[8];
    va_list ap;
    va_start(ap, nargs);
    for (int i = 0; i < nargs; i++) args[i] = va_arg(ap, Value *);
    va_end(ap);
    Value *v = ssa_value(b->f, b->cur, op, t, b->pos, nargs, args);
    v->auxint = auxint;
    return v;
}
Value *bld_int(Builder *b, i64 c) { return ssa_const(b->f, VT_I64, c); }
Value *bld_sym_addr(Builder *b, Sym *s, i64 off) {
    Value *v = bvi(b, O_ADDR, VT_PTR, off, 0);
    v->sym = s;
    v->flags |= VF_NONNIL;
    return v;
}
Value *bld_type_addr(Builder *b, Type *t) {
    Value *v = bld_sym_addr(b, obj_sym(b->f->syms, ir_type_symbol(b->prog, t)), 0);
    v->type = VT_I64;
    return v;
}
Value *bld_slot_addr(Builder *b, Slot *s, i64 off) {
    Value *v = bvi(b, O_SLOT_ADDR, VT_PTR, off, 0);
    v->slot = s;
    v->flags |= VF_NONNIL;
    return v;
}
Sym *bld_rt_sym(Builder *b, RtFn fn) { return obj_sym(b->f->syms, str_c(rt_symbol(fn))); }
Slot *bld_temp_slot(Builder *b, Type *t) { return ssa_slot(b->f, types_size(t), types_align(t), t); }
Val bld_zero(Builder *b, TypeInfo *ti) {
    Val v = {.ti = ti};
    if (!ti->scalar) {
        v.in_mem = true;
        v.addr = addr_of_slot(b, bld_temp_slot(b, ti->type), 0);
        bld_zero_mem(b, v.addr, ti->size, ti->type);
        return v;
    }
    for (int i = 0; i < ti->n; i++)
        v.p[i] = is_float_type((VType)ti->vt[i]) ? ssa_fconst(b->f, (VType)ti->vt[i], 0)
                                                 : ssa_const(b->f, (VType)ti->vt[i], 0);
    return v;
}
Val bld_val1(Builder *b, Type *t, Value *x) { return (Val){.ti = bld_type(b, t), .p = {x}}; }

// ---- variables of the source ---------------------------------------------------------------------------------
static void new_parts(Builder *b, VarInfo *vi) {
    vi->first = (i32)b->var_types.len;
    for (int i = 0; i < vi->ti->n; i++) bld_new_var(b, (VType)vi->ti->vt[i]);
}
// Where the VarInfo of a variable is kept: trees are only read here, callers may be copying them.
VarInfo **bld_var_place(Builder *b, const IrVar *v) {
    CHECK(v->index >= 0 && v->index < b->nvars[v->kind]);
    return &b->vars[v->kind][v->index];
}
VarInfo *bld_var(Builder *b, IrVar *v) {
    VarInfo **place = bld_var_place(b, v);
    if (*place) return *place;
    VarInfo *vi = *place = ANEW(b->a, VarInfo);
    vi->ti = bld_type(b, v->type);
    if (v->heap || (v->kind == IRV_CAPTURE && v->by_ref)) {
        vi->ptr = true;
        vi->first = bld_new_var(b, VT_PTR);
        bld_set_places(b, v, vi->first, 1);
    } else if (v->addr_taken || !vi->ti->scalar || (v->kind == IRV_RESULT && b->ir->has_defer)) {
        vi->slot = bld_temp_slot(b, v->type);
        vi->slot->var = v;
    } else {
        new_parts(b, vi);
        bld_set_places(b, v, vi->first, vi->ti->n);
    }
    return vi;
}

// ---- the function -----------------------------------------------------------------------------------------------
static void setup(Builder *b) {
    b->uni = types_universe(b->prog->checker);
    b->uintptr_ = b->uni->basic[TYPE_UINTPTR];
    b->int_ = b->uni->basic[TYPE_INT];
    b->ptr_ = b->uni->basic[TYPE_UNSAFE_POINTER];
    b->bool_ = b->uni->basic[TYPE_BOOL];
    b->type_infos = map_new_ptr(b->a);
    b->targets = map_new_ptr(b->a);
    b->labels = map_new_ptr(b->a);
    b->buffered = map_new_ptr(b->a);
    b->nvars[IRV_LOCAL] = b->ir->locals.len;
    b->nvars[IRV_PARAM] = b->ir->nparams;
    b->nvars[IRV_RESULT] = b->ir->nresults;
    b->nvars[IRV_CAPTURE] = b->ir->ncaptures;
    for (int kind = 0; kind < IRV_KINDS; kind++) {
        b->vars[kind] = ANEWN(b->a, VarInfo *, b->nvars[kind] + 1);
        b->places[kind] = ANEWN(b->a, Places, b->nvars[kind] + 1);
    }
    bld_find_places(b);
    bld_new_var(b, VT_MEM);
}
Func *ssa_build(IrFunc *ir, IrProgram *prog, const Arch *arch, Symtab *syms, Arena *a, Arena *out, SsaOptions *opt) {
    Func *f = ANEW(a, Func);
    *f = (Func){.name = ir->sym,
                .ir = ir,
                .arena = a,
                .out = out,
                .arch = arch,
                .syms = syms,
                .prog = prog,
                .opt = opt,
                .nosplit = ir->nosplit,
                .has_defer = ir->has_defer,
                .cur_inl = -1};
    Builder bb = {.f = f, .ir = ir, .prog = prog, .a = a, .pos = ir->pos}, *b = &bb;
    f->builder = b;
    f->no_kill = true;
    setup(b);
    f->abi = ssa_abi_of(a, arch, ir);
    f->entry = bld_block(b);
    f->entry->pos = ir->pos;
    b->body = bld_block(b);
    bld_start(b, f->entry);
    bld_jump(b, b->body);
    bld_seal(b, f->entry);
    bld_seal(b, b->body);
    bld_start(b, b->body);
    Value *init = bv(b, O_INIT_MEM, VT_MEM, 0);
    b->mem_anchor = bv(b, O_COPY, VT_MEM, 1, init);
    bld_set_mem(b, b->mem_anchor);
    bld_entry_params(b);
    bld_stmts(b, &ir->body);
    b->pos = ir->end_pos ? ir->end_pos : ir->pos;
    f->cur_inl = -1;
    if (b->cur) bld_return(b, NULL); // falls off the end
    for (i64 i = 0; i < map_len(b->labels); i++) bld_seal(b, map_at(b->labels, i)->val);
    f->builder = NULL;
    f->no_kill = false;
    if (f->has_defer) {
        f->builder = ANEW(a, Builder);
        *(Builder *)f->builder = bb;
    }
    return f;
}
