// embed.c - files that //go:embed patterns select. Rules: package embed's documentation.
//
// In:   Pkg.embeds. Out: Pkg.embed_files and, for each pattern, its files; the first pattern in sorted order that selects
//       none, or something that may not be embedded, is the package's error. Contents are read when a variable needs them.
#include "load/load_int.h"
#include "mod/mod.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct Glob {
    Loader *l;
    const Pkg *p;
    StrList found; // paths below the package's folder
} Glob;
typedef struct Select {
    Loader *l;
    const Pkg *p;
    bool all;
    Map *seen; // of this pattern
    StrList *out;
    Err err;
} Select;

// ---- path.Match ------------------------------------------------------------------------------------------------------------

typedef enum MatchResult { NO_MATCH, MATCHES, BAD_PATTERN } MatchResult;

static bool class_rune(Str *p, i32 *r) {
    int size;
    if (!p->len || p->ptr[0] == '-' || p->ptr[0] == ']') return false;
    if (p->ptr[0] == '\\') *p = str_slice(*p, 1, p->len);
    if (!p->len) return false;
    *r = utf8_decode(p->ptr, p->len, &size);
    if (*r == RUNE_ERROR && size == 1) return false;
    *p = str_slice(*p, size, p->len);
    return p->len > 0; // a class ends with ]
}

// "[...]" at *p: whether r is in it. r < 0: only the form is looked at.
static MatchResult match_class(Str *p, i32 r) {
    bool match = false, negated = false;
    *p = str_slice(*p, 1, p->len);
    if (p->len && p->ptr[0] == '^') {
        negated = true;
        *p = str_slice(*p, 1, p->len);
    }
    for (i64 n = 0;; n++) {
        if (p->len && p->ptr[0] == ']' && n > 0) break;
        i32 lo, hi;
        if (!class_rune(p, &lo)) return BAD_PATTERN;
        hi = lo;
        if (p->ptr[0] == '-') {
            *p = str_slice(*p, 1, p->len);
            if (!class_rune(p, &hi)) return BAD_PATTERN;
        }
        if (lo <= r && r <= hi) match = true;
    }
    *p = str_slice(*p, 1, p->len);
    return match != negated ? MATCHES : NO_MATCH;
}

static bool is_well_formed(Str p) {
    while (p.len) {
        if (p.ptr[0] == '[') {
            if (match_class(&p, -1) == BAD_PATTERN) return false;
        } else if (p.ptr[0] == '\\') {
            if (p.len < 2) return false;
            p = str_slice(p, 2, p.len);
        } else p = str_slice(p, 1, p.len);
    }
    return true;
}

// One element of a path; the pattern is well formed.
static bool match_name(Str p, Str s) {
    int size;
    while (p.len) {
        if (p.ptr[0] == '*') {
            p = str_slice(p, 1, p.len);
            for (i64 i = 0; i <= s.len; i++)
                if (match_name(p, str_slice(s, i, s.len))) return true;
            return false;
        }
        if (!s.len) return false;
        i32 r = utf8_decode(s.ptr, s.len, &size);
        if (p.ptr[0] == '[') {
            if (match_class(&p, r) != MATCHES) return false;
        } else if (p.ptr[0] == '?') p = str_slice(p, 1, p.len);
        else {
            if (p.ptr[0] == '\\') p = str_slice(p, 1, p.len);
            if (p.ptr[0] != s.ptr[0]) return false;
            p = str_slice(p, 1, p.len);
            size = 1;
        }
        s = str_slice(s, size, s.len);
    }
    return s.len == 0;
}

static bool has_meta(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if (strchr("*?[\\", s.ptr[i])) return true;
    return false;
}

