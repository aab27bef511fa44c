// literal.c - basic literals, function literals, composite literals.
#include "types/exprs.h"

// ---- basic -----------------------------------------------------------------------------------------------

static void check_literal_version(Checker *c, BasicLit *e) {
    Str s = e->text;
    if (s.len <= 2 || check_allow_version(c, node_start(e), 13)) return;
    char radix = s.ptr[0] == '0' ? (char)(s.ptr[1] | 0x20) : 0;
    if (str_index(s, '_') >= 0) check_verify_version(c, AT(e), 13, "underscore in numeric literal");
    else if (radix == 'b') check_verify_version(c, AT(e), 13, "binary literal");
    else if (radix == 'o') check_verify_version(c, AT(e), 13, "0o/0O-style octal literal");
    else if (radix == 'x' && e->lit != LIT_INT)
        check_verify_version(c, AT(e), 13, "hexadecimal floating-point literal");
}

static const Exact *literal_value(Checker *c, BasicLit *e) {
    Str s;
    i32 r;
    switch (e->lit) {
    case LIT_INT: return exact_int_literal(c->arena, e->text);
    case LIT_FLOAT: return exact_float_literal(c->arena, e->text);
    case LIT_IMAG: return exact_imag_literal(c->arena, e->text);
    case LIT_RUNE: return lit_unquote_rune(e->text, &r) ? exact_i64(c->arena, r) : exact_unknown();
    default: return lit_unquote(c->arena, e->text, &s) ? exact_string(c->arena, s) : exact_unknown();
    }
}

void check_basic_lit(Checker *c, Operand *x, BasicLit *e) {
    enum { LENGTH_LIMIT = 10000 };
    static const u8 kinds[] = {[LIT_INT] = TYPE_UNTYPED_INT,
                               [LIT_FLOAT] = TYPE_UNTYPED_FLOAT,
                               [LIT_IMAG] = TYPE_UNTYPED_COMPLEX,
                               [LIT_RUNE] = TYPE_UNTYPED_RUNE,
                               [LIT_STRING] = TYPE_UNTYPED_STRING};
    if (e->bad) return;
    if (e->lit <= LIT_IMAG) {
        check_literal_version(c, e);
        if (e->text.len > LENGTH_LIMIT) {
            check_errorf(c, AT(e), "excessively long constant: %.10s... (%lld chars)", e->text.ptr,
                         (long long)e->text.len);
            return;
        }
    }
    const Exact *v = e->x.val && !(e->x.flags & XF_UNTYPED) && e->lit == LIT_STRING ? e->x.val : literal_value(c, e);
    if (exact_kind(v) == EX_UNKNOWN) {
        check_errorf(c, AT(e), "malformed constant: %.*s", SFMT(e->text));
        return;
    }
    set_const(x, c->u.basic[kinds[e->lit]], v);
    x->expr = &e->x;
    check_overflow(c, x, node_start(e));
}

// ---- functions ---------------------------------------------------------------------------------------------

typedef struct LitBody {
    FuncLit *e;
    FuncInfo *info;
    DeclInfo *decl;
    const Exact *iota;
} LitBody;

static void check_lit_body(Checker *c, void *arg) {
    LitBody *b = arg;
    check_func_body(c, b->decl, S("<function literal>"), b->info->sig, b->e->body, b->info, b->iota);
}

// The body is checked soon, but not now: it may refer to a type whose declaration contains the literal.
void check_func_lit(Checker *c, Operand *x, FuncLit *e) {
    Type *sig = check_type(c, &e->type->x);
    if (sig->kind != TYPE_SIGNATURE) return;
    FuncInfo *info = ANEW(c->arena, FuncInfo);
    info->outer = c->env.func;
    info->sig = sig;
    info->node = (Node *)(void *)e;
    info->pkg = c->pkg;
    if (info->outer) info->tparams = info->outer->tparams;
    e->info = info;
    if (e->body) {
        LitBody *b = ANEW(c->arena, LitBody);
        *b = (LitBody){e, info, c->env.decl, c->env.iota};
        check_later(c, check_lit_body, b);
    }
    x->mode = MODE_VALUE;
    x->type = sig;
}

// ---- composite: tables of integers -------------------------------------------------------------------------------

static Type *element_of(Type *u) { return u->kind == TYPE_ARRAY ? u->array.elem : u->slice.elem; }

