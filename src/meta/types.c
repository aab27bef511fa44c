// types.c - type descriptors and itabs, in the layout of Go 1.26's internal/abi (abi/gotype.h).
//
// In:   TypeRecs and ItabRecs of reach.c. Out: symbols "type:..." (region SYM_TYPE) and "go:itab...".
// A type that never reaches an interface gets a bare descriptor: size, pointer mask and what the runtime itself
// reads (map, chan, interface parts), no name, no fields, no methods; nobody can ask for them.
#include "meta/meta.h"
#include "abi/abi.h"
#include "abi/gotype.h"

typedef struct Meta {
    IrProgram *p;
    Symtab *st;
    Arena *a;
} Meta;
typedef struct Desc {
    Meta *m;
    Buf b;
    Sym *sym;
} Desc; // a symbol under construction

static void put_ptr(Desc *d, Sym *target) {
    if (target) obj_reloc(d->sym, (u32)d->b.len, REL_ABS64, target, 0);
    buf_u64(&d->b, 0);
}

static void put_off(Desc *d, Sym *target, int kind) {
    if (target) obj_reloc(d->sym, (u32)d->b.len, (RelocKind)kind, target, 0);
    buf_u32(&d->b, 0);
}

static Sym *type_sym(Meta *m, Type *t) { return obj_sym(m->st, ir_type_symbol(m->p, t)); }

static Sym *funcval_sym(Meta *m, Str fn) { return obj_sym(m->st, arena_printf(m->a, "%.*s\302\267f", SFMT(fn))); }

static void finish(Desc *d, SymKind kind, i64 align) {
    u8 *bytes = arena_alloc(d->m->a, d->b.len, 8);
    memcpy(bytes, d->b.ptr, (size_t)d->b.len);
    obj_define(d->sym, kind, d->m->a, bytes, d->b.len, align);
    buf_free(&d->b);
}

// ---- abi.Name -----------------------------------------------------------------------------------------------

static Str pkg_path(Package *pkg) { return !pkg ? (Str){0} : pkg->link_path.len ? pkg->link_path : pkg->path; }

static Sym *name_sym(Meta *m, Str name, Str tag, bool exported, bool embedded, Package *pkg) {
    int flags = (exported ? 1 : 0) | (tag.len ? 2 : 0) | (pkg ? 4 : 0) | (embedded ? 8 : 0);
    Str path = pkg_path(pkg);
    Str key = arena_printf(m->a, "type:.namedata.%d%.*s%c%.*s%c%.*s", flags, SFMT(name), tag.len ? '"' : ' ', SFMT(tag),
                           pkg ? '@' : ' ', SFMT(path));
    Sym *s = obj_sym(m->st, key);
    if (s->kind != SYM_UNDEF) return s;
    s->local = s->dupok = true;
    Desc d = {m, {0}, s};
    buf_u8(&d.b, (u8)flags);
    buf_uleb(&d.b, (u64)name.len);
    buf_str(&d.b, name);
    if (tag.len) {
        buf_uleb(&d.b, (u64)tag.len);
        buf_str(&d.b, tag);
    }
    if (pkg) put_off(&d, name_sym(m, path, (Str){0}, false, false, NULL), REL_TYPE_OFF);
    finish(&d, SYM_TYPE, 1);
    return s;
}

static Sym *method_name_sym(Meta *m, const Name *n, Package *pkg) {
    return name_sym(m, n->s, (Str){0}, n->exported, false, n->exported ? NULL : pkg);
}

static Sym *path_sym(Meta *m, Package *pkg) {
    return pkg ? name_sym(m, pkg_path(pkg), (Str){0}, false, false, NULL) : NULL;
}

enum { PTR_TO_THIS = 44, METHOD_SIZE = 16, METHOD_IFN = 8 }; // offsets in a descriptor, in an entry of its method table

// ---- common header --------------------------------------------------------------------------------------------

static int abi_kind(Type *u) {
    if (u->kind >= TYPE_BOOL && u->kind <= TYPE_COMPLEX128) return u->kind;
    switch (u->kind) {
    case TYPE_STRING: return KIND_STRING;
    case TYPE_UNSAFE_POINTER: return KIND_UNSAFE_POINTER;
    case TYPE_ARRAY: return KIND_ARRAY;
    case TYPE_CHAN: return KIND_CHAN;
    case TYPE_SIGNATURE: return KIND_FUNC;
    case TYPE_INTERFACE: return KIND_INTERFACE;
    case TYPE_MAP: return KIND_MAP;
    case TYPE_POINTER: return KIND_POINTER;
    case TYPE_SLICE: return KIND_SLICE;
    case TYPE_STRUCT: return KIND_STRUCT;
    default: bug("descriptor of type kind %d", u->kind);
    }
}

