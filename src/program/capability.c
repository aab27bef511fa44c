// capability.c - what a plugin's own code can reach of the outside: proved from the needs that the worklist acted on.
//
// In:   a program whose worklist ran dry; capability.def; the directives //vole:capabilities of package main. Out: Program.capabilities, the
//       lines of the manifest (abi/plugin.h); errors for what is reached and not declared.
//
// Method: a walk from what a plugin exports and from the initialisers of all packages outside the library. It is not the worklist's own, for which all
// types and methods of a plugin exist. A method called through an interface is reached in all types that reached an interface in what was walked; all
// methods of a type outside the library, or that code outside the library put into an interface, since the host may call them; those of an interface that
// code of the library made of a value, or that code outside it asserts; by reflection's Method all that are exported. What an initialiser of the library stores somewhere is reached with the variable. What a host hands over is the host's.
// The walk goes level by level, each in the order of names, so that paths are short and do not depend on what came from packs.
#include "ir/unit.h"
#include "program/program.h"
#include <stdlib.h>

typedef enum CapId {
#define CAP(name, what) CAP_##name,
#include "program/capability.def"
#undef CAP
    NCAPS
} CapId;
static const char *const cap_names[] = {
#define CAP(name, what) #name,
#include "program/capability.def"
#undef CAP
};

typedef enum RowKind { ROW_GATE, ROW_DIRECT, ROW_IMPORT, ROW_TRUSTED } RowKind;
typedef struct Row {
    RowKind kind;
    CapId cap;
    const char *pattern, *why;
} Row;
static const Row rows[] = {
#define GATE(cap, pattern, why)   {ROW_GATE, CAP_##cap, pattern, why},
#define DIRECT(cap, pattern, why) {ROW_DIRECT, CAP_##cap, pattern, why},
#define IMPORT(cap, pattern, why) {ROW_IMPORT, CAP_##cap, pattern, why},
#define TRUSTED(pattern, why)     {ROW_TRUSTED, 0, pattern, why},
#include "program/capability.def"
#undef GATE
#undef DIRECT
#undef IMPORT
#undef TRUSTED
};

typedef enum PlaceKind { AT_FUNC, AT_GLOBAL, AT_TYPE } PlaceKind;
typedef struct Place Place;
struct Place {
    PlaceKind kind;
    bool own; // outside the library; of a type: or put into an interface by what is
    union {
        IrFunc *fn;
        IrGlobal *global;
        TypeRec *type;
    };
    Str name;
    Place *parent; // who reached it first
    Package *pkg;  // NULL: none that is known
    bool walked;
    int depth; // find_setters
};
typedef VEC(Place *) Places;
typedef struct MethodOf {
    Place *node;
    i64 index;
} MethodOf;
typedef struct KeyState { // of a method's name and signature
    Place *caller;        // NULL: not called so far
    VEC(MethodOf) waiting;
} KeyState;
typedef struct Hit {
    Place *by; // NULL: not reached
    Str gate;
} Hit;
typedef struct Walk {
    Program *p;
    IrProgram *ir;
    Arena *a;
    Map *places;            // IrFunc, IrGlobal, TypeRec -> Place
    Map *keys;              // IrMethodKey -> KeyState
    Map *exact, *prefixes;  // text -> Row; of a prefix without its last dot or more
    Map *setters;           // IrGlobal -> Places *: initialisers of library packages that mention it
    Places now, next, live; // live: types in interfaces
    Place *reflects, *at;   // at: whose needs are looked at
    Hit hits[NCAPS];
} Walk;

// ---- the table ---------------------------------------------------------------------------------------------------------------

// "os.(*File).Read-fm" and "os.File.Read[...]" are "os.File.Read".
static Str plain_name(Arena *a, Str sym) {
    Str cut[] = {S("-fm"), S("\302\267abi0"), S("-range1")};
    for (i64 i = 0; i < NELEM(cut); i++)
        if (str_has_suffix(sym, cut[i])) sym.len -= cut[i].len;
    bool plain = true;
    for (i64 i = 0; i < sym.len && plain; i++) plain = !strchr("(*)[]", sym.ptr[i]);
    if (plain) return sym;
    char *out = arena_alloc(a, sym.len + 1, 1);
    i64 n = 0, depth = 0;
    for (i64 i = 0; i < sym.len; i++) {
        char c = sym.ptr[i];
        depth += c == '[';
        if (!depth && !strchr("(*)", c)) out[n++] = c;
        depth -= c == ']';
    }
    return (Str){out, n};
}

