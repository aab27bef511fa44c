// report.c - errors of packages in the go command's words, and how files are called in messages and tables.
#include "load/load_int.h"

Str load_display_path(Loader *l, Str abs) {
    Str cwd = l->o.cwd;
    if (str_has_prefix(abs, cwd) && abs.len > cwd.len && abs.ptr[cwd.len] == '/') {
        Str rel = str_slice(abs, cwd.len + 1, abs.len);
        return str_index(rel, '/') < 0 ? arena_printf(l->a, "./%.*s", SFMT(rel)) : rel;
    }
    // One or more folders up, if that is shorter.
    Str up = cwd;
    Buf b = {0};
    while (up.len > 1) {
        up = path_dir(up);
        buf_c(&b, "../");
        i64 skip = up.len == 1 ? 1 : up.len + 1;
        if (str_has_prefix(abs, up) && abs.len > skip && (up.len == 1 || abs.ptr[up.len] == '/')) {
            buf_str(&b, str_slice(abs, skip, abs.len));
            break;
        }
    }
    Str rel = buf_view(&b);
    Str out = rel.len > 0 && rel.len < abs.len && rel.ptr[rel.len - 1] != '/' ? arena_str(l->a, rel) : abs;
    buf_free(&b);
    return out;
}

Str load_shown_path(Loader *l, Str abs) { return load_display_path(l, abs); }

Str load_short_path(Loader *l, Str abs) {
    Str s = load_display_path(l, abs);
    return str_has_prefix(s, S("./")) ? str_slice(s, 2, s.len) : s;
}

// A newline at the end of a file begins no line.
Str report_position(Loader *l, TextPos at) {
    i64 line = 1, start = 0;
    Str text = load_text(l, at.file);
    for (i64 i = 0; i < at.offset && i < text.len; i++)
        if (text.ptr[i] == '\n' && i + 1 < text.len) line++, start = i + 1;
    return arena_printf(l->a, "%.*s:%lld:%lld", SFMT(load_short_path(l, at.file->path)), (long long)line,
                        (long long)(at.offset - start + 1));
}

static void print_stack(Buf *b, const PkgError *e) {
    for (i64 i = 0; i < e->nstack; i++) {
        buf_printf(b, i ? "\n\timports %.*s" : "package %.*s", SFMT(e->stack[i].path));
        if (e->is_cycle && e->stack[i].at.file) buf_printf(b, " from %.*s", SFMT(e->stack[i].at.file->name));
    }
}

static bool shows_stack(const PkgError *e) { return e->nstack && (!e->at.file || e->always_stack); }

Str load_error_text(Loader *l, const PkgError *e) {
    Buf b = {0};
    if (shows_stack(e)) {
        print_stack(&b, e);
        if (e->at.file) buf_printf(&b, "\n\t%.*s", SFMT(report_position(l, e->at)));
        buf_c(&b, ": ");
    } else if (e->at.file) buf_printf(&b, "%.*s: ", SFMT(report_position(l, e->at)));
    buf_str(&b, e->text);
    Str s = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return s;
}

Str load_error_position(Loader *l, const PkgError *e) { return e->at.file ? report_position(l, e->at) : (Str){0}; }

// a -> b -> a, from the first package that comes twice on.
static void draw_cycle(const PkgError *e, DiagError *d) {
    i64 last = e->nstack - 1, first = last;
    for (i64 i = last - 1; i >= 0; i--)
        if (str_eq(e->stack[i].path, e->stack[last].path)) first = i;
    Buf b = {0};
    for (i64 i = first; i < e->nstack; i++) buf_printf(&b, "%s%.*s", i > first ? " -> " : "", SFMT(e->stack[i].path));
    if (first < last) diag_help(d, "%.*s: what both sides need goes into a package of its own", SFMT(buf_view(&b)));
    buf_free(&b);
}

// Another path that may have been meant by the import at pos.
static void offer_path(Loader *l, const Pkg *p, const PkgError *e, DiagError *d, Pos pos, Str text, i64 at) {
    if (str_find(e->text, S("missing import path")) >= 0) syntax_help(diag_source(l->diag, pos), d, pos);
    if (p->std || at >= text.len || (text.ptr[at] != '"' && text.ptr[at] != '`')) return;
    Str near = load_path_near(l, l->a, p->path);
    i64 end = at + 1;
    while (end < text.len && text.ptr[end] != text.ptr[at] && text.ptr[end] != '\n') end++;
    if (end >= text.len || text.ptr[end] == '\n') return;
    diag_range(d, pos, pos + (Pos)(end + 1 - at));
    if (!near.len) return;
    DiagEdit edit = {pos, pos + (Pos)(end + 1 - at), arena_printf(l->a, "\"%.*s\"", SFMT(near))};
    diag_suggest(d, &edit, 1, "did you mean \"%.*s\"?", SFMT(near));
}

