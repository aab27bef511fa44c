// direct.c - modules straight from their repositories: which version a revision is, where in the repository the module is, its go.mod and zip.
//
// A CodeRepo is a module path's view of a repository: path = root + "/" + dir + major. A revision's version is the tag that is asked for, else the
// highest canonical tag at the commit, else a pseudo-version behind the highest tag before it. Facts: go.dev/ref/mod#vcs, cmd/go/internal/modfetch.
// Only git; other systems are an honest error where GOVCS lets them through.
#include "mod/vcs.h"
#include "mod/zip.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct CodeRepo {
    Work *w;
    GitRepo *git;
    Str path, root; // of the module; import path of the repository
    Str dir;        // of the module in the repository, without major
    Str major;      // "/v2", ".v2", ""
    Str path_prefix, pseudo_major;
    Str *retracted; // pairs low, high
    i64 nretracted;
    bool have_retracted;
} CodeRepo;

static bool path_prefix(Str s, Str p) { return str_has_prefix(s, p) && (s.len == p.len || s.ptr[p.len] == '/'); }

static bool make_view(CodeRepo *r, const RepoRoot *rr, Str path, Err *err) {
    Arena *a = r->w->a;
    Str prefix;
    if (!path_prefix(path, rr->root))
        return err_set(err, a, ERR_OTHER, "mismatched repo: found %.*s for %.*s", SFMT(rr->root), SFMT(path));
    if (!module_split_path_major(path, &prefix, &r->major))
        return err_set(err, a, ERR_OTHER, "invalid module path %.*s", SFMT(str_quote(a, path)));
    bool whole = str_eq(rr->root, path);
    r->path = path, r->root = rr->root, r->path_prefix = whole ? path : prefix;
    r->pseudo_major = module_path_major_prefix(r->major);
    r->dir = S("");
    if (!whole) {
        if (!path_prefix(prefix, rr->root))
            return err_set(err, a, ERR_OTHER, "repository rooted at %.*s cannot contain module %.*s", SFMT(rr->root),
                           SFMT(path));
        r->dir = str_slice(prefix, rr->root.len, prefix.len);
        while (r->dir.len && r->dir.ptr[0] == '/') r->dir = str_slice(r->dir, 1, r->dir.len);
    }
    if (rr->subdir.len) r->dir = path_join(a, r->dir, rr->subdir);
    return !str_has_prefix(r->dir, S("..")) ||
           err_set(err, a, ERR_OTHER, "invalid subdirectory %.*s", SFMT(str_quote(a, r->dir)));
}

// ---- finding the repository -----------------------------------------------------------------------------------------------

static bool find_root(Work *w, Str path, RepoRoot *rr, Err *err) {
    Cell *c = cell_enter(w->f, arena_printf(w->a, "root %.*s", SFMT(path)));
    if (!c->done) {
        bool careless = w->f->opt.insecure || module_match_prefix_patterns(env_get(w->f->env, "GOINSECURE"), path);
        Err e = {0};
        RepoRoot found = {0};
        c->ok = repo_root(w, path, careless ? SECURE_NOT : SECURE_ONLY, &found, &e);
        e.kind = ERR_NOT_EXIST; // a shorter path may be the module
        if (!c->ok) fetch_fail(w, &e, &c->err);
        else {
            mutex_lock(&w->f->lock);
            RepoRoot *k = c->value = ANEW(w->f->a, RepoRoot);
            *k = (RepoRoot){arena_str(w->f->a, found.vcs), arena_str(w->f->a, found.repo),
                            arena_str(w->f->a, found.root), arena_str(w->f->a, found.subdir)};
            mutex_unlock(&w->f->lock);
        }
        c->done = true;
    }
    bool ok = c->ok;
    if (ok) *rr = *(RepoRoot *)c->value;
    else *err = c->err;
    cell_leave(c);
    return ok;
}

typedef enum Opened { OPENED, OPENED_PROXY, OPENED_NOT } Opened;

static Opened open_code(Work *w, Str path, CodeRepo *r, Str *proxy, Err *err) {
    RepoRoot rr;
    Err e = {0};
    *r = (CodeRepo){.w = w};
    if (!find_root(w, path, &rr, err)) return OPENED_NOT;
    if (str_eq(rr.vcs, S("mod"))) return *proxy = rr.repo, OPENED_PROXY;
    if (!str_eq(rr.vcs, S("git"))) {
        err_set(err, w->a, ERR_OTHER, "not supported yet: %.*s repositories (%.*s)", SFMT(rr.vcs), SFMT(rr.repo));
        return OPENED_NOT;
    }
    if (!make_view(r, &rr, path, err)) return OPENED_NOT;
    r->git = git_enter(w, rr.repo, &e);
    if (r->git) return OPENED;
    err_set(err, w->a, e.kind, "lookup %.*s: %.*s", SFMT(rr.root), SFMT(e.text));
    return OPENED_NOT;
}

