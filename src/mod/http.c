// http.c - GET requests through libcurl, which is loaded at the first of them.
//
// Redirects are followed here, one request each: at most ten requests, never from https to something else. An answer's body goes to a file
// or a buffer and may not be longer than a limit, whatever Content-Length promises. A transfer that makes no progress for a minute
// (VOLE_NET_TIMEOUT seconds) fails. Connections are kept by the handles, which are reused. Errors are worded as the go command words them.
#include "mod/auth.h"
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MAX_REQUESTS = 10, DETAIL_LINES = 8, DETAIL_BYTES = 8 * 81, MAX_HANDLES = 64 };

typedef struct Curl { // what is used of libcurl
    void *lib;
    CURLcode (*global_init)(long);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    void (*easy_reset)(CURL *);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    const char *(*easy_strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
} Curl;

struct Http {
    Mutex lock;
    Curl c;
    CURL *idle[MAX_HANDLES];
    int nidle;
};

Http *http_new(void) {
    Http *h = calloc(1, sizeof *h);
    if (!h) fatal("out of memory");
    return h;
}

void http_free(Http *h) {
    for (int i = 0; i < h->nidle; i++) h->c.easy_cleanup(h->idle[i]);
    free(h); // the library stays loaded: others may use it
}

// dlsym gives a data pointer; C has no cast from that to a function.
static bool find(void *lib, const char *name, void *slot) {
    void *p = dlsym(lib, name);
    memcpy(slot, &p, sizeof p);
    return p != NULL;
}

static bool load_curl(Curl *c) {
    void *lib = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!lib) lib = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!lib) return false;
    bool ok = find(lib, "curl_global_init", &c->global_init) && find(lib, "curl_easy_init", &c->easy_init) &&
              find(lib, "curl_easy_cleanup", &c->easy_cleanup) && find(lib, "curl_easy_reset", &c->easy_reset) &&
              find(lib, "curl_easy_setopt", &c->easy_setopt) && find(lib, "curl_easy_perform", &c->easy_perform) &&
              find(lib, "curl_easy_getinfo", &c->easy_getinfo) && find(lib, "curl_easy_strerror", &c->easy_strerror) &&
              find(lib, "curl_slist_append", &c->slist_append) && find(lib, "curl_slist_free_all", &c->slist_free_all);
    if (!ok || c->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return false;
    c->lib = lib;
    return true;
}

static CURL *take_handle(Http *h) {
    CURL *e = NULL;
    mutex_lock(&h->lock);
    if (h->c.lib || load_curl(&h->c)) e = h->nidle ? h->idle[--h->nidle] : h->c.easy_init();
    mutex_unlock(&h->lock);
    return e;
}

static void give_handle(Http *h, CURL *e) {
    h->c.easy_reset(e);
    mutex_lock(&h->lock);
    bool kept = h->nidle < MAX_HANDLES;
    if (kept) h->idle[h->nidle++] = e;
    mutex_unlock(&h->lock);
    if (!kept) h->c.easy_cleanup(e);
}

// ---- one request ------------------------------------------------------------------------------------------------

typedef struct Transfer {
    const Curl *c;
    CURL *e;
    Buf headers, body;
    const Str *send; // parts of a PUT
    i64 nsend, sent; // bytes of them
    long patience;   // seconds; 0: as long as downloads have
    int fd;
    i64 got, limit;
    int write_errno;
    bool too_large;
    char peer[80]; // address and port that was connected to last
} Transfer;

static size_t take_header(char *p, size_t size, size_t n, void *ctx) {
    Transfer *t = ctx;
    size_t len = size * n;
    if (t->headers.len + (i64)len > 1 << 20) return 0;
    if (len > 5 && !memcmp(p, "HTTP/", 5)) t->headers.len = 0; // behind a 100 Continue or a proxy's CONNECT
    buf_bytes(&t->headers, p, (i64)len);
    return len;
}

static bool write_fd(Transfer *t, const char *p, i64 n) {
    while (n > 0) {
        ssize_t w = write(t->fd, p, (size_t)n);
        if (w < 0 && errno == EINTR) continue;
        if (w < 0) {
            t->write_errno = errno;
            return false;
        }
        p += w, n -= w;
    }
    return true;
}

