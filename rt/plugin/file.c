// file.c - the bytes of a plugin: is it one, is it whole, does everything that is followed lie inside of it.
//
// Runs: SYSTEM. The checksum tells damage; who signs, and who may load what, is not decided here.
#include "plugin/plugin.h"

typedef struct ElfHead { // ELF-64 (elf(5))
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, phoff, shoff;
    u32 flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
} ElfHead;
typedef struct ElfSegment {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
} ElfSegment;
enum { ELF_DYN = 3, ELF_X86_64 = 62, ELF_LOAD = 1, MAX_SPAN = 1 << 30 };

static SYSTEM bool inside(u64 at, u64 n, u64 size) { return at <= size && n <= size - at; }

static SYSTEM const char *read_segments(PluginFile *f, const ElfHead *eh) {
    static const char bad[] = "malformed program header";
    int n = 0;
    if (eh->phentsize != sizeof(ElfSegment) || eh->phoff % 8 || eh->phnum > 16 ||
        !inside(eh->phoff, eh->phnum * sizeof(ElfSegment), f->size))
        return bad;
    const ElfSegment *ph = (const ElfSegment *)(f->bytes + eh->phoff);
    for (i32 i = 0; i < eh->phnum; i++) {
        const ElfSegment *s = &ph[i];
        if (s->type != ELF_LOAD && s->type != PT_VOLE_PLUGIN) continue;
        if (!inside(s->offset, s->filesz, f->size) || s->filesz > s->memsz || s->memsz > MAX_SPAN) return bad;
        if (s->type == PT_VOLE_PLUGIN) {
            if (s->filesz < sizeof(PluginHead) || s->offset % 8) return bad;
            f->head = (const PluginHead *)(f->bytes + s->offset);
            if (f->head->size != s->filesz) return bad;
            continue;
        }
        int access = (s->flags & 4 ? OS_READ : 0) | (s->flags & 2 ? OS_WRITE : 0) | (s->flags & 1 ? OS_EXEC : 0);
        if (n == 3 || s->vaddr < f->span || s->vaddr > MAX_SPAN || (access & OS_WRITE && access & OS_EXEC)) return bad;
        f->seg[n++] = (PluginSegment){s->offset, s->filesz, s->vaddr, s->memsz, access};
        f->span = (s->vaddr + s->memsz + OS_PAGE - 1) & -(u64)OS_PAGE;
    }
    return n == 3 && f->head && f->span <= MAX_SPAN ? NULL : bad;
}

static SYSTEM u64 checksum(const PluginFile *f) {
    // as shared_hash, but for the word that holds it
    const u8 *p = f->bytes, *skip = (const u8 *)&f->head->checksum;
    u64 h = f->size, n = f->size, x;
    if ((skip - p) % 8) return 0;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&x, p, 8);
        h = shared_mix(h, p == skip ? 0 : x);
    }
    x = 0;
    for (u64 i = 0; i < n; i++) x |= (u64)p[i] << 8 * i;
    return shared_mix(h, x);
}

static SYSTEM bool is_table(const PluginHead *h, PluginTable t, u64 element) {
    return t.at % 8 == 0 && inside(t.at, t.n * element, h->size);
}
static SYSTEM bool is_name(const PluginHead *h, u32 at) { return at < h->kept; } // a NUL ends all that is kept
static SYSTEM bool is_place(const PluginFile *f, u64 at, u64 width) { return inside(at, width, f->span); }

static SYSTEM bool are_names(const PluginFile *f) {
    const PluginHead *h = f->head;
    const PluginImport *im = plugin_table(h, h->imports);
    const PluginPackage *pk = plugin_table(h, h->packages);
    const PluginSymbol *sy = plugin_table(h, h->symbols);
    bool ok = is_name(h, h->path);
    for (u32 i = 0; i < h->imports.n; i++)
        ok &= is_name(h, im[i].name) && im[i].kind <= SHARE_ITAB && is_place(f, im[i].def, im[i].size);
    for (u32 i = 0; i < h->packages.n; i++)
        ok &= is_name(h, pk[i].path) && is_place(f, pk[i].init, 1) && inside(pk[i].lazy, pk[i].nlazy, h->lazies.n);
    for (u32 i = 0; i < h->symbols.n; i++)
        ok &= is_name(h, sy[i].name) && is_place(f, h->values + 8ull * sy[i].type, 8) &&
              is_place(f, h->values + 8ull * sy[i].value, 8);
    return ok;
}

static SYSTEM bool are_places(const PluginFile *f) {
    const PluginHead *h = f->head;
    const PluginRef *r = plugin_table(h, h->refs);
    const PluginLazy *z = plugin_table(h, h->lazies);
    bool ok = true;
    for (u32 i = 0; i < h->refs.n; i++)
        ok &= (r[i].import_kind & 7) < PLUGIN_NKINDS && r[i].import_kind >> 3 < h->imports.n && is_place(f, r[i].at, 8);
    for (u32 i = 0; i < h->lazies.n; i++) ok &= z[i].import < h->imports.n && is_place(f, z[i].code, 1);
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) {
        const u32 *at = plugin_table(h, h->fixups[k]);
        for (u32 i = 0; i < h->fixups[k].n; i++) ok &= is_place(f, at[i], 8);
    }
    return ok;
}

static SYSTEM bool is_sound(const PluginFile *f) {
    const PluginHead *h = f->head;
    bool ok = h->kept > sizeof *h && h->kept <= h->size && !((const u8 *)h)[h->kept - 1];
    ok = ok && is_table(h, h->imports, sizeof(PluginImport)) && is_table(h, h->refs, sizeof(PluginRef)) &&
         is_table(h, h->packages, sizeof(PluginPackage)) && is_table(h, h->lazies, sizeof(PluginLazy)) &&
         is_table(h, h->symbols, sizeof(PluginSymbol));
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) ok = ok && is_table(h, h->fixups[k], sizeof(u32));
    ok = ok && h->manifest >= h->kept && h->manifest < h->size && !((const u8 *)h)[h->size - 1];
    return ok && is_place(f, h->module, sizeof(Module)) && are_names(f) && are_places(f);
}

SYSTEM const char *plugin_file_open(PluginFile *f, const u8 *bytes, u64 size) {
    static const u8 ident[6] = {0x7f, 'E', 'L', 'F', 2, 1}; // 64 bits, little endian
    const ElfHead *eh = (const ElfHead *)bytes;
    *f = (PluginFile){.bytes = bytes, .size = size};
    bool elf = size >= sizeof *eh;
    for (u32 i = 0; elf && i < sizeof ident; i++) elf = bytes[i] == ident[i];
    if (!elf) return "invalid ELF header";
    if (eh->machine != ELF_X86_64) return "wrong machine";
    if (eh->type != ELF_DYN) return "not a shared object";
    const char *wrong = read_segments(f, eh);
    if (wrong) return f->head || f->seg[2].size ? wrong : "not a plugin made by vole";
    for (u32 i = 0; i < sizeof f->head->magic; i++)
        if (f->head->magic[i] != PLUGIN_MAGIC[i]) return "not a plugin made by vole";
    if (f->head->version != PLUGIN_VERSION) return "made by another version of vole";
    if (f->head->checksum != checksum(f)) return "the file is damaged";
    return is_sound(f) ? NULL : "the file is malformed";
}