static bool is_named(Type *t) {
    t = types_unalias(t);
    return t->kind == TYPE_NAMED || (t->kind >= TYPE_BOOL && t->kind <= TYPE_UNSAFE_POINTER);
}

// A mask on demand has a name after its type's, so that its place does not depend on who makes which descriptor when.
static Sym *gcdata_sym(Meta *m, Type *t, Str symbol, u8 *tflag) {
    i64 words = t->ptrdata / 8, bytes = (words + 7) / 8;
    if (words == 0) return NULL;
    if (ir_mask_on_demand(t)) {
        *tflag |= TFLAG_GCMASK_ON_DEMAND;
        Sym *slot = obj_sym(m->st, arena_printf(m->a, "gcmask:%.*s", SFMT(symbol)));
        slot->local = slot->dupok = true;
        obj_define(slot, SYM_NOPTRBSS, m->a, NULL, 8, 8);
        return slot;
    }
    u8 *mask = ANEWN(m->a, u8, align_up(bytes, 8));
    types_pointer_mask(t, mask, 0);
    return obj_const(m->st, mask, bytes, 1);
}

// A func value whose code reads the size of what it works on from behind the code pointer (memequal_varlen, memhash_varlen).
static Sym *sized_funcval(Meta *m, Str fn, const char *prefix, i64 size) {
    Sym *s = obj_sym(m->st, arena_printf(m->a, "%s%lld", prefix, (long long)size));
    if (s->kind != SYM_UNDEF) return s;
    Desc d = {m, {0}, s};
    s->local = s->dupok = true;
    put_ptr(&d, obj_sym(m->st, fn));
    buf_u64(&d.b, (u64)size);
    finish(&d, SYM_RODATA, 8);
    return s;
}

static Sym *equal_sym(Meta *m, TypeRec *r, bool *regular) {
    if (!types_comparable(r->type)) return NULL;
    Str eq = ir_eq_symbol(m->p, m->a, r->type);
    if (!eq.len) return NULL;
    *regular = str_has_prefix(eq, S("runtime.memequal"));
    if (str_eq(eq, S("runtime.memequal_varlen"))) return sized_funcval(m, eq, "type:.eqfunc", types_size(r->type));
    return funcval_sym(m, eq);
}

static Sym *hash_sym(Meta *m, Type *key) {
    Str h = ir_hash_symbol(m->p, m->a, key);
    if (str_eq(h, S("runtime.memhash_varlen"))) return sized_funcval(m, h, "type:.hashfunc", types_size(key));
    return funcval_sym(m, h);
}

// A type of which only the name can be seen still tells its package.
static bool has_uncommon(TypeRec *r) { return (r->full || r->want_name) && (is_named(r->type) || r->nmethods > 0); }

static Sym *type_name_sym(Desc *d, TypeRec *r, Type *u, u8 *tflag) {
    Meta *m = d->m;
    Str s = types_reflect_string(m->a, r->type);
    if (r->full && !is_named(r->type) && u->kind >= TYPE_ARRAY && u->kind != TYPE_INTERFACE) d->sym->type_str = s;
    if (!str_has_prefix(s, S("*"))) {
        *tflag |= TFLAG_EXTRA_STAR;
        s = arena_printf(m->a, "*%.*s", SFMT(s));
    }
    Type *base = types_unalias(r->type);
    if (base->kind == TYPE_POINTER) base = types_unalias(base->pointer.elem);
    return name_sym(m, s, (Str){0}, base->kind == TYPE_NAMED && base->named.obj->name->exported, false, NULL);
}

