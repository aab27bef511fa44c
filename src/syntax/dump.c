// dump.c - the tree as indented text, for tests: a node a line, "field: Kind details @line:col".
//
// Line and column come from the text itself, without line directives.
#include "syntax/syntax_int.h"

typedef struct Dump {
    Buf *b;
    const SourceFile *src;
    int indent;
} Dump;

static const char *const kind_names[ND_COUNT] = {
    [ND_BAD_EXPR] = "BadExpr",
    [ND_IDENT] = "Ident",
    [ND_BASIC_LIT] = "BasicLit",
    [ND_COMPOSITE_LIT] = "CompositeLit",
    [ND_FUNC_LIT] = "FuncLit",
    [ND_PAREN] = "Paren",
    [ND_SELECTOR] = "Selector",
    [ND_INDEX] = "Index",
    [ND_SLICE] = "Slice",
    [ND_TYPE_ASSERT] = "TypeAssert",
    [ND_TYPE_SWITCH_GUARD] = "TypeSwitchGuard",
    [ND_CALL] = "Call",
    [ND_STAR] = "Star",
    [ND_UNARY] = "Unary",
    [ND_BINARY] = "Binary",
    [ND_KEY_VALUE] = "KeyValue",
    [ND_ARRAY_TYPE] = "ArrayType",
    [ND_SLICE_TYPE] = "SliceType",
    [ND_DOTS] = "Dots",
    [ND_STRUCT_TYPE] = "StructType",
    [ND_FUNC_TYPE] = "FuncType",
    [ND_INTERFACE_TYPE] = "InterfaceType",
    [ND_MAP_TYPE] = "MapType",
    [ND_CHAN_TYPE] = "ChanType",
    [ND_BAD_STMT] = "BadStmt",
    [ND_EMPTY_STMT] = "EmptyStmt",
    [ND_EXPR_STMT] = "ExprStmt",
    [ND_SEND_STMT] = "SendStmt",
    [ND_ASSIGN_STMT] = "AssignStmt",
    [ND_INC_DEC_STMT] = "IncDecStmt",
    [ND_GO_STMT] = "GoStmt",
    [ND_DEFER_STMT] = "DeferStmt",
    [ND_RETURN_STMT] = "ReturnStmt",
    [ND_BRANCH_STMT] = "BranchStmt",
    [ND_BLOCK_STMT] = "BlockStmt",
    [ND_IF_STMT] = "IfStmt",
    [ND_SWITCH_STMT] = "SwitchStmt",
    [ND_TYPE_SWITCH_STMT] = "TypeSwitchStmt",
    [ND_SELECT_STMT] = "SelectStmt",
    [ND_FOR_STMT] = "ForStmt",
    [ND_RANGE_STMT] = "RangeStmt",
    [ND_LABELED_STMT] = "LabeledStmt",
    [ND_DECL_STMT] = "DeclStmt",
    [ND_CASE_CLAUSE] = "CaseClause",
    [ND_COMM_CLAUSE] = "CommClause",
    [ND_IMPORT_DECL] = "ImportDecl",
    [ND_CONST_DECL] = "ConstDecl",
    [ND_VAR_DECL] = "VarDecl",
    [ND_TYPE_DECL] = "TypeDecl",
    [ND_FUNC_DECL] = "FuncDecl",
};

static void dump(Dump *d, const char *field, const void *node);

static void begin_line(Dump *d, const char *field) {
    for (int i = 0; i < d->indent; i++) buf_c(d->b, "  ");
    if (field) buf_printf(d->b, "%s: ", field);
}

static void end_line(Dump *d, Pos pos) {
    i64 line = line_of(d->src, pos);
    buf_printf(d->b, " @%d:%d\n", (int)line, (int)(pos - d->src->base - d->src->lines[line - 1]) + 1);
}

static void dump_list(Dump *d, const char *field, void *const *v, i64 n) {
    for (i64 i = 0; i < n; i++) dump(d, field, v[i]);
}
#define LIST(field, vec) dump_list(d, field, (void *const *)(vec).ptr, (vec).len)

