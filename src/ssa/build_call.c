// build_call.c - calls of all kinds, parameters and results, closures, defer, the recovery entry.
//
// Stack arguments are stored through O_OUT_ADDR when all operands are values; nothing between that and the call has stack arguments of
// its own (the runtime's helpers take registers only). Results on the stack are read right behind the call.
#include "ssa/build.h"
#include "abi/abi.h"
#include <stdarg.h>

static const u8 rt_nogc[RT_COUNT] = {
    [RT_MEMMOVE] = 1,        [RT_MEMCLR] = 1,    [RT_MEMCLR_PTRS] = 1, [RT_TYPEDMEMMOVE] = 1, [RT_TYPEDMEMCLR] = 1,
    [RT_TYPEDSLICECOPY] = 1, [RT_MEMEQUAL] = 1,  [RT_CMPSTRING] = 1,   [RT_COMMONPREFIX] = 1, [RT_MEMHASH] = 1,
    [RT_MEMHASH32] = 1,      [RT_MEMHASH64] = 1, [RT_STRHASH] = 1,     [RT_WORDHASH] = 1,
};
typedef VEC(Value *) Values;
enum { KIND_LEAF, KIND_SYS, KIND_GO, KIND_STUB };
static const u8 rt_kind[RT_COUNT] = {
#define R(id, kind, sym, sig) [RT_##id] = KIND_##kind,
#include "abi/runtime.def"
#undef R
};
// C and assembly have no stack maps: what they get must stay alive in the caller until they return; of a slot's address: the slot.
static void keep_alive(Builder *b, int n, Value **args) {
    for (int i = 0; i < n; i++) {
        Value *x = args[i];
        if (x->type == VT_PTR && x->op != O_CONST && x->op != O_ADDR)
            bld_set_mem(b, bv(b, O_KEEPALIVE, VT_MEM, 2, x, bld_mem(b)));
    }
}

