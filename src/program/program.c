// program.c - source to machine code for what main reaches, stage by stage.
#include "program/program.h"
#include "arch/arch.h"
#include "pack/pack.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool any_has(const Program *p, u32 flag) {
    for (i64 i = 0; i < p->packages.len; i++)
        if (p->packages.ptr[i]->flags & flag) return true;
    for (i64 i = 0; i < load_package_count(p->loader) && !p->packages.len; i++) // nobody knows yet which it will be
        if (load_package_at(p->loader, i)->flags & flag) return true;
    return false;
}

// Not where somebody looks at how code is made.
static bool may_use_units(Program *p) {
    static const char *const looks[] = {"VOLE_DUMP_IR",   "VOLE_DUMP_SSA",   "VOLE_SSA_PASSES",
                                        "VOLE_SSA_CHECK", "VOLE_SSA_POISON", "VOLE_CRASH"};
    for (i64 i = 0; i < NELEM(looks); i++)
        if (getenv(looks[i])) return false;
    return !p->o.check && !any_has(p, PKG_TELL | PKG_LIST_CODE);
}

static bool was_checked(void *p, Package *pkg) { return may_use_units(p) && program_was_checked(p, pkg); }

Program *program_new(ProgramOptions o) {
    Arena *a = arena_new("session");
    Program *p = ANEW(a, Program);
    p->o = o;
    p->session = a;
    p->arena = arena_new_in(a, "program");
    p->intern = intern_new();
    p->sources = source_map_new();
    p->diag = diag_new(
        p->sources,
        (DiagOptions){.all = o.all_errors, .json = o.json, .color = o.color, .plain = o.plain, .bare = o.bare});
    LoadOptions lo = {.goroot = o.goroot,
                      .overlay = o.overlay,
                      .additions = o.additions,
                      .go_version = o.go_version,
                      .cwd = o.cwd,
                      .goos = o.goos,
                      .goarch = o.goarch,
                      .tags = o.tags,
                      .ntags = o.ntags,
                      .threads = o.threads,
                      .flags = o.flags,
                      .plugin_path = o.plugin_path,
                      .flags_ctx = o.flags_ctx,
                      .chosen = o.chosen,
                      .chosen_ctx = o.chosen_ctx,
                      .cover = o.cover,
                      .cover_local = o.cover_local,
                      .leaks = o.leaks,
                      .no_cgo = o.no_cgo,
                      .env = o.env,
                      .modules = o.modules,
                      .overlay_file = o.overlay_file,
                      .files = o.files,
                      .vcs = o.vcs,
                      .modcacherw = o.modcacherw,
                      .main_only = o.main_only,
                      .scripts = o.scripts,
                      .tests = o.tests,
                      .versioned = o.versioned,
                      .imports = o.imports,
                      .plugin = o.plugin,
                      .patchable = o.patch != NULL,
                      .was_checked = was_checked,
                      .was_checked_ctx = p};
    p->loader = load_new(arena_new("load"), p->intern, p->diag, p->sources, lo);
    return p;
}

static void begin_checking(Program *p) {
    if (!p->checker) {
        p->checker = checker_new(arena_new("types"), p->intern, p->diag, load_import, p->loader);
        checker_help(p->checker, load_packages_named);
    }
    for (; p->nlooked < load_package_count(p->loader); p->nlooked++) {
        Package *pkg = load_package_at(p->loader, p->nlooked);
        if (!pkg->trusted) check_package_branches(p->checker, pkg);
    }
    diag_settle(p->diag);
}

bool program_load(Program *p, Str *args, i64 n, Package ***pkgs, i64 *npkgs) {
    bug_context("load", (Str){0});
    bool ok = load_args(p->loader, args, n, pkgs, npkgs);
    load_set_headings(p->loader);
    if (ok) begin_checking(p);
    return ok;
}

bool program_parse(Program *p, Pkg **loaded, i64 n, Package ***pkgs, i64 *npkgs) {
    bug_context("load", (Str){0});
    bool ok = load_parse(p->loader, loaded, n, pkgs, npkgs);
    if (!p->o.bare) load_set_headings(p->loader);
    if (ok) begin_checking(p);
    return ok;
}

