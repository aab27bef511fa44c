// build_stmt.c - statements: assignment, branches, loops, jump tables.
//
// A loop is built as `if cond { do { body; post } while cond }` when its condition is small: what is invariant in the body can then be
// moved in front of it, and an iteration has one branch.
#include "ssa/build.h"

static void stmt(Builder *b, IrNode *n);
void bld_stmts(Builder *b, IrVec *list) {
    for (i64 i = 0; i < list->len; i++) {
        if (!b->cur) {
            b->cur = bld_block(b);
            bld_seal(b, b->cur);
        } // not reached, but for labels
        if (list == &b->ir->body) b->outermost = list->ptr[i];
        stmt(b, list->ptr[i]);
    }
    if (!b->cur) {
        b->cur = bld_block(b);
        bld_seal(b, b->cur);
    }
}
static Target *target_of(Builder *b, IrNode *n) {
    Target *t = map_get_ptr(b->targets, n);
    if (!t) {
        t = ANEW(b->a, Target);
        map_set_ptr(b->targets, n, t);
    }
    return t;
}

// ---- variables and assignment -------------------------------------------------------------------------
static void declare(Builder *b, IrVar *v, bool zero) {
    VarInfo *vi = bld_var(b, v);
    if (vi->ptr && v->heap) {
        bld_write(b, b->cur, vi->first, bld_alloc(b, v->type, ESC_HEAP));
        return;
    }
    if (!zero) return;
    if (vi->slot) {
        bld_zero_new(b, vi->slot);
        return;
    }
    Val z = bld_zero(b, vi->ti);
    for (int i = 0; i < vi->ti->n; i++) bld_write(b, b->cur, vi->first + i, z.p[i]);
}
static bool is_blank(IrNode *l) {
    return !l || (l->op == X_VAR && l->var->is_blank && l->var->kind != IRV_RESULT);
} // a blank result is returned
static LVal dest(Builder *b, IrNode *l, u16 flags) {
    if (is_blank(l)) return (LVal){.blank = true};
    if ((flags & IRF_DCL) && l->op == X_VAR && l->var->kind == IRV_LOCAL) declare(b, l->var, false);
    LVal lv = bld_lval(b, l);
    if ((flags & IRF_DCL) && l->op == X_VAR && l->var->heap) lv.addr.fresh = true;
    return lv;
}
static void assign(Builder *b, IrNode *n) {
    if (is_blank(n->a)) {
        bld_expr(b, n->b);
        return;
    }
    bool fresh_slot = n->a->op == X_VAR && (n->flags & IRF_DCL);
    if (n->b->op == X_COMPOSITE && fresh_slot && !n->a->var->heap) { // built in place
        VarInfo *vi = bld_var(b, n->a->var);
        if (vi->slot && !n->a->var->addr_taken) {
            bld_composite_into(b, addr_of_slot(b, vi->slot, 0), n->b);
            return;
        }
    }
    bool fresh = (n->flags & IRF_INIT) || (fresh_slot && n->a->var->heap);
    if (n->b->op == X_COMPOSITE && fresh && !bld_type(b, n->b->type)->scalar) { // memory that was just allocated
        LVal l = dest(b, n->a, n->flags);
        CHECK(!l.ssa);
        l.addr.fresh = true;
        bld_composite_into(b, l.addr, n->b);
        return;
    }
    if (n->b->op == X_ZERO && !bld_type(b, n->b->type)->scalar) {
        LVal l = dest(b, n->a, n->flags);
        if (!l.blank && !l.ssa) bld_store_zero(b, l.addr, l.ti);
        return;
    }
    Val v = bld_expr(b, n->b);
    if (!v.ti) {
        v.ti = bld_type(b, n->a->type);
        if (v.ti->n) bug("ssa: assignment of nothing in %.*s", SFMT(b->ir->sym));
    }
    bld_assign(b, dest(b, n->a, n->flags), v);
}
static void assign_multi(Builder *b, IrNode *n) {
    Val *vals;
    i64 k;
    Val pair[2];
    if (n->b->op == X_ASSERT) {
        Value *ok;
        pair[0] = bld_assert(b, n->b, true, &ok);
        pair[1] = bld_val1(b, n->list.len > 1 && n->list.ptr[1] ? n->list.ptr[1]->type : b->bool_, ok);
        vals = pair;
        k = 2;
    } else if (n->b->op == X_BLOCK && n->b->a) {
        bld_stmts(b, &n->b->sub->body);
        IrNode inner = *n;
        inner.b = n->b->a;
        assign_multi(b, &inner);
        return;
    } else k = bld_call(b, n->b, &vals);
    CHECK(n->list.len <= k);
    for (i64 i = 0; i < n->list.len; i++) {
        LVal l = dest(b, n->list.ptr[i], n->flags);
        if (!l.blank) bld_assign(b, l, vals[i]);
    }
}

