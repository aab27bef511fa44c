// package.c - an Archive and an AsmObject as bytes, and back.
//
// Fields come in any order; a key that is not known is of a later vole, whose header would differ: it is damage.
#include "archive/archive.h"

static const char parcel_magic[] = "voleprcl";
enum { FORMAT = 2, PARCEL_HEAD = 16 };

// ---- parcels ------------------------------------------------------------------------------------------------------------

static void put_str(Buf *b, Str s) {
    buf_u32(b, (u32)s.len);
    buf_str(b, s);
}

static void put(Buf *b, const char *key, Str value) {
    put_str(b, str_c(key));
    put_str(b, value);
}

static void put_number(Buf *b, const char *key, i64 n) { put(b, key, (Str){(const char *)&n, sizeof n}); }

// A field of several strings.
static void put_list(Buf *b, const char *key, const Str *parts, i64 n) {
    Buf all = {0};
    for (i64 i = 0; i < n; i++) put_str(&all, parts[i]);
    put(b, key, buf_view(&all));
    buf_free(&all);
}

static void put_text(Buf *b, const char *key, const ArchiveText *t) {
    Str parts[] = {t->name, t->path, t->text};
    put_list(b, key, parts, NELEM(parts));
}

static void write_parcel(Buf *out, Str header, const Buf *fields) {
    buf_printf(out, "%.*s\n\n!\n%s", SFMT(header), parcel_magic);
    buf_u64(out, hash_bytes(fields->ptr, fields->len, FORMAT));
    buf_bytes(out, fields->ptr, fields->len);
}

static bool get_str(Str *s, Str *out) {
    u32 n;
    if (s->len < 4) return false;
    memcpy(&n, s->ptr, 4);
    if (n > s->len - 4) return false;
    *out = str_slice(*s, 4, 4 + (i64)n);
    *s = str_slice(*s, 4 + (i64)n, s->len);
    return true;
}

static bool get_list(Str value, Str *parts, i64 n) {
    for (i64 i = 0; i < n; i++)
        if (!get_str(&value, &parts[i])) return false;
    return value.len == 0;
}

static bool get_number(Str value, i64 *n) {
    if (value.len != sizeof *n) return false;
    memcpy(n, value.ptr, sizeof *n);
    return true;
}

static bool get_text(Arena *a, Str value, ArchiveTexts *out) {
    Str parts[3];
    if (!get_list(value, parts, 3)) return false;
    vec_push(a, out, ((ArchiveText){parts[0], parts[1], arena_str(a, parts[2])})); // a NUL stands behind texts
    return true;
}

// The line that the bytes begin with, and the fields behind it. False: neither.
static bool open_parcel(Str bytes, Str *header, Str *fields) {
    i64 end = str_index(bytes, '\n'), at = str_find(bytes, S("\n!\n"));
    u64 hash;
    if (end < 0 || at < 0) return false;
    *header = str_slice(bytes, 0, end);
    *fields = str_slice(bytes, at + 3, bytes.len);
    if (!str_has_prefix(*fields, str_c(parcel_magic)) || fields->len < PARCEL_HEAD) return false;
    memcpy(&hash, fields->ptr + 8, 8);
    *fields = str_slice(*fields, PARCEL_HEAD, fields->len);
    return hash == hash_bytes(fields->ptr, fields->len, FORMAT);
}

// ---- writing --------------------------------------------------------------------------------------------------------------

Str archive_header(Arena *a, Str goos, Str goarch, Str go_version, Str experiments) {
    return arena_printf(a, "go object %.*s %.*s %.*s vole/%d%s%.*s", SFMT(goos), SFMT(goarch), SFMT(go_version), FORMAT,
                        experiments.len ? " X:" : "", SFMT(experiments));
}

void asm_object_write(const AsmObject *o, Str header, Buf *out) {
    Buf b = {0};
    put_text(&b, "asm", &o->file);
    for (i64 i = 0; i < o->defines.len; i++) put(&b, "define", o->defines.ptr[i]);
    for (i64 i = 0; i < o->includes.len; i++) put_text(&b, "include", &o->includes.ptr[i]);
    write_parcel(out, header, &b);
    buf_free(&b);
}

static void put_embed(Buf *b, const ArchiveEmbed *e) {
    Buf all = {0};
    put_str(&all, e->pattern);
    for (i64 i = 0; i < e->files.len; i++) put_str(&all, e->files.ptr[i]);
    put(b, "embed", buf_view(&all));
    buf_free(&all);
}

static void write_fields(const Archive *p, Buf *b) {
    put(b, "path", p->path);
    put(b, "name", p->name);
    put(b, "dir", p->dir);
    put_number(b, "go", p->go_minor);
    put_number(b, "flags", p->flags);
    put_number(b, "std", p->std);
    for (i64 i = 0; i < p->imports.len; i++) {
        Str parts[] = {p->imports.ptr[i].spelled, p->imports.ptr[i].path};
        put_list(b, "import", parts, NELEM(parts));
    }
    for (i64 i = 0; i < p->files.len; i++) put_text(b, "file", &p->files.ptr[i]);
    for (i64 i = 0; i < p->embeds.len; i++) put_embed(b, &p->embeds.ptr[i]);
    for (i64 i = 0; i < p->embedded.len; i++) put_text(b, "data", &p->embedded.ptr[i]);
}

static void write_summary(const Archive *p, Buf *b) {
    buf_printf(b, "%.*s\n", SFMT(p->header));
    if (p->build_id.len) buf_printf(b, "build id \"%.*s\"\n", SFMT(p->build_id));
    if (str_eq(p->name, S("main"))) buf_c(b, "main\n");
    buf_c(b, "\n\n$$B\nu");
    buf_str(b, p->export_data);
    buf_c(b, "\n$$\n");
}