// ---- check --------------------------------------------------------------------------------------------------------

static bool has_syntax_errors(const Package *pkg) {
    for (i64 i = 0; i < pkg->nfiles; i++)
        if (pkg->files[i] && pkg->files[i]->syntax_errors) return true;
    return false;
}

// False after errors; what imports such a package is not looked at.
enum { GOOD = 1, BAD }; // in Program.checked

bool program_is_checked(const Program *p, Package *pkg) {
    return p->checked && (i64)(intptr_t)map_get_ptr(p->checked, pkg) == GOOD;
}

static bool is_fake(const Package *pkg) { return pkg->load && load_is_fake(load_pkg(pkg)); }

static bool check_deps(Program *p, Package *pkg, Map *done) {
    i64 state = (i64)(intptr_t)map_get_ptr(done, pkg);
    if (state) return state == GOOD;
    map_set_ptr(done, pkg, (void *)(intptr_t)GOOD);
    bool good = true;
    i64 before = diag_count(p->diag);
    if (!pkg->std) // the library is trusted until it is reached, and its syntax is right
        for (i64 i = 0; i < pkg->nimports; i++) good &= check_deps(p, pkg->imports[i], done);
    bug_context("types", pkg->path);
    if (has_syntax_errors(pkg)) good = false;
    else if (good && !pkg->trusted && !is_fake(pkg)) check_package(p->checker, pkg);
    for (i64 i = 0; i < pkg->nfiles; i++) good &= !pkg->files[i] || !pkg->files[i]->nerrors;
    good &= diag_count(p->diag) == before;
    if (!good) map_set_ptr(done, pkg, (void *)(intptr_t)BAD);
    return good;
}

bool program_check(Program *p, Package *pkg) {
    if (!p->checked) p->checked = map_new_ptr(p->session);
    return check_deps(p, pkg, p->checked) && diag_count(p->diag) == 0;
}

// ---- ir -------------------------------------------------------------------------------------------------------------

// What //go:linkname says about a name of a package; its table is made at the first question.
static Str find_linkname(IrProgram *ir, Package *pkg, Str local) {
    Program *p = ir->load;
    Map *tables = p->ir_linknames;
    Map *t = map_get_ptr(tables, pkg);
    if (!t) {
        t = map_new_str(p->arena);
        map_set_ptr(tables, pkg, t);
        for (i64 i = 0; i < pkg->nfiles; i++)
            for (i64 k = 0; pkg->files[i] && k < pkg->files[i]->linknames.len; k++) {
                Linkname *l = &pkg->files[i]->linknames.ptr[k];
                if (l->remote.len) map_set_str(t, l->local, l);
            }
    }
    Linkname *l = map_get_str(t, local);
    return l ? l->remote : (Str){0};
}

static bool is_std(IrProgram *ir, Package *pkg) {
    (void)ir;
    return pkg->load && load_pkg(pkg)->std;
}

static bool embed_files(IrProgram *ir, Object *var, IrEmbedFile **files, i64 *n) {
    Program *p = ir->load;
    VarDecl *d = var->decl;
    _Static_assert(sizeof(EmbedFile) == sizeof(IrEmbedFile), "one is handed out as the other");
    *files = d && d->embed ? (IrEmbedFile *)(void *)load_embed(p->loader, var->pkg, d->embed, n) : NULL;
    return *files != NULL;
}

static const CoverTable *cover_table_of(IrProgram *ir, Package *pkg) {
    return load_cover_table(((Program *)ir->load)->loader, pkg);
}

static void note_imports(Map *seen, Package *pkg) {
    void **slot = map_slot_ptr(seen, pkg);
    if (*slot) return;
    *slot = pkg;
    for (i64 i = 0; i < pkg->nimports; i++) note_imports(seen, pkg->imports[i]);
}

// The loader has those of other programs too.
static void list_packages(Program *p, Package *root) {
    Map *seen = map_new_ptr(p->arena);
    note_imports(seen, root);
    if (p->ir->runtime_pkg) note_imports(seen, p->ir->runtime_pkg);
    p->packages.len = 0;
    for (i64 i = 0; i < load_package_count(p->loader); i++) {
        Package *pkg = load_package_at(p->loader, i);
        if (map_get_ptr(seen, pkg)) vec_push(p->arena, &p->packages, pkg);
    }
}

