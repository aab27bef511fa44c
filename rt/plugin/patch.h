// patch.h - inside of rt/plugin: functions of the running program are replaced (abi/patch.h). Package vole/hot is the only one that calls, from one goroutine.
#pragma once
#include "abi/patch.h"
#include "os/os.h"
#include "plugin/debugger.h"

typedef struct Patch { // that was loaded
    struct Patch *next;
    u8 *base;
    usize size;
    u32 number;
    u32 text, fixed;  // bytes of code, which come first; of code and constants
    u32 nentries;     // of functions that it replaced
    u32 *entries;     // their first entries, in pages of their own; NULL: not known
    bool retired;     // nothing is called by a name of it
    bool held;        // something referred to it when it was to go
    Module copy;      // what rt_modules leads to
    DebugImage debug; // in pages of its own
} Patch;

// What package vole/hot gets (its type `loaded`).
typedef struct PatchLoaded {
    const char *error; // what hinders it, and of what; NUL-terminated
    const char *subject;
    i64 ran;       // the subject has run, and error says how
    i64 goroutine; // the one that is in the way
    const u32 *inits;
    i64 ninits;
    i64 functions;         // changed or new
    i64 running;           // frames of goroutines that go on in old code
    i64 modules;           // patches in memory
    i64 retired;           // of these, those that may go
    i64 stopped;           // ns that the program stood still
    const PatchHead *head; // C's own: the file
    u8 *file;
    i64 file_size;
    GoItab *(*lookups)[256]; // package runtime's cache of method tables
} PatchLoaded;

// The patch in a memory file: put where it belongs, its method tables and tables of functions made known. Nothing calls it yet. False: out says why.
bool rt_patch_load(i64 fd, i64 size, PatchLoaded *out); // SYSTEM
// Leads the changed functions to it. False: out says what hinders it now; nothing is done.
bool rt_patch_apply(PatchLoaded *out); // SYSTEM
void rt_patch_done(PatchLoaded *out);  // SYSTEM: with the file
void rt_patch_sweep(
    PatchLoaded *out); // SYSTEM: those that may go and that nothing refers to; garbage was collected before

void rt_patch_wait(i64 fd); // SYSTEM, parks: until there is something to read (wait.c)

// ran.c
typedef enum RanState { RAN_ANYTHING /* may be patched */, RAN_NOTED, RAN_UNKNOWN /* nothing may */ } RanState;
RanState ran_state(void);   // SYSTEM
bool ran_before(u32 entry); // SYSTEM: the function has run outside of requests
bool ran_add(const PatchLoaded *,
             const Module *); // SYSTEM: functions of a patch, which is in its place and can be written
bool ran_open(int access);    // SYSTEM: for ran_lead
bool ran_lead(u32 entry,
              u32 body); // SYSTEM, world stopped: to that body, 0: its first one; false: its entry leads nowhere

// Weak where it is asked for: only programs that can be patched have it.
typedef struct PatchStart {
    void (*begin)(void); // SYSTEM: takes VOLE_PATCH out of the environment; from here on it is noted what runs
} PatchStart;
extern const PatchStart patch_start __attribute__((weak));
