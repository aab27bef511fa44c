// parse_stmt.c - statements.
#include "syntax/syntax_int.h"

static Stmt *parse_stmt_opt(Parser *);

#define SET_LIST(p, vec, mark) ((vec).ptr = pop_list((p), (mark), &(vec).len), (vec).cap = (vec).len)

// ---- simple statements -------------------------------------------------------------------------------------------

static Stmt *new_expr_stmt(Parser *p, Expr *e) {
    ExprStmt *s = NEW_STMT(p, ExprStmt, ND_EXPR_STMT, e->pos);
    s->e = e;
    return &s->s;
}

static AssignStmt *new_assign(Parser *p, Pos pos, Op op, ExprVec lhs) {
    AssignStmt *s = NEW_STMT(p, AssignStmt, ND_ASSIGN_STMT, pos);
    s->op = op;
    s->lhs = lhs;
    return s;
}

// At "range". The caller sets position and body.
static Stmt *parse_range_clause(Parser *p, ExprVec lhs, bool def) {
    RangeStmt *s = NEW_STMT(p, RangeStmt, ND_RANGE_STMT, POS(p));
    next(p);
    s->def = def;
    s->key = lhs.len > 0 ? lhs.ptr[0] : NULL;
    s->value = lhs.len > 1 ? lhs.ptr[1] : NULL;
    s->extra = lhs.len > 2 ? lhs.ptr[2] : NULL;
    s->e = parse_expression(p);
    return &s->s;
}

// At "=" or ":=".
static Stmt *parse_assignment(Parser *p, ExprVec lhs, u8 keyword) {
    Pos pos = POS(p);
    bool def = TOK(p) == TK_DEFINE;
    next(p);
    if (keyword == TK_FOR && TOK(p) == TK_RANGE) return parse_range_clause(p, lhs, def);
    ExprVec rhs = parse_expr_list(p);
    if (rhs.len == 1 && rhs.ptr[0]->kind == ND_TYPE_SWITCH_GUARD && keyword == TK_SWITCH && def && lhs.len == 1 &&
        lhs.ptr[0]->kind == ND_IDENT) {
        ((TypeSwitchGuard *)rhs.ptr[0])->lhs = (Ident *)lhs.ptr[0];
        return new_expr_stmt(p, rhs.ptr[0]);
    }
    AssignStmt *s = new_assign(p, pos, def ? OP_DEF : OP_NONE, lhs);
    s->rhs = rhs;
    return &s->s;
}

// The rest of a simple statement whose leading expressions are lhs. keyword: of the header it is in, or 0.
static Stmt *parse_simple_rest(Parser *p, ExprVec lhs, u8 keyword) {
    Pos pos = POS(p);
    if (TOK(p) == TK_ASSIGN || TOK(p) == TK_DEFINE) return parse_assignment(p, lhs, keyword);
    if (lhs.len > 1) {
        syntax_error(p, "expected := or = or comma");
        advance(p, BIT(TK_SEMI) | BIT(TK_RBRACE));
        return new_expr_stmt(p, lhs.ptr[0]);
    }
    switch (TOK(p)) {
    case TK_ASSIGN_OP: {
        AssignStmt *s = new_assign(p, pos, p->lx.op, lhs);
        next(p);
        s->rhs.ptr = ANEW(p->lx.arena, Expr *);
        s->rhs.ptr[0] = parse_expression(p);
        s->rhs.len = s->rhs.cap = 1;
        return &s->s;
    }
    case TK_INC:
    case TK_DEC: {
        IncDecStmt *s = NEW_STMT(p, IncDecStmt, ND_INC_DEC_STMT, pos);
        s->inc = TOK(p) == TK_INC;
        s->e = lhs.ptr[0];
        next(p);
        return &s->s;
    }
    case TK_ARROW: {
        SendStmt *s = NEW_STMT(p, SendStmt, ND_SEND_STMT, pos);
        next(p);
        s->ch = lhs.ptr[0];
        s->val = parse_expression(p);
        return &s->s;
    }
    default: return new_expr_stmt(p, lhs.ptr[0]);
    }
}

