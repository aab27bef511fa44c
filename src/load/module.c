// module.c - go.mod of the current folder or of one above it: module path, language version.
//
// Requirements are not resolved here: an import from outside the module and the library is an error in load.c.
#include "load/load_int.h"
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>

static Str first_word(Str s) {
    i64 n = 0;
    while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t') n++;
    return str_slice(s, 0, n);
}

// ---- lines ------------------------------------------------------------------------------------------------------------

typedef struct GoMod {
    Loader *l;
    Str shown;
    i64 line, block_line;
    Str block; /* verb of an open "verb (" */
    bool bad;
} GoMod;

static void mod_error(GoMod *m, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    if (!m->bad) diag_error_at(m->l->diag, (Str){0}, "go: errors parsing %.*s:", SFMT(m->shown));
    m->bad = true;
    Str where = arena_printf(m->l->a, "%.*s:%lld", SFMT(m->shown), (long long)m->line),
        text = arena_vprintf(m->l->a, fmt, ap);
    diag_error_at(m->l->diag, where, "%.*s", SFMT(text));
    va_end(ap);
}

static bool unquote_word(GoMod *m, Str *s) {
    if (!s->len || (s->ptr[0] != '"' && s->ptr[0] != '`')) return true;
    if (s->len < 2 || s->ptr[s->len - 1] != s->ptr[0]) {
        mod_error(m, "unexpected newline in string");
        return false;
    }
    *s = str_slice(*s, 1, s->len - 1);
    return true;
}

// "1.26", "1.26.0", "1.26rc1": the minor version, or -1.
static i64 go_minor(Str s) {
    if (!str_has_prefix(s, S("1.")) || s.len < 3 || !isdigit((u8)s.ptr[2])) return -1;
    i64 n = 0;
    for (i64 i = 2; i < s.len; i++) {
        if (!isalnum((u8)s.ptr[i]) && s.ptr[i] != '.') return -1;
        if (isdigit((u8)s.ptr[i]) && n < 100000 && (i == 2 || isdigit((u8)s.ptr[i - 1])) &&
            str_index(str_slice(s, 2, i), '.') < 0)
            n = n * 10 + s.ptr[i] - '0';
    }
    return n;
}

static void directive(GoMod *m, Str verb, Str rest) {
    static const char *const known[] = {"toolchain", "require", "exclude", "replace", "retract", "tool", "ignore"};
    Loader *l = m->l;
    Str word = first_word(rest);
    if (str_eq(verb, S("module"))) {
        if (l->module_path.len) mod_error(m, "repeated module statement");
        else if (!word.len) mod_error(m, "usage: module module/path");
        else if (unquote_word(m, &word)) l->module_path = arena_str(l->a, word);
    } else if (str_eq(verb, S("go"))) {
        l->module_minor = go_minor(word);
        if (l->module_minor < 0) mod_error(m, "invalid go version '%.*s': must match format 1.23.0", SFMT(word));
    } else if (str_eq(verb, S("require"))) {
        if (word.len && unquote_word(m, &word)) vec_push(l->a, &l->required, arena_str(l->a, word));
    } else if (str_eq(verb, S("godebug"))) {
        i64 eq = str_index(rest, '=');
        Godebug g = {str_slice(rest, 0, eq < 0 ? 0 : eq), str_slice(rest, eq + 1, rest.len)};
        Err e = godebug_check(l, "godebug", g.key, g.value);
        if (eq <= 0) mod_error(m, "usage: godebug key=value");
        else if (e.text.len) mod_error(m, "%.*s", SFMT(e.text));
        else vec_push(l->a, &l->module_godebug, g);
    } else {
        for (i64 i = 0; i < NELEM(known); i++)
            if (str_eq(verb, str_c(known[i]))) return;
        mod_error(m, "unknown directive: %.*s", SFMT(verb));
    }
}

static void read_line(GoMod *m, Str line) {
    i64 comment = str_find(line, S("//"));
    line = str_trim(comment >= 0 ? str_slice(line, 0, comment) : line);
    if (!line.len) return;
    if (m->block.len) {
        if (str_eq(line, S(")"))) m->block = (Str){0};
        else directive(m, m->block, line);
        return;
    }
    Str verb = first_word(line), rest = str_trim(str_slice(line, verb.len, line.len));
    if (str_eq(rest, S("("))) {
        m->block = verb;
        m->block_line = m->line;
    } else directive(m, verb, rest);
}

static void read_text(Loader *l, Str mod, Str text) {
    Str shown = load_display_path(l, mod);
    GoMod m = {.l = l, .shown = str_has_prefix(shown, S("./")) ? str_slice(shown, 2, shown.len) : shown};
    for (i64 at = 0; at < text.len && !m.bad;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        m.line++;
        if (end > at && memchr(text.ptr + at, 0, (size_t)(end - at))) mod_error(&m, "invalid character U+0000");
        else read_line(&m, str_slice(text, at, end));
        at = end + 1;
    }
    if (m.block.len && !m.bad)
        mod_error(&m, "syntax error (unterminated block started at %.*s:%lld:1)", SFMT(m.shown),
                  (long long)m.block_line);
    if (m.bad) {
        if (!l->module_path.len) l->module_path = S("command-line-arguments");
    } else if (!l->module_path.len)
        diag_error_at(l->diag, (Str){0},
                      "go: error reading go.mod: missing module declaration. To specify the module path:\n\tgo mod "
                      "edit -module=example.com/mod");
    else if (l->module_minor > 26)
        diag_error_at(l->diag, (Str){0}, "go: go.mod requires go >= 1.%lld (running go 1.26)",
                      (long long)l->module_minor);
    if (l->module_minor <= 0) l->module_minor = 16; // what the go command assumes without a go line
}

// ---- vendor/modules.txt: which module a folder below vendor/ is of, and its language version -----------------------------

static void vendor_line(Loader *l, Str line, VendoredModule **m) {
    if (str_has_prefix(line, S("# "))) {
        *m = ANEW(l->a, VendoredModule);
        (*m)->path = first_word(str_slice(line, 2, line.len));
        (*m)->go_minor = 16; // what the go command assumes without a go line
    } else if (str_has_prefix(line, S("## "))) {
        i64 at = str_find(line, S("go 1."));
        if (*m && at >= 0) (*m)->go_minor = (i32)go_minor(str_trim(str_slice(line, at + 3, line.len)));
    } else if (line.len && *m) map_set_str(l->vendored, line, *m);
}

static void read_vendor(Loader *l) {
    Str text, file = path_join(l->a, l->module_root, S("vendor/modules.txt"));
    if (l->module_minor < 14 || !file_read(l->a, arena_cstr(l->a, file), &text)) return;
    VendoredModule *m = NULL;
    l->vendored = map_new_str(l->a);
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        vendor_line(l, str_trim(str_slice(text, at, end)), &m);
        at = end + 1;
    }
}

bool load_read_module(Loader *l) {
    if (l->module_read) return l->module_path.len > 0;
    l->module_read = true;
    for (Str dir = l->o.cwd;; dir = path_dir(dir)) {
        Str text, mod = path_join(l->a, dir, S("go.mod"));
        if (file_read(l->a, arena_cstr(l->a, mod), &text)) {
            l->module_root = dir;
            read_text(l, mod, text);
            read_vendor(l);
            return true;
        }
        if (file_exists(arena_cstr(l->a, mod)))
            diag_error_at(l->diag, (Str){0}, "go: cannot read %.*s: %s", SFMT(mod), strerror(errno));
        if (dir.len <= 1) return false;
    }
}
