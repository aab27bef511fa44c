// lookup.c - fields and methods by name, through embedded fields; method sets; missing methods.
//
// The search goes by depth: all types embedded at one depth are looked at together, a name found
// twice at the depth where it first appears is ambiguous, a type seen at a shallower depth hides
// the same type further down.
#include "types/decls.h"

typedef struct PathNode {
    struct PathNode *up;
    i32 index;
} PathNode;
typedef struct Embedded {
    Type *type;
    PathNode *path;
    bool indirect, multiples;
} Embedded;
typedef VEC(Embedded) EmbeddedVec;
enum { MANY_TYPES = 16 }; // beyond, types are looked for by a map
typedef struct Search {
    Checker *c;
    Arena *a;
    const Package *pkg;
    const Name *name;
    bool fold;
    VEC(Type *) seen;
    Map *seen_map;
    EmbeddedVec next;
    Object *obj;
    PathNode *path;
    bool indirect;
} Search;

static PathNode *path_node(Arena *a, PathNode *up, i64 index) {
    PathNode *n = ANEW(a, PathNode);
    n->up = up;
    n->index = (i32)index;
    return n;
}

static void path_export(Search *s, PathNode *n, i32 **path, i64 *npath) {
    i64 len = 0;
    for (PathNode *p = n; p; p = p->up) len++;
    if (npath) *npath = len;
    if (!path) return;
    *path = ANEWN(s->c->arena, i32, len ? len : 1);
    for (PathNode *p = n; p; p = p->up) (*path)[--len] = p->index;
}

// Was it looked at before? From here on it was. Identical types with names are one.
static bool was_seen(Search *s, Type *named) {
    if (!s->seen_map && s->seen.len > MANY_TYPES) {
        s->seen_map = map_new_ptr(s->a);
        for (i64 i = 0; i < s->seen.len; i++) map_set_ptr(s->seen_map, s->seen.ptr[i], named);
    }
    if (s->seen_map) {
        void **slot = map_slot_ptr(s->seen_map, named);
        if (*slot) return true;
        *slot = named;
        return false;
    }
    for (i64 i = 0; i < s->seen.len; i++)
        if (s->seen.ptr[i] == named) return true;
    vec_push(s->a, &s->seen, named);
    return false;
}

// False: the name is ambiguous at this depth; s->path leads to the second one.
static bool found(Search *s, Embedded *e, i64 index, Object *o) {
    s->path = path_node(s->a, e->path, index);
    if (s->obj || e->multiples) return false;
    s->obj = o;
    s->indirect = e->indirect;
    return true;
}

// A field whose own fields and methods are to be looked through at the next depth.
static void embed(Search *s, const Embedded *e, Object *f, i64 i) {
    if (!f->embedded) return;
    bool ptr;
    Type *t = type_deref(f->type, &ptr), *u = types_unalias(t);
    if (u->kind != TYPE_NAMED && u->kind != TYPE_STRUCT && u->kind != TYPE_INTERFACE) return;
    vec_push(s->a, &s->next, ((Embedded){t, path_node(s->a, e->path, i), e->indirect || ptr, e->multiples}));
}

static bool search_struct(Search *s, Embedded *e, Type *st) {
    for (i64 i = 0; i < st->strct.nfields; i++) {
        Object *f = st->strct.fields[i].var;
        if (same_id(f, s->pkg, s->name, s->fold)) {
            if (!found(s, e, i, f)) return false;
        } else if (!s->obj) {
            embed(s, e, f, i);
        }
    }
    return true;
}

static bool search_one(Search *s, Embedded *e) {
    Type *named = as_named(e->type);
    if (named) {
        if (was_seen(s, named)) return true;
        i64 i = named_method_index(named, s->pkg, s->name, s->fold);
        if (i >= 0) return found(s, e, i, types_method_at(s->c, named, i));
    }
    Type *u = types_under(e->type);
    if (u->kind == TYPE_STRUCT) return search_struct(s, e, u);
    if (u->kind == TYPE_INTERFACE) {
        i64 i;
        Object *m = typeset_lookup(type_set(u), s->pkg, s->name, s->fold, &i);
        if (m) return found(s, e, i, m);
    }
    return true;
}

