// typexpr.c - identifiers and type expressions.
#include "types/decls.h"

Scope *open_scope(Checker *c, const char *comment) {
    Scope *saved = c->env.scope;
    c->env.scope = scope_new(c->arena, saved, comment);
    return saved;
}

void record_type(Checker *c, Expr *e, Type *t) {
    e->mode = MODE_TYPE;
    e->type = t;
    e->val = NULL;
}

Expr *pointer_base(Expr *e) { return e->kind == ND_STAR ? ((Star *)e)->e : NULL; }

static Type *invalid(Checker *c) { return c->u.basic[TYPE_INVALID]; }

// ---- identifiers -------------------------------------------------------------------------------------------------

// Variables of enclosing functions that a function literal refers to.
static void note_capture(Checker *c, Object *v) {
    FuncInfo *f = c->env.func;
    if (!f || !v->func || v->func == f) return;
    v->captured = true;
    for (; f && f != v->func; f = f->outer) {
        bool known = false;
        for (i64 i = f->captures.len - 1; !known && i >= 0; i--) known = f->captures.ptr[i] == v;
        if (!known) vec_push(c->arena, &f->captures, v);
    }
}

static void note_dot_import(Checker *c, Scope *s, const Name *name) {
    if (!c->pkg) return;
    PackageDecls *pa = package_decls(c, c->pkg);
    for (i64 i = 0; i < pa->dots.len; i++)
        if (pa->dots.ptr[i].scope == s && pa->dots.ptr[i].name == name) pa->dots.ptr[i].pkg_name->used = true;
}

static bool is_any_or_comparable(Checker *c, Object *o) { return o == c->known.any || o == c->known.comparable; }

static void ident_const(Checker *c, Operand *x, Ident *e, Object *o) {
    check_add_dependency(c, o);
    if (!type_valid(o->type)) return;
    if (o == c->u.iota_) {
        if (!c->env.iota) {
            check_errorf(c, e->x.pos, "cannot use iota outside constant declaration");
            return;
        }
        x->val = c->env.iota;
    } else {
        x->val = o->val ? o->val : exact_unknown();
    }
    x->mode = MODE_CONST;
}

static void ident_object(Checker *c, Operand *x, Ident *e, Object *o) {
    switch (o->kind) {
    case OBJ_PKG_NAME: check_errorf(c, e->x.pos, "use of package %.*s not in selector", SFMT(o->name->s)); return;
    case OBJ_CONST: ident_const(c, x, e, o); break;
    case OBJ_TYPE_NAME: x->mode = MODE_TYPE; break;
    case OBJ_VAR:
        if (o->pkg == c->pkg) o->used = true;
        note_capture(c, o);
        check_add_dependency(c, o);
        if (!type_valid(o->type)) return;
        x->mode = MODE_VARIABLE;
        break;
    case OBJ_FUNC:
        check_add_dependency(c, o);
        x->mode = MODE_VALUE;
        break;
    case OBJ_BUILTIN:
        x->builtin = o->builtin;
        x->mode = MODE_BUILTIN;
        break;
    case OBJ_NIL: x->mode = MODE_NIL; break;
    default: return;
    }
    x->type = o->type;
}

void check_ident(Checker *c, Operand *x, Ident *e, bool want_type) {
    *x = (Operand){.mode = MODE_INVALID, .expr = &e->x, .type = invalid(c)};
    Scope *s = NULL;
    Object *o = scope_lookup_parent(c->env.scope, e->name, 0, &s);
    if (!o) {
        if (e->name->blank) check_errorf(c, e->x.pos, "cannot use _ as value or type");
        else if (e->name->s.len)
            check_errorf(c, e->x.pos, "undefined: %.*s", SFMT(e->name->s)), hint_undefined(c, e, want_type);
        return;
    }
    if (is_any_or_comparable(c, o) && !check_verify_version(c, e->x.pos, 18, "predeclared %.*s", SFMT(e->name->s)))
        return;
    e->obj = o;
    bool got_type = o->kind == OBJ_TYPE_NAME;
    if (!got_type && want_type) {
        check_errorf(c, e->x.pos, "%.*s (%.*s) is not a type", SFMT(o->name->s), SFMT(object_kind(o)));
        if (o->kind == OBJ_VAR && o->pkg == c->pkg) o->used = true;
        return;
    }
    if (o->kind != OBJ_PKG_NAME && (!o->type || (got_type && want_type && o->pkg == c->pkg))) check_obj_decl(c, o);
    if (o->kind != OBJ_PKG_NAME && !o->type) o->type = invalid(c);
    if (o->pkg != c->pkg && o->pkg) note_dot_import(c, s, e->name);
    ident_object(c, x, e, o);
}

