// build.h - what the files of the builder (build*.c: IrFunc -> Func) share.
//
// A Val is a Go value being computed: up to four scalars, or, for a type that is not taken apart, the address where it lies
// (in_mem; the user copies it before anything else can write there).
#pragma once
#include "ssa/ssa_int.h"

enum { MAX_PARTS = 4 };
typedef struct TypeInfo {
    Type *type;
    bool scalar; /* taken apart into n parts */
    bool ptrs;
    i8 n;
    u8 vt[MAX_PARTS];
    i32 off[MAX_PARTS];
    Type *leaf[MAX_PARTS];
    u8 lens; /* bit i: part i is a length or capacity, never negative */
    i64 size;
} TypeInfo;
typedef enum AddrKind { AK_HEAP, AK_STACK, AK_GLOBAL } AddrKind;
typedef struct Addr {
    Value *base;
    i64 off;
    u8 kind;
    bool fresh; /* just allocated: holds zeros */
    bool readonly;
} Addr;
typedef struct Val {
    TypeInfo *ti;
    Value *p[MAX_PARTS];
    Addr addr;
    bool in_mem;
} Val;
typedef struct VarInfo { // of an IrVar
    TypeInfo *ti;
    i32 first; // SSA variables [first, first + n); for heap, by_ref: one, the pointer
    Slot *slot;
    bool ptr; // ptr: `first` is a pointer to it
    Addr addr;
    bool fixed;     // fixed: lies at addr (captures of large types)
    Slot *ptr_slot; // heap results of functions with defer: the pointer lives in memory
} VarInfo;
typedef struct LVal {
    TypeInfo *ti;
    bool ssa;
    i32 first;
    Addr addr;
    bool blank;
    bool init;
} LVal;
typedef struct Target {
    Block *brk, *cont;
} Target;
typedef struct PanicBlock {
    Block *b;
    i32 rt;
    Pos pos;
    i32 inl;
} PanicBlock;
typedef struct Def {
    Value *value; // NULL: free
    i32 var;
} Def;
typedef struct Places { // where a variable is assigned, in order
    VEC(i32) at;
} Places;
typedef struct Span { // the places of a statement
    i32 lo, hi;
} Span;
typedef struct BlockVars {
    bool sealed;
    Block *before; // NULL, or: what is not assigned in `span` has the value that it has at the end of this block
    const Span *span;
    i32 ndefs, cap;
    Def *defs; // the values of variables at the end of the block, as far as they were asked for
    VEC(struct {
        i32 var;
        Value *phi;
    })
    incomplete;
} BlockVars; // Block.data while building

enum { MAX_CERTAIN = 4 };
typedef struct Builder {
    Func *f;
    IrFunc *ir;
    IrProgram *prog;
    Arena *a;
    Block *cur;
    Pos pos;
    VEC(u8) var_types;              // vtype of each SSA variable; variable 0 is memory
    VEC(const Places *) var_places; // parallel: of variables of the source, else NULL
    VarInfo **vars[IRV_KINDS];      // by kind and index
    Places *places[IRV_KINDS];      // likewise
    i64 nvars[IRV_KINDS];
    Map *spans; // statement -> Span
    Map *type_infos, *targets, *labels;
    TypeInfo *recent[16]; // of type_infos, by the type's address
    Value *mem_anchor;
    Block *body;
    i32 ndefers;  // defer statements built so far
    i32 ncertain; // the first so many of them have run wherever the builder is now
    i32 ndirect;  // calls of deferred functions at returns
    struct {
        IrNode *fn;
        Value *value, *record;
    } certain[MAX_CERTAIN];
    IrNode *outermost;    // statement of the body, inside no other
    Map *buffered;        // local slices for which an append has a buffer in the frame
    Slot **stack_results; // by number of the result: its place in the caller's frame, once somebody asked
    Value *ctxt;
    VEC(PanicBlock) panics;
    const struct Universe *uni;
    Type *uintptr_, *int_, *ptr_, *bool_;
} Builder;

// build.c: variables, types, positions
TypeInfo *bld_type(Builder *, Type *);
i32 bld_new_var(Builder *, VType);
void bld_write(Builder *, Block *, i32 var, Value *);
Value *bld_read(Builder *, Block *, i32 var);
void bld_seal(Builder *, Block *);
Block *bld_block(Builder *);         // unsealed
void bld_start(Builder *, Block *);  // current from here on
void bld_jump(Builder *, Block *to); // ends the current block
void bld_branch(Builder *, Value *cond, Block *yes, Block *no, int likely);
void bld_exit(Builder *);   // current block ends after a call that does not return
Block *bld_next(Builder *); // a new sealed block with no use but by the caller's edges: unsealed yet
Value *bld_mem(Builder *);
void bld_set_mem(Builder *, Value *);
VarInfo *bld_var(Builder *, IrVar *);
VarInfo **bld_var_place(Builder *, const IrVar *);
Value *bv(Builder *, int op, VType, int nargs, ...); // a value at the end of the current block
Value *bvi(Builder *, int op, VType, i64 auxint, int nargs, ...);
Value *bld_int(Builder *, i64); // I64 constant
Value *bld_sym_addr(Builder *, Sym *, i64 off);
Value *bld_type_addr(Builder *, Type *); // I64: descriptors are not the collector's
Value *bld_slot_addr(Builder *, Slot *, i64 off);
Slot *bld_temp_slot(Builder *, Type *);
Sym *bld_rt_sym(Builder *, RtFn);
// Marks lengths and capacities of a Val whose parts were just made for it alone (loaded, received). A part that also serves as a plain
// number must not be marked: the length of s[:i] is i itself, and i may be negative where s[:i] is not reached.
void bld_mark_lengths(Val *);
Val bld_zero(Builder *, TypeInfo *);
Val bld_val1(Builder *, Type *, Value *);
void bld_merge_phi(Builder *, Block *);

