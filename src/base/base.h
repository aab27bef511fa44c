// base.h - what every part of the toolchain stands on; knows nothing of Go.
//
// Memory: everything lives in an Arena named after its lifetime (session, package, function,
// link). Arena memory is zeroed. Nothing is freed one by one.
// Failure: diag_error for the user's program, fatal for the world, bug for ours (diag.h part).
// Threads: an Arena, Buf or Map belongs to one thread at a time; the intern table and the
// Diag collector lock themselves and may be used from any thread.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef double f64;
typedef float f32;

#define NELEM(a)          ((i64)(sizeof(a) / sizeof((a)[0])))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN          __attribute__((noreturn))
#define UNUSED            __attribute__((unused))
static inline i64 i64_max(i64 a, i64 b) { return a > b ? a : b; }
static inline i64 i64_min(i64 a, i64 b) { return a < b ? a : b; }
static inline i64 align_up(i64 n, i64 a) { return (n + a - 1) & -a; } // a: a power of two

// ---- Str: bytes by value, not NUL-terminated in general -----------------------------------
typedef struct Str {
    const char *ptr;
    i64 len;
} Str;
#define S(lit)  ((Str){(lit), (i64)sizeof(lit) - 1})
#define SFMT(s) (int)(s).len, (s).ptr // for printf's "%.*s"
Str str_c(const char *z);             // borrows
bool str_eq(Str a, Str b);
int str_cmp(Str a, Str b); // bytewise, shorter first
bool str_has_prefix(Str s, Str p);
bool str_has_suffix(Str s, Str p);
i64 str_index(Str s, char c); // -1 if none
i64 str_rindex(Str s, char c);
i64 str_find(Str s, Str sub);   // -1 if none
i64 str_distance(Str a, Str b); // letters to insert, delete, replace or swap; case counts for nothing
i64 str_near_limit(Str name);   // how far a name may be from what was meant
Str str_slice(Str s, i64 lo, i64 hi);
void str_sort(Str *, i64 n);                    // by str_cmp
Str str_trim(Str s);                            // ASCII blanks at both ends
u64 hash_bytes(const void *p, i64 n, u64 seed); // stable over runs and machines

// ---- Err: an error as a value, in the go command's words and without "go: ". text "": none --------------
typedef enum ErrKind {
    ERR_NONE,
    ERR_OTHER,
    ERR_NOT_EXIST,      // no such file, module or version
    ERR_NO_MATCH,       // a version query that nothing matches
    ERR_IMPORT_MISSING, // no module provides the package
    ERR_AMBIGUOUS,      // several modules do
    ERR_SUM_MISSING,    // go.sum has no line for it
    ERR_SUM_WRONG,      // checksum mismatch
    ERR_DISALLOWED,     // excluded or retracted
    ERR_NO_GO_FILES,
    ERR_CONSTRAINTS, // build constraints exclude all Go files
    ERR_EMBED,       // a //go:embed pattern is wrong
    ERR_TOO_NEW,     // needs a newer Go
    ERR_NO_PACKAGE,  // a module was found, but it does not contain the package
} ErrKind;
typedef struct Err {
    Str text;
    i32 kind;
} Err;
typedef struct Arena Arena;
bool err_set(Err *, Arena *, i32 kind, const char *fmt, ...) PRINTF_LIKE(4, 5); // always false
const char *err_os(int error_number); // what strerror says, in Go's words: "no such file or directory"

// ---- Runes ---------------------------------------------------------------------------------
#define RUNE_ERROR 0xFFFD
i32 utf8_decode(const char *p, i64 n, int *size); // n > 0; RUNE_ERROR with *size 1 for a bad encoding
int utf8_put(char out[4], i32 rune);              // bytes written; an invalid rune is written as RUNE_ERROR
bool rune_is_letter(i32 r);                       // Unicode category L
bool rune_is_upper(i32 r);                        // Lu
bool rune_is_lower(i32 r);                        // Ll
bool rune_is_digit(i32 r);                        // Nd
bool rune_is_print(i32 r);                        // unicode.IsPrint: letters, marks, numbers, punctuation, symbols, ' '
Str str_lower(Arena *, Str);                      // ASCII letters
Str str_quote(Arena *, Str);                      // as %q prints it
bool str_unquote(Arena *, Str text, Str *out);    // of "..." or `...`; false: not a Go string literal

