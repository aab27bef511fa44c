// modfile.c - what the lines of go.mod and go.work mean.
//
// In: the text. Out: a ModFile, or all errors of the file, each with its position, joined by '\n'. Versions are made canonical in the
// lines themselves, so that printing shows them. Facts: go.dev/ref/mod#go-mod-file, #workspaces, golang.org/x/mod/modfile.
#include "mod/modsyntax.h"

typedef struct Meaning {
    Arena *a;
    ModFile *f;
    bool strict; // the main module's or a workspace's own file
    ModFixFn fix;
    void *fix_ctx;
    Buf errors;
    // the line that is read
    const ModStmt *block; // NULL outside of a block
    ModLine *line;
    Str verb;
    Str *args;
    i64 nargs;
} Meaning;

// ---- errors --------------------------------------------------------------------------------------

static void error_at(Meaning *m, i32 row, i32 col, Str why) {
    if (m->errors.len) buf_char(&m->errors, '\n');
    buf_printf(&m->errors, "%.*s:%d:", SFMT(m->f->name), row);
    if (col > 1) buf_printf(&m->errors, "%d:", col);
    buf_printf(&m->errors, " %.*s", SFMT(why));
}
static bool fail(Meaning *m, Str why) {
    error_at(m, m->line->row, m->line->col, why);
    return false;
}
static bool fail_path(Meaning *m, Str path, Str why) {
    if (!path.len) return fail(m, arena_printf(m->a, "%.*s: %.*s", SFMT(m->verb), SFMT(why)));
    return fail(m, arena_printf(m->a, "%.*s %.*s: %.*s", SFMT(m->verb), SFMT(path), SFMT(why)));
}

// ---- words ---------------------------------------------------------------------------------------

static const char *unquote_word(Arena *a, Str *word, Str *out) { // NULL, or what is wrong
    Str w = *word;
    if (w.len && w.ptr[0] == '"') {
        if (!str_unquote(a, w, out)) return "invalid syntax";
    } else {
        if (str_index(w, '"') >= 0 || str_index(w, '\'') >= 0 || str_index(w, '`') >= 0)
            return "unquoted string cannot contain quote";
        *out = w;
    }
    *word = modword_quote(a, *out);
    return NULL;
}

static bool take_string(Meaning *m, i64 at, Str *out) {
    const char *why = unquote_word(m->a, &m->args[at], out);
    return !why || fail(m, arena_printf(m->a, "invalid quoted string: %s", why));
}

static bool fail_version(Meaning *m, Str path, Str version, const char *why) {
    Str q = str_quote(m->a, version);
    const char *noun = pseudo_is(version) ? "pseudo-version" : "version";
    return fail_path(m, path, arena_printf(m->a, "%s %.*s invalid: %s", noun, SFMT(q), why));
}

// A version of path in args[at]; it becomes canonical there too. as_is: what it says holds (retract lines before the module is known).
static bool take_version(Meaning *m, Str path, i64 at, bool as_is, Str *out) {
    Str v;
    const char *why = unquote_word(m->a, &m->args[at], &v);
    if (why) return fail_version(m, path, m->args[at], why);
    if (!as_is && m->fix) {
        Err err = {0};
        Str fixed = S("");
        if (!m->fix(m->fix_ctx, path, v, &fixed, &err))
            return err.kind == ERR_DISALLOWED ? fail_path(m, path, err.text) : fail(m, err.text);
        v = fixed;
    } else if (!as_is) {
        Str canonical = module_canonical_version(m->a, v);
        if (!canonical.len) return fail_version(m, path, v, "must be of the form v1.2.3");
        v = canonical;
    }
    *out = m->args[at] = v;
    return true;
}

static bool check_major(Meaning *m, Str path, Str version, Str major) {
    Err err = {0};
    return module_check_path_major(m->a, version, major, &err) || fail_path(m, path, err.text);
}

// ---- comments ------------------------------------------------------------------------------------

static void add_comments(Buf *b, const StrVec *list, bool *any) {
    for (i64 i = 0; i < list->len; i++) {
        if (!str_has_prefix(list->ptr[i], S("//"))) continue;
        if (*any) buf_char(b, '\n');
        buf_str(b, str_trim(str_slice(list->ptr[i], 2, list->ptr[i].len)));
        *any = true;
    }
}

