// auth.c - GOAUTH: credentials by prefix of a URL, from .netrc, git's credential helpers or the user's commands.
//
// Facts: `go help goauth`. The commands run once before the first https request, and once more with the URL when a server answers with 4xx. Earlier
// commands win. Only https URLs ever get credentials.
#include "mod/auth.h"
#include "mod/run.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct Credential {
    Str prefix; // without https:// and without a slash at the end
    AuthHeaders headers;
} Credential;
struct Auth {
    pthread_mutex_t lock; // held while commands run
    Arena *a;
    VEC(Credential) list; // a later one of the same prefix replaces
    bool ran;
    Buf wrong; // what went wrong in the last run of the commands, a line each
};

Auth *auth_new(void) {
    Auth *x = calloc(1, sizeof *x);
    if (!x) fatal("out of memory");
    pthread_mutex_init(&x->lock, NULL);
    x->a = arena_new("credentials");
    return x;
}

void auth_free(Auth *x) {
    buf_free(&x->wrong);
    pthread_mutex_destroy(&x->lock);
    arena_free(x->a);
    free(x);
}

static Str normal(Str p) {
    if (str_has_prefix(p, S("https://"))) p = str_slice(p, 8, p.len);
    return p.len && p.ptr[p.len - 1] == '/' ? str_slice(p, 0, p.len - 1) : p;
}

static void store(Auth *x, Str prefix, const AuthHeaders *h) {
    Credential c = {arena_str(x->a, normal(prefix)), {ANEWN(x->a, Str, h->n + 1), h->n}};
    for (i64 i = 0; i < h->n; i++) c.headers.lines[i] = arena_str(x->a, h->lines[i]);
    for (i64 i = 0; i < x->list.len; i++)
        if (str_eq(x->list.ptr[i].prefix, c.prefix)) {
            x->list.ptr[i] = c;
            return;
        }
    vec_push(x->a, &x->list, c);
}

static AuthHeaders load(const Auth *x, Str url) {
    for (Str p = normal(url);;) {
        for (i64 i = 0; i < x->list.len; i++)
            if (str_eq(x->list.ptr[i].prefix, p) && x->list.ptr[i].headers.n) return x->list.ptr[i].headers;
        i64 slash = str_rindex(p, '/');
        if (slash < 0) return (AuthHeaders){0};
        p = str_slice(p, 0, slash);
    }
}

bool auth_equal(const AuthHeaders *x, const AuthHeaders *y) {
    if (x->n != y->n) return false;
    for (i64 i = 0; i < x->n; i++)
        if (!str_eq(x->lines[i], y->lines[i])) return false;
    return true;
}

static AuthHeaders basic(Arena *a, Str user, Str password) {
    Str s = arena_printf(a, "%.*s:%.*s", SFMT(user), SFMT(password));
    size_t n = sodium_base64_encoded_len((size_t)s.len, sodium_base64_VARIANT_ORIGINAL);
    char *b64 = arena_alloc(a, (i64)n, 1);
    sodium_bin2base64(b64, n, (const u8 *)s.ptr, (size_t)s.len, sodium_base64_VARIANT_ORIGINAL);
    AuthHeaders h = {ANEW(a, Str), 1};
    h.lines[0] = arena_printf(a, "Authorization: Basic %s", b64);
    return h;
}

static bool next_field(Str s, i64 *at, Str *f) {
    while (*at < s.len && strchr(" \t\r\v\f\n", s.ptr[*at])) (*at)++;
    i64 from = *at;
    while (*at < s.len && !strchr(" \t\r\v\f\n", s.ptr[*at])) (*at)++;
    *f = str_slice(s, from, *at);
    return f->len > 0;
}

static bool next_line(Str *text, Str *line) {
    if (!text->len) return false;
    i64 end = str_index(*text, '\n');
    *line = end < 0 ? *text : str_slice(*text, 0, end);
    *text = end < 0 ? S("") : str_slice(*text, end + 1, text->len);
    return true;
}

static void complain(Auth *x, Str command, const char *what, Str more) {
    buf_printf(&x->wrong, "  GOAUTH=%.*s: %s%.*s\n", SFMT(command), what, SFMT(more));
}

// ---- .netrc -------------------------------------------------------------------------------------------------------------

typedef struct NetrcLine {
    Str machine, login, password;
} NetrcLine;
typedef VEC(NetrcLine) NetrcLines;

