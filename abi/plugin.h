// plugin.h - what a host and a plugin know of each other: written by the linker (src/link/share.c), read by the loader (rt/plugin/).
//
// A plugin is an ELF shared object of our own: three PT_LOAD segments (code; constants; data) linked at address 0 and lying in the file as in memory, and one
// segment PT_VOLE_PLUGIN, not loaded, that begins with a PluginHead. The loader puts the segments below 2 GiB, where every relocation
// of the small code model reaches the host as well, and relocates them. All offsets of a descriptor (NameOff, TypeOff, TextOff) count from the
// HOST's types and text, so nothing that reads descriptors knows of modules.
//
// A plugin is a whole program but for the archive's code. It is made of nodes: what the linker laid out in one piece. The loader begins with what the plugin
// exports and initialises, and goes on from each node that counts to those that its places lead to: that is relocated, looked at and known to the process.
// Nodes that nothing of this needs, since the host has what they are for, are never looked at, so their pages stay the file's. The linker puts nodes, places
// and imports into the order in which they are needed, and in each section those first that no host has, so that they lie in few pages.
// What exists once in a process is
// imported by name and taken from the module that has it first (the host, or a plugin that was loaded before); else the plugin's own definition counts, and
// is shared from then on (by the hash of its name, 64 bits: who can make two names of one hash can load code anyway):
//   variables of packages; type descriptors; functions of the library.  The archive's functions and data are always the host's.
//   Method tables (itabs) are one by their pair of types; the runtime's table of them tells.
// Packages are initialised once in a process. Of one that was initialised before only the lazy initialisers of those variables run that the plugin brings.
// Hashes of names: shared_hash.
//
// Manifest: what both must agree on, lines with tabs between the fields, ended by NUL. Package plugin compares them before anything is linked, unless
// hashes say already that settings and all packages that both have are the same.
//   go VERSION    vole HASH    setting KEY=VALUE    package PATH CONTENT MODULE VERSION ("std" for the library), in order of initialisation, then of each
//   package outside the library, sorted: empty, "type T" | "const C" | "var v" | "method T.M" | ..., text (src/syntax/shape.c)
//   capabilities N, then N lines "capability NAME PATH": what the plugin's own code can reach of the outside (src/program/capability.def), proved by the
//   linker, sorted. The path: functions and variables from an export or initialiser to the gate, joined by " -> ". Without the line "capabilities" nothing is
//   proved, and who asks for a proof refuses the plugin.
//
// Signatures: any number of PluginSignature, one behind the other, at the end of the file: behind the section table, which the linker writes
// last (e_shoff + e_shnum * e_shentsize). Nothing else may stand there. Each signs all bytes in front of
// the first one: Ed25519 (RFC 8032, pure) of PLUGIN_SIGNED_AS and the SHA-512 of these bytes, 64 of them. So a signature can be added without touching others,
// and one that is taken away is missed by those who want it. The runtime itself does not look at them: package vole/plugin does, on the bytes that
// it then has loaded.
#pragma once
#include <stdint.h>
#define PT_VOLE_PLUGIN 0x6f6c6576 // "velo", in the range of the operating system
#define PLUGIN_MAGIC   "vole plugin\n\0\0\0"
#define PLUGIN_VERSION                                                                                                 \
    4 // of this file, and of what modules rely on in each other: runtime entry points, calling convention

enum { SHARE_NONE, SHARE_ARCHIVE, SHARE_FUNC, SHARE_VAR, SHARE_TYPE, SHARE_ITAB };
typedef struct SharedSym { // sorted by hash; small, since a plugin asks for thousands, all over the table
    uint64_t hash;
    uint32_t addr; // a host ends below 2 GiB
    uint32_t
        name_kind; // kind, and above SHARED_KIND_BITS where Shared.names has the name, to tell people; 0 for functions
} SharedSym;
enum { SHARED_KIND_BITS = 3, SHARED_KINDS = 7 };
typedef struct SharedPackage {
    const char *path;        // NUL-terminated
    uint64_t hash;           // of the path
    void (*init)(void);      // NULL: it has none
    uint64_t content;        // hash of its files, as in the manifest
    const uint32_t *imports; // indexes of packages, all smaller than its own: the order is that of initialisation
    uint64_t nimports;
} SharedPackage;
typedef struct Shared { // symbol vole.shared of a host
    const SharedSym *syms;
    uint64_t nsyms;
    const uint32_t *first; // by the upper 64 - shift bits of a hash: the first that has them or more; one more at the end
    uint64_t shift;
    const char *names; // NUL-terminated, one behind the other; the first is empty
    const SharedPackage *packages;
    uint64_t npackages;
    const char *manifest;
    uint64_t settings; // hash of what the manifest says in front of capabilities and packages
} Shared;

