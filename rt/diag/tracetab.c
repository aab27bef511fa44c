// tracetab.c - stacks and strings of an execution trace: each is written once a generation, events name it by number.
//
// SYSTEM. Lock: tab.lock, except while a generation that is over is dumped, which nobody else touches. Memory: pieces from the system, kept for later
// generations. Two generations exist at a time: the one that is filled and the one that is being dumped.
#include "diag/trace.h"
#include "os/os.h"

void runtime_main(void) GOSYM("runtime.main");
enum { NHASH = 1 << 13, PIECE = 1 << 18 };
typedef struct Entry {
    struct Entry *next;
    u64 hash, id;
    i64 n;         // bytes
    u32 skip, how; // stacks
    u8 data[];
} Entry;
typedef struct Piece {
    struct Piece *next;
    usize used;
} Piece;
typedef struct Table {
    Entry *heads[NHASH];
    u64 last_id;
} Table;
struct TraceTables {
    Table stacks, strings;
    Piece *pieces, *current;
};
static struct {
    Lock lock; // protects the rest
    TraceTables *of[2];
} tab = {.lock = RANKED(TRACETAB)};

static SYSTEM TraceTables *tables(u64 gen) { // lock
    TraceTables **t = &tab.of[gen & 1];
    if (!*t && !(*t = os_map(sizeof **t))) out_of_memory(sizeof **t);
    return *t;
}
static SYSTEM void *take(TraceTables *t, usize n) {
    n = (n + 7) & ~(usize)7;
    Piece *p = t->current;
    if (!p || p->used + n > PIECE) {
        Piece *next = p ? p->next : t->pieces;
        if (!next) {
            next = os_map(PIECE);
            if (!next) out_of_memory(PIECE);
            if (p) p->next = next;
            else t->pieces = next;
        }
        next->used = sizeof *next;
        t->current = p = next;
    }
    void *r = (u8 *)p + p->used;
    p->used += n;
    return r;
}
static SYSTEM u64 hash_of(const u8 *s, i64 n, u64 h) {
    for (i64 i = 0; i < n; i++) h = (h ^ s[i]) * 0x100000001b3;
    return h ^ h >> 29;
}
static SYSTEM u64 hash_words(const usize *w, i64 n, u64 h) {
    for (i64 i = 0; i < n; i++) h = ((h << 7 | h >> 57) ^ w[i]) * 0x9e3779b97f4a7c15;
    return h ^ h >> 31;
}
static SYSTEM u64 intern(TraceTables *t, Table *in, u64 hash, const void *data, i64 n, u32 how, u32 skip) {
    Entry **head = &in->heads[hash % NHASH];
    for (Entry *e = *head; e; e = e->next)
        if (e->hash == hash && e->n == n && e->skip == skip && e->how == how && mem_equal(e->data, data, (usize)n))
            return e->id;
    Entry *e = take(t, sizeof *e + (usize)n);
    *e = (Entry){*head, hash, ++in->last_id, n, skip, how};
    memcpy(e->data, data, (usize)n);
    *head = e;
    return e->id;
}
SYSTEM u64 trace_string(u64 gen, const u8 *s, i64 n) {
    if (n > TRACE_MAX_STRING) n = TRACE_MAX_STRING;
    u64 h = hash_of(s, n, 0xcbf29ce484222325);
    lock(&tab.lock);
    TraceTables *t = tables(gen);
    u64 id = intern(t, &t->strings, h, s, n, 0, 0);
    unlock(&tab.lock);
    return id;
}
SYSTEM u64 trace_stack(u64 gen, const usize *pcs, i64 n, u32 how, u32 skip) {
    if (n == 0) return 0;
    u64 h = hash_words(pcs, n, skip * 4 + how + 1);
    lock(&tab.lock);
    TraceTables *t = tables(gen);
    u64 id = intern(t, &t->stacks, h, pcs, n * 8, how, skip);
    unlock(&tab.lock);
    return id;
}

// ---- dumping

