// reach.c - what main reaches: the worklist that makes vole demand-driven.
//
// In:   package main, collected and (for the main module) checked.
// Out:  every function that can run has a body, every package variable that can be read its initial value, every
//       type whose descriptor the program can see a TypeRec. Nothing else was ever looked at.
//
// Method: functions are queued when a node refers to them and built one after the other. Interface calls follow
// rapid type analysis with gc's notion of a match: a method becomes reachable when its receiver's type reaches an
// interface and an interface method of the same name and signature is called somewhere. Types reach interfaces by
// conversion, and through the descriptor of a type that did (reflection can walk there).
#include "ir/ir.h"

typedef struct Method {
    TypeRec *rec;
    i64 index;
} Method; // one entry of a method table
typedef struct Waiting {
    VEC(Method) list;
    bool called, wanted; // wanted: called, or a method of an interface type whose descriptor is there
} Waiting;               // by method key

struct Reach {
    i64 next_func;
    VEC(TypeRec *) types;
    i64 next_type; // descriptors to walk
    VEC(TypeRec *) full;
    i64 next_full; // types in interfaces to walk
    VEC(ItabRec *) itabs;
    i64 next_itab;
    Map *itab_by_name, *type_by_name, *methods, *packages; // link name -> TypeRec; key -> Waiting; path -> Package
    Map *pushes;                                           // symbol -> Object with a body that is defined under it
    bool reflect_methods;
    Mutex lock;
    IrFunc *rt[RT_COUNT];
};

static const char *const rt_symbols[] = {
#define R(id, kind, sym, sig) sym,
#include "abi/runtime.def"
#undef R
};
static const char *const rt_kinds[] = {
#define R(id, kind, sym, sig) #kind,
#include "abi/runtime.def"
#undef R
};
const char *rt_symbol(RtFn f) { return rt_symbols[f]; }

// ---- names -----------------------------------------------------------------------------------------------------

