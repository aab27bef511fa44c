// version.c - `vole version`: its own, and that of Go executables (`version [-m] FILE...`).
//
// The build information stands at a 16-byte boundary of a writable or data segment: "\xff Go buildinf:", pointer size, flags;
// with flag 2 (Go 1.18 on) two strings with their lengths (uvarint) at offset 32, else two pointers to string headers at
// offset 16. Files are read within bounds; what they say of offsets and lengths is not trusted.
#include "cmd/cmd.h"
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct BuildInfo {
    Str go_version, mod;
} BuildInfo;

typedef struct Segment {
    u64 addr;
    Str bytes;
} Segment;
typedef VEC(Segment) Segments;

static bool elf_segments(Arena *a, Str file, Segments *out) {
    Elf64_Ehdr h;
    if (file.len < (i64)sizeof h) return false;
    memcpy(&h, file.ptr, sizeof h);
    if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 || h.e_ident[EI_CLASS] != ELFCLASS64 ||
        h.e_ident[EI_DATA] != ELFDATA2LSB)
        return false;
    for (i64 i = 0; i < h.e_phnum; i++) {
        Elf64_Phdr p;
        if (h.e_phoff > (u64)file.len || h.e_phoff + (u64)(i + 1) * sizeof p > (u64)file.len) return false;
        memcpy(&p, file.ptr + h.e_phoff + (u64)i * sizeof p, sizeof p);
        if (p.p_type != PT_LOAD || p.p_offset > (u64)file.len || p.p_filesz > (u64)file.len - p.p_offset) continue;
        Segment s = {p.p_vaddr, {file.ptr + p.p_offset, (i64)p.p_filesz}};
        vec_push(a, out, s);
    }
    return true;
}

static Str at_address(const Segments *s, u64 addr, u64 len) {
    for (i64 i = 0; i < s->len; i++) {
        u64 off = addr - s->ptr[i].addr, size = (u64)s->ptr[i].bytes.len;
        if (addr >= s->ptr[i].addr && off < size && len <= size - off)
            return (Str){s->ptr[i].bytes.ptr + off, (i64)len};
    }
    return (Str){0};
}

static Str string_at(const Segments *s, u64 header) { // a Go string header's bytes
    Str h = at_address(s, header, 16);
    u64 ptr, len;
    if (h.len != 16) return (Str){0};
    memcpy(&ptr, h.ptr, 8);
    memcpy(&len, h.ptr + 8, 8);
    return at_address(s, ptr, len);
}

static bool take_string(Str *rest, Str *out) { // uvarint length, bytes
    u64 n = 0;
    i64 at = 0;
    for (int shift = 0; at < rest->len && shift < 63; shift += 7) {
        u8 b = (u8)rest->ptr[at++];
        n |= (u64)(b & 127) << shift;
        if (b < 128) {
            if (n > (u64)(rest->len - at)) return false;
            *out = str_slice(*rest, at, at + (i64)n);
            *rest = str_slice(*rest, at + (i64)n, rest->len);
            return true;
        }
    }
    return false;
}

static bool decode(const Segments *s, Str blob, BuildInfo *out) {
    Str rest = str_slice(blob, 32, blob.len);
    if (blob.ptr[15] & 2) {
        if (!take_string(&rest, &out->go_version) || !take_string(&rest, &out->mod)) return false;
    } else {
        u64 ptr[2];
        memcpy(ptr, blob.ptr + 16, 16);
        out->go_version = string_at(s, ptr[0]);
        out->mod = string_at(s, ptr[1]);
    }
    // 16 bytes at both ends that tell where the text is
    i64 n = out->mod.len;
    out->mod = n >= 33 && out->mod.ptr[n - 17] == '\n' ? str_slice(out->mod, 16, n - 16) : (Str){0};
    return out->go_version.len > 0;
}

static bool read_info(Arena *a, Str file, BuildInfo *out) {
    Segments segs = {0};
    static const char magic[] = "\xff Go buildinf:";
    if (!elf_segments(a, file, &segs)) return false;
    for (i64 i = 0; i < segs.len; i++) {
        Str b = segs.ptr[i].bytes;
        for (i64 at = 0; at + 32 <= b.len; at += 16)
            if (memcmp(b.ptr + at, magic, 14) == 0 && decode(&segs, str_slice(b, at, b.len), out)) return true;
    }
    return false;
}

