// file.c - the file of a plugin: is it one, is it whole, does everything that is followed lie inside of it.
//
// Runs: SYSTEM. Sums tell damage in what is used; who signs, and who may load what, is not decided here.
#include "plugin/elf.h"
#include "plugin/plugin.h"

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

// In the words that hosts with a C library get.
static SYSTEM const char *check_head(const ElfHead *eh) {
    enum { CLASS = 4, DATA = 5, VERSION = 6, CLASS_32 = 1, CLASS_64 = 2, EXEC = 2 };
    static const u8 magic[4] = {0x7f, 'E', 'L', 'F'};
    for (u32 i = 0; i < sizeof magic; i++)
        if (eh->ident[i] != magic[i]) return "invalid ELF header";
    if (eh->ident[CLASS] == CLASS_32) return "wrong ELF class: ELFCLASS32";
    if (eh->ident[CLASS] != CLASS_64) return "invalid ELF header";
    if (eh->ident[DATA] != 1) return "ELF file data encoding not little-endian";
    if (eh->ident[VERSION] != 1) return "ELF file version ident does not match current one";
    if (eh->machine != ELF_X86_64) return "wrong machine";
    if (eh->type == EXEC) return "cannot dynamically load executable";
    if (eh->type != ELF_DYN) return "only ET_DYN and ET_EXEC can be loaded";
    if (eh->phentsize != sizeof(ElfSegment)) return "ELF file's phentsize not the expected size";
    return NULL;
}

SYSTEM const char *plugin_file_open(PluginFile *f, i64 fd, u64 size) {
    enum { MAX_SEGMENTS = 8 };
    struct {
        ElfHead eh;
        ElfSegment ph[MAX_SEGMENTS];
    } b;
    *f = (PluginFile){.fd = fd, .size = size};
    if (size < sizeof b.eh) return "file too short";
    if (!os_read_at(fd, &b, size < sizeof b ? sizeof b.eh : sizeof b, 0)) return "cannot read file data";
    const char *wrong = check_head(&b.eh);
    if (wrong) return wrong;
    if (size < sizeof b) return "cannot read file data";
    if (b.eh.phoff != sizeof b.eh || b.eh.phnum > MAX_SEGMENTS) return "not a plugin made by vole";
    wrong = take_segments(f, b.ph, b.eh.phnum);
    return wrong ? wrong : check_tail(f, &b.eh);
}

static SYSTEM bool is_table(const PluginHead *h, PluginTable t, u64 element) {
    return t.at % 8 == 0 && t.at >= plugin_tables_at(h) && inside(t.at, t.n * element, h->size);
}
static SYSTEM bool is_place(const PluginFile *f, u64 at, u64 width) { return inside(at, width, f->span); }

// ---- sums --------------------------------------------------------------------------------------------------------------

static SYSTEM bool are_whole(const Plugin *p, const u8 *part, u64 size, u64 first, u64 at, u64 n) {
    const u64 *sums = plugin_table(p->head, p->head->sums);
    if (!inside(at, n, size)) return false;
    u64 unit = at / PLUGIN_UNIT;
    if (n && p->whole[first + unit] && at + n <= (unit + 1) * PLUGIN_UNIT) return true;
    for (u64 i = at / PLUGIN_UNIT; i * PLUGIN_UNIT < at + n; i++) {
        u8 *whole = &p->whole[first + i];
        if (!*whole && !(*whole = plugin_unit_sum(part, size, i) == sums[first + i])) return false;
    }
    return true;
}

SYSTEM bool plugin_loaded_is_whole(const Plugin *p, u32 from, u32 to) {
    u64 size = p->file.loaded; // behind it are zeros
    return from >= size || are_whole(p, p->base, size, 0, from, (to < size ? to : size) - from);
}
SYSTEM bool plugin_table_is_whole(const Plugin *p, u32 at, u64 n) {
    u32 from = plugin_tables_at(p->head);
    return at >= from && are_whole(p, (const u8 *)p->head + from, plugin_tables_size(p->head),
                                   plugin_units(p->file.loaded), at - from, n);
}
static SYSTEM bool is_text(const Plugin *p, u32 at) { // up to its NUL
    u32 from = plugin_tables_at(p->head);
    for (; plugin_table_is_whole(p, at, 1); at++) {
        u32 end = from + ((at - from) / PLUGIN_UNIT + 1) * PLUGIN_UNIT;
        for (; at < end && at < p->head->size; at++)
            if (!*plugin_name(p->head, at)) return true;
        at--;
    }
    return false;
}
SYSTEM bool plugin_name_is_whole(const Plugin *p, u32 at) { return at < p->head->kept && is_text(p, at); }

// ---- what is followed -----------------------------------------------------------------------------------------------------

