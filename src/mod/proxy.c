// proxy.c - GOPROXY: the list of proxies, when the next one is tried, and the protocol's five requests.
//
// Facts: go.dev/ref/mod#goproxy-protocol. What a proxy answers is other people's bytes: it is checked before anything is made of it.
#include "mod/fetch_int.h"
#include <jansson.h>
#include <stdlib.h>

// ---- the list -------------------------------------------------------------------------------------------------------

static bool has_any(Str s, const char *set) {
    for (i64 i = 0; i < s.len; i++)
        if (strchr(set, s.ptr[i])) return true;
    return false;
}

static bool check_base(Arena *a, Str url, Url *u, Err *err) {
    if (!url_parse(a, url, u, err)) return false;
    Str shown = url_redacted(a, u);
    if (!u->scheme.len) return err_set(err, a, ERR_OTHER, "invalid proxy URL missing scheme: %.*s", SFMT(shown));
    if (str_eq(u->scheme, S("file"))) {
        if (!u->host.len && !u->has_user && !u->has_query && !u->fragment.len) return true;
        return err_set(err, a, ERR_OTHER, "invalid file:// proxy URL with non-path elements: %.*s", SFMT(shown));
    }
    if (str_eq(u->scheme, S("http")) || str_eq(u->scheme, S("https"))) return true;
    return err_set(err, a, ERR_OTHER, "invalid proxy URL scheme (must be https, http, file): %.*s", SFMT(shown));
}

bool proxies_read(Fetcher *f) {
    VEC(ProxySpec) v = {0};
    Str list = env_get(f->env, "GOPROXY");
    if (env_get(f->env, "GONOPROXY").len && !str_eq(list, S("direct"))) {
        ProxySpec none = {.url = S("noproxy")};
        vec_push(f->a, &v, none);
    }
    i64 implicit = v.len;
    for (i64 at = 0; at < list.len;) {
        i64 end = at;
        while (end < list.len && list.ptr[end] != ',' && list.ptr[end] != '|') end++;
        ProxySpec p = {str_trim(str_slice(list, at, end)), end < list.len && list.ptr[end] == '|'};
        at = end + 1;
        if (!p.url.len) continue;
        bool word = str_eq(p.url, S("off")) || str_eq(p.url, S("direct"));
        if (!word && has_any(p.url, ".:/") && str_find(p.url, S(":/")) < 0 && p.url.ptr[0] != '/')
            p.url = arena_printf(f->a, "https://%.*s", SFMT(p.url));
        Url u;
        if (!word && !check_base(f->a, p.url, &u, &f->proxy_err)) return false;
        vec_push(f->a, &v, p);
        if (word) break;
    }
    f->proxies = v.ptr, f->nproxies = f->limit = v.len;
    if (v.len > implicit) return true;
    return err_set(&f->proxy_err, f->a, ERR_OTHER, "GOPROXY list is not the empty string, but contains no entries");
}

// What a proxy may not be asked for: the error that stands for its answer, NULL if it may.
static const char *refusal(const Fetcher *f, Str proxy, Str path) {
    if (!path.len) return NULL;
    bool private_ = module_match_prefix_patterns(env_get(f->env, "GONOPROXY"), path);
    bool named = str_eq(proxy, S("noproxy")), direct = str_eq(proxy, S("direct"));
    if (private_) return named || direct ? NULL : "disabled by GOPRIVATE/GONOPROXY";
    if (str_eq(proxy, S("off"))) return "module lookup disabled by GOPROXY=off";
    return named ? "path does not match GOPRIVATE/GONOPROXY" : NULL;
}