// fs.ValidPath, and not "."
static bool is_valid_pattern(Str s) {
    if (!s.len || str_eq(s, S("."))) return false;
    for (i64 i = 0; i <= s.len;) {
        i64 end = i;
        while (end < s.len && s.ptr[end] != '/') end++;
        Str elem = str_slice(s, i, end);
        if (!elem.len || str_eq(elem, S(".")) || str_eq(elem, S(".."))) return false;
        i = end + 1;
    }
    for (i64 i = 0; i < s.len;) {
        int size;
        if (utf8_decode(s.ptr + i, s.len - i, &size) == RUNE_ERROR && size == 1) return false;
        i += size;
    }
    return true;
}

// ---- files --------------------------------------------------------------------------------------------------------------------

static Str absolute(Loader *l, const Pkg *p, Str rel) { return rel.len ? path_join(l->a, p->dir, rel) : p->dir; }

static bool look_at(Loader *l, const Pkg *p, Str rel, struct stat *st) {
    Str path = absolute(l, p, rel);
    st->st_mode = file_ltype(arena_cstr(l->a, path));
    bool there = st->st_mode != 0;
    if (!l->overlay || (there && S_ISLNK(st->st_mode) && !fs_is_file(l, path))) return there;
    st->st_mode = fs_is_dir(l, path) ? S_IFDIR : S_IFREG; // of the overlay
    return fs_is_dir(l, path) || fs_is_file(l, path);
}

static bool list_every(Loader *l, Str dir, Str **names, i64 *n) {
    seen_note(SEEN_EVERY, dir, NULL, 0);
    return fs_list(l, dir, names, n);
}

