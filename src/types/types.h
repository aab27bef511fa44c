// types.h - tree -> types, objects, constants; generics. The checker.
//
// One Checker serves a whole program, single-threaded. Packages are collected when imported (their
// package-level objects get into scopes, nothing is resolved), declarations are resolved when something
// refers to them, bodies are checked when asked for (check_body), everything of a package by check_package.
// Results are recorded in the tree (Expr.mode/type/val, Ident.obj, Selector.selection, ...: syntax.h) and
// in Objects. A generic declaration is checked once; its tree records types that mention TYPE_PARAMs,
// which types_subst replaces for an instance.
// Errors: wording and position of gc (types2) in Diag. After an error types are `invalid` and stay silent.
#pragma once
#include "base/base.h"
#include "syntax/syntax.h"

typedef struct Checker Checker;
typedef struct Package Package; // below: the checker's and everybody's view of a package
typedef struct FuncInfo FuncInfo;

// ---- types ---------------------------------------------------------------------------------------------
typedef enum TypeKind {
    TYPE_INVALID,
    // basic, in the order of reflect.Kind
    TYPE_BOOL,
    TYPE_INT,
    TYPE_INT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_UINT,
    TYPE_UINT8,
    TYPE_UINT16,
    TYPE_UINT32,
    TYPE_UINT64,
    TYPE_UINTPTR,
    TYPE_FLOAT32,
    TYPE_FLOAT64,
    TYPE_COMPLEX64,
    TYPE_COMPLEX128,
    TYPE_STRING,
    TYPE_UNSAFE_POINTER,
    TYPE_UNTYPED_BOOL,
    TYPE_UNTYPED_INT,
    TYPE_UNTYPED_RUNE,
    TYPE_UNTYPED_FLOAT,
    TYPE_UNTYPED_COMPLEX,
    TYPE_UNTYPED_STRING,
    TYPE_UNTYPED_NIL,
    // composite
    TYPE_ARRAY,
    TYPE_SLICE,
    TYPE_STRUCT,
    TYPE_POINTER,
    TYPE_TUPLE,
    TYPE_SIGNATURE,
    TYPE_INTERFACE,
    TYPE_MAP,
    TYPE_CHAN,
    TYPE_NAMED,
    TYPE_PARAM,
    TYPE_UNION,
    TYPE_ALIAS,
    TYPE_KIND_COUNT
} TypeKind;

struct TypeList {
    Type **ptr;
    i64 len;
}; // immutable
typedef struct StructField {
    Object *var; /* OBJ_VAR: name, type, embedded, pkg */
    Str tag;
    bool has_tag;
} StructField;
typedef struct UnionTerm {
    bool tilde;
    Type *type;
} UnionTerm;

