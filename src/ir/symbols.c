// symbols.c - what the symbols of a program stand for.
//
// In:   objects, types, packages of the checker. Out: the one IrFunc, IrGlobal, TypeRec, ItabRec that a symbol names; nothing is
//       reached by asking for it: only reach.c decides what exists.
// Names are Go's link symbols; //go:linkname is applied. A name without a body that stands for a function declared elsewhere is "pulled".
#include "ir/symbols.h"
#include "ir/unit.h"

static const char *const rt_symbols[] = {
#define R(id, kind, sym, sig) sym,
#include "abi/runtime.def"
#undef R
};
const char *rt_symbol(RtFn f) { return rt_symbols[f]; }

// ---- names -----------------------------------------------------------------------------------------------------

// gc's objabi.PathToPrefix: in the last path element '.' and everything that is not printable ASCII, '%' and '"' are escaped.
static bool is_plain_path(Str path) { // a dot is plain before the last slash
    bool dot = false;
    for (i64 i = 0; i < path.len; i++) {
        u8 c = (u8)path.ptr[i];
        if (c == '/') dot = false;
        else if (c == '.') dot = true;
        else if (c <= ' ' || c == '%' || c == '"' || c >= 0x7f) return false;
    }
    return !dot;
}

Str ir_escape_path(Arena *a, Str path) {
    if (is_plain_path(path)) return path;
    i64 slash = str_rindex(path, '/');
    Buf b = {0};
    for (i64 i = 0; i < path.len; i++) {
        u8 c = (u8)path.ptr[i];
        if (c <= ' ' || (c == '.' && i > slash) || c == '%' || c == '"' || c >= 0x7f) buf_printf(&b, "%%%02x", c);
        else buf_char(&b, (char)c);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Str ir_package_prefix(IrProgram *p, Package *pkg) {
    return ir_escape_path(p->arena, pkg->link_path.len ? pkg->link_path : pkg->path);
}

static Type *deref_named(Type *t) {
    t = types_unalias(t);
    if (t->kind == TYPE_POINTER) t = types_unalias(t->pointer.elem);
    return t;
}

static void type_args_suffix(IrProgram *p, Buf *b, TypeList targs) {
    if (!targs.len) return;
    buf_char(b, '[');
    for (i64 i = 0; i < targs.len; i++) {
        if (i) buf_char(b, ',');
        buf_str(b, types_link_name(p->checker, targs.ptr[i]));
    }
    buf_char(b, ']');
}

Str ir_object_symbol(IrProgram *p, Object *obj, TypeEnv *env) {
    Object *origin = obj->origin ? obj->origin : obj;
    if (!origin->recv_named && p->linkname) {
        Str linked = p->linkname(p, origin->pkg, origin->name->s);
        if (linked.len) return linked;
    }
    Buf b = {0};
    buf_str(&b, ir_package_prefix(p, origin->pkg));
    buf_char(&b, '.');
    TypeList targs = env ? env->targs : (TypeList){0};
    if (origin->kind == OBJ_FUNC && origin->recv_named) {
        Object *tname = types_unalias(origin->recv_named)->named.obj;
        if (origin->ptr_recv) buf_c(&b, "(*");
        buf_str(&b, tname->name->s);
        type_args_suffix(p, &b, targs);
        if (origin->ptr_recv) buf_char(&b, ')');
        buf_char(&b, '.');
        buf_str(&b, origin->name->s);
        if (p->linkname) { // methods may be linknamed as "T.M" or "(*T).M"
            Str full = buf_view(&b), pre = ir_package_prefix(p, origin->pkg);
            Str linked = p->linkname(p, origin->pkg, str_slice(full, pre.len + 1, full.len));
            if (linked.len) {
                buf_free(&b);
                return linked;
            }
        }
    } else {
        buf_str(&b, origin->name->s);
        if (origin->kind == OBJ_FUNC && str_eq(origin->name->s, S("init")))
            for (i64 i = 0; i < origin->pkg->inits.len; i++)
                if (origin->pkg->inits.ptr[i] == origin) buf_printf(&b, ".%lld", (long long)i); // init.0, init.1, ...
        if (origin->kind == OBJ_FUNC) type_args_suffix(p, &b, targs);
    }
    Str out = arena_str(p->arena, buf_view(&b));
    buf_free(&b);
    return out;
}

// ---- functions --------------------------------------------------------------------------------------------------

// A function of which nothing but the symbol is known so far; new_func says the rest when the tree of somebody leads to it.
IrFunc *ir_func_of_symbol(IrProgram *p, Str sym) {
    void **slot = map_slot_str(p->funcs, sym);
    if (!*slot) {
        IrFunc *f = ANEW(p->arena, IrFunc);
        f->sym = sym;
        f->scc = f->cost = -1;
        f->intrinsic = ir_intrinsic(sym) + 1;
        *slot = f;
    }
    return *slot;
}

static bool is_unknown(const IrFunc *f) { return !f->sig; }

static IrFunc *new_func(IrProgram *p, Str sym, Type *sig, Package *pkg) {
    IrFunc *f = ir_func_of_symbol(p, sym);
    CHECK(is_unknown(f));
    f->sig = sig;
    f->pkg = pkg;
    return f;
}

// The function of a symbol, if more than that is known.
static IrFunc *known_func(const IrProgram *p, Str sym) {
    IrFunc *f = map_get_str(p->funcs, sym);
    return f && !is_unknown(f) ? f : NULL;
}

static void set_pragmas(IrFunc *f, u32 pragma) {
    f->noinline = pragma & PRAGMA_NOINLINE;
    f->nosplit = pragma & PRAGMA_NOSPLIT;
    f->noescape = pragma & PRAGMA_NOESCAPE;
    f->uintptrescapes = pragma & PRAGMA_UINTPTRESCAPES;
    f->uintptrkeepalive = pragma & PRAGMA_UINTPTRKEEPALIVE;
    f->yeswritebarrier_rec = pragma & PRAGMA_YESWRITEBARRIERREC;
}

// The method that "T.M" or "(*T).M" names in a package, if it has a body.
static Object *find_method(IrProgram *p, Package *pkg, Str local) {
    bool ptr = str_has_prefix(local, S("(*"));
    i64 dot = str_rindex(local, '.');
    if (dot < 0 || (ptr && (dot < 3 || local.ptr[dot - 1] != ')'))) return NULL;
    Object *o =
        scope_lookup(pkg->scope, intern(p->intern, ptr ? str_slice(local, 2, dot - 1) : str_slice(local, 0, dot)));
    if (!o || o->kind != OBJ_TYPE_NAME) return NULL;
    check_object(p->checker, o);
    Type *t = types_unalias(o->type);
    const Name *name = intern(p->intern, str_slice(local, dot + 1, local.len));
    for (i64 i = 0; t->kind == TYPE_NAMED && i < t->named.nmethods; i++) {
        Object *m = types_method_at(p->checker, t, i);
        if (m->name == name && m->decl && ((FuncDecl *)m->decl)->body) return m;
    }
    return NULL;
}

static i64 find_dot(Str sym) { // behind the package's name; -1: there is none
    for (i64 i = str_rindex(sym, '/') + 1; i < sym.len; i++)
        if (sym.ptr[i] == '.') return i;
    return -1;
}

Package *ir_named_package(IrProgram *p, Str sym) {
    i64 dot = find_dot(sym);
    return dot < 0 ? NULL : map_get_str(p->symbols->packages, str_slice(sym, 0, dot));
}

// What the package in a symbol's name declares under it; a method only if it has a body.
static Object *find_named(IrProgram *p, Str sym) {
    i64 dot = find_dot(sym);
    Package *pkg = ir_named_package(p, sym);
    if (!pkg) return NULL;
    check_collect(p->checker, pkg);
    Object *o = scope_lookup(pkg->scope, intern(p->intern, str_slice(sym, dot + 1, sym.len)));
    return o ? o : find_method(p, pkg, str_slice(sym, dot + 1, sym.len));
}

const LinkLines *ir_link_lines(IrProgram *p, Str sym) { return map_get_str(p->symbols->linknames, sym); }

bool ir_is_link_line(IrProgram *p, const LinkLine *l) {
    check_collect(p->checker, l->pkg);
    for (i64 i = 0; i < l->pkg->nfiles; i++) {
        const File *f = l->pkg->files[i];
        for (i64 k = 0; k < f->linknames.len; k++)
            if (str_eq(f->linknames.ptr[k].local, l->line->local) &&
                str_eq(f->linknames.ptr[k].remote, l->line->remote))
                return true;
    }
    return false;
}

bool ir_may_be_pushed(IrProgram *p, Str sym) {
    const LinkLines *all = ir_link_lines(p, sym);
    for (i64 i = 0; all && i < all->len; i++)
        if (!all->ptr[i].line->pull && all->ptr[i].line->remote.len) return true;
    return false;
}

// The function with a body that some package defines under a symbol by //go:linkname; of several the last one counts.
static Object *find_pushed(IrProgram *p, Str sym) {
    const LinkLines *all = ir_link_lines(p, sym);
    for (i64 i = all ? all->len - 1 : -1; i >= 0; i--) {
        const LinkLine *l = &all->ptr[i];
        if (l->line->pull || !l->line->remote.len || !ir_is_link_line(p, l)) continue;
        Object *o = scope_lookup(l->pkg->scope, intern(p->intern, l->line->local));
        if (o && o->kind == OBJ_FUNC && o->decl && ((FuncDecl *)o->decl)->body) return o;
    }
    return NULL;
}

// The Go function that defines a symbol: pushed there by linkname, or package.name of a loaded package. NULL: none has a body.
static Object *find_definition(IrProgram *p, Str sym) {
    Object *o = find_pushed(p, sym);
    if (o) return o;
    o = find_named(p, sym);
    if (!o || o->kind != OBJ_FUNC) return NULL;
    FuncDecl *d = o->decl;
    return d && d->body ? o : NULL;
}

// The environment of an instance, or NULL for what is not generic. Method objects are those of the concrete receiver.
static TypeEnv *instance_env(IrProgram *p, Object **obj, TypeEnv *outer, TypeList targs) {
    Object *o = *obj;
    if (o->recv_named) {
        if (outer) o = types_subst_method(p->checker, o, outer);
        Type *recv = deref_named(o->type->sig.recv->type);
        targs = recv->kind == TYPE_NAMED ? recv->named.targs : (TypeList){0};
        *obj = o;
    } else if (targs.len && outer) {
        Type **list = ANEWN(p->arena, Type *, targs.len);
        for (i64 i = 0; i < targs.len; i++) list[i] = types_subst(p->checker, targs.ptr[i], outer);
        targs.ptr = list;
    }
    if (!targs.len) return NULL;
    Object *origin = o->origin ? o->origin : o;
    return types_env(p->checker, func_info(p->checker, origin), targs);
}

static IrFunc *new_declared(IrProgram *p, Str sym, Object *origin, Type *sig) {
    FuncDecl *decl = origin->decl;
    IrFunc *f = new_func(p, sym, sig, origin->pkg);
    f->obj = origin;
    f->node = (Node *)decl;
    if (decl) {
        f->pos = decl->d.pos;
        f->has_body = decl->body != NULL;
        set_pragmas(f, decl->pragma);
        if (f->unit && f->unit->flags & UNIT_WAY) ir_asm_way(p, f);
    }
    return f;
}

// ---- pulled names: a declaration without a body that stands for a function declared elsewhere (//go:linkname) ----

// The function that a symbol names: pushed there, or declared by the package in the name. NULL: only the archive may know it.
static Object *find_owner(IrProgram *p, Str sym) {
    Object *def = find_definition(p, sym);
    if (def) return def;
    Object *o = find_named(p, sym);
    return o && o->kind == OBJ_FUNC && str_eq(ir_object_symbol(p, o, NULL), sym) ? o : NULL;
}

// What a caller knows is its own declaration; callee and caller meet in the linker, which compares no types. So calls by another
// signature than the owner's go through an IrFunc of the same symbol that is neither built nor looked into.
static IrFunc *declare_by_name(IrProgram *p, Object *origin, Str sym) {
    Str key = arena_printf(p->arena, "%.*s as %.*s.%.*s", SFMT(sym), SFMT(ir_package_prefix(p, origin->pkg)),
                           SFMT(origin->name->s));
    IrFunc *f = known_func(p, key);
    if (f) return f;
    f = new_declared(p, key, origin, origin->type);
    f->sym = sym;
    f->by_name = true;
    return f;
}

static bool is_pulled(IrProgram *p, Object *origin, Str sym) {
    if (ir_intrinsic(sym) >= 0 && p->is_std(p, origin->pkg)) return false;
    return find_owner(p, sym) != origin;
}

static IrFunc *declared_func(IrProgram *p, Object *obj, TypeEnv *env);

static IrFunc *pulled_func(IrProgram *p, Object *origin, Str sym) {
    Object *owner = find_owner(p, sym);
    check_object(p->checker, origin);
    bool std = p->is_std(p, origin->pkg);
    if (!std) ir_check_pull(p, origin->pkg, sym, owner);
    IrFunc *f = owner && owner != origin ? declared_func(p, owner, NULL) : known_func(p, sym);
    if (!f) return new_declared(p, sym, origin, origin->type);
    bool same = f->obj == origin || (std && !types_under(f->sig)->sig.recv && types_identical(f->sig, origin->type));
    return same ? f : declare_by_name(p, origin, sym);
}

static IrFunc *declared_func(IrProgram *p, Object *obj, TypeEnv *env) {
    Str sym = ir_object_symbol(p, obj, env);
    Object *origin = obj->origin ? obj->origin : obj;
    FuncDecl *decl = origin->decl;
    IrFunc *f = known_func(p, sym);
    if (f && f->obj == origin) return f;
    if (decl && !decl->body && !origin->recv_named && is_pulled(p, origin, sym)) return pulled_func(p, origin, sym);
    if (f) return f;
    check_object(p->checker, origin);
    // an instance's method object has the concrete receiver; substitution leaves receivers alone
    f = new_declared(p, sym, origin,
                     env && (!origin->recv_named || obj == origin) ? types_subst(p->checker, origin->type, env)
                                                                   : obj->type);
    f->env = env;
    f->dupok = env != NULL;
    return f;
}

IrFunc *ir_abi0_func(IrProgram *p, Str sym, const IrFunc *of) {
    IrFunc *f = new_func(p, sym, of->sig, of->pkg);
    f->abi0 = true;
    f->pos = of->pos;
    f->noescape = of->noescape;
    f->uintptrescapes = of->uintptrescapes;
    return f;
}

Object *ir_find_declared(IrProgram *p, Str sym) {
    Object *o = find_owner(p, sym);
    if (o) return o;
    o = find_named(p, sym);
    return o && o->kind == OBJ_VAR ? o : NULL;
}

IrFunc *ir_func(IrProgram *p, Object *func, TypeEnv *outer, TypeList targs) {
    if (!func->recv_named) check_object(p->checker, func);
    TypeEnv *env = instance_env(p, &func, outer, targs);
    return declared_func(p, func, env);
}

IrFunc *ir_find_func(IrProgram *p, Str sym) {
    IrFunc *f = known_func(p, sym);
    if (f) return f;
    Object *def = find_definition(p, sym);
    return def ? ir_func(p, def, NULL, (TypeList){0}) : NULL;
}

IrFunc *ir_made_func(IrProgram *p, Str sym, Type *sig, Package *pkg, void (*make)(IrProgram *, IrFunc *), void *arg) {
    IrFunc *f = known_func(p, sym);
    if (f) return f;
    f = new_func(p, arena_str(p->arena, sym), sig, pkg);
    f->make = make;
    f->make_arg = arg;
    f->has_body = f->dupok = true;
    return f;
}

// ---- package variables -----------------------------------------------------------------------------------------------

// A variable of which nothing but the symbol is known so far.
IrGlobal *ir_global_of_symbol(IrProgram *p, Str sym) {
    void **slot = map_slot_str(p->globals, sym);
    if (!*slot) {
        IrGlobal *g = ANEW(p->arena, IrGlobal);
        g->sym = sym;
        vec_push(p->arena, &p->global_order, g);
        *slot = g;
    }
    return *slot;
}

static IrGlobal *new_global(IrProgram *p, Object *var, Str sym) {
    IrGlobal *g = ir_global_of_symbol(p, sym);
    g->type = var->type;
    vec_push(p->arena, &p->typed_globals, g);
    g->pkg = var->pkg;
    g->pos = var->pos;
    g->obj = var;
    return g;
}

// The variable that a package declares under the symbol which //go:linkname gave to var. NULL: var is the only one.
static Object *find_owner_var(IrProgram *p, Object *var, Str sym) {
    Object *o = find_named(p, sym);
    if (!o || o == var || o->kind != OBJ_VAR || !str_eq(ir_object_symbol(p, o, NULL), sym)) return NULL;
    if (!p->is_std(p, var->pkg)) ir_check_pull(p, var->pkg, sym, o);
    return o;
}

IrGlobal *ir_global(IrProgram *p, Object *var) {
    IrGlobal *g = map_get_ptr(p->symbols->globals, var);
    if (g) return g;
    check_object(p->checker, var);
    Str sym = ir_object_symbol(p, var, NULL);
    Object *owner = find_owner_var(p, var, sym);
    g = owner ? ir_global(p, owner) : map_get_str(p->globals, sym);
    if (!g || !g->type) {
        g = new_global(p, var, sym);
        g->linkname_pull = p->linkname && p->linkname(p, var->pkg, var->name->s).len;
    } else if (types_size(var->type) > types_size(g->type))
        g->type = var->type; // several declarations of one symbol: the larger wins, as in gc's linker
    map_set_ptr(p->symbols->globals, var, g);
    return g;
}

// ---- types ---------------------------------------------------------------------------------------------------------------

// The block of an index and, in `at`, its place in there.
static inline i64 type_block(u32 index, u32 *at) {
    u32 n = index / FIRST_TYPES + 1;
    i64 block = 31 - __builtin_clz(n);
    *at = index - (((u32)1 << block) - 1) * FIRST_TYPES;
    return block;
}

static TypeRec *type_at(const IrSymbols *s, u32 index) {
    u32 at;
    i64 block = type_block(index, &at);
    return &s->type_blocks[block][at];
}

// Requires: the lock held.
static TypeRec *new_type_rec(IrSymbols *s) {
    u32 at, index = s->ntypes++;
    i64 block = type_block(index, &at);
    CHECK(block < TYPE_BLOCKS);
    if (!s->type_blocks[block]) s->type_blocks[block] = ANEWN(s->types, TypeRec, (i64)FIRST_TYPES << block);
    TypeRec *r = &s->type_blocks[block][at];
    r->index = index;
    return r;
}

// Requires: the lock held.
static TypeRec *rec_of_name(IrProgram *p, Str name) {
    Arena *a = p->symbols->types;
    void **slot = map_slot_str(p->symbols->type_by_name, name);
    if (!*slot) {
        TypeRec *r = new_type_rec(p->symbols);
        r->symbol = arena_printf(a, "type:%.*s", SFMT(name));
        *slot = r;
    }
    return *slot;
}

// A type by "type:" + link name; its Type comes when somebody has it.
TypeRec *ir_type_of_symbol(IrProgram *p, Str sym) {
    mutex_lock(&p->symbols->lock);
    TypeRec *r = rec_of_name(p, str_slice(sym, 5, sym.len));
    mutex_unlock(&p->symbols->lock);
    return r;
}

TypeRec *ir_type_rec(IrProgram *p, Type *t) {
    t = types_unalias(t);
    u64 mark = __atomic_load_n(&t->mark, __ATOMIC_ACQUIRE);
    if (mark >> 32 == p->number) return type_at(p->symbols, (u32)mark);
    Str name = types_link_name(p->checker, t);
    // the back end's threads may ask by a Type that is identical to, but not, the canonical one
    mutex_lock(&p->symbols->lock);
    TypeRec *r = rec_of_name(p, name);
    if (!r->type) r->type = t;
    __atomic_store_n(&t->mark, (u64)p->number << 32 | r->index, __ATOMIC_RELEASE);
    mutex_unlock(&p->symbols->lock);
    return r;
}

u32 ir_type_hash(Str link) {
    u64 h = hash_bytes(link.ptr, link.len, 0x766f6c65);
    return (u32)(h ^ h >> 32);
}
Str ir_type_symbol(IrProgram *p, Type *t) { return ir_type_rec(p, t)->symbol; }

Type *ir_canonical_type(IrProgram *p, Type *t) { return ir_type_rec(p, t)->type; }

TypeRec *ir_known_type(IrProgram *p, Str link_name) { return map_get_str(p->symbols->type_by_name, link_name); }

// ---- itabs ----------------------------------------------------------------------------------------------------------------

Str ir_itab_symbol(IrProgram *p, Type *concrete, Type *iface) {
    char buf[512];
    Str t = ir_type_symbol(p, concrete), i = ir_type_symbol(p, iface);
    i64 n = t.len + i.len; // "type:T" + "type:I" -> "T,I"
    Buf big = {0};
    char *key = buf;
    if (n > (i64)sizeof buf) {
        buf_reserve(&big, n);
        key = (char *)big.ptr;
    }
    memcpy(key, t.ptr + 5, (size_t)t.len - 5);
    key[t.len - 5] = ',';
    memcpy(key + t.len - 4, i.ptr + 5, (size_t)i.len - 5);
    mutex_lock(&p->symbols->lock);
    ItabRec *r = map_get_str(p->symbols->itab_by_name, (Str){key, t.len + i.len - 9});
    mutex_unlock(&p->symbols->lock);
    CHECK(r != NULL);
    buf_free(&big);
    return r->symbol;
}

ItabRec *ir_itab_rec(IrProgram *p, TypeRec *concrete, TypeRec *iface) {
    Str c = str_slice(concrete->symbol, 5, concrete->symbol.len), i = str_slice(iface->symbol, 5, iface->symbol.len);
    Str key = arena_printf(p->arena, "%.*s,%.*s", SFMT(c), SFMT(i));
    ItabRec *r = map_get_str(p->symbols->itab_by_name, key);
    if (r) return r;
    r = ANEW(p->arena, ItabRec);
    r->symbol = arena_printf(p->arena, "go:itab.%.*s", SFMT(key));
    r->type = concrete;
    r->iface = iface;
    mutex_lock(&p->symbols->lock);
    map_set_str(p->symbols->itab_by_name, key, r);
    mutex_unlock(&p->symbols->lock);
    return r;
}

// ---- packages ----------------------------------------------------------------------------------------------------------------

static void note_linknames(IrProgram *p, Package *pkg) {
    for (i64 i = 0; i < pkg->nlinknames; i++) {
        const Linkname *l = &pkg->linknames[i];
        Str sym = l->remote;
        if (!sym.len) sym = arena_printf(p->arena, "%.*s.%.*s", SFMT(ir_package_prefix(p, pkg)), SFMT(l->local));
        void **slot = map_slot_str(p->symbols->linknames, sym);
        if (!*slot) *slot = ANEW(p->arena, LinkLines);
        LinkLines *all = *slot;
        vec_push(p->arena, all, ((LinkLine){pkg, l}));
    }
}

void ir_note_package(IrProgram *p, Package *pkg) {
    if (map_get_str(p->symbols->packages, pkg->path)) return;
    map_set_str(p->symbols->packages, pkg->path, pkg);
    map_set_str(p->symbols->packages, ir_package_prefix(p, pkg), pkg); // as symbols spell it
    for (i64 i = 0; i < pkg->nimports; i++) ir_note_package(p, pkg->imports[i]);
    vec_push(p->arena, &p->packages, pkg); // dependencies first
    note_linknames(p, pkg);
}

IrMethodKey *ir_method_key(IrProgram *p, Str key) {
    void **slot = map_slot_str(p->symbols->methods, key);
    if (!*slot) {
        IrMethodKey *k = ANEW(p->arena, IrMethodKey);
        k->key = key;
        *slot = k;
    }
    return *slot;
}

void ir_symbols_start(IrProgram *p) {
    IrSymbols *s = ANEW(p->arena, IrSymbols);
    p->symbols = s;
    p->number = types_new_program(p->checker);
    s->types = arena_new_in(p->arena, "types of the program");
    s->itab_by_name = map_new_str(s->types);
    s->type_by_name = map_new_str(s->types);
    s->packages = map_new_str(p->arena);
    s->linknames = map_new_str(p->arena);
    s->globals = map_new_ptr(p->arena);
    s->methods = map_new_str(p->arena);
    if (!p->funcs) p->funcs = map_new_str(p->arena);
    if (!p->globals) p->globals = map_new_str(p->arena);
}

Package *ir_package_of(IrProgram *p, Str prefix) { return map_get_str(p->symbols->packages, prefix); }
Str ir_key_text(const IrMethodKey *k) { return k->key; }
