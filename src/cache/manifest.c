// manifest.c - what a build saw and made, as bytes; and whether a later one would see the same.
//
// In:   a Seen. Out: bytes, sorted by path, each path only where it differs from the one before.
// A file is the same if size, times and inode are; if not, or if they prove nothing because it had changed just before it was read, its
// bytes are compared by their hash. A folder is the same if its names are. What was written into a folder that was read is left out of
// its names, unless a pattern of embedded files was matched with them.
// The bytes may be damaged or made by anybody: every length is checked.
#include "cache/cache.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 1 << 16, OWN_NAMES = 1, FRESH = 2 }; // flags

// ---- making -----------------------------------------------------------------------------------------------------------

static int by_path(const void *x, const void *y) {
    const SeenItem *a = x, *b = y;
    int c = str_cmp(a->path, b->path);
    return c ? c : (int)a->kind - (int)b->kind;
}

static i64 shared(Str x, Str y) {
    i64 n = 0, max = i64_min(x.len, y.len);
    while (n < max && x.ptr[n] == y.ptr[n]) n++;
    return n;
}

static bool has_stat(u8 kind) {
    return kind == SEEN_READ || kind == SEEN_NAMES || kind == SEEN_MADE || kind == SEEN_IMAGE;
}

static Str encode(Arena *a, const SeenItems *list, const u8 *flags) {
    Buf b = {0};
    Str last = {0};
    buf_uleb(&b, (u64)list->len);
    for (i64 i = 0; i < list->len; i++) {
        const SeenItem *s = &list->ptr[i];
        i64 keep = shared(last, s->path);
        buf_u8(&b, s->kind);
        buf_u8(&b, flags[i]);
        buf_uleb(&b, (u64)keep);
        buf_uleb(&b, (u64)(s->path.len - keep));
        buf_str(&b, str_slice(s->path, keep, s->path.len));
        buf_u64(&b, s->hash);
        if (has_stat(s->kind) || s->kind == SEEN_TYPE || s->kind == SEEN_LTYPE) buf_u32(&b, s->st.mode);
        if (has_stat(s->kind)) {
            const i64 n[] = {s->st.size, s->st.mtime, s->st.ctime, (i64)s->st.ino};
            for (int k = 0; k < 4; k++) buf_u64(&b, (u64)n[k]);
        }
        last = s->path;
    }
    Str bytes = arena_str(a, buf_view(&b));
    buf_free(&b);
    return bytes;
}

static Str absolute(Arena *a, Str cwd, Str path) { return path_join(a, path.ptr[0] == '/' ? S("") : cwd, path); }

// A name that no folder's package could have as a file of its own.
static bool is_no_source(Str name) { return str_index(name, '.') < 0; }

static bool leads_to(Str path, Str file) { // is it, or a folder above it
    return str_has_prefix(file, path) && (file.len == path.len || path.len == 1 || file.ptr[path.len] == '/');
}

static u64 names_without(Arena *a, Str cwd, const SeenItems *list, Str dir, const Str *names, i64 n) {
    VEC(Str) kept = {0};
    for (i64 i = 0; i < n; i++) {
        bool own = false;
        Str path = path_join(a, dir, names[i]);
        for (i64 k = 0; k < list->len; k++) {
            const SeenItem *s = &list->ptr[k];
            own |= s->kind == SEEN_MADE && is_no_source(names[i]) && leads_to(path, absolute(a, cwd, s->path));
        }
        if (!own) vec_push(a, &kept, names[i]);
    }
    return seen_names(kept.ptr, kept.len);
}

static bool matched_all(Arena *a, Str cwd, const SeenItems *list, Str dir) {
    for (i64 i = 0; i < list->len; i++)
        if (list->ptr[i].kind == SEEN_EVERY && str_eq(absolute(a, cwd, list->ptr[i].path), dir)) return true;
    return false;
}

// The folder of an output: its names now, with and without those of outputs; one of both is what was seen.
static bool leave_out_own(Arena *a, Str cwd, const SeenItems *list, SeenItem *s, Str dir) {
    Str *names;
    i64 n;
    if (!dir_list(a, arena_cstr(a, dir), &names, &n)) return false;
    u64 with = seen_names(names, n), without = names_without(a, cwd, list, dir, names, n);
    if (s->hash != with && s->hash != without) return false;
    s->hash = without;
    return true;
}

static bool holds_output(Arena *a, Str cwd, const SeenItems *made, Str dir) {
    for (i64 i = 0; i < made->len; i++)
        if (leads_to(dir, path_dir(absolute(a, cwd, made->ptr[i].path)))) return true;
    return false;
}

static bool is_below(Str path, Str dir) {
    return path.len > dir.len && str_has_prefix(path, dir) && path.ptr[dir.len] == '/';
}

