// lower.c - generic operations -> machine operations, one block at a time in reverse postorder.
//
// In:      SSA after the passes. Out: only machine operations and PHI, COPY, SELECT_N, ARG, CONTEXT, INIT_MEM, CALL, RETURN, KEEPALIVE;
//          BK_IF is BK_MACHINE; components of a tuple stand right behind it; a flags value stands right before its only user.
// Method:  phase "lower" of amd64.rules says what becomes what; here are the words the rules use, what no rule can say (values that
//          become several, tuples, calls), and the blocks.
// Never:   keeps TRUNC, PTR2INT, BOUNDS: their users read the argument itself (upper bits of narrow values are undefined, and
//          operations know their width). So a value's type may be wider than its user's.
#include "arch/amd64/rules.h"
#include <stdio.h>

typedef struct Lower { // Func.pass_data
    Func *f;
    Block *b;
    ValueVec out;   // the values of b in their new order; ssa_new_before adds to it
    VType types[3]; // of the running value's arguments, before copies and truncations are looked through
} Lower;
enum { REAL_COPY = 1 }; // Value.cc of a COPY that is more than another name

static Value *resolve(Value *x) {
    while (x->op == O_COPY && x->cc != REAL_COPY) x = x->args[0];
    return x;
}

static void set_arg(Value *v, int i, Value *x) {
    x->uses++, v->args[i]->uses--;
    v->args[i] = x;
}

// ---- words of the rules ---------------------------------------------------------------------------------------------
#define T(i) (((const Lower *)f->pass_data)->types[i])
static i64 disp(i64 d) { return am_pack(d, 0); }
static i64 imm(i64 c) { return am_pack(0, c); }
static i64 disp_imm(i64 d, i64 c) { return am_pack(d, c); }
static i64 times(i64 a, i64 b) { return (i64)((u64)a * (u64)b); }
static bool is_power(i64 c) { return c > 0 && (c & (c - 1)) == 0; }
static i64 log2_of(i64 c) { return __builtin_ctzll((u64)c); }
static bool is_3_5_9(i64 c) { return c == 3 || c == 5 || c == 9; }

// What an address takes of a factor s > 0: 1 << scale(s); the rest is an odd number, or not.
static int scale(i64 s) { return (int)i64_min(log2_of(s), 3); }
static i64 rest(i64 s) { return s >> scale(s); }

// The scale 2, 4 or 8 of c = 1 + scale * (3, 5 or 9); 1 if c is not so.
static i64 factor(i64 c) {
    for (i64 s = 2; s <= 8; s *= 2)
        if (c % s == 1 && is_3_5_9(c / s)) return s;
    return 1;
}

static i64 bits(const Value *v) { return 8 * size(v); }
static i64 wide(const Value *v) { return size(v) == 8 ? 64 : 32; } // bits of the register that v is computed in

// The constant c of a shift as its type sees it.
static i64 count(const Func *f, i64 c) {
    i64 n = bytes(T(1));
    return n == 8 ? c : c & (((i64)1 << 8 * n) - 1);
}
static bool is_count(const Func *f, const Value *v, i64 c) { return (u64)count(f, c) < (u64)bits(v); }

static Value *extended(Func *f, Value *v, Value *x, VType from, VType to, bool sign) {
    Value *e = ssa_new_before(f, v, sign ? A_MOVSX : A_MOVZX, to, 1, x);
    e->etype = (u8)from;
    return e;
}
// x in 32 bits at least, for an operation that sees upper bits.
static Value *widened(Func *f, Value *v, Value *x, bool sign) {
    return size(v) < 4 ? extended(f, v, x, (VType)v->type, VT_I32, sign) : x;
}
static Value *to_word(Func *f, Value *v, Value *x) {
    return bytes(T(0)) < 8 ? extended(f, v, x, T(0), VT_I64, false) : x;
}

// A 32-bit operation whose register has zero upper bits.
static bool clears_upper(const Value *x) {
    if (x->type != VT_I32 || x->op < O_MACHINE_FIRST) return false;
    switch (x->op) {
    case A_BSFNZ:
    case A_CMOV:
    case A_BTSI:
    case A_POPCNT:
    case A_MOVI: return false;
    case A_LOAD: return true;
    default: return !(amd64_arch.ops[x->op - O_MACHINE_FIRST].flags & OPF_MEM_OUT);
    }
}

