// zip.h - reading and making zip files, for the parts of mod/ that deal with them.
#pragma once
#include "mod/fetch_int.h"

typedef struct ZipEntry {
    Str name;
    i64 size, packed; // as declared
    u64 pos[2];       // where the reader finds it
    bool symlink;
} ZipEntry;
typedef struct ZipReader {
    void *u; // minizip's
    i64 size;
    ZipEntry *entries; // in the file's order
    i64 n;
} ZipReader;
typedef VEC(Str) TreeFiles;

bool zip_open(Arena *, Str file, ZipReader *, Err *);
void zip_close(ZipReader *);
// An entry's bytes, in pieces; never more than declared. False: damaged, or the sink said so (errno).
bool zip_read(Arena *, ZipReader *, const ZipEntry *, bool (*sink)(void *, const u8 *, i64), void *ctx, Err *);
bool zip_check(Arena *, const ZipReader *, ModVersion, Err *);
bool zip_hash(Arena *, ZipReader *, Str *h1, Err *);
Str zip_fold(Arena *, Str);                                         // equal for names that differ in case only
bool zip_collide(Arena *, Map *seen, Str path, bool is_dir, Err *); // false: with what was seen before
bool zip_is_gomod(Str base);

// ---- zipmake.c: by the rules of module zips
typedef enum SourceKind { SOURCE_FILE, SOURCE_SYMLINK, SOURCE_OTHER } SourceKind;
typedef struct ZipSource {
    Str name; // relative to the module's root
    i64 size;
    SourceKind kind;
    i64 index; // the caller's
} ZipSource;
typedef bool (*ZipReadFn)(void *ctx, Arena *, const ZipSource *, Str *text, Err *);
bool zip_make(Arena *, ModVersion, const ZipSource *, i64 n, ZipReadFn, void *ctx, Buf *out, Err *);