// What the comments of a line say; those of its block if it has none.
static Str comments_of(Meaning *m) {
    Buf b = {0};
    bool any = false, own = m->line->before.len || m->line->beside.len || !m->block;
    add_comments(&b, own ? &m->line->before : &m->block->before, &any);
    if (own) add_comments(&b, &m->line->beside, &any);
    Str s = arena_str(m->a, buf_view(&b));
    buf_free(&b);
    return s;
}

// The paragraph that begins with "Deprecated:".
static Str deprecation_in(Str text) {
    Str head = S("Deprecated:");
    for (i64 at = 0; at < text.len;) {
        Str rest = str_slice(text, at, text.len);
        i64 end = str_find(rest, S("\n\n"));
        if (str_has_prefix(rest, head)) {
            i64 from = head.len;
            while (from < rest.len && rest.ptr[from] == ' ') from++;
            end = str_find(str_slice(rest, from, rest.len), S("\n\n"));
            return str_slice(rest, from, end < 0 ? rest.len : from + end);
        }
        if (end < 0) break;
        at += end + 1; // blank lines may follow each other
        while (at < text.len && text.ptr[at] == '\n') at++;
    }
    return S("");
}

// ---- go, toolchain, module, words ----------------------------------------------------------------

static i64 skip_number(Str s, i64 at, bool leading_zero) {
    i64 from = at;
    while (at < s.len && '0' <= s.ptr[at] && s.ptr[at] <= '9') at++;
    if (at == from || (s.ptr[from] == '0' && (!leading_zero || at > from + 1))) return -1;
    return at;
}
// End of "1.21" at from, or -1.
static i64 skip_lang(Str s, i64 from) {
    i64 at = skip_number(s, from, false);
    if (at < 0 || at >= s.len || s.ptr[at] != '.') return -1;
    return skip_number(s, at + 1, true);
}

// The form of a go line: 1.21, 1.21.3, 1.21rc1; the numbers need not exist.
bool modfile_is_go_version(Str s) {
    i64 at = skip_lang(s, 0);
    if (at < 0) return false;
    if (at < s.len && s.ptr[at] == '.') {
        at = skip_number(s, at + 1, true);
        if (at < 0) return false;
    }
    if (at == s.len) return true;
    i64 from = at;
    while (at < s.len && 'a' <= s.ptr[at] && s.ptr[at] <= 'z') at++;
    if (at == from) return false;
    from = at;
    while (at < s.len && '0' <= s.ptr[at] && s.ptr[at] <= '9') at++;
    return at == s.len && at > from;
}

// Of a dependency more is taken: "v1.13", "1.13.x" mean 1.13.
static Str lax_go_version(Str s) {
    i64 from = s.len && s.ptr[0] == 'v', end = skip_lang(s, from);
    if (end <= 0 || end == s.len || str_index(str_slice(s, end, s.len), '\n') >= 0) return S("");
    return str_slice(s, from, end);
}

static bool mean_go(Meaning *m) {
    if (m->f->go.line) return fail(m, S("repeated go statement"));
    if (m->nargs != 1) return fail(m, S("go directive expects exactly one argument"));
    if (!modfile_is_go_version(m->args[0])) {
        Str lax = m->strict ? S("") : lax_go_version(m->args[0]);
        if (!lax.len)
            return fail(m, arena_printf(m->a, "invalid go version '%.*s': must match format 1.23.0", SFMT(m->args[0])));
        m->args[0] = lax;
    }
    m->f->go = (ModWord){.value = m->args[0], .line = m->line};
    return true;
}

bool modfile_is_toolchain(Str s) {
    return str_eq(s, S("default")) || str_eq(s, S("go1")) || str_has_prefix(s, S("go1."));
}

static bool mean_toolchain(Meaning *m) {
    if (m->f->toolchain.line) return fail(m, S("repeated toolchain statement"));
    if (m->nargs != 1) return fail(m, S("toolchain directive expects exactly one argument"));
    if (!modfile_is_toolchain(m->args[0]))
        return fail(m, arena_printf(m->a, "invalid toolchain version '%.*s': must match format go1.23.0 or default",
                                    SFMT(m->args[0])));
    m->f->toolchain = (ModWord){.value = m->args[0], .line = m->line};
    return true;
}

static bool mean_module(Meaning *m) {
    if (m->f->module_line) return fail(m, S("repeated module statement"));
    m->f->module_line = m->line;
    m->f->deprecated = deprecation_in(comments_of(m));
    if (m->nargs != 1) return fail(m, S("usage: module module/path"));
    return take_string(m, 0, &m->f->module);
}