// The error that tells most: of direct, then of a proxy that failed, then that there is no such thing.
static bool ask_proxies(Work *w, Str path, ProxyFn fn, void *ctx, Asked *asked, i64 limit, Err *err) {
    if (w->f->proxy_err.text.len) {
        *err = w->f->proxy_err;
        return false;
    }
    int *rank = &asked->rank;
    while (!asked->over && asked->next < limit) {
        ProxySpec p = w->f->proxies[asked->next++];
        Err e = {0};
        const char *why = refusal(w->f, p.url, path);
        bool named = str_eq(p.url, S("noproxy")), direct = named || str_eq(p.url, S("direct"));
        if (why) err_set(&e, w->a, ERR_NOT_EXIST, "%s", why);
        else if (fn(w, direct ? S("direct") : p.url, path, ctx, &e)) return true;
        bool absent = e.kind == ERR_NOT_EXIST;
        if ((direct && !(named && why))) *err = e, *rank = 2;
        else if (*rank <= 1 && !absent) *err = e, *rank = 1;
        else if (*rank == 0) *err = e;
        asked->over = !p.fallback && !absent;
    }
    return false;
}

bool proxies_try(Work *w, Str path, ProxyFn fn, void *ctx, Err *err) {
    Asked asked = {0};
    return ask_proxies(w, path, fn, ctx, &asked, w->f->nproxies, err);
}

bool proxies_resume(Work *w, Str path, ProxyFn fn, void *ctx, Asked *asked, Err *err) {
    return ask_proxies(w, path, fn, ctx, asked, w->f->limit, err);
}

void fetch_limit(Fetcher *f, i64 n) { f->limit = n > 0 ? i64_min(n, f->nproxies) : f->nproxies; }

bool fetch_goes_on(const Fetcher *f, const Err *err) {
    if (f->limit == 0 || f->limit >= f->nproxies) return false;
    return err->kind == ERR_NOT_EXIST || f->proxies[f->limit - 1].fallback;
}

// ---- errors -----------------------------------------------------------------------------------------------------------

// As module.ModuleError says it; the kind stays.
bool module_error(Work *w, Str path, Str version, Err *err) {
    Str text = err->text;
    if (err->kind == ERR_TOO_NEW) return false; // it names the version itself
    if (!version.len) err_set(err, w->a, err->kind, "module %.*s: %.*s", SFMT(path), SFMT(text));
    else if (!str_eq(version, module_canonical_version(w->a, version)))
        err_set(err, w->a, err->kind, "%.*s@%.*s: invalid %s: %.*s", SFMT(path), SFMT(version),
                pseudo_is(version) ? "pseudo-version" : "version", SFMT(text));
    else err_set(err, w->a, err->kind, "%.*s@%.*s: %.*s", SFMT(path), SFMT(version), SFMT(text));
    return false;
}

// ---- JSON ---------------------------------------------------------------------------------------------------------------

static const json_t *member(const json_t *o, const char *name) {
    const char *key;
    json_t *v, *found = json_object_get(o, name);
    if (found) return found;
    json_object_foreach((json_t *)o, key, v) if (!strcasecmp(key, name)) return v;
    return NULL;
}

static bool json_error(Arena *a, Str text, const json_error_t *e, Err *err) {
    Str s = str_trim(text);
    if (!s.len) return err_set(err, a, ERR_OTHER, "unexpected end of JSON input");
    if (!strchr("{[\"-0123456789tfn", s.ptr[0]))
        return err_set(err, a, ERR_OTHER, "invalid character '%c' looking for beginning of value",
                       s.ptr[0] < ' ' ? '?' : s.ptr[0]);
    return err_set(err, a, ERR_OTHER, "%s", e->text);
}

static bool text_of(Arena *a, const json_t *o, const char *name, Str *out, Err *err) {
    const json_t *v = member(o, name);
    *out = S("");
    if (!v || json_is_null(v)) return true;
    if (!json_is_string(v)) return err_set(err, a, ERR_OTHER, "json: cannot unmarshal %s into a string", name);
    Str s = {json_string_value(v), (i64)json_string_length(v)};
    for (i64 i = 0; i < s.len; i++)
        if ((u8)s.ptr[i] < ' ') return err_set(err, a, ERR_OTHER, "json: control character in %s", name);
    *out = arena_str(a, s);
    return true;
}

static bool digits(Str s, i64 at, i64 n) {
    for (i64 i = at; i < at + n; i++)
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return true;
}