static size_t take_body(char *p, size_t size, size_t n, void *ctx) {
    Transfer *t = ctx;
    size_t len = size * n;
    long status = 0;
    t->got += (i64)len;
    if (t->got > t->limit) {
        t->too_large = true;
        return 0;
    }
    t->c->easy_getinfo(t->e, CURLINFO_RESPONSE_CODE, &status);
    if (t->fd >= 0 && status == 200) return write_fd(t, p, (i64)len) ? len : 0;
    buf_bytes(&t->body, p, (i64)len);
    return len;
}

static size_t give_body(char *p, size_t size, size_t n, void *ctx) {
    Transfer *t = ctx;
    i64 at = 0, room = (i64)(size * n), given = 0;
    for (i64 i = 0; i < t->nsend && given < room; at += t->send[i++].len) {
        i64 from = t->sent - at;
        if (from < 0 || from >= t->send[i].len) continue;
        i64 k = i64_min(t->send[i].len - from, room - given);
        memcpy(p + given, t->send[i].ptr + from, (size_t)k);
        t->sent += k, given += k;
    }
    return (size_t)given;
}

static void set_upload(Transfer *t) {
    i64 size = 0;
    for (i64 i = 0; i < t->nsend; i++) size += t->send[i].len;
    t->c->easy_setopt(t->e, CURLOPT_UPLOAD, 1L);
    t->c->easy_setopt(t->e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
    t->c->easy_setopt(t->e, CURLOPT_READFUNCTION, give_body);
    t->c->easy_setopt(t->e, CURLOPT_READDATA, t);
}

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *s) {
    Transfer *t = ctx;
    char ip[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    (void)purpose;
    if (s->family == AF_INET) {
        memcpy(&v4, &s->addr, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, ip, sizeof ip);
        snprintf(t->peer, sizeof t->peer, " %s:%d", ip, ntohs(v4.sin_port));
    } else if (s->family == AF_INET6) {
        memcpy(&v6, &s->addr, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, ip, sizeof ip);
        snprintf(t->peer, sizeof t->peer, " [%s]:%d", ip, ntohs(v6.sin6_port));
    }
    return socket(s->family, s->socktype | SOCK_CLOEXEC, s->protocol);
}

static long stall_seconds(void) {
    const char *s = getenv("VOLE_NET_TIMEOUT");
    long n = s ? strtol(s, NULL, 10) : 0;
    return n > 0 ? n : 60;
}

static void set_certificates(const Curl *c, CURL *e) {
    const char *file = getenv("SSL_CERT_FILE"), *dir = getenv("SSL_CERT_DIR");
    if (file && *file) c->easy_setopt(e, CURLOPT_CAINFO, file);
    if (dir && *dir && !strchr(dir, ':')) c->easy_setopt(e, CURLOPT_CAPATH, dir);
}

static struct curl_slist *set_options(Work *w, Transfer *t, Security security, const Url *u, Str proxy,
                                      const AuthHeaders *auth) {
    const Curl *c = t->c;
    CURL *e = t->e;
    bool tls = str_eq(u->scheme, S("https")), careless = tls && security == SECURE_NOT;
    struct curl_slist *list = NULL;
    c->easy_setopt(e, CURLOPT_URL, arena_cstr(w->a, url_string(w->a, u)));
    c->easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    c->easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    c->easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    c->easy_setopt(e, CURLOPT_USERAGENT, "Go-http-client/1.1 (vole)");
    c->easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
    c->easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    c->easy_setopt(e, CURLOPT_CONNECTTIMEOUT, t->patience ? t->patience : careless ? 5L : 30L);
    c->easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
    c->easy_setopt(e, CURLOPT_LOW_SPEED_TIME, t->patience ? t->patience : careless ? 5L : stall_seconds());
    c->easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
    c->easy_setopt(e, CURLOPT_HEADERDATA, t);
    c->easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    c->easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
    c->easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
    c->easy_setopt(e, CURLOPT_WRITEDATA, t);
    c->easy_setopt(e, CURLOPT_PROXY, arena_cstr(w->a, proxy)); // "": none, whatever curl would find
    c->easy_setopt(e, CURLOPT_NOPROXY, "");
    set_certificates(c, e);
    if (t->send) set_upload(t);
    if (careless) c->easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L), c->easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
    for (i64 i = 0; auth && i < auth->n; i++) list = c->slist_append(list, arena_cstr(w->a, auth->lines[i]));
    if (list) c->easy_setopt(e, CURLOPT_HTTPHEADER, list);
    return list;
}