static void dump_fields(Dump *d, const char *field, const FieldList *fl) {
    if (!fl) return;
    for (i64 i = 0; i < fl->fields.len; i++) {
        const Field *f = fl->fields.ptr[i];
        begin_line(d, field);
        buf_printf(d->b, "%s", f->embedded ? "Embedded" : "Field");
        if (f->name) buf_printf(d->b, " %.*s", SFMT(f->name->name->s));
        if (f->tag) buf_printf(d->b, " %.*s", SFMT(f->tag->text));
        end_line(d, f->pos);
        d->indent++;
        dump(d, NULL, f->type);
        d->indent--;
    }
}

static void dump_signature(Dump *d, const FuncType *t) {
    dump_fields(d, "tparam", t->tparams);
    dump_fields(d, "param", &t->params);
    dump_fields(d, "result", &t->results);
}

// What stands on the node's own line.
static void print_details(Dump *d, const Node *n) {
    Buf *b = d->b;
    switch (n->kind) {
    case ND_IDENT: buf_printf(b, " %.*s", SFMT(((const Ident *)n)->name->s)); break;
    case ND_BASIC_LIT:
        buf_printf(b, " %.*s%s", SFMT(((const BasicLit *)n)->text), ((const BasicLit *)n)->bad ? " bad" : "");
        break;
    case ND_SELECTOR: buf_printf(b, " .%.*s", SFMT(((const Selector *)n)->sel->name->s)); break;
    case ND_CALL: buf_c(b, ((const Call *)n)->has_dots ? " ..." : ""); break;
    case ND_SLICE: buf_c(b, ((const SliceExpr *)n)->full ? " full" : ""); break;
    case ND_UNARY: buf_printf(b, " %s", op_text(((const Unary *)n)->op)); break;
    case ND_BINARY: buf_printf(b, " %s", op_text(((const Binary *)n)->op)); break;
    case ND_ARRAY_TYPE: buf_c(b, ((const ArrayType *)n)->len ? "" : " [...]"); break;
    case ND_CHAN_TYPE:
        buf_printf(b, "%s",
                   ((const ChanType *)n)->dir == CHAN_SEND   ? " send"
                   : ((const ChanType *)n)->dir == CHAN_RECV ? " recv"
                                                             : "");
        break;
    case ND_ASSIGN_STMT: buf_printf(b, " %s=", op_text(((const AssignStmt *)n)->op)); break;
    case ND_INC_DEC_STMT: buf_c(b, ((const IncDecStmt *)n)->inc ? " ++" : " --"); break;
    case ND_BRANCH_STMT:
        buf_printf(b, " %s", token_text(((const BranchStmt *)n)->tok));
        if (((const BranchStmt *)n)->label) buf_printf(b, " %.*s", SFMT(((const BranchStmt *)n)->label->name->s));
        break;
    case ND_RANGE_STMT: buf_c(b, ((const RangeStmt *)n)->def ? " :=" : ""); break;
    case ND_LABELED_STMT: buf_printf(b, " %.*s", SFMT(((const LabeledStmt *)n)->label->name->s)); break;
    case ND_CASE_CLAUSE: buf_c(b, ((const CaseClause *)n)->is_default ? " default" : ""); break;
    case ND_CONST_DECL: buf_printf(b, " iota=%d", ((const ConstDecl *)n)->iota); break;
    case ND_TYPE_DECL:
        buf_printf(b, " %.*s%s", SFMT(((const TypeDecl *)n)->name->name->s), ((const TypeDecl *)n)->alias ? " =" : "");
        break;
    case ND_FUNC_DECL:
        buf_printf(b, " %.*s", SFMT(((const FuncDecl *)n)->name->name->s));
        if (((const FuncDecl *)n)->pragma) buf_printf(b, " pragma=%u", ((const FuncDecl *)n)->pragma);
        break;
    }
}