// ---- control flow ---------------------------------------------------------------------------------------------
static int count_nodes(const IrNode *n) { // cost of doing a condition twice; large if that is not possible
    if (!n) return 0;
    switch (n->op) {
    case X_CONST_INT:
    case X_CONST_FLOAT:
    case X_CONST_STRING:
    case X_ZERO:
    case X_VAR:
    case X_GLOBAL: return 1;
    case X_FIELD:
    case X_LEN:
    case X_CAP:
    case X_UNARY:
    case X_CONV:
    case X_BITCAST:
    case X_PTR:
    case X_DEREF:
    case X_REAL:
    case X_IMAG: return 1 + count_nodes(n->a);
    case X_BINARY:
    case X_COMPARE:
    case X_ANDAND:
    case X_OROR: return 1 + count_nodes(n->a) + count_nodes(n->b);
    case X_INDEX: return 3 + count_nodes(n->a) + count_nodes(n->b);
    default: return 1000;
    }
}
static void loop(Builder *b, IrNode *n) {
    Target *t = target_of(b, n);
    Block *body = bld_block(b), *post = bld_block(b), *done = bld_block(b), *before = b->cur;
    t->brk = done;
    t->cont = post;
    bld_set_before(b, body, before, n);
    bld_set_before(b, post, before, n);
    bld_set_before(b, done, before, n);
    bool twice = n->a && count_nodes(n->a) <= 12 && !ir_has_flag(b->ir, PKG_NO_OPT);
    Block *head = NULL;
    if (n->a && twice) bld_cond(b, n->a, body, done, 1);
    else if (n->a) {
        head = bld_block(b);
        bld_set_before(b, head, before, n);
        bld_jump(b, head);
        bld_start(b, head);
        bld_cond(b, n->a, body, done, 1);
    } else bld_jump(b, body);
    if (head) bld_seal(b, body);
    bld_start(b, body);
    bld_stmts(b, &n->sub->body);
    bld_jump(b, post);
    bld_seal(b, post);
    bld_start(b, post);
    bld_stmts(b, &n->sub->post);
    if (head) {
        bld_jump(b, head);
        bld_seal(b, head);
    } else {
        if (n->a) bld_cond(b, n->a, body, done, 1);
        else bld_jump(b, body);
        bld_seal(b, body);
    }
    bld_seal(b, done);
    bld_start(b, done);
}
static void if_stmt(Builder *b, IrNode *n) {
    Block *yes = bld_block(b), *no = n->sub->els.len ? bld_block(b) : NULL, *join = bld_block(b);
    bld_set_before(b, join, b->cur, n);
    bld_cond(b, n->a, yes, no ? no : join, 0);
    bld_seal(b, yes);
    bld_start(b, yes);
    bld_stmts(b, &n->sub->body);
    bld_jump(b, join);
    if (no) {
        bld_seal(b, no);
        bld_start(b, no);
        bld_stmts(b, &n->sub->els);
        bld_jump(b, join);
    }
    bld_seal(b, join);
    bld_start(b, join);
}
static Block *label_block(Builder *b, IrNode *label) {
    Block *l = map_get_ptr(b->labels, label);
    if (!l) {
        l = bld_block(b);
        map_set_ptr(b->labels, label, l);
    } // sealed at the end
    return l;
}

