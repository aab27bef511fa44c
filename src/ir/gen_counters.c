// gen_counters.c - the counters of `-cover`: where blocks begin, and the record by which a package makes its counters known.
//
// In:   a package's CoverTable. Out: one array of words a package, P..counters: of each function its head (how many, the package's number,
//       its own), which is static but for the package's number, then its counters; a statement that counts, in front of each block;
//       in P.init a call of runtime.coverPackage, which takes a coveredPackage of lib/runtime/cover.go.
// Counters are the source's: instances of a generic function, and copies of one that is inlined, share them.
#include "ir/gen.h"
#include "ir/symbols.h"

typedef struct Counted {
    const CoverTable *table;
    CoverMode mode;
    IrGlobal *words;
} Counted;

static IrGlobal *counters_of(IrProgram *p, Package *pkg, i64 nwords) {
    Type *t = types_made_array(p->checker, types_universe(p->checker)->basic[TYPE_UINT32], nwords);
    types_layout(t);
    IrGlobal *g = ir_global_of_symbol(p, arena_printf(p->arena, "%.*s..counters", SFMT(ir_package_prefix(p, pkg))));
    g->type = t;
    g->pkg = pkg;
    vec_push(p->arena, &p->typed_globals, g);
    return g;
}

const Counted *gen_counted(IrProgram *p, Package *pkg) {
    void **slot = map_slot_ptr(ir_gen(p)->counted, pkg);
    if (*slot) return *slot;
    Counted *c = ANEW(p->arena, Counted);
    c->table = p->cover_table(p, pkg);
    c->mode = (CoverMode)((pkg->flags & PKG_COVER) >> PKG_COVER_SHIFT);
    c->words = counters_of(p, pkg, c->table->nwords);
    *map_slot_ptr(ir_gen(p)->counted, pkg) = c;
    return c;
}

// ---- counting ---------------------------------------------------------------------------------------------------------

static IrNode *counter(Gen *g, i64 word) {
    IrNode *n = gen_node(g, X_GLOBAL, g->counted->words->type);
    n->global = g->counted->words;
    need_global(g->needs, n->global);
    return gen_index_node(g, n, gen_int(g, gen_basic(g, TYPE_INT), word), true);
}

static void count_atomically(Gen *g, i64 word) {
    Object *add = ir_find_declared(g->p, S("internal/runtime/atomic.Xadd"));
    IrNode *call = gen_node(g, X_CALL, gen_basic(g, TYPE_UINT32));
    CHECK(add != NULL);
    call->fn = gen_func(g, add, NULL, (TypeList){0});
    vec_push(g->nodes, &call->list, gen_addr(g, counter(g, word)));
    vec_push(g->nodes, &call->list, gen_int(g, gen_basic(g, TYPE_INT32), 1));
    gen_emit_expr(g, call);
}

static void count(Gen *g, i64 word) {
    if (!word) return;
    IrNode *one = gen_int(g, gen_basic(g, TYPE_UINT32), 1);
    switch (g->counted->mode) {
    case COVER_SET: gen_assign_node(g, counter(g, word), one, 0); break;
    case COVER_ATOMIC: count_atomically(g, word); break;
    default: gen_assign_node(g, counter(g, word), gen_binary(g, OP_ADD, counter(g, word), one), 0);
    }
}

void gen_count_before(Gen *g, const Stmt *s) { count(g, cover_before(g->counted->table, s)); }
void gen_count_within(Gen *g, const void *list) { count(g, cover_within(g->counted->table, list)); }

// ---- registration -----------------------------------------------------------------------------------------------------

static void put(IrData *d, i64 off, i64 v, i64 size) {
    for (i64 i = 0; i < size; i++) d->bytes[off + i] = (u8)((u64)v >> (8 * i));
}

static IrReloc *reloc(Gen *g, IrData *d, i64 off) {
    vec_push(g->a, &d->relocs, ((IrReloc){.off = off}));
    return &d->relocs.ptr[d->relocs.len - 1];
}

static void put_heads(Gen *g, const CoverTable *t) {
    IrData *d = gen_data(g, g->counted->words->type, 4 * t->nwords, false);
    i64 at = 0;
    for (i64 i = 0; i < t->funcs.len; i++) {
        i64 n = t->funcs.ptr[i].units.len;
        put(d, 4 * at, n, 4);
        put(d, 4 * (at + 2), i, 4);
        at += COVER_HEAD + n;
    }
    need_value(g->needs, g->counted->words, d);
    need_global(g->needs, g->counted->words);
}

static Type *record_type(Gen *g, i64 nwords) {
    Type *t = types_made_array(g->c, gen_uptr(g), nwords);
    types_layout(t);
    return t;
}

void gen_register_counters(Gen *g) {
    const Counted *c = g->counted;
    const CoverTable *t = c->table;
    if (!t->funcs.len) return;
    put_heads(g, t);
    Type *bytes = types_made_array(g->c, gen_basic(g, TYPE_UINT8), t->meta.len);
    types_layout(bytes);
    IrData *meta = gen_data(g, bytes, t->meta.len, true), *d = gen_data(g, record_type(g, 8), 64, true);
    memcpy(meta->bytes, t->meta.ptr, (size_t)t->meta.len);
    IrReloc *r = reloc(g, d, 0);
    r->kind = IRR_DATA;
    r->u.data = meta;
    r = reloc(g, d, 8);
    r->kind = IRR_STRING;
    r->str = g->pkg->link_path;
    put(d, 16, g->pkg->link_path.len, 8);
    r = reloc(g, d, 24);
    r->kind = IRR_GLOBAL;
    r->u.global = c->words;
    put(d, 32, t->nwords, 8);
    put(d, 40, t->meta.len, 4);
    put(d, 44, (i64)c->mode, 1);
    memcpy(d->bytes + 48, t->hash.b, sizeof t->hash.b);
    IrNode *addr = gen_node(g, X_DATA_ADDR, gen_uptr(g));
    addr->data = d;
    gen_emit_expr(g, gen_rt(g, RT_COVERPACKAGE, NULL, 1, addr));
}

void gen_cover_hook(Gen *g) {
    Object *hook = ir_find_declared(g->p, S("runtime/coverage.initHook"));
    CHECK(hook != NULL);
    IrNode *call = gen_node(g, X_CALL, NULL);
    call->fn = gen_func(g, hook, NULL, (TypeList){0});
    vec_push(g->nodes, &call->list, gen_bool(g, (g->pkg->flags & PKG_COVER_TEST) != 0));
    gen_emit_expr(g, call);
}
