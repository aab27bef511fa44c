// gen_init.c - package initialisation.
//
// In:   a package. Out: its init function: assignments of the initialisers in Go's order, then calls of init.0, init.1, ...
// An initialiser without effects is a function of its own that runs only if its variable is reached (NEED_LAZY); when that
// happens and its value is static, it becomes the variable's initial data and the function stays empty.
#include "ir/gen.h"
#include "ir/symbols.h"
#include <stdlib.h>

typedef struct Lazy {
    Package *pkg;
    Initializer *init;
    Object *embed;
    i64 literals; // functions in the initialisers before it in the source: names count on
} Lazy;

static void open_gen(Gen *g, IrProgram *p, IrFunc *f, Package *pkg) {
    gen_init(g, p, f, pkg, NULL, NULL, NULL);
    g->name_base = arena_printf(p->arena, "%.*s.init", SFMT(ir_package_prefix(p, pkg)));
    gen_signature(g, NULL, NULL, NULL);
}

static void close_gen(Gen *g) {
    gen_emit(g, gen_node(g, X_S_RETURN, NULL));
    gen_finish(g);
}

// ---- one initialiser -----------------------------------------------------------------------------------------------------

static bool is_blank_obj(Object *o) { return o->name->blank; }

static bool is_static(Gen *g, const Initializer *in) {
    return in->nlhs == 1 && !is_blank_obj(in->lhs[0]) &&
           gen_is_static(g, in->rhs, types_unalias(in->lhs[0]->type), false);
}

static bool init_static(Gen *g, Initializer *in) {
    if (!is_static(g, in)) return false;
    Object *o = in->lhs[0];
    Type *t = types_unalias(o->type);
    IrGlobal *gl = gen_global(g, o);
    bool boxes = str_eq(gl->sym, S("runtime.staticuint64s")); // package reflect hands out pointers to them
    IrData *d = gen_data(g, t, types_size(t), boxes);
    need_value(g->needs, gl, d);
    return gen_static_value(g, d, 0, in->rhs, t, false);
}

static void init_code(Gen *g, Initializer *in) {
    g->pos = in->rhs->pos;
    g->ahead = gen_count_calls(in->rhs);
    if (in->nlhs == 1) {
        Object *o = in->lhs[0];
        Type *t = types_unalias(o->type);
        IrNode *v = gen_expr_root_to(g, in->rhs, t);
        if (is_blank_obj(o)) {
            if (v && v->op != X_VAR && v->op != X_FUNC) gen_emit_expr(g, v);
            return;
        }
        IrNode *gl = gen_node(g, X_GLOBAL, t);
        gl->global = gen_global(g, o);
        gen_assign_node(g, gl, gen_hoist(g, v), 0);
        return;
    }
    IrNode *two[2], **vals = two;
    i64 n = 2;
    Expr *e = unparen(in->rhs);
    if (e->kind == ND_CALL) vals = gen_tuple(g, in->rhs, &n);
    else two[0] = gen_comma_ok(g, in->rhs, &two[1]);
    for (i64 i = 0; i < in->nlhs && i < n; i++) {
        if (is_blank_obj(in->lhs[i])) continue;
        IrNode *gl = gen_node(g, X_GLOBAL, types_unalias(in->lhs[i]->type));
        gl->global = gen_global(g, in->lhs[i]);
        gen_assign_node(g, gl, gen_hoist(g, gen_convert(g, vals[i], gl->type)), 0);
    }
}

// ---- effects -----------------------------------------------------------------------------------------------------------------

static bool is_pure(Gen *g, Expr *e);

static bool all_pure(Gen *g, ExprVec *v) {
    for (i64 i = 0; i < v->len; i++)
        if (!is_pure(g, v->ptr[i])) return false;
    return true;
}

