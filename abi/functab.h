// functab.h - tables that the linker writes and the runtime reads: functions, lines, inlining, stack maps, module.
//
// Every compiled function has a FuncRec; records are sorted by entry; the function of a pc is found by binary search.
// Tables of one function are byte strings in Module.pctab at the offsets of its record (offset 0: none).
//
// Line table: entries, then a byte 0 (only the first entry has pc_delta 0): uleb(pc_delta << 1 | has_inl), [sleb inline index delta],
//   sleb line delta. State starts at pc = entry, inline index -1, line 0; an entry changes the state from its pc on. pc_delta counts bytes from
//   the entry before. Lines count from the start of what the code comes from: FuncRec.line for index -1, else InlineRec.start_line, in its file.
// Inline tree: i-th InlineRec at Module.inltree[FuncRec.inltree + i]; parent is a lower index in the same tree or -1 (the function itself);
//   line is that of the call, counted from the parent's start. A record whose name is INLINE_PLACE is no call: it stands for code of its
//   parent that lies in another file or behind another //line directive than the parent's start.
// Stack maps: FuncRec.stackmap in pctab: uleb frame_words, uleb arg_words, uleb bytes of all maps, the maps, then, with FUNC_STACK_OBJECTS, the stack
//   objects, then call sites sorted by pc: uleb ncalls, then for each uleb pc_delta (of the return address, from the entry / the previous
//   site), uleb offset of its map. The first map is that of the entry. A map: uleb first byte, uleb nbytes, those bytes of a bitmap the rest of
//   which is 0; bit i: word i of the frame counted from RSP in the body; then words of the incoming stack argument area, from 8(entry SP).
//   A bit is set for a pointer that the code behind the call may still read there.
// Stack objects: variables with pointers whose address is used as a pointer: uleb nobjs, uleb offset of a map with the pointers of all of them, then
//   for each, sorted, uleb word (from the end of the one before), uleb nwords; words are numbered as in the maps. An object is scanned when a live
//   pointer leads to it, whatever the map of the call says of its words; when a stack moves, the pointers of all objects are adjusted.
// SP table (FUNC_SP_TABLE), at FuncRec.deferreturn_ret: pairs of uleb pc delta (from the pair before; only the first may be 0), sleb bytes from RSP to the return
//   address from that pc on; ends with a pc delta of 0. Frames of such functions are unwound by it, not by frame_size.
// Unsafe ranges: FuncRec.unsafe in pctab (0: none): pairs of uleb bytes from the end of the range before (from the entry), uleb bytes of the range; ends with
//   a pair of zeros. There the function may not be preempted: from a test of the write barrier's flag to the last store it is for.
// Arguments: FuncRec.args in pctab (0: none; assembly: not known): what tracebacks show of them. A byte for each thing, ARG_*, a word's with the log2 of its size, and ARG_REG;
//   behind ARG_SLOT uleb bytes from RSP in the body, ARG_STACK uleb bytes from 8(entry SP); then with ARG_REG uleb pc << 4 | n: where an instruction faults
//   at less than pc bytes from the entry, the n-th integer argument register still has it. Ends with ARG_END. If there are ARG_SLOTs, then follow, with a
//   byte 0 behind the last, pairs of uleb pc delta (only the first may be 0), uleb bits: from that pc on those ARG_SLOTs, in their order, hold the argument.
// Entry map: FuncRec.entry_regs bit i: i-th integer argument register holds a pointer at entry; the context register counts as a pointer always.
//   The incoming argument words at entry (for morestack) are described by the first map.
// A frame whose innermost pc is a faulting instruction (its callee is runtime.sigpanic) is dead unless FuncRec.deferreturn != 0; then the map of the
// call at deferreturn holds. So is a frame that was left by a panic.
#pragma once
#include <stdint.h>
#define ABI0_SUFFIX                                                                                                    \
    "\302\267abi0" // of symbols with the stack convention of assembly; function tables have the name without it
