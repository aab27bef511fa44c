// constset.c - which constants were there already: duplicate map keys and switch cases.
//
// Numbers of equal value are the same constant whatever their kind (1, 1.0, 1+0i).
#include "types/exprs.h"

static void **num_slot(Checker *c, Map **m, u64 k) {
    if (!*m) *m = map_new_num(c->arena);
    SeenConst **cell = map_get_num(*m, k); // cells, for a Map has no slots by number
    if (!cell) {
        cell = ANEW(c->arena, SeenConst *);
        map_set_num(*m, k, cell);
    }
    return (void **)cell;
}

static void **str_slot(Checker *c, Map **m, Str k) {
    if (!*m) *m = map_new_str(c->arena);
    return map_slot_str(*m, k);
}

SeenConst **const_set_slot(Checker *c, ConstSet *s, const Exact *v, bool all_kinds) {
    ExactKind k = exact_kind(v);
    if (k == EX_STRING) return (SeenConst **)str_slot(c, &s->strs, exact_string_val(v));
    if (k == EX_UNKNOWN || (!all_kinds && (k == EX_BOOL || k == EX_COMPLEX))) return NULL;
    if (k == EX_BOOL) return (SeenConst **)str_slot(c, &s->others, exact_bool_val(v) ? S("true") : S("false"));
    const Exact *n = exact_to_int(c->arena, v);
    i64 i;
    if (exact_is_i64(n, &i)) return (SeenConst **)num_slot(c, &s->nums, (u64)i);
    if (exact_kind(n) == EX_INT) return (SeenConst **)str_slot(c, &s->others, exact_text_full(c->arena, n));
    const Exact *re = exact_real(c->arena, v), *im = exact_imag(c->arena, v);
    return (SeenConst **)str_slot(c, &s->others, arena_printf(c->arena, "%a %a", exact_to_f64(re), exact_to_f64(im)));
}
