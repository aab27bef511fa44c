// archived.c - packages in the place of folders: from archives, and of files that were named one by one (LoadOptions.imports).
//
// In:   an import path as a package spells it; an Archive; the files of `tool compile`.
// Out:  Resolved and Pkgs like those of folders, so that nothing behind load/ sees a difference. A file's path is what the compiler made
//       of it (-trimpath). Rules of importing were looked at by who named the packages.
// Without an import configuration packages are those of -I, then the library's. With one only what it names is there; but the runtime,
// which every program has, is the library's if it is not named.
#include "load/load_int.h"

static bool library_may(const Loader *l, const Pkg *from) {
    return !l->o.imports->given || !from || (from->std && !from->archive && !from->named);
}

static Str spelled_path(Loader *l, const Pkg *from, Str path) {
    for (i64 i = 0; from && from->archive && i < from->archive->imports.len; i++)
        if (str_eq(from->archive->imports.ptr[i].spelled, path)) return from->archive->imports.ptr[i].path;
    Str *mapped = from && from->archive ? NULL : map_get_str(l->o.imports->map, path);
    return mapped ? *mapped : path;
}

static Resolved of_archive(Archive *p) {
    return (Resolved){
        .path = p->path, .dir = p->dir, .root = p->dir, .std = p->std, .go_minor = (i32)p->go_minor, .archive = p};
}

Resolved archived_import(Loader *l, const Pkg *from, Str path) {
    Resolved r = {.path = spelled_path(l, from, path)};
    Archive *p;
    if (!import_config_find(l->o.imports, r.path, &p, &r.err)) {
        err_set(&r.err, l->a, ERR_OTHER, "could not import %.*s (%.*s)", SFMT(path), SFMT(r.err.text));
        return r;
    }
    if (p) {
        Str path_asked = r.path;
        r = of_archive(p);
        if (!str_eq(p->path, path_asked) && !str_eq(p->path, S("main")))
            err_set(&r.err, l->a, ERR_OTHER, "could not import %.*s (it is the package %.*s)", SFMT(path),
                    SFMT(p->path));
        if (r.err.text.len) r.archive = NULL, r.dir = (Str){0};
        r.path = path_asked;
        return r;
    }
    if (library_may(l, from)) {
        if (from && from->std && resolve_std_vendor(l, from, r.path, &r)) return r;
        if (resolve_library(l, r.path, &r)) return r;
    }
    const char *why = l->o.imports->given ? "open : no such file or directory" : "file not found";
    err_set(&r.err, l->a, ERR_OTHER, "could not import %.*s (%s)", SFMT(path), why);
    return r;
}

// ---- packages --------------------------------------------------------------------------------------------------------------

static void add_embeds(Loader *l, Pkg *p, const ArchiveEmbed *list, i64 n) {
    Map *seen = map_new_str(l->a);
    p->embed_lists = map_new_str(l->a);
    for (i64 i = 0; i < n; i++) {
        StrList *files = ANEW(l->a, StrList);
        for (i64 k = 0; k < list[i].files.len; k++) {
            Str name = list[i].files.ptr[k];
            vec_push(l->a, files, name);
            if (!map_get_str(seen, name)) vec_push(l->a, &p->embed_files, name);
            map_set_str(seen, name, p);
        }
        map_set_str(p->embed_lists, list[i].pattern, files);
    }
}

static void add_source(Loader *l, Pkg *p, FileKind kind, const ArchiveText *t) {
    PkgFile *f = ANEW(l->a, PkgFile);
    *f = (PkgFile){.name = path_base(t->path), .path = t->path, .text = t->text};
    vec_push(l->a, &p->files[kind], f);
}

void archived_fill(Loader *l, Pkg *p, Archive *from) {
    p->archive = from;
    p->flags.bits = (u32)from->flags;
    dir_scan_texts(l, p, &from->files);
    for (i64 i = 0; i < from->objects.len; i++) {
        const AsmObject *o = &from->objects.ptr[i];
        add_source(l, p, FILES_S, &o->file);
        for (i64 k = 0; k < o->includes.len; k++) // which tables name after the package's folder
            if (str_eq(path_dir(o->includes.ptr[k].path), path_dir(o->file.path)))
                add_source(l, p, FILES_H, &o->includes.ptr[k]);
    }
    p->embed_data = map_new_str(l->a);
    for (i64 i = 0; i < from->embedded.len; i++)
        map_set_str(p->embed_data, from->embedded.ptr[i].name, &from->embedded.ptr[i].text);
    add_embeds(l, p, from->embeds.ptr, from->embeds.len);
}

Pkg *load_archive(Loader *l, Archive *p) { return graph_load_resolved(l, p->path, of_archive(p)); }

Pkg *load_files(Loader *l, const FilesPackage *f) {
    Pkg *p = ANEW(l->a, Pkg);
    *p = (Pkg){.path = f->path, .dir = l->o.cwd, .root = l->o.cwd, .std = f->std, .go_minor = f->go_minor};
    p->flags.bits = f->flags;
    p->named = p->literal = p->command_line_files = true;
    p->bodies_elsewhere = !f->complete;
    p->embed_data = f->embed_data;
    dir_scan_texts(l, p, &f->files);
    add_embeds(l, p, f->embeds, f->nembeds);
    graph_load_scanned(l, p);
    return p;
}
