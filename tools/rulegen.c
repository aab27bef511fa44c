// rulegen.c - translates a file of rewrite rules into C functions. Runs at build time.
//
// Usage: rulegen FUNCTION OUT.inc RULES.rules PREFIX=OPS.def [PREFIX=OPS.def ...]
// Out:   static bool FUNCTION(Func *f, Value *v): tries the rules for v->op in the order of the file; the first that matches rewrites v
//        in place (new values go before v through ssa_new_before) and returns true. False: nothing matched. The C file that includes
//        OUT.inc defines the helpers the rules mention and calls FUNCTION: through ssa_apply_rules (ssa/ssa.h), which repeats until
//        nothing changes, or in its own order.
// OPS.def: rows MACRO(NAME, nargs, flags, ...); NAME becomes PREFIX##NAME (O_=src/ssa/ops.def). A rule may write the bare name, which
//        is looked up in the tables in order, or the prefixed one. nargs -1: any number. A row whose flags mention COMMUTES matches both
//        ways.
//
// A rule:   PATTERN [&& CONDITION] => RESULT   (any layout; ';' at the start of a word begins a comment until the end of the line)
//   PATTERN   (OP <type> [auxint] {aux} $auxf field=value arg arg ...)      each of <> [] {} $ = is optional, in any order
//     OP        NAME, or A|B|C: one rule for each alternative; in one rule all |-groups of OPs and field words have the same length and
//               go in step. * as the operation of a rule: any; such rules come after those of the operation
//     <type>    <I64>, <I32|I64> (a VT_ name or a set of them), or <t>, a lower-case name: binds t (VType)
//     [auxint]  [c] a lower-case name: binds c (i64; a second mention must be equal); anything else: a C expression it must be equal to
//     {aux}     {s} binds s (void *), or {C expression} it must be equal to.   $x binds x (f64)
//     field     et=t cc=c am=a of Value: a lower-case name binds, WORD is VT_WORD, CC_WORD, AM_WORD, (C expression) must be equal
//     part=arg  any other name: the value that part_NAME(v) gives (NULL: no match) is matched as an arg
//     arg       x binds (Value *; a second mention must be the same value);  _ anything;  x:(OP ...) or (OP ...) nested;
//               ... at the end: there may be more
//   CONDITION  C. In scope: all that is bound, v (the root), f (the Func).
//   RESULT    (OP <type> [expr] {expr} $expr field=expr arg ...): v is rewritten to that; nested ones become new values; nothing is kept
//               of v's aux that is not written, fields that are not written stay. <type> is a VT_ name, a lower-case name or a C
//               expression in () such as <(t)>; default: v->type. $expr is a name, a number or (C expression). A result arg is a bound
//               name, (OP ...) or =(C expression of a Value *).
//             (OP field=expr ...) with "..." for arguments: only the operation (and fields) change.
//             (OP [imm] arg @x): v takes over the memory operand of x (v: keeps its own), through
//               take_memory(f, v, OP, imm, nargs, args, x) of the includer.
//             x: v becomes a copy of x.
//             { C code } : does the job itself; `return false;` in it declines.
//   %phase NAME ROOT REST   from here on rules belong to FUNCTION_NAME, which is there if RULES_NAME is defined; bare names are looked up
//               first in the table with prefix ROOT when they are the root of a pattern, in REST everywhere else.
// Example:  (ADD (CONST [c]) (CONST [d])) => (CONST [c + d])
//           (ADD x l:(LOAD [o] p m)) && l->uses == 1 && same_block(v, l) => (ADDload [o] x p m)
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Opc {
    char *name, *prefix;
    int nargs;
    bool commutes;
} Opc;
enum { NFIELDS = 3 };
static const struct {
    const char *name, *member, *prefix;
} fields[NFIELDS] = {{"et", "etype", "VT_"}, {"cc", "cc", "CC_"}, {"am", "am", "AM_"}};
typedef struct Node {
    char *op, *type, *auxint, *aux, *auxf, *bind; // op NULL: a name (bind), "_" or C expression (expr)
    char *expr, *field[NFIELDS], *take;           // take: @x
    struct Node *args[16], *parts[4];
    char *part_names[4];
    int nargs, nparts;
    bool rest, is_root;
} Node;
typedef struct Phase {
    char *name, *root, *other; // function suffix; prefixes of the tables that are looked up first
} Phase;
typedef struct Rule {
    Node *pat, *res;
    char *cond, *code;
    int line, phase;
} Rule;
typedef struct Gen { // the whole state
    const char *file;
    char *src, *p;
    int line;
    Opc *ops;
    int nops, capops;
    Rule *rules;
    int nrules, caprules;
    Phase phases[8];
    int nphases;
    int alt; // alternative being expanded
    int depth, tmp;
    FILE *out;
    char bound[64][48];
    int nbound;
    Rule *cur;
} Gen;