static void print_indented(Buf *b, Str text) {
    for (i64 at = 0; at < text.len;) {
        Str line = str_slice(text, at, text.len);
        i64 end = str_index(line, '\n');
        if (end >= 0) line.len = end;
        buf_printf(b, "\t%.*s\n", SFMT(line));
        at += line.len + 1;
    }
}

static void json_string(Buf *b, const char *key, Str s) {
    buf_printf(b, "\"%s\": ", key);
    buf_json(b, s);
}

static Str next_field(Str *line) {
    i64 tab = str_index(*line, '\t');
    Str f = tab < 0 ? *line : str_slice(*line, 0, tab);
    *line = tab < 0 ? (Str){0} : str_slice(*line, tab + 1, line->len);
    return f;
}

// debug.Module: the fields of a "mod", "dep" or "=>" line.
static void json_module(Buf *b, Str rest, const char *indent) {
    Str path = next_field(&rest), version = next_field(&rest), sum = next_field(&rest);
    static const char *const keys[] = {"Path", "Version", "Sum"};
    Str values[] = {path, version, sum};
    for (i64 i = 0, n = 0; i < 3; i++) {
        if (!values[i].len && i) continue;
        buf_printf(b, "%s%s\t", n++ ? ",\n" : "", indent);
        json_string(b, keys[i], values[i]);
    }
}

typedef VEC(Str) Lines;
static Lines lines_of(Arena *a, Str text) {
    Lines v = {0};
    for (i64 at = 0; at < text.len;) {
        Str line = str_slice(text, at, text.len);
        i64 end = str_index(line, '\n');
        if (end >= 0) line.len = end;
        vec_push(a, &v, line);
        at += line.len + 1;
    }
    return v;
}

static void json_modules(Buf *b, const Lines *v) {
    i64 deps = 0, mains = 0;
    for (i64 i = 0; i < v->len; i++) mains += str_has_prefix(v->ptr[i], S("mod\t"));
    if (!mains) buf_c(b, ",\n\t\"Main\": {}");
    for (i64 i = 0; i < v->len; i++) {
        Str rest = v->ptr[i], key = next_field(&rest);
        bool dep = str_eq(key, S("dep"));
        if (!dep && !str_eq(key, S("mod"))) continue;
        if (dep) buf_c(b, deps++ ? ",\n\t\t{\n" : ",\n\t\"Deps\": [\n\t\t{\n");
        else buf_c(b, ",\n\t\"Main\": {\n");
        json_module(b, rest, dep ? "\t\t" : "\t");
        if (i + 1 < v->len && str_has_prefix(v->ptr[i + 1], S("=>\t"))) {
            Str target = v->ptr[i + 1];
            next_field(&target);
            buf_printf(b, ",\n\t%s\"Replace\": {\n", dep ? "\t\t" : "\t");
            json_module(b, target, dep ? "\t\t\t" : "\t\t");
            buf_printf(b, "\n\t%s}", dep ? "\t\t" : "\t");
        }
        buf_c(b, dep ? "\n\t\t}" : "\n\t}");
    }
    if (deps) buf_c(b, "\n\t]");
}

static void print_json(Buf *b, Arena *a, const BuildInfo *info) {
    Lines v = lines_of(a, info->mod);
    i64 settings = 0;
    buf_c(b, "{\n\t");
    json_string(b, "GoVersion", info->go_version);
    for (i64 i = 0; i < v.len; i++) {
        Str rest = v.ptr[i], key = next_field(&rest);
        if (!str_eq(key, S("path"))) continue;
        buf_c(b, ",\n\t");
        json_string(b, "Path", rest);
    }
    json_modules(b, &v);
    for (i64 i = 0; i < v.len; i++) {
        Str rest = v.ptr[i], key = next_field(&rest);
        i64 eq = str_index(rest, '=');
        if (!str_eq(key, S("build")) || eq < 0) continue;
        Str value = str_slice(rest, eq + 1, rest.len);
        if (value.len > 1 && value.ptr[0] == '"') value = str_slice(value, 1, value.len - 1);
        buf_c(b, settings++ ? ",\n\t\t{\n\t\t\t" : ",\n\t\"Settings\": [\n\t\t{\n\t\t\t");
        json_string(b, "Key", str_slice(rest, 0, eq));
        if (value.len) buf_c(b, ",\n\t\t\t");
        if (value.len) json_string(b, "Value", value);
        buf_c(b, "\n\t\t}");
    }
    buf_c(b, settings ? "\n\t]\n}\n" : "\n}\n");
}

