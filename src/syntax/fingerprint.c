// fingerprint.c - what a file says, by hashes: so that an edit is told from one that means nothing, and found out what it concerns.
//
// In:   a parsed file. Out: the text of its declarations without the bodies of functions (what others can see of the file), and of each
//       function with a body and each variable with a value its place and a hash.
// Keeps: comments and the width of blanks count for nothing, directives do. A hash covers the lines of its declaration, counted from its
//       start, and the file's name, since line tables have both; where the file stands in its folder and the declaration in the file it
//       does not cover, unless a //line directive or a neighbour on the same line says that lines mean something else.
//       A body that may declare a type is a part of what others see: its types have symbols of their own.
#include "syntax/syntax.h"

typedef struct Normal { // text without what means nothing
    Buf *out;
    const u8 *p, *end;
    bool lines; // each newline counts
    bool blank; // one is due
} Normal;

static bool begins(const Normal *n, const char *s) {
    i64 len = (i64)strlen(s);
    return n->end - n->p >= len && !memcmp(n->p, s, (size_t)len);
}

static bool at_line_start(const Normal *n) { return !n->out->len || n->out->ptr[n->out->len - 1] == '\n'; }

static void put_newline(Normal *n) {
    n->blank = false;
    if (n->lines || !at_line_start(n)) buf_char(n->out, '\n');
}

static void put_bytes(Normal *n, const u8 *to) {
    if (n->blank && !at_line_start(n)) buf_char(n->out, ' ');
    n->blank = false;
    buf_bytes(n->out, n->p, to - n->p);
    n->p = to;
}

// Behind the comment at p; NULL: it is none.
static const u8 *comment_end(const Normal *n) {
    const u8 *q;
    if (begins(n, "//")) {
        q = memchr(n->p, '\n', (size_t)(n->end - n->p));
        return q ? q : n->end;
    }
    if (!begins(n, "/*")) return NULL;
    q = memmem(n->p + 2, (size_t)(n->end - n->p - 2), "*/", 2);
    return q ? q + 2 : n->end;
}

static void pass_comment(Normal *n, const u8 *to) {
    if (begins(n, "//go:") || begins(n, "//line ") || begins(n, "/*line ")) {
        put_bytes(n, to);
        return;
    }
    n->blank = true;
    for (; n->p < to; n->p++)
        if (*n->p == '\n') put_newline(n);
}

static const u8 *literal_end(const Normal *n) {
    const u8 *q = n->p + 1;
    while (q < n->end && *q != *n->p) q += *q == '\\' && *n->p != '`' ? 2 : 1;
    return q < n->end ? q + 1 : n->end;
}

static const u8 *word_end(const Normal *n) {
    const u8 *q = n->p + 1;
    while (q < n->end && !memchr("\n \t\r\"`'/", *q, 8)) q++;
    return q;
}

void source_normal(Buf *out, Str text, bool lines) {
    Normal n = {out, (const u8 *)text.ptr, (const u8 *)text.ptr + text.len, lines, false};
    while (n.p < n.end) {
        const u8 *to;
        switch (*n.p) {
        case '\n':
            put_newline(&n);
            n.p++;
            break;
        case ' ':
        case '\t':
        case '\r':
            n.blank = true;
            n.p++;
            break;
        case '"':
        case '`':
        case '\'': put_bytes(&n, literal_end(&n)); break;
        default:
            to = comment_end(&n);
            if (to) pass_comment(&n, to);
            else put_bytes(&n, word_end(&n));
        }
    }
}

// ---- declarations -----------------------------------------------------------------------------------------------------

typedef struct Printer {
    Arena *a;
    const File *f;
    SourceMap *sources;
    SourcePrint *out;
    Buf tmp;
} Printer;

static Str text_between(const Printer *p, Pos from, Pos to) {
    Pos base = p->f->src->base, end = base + p->f->src->size;
    if (to > end) to = end;
    return from < to ? (Str){p->f->src->text.ptr + (from - base), to - from} : (Str){0};
}

static i32 line_of(const Printer *p, Pos pos) { return source_map_loc(p->sources, pos, false).line; }

static bool is_word(u8 c) { return c == '_' || c >= 0x80 || (c | 32) - 'a' < 26u || c - '0' < 10u; }

// Behind the word, literal or directive at i, or the byte there if it is none of them.
static i64 part_end(Str s, i64 i) {
    const u8 *p = (const u8 *)s.ptr + i;
    Normal n = {.p = p, .end = (const u8 *)s.ptr + s.len};
    const u8 *comment = comment_end(&n);
    if (comment) return comment - (const u8 *)s.ptr;
    if (memchr("\"`'", *p, 3)) return literal_end(&n) - (const u8 *)s.ptr;
    if (!is_word(*p)) return i + 1;
    while (i < s.len && is_word((u8)s.ptr[i])) i++;
    return i;
}

