// inline.c - inlining over the whole program. (to come)
#include "ir/ir.h"

void ir_optimise(IrProgram *p) {}