// Not where somebody looks at all trees, or asks for the shortest way to a function.
static bool may_compile_early(const Program *p) {
    return !p->o.why.len && !getenv("VOLE_DUMP_IR") && !any_has(p, PKG_TELL);
}

static IrProgram *new_ir(Program *p, Package *root) {
    Arena *a = arena_new_in(p->arena, "ir");
    IrProgram *ir = ANEW(a, IrProgram);
    ir->arena = a;
    ir->intern = p->intern;
    ir->diag = p->diag;
    ir->checker = p->checker;
    ir->sources = p->sources;
    ir->linkname = find_linkname;
    ir->is_std = is_std;
    ir->linkname_refused = map_new_str(a);
    ir->opt_any_linkname = p->o.any_linkname;
    ir->embed_files = embed_files;
    ir->cover_table = cover_table_of;
    ir->load = p;
    ir->end_bodies = !p->keep_bodies && may_compile_early(p);
    p->ir_linknames = map_new_ptr(p->arena);
    ir->runtime_pkg = load_std(p->loader, S("runtime"));
    p->ir = ir;
    p->syms = obj_symtab_new(p->arena);
    p->assembly = NULL;
    list_packages(p, root);
    ir->whole_types = p->o.plugin || p->o.patch || program_is_host(p);
    program_use_assembly(p);
    return ir;
}

// ---- machine code -----------------------------------------------------------------------------------------------------

// The back end of one build. Functions come from ir/ while others are built (take_function), the rest from compile_all.
enum { WAITING = 256 }; // jobs that may wait; trees in the queue are memory
enum { TOGETHER = 32 }; // units are little work each: so many are a job
typedef struct Job {
    i64 n;
    IrFunc *funcs[];
} Job;
typedef struct Compile {
    Program *p;
    const Arch *arch;
    Arena **tmp, **out;     // by worker
    SsaOptions opt, no_opt; // no_opt: of packages with -N
    Pool *pool;             // NULL: it has ended
    MetaDone prepared;
    atomic_bool damaged; // a unit is
    bool waits;          // what callers inline is made when somebody refers to it
    Map *waiting;        // outermost function -> Waiting
    Job *units;          // that will be given together; NULL: none so far
    bool late;           // units wait in what follows until they are needed
    VEC(IrFunc *) put_off;
} Compile;
typedef struct Waiting {
    VEC(IrFunc *) parts; // the function and the closures in it; none: they were made
} Waiting;

static void compile_one(Compile *c, IrFunc *f, int worker) {
    bug_context("ssa", f->sym);
    if (f->unit && f->unit->flags & UNIT_THERE) return;
    if (f->unit) {
        if (!unit_define(f->unit, c->p->syms, c->out[worker])) {
            if (c->p->o.trace_units) fprintf(stderr, "vole: cache: units: %.*s is damaged\n", SFMT(f->sym));
            atomic_store(&c->damaged, true);
        }
        return;
    }
    bool plain = ir_has_flag(f, PKG_NO_OPT); // of a unit's function the package may be found out at this moment
    ssa_compile(f, c->p->ir, c->arch, c->p->syms, c->tmp[worker], c->out[worker], plain ? &c->no_opt : &c->opt);
    arena_reset(c->tmp[worker]);
    ir_release_trees(f);
}

static void do_job(void *ctx, void *thing, int worker) {
    const Job *j = thing;
    for (i64 i = 0; i < j->n; i++) compile_one(ctx, j->funcs[i], worker);
}

static Job *new_job(Compile *c, i64 room) {
    return (Job *)arena_alloc(c->p->arena, (i64)sizeof(Job) + room * (i64)sizeof(IrFunc *), _Alignof(Job));
}

static void give_units(Compile *c) {
    if (c->units) pool_add(c->pool, c->units);
    c->units = NULL;
}

