// sumdb.c - the checksum database's client: records are believed when they are proved to be in a tree whose head is signed and follows all heads
// that were seen before.
//
// Files: GOMODCACHE/cache/download/sumdb/NAME/{lookup,tile}/... (only what was authenticated), GOPATH/pkg/sumdb/NAME/latest (the newest head,
// replaced under its lock if it is still what was read). Database and tiles are read through the first proxy that supports it, else directly.
// A tile is authentic when its root is in its parent tile; those at the tree's right edge, when together they give the head's hash.
// Proofs are checked under SumDb.lock; what they need is fetched before, in parallel.
#include "mod/tlog.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct SumDb {
    pthread_mutex_t lock; // of all that follows but key, name and base
    NoteKey key;
    Str name;
    Url base;
    bool has_base;
    Tree latest;
    Str note; // of latest
    bool read;
    Err err;   // of setting up
    Tree edge; // the head whose right edge was verified last
};

typedef struct Tile {
    int level;
    i64 n;
    int width;
} Tile;

void sumdb_free(SumDb *db) {
    if (!db) return;
    pthread_mutex_destroy(&db->lock);
    free(db);
}

// ---- which database, and how it is reached --------------------------------------------------------------------------------

// The key of the public database, without its name: the key's hash covers the name, so it fits no other.
static const char known_key[] = "+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

static i64 split_fields(Str s, Str out[3]) {
    i64 n = 0;
    for (i64 i = 0; i < s.len;) {
        while (i < s.len && strchr(" \t\r\n", s.ptr[i])) i++;
        i64 from = i;
        while (i < s.len && !strchr(" \t\r\n", s.ptr[i])) i++;
        if (i > from && n < 3) out[n++] = str_slice(s, from, i);
    }
    return n;
}

static bool dial(Arena *a, SumDb *db, Str gosumdb, Err *err) {
    Str f[3], key;
    Err e = {0};
    Url u;
    if (str_eq(gosumdb, S("off"))) return err_set(err, a, ERR_OTHER, "checksum database disabled by GOSUMDB=off");
    if (str_has_suffix(gosumdb, S(".google.cn")) &&
        str_index(gosumdb, ' ') < 0) // the public database under another host
        gosumdb =
            arena_printf(a, "%.*s.org https://%.*s", SFMT(str_slice(gosumdb, 0, gosumdb.len - 10)), SFMT(gosumdb));
    i64 n = split_fields(gosumdb, f);
    if (n == 0) return err_set(err, a, ERR_OTHER, "missing GOSUMDB");
    if (n > 2) return err_set(err, a, ERR_OTHER, "invalid GOSUMDB: too many fields");
    key = str_index(f[0], '+') >= 0 ? f[0] : arena_printf(a, "%.*s%s", SFMT(f[0]), known_key);
    if (!note_key_parse(a, key, &db->key, &e)) {
        Str text = str_index(f[0], '+') >= 0 ? e.text : S("malformed verifier id");
        return err_set(err, a, ERR_OTHER, "invalid GOSUMDB: %.*s", SFMT(text));
    }
    db->name = arena_str(a, db->key.name);
    db->key.name = db->name;
    bool fine = url_parse(a, arena_printf(a, "https://%.*s", SFMT(db->name)), &u, &e) && u.host.len && !u.has_user &&
                !u.has_query && !u.fragment.len && !u.raw_path.len && !str_has_suffix(db->name, S("/")) &&
                str_find(db->name, S("..")) < 0;
    if (!fine) return err_set(err, a, ERR_OTHER, "invalid sumdb name (must be host[/path]): %.*s", SFMT(db->name));
    if (n == 2 && !url_parse(a, arena_str(a, f[1]), &db->base, &e))
        return err_set(err, a, ERR_OTHER, "invalid GOSUMDB URL: %.*s", SFMT(e.text));
    db->has_base = n == 2;
    db->latest.hash = tree_hash_empty();
    return true;
}

typedef struct BaseSearch {
    SumDb *db;
    Url found;
} BaseSearch;

