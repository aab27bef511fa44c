// build.c - `vole build`: options, output names, writing.
#include "cmd/steps.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool unsupported(const char *what) {
    fprintf(stderr, "vole: not supported yet: %s\n", what);
    return false;
}

// ---- options ------------------------------------------------------------------------------------------------------

static bool is_beside(Cmd *c, const char *in_build, const char *installed, Str *path) {
    *path = path_clean(c->a, path_join(c->a, c->exe_dir, str_c(in_build)));
    if (file_type(arena_cstr(c->a, *path))) return true;
    *path = path_clean(c->a, path_join(c->a, c->exe_dir, str_c(installed)));
    return file_type(arena_cstr(c->a, *path)) != 0;
}

Str cmd_beside(Cmd *c, const char *in_build, const char *installed) {
    Str path;
    is_beside(c, in_build, installed, &path);
    return path;
}

Str cmd_library(Cmd *c) { return path_dir(cmd_beside(c, "../lib/runtime", "../lib/vole/overlay/runtime")); }

// A line of the build info; values with spaces or quotes are quoted.
static void setting(Cmd *c, Buf *b, const char *key, Str value) {
    bool quoted = false;
    for (i64 i = 0; i < value.len; i++) quoted |= strchr(" \t\r\n\"`", value.ptr[i]) != NULL;
    if (quoted) value = str_quote(c->a, value);
    buf_printf(b, "build\t%s=%.*s\n", key, SFMT(value));
}

Str build_settings(Cmd *c, const ProgramOptions *o, const Pkg *main) {
    Str profile = pgo_file(c, main);
    Buf b = {0}, tags = {0};
    StrVec t = split_words(c->a, c->f.tags, ", ");
    for (i64 i = 0; i < t.len; i++) buf_printf(&tags, "%s%.*s", i ? "," : "", SFMT(t.ptr[i]));
    if (flag_given(c, "asmflags")) setting(c, &b, "-asmflags", c->f.asmflags);
    buf_printf(&b, "build\t-buildmode=%s\nbuild\t-compiler=gc\n", o->plugin ? "plugin" : "exe");
    if (c->f.gcflags.len) setting(c, &b, "-gcflags", c->f.gcflags);
    if (c->f.ldflags.len && !o->trimpath) setting(c, &b, "-ldflags", c->f.ldflags);
    if (cover_wanted(c)) buf_c(&b, "build\t-cover=true\n");
    if (profile.len) setting(c, &b, "-pgo", o->trimpath ? path_base(profile) : profile);
    if (t.len) setting(c, &b, "-tags", buf_view(&tags));
    if (o->trimpath) buf_c(&b, "build\t-trimpath=true\n");
    buf_printf(&b, "build\tCGO_ENABLED=0\nbuild\tGOARCH=%.*s\n", SFMT(o->goarch));
    Str asked = env_get(c->env, "GOEXPERIMENT");
    if (asked.len) buf_printf(&b, "build\tGOEXPERIMENT=%.*s\n", SFMT(asked));
    Str fips = env_get(c->env, "GOFIPS140");
    if (fips.len && !str_eq(fips, S("off"))) buf_printf(&b, "build\tGOFIPS140=%.*s\n", SFMT(fips));
    buf_printf(&b, "build\tGOOS=%.*s\nbuild\tGOAMD64=v1\n", SFMT(o->goos));
    Str s = arena_str(c->a, buf_view(&b));
    buf_free(&b);
    buf_free(&tags);
    return s;
}

// Commands that only look at files work for every target.
static bool makes_code(const Cmd *c) {
    static const char *const others[] = {"list", "fmt", "clean", "generate", "vet", "fix"};
    for (i64 i = 0; i < NELEM(others); i++)
        if (strcmp(c->command->name, others[i]) == 0) return false;
    return true;
}

// VOLE_PLAIN: what is read are gc's lines alone.
bool cmd_is_plain(void) {
    const char *v = getenv("VOLE_PLAIN");
    return v && *v && strcmp(v, "0") != 0;
}

