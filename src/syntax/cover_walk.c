// cover_walk.c - function literals in statements and expressions, in the order of the source; where a statement's text ends.
//
// In:   nodes of a file without errors. Never: looks into the body of a literal; whoever asks does that.
#include "syntax/syntax_int.h"
#include "syntax/cover_int.h"

// ---- literals ---------------------------------------------------------------------------------------------------------

static void walk_list(const ExprVec *v, LiteralFn *fn, void *ctx) {
    for (i64 i = 0; i < v->len; i++) literals_in_expr(v->ptr[i], fn, ctx);
}

static void walk_fields(const FieldList *l, LiteralFn *fn, void *ctx) {
    for (i64 i = 0; i < l->fields.len; i++)
        if (i == 0 || l->fields.ptr[i]->type != l->fields.ptr[i - 1]->type)
            literals_in_expr(l->fields.ptr[i]->type, fn, ctx);
}

static void walk_literal(const CompositeLit *l, LiteralFn *fn, void *ctx) {
    literals_in_expr(l->type, fn, ctx);
    walk_list(&l->elems, fn, ctx);
}

static void walk_index(const Index *x, LiteralFn *fn, void *ctx) {
    literals_in_expr(x->e, fn, ctx);
    walk_list(&x->index, fn, ctx);
}

static void walk_slice(const SliceExpr *s, LiteralFn *fn, void *ctx) {
    const Expr *const parts[] = {s->e, s->lo, s->hi, s->max};
    for (i64 i = 0; i < NELEM(parts); i++) literals_in_expr(parts[i], fn, ctx);
}

static void walk_two(const Expr *a, const Expr *b, LiteralFn *fn, void *ctx) {
    literals_in_expr(a, fn, ctx);
    literals_in_expr(b, fn, ctx);
}

static void walk_call(const Call *c, LiteralFn *fn, void *ctx) {
    literals_in_expr(c->fun, fn, ctx);
    walk_list(&c->args, fn, ctx);
}

static void walk_func_type(const FuncType *f, LiteralFn *fn, void *ctx) {
    walk_fields(&f->params, fn, ctx);
    walk_fields(&f->results, fn, ctx);
}

void literals_in_expr(const Expr *e, LiteralFn *fn, void *ctx) {
    if (!e) return;
    switch (e->kind) {
    case ND_FUNC_LIT: fn(ctx, (const FuncLit *)e); break;
    case ND_COMPOSITE_LIT: walk_literal((const CompositeLit *)e, fn, ctx); break;
    case ND_PAREN: literals_in_expr(((const Paren *)e)->e, fn, ctx); break;
    case ND_SELECTOR: literals_in_expr(((const Selector *)e)->e, fn, ctx); break;
    case ND_INDEX: walk_index((const Index *)e, fn, ctx); break;
    case ND_SLICE: walk_slice((const SliceExpr *)e, fn, ctx); break;
    case ND_TYPE_ASSERT: walk_two(((const TypeAssert *)e)->e, ((const TypeAssert *)e)->type, fn, ctx); break;
    case ND_TYPE_SWITCH_GUARD: literals_in_expr(((const TypeSwitchGuard *)e)->e, fn, ctx); break;
    case ND_CALL: walk_call((const Call *)e, fn, ctx); break;
    case ND_STAR: literals_in_expr(((const Star *)e)->e, fn, ctx); break;
    case ND_UNARY: literals_in_expr(((const Unary *)e)->e, fn, ctx); break;
    case ND_BINARY: walk_two(((const Binary *)e)->l, ((const Binary *)e)->r, fn, ctx); break;
    case ND_KEY_VALUE: walk_two(((const KeyValue *)e)->key, ((const KeyValue *)e)->value, fn, ctx); break;
    case ND_ARRAY_TYPE: walk_two(((const ArrayType *)e)->len, ((const ArrayType *)e)->elem, fn, ctx); break;
    case ND_SLICE_TYPE: literals_in_expr(((const SliceType *)e)->elem, fn, ctx); break;
    case ND_DOTS: literals_in_expr(((const DotsType *)e)->elem, fn, ctx); break;
    case ND_STRUCT_TYPE: walk_fields(&((const StructType *)e)->fields, fn, ctx); break;
    case ND_FUNC_TYPE: walk_func_type((const FuncType *)e, fn, ctx); break;
    case ND_INTERFACE_TYPE: walk_fields(&((const InterfaceType *)e)->methods, fn, ctx); break;
    case ND_MAP_TYPE: walk_two(((const MapType *)e)->key, ((const MapType *)e)->elem, fn, ctx); break;
    case ND_CHAN_TYPE: literals_in_expr(((const ChanType *)e)->elem, fn, ctx); break;
    default: break;
    }
}

