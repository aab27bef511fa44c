// shape.c - what code that was compiled elsewhere relies on of a package: the shape of its declarations, as text.
//
// In:   a parsed file. Out: for each type its definition, for each constant and variable type and value, for each method its signature, for each init
//       function a hash of its body, for each import what its name stands for. Comments and the width of blanks count for nothing. Functions are not
//       among them: who was compiled elsewhere has its own.
#include "syntax/syntax.h"

typedef struct Shaper {
    Arena *a;
    const File *f;
    SourceShape *out;
} Shaper;

// On one line.
static Str normal_text(Shaper *s, Pos from, Pos to) {
    Pos base = s->f->src->base;
    Buf b = {0}, line = {0};
    source_normal(&b, (Str){s->f->src->text.ptr + (from - base), to - from}, false);
    while (b.len && b.ptr[b.len - 1] == '\n') b.len--;
    for (i64 i = 0; i < b.len; i++) {
        u8 before = i ? b.ptr[i - 1] : '{', after = i + 1 < b.len ? b.ptr[i + 1] : 0;
        if (b.ptr[i] != '\n') buf_u8(&line, b.ptr[i] == '\t' ? ' ' : b.ptr[i]);
        else buf_c(&line, strchr("{(,", before) || strchr("})", after) ? " " : "; ");
    }
    Str text = arena_str(s->a, buf_view(&line));
    buf_free(&b);
    buf_free(&line);
    return text;
}

static void add(Shaper *s, Str key, Str text) { vec_push(s->a, &s->out->items, ((ShapeItem){key, text})); }

static void add_type(Shaper *s, const TypeDecl *d) {
    add(s, arena_printf(s->a, "type %.*s", SFMT(d->name->name->s)), normal_text(s, d->d.pos, node_end(d->type)));
}

// A constant without a value repeats the group's last one.
static void add_const(Shaper *s, const ConstDecl *d, const ConstDecl **last) {
    if (d->type || d->values.len) *last = d;
    const ConstDecl *of = *last ? *last : d;
    Str value = {0};
    if (of->values.len)
        value = normal_text(s, node_start(of->values.ptr[0]), node_end(of->values.ptr[of->values.len - 1]));
    Str type = of->type ? normal_text(s, node_start(of->type), node_end(of->type)) : (Str){0};
    for (i64 i = 0; i < d->names.len; i++) {
        if (d->names.ptr[i]->name->blank) continue;
        Str text = arena_printf(s->a, "%.*s = %.*s", SFMT(type), SFMT(value));
        if (str_find(value, S("iota")) >= 0) text = arena_printf(s->a, "%.*s, iota %d", SFMT(text), d->iota);
        if (d->names.len > 1) text = arena_printf(s->a, "%.*s, number %lld", SFMT(text), (long long)i);
        add(s, arena_printf(s->a, "const %.*s", SFMT(d->names.ptr[i]->name->s)), str_trim(text));
    }
}

static void add_var(Shaper *s, const VarDecl *d) {
    for (i64 i = 0; i < d->names.len; i++) {
        if (d->names.ptr[i]->name->blank) continue;
        const Ident *last = d->names.ptr[d->names.len - 1];
        Pos end = node_end(last);
        if (d->type) end = node_end(d->type);
        if (d->values.len) end = node_end(d->values.ptr[d->values.len - 1]);
        Str text = normal_text(s, d->names.len > 1 ? d->d.pos : node_end(last), end);
        add(s, arena_printf(s->a, "var %.*s", SFMT(d->names.ptr[i]->name->s)), str_trim(text));
    }
}

static void add_func(Shaper *s, const FuncDecl *d) {
    Str name = d->name->name->s;
    bool pointer = false;
    const Ident *recv = d->recv ? syntax_receiver(d->recv->type, &pointer) : NULL;
    if (recv) {
        Str sig = normal_text(s, node_end(d->name), node_end(d->type));
        add(s, arena_printf(s->a, "method %.*s.%.*s", SFMT(recv->name->s), SFMT(name)),
            arena_printf(s->a, "%sfunc%.*s", pointer ? "of a pointer: " : "", SFMT(sig)));
        return;
    }
    if (!str_eq(name, S("init")) || !d->body) return;
    Str body = normal_text(s, d->body->s.pos, node_end(d->body));
    add(s, arena_printf(s->a, "func init, number %lld", (long long)s->out->ninits++),
        arena_printf(s->a, "body %016llx", (unsigned long long)hash_bytes(body.ptr, body.len, 7)));
}

static void add_import(Shaper *s, const ImportDecl *d) {
    Str path = normal_text(s, node_start(d->path), node_end(d->path));
    Str name = d->name ? d->name->name->s : path_base(str_slice(path, 1, path.len - 1));
    if (str_eq(name, S("_"))) return;
    add(s, arena_printf(s->a, "import %.*s in %.*s", SFMT(name), SFMT(s->f->src->ref.name)), path);
}

void source_shape(Arena *a, const File *f, SourceShape *out) {
    Shaper s = {.a = a, .f = f, .out = out};
    const ConstDecl *last = NULL;
    for (i64 i = 0; i < f->decls.len; i++) {
        const Decl *d = f->decls.ptr[i];
        switch (d->kind) {
        case ND_IMPORT_DECL: add_import(&s, (const ImportDecl *)d); break;
        case ND_TYPE_DECL: add_type(&s, (const TypeDecl *)d); break;
        case ND_CONST_DECL: add_const(&s, (const ConstDecl *)d, &last); break;
        case ND_VAR_DECL: add_var(&s, (const VarDecl *)d); break;
        case ND_FUNC_DECL: add_func(&s, (const FuncDecl *)d); break;
        default: break;
        }
    }
}
