// gen_builtin.c - predeclared functions and those of package unsafe.
#include "ir/gen.h"
#include "abi/abi.h"

i32 gen_builtin_id(Expr *fun) {
    fun = unparen(fun);
    Object *o = NULL;
    if (fun->kind == ND_IDENT) o = ((Ident *)fun)->obj;
    else if (fun->kind == ND_SELECTOR && !((Selector *)fun)->selection) o = ((Selector *)fun)->sel->obj;
    return o && o->kind == OBJ_BUILTIN ? o->builtin : -1;
}

static Type *tint(Gen *g) { return gen_basic(g, TYPE_INT); }

static IrNode *gen_panic_rt(Gen *g, RtFn rt) {
    IrNode *n = gen_node(g, X_S_PANIC_RT, NULL);
    n->rt = rt;
    return n;
}

static void panic_if(Gen *g, IrNode *cond, RtFn rt) {
    IrNode *s = gen_if(g, cond);
    vec_push(g->nodes, &s->sub->body, gen_panic_rt(g, rt));
}

// The arguments of f(g()) where g has several results, else NULL.
static IrNode **spread_args(Gen *g, Call *c, i64 *n) {
    return c->args.len == 1 && is_tuple_expr(c->args.ptr[0]) ? gen_tuple(g, c->args.ptr[0], n) : NULL;
}

// A place whose value is not needed: nil pointers on the way to it panic all the same.
void gen_nil_checks(Gen *g, IrNode *v) {
    for (; v; v = v->a) {
        if (v->op == X_DEREF && !(v->flags & IRF_NONNIL)) {
            gen_emit_expr(g, v);
            return;
        }
        if (v->op != X_FIELD && v->op != X_INDEX) return;
    }
}

// ---- len, cap ---------------------------------------------------------------------------------------------------------

static IrNode *gen_len_cap(Gen *g, Expr *e, bool cap) {
    Type *t = gen_type(g, e), *u = types_under(t);
    if (u->kind == TYPE_POINTER) u = types_under(u->pointer.elem);
    if (u->kind == TYPE_ARRAY) {
        IrNode *v = gen_place(g, e);
        if (type_is(t, TYPE_ARRAY)) gen_nil_checks(g, v);
        return gen_int(g, tint(g), u->array.len);
    }
    IrNode *v = gen_expr(g, e);
    if (u->kind == TYPE_MAP) { // the count is the first word
        v = gen_stable(g, v);
        IrNode *n = gen_node(g, X_COND, tint(g));
        n->a = gen_cmp(g, OP_EQL, gen_dup(g, v), gen_zero(g, v->type));
        n->b = gen_int(g, tint(g), 0);
        n->c = gen_deref(g, gen_bitcast(g, gen_bitcast(g, gen_dup(g, v), gen_uptr(g)), gen_pointer(g, tint(g))), true);
        return n;
    }
    if (u->kind == TYPE_CHAN) return gen_temp(g, gen_rt(g, cap ? RT_CHANCAP : RT_CHANLEN, tint(g), 1, v));
    if (v->op == X_CONST_STRING) return gen_int(g, tint(g), v->str.len);
    return gen_unop(g, cap ? X_CAP : X_LEN, tint(g), v);
}

// ---- append, make, new --------------------------------------------------------------------------------------------------

// What is appended: the operands behind the first.
void gen_append_elems(Gen *g, Call *c, IrNode *n) {
    if (c->has_dots) {
        n->flags |= IRF_SPREAD;
        vec_push(g->nodes, &n->list, gen_expr(g, c->args.ptr[1]));
        return;
    }
    for (i64 i = 1; i < c->args.len; i++)
        vec_push(g->nodes, &n->list, gen_expr_to(g, c->args.ptr[i], type_elem(n->type)));
}