static Sym *float_mask(Func *f, const Value *v, bool sign) { // 16 bytes: the sign bit, or all others
    u64 m = v->type == VT_F32 ? 0x80000000u : 0x8000000000000000ULL;
    if (!sign) m = v->type == VT_F32 ? 0x7fffffffu : 0x7fffffffffffffffULL;
    u64 mask[2] = {m, 0};
    return obj_const(f->syms, mask, 16, 16);
}
static Sym *sign_bit(Func *f, const Value *v) { return float_mask(f, v, true); }
static Sym *other_bits(Func *f, const Value *v) { return float_mask(f, v, false); }

// ---- comparisons ------------------------------------------------------------------------------------------------------
// a, which is compared with 0, has no other user, and its width is the comparison's.
static bool only_compared(const Func *f, const Value *v, const Value *a) {
    return a->uses == 1 && a->block == v->block && size(a) == bytes(T(0));
}

// A comparison is made again for each user of its flags; one of memory only if it stands here and has no other user.
static bool is_repeatable(const Lower *l, const Value *c) {
    if (c->op != A_SETCC) return false;
    if (c->args[0]->op != A_CMPMI) return true;
    return c->uses <= 1 && l->out.len && c->block == l->b && l->out.ptr[l->out.len - 1] == c;
}
// The condition under which boolean c is true, given fresh_flags of it.
static int condition(const Func *f, const Value *v, const Value *c) {
    return is_repeatable(f->pass_data, c) ? c->cc : CC_NE;
}
static Value *fresh_flags(Func *f, Value *v, Value *c) {
    if (!is_repeatable(f->pass_data, c)) {
        Value *t = ssa_new_before(f, v, A_TEST, VT_FLAGS, 2, c, c);
        t->etype = VT_I8;
        return t;
    }
    const Value *old = c->args[0];
    Value *n = ssa_new_before(f, v, old->op, VT_FLAGS, 0);
    n->etype = old->etype, n->auxint = old->auxint, n->am = old->am, n->aux = old->aux;
    for (int i = 0; i < old->nargs; i++) ssa_add_arg(f, n, old->args[i]);
    return n;
}

// ---- memory -------------------------------------------------------------------------------------------------------------
// The offset of v's first argument into a register.
static void far_address(Func *f, Value *v) {
    Value *off = ssa_new_before(f, v, A_MOVI, VT_I64, 0);
    off->auxint = v->auxint;
    set_arg(v, 0, ssa_new_before(f, v, A_ADD, VT_PTR, 2, v->args[0], off));
    v->auxint = 0;
}

static i64 stored_imm(const Value *x, VType t) { // of MOVI, FCONST
    i64 c = x->auxint;
    if (x->op == A_FCONST && t == VT_F32) {
        f32 small = (f32)x->auxf;
        i32 word;
        memcpy(&word, &small, 4);
        c = word;
    } else if (x->op == A_FCONST) {
        memcpy(&c, &x->auxf, 8);
    }
    return c;
}
static bool is_stored_imm(const Value *x, VType t) {
    return (x->op == A_MOVI || x->op == A_FCONST) && fits32(stored_imm(x, t));
}

enum { MOVE_PAIRS_MAX = 32, MOVE_INLINE_MAX = 128, ZERO_INLINE_MAX = 192 };

static Value *move_piece(Func *f, Value *v, Value *mem, i64 off, VType t) {
    Value *x = ssa_new_before(f, v, A_LOAD, t, 2, v->args[1], mem);
    x->cc = 1; // stays where it is: the pieces before and behind it are stores
    Value *s = ssa_new_before(f, v, A_STORE, VT_MEM, 3, v->args[0], x, mem);
    x->am = s->am = AT_REG, x->etype = s->etype = (u8)t, x->auxint = s->auxint = disp(off);
    return s;
}

static void move_in_pieces(Func *f, Value *v) { // a MOVE
    static const struct {
        i64 size;
        u8 t;
    } pieces[] = {{16, VT_V128}, {8, VT_I64}, {4, VT_I32}, {2, VT_I16}, {1, VT_I8}};
    i64 n = v->auxint, off = 0;
    Value *mem = v->args[2];
    for (int k = 0; k < NELEM(pieces) && off < n; k++) {
        i64 s = pieces[k].size;
        for (; n - off >= s; off += s) mem = move_piece(f, v, mem, off, (VType)pieces[k].t);
        if (off < n && n > s && s > 1) { // the rest overlaps what was moved
            mem = move_piece(f, v, mem, n - s, (VType)pieces[k].t);
            off = n;
        }
    }
    ssa_copy_of(f, v, mem);
}

// ---- calls and atomics: tuples -----------------------------------------------------------------------------------------------
static bool is_c_function(const CallInfo *c) {
    return c->kind == CALL_RUNTIME_LEAF_NOGC ||
           (c->kind == CALL_STATIC && c->sym && str_has_prefix(c->sym->name, S("runtime.")));
}