static bool int_fits(u64 v, Type *u) {
    i64 bits = 8 * types_size(u);
    bool is_signed = u->kind >= TYPE_INT && u->kind <= TYPE_INT64;
    return bits - is_signed >= 64 || v >> (bits - is_signed) == 0;
}

// The value of a decimal or hexadecimal literal without underscores that is short; false: another one.
static bool plain_value(Str t, u64 *v) {
    enum { LONGEST = 18 };
    bool hex = t.len > 2 && t.ptr[0] == '0' && (t.ptr[1] | 32) == 'x';
    if (t.len > LONGEST || (!hex && t.len > 1 && t.ptr[0] == '0')) return false;
    *v = 0;
    for (i64 i = hex ? 2 : 0; i < t.len; i++) {
        u8 c = (u8)t.ptr[i];
        if (c - '0' < 10u) *v = *v * (hex ? 16 : 10) + (c - '0');
        else if (hex && (c | 32) - 'a' < 6u) *v = *v * 16 + ((c | 32) - 'a' + 10u);
        else return false;
    }
    return true;
}

// An integer literal as an element of integer type, which tables consist of, in a package whose errors were told before: what the long way
// records, or false.
static bool take_plain_int(Checker *c, Expr *e, Type *elem) {
    const BasicLit *l = (const BasicLit *)e;
    u64 v;
    if (e->kind != ND_BASIC_LIT || l->lit != LIT_INT || l->bad || !c->pkg || !c->pkg->trusted) return false;
    Type *u = types_under(elem);
    if (!u || u->kind < TYPE_INT || u->kind > TYPE_UINTPTR || !plain_value(l->text, &v)) return false;
    if (v > INT64_MAX || !int_fits(v, u)) return false;
    record_type_and_value(c, e, MODE_CONST, elem, exact_i64(c->arena, (i64)v));
    return true;
}

// A variable's table of integers in a package whose errors were told before: the numbers alone, without a tree. False: the long way.
static bool take_ints(Checker *c, CompositeLit *e, Type *u, i64 *count) {
    const DeclInfo *d = c->env.decl;
    if (e->unparsed != LIT_INTS || !d || d->init != &e->x || d->nlhs > 1) return false;
    Type *elem = types_under(element_of(u));
    if (!elem || elem->kind < TYPE_INT || elem->kind > TYPE_UINTPTR) return false;
    u64 *v = literal_ints(c->arena, c->env.file, e, count);
    if (u->kind == TYPE_ARRAY && u->array.len >= 0 && *count > u->array.len) return false;
    for (i64 i = 0; i < *count; i++)
        if (!int_fits(v[i], elem)) return false;
    e->ints = v;
    e->nints = *count;
    e->unparsed = 0;
    return true;
}

// ---- composite: structs ------------------------------------------------------------------------------------------

static i64 field_index(Checker *c, Type *s, const Name *n, bool fold) {
    if (n->blank) return -1;
    for (i64 i = 0; i < s->strct.nfields; i++)
        if (same_id(s->strct.fields[i].var, c->pkg, n, fold)) return i;
    return -1;
}

// As take_plain_int, of a field that has none yet.
static bool take_plain_field(Checker *c, KeyValue *kv, Type *s, bool *visited) {
    if (kv->value->kind != ND_BASIC_LIT || kv->key->kind != ND_IDENT) return false;
    Ident *key = (Ident *)kv->key;
    i64 i = field_index(c, s, key->name, false);
    if (i < 0 || visited[i] || !take_plain_int(c, kv->value, s->strct.fields[i].var->type)) return false;
    key->obj = s->strct.fields[i].var;
    visited[i] = true;
    return true;
}

static void check_keyed_field(Checker *c, Operand *x, KeyValue *kv, Type *base, Type *s, bool *visited) {
    if (take_plain_field(c, kv, s, visited)) return;
    check_expr(c, NULL, x, kv->value);
    if (kv->key->kind != ND_IDENT) {
        Str ks = estr(c, kv->key);
        check_errorf(c, AT(kv), "invalid field name %.*s in struct literal", SFMT(ks));
        return;
    }
    Ident *key = (Ident *)kv->key;
    i64 i = field_index(c, s, key->name, false);
    if (i < 0) {
        i64 alt = field_index(c, s, key->name, true);
        Str msg = lookup_error(c, base, key->name, alt >= 0 ? s->strct.fields[alt].var : NULL, true);
        check_errorf(c, AT(kv->key), "%.*s", SFMT(msg));
        hint_missing_field(c, base, kv->key);
        return;
    }
    Object *f = s->strct.fields[i].var;
    key->obj = f;
    assign(c, x, f->type, IN("struct literal"));
    if (visited[i]) check_errorf(c, AT(kv), "duplicate field name %.*s in struct literal", SFMT(key->name->s));
    visited[i] = true;
}

