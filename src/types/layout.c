// layout.c - sizes, alignments, field offsets and pointer maps, as gc lays types out on 64-bit machines.
//
// A struct that ends in a field without size is padded by one byte, so that a pointer to that
// field stays inside. Sizes past the address space are -1.
//
// Threads: layouts are asked for while functions are compiled in parallel. The first who has laid out the parts of a type writes its
// layout, others wait for these few stores; layout_done is read and written with acquire and release.
#include "types/decls.h"
#include <sched.h>

enum { WORD = 8 };

static void set(Type *t, i64 size, i64 align, i64 ptrdata) {
    t->size = size;
    t->align = (u8)align;
    t->ptrdata = ptrdata;
}

static void layout_array(Type *t) {
    Type *e = types_unalias(t->array.elem);
    i64 n = t->array.len > 0 ? t->array.len : 0, size;
    if (e->size < 0 || __builtin_mul_overflow(e->size, n, &size)) size = -1;
    i64 ptrdata = n && e->ptrdata && size > 0 ? size - e->size + e->ptrdata : 0;
    set(t, size, e->align, ptrdata);
}

static void layout_struct(Type *t) {
    i64 off = 0, align = 1, ptrdata = 0, last = 1;
    for (i64 i = 0; i < t->strct.nfields; i++) {
        Type *ft = types_unalias(t->strct.fields[i].var->type);
        if (ft->align > align) align = ft->align;
        last = ft->size;
        t->strct.offsets[i] = -1;
        if (off < 0) continue;
        off = align_up(off, ft->align ? ft->align : 1);
        t->strct.offsets[i] = off;
        if (ft->ptrdata) ptrdata = off + ft->ptrdata;
        if (ft->size < 0 || off > INT64_MAX / 2 - ft->size) off = -1;
        else off += ft->size;
    }
    if (off > 0 && last == 0) off++;
    set(t, off < 0 ? -1 : align_up(off, align), align, ptrdata);
}

static void layout_basic(Type *t) {
    switch (t->kind) {
    case TYPE_BOOL:
    case TYPE_INT8:
    case TYPE_UINT8:
    case TYPE_UNTYPED_BOOL: set(t, 1, 1, 0); break;
    case TYPE_INT16:
    case TYPE_UINT16: set(t, 2, 2, 0); break;
    case TYPE_INT32:
    case TYPE_UINT32:
    case TYPE_FLOAT32:
    case TYPE_UNTYPED_RUNE: set(t, 4, 4, 0); break;
    case TYPE_COMPLEX64: set(t, 8, 4, 0); break;
    case TYPE_COMPLEX128:
    case TYPE_UNTYPED_COMPLEX: set(t, 16, 8, 0); break;
    case TYPE_STRING:
    case TYPE_UNTYPED_STRING: set(t, 16, 8, 8); break;
    case TYPE_UNSAFE_POINTER:
    case TYPE_UNTYPED_NIL: set(t, 8, 8, 8); break;
    case TYPE_INVALID: set(t, 0, 1, 0); break;
    default: set(t, WORD, WORD, 0); break;
    }
}

// The mark that gives 64-bit atomics their alignment.
static bool is_align64(Object *o) {
    return o->pkg && str_eq(o->name->s, S("align64")) &&
           (str_eq(o->pkg->path, S("sync/atomic")) || str_eq(o->pkg->path, S("internal/runtime/atomic")));
}

static void layout_kind(Type *t) {
    switch (t->kind) {
    case TYPE_ARRAY: layout_array(t); break;
    case TYPE_SLICE: set(t, 3 * WORD, WORD, WORD); break;
    case TYPE_STRUCT: layout_struct(t); break;
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN: set(t, WORD, WORD, WORD); break;
    case TYPE_INTERFACE: set(t, 2 * WORD, WORD, 2 * WORD); break;
    case TYPE_NAMED: {
        Type *u = types_under(t);
        set(t, u->size, is_align64(t->named.obj) ? 8 : u->align, u->ptrdata);
        break;
    }
    case TYPE_TUPLE:
    case TYPE_UNION:
    case TYPE_PARAM:
    case TYPE_ALIAS: set(t, 0, 1, 0); break;
    default: layout_basic(t); break;
    }
}

typedef struct Busy { // types that are being laid out by this thread, innermost first
    Type *t;
    const struct Busy *outer;
} Busy;

enum { LAYOUT_NONE, LAYOUT_DONE, LAYOUT_WRITING };

static u8 state(const Type *t) { return __atomic_load_n(&t->layout_done, __ATOMIC_ACQUIRE); }

static void layout_in(Type *t, const Busy *outer);

static void layout_parts(Type *t, const Busy *outer) {
    Busy b = {t, outer};
    switch (t->kind) {
    case TYPE_ARRAY: layout_in(t->array.elem, &b); break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++) layout_in(t->strct.fields[i].var->type, &b);
        break;
    case TYPE_NAMED: layout_in(types_under(t), &b); break;
    default: break;
    }
}

static void layout_in(Type *t, const Busy *outer) {
    t = types_unalias(t);
    if (state(t) == LAYOUT_DONE) return;
    for (const Busy *b = outer; b; b = b->outer)
        if (b->t == t) return; // an infinite type, reported elsewhere
    layout_parts(t, outer);
    u8 none = LAYOUT_NONE;
    if (__atomic_compare_exchange_n(&t->layout_done, &none, LAYOUT_WRITING, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_ACQUIRE)) {
        layout_kind(t);
        __atomic_store_n(&t->layout_done, LAYOUT_DONE, __ATOMIC_RELEASE);
    }
    while (state(t) != LAYOUT_DONE) sched_yield();
}

void types_layout(Type *t) { layout_in(t, NULL); }

// The type itself, laid out; it nearly always was.
static const Type *laid_out(Type *t) {
    t = types_unalias(t);
    if (state(t) != LAYOUT_DONE) layout_in(t, NULL);
    return t;
}

i64 types_size(Type *t) { return laid_out(t)->size; }
i64 types_align(Type *t) { return laid_out(t)->align; }

i64 types_field_offset(Type *t, i64 i) {
    t = types_under(t);
    types_layout(t);
    return t->strct.offsets[i];
}

bool types_has_pointers(Type *t) { return laid_out(t)->ptrdata != 0; }

static void set_bit(u8 *bits, i64 i) { bits[i / 8] |= (u8)(1 << (i % 8)); }

void types_pointer_mask(Type *t, u8 *bits, i64 word0) {
    types_layout(t);
    t = types_under(t);
    types_layout(t);
    if (!t->ptrdata) return;
    switch (t->kind) {
    case TYPE_ARRAY: {
        i64 words = types_size(t->array.elem) / WORD;
        for (i64 i = 0; i < t->array.len; i++) types_pointer_mask(t->array.elem, bits, word0 + i * words);
        break;
    }
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++)
            if (types_has_pointers(t->strct.fields[i].var->type))
                types_pointer_mask(t->strct.fields[i].var->type, bits, word0 + t->strct.offsets[i] / WORD);
        break;
    case TYPE_INTERFACE:
        set_bit(bits, word0);
        set_bit(bits, word0 + 1);
        break;
    default: set_bit(bits, word0); break;
    }
}