typedef struct FrameWriter {
    u64 gen;
    u8 bytes[TRACE_MAX_FRAMES * 40];
    i64 len, frames;
    u32 skip, how;
} FrameWriter;
static SYSTEM i64 text_length(const char *s) {
    i64 n = 0;
    while (s[n]) n++;
    return n;
}
static SYSTEM u64 text_id(u64 gen, const char *s) { return trace_string(gen, (const u8 *)s, text_length(s)); }
static SYSTEM void put_frame(FrameWriter *w, u64 pc, const LogicalFrame *f) {
    if (w->skip > 0) {
        w->skip--;
        return;
    }
    if (w->frames == TRACE_MAX_FRAMES) return;
    w->frames++;
    const u64 words[4] = {pc, text_id(w->gen, f->name), text_id(w->gen, f->file), (u64)f->line};
    for (i32 i = 0; i < 4; i++) w->len += put_uleb(w->bytes + w->len, words[i]);
}
static SYSTEM bool starts_with(const char *s, const char *prefix) {
    while (*prefix && *s == *prefix) s++, prefix++;
    return !*prefix;
}
static SYSTEM bool is_hook(const char *name) { // pkg.runtime_name: the library's, not one that programs call
    for (; *name; name++)
        if (*name == '.' && starts_with(name, ".runtime_")) return true;
    return false;
}
// The C function called just before pc, if its caller is not of package runtime: runtime.Gosched, time.Sleep.
static SYSTEM void put_leaf(FrameWriter *w, usize pc) {
    FuncRec *caller = find_func(pc - 1);
    const u8 *call = (const u8 *)pc - 5;
    if (!caller || pc - func_entry(caller) < 5 || call[0] != 0xe8) return;
    i32 distance;
    memcpy(&distance, call + 1, 4);
    FuncRec *f = find_func(pc + (usize)(i64)distance);
    LogicalFrame lf[1];
    if (!f || f == caller || func_lines(caller, pc, true, lf, 1) < 1 || starts_with(lf[0].name, "runtime.")) return;
    const char *name = func_name(f);
    if (is_hook(name) || starts_with(name, "runtime.newproc")) return;
    put_frame(w, func_entry(f) + 1, &(LogicalFrame){.name = name, .file = ""});
}
// C code, innermost in a sample of the CPU profile: named as there. f NULL: not ours, the kernel's.
static SYSTEM void put_c_frame(FrameWriter *w, usize pc, const FuncRec *f) {
    char name[96] = "";
    if (f) {
        const char *parts[2] = {"runtime.", func_name(f)};
        usize n = 0;
        for (i32 i = 0; i < 2; i++)
            for (const char *s = parts[i]; *s && n < sizeof name - 1; s++) name[n++] = *s;
        name[n] = 0;
    }
    put_frame(w, pc, &(LogicalFrame){.name = name, .file = ""});
}
static SYSTEM void put_pc(FrameWriter *w, usize pc) { // a return address, or one above the instruction
    enum { MAX_INLINE = 64 };
    LogicalFrame lf[MAX_INLINE];
    FuncRec *f = find_func(pc - 1);
    if (f && f->flags & FUNC_TOP) return;
    if (!f || f->flags & FUNC_SYSTEM) {
        if (w->frames == 0) put_c_frame(w, pc, f);
        return;
    }
    if (func_entry(f) == (usize)runtime_main && !(w->how & STACK_WHOLE)) return;
    i32 k = func_lines(f, pc, true, lf, MAX_INLINE);
    for (i32 i = 0; i < k; i++)
        if (!lf[i].wrapper && lf[i].line) put_frame(w, pc | (usize)i << 48, &lf[i]);
}
static SYSTEM void dump_stack(TraceBuf **b, FrameWriter *w, u64 gen, const Entry *e) {
    w->gen = gen;
    w->skip = e->skip;
    w->how = e->how;
    w->len = w->frames = 0;
    const usize *pcs = (const usize *)e->data;
    i64 n = e->n / 8;
    if (e->how & STACK_LEAF) put_leaf(w, pcs[0]);
    for (i64 i = 0; i < n; i++) put_pc(w, pcs[i]);
    u8 head[32];
    i64 k = 0;
    head[k++] = EV_STACK;
    k += put_uleb(head + k, e->id);
    k += put_uleb(head + k, (u64)w->frames);
    memmove(w->bytes + k, w->bytes, (usize)w->len);
    memcpy(w->bytes, head, (usize)k);
    trace_batch_bytes(b, gen, EV_STACKS, w->bytes, w->len + k);
}
static SYSTEM void dump_string(TraceBuf **b, u64 gen, const Entry *e) {
    u8 s[TRACE_MAX_STRING + 32];
    i64 k = 0;
    s[k++] = EV_STRING;
    k += put_uleb(s + k, e->id);
    k += put_uleb(s + k, (u64)e->n);
    memcpy(s + k, e->data, (usize)e->n);
    trace_batch_bytes(b, gen, EV_STRINGS, s, k + e->n);
}
// Stacks first: they add names to the strings.
SYSTEM void trace_tables_dump(u64 gen) {
    lock(&tab.lock);
    TraceTables *t = tables(gen);
    unlock(&tab.lock);
    TraceBuf *b = NULL;
    FrameWriter w;
    for (i32 i = 0; i < NHASH; i++)
        for (const Entry *e = t->stacks.heads[i]; e; e = e->next) dump_stack(&b, &w, gen, e);
    trace_batch_end(&b, gen);
    for (i32 i = 0; i < NHASH; i++)
        for (const Entry *e = t->strings.heads[i]; e; e = e->next) dump_string(&b, gen, e);
    trace_batch_end(&b, gen);
    memset(&t->stacks, 0, sizeof t->stacks);
    memset(&t->strings, 0, sizeof t->strings);
    t->current = NULL;
}
