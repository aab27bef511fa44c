// mod_edit.c - `mod edit` and `work edit`: changes that flags spell out, formatting, and the file as JSON.
//
// All flags are looked at before the file is read; nothing but the file is looked at or changed.
#include "cmd/modfiles.h"
#include <stdio.h>

typedef enum EditKind {
    E_NONE,
    E_MODULE,
    E_GO,
    E_TOOLCHAIN,
    E_REQUIRE,
    E_DROP_REQUIRE,
    E_EXCLUDE,
    E_DROP_EXCLUDE,
    E_REPLACE,
    E_DROP_REPLACE,
    E_RETRACT,
    E_DROP_RETRACT,
    E_GODEBUG,
    E_DROP_GODEBUG,
    E_ADD_WORD,
    E_DROP_WORD,
} EditKind;
typedef struct Edit {
    EditKind kind;
    FlagItem flag;
    Str word;       // tool, ignore, use
    ModVersion mod; // path and version; key and value; low and high
    ModVersion to;  // replace
} Edit;
typedef struct Editor {
    Cmd *c;
    Arena *a;
    VEC(Edit) edits;
    Str module, go, toolchain; // what the last of these flags say
    bool work;
} Editor;

static const struct {
    const char *flag;
    EditKind kind;
    const char *word;
} kinds[] = {
    {"module", E_MODULE, ""},
    {"go", E_GO, ""},
    {"toolchain", E_TOOLCHAIN, ""},
    {"require", E_REQUIRE, ""},
    {"droprequire", E_DROP_REQUIRE, ""},
    {"exclude", E_EXCLUDE, ""},
    {"dropexclude", E_DROP_EXCLUDE, ""},
    {"replace", E_REPLACE, ""},
    {"dropreplace", E_DROP_REPLACE, ""},
    {"retract", E_RETRACT, ""},
    {"dropretract", E_DROP_RETRACT, ""},
    {"godebug", E_GODEBUG, ""},
    {"dropgodebug", E_DROP_GODEBUG, ""},
    {"tool", E_ADD_WORD, "tool"},
    {"droptool", E_DROP_WORD, "tool"},
    {"ignore", E_ADD_WORD, "ignore"},
    {"dropignore", E_DROP_WORD, "ignore"},
    {"use", E_ADD_WORD, "use"},
    {"dropuse", E_DROP_WORD, "use"},
};

// ---- flags ---------------------------------------------------------------------------------------

static bool fail_flag(const FlagItem *f, Str why) {
    return !cmd_fail("-%s=%.*s: %.*s", f->name, SFMT(f->value), SFMT(why));
}

static bool cut(Str s, char sep, Str *before, Str *after) {
    i64 at = str_index(s, sep);
    *before = at < 0 ? s : str_slice(s, 0, at);
    *after = at < 0 ? S("") : str_slice(s, at + 1, s.len);
    return at >= 0;
}

static bool check_path(Editor *e, const FlagItem *f, const char *what, Str path) {
    Err err = {0};
    if (module_check_import_path(e->a, path, &err)) return true;
    return fail_flag(f, arena_printf(e->a, "invalid %spath: %.*s", what, SFMT(err.text)));
}

// path@version; *versioned false: there is no @.
static bool split_version(Editor *e, const FlagItem *f, Str arg, ModVersion *m, bool *versioned) {
    *versioned = cut(arg, '@', &m->path, &m->version);
    if (!*versioned) return true;
    if (m->version.len && (m->version.ptr[0] == '-' || m->version.ptr[0] == '/'))
        return fail_flag(f, arena_printf(e->a, "invalid module version %.*s", SFMT(str_quote(e->a, m->version))));
    m->path = str_trim(m->path);
    m->version = str_trim(m->version);
    return true;
}