static NetrcLines parse_netrc(Arena *a, Str text) {
    NetrcLines out = {0};
    NetrcLine l = {0};
    Str line, key, value;
    bool macro = false;
    while (next_line(&text, &line)) {
        if (macro) {
            macro = line.len > 0;
            continue;
        }
        i64 at = 0;
        bool last = false;
        while (next_field(line, &at, &key)) {
            if (!next_field(line, &at, &value)) {
                last = str_eq(key, S("default"));
                break;
            }
            if (str_eq(key, S("machine"))) l = (NetrcLine){.machine = value};
            else if (str_eq(key, S("login"))) l.login = value;
            else if (str_eq(key, S("password"))) l.password = value;
            else if (str_eq(key, S("macdef"))) macro = true;
            if (!l.machine.len || !l.login.len || !l.password.len) continue;
            vec_push(a, &out, l);
            l = (NetrcLine){0};
        }
        if (last) break;
    }
    return out;
}

static void run_netrc(Work *w, Auth *x) {
    const char *path = getenv("NETRC"), *home = getenv("HOME");
    Str text;
    if ((!path || !*path) && (!home || !*home)) {
        complain(x, S("netrc"), "$HOME is not defined", S(""));
        return;
    }
    if (!path || !*path) path = arena_cstr(w->a, arena_printf(w->a, "%s/.netrc", home));
    if (!file_read(w->a, path, &text)) return;
    NetrcLines lines = parse_netrc(w->a, text);
    for (i64 i = lines.len - 1; i >= 0; i--) { // the first of a machine wins
        AuthHeaders h = basic(w->a, lines.ptr[i].login, lines.ptr[i].password);
        store(x, lines.ptr[i].machine, &h);
    }
}

// ---- git ------------------------------------------------------------------------------------------------------------------

static bool check_git_dir(Work *w, Str dir, Err *err) {
    static const char must[] = "GOAUTH=git dir method requires an absolute path to the git working directory";
    struct stat st;
    if (!dir.len) return err_set(err, w->a, ERR_OTHER, "%s", must);
    if (dir.ptr[0] != '/') return err_set(err, w->a, ERR_OTHER, "%s, dir is not absolute", must);
    if (stat(arena_cstr(w->a, dir), &st) != 0)
        return err_set(err, w->a, ERR_OTHER, "GOAUTH=git encountered an error; cannot stat %.*s: stat %.*s: %s",
                       SFMT(dir), SFMT(dir), err_os(errno));
    return S_ISDIR(st.st_mode) || err_set(err, w->a, ERR_OTHER, "%s, dir is not a directory", must);
}

static void run_git(Work *w, Auth *x, Str command, Str dir, Str url) {
    Str args[] = {S("git"), S("credential"), S("fill")}, line, user = S(""), password = S(""), scheme = S(""),
        host = S(""), path = S("");
    RunSpec s = {
        .dir = arena_cstr(w->a, dir), .args = args, .nargs = 3, .input = arena_printf(w->a, "url=%.*s\n", SFMT(url))};
    RunResult r;
    Err e;
    if (!run_program(w->a, &s, &r, &e)) {
        complain(x, command, "'git credential fill' failed ",
                 arena_printf(w->a, "(url=%.*s): %.*s\n%.*s%.*s", SFMT(url), SFMT(e.text), SFMT(r.out), SFMT(r.err)));
        return;
    }
    for (Str text = r.out; next_line(&text, &line);) {
        i64 eq = str_index(line, '=');
        if (eq < 0) continue;
        Str key = str_trim(str_slice(line, 0, eq)), value = str_slice(line, eq + 1, line.len);
        if (str_eq(key, S("protocol"))) scheme = value;
        else if (str_eq(key, S("host"))) host = value;
        else if (str_eq(key, S("path"))) path = value;
        else if (str_eq(key, S("username"))) user = value;
        else if (str_eq(key, S("password"))) password = value;
    }
    Str prefix = arena_printf(w->a, "%.*s://%.*s%s%.*s", SFMT(scheme), SFMT(host), path.len ? "/" : "", SFMT(path));
    if (!scheme.len || !str_has_prefix(url, prefix)) { // git answered for something else
        complain(x, command, "requested a credential for ",
                 arena_printf(w->a, "%.*s, but 'git credential fill' provided one for %.*s\n", SFMT(url),
                              SFMT(prefix)));
        return;
    }
    AuthHeaders h = basic(w->a, user, password);
    store(x, prefix, &h);
}

// ---- the user's commands --------------------------------------------------------------------------------------------------

static bool is_header(Str line) {
    i64 colon = str_find(line, S(": "));
    if (colon <= 0) return false;
    for (i64 i = 0; i < line.len; i++) {
        u8 c = (u8)line.ptr[i];
        if (i < colon && (c <= ' ' || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c))) return false;
        if (c != '\t' && (c < ' ' || c == 0x7f)) return false;
    }
    return true;
}

