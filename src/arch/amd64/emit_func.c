// emit_func.c - a function after register allocation -> its symbol: prologue, blocks, jumps, tables.
//
// In:    blocks in layout order, frame laid out, stack maps made. Out: code, relocations, CodeInfo in the symbol.
// Method: every block's body is emitted first, without the jumps at its end; then jumps start short and grow until all reach; then the
// pieces are put together and what refers to code offsets (relocations, lines, call sites) moves with its piece.
#include "arch/amd64/emit.h"
#include "abi/abi.h"
#include "abi/patch.h"
#include <unistd.h>

typedef struct Jump {
    i32 cc;
    i32 target;
    bool is_long;
} Jump; // cc -1: unconditional; target: fragment
typedef struct Frag {
    u32 from, to, start;
    u32 pad, loop_size; // bytes without effect in front of start; size of the small loop that begins here (0: none)
    Jump jumps[3];
    i32 njumps;
    Block *b;
} Frag;                     // body in Enc.code; start: final offset
typedef struct UnsafePart { // of a fragment, offsets in Enc.code; to_end: to where the next fragment starts
    i32 frag;
    u32 from, to;
    bool to_end;
} UnsafePart;
typedef struct Layout {
    Emit *m;
    Frag *frags;
    i32 n;
    i32 *of_block, *target; // by block: fragment; by fragment: where a jump to it leads (find_targets), 0 unknown
    bool aligned;           // there are small loops
    bool *open;             // by block: it begins between a test of the write barrier and what that is for
    VEC(UnsafePart) unsafe;
    Args *args; // NULL: nothing to tell of them
} Layout;
enum { FRAG_CHECK, FRAG_COMPARE, FRAG_BODY, FRAG_FIRST_BLOCK, HUGE_FRAME = 0x10000, HALF_LINE = 32 };

// ---- prologue --------------------------------------------------------------------------------------------------------
static bool calls_anything(const Func *f) {
    if (f->has_calls) return true;
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++)
            if (f->blocks.ptr[i]->values.ptr[k]->op == A_WB_CALL) return true;
    return false;
}

static bool needs_check(const Func *f) { return !f->nosplit && (calls_anything(f) || f->frame_size > STACK_SMALL); }

static void add_jump(Frag *g, int cc, i32 target) { g->jumps[g->njumps++] = (Jump){cc, target, false}; }

// rsp (minus what a large frame needs beyond STACK_SMALL) <= stackguard0: more stack. A huge frame might wrap around: that is tested first.
static void emit_check(Layout *l, i32 more) {
    Enc *e = &l->m->e;
    Frag *first = &l->frags[FRAG_CHECK], *second = &l->frags[FRAG_COMPARE];
    i64 below = l->m->f->frame_size - STACK_SMALL;
    Mem guard = {R14, -1, 0, G_STACKGUARD0, NULL}, at = {RSP, -1, 0, (i32)-below, NULL};
    if (below >= HUGE_FRAME) {
        enc_rr(e, I_MOV_RM, 8, R12, RSP);
        enc_alu_ri(e, 5, 8, R12, below);
        add_jump(first, CC_B, more);
    } else if (below > 0) {
        enc_rm(e, I_LEA, 8, R12, &at);
    }
    first->to = second->from = (u32)e->code.len;
    enc_rm(e, I_CMP_RM, 8, below > 0 ? R12 : RSP, &guard);
    add_jump(second, CC_BE, more);
    second->to = (u32)e->code.len;
}

// Called by assembly: the current G is that of the thread; the context register holds nothing.
static void emit_load_g(Layout *l) {
    Enc *e = &l->m->e;
    amd64_load_g(e);
    enc_rr(e, I_XOR_RM, 4, R10, R10);
    l->frags[FRAG_CHECK].to = l->frags[FRAG_COMPARE].from = l->frags[FRAG_COMPARE].to = (u32)e->code.len;
}

