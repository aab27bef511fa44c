// asm.h - Plan 9 assembly text -> symbols.
//
// In:   the text of a .s file, its package, where includes are looked for, what -D defines.
// Out:  symbols of the file in a Symtab: functions with the stack convention (ABI0) under their link name with "·" resolved, data, constants.
// Bad input: one error with file and line in Diag for each line that is wrong, at most ten; false.
// The language: GOROOT's doc/asm.html; instructions of amd64/ops.def. Nothing is global; files can be assembled in parallel.
#pragma once
#include "obj/obj.h"

typedef struct AsmDefine {
    Str name, value; // -D name=value
} AsmDefine;
typedef struct AsmOptions {
    Str package; // import path: what "·name" means
    Str goarch, goos;
    Str *include_dirs;
    i64 ninclude_dirs; // after the folder of the file itself
    AsmDefine *defines;
    i64 ndefines;
    Str go_asm_h; // contents of "go_asm.h" (constants, struct offsets of the package), made by the caller
    bool symabis; // only find out what is defined and referred to
    bool dynlink, shared;
} AsmOptions;

// What a file defines or refers to, for wrappers between the stack convention and the compiler's.
typedef struct AsmRef {
    Str name;     // link name
    u8 abi;       // ASM_ABI0, ASM_ABI_INTERNAL
    bool defined; // TEXT; otherwise referred to
} AsmRef;
enum { ASM_ABI0, ASM_ABI_INTERNAL };

typedef struct AsmResult {
    VEC(AsmRef) refs;
    VEC(Sym *) texts; // functions, in order of source
    VEC(Sym *) datas;
} AsmResult;

// file: for messages. The Arena owns everything that is returned.
bool asm_file(Arena *, Diag *, Symtab *, SourceFile *file, const AsmOptions *, AsmResult *);