// ---- entry points -------------------------------------------------------------------------------------------------

static Type *type_internal(Checker *c, Expr *e, Object *def);

Type *check_type(Checker *c, Expr *e) { return check_def_type(c, e, NULL); }

Type *check_def_type(Checker *c, Expr *e, Object *def) {
    Type *t = type_internal(c, e, def);
    if (type_is_generic(t)) {
        check_errorf(c, node_start(e), "cannot use generic type %.*s without instantiation", SFMT(tstr(c, t)));
        t = invalid(c);
    }
    record_type(c, e, t);
    return t;
}

Type *check_generic_type(Checker *c, Expr *e, Str *cause) {
    Type *t = type_internal(c, e, NULL);
    if (type_valid(t) && !type_is_generic(t)) {
        if (cause) *cause = sprintf_(c, "%.*s is not a generic type", SFMT(tstr(c, t)));
        t = invalid(c);
    }
    record_type(c, e, t);
    return t;
}

typedef struct VarTypeCheck {
    Expr *e;
    Type *t;
} VarTypeCheck;

static void valid_var_type(Checker *c, void *arg) {
    VarTypeCheck *k = arg;
    Type *u = types_under(k->t);
    if (u->kind != TYPE_INTERFACE) return;
    Pos pos = node_start(k->e);
    struct TypeSet *s = compute_type_set(c, pos, u);
    if (typeset_is_method_set(s)) return;
    const char *why = s->comparable ? "interface is (or embeds) comparable" : "interface contains type constraints";
    check_soft_errorf(c, pos, "cannot use type %.*s outside a type constraint: %s", SFMT(tstr(c, k->t)), why);
}

Type *check_var_type(Checker *c, Expr *e) {
    Type *t = check_type(c, e);
    Type *u = types_unalias(t);
    // Only names (resolved later) and interfaces can turn out to be constraints.
    if (u->kind == TYPE_NAMED || u->kind == TYPE_INTERFACE || u->kind == TYPE_ALIAS) {
        if (u->kind == TYPE_NAMED && named_info(u)->under_done && u->named.underlying->kind != TYPE_INTERFACE) return t;
        VarTypeCheck *k = ANEW(c->arena, VarTypeCheck);
        *k = (VarTypeCheck){e, t};
        check_later(c, valid_var_type, k);
    }
    return t;
}

// ---- instantiations -----------------------------------------------------------------------------------------------

typedef struct InstCheck {
    Expr *x;
    ExprVec args;
    Type *inst;
    TypeList targs;
} InstCheck;

static bool validate_targ_len(Checker *c, Pos pos, Str name, i64 want, i64 got) {
    if (got == want) return true;
    check_errorf(c, pos, "%s type arguments for type %.*s: have %d, want %d", got < want ? "not enough" : "too many",
                 SFMT(name), (int)got, (int)want);
    return false;
}

static void verify_instance(Checker *c, void *arg) {
    InstCheck *k = arg;
    TypeList tp = generic_tparams(k->inst);
    Object *o = k->inst->kind == TYPE_ALIAS ? k->inst->alias.obj : k->inst->named.obj;
    if (!validate_targ_len(c, k->x->pos, o->name->s, tp.len, k->targs.len)) return;
    Str cause = {0};
    i64 i = verify_targs(c, tp, k->targs, &cause);
    if (i >= 0) check_soft_errorf(c, i < k->args.len ? node_start(k->args.ptr[i]) : k->x->pos, "%.*s", SFMT(cause));
    else mono_record(c, c->pkg, k->x->pos, tp, k->targs, k->args.ptr);
}

static Str exprs_string(Checker *c, ExprVec v) {
    Buf b = {0};
    buf_c(&b, "[");
    for (i64 i = 0; i < v.len; i++) {
        if (i) buf_c(&b, ", ");
        expr_print(&b, v.ptr[i]);
    }
    buf_c(&b, "]");
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}

