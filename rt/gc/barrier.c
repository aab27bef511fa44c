// barrier.c - write barrier: buffers, typed copies, atomic pointer operations. LEAF: runs on goroutine stacks, takes no lock, never collects.
//
// Hybrid barrier: before a heap slot is overwritten while marking, its old value and the new one are shaded. Both go to the P's buffer; a full buffer is
// emptied by wb_flush into the marker.
#include "gc/gc.h"
#include "sched/sched.h"

u32 write_barrier;

static LEAF void buffer(usize a, usize b) {
    P *p = this_m()->p;
    if (p->wbbuf_next + 2 > p->wbbuf_end) LEAF_ON_SYSTEM(wb_flush, 0, 0, 0);
    p->wbbuf_next[0] = a;
    p->wbbuf_next[1] = b;
    p->wbbuf_next += 2;
}
SYSTEM void wb_flush_p(P *p) {
    if (write_barrier && p->wbbuf_next != p->wbbuf) mark_buffer(p->wbbuf, p->wbbuf_next);
    p->wbbuf_next = p->wbbuf;
}
SYSTEM void wb_flush(void) { wb_flush_p(this_m()->p); }
LEAF void gc_shade(const void *a, const void *b) {
    if (unlikely(write_barrier)) buffer((usize)a, (usize)b);
}
LEAF void wb_pointer(void **slot, void *val) {
    if (unlikely(write_barrier)) buffer((usize)*slot, (usize)val);
    *slot = val;
}
// Shades the pointers of `bytes` bytes of elements of type t at dst (about to be overwritten) and at src (about to be stored there).
LEAF void wb_bulk(void *dst, usize src, usize bytes, GoType *t) {
    if (!write_barrier || !t->ptrbytes) return;
    const u8 *m = type_mask(t);
    for (usize off = 0; off + t->ptrbytes <= bytes; off += t->size)
        for (usize i = 0; i < t->ptrbytes / 8; i++) {
            if (!(m[i >> 3] >> (i & 7) & 1)) continue;
            usize o = off + i * 8;
            buffer(dst ? *(usize *)((usize)dst + o) : 0, src ? *(usize *)(src + o) : 0);
        }
}
LEAF void go_typedmemmove(GoType *t, void *dst, void *src) GOSYM("runtime.typedmemmove");
void go_typedmemmove(GoType *t, void *dst, void *src) {
    if (dst == src) return;
    if (unlikely(write_barrier)) wb_bulk(dst, (usize)src, t->size, t);
    memmove(dst, src, t->size);
}
LEAF void go_typedmemclr(GoType *t, void *p) GOSYM("runtime.typedmemclr");
void go_typedmemclr(GoType *t, void *p) {
    if (unlikely(write_barrier)) wb_bulk(p, 0, t->size, t);
    memclr(p, t->size);
}
LEAF void go_typedmemclrpartial(GoType *t, void *p, usize off, usize size) GOSYM("reflect.typedmemclrpartial");
void go_typedmemclrpartial(GoType *t, void *p, usize off, usize size) {
    if (unlikely(write_barrier) && t->ptrbytes) {
        const u8 *m = type_mask(t);
        for (usize i = off / 8; i < (off + size) / 8 && i < t->ptrbytes / 8; i++)
            if (m[i >> 3] >> (i & 7) & 1) buffer(*(usize *)((usize)p + i * 8 - off), 0);
    }
    memclr(p, size);
}
LEAF void go_typedarrayclear(GoType *t, void *p, i64 n) GOSYM("reflect.typedarrayclear");
void go_typedarrayclear(GoType *t, void *p, i64 n) {
    if (unlikely(write_barrier)) wb_bulk(p, 0, t->size * (usize)n, t);
    memclr(p, t->size * (usize)n);
}
// The type of the memory is not known: its own heap description says where pointers are.
LEAF void go_memclr_pointers(void *p, usize n) GOSYM("runtime.memclrHasPointers");
void go_memclr_pointers(void *p, usize n) {
    if (unlikely(write_barrier))
        for (usize i = 0; i + 8 <= n; i += 8) {
            usize v = *(usize *)((usize)p + i);
            if (v) buffer(v, 0);
        }
    memclr(p, n);
}
LEAF i64 go_typedslicecopy(GoType *t, void *dst, i64 nd, void *src, i64 ns) GOSYM("runtime.typedslicecopy");
i64 go_typedslicecopy(GoType *t, void *dst, i64 nd, void *src, i64 ns) {
    i64 n = nd < ns ? nd : ns;
    if (n == 0 || dst == src) return n;
    usize bytes = (usize)n * t->size;
    if (unlikely(write_barrier)) wb_bulk(dst, (usize)src, bytes, t);
    memmove(dst, src, bytes);
    return n;
}

// ---- atomic pointers
LEAF void go_atomic_store(void **p, void *v) {
    if (unlikely(write_barrier)) buffer((usize)*p, (usize)v);
    __atomic_store_n(p, v, __ATOMIC_SEQ_CST);
}
LEAF void go_atomic_shade(void **p, void *v) { // the barrier of a store that the caller does
    if (unlikely(write_barrier)) buffer((usize)*p, (usize)v);
}
LEAF void *go_atomic_swap(void **p, void *v) {
    if (unlikely(write_barrier)) buffer((usize)*p, (usize)v);
    return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);
}
LEAF bool go_atomic_cas(void **p, void *old, void *v) {
    if (unlikely(write_barrier)) buffer((usize)old, (usize)v);
    return __atomic_compare_exchange_n(p, &old, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