static bool read_path_version(Editor *e, Edit *ed) {
    bool versioned;
    if (!split_version(e, &ed->flag, ed->flag.value, &ed->mod, &versioned)) return false;
    if (!versioned) return fail_flag(&ed->flag, S("need path@version"));
    if (!check_path(e, &ed->flag, "", ed->mod.path)) return false;
    if (!modfile_must_quote(ed->mod.version)) return true;
    Str q = str_quote(e->a, ed->mod.version);
    return fail_flag(&ed->flag, arena_printf(e->a, "invalid version %.*s", SFMT(q)));
}

static bool read_path(Editor *e, Edit *ed) {
    ed->mod.path = ed->flag.value;
    if (str_index(ed->mod.path, '@') >= 0) return fail_flag(&ed->flag, S("need just path, not path@version"));
    return check_path(e, &ed->flag, "", ed->mod.path);
}

// path or path@version, or, if may_be_dir, a folder.
static bool read_side(Editor *e, const FlagItem *f, const char *side, Str arg, bool may_be_dir, ModVersion *m) {
    *m = (ModVersion){arg, S("")};
    if (may_be_dir && modfile_is_dir_path(arg)) return true;
    bool versioned;
    if (!split_version(e, f, arg, m, &versioned)) return false;
    if (!check_path(e, f, arena_cstr(e->a, arena_printf(e->a, "%s ", side)), m->path)) return false;
    if (!versioned || !modfile_must_quote(m->version)) return true;
    return fail_flag(f, arena_printf(e->a, "invalid %s version: %.*s", side, SFMT(str_quote(e->a, m->version))));
}

static bool read_replace(Editor *e, Edit *ed) {
    Str old, to;
    const FlagItem *f = &ed->flag;
    if (!cut(f->value, '=', &old, &to)) return fail_flag(f, S("need old[@v]=new[@w] (missing =)"));
    old = str_trim(old);
    to = str_trim(to);
    if (str_has_prefix(to, S(">"))) return fail_flag(f, S("separator between old and new is =, not =>"));
    if (!read_side(e, f, "old", old, false, &ed->mod) || !read_side(e, f, "new", to, true, &ed->to)) return false;
    if (str_eq(ed->to.path, to) && !modfile_is_dir_path(to))
        return fail_flag(f, S("unversioned new path must be local directory"));
    return true;
}

// v1.2.3 or [v1.2.3,v1.3.0]
static bool read_interval(Editor *e, Edit *ed) {
    Str arg = ed->flag.value, low = arg, high = arg;
    bool one = !str_has_prefix(arg, S("["));
    bool ok = one || (str_has_suffix(arg, S("]")) && cut(str_slice(arg, 1, arg.len - 1), ',', &low, &high));
    ed->mod = (ModVersion){str_trim(low), str_trim(high)};
    if (one) ed->mod = (ModVersion){arg, arg};
    if (ok && !modfile_must_quote(ed->mod.path) && !modfile_must_quote(ed->mod.version)) return true;
    return fail_flag(&ed->flag,
                     arena_printf(e->a, "invalid version%s: %.*s", one ? "" : " interval", SFMT(str_quote(e->a, arg))));
}

static bool read_godebug(Editor *e, Edit *ed) {
    Str v = ed->flag.value;
    bool odd = str_index(v, '"') >= 0 || str_index(v, '`') >= 0 || str_index(v, '\'') >= 0 || str_index(v, ',') >= 0;
    if (cut(v, '=', &ed->mod.path, &ed->mod.version) && !odd) return true;
    return fail_flag(&ed->flag, S("need key=value"));
}

