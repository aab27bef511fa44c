// gosum.c - go.sum: which hashes a module may have, what was used, what is added; h1 hashes of a list of files.
//
// A go.sum that cannot be read as one, or that contradicts a download, ends the command at once and in these words, whatever was being done:
// nobody downstream may go on without it, and the error is not that of the module or package that happened to be looked at.
// The files are read at the first need. A hash that is not listed is verified by the checksum database (sumdb.c) where GOSUMDB, GONOSUMDB and
// GOPRIVATE do not except it, and added. Nothing is written but by fetch_write_gosum. All state is under Fetcher.lock.
#include "mod/fetch_int.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Sum { // a line
    ModVersion mod;
    Str hash;
    bool used, dirty; // dirty: added or marked for removal since the file was read
} Sum;
typedef struct SumList { // of one module version
    VEC(Sum *) sums;
} SumList;
typedef struct SumTable {
    Str file;
    Map *by_mod; // "path version" -> SumList
} SumTable;

struct GoSum {
    Arena *a;
    Str file;
    VEC(SumTable) workspace;
    SumTable main;
    bool read, enabled, overwrite;
    FileView view;
    bool lenient; // malformed lines of go.sum are dropped
    Err err;      // of reading
};

GoSum *gosum_new(void) {
    GoSum *g = calloc(1, sizeof *g);
    if (!g) fatal("out of memory");
    return g;
}

static Str key_of(Arena *a, ModVersion mv) { return arena_printf(a, "%.*s %.*s", SFMT(mv.path), SFMT(mv.version)); }

static SumList *list_of(GoSum *g, SumTable *t, ModVersion mv, bool make) {
    Str key = key_of(g->a, mv);
    SumList *l = map_get_str(t->by_mod, key);
    if (l || !make) return l;
    l = ANEW(g->a, SumList);
    map_set_str(t->by_mod, key, l);
    return l;
}

static Sum *add_sum(GoSum *g, SumTable *t, ModVersion mv, Str hash) {
    SumList *l = list_of(g, t, mv, true);
    for (i64 i = 0; i < l->sums.len; i++)
        if (str_eq(l->sums.ptr[i]->hash, hash)) return l->sums.ptr[i];
    Sum *s = ANEW(g->a, Sum);
    s->mod = (ModVersion){arena_str(g->a, mv.path), arena_str(g->a, mv.version)};
    s->hash = arena_str(g->a, hash);
    vec_push(g->a, &l->sums, s);
    return s;
}

// ---- reading ----------------------------------------------------------------------------------------------------------

NORETURN static void end_command(Arena *a, Str text) {
    fatal_text(str_has_suffix(text, S("\n")) ? text : arena_printf(a, "%.*s\n", SFMT(text)));
}

// err NULL: the file was read before.
static void parse_into(GoSum *g, SumTable *t, Str text, Err *err) {
    static const char empty_gomod[] = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="; // a fault of old go commands
    SumFile f = {0};
    Err bad = {0};
    if (!sumfile_parse(g->a, t->file, text, &f, &bad)) {
        if (err && !g->lenient) end_command(g->a, bad.text);
        if (g->lenient && t == &g->main) g->overwrite = true;
    }
    for (i64 i = 0; i < f.lines.len; i++)
        if (!str_eq(f.lines.ptr[i].hash, str_c(empty_gomod))) add_sum(g, t, f.lines.ptr[i].mod, f.lines.ptr[i].hash);
}

static void read_table(GoSum *g, SumTable *t) {
    Str text;
    t->by_mod = map_new_str(g->a);
    const char *path = arena_cstr(g->a, t->file);
    bool overlaid = g->view.overlaid && g->view.overlaid(g->view.ctx, t->file);
    if (overlaid ? g->view.read(g->view.ctx, g->a, t->file, &text) : file_read_locked(g->a, path, &text))
        parse_into(g, t, text, &g->err);
    else if (errno != ENOENT && !g->err.text.len) err_set(&g->err, g->a, ERR_OTHER, "open %s: %s", path, err_os(errno));
}