// ---- go.mod at a revision ---------------------------------------------------------------------------------------------------

static bool invalid(CodeRepo *r, Str version, i32 kind, Err *err) { // "path@version: invalid version: ..."
    Str text = err->text;
    err_set(err, r->w->a, kind, "%.*s@%.*s: invalid version: %.*s", SFMT(r->path), SFMT(version), SFMT(text));
    return false;
}

static Str revision_of(CodeRepo *r, Str version) {
    Str base, t, rev;
    if (!semver_valid(version)) return version;
    if (pseudo_parse(r->w->a, version, &base, &t, &rev, NULL)) return rev;
    if (str_has_suffix(version, S("+incompatible"))) version.len -= 13;
    return r->dir.len ? arena_printf(r->w->a, "%.*s/%.*s", SFMT(r->dir), SFMT(version)) : version;
}

static bool is_major(Str mpath, Str major) {
    Str prefix, own;
    if (!mpath.len || !module_split_path_major(mpath, &prefix, &own)) return false;
    if (!major.len) {
        Str m = module_path_major_prefix(own);
        return !m.len || str_eq(m, S("v0")) || str_eq(m, S("v1"));
    }
    return own.len && str_eq(str_slice(major, 1, major.len), str_slice(own, 1, own.len));
}

typedef struct Place { // of a module at a revision
    Str rev, dir, gomod;
    bool has_gomod;
} Place;

static bool read_gomod(CodeRepo *r, Str rev, Str file, Str *text, bool *there, Err *err) {
    Err e = {0};
    *there = git_read_file(r->w, r->git, rev, file, text, &e);
    if (*there || e.kind == ERR_NOT_EXIST) return true;
    return err_set(err, r->w->a, e.kind, "reading %.*s/%.*s at revision %.*s: %.*s", SFMT(r->root), SFMT(file),
                   SFMT(rev), SFMT(e.text));
}

// The module line does not fit.
static bool wrong_gomod(CodeRepo *r, Str version, Str file, Str mpath, bool sub_possible, Str rev, Err *err) {
    Arena *a = r->w->a;
    Str x, y, q = str_quote(a, mpath);
    Str more = sub_possible ? arena_printf(a, " (and ...%.*s/go.mod does not exist)", SFMT(r->major)) : S("");
    if (!mpath.len)
        return err_set(err, a, ERR_OTHER, "%.*s is missing module path%.*s at revision %.*s", SFMT(file), SFMT(more),
                       SFMT(rev));
    if (r->major.len)
        return err_set(err, a, ERR_OTHER, "%.*s has non-...%.*s module path %.*s%.*s at revision %.*s", SFMT(file),
                       SFMT(r->major), SFMT(q), SFMT(more), SFMT(rev));
    if (!module_split_path_major(mpath, &x, &y))
        return err_set(err, a, ERR_OTHER, "%.*s has malformed module path %.*s%.*s at revision %.*s", SFMT(file),
                       SFMT(q), SFMT(more), SFMT(rev));
    return err_set(err, a, ERR_OTHER, "%.*s has post-%.*s module path %.*s%.*s at revision %.*s", SFMT(file),
                   SFMT(semver_major(version)), SFMT(q), SFMT(more), SFMT(rev));
}

// "/v2" modules may be in a folder v2 of their own. *done: it is there, or that is wrong.
static bool find_major_dir(CodeRepo *r, Place *p, bool found1, Str file1, bool *done, Err *err) {
    Arena *a = r->w->a;
    Str dir2 = path_join(a, r->dir, str_slice(r->major, 1, r->major.len)), file2 = path_join(a, dir2, S("go.mod")),
        text;
    bool there;
    *done = true;
    if (!read_gomod(r, p->rev, file2, &text, &there, err)) return false;
    Str mpath = there ? modfile_module_path(a, text) : S("");
    bool found2 = there && is_major(mpath, r->major);
    if (found1 && found2)
        return err_set(err, a, ERR_OTHER,
                       "%.*s/%.*s and ...%.*s/go.mod both have ...%.*s module paths at revision %.*s",
                       SFMT(r->path_prefix), SFMT(file1), SFMT(r->major), SFMT(r->major), SFMT(p->rev));
    if (found2) {
        p->dir = dir2, p->gomod = text, p->has_gomod = true;
        return true;
    }
    if (there && !mpath.len)
        return err_set(err, a, ERR_OTHER, "%.*s/%.*s is missing module path at revision %.*s", SFMT(r->root),
                       SFMT(file2), SFMT(p->rev));
    if (there)
        return err_set(err, a, ERR_OTHER, "%.*s/%.*s has non-...%.*s module path %.*s at revision %.*s", SFMT(r->root),
                       SFMT(file2), SFMT(r->major), SFMT(str_quote(a, mpath)), SFMT(p->rev));
    *done = false;
    return true;
}

