// toolflags.c - -gcflags, -asmflags, -ldflags: [pattern=]arguments that hold for the packages that match.
//
// In:   the flags as given (Cmd.given, $GOFLAGS's first), a package. Out: what compiler, assembler or linker do otherwise for it;
//       the last value whose pattern matches counts, one without pattern is for packages of the command line.
// Arguments are gc's (toolflags.def); one that there is not is an error of the package's build.
#include "cmd/cmd.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { GO_MINOR = 26 }; // the language's version

typedef enum Tool { COMPILE, ASSEMBLE, LINK } Tool;
typedef enum Kind { SWITCH, COUNT, VALUE, VERSION } Kind;
typedef enum Effect { EFFECT, NOTHING, REFUSED, OWN } Effect;
typedef struct ToolFlag {
    Tool tool;
    const char *name;
    Kind kind;
    Effect effect;
} ToolFlag;
static const ToolFlag table[] = {
#define T(tool, name, kind, effect) {tool, name, kind, effect},
#include "cmd/toolflags.def"
#undef T
};
static const struct {
    const char *flag, *tool, *usage;
} tools[] = {{"gcflags", "compile", "compile [options] file.go..."},
             {"asmflags", "asm", "asm [options] file.s ..."},
             {"ldflags", "link", "link [options] main.o"}};

// ---- values ---------------------------------------------------------------------------------------------------------------

typedef struct ToolValue {
    Str pattern; // "": packages of the command line
    StrVec args;
} ToolValue;

static Str parse_value(Arena *a, Str s, ToolValue *v) {
    char open;
    *v = (ToolValue){{0}};
    s = str_trim(s);
    if (s.len && s.ptr[0] != '-') {
        i64 eq = str_index(s, '=');
        if (eq < 0) return S("missing =<value> in <pattern>=<value>");
        if (eq == 0) return S("missing <pattern> in <pattern>=<value>");
        if (s.ptr[0] == '\'' || s.ptr[0] == '"')
            return arena_printf(a, "parameter may not start with quote character %c", s.ptr[0]);
        v->pattern = str_trim(str_slice(s, 0, eq));
        s = str_slice(s, eq + 1, s.len);
    }
    if (split_quoted(a, s, &v->args, &open)) return (Str){0};
    return arena_printf(a, "unterminated %c string", open);
}

Str toolflags_error(Arena *a, Str value) {
    ToolValue v;
    return parse_value(a, value, &v);
}

static bool is_named(const Cmd *c, const Pkg *p) {
    if (p->command_line_files || p->named) return true;
    for (i64 i = 0; i < c->named.len; i++)
        if (str_eq(c->named.ptr[i], p->path)) return true;
    return false;
}

// What is made of a package's tests is made as the package.
static StrVec args_for(Cmd *c, Loader *l, Tool tool, const Pkg *p) {
    const Pkg *of = p->tested ? p->tested : p->origin ? p->origin : p;
    StrVec args = {0};
    for (i64 i = 0; i < c->given.len; i++) {
        ToolValue v;
        if (strcmp(c->given.ptr[i].name, tools[tool].flag) != 0) continue;
        parse_value(c->a, c->given.ptr[i].value, &v); // it was looked at before
        if (v.pattern.len ? load_matches(l, v.pattern, of) : is_named(c, p)) args = v.args;
    }
    return args;
}

// ---- arguments -------------------------------------------------------------------------------------------------------------

typedef struct ToolArgs { // the flags of one tool for one package
    Cmd *c;
    Diag *diag;
    Tool tool;
    StrVec args;
    i64 at;
    ToolOwn own; // the tool itself is called: who takes the flags that are no settings
    void *ctx;
} ToolArgs;

static const ToolFlag *find_flag(Tool tool, Str name) {
    for (i64 i = 0; i < NELEM(table); i++)
        if (table[i].tool == tool && str_eq(name, str_c(table[i].name))) return &table[i];
    return NULL;
}

static void PRINTF_LIKE(2, 3) fail(ToolArgs *t, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str text = arena_vprintf(t->c->a, fmt, ap);
    va_end(ap);
    diag_error_at(t->diag, (Str){0}, "%.*s", SFMT(text));
    diag_error_at(t->diag, (Str){0}, "usage: %s", tools[t->tool].usage);
}

static void refuse(ToolArgs *t, Str arg) {
    diag_error_at(t->diag, (Str){0}, "not supported yet: flag %.*s of go tool %s", SFMT(arg), tools[t->tool].tool);
}

