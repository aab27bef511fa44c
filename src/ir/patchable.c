// patchable.c - the shape of a function: whether another body can take its place while a program runs (abi/patch.h).
//
// In:   a function. Out: a hash of what callers and closure objects rely on: types of parameters and results, which variables are captured and how. Declared types
// count by their names, since a change of one restarts the program; those that are declared in functions by what they are made of.
// Called by the back end's threads: only reads.
#include "ir/ir.h"

enum { MAX_DEPTH = 8 }; // of types in each other

static u64 mix(u64 h, u64 x) {
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
}
static u64 mix_str(u64 h, Str s) { return mix(h, hash_bytes(s.ptr, s.len, 11)); }

static u64 mix_type(u64 h, Type *t, int depth);

static u64 mix_named(u64 h, Type *t, int depth) {
    const Object *o = t->named.obj;
    h = mix_str(h, o->name->s);
    if (o->pkg) h = mix_str(h, o->pkg->path);
    for (i64 i = 0; i < t->named.targs.len; i++) h = mix_type(h, t->named.targs.ptr[i], depth + 1);
    return t->named.local_in ? mix_type(h, types_under(t), depth + 1) : h;
}

static u64 mix_struct(u64 h, Type *t, int depth) {
    for (i64 i = 0; i < t->strct.nfields; i++) {
        const Object *v = t->strct.fields[i].var;
        h = mix_type(mix_str(h, v->name ? v->name->s : (Str){0}), v->type, depth + 1);
    }
    return mix(h, (u64)t->strct.nfields);
}

static u64 mix_type(u64 h, Type *t, int depth) {
    t = types_unalias(t);
    if (!t || depth > MAX_DEPTH) return mix(h, 1);
    h = mix(h, t->kind + 2u);
    switch (t->kind) {
    case TYPE_ARRAY: return mix_type(mix(h, (u64)t->array.len), t->array.elem, depth + 1);
    case TYPE_SLICE: return mix_type(h, t->slice.elem, depth + 1);
    case TYPE_POINTER: return mix_type(h, t->pointer.elem, depth + 1);
    case TYPE_MAP: return mix_type(mix_type(h, t->map.key, depth + 1), t->map.elem, depth + 1);
    case TYPE_CHAN: return mix_type(mix(h, t->chan.dir), t->chan.elem, depth + 1);
    case TYPE_STRUCT: return mix_struct(h, t, depth);
    case TYPE_NAMED: return mix_named(h, t, depth);
    case TYPE_TUPLE:
        for (i64 i = 0; i < t->tuple.n; i++) h = mix_type(h, t->tuple.vars[i]->type, depth + 1);
        return mix(h, (u64)t->tuple.n);
    case TYPE_SIGNATURE:
        h = mix_type(mix_type(h, t->sig.params, depth + 1), t->sig.results, depth + 1);
        return mix(h, t->sig.variadic);
    case TYPE_INTERFACE:
        for (i64 i = 0; i < t->iface.nmethods; i++)
            h = mix_type(mix_str(h, t->iface.methods[i]->name->s), t->iface.methods[i]->type, depth + 1);
        for (i64 i = 0; i < t->iface.nembeddeds; i++) h = mix_type(h, t->iface.embeddeds[i], depth + 1);
        return h;
    default: return h;
    }
}

static u64 mix_vars(u64 h, IrVar *const *v, i64 n) {
    for (i64 i = 0; i < n; i++) h = mix_type(mix(h, v[i]->by_ref), v[i]->type, 0);
    return mix(h, (u64)n);
}

// By their names too: another variable's value is none that a body can take for its own.
static u64 mix_captures(u64 h, IrVar *const *v, i64 n) {
    for (i64 i = 0; i < n; i++) h = mix_str(h, v[i]->name ? v[i]->name->s : (Str){0});
    return mix_vars(h, v, n);
}

u32 ir_func_shape(const IrFunc *f) {
    u64 h = mix_vars(mix(f->abi0, f->is_closure), f->params, f->nparams);
    h = mix_vars(h, f->results, f->nresults);
    h = mix_captures(h, f->captures, f->ncaptures);
    return (u32)(h ^ h >> 32);
}
