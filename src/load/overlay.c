// overlay.c - the file system as -overlay shows it: JSON {"Replace": {"path": "file with its text, or \"\": it is not there"}}.
//
// In:   paths. Out: what the disk holds, but for the paths that the overlay names; folders on the way to those exist.
// Without -overlay each function is the plain one.
#include "load/load_int.h"
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

struct Overlay {
    Map *files;   // absolute path -> Str *: where its text is; "": deleted
    Map *folders; // absolute path -> StrList *: names in it that the overlay gives
};

static Str absolute(Loader *l, Str path) {
    return path_clean(l->a, path.len && path.ptr[0] == '/' ? path : path_join(l->a, l->o.cwd, path));
}

static void add_to_folders(Loader *l, Str path) {
    while (path.len > 1) {
        Str dir = path_dir(path);
        StrList **list = (StrList **)map_slot_str(l->overlay->folders, dir);
        if (!*list) *list = ANEW(l->a, StrList);
        for (i64 i = 0; i < (*list)->len; i++)
            if (str_eq((*list)->ptr[i], path_base(path))) return;
        vec_push(l->a, *list, path_base(path));
        path = dir;
    }
}

static bool add_file(Loader *l, Str from, Str to, Err *err) {
    Str *target = ANEW(l->a, Str);
    if (!from.len) return err_set(err, l->a, ERR_OTHER, "empty string key in overlay map");
    from = absolute(l, arena_str(l->a, from));
    if (map_get_str(l->overlay->files, from))
        return err_set(err, l->a, ERR_OTHER, "duplicate paths %.*s in overlay map", SFMT(from));
    *target = to.len ? absolute(l, arena_str(l->a, to)) : (Str){0};
    map_set_str(l->overlay->files, from, target);
    if (to.len) add_to_folders(l, from);
    return true;
}

bool overlay_open(Loader *l, Str file, Err *err) {
    Str text;
    *err = (Err){0};
    if (!file.len) return true;
    if (!file_read(l->a, arena_cstr(l->a, absolute(l, file)), &text))
        return err_set(err, l->a, ERR_OTHER, "reading overlay: open %.*s: %s", SFMT(file), err_os(errno));
    json_error_t why;
    json_t *root = json_loadb(text.ptr, (size_t)text.len, JSON_REJECT_DUPLICATES, &why), *value;
    json_t *replace = json_object_get(root, "Replace");
    const char *key;
    l->overlay = ANEW(l->a, struct Overlay);
    *l->overlay = (struct Overlay){map_new_str(l->a), map_new_str(l->a)};
    if (!root) return err_set(err, l->a, ERR_OTHER, "parsing overlay JSON: %s", why.text);
    bool good = true;
    json_object_foreach(replace, key, value) {
        if (!json_is_string(value)) good = err_set(err, l->a, ERR_OTHER, "parsing overlay JSON: %s is no string", key);
        else good = good && add_file(l, str_c(key), str_c(json_string_value(value)), err);
    }
    json_decref(root);
    return good;
}

static const Str *replaced(const Loader *l, Str path) {
    return l->overlay ? map_get_str(l->overlay->files, path) : NULL;
}

bool fs_is_overlaid(const Loader *l, Str path) { return replaced(l, path) != NULL; }

// GODEBUG=gofsystrace=1, as the go command has it
static void trace(const Loader *l, const char *what, Str path) {
    if (l->trace_files) tell("%d gofsystrace %s %.*s\n", (int)getpid(), what, SFMT(path));
}

bool fs_read(Loader *l, Arena *a, Str path, Str *text) {
    trace(l, "Open", path);
    const Str *r = replaced(l, path);
    if (r && !r->len) errno = ENOENT;
    return (!r || r->len) && file_read(a, arena_cstr(a, r ? *r : path), text);
}

Str fs_real(const Loader *l, Str path) { // where the text is
    const Str *r = replaced(l, path);
    return r && r->len ? *r : path;
}

bool fs_is_dir(Loader *l, Str path) {
    if (replaced(l, path)) return false;
    return (l->overlay && map_get_str(l->overlay->folders, path)) || dir_exists(arena_cstr(l->a, path));
}

bool fs_is_file(Loader *l, Str path) {
    const Str *r = replaced(l, path);
    return r ? r->len > 0 : file_exists(arena_cstr(l->a, path)) && !fs_is_dir(l, path);
}

static bool list_folder(Loader *l, Str dir, Str **names, i64 *n) {
    trace(l, "ReadDir", dir);
    const StrList *more = l->overlay ? map_get_str(l->overlay->folders, dir) : NULL;
    *names = NULL;
    *n = 0;
    if (!dir_list(l->a, arena_cstr(l->a, dir), names, n) && !more) return false;
    if (!l->overlay) return true;
    StrList out = {0};
    Map *seen = map_new_str(l->a);
    for (i64 i = 0; i < *n + (more ? more->len : 0); i++) {
        Str name = i < *n ? (*names)[i] : more->ptr[i - *n];
        const Str *r = replaced(l, path_join(l->a, dir, name));
        if ((r && !r->len) || map_get_str(seen, name)) continue;
        map_set_str(seen, name, seen);
        vec_push(l->a, &out, name);
    }
    str_sort(out.ptr, out.len);
    *names = out.ptr;
    *n = out.len;
    return true;
}

// Folders of the library and of the module cache stay as they are while a command runs, and are asked for several times.
static bool stays(const Loader *l, Str dir) {
    return str_in_path(dir, l->goroot_src) || (l->o.overlay.len && str_in_path(dir, l->o.overlay)) ||
           (l->module_cache.len && str_in_path(dir, l->module_cache));
}

bool fs_list(Loader *l, Str dir, Str **names, i64 *n) {
    bool keep = stays(l, dir);
    Listing *known = keep ? map_get_str(l->listings, dir) : NULL;
    if (known) {
        *names = known->names;
        *n = known->n;
        return true;
    }
    if (!list_folder(l, dir, names, n)) return false;
    if (keep) {
        known = ANEW(l->a, Listing);
        *known = (Listing){*names, *n};
        map_set_str(l->listings, arena_str(l->a, dir), known);
    }
    return true;
}