static bool ensure_read(GoSum *g) {
    if (!g->file.len) return false;
    if (!g->read) {
        g->read = g->enabled = true;
        for (i64 i = 0; i < g->workspace.len; i++) read_table(g, &g->workspace.ptr[i]);
        g->main.file = g->file;
        read_table(g, &g->main);
    }
    return !g->err.text.len;
}

void fetch_view(Fetcher *f, FileView v) { f->view = v; }

void fetch_use_gosum(Fetcher *f, Str go_sum, const Str *workspace, i64 n) {
    mutex_lock(&f->lock);
    GoSum *g = f->sums;
    *g = (GoSum){.a = f->a, .file = arena_str(f->a, go_sum), .view = f->view, .lenient = f->opt.mend_sums};
    for (i64 i = 0; i < n; i++) {
        SumTable t = {.file = arena_str(f->a, workspace[i])};
        vec_push(f->a, &g->workspace, t);
    }
    mutex_unlock(&f->lock);
}

// ---- looking up ---------------------------------------------------------------------------------------------------------

static bool is_h1(Str h) { return str_has_prefix(h, S("h1:")); }

static bool listed(GoSum *g, SumTable *t, ModVersion mv) {
    SumList *l = list_of(g, t, mv, false);
    for (i64 i = 0; l && i < l->sums.len; i++)
        if (is_h1(l->sums.ptr[i]->hash) && !l->sums.ptr[i]->dirty) return true;
    return false;
}

bool fetch_have_sum(Fetcher *f, ModVersion mv) {
    mutex_lock(&f->lock);
    GoSum *g = f->sums;
    bool ok = ensure_read(g);
    bool have = ok && listed(g, &g->main, mv);
    for (i64 i = 0; ok && i < g->workspace.len && !have; i++) have = listed(g, &g->workspace.ptr[i], mv);
    mutex_unlock(&f->lock);
    return have;
}

NORETURN static void mismatch(Arena *a, ModVersion mv, Str h, Str other, Str name) {
    end_command(a,
                arena_printf(a,
                             "verifying %.*s@%.*s: checksum mismatch\n\tdownloaded: %.*s\n\t%.*s:     %.*s\n\nSECURITY "
                             "ERROR\n"
                             "This download does NOT match an earlier download recorded in go.sum.\n"
                             "The bits may have been replaced on the origin server, or an attacker may\n"
                             "have intercepted the download attempt.\n\nFor more information, see 'go help "
                             "module-auth'.\n",
                             SFMT(mv.path), SFMT(mv.version), SFMT(h), SFMT(name), SFMT(other)));
}

static bool look_in(GoSum *g, SumTable *t, ModVersion mv, Str h, Str name) {
    SumList *l = list_of(g, t, mv, false);
    bool found = false;
    for (i64 i = 0; l && i < l->sums.len; i++) {
        Sum *s = l->sums.ptr[i];
        if (str_eq(s->hash, h)) found = true;
        else if (is_h1(s->hash)) mismatch(g->a, mv, h, s->hash, name);
    }
    return found;
}

static bool look(GoSum *g, ModVersion mv, Str h) {
    Str name = str_has_suffix(g->file, S("go.work.sum")) ? S("go.work.sum") : S("go.sum");
    bool found = look_in(g, &g->main, mv, h, name);
    for (i64 i = 0; i < g->workspace.len && !found; i++)
        found = look_in(g, &g->workspace.ptr[i], mv, h, g->workspace.ptr[i].file);
    return found;
}

static bool in_workspace(GoSum *g, ModVersion mv) {
    for (i64 i = 0; i < g->workspace.len; i++)
        if (list_of(g, &g->workspace.ptr[i], mv, false)) return true;
    return false;
}

// ---- verifying ----------------------------------------------------------------------------------------------------------

static bool uses_sumdb(Work *w, ModVersion mv) {
    return !str_eq(env_get(w->f->env, "GOSUMDB"), S("off")) &&
           !module_match_prefix_patterns(env_get(w->f->env, "GONOSUMDB"), mv.path);
}