// What is in the folder of the file that changed last is asked first: somebody edits there. The rest stays in order.
static void put_edited_first(Arena *a, SeenItems *list) {
    i64 newest = -1, n = 0;
    for (i64 i = 0; i < list->len; i++) {
        const SeenItem *s = &list->ptr[i];
        if (s->kind == SEEN_READ && (newest < 0 || s->st.mtime > list->ptr[newest].st.mtime)) newest = i;
    }
    if (newest < 0) return;
    Str dir = path_dir(list->ptr[newest].path);
    SeenItem *copy = ANEWN(a, SeenItem, list->len);
    for (int there = 1; there >= 0; there--)
        for (i64 i = 0; i < list->len; i++)
            if (is_below(list->ptr[i].path, dir) == there) copy[n++] = list->ptr[i];
    list->ptr = copy;
}

Str manifest_make(Arena *a, Str cwd, const Seen *w, const char **why) {
    SeenItems list = {0}, made = {0};
    *why = seen_spoiled(w);
    if (*why) return (Str){0};
    for (i64 i = 0; i < seen_count(w); i++) {
        vec_push(a, &list, *seen_at(w, i));
        if (seen_at(w, i)->kind == SEEN_MADE) vec_push(a, &made, *seen_at(w, i));
    }
    if (!list.len) return (Str){0};
    qsort(list.ptr, (size_t)list.len, sizeof(SeenItem), by_path);
    put_edited_first(a, &list);
    u8 *flags = ANEWN(a, u8, list.len);
    for (i64 i = 0; i < list.len; i++) {
        SeenItem *s = &list.ptr[i];
        if (s->fresh) flags[i] |= FRESH;
        if (s->kind != SEEN_NAMES || !S_ISDIR(s->st.mode) || !made.len) continue;
        Str dir = absolute(a, cwd, s->path);
        if (!holds_output(a, cwd, &made, dir) || matched_all(a, cwd, &list, dir)) continue;
        flags[i] |= OWN_NAMES | FRESH;
        if (!leave_out_own(a, cwd, &made, s, dir)) {
            *why = "files changed during the build";
            return (Str){0};
        }
    }
    return encode(a, &list, flags);
}

// ---- reading ------------------------------------------------------------------------------------------------------------

typedef struct Reader {
    Str s;
    i64 at;
    bool bad;
} Reader;

static u64 take(Reader *r, int bytes) {
    u64 v = 0;
    if (r->s.len - r->at < bytes) return r->bad = true, 0;
    memcpy(&v, r->s.ptr + r->at, (size_t)bytes);
    r->at += bytes;
    return v;
}

static i64 take_count(Reader *r, i64 max) {
    u64 v = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        u64 byte = take(r, 1);
        v |= (byte & 127) << shift;
        if (byte < 128) {
            if (v > (u64)max) r->bad = true;
            return r->bad ? 0 : (i64)v;
        }
    }
    return r->bad = true, 0;
}

// path: room for MAX_PATH bytes and a NUL, with the path before.
static bool take_seen(Reader *r, char *path, i64 *len, SeenItem *s, u8 *flags) {
    *s = (SeenItem){.kind = (u8)take(r, 1)};
    *flags = (u8)take(r, 1);
    i64 keep = take_count(r, *len), more = take_count(r, MAX_PATH - keep);
    if (r->bad || s->kind >= SEEN_KINDS || r->s.len - r->at < more) return false;
    memcpy(path + keep, r->s.ptr + r->at, (size_t)more);
    r->at += more;
    *len = keep + more;
    path[*len] = 0;
    s->path = (Str){path, *len};
    s->hash = take(r, 8);
    if (has_stat(s->kind) || s->kind == SEEN_TYPE || s->kind == SEEN_LTYPE) s->st.mode = (u32)take(r, 4);
    if (has_stat(s->kind)) {
        s->st.size = (i64)take(r, 8);
        s->st.mtime = (i64)take(r, 8);
        s->st.ctime = (i64)take(r, 8);
        s->st.ino = take(r, 8);
    }
    return !r->bad && *len > 0 && strlen(path) == (size_t)*len;
}

// ---- comparing ----------------------------------------------------------------------------------------------------------

typedef struct Check {
    Arena *a;
    Str cwd;
    ManifestAsk ask;
    Manifest *m;
    PathStat *stats; // of the paths that look asks for, in order; NULL: each is asked then
    i64 next;
    PathStat now; // of the path before
} Check;

static bool is_kept(const SeenItem *s, const char *kept, i64 len) {
    return len == s->path.len && memcmp(kept, s->path.ptr, (size_t)len) == 0;
}

