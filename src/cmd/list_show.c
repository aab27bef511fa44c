// list_show.c - what is known of packages and modules as GoVals: the structs that templates and JSON are made from.
#include "cmd/gotime.h"
#include "cmd/list_int.h"
#include <jansson.h>

// ---- types ------------------------------------------------------------------------------------------------------------------

static const GoStruct package_type, module_type, error_type, module_error_type, origin_type, import_type, context_type;

static const GoStruct *struct_of(const char *type) {
    static const struct {
        const char *type;
        const GoStruct *of;
    } known[] = {{"*modinfo.ModulePublic", &module_type},
                 {"*load.PackageError", &error_type},
                 {"*modinfo.ModuleError", &module_error_type},
                 {"*time.Time", &gotime_type},
                 {"*codehost.Origin", &origin_type}};
    for (i64 i = 0; i < NELEM(known); i++)
        if (strcmp(known[i].type, type) == 0) return known[i].of;
    return NULL;
}

enum { // PF_Dir, MF_Path ...
#define PACKAGE(name, type) PF_##name,
#define MODULE(name, type)
#include "cmd/list_fields.def"
#undef PACKAGE
#undef MODULE
    NPACKAGE_FIELDS
};
enum {
#define PACKAGE(name, type)
#define MODULE(name, type) MF_##name,
#include "cmd/list_fields.def"
#undef PACKAGE
#undef MODULE
    NMODULE_FIELDS
};
static const GoField package_fields[] = {
#define PACKAGE(name, type) {#name, type, NULL, false},
#define MODULE(name, type)
#include "cmd/list_fields.def"
#undef PACKAGE
#undef MODULE
};
static const GoField module_fields[] = {
#define PACKAGE(name, type)
#define MODULE(name, type) {#name, type, NULL, false},
#include "cmd/list_fields.def"
#undef PACKAGE
#undef MODULE
};
static const GoStruct package_type = {
    .name = "load.PackagePublic", .fields = package_fields, .nfields = NPACKAGE_FIELDS};

static Str field_str(const GoVal *v, i64 i) { return v->kind == GOVAL_STRUCT ? v->fields[i].s : (Str){0}; }
static GoVal *at(GoVal *v, i64 i) { return &v->fields[i]; }

// A struct with all fields zero; pointers know what they would point to.
static GoVal new_struct(Arena *a, const GoStruct *t, const char *type) {
    GoVal v = goval_struct(a, t, type);
    for (i64 i = 0; i < t->nfields; i++) v.fields[i].of = struct_of(t->fields[i].type);
    return v;
}

// ---- errors -----------------------------------------------------------------------------------------------------------------

enum { EF_ImportStack, EF_Pos, EF_Err, EF_IsImportCycle, EF_text };
static const GoField import_fields[] = {{"Pkg", "string", NULL, false}, {"Pos", "*token.Position", NULL, false}};
static const GoStruct import_type = {.name = "load.ImportInfo", .fields = import_fields, .nfields = 2};
static const GoField error_fields[] = {{"ImportStack", "load.ImportStack", NULL, true},
                                       {"Pos", "string", NULL, true},
                                       {"Err", "string", NULL, true},
                                       {"IsImportCycle", "bool", NULL, false}};
static const GoField error_json_fields[] = {
    {"ImportStack", "[]string", NULL, true}, {"Pos", "string", NULL, true}, {"Err", "string", NULL, true}};
static const GoStruct error_json_type = {.name = "", .fields = error_json_fields, .nfields = 3};

static GoVal error_text(Arena *a, const GoVal *v) {
    (void)a;
    return v->fields[EF_text]; // behind the fields
}

static GoVal error_json(Arena *a, const GoVal *v) {
    GoVal out = goval_struct(a, &error_json_type, "struct");
    const GoVal *stack = at((GoVal *)v, EF_ImportStack);
    GoVal names = goval_list(a, "[]string", stack->list.len);
    names.is_nil = false;
    for (i64 i = 0; i < stack->list.len; i++) names.list.ptr[i] = stack->list.ptr[i].fields[0];
    out.fields[0] = names;
    out.fields[1] = v->fields[EF_Pos];
    out.fields[2] = v->fields[EF_Err];
    return out;
}