static void put_header(Desc *d, TypeRec *r) {
    Meta *m = d->m;
    Type *t = r->type, *u = types_under(t);
    types_layout(u);
    u8 tflag = (is_named(t) ? TFLAG_NAMED : 0) | (has_uncommon(r) ? TFLAG_UNCOMMON : 0);
    bool regular = false;
    Sym *eq = r->need_eq ? equal_sym(m, r, &regular) : NULL, *gcdata = gcdata_sym(m, u, r->symbol, &tflag);
    if (regular) tflag |= TFLAG_REGULAR_MEMORY;
    if (type_direct_iface(t)) tflag |= TFLAG_DIRECT_IFACE;
    Sym *name = r->full || r->want_name ? type_name_sym(d, r, u, &tflag) : NULL;
    buf_u64(&d->b, (u64)u->size);
    buf_u64(&d->b, (u64)u->ptrdata);
    buf_u32(&d->b, ir_type_hash(types_link_name(m->p->checker, t)));
    buf_u8(&d->b, tflag);
    buf_u8(&d->b, u->align);
    buf_u8(&d->b, u->align);
    buf_u8(&d->b, (u8)abi_kind(u));
    put_ptr(d, eq);
    put_ptr(d, gcdata);
    put_off(d, name, REL_TYPE_OFF);
    CHECK(d->b.len == PTR_TO_THIS);
    buf_u32(&d->b, 0);
}

// ---- methods -----------------------------------------------------------------------------------------------------

static i64 exported_count(TypeRec *r) {
    i64 n = 0;
    for (i64 i = 0; i < r->nmethods; i++) n += r->methods[i].exported;
    return n;
}

static Package *type_package(Type *t) {
    t = types_unalias(t);
    if (t->kind == TYPE_POINTER) t = types_unalias(t->pointer.elem);
    return t->kind == TYPE_NAMED ? t->named.obj->pkg : NULL;
}

// moff: distance from the uncommon struct to the methods.
static void put_uncommon(Desc *d, TypeRec *r, i64 moff) {
    if (!has_uncommon(r)) return;
    Sym *path = types_unalias(r->type)->kind == TYPE_UNSAFE_POINTER
                    ? name_sym(d->m, S("unsafe"), (Str){0}, false, false, NULL)
                    : path_sym(d->m, type_package(r->type));
    put_off(d, path, REL_TYPE_OFF);
    buf_u16(&d->b, (u16)r->nmethods);
    buf_u16(&d->b, (u16)exported_count(r));
    buf_u32(&d->b, (u32)moff);
    buf_u32(&d->b, 0);
}

static void put_methods(Desc *d, TypeRec *r) {
    if (!has_uncommon(r)) return;
    r->methods_at = d->b.len;
    for (i64 i = 0; i < r->nmethods; i++) {
        const MethodEntry *e = &r->entries[i];
        Package *pkg = e->pkg ? e->pkg : e->func->pkg;
        if (pkg == type_package(r->type)) pkg = NULL; // that is known
        put_off(d, method_name_sym(d->m, e->name, pkg), REL_TYPE_OFF);
        put_off(d, obj_sym(d->m->st, r->methods[i].sig->symbol), REL_TYPE_OFF);
        buf_u32(&d->b, 0xffffffff);
        buf_u32(&d->b, 0xffffffff);
    }
}

// ---- kinds --------------------------------------------------------------------------------------------------------

static void put_slice_header(Desc *d, i64 at, i64 n) { // slice of n elements at byte `at` of the same symbol
    if (n) obj_reloc(d->sym, (u32)d->b.len, REL_ABS64, d->sym, at);
    buf_u64(&d->b, 0);
    buf_u64(&d->b, (u64)n);
    buf_u64(&d->b, (u64)n);
}

static i64 uncommon_size(TypeRec *r) { return has_uncommon(r) ? 16 : 0; }

static void put_tail(Desc *d, TypeRec *r) { // nothing behind the kind's own struct but methods
    put_uncommon(d, r, 16);
    put_methods(d, r);
}

static void put_func(Desc *d, TypeRec *r, Type *u) {
    i64 nin = r->full ? u->sig.params->tuple.n : 0, nout = r->full ? u->sig.results->tuple.n : 0;
    buf_u16(&d->b, (u16)nin);
    buf_u16(&d->b, (u16)(nout | (u->sig.variadic ? 0x8000 : 0)));
    buf_u32(&d->b, 0);
    put_uncommon(d, r, 16 + 8 * (nin + nout));
    for (i64 i = 0; i < nin; i++) put_ptr(d, type_sym(d->m, u->sig.params->tuple.vars[i]->type));
    for (i64 i = 0; i < nout; i++) put_ptr(d, type_sym(d->m, u->sig.results->tuple.vars[i]->type));
    put_methods(d, r);
}

