// regalloc_frame.c - where values are spilled, which slots they share, the frame, the stack maps.
//
// In:   which values need a slot, the dominator of their reloads, what lives across each call (a log). Out: O_SPILL values, Value.home,
// Slot.offset, Func.frame_size, Func.code (frame_words, arg_words, maps, objs, entry_regs), CallInfo.map.
// A slot is shared by values whose intervals of positions (definition to last use, over all blocks where they live) do not meet.
// Frame from RSP upwards: outgoing arguments, spills, small variables, large variables.
#include "ssa/regalloc_int.h"
#include <stdlib.h>

// ---- spills -----------------------------------------------------------------------------------------------------
static int start_reg(const RaBlock *rb, i32 id) { return register_of(rb->starts, rb->start, id); }

static bool is_defined_at_start(const Value *v) { return v->op == O_PHI || v->op == O_ARG || v->op == O_CONTEXT; }

static Block *find_spill_block(Ra *ra, i32 id, bool *at_start) {
    RaVal *val = &ra->vals[id];
    Block *def = val->v->block, *best = NULL;
    f64 best_freq = 0;
    for (Block *b = val->lca; b && b != def; b = b->idom) {
        RaBlock *rb = ra_block(ra, b);
        if (best && rb->freq >= best_freq) continue;
        if (start_reg(rb, id) < 0) continue;
        best = b, best_freq = rb->freq;
    }
    if (best && best_freq < ra_block(ra, def)->freq) {
        *at_start = true;
        return best;
    }
    *at_start = is_defined_at_start(val->v);
    return def;
}

static bool is_leading(const Value *v) { return is_defined_at_start(v) || v->op == O_INIT_MEM; }

static void insert_spills(Ra *ra, Block *b) {
    RaBlock *rb = ra_block(ra, b);
    RaVec out = {0};
    bool started = false, pending = false;
    i64 group = 0; // first value of the group (tuple and components) whose spills are pending
    for (i64 i = 0; i <= b->values.len; i++) {
        Value *v = i < b->values.len ? b->values.ptr[i] : NULL;
        if (pending && (!v || v->op != O_SELECT_N)) {
            for (i64 k = group; k < i; k++) {
                Value *d = b->values.ptr[k];
                if (d->flags & VF_SPILL) vec_push(ra->a, &out, ra_store(ra, d->id, d->reg));
            }
            pending = false;
        }
        if (!started && (!v || !is_leading(v))) {
            for (i64 k = 0; k < rb->start_spills.len; k++) {
                Value *s = rb->start_spills.ptr[k];
                vec_push(ra->a, &out, ra_store(ra, s->id, start_reg(rb, s->id)));
            }
            started = true;
        }
        if (!v) break;
        if (v->flags & VF_SPILL) {
            if (!pending) group = i;
            pending = true;
        }
        vec_push(ra->a, &out, v);
    }
    for (i64 k = 0; k < out.len; k++) out.ptr[k]->block = b;
    b->values.ptr = out.ptr, b->values.len = out.len, b->values.cap = out.cap;
}

void ra_place_spills(Ra *ra) {
    bool *touched = ANEWN(ra->a, bool, ra->f->next_block);
    for (i32 id = 0; id < ra->nvals; id++) {
        RaVal *val = &ra->vals[id];
        if (!val->spilled || val->mem_phi) continue;
        bool at_start;
        Block *b = find_spill_block(ra, id, &at_start);
        if (at_start) vec_push(ra->a, &ra_block(ra, b)->start_spills, val->v);
        else val->v->flags |= VF_SPILL;
        touched[b->id] = true;
    }
    for (i64 i = 0; i < ra->norder; i++)
        if (touched[ra->order[i]->id]) insert_spills(ra, ra->order[i]);
}

// ---- slots --------------------------------------------------------------------------------------------------------
typedef struct SlotHeap {
    i32 *id;
    i64 n;
} SlotHeap; // value ids by end of interval
static void heap_push(Ra *ra, SlotHeap *h, i32 id) {
    i64 i = h->n++;
    for (; i && ra->vals[h->id[(i - 1) / 2]].end > ra->vals[id].end; i = (i - 1) / 2) h->id[i] = h->id[(i - 1) / 2];
    h->id[i] = id;
}
static i32 heap_pop(Ra *ra, SlotHeap *h) {
    i32 top = h->id[0], last = h->id[--h->n];
    i64 i = 0;
    for (;;) {
        i64 c = 2 * i + 1;
        if (c >= h->n) break;
        if (c + 1 < h->n && ra->vals[h->id[c + 1]].end < ra->vals[h->id[c]].end) c++;
        if (ra->vals[h->id[c]].end >= ra->vals[last].end) break;
        h->id[i] = h->id[c];
        i = c;
    }
    if (h->n) h->id[i] = last;
    return top;
}

