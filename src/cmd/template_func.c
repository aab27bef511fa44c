// template_func.c - the functions of templates, truth, and values as %v prints them.
//
// The caller words without "error calling": a wrong number of arguments (ERR_NO_MATCH), a wrong type of the first
// (ERR_DISALLOWED) or the second (ERR_AMBIGUOUS).
#include "cmd/template.h"
#include <stdio.h>

typedef struct Call {
    Arena *a;
    const GoVal *args;
    i64 n;
    Err *err;
} Call;

bool template_truth(const GoVal *v) { return v->kind == GOVAL_STRUCT || !goval_is_empty(v); }

// ---- printing -------------------------------------------------------------------------------------------------------

bool template_has_shower(const GoStruct *t) {
    for (i64 i = 0; i < t->nmethods; i++)
        if (t->methods[i].shows) return true;
    return false;
}

const GoMethod *template_shower(const GoVal *v) {
    for (i64 i = 0; v->kind == GOVAL_STRUCT && i < v->of->nmethods; i++)
        if (v->of->methods[i].shows) return &v->of->methods[i];
    return NULL;
}

void template_print(Arena *a, Buf *b, const GoVal *v, int depth) {
    const GoMethod *m = template_shower(v);
    i64 *order;
    switch (v->kind) {
    case GOVAL_NONE: buf_c(b, depth ? "<nil>" : "<no value>"); return;
    case GOVAL_NIL: buf_c(b, "<nil>"); return;
    case GOVAL_BOOL: buf_c(b, v->b ? "true" : "false"); return;
    case GOVAL_INT: buf_printf(b, "%lld", (long long)v->i); return;
    case GOVAL_FLOAT: buf_str(b, template_float(a, v->f)); return;
    case GOVAL_STRING: buf_str(b, v->s); return;
    case GOVAL_LIST:
        buf_char(b, '[');
        for (i64 i = 0; i < v->list.len; i++) {
            if (i) buf_char(b, ' ');
            template_print(a, b, &v->list.ptr[i], depth + 1);
        }
        buf_char(b, ']');
        return;
    case GOVAL_MAP:
        order = goval_sorted_keys(a, v);
        buf_c(b, "map[");
        for (i64 i = 0; i < v->map.len; i++) {
            buf_printf(b, "%s%.*s:", i ? " " : "", SFMT(v->map.keys[order[i]]));
            template_print(a, b, &v->map.values[order[i]], depth + 1);
        }
        buf_char(b, ']');
        return;
    case GOVAL_STRUCT:
        if (m) {
            GoVal s = m->call(a, v);
            buf_str(b, s.s);
            return;
        }
        if (v->type[0] == '*' && depth) buf_char(b, '&');
        buf_char(b, '{');
        for (i64 i = 0; i < v->of->nfields; i++) {
            if (i) buf_char(b, ' ');
            template_print(a, b, &v->fields[i], depth + 1);
        }
        buf_char(b, '}');
        return;
    }
}

