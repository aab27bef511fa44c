// diff.c - unified diffs of two texts, as the go command prints them ("diff a b", "--- a", "+++ b", hunks with three lines around).
//
// The lines that stay are found through those that are unique in both texts: the longest sequence of them in the same order
// anchors the comparison, and each anchor is extended to both sides over lines that are equal.
#include "cmd/modules.h"
#include <stdlib.h>

typedef VEC(Str) Lines;
typedef struct Pair {
    i64 x, y;
} Pair;
typedef VEC(Pair) Pairs;
enum { AROUND = 3 };

static Lines split(Arena *a, Str text) {
    Lines v = {0};
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        if (end < text.len) vec_push(a, &v, str_slice(text, at, end + 1));
        else
            vec_push(a, &v,
                     arena_printf(a, "%.*s\n\\ No newline at end of file\n", SFMT(str_slice(text, at, text.len))));
        at = end + 1;
    }
    return v;
}

typedef struct Seen { // of a line: how often, and where last
    i64 nx, ny, x, y;
} Seen;

// Lines that are unique in both, as positions in both, in the order of the old text.
static Pairs unique_lines(Arena *a, const Lines *old, const Lines *new_) {
    Map *map = map_new_str(a);
    Pairs v = {0};
    for (int side = 0; side < 2; side++) {
        const Lines *l = side ? new_ : old;
        for (i64 i = 0; i < l->len; i++) {
            Seen *s = map_get_str(map, l->ptr[i]);
            if (!s) {
                s = ANEW(a, Seen);
                map_set_str(map, l->ptr[i], s);
            }
            if (side) s->ny++, s->y = i;
            else s->nx++, s->x = i;
        }
    }
    for (i64 i = 0; i < old->len; i++) {
        Seen *s = map_get_str(map, old->ptr[i]);
        if (s->nx == 1 && s->ny == 1) vec_push(a, &v, ((Pair){s->x, s->y}));
    }
    return v;
}

// The longest subsequence whose y grow, found from its tails (patience sorting), between the ends of both texts.
static Pairs anchors(Arena *a, const Lines *old, const Lines *new_) {
    Pairs u = unique_lines(a, old, new_), out = {0};
    i64 *tail = ANEWN(a, i64, u.len + 1), *length = ANEWN(a, i64, u.len + 1), n = 0;
    for (i64 i = 0; i < u.len; i++) {
        i64 lo = 0, hi = n; // first tail that is not below
        while (lo < hi) {
            i64 mid = (lo + hi) / 2;
            if (tail[mid] < u.ptr[i].y) lo = mid + 1;
            else hi = mid;
        }
        tail[lo] = u.ptr[i].y;
        length[i] = lo + 1;
        if (lo == n) n++;
    }
    out.len = out.cap = n + 2;
    out.ptr = ANEWN(a, Pair, n + 2);
    out.ptr[n + 1] = (Pair){old->len, new_->len};
    i64 below = new_->len;
    for (i64 i = u.len - 1, want = n; i >= 0; i--) {
        if (length[i] != want || u.ptr[i].y >= below) continue;
        below = u.ptr[i].y;
        out.ptr[want--] = u.ptr[i];
    }
    return out;
}

typedef struct Hunks {
    const Lines *old, *new_;
    Buf *out, text;   // text: of the open hunk
    Pair done, start; // done: what was looked at; start of the open hunk
    i64 nold, nnew;
} Hunks;

static void take(Hunks *h, char sign, Str line) {
    buf_char(&h->text, sign);
    buf_str(&h->text, line);
    if (sign != '+') h->nold++;
    if (sign != '-') h->nnew++;
}

static void close_hunk(Hunks *h) {
    i64 x = h->start.x + (h->nold > 0), y = h->start.y + (h->nnew > 0);
    buf_printf(h->out, "@@ -%lld,%lld +%lld,%lld @@\n", (long long)x, (long long)h->nold, (long long)y,
               (long long)h->nnew);
    buf_str(h->out, buf_view(&h->text));
    h->text.len = 0;
    h->nold = h->nnew = 0;
}

// An anchor that the last run of equal lines does not contain.
static void next_run(Hunks *h, Pair m) {
    const Str *x = h->old->ptr, *y = h->new_->ptr;
    Pair from = m, to = m;
    while (from.x > h->done.x && from.y > h->done.y && str_eq(x[from.x - 1], y[from.y - 1])) from.x--, from.y--;
    while (to.x < h->old->len && to.y < h->new_->len && str_eq(x[to.x], y[to.y])) to.x++, to.y++;
    for (; h->done.x < from.x; h->done.x++) take(h, '-', x[h->done.x]);
    for (; h->done.y < from.y; h->done.y++) take(h, '+', y[h->done.y]);
    bool at_end = to.x >= h->old->len && to.y >= h->new_->len;
    i64 same = to.x - from.x;
    if (!at_end && (same < AROUND || (h->text.len && same < 2 * AROUND))) {
        for (; from.x < to.x; from.x++, from.y++) take(h, ' ', x[from.x]);
        h->done = to;
        return;
    }
    if (h->text.len) {
        for (i64 n = i64_min(same, AROUND); n > 0; n--, from.x++) take(h, ' ', x[from.x]);
        close_hunk(h);
    }
    if (at_end) {
        h->done.x = h->old->len + 1; // the rest of the anchors is behind it
        return;
    }
    h->start = (Pair){to.x - AROUND, to.y - AROUND};
    for (i64 i = h->start.x; i < to.x; i++) take(h, ' ', x[i]);
    h->done = to;
}

Str diff_text(Arena *a, const char *old_name, Str old, const char *new_name, Str new_text) {
    if (str_eq(old, new_text)) return (Str){0};
    Lines x = split(a, old), y = split(a, new_text);
    Buf out = {0};
    buf_printf(&out, "diff %s %s\n--- %s\n+++ %s\n", old_name, new_name, old_name, new_name);
    Hunks h = {.old = &x, .new_ = &y, .out = &out};
    Pairs list = anchors(a, &x, &y);
    for (i64 i = 0; i < list.len; i++)
        if (i == 0 || list.ptr[i].x >= h.done.x) next_run(&h, list.ptr[i]);
    Str r = arena_str(a, buf_view(&out));
    buf_free(&out);
    buf_free(&h.text);
    return r;
}