bool build_info_of(Arena *a, Str file, Str *version, Str *mod) {
    BuildInfo info = {0};
    bool found = read_info(a, file, &info);
    *version = info.go_version;
    *mod = info.mod;
    return found;
}

// By its mode or name; what else holds no Go program is not worth a word.
static bool may_be_program(const char *path, const struct stat *st) {
    Str name = path_base(str_c(path));
    return (S_ISREG(st->st_mode) && (st->st_mode & 0111)) || str_has_suffix(name, S(".so")) ||
           str_has_suffix(name, S(".exe")) || str_has_suffix(name, S(".dll")) || str_find(name, S(".so.")) >= 0;
}

static bool one_file(Cmd *c, const char *path, const struct stat *st, bool must_print) {
    Arena *a = arena_new("version");
    Str text;
    BuildInfo info = {0};
    Buf b = {0};
    bool readable = file_read(a, path, &text), ok = readable && read_info(a, text, &info);
    if (!ok && must_print) {
        bool elf = readable && text.len > 4 && memcmp(text.ptr, ELFMAG, 4) == 0;
        if (!readable) fprintf(stderr, "%s\n", path);
        else if (may_be_program(path, st))
            fprintf(stderr, "%s: could not read Go build info from %s: %s\n", path, path,
                    elf ? "not a Go executable" : "unrecognized file format");
    }
    if (ok && c->f.m && c->f.json) print_json(&b, a, &info);
    else if (ok) buf_printf(&b, "%s: %.*s\n", path, SFMT(info.go_version));
    if (ok && c->f.m && !c->f.json) print_indented(&b, info.mod);
    fwrite(b.ptr, 1, (size_t)b.len, stdout);
    buf_free(&b);
    arena_free(a);
    return ok;
}

static void scan_dir(Cmd *c, const char *dir) {
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        struct stat st;
        const char *name = names[i]->d_name;
        Str path = path_clean(c->a, path_join(c->a, str_c(dir), str_c(name)));
        const char *file = arena_cstr(c->a, path);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && lstat(file, &st) == 0) {
            bool link = S_ISLNK(st.st_mode);
            if (S_ISDIR(st.st_mode)) scan_dir(c, file);
            else if (stat(file, &st) == 0 && S_ISREG(st.st_mode)) one_file(c, file, &st, c->f.v);
            else if (link && c->f.v) fprintf(stderr, "%s: symlink\n", file);
        }
        free(names[i]);
    }
    if (n >= 0) free(names);
}

static int own_version(Cmd *c) {
    static const char *const with_files[] = {"m", "v", "json"};
    bool on[] = {c->f.m, c->f.v, c->f.json};
    Str goflags = env_get(c->env, "GOFLAGS");
    for (i64 i = 0; i < NELEM(on); i++)
        if (on[i] && str_find(goflags, arena_printf(c->a, "-%s", with_files[i])) < 0) {
            fprintf(stderr, "go: 'go version' only accepts -%s flag with arguments\n", with_files[i]);
            return 2;
        }
    Str go = env_go_version(c->env);
    if (strcmp(c->prog, "go") == 0) printf("go version %.*s linux/amd64\n", SFMT(go));
    else printf("vole version %s %.*s linux/amd64\n", VOLE_VERSION, SFMT(go));
    return 0;
}

int cmd_version(Cmd *c) {
    int rc = 0;
    if (c->nargs == 0) return own_version(c);
    if (c->f.json && !c->f.m) {
        fprintf(stderr, "go: 'go version' with -json flag requires -m flag\n");
        return 2;
    }
    for (i64 i = 0; i < c->nargs; i++) {
        struct stat st;
        const char *path = arena_cstr(c->a, c->args[i]);
        if (stat(path, &st) != 0) {
            fprintf(stderr, "stat %s: %s\n", path, err_os(errno));
            rc = 1;
        } else if (S_ISDIR(st.st_mode)) scan_dir(c, path);
        else if (!one_file(c, path, &st, true) && c->f.m) rc = 1;
    }
    return rc;
}
