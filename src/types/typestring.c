// typestring.c - types and objects as text, in four dialects.
//
//   diagnostics   package names relative to the current package; parameter names shown
//   path          the same with full import paths
//   link          gc's link strings: equal exactly when the types are identical
//   reflect       what reflect.Type.String returns
//
// A type may be written far longer than it is (struct{a, b A} of aliases doubles with each), so a link name beyond LONG_NAME
// bytes is cut and ends in a hash of all of it. Names of the parts are kept in the parts: each is made only once.
#include "types/decls.h"

enum {
    LONG_NAME = 4096,    // bytes of a link name that are written in full
    CUT_NAME = 128,      // bytes of a longer one before its hash
    OWN_NAME_DEPTH = 2,  // parts of a link name from here on come from their own link names
    LONG_TEXT = 1 << 20, // bytes of the other dialects: the text ends there
    DEEP_TEXT = 5000     // their depth
};

typedef struct Writer {
    Buf *b;
    int mode;
    Package *rel;
    Checker *c;
    Checker *links; // link dialect: keeps names of parts
    int depth;
    bool no_names, pkg_info;
    bool locked; // c->names_lock is held
    TypeList tps;
} Writer;

static void wtype(Writer *w, Type *t);
static void wsig(Writer *w, Type *t);

static const char *const basic_names[] = {
    [TYPE_INVALID] = "invalid type",
    [TYPE_BOOL] = "bool",
    [TYPE_INT] = "int",
    [TYPE_INT8] = "int8",
    [TYPE_INT16] = "int16",
    [TYPE_INT32] = "int32",
    [TYPE_INT64] = "int64",
    [TYPE_UINT] = "uint",
    [TYPE_UINT8] = "uint8",
    [TYPE_UINT16] = "uint16",
    [TYPE_UINT32] = "uint32",
    [TYPE_UINT64] = "uint64",
    [TYPE_UINTPTR] = "uintptr",
    [TYPE_FLOAT32] = "float32",
    [TYPE_FLOAT64] = "float64",
    [TYPE_COMPLEX64] = "complex64",
    [TYPE_COMPLEX128] = "complex128",
    [TYPE_STRING] = "string",
    [TYPE_UNSAFE_POINTER] = "unsafe.Pointer",
    [TYPE_UNTYPED_BOOL] = "untyped bool",
    [TYPE_UNTYPED_INT] = "untyped int",
    [TYPE_UNTYPED_RUNE] = "untyped rune",
    [TYPE_UNTYPED_FLOAT] = "untyped float",
    [TYPE_UNTYPED_COMPLEX] = "untyped complex",
    [TYPE_UNTYPED_STRING] = "untyped string",
    [TYPE_UNTYPED_NIL] = "untyped nil",
};

static bool is_run_mode(Writer *w) { return w->mode == TS_LINK || w->mode == TS_REFLECT; }

static void wstr(Writer *w, Str s) { buf_str(w->b, s); }
static void wc(Writer *w, const char *s) { buf_c(w->b, s); }
static void wname(Writer *w, const Name *n) {
    if (n) buf_str(w->b, n->s);
}

static void wquote(Writer *w, Str s) {
    buf_char(w->b, '"');
    for (i64 i = 0; i < s.len; i++) {
        u8 ch = (u8)s.ptr[i];
        if (ch == '"' || ch == '\\') buf_printf(w->b, "\\%c", ch);
        else if (ch == '\n') wc(w, "\\n");
        else if (ch == '\t') wc(w, "\\t");
        else if (ch == '\r') wc(w, "\\r");
        else if (ch < 32 || ch == 127) buf_printf(w->b, "\\x%02x", ch);
        else buf_char(w->b, (char)ch);
    }
    buf_char(w->b, '"');
}

static void wpkg(Writer *w, Package *p) {
    if (!p) return;
    switch (w->mode) {
    case TS_DIAG:
        if (p == w->rel) return;
        if (w->c) wstr(w, pkg_prefix(w->c, p));
        else if (p->name) buf_printf(w->b, "%.*s.", SFMT(p->name->s));
        return;
    case TS_PATH:
    case TS_LINK: buf_printf(w->b, "%.*s.", SFMT(p->link_path.len ? p->link_path : p->path)); return;
    case TS_REFLECT:
        if (p->name) buf_printf(w->b, "%.*s.", SFMT(p->name->s));
        return;
    }
}

