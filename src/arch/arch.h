// arch.h - the machines vole makes code for; a machine is a folder beside this file and one Arch struct (ssa/ssa.h).
#pragma once
#include "ssa/ssa.h"

const Arch *arch_find(Str goarch);   // "amd64"; NULL if there is none
void arch_dump(Buf *, const Func *); // machine SSA, one value a line: operations, registers, addresses, slots