static bool check_sumdb(Work *w, ModVersion mv, Str h, Err *err) {
    ModVersion plain = mv;
    const char *noun = "module";
    if (str_has_suffix(mv.version, S("/go.mod"))) noun = "go.mod", plain.version.len -= 7;
    Str db, *lines;
    i64 n;
    Err e = {0};
    if (!sumdb_lookup(w, mv, &db, &lines, &n, &e)) {
        if (e.kind == ERR_SUM_WRONG) { // a security error stands for itself
            *err = e;
            return false;
        }
        return err_set(err, w->a, ERR_OTHER, "%.*s@%.*s: verifying %s: %.*s", SFMT(plain.path), SFMT(plain.version),
                       noun, SFMT(e.text));
    }
    Str prefix = arena_printf(w->a, "%.*s %.*s ", SFMT(mv.path), SFMT(mv.version));
    for (i64 i = 0; i < n; i++) {
        if (!str_has_prefix(lines[i], prefix)) continue;
        Str theirs = str_slice(lines[i], prefix.len, lines[i].len);
        if (str_eq(theirs, h)) return true;
        if (is_h1(theirs))
            return err_set(
                err, w->a, ERR_SUM_WRONG,
                "%.*s@%.*s: verifying %s: checksum mismatch\n\tdownloaded: %.*s\n\t%.*s: %.*s\n\nSECURITY ERROR\n"
                "This download does NOT match the one reported by the checksum server.\n"
                "The bits may have been replaced on the origin server, or an attacker may\n"
                "have intercepted the download attempt.\n\nFor more information, see 'go help module-auth'.\n",
                SFMT(plain.path), SFMT(plain.version), noun, SFMT(h), SFMT(db), SFMT(theirs));
    }
    return err_set(
        err, w->a, ERR_SUM_WRONG,
        "%.*s@%.*s: verifying %s: checksum missing from sumdb response\n\nSECURITY ERROR\n"
        "This download does NOT match one reported by the checksum server.\n"
        "The checksum server has provided checksums, but the checksums do\nnot contain an entry for the download.\n"
        "The checksum server may be malfunctioning, or an attacker may have\nintercepted the checksum request.\n"
        "The download cannot be verified.\n\nFor more information, see 'go help module-auth'.\n",
        SFMT(plain.path), SFMT(plain.version), noun);
}

static void warn_unknown(SumList *l, ModVersion mv, Str h) {
    Buf b = {0};
    for (i64 i = 0; i < l->sums.len; i++) buf_printf(&b, "%s%.*s", i ? ", " : "", SFMT(l->sums.ptr[i]->hash));
    tell("warning: verifying %.*s@%.*s: unknown hashes in go.sum: %.*s; adding %.*s\n\nSECURITY WARNING\n"
         "This download is listed in go.sum, but using an unknown hash algorithm.\n"
         "The download cannot be verified.\n\nFor more information, see 'go help module-auth'.\n\n",
         SFMT(mv.path), SFMT(mv.version), SFMT(buf_view(&b)), SFMT(h));
    buf_free(&b);
}

// Under the lock.
static bool mark_used(GoSum *g, ModVersion mv, Str h, bool add) {
    bool found = look(g, mv, h);
    SumList *l = list_of(g, &g->main, mv, false);
    if (!found && add && l && l->sums.len) warn_unknown(l, mv, h);
    for (i64 i = 0; l && i < l->sums.len; i++)
        if (str_eq(l->sums.ptr[i]->hash, h)) l->sums.ptr[i]->used = true;
    if (!found && add) {
        Sum *s = add_sum(g, &g->main, mv, h);
        s->used = s->dirty = true;
    }
    return found;
}

bool gosum_check(Work *w, ModVersion mv, Str h, Err *err) {
    GoSum *g = w->f->sums;
    bool found = false;
    mutex_lock(&w->f->lock);
    bool kept = ensure_read(g), bad = g->err.text.len > 0;
    if (bad) *err = g->err;
    if (kept) found = mark_used(g, mv, h, false);
    mutex_unlock(&w->f->lock);
    if (bad) return false;
    if (found) return true;
    if (uses_sumdb(w, mv) && !check_sumdb(w, mv, h, err)) return false;
    if (!kept) return true;
    mutex_lock(&w->f->lock);
    mark_used(g, mv, h, true);
    mutex_unlock(&w->f->lock);
    return true;
}