static void die(Gen *g, int line, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", g->file, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}
static char *read_file(const char *path) {
    FILE *fp = fopen(path, "rb");
    if (!fp) {
        perror(path);
        exit(1);
    }
    size_t cap = 1 << 16, n = 0;
    char *s = malloc(cap);
    for (size_t k; (k = fread(s + n, 1, cap - n - 1, fp)) > 0;) {
        n += k;
        if (n + 1 >= cap) s = realloc(s, cap *= 2);
    }
    s[n] = 0;
    fclose(fp);
    return s;
}
static char *copy_text(const char *a, const char *b) {
    while (a < b && isspace((unsigned char)*a)) a++;
    while (b > a && isspace((unsigned char)b[-1])) b--;
    char *s = malloc((size_t)(b - a) + 1);
    memcpy(s, a, (size_t)(b - a));
    s[b - a] = 0;
    for (char *q = s; *q; q++)
        if (*q == '\n') *q = ' ';
    return s;
}

// ---- operation tables ---------------------------------------------------------------------------------
static void read_ops(Gen *g, char *prefix, const char *path) {
    char *s = read_file(path);
    for (char *p = s; *p;) {
        if (p[0] == '/' && p[1] == '/') {
            while (*p && *p != '\n') p++;
            continue;
        }
        if (p[0] == '/' && p[1] == '*') {
            p = strstr(p, "*/");
            if (!p) return;
            p += 2;
            continue;
        }
        if (*p == '#') {
            while (*p && *p != '\n') p++;
            continue;
        }
        if (*p == '"') {
            for (p++; *p && *p != '"'; p++)
                if (*p == '\\') p++;
            if (*p) p++;
            continue;
        }
        if (!isalpha((unsigned char)*p) && *p != '_') {
            p++;
            continue;
        }
        while (isalnum((unsigned char)*p) || *p == '_') p++;
        if (*p != '(') continue;
        char *q = ++p;
        while (isspace((unsigned char)*q)) q++;
        char *n0 = q;
        while (isalnum((unsigned char)*q) || *q == '_') q++;
        if (q == n0) continue;
        char *name = copy_text(n0, q);
        while (isspace((unsigned char)*q)) q++;
        if (*q != ',') continue;
        int nargs = (int)strtol(q + 1, &q, 10);
        int paren = 1;
        char *f0 = q;
        bool commutes = false;
        for (; *q && paren > 0; q++) {
            if (*q == '"') {
                for (q++; *q && *q != '"'; q++)
                    if (*q == '\\') q++;
                continue;
            }
            if (*q == '(') paren++;
            else if (*q == ')') paren--;
            else if (!strncmp(q, "COMMUTES", 8)) commutes = true;
        }
        (void)f0;
        p = q;
        if (g->nops == g->capops)
            g->ops = realloc(g->ops, sizeof(Opc) * (size_t)(g->capops = g->capops ? 2 * g->capops : 256));
        g->ops[g->nops++] = (Opc){name, prefix, nargs, commutes};
    }
}
static Opc *find_op(Gen *g, const char *name, int line, bool root) {
    const Phase *ph = &g->phases[g->cur->phase];
    const char *first = root ? ph->root : ph->other;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < g->nops; i++)
            if (!strcmp(g->ops[i].name, name) && (pass || !first || !strcmp(g->ops[i].prefix, first)))
                return &g->ops[i];
    for (int i = 0; i < g->nops; i++) {
        size_t n = strlen(g->ops[i].prefix);
        if (!strncmp(name, g->ops[i].prefix, n) && !strcmp(g->ops[i].name, name + n)) return &g->ops[i];
    }
    die(g, line, "unknown operation %s", name);
    return NULL;
}
// The current alternative of "A|B|C".
static void pick_word(Gen *g, const char *names, int line, char one[128]) {
    int k = 0;
    const char *p = names;
    if (strchr(names, '|'))
        while (k < g->alt) {
            p = strchr(p, '|');
            if (!p) die(g, line, "%s: fewer alternatives than elsewhere", names);
            p++;
            k++;
        }
    const char *e = strchr(p, '|');
    size_t n = e ? (size_t)(e - p) : strlen(p);
    memcpy(one, p, n);
    one[n] = 0;
}
static Opc *pick_op(Gen *g, const Node *n, int line) {
    char one[128];
    pick_word(g, n->op, line, one);
    return find_op(g, one, line, n->is_root);
}
static int count_alts(const char *s) {
    int n = 1;
    for (; *s; s++) n += *s == '|';
    return n;
}
static int join_alts(Gen *g, int m, int k, int line) {
    if (k > 1 && m > 1 && k != m) die(g, line, "alternatives differ in number");
    return k > m ? k : m;
}
static int node_alts(Gen *g, const Node *n, int line) {
    int m = n->op ? count_alts(n->op) : 1;
    for (int i = 0; i < NFIELDS; i++)
        if (n->field[i] && *n->field[i] != '(') m = join_alts(g, m, count_alts(n->field[i]), line);
    for (int i = 0; i < n->nargs; i++) m = join_alts(g, m, node_alts(g, n->args[i], line), line);
    for (int i = 0; i < n->nparts; i++) m = join_alts(g, m, node_alts(g, n->parts[i], line), line);
    return m;
}

