// fetch_int.h - what the parts of fetching share: the Fetcher, a piece of work, and the seams between the files.
//
// Threads: a Work belongs to one thread and owns an arena for what it computes. What outlives it is copied into
// Fetcher.a under Fetcher.lock (fetch_keep). Things that are asked for twice are Cells: the second asker waits.
#pragma once
#include "mod/fetch.h"
#include <pthread.h>

enum { MAX_ZIP = 500 << 20, MAX_GOMOD = 16 << 20, MAX_LICENSE = 16 << 20, MAX_TEXT = 64 << 20 };

typedef struct Http Http;
typedef struct GoSum GoSum;
typedef struct SumDb SumDb;
typedef struct Auth Auth;

typedef struct ProxySpec {
    Str url;       // or "direct", "off", "noproxy"
    bool fallback; // after any error ('|'), not only where the thing does not exist
} ProxySpec;

// How far a question went along the list of proxies: the next one to ask, how much its error tells, whether no more is asked.
typedef struct Asked {
    i64 next;
    int rank;
    bool over;
} Asked;

typedef struct Cell { // an answer that is computed once
    pthread_mutex_t lock;
    bool done, ok;
    void *value;
    Err err;
    Asked asked;
} Cell;

struct Fetcher {
    Arena *a; // results; under lock
    Mutex lock;
    const Env *env;
    FetchOptions opt;
    Map *cells; // key -> Cell *
    VEC(Arena *) idle;
    ProxySpec *proxies;
    i64 nproxies, limit; // limit: how many may be asked for versions now (fetch_limit)
    Err proxy_err;
    Str cache;        // GOMODCACHE
    bool cache_found; // it is there, or was made; any thread writes true
    Http *http;
    GoSum *sums;
    FileView view;
    SumDb *sumdb;
    Auth *auth;
    VEC(struct GitRepo *) repos;
};

typedef struct Work {
    Fetcher *f;
    Arena *a;
} Work;

Work work_begin(Fetcher *);
void work_end(Work *);
Str fetch_keep(Fetcher *, Str);                // a copy that lives as long as the Fetcher
bool fetch_fail(Work *, Err *inner, Err *out); // copies an error out of the Work; false
// The cell of a key, locked: whoever finds it not done computes and sets it; cell_leave in any case.
Cell *cell_enter(Fetcher *, Str key);
void cell_leave(Cell *);

// ---- url.c
typedef struct Url {
    Str scheme, user, password, host, path, raw_path, query,
        fragment; // path decoded; raw_path "" if it is path's default encoding
    bool has_user, has_password, has_query;
} Url;
bool url_parse(Arena *, Str, Url *, Err *);
Str url_string(Arena *, const Url *);
Str url_redacted(Arena *, const Url *);           // password as xxxxx
Str url_escape_path(Arena *, Str);                // keeps '/'
Url url_join(Arena *, const Url *base, Str path); // path is in escaped form already

// ---- http.c
typedef enum Security { SECURE_ONLY, SECURE_DEFAULT, SECURE_NOT } Security;
typedef struct HttpResponse {
    int status;
    Str status_text; // "404 Not Found"
    Str url;         // redacted
    Str headers;     // raw
    Buf body;        // if no file was named
    Err err;         // "reading URL: ..." unless status is 200
} HttpResponse;
Http *http_new(void);
void http_free(Http *);
// False: no answer. fd >= 0: an answer with status 200 goes there instead of into body; more than limit bytes are an error.
bool http_get(Work *, Security, const Url *, int fd, i64 limit, HttpResponse *, Err *);
bool http_get_text(Work *, const Url *, Str *text, Err *); // status 200 or an error
// One request to the very server that the URL names, no other: PUT if there are parts to send. False: no answer. The body is the caller's.
bool http_once(Work *, const Url *, const Str *send, i64 n, i64 limit, long patience, HttpResponse *, Err *);
const char *http_status_name(int);
bool http_proxy_of(Arena *, const Url *, Str *proxy, Err *); // httpproxy.c: the proxy's URL, "" if it is asked directly