static bool target(Cmd *c, ProgramOptions *o) {
    o->goos = env_get(c->env, "GOOS");
    o->goarch = env_get(c->env, "GOARCH");
    Str err;
    o->experiments = env_experiments(c->a, env_get(c->env, "GOEXPERIMENT"), &err);
    if (!err.len && makes_code(c)) err = env_target_error(c->a, o->goos, o->goarch);
    if (err.len) {
        cmd_fail("%.*s", SFMT(err));
        return false;
    }
    EnvTags features = env_arch_tags(c->a, c->env, o->goarch, &err);
    if (err.len) {
        cmd_fail("%.*s", SFMT(err));
        return false;
    }
    o->arch_tags = features.ptr;
    o->narch_tags = features.len;
    if (makes_code(c) && (!str_eq(o->goos, S("linux")) || !str_eq(o->goarch, S("amd64")))) {
        fprintf(stderr, "vole: not supported yet: target %.*s/%.*s\n", SFMT(o->goos), SFMT(o->goarch));
        return false;
    }
    return true;
}

// -tags: separated by commas, or by spaces as once.
static bool check_tags(Str tags) {
    if (str_index(tags, ' ') < 0 || str_index(tags, ',') < 0) return true;
    fprintf(stderr, "go: -tags space-separated list contains comma\n");
    return false;
}

enum { MOST_THREADS = 1024 };

static bool check_threads(Str p) {
    i64 n = 1;
    if (p.len && !flags_int(p, &n).len && n <= 0) cmd_fail("-p must be a positive integer: %lld", (long long)n);
    return n > 0;
}

// Values of flags that have rules of their own.
static bool check_values(Cmd *c) {
    static const char *const mods[] = {"", "mod", "readonly", "vendor"};
    bool good = false;
    for (i64 i = 0; i < NELEM(mods); i++) good |= str_eq(c->f.mod, str_c(mods[i]));
    if (!good) fprintf(stderr, "-mod=%.*s not supported (can be '', 'mod', 'readonly', or 'vendor')\n", SFMT(c->f.mod));
    return good && check_threads(c->f.p) && check_tags(c->f.tags);
}

static bool is_buildmode(const Cmd *c, const char *mode) { return str_eq(c->f.buildmode, str_c(mode)); }

static bool check_buildmode(Cmd *c) {
    static const char *const modes[] = {"",    "archive", "c-archive", "c-shared", "default",
                                        "exe", "pie",     "plugin",    "shared"};
    for (i64 i = 0; i < NELEM(modes); i++)
        if (is_buildmode(c, modes[i])) return true;
    fprintf(stderr, "buildmode=%.*s not supported\n", SFMT(c->f.buildmode));
    return false;
}

static bool refuse(const char *fmt, ...) PRINTF_LIKE(1, 2);
static bool refuse(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    return false;
}

// -race, -msan, -asan: what is wrong with them in the go command's words; what is right is not supported yet.
static bool check_sanitizers(Cmd *c) {
    const struct {
        bool given;
        const char *name;
        u32 property;
    } all[] = {{c->f.msan, "-msan", TARGET_MSAN}, {c->f.race, "-race", TARGET_RACE}, {c->f.asan, "-asan", TARGET_ASAN}};
    Str os = env_get(c->env, "GOOS"), arch = env_get(c->env, "GOARCH");
    static const int pairs[][2] = {{1, 0}, {1, 2}, {0, 2}};
    bool no_cgo = str_eq(env_get(c->env, "CGO_ENABLED"), S("0"));
    for (i64 i = 0; i < NELEM(pairs); i++)
        if (all[pairs[i][0]].given && all[pairs[i][1]].given)
            return refuse("go: may not use %s and %s simultaneously\n", all[pairs[i][0]].name, all[pairs[i][1]].name);
    for (i64 i = 0; i < NELEM(all); i++)
        if (all[i].given && !env_target_has(os, arch, all[i].property))
            return refuse("%s is not supported on %.*s/%.*s\n", all[i].name, SFMT(os), SFMT(arch));
    for (i64 i = 0; i < NELEM(all); i++) {
        if (!all[i].given) continue;
        if (no_cgo && env_has(c->env, "CGO_ENABLED"))
            return refuse("go: %s requires cgo; enable cgo by setting CGO_ENABLED=1\n", all[i].name);
        return unsupported(all[i].name);
    }
    return true;
}

