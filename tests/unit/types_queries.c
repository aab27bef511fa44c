// types_queries.c - what later phases ask the checker: names, sizes, pointer maps, method sets,
// substitution with local types, order of initialization. One package of text, no imports.
#include "types/types.h"
#include <stdio.h>
#include <stdlib.h>

static const char source[] = "package p\n"
                             "type S struct { a int8; b *int; c string; D []byte \"tag\"; e [3]any }\n"
                             "type E struct { S; *F; x uint16 }\n"
                             "type F struct { y, z float64 }\n"
                             "func (S) Val() {}\n"
                             "func (*S) Ptr() {}\n"
                             "func (*F) Up(int) string { return \"\" }\n"
                             "func (F) low() {}\n"
                             "type G[K comparable, V any] struct { m map[K]V; next *G[K, V] }\n"
                             "func (g *G[K, V]) Get(k K) V { return g.m[k] }\n"
                             "type A = G[string, int]\n"
                             "type P[T any] = *T\n"
                             "var v1 G[string, int]\n"
                             "var v2 *A\n"
                             "var v3 P[map[string]chan<- func(x int, ys ...string) (n int, err error)]\n"
                             "var v4 interface { M(); m() }\n"
                             "var v5 struct { S; b int; C any `k:\"v\"` }\n"
                             "var v6 chan (<-chan int)\n"
                             "func Gen[T any](t T) any {\n"
                             "	type L struct { t T; n *L }\n"
                             "	f := func() any { type L []T; return L(nil) }\n"
                             "	_ = f\n"
                             "	return L{t: t}\n"
                             "}\n"
                             "func two() (any, any) { return Gen[int](1), Gen[string](\"\") }\n"
                             "var c1 = d1 + 1\n"
                             "var d1 = f1()\n"
                             "func f1() int { return e1 * 2 }\n"
                             "var e1 = 3\n"
                             "var m1, m2 = pair()\n"
                             "func pair() (int, int) { return c1, 0 }\n"
                             "type Z struct { a int; z struct{} }\n"
                             "type Empty struct{}\n"
                             "type I interface { Get(string) int }\n"
                             "type R struct { I; *R }\n";

static int bad;
static Arena *a;
static Checker *c;
static Package *p;

static void want(Str got, const char *exp, const char *what) {
    if (str_eq(got, str_c(exp))) return;
    printf("%s: got %.*s\n\twant %s\n", what, SFMT(got), exp);
    bad++;
}

static void want_num(i64 got, i64 exp, const char *what) {
    if (got == exp) return;
    printf("%s: got %lld, want %lld\n", what, (long long)got, (long long)exp);
    bad++;
}

static Object *obj(Intern *in, const char *name) {
    Object *o = scope_lookup(p->scope, intern_c(in, name));
    CHECK(o);
    check_object(c, o);
    return o;
}

