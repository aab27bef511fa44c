// elf_read.c - the runtime archive: ar members, ELF64 relocatable objects.
//
// Each allocated section becomes a Sym (objects are compiled with -ffunction-sections); symbols are places inside
// them. Section "volefunc" (abi/functab.h, AsmFunc) is read here and not laid out. Formats: ar(5), elf(5), System V ABI.
#include "link/link_int.h"
#include <elf.h>
#include <stdlib.h>

typedef struct Obj {
    Link *l;
    Str name, bytes;
    const Elf64_Shdr *sh;
    i64 nsh;
    const char *shstr;
    Sym **secs; // by section index
    Sym **syms; // by symbol index
    const Elf64_Sym *elf_syms;
    i64 nsyms;
    const char *strtab;
} Obj;

static SymKind section_kind(const Elf64_Shdr *sh) {
    if (sh->sh_flags & SHF_EXECINSTR) return SYM_TEXT;
    if (!(sh->sh_flags & SHF_WRITE)) return SYM_RODATA;
    return sh->sh_type == SHT_NOBITS ? SYM_NOPTRBSS : SYM_NOPTRDATA;
}

static void read_sections(Obj *o) {
    Link *l = o->l;
    o->secs = ANEWN(l->a, Sym *, o->nsh);
    for (i64 i = 0; i < o->nsh; i++) {
        const Elf64_Shdr *sh = &o->sh[i];
        if (!(sh->sh_flags & SHF_ALLOC)) continue;
        SymKind kind = section_kind(sh);
        Sym *s = obj_local(l->job->syms, l->a, kind);
        u8 *data = sh->sh_type == SHT_NOBITS ? NULL : (u8 *)o->bytes.ptr + sh->sh_offset;
        obj_define(s, kind, l->a, data, (i64)sh->sh_size, (i64)(sh->sh_addralign ? sh->sh_addralign : 1));
        s->from_elf = true;
        o->secs[i] = s;
    }
}

static void define_place(Obj *o, Sym *s, const Elf64_Sym *es) {
    Sym *sec = o->secs[es->st_shndx];
    if (!sec) return;
    s->section = sec;
    s->section_off = (i64)es->st_value;
    s->kind = sec->kind;
    s->size = (i64)es->st_size;
    s->from_elf = true;
}

static void read_symbol(Obj *o, i64 i) {
    const Elf64_Sym *es = &o->elf_syms[i];
    Link *l = o->l;
    int bind = ELF64_ST_BIND(es->st_info), type = ELF64_ST_TYPE(es->st_info);
    Str name = str_c(o->strtab + es->st_name);
    bool defined = es->st_shndx != SHN_UNDEF && es->st_shndx < SHN_LORESERVE;
    if (type == STT_SECTION) {
        o->syms[i] = o->secs[es->st_shndx];
        return;
    }
    if (bind == STB_LOCAL) {
        o->syms[i] = obj_local(l->job->syms, l->a, SYM_UNDEF);
        if (defined) define_place(o, o->syms[i], es);
    } else {
        Sym *s = o->syms[i] = obj_sym(l->job->syms, name);
        if (defined && s->tentative) {
            s->kind = SYM_UNDEF;
            s->ptrmask = NULL;
            s->tentative = false;
        }
        if (defined && s->kind == SYM_UNDEF) define_place(o, s, es);
        else if (defined && bind != STB_WEAK && !s->dupok)
            diag_error_at(l->job->diag, o->name, "duplicated definition of symbol %.*s", SFMT(name));
    }
    if (defined && type == STT_FUNC && o->secs[es->st_shndx]) {
        ElfFunc f = {o->secs[es->st_shndx], (i64)es->st_value, (i64)es->st_size, name, FUNC_SYSTEM, 0};
        vec_push(l->a, &l->elf_funcs, f);
    }
}

static int reloc_kind(u32 type) {
    switch (type) {
    case R_X86_64_64: return REL_ABS64;
    case R_X86_64_PC32:
    case R_X86_64_PLT32: return REL_PC32;
    case R_X86_64_32:
    case R_X86_64_32S: return REL_ABS32;
    default: return -1;
    }
}

