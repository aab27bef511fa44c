// asm_encode.c - instructions of amd64: the bytes and the errors that the tests of Go's assembler expect.
//
//   asm_encode              files of GOROOT/src/cmd/asm/internal/asm/testdata; skipped if the GOROOT has no sources of commands
//   asm_encode file FILE    its lines with their bytes
//   asm_encode lines FILE   each line by itself: its bytes in hexadecimal, or "error: ..." (tools/asmdiff.py)
#include "asm/asm.h"
#include "env/env.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)

typedef struct Work {
    Arena *a;
    SourceMap *sources;
    Diag *diag;
    Symtab *syms;
    AsmResult result;
    Str errors;
    bool ok;
} Work;

static Str flush(Arena *a, Diag *diag) {
    FILE *f = tmpfile();
    CHECK(f);
    diag_flush(diag, fileno(f));
    i64 n = lseek(fileno(f), 0, SEEK_END);
    char *p = arena_alloc(a, n + 1, 1);
    CHECK(pread(fileno(f), p, (size_t)n, 0) == n);
    fclose(f);
    return (Str){p, n};
}

static void assemble(Work *w, Str path, Str text) {
    w->a = arena_new("asm_encode");
    w->sources = source_map_new();
    w->diag = diag_new(w->sources, (DiagOptions){.all = true, .plain = true});
    w->syms = obj_symtab_new(w->a);
    AsmDefine defines[] = {{S("GOOS_linux"), S("1")}, {S("GOARCH_amd64"), S("1")}, {S("GOAMD64_v1"), S("1")}};
    Str goroot, version, why, dirs[2];
    AsmOptions o = {.sources = w->sources,
                    .package = S("p"),
                    .goarch = S("amd64"),
                    .goos = S("linux"),
                    .allow_abi = true,
                    .defines = defines,
                    .ndefines = NELEM(defines),
                    .include_dirs = dirs};
    if (env_find_goroot(w->a, (Str){0}, &goroot, &version, &why)) {
        dirs[o.ninclude_dirs++] = path_join(w->a, goroot, S("pkg/include"));
        dirs[o.ninclude_dirs++] = path_join(w->a, goroot, S("src/runtime"));
    }
    w->ok = asm_file(w->a, w->diag, w->syms, source_map_add(w->sources, path, path, text), &o, &w->result);
    w->errors = w->ok ? (Str){0} : flush(w->a, w->diag);
}

static void finish(Work *w) {
    diag_free(w->diag);
    source_map_free(w->sources);
    arena_free(w->a);
}