struct Type { // of the union only what its kind has is there: a Type is never copied as a whole
    u8 kind;
    u8 flags;       // private to types/
    u8 layout_done; // 1: size..ptrdata valid (types_layout)
    u8 align;
    i64 size, ptrdata; // bytes; ptrdata: prefix that can hold pointers (abi.Type.PtrBytes)
    Str link_name;     // types_link_name's cache
    u64 mark;          // of ir/: number of a program, in the upper half, and of the type in it
    union {
        struct {
            Type *elem;
            i64 len; /* -1: unknown after an error */
        } array;
        struct {
            Type *elem;
        } slice, pointer; // also
        struct {
            StructField *fields;
            i64 nfields;
            i64 *offsets; /* by types_layout */
        } strct;
        struct {
            Object **vars;
            i64 n;
        } tuple; // OBJ_VARs
        struct {
            Type *params, *results; /* TYPE_TUPLE, never NULL */
            bool variadic;
            Object *recv;              /* OBJ_VAR or NULL */
            TypeList tparams, rparams; /* TYPE_PARAMs of the function; of the receiver */
            Scope *scope;              /* of its parameters, or NULL */
        } sig;
        struct {
            Object **methods;
            i64 nmethods; /* explicit, in order of source */
            Type **embeddeds;
            Pos *embed_pos;
            i64 nembeddeds;
            bool implicit; /* made for a constraint literal such as ~int */
            struct TypeSet *tset;
        } iface;
        struct {
            Type *key, *elem;
        } map;
        struct {
            Type *elem;
            u8 dir; /* ChanDir */
        } chan;
        struct {
            Object *obj;
            Type *orig;       /* generic it is an instance of; itself if not */
            TypeList tparams; /* of a generic */
            TypeList targs;   /* of an instance */
            Type *underlying; /* NULL until resolved: use types_under */
            Object **methods;
            i64 nmethods, capmethods; /* declared methods; of an instance: lazily, use types_method_at */
            FuncInfo *local_in;       /* function it is declared in, or NULL */
            i32 local_index;          /* n-th local type of the package, from 1 (gc: T·1) */
            TypeList
                outer_targs; /* set by types_subst: type arguments of the enclosing generic function, for a local type */
            void *resolver;
        } named;
        struct {
            Object *obj;
            i32 index;
            Type *bound; /* constraint */
            u32 id;
            Checker *c;
        } param;
        struct {
            UnionTerm *terms;
            i64 nterms;
        } uni;
        struct {
            Object *obj;
            Type *orig, *actual;
            TypeList tparams, targs;
        } alias;
    };
};

// ---- objects ----------------------------------------------------------------------------------------------
typedef enum ObjKind {
    OBJ_PKG_NAME,
    OBJ_CONST,
    OBJ_TYPE_NAME,
    OBJ_VAR,
    OBJ_FUNC,
    OBJ_LABEL,
    OBJ_BUILTIN,
    OBJ_NIL
} ObjKind;
struct Object { // there are a million of them in a large program
    u8 kind;
    u8 color;      // private to types/ (cycle detection)
    u8 builtin;    // OBJ_BUILTIN: enum BuiltinId
    bool ptr_recv; // OBJ_FUNC
    Pos pos;
    Pos scope_pos; // from here on visible (local objects)
    // OBJ_VAR
    bool is_field : 1, embedded : 1, used : 1, is_param : 1, is_result : 1, is_recv : 1;
    bool captured : 1;      // referred to from a function literal inside the one that declares it
    bool reassigned : 1;    // assigned other than by its declaration (op=, ++, range, closure writes included)
    bool addr_taken : 1;    // & of it or of a part, method call through its address, slicing of an array variable
    bool per_iteration : 1; // declared by the init of a 3-clause for, Go 1.22 semantics
    const Name *name;
    Type *type;   // NULL until resolved (check_object)
    Package *pkg; // NULL for universe
    Scope *parent;
    union {
        const Exact *val;  // OBJ_CONST
        Package *imported; // OBJ_PKG_NAME
        FuncInfo *func;    // OBJ_VAR: function whose body or signature declares it; NULL: package level or field
        Type *recv_named;  // OBJ_FUNC: base Named of a method (generic origin's), else NULL
    };
    Object *origin;  // method of an instance: the generic method; itself otherwise
    void *decl;      // FuncDecl/VarDecl/ConstDecl/TypeDecl, NULL if none
    void *decl_info; // private to types/
    File *file;      // package-level objects: where declared
};

struct FuncInfo {    // one per function body: FuncDecl or FuncLit
    FuncInfo *outer; // for literals
    Object *obj;     // for declarations
    Type *sig;
    Node *node; // FuncDecl or FuncLit
    Package *pkg;
    bool body_checked, has_defer, has_recover, has_goto;
    bool body_ended;  // was checked: what it depends on is known, but its tree is gone
    TypeList tparams; // receiver's and own type parameters in scope (of the outermost declaration), for types_subst
    VEC(Type *) local_types; // Named declared inside
    VEC(Object *) captures;  // variables of outer functions it or its inner literals use, in order of first use
    Arena *body;             // private to types/: where its tree is, if that can end by itself
    i64 nparams;             // and what was in the scope of its parameters before
};