static void read_rows(Walk *w) {
    w->exact = map_new_str(w->a);
    w->prefixes = map_new_str(w->a);
    for (i64 i = 0; i < NELEM(rows); i++) {
        Str text = str_c(rows[i].pattern);
        bool star = str_has_suffix(text, S("*"));
        if (star) text.len--;
        Map *m = star ? w->prefixes : w->exact;
        if (!map_get_str(m, text)) map_set_str(m, text, (void *)&rows[i]);
    }
}

// Of the rows of one pattern, which stand one behind the other, the first that holds.
static const Row *that_holds(const Row *r, bool from_own) {
    if (!r) return NULL;
    for (const char *pattern = r->pattern; r < rows + NELEM(rows) && strcmp(r->pattern, pattern) == 0; r++)
        if (r->kind != ROW_IMPORT && (r->kind != ROW_DIRECT || from_own)) return r;
    return NULL;
}

// The most special row that holds: the whole name, else the longest beginning that ends with a dot or a slash.
static const Row *find_row(Walk *w, Str name, bool from_own) {
    const Row *r = that_holds(map_get_str(w->exact, name), from_own);
    for (i64 i = name.len; i > 0 && !r; i--)
        if (name.ptr[i - 1] == '.' || name.ptr[i - 1] == '/')
            r = that_holds(map_get_str(w->prefixes, str_slice(name, 0, i)), from_own);
    return r;
}

// ---- nodes -------------------------------------------------------------------------------------------------------------------

static Package *package_in(Walk *w, Str sym) {
    i64 end = 0;
    while (end < sym.len && !strchr("([", sym.ptr[end])) end++;
    for (i64 i = str_rindex(str_slice(sym, 0, end), '/') + 1; i < end; i++)
        if (sym.ptr[i] == '.') return ir_package_of(w->ir, str_slice(sym, 0, i));
    return NULL;
}

static bool is_own(const Package *pkg) { return !pkg || !pkg->std; }

static Place *add_place(Walk *w, PlaceKind kind, void *thing, Str name, Package *pkg) {
    void **slot = map_slot_ptr(w->places, thing);
    if (*slot) return NULL;
    Place *n = *slot = ANEW(w->a, Place);
    *n = (Place){.kind = kind, .fn = thing, .name = name, .parent = w->at, .pkg = pkg, .own = is_own(pkg)};
    vec_push(w->a, &w->next, n);
    return n;
}

static void hit(Walk *w, CapId cap, Str gate) {
    Hit *h = &w->hits[cap];
    if (!h->by || (h->by == w->at && str_cmp(gate, h->gate) < 0)) *h = (Hit){w->at, gate};
}

// Is it outside the library what refers to something? Methods that a host may call are called by the host.
static bool is_own_code(const Walk *w) { return w->at && w->at->own && w->at->kind != AT_TYPE; }

static Package *known_package(Walk *w, Str sym, Package *pkg) { return pkg ? pkg : package_in(w, sym); }

static bool is_initialiser(Str name) { // pkg.init.0
    i64 dot = str_rindex(name, '.');
    return dot > 5 && str_has_suffix(str_slice(name, 0, dot), S(".init"));
}

static bool initialises(const Walk *w) { // the library itself
    return w->at && !w->at->own && w->at->kind == AT_FUNC && (w->at->fn->is_init || is_initialiser(w->at->name));
}

// True: the walk goes on into it. The table is of the library: others may be called as they like. What the library reads of the environment while it is
// initialised is its own business.
static bool pass(Walk *w, Str sym, const Package *pkg) {
    if (pkg && is_own(pkg)) return true;
    Str name = plain_name(w->a, sym);
    const Row *r = find_row(w, name, is_own_code(w));
    if (!r) return true;
    if (r->kind != ROW_TRUSTED && !(r->cap == CAP_env && initialises(w))) hit(w, r->cap, name);
    return false;
}