// Room for a jump to the function's next version, and its shape.
static void emit_entry(Layout *l) {
    Buf *b = &l->m->e.code;
    u32 shape = ir_func_shape(l->m->f->ir);
    buf_bytes(b, PATCH_NOP, 4);
    buf_bytes(b, &shape, sizeof shape);
    l->frags[FRAG_CHECK].to = l->frags[FRAG_COMPARE].from = l->frags[FRAG_COMPARE].to = PATCH_ENTRY;
    l->m->code->flags |= FUNC_PATCHABLE;
}

static void emit_body_start(Layout *l) {
    Emit *m = l->m;
    if (m->f->frame_size) {
        if (m->f->frame_size == 128) enc_alu_ri(&m->e, 0, 8, RSP, -128);
        else enc_alu_ri(&m->e, 5, 8, RSP, m->f->frame_size);
    }
    m->code->body = (u32)m->e.code.len; // final: moved by FRAG_BODY's displacement
}

static void emit_leave(Emit *m) {
    if (m->f->frame_size == 128) enc_alu_ri(&m->e, 5, 8, RSP, -128);
    else if (m->f->frame_size) enc_alu_ri(&m->e, 0, 8, RSP, m->f->frame_size);
}

// ---- bodies -------------------------------------------------------------------------------------------------------------
static void note_line(Emit *m, Pos pos, i32 inl) {
    if (!pos) return;
    u32 pc = (u32)m->e.code.len;
    CodeNotes *c = m->f->notes;
    i64 n = c->lines.len;
    if (n && c->lines.ptr[n - 1].pos == pos && c->lines.ptr[n - 1].inl == inl) return;
    if (n && c->lines.ptr[n - 1].pc == pc) c->lines.len--;
    vec_push(m->f->arena, &c->lines, ((LineEnt){pc, inl, pos}));
}

static bool emits_code(const Value *v) {
    switch (v->op) {
    case O_PHI:
    case O_ARG:
    case O_CONTEXT:
    case O_INIT_MEM:
    case O_SELECT_N:
    case O_RETURN:
    case O_KEEPALIVE: return false;
    default: return true;
    }
}

static void emit_table_jump(Layout *l, Block *b) {
    Emit *m = l->m;
    Sym *table = obj_local(m->f->syms, m->arena, SYM_RODATA);
    i64 n = b->succs.len;
    obj_define(table, SYM_RODATA, m->arena, ANEWN(m->arena, u8, 8 * n), 8 * n, 8);
    b->data = table;
    Mem at = {-1, (i8)b->ctl[0]->reg, 3, 0, table};
    enc_rm(&m->e, I_JMP_M, 8, -1, &at);
}

// ---- where the function may not be preempted ------------------------------------------------------------------------------
// From a test of the write barrier's flag to the WB_END of what it is for, on all ways from one to the other.
static bool tests_barrier(const Value *v) {
    return v->op == A_CMPMI && (v->am & AM_SYM) && str_eq(v->sym->name, S("runtime.writeBarrier"));
}
static bool is_open_behind(const Block *b, bool open) {
    for (i64 k = 0; k < b->values.len; k++) {
        const Value *v = b->values.ptr[k];
        if (v->op == A_WB_END) open = false;
        else if (tests_barrier(v)) open = true;
    }
    return open;
}
static void find_unsafe(Layout *l) { // which blocks are unsafe where they begin
    const Func *f = l->m->f;
    bool *open = l->open = ANEWN(f->arena, bool, f->next_block);
    if (!f->has_barriers) return;
    for (bool again = true; again;) {
        again = false;
        for (i64 i = 0; i < f->blocks.len; i++) {
            const Block *b = f->blocks.ptr[i];
            if (!is_open_behind(b, open[b->id])) continue;
            for (i64 s = 0; s < b->succs.len; s++) {
                bool *to = &open[b->succs.ptr[s].b->id];
                again |= !*to;
                *to = true;
            }
        }
    }
}
static void unsafe_from(Layout *l, const Frag *g, u32 at) {
    vec_push(l->m->f->arena, &l->unsafe, ((UnsafePart){(i32)(g - l->frags), at, 0, true}));
}
static void unsafe_to(Layout *l, u32 at) {
    UnsafePart *p = &l->unsafe.ptr[l->unsafe.len - 1];
    p->to = at;
    p->to_end = false;
}
static u32 frag_end(const Layout *l, i32 i) { return i + 1 < l->n ? l->frags[i + 1].start : UINT32_MAX; }
// Their final places, those that touch as one.
static void note_unsafe(Layout *l, u32 size) {
    CodeNotes *notes = l->m->f->notes;
    for (i64 i = 0; i < l->unsafe.len; i++) {
        const UnsafePart *p = &l->unsafe.ptr[i];
        const Frag *g = &l->frags[p->frag];
        CodeRange r = {p->from - g->from + g->start, p->to_end ? frag_end(l, p->frag) : p->to - g->from + g->start};
        if (r.to > size) r.to = size;
        if (r.from == r.to) continue;
        CodeRange *last = notes->unsafe.len ? &notes->unsafe.ptr[notes->unsafe.len - 1] : NULL;
        if (last && last->to == r.from) last->to = r.to;
        else vec_push(l->m->f->arena, &notes->unsafe, r);
    }
}