static bool supports(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    BaseSearch *s = ctx;
    Url u;
    Str text;
    (void)path;
    bool word = str_eq(proxy, S("direct")) || str_eq(proxy, S("off"));
    if (word) return err_set(err, w->a, ERR_NOT_EXIST, "module lookup disabled by GOPROXY=off");
    if (str_eq(proxy, S("noproxy")))
        return err_set(err, w->a, ERR_NOT_EXIST, "path does not match GOPRIVATE/GONOPROXY");
    if (!url_parse(w->a, proxy, &u, err)) return false;
    s->found = url_join(w->a, &u, arena_printf(w->a, "sumdb/%.*s", SFMT(s->db->name)));
    Url asked = url_join(w->a, &s->found, S("supported"));
    return http_get_text(w, &asked, &text, err);
}

static bool find_base(Work *w, SumDb *db, Err *err) {
    BaseSearch s = {.db = db};
    Err e = {0};
    if (db->has_base) return true;
    Str direct = arena_printf(w->a, "https://%.*s", SFMT(db->name)), url = direct;
    if (proxies_try(w, S(""), supports, &s, &e)) url = url_string(w->a, &s.found);
    else if (e.kind != ERR_NOT_EXIST) {
        *err = e;
        return false;
    }
    mutex_lock(&w->f->lock);
    db->has_base = url_parse(w->f->a, arena_str(w->f->a, url), &db->base, err);
    mutex_unlock(&w->f->lock);
    return db->has_base;
}

// ---- files ----------------------------------------------------------------------------------------------------------------

static Str cache_file(Work *w, SumDb *db, Str name) {
    return arena_printf(w->a, "%.*s/cache/download/sumdb/%.*s/%.*s", SFMT(w->f->cache), SFMT(db->name), SFMT(name));
}

static bool read_cache(Work *w, SumDb *db, Str name, Str *text) {
    return file_read_locked(w->a, arena_cstr(w->a, cache_file(w, db, name)), text) && text->len > 0;
}

static void write_cache(Work *w, SumDb *db, Str name, Str text) {
    Str file = cache_file(w, db, name);
    if (dir_make_all(w->a, path_dir(file))) file_write_locked(w->a, arena_cstr(w->a, file), text); // best effort
}

static Str latest_file(Work *w, SumDb *db) {
    Str gopath = env_get(w->f->env, "GOPATH");
    i64 colon = str_index(gopath, ':');
    if (colon >= 0) gopath = str_slice(gopath, 0, colon);
    if (!gopath.len) return S("");
    return arena_printf(w->a, "%.*s/pkg/sumdb/%.*s/latest", SFMT(gopath), SFMT(db->name));
}

static bool read_latest(Work *w, SumDb *db, Str *note, Err *err) {
    Str file = latest_file(w, db);
    *note = S("");
    if (!file.len) return err_set(err, w->a, ERR_OTHER, "could not locate sumdb file: missing $GOPATH");
    if (file_read_locked(w->a, arena_cstr(w->a, file), note) || errno == ENOENT || errno == ENOTDIR) return true;
    return err_set(err, w->a, ERR_OTHER, "open %.*s: %s", SFMT(file), err_os(errno));
}

// False with *conflict: somebody else wrote meanwhile.
static bool write_latest(Work *w, SumDb *db, Str old, Str note, bool *conflict, Err *err) {
    Str file = latest_file(w, db), now = S("");
    const char *path = arena_cstr(w->a, file);
    *conflict = false;
    dir_make_all(w->a, path_dir(file));
    int fd = file_lock(path, O_RDWR | O_CREAT, err, w->a);
    if (fd < 0) return false;
    bool ok = file_read(w->a, path, &now);
    if (ok && now.len && !str_eq(now, old)) *conflict = true;
    else ok = ok && ftruncate(fd, 0) == 0 && pwrite(fd, note.ptr, (size_t)note.len, 0) == note.len;
    if (!ok) err_set(err, w->a, ERR_OTHER, "write %s: %s", path, err_os(errno));
    file_unlock(fd);
    return ok && !*conflict;
}

// ---- tiles ------------------------------------------------------------------------------------------------------------------