static const GoMethod error_methods[] = {{.name = "Error", .call = error_text, .shows = true}};
static const GoStruct error_type = {.name = "load.PackageError",
                                    .fields = error_fields,
                                    .nfields = 4,
                                    .methods = error_methods,
                                    .nmethods = 1,
                                    .as_json = error_json};

static GoVal error_value(List *l, const PkgError *e) {
    GoVal v = goval_struct(l->a, &error_type, "*load.PackageError");
    GoVal *grown = ANEWN(l->a, GoVal, error_type.nfields + 1);
    memcpy(grown, v.fields, (size_t)error_type.nfields * sizeof *grown);
    v.fields = grown;
    GoVal stack = goval_list(l->a, "load.ImportStack", e->nstack);
    stack.is_nil = false;
    for (i64 i = 0; i < e->nstack; i++) {
        GoVal step = goval_struct(l->a, &import_type, "load.ImportInfo");
        step.fields[0] = goval_str(e->stack[i].path);
        stack.list.ptr[i] = step;
    }
    v.fields[EF_ImportStack] = stack;
    v.fields[EF_Pos] = goval_str(load_error_position(l->loader, e));
    v.fields[EF_Err] = goval_str(e->text);
    v.fields[EF_IsImportCycle] = goval_bool(e->is_cycle);
    v.fields[EF_text] = goval_str(load_error_text(l->loader, e));
    return v;
}

// ---- modules ----------------------------------------------------------------------------------------------------------------

static Str version_text(Arena *a, const GoVal *m) {
    Str v = field_str(m, MF_Version);
    return at((GoVal *)m, MF_Retracted)->list.len ? arena_printf(a, "%.*s (retracted)", SFMT(v)) : v;
}

static void print_version(Arena *a, Buf *b, const GoVal *m) {
    const GoVal *update = at((GoVal *)m, MF_Update);
    buf_printf(b, " %.*s", SFMT(version_text(a, m)));
    if (update->kind == GOVAL_STRUCT) buf_printf(b, " [%.*s]", SFMT(version_text(a, update)));
}

static GoVal module_string(Arena *a, const GoVal *m) {
    Buf b = {0};
    const GoVal *replace = at((GoVal *)m, MF_Replace);
    buf_str(&b, field_str(m, MF_Path));
    if (field_str(m, MF_Version).len) print_version(a, &b, m);
    if (field_str(m, MF_Deprecated).len) buf_c(&b, " (deprecated)");
    if (replace->kind == GOVAL_STRUCT) {
        buf_printf(&b, " => %.*s", SFMT(field_str(replace, MF_Path)));
        if (field_str(replace, MF_Version).len) print_version(a, &b, replace);
        if (field_str(replace, MF_Deprecated).len) buf_c(&b, " (deprecated)");
    }
    GoVal v = goval_str(arena_str(a, buf_view(&b)));
    buf_free(&b);
    return v;
}

static const GoMethod module_methods[] = {{.name = "String", .call = module_string, .shows = true}};
static const GoStruct module_type = {.name = "modinfo.ModulePublic",
                                     .fields = module_fields,
                                     .nfields = NMODULE_FIELDS,
                                     .methods = module_methods,
                                     .nmethods = 1};
static const GoField module_error_fields[] = {{"Err", "string", NULL, true}};
static const GoStruct module_error_type = {.name = "modinfo.ModuleError", .fields = module_error_fields, .nfields = 1};

static const GoField origin_fields[] = {{"VCS", "string", NULL, false},       {"URL", "string", NULL, false},
                                        {"Subdir", "string", NULL, false},    {"Hash", "string", NULL, false},
                                        {"TagPrefix", "string", NULL, false}, {"TagSum", "string", NULL, false},
                                        {"Ref", "string", NULL, false},       {"RepoSum", "string", NULL, false}};