static void give(Compile *c, IrFunc *f) {
    if (f->unit && c->late) {
        vec_push(c->p->arena, &c->put_off, f);
        return;
    }
    bool alone = !f->unit;
    Job *j = alone ? new_job(c, 1) : c->units ? c->units : new_job(c, TOGETHER);
    j->funcs[j->n++] = f;
    if (alone) pool_add(c->pool, j);
    else c->units = j;
    if (!alone && j->n == TOGETHER) give_units(c);
}

// A variable's initialiser whose value became static data has none. Trees that were built for those who inline them have their unit's.
static bool has_code(const IrFunc *f) {
    const IrFunc *root = f;
    while (root->outer) root = root->outer;
    if (root->unit) return f == root && !(f->unit->flags & UNIT_CODELESS);
    if (!f->built || (f->lazy && !f->body.len)) return false;
    return f->has_body || ir_intrinsic(f->sym) < 0;
}

// Callers inline it, so that there may be none that calls its code; and it can be made again.
static bool may_wait(const Compile *c, IrFunc *f) {
    const IrFunc *root = ir_outermost(f);
    return c->waits && f->spare && !root->unit && !root->asked && !root->abi0 && !root->assembly && ir_is_inlined(root);
}

static void wait_for_callers(Compile *c, IrFunc *f) {
    void **slot = map_slot_ptr(c->waiting, ir_outermost(f));
    if (!*slot) *slot = ANEW(c->p->arena, Waiting);
    Waiting *w = *slot;
    vec_push(c->p->arena, &w->parts, f);
    f->waits = true;
}

static bool take_function(IrProgram *ir, IrFunc *f) {
    Compile *c = ((Program *)ir->load)->compile;
    if (f->given || !has_code(f) || (!f->unit && !ir_fits_stack(ir, f))) return false;
    meta_prepare(ir, c->p->syms, &c->prepared);
    f->given = true;
    if (may_wait(c, f)) {
        wait_for_callers(c, f);
        return false;
    }
    ir_outermost(f)->asked = true; // a unit's parts are made together
    give(c, f);
    return true;
}

// Does code or data that was made so far refer to the function, or to its func value? Too much is no harm.
static bool is_called(Compile *c, const IrFunc *f, Buf *tmp) {
    tmp->len = 0;
    buf_str(tmp, f->sym);
    if (obj_find(c->p->syms, buf_view(tmp))) return true;
    buf_c(tmp, "\302\267f");
    return obj_find(c->p->syms, buf_view(tmp)) != NULL;
}

static bool is_asked(Compile *c, IrFunc *root, const Waiting *w, Buf *tmp) {
    for (i64 i = 0; i < w->parts.len && !root->asked; i++) root->asked = is_called(c, w->parts.ptr[i], tmp);
    return root->asked;
}

static void make_waiting(Compile *c, Waiting *w) {
    ir_make_again(c->p->ir, w->parts.ptr, w->parts.len);
    for (i64 i = 0; i < w->parts.len; i++) {
        w->parts.ptr[i]->waits = false;
        give(c, w->parts.ptr[i]);
    }
    w->parts.len = 0;
}

// What waits and is referred to is made; then what that refers to, and so on.
static void compile_called(Compile *c) {
    Buf tmp = {0};
    for (bool more = true; more;) {
        more = false;
        give_units(c);
        pool_wait(c->pool);
        for (i64 i = 0; i < map_len(c->waiting); i++) {
            MapEnt *e = map_at(c->waiting, i);
            Waiting *w = e->val;
            if (!w->parts.len || !is_asked(c, (IrFunc *)(intptr_t)e->key.ptr, w, &tmp)) continue;
            make_waiting(c, w);
            more = true;
        }
    }
    buf_free(&tmp);
}

static SsaOptions ssa_options(const Program *p) {
    SsaOptions o = {.check = p->o.check};
    if (getenv("VOLE_SSA_CHECK")) o.check = true; // verify after every pass
    if (getenv("VOLE_SSA_POISON")) o.poison = true;
    o.crash = getenv("VOLE_CRASH");
    if (getenv("VOLE_SSA_PASSES"))
        o.max_pass = atoi(getenv("VOLE_SSA_PASSES")); // optional passes from that row on are left out
    o.dump_func = getenv("VOLE_DUMP_SSA");
    o.dump_fd = o.dump_func ? 2 : 0;
    return o;
}