enum {
    FUNC_WRAPPER = 1 /* hidden in tracebacks, skipped by Callers */,
    FUNC_NOSPLIT = 2,
    FUNC_ASM = 4 /* assembly stub: no maps, frame has no pointers unless special */,
    FUNC_SYSTEM = 8 /* C function of the runtime */,
    FUNC_TOP = 16 /* outermost frame: goexit, mstart */,
    FUNC_HAS_DEFER = 32,
    FUNC_REFLECT_CALL = 64 /* runtime.callN: outgoing area described by the callee */,
    FUNC_MAKE_FUNC_STUB = 128,
    FUNC_INIT = 256,
    FUNC_CLOSURE = 512,
    FUNC_SIGPANIC = 1024,
    FUNC_STACK_OBJECTS = 2048,
    FUNC_SP_TABLE = 4096 /* assembly whose RSP moves in the body: FuncRec.deferreturn_ret is its table in pctab */,
    FUNC_PATCHABLE = 8192 /* begins with room for a jump: abi/patch.h */
};
enum {
    ARG_END = 0,
    ARG_OPEN = 1 /* { */,
    ARG_CLOSE = 2,
    ARG_MORE = 3 /* ... */,
    ARG_NOWHERE = 4,
    ARG_SLOT = 8,
    ARG_STACK = 12,
    ARG_KIND = 12,
    ARG_SIZE = 3,
    ARG_REG = 16
};
typedef struct FuncRec {
    uint32_t entry;       // offset from Module.text
    uint32_t size;        // bytes
    uint32_t name;        // offset in Module.funcnames: NUL-terminated symbol name
    uint32_t frame_size;  // bytes subtracted from RSP
    uint32_t arg_size;    // bytes of the incoming stack area (arguments and results)
    uint32_t lines;       // offset in pctab
    uint32_t stackmap;    // offset in pctab
    uint32_t inltree;     // index of its first InlineRec
    uint32_t deferreturn; // offset from entry of the recovery point (a call of runtime.deferreturn follows), 0: none
    uint32_t deferreturn_ret; // offset from entry of that call's return address (key into the call sites)
    uint32_t body;            // offset from entry where RSP has its body value (end of prologue)
    int32_t line;
    uint32_t file; // where the function starts; index into Module.files
    uint16_t flags;
    uint16_t entry_regs;
    uint32_t unsafe; // offset in pctab
    uint32_t args;   // offset in pctab
} FuncRec;
typedef struct InlineRec {
    int32_t parent;
    uint32_t name;
    uint32_t file; // where the code is
    int32_t line;
    int32_t start_line;
} InlineRec;
enum { INLINE_PLACE = 0x7fffffff };

// Assembly stubs of the runtime describe themselves in section "volefunc" (the linker turns them into FuncRecs).
typedef struct AsmFunc {
    const void *start, *end;
    const char *name;
    uint32_t frame_size, flags;
} AsmFunc;

// The module: symbol vole.module, made by the linker, read by the runtime.
typedef struct Module {
    uint8_t *text, *etext;
    FuncRec *funcs;
    uint64_t nfuncs;
    const char *funcnames;
    const uint8_t *pctab;
    InlineRec *inltree;
    const char *const *files;
    uint64_t nfiles;         // NUL-terminated
    uint8_t *types, *etypes; // region of descriptors, names; offsets are relative to `types`
    const int32_t *typelinks;
    uint64_t ntypelinks; // sorted by type string
    struct GoItab **itablinks;
    uint64_t nitablinks;
    uint8_t *data, *edata;
    const uint8_t *data_mask; // pointer bitmap, a bit a word
    uint8_t *bss, *ebss;
    const uint8_t *bss_mask;
    uint8_t *noptrdata, *enoptrdata, *noptrbss, *enoptrbss;
    uint8_t *rodata, *erodata;
    void (*const *inits)(void);
    uint64_t ninits; // package initialisers in order, Go functions (no context)
    void (*main_main)(void);
    const char *build_version;
    const char *modinfo;
    uint64_t modinfo_len; // go1.26..., build info text
    uint64_t flags;       // MODULE_*
} Module;
