// godebug.c - GODEBUG settings that a program starts with: go.mod's go line and godebug block, //go:debug lines.
//
// In:   a main package's directives, the main module's settings, GOROOT's table of settings, GOFIPS140. Out: Pkg.default_godebug,
//       "name=value,..." sorted by name; what is wrong with a directive is said when the package is built.
#include "load/load_int.h"
#include "mod/mod.h"

typedef struct Setting { // a row of GOROOT's table
    Str name, old;
    i64 changed; // go1.N whose default is another than old; 0: never
    i64 removed; // go1.N that knows it no more; 0: it is known
} Setting;
typedef struct Table {
    VEC(Setting) rows;
    Map *by_name; // -> index + 1
} Table;

// ---- the table: rows `{Name: "x", ..., Changed: 21, Old: "1"}` of internal/godebugs/table.go -----------------------------

static Str field(Str row, Str name) { // text behind "name: ", up to a comma or brace
    i64 at = str_find(row, name);
    if (at < 0) return (Str){0};
    Str v = str_slice(row, at + name.len, row.len);
    i64 n = 0;
    while (n < v.len && v.ptr[n] != ',' && v.ptr[n] != '}') n++;
    v = str_trim(str_slice(v, 0, n));
    return v.len >= 2 && v.ptr[0] == '"' ? str_slice(v, 1, v.len - 1) : v;
}

static i64 number(Str s) {
    i64 n = 0;
    for (i64 i = 0; i < s.len && n < 100000; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9') n = n * 10 + s.ptr[i] - '0';
    return n;
}

static const Table *read_table(Loader *l) {
    if (l->godebug_table) return l->godebug_table;
    Table *t = l->godebug_table = ANEW(l->a, Table);
    Str text, file = path_join(l->a, l->goroot_src, S("internal/godebugs/table.go"));
    t->by_name = map_new_str(l->a);
    if (!file_read(l->a, arena_cstr(l->a, file), &text)) return t;
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        Str row = str_trim(str_slice(text, at, end));
        at = end + 1;
        if (!str_has_prefix(row, S("{Name: "))) continue;
        Setting s = {field(row, S("Name: ")), field(row, S("Old: ")), number(field(row, S("Changed: "))),
                     number(field(row, S("Removed: ")))};
        vec_push(l->a, &t->rows, s);
        map_set_str(t->by_name, s.name, (void *)(intptr_t)t->rows.len);
    }
    return t;
}

// ---- one setting ----------------------------------------------------------------------------------------------------------

static bool has_any(Str s, const char *chars) {
    for (i64 i = 0; i < s.len; i++)
        if (strchr(chars, s.ptr[i])) return true;
    return false;
}

Err godebug_check(Loader *l, const char *verb, Str key, Str value) {
    Err e = {0};
    if (has_any(key, " \t")) err_set(&e, l->a, ERR_OTHER, "key contains space");
    else if (has_any(value, " \t")) err_set(&e, l->a, ERR_OTHER, "value contains space");
    else if (has_any(key, ",")) err_set(&e, l->a, ERR_OTHER, "key contains comma");
    else if (has_any(value, ",")) err_set(&e, l->a, ERR_OTHER, "value contains comma");
    else if (str_eq(key, S("default"))) {
        Str v = str_has_prefix(value, S("go")) ? str_slice(value, 2, value.len) : (Str){0};
        if (!gover_valid(v)) err_set(&e, l->a, ERR_OTHER, "value for default= must be goVERSION");
        else if (gover_cmp(v, l->o.go_version) > 0)
            err_set(&e, l->a, ERR_OTHER, "default=%.*s too new (toolchain is go%.*s)", SFMT(value),
                    SFMT(l->o.go_version));
    } else {
        const Table *t = read_table(l);
        i64 i = (i64)(intptr_t)map_get_str(t->by_name, key) - 1;
        if (i < 0 && t->rows.len) err_set(&e, l->a, ERR_OTHER, "unknown %s \"%.*s\"", verb, SFMT(key));
        else if (i >= 0 && t->rows.ptr[i].removed)
            err_set(&e, l->a, ERR_OTHER, "use of removed %s \"%.*s\", see https://go.dev/doc/godebug#go-1%lld", verb,
                    SFMT(key), (long long)t->rows.ptr[i].removed);
    }
    return e;
}

