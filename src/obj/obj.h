// obj.h - symbols and relocations: what the back end, meta/ and the assembler make and the linker lays out.
//
// A Symtab belongs to one build; obj_sym is thread-safe, a Sym is filled by the one thread that makes it.
// Output does not depend on the order in which threads make symbols: the linker sorts.
//
// Names by which phases refer to what another one defines (all through obj_sym):
//   a function, package variable: its link symbol (IrFunc.sym; IrGlobal.link is its Sym already when ssa/ runs)
//   SYM·f           func value of a function without captures: 8 read-only bytes with its address; the linker defines it when referred to
//   type:LINKNAME   descriptor (ir_type_symbol); only of types that reach.c saw          go:itab.T,I   itab (ir_itab_symbol)
//   IrData          has no name: IrData.sym is its Sym already when ssa/ runs
//   vole.module, runtime.text bounds etc.: the linker's
#pragma once
#include "base/base.h"
#include "abi/functab.h"
struct Type;

typedef enum SymKind {
    SYM_UNDEF,
    SYM_TEXT,
    SYM_RODATA,
    SYM_TYPE /* descriptors, abi.Names: in the region TypeOff/NameOff are relative to */,
    SYM_ITAB,
    SYM_DATA,
    SYM_NOPTRDATA,
    SYM_BSS,
    SYM_NOPTRBSS,
    SYM_COUNTERS, // zeroed bytes that lie together (ssa/edges.c)
    SYM_ABS,
} SymKind;
typedef enum RelocKind {
    REL_ABS64,    // 8 bytes: S + A
    REL_ABS32,    // 4 bytes: S + A, must fit (addresses are below 2 GiB)
    REL_PC32,     // 4 bytes: S + A - P (A is -4 for a field at the end of an instruction)
    REL_CALL32,   // the same, of a call or jump
    REL_TYPE_OFF, // 4 bytes: S - module.types (TypeOff, NameOff); 0 if the symbol is weak and not reached
    REL_TEXT_OFF, // 4 bytes: S - module.text; -1 if weak and not reached
    REL_REACH,    // none: it only makes its target reachable
    REL_OPTIONAL =
        32, // or-ed in, with REL_CALL32: if nothing defines the target, the call is none (a variable's initialiser)
    REL_WEAK = 64, // or-ed in: does not make its target reachable (method tables)
} RelocKind;
typedef struct Sym Sym;
typedef struct Reloc {
    u32 off;
    u8 kind;
    Sym *sym;
    i64 addend;
} Reloc;

// ---- what a back end notes of a function while it makes its code ------------------------------------------------------
typedef struct LineEnt {
    u32 pc;
    i32 inl;
    Pos pos;
} LineEnt; // from pc on, sorted
typedef struct CallSite {
    u32 ret_pc;
    i32 map;
} CallSite; // sorted; map: its place in maps
typedef struct SpEnt {
    u32 pc;
    i32 bytes;
} SpEnt; // assembly: bytes from RSP to the return address from pc on, sorted
typedef struct CodeRange {
    u32 from, to;
} CodeRange;
typedef struct StackObj {
    u32 word, nwords;
} StackObj; // bit of its first word in the stack maps
typedef struct InlCall {
    i32 parent;
    Str func_name;
    Pos call_pos, func_pos;
} InlCall;
typedef struct ArgNote { // one thing that a traceback shows of the arguments
    u8 kind;             // ARG_* of abi/functab.h
    u8 size;             // log2
    i8 reg;              // integer argument register that has it from the entry up to reg_to
    u32 at, reg_to;      // byte of the frame or of the incoming area; 0: no such pc
} ArgNote;
typedef struct ArgPlaces {
    u32 pc;
    u16 known;
} ArgPlaces; // from pc on those of ARG_SLOT that are in their slots, a bit each word that came in a register
typedef struct CodeNotes {
    Pos pos;
    const Pos *starts; // sorted: declarations that its own code is of, whose lines count from each; NULL: from pos
    i64 nstarts;
    VEC(LineEnt) lines;
    VEC(CallSite) calls;
    VEC(SpEnt) sps;
    VEC(CodeRange) unsafe; // not to be preempted there; sorted, apart
    VEC(InlCall) inls;
    VEC(ArgNote) args;
    VEC(ArgPlaces) arg_places; // sorted
    u32 frame_words, arg_words;
    u16 entry_regs;
    u8 *maps; // stack maps (abi/functab.h); the first is that of the entry
    i64 maps_size;
    VEC(StackObj) objs; // sorted
    i32 objs_map;       // their pointers
} CodeNotes;
bool obj_map_bit(const CodeNotes *, i32 map, i64 word);

