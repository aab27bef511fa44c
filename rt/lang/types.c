// types.c - type descriptors at run time: offsets to names, types and code; method tables (itabs) of interfaces.
//
// Runs: LEAF the lookups (no locks, no allocation), SYSTEM what adds to a table. Locks: itab_lock, offs_lock, innermost.
#include "lang/lang.h"
#include "os/os.h"

// ---- offsets. Those that reflect makes are below -15; -1 is the code of a method that nobody calls.
enum { FIRST_REFLECT_OFF = -16 };
static Lock offs_lock = RANKED(OFFS);
static void **offs;
static i32 noffs, offs_cap; // offs[i] has the offset FIRST_REFLECT_OFF - i; atomic: replaced by a longer copy
static i32 *offs_hash;
static u32 offs_mask; // by pointer: index + 1
static SYSTEM void mark_offs(void *ctx, void (*mark)(void *ctx, void *p)) {
    (void)ctx;
    for (i32 i = 0; i < noffs; i++) mark(ctx, offs[i]);
}

static SYSTEM u32 pointer_hash(void *p) { return (u32)(((u64)(usize)p * 0x9e3779b97f4a7c15u) >> 32); }
SYSTEM i32 rt_add_reflect_off(void *p) {
    lock(&offs_lock);
    for (u32 h = pointer_hash(p); noffs; h++) {
        i32 k = offs_hash[h & offs_mask];
        if (!k) break;
        if (offs[k - 1] == p) {
            unlock(&offs_lock);
            return FIRST_REFLECT_OFF - (k - 1);
        }
    }
    if (noffs == offs_cap) {
        i32 cap = offs_cap ? 2 * offs_cap : 64;
        void **bigger = persistent_alloc((usize)cap * sizeof *bigger, 8);
        i32 *hash = persistent_alloc((usize)cap * 2 * sizeof *hash, 8);
        for (i32 i = 0; i < noffs; i++) {
            bigger[i] = offs[i];
            u32 h = pointer_hash(offs[i]);
            while (hash[h & (u32)(2 * cap - 1)]) h++;
            hash[h & (u32)(2 * cap - 1)] = i + 1;
        }
        if (!offs_cap) gc_add_root_fn(mark_offs, true);
        __atomic_store_n(&offs, bigger, __ATOMIC_RELEASE);
        offs_hash = hash;
        offs_mask = (u32)(2 * cap - 1);
        offs_cap = cap;
    }
    wb_pointer(&offs[noffs], p);
    u32 h = pointer_hash(p);
    while (offs_hash[h & offs_mask]) h++;
    offs_hash[h & offs_mask] = noffs + 1;
    i32 off = FIRST_REFLECT_OFF - noffs;
    __atomic_store_n(&noffs, noffs + 1, __ATOMIC_RELEASE);
    unlock(&offs_lock);
    return off;
}
static LEAF void *reflect_off(i32 off) {
    i32 i = FIRST_REFLECT_OFF - off;
    if (i < 0 || i >= __atomic_load_n(&noffs, __ATOMIC_ACQUIRE)) return 0;
    return __atomic_load_n(&offs, __ATOMIC_ACQUIRE)[i];
}
LEAF void *rt_name_off(void *in_module, i32 off) GOSYM("runtime.resolveNameOff");
LEAF void *rt_type_off(void *in_module, i32 off) GOSYM("runtime.resolveTypeOff");
LEAF void *rt_text_off(void *in_module, i32 off) GOSYM("runtime.resolveTextOff");
extern u8 unreachable_method[] GOSYM("runtime.unreachableMethod");

LEAF void *rt_name_off(void *in_module, i32 off) {
    return off == 0 ? 0 : off < 0 ? reflect_off(off) : module_.types + off;
}
LEAF void *rt_type_off(void *in_module, i32 off) {
    return off == 0 || off == -1 ? 0 : off < 0 ? reflect_off(off) : module_.types + off;
}
LEAF void *rt_text_off(void *in_module, i32 off) {
    return off == -1 ? unreachable_method : off < 0 ? reflect_off(off) : module_.text + (u32)off;
}
LEAF bool rt_module_typelinks(i64 i, void **base, const i32 **links, i64 *n) GOSYM("runtime.moduleTypelinks");
LEAF bool rt_module_typelinks(i64 i, void **base, const i32 **links, i64 *n) {
    if (i >= rt_nmodules) return false;
    *base = module_.types; // of all modules (abi/plugin.h)
    *links = rt_modules[i]->typelinks;
    *n = (i64)rt_modules[i]->ntypelinks;
    return true;
}