// ---- writing ------------------------------------------------------------------------------------------------------------

bool fetch_trim_gosum(Fetcher *f, Map *keep) {
    mutex_lock(&f->lock);
    GoSum *g = f->sums;
    bool ok = ensure_read(g), changed = false;
    for (i64 i = 0; ok && i < map_len(g->main.by_mod); i++) {
        MapEnt *e = map_at(g->main.by_mod, i);
        SumList *l = e->val;
        if (map_get_str(keep, e->key.str)) continue;
        for (i64 k = 0; k < l->sums.len; k++) l->sums.ptr[k]->used = false, l->sums.ptr[k]->dirty = true;
        changed = changed || l->sums.len > 0;
    }
    g->overwrite = g->overwrite || changed;
    mutex_unlock(&f->lock);
    return changed;
}

static bool is_dirty(const GoSum *g, Map *keep) {
    if (!g->enabled || g->err.text.len) return false;
    if (g->overwrite) return true;
    for (i64 i = 0; i < map_len(g->main.by_mod); i++) {
        MapEnt *e = map_at(g->main.by_mod, i);
        SumList *l = e->val;
        for (i64 k = 0; k < l->sums.len; k++)
            if (l->sums.ptr[k]->dirty && (!l->sums.ptr[k]->used || !keep || map_get_str(keep, e->key.str))) return true;
    }
    return false;
}

bool fetch_gosum_dirty(const Fetcher *f) { return is_dirty(f->sums, NULL); }

// What others wrote meanwhile is taken in; of ours only what was checked is added again.
static void merge_file(GoSum *g, Str text) {
    SumTable old = g->main;
    g->main = (SumTable){old.file, map_new_str(g->a)};
    parse_into(g, &g->main, text, NULL);
    for (i64 i = 0; i < map_len(old.by_mod); i++) {
        SumList *l = map_at(old.by_mod, i)->val;
        for (i64 k = 0; k < l->sums.len; k++) {
            Sum *s = l->sums.ptr[k];
            if (!s->used || in_workspace(g, s->mod)) continue;
            bool there = look(g, s->mod, s->hash);
            Sum *n = add_sum(g, &g->main, s->mod, s->hash);
            n->used = true, n->dirty = s->dirty || !there;
        }
    }
}

// old: lines that stay whatever is said of them.
static Str new_text(GoSum *g, Map *keep, Str old) {
    SumFile f = {0};
    Err ignored = {0};
    if (old.len) sumfile_parse(g->a, g->file, old, &f, &ignored);
    for (i64 i = 0; i < map_len(g->main.by_mod); i++) {
        MapEnt *e = map_at(g->main.by_mod, i);
        SumList *l = e->val;
        for (i64 k = 0; k < l->sums.len; k++) {
            Sum *s = l->sums.ptr[k];
            bool stays = !s->dirty || (s->used && (!keep || map_get_str(keep, e->key.str)));
            SumLine line = {s->mod, s->hash};
            if (stays && !in_workspace(g, s->mod)) vec_push(g->a, &f.lines, line);
        }
    }
    return sumfile_format(g->a, &f);
}

void fetch_gosum_texts(Fetcher *f, Map *keep, Str *before, Str *after) {
    Work w = work_begin(f);
    mutex_lock(&f->lock);
    GoSum *g = f->sums;
    *before = *after = S("");
    if (ensure_read(g)) {
        file_read(g->a, arena_cstr(g->a, g->file), before);
        if (!g->overwrite) merge_file(g, *before);
        *after = new_text(g, keep, S(""));
    }
    mutex_unlock(&f->lock);
    work_end(&w);
}

