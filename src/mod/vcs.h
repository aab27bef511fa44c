// vcs.h - modules straight from version control: where a path's repository is, and what is asked of a git repository.
#pragma once
#include "mod/fetch_int.h"

typedef struct RepoRoot {
    Str vcs;    // "git", "hg", "svn", "bzr", "fossil", "mod" (a proxy)
    Str repo;   // URL
    Str root;   // import path of its root
    Str subdir; // in the repository, of the root
} RepoRoot;
bool repo_root(Work *, Str path, Security, RepoRoot *, Err *);
bool govcs_check(Work *, Str vcs, Str root, Err *);
// The go-import meta tags in the head of an HTML page.
typedef struct MetaImport {
    Str prefix, vcs, repo, subdir;
} MetaImport;
typedef VEC(MetaImport) MetaImports;
void meta_imports(Arena *, Str html, MetaImports *);

// ---- git.c: a bare repository in GOMODCACHE/cache/vcs, filled as far as needed. Everything between git_enter and git_leave.
typedef struct GitRepo GitRepo;
typedef VEC(Str) StrList;
typedef struct GitInfo {                         // a commit
    Str name, short_name, version, time, time14; // version: what it was asked for, if that is a tag; else the hash
    Str ref;                                     // that was resolved, or ""
    StrList tags;                                // sorted
} GitInfo;
GitRepo *git_enter(Work *, Str remote, Err *);
GitRepo *git_local(Work *, Str dir); // the repository of a work tree: nothing is fetched into it
void git_leave(GitRepo *);
void git_free(GitRepo *);
Str git_url(const GitRepo *);
bool git_stat(Work *, GitRepo *, Str rev, GitInfo *, Err *); // ERR_NOT_EXIST: no such revision
bool git_latest(Work *, GitRepo *, GitInfo *, Err *);
bool git_tags(Work *, GitRepo *, Str prefix, StrList *tags, Str *sum, Err *);
bool git_ref(Work *, GitRepo *, Str ref, Str *hash, Err *); // "refs/tags/v1.0.0", "HEAD"; hash "": there is none
bool git_repo_sum(Work *, GitRepo *, Str *sum);             // of all refs; false: they cannot be had
bool git_read_file(Work *, GitRepo *, Str rev, Str file, Str *text, Err *);
bool git_archive(Work *, GitRepo *, Str rev, Str subdir, int fd, Err *);
// The highest allowed tag at rev or before it; "" if there is none.
bool git_recent_tag(Work *, GitRepo *, Str rev, Str prefix, bool (*allowed)(void *, Str), void *ctx, Str *tag, Err *);
bool git_descends(Work *, GitRepo *, Str rev, Str tag, bool *yes, Err *);
Str time_rfc3339(Arena *, i64 unix_seconds);
Str time_14(Arena *, i64 unix_seconds); // yyyymmddhhmmss

// ---- direct.c
bool direct_local_version(Work *, Str dir, Str root, Str path, Str rev, Str *version, Err *);