// The next flag and its value; of a switch "true" or "false", of a count a number. NULL: there is none, or it is wrong.
static const ToolFlag *next_flag(ToolArgs *t, Str *value) {
    if (t->at >= t->args.len) return NULL;
    Str w = t->args.ptr[t->at];
    if (t->own && (w.len < 2 || w.ptr[0] != '-')) return NULL; // files
    t->at++;
    Str name = w.len > 1 && w.ptr[0] == '-' ? str_slice(w, str_has_prefix(w, S("--")) ? 2 : 1, w.len) : (Str){0};
    i64 eq = str_index(name, '=');
    *value = eq < 0 ? (Str){0} : str_slice(name, eq + 1, name.len);
    if (eq >= 0) name = str_slice(name, 0, eq);
    const ToolFlag *f = find_flag(t->tool, name);
    bool on = true;
    if (!name.len) fail(t, "unexpected argument: %.*s", SFMT(w));
    else if (!f) fail(t, "flag provided but not defined: -%.*s", SFMT(name));
    else if (f->kind == VALUE && eq < 0 && t->at >= t->args.len) fail(t, "flag needs an argument: -%s", f->name);
    else if (f->kind == SWITCH && eq >= 0 && !flags_bool(*value, &on))
        fail(t, "invalid boolean value %.*s for -%s: parse error", SFMT(str_quote(t->c->a, *value)), f->name);
    else if ((f->effect == REFUSED || (f->effect == OWN && !t->own)) && on) refuse(t, w);
    else {
        if (f->kind == VALUE && eq < 0) *value = t->args.ptr[t->at++];
        if (f->kind == SWITCH) *value = on ? S("true") : S("false");
        return f;
    }
    t->at = t->args.len;
    return NULL;
}

static bool is_flag(const ToolFlag *f, const char *name) { return strcmp(f->name, name) == 0; }
static bool is_true(Str v) { return str_eq(v, S("true")); }

static bool parse_int(Arena *a, Str v, i64 *n) {
    const char *text = arena_cstr(a, v);
    char *end;
    *n = strtoll(text, &end, 0);
    return v.len && !*end;
}

// -N, -N=true, -N=2: how often it was given.
static void add_count(ToolArgs *t, const ToolFlag *f, Str v, i64 *n) {
    i64 count = 0;
    if (!v.len || is_true(v)) ++*n;
    else if (str_eq(v, S("false"))) *n = 0;
    else if (parse_int(t->c->a, v, &count)) *n = count;
    else {
        Str q = str_quote(t->c->a, v);
        fail(t, "invalid boolean value %.*s for -%s: invalid count %.*s", SFMT(q), f->name, SFMT(q));
    }
}

// ---- the compiler -------------------------------------------------------------------------------------------------------------

static void set_language(ToolArgs *t, Str v, i32 *minor) {
    Str n = str_eq(v, S("go1")) ? S("1") : str_has_prefix(v, S("go1.")) ? str_slice(v, 4, v.len) : (Str){0};
    i64 m = 0;
    bool ok = n.len > 0 && n.len < 6, known = !str_has_prefix(v, S("go2."));
    for (i64 i = 0; i < n.len; i++) {
        ok &= n.ptr[i] >= '0' && n.ptr[i] <= '9';
        m = m * 10 + (n.ptr[i] - '0');
    }
    if (known && !ok)
        diag_error_at(t->diag, (Str){0},
                      "compile: invalid value \"%.*s\" for -lang: should be something like \"go1.12\"", SFMT(v));
    else if (!known || m > GO_MINOR)
        diag_error_at(t->diag, (Str){0}, "compile: invalid value \"%.*s\" for -lang: max known version is \"go1.%d\"",
                      SFMT(v), GO_MINOR);
    else *minor = m ? (i32)m : 1;
}

static void take_own(ToolArgs *t, const ToolFlag *f, Str v) {
    if (t->own && f->effect != EFFECT) t->own(t->ctx, f->name, v);
}

// Of the words behind -d one has an effect; those of gc's phases must name one.
static bool wants_counters(ToolArgs *t, Str value, bool now) {
    StrVec words = split_words(t->c->a, value, ",");
    for (i64 i = 0; i < words.len; i++) {
        if (str_eq(words.ptr[i], S("ssa/")) || str_has_prefix(words.ptr[i], S("ssa//")) ||
            str_eq(words.ptr[i], S("ssa/help")))
            diag_error_at(t->diag, (Str){0},
                          "compile: PhaseOptions usage:\n\n    "
                          "go tool compile -d=ssa/<phase>/<flag>[=<value>|<function_name>]");
        if (str_eq(words.ptr[i], S("libfuzzer")) || str_eq(words.ptr[i], S("libfuzzer=1"))) now = true;
        if (str_eq(words.ptr[i], S("libfuzzer=0"))) now = false;
    }
    return now;
}