static bool read_edit(Editor *e, Edit *ed) {
    switch (ed->kind) {
    case E_REQUIRE:
    case E_EXCLUDE:
    case E_DROP_EXCLUDE: return read_path_version(e, ed);
    case E_DROP_REQUIRE: return read_path(e, ed);
    case E_REPLACE: return read_replace(e, ed);
    case E_DROP_REPLACE: return read_side(e, &ed->flag, "old", ed->flag.value, true, &ed->mod);
    case E_RETRACT:
    case E_DROP_RETRACT: return read_interval(e, ed);
    case E_GODEBUG: return read_godebug(e, ed);
    case E_ADD_WORD:
    case E_DROP_WORD:
        if (str_eq(ed->word, S("tool"))) return read_path(e, ed);
        ed->mod.path = e->work ? modfiles_dir(e->a, ed->flag.value) : ed->flag.value;
        return true;
    default: ed->mod.path = ed->flag.value; return true;
    }
}

static bool read_flags(Editor *e) {
    for (i64 i = 0; i < e->c->given.len; i++) {
        Edit ed = {.flag = e->c->given.ptr[i]};
        for (i64 k = 0; k < NELEM(kinds); k++)
            if (strcmp(kinds[k].flag, ed.flag.name) == 0) ed.kind = kinds[k].kind, ed.word = str_c(kinds[k].word);
        if (ed.kind == E_NONE) continue;
        if (!read_edit(e, &ed)) return false;
        if (ed.kind == E_MODULE) e->module = ed.flag.value;
        else if (ed.kind == E_GO) e->go = ed.flag.value;
        else if (ed.kind == E_TOOLCHAIN) e->toolchain = ed.flag.value;
        else vec_push(e->a, &e->edits, ed);
    }
    return true;
}

static int check_flags(Editor *e) {
    Cmd *c = e->c;
    const char *group = e->work ? "work" : "mod";
    if (!e->module.len && !e->go.len && !e->toolchain.len && !e->edits.len && !c->f.json && !c->f.print && !c->f.fmt)
        return cmd_fail("no flags specified (see 'go help %s edit').", group);
    if (c->f.json && c->f.print) return cmd_fail("cannot use both -json and -print");
    if (c->nargs > 1 && e->work) return cmd_fail("'go help work edit' accepts at most one argument");
    if (c->nargs > 1) return cmd_fail("too many arguments");
    Err err = {0};
    if (e->module.len && !module_check_import_path(c->a, e->module, &err))
        return cmd_fail("invalid -module: %.*s", SFMT(err.text));
    if (module_is_toolchain(e->module)) return cmd_fail("invalid -module: module path is reserved");
    Str local = env_go_number(c->env);
    if (e->go.len && !str_eq(e->go, S("none")) && !modfile_is_go_version(e->go))
        return fprintf(stderr, "go %s: invalid -go option; expecting something like \"-go %.*s\"\n", group,
                       SFMT(local)),
               1;
    if (e->toolchain.len && !str_eq(e->toolchain, S("none")) && !modfile_is_toolchain(e->toolchain))
        return fprintf(stderr, "go %s: invalid -toolchain option; expecting something like \"-toolchain go%.*s\"\n",
                       group, SFMT(local)),
               1;
    return 0;
}

// ---- edits ---------------------------------------------------------------------------------------

static bool apply(ModFile *f, const Edit *e, Err *err) {
    Str path = e->mod.path, version = e->mod.version;
    switch (e->kind) {
    case E_REQUIRE: return modfile_add_require(f, path, version, err);
    case E_DROP_REQUIRE: modfile_drop_require(f, path); return true;
    case E_EXCLUDE: return modfile_add_exclude(f, path, version, err);
    case E_DROP_EXCLUDE: modfile_drop_exclude(f, path, version); return true;
    case E_REPLACE: return modfile_add_replace(f, e->mod, e->to, err);
    case E_DROP_REPLACE: modfile_drop_replace(f, e->mod); return true;
    case E_RETRACT: return modfile_add_retract(f, path, version, S(""), err);
    case E_DROP_RETRACT: modfile_drop_retract(f, path, version); return true;
    case E_GODEBUG: return modfile_add_godebug(f, path, version, err);
    case E_DROP_GODEBUG: modfile_drop_godebug(f, path); return true;
    case E_ADD_WORD: return modfile_add_word(f, e->word, path, err);
    default: modfile_drop_word(f, e->word, path); return true;
    }
}

