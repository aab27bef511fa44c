// source.c - the session's source files and what a Pos stands for.
//
// Files get consecutive ranges of positions, one more than their size so that the end of a file
// has a position of its own. Lookups take no lock: the list of files is published with release
// order and replaced when full (the old list stays, a reader may be in it).
#include "base/base.h"
#include <stdatomic.h>

typedef struct FileList {
    i64 cap;
    _Atomic i64 len;
    SourceFile *file[];
} FileList;

struct SourceMap {
    Mutex lock; // over arena, next and all stores to files
    Arena *arena;
    Map *again; // absolute path -> SourceFile, of source_map_again
    Pos next;
    _Atomic(FileList *) files;
};

static FileList *new_list(Arena *a, i64 cap) {
    FileList *l = arena_alloc(a, (i64)sizeof(FileList) + cap * (i64)sizeof(void *), 16);
    l->cap = cap;
    return l;
}

SourceMap *source_map_new(void) {
    Arena *a = arena_new("source map");
    SourceMap *m = ANEW(a, SourceMap);
    m->arena = a;
    m->again = map_new_str(a);
    m->next = 1;
    atomic_init(&m->files, new_list(a, 256));
    return m;
}

void source_map_free(SourceMap *m) { arena_free(m->arena); } // which holds m itself

SourceFile *source_map_add(SourceMap *m, Str path, Str abs_path, Str text) {
    mutex_lock(&m->lock);
    if (text.len >= (i64)UINT32_MAX - m->next) fatal("%.*s: more than 4 GB of source text in one build", SFMT(path));
    SourceFile *f = ANEW(m->arena, SourceFile);
    *f = (SourceFile){.path = path, .abs_path = abs_path, .text = text, .base = m->next, .size = (u32)text.len};
    f->ref.name = abs_path;
    m->next += f->size + 1;
    FileList *l = atomic_load_explicit(&m->files, memory_order_relaxed);
    i64 n = atomic_load_explicit(&l->len, memory_order_relaxed);
    if (n == l->cap) {
        FileList *bigger = new_list(m->arena, n * 2);
        memcpy(bigger->file, l->file, (size_t)n * sizeof(void *));
        bigger->file[n] = f;
        atomic_store_explicit(&bigger->len, n + 1, memory_order_relaxed);
        atomic_store_explicit(&m->files, bigger, memory_order_release);
    } else {
        l->file[n] = f;
        atomic_store_explicit(&l->len, n + 1, memory_order_release);
    }
    mutex_unlock(&m->lock);
    return f;
}

SourceFile *source_map_again(SourceMap *m, Str path, Str abs_path, Str text) {
    mutex_lock(&m->lock);
    SourceFile *f = map_get_str(m->again, abs_path);
    bool same = f && str_eq(f->path, path) && str_eq(f->text, text);
    if (!same) {
        path = arena_str(m->arena, path);
        abs_path = arena_str(m->arena, abs_path);
        text = arena_str(m->arena, text);
    }
    mutex_unlock(&m->lock);
    if (same) return f;
    f = source_map_add(m, path, abs_path, text);
    mutex_lock(&m->lock);
    map_set_str(m->again, abs_path, f);
    mutex_unlock(&m->lock);
    return f;
}

// ---- lines ---------------------------------------------------------------------------------------

typedef signed char Bytes16 __attribute__((vector_size(16)));

static void add_line(Arena *a, SourceFile *f, i64 start) {
    if (f->nlines == f->caplines) vec_grow(a, (void **)&f->lines, &f->caplines, sizeof(u32));
    f->lines[f->nlines++] = (u32)start;
}

// The newlines among the eight bytes from `at`, whose bytes in hits are not zero.
static void add_lines(Arena *a, SourceFile *f, i64 at, u64 hits) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    hits = __builtin_bswap64(hits);
#endif
    for (hits &= 0x8080808080808080ull; hits; hits &= hits - 1) add_line(a, f, at + __builtin_ctzll(hits) / 8 + 1);
}

bool source_find_lines(Arena *a, SourceFile *f) {
    const char *t = f->text.ptr;
    i64 n = f->text.len, i = 0;
    Bytes16 odd = {0};
    u64 words[2];
    f->caplines = n / 24 + 16;
    f->lines = ANEWN(a, u32, f->caplines);
    f->nlines = 0;
    add_line(a, f, 0);
    for (; i + 16 <= n; i += 16) {
        Bytes16 v;
        memcpy(&v, t + i, 16);
        odd |= (Bytes16)(v <= 0);
        Bytes16 hit = (Bytes16)(v == '\n');
        memcpy(words, &hit, 16);
        if (words[0]) add_lines(a, f, i, words[0]);
        if (words[1]) add_lines(a, f, i + 8, words[1]);
    }
    memcpy(words, &odd, 16);
    bool any_odd = (words[0] | words[1]) != 0;
    for (; i < n; i++) {
        any_odd |= (signed char)t[i] <= 0;
        if (t[i] == '\n') add_line(a, f, i + 1);
    }
    return any_odd;
}

