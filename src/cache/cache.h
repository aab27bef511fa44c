// cache.h - what earlier commands made, kept by content: a folder of values under 32-byte keys, and manifests of whole builds.
//
// A key is a BLAKE2b-256 of all that the value was made of, vole's own identity first (cache_key_new). The store knows nothing of what
// its values mean. An entry that is damaged, foreign, cut short or half-written is a miss, never an error; a folder that cannot be
// read or written, a full disk and no folder at all only mean that more is done again. Any number of processes may use one folder.
#pragma once
#include "base/base.h"

typedef struct Cache Cache;
typedef struct CacheKey {
    u8 b[32];
} CacheKey;
typedef struct CacheOptions {
    Str dir;    // GOCACHE; "off", "" and a relative one: nothing is kept
    bool fresh; // -a: nothing that is there is used
    bool trace; // hits and misses, and why, on stderr
    i64 limit;  // bytes; 0: the default
} CacheOptions;
enum { CACHE_FORMAT = 1, CACHE_HEAD = 64 };

Cache *cache_open(Arena *, CacheOptions); // never NULL
// The value stays mapped until cache_close. what: for people, says which value is meant.
bool cache_get(Cache *, const CacheKey *, const char *what, Str *value);
void cache_put(Cache *, const CacheKey *, const char *what, Str value);

// Caches elsewhere, asked in order for what is not here. One that fails is told of once and left alone from then on.
typedef struct CacheRemote {
    Str name; // for people
    // get: the whole entry, valid until close; false: a miss, or *why says what failed. put: an entry in parts; false: *why.
    bool (*get)(void *ctx, const CacheKey *, Str *entry, Str *why);
    bool (*put)(void *ctx, const CacheKey *, const Str *parts, i64 n, Str *why);
    void (*close)(void *ctx);
    void *ctx;
} CacheRemote;
void cache_add_remote(Cache *, CacheRemote);
bool cache_find(Cache *, const CacheKey *, const char *what,
                Str *value); // as cache_get, then elsewhere; a find is kept here
bool cache_find_file(Cache *, const CacheKey *, const char *what,
                     Str *path); // the file that holds it, the value behind CACHE_HEAD bytes; it may go at any time
void cache_share(Cache *, const CacheKey *, const char *what, Str value); // as cache_put, and elsewhere
// prog.c: a program that speaks the protocol of GOCACHEPROG (`go doc cmd/go/internal/cacheprog`); it is started by the first question.
CacheRemote cache_program(Arena *, Str *argv, i64 n);

void cache_forget(Cache *, Str value); // nobody looks at it any more
void cache_close(Cache *);             // entries that were not used for long go if it is time to look
bool cache_parse(Str file, const CacheKey *, Str *value, const char **why); // an entry's bytes

// Keys: parts are told apart by their lengths.
typedef struct CacheHash CacheHash;
CacheHash *cache_key_new(Arena *, const char *purpose);
void cache_key_add(CacheHash *, Str part);
CacheKey cache_key_end(CacheHash *);

// ---- manifest.c: all that a build asked the file system, and what it made -------------------------------
typedef VEC(SeenItem) SeenItems;
typedef struct Manifest {
    SeenItems made;     // SEEN_MADE, SEEN_IMAGE, in order
    SeenItems restated; // files that are the same, with times that differ from the recorded ones
    bool newer;         // which prove more than those: manifest_restate is worth its while
} Manifest;
typedef struct ManifestAsk { // answers to SEEN_ANSWER
    bool (*same)(void *ctx, Str question, u64 answer);
    void *ctx;
    bool few_calls; // of the system, for a little more CPU (base/stats.c)
} ManifestAsk;
// "": *why says what speaks against it. Called when all outputs are written; folders that hold them are listed again.
Str manifest_make(Arena *, Str cwd, const Seen *, const char **why);
// True: every answer is the one it was. Outputs are the caller's to compare.
bool manifest_holds(Arena *, Str cwd, Str bytes, ManifestAsk, Manifest *, Str *why);
Str manifest_restate(Arena *, Str bytes, const Manifest *); // the same bytes with the times of made and restated
bool manifest_is_made(const char *path, const SeenItem *);  // the output is as it was left

// ---- filetable.c: contents of files, known by path, size, times and inode: one stat for a file that did not change --------------
typedef struct FileTable FileTable;
typedef struct FileHash {
    u8 content[32]; // BLAKE2b-256 of the bytes
    u64 quick;      // hash_bytes(bytes, 1), as a Seen has it
    i64 size;
} FileHash;
FileTable *files_open(Arena *, Str dir); // GOCACHE, as CacheOptions.dir; never NULL. Any thread may ask.
// False: it cannot be read, errno. *text: the bytes if they had to be read for it, ptr NULL if not (text may be NULL). The question counts for the
// Seen in use as if the file had been read.
bool files_hash(FileTable *, Arena *, const char *path, FileHash *, Str *text);
void files_hash_text(Str text, FileHash *); // of what a file would hold
// What was found out about a content, by this very vole; the note stays until files_close.
bool files_note(FileTable *, const FileHash *, Str *note); // one thread
void files_keep_note(FileTable *, const FileHash *, Str note);
void files_close(FileTable *);  // what is new is written
void files_reload(FileTable *); // what others wrote meanwhile; what is new and not written is forgotten