static void put_interface(Desc *d, TypeRec *r, Type *u) {
    Object **ms;
    i64 n = types_iface_methods(d->m->p->checker, u, &ms);
    Package *pkg = type_package(r->type);
    for (i64 i = 0; i < n && !pkg; i++)
        if (!ms[i]->name->exported) pkg = ms[i]->pkg;
    put_ptr(d, path_sym(d->m, pkg));
    put_slice_header(d, 80 + uncommon_size(r), n);
    put_uncommon(d, r, 16 + 8 * n);
    for (i64 i = 0; i < n; i++) {
        put_off(d, method_name_sym(d->m, ms[i]->name, ms[i]->pkg), REL_TYPE_OFF);
        put_off(d, type_sym(d->m, ms[i]->type), REL_TYPE_OFF);
    }
    put_methods(d, r);
}

// Of a bare type with a large mask: the fields with pointers, from which the runtime makes the mask. They have no names.
static void put_bare_fields(Desc *d, TypeRec *r, Type *u) {
    i64 n = 0;
    for (i64 i = 0; i < u->strct.nfields; i++) n += types_has_pointers(u->strct.fields[i].var->type);
    put_ptr(d, NULL);
    put_slice_header(d, 80 + uncommon_size(r), n);
    put_uncommon(d, r, 16 + 24 * n);
    for (i64 i = 0; i < u->strct.nfields; i++) {
        if (!types_has_pointers(u->strct.fields[i].var->type)) continue;
        put_ptr(d, NULL);
        put_ptr(d, type_sym(d->m, u->strct.fields[i].var->type));
        buf_u64(&d->b, (u64)types_field_offset(u, i));
    }
}

static void put_struct(Desc *d, TypeRec *r, Type *u) {
    if (!r->full && ir_mask_on_demand(u)) {
        put_bare_fields(d, r, u);
        return;
    }
    i64 n = r->full ? u->strct.nfields : 0;
    Package *pkg = NULL;
    for (i64 i = 0; i < n && !pkg; i++)
        if (!u->strct.fields[i].var->name->exported) pkg = u->strct.fields[i].var->pkg;
    put_ptr(d, path_sym(d->m, pkg));
    put_slice_header(d, 80 + uncommon_size(r), n);
    put_uncommon(d, r, 16 + 24 * n);
    for (i64 i = 0; i < n; i++) {
        StructField *f = &u->strct.fields[i];
        put_ptr(d, name_sym(d->m, f->var->name->s, f->tag, f->var->name->exported, f->var->embedded, NULL));
        put_ptr(d, type_sym(d->m, f->var->type));
        buf_u64(&d->b, (u64)types_field_offset(u, i));
    }
    put_methods(d, r);
}

// Does cond hold for a scalar type anywhere in t?
static bool any_scalar(Type *t, bool (*cond)(int kind)) {
    Type *u = types_under(t);
    if (u->kind == TYPE_ARRAY) return any_scalar(u->array.elem, cond);
    if (u->kind != TYPE_STRUCT) return cond(u->kind);
    for (i64 i = 0; i < u->strct.nfields; i++)
        if (any_scalar(u->strct.fields[i].var->type, cond)) return true;
    return false;
}
static bool hash_might_panic(int kind) { return kind == TYPE_INTERFACE; }
static bool needs_key_update(int kind) {
    return (kind >= TYPE_FLOAT32 && kind <= TYPE_STRING) || kind == TYPE_INTERFACE;
}

static void put_map(Desc *d, TypeRec *r, Type *u) {
    Meta *m = d->m;
    Type *group = ir_map_group_type(m->p, r->type);
    Type *slots = types_under(types_under(group)->strct.fields[1].var->type);
    Type *slot = types_under(slots->array.elem);
    put_ptr(d, type_sym(m, u->map.key));
    put_ptr(d, type_sym(m, u->map.elem));
    put_ptr(d, type_sym(m, group));
    put_ptr(d, hash_sym(m, u->map.key));
    buf_u64(&d->b, (u64)types_size(group));
    buf_u64(&d->b, (u64)types_size(slot));
    buf_u64(&d->b, (u64)types_field_offset(slot, 1));
    u32 flags = (any_scalar(u->map.key, needs_key_update) ? 1 : 0) |
                (any_scalar(u->map.key, hash_might_panic) ? 2 : 0) | (types_size(u->map.key) > 128 ? 4 : 0) |
                (types_size(u->map.elem) > 128 ? 8 : 0);
    buf_u32(&d->b, flags);
    buf_u32(&d->b, 0);
    put_tail(d, r);
}