// early: functions are taken while ir/ builds others, not when all trees were looked at.
static void begin_compile(Program *p, bool early) {
    Compile *c = p->compile = ANEW(p->arena, Compile);
    int n = p->o.threads;
    c->p = p;
    c->arch = arch_find(p->o.goarch);
    c->opt = c->no_opt = ssa_options(p);
    c->no_opt.no_opt = true;
    c->tmp = ANEWN(p->arena, Arena *, n);
    c->out = ANEWN(p->arena, Arena *, n);
    for (int i = 0; i < n; i++) {
        c->tmp[i] = arena_new_in(p->arena, "function");
        c->out[i] = arena_new_in(p->arena, "code");
    }
    c->waiting = map_new_ptr(p->arena);
    c->pool = pool_new(n, WAITING, do_job, c);
    if (early) p->ir->ready = take_function;
}

// Only where a link follows, and nobody looks at code or links against it later.
static bool leaves_out_code(const Program *p) {
    return p->ir->ready && !p->ir->whole_types && !any_has(p, PKG_LIST_CODE);
}

static void end_compile(Program *p, bool drop) {
    Compile *c = p->compile;
    if (!c || !c->pool) return;
    pool_end(c->pool, drop);
    c->pool = NULL;
    for (int i = 0; i < p->o.threads; i++) arena_free(c->tmp[i]);
}

// What was not taken early, and until all is done.
static bool compile_all(Program *p) {
    IrProgram *ir = p->ir;
    meta_prepare(ir, p->syms, &p->compile->prepared);
    for (i64 i = 0; i < ir->order.len; i++) // what is not compiled does not count
        if (!ir->ready && !ir->order.ptr[i]->unit && has_code(ir->order.ptr[i])) ir_hold_trees(ir->order.ptr[i]);
    for (i64 i = 0; i < ir->order.len; i++) take_function(ir, ir->order.ptr[i]);
    compile_called(p->compile);
    return !atomic_load(&p->compile->damaged);
}

static void compile_put_off(Compile *c) {
    c->late = false;
    for (i64 i = 0; i < c->put_off.len; i++) give(c, c->put_off.ptr[i]);
    c->put_off.len = 0;
    compile_called(c);
}

// When data exists, which refers to functions too.
static void compile_rest(Program *p) {
    compile_called(p->compile);
    end_compile(p, false);
    ir_end_copies(p->ir);
    ir_tell_limits(p->ir, true);
}

static void dump_ir(Program *p) {
    const char *want = getenv("VOLE_DUMP_IR");
    if (!want) return;
    for (i64 i = 0; i < p->ir->order.len; i++) {
        IrFunc *f = p->ir->order.ptr[i];
        if (!f->built || (strcmp(want, "*") != 0 && !str_eq(f->sym, str_c(want)))) continue;
        Buf b = {0};
        ir_print_func(&b, f);
        if (write(2, b.ptr, (size_t)b.len) < 0) return;
        buf_free(&b);
    }
}

// ---- link -----------------------------------------------------------------------------------------------------------------

static Str file_name(void *ctx, Arena *a, const FileRef *f) {
    Program *p = ctx;
    return load_ref_name(p->loader, a, f, p->o.trimpath);
}

Str program_module_info(Program *p, Package *main) {
    return p->o.imports ? p->o.modinfo : load_build_info(p->loader, load_pkg(main), p->o.build_settings);
}

static bool is_string_var(Program *p, IrGlobal *g) {
    if (!ir_identify_global(p->ir, g)) return false;
    if (types_unalias(g->type)->kind == TYPE_STRING) return true;
    diag_error_at(p->diag, g->sym, "cannot set with -X: not a var of type string (type:%.*s)",
                  SFMT(types_link_name(p->checker, g->type)));
    return false;
}