IrNode *gen_append(Gen *g, Call *c) {
    Type *t = gen_type(g, &c->x), *et = type_elem(t);
    i64 n_vals;
    IrNode **vals = spread_args(g, c, &n_vals);
    if (vals) {
        IrNode *a = gen_unop(g, X_APPEND, t, gen_convert(g, vals[0], t));
        for (i64 i = 1; i < n_vals; i++) vec_push(g->nodes, &a->list, gen_convert(g, vals[i], et));
        return a;
    }
    IrNode *s = gen_expr_to(g, c->args.ptr[0], t);
    if (c->args.len == 1) return s;
    if (c->has_dots && c->args.ptr[1]->mode == MODE_NIL) return s;
    IrNode *n = gen_unop(g, X_APPEND, t, s);
    gen_append_elems(g, c, n);
    return n;
}

static IrNode *size_operand(Gen *g, Expr *e) {
    if (!e->val) return gen_expr(g, e);
    i64 v;
    if (exact_is_i64(exact_to_int(g->a, e->val), &v)) return gen_int(g, tint(g), v);
    return gen_const(g, gen_basic(g, TYPE_UINT64), exact_to_int(g->a, e->val));
}

static IrNode *gen_make(Gen *g, Call *c) {
    Type *t = gen_type(g, &c->x);
    IrNode *len = c->args.len > 1 ? size_operand(g, c->args.ptr[1]) : NULL, *n;
    switch (types_under(t)->kind) {
    case TYPE_SLICE:
        n = gen_unop(g, X_MAKE_SLICE, t, len);
        if (c->args.len > 2) n->b = size_operand(g, c->args.ptr[2]);
        return n;
    case TYPE_MAP: return gen_new_map(g, t, len && len->op != X_CONST_INT ? gen_numconv(g, len, tint(g)) : len);
    default:
        CHECK(types_under(t)->kind == TYPE_CHAN);
        return gen_rt(g, RT_MAKECHAN, t, 2, gen_type_addr(g, t),
                      len ? gen_numconv(g, len, tint(g)) : gen_int(g, tint(g), 0));
    }
}

static IrNode *gen_new(Gen *g, Call *c) {
    Type *t = gen_type(g, &c->x);
    Expr *arg = c->args.ptr[0];
    IrNode *val = arg->mode == MODE_TYPE ? NULL : gen_expr_to(g, arg, type_elem(t));
    IrNode *n = gen_node(g, X_NEW, t);
    n->atype = type_elem(t);
    n->flags |= IRF_NONNIL;
    if (!val) return n;
    IrNode *p = gen_temp(g, n);
    gen_assign_node(g, gen_deref(g, gen_dup(g, p), true), val, IRF_INIT);
    return p;
}

// ---- min, max --------------------------------------------------------------------------------------------------------------

static IrNode *gen_min_max(Gen *g, Call *c, Op op) {
    Type *t = gen_type(g, &c->x);
    i64 n = c->args.len;
    IrNode **vals = spread_args(g, c, &n), *acc = vals ? vals[0] : gen_expr_to(g, c->args.ptr[0], t);
    for (i64 i = 1; i < n; i++) {
        IrNode *m = gen_node(g, X_MIN_MAX, t);
        m->oper = op;
        vec_push(g->nodes, &m->list, acc);
        vec_push(g->nodes, &m->list, vals ? vals[i] : gen_expr_to(g, c->args.ptr[i], t));
        acc = m;
    }
    return acc;
}

// ---- clear, print -------------------------------------------------------------------------------------------------------------

static void gen_clear(Gen *g, IrNode *x) {
    Type *u = types_under(x->type);
    if (u->kind == TYPE_MAP) {
        gen_emit_expr(g, gen_rt(g, RT_MAPCLEAR, NULL, 2, gen_type_addr(g, x->type), x));
        return;
    }
    Type *et = type_elem(u), *uintptr = gen_basic(g, TYPE_UINTPTR);
    if (!types_size(et)) return;
    x = gen_stable(g, x);
    IrNode *ptr = gen_bitcast(g, gen_unop(g, X_PTR, gen_pointer(g, et), gen_dup(g, x)), gen_uptr(g));
    IrNode *len = gen_numconv(g, gen_unop(g, X_LEN, tint(g), gen_dup(g, x)), uintptr);
    IrNode *size = gen_binary(g, OP_MUL, len, gen_int(g, uintptr, types_size(et)));
    gen_emit_expr(g, gen_rt(g, types_has_pointers(et) ? RT_MEMCLR_PTRS : RT_MEMCLR, NULL, 2, ptr, size));
}