// Which version of the FIPS 140 module programs use: the library's own, or none of them in particular.
static bool check_fips(Cmd *c) {
    Str v = env_get(c->env, "GOFIPS140"), dir = path_join(c->a, env_goroot(c->env), S("lib/fips140"));
    if (!v.len || str_eq(v, S("off"))) return true;
    StrVec tags = split_words(c->a, c->f.tags, ", ");
    for (i64 i = 0; i < tags.len; i++)
        if (str_eq(tags.ptr[i], S("purego"))) return !cmd_fail("cannot use GOFIPS140 with the purego build tag");
    if (str_eq(v, S("latest"))) return true;
    bool known =
        str_index(v, '/') < 0 && file_exists(arena_cstr(c->a, arena_printf(c->a, "%.*s/%.*s.txt", SFMT(dir), SFMT(v))));
    known |=
        str_index(v, '/') < 0 && file_exists(arena_cstr(c->a, arena_printf(c->a, "%.*s/%.*s.zip", SFMT(dir), SFMT(v))));
    if (!known) return !cmd_fail("unknown GOFIPS140 version %.*s", SFMT(str_quote(c->a, v)));
    return unsupported(arena_cstr(c->a, arena_printf(c->a, "GOFIPS140=%.*s (off and latest are)", SFMT(v))));
}

bool build_options(Cmd *c, ProgramOptions *o) {
    if (!check_sanitizers(c) || !check_fips(c)) return false;
    if (c->f.toolexec.len && strcmp(c->command->name, "test") == 0 && (cover_wanted(c) || c->f.fuzz.len))
        return unsupported("test -toolexec with -cover or -fuzz");
    if (c->f.linkshared && makes_code(c)) return unsupported("-linkshared");
    if (!check_buildmode(c)) return false;
    if (!target(c, o)) return false;
    o->goroot = env_goroot(c->env);
    o->go_version = env_go_version(c->env);
    if (!o->goroot.len) {
        fprintf(stderr, "vole: %.*s\n", SFMT(env_goroot_error(c->env)));
        return false;
    }
    o->trimpath = c->f.trimpath;
    o->plugin = is_buildmode(c, "plugin");
    o->env = c->env;
    o->modules.mode = str_eq(c->f.mod, S("mod"))        ? MOD_MOD
                      : str_eq(c->f.mod, S("vendor"))   ? MOD_VENDOR
                      : str_eq(c->f.mod, S("readonly")) ? MOD_READONLY
                                                        : MOD_DEFAULT;
    o->modules.modfile = c->f.modfile;
    o->overlay_file = c->f.overlay;
    o->modules.trace = c->f.x;
    bool stamps = strcmp(c->command->name, "build") == 0 || strcmp(c->command->name, "install") == 0 ||
                  strcmp(c->command->name, "list") == 0; // which tells whether what is installed is stale
    bool auto_vcs = !c->f.buildvcs.ptr || str_eq(c->f.buildvcs, S("auto")), vcs = true;
    if (!auto_vcs && c->f.buildvcs.len) flags_bool(c->f.buildvcs, &vcs);
    if (strcmp(c->command->name, "test") == 0) stamps = !auto_vcs;
    o->vcs = !stamps || !vcs ? VCS_NEVER : auto_vcs ? VCS_AUTO : VCS_ALWAYS;
    o->modcacherw = c->f.modcacherw;
    o->no_cgo = str_eq(env_get(c->env, "CGO_ENABLED"), S("0")) && env_has(c->env, "CGO_ENABLED");
    o->json = c->f.json;
    o->why = c->f.why;
    o->plain = cmd_is_plain();
    o->color = isatty(2) && !getenv("NO_COLOR");
    o->cwd = cmd_cwd(c);
    bool whole = is_beside(c, "lib/rt-linux-amd64.a", "../lib/vole/rt-linux-amd64.a", &o->archive_path);
    o->overlay = cmd_library(c);
    whole &= file_type(arena_cstr(c->a, path_join(c->a, o->overlay, S("runtime")))) != 0;
    if (makes_code(c) && !whole) {
        fprintf(stderr, "vole: the installation is not complete: %.*s or %.*s/runtime is missing; build vole again\n",
                SFMT(o->archive_path), SFMT(o->overlay));
        return false;
    }
    StrVec tags = split_words(c->a, c->f.tags, ", "), on = split_words(c->a, o->experiments, ",");
    for (i64 i = 0; i < on.len; i++) {
        Str tag = arena_printf(c->a, "goexperiment.%.*s", SFMT(on.ptr[i]));
        if (!str_has_prefix(on.ptr[i], S("no"))) vec_push(c->a, &tags, tag);
    }
    for (i64 i = 0; i < o->narch_tags; i++) vec_push(c->a, &tags, o->arch_tags[i]);
    o->tags = tags.ptr;
    o->ntags = tags.len;
    if (!check_values(c)) return false;
    i64 threads = cpu_count();
    if (c->f.p.len) flags_int(c->f.p, &threads);
    o->threads = (int)i64_max(i64_min(threads, MOST_THREADS), 1);
    o->check = getenv("VOLE_CHECK") != NULL;
    again_packs(c, o);
    o->flags = toolflags_package;
    o->plugin_path = toolflags_plugin_path;
    o->flags_ctx = c;
    bool counts = cover_wanted(c) && makes_code(c);
    if (o->plugin && makes_code(c) && strcmp(c->command->name, "build") != 0)
        return unsupported("-buildmode=plugin of another command than build");
    if (counts && steps_wanted(c) && strcmp(c->command->name, "test") != 0)
        return unsupported("-cover with -x, -n, -work or -toolexec");
    if (counts) cover_options(c, o);
    return true;
}