// ---- Arena ---------------------------------------------------------------------------------
Arena *arena_new(const char *name); // name: static string, for statistics
Arena *arena_new_in(Arena *owner,
                    const char *name);    // ends with its owner at the latest; made and freed by the owner's thread
Arena *arena_new_small(const char *name); // of which there are thousands
typedef struct ArenaRoom { // the first words of an Arena: handed out next, zero up to here, the block's end
    u8 *at, *zero_to;
} ArenaRoom;
void *arena_alloc_slow(Arena *, i64 size, i64 align);
static inline void *arena_alloc(Arena *a, i64 size, i64 align) { // zeroed, never NULL
    ArenaRoom *r = (ArenaRoom *)(void *)a;
    u8 *p = r->at + (-(uintptr_t)r->at & (uintptr_t)(align - 1));
    if (size < 0 || size >= r->zero_to - p) return arena_alloc_slow(a, size, align);
    r->at = p + size;
    return p;
}
void *arena_alloc_raw_slow(Arena *a, i64 size, i64 align);
// The same for whoever writes all of it before it is read: what lies there is of no account.
static inline void *arena_alloc_raw(Arena *a, i64 size, i64 align) {
    ArenaRoom *r = (ArenaRoom *)(void *)a;
    u8 *p = r->at + (-(uintptr_t)r->at & (uintptr_t)(align - 1));
    if (size < 0 || size >= r->zero_to - p) return arena_alloc_raw_slow(a, size, align);
    r->at = p + size;
    return p;
}
void arena_reset(Arena *); // keeps its blocks for reuse
void arena_free(Arena *);
i64 arena_used(const Arena *);
#define ANEW(a, T)     ((T *)arena_alloc((a), sizeof(T), _Alignof(T)))
#define ANEWN(a, T, n) ((T *)arena_alloc((a), (i64)sizeof(T) * (n), _Alignof(T)))
#define ARAWN(a, T, n) ((T *)arena_alloc_raw((a), (i64)sizeof(T) * (n), _Alignof(T)))
Str arena_str(Arena *, Str); // copy, NUL-terminated behind its length
Str arena_printf(Arena *, const char *fmt, ...) PRINTF_LIKE(2, 3);
Str arena_vprintf(Arena *, const char *fmt, va_list);
const char *arena_cstr(Arena *, Str);

// ---- Vec: growable array of T in an arena --------------------------------------------------
// VEC(T) declares the type; vec_push doubles by copying inside the arena.
#define VEC(T)                                                                                                         \
    struct {                                                                                                           \
        T *ptr;                                                                                                        \
        i64 len, cap;                                                                                                  \
    }
#define vec_push(a, v, x)                                                                                              \
    do {                                                                                                               \
        if ((v)->len == (v)->cap) vec_grow_raw((a), (void **)&(v)->ptr, &(v)->cap, (i64)sizeof(*(v)->ptr));            \
        (v)->ptr[(v)->len++] = (x);                                                                                    \
    } while (0)
void vec_grow(Arena *, void **ptr, i64 *cap, i64 elem);     // what is new is zero
void vec_grow_raw(Arena *, void **ptr, i64 *cap, i64 elem); // or anything

