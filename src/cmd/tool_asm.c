// tool_asm.c - `vole tool asm`: a file of assembly is assembled, and becomes an object that holds it with all that it was assembled with.
//
// In:   flags as gc's assembler has them, a .s file. Out: the object for `tool pack` (archive/archive.h), or with -gensymabis what the compiler
//       must know of several files. The linker assembles again: what an argument or a layout is, it knows of the program's packages.
#include "asm/asm.h"
#include "cmd/toolbase.h"
#include <errno.h>
#include <stdio.h>

typedef struct Assemble {
    Cmd *c;
    ProgramOptions o;
    PathRules trim;
    Str path, out, version;
    bool asked_version, symabis;
    AsmObject object;
} Assemble;

static void take(void *ctx, const char *name, Str v) {
    Assemble *m = ctx;
    if (strcmp(name, "V") == 0) m->asked_version = true, m->version = v;
    else if (strcmp(name, "p") == 0) m->path = v;
    else if (strcmp(name, "o") == 0) m->out = v;
    else if (strcmp(name, "trimpath") == 0) m->trim = path_rules(m->c->a, v);
    else if (strcmp(name, "gensymabis") == 0) m->symabis = str_eq(v, S("true"));
}

// go_asm.h is made anew by who links.
static void included(void *ctx, Str name, Str path, Str text) {
    Assemble *m = ctx;
    for (i64 i = 0; i < m->object.includes.len; i++)
        if (str_eq(m->object.includes.ptr[i].name, name)) return;
    if (str_eq(path_base(name), S("go_asm.h"))) return;
    Str shown = path_rewrite(m->c->a, &m->trim, path_clean(m->c->a, path_abs(m->c->a, path)));
    vec_push(m->c->a, &m->object.includes, ((ArchiveText){name, shown, text}));
}

static AsmOptions options(Assemble *m, Program *p, const PkgFlags *flags) {
    Arena *a = m->c->a;
    AsmOptions o = {.sources = p->sources, .goarch = m->o.goarch, .goos = m->o.goos, .included = included, .ctx = m};
    AsmDefine *defines = ANEWN(a, AsmDefine, flags->asm_defines.len + 1);
    o.heading = m->path;
    o.package = ir_escape_path(a, m->path.len ? m->path : S("<unlinkable>"));
    o.include_dirs = flags->asm_dirs.ptr;
    o.ninclude_dirs = flags->asm_dirs.len;
    o.defines = defines;
    for (i64 i = 0; i < flags->asm_defines.len; i++) {
        Str def = flags->asm_defines.ptr[i];
        i64 eq = str_index(def, '=');
        defines[o.ndefines++] =
            (AsmDefine){str_slice(def, 0, eq < 0 ? def.len : eq), eq < 0 ? S("1") : str_slice(def, eq + 1, def.len)};
        vec_push(a, &m->object.defines, def);
    }
    return o;
}

static SourceFile *open_source(Assemble *m, Program *p, Str name) {
    Arena *a = m->c->a;
    Str text, abs = path_clean(a, path_abs(a, name));
    if (!file_read(a, arena_cstr(a, abs), &text)) {
        fprintf(stderr, "asm: open %.*s: %s\n", SFMT(name), err_os(errno));
        return NULL;
    }
    m->object.file = (ArchiveText){path_base(name), path_rewrite(a, &m->trim, abs), text};
    return source_map_add(p->sources, name, abs, text);
}

static Str default_output(Assemble *m, Str file) {
    Str base = path_base(file);
    return arena_printf(m->c->a, "%.*s.o", SFMT(str_slice(base, 0, i64_max(str_rindex(base, '.'), 0))));
}

static int assemble(Assemble *m, Program *p, const AsmOptions *o, const Str *files, i64 n) {
    Buf out = {0};
    bool ok = true;
    for (i64 i = 0; i < n && ok; i++) {
        AsmResult r;
        SourceFile *f = open_source(m, p, files[i]);
        if (!f) return 1;
        ok = m->symabis ? asm_symabis(m->c->a, p->diag, f, o, &out)
                        : asm_file(m->c->a, p->diag, obj_symtab_new(m->c->a), f, o, &r);
    }
    if (ok && !m->symabis) asm_object_write(&m->object, m->o.imports->header, &out);
    ok = ok && tool_write(m->c, m->out.len ? m->out : default_output(m, files[0]), &out, 0666);
    buf_free(&out);
    return tool_end(p->diag, 2, ok ? 0 : 1) ? 1 : 0;
}

int tool_asm(Cmd *c, StrVec args) {
    Assemble m = {.c = c};
    PkgFlags flags = {0};
    if (!tool_options(c, &m.o)) return 2;
    Program *p = program_new(m.o);
    i64 at = toolflags_asm(c, p->diag, args, &flags, take, &m), n = args.len - at;
    if (at < 0) return tool_end(p->diag, 2, 2);
    if (m.asked_version) return tool_version(c, "asm", m.version);
    if (n < 1) {
        fprintf(stderr, "usage: asm [options] file.s ...\n");
        return 2;
    }
    if (n > 1 && !m.symabis) return tool_fail("asm", S("not supported yet: several files in one object"));
    AsmOptions o = options(&m, p, &flags);
    return assemble(&m, p, &o, args.ptr + at, n);
}