static bool find_dir(CodeRepo *r, Str version, Place *p, Err *err) {
    Arena *a = r->w->a;
    Str file1 = path_join(a, r->dir, S("go.mod")), text;
    bool there, done;
    *p = (Place){.rev = revision_of(r, version), .dir = r->dir};
    if (!read_gomod(r, p->rev, file1, &text, &there, err)) return false;
    Str mpath = there ? modfile_module_path(a, text) : S("");
    bool old_fault =
        !r->major.len && str_has_prefix(mpath, S("gopkg.in/")); // accepted for ever: golang.org/issue/34254
    bool found1 = there && (is_major(mpath, r->major) || old_fault);
    bool sub = r->major.len && !str_eq(r->root, r->path) && r->major.ptr[0] == '/';
    if (sub && !find_major_dir(r, p, found1, file1, &done, err)) return false;
    if (sub && done) return true;
    if (found1) {
        p->gomod = text, p->has_gomod = true;
        return true;
    }
    if (there) return wrong_gomod(r, version, file1, mpath, sub, p->rev, err);
    if (!r->dir.len && (!r->major.len || r->major.ptr[0] == '.'))
        return true; // a root without go.mod is v0, v1 or of gopkg.in
    if (sub)
        return err_set(err, a, ERR_NOT_EXIST, "missing %.*s/go.mod and ...%.*s/go.mod at revision %.*s",
                       SFMT(r->path_prefix), SFMT(r->major), SFMT(p->rev));
    return err_set(err, a, ERR_NOT_EXIST, "missing %.*s/go.mod at revision %.*s", SFMT(r->path_prefix), SFMT(p->rev));
}

// ---- versions -----------------------------------------------------------------------------------------------------------------

static int compare_semver(const void *x, const void *y) {
    Str a = *(const Str *)x, b = *(const Str *)y;
    int c = semver_cmp(a, b);
    return c ? c : str_cmp(a, b);
}

static void sort_versions(StrList *l) {
    if (l->len) qsort(l->ptr, (size_t)l->len, sizeof(Str), compare_semver);
}

static bool has_gomod_at(CodeRepo *r, Str version, bool *yes, Err *err) {
    Str text;
    Err e = {0};
    *yes = git_read_file(r->w, r->git, version, S("go.mod"), &text, &e);
    if (*yes || e.kind == ERR_NOT_EXIST) return true;
    return err_set(err, r->w->a, e.kind, "module %.*s: %.*s", SFMT(r->path), SFMT(e.text));
}

// Majors above v1 of a repository that knew no modules then.
static bool add_incompatible(CodeRepo *r, StrList *list, const StrList *more, Err *err) {
    bool modern = false;
    if (!more->len || r->major.len) return true;
    if (list->len && !has_gomod_at(r, list->ptr[list->len - 1], &modern, err)) return false;
    if (modern) return true;
    for (i64 i = 0; i < more->len;) {
        i64 end = i;
        while (end < more->len && str_eq(semver_major(more->ptr[end]), semver_major(more->ptr[i]))) end++;
        if (!has_gomod_at(r, more->ptr[end - 1], &modern, err)) return false;
        for (; i < end; i++)
            if (!modern) vec_push(r->w->a, list, arena_printf(r->w->a, "%.*s+incompatible", SFMT(more->ptr[i])));
    }
    return true;
}

static bool list_versions(CodeRepo *r, Str prefix, StrList *list, Str *tag_prefix, Str *sum, Err *err) {
    StrList tags, more = {0};
    Arena *a = r->w->a;
    *list = (StrList){0};
    *sum = S("");
    if (str_has_prefix(r->path, S("gopkg.in/")) && str_has_suffix(r->path, S("-unstable"))) return true;
    *tag_prefix = r->dir.len ? arena_printf(a, "%.*s/%.*s", SFMT(r->dir), SFMT(prefix)) : prefix;
    Err e = {0};
    if (!git_tags(r->w, r->git, *tag_prefix, &tags, sum, &e))
        return err_set(err, a, e.kind, "module %.*s: %.*s", SFMT(r->path), SFMT(e.text));
    for (i64 i = 0; i < tags.len; i++) {
        Str v = r->dir.len ? str_slice(tags.ptr[i], r->dir.len + 1, tags.ptr[i].len) : tags.ptr[i];
        if (!v.len || !str_eq(semver_canonical(a, v), v) || pseudo_is(v)) continue;
        if (module_match_path_major(v, r->major)) vec_push(a, list, v);
        else if (!r->dir.len && !r->major.len && semver_cmp(v, S("v2")) >= 0) vec_push(a, &more, v);
    }
    sort_versions(list);
    sort_versions(&more);
    return add_incompatible(r, list, &more, err);
}

