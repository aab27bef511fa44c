// program.h - from packages to an executable image: the driver of all phases, in order.
#pragma once
#include "cache/cache.h"
#include "link/link.h"
#include "load/load.h"
#include "ssa/ssa.h"

typedef struct ProgramOptions {
    Str goos, goarch, goroot, go_version, overlay, additions, archive_path, cwd;
    Str experiments; // of GOEXPERIMENT, as env_experiments has them
    Str *tags;
    i64 ntags;
    Str *arch_tags; // of the machine's features; they are among the tags
    i64 narch_tags;
    bool trimpath, strip_symbols, strip_debug; // -trimpath, -ldflags -s -w
    bool any_linkname;                         // -ldflags -checklinkname=0
    struct XFlag {
        Str name, value;
    } * x;
    i64 nx;             // -ldflags -X importpath.name=value
    const Env *env;     // settings; NULL: no modules
    ModOptions modules; // what the command says about go.mod
    Str overlay_file;   // -overlay
    VcsUse vcs;         // -buildvcs
    bool modcacherw;
    bool main_only, versioned, scripts, tests;         // as LoadOptions has them
    bool test_binary;                                  // package testing says that this is one
    bool no_cgo;                                       // CGO_ENABLED=0
    void (*flags)(void *ctx, Loader *, Diag *, Pkg *); // LoadOptions.flags
    Str (*plugin_path)(void *flags_ctx, Loader *, const Pkg *);
    void *flags_ctx;
    void (*chosen)(void *ctx, Loader *, Pkg **, i64 n); // LoadOptions.chosen
    void *chosen_ctx;
    bool cover, cover_local, leaks; // as LoadOptions has them
    ImportConfig *imports;          // LoadOptions.imports: packages are those of archives
    Str modinfo;                    // with imports: what is known of modules
    bool bare;                      // no headings above errors
    bool check;                     // verify SSA after every pass
    Str build_settings;             // "build\tkey=value\n" lines of the module info
    Cache *cache;                   // where packs are; NULL: none
    FileTable *files;               // with cache
    bool plugin;                    // -buildmode=plugin
    LinkPatch *patch;               // the program can be changed while it runs; NULL: not
    Str why;                        // -why: tell it instead of linking
    bool trace_units;               // -debug-cache
    Str output;                     // where the image goes, an earlier one may stand there; empty: it is not known
    int threads;
    bool json, color, plain; // plain: no source lines below errors
    bool all_errors;         // no limit of ten
} ProgramOptions;
// The front end, which serves any number of executables one after the other, and behind `arena` what is of the one that is built alone.
typedef struct Program {
    ProgramOptions o;
    Arena *session;
    Intern *intern;
    SourceMap *sources;
    Diag *diag;
    Loader *loader;
    Checker *checker;
    i64 nlooked;             // of the loader's packages: check_package_branches went over them
    Map *checked;            // Package -> 1, or 2: has errors
    bool keep_bodies;        // others come after this one: bodies may be asked for again
    Arena *arena;            // owns the arenas of all below
    VEC(Package *) packages; // it and all that it imports, the runtime, in the loader's order
    IrProgram *ir;
    Map *ir_linknames; // Package -> (local -> Linkname)
    Symtab *syms;
    struct ProgramAsm *assembly;
    struct Compile *compile;    // program.c: the back end at work
    Str capabilities;           // capability.c: lines of a plugin's manifest
    struct ProgramUnits *units; // units.c; NULL: everything is built
    Map *truth;                 // fresh.c: what earlier rounds found out
    struct ProgramUnits *early; // before there is an IrProgram
    bool no_units, not_early;   // they did not hold; there are none
    struct ProgramRenew *renew; // renew.c; NULL: the image is not one that can be renewed
    u64 image_hash;             // hash_bytes(image, 1); 0: nobody asked
    bool image_mapped;          // it is given back with program_unmap_image
} Program;
typedef struct ProgramUnits ProgramUnits;
typedef struct ProgramRenew ProgramRenew;

Program *program_new(ProgramOptions);
bool program_load(Program *, Str *args, i64 n, Package ***pkgs,
                  i64 *npkgs); // false: errors other than those of parsing, which program_check counts
bool program_parse(Program *, Pkg **, i64 n, Package ***pkgs, i64 *npkgs); // the same of what load_packages gave
Str program_module_info(Program *, Package *main);        // what a program says of its modules and settings
bool program_check(Program *, Package *);                 // all main-module packages that pkg imports, and pkg itself
bool program_build(Program *, Package *main, Buf *image); // executable
bool program_compile_only(Program *,
                          Package *); // a package that is not main: all of it, for what there is to say of it
void program_release(Program *);      // what was made of the last one, code and all; before the next is parsed or built

void program_use_assembly(Program *);         // assembly.c: ir/ finds functions and variables that .s files define
Str program_asm_header(Program *, Package *); // go_asm.h
void program_check_assembly(Program *);       // that outside the library is assembled, reached or not
// Assembly in packs: names what is to be kept of each package; gives the unit of one of these.
typedef void PlanAssembly(void *ctx, Package *, void *assembly);
typedef void AddUnit(void *ctx, const struct Unit *, Sym **roots, i64 n);
void program_plan_assembly(Program *, PlanAssembly *, void *ctx);
void program_keep_assembly(Program *, void *assembly, Arena *, AddUnit *, void *ctx);
Str program_asm_package(Program *, Str text); // the path of the one whose assembly defines this function
bool program_asm_defines(Program *, Sym *);

// units.c: p->ir takes units from packs; what they define beside code; packs with what was built.
bool program_start_units(Program *);
bool program_was_checked(void *program, Package *);  // LoadOptions.was_checked
bool program_is_checked(const Program *, Package *); // program.c: program_check found no error in it
void program_close_units(ProgramUnits *);            // nothing is looked at any more that came from a pack
void program_define_descriptors(Program *);
bool program_has_pack(const Program *, Package *);
bool program_uses_units(const Program *); // some were found
bool program_units_failed(const Program *);
bool program_units_hold(Program *);
void program_keep_units(Program *);
void program_tell_why(Program *, Package *main); // why.c

// renew.c: the image of the last build of this output with what changed. begin: true: units need not be defined before it was tried.
bool program_renew_begin(Program *, Package *main);
void program_renew_ready(Program *); // main and all it reaches is known
bool program_renew(Program *, Str (*file_name)(void *program, Arena *, const FileRef *),
                   Buf *image);                                     // false: a link must be made
void program_renew_keep(Program *, LinkRecord *, const Buf *image); // of a link, for the next time
void program_unmap_image(Buf *);

// share.c: a host and its plugins
bool program_is_host(const Program *);                   // it imports package plugin
void program_share(Program *, Package *main, LinkJob *); // what modules share; after all symbols exist

// capability.c: what a plugin reaches of the outside; false: more than it declares, reported
bool program_find_capabilities(Program *, Package *main);
u64 program_content(
    Program *, Package *,
    bool headers); // a hash of the files that it is compiled from; headers: and of all assembly beside them
// share.c: a line for each declaration of a package outside the library, sorted.
void program_put_shape(Program *, Arena *, Buf *, Package *);
void program_patch(Program *); // patch.c: what is remembered of packages, and whether they allow a patch
void program_patch_edited(Program *, Arena *);
bool program_prunes(const Program *); // a patch is built: what runs is taken as it is

// report.c: -gcflags=-m after the trees are final; -gcflags=-S after all code exists; of the packages that have it
void program_report_decisions(Program *);
void program_list_code(Program *, Symtab *);
