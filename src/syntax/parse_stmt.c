// parse_stmt.c - statements.
#include "syntax/parse.h"
#include <stdio.h>

static Stmt *simple_stmt(Parser *, Expr *lhs, enum Token keyword);

BlockStmt *parse_block(Parser *p, Pos pos) { // at '{'
    BlockStmt *b = NEW_STMT(p, BlockStmt, ND_BLOCK_STMT, pos);
    want(p, TK_LBRACE);
    parse_stmt_list(p, &b->list);
    b->rbrace = p->l.pos;
    want(p, TK_RBRACE);
    return b;
}

BlockStmt *parse_func_body(Parser *p) {
    i32 xnest = p->xnest;
    p->fnest++;
    p->xnest = 0;
    BlockStmt *b = parse_block(p, p->l.pos);
    p->fnest--;
    p->xnest = xnest;
    return b;
}

void parse_stmt_list(Parser *p, StmtVec *v) {
    while (p->l.tok != TK_EOF && p->l.tok != TK_RBRACE && p->l.tok != TK_CASE && p->l.tok != TK_DEFAULT) {
        Stmt *s = stmt_or_nil(p);
        clear_pragma(p);
        if (!s) break;
        vec_push(p->a, v, s);
        if (!got(p, TK_SEMI) && p->l.tok != TK_RPAREN && p->l.tok != TK_RBRACE) { // ")" and "}" may omit the semicolon
            syntax_error(p, "at end of statement");
            const enum Token follow[] = {TK_SEMI, TK_RBRACE, TK_CASE, TK_DEFAULT};
            advance(p, follow, 4);
            got(p, TK_SEMI);
        } else if (p->l.tok == TK_RPAREN) {
            syntax_error(p, "at end of statement");
            const enum Token follow[] = {TK_SEMI, TK_RBRACE, TK_CASE, TK_DEFAULT};
            advance(p, follow, 4);
            got(p, TK_SEMI);
        }
    }
}

static Stmt *range_stmt(Parser *p, ExprVec *lhs, bool def, Pos at) { // at "range"; s.pos is set by the for header
    RangeStmt *r = NEW_STMT(p, RangeStmt, ND_RANGE_STMT, p->l.pos);
    next_tok(p);
    r->def = def;
    if (lhs) {
        if (lhs->len > 0) r->key = lhs->ptr[0];
        if (lhs->len > 1) r->value = lhs->ptr[1];
        if (lhs->len > 2) r->extra = lhs->ptr[2];
    }
    r->e = parse_expr_(p);
    (void)at;
    return &r->s;
}

static Stmt *assignment(Parser *p, ExprVec lhs, Op op, Pos pos) {
    AssignStmt *a = NEW_STMT(p, AssignStmt, ND_ASSIGN_STMT, pos);
    a->op = op;
    a->lhs = lhs;
    parse_expr_list(p, &a->rhs);
    return &a->s;
}

// x := e.(type) in a switch header.
static Stmt *define_stmt(Parser *p, ExprVec lhs, Pos pos, enum Token keyword) {
    AssignStmt *a = (AssignStmt *)assignment(p, lhs, OP_DEF, pos);
    if (a->rhs.len == 1 && a->rhs.ptr[0]->kind == ND_TYPE_SWITCH_GUARD && keyword == TK_SWITCH) {
        TypeSwitchGuard *g = (TypeSwitchGuard *)a->rhs.ptr[0];
        if (lhs.len == 1 && lhs.ptr[0]->kind == ND_IDENT) g->lhs = (Ident *)lhs.ptr[0];
        else {
            Buf b = {0};
            for (i64 i = 0; i < lhs.len; i++) {
                if (i) buf_c(&b, ", ");
                expr_print(&b, lhs.ptr[i]);
            }
            diag_error(p->diag, node_start(lhs.ptr[0]), "invalid variable name %.*s in type switch", SFMT(buf_view(&b)));
            p->file->had_errors = true;
            buf_free(&b);
        }
        ExprStmt *s = NEW_STMT(p, ExprStmt, ND_EXPR_STMT, pos);
        s->e = &g->x;
        return &s->s;
    }
    return &a->s;
}