static Stmt *parse_simple(Parser *p, u8 keyword) {
    if (keyword == TK_FOR && TOK(p) == TK_RANGE) return parse_range_clause(p, (ExprVec){0}, false);
    ExprVec lhs = parse_expr_list(p);
    return parse_simple_rest(p, lhs, keyword);
}

// ---- blocks ------------------------------------------------------------------------------------------------------

static void parse_stmt_list(Parser *p, StmtVec *out) {
    i64 mark = p->nstack;
    while (TOK(p) != TK_EOF && TOK(p) != TK_RBRACE && TOK(p) != TK_CASE && TOK(p) != TK_DEFAULT) {
        Stmt *s = parse_stmt_opt(p);
        pragma_clear(&p->lx);
        if (!s) break;
        push(p, s);
        if (!got(p, TK_SEMI) && TOK(p) != TK_RBRACE) {
            syntax_error(p, "at end of statement");
            advance(p, BIT(TK_SEMI) | BIT(TK_RBRACE) | BIT(TK_CASE) | BIT(TK_DEFAULT));
            got(p, TK_SEMI);
        }
    }
    SET_LIST(p, *out, mark);
}

// context: "for clause" or the like, for the complaint if there is no "{".
BlockStmt *parse_block(Parser *p, const char *context) {
    BlockStmt *b = NEW_STMT(p, BlockStmt, ND_BLOCK_STMT, POS(p));
    if (!got(p, TK_LBRACE)) {
        syntax_error(p, "expected { after %s", context);
        advance(p, BIT(TK_NAME) | BIT(TK_RBRACE));
        b->rbrace = POS(p);
        if (got(p, TK_RBRACE)) return b;
    }
    parse_stmt_list(p, &b->list);
    b->rbrace = POS(p);
    want(p, TK_RBRACE);
    return b;
}

// ---- headers of if, switch and for -----------------------------------------------------------------------------------

typedef struct Header {
    Stmt *init; // a RangeStmt: there is nothing else
    Expr *cond;
    Stmt *post;
} Header;

// For messages: binary expressions in parentheses, so that "=" stands out.
static void print_operand(Buf *b, ExprVec v) {
    bool paren = v.len == 1 && v.ptr[0]->kind == ND_BINARY;
    if (paren) buf_char(b, '(');
    for (i64 i = 0; i < v.len; i++) {
        if (i) buf_c(b, ", ");
        expr_print(b, v.ptr[i]);
    }
    if (paren) buf_char(b, ')');
}

// A condition must be an expression; "=" for "==" is a common mistake and gets a message of its own.
static Expr *unpack_condition(Parser *p, Stmt *s) {
    if (s->kind == ND_EXPR_STMT) return ((ExprStmt *)s)->e;
    Buf b = {0};
    AssignStmt *as = (AssignStmt *)s;
    if (s->kind == ND_ASSIGN_STMT && as->op == OP_NONE) {
        buf_c(&b, "assignment ");
        print_operand(&b, as->lhs);
        buf_c(&b, " = ");
        print_operand(&b, as->rhs);
    } else {
        stmt_print(&b, s);
    }
    syntax_error_at(p, s->pos, "cannot use %.*s as value", SFMT(buf_view(&b)));
    buf_free(&b);
    return NEW_EXPR(p, Expr, ND_BAD_EXPR, s->pos);
}

// "cond; post" of a for clause, behind the first semicolon.
static void parse_for_clauses(Parser *p, Stmt **cond, Stmt **post) {
    if (TOK(p) != TK_SEMI) {
        if (TOK(p) == TK_LBRACE) {
            syntax_error(p, "expected for loop condition");
            return;
        }
        *cond = parse_simple(p, 0);
    }
    want(p, TK_SEMI);
    if (TOK(p) == TK_LBRACE) return;
    *post = parse_simple(p, 0);
    if ((*post)->kind == ND_ASSIGN_STMT && ((AssignStmt *)*post)->op == OP_DEF)
        syntax_error_at(p, (*post)->pos, "cannot declare in post statement of for loop");
}