// ---- the call itself -------------------------------------------------------------------------------
static AbiLoc *reg_locs(Builder *b, int n, const u8 *vts) {
    AbiLoc *l = ANEWN(b->a, AbiLoc, n + 1);
    i16 ints = 0, floats = 0;
    for (int i = 0; i < n; i++) {
        bool fl = is_float_type((VType)vts[i]);
        l[i] = (AbiLoc){.in_reg = true, .is_float = fl, .reg_index = fl ? floats++ : ints++, .vtype = vts[i]};
    }
    CHECK(ints <= b->f->arch->nint && floats <= b->f->arch->nfloat);
    return l;
}
static Value *finish_call(Builder *b, CallInfo *ci, Values *args) {
    vec_push(b->a, args, bld_mem(b));
    Value *v = ssa_value(b->f, b->cur, O_CALL, VT_TUPLE, b->pos, (int)args->len, args->ptr);
    v->call = ci;
    b->f->has_calls = true;
    b->f->outgoing = i64_max(b->f->outgoing, ci->stack_size);
    bld_set_mem(b, bvi(b, O_SELECT_N, VT_MEM, ci->nresults, 1, v));
    return v;
}
void bld_sym_call(Builder *b, Sym *sym, bool nogc, int nargs, Value **args, int nresults, const u8 *vts,
                  Value **results) {
    CallInfo *ci = ANEW(b->a, CallInfo);
    u8 at[16];
    Values all = {0};
    for (int i = 0; i < nargs; i++) {
        at[i] = args[i]->type;
        vec_push(b->a, &all, args[i]);
    }
    *ci = (CallInfo){.kind = nogc ? CALL_RUNTIME_LEAF_NOGC : CALL_STATIC,
                     .sym = sym,
                     .args = reg_locs(b, nargs, at),
                     .nargs = nargs,
                     .results = reg_locs(b, nresults, vts),
                     .nresults = nresults};
    Value *v = finish_call(b, ci, &all);
    for (int i = 0; i < nresults; i++) results[i] = bvi(b, O_SELECT_N, (VType)vts[i], i, 1, v);
}
CallInfo *bld_last_call(Builder *b) {
    Value *m = bld_mem(b);
    while (m->op == O_KEEPALIVE) m = m->args[1];
    return m->args[0]->call;
}
void bld_rt(Builder *b, RtFn fn, int nargs, Value **args, int nresults, const u8 *vts, Value **results) {
    bld_sym_call(b, bld_rt_sym(b, fn), rt_nogc[fn], nargs, args, nresults, vts, results);
    if (rt_kind[fn] != KIND_GO && !rt_nogc[fn]) keep_alive(b, nargs, args);
}
Value *bld_rt1(Builder *b, RtFn fn, VType t, int nargs, ...) {
    Value *args[16], *r = NULL;
    va_list ap;
    va_start(ap, nargs);
    for (int i = 0; i < nargs; i++) args[i] = va_arg(ap, Value *);
    va_end(ap);
    bld_rt(b, fn, nargs, args, t != VT_VOID, (u8[]){(u8)t}, &r);
    return r;
}
void bld_rt_noreturn(Builder *b, RtFn fn, int nargs, ...) {
    Value *args[16];
    va_list ap;
    va_start(ap, nargs);
    for (int i = 0; i < nargs; i++) args[i] = va_arg(ap, Value *);
    va_end(ap);
    bld_sym_call(b, bld_rt_sym(b, fn), false, nargs, args, 0, NULL, NULL);
    bld_last_call(b)->noreturn = true;
    b->cur->cold = true;
    bld_exit(b);
}
// Scalars of an argument in registers.
static void push_reg_arg(Builder *b, Values *all, const AbiParam *p, Val v) {
    for (i32 i = 0; i < p->nlocs; i++) {
        AbiLoc *l = &p->locs[i];
        vec_push(b->a, all,
                 v.in_mem ? bvi(b, O_LOAD, (VType)l->vtype, v.addr.off + l->part_off, 2, v.addr.base, bld_mem(b))
                          : v.p[i]);
    }
}
static Addr out_addr(Builder *b, i64 off) {
    Value *v = bvi(b, O_OUT_ADDR, VT_PTR, off, 0);
    v->flags |= VF_NONNIL;
    return (Addr){.base = v, .kind = AK_STACK};
}
static Val take_result(Builder *b, const AbiParam *p, Value *call, i32 *next) {
    TypeInfo *ti = bld_type(b, p->type);
    Val r = {.ti = ti};
    if (ti->scalar && p->in_regs) {
        for (int i = 0; i < ti->n; i++) r.p[i] = bvi(b, O_SELECT_N, (VType)ti->vt[i], (*next)++, 1, call);
        bld_mark_lengths(&r);
        return r;
    }
    if (!p->in_regs && ti->scalar) return bld_load(b, out_addr(b, p->stack_off), ti);
    Addr a = addr_of_slot(b, bld_temp_slot(b, p->type), 0);
    if (p->in_regs)
        for (i32 i = 0; i < p->nlocs; i++) {
            Value *x = bvi(b, O_SELECT_N, (VType)p->locs[i].vtype, (*next)++, 1, call);
            bld_set_mem(b, bvi(b, O_STORE, VT_MEM, p->locs[i].part_off, 3, a.base, x, bld_mem(b)));
        }
    else bld_move_mem(b, a, out_addr(b, p->stack_off), ti->size, ti->type);
    r.in_mem = true;
    r.addr = a;
    return r;
}
static AbiLoc *joined_locs(Builder *b, const AbiParam *p, i32 n, i32 *count) {
    VEC(AbiLoc) all = {0};
    for (i32 i = 0; i < n; i++)
        for (i32 k = 0; k < p[i].nlocs; k++) vec_push(b->a, &all, p[i].locs[k]);
    *count = (i32)all.len;
    return all.ptr;
}
// Calls with a Go signature. lead: code and context values before the scalars.
static i64 go_call(Builder *b, CallKind kind, Sym *sym, Value **lead, int nlead, AbiInfo *abi, Val *args,
                   Val **results) {
    Values all = {0};
    for (int i = 0; i < nlead; i++) vec_push(b->a, &all, lead[i]);
    for (i32 i = 0; i < abi->nargs; i++)
        if (abi->args[i].in_regs) push_reg_arg(b, &all, &abi->args[i], args[i]);
    for (i32 i = 0; i < abi->nargs; i++) {
        AbiParam *p = &abi->args[i];
        if (!p->in_regs && args[i].ti->size) bld_store(b, out_addr(b, p->stack_off), args[i]);
    }
    CallInfo *ci = ANEW(b->a, CallInfo);
    *ci = (CallInfo){.kind = (u8)kind, .sym = sym, .stack_size = abi->stack_size};
    ci->args = joined_locs(b, abi->args, abi->nargs, &ci->nargs);
    ci->results = joined_locs(b, abi->results, abi->nresults, &ci->nresults);
    ci->abi0 = abi->abi0;
    ci->tail = b->ir->abi0 && !abi->nargs && !abi->nresults;
    Value *call = finish_call(b, ci, &all);
    Val *r = ANEWN(b->a, Val, abi->nresults + 1);
    i32 next = 0;
    for (i32 i = 0; i < abi->nresults; i++) r[i] = take_result(b, &abi->results[i], call, &next);
    *results = r;
    return abi->nresults;
}
static Val *eval_args(Builder *b, IrNode *n, i64 lead, AbiInfo *abi) {
    if (n->list.len + lead != abi->nargs)
        bug("ssa: call of %.*s in %.*s: %d arguments for %d parameters", SFMT(n->fn ? n->fn->sym : str_c("func value")),
            SFMT(b->ir->sym), (int)n->list.len, (int)(abi->nargs - lead));
    Val *args = ANEWN(b->a, Val, abi->nargs + 1);
    for (i64 i = 0; i < n->list.len; i++) args[lead + i] = bld_expr(b, n->list.ptr[i]);
    if (n->pos) b->pos = n->pos;
    return args;
}
static i64 call_static(Builder *b, IrNode *n, Val **results) {
    i64 k;
    if (bld_intrinsic(b, n, results, &k)) return k;
    const IrFunc *fn = n->fn->assembly ? n->fn->assembly : n->fn; // without the way through its wrapper
    AbiInfo *abi = ssa_abi_of(b->a, b->f->arch, fn);
    Val *args = eval_args(b, n, 0, abi);
    Sym *sym = obj_sym(b->f->syms, fn->sym);
    bld_near_call(b, fn, args, abi->nargs);
    if (fn->lazy) sym->optional = true; // only its package's init calls it
    i64 k2 = go_call(b, CALL_STATIC, sym, NULL, 0, abi, args, results);
    if (!fn->has_body && !fn->abi0) // assembly's arguments are in the map of its frame
        for (i32 i = 0; i < abi->nargs; i++)
            if (!args[i].in_mem) keep_alive(b, args[i].ti->n, args[i].p);
    return k2;
}
static i64 call_closure(Builder *b, IrNode *n, Val **results) {
    Value *fn = bld_expr1(b, n->a);
    Type sig = {.kind = TYPE_SIGNATURE, .sig = types_under(n->a->type)->sig};
    sig.sig.recv = NULL; // the type of a method's func value may still name its receiver
    AbiInfo *abi = ssa_abi(b->a, b->f->arch, &sig, false);
    Val *args = eval_args(b, n, 0, abi);
    fn = bld_nilcheck(b, fn);
    Value *lead[2] = {bvi(b, O_LOAD, VT_I64, 0, 2, fn, bld_mem(b)), fn};
    return go_call(b, CALL_CLOSURE, NULL, lead, 2, abi, args, results);
}
static i64 call_iface(Builder *b, IrNode *n, Val **results) {
    Object **methods;
    i64 nm = types_iface_methods(b->prog->checker, n->a->type, &methods);
    CHECK(n->i < nm);
    AbiInfo *abi = ssa_abi(b->a, b->f->arch, methods[n->i]->type, true);
    Val recv = bld_expr(b, n->a);
    Val *args = eval_args(b, n, 1, abi);
    args[0] = bld_val1(b, b->ptr_, recv.p[1]);
    Value *tab = bld_nilcheck(b, recv.p[0]);
    Value *code = bvi(b, O_LOAD, VT_I64, ITAB_FUN + 8 * n->i, 2, tab, bld_mem(b));
    return go_call(b, CALL_INTER, NULL, &code, 1, abi, args, results);
}
static i64 call_runtime(Builder *b, IrNode *n, Val **results) {
    Values args = {0};
    for (i64 i = 0; i < n->list.len; i++) {
        Val v = bld_expr(b, n->list.ptr[i]);
        CHECK(!v.in_mem);
        for (int k = 0; k < v.ti->n; k++) vec_push(b->a, &args, v.p[k]);
    }
    if (n->pos) b->pos = n->pos;
    Type *t = n->type;
    i64 nr = !t ? 0 : t->kind == TYPE_TUPLE ? t->tuple.n : 1;
    Val *r = ANEWN(b->a, Val, nr + 1);
    u8 vts[16] = {0};
    Value *out[16];
    int k = 0;
    for (i64 i = 0; i < nr; i++) {
        r[i].ti = bld_type(b, t->kind == TYPE_TUPLE ? t->tuple.vars[i]->type : t);
        for (int j = 0; j < r[i].ti->n; j++) vts[k++] = r[i].ti->vt[j];
    }
    bld_rt(b, (RtFn)n->rt, (int)args.len, args.ptr, k, vts, out);
    k = 0;
    for (i64 i = 0; i < nr; i++)
        for (int j = 0; j < r[i].ti->n; j++) r[i].p[j] = out[k++];
    *results = r;
    return nr;
}
i64 bld_call(Builder *b, IrNode *n, Val **results) {
    i32 inl = b->f->cur_inl;
    Pos pos = b->pos;
    if (n->pos) b->pos = n->pos, b->f->cur_inl = n->inl;
    i64 k;
    switch (n->op) {
    case X_CALL: k = call_static(b, n, results); break;
    case X_CALL_CLOSURE: k = call_closure(b, n, results); break;
    case X_CALL_IFACE: k = call_iface(b, n, results); break;
    default: k = call_runtime(b, n, results); break;
    }
    b->f->cur_inl = inl;
    b->pos = pos;
    return k;
}