static Stmt *simple_stmt(Parser *p, Expr *first, enum Token keyword) {
    if (keyword == TK_FOR && p->l.tok == TK_RANGE) return range_stmt(p, NULL, false, p->l.pos);
    ExprVec lhs = {0};
    if (first) {
        vec_push(p->a, &lhs, first);
        if (got(p, TK_COMMA)) parse_expr_list(p, &lhs);
    } else parse_expr_list(p, &lhs);
    Pos pos = p->l.pos;
    if (lhs.len == 1 && p->l.tok != TK_ASSIGN && p->l.tok != TK_DEFINE) {
        switch (p->l.tok) {
        case TK_ASSIGN_OP: {
            Op op = p->l.op;
            next_tok(p);
            AssignStmt *a = NEW_STMT(p, AssignStmt, ND_ASSIGN_STMT, pos);
            a->op = op;
            a->lhs = lhs;
            vec_push(p->a, &a->rhs, parse_expr_(p));
            return &a->s;
        }
        case TK_INC: case TK_DEC: {
            IncDecStmt *s = NEW_STMT(p, IncDecStmt, ND_INC_DEC_STMT, pos);
            s->inc = p->l.tok == TK_INC;
            s->e = lhs.ptr[0];
            next_tok(p);
            return &s->s;
        }
        case TK_ARROW: {
            SendStmt *s = NEW_STMT(p, SendStmt, ND_SEND_STMT, pos);
            next_tok(p);
            s->ch = lhs.ptr[0];
            s->val = parse_expr_(p);
            return &s->s;
        }
        default: {
            ExprStmt *s = NEW_STMT(p, ExprStmt, ND_EXPR_STMT, lhs.ptr[0]->pos);
            s->e = lhs.ptr[0];
            return &s->s;
        }
        }
    }
    if (p->l.tok == TK_ASSIGN || p->l.tok == TK_DEFINE) {
        bool def = p->l.tok == TK_DEFINE;
        next_tok(p);
        if (keyword == TK_FOR && p->l.tok == TK_RANGE) return range_stmt(p, &lhs, def, pos);
        return def ? define_stmt(p, lhs, pos, keyword) : assignment(p, lhs, OP_NONE, pos);
    }
    syntax_error(p, "expected := or = or comma");
    const enum Token follow[] = {TK_SEMI, TK_RBRACE};
    advance(p, follow, 2);
    ExprStmt *s = NEW_STMT(p, ExprStmt, ND_EXPR_STMT, lhs.ptr[0]->pos);
    s->e = lhs.ptr[0];
    return &s->s;
}

// ---- control clauses -----------------------------------------------------------------------------------------------------

typedef struct Header { Stmt *init; Stmt *cond; Stmt *post; bool has_semi; } Header;

static void missing_condition(Parser *p, enum Token keyword, Pos semi, bool newline) {
    if (keyword != TK_IF) return;
    if (newline) syntax_error_at(p, semi, "unexpected newline, expected { after if clause");
    else syntax_error_at(p, semi, "missing condition in if statement");
}

// [init ";"] [cond] for if and switch; init ";" cond ";" post for for.
static Header header(Parser *p, enum Token keyword) {
    Header h = {0};
    if (p->l.tok == TK_LBRACE) {
        if (keyword == TK_IF) {
            syntax_error(p, "missing condition in if statement");
            ExprStmt *s = NEW_STMT(p, ExprStmt, ND_EXPR_STMT, p->l.pos);
            s->e = bad_expr(p, p->l.pos);
            h.cond = &s->s;
        }
        return h;
    }
    i32 outer = p->xnest;
    p->xnest = -1;
    if (p->l.tok != TK_SEMI) {
        if (p->l.tok == TK_VAR) { // var in a header: a common mistake
            char msg[96];
            snprintf(msg, sizeof msg, "var declaration not allowed in %s initializer", token_text(keyword));
            syntax_error(p, msg);
            next_tok(p);
        }
        h.init = simple_stmt(p, NULL, keyword);
        if (h.init->kind == ND_RANGE_STMT) {
            p->xnest = outer;
            return h;
        }
    }
    Pos semi = 0;
    bool newline = false;
    if (p->l.tok != TK_LBRACE) {
        if (p->l.tok == TK_SEMI) {
            semi = p->l.pos;
            newline = !str_eq(p->l.text, S("semicolon"));
            next_tok(p);
        } else {
            static const enum Token braces[] = {TK_LBRACE, TK_RBRACE};
            want(p, TK_LBRACE); // asks for a block
            if (p->l.tok != TK_LBRACE) advance(p, braces, 2);
        }
        h.has_semi = true;
        if (keyword == TK_FOR) {
            if (p->l.tok != TK_SEMI) {
                if (p->l.tok == TK_LBRACE) {
                    syntax_error(p, "expected for loop condition");
                    goto done;
                }
                h.cond = simple_stmt(p, NULL, TK_EOF);
            }
            want(p, TK_SEMI);
            if (p->l.tok != TK_LBRACE) {
                h.post = simple_stmt(p, NULL, TK_EOF);
                if (h.post->kind == ND_ASSIGN_STMT && ((AssignStmt *)h.post)->op == OP_DEF) syntax_error_at(p, h.post->pos, "cannot declare in post statement of for loop");
            }
        } else if (p->l.tok != TK_LBRACE) h.cond = simple_stmt(p, NULL, keyword);
    } else {
        h.cond = h.init;
        h.init = NULL;
    }
done:
    p->xnest = outer;
    if (!h.cond && keyword == TK_IF) {
        if (semi) missing_condition(p, keyword, semi, newline);
        ExprStmt *s = NEW_STMT(p, ExprStmt, ND_EXPR_STMT, semi ? semi : p->l.pos);
        s->e = bad_expr(p, s->s.pos);
        h.cond = &s->s;
    }
    return h;
}

