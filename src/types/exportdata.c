// exportdata.c - what a package exports, for tools that do not read its source: gc's unified export data.
//
// In:  a checked package. Out: bytes that go/importer and golang.org/x/tools/go/gcexportdata read (GOROOT/src/internal/pkgbits is their format, version 2).
// They are elements in sections, each with a table of the elements that it refers to. An object is four elements of one number: its name and kind, what
// importers read, what gc alone reads (empty here), and its dictionary: bounds of its type parameters, and the types that mention them.
// Written are the exported objects of the package and all that these mention, of other packages too. Types are told apart by their address.
// Unlike gc's: an alias leads to the type that it stands for at last.
#include "types/decls.h"

typedef enum Section {
    IN_STRINGS,
    IN_META,
    IN_POS_BASES,
    IN_PKGS,
    IN_NAMES,
    IN_TYPES,
    IN_OBJS,
    IN_OBJ_EXTS,
    IN_OBJ_DICTS,
    IN_BODIES,
    NSECTIONS
} Section;
enum { VERSION = 2, PUBLIC_ROOT = 0 };
enum { VAL_BOOL, VAL_STRING, VAL_INT64, VAL_BIG_INT, VAL_BIG_RAT, VAL_BIG_FLOAT };
enum {
    T_BASIC,
    T_NAMED,
    T_POINTER,
    T_SLICE,
    T_ARRAY,
    T_CHAN,
    T_MAP,
    T_SIGNATURE,
    T_STRUCT,
    T_INTERFACE,
    T_UNION,
    T_PARAM
};
enum { O_ALIAS, O_CONST, O_TYPE, O_FUNC, O_VAR, O_STUB };

typedef struct Elements {
    Str *ptr;
    i64 len, cap;
} Elements;
typedef struct Export {
    Checker *c;
    Arena *a;
    Package *pkg;
    Elements elems[NSECTIONS];
    Map *strings, *pos_bases; // text -> number + 1
    Map *pkgs, *types, *objs; // address -> number + 1
} Export;
// Of the object that is being written: types that mention its type parameters have numbers of their own.
typedef struct Dict {
    VEC(i64) derived; // number among the types
    Map *index;       // type -> number among derived + 1
} Dict;
typedef struct Element {
    Export *x;
    Dict *dict;
    Section in;
    i64 number;
    bool derived; // a type that mentions type parameters
    Buf data;
    VEC(u64) refs; // section and number
} Element;
typedef struct TypeRef {
    i64 number;
    bool derived;
} TypeRef;

static void *number_as(i64 n) { return (void *)(uintptr_t)(n + 1); }
static i64 as_number(const void *p) { return (i64)(uintptr_t)p - 1; }

// ---- elements

static Element begin(Export *x, Section in, Dict *dict) {
    Element e = {.x = x, .dict = dict, .in = in, .number = x->elems[in].len};
    vec_push(x->a, &x->elems[in], (Str){0});
    return e;
}
static i64 end(Element *e) {
    Buf all = {0};
    buf_uleb(&all, (u64)e->refs.len);
    for (i64 i = 0; i < e->refs.len; i++) buf_uleb(&all, e->refs.ptr[i] >> 32), buf_uleb(&all, (u32)e->refs.ptr[i]);
    buf_bytes(&all, e->data.ptr, e->data.len);
    e->x->elems[e->in].ptr[e->number] = arena_str(e->x->a, buf_view(&all));
    buf_free(&all);
    buf_free(&e->data);
    return e->number;
}
static void put_bool(Element *e, bool b) { buf_u8(&e->data, b); }
static void put_len(Element *e, i64 n) { buf_uleb(&e->data, (u64)n); }
static void put_ref(Element *e, Section in, i64 number) {
    enum { LOOKED_AT = 64 }; // a reference that is there twice is a longer table, no more
    u64 ref = (u64)in << 32 | (u64)number;
    for (i64 i = e->refs.len; i-- > i64_max(0, e->refs.len - LOOKED_AT);)
        if (e->refs.ptr[i] == ref) {
            put_len(e, i);
            return;
        }
    vec_push(e->x->a, &e->refs, ref);
    put_len(e, e->refs.len - 1);
}
static void put_string(Element *e, Str s) {
    Export *x = e->x;
    void **slot = map_slot_str(x->strings, s);
    if (!*slot) {
        *slot = number_as(x->elems[IN_STRINGS].len);
        vec_push(x->a, &x->elems[IN_STRINGS], s);
    }
    put_ref(e, IN_STRINGS, as_number(*slot));
}