// The string variable's initial value. Names that the program does not have are ignored, as gc does.
static void set_string(Program *p, Symtab *syms, Arena *a, Str name, Str value) {
    IrGlobal *g = map_get_str(p->ir->globals, name);
    if (!g || !g->link) return;
    bool ours = str_eq(name, S("runtime.defaultGOROOT")) || str_eq(name, S("runtime.godebugDefault"));
    if (!ours && !is_string_var(p, g)) return;
    u8 *bytes = arena_alloc(a, 16, 8);
    memcpy(bytes + 8, &value.len, 8);
    Sym *s = g->link;
    s->relocs.len = 0;
    obj_define(s, SYM_DATA, a, bytes, 16, 8);
    s->ptrmask = ANEWN(a, u8, 8);
    s->ptrmask[0] = 1;
    s->nptrwords = 2;
    if (value.len) obj_reloc(s, 0, REL_ABS64, obj_string(syms, value), 0);
}
// Where the library is, -X importpath.name=value, GODEBUG's defaults: the later counts.
static void set_strings(Program *p, Package *main, Symtab *syms, Arena *a) {
    if (!p->o.trimpath) set_string(p, syms, a, S("runtime.defaultGOROOT"), p->o.goroot);
    if (p->o.test_binary) set_string(p, syms, a, S("testing.testBinary"), S("1"));
    for (i64 i = 0; i < p->o.nx; i++) {
        Str name = p->o.x[i].name;
        i64 dot = str_rindex(name, '.');
        Str path = str_slice(name, 0, dot);
        path = p->o.plugin && str_eq(path, S("main")) ? ir_package_prefix(p->ir, main) : ir_escape_path(a, path);
        name = arena_printf(a, "%.*s%.*s", SFMT(path), SFMT(str_slice(name, dot, name.len)));
        set_string(p, syms, a, name, p->o.x[i].value);
    }
    Str godebug = load_pkg(main)->default_godebug;
    if (godebug.len) set_string(p, syms, a, S("runtime.godebugDefault"), godebug);
}

// Programs know the end of a stack by the file of runtime.goexit: it is called what it is called in the library.
static void find_goexit(const Program *p, LinkJob *j) {
    Str name = arena_printf(j->arena, "runtime/asm_%.*s.s", SFMT(p->o.goarch)), text;
    Str path = path_join(j->arena, path_join(j->arena, p->o.goroot, S("src")), name);
    if (!file_read(j->arena, arena_cstr(j->arena, path), &text)) return;
    i64 at = str_find(text, S("\nTEXT runtime·goexit(SB)"));
    if (at < 0) return;
    j->goexit_file = p->o.trimpath ? name : path;
    j->goexit_line = 3; // its first instruction
    for (i64 i = 0; i < at; i++) j->goexit_line += text.ptr[i] == '\n';
}

static bool link_program(Program *p, Package *main, Str main_sym, Symtab *syms, Buf *image) {
    Str version = p->o.go_version;
    if (p->o.experiments.len)
        version = arena_printf(p->arena, "%.*s%sX:%.*s", SFMT(version), str_index(version, '-') < 0 ? "-" : " ",
                               SFMT(p->o.experiments));
    diag_subject(p->diag, main->path, false);
    LinkJob j = {.syms = syms,
                 .arena = arena_new_in(p->arena, "link"),
                 .diag = p->diag,
                 .archive_path = p->o.archive_path,
                 .main_sym = main_sym,
                 .build_version = version,
                 .modinfo = program_module_info(p, main),
                 .strip_symbols = p->o.strip_symbols,
                 .strip_debug = p->o.strip_debug,
                 .file_name = file_name,
                 .ctx = p};
    if (diag_count(p->diag)) return false; // -buildvcs=true without what it needs
    diag_subject(p->diag, main->path, true);
    if (!file_read(j.arena, arena_cstr(j.arena, j.archive_path), &j.archive))
        fatal("cannot read the runtime archive %.*s", SFMT(j.archive_path));
    find_goexit(p, &j);
    IrProgram *ir = p->ir;
    j.inits = ANEWN(j.arena, Str, ir->packages.len + 1);
    for (i64 i = 0; i < ir->packages.len; i++) {
        IrFunc *init = ir->inits[i];
        if (!p->o.plugin && init && (init->unit || (init->built && init->body.len))) j.inits[j.ninits++] = init->sym;
    }
    if (ir->whole_types) program_share(p, main, &j);
    j.patch = p->o.patch;
    LinkRecord record = {0};
    if (p->renew) j.record = &record;
    if (j.patch) program_patch_edited(p, j.arena);
    if (!p->keep_bodies && !program_prunes(p))
        load_release_trees(p->loader); // what fails from here on was reported: nothing is built again
    if (!link_executable(&j, image)) return false;
    if (p->renew) program_renew_keep(p, &record, image);
    return true;
}