static SYSTEM bool are_names(const Plugin *p) {
    const PluginHead *h = p->head;
    const PluginPackage *pk = plugin_table(h, h->packages);
    const PluginSymbol *sy = plugin_table(h, h->symbols);
    bool ok = plugin_name_is_whole(p, h->path) && h->manifest < h->kept &&
              plugin_table_is_whole(p, h->manifest, h->kept - h->manifest) && !((const u8 *)h)[h->kept - 1];
    for (u32 i = 0; ok && i < h->packages.n; i++)
        ok = plugin_name_is_whole(p, pk[i].path) && is_place(&p->file, pk[i].init, 1) &&
             inside(pk[i].lazy, pk[i].nlazy, h->lazies.n);
    for (u32 i = 0; ok && i < h->symbols.n; i++)
        ok = plugin_name_is_whole(p, sy[i].name) && is_place(&p->file, h->values + 8ull * sy[i].type, 8) &&
             is_place(&p->file, h->values + 8ull * sy[i].value, 8);
    return ok;
}

static SYSTEM bool are_lazies(const Plugin *p) {
    const PluginHead *h = p->head;
    const PluginLazy *z = plugin_table(h, h->lazies);
    bool ok = true;
    for (u32 i = 0; i < h->lazies.n; i++) ok &= z[i].import < h->imports.n && is_place(&p->file, z[i].code, 1);
    return ok;
}

// The tables, which the sums of all units stand in front of, lie in the segment, the Module in the others.
static SYSTEM bool is_sound(const PluginFile *f, const PluginHead *h) {
    u64 end = sizeof *h + h->sums.n * (u64)sizeof(u64);
    return h->size == f->head_size && h->sums.at == sizeof *h && end <= h->size &&
           h->sums.n == plugin_units(f->loaded) + plugin_units(h->size - end) && h->kept > end && h->kept <= h->size &&
           is_table(h, h->imports, sizeof(PluginImport)) && is_table(h, h->places, sizeof(PluginPlace)) &&
           is_table(h, h->packages, sizeof(PluginPackage)) && is_table(h, h->lazies, sizeof(PluginLazy)) &&
           is_table(h, h->symbols, sizeof(PluginSymbol)) && h->nodes.n < PLUGIN_NONE &&
           is_table(h, (PluginTable){h->nodes.at, h->nodes.n + 1}, sizeof(PluginNode)) &&
           is_table(h, h->typelinks, sizeof(u32)) && is_table(h, h->ends, sizeof(PluginEnds)) && h->module % 8 == 0 &&
           is_place(f, h->module, sizeof(Module));
}

SYSTEM const char *plugin_head_read(const PluginFile *f, PluginHead *h) {
    if (!os_read_at(f->fd, h, sizeof *h, (i64)f->head_at)) return "cannot read file data";
    for (u32 i = 0; i < sizeof h->magic; i++)
        if (h->magic[i] != PLUGIN_MAGIC[i]) return "not a plugin made by vole";
    if (h->version != PLUGIN_VERSION) return "made by another version of vole";
    return is_sound(f, h) ? NULL : "the file is damaged";
}

// Pages come from the file, and become the process's own when they are relocated.
SYSTEM const char *plugin_file_map(const PluginFile *f, u8 *base, u8 *head) {
    usize end = (f->loaded + OS_PAGE - 1) & -(usize)OS_PAGE;
    if (!os_map_file(base, end, f->fd, 0)) return "cannot be mapped";
    memclr(base + f->loaded, end - f->loaded); // what the file has behind
    u64 from = f->head_at & -(u64)OS_PAGE;
    return os_map_file(head, f->head_at + f->head_size - from, f->fd, (i64)from) ? NULL : "cannot be mapped";
}

SYSTEM const char *plugin_head_check(const PluginHead *read, const PluginHead *mapped) {
    const u64 *a = (const u64 *)(const void *)read, *b = (const u64 *)(const void *)mapped;
    for (u32 i = 0; i < sizeof *read / sizeof *a; i++)
        if (a[i] != b[i]) return "the file is being changed";
    return mapped->checksum == plugin_checksum(mapped) ? NULL : "the file is damaged";
}

SYSTEM const char *plugin_tables_check(const Plugin *p) {
    const PluginHead *h = p->head;
    bool whole = plugin_table_is_whole(p, h->packages.at, h->packages.n * sizeof(PluginPackage)) &&
                 plugin_table_is_whole(p, h->lazies.at, h->lazies.n * sizeof(PluginLazy)) &&
                 plugin_table_is_whole(p, h->symbols.at, h->symbols.n * sizeof(PluginSymbol));
    if (!whole) return "the file is damaged";
    return are_names(p) && are_lazies(p) ? NULL : "the file is damaged";
}

SYSTEM bool plugin_file_protect(const PluginFile *f, u8 *base) {
    for (i32 i = 0; i < 3; i++) {
        u64 lo = f->seg[i].addr & -(u64)OS_PAGE, hi = (f->seg[i].addr + f->seg[i].size + OS_PAGE - 1) & -(u64)OS_PAGE;
        if (hi > lo && f->seg[i].access != (OS_READ | OS_WRITE) && !os_protect(base + lo, hi - lo, f->seg[i].access))
            return false;
    }
    return true;
}