static void lower_call(Func *f, Value *v) {
    CallInfo *c = v->call;
    if (c->kind == CALL_CLOSURE) {
        Value *code = v->args[0], *ctx = v->args[1];
        if (code->op == A_LOAD && code->uses == 1 && code->block == v->block && code->args[0] == ctx &&
            am_disp(code) == 0) {
            for (int i = 0; i + 1 < v->nargs; i++) v->args[i] = v->args[i + 1];
            v->nargs--;
            code->uses--; // dead, and the call faults in its place if nothing is written in between
            if (code->args[code->nargs - 1] == v->args[v->nargs - 1]) code->flags &= (u8)~VF_FAULTS;
            c->kind = CALL_CONTEXT;
        }
    }
    if (!is_c_function(c)) return;
    for (int i = 0; i < c->nargs; i++) { // C wants small arguments extended
        VType t = (VType)c->args[i].vtype;
        if (t == VT_BOOL || t == VT_I8 || t == VT_I16) set_arg(v, i, extended(f, v, v->args[i], t, VT_I32, false));
    }
}

static Sym *barrier_flag(Func *f) { return obj_sym(f->syms, S("runtime.writeBarrier")); }
static Sym *write_barrier(Func *f, i64 n) {
    char name[48];
    snprintf(name, sizeof name, "runtime.gcWriteBarrier%d", (int)n);
    return obj_sym(f->syms, str_c(name));
}

static Value *component(Value *tuple, i64 i) {
    for (Value *s = tuple->data; s; s = s->data)
        if (s->auxint == i) return s;
    return NULL;
}

static bool result_used(Value *v) {
    const Value *s = component(v, 0);
    return s && s->uses;
}

static void rename_as(Func *f, Value *v, Value *x) {
    v->cc = 0;
    ssa_copy_of(f, v, x);
}

static void lower_atomic_load(Func *f, Value *v) { // no tuple any more: a load that stays where it is
    Value *s = component(v, 0), *m = component(v, 1), *ptr = v->args[0], *mem = v->args[1];
    VType t = (VType)(s ? s->type : v->etype);
    if (m) rename_as(f, m, mem);
    ssa_rewrite(f, v, A_LOAD, t, disp(v->auxint), NULL, 2, (Value *[]){ptr, mem});
    v->am = AT_REG, v->etype = (u8)t, v->cc = 1;
    if (s) rename_as(f, s, v);
}

static bool rewrite_amd64_lower(Func *, Value *);
#define RULES_lower
#include "amd64_rules.inc"
#undef T

// ---- blocks -----------------------------------------------------------------------------------------------------------------------
static void
link_components(Lower *l) { // SELECT_Ns leave their blocks and hang on their tuple (Value.data) until it is placed
    Func *f = l->f;
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++) f->blocks.ptr[i]->values.ptr[k]->data = NULL;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        i64 n = 0;
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_SELECT_N) {
                Value *t = resolve(v->args[0]), *same = component(t, v->auxint);
                if (!same) {
                    v->data = t->data, t->data = v, v->block = t->block;
                    continue;
                }
                rename_as(f, v, same);
            }
            b->values.ptr[n++] = v;
        }
        b->values.len = n;
    }
}

// Operations that stay as they are.
static bool is_kept(int op) {
    switch (op) {
    case O_PHI:
    case O_COPY:
    case O_ARG:
    case O_CONTEXT:
    case O_INIT_MEM:
    case O_CALL:
    case O_RETURN:
    case O_SELECT_N:
    case O_KEEPALIVE: return true;
    default: return op >= O_MACHINE_FIRST;
    }
}

static void lower_value(Lower *l, Value *v) {
    for (int i = 0; i < v->nargs && i < NELEM(l->types); i++) l->types[i] = (VType)v->args[i]->type;
    if (v->op == O_PHI) return;
    for (int i = 0; i < v->nargs; i++) {
        Value *x = resolve(v->args[i]);
        if (x != v->args[i]) set_arg(v, i, x);
    }
    rewrite_amd64_lower(l->f, v);
    if (!is_kept(v->op)) bug("amd64: no rule for %s", ssa_op_info(l->f, v->op)->name);
}

static void set_ctl(Block *b, Value *x) {
    x->uses++, b->ctl[0]->uses--;
    b->ctl[0] = x;
}