static void check_limits(IrProgram *ir) {
    for (i64 i = 0; i < ir->order.len; i++)
        if (ir->order.ptr[i]->built) ir_fits_stack(ir, ir->order.ptr[i]);
}

static bool finish_ir(Program *p) {
    program_check_assembly(p);
    if (!program_uses_units(p)) { // else inlining may ask for the tree of one, or all is built again
        if (!p->keep_bodies) check_release_bodies(p->checker);
        if (!p->keep_bodies) load_release_bodies(p->loader);
    }
    if (diag_count(p->diag)) return false;
    bug_context("ir", (Str){0});
    ir_optimise(p->ir);
    if (!p->ir->ready) check_limits(p->ir);
    ir_tell_limits(p->ir, false);
    dump_ir(p);
    if (any_has(p, PKG_TELL)) program_report_decisions(p);
    return diag_count(p->diag) == 0;
}

static bool has_main(Program *p, Package *pkg) {
    check_collect(p->checker, pkg); // not yet done for a command of the library
    Object *o = scope_lookup(pkg->scope, intern_c(p->intern, "main"));
    return o && o->kind == OBJ_FUNC;
}

// gc finds out when it links: what is wrong with the functions comes first.
static bool without_main(Program *p, Package *pkg) {
    IrProgram *ir = new_ir(p, pkg);
    if (diag_count(p->diag)) return false;
    ir_reach_package(ir, pkg);
    if (finish_ir(p))
        diag_error_at(p->diag, S("runtime.main_main·f"), "function main is undeclared in the main package");
    return false;
}

// The last image, with what was compiled; nothing else of the program has to be defined. False: it has.
static bool renew_image(Program *p, Buf *image) {
    if (!p->compile->late) return false;
    if (diag_count(p->diag) || !program_renew(p, file_name, image)) {
        compile_put_off(p->compile);
        return false;
    }
    end_compile(p, false);
    ir_end_copies(p->ir);
    ir_tell_limits(p->ir, true);
    program_keep_units(p);
    return true;
}

// From the trees and the code to all symbols. False: errors, or units that do not hold.
static bool make_symbols(Program *p) {
    Symtab *syms = p->syms;
    Arena *a = arena_new_in(p->arena, "meta");
    if (any_has(p, PKG_LIST_CODE)) program_list_code(p, syms);
    program_define_descriptors(p);
    meta_emit(p->ir, syms, a); // from here on all data exists
    compile_rest(p);           // and all code
    if (diag_count(p->diag) || program_units_failed(p)) return false;
    program_keep_units(p);
    meta_finish(p->ir, syms, a);
    return true;
}

// Without a pack nobody knows how a package is initialised.
static void parse_ahead(Program *p) {
    VEC(Package *) list = {0};
    for (i64 i = 0; i < p->packages.len; i++) {
        Package *pkg = p->packages.ptr[i];
        if (pkg->parse && !program_has_pack(p, pkg)) vec_push(p->arena, &list, pkg);
    }
    load_parse_ahead(p->loader, list.ptr, list.len);
    diag_settle(p->diag);
}

enum { MAX_ROUNDS = 4 };                              // of units that turn out not to hold
typedef enum Outcome { FAILED, AGAIN, DONE } Outcome; // AGAIN: what units were taken for is not so

