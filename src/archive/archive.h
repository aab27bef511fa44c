// archive.h - what `tool compile`, `tool asm` and `tool link` hand to each other: archives of packages, objects of assembly, import configurations.
//
// vole makes code of what main reaches, so a package is handed on as the later steps need it: its files, how they are called in messages
// and tables, and what it was compiled with. An archive is a Unix archive whose members are "__.PKGDEF" (for people and for `tool buildid`:
// the header, the build id, a summary), "_go_.o" (the header and a parcel) and objects of assembly ("x.o": the header and a parcel).
// A parcel is "voleprcl", a hash of what follows, and fields {u32 length, key, u32 length, value}; little endian.
// Archives are other people's bytes: every length is checked, and what does not hold is one error.
#pragma once
#include "base/base.h"

// ---- the container
typedef struct ArMember {
    Str name, data;
} ArMember;
typedef VEC(ArMember) ArMembers;
bool ar_is(Str bytes);
bool ar_read(Arena *, Str file, Str bytes, ArMembers *, Err *);
void ar_write(Buf *, const ArMembers *);

// ---- packages
typedef struct ArchiveText {
    Str name, path, text; // path: as messages and tables show it
} ArchiveText;
typedef VEC(ArchiveText) ArchiveTexts;
typedef struct ArchiveImport {
    Str spelled, path; // as the source has it, and what it stands for
} ArchiveImport;
typedef struct ArchiveEmbed { // a //go:embed pattern
    Str pattern;
    VEC(Str) files;
} ArchiveEmbed;
typedef struct AsmObject { // a file of assembly, with all that it was assembled with
    ArchiveText file;
    ArchiveTexts includes; // name: as #include spells it
    VEC(Str) defines;      // "name=value"
} AsmObject;
typedef struct Archive {
    Str header;     // "go object linux amd64 go1.26.3"
    Str build_id;   // of -buildid
    Str path, name; // import path (of main packages "main"), and the name in the package clause
    Str dir;        // of its files, as messages show it
    i64 go_minor, flags;
    bool std;
    ArchiveTexts files;
    VEC(ArchiveImport) imports;
    VEC(ArchiveEmbed) embeds;
    ArchiveTexts embedded; // name, text
    Str export_data;       // for tools that read gc's archives: types/exportdata.c; not read here
    VEC(AsmObject) objects;
} Archive;
Str archive_header(Arena *, Str goos, Str goarch, Str go_version, Str experiments);
void archive_write(const Archive *, Buf *out);
// header: what an archive must begin with. `file` is for the error.
bool archive_read(Arena *, Str file, Str bytes, Str header, Archive **, Err *);
void asm_object_write(const AsmObject *, Str header, Buf *out);

// ---- import configurations: "packagefile PATH=FILE", "importmap PATH=PATH", "modinfo "...""
typedef struct ImportConfig {
    bool given;    // false: packages are looked for in dirs, then in the library
    Map *files;    // import path -> Str *: file
    Map *map;      // as the source has it -> Str *: import path
    VEC(Str) dirs; // -I
    Str modinfo;   // the text, without what marks its ends
    Str header;    // archives must begin with
    Arena *a;      // what is read lives here
    Map *opened;   // file -> Archive
} ImportConfig;
ImportConfig *import_config_new(Arena *, Str header);
bool import_config_read(ImportConfig *, Str file, Err *);
// The archive of an import path. False: *err; NULL and true: it is not named.
bool import_config_find(ImportConfig *, Str path, Archive **, Err *);
bool import_config_open(ImportConfig *, Str file, Archive **, Err *);
// What the linker's input has around the text of modules.
Str modinfo_wrap(Arena *, Str text);
