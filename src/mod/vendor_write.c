// vendor_write.c - `mod vendor`: a fresh vendor/ with the packages of "all", their modules' licence files, and modules.txt.
//
// In:   a ModState whose "all" was loaded as go 1.16 and newer see it (ModLoadOptions.use_vendor_all, any_tags).
// Out:  the folder, made anew; modules.txt exactly as the go command writes it.
// Facts: go.dev/ref/mod#go-mod-vendor: _test.go files and files with "ignore" constraints stay out, from go 1.17 on go.mod and go.sum too.
#include "mod/graph_int.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Vendor {
    ModState *s;
    ModVendorOptions o;
    Str dir, go;
    Map *packages; // ModNode -> StrVec *
    Map *explicit_;
    Map *copied, *metadata, *written;
    Buf txt;
    bool failed;
    Str bad_embed; // the last error of an embed, not told yet: all else is vendored nevertheless
    Err *err;
} Vendor;

static bool fail(Vendor *v, const char *what, Str path) {
    if (v->failed) return false;
    v->failed = true;
    return err_set(v->err, v->s->a, ERR_OTHER, "%s %.*s: %s", what, SFMT(path), err_os(errno));
}

// ---- folders
static bool make_dir(Vendor *v, Str dir) { return dir_make_all(v->s->a, dir) || fail(v, "mkdir", dir); }

static bool remove_dir(Vendor *v, Str dir) {
    Str failed;
    return dir_remove_all(v->s->a, dir, &failed) || fail(v, "unlinkat", failed);
}

static bool copy_file(Vendor *v, Str from, Str to) {
    Str text;
    Arena *t = arena_new("vendored file");
    bool ok = file_read(t, arena_cstr(t, from), &text) || fail(v, "open", from);
    if (ok) ok = file_write_atomic(arena_cstr(t, to), text, 0666) || fail(v, "open", to);
    arena_free(t);
    return ok;
}

// ---- which files
static bool is_metadata(Vendor *v, Str dir, Str name) {
    static const char *const names[] = {"AUTHORS", "CONTRIBUTORS", "COPYLEFT", "COPYING", "COPYRIGHT",
                                        "LEGAL",   "LICENSE",      "NOTICE",   "PATENTS"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_has_prefix(name, str_c(names[i]))) return true;
    return false;
}

static bool is_source(Vendor *v, Str dir, Str name) {
    if (str_has_suffix(name, S("_test.go"))) return false;
    if (str_eq(name, S("go.mod")) || str_eq(name, S("go.sum"))) return gover_cmp(v->go, S("1.17")) < 0;
    return !str_has_suffix(name, S(".go")) || v->o.may_build(v->o.ctx, path_join(v->s->a, dir, name));
}

static bool copy_dir(Vendor *v, Str to, Str from, bool (*wanted)(Vendor *, Str, Str)) {
    Str *names;
    i64 n;
    if (!dir_list(v->s->a, arena_cstr(v->s->a, from), &names, &n)) return fail(v, "open", from);
    if (!make_dir(v, to)) return false;
    for (i64 i = 0; i < n; i++) {
        struct stat st;
        Str src = path_join(v->s->a, from, names[i]), dst = path_join(v->s->a, to, names[i]);
        if (lstat(src.ptr, &st) != 0 || !S_ISREG(st.st_mode) || !wanted(v, from, names[i])) continue;
        map_set_str(v->copied, dst, v);
        if (!copy_file(v, src, dst)) return false;
    }
    return true;
}

// Licences and their like in the folders above, up to the module's root.
static bool copy_metadata(Vendor *v, Str mod, Str pkg, Str to, Str from) {
    for (bool first = true;; first = false) {
        Str key = arena_printf(v->s->a, "%.*s %.*s", SFMT(mod), SFMT(to));
        if (map_get_str(v->metadata, key)) return true;
        map_set_str(v->metadata, key, v);
        if (!first && !copy_dir(v, to, from, is_metadata)) return false;
        if (str_eq(mod, pkg)) return true;
        pkg = path_dir(pkg);
        to = path_dir(to);
        from = path_dir(from);
    }
}