static Type *instantiated_type(Checker *c, Index *e) {
    Str cause = {0};
    Type *g = check_generic_type(c, e->e, &cause);
    if (cause.len)
        check_errorf(c, node_start(e->e), "invalid operation: %.*s%.*s (%.*s)", SFMT(expr_str(c->arena, e->e)),
                     SFMT(exprs_string(c, e->index)), SFMT(cause));
    bool ok = type_valid(g);
    TypeList targs = {ANEWN(c->arena, Type *, e->index.len ? e->index.len : 1), e->index.len};
    if (!ok) return g;
    for (i64 i = 0; i < e->index.len; i++) {
        targs.ptr[i] = check_var_type(c, e->index.ptr[i]);
        if (!type_valid(targs.ptr[i])) ok = false;
    }
    if (!ok) return invalid(c);
    if (g->kind == TYPE_ALIAS &&
        !validate_targ_len(c, e->e->pos, g->alias.obj->name->s, g->alias.tparams.len, targs.len))
        return invalid(c);
    Pos saved = c->inst.pos;
    c->inst.pos = e->e->pos;
    Type *t = instantiate(c, g, targs);
    c->inst.pos = saved;
    if (!type_valid(t) && g->kind == TYPE_NAMED)
        check_errorf(c, node_start(e->e), "type arguments are nested too deeply");
    if (t->kind != TYPE_NAMED && t->kind != TYPE_ALIAS) return invalid(c);
    InstCheck *k = ANEW(c->arena, InstCheck);
    *k = (InstCheck){e->e, e->index, t, targs};
    check_later(c, verify_instance, k);
    return t;
}

typedef struct SigCheck {
    Pos pos;
    TypeList tparams, targs;
    Expr **args;
} SigCheck;

static void verify_sig(Checker *c, void *arg) {
    SigCheck *k = arg;
    Str cause = {0};
    i64 i = verify_targs(c, k->tparams, k->targs, &cause);
    if (i < 0) {
        mono_record(c, c->pkg, k->pos, k->tparams, k->targs, k->args);
        return;
    }
    Pos pos = k->args && k->args[i] ? node_start(k->args[i]) : k->pos;
    check_soft_errorf(c, pos, "%.*s", SFMT(cause));
}

Type *check_instantiate(Checker *c, Pos pos, Type *orig, TypeList targs, Expr **args) {
    if (orig->kind != TYPE_SIGNATURE) {
        Type *t = instantiate(c, orig, targs);
        if (t->kind != TYPE_NAMED && t->kind != TYPE_ALIAS) return t;
        InstCheck *k = ANEW(c->arena, InstCheck);
        Ident *id = ANEW(c->arena, Ident);
        id->x.kind = ND_IDENT;
        id->x.pos = pos;
        *k = (InstCheck){.x = &id->x, .inst = t, .targs = targs};
        check_later(c, verify_instance, k);
        return t;
    }
    TypeList tp = orig->sig.tparams;
    if (tp.len != targs.len && !validate_targ_len(c, pos, tstr(c, orig), tp.len, targs.len)) return invalid(c);
    if (!tp.len) return orig;
    Type *t = subst_type(c, orig, tp, targs);
    Type *r = type_new(c, TYPE_SIGNATURE);
    r->sig = t->sig;
    r->sig.tparams = (TypeList){0};
    SigCheck *k = ANEW(c->arena, SigCheck);
    *k = (SigCheck){pos, tp, targs, args};
    check_later(c, verify_sig, k);
    return r;
}

// ---- struct types ----------------------------------------------------------------------------------------------------

typedef struct EmbedCheck {
    Pos pos;
    Type *t;
} EmbedCheck;

static void check_embedded(Checker *c, void *arg) {
    EmbedCheck *k = arg;
    bool ptr;
    Type *t = type_deref(k->t, &ptr);
    Type *u = types_under(t);
    if (!type_valid(t)) return;
    if (u->kind == TYPE_UNSAFE_POINTER) check_errorf(c, k->pos, "embedded field type cannot be unsafe.Pointer");
    if (u->kind == TYPE_POINTER) check_errorf(c, k->pos, "embedded field type cannot be a pointer");
    if (u->kind != TYPE_INTERFACE) return;
    if (type_is_param(t)) check_errorf(c, k->pos, "embedded field type cannot be a (pointer to a) type parameter");
    else if (ptr) check_errorf(c, k->pos, "embedded field type cannot be a pointer to an interface");
}

