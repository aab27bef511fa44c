// patch.c - the sources of a program that is changed while it runs: what its packages declare, and which changes need a new start.
//
// In:   packages, what is remembered of them. Out: LinkPatch.manifest: a line "package\tPATH\tCONTENT" for each package, of those that somebody edits
// their declarations (src/syntax/shape.c); LinkPatch.refused: the first declaration that values of the running program rely on.
#include "program/program.h"

static Str make_manifest(Program *p, Arena *a) {
    Buf b = {0};
    for (i64 i = 0; i < p->packages.len; i++) {
        Package *q = p->packages.ptr[i];
        if (!q->load) continue;
        Str path = q->link_path.len ? q->link_path : q->path;
        u64 content = q->std ? 0 : program_content(p, q, true); // the library's is vole's and the GOROOT's
        buf_printf(&b, "package\t%.*s\t%016llx\n", SFMT(path), (unsigned long long)content);
        if (q->is_main_module) program_put_shape(p, a, &b, q);
    }
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

// ---- two of them -----------------------------------------------------------------------------------------------------------

typedef struct Lines {
    Str text;
    i64 at;
} Lines;

static bool next_line(Lines *l, Str *line) {
    if (l->at >= l->text.len) return false;
    Str rest = str_slice(l->text, l->at, l->text.len);
    i64 n = str_index(rest, '\n');
    *line = n < 0 ? rest : str_slice(rest, 0, n);
    l->at += line->len + 1;
    return true;
}

// By package and what is declared: "path\tkey" -> text.
static Map *read_manifest(Arena *a, Str text) {
    Map *m = map_new_str(a);
    Lines l = {text, 0};
    Str line, path = {0};
    while (next_line(&l, &line)) {
        bool item = line.len && line.ptr[0] == '\t';
        if (!item) line = str_slice(line, 8, line.len); // "package\t"
        else line = str_slice(line, 1, line.len);
        i64 tab = str_index(line, '\t');
        Str key = str_slice(line, 0, tab < 0 ? line.len : tab);
        Str rest = tab < 0 ? (Str){0} : str_slice(line, tab + 1, line.len);
        if (!item) path = key, key = (Str){0};
        Str *v = ANEW(a, Str);
        *v = rest;
        map_set_str(m, arena_printf(a, "%.*s\t%.*s", SFMT(path), SFMT(key)), v);
    }
    return m;
}

typedef VEC(Str) Strs;

// What stands between the braces of "T struct { a int; b string }", one by one; empty: it is no struct.
static Strs fields_of(Arena *a, Str text) {
    Strs v = {0};
    i64 at = str_find(text, S("struct {"));
    if (at < 0 || !text.len || text.ptr[text.len - 1] != '}') return v;
    Str in = str_trim(str_slice(text, at + 8, text.len - 1));
    i64 from = 0, depth = 0;
    for (i64 i = 0; i <= in.len; i++) {
        char c = i < in.len ? in.ptr[i] : ';';
        depth += c == '{' || c == '(' || c == '[';
        depth -= c == '}' || c == ')' || c == ']';
        if (c != ';' || depth > 0) continue;
        Str f = str_trim(str_slice(in, from, i));
        if (f.len) vec_push(a, &v, f);
        from = i + 1;
    }
    return v;
}

static Str not_in(Strs a, Strs b) {
    for (i64 i = 0; i < a.len; i++) {
        bool found = false;
        for (i64 k = 0; k < b.len && !found; k++) found = str_eq(a.ptr[i], b.ptr[k]);
        if (!found) return a.ptr[i];
    }
    return (Str){0};
}

static Str field_name(Str f) {
    i64 n = str_index(f, ' ');
    return n < 0 ? f : str_slice(f, 0, n);
}

static Str type_reason(Arena *a, Str type, Str was, Str now) {
    Strs old = fields_of(a, was), new = fields_of(a, now);
    Str gone = not_in(old, new), come = not_in(new, old);
    Str what = S("another layout");
    if (gone.len && come.len && str_eq(field_name(gone), field_name(come)))
        return arena_printf(a, "%.*s has another layout (field %.*s changed)", SFMT(type), SFMT(field_name(come)));
    if (come.len && !gone.len)
        return arena_printf(a, "%.*s has another layout (field %.*s added)", SFMT(type), SFMT(field_name(come)));
    if (gone.len && !come.len)
        return arena_printf(a, "%.*s has another layout (field %.*s removed)", SFMT(type), SFMT(field_name(gone)));
    return arena_printf(a, "%.*s has %.*s", SFMT(type), SFMT(what));
}

static Str reason_of(Arena *a, Str key, Str was, Str now) {
    if (str_has_prefix(key, S("type "))) return type_reason(a, key, was, now);
    if (str_has_prefix(key, S("var ")))
        return arena_printf(a, "variable %.*s has another type or initial value", SFMT(str_slice(key, 4, key.len)));
    if (str_has_prefix(key, S("func init"))) return S("an init function changed");
    return (Str){0};
}

// Only what both have: what one of them lacks is new, or left alone.
static Str find_reason(Arena *a, Str was, Str now) {
    Map *old = read_manifest(a, was), *new = read_manifest(a, now);
    for (i64 i = 0; i < map_len(new); i++) {
        Str key = map_at(new, i)->key.str, text = *(Str *)map_at(new, i)->val;
        const Str *before = map_get_str(old, key);
        i64 tab = str_index(key, '\t');
        Str path = str_slice(key, 0, tab), what = str_slice(key, tab + 1, key.len);
        bool init = str_has_prefix(what, S("func init")),
             known = map_get_str(old, arena_printf(a, "%.*s\t", SFMT(path)));
        if (!before && known && init) return arena_printf(a, "%.*s: an init function was added", SFMT(path));
        if (!before || str_eq(*before, text)) continue;
        Str why = reason_of(a, what, *before, text);
        if (why.len) return str_eq(path, S("main")) ? why : arena_printf(a, "%.*s: %.*s", SFMT(path), SFMT(why));
    }
    return (Str){0};
}

// Of packages that nobody edits only what they are counts.
static Str find_other_package(Program *p, Arena *a, Str was, Str now) {
    Map *old = read_manifest(a, was), *new = read_manifest(a, now);
    for (i64 i = 0; i < p->packages.len; i++) {
        const Package *q = p->packages.ptr[i];
        if (!q->load || q->is_main_module) continue;
        Str key = arena_printf(a, "%.*s\t", SFMT(q->link_path.len ? q->link_path : q->path));
        const Str *before = map_get_str(old, key), *after = map_get_str(new, key);
        if (before && after && !str_eq(*before, *after))
            return arena_printf(a, "package %.*s is another", SFMT(q->path));
    }
    return (Str){0};
}

void program_patch(Program *p) {
    LinkPatch *t = p->o.patch;
    Arena *a = arena_new_in(p->arena, "patch");
    t->manifest = make_manifest(p, a);
    t->pruned = false;
    Str was = link_patch_open(t, a);
    if (t->refused.len) return;
    if (was.len && !str_eq(was, t->manifest)) t->refused = find_reason(a, was, t->manifest);
    if (was.len && !t->refused.len) t->refused = find_other_package(p, a, was, t->manifest);
    t->pruned = was.len && !t->refused.len && !t->whole && p->o.cache && !p->no_units;
}

void program_patch_edited(Program *p, Arena *a) {
    LinkPatch *t = p->o.patch;
    t->edited = ANEWN(a, Str, p->packages.len + 1);
    t->nedited = 0;
    for (i64 i = 0; i < p->packages.len; i++) {
        Package *q = p->packages.ptr[i];
        if (q->is_main_module || q->tracked)
            t->edited[t->nedited++] = arena_printf(a, "%.*s.", SFMT(ir_package_prefix(p->ir, q)));
    }
}

bool program_prunes(const Program *p) { return p->o.patch && p->o.patch->pruned; }
