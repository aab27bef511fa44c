// elf_write.c - relocates every symbol into the image and writes a static ELF64 executable (elf(5), System V ABI).
#include "link/link_int.h"
#include "abi/plugin.h"
#include <elf.h>

static void put32(u8 *p, u64 v) {
    u32 x = (u32)v;
    memcpy(p, &x, 4);
}

static void overflow(Link *l, Sym *s, Reloc *r) {
    diag_error_at(l->job->diag, s->name, "relocation to %.*s does not fit in 32 bits", SFMT(r->sym->name));
}

bool link_put(u8 *p, int kind, u64 at, u64 v, bool gone, u64 text, u64 types) {
    i64 d = (i64)(v - at);
    switch (kind) {
    case REL_ABS64: memcpy(p, &v, 8); break;
    case REL_ABS32: put32(p, v); return v <= 0x7fffffff;
    case REL_PC32:
    case REL_CALL32: put32(p, (u64)d); return d == (i32)d;
    case REL_TYPE_OFF: put32(p, gone ? 0 : v - types); break;
    case REL_REACH: break;
    case REL_TEXT_OFF: put32(p, gone ? 0xffffffff : v - text); break;
    }
    return true;
}

static void relocate(Link *l, Sym *s, u8 *bytes) {
    for (i64 i = 0; i < s->relocs.len; i++) {
        Reloc *r = &s->relocs.ptr[i];
        link_look_ahead(s, i + 8);
        u8 *p = bytes + r->off;
        int kind = r->kind & ~(REL_WEAK | REL_OPTIONAL);
        if ((r->kind & REL_OPTIONAL) && r->sym->kind == SYM_UNDEF) {
            memcpy(p - 1, "\x0f\x1f\x44\x00\x00", 5); // nop in the call's place
            continue;
        }
        bool gone = !r->sym || ((r->kind & REL_WEAK) && !link_place(r->sym)->reached && r->sym->kind != SYM_ABS);
        u64 v = gone ? 0 : link_addr(r->sym) + (u64)r->addend;
        if (!gone && l->plugin && link_share_reloc(l, s, r, p, v)) continue;
        if (!gone && l->patch && l->job->patch->made) link_patch_itab(l, s, r);
        if (!link_put(p, kind, s->addr + r->off, v, gone, l->text, l->types)) overflow(l, s, r);
    }
}

static void write_section(Link *l, const Section *sec, u8 gap, Buf *out) {
    u8 *base = out->ptr + out->len, *p = base;
    for (i64 i = 0; i < sec->syms.len; i++) {
        Sym *s = sec->syms.ptr[i];
        u8 *to = base + (i64)(s->addr - sec->addr);
        if (to > p) memset(p, gap, (size_t)(to - p));
        if (s->data) memcpy(to, s->data, (size_t)s->size);
        else memset(to, 0, (size_t)s->size);
        relocate(l, s, to);
        p = to + s->size;
    }
    memset(p, gap, (size_t)(base + sec->size - p));
    out->len += sec->size;
}

static void write_sections(Link *l, Buf *out) {
    buf_reserve(out, l->sec[OS_DATA].off + l->sec[OS_DATA].size);
    for (int os = 0; os <= OS_DATA; os++) {
        if (l->sec[os].off > out->len) buf_zero(out, l->sec[os].off - out->len);
        write_section(l, &l->sec[os], os == OS_TEXT ? 0xcc : 0, out); // int3 between functions
    }
}

typedef struct Writer {
    Link *l;
    Buf *out, shdrs, shstr;
    i64 strings;           // bytes of the symbols' names so far
    i64 nshdrs, plugin_at; // plugin_at: of the head
} Writer;