static const GoStruct origin_type = {
    .name = "codehost.Origin", .fields = origin_fields, .nfields = NELEM(origin_fields)};

static GoVal origin_value(Arena *a, Str text) {
    GoVal v = goval_struct(a, &origin_type, "*codehost.Origin");
    json_t *j = json_loadb(text.ptr, (size_t)text.len, 0, NULL);
    for (i64 i = 0; j && i < v.of->nfields; i++) {
        const char *s = json_string_value(json_object_get(j, origin_fields[i].name));
        if (s) v.fields[i].s = arena_str(a, str_c(s));
    }
    if (j) json_decref(j);
    return v;
}

static GoVal one_text(Arena *a, const GoStruct *t, const char *type, Str s) {
    GoVal v = goval_struct(a, t, type);
    v.fields[0].s = s;
    return v;
}

GoVal list_module_value(Arena *a, const ModInfo *m) {
    GoVal v = new_struct(a, &module_type, "*modinfo.ModulePublic");
    const struct {
        int field;
        Str s;
    } texts[] = {
        {MF_Path, m->path},         {MF_Version, m->version},      {MF_Query, m->query},           {MF_Dir, m->dir},
        {MF_GoMod, m->gomod},       {MF_GoVersion, m->go_version}, {MF_Deprecated, m->deprecated}, {MF_Sum, m->sum},
        {MF_GoModSum, m->gomod_sum}};
    for (i64 i = 0; i < NELEM(texts); i++) v.fields[texts[i].field].s = texts[i].s;
    if (m->nversions) v.fields[MF_Versions] = goval_strs(a, m->versions, m->nversions);
    if (m->nretracted) v.fields[MF_Retracted] = goval_strs(a, m->retracted, m->nretracted);
    if (m->replace) v.fields[MF_Replace] = list_module_value(a, m->replace);
    if (m->update) v.fields[MF_Update] = list_module_value(a, m->update);
    if (m->time.len) v.fields[MF_Time] = goval_time(a, m->time);
    if (m->error.len) v.fields[MF_Error] = one_text(a, &module_error_type, "*modinfo.ModuleError", m->error);
    if (m->origin.len) v.fields[MF_Origin] = origin_value(a, m->origin);
    v.fields[MF_Main].b = m->main;
    v.fields[MF_Indirect].b = m->indirect;
    v.fields[MF_Reuse].b = m->reuse;
    return v;
}

static void show_module(List *l, const Pkg *p, GoVal *out) {
    if (!p->module.path.len || !l->mods) return;
    Str key = arena_printf(l->a, "%.*s %.*s", SFMT(p->module.path), SFMT(p->module.version));
    GoVal *known = map_get_str(l->modules, key);
    if (!known) {
        ModInfo *info = mod_info_of(l->mods, p->module);
        if (!info) return;
        if (l->c->f.retracted) {
            mod_info_retraction(l->mods, info);
            if (info->replace) mod_info_retraction(l->mods, info->replace);
        }
        known = ANEW(l->a, GoVal);
        *known = list_module_value(l->a, info);
        map_set_str(l->modules, key, known);
    }
    *out = *known;
}

// ---- packages ---------------------------------------------------------------------------------------------------------------

static GoVal strs(List *l, const StrVec *v) { return goval_strs(l->a, v->ptr, v->len); }
static GoVal words(List *l, const PkgWords *w) {
    GoVal v = goval_list(l->a, "[]string", w->len);
    for (i64 i = 0; i < w->len; i++) v.list.ptr[i] = goval_str(w->ptr[i].text);
    return v;
}

static void add_names(List *l, StrVec *out, const PkgFiles *f) {
    for (i64 i = 0; i < f->len; i++) vec_push(l->a, out, f->ptr[i]->name);
}

static GoVal names(List *l, const Pkg *p, FileKind k) {
    StrVec v = {0};
    add_names(l, &v, &p->files[k]);
    return strs(l, &v);
}