static void check_keyed_struct(Checker *c, Operand *x, CompositeLit *e, Type *base, Type *s) {
    bool *visited = ANEWN(c->arena, bool, s->strct.nfields + 1);
    for (i64 i = 0; i < e->elems.len; i++) {
        Expr *el = e->elems.ptr[i];
        if (el->kind == ND_KEY_VALUE) check_keyed_field(c, x, (KeyValue *)el, base, s, visited);
        else check_errorf(c, AT(el), "mixture of field:value and value elements in struct literal");
    }
}

static void check_plain_struct(Checker *c, Operand *x, CompositeLit *e, Type *base, Type *s) {
    Str bs;
    for (i64 i = 0; i < e->elems.len; i++) {
        Expr *el = e->elems.ptr[i];
        if (el->kind == ND_KEY_VALUE) {
            check_errorf(c, AT(el), "mixture of field:value and value elements in struct literal");
            continue;
        }
        if (i < s->strct.nfields && take_plain_int(c, el, s->strct.fields[i].var->type)) continue;
        check_expr(c, NULL, x, el);
        if (i >= s->strct.nfields) {
            bs = tstr(c, base);
            check_errorf(c, AT(el), "too many values in struct literal of type %.*s", SFMT(bs));
            break;
        }
        Object *f = s->strct.fields[i].var;
        if (!f->name->exported && !same_pkg(f->pkg, c->pkg)) {
            bs = tstr(c, base);
            check_errorf(c, AT(el), "implicit assignment to unexported field %.*s in struct literal of type %.*s",
                         SFMT(f->name->s), SFMT(bs));
            continue;
        }
        assign(c, x, f->type, IN("struct literal"));
    }
    if (e->elems.len >= s->strct.nfields) return;
    bs = tstr(c, base);
    check_errorf(c, e->rbrace, "too few values in struct literal of type %.*s", SFMT(bs));
}

// ---- composite: arrays, slices, maps --------------------------------------------------------------------------------

// The index of an element; false if it has no valid one.
static bool element_index(Checker *c, Expr *el, i64 len, i64 *index) {
    if (el->kind != ND_KEY_VALUE) {
        if (len < 0 || *index < len) return true;
        check_errorf(c, AT(el), "index %lld is out of bounds (>= %lld)", (long long)*index, (long long)len);
        return false;
    }
    Expr *key = ((KeyValue *)el)->key;
    i64 v;
    if (!type_valid(check_index_value(c, key, len, &v))) return false;
    if (v >= 0) {
        *index = v;
        return true;
    }
    Str ks = estr(c, key);
    check_errorf(c, AT(el), "index %.*s must be integer constant", SFMT(ks));
    return false;
}

// Result: one more than the highest index.
static i64 check_elements(Checker *c, CompositeLit *e, Type *u, i64 len) {
    Type *elem = element_of(u);
    i64 count;
    if (take_ints(c, e, u, &count)) return count;
    parse_literal(c->arena, c->intern, c->diag, c->env.file, e);
    Map *visited = e->nkeys > 0 ? map_new_num(c->arena) : NULL;
    i64 index = 0, max = 0;
    for (i64 i = 0; i < e->elems.len; i++) {
        Expr *el = e->elems.ptr[i];
        if (element_index(c, el, len, &index) && visited) {
            if (map_get_num(visited, (u64)index))
                check_errorf(c, AT(el), "duplicate index %lld in array or slice literal", (long long)index);
            map_set_num(visited, (u64)index, e);
        }
        index++;
        max = i64_max(max, index);
        Operand x;
        Expr *value = el->kind == ND_KEY_VALUE ? ((KeyValue *)el)->value : el;
        if (take_plain_int(c, value, elem)) continue;
        expr_with_hint(c, &x, value, elem);
        assign(c, &x, elem, IN("array or slice literal"));
    }
    return max;
}

