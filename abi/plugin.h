// plugin.h - what a host and a plugin know of each other: written by the linker (src/link/share.c), read by the loader (rt/plugin/).
//
// A plugin is an ELF shared object of our own: three PT_LOAD segments (code; constants; data) linked at address 0 and lying in the file as in memory, and one
// segment PT_VOLE_PLUGIN, not loaded, that begins with a PluginHead. The loader puts the segments below 2 GiB, where every relocation
// of the small code model reaches the host as well, and relocates them. All offsets of a descriptor (NameOff, TypeOff, TextOff) count from the
// HOST's types and text, so nothing that reads descriptors knows of modules.
//
// A plugin is a whole program but for the archive's code. A definition that does not count is never looked at: its places are not
// relocated, so its pages stay the file's. What exists once in a process is
// imported by name and taken from the module that has it first (the host, or a plugin that was loaded before); else the plugin's own definition counts, and
// is shared from then on:
//   variables of packages; type descriptors; functions of the library.  The archive's functions and data are always the host's.
//   Method tables (itabs) are one by their pair of types; the runtime's table of them tells.
// Packages are initialised once in a process. Of one that was initialised before only the lazy initialisers of those variables run that the plugin brings.
// Hashes of names: shared_hash.
//
// Manifest: what both must agree on, lines with tabs between the fields, ended by NUL. Package plugin compares them before anything is linked.
//   go VERSION    vole HASH    setting KEY=VALUE    package PATH CONTENT MODULE VERSION ("std" for the library), in order of initialisation, then of each
//   package outside the library, sorted: empty, "type T" | "const C" | "var v" | "method T.M" | ..., text (src/syntax/shape.c)
//   capabilities N, then N lines "capability NAME PATH-FROM-AN-EXPORT": what the plugin's own code can reach of the outside (src/program/capability.def),
//   proved by the linker, sorted. Without the line "capabilities" nothing is proved, and who asks for a proof refuses the plugin.
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
    1 // of this file, and of what modules rely on in each other: runtime entry points, calling convention

enum { SHARE_NONE, SHARE_ARCHIVE, SHARE_FUNC, SHARE_VAR, SHARE_TYPE, SHARE_ITAB };
typedef struct SharedSym { // sorted by hash
    uint64_t hash;
    uint8_t *addr;
    const char *name; // NUL-terminated; NULL for functions, of which the hash is enough
    uint64_t kind;
} SharedSym;
typedef struct SharedPackage {
    const char *path; // NUL-terminated
    uint64_t hash;    // of the path
} SharedPackage;
typedef struct Shared { // symbol vole.shared of a host
    const SharedSym *syms;
    uint64_t nsyms;
    const uint32_t *first; // by the upper 64 - shift bits of a hash: the first that has them or more; one more at the end
    uint64_t shift;
    const SharedPackage *packages;
    uint64_t npackages;
    const char *manifest;
} Shared;

// ---- of a plugin. Offsets count from the head, in bytes; addresses are those of the link, which begins at 0.
typedef struct PluginImport { // a symbol by its name; sorted by def
    uint64_t hash;
    uint32_t name; // offset: NUL-terminated
    uint32_t def;  // address of its own definition; 0: the host must have it
    uint32_t size;
    uint32_t kind; // SHARE_*
} PluginImport;
enum { PLUGIN_ABS64, PLUGIN_ABS32, PLUGIN_PC32, PLUGIN_TYPE_OFF, PLUGIN_TEXT_OFF, PLUGIN_NKINDS }; // as RelocKind
typedef struct PluginRef { // a place that refers to an import; it holds the addend. Sorted by the definition that it is in
    uint32_t at;
    uint32_t import_kind; // import << 3 | kind
} PluginRef;
typedef struct PluginLazy { // a variable's initialiser
    uint32_t code;
    uint32_t import; // the variable: it runs only if the plugin's own definition counts
} PluginLazy;
typedef struct PluginPackage { // in order of initialisation
    uint32_t path;             // offset: NUL-terminated
    uint32_t init;             // address; 0: it has none
    uint64_t hash;             // of the path
    uint32_t lazy, nlazy;      // of PluginHead.lazies
} PluginPackage;
typedef struct PluginSymbol { // what Lookup finds, sorted by name
    uint32_t name;            // offset: NUL-terminated
    uint32_t is_func;
    uint32_t type, value; // indexes of PluginHead.values
} PluginSymbol;
typedef struct PluginTable {
    uint32_t at, n; // offset, number of elements
} PluginTable;
typedef struct PluginHead {
    char magic[16];
    uint32_t version;
    uint32_t size;     // of this segment
    uint64_t checksum; // plugin_checksum
    uint32_t module;   // address of its Module
    uint32_t path;     // offset: the plugin's path, NUL-terminated
    uint32_t manifest; // offset
    uint32_t values;   // address: the words that PluginSymbol's indexes count
    uint32_t kept;     // so much of this segment stays in memory: all but refs and fixups
    uint32_t pad;
    PluginTable imports, refs, packages, lazies, symbols;
    PluginTable fixups[PLUGIN_NKINDS]; // u32 addresses of places that hold addresses of the plugin's own
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
// Of many bytes, four words at a time.
static inline uint64_t plugin_sum(const uint8_t *p, uint64_t n) {
    uint64_t h[4] = {n, n + 1, n + 2, n + 3}, x[4];
    for (; n >= sizeof x; p += sizeof x, n -= sizeof x) {
        __builtin_memcpy(x, p, sizeof x);
        for (int i = 0; i < 4; i++) h[i] = shared_mix(h[i], x[i]);
    }
    uint64_t rest = shared_hash((const char *)p, n);
    for (int i = 0; i < 4; i++) rest = shared_mix(rest, h[i]);
    return rest;
}
// PluginHead.checksum of a file's first bytes, which are loaded, and of the segment that h begins.
static inline uint64_t plugin_checksum(const uint8_t *loaded, uint64_t nloaded, const PluginHead *h, uint64_t size) {
    PluginHead copy = *h;
    copy.checksum = 0;
    uint64_t head = shared_mix(plugin_sum((const uint8_t *)&copy, sizeof copy),
                               plugin_sum((const uint8_t *)(h + 1), size - sizeof copy));
    return shared_mix(plugin_sum(loaded, nloaded), head);
}
