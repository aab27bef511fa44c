// scope.c - scopes and objects.
//
// A scope keeps its objects in order of insertion; past a handful of them a map from the
// interned name finds them. The scope of a package that was not collected yet collects it
// at the first lookup. What is declared in a scope of a function behind a scope inside is not visible
// there, so a lookup passes by what was empty when that one began: chains of `else if` nest thousands.
#include "types/decls.h"

enum { SMALL_SCOPE = 8, FILE_DEPTH = 2 };

struct Scope {
    Arena *arena;
    Scope *parent;
    Scope *up; // where a lookup goes on
    i32 depth; // 0: the universe, 1: a package, 2: a file
    const char *comment;
    VEC(Object *) objs;
    VEC(const Name *) names; // dot imports insert objects under their own name too
    Map *map;
    Checker *lazy_c; // not NULL: collect `lazy` first
    Package *lazy;
};

Scope *scope_new(Arena *a, Scope *parent, const char *comment) {
    Scope *s = ANEW(a, Scope);
    s->arena = a;
    s->parent = parent;
    s->depth = parent ? parent->depth + 1 : 0;
    s->up = parent && parent->depth > FILE_DEPTH && !parent->objs.len ? parent->up : parent;
    s->comment = comment;
    return s;
}

Scope *scope_new_lazy(Checker *c, Package *p) {
    Scope *s = scope_new(c->arena, c->u.scope, "package");
    s->lazy_c = c;
    s->lazy = p;
    return s;
}

static void scope_force(const Scope *cs) {
    Scope *s = (Scope *)cs;
    if (!s->lazy) return;
    Package *p = s->lazy;
    s->lazy = NULL;
    check_collect(s->lazy_c, p);
}

Object *scope_lookup(const Scope *s, const Name *n) {
    if (s->lazy) scope_force(s);
    if (s->map) return map_get_ptr(s->map, n);
    for (i64 i = 0; i < s->objs.len; i++)
        if (s->names.ptr[i] == n) return s->objs.ptr[i];
    return NULL;
}

Object *scope_lookup_parent(const Scope *s, const Name *n, Pos pos, Scope **found) {
    for (; s; s = s->up) {
        Object *o = scope_lookup(s, n);
        if (o && (!pos || !o->scope_pos || o->scope_pos <= pos)) {
            if (found) *found = (Scope *)s;
            return o;
        }
    }
    if (found) *found = NULL;
    return NULL;
}

Object *scope_insert(Scope *s, Object *o) {
    Object *alt = scope_lookup(s, o->name);
    if (alt) return alt;
    vec_push(s->arena, &s->objs, o);
    vec_push(s->arena, &s->names, o->name);
    if (s->map) {
        map_set_ptr(s->map, o->name, o);
    } else if (s->objs.len > SMALL_SCOPE) {
        s->map = map_new_ptr(s->arena);
        for (i64 i = 0; i < s->objs.len; i++) map_set_ptr(s->map, s->names.ptr[i], s->objs.ptr[i]);
    }
    if (!o->parent) o->parent = s;
    return NULL;
}

void scope_truncate(Scope *s, i64 n) {
    s->objs.len = s->names.len = n;
    if (!s->map) return;
    s->map = n > SMALL_SCOPE ? map_new_ptr(s->arena) : NULL;
    for (i64 i = 0; s->map && i < n; i++) map_set_ptr(s->map, s->names.ptr[i], s->objs.ptr[i]);
}

i64 scope_len(const Scope *s) {
    if (s->lazy) scope_force(s);
    return s->objs.len;
}

Object *scope_at(const Scope *s, i64 i) { return s->objs.ptr[i]; }
Scope *scope_parent(const Scope *s) { return s->parent; }

// ---- objects ------------------------------------------------------------------------------------

Object *obj_new(Checker *c, ObjKind kind, Pos pos, Package *pkg, const Name *name, Type *type) {
    Object *o = ANEW(c->arena, Object);
    o->kind = (u8)kind;
    o->pos = pos;
    o->pkg = pkg;
    o->name = name;
    o->type = type;
    o->origin = o;
    return o;
}

Object *types_new_var(Checker *c, Pos pos, Package *pkg, const Name *name, Type *t) {
    return obj_new(c, OBJ_VAR, pos, pkg, name ? name : intern_c(c->intern, ""), t);
}

Object *types_new_field(Checker *c, Pos pos, Package *pkg, const Name *name, Type *t, bool embedded) {
    Object *o = obj_new(c, OBJ_VAR, pos, pkg, name, t);
    o->is_field = true;
    o->embedded = embedded;
    return o;
}

PackageDecls *package_decls(Checker *c, Package *p) {
    PackageDecls *a = map_get_ptr(c->collected, p);
    if (!a) {
        a = ANEW(c->arena, PackageDecls);
        map_set_ptr(c->collected, p, a);
    }
    return a;
}

// ---- identity of names ----------------------------------------------------------------------------

bool same_pkg(const Package *a, const Package *b) {
    if (a == b) return true;
    if (!a || !b) return false;
    return str_eq(a->path, b->path);
}

// Simple case folding: ASCII, and the rest bytewise.
bool str_fold_eq(Str a, Str b) {
    if (a.len != b.len) return false;
    for (i64 i = 0; i < a.len; i++) {
        u8 x = (u8)a.ptr[i], y = (u8)b.ptr[i];
        if (x >= 'A' && x <= 'Z') x = (u8)(x + 32);
        if (y >= 'A' && y <= 'Z') y = (u8)(y + 32);
        if (x != y) return false;
    }
    return true;
}

bool same_id(const Object *o, const Package *pkg, const Name *name, bool fold) {
    if (fold && str_fold_eq(o->name->s, name->s)) return true;
    if (o->name != name) return false;
    return name->exported || same_pkg(o->pkg, pkg);
}

// Exported names first, then by name, then (unexported) by package path.
int cmp_objects(const Object *a, const Object *b) {
    if (a == b) return 0;
    if (a->name->exported != b->name->exported) return a->name->exported ? -1 : 1;
    if (a->name != b->name) return str_cmp(a->name->s, b->name->s);
    if (!a->name->exported && a->pkg != b->pkg) {
        Str ap = a->pkg ? a->pkg->path : S(""), bp = b->pkg ? b->pkg->path : S("");
        return str_cmp(ap, bp);
    }
    return 0;
}

// Stable insertion sort up to a few dozen, merge sort beyond.
static void merge_sort(Object **v, Object **tmp, i64 n) {
    if (n <= 16) {
        for (i64 i = 1; i < n; i++) {
            Object *o = v[i];
            i64 j = i;
            for (; j > 0 && cmp_objects(v[j - 1], o) > 0; j--) v[j] = v[j - 1];
            v[j] = o;
        }
        return;
    }
    i64 h = n / 2;
    merge_sort(v, tmp, h);
    merge_sort(v + h, tmp, n - h);
    memcpy(tmp, v, (size_t)n * sizeof *v);
    i64 i = 0, j = h, k = 0;
    while (i < h && j < n) v[k++] = cmp_objects(tmp[j], tmp[i]) < 0 ? tmp[j++] : tmp[i++];
    while (i < h) v[k++] = tmp[i++];
    while (j < n) v[k++] = tmp[j++];
}

void sort_methods(Object **v, i64 n) {
    if (n < 2) return;
    Arena *t = NULL;
    Object *small[64], **tmp = small;
    if (n > NELEM(small)) {
        t = arena_new("sort");
        tmp = ANEWN(t, Object *, n);
    }
    merge_sort(v, tmp, n);
    if (t) arena_free(t);
}