// v was emitted: what is known of the arguments there, and behind it.
static void follow_args(Layout *l, ArgState *st, Value *v, u32 from) {
    const Func *f = l->m->f;
    bool calls = ssa_op_info(f, v->op)->flags & OPF_CALL, faults = amd64_may_fault(f, v);
    if (calls || faults) amd64_args_note(l->args, st, from);
    ArgState before = *st;
    if (st->regs || v->op == O_SPILL || v->op == A_STORE) amd64_args_step(l->args, st, v);
    if (faults) amd64_args_fault(l->args, &before, st, from, (u32)l->m->e.code.len);
}

static void emit_block(Layout *l, Frag *g) {
    Emit *m = l->m;
    Block *b = g->b;
    g->from = (u32)m->e.code.len;
    m->flags_live = false;
    bool gone = false; // left by a tail call
    bool unsafe = l->open[b->id];
    ArgState args = l->args ? l->args->in[b->id] : (ArgState){0};
    if (unsafe) unsafe_from(l, g, g->from);
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (!unsafe && tests_barrier(v)) {
            unsafe_from(l, g, (u32)m->e.code.len);
            unsafe = true;
        } else if (unsafe && v->op == A_WB_END) {
            unsafe_to(l, (u32)m->e.code.len);
            unsafe = false;
        }
        if (emits_code(v)) note_line(m, v->pos, v->inl);
        if (v->op == O_CALL && v->call->tail) {
            emit_leave(m);
            enc_jmp_sym(&m->e, v->call->sym);
            gone = true;
            break;
        }
        u32 from = (u32)m->e.code.len;
        amd64_emit_value(m, v);
        if (l->args) follow_args(l, &args, v, from);
    }
    if (b->kind == BK_RET && !gone) {
        note_line(m, b->ctl[0]->pos ? b->ctl[0]->pos : b->pos, b->ctl[0]->pos ? b->ctl[0]->inl : b->inl);
        emit_leave(m);
        enc_none(&m->e, I_RET, 8);
    } else if (b->kind == BK_EXIT && !gone) {
        enc_none(&m->e, I_INT3, 4); // a return address has a function it belongs to
    } else if (b->kind == BK_JUMP_TABLE) {
        note_line(m, b->pos, b->inl);
        emit_table_jump(l, b);
    }
    g->to = (u32)m->e.code.len;
}

// ---- jumps --------------------------------------------------------------------------------------------------------------
// Blocks without code that only jump on do not exist: jumps to them go on, nothing falls into them.
static bool is_empty(const Frag *g) {
    return g->b && g->b->kind == BK_PLAIN && g->from == g->to && g->b->succs.ptr[0].b != g->b;
}

static i32 final_target(const Layout *l, const Block *b) { return l->target[l->of_block[b->id]]; }

static i32 jumps_on_to(const Layout *l, i32 i) { return l->of_block[l->frags[i].b->succs.ptr[0].b->id]; }

