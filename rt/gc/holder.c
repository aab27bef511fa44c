// holder.c - what refers to a module that is to be unloaded: the proof that nothing does, or what it is.
//
// System stack, world stopped between two cycles, everything swept. Marks as the collector does, from all roots but the module's own package variables; pointers
// that lead out of the heap come to gc_watched. Objects of the heap whose type (of which the collector has the pointers) is the module's may be what its own
// variables lead to, which no collection has found dead: if nothing else leads there they lose their type, as they may look alive to a conservative root later.
// Finalizers and cleanups of the module, of objects that nothing else leads to, go with it. Marks are cleared afterwards.
#include "gc/gc.h"
#include "lang/lang.h"
#include "sched/sched.h"

// Where plugins lie (os_map_low), and method tables of their types with others' interfaces.
enum { LOW = 1 << 30, LOW_SIZE = 1 << 30 };
static Holder *search;     // whose search is under way
static usize variable;     // the package variable that is looked through
static const char *record; // the record of the runtime that is

static SYSTEM bool inside(const void *p) { return (usize)p - search->lo < search->size; }

typedef struct Question {
    usize p;
    bool found;
} Question;
static SYSTEM void is_table(void *ctx, GoItab *m) {
    Question *q = ctx;
    q->found |= (usize)m == q->p && (inside(m->inter) || inside(m->type));
}
SYSTEM void gc_watched(usize p) {
    if (!search || search->at) return;
    Question q = {p, inside((void *)p)};
    if (!q.found) itabs_each(is_table, &q);
    if (!q.found) return;
    search->at = p;
    search->variable = variable;
    search->what = record;
}

static SYSTEM bool next_variable(usize at) {
    for (i64 i = 0; i < search->nskip; i++)
        if (extent_has(search->skip[i], at)) return false;
    if (!search->at) variable = at;
    return true;
}
static SYSTEM void next_record(Worker *w, const char *what) {
    mark_drain(w);
    record = what;
}
static SYSTEM GoType **type_of_object(Span *s, u32 i) { // NULL: it has none
    if (is_noscan(s) || s->elemsize <= HEADER_MIN) return NULL;
    return s->spanclass >> 1 ? (GoType **)(s->base + (usize)i * s->elemsize) : &s->large_type;
}
static SYSTEM void each_of_its_types(void (*visit)(Span *s, u32 i, GoType **t)) {
    usize at = 0;
    for (Span *s; (s = heap_next_span(&at));)
        for (u32 i = 0; s->state == SPAN_HEAP && i < s->nelems; i++) {
            GoType **t = obj_is_free(s, i) ? NULL : type_of_object(s, i);
            if (t && inside(*t)) visit(s, i, t);
        }
}
static SYSTEM void is_left(Span *s, u32 i, GoType **t) {
    if (s->mark_bits[i >> 6] >> (i & 63) & 1) search->typ = *t;
}
static SYSTEM void lose_type(Span *s, u32 i, GoType **t) {
    (void)s, (void)i;
    *t = NULL;
}
// Of a frame preempted at any instruction, of C: they pass as the goroutine goes on.
static SYSTEM bool has_old_words(G *g) {
    Unwinder u;
    unwind_init(&u, g, 0, 0);
    bool preempted = u.ok && (u.frame.kind == FRAME_ASYNC || (u.frame.kind == FRAME_ENTRY && u.frame.regs));
    return preempted || (g->m && g->m->curg == g && g->m->stopped_sp);
}
static SYSTEM bool found(void) {
    if (!search->at) each_of_its_types(is_left);
    return search->at || search->typ;
}
static SYSTEM void look_through_goroutines(Worker *w, bool with_old_words) {
    u64 at = 0;
    for (G *g; !search->at && (g = g_next(&at));) {
        if (g_is_dead(g) || has_old_words(g) != with_old_words) continue;
        stack_scan(w, g);
        mark_drain(w);
        if (search->at) search->g = g;
    }
}
static SYSTEM void look(Worker *w) {
    for (i32 i = 0; i < rt_nmodules && !search->at; i++)
        if (rt_modules[i] != search->module && !inside(rt_modules[i]->text))
            mark_segments(w, rt_modules[i], next_variable);
    variable = 0;
    if (search->at) return;
    Extent module = {search->lo, search->size};
    mark_each_record(w, next_record, module);
    if (search->at) return;
    look_through_goroutines(w, false);
    specials_mark_own(w, next_record, module);
    if (found()) return;
    search->passing = true;
    look_through_goroutines(w, true);
    mark_c_frames(w);
    mark_drain(w);
    specials_mark_own(w, next_record, module);
    if (!found() && !search->nskip) each_of_its_types(lose_type);
}
SYSTEM bool gc_find_holder(Holder *h) {
    Worker w = {0};
    search = h;
    heap.watch_lo = LOW;
    heap.watch_size = LOW_SIZE;
    look(&w);
    mark_drain(&w);
    stack_scan_done(&w);
    heap.watch_lo = heap.watch_size = 0;
    search = NULL;
    marks_clear();
    return h->at || h->typ;
}
