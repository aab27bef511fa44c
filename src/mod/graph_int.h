// graph_int.h - inside of the module graph: one struct a command (ModState), one a module version (ModNode), a graph, a set of
// requirements, and the loader of the import graph.
//
// A version is interned (mod_node), so that sets of versions are maps of pointers, and what is known of its go.mod is known once. A Reqs
// never changes after it was made (but its graph is read when first needed); what would change it makes a new one.
#pragma once
#include "mod/graph.h"
#include "mod/version.h"

typedef VEC(ModVersion) ModVec;
typedef VEC(Str) StrVec;

typedef enum Pruning {
    PRUNED,    // go 1.17: requirements of requirements are not read where go.mod is 1.17 too
    UNPRUNED,  // everything is read
    WORKSPACE, // go.work
} Pruning;

// An error that belongs to a module version: "path@version: text". mod.path "": to none.
typedef struct ModErr {
    Err err;
    ModVersion mod;
} ModErr;

typedef struct Summary { // what the graph needs of a go.mod
    Str module, deprecated, go_version, toolchain;
    Pruning pruning;
    ModVec require; // with go, from go 1.21 on
    ModFile *file;  // NULL for go and toolchain
} Summary;

typedef struct ModNode {
    ModVersion v;
    Str go_version;   // as its go.mod or modules.txt says
    bool go_known;    // go_version was stored, maybe as ""
    Summary *raw;     // of this very version
    Summary *summary; // replaced, without excluded requirements
    ModErr raw_err, err;
    bool raw_done, done;
    bool text_done, text_ok; // go.mod from outside
    Str text;
    Err text_err;
    bool dir_done, dir_ok;
    Str dir;
    Err dir_err;
} ModNode;

typedef struct ModList {
    ModVec v;
} ModList;

typedef struct ModGraph {
    ModVec roots;
    Map *required; // ModNode -> ModList
    Map *selected; // path -> ModNode
    ModVec list;   // the build list, once asked for
    bool listed, complete;
} ModGraph;

typedef struct Reqs {
    Pruning pruning;
    ModVec roots;  // sorted
    Map *max_root; // path -> ModNode
    Map *direct;   // path -> itself
    ModGraph *graph;
    ModErr graph_err; // reading the graph failed: the graph is incomplete
} Reqs;

typedef struct Main {
    ModMain m; // first: what others see
    Str prefix;
    bool in_goroot;
    Str data;                      // go.mod as it was read
    bool needs_fix;                // a version in it was not canonical
    Map *replace;                  // "path@version" -> ModVersion *
    Map *exclude;                  // "path@version" -> non-NULL
    Map *require;                  // the same -> ModRequire
    Str index_go, index_toolchain; // as they were read
} Main;

typedef struct VendorMeta {
    bool explicit_;
    ModVersion replacement;
    Str go_version;
} VendorMeta;

typedef struct Vendored { // vendor/modules.txt
    bool read;
    ModVec list, replaced;
    Map *version; // path -> ModNode
    Map *package; // import path -> ModNode
    Map *meta;    // "path@version" -> VendorMeta
} Vendored;

struct PkgLoader;
struct ModState {
    Arena *a;
    const Env *env;
    Fetcher *fetch;
    ModOptions o;
    Str goroot_src, local; // local: "1.26.3"
    bool enabled, has_root, workspace;
    ModMode mode;
    bool mode_explicit;
    Str mode_reason;
    Str gowork, gomod; // files
    StrVec roots;      // folders of main modules
    ModFile *work;
    Map *work_replace;
    VEC(Main *) mains;
    Main *containing; // cwd
    Map *highest;     // module path -> Str *: the highest version with a replacement
    StrVec highest_paths;
    Map *tools;
    StrVec tool_paths;
    Map *nodes;
    Reqs *reqs;
    Vendored vendor;
    Map *have_gomod, *have_go; // folder -> a bool that lives in the arena
    Map *latest;               // path -> ModNode: newest version, retracted or not
    struct PkgLoader *loaded;
    bool drop_toolchain, keep_toolchain; // get toolchain@none; get toolchain@version
};