static void read_relocs(Obj *o, const Elf64_Shdr *sh) {
    Sym *sec = o->secs[sh->sh_info];
    if (!sec) return;
    const Elf64_Rela *r = (const Elf64_Rela *)(o->bytes.ptr + sh->sh_offset);
    i64 n = (i64)(sh->sh_size / sizeof *r);
    for (i64 i = 0; i < n; i++) {
        int kind = reloc_kind((u32)ELF64_R_TYPE(r[i].r_info));
        if (kind < 0)
            fatal("%.*s: relocation type %u is not known to the linker", SFMT(o->name),
                  (unsigned)ELF64_R_TYPE(r[i].r_info));
        const Elf64_Sym *es = &o->elf_syms[ELF64_R_SYM(r[i].r_info)];
        Sym *target = o->syms[ELF64_R_SYM(r[i].r_info)];
        if (!target) fatal("%.*s: a relocation without a symbol", SFMT(o->name));
        if (es->st_shndx == SHN_UNDEF && ELF64_ST_BIND(es->st_info) == STB_WEAK) kind |= REL_WEAK; // 0 if not reached
        obj_reloc(sec, (u32)r[i].r_offset, (RelocKind)kind, target, r[i].r_addend);
    }
}

// The i-th 8-byte pointer field at byte off of a volefunc section: the reloc that fills it.
static const Reloc *reloc_at(const Sym *sec, u32 off) {
    for (i64 i = 0; i < sec->relocs.len; i++)
        if (sec->relocs.ptr[i].off == off) return &sec->relocs.ptr[i];
    return NULL;
}

static void read_asm_funcs(Obj *o, Sym *sec) {
    for (u32 at = 0; at + sizeof(AsmFunc) <= (u64)sec->size; at += sizeof(AsmFunc)) {
        const Reloc *start = reloc_at(sec, at), *end = reloc_at(sec, at + 8), *name = reloc_at(sec, at + 16);
        if (!start || !end || !name) fatal("%.*s: malformed volefunc section", SFMT(o->name));
        Sym *text = link_place(start->sym), *str = link_place(name->sym);
        i64 lo = start->addend + (start->sym->section ? start->sym->section_off : 0);
        i64 hi = end->addend + (end->sym->section ? end->sym->section_off : 0);
        i64 str_off = name->addend + (name->sym->section ? name->sym->section_off : 0);
        if (!text->data || lo < 0 || hi < lo || hi > text->size || !str->data || str_off < 0 || str_off >= str->size ||
            !memchr(str->data + str_off, 0, (size_t)(str->size - str_off)))
            fatal("%.*s: malformed volefunc section", SFMT(o->name));
        const AsmFunc *rec = (const AsmFunc *)(sec->data + at);
        ElfFunc f = {text,           lo, hi - lo, str_c((const char *)str->data + str_off), rec->flags | FUNC_ASM,
                     rec->frame_size};
        vec_push(o->l->a, &o->l->elf_funcs, f);
    }
}

// ---- damage ----------------------------------------------------------------------------------------------------------------

static bool inside(u64 off, u64 size, u64 total) { return off <= total && size <= total - off; }

static bool is_string_table(const Obj *o, u64 i) {
    if (i >= (u64)o->nsh || o->sh[i].sh_type != SHT_STRTAB || o->sh[i].sh_size == 0) return false;
    return o->bytes.ptr[o->sh[i].sh_offset + o->sh[i].sh_size - 1] == 0;
}

static bool is_good_symbol(const Obj *o, const Elf64_Shdr *names, const Elf64_Sym *s) {
    if (s->st_name >= names->sh_size) return false;
    if (s->st_shndx == SHN_UNDEF || s->st_shndx >= SHN_LORESERVE) return true;
    return s->st_shndx < o->nsh && inside(s->st_value, s->st_size, o->sh[s->st_shndx].sh_size);
}

static bool is_good_section(const Obj *o, const Elf64_Shdr *sh, u64 names) {
    u64 size = sh->sh_type == SHT_NOBITS ? 0 : sh->sh_size;
    bool table = sh->sh_type == SHT_SYMTAB || sh->sh_type == SHT_RELA;
    return sh->sh_name < names && inside(sh->sh_offset, size, (u64)o->bytes.len) && sh->sh_size < INT32_MAX &&
           (sh->sh_addralign & (sh->sh_addralign - 1)) == 0 && sh->sh_addralign <= 4096 &&
           (!table || sh->sh_offset % 8 == 0);
}

static bool is_good_table(const Obj *o, const Elf64_Shdr *sh) {
    if (sh->sh_type == SHT_SYMTAB) {
        const Elf64_Sym *s = (const Elf64_Sym *)(o->bytes.ptr + sh->sh_offset);
        if (!is_string_table(o, sh->sh_link)) return false;
        for (u64 i = 0; i < sh->sh_size / sizeof *s; i++)
            if (!is_good_symbol(o, &o->sh[sh->sh_link], &s[i])) return false;
    }
    if (sh->sh_type == SHT_RELA) {
        const Elf64_Rela *r = (const Elf64_Rela *)(o->bytes.ptr + sh->sh_offset);
        if (sh->sh_info >= o->nsh || sh->sh_link >= o->nsh || o->sh[sh->sh_link].sh_type != SHT_SYMTAB ||
            o->sh[sh->sh_info].sh_type == SHT_NOBITS)
            return false;
        u64 nsyms = o->sh[sh->sh_link].sh_size / sizeof(Elf64_Sym), size = o->sh[sh->sh_info].sh_size;
        for (u64 i = 0; i < sh->sh_size / sizeof *r; i++)
            if (ELF64_R_SYM(r[i].r_info) >= nsyms ||
                !inside(r[i].r_offset, ELF64_R_TYPE(r[i].r_info) == R_X86_64_64 ? 8 : 4, size))
                return false;
    }
    return true;
}