// build_places.c
void bld_find_places(Builder *);
void bld_set_places(Builder *, IrVar *, i32 first, int n);
bool bld_is_assigned(const Builder *, i32 var, const Span *);
void bld_set_before(Builder *, Block *, Block *before, const IrNode *statement);

// build_mem.c: addresses, loads, stores
Addr addr_of_slot(Builder *, Slot *, i64 off);
Addr addr_add(Addr, i64 off);
Value *addr_ptr(Builder *, Addr);
Val bld_load(Builder *, Addr, TypeInfo *);
void bld_store(Builder *, Addr, Val);
void bld_store_zero(Builder *, Addr, TypeInfo *);
Addr bld_to_mem(Builder *, Val); // its address, in a temporary if it is in scalars
Value *bld_nilcheck(Builder *, Value *);
LVal bld_lval(Builder *, IrNode *);
bool bld_is_lval(IrNode *);
void bld_assign(Builder *, LVal, Val);
Val bld_load_lval(Builder *, LVal);
void bld_zero_mem(Builder *, Addr, i64 size, Type *);
void bld_zero_new(Builder *, Slot *);
void bld_move_mem(Builder *, Addr dst, Addr src, i64 size, Type *);
Val bld_field_of(Builder *, Val, Type *strct, i64 field);
Value *bld_bounds(Builder *, Value *idx, Value *len, RtFn panic, bool isunsigned,
                  bool le);                                // idx as I64 < len (or <=), else panics
Value *bld_index64(Builder *, IrNode *, bool *isunsigned); // integer expression extended to I64
Value *bld_extend(Builder *, Value *, Type *);             // to I64 by the type's sign
Val bld_slice_expr(Builder *, IrNode *);
Value *bld_alloc(Builder *, Type *, u8 esc); // pointer to zeroed memory
Addr bld_alloc_addr(Builder *, Type *, u8 esc);
Value *bld_elem_ptr(Builder *, Value *ptr, Value *idx, i64 size);

// build_expr.c
Val bld_expr(Builder *, IrNode *);
Value *bld_expr1(Builder *, IrNode *); // single scalar
void bld_cond(Builder *, IrNode *, Block *yes, Block *no, int likely);
Value *bld_arith(Builder *, Op, Value *, Value *, Type *, IrNode *);
Val bld_convert(Builder *, Val, Type *from, Type *to);
bool type_unsigned(Type *);
bool type_is_float(Type *);
bool type_is_complex(Type *);
bool type_is_integer(Type *);
// build_cmp.c
Value *bld_compare(Builder *, Op, Val a, Val b, Type *, bool a_nil, bool b_nil);
Value *bld_compare_node(Builder *, IrNode *);
Value *bld_not(Builder *, Value *);
bool bld_const_bytes(const Value *, const u8 **out); // of a constant string
// build_near.c: of packages that count edges
void bld_near_ints(Builder *, Value *x, Value *y, Type *);
void bld_near_strings(Builder *, Val x, Val y);
void bld_near_call(Builder *, const IrFunc *, const Val *args, i64 n);
void bld_near_case(Builder *, Value *x, i64 c, i64 ncases);
// build_iface.c
enum { ITAB_INTER = 0, ITAB_TYPE = 8, ITAB_FUN = 24 }; // internal/abi.ITab
Val bld_make_iface(Builder *, IrNode *);
Val bld_type_case(Builder *, IrNode *); // X_CALL_RT of RT_ASSERTE2I2
Val bld_iface_to_iface(Builder *, IrNode *);
Val bld_assert(Builder *, IrNode *, bool comma_ok, Value **ok);
Value *bld_type_word(Builder *, Val, Type *iface);
Val bld_unpack(Builder *, Value *data, TypeInfo *);
bool iface_is_empty(Type *);
// build_call.c
i64 bld_call(Builder *, IrNode *, Val **results); // CALL*, with results
void bld_rt(Builder *, RtFn, int nargs, Value **args, int nresults, const u8 *vts, Value **results);
Value *bld_rt1(Builder *, RtFn, VType, int nargs, ...); // VT_VOID: no result
CallInfo *bld_last_call(Builder *);                     // of the call that made the memory state
void bld_rt_noreturn(Builder *, RtFn, int nargs, ...);
void bld_sym_call(Builder *, Sym *, bool nogc, int nargs, Value **args, int nresults, const u8 *vts, Value **results);
void bld_return(Builder *, IrVec *);
void bld_defer(Builder *, IrNode *);
Val bld_closure(Builder *, IrNode *);
void bld_entry_params(Builder *);
void bld_recovery(Builder *);
// build_slice.c
Val bld_append(Builder *, IrNode *);
Val bld_copy(Builder *, IrNode *);
Val bld_slice_lit(Builder *, IrNode *);
Val bld_composite(Builder *, IrNode *);
void bld_composite_into(Builder *, Addr, IrNode *);
Val bld_make_slice(Builder *, IrNode *);
Val bld_frame_map(Builder *, IrNode *); // MAKEMAP, MAKEMAP_SMALL that do not escape
Val bld_concat(Builder *, IrNode *);
// build_intrin.c
bool bld_intrinsic(Builder *, IrNode *, Val **results, i64 *n);
Val bld_word_hash(Builder *, IrNode *); // X_CALL_RT of RT_WORDHASH
// build_stmt.c
void bld_stmts(Builder *, IrVec *);
