// ir.h - typed tree -> explicit tree, monomorphic and complete.
//
// In:   checked declarations (types/) reached from main. Out: for each reached function instance an IrFunc whose body has no
//       generics, no range, no switch (but jump tables), no select, no method values, no implicit conversions: every step is a node.
// Then: inline.c and escape.c rewrite and annotate the trees bottom-up over the call graph; ssa/ reads the result.
// Node evaluation order is left to right, operands before the operation; ir/ makes temporaries where Go's order demands more.
// IR nodes live in the program's arena (functions are built single-threaded; afterwards they are read-only and may be compiled in parallel).
#pragma once
#include "types/types.h"

typedef struct IrProgram IrProgram;
typedef struct IrFunc IrFunc;
typedef struct IrVar IrVar;
typedef struct IrNode IrNode;
typedef struct IrGlobal IrGlobal;
typedef struct IrData IrData;
typedef struct Needs Needs;

typedef enum IrOp {
#define X(n, text, doc) X_##n,
#include "ir/ops.def"
#undef X
    X_COUNT
} IrOp;
typedef enum RtFn { // rows of abi/runtime.def
#define R(id, kind, sym, sig) RT_##id,
#include "abi/runtime.def"
#undef R
    RT_COUNT
} RtFn;
const char *rt_symbol(RtFn);

enum {
    IRF_NONNIL = 1,
    IRF_NOCHECK = 2,
    IRF_NONNEG = 4,
    IRF_SPREAD = 8,
    IRF_INIT = 16,
    IRF_DCL = 32,
    IRF_LOOP = 64,
    IRF_NOINLINE = 128,
    IRF_ESCAPES = 512, // S_KEEPALIVE: what the value points to must be on the heap
    IRF_OR_NIL = 1024, // NEW: memory of the frame that need not be zero; nil if it would have to be on the heap
    IRF_DIRECT = 2048, // CALL: was a CALL_IFACE, and was not looked at by inline.c since
    IRF_EXPANDED =
        4096, // ANDAND, COMPARE: one comparison of structs or arrays, of i nodes before it became one of their parts; S_ASSIGN: a part of another statement, of i nodes
    IRF_IMPLICIT = 256
};
typedef enum Esc { ESC_UNKNOWN, ESC_HEAP, ESC_STACK } Esc; // UNKNOWN compiles as HEAP

enum { IR_LEAKS = 8 }; // per parameter: to the heap, to results 0..6; value: dereferences + 1, 0 none
// Who needed a function, a type, a variable first: its tree leads to it. Both NULL: the program itself.
typedef struct IrOrigin {
    IrFunc *fn;
    struct TypeRec *type;
} IrOrigin;

enum { IR_INLINE_BUDGET = 80 }; // nodes of a function that is inlined anywhere, as in gc

typedef VEC(IrNode *) IrVec;
// The lists of a statement or a block. Other nodes share one that is empty and constant.
typedef struct IrBody {
    IrVec body, els, post;
    struct IrCase {
        i64 lo, hi;
        IrVec body;
    } * cases;
    i64 ncases;
} IrBody;
struct IrNode { // two cache lines; a program has a million
    u8 op, esc;
    u16 flags;
    u8 oper; // an Op: UNARY, BINARY, COMPARE, MIN_MAX
    u8 has;  // copies.c: which words a packed copy has
    i16 rt;  // CALL_RT, S_PANIC_RT: row of abi/runtime.def
    Pos pos;
    i32 inl;    // index into IrFunc.inlined of the call this was inlined by, -1 none
    Type *type; // of the value; NULL for statements and calls without result
    IrNode *a, *b, *c, *d;
    IrVec list;
    IrBody *sub; // never NULL: ir_no_body if the operation has none
    Type *atype;
    IrFunc *fn;
    union {
        i64 i;
        f64 f;
    };
    union {      // by operation
        Str str; // CONST_STRING
        struct {
            union {
                IrVar *var;       // VAR, S_DCL
                IrGlobal *global; // GLOBAL
                IrData *data;     // DATA_ADDR
                IrNode *target;   // BREAK, CONTINUE: the LOOP/BLOCK/JUMP_TABLE; GOTO: the LABEL
                i64 *idx;         // COMPOSITE, SLICE_LIT
                f64 f2;           // CONST_COMPLEX
            };
            Type *btype;
        };
    };
};
extern const IrBody ir_no_body; // shared by all nodes whose operation has no lists
static inline bool ir_has_body(const IrNode *n) { return n->sub != &ir_no_body; }

