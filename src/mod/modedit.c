// modedit.c - changes to go.mod and go.work: what is said is set, moved or dropped, every other line stays as it is.
//
// In: a ModFile. Out: the same with other lines; what is dropped has path, version or value "" until modfile_cleanup.
// Errors are those of `go mod edit`. Where new lines go: golang.org/x/mod/modfile.
#include "mod/modsyntax.h"
#include <stdlib.h>

static ModLine *add_line(ModFile *f, const ModLine *hint, const Str *words, i64 n) {
    return modsyntax_add(f->syntax, hint, words, n);
}
// Excludes and replacements of a path that has none yet come last in the file, wherever others are.
static ModLine *add_behind(ModFile *f, const ModLine *hint, const Str *words, i64 n) {
    return hint ? add_line(f, hint, words, n) : modsyntax_insert(f->syntax, f->syntax->stmts.len, words, n);
}
static ModLine *add_words(ModFile *f, const ModLine *hint, Str verb, Str word) {
    return add_line(f, hint, (Str[]){verb, word}, 2);
}
static void set_words(ModFile *f, ModLine *l, Str verb, Str word) { modline_set(f->syntax, l, (Str[]){verb, word}, 2); }

// ---- module, go, toolchain -----------------------------------------------------------------------

bool modfile_set_module(ModFile *f, Str path, Err *err) {
    Str q = modword_quote(f->a, path);
    if (f->module_line) set_words(f, f->module_line, S("module"), q);
    else f->module_line = add_words(f, NULL, S("module"), q);
    f->module = path;
    return true;
}

// First statement of a go.work file that is not a comment.
static i64 first_stmt(const ModSyntax *x) {
    i64 i = 0;
    while (i < x->stmts.len && x->stmts.ptr[i]->kind == STMT_NOTE) i++;
    return i;
}

static ModLine *add_go_to_work(ModFile *f, Str verb, Str value) {
    ModSyntax *x = f->syntax;
    i64 at = -1;
    for (i64 i = 0; i < x->stmts.len && at < 0 && str_eq(verb, S("toolchain")); i++)
        if (x->stmts.ptr[i]->kind == STMT_LINE && str_eq(modstmt_verb(x->stmts.ptr[i]), S("go"))) at = i + 1;
    return modsyntax_insert(x, at < 0 ? first_stmt(x) : at, (Str[]){verb, value}, 2);
}

static void set_go_word(ModFile *f, ModWord *w, Str verb, Str value, const ModLine *hint) {
    if (w->line) set_words(f, w->line, verb, value);
    else if (f->is_work) w->line = add_go_to_work(f, verb, value);
    else w->line = add_words(f, hint, verb, value);
    w->value = value;
}

bool modfile_set_go(ModFile *f, Str version, Err *err) {
    if (!modfile_is_go_version(version))
        return err_set(err, f->a, ERR_OTHER, "invalid language version %.*s", SFMT(str_quote(f->a, version)));
    set_go_word(f, &f->go, S("go"), version, f->module_line);
    return true;
}

bool modfile_set_toolchain(ModFile *f, Str name, Err *err) {
    if (!modfile_is_toolchain(name))
        return err_set(err, f->a, ERR_OTHER, "invalid toolchain name %.*s", SFMT(str_quote(f->a, name)));
    set_go_word(f, &f->toolchain, S("toolchain"), name, f->go.line ? f->go.line : f->module_line);
    return true;
}

static void drop_go_word(ModWord *w) {
    if (w->line) modline_kill(w->line);
    *w = (ModWord){.value = S("")};
}
void modfile_drop_go(ModFile *f) { drop_go_word(&f->go); }
void modfile_drop_toolchain(ModFile *f) { drop_go_word(&f->toolchain); }

// ---- require -------------------------------------------------------------------------------------

static void drop_require(ModRequire *r) {
    if (r->line) modline_kill(r->line);
    *r = (ModRequire){.mod = {S(""), S("")}};
}

static void add_new_require(ModFile *f, ModVersion m, bool indirect) {
    Str words[] = {S("require"), modword_quote(f->a, m.path), m.version};
    ModRequire r = {m, indirect, add_line(f, NULL, words, 3)};
    modline_set_indirect(f->syntax, r.line, indirect);
    vec_push(f->a, &f->require, r);
}

