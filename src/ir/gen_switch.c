// gen_switch.c - switches: first the tests, which jump to labels, then the bodies one behind the other.
//
// Integer constants become a S_JUMP_TABLE, many string constants a binary search by length and value. Clauses that constants
// rule out are not generated at all.
#include "ir/gen.h"

typedef struct Clause {
    IrNode *label;
    bool used;
} Clause;
typedef struct StrCase {
    Str s;
    i64 clause;
} StrCase;

static void go_to(Gen *g, Clause *c) {
    c->used = true;
    IrNode *n = gen_node(g, X_S_GOTO, NULL);
    n->target = c->label;
    gen_emit(g, n);
}

static void break_to(Gen *g, IrNode *block) {
    IrNode *n = gen_node(g, X_S_BREAK, NULL);
    n->target = block;
    gen_emit(g, n);
}

static Clause *make_clauses(Gen *g, i64 n) {
    Clause *c = ANEWN(g->nodes, Clause, n + 1);
    for (i64 i = 0; i < n; i++) c[i].label = gen_node(g, X_S_LABEL, NULL);
    return c;
}

static IrNode *start_switch(Gen *g, Stmt *s, Stmt *label) {
    IrNode *b = gen_node(g, X_S_BLOCK, NULL);
    gen_add_target(g, s, label, b, NULL, NULL);
    gen_emit(g, b);
    return b;
}

static bool ends_in_fallthrough(CaseClause *c) {
    if (!c->body.len) return false;
    Stmt *s = c->body.ptr[c->body.len - 1];
    while (s->kind == ND_LABELED_STMT) s = ((LabeledStmt *)s)->stmt;
    return s->kind == ND_BRANCH_STMT && ((BranchStmt *)s)->tok == TK_FALLTHROUGH;
}

// ---- tests ---------------------------------------------------------------------------------------------------------------

static bool all_constant(SwitchStmt *s, i64 *count) {
    *count = 0;
    for (i64 i = 0; i < s->clauses.len; i++)
        for (i64 k = 0; k < s->clauses.ptr[i]->exprs.len; k++, ++*count)
            if (!s->clauses.ptr[i]->exprs.ptr[k]->val) return false;
    return true;
}

static void int_table(Gen *g, SwitchStmt *s, IrNode *tag, Clause *cl, i64 count) {
    IrNode *t = gen_unop(g, X_S_JUMP_TABLE, NULL, gen_dup(g, tag));
    t->sub->cases = ANEWN(g->nodes, struct IrCase, count + 1);
    for (i64 i = 0; i < s->clauses.len; i++) {
        CaseClause *c = s->clauses.ptr[i];
        for (i64 k = 0; k < c->exprs.len; k++) {
            i64 v = gen_const(g, tag->type, c->exprs.ptr[k]->val)->i;
            struct IrCase *prev = k ? &t->sub->cases[t->sub->ncases - 1] : NULL;
            if (prev && prev->hi != INT64_MAX && prev->hi + 1 == v) {
                prev->hi = v;
                continue;
            }
            struct IrCase *ic = &t->sub->cases[t->sub->ncases++];
            ic->lo = ic->hi = v;
            IrVec *old = gen_into(g, &ic->body);
            go_to(g, &cl[i]);
            gen_into(g, old);
        }
    }
    gen_emit(g, t);
}

static int compare_cases(const StrCase *a, const StrCase *b) {
    return a->s.len != b->s.len ? (a->s.len < b->s.len ? -1 : 1) : str_cmp(a->s, b->s);
}

static void sort_cases(StrCase *v, i64 n) {
    for (i64 gap = n / 2; gap > 0; gap /= 2)
        for (i64 i = gap; i < n; i++)
            for (i64 k = i; k >= gap && compare_cases(&v[k], &v[k - gap]) < 0; k -= gap) {
                StrCase t = v[k];
                v[k] = v[k - gap];
                v[k - gap] = t;
            }
}

enum { MOST_COUNTED = 32 }; // each is compared where it is counted how near that came
static void search_strings(Gen *g, IrNode *tag, IrNode *len, StrCase *v, i64 n, Clause *cl) {
    if (n <= (ir_has_flag(g->f, PKG_COUNT_EDGES) ? MOST_COUNTED : 4)) {
        for (i64 i = 0; i < n; i++) {
            IrNode *c = gen_if(g, gen_compare(g, OP_EQL, gen_dup(g, tag), gen_string(g, tag->type, v[i].s)));
            IrVec *old = gen_into(g, &c->sub->body);
            go_to(g, &cl[v[i].clause]);
            gen_into(g, old);
        }
        return;
    }
    i64 h = n / 2;
    IrNode *cond;
    Type *tint = gen_basic(g, TYPE_INT);
    if (v[0].s.len != v[n - 1].s.len) { // split where the length changes
        i64 up = h, down = h;
        while (up < n && v[up].s.len == v[up - 1].s.len) up++;
        while (down > 0 && v[down].s.len == v[down - 1].s.len) down--;
        h = up < n && (down == 0 || up - n / 2 < n / 2 - down) ? up : down;
        cond = gen_cmp(g, OP_LSS, gen_dup(g, len), gen_int(g, tint, v[h].s.len));
    } else cond = gen_cmp(g, OP_LSS, gen_dup(g, tag), gen_string(g, tag->type, v[h].s));
    IrNode *c = gen_if(g, cond);
    IrVec *old = gen_into(g, &c->sub->body);
    search_strings(g, tag, len, v, h, cl);
    gen_into(g, &c->sub->els);
    search_strings(g, tag, len, v + h, n - h, cl);
    gen_into(g, old);
}