static void compile_flags(ToolArgs *t, PkgFlags *out) {
    i64 no_opt = 0, no_inline = 0, all = 0, list = 0, tell = 0, n;
    bool counts = false;
    Str v;
    for (const ToolFlag *f; (f = next_flag(t, &v));) {
        take_own(t, f, v);
        if (f->effect != EFFECT) continue;
        if (is_flag(f, "N")) add_count(t, f, v, &no_opt);
        else if (is_flag(f, "l")) add_count(t, f, v, &no_inline);
        else if (is_flag(f, "e")) add_count(t, f, v, &all);
        else if (is_flag(f, "S")) add_count(t, f, v, &list);
        else if (is_flag(f, "m")) add_count(t, f, v, &tell);
        else if (is_flag(f, "d")) counts = wants_counters(t, v, counts);
        else if (is_flag(f, "lang")) set_language(t, v, &out->go_minor);
        else if (!parse_int(t->c->a, v, &n))
            fail(t, "invalid value %.*s for flag -%s: parse error", SFMT(str_quote(t->c->a, v)), f->name);
        else if (n < 1) diag_error_at(t->diag, (Str){0}, "compile: -c must be at least 1, got %lld", (long long)n);
    }
    out->bits = (no_opt > 0 ? PKG_NO_OPT : 0) | (no_inline == 1 ? PKG_NO_INLINE : 0) | // -l=2 and up: more inlining
                (all > 0 ? PKG_ALL_ERRORS : 0) | (list > 0 ? PKG_LIST_CODE : 0) | (tell > 0 ? PKG_TELL : 0) |
                (counts ? PKG_COUNT_EDGES : 0);
}

static void asm_flags(ToolArgs *t, PkgFlags *out) {
    Str v;
    for (const ToolFlag *f; (f = next_flag(t, &v));) {
        take_own(t, f, v);
        if (f->effect != EFFECT) continue;
        if (is_flag(f, "D")) vec_push(t->c->a, &out->asm_defines, v);
        else vec_push(t->c->a, &out->asm_dirs, v);
    }
}

void toolflags_package(void *ctx, Loader *l, Diag *diag, Pkg *p) {
    Cmd *c = ctx;
    diag_subject(diag, p->path, true);
    ToolArgs compile = {.c = c, .diag = diag, .tool = COMPILE, .args = args_for(c, l, COMPILE, p)};
    compile_flags(&compile, &p->flags);
    p->flags.bits = (p->flags.bits & ~(u32)PKG_COUNT_EDGES) | test_fuzz_flags(c, p);
    ToolArgs assemble = {.c = c, .diag = diag, .tool = ASSEMBLE};
    if (p->files[FILES_S].len) assemble.args = args_for(c, l, ASSEMBLE, p);
    asm_flags(&assemble, &p->flags);
    for (i64 i = 0; i < p->flags.asm_dirs.len; i++) { // seen from the package's folder, where gc's assembler runs
        Str *dir = &p->flags.asm_dirs.ptr[i];
        if (dir->len && dir->ptr[0] != '/') *dir = path_join(c->a, p->dir, *dir);
    }
    diag_subject(diag, (Str){0}, false);
}

// ---- the linker ------------------------------------------------------------------------------------------------------------------

static void add_definition(ToolArgs *t, ProgramOptions *o, Str def) {
    Arena *a = t->c->a;
    i64 eq = str_index(def, '=');
    if (eq < 0 || str_rindex(str_slice(def, 0, eq), '.') < 0) {
        diag_error_at(t->diag, (Str){0}, "link: -X flag requires argument of the form importpath.name=value");
        return;
    }
    struct XFlag *list = ANEWN(a, struct XFlag, o->nx + 1);
    if (o->nx) memcpy(list, o->x, (size_t)o->nx * sizeof *list);
    list[o->nx++] = (struct XFlag){str_slice(def, 0, eq), str_slice(def, eq + 1, def.len)};
    o->x = list;
}