static void show_files(List *l, const ListPkg *n, GoVal *v) {
    static const struct {
        int field;
        FileKind kind;
    } lists[] = {{PF_GoFiles, FILES_GO},
                 {PF_CgoFiles, FILES_CGO},
                 {PF_IgnoredGoFiles, FILES_IGNORED_GO},
                 {PF_InvalidGoFiles, FILES_INVALID_GO},
                 {PF_IgnoredOtherFiles, FILES_IGNORED_OTHER},
                 {PF_HFiles, FILES_H},
                 {PF_FFiles, FILES_F},
                 {PF_SFiles, FILES_S},
                 {PF_SysoFiles, FILES_SYSO},
                 {PF_TestGoFiles, FILES_TEST_GO},
                 {PF_XTestGoFiles, FILES_XTEST_GO},
                 {PF_CFiles, FILES_C},
                 {PF_CXXFiles, FILES_CXX},
                 {PF_MFiles, FILES_M},
                 {PF_SwigFiles, FILES_SWIG},
                 {PF_SwigCXXFiles, FILES_SWIGCXX}};
    i64 shown = l->cgo ? NELEM(lists) : NELEM(lists) - 5; // sources for a C compiler
    for (i64 i = 0; i < shown; i++) *at(v, lists[i].field) = names(l, n->pkg, lists[i].kind);
    if (n->kind != LIST_TEST) return;
    StrVec both = {0};
    add_names(l, &both, &n->pkg->files[FILES_GO]);
    add_names(l, &both, &n->pkg->files[FILES_TEST_GO]);
    *at(v, PF_GoFiles) = strs(l, &both);
}

static void show_embeds(List *l, const ListPkg *n, GoVal *v) {
    Pkg *p = n->pkg;
    StrList files[IMPORT_SCOPES];
    for (int k = 0; k < IMPORT_SCOPES; k++) files[k] = load_embed_files(l->loader, p, k);
    *at(v, PF_EmbedPatterns) = words(l, &p->embeds[IN_PACKAGE]);
    *at(v, PF_TestEmbedPatterns) = words(l, &p->embeds[IN_TEST]);
    *at(v, PF_XTestEmbedPatterns) = words(l, &p->embeds[IN_XTEST]);
    StrVec own = {.ptr = files[IN_PACKAGE].ptr, .len = files[IN_PACKAGE].len}, all = {0};
    for (i64 i = 0; i < own.len; i++) vec_push(l->a, &all, own.ptr[i]);
    for (i64 i = 0; i < files[IN_TEST].len && n->kind == LIST_TEST; i++) vec_push(l->a, &all, files[IN_TEST].ptr[i]);
    *at(v, PF_EmbedFiles) = strs(l, &all);
    if (!l->c->f.test) return; // real tests ask for them
    *at(v, PF_TestEmbedFiles) = goval_strs(l->a, files[IN_TEST].ptr, files[IN_TEST].len);
    *at(v, PF_XTestEmbedFiles) = goval_strs(l->a, files[IN_XTEST].ptr, files[IN_XTEST].len);
}

static GoVal resolved_imports(List *l, Pkg *p, ImportScope scope) {
    StrVec v = {0};
    for (i64 i = 0; i < p->imports[scope].len; i++)
        vec_push(l->a, &v, load_resolve_path(l->loader, p, p->imports[scope].ptr[i].text));
    list_sort_once(&v);
    return strs(l, &v);
}

static void show_imports(List *l, const ListPkg *n, GoVal *v) {
    *at(v, PF_Imports) = strs(l, &n->imports);
    *at(v, PF_Deps) = strs(l, &n->deps);
    i64 k = 0;
    GoVal map = goval_map(l->a, "map[string]string", n->imports.len);
    for (i64 i = 0; i < n->imports.len; i++) {
        bool known = str_eq(n->imports.ptr[i], n->raw_imports.ptr[i]);
        for (i64 m = 0; m < k && !known; m++) known = str_eq(map.map.keys[m], n->raw_imports.ptr[i]);
        if (known) continue;
        map.map.keys[k] = n->raw_imports.ptr[i];
        map.map.values[k++] = goval_str(n->imports.ptr[i]);
    }
    map.map.len = k;
    map.is_nil = k == 0;
    *at(v, PF_ImportMap) = map;
}