void literals_in_decl(const Decl *d, LiteralFn *fn, void *ctx) {
    if (d->kind == ND_VAR_DECL) {
        literals_in_expr(((const VarDecl *)d)->type, fn, ctx);
        walk_list(&((const VarDecl *)d)->values, fn, ctx);
    } else if (d->kind == ND_CONST_DECL) {
        literals_in_expr(((const ConstDecl *)d)->type, fn, ctx);
        walk_list(&((const ConstDecl *)d)->values, fn, ctx);
    } else if (d->kind == ND_TYPE_DECL) literals_in_expr(((const TypeDecl *)d)->type, fn, ctx);
}

void literals_in_simple(const Stmt *s, LiteralFn *fn, void *ctx) {
    if (!s) return;
    switch (s->kind) {
    case ND_EXPR_STMT: literals_in_expr(((const ExprStmt *)s)->e, fn, ctx); break;
    case ND_SEND_STMT: walk_two(((const SendStmt *)s)->ch, ((const SendStmt *)s)->val, fn, ctx); break;
    case ND_INC_DEC_STMT: literals_in_expr(((const IncDecStmt *)s)->e, fn, ctx); break;
    case ND_ASSIGN_STMT:
        walk_list(&((const AssignStmt *)s)->lhs, fn, ctx);
        walk_list(&((const AssignStmt *)s)->rhs, fn, ctx);
        break;
    case ND_GO_STMT:
    case ND_DEFER_STMT: literals_in_expr(((const CallStmt *)s)->call, fn, ctx); break;
    case ND_RETURN_STMT: walk_list(&((const ReturnStmt *)s)->results, fn, ctx); break;
    case ND_DECL_STMT:
        for (i64 i = 0; i < ((const DeclStmt *)s)->decls.len; i++)
            literals_in_decl(((const DeclStmt *)s)->decls.ptr[i], fn, ctx);
        break;
    default: break;
    }
}

// ---- text -------------------------------------------------------------------------------------------------------------

static bool is_word(u8 c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

// A newline behind this word ends a statement.
static bool word_ends(Str w) {
    static const char *const ends[] = {"break", "continue", "fallthrough", "return"};
    for (i64 i = 0; i < NELEM(ends); i++)
        if (str_eq(w, str_c(ends[i]))) return true;
    return !word_is_keyword(w);
}

static const u8 *skip_comment_text(const u8 *p, const u8 *end, bool *newline) { // at "//" or "/*"
    const u8 *stop = p[1] == '/' ? memchr(p, '\n', (size_t)(end - p)) : memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
    if (!stop) return end;
    if (p[1] == '/') return stop;
    *newline = memchr(p, '\n', (size_t)(stop - p)) != NULL;
    return stop + 2;
}

static bool at_comment(const u8 *p, const u8 *end) { return end - p >= 2 && *p == '/' && (p[1] == '/' || p[1] == '*'); }

const u8 *simple_stmt_end(const u8 *p, const u8 *end) {
    const u8 *last = p; // behind the last token
    bool may_end = false;
    for (i64 depth = 0; p < end;) {
        bool newline = *p == '\n';
        const u8 *start = p;
        if (newline || *p == ' ' || *p == '\t' || *p == '\r') p++;
        else if (at_comment(p, end)) p = skip_comment_text(p, end, &newline);
        else if (is_word(*p)) {
            bool number = *p >= '0' && *p <= '9';
            while (p < end && (is_word(*p) || (number && *p == '.'))) p++;
            may_end = word_ends((Str){(const char *)start, p - start});
            last = p;
            continue;
        } else {
            if (depth == 0 && memchr(";)]}", *p, 4)) return last;
            if (memchr("([{", *p, 3)) depth++;
            if (memchr(")]}", *p, 3)) depth--;
            bool twice = (*p == '+' || *p == '-') && p + 1 < end && p[1] == *p;
            bool quoted = *p == '"' || *p == '`' || *p == '\'';
            may_end = twice || quoted || memchr(")]}", *p, 3);
            p = quoted ? skip_quoted(p, end) : p + 1 + twice;
            last = p;
            continue;
        }
        if (newline && depth == 0 && may_end) return last;
    }
    return last;
}

const u8 *find_else(const u8 *p, const u8 *end) {
    while (end - p >= 4 && memcmp(p, "else", 4) != 0) {
        bool newline;
        p = at_comment(p, end) ? skip_comment_text(p, end, &newline) : p + 1;
    }
    return p;
}
