// pgo.c - -pgo: the profile of a main package is found and checked; nothing is made of it yet.
//
// In:   off, auto (default.pgo in the package's folder, if it is there) or a file. Out: the file's path for the build info.
//       A file that cannot be read or is no profile of CPU time is an error, worded as the go command's preprofile does.
// A profile is a protocol buffer (profile.proto of pprof), packed by gzip or not, or the text that preprofile makes of one.
#include "cmd/cmd.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <zlib.h>

typedef struct Message { // what is left of it
    Str data;
    Str error; // in an arena, or constant
    Arena *a;
} Message;
typedef struct WireField {
    u64 number, value;
    Str bytes;
    int type;
} WireField;
enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };
enum { SAMPLE_TYPE = 1, SAMPLE = 2, FUNCTION = 5, STRING_TABLE = 6 }; // fields of Profile
enum { VALUE_TYPE = 1, VALUE_UNIT = 2, START_LINE = 5 };              // of ValueType, of Function

static bool fail(Message *m, Str error) {
    m->error = error;
    return false;
}

static bool take_varint(Message *m, u64 *v) {
    *v = 0;
    for (int i = 0; i < 10 && i < m->data.len; i++) {
        u8 byte = (u8)m->data.ptr[i];
        *v |= (u64)(byte & 0x7f) << (7 * i);
        if (byte & 0x80) continue;
        m->data = str_slice(m->data, i + 1, m->data.len);
        return true;
    }
    return fail(m, S("bad varint"));
}

static bool take_bytes(Message *m, u64 n, const char *error, Str *out) {
    if (n > (u64)m->data.len) return fail(m, str_c(error));
    *out = str_slice(m->data, 0, (i64)n);
    m->data = str_slice(m->data, (i64)n, m->data.len);
    return true;
}

// The next field; false at the end, and with m->error where the message is malformed.
static bool take_field(Message *m, WireField *f) {
    u64 key, n;
    if (!m->data.len || m->error.len || !take_varint(m, &key)) return false;
    *f = (WireField){.number = key >> 3, .type = (int)(key & 7)};
    switch (f->type) {
    case WIRE_VARINT: return take_varint(m, &f->value);
    case WIRE_64: return take_bytes(m, 8, "not enough data", &f->bytes);
    case WIRE_BYTES: return take_varint(m, &n) && take_bytes(m, n, "too much data", &f->bytes);
    case WIRE_32: return take_bytes(m, 4, "not enough data", &f->bytes);
    default: return fail(m, arena_printf(m->a, "unknown wire type: %d", f->type));
    }
}

typedef struct Profile {
    i64 samples;
    VEC(Str) strings;
    VEC(Str) types; // messages
    bool start_line;
} Profile;

// A message of the profile, of which nothing but its form is looked at; of a function whether it has a first line.
static bool check_inner(Message *outer, Str bytes, bool function, Profile *p) {
    Message m = {.data = bytes, .a = outer->a};
    for (WireField f; take_field(&m, &f);) p->start_line |= function && f.number == START_LINE && f.value;
    return m.error.len ? fail(outer, m.error) : true;
}

static bool read_profile(Message *m, Profile *p) {
    for (WireField f; take_field(m, &f);) {
        bool message = f.number >= SAMPLE_TYPE && f.number <= STRING_TABLE;
        if (message && f.type != WIRE_BYTES) return fail(m, S("type mismatch"));
        if (!message) continue;
        if (f.number == STRING_TABLE) vec_push(m->a, &p->strings, f.bytes);
        else if (!check_inner(m, f.bytes, f.number == FUNCTION, p)) return false;
        if (f.number == SAMPLE_TYPE) vec_push(m->a, &p->types, f.bytes);
        if (f.number == SAMPLE) p->samples++;
    }
    return !m->error.len;
}

static Str string_at(const Profile *p, u64 i) { return i < (u64)p->strings.len ? p->strings.ptr[i] : (Str){0}; }

