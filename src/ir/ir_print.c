// ir_print.c - trees as text.
//
// In:   an IrFunc. Out: s-expressions that ir_read.c understands (types of the program must be known to it).
// A node is (op :attributes... a b c d [list] {body} else {els} post {post} (case lo hi {body})...); `_` stands for an absent
// operand in front of a present one. Attributes: :t type, :i integer, :f :g floats, :s string, :op operator, :fl flags,
// :esc, :at :bt types, :fn :gl symbols, :rt runtime function, :v variable, :id and :to identity and target of jumps, :idx indices.
// Variables are pN, rN, cN, lN: parameter, result, capture, local number N, followed by their name for the reader's eye.
#include "ir/ir.h"
#include <stdio.h>

typedef struct Printer {
    Buf *b;
    Arena *a;
    Map *ids;
    const IrFunc *f;
} Printer;

static const char *const op_names[] = {
#define X(n, text, doc) [X_##n] = text,
#include "ir/ops.def"
#undef X
};
static const char *const rt_names[] = {
#define R(id, kind, sym, sig) [RT_##id] = #id,
#include "abi/runtime.def"
#undef R
};

const char *ir_op_name(IrOp op) { return op_names[op]; }

static void print_str(Buf *b, Str s) {
    buf_char(b, '"');
    for (i64 i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (c == '"' || c == '\\') buf_printf(b, "\\%c", c);
        else if (c < ' ' || c >= 0x7f) buf_printf(b, "\\x%02x", c);
        else buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

static void print_type(Printer *p, Type *t) {
    if (t) print_str(p->b, types_string(p->a, t, NULL));
    else buf_c(p->b, "nil");
}

static void print_var(Printer *p, const IrVar *v) {
    static const char kinds[] = {[IRV_LOCAL] = 'l', [IRV_PARAM] = 'p', [IRV_RESULT] = 'r', [IRV_CAPTURE] = 'c'};
    buf_printf(p->b, "%c%d", kinds[v->kind], v->index);
    if (v->name && v->name->s.len) buf_printf(p->b, ".%.*s", SFMT(v->name->s));
}

static i64 target_id(Printer *p, const IrNode *n) {
    i64 id = (i64)(intptr_t)map_get_ptr(p->ids, n);
    if (!id) map_set_ptr(p->ids, n, (void *)(intptr_t)(id = map_len(p->ids) + 1));
    return id;
}

static void print_newline(Printer *p, int depth) {
    buf_char(p->b, '\n');
    for (int i = 0; i < depth; i++) buf_c(p->b, "  ");
}

static void print_node(Printer *p, const IrNode *n, int depth);

static void print_block(Printer *p, const char *head, const IrVec *v, int depth) {
    buf_printf(p->b, " %s{", head);
    for (i64 i = 0; i < v->len; i++) {
        print_newline(p, depth + 1);
        print_node(p, v->ptr[i], depth + 1);
    }
    if (v->len) print_newline(p, depth);
    buf_char(p->b, '}');
}

static bool has_target_identity(const IrNode *n) {
    return n->op == X_S_LOOP || n->op == X_S_BLOCK || n->op == X_S_LABEL || n->op == X_S_JUMP_TABLE;
}

static void print_attributes(Printer *p, const IrNode *n) {
    Buf *b = p->b;
    if (n->type && n->op != X_VAR) {
        buf_c(b, " :t ");
        print_type(p, n->type);
    }
    if (n->op == X_CONST_FLOAT || n->op == X_CONST_COMPLEX) {
        buf_printf(b, " :f %a", n->f);
        if (n->op == X_CONST_COMPLEX) buf_printf(b, " :g %a", n->f2);
    } else if (n->i || n->op == X_CONST_INT || n->op == X_FIELD) buf_printf(b, " :i %lld", (long long)n->i);
    if (n->op == X_CONST_STRING) {
        buf_c(b, " :s ");
        print_str(b, n->str);
    }
    if (n->oper) buf_printf(b, " :op %s", op_text(n->oper));
    if (n->flags) buf_printf(b, " :fl %d", n->flags);
    if (n->esc) buf_printf(b, " :esc %d", n->esc);
    if (n->atype) {
        buf_c(b, " :at ");
        print_type(p, n->atype);
    }
    if (n->op == X_ITAB_ADDR) {
        buf_c(b, " :bt ");
        print_type(p, n->btype);
    }
    if (n->fn) {
        buf_c(b, " :fn ");
        print_str(b, n->fn->sym);
    }
    if (n->op == X_GLOBAL) {
        buf_c(b, " :gl ");
        print_str(b, n->global->sym);
    }
    if (n->op == X_CALL_RT || n->op == X_S_PANIC_RT) buf_printf(b, " :rt %s", rt_names[n->rt]);
    if (n->op == X_VAR || n->op == X_S_DCL) {
        buf_c(b, " :v ");
        print_var(p, n->var);
    }
    if (n->op == X_DATA_ADDR) buf_printf(b, " :data %lld", (long long)n->data->size);
    if (has_target_identity(n)) buf_printf(b, " :id %lld", (long long)target_id(p, n));
    if (n->op == X_S_BREAK || n->op == X_S_CONTINUE || n->op == X_S_GOTO)
        buf_printf(b, " :to %lld", (long long)target_id(p, n->target));
    if (n->op == X_COMPOSITE || n->op == X_SLICE_LIT) {
        buf_c(b, " :idx [");
        for (i64 i = 0; i < n->list.len; i++) buf_printf(b, "%s%lld", i ? " " : "", (long long)n->idx[i]);
        buf_char(b, ']');
    }
}

static void print_node(Printer *p, const IrNode *n, int depth) {
    Buf *b = p->b;
    if (!n) {
        buf_char(b, '_');
        return;
    }
    buf_printf(b, "(%s", op_names[n->op]);
    print_attributes(p, n);
    const IrNode *ops[] = {n->a, n->b, n->c, n->d};
    int last = 4;
    while (last > 0 && !ops[last - 1]) last--;
    for (int i = 0; i < last; i++) {
        buf_char(b, ' ');
        print_node(p, ops[i], depth);
    }
    if (n->list.len) {
        buf_c(b, " [");
        for (i64 i = 0; i < n->list.len; i++) {
            if (i) buf_char(b, ' ');
            print_node(p, n->list.ptr[i], depth);
        }
        buf_char(b, ']');
    }
    if (n->sub->body.len) print_block(p, "", &n->sub->body, depth);
    if (n->sub->els.len) print_block(p, "else ", &n->sub->els, depth);
    if (n->sub->post.len) print_block(p, "post ", &n->sub->post, depth);
    for (i64 i = 0; i < n->sub->ncases; i++) {
        print_newline(p, depth + 1);
        buf_printf(b, "(case %lld %lld", (long long)n->sub->cases[i].lo, (long long)n->sub->cases[i].hi);
        print_block(p, "", &n->sub->cases[i].body, depth + 1);
        buf_char(b, ')');
    }
    buf_char(b, ')');
}

static void print_decl(Printer *p, const char *kind, const IrVar *v) {
    buf_printf(p->b, "  (%s ", kind);
    print_var(p, v);
    buf_char(p->b, ' ');
    print_type(p, v->type);
    if (v->addr_taken) buf_c(p->b, " addr");
    if (v->by_ref) buf_c(p->b, " byref");
    if (v->heap) buf_c(p->b, " heap");
    if (v->reassigned) buf_c(p->b, " reassigned");
    if (v->autotmp) buf_c(p->b, " auto");
    if (v->is_blank) buf_c(p->b, " blank");
    if (v->defer_result) buf_c(p->b, " deferresult");
    if (v->outer) {
        buf_c(p->b, " of ");
        print_var(p, v->outer);
    }
    buf_c(p->b, ")\n");
}

void ir_print_func(Buf *b, const IrFunc *f) {
    Printer p = {.b = b, .a = arena_new("ir_print"), .f = f};
    p.ids = map_new_ptr(p.a);
    buf_c(b, "(func ");
    print_str(b, f->sym);
    buf_char(b, ' ');
    print_type(&p, f->sig);
    if (f->noinline) buf_c(b, " noinline");
    if (f->nosplit) buf_c(b, " nosplit");
    if (f->has_defer) buf_c(b, " defer");
    if (f->has_loop_defer) buf_c(b, " loopdefer");
    if (f->has_recover) buf_c(b, " recover");
    if (f->wrapper) buf_c(b, " wrapper");
    if (f->is_closure) buf_c(b, " closure");
    if (f->needctxt) buf_c(b, " needctxt");
    if (f->variadic) buf_c(b, " variadic");
    if (!f->has_body) buf_c(b, " nobody");
    buf_char(b, '\n');
    for (i64 i = 0; i < f->nparams; i++) print_decl(&p, "param", f->params[i]);
    for (i64 i = 0; i < f->nresults; i++) print_decl(&p, "result", f->results[i]);
    for (i64 i = 0; i < f->ncaptures; i++) print_decl(&p, "capture", f->captures[i]);
    for (i64 i = 0; i < f->locals.len; i++) print_decl(&p, "local", f->locals.ptr[i]);
    print_block(&p, " ", &f->body, 1);
    buf_c(b, ")\n");
    arena_free(p.a);
}
