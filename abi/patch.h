// patch.h - functions of a running program are replaced: written by the linker (src/link/patch.c), read by the runtime (rt/plugin/patch.c).
//
// A program that can be patched has room for a jump at the entry of each function of packages that somebody edits: an instruction of 8 bytes that does nothing and
// holds the function's shape, a hash of its signature and of what a closure of it has captured. Functions begin at multiples of 16, so a jump
// of 5 bytes is put there at once, and no thread is ever inside of it.
//
// A patch is made of the changed program: functions that are new or changed, and what is new besides. All else is the process's: it is an executable that never moves,
// so a patch is linked to its final address, which the builder chose. What a function is called by stays its first entry; each patch leads
// that to the latest body. File: the segments (code; constants; data) page by page as in memory, then tables, then a PatchHead, the last bytes.
// Nothing is looked up by name in the process, but method tables: those of a patch are given to the runtime's table, which may have one of the
// same pair of types; then places that refer to the patch's own (PatchRef) get that.
//
// The watcher listens on an abstract Unix socket (SOCK_SEQPACKET) whose name is in VOLE_PATCH; the program takes that out of its environment before Go code
// runs, and connects. A message is a PatchMessage with a memory file (SCM_RIGHTS); the answer is a PatchAnswer.
//
// A function whose code changed may have done already what the change is about: a route table was filled, a template was parsed. If the name begins with PATCH_CAREFUL,
// the program notes which functions have run, but for those that only ran on goroutines which had accepted a connection of a listening socket, or were
// started by such (G.serves): what they did was for a request, and is done anew for the next. A function that was noted is not replaced. So that it costs nothing in programs that are not watched, and
// little in others, it is no code of the functions: before Go code runs, the program writes jumps into all entries, to a few instructions for each
// function that note it and go on behind its entry, or in its latest body: a patch changes where these lead to, and no entry. What a patch brings is noted
// in the same way. The notes are a memory file with a PatchNotes, the first message on the socket, from the program (a PatchHello), so that the builder does not
// make patches that would be refused. Who decides is the program, with the world stopped.
#pragma once
#include <stdint.h>

enum { PATCH_ENTRY = 8 };
#define PATCH_NOP   "\x0f\x1f\x84\x00" // nopl disp32(%rax,%rax,1); disp32 is the shape
#define PATCH_MAGIC "vole patch 1\n\0\0"

typedef struct PatchPoke {  // of a function that changed
    uint32_t entry;         // its first entry
    uint32_t target;        // its body in the patch; 0: its first one again
    uint32_t old, old_size; // the body that was the latest: who is in it runs old code
    uint32_t shape;         // of both
    uint32_t pad;
} PatchPoke;
typedef struct PatchRef {    // a place that refers to a method table of the patch
    uint32_t at, itab, kind; // kind: 0: 8 bytes, 1: 4 bytes, 2: 4 bytes, relative
} PatchRef;
enum { PATCH_ROOM = 1 << 14 }; // functions that patches may bring
#define PATCH_CAREFUL "vole-careful-"
#define PATCH_RAN     "has run outside of requests" // behind the function's name
typedef struct PatchNotes {
    uint32_t n, max;  // how many functions are known; for how many there is room
    uint32_t entry[]; // max: their first entries; then max bytes: 1: it was noted
} PatchNotes;
typedef struct PatchHello {
    uint64_t size; // of the file of notes, which comes with it
} PatchHello;
typedef struct PatchTable {
    uint32_t at, n; // bytes from the file's start
} PatchTable;
typedef struct PatchHead {
    char magic[16];
    uint64_t sum;                // shared_hash of the file's bytes in front of the head
    uint32_t base, size;         // where it lies in memory; whole pages, bss too
    uint32_t text, rodata, data; // bytes of the file that are code, then constants, then data; whole pages
    uint32_t module, number;     // its Module; this is the so-manieth patch
    PatchTable pokes, refs;      //
    PatchTable others;           // u32: first entries of functions of the process that have a new entry now
    PatchTable inits;            // u32 code: initialisers of what is new, in order
    PatchTable retired;          // u32: numbers of patches that nothing of the program leads to by name any more
    uint32_t nfuncs, pad;        // changed and new functions
} PatchHead;

typedef struct PatchMessage {
    uint64_t size; // of the file
} PatchMessage;
typedef struct PatchAnswer {
    uint32_t good;    // 0: nothing of it is done, and text says why
    uint32_t modules; // patches that are still in memory
    uint64_t stopped; // ns that the program stood still
    char text[240];   // NUL-terminated; if good, what else there is to say
} PatchAnswer;