static bool mean_godebug(Meaning *m) {
    Str s = m->nargs == 1 ? m->args[0] : S("");
    i64 eq = str_index(s, '=');
    if (eq < 0 || str_index(s, '"') >= 0 || str_index(s, '`') >= 0 || str_index(s, '\'') >= 0 || str_index(s, ',') >= 0)
        return fail(m, S("usage: godebug key=value"));
    ModGodebug g = {str_slice(s, 0, eq), str_slice(s, eq + 1, s.len), m->line};
    vec_push(m->a, &m->f->godebug, g);
    return true;
}

static bool mean_word(Meaning *m) { // tool, ignore, use
    bool use = str_eq(m->verb, S("use"));
    if (m->nargs != 1 && use) return fail(m, S("usage: use local/dir"));
    if (m->nargs != 1) return fail(m, arena_printf(m->a, "%.*s directive expects exactly one argument", SFMT(m->verb)));
    ModWord w = {.line = m->line};
    if (!take_string(m, 0, &w.value)) return false;
    if (use) vec_push(m->a, &m->f->use, w);
    else if (str_eq(m->verb, S("tool"))) vec_push(m->a, &m->f->tool, w);
    else vec_push(m->a, &m->f->ignore, w);
    return true;
}

// ---- require, exclude, replace, retract ----------------------------------------------------------

static bool mean_require(Meaning *m) { // exclude likewise
    if (m->nargs != 2) return fail(m, arena_printf(m->a, "usage: %.*s module/path v1.2.3", SFMT(m->verb)));
    ModVersion mod;
    Str prefix, major;
    if (!take_string(m, 0, &mod.path) || !take_version(m, mod.path, 1, false, &mod.version)) return false;
    if (!module_split_path_major(mod.path, &prefix, &major)) return fail(m, S("invalid module path"));
    if (!check_major(m, mod.path, mod.version, major)) return false;
    if (str_eq(m->verb, S("require"))) {
        ModRequire r = {mod, modline_is_indirect(m->line), m->line};
        vec_push(m->a, &m->f->require, r);
    } else {
        ModExclude e = {mod, m->line};
        vec_push(m->a, &m->f->exclude, e);
    }
    return true;
}

bool modfile_is_dir_path(Str s) {
    if (!s.len) return false;
    if (s.ptr[0] == '/' || s.ptr[0] == '\\') return true;
    u8 letter = (u8)s.ptr[0] | 0x20;
    if (s.len >= 2 && 'a' <= letter && letter <= 'z' && s.ptr[1] == ':') return true;
    i64 dots = 0;
    while (dots < s.len && dots < 2 && s.ptr[dots] == '.') dots++;
    return dots && (dots == s.len || s.ptr[dots] == '/' || s.ptr[dots] == '\\');
}

// The right side of a replace line: a folder, or a module with its version.
static bool take_replacement(Meaning *m, i64 at, ModVersion *out) {
    *out = (ModVersion){S(""), S("")};
    if (!take_string(m, at, &out->path)) return false;
    bool dir = modfile_is_dir_path(out->path);
    if (m->nargs == at + 1) {
        if (!dir && str_index(out->path, '@') >= 0)
            return fail(m, S("replacement module must match format 'path version', not 'path@version'"));
        if (!dir)
            return fail(m, S("replacement module without version must be directory path (rooted or starting with . "
                             "or ..)"));
        if (str_index(out->path, '\\') >= 0)
            return fail(m, S("replacement directory appears to be Windows path (on a non-windows system)"));
        return true;
    }
    if (!take_version(m, out->path, at + 1, false, &out->version)) return false;
    if (!dir) return true;
    Str q = str_quote(m->a, out->path);
    return fail(m, arena_printf(m->a, "replacement module directory path %.*s cannot have version", SFMT(q)));
}

static bool mean_replace(Meaning *m) {
    i64 arrow = m->nargs >= 2 && str_eq(m->args[1], S("=>")) ? 1 : 2;
    if (m->nargs < arrow + 2 || m->nargs > arrow + 3 || !str_eq(m->args[arrow], S("=>")))
        return fail(m, S("usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] "
                         "=> ../local/directory"));
    ModReplace r = {.old.version = S(""), .line = m->line};
    Str prefix, major;
    if (!take_string(m, 0, &r.old.path)) return false;
    if (!module_split_path_major(r.old.path, &prefix, &major))
        return fail_path(m, r.old.path, S("invalid module path"));
    if (arrow == 2) {
        if (!take_version(m, r.old.path, 1, false, &r.old.version)) return false;
        if (!check_major(m, r.old.path, r.old.version, major)) return false;
    }
    if (!take_replacement(m, arrow + 1, &r.new_)) return false;
    vec_push(m->a, &m->f->replace, r);
    return true;
}