// ---- of a plugin. Offsets count from the head, in bytes; addresses are those of the link, which begins at 0.
enum { PLUGIN_NONE = 0x7ffffff };
typedef struct PluginNode { // in the order in which they are needed: node 0 is the Module, node 1 the values
    uint32_t at, size;
    uint32_t
        places; // index of its first place; they end where those of the next node begin: the table has one node more than it says
    uint32_t func; // index of its FuncRec; PLUGIN_NONE: it has none
} PluginNode;
typedef struct PluginImport { // a symbol by its name
    uint64_t hash;
    uint32_t name; // offset: NUL-terminated
    uint32_t def;  // address of its own definition; 0: the host must have it
    uint32_t size;
    uint32_t node_kind; // node of the definition, PLUGIN_NONE if there is none, << SHARED_KIND_BITS | SHARE_*
} PluginImport;
enum { PLUGIN_ABS64, PLUGIN_ABS32, PLUGIN_PC32, PLUGIN_TYPE_OFF, PLUGIN_TEXT_OFF, PLUGIN_NKINDS }; // as RelocKind
// A place of a node. It refers to an import, and holds the addend, or with PLUGIN_OWN to a node, and holds the address; PLUGIN_PC32 to a node is as it should
// be, and is there once for each node. Node PLUGIN_NONE: an address that needs nothing.
enum { PLUGIN_KIND = 7, PLUGIN_OWN = 8, PLUGIN_ITAB = 16 /* a SHARE_ITAB */, PLUGIN_TARGET_SHIFT = 5 };
typedef struct PluginPlace {
    uint32_t at;
    uint32_t target; // import or node << PLUGIN_TARGET_SHIFT | PLUGIN_OWN | PLUGIN_ITAB | kind
} PluginPlace;
typedef struct PluginLazy { // a variable's initialiser
    uint32_t code, node;
    uint32_t import; // the variable: it runs only if the plugin's own definition counts
} PluginLazy;
typedef struct PluginPackage { // in order of initialisation
    uint32_t path;             // offset: NUL-terminated
    uint32_t init, node;       // address; 0: it has none
    uint32_t lazy, nlazy;      // of PluginHead.lazies
    uint32_t pad;
    uint64_t hash;    // of the path
    uint64_t content; // as in SharedPackage
} PluginPackage;
typedef struct PluginSymbol { // what Lookup finds, sorted by name
    uint32_t name;            // offset: NUL-terminated
    uint32_t is_func;
    uint32_t type, value; // indexes of PluginHead.values
} PluginSymbol;
// The Module's tables of functions are in the order of the text, so what the first functions need is in the first bytes of each: of the module that the
// loader makes known no more is there than the last function that counts needs.
typedef struct PluginEnds {         // by function: what it and those before it need
    uint32_t names, pctab, inltree; // bytes
    uint32_t files;                 // elements; those of a plugin hold addresses of the link, no place tells of them
} PluginEnds;
typedef struct PluginTable {
    uint32_t at, n; // offset, number of elements
} PluginTable;
typedef struct PluginHead {
    char magic[16];
    uint32_t version;
    uint32_t size;     // of this segment
    uint64_t checksum; // plugin_checksum: of this and the table of sums
    uint32_t module;   // address of its Module
    uint32_t path;     // offset: the plugin's path, NUL-terminated
    uint32_t manifest; // offset
    uint32_t values;   // address: the words that PluginSymbol's indexes count
    uint32_t kept;     // where the manifest ends, behind its NUL
    uint32_t pad;
    uint64_t settings; // as in Shared
    PluginTable imports, places, packages, lazies, symbols, nodes;
    PluginTable typelinks; // u32 nodes of the descriptors that reflection finds by their text, sorted by it
    PluginTable ends;      // PluginEnds
    PluginTable sums;      // u64, plugin_sums; behind the head
} PluginHead;