typedef enum IrVarKind { IRV_LOCAL, IRV_PARAM, IRV_RESULT, IRV_CAPTURE, IRV_KINDS } IrVarKind;
struct IrVar {
    const Name *name; // NULL: temporary
    Type *type;
    Pos pos;
    u8 kind;
    i32 index;                            // of params, results, captures; of locals: running number
    bool addr_taken;                      // its address is taken (X_ADDR, captured by reference): lives in memory
    bool by_ref;                          // CAPTURE: the closure holds the variable's address
    bool reassigned;                      // assigned after its initialisation
    bool heap;                            // escape.c: allocated with newobject at its S_DCL (params: copied at entry)
    bool is_blank, autotmp, defer_result; // RESULT in a function with defer: lives in memory
    i32 spot;                             // escape.c's, while it looks at the function
    Object *obj;
    IrVar *outer; // CAPTURE: the variable of the enclosing function, as long as that has a tree
};

typedef struct IrStarts {
    Pos *ptr; // sorted
    i64 len;
} IrStarts;

typedef struct IrInline {
    i32 parent;
    IrFunc *callee;
    Pos call_pos;
} IrInline;
typedef struct IrDirect { // a call of an interface method that became one of a concrete type's
    Pos pos;
    i32 inl;
    Type *type;
} IrDirect;
// Nodes of a function and of the closures in it; they end when the last of these is compiled.
typedef struct IrTrees {
    Arena *a;
    i32 users; // functions that are still to be compiled, and those who only hold them
} IrTrees;

// What inlining takes of a function.
typedef struct IrCopy {
    IrVec body;
    IrVar **params, **results, **captures;
    IrVar **locals;
    i64 nlocals;
} IrCopy;

