// slotlive.c - which pointers in frame slots are live at each call, which slots are stack objects, what is cleared at entry.
//
// In:   a Func after all other passes. Out: Slot.ptr_mask, live_bit, exposed; CallInfo.live; ZEROs in the entry for what needs them.
// Keeps: everything else, but for the first clearing of variables: of a small one only what is read or exposed before it is written is cleared.
// Never: moves an access; and behind this pass no access may move across a call.
//
// A pointer word of a slot is live where it may be read, or the slot's address may be taken, before the word is written: backward
// dataflow. Words are tracked one by one in slots of up to MAX_WORDS pointers; larger slots as a whole. A load reads; a store, ZERO or
// MOVE at a known offset writes; any other use of the address takes it, and reads all, also as an operand that was computed earlier.
// A pointer that was made so and lives across a call keeps the contents alive through the table of stack objects (abi/functab.h).
//
// Three facts follow, on which the collector and the copying of stacks rely:
// - A word that is dead at a call is written before it is read or exposed again. So a word never goes from unscanned to scanned without
//   being written: no stale pointer is followed. The same holds for what is reached through a pointer: between the moment it was made and
//   a call where it is live, it was live at all calls between.
// - A word that is not live at the entry is written on all ways to every use; so only words that are live there are cleared.
// - Results of functions with defers (always_live) are read by the recovery entry: live at every call and faulting access.
#include "ssa/ssa_int.h"
#include "abi/abi.h"

enum { MAX_WORDS = 32 };
typedef struct Live {
    Func *f;
    Arena *a;
    i64 n; // 64-bit words of a set
    i32 nbits;
    u64 *ptrs;               // bits of pointers
    bool has_always;         // some slot is always_live
    u64 *always;             // bits of those slots
    u64 **in, **gen, **kill; // by block id; in: at its start
    u64 *cur, *cur_kill;     // sets that the walk changes; cur_kill may be NULL
    u64 *noted;              // the last set of a call
} Live;

// ---- the pointers of a slot ---------------------------------------------------------------------------------
static void mark_type(u8 *mask, i64 off, Type *t) {
    t = types_under(t);
    if (!types_has_pointers(t)) return;
    i64 w = off / 8;
    switch (t->kind) {
    case TYPE_STRING:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_SIGNATURE:
    case TYPE_UNSAFE_POINTER: mask[w / 8] |= (u8)(1 << w % 8); break;
    case TYPE_INTERFACE:
        mask[w / 8] |= (u8)(1 << w % 8);
        mask[(w + 1) / 8] |= (u8)(1 << (w + 1) % 8);
        break;
    case TYPE_ARRAY:
        types_layout(t);
        for (i64 i = 0; i < t->array.len; i++) mark_type(mask, off + i * types_size(t->array.elem), t->array.elem);
        break;
    case TYPE_STRUCT:
        types_layout(t);
        for (i64 i = 0; i < t->strct.nfields; i++)
            mark_type(mask, off + t->strct.offsets[i], t->strct.fields[i].var->type);
        break;
    default: bug("stack map: a type of kind %d has pointers", t->kind);
    }
}
static bool mask_bit(const u8 *mask, i64 i) { return mask[i / 8] >> (i % 8) & 1; }
// Small slots have a bit for each word, also for those that are no pointers: that shows what of their first clearing is needed.
static void track(Live *l, Slot *s) {
    i64 words = (s->size + 7) / 8;
    i32 n = 0;
    s->ptr_mask = ANEWN(l->a, u8, words / 8 + 1);
    mark_type(s->ptr_mask, 0, s->type);
    bool all = words <= MAX_WORDS;
    for (i64 w = 0; w < words && n <= MAX_WORDS; w++) n += all || mask_bit(s->ptr_mask, w);
    s->live_bit = l->nbits;
    s->nlive = n > MAX_WORDS ? 1 : n;
    l->nbits += s->nlive;
    s->live_words = NULL;
    if (n > MAX_WORDS) return;
    s->live_words = ANEWN(l->a, i32, n + 1);
    for (i64 w = 0, i = 0; i < n; w++)
        if (all || mask_bit(s->ptr_mask, w)) s->live_words[i++] = (i32)w;
}
static bool has_all_words(const Slot *s) { return s->live_words && s->nlive == (s->size + 7) / 8; }

