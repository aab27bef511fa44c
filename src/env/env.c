// env.c - reads the settings: process environment over GOENV file over GOROOT/go.env over defaults.
//
// In:   environ, $XDG_CONFIG_HOME/go/env or $GOENV, GOROOT/go.env.      Out: an Env that is only read afterwards.
// Never: sets anything in the process environment, writes a file.
#include "env/env_int.h"
#include <errno.h>
#include <stdlib.h>

const VarRow env_vars[] = {
#define VAR(name, where, fallback) {#name, where, fallback},
#include "env/vars.def"
#undef VAR
};
const i64 env_nvars = NELEM(env_vars);

const VarRow *env_row(Str name) {
    for (i64 i = 0; i < env_nvars; i++)
        if (str_eq(name, str_c(env_vars[i].name))) return &env_vars[i];
    return NULL;
}

// Lines NAME=VALUE; others (comments, damaged ones) say nothing.
static void read_lines(Arena *a, Str text, EnvLines *out) {
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        Str line = str_slice(text, at, end);
        i64 eq = str_index(line, '=');
        at = end + 1;
        if (eq <= 0 || memchr(line.ptr, '#', (size_t)eq)) continue;
        EnvLine l = {str_slice(line, 0, eq), str_slice(line, eq + 1, line.len)};
        if (l.value.len && l.value.ptr[l.value.len - 1] == '\r') l.value.len--;
        if (l.name.ptr[0] >= 'A' && l.name.ptr[0] <= 'Z') vec_push(a, out, l);
    }
}

static const EnvLine *find_line(const EnvLines *lines, Str name) { // the last one counts
    for (i64 i = lines->len; i-- > 0;)
        if (str_eq(lines->ptr[i].name, name)) return &lines->ptr[i];
    return NULL;
}

static Str config_dir(Arena *a) {
    const char *xdg = getenv("XDG_CONFIG_HOME");
    if (xdg && *xdg) return str_c(xdg);
    Str home = env_home(a);
    return home.len ? path_join(a, home, S(".config")) : (Str){0};
}

static bool read_user_file(Env *e, Err *err) {
    const char *goenv = getenv("GOENV");
    Str dir = config_dir(e->a), text;
    e->file = goenv && *goenv ? str_c(goenv) : dir.len ? path_join(e->a, dir, S("go/env")) : (Str){0};
    if (!e->file.len || str_eq(e->file, S("off"))) return true;
    if (file_read(e->a, arena_cstr(e->a, e->file), &text)) read_lines(e->a, text, &e->user);
    else if (errno != ENOENT && errno != ENOTDIR)
        return err_set(err, e->a, ERR_OTHER, "reading go env config: open %.*s: %s", SFMT(e->file), err_os(errno));
    return true;
}

// Set somewhere (not in GOROOT/go.env): process environment first; an empty one counts as unset, as the go command has it.
static bool set_by_user(const Env *e, Str name, Str *value) {
    const char *v = getenv(arena_cstr(e->a, name));
    const VarRow *row = env_row(name);
    if (v && *v) {
        *value = str_c(v);
        return true;
    }
    if (row && !(row->where & SETTABLE)) return false;
    const EnvLine *l = find_line(&e->user, name);
    if (l) *value = l->value;
    return l && l->value.len;
}

// The first folder of GOPATH.
static Str first_path(Str list) {
    i64 colon = str_index(list, ':');
    return colon < 0 ? list : str_slice(list, 0, colon);
}

static Str value_of(const Env *e, const char *name) {
    for (i64 i = 0; i < e->vars.len; i++)
        if (str_eq(e->vars.ptr[i].name, str_c(name))) return e->vars.ptr[i].value;
    return (Str){0};
}

static Str default_gopath(Env *e) {
    Str home = env_home(e->a), dir = home.len ? path_join(e->a, home, S("go")) : (Str){0};
    return str_eq(dir, e->goroot) ? (Str){0} : dir; // a GOROOT is no GOPATH
}

static Str default_cache(Env *e) {
    const char *xdg = getenv("XDG_CACHE_HOME");
    if (xdg && *xdg == '/') return path_join(e->a, str_c(xdg), S("go-build"));
    const char *home = getenv("HOME"); // no password file here: without HOME nothing is kept, as the go command has it
    return home && *home ? path_join(e->a, str_c(home), S(".cache/go-build")) : S("off");
}

// What `telemetry` wrote, "MODE DATE"; vole collects nothing, whatever it says.
static Str telemetry_mode(Env *e) {
    Str text, file = path_join(e->a, config_dir(e->a), S("go/telemetry/mode"));
    if (!config_dir(e->a).len || !file_read(e->a, arena_cstr(e->a, file), &text)) return S("local");
    text = str_trim(text);
    i64 blank = str_index(text, ' ');
    return blank < 0 ? text : str_slice(text, 0, blank);
}