// Type arguments of run-time names are link strings even inside reflect's names.
static void wrun_targs(Writer *w, Type *t) {
    TypeList out = t->named.outer_targs, in = t->named.targs;
    if (!out.len && !in.len) return;
    int saved = w->mode;
    w->mode = TS_LINK;
    w->links = named_info(t)->c;
    wc(w, "[");
    for (i64 i = 0; i < out.len; i++) {
        if (i) wc(w, ",");
        wtype(w, out.ptr[i]);
    }
    if (out.len && in.len) wc(w, ";");
    for (i64 i = 0; i < in.len; i++) {
        if (i) wc(w, ",");
        wtype(w, in.ptr[i]);
    }
    wc(w, "]");
    w->mode = saved;
}

static void wtparams(Writer *w, TypeList l) {
    Type *prev = NULL;
    wc(w, "[");
    for (i64 i = 0; i < l.len; i++) {
        Type *b = l.ptr[i]->param.bound;
        if (i) {
            if (b != prev && prev) {
                wc(w, " ");
                wtype(w, prev);
            }
            wc(w, ", ");
        }
        prev = b;
        wtype(w, l.ptr[i]);
    }
    if (prev) {
        wc(w, " ");
        wtype(w, prev);
    }
    wc(w, "]");
}

static void wtargs(Writer *w, TypeList l) {
    wc(w, "[");
    for (i64 i = 0; i < l.len; i++) {
        if (i) wc(w, ", ");
        wtype(w, l.ptr[i]);
    }
    wc(w, "]");
}

static void wnamed(Writer *w, Type *t) {
    Checker *c = named_info(t)->c;
    if (!w->c && w->rel && w->rel == c->pkg) w->c = c; // knows which package names are ambiguous
    wpkg(w, t->named.obj->pkg);
    wname(w, t->named.obj->name);
    if (is_run_mode(w)) {
        wrun_targs(w, t);
        if (w->mode == TS_LINK && t->named.local_index) buf_printf(w->b, "·%d", (int)t->named.local_index);
    } else if (t->named.targs.len) {
        wtargs(w, t->named.targs);
    } else if (t->named.orig == t && t->named.tparams.len) {
        wtparams(w, t->named.tparams);
    }
}

// An embedded field is written by its type alone if its name follows from that.
static bool name_follows(Writer *w, Object *f) {
    Type *t = f->type, *d = type_deref(t, NULL);
    if (w->mode != TS_LINK) return true;
    Type *u = types_unalias(d);
    if (u->kind == TYPE_NAMED)
        return u->named.obj->name == f->name && (f->name->exported || same_pkg(u->named.obj->pkg, f->pkg));
    return false;
}

static void wfield(Writer *w, StructField *sf) {
    Object *f = sf->var;
    if (w->pkg_info && !f->name->exported && f->pkg) {
        w->pkg_info = false;
        if (!f->embedded) buf_printf(w->b, "%.*s ", SFMT(f->name->s));
        wtype(w, f->type);
        buf_printf(w->b, " /* package %.*s */ ", SFMT(f->pkg->path));
    } else {
        if (!f->embedded || !name_follows(w, f)) {
            if (w->mode == TS_LINK && !f->name->exported) wpkg(w, f->pkg);
            wname(w, f->name);
            wc(w, f->embedded ? "=" : " ");
        }
        wtype(w, f->type);
    }
    if (sf->tag.len) {
        wc(w, " ");
        wquote(w, sf->tag);
    }
}

static void wstruct(Writer *w, Type *t) {
    bool run = is_run_mode(w);
    i64 n = t->strct.nfields;
    wc(w, run ? (n ? "struct { " : "struct {") : "struct{");
    for (i64 i = 0; i < n; i++) {
        if (i) wc(w, "; ");
        wfield(w, &t->strct.fields[i]);
    }
    wc(w, run && n ? " }" : "}");
}

static void wterm(Writer *w, UnionTerm t) {
    if (t.tilde) wc(w, "~");
    wtype(w, t.type);
}

