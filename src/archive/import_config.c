// import_config.c - files that -importcfg names: which archive is which package, as `go build` writes them for its tools.
//
// In:   lines "packagefile PATH=FILE", "importmap PATH=PATH", "modinfo QUOTED", comments. Out: an ImportConfig; archives are read when they
//       are asked for, each once.
#include "archive/archive.h"
#include <errno.h>

ImportConfig *import_config_new(Arena *a, Str header) {
    ImportConfig *c = ANEW(a, ImportConfig);
    c->a = a;
    c->header = header;
    c->files = map_new_str(a);
    c->map = map_new_str(a);
    c->opened = map_new_str(a);
    return c;
}

static void set(ImportConfig *c, Map *m, Str key, Str value) {
    Str *s = ANEW(c->a, Str);
    *s = value;
    map_set_str(m, key, s);
}

enum { MARK = 16 }; // bytes at each end of a modinfo

static bool read_modinfo(ImportConfig *c, Str quoted) {
    Str s;
    if (!str_unquote(c->a, quoted, &s) || s.len < 2 * MARK) return false;
    c->modinfo = str_slice(s, MARK, s.len - MARK);
    return true;
}

// The marks are those of runtime/debug's readers: a program is searched for them.
Str modinfo_wrap(Arena *a, Str text) {
    static const u8 begin[MARK] = {0x30, 0x77, 0xaf, 0x0c, 0x92, 0x74, 0x08, 0x02,
                                   0x41, 0xe1, 0xc1, 0x07, 0xe6, 0xd6, 0x18, 0xe6};
    static const u8 end[MARK] = {0xf9, 0x32, 0x43, 0x31, 0x86, 0x18, 0x20, 0x72,
                                 0x00, 0x82, 0x42, 0x10, 0x41, 0x16, 0xd8, 0xf2};
    Buf b = {0};
    buf_bytes(&b, begin, MARK);
    buf_str(&b, text);
    buf_bytes(&b, end, MARK);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static bool read_line(ImportConfig *c, Str line) {
    i64 blank = str_index(line, ' ');
    if (blank < 0) return false;
    Str verb = str_slice(line, 0, blank), args = str_trim(str_slice(line, blank, line.len));
    if (str_eq(verb, S("modinfo"))) return read_modinfo(c, args);
    i64 eq = str_index(args, '=');
    if (eq <= 0 || eq == args.len - 1) return false;
    Str key = str_slice(args, 0, eq), value = str_slice(args, eq + 1, args.len);
    if (str_eq(verb, S("packagefile"))) set(c, c->files, key, value);
    else if (str_eq(verb, S("importmap"))) set(c, c->map, key, value);
    else return str_eq(verb, S("packageshlib"));
    return true;
}

bool import_config_read(ImportConfig *c, Str file, Err *err) {
    Str text;
    c->given = true;
    if (!file_read(c->a, arena_cstr(c->a, file), &text))
        return err_set(err, c->a, ERR_OTHER, "-importcfg: open %.*s: %s", SFMT(file), err_os(errno));
    i64 number = 0;
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        Str line = str_trim(str_slice(text, at, end));
        number++;
        at = end + 1;
        if (!line.len || line.ptr[0] == '#' || read_line(c, line)) continue;
        return err_set(err, c->a, ERR_OTHER, "%.*s:%lld: invalid line: %.*s", SFMT(file), (long long)number,
                       SFMT(line));
    }
    return true;
}

bool import_config_open(ImportConfig *c, Str file, Archive **out, Err *err) {
    Str bytes;
    *out = map_get_str(c->opened, file);
    if (*out) return true;
    if (!file_read(c->a, arena_cstr(c->a, file), &bytes))
        return err_set(err, c->a, ERR_OTHER, "open %.*s: %s", SFMT(file), err_os(errno));
    if (!archive_read(c->a, file, bytes, c->header, out, err)) return false;
    map_set_str(c->opened, file, *out);
    return true;
}

bool import_config_find(ImportConfig *c, Str path, Archive **out, Err *err) {
    *out = NULL;
    Str *file = map_get_str(c->files, path);
    if (file) return import_config_open(c, *file, out, err);
    for (i64 i = 0; i < c->dirs.len; i++) {
        Str at = arena_printf(c->a, "%.*s/%.*s.a", SFMT(c->dirs.ptr[i]), SFMT(path));
        if (file_exists(arena_cstr(c->a, at))) return import_config_open(c, at, out, err);
    }
    return true;
}