static Str highest_release(const StrList *l) {
    i64 n = 0;
    while (n < l->len && !str_has_suffix(l->ptr[n], S("+incompatible"))) n++;
    for (i64 i = n - 1; i >= 0; i--)
        if (!semver_prerelease(l->ptr[i]).len) return l->ptr[i];
    return n ? l->ptr[n - 1] : S("");
}

static void load_retracted(CodeRepo *r) {
    StrList list;
    Str prefix, sum;
    Place p;
    Err e = {0};
    VEC(Str) pairs = {0};
    r->have_retracted = true;
    if (!list_versions(r, S(""), &list, &prefix, &sum, &e)) return;
    Str top = highest_release(&list);
    if (!top.len || !find_dir(r, top, &p, &e) || !p.has_gomod) return;
    ModFile *m = modfile_parse_lax(r->w->a, S("go.mod"), p.gomod, NULL, NULL, &e);
    for (i64 i = 0; m && i < m->retract.len; i++) {
        vec_push(r->w->a, &pairs, m->retract.ptr[i].low);
        vec_push(r->w->a, &pairs, m->retract.ptr[i].high);
    }
    r->retracted = pairs.ptr, r->nretracted = pairs.len;
}

static bool is_retracted(CodeRepo *r, Str v) {
    if (!r->have_retracted) load_retracted(r);
    for (i64 i = 0; i + 1 < r->nretracted; i += 2)
        if (semver_cmp(r->retracted[i], v) <= 0 && semver_cmp(v, r->retracted[i + 1]) <= 0) return true;
    return false;
}

// ---- a revision's version -----------------------------------------------------------------------------------------------------

typedef struct Conversion {
    CodeRepo *r;
    const GitInfo *info;
    Str asked; // what was asked for, "" for the newest commit
    Str tag_prefix;
} Conversion;

static bool without_gomod(Conversion *c, Str file) {
    Str text;
    Err e = {0};
    return !git_read_file(c->r->w, c->r->git, c->info->name, file, &text, &e);
}

static bool may_be_incompatible(Conversion *c, Str v) {
    Arena *a = c->r->w->a;
    if (c->r->dir.len || c->r->major.len || !without_gomod(c, S("go.mod"))) return false;
    if (!v.len || str_has_suffix(c->asked, S("+incompatible"))) return true;
    return without_gomod(c, arena_printf(a, "%.*s/go.mod", SFMT(semver_major(v))));
}

static Str without_suffix(Str v) {
    if (str_has_suffix(v, S("+incompatible"))) v.len -= 13;
    return v;
}

// A canonical version that fits the module's path, with +incompatible where that is right.
static bool check_canonical(Conversion *c, Str v, Str *out, Err *err) {
    CodeRepo *r = c->r;
    Arena *a = r->w->a;
    Place p;
    Err e = {0}, bad = {0};
    if (!find_dir(r, v, &p, &e)) {
        *err = e;
        return invalid(r, v, ERR_NOT_EXIST, err);
    }
    if (str_eq(v, without_suffix(c->asked))) v = c->asked;
    Str base = without_suffix(v);
    if (!module_match_path_major(base, r->major)) {
        if (may_be_incompatible(c, base)) v = arena_printf(a, "%.*s+incompatible", SFMT(base));
        else if (r->major.len)
            err_set(&bad, a, ERR_OTHER, "module path includes a major version suffix, so major version must match");
        else
            err_set(&bad, a, ERR_OTHER,
                    "module contains a go.mod file, so module path must match major version (\"%.*s/%.*s\")",
                    SFMT(r->path_prefix), SFMT(semver_major(v)));
    } else if (str_has_suffix(v, S("+incompatible"))) {
        err_set(&bad, a, ERR_OTHER, "+incompatible suffix not allowed: major version %.*s is compatible",
                SFMT(semver_major(v)));
    }
    Str want = without_suffix(c->asked);
    if (c->asked.len && str_eq(c->asked, module_canonical_version(a, c->asked)) && !str_eq(want, base)) {
        err_set(err, a, ERR_OTHER, "resolves to version %.*s (%.*s is not a tag)", SFMT(v), SFMT(want));
        return invalid(r, c->asked, ERR_OTHER, err);
    }
    if (bad.text.len) {
        *err = bad;
        return invalid(r, v, ERR_OTHER, err);
    }
    *out = v;
    return true;
}