static Ident *embedded_ident(Expr *e) {
    switch (e->kind) {
    case ND_IDENT: return (Ident *)e;
    case ND_STAR: {
        Expr *b = ((Star *)e)->e;
        return b->kind == ND_STAR ? NULL : embedded_ident(b);
    }
    case ND_SELECTOR: return ((Selector *)e)->sel;
    case ND_INDEX: return embedded_ident(((Index *)e)->e);
    case ND_PAREN: return embedded_ident(((Paren *)e)->e);
    default: return NULL;
    }
}

typedef struct Fields {
    Checker *c;
    VEC(StructField) list;
    Map *by_name;
} Fields;

static void add_field(Fields *fs, Ident *id, Field *f, Type *t, bool embedded) {
    Checker *c = fs->c;
    Object *v = types_new_field(c, id->x.pos, c->pkg, id->name, t, embedded);
    if (!id->name->blank) {
        Object *alt = map_get_ptr(fs->by_name, id->name); // all of one package here
        if (alt) {
            ErrMsg e;
            err_begin(&e, c);
            err_add(&e, v->pos, "%.*s redeclared", SFMT(id->name->s));
            err_alt_decl(&e, alt);
            err_report(&e);
            return;
        }
        map_set_ptr(fs->by_name, id->name, v);
    }
    StructField sf = {.var = v};
    if (f->tag && !f->tag->bad && f->tag->lit == LIT_STRING && lit_unquote(c->arena, f->tag->text, &sf.tag))
        sf.has_tag = sf.tag.len > 0;
    vec_push(c->arena, &fs->list, sf);
    if (!embedded) id->obj = v;
}

static void add_embedded_field(Fields *fs, Field *f, Type *t) {
    Checker *c = fs->c;
    Pos pos = node_start(f->type);
    Ident *id = embedded_ident(f->type);
    if (!id) {
        if (f->type->kind != ND_BAD_EXPR)
            check_errorf(c, pos, "invalid embedded field type %.*s", SFMT(expr_str(c->arena, f->type)));
        id = ANEW(c->arena, Ident);
        id->x.kind = ND_IDENT;
        id->x.pos = pos;
        id->name = c->known.blank;
        add_field(fs, id, f, invalid(c), true);
        return;
    }
    add_field(fs, id, f, t, true);
    EmbedCheck *k = ANEW(c->arena, EmbedCheck);
    *k = (EmbedCheck){pos, t};
    check_later(c, check_embedded, k);
}

static Type *struct_type(Checker *c, StructType *e) {
    Type *st = type_new(c, TYPE_STRUCT);
    Fields fs = {.c = c, .by_name = map_new_ptr(c->arena)};
    Type *t = NULL;
    Expr *prev = NULL;
    for (i64 i = 0; i < e->fields.fields.len; i++) {
        Field *f = e->fields.fields.ptr[i];
        if (!t || f->type != prev) t = check_var_type(c, f->type);
        prev = f->type;
        if (f->name) add_field(&fs, f->name, f, t, false);
        else add_embedded_field(&fs, f, t);
    }
    st->strct.fields = fs.list.ptr;
    st->strct.nfields = fs.list.len;
    st->strct.offsets = ANEWN(c->arena, i64, fs.list.len ? fs.list.len : 1);
    return st;
}

// ---- other literals -----------------------------------------------------------------------------------------------------

typedef struct MapCheck {
    Expr *e;
    Type *key;
} MapCheck;

static void check_map_key(Checker *c, void *arg) {
    MapCheck *k = arg;
    if (types_comparable(k->key)) return;
    check_errorf(c, node_start(k->e), "invalid map key type %.*s%s", SFMT(tstr(c, k->key)),
                 type_is_param(k->key) ? " (missing comparable constraint)" : "");
}

static Type *map_type(Checker *c, MapType *e) {
    Type *t = type_new(c, TYPE_MAP);
    t->map.key = check_var_type(c, e->key);
    t->map.elem = check_var_type(c, e->elem);
    MapCheck *k = ANEW(c->arena, MapCheck);
    *k = (MapCheck){e->key, t->map.key};
    check_later(c, check_map_key, k);
    return t;
}