static bool is_zone(Str z) {
    if (str_eq(z, S("Z"))) return true;
    return z.len == 6 && (z.ptr[0] == '+' || z.ptr[0] == '-') && digits(z, 1, 2) && z.ptr[3] == ':' && digits(z, 4, 2);
}

static bool is_time(Str s) { // RFC 3339
    if (s.len < 20 || !digits(s, 0, 4) || s.ptr[4] != '-' || !digits(s, 5, 2) || s.ptr[7] != '-' || !digits(s, 8, 2))
        return false;
    if (s.ptr[10] != 'T' || !digits(s, 11, 2) || s.ptr[13] != ':' || !digits(s, 14, 2) || s.ptr[16] != ':' ||
        !digits(s, 17, 2))
        return false;
    i64 i = 19;
    if (s.ptr[i] == '.')
        for (i++; digits(s, i, 1);) i++;
    return is_zone(str_slice(s, i, s.len));
}

static const char *const origin_names[] = {"VCS", "URL", "Subdir", "Hash", "TagPrefix", "TagSum", "Ref", "RepoSum"};

static void put_json_string(Buf *b, const char *name, Str s) {
    json_t *v = json_stringn(s.ptr, (size_t)s.len);
    char *text = v ? json_dumps(v, JSON_ENCODE_ANY) : NULL;
    if (text) buf_printf(b, "%s\"%s\":%s", b->len > 1 ? "," : "", name, text);
    free(text);
    json_decref(v);
}