bool modfile_add_require(ModFile *f, Str path, Str version, Err *err) {
    bool found = false;
    for (i64 i = 0; i < f->require.len; i++) {
        ModRequire *r = &f->require.ptr[i];
        if (!str_eq(r->mod.path, path)) continue;
        if (found) {
            drop_require(r);
            continue;
        }
        found = true;
        r->mod.version = version;
        Str words[] = {S("require"), modword_quote(f->a, path), version};
        modline_set(f->syntax, r->line, words, 3);
    }
    if (!found) add_new_require(f, (ModVersion){path, version}, false);
    return true;
}

void modfile_drop_require(ModFile *f, Str path) {
    for (i64 i = 0; i < f->require.len; i++)
        if (str_eq(f->require.ptr[i].mod.path, path)) drop_require(&f->require.ptr[i]);
}

static void change_require(ModFile *f, ModRequire *r, Str version, bool indirect) {
    ModLine *l = r->line;
    r->mod.version = version;
    r->indirect = indirect;
    if (l->in_block && l->before.len == 1 && !l->before.ptr[0].len)
        l->before.len = 0; // no blank line before what changes
    i64 at = l->in_block ? 1 : 2;
    if (l->words.len > at) l->words.ptr[at] = version;
    modline_set_indirect(f->syntax, l, indirect);
}

typedef struct RequireBlocks {
    i64 direct, indirect, last; // statements, -1: none
    i64 count;
    ModStmt *direct_block, *indirect_block;
    bool direct_was_line, indirect_was_line; // what became a block keeps its line, whatever that is by now
} RequireBlocks;

static bool has_comments(const StrVec *before, const StrVec *beside) {
    if (before->len || beside->len > 1) return true;
    if (!beside->len) return false;
    Str c = beside->ptr[0];
    return !str_eq(str_trim(str_has_prefix(c, S("//")) ? str_slice(c, 2, c.len) : c), S("indirect"));
}
static bool stmt_has_comments(const ModStmt *s) {
    return s->line ? has_comments(&s->line->before, &s->line->beside) : s->before.len > 0;
}

// Notes which statements may take more direct or indirect requirements: the last ones of only that kind and without comments.
static void survey_requires(const ModSyntax *x, RequireBlocks *b) {
    *b = (RequireBlocks){.direct = -1, .indirect = -1, .last = -1};
    for (i64 i = 0; i < x->stmts.len; i++) {
        const ModStmt *s = x->stmts.ptr[i];
        if (!str_eq(modstmt_verb(s), S("require"))) continue;
        b->last = i;
        b->count++;
        bool direct = !stmt_has_comments(s) && (s->line || s->lines.len), indirect = direct;
        for (i64 j = 0; j < (s->line ? 1 : s->lines.len); j++) {
            const ModLine *l = s->line ? s->line : s->lines.ptr[j];
            bool is = modline_is_indirect(l), plain = !has_comments(&l->before, &l->beside);
            direct = direct && plain && !is;
            indirect = indirect && plain && is;
        }
        if (direct) b->direct = i;
        if (indirect) b->indirect = i;
    }
}

static void make_require_blocks(ModSyntax *x, RequireBlocks *b) {
    if (b->direct < 0) {
        b->direct = b->indirect >= 0 ? b->indirect++ : b->last >= 0 ? b->last + 1 : x->stmts.len;
        b->direct_block = modsyntax_insert_block(x, b->direct, S("require"));
    } else {
        b->direct_was_line = x->stmts.ptr[b->direct]->line;
        b->direct_block = modsyntax_as_block(x, b->direct);
    }
    if (b->indirect < 0) {
        b->indirect_block = modsyntax_insert_block(x, b->direct + 1, S("require"));
    } else {
        b->indirect_was_line = x->stmts.ptr[b->indirect]->line;
        b->indirect_block = modsyntax_as_block(x, b->indirect);
    }
}

static bool block_has(const ModStmt *s, const ModLine *l) {
    for (i64 i = 0; i < s->lines.len; i++)
        if (s->lines.ptr[i] == l) return true;
    return false;
}