static void lower_branch(Lower *l, Block *b) {
    Value at = {.block = b, .pos = b->pos, .inl = b->inl};
    if (!at.pos) at.pos = b->ctl[0]->pos, at.inl = b->ctl[0]->inl;
    if (b->kind == BK_IF) {
        int cc = condition(l->f, &at, b->ctl[0]);
        set_ctl(b, fresh_flags(l->f, &at, b->ctl[0]));
        b->kind = BK_MACHINE, b->mop = (u16)cc;
    } else if (b->kind == BK_JUMP_TABLE && size(b->ctl[0]) < 8) {
        set_ctl(b, extended(l->f, &at, b->ctl[0], (VType)b->ctl[0]->type, VT_I64, false));
    }
}

static void lower_block(Lower *l, Block *b) {
    Func *f = l->f;
    l->b = b;
    l->out = (ValueVec){0};
    VEC_ROOM(f->arena, &l->out, b->values.len + 4);
    f->rewrite_out = &l->out;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->flags & VF_DEAD) continue;
        Value *parts = v->data;
        lower_value(l, v);
        vec_push(f->arena, &l->out, v);
        v->data = NULL;
        for (Value *next; parts; parts = next) {
            next = parts->data;
            parts->data = NULL;
            vec_push(f->arena, &l->out, parts);
        }
    }
    for (int c = 0; c < 2; c++)
        if (b->ctl[c]) {
            Value *x = resolve(b->ctl[c]);
            x->uses++, b->ctl[c]->uses--, b->ctl[c] = x;
        }
    if (b->ctl[0]) lower_branch(l, b);
    f->rewrite_out = NULL;
    b->values.ptr = l->out.ptr, b->values.len = l->out.len, b->values.cap = l->out.cap;
}

static void resolve_phis(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++) {
            Value *v = b->values.ptr[k];
            for (int a = 0; a < v->nargs; a++) v->args[a] = resolve(v->args[a]);
        }
    }
}

static bool is_useless(const Func *f, const Value *v) {
    if (v->uses) return false;
    if (v->op == A_LOAD || v->op == A_LOADSX || v->type == VT_FLAGS) return v->cc != 1 && !(v->flags & VF_FAULTS);
    return v->op == O_PHI || v->op == O_SELECT_N || (ssa_op_info(f, v->op)->flags & OPF_PURE);
}

static void check_uses(Func *f) {
    i32 *uses = ANEWN(f->arena, i32, f->next_value);
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++)
            uses[f->blocks.ptr[i]->values.ptr[k]->id] = f->blocks.ptr[i]->values.ptr[k]->uses;
    ssa_compute_uses(f);
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++) {
            const Value *v = f->blocks.ptr[i]->values.ptr[k];
            if (v->uses != uses[v->id]) bug("amd64: v%d has %d uses, not %d", v->id, v->uses, uses[v->id]);
        }
}

// Drops what nothing uses. Uses in earlier blocks of a loop are seen before their definitions' other uses: one backward round is enough for
// all but dead loops of phis.
void amd64_drop_dead(Func *f) {
    if (f->opt && f->opt->check) check_uses(f);
    for (bool again = true; again;) {
        again = false;
        for (i64 i = f->npostorder - 1 + (f->deferreturn_block ? 1 : 0); i >= 0; i--) {
            Block *b = i == f->npostorder ? f->deferreturn_block : f->postorder[f->npostorder - 1 - i];
            bool any = false;
            for (i64 k = b->values.len - 1; k >= 0; k--) {
                Value *v = b->values.ptr[k];
                if (v->op == O_ARG || v->op == O_CONTEXT || !is_useless(f, v)) continue;
                for (int a = 0; a < v->nargs; a++) {
                    v->args[a]->uses--;
                    if (!v->args[a]->uses && (v->args[a]->op == O_PHI || v->args[a]->block->order <= b->order))
                        again |= v->args[a]->block != b;
                }
                v->flags |= VF_DEAD;
                any = true;
            }
            if (!any) continue;
            i64 n = 0;
            for (i64 k = 0; k < b->values.len; k++)
                if (!(b->values.ptr[k]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[k];
            b->values.len = n;
        }
    }
}

void amd64_lower(Func *f) {
    Lower l = {.f = f};
    f->pass_data = &l;
    f->no_kill = true;
    ssa_postorder(f);
    ssa_compute_uses(f);
    link_components(&l);
    for (i64 i = f->npostorder - 1; i >= 0; i--) lower_block(&l, f->postorder[i]);
    if (f->deferreturn_block && f->deferreturn_block->order < 0) lower_block(&l, f->deferreturn_block);
    resolve_phis(f);
    ssa_compute_uses(f);
    amd64_drop_dead(f);
    amd64_fold(f);
    f->no_kill = false;
    f->pass_data = NULL;
}
