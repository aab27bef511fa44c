// config.c - what the user configured: the keys of keys.def from a file and from flags.
//
// In:   .air.toml or .config/air.toml of the working folder, or the file of -c; flags --KEY VALUE, which come after it.
// Out:  a WatchConfig in which every key has a value, or one error with its place.
// A value in the file stands, whatever it is, and a flag stands over it, also if it names the default. Keys that nobody knows are warnings.
#include "watch/watch.h"
#include "test/test.h"
#include "watch/toml.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum KeyKind { TEXT, LIST, ARGS, FLAG, PATCHES, MS, TIME, NUMBER } KeyKind;
typedef struct Key {
    KeyKind kind;
    size_t field;
    const char *name, *standard, *help;
} Key;
static const Key keys[] = {
#define KEY(kind, field, name, standard, help) {kind, offsetof(WatchConfig, field), name, standard, help},
#include "watch/keys.def"
#undef KEY
};

typedef struct Source { // where values come from, for errors
    Arena *a;
    WatchConfig *c;
    Str where; // "FILE", "flag"
    Err *err;
} Source;

static const i64 MILLI = 1000000;

static const Key *find_key(Str name) {
    for (i64 i = 0; i < NELEM(keys); i++)
        if (str_eq(name, str_c(keys[i].name))) return &keys[i];
    return NULL;
}

bool config_is_key(Str name, bool *is_switch) {
    const Key *k = find_key(name);
    *is_switch = k && (k->kind == FLAG || k->kind == PATCHES);
    return k != NULL;
}

bool config_given(const WatchConfig *c, const char *key) {
    for (i64 i = 0; i < c->given.len; i++)
        if (strcmp(c->given.ptr[i], key) == 0) return true;
    return false;
}

static void *field_of(WatchConfig *c, const Key *k) { return (char *)c + k->field; }

// ---- values in words --------------------------------------------------------------------------------------------------

static void split_list(Arena *a, Str s, StrItems *out) {
    while (s.len) {
        i64 comma = str_index(s, ',');
        Str one = str_trim(str_slice(s, 0, comma < 0 ? s.len : comma));
        if (one.len) vec_push(a, out, one);
        s = comma < 0 ? (Str){0} : str_slice(s, comma + 1, s.len);
    }
}

static bool read_number(Str s, i64 *n) {
    char buf[32], *end;
    if (!s.len || s.len >= (i64)sizeof buf) return false;
    memcpy(buf, s.ptr, (size_t)s.len);
    buf[s.len] = 0;
    errno = 0;
    *n = strtoll(buf, &end, 10);
    return errno == 0 && !*end;
}

// An integer below a million is ms, a larger one ns, as Air has it; or "1.5s".
static i64 time_of(i64 n, bool is_time) { return is_time && n >= 1000000 ? n : n * MILLI; }

static bool good_number(const Key *k, i64 n) { return n >= 0 && n <= (k->kind == NUMBER ? 65535 : 86400000 * MILLI); }

static bool time_word(const Key *k, Str s, i64 *ns) {
    i64 n;
    if (read_number(s, &n) && good_number(k, n)) *ns = time_of(n, k->kind == TIME);
    else if (!duration_parse(s, ns)) return false;
    return *ns >= 0;
}

static bool bool_word(Str s, bool *on) {
    *on = str_eq(s, S("true")) || str_eq(s, S("1"));
    return *on || str_eq(s, S("false")) || str_eq(s, S("0"));
}

static bool patch_word(Str s, WatchPatch *out) {
    bool on = false, good = str_eq(s, S("auto")) || bool_word(s, &on);
    *out = str_eq(s, S("auto")) ? PATCH_AUTO : on ? PATCH_ALWAYS : PATCH_NEVER;
    return good;
}

// again: the same flag was given before, so a list grows.
static bool set_word(WatchConfig *c, Arena *a, const Key *k, Str s, bool again) {
    void *p = field_of(c, k);
    StrItems *list = p;
    switch (k->kind) {
    case TEXT: *(Str *)p = s; return true;
    case LIST:
    case ARGS:
        if (!again) *list = (StrItems){0};
        split_list(a, s, list);
        return true;
    case FLAG: return bool_word(s, p);
    case PATCHES: return patch_word(s, p);
    case MS:
    case TIME: return time_word(k, s, p);
    case NUMBER: return read_number(s, p) && good_number(k, *(i64 *)p);
    }
    return false;
}

