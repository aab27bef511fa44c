// verify.c - is a Func well formed? bug() with the function printed if not. Runs after every pass in check mode.
//
// Checks: edges are mutual; phis first, one argument a predecessor; definitions dominate uses; use counts are right (unless stale);
// numbers of arguments fit the operation; memory arguments are memory; controls fit the kind of block; no value is in two blocks.
#include "ssa/ssa_int.h"
#include <stdio.h>
#include <unistd.h>

static NORETURN void fail(const Func *f, const Block *b, const Value *v, const char *what) {
    Buf o = {0};
    ssa_print(&o, f);
    if (write(2, o.ptr, (size_t)o.len) < 0) {
    }
    bug("ssa_verify: %.*s: b%d v%d: %s", SFMT(f->name), b ? b->id : -1, v ? v->id : -1, what);
}
static void verify_edges(const Func *f, const Block *b) {
    for (i64 s = 0; s < b->succs.len; s++) {
        Edge e = b->succs.ptr[s];
        if (e.i >= e.b->preds.len || e.b->preds.ptr[e.i].b != b || e.b->preds.ptr[e.i].i != s)
            fail(f, b, NULL, "successor edge not mutual");
    }
    for (i64 p = 0; p < b->preds.len; p++) {
        Edge e = b->preds.ptr[p];
        if (e.i >= e.b->succs.len || e.b->succs.ptr[e.i].b != b || e.b->succs.ptr[e.i].i != p)
            fail(f, b, NULL, "predecessor edge not mutual");
    }
    i64 want = b->kind == BK_PLAIN                         ? 1
               : b->kind == BK_IF || b->kind == BK_MACHINE ? 2
               : b->kind == BK_JUMP_TABLE                  ? b->succs.len
                                                           : 0;
    if (b->succs.len != want) fail(f, b, NULL, "number of successors");
    if ((b->kind == BK_IF || b->kind == BK_RET || b->kind == BK_EXIT || b->kind == BK_JUMP_TABLE) !=
            (b->ctl[0] != NULL) &&
        b->kind != BK_MACHINE)
        fail(f, b, NULL, "control");
    if (b->kind == BK_RET && b->ctl[0]->op != O_RETURN) fail(f, b, b->ctl[0], "control of ret");
    if (b->kind == BK_EXIT && b->ctl[0]->type != VT_MEM) fail(f, b, b->ctl[0], "control of exit");
    if (b->kind == BK_IF && b->ctl[0]->type != VT_BOOL) fail(f, b, b->ctl[0], "control of if");
}
static bool same_class(VType a, VType b) {
    return a == b || ((a == VT_PTR || a == VT_I64) && (b == VT_PTR || b == VT_I64)) ||
           ((a == VT_BOOL || a == VT_I8) && (b == VT_BOOL || b == VT_I8));
}
static void verify_types(const Func *f, const Block *b, const Value *v) {
    switch (v->op) {
    case O_ADD:
    case O_SUB:
    case O_MUL:
    case O_AND:
    case O_OR:
    case O_XOR:
    case O_DIV:
    case O_UDIV:
    case O_MOD:
    case O_UMOD:
    case O_NEG:
    case O_NOT:
    case O_FADD:
    case O_FSUB:
    case O_FMUL:
    case O_FDIV:
    case O_FNEG:
        for (int i = 0; i < v->nargs; i++)
            if (!same_class(v->type, v->args[i]->type)) fail(f, b, v, "operand type");
        break;
    case O_SHL:
    case O_SHR:
    case O_SAR:
    case O_ROTL:
    case O_COPY:
        if (!same_class(v->type, v->args[0]->type)) fail(f, b, v, "operand type");
        break;
    case O_EQ:
    case O_NE:
    case O_LT:
    case O_LE:
    case O_ULT:
    case O_ULE:
    case O_FEQ:
    case O_FNE:
    case O_FLT:
    case O_FLE:
        if (!same_class(v->args[0]->type, v->args[1]->type)) fail(f, b, v, "operand type");
        if (v->type != VT_BOOL) fail(f, b, v, "type of a comparison");
        if (is_float_type(v->args[0]->type) != (v->op >= O_FEQ)) fail(f, b, v, "operand type");
        break;
    case O_SEXT:
    case O_ZEXT:
        if (vtype_size(v->type) <= vtype_size(v->args[0]->type)) fail(f, b, v, "extension of a wider value");
        break;
    case O_TRUNC:
        if (vtype_size(v->type) >= vtype_size(v->args[0]->type)) fail(f, b, v, "truncation of a narrower value");
        break;
    case O_LOAD:
    case O_STORE:
    case O_STORE_WB:
    case O_NILCHECK:
    case O_PTR_OFF:
    case O_PTR_ADD:
    case O_PTR_INDEX:
        if (v->args[0]->type != VT_PTR && v->args[0]->type != VT_I64) fail(f, b, v, "not an address");
        if (v->op == O_LOAD && (v->type < VT_BOOL || v->type > VT_V128)) fail(f, b, v, "type of a load");
        break;
    case O_PHI:
        for (int i = 0; i < v->nargs; i++)
            if (!same_class(v->type, v->args[i]->type)) fail(f, b, v, "phi operand type");
        break;
    default: break;
    }
}
static void verify_value(const Func *f, const Block *b, const Value *v, i64 k) {
    const OpInfo *info = ssa_op_info(f, v->op);
    if (v->block != b) fail(f, b, v, "block of value");
    if (v->op == O_INVALID || (v->flags & VF_DEAD)) fail(f, b, v, "dead value in a block");
    if (info->nargs >= 0 && v->nargs != info->nargs) fail(f, b, v, "number of arguments");
    if (v->op == O_PHI && v->nargs != b->preds.len) fail(f, b, v, "number of phi arguments");
    if (v->op == O_PHI && k > 0 && b->values.ptr[k - 1]->op != O_PHI) fail(f, b, v, "phi behind another value");
    for (int i = 0; i < v->nargs; i++) {
        const Value *a = v->args[i];
        if (!a || (a->flags & VF_DEAD)) fail(f, b, v, "argument is dead");
        if (a->type == VT_VOID) fail(f, b, v, "argument without type");
        const Block *at = v->op == O_PHI ? b->preds.ptr[i].b : b;
        if (at->order < 0) continue; // unreachable
        if (a->block != at) {
            if (!ssa_dominates(a->block, at)) fail(f, b, v, "argument does not dominate");
        } else if (v->op != O_PHI && a->scratch >= k) fail(f, b, v, "argument comes later");
        if (v->op == O_PHI
                ? (v->type == VT_MEM) != (a->type == VT_MEM)
                : (a->type == VT_MEM) != ((info->flags & OPF_MEM_IN) && i == v->nargs - 1) && v->op != O_COPY)
            fail(f, b, v, "memory argument");
    }
    verify_types(f, b, v);
}
void ssa_verify(const Func *cf) {
    Func *f = (Func *)cf;
    ssa_compute_dom(f);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            b->values.ptr[k]->scratch = k;
        }
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        verify_edges(f, b);
        for (i64 k = 0; k < b->values.len; k++) verify_value(f, b, b->values.ptr[k], k);
        for (int c = 0; c < 2; c++)
            if (b->ctl[c]) {
                if (b->ctl[c]->flags & VF_DEAD) fail(f, b, b->ctl[c], "control is dead");
                if (b->order >= 0 && b->ctl[c]->block != b && !ssa_dominates(b->ctl[c]->block, b))
                    fail(f, b, b->ctl[c], "control does not dominate");
            }
    }
    if (!f->stale_uses) {
        for (i64 i = 0; i < f->blocks.len; i++) {
            Block *b = f->blocks.ptr[i];
            for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->scratch = 0;
        }
        for (i64 i = 0; i < f->blocks.len; i++) {
            Block *b = f->blocks.ptr[i];
            for (i64 k = 0; k < b->values.len; k++)
                for (int a = 0; a < b->values.ptr[k]->nargs; a++) b->values.ptr[k]->args[a]->scratch++;
            for (int c = 0; c < 2; c++)
                if (b->ctl[c]) b->ctl[c]->scratch++;
        }
        for (i64 i = 0; i < f->blocks.len; i++) {
            Block *b = f->blocks.ptr[i];
            for (i64 k = 0; k < b->values.len; k++)
                if (b->values.ptr[k]->scratch != b->values.ptr[k]->uses) fail(f, b, b->values.ptr[k], "use count");
        }
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            b->values.ptr[k]->scratch = 0;
        }
    }
}
