// print.c - trees as text: expressions as gc's messages show them, extents of nodes, dumps, literal values.
#include "syntax/syntax.h"

static const char *const op_texts[OP_COUNT] = {"", ":", "!", "<-", "~", "&", "||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "|", "^", "*", "/", "%", "&", "&^", "<<", ">>"};
const char *op_text(Op op) { return op_texts[op]; }

Expr *unparen(Expr *e) {
    while (e && e->kind == ND_PAREN) e = ((Paren *)e)->e;
    return e;
}

// ---- extents ------------------------------------------------------------------------------------------------------

Pos node_start(const void *node) {
    const Node *n = node;
    for (;;) {
        const Node *left = NULL;
        switch (n->kind) {
        case ND_COMPOSITE_LIT: left = (const Node *)((const CompositeLit *)n)->type; break;
        case ND_KEY_VALUE: left = (const Node *)((const KeyValue *)n)->key; break;
        case ND_SELECTOR: left = (const Node *)((const Selector *)n)->e; break;
        case ND_INDEX: left = (const Node *)((const Index *)n)->e; break;
        case ND_SLICE: left = (const Node *)((const SliceExpr *)n)->e; break;
        case ND_TYPE_ASSERT: left = (const Node *)((const TypeAssert *)n)->e; break;
        case ND_TYPE_SWITCH_GUARD: left = (const Node *)(((const TypeSwitchGuard *)n)->lhs ? &((const TypeSwitchGuard *)n)->lhs->x : ((const TypeSwitchGuard *)n)->e); break;
        case ND_CALL: left = (const Node *)((const Call *)n)->fun; break;
        case ND_BINARY: left = (const Node *)((const Binary *)n)->l; break;
        case ND_EXPR_STMT: left = (const Node *)((const ExprStmt *)n)->e; break;
        case ND_SEND_STMT: left = (const Node *)((const SendStmt *)n)->ch; break;
        case ND_INC_DEC_STMT: left = (const Node *)((const IncDecStmt *)n)->e; break;
        case ND_ASSIGN_STMT: if (((const AssignStmt *)n)->lhs.len) left = (const Node *)((const AssignStmt *)n)->lhs.ptr[0]; break;
        case ND_LABELED_STMT: left = (const Node *)((const LabeledStmt *)n)->label; break;
        default: break;
        }
        if (!left) return n->pos;
        n = left;
    }
}

Pos node_end(const void *node) {
    const Node *n = node;
    if (!n) return 0;
    switch (n->kind) {
    case ND_IDENT: return n->pos + (Pos)((const Ident *)n)->name->s.len;
    case ND_BASIC_LIT: return n->pos + (Pos)((const BasicLit *)n)->text.len;
    case ND_COMPOSITE_LIT: return ((const CompositeLit *)n)->rbrace + 1;
    case ND_FUNC_LIT: return ((const FuncLit *)n)->body->rbrace + 1;
    case ND_PAREN: return node_end(((const Paren *)n)->e) + 1;
    case ND_SELECTOR: return node_end(((const Selector *)n)->sel);
    case ND_INDEX: { const Index *i = (const Index *)n; return i->index.len ? node_end(i->index.ptr[i->index.len - 1]) + 1 : node_end(i->e); }
    case ND_SLICE: { const SliceExpr *s = (const SliceExpr *)n; return node_end(s->max ? s->max : s->hi ? s->hi : s->lo ? s->lo : s->e) + 1; }
    case ND_TYPE_ASSERT: return node_end(((const TypeAssert *)n)->type) + 1;
    case ND_CALL: return ((const Call *)n)->rparen + 1;
    case ND_STAR: return node_end(((const Star *)n)->e);
    case ND_UNARY: return node_end(((const Unary *)n)->e);
    case ND_BINARY: return node_end(((const Binary *)n)->r);
    case ND_KEY_VALUE: return node_end(((const KeyValue *)n)->value);
    case ND_ARRAY_TYPE: return node_end(((const ArrayType *)n)->elem);
    case ND_SLICE_TYPE: return node_end(((const SliceType *)n)->elem);
    case ND_MAP_TYPE: return node_end(((const MapType *)n)->elem);
    case ND_CHAN_TYPE: return node_end(((const ChanType *)n)->elem);
    case ND_STRUCT_TYPE: return ((const StructType *)n)->fields.close + 1;
    case ND_INTERFACE_TYPE: return ((const InterfaceType *)n)->methods.close + 1;
    case ND_BLOCK_STMT: return ((const BlockStmt *)n)->rbrace + 1;
    case ND_EXPR_STMT: return node_end(((const ExprStmt *)n)->e);
    case ND_ASSIGN_STMT: { const AssignStmt *a = (const AssignStmt *)n; return a->rhs.len ? node_end(a->rhs.ptr[a->rhs.len - 1]) : n->pos + 1; }
    case ND_RETURN_STMT: { const ReturnStmt *r = (const ReturnStmt *)n; return r->results.len ? node_end(r->results.ptr[r->results.len - 1]) : n->pos + 6; }
    default: return n->pos + 1;
    }
}

// ---- expressions ------------------------------------------------------------------------------------------------------

static void print_list(Buf *b, const ExprVec *v) {
    for (i64 i = 0; i < v->len; i++) {
        if (i) buf_c(b, ", ");
        expr_print(b, v->ptr[i]);
    }
}

static void print_fields(Buf *b, const FieldList *l, const char *sep, bool methods) {
    for (i64 i = 0; i < l->fields.len; i++) {
        const Field *f = l->fields.ptr[i];
        if (i) buf_c(b, sep);
        if (f->name) buf_str(b, f->name->name->s);
        bool grouped = i + 1 < l->fields.len && l->fields.ptr[i + 1]->type == f->type && f->name && l->fields.ptr[i + 1]->name; // a, b T
        if (grouped) continue;
        if (methods && f->name && f->type->kind == ND_FUNC_TYPE) {
            Buf t = {0};
            expr_print(&t, f->type);
            buf_str(b, str_slice(buf_view(&t), 4, t.len)); // without "func"
            buf_free(&t);
            continue;
        }
        if (f->name) buf_char(b, ' ');
        expr_print(b, f->type);
        if (f->tag) {
            buf_char(b, ' ');
            buf_str(b, f->tag->text);
        }
    }
}

static void print_signature(Buf *b, const FuncType *t) {
    buf_char(b, '(');
    print_fields(b, &t->params, ", ", false);
    buf_char(b, ')');
    if (!t->results.fields.len) return;
    bool parens = t->results.fields.len > 1 || t->results.fields.ptr[0]->name;
    buf_c(b, parens ? " (" : " ");
    print_fields(b, &t->results, ", ", false);
    if (parens) buf_char(b, ')');
}


void expr_print(Buf *b, const Expr *e) { // dispatch
    if (!e) return;
    switch (e->kind) {
    case ND_BAD_EXPR: buf_c(b, "_"); break;
    case ND_IDENT: buf_str(b, ((const Ident *)e)->name->s); break;
    case ND_BASIC_LIT: buf_str(b, ((const BasicLit *)e)->text); break;
    case ND_COMPOSITE_LIT: {
        const CompositeLit *c = (const CompositeLit *)e;
        expr_print(b, c->type);
        buf_c(b, c->elems.len ? "{…}" : "{}");
        break;
    }
    case ND_FUNC_LIT: {
        const FuncLit *f = (const FuncLit *)e;
        expr_print(b, &f->type->x);
        buf_c(b, f->body && f->body->list.len ? " {…}" : " {}");
        break;
    }
    case ND_PAREN: buf_char(b, '('); expr_print(b, ((const Paren *)e)->e); buf_char(b, ')'); break;
    case ND_SELECTOR: expr_print(b, ((const Selector *)e)->e); buf_char(b, '.'); buf_str(b, ((const Selector *)e)->sel->name->s); break;
    case ND_INDEX: expr_print(b, ((const Index *)e)->e); buf_char(b, '['); print_list(b, &((const Index *)e)->index); buf_char(b, ']'); break;
    case ND_SLICE: {
        const SliceExpr *s = (const SliceExpr *)e;
        expr_print(b, s->e);
        buf_char(b, '[');
        expr_print(b, s->lo);
        buf_char(b, ':');
        expr_print(b, s->hi);
        if (s->full) { buf_char(b, ':'); expr_print(b, s->max); }
        buf_char(b, ']');
        break;
    }
    case ND_TYPE_ASSERT: expr_print(b, ((const TypeAssert *)e)->e); buf_c(b, ".("); expr_print(b, ((const TypeAssert *)e)->type); buf_char(b, ')'); break;
    case ND_TYPE_SWITCH_GUARD: {
        const TypeSwitchGuard *g = (const TypeSwitchGuard *)e;
        if (g->lhs) { buf_str(b, g->lhs->name->s); buf_c(b, " := "); }
        expr_print(b, g->e);
        buf_c(b, ".(type)");
        break;
    }
    case ND_CALL: {
        const Call *c = (const Call *)e;
        expr_print(b, c->fun);
        buf_char(b, '(');
        print_list(b, &c->args);
        if (c->has_dots) buf_c(b, "...");
        buf_char(b, ')');
        break;
    }
    case ND_STAR: buf_char(b, '*'); expr_print(b, ((const Star *)e)->e); break;
    case ND_UNARY: buf_c(b, op_text(((const Unary *)e)->op)); expr_print(b, ((const Unary *)e)->e); break;
    case ND_BINARY: {
        const Binary *x = (const Binary *)e;
        expr_print(b, x->l);
        buf_printf(b, " %s ", op_text(x->op));
        expr_print(b, x->r);
        break;
    }
    case ND_KEY_VALUE: expr_print(b, ((const KeyValue *)e)->key); buf_c(b, ": "); expr_print(b, ((const KeyValue *)e)->value); break;
    case ND_ARRAY_TYPE:
        buf_char(b, '[');
        if (((const ArrayType *)e)->len) expr_print(b, ((const ArrayType *)e)->len);
        else buf_c(b, "...");
        buf_char(b, ']');
        expr_print(b, ((const ArrayType *)e)->elem);
        break;
    case ND_SLICE_TYPE: buf_c(b, "[]"); expr_print(b, ((const SliceType *)e)->elem); break;
    case ND_DOTS: buf_c(b, "..."); expr_print(b, ((const DotsType *)e)->elem); break;
    case ND_STRUCT_TYPE: buf_c(b, "struct{"); print_fields(b, &((const StructType *)e)->fields, "; ", false); buf_char(b, '}'); break;
    case ND_FUNC_TYPE: buf_c(b, "func"); print_signature(b, (const FuncType *)e); break;
    case ND_INTERFACE_TYPE: buf_c(b, "interface{"); print_fields(b, &((const InterfaceType *)e)->methods, "; ", true); buf_char(b, '}'); break;
    case ND_MAP_TYPE: buf_c(b, "map["); expr_print(b, ((const MapType *)e)->key); buf_char(b, ']'); expr_print(b, ((const MapType *)e)->elem); break;
    case ND_CHAN_TYPE: {
        const ChanType *c = (const ChanType *)e;
        buf_c(b, c->dir == CHAN_RECV ? "<-chan " : c->dir == CHAN_SEND ? "chan<- " : "chan ");
        bool parens = c->dir != CHAN_SEND && c->elem && c->elem->kind == ND_CHAN_TYPE && ((const ChanType *)c->elem)->dir == CHAN_RECV;
        if (parens) buf_char(b, '(');
        expr_print(b, c->elem);
        if (parens) buf_char(b, ')');
        break;
    }
    default: buf_c(b, "?"); break;
    }
}

Str expr_str(Arena *a, const Expr *e) {
    Buf b = {0};
    expr_print(&b, e);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

// ---- literals ---------------------------------------------------------------------------------------------------------

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

// One character or escape at s[*i]; value and whether it stands for a byte (octal, hex) rather than a rune.
static i32 unquote_char(Str s, i64 *i, bool *is_byte) {
    *is_byte = false;
    u8 c = (u8)s.ptr[*i];
    if (c != '\\') {
        int size = 1;
        i32 r = c < 0x80 ? c : utf8_decode(s.ptr + *i, s.len - *i, &size);
        if (r == RUNE_ERROR && size == 1) { *is_byte = true; r = c; }
        *i += size;
        return r;
    }
    char e = s.ptr[*i + 1];
    static const char names[] = "abfnrtv\\'\"", vals[] = "\a\b\f\n\r\t\v\\'\"";
    const char *at = strchr(names, e);
    *i += 2;
    if (e && at) return vals[at - names];
    i64 n = e == 'x' ? 2 : e == 'u' ? 4 : e == 'U' ? 8 : 3;
    int base = n == 3 ? 8 : 16;
    if (n == 3) (*i)--;
    *is_byte = n == 2 || n == 3;
    u32 v = 0;
    for (i64 k = 0; k < n && *i < s.len; k++) v = v * (u32)base + (u32)hex_digit(s.ptr[(*i)++]);
    return (i32)v;
}

bool lit_unquote(Arena *a, Str t, Str *out) {
    if (t.len < 2 || t.ptr[t.len - 1] != t.ptr[0]) return false;
    Str s = str_slice(t, 1, t.len - 1);
    char *p = arena_alloc(a, s.len * 3 + 1, 1);
    i64 n = 0;
    if (t.ptr[0] == '`') {
        for (i64 i = 0; i < s.len; i++)
            if (s.ptr[i] != '\r') p[n++] = s.ptr[i];
    } else if (t.ptr[0] == '"') {
        for (i64 i = 0; i < s.len;) {
            bool byte;
            if (s.ptr[i] == '\\' && i + 1 >= s.len) return false;
            i32 r = unquote_char(s, &i, &byte);
            if (byte || r < 0x80) p[n++] = (char)r;
            else {
                char enc[4];
                int k = utf8_encode(enc, r);
                memcpy(p + n, enc, (size_t)k);
                n += k;
            }
        }
    } else return false;
    *out = (Str){p, n};
    return true;
}

bool lit_unquote_rune(Str t, i32 *out) {
    if (t.len < 3) return false;
    i64 i = 1;
    bool byte;
    *out = unquote_char(t, &i, &byte);
    return i == t.len - 1;
}

// ---- dump -----------------------------------------------------------------------------------------------------------

void tree_dump(Buf *b, const File *f) {
    for (i64 i = 0; i < f->decls.len; i++) {
        const Decl *d = f->decls.ptr[i];
        static const char *const kinds[] = {"import", "const", "var", "type", "func"};
        buf_printf(b, "%s @%u", kinds[d->kind - ND_IMPORT_DECL], d->pos - f->src->base);
        if (d->kind == ND_FUNC_DECL) {
            const FuncDecl *fn = (const FuncDecl *)d;
            buf_printf(b, " %.*s", SFMT(fn->name->name->s));
            print_signature(b, fn->type);
            buf_printf(b, " %lld statements", (long long)(fn->body ? fn->body->list.len : -1));
        } else if (d->kind == ND_TYPE_DECL) {
            buf_printf(b, " %.*s ", SFMT(((const TypeDecl *)d)->name->name->s));
            expr_print(b, ((const TypeDecl *)d)->type);
        }
        buf_char(b, '\n');
    }
}