void archive_write(const Archive *p, Buf *out) {
    Buf def = {0}, fields = {0}, object = {0};
    write_summary(p, &def);
    write_fields(p, &fields);
    write_parcel(&object, p->header, &fields);
    ArMember members[] = {{S("__.PKGDEF"), buf_view(&def)}, {S("_go_.o"), buf_view(&object)}};
    ar_write(out, &(ArMembers){.ptr = members, .len = NELEM(members)});
    buf_free(&def);
    buf_free(&fields);
    buf_free(&object);
}

// ---- reading --------------------------------------------------------------------------------------------------------------

static bool read_embed(Arena *a, Str value, Archive *p) {
    ArchiveEmbed e = {{0}};
    Str file;
    if (!get_str(&value, &e.pattern)) return false;
    while (value.len) {
        if (!get_str(&value, &file)) return false;
        vec_push(a, &e.files, file);
    }
    vec_push(a, &p->embeds, e);
    return true;
}

static bool read_field(Arena *a, Str key, Str value, Archive *p) {
    Str parts[2];
    i64 n = 0;
    if (str_eq(key, S("path"))) p->path = value;
    else if (str_eq(key, S("name"))) p->name = value;
    else if (str_eq(key, S("dir"))) p->dir = value;
    else if (str_eq(key, S("go"))) return get_number(value, &p->go_minor);
    else if (str_eq(key, S("flags"))) return get_number(value, &p->flags);
    else if (str_eq(key, S("std"))) {
        if (!get_number(value, &n)) return false;
        p->std = n != 0;
    } else if (str_eq(key, S("import"))) {
        if (!get_list(value, parts, 2)) return false;
        vec_push(a, &p->imports, ((ArchiveImport){parts[0], parts[1]}));
    } else if (str_eq(key, S("file"))) return get_text(a, value, &p->files);
    else if (str_eq(key, S("data"))) return get_text(a, value, &p->embedded);
    else if (str_eq(key, S("embed"))) return read_embed(a, value, p);
    else return false;
    return true;
}

static bool read_asm(Arena *a, Str fields, AsmObject *o) {
    Str key, value;
    ArchiveTexts file = {0};
    while (fields.len) {
        if (!get_str(&fields, &key) || !get_str(&fields, &value)) return false;
        if (str_eq(key, S("asm"))) {
            if (!get_text(a, value, &file)) return false;
        } else if (str_eq(key, S("include"))) {
            if (!get_text(a, value, &o->includes)) return false;
        } else if (str_eq(key, S("define"))) vec_push(a, &o->defines, value);
        else return false;
    }
    if (file.len != 1) return false;
    o->file = file.ptr[0];
    return true;
}

static bool read_package(Arena *a, Str fields, Archive *p) {
    Str key, value;
    while (fields.len)
        if (!get_str(&fields, &key) || !get_str(&fields, &value) || !read_field(a, key, value, p)) return false;
    return p->path.len && p->name.len && p->files.len;
}

// The build id of the summary, for whoever copies the archive.
static Str find_build_id(Str def) {
    i64 at = str_find(def, S("\nbuild id \""));
    if (at < 0) return (Str){0};
    def = str_slice(def, at + 11, def.len);
    i64 end = str_index(def, '"');
    return end < 0 ? (Str){0} : str_slice(def, 0, end);
}

static bool check_header(Arena *a, Str file, Str found, Str want, Err *err) {
    if (str_eq(found, want)) return true;
    if (str_find(found, S(" vole/")) < 0)
        return err_set(err, a, ERR_OTHER, "%.*s: object is [%.*s], which vole did not make", SFMT(file), SFMT(found));
    return err_set(err, a, ERR_OTHER,
                   "%.*s: object is [%.*s] expected [%.*s]: it was made by another version; compile it again",
                   SFMT(file), SFMT(found), SFMT(want));
}

static bool read_member(Arena *a, Str file, const ArMember *m, Str header, Archive *p, bool *package, Err *err) {
    Str found, fields, head = str_slice(m->data, 0, i64_max(str_index(m->data, '\n'), 0));
    AsmObject o = {{{0}}};
    if (str_eq(m->name, S("__.PKGDEF"))) {
        p->build_id = find_build_id(m->data);
        return str_has_prefix(head, S("go object "))
                   ? check_header(a, file, head, header, err)
                   : err_set(err, a, ERR_OTHER, "%.*s: not a go object file", SFMT(file));
    }
    if (str_has_prefix(head, S("go object ")) && !check_header(a, file, head, header, err)) return false;
    bool good = open_parcel(m->data, &found, &fields);
    bool is_package = good && str_eq(m->name, S("_go_.o"));
    if (is_package) good = !*package && read_package(a, fields, p), *package = true;
    else if (good && (good = read_asm(a, fields, &o))) vec_push(a, &p->objects, o);
    if (good) return true;
    return err_set(err, a, ERR_OTHER, "%.*s: damaged archive: %.*s does not hold what it should", SFMT(file),
                   SFMT(str_quote(a, m->name)));
}

bool archive_read(Arena *a, Str file, Str bytes, Str header, Archive **out, Err *err) {
    ArMembers members = {0};
    bool package = false;
    Archive *p = *out = ANEW(a, Archive);
    p->header = header;
    if (!ar_read(a, file, bytes, &members, err)) return false;
    for (i64 i = 0; i < members.len; i++)
        if (!read_member(a, file, &members.ptr[i], header, p, &package, err)) return false;
    return package || err_set(err, a, ERR_OTHER, "%.*s: damaged archive: it holds no package", SFMT(file));
}
