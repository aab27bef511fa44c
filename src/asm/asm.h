// asm.h - Plan 9 assembly text -> symbols.
//
// In:   the text of a .s file, its package, where includes are looked for, what -D defines.
// Out:  symbols of the file in a Symtab: functions with the stack convention (ABI0), data, constants.
// Bad input: one error with file and line in Diag for each line that is wrong, at most ten; false.
// The language: GOROOT's doc/asm.html; instructions of amd64/. Nothing is global; files can be assembled in parallel.
//
// Names: a function with the stack convention is the symbol NAME + ABI0_SUFFIX ("·" resolved); NAME alone is the
// compiler's convention. A reference to something that the file does not define cannot tell code from data: it refers to the
// symbol with the suffix, and who knows better (program/assembly.c) puts NAME into the relocation.
#pragma once
#include "obj/obj.h"
#include "abi/functab.h"

typedef struct AsmDefine {
    Str name, value; // -D name=value
} AsmDefine;
typedef struct AsmOptions {
    SourceMap *sources; // included files are added
    Str heading;        // of errors: the import path
    Str package;        // link path as symbols spell it: what "·name" means
    Str goarch, goos;
    Str *include_dirs;
    i64 ninclude_dirs; // after the folder of the file itself
    AsmDefine *defines;
    i64 ndefines;
    Str (*go_asm_h)(void *ctx); // contents of "go_asm.h" (constants, struct offsets of the package); NULL: the file's
    // Where other included files are, in the place of folders; and who is told of each that was included. NULL: folders, nobody.
    bool (*find_include)(void *ctx, Str name, Str *text, Str *path);
    void (*included)(void *ctx, Str name, Str path, Str text);
    void *ctx;
    bool allow_abi; // <ABIInternal> is understood: packages of the runtime
} AsmOptions;

typedef struct AsmResult {
    VEC(Sym *)
    texts; // functions, in order of source: Sym.code has frame and lines; arguments and maps are the caller's
    VEC(CodeNotes *) notes; // of texts; CallSite.map 1: the results are written at the call
    VEC(Sym *) datas;
    VEC(Str) included; // files, but a generated go_asm.h
    VEC(i64) args;     // of texts: bytes of arguments and results as TEXT says, -1: unknown
} AsmResult;

// symabis.c: what `asm -gensymabis` says of a file: lines "def NAME ABI0" of its functions, "ref NAME ABI0" of what it refers to. Operands are
// not looked at, as go_asm.h is still to be made.
bool asm_symabis(Arena *, Diag *, SourceFile *file, const AsmOptions *, Buf *out);

// The Arena owns everything that is returned.
bool asm_file(Arena *, Diag *, Symtab *, SourceFile *file, const AsmOptions *, AsmResult *);