// gc's objabi.PathToPrefix: in the last path element '.' and everything that is not printable ASCII, '%' and '"' are escaped.
Str ir_escape_path(Arena *a, Str path) {
    i64 slash = str_rindex(path, '/');
    bool plain = true;
    for (i64 i = 0; i < path.len && plain; i++) {
        u8 c = (u8)path.ptr[i];
        plain = !(c <= ' ' || (c == '.' && i > slash) || c == '%' || c == '"' || c >= 0x7f);
    }
    if (plain) return path;
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

static IrFunc *new_func(IrProgram *p, Str sym, Type *sig, Package *pkg) {
    IrFunc *f = ANEW(p->arena, IrFunc);
    f->sym = sym;
    f->sig = sig;
    f->pkg = pkg;
    f->scc = -1;
    map_set_str(p->funcs, sym, f);
    return f;
}

static IrFunc *queue_func(IrProgram *p, IrFunc *f) {
    if (!f->queued) {
        f->queued = true;
        vec_push(p->arena, &p->order, f);
    }
    return f;
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

// What the package in a symbol's name declares under it; a method only if it has a body.
static Object *find_named(IrProgram *p, Str sym) {
    i64 slash = str_rindex(sym, '/'), dot = -1;
    for (i64 i = slash + 1; i < sym.len && dot < 0; i++)
        if (sym.ptr[i] == '.') dot = i;
    if (dot < 0) return NULL;
    Package *pkg = map_get_str(p->reach->packages, str_slice(sym, 0, dot));
    if (!pkg) return NULL;
    check_collect(p->checker, pkg);
    Object *o = scope_lookup(pkg->scope, intern(p->intern, str_slice(sym, dot + 1, sym.len)));
    return o ? o : find_method(p, pkg, str_slice(sym, dot + 1, sym.len));
}

// The Go function that defines a symbol: pushed there by linkname, or package.name of a loaded package. NULL: none has a body.
static Object *find_definition(IrProgram *p, Str sym) {
    Object *pushed = map_get_str(p->reach->pushes, sym);
    if (pushed) return pushed;
    Object *o = find_named(p, sym);
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
    FuncInfo *info = func_info(p->checker, origin);
    TypeEnv *env = ANEW(p->arena, TypeEnv);
    env->func = info;
    env->tparams = info->tparams;
    env->targs = targs;
    env->cache = map_new_ptr(p->arena);
    return env;
}

// What the archive's code for a symbol calls in Go.
static IrFunc *need_symbol(IrProgram *p, Str sym);
static IrFunc *need_declared(IrProgram *p, Object *obj, TypeEnv *env);
static void need_callees(IrProgram *p, Str sym) {
    static const struct {
        const char *caller, *callee;
    } table[] = {
#define N(caller, callee) {caller, callee},
#include "abi/goneeds.def"
#undef N
    };
    for (i64 i = 0; i < NELEM(table); i++)
        if (str_eq(sym, str_c(table[i].caller))) need_symbol(p, str_c(table[i].callee));
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
    IrFunc *f = map_get_str(p->funcs, key);
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

static IrFunc *need_pulled(IrProgram *p, Object *origin, Str sym) {
    Object *owner = find_owner(p, sym);
    check_object(p->checker, origin);
    bool std = p->is_std(p, origin->pkg);
    if (!std) ir_check_pull(p, origin->pkg, sym, owner);
    IrFunc *f = owner && owner != origin ? need_declared(p, owner, NULL) : map_get_str(p->funcs, sym);
    if (!f) {
        f = queue_func(p, new_declared(p, sym, origin, origin->type));
        if (!ir_asm_body(p, f)) need_callees(p, sym);
        return f;
    }
    bool same = f->obj == origin || (std && !types_under(f->sig)->sig.recv && types_identical(f->sig, origin->type));
    return same ? f : declare_by_name(p, origin, sym);
}

static IrFunc *need_declared(IrProgram *p, Object *obj, TypeEnv *env) {
    Str sym = ir_object_symbol(p, obj, env);
    Object *origin = obj->origin ? obj->origin : obj;
    FuncDecl *decl = origin->decl;
    IrFunc *f = map_get_str(p->funcs, sym);
    if (f && f->obj == origin) return f;
    if (decl && !decl->body && !origin->recv_named && is_pulled(p, origin, sym)) return need_pulled(p, origin, sym);
    if (f) return f;
    check_object(p->checker, origin);
    // an instance's method object has the concrete receiver; substitution leaves receivers alone
    f = new_declared(p, sym, origin,
                     env && (!origin->recv_named || obj == origin) ? types_subst(p->checker, origin->type, env)
                                                                   : obj->type);
    f->env = env;
    f->dupok = env != NULL;
    if (!f->has_body && (ir_intrinsic(sym) >= 0 || !ir_asm_body(p, f))) need_callees(p, sym);
    return queue_func(p, f);
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

IrFunc *ir_need_func(IrProgram *p, Object *func, TypeEnv *outer, TypeList targs) {
    if (!func->recv_named) check_object(p->checker, func);
    TypeEnv *env = instance_env(p, &func, outer, targs);
    return need_declared(p, func, env);
}

static IrFunc *made_func(IrProgram *p, Str sym, Type *sig, Package *pkg, void (*make)(IrProgram *, IrFunc *),
                         void *arg) {
    IrFunc *f = map_get_str(p->funcs, sym);
    if (f) return f;
    f = new_func(p, arena_str(p->arena, sym), sig, pkg);
    f->make = make;
    f->make_arg = arg;
    f->has_body = f->dupok = true;
    return f;
}

IrFunc *ir_need_made(IrProgram *p, Str sym, Type *sig, Package *pkg, void (*make)(IrProgram *, IrFunc *), void *arg) {
    return queue_func(p, made_func(p, sym, sig, pkg, make, arg));
}

IrFunc *ir_lazy_func(IrProgram *p, Str sym, Type *sig, Package *pkg, void (*make)(IrProgram *, IrFunc *), void *arg) {
    IrFunc *f = made_func(p, sym, sig, pkg, make, arg);
    f->lazy = true;
    return f;
}

// ---- package variables -----------------------------------------------------------------------------------------------

static IrGlobal *new_global(IrProgram *p, Object *var, Str sym) {
    IrGlobal *g = ANEW(p->arena, IrGlobal);
    g->sym = sym;
    g->type = var->type;
    g->pkg = var->pkg;
    g->pos = var->pos;
    g->obj = var;
    map_set_str(p->globals, sym, g);
    vec_push(p->arena, &p->global_order, g);
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
    if (var->ir) return var->ir;
    check_object(p->checker, var);
    Str sym = ir_object_symbol(p, var, NULL);
    Object *owner = find_owner_var(p, var, sym);
    IrGlobal *g = owner ? ir_global(p, owner) : map_get_str(p->globals, sym);
    if (!g) {
        g = new_global(p, var, sym);
        g->linkname_pull = p->linkname && p->linkname(p, var->pkg, var->name->s).len;
    } else if (types_size(var->type) > types_size(g->type))
        g->type = var->type; // several declarations of one symbol: the larger wins, as in gc's linker
    var->ir = g;
    return g;
}

static void reach_global(IrProgram *p, IrGlobal *g) {
    if (g->reached) return;
    g->reached = true;
    if (p->asm_var) p->asm_var(p, g);
    if (g->lazy_init) queue_func(p, g->lazy_init);
}

IrGlobal *ir_need_global(IrProgram *p, Object *var) {
    IrGlobal *g = ir_global(p, var);
    reach_global(p, g);
    return g;
}

void ir_set_lazy_init(IrProgram *p, IrGlobal *g, IrFunc *init) {
    g->lazy_init = init;
    if (g->reached) queue_func(p, init);
}

// ---- types ---------------------------------------------------------------------------------------------------------------

TypeRec *ir_type_rec(IrProgram *p, Type *t) {
    t = types_unalias(t);
    if (t->meta) return t->meta;
    mutex_lock(
        &p->reach->lock); // the back end's threads may ask by a Type that is identical to, but not, the canonical one
    Str name = types_link_name(p->checker, t);
    TypeRec *r = map_get_str(p->reach->type_by_name, name);
    if (!r) {
        r = ANEW(p->arena, TypeRec);
        r->type = t;
        r->symbol = arena_printf(p->arena, "type:%.*s", SFMT(name));
        map_set_str(p->reach->type_by_name, name, r);
    }
    t->meta = r;
    mutex_unlock(&p->reach->lock);
    return r;
}

Str ir_type_symbol(IrProgram *p, Type *t) { return ir_type_rec(p, t)->symbol; }

Type *ir_need_type(IrProgram *p, Type *t) {
    TypeRec *r = ir_type_rec(p, t);
    if (!r->used) {
        r->used = true;
        vec_push(p->arena, &p->used_types, r->type);
        vec_push(p->arena, &p->reach->types, r);
    }
    return r->type;
}

void ir_need_type_name(IrProgram *p, Type *t) {
    ir_need_type(p, t);
    ir_type_rec(p, t)->want_name = true;
}

bool ir_late_types(IrProgram *p) {
    bool any = false;
    for (i64 i = 0; i < map_len(p->reach->type_by_name); i++) {
        TypeRec *r = map_at(p->reach->type_by_name, i)->val;
        if (r->used) continue;
        r->used = any = true;
        vec_push(p->arena, &p->used_types, r->type);
    }
    return any;
}

void ir_type_in_iface(IrProgram *p, Type *t) {
    ir_need_type(p, t);
    TypeRec *r = ir_type_rec(p, t);
    if (r->full) return;
    r->full = true;
    vec_push(p->arena, &p->reach->full, r);
}

static IrFunc *need_symbol(IrProgram *p, Str sym);

// Values of the type can be compared through its descriptor.
static void need_equal(IrProgram *p, TypeRec *r) {
    if (r->need_eq || !types_comparable(r->type)) return;
    r->need_eq = true;
    r->eq = ir_eq_func(p, r->type);
    if (!r->eq) need_symbol(p, ir_eq_symbol(p, r->type));
}

static bool is_iface(Type *t) { return type_is(t, TYPE_INTERFACE); }

static Str method_key(IrProgram *p, const Name *name, Package *pkg, Type *sig) {
    Str s = types_link_name(p->checker, sig);
    if (name->exported) return arena_printf(p->arena, "%.*s %.*s", SFMT(name->s), SFMT(s));
    return arena_printf(p->arena, "%.*s.%.*s %.*s", SFMT(pkg->path), SFMT(name->s), SFMT(s));
}

static Waiting *waiting(IrProgram *p, Str key) {
    void **slot = map_slot_str(p->reach->methods, key);
    if (!*slot) *slot = ANEW(p->arena, Waiting);
    return *slot;
}

static void set_wanted(Waiting *w) {
    if (w->wanted) return;
    w->wanted = true;
    for (i64 i = 0; i < w->list.len; i++) w->list.ptr[i].rec->wanted = true;
}

static void want_methods(IrProgram *p, Type *iface) {
    Object **ms;
    i64 n = types_iface_methods(p->checker, iface, &ms);
    for (i64 i = 0; i < n; i++) set_wanted(waiting(p, method_key(p, ms[i]->name, ms[i]->pkg, ms[i]->type)));
}

// Masks beyond this many bytes are made by the runtime when they are first needed (internal/abi.MaxPtrmaskBytes).
enum { MAX_MASK_BYTES = 2048 };
bool ir_mask_on_demand(Type *t) {
    Type *u = types_under(t);
    types_layout(u);
    return (u->ptrdata / 8 + 7) / 8 > MAX_MASK_BYTES;
}

// What a descriptor needs even when nobody can see it: the map's hasher, the parts that the runtime reads.
static void walk_bare(IrProgram *p, TypeRec *r) {
    Type *u = types_under(r->type);
    types_layout(r->type);
    switch (u->kind) {
    case TYPE_MAP: {
        ir_need_type(p, u->map.key);
        ir_need_type(p, u->map.elem);
        ir_need_type(p, ir_map_group_type(p, r->type));
        r->hash = ir_hash_func(p, u->map.key);
        if (!r->hash) need_symbol(p, ir_hash_symbol(p, u->map.key));
        need_equal(p, ir_type_rec(p, u->map.key));
        break;
    }
    case TYPE_CHAN: ir_need_type(p, u->chan.elem); break;
    case TYPE_ARRAY:
        if (ir_mask_on_demand(u)) ir_need_type(p, u->array.elem);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; ir_mask_on_demand(u) && i < u->strct.nfields; i++)
            if (types_has_pointers(u->strct.fields[i].var->type)) ir_need_type(p, u->strct.fields[i].var->type);
        break;
    case TYPE_INTERFACE:
        ir_type_in_iface(p, r->type); // the runtime looks at its methods
        want_methods(p, u);
        break;
    default: break;
    }
}

static void full_children(IrProgram *p, Type *u) {
    switch (u->kind) {
    case TYPE_ARRAY:
        ir_type_in_iface(p, u->array.elem);
        ir_type_in_iface(p, types_new_slice(p->checker, u->array.elem));
        break;
    case TYPE_SLICE: ir_type_in_iface(p, u->slice.elem); break;
    case TYPE_POINTER: ir_type_in_iface(p, u->pointer.elem); break;
    case TYPE_CHAN: ir_type_in_iface(p, u->chan.elem); break;
    case TYPE_MAP:
        ir_type_in_iface(p, u->map.key);
        ir_type_in_iface(p, u->map.elem);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++) ir_type_in_iface(p, u->strct.fields[i].var->type);
        break;
    case TYPE_SIGNATURE:
        for (i64 i = 0; i < u->sig.params->tuple.n; i++) ir_type_in_iface(p, u->sig.params->tuple.vars[i]->type);
        for (i64 i = 0; i < u->sig.results->tuple.n; i++) ir_type_in_iface(p, u->sig.results->tuple.vars[i]->type);
        break;
    case TYPE_INTERFACE: {
        Object **ms;
        i64 n = types_iface_methods(p->checker, u, &ms);
        for (i64 i = 0; i < n; i++) ir_need_type(p, ms[i]->type);
        break;
    }
    default: break;
    }
}

// The type of a method as its entry in the method table has it (no receiver), for the concrete receiver type.
static Type *entry_sig(MethodEntry *m) { return m->func->type; }

static void reach_method(IrProgram *p, TypeRec *r, i64 i, bool by_reflection) {
    if (!r->ifn[i]) r->ifn[i] = ir_iface_entry(p, r->type, &r->methods[i]);
    r->wanted |= by_reflection;
    if (by_reflection && !r->tfn[i]) {
        r->tfn[i] = ir_method_wrapper(p, r->type, &r->methods[i]);
        ir_type_in_iface(p, entry_sig(&r->methods[i])); // reflect reads its parameters
    }
}

// Reflection can make *t: that needs a descriptor if it may have methods.
static bool pointer_has_methods(Type *t) {
    t = types_unalias(t);
    if (t->kind == TYPE_NAMED) return !is_iface(t);
    for (i64 i = 0; t->kind == TYPE_STRUCT && i < t->strct.nfields; i++)
        if (t->strct.fields[i].var->embedded) return true;
    return false;
}

static void walk_full(IrProgram *p, TypeRec *r) {
    Type *u = types_under(r->type);
    full_children(p, u);
    need_equal(p, r);
    if (pointer_has_methods(r->type)) ir_type_in_iface(p, types_new_pointer(p->checker, r->type));
    if (is_iface(r->type)) return;
    r->nmethods = types_method_set(p->checker, r->type, &r->methods);
    r->ifn = ANEWN(p->arena, IrFunc *, r->nmethods + 1);
    r->tfn = ANEWN(p->arena, IrFunc *, r->nmethods + 1);
    for (i64 i = 0; i < r->nmethods; i++) {
        MethodEntry *m = &r->methods[i];
        check_object(p->checker, m->func->origin ? m->func->origin : m->func);
        ir_need_type(p, entry_sig(m));
        Waiting *w = waiting(p, method_key(p, m->name, m->pkg ? m->pkg : m->func->pkg, entry_sig(m)));
        Method e = {r, i};
        r->wanted |= w->wanted;
        if (w->called) reach_method(p, r, i, false);
        else vec_push(p->arena, &w->list, e);
        if (p->reach->reflect_methods && m->name->exported) reach_method(p, r, i, true);
    }
}

void ir_iface_method_called(IrProgram *p, Type *iface, i64 index) {
    Object **ms;
    i64 n = types_iface_methods(p->checker, types_under(iface), &ms);
    CHECK(index < n);
    Waiting *w = waiting(p, method_key(p, ms[index]->name, ms[index]->pkg, ms[index]->type));
    if (w->called) return;
    w->called = true;
    set_wanted(w);
    for (i64 i = 0; i < w->list.len; i++) reach_method(p, w->list.ptr[i].rec, w->list.ptr[i].index, false);
}

void ir_reflect_method_used(IrProgram *p) {
    if (p->reach->reflect_methods) return;
    p->reach->reflect_methods = true;
    for (i64 k = 0; k < p->reach->full.len; k++) {
        TypeRec *r = p->reach->full.ptr[k];
        for (i64 i = 0; i < r->nmethods; i++)
            if (r->methods[i].name->exported) reach_method(p, r, i, true);
    }
}

// ---- itabs ----------------------------------------------------------------------------------------------------------------

static Str itab_key(IrProgram *p, Type *concrete, Type *iface) {
    return arena_printf(p->arena, "%.*s,%.*s", SFMT(types_link_name(p->checker, concrete)),
                        SFMT(types_link_name(p->checker, iface)));
}

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
    ItabRec *r = map_get_str(p->reach->itab_by_name, (Str){key, t.len + i.len - 9});
    CHECK(r != NULL);
    buf_free(&big);
    return r->symbol;
}

void ir_need_itab(IrProgram *p, Type *concrete, Type *iface) {
    ir_type_in_iface(p, concrete);
    ir_need_type(p, iface);
    Str key = itab_key(p, concrete, iface);
    if (map_get_str(p->reach->itab_by_name, key)) return;
    ItabRec *r = ANEW(p->arena, ItabRec);
    r->symbol = arena_printf(p->arena, "go:itab.%.*s", SFMT(key));
    r->type = ir_type_rec(p, concrete)->type;
    r->iface = ir_type_rec(p, iface)->type;
    map_set_str(p->reach->itab_by_name, key, r);
    vec_push(p->arena, &p->reach->itabs, r);
}

i64 ir_itab_count(IrProgram *p) { return p->reach->itabs.len; }
ItabRec *ir_itab_at(IrProgram *p, i64 i) { return p->reach->itabs.ptr[i]; }

// After the queue ran dry: which entries of each itab can be called.
static void fill_itabs(IrProgram *p) {
    for (i64 k = 0; k < p->reach->itabs.len; k++) {
        ItabRec *r = p->reach->itabs.ptr[k];
        TypeRec *t = ir_type_rec(p, r->type);
        Object **ms;
        r->nfuns = types_iface_methods(p->checker, types_under(r->iface), &ms);
        r->funs = ANEWN(p->arena, IrFunc *, r->nfuns + 1);
        for (i64 i = 0; i < r->nfuns; i++)
            for (i64 j = 0; j < t->nmethods; j++)
                if (t->methods[j].name == ms[i]->name &&
                    (ms[i]->name->exported || t->methods[j].func->pkg == ms[i]->pkg))
                    r->funs[i] = t->ifn[j];
    }
}

// ---- the runtime -------------------------------------------------------------------------------------------------------------

// Reaches the Go function that defines a symbol, if a Go function does; else it is the archive's.
static IrFunc *need_symbol(IrProgram *p, Str sym) {
    IrFunc *f = map_get_str(p->funcs, sym);
    if (f) return f;
    Object *def = find_definition(p, sym);
    return def ? ir_need_func(p, def, NULL, (TypeList){0}) : NULL;
}

void ir_need_rt(IrProgram *p, RtFn fn) {
    if (p->reach->rt[fn]) return;
    if (strcmp(rt_kinds[fn], "GO") != 0) {
        need_callees(p, str_c(rt_symbols[fn]));
        return;
    }
    p->reach->rt[fn] = need_symbol(p, str_c(rt_symbols[fn]));
}

IrFunc *ir_rt_func(IrProgram *p, RtFn fn) { return p->reach->rt[fn]; }

// ---- packages ----------------------------------------------------------------------------------------------------------------

static void note_linknames(IrProgram *p, Package *pkg) {
    for (i64 i = 0; i < pkg->nfiles; i++) {
        File *f = pkg->files[i];
        for (i64 k = 0; k < f->linknames.len; k++) {
            Linkname *l = &f->linknames.ptr[k];
            if (!l->remote.len) continue;
            Object *o = scope_lookup(pkg->scope, intern(p->intern, l->local));
            if (!o || o->kind != OBJ_FUNC) continue;
            FuncDecl *d = o->decl;
            if (d && d->body) map_set_str(p->reach->pushes, l->remote, o);
        }
    }
}

static void note_package(IrProgram *p, Package *pkg) {
    if (map_get_str(p->reach->packages, pkg->path)) return;
    map_set_str(p->reach->packages, pkg->path, pkg);
    map_set_str(p->reach->packages, ir_package_prefix(p, pkg), pkg); // as symbols spell it
    check_collect(p->checker, pkg);
    for (i64 i = 0; i < pkg->nimports; i++) note_package(p, pkg->imports[i]);
    vec_push(p->arena, &p->packages, pkg); // dependencies first
    note_linknames(p, pkg);
}

static bool all_done(Map *done, Package *pkg) {
    for (i64 i = 0; i < pkg->nimports; i++)
        if (!map_get_ptr(done, pkg->imports[i])) return false;
    return true;
}

// Go's order of package initialisation: of all packages whose imports are initialised the one with the least path goes next.
// The runtime and what it imports go before everything else.
static void sort_packages(IrProgram *p) {
    i64 n = p->packages.len;
    Map *done = map_new_ptr(p->arena), *runtime_dep = map_new_ptr(p->arena);
    if (p->runtime_pkg) { // transitive imports of runtime
        VEC(Package *) work = {0};
        vec_push(p->arena, &work, p->runtime_pkg);
        for (i64 i = 0; i < work.len; i++) {
            Package *q = work.ptr[i];
            if (map_get_ptr(runtime_dep, q)) continue;
            map_set_ptr(runtime_dep, q, q);
            for (i64 k = 0; k < q->nimports; k++) vec_push(p->arena, &work, q->imports[k]);
        }
    }
    Package **sorted = ANEWN(p->arena, Package *, n + 1);
    i64 runtime_left = map_len(runtime_dep);
    for (i64 k = 0; k < n; k++) {
        Package *best = NULL;
        for (i64 i = 0; i < n; i++) {
            Package *q = p->packages.ptr[i];
            if (map_get_ptr(done, q) || !all_done(done, q)) continue;
            if (runtime_left > 0 && !map_get_ptr(runtime_dep, q)) continue;
            if (!best || str_cmp(q->path, best->path) < 0) best = q;
        }
        CHECK(best != NULL); // import cycles were reported by load/
        map_set_ptr(done, best, best);
        if (map_get_ptr(runtime_dep, best)) runtime_left--;
        sorted[k] = best;
    }
    memcpy(p->packages.ptr, sorted, (size_t)n * sizeof sorted[0]);
}

static void make_init(IrProgram *p, IrFunc *f) { ir_build_package_init(p, f->make_arg, f); }

static void need_inits(IrProgram *p) {
    for (i64 i = 0; i < p->packages.len; i++) {
        Package *pkg = p->packages.ptr[i];
        Str sym = arena_printf(p->arena, "%.*s.init", SFMT(ir_package_prefix(p, pkg)));
        Type *sig = types_new_signature(p->checker, NULL, types_universe(p->checker)->empty_tuple,
                                        types_universe(p->checker)->empty_tuple, false);
        IrFunc *f = ir_need_made(p, sym, sig, pkg, make_init, pkg);
        f->is_init = true;
        f->dupok = false;
        pkg->prog = f;
    }
}

// ---- the loop ----------------------------------------------------------------------------------------------------------------

static void build_one(IrProgram *p, IrFunc *f) {
    if (f->built || !f->has_body || f->outer) return;
    f->built = true;
    bug_context("ir", f->sym);
    if (f->make) {
        f->make(p, f);
        return;
    }
    FuncInfo *info = func_info(p->checker, f->obj);
    check_body(p->checker, info);
    if (diag_count(p->diag)) return; // its tree may have holes
    ir_build_func(p, f);
}

static void run_queue(IrProgram *p) {
    struct Reach *r = p->reach;
    for (bool more = true; more;) {
        more = false;
        while (r->next_func < p->order.len) {
            IrFunc *f = p->order.ptr[r->next_func++];
            build_one(p, f);
            if (f->built) ir_implied_needs(p, f);
            more = true;
        }
        while (r->next_type < r->types.len) {
            walk_bare(p, r->types.ptr[r->next_type++]);
            more = true;
        }
        while (r->next_full < r->full.len) {
            walk_full(p, r->full.ptr[r->next_full++]);
            more = true;
        }
    }
}

// Initialisers of variables that nobody reads are not called.
static void drop_lazy_calls(IrProgram *p) {
    for (i64 k = 0; k < p->packages.len; k++) {
        IrFunc *init = p->packages.ptr[k]->prog;
        i64 n = 0;
        for (i64 i = 0; i < init->body.len; i++) {
            IrNode *s = init->body.ptr[i];
            bool dead = s->op == X_S_EXPR && s->a && s->a->op == X_CALL && s->a->fn->lazy &&
                        (!s->a->fn->built || !s->a->fn->body.len); // never reached, or all static data
            if (!dead) init->body.ptr[n++] = s;
        }
        init->body.len = n;
    }
}

static void start_reach(IrProgram *p) {
    struct Reach *r = ANEW(p->arena, struct Reach);
    p->reach = r;
    r->itab_by_name = map_new_str(p->arena);
    r->type_by_name = map_new_str(p->arena);
    r->methods = map_new_str(p->arena);
    r->packages = map_new_str(p->arena);
    r->pushes = map_new_str(p->arena);
    if (!p->funcs) p->funcs = map_new_str(p->arena);
    if (!p->globals) p->globals = map_new_str(p->arena);
}

static void need_all_functions(IrProgram *p, Package *pkg) {
    for (i64 i = 0; i < pkg->objects.len; i++) {
        Object *o = pkg->objects.ptr[i];
        if (o->kind == OBJ_VAR && !o->name->blank) ir_need_global(p, o);
        if (o->kind != OBJ_FUNC || o->name->blank) continue;
        check_object(p->checker, o);
        FuncInfo *info = func_info(p->checker, o);
        if (o->type && o->type->kind == TYPE_SIGNATURE && info && !info->tparams.len)
            ir_need_func(p, o, NULL, (TypeList){0});
    }
}

bool ir_reach_package(IrProgram *p, Package *pkg) {
    start_reach(p);
    if (p->runtime_pkg) note_package(p, p->runtime_pkg);
    note_package(p, pkg);
    ir_mark_linknames(p);
    p->packages.len = 0; // only its own init
    vec_push(p->arena, &p->packages, pkg);
    need_inits(p);
    need_all_functions(p, pkg);
    run_queue(p);
    fill_itabs(p);
    drop_lazy_calls(p);
    return diag_count(p->diag) == 0;
}

IrFunc *ir_reach_main(IrProgram *p, Package *main) {
    start_reach(p);
    if (p->runtime_pkg) note_package(p, p->runtime_pkg);
    note_package(p, main);
    sort_packages(p);
    Object *m = scope_lookup(main->scope, intern_c(p->intern, "main"));
    CHECK(m && m->kind == OBJ_FUNC);
    need_inits(p);
    IrFunc *f = ir_need_func(p, m, NULL, (TypeList){0});
    need_symbol(p, S("runtime.main"));
    need_callees(p, S(""));
    run_queue(p);
    fill_itabs(p);
    drop_lazy_calls(p);
    return diag_count(p->diag) ? NULL : f;
}
