// constraint.c - build constraints: //go:build and // +build lines, GOOS and GOARCH in file names.
//
// Rules: `go help buildconstraint`. Tags that hold: GOOS, GOARCH, "unix" where it is one, "gc" (the library's choice of
// gc's variants), go1.1 to go1.26, the default experiments of 1.26, and the extra ones (features of the machine among them).
#include "load/load.h"
#include <ctype.h>

static const char *const known_os[] = {"aix",     "android", "darwin",  "dragonfly", "freebsd", "hurd",
                                       "illumos", "ios",     "js",      "linux",     "nacl",    "netbsd",
                                       "openbsd", "plan9",   "solaris", "wasip1",    "windows", "zos"};
static const char *const known_arch[] = {"386",         "amd64",   "amd64p32", "arm",    "arm64",    "arm64be",
                                         "armbe",       "loong64", "mips",     "mips64", "mips64le", "mips64p32",
                                         "mips64p32le", "mipsle",  "ppc",      "ppc64",  "ppc64le",  "riscv",
                                         "riscv64",     "s390",    "s390x",    "sparc",  "sparc64",  "wasm"};
static const char *const unix_os[] = {"aix",     "android", "darwin", "dragonfly", "freebsd", "hurd",
                                      "illumos", "ios",     "linux",  "netbsd",    "openbsd", "solaris"};
static const char *const experiments[] = {"goexperiment.greenteagc", "goexperiment.randomizedheapbase64"};
static const char *const register_abi[] = {"goexperiment.regabiwrappers", "goexperiment.regabiargs"};
static const char *const register_abi_arch[] = {"amd64", "arm64", "loong64", "ppc64", "ppc64le", "riscv64", "s390x"};
static const char *const no_dwarf5_os[] = {"darwin", "ios", "aix"};

static bool in_list(Str s, const char *const *list, i64 n) {
    for (i64 i = 0; i < n; i++)
        if (str_eq(s, str_c(list[i]))) return true;
    return false;
}
#define IN(s, list) in_list(s, list, NELEM(list))

static bool is_feature(Str tag, Str arch) { // "amd64.v1"
    return str_has_prefix(tag, arch) && tag.len > arch.len && tag.ptr[arch.len] == '.';
}

// Experiments that are on in 1.26 where nothing else is said.
static bool is_default_experiment(Str tag, const BuildTags *t) {
    if (IN(tag, register_abi)) return IN(t->goarch, register_abi_arch);
    if (str_eq(tag, S("goexperiment.dwarf5"))) return !IN(t->goos, no_dwarf5_os);
    return IN(tag, experiments);
}

static bool tag_holds(Str tag, const BuildTags *t) {
    if (t->any) return !str_eq(tag, S("ignore"));
    if (t->cgo && str_eq(tag, S("cgo"))) return true;
    if (str_eq(tag, t->goos) || (str_eq(tag, S("unix")) && IN(t->goos, unix_os))) return true;
    if (str_eq(tag, S("linux")) && str_eq(t->goos, S("android"))) return true;
    if (str_eq(tag, t->goarch)) return !t->unknown_arch;
    if (str_eq(tag, S("gc"))) return true;
    if (is_feature(tag, t->goarch) && t->unknown_arch) return false;
    if (str_has_prefix(tag, S("go1."))) {
        i64 n = 0;
        for (i64 i = 4; i < tag.len; i++) n = isdigit((u8)tag.ptr[i]) ? n * 10 + tag.ptr[i] - '0' : 1000;
        return n >= 1 && n <= 26;
    }
    if (is_default_experiment(tag, t) || (t->own.len && str_eq(tag, t->own))) return true;
    for (i64 i = 0; i < t->nextra; i++)
        if (str_eq(tag, t->extra[i])) return true;
    return false;
}

// ---- //go:build expressions: or, and, not, parentheses, tags ----------------------------------------------------------

typedef struct Scan {
    Str s;
    i64 at;
    const BuildTags *t;
    const char *wrong; // NULL: nothing yet
    bool negated;
    i64 depth;
} Scan;
static bool scan_or(Scan *);