bool cmd_is_versioned(Str arg) {
    bool local = str_has_prefix(arg, S("./")) || str_has_prefix(arg, S("../")) || (arg.len && arg.ptr[0] == '/');
    return str_index(arg, '@') >= 0 && !local;
}

void use_versions(const Cmd *c, ProgramOptions *o) {
    o->versioned = o->main_only = o->modules.no_root = o->modules.force_use_modules = o->modules.missing_found = true;
    if (str_find(env_get(c->env, "GOFLAGS"), S("-modfile")) >= 0) o->modules.modfile = (Str){0}; // meant for others
}

static bool is_main(const Pkg *pkg) { return str_eq(pkg->name, S("main")); }

// ---- output ---------------------------------------------------------------------------------------------------------

static bool is_version_suffix(Str s) {
    if (s.len < 2 || s.ptr[0] != 'v' || s.ptr[1] == '0' || str_eq(s, S("v1"))) return false;
    for (i64 i = 1; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return true;
}

Str executable_name(Str path) {
    Str base = path_base(path);
    return is_version_suffix(base) && path_dir(path).len > 1 ? path_base(path_dir(path)) : base;
}

static Str default_name(Cmd *c, const Pkg *pkg) {
    Str base = pkg->command_line_files ? path_base(c->args[0]) : executable_name(pkg->path);
    if (pkg->command_line_files) base.len -= 3;
    return is_buildmode(c, "plugin") ? arena_printf(c->a, "%.*s.so", SFMT(base)) : base;
}

// What stands under the output's name may be replaced if it is empty or an earlier result.
bool output_may_be_replaced(const char *path) {
    struct stat st;
    char magic[8] = {0};
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) return true;
    FILE *f = fopen(path, "r");
    if (!f) return true;
    size_t n = fread(magic, 1, sizeof magic, f);
    fclose(f);
    return n >= 4 && (memcmp(magic, "\177ELF", 4) == 0 || memcmp(magic, "!<arch>\n", 8) == 0);
}

static bool put_output(Str package, Str path, const Buf *image, Arena *a, int mode) {
    if (str_eq(path, S("/dev/null"))) return true;
    if (!output_may_be_replaced(arena_cstr(a, path))) {
        fprintf(stderr, "%.*s: go build %.*s: build output \"%.*s\" already exists and is not an object file\n",
                SFMT(package), SFMT(package), SFMT(path));
        return false;
    }
    Str dir = path_dir(path);
    if (!dir_exists(arena_cstr(a, dir)) && !file_exists(arena_cstr(a, dir)) && !dir_make_all(a, dir))
        return !cmd_fail("mkdir %.*s: %s", SFMT(dir), err_os(errno));
    if (file_write_atomic(arena_cstr(a, path), buf_view(image), mode)) return true;
    fprintf(stderr, "vole: cannot write %.*s: %s\n", SFMT(path), err_os(errno));
    return false;
}

bool write_output(Str package, Str path, const Buf *image, Arena *a, int mode) {
    Seen *w = seen_use(NULL); // what stands there is no input
    bool good = put_output(package, path, image, a, mode);
    seen_use(w);
    return good;
}

void build_note(const Cmd *c, Str package, Str text) {
    Buf b = {0};
    if (c->f.json) diag_event(&b, package, text, false);
    else buf_str(&b, text);
    fwrite(b.ptr, 1, (size_t)b.len, c->f.json ? stdout : stderr);
    fflush(c->f.json ? stdout : stderr);
    buf_free(&b);
}

