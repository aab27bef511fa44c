// json.c - GoVals as encoding/json writes them: indented by tabs, with <, > and & escaped for HTML.
#include "cmd/goval.h"

static void write_rune(Buf *b, const char *p, int size, i32 r) {
    if (r == RUNE_ERROR && size == 1) buf_c(b, "\\ufffd");
    else if (r == 0x2028 || r == 0x2029) buf_printf(b, "\\u%04x", (unsigned)r);
    else buf_bytes(b, p, size);
}

void json_quote(Buf *b, Str s) {
    buf_char(b, '"');
    for (i64 i = 0; i < s.len;) {
        u8 c = (u8)s.ptr[i];
        static const char named[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
        const char *at = c ? strchr(named, c) : NULL;
        int size = 1;
        if (at) buf_printf(b, "\\%c", letters[at - named]);
        else if (c < ' ' || c == '<' || c == '>' || c == '&') buf_printf(b, "\\u%04x", c);
        else if (c < 0x80) buf_char(b, (char)c);
        else {
            i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
            write_rune(b, s.ptr + i, size, r);
        }
        i += size;
    }
    buf_char(b, '"');
}

typedef struct Writer {
    Arena *a;
    Buf *b;
    const Str *fields;
    i64 nfields;
} Writer;

static void write_value(Writer *, const GoVal *, int depth);

static void new_line(Writer *w, int depth) {
    buf_char(w->b, '\n');
    for (int i = 0; i < depth; i++) buf_char(w->b, '\t');
}

static void write_key(Writer *w, Str key, int depth, bool *any) {
    if (*any) buf_char(w->b, ',');
    *any = true;
    new_line(w, depth + 1);
    json_quote(w->b, key);
    buf_c(w->b, ": ");
}

static bool is_wanted(const Writer *w, Str name) {
    for (i64 i = 0; i < w->nfields; i++)
        if (str_eq(w->fields[i], name)) return true;
    return w->nfields == 0;
}

static void write_struct(Writer *w, const GoVal *v, int depth) {
    bool any = false;
    buf_char(w->b, '{');
    for (i64 i = 0; i < v->of->nfields; i++) {
        const GoField *f = &v->of->fields[i];
        bool wanted = depth > 0 || is_wanted(w, str_c(f->name));
        if (!wanted || (goval_is_empty(&v->fields[i]) && !f->always)) continue;
        write_key(w, str_c(f->name), depth, &any);
        write_value(w, &v->fields[i], depth + 1);
    }
    if (any) new_line(w, depth);
    buf_char(w->b, '}');
}

static void write_map(Writer *w, const GoVal *v, int depth) {
    bool any = false;
    i64 *order = goval_sorted_keys(w->a, v);
    buf_char(w->b, '{');
    for (i64 i = 0; i < v->map.len; i++) {
        write_key(w, v->map.keys[order[i]], depth, &any);
        write_value(w, &v->map.values[order[i]], depth + 1);
    }
    if (any) new_line(w, depth);
    buf_char(w->b, '}');
}

static void write_list(Writer *w, const GoVal *v, int depth) {
    buf_char(w->b, '[');
    for (i64 i = 0; i < v->list.len; i++) {
        if (i) buf_char(w->b, ',');
        new_line(w, depth + 1);
        write_value(w, &v->list.ptr[i], depth + 1);
    }
    if (v->list.len) new_line(w, depth);
    buf_char(w->b, ']');
}

static void write_value(Writer *w, const GoVal *v, int depth) {
    switch (v->kind) {
    case GOVAL_NONE:
    case GOVAL_NIL: buf_c(w->b, "null"); return;
    case GOVAL_BOOL: buf_c(w->b, v->b ? "true" : "false"); return;
    case GOVAL_INT: buf_printf(w->b, "%lld", (long long)v->i); return;
    case GOVAL_FLOAT: buf_printf(w->b, "%.17g", v->f); return;
    case GOVAL_STRING: json_quote(w->b, v->s); return;
    case GOVAL_LIST:
        if (v->is_nil) buf_c(w->b, "null");
        else write_list(w, v, depth);
        return;
    case GOVAL_MAP:
        if (v->is_nil) buf_c(w->b, "null");
        else write_map(w, v, depth);
        return;
    case GOVAL_STRUCT:
        if (v->of->as_json) {
            GoVal shown = v->of->as_json(w->a, v);
            write_value(w, &shown, depth);
        } else write_struct(w, v, depth);
        return;
    }
}

void json_print(Arena *a, Buf *b, const GoVal *v, const Str *fields, i64 nfields) {
    Writer w = {a, b, fields, nfields};
    write_value(&w, v, 0);
}
