// names.c - what exists once in a process, by the hash of its name: the program's table, which the linker made, and what plugins brought.
//
// Runs: SYSTEM, under package plugin's mutex.
#include "plugin/plugin.h"

extern const Shared shared_ GOSYM("vole.shared");
Plugin *plugins;

typedef struct Brought { // by a plugin
    u64 hash;
    u8 *addr;
    u64 kind;
} Brought;
static Brought small[128]; // enough for most
static Brought *brought;   // open hash table; addr NULL: free
static u64 brought_size, brought_count;

static SYSTEM bool same(const char *a, const char *b) {
    for (; *a && *a == *b; a++) b++;
    return *a == *b;
}

static SYSTEM u32 kind_of(const SharedSym *s) { return s->name_kind & ((1u << SHARED_KIND_BITS) - 1); }
static SYSTEM u8 *find_brought(u64 hash, u32 kind) {
    for (u64 i = hash; brought_size; i++) {
        const Brought *b = &brought[i & (brought_size - 1)];
        if (!b->addr) return NULL;
        if (b->hash == hash && b->kind == kind) return b->addr;
    }
    return NULL;
}

SYSTEM u8 *shared_find(u64 hash, u32 kind, bool host_only) {
    const u32 *first = shared_.first + (hash >> shared_.shift);
    for (u64 lo = first[0]; lo < first[1]; lo++)
        if (shared_.syms[lo].hash == hash && kind_of(&shared_.syms[lo]) == kind)
            return (u8 *)(usize)shared_.syms[lo].addr;
    return host_only ? NULL : find_brought(hash, kind);
}

static SYSTEM void put(Brought b) {
    u64 i = b.hash;
    while (brought[i & (brought_size - 1)].addr) i++;
    brought[i & (brought_size - 1)] = b;
    brought_count++;
}

static SYSTEM void reserve(u64 more) {
    if (!brought) brought = small, brought_size = sizeof small / sizeof *small;
    if (2 * (brought_count + more) < brought_size) return;
    Brought *old = brought;
    u64 n = brought_size, size = n;
    while (size < 3 * (brought_count + more)) size *= 2;
    brought = os_map(size * sizeof *brought);
    if (!brought) out_of_memory(size * sizeof *brought);
    brought_size = size;
    brought_count = 0;
    for (u64 i = 0; i < n; i++)
        if (old[i].addr) put(old[i]);
    if (old != small) os_unmap(old, n * sizeof *old);
}

SYSTEM void *rt_plugin_variable(const char *name, i64 n) {
    return shared_find(shared_hash(name, (u64)n), SHARE_VAR, false);
}

SYSTEM void shared_add(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginImport *im = plugin_table(h, h->imports);
    reserve(p->nbrought);
    for (u32 i = 0; i < p->nbrought; i++) {
        u32 k = p->brought[i], kind = im[k].node_kind & SHARED_KINDS;
        if (kind != SHARE_ITAB) put((Brought){im[k].hash, p->base + im[k].def, kind});
    }
}

SYSTEM void shared_remove(const Plugin *p) {
    Brought *old = brought;
    u64 n = brought_size;
    brought = os_map(n * sizeof *brought);
    if (!brought) out_of_memory(n * sizeof *brought);
    brought_count = 0;
    for (u64 i = 0; i < n; i++)
        if (old[i].addr && (usize)old[i].addr - (usize)p->base >= p->size) put(old[i]);
    if (old != small) os_unmap(old, n * sizeof *old);
}

// The table does not tell where variables end: the last that begins before.
SYSTEM const char *shared_variable(usize addr) {
    const char *name = NULL;
    usize best = 0;
    for (u64 i = 0; i < shared_.nsyms; i++) {
        const SharedSym *s = &shared_.syms[i];
        usize at = s->addr;
        if (at > addr || at <= best || kind_of(s) != SHARE_VAR) continue;
        best = at, name = shared_.names + (s->name_kind >> SHARED_KIND_BITS);
    }
    for (Plugin *p = plugins; p; p = p->next)
        if (addr - (usize)p->base < p->size) name = plugin_name_at(p, addr);
    return name;
}

SYSTEM const char *plugin_name_at(const Plugin *p, usize addr) {
    const PluginImport *im = plugin_table(p->head, p->head->imports);
    for (u32 i = 0; i < p->nbrought; i++) {
        const PluginImport *k = &im[p->brought[i]];
        usize at = p->imports[p->brought[i]] & ~PLUGIN_BROUGHT;
        if (at == (usize)p->base + k->def && addr - at < (k->size ? k->size : 1))
            return plugin_name_is_whole(p, k->name) ? plugin_name(p->head, k->name) : NULL;
    }
    return NULL;
}

// Packages are asked for in the order of their initialisation, which is nearly that of the program's.
static SYSTEM const SharedPackage *host_package(u64 hash, const char *path) {
    static u64 at;
    for (u64 i = 0; i < shared_.npackages; i++) {
        if (++at >= shared_.npackages) at = 0;
        const SharedPackage *k = &shared_.packages[at];
        if (k->hash == hash && same(k->path, path)) return k;
    }
    return NULL;
}
SYSTEM bool shared_package(u64 hash, const char *path, bool host_only, u64 *content) {
    const SharedPackage *host = host_package(hash, path);
    if (host) *content = host->content;
    if (host) return true;
    for (Plugin *p = host_only ? NULL : plugins; p; p = p->next) {
        if (p->alone) continue;
        const PluginPackage *pk = plugin_table(p->head, p->head->packages);
        for (u32 i = 0; i < p->head->packages.n; i++)
            if (pk[i].hash == hash && same(plugin_name(p->head, pk[i].path), path)) {
                *content = pk[i].content;
                return true;
            }
    }
    return false;
}

SYSTEM bool rt_plugin_is_same(const Plugin *p, bool alone) {
    const PluginHead *h = p->head;
    const PluginPackage *pk = plugin_table(h, h->packages);
    if (h->settings != shared_.settings) return false;
    for (u32 i = 0; i < h->packages.n; i++) {
        u64 content;
        if (shared_package(pk[i].hash, plugin_name(h, pk[i].path), alone, &content) && content != pk[i].content)
            return false;
    }
    return true;
}
