// ssa.h - explicit tree -> optimised SSA -> registers.
//
// In:   an IrFunc. Out: a Func whose Values are machine operations with registers, blocks in layout order; arch/ encodes it.
// All Values are machine scalars: strings, slices, interfaces, complex numbers and small structs/arrays are taken apart by the
// builder (build.c) into scalar SSA variables; what is address-taken or too large (> 4 scalars, arrays of more than one element) lives in
// frame slots (Slot) and is accessed by loads and stores. Memory is a value (VT_MEM), threaded through loads, stores and calls.
// One Func is worked on by one thread in its own arena, which is reset afterwards.
#pragma once
#include "ir/ir.h"
#include "obj/obj.h"

typedef enum VType {
    VT_VOID,
    VT_MEM,
    VT_FLAGS,
    VT_BOOL,
    VT_I8,
    VT_I16,
    VT_I32,
    VT_I64,
    VT_PTR /* the collector's: scanned and adjusted */,
    VT_F32,
    VT_F64,
    VT_V128,
    VT_TUPLE
} VType;
static inline i64 vtype_size(VType t) {
    static const u8 sizes[VT_TUPLE + 1] = {[VT_BOOL] = 1, [VT_I8] = 1,  [VT_I16] = 2, [VT_I32] = 4,  [VT_F32] = 4,
                                           [VT_I64] = 8,  [VT_PTR] = 8, [VT_F64] = 8, [VT_V128] = 16};
    return sizes[t];
}

typedef struct Value Value;
typedef struct ValueVec ValueVec;
typedef struct Block Block;
typedef struct Func Func;
typedef struct Slot Slot;
typedef struct Arch Arch;
typedef enum SsaOp {
#define O(n, nargs, flags, doc) O_##n,
#include "ssa/ops.def"
#undef O
    O_GENERIC_COUNT,
    O_MACHINE_FIRST = 512, // arch/<cpu>/ops.def numbers its own from here
} SsaOp;
enum {
    OPF_COMMUTES = 1,
    OPF_PURE = 2 /* no effect, may be removed, moved, shared */,
    OPF_MEM_IN = 4 /* last argument is memory */,
    OPF_MEM_OUT = 8 /* result is, or its tuple ends with, memory */,
    OPF_CALL = 16 /* clobbers all registers; safepoint */,
    OPF_NILCHECK = 32,
    OPF_CONTROL = 64,
    OPF_FAULT = 128 /* a nil first argument faults */,
    OPF_CLOBBERS_FLAGS = 256,
    OPF_SAFEPOINT = 512
};
typedef struct OpInfo {
    const char *name;
    i8 nargs;
    u16 flags;
} OpInfo;
extern const OpInfo ssa_generic_ops[];
enum {
    VF_NONNIL = 1 /* pointer known not nil */,
    VF_NONNEG = 2,
    VF_BOUNDED = 4 /* internal: prove */,
    VF_OVERLAP = 8 /* MOVE, MOVE_WB: source and destination may overlap in part */,
    VF_FRESH = 16 /* STORE_WB: the old word is known to be nil; ZERO: a new variable begins */,
    VF_FAULTS =
        32 /* LOAD, STORE...: the nil check of its address was folded into it: it may be neither removed nor moved across effects */
    ,
    VF_SPILL = 64 /* internal: regalloc */,
    VF_DEAD = 128 /* out of its block */
};

