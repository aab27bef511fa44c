// edges.c - counters of edges, for `test -fuzz`.
//
// In:   a Func of a package that is compiled for it (PKG_COUNT_EDGES), with no critical edges after this pass has split them. Out: the same with
//       COUNTs, each of a byte of the function's own symbol, which the linker lays beside all others of the program.
// COUNT_ATs of comparisons (build_near.c) get theirs behind these.
// Every edge can be told from what is counted, so what need not be counted is not: a block with several ways in is entered as often as all of
// them together, one with several ways out as often as all of these. Left are blocks that a branch leads to and that end without one,
// and a function without branches. Where the runtime's panics begin is nobody's progress; an explicit panic may be recovered from.
#include "ssa/ssa_int.h"

static bool is_runtime_panic(const Block *b) {
    if (b->kind != BK_EXIT || !b->cold) return false;
    for (i64 i = b->values.len - 1; i >= 0; i--) {
        const Value *v = b->values.ptr[i];
        if (v->op == O_CALL) return v->call->sym && !str_eq(v->call->sym->name, S("runtime.gopanic"));
    }
    return false;
}

static bool is_counted(const Func *f, const Block *b) {
    if (b->succs.len > 1 || b == f->deferreturn_block || is_runtime_panic(b)) return false;
    if (b == f->entry) return true;
    return b->preds.len == 1 && b->preds.ptr[0].b->succs.len > 1;
}

static bool comes_first(const Value *v) {
    return v->op == O_PHI || v->op == O_ARG || v->op == O_CONTEXT || v->op == O_INIT_MEM;
}

static void count(Func *f, Block *b, Sym *counters, i64 at) {
    i64 i = 0;
    Value *v = ssa_new_value(f, b, O_COUNT, VT_VOID, b->pos, 0, NULL);
    v->sym = counters;
    v->auxint = at;
    v->inl = b->inl;
    for (i64 k = 0; k < b->values.len; k++)
        if (comes_first(b->values.ptr[k])) i = k + 1;
    vec_push(f->arena, &b->values, v);
    memmove(b->values.ptr + i + 1, b->values.ptr + i, sizeof(Value *) * (size_t)(b->values.len - 1 - i));
    b->values.ptr[i] = v;
}

// Made again by whoever else compiles the same function.
static Sym *counters_of(Func *f, i64 n) {
    Sym *s = obj_sym(f->syms, arena_printf(f->arena, "%.*s..edges", SFMT(f->name)));
    if (!obj_claim(s)) return s;
    obj_define(s, SYM_COUNTERS, f->out, NULL, n, 1);
    s->local = s->dupok = true;
    return s;
}

// The comparisons of b get their counters, from at on; where they end.
static i64 place_compares(Block *b, i64 at) {
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->op != O_COUNT_AT) continue;
        i64 places = v->auxint;
        v->auxint = at;
        at += places;
    }
    return at;
}

static void name_counters(Block *b, Sym *counters) {
    for (i64 k = 0; k < b->values.len; k++)
        if (b->values.ptr[k]->op == O_COUNT_AT) b->values.ptr[k]->sym = counters;
}

void pass_edges(Func *f) {
    i64 n = 0, at = 0;
    if (!f->ir || !ir_has_flag(f->ir, PKG_COUNT_EDGES)) return;
    pass_critical(f);
    for (i64 i = 0; i < f->blocks.len; i++) n += is_counted(f, f->blocks.ptr[i]);
    for (i64 i = 0; i < f->blocks.len; i++) n = place_compares(f->blocks.ptr[i], n);
    if (!n) return;
    Sym *counters = counters_of(f, n);
    for (i64 i = 0; i < f->blocks.len; i++) {
        name_counters(f->blocks.ptr[i], counters);
        if (is_counted(f, f->blocks.ptr[i])) count(f, f->blocks.ptr[i], counters, at++);
    }
}