static void print_value(Gen *g, IrNode *x) {
    Type *t = x->type, *u = types_under(t);
    RtFn rt;
    switch (u->kind) {
    case TYPE_BOOL: rt = RT_PRINTBOOL; break;
    case TYPE_STRING: rt = RT_PRINTSTRING; break;
    case TYPE_FLOAT32: rt = RT_PRINTFLOAT32; break;
    case TYPE_FLOAT64: rt = RT_PRINTFLOAT64; break;
    case TYPE_COMPLEX64: rt = RT_PRINTCOMPLEX64; break;
    case TYPE_COMPLEX128: rt = RT_PRINTCOMPLEX128; break;
    case TYPE_SLICE: rt = RT_PRINTSLICE; break;
    case TYPE_INTERFACE: rt = is_empty_iface(g, t) ? RT_PRINTEFACE : RT_PRINTIFACE; break;
    case TYPE_POINTER:
    case TYPE_UNSAFE_POINTER:
    case TYPE_CHAN:
    case TYPE_MAP:
    case TYPE_SIGNATURE:
        rt = RT_PRINTPOINTER;
        x = gen_bitcast(g, x, gen_uptr(g));
        break;
    case TYPE_UINTPTR:
    case TYPE_UINT:
    case TYPE_UINT8:
    case TYPE_UINT16:
    case TYPE_UINT32:
    case TYPE_UINT64: {
        Type *named = types_unalias(t);
        bool hex = named->kind == TYPE_NAMED && str_eq(named->named.obj->name->s, S("hex")) && named->named.obj->pkg &&
                   str_eq(named->named.obj->pkg->path, S("runtime"));
        rt = hex ? RT_PRINTHEX : RT_PRINTUINT;
        x = gen_numconv(g, x, gen_basic(g, TYPE_UINT64));
        break;
    }
    default: rt = RT_PRINTINT; x = gen_numconv(g, x, gen_basic(g, TYPE_INT64));
    }
    gen_emit_expr(g, gen_rt(g, rt, NULL, 1, x));
}

static void print_str(Gen *g, Str s) {
    gen_emit_expr(g, gen_rt(g, RT_PRINTSTRING, NULL, 1, gen_string(g, gen_basic(g, TYPE_STRING), s)));
}

static void gen_print(Gen *g, IrNode **args, i64 n, bool line) {
    for (i64 i = 0; i < n; i++) args[i] = gen_stable(g, args[i]);
    gen_emit_expr(g, gen_rt(g, RT_PRINTLOCK, NULL, 0));
    for (i64 i = 0; i < n; i++) {
        if (i && line) gen_emit_expr(g, gen_rt(g, RT_PRINTSP, NULL, 0));
        if (args[i]->op == X_CONST_STRING) print_str(g, args[i]->str);
        else print_value(g, args[i]);
    }
    if (line) gen_emit_expr(g, gen_rt(g, RT_PRINTNL, NULL, 0));
    gen_emit_expr(g, gen_rt(g, RT_PRINTUNLOCK, NULL, 0));
}

// ---- unsafe ---------------------------------------------------------------------------------------------------------------------