// ---- sets -----------------------------------------------------------------------------------------------------
static bool has_bit(const u64 *set, i32 bit) { return set[bit / 64] >> bit % 64 & 1; }
static void set_live(Live *l, i32 bit) { l->cur[bit / 64] |= 1ull << bit % 64; }
static void set_dead(Live *l, i32 bit) {
    l->cur[bit / 64] &= ~(1ull << bit % 64);
    if (l->cur_kill) l->cur_kill[bit / 64] |= 1ull << bit % 64;
}
static void read_bytes(Live *l, const Slot *s, i64 lo, i64 hi) {
    if (!s->live_words) {
        set_live(l, s->live_bit);
        return;
    }
    for (i32 i = 0; i < s->nlive; i++)
        if (s->live_words[i] * 8 < hi && lo < s->live_words[i] * 8 + 8) set_live(l, s->live_bit + i);
}
static void write_bytes(Live *l, const Slot *s, i64 lo, i64 hi) {
    if (!s->live_words) {
        if (lo <= 0 && hi >= s->size) set_dead(l, s->live_bit);
        return;
    }
    for (i32 i = 0; i < s->nlive; i++)
        if (lo <= s->live_words[i] * 8 && s->live_words[i] * 8 + 8 <= hi) set_dead(l, s->live_bit + i);
}
static void read_always(Live *l) {
    if (l->has_always)
        for (i64 i = 0; i < l->n; i++) l->cur[i] |= l->always[i];
}