static void wiface_run(Writer *w, Type *t) {
    struct TypeSet *s = type_set(t);
    bool any = s->nmethods || !s->terms.all || s->comparable;
    wc(w, any ? "interface { " : "interface {");
    for (i64 i = 0; i < s->nmethods; i++) {
        if (i) wc(w, "; ");
        Object *m = s->methods[i];
        if (!m->name->exported) wpkg(w, m->pkg);
        wname(w, m->name);
        wsig(w, m->type);
    }
    if (s->comparable) wc(w, s->nmethods ? "; comparable" : "comparable");
    if (!s->terms.all) {
        if (s->nmethods) wc(w, "; ");
        for (i64 i = 0; i < s->terms.n; i++) {
            if (i) wc(w, " | ");
            wterm(w, s->terms.t[i]);
        }
    }
    wc(w, any ? " }" : "}");
}

static void wiface(Writer *w, Type *t) {
    if (is_run_mode(w)) {
        wiface_run(w, t);
        return;
    }
    Checker *c = t->iface.tset->c;
    if (t == c->u.empty_interface) {
        wc(w, "any");
        return;
    }
    if (c->u.comparable_ && t == named_info(c->u.comparable_)->rhs) {
        wc(w, "interface{comparable}");
        return;
    }
    if (t->iface.implicit) {
        if (!t->iface.nmethods && t->iface.nembeddeds == 1) {
            wtype(w, t->iface.embeddeds[0]);
            return;
        }
        wc(w, "/* implicit */ ");
    }
    wc(w, "interface{");
    bool first = true;
    for (i64 i = 0; i < t->iface.nmethods; i++) {
        if (!first) wc(w, "; ");
        first = false;
        wname(w, t->iface.methods[i]->name);
        wsig(w, t->iface.methods[i]->type);
    }
    for (i64 i = 0; i < t->iface.nembeddeds; i++) {
        if (!first) wc(w, "; ");
        first = false;
        wtype(w, t->iface.embeddeds[i]);
    }
    wc(w, "}");
}

static void wtuple(Writer *w, Type *t, bool variadic) {
    wc(w, "(");
    for (i64 i = 0; i < t->tuple.n; i++) {
        Object *v = t->tuple.vars[i];
        if (i) wc(w, ", ");
        if (!is_run_mode(w) && !w->no_names && v->name && v->name->s.len) buf_printf(w->b, "%.*s ", SFMT(v->name->s));
        Type *u = v->type;
        if (!variadic || i != t->tuple.n - 1) {
            wtype(w, u);
        } else if (u && u->kind == TYPE_SLICE) {
            wc(w, "...");
            wtype(w, u->slice.elem);
        } else {
            wtype(w, u);
            wc(w, "...");
        }
    }
    wc(w, ")");
}

static void wsig(Writer *w, Type *t) {
    if (!t || t->kind != TYPE_SIGNATURE) return;
    if (t->sig.tparams.len) wtparams(w, t->sig.tparams);
    wtuple(w, t->sig.params, t->sig.variadic);
    Type *r = t->sig.results;
    if (!r->tuple.n) return;
    wc(w, " ");
    Object *v = r->tuple.vars[0];
    bool unnamed = is_run_mode(w) || !v->name || !v->name->s.len;
    if (r->tuple.n == 1 && unnamed) wtype(w, v->type);
    else wtuple(w, r, false);
}

static void wchan(Writer *w, Type *t) {
    static const char *const dirs[] = {[CHAN_BOTH] = "chan ", [CHAN_SEND] = "chan<- ", [CHAN_RECV] = "<-chan "};
    wc(w, dirs[t->chan.dir]);
    Type *e = types_unalias(t->chan.elem);
    bool paren = t->chan.dir == CHAN_BOTH && e->kind == TYPE_CHAN && e->chan.dir == CHAN_RECV;
    if (paren) wc(w, "(");
    wtype(w, t->chan.elem);
    if (paren) wc(w, ")");
}

static void wparam(Writer *w, Type *t) {
    wname(w, t->param.obj->name);
    if (w->mode == TS_LINK) buf_printf(w->b, "#%u", t->param.id);
    Checker *c = t->param.c;
    if (w->mode == TS_DIAG && scope_lookup(c->u.scope, t->param.obj->name))
        buf_printf(w->b, " /* with %.*s declared at %.*s */", SFMT(t->param.obj->name->s),
                   SFMT(pos_string(c, t->param.obj->pos)));
}

static void walias(Writer *w, Type *t) {
    wpkg(w, t->alias.obj->pkg);
    wname(w, t->alias.obj->name);
    if (t->alias.targs.len) wtargs(w, t->alias.targs);
    else if (t->alias.tparams.len) wtparams(w, t->alias.tparams);
}

