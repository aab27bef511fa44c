// fresh.c - is a unit of a package that somebody edits what would be built from the source as it is now.
//
// In:   packs whose outlines are those of now, so all declarations mean what they meant, but for bodies of functions. Out: which of their
// units hold. After inlining and escape analysis: whether what was taken for granted meanwhile came true.
//
// Method: a unit holds if the declaration that it is made of is the same (its hash), and so is what its callees show: escape summary, cost
// and, of those that callers inline, the body with all that comes along with it (Unit.summary). A callee that has to be built again is
// taken to show what it showed before, if nobody inlines it; after it was built that is compared. If it shows something else, or
// calls somebody back now, the build starts again and knows it (Fresh.truth). Functions that call each other hold all or none.
#include "program/units_int.h"
#include <stdlib.h>

typedef struct UnitState UnitState;
typedef struct Dependent {
    UnitState *of;
    bool strict; // UnitDep.strict
} Dependent;
struct UnitState {
    const Unit *unit;
    bool stale;
    VEC(Dependent) dependents;
};
typedef struct Truth { // what a function shows, found out in an earlier round
    u64 summary;
    bool unlike; // whoever depends on it has to be built again
} Truth;
struct Fresh {
    Map *states;            // Unit -> UnitState
    VEC(UnitState *) all;   // in order of discovery
    VEC(UnitState *) queue; // to be looked at
    Map *truth;             // symbol -> Truth; stays from round to round
};

static Fresh *fresh_of(ProgramUnits *u) {
    if (!u->fresh) {
        u->fresh = ANEW(u->a, Fresh);
        u->fresh->states = map_new_ptr(u->a);
        u->fresh->truth = u->p->truth ? u->p->truth : map_new_str(u->p->arena);
        u->p->truth = u->fresh->truth;
    }
    return u->fresh;
}

// ---- does it hold ----------------------------------------------------------------------------------------------------

static bool same_source(ProgramUnits *u, const Unit *x) {
    if (!x->own_pkg.len) return true;
    PackRef *r = map_get_str(u->by_path, x->own_pkg);
    if (!r) return false;
    const DeclTable *t = units_decls(u, r);
    if (!x->own_decl.len) return t->whole == x->own;
    const DeclPrint *d = map_get_str(t->by_key, x->own_decl);
    return d && d->hash == x->own;
}

static UnitState *state_of(ProgramUnits *u, const Unit *x) {
    Fresh *f = u->fresh;
    void **slot = map_slot_ptr(f->states, x);
    if (*slot) return *slot;
    UnitState *s = ANEW(u->a, UnitState);
    *slot = s;
    s->unit = x;
    s->stale = !same_source(u, x);
    vec_push(u->a, &f->all, s);
    vec_push(u->a, &f->queue, s);
    return s;
}

// A change of the unit is one of whoever depends on it so.
static bool breaks(const Unit *x, bool strict) { return strict || (x->cost >= 0 && x->cost <= IR_INLINE_BUDGET); }

static void make_stale(UnitState *s) {
    if (s->stale) return;
    s->stale = true;
    for (i64 i = 0; i < s->dependents.len; i++)
        if (breaks(s->unit, s->dependents.ptr[i].strict)) make_stale(s->dependents.ptr[i].of);
}

// Some unit of the callee shows what it showed then, and stands or is of no account.
static bool holds_for(ProgramUnits *u, UnitState *s, const UnitDep *d) {
    const Truth *t = map_get_str(u->fresh->truth, d->sym);
    if (t && (t->unlike || t->summary != d->summary)) return false;
    const Unit *x;
    for (i64 i = 0; (x = pack_find(u->index, UNIT_FUNC, d->sym, i)); i++) {
        if (!(x->flags & UNIT_TRACKED) || x->summary != d->summary) continue;
        UnitState *of = state_of(u, x);
        if (of->stale && breaks(x, d->strict)) continue;
        vec_push(u->a, &of->dependents, ((Dependent){s, d->strict}));
        return true;
    }
    return false;
}

bool units_fresh(ProgramUnits *u, const Unit *x) {
    PackRef *r = pack_owner(x->pack);
    if (!r->pkg->tracked || x->kind != UNIT_FUNC || (r->now >= 0 && x->gen == (u32)r->now)) return true;
    if (!(x->flags & UNIT_TRACKED)) return false;
    Fresh *f = fresh_of(u);
    UnitState *s = state_of(u, x);
    while (f->queue.len) {
        UnitState *q = f->queue.ptr[--f->queue.len];
        for (i64 i = 0; i < q->unit->ndeps && !q->stale; i++)
            if (!holds_for(u, q, &q->unit->deps[i])) make_stale(q);
    }
    return !s->stale;
}

// ---- what a function shows ----------------------------------------------------------------------------------------------

typedef struct Summary {
    u64 v;
} Summary;
typedef struct Summing {
    ProgramUnits *u;
    Arena *tmp;
    Map *done; // IrFunc -> Summary
} Summing;

static u64 mix(u64 h, u64 v) { return hash_bytes(&v, sizeof v, h); }

// The home of what a unit stands for is not known before it is identified.
static bool is_tracked(const IrFunc *f) {
    return f->unit ? f->unit->flags & UNIT_TRACKED : f->home && f->home->tracked;
}

static bool is_mutual(const IrFunc *f, const IrFunc *callee) { return callee->scc == f->scc && !callee->unit; }