static bool copy_embeds(Vendor *v, Str pkg, Str to, Str from) {
    Str *files;
    i64 n;
    Err why = {{0}, 0};
    bool tests = gover_cmp(v->go, S("1.22")) < 0;
    if (!v->o.embeds(v->o.ctx, from, tests, &files, &n, &why)) {
        Str text = arena_printf(v->s->a, "resolving embeds in %.*s: %.*s", SFMT(pkg), SFMT(why.text));
        if (v->o.errors || v->bad_embed.len) fprintf(stderr, "go: %.*s\n", SFMT(v->o.errors ? text : v->bad_embed));
        if (!v->o.errors) v->bad_embed = text;
        return true;
    }
    for (i64 i = 0; i < n; i++) {
        Str dst = path_join(v->s->a, to, files[i]);
        if (map_get_str(v->copied, dst)) continue;
        if (!make_dir(v, path_dir(dst)) || !copy_file(v, path_join(v->s->a, from, files[i]), dst)) return false;
    }
    return true;
}

static bool copy_package(Vendor *v, const ModPackage *p) {
    Str to = path_join(v->s->a, v->dir, p->path);
    return copy_dir(v, to, p->dir, is_source) && copy_metadata(v, p->mod.path, p->path, to, p->dir) &&
           copy_embeds(v, p->path, to, p->dir);
}

// ---- modules.txt
static bool module_line(Vendor *v, ModVersion m, ModVersion r) {
    Buf b = {0};
    buf_printf(&b, "# %.*s%s%.*s", SFMT(m.path), m.version.len ? " " : "", SFMT(m.version));
    bool ok = !r.path.len || !mod_has_path_prefix(path_clean(v->s->a, r.path), S("vendor"));
    if (!ok && !v->failed) {
        v->failed = true;
        err_set(v->err, v->s->a, ERR_OTHER, "replacement path %.*s inside vendor directory", SFMT(r.path));
    }
    if (r.path.len) buf_printf(&b, " => %.*s%s%.*s", SFMT(r.path), r.version.len ? " " : "", SFMT(r.version));
    buf_char(&b, '\n');
    if (v->o.verbose) fprintf(stderr, "%.*s", SFMT(buf_view(&b)));
    buf_str(&v->txt, buf_view(&b));
    buf_free(&b);
    return ok;
}

static void text_line(Vendor *v, Str line) {
    if (v->o.verbose) fprintf(stderr, "%.*s\n", SFMT(line));
    buf_printf(&v->txt, "%.*s\n", SFMT(line));
}

static Str selected_go(Vendor *v, Str path) {
    ModState *s = v->s;
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    Str ver = mod_selected(s, path);
    if (str_eq(ver, S("none"))) return (Str){0};
    ModVersion m = {path, ver};
    Summary *sum = node_summary(s, mod_node(s, m), &e);
    return sum ? sum->go_version : (Str){0};
}

static void annotations(Vendor *v, ModVersion m) {
    bool is = map_get_ptr(v->explicit_, mod_node(v->s, m)) != NULL;
    Str go = gover_cmp(v->go, S("1.17")) >= 0 ? selected_go(v, m.path) : (Str){0};
    if (is && go.len) text_line(v, arena_printf(v->s->a, "## explicit; go %.*s", SFMT(go)));
    else if (is) text_line(v, S("## explicit"));
    else if (go.len) text_line(v, arena_printf(v->s->a, "## go %.*s", SFMT(go)));
}

static bool write_module(Vendor *v, ModVersion m) {
    ModVersion r;
    mod_replacement(v->s, m, &r);
    map_set_str(v->written, mod_version_key(v->s->a, m), v);
    if (!module_line(v, m, r)) return false;
    annotations(v, m);
    StrVec *list = map_get_ptr(v->packages, mod_node(v->s, m));
    if (!list) return true;
    str_sort(list->ptr, list->len);
    for (i64 i = 0; i < list->len; i++) {
        text_line(v, list->ptr[i]);
        if (!copy_package(v, mod_package(v->s, list->ptr[i]))) return false;
    }
    return true;
}

// Replacements that no module of the list shows: who reads modules.txt cannot know otherwise that they had no effect.
static bool write_replaces(Vendor *v, const ModFile *f, bool as_is) {
    for (i64 i = 0; f && i < f->replace.len; i++) {
        ModVersion old = f->replace.ptr[i].old, r = f->replace.ptr[i].new_;
        Str key = mod_version_key(v->s->a, old);
        if (!old.path.len || map_get_str(v->written, key)) continue;
        map_set_str(v->written, key, v);
        if (!as_is && !mod_replacement(v->s, old, &r)) continue;
        if (!module_line(v, old, r)) return false;
    }
    return true;
}