static bool is_pure_func(Gen *g, Object *f) {
    static const char *const pure[] = {
        "errors.New",
        "fmt.Errorf",
        "reflect.TypeFor",
        "reflect.TypeOf",
        "reflect.ValueOf",
        "strings.NewReplacer",
        "internal/godebug.New",
        "internal/godebug.NewSetting",
        "math.Float64frombits",
        "math.Float32frombits",
        "math.Inf",
        "math.NaN",
        "math.Float64bits",
        "sync.OnceFunc",
        "sync.OnceValue",
        "sync.OnceValues",
        "math/big.NewInt",
        "unicode/utf8.RuneLen",
        "internal/bytealg.MakeNoZero",
        "os.NewFile",
        "time.Unix",
        "internal/abi.TypeOf",
        "internal/abi.TypeFor",
        "os.NewSyscallError",
        "internal/testlog.New",
    };
    static const char *const quiet[] = {"regexp.MustCompile", "math/big.NewRat", "encoding/base64.NewEncoding",
                                        "encoding/base32.NewEncoding", "text/template.New"};
    if (!f->pkg || f->recv_named || f->pkg->flags & PKG_COVER) return false; // that it runs is counted
    Str path = f->pkg->path, name = f->name->s;
    i64 n = path.len + 1 + name.len;
    for (i64 i = 0; i < NELEM(pure) + NELEM(quiet); i++) {
        if (i >= NELEM(pure) && !g->pkg->std) return false; // may panic: std's constants are known not to
        Str s = str_c(i < NELEM(pure) ? pure[i] : quiet[i - NELEM(pure)]);
        if (s.len == n && str_has_prefix(s, path) && s.ptr[path.len] == '.' && str_has_suffix(s, name)) return true;
    }
    return false;
}

static bool is_pure_call(Gen *g, Call *c) {
    if (c->fun->mode == MODE_TYPE) return all_pure(g, &c->args) && !(type_is(gen_type(g, &c->x), TYPE_ARRAY));
    i32 id = gen_builtin_id(c->fun);
    if (id >= 0) {
        bool ok = id == BUILTIN_NEW || id == BUILTIN_LEN || id == BUILTIN_CAP || id == BUILTIN_COMPLEX ||
                  id == BUILTIN_REAL || id == BUILTIN_IMAG || id == BUILTIN_MIN || id == BUILTIN_MAX;
        if (id == BUILTIN_MAKE) {
            ok = true;
            for (i64 i = 1; i < c->args.len; i++) ok = ok && c->args.ptr[i]->val;
            return ok;
        }
        for (i64 i = 0; i < c->args.len && ok; i++)
            ok = c->args.ptr[i]->mode == MODE_TYPE || is_pure(g, c->args.ptr[i]);
        return ok;
    }
    TypeList *targs;
    Object *f = gen_static_func(c->fun, &targs);
    return f && is_pure_func(g, f) && all_pure(g, &c->args);
}

static bool is_pure_literal(Gen *g, CompositeLit *l) {
    for (i64 i = 0; i < l->elems.len; i++) {
        Expr *e = l->elems.ptr[i];
        if (e->kind == ND_KEY_VALUE) {
            KeyValue *kv = (KeyValue *)e;
            if (type_is(gen_type(g, &l->x), TYPE_MAP) && !is_pure(g, kv->key)) return false;
            e = kv->value;
        }
        if (!is_pure(g, e)) return false;
    }
    return true;
}

// Evaluating e does nothing but make its value; nobody would notice if it were left out.
static bool is_pure(Gen *g, Expr *e) {
    e = unparen(e);
    if (e->val || e->mode == MODE_NIL || e->mode == MODE_TYPE) return true;
    switch (e->kind) {
    case ND_IDENT:
    case ND_FUNC_LIT: return true;
    case ND_COMPOSITE_LIT: return is_pure_literal(g, (CompositeLit *)e);
    case ND_SELECTOR: {
        Selector *s = (Selector *)e;
        if (!s->selection) return true;
        if (s->selection->kind == SEL_METHOD_EXPR) return true;
        if (s->selection->kind == SEL_FIELD) return !s->selection->indirect && is_pure(g, s->e);
        return !s->selection->indirect && !is_iface(gen_type(g, s->e)) && is_pure(g, s->e);
    }
    case ND_INDEX: {
        Index *x = (Index *)e;
        if (x->targs) return true;
        return type_is(gen_type(g, x->e), TYPE_ARRAY) && x->index.ptr[0]->val && is_pure(g, x->e);
    }
    case ND_SLICE: {
        SliceExpr *s = (SliceExpr *)e;
        return type_is(gen_type(g, s->e), TYPE_ARRAY) && (!s->lo || s->lo->val) && (!s->hi || s->hi->val) &&
               (!s->max || s->max->val) && is_pure(g, s->e);
    }
    case ND_UNARY: return ((Unary *)e)->op != OP_RECV && is_pure(g, ((Unary *)e)->e);
    case ND_BINARY: {
        Binary *b = (Binary *)e;
        if (b->op == OP_DIV || b->op == OP_REM) return b->r->val && is_pure(g, b->l);
        if (b->op == OP_SHL || b->op == OP_SHR) return b->r->val && is_pure(g, b->l);
        if (b->op == OP_EQL || b->op == OP_NEQ)
            return !is_iface(gen_type(g, b->l)) && !is_iface(gen_type(g, b->r)) && is_pure(g, b->l) && is_pure(g, b->r);
        return is_pure(g, b->l) && is_pure(g, b->r);
    }
    case ND_CALL: return is_pure_call(g, (Call *)e);
    default: return false;
    }
}