// Blocks of URLs, an empty line, headers, an empty line. Nothing is taken from an answer that is malformed anywhere.
static bool parse_answer(Work *w, Str text, Auth *x, bool take) {
    Str line;
    while (text.len) {
        VEC(Str) urls = {0}, lines = {0};
        bool ended = false;
        while (str_index(text, '\n') >= 0 && next_line(&text, &line) && !(ended = !line.len)) {
            if (!str_has_prefix(line, S("https://")) && !str_has_prefix(line, S("http://"))) return false;
            vec_push(w->a, &urls, line);
        }
        if (!ended) return false;
        ended = false;
        while (str_index(text, '\n') >= 0 && next_line(&text, &line) && !(ended = !line.len)) {
            if (!is_header(line)) return false;
            vec_push(w->a, &lines, line);
        }
        if (!ended) return false;
        AuthHeaders h = {lines.ptr, lines.len};
        for (i64 i = 0; take && i < urls.len; i++) store(x, urls.ptr[i], &h);
    }
    return true;
}

// Words by blanks; quotes of both kinds hold one together.
static bool split_words(Arena *a, Str s, TreeWords *out) {
    for (i64 i = 0; i < s.len;) {
        if (strchr(" \t\n\r", s.ptr[i])) {
            i++;
            continue;
        }
        char q = s.ptr[i] == '"' || s.ptr[i] == '\'' ? s.ptr[i++] : 0;
        i64 from = i;
        while (i < s.len && (q ? s.ptr[i] != q : !strchr(" \t\n\r", s.ptr[i]))) i++;
        if (q && i >= s.len) return false;
        vec_push(a, out, str_slice(s, from, i));
        if (q) i++;
    }
    return true;
}

static void run_command(Work *w, Auth *x, Str command, Str url, const HttpResponse *refused) {
    TreeWords words = {0};
    RunResult r;
    Err e;
    if (!split_words(w->a, command, &words) || !words.len) return;
    if (url.len) vec_push(w->a, &words, url);
    RunSpec s = {.args = words.ptr, .nargs = words.len};
    if (refused) s.input = arena_printf(w->a, "%.*s\n", SFMT(refused->headers));
    if (!run_program(w->a, &s, &r, &e))
        complain(x, command, "could not run command: ", arena_printf(w->a, "%.*s\n%.*s", SFMT(e.text), SFMT(r.err)));
    else if (!parse_answer(w, r.out, x, false)) complain(x, command, "cannot parse output of command", S(""));
    else parse_answer(w, r.out, x, true);
}

static bool run_one(Work *w, Auth *x, Str command, bool alone, Str url, const HttpResponse *refused, Err *err) {
    Str goauth = env_get(w->f->env, "GOAUTH"), word, dir;
    i64 at = 0;
    if (!next_field(command, &at, &word))
        return err_set(err, w->a, ERR_OTHER, "GOAUTH encountered an empty command (GOAUTH=%.*s)", SFMT(goauth));
    if (str_eq(word, S("off"))) {
        return alone ||
               err_set(err, w->a, ERR_OTHER,
                       "GOAUTH=off cannot be combined with other authentication commands (GOAUTH=%.*s)", SFMT(goauth));
    } else if (str_eq(word, S("netrc"))) {
        run_netrc(w, x);
    } else if (str_eq(word, S("git"))) {
        next_field(command, &at, &dir);
        if (!check_git_dir(w, dir, err)) return false;
        if (url.len) run_git(w, x, command, dir, url);
    } else run_command(w, x, command, url, refused);
    return true;
}

// From the last command to the first, so that the first wins.
static bool run_all(Work *w, Auth *x, Str url, const HttpResponse *refused, Err *err) {
    Str list = env_get(w->f->env, "GOAUTH");
    bool alone = str_index(list, ';') < 0;
    x->wrong.len = 0;
    for (;;) {
        i64 semi = str_rindex(list, ';');
        Str command = str_trim(semi < 0 ? list : str_slice(list, semi + 1, list.len));
        if (!run_one(w, x, command, alone, url, refused, err)) return false;
        if (semi < 0) return true;
        list = str_slice(list, 0, semi);
    }
}

bool auth_headers(Work *w, const Url *u, const HttpResponse *refused, AuthHeaders *out, Err *err) {
    Auth *x = w->f->auth;
    Str url = url_string(w->a, u), goauth = env_get(w->f->env, "GOAUTH");
    bool ok = true;
    *out = (AuthHeaders){0};
    if (u->has_user && !refused) *out = basic(w->a, u->user, u->password);
    if (str_eq(goauth, S("off")) || !goauth.len || u->has_user) return true;
    pthread_mutex_lock(&x->lock);
    if (!x->ran) ok = run_all(w, x, S(""), NULL, err);
    x->ran = true;
    if (ok && refused) ok = run_all(w, x, url, refused, err);
    if (ok) *out = load(x, url);
    if (ok && refused && !out->n && x->wrong.len && w->f->opt.trace)
        fprintf(stderr, "GOAUTH encountered errors for %.*s:\n%.*s", SFMT(url), SFMT(buf_view(&x->wrong)));
    pthread_mutex_unlock(&x->lock);
    return ok;
}