// Names in normal text: which other declarations may be meant.
static u64 names_in(Arena *a, Str s) {
    Map *seen = map_new_str(a);
    u64 sum = 0;
    for (i64 from = 0, to; from < s.len; from = to) {
        to = part_end(s, from);
        Str w = str_slice(s, from, to);
        if (!is_word((u8)w.ptr[0]) || (w.ptr[0] >= '0' && w.ptr[0] <= '9')) continue; // a number
        void **slot = map_slot_str(seen, w);
        if (*slot) continue;
        *slot = seen;
        sum += hash_bytes(w.ptr, w.len, 5); // a sum: no order
    }
    return sum;
}

static void add_decl(Printer *p, Str key, Pos from, Pos to) {
    DeclPrint d = {.key = key, .file = p->f->src->ref.name, .line = line_of(p, from), .end = line_of(p, to - 1)};
    DeclPrint *before = p->out->decls.len ? &p->out->decls.ptr[p->out->decls.len - 1] : NULL;
    bool crowded = before && str_eq(before->file, d.file) && before->end >= d.line;
    p->tmp.len = 0;
    buf_str(&p->tmp, d.file);
    buf_char(&p->tmp, '\n');
    if (p->f->src->ndirectives || crowded) buf_printf(&p->tmp, "%d\n", d.line);
    source_normal(&p->tmp, text_between(p, from, to), true);
    d.hash = hash_bytes(p->tmp.ptr, p->tmp.len, 3);
    Arena *tmp = arena_new("words");
    d.names = names_in(tmp, buf_view(&p->tmp));
    arena_free(tmp);
    if (crowded) before->hash = hash_bytes(&d.line, sizeof d.line, before->hash);
    vec_push(p->a, &p->out->decls, d);
}

const Ident *syntax_receiver(const Expr *t, bool *pointer) {
    for (;;) switch (t->kind) {
        case ND_PAREN: t = ((const Paren *)t)->e; break;
        case ND_STAR:
            *pointer = true;
            t = ((const Star *)t)->e;
            break;
        case ND_INDEX: t = ((const Index *)t)->e; break;
        case ND_IDENT: return (const Ident *)t;
        default: return NULL;
        }
}

static Str func_key(Printer *p, const FuncDecl *d) {
    Str name = d->name->name->s;
    bool pointer = false;
    const Ident *recv = d->recv ? syntax_receiver(d->recv->type, &pointer) : NULL;
    if (recv) return arena_printf(p->a, "%s%.*s.%.*s", pointer ? "*" : "", SFMT(recv->name->s), SFMT(name));
    if (!d->recv && str_eq(name, S("init"))) return arena_printf(p->a, "init.%lld", (long long)p->out->ninits++);
    return name;
}

static void add_var(Printer *p, const VarDecl *d) {
    if (!d->values.len && !d->embed) return;
    for (i64 i = 0; i < d->names.len; i++) {
        if (d->names.ptr[i]->name->blank) continue;
        add_decl(p, arena_printf(p->a, "var %.*s", SFMT(d->names.ptr[i]->name->s)), d->d.pos, node_end(d));
        return;
    }
    add_decl(p, arena_printf(p->a, "var _.%lld", (long long)p->out->nblanks++), d->d.pos, node_end(d));
}

void source_print(Arena *a, SourceMap *sources, const File *f, SourcePrint *out) {
    Printer p = {.a = a, .f = f, .sources = sources, .out = out};
    Pos from = f->src->base;
    buf_printf(&out->seen, "file %.*s\n", SFMT(f->src->ref.name));
    for (i64 i = 0; i < f->decls.len; i++) {
        const Decl *d = f->decls.ptr[i];
        if (d->kind == ND_VAR_DECL) add_var(&p, (const VarDecl *)d);
        if (d->kind != ND_FUNC_DECL) continue;
        const FuncDecl *fn = (const FuncDecl *)d;
        if (!fn->body) continue;
        add_decl(&p, func_key(&p, fn), d->pos, fn->body->rbrace + 1);
        if (body_may_declare_type(f, fn->body)) continue;
        source_normal(&out->seen, text_between(&p, from, fn->body->s.pos + 1), false);
        from = fn->body->rbrace;
    }
    source_normal(&out->seen, text_between(&p, from, f->src->base + f->src->size), false);
    buf_char(&out->seen, '\n');
    buf_free(&p.tmp);
}
