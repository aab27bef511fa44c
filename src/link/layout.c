// layout.c - sections, the runtime's tables, addresses.
//
// Segments: text (with the ELF headers), read-only data, writable data. File offset and address agree modulo the page, so
// nothing is padded in the file. Inside a section symbols are sorted (order.c), which makes the output independent of the
// order in which threads made them.
#include "link/link_int.h"
#include "abi/abi.h"
#include <elf.h>
#include <stdlib.h>

enum { PAGE = 4096, COUNTERS = 64, HEADERS = 64 + 56 * 5 };

static OutSec section_of(const Sym *s) {
    switch (s->kind) {
    case SYM_TEXT: return OS_TEXT;
    case SYM_RODATA: return OS_RODATA;
    case SYM_TYPE: return OS_TYPE;
    case SYM_ITAB: return OS_ITAB;
    case SYM_DATA: return OS_DATA;
    case SYM_NOPTRDATA: return OS_NOPTRDATA;
    case SYM_BSS: return OS_BSS;
    case SYM_NOPTRBSS: return OS_NOPTRBSS;
    case SYM_COUNTERS: return OS_COUNTERS;
    default: bug("symbol %.*s of kind %d reaches layout", SFMT(s->name), s->kind);
    }
}

static void add(Link *l, OutSec os, Sym *s) { vec_push(l->a, &l->sec[os].syms, s); }

// Offsets inside a section; Sym.addr is relative until place_sections.
static void settle(Link *l, OutSec os) {
    Section *sec = &l->sec[os];
    i64 at = os == OS_TYPE ? 16 : 0; // offset 0 means "none" in TypeOff and NameOff
    sec->align = 16;
    for (i64 i = 0; i < sec->syms.len; i++) {
        Sym *s = sec->syms.ptr[i];
        i64 align = os == OS_TEXT ? i64_max(s->align, 16) : i64_max(s->align, 1);
        if (align > sec->align) sec->align = align;
        at = align_up(at, align);
        s->addr = (u64)at;
        at += s->size;
    }
    sec->size = at;
    if (os != OS_COUNTERS) return;
    sec->align = COUNTERS; // they are looked at that many at a time
    sec->size = align_up(at, COUNTERS);
}

// ---- tables -------------------------------------------------------------------------------------------------------

Sym *link_table(Link *l, const void *bytes, i64 size, i64 align) {
    Sym *s = obj_local(l->job->syms, l->a, SYM_RODATA);
    u8 *copy = arena_alloc(l->a, size + 1, 16);
    if (size) memcpy(copy, bytes, (size_t)size);
    obj_define(s, SYM_RODATA, l->a, copy, size, align);
    s->reached = true;
    add(l, OS_TABLES, s);
    return s;
}

// Takes the bytes over.
static Sym *table_buf(Link *l, Buf *b, i64 align) {
    Sym *s = link_table(l, NULL, 0, align);
    if (b->len) s->data = b->ptr;
    s->size = b->len;
    vec_push(l->a, &l->bufs, *b);
    *b = (Buf){0};
    return s;
}

static void module_ptr(Link *l, i64 field, Sym *s) { obj_reloc(l->module, (u32)field, REL_ABS64, s, 0); }
#define MODULE_PTR(l, f, s) module_ptr(l, offsetof(Module, f), s)
#define MODULE(l)           ((Module *)(l)->module->data)

static int cmp_text(const void *pa, const void *pb) {
    const TextEnt *a = pa, *b = pb;
    if (a->addr != b->addr) return a->addr < b->addr ? -1 : 1;
    return (int)(b->flags & FUNC_ASM) - (int)(a->flags & FUNC_ASM); // an assembly record beats the plain symbol
}

i64 link_func_at(const FuncRec *f, i64 n, u32 entry) {
    i64 lo = 0, hi = n;
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (f[mid].entry < entry) lo = mid + 1;
        else hi = mid;
    }
    return lo < n && f[lo].entry == entry ? lo : -1;
}

i64 link_pctab_room(i64 len) {
    i64 step = 16;
    while (step < 4096 && step < len / 256) step *= 2;
    return align_up(len, step);
}