// Entries of one type become one entry that is marked.
static void consolidate(Arena *a, EmbeddedVec *v) {
    Map *named = v->len > MANY_TYPES ? map_new_ptr(a) : NULL; // -> index + 1
    i64 n = 0;
    for (i64 i = 0; i < v->len; i++) {
        Type *t = as_named(v->ptr[i].type);
        i64 j = 0;
        if (named && t) {
            void **slot = map_slot_ptr(named, t);
            if (!*slot) *slot = (void *)(intptr_t)(n + 1);
            j = (i64)(intptr_t)*slot - 1;
        } else {
            while (j < n && !types_identical(v->ptr[j].type, v->ptr[i].type)) j++;
        }
        if (j < n) v->ptr[j].multiples = true;
        else v->ptr[n++] = v->ptr[i];
    }
    v->len = n;
}

static Object *search(Search *s, Type *t, bool is_ptr, bool addressable, i32 **path, i64 *npath, bool *indirect) {
    EmbeddedVec current = {0};
    vec_push(s->a, &current, ((Embedded){t, NULL, is_ptr, false}));
    while (current.len) {
        s->next = (EmbeddedVec){0};
        for (i64 i = 0; i < current.len; i++) {
            if (search_one(s, &current.ptr[i])) continue;
            path_export(s, s->path, path, npath);
            return NULL;
        }
        if (s->obj) {
            if (s->obj->kind == OBJ_FUNC && s->obj->ptr_recv && !s->indirect && !addressable) {
                if (indirect) *indirect = true;
                return NULL;
            }
            path_export(s, s->path, path, npath);
            if (indirect) *indirect = s->indirect;
            return s->obj;
        }
        if (s->next.len > 1) consolidate(s->a, &s->next);
        current = s->next;
    }
    return NULL;
}

// Does t (not a pointer) have nothing but its own fields and methods to look through?
static bool is_flat(Type *t) {
    Type *u = types_under(t);
    if (u->kind != TYPE_STRUCT) return true;
    for (i64 i = 0; i < u->strct.nfields; i++)
        if (u->strct.fields[i].var->embedded) return false;
    return true;
}

Object *lookup_impl(Checker *c, Type *t0, bool addressable, const Package *pkg, const Name *name, bool fold, i32 **path,
                    i64 *npath, bool *indirect) {
    if (path) *path = NULL;
    if (npath) *npath = 0;
    if (indirect) *indirect = false;
    if (name->blank || !t0) return NULL;
    bool is_ptr;
    Type *t = type_deref(t0, &is_ptr);
    if (is_ptr && types_under(t)->kind == TYPE_INTERFACE) return NULL;
    if (!c->lookup.arena) c->lookup.arena = arena_new("lookup");
    c->lookup.nested++;
    Search s = {.c = c, .a = c->lookup.arena, .pkg = pkg, .name = name, .fold = fold};
    Object *o = search(&s, t, is_ptr, addressable, path, npath, indirect);
    if (!--c->lookup.nested) arena_reset(c->lookup.arena); // resolving a method may look up others in between
    return o;
}

Object *check_lookup_field_or_method(Checker *c, Type *t, bool addressable, Package *pkg, const Name *name, bool fold,
                                     i32 **path, i64 *npath, bool *indirect) {
    Type *n = as_named(t);
    if (n) {
        Type *u = types_under(n);
        if (u->kind == TYPE_POINTER) {
            Object *o = lookup_impl(c, u, false, pkg, name, fold, path, npath, indirect);
            if (!o || o->kind != OBJ_FUNC) return o;
            if (path) *path = NULL;
            if (npath) *npath = 0;
            if (indirect) *indirect = false;
            return NULL;
        }
    }
    return lookup_impl(c, t, addressable, pkg, name, fold, path, npath, indirect);
}