static void dump_expr(Dump *d, const Node *n) {
    switch (n->kind) {
    case ND_COMPOSITE_LIT:
        dump(d, "type", ((const CompositeLit *)n)->type);
        LIST(NULL, ((const CompositeLit *)n)->elems);
        break;
    case ND_FUNC_LIT:
        dump(d, "type", ((const FuncLit *)n)->type);
        dump(d, "body", ((const FuncLit *)n)->body);
        break;
    case ND_PAREN: dump(d, NULL, ((const Paren *)n)->e); break;
    case ND_SELECTOR: dump(d, NULL, ((const Selector *)n)->e); break;
    case ND_INDEX:
        dump(d, NULL, ((const Index *)n)->e);
        LIST("index", ((const Index *)n)->index);
        break;
    case ND_SLICE:
        dump(d, NULL, ((const SliceExpr *)n)->e);
        dump(d, "lo", ((const SliceExpr *)n)->lo);
        dump(d, "hi", ((const SliceExpr *)n)->hi);
        dump(d, "max", ((const SliceExpr *)n)->max);
        break;
    case ND_TYPE_ASSERT:
        dump(d, NULL, ((const TypeAssert *)n)->e);
        dump(d, "type", ((const TypeAssert *)n)->type);
        break;
    case ND_TYPE_SWITCH_GUARD:
        dump(d, "lhs", ((const TypeSwitchGuard *)n)->lhs);
        dump(d, NULL, ((const TypeSwitchGuard *)n)->e);
        break;
    case ND_CALL:
        dump(d, "fun", ((const Call *)n)->fun);
        LIST("arg", ((const Call *)n)->args);
        break;
    case ND_STAR: dump(d, NULL, ((const Star *)n)->e); break;
    case ND_UNARY: dump(d, NULL, ((const Unary *)n)->e); break;
    case ND_BINARY:
        dump(d, NULL, ((const Binary *)n)->l);
        dump(d, NULL, ((const Binary *)n)->r);
        break;
    case ND_KEY_VALUE:
        dump(d, "key", ((const KeyValue *)n)->key);
        dump(d, "value", ((const KeyValue *)n)->value);
        break;
    case ND_ARRAY_TYPE:
        dump(d, "len", ((const ArrayType *)n)->len);
        dump(d, "elem", ((const ArrayType *)n)->elem);
        break;
    case ND_SLICE_TYPE: dump(d, "elem", ((const SliceType *)n)->elem); break;
    case ND_DOTS: dump(d, "elem", ((const DotsType *)n)->elem); break;
    case ND_STRUCT_TYPE: dump_fields(d, NULL, &((const StructType *)n)->fields); break;
    case ND_FUNC_TYPE: dump_signature(d, (const FuncType *)n); break;
    case ND_INTERFACE_TYPE: dump_fields(d, NULL, &((const InterfaceType *)n)->methods); break;
    case ND_MAP_TYPE:
        dump(d, "key", ((const MapType *)n)->key);
        dump(d, "elem", ((const MapType *)n)->elem);
        break;
    case ND_CHAN_TYPE: dump(d, "elem", ((const ChanType *)n)->elem); break;
    }
}