// Origin's known fields in their order; clean: without what only a repeated query needs.
static Str origin_text(Arena *a, const json_t *o, bool clean, bool pseudo) {
    Buf b = {0};
    buf_char(&b, '{');
    for (i64 i = 0; i < NELEM(origin_names); i++) {
        Str s;
        bool volatile_ = !strcmp(origin_names[i], "TagPrefix") || !strcmp(origin_names[i], "TagSum") ||
                         !strcmp(origin_names[i], "RepoSum") || (pseudo && !strcmp(origin_names[i], "Ref"));
        if (clean && volatile_) continue;
        if (text_of(a, o, origin_names[i], &s, NULL) && s.len) put_json_string(&b, origin_names[i], s);
    }
    buf_char(&b, '}');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Origin fetch_origin(Arena *a, Str json) {
    Origin o = {0};
    Str *fields[] = {&o.vcs, &o.url, &o.subdir, &o.hash, &o.tag_prefix, &o.tag_sum, &o.ref, &o.repo_sum};
    json_t *j = json.len ? json_loadb(json.ptr, (size_t)json.len, 0, NULL) : NULL;
    for (i64 i = 0; j && i < NELEM(fields); i++) text_of(a, j, origin_names[i], fields[i], NULL);
    json_decref(j);
    return o;
}

// What both say; "" if they contradict each other, or one says nothing: then it is not known what the answer depends on.
Str fetch_merge_origins(Arena *a, Str x, Str y) {
    if (!x.len || !y.len) return S("");
    json_t *o = json_loadb(x.ptr, (size_t)x.len, 0, NULL), *p = json_loadb(y.ptr, (size_t)y.len, 0, NULL);
    bool fits = o && p;
    for (i64 i = 0; i < NELEM(origin_names) && fits; i++) {
        json_t *v = json_object_get(p, origin_names[i]), *have = json_object_get(o, origin_names[i]);
        if (v && have) fits = json_equal(v, have);
        else if (v) json_object_set(o, origin_names[i], v);
    }
    Str out = fits ? origin_text(a, o, false, false) : S("");
    json_decref(o);
    json_decref(p);
    return out;
}

bool revinfo_parse(Arena *a, Str text, RevInfo *info, Err *err) {
    json_error_t e;
    *info = (RevInfo){0};
    json_t *o = json_loadb(text.ptr ? text.ptr : "", (size_t)text.len, JSON_DECODE_ANY, &e);
    if (!o) return json_error(a, text, &e, err);
    bool ok = json_is_object(o);
    if (!ok) err_set(err, a, ERR_OTHER, "json: cannot unmarshal into Go value of type modfetch.RevInfo");
    ok = ok && text_of(a, o, "Version", &info->version, err) && text_of(a, o, "Time", &info->time, err);
    if (ok && info->time.len && !is_time(info->time))
        ok = err_set(err, a, ERR_OTHER, "parsing time %.*s: not RFC 3339", SFMT(str_quote(a, info->time)));
    const json_t *origin = ok ? member(o, "Origin") : NULL;
    info->origin = json_is_object(origin) ? origin_text(a, origin, false, false) : S("");
    info->name = info->short_name = S("");
    json_decref(o);
    return ok;
}

Str revinfo_json(Arena *a, const RevInfo *info, bool clean) {
    Buf b = {0};
    buf_char(&b, '{');
    put_json_string(&b, "Version", info->version);
    put_json_string(&b, "Time", info->time.len ? info->time : S("0001-01-01T00:00:00Z"));
    json_t *o = info->origin.len ? json_loadb(info->origin.ptr, (size_t)info->origin.len, 0, NULL) : NULL;
    if (o) {
        Str s = origin_text(a, o, clean, pseudo_is(info->version));
        buf_printf(&b, ",\"Origin\":%.*s", SFMT(s));
        json_decref(o);
    }
    buf_char(&b, '}');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

// ---- requests -----------------------------------------------------------------------------------------------------------

static bool get(Work *w, Str base, Str path, const char *tail, Str version, const char *ext, int fd, Str *text,
                Err *err) {
    Url root, u;
    Str esc, ever = S("");
    if (!check_base(w->a, base, &root, err) || !module_escape_path(w->a, path, &esc, err)) return false;
    if (version.len && !module_escape_version(w->a, version, &ever, err)) return false;
    Str name = arena_printf(w->a, "%s%.*s%s", tail, SFMT(ever), ext);
    u = url_join(w->a, &root,
                 arena_printf(w->a, "%.*s/%.*s", SFMT(url_escape_path(w->a, esc)), SFMT(url_escape_path(w->a, name))));
    if (fd < 0) return http_get_text(w, &u, text, err);
    HttpResponse r;
    if (!http_get(w, SECURE_DEFAULT, &u, fd, MAX_ZIP, &r, err)) return false;
    buf_free(&r.body);
    if (r.status == 200) return true;
    *err = r.err;
    return false;
}

static bool word_at(Str s, i64 *at, Str *word) {
    while (*at < s.len && strchr(" \t\r\v\f", s.ptr[*at])) (*at)++;
    i64 from = *at;
    while (*at < s.len && !strchr(" \t\r\v\f", s.ptr[*at])) (*at)++;
    *word = str_slice(s, from, *at);
    return word->len > 0;
}

static bool line_at(Str s, i64 *at, Str *line) {
    if (*at >= s.len) return false;
    Str rest = str_slice(s, *at, s.len);
    i64 end = str_index(rest, '\n');
    *line = end < 0 ? rest : str_slice(rest, 0, end);
    *at += line->len + 1;
    return true;
}

static int compare_semver(const void *x, const void *y) {
    Str a = *(const Str *)x, b = *(const Str *)y;
    int c = semver_cmp(a, b);
    return c ? c : str_cmp(a, b);
}

bool proxy_versions(Work *w, Str base, Str path, Str prefix, Str **list, i64 *n, Err *err) {
    Str text, line, v;
    if (!get(w, base, path, "@v/list", S(""), "", -1, &text, err)) return module_error(w, path, S(""), err);
    VEC(Str) out = {0};
    for (i64 at = 0; line_at(text, &at, &line);) {
        i64 i = 0;
        if (word_at(line, &i, &v) && semver_valid(v) && str_has_prefix(v, prefix) && !pseudo_is(v))
            vec_push(w->a, &out, v);
    }
    if (out.len) qsort(out.ptr, (size_t)out.len, sizeof(Str), compare_semver);
    *list = out.ptr, *n = out.len;
    return true;
}

bool proxy_stat(Work *w, Str base, Str path, Str rev, RevInfo *info, Err *err) {
    Str text;
    Err e = {0};
    Url u;
    if (!get(w, base, path, "@v/", rev, ".info", -1, &text, err)) return module_error(w, path, rev, err);
    if (!revinfo_parse(w->a, text, info, &e)) {
        check_base(w->a, base, &u, NULL);
        err_set(err, w->a, ERR_OTHER, "invalid response from proxy %.*s: %.*s",
                SFMT(str_quote(w->a, url_redacted(w->a, &u))), SFMT(e.text));
        return module_error(w, path, rev, err);
    }
    ModVersion mv = {path, rev};
    bool exact = str_eq(rev, module_canonical_version(w->a, rev)) && module_check(w->a, mv, NULL);
    if (exact && !str_eq(info->version, rev)) {
        err_set(err, w->a, ERR_OTHER, "proxy returned info for version %.*s instead of requested version",
                SFMT(info->version));
        return module_error(w, path, rev, err);
    }
    if (exact || semver_valid(info->version)) return true;
    err_set(err, w->a, ERR_OTHER, "proxy returned invalid version %.*s", SFMT(str_quote(w->a, info->version)));
    return module_error(w, path, rev, err);
}

static Str pseudo_time(Arena *a, Str v) { // as RFC 3339
    Str base, t, rev;
    if (!pseudo_parse(a, v, &base, &t, &rev, NULL) || t.len != 14) return S("");
    return arena_printf(a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t.ptr, t.ptr + 4, t.ptr + 6, t.ptr + 8, t.ptr + 10,
                        t.ptr + 12);
}

// Where nothing is tagged: the newest of the listed versions.
static bool latest_listed(Work *w, Str base, Str path, RevInfo *info, Err *err) {
    Str text, line, v, when, best = S(""), best_time = S("");
    if (!get(w, base, path, "@v/list", S(""), "", -1, &text, err)) return module_error(w, path, S(""), err);
    for (i64 at = 0; line_at(text, &at, &line);) {
        i64 i = 0;
        if (!word_at(line, &i, &v) || !semver_valid(v)) continue;
        if (!word_at(line, &i, &when) || !is_time(when)) when = pseudo_time(w->a, v);
        if (when.len && str_cmp(best_time, when) < 0) best = v, best_time = when;
    }
    if (best.len) return proxy_stat(w, base, path, best, info, err);
    err_set(err, w->a, ERR_NOT_EXIST, "no commits");
    return module_error(w, path, S(""), err);
}

bool proxy_latest(Work *w, Str base, Str path, RevInfo *info, Err *err) {
    Str text;
    Err e = {0};
    Url u;
    if (!get(w, base, path, "@latest", S(""), "", -1, &text, err)) {
        if (err->kind == ERR_NOT_EXIST) return latest_listed(w, base, path, info, err);
        return module_error(w, path, S(""), err);
    }
    if (revinfo_parse(w->a, text, info, &e)) {
        if (semver_valid(info->version)) return true;
        err_set(&e, w->a, ERR_OTHER, "invalid version %.*s", SFMT(str_quote(w->a, info->version)));
    }
    check_base(w->a, base, &u, NULL);
    err_set(err, w->a, ERR_OTHER, "invalid response from proxy %.*s: %.*s",
            SFMT(str_quote(w->a, url_redacted(w->a, &u))), SFMT(e.text));
    return module_error(w, path, S(""), err);
}

bool proxy_gomod(Work *w, Str base, Str path, Str version, Str *text, Err *err) {
    if (!get(w, base, path, "@v/", version, ".mod", -1, text, err)) return module_error(w, path, version, err);
    if (text->len <= MAX_GOMOD) return true;
    err_set(err, w->a, ERR_OTHER, "go.mod file too large (max size is %d bytes)", MAX_GOMOD);
    return module_error(w, path, version, err);
}

bool proxy_zip(Work *w, Str base, Str path, Str version, int fd, Err *err) {
    return get(w, base, path, "@v/", version, ".zip", fd, NULL, err) || module_error(w, path, version, err);
}