// ---- what a value does ------------------------------------------------------------------------------------------
static Slot *slot_of(Value *ptr, i64 off, i64 size, Ref *r) {
    if (ptr->type != VT_PTR && ptr->type != VT_I64) return NULL;
    *r = ssa_ref(ptr, off, size);
    Slot *s = r->kind == REF_SLOT ? r->root : NULL;
    return s && s->ptr_mask ? s : NULL;
}
static void load_from(Live *l, Value *ptr, i64 off, i64 size) {
    Ref r;
    Slot *s = slot_of(ptr, off, size, &r);
    if (s) read_bytes(l, s, r.exact ? r.off : 0, r.exact ? r.off + size : s->size);
}
static void store_to(Live *l, Value *ptr, i64 off, i64 size) {
    Ref r;
    Slot *s = slot_of(ptr, off, size, &r);
    if (s && r.exact) write_bytes(l, s, r.off, r.off + size);
}
static void expose(Live *l, Value *x) {
    Ref r;
    Slot *s = slot_of(x, 0, 0, &r);
    if (!s) return;
    s->exposed = true;
    read_bytes(l, s, 0, s->size);
}
static void expose_args(Live *l, Value *v) {
    for (int i = 0; i < v->nargs; i++) expose(l, v->args[i]);
}
static bool calls(const CallInfo *c, RtFn fn) { return c->sym && str_eq(c->sym->name, str_c(rt_symbol(fn))); }
// C functions that collect nothing: they read or write what they are given, and keep no address.
static void leaf_call(Live *l, Value *v) {
    bool clear = calls(v->call, RT_MEMCLR), move = calls(v->call, RT_MEMMOVE);
    Value *size = clear ? v->args[1] : move ? v->args[2] : NULL;
    if (size && size->op == O_CONST) store_to(l, v->args[0], 0, size->auxint);
    for (int i = clear || move; i < v->nargs; i++) load_from(l, v->args[i], 0, INT32_MAX);
}
static void return_values(Live *l, Value *v) {
    i64 first = l->f->abi ? l->f->abi->stack_args_size : 0;
    for (i64 i = 0; i < l->f->slots.len; i++) {
        Slot *s = l->f->slots.ptr[i];
        if (s->is_arg && s->ptr_mask && s->offset >= first) read_bytes(l, s, 0, s->size);
    }
    expose_args(l, v);
}
static void run_value(Live *l, Value *v) {
    switch (v->op) {
    case O_PHI: // at the end of the predecessors
    case O_SELECT_N:
    case O_PREFETCH:
    case O_EQ:
    case O_NE:
    case O_COPY:
    case O_PTR_OFF:
    case O_PTR_ADD:
    case O_PTR_INDEX:
    case O_INT2PTR: break; // its users use the slot
    case O_NILCHECK: read_always(l); break;
    case O_LOAD: load_from(l, v->args[0], v->auxint, vtype_size((VType)v->type)); break;
    case O_STORE:
    case O_STORE_WB:
        store_to(l, v->args[0], v->auxint, vtype_size((VType)v->args[1]->type));
        expose(l, v->args[1]);
        break;
    case O_ZERO:
    case O_ZERO_WB: store_to(l, v->args[0], 0, v->auxint); break;
    case O_MOVE:
    case O_MOVE_WB:
        store_to(l, v->args[0], 0, v->auxint);
        load_from(l, v->args[1], 0, v->auxint);
        break;
    case O_CALL:
        read_always(l);
        if (v->call->kind == CALL_RUNTIME_LEAF_NOGC) leaf_call(l, v);
        else expose_args(l, v);
        break;
    case O_RETURN: return_values(l, v); break;
    default: expose_args(l, v); break;
    }
    if (v->flags & VF_FAULTS) read_always(l);
}
static void run_phi_args(Live *l, Block *b) {
    for (i64 s = 0; s < b->succs.len; s++) {
        Edge e = b->succs.ptr[s];
        for (i64 k = 0; k < e.b->values.len && e.b->values.ptr[k]->op == O_PHI; k++)
            expose(l, e.b->values.ptr[k]->args[e.i]);
    }
}

