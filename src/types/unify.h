// unify.h - private: the unifier, used by infer.c.
#pragma once
#include "types/decls.h"
enum { UNIFY_ASSIGN = 1, UNIFY_EXACT = 2 };
typedef struct Unifier {
    Checker *c;
    TypeList tparams;
    Type ***handles; // per type parameter: where its type is; joined parameters share the place
    int depth;
    bool ifaces; // interfaces take part by their methods (go1.21)
} Unifier;
void unifier_init(Unifier *, Checker *, TypeList tparams, TypeList targs, bool ifaces);
bool unify(Unifier *, Type *x, Type *y, int mode);
Type *unifier_at(Unifier *, Type *tparam);
void unifier_set(Unifier *, Type *tparam, Type *t);
i64 unifier_unknowns(Unifier *);
