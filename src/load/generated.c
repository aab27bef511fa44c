// generated.c - files of the library that upstream's build generates: a GOROOT of sources may lack them, so they are made in memory.
//
// In:    a package of the library, as it is built (not as `list` shows it); whether its folder holds the file.
// Out:   name and text of the file that belongs to it besides those of its folder.
// Rules: a file is made only where the GOROOT has none; internal/buildcfg's always, as vole's defaults differ.
#include "load/load_int.h"
#include <errno.h>

// The defaults of cmd/compile and of go/build. vole has no cgo; the version is the GOROOT's, as it stands in object headers.
static bool make_buildcfg(Loader *l, Buf *b, Err *err) {
    static const char *const settings[][2] = {
        {"DefaultCGO_ENABLED", "0"},      {"DefaultGO386", "sse2"},
        {"DefaultGOAMD64", "v1"},         {"DefaultGOARM", "7"},
        {"DefaultGOARM64", "v8.0"},       {"DefaultGOMIPS", "hardfloat"},
        {"DefaultGOMIPS64", "hardfloat"}, {"DefaultGOPPC64", "power8"},
        {"DefaultGORISCV64", "rva20u64"}, {"DefaultGOFIPS140", "off"},
        {"defaultGOEXPERIMENT", ""},      {"defaultGO_EXTLINK_ENABLED", ""},
        {"defaultGO_LDSO", ""},
    };
    (void)err;
    buf_c(b, "package buildcfg\n\nimport \"runtime\"\n\nconst (\n");
    for (i64 i = 0; i < NELEM(settings); i++) buf_printf(b, "\t%s = \"%s\"\n", settings[i][0], settings[i][1]);
    buf_c(b, "\tdefaultGOOS = runtime.GOOS\n\tdefaultGOARCH = runtime.GOARCH\n");
    buf_printf(b, "\tversion = \"go%.*s\"\n)\n", SFMT(l->o.go_version));
    return true;
}

static bool make_zipdata(Loader *l, Buf *b, Err *err) {
    Str zip, from = path_join(l->a, l->o.goroot, S("lib/time/zoneinfo.zip"));
    if (!file_read(l->a, arena_cstr(l->a, from), &zip))
        return err_set(err, l->a, ERR_OTHER,
                       "the GOROOT has no src/time/tzdata/zzipdata.go, and to make it: open %.*s: %s", SFMT(from),
                       err_os(errno));
    buf_c(b, "package tzdata\n\nconst zipdata = \"");
    for (i64 i = 0; i < zip.len; i++) {
        u8 c = (u8)zip.ptr[i];
        if (c < ' ' || c > '~' || c == '"' || c == '\\') buf_printf(b, "\\x%02x", c);
        else buf_u8(b, c);
    }
    buf_c(b, "\"\n");
    return true;
}

// Which C compiler cgo takes where the user names none: what upstream's build writes without CC and CXX set.
static bool make_compilers(Buf *b, const char *package, const char *prefix) {
    static const char *const compilers[][3] = {{"CC", "clang", "gcc"}, {"CXX", "clang++", "g++"}};
    buf_printf(b, "package %s\n\nconst %sPkgConfig = `pkg-config`\n", package, prefix);
    for (i64 i = 0; i < NELEM(compilers); i++)
        buf_printf(
            b,
            "\nfunc %s%s(goos, goarch string) string {\n\tswitch goos {\n\tcase \"darwin\", \"ios\", \"freebsd\", "
            "\"openbsd\":\n\t\treturn \"%s\"\n\t}\n\treturn \"%s\"\n}\n",
            prefix, compilers[i][0], compilers[i][1], compilers[i][2]);
    return true;
}

static bool make_go_compilers(Loader *l, Buf *b, Err *err) { return make_compilers(b, "cfg", "Default"); }

static bool make_cgo_compilers(Loader *l, Buf *b, Err *err) { return make_compilers(b, "main", "default"); }

static const struct Generated {
    const char *package, *name;
    bool always; // whatever the folder holds
    bool (*make)(Loader *, Buf *, Err *);
} table[] = {
    {"internal/buildcfg", "zbootstrap.go", true, make_buildcfg},
    {"cmd/cgo", "zdefaultcc.go", false, make_cgo_compilers},
    {"cmd/go/internal/cfg", "zdefaultcc.go", false, make_go_compilers},
    {"time/tzdata", "zzipdata.go", false, make_zipdata},
};

PkgFile *generated_file(Loader *l, const Pkg *p, const Str *names, i64 n, Err *err) {
    const struct Generated *g = NULL;
    *err = (Err){0};
    if (!p->std || !l->o.overlay.len) return NULL;
    for (i64 i = 0; i < NELEM(table); i++)
        if (str_eq(p->path, str_c(table[i].package))) g = &table[i];
    if (!g) return NULL;
    for (i64 i = 0; i < n && !g->always; i++)
        if (str_eq(names[i], str_c(g->name))) return NULL;
    Buf b = {0};
    PkgFile *f = NULL;
    if (g->make(l, &b, err)) {
        f = ANEW(l->a, PkgFile);
        *f = (PkgFile){.name = str_c(g->name), .path = path_join(l->a, p->dir, str_c(g->name)), .made = true};
        f->text = arena_str(l->a, buf_view(&b));
    }
    buf_free(&b);
    return f;
}