static void extend(Ra *ra, i32 id, i32 pos) {
    RaVal *val = &ra->vals[id];
    if (pos < val->start) val->start = pos;
    if (pos > val->end) val->end = pos;
}

static void compute_intervals(Ra *ra) {
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        RaBlock *rb = ra_block(ra, b);
        for (i64 k = 0; k < rb->livein.len; k++) {
            i32 id = rb->livein.ptr[k].id;
            if (!ra->vals[id].spilled) continue;
            extend(ra, id, rb->pos0);
            for (i64 p = 0; p < b->preds.len; p++) {
                RaBlock *rp = ra_block(ra, b->preds.ptr[p].b);
                if (rp->done) extend(ra, id, rp->pos0 + rp->npos);
            }
        }
        for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++)
            for (i64 p = 0; p < b->preds.len; p++) {
                RaBlock *rp = ra_block(ra, b->preds.ptr[p].b);
                if (rp->done && ra->vals[b->values.ptr[k]->args[p]->id].spilled)
                    extend(ra, b->values.ptr[k]->args[p]->id, rp->pos0 + rp->npos);
            }
    }
}

typedef struct StartKey {
    i32 start, id;
} StartKey;
static int by_start(const void *x, const void *y) {
    const StartKey *a = x, *b = y;
    return a->start != b->start ? (a->start < b->start ? -1 : 1) : a->id < b->id ? -1 : a->id > b->id;
}

static bool is_wide(const Value *v) { return v->type == VT_V128; }

void ra_assign_slots(Ra *ra) {
    compute_intervals(ra);
    StartKey *keys = ARAWN(ra->a, StartKey, ra->nvals);
    i64 n = 0;
    for (i32 id = 0; id < ra->nvals; id++)
        if (ra->vals[id].spilled) keys[n++] = (StartKey){ra->vals[id].start, id};
    qsort(keys, (size_t)n, sizeof *keys, by_start);
    SlotHeap heap = {ANEWN(ra->a, i32, n + 1), 0};
    VEC(Slot *) unused = {0};
    for (i64 k = 0; k < n; k++) {
        RaVal *val = &ra->vals[keys[k].id];
        Value *v = val->v;
        while (heap.n && ra->vals[heap.id[0]].end <= val->start) {
            Slot *s = ra->vals[heap_pop(ra, &heap)].v->home;
            s->always_live = false; // (means: taken, while slots are assigned)
            vec_push(ra->a, &unused, s);
        }
        Slot *s = NULL;
        // a phi and its arguments like to share
        if (val->mem_phi)
            for (int a = 0; a < v->nargs && !s; a++) {
                Slot *h = v->args[a]->home;
                if (h && !h->always_live && is_wide(v) == (h->size == 16)) s = h;
            }
        else if (val->slot_hint >= 0) {
            Slot *h = ra->vals[val->slot_hint].v->home;
            if (h && !h->always_live && is_wide(v) == (h->size == 16)) s = h;
        }
        while (!s && unused.len) {
            Slot *h = unused.ptr[--unused.len];
            if (h->always_live) continue; // taken through a hint
            if (is_wide(v) != (h->size == 16)) continue;
            s = h;
        }
        if (!s) {
            s = ssa_slot(ra->f, is_wide(v) ? 16 : 8, is_wide(v) ? 16 : 8, NULL);
            s->vtype = v->type;
        }
        s->always_live = true;
        v->home = s;
        heap_push(ra, &heap, v->id);
    }
    for (i64 k = 0; k < n; k++) ra->vals[keys[k].id].v->home->always_live = false;
}

// ---- frame -------------------------------------------------------------------------------------------------------
static void resolve_homes(Ra *ra) { // spills and reloads that were made before slots were known
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if ((v->op == O_SPILL || v->op == O_RELOAD) && !v->home) v->home = v->args[0]->home;
        }
    }
}

static i64 place_slots(Func *f, i64 off, i64 min, i64 max, i64 align) {
    for (i64 i = 0; i < f->slots.len; i++) {
        Slot *s = f->slots.ptr[i];
        if (s->is_arg || s->size <= min || s->size > max || (align && s->align != align)) continue;
        off = align_up(off, i64_max(s->align, s->size >= 8 ? 8 : 1));
        s->offset = off;
        off += s->size;
    }
    return off;
}