static IrFunc *by_symbol(Walk *w, Str sym) { return map_get_str(w->ir->funcs, sym); }

static void reach_func(Walk *w, IrFunc *f) {
    f = ir_outermost(f);
    if (f->by_name) {
        IrFunc *real = by_symbol(w, f->sym);
        if (real) f = real;
    }
    if (!is_own_code(w) && map_get_ptr(w->places, f)) return; // it passed before
    Package *pkg = known_package(w, f->sym, f->is_init || f->lazy ? f->pkg : NULL);
    if (pass(w, f->sym, pkg)) add_place(w, AT_FUNC, f, f->sym, pkg);
}

static void reach_global(Walk *w, IrGlobal *g) {
    Package *pkg = known_package(w, g->sym, g->pkg);
    bool sets = initialises(w) && w->at->pkg == pkg; // which is no use of it
    if (sets || pass(w, g->sym, pkg)) add_place(w, AT_GLOBAL, g, g->sym, pkg);
}

static void reach_method(Walk *w, Place *type, i64 i, Place *by, bool by_reflection);

// A value of it is in an interface.
static void reach_type(Walk *w, TypeRec *r) {
    Str name = str_has_prefix(r->symbol, S("type:")) ? str_slice(r->symbol, 5, r->symbol.len) : r->symbol;
    while (name.len && name.ptr[0] == '*') name = str_slice(name, 1, name.len);
    Place *n = map_get_ptr(w->places, r);
    if (!n) n = add_place(w, AT_TYPE, r, r->symbol, package_in(w, name));
    if (n->own || !w->at || !w->at->own || w->at->kind != AT_FUNC) return;
    n->own = true;
    for (i64 i = 0; n->walked && i < r->nmethods; i++) reach_method(w, n, i, w->at, false);
}

// ---- methods -----------------------------------------------------------------------------------------------------------------

static void reach_method(Walk *w, Place *type, i64 i, Place *by, bool by_reflection) {
    TypeMethod *m = &type->type->methods[i];
    Place *was = w->at;
    w->at = by;
    if (m->ifn) reach_func(w, m->ifn);
    if (by_reflection && m->tfn) reach_func(w, m->tfn);
    if (by_reflection && m->sig) reach_type(w, m->sig);
    w->at = was;
}

static KeyState *key_state(Walk *w, IrMethodKey *k) {
    void **slot = map_slot_ptr(w->keys, k);
    if (!*slot) *slot = ANEW(w->a, KeyState);
    return *slot;
}

static void call_key(Walk *w, IrMethodKey *k) {
    KeyState *s = key_state(w, k);
    if (s->caller) return;
    s->caller = w->at;
    for (i64 i = 0; i < s->waiting.len; i++)
        reach_method(w, s->waiting.ptr[i].node, s->waiting.ptr[i].index, w->at, false);
}

static void reflect_on(Walk *w, Place *type) {
    for (i64 i = 0; i < type->type->nmethods; i++)
        if (type->type->methods[i].exported) reach_method(w, type, i, w->reflects, true);
}

static void start_reflection(Walk *w) {
    if (w->reflects) return;
    w->reflects = w->at;
    for (i64 i = 0; i < w->live.len; i++) reflect_on(w, w->live.ptr[i]);
}

// ---- one node ----------------------------------------------------------------------------------------------------------------

static bool is_print(i32 row) { return row >= RT_PRINTBOOL && row <= RT_PRINTSP; }

// The library made an interface of a value, and who it gave it to may give it to the host.
static void hand_out(Walk *w, const ItabRec *t) {
    for (i64 i = 0; i < t->nfuns; i++)
        if (t->funs[i]) reach_func(w, t->funs[i]);
}

// An assertion to an interface, of what reflection may have made: the host may get it.
static void ask_for(Walk *w, const TypeRec *r) {
    for (i64 i = 0; i < r->nkeys; i++) call_key(w, r->keys[i]);
}