// curl writes to sockets without MSG_NOSIGNAL in places: a SIGPIPE of ours is swallowed.
static CURLcode perform(const Curl *c, CURL *e) {
    sigset_t pipe_set, old;
    struct timespec now = {0, 0};
    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_set, &old);
    CURLcode code = c->easy_perform(e);
    if (!sigismember(&old, SIGPIPE)) {
        while (sigtimedwait(&pipe_set, NULL, &now) == SIGPIPE) {
        }
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    }
    return code;
}

// What a proxy said when it would not connect: "502 Bad Gateway" without the number.
static Str proxy_refusal(const Transfer *t) {
    Str line = buf_view(&t->headers);
    i64 end = str_index(line, '\n'), blank;
    line = str_trim(end < 0 ? line : str_slice(line, 0, end));
    for (int i = 0; i < 2; i++)
        if ((blank = str_index(line, ' ')) >= 0) line = str_slice(line, blank + 1, line.len);
    return line;
}

// What went wrong below HTTP, in net's words.
static Str transport_error(Work *w, Transfer *t, const Url *u, CURLcode code) {
    long os = 0, connect = 0;
    t->c->easy_getinfo(t->e, CURLINFO_HTTP_CONNECTCODE, &connect);
    if (connect >= 300 && t->headers.len) return arena_str(w->a, proxy_refusal(t));
    Str host = u->host;
    i64 colon = str_rindex(host, ':');
    if (colon > 0 && str_index(host, ']') < colon) host = str_slice(host, 0, colon);
    t->c->easy_getinfo(t->e, CURLINFO_OS_ERRNO, &os);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return arena_printf(w->a, "dial tcp: lookup %.*s: no such host", SFMT(host));
    case CURLE_COULDNT_CONNECT:
        if (os == ECONNREFUSED) return arena_printf(w->a, "dial tcp%s: connect: connection refused", t->peer);
        return arena_printf(w->a, "dial tcp%s: connect: %s", t->peer, os ? err_os((int)os) : "cannot connect");
    case CURLE_OPERATION_TIMEDOUT: return arena_printf(w->a, "no progress for %ld seconds", stall_seconds());
    case CURLE_GOT_NOTHING: return S("EOF");
    case CURLE_PARTIAL_FILE: return S("unexpected EOF");
    case CURLE_PEER_FAILED_VERIFICATION:
        return arena_printf(w->a, "tls: failed to verify certificate: x509: %s", t->c->easy_strerror(code));
    case CURLE_RECV_ERROR: return os == ECONNRESET ? S("read: connection reset by peer") : S("unexpected EOF");
    default: return str_c(t->c->easy_strerror(code));
    }
}

Str http_header(Str headers, const char *name) {
    Str n = str_c(name);
    for (i64 i = 0; i < headers.len;) {
        Str line = str_slice(headers, i, headers.len);
        i64 end = str_index(line, '\n');
        if (end >= 0) line.len = end;
        i += line.len + 1;
        if (line.len <= n.len || line.ptr[n.len] != ':') continue;
        bool same = true;
        for (i64 k = 0; k < n.len && same; k++) same = (line.ptr[k] | 32) == (n.ptr[k] | 32);
        if (same) return str_trim(str_slice(line, n.len + 1, line.len));
    }
    return S("");
}

typedef enum Got { GOT_ANSWER, GOT_NOTHING, GOT_CUT } Got; // CUT: an answer began

