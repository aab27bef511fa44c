// errors.c - how the checker reports: wording helpers, positions inside messages, suppression of
// follow-on errors.
#include "types/decls.h"

Str sprintf_(Checker *c, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    return s;
}

Str pos_string(Checker *c, Pos pos) {
    Loc l = diag_loc(c->diag, pos);
    if (!l.line) return S("-");
    return sprintf_(c, "%.*s:%d:%d", SFMT(l.path), (int)l.line, (int)l.col);
}

// A version error says where the version comes from: "requires go1.N or later" is at its end.
static Str version_suffix(Checker *c, Str msg) {
    i64 i = str_find(msg, S("requires go1."));
    if (i < 0) return msg;
    if (str_find(str_slice(msg, i, msg.len), S(" or later")) < 0) return msg;
    File *f = c->env.file;
    if (f && f->go_version.len)
        return sprintf_(c, "%.*s (file declares //go:build %.*s)", SFMT(msg), SFMT(f->go_version));
    return sprintf_(c, "%.*s (-lang was set to go1.%d; check go.mod)", SFMT(msg), (int)(c->pkg ? c->pkg->go_minor : 0));
}

// What helps with any error of the kind; "": nothing.
static Str advice_for(Str msg) {
    static const struct {
        const char *part, *advice;
    } rows[] = {
#define A(part, advice) {part, advice},
#include "types/advice.def"
#undef A
    };
    i64 nl = str_index(msg, '\n');
    Str line = nl < 0 ? msg : str_slice(msg, 0, nl);
    for (i64 i = 0; i < NELEM(rows); i++)
        if (str_find(line, str_c(rows[i].part)) >= 0) return str_c(rows[i].advice);
    return (Str){0};
}

// first: the part of msg that may give away a follow-on error.
static void report(Checker *c, Pos pos, Str msg, Str first, bool soft) {
    c->error = NULL;
    if (c->nerrors) {
        if (str_find(first, S("invalid operand")) > 0 || str_find(first, S("invalid type")) > 0) return;
    }
    c->nerrors++;
    if (c->env.err_pos) pos = c->env.err_pos;
    msg = version_suffix(c, msg);
    DiagError *e = diag_error(c->diag, pos, "%.*s", SFMT(msg));
    if (!diag_helps(c->diag)) return;
    c->error = e;
    diag_advise(e, advice_for(msg));
    if (c->about && c->about_start == pos) diag_range(e, pos, node_end(c->about));
    c->about = NULL;
}

void check_errorf(Checker *c, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    report(c, pos, s, s, false);
}

void check_soft_errorf(Checker *c, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    report(c, pos, s, s, true);
}

// ---- errors of several lines ----------------------------------------------------------------------------------

void err_begin(ErrMsg *e, Checker *c) { *e = (ErrMsg){.c = c}; }

void err_add(ErrMsg *e, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(e->c->arena, fmt, ap);
    va_end(ap);
    if (e->n++) {
        if (e->n - 2 < NELEM(e->more)) e->more[e->n - 2] = (ErrPart){pos, s};
        buf_c(&e->b, "\n\t");
        if (pos) {
            buf_str(&e->b, pos_string(e->c, pos));
            buf_c(&e->b, ": ");
        }
    } else {
        e->pos = pos;
        e->first = s;
    }
    buf_str(&e->b, s);
}

void err_alt_decl(ErrMsg *e, Object *o) {
    if (o->pos) err_add(e, o->pos, "other declaration of %.*s", SFMT(o->name->s));
}

void err_report(ErrMsg *e) {
    Str s = arena_str(e->c->arena, buf_view(&e->b));
    report(e->c, e->pos, s, e->first, e->soft);
    for (i64 i = 0; e->c->error && i < i64_min(e->n - 1, NELEM(e->more)); i++)
        if (e->more[i].pos) diag_note(e->c->error, e->more[i].pos, 0, "%.*s", SFMT(e->more[i].text));
    buf_free(&e->b);
}

// ---- versions ----------------------------------------------------------------------------------------------------

static int version_minor(Str v) // "go1.21" -> 21; 0 if it is none
{
    if (!str_has_prefix(v, S("go1."))) return 0;
    int n = 0;
    for (i64 i = 4; i < v.len && v.ptr[i] >= '0' && v.ptr[i] <= '9'; i++) n = n * 10 + (v.ptr[i] - '0');
    return n;
}

bool check_allow_version(Checker *c, Pos pos, int minor) {
    File *f = c->env.file;
    if (f && f->go_version.len) {
        int v = version_minor(f->go_version);
        if (v) return (v < 21 ? 21 : v) >= minor;
    }
    return !c->pkg || !c->pkg->go_minor || c->pkg->go_minor >= minor;
}

bool check_verify_version(Checker *c, Pos pos, int minor, const char *fmt, ...) {
    if (check_allow_version(c, pos, minor)) return true;
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    check_errorf(c, pos, "%.*s requires go1.%d or later", SFMT(s), minor);
    return false;
}

// ---- names of packages in messages ------------------------------------------------------------------------------------

static void mark_imports(Checker *c, Map *seen, Package *p) {
    if (!p || map_get_ptr(seen, p)) return;
    map_set_ptr(seen, p, p);
    if (p->name) {
        Package *q = map_get_ptr(c->ambiguous.names, p->name);
        if (!q) map_set_ptr(c->ambiguous.names, p->name, p);
        else if (q != p) map_set_ptr(c->ambiguous.names, p->name, c->known.unsafe);
    }
    for (i64 i = 0; i < p->nimports; i++) mark_imports(c, seen, p->imports[i]);
}

// "", "pkg." or "\"path/pkg\"." if several packages of that name are around.
Str pkg_prefix(Checker *c, Package *p) {
    if (!p || p == c->pkg || !p->name) return S("");
    if (c->ambiguous.pkg != c->pkg) {
        c->ambiguous.pkg = c->pkg;
        if (c->ambiguous.arena) arena_reset(c->ambiguous.arena);
        else c->ambiguous.arena = arena_new("names of packages");
        c->ambiguous.names = map_new_ptr(c->ambiguous.arena);
        mark_imports(c, map_new_ptr(c->ambiguous.arena), c->pkg);
    }
    if (map_get_ptr(c->ambiguous.names, p->name) == c->known.unsafe && p != c->known.unsafe)
        return sprintf_(c, "\"%.*s\".", SFMT(p->path));
    return sprintf_(c, "%.*s.", SFMT(p->name->s));
}

Str tstr(Checker *c, Type *t) {
    Buf b = {0};
    write_type(&b, t, TS_DIAG, c->pkg, c);
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}

Str ostr(Checker *c, const Operand *x) {
    Buf b = {0};
    operand_string(&b, x, c->pkg);
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}