typedef enum OperandMode {
    MODE_INVALID,
    MODE_NO_VALUE,
    MODE_BUILTIN,
    MODE_TYPE,
    MODE_CONST,
    MODE_VARIABLE /* addressable */,
    MODE_MAP_INDEX,
    MODE_VALUE,
    MODE_NIL,
    MODE_COMMA_OK,
    MODE_COMMA_ERR
} OperandMode;

typedef enum SelKind { SEL_FIELD, SEL_METHOD_VAL, SEL_METHOD_EXPR } SelKind;
struct Selection {
    u8 kind;
    Type *recv;  // type of x in x.f (may be a TYPE_PARAM or contain some)
    Object *obj; // field OBJ_VAR, or method OBJ_FUNC (of an instance: the instantiated one)
    i32 *path;
    i64 npath;     // field indices from recv to the field; for methods: embedded fields then the method's index
    bool indirect; // a pointer was followed on the way
};

typedef enum BuiltinId {
#define B(id, name, nargs, variadic, kind) BUILTIN_##id,
#include "types/builtins.def"
#undef B
    BUILTIN_COUNT
} BuiltinId;

// ---- packages and scopes --------------------------------------------------------------------------------------
enum { // -gcflags -N -l -e -S -m, and what else says how a package is compiled
    PKG_NO_OPT = 1,
    PKG_NO_INLINE = 2,
    PKG_ALL_ERRORS = 4,
    PKG_LIST_CODE = 8,
    PKG_TELL = 16,
    PKG_COUNT_EDGES = 32, // test -fuzz
    PKG_COVER_SHIFT = 6,  // -cover: a CoverMode
    PKG_COVER = 3 << PKG_COVER_SHIFT,
    PKG_COVER_MAIN = 1 << 8, // its program writes what was counted when it ends
    PKG_COVER_TEST = 1 << 9, // and package testing does
    PKG_PATCHABLE = 1 << 10, // functions begin with room for a jump (abi/patch.h)
    PKG_UNLOADABLE = 1 << 11 // its code may be taken out of memory: closures hold theirs
};
struct Package {
    Str path;      // import path ("main" package of a command too: its real path); link prefix is link_path
    Str link_path; // what symbol names use: "main" for package main, else path
    const Name *name;
    Str dir;
    File **files; // NULLs while `parse` waits
    i64 nfiles;
    void (*parse)(void *ctx, Package *); // NULL: files are parsed; else check_collect calls it
    void *parse_ctx;
    const Linkname
        *linknames; // what looks like //go:linkname lines of its files, parsed or not, in order; without positions
    i64 nlinknames;
    Scope *scope;
    Package **imports;
    i64 nimports;        // direct, sorted by path, without "unsafe"
    bool is_main_module; // or what stands for one: whoever builds edits it
    bool trusted; // somebody checked it before: only what is reached is looked at; else all bodies are checked, unused things reported
    bool tracked;  // it or what it imports may be edited: what is made of it says which declarations it is made of
    bool std;      // of the library: what only it may do is not looked for
    bool complete; // no assembly or other files: a function without body (and linkname) is an error
    bool fake;     // import failed, or syntax errors were found when it was asked for; silent
    bool collected, checked;
    i32 go_minor;          // language version go1.N of its module
    u32 flags;             // PKG_...: how it is compiled
    VEC(Object *) objects; // package-level, in order of source (methods and blank ones included)
    VEC(Object *) inits;   // init functions
    struct Initializer *init_order;
    i64 ninit;  // after types_init_order
    void *load; // load/: its Package
};
typedef enum InitKind {
    INIT_ANY,
    INIT_DATA, // a literal of data alone, and not checked: check_var_init before it is looked at
    INIT_CODE  // the same of another variable, or of a map: no static data
} InitKind;
typedef struct Initializer {
    Object **lhs;
    i64 nlhs;
    Expr *rhs;
    u8 kind;   // InitKind
} Initializer; // several lhs: one multi-value rhs

