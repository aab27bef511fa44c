// plugin_file.c - the file of a plugin: is it one, is it whole, what is signed of it, which signatures stand behind.
//
// In:   bytes (abi/plugin.h). Out: a view of them, or what is wrong. Nothing outside of the bytes is looked at. Who signed is not asked here.
#include "cmd/plugin.h"
#include <elf.h>
#include <errno.h>

static bool inside(u64 at, u64 n, u64 size) { return at <= size && n <= size - at; }
static bool is_table(const PluginView *v, PluginTable t, u64 element) {
    return t.at % 8 == 0 && inside(t.at, t.n * element, v->size);
}

Str plugin_text(const PluginView *v, u32 at) {
    const char *s = (const char *)v->h + at;
    return at < v->size ? (Str){s, (i64)strnlen(s, v->size - at)} : (Str){0};
}

static const char *find_head(PluginView *v) {
    const Elf64_Ehdr *eh = (const Elf64_Ehdr *)(const void *)v->file.ptr;
    u64 size = (u64)v->file.len, segments = 0;
    if (size < sizeof *eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0) return "not an ELF file";
    if (eh->e_type != ET_DYN || eh->e_phentsize != sizeof(Elf64_Phdr) || eh->e_phoff % 8 ||
        !inside(eh->e_phoff, eh->e_phnum * sizeof(Elf64_Phdr), size))
        return "not a plugin made by vole";
    const Elf64_Phdr *ph = (const Elf64_Phdr *)(const void *)(v->file.ptr + eh->e_phoff);
    for (int i = 0; i < eh->e_phnum; i++) {
        if (!inside(ph[i].p_offset, ph[i].p_filesz, size)) return "malformed program header";
        if (segments < ph[i].p_offset + ph[i].p_filesz) segments = ph[i].p_offset + ph[i].p_filesz;
        if (ph[i].p_type == PT_LOAD) v->loaded = ph[i].p_offset + ph[i].p_filesz;
        if (ph[i].p_type != PT_VOLE_PLUGIN || ph[i].p_offset % 8 || ph[i].p_filesz < sizeof(PluginHead)) continue;
        v->h = (const PluginHead *)(const void *)(v->file.ptr + ph[i].p_offset);
        v->size = ph[i].p_filesz;
    }
    if (!v->h || memcmp(v->h->magic, PLUGIN_MAGIC, sizeof v->h->magic) != 0) return "not a plugin made by vole";
    u64 table = (u64)eh->e_shnum * eh->e_shentsize;
    if (!inside(eh->e_shoff, table, size) || eh->e_shoff < segments) return "malformed section table";
    v->end = eh->e_shoff + table;
    return NULL;
}

PluginSignature plugin_signature(const PluginView *v, i64 i) {
    PluginSignature s;
    memcpy(&s, v->file.ptr + v->end + (u64)i * sizeof s, sizeof s);
    return s;
}

static const char *find_signatures(PluginView *v) {
    static const u8 zeros[16] = {0};
    u64 rest = (u64)v->file.len - v->end;
    v->nsignatures = (i64)(rest / sizeof(PluginSignature));
    for (i64 i = 0; i < v->nsignatures; i++) {
        PluginSignature s = plugin_signature(v, i);
        if (memcmp(s.magic, PLUGIN_SIGNATURE_MAGIC, sizeof s.magic) != 0 ||
            memcmp(s.reserved, zeros, sizeof zeros) != 0)
            return "what stands behind the plugin is not a signature";
    }
    return rest % sizeof(PluginSignature) ? "the last signature is cut short, or something stands behind it" : NULL;
}

static bool is_whole(Arena *a, const PluginView *v, const u8 *file) {
    const PluginHead *h = v->h;
    if (h->size != v->size || !is_table(v, h->sums, sizeof(u64)) || h->sums.at != sizeof *h) return false;
    u64 n = plugin_sums(file, v->loaded, h, NULL), *sums = ANEWN(a, u64, (i64)n + 1);
    plugin_sums(file, v->loaded, h, sums);
    return h->checksum == plugin_checksum(h) && h->sums.n == n &&
           memcmp(sums, plugin_table(v, h->sums), n * sizeof *sums) == 0;
}

const char *plugin_view(Arena *a, Str bytes, PluginView *v) {
    u8 *copy = arena_alloc(a, bytes.len + 1, 8); // its tables are aligned
    if (bytes.len > 0) memcpy(copy, bytes.ptr, (size_t)bytes.len);
    *v = (PluginView){.file = {(const char *)copy, bytes.len}};
    const char *wrong = find_head(v);
    if (wrong) return wrong;
    const PluginHead *h = v->h;
    if (h->version != PLUGIN_VERSION) return "made by another version of vole";
    if (!is_whole(a, v, copy)) return "the file is damaged";
    bool ok = is_table(v, h->imports, sizeof(PluginImport)) && is_table(v, h->places, sizeof(PluginPlace)) &&
              is_table(v, h->packages, sizeof(PluginPackage)) && is_table(v, h->symbols, sizeof(PluginSymbol)) &&
              h->manifest < v->size;
    return ok ? find_signatures(v) : "the file is malformed";
}

const char *plugin_view_read(Arena *a, Str path, PluginView *v) {
    Str bytes;
    if (!file_read(a, arena_cstr(a, path), &bytes)) return err_os(errno);
    return plugin_view(a, bytes, v);
}