static Str method_names(Type *t) {
    MethodEntry *e;
    i64 n = types_method_set(c, t, &e);
    Buf b = {0};
    for (i64 i = 0; i < n; i++) {
        buf_printf(&b, "%s%.*s@", i ? " " : "", SFMT(e[i].name->s));
        for (i64 k = 0; k < e[i].npath; k++) buf_printf(&b, "%s%d", k ? "." : "", (int)e[i].path[k]);
    }
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static Str mask(Type *t) {
    u8 bits[16] = {0};
    types_pointer_mask(t, bits, 0);
    Buf b = {0};
    for (i64 i = 0; i < types_size(t) / 8; i++) buf_char(&b, bits[i / 8] >> (i % 8) & 1 ? '1' : '0');
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static void test_names(Intern *in) {
    want(types_link_name(c, obj(in, "v1")->type), "q/p.G[string,int]", "instance");
    want(types_link_name(c, obj(in, "v2")->type), "*q/p.G[string,int]", "alias of an instance");
    want(types_reflect_string(a, obj(in, "v2")->type), "*p.G[string,int]", "reflect");
    want(types_link_name(c, obj(in, "v3")->type), "*map[string]chan<- func(int, ...string) (int, error)",
         "generic alias");
    want(types_string(a, obj(in, "v3")->type, p), "P[map[string]chan<- func(x int, ys ...string) (n int, err error)]",
         "diagnostic");
    want(types_link_name(c, obj(in, "v4")->type), "interface { M(); q/p.m() }", "interface");
    want(types_link_name(c, obj(in, "v5")->type), "struct { q/p.S; q/p.b int; C interface {} \"k:\\\"v\\\"\" }",
         "struct");
    want(types_reflect_string(a, obj(in, "v5")->type), "struct { p.S; b int; C interface {} \"k:\\\"v\\\"\" }",
         "struct, reflect");
    want(types_link_name(c, obj(in, "v6")->type), "chan (<-chan int)", "channel");
    if (types_under(obj(in, "v1")->type) == NULL || types_unalias(obj(in, "A")->type) != obj(in, "v1")->type)
        want_num(0, 1, "instances are canonical");
}

static void test_layout(Intern *in) {
    Type *s = obj(in, "S")->type;
    want_num(types_size(s), 8 + 8 + 16 + 24 + 48, "size of S");
    want(mask(s),
         "0110"
         "100"
         "111111",
         "pointers of S");
    want_num(types_unalias(s)->ptrdata, 104, "ptrdata of S");
    want_num(types_field_offset(s, 3), 32, "offset of S.D");
    want_num(types_size(obj(in, "Z")->type), 16, "size of Z");
    want_num(types_size(obj(in, "Empty")->type), 0, "size of Empty");
    want_num(types_size(obj(in, "E")->type), 120, "size of E");
    want_num(types_align(obj(in, "F")->type), 8, "align of F");
    want_num(types_has_pointers(obj(in, "F")->type), 0, "pointers of F");
}

static void test_methods(Intern *in) {
    Type *e = obj(in, "E")->type;
    want(method_names(e), "Up@1.0 Val@0.0 low@1.1", "method set of E");
    want(method_names(types_new_pointer(c, e)), "Ptr@0.1 Up@1.0 Val@0.0 low@1.1", "method set of *E");
    want(method_names(obj(in, "v2")->type), "Get@0", "method set of *G[string,int]");
    want(method_names(obj(in, "R")->type), "Get@0.0", "method set of R");
    MethodEntry *m;
    types_method_set(c, obj(in, "v2")->type, &m);
    want(types_string(a, m[0].func->type, p), "func(k string) int", "instantiated method");
    want_num(types_implements(c, obj(in, "v2")->type, obj(in, "I")->type), 1, "*A implements I");
    want_num(types_implements(c, e, obj(in, "I")->type), 0, "E implements I");
}

static Type *local(FuncInfo *f, i64 i, TypeEnv *env) { return types_subst(c, f->local_types.ptr[i], env); }

static TypeEnv *env_of(FuncInfo *f, Type *t) { return types_env(c, f, (TypeList){&t, 1}); }

// What has the same parts is the same, so that programs that one checker serves leave nothing behind but what they have of their own.
static void test_made(Intern *in) {
    const struct Universe *u = types_universe(c);
    Type *ti = u->basic[TYPE_INT], *ts = u->basic[TYPE_STRING];
    Object *x = types_made_field(c, p, intern_c(in, "x"), ti), *y = types_made_field(c, p, intern_c(in, "y"), ts);
    want_num(x == types_made_field(c, p, intern_c(in, "x"), ti), 1, "one field");
    want_num(x == types_made_field(c, NULL, intern_c(in, "x"), ti), 0, "a field of another package");
    want_num(x == types_made_var(c, p, intern_c(in, "x"), ti), 0, "a variable is no field");
    Type *xy = types_made_struct(c, (Object *[]){x, y}, 2), *yx = types_made_struct(c, (Object *[]){y, x}, 2);
    want_num(xy == types_made_struct(c, (Object *[]){x, y}, 2), 1, "one struct");
    want(types_string(a, xy, p), "struct{x int; y string}", "a made struct");
    want(types_string(a, yx, p), "struct{y string; x int}", "the other way round");
    want_num(types_field_offset(yx, 1), 16, "it is laid out");
    want_num(types_made_array(c, ti, 3) == types_made_array(c, ti, 3), 1, "one array");
    want_num(types_made_array(c, ti, 3) == types_made_array(c, ti, 4), 0, "arrays of other lengths");
    want_num(types_made_slice(c, ti) == types_made_slice(c, ti), 1, "one slice");
    Object *many[200];
    for (int i = 0; i < 200; i++) many[i] = i % 2 ? x : y;
    Type *wide = types_made_struct(c, many, 200);
    want_num(wide == types_made_struct(c, many, 200), 1, "one struct of many fields");
    want_num(wide == types_made_struct(c, many, 199), 0, "with one less");
    FuncInfo *f = func_info(c, obj(in, "Gen"));
    TypeEnv *env = env_of(f, ti);
    want_num(env == env_of(f, ti), 1, "one environment");
    want_num(env == env_of(f, ts), 0, "environments of other arguments");
    want_num(types_subst(c, f->sig, env) == types_subst(c, f->sig, env_of(f, ti)), 1, "what is substituted is kept");
}

static void test_subst(Intern *in) {
    const struct Universe *u = types_universe(c);
    FuncInfo *f = func_info(c, obj(in, "Gen"));
    check_body(c, f);
    want_num(f->local_types.len, 1, "local types of Gen");
    TypeEnv *ei = env_of(f, u->basic[TYPE_INT]), *es = env_of(f, u->basic[TYPE_STRING]),
            *ei2 = env_of(f, u->basic[TYPE_INT]);
    Type *li = local(f, 0, ei), *ls = local(f, 0, es);
    want(types_link_name(c, li), "q/p.L[int]·1", "local type for int");
    want(types_link_name(c, ls), "q/p.L[string]·1", "local type for string");
    want(types_reflect_string(a, ls), "p.L[string]", "local type, reflect");
    want_num(li == local(f, 0, ei2), 1, "local types are canonical");
    want_num(types_identical(li, ls), 0, "local types differ");
    want_num(types_size(ls), 24, "size of the local type");
    want_num(types_under(li)->strct.fields[1].var->type->pointer.elem == li, 1, "local type refers to itself");
    want(types_string(a, types_subst(c, f->sig, ei), p), "func(t int) any", "signature");
    want_num(types_is_generic_free(f->local_types.ptr[0]), 0, "open local type");
    want_num(types_is_generic_free(li), 1, "closed local type");
}

static void test_init_order(void) {
    types_init_order(c, p);
    Buf b = {0};
    for (i64 i = 0; i < p->ninit; i++) {
        Initializer *x = &p->init_order[i];
        for (i64 k = 0; k < x->nlhs; k++) buf_printf(&b, "%s%.*s", k ? "," : i ? " " : "", SFMT(x->lhs[k]->name->s));
    }
    want(arena_str(a, buf_view(&b)), "e1 d1 c1 m1,m2", "order of initialization");
    buf_free(&b);
}

int main(void) {
    a = arena_new("test");
    Intern *in = intern_new();
    SourceMap *sm = source_map_new();
    Diag *d = diag_new(sm, (DiagOptions){.all = true});
    SourceFile *src = source_map_add(sm, S("p.go"), S("/p.go"), S(source));
    File *file = parse_file(a, in, d, src, (ParseOptions){0});
    p = ANEW(a, Package);
    p->path = S("q/p");
    p->name = intern_c(in, "p");
    p->files = &file;
    p->nfiles = 1;
    p->trusted = !getenv("MAIN");
    c = checker_new(a, in, d, NULL, NULL);
    check_collect(c, p);
    test_names(in);
    test_layout(in);
    test_methods(in);
    test_subst(in);
    test_made(in);
    test_init_order();
    check_package(c, p);
    bad += (int)diag_flush(d, 1);
    if (!bad) puts("ok");
    return bad != 0;
}