// The base is looked for when something is really needed from there.
static bool read_remote(Work *w, SumDb *db, Str path, Str *text, Err *err) {
    Cell *c = cell_enter(w->f, S("sumdb base"));
    Err e = {0};
    if (!c->done) {
        c->done = true;
        c->ok = find_base(w, db, &e);
        if (!c->ok) fetch_fail(w, &e, &c->err);
    }
    bool ok = c->ok;
    if (!ok) *err = c->err;
    cell_leave(c);
    if (!ok) return false;
    Url u = url_join(w->a, &db->base, path);
    return http_get_text(w, &u, text, err);
}

// An answer of the right length, or a full tile where a part was asked for.
static bool tile_from(Work *w, SumDb *db, Tile t, bool remote, Str *data, Err *err) {
    for (int full = 0; full < (t.width < TILE_WIDTH ? 2 : 1); full++) {
        Err e = {0};
        int width = full ? TILE_WIDTH : t.width;
        Str path = tile_path(w->a, t.level, t.n, width), text;
        if (!(remote ? read_remote(w, db, path, &text, &e) : read_cache(w, db, path, &text))) {
            if (remote && !full) *err = e; // the error of what was asked for
            continue;
        }
        if (text.len != (i64)width * HASH) {
            err_set(err, w->a, ERR_OTHER, "TileReader returned bad result slice (%.*s len=%lld, want %d)", SFMT(path),
                    (long long)text.len, width * HASH);
            continue;
        }
        *data = str_slice(text, 0, (i64)t.width * HASH);
        return true;
    }
    return false;
}

typedef struct TileData {
    Str data;
    bool saved; // is in the cache folder
} TileData;

static Cell *tile_cell(Work *w, SumDb *db, Tile t) {
    return cell_enter(w->f, arena_printf(w->a, "sumdb %.*s/%.*s", SFMT(db->name),
                                         SFMT(tile_path(w->a, t.level, t.n, t.width))));
}

// Its bytes, authentic or not.
static bool tile_bytes(Work *w, SumDb *db, Tile t, TileData **out, Err *err) {
    Cell *c = tile_cell(w, db, t);
    if (!c->done) {
        Str data;
        Err e = {0};
        bool saved = tile_from(w, db, t, false, &data, &e);
        c->ok = saved || tile_from(w, db, t, true, &data, &e);
        if (c->ok) {
            Str kept = fetch_keep(w->f, data);
            mutex_lock(&w->f->lock);
            TileData *d = ANEW(w->f->a, TileData);
            mutex_unlock(&w->f->lock);
            *d = (TileData){kept, saved};
            c->value = d;
        } else fetch_fail(w, &e, &c->err);
        c->done = true;
    }
    bool ok = c->ok;
    if (ok) *out = c->value;
    else *err = c->err;
    cell_leave(c);
    return ok;
}

static void save_tile(Work *w, SumDb *db, Tile t, TileData *d) { // under the lock
    if (!d->saved) write_cache(w, db, tile_path(w->a, t.level, t.n, t.width), d->data);
    d->saved = true;
}

static Tile tile_of(TreeNode x, i64 size) { // the tile that holds a node, as wide as the tree makes it
    int level = x.level / 8, up = x.level % 8;
    i64 n = x.n >> (8 - up), have = (size >> (8 * level)) - n * TILE_WIDTH;
    return (Tile){level, n, (int)i64_min(have, TILE_WIDTH)};
}

static bool inconsistent(Work *w, Err *err) { return err_set(err, w->a, ERR_OTHER, "downloaded inconsistent tile"); }

static bool same(Hash a, Hash b) { return !memcmp(a.b, b.b, HASH); }