static Header parse_header(Parser *p, u8 keyword) {
    Header h = {0};
    Stmt *cond = NULL;
    Pos semi = 0;
    Str semi_lit = {0};
    next(p); // the keyword
    if (TOK(p) == TK_LBRACE) {
        if (keyword != TK_IF) return h;
        syntax_error(p, "missing condition in if statement");
        h.cond = bad_expr(p);
        return h;
    }
    int outer = p->xnest;
    p->xnest = -1;
    if (TOK(p) != TK_SEMI) {
        if (got(p, TK_VAR)) syntax_error(p, "var declaration not allowed in %s initializer", token_text(keyword));
        h.init = parse_simple(p, keyword);
        if (h.init->kind == ND_RANGE_STMT) {
            p->xnest = outer;
            return h;
        }
    }
    if (TOK(p) == TK_LBRACE) {
        cond = h.init;
        h.init = NULL;
    } else {
        if (TOK(p) == TK_SEMI) {
            semi = POS(p), semi_lit = p->lx.lit;
            next(p);
        } else {
            want(p, TK_LBRACE); // a better message than one that asks for ";"
            if (TOK(p) != TK_LBRACE) advance(p, BIT(TK_LBRACE) | BIT(TK_RBRACE));
        }
        if (keyword == TK_FOR) parse_for_clauses(p, &cond, &h.post);
        else if (TOK(p) != TK_LBRACE) cond = parse_simple(p, keyword);
    }
    if (cond) {
        h.cond = unpack_condition(p, cond);
    } else if (keyword == TK_IF && semi) {
        if (str_eq(semi_lit, S("semicolon"))) syntax_error_at(p, semi, "missing condition in if statement");
        else syntax_error_at(p, semi, "unexpected %.*s, expected { after if clause", SFMT(semi_lit));
        h.cond = NEW_EXPR(p, Expr, ND_BAD_EXPR, semi);
    }
    p->xnest = outer;
    return h;
}

// ---- compound statements ---------------------------------------------------------------------------------------------

// else-if chains can be long in generated code, so they take no recursion.
static Stmt *parse_if(Parser *p) {
    Stmt *first = NULL, **at = &first;
    for (int n = 0;; n++) {
        IfStmt *s = NEW_STMT(p, IfStmt, ND_IF_STMT, POS(p));
        *at = &s->s;
        at = &s->els;
        Header h = parse_header(p, TK_IF);
        s->init = h.init;
        s->cond = h.cond ? h.cond : bad_expr(p); // none only after errors
        s->then = parse_block(p, "if clause");
        if (!got(p, TK_ELSE)) return first;
        if (TOK(p) == TK_IF && chain_ok(p, n)) continue;
        if (TOK(p) == TK_LBRACE) {
            s->els = &parse_block(p, "")->s;
        } else if (n < MAX_CHAIN) {
            syntax_error(p, "else must be followed by if or statement block");
            advance(p, BIT(TK_NAME) | BIT(TK_RBRACE));
        }
        return first;
    }
}

static Stmt *parse_for(Parser *p) {
    Pos pos = POS(p);
    Header h = parse_header(p, TK_FOR);
    if (h.init && h.init->kind == ND_RANGE_STMT) {
        RangeStmt *r = (RangeStmt *)h.init;
        r->s.pos = pos;
        r->body = parse_block(p, "for clause");
        return &r->s;
    }
    ForStmt *s = NEW_STMT(p, ForStmt, ND_FOR_STMT, pos);
    s->init = h.init;
    s->cond = h.cond;
    s->post = h.post;
    s->body = parse_block(p, "for clause");
    return &s->s;
}