// ---- the package ---------------------------------------------------------------------------------------------------------------

static void make_lazy(IrProgram *p, IrFunc *f) {
    Lazy *l = f->make_arg;
    Gen g;
    if (diag_count(p->diag)) return;
    open_gen(&g, p, f, l->pkg);
    *g.nlits = l->literals;
    if (l->init && l->init->kind != INIT_ANY) {
        check_var_init(p->checker, l->init->lhs[0]);
        if (diag_count(p->diag)) return;
        if (l->init->kind == INIT_DATA && !is_static(&g, l->init)) bug("%.*s: a table is no static data", SFMT(f->sym));
    }
    if (l->embed) gen_embed(&g, gen_global(&g, l->embed));
    else if (!init_static(&g, l->init)) {
        init_code(&g, l->init);
        close_gen(&g);
        return;
    }
    gen_finish(&g); // nothing is left to run
}

// A table's type is known when it is checked.
static IrGlobal *lazy_global(Gen *g, Object *o, const Lazy *l) {
    if (!l->init || l->init->kind == INIT_ANY) return ir_global(g->p, o);
    return ir_global_of_symbol(g->p, ir_object_symbol(g->p, o, NULL));
}

// The initialiser's function; pkg.init calls it, unless the value is static data. The call is none where the variable is not reached.
static void add_lazy(Gen *g, Object **lhs, i64 n, Lazy *l) {
    Object *first = NULL;
    for (i64 i = n - 1; i >= 0; i--)
        if (!is_blank_obj(lhs[i])) first = lhs[i];
    if (!first) return;
    Str sym = arena_printf(g->a, "%.*s.init\xc2\xb7%.*s", SFMT(ir_package_prefix(g->p, g->pkg)), SFMT(first->name->s));
    IrFunc *f = ir_made_func(g->p, sym, g->u->empty_func, g->pkg, make_lazy, l);
    f->lazy = true;
    f->dupok = false;
    f->wrapper = true; // its frame is pkg.init's for the reader
    f->pos = first->pos;
    for (i64 i = 0; i < n; i++)
        if (!is_blank_obj(lhs[i])) need_lazy(g->needs, lazy_global(g, lhs[i], l), f);
    if (l->embed || l->init->kind == INIT_DATA) return;
    if (l->init->kind == INIT_ANY && is_static(g, l->init)) return;
    g->pos = first->pos;
    IrNode *c = gen_node(g, X_CALL, NULL);
    c->fn = f;
    gen_emit_expr(g, c);
}

static void add_embeds(Gen *g, Package *pkg) {
    for (i64 i = 0; i < pkg->objects.len; i++) {
        Object *o = pkg->objects.ptr[i];
        if (o->kind != OBJ_VAR || !o->decl || is_blank_obj(o)) continue;
        VarDecl *d = o->decl;
        if (d->d.kind != ND_VAR_DECL || !d->embed) continue;
        Lazy *l = ANEW(g->a, Lazy);
        *l = (Lazy){.pkg = pkg, .embed = o};
        check_object(g->c, o);
        add_lazy(g, &o, 1, l);
    }
}

typedef struct Place {
    Pos pos;
    i64 index;
} Place;
static int cmp_place(const void *pa, const void *pb) {
    const Place *a = pa, *b = pb;
    return a->pos < b->pos ? -1 : a->pos > b->pos;
}

// Of each initialiser: how many functions the initialisers before it in the source hold.
static i64 *literals_before(Gen *g, const Package *pkg) {
    i64 *before = ANEWN(g->nodes, i64, pkg->ninit + 1), n = 0;
    Place *places = ANEWN(g->nodes, Place, pkg->ninit + 1);
    for (i64 i = 0; i < pkg->ninit; i++) places[i] = (Place){pkg->init_order[i].rhs->pos, i};
    qsort(places, (size_t)pkg->ninit, sizeof places[0], cmp_place);
    for (i64 i = 0; i < pkg->ninit; i++) {
        before[places[i].index] = n;
        const Initializer *in = &pkg->init_order[places[i].index];
        if (in->kind == INIT_ANY) n += gen_count_literals(in->rhs);
    }
    return before;
}

static int cmp_pos(const void *pa, const void *pb) {
    const Pos a = *(const Pos *)pa, b = *(const Pos *)pb;
    return a < b ? -1 : a > b;
}