// The line stands among those of the other kind.
static bool is_misplaced(const RequireBlocks *b, const ModLine *l, bool indirect) {
    if (indirect) return !b->direct_was_line && block_has(b->direct_block, l);
    return !b->indirect_was_line && block_has(b->indirect_block, l);
}

// The line goes to the block, with its comments; where it was a dead line stays.
static void move_require(ModFile *f, ModRequire *r, ModStmt *block) {
    ModLine *l = ANEW(f->a, ModLine);
    *l = *r->line;
    if (!l->in_block) l->words.ptr++, l->words.len--, l->words.cap = l->words.len;
    l->in_block = true;
    r->line->words = (StrVec){0};
    r->line = l;
    vec_push(f->a, &block->lines, l);
}

static void set_separate(ModFile *f, Map *want, Map *have) {
    RequireBlocks b;
    survey_requires(f->syntax, &b);
    bool flat = b.count == 1 && !stmt_has_comments(f->syntax->stmts.ptr[b.last]);
    make_require_blocks(f->syntax, &b);
    for (i64 i = 0; i < f->require.len; i++) {
        ModRequire *r = &f->require.ptr[i];
        const ModRequire *w = map_get_str(want, r->mod.path);
        if (!w || map_get_str(have, r->mod.path)) {
            drop_require(r);
            continue;
        }
        map_set_str(have, r->mod.path, r);
        change_require(f, r, w->mod.version, w->indirect);
        if (flat || is_misplaced(&b, r->line, w->indirect))
            move_require(f, r, w->indirect ? b.indirect_block : b.direct_block);
    }
    for (i64 i = 0; i < map_len(want); i++) {
        const ModRequire *w = map_at(want, i)->val;
        if (map_get_str(have, w->mod.path)) continue;
        ModRequire r = {w->mod, w->indirect, ANEW(f->a, ModLine)};
        r.line->in_block = true;
        vec_push(f->a, &r.line->words, modword_quote(f->a, w->mod.path));
        vec_push(f->a, &r.line->words, w->mod.version);
        modline_set_indirect(f->syntax, r.line, w->indirect);
        ModStmt *to = w->indirect ? b.indirect_block : b.direct_block;
        vec_push(f->a, &to->lines, r.line);
        vec_push(f->a, &f->require, r);
    }
}

static void set_together(ModFile *f, Map *want, Map *have) {
    for (i64 i = 0; i < f->require.len; i++) {
        ModRequire *r = &f->require.ptr[i];
        const ModRequire *w = map_get_str(want, r->mod.path);
        if (!w || map_get_str(have, r->mod.path)) {
            drop_require(r);
            continue;
        }
        map_set_str(have, r->mod.path, r);
        change_require(f, r, w->mod.version, w->indirect);
    }
    for (i64 i = 0; i < map_len(want); i++) {
        const ModRequire *w = map_at(want, i)->val;
        if (!map_get_str(have, w->mod.path)) add_new_require(f, w->mod, w->indirect);
    }
}

void modfile_set_require(ModFile *f, const ModRequire *list, i64 n, bool separate_indirect) {
    Map *want = map_new_str(f->a), *have = map_new_str(f->a);
    for (i64 i = 0; i < n; i++) map_set_str(want, list[i].mod.path, (void *)&list[i]);
    if (separate_indirect) set_separate(f, want, have);
    else set_together(f, want, have);
    modfile_sort_blocks(f);
}

// ---- exclude, replace, retract -------------------------------------------------------------------

// A version as go.mod has it, of the module's major version.
static bool check_canonical(ModFile *f, Str path, Str version, Err *err) {
    Arena *a = f->a;
    Str prefix, major = S(""), q = str_quote(a, version);
    bool ok = module_split_path_major(path, &prefix, &major);
    if (!ok) major = S("");
    const char *noun = pseudo_is(version) ? "pseudo-version" : "version";
    if (!version.len || !str_eq(version, module_canonical_version(a, version))) {
        Str form = major.len ? module_path_major_prefix(major) : S("v1");
        return err_set(err, a, ERR_OTHER, "%s %.*s invalid: must be of the form %.*s.2.3", noun, SFMT(q), SFMT(form));
    }
    if (!ok || module_check_path_major(a, version, major, err)) return true;
    if (major.len) return false;
    return err_set(err, a, ERR_OTHER, "%s %.*s invalid: should be %.*s+incompatible (or module %.*s/%.*s)", noun,
                   SFMT(q), SFMT(version), SFMT(path), SFMT(semver_major(version)));
}