static void dump_stmt(Dump *d, const Node *n) {
    switch (n->kind) {
    case ND_EXPR_STMT: dump(d, NULL, ((const ExprStmt *)n)->e); break;
    case ND_SEND_STMT:
        dump(d, "chan", ((const SendStmt *)n)->ch);
        dump(d, "value", ((const SendStmt *)n)->val);
        break;
    case ND_ASSIGN_STMT:
        LIST("lhs", ((const AssignStmt *)n)->lhs);
        LIST("rhs", ((const AssignStmt *)n)->rhs);
        break;
    case ND_INC_DEC_STMT: dump(d, NULL, ((const IncDecStmt *)n)->e); break;
    case ND_GO_STMT:
    case ND_DEFER_STMT: dump(d, NULL, ((const CallStmt *)n)->call); break;
    case ND_RETURN_STMT: LIST(NULL, ((const ReturnStmt *)n)->results); break;
    case ND_BLOCK_STMT: LIST(NULL, ((const BlockStmt *)n)->list); break;
    case ND_IF_STMT:
        dump(d, "init", ((const IfStmt *)n)->init);
        dump(d, "cond", ((const IfStmt *)n)->cond);
        dump(d, "then", ((const IfStmt *)n)->then);
        dump(d, "else", ((const IfStmt *)n)->els);
        break;
    case ND_SWITCH_STMT:
        dump(d, "init", ((const SwitchStmt *)n)->init);
        dump(d, "tag", ((const SwitchStmt *)n)->tag);
        LIST(NULL, ((const SwitchStmt *)n)->clauses);
        break;
    case ND_TYPE_SWITCH_STMT:
        dump(d, "init", ((const TypeSwitchStmt *)n)->init);
        dump(d, "guard", ((const TypeSwitchStmt *)n)->guard);
        LIST(NULL, ((const TypeSwitchStmt *)n)->clauses);
        break;
    case ND_SELECT_STMT: LIST(NULL, ((const SelectStmt *)n)->clauses); break;
    case ND_FOR_STMT:
        dump(d, "init", ((const ForStmt *)n)->init);
        dump(d, "cond", ((const ForStmt *)n)->cond);
        dump(d, "post", ((const ForStmt *)n)->post);
        dump(d, "body", ((const ForStmt *)n)->body);
        break;
    case ND_RANGE_STMT:
        dump(d, "key", ((const RangeStmt *)n)->key);
        dump(d, "value", ((const RangeStmt *)n)->value);
        dump(d, "range", ((const RangeStmt *)n)->e);
        dump(d, "body", ((const RangeStmt *)n)->body);
        break;
    case ND_LABELED_STMT: dump(d, NULL, ((const LabeledStmt *)n)->stmt); break;
    case ND_DECL_STMT: LIST(NULL, ((const DeclStmt *)n)->decls); break;
    case ND_CASE_CLAUSE:
        LIST("expr", ((const CaseClause *)n)->exprs);
        LIST(NULL, ((const CaseClause *)n)->body);
        break;
    case ND_COMM_CLAUSE:
        dump(d, "comm", ((const CommClause *)n)->comm);
        LIST(NULL, ((const CommClause *)n)->body);
        break;
    }
}

static void dump_decl(Dump *d, const Node *n) {
    switch (n->kind) {
    case ND_IMPORT_DECL:
        dump(d, "name", ((const ImportDecl *)n)->name);
        dump(d, "path", ((const ImportDecl *)n)->path);
        break;
    case ND_CONST_DECL:
        LIST("name", ((const ConstDecl *)n)->names);
        dump(d, "type", ((const ConstDecl *)n)->type);
        LIST("value", ((const ConstDecl *)n)->values);
        break;
    case ND_VAR_DECL:
        LIST("name", ((const VarDecl *)n)->names);
        dump(d, "type", ((const VarDecl *)n)->type);
        LIST("value", ((const VarDecl *)n)->values);
        break;
    case ND_TYPE_DECL:
        dump_fields(d, "tparam", ((const TypeDecl *)n)->tparams);
        dump(d, "type", ((const TypeDecl *)n)->type);
        break;
    case ND_FUNC_DECL: {
        const FuncDecl *f = (const FuncDecl *)n;
        if (f->recv) {
            dump(d, "recv", f->recv->name);
            dump(d, "recv", f->recv->type);
        }
        dump(d, "type", f->type);
        dump(d, "body", f->body);
        break;
    }
    }
}

static void dump(Dump *d, const char *field, const void *node) {
    const Node *n = node;
    if (!n) return;
    begin_line(d, field);
    buf_c(d->b, n->kind < ND_COUNT ? kind_names[n->kind] : "?");
    print_details(d, n);
    end_line(d, ((const Expr *)n)->pos);
    d->indent++;
    if (n->kind < ND_BAD_STMT) dump_expr(d, n);
    else if (n->kind < ND_IMPORT_DECL) dump_stmt(d, n);
    else dump_decl(d, n);
    d->indent--;
}

void tree_dump(Buf *b, const File *f) {
    Dump dd = {b, f->src, 0}, *d = &dd;
    if (f->package) buf_printf(b, "package %.*s\n", SFMT(f->package->name->s));
    if (f->go_version.len) buf_printf(b, "version %.*s\n", SFMT(f->go_version));
    LIST(NULL, f->decls);
}
