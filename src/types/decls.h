// decls.h - inside of types/: declarations and types. What expressions and statements add: exprs.h.
#pragma once
#include "types/check.h"
#include "types/hints.h"

// Type.flags
enum { TF_TP_KNOWN = 1, TF_HAS_TP = 2, TF_VALID = 4, TF_FINITE = 8, TF_LOCAL_INST = 16, TF_FINITE_BUSY = 64 };

// A set of types described by terms: all types, or the union of `t` (none: the empty set).
typedef struct Terms {
    bool all;
    UnionTerm *t;
    i64 n;
} Terms;

struct TypeSet { // of an interface; made with it, computed on demand
    Checker *c;
    u8 state;        // 0 not computed, 1 being computed, 2 done
    bool comparable; // all comparable types (then terms.all)
    bool complete;   // the interface's methods and elements are all there
    Pos pos;
    Object **methods;
    i64 nmethods; // sorted by cmp_objects
    Terms terms;
};

// What a Named hides behind `resolver`.
typedef struct NamedInfo {
    Checker *c;
    Pos pos;       // of an instance: where it was first written, 0 if nowhere
    Type *rhs;     // right-hand side of the declaration; of an instance: substituted, see named_rhs
    bool expanded; // rhs of an instance is there (or being made)
    bool under_done;
    bool busy;    // resolving underlying
    Map *by_name; // Name* -> index + 1 of the first of that many declared methods, once there are many
    i64 nby_name;
    TypeEnv *env;        // local type of a generic function, substituted: with what
    Type *local_orig;    // ... and which one it was
    TypeList local_from; // ... type parameters of the function
} NamedInfo;

typedef struct SubstMap {
    TypeList from, to;
} SubstMap;
typedef struct Subst { // one substitution
    Checker *c;
    TypeList from, to;
    TypeEnv *env; // of types_subst: local types of env->func become instances; aliases are resolved
    i64 depth;
} Subst;

typedef struct DotImport {
    Scope *scope;
    const Name *name;
    Object *pkg_name;
} DotImport;

typedef struct PackageDecls { // per package
    VEC(Object *) imports;    // OBJ_PKG_NAMEs, for unused imports
    VEC(DotImport) dots;
    Map *dot_by_name; // Name* -> DotImport chain start + 1
    bool objects_done, initorder_done, bodies_done;
    i64 order;
} PackageDecls;

// scope.c
Object *obj_new(Checker *, ObjKind, Pos, Package *, const Name *, Type *);
Scope *scope_new_lazy(Checker *, Package *);
PackageDecls *package_decls(Checker *, Package *);
bool same_pkg(const Package *, const Package *);
bool same_id(const Object *, const Package *, const Name *, bool fold);
bool str_fold_eq(Str, Str);
int cmp_objects(const Object *, const Object *);
void sort_methods(Object **, i64 n);

// named.c
Type *type_new(Checker *, TypeKind);
Type *named_new(Checker *, Object *obj);
Type *alias_new(Checker *, Object *obj, Type *rhs);
Type *iface_new(Checker *);
Type *types_new_slice(Checker *, Type *elem);
Type *types_new_array(Checker *, Type *elem, i64 len);
Type *types_new_map(Checker *, Type *k, Type *v);
Type *types_new_chan(Checker *, ChanDir, Type *elem);
Type *types_new_tuple(Checker *, Object **vars, i64 n);
Type *types_new_signature(Checker *, Object *recv, Type *params, Type *results, bool variadic);
Type *types_new_struct(Checker *, i64 nfields); // without fields yet
Object *types_new_var(Checker *, Pos, Package *, const Name *, Type *);
Object *types_new_field(Checker *, Pos, Package *, const Name *, Type *, bool embedded);
Type *param_new(Checker *, Object *obj, Type *bound);
NamedInfo *named_info(Type *);
Type *named_rhs(Type *named);
void named_set_rhs(Type *named, Type *rhs);
Type *as_named(Type *); // through aliases; NULL if it is none
Type *type_deref(Type *, bool *is_ptr);
bool type_valid(Type *);
TypeList generic_tparams(Type *); // of a generic Named, Alias, or Signature
Type *instantiate(Checker *, Type *orig,
                  TypeList targs); // not verified; Named, Alias; invalid if the count is wrong and known
Type *instantiate_local(Checker *, Type *local, TypeEnv *env);
u64 type_hash(Type *, int depth);
bool type_lists_identical(TypeList, TypeList);
i64 named_nmethods(Type *);
i64 named_method_index(Type *named, const Package *, const Name *, bool fold);
TypeList type_list_copy(Checker *, Type **, i64 n);

// subst.c
Type *subst_type(Checker *, Type *, TypeList from, TypeList to);