bool modfile_add_exclude(ModFile *f, Str path, Str version, Err *err) {
    if (!check_canonical(f, path, version, err)) return false;
    ModExclude e = {{path, version}, NULL};
    const ModLine *hint = NULL;
    for (i64 i = 0; i < f->exclude.len; i++) {
        if (modver_eq(f->exclude.ptr[i].mod, e.mod)) return true;
        if (str_eq(f->exclude.ptr[i].mod.path, path)) hint = f->exclude.ptr[i].line;
    }
    e.line = add_behind(f, hint, (Str[]){S("exclude"), modword_quote(f->a, path), version}, 3);
    vec_push(f->a, &f->exclude, e);
    return true;
}

void modfile_drop_exclude(ModFile *f, Str path, Str version) {
    for (i64 i = 0; i < f->exclude.len; i++) {
        ModExclude *e = &f->exclude.ptr[i];
        if (!modver_eq(e->mod, (ModVersion){path, version})) continue;
        modline_kill(e->line);
        *e = (ModExclude){.mod = {S(""), S("")}};
    }
}

static void drop_replace(ModReplace *r) {
    modline_kill(r->line);
    *r = (ModReplace){.old = {S(""), S("")}, .new_ = {S(""), S("")}};
}

bool modfile_add_replace(ModFile *f, ModVersion old, ModVersion new_, Err *err) {
    Str words[6];
    i64 n = 0;
    words[n++] = S("replace");
    words[n++] = modword_quote(f->a, old.path);
    if (old.version.len) words[n++] = old.version;
    words[n++] = S("=>");
    words[n++] = modword_quote(f->a, new_.path);
    if (new_.version.len) words[n++] = new_.version;
    bool found = false;
    const ModLine *hint = NULL;
    for (i64 i = 0; i < f->replace.len; i++) {
        ModReplace *r = &f->replace.ptr[i];
        if (!str_eq(r->old.path, old.path)) continue;
        if (old.version.len && !str_eq(r->old.version, old.version)) {
            hint = r->line;
        } else if (found) {
            drop_replace(r);
        } else { // the first one is changed, others of the same go
            found = true;
            r->old = old;
            r->new_ = new_;
            modline_set(f->syntax, r->line, words, n);
        }
    }
    if (found) return true;
    ModReplace r = {old, new_, add_behind(f, hint, words, n)};
    vec_push(f->a, &f->replace, r);
    return true;
}

void modfile_drop_replace(ModFile *f, ModVersion old) {
    for (i64 i = 0; i < f->replace.len; i++)
        if (modver_eq(f->replace.ptr[i].old, old)) drop_replace(&f->replace.ptr[i]);
}

static void put_above(ModFile *f, ModLine *l, Str text) {
    while (text.len) {
        i64 end = str_index(text, '\n');
        Str line = end < 0 ? text : str_slice(text, 0, end);
        vec_push(f->a, &l->before, arena_printf(f->a, "// %.*s", SFMT(line)));
        text = end < 0 ? S("") : str_slice(text, end + 1, text.len);
    }
}

bool modfile_add_retract(ModFile *f, Str low, Str high, Str rationale, Err *err) {
    if (!check_canonical(f, f->module, high, err) || !check_canonical(f, f->module, low, err)) return false;
    ModRetract r = {low, high, rationale, NULL};
    Str lo = modword_quote(f->a, low), hi = modword_quote(f->a, high);
    if (str_eq(low, high)) r.line = add_words(f, NULL, S("retract"), lo);
    else r.line = add_line(f, NULL, (Str[]){S("retract"), S("["), lo, S(","), hi, S("]")}, 6);
    put_above(f, r.line, rationale);
    vec_push(f->a, &f->retract, r);
    return true;
}