// ---- open.c
Str mod_short_path(ModState *, Str path); // relative to the current folder where that is shorter
bool mod_read_text(ModState *, Str path, Str *text);
bool mod_file_there(ModState *, Str path);
bool mod_list_dir(ModState *, Str dir, Str **names, i64 *n);
bool mod_is_dir(ModState *, Str dir);
bool mod_is_real_dir(ModState *, Str dir); // no symbolic link to one
Str mod_find_root(ModState *, Str dir);    // folder with go.mod at or above dir; ""
Err mod_no_root_error(ModState *);
Str mod_main_go(ModState *); // go version that the main module or go.work asks for
bool mod_must_have_sums(const ModState *);
Main *mod_main_named(const ModState *, Str path);
bool mod_too_new(ModState *, Str what, Str go_version, Err *); // sets the error; false
Str mod_too_new_version(Str error_text);                       // X of "requires go >= X (running"
Str mod_vendor_dir(ModState *);
// ---- mains.c
bool mod_read_mains(ModState *, Err *);
Str mod_version_key(Arena *, ModVersion);
Main *mod_index_file(ModState *, Main *, Str data, bool needs_fix); // remembers what go.mod says
bool mod_file_dirty(ModState *, Main *);
ModVersion mod_resolve(const ModState *, ModVersion); // the replacement, or itself
Str mod_replace_base(const ModState *);               // what relative replacements are relative to
// ---- vendor.c
bool mod_read_vendor(ModState *, Err *);
bool mod_check_vendor(ModState *, Err *);
bool mod_vendor_is_workspace(ModState *, Str dir);
VendorMeta *mod_vendor_meta(ModState *, ModVersion);
// ---- summary.c
ModNode *mod_node(ModState *, ModVersion);
Summary *node_summary(ModState *, ModNode *, ModErr *); // NULL after an error
Summary *node_raw_summary(ModState *, ModNode *, ModErr *, bool too_new_is_fine);
void node_prefetch(ModState *, ModNode **, i64 n); // go.mod files of several versions at once
Str moderr_text(Arena *, ModErr);
Err moderr_err(Arena *, ModErr);
Pruning pruning_of(Str go_version);
// ---- mvs.c
int modver_order(const void *, const void *); // by path, then version
void modvec_sort(ModVec *);
bool modvec_eq(const ModVec *, const ModVec *);
ModGraph *graph_new(ModState *, const ModVec *roots);
void graph_require(ModState *, ModGraph *, ModVersion, ModVec reqs);
const ModList *graph_required_by(ModState *, const ModGraph *, ModVersion);
Str graph_selected(const ModGraph *, Str path); // "none"
ModVec graph_build_list(ModState *, ModGraph *);
void graph_walk(ModState *, ModGraph *, void (*)(void *, ModVersion), void *ctx); // breadth first
ModVec graph_find_path(ModState *, ModGraph *, bool (*)(void *, ModVersion), void *ctx);
ModGraph *graph_read(ModState *, Pruning, const ModVec *roots, Map *unprune, ModErr *);
bool mvs_requirements(ModState *, const ModVec *roots, const StrVec *base, ModVec *min, ModVec *build_list, ModErr *);
// ---- requirements.c
Reqs *reqs_new(ModState *, Pruning, ModVec roots, Map *direct);
Reqs *reqs_of_mains(ModState *);
void reqs_init_vendor(ModState *, Reqs *, Err *);
bool reqs_selected(ModState *, const Reqs *, Str path, Str *version); // among the roots
Str reqs_go(ModState *, const Reqs *);
bool reqs_redundant(ModState *, const Reqs *);
ModGraph *reqs_graph(ModState *, Reqs *, ModErr *); // never NULL; *err may be set
Reqs *reqs_expand(ModState *, Reqs *, ModErr *);
Reqs *reqs_convert(ModState *, Reqs *, Pruning, ModErr *);
Reqs *reqs_override(ModState *, Reqs *, ModVersion);
Reqs *reqs_update(ModState *, Map *direct, Reqs *, struct PkgLoader *pkgs, const ModVec *add, bool roots_imported,
                  ModErr *);