// ---- dataflow ---------------------------------------------------------------------------------------------------
static void summarize(Live *l) {
    for (i64 i = 0; i < l->f->blocks.len; i++) {
        Block *b = l->f->blocks.ptr[i];
        l->cur = l->gen[b->id] = ANEWN(l->a, u64, l->n);
        l->cur_kill = l->kill[b->id] = ANEWN(l->a, u64, l->n);
        l->in[b->id] = ANEWN(l->a, u64, l->n);
        run_phi_args(l, b);
        for (i64 k = b->values.len - 1; k >= 0; k--) run_value(l, b->values.ptr[k]);
    }
    l->cur_kill = NULL;
}
static u64 live_out(const Live *l, const Block *b, i64 i) {
    u64 out = 0;
    for (i64 s = 0; s < b->succs.len; s++) out |= l->in[b->succs.ptr[s].b->id][i];
    return out;
}
static void solve(Live *l) {
    for (bool again = true; again;) {
        again = false;
        for (i64 k = l->f->blocks.len - 1; k >= 0; k--) {
            Block *b = l->f->blocks.ptr[k];
            u64 *in = l->in[b->id], *gen = l->gen[b->id], *kill = l->kill[b->id];
            for (i64 i = 0; i < l->n; i++) {
                u64 x = gen[i] | (live_out(l, b, i) & ~kill[i]);
                if (x == in[i]) continue;
                in[i] = x;
                again = true;
            }
        }
    }
}
static void note_call(Live *l, CallInfo *c) {
    i64 same = 0;
    while (l->noted && same < l->n && l->noted[same] == (l->cur[same] & l->ptrs[same])) same++;
    if (same < l->n) {
        l->noted = ANEWN(l->a, u64, l->n);
        for (i64 i = 0; i < l->n; i++) l->noted[i] = l->cur[i] & l->ptrs[i];
    }
    c->live = l->noted;
}
// A ZERO that begins a new variable (VF_FRESH: no pointer leads there yet) clears only what may be read or exposed before it is written.
static void trim_zero(Live *l, Value *v) {
    Ref r;
    Slot *s = v->flags & VF_FRESH ? slot_of(v->args[0], 0, v->auxint, &r) : NULL;
    if (!s || !r.exact || !has_all_words(s) || r.off % 8 || v->auxint % 8) return;
    i64 lo = -1, hi = -1;
    for (i64 w = r.off / 8; w < (r.off + v->auxint) / 8; w++)
        if (has_bit(l->cur, s->live_bit + (i32)w)) lo = lo < 0 ? w : lo, hi = w + 1;
    if (lo < 0) {
        ssa_copy_of(l->f, v, v->args[1]);
        return;
    }
    if (v->args[0]->op != O_SLOT_ADDR || v->args[0]->uses != 1) return;
    v->args[0]->auxint += 8 * lo - r.off;
    v->auxint = 8 * (hi - lo);
}
static void drop_dead(Block *b) { // addresses that only a ZERO used
    i64 n = 0;
    for (i64 k = 0; k < b->values.len; k++)
        if (!(b->values.ptr[k]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[k];
    b->values.len = n;
}
static void note_calls(Live *l) {
    l->cur = ANEWN(l->a, u64, l->n);
    for (i64 k = 0; k < l->f->blocks.len; k++) {
        Block *b = l->f->blocks.ptr[k];
        for (i64 i = 0; i < l->n; i++) l->cur[i] = live_out(l, b, i);
        run_phi_args(l, b);
        for (i64 j = b->values.len - 1; j >= 0; j--) {
            Value *v = b->values.ptr[j];
            if (v->op == O_CALL) {
                read_always(l);
                note_call(l, v->call);
            }
            if (v->op == O_ZERO) trim_zero(l, v);
            run_value(l, v);
        }
        drop_dead(b);
    }
}

// ---- clearing at entry ----------------------------------------------------------------------------------------------
static bool is_live_in(const Live *l, i32 bit) { return has_bit(l->in[l->f->entry->id], bit); }
static bool is_incoming(const Func *f, const Slot *s) {
    return s->is_arg && f->abi && s->offset < f->abi->stack_args_size;
}
// Bytes of s from the first to the last word that is live at the entry.
static bool live_range(const Live *l, const Slot *s, i64 *lo, i64 *hi) {
    *lo = *hi = 0;
    for (i32 i = 0; i < s->nlive; i++) {
        if (!is_live_in(l, s->live_bit + i) || !has_bit(l->ptrs, s->live_bit + i)) continue;
        if (!*hi) *lo = s->live_words ? s->live_words[i] * 8 : 0;
        *hi = s->live_words ? s->live_words[i] * 8 + 8 : s->size;
    }
    return *hi > 0;
}
static Value *initial_memory(Func *f, i64 *at) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        if (b == f->deferreturn_block) continue;
        for (i64 k = 0; k < b->values.len; k++) {
            if (b->values.ptr[k]->op != O_INIT_MEM) continue;
            Value *init = b->values.ptr[k];
            while (k + 1 < b->values.len &&
                   (b->values.ptr[k + 1]->op == O_ARG || b->values.ptr[k + 1]->op == O_CONTEXT))
                k++;
            *at = k + 1;
            return init;
        }
    }
    return NULL;
}
static Value *slot_addr(Func *f, Block *b, Slot *s, i64 off, const Value *like) {
    Value *v = ssa_value(f, b, O_SLOT_ADDR, VT_PTR, like->pos, 0, NULL);
    v->inl = like->inl;
    v->slot = s;
    v->auxint = off;
    v->flags |= VF_NONNIL;
    return v;
}
static void replace_memory(Func *f, Value *old, Value *with) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            for (int a = 0; a < v->nargs; a++)
                if (v->args[a] == old) ssa_set_arg(f, v, a, with);
        }
        if (b->ctl[0] == old) ssa_set_ctl(f, b, with);
    }
}
// For tests (VOLE_SSA_POISON): what is not cleared is no pointer at all; the collector's `verify` switch finds it where a map names it.
static Value *poison(Func *f, Block *b, Slot *s, Value *mem) {
    for (i64 w = 0; w < s->size / 8; w++) {
        if (!mask_bit(s->ptr_mask, w)) continue;
        Value *args[3] = {slot_addr(f, b, s, 8 * w, mem), ssa_const(f, VT_I64, (i64)STACK_POISON), mem};
        mem = ssa_value(f, b, O_STORE, VT_MEM, mem->pos, 3, args);
        mem->inl = -1;
    }
    return mem;
}
// What is appended to the block of the initial memory comes right behind it.
static void clear_slots(Live *l) {
    Func *f = l->f;
    i64 at, lo, hi;
    Value *init = initial_memory(f, &at), *mem = init;
    if (!init) return; // nothing but the entry of a function that does nothing
    Block *b = init->block;
    i64 tail = b->values.len - at;
    Value **keep = ANEWN(f->arena, Value *, tail + 1);
    if (tail > 0) memcpy(keep, &b->values.ptr[at], sizeof(Value *) * (size_t)tail);
    b->values.len = at;
    for (i64 i = 0; i < f->slots.len; i++) {
        Slot *s = f->slots.ptr[i];
        if (!s->ptr_mask || is_incoming(f, s)) continue;
        if (f->opt && f->opt->poison) mem = poison(f, b, s, mem);
        if (live_range(l, s, &lo, &hi)) mem = ssa_zero_bytes(f, b, slot_addr(f, b, s, lo, init), hi - lo, mem);
    }
    i64 next = b->values.len;
    for (i64 k = 0; k < tail; k++) vec_push(f->arena, &b->values, keep[k]);
    if (mem == init) return;
    replace_memory(f, init, mem);
    for (i64 k = at; k < next; k++) { // but the first of the new ones stays behind the initial memory
        Value *v = b->values.ptr[k], *m = mem_arg(f, v);
        if (m != mem) continue;
        ssa_set_arg(f, v, v->nargs - 1, init);
        break;
    }
}