// "//go:debug key=value". False: none, or *err says what is wrong.
static bool parse_line(Loader *l, Str text, Str *key, Str *value, Err *err) {
    i64 blank = 0;
    *err = (Err){0};
    while (blank < text.len && text.ptr[blank] != ' ' && text.ptr[blank] != '\t') blank++;
    if (!str_eq(str_slice(text, 0, blank), S("//go:debug"))) return false;
    Str rest = str_trim(str_slice(text, blank, text.len));
    i64 eq = str_index(rest, '=');
    if (eq < 0) return err_set(err, l->a, ERR_OTHER, "missing key=value");
    *key = str_slice(rest, 0, eq);
    *value = str_slice(rest, eq + 1, rest.len);
    *err = godebug_check(l, "//go:debug setting", *key, *value);
    return !err->text.len;
}

bool godebug_report(Loader *l, const Pkg *p) {
    Map *seen = map_new_str(l->a);
    bool good = true;
    for (i64 i = 0; i < p->directives.len; i++) {
        const PkgWord *d = &p->directives.ptr[i];
        Str key, value;
        Err err;
        Pos pos = d->at.file->src ? d->at.file->src->base + d->at.offset : 0;
        if (parse_line(l, d->text, &key, &value, &err)) {
            PkgWord *before = map_get_str(seen, key);
            if (!before) {
                map_set_str(seen, key, (void *)d);
                continue;
            }
            Loc first = diag_loc(l->diag, before->at.file->src->base + before->at.offset);
            diag_error(l->diag, pos, "repeated //go:debug for %.*s\n%.*s:%d:%d: previous //go:debug", SFMT(key),
                       SFMT(first.path), (int)first.line, (int)first.col);
        } else if (err.text.len) diag_error(l->diag, pos, "invalid //go:debug: %.*s", SFMT(err.text));
        else continue;
        good = false;
    }
    return good;
}

// ---- what a program starts with ---------------------------------------------------------------------------------------------

typedef struct Values {
    Loader *l;
    Map *map; // name -> Str *
} Values;

static void set(Values *v, Str key, Str value) {
    Str *s = ANEW(v->l->a, Str);
    *s = value;
    map_set_str(v->map, key, s);
}

static void add_defaults(Values *v, i64 minor) {
    const Table *t = read_table(v->l);
    for (i64 i = 0; i < t->rows.len; i++) {
        const Setting *s = &t->rows.ptr[i];
        if (minor < s->changed && !map_get_str(v->map, s->name)) set(v, s->name, s->old);
    }
}

static Str join(Values *v) {
    i64 n = 0;
    Str *rows = ANEWN(v->l->a, Str, map_len(v->map) + 1);
    for (i64 i = 0; i < map_len(v->map); i++) {
        MapEnt *e = map_at(v->map, i);
        Str *value = e->val;
        if (value) rows[n++] = arena_printf(v->l->a, "%.*s=%.*s", SFMT(e->key.str), SFMT(*value));
    }
    str_sort(rows, n);
    Buf b = {0};
    for (i64 i = 0; i < n; i++) buf_printf(&b, "%s%.*s", i ? "," : "", SFMT(rows[i]));
    Str s = arena_str(v->l->a, buf_view(&b));
    buf_free(&b);
    return s;
}

// Which Go's defaults hold: the main module's; 1.16 where there are none; of package@version those of its own module, 1.20 without a go line.
static i64 default_minor(Loader *l, const Pkg *p) {
    ModFile *f;
    Err err = {0};
    if (gopath_mode(l)) return 16;
    if (!l->o.modules.no_root || !p->module.path.len) return l->module_minor ? l->module_minor : 1000;
    bool line = mod_summary(l->mods, p->module, &f, &err) && f && f->go.value.len;
    return line ? gover_minor(f->go.value) : 20;
}

void godebug_resolve(Loader *l, Pkg *p) {
    if (!str_eq(p->name, S("main")) || (p->std && !l->module_minor)) return;
    Values v = {l, map_new_str(l->a)};
    i64 minor = default_minor(l, p);
    if (str_eq(env_get(l->o.env, "GOFIPS140"), S("latest"))) set(&v, S("fips140"), S("on"));
    for (i64 i = 0; i < l->module_godebug.len; i++)
        set(&v, l->module_godebug.ptr[i].key, l->module_godebug.ptr[i].value);
    for (i64 i = 0; i < p->directives.len; i++) {
        Str key, value;
        Err err;
        if (parse_line(l, p->directives.ptr[i].text, &key, &value, &err)) set(&v, key, value);
    }
    Str *version = map_get_str(v.map, S("default"));
    if (version) {
        Str go = str_has_prefix(*version, S("go")) ? str_slice(*version, 2, version->len) : *version;
        if (gover_valid(go)) minor = gover_minor(go);
        map_set_str(v.map, S("default"), NULL);
    }
    add_defaults(&v, minor);
    p->default_godebug = join(&v);
}