static bool is_arg(const Meaning *m, i64 at, const char *s) { return at < m->nargs && str_eq(m->args[at], str_c(s)); }

// "v1.0.0" or "[v1.0.0, v1.2.0]"; *used: words it took.
static bool take_interval(Meaning *m, Str path, bool as_is, ModRetract *r, i64 *used) {
    if (!m->nargs || is_arg(m, 0, "(")) return fail(m, S("expected '[' or version"));
    *used = 1;
    if (!is_arg(m, 0, "[")) {
        if (!take_version(m, path, 0, as_is, &r->low)) return false;
        r->high = r->low;
        return true;
    }
    if (m->nargs < 2) return fail(m, S("expected version after '['"));
    if (!take_version(m, path, 1, as_is, &r->low)) return false;
    if (!is_arg(m, 2, ",")) return fail(m, S("expected ',' after version"));
    if (m->nargs < 4) return fail(m, S("expected version after ','"));
    if (!take_version(m, path, 3, as_is, &r->high)) return false;
    *used = 5;
    return is_arg(m, 4, "]") || fail(m, S("expected ']' after version"));
}

// The versions are looked at when the whole file is read: which module they are of may be said below.
static bool mean_retract(Meaning *m) {
    ModRetract r = {.rationale = comments_of(m), .line = m->line};
    i64 used = 0, errors = m->errors.len;
    if (!take_interval(m, S(""), true, &r, &used)) {
        if (!m->strict) m->errors.len = errors; // later forms of retract do not harm
        return false;
    }
    if (used < m->nargs && m->strict) {
        Str q = str_quote(m->a, m->args[used]);
        return fail(m, arena_printf(m->a, "unexpected token after version: %.*s", SFMT(q)));
    }
    vec_push(m->a, &m->f->retract, r);
    return true;
}

static void fix_retractions(Meaning *m) {
    m->verb = S("retract");
    for (i64 i = 0; m->fix && i < m->f->retract.len; i++) {
        ModRetract *r = &m->f->retract.ptr[i];
        m->line = r->line;
        if (!m->f->module.len) {
            fail(m, S("no module directive found, so retract cannot be used"));
            return;
        }
        m->args = r->line->words.ptr + !r->line->in_block;
        m->nargs = r->line->words.len - !r->line->in_block;
        i64 used;
        take_interval(m, m->f->module, false, r, &used);
    }
}

// ---- the file ------------------------------------------------------------------------------------

typedef struct Verb {
    const char *name;
    bool (*mean)(Meaning *);
    bool mod, lax, work, block, work_block; // where it is known, and where it may head a block
} Verb;
static const Verb verbs[] = {
    {"module", mean_module, .mod = true, .lax = true, .block = true},
    {"go", mean_go, .mod = true, .lax = true, .work = true},
    {"toolchain", mean_toolchain, .mod = true, .work = true},
    {"godebug", mean_godebug, .mod = true, .work = true, .block = true, .work_block = true},
    {"require", mean_require, .mod = true, .lax = true, .block = true},
    {"exclude", mean_require, .mod = true, .block = true},
    {"replace", mean_replace, .mod = true, .work = true, .block = true, .work_block = true},
    {"retract", mean_retract, .mod = true, .lax = true, .block = true},
    {"tool", mean_word, .mod = true, .block = true},
    {"ignore", mean_word, .mod = true, .lax = true, .block = true},
    {"use", mean_word, .work = true, .work_block = true},
};

static const Verb *find_verb(Str s) {
    for (i64 i = 0; i < NELEM(verbs); i++)
        if (str_eq(s, str_c(verbs[i].name))) return &verbs[i];
    return NULL;
}

static void mean_line(Meaning *m, const ModStmt *block, ModLine *line) {
    m->block = block;
    m->line = line;
    m->verb = block ? block->words.ptr[0] : line->words.ptr[0];
    m->args = line->words.ptr + !block;
    m->nargs = line->words.len - !block;
    const Verb *v = find_verb(m->verb);
    bool known = v && (m->f->is_work ? v->work : m->strict ? v->mod : v->lax);
    if (known) v->mean(m);
    else if (m->strict) fail(m, arena_printf(m->a, "unknown directive: %.*s", SFMT(m->verb)));
}

