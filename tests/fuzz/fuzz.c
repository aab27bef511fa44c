// fuzz.c - the way from libFuzzer to a target: memory of a run, a mutator that knows tokens, replay.
//
// Arenas that a run leaves behind are freed after it (the linker's --wrap sends arena_new and arena_free here), because vole
// itself leaves that to the end of the process. _exit is a crash: only bug() and fatal() call it.
// With -DREPLAY it is a program that runs the target on the files it is given.
#include "fuzz.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char fuzz_top[] = "/tmp/vole-fuzz-XXXXXX";

bool fuzz_make_top(void) {
    static bool done;
    if (done) return false;
    check(mkdtemp(fuzz_top) != NULL);
    return done = true;
}

enum { MAX_ARENAS = 4096 };
static Arena *live[MAX_ARENAS];
static int nlive;

Arena *__real_arena_new(const char *name);
void __real_arena_free(Arena *);
Arena *__wrap_arena_new(const char *name);
void __wrap_arena_free(Arena *);
void __wrap__exit(int rc);

Arena *__wrap_arena_new(const char *name) {
    if (nlive == MAX_ARENAS) abort();
    return live[nlive++] = __real_arena_new(name);
}

void __wrap_arena_free(Arena *a) {
    for (int i = nlive - 1; i >= 0; i--)
        if (live[i] == a) {
            live[i] = live[--nlive];
            break;
        }
    __real_arena_free(a);
}

void __wrap__exit(int rc) {
    fprintf(stderr, "exit %d\n", rc);
    abort();
}

// ---- a session ---------------------------------------------------------------------------------------------------------

FuzzSource fuzz_source(Str text, DiagOptions o) {
    FuzzSource f = {.arena = arena_new("fuzz"), .intern = intern_new(), .sources = source_map_new()};
    f.diag = diag_new(f.sources, o);
    f.src = source_map_add(f.sources, S("x.go"), S("/x.go"), arena_str(f.arena, text));
    return f;
}

void fuzz_done(FuzzSource *f) {
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    diag_flush(f->diag, null);
    close(null);
    diag_free(f->diag);
    source_map_free(f->sources);
    intern_free(f->intern);
    arena_free(f->arena);
}

static Package *no_import(void *ctx, Package *from, ImportDecl *decl, Str path) {
    diag_error(ctx, decl->d.pos,
               "there are no packages here"); // the checker is silent about what a loader has reported
    return NULL;
}

bool fuzz_check(FuzzSource *s, FuzzPackage *out) {
    File **f = ANEW(s->arena, File *);
    *f = parse_file(s->arena, s->intern, s->diag, s->src, (ParseOptions){.user_code = true});
    if (!(*f)->package || (*f)->syntax_errors) return false;
    out->checker = checker_new(arena_new("types"), s->intern, s->diag, no_import, s->diag);
    Package *p = out->pkg = ANEW(s->arena, Package);
    *p = (Package){.name = (*f)->package->name,
                   .path = S("p"),
                   .link_path = S("p"),
                   .dir = S("/"),
                   .files = f,
                   .nfiles = 1,
                   .is_main_module = true,
                   .complete = true,
                   .go_minor = 26};
    if (str_eq(p->name->s, S("main"))) p->link_path = S("main");
    check_package(out->checker, p);
    return diag_count(s->diag) == 0;
}

// ---- libFuzzer -----------------------------------------------------------------------------------------------------------

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_one((Str){(const char *)data, (i64)size});
    while (nlive > 0) __real_arena_free(live[--nlive]);
    return 0;
}

#ifdef REPLAY
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        Arena *a = __real_arena_new("replay");
        Str s;
        if (!file_read(a, argv[i], &s)) perror(argv[i]);
        else LLVMFuzzerTestOneInput((const uint8_t *)s.ptr, (size_t)s.len);
        __real_arena_free(a);
    }
    return 0;
}
#else

// Half of the mutations move whole words: programs that still parse get further than bytes that do not.
typedef struct Words {
    const uint8_t *at[4096]; // starts; at[n] is the end
    int n;
} Words;

static bool is_word_byte(uint8_t c) {
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static void split(Words *w, const uint8_t *p, const uint8_t *end) {
    for (w->n = 0; p < end && w->n < 4095;) {
        w->at[w->n++] = p;
        if (is_word_byte(*p))
            while (p < end && is_word_byte(*p)) p++;
        else p++;
        while (p < end && *p == ' ') p++;
    }
    w->at[w->n] = end;
}

// Words lo to hi of the text take the place of words to to to_hi.
static size_t replace(const Words *w, uint8_t *data, size_t size, size_t max, int lo, int hi, int to, int to_hi) {
    size_t piece = (size_t)(w->at[hi] - w->at[lo]), head = (size_t)(w->at[to] - data),
           tail = size - (size_t)(w->at[to_hi] - data);
    if (head + piece + tail > max) return size;
    uint8_t *copy = malloc(piece + tail + 1);
    memcpy(copy, w->at[lo], piece);
    memcpy(copy + piece, w->at[to_hi], tail);
    memcpy(data + head, copy, piece + tail);
    free(copy);
    return head + piece + tail;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
    static Words w;
    unsigned r = seed * 2654435761u;
    if (r & 1 << 20) return LLVMFuzzerMutate(data, size, max);
    split(&w, data, data + size);
    if (w.n < 3) return LLVMFuzzerMutate(data, size, max);
    for (unsigned times = 1 + (r >> 8) % 3; times > 0; times--) {
        split(&w, data, data + size);
        r = r * 1664525 + 1013904223;
        int lo = (int)((r >> 4) % (unsigned)w.n), len = 1 + (int)((r >> 16) % ((r & 3) ? 3 : 24));
        r = r * 1664525 + 1013904223;
        int to = (int)((r >> 4) % (unsigned)w.n), hi = lo + len < w.n ? lo + len : w.n;
        switch ((r >> 20) & 3) {
        case 0: size = replace(&w, data, size, max, lo, hi, to, to + 1); break; // a word for others
        case 1: size = replace(&w, data, size, max, lo, hi, to, to); break;     // insert
        case 2: size = replace(&w, data, size, max, lo, lo, lo, hi); break;     // delete
        default: size = replace(&w, data, size, max, lo, lo + 1, to, to + 1); break;
        }
        if (size == 0) return LLVMFuzzerMutate(data, size, max);
    }
    return size;
}
#endif
