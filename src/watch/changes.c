// changes.c - what changes in folders: a batch a burst.
//
// In:   folders and trees. Out: batches of paths, each with what became of it since the last batch.
// Method: events only say which names of which folders have to be looked at; what changed is found by comparing with the last look
// (folder.c). So a lost event, an overflow of the queue and a folder that has no events at all are one case: the folder is looked at again,
// for the latter every `interval`. Those are folders on file systems that others change too, and all for which the system has no more watches.
// A burst ends when nothing happened for a few ms, longer the larger it is, and not while a file is being written, is empty for the first
// moment, or quiet_file is there. A folder that does not exist is waited for in the nearest one above it that does.
#include "watch/folder.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MS_ 1000000ll

typedef struct Link { // a link to a file, by that file
    Folder *folder;
    const char *name;
    struct Link *next;
} Link;
struct Changes {
    Arena *a, *scratch; // scratch: of a batch
    Events *events;
    ChangesOptions o;
    int fd; // of inotify; -1: none
    Map *by_path, *by_wd;
    Map *links; // path of a file -> Link
    VEC(Folder *) all;
    VEC(Folder *) stirred; // that have dirty names
    Timer settle, look;
    i64 began, last, nevents; // of the burst; began 0: none
    i64 patience;             // looks at empty files
    bool told_limit, polls;
    VEC(Change) out;
};

enum {
    MASK = IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
           IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK
};

static void settle(void *);
static void look_again(void *);
static Folder *add_folder(Changes *, Str path, bool tree, bool baseline);

// ---- watches ----------------------------------------------------------------------------------------------------------