static void blanks(Scan *c) {
    while (c->at < c->s.len && (c->s.ptr[c->at] == ' ' || c->s.ptr[c->at] == '\t')) c->at++;
}

static bool accept(Scan *c, const char *tok) {
    blanks(c);
    i64 n = (i64)strlen(tok);
    if (c->at + n > c->s.len || memcmp(c->s.ptr + c->at, tok, (size_t)n) != 0) return false;
    c->at += n;
    return true;
}

static bool is_tag_char(char ch) { return isalnum((u8)ch) || ch == '_' || ch == '.' || (u8)ch >= 0x80; }

static void unexpected(Scan *c) {
    static const char *const tokens[][2] = {{")", "unexpected token )"},
                                            {"&&", "unexpected token &&"},
                                            {"||", "unexpected token ||"},
                                            {"!", "unexpected token !"},
                                            {"(", "unexpected token ("}};
    blanks(c);
    if (c->wrong) return;
    c->wrong = c->at >= c->s.len ? "unexpected end of expression" : "invalid syntax";
    for (i64 i = 0; i < NELEM(tokens); i++)
        if (str_has_prefix(str_slice(c->s, c->at, c->s.len), str_c(tokens[i][0]))) c->wrong = tokens[i][1];
}

static bool scan_not(Scan *c) {
    if (++c->depth > 1000 && !c->wrong) c->wrong = "expression too complex";
    if (c->wrong) return false;
    if (accept(c, "!")) {
        c->negated = !c->negated;
        bool v = scan_not(c);
        c->negated = !c->negated;
        return !v;
    }
    if (accept(c, "(")) {
        bool v = scan_or(c);
        if (!c->wrong && !accept(c, ")")) c->wrong = "missing close paren";
        return v;
    }
    blanks(c);
    i64 from = c->at;
    while (c->at < c->s.len && is_tag_char(c->s.ptr[c->at])) c->at++;
    if (from == c->at) unexpected(c);
    Str tag = str_slice(c->s, from, c->at);
    return tag_holds(tag, c->t) && !(c->t->any && c->negated);
}

static bool scan_and(Scan *c) {
    bool v = scan_not(c);
    while (!c->wrong && accept(c, "&&")) v = (int)v & (int)scan_not(c);
    return v;
}

static bool scan_or(Scan *c) {
    bool v = scan_and(c);
    while (!c->wrong && accept(c, "||")) v = (int)v | (int)scan_and(c);
    return v;
}

static bool eval_go_build(Str expr, const BuildTags *t, const char **wrong) {
    Scan c = {.s = expr, .t = t};
    bool v = scan_or(&c);
    blanks(&c);
    if (c.at < expr.len && !str_has_prefix(str_slice(expr, c.at, expr.len), S("//"))) unexpected(&c);
    if (c.wrong) *wrong = c.wrong;
    return v;
}

static bool is_tag(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if (!is_tag_char(s.ptr[i])) return false;
    return s.len > 0;
}

// A word that cannot be a tag counts as "ignore", also behind '!'; so does "!!x".
static bool plus_term_holds(Str term, const BuildTags *t) {
    bool odd = str_eq(term, S("!")) || str_has_prefix(term, S("!!"));
    bool not = !odd && term.len && term.ptr[0] == '!';
    Str tag = str_slice(term, not, term.len);
    if (odd || !is_tag(tag)) tag = S("ignore");
    return tag_holds(tag, t) != not || (t->any && not &&!str_eq(tag, S("ignore")));
}

// One // +build line: options separated by blanks (or), each of comma-separated terms (and), '!' negates.
static bool eval_plus_build(Str line, const BuildTags *t) {
    for (i64 i = 0; i < line.len;) {
        while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t')) i++;
        i64 from = i;
        while (i < line.len && line.ptr[i] != ' ' && line.ptr[i] != '\t') i++;
        bool all = i > from;
        for (i64 k = from, end; k <= i; k = end + 1) {
            for (end = k; end < i && line.ptr[end] != ','; end++) {
            }
            all = all && plus_term_holds(str_slice(line, k, end), t);
        }
        if (all) return true;
    }
    return false;
}

