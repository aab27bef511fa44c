// reporoot.c - import path to repository: well-known hosts, "repo.git" in the path, go-import meta tags; GOVCS.
//
// Facts: go.dev/ref/mod#vcs-find, `go help vcs`. What a web page says is other people's bytes: a URL with a scheme, no file: URL, and the root that
// it claims must say the same of itself.
#include "mod/vcs.h"
#include <stdlib.h>
#include <strings.h>

static bool path_prefix(Str s, Str p) { return str_has_prefix(s, p) && (s.len == p.len || s.ptr[p.len] == '/'); }

// ---- GOVCS ------------------------------------------------------------------------------------------------------------------

static bool cut(Str *s, char c, Str *part) {
    if (!s->ptr) return false;
    i64 at = str_index(*s, c);
    *part = str_trim(at < 0 ? *s : str_slice(*s, 0, at));
    *s = at < 0 ? (Str){0} : str_slice(*s, at + 1, s->len);
    return true;
}

static bool lists(Str list, Str vcs) {
    Str one;
    while (cut(&list, '|', &one))
        if (str_eq(one, vcs) || str_eq(one, S("all"))) return true;
    return false;
}

static bool rule_matches(Str pattern, Str root, bool private_) {
    if (str_eq(pattern, S("private"))) return private_;
    if (str_eq(pattern, S("public"))) return !private_;
    return module_match_prefix_patterns(pattern, root);
}

static bool check_rule(Work *w, Str item, Map *have, Str *pattern, Str *list, Err *err) {
    Str q = str_quote(w->a, item), one;
    i64 colon = str_index(item, ':');
    if (!item.len) return err_set(err, w->a, ERR_OTHER, "empty entry in GOVCS");
    if (colon < 0) return err_set(err, w->a, ERR_OTHER, "malformed entry in GOVCS (missing colon): %.*s", SFMT(q));
    *pattern = str_trim(str_slice(item, 0, colon)), *list = str_trim(str_slice(item, colon + 1, item.len));
    if (!pattern->len) return err_set(err, w->a, ERR_OTHER, "empty pattern in GOVCS: %.*s", SFMT(q));
    if (!list->len) return err_set(err, w->a, ERR_OTHER, "empty VCS list in GOVCS: %.*s", SFMT(q));
    if (str_has_prefix(*pattern, S("./")) || str_has_prefix(*pattern, S("../")) || str_eq(*pattern, S(".")) ||
        str_eq(*pattern, S("..")))
        return err_set(err, w->a, ERR_OTHER, "relative pattern not allowed in GOVCS: %.*s",
                       SFMT(str_quote(w->a, *pattern)));
    Str *old = map_get_str(have, *pattern);
    if (old)
        return err_set(err, w->a, ERR_OTHER, "unreachable pattern in GOVCS: %.*s after %.*s", SFMT(q),
                       SFMT(str_quote(w->a, *old)));
    Str *kept = ANEW(w->a, Str);
    *kept = item;
    map_set_str(have, *pattern, kept);
    for (Str l = *list; cut(&l, '|', &one);)
        if (!one.len) return err_set(err, w->a, ERR_OTHER, "empty VCS name in GOVCS: %.*s", SFMT(q));
    return true;
}

bool govcs_check(Work *w, Str vcs, Str root, Err *err) {
    Str rules = str_trim(env_get(w->f->env, "GOVCS")), item, pattern, list;
    Map *have = map_new_str(w->a);
    bool private_ = module_match_prefix_patterns(env_get(w->f->env, "GOPRIVATE"), root), decided = false,
         allowed = false;
    if (str_eq(vcs, S("mod"))) return true;
    if (!rules.len) rules = (Str){0};
    while (cut(&rules, ',', &item)) {
        if (!check_rule(w, item, have, &pattern, &list, err)) return false;
        if (!decided && rule_matches(pattern, root, private_)) decided = true, allowed = lists(list, vcs);
    }
    if (!decided) allowed = private_ || str_eq(vcs, S("git")) || str_eq(vcs, S("hg"));
    return allowed || err_set(err, w->a, ERR_OTHER, "GOVCS disallows using %.*s for %s %.*s; see 'go help vcs'",
                              SFMT(vcs), private_ ? "private" : "public", SFMT(root));
}

// ---- hosts that are known -------------------------------------------------------------------------------------------------

static bool is_word(Str s) {
    for (i64 i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && !strchr("_.-", c))
            return false;
    }
    return s.len > 0;
}

// The first n elements behind the host; false: there are fewer, or characters that are not allowed.
static bool take_elements(Str path, Str host, int n, Str *root) {
    i64 at = host.len;
    *root = S("");
    for (int k = 0; at < path.len; k++) {
        i64 from = at + 1;
        at = from;
        while (at < path.len && path.ptr[at] != '/') at++;
        if (!is_word(str_slice(path, from, at))) return false;
        if (k == n - 1) *root = str_slice(path, 0, at);
    }
    return root->len > 0;
}