static bool apply_all(Editor *e, ModFile *f) {
    Err err = {0};
    if (e->module.len) modfile_set_module(f, e->module, &err);
    if (str_eq(e->go, S("none"))) modfile_drop_go(f);
    else if (e->go.len) modfile_set_go(f, e->go, &err);
    if (str_eq(e->toolchain, S("none"))) modfile_drop_toolchain(f);
    else if (e->toolchain.len) modfile_set_toolchain(f, e->toolchain, &err);
    for (i64 i = 0; i < e->edits.len; i++)
        if (!apply(f, &e->edits.ptr[i], &err)) return fail_flag(&e->edits.ptr[i].flag, err.text);
    modfile_sort_blocks(f);
    modfile_cleanup(f);
    return true;
}

// ---- JSON ----------------------------------------------------------------------------------------

typedef struct Json {
    Buf b;
    int depth;
    bool some; // something stands before in this object or list
} Json;

static void json_key(Json *j, const char *key) {
    buf_c(&j->b, j->some ? ",\n" : "\n");
    for (int i = 0; i < j->depth; i++) buf_char(&j->b, '\t');
    if (key) buf_printf(&j->b, "\"%s\": ", key);
    j->some = true;
}
static void json_open(Json *j, const char *key, char c) {
    if (j->depth) json_key(j, key);
    buf_char(&j->b, c);
    j->depth++;
    j->some = false;
}
static void json_close(Json *j, char c) {
    j->depth--;
    if (j->some) {
        buf_char(&j->b, '\n');
        for (int i = 0; i < j->depth; i++) buf_char(&j->b, '\t');
    }
    buf_char(&j->b, c);
    j->some = true;
}
static void json_str(Json *j, const char *key, Str s) {
    json_key(j, key);
    buf_json(&j->b, s);
}
static void json_opt(Json *j, const char *key, Str s) { // left out if it is empty
    if (s.len) json_str(j, key, s);
}
static void json_mod(Json *j, const char *key, ModVersion m) {
    json_open(j, key, '{');
    json_str(j, "Path", m.path);
    json_opt(j, "Version", m.version);
    json_close(j, '}');
}
// A list of n entries: opened, or null. Each entry is an object that the caller closes.
static bool json_list(Json *j, const char *key, i64 n) {
    if (n) {
        json_open(j, key, '[');
        return true;
    }
    json_key(j, key);
    buf_c(&j->b, "null");
    return false;
}