static void keep_path(const SeenItem *s, char *kept, i64 *len) {
    memcpy(kept, s->path.ptr, (size_t)s->path.len + 1);
    *len = s->path.len;
}

static bool look(Check *c, const SeenItem *s, char *kept, i64 *kept_len) {
    if (is_kept(s, kept, *kept_len)) return c->now.there;
    keep_path(s, kept, kept_len);
    if (c->stats) c->now = c->stats[c->next++];
    else path_stats(&(PathAsk){s->path.ptr, false}, 1, &c->now);
    return c->now.there;
}

static bool asks_stat(const SeenItem *s) {
    return s->kind == SEEN_IS_FILE || s->kind == SEEN_IS_DIR || s->kind == SEEN_TYPE || s->kind == SEEN_READ ||
           s->kind == SEEN_NAMES;
}

// A path that was its own real path: it is while none of its folders is a link.
static bool is_without_links(const SeenItem *s) {
    return s->kind == SEEN_REAL && s->path.len > 1 && s->path.ptr[0] == '/' &&
           s->hash == hash_bytes(s->path.ptr, s->path.len, 1);
}

static i64 next_part(Str path, i64 at) { // where the part behind the one that ends at `at` ends; 0: there is none
    if (at >= path.len) return 0;
    i64 n = str_index(str_slice(path, at + 1, path.len), '/');
    return n < 0 ? path.len : at + 1 + n;
}

static bool same_real(Check *c, const SeenItem *s) {
    bool same = true;
    if (!c->stats || !is_without_links(s)) {
        Str real = file_real_path(c->a, s->path.ptr);
        return hash_bytes(real.ptr, real.len, 1) == s->hash;
    }
    for (i64 end = 0; (end = next_part(s->path, end));) {
        const PathStat *p = &c->stats[c->next++];
        same &= p->there && !S_ISLNK(p->st.mode);
    }
    return same;
}

// What look and same_real will ask, all at once.
static bool look_ahead(Check *c, Str bytes, char *path, char *kept) {
    Reader r = {bytes};
    SeenItem s;
    u8 flags;
    i64 len = 0, kept_len = 0, n = take_count(&r, bytes.len);
    VEC(PathAsk) asks = {0};
    for (i64 i = 0; i < n; i++) {
        if (!take_seen(&r, path, &len, &s, &flags)) return false;
        for (i64 end = 0; is_without_links(&s) && (end = next_part(s.path, end));)
            vec_push(c->a, &asks, ((PathAsk){arena_cstr(c->a, str_slice(s.path, 0, end)), true}));
        if (!asks_stat(&s) || is_kept(&s, kept, kept_len)) continue;
        keep_path(&s, kept, &kept_len);
        vec_push(c->a, &asks, ((PathAsk){arena_cstr(c->a, s.path), false}));
    }
    c->stats = ANEWN(c->a, PathStat, asks.len + 1);
    path_stats(asks.ptr, asks.len, c->stats);
    return true;
}

static bool same_stat(const SeenStat *x, const SeenStat *y) {
    return x->size == y->size && x->mtime == y->mtime && x->ctime == y->ctime && x->ino == y->ino;
}

static bool restate(Check *c, const SeenItem *s, SeenStat now) {
    SeenItem n = *s;
    n.path = arena_str(c->a, s->path);
    n.st = now;
    n.fresh = seen_is_fresh(&now);
    vec_push(c->a, &c->m->restated, n);
    return true;
}

static bool same_bytes(Check *c, const SeenItem *s, u8 flags) {
    SeenStat now = c->now.st;
    Str text;
    if (!c->now.there || !S_ISREG(now.mode) || !S_ISREG(s->st.mode)) return !c->now.there && !s->st.mode;
    bool same = same_stat(&now, &s->st);
    if (same && !(flags & FRESH)) return true;
    if (now.size != s->st.size || !file_read(c->a, s->path.ptr, &text)) return false;
    return hash_bytes(text.ptr, text.len, 1) == s->hash && restate(c, s, now);
}

static bool same_names(Check *c, const SeenItem *s, u8 flags) {
    SeenStat now = c->now.st;
    Str *names;
    i64 n;
    if (!c->now.there || !S_ISDIR(now.mode) || !s->st.mode) return (!c->now.there || !S_ISDIR(now.mode)) && !s->st.mode;
    if (same_stat(&now, &s->st) && !(flags & FRESH)) return true;
    if (!dir_list(c->a, s->path.ptr, &names, &n)) return false;
    Str dir = absolute(c->a, c->cwd, s->path);
    u64 hash = flags & OWN_NAMES ? names_without(c->a, c->cwd, &c->m->made, dir, names, n) : seen_names(names, n);
    return hash == s->hash && (flags & OWN_NAMES || restate(c, s, now));
}

