// intrinsic.c - is this function an operation?
#include "ir/ir.h"
#include <stdlib.h>

static const char *const symbols[] = {
// sorted
#if __has_include("ir/intrinsics.def")
#define I(sym, shape, vt, op) sym,
#include "ir/intrinsics.def"
#undef I
#endif
    "\xff", // last
};

static int compare(const void *key, const void *e) {
    return str_cmp(*(const Str *)key, str_c(*(const char *const *)e));
}

i32 ir_intrinsic(Str sym) {
    const char *const *p = bsearch(&sym, symbols, (size_t)NELEM(symbols), sizeof symbols[0], compare);
    return p ? (i32)(p - symbols) : -1;
}