static void show_errors(List *l, const ListPkg *n, GoVal *v) {
    if (n->error) *at(v, PF_Error) = error_value(l, n->error);
    GoVal list = goval_list(l->a, "[]*load.PackageError", n->deps_errors.len);
    for (i64 i = 0; i < n->deps_errors.len; i++) list.list.ptr[i] = error_value(l, n->deps_errors.ptr[i]);
    *at(v, PF_DepsErrors) = list;
    at(v, PF_Incomplete)->b = n->incomplete;
    at(v, PF_Export)->s = n->export;
    at(v, PF_BuildID)->s = n->build_id;
}

static Str root_of(List *l, const Pkg *p) {
    if (p->std) return l->o.goroot;
    return p->command_line_files ? (Str){0} : p->root;
}

// Of the library's packages the archive that Go before 1.20 installed, which GODEBUG asks for.
static Str target_of(List *l, const Pkg *p) {
    const char *debug = getenv("GODEBUG");
    bool archives = false;
    StrVec settings = split_words(l->a, str_c(debug ? debug : ""), ",");
    for (i64 i = 0; i < settings.len; i++) archives |= str_eq(settings.ptr[i], S("installgoroot=all"));
    if (!p->std || !archives || load_is_fake(p) || str_eq(p->name, S("main"))) return install_target(l->c, p);
    return arena_printf(l->a, "%.*s/pkg/%.*s_%.*s/%.*s.a", SFMT(l->o.goroot), SFMT(l->o.goos), SFMT(l->o.goarch),
                        SFMT(p->path));
}

// What the package under test says of itself, which its variants say too.
static void show_package(List *l, const ListPkg *n, GoVal *v) {
    Pkg *p = n->pkg;
    const PkgFiles *go = &p->files[FILES_GO];
    at(v, PF_Name)->s = p->name;
    for (i64 i = 0; i < go->len && !at(v, PF_Doc)->s.len; i++) at(v, PF_Doc)->s = doc_synopsis(l->a, go->ptr[i]->text);
    at(v, PF_ImportComment)->s = p->import_comment;
    at(v, PF_ConflictDir)->s = p->conflict_dir;
    at(v, PF_Standard)->b = p->std;
    *at(v, PF_Match) = goval_strs(l->a, p->match.ptr, p->match.len);
    at(v, PF_DefaultGODEBUG)->s = p->default_godebug;
    if (n->has_target && p->dir.len) at(v, PF_Target)->s = target_of(l, p);
    show_files(l, n, v);
    show_embeds(l, n, v);
    if (l->c->f.find) return;
    *at(v, PF_TestImports) = resolved_imports(l, p, IN_TEST);
    *at(v, PF_XTestImports) = resolved_imports(l, p, IN_XTEST);
}

static void show_xtest(List *l, const ListPkg *n, GoVal *v) {
    StrList embeds = load_embed_files(l->loader, n->pkg, IN_XTEST);
    at(v, PF_Name)->s = arena_printf(l->a, "%.*s_test", SFMT(n->pkg->name));
    *at(v, PF_GoFiles) = names(l, n->pkg, FILES_XTEST_GO);
    *at(v, PF_EmbedFiles) = goval_strs(l->a, embeds.ptr, embeds.len);
}

static void show_main(List *l, const ListPkg *n, GoVal *v) {
    Str file = list_test_main(l, n);
    at(v, PF_Name)->s = S("main");
    at(v, PF_DefaultGODEBUG)->s = n->default_godebug;
    *at(v, PF_GoFiles) = goval_strs(l->a, &file, 1);
}

