// ran.c - which functions have run, but for requests alone (abi/patch.h): notes that the watcher reads, too.
//
// In:   VOLE_PATCH in the environment, before anything of the program has run; modules of patches. Out: entries that lead over a few instructions (a Step), which
// note the function and go on in its latest body. Steps and notes lie below the patches, where code of the small model reaches them.
// A step uses R12, which is free where a function begins. It is no function of a module: who is stopped there is not preempted, and profiles count it
// for the caller.
// Runs: SYSTEM; ran_begin before there is a second thread, the others on behalf of package vole/hot, from one goroutine.
#include "abi/abi.h"
#include "plugin/patch.h"
#include "sched/sched.h"

static const char *name;  // of the watcher's socket
static PatchNotes *notes; // NULL: nothing is noted
static u8 *steps;
static i64 notes_fd = -1;
static usize notes_size;
static u32 first_size; // bytes of the steps that the program has from its start

enum {
    STEP = 48,
    STEP_JUMP = 38,
    STEP_END = STEP_JUMP + 5,
    HIGHEST = 0x3f000000,
    LOWEST = 0x20000000,
    APART = 1 << 24
};

static SYSTEM u8 *marks(void) { return (u8 *)(notes->entry + notes->max); }

static SYSTEM i32 distance(const void *to, const u8 *behind) { return (i32)((i64)(usize)to - (i64)(usize)behind); }

static SYSTEM void write_step(u32 i, u32 entry) {
    static const char code[] = "\x80\x3d\0\0\0\0\0"           //  0 cmpb $0, mark(%rip)
                               "\x75\x1d"                     //  7 jne 38
                               "\x64\x4c\x8b\x24\x25\0\0\0\0" //  9 mov %fs:TLS_G, %r12
                               "\x4d\x85\xe4"                 // 18 test %r12, %r12
                               "\x74\x08"                     // 21 je 31: C's stack
                               "\x41\x80\x7c\x24\0\0"         // 23 cmpb $0, serves(%r12)
                               "\x75\x07"                     // 29 jne 38
                               "\xc6\x05\0\0\0\0\x01"         // 31 movb $1, mark(%rip)
                               "\xe9\0\0\0\0";                // 38 jmp behind the entry
    _Static_assert(sizeof code == STEP_END + 1, "as its jumps have it");
    u8 *p = steps + (usize)i * STEP, *mark = marks() + i;
    memcpy(p, code, STEP_END);
    p[14] = TLS_G;
    p[27] = offsetof(G, serves);
    i32 compare = distance(mark, p + 7), set = distance(mark, p + 38);
    i32 on = distance((u8 *)(usize)entry + PATCH_ENTRY, p + STEP_END);
    memcpy(p + 2, &compare, 4);
    memcpy(p + 33, &set, 4);
    memcpy(p + STEP_JUMP + 1, &on, 4);
}

// One more function; its entry can be written.
static SYSTEM void add(u8 *entry) {
    u32 i = notes->n, at = (u32)(usize)entry;
    write_step(i, at);
    notes->entry[i] = at;
    __atomic_store_n(&notes->n, i + 1, __ATOMIC_RELEASE);
    i32 to = distance(steps + (usize)i * STEP, entry + 5);
    entry[0] = 0xe9;
    memcpy(entry + 1, &to, 4);
}

// ---- the beginning -------------------------------------------------------------------------------------------------------

static SYSTEM bool map_notes(u32 n) {
    u32 max = n + PATCH_ROOM;
    notes_size = (sizeof(PatchNotes) + max * 5ull + OS_PAGE - 1) & -(usize)OS_PAGE;
    usize size = notes_size + (((usize)max * STEP + OS_PAGE - 1) & -(usize)OS_PAGE);
    u8 *at = NULL;
    for (usize to = HIGHEST; !at && to > LOWEST + size; to -= APART)
        at = os_map_at((u8 *)((to - size) & -(usize)OS_PAGE), size);
    if (!at) return false;
    notes_fd = os_memory_file("vole notes", notes_size);
    if (notes_fd < 0 || !os_map_shared(at, notes_size, notes_fd)) return false;
    notes = (PatchNotes *)(void *)at;
    notes->max = max;
    steps = at + notes_size;
    return true;
}

static SYSTEM u32 count(usize *lo, usize *hi) {
    u32 n = 0;
    for (u64 i = 0; i < module_.nfuncs; i++) {
        if (!(module_.funcs[i].flags & FUNC_PATCHABLE)) continue;
        usize entry = (usize)module_.text + module_.funcs[i].entry;
        if (!n++) *lo = entry & -(usize)OS_PAGE;
        *hi = (entry + OS_PAGE) & -(usize)OS_PAGE;
    }
    return n;
}