// Where chains of empty blocks end; of a ring of them one stays.
static void find_targets(Layout *l) {
    enum { ON_THE_WAY = -1 };
    l->target = ANEWN(l->m->f->arena, i32, l->n + 1);
    for (i32 i = FRAG_FIRST_BLOCK; i < l->n; i++) {
        i32 end = i;
        for (; !l->target[end] && is_empty(&l->frags[end]); end = jumps_on_to(l, end)) l->target[end] = ON_THE_WAY;
        i32 to = l->target[end] > 0 ? l->target[end] : end;
        if (!l->target[end]) l->target[end] = end;
        for (i32 k = i, next; l->target[k] == ON_THE_WAY; k = next) {
            next = jumps_on_to(l, k);
            l->target[k] = to;
        }
    }
}

static i32 next_with_code(const Layout *l, i32 i) {
    for (i++; i < l->n; i++)
        if (!is_empty(&l->frags[i]) || final_target(l, l->frags[i].b) == i) return i;
    return -1;
}

static void choose_jumps(Layout *l, i32 i) {
    Frag *g = &l->frags[i];
    Block *b = g->b;
    if ((b->kind != BK_PLAIN && b->kind != BK_MACHINE) || (is_empty(g) && final_target(l, b) != i)) return;
    i32 next = next_with_code(l, i), yes = final_target(l, b->succs.ptr[0].b);
    if (b->kind == BK_PLAIN) {
        if (yes != next) add_jump(g, -1, yes);
        return;
    }
    i32 no = final_target(l, b->succs.ptr[1].b);
    int cc = b->mop;
    if (yes == no) {
        if (yes != next) add_jump(g, -1, yes);
        return;
    }
    if (cc == CC_FEQ) {
        i32 t = yes;
        yes = no;
        no = t;
        cc = CC_FNE;
    }
    if (cc == CC_FNE) {
        add_jump(g, CC_NE, yes), add_jump(g, CC_P, yes);
        if (no != next) add_jump(g, -1, no);
        return;
    }
    // What does not follow is reached by the conditional jump; if neither follows, that is the way that stays in the loop.
    bool stays =
        no != next && l->frags[no].b && l->frags[yes].b && l->frags[no].b->loop_depth > l->frags[yes].b->loop_depth;
    if (yes == next || stays) {
        i32 t = yes;
        yes = no;
        no = t;
        cc ^= 1;
    }
    add_jump(g, cc, yes);
    if (no != next) add_jump(g, -1, no);
}

static u32 jump_size(const Jump *j) { return !j->is_long ? 2 : j->cc < 0 ? 5 : 6; }

static void place(Layout *l) {
    for (bool again = true; again;) {
        u32 at = 0;
        for (i32 i = 0; i < l->n; i++) {
            Frag *g = &l->frags[i];
            if (g->loop_size) g->pad = at % HALF_LINE + g->loop_size > HALF_LINE ? HALF_LINE - at % HALF_LINE : 0;
            at += g->pad;
            g->start = at;
            at += g->to - g->from;
            for (i32 k = 0; k < g->njumps; k++) at += jump_size(&g->jumps[k]);
        }
        again = false;
        for (i32 i = 0; i < l->n; i++) {
            Frag *g = &l->frags[i];
            at = g->start + (g->to - g->from);
            for (i32 k = 0; k < g->njumps; k++) {
                Jump *j = &g->jumps[k];
                at += jump_size(j);
                if (!j->is_long && !fits8((i64)l->frags[j->target].start - at)) j->is_long = true, again = true;
            }
        }
    }
}

// A loop that fits half a cache line is placed in one: across two lines, a tight loop takes twice as long.
static bool find_small_loops(Layout *l) {
    bool any = false;
    for (i32 i = FRAG_FIRST_BLOCK; i < l->n; i++) {
        const Frag *g = &l->frags[i];
        u32 end = g->start + (g->to - g->from);
        for (i32 k = 0; k < g->njumps; k++) {
            end += jump_size(&g->jumps[k]);
            Frag *top = &l->frags[g->jumps[k].target];
            if (g->jumps[k].target > i || !top->b || !top->b->loop_depth || top->b->cold ||
                end - top->start > HALF_LINE)
                continue;
            if (end - top->start > top->loop_size) top->loop_size = end - top->start;
            any = true;
        }
    }
    return any;
}

