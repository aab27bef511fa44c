// args.c - where a traceback finds the arguments of a function: as abi/functab.h has them, from the values after register allocation.
//
// In:   a Func with registers and slots. Out: CodeNotes.args; by step, which of them are in their places behind each value. Changes no code.
// An argument that came in a register is known where, on every way from the entry, it was stored in a slot and nothing else was since, and, for
// faults, where nothing wrote its register. What was never stored is not known: there is no word that could be shown for it.
#include "arch/amd64/emit.h"

typedef struct Lister { // what gc shows of a list of arguments: at most TRACE_WORDS things, TRACE_DEPTH braces deep
    Args *x;
    CodeNotes *notes;
    Arena *a;
    const AbiParam *param;
    const IrVar *var;
    i32 next; // register of param that was not listed yet
    i32 n;
} Lister;
enum { TRACE_WORDS = 10, TRACE_DEPTH = 5 };

static void put(Lister *l, ArgNote n) { vec_push(l->a, &l->notes->args, n); }

static bool put_word(Lister *l, i64 off, i64 size) {
    l->n++;
    ArgNote n = {.kind = ARG_NOWHERE, .size = (u8)__builtin_ctzll((u64)size), .reg = -1};
    if (!l->param->in_regs) {
        n.kind = ARG_STACK;
        n.at = (u32)(l->param->stack_off + off);
        put(l, n);
        return true;
    }
    while (l->next < l->param->nlocs && l->param->locs[l->next].part_off < off) l->next++;
    const AbiLoc *loc = l->next < l->param->nlocs ? &l->param->locs[l->next] : NULL;
    CHECK(loc && loc->part_off == off);
    l->x->words[l->x->n++] = (ArgWord){.loc = loc, .var = l->var, .note = l->notes->args.len};
    put(l, n);
    return true;
}

static bool put_type(Lister *l, Type *t, i64 off, int depth);
static bool put_parts(Lister *l, Type *u, i64 off, int depth) {
    i64 n = 0;
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_INTERFACE:
    case TYPE_SLICE: n = u->kind == TYPE_SLICE ? 3 : 2; break;
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128: n = 2; break;
    case TYPE_ARRAY: n = u->array.len; break;
    default: n = u->strct.nfields; break;
    }
    if (!n) l->n++;
    for (i64 i = 0; i < n; i++) {
        bool more;
        if (u->kind == TYPE_ARRAY) more = put_type(l, u->array.elem, off + i * types_size(u->array.elem), depth);
        else if (u->kind == TYPE_STRUCT)
            more = put_type(l, u->strct.fields[i].var->type, off + types_field_offset(u, i), depth);
        else if (l->n >= TRACE_WORDS) put(l, (ArgNote){.kind = ARG_MORE}), more = false;
        else more = put_word(l, off + i * (types_size(u) / n), types_size(u) / n);
        if (!more) break;
    }
    return true;
}

// False: no more fits.
static bool put_type(Lister *l, Type *t, i64 off, int depth) {
    if (l->n >= TRACE_WORDS) {
        put(l, (ArgNote){.kind = ARG_MORE});
        return false;
    }
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_INTERFACE:
    case TYPE_SLICE:
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128:
    case TYPE_ARRAY:
    case TYPE_STRUCT: break;
    default: return put_word(l, off, types_size(u));
    }
    put(l, (ArgNote){.kind = ARG_OPEN});
    if (depth + 1 >= TRACE_DEPTH) {
        put(l, (ArgNote){.kind = ARG_MORE});
        l->n++;
    } else put_parts(l, u, off, depth + 1);
    put(l, (ArgNote){.kind = ARG_CLOSE});
    return true;
}

static Value *behind_copies(Value *v) {
    while (v->nargs && (v->op == O_COPY || v->op == O_RELOAD)) v = v->args[0];
    return v;
}
static int word_of(const Args *x, const Value *v) {
    for (int i = 0; i < x->n; i++)
        if (x->words[i].value == v) return i;
    return -1;
}
static bool may_store(const Value *v) { return v->op == O_SPILL || v->op == A_STORE; }
// The slot that v writes as a whole, and what it writes into it; NULL: none that is of interest.
static const Slot *stored(const Args *x, Value *v, int *word, i64 *off) {
    if (v->op == O_SPILL) {
        *off = 0;
        *word = word_of(x, v->args[0]);
        return v->home;
    }
    if (v->op != A_STORE || (v->am & AM_BASE) != AM_SLOT || v->am & AM_INDEX || !v->slot->var || v->slot->is_arg)
        return NULL;
    *off = am_disp(v);
    *word = word_of(x, behind_copies(v->args[0]));
    return *word < 0 || v->slot->var != x->words[*word].var ? NULL : v->slot; // what is there later is its value, too
}

static void find_values(Args *x, const Func *f) {
    const Block *b = f->entry;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        for (int i = 0; v->op == O_ARG && i < x->n; i++)
            if (v->aux == x->words[i].loc) x->words[i].value = v;
    }
}
static void find_slots(Args *x, const Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++) {
            Value *v = f->blocks.ptr[i]->values.ptr[k];
            int w;
            i64 off;
            const Slot *s = may_store(v) ? stored(x, v, &w, &off) : NULL;
            if (s && w >= 0 && !x->words[w].slot) x->words[w].slot = s, x->words[w].off = off;
        }
}