static void take_need(void *ctx, const Need *n) {
    Walk *w = ctx;
    switch ((NeedKind)n->kind) {
    case NEED_FUNC: reach_func(w, n->fn); break;
    case NEED_SYMBOL: {
        IrFunc *f = by_symbol(w, *n->sym);
        if (f) reach_func(w, f);
        else pass(w, *n->sym, package_in(w, *n->sym));
        break;
    }
    case NEED_GLOBAL: reach_global(w, n->global); break;
    case NEED_TYPE_FULL: reach_type(w, n->type); break;
    case NEED_ITAB:
        reach_type(w, n->itab->type);
        if (!is_own_code(w)) hand_out(w, n->itab);
        break;
    case NEED_METHOD: call_key(w, n->method); break;
    case NEED_TYPE: // no value of it is in an interface
    case NEED_TYPE_ASKED:
    case NEED_TYPE_NAME:
        if (is_own_code(w)) ask_for(w, n->type);
        break;
    case NEED_REFLECTION: start_reflection(w); break;
    case NEED_RT:
        if (w->at->own && is_print(n->row)) hit(w, CAP_stdio, S("println"));
        break;
    case NEED_VALUE: // of a variable that is reached by its own name
    case NEED_LAZY:
    case NEED_CLOSURE:
    case NEED_DATA:
    case NEED_ITAB_ASKED:
    case NEED_TYPE_EQUAL:
    case NEED_METHOD_WANTED:
    case NEED_CODE:
    case NEED_ASM: break;
    }
}

static bool does_nothing(const IrFunc *f) {
    return f->is_init && (f->unit ? (f->unit->flags & UNIT_EMPTY) != 0 : f->built && !f->body.len);
}

// Code that may do with memory what it likes: nothing is proved of it.
static bool imports_unsafe(const Pkg *p) {
    for (i64 i = 0; i < p->imports[IN_PACKAGE].len; i++) {
        Str path = p->imports[IN_PACKAGE].ptr[i].text;
        if (str_eq(path, S("unsafe")) || str_eq(path, S("C"))) return true;
    }
    return false;
}

static void expand_func(Walk *w, Place *n) {
    if (n->own && n->pkg && n->pkg->load && !does_nothing(n->fn) && imports_unsafe(load_pkg(n->pkg)))
        hit(w, CAP_unsafe, S("unsafe"));
    ir_each_need(w->ir, n->fn, take_need, w);
}

static void expand_global(Walk *w, Place *n) {
    if (n->global->lazy_init) reach_func(w, n->global->lazy_init);
    const Sym *sym = obj_sym(w->p->syms, n->global->sym);
    Places *inits = sym->nptrwords ? map_get_ptr(w->setters, n->global) : NULL; // what has no pointers holds no code
    for (i64 i = 0; inits && i < inits->len; i++) reach_func(w, inits->ptr[i]->fn);
}

static void expand_type(Walk *w, Place *n) {
    n->walked = true;
    vec_push(w->a, &w->live, n);
    ir_each_type_need(w->ir, n->type, take_need, w);
    for (i64 i = 0; i < n->type->nmethods; i++) {
        KeyState *s = key_state(w, n->type->methods[i].key);
        if (s->caller) reach_method(w, n, i, s->caller, false);
        else vec_push(w->a, &s->waiting, ((MethodOf){n, i}));
        if (n->own) reach_method(w, n, i, n, false);
    }
    if (w->reflects) reflect_on(w, n);
}

static int cmp_place(const void *pa, const void *pb) {
    const Place *a = *(Place *const *)pa, *b = *(Place *const *)pb;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : str_cmp(a->name, b->name);
}

static void run(Walk *w) {
    while (w->next.len) {
        w->now = w->next;
        w->next = (Places){0};
        qsort(w->now.ptr, (size_t)w->now.len, sizeof w->now.ptr[0], cmp_place);
        for (i64 i = 0; i < w->now.len; i++) {
            Place *n = w->at = w->now.ptr[i];
            if (n->kind == AT_FUNC) expand_func(w, n);
            else if (n->kind == AT_GLOBAL) expand_global(w, n);
            else expand_type(w, n);
        }
        w->at = NULL;
    }
}

// ---- initialisers of the library -----------------------------------------------------------------------------------------------