static void say(Changes *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void say(Changes *c, const char *fmt, ...) {
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (c->o.notice) c->o.notice(c->o.ctx, str_c(text));
}

// File systems whose files others change without our kernel knowing.
static bool is_remote(const char *path) {
    static const u32 magics[] = {0x6969 /* nfs */,
                                 0x517B /* smb */,
                                 0xFF534D42 /* cifs */,
                                 0xFE534D42 /* smb2 */,
                                 0x01021997 /* 9p */,
                                 0x65735546 /* fuse */,
                                 0x73757245 /* coda */,
                                 0x5346414F /* afs */,
                                 0x00C36400 /* ceph */,
                                 0x786F4256 /* vboxsf */,
                                 0xBACBACBC /* vmhgfs */};
    struct statfs s;
    if (statfs(path, &s) != 0) return false;
    for (i64 i = 0; i < NELEM(magics); i++)
        if ((u32)s.f_type == magics[i]) return true;
    return false;
}

static void start_polling(Changes *c, Folder *f) {
    f->polled = true;
    if (c->polls) return;
    c->polls = true;
    timer_set(c->events, &c->look, c->o.interval, look_again, c);
}

static void tell_limit(Changes *c, int why) {
    if (c->told_limit) return;
    c->told_limit = true;
    if (why == ENOSPC)
        say(c,
            "the system's limit of watched folders is reached (fs.inotify.max_user_watches): the others are looked "
            "at every %lld ms",
            (long long)(c->o.interval / MS_));
    else
        say(c, "no events from the system (%s): folders are looked at every %lld ms", err_os(why),
            (long long)(c->o.interval / MS_));
}

static void remember_watch(Changes *c, Folder *f, int wd) {
    f->wd = wd;
    f->same = map_get_num(c->by_wd, (u64)wd);
    map_set_num(c->by_wd, (u64)wd, f);
}

static void forget_watch(Changes *c, Folder *f) {
    if (f->wd < 0) return;
    Folder *first = map_get_num(c->by_wd, (u64)f->wd), **at = &first;
    while (*at && *at != f) at = &(*at)->same;
    if (*at) *at = f->same;
    map_set_num(c->by_wd, (u64)f->wd, first);
    if (!first) inotify_rm_watch(c->fd, f->wd);
    f->wd = -1;
    f->same = NULL;
}

static void begin_watch(Changes *c, Folder *f) {
    if (f->wd >= 0) return;
    if (c->fd < 0 || c->o.poll || is_remote(f->path.ptr)) {
        start_polling(c, f);
        return;
    }
    int wd = inotify_add_watch(c->fd, f->path.ptr, MASK);
    if (wd >= 0) remember_watch(c, f, wd);
    else if (errno == ENOSPC || errno == ENOMEM) {
        tell_limit(c, errno);
        start_polling(c, f);
    }
}

// ---- bursts -----------------------------------------------------------------------------------------------------------

static i64 quiet_time(const Changes *c) { return c->nevents < 20 ? 5 * MS_ : c->nevents < 200 ? 30 * MS_ : 60 * MS_; }

static void stir(Changes *c) {
    c->last = events_now();
    c->nevents++;
    if (!c->began) {
        c->began = c->last;
        c->patience = 5;
        timer_set(c->events, &c->settle, c->o.delay ? c->o.delay : quiet_time(c), settle, c);
    }
}

static void mark(Changes *c, Folder *f, const char *name, bool written, bool open) {
    if (!f->dirty.len) vec_push(c->a, &c->stirred, f);
    folder_mark(f, name, written, open);
    stir(c);
}

// What a look found.
static void take_marks(Changes *c, Folder *f, i64 before) {
    if (!before && f->dirty.len) vec_push(c->a, &c->stirred, f);
    if (f->dirty.len > before) stir(c);
}

static void rescan(Changes *c, Folder *f) {
    i64 before = f->dirty.len;
    if (f->gone) return;
    f->there = folder_scan(f, false);
    take_marks(c, f, before);
}

// ---- folders ----------------------------------------------------------------------------------------------------------

static Str below(Arena *a, const Folder *f, const char *name) {
    return arena_printf(a, "%.*s%s%s", SFMT(f->path), f->path.len > 1 ? "/" : "", name);
}

static bool is_loop(Arena *a, Str path) {
    Str real = file_real_path(a, path.ptr), above = file_real_path(a, arena_cstr(a, path_dir(path)));
    return real.len && str_has_prefix(above, real) && (above.len == real.len || above.ptr[real.len] == '/');
}

static void enter(Changes *c, const Folder *f, const char *name, bool link, bool baseline) {
    Str path = below(c->scratch, f, name);
    if (!c->o.enters(c->o.ctx, path)) return;
    if (link && (!c->o.follow_links || is_loop(c->scratch, path))) return;
    add_folder(c, path, true, baseline);
}

static void enter_all(Changes *c, Folder *f, bool baseline) {
    for (i64 i = 0; i < f->n; i++)
        if (S_ISDIR(f->entries[i].mode)) enter(c, f, f->entries[i].name, f->entries[i].link, baseline);
}

static void note_link(Changes *c, Folder *f, const char *name, Str real) {
    Link *first = map_get_str(c->links, real);
    for (Link *l = first; l; l = l->next)
        if (l->folder == f && strcmp(l->name, name) == 0) return;
    Link *l = ANEW(c->a, Link);
    *l = (Link){f, arena_cstr(c->a, arena_str(c->a, str_c(name))), first};
    map_set_str(c->links, first ? real : arena_str(c->a, real), l);
}

// A file behind a link changes where it is.
static void follow_files(Changes *c, Folder *f) {
    for (i64 i = 0; i < f->n; i++) {
        if (!f->entries[i].link || !S_ISREG(f->entries[i].mode)) continue;
        Str path = below(c->scratch, f, f->entries[i].name);
        if (!c->o.counts(c->o.ctx, path)) continue;
        Str real = file_real_path(c->scratch, path.ptr);
        if (!real.len) continue;
        note_link(c, f, f->entries[i].name, real);
        add_folder(c, arena_str(c->scratch, path_dir(real)), false, true);
    }
}

static void wait_above(Changes *c, Str path) {
    for (Str dir = path_dir(path); dir.len; dir = path_dir(dir)) {
        if (dir_exists(arena_cstr(c->scratch, dir))) {
            add_folder(c, dir, false, true);
            return;
        }
        if (dir.len == 1) return;
    }
}

static Folder *new_folder(Changes *c, Str path) {
    Folder *f = ANEW(c->a, Folder);
    f->path = arena_str(c->a, path);
    f->wd = -1;
    map_set_str(c->by_path, f->path, f);
    vec_push(c->a, &c->all, f);
    return f;
}

// The watch comes first, so that nothing happens between the look and it.
static Folder *add_folder(Changes *c, Str path, bool tree, bool baseline) {
    Folder *f = map_get_str(c->by_path, path);
    if (f && !f->gone && f->there && (f->tree || !tree)) return f;
    bool known = f && !f->gone && f->there;
    if (!f) f = new_folder(c, path);
    f->tree |= tree;
    f->gone = false;
    if (known) {
        enter_all(c, f, baseline);
        return f;
    }
    begin_watch(c, f);
    f->there = true;
    if (baseline) f->there = folder_scan(f, true);
    else rescan(c, f);
    if (!f->there) {
        forget_watch(c, f);
        wait_above(c, path);
        return f;
    }
    if (baseline && f->tree) enter_all(c, f, true);
    if (baseline) follow_files(c, f);
    return f;
}

void changes_tree(Changes *c, Str dir) { add_folder(c, dir, true, true); }
void changes_folder(Changes *c, Str dir) { add_folder(c, dir, false, true); }

// One that was waited for may be there now.
static void try_missing(Changes *c) {
    i64 n = c->all.len;
    for (i64 i = 0; i < n; i++) {
        Folder *f = c->all.ptr[i];
        if (!f->gone && !f->there && dir_exists(f->path.ptr)) add_folder(c, f->path, f->tree, false);
    }
}

// The folder is not where it was: nor is all below it. Those that were asked for are waited for.
static void lose(Changes *c, Folder *f, bool wait) {
    if (!f->there) return;
    i64 before = f->dirty.len, n = f->n;
    f->there = false;
    forget_watch(c, f);
    for (i64 i = 0; i < n; i++) folder_mark(f, f->entries[i].name, false, false);
    for (i64 i = 0; i < c->all.len; i++) {
        Folder *g = c->all.ptr[i];
        bool inner = g->there && g->path.len > f->path.len && str_has_prefix(g->path, f->path) &&
                     g->path.ptr[f->path.len] == '/';
        if (inner) lose(c, g, false);
    }
    take_marks(c, f, before);
    if (wait) wait_above(c, f->path);
}

// ---- events -----------------------------------------------------------------------------------------------------------

static void take_name(Changes *c, Folder *f, const struct inotify_event *e) {
    char buf[PATH_MAX];
    bool is_dir = (e->mask & IN_ISDIR) != 0, leaves = (e->mask & (IN_DELETE | IN_MOVED_FROM)) != 0;
    int n = snprintf(buf, sizeof buf, "%.*s%s%s", SFMT(f->path), f->path.len > 1 ? "/" : "", e->name);
    if (n >= (int)sizeof buf) return;
    Str path = {buf, n};
    if (leaves) { // or a link to one
        Folder *g = map_get_str(c->by_path, path);
        if (g) lose(c, g, !g->tree);
    }
    if (is_dir && !leaves) {
        try_missing(c);
        if (f->tree) enter(c, f, e->name, false, false);
    }
    for (Link *l = map_get_str(c->links, path); l; l = l->next)
        if (l->folder->there) mark(c, l->folder, l->name, !leaves, (e->mask & IN_MODIFY) != 0);
    bool arrives = (e->mask & (IN_CREATE | IN_MOVED_TO)) != 0 && !is_dir;
    if (arrives && f->tree && c->o.follow_links && file_ltype(buf) == S_IFLNK && file_type(buf) == S_IFDIR)
        enter(c, f, e->name, true, false);
    if (!c->o.counts(c->o.ctx, path)) return;
    bool written = (e->mask & (IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE)) != 0;
    mark(c, f, e->name, written, (e->mask & IN_MODIFY) != 0);
}

static void take_event(Changes *c, const struct inotify_event *e) {
    if (e->mask & IN_Q_OVERFLOW) {
        for (i64 i = 0; i < c->all.len; i++)
            if (c->all.ptr[i]->there) rescan(c, c->all.ptr[i]);
        try_missing(c);
        return;
    }
    for (Folder *f = map_get_num(c->by_wd, (u64)e->wd), *next; f; f = next) {
        next = f->same;
        if (e->mask & IN_IGNORED) f->wd = -1, f->same = NULL;
        if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) {
            if (!dir_exists(f->path.ptr)) lose(c, f, true);
            else if (f->wd < 0 && f->there) begin_watch(c, f), rescan(c, f);
        } else if (e->len) take_name(c, f, e);
    }
    if (e->mask & IN_IGNORED) map_set_num(c->by_wd, (u64)e->wd, NULL);
}