static void note_pointers(Live *l, const Slot *s) {
    for (i32 i = 0; i < s->nlive; i++)
        if (!s->live_words || mask_bit(s->ptr_mask, s->live_words[i])) set_live(l, s->live_bit + i);
}

void pass_slotlive(Func *f) {
    Live l = {.f = f, .a = f->arena};
    for (i64 i = 0; i < f->slots.len; i++)
        if (f->slots.ptr[i]->has_pointers) track(&l, f->slots.ptr[i]);
    if (!l.nbits) return;
    l.n = (l.nbits + 63) / 64;
    l.always = ANEWN(l.a, u64, l.n);
    l.ptrs = ANEWN(l.a, u64, l.n);
    l.in = ANEWN(l.a, u64 *, f->next_block);
    l.gen = ANEWN(l.a, u64 *, f->next_block);
    l.kill = ANEWN(l.a, u64 *, f->next_block);
    l.cur = l.ptrs;
    for (i64 i = 0; i < f->slots.len; i++) note_pointers(&l, f->slots.ptr[i]);
    l.cur = l.always;
    for (i64 i = 0; i < f->slots.len; i++) {
        Slot *s = f->slots.ptr[i];
        if (!s->always_live || !s->ptr_mask) continue;
        l.has_always = true;
        read_bytes(&l, s, 0, s->size);
    }
    summarize(&l);
    solve(&l);
    note_calls(&l);
    clear_slots(&l);
}
