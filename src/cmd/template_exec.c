// template_exec.c - a template's tree and a value -> text.
//
// The first error ends it; what was printed before it stays printed, as in text/template.
#include "cmd/template.h"
#include <stdarg.h>

enum { MAX_CALLS = 1000, MAX_NESTED = 20000 }; // text/template has 100,000 calls: C's stack is smaller

typedef struct Var {
    Str name;
    GoVal value;
} Var;
typedef struct Run {   // of all templates together
    i64 steps, nested; // statements so far; bodies inside of bodies
} Run;
typedef enum Flow { FLOW_ON, FLOW_BREAK, FLOW_CONTINUE } Flow;
typedef struct Exec {
    Arena *a;
    const Template *t;
    const TemplateEnv *env;
    Buf *out;
    Err *err;
    VEC(Var) vars;
    Str name; // of the template that runs
    Flow flow;
    int depth; // of templates that call templates
    Run *run;
} Exec;

static GoVal eval_pipe(Exec *, const GoVal *dot, const TNode *);
static GoVal eval_arg(Exec *, const GoVal *dot, const TNode *);
static void walk(Exec *, GoVal dot, const TNodes *);

static bool stopped(const Exec *x) { return x->err->text.len || x->flow != FLOW_ON; }

static GoVal fail(Exec *x, i64 pos, Str what, const char *fmt, ...) PRINTF_LIKE(4, 5);
static GoVal fail(Exec *x, i64 pos, Str what, const char *fmt, ...) {
    if (x->err->text.len) return goval_none();
    i64 line = 1, start = 0;
    for (i64 i = 0; i < pos; i++)
        if (x->t->text.ptr[i] == '\n') line++, start = i + 1;
    va_list ap;
    va_start(ap, fmt);
    Str text = arena_vprintf(x->a, fmt, ap);
    va_end(ap);
    err_set(x->err, x->a, ERR_OTHER, "template: main:%lld:%lld: executing %.*s at <%.*s>: %.*s", (long long)line,
            (long long)(pos - start), SFMT(str_quote(x->a, x->name)), SFMT(what), SFMT(text));
    return goval_none();
}

static Str text_of(Exec *x, const TNode *n) { return template_node_text(x->a, n); }

// ---- fields ---------------------------------------------------------------------------------------------------------

typedef struct Args { // behind a field that is the command
    const GoVal *dot, *final;
    const TNodes *nodes; // the first is the field itself
} Args;

static i64 count_args(const Args *args) { return args ? args->nodes->len - 1 + (args->final != NULL) : 0; }

// The value of an only argument, of the type that a method wants.
static GoVal only_arg(Exec *x, const Args *args, const char *type) {
    const TNode *n = args->nodes->ptr[args->nodes->len > 1 ? 1 : 0];
    GoVal v = args->nodes->len > 1 ? eval_arg(x, args->dot, n) : *args->final;
    bool text = str_eq(str_c(type), S("string"));
    bool fits = text ? v.kind == GOVAL_STRING : v.kind == GOVAL_STRUCT && str_eq(str_c(v.of->name), str_c(type));
    if (x->err->text.len || fits) return v;
    const char *got = v.kind == GOVAL_NONE ? "nil" : v.type;
    if (n->kind == T_LITERAL && !text && !args->final)
        return fail(x, n->pos, text_of(x, n), "can't handle %.*s for arg of type %s", SFMT(text_of(x, n)), type);
    if (args->final) return fail(x, n->pos, text_of(x, n), "wrong type for value; expected %s; got %s", type, got);
    return fail(x, n->pos, text_of(x, n), "expected %s; found %.*s", type, SFMT(text_of(x, n)));
}

static GoVal method(Exec *x, const TNode *n, const GoVal *v, const GoMethod *m, const Args *args) {
    i64 want = m->call_with ? 1 : 0, got = count_args(args);
    if (got != want)
        return fail(x, n->pos, text_of(x, n), "wrong number of args for %s: want %lld got %lld", m->name,
                    (long long)want, (long long)got);
    if (!want) return m->call(x->a, v);
    GoVal arg = only_arg(x, args, m->arg_type);
    return x->err->text.len ? arg : m->call_with(x->a, v, &arg);
}