struct IrFunc {
    Str sym;   // link symbol, Go's naming: pkg.F, pkg.(*T).M, pkg.T.M, pkg.F.func1, pkg.F[int], pkg.init, pkg.init.0
    Type *sig; // concrete; receiver is params[0]. NULL: nothing but the symbol is known
    Package *pkg;
    Pos pos, end_pos;
    IrVar **params;
    i64 nparams;
    IrVar **results;
    i64 nresults;
    bool variadic;
    IrVar **captures;
    i64 ncaptures; // closure: by value or by_ref; layout {code, captures... each aligned} (ir_closure_layout)
    VEC(IrVar *) locals;
    IrVec body;
    IrCopy *spare;  // components.c: for those who inline it after it was compiled; NULL: there is none
    IrTrees *trees; // where its nodes are; of a closure: NULL, they are with those of the function around it
    VEC(IrInline) inlined;
    VEC(IrDirect) direct;
    VEC(IrFunc *) callees; // callees.c: of the closures in it too; of functions whose home is tracked
    IrFunc *outer;         // for closures
    i64 nclosures;         // the last number in a closure's name
    bool has_blocks;       // BLOCKs are in its tree: statements in expressions
    bool has_closures;     // closures were made in it; if it is none itself, no others are named in its tree
    bool large_calls;      // calls in it take or give IR_LARGE_ARG bytes and more (limits.c)
    IrFunc *assembly;      // the function is a way to this one, which assembly defines (asmcall.c)
    bool built, has_body;  // no body: implemented in assembly or C (symbol only)
    bool noinline, nosplit, has_defer, has_recover, has_loop_defer, wrapper, is_closure, noescape, is_init,
        lazy /* from ir_lazy_func */, queued, needctxt /* reads X_CLOSURE_PTR or captures */;
    bool in_data; // static data refers to it
    bool abi0;    // arguments and results on the stack, as assembly has them
    bool yeswritebarrier_rec, uintptrescapes, uintptrkeepalive, dupok;
    bool by_name;       // no function but another signature of one: calls go to the symbol, nothing is known of it
    Type *closure_type; // of a closure object with captures: struct{F uintptr or unsafe.Pointer; X0 T0; ...}, by-reference captures as pointers; its descriptor is needed (newobject)
    u32 escape_done;
    const struct IrStarts *starts; // is_init: where declarations start whose code it has; NULL: it has none
    u8 *param_esc;                 // escape.c: per parameter, IR_LEAKS: leaks to heap / to results / not
    i32 cost;                      // inline.c: -1 not inlinable
    i32 intrinsic;                 // which row of intrinsics.def its symbol is, from 1 on; 0: none
    Object *obj;
    TypeEnv *env;
    Node *node; // source (FuncDecl, FuncLit) or NULL for made-up functions
    void (*make)(IrProgram *, IrFunc *);
    void *make_arg; // builder of a made-up function (wrapper, eq, hash, ...)
    Needs *needs;   // of the function and the closures in it, which share it; NULL until it is built
    // reach.c:
    const struct Unit *unit; // a cache has it; a tree is then built only for others, who inline it
    Package *home;           // in whose pack it is, or belongs
    IrOrigin origin;         // who needed it first
    // components.c:
    i32 scc;
    struct CallNode *calls;
    bool walked;                 // reach.c: its needs were acted upon
    bool finished;               // components.c: its tree is final, and somebody makes it if it is a closure
    bool asked;                  // reach.c: somebody refers to its code who may not be compiled now
    bool given;                  // program/: to the back end
    bool waits;                  // program/: its code is not made, since nobody referred to it so far
    const struct Unit *codeless; // a cache has it without its code: what was built took the place of that
};

// What a function makes exist and what it defines beside code: the other half of its value. gen*.c and needs.c append, reach.c alone
// acts on it, in this order.
typedef enum NeedKind {
    NEED_FUNC,       // fn is called or its address taken
    NEED_CLOSURE,    // fn is a part of this function
    NEED_GLOBAL,     // global is read, written or its address taken
    NEED_VALUE,      // data is the initial value of global
    NEED_LAZY,       // init gives global its value: it exists if global is reached
    NEED_DATA,       // data is read-only or initialised memory of this function
    NEED_SYMBOL,     // sym, if a Go function defines it; else it is the archive's
    NEED_TYPE,       // a descriptor; bare: size, pointers, equality
    NEED_TYPE_NAME,  // with its name: for messages of failed assertions
    NEED_TYPE_FULL,  // a value of the type is in an interface: its methods may be called, reflection can look at it
    NEED_TYPE_ASKED, // the same for the worklist, but no value is put there: the type is only compared with, or of a map
    NEED_TYPE_EQUAL, // values are compared through the descriptor
    NEED_ITAB,
    NEED_ITAB_ASKED,    // only compared with
    NEED_METHOD,        // some interface's method is called
    NEED_METHOD_WANTED, // some interface that has the method has a descriptor
    NEED_ASM,           // of units alone: a function that assembly defines
    NEED_CODE,          // of units alone: its code or data refers to that of fn, which callers inline
    NEED_REFLECTION,    // reflect's Method or MethodByName with an unknown name: exported methods are kept
    NEED_RT,            // row of abi/runtime.def
} NeedKind;
typedef struct Need { // there are a million of them in a large program
    u8 kind;
    i32 row;
    union {
        IrFunc *fn;
        IrGlobal *global;
        struct TypeRec *type;
        struct ItabRec *itab;
        struct IrMethodKey *method;
        const Str *sym;
    };
    union {
        IrFunc *init;
        IrData *data;
    };
} Need;
struct Needs {
    struct IrProgram *p;
    Arena *a; // of the list while it grows
    VEC(Need) list;
    u64 rows[(RT_COUNT + 63) / 64]; // of runtime.def that are in the list
    i64 ndata;                      // what the function has named
};