// ---- parsing ---------------------------------------------------------------------------------------------
static void skip_blank(Gen *g) {
    for (;; g->p++) {
        if (*g->p == ';') {
            while (*g->p && *g->p != '\n') g->p++;
        }
        if (*g->p == '\n') g->line++;
        else if (!*g->p || !isspace((unsigned char)*g->p)) return;
    }
}
// Text between the bracket at p and its partner.
static char *parse_bracketed(Gen *g, char open, char close) {
    int depth = 0, line = g->line;
    char *a = g->p;
    for (; *g->p; g->p++) {
        if (*g->p == '\n') g->line++;
        if (*g->p == open) depth++;
        else if (*g->p == close && --depth == 0) {
            g->p++;
            return copy_text(a + 1, g->p - 1);
        }
    }
    die(g, line, "no matching %c", close);
    return NULL;
}
static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '|' || c == '.'; }
static char *parse_word(Gen *g) {
    char *a = g->p;
    if (*g->p == '*') return g->p++, strdup("*");
    while (is_word(*g->p)) g->p++;
    if (a == g->p) die(g, g->line, "unexpected '%c'", *g->p);
    return copy_text(a, g->p);
}
static Node *parse_node(Gen *g);
// "name=" of a field or part; leaves the place alone if there is none.
static bool parse_named(Gen *g, Node *n) {
    char *a = g->p, *e = a;
    while (islower((unsigned char)*e) || *e == '_') e++;
    if (e == a || *e != '=') return false;
    char *name = copy_text(a, e);
    g->p = e + 1;
    for (int i = 0; i < NFIELDS; i++)
        if (!strcmp(name, fields[i].name)) {
            char *start = g->p;
            if (*start != '(') return n->field[i] = parse_word(g), true;
            parse_bracketed(g, '(', ')');
            return n->field[i] = copy_text(start, g->p), true;
        }
    if (n->nparts == 4) die(g, g->line, "too many parts");
    n->part_names[n->nparts] = name;
    n->parts[n->nparts++] = parse_node(g);
    return true;
}
static Node *parse_node(Gen *g) {
    Node *n = calloc(1, sizeof *n);
    skip_blank(g);
    if (*g->p == '=') {
        g->p++;
        skip_blank(g);
        n->expr = parse_bracketed(g, '(', ')');
        return n;
    }
    if (*g->p != '(') {
        n->bind = parse_word(g);
        if (*g->p != ':') return n;
        g->p++;
        char *b = n->bind;
        n = parse_node(g);
        n->bind = b;
        return n;
    }
    g->p++;
    skip_blank(g);
    n->op = parse_word(g);
    for (skip_blank(g); *g->p != ')'; skip_blank(g)) {
        if (!*g->p) die(g, g->line, "no matching )");
        if (*g->p == '<') n->type = parse_bracketed(g, '<', '>');
        else if (*g->p == '[') n->auxint = parse_bracketed(g, '[', ']');
        else if (*g->p == '{') n->aux = parse_bracketed(g, '{', '}');
        else if (*g->p == '$') {
            g->p++;
            n->auxf = *g->p == '(' ? parse_bracketed(g, '(', ')') : parse_word(g);
        } else if (!strncmp(g->p, "...", 3)) {
            g->p += 3;
            n->rest = true;
        } else if (*g->p == '@') {
            g->p++;
            n->take = parse_word(g);
        } else if (parse_named(g, n)) {
        } else if (n->nargs == 16) die(g, g->line, "too many arguments");
        else n->args[n->nargs++] = parse_node(g);
    }
    g->p++;
    return n;
}
static void parse_phase(Gen *g) {
    char name[40], root[40], other[40];
    if (sscanf(g->p, "%%phase %39s %39s %39s", name, root, other) != 3) die(g, g->line, "%%phase NAME ROOT REST");
    while (*g->p && *g->p != '\n') g->p++;
    if (g->nphases == 8) die(g, g->line, "too many phases");
    g->phases[g->nphases++] = (Phase){strdup(name), strdup(root), strdup(other)};
}
static void parse_rules(Gen *g) {
    for (skip_blank(g); *g->p; skip_blank(g)) {
        if (*g->p == '%') {
            parse_phase(g);
            continue;
        }
        if (!g->nphases) g->nphases = 1;
        Rule r = {.line = g->line, .phase = g->nphases - 1};
        r.pat = parse_node(g);
        if (!r.pat->op) die(g, r.line, "a rule begins with (OP ...)");
        r.pat->is_root = true;
        skip_blank(g);
        char *a = g->p;
        while (*g->p && strncmp(g->p, "=>", 2)) {
            if (*g->p == '\n') g->line++;
            g->p++;
        }
        if (!*g->p) die(g, r.line, "rule without =>");
        if (g->p > a) {
            if (strncmp(a, "&&", 2)) die(g, r.line, "expected && or =>");
            r.cond = copy_text(a + 2, g->p);
        }
        g->p += 2;
        skip_blank(g);
        if (*g->p == '{') r.code = parse_bracketed(g, '{', '}');
        else r.res = parse_node(g);
        if (g->nrules == g->caprules)
            g->rules = realloc(g->rules, sizeof(Rule) * (size_t)(g->caprules = g->caprules ? 2 * g->caprules : 256));
        g->rules[g->nrules++] = r;
    }
}