static void wbasic(Writer *w, Type *t) {
    if (!is_run_mode(w) && t->kind == TYPE_UINT8 && (t->flags & TF_VALID)) wc(w, "byte");
    else if (!is_run_mode(w) && t->kind == TYPE_INT32 && (t->flags & TF_VALID)) wc(w, "rune");
    else wc(w, basic_names[t->kind]);
}

static void wunion(Writer *w, Type *t) {
    for (i64 i = 0; i < t->uni.nterms; i++) {
        if (i) wc(w, " | ");
        wterm(w, t->uni.terms[i]);
    }
}

// Any thread: the length is written last.
static Str cached_name(const Type *t) {
    i64 len = __atomic_load_n(&t->link_name.len, __ATOMIC_ACQUIRE);
    return len ? (Str){t->link_name.ptr, len} : (Str){0};
}

static Str link_name(Checker *c, Type *t);

static void wtype(Writer *w, Type *t) {
    if (!t) {
        wc(w, "<nil>");
        return;
    }
    if (is_run_mode(w)) t = types_unalias(t);
    if (w->mode == TS_LINK && w->links && (cached_name(t).len || w->depth >= OWN_NAME_DEPTH)) {
        wstr(w, w->locked ? link_name(w->links, t) : types_link_name(w->links, t));
        return;
    }
    if (w->mode != TS_LINK && (w->b->len > LONG_TEXT || w->depth > DEEP_TEXT)) {
        wc(w, "…");
        return;
    }
    w->depth++;
    switch (t->kind) {
    case TYPE_ARRAY:
        buf_printf(w->b, "[%lld]", (long long)t->array.len);
        wtype(w, t->array.elem);
        break;
    case TYPE_SLICE:
        wc(w, "[]");
        wtype(w, t->slice.elem);
        break;
    case TYPE_POINTER:
        wc(w, "*");
        wtype(w, t->pointer.elem);
        break;
    case TYPE_STRUCT: wstruct(w, t); break;
    case TYPE_TUPLE: wtuple(w, t, false); break;
    case TYPE_SIGNATURE:
        wc(w, "func");
        wsig(w, t);
        break;
    case TYPE_INTERFACE: wiface(w, t); break;
    case TYPE_MAP:
        wc(w, "map[");
        wtype(w, t->map.key);
        wc(w, "]");
        wtype(w, t->map.elem);
        break;
    case TYPE_CHAN: wchan(w, t); break;
    case TYPE_NAMED: wnamed(w, t); break;
    case TYPE_PARAM: wparam(w, t); break;
    case TYPE_UNION: wunion(w, t); break;
    case TYPE_ALIAS: walias(w, t); break;
    default: wbasic(w, t); break;
    }
    w->depth--;
}

void write_type(Buf *b, Type *t, int mode, Package *rel, Checker *c) {
    Writer w = {.b = b, .mode = mode, .rel = rel, .c = c};
    wtype(&w, t);
}

static Str take(Arena *a, Buf *b) {
    Str s = arena_str(a, buf_view(b));
    buf_free(b);
    return s;
}

Str types_string(Arena *a, Type *t, Package *rel) {
    Buf b = {0};
    write_type(&b, t, rel ? TS_DIAG : TS_PATH, rel, NULL);
    return take(a, &b);
}

// Requires: c->names_lock held.
static Str link_name(Checker *c, Type *t) {
    t = types_unalias(t);
    if (cached_name(t).len) return t->link_name;
    Buf b = {0};
    Writer w = {.b = &b, .mode = TS_LINK, .links = c, .locked = true};
    wtype(&w, t);
    if (b.len > LONG_NAME) {
        u64 h1 = hash_bytes(b.ptr, b.len, 1), h2 = hash_bytes(b.ptr, b.len, 2);
        i64 len = b.len;
        b.len = CUT_NAME;
        while ((b.ptr[b.len] & 0xC0) == 0x80) b.len--; // not inside a character
        buf_printf(&b, "…%016llx%016llx.%lld", (unsigned long long)h1, (unsigned long long)h2, (long long)len);
    }
    Str name = take(c->names, &b);
    t->link_name.ptr = name.ptr;
    __atomic_store_n(&t->link_name.len, name.len, __ATOMIC_RELEASE);
    return name;
}

Str types_link_name(Checker *c, Type *t) {
    t = types_unalias(t);
    Str name = cached_name(t);
    if (name.len) return name;
    mutex_lock(&c->names_lock);
    name = link_name(c, t);
    mutex_unlock(&c->names_lock);
    return name;
}