#define CLAUSE_START (BIT(TK_CASE) | BIT(TK_DEFAULT) | BIT(TK_RBRACE))

static CaseClause *parse_case(Parser *p) {
    CaseClause *c = NEW_STMT(p, CaseClause, ND_CASE_CLAUSE, POS(p));
    if (got(p, TK_CASE)) {
        c->exprs = parse_expr_list(p);
    } else if (got(p, TK_DEFAULT)) {
        c->is_default = true;
    } else {
        syntax_error(p, "expected case or default or }");
        advance(p, BIT(TK_COLON) | CLAUSE_START);
    }
    c->colon = POS(p);
    want(p, TK_COLON);
    parse_stmt_list(p, &c->body);
    return c;
}

static CommClause *parse_comm(Parser *p) {
    CommClause *c = NEW_STMT(p, CommClause, ND_COMM_CLAUSE, POS(p));
    if (got(p, TK_CASE)) {
        c->comm = parse_simple(p, 0);
    } else if (!got(p, TK_DEFAULT)) {
        syntax_error(p, "expected case or default or }");
        advance(p, BIT(TK_COLON) | CLAUSE_START);
    }
    c->colon = POS(p);
    want(p, TK_COLON);
    parse_stmt_list(p, &c->body);
    return c;
}

static Stmt *parse_switch(Parser *p) {
    Pos pos = POS(p);
    Header h = parse_header(p, TK_SWITCH);
    Pos lbrace = POS(p);
    if (!got(p, TK_LBRACE)) {
        syntax_error(p, "missing { after switch clause");
        advance(p, CLAUSE_START);
    }
    i64 mark = p->nstack;
    while (TOK(p) != TK_EOF && TOK(p) != TK_RBRACE) push(p, parse_case(p));
    Pos rbrace = POS(p);
    Stmt *result;
    if (h.cond && h.cond->kind == ND_TYPE_SWITCH_GUARD) {
        TypeSwitchStmt *s = NEW_STMT(p, TypeSwitchStmt, ND_TYPE_SWITCH_STMT, pos);
        s->init = h.init;
        s->guard = (TypeSwitchGuard *)h.cond;
        s->lbrace = lbrace;
        s->rbrace = rbrace;
        SET_LIST(p, s->clauses, mark);
        result = &s->s;
    } else {
        SwitchStmt *s = NEW_STMT(p, SwitchStmt, ND_SWITCH_STMT, pos);
        s->init = h.init;
        s->tag = h.cond;
        s->lbrace = lbrace;
        s->rbrace = rbrace;
        SET_LIST(p, s->clauses, mark);
        result = &s->s;
    }
    want(p, TK_RBRACE);
    return result;
}

static Stmt *parse_select(Parser *p) {
    SelectStmt *s = NEW_STMT(p, SelectStmt, ND_SELECT_STMT, POS(p));
    next(p);
    s->lbrace = POS(p);
    if (!got(p, TK_LBRACE)) {
        syntax_error(p, "missing { after select clause");
        advance(p, CLAUSE_START);
    }
    i64 mark = p->nstack;
    while (TOK(p) != TK_EOF && TOK(p) != TK_RBRACE) push(p, parse_comm(p));
    SET_LIST(p, s->clauses, mark);
    s->rbrace = POS(p);
    want(p, TK_RBRACE);
    return &s->s;
}

// ---- the others --------------------------------------------------------------------------------------------------

// At the colon.
static Stmt *parse_labeled(Parser *p, Ident *label) {
    LabeledStmt *s = NEW_STMT(p, LabeledStmt, ND_LABELED_STMT, POS(p));
    s->label = label;
    next(p);
    if (TOK(p) == TK_RBRACE) { // an empty statement, its semicolon left out
        s->stmt = NEW_STMT(p, Stmt, ND_EMPTY_STMT, POS(p));
        return &s->s;
    }
    s->stmt = parse_stmt_opt(p);
    if (s->stmt) return &s->s;
    syntax_error_at(p, s->s.pos, "missing statement after label");
    return NULL;
}