static bool is_overlaid(Work *w, const GoSum *g, Err *err) {
    if (!g->view.overlaid || !g->view.overlaid(g->view.ctx, g->file)) return false;
    err_set(err, w->a, ERR_OTHER,
            "updates to go.sum needed, but go.sum is part of the overlay specified with -overlay");
    return true;
}

static bool write_sums(Work *w, GoSum *g, Map *keep, bool extend, Err *err) {
    const char *path = arena_cstr(g->a, g->file);
    struct stat st;
    if (is_overlaid(w, g, err)) return false;
    mode_t mode = stat(path, &st) == 0 ? st.st_mode & 07777 : 0; // stays what it is
    int side = cache_side_lock(w), fd = file_lock(path, O_RDWR | O_CREAT, err, w->a);
    Str old = S("");
    bool ok = fd >= 0;
    if (ok) {
        file_read(w->a, path, &old);
        if (!g->overwrite) merge_file(g, old);
        Str text = new_text(g, keep, extend ? old : S(""));
        ok = str_eq(text, old) || (file_write_atomic(path, text, 0666) && (!mode || chmod(path, mode) == 0));
        if (!ok) err_set(err, w->a, ERR_OTHER, "updating go.sum: %s", err_os(errno));
        if (!ok && !mode && !old.len) unlink(path); // made for the lock
    }
    file_unlock(fd);
    file_unlock(side);
    return ok;
}

static void settle(GoSum *g) {
    for (i64 i = 0; i < map_len(g->main.by_mod); i++) {
        SumList *l = map_at(g->main.by_mod, i)->val;
        for (i64 k = 0; k < l->sums.len; k++) l->sums.ptr[k]->used = l->sums.ptr[k]->dirty = false;
    }
    g->overwrite = false;
}

bool fetch_extend_gosum(Fetcher *f, Map *keep, Err *err) {
    Work w = work_begin(f);
    Err e = {0};
    mutex_lock(&f->lock);
    bool ok = !is_dirty(f->sums, keep) || write_sums(&w, f->sums, keep, true, &e);
    mutex_unlock(&f->lock);
    if (!ok) fetch_fail(&w, &e, err);
    work_end(&w);
    return ok;
}

bool fetch_write_gosum(Fetcher *f, Map *keep, bool readonly, Err *err) {
    Work w = work_begin(f);
    Err e = {0};
    mutex_lock(&f->lock);
    bool ok = true;
    if (is_dirty(f->sums, keep))
        ok = readonly ? err_set(&e, w.a, ERR_OTHER, "updates to go.sum needed, disabled by -mod=readonly")
                      : write_sums(&w, f->sums, keep, false, &e);
    if (ok) settle(f->sums);
    mutex_unlock(&f->lock);
    if (!ok) fetch_fail(&w, &e, err);
    work_end(&w);
    return ok;
}

// ---- hashes ---------------------------------------------------------------------------------------------------------------

Str hash_h1(Arena *a, const Str *names, const u8 (*sums)[32], i64 n) {
    crypto_hash_sha256_state st;
    u8 out[32];
    char hex[65], b64[64];
    crypto_hash_sha256_init(&st);
    for (i64 i = 0; i < n; i++) {
        sodium_bin2hex(hex, sizeof hex, sums[i], 32);
        crypto_hash_sha256_update(&st, (const u8 *)hex, 64);
        crypto_hash_sha256_update(&st, (const u8 *)"  ", 2);
        crypto_hash_sha256_update(&st, (const u8 *)names[i].ptr, (u64)names[i].len);
        crypto_hash_sha256_update(&st, (const u8 *)"\n", 1);
    }
    crypto_hash_sha256_final(&st, out);
    sodium_bin2base64(b64, sizeof b64, out, 32, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(a, "h1:%s", b64);
}

Str gosum_of_text(Arena *a, Str gomod) {
    u8 sum[1][32];
    Str name = S("go.mod");
    crypto_hash_sha256(sum[0], (const u8 *)(gomod.ptr ? gomod.ptr : ""), (u64)gomod.len);
    return hash_h1(a, &name, (const u8(*)[32])sum, 1);
}