// The tiles along the right edge give the head's hash.
static bool verify_edge(Work *w, SumDb *db, Tree t, Err *err) {
    if (t.n == db->edge.n && same(t.hash, db->edge.hash)) return true;
    TreeNode nodes[MAX_NODES];
    Hash h[MAX_NODES];
    TileData *d[MAX_NODES];
    int n = tree_nodes(0, t.n, nodes);
    for (int i = 0; i < n; i++) {
        if (!tile_bytes(w, db, tile_of(nodes[i], t.n), &d[i], err)) return false;
        h[i] = tile_node((const u8 *)d[i]->data.ptr, nodes[i]);
    }
    if (!same(n ? fold_nodes(h, n) : tree_hash_empty(), t.hash)) return inconsistent(w, err);
    for (int i = 0; i < n; i++) {
        Tile tile = tile_of(nodes[i], t.n);
        if (tile.width < TILE_WIDTH) save_tile(w, db, tile, d[i]);
    }
    db->edge = t;
    return true;
}

// A tile of a tree, authenticated.
static bool tile_verified(Work *w, SumDb *db, Tree tree, Tile t, TileData **out, Err *err) {
    if (!tile_bytes(w, db, t, out, err)) return false;
    if (t.width < TILE_WIDTH) return verify_edge(w, db, tree, err);
    TreeNode root = {8 * (t.level + 1), t.n};
    TileData *parent;
    if (!tile_verified(w, db, tree, tile_of(root, tree.n), &parent, err)) return false;
    TreeNode top = {8 * t.level + 7, 0}; // the two halves of the tile
    Hash left = tile_node((const u8 *)(*out)->data.ptr, top);
    top.n = 1;
    Hash right = tile_node((const u8 *)(*out)->data.ptr, top);
    if (!same(node_hash(left, right), tile_node((const u8 *)parent->data.ptr, root))) return inconsistent(w, err);
    save_tile(w, db, t, *out);
    return true;
}

static bool node_verified(Work *w, SumDb *db, Tree tree, TreeNode x, Hash *h, Err *err) {
    TileData *d;
    if (!tile_verified(w, db, tree, tile_of(x, tree.n), &d, err)) return false;
    *h = tile_node((const u8 *)d->data.ptr, x);
    return true;
}

static bool range_hash(Work *w, SumDb *db, Tree tree, i64 lo, i64 hi, Hash *h, Err *err) {
    TreeNode nodes[MAX_NODES];
    Hash hs[MAX_NODES];
    int n = tree_nodes(lo, hi, nodes);
    for (int i = 0; i < n; i++)
        if (!node_verified(w, db, tree, nodes[i], &hs[i], err)) return false;
    *h = n ? fold_nodes(hs, n) : tree_hash_empty();
    return true;
}

// ---- heads ------------------------------------------------------------------------------------------------------------------

// RFC 6962's consistency proof between the first n records and all of [lo, hi).
static bool prove(Work *w, SumDb *db, Tree tree, i64 lo, i64 hi, i64 n, Buf *out) {
    Hash h;
    Err e = {0};
    i64 k = 1;
    if (n == hi && lo == 0) return true;
    if (n != hi) {
        while (2 * k < hi - lo) k *= 2;
        bool left = n <= lo + k;
        if (!prove(w, db, tree, left ? lo : lo + k, left ? lo + k : hi, n, out)) return false;
        if (!range_hash(w, db, tree, left ? lo + k : lo, left ? hi : lo + k, &h, &e)) return false;
    } else if (!range_hash(w, db, tree, lo, hi, &h, &e)) return false;
    buf_printf(out, "\n\t%.*s", SFMT(hash_base64(w->a, h)));
    return true;
}

static void put_indented(Buf *b, Str s) {
    for (i64 i = 0; i < s.len; i++) {
        buf_char(b, s.ptr[i]);
        if (s.ptr[i] == '\n') buf_char(b, '\t');
    }
}

static bool forked(Work *w, SumDb *db, Tree older, Str old_note, Tree newer, Str new_note, Hash h, Err *err) {
    Buf b = {0};
    buf_c(&b, "SECURITY ERROR\ngo.sum database server misbehavior detected!\n\nold database:\n\t");
    put_indented(&b, old_note);
    buf_c(&b, "\nnew database:\n\t");
    put_indented(&b, new_note);
    buf_printf(&b, "\nproof of misbehavior:\n\t%.*s", SFMT(hash_base64(w->a, h)));
    prove(w, db, newer, 0, newer.n, older.n, &b);
    err_set(err, w->a, ERR_SUM_WRONG, "%.*s", SFMT(buf_view(&b)));
    buf_free(&b);
    return false;
}

