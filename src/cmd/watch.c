// watch.c - `vole watch`: words of the command line, and what the resident process has done in children: builds, checks, tests.
//
// In:   words. Out: watch_run. A build is the `build` command in a copy of this process, with its own settings and arena; what it asked the file system
// (Seen) goes back, less what no user edits: the GOROOT, the caches, vole's own files.
#include "cmd/watch_int.h"
#include "test/test.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- in a child: a command ------------------------------------------------------------------------------------------

static const Command *find_command(const char *name) {
    for (i64 i = 0; i < ncommands; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    bug("no command %s", name);
}

bool watch_command(WatchCmd *w, const char *name, const StrItems *words) {
    Cmd *c = &w->child;
    Err err = {0};
    int used = 0;
    *c = (Cmd){.command = find_command(name),
               .a = arena_new("command"),
               .prog = w->c->prog,
               .exe = w->c->exe,
               .exe_dir = w->c->exe_dir};
    if (!env_read(c->a, c->exe_dir, &c->env, &err)) return !cmd_fail("%.*s", SFMT(err.text));
    c->argv = ANEWN(c->a, char *, words->len + 1);
    for (i64 i = 0; i < words->len; i++) c->argv[i] = (char *)arena_str(c->a, words->ptr[i]).ptr;
    if (!flags_env(c)) return false;
    bool own = (c->command->flags & (FLAGS_VET | FLAGS_TEST)) != 0;
    if (!own && !flags_parse(c, (int)words->len, c->argv, &used)) return false;
    c->argv += used;
    c->nargs = words->len - used;
    c->args = ANEWN(c->a, Str, c->nargs + 1);
    for (i64 i = 0; i < c->nargs; i++) c->args[i] = str_c(c->argv[i]);
    return true;
}

// ---- in a child: what was looked at -----------------------------------------------------------------------------------

typedef struct Looked {
    WatchCmd *w;
    WatchBuilt *out;
    Str cwd, made;    // made: the program
    StrItems foreign; // folders that no user edits
} Looked;

static bool is_below(Str path, Str dir) {
    return dir.len && str_has_prefix(path, dir) && (path.len == dir.len || path.ptr[dir.len] == '/');
}

static void add_foreign(Looked *l, Str dir) {
    Cmd *c = &l->w->child;
    if (!dir.len || dir.ptr[0] != '/') return;
    vec_push(c->a, &l->foreign, path_clean(c->a, dir));
    Str real = file_real_path(c->a, arena_cstr(c->a, dir));
    if (real.len) vec_push(c->a, &l->foreign, real);
}

static bool is_foreign(const Looked *l, Str path) {
    for (i64 i = 0; i < l->foreign.len; i++)
        if (is_below(path, l->foreign.ptr[i])) return true;
    return str_find(path, S("/.git/")) >= 0 || str_has_suffix(path, S("/.git"));
}

static void take_item(Looked *l, const SeenItem *s) {
    Arena *a = l->w->child.a;
    Str path = path_clean(a, s->path.ptr[0] == '/' ? s->path : path_join(a, l->cwd, s->path));
    WatchFile f = {
        .path = path, .size = s->st.mode ? s->st.size : WATCH_NOTHING, .mtime = s->st.mtime, .hash = s->hash};
    bool is_dir = S_ISDIR(s->st.mode);
    if (is_foreign(l, path) || str_eq(path, l->made)) return;
    switch ((SeenKind)s->kind) {
    case SEEN_READ: break;
    case SEEN_IS_FILE: f.size = s->hash ? WATCH_THERE : WATCH_NO_FILE, f.hash = 0; break;
    case SEEN_IS_DIR:
        if (s->hash) return;
        f.size = WATCH_NO_FOLDER, f.hash = 0;
        break;
    case SEEN_TYPE:
    case SEEN_LTYPE:
        if (is_dir) return;
        f.size = s->st.mode ? WATCH_THERE : WATCH_NOTHING, f.hash = 0;
        break;
    case SEEN_NAMES:
        if (is_dir) vec_push(a, &l->out->folders, path);
        if (is_dir) return;
        f.size = WATCH_NO_FOLDER, f.hash = 0;
        break;
    case SEEN_EVERY: vec_push(a, &l->out->every, path); return;
    default: return;
    }
    if (f.size < 0 && f.size != WATCH_THERE && is_below(l->made, path)) return; // the build makes its folders
    vec_push(a, &l->out->files, f);
}

void watch_seen(WatchCmd *w, const Seen *seen, WatchBuilt *out) {
    Cmd *c = &w->child;
    Looked l = {.w = w, .out = out, .cwd = path_abs(c->a, S("."))};
    l.made = out->program.len ? out->program : c->f.o.len ? path_clean(c->a, path_abs(c->a, c->f.o)) : (Str){0};
    const char *const own[] = {"GOCACHE", "GOMODCACHE"};
    if (c->env) add_foreign(&l, env_goroot(c->env));
    for (i64 i = 0; c->env && i < NELEM(own); i++) add_foreign(&l, env_get(c->env, own[i]));
    add_foreign(&l, path_clean(c->a, path_join(c->a, c->exe_dir, S("../lib"))));
    add_foreign(&l, c->exe_dir);
    add_foreign(&l, w->o.work);
    for (i64 i = 0; i < seen_count(seen); i++)
        if (seen_at(seen, i)->kind != SEEN_READ) take_item(&l, seen_at(seen, i));
    for (i64 i = 0; i < seen_count(seen); i++)
        if (seen_at(seen, i)->kind == SEEN_READ) take_item(&l, seen_at(seen, i));
}

// ---- in a child: the work -----------------------------------------------------------------------------------------------

// As they are now; what is not known says that everything has run.
static Str read_notes(Cmd *c, const WatchBuilt *out) {
    if (!out->notes.len) return S("none");
    char *copy = arena_alloc(c->a, out->notes.len, 8);
    memcpy(copy, out->notes.ptr, (size_t)out->notes.len);
    return (Str){copy, out->notes.len};
}

// Who built what runs may still be about its record.
static bool wait_for(Cmd *c, const WatchBuilt *out) {
    enum { MOST = 10000, NAP = 1000 }; // naps; microseconds
    for (int i = 0; i < MOST; i++) {
        if (file_exists(arena_cstr(c->a, out->base))) return true;
        if (out->maker <= 0 || kill(out->maker, 0) != 0) break;
        usleep(NAP);
    }
    return file_exists(arena_cstr(c->a, out->base));
}

// What runs can be patched: the record of it is an input that nobody edits.
static bool use_patches(WatchCmd *w, ProgramOptions *o, const WatchBuilt *out) {
    Cmd *c = &w->child;
    w->patch = (LinkPatch){0};
    o->patch = &w->patch;
    c->patch_file = arena_printf(c->a, "%.*s.patch", SFMT(out->record));
    Seen *seen = seen_use(NULL);
    bool good = !out->base.len || (wait_for(c, out) && file_read(c->a, arena_cstr(c->a, out->base), &w->patch.base));
    seen_use(seen);
    if (!good) w->patch.base = (Str){0};
    if (out->careful) w->patch.notes = read_notes(c, out);
    return true;
}

// Of a program it is made when that may be running already; the next build waits for it.
static void keep_record(WatchCmd *w) {
    link_patch_finish(&w->patch);
    if (w->record.len) file_write_atomic(arena_cstr(w->child.a, w->record), buf_view(&w->patch.record), 0600);
    w->record = (Str){0};
}

static void tell_patch(WatchCmd *w, WatchBuilt *out) {
    LinkPatch *p = &w->patch;
    w->record = out->good ? out->record : (Str){0};
    if (p->made) keep_record(w);
    out->patched = p->made;
    out->refused = p->refused;
    out->changed = p->changed;
    out->nfuncs = p->nfuncs;
}

static int run_build(WatchCmd *w, const StrItems *words, Str folder, bool color, const WatchBuilt *out) {
    ProgramOptions o = {0};
    Cmd *c = &w->child;
    if (!watch_command(w, "build", words)) return 1;
    if (!c->f.o.len) c->f.o = arena_printf(c->a, "%.*s/", SFMT(folder));
    if (!c->f.buildvcs.ptr) c->f.buildvcs = S("false");
    again_packs_alone(c, &o);
    if (!build_options(c, &o)) return 1;
    if (color) o.color = true, o.plain = false;
    if (out->patchable && !use_patches(w, &o, out)) return 1;
    return build_command(c, o);
}

static void watch_build(void *ctx, const StrItems *words, Str folder, bool color, WatchBuilt *out) {
    WatchCmd *w = ctx;
    Seen *seen = seen_new(w->c->a);
    seen_use(seen);
    w->rc = run_build(w, words, folder, color, out);
    seen_use(NULL);
    Cmd *c = &w->child;
    out->good = w->rc == 0 && c->made.len;
    if (w->rc == 0 && !c->made.len) fprintf(stderr, "vole watch: not a main package\n");
    if (out->good && c->nmade > 1) {
        fprintf(stderr, "vole watch: %lld main packages: name one, or give each a [[service]] in .air.toml\n",
                (long long)c->nmade);
        out->good = false;
    }
    if (c->made.len) out->program = path_abs(c->a, c->made);
    out->image = c->made_hash;
    if (out->patchable) tell_patch(w, out);
    watch_seen(w, seen, out);
}

static void watch_finish(void *ctx) {
    WatchCmd *w = ctx;
    keep_record(w);
    again_child_end(&w->child, w->rc);
}

static int watch_check(void *ctx, const StrItems *folders) {
    static const char *const usual[] = {"-atomic",      "-bool",    "-buildtags", "-directive",     "-errorsas",
                                        "-ifaceassert", "-nilfunc", "-printf",    "-stringintconv", "-tests"};
    WatchCmd *w = ctx;
    StrItems words = {0};
    for (i64 i = 0; i < NELEM(usual); i++) vec_push(w->c->a, &words, str_c(usual[i]));
    for (i64 i = 0; i < folders->len; i++) vec_push(w->c->a, &words, folders->ptr[i]);
    if (!watch_command(w, "vet", &words)) return 1;
    int rc = w->child.command->run(&w->child);
    fflush(NULL);
    return rc;
}

// ---- words ------------------------------------------------------------------------------------------------------------

static bool is_bool_word(const char *s) { return s && (strcmp(s, "true") == 0 || strcmp(s, "false") == 0); }

// A key of the configuration: --key value, --key=value; a switch may stand alone.
static bool take_key(WatchCmd *w, Str arg, const char *next, bool *took_next) {
    Str name = str_slice(arg, str_has_prefix(arg, S("--")) ? 2 : 1, arg.len);
    i64 eq = str_index(name, '=');
    WatchFlag f = {.name = eq < 0 ? name : str_slice(name, 0, eq)};
    bool is_switch;
    if (!config_is_key(f.name, &is_switch)) return false;
    *took_next = eq < 0 && next && (!is_switch || is_bool_word(next));
    f.value = eq >= 0 ? str_slice(name, eq + 1, name.len) : *took_next ? str_c(next) : S("true");
    vec_push(w->c->a, &w->flags, f);
    return true;
}

static bool wrong(WatchCmd *w, Str name, Str err) {
    if (err.len) usage_error(w->c, "%.*s", SFMT(err));
    else usage_error(w->c, "flag provided but not defined: %.*s", SFMT(name));
    return false;
}

static bool take_word(WatchCmd *w, i64 *at) {
    Cmd *c = w->c;
    Str arg = c->args[*at], err = {0};
    const char *next = *at + 1 < c->nargs ? c->argv[*at + 1] : NULL;
    bool took = false, has_value;
    if (str_eq(arg, S("-h")) || str_eq(arg, S("-help")) || str_eq(arg, S("--help"))) {
        Buf b = {0};
        buf_printf(&b, "usage: %s %s %s\n\n%s\n\nFlags:\n\n", c->prog, c->command->name, c->command->args,
                   c->command->text);
        flags_print(&b, c->command);
        watch_help(&b);
        fwrite(b.ptr, 1, (size_t)b.len, stdout);
        buf_free(&b);
        w->rc = 0;
        return false;
    }
    if (!take_key(w, arg, next, &took)) {
        FlagTaken taken = flags_take(c, arg, next, &took, &has_value, &err);
        if (taken != FLAG_TAKEN) return wrong(w, arg, err);
    }
    *at += took;
    return true;
}

static bool read_words(WatchCmd *w) {
    Cmd *c = w->c;
    i64 at = 0;
    w->rc = 2;
    if (c->nargs && str_eq(c->args[0], S("init"))) w->init = true, at = 1;
    else if (c->nargs && str_eq(c->args[0], S("test"))) w->o.test = true, at = 1;
    for (; at < c->nargs; at++) {
        Str arg = c->args[at];
        if (str_eq(arg, S("--"))) {
            for (at++; at < c->nargs; at++) vec_push(c->a, &w->behind, c->args[at]);
        } else if (arg.len > 1 && arg.ptr[0] == '-') {
            if (!take_word(w, &at)) return false;
        } else vec_push(c->a, &w->rest, arg);
    }
    return true;
}

// Flags of builds, in one word each.
static void take_build_flags(WatchCmd *w, i64 from) {
    static const char *const own[] = {"c", "d", "v", "color", "json"};
    Cmd *c = w->c;
    for (i64 i = from; i < c->given.len; i++) {
        bool is_own = false;
        for (i64 k = 0; k < NELEM(own); k++) is_own |= strcmp(c->given.ptr[i].name, own[k]) == 0;
        if (is_own) continue;
        Str word = arena_printf(c->a, "-%s=%.*s", c->given.ptr[i].name, SFMT(c->given.ptr[i].value));
        vec_push(c->a, &w->o.words, word);
    }
}

// Without configuration the first word is the package, or those are that name .go files.
static void take_rest(WatchCmd *w) {
    Cmd *c = w->c;
    i64 at = 0;
    bool configured = w->o.config.file.len || config_given(&w->o.config, "build.cmd");
    if (!configured || w->o.test) {
        while (at < w->rest.len && str_has_suffix(w->rest.ptr[at], S(".go"))) at++;
        if (!at && w->rest.len) at = w->o.test ? w->rest.len : 1;
        for (i64 i = 0; i + 1 < at; i++) vec_push(c->a, &w->o.words, w->rest.ptr[i]);
        if (at) w->o.package = w->rest.ptr[at - 1];
    }
    for (; at < w->rest.len; at++) vec_push(c->a, &w->o.args, w->rest.ptr[at]);
    for (i64 i = 0; i < w->behind.len; i++) vec_push(c->a, &w->o.args, w->behind.ptr[i]);
}

void watch_help(Buf *b) {
    buf_c(b, "\nKeys of the configuration, as flags:\n\n");
    config_help(b);
}

static int write_config(WatchCmd *w) {
    Buf b = {0};
    Str path = w->c->f.watch_c.len ? w->c->f.watch_c : S(".air.toml");
    if (file_type(arena_cstr(w->c->a, path))) {
        fprintf(stderr, "vole watch: %.*s exists already\n", SFMT(path));
        return 1;
    }
    config_print(&b);
    bool good = file_write_atomic(arena_cstr(w->c->a, path), buf_view(&b), 0644);
    buf_free(&b);
    if (!good) return cmd_fail("write %.*s: %s", SFMT(path), err_os(errno));
    printf("%.*s written\n", SFMT(path));
    return 0;
}

// $air_wd is the folder, if it is set.
static bool change_folder(WatchCmd *w) {
    const char *dir = getenv("air_wd");
    if (!dir || !*dir || chdir(dir) == 0) return true;
    fprintf(stderr, "vole watch: air_wd: %s: %s\n", dir, err_os(errno));
    return false;
}

static bool read_config(WatchCmd *w) {
    Cmd *c = w->c;
    Err err = {0};
    if (c->f.watch_color.len) vec_push(c->a, &w->flags, ((WatchFlag){S("color.mode"), c->f.watch_color}));
    if (config_read(c->a, path_abs(c->a, S(".")), c->f.watch_c, w->flags.ptr, w->flags.len, &w->o.config, &err))
        return true;
    fprintf(stderr, "vole watch: %.*s\n", SFMT(err.text));
    return false;
}

// What looks like a second package is none of the program's arguments by chance; behind "--" it is one.
static bool names_two(const WatchCmd *w) {
    Str next = w->o.args.len && !w->behind.len ? w->o.args.ptr[0] : (Str){0};
    bool local = str_has_prefix(next, S("./")) || str_has_prefix(next, S("../"));
    if (!w->o.package.len || w->o.test || !local || !dir_exists(arena_cstr(w->c->a, next))) return false;
    fprintf(stderr,
            "vole watch: %.*s is a second package: give each program a [[service]] in .air.toml; an argument of the "
            "program stands behind --\n",
            SFMT(next));
    return true;
}

static int run(WatchCmd *w) {
    Cmd *c = w->c;
    Keeper keeper;
    WatchDo todo = {.ctx = w,
                    .build = watch_build,
                    .check = watch_check,
                    .select = watch_select,
                    .test = watch_test,
                    .finish = watch_finish};
    if (!work_make_dir(c, "vole-watchXXXXXX", &w->o.work)) return cmd_fail("creating work dir: %s", err_os(errno));
    w->o.work = file_real_path(c->a, arena_cstr(c->a, w->o.work));
    if (!keeper_start(&keeper, c->a, w->o.work)) return cmd_fail("fork: %s", err_os(errno));
    int rc = watch_run(c->a, &w->o, &todo);
    keeper_end(&keeper);
    return rc;
}

int cmd_watch(Cmd *c) {
    WatchCmd *w = ANEW(c->a, WatchCmd);
    i64 from = c->given.len; // behind those of $GOFLAGS, which builds read themselves
    w->c = c;
    if (!read_words(w)) return w->rc;
    if (c->f.watch_v) return printf("vole watch %s\n", VOLE_VERSION), 0;
    if (!change_folder(w)) return 1;
    if (w->init) return write_config(w);
    if (!read_config(w)) return 1;
    take_build_flags(w, from);
    take_rest(w);
    if (names_two(w)) return 2;
    w->o.json = c->f.json;
    w->o.panics = isatty(2) && !c->f.json && !cmd_is_plain();
    w->o.debug = c->f.watch_d;
    return run(w);
}