// ---- positions, packages, names

static i64 pos_base(Export *x, Str path) {
    void **slot = map_slot_str(x->pos_bases, path);
    if (!*slot) {
        Element e = begin(x, IN_POS_BASES, NULL);
        *slot = number_as(e.number);
        put_string(&e, path);
        put_bool(&e, true); // of a file
        end(&e);
    }
    return as_number(*slot);
}
static void put_pos(Element *e, Pos pos) {
    if (!pos) {
        put_bool(e, false);
        return;
    }
    Loc loc = diag_loc(e->x->c->diag, pos);
    put_bool(e, true);
    put_ref(e, IN_POS_BASES, pos_base(e->x, loc.abs_path.len ? loc.abs_path : loc.path));
    put_len(e, loc.line);
    put_len(e, loc.col);
}

static void put_pkg(Element *e, Package *pkg);
static i64 pkg_number(Export *x, Package *pkg) { // NULL: the universe
    void *known = map_get_ptr(x->pkgs, pkg);
    if (known) return as_number(known);
    Element e = begin(x, IN_PKGS, NULL);
    map_set_ptr(x->pkgs, pkg, number_as(e.number));
    if (!pkg) put_string(&e, S("builtin"));
    else if (pkg == types_unsafe_package(x->c)) put_string(&e, S("unsafe"));
    else {
        put_string(&e, pkg == x->pkg ? (Str){0} : pkg->path);
        put_string(&e, pkg->name->s);
        put_len(&e, pkg->nimports);
        for (i64 i = 0; i < pkg->nimports; i++) put_pkg(&e, pkg->imports[i]);
    }
    return end(&e);
}
static void put_pkg(Element *e, Package *pkg) { put_ref(e, IN_PKGS, pkg_number(e->x, pkg)); }
static void put_name(Element *e, const Object *o) {
    put_pkg(e, o->pkg);
    put_string(e, o->name ? o->name->s : (Str){0});
}

// ---- types

static TypeRef type_ref(Export *x, Dict *dict, Type *t);
static i64 obj_number(Export *x, Object *o);