bool build_one(Cmd *c, Program *p, Package *pkg, Buf *image, bool *main) {
    *main = is_main(load_pkg(pkg));
    if (c->f.v) build_note(c, pkg->path, arena_printf(c->a, "%.*s\n", SFMT(pkg->path)));
    bool ok = program_check(p, pkg);
    if (ok && *main) ok = toolflags_program(c, p, load_pkg(pkg)) && pgo_check(c, p->diag, load_pkg(pkg));
    if (ok && *main) p->o.build_settings = build_settings(c, &p->o, load_pkg(pkg));
    if (ok) ok = *main ? program_build(p, pkg, image) : program_compile_only(p, pkg);
    diag_flush(p->diag, 2);
    if (ok) built_note(c, &p->o, p->loader, load_pkg(pkg));
    return ok;
}

// Where results go: nowhere, into one file, or programs into a folder.
typedef struct Output {
    Str path; // "": they are not kept
    bool into_dir;
} Output;

// The archive of a library is the one that its steps make.
static bool make_library(Cmd *c, Program *p, Pkg *pkg, Buf *image) {
    StepsArchive made;
    Str bytes = {0};
    if (cover_wanted(c)) return unsupported("the archive of a library with -cover");
    Seen *w = seen_use(NULL); // what the archive is made of was looked at before
    Steps *s = steps_new(c, p, &p->o, true);
    bool ok = s && steps_archive(s, pkg, &made);
    if (s && !ok) build_note(c, pkg->path, made.said);
    if (ok && !file_read(c->a, arena_cstr(c->a, made.file), &bytes))
        ok = !cmd_fail("open %.*s: %s", SFMT(made.file), err_os(errno));
    if (s) steps_end(s, 0);
    seen_use(w);
    buf_str(image, bytes);
    return ok;
}

static int build_packages(Cmd *c, Program *p, Package **pkgs, i64 n, Output o) {
    for (i64 i = 0; i < n; i++) {
        Buf image = {0};
        bool main;
        Str out = o.into_dir ? path_join(c->a, o.path, default_name(c, load_pkg(pkgs[i]))) : o.path;
        if (o.path.len && !p->o.patch) p->o.output = path_abs(c->a, out);
        if (!build_one(c, p, pkgs[i], &image, &main)) return 1;
        if (c->f.why.len) continue; // it was told
        if (p->o.patch && p->o.patch->made) out = c->patch_file;
        if (o.path.len && !main && !make_library(c, p, (Pkg *)load_pkg(pkgs[i]), &image)) return 1;
        if (o.path.len && !write_output(pkgs[i]->path, out, &image, c->a, main ? 0777 : 0666)) return 1;
        u64 hash = p->image_hash;
        if (!hash && (o.path.len || main)) hash = hash_bytes(image.ptr, image.len, 1);
        if (o.path.len) again_made(c, out, &image, hash);
        if (main) c->nmade++, c->made = out, c->made_hash = hash;
        if (p->image_mapped) program_unmap_image(&image);
        else buf_free(&image);
    }
    return 0;
}

// The packages that -buildmode is about, in place. False: reported.
static bool filter_packages(Cmd *c, Pkg **pkgs, i64 *n) {
    static const char *const of_one[] = {"c-archive", "c-shared", "plugin"};
    bool only_mains = is_buildmode(c, "exe"), only_others = is_buildmode(c, "archive") || is_buildmode(c, "shared");
    bool one = only_mains && c->f.o.len,
         supported = only_mains || is_buildmode(c, "archive") || is_buildmode(c, "plugin") || !c->f.buildmode.len;
    for (i64 i = 0; i < NELEM(of_one); i++) one |= is_buildmode(c, of_one[i]);
    if (one && (*n != 1 || !is_main(pkgs[0]))) {
        fprintf(stderr, "-buildmode=%.*s requires exactly one main package\n", SFMT(c->f.buildmode));
        return false;
    }
    if (!supported && !is_buildmode(c, "default")) {
        fprintf(stderr, "vole: not supported yet: -buildmode=%.*s\n", SFMT(c->f.buildmode));
        return false;
    }
    i64 kept = 0;
    for (i64 i = 0; i < *n; i++)
        if (is_main(pkgs[i]) ? !only_others : !only_mains) pkgs[kept++] = pkgs[i];
    *n = kept;
    return true;
}

static int keep_mains(Pkg **pkgs, i64 n) {
    i64 kept = 0;
    for (i64 i = 0; i < n; i++)
        if (is_main(pkgs[i])) pkgs[kept++] = pkgs[i];
    return (int)kept;
}