typedef struct IrEmbedFile {
    Str name, data;
} IrEmbedFile;
// Static data: bytes plus addresses. Package variables with static initial values, read-only composites, jump data.
typedef struct IrReloc {
    i64 off;
    enum { IRR_FUNC_CODE, IRR_FUNCVAL, IRR_GLOBAL, IRR_DATA, IRR_TYPE, IRR_ITAB, IRR_STRING } kind;
    union {
        IrFunc *fn;
        IrGlobal *global;
        IrData *data;
        Type *type;
    } u;
    Type *iface;
    Str str;
    i64 addend;
} IrReloc;
struct IrData {
    Str name /* unique link name or empty */;
    Type *type /* for the pointer mask; NULL: no pointers */;
    u8 *bytes;
    i64 size;
    i32 align;
    bool readonly;
    VEC(IrReloc) relocs;
    void *sym;
};
struct IrGlobal {
    Str sym;
    Type *type;
    Package *pkg;
    Pos pos;
    Object *obj;
    IrData *init;       // NULL: zero at start (bss)
    bool linkname_pull; // named by //go:linkname, and no package declares sym: the archive may define it
    // reach.c:
    bool reached;
    bool has_value;    // the unit of its initialiser defines it
    bool there;        // the running program has it (IrUnits.there)
    IrFunc *lazy_init; // made-up function that initialises it; exists only if the variable is reached
    const struct Unit *unit;
    Package *home;
    IrOrigin origin; // as in IrFunc
    void *link;      // obj Sym
};

// ---- building: gen*.c --------------------------------------------------------------------------------------------
typedef struct IrExtern { // a symbol that no Go function defines
    Str sym;
    Package *pkg; // which declares it without a body, and has no assembly for it; NULL: assembly was not looked at
} IrExtern;
struct IrProgram {
    Arena *arena;
    u32 number;     // of all programs that one checker serves, from 1 on
    IrTrees *trees; // where nodes are made now, NULL: in arena
    VEC(IrTrees *) all_trees;
    Intern *intern;
    Diag *diag;
    Checker *checker;
    SourceMap *sources;
    Map *funcs;          // sym -> IrFunc
    Map *globals;        // sym -> IrGlobal
    VEC(IrFunc *) order; // all functions in order of discovery; built ones have bodies
    VEC(IrGlobal *) global_order;
    VEC(IrGlobal *) typed_globals; // those that have a type, in the order in which they got it
    VEC(IrData *) datas;
    VEC(struct TypeRec *) used_types; // descriptors needed, in order of discovery
    VEC(Package *) packages;          // in order of initialisation
    IrFunc **inits;                   // parallel to packages
    struct IrSymbols *symbols;
    struct IrUnits *units; // ir/unit.h; NULL: none
    struct Reach *reach;
    struct IrGen *gen;
    struct IrGraph *graph;   // components.c
    struct IrLimits *limits; // limits.c
    // The back end takes a function whose tree is final while others are built; false: it has no code. A unit's function comes when it is
    // reached. NULL: trees are all built first (somebody wants to look at them), then ir_optimise goes over all.
    bool (*ready)(struct IrProgram *, IrFunc *);
    Package *runtime_pkg, *unsafe_pkg;
    Str (*linkname)(struct IrProgram *, Package *, Str local); // symbol for a local name by //go:linkname, or empty
    bool (*is_std)(struct IrProgram *, Package *);
    Map *linkname_refused; // linkname.c
    // Files of a //go:embed variable: sorted, slash-separated names relative to the package; false after an error was reported. (load/)
    bool (*embed_files)(struct IrProgram *, Object *var, struct IrEmbedFile **files, i64 *n);
    // Assembly of the program (program/assembly.c). asm_find: does assembly define this function, which Go declares in pkg; it is
    // reached if so. asm_var: a variable without initial value is reached, which assembly may define.
    bool (*asm_find)(struct IrProgram *, Str sym, Package *pkg);
    void (*asm_var)(struct IrProgram *, struct IrGlobal *);
    bool (*asm_reach)(struct IrProgram *, Str sym,
                      Str pkg); // by symbols alone: of that package. False: it does not define it
    Map *externs;               // reach.c: symbol -> IrExtern
    // The blocks of a package with PKG_COVER, whose files are parsed.
    const CoverTable *(*cover_table)(struct IrProgram *, Package *);
    void *load; // load/'s Loader, for the callbacks
    bool opt_any_linkname;
    bool end_bodies;  // of functions in the source, once their tree was built
    bool whole_types; // modules share types: each has its whole descriptor and all its methods
};
// symbols.c: the one IrFunc, IrGlobal a symbol names. Asking reaches nothing.
IrFunc *ir_func(IrProgram *, Object *func, TypeEnv *outer_env,
                TypeList targs); // declared function or method (receiver's type args come first in targs)