static void build_functab(Link *l) {
    VEC(TextEnt) ents = {0};
    for (i64 i = 0; i < l->sec[OS_TEXT].syms.len; i++) {
        Sym *s = l->sec[OS_TEXT].syms.ptr[i];
        TextEnt e = {.sym = s, .name = s->name, .addr = s->addr, .size = s->size};
        if (s->code) vec_push(l->a, &ents, e);
    }
    for (i64 i = 0; i < l->elf_funcs.len; i++) {
        ElfFunc *f = &l->elf_funcs.ptr[i];
        TextEnt e = {NULL, f->name, f->section->addr + (u64)f->off, f->size, f->flags, f->frame_size, {0}, 0};
        if (str_eq(f->name, S("runtime.goexit"))) e.file = l->job->goexit_file, e.line = l->job->goexit_line;
        if (f->section->reached && f->section->kind == SYM_TEXT) vec_push(l->a, &ents, e);
    }
    if (ents.len) qsort(ents.ptr, (size_t)ents.len, sizeof ents.ptr[0], cmp_text);
    i64 n = 0;
    for (i64 i = 0; i < ents.len; i++)
        if (n == 0 || ents.ptr[n - 1].addr != ents.ptr[i].addr) ents.ptr[n++] = ents.ptr[i];
    FuncTab t = {.want_ends = l->plugin != NULL};
    meta_functab(&t, l->a, ents.ptr, n, 0, l->job->file_name, l->job->ctx);
    MODULE(l)->nfuncs = (u64)t.nfuncs;
    MODULE(l)->nfiles = (u64)t.files.len;
    l->ends = t.ends;
    vec_push(l->a, &l->bufs, t.ends);
    l->ents = ents.ptr;
    l->nents = n;
    l->pctab_len = t.pctab.len;
    if (l->job->kind == LINK_EXE) buf_zero(&t.pctab, link_pctab_room(t.pctab.len) - t.pctab.len);
    MODULE_PTR(l, funcs, l->tables[TAB_FUNCS] = table_buf(l, &t.recs, 8));
    MODULE_PTR(l, funcnames, l->tables[TAB_NAMES] = table_buf(l, &t.names, 1));
    MODULE_PTR(l, pctab, l->tables[TAB_PCTAB] = table_buf(l, &t.pctab, 1));
    MODULE_PTR(l, inltree, l->tables[TAB_INLTREE] = table_buf(l, &t.inltree, 4));
    Sym *files = l->tables[TAB_FILES] = link_table(l, NULL, 0, 8);
    obj_define(files, SYM_RODATA, l->a, arena_alloc(l->a, 8 * (t.files.len + 1), 8), 8 * t.files.len, 8);
    for (i64 i = 0; i < t.files.len; i++)
        obj_reloc(files, (u32)(8 * i), REL_ABS64, link_table(l, t.files.ptr[i].ptr, t.files.ptr[i].len + 1, 1), 0);
    MODULE_PTR(l, files, files);
}

static int cmp_typelink(const void *pa, const void *pb) {
    return str_cmp((*(Sym *const *)pa)->type_str, (*(Sym *const *)pb)->type_str);
}

static void build_typelinks(Link *l) {
    VEC(Sym *) links = {0};
    for (i64 i = 0; i < l->sec[OS_TYPE].syms.len; i++)
        if (l->sec[OS_TYPE].syms.ptr[i]->type_str.len) vec_push(l->a, &links, l->sec[OS_TYPE].syms.ptr[i]);
    if (links.len) qsort(links.ptr, (size_t)links.len, sizeof links.ptr[0], cmp_typelink);
    Sym *s = link_table(l, NULL, 0, 4);
    obj_define(s, SYM_RODATA, l->a, arena_alloc(l->a, 4 * links.len + 4, 4), 4 * links.len, 4);
    for (i64 i = 0; i < links.len; i++) obj_reloc(s, (u32)(4 * i), REL_TYPE_OFF, links.ptr[i], 0);
    MODULE(l)->ntypelinks = (u64)links.len;
    MODULE_PTR(l, typelinks, s);
    l->tables[TAB_TYPELINKS] = s;

    Section *itabs = &l->sec[OS_ITAB];
    s = link_table(l, NULL, 0, 8);
    obj_define(s, SYM_RODATA, l->a, arena_alloc(l->a, 8 * itabs->syms.len + 8, 8), 8 * itabs->syms.len, 8);
    for (i64 i = 0; i < itabs->syms.len; i++) obj_reloc(s, (u32)(8 * i), REL_ABS64, itabs->syms.ptr[i], 0);
    MODULE(l)->nitablinks = (u64)itabs->syms.len;
    MODULE_PTR(l, itablinks, s);
    l->tables[TAB_ITABLINKS] = s;
}