static bool check_trees(Work *w, SumDb *db, Tree older, Str old_note, Tree newer, Str new_note, Err *err) {
    Hash h = tree_hash_empty();
    Err e = {0};
    if (older.n == newer.n && same(older.hash, newer.hash)) return true;
    if (older.n > 0 && !range_hash(w, db, newer, 0, older.n, &h, &e)) {
        if (older.n == newer.n)
            return err_set(err, w->a, ERR_OTHER, "checking tree#%lld: %.*s", (long long)older.n, SFMT(e.text));
        return err_set(err, w->a, ERR_OTHER, "checking tree#%lld against tree#%lld: %.*s", (long long)older.n,
                       (long long)newer.n, SFMT(e.text));
    }
    return same(h, older.hash) || forked(w, db, older, old_note, newer, new_note, h, err);
}

typedef enum When { WHEN_BAD, WHEN_PAST, WHEN_NOW, WHEN_FUTURE } When;

static When merge_head(Work *w, SumDb *db, Str note, Err *err) {
    Str text;
    Tree t;
    Err e = {0};
    if (!note.len) return db->latest.n == 0 ? WHEN_NOW : WHEN_PAST;
    if (!note_open(w->a, note, &db->key, &text, &e))
        return err_set(err, w->a, ERR_OTHER, "reading tree note: %.*s\nnote:\n%.*s", SFMT(e.text), SFMT(note)),
               WHEN_BAD;
    if (!tree_parse(w->a, text, &t, &e))
        return err_set(err, w->a, ERR_OTHER, "reading tree: %.*s\ntree:\n%.*s", SFMT(e.text), SFMT(text)), WHEN_BAD;
    if (t.n <= db->latest.n) {
        if (!check_trees(w, db, t, note, db->latest, db->note, err)) return WHEN_BAD;
        return t.n < db->latest.n ? WHEN_PAST : WHEN_NOW;
    }
    if (!check_trees(w, db, db->latest, db->note, t, note, err)) return WHEN_BAD;
    db->latest = t;
    db->note = fetch_keep(w->f, note);
    return WHEN_FUTURE;
}

static bool merge_latest(Work *w, SumDb *db, Str note, Err *err) {
    When when = merge_head(w, db, note, err);
    while (when == WHEN_FUTURE) { // tell the file, unless it knows more
        Str stored;
        bool conflict;
        if (!read_latest(w, db, &stored, err)) return false;
        When there = merge_head(w, db, stored, err);
        if (there != WHEN_PAST) return there != WHEN_BAD;
        if (write_latest(w, db, stored, db->note, &conflict, err)) return true;
        if (!conflict) return false;
    }
    return when != WHEN_BAD;
}

// ---- lookups ------------------------------------------------------------------------------------------------------------------

static SumDb *database(Work *w, Err *err) {
    Fetcher *f = w->f;
    mutex_lock(&f->lock);
    if (!f->sumdb) {
        SumDb *db = calloc(1, sizeof *db);
        if (!db) fatal("out of memory");
        pthread_mutex_init(&db->lock, NULL);
        dial(f->a, db, env_get(f->env, "GOSUMDB"), &db->err);
        f->sumdb = db;
    }
    mutex_unlock(&f->lock);
    if (!f->sumdb->err.text.len) return f->sumdb;
    *err = f->sumdb->err;
    return NULL;
}

// Before the lock is taken: the tiles that a record's proof needs, in parallel with other records'.
static void prefetch(Work *w, SumDb *db, i64 id, i64 size) {
    TreeNode leaf = {0, id};
    TileData *d;
    Err e;
    for (int level = 0; level < 3; level++, leaf = (TreeNode){8 * level, id >> (8 * level)}) {
        Tile t = tile_of(leaf, size);
        if (t.width < TILE_WIDTH || !tile_bytes(w, db, t, &d, &e)) return;
    }
}