#define PLUGIN_SIGNED_AS       "vole plugin signature 1\n" // 24 bytes, without the NUL
#define PLUGIN_SIGNATURE_MAGIC "vole signature\n"          // 16 bytes with the NUL
typedef struct PluginSignature {                           // 128 bytes; no alignment
    char magic[16];
    uint8_t reserved[16]; // 0
    uint8_t key[32];      // public key
    uint8_t signature[64];
} PluginSignature;
_Static_assert(sizeof(PluginSignature) == 128, "a signature has no gaps");

static inline uint64_t shared_mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
}
static inline uint64_t shared_hash(const char *s, uint64_t n) {
    uint64_t h = n;
    for (; n >= 8; s += 8, n -= 8) {
        uint64_t x;
        __builtin_memcpy(&x, s, 8);
        h = shared_mix(h, x);
    }
    uint64_t x = 0;
    for (uint64_t i = 0; i < n; i++) x |= (uint64_t)(uint8_t)s[i] << 8 * i;
    return shared_mix(h, x);
}
// Of many bytes: Fletcher's sums of words in eight lanes, mixed at the end. It tells damage, nobody's intent.
typedef uint64_t PluginLanes __attribute__((vector_size(16), aligned(1), may_alias));
static inline uint64_t plugin_sum(const uint8_t *p, uint64_t n) {
    PluginLanes a = {1, 2}, b = {3, 4}, c = {5, 6}, d = {7, 8}, a2 = {0}, b2 = {0}, c2 = {0}, d2 = {0};
    uint64_t h = shared_mix(0, n);
    for (; n >= 64; p += 64, n -= 64) {
        const PluginLanes *v = (const PluginLanes *)(const void *)p;
        a += v[0], b += v[1], c += v[2], d += v[3];
        a2 += a, b2 += b, c2 += c, d2 += d;
    }
    PluginLanes all[8] = {a, b, c, d, a2, b2, c2, d2};
    for (int i = 0; i < 8; i++) h = shared_mix(shared_mix(h, all[i][0]), all[i][1]);
    return shared_mix(h, shared_hash((const char *)p, n));
}

// Sums: a plugin is whole in units of 4,096 bytes, so that the loader looks only at what it uses: those of the loaded part of the file, from its beginning,
// then those of the segment PT_VOLE_PLUGIN behind its head and the table of sums. PluginHead.checksum is of the head and that table.
enum { PLUGIN_UNIT = 4096 };
static inline uint64_t plugin_units(uint64_t n) { return (n + PLUGIN_UNIT - 1) / PLUGIN_UNIT; }
static inline uint64_t plugin_unit_sum(const uint8_t *part, uint64_t n, uint64_t unit) {
    uint64_t at = unit * PLUGIN_UNIT;
    return plugin_sum(part + at, n - at < PLUGIN_UNIT ? n - at : PLUGIN_UNIT);
}
static inline uint32_t plugin_tables_at(const PluginHead *h) {
    return h->sums.at + h->sums.n * (uint32_t)sizeof(uint64_t);
}
static inline uint64_t plugin_tables_size(const PluginHead *h) { return h->size - plugin_tables_at(h); }
// The table of sums must lie inside of the segment.
static inline uint64_t plugin_checksum(const PluginHead *h) {
    PluginHead copy = *h;
    copy.checksum = 0;
    return shared_mix(plugin_sum((const uint8_t *)&copy, sizeof copy),
                      plugin_sum((const uint8_t *)h + h->sums.at, h->sums.n * sizeof(uint64_t)));
}
// All sums, of a file's first bytes, which are loaded, and of the segment that h begins, with h->sums; out has room for them. Result: their number.
static inline uint64_t plugin_sums(const uint8_t *loaded, uint64_t nloaded, const PluginHead *h, uint64_t *out) {
    uint64_t n = plugin_units(nloaded), ntables = plugin_tables_size(h), m = plugin_units(ntables);
    for (uint64_t i = 0; out && i < n; i++) out[i] = plugin_unit_sum(loaded, nloaded, i);
    const uint8_t *tables = (const uint8_t *)h + plugin_tables_at(h);
    for (uint64_t i = 0; out && i < m; i++) out[n + i] = plugin_unit_sum(tables, ntables, i);
    return n + m;
}