static void mean_block(Meaning *m, const ModStmt *s) {
    const Verb *v = s->words.len == 1 ? find_verb(s->words.ptr[0]) : NULL;
    if (v && (m->f->is_work ? v->work_block : v->block)) {
        for (i64 i = 0; i < s->lines.len; i++) mean_line(m, s, s->lines.ptr[i]);
        return;
    }
    if (!m->strict) return;
    Buf b = {0};
    for (i64 i = 0; i < s->words.len; i++) buf_printf(&b, "%s%.*s", i ? " " : "", SFMT(s->words.ptr[i]));
    error_at(m, s->row, s->col, arena_printf(m->a, "unknown block type: %.*s", (int)b.len, (char *)b.ptr));
    buf_free(&b);
}

static ModFile *parse_file(Arena *a, Str name, Str text, bool work, bool strict, ModFixFn fix, void *ctx, Err *err) {
    ModFile *f = modfile_new(a, name, work);
    f->syntax = modsyntax_parse(a, name, text, err);
    if (!f->syntax) return NULL;
    Meaning m = {.a = a, .f = f, .strict = strict, .fix = fix, .fix_ctx = ctx};
    for (i64 i = 0; i < f->syntax->stmts.len; i++) {
        ModStmt *s = f->syntax->stmts.ptr[i];
        if (s->kind == STMT_LINE) mean_line(&m, NULL, s->line);
        else if (s->kind == STMT_BLOCK) mean_block(&m, s);
    }
    fix_retractions(&m);
    if (m.errors.len) {
        err_set(err, a, ERR_OTHER, "%.*s", (int)m.errors.len, (char *)m.errors.ptr);
        f = NULL;
    }
    buf_free(&m.errors);
    return f;
}

ModFile *modfile_parse(Arena *a, Str name, Str text, ModFixFn fix, void *ctx, Err *err) {
    return parse_file(a, name, text, false, true, fix, ctx, err);
}
ModFile *modfile_parse_lax(Arena *a, Str name, Str text, ModFixFn fix, void *ctx, Err *err) {
    return parse_file(a, name, text, false, false, fix, ctx, err);
}
ModFile *workfile_parse(Arena *a, Str name, Str text, ModFixFn fix, void *ctx, Err *err) {
    return parse_file(a, name, text, true, true, fix, ctx, err);
}

ModFile *modfile_new(Arena *a, Str name, bool is_work) {
    ModFile *f = ANEW(a, ModFile);
    f->a = a;
    f->name = name;
    f->is_work = is_work;
    f->syntax = ANEW(a, ModSyntax);
    f->syntax->a = a;
    return f;
}

Str modfile_format(ModFile *f) { return modsyntax_format(f->syntax); }

Str modfile_module_path(Arena *a, Str text) {
    for (i64 at = 0; at < text.len;) {
        Str line = str_slice(text, at, text.len);
        i64 end = str_index(line, '\n');
        if (end >= 0) line.len = end;
        at += line.len + 1;
        i64 comment = str_find(line, S("//"));
        if (comment >= 0) line.len = comment;
        line = str_trim(line);
        if (!str_has_prefix(line, S("module"))) continue;
        Str path = str_trim(str_slice(line, 6, line.len));
        if (!path.len || path.len == line.len - 6) continue;
        if (path.ptr[0] != '"' && path.ptr[0] != '`') return arena_str(a, path);
        Str out;
        return str_unquote(a, path, &out) ? out : S("");
    }
    return S("");
}

bool modfile_is_too_new(const Env *env, const ModFile *f) {
    return f && f->go.value.len && gover_cmp(f->go.value, env_go_number(env)) > 0;
}

bool modfile_too_new(Arena *a, const Env *env, Str what, Str go_version, Err *err) {
    Str set = env_get(env, "GOTOOLCHAIN"), have = env_go_number(env);
    bool say = set.len && !str_eq(set, S("auto"));
    return err_set(err, a, ERR_TOO_NEW, "%.*s requires go >= %.*s (running go %.*s%s%.*s)", SFMT(what),
                   SFMT(go_version), SFMT(have), say ? "; GOTOOLCHAIN=" : "", SFMT(say ? set : (Str){0}));
}
