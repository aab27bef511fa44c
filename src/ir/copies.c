// copies.c - nodes of bodies that are kept for those who inline them later (IrFunc.spare): most of their words are zero.
//
// In:   a node. Out: its head and type, and of the words behind them the groups that say something, in their order (IrNode.has: a bit a
//       group); and the node again. A packed node with all groups is a node as it stands.
// Never: the nodes that jumps refer to, which are there before it is known what is in them: they stay whole.
#include "ir/gen.h"

// A row each: number of its bit, first and last field.
#define GROUPS(G)                                                                                                      \
    G(0, a, a)                                                                                                         \
    G(1, b, b) G(2, c, d) G(3, list, list) G(4, sub, sub) G(5, atype, fn) G(6, i, i) G(7, str, str)
#define BEGIN(first)        offsetof(IrNode, first)
#define SIZE(first, last)   (offsetof(IrNode, last) + sizeof((IrNode *)0)->last - BEGIN(first))
#define ONE(i, first, last) +1
enum { HEAD = offsetof(IrNode, a), NGROUPS = 0 GROUPS(ONE), WORD = 8 };
#undef ONE
_Static_assert(1 << NGROUPS == IR_NOT_PACKED + 1, "a bit of IrNode.has each");

static inline bool is_zero(const IrNode *n, i64 at, i64 size) {
    u64 all = 0, w;
    for (i64 i = 0; i < size; i += WORD) memcpy(&w, (const u8 *)n + at + i, WORD), all |= w;
    return !all;
}

IrNode *ir_pack_node(Arena *a, const IrNode *n) {
    i64 size = HEAD;
    u8 has = 0;
#define NOTE(i, first, last)                                                                                           \
    if (BEGIN(first) == BEGIN(sub) ? ir_has_body(n) : !is_zero(n, BEGIN(first), SIZE(first, last)))                    \
        has |= (u8)(1 << i), size += (i64)SIZE(first, last);
    GROUPS(NOTE)
#undef NOTE
    u8 *x = arena_alloc_raw(a, size, _Alignof(IrNode)), *to = x + HEAD;
    memcpy(x, n, HEAD);
    x[offsetof(IrNode, has)] = has;
#define COPY(i, first, last)                                                                                           \
    if (has >> i & 1) memcpy(to, (const u8 *)n + BEGIN(first), SIZE(first, last)), to += SIZE(first, last);
    GROUPS(COPY)
#undef COPY
    return (IrNode *)(void *)x;
}

const IrNode *ir_unpack_node(IrNode *to, const IrNode *packed) {
    const u8 *from = (const u8 *)packed + HEAD, has = packed->has;
    memset((u8 *)to + HEAD, 0, sizeof *to - HEAD);
    memcpy(to, packed, HEAD);
    to->sub = (IrBody *)(intptr_t)&ir_no_body;
#define COPY(i, first, last)                                                                                           \
    if (has >> i & 1) memcpy((u8 *)to + BEGIN(first), from, SIZE(first, last)), from += SIZE(first, last);
    GROUPS(COPY)
#undef COPY
    to->has = 0;
    return to;
}
