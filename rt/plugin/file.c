// file.c - the file of a plugin: is it one, is it whole, does everything that is followed lie inside of it.
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

static SYSTEM const char *take_segments(PluginFile *f, const ElfSegment *ph, i32 nph) {
    static const char bad[] = "malformed program header";
    int n = 0;
    for (i32 i = 0; i < nph; i++) {
        const ElfSegment *s = &ph[i];
        if (s->type != ELF_LOAD && s->type != PT_VOLE_PLUGIN) continue;
        if (!inside(s->offset, s->filesz, f->size) || s->filesz > s->memsz || s->memsz > MAX_SPAN) return bad;
        if (s->type == PT_VOLE_PLUGIN) {
            if (s->filesz < sizeof(PluginHead)) return bad;
            f->head_at = s->offset, f->head_size = s->filesz;
            continue;
        }
        int access = (s->flags & 4 ? OS_READ : 0) | (s->flags & 2 ? OS_WRITE : 0) | (s->flags & 1 ? OS_EXEC : 0);
        bool last = n == 2; // the others have no bss
        if (n == 3 || s->vaddr != s->offset || s->vaddr < f->span || s->vaddr > MAX_SPAN ||
            (!last && s->filesz != s->memsz) || (access & OS_WRITE && access & OS_EXEC))
            return bad;
        f->seg[n++] = (PluginSegment){s->vaddr, s->memsz, access};
        f->loaded = s->offset + s->filesz;
        f->span = (s->vaddr + s->memsz + OS_PAGE - 1) & -(u64)OS_PAGE;
    }
    if (!f->head_size) return "not a plugin made by vole";
    return n == 3 && f->span <= MAX_SPAN && f->head_at >= f->loaded ? NULL : bad;
}

// Behind the section table, which the linker writes last, only signatures may stand. Whether they fit is for those who want them to.
static SYSTEM const char *check_tail(const PluginFile *f, const ElfHead *eh) {
    u64 table = (u64)eh->shnum * eh->shentsize, at = eh->shoff + table;
    if (!inside(eh->shoff, table, f->size) || eh->shoff < f->head_at + f->head_size) return "malformed section table";
    for (PluginSignature s; at < f->size; at += sizeof s) {
        if (!inside(at, sizeof s, f->size) || !os_read_at(f->fd, &s, sizeof s, (i64)at))
            return "the last signature is cut short, or something stands behind it";
        u8 wrong = 0;
        for (u32 i = 0; i < sizeof s.magic; i++) wrong |= (u8)(s.magic[i] ^ PLUGIN_SIGNATURE_MAGIC[i]) | s.reserved[i];
        if (wrong) return "what stands behind the plugin is not a signature";
    }
    return NULL;
}

SYSTEM const char *plugin_file_open(PluginFile *f, i64 fd, u64 size) {
    static const u8 ident[6] = {0x7f, 'E', 'L', 'F', 2, 1}; // 64 bits, little endian
    enum { MAX_SEGMENTS = 8 };
    struct {
        ElfHead eh;
        ElfSegment ph[MAX_SEGMENTS];
    } b;
    *f = (PluginFile){.fd = fd, .size = size};
    if (!os_read_at(fd, &b, sizeof b, 0)) return "file too short";
    for (u32 i = 0; i < sizeof ident; i++)
        if (b.eh.ident[i] != ident[i]) return "invalid ELF header";
    if (b.eh.machine != ELF_X86_64) return "wrong machine";
    if (b.eh.type != ELF_DYN) return "not a shared object";
    if (b.eh.phoff != sizeof b.eh || b.eh.phentsize != sizeof(ElfSegment) || b.eh.phnum > MAX_SEGMENTS)
        return "not a plugin made by vole";
    const char *wrong = take_segments(f, b.ph, b.eh.phnum);
    return wrong ? wrong : check_tail(f, &b.eh);
}

static SYSTEM bool is_table(const PluginHead *h, PluginTable t, u64 element) {
    return t.at % 8 == 0 && inside(t.at, t.n * element, h->size);
}
static SYSTEM bool is_name(const PluginHead *h, u32 at) { return at < h->kept; } // a NUL ends all that is kept
static SYSTEM bool is_place(const PluginFile *f, u64 at, u64 width) { return inside(at, width, f->span); }

static SYSTEM bool are_names(const PluginFile *f, const PluginHead *h) {
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

static SYSTEM bool are_places(const PluginFile *f, const PluginHead *h) {
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

static SYSTEM bool is_sound(const PluginFile *f, const PluginHead *h) {
    bool ok = h->size == f->head_size && h->kept > sizeof *h && h->kept <= h->size && !((const u8 *)h)[h->kept - 1];
    ok = ok && is_table(h, h->imports, sizeof(PluginImport)) && is_table(h, h->refs, sizeof(PluginRef)) &&
         is_table(h, h->packages, sizeof(PluginPackage)) && is_table(h, h->lazies, sizeof(PluginLazy)) &&
         is_table(h, h->symbols, sizeof(PluginSymbol));
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) ok = ok && is_table(h, h->fixups[k], sizeof(u32));
    ok = ok && h->manifest >= h->kept && h->manifest < h->size && !((const u8 *)h)[h->size - 1];
    return ok && is_place(f, h->module, sizeof(Module)) && are_names(f, h) && are_places(f, h);
}

// Pages come from the file, and become the process's own when they are relocated.
SYSTEM const char *plugin_file_map(const PluginFile *f, u8 *base, u8 *head) {
    usize end = (f->loaded + OS_PAGE - 1) & -(usize)OS_PAGE;
    if (!os_map_file(base, end, f->fd, 0)) return "cannot be mapped";
    memclr(base + f->loaded, end - f->loaded); // what the file has behind
    u64 from = f->head_at & -(u64)OS_PAGE;
    return os_map_file(head, f->head_at + f->head_size - from, f->fd, (i64)from) ? NULL : "cannot be mapped";
}

SYSTEM const char *plugin_file_check(const PluginFile *f, const u8 *base, const PluginHead *h) {
    for (u32 i = 0; i < sizeof h->magic; i++)
        if (h->magic[i] != PLUGIN_MAGIC[i]) return "not a plugin made by vole";
    if (h->version != PLUGIN_VERSION) return "made by another version of vole";
    if (h->checksum != plugin_checksum(base, f->loaded, h, f->head_size)) return "the file is damaged";
    return is_sound(f, h) ? NULL : "the file is malformed";
}

SYSTEM void plugin_file_protect(const PluginFile *f, u8 *base) {
    for (i32 i = 0; i < 3; i++) {
        u64 lo = f->seg[i].addr & -(u64)OS_PAGE, hi = (f->seg[i].addr + f->seg[i].size + OS_PAGE - 1) & -(u64)OS_PAGE;
        if (hi > lo && !os_protect(base + lo, hi - lo, f->seg[i].access)) throw_("plugin: cannot protect memory");
    }
}