GoVal list_package_value(List *l, const ListPkg *n) {
    Pkg *p = n->pkg;
    GoVal v = new_struct(l->a, &package_type, "*load.PackagePublic");
    at(&v, PF_Dir)->s = p->dir;
    at(&v, PF_ImportPath)->s = n->path;
    at(&v, PF_Root)->s = p->dir.len ? root_of(l, p) : (Str){0};
    at(&v, PF_ForTest)->s = n->for_test;
    at(&v, PF_Goroot)->b = p->std && n->kind != LIST_MAIN;
    at(&v, PF_DepOnly)->b = n->dep_only;
    show_module(l, p, at(&v, PF_Module));
    if (n->kind == LIST_MAIN) show_main(l, n, &v);
    else if (n->kind == LIST_XTEST) show_xtest(l, n, &v);
    else show_package(l, n, &v);
    show_imports(l, n, &v);
    show_errors(l, n, &v);
    if (list_asks_stale(l)) {
        at(&v, PF_StaleReason)->s = list_stale(l, (ListPkg *)n);
        at(&v, PF_Stale)->b = at(&v, PF_StaleReason)->s.len > 0;
    }
    bool compiles = l->c->f.compiled && !n->error && !n->incomplete && n->kind != LIST_MAIN;
    compiles = compiles && !load_is_fake(p);
    if (compiles) *at(&v, PF_CompiledGoFiles) = *at(&v, PF_GoFiles);
    return v;
}

// ---- {{context}} --------------------------------------------------------------------------------------------------------------

static const GoField context_fields[] = {
    {"GOARCH", "string", NULL, false},       {"GOOS", "string", NULL, false},
    {"GOROOT", "string", NULL, false},       {"GOPATH", "string", NULL, false},
    {"CgoEnabled", "bool", NULL, false},     {"UseAllFiles", "bool", NULL, false},
    {"Compiler", "string", NULL, false},     {"BuildTags", "[]string", NULL, false},
    {"ToolTags", "[]string", NULL, false},   {"ReleaseTags", "[]string", NULL, false},
    {"InstallSuffix", "string", NULL, false}};
static const GoStruct context_type = {
    .name = "list.Context", .fields = context_fields, .nfields = NELEM(context_fields)};

bool list_uses_cgo(const Cmd *c) {
    return env_has(c->env, "CGO_ENABLED") && str_eq(env_get(c->env, "CGO_ENABLED"), S("1"));
}

GoVal list_context_value(Cmd *c, const ProgramOptions *o) {
    static const char *const tool[] = {"goexperiment.regabiwrappers", "goexperiment.regabiargs", "goexperiment.dwarf5",
                                       "goexperiment.greenteagc", "goexperiment.randomizedheapbase64"};
    GoVal v = goval_struct(c->a, &context_type, "*list.Context");
    StrVec tools = {0}, releases = {0}, tags = {0};
    for (i64 i = 0; i < NELEM(tool); i++) vec_push(c->a, &tools, str_c(tool[i]));
    for (i64 i = 0; i < o->ntags - o->narch_tags; i++)
        vec_push(c->a, str_has_prefix(o->tags[i], S("goexperiment.")) ? &tools : &tags, o->tags[i]);
    for (i64 i = 0; i < o->narch_tags; i++) vec_push(c->a, &tools, o->arch_tags[i]);
    for (int i = 1; i <= 26; i++) vec_push(c->a, &releases, arena_printf(c->a, "go1.%d", i));
    v.fields[0].s = o->goarch;
    v.fields[1].s = o->goos;
    v.fields[2].s = o->goroot;
    v.fields[3].s = env_get(c->env, "GOPATH");
    v.fields[4].b = list_uses_cgo(c);
    v.fields[6].s = S("gc");
    v.fields[7] = goval_strs(c->a, tags.ptr, tags.len);
    v.fields[8] = goval_strs(c->a, tools.ptr, tools.len);
    v.fields[9] = goval_strs(c->a, releases.ptr, releases.len);
    v.fields[10].s = c->f.installsuffix;
    return v;
}
