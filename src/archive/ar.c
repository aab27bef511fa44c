// ar.c - Unix archives: a list of members as bytes, and back.
//
// In:   bytes of anybody's. Out: the members, which point into them; an error that names the file if a header or a size is wrong.
// Written members have no time, no owner and mode 644, so that equal members are equal bytes. Names have 16 letters at most.
#include "archive/archive.h"
#include <stdlib.h>

enum { HEAD = 60, NAME = 16, SIZE_AT = 48, SIZE_LEN = 10 };
static const char magic[] = "!<arch>\n";

bool ar_is(Str bytes) { return str_has_prefix(bytes, S("!<arch>\n")); }

static bool parse_size(Str s, i64 *n) {
    s = str_trim(s);
    *n = 0;
    for (i64 i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        *n = *n * 10 + (s.ptr[i] - '0');
    }
    return s.len > 0;
}

static Str member_name(Str head) {
    Str name = str_trim(str_slice(head, 0, NAME));
    return name.len > 1 && name.ptr[name.len - 1] == '/' ? str_slice(name, 0, name.len - 1)
                                                         : name; // as GNU ar ends them
}

bool ar_read(Arena *a, Str file, Str bytes, ArMembers *out, Err *err) {
    if (!ar_is(bytes)) return err_set(err, a, ERR_OTHER, "%.*s: not an archive file", SFMT(file));
    for (i64 at = (i64)sizeof magic - 1; at < bytes.len;) {
        Str head = str_slice(bytes, at, i64_min(at + HEAD, bytes.len));
        i64 size;
        if (head.len < HEAD || head.ptr[58] != '`' || head.ptr[59] != '\n' ||
            !parse_size(str_slice(head, SIZE_AT, SIZE_AT + SIZE_LEN), &size))
            return err_set(err, a, ERR_OTHER, "%.*s: damaged archive: no member at offset %lld", SFMT(file),
                           (long long)at);
        at += HEAD;
        Str name = member_name(head);
        if (size > bytes.len - at)
            return err_set(err, a, ERR_OTHER, "%.*s: damaged archive: %.*s ends behind the file", SFMT(file),
                           SFMT(str_quote(a, name)));
        vec_push(a, out, ((ArMember){name, str_slice(bytes, at, at + size)}));
        at += size + (size & 1);
    }
    return true;
}

void ar_write(Buf *b, const ArMembers *members) {
    buf_c(b, magic);
    for (i64 i = 0; i < members->len; i++) {
        const ArMember *m = &members->ptr[i];
        Str name = str_slice(m->name, 0, i64_min(m->name.len, NAME));
        buf_printf(b, "%-16.*s%-12d%-6d%-6d%-8d%-10lld`\n", SFMT(name), 0, 0, 0, 644, (long long)m->data.len);
        buf_str(b, m->data);
        if (m->data.len & 1) buf_u8(b, 0);
    }
}