static void read_events(void *ctx, u32 what) {
    Changes *c = ctx;
    char buf[64 << 10] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t n;
    while ((n = read(c->fd, buf, sizeof buf)) > 0)
        for (char *p = buf; p < buf + n;) {
            const struct inotify_event *e = (const void *)p;
            take_event(c, e);
            p += sizeof *e + e->len;
        }
}

static void look_again(void *ctx) {
    Changes *c = ctx;
    for (i64 i = 0; i < c->all.len; i++) {
        Folder *f = c->all.ptr[i];
        if (!f->polled || f->gone) continue;
        bool there = dir_exists(f->path.ptr);
        if (there && f->there) rescan(c, f);
        else if (!there) lose(c, f, false);
    }
    try_missing(c);
    if (!c->began) arena_reset(c->scratch);
    timer_set(c->events, &c->look, c->o.interval, look_again, c);
}

// ---- batches ----------------------------------------------------------------------------------------------------------

static bool is_being_written(const Changes *c) {
    for (i64 i = 0; i < c->stirred.len; i++)
        for (i64 k = 0; k < c->stirred.ptr[i]->dirty.len; k++)
            if (c->stirred.ptr[i]->dirty.ptr[k].open) return true;
    return false;
}

static bool is_empty_now(const Changes *c) {
    for (i64 i = 0; i < c->stirred.len; i++) {
        Folder *f = c->stirred.ptr[i];
        for (i64 k = 0; k < f->dirty.len; k++) {
            Entry now, *old = folder_find(f, f->dirty.ptr[k].name);
            if (old && old->size == 0 && S_ISREG(old->mode)) continue; // it was empty before
            if (folder_stat(f, f->dirty.ptr[k].name, &now) && S_ISREG(now.mode) && now.size == 0) return true;
        }
    }
    return false;
}

