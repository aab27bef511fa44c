// facts.c - what the graph must know of a file, without reading it: kept beside its content in the table of files (src/cache).
//
// In:   a file of a folder. Out: FileFacts: the comments that may hold build constraints, and of a Go file its head. PkgFile.text stays
//       empty if nothing had to be read; load_text reads it when somebody needs it, and finds out if it is another one by then.
// Kept are facts about files that nobody edits: of the library, the module cache, vendor folders. Heads that are not well-formed are not.
#include "load/load_int.h"
#include <errno.h>

// ---- as bytes ----------------------------------------------------------------------------------------------------------

static void put_str(Buf *b, Str s) {
    buf_uleb(b, (u64)s.len);
    buf_str(b, s);
}

static void put_words(Buf *b, const PkgWords *w) {
    buf_uleb(b, (u64)w->len);
    for (i64 i = 0; i < w->len; i++) {
        put_str(b, w->ptr[i].text);
        buf_uleb(b, w->ptr[i].at.offset);
    }
}

static void put_facts(Buf *b, const FileFacts *f) {
    const FileHead *h = &f->head;
    put_str(b, f->constraints);
    put_str(b, h->package);
    buf_u8(b, h->cgo);
    put_words(b, &h->imports);
    put_words(b, &h->embeds);
    put_words(b, &h->directives);
    buf_uleb(b, (u64)h->linknames.len);
    for (i64 i = 0; i < h->linknames.len; i++) {
        put_str(b, h->linknames.ptr[i].local);
        put_str(b, h->linknames.ptr[i].remote);
        buf_u8(b, h->linknames.ptr[i].pull);
    }
}

static void get_words(Arena *a, ByteReader *r, PkgFile *f, PkgWords *w) {
    i64 n = br_count(r);
    if (!n) return;
    w->ptr = ANEWN(a, PkgWord, n);
    w->len = w->cap = n;
    for (i64 i = 0; i < n && !r->bad; i++) {
        w->ptr[i].text = br_str(r);
        w->ptr[i].at = (TextPos){f, (u32)br_uleb(r)};
        if (w->ptr[i].at.offset > f->hash.size) r->bad = true;
    }
}

static bool get_facts(Arena *a, Str note, PkgFile *f, FileFacts *facts) {
    ByteReader r = byte_reader(note);
    FileHead *h = &facts->head;
    *facts = (FileFacts){.good = true};
    facts->constraints = br_str(&r);
    h->package = br_str(&r);
    h->cgo = br_u8(&r);
    get_words(a, &r, f, &h->imports);
    get_words(a, &r, f, &h->embeds);
    get_words(a, &r, f, &h->directives);
    i64 n = br_count(&r);
    for (i64 i = 0; i < n && !r.bad; i++) {
        Linkname l = {.local = br_str(&r)};
        l.remote = br_str(&r);
        l.pull = br_u8(&r);
        vec_push(a, &h->linknames, l);
    }
    return !r.bad && r.p == r.end;
}

// ---- files -------------------------------------------------------------------------------------------------------------

static bool is_stable(const Loader *l, Str path) {
    return str_in_path(path, l->goroot_src) || (l->o.overlay.len && str_in_path(path, l->o.overlay)) ||
           (l->module_cache.len && str_in_path(path, l->module_cache)) || str_find(path, S("/vendor/")) >= 0;
}

void facts_of_text(Loader *l, PkgFile *f, bool go, FileFacts *facts) {
    *facts = (FileFacts){.constraints = constraint_comments(f->text), .good = true};
    if (go) facts->good = head_read(l->a, f, &facts->head);
}

static void keep(Loader *l, const PkgFile *f, const FileFacts *facts) {
    Buf b = {0};
    put_facts(&b, facts);
    files_keep_note(l->o.files, &f->hash, buf_view(&b));
    buf_free(&b);
}

// By the size and hash that the build goes by.
static bool is_same(const PkgFile *f) {
    return !f->hashed || (f->text.len == f->hash.size && hash_bytes(f->text.ptr, f->text.len, 1) == f->hash.quick);
}

// False: errno. A folder in GOPATH mode has import comments, which are not kept.
// script: it is named by the user, so its first line may tell the system how to run it: to us that is a comment of the same length.
bool facts_of(Loader *l, PkgFile *f, bool go, bool script, FileFacts *facts) {
    bool table = l->o.files && !gopath_mode(l) && !l->overlay && !l->trace_files;
    bool stable = table && is_stable(l, f->path);
    Str note;
    if (table) f->hashed = files_hash(l->o.files, l->a, arena_cstr(l->a, f->path), &f->hash, &f->text);
    if (f->hashed && stable && files_note(l->o.files, &f->hash, &note) && get_facts(l->a, note, f, facts)) return true;
    bool once = f->text.ptr != NULL;
    if (!once && !fs_read(l, l->a, f->path, &f->text)) return false;
    f->hashed = f->hashed && (once || is_same(f)); // else it was edited between the two
    if (script && go && str_has_prefix(f->text, S("#!"))) {
        f->text = arena_str(l->a, f->text);
        memcpy((char *)(uintptr_t)f->text.ptr, "//", 2);
        stable = false;
    }
    facts_of_text(l, f, go, facts);
    if (f->hashed && stable && facts->good) keep(l, f, facts);
    return true;
}

Str load_text(Loader *l, PkgFile *f) {
    if (f->text.ptr) return f->text;
    if (!fs_read(l, l->a, f->path, &f->text))
        diag_error_at(l->diag, (Str){0}, "open %.*s: %s", SFMT(f->path), err_os(errno));
    else if (!is_same(f)) diag_error_at(l->diag, f->path, "the file was changed during the build");
    if (!f->text.ptr) f->text = S("");
    return f->text;
}
