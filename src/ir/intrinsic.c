// intrinsic.c - is this function an operation?
#include "ir/ir.h"

#define SYMBOL(s)                                                                                                      \
    { s, sizeof s - 1 }
static const Str symbols[] = {
// sorted
#if __has_include("ir/intrinsics.def")
#define I(sym, shape, vt, op) SYMBOL(sym),
#include "ir/intrinsics.def"
#undef I
#endif
    SYMBOL("\xff"), // last
};

i32 ir_intrinsic(Str sym) {
    for (i64 lo = 0, hi = NELEM(symbols); lo < hi;) {
        i64 mid = (lo + hi) / 2;
        int c = str_cmp(sym, symbols[mid]);
        if (!c) return (i32)mid;
        if (c < 0) hi = mid;
        else lo = mid + 1;
    }
    return -1;
}