// Whether every offset and index of an object stays inside it; nothing is looked at without that.
static bool is_good_object(Obj *o) {
    const Elf64_Ehdr *eh = (const Elf64_Ehdr *)o->bytes.ptr;
    if (o->bytes.len < (i64)sizeof *eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 || eh->e_type != ET_REL ||
        eh->e_machine != EM_X86_64 || eh->e_shentsize != sizeof(Elf64_Shdr) || eh->e_shoff % 8 != 0 ||
        !inside(eh->e_shoff, eh->e_shnum * sizeof(Elf64_Shdr), (u64)o->bytes.len))
        return false;
    o->sh = (const Elf64_Shdr *)(o->bytes.ptr + eh->e_shoff);
    o->nsh = eh->e_shnum;
    if (eh->e_shstrndx >= o->nsh) return false;
    i64 symtabs = 0;
    for (i64 i = 0; i < o->nsh; i++) {
        if (!is_good_section(o, &o->sh[i], o->sh[eh->e_shstrndx].sh_size)) return false;
        symtabs += o->sh[i].sh_type == SHT_SYMTAB;
    }
    if (!is_string_table(o, eh->e_shstrndx) || symtabs != 1) return false;
    for (i64 i = 0; i < o->nsh; i++)
        if (!is_good_table(o, &o->sh[i])) return false;
    o->shstr = o->bytes.ptr + o->sh[eh->e_shstrndx].sh_offset;
    return true;
}

// ---- members ---------------------------------------------------------------------------------------------------------------

static void read_object(Link *l, Str name, Str bytes) {
    Obj o = {.l = l, .name = name, .bytes = bytes};
    if (!is_good_object(&o))
        fatal("the runtime archive %.*s is damaged (%.*s); build vole again", SFMT(l->job->archive_path), SFMT(name));
    read_sections(&o);
    for (i64 i = 0; i < o.nsh; i++) {
        if (o.sh[i].sh_type != SHT_SYMTAB) continue;
        o.elf_syms = (const Elf64_Sym *)(bytes.ptr + o.sh[i].sh_offset);
        o.nsyms = (i64)(o.sh[i].sh_size / sizeof(Elf64_Sym));
        o.strtab = bytes.ptr + o.sh[o.sh[i].sh_link].sh_offset;
        o.syms = ANEWN(l->a, Sym *, o.nsyms + 1);
        for (i64 k = 1; k < o.nsyms; k++) read_symbol(&o, k);
    }
    for (i64 i = 0; i < o.nsh; i++)
        if (o.sh[i].sh_type == SHT_RELA) read_relocs(&o, &o.sh[i]);
    for (i64 i = 0; i < o.nsh; i++)
        if (o.secs[i] && strcmp(o.shstr + o.sh[i].sh_name, "volefunc") == 0) read_asm_funcs(&o, o.secs[i]);
}

static Str member_name(Link *l, const char *header) {
    Str s = str_trim((Str){header, 16});
    return arena_str(l->a, str_has_suffix(s, S("/")) ? str_slice(s, 0, s.len - 1) : s);
}

void link_read_archive(Link *l) {
    Str b = l->job->archive;
    Str path = l->job->archive_path;
    if (!str_has_prefix(b, S("!<arch>\n"))) fatal("the runtime archive %.*s is damaged; build vole again", SFMT(path));
    for (i64 at = 8; at < b.len;) {
        if (at + 60 > b.len) fatal("the runtime archive %.*s is truncated; build vole again", SFMT(path));
        const char *h = b.ptr + at;
        char num[11] = {0};
        memcpy(num, h + 48, 10);
        i64 size = strtoll(num, NULL, 10);
        if (size < 0 || size > b.len - at - 60)
            fatal("the runtime archive %.*s is truncated; build vole again", SFMT(path));
        if (h[0] != '/') {                          // not the index or the long-name table
            u8 *copy = arena_alloc(l->a, size, 16); // members are 2-byte aligned only
            memcpy(copy, h + 60, (size_t)size);
            read_object(l, member_name(l, h), (Str){(char *)copy, size});
        }
        at += 60 + size + (size & 1);
    }
}