// ---- parameters, captures, results at entry ----------------------------------------------------------
static Slot *arg_slot(Builder *b, Type *t, i32 off, IrVar *v) {
    Slot *s = ssa_slot(b->f, types_size(t), types_align(t), t);
    s->is_arg = true;
    s->offset = off;
    s->var = v;
    return s;
}
static Value *entry_value(Builder *b, int op, VType t) {
    Value *v = ssa_value(b->f, b->f->entry, op, t, b->ir->pos, 0, NULL);
    v->inl = -1;
    return v;
}
static void entry_param(Builder *b, IrVar *v, AbiParam *p, i32 *next) {
    VarInfo *vi = *bld_var_place(b, v) = ANEW(b->a, VarInfo);
    vi->ti = bld_type(b, v->type);
    Value *regs[64] = {0};
    if (p->in_regs)
        for (i32 i = 0; i < p->nlocs; i++) {
            regs[i] = entry_value(b, O_ARG, (VType)p->locs[i].vtype);
            regs[i]->auxint = (*next)++;
            regs[i]->aux = &p->locs[i];
        }
    Addr home = {0};
    bool in_mem = v->heap || v->addr_taken || !vi->ti->scalar;
    if (v->heap) {
        vi->ptr = true;
        vi->first = bld_new_var(b, VT_PTR);
        home = bld_alloc_addr(b, v->type, ESC_HEAP);
        bld_write(b, b->cur, vi->first, home.base);
    } else if (in_mem && p->in_regs) {
        vi->slot = bld_temp_slot(b, v->type);
        vi->slot->var = v;
        home = addr_of_slot(b, vi->slot, 0);
    } else if (in_mem) {
        vi->slot = arg_slot(b, v->type, p->stack_off, v);
        return;
    }
    if (in_mem && p->in_regs) { // parts one by one: there may be more than a Val has
        for (i32 i = 0; i < p->nlocs; i++) {
            bool wb = v->heap && p->locs[i].vtype == VT_PTR;
            Value *st =
                bvi(b, wb ? O_STORE_WB : O_STORE, VT_MEM, p->locs[i].part_off, 3, home.base, regs[i], bld_mem(b));
            if (wb) st->flags |= VF_FRESH;
            bld_set_mem(b, st);
        }
        return;
    }
    Val val = {.ti = vi->ti};
    if (p->in_regs) {
        for (int i = 0; i < vi->ti->n; i++) val.p[i] = regs[i];
        bld_mark_lengths(&val);
    } else if (vi->ti->size) val = bld_load(b, addr_of_slot(b, arg_slot(b, v->type, p->stack_off, v), 0), vi->ti);
    if (in_mem) {
        bld_store(b, home, val);
        return;
    }
    vi->first = (i32)b->var_types.len;
    for (int i = 0; i < vi->ti->n; i++) {
        bld_new_var(b, (VType)vi->ti->vt[i]);
        bld_write(b, b->cur, vi->first + i, val.p[i]);
    }
    bld_set_places(b, v, vi->first, vi->ti->n);
}
static void entry_captures(Builder *b) {
    IrFunc *ir = b->ir;
    if (!ir->ncaptures && !ir->needctxt) return;
    b->ctxt = entry_value(b, O_CONTEXT, VT_PTR);
    b->ctxt->flags |= VF_NONNIL;
    i64 *offs = ANEWN(b->a, i64, ir->ncaptures + 1);
    ir_closure_layout(ir, offs);
    for (i64 i = 0; i < ir->ncaptures; i++) {
        IrVar *v = ir->captures[i];
        VarInfo *vi = ANEW(b->a, VarInfo);
        vi->ti = bld_type(b, v->type);
        Addr at = {.base = b->ctxt, .off = offs[i], .readonly = true};
        if (v->by_ref) {
            vi->ptr = true;
            vi->first = bld_new_var(b, VT_PTR);
            Value *p = bvi(b, O_LOAD, VT_PTR, offs[i], 2, b->ctxt, bld_mem(b));
            p->flags |= VF_NONNIL;
            bld_write(b, b->cur, vi->first, p);
        } else if (v->addr_taken || v->heap) {
            vi = bld_var(b, v);
            Addr home = vi->ptr ? bld_alloc_addr(b, v->type, ESC_HEAP) : addr_of_slot(b, vi->slot, 0);
            if (vi->ptr) bld_write(b, b->cur, vi->first, home.base);
            bld_store(b, home, bld_load(b, at, vi->ti));
        } else if (!vi->ti->scalar) {
            vi->fixed = true;
            vi->addr = at;
        } else {
            Val val = bld_load(b, at, vi->ti);
            vi->first = (i32)b->var_types.len;
            for (int k = 0; k < vi->ti->n; k++) {
                bld_new_var(b, (VType)vi->ti->vt[k]);
                bld_write(b, b->cur, vi->first + k, val.p[k]);
            }
            bld_set_places(b, v, vi->first, vi->ti->n);
        }
        *bld_var_place(b, v) = vi;
    }
}
static void entry_result(Builder *b, IrVar *v, AbiParam *p) {
    VarInfo *vi = *bld_var_place(b, v) = ANEW(b->a, VarInfo);
    vi->ti = bld_type(b, v->type);
    if (v->heap) {
        Value *ptr = bld_alloc(b, v->type, ESC_HEAP);
        vi->ptr = true;
        vi->first = bld_new_var(b, VT_PTR);
        bld_write(b, b->cur, vi->first, ptr);
        if (b->ir->has_defer) {
            vi->ptr_slot = bld_temp_slot(b, b->ptr_);
            vi->ptr_slot->always_live = true;
            bld_set_mem(b, bv(b, O_STORE, VT_MEM, 3, bld_slot_addr(b, vi->ptr_slot, 0), ptr, bld_mem(b)));
        }
        return;
    }
    if (v->addr_taken || !vi->ti->scalar || b->ir->has_defer) {
        vi->slot = p->in_regs ? bld_temp_slot(b, v->type) : arg_slot(b, v->type, p->stack_off, v);
        vi->slot->var = v;
        vi->slot->always_live = b->ir->has_defer;
        bld_zero_mem(b, addr_of_slot(b, vi->slot, 0), vi->ti->size, v->type);
        return;
    }
    vi->first = (i32)b->var_types.len;
    Val z = bld_zero(b, vi->ti);
    for (int i = 0; i < vi->ti->n; i++) {
        bld_new_var(b, (VType)vi->ti->vt[i]);
        bld_write(b, b->cur, vi->first + i, z.p[i]);
    }
    bld_set_places(b, v, vi->first, vi->ti->n);
}
void bld_entry_params(Builder *b) {
    IrFunc *ir = b->ir;
    if (ir->nparams != b->f->abi->nargs || ir->nresults != b->f->abi->nresults)
        bug("ssa: %.*s: parameters of the function and of its type differ", SFMT(ir->sym));
    b->stack_results = ANEWN(b->a, Slot *, ir->nresults + 1);
    for (i64 i = 0; i < ir->nresults; i++) // those in slots are set before the first call
        if (!ir->results[i]->heap) entry_result(b, ir->results[i], &b->f->abi->results[i]);
    entry_captures(b);
    i32 next = 0;
    for (i64 i = 0; i < ir->nparams; i++) entry_param(b, ir->params[i], &b->f->abi->args[i], &next);
    for (i64 i = 0; i < ir->nresults; i++)
        if (ir->results[i]->heap) entry_result(b, ir->results[i], &b->f->abi->results[i]);
}