struct Value { // what nearly every walk asks comes first: a cache line
    _Alignas(64) i32 id;
    u16 op;
    u8 type;
    u8 etype; // etype: of a tuple, the type of component 0 (width of atomics)
    i32 nargs, uses;
    Value **args;
    Value *inline_args[3];
    u8 flags;    // VF_*
    u8 am, cc;   // private to arch/: addressing mode, condition or variant
    i32 scratch; // for the running pass, as data
    union {
        i64 auxint; // constants (sign-extended to 64 bits), offsets, scales
        f64 auxf;   // of float constants
    };
    union {
        void *aux;
        Sym *sym;
        Slot *slot;
        struct CallInfo *call;
        IrVar *var;
        Type *go_type;
    };
    Block *block;
    Pos pos;
    i32 inl;
    i16 reg, reg2; // after register allocation: register number or -1 (-1: none or slot)
    Slot *home;    // spill slot
    void *data;
};
// Room for n in an empty vector that will soon have about so many.
#define VEC_ROOM(a, v, n) ((v)->cap = (n), (v)->ptr = arena_alloc_raw((a), (v)->cap * (i64)sizeof *(v)->ptr, 8))
struct ValueVec {
    Value **ptr;
    i64 len, cap;
};
typedef enum BlockKind {
    BK_PLAIN,
    BK_IF /* ctl[0] bool */,
    BK_RET /* ctl[0] tuple-making O_RETURN value */,
    BK_EXIT /* ctl[0] mem: after a call that does not return */,
    BK_JUMP_TABLE /* ctl[0] index, in range */,
    BK_MACHINE /* machine conditional branch: op in Block.mop, ctl flags */
} BlockKind;
typedef struct Edge {
    Block *b;
    i32 i;
} Edge;        // i: index of the reverse edge
struct Block { // what nearly every walk asks comes first
    _Alignas(64) i32 id;
    u8 kind;
    i8 likely; /* 1: succs[0], -1: succs[1] */
    u16 mop;
    VEC(Value *) values;
    VEC(Edge) succs;
    Value *ctl[2]; // ctl[1] begins the next line
    VEC(Edge) preds;
    i32 order;
    i32 dom_depth, loop_depth;
    bool cold, scratch_placed;
    Block *idom;
    Edge few[4];     // where preds and succs begin
    Block *dom_jump; // a dominator further up, so that the way up has O(log) steps
    Block *dom_child, *dom_next;
    Block *loop_header;
    struct Loop *loop;
    void *data;
    Func *f;
    Pos pos;
    i32 inl; // as in Value
};
typedef struct Loop {
    Block *header;
    struct Loop *outer;
    i32 depth;
    i32 nblocks;
    struct Loop *next;
} Loop;       // next: of Func.loops, inner ones first
struct Slot { // piece of the frame
    i32 id;
    i64 size, align;
    i64 offset; // from RSP in the body; assigned at the end
    IrVar *var;
    Type *type; // what it holds; NULL type: one scalar spill of vtype
    u8 vtype;
    bool is_arg; // is_arg: lies in the caller's outgoing area (incoming stack argument or result), offset from 8(entry SP)
    bool has_pointers;
    bool always_live;    // read by the recovery entry: live at every call
    bool is_private;     // alias.c
    bool exposed;        // slotlive.c: its address goes where pointers go; with pointers, it is a stack object
    u8 *ptr_mask;        // slotlive.c: bit i: word i is a pointer; NULL: not tracked
    i32 *live_words;     // slotlive.c: numbers of the words it tracks; NULL: the slot as a whole
    i32 live_bit, nlive; // bits of those words, or one bit
};
// Stack-assigned arguments of a call are stored through O_OUT_ADDR + offset before the call, stack-assigned results are loaded from there behind it:
// CallInfo describes registers only. Incoming stack arguments and stack results are Slots with is_arg.
// Where scalars of a signature go. Made by ssa_abi from the register counts of the Arch.
typedef struct AbiLoc {
    bool in_reg;
    bool is_float;
    i16 reg_index; /* n-th integer or float register of the sequence */
    i32 stack_off;
    u8 vtype;
    i64 part_off; /* offset inside the parameter's value */
} AbiLoc;
typedef struct AbiParam {
    Type *type;
    AbiLoc *locs;
    i32 nlocs;
    bool in_regs;
    i32 stack_off;
} AbiParam;
typedef struct AbiInfo {
    AbiParam *args, *results;
    i32 nargs, nresults;
    i32 stack_args_size, stack_size; /* with results */
    bool abi0;                       /* of assembly */
} AbiInfo;
AbiInfo *ssa_abi(Arena *, const Arch *, Type *sig, bool recv_first);
AbiInfo *ssa_abi_of(Arena *, const Arch *, const IrFunc *); // of a declared function: all on the stack if it is abi0
typedef enum CallKind {
    CALL_STATIC,
    CALL_CLOSURE /* args[0] code, args[1] context */,
    CALL_INTER /* args[0] code */,
    CALL_CONTEXT /* args[0] context; the code pointer is its first word (made by lowering) */,
    CALL_RUNTIME_LEAF_NOGC /* no stack map needed */
} CallKind;
// Of O_CALL; also of O_RETURN (args: registers of the result sequence). A call's value is a tuple: component i is result i, component nresults is memory.
typedef struct CallInfo {
    u8 kind;
    Sym *sym;
    AbiLoc *args;
    i32 nargs; /* scalars in registers, in order of Value.args behind code/context */
    AbiLoc *results;
    i32 nresults;
    i32 stack_size;
    bool tail, noreturn, defer_return;
    bool abi0;       // assembly: the current G is kept in the word above its arguments
    i32 map;         /* stack map index after regalloc */
    const u64 *live; /* slotlive.c: set of the pointer words of slots that may be read behind the call (Slot.live_bit);
                         calls may share one; NULL: no slot has pointers */
} CallInfo;