static bool counts_time(Arena *a, const Profile *p) {
    for (i64 i = 0; i < p->types.len; i++) {
        Message m = {.data = p->types.ptr[i], .a = a};
        Str type = {0}, unit = {0};
        for (WireField f; take_field(&m, &f);) {
            if (f.number == VALUE_TYPE) type = string_at(p, f.value);
            if (f.number == VALUE_UNIT) unit = string_at(p, f.value);
        }
        if (str_eq(type, S("samples")) && str_eq(unit, S("count"))) return true;
        if (str_eq(type, S("cpu")) && str_eq(unit, S("nanoseconds"))) return true;
    }
    return false;
}

enum { MAX_UNPACKED = 1 << 30, STEP = 1 << 16 };

// Members of a gzip file one after the other.
static bool unpack(Arena *a, Str in, Str *out) {
    z_stream z = {.next_in = (Bytef *)(uintptr_t)in.ptr, .avail_in = (uInt)in.len};
    Buf b = {0};
    char step[STEP];
    int rc = inflateInit2(&z, 15 + 16);
    while (rc == Z_OK && b.len < MAX_UNPACKED) {
        z.next_out = (Bytef *)step, z.avail_out = STEP;
        rc = inflate(&z, Z_NO_FLUSH);
        buf_bytes(&b, step, STEP - (i64)z.avail_out);
        if (rc == Z_STREAM_END && z.avail_in) rc = inflateReset(&z);
    }
    inflateEnd(&z);
    if (rc == Z_STREAM_END) *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return rc == Z_STREAM_END;
}

// What is wrong with the bytes of a profile; "": nothing.
static Str profile_error(Arena *a, Str text) {
    if (!text.len || str_has_prefix(text, S("GO PREPROFILE V1\n"))) return (Str){0};
    if (str_has_prefix(text, S("\x1f\x8b")) && (text.len > INT_MAX || !unpack(a, text, &text)))
        return S("decompressing profile: unexpected EOF or damaged data");
    Message m = {.data = text, .a = a};
    Profile p = {0};
    if (!read_profile(&m, &p)) return arena_printf(a, "parsing profile: %.*s", SFMT(m.error));
    if (!p.strings.len) return S("parsing profile: malformed profile format"); // index 0 is always referred to
    if (!p.samples) return (Str){0};
    if (!counts_time(a, &p))
        return S("profile does not contain a sample index with value/type \"samples/count\" or cpu/nanoseconds\"");
    if (!p.start_line)
        return S("profile missing Function.start_line data (Go version of profiled application too old? Go 1.20+ "
                 "automatically adds this to profiles)");
    return (Str){0};
}

static bool report(Diag *d, Str file, const char *what, Str why) {
    diag_subject(d, (Str){0}, false);
    diag_error_at(d, (Str){0}, "# %.*s", SFMT(file));
    diag_error_at(d, (Str){0}, "preprofile: error %s: %.*s", what, SFMT(why));
    return false;
}

Str pgo_file(Cmd *c, const Pkg *main) {
    Str mode = flag_given(c, "pgo") ? c->f.pgo : S("auto");
    if (str_eq(mode, S("off"))) return (Str){0};
    if (!str_eq(mode, S("auto"))) return path_abs(c->a, mode);
    Str path = path_join(c->a, main->dir, S("default.pgo"));
    return file_type(arena_cstr(c->a, path)) ? path : (Str){0};
}

bool pgo_check(Cmd *c, Diag *d, const Pkg *main) {
    Str path = pgo_file(c, main), text;
    if (!path.len) return true;
    if (dir_exists(arena_cstr(c->a, path)))
        return report(d, path, "parsing profile",
                      arena_printf(c->a, "error parsing profile: read %.*s: is a directory", SFMT(path)));
    if (!file_read(c->a, arena_cstr(c->a, path), &text))
        return report(d, path, "opening profile", arena_printf(c->a, "open %.*s: %s", SFMT(path), err_os(errno)));
    Str why = profile_error(c->a, text);
    if (!why.len) return true;
    bool form = str_has_prefix(why, S("parsing")) || str_has_prefix(why, S("decompressing"));
    return report(d, path, "parsing profile",
                  arena_printf(c->a, "%s%.*s", form ? "error parsing profile: " : "", SFMT(why)));
}