static Got exchange(Work *w, Security security, const Url *u, const AuthHeaders *auth, Transfer t, HttpResponse *r,
                    Err *err) {
    const char *method = t.send ? "Put" : "Get";
    Str proxy, place = url_redacted(w->a, u);
    Err why = {0};
    if (!http_proxy_of(w->a, u, &proxy, &why)) {
        err_set(err, w->a, ERR_OTHER, "%s %.*s: %.*s", method, SFMT(str_quote(w->a, place)), SFMT(why.text));
        return GOT_NOTHING;
    }
    CURL *e = take_handle(w->f->http);
    if (!e) {
        err_set(err, w->a, ERR_OTHER, "libcurl.so.4 is needed for downloads and cannot be loaded");
        return GOT_NOTHING;
    }
    t.c = &w->f->http->c, t.e = e;
    struct curl_slist *list = set_options(w, &t, security, u, proxy, auth);
    CURLcode code = perform(t.c, e);
    long status = 0;
    t.c->easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
    r->status = (int)status;
    r->headers = arena_str(w->a, buf_view(&t.headers));
    r->status_text = arena_printf(w->a, "%ld %s", status, http_status_name((int)status));
    buf_free(&r->body);
    r->body = t.body;
    Got got = GOT_ANSWER;
    if (code != CURLE_OK) {
        Str what = t.too_large     ? arena_printf(w->a, "the answer is longer than %lld bytes", (long long)t.limit)
                   : t.write_errno ? str_c(err_os(t.write_errno))
                                   : transport_error(w, &t, u, code);
        bool began = status != 0 && code != CURLE_GOT_NOTHING;
        err_set(err, w->a, ERR_OTHER, "%s %.*s: %.*s", began ? "read" : method, SFMT(str_quote(w->a, place)),
                SFMT(what));
        got = began ? GOT_CUT : GOT_NOTHING;
    }
    buf_free(&t.headers);
    give_handle(w->f->http, e);
    w->f->http->c.slist_free_all(list);
    return got;
}

static Got request(Work *w, Security security, const Url *u, const AuthHeaders *auth, int fd, i64 limit,
                   HttpResponse *r, Err *err) {
    return exchange(w, security, u, auth, (Transfer){.fd = fd, .limit = limit}, r, err);
}

static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where a Location header leads from u.
static bool resolve(Work *w, const Url *u, Str loc, Url *to, Err *err) {
    if (!url_parse(w->a, loc, to, err)) return false;
    if (to->scheme.len) return true;
    to->scheme = u->scheme;
    if (to->host.len) return true;
    to->host = u->host, to->has_user = u->has_user, to->user = u->user;
    to->has_password = u->has_password, to->password = u->password;
    Str path = to->path;
    if (!path.len) to->path = u->path, to->raw_path = u->raw_path;
    else if (path.ptr[0] != '/') {
        i64 slash = str_rindex(u->path, '/');
        to->path = path_clean(w->a, arena_printf(w->a, "%.*s/%.*s", SFMT(str_slice(u->path, 0, slash < 0 ? 0 : slash)),
                                                 SFMT(path)));
        to->raw_path = S("");
    }
    return true;
}

static bool follow(Work *w, Security security, Url u, const AuthHeaders *auth, int fd, i64 limit, HttpResponse *r,
                   Err *err) {
    for (int n = 1;; n++) {
        if (fd >= 0 && (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0))
            return err_set(err, w->a, ERR_OTHER, "%s", err_os(errno));
        if (request(w, security, &u, auth, fd, limit, r, err) != GOT_ANSWER) return false;
        Str loc = http_header(r->headers, "Location");
        if (!is_redirect(r->status) || !loc.len) return true;
        Str q = str_quote(w->a, loc);
        if (n >= MAX_REQUESTS) return err_set(err, w->a, ERR_OTHER, "Get %.*s: stopped after 10 redirects", SFMT(q));
        Url to;
        if (!resolve(w, &u, loc, &to, err)) return false;
        if (str_eq(u.scheme, S("https")) && !str_eq(to.scheme, S("https")))
            return err_set(err, w->a, ERR_OTHER, "Get %.*s: redirected from secure URL %.*s to insecure URL %.*s",
                           SFMT(q), SFMT(url_redacted(w->a, &u)), SFMT(url_redacted(w->a, &to)));
        if (!str_eq(to.scheme, S("https")) && !str_eq(to.scheme, S("http")))
            return err_set(err, w->a, ERR_OTHER, "Get %.*s: unsupported protocol scheme \"%.*s\"", SFMT(q),
                           SFMT(to.scheme));
        if (!str_eq(u.host, to.host)) auth = NULL; // credentials are for the host that was asked
        u = to;
    }
}

// ---- errors of the server -------------------------------------------------------------------------------------------

static bool is_text(HttpResponse *r) {
    Str t = http_header(r->headers, "Content-Type");
    i64 semi = str_index(t, ';');
    Str kind = str_trim(semi < 0 ? t : str_slice(t, 0, semi)), rest = semi < 0 ? S("") : str_slice(t, semi, t.len);
    return str_eq(kind, S("text/plain")) && (str_find(rest, S("charset")) < 0 || str_find(rest, S("tf-8")) >= 0 ||
                                             str_find(rest, S("TF-8")) >= 0 || str_find(rest, S("ascii")) >= 0);
}

