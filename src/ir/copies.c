// copies.c - nodes of bodies that are kept for those who inline them later (IrFunc.spare): most of their words are zero.
//
// In:   a node. Out: its head and type, and of the words behind them the groups that say something, in their order (IrNode.has: a bit a
//       group); and the node again. A packed node with all groups is a node as it stands.
// Never: the nodes that jumps refer to, which are there before it is known what is in them: they stay whole.
#include "ir/gen.h"

typedef struct Group {
    u8 at, size; // bytes
} Group;
#define GROUP(first, last)                                                                                             \
    { offsetof(IrNode, first), offsetof(IrNode, last) + sizeof((IrNode *)0)->last - offsetof(IrNode, first) }
static const Group groups[] = {GROUP(a, a),     GROUP(b, b),      GROUP(c, d), GROUP(list, list),
                               GROUP(sub, sub), GROUP(atype, fn), GROUP(i, i), GROUP(str, str)};
enum { HEAD = offsetof(IrNode, a) };
_Static_assert(1 << sizeof groups / sizeof groups[0] == IR_NOT_PACKED + 1, "a bit of IrNode.has each");

enum { WORD = 8 };
static u64 word_at(const IrNode *n, i64 at) {
    u64 w;
    memcpy(&w, (const u8 *)n + at, WORD);
    return w;
}

static bool is_empty(const IrNode *n, const Group *g) {
    if (g->at == offsetof(IrNode, sub)) return !ir_has_body(n);
    u64 all = 0;
    for (i64 i = 0; i < g->size; i += WORD) all |= word_at(n, g->at + i);
    return !all;
}

IrNode *ir_pack_node(Arena *a, const IrNode *n) {
    i64 size = HEAD;
    u8 has = 0;
    for (int i = 0; i < 8; i++)
        if (!is_empty(n, &groups[i])) has |= (u8)(1 << i), size += groups[i].size;
    u8 *x = arena_alloc(a, size, _Alignof(IrNode)), *to = x + HEAD;
    memcpy(x, n, HEAD);
    x[offsetof(IrNode, has)] = has;
    for (int i = 0; i < 8; i++) {
        if (!(has >> i & 1)) continue;
        memcpy(to, (const u8 *)n + groups[i].at, groups[i].size);
        to += groups[i].size;
    }
    return (IrNode *)(void *)x;
}

const IrNode *ir_unpack_node(IrNode *to, const IrNode *packed) {
    const u8 *from = (const u8 *)packed + HEAD;
    memset(to, 0, sizeof *to);
    memcpy(to, packed, HEAD);
    to->sub = (IrBody *)(intptr_t)&ir_no_body;
    for (int i = 0; i < 8; i++) {
        if (!(packed->has >> i & 1)) continue;
        for (i64 k = 0; k < groups[i].size; k += WORD, from += WORD) memcpy((u8 *)to + groups[i].at + k, from, WORD);
    }
    to->has = 0;
    return to;
}