// Lines of pkg.init count from the declaration that they are of, so that it stays as it is when others move.
static const IrStarts *find_starts(Gen *g, const Package *pkg) {
    IrStarts *s = ANEW(g->p->arena, IrStarts);
    s->ptr = ANEWN(g->p->arena, Pos, pkg->ninit + pkg->inits.len + 1);
    for (i64 i = 0; i < pkg->ninit; i++) {
        const Initializer *in = &pkg->init_order[i];
        const VarDecl *d = in->nlhs ? in->lhs[0]->decl : NULL;
        if (d && d->d.kind == ND_VAR_DECL) s->ptr[s->len++] = d->d.pos;
    }
    for (i64 i = 0; i < pkg->inits.len; i++) {
        const FuncDecl *d = pkg->inits.ptr[i]->decl;
        if (d) s->ptr[s->len++] = d->d.pos;
    }
    qsort(s->ptr, (size_t)s->len, sizeof s->ptr[0], cmp_pos);
    return s;
}

// Where functions are replaced while the program runs each variable has an initialiser of its own, so that new ones are initialised alone.
static bool is_apart(const Gen *g, const Initializer *in) {
    bool named = false;
    for (i64 i = 0; i < in->nlhs; i++) named |= !is_blank_obj(in->lhs[i]);
    return named && g->pkg->flags & PKG_PATCHABLE;
}

// Those that are variables of more than their package, or of all who link against it later, are none.
static void check_tables(IrProgram *p, Package *pkg) {
    for (i64 i = 0; i < pkg->ninit; i++) {
        Initializer *in = &pkg->init_order[i];
        if (in->kind == INIT_ANY) continue;
        if (!p->whole_types && !(p->linkname && p->linkname(p, pkg, in->lhs[0]->name->s).len)) continue;
        in->kind = INIT_ANY;
        check_var_init(p->checker, in->lhs[0]);
    }
}

void ir_build_package_init(IrProgram *p, Package *pkg, IrFunc *f) {
    Gen g;
    types_init_order(p->checker, pkg);
    check_tables(p, pkg);
    if (diag_count(p->diag)) return;
    open_gen(&g, p, f, pkg);
    if (g.counted) gen_register_counters(&g);
    add_embeds(&g, pkg);
    i64 *literals = literals_before(&g, pkg);
    for (i64 i = 0; i < pkg->ninit; i++) {
        Initializer *in = &pkg->init_order[i];
        *g.nlits = literals[i];
        bool pure = in->kind != INIT_ANY || is_pure(&g, in->rhs), apart = !pure && is_apart(&g, in);
        if (pure || apart) {
            Lazy *l = ANEW(g.a, Lazy);
            *l = (Lazy){.pkg = pkg, .init = in, .literals = literals[i]};
            add_lazy(&g, in->lhs, in->nlhs, l);
        } else init_code(&g, in);
        for (i64 k = 0; apart && k < in->nlhs; k++) // its calls are made in any case
            if (!is_blank_obj(in->lhs[k])) need_global(g.needs, ir_global(p, in->lhs[k]));
    }
    for (i64 i = 0; i < pkg->inits.len; i++) {
        Object *o = pkg->inits.ptr[i];
        g.pos = o->pos;
        IrNode *c = gen_node(&g, X_CALL, NULL);
        c->fn = gen_func(&g, o, NULL, (TypeList){0});
        gen_emit_expr(&g, c);
    }
    if (pkg->flags & PKG_COVER_MAIN) gen_cover_hook(&g);
    f->starts = find_starts(&g, pkg);
    close_gen(&g);
}

// ---- go:embed -----------------------------------------------------------------------------------------------------------------------

static void put_word(IrData *d, i64 off, i64 v) {
    for (i64 i = 0; i < 8; i++) d->bytes[off + i] = (u8)((u64)v >> (8 * i));
}

static void put_string(Gen *g, IrData *d, i64 off, Str s) {
    if (!s.len) return;
    IrReloc r = {.off = off, .str = s};
    r.kind = IRR_STRING;
    vec_push(g->a, &d->relocs, r);
    put_word(d, off + 8, s.len);
}

static void put_data(Gen *g, IrData *d, i64 off, IrData *to) {
    IrReloc r = {.off = off};
    r.kind = IRR_DATA;
    r.u.data = to;
    vec_push(g->a, &d->relocs, r);
}