// What is known behind v, if st is before it.
void amd64_args_step(const Args *x, ArgState *st, Value *v) {
    int w;
    i64 off;
    const Slot *s = may_store(v) ? stored(x, v, &w, &off) : NULL;
    for (int i = 0; s && i < x->n; i++) {
        const ArgWord *y = &x->words[i];
        if (y->slot != s || (v->op != O_SPILL && y->off != off)) continue;
        if (i == w) st->slots |= 1u << i;
        else st->slots &= ~(1u << i);
    }
    if (!st->regs || v->op == O_ARG || v->op == O_SPILL) return;
    if (ssa_op_info(x->f, v->op)->flags & OPF_CALL) {
        st->regs = 0;
        return;
    }
    RegSet gone = 0;
    if (v->op >= O_MACHINE_FIRST) {
        RegConstraint k = {0};
        x->f->arch->constraints(v, &k);
        gone = k.clobbers;
        if (k.scratch_int) gone |= (RegSet)1 << v->scratch;
        if (v->reg2 >= 0) gone |= (RegSet)1 << v->reg2;
    }
    if (v->reg >= 0) gone |= (RegSet)1 << v->reg;
    for (int i = 0; gone && i < x->n; i++)
        if (x->words[i].reg >= 0 && gone >> x->words[i].reg & 1) st->regs &= ~(1u << i);
}

static void flow(Args *x, Func *f) {
    x->in = ANEWN(f->arena, ArgState, f->next_block);
    bool *seen = ANEWN(f->arena, bool, f->next_block), *due = ANEWN(f->arena, bool, f->next_block);
    for (int i = 0; i < x->n; i++)
        if (x->words[i].reg >= 0) x->in[f->entry->id].regs |= 1u << i;
    seen[f->entry->id] = due[f->entry->id] = true;
    if (f->deferreturn_block) seen[f->deferreturn_block->id] = due[f->deferreturn_block->id] = true;
    for (bool again = true; again;) {
        again = false;
        for (i64 i = 0; i < f->blocks.len; i++) {
            Block *b = f->blocks.ptr[i];
            if (!due[b->id]) continue; // what it is entered with is as it was
            due[b->id] = false;
            ArgState st = x->in[b->id];
            for (i64 k = 0; (x->any_slot || st.regs) && k < b->values.len; k++) {
                Value *v = b->values.ptr[k];
                if (st.regs || may_store(v)) amd64_args_step(x, &st, v);
            }
            for (i64 s = 0; s < b->succs.len; s++) {
                i32 to = b->succs.ptr[s].b->id;
                ArgState old = x->in[to], now = seen[to] ? (ArgState){old.slots & st.slots, old.regs & st.regs} : st;
                if (seen[to] && now.slots == old.slots && now.regs == old.regs) continue;
                x->in[to] = now;
                seen[to] = due[to] = again = true;
            }
        }
    }
}

// NULL: the function has no arguments in registers.
Args *amd64_find_args(Func *f) {
    if (!f->ir || !f->abi || f->abi->nargs > f->ir->nparams) return NULL;
    Args *x = ANEW(f->arena, Args);
    x->f = f;
    Lister l = {.x = x, .notes = f->notes, .a = f->arena};
    for (i32 i = 0; i < f->abi->nargs; i++) {
        l.param = &f->abi->args[i];
        l.var = f->ir->params[i];
        l.next = 0;
        if (!put_type(&l, l.param->type, 0, 0)) break;
    }
    if (!x->n) return NULL;
    find_values(x, f);
    find_slots(x, f);
    for (int i = 0; i < x->n; i++) {
        ArgWord *w = &x->words[i];
        w->reg = w->loc->is_float ? -1 : f->arch->int_args[w->loc->reg_index];
        if (w->slot) {
            ArgNote *n = &f->notes->args.ptr[w->note];
            n->kind = ARG_SLOT;
            n->at = (u32)(w->slot->offset + w->off);
            x->any_slot = true;
        }
    }
    flow(x, f);
    return x;
}

// A fault of v shows its function's arguments. Others are not expected to.
bool amd64_may_fault(const Func *f, const Value *v) {
    return v->flags & VF_FAULTS || ssa_op_info(f, v->op)->flags & OPF_NILCHECK;
}

// A call or fault of v at pc finds what st says; called in the order of the code.
void amd64_args_note(Args *x, const ArgState *st, u32 pc) {
    if (x->any_slot && st->slots != x->noted) {
        vec_push(x->f->arena, &x->f->notes->arg_places, ((ArgPlaces){pc, (u16)st->slots}));
        x->noted = st->slots;
    }
}
// v, which may fault, is from..to; state before it and behind.
void amd64_args_fault(Args *x, const ArgState *before, const ArgState *behind, u32 from, u32 to) {
    for (int i = 0; i < x->n; i++) {
        if (x->words[i].reg < 0 || x->ended >> i & 1) continue;
        if (!(before->regs >> i & 1)) {
            x->ended |= 1u << i;
            continue;
        }
        ArgNote *n = &x->f->notes->args.ptr[x->words[i].note];
        n->reg = (i8)x->words[i].loc->reg_index;
        n->reg_to = behind->regs >> i & 1 ? to : from + 1;
    }
}
