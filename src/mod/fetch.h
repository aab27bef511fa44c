// fetch.h - modules from outside: GOPROXY lists, direct through git, the module cache, go.sum, the checksum database.
//
// A Fetcher serves one command; its functions may be called from any thread and ask for the same thing once. What it downloads goes to GOMODCACHE in
// Go's layout (cache/download, cache/lock, cache/vcs, path@version read-only), locked as the go command locks it, so that both can work at once.
// What failed leaves nothing behind. Errors are in the go command's words, without "go: "; kinds: ERR_NOT_EXIST (404, 410, no such version: a
// query may go on), else ERR_OTHER.
#pragma once
#include "cache/cache.h"
#include "env/env.h"
#include "mod/modfile.h"

typedef struct Fetcher Fetcher;
typedef struct FetchOptions {
    bool modcacherw; // unpacked folders stay writable
    bool insecure;
    bool mend_sums; // malformed lines of go.sum are dropped (mod tidy)
    bool trace;     // -x: requests and commands on standard error
    bool progress;  // "go: downloading path version" on standard error
    int parallel;   // downloads at once
} FetchOptions;
typedef struct RevInfo {
    Str version;          // canonical
    Str time;             // RFC 3339, "" if unknown
    Str name, short_name; // full and short revision where a VCS told it
    Str origin;           // JSON text of Origin, "" if none
} RevInfo;

Fetcher *fetch_new(Arena *, const Env *, FetchOptions);
void fetch_free(Fetcher *); // ends connections, removes temporary files

// Where these fail, RevInfo may have an origin all the same: what would have to change in the repository for another answer.
bool fetch_stat(Fetcher *, Str path, Str rev, RevInfo *, Err *); // version, branch or commit -> version
bool fetch_latest(Fetcher *, Str path, RevInfo *, Err *);        // newest commit where there are no versions
bool fetch_versions(Fetcher *, Str path, Str prefix, Str **list, i64 *n, Str *origin,
                    Err *);                                // sorted; without pseudo-versions
bool fetch_gomod(Fetcher *, ModVersion, Str *text, Err *); // verified (go.sum, checksum database)
bool fetch_dir(Fetcher *, ModVersion, Str *dir, Err *);    // downloaded, verified and unpacked if it is not yet
bool fetch_cached_dir(Fetcher *, ModVersion, Str *dir);    // only if it is unpacked already
bool fetch_cached_gomod(Fetcher *, ModVersion, Str *text); // from cache/download, unverified
bool fetch_zip(Fetcher *, ModVersion, Str *file, Err *);   // cache/download/.../version.zip
Str fetch_merge_origins(Arena *, Str, Str);                // JSON texts of Origin; "" if they do not go together
typedef struct Origin { // where a version came from, and which state of the repository that depended on
    Str vcs, url, subdir, hash, tag_prefix, tag_sum, ref, repo_sum;
} Origin;
Origin fetch_origin(Arena *, Str json);
bool fetch_origin_holds(Fetcher *, Str path, const Origin *); // the repository, asked directly, is still in that state
// From now on only the first n proxies of GOPROXY's list are asked for versions, 0: all; whether the next one is to be asked
// after this error.
void fetch_limit(Fetcher *, i64 n);
bool fetch_goes_on(const Fetcher *, const Err *);
bool fetch_is_private(const Fetcher *, Str path); // GOPRIVATE, GONOPROXY
typedef struct FetchJob {
    ModVersion mod;
    bool gomod_only, zip; // not the folder
    Str result;           // folder, or go.mod's text, or the zip file
    Err err;
} FetchJob;
void fetch_many(Fetcher *, FetchJob *, i64 n); // in parallel
// Files of `mod download -json`: paths in the cache ("" if not there), sums.
typedef struct FetchFiles {
    Str info, gomod, zip, dir, sum, gomod_sum;
} FetchFiles;
void fetch_files(Fetcher *, ModVersion, FetchFiles *);
bool fetch_hash_dir(Arena *, Str dir, Str prefix, Str *h1, Err *); // "h1:..." of a folder's files as prefix/name
bool fetch_hash_zip(Arena *, Str zip, Str *h1, Err *);
bool fetch_make_zip(Arena *, ModVersion, Str dir, Str subdir, Buf *zip, Err *); // by the rules of module zips

// ---- go.sum of the main module (and of the workspace): read at the first need, written on request
// -overlay: how go.sum files are read, and which are the overlay's, which is never written. Before fetch_use_gosum.
typedef struct FileView {
    bool (*read)(void *ctx, Arena *, Str path, Str *text);
    bool (*overlaid)(void *ctx, Str path);
    void *ctx;
} FileView;
void fetch_view(Fetcher *, FileView);
void fetch_use_gosum(Fetcher *, Str go_sum, const Str *workspace_sums, i64 n); // "" : no go.sum is kept
bool fetch_have_sum(Fetcher *, ModVersion);                                    // version may end in "/go.mod"
bool fetch_trim_gosum(Fetcher *, Map *keep); // keep: "path version" -> non-NULL; what else is there goes
// readonly: changes are an error ("updates to go.sum needed, disabled by -mod=readonly"). Written by atomic replacement under the lock.
bool fetch_write_gosum(Fetcher *, Map *keep, bool readonly, Err *);
// The first half of that: what is new is added, nothing goes. A go.mod old or new may stand beside the result.
bool fetch_extend_gosum(Fetcher *, Map *keep, Err *);
void fetch_gosum_texts(Fetcher *, Map *keep, Str *before, Str *after); // what fetch_write_gosum would change
bool fetch_gosum_dirty(const Fetcher *);

// ---- version control of a work tree (build stamps). False: dir is in none (err "") or *err (ERR_NOT_EXIST: the program of that system is not there)
typedef struct VcsStatus {
    Str vcs, root, revision, time; // "git", folder, hash, RFC 3339 of the commit
    bool modified, trace;          // trace: commands are printed (-x)
    Str version;                   // what a main module is called: tag or pseudo-version, "+dirty"
} VcsStatus;
// Only vcs and root, of which nothing is asked. False: dir is in none (err ""), or in two.
bool vcs_find(Arena *, Str dir, VcsStatus *, Err *);
bool vcs_status(Arena *, const Env *, bool trace, Str dir, Str module_path, VcsStatus *, Err *);
// Of all that vcs_status's answer is made of but go.mod in the tree's root, for less: equal ones mean equal answers. known: that answer, or NULL.
u64 vcs_state(Arena *, Str dir, const VcsStatus *known);

// ---- remotecache.c: a build cache behind HTTP, in Bazel's protocol: /ac/KEY names what /cas/HASH holds. False: *err, the URL is none
bool remote_cache(Arena *, const Env *, Str url, CacheRemote *, Err *);