// ---- Buf: growable bytes (malloc'd; buf_free) ----------------------------------------------
typedef struct Buf {
    u8 *ptr;
    i64 len, cap;
} Buf;
void buf_free(Buf *);
void buf_grow(Buf *, i64 more);
static inline void buf_reserve(Buf *b, i64 more) {
    if (more > b->cap - b->len) buf_grow(b, more);
}
void buf_bytes(Buf *, const void *, i64);
void buf_str(Buf *, Str);
void buf_c(Buf *, const char *);
void buf_char(Buf *, char);
void buf_printf(Buf *, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_json(Buf *, Str); // as encoding/json writes a string
void buf_zero(Buf *, i64 n);
void buf_align(Buf *, i64 align); // pads with zeros
static inline void buf_u8(Buf *b, u8 v) {
    buf_reserve(b, 1);
    b->ptr[b->len++] = v;
}
void buf_u16(Buf *, u16);
void buf_u32(Buf *, u32);
void buf_u64(Buf *, u64); // little endian
void buf_uleb(Buf *, u64);
void buf_sleb(Buf *, i64);
Str buf_view(const Buf *);

// ---- Maps: open addressing, insertion order kept for iteration ------------------------------
typedef struct Map Map;
typedef struct MapEnt {
    u64 hash;
    union {
        const void *ptr;
        u64 num;
        Str str;
    } key;
    void *val;
} MapEnt;
Map *map_new_ptr(Arena *);
Map *map_new_num(Arena *);
Map *map_new_str(Arena *);
void *map_get_ptr(const Map *, const void *k);
void map_set_ptr(Map *, const void *k, void *v);
void *map_get_num(const Map *, u64 k);
void map_set_num(Map *, u64 k, void *v);
void *map_get_str(const Map *, Str k);
void map_set_str(Map *, Str k, void *v);   // key is borrowed
void **map_slot_ptr(Map *, const void *k); // address of the value, made (NULL) if absent; until next insert
void **map_slot_str(Map *, Str k);
i64 map_len(const Map *);
MapEnt *map_at(const Map *, i64 i); // i-th in order of insertion
// A value of NULL reads as absent.

// ---- Names: interned strings, compared by pointer ---------------------------------------------
typedef struct Name {
    Str s;
    u64 hash;
    bool exported; /* first rune is an upper-case letter */
    bool blank;    /* "_" */
} Name;
typedef struct Intern Intern;
Intern *intern_new(void);   // thread-safe
void intern_free(Intern *); // and with it all names
const Name *intern(Intern *, Str);
const Name *intern_c(Intern *, const char *);

// ---- Positions -------------------------------------------------------------------------------
// A Pos is 0 (none) or base+offset into the session's source map. One u32 a position.
typedef u32 Pos;
// A source file in what may outlive the build: its package's folder can be another one the next time.
typedef struct FileRef {
    Str pkg;      // import path of its package; empty: none, name says it all
    Str name;     // in the package's folder
    bool literal; // as a //line directive has it
} FileRef;
bool file_ref_eq(const FileRef *, const FileRef *); // by content; NULL is equal to NULL alone
typedef struct SourceFile {
    Str path;     // as printed in diagnostics (relative as the go command does it)
    Str abs_path; // absolute
    FileRef ref;  // its path, until who knows its package says so
    Str text;     // bytes, followed by a NUL
    Pos base;
    u32 size;
    u32 *lines;
    i64 nlines, caplines; // offsets of line starts, filled by the lexer
    struct LineDirective *directives;
    i64 ndirectives, capdirectives; // //line, filled by the lexer
} SourceFile;
typedef struct LineDirective {
    u32 offset; /* first byte it holds for */
    FileRef file;
    i32 line, col; /* col 0: none given */
} LineDirective;
typedef struct SourceMap SourceMap;
typedef struct Loc {
    SourceFile *file;
    Str path;
    i32 line, col; /* 1-based, col in bytes */
    Str abs_path;
    i32 raw_line;
    const FileRef *ref;             // of path; NULL: there is no file
    const LineDirective *directive; // that holds there; NULL: none
} Loc;
SourceMap *source_map_new(void); // thread-safe
void source_map_free(SourceMap *);
SourceFile *source_map_add(SourceMap *, Str path, Str abs_path, Str text);
// The same for what may come again and again: the file that was added so before, if it says the same. All is copied.
SourceFile *source_map_again(SourceMap *, Str path, Str abs_path, Str text);
bool source_find_lines(Arena *,
                       SourceFile *); // fills its table of lines; true: there are bytes that are not ASCII, or NUL
void source_map_index(SourceMap *, SourceFile *);                         // of no Go file: its table of lines
void source_map_direct(SourceMap *, SourceFile *, const LineDirective *); // one more, behind the others
Loc source_map_loc(SourceMap *, Pos, bool use_line_directives);
typedef struct LocHint { // where the position before was; zero: not known
    SourceFile *file;
    i64 line;
} LocHint;
Loc source_map_loc_near(SourceMap *, Pos, bool use_line_directives,
                        LocHint *); // faster for many that are near each other

// ---- Diagnostics -----------------------------------------------------------------------------
typedef struct Diag Diag;
typedef struct DiagOptions {
    bool all;  // -e: no limit of ten
    bool json; // build events on stdout, as `go help buildjson` has them
    bool color;
    bool plain; // gc's lines alone: no source line below an error, no help
    bool bare;  // no heading "# pkg" above the errors of a package
} DiagOptions;
Diag *diag_new(SourceMap *, DiagOptions);
void diag_free(Diag *);
// First line is gc's wording without position; further lines after '\n' in the message begin with
// a tab when printed. Thread-safe. An error at a line that has one already with the same text is dropped.
typedef struct DiagError DiagError;
DiagError *diag_error(Diag *, Pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
DiagError *diag_error_at(Diag *, Str where, const char *fmt, ...) PRINTF_LIKE(3, 4); // no source position ("go.mod:3")
void diag_error_in(Diag *, Str pkg, Str where, const char *fmt, ...)
    PRINTF_LIKE(4, 5);                           // under the heading "# pkg"; no limit of ten
bool diag_first(const Diag *, Pos *, Str *text); // the error that comes first in its source; false: there is none
i64 diag_count(const Diag *);                    // errors since the last flush, duplicates included
Loc diag_loc(Diag *, Pos);                       // as diag_flush will print it, for positions inside messages
void diag_settle(
    Diag *); // what several threads reported gets the order of the files, as one thread would have reported it
void diag_set_package(Diag *, Pos file_base_lo, Str pkg,
                      bool all); // heading "# pkg" for positions of that file; all: no limit of ten
// Errors without position from here on are of this package's build; heading: "# pkg" stands above them.
void diag_subject(Diag *, Str pkg, bool heading);
void diag_event(Buf *, Str package, Str text, bool failed); // -json: an event for each line, and that the build failed
i64 diag_flush(Diag *, int fd);                             // sorted by position, printed, emptied; number of errors
// What helps with an error, for whoever reported it, before the next flush; printed below gc's lines. Only if diag_helps.
typedef struct DiagEdit {
    Pos lo, hi;
    Str text;
} DiagEdit; // text in the place of [lo, hi)
bool diag_helps(const Diag *);
Str diag_text(const DiagError *);             // its message
void diag_range(DiagError *, Pos lo, Pos hi); // what is underlined; else it is the word at its position
void diag_note(DiagError *, Pos lo, Pos hi, const char *fmt, ...)
    PRINTF_LIKE(4,
                5); // about another place ("f is declared"): " at PLACE" follows, and its source; hi 0: the word there
void diag_help(DiagError *, const char *fmt, ...) PRINTF_LIKE(2, 3); // advice
void diag_fix(DiagError *, const DiagEdit *, i64 n, const char *fmt, ...)
    PRINTF_LIKE(4, 5); // what mends it: edits of one file, in order, that do not touch each other
void diag_suggest(DiagError *, const DiagEdit *, i64 n, const char *fmt, ...) PRINTF_LIKE(4, 5); // what may
void diag_offer(DiagError *, const DiagEdit *, i64 n, const char *fmt, ...)
    PRINTF_LIKE(4, 5);                               // what may, but can mean something else: only a reader chooses it
void diag_source_is(DiagError *, const char *phase); // "types"; "syntax" and "imports" keep others from being found
void diag_advise(DiagError *, Str advice);           // what is shown if nothing better comes; "": nothing
SourceFile *diag_source(Diag *, Pos);                // NULL: none is known
NORETURN void fatal(const char *fmt, ...) PRINTF_LIKE(1, 2); // "vole: ..." exit 1
NORETURN void fatal_text(Str); // the same in words that stand for themselves: no prefix, of any length
NORETURN void bug(const char *fmt, ...)
    PRINTF_LIKE(1, 2); // "vole: internal error: ..." with pass, function, how to report; exit 2
// What bug() and the crash handler name; thread-local, set by the drivers of phases.
void bug_context(const char *pass, Str function);
// A crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) is reported as a bug: call once, from main. Each thread that does work begins and ends
// with its own stack for the report, because it may be its stack that overflowed.
void bug_catch_signals(void);
void *bug_thread_begin(void);
void bug_thread_end(void *);
void bug_leave_to_others(void); // the calling thread only waits: the report is made by one that works
#define CHECK(c) ((c) ? (void)0 : bug("%s:%d: check failed: %s", __FILE__, __LINE__, #c))

// ---- Files -------------------------------------------------------------------------------------
// Errors: false and errno; callers word the message.
bool file_read(Arena *, const char *path, Str *out); // whole file, NUL behind it
bool file_read_open(Arena *, int fd, const char *path,
                    Str *out); // of an open file; fd < 0: it could not be opened, errno
bool file_write_atomic(const char *path, Str data,
                       int mode); // temp file beside it, fsync-free rename; no debris on failure
// REPLACE_WITH_GAP: for a moment there may be no file; in return a kill leaves nothing beside it.
typedef enum Replace { REPLACE_AT_ONCE, REPLACE_WITH_GAP } Replace;
bool file_write_parts(const char *path, const Str *parts, i64 n, int mode,
                      Replace); // the same with one part behind the other
bool file_exists(const char *path);
bool dir_exists(const char *path);
bool dir_list(Arena *, const char *path, Str **names, i64 *n); // sorted, without . and ..
bool dir_make_all(Arena *, Str);                               // with those above it; errno
// With all that is in it, read-only folders too; what is not there is no error. All that can go goes; errno and *failed (may be NULL): the first that cannot.
bool dir_remove_all(Arena *, Str, Str *failed);
Str path_join(Arena *, Str a, Str b);
Str path_clean(Arena *, Str);
Str path_base(Str);
Str path_dir(Str);
Str path_abs(Arena *, Str);
bool path_list_next(Str *list,
                    Str *dir); // takes the first folder off a list with colons, empty ones are none; false: at its end
bool file_on_path(Arena *, Str program); // in a folder of $PATH
// name in dir or in a folder above that, below stop; "": none. there: as file_exists, for whoever sees files that are not on disk.
typedef bool (*FileThere)(void *ctx, Str path);
Str file_above(Arena *, Str dir, const char *name, Str stop, FileThere there, void *ctx);

// What behind a path is, S_IFMT bits of its mode: 0 if nothing is there. type: behind links too. ltype: of the link itself.
u32 file_type(const char *path);
u32 file_ltype(const char *path);
Str file_real_path(Arena *, const char *path); // without links; "": errno
bool file_may_run(const char *path);
Str own_content(Arena *); // own.c: which vole this is, by content; "": it cannot be told

// ---- Seen: what the functions above were asked, and answered --------------------------------------
// For commands that do nothing the second time. Off unless seen_use says where to write; one list a thread, which parallel_for hands on.
typedef enum SeenKind {
    SEEN_IS_FILE, // hash: the answer
    SEEN_IS_DIR,
    SEEN_TYPE, // st.mode; 0: nothing there
    SEEN_LTYPE,
    SEEN_READ,  // st, hash of the bytes; st.mode 0: there was none
    SEEN_NAMES, // st, seen_names of a folder; st.mode 0: it cannot be listed
    SEEN_EVERY, // a pattern was matched with all names of this folder, whatever they look like
    SEEN_REAL,  // hash of file_real_path
    SEEN_RUN,
    SEEN_ANSWER, // path: a question in the words of who asked, hash: the answer
    SEEN_MADE,   // a file that was written: st, hash of the bytes
    SEEN_IMAGE,  // a program that is run; path: its name, st.size, hash of the bytes
    SEEN_KINDS,
} SeenKind;
typedef struct SeenStat {
    u32 mode;
    i64 size, mtime, ctime; // ns
    u64 ino;
} SeenStat;
typedef struct SeenItem {
    u8 kind;
    bool fresh; // it had changed so shortly before that st proves nothing
    Str path;
    SeenStat st;
    u64 hash;
} SeenItem;
typedef struct Seen Seen;
struct stat;
struct timespec;
Seen *seen_new(Arena *);
Seen *seen_use(Seen *); // from here on, in this thread; NULL: none. Returns what was in use.
bool seen_on(void);
void seen_note(SeenKind, Str path, const SeenStat *, u64 hash);
void seen_spoil(const char *why); // what is being done must be done again the next time
const char *seen_spoiled(const Seen *);
i64 seen_count(const Seen *);
SeenItem *seen_at(const Seen *, i64 i);
void seen_send(const Seen *, i64 from, int fd); // from a child process to its parent
void seen_receive(Seen *, int fd);
SeenStat seen_stat(const struct stat *);
i64 seen_ns(struct timespec);
bool seen_is_fresh(const SeenStat *);
typedef struct PathStat {
    bool there;
    SeenStat st;
} PathStat;
typedef struct PathAsk {
    const char *path;
    bool link; // of a link itself
} PathAsk;
void path_stats(const PathAsk *, i64 n, PathStat *); // stats.c: as stat says, with few system calls
u64 seen_names(const Str *names, i64 n);             // of a set, in any order
void tell(const char *fmt, ...) PRINTF_LIKE(1, 2);   // on stderr, of what is no error; spoils

// ---- SHA-256, where the processor has instructions for it ------------------------------------------
typedef struct Sha256 {
    u32 state[8];
    u64 len; // bytes so far
    u8 rest[64];
} Sha256;
bool sha256_begin(Sha256 *); // false: it has none, nothing may be added
void sha256_add(Sha256 *, const void *bytes, i64 n);
void sha256_end(Sha256 *, u8 sum[32]);

// ---- Threads -----------------------------------------------------------------------------------
// Runs fn(ctx, i, worker) for i in [0,n) on nworkers threads (work stealing by an atomic counter); returns when all did.
void parallel_for(i64 n, int nworkers, void (*fn)(void *ctx, i64 i, int worker), void *ctx);
// A queue of things that are worked on while its owner makes more of them: fn(ctx, thing, worker), on nworkers threads of which the
// owner is number 0. The owner works too when `room` things wait, and with one worker alone at once.
typedef struct Pool Pool;
Pool *pool_new(int nworkers, i64 room, void (*fn)(void *ctx, void *thing, int worker), void *ctx);
void pool_add(Pool *, void *thing); // by the owner: work that is worth waking somebody for
void pool_wait(Pool *);             // until all is done that was added
void pool_end(Pool *, bool drop);   // until all is done, and its memory is gone; drop: what nobody began is not
int cpu_count(void);
typedef struct Mutex {
    int word;
} Mutex; // zero is unlocked
void mutex_lock(Mutex *);
void mutex_unlock(Mutex *);

#include "base/bytes.h"
#include "base/exact.h"
