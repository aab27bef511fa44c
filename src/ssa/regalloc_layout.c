// regalloc_layout.c - the order of the blocks in the code.
//
// In:   reverse postorder, frequencies. Out: Func.blocks: traces along the more frequent successor; blocks that are hardly ever run at
// the end; a loop that is entered at its test is turned so that the test comes last (one jump an iteration). The entry stays first.
#include "ssa/regalloc_int.h"

typedef struct Lay {
    Ra *ra;
    Block **out;
    i64 n;
    i32 *at;
} Lay; // at: by block id, place in out + 1; 0: not placed

static bool is_cold(const Lay *l, const Block *b) { return ra_block(l->ra, b)->freq < 0.005; }

static Block *best_succ(const Lay *l, const Block *b) {
    Block *best = NULL;
    for (i64 s = 0; s < b->succs.len; s++) {
        Block *t = b->succs.ptr[s].b;
        if (l->at[t->id] || is_cold(l, t) != is_cold(l, b)) continue;
        // a block that another one falls into later is better placed behind that one
        if (!best || ra_block(l->ra, t)->freq > ra_block(l->ra, best)->freq) best = t;
    }
    return best;
}

static void place_trace(Lay *l, Block *b) {
    for (; b; b = best_succ(l, b)) {
        l->out[l->n++] = b;
        l->at[b->id] = (i32)l->n;
    }
}

static bool in_loop(const Block *b, const Block *header) {
    for (const Loop *x = b->loop; x; x = x->outer)
        if (x->header == header) return true;
    return false;
}

// out[i] is a loop's test, entered from above; its loop is out[i..j]: the test moves behind out[j] if that jumps back to it.
static void rotate_at(Lay *l, i64 i) {
    Block *h = l->out[i];
    if (h->kind != BK_MACHINE || i == 0 || i + 1 >= l->n) return;
    if (!h->loop || h->loop->header != h || in_loop(l->out[i - 1], h) || !in_loop(l->out[i + 1], h)) return;
    if (in_loop(h->succs.ptr[0].b, h) == in_loop(h->succs.ptr[1].b, h)) return;
    Block *body = in_loop(h->succs.ptr[0].b, h) ? h->succs.ptr[0].b : h->succs.ptr[1].b;
    if (body != l->out[i + 1]) return;
    i64 j = i + 1;
    while (j + 1 < l->n && in_loop(l->out[j + 1], h)) j++;
    Block *last = l->out[j];
    if (last->kind != BK_PLAIN || !last->values.len || last->succs.ptr[0].b != h) return;
    for (i64 k = i; k < j; k++) l->out[k] = l->out[k + 1];
    l->out[j] = h;
}

void ra_layout(Ra *ra) {
    Func *f = ra->f;
    Lay l = {.ra = ra, .out = ANEWN(ra->a, Block *, ra->norder + 1), .at = ANEWN(ra->a, i32, f->next_block)};
    for (int cold = 0; cold < 2; cold++)
        for (i64 i = 0; i < ra->norder; i++) {
            Block *b = ra->order[i];
            if (!l.at[b->id] && (cold || i == 0 || !is_cold(&l, b))) place_trace(&l, b);
        }
    for (i64 i = l.n - 1; i > 0; i--) rotate_at(&l, i);
    f->blocks.ptr = l.out, f->blocks.len = l.n, f->blocks.cap = ra->norder + 1;
}
