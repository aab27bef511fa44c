// hints_members.c - members that built-in types do not have: what other languages write behind the value (members.def).
//
// In:  the operand and the name that was not found. An edit is offered where the text between them is a dot alone, and what it calls is there.
#include "types/exprs.h"

enum { HAS_LENGTH, IS_SLICE, IS_MAP, IS_STRING };
enum { LEN, ADD, CALL, TELL };
typedef struct Member {
    int of;
    const char *name;
    int form;
    const char *what;
} Member;

static bool is_of(Type *u, int kind) {
    bool string = type_is_string(u), slice = u->kind == TYPE_SLICE, map = u->kind == TYPE_MAP;
    switch (kind) {
    case IS_SLICE: return slice;
    case IS_MAP: return map;
    case IS_STRING: return string;
    default: return string || slice || map || u->kind == TYPE_ARRAY || u->kind == TYPE_CHAN;
    }
}

static bool same_word(Str a, const char *b) {
    if (a.len != (i64)strlen(b)) return false;
    for (i64 i = 0; i < a.len; i++) {
        char c = a.ptr[i];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != b[i]) return false;
    }
    return true;
}

static const Member *find_member(Type *u, Str name) {
    static const Member rows[] = {
#define M(of, name, form, what) {of, name, form, what},
#include "types/members.def"
#undef M
    };
    for (i64 i = 0; i < NELEM(rows); i++)
        if (is_of(u, rows[i].of) && same_word(name, rows[i].name)) return &rows[i];
    return NULL;
}

void hint_constant(Checker *c, const Operand *x) {
    const Object *o = x->expr->kind == ND_IDENT ? ((const Ident *)x->expr)->obj : NULL;
    if (!c->error || !o || o->kind != OBJ_CONST) return;
    diag_help(c->error, "%.*s is a constant: what changes is declared by var", SFMT(o->name->s));
    hint_declared(c, (Object *)(uintptr_t)o);
}

// What stands between x and the name, and the bracket behind it.
typedef struct Written {
    Pos lo, dot, end; // of x; of the dot; behind the name
    bool called, empty;
    Str text; // of x
} Written;

static bool read_written(Checker *c, const Expr *x, const Ident *sel, Written *w) {
    SourceFile *f = diag_source(c->diag, sel->x.pos);
    *w = (Written){.lo = node_start(x), .dot = sel->x.pos - 1, .end = node_end(sel)};
    if (!f || w->lo < f->base || w->dot <= w->lo) return false;
    const char *s = f->text.ptr;
    i64 dot = (i64)(w->dot - f->base), end = (i64)(w->end - f->base);
    if (s[dot] != '.') return false;
    w->text = str_slice(f->text, (i64)(w->lo - f->base), dot);
    w->called = end < f->text.len && s[end] == '(';
    w->empty = w->called && end + 1 < f->text.len && s[end + 1] == ')';
    return str_index(w->text, '\n') < 0;
}

// x.length, x.length() -> len(x)
static void offer_len(Checker *c, const Written *w) {
    if (w->called && !w->empty) return;
    DiagEdit e[2] = {{w->lo, w->lo, S("len(")}, {w->dot, w->end + (w->empty ? 2 : 0), S(")")}};
    diag_suggest(c->error, e, 2, "its length is len(%.*s)", SFMT(w->text));
}

// x.append(v) -> x = append(x, v)
static void offer_append(Checker *c, const Operand *x, const Written *w) {
    Str s = w->text;
    if (!w->called || w->empty || x->mode != MODE_VARIABLE) {
        diag_help(c->error, "elements are added by x = append(x, ...)");
        return;
    }
    DiagEdit e = {w->lo, w->end + 1, arena_printf(c->arena, "%.*s = append(%.*s, ", SFMT(s), SFMT(s))};
    diag_suggest(c->error, &e, 1, "elements are added by %.*s = append(%.*s, ...)", SFMT(s), SFMT(s));
}

bool hint_translate_member(Checker *c, const Operand *x, const Ident *sel) {
    const Member *m = x->type ? find_member(types_under(x->type), sel->name->s) : NULL;
    Written w;
    Type *named = as_named(x->type);
    if (!m || !x->expr || (named && named_nmethods(named))) return false;
    if (m->form == TELL) diag_help(c->error, "%s", m->what);
    else if (m->form == CALL) diag_help(c->error, "what it is called on is the first argument of %s", m->what);
    else if (!read_written(c, x->expr, sel, &w)) diag_help(c->error, "it is a function: %s(x)", m->what);
    else if (m->form == LEN) offer_len(c, &w);
    else offer_append(c, x, &w);
    return true;
}
