// arch.h - the machines vole makes code for; a machine is a folder beside this file and one Arch struct (ssa/ssa.h).
#pragma once
#include "ssa/ssa.h"

const Arch *arch_find(Str goarch);   // "amd64"; NULL if there is none
void arch_dump(Buf *, const Func *); // machine SSA, one value a line: operations, registers, addresses, slots
// The code of a function, one instruction a line: offset, position (put_line; NULL: none), assembler.
void arch_list(Buf *, const Arch *, const Sym *text, void (*put_line)(Buf *, const FileRef *, i32, void *), void *);
// A symbol as listings name it: $f64.HEX is a constant, NAME..1 the first symbol without a name that text NAME refers to.
void arch_put_sym(Buf *, const Sym *, const Sym *text);
