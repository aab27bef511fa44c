// state.h - inside of types/: the Checker and what it keeps, by subject.
//
// One Checker a program. Whoever switches `pkg` and `env` to look at another declaration restores both.
#pragma once
#include "types/types.h"

typedef struct Operand {
    u8 mode; /* OperandMode */
    i32 builtin;
    Type *type;
    const Exact *val;
    Expr *expr;
} Operand;

typedef struct DeclInfo DeclInfo;
typedef struct CheckEnv { // what surrounds the expression being checked; saved and restored around function bodies
    DeclInfo *decl;       // package-level declaration whose init expression/body is checked (dependencies go there)
    Scope *scope;
    Pos pos; // Pos: if set, lookups see only what is declared before
    const Exact *iota;
    Pos err_pos; // where to report for inherited expressions
    bool in_tparam_list;
    FuncInfo *func;
    Type *sig; // function being checked, its signature
    bool is_panic_seen, has_label, has_call_or_recv;
    File *file;
    AssignStmt *assign; // the innermost one that is being checked, for hints.c
    i32 iface_depth;    // nesting of interface literals
} CheckEnv;

struct DeclInfo { // a package-level const, var, type or func declaration (Object.decl_info)
    Object *obj;
    File *file;
    Package *pkg;
    Object **lhs;
    i64 nlhs;          // n:1 variable declarations: all variables
    Expr *type, *init; // const, var
    bool inherited, init_checked;
    const Exact *iota;
    TypeDecl *tdecl;
    FuncDecl *fdecl;
    i64 order; // in the package, in order of source
    VEC(Object *) deps;
    Map *dep_set;          // package-level objects of the same package its initialisation or body refers to
    VEC(Object *) methods; // of a type declaration: methods associated with it
    FuncInfo *info;
    i32 mark; // private to initorder.c
};

typedef struct Delayed { // an action, and what was current when it was pushed
    void (*fn)(Checker *, void *);
    void *arg;
    Package *pkg;
    File *file;
    DeclInfo *decl;
    Arena *bodies;
} Delayed;
typedef struct CheckWork { // what is under way
    i64 busy;              // nesting of entries from outside
    VEC(Object *) path;    // objects whose declaration is being checked
    VEC(Delayed) delayed;
} CheckWork;

typedef struct MonoVertex {
    i64 weight, pre, len;
    Object *obj;
} MonoVertex;
typedef struct MonoEdge {
    i64 dst, src, weight;
    Pos pos;
    Type *type;
} MonoEdge;
typedef struct MonoGraph { // which type parameters flow where, for instantiation cycles
    Map *index;            // Object* -> vertex + 1
    Map *canon;            // TYPE_PARAM -> TYPE_PARAM
    VEC(MonoVertex) vertices;
    VEC(MonoEdge) edges;
    bool grows;   // an edge has weight 1
    bool reached; // edges came from a package that is trusted and not of the library
} MonoGraph;

typedef struct TypeLiteral {
    Type *type;
    Pos pos;
} TypeLiteral;
typedef struct LateChecks {           // what is checked when types are complete
    VEC(InterfaceType *) anon_ifaces; // for the check of anonymous cycles
    VEC(TypeLiteral) literals;        // arrays and channels, for their size
} LateChecks;

typedef struct KnownNames { // what the language declares, and names that it treats in a special way
    const Name *blank, *init, *main, *any_name;
    Object *any, *comparable;
    Package *unsafe;
} KnownNames;

struct Checker {
    Arena *arena;
    Arena *bodies;              // trees of bodies, scopes in them, selections, operands: of what is being checked
    Arena *all_bodies;          // until check_release_bodies
    VEC(FuncInfo *) own_bodies; // those with an arena of their own; some have ended
    Arena *names;               // link names, under names_lock: the back end may ask for one while bodies are checked
    Mutex names_lock;
    Intern *intern;
    Diag *diag;
    ImportFn import;
    void *import_ctx;
    NamedFn named;
    struct Universe u;
    KnownNames known;
    Package *pkg; // package being checked; switched when a declaration of another package is resolved
    CheckEnv env;
    i64 expr_depth, type_depth; // nesting of expressions and of types; limits with a clear error
    Pos infer_pos;              // where the reason of the last failed check_infer belongs
    i64 nerrors;
    const void *about; // node whose place was asked for last, while its body is there: an error at its start is about it
    Pos about_start;
    const Selector *selector;     // whose operand is being looked up; to be compared only
    DiagError *error;             // the last one reported, for hints.c; NULL: it was not shown, or nobody wants help
    u32 next_param_id, nprograms; // nprograms: types_new_program gave a number to
    Map *pointers;                // Type* -> Type* of types_new_pointer
    Map *made;                    // what made.c made, by what of
    Map *collected;               // Package* -> PackageDecls
    CheckWork work;
    MonoGraph mono;
    LateChecks late, reached; // of the main module, with its package; of others but the library, as it is reached
    struct {
        Map *table; // hash -> InstList
        Pos pos;    // where instances are being written
    } inst;
    struct {
        Map *method_sets; // Type* -> MethodSet
        Arena *arena;     // scratch
        i64 nested;       // lookups under way
    } lookup;
    struct {
        Map *index; // TypeDecl* -> index, from 1
        Map *done;  // Package* whose local types are numbered
    } local;
    struct {
        Package *pkg;
        Arena *arena; // of the names
        Map *names;   // packages seen from pkg: name -> path, or AMBIGUOUS
    } ambiguous;
};