IrFunc *ir_made_func(IrProgram *, Str sym, Type *sig, Package *, void (*make)(IrProgram *, IrFunc *),
                     void *arg); // made-up function by unique name
IrGlobal *ir_global(IrProgram *, Object *var);
Str ir_object_symbol(
    IrProgram *, Object *,
    TypeEnv *); // link symbol of a declared function, method (instance by env) or variable, //go:linkname applied
void ir_check_pull(IrProgram *, Package *from, Str sym, Object *owner); // linkname.c; owner: declares sym, or NULL
Str ir_escape_path(Arena *, Str path);                      // dots of the last element etc. escaped as gc does
static inline bool ir_has_flag(const IrFunc *f, u32 flag) { // PKG_NO_OPT ...
    return f->pkg && f->pkg->flags & flag;
}
u32 ir_func_shape(const IrFunc *); // patchable.c
// Callers inline it, wherever they are: its code is made if somebody refers to it all the same.
static inline bool ir_is_inlined(const IrFunc *f) { return f->cost >= 0 && f->cost <= IR_INLINE_BUDGET; }
static inline IrFunc *ir_outermost(IrFunc *f) { // the function that a closure is a part of
    while (f->outer) f = f->outer;
    return f;
}
static inline bool ir_is_extension(const IrNode *n) { // append(s, make([]T, n)...)
    return (n->flags & IRF_SPREAD) && n->list.len == 1 && n->list.ptr[0]->op == X_MAKE_SLICE && !n->list.ptr[0]->b;
}
void ir_note_callees(Arena *, Arena *tmp, IrFunc *); // callees.c; as long as there are trees
Str ir_package_prefix(IrProgram *, Package *);       // link_path with dots of the last element etc. escaped as gc does
IrFunc *ir_rt_func(IrProgram *, RtFn);               // the IrFunc of a GO row that was needed, else NULL
Type *ir_canonical_type(IrProgram *, Type *);        // the one of all identical ones
void ir_implied_needs(IrProgram *,
                      IrFunc *); // needs.c: what ssa/ will refer to for the nodes of a built body and its closures
bool ir_identify_global(IrProgram *,
                        IrGlobal *); // reach.c: finds the type of what a unit named. False: nothing knows it
// reach.c: what the worklist acted on of a function (with its closures) or descriptor, whether it was built or a unit stands for it. Reaches nothing.
typedef void IrNeedVisit(void *ctx, const Need *);
void ir_each_need(IrProgram *, const IrFunc *, IrNeedVisit *, void *ctx);
void ir_each_type_need(IrProgram *, const struct TypeRec *, IrNeedVisit *, void *ctx);
bool ir_build_again(IrProgram *,
                    IrFunc *); // reach.c: the tree of a function that a unit stands for. False: nothing leads to it
void ir_take_tree(IrFunc *);   // reach.c: if its unit has no code, what was built takes its place
IrFunc *ir_reach_main(IrProgram *, Package *main); // everything; NULL after errors
bool ir_reach_plugin(IrProgram *, Package *main);  // what main exports, and all of it; false after errors
// Package-level functions and variables that others find in a plugin by name, in order of source. NULL: the i-th object is none.
Object *ir_plugin_symbol(IrProgram *, Package *main, i64 i, Type **type); // type: of what Lookup gives
bool ir_reach_package(
    IrProgram *,
    Package *); // a package that is not main: every function and method it declares (generic ones only as instances)