static void put_type_ref(Element *e, TypeRef r) {
    put_bool(e, r.derived);
    if (r.derived) {
        e->derived = true;
        put_len(e, r.number);
    } else put_ref(e, IN_TYPES, r.number);
}
static void put_type(Element *e, Type *t) { put_type_ref(e, type_ref(e->x, e->dict, t)); }
static void put_obj(Element *e, Object *o, TypeList targs) {
    VEC(TypeRef) refs = {0};
    for (i64 i = 0; i < targs.len; i++) vec_push(e->x->a, &refs, type_ref(e->x, e->dict, targs.ptr[i]));
    put_ref(e, IN_OBJS, obj_number(e->x, o));
    put_len(e, targs.len);
    for (i64 i = 0; i < targs.len; i++) put_type_ref(e, refs.ptr[i]);
}
static void put_param(Element *e, const Object *v) {
    put_pos(e, v->pos);
    put_name(e, v);
    put_type(e, v->type);
}
static void put_params(Element *e, const Type *tuple) {
    put_len(e, tuple->tuple.n);
    for (i64 i = 0; i < tuple->tuple.n; i++) put_param(e, tuple->tuple.vars[i]);
}
static void put_signature(Element *e, const Type *t) {
    put_params(e, t->sig.params);
    put_params(e, t->sig.results);
    put_bool(e, t->sig.variadic);
}
static void put_struct(Element *e, const Type *t) {
    put_len(e, t->strct.nfields);
    for (i64 i = 0; i < t->strct.nfields; i++) {
        const StructField *f = &t->strct.fields[i];
        put_param(e, f->var);
        put_string(e, f->tag);
        put_bool(e, f->var->embedded);
    }
}
static void put_interface(Element *e, Type *t) {
    Checker *c = e->x->c;
    bool comparable = t == types_under(c->u.comparable_); // what `type C comparable` stands for
    i64 n = comparable ? 1 : t->iface.nembeddeds;
    put_len(e, t->iface.nmethods);
    put_len(e, n);
    if (!t->iface.nmethods && n == 1) put_bool(e, t->iface.implicit);
    for (i64 i = 0; i < t->iface.nmethods; i++) {
        Object *m = t->iface.methods[i];
        check_object(c, m);
        put_pos(e, m->pos);
        put_name(e, m);
        put_signature(e, m->type);
    }
    for (i64 i = 0; i < n; i++) put_type(e, comparable ? c->u.comparable_ : t->iface.embeddeds[i]);
}
static void put_union(Element *e, const Type *t) {
    put_len(e, t->uni.nterms);
    for (i64 i = 0; i < t->uni.nterms; i++) {
        put_bool(e, t->uni.terms[i].tilde);
        put_type(e, t->uni.terms[i].type);
    }
}
static Object *universe_name(Checker *c, Type *t) { // of those that are told from others by their name only
    const char *name = t == c->u.byte_                 ? "byte"
                       : t == c->u.rune_               ? "rune"
                       : t == types_unalias(c->u.any_) ? "any"
                                                       : NULL;
    return name ? scope_lookup(c->u.scope, intern_c(c->intern, name)) : NULL;
}
static void put_type_contents(Element *e, Type *t) {
    static const u8 codes[TYPE_KIND_COUNT] = {
        [TYPE_NAMED] = T_NAMED,     [TYPE_ALIAS] = T_NAMED,
        [TYPE_POINTER] = T_POINTER, [TYPE_SLICE] = T_SLICE,
        [TYPE_ARRAY] = T_ARRAY,     [TYPE_CHAN] = T_CHAN,
        [TYPE_MAP] = T_MAP,         [TYPE_SIGNATURE] = T_SIGNATURE,
        [TYPE_STRUCT] = T_STRUCT,   [TYPE_INTERFACE] = T_INTERFACE,
        [TYPE_UNION] = T_UNION,     [TYPE_PARAM] = T_PARAM,
    };
    Object *name = universe_name(e->x->c, t);
    put_len(e, name ? T_NAMED : codes[t->kind]); // none: basic
    if (name) {
        put_obj(e, name, (TypeList){0});
        return;
    }
    switch ((TypeKind)t->kind) {
    case TYPE_NAMED: put_obj(e, t->named.orig->named.obj, t->named.targs); break;
    case TYPE_ALIAS: put_obj(e, t->alias.obj, t->alias.targs); break;
    case TYPE_PARAM:
        e->derived = true;
        put_len(e, t->param.index);
        break;
    case TYPE_POINTER: put_type(e, t->pointer.elem); break;
    case TYPE_SLICE: put_type(e, t->slice.elem); break;
    case TYPE_ARRAY:
        put_len(e, t->array.len);
        put_type(e, t->array.elem);
        break;
    case TYPE_CHAN:
        put_len(e, t->chan.dir);
        put_type(e, t->chan.elem);
        break;
    case TYPE_MAP:
        put_type(e, t->map.key);
        put_type(e, t->map.elem);
        break;
    case TYPE_SIGNATURE: put_signature(e, t); break;
    case TYPE_STRUCT: put_struct(e, t); break;
    case TYPE_INTERFACE: put_interface(e, t); break;
    case TYPE_UNION: put_union(e, t); break;
    default: put_len(e, t->kind); // numbered as in go/types
    }
}
static bool is_of_package(const Object *o) { return !o->pkg || o->parent == o->pkg->scope; }
static TypeRef type_ref(Export *x, Dict *dict, Type *t) {
    while (t->kind == TYPE_ALIAS && !is_of_package(t->alias.obj)) t = types_unalias(t);
    void *known = map_get_ptr(x->types, t);
    if (known) return (TypeRef){as_number(known), false};
    known = dict ? map_get_ptr(dict->index, t) : NULL;
    if (known) return (TypeRef){as_number(known), true};
    Element e = begin(x, IN_TYPES, dict);
    put_type_contents(&e, t);
    bool derived = e.derived;
    i64 number = end(&e);
    if (!derived) {
        map_set_ptr(x->types, t, number_as(number));
        return (TypeRef){number, false};
    }
    vec_push(x->a, &dict->derived, number);
    map_set_ptr(dict->index, t, number_as(dict->derived.len - 1));
    return (TypeRef){dict->derived.len - 1, true};
}

