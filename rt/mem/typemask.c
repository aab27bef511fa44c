// typemask.c - pointer bitmaps of types. Most are constants of the program; large types made by reflect and by the compiler (TFLAG_GCMASK_ON_DEMAND)
// build theirs at the first use, on the system stack: gcdata then points at a word that holds the bitmap's address. Persistent memory; no collection.
#include "mem/mem.h"

static SYSTEM void set_bits(u8 *m, usize bit, const u8 *src, usize n) {
    for (usize i = 0; i < n; i++)
        if (src[i >> 3] >> (i & 7) & 1) m[(bit + i) >> 3] |= (u8)(1 << ((bit + i) & 7));
}
static SYSTEM void build(u8 *m, usize word, GoType *t) {
    if (!t->ptrbytes) return;
    if (!(t->tflag & TFLAG_GCMASK_ON_DEMAND)) {
        set_bits(m, word, t->gcdata, t->ptrbytes / 8);
        return;
    }
    switch (t->kind & 31) {
    case KIND_ARRAY: {
        GoArrayType *a = (GoArrayType *)t;
        for (u64 i = 0; i < a->len; i++) build(m, word + i * (a->elem->size / 8), a->elem);
        return;
    }
    case KIND_STRUCT: {
        GoStructType *s = (GoStructType *)t;
        for (i64 i = 0; i < s->nfields; i++) build(m, word + s->fields[i].offset / 8, s->fields[i].typ);
        return;
    }
    default: throw_("type_mask: type without mask");
    }
}
static SYSTEM const u8 *make_mask(GoType *t, u8 **slot) {
    u8 *m = persistent_alloc((t->ptrbytes / 8 + 7) / 8 + 8, 8);
    build(m, 0, t);
    u8 *none = NULL;
    return __atomic_compare_exchange_n(slot, &none, m, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? m : none;
}
LEAF const u8 *type_mask(GoType *t) {
    if (!(t->tflag & TFLAG_GCMASK_ON_DEMAND)) return t->gcdata;
    u8 **slot = (u8 **)t->gcdata;
    u8 *m = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    return m ? m : (const u8 *)LEAF_ON_SYSTEM(make_mask, t, slot, 0);
}