// With interface keys, constants of different types are different keys.
static bool is_duplicate_key(Checker *c, ConstSet *seen, Operand *x, bool by_type) {
    SeenConst **slot = const_set_slot(c, seen, x->val, true);
    if (!slot) return false;
    for (SeenConst *s = *slot; s; s = s->next)
        if (!by_type || types_identical(s->type, x->type)) return true;
    SeenConst *s = ANEW(c->arena, SeenConst);
    *s = (SeenConst){x->type, 0, *slot};
    *slot = s;
    return false;
}

static void check_map_elements(Checker *c, Operand *x, CompositeLit *e, Type *m) {
    ConstSet seen = {0};
    bool by_type = type_is_interface_not_param(m->map.key);
    for (i64 i = 0; i < e->elems.len; i++) {
        KeyValue *kv = (KeyValue *)e->elems.ptr[i];
        if (kv->x.kind != ND_KEY_VALUE) {
            check_errorf(c, AT(kv), "missing key in map literal");
            continue;
        }
        expr_with_hint(c, x, kv->key, m->map.key);
        assign(c, x, m->map.key, IN("map literal"));
        if (x->mode == MODE_INVALID) continue;
        if (x->mode == MODE_CONST && is_duplicate_key(c, &seen, x, by_type)) {
            Str s = exact_text(c->arena, x->val);
            check_errorf(c, at_op(x), "duplicate key %.*s in map literal", SFMT(s));
            continue;
        }
        expr_with_hint(c, x, kv->value, m->map.elem);
        assign(c, x, m->map.elem, IN("map literal"));
    }
}

// ---- composite ------------------------------------------------------------------------------------------------------

static Type *deref_common(Checker *c, Type *t) {
    Type *u = common_under(c, t, NULL, NULL);
    return u && u->kind == TYPE_POINTER ? u->pointer.elem : t;
}

// The literal's type, and in *base the one whose elements it lists (*T stands for &T{} in elements).
static Type *literal_type(Checker *c, CompositeLit *e, Type *hint, Type **base) {
    Type *t = INVALID;
    if (e->type && e->type->kind == ND_ARRAY_TYPE && !((ArrayType *)e->type)->len) { // [...]T: the length comes later
        t = types_new_array(c, check_var_type(c, ((ArrayType *)e->type)->elem), -1);
    } else if (e->type) {
        t = check_type(c, e->type);
    } else if (hint) {
        *base = deref_common(c, hint);
        return hint;
    } else {
        check_errorf(c, AT(e), "missing type in composite literal");
    }
    *base = t;
    return t;
}

static void bad_literal_type(Checker *c, CompositeLit *e, Type *t, Type *u) {
    use_exprs(c, &e->elems);
    if (u && !type_valid(u)) return;
    Str ts = tstr(c, t);
    if (!type_valid(t)) return;
    check_errorf(c, AT(e), "invalid composite literal%s type %.*s%s", e->type ? "" : " element", SFMT(ts),
                 u ? "" : " (no common underlying type)");
}

void check_composite_lit(Checker *c, Operand *x, CompositeLit *e, Type *hint) {
    Type *base, *t = literal_type(c, e, hint, &base);
    Type *u = common_under(c, base, NULL, NULL);
    bool list = u && (u->kind == TYPE_ARRAY || u->kind == TYPE_SLICE); // which may not need the tree
    if (!list && e->unparsed) parse_literal(c->arena, c->intern, c->diag, c->env.file, e);
    switch (u ? u->kind : TYPE_INVALID) {
    case TYPE_STRUCT:
        if (e->elems.len == 0) break;
        if (e->elems.ptr[0]->kind == ND_KEY_VALUE) check_keyed_struct(c, x, e, base, u);
        else check_plain_struct(c, x, e, base, u);
        break;
    case TYPE_ARRAY: {
        i64 n = check_elements(c, e, u, u->array.len);
        if (u->array.len >= 0) break;
        u->array.len = n;
        if (e->type) record_type_and_value(c, e->type, MODE_TYPE, u, NULL);
        break;
    }
    case TYPE_SLICE: check_elements(c, e, u, -1); break;
    case TYPE_MAP: check_map_elements(c, x, e, u); break;
    default:
        bad_literal_type(c, e, t, u);
        if (u && !type_valid(u) && type_valid(t)) break; // an instance with the wrong number of arguments
        *x = (Operand){.mode = MODE_INVALID, .type = INVALID, .expr = &e->x};
        return;
    }
    *x = (Operand){.mode = MODE_VALUE, .type = t, .expr = &e->x};
}