static IrNode *gen_unsafe_add(Gen *g, Call *c) {
    i64 n_vals;
    IrNode **vals = spread_args(g, c, &n_vals);
    IrNode *p = vals ? gen_convert(g, vals[0], gen_uptr(g)) : gen_expr_to(g, c->args.ptr[0], gen_uptr(g));
    IrNode *n = gen_numconv(g, vals ? vals[1] : size_operand(g, c->args.ptr[1]), tint(g));
    IrNode *a = gen_binary(g, OP_ADD, p, n);
    a->type = gen_type(g, &c->x);
    return a;
}

static IrNode *gen_unsafe_slice(Gen *g, Call *c, bool string) {
    Type *t = gen_type(g, &c->x), *uintptr = gen_basic(g, TYPE_UINTPTR);
    i64 n_vals;
    IrNode **vals = spread_args(g, c, &n_vals);
    IrNode *p = gen_stable(g, vals ? vals[0] : gen_expr(g, c->args.ptr[0]));
    IrNode *len = gen_stable(g, gen_numconv(g, vals ? vals[1] : size_operand(g, c->args.ptr[1]), tint(g)));
    RtFn bad_len = string ? RT_PANICUNSAFESTRINGLEN : RT_PANICUNSAFESLICELEN,
         nil = string ? RT_PANICUNSAFESTRINGNILPTR : RT_PANICUNSAFESLICENILPTR;
    i64 size = types_size(type_elem(p->type));
    if (len->op != X_CONST_INT || len->i < 0)
        panic_if(g, gen_cmp(g, OP_LSS, gen_dup(g, len), gen_int(g, tint(g), 0)), bad_len);
    if (len->op != X_CONST_INT || len->i > 0) {
        if (size > 1) panic_if(g, gen_cmp(g, OP_GTR, gen_dup(g, len), gen_int(g, tint(g), INT64_MAX / size)), bad_len);
        // the end must not pass the top of the address space
        IrNode *addr = gen_bitcast(g, gen_bitcast(g, gen_dup(g, p), gen_uptr(g)), uintptr);
        IrNode *neg = gen_unop(g, X_UNARY, uintptr, addr);
        neg->oper = OP_SUB;
        IrNode *bytes = gen_numconv(g, gen_dup(g, len), uintptr);
        if (size != 1) bytes = gen_binary(g, OP_MUL, bytes, gen_int(g, uintptr, size));
        IrNode *s = gen_if(g, gen_cmp(g, OP_GTR, bytes, neg));
        IrVec *old = gen_into(g, &s->sub->body);
        panic_if(g, gen_cmp(g, OP_EQL, gen_dup(g, p), gen_zero(g, p->type)), nil);
        gen_emit(g, gen_panic_rt(g, bad_len));
        gen_into(g, old);
        if (len->op == X_CONST_INT) panic_if(g, gen_cmp(g, OP_EQL, gen_dup(g, p), gen_zero(g, p->type)), nil);
        else {
            IrNode *some = gen_if(g, gen_cmp(g, OP_NEQ, gen_dup(g, len), gen_int(g, tint(g), 0)));
            old = gen_into(g, &some->sub->body);
            panic_if(g, gen_cmp(g, OP_EQL, gen_dup(g, p), gen_zero(g, p->type)), nil);
            gen_into(g, old);
        }
    }
    IrNode *n = gen_unop(g, string ? X_STRING_HEADER : X_SLICE_HEADER, t, gen_dup(g, p));
    n->b = gen_dup(g, len);
    if (!string) n->c = gen_dup(g, len);
    return n;
}

static IrNode *gen_offsetof(Gen *g, Call *c) {
    Selector *s = (Selector *)unparen(c->args.ptr[0]);
    Type *t = gen_type(g, s->e);
    i64 off = 0;
    for (i64 i = 0; i < s->selection->npath; i++) {
        Type *u = types_under(t);
        if (u->kind == TYPE_POINTER) u = types_under(u->pointer.elem);
        types_layout(u);
        off += types_field_offset(u, s->selection->path[i]);
        t = types_unalias(u->strct.fields[s->selection->path[i]].var->type);
    }
    return gen_int(g, gen_basic(g, TYPE_UINTPTR), off);
}

