// tool_pack.c - `vole tool pack OP file.a [name...]`: archives are listed, printed, unpacked, made and added to.
//
// In:   c (make), r (add behind), t (list), p (print), x (unpack), with v (say more). Out: the archive, or what is in it.
// The archive is replaced as a whole, so that one that cannot be written stays as it was.
#include "cmd/toolbase.h"
#include <errno.h>
#include <stdio.h>

typedef struct Pack {
    Cmd *c;
    char op;
    bool verbose;
    Str file;
    StrVec names;
    ArMembers members;
} Pack;

static int usage(void) {
    fprintf(stderr, "Usage: pack op file.a [name....]\n"
                    "Where op is one of cprtx optionally followed by v for verbose output.\n"
                    "For compatibility with old Go build environments the op string grc is\n"
                    "accepted as a synonym for c.\n"
                    "\nFor more information, run\n\tgo doc cmd/pack\n");
    return 2;
}

static bool parse_op(Pack *p, Str op) {
    if (str_eq(op, S("grc"))) op = S("c");
    for (i64 i = 0; i < op.len; i++) {
        if (op.ptr[i] == 'v') p->verbose = true;
        else if (strchr("cprtx", op.ptr[i]) && !p->op) p->op = op.ptr[i];
        else return false;
    }
    return p->op != 0;
}

static bool open_archive(Pack *p) {
    Arena *a = p->c->a;
    Str bytes;
    Err err = {0};
    if (p->op == 'c') return true;
    if (!file_read(a, arena_cstr(a, p->file), &bytes)) {
        if (p->op == 'r' && errno == ENOENT) return true;
        return !tool_fail("pack", arena_printf(a, "open %.*s: %s", SFMT(p->file), err_os(errno)));
    }
    return ar_read(a, p->file, bytes, &p->members, &err) || !tool_fail("pack", err.text);
}

// A name that was asked for is no longer asked for.
static bool is_wanted(Pack *p, Str name, bool all) {
    for (i64 i = 0; i < p->names.len; i++)
        if (str_eq(p->names.ptr[i], name)) {
            p->names.ptr[i] = p->names.ptr[--p->names.len];
            return true;
        }
    return all;
}

static bool unpack(Pack *p, const ArMember *m) {
    Buf b = {.ptr = (u8 *)m->data.ptr, .len = m->data.len};
    bool inside = str_index(m->name, '/') < 0 && m->name.len && !str_eq(m->name, S(".."));
    if (!inside) return !tool_fail("pack", arena_printf(p->c->a, "%.*s: not a name of a file", SFMT(m->name)));
    return tool_write(p->c, m->name, &b, 0666);
}

static int show(Pack *p) {
    bool all = p->names.len == 0;
    for (i64 i = 0; i < p->members.len; i++) {
        const ArMember *m = &p->members.ptr[i];
        if (!is_wanted(p, m->name, all)) continue;
        if (p->op == 't' && p->verbose)
            printf("-rw-r--r-- %6d/%-6d %12lld %s %.*s\n", 0, 0, (long long)m->data.len, "Jan  1 00:00 1970",
                   SFMT(m->name));
        else if (p->op == 't' || p->verbose) printf("%.*s\n", SFMT(m->name));
        if (p->op == 'p') fwrite(m->data.ptr, 1, (size_t)m->data.len, stdout);
        if (p->op == 'x' && !unpack(p, m)) return 1;
    }
    for (i64 i = 0; i < p->names.len; i++)
        tool_fail("pack", arena_printf(p->c->a, "file %.*s not found", SFMT(p->names.ptr[i])));
    return p->names.len ? 1 : 0;
}

// The package in an archive that is added to a new one comes with it.
static bool add_file(Pack *p, Str name) {
    Arena *a = p->c->a;
    Str bytes;
    Err err = {0};
    if (!file_read(a, arena_cstr(a, name), &bytes))
        return !tool_fail("pack", arena_printf(a, "open %.*s: %s", SFMT(name), err_os(errno)));
    if (p->verbose) printf("%.*s\n", SFMT(name));
    if (p->op == 'c' && ar_is(bytes)) return ar_read(a, name, bytes, &p->members, &err) || !tool_fail("pack", err.text);
    vec_push(a, &p->members, ((ArMember){path_base(name), bytes}));
    return true;
}

static int change(Pack *p) {
    Buf b = {0};
    for (i64 i = 0; i < p->names.len; i++)
        if (!add_file(p, p->names.ptr[i])) return 1;
    ar_write(&b, &p->members);
    bool ok = tool_write(p->c, p->file, &b, 0666);
    buf_free(&b);
    return ok ? 0 : 1;
}

int tool_pack(Cmd *c, StrVec args) {
    Pack p = {.c = c};
    if (args.len < 2 || !parse_op(&p, args.ptr[0])) return usage();
    p.file = args.ptr[1];
    for (i64 i = 2; i < args.len; i++) vec_push(c->a, &p.names, args.ptr[i]);
    if (!open_archive(&p)) return 1;
    return p.op == 'c' || p.op == 'r' ? change(&p) : show(&p);
}