void source_map_index(SourceMap *m, SourceFile *f) {
    if (f->nlines) return;
    mutex_lock(&m->lock);
    source_find_lines(m->arena, f);
    mutex_unlock(&m->lock);
}

void source_map_direct(SourceMap *m, SourceFile *f, const LineDirective *d) {
    mutex_lock(&m->lock);
    if (f->ndirectives == f->capdirectives)
        vec_grow(m->arena, (void **)&f->directives, &f->capdirectives, sizeof(LineDirective));
    f->directives[f->ndirectives] = *d;
    f->directives[f->ndirectives++].file.name = arena_str(m->arena, d->file.name);
    mutex_unlock(&m->lock);
}

static SourceFile *find_file(SourceMap *m, Pos pos) {
    FileList *l = atomic_load_explicit(&m->files, memory_order_acquire);
    i64 lo = 0, hi = atomic_load_explicit(&l->len, memory_order_acquire);
    while (lo < hi) { // first file that begins behind pos
        i64 mid = (lo + hi) / 2;
        if (l->file[mid]->base <= pos) lo = mid + 1;
        else hi = mid;
    }
    if (lo == 0) return NULL;
    SourceFile *f = l->file[lo - 1];
    return pos - f->base <= f->size ? f : NULL;
}

// Line of an offset (1-based) and the offset at which it starts. The lexer may not have been here yet.
static i64 find_line(const SourceFile *f, u32 off, u32 *start) {
    if (f->nlines > 0 && f->lines[f->nlines - 1] > off) { // the table may not have reached off yet: then from its end
        i64 lo = 0, hi = f->nlines;
        while (lo < hi) {
            i64 mid = (lo + hi) / 2;
            if (f->lines[mid] <= off) lo = mid + 1;
            else hi = mid;
        }
        if (lo > 0 && lo < f->nlines) {
            *start = f->lines[lo - 1];
            return lo;
        }
    }
    i64 line = f->nlines > 0 && f->lines[f->nlines - 1] <= off ? f->nlines : 1;
    u32 at = line > 1 ? f->lines[line - 1] : 0;
    for (u32 i = at; i < off && i < f->size; i++)
        if (f->text.ptr[i] == '\n') at = i + 1, line++;
    *start = at;
    return line;
}

static const LineDirective *find_directive(const SourceFile *f, u32 off) {
    const LineDirective *d = NULL;
    i64 lo = 0, hi = f->ndirectives;
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (f->directives[mid].offset <= off) d = &f->directives[mid], lo = mid + 1;
        else hi = mid;
    }
    return d;
}

bool file_ref_eq(const FileRef *a, const FileRef *b) {
    if (a == b || !a || !b) return a == b;
    return a->literal == b->literal && str_eq(a->name, b->name) && str_eq(a->pkg, b->pkg);
}

static bool is_at_line(const SourceFile *f, i64 line, u32 off) {
    return line > 0 && line < f->nlines && f->lines[line - 1] <= off && off < f->lines[line];
}

Loc source_map_loc_near(SourceMap *m, Pos pos, bool use_line_directives, LocHint *near) {
    SourceFile *f = !pos                                                       ? NULL
                    : near->file && pos - near->file->base <= near->file->size ? near->file
                                                                               : find_file(m, pos);
    if (!f) return (Loc){0};
    u32 start, off = pos - f->base;
    i64 line = f == near->file ? near->line : 0;
    if (is_at_line(f, line, off) || is_at_line(f, ++line, off)) start = f->lines[line - 1];
    else line = find_line(f, off, &start);
    *near = (LocHint){f, line};
    const LineDirective *d = use_line_directives ? find_directive(f, off) : NULL;
    Loc loc = {f, f->path, (i32)line, (i32)(off - start) + 1, f->abs_path, (i32)line, &f->ref, d};
    if (!d) return loc;
    u32 dstart;
    i64 dline = find_line(f, d->offset, &dstart);
    if (!str_eq(d->file.name, f->path)) // "//line :20:1" stays in the file, "//line :20" has none
        loc.path = loc.abs_path = d->file.name, loc.ref = &d->file;
    loc.line = d->line + (i32)(line - dline);
    if (d->col == 0) loc.col = 0;
    else if (line == dline) loc.col = d->col + (i32)(off - d->offset);
    return loc;
}

Loc source_map_loc(SourceMap *m, Pos pos, bool use_line_directives) {
    LocHint none = {0};
    return source_map_loc_near(m, pos, use_line_directives, &none);
}