Reqs *reqs_tidy(ModState *, Reqs *, struct PkgLoader *, ModErr *);
bool mod_complete(const ModState *);               // go.mod must be complete: it may not be changed
bool err_dirty(ModState *, Err *);                 // "updates to go.mod needed"
bool mod_current_reqs(ModState *, Reqs **, Err *); // the requirements as of now
bool maps_equal(const Map *, const Map *);
bool mod_load_graph(ModState *, ModGraph **, Err *); // consistent with its roots
// ---- import.c
typedef struct MissingImport {                    // why no module provides a package
    Str path, query_err, importer_go, missing_at; // missing_at: a newer version in the build list lacks it
    bool is_std, no_root;
    ModVersion replaced, module;
    const Main *importing;
} MissingImport;
typedef struct ImpErr {
    Err err;
    MissingImport *missing;
    ModVec no_sums; // versions without a line in go.sum
    bool found;     // with no_sums: one module has the package
} ImpErr;
typedef struct Found {
    ModVersion mod;
    Str root, dir;
    ModVec alt; // modules that could have provided it
} Found;
bool imp_find(ModState *, Str path, Reqs *, ModGraph *, bool skip_gomod, Found *, ImpErr *);
bool imp_query(ModState *, Str path, Reqs *, ModVersion *, ImpErr *);
void imp_word(ModState *, Str path, ImpErr *, Str importer, Str importer_version, bool importer_test);
bool mod_dir_in(ModState *, Str path, Str prefix, Str root, bool local, Str *dir, bool *go_files);
bool mod_fetch(ModState *, ModVersion, Str *dir, bool *local, bool *no_sum, Err *);
void mod_prefetch_dirs(ModState *, Reqs *, ModGraph *, const StrVec *paths);
bool mod_std_path(Str path); // its first element has no dot
bool mod_has_path_prefix(Str path, Str prefix);
bool mod_is_meta(Str pattern);
bool mod_is_appengine(Str path); // App Engine's own library: no module is looked for
// ---- match.c
bool pattern_tree(Str pattern, Str name); // may some name below match
typedef struct Match {
    ModMatch m;
    StrVec dirs, pkgs;
    VEC(Err) errs;
    bool dirs_done;
} Match;
void match_packages(ModState *, Match *, bool std, const ModVec *modules, bool any_tags);
void match_dirs(ModState *, Match *, Reqs *, const ModMain *only);
bool match_local_path(ModState *, Str dir, Reqs *, Str *path, Err *, bool *skip);
Str match_clean(Arena *, Str pattern);
// ---- loadloop.c
enum { IN_ALL = 1, IS_ROOT = 2, FROM_ROOT = 4, IMPORTS_LOADED = 8 };
typedef struct LPkg {
    ModPackage p; // first: what others see
    struct LPkg *test_of, *test, *stack;
    u8 flags;
    bool in_std;
    ImpErr ierr;
    ModVec alt;
    StrVec test_imports;
    VEC(struct LPkg *) imports;
} LPkg;
typedef struct PkgLoader {
    ModState *s;
    ModLoadOptions o;
    Reqs *reqs, *initial;
    bool all_is_root, all_closes_over_tests, skip_gomods;
    bool outside; // a folder was named that is in no module
    VEC(Match *) matches;
    Map *cache; // path -> LPkg
    VEC(LPkg *) roots, pkgs, queue;
    StrVec errs;
    Str advice;     // printed behind errs
    i32 first_kind; // of errs
    Map *keep;      // mod tidy: lines of go.sum
    Str compat;
} PkgLoader;
bool lpkg_external(const ModState *, const LPkg *);
Str lpkg_stack(Arena *, const LPkg *);
void loader_error(PkgLoader *, Str text, i32 kind);
bool loader_give_errors(PkgLoader *, Err *); // false if there are any
// ---- tidy.c
Map *tidy_keep_sums(ModState *, PkgLoader *, Reqs *, bool build_list_zips);
bool tidy_finish(ModState *, PkgLoader *, Err *);
// ---- commit.c
bool commit_update_file(ModState *, Str *before, Str *after,
                        Err *); // go.mod by the requirements; nothing to do: *after ""
// ---- info.c
bool mod_check_allowed(void *state, ModVersion, Err *); // neither excluded nor retracted: ModAllowedFn
bool mod_check_excluded(void *state, ModVersion, Err *);
bool mod_check_retracted(void *state, ModVersion, Err *);
Str mod_short_message(Arena *, Str text, const char *empty); // of go.mod, safe to print
ModInfo *mod_info_version(ModState *, ModVersion, bool of_graph);