static Str computed_default(Env *e, Str name, Str fallback) {
    Str gopath = value_of(e, "GOPATH");
    if (str_eq(name, S("GOPATH"))) return default_gopath(e);
    if (str_eq(name, S("GOCACHE"))) return default_cache(e);
    if (str_eq(name, S("GOENV"))) return e->file;
    if (str_eq(name, S("GOROOT"))) return e->goroot;
    if (str_eq(name, S("GOVERSION"))) return e->version;
    if (str_eq(name, S("GOTOOLDIR"))) return path_join(e->a, e->goroot, S("pkg/tool/linux_amd64"));
    if (str_eq(name, S("GOTELEMETRY"))) return telemetry_mode(e);
    if (str_eq(name, S("GOTELEMETRYDIR"))) return path_join(e->a, config_dir(e->a), S("go/telemetry"));
    if (str_eq(name, S("GOMODCACHE"))) {
        Str first = first_path(gopath);
        return first.len ? path_join(e->a, first, S("pkg/mod")) : first;
    }
    if (str_eq(name, S("GONOPROXY")) || str_eq(name, S("GONOSUMDB"))) return value_of(e, "GOPRIVATE");
    const EnvLine *l = find_line(&e->goroot_file, name);
    return l ? l->value : fallback;
}

// GOPATH and GOPRIVATE come before what is made from them.
static void fill(Env *e) {
    static const char *const first[] = {"GOPATH", "GOPRIVATE"};
    for (i64 i = -(i64)NELEM(first); i < env_nvars; i++) {
        const VarRow *row = i < 0 ? env_row(str_c(first[i + NELEM(first)])) : &env_vars[i];
        EnvVar v = {.name = str_c(row->name)};
        if (i >= 0 && (str_eq(v.name, S("GOPATH")) || str_eq(v.name, S("GOPRIVATE")))) continue;
        v.value = v.fallback = computed_default(e, v.name, str_c(row->fallback));
        Str set;
        bool from_outside = !(row->where & FIXED) || str_eq(v.name, S("GOWORK")); // which `env -w` refuses all the same
        if (from_outside && !str_eq(v.name, S("GOROOT")) && set_by_user(e, v.name, &set)) v.value = set;
        v.changed = !str_eq(v.value, v.fallback);
        vec_push(e->a, &e->vars, v);
    }
}

static bool check_values(Env *e, Err *err) {
    Str gopath = value_of(e, "GOPATH"), mode = value_of(e, "GO111MODULE");
    for (i64 at = 0; at < gopath.len;) {
        Str dir = first_path(str_slice(gopath, at, gopath.len));
        at += dir.len + 1;
        if (dir.len && dir.ptr[0] == '~')
            return err_set(err, e->a, ERR_OTHER, "GOPATH entry cannot start with shell metacharacter '~': \"%.*s\"",
                           SFMT(dir));
        if (dir.len && dir.ptr[0] != '/')
            return err_set(err, e->a, ERR_OTHER,
                           "GOPATH entry is relative; must be absolute path: \"%.*s\".\nFor more "
                           "details see: 'go help gopath'",
                           SFMT(dir));
    }
    if (mode.len && !str_eq(mode, S("on")) && !str_eq(mode, S("off")) && !str_eq(mode, S("auto")))
        return err_set(err, e->a, ERR_OTHER, "unknown environment setting GO111MODULE=%.*s", SFMT(mode));
    return true;
}

bool env_read(Arena *a, Str exe_dir, Env **out, Err *err) {
    Env *e = ANEW(a, Env);
    e->a = a;
    *out = e;
    Str wanted = {0}, text;
    if (!read_user_file(e, err)) return false;
    set_by_user(e, S("GOROOT"), &wanted);
    if (!wanted.len) wanted = env_goroot_around(a, exe_dir);
    if (!env_find_goroot(a, wanted, &e->goroot, &e->version, &e->goroot_error)) e->version = S("go1.26");
    else if (file_read(a, arena_cstr(a, path_join(a, e->goroot, S("go.env"))), &text))
        read_lines(a, text, &e->goroot_file);
    fill(e);
    return check_values(e, err);
}

Str env_get(const Env *e, const char *name) {
    Str set;
    if (env_row(str_c(name))) return value_of(e, name);
    return find_line(&e->user, str_c(name)) && set_by_user(e, str_c(name), &set) ? set : (Str){0}; // of the GOENV file
}
bool env_has(const Env *e, const char *name) {
    return getenv(name) != NULL || find_line(&e->user, str_c(name)) != NULL;
}
Str env_goroot(const Env *e) { return e->goroot; }
Str env_goroot_error(const Env *e) { return e->goroot_error; }
Str env_go_version(const Env *e) { return e->version; }
Str env_go_number(const Env *e) {
    return str_has_prefix(e->version, S("go")) ? str_slice(e->version, 2, e->version.len) : e->version;
}
Str env_file(const Env *e) { return e->file; }

i64 env_count(const Env *e) {
    i64 n = 0;
    for (i64 i = 0; i < e->vars.len; i++) n += (env_row(e->vars.ptr[i].name)->where & LISTED) != 0;
    return n;
}

EnvVar env_at(const Env *e, i64 i) {
    for (i64 k = 0; k < e->vars.len; k++)
        if ((env_row(e->vars.ptr[k].name)->where & LISTED) && i-- == 0) return e->vars.ptr[k];
    return (EnvVar){0};
}
