// ssa_int.h - what the files of ssa/ share among themselves.
#pragma once
#include "ssa/ssa.h"

// value.c
Value *ssa_new_value(Func *, Block *, int op, VType, Pos, int nargs, Value **args); // not yet in a block's list
void ssa_drop_use(Func *, Value *);
void ssa_remove_arg(Func *, Value *v, i64 i);
void ssa_set_ctl(Func *, Block *, Value *);
Block *ssa_split_edge(Func *, Block *from, i64 succ);
void ssa_fold_branch(Func *, Block *, i64 keep); // BK_IF or BK_JUMP_TABLE becomes BK_PLAIN along that edge
static inline u16 op_flags(const Func *f, const Value *v) { return ssa_op_info(f, v->op)->flags; }
// Grows with each change: a pass that found nothing to do finds nothing while it is the same.
static inline i64 changes(const Func *f) { return f->edits + f->removed; }
static inline bool is_const(const Value *v, i64 c) { return v->op == O_CONST && v->auxint == c; }
static inline Value *mem_arg(const Func *f, const Value *v) {
    return (op_flags(f, v) & OPF_MEM_IN) && v->nargs ? v->args[v->nargs - 1] : NULL;
}
static inline bool is_float_type(VType t) { return t == VT_F32 || t == VT_F64; }
static inline int type_bits(VType t) { return t == VT_BOOL ? 8 : (int)vtype_size(t) * 8; }

// the passes (passes.def)
#define PASS(fn, name, needs, when) void pass_##fn(Func *);
#include "ssa/passes.def"
#undef PASS
Block *ssa_split_block(
    Func *, Block *,
    i64 at); // values from index at on, control and successors go to the new block; no edge between the two yet
void ssa_clean(Func *);                           // clean.c: dead code, copies, trivial phis, block merging
bool ssa_speculable(const Func *, const Value *); // pure, and may be computed where its guards do not hold
void ssa_dom_children(Func *);                    // gvn.c: Block.dom_child and dom_next
// alias.c
typedef enum RefKind { REF_PTR, REF_SLOT, REF_SYM, REF_OUT } RefKind;
typedef struct Ref {
    u8 kind;
    bool exact;
    void *root;
    i64 off, size;
} Ref; // bytes [off, off + size) of root; exact false: unknown offset
Ref ssa_ref(Value *ptr, i64 off, i64 size);
void ssa_compute_private(Func *);
bool ssa_may_alias(const Ref *, const Ref *);
bool ssa_may_write(const Func *, const Value *mem, const Ref *);
bool ssa_is_readonly(const Ref *);
Value *ssa_zero_bytes(Func *, Block *, Value *ptr, i64 size, Value *mem); // writebarrier.c
Value *ssa_last_write(Func *, Value *mem,
                      const Ref *); // oldest memory state in which the bytes are what they are in mem