static void layout_frame(Ra *ra) {
    Func *f = ra->f;
    i64 off = f->outgoing;
    f->has_calls = false;
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (!(ssa_op_info(f, v->op)->flags & OPF_CALL)) continue;
            f->has_calls = true;
            if (v->op == O_CALL) off = i64_max(off, v->call->stack_size);
        }
    }
    f->outgoing = off = align_up(off, 8);
    off = place_slots(f, off, 0, 8, 0);
    off = place_slots(f, align_up(off, 8), 8, 128, 0);
    off = place_slots(f, align_up(off, 8), 128, INT64_MAX, 0);
    off =
        place_slots(f, off, -1, 0, 0); // behind the others: a pointer to one must not be taken for one to its neighbour
    off = align_up(off, 8);
    if (off || f->has_calls) off += off % 16 == 8 ? 0 : 8;
    f->frame_size = off;
}

// ---- stack maps -----------------------------------------------------------------------------------------------------
typedef struct MapTable { // the map that is being made, and those that are done
    Ra *ra;
    CodeNotes *notes;
    u8 *bits;
    i64 lo, hi;      // bytes of bits outside of which all are 0
    i64 logged;      // entries of Ra.pointer_log that bits shows
    i64 homeless;    // pointers of these that have no slot
    const u64 *live; // CallInfo.live that bits shows
    i64 nlive;       // words of it
    Slot **owner;    // the slot of each of its bits
    VEC(u8) out;
    Map *seen;
} MapTable;
static void flip_bits(MapTable *t, i64 byte, u8 bits) {
    t->bits[byte] ^= bits;
    if (byte < t->lo) t->lo = byte;
    if (byte >= t->hi) t->hi = byte + 1;
}
static void flip_bit(MapTable *t, i64 i) { flip_bits(t, i / 8, (u8)(1 << i % 8)); }
static i64 first_word(const MapTable *t, const Slot *s) {
    return (s->is_arg ? t->notes->frame_words : 0) + s->offset / 8;
}
static i64 word_count(const Slot *s) { return (s->size + 7) / 8; }
static void flip_slot(MapTable *t, const Slot *s) {
    i64 at = first_word(t, s);
    for (i64 k = 0; k < word_count(s); k += 8) {
        u32 m = (u32)s->ptr_mask[k / 8] << at % 8;
        if (m & 0xff) flip_bits(t, (at + k) / 8, (u8)m);
        if (m > 0xff) flip_bits(t, (at + k) / 8 + 1, (u8)(m >> 8));
    }
}
static i32 find_map(const MapTable *t, i64 from, i64 size, u64 *key) { // equal maps are one
    for (*key = hash_bytes(t->out.ptr + from, size, 1);; ++*key) {
        i64 at = (i64)(intptr_t)map_get_num(t->seen, *key) - 1;
        if (at < 0 || (at + size <= from && !memcmp(t->out.ptr + at, t->out.ptr + from, (size_t)size))) return (i32)at;
    }
}
static void clear_map(MapTable *t) {
    if (t->lo < t->hi) memset(t->bits + t->lo, 0, (size_t)(t->hi - t->lo));
    t->lo = INT64_MAX, t->hi = 0;
}
static void put_uleb(MapTable *t, i64 v) {
    for (; v >= 0x80; v >>= 7) vec_push(t->ra->a, &t->out, (u8)(v | 0x80));
    vec_push(t->ra->a, &t->out, (u8)v);
}
static void trim(MapTable *t) {
    while (t->lo < t->hi && !t->bits[t->lo]) t->lo++;
    while (t->lo < t->hi && !t->bits[t->hi - 1]) t->hi--;
    if (t->lo >= t->hi) t->lo = INT64_MAX, t->hi = 0;
}
// The place in the table of the map that bits is.
static i32 put_map(MapTable *t) {
    trim(t);
    i64 from = t->out.len, n = i64_max(t->hi - t->lo, 0);
    put_uleb(t, n ? t->lo : 0);
    put_uleb(t, n);
    while (t->out.cap - t->out.len < n) vec_grow(t->ra->a, (void **)&t->out.ptr, &t->out.cap, 1);
    if (n) memcpy(t->out.ptr + t->out.len, t->bits + t->lo, (size_t)n);
    t->out.len += n;
    u64 key;
    i32 at = find_map(t, from, t->out.len - from, &key);
    if (at >= 0) {
        t->out.len = from;
        return at;
    }
    map_set_num(t->seen, key, (void *)(intptr_t)(from + 1));
    return (i32)from;
}
// What lives across a call has a slot, and each its own.
static void show_pointers(MapTable *t, const CallLive *c) {
    for (; t->logged < c->log_end; t->logged++) {
        i32 entry = t->ra->pointer_log.ptr[t->logged];
        Slot *s = t->ra->vals[entry < 0 ? ~entry : entry].v->home;
        if (s) flip_bit(t, s->offset / 8);
        else t->homeless += entry < 0 ? -1 : 1;
    }
    if (t->homeless) bug("stack map: %.*s: a pointer lives across a call and has no slot", SFMT(t->ra->f->name));
}
static void show_live_words(MapTable *t, const CallInfo *c) {
    for (i64 i = 0; i < t->nlive && c->live != t->live; i++)
        for (u64 m = (c->live ? c->live[i] : 0) ^ (t->live ? t->live[i] : 0); m; m &= m - 1) {
            i32 at = (i32)(64 * i + __builtin_ctzll(m));
            Slot *s = t->owner[at];
            if (s->live_words) flip_bit(t, first_word(t, s) + s->live_words[at - s->live_bit]);
            else flip_slot(t, s);
        }
    t->live = c->live;
}
static void find_owners(MapTable *t) {
    const Func *f = t->ra->f;
    i64 n = 0;
    for (i64 i = 0; i < f->slots.len; i++) n += f->slots.ptr[i]->nlive;
    t->nlive = (n + 63) / 64;
    t->owner = ANEWN(t->ra->a, Slot *, n + 1);
    for (i64 i = 0; i < f->slots.len; i++) {
        Slot *s = f->slots.ptr[i];
        for (i32 k = 0; k < s->nlive; k++) t->owner[s->live_bit + k] = s;
    }
}
static int by_place(const void *x, const void *y) {
    const StackObj *a = x, *b = y;
    return a->word < b->word ? -1 : a->word > b->word;
}
// The slots a pointer may lead to, and one more map with all their pointers.
static void make_objects(MapTable *t) {
    Func *f = t->ra->f;
    CodeNotes *notes = t->notes;
    for (i64 i = 0; i < f->slots.len; i++) {
        const Slot *s = f->slots.ptr[i];
        if (!s->ptr_mask || !s->exposed) continue;
        flip_slot(t, s);
        vec_push(t->ra->a, &notes->objs, ((StackObj){(u32)first_word(t, s), (u32)word_count(s)}));
    }
    if (!notes->objs.len) return;
    qsort(notes->objs.ptr, (size_t)notes->objs.len, sizeof(StackObj), by_place);
    notes->objs_map = put_map(t);
}
static void make_maps(Ra *ra) {
    Func *f = ra->f;
    CodeNotes *notes = f->notes = ANEW(f->arena, CodeNotes);
    notes->frame_words = (u32)(f->frame_size / 8);
    notes->arg_words = f->abi ? (u32)((f->abi->stack_size + 7) / 8) : 0;
    MapTable t = {.ra = ra, .notes = notes, .seen = map_new_num(ra->a), .lo = INT64_MAX};
    t.bits = ANEWN(ra->a, u8, ((i64)notes->frame_words + notes->arg_words) / 8 + 2);
    for (i64 i = 0; i < f->slots.len; i++) { // the first map: the incoming arguments, for the entry
        Slot *s = f->slots.ptr[i];
        if (s->ptr_mask && s->is_arg && f->abi && s->offset < f->abi->stack_args_size) flip_slot(&t, s);
    }
    put_map(&t);
    clear_map(&t);
    find_owners(&t);
    for (i64 i = 0; i < ra->call_lives.len; i++) {
        CallLive *c = &ra->call_lives.ptr[i];
        show_pointers(&t, c);
        show_live_words(&t, c->call);
        c->call->map = put_map(&t);
    }
    clear_map(&t);
    make_objects(&t);
    notes->maps = t.out.ptr, notes->maps_size = t.out.len;
    for (i64 i = 0; f->abi && i < f->abi->nargs; i++)
        for (i32 k = 0; k < f->abi->args[i].nlocs; k++) {
            AbiLoc *l = &f->abi->args[i].locs[k];
            if (l->in_reg && !l->is_float && l->vtype == VT_PTR) notes->entry_regs |= (u16)(1 << l->reg_index);
        }
}

void ra_frame(Ra *ra) {
    resolve_homes(ra);
    layout_frame(ra);
    make_maps(ra);
}