Scope *scope_new(Arena *, Scope *parent, const char *comment);
Object *scope_lookup(const Scope *, const Name *);                            // this scope alone
Object *scope_lookup_parent(const Scope *, const Name *, Pos, Scope **found); // Pos 0: ignore positions
Object *scope_insert(Scope *, Object *);                                      // NULL, or the one already there
i64 scope_len(const Scope *);
void scope_truncate(Scope *, i64 n);  // to the first n
Object *scope_at(const Scope *, i64); // in order of insertion
Scope *scope_parent(const Scope *);

// ---- the checker --------------------------------------------------------------------------------------------------
// Importer: called for each import of a file; returns the package (collected lazily by the checker), or NULL after it
// reported an error itself.
typedef Package *(*ImportFn)(void *ctx, Package *from, ImportDecl *decl, Str path);
Checker *checker_new(Arena *session, Intern *, Diag *, ImportFn, void *ctx);
// What help asks: import paths of packages of that name which declare member. NULL: nobody knows.
typedef struct Paths {
    Str *ptr;
    i64 len;
} Paths;
typedef Paths (*NamedFn)(void *ctx, Arena *, const Package *from, Str name, Str member);
void checker_help(Checker *, NamedFn);    // ctx is that of ImportFn
u32 types_new_program(Checker *);         // the next number of a program that is made of its types, from 1 on
void check_collect(Checker *, Package *); // idempotent
void check_object(Checker *, Object *);   // resolve declaration (type, constant value); also on demand
// Trees of bodies that check_body parsed, and what only their readers need, end here: from here on nobody looks into a body.
void check_release_bodies(Checker *);
void check_body(Checker *, FuncInfo *);              // body of a FuncDecl with all literals in it; idempotent
void check_end_body(Checker *, FuncInfo *);          // nobody looks into it any more, or check_body makes it anew
void check_var_init(Checker *, Object *package_var); // its initialisation expression; idempotent
void check_package(Checker *, Package *); // all of it, as gc does: bodies, unused imports and variables, cycles
void check_package_branches(Checker *, Package *); // before all else: what gc's parser says about labels, break, goto
void types_init_order(Checker *, Package *);       // fills init_order (checks what it needs)
FuncInfo *func_info(Checker *, Object *func);      // of a declared function (generic origin's for instances)
Type *check_expr_standalone(Checker *, Package *, Scope *, Expr *); // for tests
Package *types_unsafe_package(Checker *);
void types_export_data(Checker *, Package *,
                       Buf *out); // exportdata.c: what tools read that have no source; resolves what is exported
Str types_bad_import_path(Arena *, Str path); // why it is none, or ""

extern const struct Universe *types_universe(const Checker *);
struct Universe {
    Type *basic[TYPE_UNTYPED_NIL + 1];
    Type *byte_, *rune_; /* aliases' targets = uint8,int32; printed byte, rune */
    Type *error_, *any_, *comparable_;
    Object *nil_, *true_, *false_, *iota_;
    Scope *scope;
    Type *empty_tuple, *empty_interface, *empty_func; // func()
};