// Each error is printed at once: the order is that of packages, what is imported first.
static void report(Loader *l, const Pkg *p, const PkgError *e) {
    Str text = e->at.file ? load_text(l, e->at.file) : (Str){0};
    bool behind = e->at.file && e->at.offset >= text.len && str_has_suffix(text, S("\n"));
    diag_subject(l->diag, p->path, false);
    if (e->at.file && !shows_stack(e) && !behind) { // with the line of the source below it
        PkgFile *f = e->at.file;
        SourceFile *src = source_map_add(l->sources, load_short_path(l, f->path), f->path, text);
        Pos pos = src->base + e->at.offset;
        DiagError *d = diag_error(l->diag, pos, "%.*s", SFMT(e->text));
        diag_source_is(d, "imports");
        if (diag_helps(l->diag)) offer_path(l, p, e, d, pos, text, e->at.offset);
    } else {
        DiagError *d = diag_error_at(l->diag, (Str){0}, "%.*s", SFMT(load_error_text(l, e)));
        if (diag_helps(l->diag) && e->is_cycle) draw_cycle(e, d);
    }
    diag_flush(l->diag, 2);
    diag_subject(l->diag, (Str){0}, false);
}

static i64 report_below(Loader *l, Pkg *p, Map *seen) {
    i64 n = 0;
    if (!p || map_get_ptr(seen, p)) return 0;
    map_set_ptr(seen, p, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) n += report_below(l, p->deps[i], seen);
    const PkgError *e = p->error;
    if (!e) e = load_head_error(l, p);
    if (e) report(l, p, e);
    return n + (e != NULL);
}

i64 load_report(Loader *l, Pkg **pkgs, i64 n) {
    Arena *tmp = arena_new("packages seen");
    Map *seen = map_new_ptr(tmp);
    i64 errors = 0;
    for (i64 i = 0; i < n; i++) errors += report_below(l, pkgs[i], seen);
    arena_free(tmp);
    return errors;
}

// Not all files of a library package are in its folder: what an overlay leaves out is GOROOT's.
static Str ref_path(Loader *l, Arena *a, const FileRef *f) {
    const Pkg *p = f->pkg.len ? map_get_str(l->pkgs, f->pkg) : NULL;
    if (!p) return f->name;
    for (i64 k = 0; k < FILES_KINDS; k++)
        for (i64 i = 0; i < p->files[k].len; i++)
            if (str_eq(p->files[k].ptr[i]->name, f->name)) return p->files[k].ptr[i]->path;
    return path_join(a, p->dir, f->name); // included by assembly
}

Str load_ref_display(Loader *l, const FileRef *f) {
    return f->literal ? f->name : load_display_path(l, fs_real(l, ref_path(l, l->a, f)));
}

Str load_real_path(Loader *l, Str path) { return fs_real(l, path); }

Str load_ref_name(Loader *l, Arena *a, const FileRef *f, bool trimpath) {
    if (f->literal) return f->name.len ? f->name : S("??");
    Str path = ref_path(l, a, f);
    const Pkg *owner = f->pkg.len ? map_get_str(l->pkgs, f->pkg) : NULL;
    if (!trimpath || (owner && owner->archive)) return path; // or the compiler has trimmed it
    Str src = path_join(a, l->o.goroot, S("src/"));
    if (str_has_prefix(path, src)) return str_slice(path, src.len + (src.ptr[src.len - 1] != '/'), path.len);
    if (l->o.overlay.len && str_has_prefix(path, l->o.overlay)) return str_slice(path, l->o.overlay.len + 1, path.len);
    const Pkg *p = map_get_str(l->by_dir, path_dir(path));
    if (!p && owner && str_eq(owner->dir, path_dir(path))) p = owner; // nothing was parsed
    if (p && p->module.version.len)
        return arena_printf(a, "%.*s@%.*s%.*s/%.*s", SFMT(p->module.path), SFMT(p->module.version),
                            SFMT(str_slice(p->path, p->module.path.len, p->path.len)), SFMT(path_base(path)));
    if (p && !p->command_line_files) return path_join(a, p->path, path_base(path));
    return arena_printf(a, "./%.*s", SFMT(path_base(path)));
}