// asmcall.c: between the compiler's convention and that of assembly. p->asm_find tells what assembly defines.
bool ir_asm_body(IrProgram *, IrFunc *); // assembly defines it: its body becomes a call there
void ir_asm_way(IrProgram *, IrFunc *);  // the same of one that assembly is known to define
typedef enum IrAsmRef { IR_ASM_NONE, IR_ASM_FUNC, IR_ASM_TEXT /* of other assembly */, IR_ASM_VAR } IrAsmRef;
void ir_reach_asm_known(IrProgram *, Str sym, IrAsmRef); // what ir_reach_asm_ref does, by symbols alone
IrAsmRef ir_reach_asm_ref(IrProgram *,
                          Str sym); // reach.c: assembly refers to sym: a function gets an entry sym + "·abi0"
IrFunc *ir_asm_entry(IrProgram *, Str sym, IrFunc *);
Type *ir_asm_signature(IrProgram *, Str sym);                 // of the Go declaration; NULL: none
IrFunc *ir_abi0_func(IrProgram *, Str sym, const IrFunc *of); // symbols.c: a function without body of that convention
Object *ir_find_declared(IrProgram *, Str sym);               // symbols.c: function or variable that a symbol names
// gen.c: one function's body; called by reach.c
void ir_build_func(IrProgram *, IrFunc *);
void ir_walk_func(IrProgram *, IrFunc *); // reach.c: builds it and acts on its needs, once
void ir_build_package_init(
    IrProgram *, Package *,
    IrFunc *init); // static initial values into globals' IrData where possible, the rest as code; then calls init.0...
// wrappers.c, alg.c
IrFunc *ir_method_wrapper(
    IrProgram *, Type *recv,
    const MethodEntry *); // symbol pkg.(*T).M or T.M with promoted/deref code; the method itself if none is needed
IrFunc *ir_iface_entry(
    IrProgram *, Type *recv,
    const MethodEntry *); // code for an itab or Method.Ifn: receiver is one data word (pointer to value unless direct)
// How values of a type are compared or hashed: fn, or row of abi/runtime.def, or (fn NULL, row -1) not at all.
typedef struct IrAlg {
    IrFunc *fn;
    i32 row;
} IrAlg;
IrAlg ir_eq_alg(IrProgram *, Type *);
IrAlg ir_hash_alg(IrProgram *, Type *);
Str ir_eq_symbol(IrProgram *, Arena *, Type *); // in that arena, if it has to be made
Str ir_hash_symbol(IrProgram *, Arena *,
                   Type *); // function symbol that compares/hashes values of the type; empty if not comparable