static Str printed(Arena *a, const GoVal *v) {
    Buf b = {0};
    template_print(a, &b, v, 1);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static bool give(Call *c, Buf *b, GoVal *out) {
    *out = goval_str(arena_str(c->a, buf_view(b)));
    buf_free(b);
    return true;
}

// print puts a blank between two operands of which neither is a string; println between all.
static bool f_print(Call *c, GoVal *out, bool line) {
    Buf b = {0};
    for (i64 i = 0; i < c->n; i++) {
        bool strings = i && (c->args[i].kind == GOVAL_STRING || c->args[i - 1].kind == GOVAL_STRING);
        if (i && (line || !strings)) buf_char(&b, ' ');
        buf_str(&b, printed(c->a, &c->args[i]));
    }
    if (line) buf_char(&b, '\n');
    return give(c, &b, out);
}

static bool f_printf(Call *c, GoVal *out) {
    Buf b = {0};
    template_format(c->a, &b, c->args[0].s, c->args + 1, c->n - 1);
    return give(c, &b, out);
}

// ---- escaping -------------------------------------------------------------------------------------------------------

static Str joined(Call *c) {
    GoVal v = goval_none();
    if (c->n == 1) return printed(c->a, &c->args[0]);
    f_print(c, &v, false);
    return v.s;
}

static bool f_html(Call *c, GoVal *out) {
    static const char from[] = "\"'&<>";
    static const char *const to[] = {"&#34;", "&#39;", "&amp;", "&lt;", "&gt;"};
    Str s = joined(c);
    Buf b = {0};
    for (i64 i = 0; i < s.len; i++) {
        const char *at = s.ptr[i] ? strchr(from, s.ptr[i]) : NULL;
        if (at) buf_c(&b, to[at - from]);
        else if (!s.ptr[i]) buf_c(&b, "\xef\xbf\xbd");
        else buf_char(&b, s.ptr[i]);
    }
    return give(c, &b, out);
}

static bool f_js(Call *c, GoVal *out) {
    Str s = joined(c);
    Buf b = {0};
    for (i64 i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        if (ch == '\\' || ch == '\'' || ch == '"') buf_printf(&b, "\\%c", ch);
        else if ((ch && strchr("<>&=", ch)) || (u8)ch < ' ') buf_printf(&b, "\\u%04X", (u8)ch);
        else buf_char(&b, ch);
    }
    return give(c, &b, out);
}

static bool f_urlquery(Call *c, GoVal *out) {
    Str s = joined(c);
    Buf b = {0};
    for (i64 i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        bool plain = (ch >= '0' && ch <= '9') || ((ch | 32) >= 'a' && (ch | 32) <= 'z') || (ch && strchr("-_.~", ch));
        if (ch == ' ') buf_char(&b, '+');
        else if (plain) buf_char(&b, ch);
        else buf_printf(&b, "%%%02X", (u8)ch);
    }
    return give(c, &b, out);
}

// ---- lists ----------------------------------------------------------------------------------------------------------

static bool wrong(Call *c, const char *text) { return err_set(c->err, c->a, ERR_OTHER, "%s", text); }

static bool f_len(Call *c, GoVal *out) {
    const GoVal *v = &c->args[0];
    if (v->kind == GOVAL_STRING) *out = goval_int(v->s.len);
    else if (v->kind == GOVAL_LIST) *out = goval_int(v->list.len);
    else if (v->kind == GOVAL_MAP) *out = goval_int(v->map.len);
    else if (v->kind == GOVAL_NIL) return wrong(c, "len of nil pointer");
    else return err_set(c->err, c->a, ERR_OTHER, "len of type %s", v->kind == GOVAL_NONE ? "nil" : v->type);
    return true;
}

static bool index_arg(Call *c, const GoVal *v, i64 cap, i64 *out) {
    if (v->kind == GOVAL_NONE) return wrong(c, "cannot index slice/array with nil");
    if (v->kind != GOVAL_INT) return err_set(c->err, c->a, ERR_OTHER, "cannot index slice/array with type %s", v->type);
    *out = v->i;
    if (v->i >= 0 && v->i <= cap) return true;
    return err_set(c->err, c->a, ERR_OTHER, "index out of range: %lld", (long long)v->i);
}

static bool index_one(Call *c, GoVal *v, const GoVal *by) {
    i64 i = 0, n = v->kind == GOVAL_STRING ? v->s.len : v->list.len;
    if (v->kind == GOVAL_NIL) return wrong(c, "index of nil pointer");
    if (v->kind == GOVAL_NONE) return wrong(c, "index of untyped nil");
    if (v->kind == GOVAL_MAP) {
        GoVal found = goval_zero("string", NULL);
        if (by->kind != GOVAL_STRING)
            return err_set(c->err, c->a, ERR_OTHER, "value has type %s; should be string", by->type);
        for (i64 k = 0; k < v->map.len; k++)
            if (str_eq(v->map.keys[k], by->s)) found = v->map.values[k];
        *v = found;
        return true;
    }
    if (v->kind != GOVAL_STRING && v->kind != GOVAL_LIST)
        return err_set(c->err, c->a, ERR_OTHER, "can't index item of type %s", v->type);
    if (!index_arg(c, by, n, &i)) return false;
    if (i == n)
        return wrong(c, v->kind == GOVAL_STRING ? "reflect: string index out of range"
                                                : "reflect: slice index out of range");
    *v = v->kind == GOVAL_STRING ? goval_int((u8)v->s.ptr[i]) : v->list.ptr[i];
    return true;
}

static bool f_index(Call *c, GoVal *out) {
    *out = c->args[0];
    if (out->kind == GOVAL_NONE) return wrong(c, "index of untyped nil");
    for (i64 i = 1; i < c->n; i++)
        if (!index_one(c, out, &c->args[i])) return false;
    return true;
}

static bool f_slice(Call *c, GoVal *out) {
    const GoVal *v = &c->args[0];
    bool is_str = v->kind == GOVAL_STRING;
    if (v->kind == GOVAL_NONE) return wrong(c, "slice of untyped nil");
    if (v->kind == GOVAL_NIL) return wrong(c, "slice of nil pointer");
    if (c->n > 4) return err_set(c->err, c->a, ERR_OTHER, "too many slice indexes: %lld", (long long)c->n - 1);
    if (is_str && c->n == 4) return wrong(c, "cannot 3-index slice a string");
    if (!is_str && v->kind != GOVAL_LIST)
        return err_set(c->err, c->a, ERR_OTHER, "can't slice item of type %s", v->type);
    i64 len = is_str ? v->s.len : v->list.len, at[3] = {0, len, len};
    for (i64 i = 1; i < c->n; i++)
        if (!index_arg(c, &c->args[i], len, &at[i - 1])) return false;
    for (int i = 0; i < 2; i++)
        if (at[i] > at[i + 1])
            return err_set(c->err, c->a, ERR_OTHER, "invalid slice index: %lld > %lld", (long long)at[i],
                           (long long)at[i + 1]);
    *out = *v;
    if (is_str) out->s = str_slice(v->s, at[0], at[1]);
    else out->list.ptr += at[0], out->list.len = at[1] - at[0];
    return true;
}

static bool f_join(Call *c, GoVal *out) {
    const GoVal *v = &c->args[0];
    Buf b = {0};
    for (i64 i = 0; v->kind == GOVAL_LIST && i < v->list.len; i++) {
        if (i) buf_str(&b, c->args[1].s);
        buf_str(&b, v->list.ptr[i].s);
    }
    return give(c, &b, out);
}

// ---- comparison -----------------------------------------------------------------------------------------------------

static bool is_basic(const GoVal *v) { return v->kind >= GOVAL_BOOL && v->kind <= GOVAL_STRING; }

static int compare(const GoVal *a, const GoVal *b) {
    switch (a->kind) {
    case GOVAL_BOOL: return a->b - b->b;
    case GOVAL_INT: return (a->i > b->i) - (a->i < b->i);
    case GOVAL_FLOAT: return (a->f > b->f) - (a->f < b->f);
    default: return str_cmp(a->s, b->s);
    }
}

static bool f_eq(Call *c, bool *same) {
    const GoVal *a = &c->args[0];
    *same = false;
    if (c->n < 2) return wrong(c, "missing argument for comparison");
    for (i64 i = 1; i < c->n && !*same; i++) {
        const GoVal *b = &c->args[i];
        bool nil_a = a->kind <= GOVAL_NIL || a->is_nil, nil_b = b->kind <= GOVAL_NIL || b->is_nil;
        if (is_basic(a) && a->kind == b->kind) *same = compare(a, b) == 0;
        else if (a->kind == GOVAL_NONE || b->kind == GOVAL_NONE || (nil_a && nil_b)) *same = nil_a && nil_b;
        else if (is_basic(a) || is_basic(b))
            return err_set(c->err, c->a, ERR_OTHER, "incompatible types for comparison: %s and %s", a->type, b->type);
        else if (nil_a || nil_b) *same = false;
        else if (a->kind == GOVAL_STRUCT && b->kind == GOVAL_STRUCT) *same = a->fields == b->fields;
        else return err_set(c->err, c->a, ERR_OTHER, "non-comparable type %.*s: %s", SFMT(printed(c->a, b)), b->type);
    }
    return true;
}

static bool f_order(Call *c, Str name, GoVal *out) {
    const GoVal *a = &c->args[0], *b = &c->args[1];
    if (!is_basic(a) || !is_basic(b)) return wrong(c, "invalid type for comparison");
    if (a->kind != b->kind)
        return err_set(c->err, c->a, ERR_OTHER, "incompatible types for comparison: %s and %s", a->type, b->type);
    if (a->kind == GOVAL_BOOL) return wrong(c, "invalid type for comparison");
    int d = compare(a, b);
    *out = goval_bool(name.ptr[0] == 'l' ? (d < 0 || (d == 0 && name.ptr[1] == 'e'))
                                         : (d > 0 || (d == 0 && name.ptr[1] == 'e')));
    return true;
}

// ---- the table ------------------------------------------------------------------------------------------------------

static const struct {
    const char *name;
    int min, max;      // arguments; -1: any number
    const char *types; // of the arguments: s string, l []string, anything else any
} funcs[] = {{"and", 1, -1, ""},     {"or", 1, -1, ""},    {"not", 1, 1, ""},    {"len", 1, 1, ""},
             {"index", 1, -1, ""},   {"slice", 1, -1, ""}, {"print", 0, -1, ""}, {"printf", 1, -1, "s"},
             {"println", 0, -1, ""}, {"html", 0, -1, ""},  {"js", 0, -1, ""},    {"urlquery", 0, -1, ""},
             {"eq", 1, -1, ""},      {"ne", 2, 2, ""},     {"lt", 2, 2, ""},     {"le", 2, 2, ""},
             {"gt", 2, 2, ""},       {"ge", 2, 2, ""},     {"call", 1, -1, ""},  {"join", 2, 2, "ls"},
             {"context", 0, 0, ""},  {"module", 1, 1, "s"}};

static i64 find(Str name) {
    for (i64 i = 0; i < NELEM(funcs); i++)
        if (str_eq(str_c(funcs[i].name), name)) return i;
    return -1;
}

bool template_is_func(Str name) { return find(name) >= 0; }

static bool check_args(Call *c, i64 f) {
    long long n = c->n;
    if (funcs[f].max < 0 && n < funcs[f].min)
        return err_set(c->err, c->a, ERR_NO_MATCH, "wrong number of args for %s: want at least %d got %lld",
                       funcs[f].name, funcs[f].min, n);
    if (funcs[f].max >= 0 && n != funcs[f].max)
        return err_set(c->err, c->a, ERR_NO_MATCH, "wrong number of args for %s: want %d got %lld", funcs[f].name,
                       funcs[f].max, n);
    for (i64 i = 0; funcs[f].types[i]; i++) {
        bool list = funcs[f].types[i] == 'l';
        i32 kind = i ? ERR_AMBIGUOUS : ERR_DISALLOWED;
        const char *want = list ? "[]string" : "string";
        if (c->args[i].kind == (list ? GOVAL_LIST : GOVAL_STRING) && strcmp(c->args[i].type, want) == 0) continue;
        if (c->args[i].kind == GOVAL_NONE) return err_set(c->err, c->a, kind, "invalid value; expected %s", want);
        return err_set(c->err, c->a, kind, "wrong type for value; expected %s; got %s", want, c->args[i].type);
    }
    return true;
}

bool template_func(Arena *a, const TemplateEnv *env, Str name, const GoVal *args, i64 n, GoVal *out, Err *err) {
    Call c = {a, args, n, err};
    i64 f = find(name);
    bool same = false;
    if (f < 0 || !check_args(&c, f)) return false;
    if (str_eq(name, S("not"))) return *out = goval_bool(!template_truth(&args[0])), true;
    if (str_eq(name, S("len"))) return f_len(&c, out);
    if (str_eq(name, S("index"))) return f_index(&c, out);
    if (str_eq(name, S("slice"))) return f_slice(&c, out);
    if (str_eq(name, S("print"))) return f_print(&c, out, false);
    if (str_eq(name, S("println"))) return f_print(&c, out, true);
    if (str_eq(name, S("printf"))) return f_printf(&c, out);
    if (str_eq(name, S("html"))) return f_html(&c, out);
    if (str_eq(name, S("js"))) return f_js(&c, out);
    if (str_eq(name, S("urlquery"))) return f_urlquery(&c, out);
    if (str_eq(name, S("join"))) return f_join(&c, out);
    if (str_eq(name, S("context"))) return *out = env->context(env->ctx), true;
    if (str_eq(name, S("module"))) return *out = env->module(env->ctx, args[0].s), true;
    if (str_eq(name, S("call")))
        return err_set(err, a, ERR_OTHER, "non-function of type %s", args[0].kind == GOVAL_NONE ? "nil" : args[0].type);
    if (str_eq(name, S("eq")) || str_eq(name, S("ne"))) {
        bool good = f_eq(&c, &same);
        *out = goval_bool(same == (name.ptr[0] == 'e'));
        return good;
    }
    return f_order(&c, name, out);
}