void modfile_drop_retract(ModFile *f, Str low, Str high) {
    for (i64 i = 0; i < f->retract.len; i++) {
        ModRetract *r = &f->retract.ptr[i];
        if (!str_eq(r->low, low) || !str_eq(r->high, high)) continue;
        modline_kill(r->line);
        *r = (ModRetract){S(""), S(""), S(""), NULL};
    }
}

// ---- tool, ignore, use, godebug ------------------------------------------------------------------

typedef VEC(ModWord) WordVec;
static WordVec *words_of(ModFile *f, Str verb) {
    if (str_eq(verb, S("tool"))) return (WordVec *)&f->tool;
    if (str_eq(verb, S("ignore"))) return (WordVec *)&f->ignore;
    CHECK(str_eq(verb, S("use")));
    return (WordVec *)&f->use;
}

bool modfile_add_word(ModFile *f, Str verb, Str value, Err *err) {
    WordVec *list = words_of(f, verb);
    bool use = list == (WordVec *)&f->use, found = false;
    for (i64 i = 0; i < list->len; i++) {
        if (!str_eq(list->ptr[i].value, value)) continue;
        if (!use) return true;
        if (found) drop_go_word(&list->ptr[i]); // said twice
        found = true;
    }
    if (found) return true;
    ModWord w = {.value = value, .line = add_words(f, NULL, verb, modword_quote(f->a, value))};
    vec_push(f->a, list, w);
    if (!use) modfile_sort_blocks(f);
    return true;
}

void modfile_drop_word(ModFile *f, Str verb, Str value) {
    WordVec *list = words_of(f, verb);
    for (i64 i = 0; i < list->len; i++)
        if (list->ptr[i].line && str_eq(list->ptr[i].value, value)) drop_go_word(&list->ptr[i]);
}

static void drop_godebug(ModGodebug *g) {
    modline_kill(g->line);
    *g = (ModGodebug){S(""), S(""), NULL};
}

bool modfile_add_godebug(ModFile *f, Str key, Str value, Err *err) {
    Str text = arena_printf(f->a, "%.*s=%.*s", SFMT(key), SFMT(value));
    bool found = false;
    for (i64 i = 0; i < f->godebug.len; i++) {
        ModGodebug *g = &f->godebug.ptr[i];
        if (!g->line || !str_eq(g->key, key)) continue;
        if (found) {
            drop_godebug(g);
            continue;
        }
        found = true;
        g->value = value;
        set_words(f, g->line, S("godebug"), text);
    }
    if (found) return true;
    ModGodebug g = {key, value, add_words(f, NULL, S("godebug"), text)};
    vec_push(f->a, &f->godebug, g);
    return true;
}

void modfile_drop_godebug(ModFile *f, Str key) {
    for (i64 i = 0; i < f->godebug.len; i++)
        if (f->godebug.ptr[i].line && str_eq(f->godebug.ptr[i].key, key)) drop_godebug(&f->godebug.ptr[i]);
}

// ---- order ---------------------------------------------------------------------------------------

#define KEEP_LIVE(v, cond)                                                                                             \
    do {                                                                                                               \
        i64 kept = 0;                                                                                                  \
        for (i64 i = 0; i < (v).len; i++)                                                                              \
            if (cond) (v).ptr[kept++] = (v).ptr[i];                                                                    \
        (v).len = kept;                                                                                                \
    } while (0)

static void drop_emptied(ModFile *f) {
    KEEP_LIVE(f->require, f->require.ptr[i].line);
    KEEP_LIVE(f->exclude, f->exclude.ptr[i].line);
    KEEP_LIVE(f->replace, f->replace.ptr[i].line);
    KEEP_LIVE(f->retract, f->retract.ptr[i].line);
    KEEP_LIVE(f->tool, f->tool.ptr[i].line);
    KEEP_LIVE(f->ignore, f->ignore.ptr[i].line);
    KEEP_LIVE(f->use, f->use.ptr[i].line);
    KEEP_LIVE(f->godebug, f->godebug.ptr[i].line);
}

void modfile_cleanup(ModFile *f) {
    drop_emptied(f);
    modsyntax_cleanup(f->syntax);
}