// The declaration that a function is made of.
static void find_own(ProgramUnits *u, IrFunc *f, Unit *out) {
    Package *pkg = f->pkg;
    if (!pkg || !pkg->tracked || !(f->is_init || f->lazy || f->obj)) return;
    PackRef *r = map_get_str(u->by_path, pkg->path);
    if (!r) return;
    const DeclTable *t = units_decls(u, r);
    out->own_pkg = pkg->path;
    out->own = t->whole;
    if (f->is_init) return;
    Loc at = source_map_loc(u->p->sources, f->pos, false);
    const DeclPrint *d = at.file ? units_decl_at(t, at.file->ref.name, at.line) : NULL;
    if (!d) return; // then it depends on all of the package
    out->own_decl = d->key;
    out->own = d->hash;
}

// What a cache has of it, though it is built again.
static const Unit *unit_of(const IrFunc *f) { return f->unit ? f->unit : f->codeless; }

static u64 summary_of(Summing *s, IrFunc *f);

static u64 shown(Summing *s, const IrFunc *f, const Unit *own) {
    u64 h = f->param_esc ? hash_bytes(f->param_esc, f->nparams * IR_LEAKS, 11) : 12;
    if (f->cost < 0 || f->cost > IR_INLINE_BUDGET) return h;
    h = mix(mix(h, (u64)f->cost), own->own);
    for (i64 i = 0; i < f->callees.len; i++) {
        IrFunc *c = f->callees.ptr[i];
        if (!is_tracked(c)) continue;
        h = hash_bytes(c->sym.ptr, c->sym.len, h);
        h = mix(h, is_mutual(f, c) ? 1 : summary_of(s, c));
    }
    return h;
}

static u64 summary_of(Summing *s, IrFunc *f) {
    if (f->unit) return f->unit->summary;
    void **slot = map_slot_ptr(s->done, f);
    if (*slot) return ((Summary *)*slot)->v;
    Summary *x = ANEW(s->tmp, Summary);
    Unit own = {0};
    *slot = x;
    find_own(s->u, f, &own);
    x->v = shown(s, f, &own);
    return x->v;
}

static int compare_deps(const void *pa, const void *pb) {
    return str_cmp(((const UnitDep *)pa)->sym, ((const UnitDep *)pb)->sym);
}

void units_summarise(ProgramUnits *u, IrFunc *f, Unit *out, Arena *tmp, Map *summaries) {
    Summing s = {u, tmp, summaries};
    out->flags |= UNIT_TRACKED;
    find_own(u, f, out);
    out->summary = summary_of(&s, f);
    out->deps = ANEWN(tmp, UnitDep, f->callees.len + 1);
    for (i64 i = 0; i < f->callees.len; i++) {
        IrFunc *c = f->callees.ptr[i];
        if (is_tracked(c)) out->deps[out->ndeps++] = (UnitDep){c->sym, summary_of(&s, c), is_mutual(f, c)};
    }
    if (out->ndeps) qsort(out->deps, (size_t)out->ndeps, sizeof out->deps[0], compare_deps);
}

// ---- afterwards ----------------------------------------------------------------------------------------------------------

// Units that, by their dependences, lead to s.
static void mark_dependents(UnitState *s, Map *seen) {
    for (i64 i = 0; i < s->dependents.len; i++) {
        UnitState *of = s->dependents.ptr[i].of;
        void **slot = map_slot_ptr(seen, of->unit);
        if (*slot || of->stale) continue;
        *slot = of;
        mark_dependents(of, seen);
    }
}

// f, which was built, calls by way of others that were built a unit that leads to f.
static bool calls_back(UnitState *s, IrFunc *f, Arena *tmp) {
    Map *leads = map_new_ptr(tmp), *seen = map_new_ptr(tmp);
    VEC(IrFunc *) work = {0};
    mark_dependents(s, leads);
    if (map_len(leads)) vec_push(tmp, &work, f);
    while (work.len) {
        const IrFunc *g = work.ptr[--work.len];
        for (i64 i = 0; i < g->callees.len; i++) {
            IrFunc *to = g->callees.ptr[i];
            if (unit_of(to) && map_get_ptr(leads, unit_of(to))) return true;
            void **slot = map_slot_ptr(seen, to);
            if (*slot || to->unit) continue;
            *slot = to;
            vec_push(tmp, &work, to);
        }
    }
    return false;
}

// What was taken for granted of a function that had to be built again.
static bool came_true(Summing *sum, UnitState *s, IrFunc *f, Truth *t) {
    bool same = true;
    t->summary = summary_of(sum, f);
    for (i64 i = 0; i < s->dependents.len; i++)
        same &= s->dependents.ptr[i].of->stale || t->summary == s->unit->summary;
    t->unlike = same && !f->unit && calls_back(s, f, sum->tmp);
    return same && !t->unlike;
}

bool units_hold(ProgramUnits *u) {
    if (!u->fresh) return true;
    bool good = true;
    Arena *tmp = arena_new("fresh units");
    Summing sum = {u, tmp, map_new_ptr(tmp)};
    for (i64 i = 0; i < u->fresh->all.len; i++) {
        UnitState *s = u->fresh->all.ptr[i];
        IrFunc *f = s->stale && s->dependents.len ? map_get_str(u->p->ir->funcs, s->unit->sym) : NULL;
        Truth t;
        if (!f || (!f->unit && !f->built) || came_true(&sum, s, f, &t)) continue;
        good = false;
        Truth *kept = ANEW(u->p->arena, Truth);
        *kept = t;
        map_set_str(u->fresh->truth, arena_str(u->p->arena, s->unit->sym), kept);
    }
    arena_free(tmp);
    return good;
}

bool units_known(ProgramUnits *u, const Unit *x, bool *stale) {
    UnitState *s = u->fresh ? map_get_ptr(u->fresh->states, x) : NULL;
    if (s) *stale = s->stale;
    return s != NULL;
}