static void link_flag(ToolArgs *t, const ToolFlag *f, Str v, ProgramOptions *o) {
    if (is_flag(f, "s")) o->strip_symbols = o->strip_debug = is_true(v);
    else if (is_flag(f, "w")) o->strip_debug = is_true(v);
    else if (is_flag(f, "X")) add_definition(t, o, v);
    else if (is_flag(f, "checklinkname")) o->any_linkname = !is_true(v);
    else if (is_flag(f, "H") && !str_eq(v, S("linux"))) refuse(t, arena_printf(t->c->a, "-H=%.*s", SFMT(v)));
    else if (is_flag(f, "linkmode") && !str_eq(v, S("internal")) && !str_eq(v, S("auto")))
        refuse(t, arena_printf(t->c->a, "-linkmode=%.*s", SFMT(v)));
    else if (is_flag(f, "buildmode") && !str_eq(v, o->plugin ? S("plugin") : S("exe")))
        refuse(t, arena_printf(t->c->a, "-buildmode=%.*s", SFMT(v)));
}

static i64 after_flags(const ToolArgs *t, i64 errors) { return diag_count(t->diag) == errors ? t->at : -1; }

i64 toolflags_compile(Cmd *c, Diag *diag, StrVec args, PkgFlags *out, ToolOwn own, void *ctx) {
    ToolArgs t = {.c = c, .diag = diag, .tool = COMPILE, .args = args, .own = own, .ctx = ctx};
    i64 errors = diag_count(diag);
    compile_flags(&t, out);
    return after_flags(&t, errors);
}

i64 toolflags_asm(Cmd *c, Diag *diag, StrVec args, PkgFlags *out, ToolOwn own, void *ctx) {
    ToolArgs t = {.c = c, .diag = diag, .tool = ASSEMBLE, .args = args, .own = own, .ctx = ctx};
    i64 errors = diag_count(diag);
    asm_flags(&t, out);
    return after_flags(&t, errors);
}

i64 toolflags_link(Cmd *c, Diag *diag, StrVec args, ProgramOptions *o, ToolOwn own, void *ctx) {
    ToolArgs t = {.c = c, .diag = diag, .tool = LINK, .args = args, .own = own, .ctx = ctx};
    i64 errors = diag_count(diag);
    Str v;
    for (const ToolFlag *f; (f = next_flag(&t, &v));) {
        take_own(&t, f, v);
        if (f->effect == EFFECT) link_flag(&t, f, v, o);
    }
    return after_flags(&t, errors);
}

StrVec toolflags_args(Cmd *c, Loader *l, const char *tool, const Pkg *p) {
    for (int i = 0; i < NELEM(tools); i++)
        if (strcmp(tools[i].tool, tool) == 0) return args_for(c, l, (Tool)i, p);
    bug("toolflags_args: no tool %s", tool);
}

int toolflags_usage(const char *tool) {
    for (int i = 0; i < NELEM(tools); i++) {
        if (strcmp(tools[i].tool, tool) != 0) continue;
        fprintf(stderr, "usage: %s\n", tools[i].usage);
        for (i64 k = 0; k < NELEM(table); k++)
            if ((int)table[k].tool == i && table[k].effect != REFUSED)
                fprintf(stderr, "  -%s%s%s\n", table[k].name, table[k].kind == VALUE ? " value" : "",
                        table[k].effect == NOTHING ? " (accepted)" : "");
        return 2;
    }
    fprintf(stderr, "usage: pack op file.a [name...]\n");
    return 2;
}

// Asked while packages are loaded; whether the flags are right, toolflags_program tells.
Str toolflags_plugin_path(void *cmd, Loader *l, const Pkg *p) {
    StrVec args = args_for(cmd, l, LINK, p);
    Str path = {0}, name = S("-pluginpath");
    for (i64 i = 0; i < args.len; i++) {
        Str w = args.ptr[i];
        if (str_has_prefix(w, S("--"))) w = str_slice(w, 1, w.len);
        if (!str_has_prefix(w, name)) continue;
        if (w.len == name.len && i + 1 < args.len) path = args.ptr[++i];
        else if (w.len > name.len && w.ptr[name.len] == '=') path = str_slice(w, name.len + 1, w.len);
    }
    return path;
}

bool toolflags_program(Cmd *c, Program *p, const Pkg *main) {
    ToolArgs t = {.c = c, .diag = p->diag, .tool = LINK, .args = args_for(c, p->loader, LINK, main)};
    i64 before = diag_count(p->diag);
    Str v;
    p->o.x = NULL, p->o.nx = 0;
    p->o.strip_symbols = p->o.strip_debug = p->o.any_linkname = false;
    diag_subject(p->diag, main->path, true);
    for (const ToolFlag *f; (f = next_flag(&t, &v));)
        if (f->effect == EFFECT) link_flag(&t, f, v, &p->o);
    diag_subject(p->diag, (Str){0}, false);
    return diag_count(p->diag) == before;
}