static Sym *build_mask(Link *l, OutSec os) {
    Section *sec = &l->sec[os];
    i64 words = (sec->size + 7) / 8;
    u8 *mask = ANEWN(l->a, u8, words / 8 + 8);
    for (i64 i = 0; i < sec->syms.len; i++) {
        Sym *s = sec->syms.ptr[i];
        i64 w0 = (i64)s->addr / 8;
        for (i64 w = 0; w < s->nptrwords; w++)
            if (s->ptrmask[w / 8] >> (w % 8) & 1) mask[(w0 + w) / 8] |= (u8)(1u << ((w0 + w) % 8));
    }
    return link_table(l, mask, (words + 7) / 8, 1);
}

static const char marker_start[] = "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6";
static const char marker_end[] = "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2";

// The blob that debug/buildinfo and `go version -m` look for: magic, then two strings with their lengths.
static void build_info(Link *l) {
    LinkJob *j = l->job;
    Buf mod = {0}, b = {0};
    if (j->modinfo.len) {
        buf_bytes(&mod, marker_start, 16);
        buf_str(&mod, j->modinfo);
        buf_bytes(&mod, marker_end, 16);
    }
    buf_c(&b, "\xff Go buildinf:");
    buf_u8(&b, 8);
    buf_u8(&b, 2);
    buf_align(&b, 32);
    buf_uleb(&b, (u64)j->build_version.len);
    buf_str(&b, j->build_version);
    buf_uleb(&b, (u64)mod.len);
    buf_bytes(&b, mod.ptr, mod.len);
    buf_align(&b, 16);
    Sym *s = obj_local(j->syms, l->a, SYM_NOPTRDATA);
    u8 *copy = arena_alloc(l->a, b.len, 16);
    memcpy(copy, b.ptr, (size_t)b.len);
    obj_define(s, SYM_NOPTRDATA, l->a, copy, b.len, 16);
    add(l, OS_BUILDINFO, s);
    buf_u8(&mod, 0);
    MODULE(l)->modinfo_len = (u64)mod.len - 1;
    MODULE_PTR(l, modinfo, table_buf(l, &mod, 1));
    MODULE_PTR(l, build_version, link_table(l, arena_cstr(l->a, j->build_version), j->build_version.len + 1, 1));
    buf_free(&b);
}

// ---- addresses ------------------------------------------------------------------------------------------------------

static void make_boundaries(Link *l) {
    for (int i = 0; i < OS_COUNT; i++) {
        l->start[i] = obj_local(l->job->syms, l->a, SYM_ABS);
        l->end[i] = obj_local(l->job->syms, l->a, SYM_ABS);
    }
    MODULE_PTR(l, text, l->start[OS_TEXT]);
    MODULE_PTR(l, etext, l->end[OS_TEXT]);
    MODULE_PTR(l, types, l->start[OS_TYPE]);
    MODULE_PTR(l, etypes, l->end[OS_TYPE]);
    MODULE_PTR(l, data, l->start[OS_DATA]);
    MODULE_PTR(l, edata, l->end[OS_DATA]);
    MODULE_PTR(l, bss, l->start[OS_BSS]);
    MODULE_PTR(l, ebss, l->end[OS_BSS]);
    MODULE_PTR(l, noptrdata, l->start[OS_NOPTRDATA]);
    MODULE_PTR(l, enoptrdata, l->end[OS_NOPTRDATA]);
    MODULE_PTR(l, noptrbss, l->start[OS_NOPTRBSS]);
    MODULE_PTR(l, enoptrbss, l->end[OS_NOPTRBSS]);
    MODULE_PTR(l, rodata, l->start[OS_RODATA]);
    MODULE_PTR(l, erodata, l->end[OS_TABLES]);
}

