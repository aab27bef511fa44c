// elf.h - the header of an ELF-64 file (elf(5)), as plugins have it and as debuggers are given it.
#pragma once
#include "rt.h"

typedef struct ElfHead {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, phoff, shoff;
    u32 flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
} ElfHead;
