// abi.c - where the scalars of a signature go: Go's ABIInternal assignment with the register counts of the Arch.
//
// A parameter is in registers as a whole or on the stack as a whole. Parameters are assigned in order, then, with all registers
// free again, results. Stack-assigned values follow each other aligned to their types; results begin at a multiple of 8.
#include "ssa/ssa_int.h"

typedef struct Assign {
    Arena *a;
    const Arch *arch;
    i32 ints, floats;
    VEC(AbiLoc) locs;
} Assign;
static bool assign_reg(Assign *s, bool is_float, VType vt, i64 off) {
    i32 *n = is_float ? &s->floats : &s->ints;
    if (*n >= (is_float ? s->arch->nfloat : s->arch->nint)) return false;
    vec_push(
        s->a, &s->locs,
        ((AbiLoc){.in_reg = true, .is_float = is_float, .reg_index = (i16)(*n)++, .vtype = (u8)vt, .part_off = off}));
    return true;
}
static bool assign_type(Assign *s, Type *t, i64 off) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_BOOL: return assign_reg(s, false, VT_BOOL, off);
    case TYPE_INT8:
    case TYPE_UINT8: return assign_reg(s, false, VT_I8, off);
    case TYPE_INT16:
    case TYPE_UINT16: return assign_reg(s, false, VT_I16, off);
    case TYPE_INT32:
    case TYPE_UINT32: return assign_reg(s, false, VT_I32, off);
    case TYPE_INT:
    case TYPE_UINT:
    case TYPE_INT64:
    case TYPE_UINT64:
    case TYPE_UINTPTR: return assign_reg(s, false, VT_I64, off);
    case TYPE_FLOAT32: return assign_reg(s, true, VT_F32, off);
    case TYPE_FLOAT64: return assign_reg(s, true, VT_F64, off);
    case TYPE_COMPLEX64: return assign_reg(s, true, VT_F32, off) && assign_reg(s, true, VT_F32, off + 4);
    case TYPE_COMPLEX128: return assign_reg(s, true, VT_F64, off) && assign_reg(s, true, VT_F64, off + 8);
    case TYPE_STRING: return assign_reg(s, false, VT_PTR, off) && assign_reg(s, false, VT_I64, off + 8);
    case TYPE_UNSAFE_POINTER:
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN: return assign_reg(s, false, VT_PTR, off);
    case TYPE_SLICE:
        return assign_reg(s, false, VT_PTR, off) && assign_reg(s, false, VT_I64, off + 8) &&
               assign_reg(s, false, VT_I64, off + 16);
    case TYPE_INTERFACE: return assign_reg(s, false, VT_I64, off) && assign_reg(s, false, VT_PTR, off + 8);
    case TYPE_ARRAY: return u->array.len == 0 || (u->array.len == 1 && assign_type(s, u->array.elem, off));
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++)
            if (!assign_type(s, u->strct.fields[i].var->type, off + types_field_offset(u, i))) return false;
        return true;
    default: bug("ssa_abi: type kind %d", u->kind);
    }
}
static AbiParam assign_param(Assign *s, Type *t, i32 *stack) {
    AbiParam p = {.type = t};
    i32 ints = s->ints, floats = s->floats;
    s->locs.ptr = NULL;
    s->locs.len = s->locs.cap = 0;
    if (types_size(t) > 0 && assign_type(s, t, 0)) {
        p.in_regs = true;
        p.locs = s->locs.ptr;
        p.nlocs = (i32)s->locs.len;
        return p;
    }
    s->ints = ints;
    s->floats = floats;
    *stack = (i32)align_up(*stack, types_align(t));
    p.stack_off = *stack;
    *stack += (i32)types_size(t);
    return p;
}
AbiInfo *ssa_abi(Arena *a, const Arch *arch, Type *sig, bool recv_first) {
    sig = types_under(sig);
    Type *params = sig->sig.params, *results = sig->sig.results;
    AbiInfo *abi = ANEW(a, AbiInfo);
    Assign s = {.a = a, .arch = arch};
    Object *recv = recv_first ? NULL : sig->sig.recv;
    i64 n = params ? params->tuple.n : 0, m = results ? results->tuple.n : 0, r = recv_first || recv;
    abi->nargs = (i32)(n + r);
    abi->nresults = (i32)m;
    abi->args = ANEWN(a, AbiParam, n + r + 1);
    abi->results = ANEWN(a, AbiParam, m + 1);
    i32 stack = 0;
    if (recv) abi->args[0] = assign_param(&s, recv->type, &stack);
    if (recv_first) {
        assign_reg(&s, false, VT_PTR, 0);
        abi->args[0] = (AbiParam){.locs = s.locs.ptr, .nlocs = 1, .in_regs = true};
    }
    for (i64 i = 0; i < n; i++) abi->args[i + r] = assign_param(&s, params->tuple.vars[i]->type, &stack);
    stack = (i32)align_up(stack, 8);
    abi->stack_args_size = stack;
    s.ints = s.floats = 0;
    for (i64 i = 0; i < m; i++) abi->results[i] = assign_param(&s, results->tuple.vars[i]->type, &stack);
    abi->stack_size = (i32)align_up(stack, 8);
    return abi;
}

AbiInfo *ssa_abi_of(Arena *a, const Arch *arch, const IrFunc *f) {
    if (!f->abi0) return ssa_abi(a, arch, f->sig, false);
    Arch none = *arch;
    none.nint = none.nfloat = 0;
    AbiInfo *abi = ssa_abi(a, &none, f->sig, false);
    abi->abi0 = true;
    return abi;
}
