// mod_init.c - `mod init`: a new go.mod in the current folder.
//
// Without a path on the command line the module is called as an import comment ("package x // import "path"") or the place in GOPATH says.
#include "cmd/modfiles.h"
#include <stdio.h>
#include <sys/stat.h>

// ---- what the module is called -------------------------------------------------------------------

static bool is_space(char c) { return c == ' ' || c == '\t'; }

// Skips spaces at *at; false if there are none.
static bool skip_spaces(Str s, i64 *at) {
    i64 from = *at;
    while (*at < s.len && is_space(s.ptr[*at])) (*at)++;
    return *at > from;
}
static bool skip_text(Str s, i64 *at, Str text) {
    if (!str_has_prefix(str_slice(s, *at, s.len), text)) return false;
    *at += text.len;
    return true;
}

// The path in a line `package name // import "path"`.
static bool comment_in_line(Arena *a, Str line, Str *path) {
    i64 at = 0;
    if (str_has_suffix(line, S("\r"))) line.len--;
    if (!skip_text(line, &at, S("package")) || !skip_spaces(line, &at)) return false;
    i64 name = at;
    while (at < line.len && !is_space(line.ptr[at]) && line.ptr[at] != '/') at++;
    if (at == name || !skip_spaces(line, &at) || !skip_text(line, &at, S("//")) || !skip_spaces(line, &at))
        return false;
    if (!skip_text(line, &at, S("import")) || !skip_spaces(line, &at)) return false;
    Str q = str_trim(str_slice(line, at, line.len));
    return q.len > 2 && q.ptr[0] == '"' && str_index(str_slice(q, 1, q.len), '"') == q.len - 2 &&
           str_unquote(a, q, path);
}

static bool import_comment(Arena *a, Str file, Str *path) {
    Str text;
    if (!file_read(a, arena_cstr(a, file), &text)) return false;
    for (i64 at = 0; at < text.len;) {
        Str line = str_slice(text, at, text.len);
        i64 end = str_index(line, '\n');
        if (end < 0) return false; // the last line has no end: not a whole clause
        line.len = end;
        at += end + 1;
        if (comment_in_line(a, line, path)) return true;
    }
    return false;
}

static bool comment_in_dir(Arena *a, Str dir, Str *path) {
    Str *names;
    i64 n;
    if (!dir_list(a, arena_cstr(a, dir), &names, &n)) return false;
    for (i64 i = 0; i < n; i++) {
        struct stat st;
        Str file = path_join(a, dir, names[i]);
        if (!str_has_suffix(names[i], S(".go")) || lstat(arena_cstr(a, file), &st) || !S_ISREG(st.st_mode)) continue;
        if (import_comment(a, file, path)) return true;
    }
    return false;
}

static bool comment_in_subdirs(Arena *a, Str dir, Str *path) {
    Str *names, sub;
    i64 n;
    if (!dir_list(a, arena_cstr(a, dir), &names, &n)) return false;
    for (i64 i = 0; i < n; i++) {
        struct stat st;
        Str d = path_join(a, dir, names[i]);
        if (lstat(arena_cstr(a, d), &st) || !S_ISDIR(st.st_mode) || !comment_in_dir(a, d, &sub)) continue;
        *path = path_dir(sub);
        return true;
    }
    return false;
}

// The path below a GOPATH's src. *why: what is wrong with it.
static bool path_in_gopath(Cmd *c, Str dir, Str *path, Str *why) {
    Str list = env_get(c->env, "GOPATH");
    while (list.len) {
        i64 colon = str_index(list, ':');
        Str one = colon < 0 ? list : str_slice(list, 0, colon);
        list = colon < 0 ? S("") : str_slice(list, colon + 1, list.len);
        if (!one.len) continue;
        Err err = {0};
        *path = mod_in_dir(c->a, dir, path_join(c->a, one, S("src")));
        if (!path->len || str_eq(*path, S("."))) continue;
        if (module_check_import_path(c->a, *path, &err)) return true;
        *why = arena_printf(c->a, "bad module path inferred from directory in GOPATH: %.*s", SFMT(err.text));
        return false;
    }
    return false;
}

static bool guess_path(Cmd *c, Str dir, Str *path) {
    Str why = S("outside GOPATH, module path must be specified");
    if (comment_in_dir(c->a, dir, path) || comment_in_subdirs(c->a, dir, path)) return true;
    if (path_in_gopath(c, dir, path, &why)) return true;
    return !cmd_fail(
        "cannot determine module path for source directory %.*s (%.*s)\n\nExample usage:\n\t'go mod init "
        "example.com/m' to initialize a v0 or v1 module\n\t'go mod init example.com/m/v2' to initialize a v2 "
        "module\n\nRun 'go help mod init' for more information.",
        SFMT(dir), SFMT(why));
}