// The header's last statement as an expression.
static Expr *header_expr(Parser *p, Stmt *s, const char *what) {
    if (!s) return NULL;
    if (s->kind == ND_EXPR_STMT) return ((ExprStmt *)s)->e;
    char msg[512];
    Buf b = {0};
    Pos pos = s->pos;
    if (s->kind == ND_ASSIGN_STMT) {
        AssignStmt *a = (AssignStmt *)s;
        pos = node_start(a->lhs.ptr[0]);
        if (a->lhs.len == 1 && a->rhs.len == 1) {
            bool paren = a->op == OP_NONE && (a->lhs.ptr[0]->kind == ND_BINARY || a->rhs.ptr[0]->kind == ND_BINARY);
            if (paren) {
                buf_c(&b, "(");
                expr_print(&b, a->lhs.ptr[0]);
                buf_c(&b, ") = (");
                expr_print(&b, a->rhs.ptr[0]);
                buf_c(&b, ")");
            } else {
                expr_print(&b, a->lhs.ptr[0]);
                if (a->op == OP_DEF) buf_c(&b, " := ");
                else buf_printf(&b, " %s= ", a->op == OP_NONE ? "" : op_text(a->op));
                expr_print(&b, a->rhs.ptr[0]);
            }
            if (a->op == OP_NONE || a->op == OP_DEF) snprintf(msg, sizeof msg, "cannot use %s %.*s as value", a->op == OP_DEF ? "" : "assignment", SFMT(buf_view(&b)));
            else snprintf(msg, sizeof msg, "cannot use %.*s as value", SFMT(buf_view(&b)));
            if (a->op == OP_DEF) snprintf(msg, sizeof msg, "cannot use %.*s as value", SFMT(buf_view(&b)));
        } else snprintf(msg, sizeof msg, "cannot use assignment as value");
    } else if (s->kind == ND_SEND_STMT) {
        pos = node_start(((SendStmt *)s)->ch);
        expr_print(&b, ((SendStmt *)s)->ch);
        buf_c(&b, " <- ");
        expr_print(&b, ((SendStmt *)s)->val);
        snprintf(msg, sizeof msg, "cannot use %.*s as value", SFMT(buf_view(&b)));
    } else snprintf(msg, sizeof msg, "cannot use statement as value");
    buf_free(&b);
    syntax_error_at(p, pos, msg);
    (void)what;
    return bad_expr(p, pos);
}

static BlockStmt *block_after(Parser *p, const char *context) {
    BlockStmt *b = NEW_STMT(p, BlockStmt, ND_BLOCK_STMT, p->l.pos);
    if (!got(p, TK_LBRACE)) {
        char msg[64];
        snprintf(msg, sizeof msg, "expected { after %s", context);
        syntax_error(p, msg);
        const enum Token follow[] = {TK_NAME, TK_RBRACE};
        advance(p, follow, 2);
        b->rbrace = p->l.pos;
        if (got(p, TK_RBRACE)) return b;
    }
    parse_stmt_list(p, &b->list);
    b->rbrace = p->l.pos;
    want(p, TK_RBRACE);
    return b;
}

