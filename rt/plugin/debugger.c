// debugger.c - debuggers know the functions of what was loaded: GDB's interface for code that is made at run time.
//
// In:   the function tables of a module. Out: a small ELF file in memory, with a symbol for each function that counts and how its frame is unwound (section
// .debug_frame, DWARF 4), in a list that begins at __jit_debug_descriptor. A debugger stops at __jit_debug_register_code, or finds the list when it comes later.
// Runs: SYSTEM. Nobody but a debugger reads any of it.
#include "plugin/debugger.h"
#include "plugin/elf.h"

// GDB's names and layouts (its manual, "JIT Compilation Interface").
typedef struct JitDescriptor {
    u32 version, action;
    DebugImage *relevant, *first;
} JitDescriptor;
enum { JIT_NOACTION, JIT_REGISTER, JIT_UNREGISTER };
extern JitDescriptor __jit_debug_descriptor;
JitDescriptor __jit_debug_descriptor = {1, JIT_NOACTION, NULL, NULL};
void __jit_debug_register_code(void);
__attribute__((noinline)) SYSTEM void __jit_debug_register_code(void) { __asm__ volatile("" ::: "memory"); }

static Lock jit_lock = RANKED(DEBUGGER);

typedef struct ElfSection { // ELF-64 (elf(5))
    u32 name, type;
    u64 flags, addr, offset, size;
    u32 link, info;
    u64 align, entsize;
} ElfSection;
typedef struct ElfSymbol {
    u32 name;
    u8 info, other;
    u16 shndx;
    u64 value, size;
} ElfSymbol;
typedef struct FrameHead { // DWARF 4, 6.4.1; one for all functions: where one begins, RSP leads to the return address
    u32 length, id;
    u8 version, augmentation, address_size, segment_size, code_align, data_align, return_column, code[9];
} FrameHead;
typedef struct FrameEntry { // of a function
    u32 length, head;
    u64 from, size;
    u8 code[16];
} FrameEntry;
enum { S_NULL, S_TEXT, S_SYMTAB, S_STRTAB, S_FRAMES, S_NAMES, S_COUNT };
static const char names[] = "\0.text\0.symtab\0.strtab\0.debug_frame\0.shstrtab";
typedef struct Image {
    ElfHead head;
    ElfSection sections[S_COUNT];
    char names[sizeof names];
    FrameHead frame __attribute__((aligned(8)));
} Image;

static SYSTEM u64 count(const DebugCode *c) { return c->funcs ? c->nfuncs : c->module->nfuncs; }
static SYSTEM const FuncRec *function(const DebugCode *c, u64 i) {
    return &c->module->funcs[c->funcs ? c->funcs[i] : i];
}

static SYSTEM usize text_size(const char *s) {
    usize n = 1;
    while (*s++) n++;
    return n;
}

static SYSTEM usize names_size(const DebugCode *c) {
    usize text = 1;
    for (u64 i = 0; i < count(c); i++) text += text_size(c->module->funcnames + function(c, i)->name);
    return text;
}

SYSTEM usize debug_size(const DebugCode *c) {
    u64 n = count(c);
    return sizeof(Image) + (n + 1) * sizeof(ElfSymbol) + n * sizeof(FrameEntry) + names_size(c);
}

enum { ADVANCE4 = 0x04, UNDEFINED = 0x07, DEF_CFA = 0x0c, DEF_CFA_OFFSET = 0x0e, OFFSET = 0x80, RSP = 7, RETURN = 16 };

static SYSTEM u8 *uleb(u8 *p, u64 v) {
    for (; v >= 128; v >>= 7) *p++ = (u8)(v | 128);
    *p++ = (u8)v;
    return p;
}

// Frames are constant: behind the prologue RSP lies frame_size lower, up to the end. The rest is DW_CFA_nop, 0.
static SYSTEM void put_frame(FrameEntry *e, const Module *m, const FuncRec *f) {
    *e = (FrameEntry){sizeof *e - sizeof e->length, 0, (u64)(usize)(m->text + f->entry), f->size, {0}};
    u8 *p = e->code;
    if (f->flags & FUNC_TOP) *p++ = UNDEFINED, *p++ = RETURN;
    if (!f->frame_size) return;
    *p++ = ADVANCE4;
    memcpy(p, &f->body, sizeof f->body);
    p += sizeof f->body;
    *p++ = DEF_CFA_OFFSET;
    uleb(p, f->frame_size + 8);
}

