// err.c - errors as values: made where something fails, worded by whoever reports it.
#include "base/base.h"

bool err_set(Err *e, Arena *a, i32 kind, const char *fmt, ...) {
    if (!e) return false;
    va_list ap;
    va_start(ap, fmt);
    e->text = arena_vprintf(a, fmt, ap);
    e->kind = kind;
    va_end(ap);
    return false;
}