static void set_defaults(WatchConfig *c, Arena *a) {
    for (i64 i = 0; i < NELEM(keys); i++) CHECK(set_word(c, a, &keys[i], str_c(keys[i].standard), false));
}

static void note_given(WatchConfig *c, Arena *a, const Key *k) {
    vec_push(a, &c->given, k->name);
    c->banner_given |= strcmp(k->name, "misc.startup_banner") == 0;
}

// ---- the file ---------------------------------------------------------------------------------------------------------

static bool wrong(Source *s, const Toml *v, Str name, const char *want) {
    return err_set(s->err, s->a, ERR_OTHER, "%.*s:%lld: %.*s is %s, not %s", SFMT(s->where), (long long)v->line,
                   SFMT(name), toml_kind_name(v->kind), want);
}

static bool take_list(Source *s, const Toml *v, Str name, bool one, StrItems *out) {
    *out = (StrItems){0};
    if (one && v->kind == TOML_STRING) {
        if (v->str.len) vec_push(s->a, out, v->str);
        return true;
    }
    if (v->kind != TOML_ARRAY) return wrong(s, v, name, one ? "a string or a list of strings" : "a list of strings");
    for (i64 i = 0; i < v->items.len; i++) {
        if (v->items.ptr[i]->kind != TOML_STRING) return wrong(s, v->items.ptr[i], name, "a list of strings");
        vec_push(s->a, out, v->items.ptr[i]->str);
    }
    return true;
}

static bool take_text(Source *s, const Toml *v, Str name, Str *out) {
    *out = v->str;
    return v->kind == TOML_STRING || wrong(s, v, name, "a string");
}

static bool take_number(Source *s, const Key *k, const Toml *v, i64 *out) {
    bool is_time = k->kind != NUMBER;
    if (v->kind == TOML_STRING && is_time && time_word(k, v->str, out)) return true;
    if (v->kind != TOML_INT) return wrong(s, v, str_c(k->name), is_time ? "a time" : "an integer");
    *out = is_time ? time_of(v->num, k->kind == TIME) : v->num;
    if (good_number(k, k->kind == TIME && v->num >= 1000000 ? v->num / MILLI : v->num)) return true;
    return err_set(s->err, s->a, ERR_OTHER, "%.*s:%lld: %s is out of range: %lld", SFMT(s->where), (long long)v->line,
                   k->name, (long long)v->num);
}

static bool take_value(Source *s, const Key *k, const Toml *v) {
    void *p = field_of(s->c, k);
    note_given(s->c, s->a, k);
    switch (k->kind) {
    case TEXT: return take_text(s, v, str_c(k->name), p);
    case LIST:
    case ARGS: return take_list(s, v, str_c(k->name), k->kind == ARGS, p);
    case FLAG: *(bool *)p = v->on; return v->kind == TOML_BOOL || wrong(s, v, str_c(k->name), "true or false");
    case PATCHES:
        *(WatchPatch *)p = v->on ? PATCH_ALWAYS : PATCH_NEVER;
        return v->kind == TOML_BOOL || (v->kind == TOML_STRING && patch_word(v->str, p)) ||
               wrong(s, v, str_c(k->name), "true, false or \"auto\"");
    case MS:
    case TIME:
    case NUMBER: return take_number(s, k, v, p);
    }
    return false;
}

// A member of a rule or service.
typedef struct Member {
    const char *name;
    KeyKind kind;
    size_t field;
} Member;

static bool take_member(Source *s, const Member *m, const Toml *v, void *base) {
    void *p = (char *)base + m->field;
    Key time = {.kind = MS, .name = m->name};
    switch (m->kind) {
    case TEXT: return take_text(s, v, str_c(m->name), p);
    case LIST:
    case ARGS: return take_list(s, v, str_c(m->name), m->kind == ARGS, p);
    case FLAG: *(bool *)p = v->on; return v->kind == TOML_BOOL || wrong(s, v, str_c(m->name), "true or false");
    default: return take_number(s, &time, v, p);
    }
}