Str types_reflect_string(Arena *a, Type *t) {
    Buf b = {0};
    write_type(&b, t, TS_REFLECT, NULL, NULL);
    return take(a, &b);
}

Str func_string(Checker *c, Object *f, bool pkg_info) {
    Buf b = {0};
    Writer w = {
        .b = &b, .mode = pkg_info ? TS_PATH : TS_DIAG, .rel = c->pkg, .c = c, .no_names = true, .pkg_info = pkg_info};
    wname(&w, f->name);
    wsig(&w, f->type);
    return take(c->arena, &b);
}

// ---- objects ---------------------------------------------------------------------------------------------------

Str object_kind(Object *o) {
    switch (o->kind) {
    case OBJ_PKG_NAME: return S("package name");
    case OBJ_CONST: return S("constant");
    case OBJ_TYPE_NAME:
        if (o->type && o->type->kind == TYPE_ALIAS) return S("type alias");
        return o->type && o->type->kind == TYPE_PARAM ? S("type parameter") : S("defined type");
    case OBJ_VAR:
        if (o->is_field) return S("struct field");
        if (o->is_recv) return S("receiver");
        if (o->is_param) return S("parameter");
        if (o->is_result) return S("result variable");
        return o->decl_info ? S("package-level variable") : S("local variable");
    case OBJ_FUNC: return o->type && o->type->kind == TYPE_SIGNATURE && o->type->sig.recv ? S("method") : S("function");
    case OBJ_LABEL: return S("label");
    case OBJ_BUILTIN: return S("built-in function");
    default: return S("untyped nil");
    }
}

static void wfunc_object(Writer *w, Object *o) {
    wc(w, "func ");
    Type *sig = o->type && o->type->kind == TYPE_SIGNATURE ? o->type : NULL;
    if (sig && sig->sig.recv) {
        wc(w, "(");
        if (sig->sig.recv->type->kind == TYPE_INTERFACE) wc(w, "interface");
        else wtype(w, sig->sig.recv->type);
        wc(w, ").");
    } else {
        wpkg(w, o->pkg);
    }
    wname(w, o->name);
    if (sig) wsig(w, sig);
}

static void wtype_object(Writer *w, Object *o) {
    Type *t = o->type;
    if (t->kind <= TYPE_UNTYPED_NIL) return;
    TypeList tps = generic_tparams(t);
    if (tps.len) wtparams(w, tps);
    if (t->kind == TYPE_ALIAS) {
        wc(w, " = ");
        wtype(w, t->alias.actual);
    } else {
        wc(w, " ");
        wtype(w, t->kind == TYPE_PARAM ? t->param.bound : types_under(t));
    }
}

Str object_string(Arena *a, Object *o, Package *rel) {
    static const char *const words[] = {
        [OBJ_CONST] = "const", [OBJ_TYPE_NAME] = "type", [OBJ_VAR] = "var", [OBJ_LABEL] = "label", [OBJ_BUILTIN] = "builtin"};
    Buf b = {0};
    Writer w = {.b = &b, .mode = rel ? TS_DIAG : TS_PATH, .rel = rel};
    switch (o->kind) {
    case OBJ_PKG_NAME:
        buf_printf(&b, "package %.*s", SFMT(o->name->s));
        if (o->imported && !str_eq(o->imported->path, o->name->s))
            buf_printf(&b, " (\"%.*s\")", SFMT(o->imported->path));
        return take(a, &b);
    case OBJ_FUNC: wfunc_object(&w, o); return take(a, &b);
    case OBJ_NIL: return S("nil");
    default: break;
    }
    buf_c(&b, o->kind == OBJ_VAR && o->is_field ? "field" : words[o->kind]);
    if (o->kind == OBJ_TYPE_NAME && o->type && o->type->kind == TYPE_PARAM) buf_c(&b, " parameter");
    buf_char(&b, ' ');
    if (o->decl_info) wpkg(&w, o->pkg);
    wname(&w, o->name);
    if (o->type && o->kind != OBJ_LABEL && o->kind != OBJ_BUILTIN) {
        if (o->kind == OBJ_TYPE_NAME) {
            wtype_object(&w, o);
        } else {
            buf_char(&b, ' ');
            wtype(&w, o->type);
        }
    }
    return take(a, &b);
}