static GoVal field(Exec *x, const TNode *n, const GoVal *v, Str name, const Args *args) {
    const GoMethod *m = v->kind == GOVAL_STRUCT ? goval_method(v, name) : NULL;
    bool has_args = count_args(args) > 0;
    if (v->kind == GOVAL_NONE) return *v;
    if (m) return method(x, n, v, m, args);
    i64 i = goval_field(v->of, name);
    if (i >= 0 && v->kind == GOVAL_STRUCT) {
        if (!has_args) return v->fields[i];
        return fail(x, n->pos, text_of(x, n), "%.*s has arguments but cannot be invoked as function", SFMT(name));
    }
    if (v->kind == GOVAL_NIL && i >= 0)
        return fail(x, n->pos, text_of(x, n), "nil pointer evaluating %s.%.*s", v->type, SFMT(name));
    if (v->kind != GOVAL_MAP)
        return fail(x, n->pos, text_of(x, n), "can't evaluate field %.*s in type %s", SFMT(name), v->type);
    if (has_args) return fail(x, n->pos, text_of(x, n), "%.*s is not a method but has arguments", SFMT(name));
    for (i64 k = 0; k < v->map.len; k++)
        if (str_eq(v->map.keys[k], name)) return v->map.values[k];
    return goval_none();
}

static GoVal fields(Exec *x, const TNode *n, GoVal v, i64 from, const Args *args) {
    for (i64 i = from; i < n->names.len && !x->err->text.len; i++)
        v = field(x, n, &v, n->names.ptr[i], i == n->names.len - 1 ? args : NULL);
    return v;
}

static GoVal variable(Exec *x, const TNode *n) {
    for (i64 i = x->vars.len - 1; i >= 0; i--)
        if (str_eq(x->vars.ptr[i].name, n->names.ptr[0])) return x->vars.ptr[i].value;
    return fail(x, n->pos, text_of(x, n), "undefined variable: %.*s", SFMT(n->names.ptr[0]));
}

// ---- commands -------------------------------------------------------------------------------------------------------

static Str command_text(Exec *x, const TNodes *args) {
    TNode pipe = {.kind = T_PIPE};
    TNodes copy = *args;
    vec_push(x->a, &pipe.commands, copy);
    return text_of(x, &pipe);
}

static GoVal call(Exec *x, const GoVal *dot, const TNodes *args, const GoVal *final) {
    const TNode *f = args->ptr[0];
    bool is_and = str_eq(f->text, S("and")), is_or = str_eq(f->text, S("or"));
    VEC(GoVal) values = {0};
    for (i64 i = 1; i < args->len; i++) {
        GoVal v = eval_arg(x, dot, args->ptr[i]);
        if (x->err->text.len) return v;
        if ((is_and || is_or) && template_truth(&v) == is_or) return v;
        vec_push(x->a, &values, v);
    }
    if (final) vec_push(x->a, &values, *final);
    if (is_and || is_or) {
        if (values.len) return values.ptr[values.len - 1];
        return fail(x, f->pos, f->text, "wrong number of args for %.*s: want at least 1 got 0", SFMT(f->text));
    }
    GoVal out = goval_none();
    Err err = {0};
    if (template_func(x->a, x->env, f->text, values.ptr, values.len, &out, &err)) return out;
    if (err.kind == ERR_NO_MATCH) return fail(x, f->pos, f->text, "%.*s", SFMT(err.text)); // of the call's form
    i64 at = err.kind == ERR_DISALLOWED ? 1 : err.kind == ERR_AMBIGUOUS ? 2 : 0; // an argument of a wrong type
    if (at) {
        const TNode *n = at < args->len ? args->ptr[at] : f;
        return fail(x, n->pos, text_of(x, n), "%.*s", SFMT(err.text));
    }
    return fail(x, f->pos, command_text(x, args), "error calling %.*s: %.*s", SFMT(f->text), SFMT(err.text));
}