// What internal/fuzz knows: where the counters begin and end, and the words that functions compare with. NULL: it is not in the program.
static Sym *fuzz_bounds(Link *l) {
    enum { SIZE = 32 };
    for (i64 i = 0; i < l->live.len; i++) {
        Sym *s = l->live.ptr[i];
        if (s->kind != SYM_NOPTRBSS || s->size != SIZE || !str_eq(s->name, S("internal/fuzz.bounds"))) continue;
        obj_define(s, SYM_NOPTRDATA, l->a, arena_alloc(l->a, SIZE, 8), SIZE, 8);
        obj_reloc(s, 0, REL_ABS64, l->start[OS_COUNTERS], 0);
        obj_reloc(s, 8, REL_ABS64, l->end[OS_COUNTERS], 0);
        return s;
    }
    return NULL;
}

// They are sorted by name.
static void tell_tokens(Link *l, Sym *bounds) {
    const Section *sec = &l->sec[OS_RODATA];
    Sym *last = NULL;
    for (i64 i = 0; bounds && i < sec->syms.len; i++) {
        Sym *s = sec->syms.ptr[i];
        if (s->from_elf || !str_has_prefix(s->name, S("go:fuzztokens."))) continue;
        if (!last) obj_reloc(bounds, 16, REL_ABS64, s, 0);
        last = s;
    }
    if (last) obj_reloc(bounds, 24, REL_ABS64, last, last->size);
}

static bool starts_segment(OutSec os) { return os == OS_RODATA || os == OS_BUILDINFO; }
static bool is_bss(OutSec os) { return os >= OS_BSS; }

static void place_sections(Link *l) {
    u64 addr = l->base + HEADERS;
    i64 off = HEADERS;
    for (int os = 0; os < OS_COUNT; os++) {
        Section *sec = &l->sec[os];
        if (starts_segment((OutSec)os) &&
            (l->plugin || (l->patch && l->job->patch->made))) { // its file is read as it will lie in memory
            i64 pad = align_up((i64)addr, PAGE) - (i64)addr;
            addr += (u64)pad, off += pad;
        } else if (starts_segment((OutSec)os)) addr = (u64)align_up((i64)addr, PAGE) + (u64)(off % PAGE);
        i64 pad = align_up((i64)addr, i64_max(sec->align, 16)) - (i64)addr;
        addr += (u64)pad;
        if (!is_bss((OutSec)os)) off += pad;
        sec->addr = addr;
        sec->off = off;
        for (i64 i = 0; i < sec->syms.len; i++) sec->syms.ptr[i]->addr += addr;
        l->start[os]->addr = addr;
        addr += (u64)sec->size;
        if (!is_bss((OutSec)os)) off += sec->size;
        l->end[os]->addr = addr;
    }
    if (addr > 0x7ff00000)
        diag_error_at(l->job->diag, S("link"), "program is too large: its static data must end below 2 GiB");
}

void link_layout(Link *l) {
    link_fips_begin(l);
    make_boundaries(l);
    Sym *fuzz = fuzz_bounds(l);
    for (i64 i = 0; i < l->live.len; i++) add(l, section_of(l->live.ptr[i]), l->live.ptr[i]);
    for (int os = 0; os < OS_COUNT; os++) {
        link_sort(l, l->sec[os].syms.ptr, l->sec[os].syms.len);
        link_share_order(l, l->sec[os].syms.ptr, l->sec[os].syms.len);
        if (os == OS_TEXT) link_text_order(l);
        if (os != OS_TABLES) settle(l, (OutSec)os);
    }
    tell_tokens(l, fuzz);
    build_functab(l);
    build_typelinks(l);
    link_share_place(l);
    MODULE_PTR(l, data_mask, l->tables[TAB_DATA_MASK] = build_mask(l, OS_DATA));
    MODULE_PTR(l, bss_mask, build_mask(l, OS_BSS));
    build_info(l);
    settle(l, OS_BUILDINFO);
    settle(l, OS_TABLES);
    place_sections(l);
    link_patch_offsets(l);
    link_fips_place(l);
}