struct Func {
    Str name;
    IrFunc *ir;
    Arena *arena, *out /* outlives the function: symbols' data */;
    const Arch *arch;
    Symtab *syms;
    IrProgram *prog;
    struct SsaOptions *opt;
    VEC(Block *) blocks;
    Block *entry;
    i32 next_value, next_block;
    VEC(Slot *) slots;
    AbiInfo *abi;
    VEC(Value *) free_values;
    i64 frame_size, outgoing;
    bool has_calls, nosplit, has_defer, has_barriers;
    Block *
        deferreturn_block; // recovery entry: no predecessors, entered by the runtime with nothing valid but SP and G; made after the passes, last in blocks
    i64 edits, cleaned;    // changes of values, arguments, blocks, edges so far; when clean.c had nothing left to do
    i64 swept;             // when it had also looked for values that only each other use
    i64 removed;           // values that were dead so far
    i64 ruled, numbered, proved; // edits and removed when opt, gvn and prove had nothing left to do; -1: they have
    bool has_copies;             // a COPY was made since clean.c cut all of them
    bool stale_dom, stale_loops, stale_uses, has_cycles /* dom.c: of the last postorder: an edge leads back in it */,
        no_kill /* a pass remembers values without counting them as uses: unused ones stay */;
    CodeNotes *notes; // made by regalloc: frame_words, arg_words, maps, entry_regs; the rest by emit
    i32 cur_inl;
    Map *consts;
    Value *recent_consts[16];     // of consts, by what they are
    struct ValueVec *rewrite_out; // where ssa_new_before puts values while rules are applied
    Block *rewriting;             // its values before the rewrite_at-th are not in rewrite_out yet; NULL: they are
    i64 rewrite_at;
    Loop *loops;
    Block **postorder;
    i64 npostorder, order_room; // order_room: blocks that postorder and order_stack have memory for
    struct OrderFrame *order_stack;
    ValueVec work;      // clean.c's, so that its memory serves again
    void **gvn_buckets; // gvn.c's; empty in between
    i64 gvn_room;
    void *pass_data, *builder;
    VEC(u8) tokens; // build_near.c: what the function compares with, each behind its length
};
typedef struct SsaOptions {
    bool no_opt;
    bool check;  /* verify after every pass */
    bool poison; /* slotlive.c: words of slots that are not cleared begin as STACK_POISON */
    const char *dump_func;
    int dump_fd;
    bool stack_move_stress;
    const char *crash; /* "pass:function": vole crashes there, to see what it says then */
    int max_pass; /* > 0: optional passes from that row of passes.def on are left out (to find the one that is wrong) */
} SsaOptions;