// ---- operands first, then the operation (defer splits the two) --------------------------------------------------------------

i64 gen_builtin_operands(Gen *g, Call *c, i32 id, IrNode **args) {
    i64 n = c->args.len;
    IrNode **vals = spread_args(g, c, &n);
    if (vals) { // copy(f()), delete(f()), print(f())
        for (i64 i = 0; i < n; i++) args[i] = vals[i];
        if (id == BUILTIN_DELETE) args[1] = gen_convert(g, args[1], types_unalias(types_under(args[0]->type)->map.key));
        return n;
    }
    for (i64 i = 0; i < n; i++) {
        Expr *e = c->args.ptr[i];
        if (id == BUILTIN_PANIC) args[i] = gen_expr_to(g, e, g->u->empty_interface);
        else if (id == BUILTIN_DELETE && i == 1) args[i] = gen_map_key(g, args[0]->type, e);
        else if ((id == BUILTIN_PRINT || id == BUILTIN_PRINTLN) && e->mode == MODE_NIL)
            args[i] = gen_zero(g, gen_uptr(g));
        else if ((id == BUILTIN_PRINT || id == BUILTIN_PRINTLN) && e->val &&
                 types_under(gen_type(g, e))->kind == TYPE_INT && exact_sign(e->val) > 0 &&
                 exact_bit_len(exact_to_int(g->a, e->val)) > 63)
            args[i] = gen_const(g, gen_basic(g, TYPE_UINT64), e->val);
        else args[i] = gen_expr(g, e);
    }
    return n;
}

static void gen_panic(Gen *g, IrNode *v) {
    IrNode *n = gen_panic_rt(g, RT_GOPANIC);
    vec_push(g->nodes, &n->list, v);
    gen_emit(g, n);
}

IrNode *gen_builtin_args(Gen *g, Call *c, i32 id, IrNode **args, i64 n) {
    IrNode *x;
    switch (id) {
    case BUILTIN_CLOSE: gen_emit_expr(g, gen_rt(g, RT_CLOSECHAN, NULL, 1, args[0])); return NULL;
    case BUILTIN_COPY:
        x = gen_unop(g, X_COPY, tint(g), args[0]);
        x->b = args[1];
        return x;
    case BUILTIN_DELETE: gen_map_delete(g, args[0], args[1]); return NULL;
    case BUILTIN_CLEAR: gen_clear(g, args[0]); return NULL;
    case BUILTIN_PANIC: gen_panic(g, args[0]); return NULL;
    case BUILTIN_PRINT: gen_print(g, args, n, false); return NULL;
    case BUILTIN_PRINTLN: gen_print(g, args, n, true); return NULL;
    default: bug("builtin %d in a go or defer statement", id);
    }
}

// A frame is remembered by its depth, the distance of its caller's stack pointer from the upper end of the stack: the stack may move.
static IrNode *stack_end(Gen *g) {
    Type *uintptr = gen_basic(g, TYPE_UINTPTR);
    IrNode *p = gen_binary(g, OP_ADD, gen_node(g, X_GETG, gen_uptr(g)), gen_int(g, tint(g), G_STACK_HI));
    return gen_deref(g, gen_bitcast(g, p, gen_pointer(g, uintptr)), true);
}

IrNode *gen_frame_depth(Gen *g) {
    return gen_binary(g, OP_SUB, stack_end(g), gen_node(g, X_CALLER_SP, gen_basic(g, TYPE_UINTPTR)));
}

IrNode *gen_recover_at(Gen *g, IrNode *depth) {
    return gen_rt(g, RT_GORECOVER, g->u->empty_interface, 1, gen_binary(g, OP_SUB, stack_end(g), depth));
}

static IrNode *gen_recover(Gen *g) {
    Gen *root = gen_root(g);
    root->f->has_recover = true;
    if (root == g) return gen_node(g, X_RECOVER, g->u->empty_interface);
    if (!root->recover_sp)
        root->recover_sp = gen_temp_var(root, gen_basic(g, TYPE_UINTPTR)); // set in front of the outermost loop
    return gen_recover_at(g, gen_var(g, gen_capture(g, root, root->recover_sp)));
}