// ---- names
static LEAF const u8 *varint(const u8 *p, i64 *v) {
    i64 r = 0;
    for (i32 s = 0;; s += 7) {
        u8 b = *p++;
        r |= (i64)(b & 0x7f) << s;
        if (b < 0x80) break;
    }
    *v = r;
    return p;
}
static LEAF GoString name_text(const u8 *n) {
    GoString s = {0, 0};
    if (n) s.ptr = varint(n + 1, &s.len);
    return s;
}
static LEAF bool is_exported(const u8 *n) { return n[0] & 1; }
static LEAF bool same_text(GoString a, GoString b) {
    if (a.len != b.len) return false;
    if (a.ptr != b.ptr)
        for (i64 i = 0; i < a.len; i++)
            if (a.ptr[i] != b.ptr[i]) return false;
    return true;
}
static LEAF GoString name_package(const u8 *n) { // of an unexported name that says so
    if (!(n[0] & 4)) return (GoString){0, 0};
    GoString s = name_text(n);
    const u8 *p = s.ptr + s.len;
    if (n[0] & 2) {
        i64 tag;
        p = varint(p, &tag);
        p += tag;
    }
    i32 off = (i32)((u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24);
    return name_text(rt_name_off((void *)n, off));
}
static LEAF GoUncommon *uncommon(GoType *t) {
    static const u8 head[32] = {[KIND_ARRAY] = sizeof(GoArrayType), [KIND_CHAN] = sizeof(GoChanType),
                                [KIND_FUNC] = sizeof(GoFuncType),   [KIND_INTERFACE] = sizeof(GoInterfaceType),
                                [KIND_MAP] = sizeof(GoMapType),     [KIND_POINTER] = sizeof(GoPtrType),
                                [KIND_SLICE] = sizeof(GoSliceType), [KIND_STRUCT] = sizeof(GoStructType)};
    if (!(t->tflag & TFLAG_UNCOMMON)) return 0;
    usize n = head[t->kind & 31];
    return (GoUncommon *)((u8 *)t + (n ? n : sizeof(GoType)));
}

LEAF GoString type_text(GoType *t) {
    GoString s = name_text(rt_name_off(t, t->str));
    if (t->tflag & TFLAG_EXTRA_STAR && s.len) s.ptr++, s.len--;
    return s;
}
LEAF GoString type_package(GoType *t) {
    GoUncommon *u = t->tflag & TFLAG_NAMED ? uncommon(t) : 0;
    return u ? name_text(rt_name_off(t, u->pkg_path)) : (GoString){0, 0};
}

// ---- itabs. An open hash table of pointers, read without a lock, replaced by a larger copy when three quarters full. fun[0] == NULL: t does not
// implement inter.
typedef struct ItabTable {
    u64 size, count;
    GoItab *entries[];
} ItabTable;
static Lock itab_lock = RANKED(ITAB);
static ItabTable *itabs;

static LEAF u64 itab_hash(GoInterfaceType *inter, GoType *t) { return (inter->t.hash ^ (u64)t->hash * 0x9e3779b1u); }
static LEAF GoItab *find(ItabTable *tab, GoInterfaceType *inter, GoType *t) {
    if (!tab) return 0;
    for (u64 h = itab_hash(inter, t), step = 1;; h += step++) {
        GoItab *e = __atomic_load_n(&tab->entries[h & (tab->size - 1)], __ATOMIC_ACQUIRE);
        if (!e || (e->inter == inter && e->type == t)) return e;
    }
}
static SYSTEM void insert(ItabTable *tab, GoItab *m) {
    for (u64 h = itab_hash(m->inter, m->type), step = 1;; h += step++) {
        GoItab **e = &tab->entries[h & (tab->size - 1)];
        if (*e && (*e)->inter == m->inter && (*e)->type == m->type) return;
        if (!*e) {
            __atomic_store_n(e, m, __ATOMIC_RELEASE);
            tab->count++;
            return;
        }
    }
}
static SYSTEM void grow_itabs(void) { // with the lock
    u64 want = itabs ? 2 * itabs->size : 64;
    if (!itabs)
        while (3 * want < 4 * (module_.nitablinks + 8)) want *= 2;
    ItabTable *t = persistent_alloc(sizeof *t + want * sizeof(GoItab *), 8);
    t->size = want;
    if (!itabs)
        for (u64 i = 0; i < module_.nitablinks; i++) insert(t, module_.itablinks[i]);
    else
        for (u64 i = 0; i < itabs->size; i++)
            if (itabs->entries[i]) insert(t, itabs->entries[i]);
    __atomic_store_n(&itabs, t, __ATOMIC_RELEASE);
}
static SYSTEM void add(GoItab *m) { // with the lock
    if (!itabs || 4 * (itabs->count + 1) > 3 * itabs->size) grow_itabs();
    insert(itabs, m);
}
// Finds inter's methods in t's; both are sorted by name. Returns the first that is missing.
static LEAF const u8 *match(GoInterfaceType *inter, GoType *t, void **fun) {
    GoUncommon *u = uncommon(t);
    GoMethod *tm = u ? (GoMethod *)((u8 *)u + u->moff) : 0;
    i64 nt = u ? u->mcount : 0, j = 0;
    for (i64 k = 0; k < inter->nmethods; k++) {
        const u8 *iname = rt_name_off(inter, inter->methods[k].name);
        GoType *ityp = rt_type_off(inter, inter->methods[k].typ);
        GoString itext = name_text(iname);
        GoString ipkg = is_exported(iname) ? (GoString){0, 0} : name_package(iname);
        if (!is_exported(iname) && !ipkg.ptr) ipkg = name_text(inter->pkg_path);
        for (;; j++) {
            if (j >= nt) return iname;
            const u8 *tname = rt_name_off(t, tm[j].name);
            if (rt_type_off(t, tm[j].mtyp) != ityp || !same_text(name_text(tname), itext)) continue;
            if (!is_exported(tname)) {
                GoString tpkg = name_package(tname);
                if (!tpkg.ptr) tpkg = name_text(rt_name_off(t, u->pkg_path));
                if (!same_text(tpkg, ipkg)) continue;
            }
            if (fun) fun[k] = rt_text_off(t, tm[j].ifn);
            j++;
            break;
        }
    }
    return 0;
}
void *(*itab_room)(const GoType *, const GoInterfaceType *, usize size);
// Those that lie in a module that goes, or are of a type of it.
SYSTEM void itabs_forget(usize lo, usize size) {
    if (!itabs) return;
    ItabTable *old = os_map(sizeof *old + itabs->size * sizeof(GoItab *));
    if (!old) out_of_memory(sizeof *old + itabs->size * sizeof(GoItab *));
    memcpy(old, itabs, sizeof *old + itabs->size * sizeof(GoItab *));
    memclr(itabs->entries, itabs->size * sizeof(GoItab *));
    itabs->count = 0;
    for (u64 i = 0; i < old->size; i++) {
        GoItab *m = old->entries[i];
        if (m && (usize)m - lo >= size && (usize)m->inter - lo >= size && (usize)m->type - lo >= size) insert(itabs, m);
    }
    os_unmap(old, sizeof *old + old->size * sizeof(GoItab *));
}
// itab_lock. Below 2 GiB: a plugin that is loaded later may use it, and code of the small model has only 32 bits for its address.
static SYSTEM GoItab *new_itab(usize size) {
    enum { CHUNK = 64 << 10 };
    static u8 first[CHUNK] __attribute__((aligned(16)));
    static u8 *room = first;
    static usize left = CHUNK;
    if (size > left) {
        usize n = size > CHUNK ? size : CHUNK;
        room = os_map_low(n);
        if (!room) out_of_memory(n);
        left = n;
    }
    GoItab *m = (GoItab *)(void *)room;
    room += size;
    left -= size;
    return m;
}
SYSTEM GoItab *rt_make_itab(GoInterfaceType *inter, GoType *t) {
    lock(&itab_lock);
    GoItab *m = find(itabs, inter, t);
    if (!m) {
        for (u64 i = 0; !itabs && i < module_.nitablinks; i++)
            if (module_.itablinks[i]->inter == inter && module_.itablinks[i]->type == t) {
                m = module_.itablinks[i];
                break;
            }
        if (!m) {
            usize size = sizeof *m + (usize)(inter->nmethods > 1 ? inter->nmethods - 1 : 0) * sizeof(void *);
            m = itab_room ? itab_room(t, inter, size) : NULL;
            if (!m) m = new_itab(size);
            m->inter = inter;
            m->type = t;
            m->hash = t->hash;
            if (match(inter, t, m->fun)) m->fun[0] = 0;
        }
        add(m);
    }
    unlock(&itab_lock);
    return m;
}
// The one method table of its pair of types: what is there already, else m, which is the process's from now on.
SYSTEM GoItab *itab_share(GoItab *m) {
    lock(&itab_lock);
    if (!itabs) grow_itabs();
    GoItab *known = find(itabs, m->inter, m->type);
    if (!known) add(m);
    unlock(&itab_lock);
    return known ? known : m;
}
LEAF GoItab *rt_find_itab(GoInterfaceType *inter, GoType *t) GOSYM("runtime.finditab");
LEAF GoItab *rt_find_itab(GoInterfaceType *inter, GoType *t) {
    return find(__atomic_load_n(&itabs, __ATOMIC_ACQUIRE), inter, t);
}
SYSTEM void itabs_each(void (*visit)(void *, GoItab *), void *ctx) {
    u64 n = itabs ? itabs->size : module_.nitablinks;
    GoItab **list = itabs ? itabs->entries : module_.itablinks;
    for (u64 i = 0; i < n; i++)
        if (list[i]) visit(ctx, list[i]);
}
LEAF GoString rt_missing_method(GoInterfaceType *inter, GoType *t) GOSYM("runtime.missingMethod");
LEAF GoString rt_missing_method(GoInterfaceType *inter, GoType *t) { return name_text(match(inter, t, 0)); }