static void put_kind(Desc *d, TypeRec *r, Type *u) { // dispatch
    Meta *m = d->m;
    switch (u->kind) {
    case TYPE_ARRAY:
        put_ptr(d, r->full || ir_mask_on_demand(u) ? type_sym(m, u->array.elem) : NULL);
        put_ptr(d, r->full ? type_sym(m, types_made_slice(m->p->checker, u->array.elem)) : NULL);
        buf_u64(&d->b, (u64)u->array.len);
        put_tail(d, r);
        break;
    case TYPE_CHAN:
        put_ptr(d, type_sym(m, u->chan.elem));
        buf_u64(&d->b, u->chan.dir == CHAN_BOTH ? 3 : u->chan.dir == CHAN_RECV ? 1 : 2);
        put_tail(d, r);
        break;
    case TYPE_SLICE:
        put_ptr(d, r->full ? type_sym(m, u->slice.elem) : NULL);
        put_tail(d, r);
        break;
    case TYPE_POINTER:
        put_ptr(d, r->full ? type_sym(m, u->pointer.elem) : NULL);
        put_tail(d, r);
        break;
    case TYPE_SIGNATURE: put_func(d, r, u); break;
    case TYPE_INTERFACE: put_interface(d, r, u); break;
    case TYPE_STRUCT: put_struct(d, r, u); break;
    case TYPE_MAP: put_map(d, r, u); break;
    default: put_tail(d, r); break;
    }
}

static void emit_type(Meta *m, TypeRec *r) {
    Desc d = {m, {0}, obj_sym(m->st, r->symbol)};
    if (d.sym->kind != SYM_UNDEF) return; // of a unit
    d.sym->local = true;
    d.sym->arena = m->a;
    put_header(&d, r);
    put_kind(&d, r, types_under(r->type));
    finish(&d, SYM_TYPE, 8);
}

// What depends on the program: code of methods that are reached, the pointer type.
static void refer_to_program(Meta *m, TypeRec *r) {
    Sym *s = obj_sym(m->st, r->symbol);
    Str ptr = arena_printf(m->a, "*%.*s", SFMT(str_slice(r->symbol, 5, r->symbol.len)));
    TypeRec *pr = r->full ? ir_known_type(m->p, ptr) : NULL;
    if (pr && pr->full) // what nobody asks the methods of, reflect makes just as well
        obj_reloc(s, PTR_TO_THIS, pr->wanted ? REL_TYPE_OFF : REL_TYPE_OFF | REL_WEAK, obj_sym(m->st, pr->symbol), 0);
    for (i64 i = 0; r->methods_at && i < r->nmethods; i++) {
        u32 at = (u32)(r->methods_at + METHOD_SIZE * i + METHOD_IFN);
        const TypeMethod *e = &r->methods[i];
        if (e->ifn) obj_reloc(s, at, REL_TEXT_OFF, obj_sym(m->st, e->ifn->sym), 0);
        if (e->tfn) obj_reloc(s, at + 4, REL_TEXT_OFF, obj_sym(m->st, e->tfn->sym), 0);
    }
}

static void emit_itab(Meta *m, ItabRec *r) {
    Desc d = {m, {0}, obj_sym(m->st, r->symbol)};
    d.sym->local = true;
    d.sym->arena = m->a;
    put_ptr(&d, obj_sym(m->st, r->iface->symbol));
    put_ptr(&d, obj_sym(m->st, r->type->symbol));
    buf_u32(&d.b, ir_type_hash(str_slice(r->type->symbol, 5, r->type->symbol.len))); // behind "type:"
    buf_u32(&d.b, 0);
    for (i64 i = 0; i < r->nfuns; i++)
        put_ptr(&d, obj_sym(m->st, r->funs[i] ? r->funs[i]->sym : S("runtime.unreachableMethod")));
    finish(&d, SYM_ITAB, 8);
}

// ---- static data ----------------------------------------------------------------------------------------------------

static void data_relocs(Meta *m, Sym *s, IrData *data) {
    for (i64 i = 0; i < data->relocs.len; i++) {
        IrReloc *r = &data->relocs.ptr[i];
        Sym *t = NULL;
        switch (r->kind) {
        case IRR_FUNC_CODE: t = obj_sym(m->st, r->u.fn->sym); break;
        case IRR_FUNCVAL: t = funcval_sym(m, r->u.fn->sym); break;
        case IRR_GLOBAL: t = r->u.global->link; break;
        case IRR_DATA: t = r->u.data->sym; break;
        case IRR_TYPE: t = type_sym(m, r->u.type); break;
        case IRR_ITAB: t = obj_sym(m->st, ir_itab_symbol(m->p, r->u.type, r->iface)); break;
        case IRR_STRING: t = obj_string(m->st, r->str); break;
        }
        obj_reloc(s, (u32)r->off, REL_ABS64, t, r->addend);
    }
}