// Compiles one function to its symbol (build, passes, lowering, registers, encoding). Any thread; arena is reset by the caller.
void ssa_compile(IrFunc *, IrProgram *, const Arch *, Symtab *, Arena *tmp, Arena *out, SsaOptions *);
// Pieces, for tests and passes.
Func *ssa_build(IrFunc *, IrProgram *, const Arch *, Symtab *, Arena *tmp, Arena *out, SsaOptions *);
void ssa_run_passes(Func *);
void ssa_regalloc(Func *); // regalloc.c: linear scan with splitting; also frame layout and stack maps
void ssa_verify(const Func *);
void ssa_print(Buf *, const Func *);
Value *ssa_value(Func *, Block *, int op, VType, Pos, int nargs, Value **args);
Value *ssa_const(Func *, VType, i64);
Value *ssa_fconst(Func *, VType, f64); // in the entry block, one for each (type, value)
bool ssa_postorder(Func *);            // reachable blocks into f->postorder
void ssa_compute_dom(Func *);
void ssa_compute_loops(Func *);
void ssa_compute_uses(Func *);
void ssa_renumber(Func *); // ids without gaps, in the same order: tables by id are half as large
bool ssa_dominates(const Block *a, const Block *b);
Block *ssa_common_dominator(Block *, Block *);
void ssa_replace_uses(Func *, Value *old,
                      Value *with); // old is dead afterwards (copy chains are cut by the next copyelim)

// Rewriting. Rule functions are generated by tools/rulegen.c (see there) and applied by ssa_apply_rules until nothing changes.
bool ssa_apply_rules(Func *,
                     bool (*rewrite)(Func *, Value *)); // true if anything changed; drops values that became unused
Value *ssa_new_before(Func *, Value *at, int op, VType, int nargs,
                      ...); // Value *args; placed before at (inside ssa_apply_rules: O(1))
void ssa_reset(Func *, Value *v, int op,
               VType); // v becomes op without arguments and aux; uses of the old arguments are dropped
void ssa_rewrite(Func *, Value *v, int op, VType, i64 auxint, void *aux, int nargs,
                 Value **args);                 // v becomes that, in place
void ssa_copy_of(Func *, Value *v, Value *x);   // v becomes a copy of x
void ssa_add_arg(Func *, Value *v, Value *arg); // counts the use
void ssa_set_arg(Func *, Value *v, int i, Value *arg);
Value *ssa_insert_before(Func *, Value *at, int op, VType, int nargs, Value **args); // O(values of the block)
Block *ssa_block(Func *, BlockKind);
void ssa_edge(Func *, Block *from, Block *to);
void ssa_remove_edge(Func *, Block *from, i64 succ); // also the phi arguments at the target
Slot *ssa_slot(Func *, i64 size, i64 align, Type *);

// ---- what a machine is (arch/arch.h includes this; arch/<cpu>/ fills one static const struct) ----------------------------------
typedef u64 RegSet;
typedef struct RegInfo {
    const char *name;
    u8 hw;
    bool is_float;
} RegInfo;
struct RegConstraint;
struct Arch {
    const char *name;
    i32 ptr_size;
    const RegInfo *regs;
    i32 nregs; // register numbers index this
    RegSet allocatable_int, allocatable_float;
    const i16 *int_args, *float_args, *int_results, *float_results;
    i32 nint, nfloat;
    i16 sp, g, ctxt, float_scratch;
    const OpInfo *ops;
    i32 nops;              // machine ops, from O_MACHINE_FIRST
    void (*lower)(Func *); // generic -> machine operations (amd64.rules); addressing modes
    // Constraints of one value: fixed/allowed registers of arguments and result, result same as args[0], clobbers.
    void (*constraints)(const Value *, struct RegConstraint *);
    bool (*rematerializable)(const Value *);
    void (*emit)(Func *, Sym *out, Arena *); // after regalloc: code bytes, relocations, CodeInfo
    i64 (*list)(Buf *, const Sym *text,
                i64 at); // the instruction there in Go's assembler; its length, 0 if it is none of ours
};
typedef struct RegConstraint {
    RegSet in[8];
    i32 nin; /* args beyond: any of the class */
    RegSet out, out2;
    RegSet clobbers;
    bool same_as_first, early_out /* the result is written before all arguments are read */;
    i32 scratch_int /* registers; number in Value.scratch */;
    RegSet mem_ok /* bit i: arg i may stay in its spill slot */;
} RegConstraint;
static inline const OpInfo *ssa_op_info(const Func *f, int op) {
    return op < O_GENERIC_COUNT ? &ssa_generic_ops[op] : &f->arch->ops[op - O_MACHINE_FIRST];
}