// The version that a tag of the commit means; "" if none.
static Str tag_version(Conversion *c, Str tag, bool *canonical) {
    *canonical = false;
    if (!str_has_prefix(tag, c->tag_prefix) || pseudo_is(tag)) return S("");
    Str rest = str_slice(tag, c->tag_prefix.len, tag.len), v = semver_canonical(c->r->w->a, rest);
    if (!v.len || !str_has_prefix(rest, v)) return S("");
    *canonical = str_eq(v, rest);
    return v;
}

static bool tag_allowed(void *ctx, Str tag) {
    Conversion *c = ctx;
    bool canonical;
    Str v = tag_version(c, tag, &canonical);
    if (!v.len || (!module_match_path_major(v, c->r->major) && !may_be_incompatible(c, v))) return false;
    return !is_retracted(c->r, v);
}

static bool wrong_pseudo(CodeRepo *r, Str version, Err *err, const char *what, Str x) {
    return err_set(err, r->w->a, ERR_OTHER, "%.*s@%.*s: invalid pseudo-version: %s%.*s%s", SFMT(r->path), SFMT(version),
                   what, SFMT(x), x.len ? ")" : "");
}

// The base of a pseudo-version is a tag before the commit.
static bool check_base(Conversion *c, Str version, Str base, Str rev, Err *err) {
    CodeRepo *r = c->r;
    Arena *a = r->w->a;
    StrList tags;
    Str last = S("");
    bool found = false;
    for (i64 i = 0; i < c->info->tags.len; i++) {
        Str t = c->info->tags.ptr[i];
        Str only = str_has_prefix(t, c->tag_prefix) ? str_slice(t, c->tag_prefix.len, t.len) : t;
        if (str_eq(only, base))
            return err_set(err, a, ERR_OTHER,
                           "%.*s@%.*s: invalid pseudo-version: tag (%.*s) found on revision %.*s is already canonical, "
                           "so should not be replaced "
                           "with a pseudo-version derived from that tag",
                           SFMT(r->path), SFMT(version), SFMT(t), SFMT(rev));
    }
    if (!git_tags(r->w, r->git, arena_printf(a, "%.*s%.*s", SFMT(c->tag_prefix), SFMT(base)), &tags, NULL, err))
        return false;
    for (i64 i = 0; i < tags.len && !found; i++) {
        Str only = str_slice(tags.ptr[i], c->tag_prefix.len, tags.ptr[i].len);
        if (semver_cmp(only, base) != 0) continue;
        last = tags.ptr[i];
        if (!git_descends(r->w, r->git, c->info->name, tags.ptr[i], &found, err)) return false;
    }
    if (!last.len)
        return err_set(err, a, ERR_OTHER, "%.*s@%.*s: invalid pseudo-version: preceding tag (%.*s) not found",
                       SFMT(r->path), SFMT(version), SFMT(base));
    return found ||
           err_set(err, a, ERR_OTHER,
                   "%.*s@%.*s: invalid pseudo-version: revision %.*s is not a descendent of preceding tag (%.*s)",
                   SFMT(r->path), SFMT(version), SFMT(rev), SFMT(last));
}

static bool check_pseudo(Conversion *c, Str version, Err *err) {
    CodeRepo *r = c->r;
    Str base, t, rev, own = c->info->short_name;
    if (!pseudo_parse(r->w->a, without_suffix(version), &base, &t, &rev, err)) return false;
    if (!str_eq(rev, own)) {
        if (str_has_prefix(rev, own))
            return wrong_pseudo(r, version, err, "revision is longer than canonical (expected ", own);
        if (str_has_prefix(own, rev))
            return wrong_pseudo(r, version, err, "revision is shorter than canonical (expected ", own);
        return wrong_pseudo(r, version, err, "does not match short name of revision (expected ", own);
    }
    if (!str_eq(t, c->info->time14))
        return wrong_pseudo(r, version, err, "does not match version-control timestamp (expected ", c->info->time14);
    if (base.len) return check_base(c, version, base, rev, err);
    if (!r->pseudo_major.len && str_eq(semver_major(version), S("v1")))
        return wrong_pseudo(r, version, err, "major version without preceding tag must be v0, not v1", S(""));
    return true;
}

// The best that the tags at the commit give: a version, or the base of a pseudo-version.
static bool choose_tag(Conversion *c, Str *version, Str *base, bool *exact) {
    CodeRepo *r = c->r;
    *version = *base = S("");
    for (i64 i = 0; i < c->info->tags.len; i++) {
        bool canonical;
        Str v = tag_version(c, c->info->tags.ptr[i], &canonical);
        if (c->asked.len && v.len && semver_valid(c->asked) && semver_cmp(v, c->asked) == 0) {
            if (canonical) {
                *version = v, *exact = true;
                return true;
            }
            *base = v;
        }
        if (!canonical || (version->len && semver_cmp(*version, v) >= 0) || is_retracted(r, v)) continue;
        if (module_match_path_major(v, r->major) || may_be_incompatible(c, v)) *version = v;
    }
    return version->len > 0;
}