// ---- constants

static void put_big(Element *e, const Exact *v) {
    Arena *a = e->x->a;
    bool minus = exact_sign(v) < 0;
    if (minus) v = exact_unary(a, EXO_NEG, v, 0);
    i64 n = (exact_bit_len(v) + 7) / 8;
    char *bytes = arena_alloc(a, n + 1, 1);
    for (i64 i = n; i-- > 0; v = exact_shift(a, EXO_SHR, v, 8)) bytes[i] = (char)exact_low64(v);
    put_string(e, (Str){bytes, n});
    put_bool(e, minus);
}
static void put_int(Element *e, const Exact *v) {
    i64 n;
    if (exact_is_i64(v, &n)) {
        put_len(e, VAL_INT64);
        buf_uleb(&e->data, n < 0 ? ~((u64)n << 1) : (u64)n << 1);
    } else {
        put_len(e, VAL_BIG_INT);
        put_big(e, v);
    }
}
static void put_float(Element *e, const Exact *v) {
    Arena *a = e->x->a;
    Str text = exact_text_full(a, v);
    i64 slash = str_index(text, '/');
    Str num = slash < 0 ? text : str_slice(text, 0, slash),
        den = slash < 0 ? S("1") : str_slice(text, slash + 1, text.len);
    bool minus = str_has_prefix(num, S("-"));
    const Exact *n = exact_int_literal(a, minus ? str_slice(num, 1, num.len) : num), *d = exact_int_literal(a, den);
    if (exact_kind(n) != EX_INT || exact_kind(d) != EX_INT) {
        put_len(e, VAL_BIG_FLOAT);
        put_string(e, text);
        return;
    }
    put_len(e, VAL_BIG_RAT);
    put_big(e, minus ? exact_unary(a, EXO_NEG, n, 0) : n);
    put_big(e, d);
}
static void put_value(Element *e, Type *t, const Exact *v) {
    Arena *a = e->x->a;
    bool is_complex = type_is_complex(t);
    put_bool(e, is_complex);
    if (is_complex) {
        put_float(e, exact_real(a, v));
        put_float(e, exact_imag(a, v));
    } else if (exact_kind(v) == EX_BOOL) {
        put_len(e, VAL_BOOL);
        put_bool(e, exact_bool_val(v));
    } else if (exact_kind(v) == EX_STRING) {
        put_len(e, VAL_STRING);
        put_string(e, exact_string_val(v));
    } else if (type_is_float(t)) put_float(e, v);
    else put_int(e, v);
}

// ---- objects