// typeset.c
struct TypeSet *type_set(Type *iface); // of an underlying TYPE_INTERFACE
struct TypeSet *compute_type_set(Checker *, Pos, Type *iface);
Object *typeset_lookup(struct TypeSet *, const Package *, const Name *, bool fold, i64 *index);
Terms terms_union(Arena *, Terms, Terms);
Terms terms_intersect(Arena *, Terms, Terms);
bool terms_equal(Terms, Terms);
bool terms_subset(Terms, Terms);
bool term_includes(UnionTerm, Type *);
bool term_disjoint(UnionTerm, UnionTerm);
bool typeset_has_terms(struct TypeSet *);
bool typeset_is_method_set(struct TypeSet *);
bool typeset_is_empty(struct TypeSet *);
bool typeset_is_all(struct TypeSet *);
bool typeset_is_comparable(struct TypeSet *);
Type *param_iface(Type *param); // constraint as an interface
Type *parse_union(Checker *, Expr *);
void check_interface_type(Checker *, Type *, InterfaceType *, Object *def);
Str term_string(Checker *, UnionTerm);
Str terms_string(Checker *, Terms);

// predicates.c
typedef struct IfacePair {
    Type *x, *y;
    struct IfacePair *prev;
} IfacePair;
bool type_identical_tags(Type *, Type *, bool ignore_tags);
bool has_name(Type *);
bool is_type_lit(Type *);
bool is_iface_ptr(Type *);
bool has_empty_typeset(Type *);
bool implements_(Checker *, Type *v, Type *t, bool constraint, Str *cause);
i64 verify_targs(Checker *, TypeList tparams, TypeList targs,
                 Str *cause); // index of the first that does not satisfy, -1
bool comparable_strict(Type *);

// lookup.c
typedef bool (*EquivFn)(void *ctx, Type *x, Type *y);
bool has_all_methods(Checker *, Type *v, Type *t, bool static_, EquivFn, void *ctx, Str *cause);
Object *lookup_impl(Checker *, Type *, bool addressable, const Package *, const Name *, bool fold, i32 **path,
                    i64 *npath, bool *indirect);

// decl.c
void check_arity(Checker *, Pos, i64 nnames, Ident **names, ExprVec *vals, bool is_const, bool inherited);
void check_type_decl(Checker *, Object *, TypeDecl *);
void collect_tparams(Checker *, Type *owner, FieldList *list);
Type *declare_tparam(Checker *, Ident *, Pos scope_pos);
void cycle_error(Checker *, Object **cycle, i64 n, i64 start);
i64 first_in_src(Object **, i64 n);
void path_push(Checker *, Object *);
void path_pop(Checker *);
void number_local_types(Checker *, Package *);
void check_direct_cycles(Checker *, Package *);
typedef VEC(Ident *) IdentVec;
void unpack_recv(Checker *, Expr *rtype, bool want_params, bool *ptr, Expr **base, IdentVec *params);

// typexpr.c
Scope *open_scope(Checker *, const char *comment); // returns the one to restore
void record_type(Checker *, Expr *, Type *);
Expr *pointer_base(Expr *); // e of *e, else NULL

// signature.c, validtype.c, mono.c, initorder.c
Type *func_type_in(Checker *, Type *sig, FuncType *, Field *recv, FieldList *tparams);
void valid_type(Checker *, Type *named);
bool finite_size(Checker *, Type *); // for operands: false, reported, if the type is being declared or holds itself
void mono_canon(Checker *, Type *mpar, Type *tpar);
void mono_record(Checker *, Package *, Pos, TypeList tparams, TypeList targs, Expr **args);
void mono_check(Checker *);
void check_anon_cycles(Checker *, LateChecks *);
void init_order(Checker *, Package *);

// errors.c
typedef struct ErrPart {
    Pos pos;
    Str text;
} ErrPart;
typedef struct ErrMsg {
    Checker *c;
    Pos pos;
    Buf b;
    bool soft;
    int n;
    Str first;
    ErrPart more[4]; // lines behind the first one, for notes
} ErrMsg;
void err_begin(ErrMsg *, Checker *);
void err_add(ErrMsg *, Pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
void err_alt_decl(ErrMsg *, Object *);
void err_report(ErrMsg *);
Str sprintf_(Checker *, const char *fmt, ...) PRINTF_LIKE(2, 3);
Str pos_string(Checker *, Pos);
Str pkg_prefix(Checker *, Package *);
Str func_string(Checker *, Object *f, bool pkg_info);
void write_type(Buf *, Type *, int mode, Package *rel, Checker *);
enum { TS_DIAG, TS_PATH, TS_LINK, TS_REFLECT };
Str object_kind(Object *);

// latecheck.c
void late_checks(Checker *, Package *);
LateChecks *late_list(Checker *); // of the current package; NULL: of the library
void reached_checks(Checker *);   // of what was reached of packages that are trusted, the library apart

// driver.c
void check_enter(Checker *);
void check_leave(Checker *);