static void put_jump(Buf *o, const Jump *j, u32 target) {
    enc_jump(o, j->cc, j->is_long, (i64)target - (o->len + jump_size(j)));
}

// ---- assembly of the pieces ------------------------------------------------------------------------------------------------
typedef struct Mover {
    const Layout *l;
    i32 i;
} Mover; // old offsets come in ascending order
static u32 moved(Mover *mv, u32 off, bool at_end) {
    const Layout *l = mv->l;
    while (mv->i + 1 < l->n && (at_end ? off > l->frags[mv->i].to : off >= l->frags[mv->i].to)) mv->i++;
    return off - l->frags[mv->i].from + l->frags[mv->i].start;
}

static void finish(Layout *l) {
    Emit *m = l->m;
    CodeInfo *code = m->code;
    CodeNotes *notes = m->f->notes;
    Buf o = {0};
    for (i32 i = 0; i < l->n; i++) {
        Frag *g = &l->frags[i];
        enc_nops(&o, g->pad);
        CHECK(o.len == g->start);
        buf_bytes(&o, m->e.code.ptr + g->from, g->to - g->from);
        for (i32 k = 0; k < g->njumps; k++) put_jump(&o, &g->jumps[k], l->frags[g->jumps[k].target].start);
    }
    u8 *bytes = ANEWN(m->arena, u8, o.len + 1);
    memcpy(bytes, o.ptr, (size_t)o.len);
    Mover mv = {l, 0};
    note_unsafe(l, (u32)o.len);
    obj_define(m->out, SYM_TEXT, m->arena, bytes, o.len, l->aligned ? HALF_LINE : 16);
    for (i64 i = 0; i < m->e.relocs.len; i++) {
        Reloc *r = &m->e.relocs.ptr[i];
        obj_reloc(m->out, moved(&mv, r->off, false), (RelocKind)r->kind, r->sym, r->addend);
    }
    mv.i = 0;
    for (i64 i = 0; i < notes->lines.len; i++) notes->lines.ptr[i].pc = moved(&mv, notes->lines.ptr[i].pc, false);
    mv.i = 0;
    for (i64 i = 0; i < m->sites.len; i++) {
        struct SiteAt *s = &m->sites.ptr[i];
        u32 pc = moved(&mv, s->pc, true);
        vec_push(m->f->arena, &notes->calls, ((CallSite){pc, s->map}));
        if (s->defer_return && m->f->deferreturn_block && l->frags[mv.i].b == m->f->deferreturn_block)
            code->deferreturn_ret = pc;
    }
    mv.i = 0;
    for (i64 i = 0; i < notes->arg_places.len; i++)
        notes->arg_places.ptr[i].pc = moved(&mv, notes->arg_places.ptr[i].pc, false);
    for (i64 i = 0; i < notes->args.len; i++) {
        mv.i = 0;
        if (notes->args.ptr[i].reg_to) notes->args.ptr[i].reg_to = moved(&mv, notes->args.ptr[i].reg_to, true);
    }
    mv.i = 0;
    code->body = moved(&mv, code->body, true);
    if (m->f->deferreturn_block) code->deferreturn = l->frags[l->of_block[m->f->deferreturn_block->id]].start;
    for (i32 i = 0; i < l->n; i++) {
        Block *b = l->frags[i].b;
        if (!b || b->kind != BK_JUMP_TABLE) continue;
        for (i64 s = 0; s < b->succs.len; s++)
            obj_reloc(b->data, (u32)(8 * s), REL_ABS64, m->out, l->frags[final_target(l, b->succs.ptr[s].b)].start);
    }
    buf_free(&o);
}