static bool version_of(Conversion *c, Str *out, Err *err) {
    CodeRepo *r = c->r;
    bool canonical, exact = false;
    Str v, base, tag;
    Err e = {0};
    if (pseudo_is(c->asked)) return check_canonical(c, c->asked, out, err) && check_pseudo(c, c->asked, err);
    v = tag_version(c, c->info->version, &canonical);
    if (canonical && check_canonical(c, v, out, &e)) return true;
    if (choose_tag(c, &v, &base, &exact)) return check_canonical(c, v, out, err);
    if (!base.len) {
        if (!git_recent_tag(r->w, r->git, c->info->name, c->tag_prefix, tag_allowed, c, &tag, err)) return false;
        if (tag.len) base = tag_version(c, tag, &canonical);
    }
    return check_canonical(c, pseudo_make(r->w->a, r->pseudo_major, base, c->info->time14, c->info->short_name), out,
                           err);
}

// ---- Origin -------------------------------------------------------------------------------------------------------------------

static void put(Buf *b, const char *name, Str s) {
    json_t *v = s.len ? json_stringn(s.ptr, (size_t)s.len) : NULL;
    char *text = v ? json_dumps(v, JSON_ENCODE_ANY) : NULL;
    if (text) buf_printf(b, "%s\"%s\":%s", b->len > 1 ? "," : "", name, text);
    free(text);
    json_decref(v);
}