static bool verify_record(Work *w, SumDb *db, i64 id, Str text, Str note, Err *err) { // under the lock
    Hash h;
    TreeNode leaf = {0, id};
    Err e = {0};
    Str stored;
    if (!db->read) {
        if (!read_latest(w, db, &stored, &e) || !merge_latest(w, db, stored, &e)) {
            if (e.kind == ERR_SUM_WRONG) return *err = e, false;
            return err_set(err, w->a, e.kind, "initializing sumdb.Client: %.*s", SFMT(e.text));
        }
        db->read = true;
    }
    if (!merge_latest(w, db, note, err)) return false;
    if (id >= db->latest.n)
        return err_set(err, w->a, ERR_OTHER, "cannot validate record %lld in tree of size %lld", (long long)id,
                       (long long)db->latest.n);
    if (!node_verified(w, db, db->latest, leaf, &h, err)) return false;
    return same(h, record_hash(text)) ||
           err_set(err, w->a, ERR_OTHER, "cannot authenticate record data in server response");
}

static bool record_now(Work *w, SumDb *db, Str name, Str *text, Err *err) {
    Str data, note;
    i64 id;
    bool cached = read_cache(w, db, name, &data);
    if ((!cached && !read_remote(w, db, name, &data, err)) || !record_parse(w->a, data, &id, text, &note, err))
        return false;
    pthread_mutex_lock(&db->lock);
    i64 size = db->latest.n;
    pthread_mutex_unlock(&db->lock);
    prefetch(w, db, id, size);
    pthread_mutex_lock(&db->lock);
    bool ok = verify_record(w, db, id, *text, note, err);
    pthread_mutex_unlock(&db->lock);
    if (ok && !cached) write_cache(w, db, name, data);
    return ok;
}

static bool record(Work *w, SumDb *db, ModVersion plain, Str *text, Err *err) {
    Str path, version;
    if (!module_escape_path(w->a, plain.path, &path, err) || !module_escape_version(w->a, plain.version, &version, err))
        return false;
    Str name = arena_printf(w->a, "lookup/%.*s@%.*s", SFMT(path), SFMT(version));
    Cell *c = cell_enter(w->f, arena_printf(w->a, "sumdb %.*s", SFMT(name)));
    if (!c->done) {
        Err e = {0};
        Str t;
        c->ok = record_now(w, db, name, &t, &e);
        if (c->ok) {
            Str kept = fetch_keep(w->f, t);
            mutex_lock(&w->f->lock);
            Str *p = ANEW(w->f->a, Str);
            mutex_unlock(&w->f->lock);
            *p = kept;
            c->value = p;
        } else fetch_fail(w, &e, &c->err);
        c->done = true;
    }
    bool ok = c->ok;
    if (ok) *text = *(Str *)c->value;
    else *err = c->err;
    cell_leave(c);
    return ok;
}

bool sumdb_lookup(Work *w, ModVersion mv, Str *dbname, Str **lines, i64 *n, Err *err) {
    SumDb *db = database(w, err);
    ModVersion plain = mv;
    Err e = {0};
    Str text;
    if (!db) return false;
    *dbname = db->name;
    if (str_has_suffix(mv.version, S("/go.mod"))) plain.version.len -= 7;
    if (!record(w, db, plain, &text, &e)) {
        if (e.kind == ERR_SUM_WRONG) return *err = e, false;
        return err_set(err, w->a, e.kind, "%.*s@%.*s: %.*s", SFMT(mv.path), SFMT(mv.version), SFMT(e.text));
    }
    Str prefix = arena_printf(w->a, "%.*s %.*s ", SFMT(mv.path), SFMT(mv.version));
    VEC(Str) out = {0};
    for (i64 at = 0; at < text.len;) {
        Str rest = str_slice(text, at, text.len);
        i64 end = str_index(rest, '\n');
        Str line = end < 0 ? rest : str_slice(rest, 0, end);
        at += line.len + 1;
        if (str_has_prefix(line, prefix)) vec_push(w->a, &out, line);
    }
    *lines = out.ptr, *n = out.len;
    return true;
}