// ---- return ---------------------------------------------------------------------------------------------
static LVal result_lval(Builder *b, i64 i) {
    IrNode n = {.op = X_VAR,
                .var = b->ir->results[i],
                .type = b->ir->results[i]->type,
                .inl = -1,
                .sub = (IrBody *)&ir_no_body};
    return bld_lval(b, &n);
}
static void emit_return(Builder *b, Val *vals) {
    AbiInfo *abi = b->f->abi;
    Values regs = {0};
    for (i32 i = 0; i < abi->nresults; i++) {
        AbiParam *p = &abi->results[i];
        if (p->in_regs || !vals[i].ti->size) continue;
        VarInfo *vi = *bld_var_place(b, b->ir->results[i]);
        if (vals[i].in_mem && vals[i].addr.base->op == O_SLOT_ADDR && vi->slot == vals[i].addr.base->slot &&
            vi->slot->is_arg)
            continue; // there already
        Slot *s = vi->slot && vi->slot->is_arg ? vi->slot : b->stack_results[i];
        if (!s) s = b->stack_results[i] = arg_slot(b, p->type, p->stack_off, NULL);
        bld_store(b, addr_of_slot(b, s, 0), vals[i]);
    }
    for (i32 i = 0; i < abi->nresults; i++)
        if (abi->results[i].in_regs) push_reg_arg(b, &regs, &abi->results[i], vals[i]);
    CallInfo *ci = ANEW(b->a, CallInfo);
    ci->args = joined_locs(b, abi->results, abi->nresults, &ci->nargs);
    vec_push(b->a, &regs, bld_mem(b));
    Value *v = ssa_value(b->f, b->cur, O_RETURN, VT_VOID, b->pos, (int)regs.len, regs.ptr);
    v->call = ci;
    b->cur->kind = BK_RET;
    ssa_set_ctl(b->f, b->cur, v);
    b->cur = NULL;
}
// May a defer statement have run here? Outside loops and gotos, statements are built in the order in which they run.
static bool may_defer(const Builder *b) { return b->ndefers || b->ir->has_loop_defer; }
static void run_defers(Builder *b) {
    bld_rt(b, RT_DEFERRETURN, 0, NULL, 0, NULL, NULL);
    bld_last_call(b)->defer_return = true;
}
static void store_word(Builder *b, Value *base, i64 off, Value *x) {
    bld_set_mem(b, bvi(b, O_STORE, VT_MEM, off, 3, base, x, bld_mem(b)));
}
// Here all defer statements so far have run, and none of them twice: their records are known, innermost last, and the functions of most of them.
static bool defers_are_certain(Builder *b) {
    enum { MOST = 12 }; // calls at returns: code grows
    return b->ncertain == b->ndefers && !b->ir->has_loop_defer && !map_len(b->labels) &&
           b->ndirect + b->ncertain <= MOST;
}
// What runtime.deferreturn would do with one record. A function that is known is not fetched from where it was put.
static void run_defer(Builder *b, IrNode *n, Value *fn, Value *record) {
    Value *g = bv(b, O_GETG, VT_PTR, 0), *code;
    bool known = n->op == X_FUNC || (n->op == X_CLOSURE && n->esc == ESC_STACK);
    if (known) code = bv(b, O_PTR2INT, VT_I64, 1, bld_sym_addr(b, obj_sym(b->f->syms, n->fn->sym), 0));
    else fn = bvi(b, O_LOAD, VT_PTR, DEFER_FN, 2, record, bld_mem(b));
    store_word(b, g, G_DEFER, bvi(b, O_LOAD, VT_PTR, DEFER_LINK, 2, record, bld_mem(b)));
    if (!known) {
        fn = bld_nilcheck(b, fn);
        code = bvi(b, O_LOAD, VT_I64, 0, 2, fn, bld_mem(b));
    }
    Type sig = {.kind = TYPE_SIGNATURE};
    Value *lead[2] = {code, fn};
    Val *none;
    go_call(b, CALL_CLOSURE, NULL, lead, 2, ssa_abi(b->a, b->f->arch, &sig, false), NULL, &none);
}
static void end_defers(Builder *b) {
    if (!defers_are_certain(b)) {
        run_defers(b);
        return;
    }
    b->ndirect += b->ncertain;
    for (i32 i = b->ncertain - 1; i >= 0; i--)
        run_defer(b, b->certain[i].fn, b->certain[i].value, b->certain[i].record);
}
static void load_results(Builder *b, Val *vals) {
    for (i64 i = 0; i < b->ir->nresults; i++) vals[i] = bld_load_lval(b, result_lval(b, i));
}
void bld_return(Builder *b, IrVec *list) {
    i64 n = b->ir->nresults;
    Val *vals = ANEWN(b->a, Val, n + 1);
    if (list && list->len) {
        CHECK(list->len == n);
        for (i64 i = 0; i < n; i++) vals[i] = bld_expr(b, list->ptr[i]);
        for (i64 i = 0; i < n && n > 1; i++)
            if (vals[i].in_mem) { // may lie in another result
                Addr t = addr_of_slot(b, bld_temp_slot(b, vals[i].ti->type), 0);
                bld_store(b, t, vals[i]);
                vals[i].addr = t;
            }
        if (b->ir->has_defer)
            for (i64 i = 0; i < n; i++) bld_assign(b, result_lval(b, i), vals[i]);
    }
    if (b->ir->has_defer && may_defer(b)) end_defers(b);
    if (b->ir->has_defer || !list || !list->len) load_results(b, vals);
    emit_return(b, vals);
}
// Made after all passes: entered by the runtime when a deferred call recovered; nothing is live but the frame.
void bld_recovery(Builder *b) {
    Block *blk = bld_block(b);
    bld_seal(b, blk);
    bld_start(b, blk);
    b->pos = b->ir->end_pos ? b->ir->end_pos : b->ir->pos;
    b->f->cur_inl = -1;
    bld_set_mem(b, bv(b, O_INIT_MEM, VT_MEM, 0));
    run_defers(b);
    Val *vals = ANEWN(b->a, Val, b->ir->nresults + 1);
    load_results(b, vals);
    emit_return(b, vals);
    b->f->deferreturn_block = blk;
}