static void put_type_params(Element *e, TypeList tparams) {
    for (i64 i = 0; i < tparams.len; i++) {
        const Object *o = tparams.ptr[i]->param.obj;
        put_pos(e, o->pos);
        put_name(e, o);
    }
}
static void put_method(Element *e, Object *m) {
    check_object(e->x->c, m);
    put_pos(e, m->pos);
    put_name(e, m);
    put_type_params(e, m->type->sig.rparams);
    put_param(e, m->type->sig.recv);
    put_signature(e, m->type);
    put_pos(e, m->pos);
}
static void put_defined_type(Element *e, Type *t) {
    put_type_params(e, t->named.tparams);
    put_type(e, types_under(t));
    put_len(e, t->named.nmethods);
    for (i64 i = 0; i < t->named.nmethods; i++) put_method(e, t->named.methods[i]);
}
static TypeList params_of(const Object *o) {
    const Type *t = o->type;
    if (o->kind == OBJ_FUNC) return t->sig.tparams;
    if (o->kind != OBJ_TYPE_NAME) return (TypeList){0};
    return t->kind == TYPE_ALIAS ? t->alias.tparams : t->kind == TYPE_NAMED ? t->named.tparams : (TypeList){0};
}
static int put_definition(Element *e, Object *o) { // its kind
    put_pos(e, o->pos);
    switch ((ObjKind)o->kind) {
    case OBJ_CONST:
        put_type(e, o->type);
        put_value(e, o->type, o->val);
        return O_CONST;
    case OBJ_FUNC:
        put_type_params(e, o->type->sig.tparams);
        put_signature(e, o->type);
        put_pos(e, o->pos);
        return O_FUNC;
    case OBJ_VAR: put_type(e, o->type); return O_VAR;
    default: break;
    }
    if (o->type->kind == TYPE_NAMED && o->type->named.obj == o) {
        put_defined_type(e, o->type);
        return O_TYPE;
    }
    put_type_params(e, params_of(o));
    put_type(e, types_unalias(o->type));
    return O_ALIAS;
}
static void put_dict(Element *e, const Object *o) {
    TypeList tparams = params_of(o);
    put_len(e, 0); // type parameters of functions around it
    put_len(e, tparams.len);
    for (i64 i = 0; i < tparams.len; i++) put_type(e, tparams.ptr[i]->param.bound);
    put_len(e, e->dict->derived.len);
    for (i64 i = 0; i < e->dict->derived.len; i++) put_ref(e, IN_TYPES, e->dict->derived.ptr[i]);
}
static i64 obj_number(Export *x, Object *o) {
    void *known = map_get_ptr(x->objs, o);
    if (known) return as_number(known);
    Dict dict = {.index = map_new_ptr(x->a)};
    Element obj = begin(x, IN_OBJS, &dict), ext = begin(x, IN_OBJ_EXTS, NULL), name = begin(x, IN_NAMES, NULL),
            dictionary = begin(x, IN_OBJ_DICTS, &dict);
    map_set_ptr(x->objs, o, number_as(obj.number));
    bool stub = !o->pkg || o->pkg == types_unsafe_package(x->c); // every reader has it
    if (!stub) check_object(x->c, o);
    int kind = stub ? O_STUB : put_definition(&obj, o);
    end(&obj);
    end(&ext);
    put_name(&name, o);
    put_len(&name, kind);
    end(&name);
    if (!stub) put_dict(&dictionary, o);
    return end(&dictionary);
}

// ---- the whole

static void put_roots(Export *x) {
    Element public = begin(x, IN_META, NULL), private = begin(x, IN_META, NULL);
    VEC(i64) objs = {0};
    put_pkg(&public, x->pkg);
    for (i64 i = 0; i < x->pkg->objects.len; i++) {
        Object *o = x->pkg->objects.ptr[i];
        bool method = o->kind == OBJ_FUNC && o->recv_named;
        if (o->name->exported && !method && scope_lookup(x->pkg->scope, o->name) == o)
            vec_push(x->a, &objs, obj_number(x, o));
    }
    put_len(&public, objs.len);
    for (i64 i = 0; i < objs.len; i++) {
        put_ref(&public, IN_OBJS, objs.ptr[i]);
        put_len(&public, 0);
    }
    end(&public);
    end(&private);
}
static void write_all(const Export *x, Buf *out) {
    i64 start = out->len;
    u32 sum = 0;
    buf_u32(out, VERSION);
    buf_u32(out, 0); // no marks between fields
    for (int s = 0; s < NSECTIONS; s++) buf_u32(out, sum += (u32)x->elems[s].len);
    sum = 0;
    for (int s = 0; s < NSECTIONS; s++)
        for (i64 i = 0; i < x->elems[s].len; i++) buf_u32(out, sum += (u32)x->elems[s].ptr[i].len);
    for (int s = 0; s < NSECTIONS; s++)
        for (i64 i = 0; i < x->elems[s].len; i++) buf_str(out, x->elems[s].ptr[i]);
    buf_u64(out, hash_bytes(out->ptr + start, out->len - start,
                            VERSION)); // gc's: the first bytes of a SHA-256; nobody compares them
}
void types_export_data(Checker *c, Package *pkg, Buf *out) {
    Arena *a = arena_new("export data");
    Export x = {.c = c,
                .a = a,
                .pkg = pkg,
                .strings = map_new_str(a),
                .pos_bases = map_new_str(a),
                .pkgs = map_new_ptr(a),
                .types = map_new_ptr(a),
                .objs = map_new_ptr(a)};
    check_collect(c, pkg);
    put_roots(&x);
    write_all(&x, out);
    arena_free(a);
}