static Stmt *if_stmt(Parser *p) {
    IfStmt *s = NEW_STMT(p, IfStmt, ND_IF_STMT, p->l.pos);
    next_tok(p);
    Header h = header(p, TK_IF);
    s->init = h.init;
    s->cond = header_expr(p, h.cond, "if");
    s->then = block_after(p, "if clause");
    if (got(p, TK_ELSE)) {
        if (p->l.tok == TK_IF) {
            if (enter(p)) s->els = if_stmt(p);
            leave(p);
        } else if (p->l.tok == TK_LBRACE) s->els = &parse_block(p, p->l.pos)->s;
        else {
            syntax_error(p, "else must be followed by if or statement block");
            const enum Token follow[] = {TK_NAME, TK_RBRACE};
            advance(p, follow, 2);
        }
    }
    return &s->s;
}

static Stmt *for_stmt(Parser *p) {
    Pos pos = p->l.pos;
    next_tok(p);
    Header h = header(p, TK_FOR);
    if (h.init && h.init->kind == ND_RANGE_STMT) {
        RangeStmt *r = (RangeStmt *)h.init;
        r->s.pos = pos;
        r->body = block_after(p, "for clause");
        return &r->s;
    }
    ForStmt *s = NEW_STMT(p, ForStmt, ND_FOR_STMT, pos);
    s->init = h.init;
    s->cond = header_expr(p, h.cond, "for");
    s->post = h.post;
    s->body = block_after(p, "for clause");
    return &s->s;
}

static CaseClause *case_clause(Parser *p) {
    CaseClause *c = NEW_STMT(p, CaseClause, ND_CASE_CLAUSE, p->l.pos);
    if (got(p, TK_CASE)) parse_expr_list(p, &c->exprs);
    else if (got(p, TK_DEFAULT)) c->is_default = true;
    else {
        syntax_error(p, "expected case or default or }");
        const enum Token follow[] = {TK_COLON, TK_CASE, TK_DEFAULT, TK_RBRACE};
        advance(p, follow, 4);
    }
    c->colon = p->l.pos;
    want(p, TK_COLON);
    parse_stmt_list(p, &c->body);
    return c;
}

static Stmt *switch_stmt(Parser *p) {
    Pos pos = p->l.pos;
    next_tok(p);
    Header h = header(p, TK_SWITCH);
    Expr *tag = header_expr(p, h.cond, "switch");
    VEC(CaseClause *) clauses = {0};
    if (!got(p, TK_LBRACE)) {
        syntax_error(p, "missing { after switch clause");
        const enum Token follow[] = {TK_CASE, TK_DEFAULT, TK_RBRACE};
        advance(p, follow, 3);
    }
    while (p->l.tok != TK_EOF && p->l.tok != TK_RBRACE) vec_push(p->a, &clauses, case_clause(p));
    Pos rbrace = p->l.pos;
    want(p, TK_RBRACE);
    if (tag && tag->kind == ND_TYPE_SWITCH_GUARD) {
        TypeSwitchStmt *t = NEW_STMT(p, TypeSwitchStmt, ND_TYPE_SWITCH_STMT, pos);
        t->init = h.init;
        t->guard = (TypeSwitchGuard *)tag;
        memcpy(&t->clauses, &clauses, sizeof clauses);
        t->rbrace = rbrace;
        return &t->s;
    }
    SwitchStmt *s = NEW_STMT(p, SwitchStmt, ND_SWITCH_STMT, pos);
    s->init = h.init;
    s->tag = tag;
    memcpy(&s->clauses, &clauses, sizeof clauses);
    s->rbrace = rbrace;
    return &s->s;
}

static CommClause *comm_clause(Parser *p) {
    CommClause *c = NEW_STMT(p, CommClause, ND_COMM_CLAUSE, p->l.pos);
    if (got(p, TK_CASE)) c->comm = simple_stmt(p, NULL, TK_EOF);
    else if (!got(p, TK_DEFAULT)) {
        syntax_error(p, "expected case or default or }");
        const enum Token follow[] = {TK_COLON, TK_CASE, TK_DEFAULT, TK_RBRACE};
        advance(p, follow, 4);
    }
    c->colon = p->l.pos;
    want(p, TK_COLON);
    parse_stmt_list(p, &c->body);
    return c;
}

static Stmt *select_stmt(Parser *p) {
    SelectStmt *s = NEW_STMT(p, SelectStmt, ND_SELECT_STMT, p->l.pos);
    next_tok(p);
    if (!got(p, TK_LBRACE)) {
        syntax_error(p, "missing { after select clause");
        const enum Token follow[] = {TK_CASE, TK_DEFAULT, TK_RBRACE};
        advance(p, follow, 3);
    }
    while (p->l.tok != TK_EOF && p->l.tok != TK_RBRACE) vec_push(p->a, &s->clauses, comm_clause(p));
    s->rbrace = p->l.pos;
    want(p, TK_RBRACE);
    return &s->s;
}