static Stmt *parse_go_or_defer(Parser *p) {
    u8 tok = TOK(p);
    CallStmt *s = NEW_STMT(p, CallStmt, tok == TK_GO ? ND_GO_STMT : ND_DEFER_STMT, POS(p));
    next(p);
    Expr *e = parse_primary(p, NULL, TOK(p) == TK_LPAREN);
    s->call = unparen(e);
    if (s->call != e) lex_error(&p->lx, e->pos, "expression in %s must not be parenthesized", token_text(tok));
    return &s->s;
}

static Stmt *parse_branch(Parser *p) {
    BranchStmt *s = NEW_STMT(p, BranchStmt, ND_BRANCH_STMT, POS(p));
    s->tok = TOK(p);
    next(p);
    if (s->tok == TK_GOTO) s->label = parse_name(p);
    else if (s->tok != TK_FALLTHROUGH && TOK(p) == TK_NAME) s->label = parse_name(p);
    return &s->s;
}

static Stmt *parse_return(Parser *p) {
    ReturnStmt *s = NEW_STMT(p, ReturnStmt, ND_RETURN_STMT, POS(p));
    next(p);
    if (TOK(p) != TK_SEMI && TOK(p) != TK_RBRACE) s->results = parse_expr_list(p);
    return &s->s;
}

static Stmt *parse_decl_stmt(Parser *p) {
    DeclStmt *s = NEW_STMT(p, DeclStmt, ND_DECL_STMT, POS(p));
    u8 keyword = TOK(p);
    DeclVec v = {0};
    next(p);
    parse_decls(p, keyword, &v, true);
    s->decls.ptr = v.ptr, s->decls.len = v.len, s->decls.cap = v.cap;
    return &s->s;
}

static Stmt *parse_stmt_here(Parser *p) {
    if (TOK(p) == TK_NAME) { // most statements
        pragma_clear(&p->lx);
        ExprVec lhs = parse_expr_list(p);
        if (TOK(p) == TK_COLON && lhs.len == 1 && lhs.ptr[0]->kind == ND_IDENT)
            return parse_labeled(p, (Ident *)lhs.ptr[0]);
        return parse_simple_rest(p, lhs, 0);
    }
    if (TOK(p) == TK_VAR || TOK(p) == TK_CONST || TOK(p) == TK_TYPE) return parse_decl_stmt(p);
    pragma_clear(&p->lx);
    switch (TOK(p)) {
    case TK_LBRACE: return &parse_block(p, "")->s;
    case TK_OP:
        if (p->lx.op != OP_ADD && p->lx.op != OP_SUB && p->lx.op != OP_AND && p->lx.op != OP_XOR && p->lx.op != OP_NOT)
            return NULL;
        return parse_simple(p, 0);
    case TK_STAR:
    case TK_LITERAL:
    case TK_FUNC:
    case TK_LPAREN:
    case TK_LBRACK:
    case TK_STRUCT:
    case TK_MAP:
    case TK_CHAN:
    case TK_INTERFACE:
    case TK_ARROW: return parse_simple(p, 0);
    case TK_FOR: return parse_for(p);
    case TK_SWITCH: return parse_switch(p);
    case TK_SELECT: return parse_select(p);
    case TK_IF: return parse_if(p);
    case TK_BREAK:
    case TK_CONTINUE:
    case TK_FALLTHROUGH:
    case TK_GOTO: return parse_branch(p);
    case TK_GO:
    case TK_DEFER: return parse_go_or_defer(p);
    case TK_RETURN: return parse_return(p);
    case TK_SEMI: return NEW_STMT(p, Stmt, ND_EMPTY_STMT, POS(p));
    default: return NULL;
    }
}

// NULL, without a complaint, if there is none.
static Stmt *parse_stmt_opt(Parser *p) {
    Stmt *s = enter(p) ? parse_stmt_here(p) : NULL;
    leave(p);
    return s;
}
