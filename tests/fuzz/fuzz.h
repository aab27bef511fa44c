// fuzz.h - what the fuzz targets share. Each target is one function from bytes to nothing; fuzz.c is the rest.
//
// A finding is a crash, a sanitizer's report, a hang, a lot of memory, or that vole calls bug() or fatal(): they end the process,
// and no input may do that.
#pragma once
#include "types/types.h"
#include <stdlib.h>

void fuzz_one(Str text); // the target

static inline void check(bool c) {
    if (!c) abort();
}
extern char fuzz_top[];   // a folder of the process's own, for what a target writes
bool fuzz_make_top(void); // true at the first call, which makes it

typedef struct FuzzSource { // a session with one file
    Arena *arena;
    Intern *intern;
    SourceMap *sources;
    Diag *diag;
    SourceFile *src;
} FuzzSource;
FuzzSource fuzz_source(Str text, DiagOptions);
void fuzz_done(FuzzSource *); // prints the diagnostics to nowhere

// Checks a package of one file; imports fail, but for "unsafe". False: there were errors.
typedef struct FuzzPackage {
    Checker *checker;
    Package *pkg;
} FuzzPackage;
bool fuzz_check(FuzzSource *, FuzzPackage *);