static void warn_unknown(Source *s, const Toml *v, Str name) {
    Str text = arena_printf(s->a, "%.*s:%lld: unknown key %.*s", SFMT(s->where), (long long)v->line, SFMT(name));
    vec_push(s->a, &s->c->warnings, text);
}

static bool take_members(Source *s, const Toml *t, const char *prefix, const Member *ms, i64 n, void *base) {
    if (t->kind != TOML_TABLE) return wrong(s, t, str_c(prefix), "a table");
    for (i64 i = 0; i < t->names.len; i++) {
        const Member *m = NULL;
        for (i64 k = 0; k < n && !m; k++)
            if (str_eq(t->names.ptr[i], str_c(ms[k].name))) m = &ms[k];
        if (!m) warn_unknown(s, t->items.ptr[i], arena_printf(s->a, "%s.%.*s", prefix, SFMT(t->names.ptr[i])));
        else if (!take_member(s, m, t->items.ptr[i], base)) return false;
    }
    return true;
}

static bool say(Source *s, const Toml *t, const char *what) {
    return err_set(s->err, s->a, ERR_OTHER, "%.*s:%lld: %s", SFMT(s->where), (long long)t->line, what);
}

static bool take_rule(Source *s, const Toml *t, i64 number) {
#define M(kind, name)                                                                                                  \
    { #name, kind, offsetof(WatchRule, name) }
    static const Member members[] = {M(TEXT, name),        M(TEXT, cmd),          M(LIST, include_dir),
                                     M(LIST, include_ext), M(LIST, include_file), M(LIST, exclude_regex),
                                     M(MS, delay)};
#undef M
    WatchRule r = {.name = arena_printf(s->a, "rule-%lld", (long long)number), .delay = -1};
    if (!take_members(s, t, "build.rules", members, NELEM(members), &r)) return false;
    if (!r.cmd.len) return say(s, t, "a rule needs cmd");
    if (!r.include_dir.len && !r.include_ext.len && !r.include_file.len)
        return say(s, t, "a rule needs include_dir, include_ext or include_file");
    vec_push(s->a, &s->c->rules, r);
    return true;
}

static bool take_service(Source *s, const Toml *t, i64 number) {
#define M(kind, name)                                                                                                  \
    { #name, kind, offsetof(WatchServiceConfig, name) }
    static const Member members[] = {M(TEXT, name), M(TEXT, package), M(TEXT, cmd),        M(ARGS, entrypoint),
                                     M(LIST, args), M(LIST, env),     M(LIST, depends_on), M(FLAG, restart_with)};
#undef M
    WatchServiceConfig v = {0};
    if (!take_members(s, t, "service", members, NELEM(members), &v)) return false;
    if (!v.name.len) return say(s, t, "a service needs a name");
    if (!v.package.len && !v.entrypoint.len) return say(s, t, "a service needs a package, or cmd and entrypoint");
    for (i64 i = 0; i < s->c->services.len; i++)
        if (str_eq(s->c->services.ptr[i].name, v.name)) return say(s, t, "two services have the same name");
    vec_push(s->a, &s->c->services, v);
    return true;
}

static bool take_each(Source *s, const Toml *v, Str name, bool (*take)(Source *, const Toml *, i64)) {
    if (v->kind != TOML_ARRAY) return wrong(s, v, name, "a list of tables");
    for (i64 i = 0; i < v->items.len; i++)
        if (!take(s, v->items.ptr[i], i + 1)) return false;
    return true;
}

static bool take_table(Source *s, const Toml *t, Str prefix);

// build.linux stands over build; those of other systems are read as words only.
static bool take_platform(Source *s, const Toml *t, bool ours) {
    static const char *const names[] = {"pre_cmd", "cmd", "post_cmd", "bin", "entrypoint", "full_bin", "args_bin"};
    for (i64 i = 0; i < t->names.len; i++) {
        bool known = false;
        for (i64 k = 0; k < NELEM(names); k++) known |= str_eq(t->names.ptr[i], str_c(names[k]));
        Str name = arena_printf(s->a, "build.%.*s", SFMT(t->names.ptr[i]));
        if (!known) warn_unknown(s, t->items.ptr[i], name);
        else if (ours && !take_value(s, find_key(name), t->items.ptr[i])) return false;
    }
    return true;
}

static bool take_entry(Source *s, Str name, const Toml *v) {
    const Key *k = find_key(name);
    if (k) return take_value(s, k, v);
    if (str_eq(name, S("build.rules"))) return take_each(s, v, name, take_rule);
    if (str_eq(name, S("service"))) return take_each(s, v, name, take_service);
    bool other = str_eq(name, S("build.windows")) || str_eq(name, S("build.darwin"));
    if (v->kind == TOML_TABLE && (other || str_eq(name, S("build.linux")))) return true; // behind all others
    if (v->kind == TOML_TABLE && str_index(name, '.') < 0) return take_table(s, v, name);
    warn_unknown(s, v, name);
    return true;
}

static bool take_table(Source *s, const Toml *t, Str prefix) {
    for (i64 i = 0; i < t->names.len; i++) {
        Str name = t->names.ptr[i];
        if (prefix.len) name = arena_printf(s->a, "%.*s.%.*s", SFMT(prefix), SFMT(name));
        if (!take_entry(s, name, t->items.ptr[i])) return false;
    }
    return true;
}

static bool take_platforms(Source *s, const Toml *root) {
    static const char *const names[] = {"windows", "darwin", "linux"};
    const Toml *build = toml_get(root, S("build"));
    for (i64 i = 0; build && i < NELEM(names); i++) {
        const Toml *t = toml_get(build, str_c(names[i]));
        if (t && t->kind == TOML_TABLE && !take_platform(s, t, i == NELEM(names) - 1)) return false;
    }
    return true;
}

static bool read_file(Source *s) {
    Str text;
    Err err = {0};
    if (!file_read(s->a, arena_cstr(s->a, s->c->file), &text))
        return err_set(s->err, s->a, ERR_OTHER, "%.*s: %s", SFMT(s->where), err_os(errno));
    const Toml *root = toml_parse(s->a, text, &err);
    if (!root) return err_set(s->err, s->a, ERR_OTHER, "%.*s:%.*s", SFMT(s->where), SFMT(err.text));
    return take_table(s, root, (Str){0}) && take_platforms(s, root);
}

// ---- dependencies of services ----------------------------------------------------------------------------------------

static const WatchServiceConfig *find_service(const WatchConfig *c, Str name) {
    for (i64 i = 0; i < c->services.len; i++)
        if (str_eq(c->services.ptr[i].name, name)) return &c->services.ptr[i];
    return NULL;
}

static bool check_service(Source *s, const WatchServiceConfig *v, i64 depth) {
    if (depth > s->c->services.len)
        return err_set(s->err, s->a, ERR_OTHER, "%.*s: services depend on each other in a circle: %.*s", SFMT(s->where),
                       SFMT(v->name));
    for (i64 i = 0; i < v->depends_on.len; i++) {
        const WatchServiceConfig *on = find_service(s->c, v->depends_on.ptr[i]);
        if (!on)
            return err_set(s->err, s->a, ERR_OTHER, "%.*s: service %.*s depends on %.*s, which there is not",
                           SFMT(s->where), SFMT(v->name), SFMT(v->depends_on.ptr[i]));
        if (!check_service(s, on, depth + 1)) return false;
    }
    return true;
}

// ---- all of it --------------------------------------------------------------------------------------------------------

static Str find_file(Arena *a, Str wd) {
    static const char *const names[] = {".air.toml", ".config/air.toml"};
    for (i64 i = 0; i < NELEM(names); i++) {
        Str path = path_join(a, wd, str_c(names[i]));
        if (file_exists(arena_cstr(a, path))) return path;
    }
    return (Str){0};
}

static bool take_flags(Source *s, const WatchFlag *flags, i64 n) {
    for (i64 i = 0; i < n; i++) {
        const Key *k = find_key(flags[i].name);
        bool again = false;
        for (i64 j = 0; j < i; j++) again |= str_eq(flags[j].name, flags[i].name);
        if (!set_word(s->c, s->a, k, flags[i].value, again))
            return err_set(s->err, s->a, ERR_OTHER, "invalid value %.*s for flag --%s",
                           SFMT(str_quote(s->a, flags[i].value)), k->name);
        note_given(s->c, s->a, k);
    }
    return true;
}

static Str expand_home(Arena *a, Str path) {
    const char *home = getenv("HOME");
    if (!home || !path.len || path.ptr[0] != '~' || (path.len > 1 && path.ptr[1] != '/')) return path;
    return arena_printf(a, "%s%.*s", home, SFMT(str_slice(path, 1, path.len)));
}

// The folder of results is never watched, whatever it is called.
static void settle_tmp(WatchConfig *c, Arena *a) {
    if (config_given(c, "build.exclude_dir") || str_eq(c->tmp_dir, S("tmp"))) return;
    for (i64 i = 0; i < c->exclude_dir.len; i++)
        if (str_eq(c->exclude_dir.ptr[i], S("tmp"))) c->exclude_dir.ptr[i] = c->tmp_dir;
}

static bool is_dangerous(Arena *a, Str root) {
    const char *home = getenv("HOME");
    return str_eq(root, S("/")) ||
           str_eq(root, S("/"
                          "root")) ||
           (home && str_eq(root, path_clean(a, str_c(home))));
}

static bool settle_root(Source *s) {
    WatchConfig *c = s->c;
    Str root = expand_home(s->a, c->root), abs = path_join(s->a, root.len && root.ptr[0] == '/' ? S("") : c->wd, root);
    Str real = file_real_path(s->a, arena_cstr(s->a, path_clean(s->a, abs)));
    if (!real.len || !dir_exists(arena_cstr(s->a, real)))
        return err_set(s->err, s->a, ERR_OTHER, "root %.*s: %s", SFMT(c->root), err_os(errno ? errno : ENOTDIR));
    c->root = real;
    if (c->file.len && !c->ignore_dangerous_root_dir && is_dangerous(s->a, real))
        return err_set(s->err, s->a, ERR_OTHER,
                       "refusing to watch all of %.*s; build.ignore_dangerous_root_dir = true allows it", SFMT(real));
    return true;
}

bool config_read(Arena *a, Str wd, Str file, const WatchFlag *flags, i64 nflags, WatchConfig *c, Err *err) {
    *c = (WatchConfig){.wd = wd};
    Source s = {.a = a, .c = c, .err = err};
    set_defaults(c, a);
    c->file = file.len ? path_join(a, file.ptr[0] == '/' ? S("") : wd, file) : find_file(a, wd);
    s.where = file.len ? file : str_has_suffix(c->file, S(".config/air.toml")) ? S(".config/air.toml") : S(".air.toml");
    if (c->file.len && !read_file(&s)) return false;
    for (i64 i = 0; i < c->services.len; i++)
        if (!check_service(&s, &c->services.ptr[i], 0)) return false;
    if (!take_flags(&s, flags, nflags)) return false;
    settle_tmp(c, a);
    return settle_root(&s);
}

Str config_root(const WatchConfig *c) { return c->root; }

// ---- a build that vole does itself -------------------------------------------------------------------------------------

// Words of a command that no shell would change.
static bool split_plain(Arena *a, Str s, StrItems *words) {
    for (i64 at = 0; at < s.len;) {
        while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t')) at++;
        char quote = at < s.len && (s.ptr[at] == '\'' || s.ptr[at] == '"') ? s.ptr[at++] : 0;
        i64 from = at;
        while (at < s.len && (quote ? s.ptr[at] != quote : s.ptr[at] != ' ' && s.ptr[at] != '\t'))
            if (strchr("$`\\;&|<>()*?[]#~\n'\"", s.ptr[at++])) return false;
        if (quote && at == s.len) return false;
        if (at > from || quote) vec_push(a, words, str_slice(s, from, at));
        at += quote != 0;
        if (quote && at < s.len && s.ptr[at] != ' ' && s.ptr[at] != '\t') return false;
    }
    return true;
}

static bool is_word(Str s, const char *const *list, i64 n) {
    for (i64 i = 0; i < n; i++)
        if (str_eq(s, str_c(list[i]))) return true;
    return false;
}

// Words behind flags and their values are packages.
static bool names_package(const StrItems *words) {
    static const char *const switches[] = {"-v", "-a", "-x", "-n", "-race", "-trimpath", "-work", "-cover", "-json"};
    for (i64 i = 0; i < words->len; i++) {
        Str w = words->ptr[i];
        if (!w.len || w.ptr[0] != '-') return true;
        bool alone = str_index(w, '=') >= 0 || is_word(w, switches, NELEM(switches));
        if (!alone) i++;
    }
    return false;
}

bool config_is_go_build(Arena *a, Str cmd, StrItems *words) {
    StrItems all = {0};
    *words = (StrItems){0};
    if (!split_plain(a, cmd, &all) || all.len < 2 || !str_eq(all.ptr[1], S("build"))) return false;
    if (!str_eq(all.ptr[0], S("go")) && !str_eq(all.ptr[0], S("vole"))) return false;
    bool placed = false; // else the program's place follows from its package: go's own business
    for (i64 i = 2; i < all.len; i++) {
        vec_push(a, words, all.ptr[i]);
        placed |= str_eq(all.ptr[i], S("-o")) || str_has_prefix(all.ptr[i], S("-o="));
    }
    if (!names_package(words)) vec_push(a, words, S("."));
    return placed;
}

// ---- what `watch init` writes -----------------------------------------------------------------------------------------

static void print_list(Buf *b, Arena *a, Str standard) {
    StrItems v = {0};
    split_list(a, standard, &v);
    buf_char(b, '[');
    for (i64 i = 0; i < v.len; i++) {
        if (i) buf_c(b, ", ");
        buf_json(b, v.ptr[i]);
    }
    buf_char(b, ']');
}

static void print_value(Buf *b, Arena *a, const Key *k) {
    if (strcmp(k->name, "build.cmd") == 0) buf_c(b, "\"go build -o ./tmp/main .\"");
    else if (strcmp(k->name, "build.entrypoint") == 0) buf_c(b, "[\"./tmp/main\"]");
    else if (k->kind == LIST || k->kind == ARGS) print_list(b, a, str_c(k->standard));
    else if (k->kind == TEXT || k->kind == TIME || k->kind == PATCHES) buf_json(b, str_c(k->standard));
    else buf_c(b, k->standard);
}

// Left out: what is there for old files only, and what stands for "not given" by not being there.
static bool is_left_out(const Key *k) {
    static const char *const names[] = {"build.bin", "build.full_bin", "misc.startup_banner"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (strcmp(k->name, names[i]) == 0) return true;
    return false;
}

void config_print(Buf *b) {
    Arena *a = arena_new("init");
    Str section = {0};
    buf_c(b, "#:schema https://json.schemastore.org/any.json\n\n# What `vole watch` and Air read; `vole help watch` "
             "tells more.\n");
    for (i64 i = 0; i < NELEM(keys); i++) {
        Str name = str_c(keys[i].name);
        i64 dot = str_index(name, '.');
        Str at = dot < 0 ? (Str){0} : str_slice(name, 0, dot);
        if (is_left_out(&keys[i])) continue;
        if (!str_eq(at, section)) buf_printf(b, "\n[%.*s]\n", SFMT(at));
        section = at;
        buf_printf(b, "# %s\n%.*s = ", keys[i].help, SFMT(str_slice(name, dot + 1, name.len)));
        print_value(b, a, &keys[i]);
        buf_char(b, '\n');
    }
    arena_free(a);
}

void config_help(Buf *b) {
    for (i64 i = 0; i < NELEM(keys); i++) {
        buf_printf(b, "\t--%s %s\n", keys[i].name, keys[i].kind == FLAG ? "true|false" : "value");
        buf_printf(b, "\t\t%s%s%s%s\n", keys[i].help, *keys[i].standard ? " (" : "", keys[i].standard,
                   *keys[i].standard ? ")" : "");
    }
}