static Str next_line(Str text, i64 *at) {
    i64 from = *at, end = from;
    while (end < text.len && text.ptr[end] != '\n') end++;
    *at = end + 1;
    return str_trim(str_slice(text, from, end));
}

// Whether a line holds nothing but comments; *block: one of the other kind is open in front of it, and behind it.
static bool only_comments(Str line, bool *block) {
    while (line.len) {
        i64 end = *block ? str_find(line, S("*/")) : 0;
        if (end < 0 || (!*block && str_has_prefix(line, S("//")))) return true;
        if (!*block && !str_has_prefix(line, S("/*"))) return false;
        *block = !*block;
        line = str_trim(str_slice(line, end + 2, line.len));
    }
    return true;
}

static i64 comments_end(Str text) {
    bool block = false;
    i64 at = 0, from = str_has_prefix(text, S("\xef\xbb\xbf")) ? 3 : 0;
    for (at = from; at < text.len; from = at)
        if (!only_comments(next_line(text, &at), &block)) return from;
    return text.len;
}

Str constraint_comments(Str text) {
    Str s = str_slice(text, 0, comments_end(text));
    return str_find(s, S("build")) >= 0 ? s : (Str){0};
}

// Reads the comments in front of the package clause. // +build lines count only if a blank line follows them before it,
// and not beside a //go:build line.
bool constraint_file_matches(Str text, const BuildTags *t, const char **wrong) {
    bool have_go_build = false, value = true, plus = true, pending = true, block = false;
    if (str_has_prefix(text, S("\xef\xbb\xbf"))) text = str_slice(text, 3, text.len);
    for (i64 at = 0; at < text.len;) {
        Str line = next_line(text, &at);
        bool inside = block;
        if (line.len == 0 && !block) {
            plus = plus && pending;
            pending = true;
            continue;
        }
        if (!only_comments(line, &block)) break;
        if (inside || !str_has_prefix(line, S("//"))) continue;
        Str expr = str_slice(line, i64_min(10, line.len), line.len);
        if (str_has_prefix(line, S("//go:build")) && (!expr.len || expr.ptr[0] == ' ' || expr.ptr[0] == '\t')) {
            if (have_go_build) *wrong = "multiple //go:build comments";
            else value = eval_go_build(expr, t, wrong);
            have_go_build = true;
        }
        Str rest = str_trim(str_slice(line, 2, line.len));
        if (str_has_prefix(rest, S("+build")) && (rest.len == 6 || rest.ptr[6] == ' ' || rest.ptr[6] == '\t'))
            pending = pending && eval_plus_build(str_slice(rest, 6, rest.len), t);
    }
    return have_go_build ? value : plus;
}

// name_GOOS.go, name_GOARCH.go, name_GOOS_GOARCH.go (a possible _test is cut off by the caller's rules).
bool constraint_name_matches(Str name, const BuildTags *t) {
    i64 dot = str_index(name, '.');
    if (dot >= 0) name = str_slice(name, 0, dot);
    i64 first = str_index(name, '_');
    if (first < 0) return true;
    Str parts[3] = {{0}};
    i64 n = 0;
    Str rest = str_slice(name, first + 1, name.len);
    if (str_has_suffix(rest, S("_test"))) rest = str_slice(rest, 0, rest.len - 5);
    for (i64 end = rest.len; n < 2;) {
        i64 u = str_rindex(str_slice(rest, 0, end), '_');
        parts[n++] = str_slice(rest, u + 1, end);
        if (u < 0) break;
        end = u;
    }
    if (n >= 2 && IN(parts[1], known_os) && IN(parts[0], known_arch))
        return tag_holds(parts[0], t) && tag_holds(parts[1], t);
    if (IN(parts[0], known_os) || IN(parts[0], known_arch)) return tag_holds(parts[0], t);
    return true;
}