static void note_literal(Checker *c, Type *t, Pos pos) {
    LateChecks *l = late_list(c);
    if (l) vec_push(c->arena, &l->literals, ((TypeLiteral){t, pos}));
}

static Type *array_type(Checker *c, ArrayType *e) {
    Type *t = type_new(c, TYPE_ARRAY);
    if (e->len) {
        t->array.len = check_array_length(c, e->len);
    } else {
        check_errorf(c, e->x.pos, "invalid use of [...] array (outside a composite literal)");
        t->array.len = -1;
    }
    t->array.elem = check_var_type(c, e->elem);
    note_literal(c, t, e->x.pos);
    return t->array.len >= 0 ? t : invalid(c);
}

static Type *pointer_type(Checker *c, Star *e) {
    Type *t = type_new(c, TYPE_POINTER);
    t->pointer.elem = invalid(c);
    t->pointer.elem = check_var_type(c, e->e);
    return type_valid(t->pointer.elem) ? t : invalid(c);
}

static Type *operand_type(Checker *c, Operand *x) {
    if (x->mode == MODE_TYPE) return x->type;
    if (x->mode == MODE_NO_VALUE) check_errorf(c, node_start(x->expr), "%.*s used as type", SFMT(ostr(c, x)));
    else if (x->mode != MODE_INVALID) check_errorf(c, node_start(x->expr), "%.*s is not a type", SFMT(ostr(c, x)));
    return invalid(c);
}

static Type *selector_type(Checker *c, Expr *e) {
    Operand x = {0};
    check_selector(c, &x, (Selector *)e, true);
    return operand_type(c, &x);
}

static Type *not_a_type(Checker *c, Expr *e) {
    check_errorf(c, node_start(e), "%.*s is not a type", SFMT(expr_str(c->arena, e)));
    check_use(c, e);
    return invalid(c);
}

static Type *literal_type(Checker *c, Expr *e, Object *def) {
    switch (e->kind) {
    case ND_ARRAY_TYPE: return array_type(c, (ArrayType *)e);
    case ND_SLICE_TYPE: {
        Type *t = types_new_slice(c, invalid(c));
        t->slice.elem = check_var_type(c, ((SliceType *)e)->elem);
        return t;
    }
    case ND_DOTS: check_errorf(c, node_start(e), "invalid use of ..."); return invalid(c);
    case ND_STRUCT_TYPE: return struct_type(c, (StructType *)e);
    case ND_STAR: return pointer_type(c, (Star *)e);
    case ND_FUNC_TYPE: return func_type_in(c, type_new(c, TYPE_SIGNATURE), (FuncType *)e, NULL, NULL);
    case ND_INTERFACE_TYPE: {
        Type *t = iface_new(c);
        check_interface_type(c, t, (InterfaceType *)e, def);
        return t;
    }
    case ND_MAP_TYPE: return map_type(c, (MapType *)e);
    case ND_CHAN_TYPE: {
        Type *t = types_new_chan(c, (ChanDir)((ChanType *)e)->dir, invalid(c));
        t->chan.elem = check_var_type(c, ((ChanType *)e)->elem);
        note_literal(c, t, e->pos);
        return t;
    }
    default: return not_a_type(c, e);
    }
}

enum { MAX_NESTING = 2000 };

static Type *type_internal(Checker *c, Expr *e, Object *def) {
    Operand x = {0};
    Type *t;
    if (c->type_depth > MAX_NESTING) {
        check_errorf(c, node_start(e), "type expression is nested too deeply");
        return invalid(c);
    }
    c->type_depth++;
    switch (e->kind) {
    case ND_BAD_EXPR: t = invalid(c); break;
    case ND_IDENT:
        check_ident(c, &x, (Ident *)e, true);
        t = operand_type(c, &x);
        break;
    case ND_SELECTOR: t = selector_type(c, e); break;
    case ND_INDEX:
        check_verify_version(c, node_start(e), 18, "type instantiation");
        t = instantiated_type(c, (Index *)e);
        break;
    case ND_PAREN: t = check_def_type(c, ((Paren *)e)->e, def); break;
    default: t = literal_type(c, e, def); break;
    }
    c->type_depth--;
    return t ? t : invalid(c);
}