// ---- closures and defer ----------------------------------------------------------------------------------
Val bld_closure(Builder *b, IrNode *n) {
    i64 *offs = ANEWN(b->a, i64, n->fn->ncaptures + 1);
    ir_closure_layout(n->fn, offs);
    Val *vals = ANEWN(b->a, Val, n->list.len + 1);
    for (i64 i = 0; i < n->list.len; i++) vals[i] = bld_expr(b, n->list.ptr[i]);
    if (n->pos) b->pos = n->pos;
    Addr a = bld_alloc_addr(b, n->fn->closure_type, n->esc);
    Value *code = bv(b, O_PTR2INT, VT_I64, 1, bld_sym_addr(b, obj_sym(b->f->syms, n->fn->sym), 0));
    bld_set_mem(b, bv(b, O_STORE, VT_MEM, 3, a.base, code, bld_mem(b)));
    for (i64 i = 0; i < n->list.len; i++) bld_store(b, addr_add(a, offs[i]), vals[i]);
    return bld_val1(b, n->type, a.base);
}
// A type of two pointers: what the collector sees of a defer record.
static Type *record_type(Builder *b) {
    Type *t = ANEW(b->a, Type);
    t->kind = TYPE_ARRAY;
    t->layout_done = true;
    t->align = 8;
    t->size = 16;
    t->ptrdata = 16;
    t->array.elem = b->ptr_;
    t->array.len = 2;
    return t;
}
void bld_defer(Builder *b, IrNode *n) {
    Value *fn = bld_expr1(b, n->a);
    if (n->pos) b->pos = n->pos;
    b->ndefers++;
    if (n->flags & IRF_LOOP) {
        bld_rt1(b, RT_DEFERPROC, VT_VOID, 2, fn, bv(b, O_SP, VT_I64, 0));
        return;
    }
    Slot *s = ssa_slot(b->f, DEFER_SIZE, 8, record_type(b));
    Value *d = bld_slot_addr(b, s, 0), *g = bv(b, O_GETG, VT_PTR, 0);
    store_word(b, d, DEFER_FN, fn);
    store_word(b, d, DEFER_SP, bv(b, O_SP, VT_I64, 0));
    store_word(b, d, DEFER_HEAP, bld_int(b, 0));
    store_word(b, d, DEFER_LINK, bvi(b, O_LOAD, VT_PTR, G_DEFER, 2, g, bld_mem(b)));
    store_word(b, g, G_DEFER, d);
    if (n == b->outermost && b->ncertain < MAX_CERTAIN) {
        b->certain[b->ncertain].fn = n->a;
        b->certain[b->ncertain].value = fn;
        b->certain[b->ncertain++].record = d;
    }
}
