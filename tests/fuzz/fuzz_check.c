// fuzz_check.c - the checker must survive any text that parses: a package or errors.
#include "fuzz.h"

void fuzz_one(Str text) {
    FuzzSource s = fuzz_source(text, (DiagOptions){.all = true});
    FuzzPackage p;
    fuzz_check(&s, &p);
    fuzz_done(&s);
}