// What an initialiser of the library stores is reached with the variable: of its own package what it and the functions of the package lead to
// mention, of others what it mentions itself, and what a function of theirs does that it calls to be registered.
typedef struct Setter {
    Walk *w;
    Place *init;
    const Package *pkg;
    Map *seen;
    Places todo;
    Place *at;
} Setter;
enum { INIT, CALLED_BY_INIT, DEEPER, OF_OTHERS }; // how far away from the initialiser a function is: Place.depth

static void add_setter(Setter *s, IrGlobal *g) {
    Walk *w = s->w;
    void **slot = map_slot_ptr(w->setters, g);
    if (!*slot) *slot = ANEW(w->a, Places);
    Places *v = *slot;
    if (!v->len || v->ptr[v->len - 1] != s->init) vec_push(w->a, v, s->init);
}

static void follow_call(Setter *s, IrFunc *f) {
    Walk *w = s->w;
    const Package *pkg = package_in(w, f->sym);
    int depth = s->at->depth == OF_OTHERS       ? -1
                : pkg != s->pkg                 ? s->at->depth <= CALLED_BY_INIT ? OF_OTHERS : -1
                : is_initialiser(f->sym)        ? INIT
                : s->at->depth < CALLED_BY_INIT ? CALLED_BY_INIT
                                                : DEEPER;
    void **slot = map_slot_ptr(s->seen, f);
    if (depth < 0 || *slot || find_row(w, plain_name(w->a, f->sym), false)) return;
    Place *n = *slot = ANEW(w->a, Place);
    *n = (Place){.fn = f, .name = f->sym, .pkg = (Package *)(intptr_t)pkg, .depth = depth};
    vec_push(w->a, &s->todo, n);
}

static void note_setter(void *ctx, const Need *n) {
    Setter *s = ctx;
    if (n->kind == NEED_FUNC) follow_call(s, ir_outermost(n->fn));
    if (n->kind != NEED_GLOBAL) return;
    bool has_value = n->global->init || n->global->has_value || n->global->lazy_init;
    bool sets = s->at->depth == INIT || (!has_value && package_in(s->w, n->global->sym) == s->at->pkg);
    if (sets) add_setter(s, n->global);
}

static void find_setters(Walk *w) {
    w->setters = map_new_ptr(w->a);
    for (i64 i = 0; i < w->ir->packages.len; i++) {
        IrFunc *f = w->ir->inits[i];
        Package *pkg = w->ir->packages.ptr[i];
        if (is_own(pkg) || does_nothing(f) || find_row(w, f->sym, false)) continue;
        Place *n = ANEW(w->a, Place);
        *n = (Place){.fn = f, .name = f->sym, .pkg = pkg, .depth = INIT};
        Setter s = {.w = w, .init = n, .pkg = pkg, .seen = map_new_ptr(w->a)};
        vec_push(w->a, &s.todo, n);
        for (i64 k = 0; k < s.todo.len; k++) { // nearest first
            s.at = s.todo.ptr[k];
            ir_each_need(w->ir, s.at->fn, note_setter, &s);
        }
    }
}

// ---- packages -------------------------------------------------------------------------------------------------------------------

// A package has the capability, whatever of it is called.
static void hit_package(Walk *w, const Package *pkg, CapId cap, Str gate) {
    Place *n = ANEW(w->a, Place);
    *n = (Place){.name = arena_printf(w->a, "%.*s.init", SFMT(ir_package_prefix(w->ir, (Package *)(intptr_t)pkg)))};
    w->at = n;
    if (!w->hits[cap].by) hit(w, cap, gate);
    w->at = NULL;
}

static void reach_imports(Walk *w, const Package *pkg) {
    for (i64 i = 0; i < pkg->nimports; i++)
        for (i64 k = 0; k < NELEM(rows); k++)
            if (rows[k].kind == ROW_IMPORT && str_eq(pkg->imports[i]->path, str_c(rows[k].pattern)))
                hit_package(w, pkg, rows[k].cap, arena_printf(w->a, "%s.init", rows[k].pattern));
}

