// order.c - the order of a section's symbols: by (origin, name, content).
//
// Most symbols have names, and most names begin alike: those are sorted eight bytes at a time.
#include "link/link_int.h"
#include <stdlib.h>

// Place of a basic type among descriptors of its size: gc's, behind the named types.
static int basic_rank(Str name) {
    static const char *const order[] = {"string",    "int8",       "uint8",   "int16",   "uint16", "int32",
                                        "uint32",    "int64",      "uint64",  "int",     "uint",   "uintptr",
                                        "complex64", "complex128", "float32", "float64", "bool",   "unsafe.Pointer"};
    if (!str_has_prefix(name, S("type:")) || name.len > 19) return 0;
    for (int i = 0; i < (int)(sizeof order / sizeof order[0]); i++)
        if (str_eq(str_slice(name, 5, name.len), str_c(order[i]))) return i + 1;
    return 0;
}

// Descriptors are sorted by size first: package fmt prints the keys of a map[any]T in the order of their types' addresses,
// which are so in gc.
static u64 type_key(const Sym *s) { return (u64)s->size << 8 | (u64)basic_rank(s->name); }

// ELF sections keep archive order behind all compiled symbols; named symbols are ordered by name; anonymous ones by
// content, then by the order in which they were made: only what differs by content may have no name.
static int cmp_sym(const void *pa, const void *pb) {
    const Sym *a = *(Sym *const *)pa, *b = *(Sym *const *)pb;
    if (a->from_elf != b->from_elf) return a->from_elf ? 1 : -1;
    if (a->from_elf) return a->order < b->order ? -1 : a->order > b->order;
    return obj_compare(a, b);
}

// ---- by name --------------------------------------------------------------------------------------------------------
typedef struct Named {
    u64 key; // eight bytes of the name from some depth on, zeros behind its end; at depth -8: what goes before names
    Str name;
    Sym *sym;
} Named;
enum { FEW = 12 };

static u64 key_at(Str s, i64 depth) {
    u8 b[8] = {0};
    i64 n = s.len - depth;
    if (n >= 8) memcpy(b, s.ptr + depth, 8);
    else if (n > 0) memcpy(b, s.ptr + depth, (size_t)n);
    u64 key;
    memcpy(&key, b, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    key = __builtin_bswap64(key);
#endif
    return key;
}

static int cmp_named(const void *pa, const void *pb) {
    const Named *a = pa, *b = pb;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return cmp_sym(&a->sym, &b->sym); // a name may be that of several: those of assembly's files
}

static void sort_few(Named *v, i64 n) {
    for (i64 i = 1; i < n; i++) {
        Named x = v[i];
        i64 k = i;
        for (; k > 0 && cmp_named(&x, &v[k - 1]) < 0; k--) v[k] = v[k - 1];
        v[k] = x;
    }
}

// False: all names have ended.
static bool next_keys(Named *v, i64 n, i64 depth) {
    bool more = false;
    for (i64 i = 0; i < n; i++) {
        v[i].key = key_at(v[i].name, depth);
        more |= v[i].name.len > depth;
    }
    return more;
}

// Names that are equal up to depth; keys are those of depth.
static void sort_names(Named *v, i64 n, i64 depth) {
    while (n > FEW) {
        u64 pivot = v[(u64)n * 0x9e3779b97f4a7c15u % (u64)n].key;
        i64 lo = 0, hi = n;
        for (i64 i = 0; i < hi;) { // less | equal | not seen | greater
            Named x = v[i];
            if (x.key == pivot) i++;
            else if (x.key < pivot) v[i++] = v[lo], v[lo++] = x;
            else v[i] = v[--hi], v[hi] = x;
        }
        sort_names(v, lo, depth);
        sort_names(v + hi, n - hi, depth);
        v += lo, n = hi - lo, depth += 8;
        if (!next_keys(v, n, depth)) {
            if (n) qsort(v, (size_t)n, sizeof *v, cmp_named);
            return;
        }
    }
    sort_few(v, n);
}

void link_sort(Link *l, Sym **syms, i64 n) {
    if (!n) return;
    bool type = syms[0]->kind == SYM_TYPE; // descriptors have a section of their own
    Named *v = ANEWN(l->a, Named, n + 1);
    i64 named = 0, rest = 0;
    for (i64 i = 0; i < n; i++) {
        Sym *s = syms[i];
        if (s->from_elf || !s->name.len) syms[rest++] = s;
        else v[named++] = (Named){type ? type_key(s) : key_at(s->name, 0), s->name, s};
    }
    sort_names(v, named, type ? -8 : 0);
    if (rest) qsort(syms, (size_t)rest, sizeof *syms, cmp_sym);
    if (rest) memmove(syms + named, syms, sizeof *syms * (size_t)rest);
    for (i64 i = 0; i < named; i++) syms[i] = v[i].sym;
}