static GoVal eval_command(Exec *x, const GoVal *dot, const TNodes *args, const GoVal *final) {
    const TNode *n = args->ptr[0];
    bool has_args = args->len > 1 || final;
    Args given = {dot, final, args};
    if (n->kind == T_FUNC) return call(x, dot, args, final);
    if (n->kind == T_FIELD) return fields(x, n, *dot, 0, &given);
    if (n->kind == T_CHAIN) return fields(x, n, eval_arg(x, dot, n->inner), 0, &given);
    if (n->kind == T_VAR && n->names.len > 1) return fields(x, n, variable(x, n), 1, &given);
    if (has_args)
        return fail(x, n->pos, text_of(x, n), "can't give argument to non-function %.*s", SFMT(text_of(x, n)));
    if (n->kind == T_NIL) return fail(x, n->pos, S("nil"), "nil is not a command");
    return eval_arg(x, dot, n);
}

static GoVal eval_arg(Exec *x, const GoVal *dot, const TNode *n) {
    switch (n->kind) {
    case T_DOT: return *dot;
    case T_NIL: return goval_none();
    case T_LITERAL: return n->value;
    case T_VAR: return fields(x, n, variable(x, n), 1, NULL);
    case T_FIELD: return fields(x, n, *dot, 0, NULL);
    case T_CHAIN:
        if (n->inner->kind == T_NIL)
            return fail(x, n->pos, text_of(x, n), "indirection through explicit nil in %.*s", SFMT(text_of(x, n)));
        return fields(x, n, eval_arg(x, dot, n->inner), 0, NULL);
    case T_FUNC: {
        TNodes args = {0};
        vec_push(x->a, &args, (TNode *)n);
        return call(x, dot, &args, NULL);
    }
    default: return eval_pipe(x, dot, n);
    }
}

static void set_var(Exec *x, Str name, GoVal v) {
    for (i64 i = x->vars.len - 1; i >= 0; i--)
        if (str_eq(x->vars.ptr[i].name, name)) {
            x->vars.ptr[i].value = v;
            return;
        }
}

static GoVal eval_pipe(Exec *x, const GoVal *dot, const TNode *n) {
    GoVal v = goval_none();
    if (!n) return v;
    for (i64 i = 0; i < n->commands.len && !x->err->text.len; i++) {
        GoVal before = v;
        v = eval_command(x, dot, &n->commands.ptr[i], i ? &before : NULL);
    }
    for (i64 i = 0; i < n->names.len; i++) {
        if (n->assigns) set_var(x, n->names.ptr[i], v);
        else vec_push(x->a, &x->vars, ((Var){n->names.ptr[i], v}));
    }
    return v;
}

// ---- statements -----------------------------------------------------------------------------------------------------

static void once(Exec *x, const TNode *n, GoVal key, GoVal v, i64 mark) {
    const TNode *pipe = n->inner;
    bool two = pipe->names.len > 1;
    if (pipe->names.len && pipe->assigns) {
        set_var(x, pipe->names.ptr[0], two ? key : v);
        if (two) set_var(x, pipe->names.ptr[1], v);
    } else if (pipe->names.len) {
        x->vars.ptr[mark - 1].value = v;
        if (two) x->vars.ptr[mark - 2].value = key;
    }
    walk(x, v, &n->list);
    x->vars.len = mark;
    if (x->flow == FLOW_CONTINUE) x->flow = FLOW_ON;
}