// True the first time a line says key.
static bool is_first(Map *seen, Arena *a, ModLine *l, Str key) {
    if (!l) return false;
    if (map_get_str(seen, key)) {
        l->words.len = 0;
        return false;
    }
    map_set_str(seen, key, l);
    return true;
}

static void drop_doubled_words(ModFile *f, WordVec *list) {
    Map *seen = map_new_str(f->a);
    KEEP_LIVE(*list, is_first(seen, f->a, list->ptr[i].line, list->ptr[i].value));
}

// Of excludes, tools and ignores said twice the first stays, of replacements the last.
static void drop_doubles(ModFile *f) {
    Map *seen = map_new_str(f->a);
    KEEP_LIVE(f->exclude, is_first(seen, f->a, f->exclude.ptr[i].line, modver_string(f->a, f->exclude.ptr[i].mod)));
    seen = map_new_str(f->a);
    for (i64 i = f->replace.len - 1; i >= 0; i--) {
        ModReplace *r = &f->replace.ptr[i];
        if (!is_first(seen, f->a, r->line, modver_string(f->a, r->old))) r->line = NULL;
    }
    KEEP_LIVE(f->replace, f->replace.ptr[i].line);
    drop_doubled_words(f, (WordVec *)&f->tool);
    drop_doubled_words(f, (WordVec *)&f->ignore);
}

typedef int (*LineCmp)(const ModLine *, const ModLine *);

static int cmp_words(const ModLine *x, const ModLine *y) {
    for (i64 i = 0; i < x->words.len && i < y->words.len; i++) {
        int c = str_cmp(x->words.ptr[i], y->words.ptr[i]);
        if (c) return c;
    }
    return (x->words.len > y->words.len) - (x->words.len < y->words.len);
}
static int cmp_exclude(const ModLine *x, const ModLine *y) {
    if (x->words.len != 2 || y->words.len != 2) return cmp_words(x, y);
    int c = str_cmp(x->words.ptr[0], y->words.ptr[0]);
    return c ? c : semver_cmp(x->words.ptr[1], y->words.ptr[1]);
}
static void interval_of(const ModLine *l, Str *low, Str *high) {
    *low = *high = S("");
    if (l->words.len == 1) *low = *high = l->words.ptr[0];
    else if (l->words.len == 5) *low = l->words.ptr[1], *high = l->words.ptr[3];
}
static int cmp_retract(const ModLine *x, const ModLine *y) { // the newest first
    Str xl, xh, yl, yh;
    interval_of(x, &xl, &xh);
    interval_of(y, &yl, &yh);
    int c = semver_cmp(yl, xl);
    return c ? c : semver_cmp(yh, xh);
}

// Merge sort: lines that compare equal keep their order.
static void sort_lines(ModLine **v, i64 n, ModLine **tmp, LineCmp cmp) {
    if (n < 2) return;
    i64 mid = n / 2, i = 0, j = mid, k = 0;
    sort_lines(v, mid, tmp, cmp);
    sort_lines(v + mid, n - mid, tmp, cmp);
    while (i < mid || j < n) tmp[k++] = j >= n || (i < mid && cmp(v[i], v[j]) <= 0) ? v[i++] : v[j++];
    memcpy(v, tmp, sizeof *v * (size_t)n);
}

void modfile_sort_blocks(ModFile *f) {
    drop_doubles(f);
    bool semantic = f->go.value.len && semver_cmp(arena_printf(f->a, "v%.*s", SFMT(f->go.value)), S("v1.21")) >= 0;
    for (i64 i = 0; i < f->syntax->stmts.len; i++) {
        ModStmt *s = f->syntax->stmts.ptr[i];
        if (s->kind != STMT_BLOCK) continue;
        LineCmp cmp = cmp_words;
        if (str_eq(s->words.ptr[0], S("exclude")) && semantic && !f->is_work) cmp = cmp_exclude;
        if (str_eq(s->words.ptr[0], S("retract")) && !f->is_work) cmp = cmp_retract;
        sort_lines(s->lines.ptr, s->lines.len, ANEWN(f->a, ModLine *, s->lines.len + 1), cmp);
    }
}