static Str origin_json(Arena *a, const Origin *o) {
    Buf b = {0};
    buf_char(&b, '{');
    put(&b, "VCS", S("git"));
    put(&b, "URL", o->url);
    put(&b, "Subdir", o->subdir);
    put(&b, "Hash", o->hash);
    put(&b, "TagPrefix", o->tag_prefix);
    put(&b, "TagSum", o->tag_sum);
    put(&b, "Ref", o->ref);
    put(&b, "RepoSum", o->repo_sum);
    buf_char(&b, '}');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str origin_text(CodeRepo *r, Str hash, Str ref, Str tag_prefix, Str sum) {
    Origin o = {
        .url = git_url(r->git), .subdir = r->dir, .hash = hash, .tag_prefix = tag_prefix, .tag_sum = sum, .ref = ref};
    return origin_json(r->w->a, &o);
}

// Of a revision that does not exist: whatever changes in the repository may change that.
static Str origin_of_nothing(CodeRepo *r) {
    Origin o = {.url = git_url(r->git)};
    return git_repo_sum(r->w, r->git, &o.repo_sum) ? origin_json(r->w->a, &o) : S("");
}

// Does a state that was told once still hold?
static bool state_holds(CodeRepo *r, const Origin *o, Err *err) {
    Work *w = r->w;
    Str hash, sum;
    StrList tags;
    if (!str_eq(o->vcs, S("git")) || !str_eq(o->url, git_url(r->git)) || !str_eq(o->subdir, r->dir))
        return err_set(err, w->a, ERR_OTHER, "the origin moved");
    if (!o->hash.len && !o->tag_sum.len && !o->repo_sum.len)
        return err_set(err, w->a, ERR_OTHER, "the origin is not specific");
    if (o->ref.len && !(git_ref(w, r->git, o->ref, &hash, err) && str_eq(hash, o->hash)))
        return err_set(err, w->a, ERR_OTHER, "ref %.*s moved", SFMT(o->ref));
    if (o->tag_sum.len && !(git_tags(w, r->git, o->tag_prefix, &tags, &sum, err) && str_eq(sum, o->tag_sum)))
        return err_set(err, w->a, ERR_OTHER, "tags changed");
    if (o->repo_sum.len && !(git_repo_sum(w, r->git, &sum) && str_eq(sum, o->repo_sum)))
        return err_set(err, w->a, ERR_OTHER, "refs changed");
    return true;
}

static bool convert(CodeRepo *r, const GitInfo *g, Str asked, RevInfo *info, Err *err) {
    Conversion c = {r, g, asked, r->dir.len ? arena_printf(r->w->a, "%.*s/", SFMT(r->dir)) : S("")};
    StrList tags;
    Str v, prefix = S(""), sum = S("");
    if (!version_of(&c, &v, err)) {
        *info = (RevInfo){.origin = origin_text(r, g->name, pseudo_is(asked) ? S("") : g->ref, S(""), S(""))};
        return false;
    }
    if (pseudo_is(v) && (!str_eq(v, asked) || !str_has_prefix(v, S("v0.0.0-")))) { // depends on which tags there are
        prefix = c.tag_prefix;
        if (r->major.len)
            prefix = arena_printf(r->w->a, "%.*s%.*s.", SFMT(prefix), SFMT(str_slice(r->major, 1, r->major.len)));
        if (!git_tags(r->w, r->git, prefix, &tags, &sum, err)) return false;
    }
    Str ref = pseudo_is(asked) ? S("") : g->ref; // a pseudo-version means its commit, whatever is called by it now
    *info = (RevInfo){v, g->time, g->name, g->short_name, origin_text(r, g->name, ref, prefix, sum)};
    return true;
}

// ---- the five questions -----------------------------------------------------------------------------------------------------

static bool stat_code(CodeRepo *r, Str rev, RevInfo *info, Err *err) {
    GitInfo g;
    if (!git_stat(r->w, r->git, revision_of(r, rev), &g, err)) {
        if (err->kind == ERR_NOT_EXIST) *info = (RevInfo){.version = rev, .origin = origin_of_nothing(r)};
        return invalid(r, rev, err->kind, err);
    }
    return convert(r, &g, rev, info, err);
}

bool direct_stat(Work *w, Str path, Str rev, RevInfo *info, Err *err) {
    CodeRepo r;
    Str proxy;
    if (str_eq(rev, S("latest"))) return direct_latest(w, path, info, err);
    Opened o = open_code(w, path, &r, &proxy, err);
    if (o == OPENED_PROXY) return proxy_stat(w, proxy, path, rev, info, err);
    if (o == OPENED_NOT) return false;
    bool ok = stat_code(&r, rev, info, err);
    git_leave(r.git);
    return ok;
}

bool direct_latest(Work *w, Str path, RevInfo *info, Err *err) {
    CodeRepo r;
    Str proxy;
    GitInfo g;
    Opened o = open_code(w, path, &r, &proxy, err);
    if (o == OPENED_PROXY) return proxy_latest(w, proxy, path, info, err);
    if (o == OPENED_NOT) return false;
    bool ok = git_latest(w, r.git, &g, err) && convert(&r, &g, S(""), info, err);
    git_leave(r.git);
    return ok;
}

bool direct_origin_holds(Work *w, Str path, const Origin *origin, Err *err) {
    CodeRepo r;
    Str proxy;
    Opened o = open_code(w, path, &r, &proxy, err);
    if (o == OPENED_PROXY) return err_set(err, w->a, ERR_OTHER, "a proxy does not say what a repository is like");
    if (o == OPENED_NOT) return false;
    bool ok = state_holds(&r, origin, err);
    git_leave(r.git);
    return ok;
}

bool direct_versions(Work *w, Str path, Str prefix, Str **list, i64 *n, Str *origin, Err *err) {
    CodeRepo r;
    Str proxy, tag_prefix, sum;
    StrList l;
    Opened o = open_code(w, path, &r, &proxy, err);
    if (o == OPENED_PROXY) return proxy_versions(w, proxy, path, prefix, list, n, err);
    if (o == OPENED_NOT) return false;
    bool ok = list_versions(&r, prefix, &l, &tag_prefix, &sum, err);
    if (ok) *list = l.ptr, *n = l.len;
    if (ok && origin) *origin = origin_text(&r, S(""), S(""), tag_prefix, sum);
    git_leave(r.git);
    return ok;
}

static bool gomod_code(CodeRepo *r, Str version, Str *text, Err *err) {
    RevInfo info;
    Place p;
    if (pseudo_is(version) && !stat_code(r, version, &info, err)) return false;
    if (!find_dir(r, version, &p, err)) return false;
    *text = p.has_gomod ? p.gomod : arena_printf(r->w->a, "module %.*s\n", SFMT(r->path));
    return true;
}

bool direct_gomod(Work *w, Str path, Str version, Str *text, Err *err) {
    CodeRepo r;
    Str proxy;
    Opened o = open_code(w, path, &r, &proxy, err);
    if (o == OPENED_PROXY) return proxy_gomod(w, proxy, path, version, text, err);
    if (o == OPENED_NOT) return false;
    bool ok = gomod_code(&r, version, text, err);
    git_leave(r.git);
    return ok;
}

// ---- zip ------------------------------------------------------------------------------------------------------------------------

typedef struct ArchiveFiles {
    ZipReader z;
    Str license; // of the repository's root, where the module has none
} ArchiveFiles;

static bool buf_sink(void *ctx, const u8 *p, i64 n) {
    buf_bytes(ctx, p, n);
    return true;
}

static bool read_entry(void *ctx, Arena *a, const ZipSource *f, Str *text, Err *err) {
    ArchiveFiles *z = ctx;
    Buf b = {0};
    if (f->index < 0) return *text = z->license, true;
    bool ok = zip_read(a, &z->z, &z->z.entries[f->index], buf_sink, &b, err);
    *text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return ok;
}

static bool list_archive(CodeRepo *r, const Place *p, ArchiveFiles *z, ZipSource **out, i64 *n, Err *err) {
    Arena *a = r->w->a;
    VEC(ZipSource) v = {0};
    Str prefix = p->dir.len ? arena_printf(a, "prefix/%.*s/", SFMT(p->dir)) : S("prefix/");
    bool license = false;
    for (i64 i = 0; i < z->z.n; i++) {
        ZipEntry *e = &z->z.entries[i];
        if (!str_has_prefix(e->name, S("prefix/")))
            return err_set(err, a, ERR_OTHER, "zip file contains more than one top-level directory");
        if (!str_has_prefix(e->name, prefix)) continue;
        Str name = str_slice(e->name, prefix.len, e->name.len);
        if (!name.len || name.ptr[name.len - 1] == '/') continue;
        ZipSource s = {name, e->size, e->symlink ? SOURCE_SYMLINK : SOURCE_FILE, i};
        vec_push(a, &v, s);
        license = license || str_eq(name, S("LICENSE"));
    }
    Err e = {0};
    if (!license && p->dir.len && git_read_file(r->w, r->git, p->rev, S("LICENSE"), &z->license, &e)) {
        ZipSource s = {S("LICENSE"), z->license.len, SOURCE_FILE, -1};
        vec_push(a, &v, s);
    }
    *out = v.ptr, *n = v.len;
    return true;
}

static bool write_all(int fd, const Buf *b) {
    for (i64 at = 0; at < b->len;) {
        ssize_t n = write(fd, b->ptr + at, (size_t)(b->len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += n;
    }
    return true;
}

static bool go_too_new(CodeRepo *r, Str version, const Place *p, Err *err) {
    Work *w = r->w;
    ModFile *m = p->has_gomod ? modfile_parse_lax(w->a, S("go.mod"), p->gomod, NULL, NULL, NULL) : NULL;
    if (!modfile_is_too_new(w->f->env, m)) return false;
    modfile_too_new(w->a, w->f->env, modver_string(w->a, (ModVersion){r->path, version}), m->go.value, err);
    return true;
}

static bool zip_code(CodeRepo *r, Str version, int fd, Err *err) {
    Work *w = r->w;
    RevInfo info;
    Place p;
    ArchiveFiles z = {0};
    ZipSource *files = NULL;
    i64 n = 0;
    Buf out = {0};
    ModVersion mv = {r->path, version};
    if (pseudo_is(version) && !stat_code(r, version, &info, err)) return false;
    if (!find_dir(r, version, &p, err) || go_too_new(r, version, &p, err)) return false;
    // git's archive goes into the file that will hold the module's zip, and is replaced by that.
    bool ok = ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 && git_archive(w, r->git, p.rev, p.dir, fd, err);
    ok = ok && zip_open(w->a, arena_printf(w->a, "/proc/self/fd/%d", fd), &z.z, err) &&
         list_archive(r, &p, &z, &files, &n, err) && zip_make(w->a, mv, files, n, read_entry, &z, &out, err);
    zip_close(&z.z);
    if (ok && (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0 || !write_all(fd, &out)))
        ok = err_set(err, w->a, ERR_OTHER, "write: %s", err_os(errno));
    buf_free(&out);
    return ok;
}

bool direct_zip(Work *w, Str path, Str version, int fd, Err *err) {
    CodeRepo r;
    Str proxy;
    Opened o = open_code(w, path, &r, &proxy, err);
    if (o == OPENED_PROXY) return proxy_zip(w, proxy, path, version, fd, err);
    if (o == OPENED_NOT) return false;
    bool ok = zip_code(&r, version, fd, err);
    git_leave(r.git);
    return ok;
}

// ---- a work tree ----------------------------------------------------------------------------------------------------------------

// What module path is called at a commit of the repository in dir, whose root holds a module with the prefix root.
bool direct_local_version(Work *w, Str dir, Str root, Str path, Str rev, Str *version, Err *err) {
    CodeRepo r = {.w = w};
    RepoRoot rr = {S("git"), dir, root, S("")};
    RevInfo info;
    if (!make_view(&r, &rr, path, err)) return false;
    r.git = git_local(w, dir);
    bool ok = stat_code(&r, rev, &info, err);
    if (ok) *version = info.version;
    git_leave(r.git);
    return ok;
}