static bool write_modules(Vendor *v, ModVec *mods, bool replaces) {
    ModState *s = v->s;
    if (s->workspace && s->mains.len) text_line(v, S("## workspace"));
    for (i64 i = 0; i < mods->len; i++)
        if (!write_module(v, mods->ptr[i])) return false;
    if (!replaces) return true;
    if (!write_replaces(v, s->work, true)) return false;
    for (i64 i = 0; i < s->mains.len; i++)
        if (!write_replaces(v, s->mains.ptr[i]->m.file, false)) return false;
    return true;
}

// ---- what goes in
static void collect_packages(Vendor *v, ModVec *mods) {
    ModState *s = v->s;
    for (i64 i = 0; i < mod_package_count(s); i++) {
        ModPackage *p = mod_package_at(s, i);
        if (p->from_test || !p->mod.path.len || mod_main_named(s, p->mod.path)) continue;
        ModNode *n = mod_node(s, p->mod);
        StrVec *list = map_get_ptr(v->packages, n);
        if (!list) {
            list = ANEW(s->a, StrVec);
            map_set_ptr(v->packages, n, list);
            if (!map_get_ptr(v->explicit_, n)) vec_push(s->a, mods, n->v);
        }
        vec_push(s->a, list, p->path);
    }
}

static void collect_explicit(Vendor *v, ModVec *mods) {
    for (i64 i = 0; i < v->s->mains.len; i++) {
        const ModFile *f = v->s->mains.ptr[i]->m.file;
        for (i64 k = 0; k < f->require.len; k++) {
            ModNode *n = f->require.ptr[k].mod.path.len ? mod_node(v->s, f->require.ptr[k].mod) : NULL;
            if (!n || map_get_ptr(v->explicit_, n)) continue;
            map_set_ptr(v->explicit_, n, n);
            vec_push(v->s->a, mods, n->v);
        }
    }
}

static bool check_case(Vendor *v) {
    Map *fold = map_new_str(v->s->a);
    for (i64 i = 0; i < map_len(v->packages); i++) {
        const ModNode *n = map_at(v->packages, i)->key.ptr;
        Str low = str_lower(v->s->a, n->v.path);
        const ModNode *other = map_get_str(fold, low);
        if (other && !str_eq(other->v.path, n->v.path))
            return err_set(v->err, v->s->a, ERR_OTHER,
                           "go.mod: case-insensitive import collision: \"%.*s\" and \"%.*s\"", SFMT(n->v.path),
                           SFMT(other->v.path));
        map_set_str(fold, low, (void *)n);
    }
    return true;
}

static bool write_text(Vendor *v) {
    if (!v->txt.len) {
        fprintf(stderr, "go: no dependencies to vendor\n");
        return true;
    }
    Str file = path_join(v->s->a, v->dir, S("modules.txt"));
    return make_dir(v, v->dir) &&
           (file_write_atomic(arena_cstr(v->s->a, file), buf_view(&v->txt), 0666) || fail(v, "open", file));
}

bool mod_vendor(ModState *s, ModVendorOptions o, Err *err) {
    Vendor v = {.s = s, .o = o, .err = err, .go = mod_main_go(s)};
    v.packages = map_new_ptr(s->a);
    v.explicit_ = map_new_ptr(s->a);
    v.copied = map_new_str(s->a);
    v.metadata = map_new_str(s->a);
    v.written = map_new_str(s->a);
    v.dir = !o.out.len ? mod_vendor_dir(s) : o.out.ptr[0] == '/' ? o.out : path_join(s->a, s->o.cwd, o.out);
    ModVec mods = {0};
    bool since114 = gover_cmp(v.go, S("1.14")) >= 0 && (s->workspace || s->mains.ptr[0]->m.file->go.value.len);
    if (since114) collect_explicit(&v, &mods);
    collect_packages(&v, &mods);
    modvec_sort(&mods);
    bool ok = remove_dir(&v, v.dir) && check_case(&v) && write_modules(&v, &mods, since114) && write_text(&v);
    buf_free(&v.txt);
    if (ok && v.bad_embed.len) return err_set(err, s->a, ERR_OTHER, "%.*s", SFMT(v.bad_embed));
    return ok;
}