static void json_words(Json *j, const char *key, const char *name, const ModWord *w, i64 n) {
    if (!json_list(j, key, n)) return;
    for (i64 i = 0; i < n; i++) {
        json_open(j, NULL, '{');
        json_str(j, name, w[i].value);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_replaces(Json *j, const ModFile *f) {
    if (!json_list(j, "Replace", f->replace.len)) return;
    for (i64 i = 0; i < f->replace.len; i++) {
        json_open(j, NULL, '{');
        json_mod(j, "Old", f->replace.ptr[i].old);
        json_mod(j, "New", f->replace.ptr[i].new_);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_requires(Json *j, const ModFile *f) {
    if (json_list(j, "Require", f->require.len)) {
        for (i64 i = 0; i < f->require.len; i++) {
            json_open(j, NULL, '{');
            json_str(j, "Path", f->require.ptr[i].mod.path);
            json_opt(j, "Version", f->require.ptr[i].mod.version);
            if (f->require.ptr[i].indirect) json_key(j, "Indirect"), buf_c(&j->b, "true");
            json_close(j, '}');
        }
        json_close(j, ']');
    }
    if (!json_list(j, "Exclude", f->exclude.len)) return;
    for (i64 i = 0; i < f->exclude.len; i++) json_mod(j, NULL, f->exclude.ptr[i].mod);
    json_close(j, ']');
}

static void json_retracts(Json *j, const ModFile *f) {
    if (!json_list(j, "Retract", f->retract.len)) return;
    for (i64 i = 0; i < f->retract.len; i++) {
        json_open(j, NULL, '{');
        json_opt(j, "Low", f->retract.ptr[i].low);
        json_opt(j, "High", f->retract.ptr[i].high);
        json_opt(j, "Rationale", f->retract.ptr[i].rationale);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_godebugs(Json *j, const ModFile *f) {
    if (!f->godebug.len) return;
    json_open(j, "GoDebug", '[');
    for (i64 i = 0; i < f->godebug.len; i++) {
        json_open(j, NULL, '{');
        json_str(j, "Key", f->godebug.ptr[i].key);
        json_str(j, "Value", f->godebug.ptr[i].value);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void print_json(const ModFile *f) {
    Json j = {0};
    json_open(&j, NULL, '{');
    if (!f->is_work) {
        json_open(&j, "Module", '{');
        json_str(&j, "Path", f->module);
        json_opt(&j, "Deprecated", f->deprecated);
        json_close(&j, '}');
    }
    json_opt(&j, "Go", f->go.value);
    if (f->is_work) {
        json_words(&j, "Use", "DiskPath", f->use.ptr, f->use.len);
        json_replaces(&j, f);
    } else {
        json_opt(&j, "Toolchain", f->toolchain.value);
        json_godebugs(&j, f);
        json_requires(&j, f);
        json_replaces(&j, f);
        json_retracts(&j, f);
        json_words(&j, "Tool", "Path", f->tool.ptr, f->tool.len);
        json_words(&j, "Ignore", "Path", f->ignore.ptr, f->ignore.len);
    }
    json_close(&j, '}');
    fwrite(j.b.ptr, 1, (size_t)j.b.len, stdout);
    putchar('\n');
    buf_free(&j.b);
}

// ---- commands ------------------------------------------------------------------------------------

static int edit(Editor *e, Str path) {
    Cmd *c = e->c;
    Str text = S("");
    Err err = {0};
    ModFile *f = NULL;
    if (e->work) {
        if (!modfiles_read_work(c, path, &text, &f, &err))
            return cmd_fail("errors parsing %.*s:\n%.*s", SFMT(modfiles_short(c->a, path)), SFMT(err.text));
    } else {
        if (!modfiles_read_text(c, path, &text, &err)) return cmd_fail("%.*s", SFMT(err.text));
        f = modfile_parse(c->a, path, text, NULL, NULL, &err);
        if (!f) return cmd_fail("errors parsing %.*s:\n%.*s", SFMT(modfiles_short(c->a, path)), SFMT(err.text));
    }
    if (!apply_all(e, f)) return 1;
    if (c->f.json) return print_json(f), 0;
    Str out = modfile_format(f);
    if (c->f.print) return fwrite(out.ptr, 1, (size_t)out.len, stdout), 0;
    return modfiles_write(c, path, &text, out, &err) ? 0 : cmd_fail("%.*s", SFMT(err.text));
}

int cmd_mod_edit(Cmd *c) {
    Editor e = {.c = c, .a = c->a};
    if (!read_flags(&e) || check_flags(&e)) return 1;
    Str path = c->nargs ? c->args[0] : S("");
    if (!c->nargs && !modfiles_find_mod(c, &path)) return 1;
    return edit(&e, path);
}

int cmd_work_edit(Cmd *c) {
    Editor e = {.c = c, .a = c->a, .work = true};
    if (!read_flags(&e)) return 1;
    Str path = c->nargs ? c->args[0] : S("");
    if (!c->nargs && !modfiles_find_work(c, &path)) return 1;
    if (!path.len) return cmd_fail(MODFILES_NO_WORK);
    return check_flags(&e) ? 1 : edit(&e, path);
}