typedef struct Host {
    const char *prefix, *vcs;
    int elements;
    bool suffix_banned;
} Host;
static const Host hosts[] = {
    {"github.com", "git", 2, true},      {"bitbucket.org", "git", 2, true},      {"hub.jazz.net/git", "git", 2, true},
    {"git.apache.org", "git", 1, false}, {"git.openstack.org", "git", 2, false}, {"chiselapp.com", "fossil", 4, false},
};
static const char *const systems[] = {"hg", "git", "svn", "bzr", "fossil"};

static Str vcs_suffix(Str s) { // "git" of "x.git"
    for (i64 i = 0; i < NELEM(systems); i++) {
        Str name = str_c(systems[i]);
        if (s.len > name.len + 1 && str_has_suffix(s, name) && s.ptr[s.len - name.len - 1] == '.') return name;
    }
    return S("");
}

typedef enum Known { KNOWN, UNKNOWN, KNOWN_BAD } Known;

static Known known_host(Work *w, Str path, RepoRoot *r, Err *err) {
    for (i64 i = 0; i < NELEM(hosts); i++) {
        Str prefix = str_c(hosts[i].prefix), root;
        if (!path_prefix(path, prefix)) continue;
        if (!take_elements(path, prefix, hosts[i].elements, &root) || (i == 3 && !str_has_suffix(root, S(".git"))))
            return err_set(err, w->a, ERR_OTHER, "invalid %.*s import path %.*s", SFMT(prefix),
                           SFMT(str_quote(w->a, path))),
                   KNOWN_BAD;
        if (hosts[i].suffix_banned && vcs_suffix(root).len)
            return err_set(err, w->a, ERR_OTHER, "invalid version control suffix in %.*s/ path", SFMT(prefix)),
                   KNOWN_BAD;
        *r = (RepoRoot){str_c(hosts[i].vcs), arena_printf(w->a, "https://%.*s", SFMT(root)), root, S("")};
        return govcs_check(w, r->vcs, root, err) ? KNOWN : KNOWN_BAD;
    }
    return UNKNOWN;
}

// "host.tld/any/repo.git/dir": the path names the system.
static Known by_suffix(Work *w, Str path, RepoRoot *r, Err *err) {
    i64 host = str_index(path, '/');
    if (host < 0 || str_index(str_slice(path, 0, host), '.') < 0) return UNKNOWN;
    for (i64 at = host + 1; at <= path.len; at++) {
        if (at < path.len && path.ptr[at] != '/') continue;
        Str root = str_slice(path, 0, at), vcs = vcs_suffix(root);
        if (!vcs.len || root.ptr[root.len - vcs.len - 2] == '/') continue;
        *r = (RepoRoot){vcs, arena_printf(w->a, "https://%.*s", SFMT(str_slice(root, 0, root.len - vcs.len - 1))), root,
                        S("")};
        return govcs_check(w, vcs, root, err) ? KNOWN : KNOWN_BAD;
    }
    return UNKNOWN;
}

// ---- meta tags --------------------------------------------------------------------------------------------------------------

typedef struct Html {
    Str s;
    i64 at;
} Html;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static Str html_name(Html *h) {
    i64 from = h->at;
    while (h->at < h->s.len && !is_blank(h->s.ptr[h->at]) && !strchr("=/>", h->s.ptr[h->at])) h->at++;
    return str_slice(h->s, from, h->at);
}

static void html_blanks(Html *h) {
    while (h->at < h->s.len && is_blank(h->s.ptr[h->at])) h->at++;
}

static Str html_value(Html *h) {
    char q = h->at < h->s.len ? h->s.ptr[h->at] : 0;
    if (q != '"' && q != '\'') {
        i64 from = h->at;
        while (h->at < h->s.len && !is_blank(h->s.ptr[h->at]) && h->s.ptr[h->at] != '>') h->at++;
        return str_slice(h->s, from, h->at);
    }
    i64 from = ++h->at;
    while (h->at < h->s.len && h->s.ptr[h->at] != q) h->at++;
    Str v = str_slice(h->s, from, h->at);
    h->at = i64_min(h->at + 1, h->s.len);
    return v;
}

static bool same_word(Str s, const char *word) {
    return s.len == (i64)strlen(word) && !strncasecmp(s.ptr, word, (size_t)s.len);
}