// ---- generating ----------------------------------------------------------------------------------------------
static void emit(Gen *g, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    for (int i = 0; i < g->depth; i++) fputs("    ", g->out);
    vfprintf(g->out, fmt, ap);
    fputc('\n', g->out);
    va_end(ap);
}
static bool is_name(const char *s) {
    if (!islower((unsigned char)*s)) return false;
    for (; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_') return false;
    return true;
}
static bool bind_new(Gen *g, const char *name) { // false: bound already
    for (int i = 0; i < g->nbound; i++)
        if (!strcmp(g->bound[i], name)) return false;
    if (g->nbound == 64 || strlen(name) > 47) die(g, g->cur->line, "too many names");
    strcpy(g->bound[g->nbound++], name);
    return true;
}
static void match_scalar(Gen *g, const char *text, const char *ctype, const char *v, const char *field) {
    if (is_name(text) && bind_new(g, text)) emit(g, "%s %s = %s->%s; (void)%s;", ctype, text, v, field, text);
    else if (strcmp(text, "_")) emit(g, "if (%s->%s != (%s)) continue;", v, field, text);
}
static const char *field_expr(Gen *g, int i, const char *text, char buf[200]) {
    char one[128];
    if (*text == '(' || is_name(text)) return text;
    pick_word(g, text, g->cur->line, one);
    snprintf(buf, 200, "%s%s", fields[i].prefix, one);
    return buf;
}
static void match_fields(Gen *g, const Node *n, const char *v) {
    char buf[200];
    for (int i = 0; i < NFIELDS; i++) {
        if (!n->field[i]) continue;
        if (is_name(n->field[i]) && bind_new(g, n->field[i]))
            emit(g, "int %s = %s->%s; (void)%s;", n->field[i], v, fields[i].member, n->field[i]);
        else emit(g, "if (%s->%s != %s) continue;", v, fields[i].member, field_expr(g, i, n->field[i], buf));
    }
}
static int count_mentions(const Node *n, const char *name) {
    int k = n->bind && !strcmp(n->bind, name);
    for (int i = 0; i < n->nargs; i++) k += count_mentions(n->args[i], name);
    for (int i = 0; i < n->nparts; i++) k += count_mentions(n->parts[i], name);
    return k;
}
static bool is_plain(Gen *g, const Node *n) {
    return !n->op && (!strcmp(n->bind, "_") || count_mentions(g->cur->pat, n->bind) == 1);
}
static void match_node(Gen *g, const Node *n, const char *v, bool root);
static void match_arg(Gen *g, const Node *a, const char *v) {
    if (a->op) {
        match_node(g, a, v, false);
        return;
    }
    if (a->expr) die(g, g->cur->line, "=() in a pattern");
    if (!strcmp(a->bind, "_")) return;
    if (bind_new(g, a->bind)) emit(g, "Value *%s = %s; (void)%s;", a->bind, v, a->bind);
    else emit(g, "if (%s != %s) continue;", a->bind, v);
}
static void match_type(Gen *g, const char *type, const char *v) {
    if (is_name(type)) {
        if (bind_new(g, type)) emit(g, "VType %s = (VType)%s->type; (void)%s;", type, v, type);
        else emit(g, "if (%s->type != %s) continue;", v, type);
        return;
    }
    char buf[512] = "";
    const char *p = type;
    for (;;) {
        const char *e = strchr(p, '|');
        size_t n = e ? (size_t)(e - p) : strlen(p);
        char one[128];
        snprintf(one, sizeof one, "%s%s->type == VT_%.*s", *buf ? " || " : "", v, (int)n, p);
        strcat(buf, one);
        if (!e) break;
        p = e + 1;
    }
    emit(g, "if (!(%s)) continue;", buf);
}
static void match_node(Gen *g, const Node *n, const char *v, bool root) {
    static const Opc any = {.nargs = -1};
    const Opc *o = strcmp(n->op, "*") ? pick_op(g, n, g->cur->line) : &any;
    if (!root && o == &any) die(g, g->cur->line, "* inside a pattern");
    if (!root) emit(g, "if (%s->op != %s%s) continue;", v, o->prefix, o->name);
    if (n->bind) {
        if (bind_new(g, n->bind)) emit(g, "Value *%s = %s; (void)%s;", n->bind, v, n->bind);
        else emit(g, "if (%s != %s) continue;", n->bind, v);
    }
    if (n->type) match_type(g, n->type, v);
    if (n->auxint) match_scalar(g, n->auxint, "i64", v, "auxint");
    if (n->aux) match_scalar(g, n->aux, "void *", v, "aux");
    if (n->auxf) match_scalar(g, n->auxf, "f64", v, "auxf");
    match_fields(g, n, v);
    if (o->nargs >= 0 ? (n->rest ? n->nargs > o->nargs : n->nargs != o->nargs) : false)
        die(g, g->cur->line, "%s has %d arguments", o->name, o->nargs);
    if (o == &any ? n->nargs : (o->nargs < 0 || n->rest) && !(n->rest && !n->nargs))
        emit(g, "if (%s->nargs %s %d) continue;", v, n->rest ? "<" : "!=", n->nargs);
    int first = 0;
    if (o->commutes && n->nargs >= 2 && !(is_plain(g, n->args[0]) && is_plain(g, n->args[1]))) {
        int t = g->tmp++;
        char a[32], b[32];
        emit(g, "for (int s%d = 0; s%d < 2; s%d++) {", t, t, t);
        g->depth++;
        emit(g, "Value *a%d = %s->args[s%d], *b%d = %s->args[1 - s%d]; (void)a%d; (void)b%d;", t, v, t, t, v, t, t, t);
        snprintf(a, sizeof a, "a%d", t);
        snprintf(b, sizeof b, "b%d", t);
        match_arg(g, n->args[0], a);
        match_arg(g, n->args[1], b);
        first = 2;
    }
    for (int i = first; i < n->nargs; i++) {
        char a[32];
        int t = g->tmp++;
        emit(g, "Value *a%d = %s->args[%d]; (void)a%d;", t, v, i, t);
        snprintf(a, sizeof a, "a%d", t);
        match_arg(g, n->args[i], a);
    }
    for (int i = 0; i < n->nparts; i++) {
        char a[32];
        int t = g->tmp++;
        emit(g, "Value *a%d = part_%s(%s);", t, n->part_names[i], v);
        emit(g, "if (!a%d) continue;", t);
        snprintf(a, sizeof a, "a%d", t);
        match_arg(g, n->parts[i], a);
    }
}
static const char *type_expr(const char *t, char *buf, size_t n) {
    if (!t) return "(VType)v->type";
    if (*t == '(' || is_name(t)) return t;
    snprintf(buf, n, "VT_%s", t);
    return buf;
}
static void make_args(Gen *g, const Node *n, char names[16][32]);
static void make_arg(Gen *g, const Node *n, char *name) {
    if (n->expr) {
        int t = g->tmp++;
        emit(g, "Value *n%d = (%s);", t, n->expr);
        snprintf(name, 32, "n%d", t);
        return;
    }
    if (!n->op) {
        snprintf(name, 32, "%s", n->bind);
        return;
    }
    char names[16][32], tb[200];
    make_args(g, n, names);
    Opc *o = pick_op(g, n, g->cur->line);
    if (n->rest || n->take) die(g, g->cur->line, "... and @ are for the root of a result");
    if (o->nargs >= 0 && o->nargs != n->nargs) die(g, g->cur->line, "%s has %d arguments", o->name, o->nargs);
    int t = g->tmp++;
    char list[600] = "";
    for (int i = 0; i < n->nargs; i++) {
        strcat(list, ", ");
        strcat(list, names[i]);
    }
    emit(g, "Value *n%d = ssa_new_before(f, v, %s%s, %s, %d%s);", t, o->prefix, o->name,
         type_expr(n->type, tb, sizeof tb), n->nargs, list);
    if (n->auxint) emit(g, "n%d->auxint = %s;", t, n->auxint);
    if (n->aux) emit(g, "n%d->aux = %s;", t, n->aux);
    if (n->auxf) emit(g, "n%d->auxf = %s;", t, n->auxf);
    for (int i = 0; i < NFIELDS; i++)
        if (n->field[i]) emit(g, "n%d->%s = (u8)%s;", t, fields[i].member, field_expr(g, i, n->field[i], tb));
    snprintf(name, 32, "n%d", t);
}
static void make_args(Gen *g, const Node *n, char names[16][32]) {
    for (int i = 0; i < n->nargs; i++) make_arg(g, n->args[i], names[i]);
}
static void make_result(Gen *g, const Node *n) {
    if (!n->op) {
        char nm[32];
        make_arg(g, n, nm);
        emit(g, "ssa_rewrite(f, v, O_COPY, (VType)v->type, 0, NULL, 1, (Value *[]){%s});", nm);
        return;
    }
    char names[16][32], tb[200];
    Opc *o = pick_op(g, n, g->cur->line);
    for (int i = 0; i < NFIELDS; i++) // before v changes and new values are made
        if (n->field[i]) emit(g, "u8 new_%s = (u8)%s;", fields[i].name, field_expr(g, i, n->field[i], tb));
    make_args(g, n, names);
    if (!n->rest && !n->take && o->nargs >= 0 && o->nargs != n->nargs)
        die(g, g->cur->line, "%s has %d arguments", o->name, o->nargs);
    char list[600] = "";
    for (int i = 0; i < n->nargs; i++) {
        if (i) strcat(list, ", ");
        strcat(list, names[i]);
    }
    if (n->rest) emit(g, "v->op = %s%s;", o->prefix, o->name);
    else if (n->take)
        emit(g, "take_memory(f, v, %s%s, %s, %d, (Value *[]){%s}, %s);", o->prefix, o->name,
             n->auxint ? n->auxint : "0", n->nargs, n->nargs ? list : "NULL", n->take);
    else
        emit(g, "ssa_rewrite(f, v, %s%s, %s, %s, %s, %d, %s%s%s);", o->prefix, o->name,
             type_expr(n->type, tb, sizeof tb), n->auxint ? n->auxint : "0",
             n->aux ? n->aux : "NULL", n->nargs, n->nargs ? "(Value *[]){" : "NULL", list, n->nargs ? "}" : "");
    if (n->auxf) emit(g, "v->auxf = %s;", n->auxf);
    for (int i = 0; i < NFIELDS; i++)
        if (n->field[i]) emit(g, "v->%s = new_%s;", fields[i].member, fields[i].name);
}
static void gen_rule(Gen *g, Rule *r) {
    g->nbound = 0;
    g->cur = r;
    g->tmp = 0;
    g->depth = 1;
    emit(g, "do { // line %d", r->line);
    g->depth++;
    match_node(g, r->pat, "v", true);
    if (r->cond) emit(g, "if (!(%s)) continue;", r->cond);
    if (r->code) emit(g, "{ %s }", r->code);
    else make_result(g, r->res);
    emit(g, "return true;");
    while (g->depth > 2) {
        g->depth--;
        emit(g, "}");
    }
    g->depth--;
    emit(g, "} while (0);");
}
// The rules of a phase whose root is o (NULL: *) as a function; false if there are none.
static bool gen_op(Gen *g, const char *function, int phase, const Opc *o) {
    bool any = false;
    for (int i = 0; i < g->nrules; i++) {
        Rule *r = &g->rules[i];
        g->cur = r;
        if (r->phase != phase || (!o) != !strcmp(r->pat->op, "*")) continue;
        int m = node_alts(g, r->pat, r->line), mr = r->res ? node_alts(g, r->res, r->line) : 1;
        m = join_alts(g, m, mr, r->line);
        for (g->alt = 0; g->alt < m; g->alt++) {
            if (o && pick_op(g, r->pat, r->line) != o) continue;
            if (!any)
                fprintf(g->out, "static bool %s_%s%s(Func *f, Value *v) {\n", function, o ? o->prefix : "",
                        o ? o->name : "any");
            any = true;
            gen_rule(g, r);
        }
    }
    if (any) fprintf(g->out, "    return false;\n}\n");
    return any;
}
static void gen_phase(Gen *g, const char *base, int phase) {
    char function[200];
    const char *name = g->phases[phase].name;
    char *used = calloc((size_t)g->nops, 1);
    snprintf(function, sizeof function, "%s%s%s", base, name ? "_" : "", name ? name : "");
    if (name) fprintf(g->out, "#ifdef RULES_%s\n", name);
    for (int k = 0; k < g->nops; k++) used[k] = gen_op(g, function, phase, &g->ops[k]);
    bool any = gen_op(g, function, phase, NULL);
    fprintf(g->out, "static bool %s(Func *f, Value *v) {\n    switch (v->op) {\n", function);
    for (int k = 0; k < g->nops; k++)
        if (used[k])
            fprintf(g->out,
                    any ? "    case %s%s: if (%s_%s%s(f, v)) return true; break;\n"
                        : "    case %s%s: return %s_%s%s(f, v);\n",
                    g->ops[k].prefix, g->ops[k].name, function, g->ops[k].prefix, g->ops[k].name);
    fprintf(g->out, "    default: break;\n    }\n    return %s%s;\n}\n", any ? function : "false",
            any ? "_any(f, v)" : "");
    if (name) fprintf(g->out, "#endif\n");
    free(used);
}
static void gen_all(Gen *g, const char *function) {
    fprintf(g->out, "// Generated by tools/rulegen.c from %s.\n", g->file);
    for (int i = 0; i < g->nphases; i++) gen_phase(g, function, i);
}
int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: rulegen FUNCTION OUT RULES PREFIX=OPS...\n");
        return 2;
    }
    Gen g = {.file = argv[3], .line = 1};
    for (int i = 4; i < argc; i++) {
        char *eq = strchr(argv[i], '=');
        if (!eq) {
            fprintf(stderr, "rulegen: %s: expected PREFIX=FILE\n", argv[i]);
            return 2;
        }
        *eq = 0;
        read_ops(&g, argv[i], eq + 1);
    }
    g.p = g.src = read_file(argv[3]);
    parse_rules(&g);
    char tmp[4096];
    snprintf(tmp, sizeof tmp, "%s.tmp%d", argv[2], argc);
    g.out = fopen(tmp, "w");
    if (!g.out) {
        perror(tmp);
        return 1;
    }
    gen_all(&g, argv[1]);
    if (fclose(g.out) || rename(tmp, argv[2])) {
        perror(argv[2]);
        return 1;
    }
    return 0;
}