static Stmt *call_stmt(Parser *p) {
    bool go = p->l.tok == TK_GO;
    CallStmt *s = NEW_STMT(p, CallStmt, go ? ND_GO_STMT : ND_DEFER_STMT, p->l.pos);
    next_tok(p);
    Expr *x = parse_pexpr(p, NULL, p->l.tok == TK_LPAREN);
    Expr *t = unparen(x);
    if (t != x) {
        plain_error(p, node_start(x), go ? "expression in go must not be parenthesized" : "expression in defer must not be parenthesized");
        x = t;
    }
    s->call = x;
    return &s->s;
}

static Stmt *labeled_stmt(Parser *p, Ident *label) { // at ':'
    LabeledStmt *s = NEW_STMT(p, LabeledStmt, ND_LABELED_STMT, p->l.pos);
    s->label = label;
    next_tok(p);
    if (p->l.tok == TK_RBRACE) {
        s->stmt = NEW_STMT(p, Stmt, ND_EMPTY_STMT, p->l.pos);
        return &s->s;
    }
    if (enter(p)) s->stmt = stmt_or_nil(p);
    leave(p);
    if (s->stmt) return &s->s;
    syntax_error_at(p, s->s.pos, "missing statement after label");
    return NULL;
}

static Stmt *branch_stmt(Parser *p) {
    BranchStmt *s = NEW_STMT(p, BranchStmt, ND_BRANCH_STMT, p->l.pos);
    s->tok = p->l.tok;
    next_tok(p);
    if (s->tok == TK_GOTO) s->label = parse_name(p);
    else if (s->tok != TK_FALLTHROUGH && p->l.tok == TK_NAME) s->label = parse_name(p);
    return &s->s;
}

static Stmt *decl_stmt(Parser *p) {
    DeclStmt *s = NEW_STMT(p, DeclStmt, ND_DECL_STMT, p->l.pos);
    DeclVec v = {0};
    parse_decl_group(p, &v, p->l.tok);
    memcpy(&s->decls, &v, sizeof v);
    return &s->s;
}

static Stmt *return_stmt(Parser *p) {
    ReturnStmt *s = NEW_STMT(p, ReturnStmt, ND_RETURN_STMT, p->l.pos);
    next_tok(p);
    if (p->l.tok != TK_SEMI && p->l.tok != TK_RBRACE) parse_expr_list(p, &s->results);
    return &s->s;
}

static Stmt *stmt_inner(Parser *p) { // dispatch
    switch (p->l.tok) {
    case TK_NAME: {
        Expr *x = parse_expr_(p); // most statements begin with a name
        if (p->l.tok == TK_COLON && x->kind == ND_IDENT) return labeled_stmt(p, (Ident *)x);
        return simple_stmt(p, x, TK_EOF);
    }
    case TK_VAR: case TK_CONST: case TK_TYPE: return decl_stmt(p);
    case TK_LBRACE: return &parse_block(p, p->l.pos)->s;
    case TK_OP: case TK_STAR:
        switch (p->l.op) {
        case OP_ADD: case OP_SUB: case OP_MUL: case OP_AND: case OP_XOR: case OP_NOT: case OP_TILDE: return simple_stmt(p, NULL, TK_EOF);
        default: return NULL;
        }
    case TK_LITERAL: case TK_FUNC: case TK_LPAREN: case TK_LBRACK: case TK_STRUCT: case TK_MAP: case TK_CHAN: case TK_INTERFACE: case TK_ARROW: return simple_stmt(p, NULL, TK_EOF);
    case TK_FOR: return for_stmt(p);
    case TK_SWITCH: return switch_stmt(p);
    case TK_SELECT: return select_stmt(p);
    case TK_IF: return if_stmt(p);
    case TK_FALLTHROUGH: case TK_BREAK: case TK_CONTINUE: case TK_GOTO: return branch_stmt(p);
    case TK_GO: case TK_DEFER: return call_stmt(p);
    case TK_RETURN: return return_stmt(p);
    case TK_SEMI: return NEW_STMT(p, Stmt, ND_EMPTY_STMT, p->l.pos);
    default: return NULL;
    }
}

Stmt *stmt_or_nil(Parser *p) {
    Stmt *s = NULL;
    if (enter(p)) s = stmt_inner(p);
    leave(p);
    return s;
}