// Assembly and //go:linkname lead to and come from anywhere. A type or variable may be an unsafe.Pointer, which others convert without importing the package.
static void look_for_unsafe(Walk *w, Package *pkg) {
    const Pkg *p = load_pkg(pkg);
    bool any = p->files[FILES_S].len || p->linknames.len;
    if (!any && imports_unsafe(p)) {
        if (pkg->parse) load_parse_ahead(w->p->loader, &pkg, 1);
        check_collect(w->p->checker, pkg);
        for (i64 i = 0; i < pkg->objects.len; i++)
            any |= pkg->objects.ptr[i]->kind == OBJ_TYPE_NAME || pkg->objects.ptr[i]->kind == OBJ_VAR;
    }
    if (any) hit_package(w, pkg, CAP_unsafe, S("unsafe"));
}

static void reach_roots(Walk *w, Package *main) {
    IrProgram *ir = w->ir;
    for (i64 i = 0; i < main->objects.len; i++) {
        Type *type;
        Object *o = ir_plugin_symbol(ir, main, i, &type);
        if (!o) continue;
        if (o->kind == OBJ_VAR) reach_global(w, ir_global(ir, o));
        else reach_func(w, ir_func(ir, o, NULL, (TypeList){0}));
        reach_type(w, ir_type_rec(ir, type));
        Place *n = map_get_ptr(w->places, ir_type_rec(ir, type));
        n->own = true; // Lookup gives it in an interface
    }
    for (i64 i = 0; i < ir->packages.len; i++) {
        if (!is_own(ir->packages.ptr[i])) continue;
        reach_func(w, ir->inits[i]);
        if (!ir->packages.ptr[i]->load) continue;
        reach_imports(w, ir->packages.ptr[i]);
        look_for_unsafe(w, ir->packages.ptr[i]);
    }
}

// ---- what is declared --------------------------------------------------------------------------------------------------------

typedef struct Declared {
    bool any, allowed[NCAPS];
    Pos pos; // of the first directive
} Declared;

static Pos position(Program *p, const TextPos *at) {
    PkgFile *f = at->file;
    if (!f->src)
        f->src = source_map_add(p->sources, load_short_path(p->loader, f->path), f->path, load_text(p->loader, f));
    return f->src->base + at->offset;
}

static bool read_names(Program *p, Str text, Pos pos, Declared *d) {
    bool ok = true;
    for (i64 at = 0; at < text.len;) {
        while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t')) at++;
        i64 from = at;
        while (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != '\t') at++;
        Str word = str_slice(text, from, at);
        i64 cap = 0;
        while (cap < NCAPS && !str_eq(word, str_c(cap_names[cap]))) cap++;
        if (cap < NCAPS) d->allowed[cap] = true;
        else if (word.len)
            diag_error(p->diag, pos, "invalid //vole:capabilities: unknown capability %.*s", SFMT(word)), ok = false;
    }
    return ok;
}

// Behind a string, a rune or a comment that begins at `at`; else one byte on.
static i64 skip_token(Str s, i64 at) {
    char c = s.ptr[at];
    Str rest = str_slice(s, at, s.len);
    if (c == '/' && (str_has_prefix(rest, S("//")) || str_has_prefix(rest, S("/*")))) {
        Str end = rest.ptr[1] == '/' ? S("\n") : S("*/");
        i64 n = str_find(str_slice(rest, 2, rest.len), end);
        return n < 0 ? s.len : at + 2 + n + end.len;
    }
    if (c != '"' && c != '\'' && c != '`') return at + 1;
    for (at++; at < s.len && s.ptr[at] != c && (c == '`' || s.ptr[at] != '\n'); at++)
        at += c != '`' && s.ptr[at] == '\\';
    return i64_min(at + 1, s.len);
}

static bool is_directive(Str s, Str *names) {
    Str prefix = S("//vole:capabilities");
    if (!str_has_prefix(s, prefix)) return false;
    *names = str_slice(s, prefix.len, s.len);
    return !names->len || strchr(" \t\r\n", names->ptr[0]);
}