static void section_header(Writer *w, const char *name, u32 type, u64 flags, u64 addr, i64 off, i64 size, u32 link,
                           u32 info, u64 align, u64 entsize) {
    Elf64_Shdr sh = {(u32)w->shstr.len, type, flags, addr, (u64)off, (u64)size, link, info, align, entsize};
    buf_c(&w->shstr, name);
    buf_u8(&w->shstr, 0);
    buf_bytes(&w->shdrs, &sh, sizeof sh);
    w->nshdrs++;
}

// ---- symbols: the table, then the names, each behind what is written ------------------------------------------------------

typedef void SymbolVisit(Writer *, Str name, u64 addr, i64 size, int type, int shndx);

static void write_symbol(Writer *w, Str name, u64 addr, i64 size, int type, int shndx) {
    Elf64_Sym es = {(u32)w->strings, (u8)ELF64_ST_INFO(STB_LOCAL, type), 0, (u16)shndx, addr, (u64)size};
    w->strings += name.len + 1;
    buf_bytes(w->out, &es, sizeof es);
}

static void write_name(Writer *w, Str name, u64 addr, i64 size, int type, int shndx) {
    (void)addr, (void)size, (void)type, (void)shndx;
    buf_str(w->out, name);
    buf_u8(w->out, 0);
}