Object *types_lookup(Checker *c, Type *t, bool addressable, Package *pkg, const Name *name, i32 **path, i64 *npath,
                     bool *indirect) {
    Object *o = check_lookup_field_or_method(c, t, addressable, pkg, name, false, path, npath, indirect);
    if (o && o->kind == OBJ_FUNC && !o->type) check_object(c, o);
    return o;
}

// ---- method sets ---------------------------------------------------------------------------------------------

typedef struct MethodSet {
    MethodEntry *ptr;
    i64 len;
} MethodSet;

// A name at the least depth where it is.
typedef struct Found {
    Object *obj; // a field, or the declared method
    Type *named; // whose method it is, by its number; or NULL
    PathNode *up;
    i64 depth, index;
    bool indirect, ambiguous;
    struct Found *next; // of the same name, not exported, of another package
} Found;
typedef struct Collect { // all names of a type, depth after depth
    Search s;
    Map *names; // Name* -> Found
    i64 depth;
} Collect;

static void note_name(Collect *k, const Embedded *e, Object *o, Type *named, i64 index) {
    if (o->name->blank) return;
    void **slot = map_slot_ptr(k->names, o->name);
    Found *f = *slot;
    while (f && !o->name->exported && !same_pkg(f->obj->pkg, o->pkg)) f = f->next;
    if (f) {
        if (f->depth == k->depth) f->ambiguous = true;
        return;
    }
    f = ANEW(k->s.a, Found);
    *f = (Found){o, named, e->path, k->depth, index, e->indirect, e->multiples, *slot};
    *slot = f;
}

static void note_names(Collect *k, Embedded *e) {
    Type *named = as_named(e->type);
    if (named && was_seen(&k->s, named)) return;
    for (i64 i = 0; named && i < named_nmethods(named); i++)
        note_name(k, e, named->named.orig->named.methods[i], named, i);
    Type *u = types_under(e->type);
    struct TypeSet *ts = u->kind == TYPE_INTERFACE ? type_set(u) : NULL;
    for (i64 i = 0; ts && i < ts->nmethods; i++) note_name(k, e, ts->methods[i], NULL, i);
    if (u->kind != TYPE_STRUCT || (!k->depth && is_flat(u))) return;
    for (i64 i = 0; i < u->strct.nfields; i++) {
        note_name(k, e, u->strct.fields[i].var, NULL, i);
        embed(&k->s, e, u->strct.fields[i].var, i);
    }
}

// In the set of t: no field, found once, and its receiver can be had.
static bool found_method(Collect *k, Found *f) {
    if (f->obj->kind != OBJ_FUNC || f->ambiguous) return false;
    if (f->named) f->obj = types_method_at(k->s.c, f->named, f->index);
    return f->indirect || !f->obj->ptr_recv;
}

static MethodSet *make_entries(Collect *k) {
    Checker *c = k->s.c;
    VEC(Object *) funcs = {0};
    Map *found = map_new_ptr(k->s.a); // -> Found
    for (i64 i = 0; i < map_len(k->names); i++)
        for (Found *f = map_at(k->names, i)->val; f; f = f->next)
            if (found_method(k, f)) {
                vec_push(k->s.a, &funcs, f->obj);
                map_set_ptr(found, f->obj, f);
            }
    sort_methods(funcs.ptr, funcs.len);
    MethodSet *ms = ANEW(c->arena, MethodSet);
    ms->ptr = ANEWN(c->arena, MethodEntry, funcs.len ? funcs.len : 1);
    for (; ms->len < funcs.len; ms->len++) {
        Object *m = funcs.ptr[ms->len];
        const Found *f = map_get_ptr(found, m);
        MethodEntry e = {.name = m->name, .pkg = m->name->exported ? NULL : m->pkg, .func = m, .indirect = f->indirect};
        path_export(&k->s, path_node(k->s.a, f->up, f->index), &e.path, &e.npath);
        if (!m->type) check_obj_decl(c, m);
        e.ptr_recv = m->ptr_recv;
        ms->ptr[ms->len] = e;
    }
    return ms;
}