// ---- paths that no module can have ---------------------------------------------------------------

static bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Another path for one whose major version has a wrong form.
static Str suggest(Arena *a, Str path, bool gopkg) {
    i64 i = path.len, n = 0;
    while (i > 0 && (is_digit(path.ptr[i - 1]) || path.ptr[i - 1] == '.')) i--;
    Str head = str_slice(path, 0, i), tail = gopkg ? path : str_slice(path, i, path.len);
    if (gopkg && str_has_suffix(head, S(".v"))) head.len -= 2;
    if (str_has_suffix(head, S("/v"))) head.len -= 2;
    if (str_has_suffix(head, S("/"))) head.len--;
    i64 from = 0;
    while (from < tail.len && !is_digit(tail.ptr[from])) from++;
    while (from + n < tail.len && is_digit(tail.ptr[from + n])) n++;
    Str major = str_slice(tail, from, from + n);
    while (major.len && major.ptr[0] == '0') major = str_slice(major, 1, major.len);
    if (gopkg) return arena_printf(a, "%.*s.v%.*s", SFMT(head), SFMT(major.len ? major : S("1")));
    return arena_printf(a, "%.*s/v%.*s", SFMT(head), SFMT(!major.len || str_eq(major, S("1")) ? S("2") : major));
}

static bool check_module_path(Cmd *c, Str path) {
    Err err = {0};
    Str prefix, major;
    bool local = str_eq(path, S(".")) || str_eq(path, S("..")) || str_has_prefix(path, S("./")) ||
                 str_has_prefix(path, S("../"));
    Str q = str_quote(c->a, path);
    if (local) return !cmd_fail("malformed module path %.*s: is a local import path", SFMT(q));
    if (!module_check_import_path(c->a, path, &err)) {
        Str text = err.text, kind = S("malformed import path ");
        if (str_has_prefix(text, kind))
            text = arena_printf(c->a, "malformed module path %.*s", (int)(text.len - kind.len), text.ptr + kind.len);
        return !cmd_fail("%.*s", SFMT(text));
    }
    if (module_is_toolchain(path)) return !cmd_fail("invalid module path %.*s: ", SFMT(q));
    if (module_split_path_major(path, &prefix, &major)) return true;
    bool gopkg = str_has_prefix(path, S("gopkg.in/"));
    return !cmd_fail(
        "invalid module path \"%.*s\": %s:\n\tgo mod init %.*s", SFMT(path),
        gopkg ? "module paths beginning with gopkg.in/ must always have a major version suffix in the form of .vN"
              : "major version suffixes must be in the form of /vN and are only allowed for v2 or later",
        SFMT(suggest(c->a, path, gopkg)));
}

// ---- the command ---------------------------------------------------------------------------------

// Is there something here that may import packages.
static bool has_sources(Arena *a, Str dir) {
    Str *names;
    i64 n;
    if (!dir_list(a, arena_cstr(a, dir), &names, &n)) return false;
    for (i64 i = 0; i < n; i++) {
        if (names[i].ptr[0] == '.' || names[i].ptr[0] == '_') continue;
        if (str_has_suffix(names[i], S(".go")) || dir_exists(arena_cstr(a, path_join(a, dir, names[i])))) return true;
    }
    return false;
}

int cmd_mod_init(Cmd *c) {
    Str dir = path_abs(c->a, S(".")), path = c->nargs ? c->args[0] : S("");
    if (c->nargs > 1) return cmd_fail("'go mod init' accepts at most one argument");
    if (str_eq(env_get(c->env, "GO111MODULE"), S("off")))
        return cmd_fail("modules disabled by GO111MODULE=off; see 'go help modules'");
    Str gomod = c->f.modfile.len ? c->f.modfile : path_join(c->a, dir, S("go.mod"));
    if (file_exists(arena_cstr(c->a, gomod))) return cmd_fail("%.*s already exists", SFMT(gomod));
    if (path.len ? !check_module_path(c, path) : !guess_path(c, dir, &path)) return 1;
    fprintf(stderr, "go: creating new go.mod: module %.*s\n", SFMT(path));
    Err err = {0};
    ModFile *f = modfile_new(c->a, S("go.mod"), false);
    modfile_set_module(f, path, &err);
    if (!modfile_set_go(f, env_go_number(c->env), &err) || !modfiles_write(c, gomod, NULL, modfile_format(f), &err))
        return cmd_fail("%.*s", SFMT(err.text));
    if (has_sources(c->a, dir)) fprintf(stderr, "go: to add module requirements and sums:\n\tgo mod tidy\n");
    return 0;
}