static Outcome build_once(Program *p, Package *main, Buf *image) {
    IrProgram *ir = new_ir(p, main);
    if (diag_count(p->diag)) return FAILED; // package runtime could not be loaded
    if (p->o.patch) program_patch(p);       // what packages declare
    if (p->o.patch && !may_use_units(p)) p->o.patch->pruned = false;
    if (diag_count(p->diag)) return FAILED;
    if (may_use_units(p)) program_start_units(p);
    parse_ahead(p);
    if (diag_count(p->diag)) return FAILED;
    begin_compile(p, may_compile_early(p));
    p->compile->waits = leaves_out_code(p);
    p->compile->late = program_renew_begin(p, main);
    if (diag_count(p->diag)) return FAILED;
    // from here on every function that can run has a body, or a unit
    IrFunc *main_fn = p->o.plugin ? NULL : ir_reach_main(ir, main);
    bool reached = p->o.plugin ? ir_reach_plugin(ir, main) : main_fn != NULL;
    if (!reached || program_units_failed(p) || !finish_ir(p) || program_units_failed(p))
        return FAILED; // from here on trees are only read
    if (!program_units_hold(p)) return AGAIN;
    if (p->o.why.len) {
        program_tell_why(p, main);
        return DONE;
    }
    if (!compile_all(p)) return FAILED; // from here on all code exists that other code refers to
    program_renew_ready(p);
    if (renew_image(p, image)) return diag_count(p->diag) ? FAILED : DONE;
    if (atomic_load(&p->compile->damaged) || !make_symbols(p) || (p->o.plugin && !program_find_capabilities(p, main)))
        return FAILED;
    Arena *a = arena_new_in(p->arena, "settings");
    set_strings(p, main, p->syms, a);
    if (diag_count(p->diag) || program_units_failed(p)) return FAILED;
    bool linked = link_program(p, main, main_fn ? main_fn->sym : (Str){0}, p->syms, image);
    if (p->o.patch && p->o.patch->pruned && !p->o.patch->made && !diag_count(p->diag)) { // no patch: an executable
        p->o.patch->whole = true;
        return AGAIN;
    }
    return linked ? DONE : FAILED;
}

// With -why the image stays empty.
bool program_build(Program *p, Package *main, Buf *image) {
    if (!program_check(p, main)) return false; // from here on the main module's source is correct
    diag_subject(p->diag, main->path, true);   // what is without position is what gc's linker finds
    if (!p->o.plugin && !has_main(p, main)) return without_main(p, main);
    Outcome o = AGAIN;
    for (int round = 0; o == AGAIN && round < MAX_ROUNDS; round++) {
        o = build_once(p, main, image);
        end_compile(p, true);
    }
    if (o == DONE) return true;
    if (diag_count(p->diag) || !p->units) return false;
    p->no_units = true; // a unit leads nowhere: all is built from source
    p->units = NULL;
    o = build_once(p, main, image);
    end_compile(p, true);
    return o == DONE;
}

static bool compile_package(Program *p, Package *pkg) {
    IrProgram *ir = new_ir(p, pkg);
    if (diag_count(p->diag)) return false;
    ir->opt_any_linkname = true; // the linker's rule, and nothing is linked
    begin_compile(p, may_compile_early(p));
    ir_reach_package(ir, pkg);
    if (!finish_ir(p)) return false;
    Symtab *syms = p->syms;
    Arena *a = arena_new_in(p->arena, "meta");
    compile_all(p);
    if (any_has(p, PKG_LIST_CODE)) program_list_code(p, syms);
    meta_emit(p->ir, syms, a);
    compile_rest(p);
    meta_finish(p->ir, syms, a);
    return !diag_count(p->diag);
}

bool program_compile_only(Program *p, Package *pkg) {
    if (!program_check(p, pkg)) return false;
    bool ok = is_fake(pkg) || compile_package(p, pkg);
    end_compile(p, true);
    return ok;
}

void program_release(Program *p) {
    end_compile(p, true);
    if (p->ir) ir_free_trees(p->ir);
    if (p->units) program_close_units(p->units);
    if (p->early) program_close_units(p->early);
    arena_free(p->arena);
    p->arena = arena_new_in(p->session, "program");
    p->packages.ptr = NULL;
    p->packages.len = p->packages.cap = 0;
    p->ir = NULL;
    p->ir_linknames = NULL;
    p->syms = NULL;
    p->assembly = NULL;
    p->capabilities = (Str){0};
    p->compile = NULL;
    p->renew = NULL;
    p->image_hash = 0;
    p->units = p->early = NULL;
    p->truth = NULL;
    p->no_units = p->not_early = false;
}