static Str hex(Arena *a, const u8 *p, i64 n) {
    Buf b = {0};
    for (i64 i = 0; i < n; i++) buf_printf(&b, "%02x", p[i]);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static Str next_line(Str *rest) {
    i64 n = str_find(*rest, S("\n"));
    Str line = n < 0 ? *rest : str_slice(*rest, 0, n);
    *rest = n < 0 ? (Str){0} : str_slice(*rest, n + 1, rest->len);
    return line;
}

// One instruction, without a frame around it. Its bytes, or what is wrong with it.
static Str encode_line(Work *w, Str line) {
    Buf b = {0};
    buf_printf(&b, "TEXT x(SB),516,$0-0\n%.*s\n", SFMT(line));
    buf_char(&b, 0);
    Str text = buf_view(&b);
    text.len--;
    assemble(w, S("x.s"), text);
    Str s;
    if (!w->ok) {
        Str e = w->errors, first = str_trim(next_line(&e));
        s = arena_printf(w->a, "error: %.*s", SFMT(first));
    } else s = hex(w->a, w->result.texts.ptr[0]->data, w->result.texts.ptr[0]->size);
    buf_free(&b);
    return s;
}

static int print_lines(const char *path) {
    Arena *a = arena_new("asm_encode");
    Str text;
    if (!file_read(a, path, &text)) return 1;
    while (text.len) {
        Work w;
        Str line = next_line(&text), s = encode_line(&w, line);
        printf("%.*s\n", SFMT(s));
        finish(&w);
    }
    arena_free(a);
    return 0;
}

static int print_file(const char *path) {
    Arena *a = arena_new("asm_encode");
    Str text;
    Work w;
    if (!file_read(a, path, &text)) return 1;
    assemble(&w, str_c(path), text);
    if (!w.ok) printf("%.*s", SFMT(w.errors));
    for (i64 i = 0; w.ok && i < w.result.texts.len; i++) {
        Sym *y = w.result.texts.ptr[i];
        printf("%.*s %u\n", SFMT(y->name), y->code->frame_size);
        const CodeNotes *notes = w.result.notes.ptr[i];
        for (i64 k = 0; k < notes->lines.len; k++) {
            LineEnt *l = &notes->lines.ptr[k];
            i64 end = k + 1 < notes->lines.len ? l[1].pc : y->size;
            Loc at = source_map_loc(w.sources, l->pos, false);
            printf("\t%.*s:%d %.*s\n", SFMT(at.path), at.line, SFMT(hex(w.a, y->data + l->pc, end - l->pc)));
        }
    }
    bool ok = w.ok;
    finish(&w);
    arena_free(a);
    return !ok;
}

// ---- testdata --------------------------------------------------------------------------------------------------------

// "1407 or 1415", of a comment: what a line may become.
static bool is_encoding(Str s) {
    if (str_eq(s, S("empty"))) return true;
    i64 digits = 0;
    for (i64 i = 0; i < s.len; i++) {
        if (str_has_prefix(str_slice(s, i, s.len), S(" or "))) {
            if (digits % 2 || !digits) return false;
            i += 3;
            digits = 0;
        } else if ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')) digits++;
        else return false;
    }
    return digits && digits % 2 == 0;
}

static Str wanted(Str line) {
    Str note = {0};
    if (str_has_prefix(str_trim(line), S("//"))) return note;
    for (i64 n; (n = str_find(line, S("//"))) >= 0;) note = line = str_slice(line, n + 2, line.len);
    note = str_trim(note);
    return is_encoding(note) ? note : (Str){0};
}

static bool is_one_of(Str got, Str list) {
    if (str_eq(list, S("empty"))) return got.len == 0;
    while (list.len) {
        i64 n = str_find(list, S(" or "));
        if (str_eq(got, n < 0 ? list : str_slice(list, 0, n))) return true;
        list = n < 0 ? (Str){0} : str_slice(list, n + 4, list.len);
    }
    return false;
}

// Where the files' lines are in the code; lines are asked for in ascending order.
typedef struct Cursor {
    i64 text, ent;
} Cursor;

static bool seek_line(Work *w, Cursor *c, int line) {
    for (; c->text < w->result.texts.len; c->text++, c->ent = 0) {
        const CodeNotes *notes = w->result.notes.ptr[c->text];
        for (; c->ent < notes->lines.len; c->ent++) {
            int at = source_map_loc(w->sources, notes->lines.ptr[c->ent].pos, false).line;
            if (at >= line) return at == line;
        }
    }
    return false;
}

static Str bytes_of(Work *w, Cursor *c, int line) {
    if (!seek_line(w, c, line)) return (Str){0};
    Sym *y = w->result.texts.ptr[c->text];
    const CodeNotes *notes = w->result.notes.ptr[c->text];
    LineEnt *l = &notes->lines.ptr[c->ent];
    i64 end = c->ent + 1 < notes->lines.len ? l[1].pc : y->size;
    return hex(w->a, y->data + l->pc, end - l->pc);
}

static int compare_file(Arena *a, const char *path) {
    Str text, rest, line;
    int nline = 0, n = 0;
    Work w;
    Cursor at = {0};
    if (!file_read(a, path, &text)) {
        EXPECT(false, "%s is missing", path);
        return 0;
    }
    assemble(&w, str_c(path), text);
    EXPECT(w.ok, "%s:\n%.*s", path, SFMT(w.errors));
    for (rest = text; w.ok && rest.len;) {
        line = next_line(&rest);
        nline++;
        Str want = wanted(line);
        if (!want.len) continue;
        Str got = bytes_of(&w, &at, nline);
        n++;
        EXPECT(is_one_of(got, want), "%s:%d: %.*s: got %.*s", path, nline, SFMT(str_trim(line)), SFMT(got));
    }
    finish(&w);
    return n;
}

// Lines with // ERROR "text"; the others must have bytes.
static int compare_errors(Arena *a, const char *path) {
    Str text;
    int n = 0;
    if (!file_read(a, path, &text)) {
        EXPECT(false, "%s is missing", path);
        return 0;
    }
    while (text.len) {
        Str line = str_trim(next_line(&text));
        if (!line.len || str_has_prefix(line, S("//")) || str_has_prefix(line, S("TEXT"))) continue;
        Work w;
        Str got = encode_line(&w, line), want = {0};
        i64 at = str_find(line, S("ERROR \""));
        if (at >= 0) want = str_slice(line, at + 7, line.len - 1);
        n++;
        EXPECT(str_has_prefix(got, S("error: ")) == (at >= 0) && str_find(got, want) >= 0, "%.*s: got %.*s", SFMT(line),
               SFMT(got));
        finish(&w);
    }
    return n;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "lines")) return print_lines(argv[2]);
    if (argc == 3 && !strcmp(argv[1], "file")) return print_file(argv[2]);
    static const char *const files[] = {"amd64.s",
                                        "amd64enc.s",
                                        "amd64enc_extra.s",
                                        "avx512enc/aes_avx512f.s",
                                        "avx512enc/avx512_4fmaps.s",
                                        "avx512enc/avx512_4vnniw.s",
                                        "avx512enc/avx512_bitalg.s",
                                        "avx512enc/avx512_ifma.s",
                                        "avx512enc/avx512_vbmi.s",
                                        "avx512enc/avx512_vbmi2.s",
                                        "avx512enc/avx512_vnni.s",
                                        "avx512enc/avx512_vpopcntdq.s",
                                        "avx512enc/avx512bw.s",
                                        "avx512enc/avx512cd.s",
                                        "avx512enc/avx512dq.s",
                                        "avx512enc/avx512er.s",
                                        "avx512enc/avx512f.s",
                                        "avx512enc/avx512pf.s",
                                        "avx512enc/gfni_avx512f.s",
                                        "avx512enc/vpclmulqdq_avx512f.s"};
    Arena *a = arena_new("asm_encode");
    Str goroot, version, why;
    if (!env_find_goroot(a, (Str){0}, &goroot, &version, &why)) {
        printf("skipped: no GOROOT: %.*s\n", SFMT(why));
        return 0;
    }
    Str dir = arena_printf(a, "%.*s/src/cmd/asm/internal/asm/testdata", SFMT(goroot));
    int n = 0;
    if (access(arena_cstr(a, dir), R_OK)) {
        printf("skipped: %.*s is not there\n", SFMT(dir));
        return 0;
    }
    for (i64 i = 0; i < NELEM(files); i++)
        n += compare_file(a, arena_cstr(a, arena_printf(a, "%.*s/%s", SFMT(dir), files[i])));
    int errors = compare_errors(a, arena_cstr(a, arena_printf(a, "%.*s/amd64error.s", SFMT(dir))));
    printf("%d encodings, %d errors, %d failures\n", n, errors, failures);
    arena_free(a);
    return failures != 0;
}