static void set_mask(Meta *m, Sym *s, Type *t, i64 size) {
    s->nptrwords = (size + 7) / 8;
    s->ptrmask = ANEWN(m->a, u8, (s->nptrwords + 7) / 8 + 8);
    types_pointer_mask(t, s->ptrmask, 0);
}

static void define_data(Meta *m, Sym *s, IrData *data) {
    bool ptrs = data->type && types_has_pointers(data->type);
    SymKind kind = data->readonly ? SYM_RODATA : ptrs ? SYM_DATA : SYM_NOPTRDATA;
    obj_define(s, kind, m->a, data->bytes, data->size, data->align ? data->align : 8);
    if (kind == SYM_DATA) set_mask(m, s, data->type, data->size);
    data_relocs(m, s, data);
}

static void define_global(Meta *m, IrGlobal *g) {
    Sym *s = g->link;
    if (!types_size(g->type)) return;
    if (s->kind != SYM_UNDEF && !g->init) { // assembly gives it its value
        if (s->kind == SYM_DATA || s->kind == SYM_BSS) {
            if (types_has_pointers(g->type)) set_mask(m, s, g->type, i64_min(types_size(g->type), s->size));
        }
        return;
    }
    if (g->init) {
        define_data(m, s, g->init);
        return;
    }
    bool ptrs = types_has_pointers(g->type);
    i64 size = types_size(g->type);
    obj_define(s, ptrs ? SYM_BSS : SYM_NOPTRBSS, m->a, NULL, size, types_align(g->type));
    s->tentative = g->linkname_pull;
    if (ptrs) set_mask(m, s, g->type, size);
}

void meta_prepare(IrProgram *p, Symtab *st, MetaDone *done) {
    while (done->globals < p->typed_globals.len) {
        IrGlobal *g = p->typed_globals.ptr[done->globals++];
        // variables without size are where new puts them
        g->link = obj_sym(st, types_size(g->type) ? g->sym : S("runtime.zerobase"));
    }
    while (done->datas < p->datas.len) {
        IrData *d = p->datas.ptr[done->datas++];
        if (d->sym) continue;
        Sym *s = d->sym = obj_sym(st, d->name);
        s->local = s->dupok = true;
    }
}

void meta_emit(IrProgram *p, Symtab *st, Arena *a) {
    Meta m = {p, st, a};
    for (i64 i = 0; i < p->global_order.len; i++) { // those of units only have none so far
        IrGlobal *g = p->global_order.ptr[i];
        if (!g->link) g->link = obj_sym(st, g->sym);
    }
    for (i64 i = 0; i < p->used_types.len; i++)
        if (!p->used_types.ptr[i]->there) emit_type(&m, p->used_types.ptr[i]);
    for (i64 i = 0; i < ir_itab_count(p); i++) emit_itab(&m, ir_itab_at(p, i));
    for (i64 i = 0; i < p->global_order.len; i++)
        if (p->global_order.ptr[i]->reached && p->global_order.ptr[i]->type && !p->global_order.ptr[i]->there)
            define_global(&m, p->global_order.ptr[i]);
    for (i64 i = 0; i < p->datas.len; i++) {
        Sym *s = p->datas.ptr[i]->sym;
        if (s->kind == SYM_UNDEF) define_data(&m, s, p->datas.ptr[i]);
    }
}

void meta_emit_values(IrProgram *p, Symtab *st, Arena *a) {
    Meta m = {p, st, a};
    for (i64 i = 0; i < p->global_order.len; i++) {
        IrGlobal *g = p->global_order.ptr[i];
        if (!g->link) g->link = obj_sym(st, g->sym);
        if (g->reached && g->type && g->init && !g->there) define_global(&m, g);
    }
    for (i64 i = 0; i < p->datas.len; i++) {
        Sym *s = p->datas.ptr[i]->sym;
        if (s->kind == SYM_UNDEF) define_data(&m, s, p->datas.ptr[i]);
    }
}

void meta_finish(IrProgram *p, Symtab *st, Arena *a) {
    Meta m = {p, st, a};
    for (i64 i = 0; i < p->used_types.len; i++)
        if (!p->used_types.ptr[i]->there) refer_to_program(&m, p->used_types.ptr[i]);
}