static bool same_answer(Check *c, const SeenItem *s, u8 flags, char *kept, i64 *kept_len) {
    struct stat st;
    switch ((SeenKind)s->kind) {
    case SEEN_IS_FILE: return (look(c, s, kept, kept_len) && !S_ISDIR(c->now.st.mode)) == (s->hash == 1);
    case SEEN_IS_DIR: return (look(c, s, kept, kept_len) && S_ISDIR(c->now.st.mode)) == (s->hash == 1);
    case SEEN_TYPE: return (look(c, s, kept, kept_len) ? c->now.st.mode & S_IFMT : 0) == s->st.mode;
    case SEEN_LTYPE: return (lstat(s->path.ptr, &st) == 0 ? st.st_mode & S_IFMT : 0) == s->st.mode;
    case SEEN_READ: return look(c, s, kept, kept_len), same_bytes(c, s, flags);
    case SEEN_NAMES: return look(c, s, kept, kept_len), same_names(c, s, flags);
    case SEEN_REAL: return same_real(c, s);
    case SEEN_RUN: return file_may_run(s->path.ptr) == (s->hash == 1);
    case SEEN_ANSWER: return c->ask.same(c->ask.ctx, s->path, s->hash);
    case SEEN_EVERY:
    case SEEN_MADE:
    case SEEN_IMAGE: return true;
    case SEEN_KINDS: break;
    }
    return false;
}

static bool read_made(Check *c, Str bytes, char *path) {
    Reader r = {bytes};
    SeenItem s;
    u8 flags;
    i64 len = 0, n = take_count(&r, bytes.len);
    for (i64 i = 0; i < n; i++) {
        if (!take_seen(&r, path, &len, &s, &flags)) return false;
        if (s.kind != SEEN_MADE && s.kind != SEEN_IMAGE) continue;
        s.path = arena_str(c->a, s.path);
        vec_push(c->a, &c->m->made, s);
    }
    return !r.bad && r.at == bytes.len && n > 0;
}

static bool compare_all(Check *c, Str bytes, char *path, char *kept, Str *why) {
    Reader r = {bytes};
    SeenItem s;
    u8 flags;
    i64 len = 0, kept_len = 0, n = take_count(&r, bytes.len);
    for (i64 i = 0; i < n; i++) {
        if (!take_seen(&r, path, &len, &s, &flags)) return false;
        if (same_answer(c, &s, flags, kept, &kept_len)) continue;
        *why = arena_printf(c->a, "changed: %.*s", SFMT(s.path));
        return false;
    }
    return true;
}

Str manifest_restate(Arena *a, Str bytes, const Manifest *m) {
    Reader r = {bytes};
    SeenItems list = {0};
    char *path = ANEWN(a, char, MAX_PATH + 1);
    u8 f;
    i64 len = 0, n = take_count(&r, bytes.len), next = 0, made = 0;
    u8 *flags = ANEWN(a, u8, n + 1);
    for (i64 i = 0; i < n; i++) {
        SeenItem s;
        if (!take_seen(&r, path, &len, &s, &f)) return (Str){0};
        s.path = arena_str(a, s.path);
        const SeenItem *now = next < m->restated.len ? &m->restated.ptr[next] : NULL;
        if (s.kind == SEEN_MADE || s.kind == SEEN_IMAGE) {
            s.st = m->made.ptr[made++].st;
        } else if (now && s.kind == now->kind && str_eq(s.path, now->path)) {
            s.st = now->st;
            f = (u8)((f & ~FRESH) | (now->fresh ? FRESH : 0));
            next++;
        }
        flags[i] = f;
        vec_push(a, &list, s);
    }
    return encode(a, &list, flags);
}

bool manifest_holds(Arena *a, Str cwd, Str bytes, ManifestAsk ask, Manifest *m, Str *why) {
    Check c = {.a = a, .cwd = cwd, .ask = ask, .m = m};
    char *path = malloc(2 * MAX_PATH + 2), *kept = path + MAX_PATH + 1;
    if (!path) fatal("out of memory");
    *m = (Manifest){0};
    *why = S("damaged");
    bool good = read_made(&c, bytes, path) && (!ask.few_calls || look_ahead(&c, bytes, path, kept)) &&
                compare_all(&c, bytes, path, kept, why);
    for (i64 i = 0; i < m->restated.len; i++) m->newer |= !m->restated.ptr[i].fresh;
    free(path);
    return good;
}

bool manifest_is_made(const char *path, const SeenItem *s) {
    struct stat st;
    if (lstat(path, &st) != 0) return false;
    SeenStat now = seen_stat(&st);
    return now.mode == s->st.mode && same_stat(&now, &s->st);
}