// ---- queries: used by ir/ and later. All accept aliases; none reports errors. --------------------------------------
Type *types_actual(Type *alias); // of types_unalias and types_under: those that do not stand for themselves
Type *types_underlying(Type *other);
static inline Type *types_unalias(Type *t) { return t && t->kind == TYPE_ALIAS ? types_actual(t) : t; }
// Underlying; a TYPE_PARAM's is its constraint interface.
static inline Type *types_under(Type *t) {
    return t->kind == TYPE_NAMED || t->kind == TYPE_ALIAS || t->kind == TYPE_PARAM ? types_underlying(t) : t;
}
static inline bool type_is(Type *t, TypeKind k) { return types_under(t)->kind == k; }
Type *types_core(Type *); // core type: under(t), or the single underlying type of a type set, or NULL
bool types_identical(Type *, Type *);
bool types_is_generic_free(Type *); // mentions no TYPE_PARAM
bool types_comparable(Type *);      // may be used with == (dynamic panics possible)
bool types_is_embed_fs(Type *);     // embed.FS itself
bool types_can_embed(Type *);       // //go:embed may apply to a variable of it: a string, bytes, embed.FS
bool types_assignable(Checker *, Type *v, Type *t); // values of type v to t (no constants)
bool types_implements(Checker *, Type *t, Type *iface);
bool types_has_nil(Type *);
Type *types_default(Checker *, Type *untyped);
// Method sets: methods of t (pointer or value), promoted ones included, sorted as reflect wants: exported by name first... by name, then package path.
typedef struct MethodEntry {
    const Name *name;
    Package *pkg; /* for unexported */
    Object *func; /* declared or interface method */
    i32 *path;
    i64 npath;
    bool indirect; /* path goes through a pointer */
    bool ptr_recv;
} MethodEntry;
i64 types_method_set(Checker *, Type *t, MethodEntry **out); // cached by type
// Field or method of t by name; NULL if none or ambiguous. path as in Selection.
Object *types_lookup(Checker *, Type *t, bool addressable, Package *, const Name *, i32 **path, i64 *npath,
                     bool *indirect);
i64 types_iface_methods(Checker *, Type *iface,
                        Object ***out);                 // complete set, embedded included, sorted by name then pkg path
Object *types_method_at(Checker *, Type *named, i64 i); // i-th declared method, instantiated for instances
// Constructors. Identical types may be several; compare with types_identical, or use link names.
Type *types_new_pointer(Checker *, Type *elem); // of one elem always the same
// Of the same parts always the same thing, for all programs of the checker (made.c).
Type *types_made_slice(Checker *, Type *elem);
Type *types_made_array(Checker *, Type *elem, i64 len);
Type *types_made_tuple(Checker *, Object **vars, i64 n);
Type *types_made_signature(Checker *, Object *recv, Type *params, Type *results, bool variadic);
Type *types_made_struct(Checker *, Object **fields, i64 n);         // laid out
Object *types_made_var(Checker *, Package *, const Name *, Type *); // name NULL: ""
Object *types_made_field(Checker *, Package *, const Name *, Type *);
// Instances. Canonical: equal (orig, targs) give the same Named.
Type *types_instantiate(Checker *, Type *generic_named, TypeList targs);
// Substitution for monomorphisation. Local types of the generic function become
// distinct Named per instance, the same one for equal targs of equal function.
typedef struct TypeEnv {
    FuncInfo *func;          /* outermost generic declaration */
    TypeList tparams, targs; /* parallel; targs generic-free */
    Map *cache;
} TypeEnv;
TypeEnv *types_env(Checker *, FuncInfo *, TypeList targs); // of the same always the same one
Type *types_subst(Checker *, Type *, TypeEnv *);           // env NULL: t itself
Object *types_subst_method(Checker *, Object *method,
                           TypeEnv *); // method object of a generic type -> that of the instance
// Layout for the target (gc's sizes on amd64: 8-byte words). Thread-safe only for types laid out before.
void types_layout(Type *);
i64 types_size(Type *);
i64 types_align(Type *);
i64 types_field_offset(Type *strct, i64 i);
void types_pointer_mask(Type *, u8 *bits, i64 word0); // sets bit word0+i for each pointer word of t
bool types_has_pointers(Type *);
// Names. String: as diagnostics (qualified relative to pkg; NULL: full path). Link name: unique over the program, gc's form
// ("map[string]*net/http.Request", "main.T[int]", "main.T·1", struct tags and unexported names qualified); equal iff identical.
// Reflect string: what reflect's String gives (package name instead of path).
Str types_string(Arena *, Type *, Package *rel);
Str types_link_name(Checker *, Type *); // cached in the type
Str types_reflect_string(Arena *, Type *);
Str object_string(Arena *, Object *, Package *rel);