// If it cannot be done, nothing is patched.
static SYSTEM void note_all(void) {
    usize lo = 0, hi = 0;
    u32 n = count(&lo, &hi);
    if (!n || !map_notes(n)) return;
    if (!os_protect((u8 *)lo, hi - lo, OS_READ | OS_WRITE | OS_EXEC)) {
        notes = NULL;
        return;
    }
    for (u64 i = 0; i < module_.nfuncs; i++)
        if (module_.funcs[i].flags & FUNC_PATCHABLE) add(module_.text + module_.funcs[i].entry);
    first_size = (u32)(n * STEP + OS_PAGE - 1) & -(u32)OS_PAGE;
    if (!os_protect((u8 *)lo, hi - lo, OS_READ | OS_EXEC) || !ran_open(OS_READ | OS_EXEC))
        throw_("runtime: cannot protect code");
    rt_handover = 1; // who accepts connections
}

static SYSTEM bool begins(const char *s, const char *with) {
    while (*with && *s == *with) s++, with++;
    return !*with;
}

static SYSTEM void begin(void) {
    const char *value = rt_getenv("VOLE_PATCH");
    if (!value || !*value) return;
    name = value;
    for (u8 **from = rt_envv, **to = rt_envv;; from++) {
        if (*from && begins((const char *)*from, "VOLE_PATCH=")) continue;
        *to++ = *from;
        if (!*from) break;
    }
    if (begins(value, PATCH_CAREFUL)) note_all();
}
const PatchStart patch_start = {begin};
static const PatchStart *const volatile kept = &patch_start; // with vole/hot, which asks for the name

// ---- afterwards ----------------------------------------------------------------------------------------------------------

LEAF GoString rt_patch_name(void) {
    usize n = 0;
    while (kept && name && name[n]) n++;
    return (GoString){(const u8 *)name, (i64)n};
}
LEAF i64 rt_patch_notes(void) { return notes ? notes_fd : -1; }
LEAF i64 rt_patch_notes_size(void) { return (i64)notes_size; }

SYSTEM RanState ran_state(void) {
    return !name || !begins(name, PATCH_CAREFUL) ? RAN_ANYTHING : notes ? RAN_NOTED : RAN_UNKNOWN;
}

static SYSTEM i64 find(u32 entry) {
    for (u32 i = notes ? notes->n : 0; i-- > 0;)
        if (notes->entry[i] == entry) return i;
    return -1;
}

// Who came before there were notes of it counts as one that ran.
SYSTEM bool ran_before(u32 entry) {
    i64 i = find(entry);
    return i < 0 || __atomic_load_n(&marks()[i], __ATOMIC_RELAXED);
}

SYSTEM bool ran_open(int access) {
    u32 used = (u32)(notes->n * STEP + OS_PAGE - 1) & -(u32)OS_PAGE;
    return os_protect(steps, used > first_size ? used : first_size, access);
}

SYSTEM bool ran_lead(u32 entry, u32 body) {
    i64 i = find(entry);
    if (i < 0) return false;
    u8 *p = steps + (usize)i * STEP;
    i32 to = distance((u8 *)(usize)(body ? body : entry + PATCH_ENTRY), p + STEP_END);
    memcpy(p + STEP_JUMP + 1, &to, 4);
    return true;
}

static SYSTEM bool is_body(const PatchLoaded *p, usize entry) {
    const PatchPoke *k = (const PatchPoke *)(const void *)(p->file + p->head->pokes.at);
    for (u32 i = 0; i < p->head->pokes.n; i++)
        if (k[i].target == entry) return true;
    return false;
}

SYSTEM bool ran_add(const PatchLoaded *p, const Module *m) {
    if (!notes) return true;
    u32 n = notes->n;
    for (u64 i = 0; i < m->nfuncs; i++) n += (m->funcs[i].flags & FUNC_PATCHABLE) != 0;
    if (n > notes->max) return false;
    u32 used = (u32)(n * STEP + OS_PAGE - 1) & -(u32)OS_PAGE;
    if (!os_protect(steps, used, OS_READ | OS_WRITE | OS_EXEC)) return false; // other threads go over them
    for (u64 i = 0; i < m->nfuncs; i++) {
        u8 *entry = m->text + m->funcs[i].entry;
        if (m->funcs[i].flags & FUNC_PATCHABLE && !is_body(p, (usize)entry)) add(entry);
    }
    return ran_open(OS_READ | OS_EXEC);
}