static const struct {
    const char *name;
    u32 type;
    u64 flags;
} out_sections[OS_COUNT] = {
    [OS_TEXT] = {".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
    [OS_RODATA] = {".rodata", SHT_PROGBITS, SHF_ALLOC},
    [OS_TYPE] = {".typelink", SHT_PROGBITS, SHF_ALLOC},
    [OS_ITAB] = {".itablink", SHT_PROGBITS, SHF_ALLOC},
    [OS_TABLES] = {".volefunctab", SHT_PROGBITS, SHF_ALLOC},
    [OS_BUILDINFO] = {".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
    [OS_NOPTRDATA] = {".noptrdata", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
    [OS_DATA] = {".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
    [OS_BSS] = {".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE},
    [OS_NOPTRBSS] = {".noptrbss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE},
    [OS_COUNTERS] = {".go.fuzzcntrs", SHT_NOBITS, SHF_ALLOC | SHF_WRITE}, // the last: in few programs
};

static void each_symbol(Writer *w, SymbolVisit *visit) {
    Link *l = w->l;
    for (int os = 0; os < OS_COUNT; os++)
        for (i64 i = 0; i < l->sec[os].syms.len; i++) {
            Sym *s = l->sec[os].syms.ptr[i];
            if (s->name.len && !s->local)
                visit(w, s->name, s->addr, s->size, os == OS_TEXT ? STT_FUNC : STT_OBJECT, os + 1);
        }
    for (i64 i = 0; i < l->elf_funcs.len; i++) {
        ElfFunc *f = &l->elf_funcs.ptr[i];
        if (f->section->reached && !(f->flags & FUNC_ASM))
            visit(w, f->name, f->section->addr + (u64)f->off, f->size, STT_FUNC, OS_TEXT + 1);
    }
    const Sym *jit = obj_sym(l->job->syms, S("__jit_debug_descriptor")); // debuggers ask for it (rt/plugin/debugger.c)
    if (jit->from_elf && jit->section && jit->section->reached)
        visit(w, jit->name, link_addr(jit), 32, STT_OBJECT, OS_NOPTRDATA + 1);
}

static void write_symtab(Writer *w) {
    Elf64_Sym null = {0};
    i64 at = w->l->symtab_off = w->out->len;
    w->strings = 1;
    buf_bytes(w->out, &null, sizeof null);
    each_symbol(w, write_symbol);
    i64 size = w->out->len - at, n = size / (i64)sizeof null;
    section_header(w, ".symtab", SHT_SYMTAB, 0, 0, at, size, (u32)w->nshdrs + 1, (u32)n, 8, sizeof null);
    at = w->out->len;
    buf_reserve(w->out, w->strings);
    buf_u8(w->out, 0);
    each_symbol(w, write_name);
    section_header(w, ".strtab", SHT_STRTAB, 0, 0, at, w->strings, 0, 0, 1, 0);
}

// ---- how frames are unwound (DWARF 4, 6.4), for debuggers that stop in a host or its plugins; plugins' own: rt/plugin/debugger.c -------------------
enum {
    CFA_ADVANCE = 0x40,
    CFA_ADVANCE4 = 4,
    CFA_UNDEFINED = 7,
    CFA_DEF = 12,
    CFA_DEF_OFFSET = 14,
    CFA_OFFSET = 0x80,
    RSP = 7,
    RETURN = 16
};

// An entry of .debug_frame but for its length, which its end makes a multiple of 8 by no-operations.
static void end_entry(Buf *b, i64 at) {
    while ((b->len - at) % 8) buf_u8(b, 0);
    put32(b->ptr + at, (u64)(b->len - at - 4));
}

static void put_frame(Buf *b, u64 addr, i64 size, u32 body, u32 frame_size, u32 flags) {
    i64 at = b->len;
    buf_u32(b, 0);
    buf_u32(b, 0); // the head
    buf_u32(b, (u32)addr);
    buf_u32(b, (u32)size);
    buf_u8(b, 0);
    if (flags & FUNC_TOP) buf_u8(b, CFA_UNDEFINED), buf_u8(b, RETURN);
    if (frame_size && body < CFA_ADVANCE) buf_u8(b, (u8)(CFA_ADVANCE | body));
    else if (frame_size) buf_u8(b, CFA_ADVANCE4), buf_u32(b, body);
    if (frame_size) buf_u8(b, CFA_DEF_OFFSET), buf_uleb(b, frame_size + 8);
    end_entry(b, at);
}

// Where a function begins, RSP leads to its return address; behind its prologue RSP is constant.
static void write_frames(Writer *w) {
    static const u8 head[] = {0,
                              0,
                              0,
                              0,
                              0xff,
                              0xff,
                              0xff,
                              0xff,
                              4,
                              'z',
                              'R',
                              0,
                              8,
                              0,
                              1,
                              0x78 /* -8 */,
                              RETURN,
                              1,
                              3 /* absolute, 4 bytes */,
                              CFA_DEF,
                              RSP,
                              8,
                              CFA_OFFSET | RETURN,
                              1};
    Link *l = w->l;
    Buf b = {0};
    buf_bytes(&b, head, sizeof head);
    end_entry(&b, 0);
    const Section *text = &l->sec[OS_TEXT];
    for (i64 i = 0; i < text->syms.len; i++) {
        const Sym *s = text->syms.ptr[i];
        const CodeInfo *c = s->code;
        if (c && !(c->flags & FUNC_SP_TABLE)) put_frame(&b, s->addr, s->size, c->body, c->frame_size, c->flags);
    }
    for (i64 i = 0; i < l->elf_funcs.len; i++) {
        const ElfFunc *f = &l->elf_funcs.ptr[i];
        if (f->section->reached && f->flags & FUNC_ASM)
            put_frame(&b, f->section->addr + (u64)f->off, f->size, 0, f->frame_size, f->flags);
    }
    buf_align(w->out, 8);
    section_header(w, ".debug_frame", SHT_PROGBITS, 0, 0, w->out->len, b.len, 0, 0, 8, 0);
    buf_bytes(w->out, b.ptr, b.len);
    buf_free(&b);
}

static i64 write_section_headers(Writer *w) {
    Link *l = w->l;
    section_header(w, "", SHT_NULL, 0, 0, 0, 0, 0, 0, 0, 0);
    for (int os = 0; os < OS_COUNT; os++) {
        Section *s = &l->sec[os];
        if (os == OS_COUNTERS && !s->size) break;
        section_header(w, out_sections[os].name, out_sections[os].type, out_sections[os].flags, s->addr, s->off,
                       s->size, 0, 0, (u64)i64_max(s->align, 1), 0);
    }
    buf_align(w->out, 8);
    if (l->plugin) {
        link_share_write(l, w->out, &w->plugin_at);
        section_header(w, ".vole.plugin", SHT_PROGBITS, 0, 0, w->plugin_at, w->out->len - w->plugin_at, 0, 0, 8, 0);
    }
    if (l->shared && !l->job->strip_symbols) write_frames(w);
    if (!l->job->strip_symbols) write_symtab(w);
    i64 at = w->out->len, name = w->shstr.len;
    Elf64_Shdr sh = {(u32)name, SHT_STRTAB, 0, 0, (u64)at, 0, 0, 0, 1, 0};
    buf_c(&w->shstr, ".shstrtab");
    buf_u8(&w->shstr, 0);
    sh.sh_size = (u64)w->shstr.len;
    buf_bytes(w->out, w->shstr.ptr, w->shstr.len);
    buf_bytes(&w->shdrs, &sh, sizeof sh);
    w->nshdrs++;
    buf_align(w->out, 8);
    at = w->out->len;
    buf_bytes(w->out, w->shdrs.ptr, w->shdrs.len);
    return at;
}

static Elf64_Phdr segment(Link *l, OutSec first, OutSec last, u32 flags) {
    Section *a = &l->sec[first], *b = &l->sec[last];
    i64 file_end = a->off;
    for (int os = first; os <= (int)last; os++)
        if (os < OS_BSS) file_end = l->sec[os].off + l->sec[os].size;
    i64 off = first == OS_TEXT ? 0 : a->off; // the first segment maps the headers as well
    u64 addr = a->addr - (u64)(a->off - off);
    return (Elf64_Phdr){PT_LOAD, flags, (u64)off, addr, addr, (u64)(file_end - off), b->addr + (u64)b->size - addr,
                        4096};
}

static void write_headers(Writer *w, Sym *entry, i64 shoff) {
    Link *l = w->l;
    u8 *p = w->out->ptr;
    i64 nshdrs = w->nshdrs;
    Elf64_Ehdr eh = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                     .e_type = l->plugin ? ET_DYN : ET_EXEC,
                     .e_machine = EM_X86_64,
                     .e_version = EV_CURRENT,
                     .e_entry = entry ? link_addr(entry) : 0,
                     .e_phoff = sizeof eh,
                     .e_shoff = (u64)shoff,
                     .e_ehsize = sizeof eh,
                     .e_phentsize = sizeof(Elf64_Phdr),
                     .e_phnum = l->plugin ? 5 : 4,
                     .e_shentsize = sizeof(Elf64_Shdr),
                     .e_shnum = (u16)nshdrs,
                     .e_shstrndx = (u16)(nshdrs - 1)};
    Elf64_Phdr ph[5] = {segment(l, OS_TEXT, OS_TEXT, PF_R | PF_X),
                        segment(l, OS_RODATA, OS_TABLES, PF_R),
                        segment(l, OS_BUILDINFO, OS_COUNTERS, PF_R | PF_W),
                        {.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16}};
    if (l->plugin) {
        PluginHead h;
        memcpy(&h, p + w->plugin_at, sizeof h);
        ph[4] = (Elf64_Phdr){PT_VOLE_PLUGIN, PF_R, (u64)w->plugin_at, 0, 0, h.size, h.size, 8};
    }
    memcpy(p, &eh, sizeof eh);
    memcpy(p + sizeof eh, ph, sizeof ph[0] * eh.e_phnum);
}

void link_write(Link *l, Buf *image, Sym *entry) {
    Writer w = {.l = l, .out = image};
    write_sections(l, image);
    if (l->patch && l->job->patch->made) { // nobody but the process that it is for reads it
        link_patch_write(l, image);
        return;
    }
    i64 shoff = write_section_headers(&w);
    write_headers(&w, entry, shoff);
    buf_free(&w.shdrs);
    buf_free(&w.shstr);
}