// One that stands behind the package clause would be thought to hold.
static bool are_placed(Program *p, const Pkg *pkg, PkgFile *f) {
    Str text = load_text(p->loader, f), names;
    i64 ahead = 0;
    for (i64 i = 0; i < pkg->directives.len; i++)
        ahead += pkg->directives.ptr[i].at.file == f && is_directive(pkg->directives.ptr[i].text, &names);
    for (i64 at = 0; at < text.len; at = skip_token(text, at)) {
        if (text.ptr[at] != '/' || !is_directive(str_slice(text, at, text.len), &names) || ahead-- > 0) continue;
        diag_error(p->diag, position(p, &(TextPos){f, (u32)at}),
                   "misplaced //vole:capabilities: it belongs above the package clause");
        return false;
    }
    return true;
}

static bool read_directives(Program *p, const Pkg *pkg, Declared *d) {
    bool ok = true;
    for (i64 i = 0; i < pkg->files[FILES_GO].len; i++) ok &= are_placed(p, pkg, pkg->files[FILES_GO].ptr[i]);
    for (i64 i = 0; i < pkg->directives.len; i++) {
        const PkgWord *word = &pkg->directives.ptr[i];
        Str rest;
        if (str_has_prefix(word->text, S("//vole:")) && !is_directive(word->text, &rest)) {
            i64 end = 0; // a name that is misspelt would be thought to hold
            while (end < word->text.len && !strchr(" \t", word->text.ptr[end])) end++;
            diag_error(p->diag, position(p, &word->at), "unknown directive %.*s", SFMT(str_slice(word->text, 0, end)));
            ok = false;
        }
        if (!is_directive(word->text, &rest)) continue;
        Pos pos = position(p, &word->at);
        if (!d->any) d->pos = pos;
        d->any = true;
        ok &= read_names(p, rest, pos, d);
    }
    return ok;
}

// ---- the result --------------------------------------------------------------------------------------------------------------

static Str path_text(Walk *w, const Hit *h) {
    Places path = {0};
    Buf b = {0};
    for (Place *n = h->by; n; n = n->parent)
        if (n->kind != AT_TYPE) vec_push(w->a, &path, n);
    for (i64 i = path.len; i-- > 0;) buf_printf(&b, "%.*s -> ", SFMT(path.ptr[i]->name));
    buf_str(&b, h->gate);
    for (i64 i = 0; i < b.len; i++) // it is a field of a line
        if (b.ptr[i] < ' ') b.ptr[i] = '?';
    Str s = arena_str(w->a, buf_view(&b));
    buf_free(&b);
    return s;
}

static int cmp_cap(const void *a, const void *b) {
    return strcmp(cap_names[*(const CapId *)a], cap_names[*(const CapId *)b]);
}

static bool tell_capabilities(Walk *w, const Declared *d) {
    CapId order[NCAPS];
    i64 n = 0;
    bool ok = true;
    for (int i = 0; i < NCAPS; i++)
        if (w->hits[i].by) order[n++] = (CapId)i;
    qsort(order, (size_t)n, sizeof order[0], cmp_cap);
    Buf b = {0};
    buf_printf(&b, "capabilities\t%lld\n", (long long)n);
    for (i64 i = 0; i < n; i++) {
        Str path = path_text(w, &w->hits[order[i]]);
        buf_printf(&b, "capability\t%s\t%.*s\n", cap_names[order[i]], SFMT(path));
        if (!d->any || d->allowed[order[i]]) continue;
        ok = false;
        diag_error(w->p->diag, d->pos, "plugin needs capability %s, which it does not declare:\n\t%.*s",
                   cap_names[order[i]], SFMT(path));
    }
    w->p->capabilities = arena_str(w->p->arena, buf_view(&b));
    buf_free(&b);
    return ok;
}

bool program_find_capabilities(Program *p, Package *main) {
    Declared d = {0};
    if (!read_directives(p, load_pkg(main), &d)) return false;
    Arena *a = arena_new_in(p->arena, "capabilities");
    Walk w = {.p = p, .ir = p->ir, .a = a, .places = map_new_ptr(a), .keys = map_new_ptr(a)};
    read_rows(&w);
    find_setters(&w);
    reach_roots(&w, main);
    run(&w);
    bool ok = tell_capabilities(&w, &d);
    arena_free(a);
    return ok;
}