static void walk_range(Exec *x, GoVal dot, const TNode *n) {
    GoVal v = eval_pipe(x, &dot, n->inner);
    i64 mark = x->vars.len, count = 0;
    if (v.kind == GOVAL_LIST) count = v.list.len;
    else if (v.kind == GOVAL_MAP) count = v.map.len;
    else if (v.kind == GOVAL_INT) count = v.i;
    else if (v.kind != GOVAL_NONE && !x->err->text.len) {
        Buf b = {0};
        template_print(x->a, &b, &v, 0);
        fail(x, n->inner->pos, text_of(x, n->inner), "range can't iterate over %.*s", SFMT(buf_view(&b)));
        buf_free(&b);
    }
    if (v.kind == GOVAL_INT && n->inner->names.len > 1)
        fail(x, n->inner->pos, text_of(x, n->inner), "can't use %lld to iterate over more than one variable",
             (long long)v.i);
    i64 *order = v.kind == GOVAL_MAP ? goval_sorted_keys(x->a, &v) : NULL;
    for (i64 i = 0; i < count && !stopped(x); i++) {
        if (order) once(x, n, goval_str(v.map.keys[order[i]]), v.map.values[order[i]], mark);
        else once(x, n, goval_int(i), v.kind == GOVAL_INT ? goval_int(i) : v.list.ptr[i], mark);
    }
    if (x->flow == FLOW_BREAK) x->flow = FLOW_ON;
    if (count <= 0 && !x->err->text.len) walk(x, dot, &n->other);
}

static void walk_call(Exec *x, GoVal dot, const TNode *n) {
    const TNode *body = map_get_str(x->t->defined, n->text);
    if (str_eq(n->text, S("main")) && !body) body = x->t->main;
    if (!body) {
        fail(x, n->pos, arena_printf(x->a, "{{template %.*s}}", SFMT(str_quote(x->a, n->text))),
             "template %.*s not defined", SFMT(str_quote(x->a, n->text)));
        return;
    }
    if (x->depth >= MAX_CALLS) {
        fail(x, n->pos, n->text, "exceeded maximum template depth (%d)", MAX_CALLS);
        return;
    }
    Exec y = *x;
    y.depth++;
    y.name = n->text;
    y.vars.ptr = NULL, y.vars.len = y.vars.cap = 0;
    GoVal v = eval_pipe(x, &dot, n->inner);
    if (x->err->text.len) return;
    vec_push(x->a, &y.vars, ((Var){S("$"), v}));
    walk(&y, v, &body->list);
}

static void walk_one(Exec *x, GoVal dot, const TNode *n) {
    i64 mark = x->vars.len;
    GoVal v;
    if (++x->run->steps > x->env->max_steps && x->env->max_steps) {
        fail(x, n->pos, S("."), "too many steps");
        return;
    }
    switch (n->kind) {
    case T_TEXT: buf_str(x->out, n->text); return;
    case T_ACTION:
        v = eval_pipe(x, &dot, n->inner);
        if (!n->inner->names.len && !x->err->text.len) template_print(x->a, x->out, &v, 0);
        return; // its variables stay
    case T_IF:
    case T_WITH:
        v = eval_pipe(x, &dot, n->inner);
        if (x->err->text.len) return;
        if (template_truth(&v)) walk(x, n->kind == T_WITH ? v : dot, &n->list);
        else walk(x, dot, &n->other);
        x->vars.len = mark;
        return;
    case T_RANGE:
        walk_range(x, dot, n);
        x->vars.len = mark;
        return;
    case T_CALL: walk_call(x, dot, n); return;
    case T_BREAK: x->flow = FLOW_BREAK; return;
    case T_CONTINUE: x->flow = FLOW_CONTINUE; return;
    default: return;
    }
}

static void walk(Exec *x, GoVal dot, const TNodes *list) {
    if (++x->run->nested > MAX_NESTED && list->len) {
        fail(x, list->ptr[0]->pos, x->name, "exceeded maximum template depth (%d)", MAX_NESTED);
        return;
    }
    for (i64 i = 0; i < list->len && !stopped(x); i++) walk_one(x, dot, list->ptr[i]);
    x->run->nested--;
}

bool template_exec(Arena *a, const Template *t, const TemplateEnv *env, GoVal dot, Buf *out, Err *err) {
    Run run = {0};
    Exec x = {.a = a, .t = t, .env = env, .out = out, .err = err, .name = S("main"), .run = &run};
    *err = (Err){0};
    vec_push(a, &x.vars, ((Var){S("$"), dot}));
    walk(&x, dot, &t->main->list);
    return !err->text.len;
}