static Str unescape_html(Arena *a, Str s) {
    static const char *const from[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    Buf b = {0};
    for (i64 i = 0; i < s.len;) {
        i64 k = 0;
        while (k < NELEM(from) && !str_has_prefix(str_slice(s, i, s.len), str_c(from[k]))) k++;
        buf_char(&b, k < NELEM(from) ? "&<>\"'"[k] : s.ptr[i]);
        i += k < NELEM(from) ? (i64)strlen(from[k]) : 1;
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void add_import(Arena *a, Str content, MetaImports *out) {
    Str f[5] = {0};
    i64 n = 0;
    for (i64 i = 0; i < content.len;) {
        while (i < content.len && is_blank(content.ptr[i])) i++;
        i64 from = i;
        while (i < content.len && !is_blank(content.ptr[i])) i++;
        if (i > from && n < 5) f[n++] = str_slice(content, from, i);
    }
    MetaImport m = {f[0], f[1], f[2], n == 4 ? f[3] : S("")};
    if (n == 3 || n == 4) vec_push(a, out, m);
}

// A tag behind its '<'. False: the head ends here.
static bool read_tag(Arena *a, Html *h, MetaImports *out) {
    if (str_has_prefix(str_slice(h->s, h->at, h->s.len), S("!--"))) {
        i64 end = str_find(str_slice(h->s, h->at, h->s.len), S("-->"));
        h->at = end < 0 ? h->s.len : h->at + end + 3;
        return true;
    }
    bool closing = h->at < h->s.len && h->s.ptr[h->at] == '/';
    if (closing) h->at++;
    Str tag = html_name(h), name = S(""), content = S("");
    if (same_word(tag, closing ? "head" : "body")) return false;
    while (h->at < h->s.len && h->s.ptr[h->at] != '>') {
        html_blanks(h);
        Str key = html_name(h);
        html_blanks(h);
        if (h->at < h->s.len && h->s.ptr[h->at] == '=') {
            h->at++;
            html_blanks(h);
            Str v = html_value(h);
            if (same_word(key, "name")) name = v;
            if (same_word(key, "content")) content = v;
        } else if (!key.len && h->at < h->s.len && h->s.ptr[h->at] != '>') h->at++;
    }
    if (!closing && same_word(tag, "meta") && str_eq(name, S("go-import")))
        add_import(a, unescape_html(a, content), out);
    return true;
}

// mod entries come first, and others with the same prefix do not count.
void meta_imports(Arena *a, Str html, MetaImports *out) {
    MetaImports all = {0};
    Html h = {html, 0};
    while (h.at < h.s.len) {
        if (h.s.ptr[h.at++] != '<') continue;
        if (!read_tag(a, &h, &all)) break;
    }
    *out = (MetaImports){0};
    Map *mods = map_new_str(a);
    for (i64 i = 0; i < all.len; i++)
        if (str_eq(all.ptr[i].vcs, S("mod"))) {
            vec_push(a, out, all.ptr[i]);
            map_set_str(mods, all.ptr[i].prefix, all.ptr);
        }
    for (i64 i = 0; i < all.len; i++)
        if (!str_eq(all.ptr[i].vcs, S("mod")) && !map_get_str(mods, all.ptr[i].prefix)) vec_push(a, out, all.ptr[i]);
}

static bool match_import(Work *w, const MetaImports *list, Str path, MetaImport *out, bool *mismatch, Err *err) {
    Buf why = {0};
    const MetaImport *match = NULL;
    bool several = false;
    *mismatch = false;
    for (i64 i = 0; i < list->len; i++) {
        const MetaImport *m = &list->ptr[i];
        if (!path_prefix(path, m->prefix)) {
            buf_printf(&why, "%smeta tag %.*s did not match import path %.*s", why.len ? ", " : "", SFMT(m->prefix),
                       SFMT(path));
            continue;
        }
        if (match && str_eq(match->vcs, S("mod")) && !str_eq(m->vcs, S("mod"))) break;
        if (match) several = true;
        else match = m;
    }
    if (several)
        err_set(err, w->a, ERR_OTHER, "multiple meta tags match import path %.*s", SFMT(str_quote(w->a, path)));
    else if (!match) *mismatch = true, err_set(err, w->a, ERR_OTHER, "%.*s", SFMT(buf_view(&why)));
    else *out = *match;
    buf_free(&why);
    return match && !several;
}

typedef struct Page {
    Str url; // as asked, and redacted
    MetaImports imports;
} Page;

static bool read_page(Work *w, Str path, Security security, Page *p, Str *shown, Err *err) {
    i64 slash = str_index(path, '/');
    Str host = slash < 0 ? path : str_slice(path, 0, slash);
    Url u = {.host = host,
             .path = slash < 0 ? S("/") : str_slice(path, slash, path.len),
             .has_query = true,
             .query = S("go-get=1")};
    HttpResponse r;
    Err e = {0};
    if (str_index(host, '.') < 0) return err_set(err, w->a, ERR_OTHER, "import path does not begin with hostname");
    *shown = arena_printf(w->a, "//%.*s%.*s?go-get=1", SFMT(host), SFMT(u.path));
    if (!http_get(w, security, &u, -1, MAX_TEXT, &r, &e))
        return err_set(err, w->a, e.kind, "%shttps fetch: %.*s", security == SECURE_NOT ? "http/" : "", SFMT(e.text));
    p->url = r.url;
    meta_imports(w->a, arena_str(w->a, buf_view(&r.body)), &p->imports);
    buf_free(&r.body);
    if (!p->imports.len && r.status != 200) {
        *err = r.err;
        return false;
    }
    return true;
}

static bool same_import(const MetaImport *x, const MetaImport *y) {
    return str_eq(x->prefix, y->prefix) && str_eq(x->vcs, y->vcs) && str_eq(x->repo, y->repo) &&
           str_eq(x->subdir, y->subdir);
}

static bool check_import(Work *w, const Page *p, const MetaImport *m, Err *err) {
    Url u;
    Err e = {0};
    const char *bad = NULL;
    if (m->subdir.len && m->subdir.ptr[0] == '/') bad = "leading slash";
    if (m->subdir.len && m->subdir.ptr[0] == '-') bad = "leading hyphen";
    if (bad)
        return err_set(err, w->a, ERR_OTHER, "%.*s: invalid subdirectory %.*s: %s", SFMT(p->url),
                       SFMT(str_quote(w->a, m->subdir)), bad);
    if (!url_parse(w->a, m->repo, &u, &e)) bad = arena_cstr(w->a, e.text);
    else if (!u.scheme.len) bad = "no scheme";
    else if (str_eq(u.scheme, S("file"))) bad = "file scheme disallowed";
    if (bad)
        return err_set(err, w->a, ERR_OTHER, "%.*s: invalid repo root %.*s: %s", SFMT(p->url),
                       SFMT(str_quote(w->a, m->repo)), bad);
    bool known = str_eq(m->vcs, S("mod"));
    for (i64 i = 0; i < NELEM(systems); i++) known = known || str_eq(m->vcs, str_c(systems[i]));
    if (!known)
        return err_set(err, w->a, ERR_OTHER, "%.*s: unknown vcs %.*s", SFMT(p->url), SFMT(str_quote(w->a, m->vcs)));
    return govcs_check(w, m->vcs, m->prefix, err);
}

static bool dynamic(Work *w, Str path, Security security, RepoRoot *r, Err *err) {
    Page p = {0}, q = {0};
    MetaImport m = {0}, n = {0};
    Str shown, other;
    Err e = {0};
    bool mismatch;
    if (!read_page(w, path, security, &p, &shown, err)) return false;
    if (!match_import(w, &p.imports, path, &m, &mismatch, &e)) {
        if (mismatch)
            return err_set(err, w->a, ERR_OTHER, "parse %.*s: no go-import meta tags (%.*s)", SFMT(p.url),
                           SFMT(e.text));
        return err_set(err, w->a, ERR_OTHER, "parse %.*s: %.*s", SFMT(shown), SFMT(e.text));
    }
    if (!str_eq(m.prefix, path)) { // the root must claim itself
        if (!read_page(w, m.prefix, security, &q, &other, err)) return false;
        if (!q.imports.len)
            return err_set(err, w->a, ERR_OTHER, "fetching %.*s: no go-import meta tag found in %.*s", SFMT(m.prefix),
                           SFMT(q.url));
        if (!match_import(w, &q.imports, path, &n, &mismatch, &e) || !same_import(&m, &n))
            return err_set(err, w->a, ERR_OTHER, "%.*s and %.*s disagree about go-import for %.*s", SFMT(p.url),
                           SFMT(other), SFMT(m.prefix));
    }
    if (!check_import(w, &p, &m, err)) return false;
    *r = (RepoRoot){m.vcs, m.repo, m.prefix, m.subdir};
    return true;
}

bool repo_root(Work *w, Str path, Security security, RepoRoot *r, Err *err) {
    Err e = {0};
    if (path_prefix(path, S("example.net"))) return err_set(err, w->a, ERR_OTHER, "no modules on example.net");
    if (str_eq(path, S("rsc.io"))) return err_set(err, w->a, ERR_OTHER, "rsc.io is not a module");
    Known k = known_host(w, path, r, err);
    if (k == UNKNOWN) k = by_suffix(w, path, r, err);
    if (k != UNKNOWN) return k == KNOWN;
    if (dynamic(w, path, security, r, &e)) return true;
    return err_set(err, w->a, e.kind, "unrecognized import path %.*s: %.*s", SFMT(str_quote(w->a, path)), SFMT(e.text));
}