static void fill_info(Emit *m) {
    Func *f = m->f;
    CodeInfo *c = m->code;
    CodeNotes *notes = f->notes;
    c->frame_size = (u32)f->frame_size;
    c->arg_size = f->abi ? (u32)f->abi->stack_size : 0;
    c->entry_regs = notes->entry_regs;
    if (f->nosplit) c->flags |= FUNC_NOSPLIT;
    if (f->has_defer) c->flags |= FUNC_HAS_DEFER;
    IrFunc *ir = f->ir;
    if (!ir) return;
    notes->pos = ir->pos;
    if (ir->starts) {
        notes->starts = ir->starts->ptr;
        notes->nstarts = ir->starts->len;
    }
    if (ir->wrapper) c->flags |= FUNC_WRAPPER;
    if (ir->is_closure) c->flags |= FUNC_CLOSURE;
    if (ir->is_init) c->flags |= FUNC_INIT;
    for (i64 i = 0; i < ir->inlined.len; i++) {
        IrInline *in = &ir->inlined.ptr[i];
        vec_push(f->arena, &notes->inls, ((InlCall){in->parent, in->callee->sym, in->call_pos, in->callee->pos}));
    }
}

// For people: machine SSA with its registers, and the code, of the functions that SsaOptions.dump_func selects.
static void dump_code(const Func *f, const Sym *s) {
    if (!f->opt || !f->opt->dump_func || !str_has_suffix(f->name, str_c(f->opt->dump_func))) return;
    Buf o = {0};
    arch_dump(&o, f);
    buf_printf(&o, "code %.*s\n", SFMT(f->name));
    arch_list(&o, f->arch, s, NULL, NULL);
    if (write(f->opt->dump_fd ? f->opt->dump_fd : 2, o.ptr, (size_t)o.len) < 0) {
    }
    buf_free(&o);
}

void amd64_emit(Func *f, Sym *out, Arena *arena) {
    Emit m = {.f = f, .out = out, .arena = arena, .code = ANEW(arena, CodeInfo), .e = {.arena = f->arena}};
    m.morestack = obj_sym(f->syms, S("runtime.morestack"));
    Layout l = {.m = &m, .n = FRAG_FIRST_BLOCK + (i32)f->blocks.len};
    bool check = needs_check(f);
    l.frags = ANEWN(f->arena, Frag, l.n + 1);
    l.of_block = ANEWN(f->arena, i32, f->next_block);
    fill_info(&m);
    if (f->ir) note_line(&m, f->ir->pos, -1);
    if (f->ir && ir_has_flag(f->ir, PKG_PATCHABLE)) emit_entry(&l);
    if (f->ir && f->ir->abi0) emit_load_g(&l);
    if (check) emit_check(&l, l.n);
    l.frags[FRAG_BODY].from = (u32)m.e.code.len;
    emit_body_start(&l);
    l.frags[FRAG_BODY].to = (u32)m.e.code.len;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Frag *g = &l.frags[FRAG_FIRST_BLOCK + i];
        g->b = f->blocks.ptr[i];
        l.of_block[g->b->id] = FRAG_FIRST_BLOCK + (i32)i;
    }
    find_unsafe(&l);
    l.args = amd64_find_args(f);
    for (i32 i = FRAG_FIRST_BLOCK; i < l.n; i++) emit_block(&l, &l.frags[i]);
    find_targets(&l);
    i32 first = final_target(&l, f->entry);
    if (first != next_with_code(&l, FRAG_BODY)) add_jump(&l.frags[FRAG_BODY], -1, first);
    for (i32 i = FRAG_FIRST_BLOCK; i < l.n; i++) choose_jumps(&l, i);
    if (check) { // out of line: more stack, then from the start
        Frag *g = &l.frags[l.n];
        g->from = (u32)m.e.code.len;
        if (f->ir) note_line(&m, f->ir->pos, -1);
        enc_call_sym(&m.e, m.morestack);
        g->to = (u32)m.e.code.len;
        add_jump(g, -1, FRAG_CHECK);
        l.n++;
    }
    place(&l);
    l.aligned = find_small_loops(&l);
    if (l.aligned) place(&l);
    finish(&l);
    obj_encode(m.code, f->notes, f->prog ? f->prog->sources : NULL, f->arena, arena);
    out->code = m.code;
    dump_code(f, out);
    buf_free(&m.e.code);
}