// ---- what is left of them: bytes, and what depends on where files and functions are -----------------------------------
typedef struct LineAnchor { // a line that moves with a declaration; decl empty: with none
    Str decl;               // of the package and file that the line is in
    i32 line;               // where that stands
} LineAnchor;
typedef struct InlEnt { // of the inline tree (abi/functab.h); the parent comes first
    Str name;           // its link symbol; ptr NULL: a place in the parent's code that lies elsewhere
    const FileRef *file;
    i32 parent, start,
        call;          // start: the line its lines count from; call: line of the call, counted from the parent's start
    LineAnchor anchor; // of start; who keeps code fills it in
} InlEnt;
typedef struct CodeInfo {
    u32 frame_size, arg_size, deferreturn, deferreturn_ret, body;
    u16 flags, entry_regs;
    const FileRef *file; // where it starts; NULL: nowhere
    i32 line;
    LineAnchor anchor;                  // as in InlEnt
    Str lines, maps, sps, unsafe, args; // as the runtime reads them; empty: none
    InlEnt *inls;
    i64 ninls;
} CodeInfo;
// Fills file, line, tables and their flags; without a SourceMap (tests) nothing has a line. The result is the same whatever the function's line, but for line and InlEnt.start.
void obj_encode(CodeInfo *, const CodeNotes *, SourceMap *, Arena *tmp, Arena *out);
void obj_encode_maps(CodeInfo *, const CodeNotes *, Arena *out); // only these
typedef struct LineWalk { // through a line table: from pc on, code is of this line
    const CodeInfo *code;
    const u8 *next;
    u32 pc;
    i32 place, rel;
    const FileRef *file;
    i32 line;
} LineWalk;
LineWalk obj_lines(const CodeInfo *); // at pc 0
bool obj_lines_next(LineWalk *);      // false: it was the last

struct Sym { // the first line of the cache is what the linker looks at for each relocation
    Str name;
    u8 kind;
    bool dupok, reached, local /* no symbol table entry */, from_elf;
    bool claimed;  // obj_claim
    bool constant; // made with its bytes, which never change: any thread may look at them
    bool optional; // calls of it are none if nothing defines it: a package variable's initialiser
    u8 share;      // SHARE_* (abi/plugin.h): it is once in a process, whichever module brings it
    bool inlined; // program/: of a function that callers inline, or its func value: in units, who refers to it asks for its code
    u8 text_class;  // link/text_order.c: of a function that programs of many kinds run; 0: not known
    bool tentative; // a variable that only a //go:linkname declares: the archive's definition takes its place
    Sym *section;
    i64 section_off; // from_elf: the symbol is a place inside this section's Sym
    u64 addr;
    void *link;
    u8 *data;
    i64 size; // data NULL for bss
    VEC(Reloc) relocs;
    CodeInfo *code; // TEXT made by the back end or the assembler
    u8 *ptrmask;
    i64 nptrwords; // DATA, BSS: pointer bitmap over its words (NULL: none are pointers)
    Str type_str;  // SYM_TYPE descriptors that belong into typelinks: the reflect string (sort key)
    i64 order;
    Arena *arena; // where its vectors grow
    u32 align;
};
typedef struct Symtab Symtab;
Symtab *obj_symtab_new(Arena *owner);       // which it ends with
Sym *obj_sym(Symtab *, Str name);           // existing or new UNDEF one; thread-safe; copies name
Sym *obj_sym_of(Symtab *, Str name);        // the same of a name that stays as long as the table
Sym *obj_find(Symtab *, Str name);          // NULL: nobody asked for it so far; thread-safe
Sym *obj_local(Symtab *, Arena *, SymKind); // anonymous
bool obj_claim(Sym *);                      // true: nobody defines it so far, the caller does; thread-safe
Sym *obj_string(Symtab *, Str bytes);       // read-only bytes, merged by content ("go:string." + content); thread-safe
Sym *obj_string_header(Symtab *, Sym *string, i64 addend, i64 len); // 16 read-only bytes, merged
Sym *obj_const(Symtab *, const void *bytes, i64 size,
               i64 align); // read-only constant (floats, tables), merged by content
void obj_define(Sym *, SymKind, Arena *, u8 *data, i64 size, i64 align);
void obj_reserve_relocs(Sym *, i64 n); // room for so many; it has none yet
void obj_reloc(Sym *, u32 off, RelocKind, Sym *target, i64 addend);
int obj_compare(const Sym *, const Sym *); // by name, anonymous ones behind by content, then as they were made
int obj_compare_relocs(const Sym *,
                       const Sym *); // an order of symbols whose bytes are equal: jump tables hold nothing else
i64 obj_count(const Symtab *);
Sym *obj_at(const Symtab *, i64); // after all threads are done