typedef struct IrMethodKey IrMethodKey; // a method's name and signature: what interface calls match (symbols.h)
typedef struct TypeMethod {
    IrMethodKey *key;
    struct TypeRec *sig; // without receiver
    bool exported;
    IrFunc *ifn, *tfn; // reach.c: code for itabs and Method.Ifn, for Method.Tfn; NULL: not reached
} TypeMethod;
// A type of the program by its link name; Type.mark of all that have it leads here. reach.c writes the flags and the needs, type_needs.c the methods.
typedef struct TypeRec {
    u32 index;  // in the tables of symbols.c
    bool there; // the running program has it (IrUnits.there)
    Type *type; // NULL: nothing but the symbol is known
    Str symbol;
    bool used, full /* reaches an interface: name, children and methods are in the descriptor */,
        need_eq /* Equal is filled in */, want_name /* the name is, even if nothing else can be seen */,
        wanted /* an interface type of the program has one of its methods */,
        more /* methods were reached that its unit does not know */;
    Needs *bare_needs, *full_needs;       // NULL: not (yet) walked, or its unit was
    const struct Unit *unit, *descriptor; // reach.c: a cache has what is needed of it; has it as it is in this program
    Package *home;
    IrOrigin origin;      // reach.c, as in IrFunc
    i64 methods_at;       // meta/: where the descriptor has its method table
    MethodEntry *entries; // parallel to methods
    TypeMethod *methods;
    i64 nmethods; // 0 unless full
    IrMethodKey **keys;
    i64 nkeys; // of an interface type: its methods as types_iface_methods sorts
} TypeRec;
TypeRec *ir_type_rec(IrProgram *, Type *);
bool ir_mask_on_demand(Type *); // its pointer mask is made by the runtime, from the descriptors of its parts
TypeRec *ir_known_type(IrProgram *, Str link_name); // if anything asked for it, else NULL
typedef struct ItabRec {
    Str symbol;
    TypeRec *type, *iface;
    bool reached; // reach.c
    IrFunc **funs;
    i64 nfuns; /* parallel to iface->keys; NULL: never called */
} ItabRec;
u32 ir_type_hash(Str link_name);         // abi.Type.Hash
Str ir_type_symbol(IrProgram *, Type *); // "type:" + link name; any thread once the type was needed
Str ir_itab_symbol(IrProgram *, Type *concrete, Type *iface); // "go:itab.T,I"; the same
i64 ir_itab_count(IrProgram *);
ItabRec *ir_itab_at(IrProgram *, i64);
bool type_direct_iface(Type *);                  // pointer-shaped: stored in the data word itself
Type *ir_map_group_type(IrProgram *, Type *map); // internal/runtime/maps group struct
// inline.c, escape.c, ir_print.c, ir_read.c
// components.c: inlining, then escape analysis, for each component of the call graph
void ir_complete(IrProgram *, IrFunc *);       // this one's, and all it leads to
void ir_complete_again(IrProgram *, IrFunc *); // though a unit stands for it
void ir_optimise(IrProgram *);                 // what is left when all trees exist, or are in work
// limits.c: what is too large. From any thread; LATE: found by the back end. Errors come when asked for, those of trees first.
#define IR_LARGE_ARG (64 << 10)
bool ir_fits_stack(IrProgram *, const IrFunc *);
void ir_start_limits(IrProgram *);
void ir_note_limit(IrProgram *, const IrFunc *, Str message, bool late);
void ir_tell_limits(IrProgram *, bool late);
const char *ir_op_name(IrOp);
void ir_verify(IrProgram *, const IrFunc *); // bug() if a tree is not what ops.def says
void ir_print_func(Buf *, const IrFunc *);   // s-expressions, readable by ir_read (tests of later phases alone)
IrFunc *ir_read_func(IrProgram *, Str text);
i64 ir_closure_layout(const IrFunc *, i64 *offsets); // size; offsets of captures (8 is the first possible)
// constructors
IrNode *ir_new(IrProgram *, IrOp, Pos, Type *);
Arena *ir_node_arena(IrProgram *);
void ir_begin_trees(IrProgram *, IrFunc *); // nodes are this function's from here on
void ir_hold_trees(IrFunc *);               // until one ir_release_trees more
void ir_end_trees(IrProgram *);
void ir_release_trees(
    IrFunc *); // it is compiled, nobody looks at its nodes any more (only at how many statements there were); any thread
// A function and the closures in it once more, from IrFunc.spare: their trees have ended, and are held for each.
void ir_make_again(IrProgram *, IrFunc **, i64 n);
void ir_end_copies(IrProgram *); // nobody inlines or makes again what has one
void ir_copy_node(Arena *, IrNode *to,
                  const IrNode *from); // operands are shared; the copy's lists of statements are its own and empty
void ir_free_trees(IrProgram *);       // those that are left, before its arena ends; the back end has ended
IrVar *ir_temp(IrProgram *, IrFunc *, Type *, Pos);
// table of intrinsic functions (ir/intrinsics.def): symbols that ssa/ expands; they need no body. Index or -1.
i32 ir_intrinsic(Str sym);
static inline bool ir_is_intrinsic(const IrFunc *f) { return !f->by_name && f->intrinsic; }