static MethodSet *make_method_set(Checker *c, Type *t) {
    Type *n = as_named(t);
    bool is_ptr;
    Type *base = type_deref(t, &is_ptr), *under = types_under(base);
    bool none = (n && types_under(n)->kind == TYPE_POINTER) || (is_ptr && under->kind == TYPE_INTERFACE);
    if (none || (!as_named(base) && is_flat(base) && under->kind != TYPE_INTERFACE)) return ANEW(c->arena, MethodSet);
    Arena *tmp = arena_new("method set");
    Collect k = {.s = {.c = c, .a = tmp}, .names = map_new_ptr(tmp)};
    EmbeddedVec current = {0};
    vec_push(tmp, &current, ((Embedded){base, NULL, is_ptr, false}));
    for (; current.len; k.depth++) {
        k.s.next = (EmbeddedVec){0};
        for (i64 i = 0; i < current.len; i++) note_names(&k, &current.ptr[i]);
        if (k.s.next.len > 1) consolidate(tmp, &k.s.next);
        current = k.s.next;
    }
    MethodSet *ms = make_entries(&k);
    arena_free(tmp);
    return ms;
}

i64 types_method_set(Checker *c, Type *t, MethodEntry **out) {
    t = types_unalias(t);
    MethodSet *ms = map_get_ptr(c->lookup.method_sets, t);
    if (!ms) {
        check_enter(c);
        ms = make_method_set(c, t);
        check_leave(c);
        map_set_ptr(c->lookup.method_sets, t, ms);
    }
    *out = ms->ptr;
    return ms->len;
}

// ---- missing methods -------------------------------------------------------------------------------------------

typedef enum Miss {
    MISS_NONE,
    MISS_NOT_FOUND,
    MISS_WRONG_NAME,
    MISS_UNEXPORTED,
    MISS_WRONG_SIG,
    MISS_AMBIGUOUS,
    MISS_PTR_RECV,
    MISS_FIELD
} Miss;

static Miss missing_in_iface(struct TypeSet *have, Object *m, bool static_, EquivFn equiv, void *ctx, Object **f) {
    *f = typeset_lookup(have, m->pkg, m->name, false, NULL);
    if (!*f) return static_ ? MISS_NOT_FOUND : MISS_NONE;
    return equiv(ctx, (*f)->type, m->type) ? MISS_NONE : MISS_WRONG_SIG;
}

static Miss missing_in_type(Checker *c, Type *v, Object *m, EquivFn equiv, void *ctx, Object **f) {
    i64 npath;
    i32 *path;
    bool indirect;
    Object *o = lookup_impl(c, v, false, m->pkg, m->name, false, &path, &npath, &indirect);
    *f = NULL;
    if (!o) {
        if (path) return MISS_AMBIGUOUS;
        if (indirect) return MISS_PTR_RECV;
        o = lookup_impl(c, v, false, m->pkg, m->name, true, NULL, NULL, NULL);
        if (!o || o->kind != OBJ_FUNC) return MISS_NOT_FOUND;
        *f = o;
        return o->name == m->name ? MISS_UNEXPORTED : MISS_WRONG_NAME;
    }
    if (o->kind != OBJ_FUNC) return MISS_FIELD;
    *f = o;
    check_obj_decl(c, o);
    if (!o->type || !m->type) return MISS_NONE;
    return equiv(ctx, o->type, m->type) ? MISS_NONE : MISS_WRONG_SIG;
}

static Str iface_ptr_error(Checker *c, Type *t) {
    Type *p = types_under(t);
    const char *what = type_is_param(p->pointer.elem) ? "type parameter" : "interface";
    return sprintf_(c, "type %.*s is pointer to %s, not %s", SFMT(tstr(c, t)), what, what);
}