// Entries sort by folder, then name; a folder's own name ends in a slash.
static Str embed_dir(Str name) {
    if (str_has_suffix(name, S("/"))) name.len--;
    i64 i = str_rindex(name, '/');
    return i < 0 ? S(".") : str_slice(name, 0, i);
}
static Str embed_base(Str name) {
    if (str_has_suffix(name, S("/"))) name.len--;
    i64 i = str_rindex(name, '/');
    return str_slice(name, i + 1, name.len);
}
static int compare_embed(const IrEmbedFile *a, const IrEmbedFile *b) {
    int c = str_cmp(embed_dir(a->name), embed_dir(b->name));
    return c ? c : str_cmp(embed_base(a->name), embed_base(b->name));
}

static Object *embed_field(Gen *g, const char *name, Type *t) {
    return types_made_field(g->c, g->pkg, intern_c(g->p->intern, name), t);
}

static void embed_fs(Gen *g, IrData *d, IrEmbedFile *files, i64 n) {
    VEC(IrEmbedFile) all = {0};
    Map *seen = map_new_str(g->a);
    for (i64 i = 0; i < n; i++) {
        vec_push(g->a, &all, files[i]);
        for (Str dir = embed_dir(files[i].name); !str_eq(dir, S(".")); dir = embed_dir(dir)) {
            if (map_get_str(seen, dir)) break;
            map_set_str(seen, dir, g);
            IrEmbedFile e = {arena_printf(g->a, "%.*s/", SFMT(dir)), S("")};
            vec_push(g->a, &all, e);
        }
    }
    for (i64 gap = all.len / 2; gap > 0; gap /= 2)
        for (i64 i = gap; i < all.len; i++)
            for (i64 k = i; k >= gap && compare_embed(&all.ptr[k], &all.ptr[k - gap]) < 0; k -= gap) {
                IrEmbedFile t = all.ptr[k];
                all.ptr[k] = all.ptr[k - gap];
                all.ptr[k - gap] = t;
            }
    // []file header, then {name, data string; hash [16]byte} each
    Type *str = gen_basic(g, TYPE_STRING), *uptr = gen_uptr(g),
         *bytes = types_made_array(g->c, gen_basic(g, TYPE_UINT8), 16),
         *words = types_made_array(g->c, gen_basic(g, TYPE_INT), 2);
    Object *ff[3] = {embed_field(g, "name", str), embed_field(g, "data", str), embed_field(g, "hash", bytes)};
    Object *hf[2] = {embed_field(g, "ptr", uptr), embed_field(g, "n", words)};
    Type *file = types_made_struct(g->c, ff, 3), *array = types_made_array(g->c, file, all.len);
    Type *header = types_made_struct(g->c, hf, 2);
    types_layout(array);
    IrData *list = gen_data(g, array, types_size(array), true), *head = gen_data(g, header, 24, true);
    for (i64 i = 0; i < all.len; i++) {
        put_string(g, list, i * 48, all.ptr[i].name);
        put_string(g, list, i * 48 + 16, all.ptr[i].data);
    }
    put_data(g, head, 0, list);
    put_word(head, 8, all.len);
    put_word(head, 16, all.len);
    put_data(g, d, 0, head);
}

void gen_embed(Gen *g, IrGlobal *gl) {
    IrEmbedFile *files;
    i64 n;
    Type *t = types_unalias(gl->obj->type), *u = types_under(t);
    if (!g->p->embed_files) {
        gen_unsupported(g, gl->pos, "go:embed");
        return;
    }
    if (!types_can_embed(t)) {
        diag_error(g->p->diag, gl->pos, "go:embed cannot apply to var of type %.*s",
                   SFMT(types_string(g->a, gl->obj->type, gl->obj->pkg)));
        return;
    }
    if (!g->p->embed_files(g->p, gl->obj, &files, &n)) return;
    IrData *d = gen_data(g, t, types_size(t), false);
    need_value(g->needs, gl, d);
    if (types_is_embed_fs(t)) {
        embed_fs(g, d, files, n);
        return;
    }
    if (n != 1) {
        diag_error(g->p->diag, gl->pos, "invalid go:embed: multiple files for type %.*s",
                   SFMT(types_string(g->a, gl->obj->type, gl->obj->pkg)));
        return;
    }
    if (u->kind == TYPE_STRING) {
        put_string(g, d, 0, files[0].data);
        return;
    }
    Type *array = types_made_array(g->c, type_elem(u), files[0].data.len);
    types_layout(array);
    IrData *back = gen_data(g, array, files[0].data.len, false);
    memcpy(back->bytes, files[0].data.ptr, (size_t)files[0].data.len);
    put_data(g, d, 0, back);
    put_word(d, 8, files[0].data.len);
    put_word(d, 16, files[0].data.len);
}