static void glob(Glob *g, Str at, Str pattern) {
    Loader *l = g->l;
    i64 slash = str_index(pattern, '/'), n;
    Str first = slash < 0 ? pattern : str_slice(pattern, 0, slash), *names, *one = &first;
    Str rest = slash < 0 ? (Str){0} : str_slice(pattern, slash + 1, pattern.len);
    struct stat st;
    if (!has_meta(first)) names = one, n = 1;
    else if (!list_every(l, absolute(l, g->p, at), &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        if (names != one && !match_name(first, names[i])) continue;
        Str sub = at.len ? path_join(l->a, at, names[i]) : names[i];
        if (rest.len) glob(g, sub, rest);
        else if (look_at(l, g->p, sub, &st)) vec_push(l->a, &g->found, sub);
    }
}

static bool is_bad_name(Arena *a, Str name) {
    static const char *const vcs[] = {".bzr", ".hg", ".git", ".svn"};
    Err e = {0};
    for (i64 i = 0; i < NELEM(vcs); i++)
        if (str_eq(name, str_c(vcs[i]))) return true;
    return !module_check_file_path(a, name, &e);
}

static bool in_other_module(Select *s, Str dir) {
    return file_exists(arena_cstr(s->l->a, path_join(s->l->a, absolute(s->l, s->p, dir), S("go.mod"))));
}

static void add_file(Select *s, Str rel) {
    if (map_get_str(s->seen, rel)) return;
    map_set_str(s->seen, rel, s);
    vec_push(s->l->a, s->out, rel);
}

// Files of a folder that would be in its module's archive; false after an error.
static bool add_folder(Select *s, Str dir, i64 depth, i64 *count) {
    Arena *a = s->l->a;
    Str *names;
    i64 n;
    if (in_other_module(s, dir)) return true;
    if (!list_every(s->l, absolute(s->l, s->p, dir), &names, &n))
        return err_set(&s->err, a, ERR_OTHER, "open %.*s: %s", SFMT(absolute(s->l, s->p, dir)), err_os(errno));
    for (i64 i = 0; i < n && depth < 500; i++) {
        Str rel = path_join(a, dir, names[i]);
        struct stat st;
        bool hidden = names[i].ptr[0] == '.' || names[i].ptr[0] == '_';
        if (!look_at(s->l, s->p, rel, &st)) continue;
        if (is_bad_name(a, names[i]) || (hidden && !s->all)) {
            if (S_ISDIR(st.st_mode) || hidden) continue;
            return err_set(&s->err, a, ERR_OTHER, "cannot embed file %.*s: invalid name %.*s", SFMT(rel),
                           SFMT(names[i]));
        }
        if (S_ISDIR(st.st_mode)) {
            if (!add_folder(s, rel, depth + 1, count)) return false;
        } else if (S_ISREG(st.st_mode)) {
            add_file(s, rel);
            ++*count;
        }
    }
    return true;
}

// No folder on the way may begin another module, be a link, or have a name that archives do not take.
static bool check_way(Select *s, Str file, const char *what) {
    Arena *a = s->l->a;
    for (Str at = file; at.len; at = str_rindex(at, '/') < 0 ? (Str){0} : str_slice(at, 0, str_rindex(at, '/'))) {
        struct stat st;
        Str elem = path_base(at);
        bool last = at.len == file.len;
        if (in_other_module(s, at))
            return err_set(&s->err, a, ERR_OTHER, "cannot embed %s %.*s: in different module", what, SFMT(file));
        if (!last && look_at(s->l, s->p, at, &st) && !S_ISDIR(st.st_mode))
            return err_set(&s->err, a, ERR_OTHER, "cannot embed %s %.*s: in non-directory %.*s", what, SFMT(file),
                           SFMT(at));
        if (is_bad_name(a, elem))
            return err_set(&s->err, a, ERR_OTHER, "cannot embed %s %.*s: %s %.*s", what, SFMT(file),
                           last ? "invalid name" : "in invalid directory", SFMT(elem));
    }
    return true;
}

// GODEBUG=embedfollowsymlinks=1: a link to a file is that file.
static void follow(Select *s, Str file, struct stat *st) {
    const char *debug = getenv("GODEBUG"), *path = arena_cstr(s->l->a, absolute(s->l, s->p, file));
    if (S_ISLNK(st->st_mode) && debug && strstr(debug, "embedfollowsymlinks=1") && S_ISREG(file_type(path)))
        st->st_mode = S_IFREG;
}

static bool add_match(Select *s, Str file) {
    Arena *a = s->l->a;
    struct stat st;
    if (!look_at(s->l, s->p, file, &st))
        return err_set(&s->err, a, ERR_OTHER, "lstat %.*s: %s", SFMT(file), err_os(errno));
    follow(s, file, &st);
    if (!check_way(s, file, S_ISDIR(st.st_mode) ? "directory" : "file")) return false;
    if (S_ISREG(st.st_mode)) {
        add_file(s, file);
        return true;
    }
    if (!S_ISDIR(st.st_mode)) return err_set(&s->err, a, ERR_OTHER, "cannot embed irregular file %.*s", SFMT(file));
    i64 count = 0;
    if (!add_folder(s, file, 0, &count)) return false;
    return count > 0 ||
           err_set(&s->err, a, ERR_OTHER, "cannot embed directory %.*s: contains no embeddable files", SFMT(file));
}

static StrList *select_files(Loader *l, const Pkg *p, Str pattern, Err *err) {
    Select s = {.l = l, .p = p, .all = str_has_prefix(pattern, S("all:")), .seen = map_new_str(l->a)};
    Glob g = {.l = l, .p = p};
    s.out = ANEW(l->a, StrList);
    Str text = s.all ? str_slice(pattern, 4, pattern.len) : pattern;
    if (!is_valid_pattern(text) || !is_well_formed(text)) err_set(&s.err, l->a, ERR_OTHER, "invalid pattern syntax");
    else {
        glob(&g, (Str){0}, text);
        for (i64 i = 0; i < g.found.len && !s.err.text.len; i++) add_match(&s, g.found.ptr[i]);
        if (!s.err.text.len && !s.out->len) err_set(&s.err, l->a, ERR_OTHER, "no matching files found");
    }
    *err = s.err;
    if (s.err.text.len) return NULL;
    str_sort(s.out->ptr, s.out->len);
    return s.out;
}

void embed_resolve(Loader *l, Pkg *p) {
    PkgWords *words = &p->embeds[IN_PACKAGE];
    if (!words->len) return;
    Map *seen = map_new_str(l->a);
    p->embed_lists = map_new_str(l->a);
    for (i64 i = 0; i < words->len; i++) {
        Err err;
        StrList *list = select_files(l, p, words->ptr[i].text, &err);
        if (!list) {
            bool first = !p->error;
            graph_error(l, p, ERR_EMBED, "pattern %.*s: %.*s", SFMT(words->ptr[i].text), SFMT(err.text));
            if (first) p->error->at = words->ptr[i].at;
            p->embed_files.len = 0;
            return;
        }
        map_set_str(p->embed_lists, words->ptr[i].text, list);
        for (i64 k = 0; k < list->len; k++) {
            if (map_get_str(seen, list->ptr[k])) continue;
            map_set_str(seen, list->ptr[k], seen);
            vec_push(l->a, &p->embed_files, list->ptr[k]);
        }
    }
    str_sort(p->embed_files.ptr, p->embed_files.len);
}

bool load_dir_embeds(Loader *l, Str dir, bool tests, Str **files, i64 *n, Err *err) {
    const Pkg *found = dir_look(l, dir, true);
    Pkg p = {.path = dir, .dir = dir};
    for (int k = 0; k < IMPORT_SCOPES && (tests || k == IN_PACKAGE); k++)
        for (i64 i = 0; i < found->embeds[k].len; i++) vec_push(l->a, &p.embeds[IN_PACKAGE], found->embeds[k].ptr[i]);
    i64 depth = l->stack.len;
    l->stack.len = 0;
    embed_resolve(l, &p);
    l->stack.len = depth;
    *files = p.embed_files.ptr;
    *n = p.embed_files.len;
    if (p.error) *err = (Err){p.error->text, p.error->kind};
    return !p.error;
}

StrList load_embed_files(Loader *l, const Pkg *p, ImportScope scope) {
    if (scope == IN_PACKAGE) return p->embed_files;
    StrList out = {0};
    Map *seen = map_new_str(l->a);
    for (i64 i = 0; i < p->embeds[scope].len; i++) {
        Err err;
        StrList *list = select_files(l, p, p->embeds[scope].ptr[i].text, &err);
        for (i64 k = 0; list && k < list->len; k++) {
            if (map_get_str(seen, list->ptr[k])) continue;
            map_set_str(seen, list->ptr[k], seen);
            vec_push(l->a, &out, list->ptr[k]);
        }
    }
    str_sort(out.ptr, out.len);
    return out;
}

// ---- contents --------------------------------------------------------------------------------------------------------------

EmbedFile *load_embed(Loader *l, Package *pkg, EmbedPatterns *e, i64 *n) {
    const Pkg *p = load_pkg(pkg);
    Map *seen = map_new_str(l->a);
    VEC(EmbedFile) out = {0};
    for (i64 i = 0; i < e->patterns.len; i++) {
        StrList *list = p->embed_lists ? map_get_str(p->embed_lists, e->patterns.ptr[i]) : NULL;
        if (!list) { // what head.c did not take for a pattern
            diag_error(l->diag, e->pos, "invalid go:embed: build system did not map pattern: %.*s",
                       SFMT(e->patterns.ptr[i]));
            return NULL;
        }
        for (i64 k = 0; k < list->len; k++) {
            EmbedFile f = {list->ptr[k], {0}};
            if (map_get_str(seen, f.name)) continue;
            map_set_str(seen, f.name, seen);
            Str *known = p->embed_data ? map_get_str(p->embed_data, f.name) : NULL;
            if (known) f.data = *known;
            else if (!fs_read(l, l->a, path_join(l->a, p->dir, f.name), &f.data)) {
                diag_error(l->diag, e->pos, "embed %.*s: %s", SFMT(f.name), err_os(errno));
                return NULL;
            }
            vec_push(l->a, &out, f);
        }
    }
    *n = out.len;
    return out.ptr ? out.ptr : ANEW(l->a, EmbedFile);
}