// The first lines of what a server said in plain text; nothing that could play with a terminal.
static Str detail_of(Arena *a, HttpResponse *r) {
    if (!is_text(r)) return S("");
    Str s = buf_view(&r->body);
    for (i64 i = 0; i < s.len && i < 4 * DETAIL_BYTES;) {
        int size;
        i32 c = utf8_decode(s.ptr + i, s.len - i, &size);
        bool blank = c == '\n' || c == '\t' || c == '\r';
        if ((c == RUNE_ERROR && size == 1) || (c < ' ' && !blank) || (c >= 0x7f && c < 0xa0)) return S("");
        i += size;
    }
    Buf b = {0};
    for (i64 n = 0, at = 0; at < s.len; n++) {
        Str line = str_slice(s, at, s.len);
        i64 end = str_index(line, '\n');
        if (end >= 0) line.len = end;
        at += line.len + 1;
        if (!str_trim(line).len) break;
        if (n > 0) buf_c(&b, "\n\t");
        if (n >= DETAIL_LINES) {
            buf_c(&b, "[Truncated: too many lines.]");
            break;
        }
        if (b.len + line.len > DETAIL_BYTES) {
            buf_c(&b, "[Truncated: too long.]");
            break;
        }
        buf_str(&b, line);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void set_status_error(Work *w, HttpResponse *r) {
    if (r->status == 200) return;
    i32 kind = r->status == 404 || r->status == 410 ? ERR_NOT_EXIST : ERR_OTHER;
    Str d = detail_of(w->a, r);
    if (d.len)
        err_set(&r->err, w->a, kind, "reading %.*s: %.*s\n\tserver response:%s%.*s", SFMT(r->url), SFMT(r->status_text),
                str_index(d, '\n') >= 0 ? "\n\t" : " ", SFMT(d));
    else err_set(&r->err, w->a, kind, "reading %.*s: %.*s", SFMT(r->url), SFMT(r->status_text));
}

// ---- file: URLs ---------------------------------------------------------------------------------------------------------

static bool copy_file(int from, Transfer *t) {
    char buf[1 << 16];
    for (;;) {
        ssize_t n = read(from, buf, sizeof buf);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        if ((t->got += n) > t->limit) {
            errno = EFBIG;
            return false;
        }
        if (t->fd < 0) buf_bytes(&t->body, buf, n);
        else if (!write_fd(t, buf, n)) return false;
    }
}

static bool get_file(Work *w, const Url *u, int fd, i64 limit, HttpResponse *r, Err *err) {
    const char *path = arena_cstr(w->a, u->path);
    if (fd >= 0 && (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0))
        return err_set(err, w->a, ERR_OTHER, "%s", err_os(errno));
    FILE *file = fopen(path, "re");
    Transfer t = {.fd = fd, .limit = limit};
    if (file && copy_file(fileno(file), &t)) {
        fclose(file);
        r->status = 200, r->status_text = S("OK"), r->body = t.body;
        return true;
    }
    int e = errno;
    if (file) fclose(file);
    buf_free(&t.body);
    r->status = e == ENOENT ? 404 : e == EACCES ? 403 : 0;
    if (t.write_errno) return err_set(err, w->a, ERR_OTHER, "writing a copy of %s: %s", path, err_os(t.write_errno));
    if (!r->status) return err_set(err, w->a, ERR_OTHER, "open %s: %s", path, err_os(e));
    r->status_text = str_c(http_status_name(r->status));
    err_set(&r->err, w->a, e == ENOENT ? ERR_NOT_EXIST : ERR_OTHER, "reading %.*s: %s", SFMT(r->url),
            e == ENOENT ? "no such file or directory" : "permission denied");
    return true;
}

// ---- requests -------------------------------------------------------------------------------------------------------------

static f64 seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (f64)t.tv_sec + (f64)t.tv_nsec / 1e9;
}

static void trace(Work *w, const Url *u, const char *what, Str more, f64 since) {
    if (!w->f->opt.trace) return;
    Str url = url_redacted(w->a, u);
    if (since >= 0) fprintf(stderr, "# get %.*s: %.*s (%.3fs)\n", SFMT(url), SFMT(more), seconds() - since);
    else fprintf(stderr, "# get %.*s%s%.*s\n", SFMT(url), what, SFMT(more));
}

// With the credentials that GOAUTH has for the URL; once more where the server wants others.
static bool fetch_url(Work *w, Security security, const Url *u, int fd, i64 limit, HttpResponse *r, Err *err) {
    trace(w, u, "", S(""), -1);
    if (!str_eq(u->scheme, S("https"))) return follow(w, security, *u, NULL, fd, limit, r, err);
    AuthHeaders auth = {0}, other = {0};
    if (!auth_headers(w, u, NULL, &auth, err) || !follow(w, security, *u, &auth, fd, limit, r, err)) return false;
    if (r->status < 400 || r->status >= 500) return true;
    if (!auth_headers(w, u, r, &other, err)) return false;
    if (!other.n || auth_equal(&auth, &other)) return true; // the same request would get the same answer
    return follow(w, security, *u, &other, fd, limit, r, err);
}

static bool attempt(Work *w, Security security, Url u, const char *scheme, int fd, i64 limit, HttpResponse *r,
                    Err *err) {
    f64 since = seconds();
    u.scheme = str_c(scheme);
    r->url = url_redacted(w->a, &u);
    Err mine = {0};
    if (!fetch_url(w, security, &u, fd, limit, r, &mine)) {
        trace(w, &u, ": ", mine.text, -1);
        buf_free(&r->body);
        *err = mine;
        return false;
    }
    trace(w, &u, "", r->status_text, since);
    set_status_error(w, r);
    return true;
}

bool http_get(Work *w, Security security, const Url *u, int fd, i64 limit, HttpResponse *r, Err *err) {
    *r = (HttpResponse){.url = url_redacted(w->a, u)};
    if (str_eq(u->scheme, S("file"))) return get_file(w, u, fd, limit, r, err);
    bool none = !u->scheme.len, tls = str_eq(u->scheme, S("https"));
    if (none || tls) {
        if (attempt(w, security, *u, "https", fd, limit, r, err)) return true;
        if (tls || security != SECURE_NOT) return false;
    } else if (!str_eq(u->scheme, S("http"))) {
        return err_set(err, w->a, ERR_OTHER, "unsupported scheme: %.*s", SFMT(r->url));
    } else if (security == SECURE_ONLY) {
        return err_set(err, w->a, ERR_OTHER, "insecure URL: %.*s", SFMT(r->url));
    }
    if (u->has_user && security != SECURE_NOT) {
        Url plain = *u;
        plain.scheme = S("http");
        return err_set(err, w->a, ERR_OTHER, "refusing to pass credentials to insecure URL: %.*s",
                       SFMT(url_redacted(w->a, &plain)));
    }
    return attempt(w, security, *u, "http", fd, limit, r, err);
}

bool http_once(Work *w, const Url *u, const Str *send, i64 n, i64 limit, long patience, HttpResponse *r, Err *err) {
    AuthHeaders auth = {0};
    *r = (HttpResponse){.url = url_redacted(w->a, u)};
    bool tls = str_eq(u->scheme, S("https"));
    if (!tls && !str_eq(u->scheme, S("http")))
        return err_set(err, w->a, ERR_OTHER, "unsupported scheme: %.*s", SFMT(r->url));
    if (tls && !u->has_user && !auth_headers(w, u, NULL, &auth, err)) return false;
    Transfer t = {.fd = -1, .limit = limit, .send = send, .nsend = n, .patience = patience};
    if (exchange(w, SECURE_ONLY, u, &auth, t, r, err) == GOT_ANSWER) return true;
    buf_free(&r->body);
    return false;
}

bool http_get_text(Work *w, const Url *u, Str *text, Err *err) {
    HttpResponse r;
    if (!http_get(w, SECURE_DEFAULT, u, -1, MAX_TEXT, &r, err)) return false;
    bool ok = r.status == 200;
    if (ok) *text = arena_str(w->a, buf_view(&r.body));
    else *err = r.err;
    buf_free(&r.body);
    return ok;
}

const char *http_status_name(int status) {
    switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 410: return "Gone";
    case 414: return "Request URI Too Long";
    case 418: return "I'm a teapot";
    case 429: return "Too Many Requests";
    case 451: return "Unavailable For Legal Reasons";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "";
    }
}