// ---- proxy.c
bool proxies_read(Fetcher *);
typedef bool (*ProxyFn)(Work *, Str proxy, Str path, void *ctx, Err *);
bool proxies_try(Work *, Str path, ProxyFn, void *ctx, Err *); // all of them
// Those up to the Fetcher's limit that were not asked yet; *err is what those before them said.
bool proxies_resume(Work *, Str path, ProxyFn, void *ctx, Asked *, Err *);
bool proxy_versions(Work *, Str base, Str path, Str prefix, Str **list, i64 *n, Err *);
bool proxy_stat(Work *, Str base, Str path, Str rev, RevInfo *, Err *);
bool proxy_latest(Work *, Str base, Str path, RevInfo *, Err *);
bool proxy_gomod(Work *, Str base, Str path, Str version, Str *text, Err *);
bool proxy_zip(Work *, Str base, Str path, Str version, int fd, Err *);
bool revinfo_parse(Arena *, Str json, RevInfo *, Err *);
Str revinfo_json(Arena *, const RevInfo *, bool clean);
bool module_error(Work *, Str path, Str version, Err *); // "path@version: text"; false

// ---- cache.c
bool cache_check(Work *, const Err *);
bool cache_path(Work *, ModVersion, const char *suffix, Str *file, Err *);
bool cache_dir(Work *, ModVersion, Str *dir, Err *); // where it is unpacked; says nothing of its being there
typedef enum DirState { DIR_READY, DIR_ABSENT, DIR_PARTIAL } DirState;
DirState cache_dir_state(Work *, ModVersion, Str dir);
int file_lock(const char *path, int flags, Err *, Arena *); // opened and locked (flock, as cmd/go does); -1: *err
void file_unlock(int fd);
int cache_lock_version(Work *, ModVersion, Err *);
int cache_side_lock(Work *); // cache/lock; -1 if it cannot be had
bool cache_read_info(Work *, Str path, Str version, RevInfo *);
bool cache_write_info(Work *, Str path, const RevInfo *);
bool cache_read_gomod(Work *, ModVersion, Str *text);
bool cache_write_gomod(Work *, ModVersion, Str text);
bool file_read_locked(Arena *, const char *path, Str *text);
bool file_write_locked(Arena *, const char *path, Str text);

// ---- zip.c
bool zip_check_prefix(Work *, Str file, ModVersion, Str shown, Err *);
bool zip_unpack(Work *, Str file, ModVersion, Str dir, bool writable, Err *);

// ---- gosum.c
GoSum *gosum_new(void);
bool gosum_check(Work *, ModVersion, Str h1, Err *);                 // listed, or verified and added
Str gosum_of_text(Arena *, Str gomod);                               // "h1:..." of a go.mod
Str hash_h1(Arena *, const Str *names, const u8 (*sums)[32], i64 n); // names sorted
bool sumdb_lookup(Work *, ModVersion, Str *dbname, Str **lines, i64 *n, Err *);
void sumdb_free(SumDb *);

// ---- direct.c: modules from version control
bool direct_origin_holds(Work *, Str path, const Origin *, Err *);
bool direct_stat(Work *, Str path, Str rev, RevInfo *, Err *);
bool direct_latest(Work *, Str path, RevInfo *, Err *);
bool direct_versions(Work *, Str path, Str prefix, Str **list, i64 *n, Str *origin, Err *);
bool direct_gomod(Work *, Str path, Str version, Str *text, Err *);
bool direct_zip(Work *, Str path, Str version, int fd, Err *);

// ---- toolchain.c: the modules "go" and "toolchain"
bool toolchain_stat(Work *, Str path, Str rev, RevInfo *, Err *);
bool toolchain_latest(Work *, Str path, RevInfo *, Err *);
bool toolchain_versions(Work *, Str path, Str **list, i64 *n, Err *);