// ---- jump tables ------------------------------------------------------------------------------------------------
typedef struct Range {
    i64 lo, hi;
    Block *to;
} Range;
static int compare_ranges(const Range *x, const Range *y, bool uns) {
    if (uns) return (u64)x->lo < (u64)y->lo ? -1 : (u64)x->lo > (u64)y->lo;
    return x->lo < y->lo ? -1 : x->lo > y->lo;
}
static void sort_ranges(Range *r, i64 n, bool uns) { // insertion: mostly sorted already
    for (i64 i = 1; i < n; i++)
        for (i64 k = i; k > 0 && compare_ranges(&r[k - 1], &r[k], uns) > 0; k--) {
            Range t = r[k];
            r[k] = r[k - 1];
            r[k - 1] = t;
        }
}
static Value *at_most(Builder *b, Value *x, i64 c, bool uns) {
    return bv(b, uns ? O_ULE : O_LE, VT_BOOL, 2, x, ssa_const(b->f, (VType)x->type, c));
}
static void dispatch(Builder *b, Value *x, Range *r, i64 n, Block *none, bool uns) {
    u64 span = n ? (u64)r[n - 1].hi - (u64)r[0].lo : 0;
    if (n >= 8 && span < (u64)n * 4 && span < 1024) { // dense: one indirect jump
        Value *wide = x->type == VT_I64 ? x : bv(b, uns ? O_ZEXT : O_SEXT, VT_I64, 1, x);
        Value *i = r[0].lo ? bv(b, O_SUB, VT_I64, 2, wide, bld_int(b, r[0].lo)) : wide;
        Block *table = bld_block(b);
        bld_branch(b, bv(b, O_ULE, VT_BOOL, 2, i, bld_int(b, (i64)span)), table, none, 1);
        bld_seal(b, table);
        table->kind = BK_JUMP_TABLE;
        ssa_set_ctl(b->f, table, i);
        i64 k = 0;
        for (u64 v = 0; v <= span; v++) {
            i64 c = (i64)((u64)r[0].lo + v);
            while (uns ? (u64)r[k].hi < (u64)c : r[k].hi < c) k++;
            bool in = uns ? (u64)c >= (u64)r[k].lo : c >= r[k].lo;
            ssa_edge(b->f, table, in ? r[k].to : none);
        }
        b->cur = NULL;
        return;
    }
    if (n <= 3) {
        for (i64 i = 0; i < n; i++) {
            Block *next = i + 1 == n ? none : bld_block(b);
            if (r[i].lo == r[i].hi)
                bld_branch(b, bv(b, O_EQ, VT_BOOL, 2, x, ssa_const(b->f, (VType)x->type, r[i].lo)), r[i].to, next, 0);
            else {
                Value *off = bv(b, O_SUB, (VType)x->type, 2, x, ssa_const(b->f, (VType)x->type, r[i].lo));
                bld_branch(b, bv(b, O_ULE, VT_BOOL, 2, off, ssa_const(b->f, (VType)x->type, r[i].hi - r[i].lo)),
                           r[i].to, next, 0);
            }
            if (i + 1 < n) {
                bld_seal(b, next);
                bld_start(b, next);
            }
        }
        if (!n) bld_jump(b, none);
        return;
    }
    i64 m = n / 2;
    Block *low = bld_block(b), *high = bld_block(b);
    bld_branch(b, at_most(b, x, r[m - 1].hi, uns), low, high, 0);
    bld_seal(b, low);
    bld_seal(b, high);
    bld_start(b, low);
    dispatch(b, x, r, m, none, uns);
    bld_start(b, high);
    dispatch(b, x, r + m, n - m, none, uns);
}
static void jump_table(Builder *b, IrNode *n) {
    Value *x = bld_expr1(b, n->a);
    Target *t = target_of(b, n);
    Block *done = bld_block(b), *none = bld_block(b);
    t->brk = done;
    bld_set_before(b, done, b->cur, n);
    Range *r = ANEWN(b->a, Range, n->sub->ncases + 1);
    Block **body = ANEWN(b->a, Block *, n->sub->ncases + 1);
    i64 k = 0;
    for (i64 i = 0; i < n->sub->ncases; i++) {
        bool shared = i > 0 && n->sub->cases[i].body.ptr == n->sub->cases[i - 1].body.ptr &&
                      n->sub->cases[i].body.len; // several values of one clause
        body[i] = shared ? body[i - 1] : bld_block(b);
        r[k++] = (Range){n->sub->cases[i].lo, n->sub->cases[i].hi, body[i]};
        if (r[k - 1].lo == r[k - 1].hi) bld_near_case(b, x, r[k - 1].lo, n->sub->ncases);
    }
    bool uns = type_unsigned(n->a->type);
    sort_ranges(r, k, uns);
    dispatch(b, x, r, k, none, uns);
    for (i64 i = 0; i < n->sub->ncases; i++) {
        if (i > 0 && body[i] == body[i - 1]) continue;
        bld_seal(b, body[i]);
        bld_start(b, body[i]);
        bld_stmts(b, &n->sub->cases[i].body);
        bld_jump(b, done);
    }
    bld_seal(b, none);
    bld_start(b, none);
    bld_stmts(b, &n->sub->els);
    bld_jump(b, done);
    bld_seal(b, done);
    bld_start(b, done);
}
static void panic_rt(Builder *b, IrNode *n) {
    Value *args[16];
    int k = 0;
    for (i64 i = 0; i < n->list.len; i++) {
        Val v = bld_expr(b, n->list.ptr[i]);
        for (int j = 0; j < v.ti->n; j++) args[k++] = v.p[j];
    }
    bld_rt(b, (RtFn)n->rt, k, args, 0, NULL, NULL);
    bld_last_call(b)->noreturn = true;
    b->cur->cold = true;
    bld_exit(b);
}
static void keep_alive(Builder *b, IrNode *n) {
    Val v = bld_expr(b, n->a);
    if (v.in_mem) return;
    for (int i = 0; i < v.ti->n; i++)
        if (v.p[i]->type == VT_PTR) bld_set_mem(b, bv(b, O_KEEPALIVE, VT_MEM, 2, v.p[i], bld_mem(b)));
}
static void stmt(Builder *b, IrNode *n) {
    if (n->pos) b->pos = n->pos, b->f->cur_inl = n->inl;
    switch ((IrOp)n->op) {
    case X_S_EXPR:
        if (n->a->type || n->a->op != X_CALL) bld_expr(b, n->a);
        else {
            Val *r;
            bld_call(b, n->a, &r);
        }
        break;
    case X_S_DCL:
        if (!n->var->is_blank) declare(b, n->var, true);
        break;
    case X_S_ASSIGN: assign(b, n); break;
    case X_S_ASSIGN_MULTI: assign_multi(b, n); break;
    case X_S_IF: if_stmt(b, n); break;
    case X_S_LOOP: loop(b, n); break;
    case X_S_BLOCK: {
        Block *done = bld_block(b);
        bld_set_before(b, done, b->cur, n);
        target_of(b, n)->brk = done;
        bld_stmts(b, &n->sub->body);
        bld_jump(b, done);
        bld_seal(b, done);
        bld_start(b, done);
        break;
    }
    case X_S_BREAK: bld_jump(b, target_of(b, n->target)->brk); break;
    case X_S_CONTINUE: bld_jump(b, target_of(b, n->target)->cont); break;
    case X_S_LABEL: {
        Block *l = label_block(b, n);
        bld_jump(b, l);
        bld_start(b, l);
        break;
    }
    case X_S_GOTO: bld_jump(b, label_block(b, n->target)); break;
    case X_S_JUMP_TABLE: jump_table(b, n); break;
    case X_S_RETURN: bld_return(b, &n->list); break;
    case X_S_DEFER: bld_defer(b, n); break;
    case X_S_GO: bld_rt1(b, RT_NEWPROC, VT_VOID, 1, bld_expr1(b, n->a)); break;
    case X_S_PANIC_RT: panic_rt(b, n); break;
    case X_S_KEEPALIVE: keep_alive(b, n); break;
    case X_S_STORE_ZERO: {
        LVal l = bld_lval(b, n->a);
        if (l.ssa) bld_assign(b, l, bld_zero(b, l.ti));
        else bld_store_zero(b, l.addr, l.ti);
        break;
    }
    default: bug("ssa: statement %s in %.*s", ir_op_name((IrOp)n->op), SFMT(b->ir->sym));
    }
}
