// unit.c - needs of units as they are made: their names are the list's own, in order, two for each need.
#include "ir/unit.h"

static Str listed(const void *names, u32 i) { return ((const Str *)names)[i]; }

void unit_begin_needs(UnitNeeds *out, Arena *a, i64 most) {
    *out = (UnitNeeds){.ptr = ANEWN(a, UnitNeed, most + 1), .names = ANEW(a, UnitNames)};
    *out->names = (UnitNames){.text = listed, .of = ANEWN(a, Str, 2 * most + 2)};
}

void unit_add_need(UnitNeeds *out, NeedKind kind, Str sym, Str init) {
    Str *names = (Str *)(uintptr_t)out->names->of;
    u32 at = (u32)(2 * out->len);
    names[at] = sym;
    names[at + 1] = init;
    out->ptr[out->len++] = (UnitNeed){(u8)kind, at, at + 1};
}