static IrNode *gen_part(Gen *g, Call *c, IrOp op) {
    Type *t = gen_type(g, &c->x);
    return gen_unop(g, op, t,
                    gen_expr_to(g, c->args.ptr[0],
                                gen_basic(g, types_under(t)->kind == TYPE_FLOAT32 ? TYPE_COMPLEX64 : TYPE_COMPLEX128)));
}

static IrNode *gen_complex(Gen *g, Call *c) {
    Type *t = gen_type(g, &c->x),
         *ft = gen_basic(g, types_under(t)->kind == TYPE_COMPLEX64 ? TYPE_FLOAT32 : TYPE_FLOAT64);
    IrNode *n = gen_node(g, X_COMPLEX, t);
    i64 n_vals;
    IrNode **vals = spread_args(g, c, &n_vals);
    if (vals) {
        n->a = vals[0];
        n->b = vals[1];
        return n;
    }
    n->a = gen_expr_to(g, c->args.ptr[0], ft);
    n->b = gen_expr_to(g, c->args.ptr[1], ft);
    n->a = gen_bitcast(g, n->a, ft);
    n->b = gen_bitcast(g, n->b, ft);
    return n;
}

IrNode *gen_builtin(Gen *g, Call *c, i32 id) {
    Type *uptr = gen_basic(g, TYPE_UINTPTR);
    switch (id) {
    case BUILTIN_LEN: return gen_early(g, gen_len_cap(g, c->args.ptr[0], false));
    case BUILTIN_CAP: return gen_early(g, gen_len_cap(g, c->args.ptr[0], true));
    case BUILTIN_APPEND: return gen_append(g, c);
    case BUILTIN_MAKE: return gen_early(g, gen_hoist(g, gen_make(g, c)));
    case BUILTIN_NEW: return gen_new(g, c);
    case BUILTIN_MIN: return gen_early(g, gen_min_max(g, c, OP_LSS));
    case BUILTIN_MAX: return gen_early(g, gen_min_max(g, c, OP_GTR));
    case BUILTIN_COMPLEX: return gen_early(g, gen_complex(g, c));
    case BUILTIN_REAL: return gen_early(g, gen_part(g, c, X_REAL));
    case BUILTIN_IMAG: return gen_early(g, gen_part(g, c, X_IMAG));
    case BUILTIN_RECOVER: return gen_recover(g);
    case BUILTIN_UNSAFE_ADD: return gen_unsafe_add(g, c);
    case BUILTIN_UNSAFE_SLICE:
    case BUILTIN_UNSAFE_STRING: return gen_unsafe_slice(g, c, id == BUILTIN_UNSAFE_STRING);
    case BUILTIN_UNSAFE_SLICE_DATA:
    case BUILTIN_UNSAFE_STRING_DATA: return gen_unop(g, X_PTR, gen_type(g, &c->x), gen_expr(g, c->args.ptr[0]));
    case BUILTIN_UNSAFE_SIZEOF: return gen_int(g, uptr, types_size(gen_type(g, c->args.ptr[0])));
    case BUILTIN_UNSAFE_ALIGNOF: return gen_int(g, uptr, types_align(gen_type(g, c->args.ptr[0])));
    case BUILTIN_UNSAFE_OFFSETOF: return gen_offsetof(g, c);
    default: break;
    }
    i64 cap = c->args.len;
    if (cap == 1 && is_tuple_expr(c->args.ptr[0])) cap = types_unalias(c->args.ptr[0]->type)->tuple.n;
    IrNode **args = ANEWN(g->nodes, IrNode *, cap + 1);
    i64 n = gen_builtin_operands(g, c, id, args);
    return gen_builtin_args(g, c, id, args, n);
}