static void string_search(Gen *g, SwitchStmt *s, IrNode *tag, Clause *cl, i64 count) {
    StrCase *v = ANEWN(g->nodes, StrCase, count + 1);
    i64 n = 0;
    for (i64 i = 0; i < s->clauses.len; i++)
        for (i64 k = 0; k < s->clauses.ptr[i]->exprs.len; k++)
            v[n++] = (StrCase){exact_string_val(s->clauses.ptr[i]->exprs.ptr[k]->val), i};
    sort_cases(v, n);
    search_strings(g, tag, gen_stable(g, gen_unop(g, X_LEN, gen_basic(g, TYPE_INT), gen_dup(g, tag))), v, n, cl);
}

static IrNode *case_value(Gen *g, Expr *e, Type *tag) {
    Type *t = types_unalias(e->type);
    bool untyped = t->kind >= TYPE_UNTYPED_BOOL && t->kind <= TYPE_UNTYPED_NIL;
    if (e->mode == MODE_NIL || (untyped && !is_iface(tag))) return gen_expr_to(g, e, tag);
    return gen_expr(g, e);
}

// The condition under which a case expression matches.
static IrNode *case_cond(Gen *g, Expr *tag_expr, IrNode *tag, Expr *e) {
    if (!tag) {
        if (e->val || !is_iface(gen_type(g, e))) return gen_cond(g, e);
        return gen_compare_mixed(g, OP_EQL, gen_bool(g, true), gen_expr(g, e));
    }
    if (tag_expr->val && e->val && !is_iface(tag->type))
        return gen_bool(g, exact_compare(tag_expr->val, EXO_EQ, e->val));
    return gen_compare_mixed(g, OP_EQL, gen_dup(g, tag), case_value(g, e, tag->type));
}

// True if a test always succeeds: nothing behind it is reached.
static bool linear_tests(Gen *g, SwitchStmt *s, IrNode *tag, Clause *cl) {
    for (i64 i = 0; i < s->clauses.len; i++) {
        CaseClause *c = s->clauses.ptr[i];
        for (i64 k = 0; k < c->exprs.len; k++) {
            g->pos = c->exprs.ptr[k]->pos;
            g->ahead = gen_count_calls(c->exprs.ptr[k]);
            IrNode *cond = case_cond(g, s->tag, tag, c->exprs.ptr[k]);
            if (cond->op == X_CONST_INT) {
                if (!cond->i) continue;
                go_to(g, &cl[i]);
                return true;
            }
            IrNode *n = gen_if(g, cond);
            IrVec *old = gen_into(g, &n->sub->body);
            go_to(g, &cl[i]);
            gen_into(g, old);
        }
    }
    return false;
}

// ---- bodies -----------------------------------------------------------------------------------------------------------------

static void gen_bodies(Gen *g, SwitchStmt *s, Clause *cl, IrNode *block) {
    IrNode *save = g->fallthrough;
    for (i64 i = 0; i < s->clauses.len; i++) {
        CaseClause *c = s->clauses.ptr[i];
        if (!cl[i].used) continue;
        gen_emit(g, cl[i].label);
        if (ends_in_fallthrough(c) && i + 1 < s->clauses.len) cl[i + 1].used = true;
        g->fallthrough = i + 1 < s->clauses.len ? cl[i + 1].label : NULL;
        gen_stmts(g, c, &c->body);
        if (i + 1 < s->clauses.len) break_to(g, block);
    }
    g->fallthrough = save;
}