static SYSTEM void put_section(Image *im, u32 i, u32 type, const void *at, usize size, u64 entsize) {
    u32 name = 0;
    for (u32 k = 0; k < i; name++) k += !names[name];
    im->sections[i] = (ElfSection){.name = name,
                                   .type = type,
                                   .offset = (u64)((const u8 *)at - (const u8 *)im),
                                   .size = size,
                                   .align = 1,
                                   .entsize = entsize};
}

static SYSTEM void put_head(Image *im, const DebugCode *c) {
    enum { ELF_EXEC = 2, X86_64 = 62 };
    im->head = (ElfHead){.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
                         .type = ELF_EXEC,
                         .machine = X86_64,
                         .version = 1,
                         .shoff = offsetof(Image, sections),
                         .ehsize = sizeof im->head,
                         .shentsize = sizeof(ElfSection),
                         .shnum = S_COUNT,
                         .shstrndx = S_NAMES};
    memcpy(im->names, names, sizeof names);
    im->frame = (FrameHead){
        sizeof im->frame - 4, 0xffffffff, 4, 0, 8, 0, 1, 0x78 /* -8 */, RETURN, {DEF_CFA, RSP, 8, OFFSET | RETURN, 1}};
    enum { NOBITS = 8, ALLOC_EXEC = 6 };
    put_section(im, S_TEXT, NOBITS, im, (usize)(c->module->etext - c->module->text), 0);
    im->sections[S_TEXT].flags = ALLOC_EXEC;
    im->sections[S_TEXT].addr = (u64)(usize)c->module->text;
    put_section(im, S_NAMES, 3 /* SHT_STRTAB */, im->names, sizeof names, 0);
}

// Room for debug_size bytes, aligned to 8.
SYSTEM void debug_make(DebugImage *d, u8 *room, const DebugCode *c) {
    Image *im = (Image *)(void *)room;
    const Module *m = c->module;
    u64 n = count(c);
    usize ntext = names_size(c), nframes = sizeof im->frame + n * sizeof(FrameEntry);
    FrameEntry *e = (FrameEntry *)(im + 1); // behind their head
    ElfSymbol *s = (ElfSymbol *)(e + n);
    char *text = (char *)(s + n + 1), *t = text;
    put_head(im, c);
    put_section(im, S_FRAMES, 1 /* SHT_PROGBITS */, &im->frame, nframes, 0);
    put_section(im, S_SYMTAB, 2 /* SHT_SYMTAB */, s, (n + 1) * sizeof *s, sizeof *s);
    put_section(im, S_STRTAB, 3 /* SHT_STRTAB */, text, ntext, 0);
    im->sections[S_SYMTAB].link = S_STRTAB;
    im->sections[S_SYMTAB].info = (u32)n + 1; // all local
    *s++ = (ElfSymbol){0};
    *t++ = 0;
    for (u64 i = 0; i < n; i++) {
        const FuncRec *f = function(c, i);
        const char *name = m->funcnames + f->name;
        usize len = text_size(name);
        *s++ = (ElfSymbol){(u32)(t - text), 2 /* STT_FUNC */, 0, S_TEXT, (u64)(usize)(m->text + f->entry), f->size};
        memcpy(t, name, len);
        t += len;
        put_frame(e++, m, f);
    }
    *d = (DebugImage){.at = room, .size = (u64)((u8 *)text + ntext - room)};
}

// ---- the list ----------------------------------------------------------------------------------------------------------

static SYSTEM void tell(DebugImage *d, u32 action) {
    __jit_debug_descriptor.action = action;
    __jit_debug_descriptor.relevant = d;
    __jit_debug_register_code();
    __jit_debug_descriptor.action = JIT_NOACTION;
}

SYSTEM void debug_add(DebugImage *d) {
    lock(&jit_lock);
    d->next = __jit_debug_descriptor.first;
    if (d->next) d->next->prev = d;
    __jit_debug_descriptor.first = d;
    tell(d, JIT_REGISTER);
    unlock(&jit_lock);
}

SYSTEM void debug_remove(DebugImage *d) {
    if (!d->at) return;
    lock(&jit_lock);
    if (d->next) d->next->prev = d->prev;
    if (d->prev) d->prev->next = d->next;
    else __jit_debug_descriptor.first = d->next;
    tell(d, JIT_UNREGISTER);
    d->at = NULL;
    unlock(&jit_lock);
}