// What is built and where it goes: -o, or the name of the one program. False: reported.
static bool choose_output(Cmd *c, Pkg **pkgs, i64 *n, Output *o) {
    Str null = S("/dev/null");
    *o = (Output){.path = c->f.o};
    if (!o->path.len && *n == 1 && is_main(pkgs[0])) o->path = default_name(c, pkgs[0]);
    if (!filter_packages(c, pkgs, n)) return false;
    if (str_eq(o->path, null)) o->path = (Str){0};
    if (!o->path.len) return true;
    o->into_dir = o->path.ptr[o->path.len - 1] == '/' || dir_exists(arena_cstr(c->a, o->path));
    if (o->into_dir && !c->f.o.len) cmd_fail("build output \"%.*s\" already exists and is a directory", SFMT(o->path));
    else if (o->into_dir && (*n = keep_mains(pkgs, *n)) == 0) cmd_fail("no main packages to build");
    else if (!o->into_dir && *n > 1) cmd_fail("cannot write multiple packages to non-directory %.*s", SFMT(o->path));
    else if (*n == 0) fprintf(stderr, "no packages to build\n");
    else return true;
    return false;
}

static int build_each(Cmd *c, Program *p, Package **pkgs, i64 n, Output out) {
    int rc = 0;
    bool good = true;
    for (i64 i = 0; i < n; i++) good &= program_check(p, pkgs[i]);
    if (!good) { // each package's errors once, whoever imports it
        diag_flush(p->diag, 2);
        return 1;
    }
    p->keep_bodies = true;
    for (i64 i = 0; i < n; i++) {
        rc |= build_packages(c, p, &pkgs[i], 1, out);
        program_release(p);
    }
    return rc;
}

static void tell_gccgo(const Cmd *c) {
    if (c->f.gccgoflags.len)
        printf("go build: when using gc toolchain, please pass compile flags using -gcflags, and linker flags using "
               "-ldflags\n");
}

static int build_targets(Cmd *c, Program *p, Steps *s) {
    Pkg **pkgs;
    i64 n;
    Output out;
    load_packages(p->loader, c->args, c->nargs, &pkgs, &n);
    bool failed = diag_count(p->diag) > 0 || load_report(p->loader, pkgs, n) > 0;
    if (failed || !load_buildable(p->loader, pkgs, &n)) {
        diag_flush(p->diag, 2);
        return 1;
    }
    tell_gccgo(c);
    if (!choose_output(c, pkgs, &n, &out)) return 1;
    StepsTarget *targets = ANEWN(c->a, StepsTarget, n + 1);
    for (i64 i = 0; i < n; i++) {
        bool kept = out.path.len && (!out.into_dir || is_main(pkgs[i]));
        targets[i].pkg = pkgs[i];
        if (kept) targets[i].path = out.into_dir ? path_join(c->a, out.path, default_name(c, pkgs[i])) : out.path;
    }
    return steps_build(s, targets, n);
}

// -n, -x, -work, -toolexec: nothing is parsed here.
static int build_by_steps(Cmd *c, const ProgramOptions *o) {
    Program *p = program_new(*o);
    Steps *s = steps_new(c, p, o, false); // first of all: without room nothing is looked at
    return s ? steps_end(s, build_targets(c, p, s)) : 1;
}

int build_command(Cmd *c, ProgramOptions o) {
    Program *p = program_new(o);
    Package **pkgs;
    i64 n;
    if (!program_load(p, c->args, c->nargs, &pkgs, &n)) {
        diag_flush(p->diag, 2);
        return 1;
    }
    Output out;
    Pkg **loaded = ANEWN(c->a, Pkg *, n + 1);
    for (i64 i = 0; i < n; i++) {
        vec_push(c->a, &c->named, pkgs[i]->path);
        loaded[i] = (Pkg *)load_pkg(pkgs[i]);
    }
    tell_gccgo(c);
    if (!choose_output(c, loaded, &n, &out)) return 1;
    for (i64 i = 0; i < n; i++) pkgs[i] = loaded[i]->package;
    return n > 1 ? build_each(c, p, pkgs, n, out) : build_packages(c, p, pkgs, n, out);
}

int cmd_build(Cmd *c) {
    ProgramOptions o = {0};
    if (again_done(c)) return 0;
    if (!build_options(c, &o)) return 1;
    return again_end(c, steps_wanted(c) && !o.why.len ? build_by_steps(c, &o) : build_command(c, o));
}