static Str miss_cause(Checker *c, Miss st, Object *m, Object *f, Type *v, Type *t) {
    if (f) check_obj_decl(c, f);
    Str name = m->name->s;
    switch (st) {
    case MISS_NOT_FOUND:
        if (is_iface_ptr(v)) return sprintf_(c, "(%.*s)", SFMT(iface_ptr_error(c, v)));
        if (is_iface_ptr(t)) return sprintf_(c, "(%.*s)", SFMT(iface_ptr_error(c, t)));
        return sprintf_(c, "(missing method %.*s)", SFMT(name));
    case MISS_WRONG_NAME:
        return sprintf_(c, "(missing method %.*s)\n\t\thave %.*s\n\t\twant %.*s", SFMT(name),
                        SFMT(func_string(c, f, false)), SFMT(func_string(c, m, false)));
    case MISS_UNEXPORTED: return sprintf_(c, "(unexported method %.*s)", SFMT(name));
    case MISS_WRONG_SIG: {
        Str fs = func_string(c, f, false), ms = func_string(c, m, false);
        if (str_eq(fs, ms)) {
            fs = func_string(c, f, true);
            ms = func_string(c, m, true);
        }
        if (str_eq(fs, ms)) return sprintf_(c, "(wrong type for method %.*s)", SFMT(name));
        return sprintf_(c, "(wrong type for method %.*s)\n\t\thave %.*s\n\t\twant %.*s", SFMT(name), SFMT(fs),
                        SFMT(ms));
    }
    case MISS_AMBIGUOUS: return sprintf_(c, "(ambiguous selector %.*s.%.*s)", SFMT(tstr(c, v)), SFMT(name));
    case MISS_PTR_RECV: return sprintf_(c, "(method %.*s has pointer receiver)", SFMT(name));
    case MISS_FIELD: return sprintf_(c, "(%.*s.%.*s is a field, not a method)", SFMT(tstr(c, v)), SFMT(name));
    default: return (Str){0};
    }
}

static bool missing_method(Checker *c, Type *v, Type *t, bool static_, EquivFn equiv, void *ctx, Str *cause) {
    Type *tu = types_under(t), *vu = types_under(v);
    if (tu->kind != TYPE_INTERFACE) return false;
    struct TypeSet *want = type_set(tu);
    if (!want->nmethods) return false;
    struct TypeSet *have = vu->kind == TYPE_INTERFACE ? type_set(vu) : NULL;
    for (i64 i = 0; i < want->nmethods; i++) {
        Object *m = want->methods[i], *f = NULL;
        Miss st = have ? missing_in_iface(have, m, static_, equiv, ctx, &f) : missing_in_type(c, v, m, equiv, ctx, &f);
        if (st == MISS_NONE) continue;
        if (cause) *cause = miss_cause(c, st, m, f, v, t);
        return true;
    }
    return false;
}

static bool has_invalid_embedded(Type *t, int depth) {
    Type *u = types_under(t);
    if (u->kind == TYPE_POINTER && types_under(u->pointer.elem)->kind == TYPE_STRUCT) u = types_under(u->pointer.elem);
    if (u->kind != TYPE_STRUCT || depth > 20) return false;
    for (i64 i = 0; i < u->strct.nfields; i++) {
        Object *f = u->strct.fields[i].var;
        if (f->embedded && (!type_valid(f->type) || has_invalid_embedded(f->type, depth + 1))) return true;
    }
    return false;
}

bool has_all_methods(Checker *c, Type *v, Type *t, bool static_, EquivFn equiv, void *ctx, Str *cause) {
    if (!type_valid(v)) return true;
    return !missing_method(c, v, t, static_, equiv, ctx, cause) || has_invalid_embedded(v, 0);
}

static bool equiv_identical(void *ctx, Type *x, Type *y) { return types_identical(x, y); }

bool check_missing_method(Checker *c, Type *v, Type *iface, bool static_, Str *cause) {
    return !has_all_methods(c, v, iface, static_, equiv_identical, NULL, cause);
}
