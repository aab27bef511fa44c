// rules.h - words of amd64.rules that more than one of its phases uses (lower.c, fold.c).
#pragma once
#include "arch/amd64/amd64.h"

enum {
    AT_REG = AM_PRESENT | AM_REG,
    AT_INDEX = AM_PRESENT | AM_REG | AM_INDEX,
    AT_SLOT = AM_PRESENT | AM_SLOT,
    AT_OUT = AM_PRESENT | AM_OUT,
    AT_SYM = AM_PRESENT | AM_SYM,
};
#define AM_AT_REG   AT_REG // am=AT_REG
#define AM_AT_INDEX AT_INDEX
#define AM_AT_SLOT  AT_SLOT
#define AM_AT_OUT   AT_OUT
#define AM_AT_SYM   AT_SYM

static inline i64 bytes(int t) { return vtype_size((VType)t); }
static inline i64 size(const Value *v) { return vtype_size((VType)v->type); }