void gen_switch(Gen *g, SwitchStmt *s, Stmt *label) {
    if (s->init) gen_stmt(g, s->init, NULL);
    IrNode *tag = NULL;
    i64 n = s->clauses.len, count, def = -1;
    if (s->tag) {
        g->pos = s->tag->pos;
        bool tests_only = all_constant(s, &count); // the tag is not used after the first body has begun
        tag = s->tag->mode == MODE_NIL ? gen_expr(g, s->tag)
                                       : gen_stable(g, tests_only ? gen_string_tmp(g, s->tag) : gen_expr(g, s->tag));
    }
    IrNode *block = start_switch(g, &s->s, label);
    IrVec *old = gen_into(g, &block->sub->body);
    Clause *cl = make_clauses(g, n);
    for (i64 i = 0; i < n; i++)
        if (s->clauses.ptr[i]->is_default) def = i;
    u8 k = tag ? types_under(tag->type)->kind : 0;
    bool constant = tag && !s->tag->val && all_constant(s, &count), done = false;
    if (constant && k >= TYPE_INT && k <= TYPE_UINTPTR && count >= 4) int_table(g, s, tag, cl, count);
    else if (constant && k == TYPE_STRING && count >= 6) string_search(g, s, tag, cl, count);
    else done = linear_tests(g, s, tag, cl);
    if (!done) {
        if (def >= 0) go_to(g, &cl[def]);
        else break_to(g, block);
    }
    gen_bodies(g, s, cl, block);
    gen_into(g, old);
}

// ---- type switch -------------------------------------------------------------------------------------------------------------

typedef struct TypeCase {
    Type *type;
    IrNode *itab;
} TypeCase; // type NULL: nil; itab: first word of the value as that interface

static IrNode *type_test(Gen *g, IrNode *x, IrNode *word, Expr *e, TypeCase *tc) {
    Type *uptr = gen_uptr(g);
    *tc = (TypeCase){0};
    if (e->mode == MODE_NIL || types_unalias(e->type)->kind == TYPE_UNTYPED_NIL)
        return gen_cmp(g, OP_EQL, gen_dup(g, word), gen_zero(g, uptr));
    Type *t = tc->type = gen_type(g, e);
    if (types_unalias(t)->kind != TYPE_NAMED) need_type_asked(g->needs, t); // as in need_assert
    if (!is_iface(t)) return gen_cmp(g, OP_EQL, gen_dup(g, word), gen_type_addr(g, t));
    if (is_empty_iface(g, t)) {
        tc->itab = word;
        return gen_cmp(g, OP_NEQ, gen_dup(g, word), gen_zero(g, uptr));
    }
    tc->itab = gen_temp(g, gen_rt(g, RT_ASSERTE2I2, uptr, 2, gen_type_addr(g, t), gen_dup(g, word)));
    return gen_cmp(g, OP_NEQ, gen_dup(g, tc->itab), gen_zero(g, uptr));
}

static IrNode *case_var_value(Gen *g, IrNode *x, TypeCase *tc, Type *t) {
    if (!tc->type || types_identical(t, x->type)) return gen_convert(g, gen_dup(g, x), t);
    if (!tc->itab) return gen_unop(g, X_UNPACK, t, gen_dup(g, x));
    IrNode *n = gen_unop(g, X_IFACE_HEADER, t, gen_dup(g, tc->itab));
    n->b = gen_unop(g, X_DATA_WORD, gen_uptr(g), gen_dup(g, x));
    return n;
}

void gen_type_switch(Gen *g, TypeSwitchStmt *s, Stmt *label) {
    if (s->init) gen_stmt(g, s->init, NULL);
    g->pos = s->guard->x.pos;
    IrNode *x = gen_expr(g, s->guard->e);
    x = gen_is_stable(x) && x->op == X_VAR ? x : gen_temp(g, x);
    IrNode *word = gen_temp(g, gen_unop(g, X_TYPE_WORD, gen_uptr(g), gen_dup(g, x)));
    IrNode *block = start_switch(g, &s->s, label);
    IrVec *old = gen_into(g, &block->sub->body);
    i64 n = s->clauses.len, def = -1;
    Clause *cl = make_clauses(g, n);
    TypeCase *tcs = ANEWN(g->nodes, TypeCase, n + 1);
    for (i64 i = 0; i < n; i++) {
        CaseClause *c = s->clauses.ptr[i];
        if (c->is_default) def = i;
        for (i64 k = 0; k < c->exprs.len; k++) {
            g->pos = c->exprs.ptr[k]->pos;
            IrNode *cond = gen_if(g, type_test(g, x, word, c->exprs.ptr[k], &tcs[i]));
            IrVec *o = gen_into(g, &cond->sub->body);
            go_to(g, &cl[i]);
            gen_into(g, o);
        }
    }
    if (def >= 0) go_to(g, &cl[def]);
    else break_to(g, block);
    for (i64 i = 0; i < n; i++) {
        CaseClause *c = s->clauses.ptr[i];
        if (!cl[i].used) continue;
        gen_emit(g, cl[i].label);
        if (c->obj) {
            g->pos = c->s.pos;
            IrVar *v = gen_declare(g, c->obj);
            TypeCase whole = {0};
            gen_assign_node(g, gen_var(g, v), case_var_value(g, x, c->exprs.len == 1 ? &tcs[i] : &whole, v->type),
                            IRF_DCL);
        }
        gen_stmts(g, c, &c->body);
        if (i + 1 < n) break_to(g, block);
    }
    gen_into(g, old);
}
