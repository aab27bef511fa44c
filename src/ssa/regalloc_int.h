// regalloc_int.h - shared by the files of the register allocator (regalloc*.c); see regalloc.c for the method.
#pragma once
#include "ssa/ssa.h"

enum { CLS_NONE, CLS_INT, CLS_FLOAT };
enum { MAX_REGS = 32 };
enum {
    DIST_EXIT = 1000,
    DIST_COLD = 3000,
    DIST_CALL = 100000,
    DIST_INF = 1 << 28
}; // costs of an edge out of a loop, of an unlikely edge, of a call

typedef struct Use {
    struct Use *next;
    i32 pos, hint;
} Use; // of one value in the current block, nearest first
typedef struct LiveEnt {
    i32 id, dist;
} LiveEnt; // live-in value and distance of its next use
typedef VEC(LiveEnt) LiveVec;

typedef struct RaVal { // a value of the function as it was before allocation; index: Value.id
    Value *v;
    RegSet regs;    // where it is now
    Use *uses;      // in the current block
    Value *copies;  // values that stand for it in other registers than its own; chained by Value.data
    i32 phi_dist;   // of a phi: distance of its first use in its block
    i32 start, end; // positions between which its spill slot is in use
    i16 phi_hint, last_reg,
        block_reg; // registers it should have, had last, has at the start of the block that is being set up
    u8 cls;
    bool remat, local;     // can be made again anywhere; so cheap that it is never kept across blocks
    bool pointer;          // that a stack map must name
    bool defined;          // its definition has been passed
    bool logged;           // Ra.pointer_log has its beginning, and not yet its end
    bool spilled, mem_phi; // needs a slot; a phi that has no register at its block's start
    u8 in_preds;
    Block *lca;    // block that dominates all reloads
    i32 slot_hint; // value whose slot it would like to share, or -1
} RaVal;

typedef struct RaBlock {
    LiveVec livein;
    i32 *start, *end;    // by register: value ids in registers at the start and the end; of the registers in
    RegSet starts, ends; // these
    i32 pos0, npos;      // positions: pos0 is the block's start, pos0 + 1 + i its i-th value, pos0 + npos its end
    i32 max_live[3];     // per class, at any point
    i32 loop_max[3];     // of a loop header: maximum over the loop
    RegSet fixed;        // registers that operations want for themselves; of a loop header: in the whole loop
    f64 freq;
    i64 walked, changed; // liveness: the walk that was its last; that after which its predecessors saw something new
    bool done, has_call, is_header;
    VEC(Value *) start_spills; // values to be stored at the start of the block
} RaBlock;

typedef struct CallLive {
    CallInfo *call;
    i64 log_end; // the pointers that live across it: what the log up to here says
} CallLive;

enum { LOC_SLOT = -2, LOC_REMAT = -3 };
typedef struct Move {
    i32 dst, src;
    i32 id, to;
} Move; // value id from src (register, its slot, nowhere) to dst (register, slot of value `to`)

typedef VEC(Value *) RaVec;
typedef struct Ra {
    Func *f;
    const Arch *arch;
    Arena *a;
    RaVal *vals;
    i32 nvals;
    Block **order;
    i64 norder; // reverse postorder; the recovery block, if any, comes last
    i64 nreach;
    RaBlock *blocks; // index: Block.id
    // state of the block that is being allocated
    Block *b;
    RaBlock *rb;
    i32 regs[MAX_REGS]; // value id or -1
    Value *carrier[MAX_REGS];
    RegSet used, pinned;
    RaVec out;     // its new values
    i32 pos;       // index of the value that is being allocated
    VEC(i32) live; // of the block: what has uses, also if it is not defined yet
    VEC(i32) calls;
    i64 next_call;
    VEC(struct FixedUse {
        i32 pos;
        RegSet regs;
    })
    fixed;
    i64 next_fixed;
    Use *free_uses;
    // scratch set of values (liveness)
    i32 *where;
    i32 *set;
    i32 *set_dist;
    i64 nset, walks;
    VEC(i32) pointer_log; // id: a pointer that a stack map must name is defined and has uses from here on; ~id: no more
    VEC(CallLive) call_lives;
    i32 *slot_readers;
    struct Check *check;
} Ra;

static inline RaBlock *ra_block(Ra *ra, const Block *b) { return &ra->blocks[b->id]; }
static inline int cls_of(VType t) {
    switch (t) {
    case VT_BOOL:
    case VT_I8:
    case VT_I16:
    case VT_I32:
    case VT_I64:
    case VT_PTR: return CLS_INT;
    case VT_F32:
    case VT_F64:
    case VT_V128: return CLS_FLOAT;
    default: return CLS_NONE;
    }
}
static inline i32 ra_farther(i32 dist, i32 by) { return dist + by < DIST_INF ? dist + by : DIST_INF; }
static inline int lowest(RegSet s) { return __builtin_ctzll(s); }
static inline RegSet bit(int r) { return (RegSet)1 << r; }
// The first register of a set that holds value id, -1: none does.
static inline int register_of(RegSet s, const i32 *regs, i32 id) {
    for (; s; s &= s - 1)
        if (regs[lowest(s)] == id) return lowest(s);
    return -1;
}
static inline RegSet class_regs(const Ra *ra, int cls) {
    return cls == CLS_FLOAT ? ra->arch->allocatable_float : ra->arch->allocatable_int;
}

// regalloc_live.c
void ra_prepare(Ra *);                 // splits edges, orders blocks, frequencies, liveness
void ra_live_out(Ra *, const Block *); // the scratch set becomes what is live at b's end; distances from the end
// regalloc.c
Value *ra_carrier(Ra *, i32 id, int reg); // a value that stands for value id in that register
Value *ra_copy(Ra *, i32 id, int dst, int src), *ra_reload(Ra *, i32 id, int dst), *ra_remat(Ra *, i32 id, int dst),
    *ra_store(Ra *, i32 id, int src);
void ra_need_slot(Ra *, i32 id, Block *reload);
RegSet ra_call_regs(const Ra *, const Value *call, RegSet *in, RegSet *code);
// regalloc_edge.c
void ra_plan_edges(Ra *); // finds the reloads on edges
void ra_emit_edges(Ra *);
void ra_parallel_move(Ra *, Move *, i64 n, RegSet free, RaVec *out);
// regalloc_frame.c
void ra_place_spills(Ra *);
void ra_assign_slots(Ra *);
void ra_frame(Ra *); // offsets, stack maps
// regalloc_layout.c
void ra_layout(Ra *); // f->blocks in the order of the code
// regalloc_check.c
void ra_check_begin(Ra *), ra_check_end(Ra *);