// How long to wait on; 0: it is over.
static i64 still_stirring(Changes *c) {
    i64 now = events_now(), quiet = c->last + quiet_time(c) - now, age = now - c->began;
    if (!c->o.delay && quiet > 0 && age < 10000 * MS_) return quiet;
    if (c->o.quiet_file.len && age < 30000 * MS_ && file_type(c->o.quiet_file.ptr)) return 10 * MS_;
    if (is_being_written(c) && now - c->last < 300 * MS_) return 10 * MS_;
    if (c->patience > 0 && is_empty_now(c)) return c->patience--, 20 * MS_;
    return 0;
}

static void tell_one(Changes *c, Folder *f, const Dirty *d) {
    u32 mode = 0;
    bool link = false;
    FolderNews news = folder_settle(f, d, &mode, &link);
    if (news == NEWS_NONE) return;
    if (S_ISDIR(mode) && f->tree && news != NEWS_GONE) enter(c, f, d->name, link, false);
    Str path = below(c->scratch, f, d->name);
    if (link && S_ISREG(mode) && news == NEWS_MADE) follow_files(c, f);
    if (!c->o.counts(c->o.ctx, path)) return;
    ChangeKind kind = news == NEWS_MADE ? CHANGE_MADE : news == NEWS_WRITTEN ? CHANGE_WRITTEN : CHANGE_GONE;
    vec_push(c->a, &c->out, ((Change){kind, path}));
}

static void tell_folder(Changes *c, Folder *f) {
    for (i64 i = 0; i < f->dirty.len; i++) {
        Dirty d = f->dirty.ptr[i];
        tell_one(c, f, &d);
    }
    folder_sweep(f);
}

static void settle(void *ctx) {
    Changes *c = ctx;
    i64 more = still_stirring(c), began = c->began;
    if (more) {
        timer_set(c->events, &c->settle, more, settle, c);
        return;
    }
    c->out.len = 0;
    for (i64 i = 0; i < c->stirred.len; i++) tell_folder(c, c->stirred.ptr[i]); // new folders join behind
    c->stirred.len = c->began = c->nevents = 0;
    if (c->out.len) c->o.batch(c->o.ctx, c->out.ptr, c->out.len, began);
    if (!c->began) arena_reset(c->scratch);
}

Changes *changes_new(Arena *a, Events *events, const ChangesOptions *o) {
    Changes *c = ANEW(a, Changes);
    *c = (Changes){.a = a, .events = events, .o = *o, .fd = -1};
    c->scratch = arena_new_in(a, "changes of a batch");
    c->by_path = map_new_str(a);
    c->by_wd = map_new_num(a);
    c->links = map_new_str(a);
    if (c->o.interval <= 0) c->o.interval = 500 * MS_;
    if (o->poll) return c;
    c->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (c->fd < 0) tell_limit(c, errno == EMFILE ? ENOSPC : errno);
    else events_file(events, c->fd, EPOLLIN, read_events, c);
    return c;
}

void changes_each(Changes *c, void (*each)(void *ctx, Str path)) {
    for (i64 i = 0; i < c->all.len; i++) {
        const Folder *f = c->all.ptr[i];
        for (i64 k = 0; f->there && k < f->n; k++) {
            Str path = below(c->scratch, f, f->entries[k].name);
            if (S_ISREG(f->entries[k].mode) && c->o.counts(c->o.ctx, path)) each(c->o.ctx, path);
        }
    }
}

void changes_free(Changes *c) {
    timer_stop(c->events, &c->settle);
    timer_stop(c->events, &c->look);
    if (c->fd >= 0) events_file(c->events, c->fd, 0, NULL, NULL), close(c->fd);
    for (i64 i = 0; i < c->all.len; i++) {
        folder_clear(c->all.ptr[i]);
        free(c->all.ptr[i]->entries);
        free(c->all.ptr[i]->dirty.ptr);
    }
}

i64 changes_count(const Changes *c, bool polled) {
    i64 n = 0;
    for (i64 i = 0; i < c->all.len; i++) n += c->all.ptr[i]->there && c->all.ptr[i]->polled == polled;
    return n;
}
