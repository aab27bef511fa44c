// generate.c - `vole generate`: runs the commands of //go:generate lines, file by file, in their order.
//
// A directive's words, quotes, variables and errors are those of `go help generate`. Regular expressions of -run and -skip
// are POSIX extended ones. The first failing command ends its package.
#include "cmd/cmd.h"
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Shorthand {
    Str name;
    StrVec words;
} Shorthand;
typedef struct Generator {
    Cmd *c;
    Arena *a; // of the file
    const PkgFile *file;
    Str package, dir;
    i64 line;
    VEC(Shorthand) shorthands;
    const regex_t *run, *skip;
} Generator;

static bool fail_at(Generator *g, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool fail_at(Generator *g, const char *fmt, ...) {
    va_list ap;
    fflush(stdout);
    fprintf(stderr, "%.*s:%lld: ", SFMT(short_path(g->c, g->file->path)), (long long)g->line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return false;
}

static bool split_directive(Generator *g, Str s, StrVec *out) {
    for (i64 at = 0;;) {
        while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t')) at++;
        if (at >= s.len) return true;
        i64 from = at;
        if (s.ptr[at] == '"') {
            for (at++; at < s.len && s.ptr[at] != '"'; at++)
                if (s.ptr[at] == '\\' && ++at >= s.len) return fail_at(g, "bad backslash");
            if (at >= s.len) return fail_at(g, "mismatched quoted string");
            Str word;
            at++;
            if (!str_unquote(g->a, str_slice(s, from, at), &word)) return fail_at(g, "bad quoted string");
            if (at < s.len && s.ptr[at] != ' ' && s.ptr[at] != '\t')
                return fail_at(g, "expect space after quoted argument");
            vec_push(g->a, out, word);
            continue;
        }
        while (at < s.len && s.ptr[at] != ' ' && s.ptr[at] != '\t') at++;
        vec_push(g->a, out, str_slice(s, from, at));
    }
}

static Str variable(Generator *g, Str name) {
    if (str_eq(name, S("GOROOT"))) return env_goroot(g->c->env);
    if (str_eq(name, S("GOARCH"))) return env_get(g->c->env, "GOARCH");
    if (str_eq(name, S("GOOS"))) return env_get(g->c->env, "GOOS");
    if (str_eq(name, S("GOFILE"))) return g->file->name;
    if (str_eq(name, S("GOLINE"))) return arena_printf(g->a, "%lld", (long long)g->line);
    if (str_eq(name, S("GOPACKAGE"))) return g->package;
    if (str_eq(name, S("DOLLAR"))) return S("$");
    if (str_eq(name, S("PWD"))) return g->dir;
    const char *v = getenv(arena_cstr(g->a, name));
    return v ? str_c(v) : (Str){0};
}

static bool is_name_byte(char ch, bool first) {
    return ch == '_' || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (!first && ch >= '0' && ch <= '9');
}

// $NAME, ${NAME}, and the shell's one-character names, as os.Expand reads them.
static Str expand(Generator *g, Str w) {
    if (str_index(w, '$') < 0) return w;
    Buf b = {0};
    for (i64 i = 0; i < w.len; i++) {
        if (w.ptr[i] != '$' || i + 1 >= w.len) {
            buf_char(&b, w.ptr[i]);
            continue;
        }
        i64 from = i + 1, to = from;
        bool brace = w.ptr[from] == '{';
        if (brace) {
            to = ++from;
            while (to < w.len && w.ptr[to] != '}') to++;
            if (to >= w.len) continue; // bad syntax: "$" and "{" are eaten
        } else if (strchr("*#$@!?-0123456789", w.ptr[from])) to = from + 1;
        else
            while (to < w.len && is_name_byte(w.ptr[to], to == from)) to++;
        if (to == from && !brace) {
            buf_char(&b, '$');
            continue;
        }
        buf_str(&b, variable(g, str_slice(w, from, to)));
        i = brace ? to : to - 1;
    }
    Str s = arena_str(g->a, buf_view(&b));
    buf_free(&b);
    return s;
}

static bool set_shorthand(Generator *g, const StrVec *words) {
    if (words->len == 1) return fail_at(g, "no command specified for -command");
    Shorthand s = {.name = words->ptr[1], .words = {words->ptr + 2, words->len - 2, words->len - 2}};
    for (i64 i = 0; i < g->shorthands.len; i++)
        if (str_eq(g->shorthands.ptr[i].name, s.name))
            return fail_at(g, "command \"%.*s\" multiply defined", SFMT(s.name));
    vec_push(g->a, &g->shorthands, s);
    return true;
}

static void child(Generator *g, char **argv) {
    static const char *const names[] = {"GOROOT", "GOARCH", "GOOS", "GOFILE", "GOLINE", "GOPACKAGE", "DOLLAR", "PWD"};
    if (chdir(arena_cstr(g->a, g->dir)) != 0) _exit(127);
    for (i64 i = 0; i < NELEM(names); i++) {
        Str v = variable(g, str_c(names[i]));
        setenv(names[i], arena_cstr(g->a, v), 1);
    }
    tool_path_env(g->c); // a generator's `go` is the one that generates
    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], err_os(errno));
    _exit(127);
}

static bool run_words(Generator *g, const StrVec *words) {
    char **argv = ANEWN(g->a, char *, words->len + 1);
    int status = 0;
    for (i64 i = 0; i < words->len; i++) argv[i] = (char *)arena_cstr(g->a, words->ptr[i]);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) child(g, argv);
    if (pid < 0) return fail_at(g, "running \"%s\": %s", argv[0], err_os(errno));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && words->len)
        return fail_at(g, "running \"%s\": exec: \"%s\": executable file not found in $PATH", argv[0], argv[0]);
    if (WIFEXITED(status)) return fail_at(g, "running \"%s\": exit status %d", argv[0], WEXITSTATUS(status));
    return fail_at(g, "running \"%s\": signal: %s", argv[0], strsignal(WTERMSIG(status)));
}

static bool matches(Generator *g, const regex_t *re, Str line) {
    return regexec(re, arena_cstr(g->a, str_trim(line)), 0, NULL, 0) == 0;
}

static bool directive(Generator *g, Str line) {
    StrVec words = {0}, all = {0};
    if (g->run && !matches(g, g->run, line)) return true;
    if (g->skip && matches(g, g->skip, line)) return true;
    if (!split_directive(g, str_slice(line, 14, line.len), &words)) return false;
    if (words.len == 0) return fail_at(g, "no arguments to directive");
    i64 from = 0;
    for (i64 i = 0; i < g->shorthands.len; i++)
        if (str_eq(g->shorthands.ptr[i].name, words.ptr[0])) {
            for (i64 k = 0; k < g->shorthands.ptr[i].words.len; k++)
                vec_push(g->a, &all, g->shorthands.ptr[i].words.ptr[k]);
            from = 1;
        }
    for (i64 i = from; i < words.len; i++) vec_push(g->a, &all, words.ptr[i]);
    for (i64 i = 0; i < all.len; i++) all.ptr[i] = expand(g, all.ptr[i]);
    if (all.len == 0) return fail_at(g, "no arguments to directive");
    if (str_eq(all.ptr[0], S("-command"))) return set_shorthand(g, &all);
    for (i64 i = 0; i < all.len && (g->c->f.n || g->c->f.x); i++)
        fprintf(stderr, "%.*s%s", SFMT(all.ptr[i]), i + 1 < all.len ? " " : "\n");
    return g->c->f.n || run_words(g, &all);
}

static bool generate_file(Cmd *c, Program *p, PkgFile *file, const regex_t *run, const regex_t *skip) {
    Generator g = {
        .c = c, .a = arena_new("generate"), .file = file, .dir = path_dir(file->path), .run = run, .skip = skip};
    Str text = file->text;
    bool ok = true;
    g.package = load_file_package(p->loader, file);
    if (!g.package.len) { // no Go file at all
        arena_free(g.a);
        return true;
    }
    if (c->f.v) fprintf(stderr, "%.*s\n", SFMT(short_path(c, file->path)));
    if (!text.ptr) file_read(g.a, arena_cstr(g.a, file->path), &text);
    for (i64 at = 0; at < text.len && ok;) {
        Str line = str_slice(text, at, text.len);
        i64 end = str_index(line, '\n');
        bool is = str_has_prefix(line, S("//go:generate ")) || str_has_prefix(line, S("//go:generate\t"));
        g.line++;
        if (end < 0 && is) ok = fail_at(&g, "error reading %.*s: unexpected EOF", SFMT(short_path(c, file->path)));
        if (end < 0) break;
        at += end + 1;
        line.len = end && line.ptr[end - 1] == '\r' ? end - 1 : end;
        if (is) ok = directive(&g, line);
    }
    arena_free(g.a);
    return ok;
}

static bool compile_pattern(Cmd *c, Str s, regex_t *re, const regex_t **out) {
    if (!s.len) return true;
    int rc = regcomp(re, arena_cstr(c->a, s), REG_EXTENDED | REG_NOSUB);
    *out = re;
    if (rc == 0) return true;
    char text[128];
    regerror(rc, re, text, sizeof text);
    fprintf(stderr, "generate: error parsing regexp: %s: `%.*s`\n", text, SFMT(s));
    return false;
}

int cmd_generate(Cmd *c) {
    static const FileKind kinds[] = {FILES_GO, FILES_CGO, FILES_TEST_GO, FILES_XTEST_GO};
    regex_t res[2];
    const regex_t *run = NULL, *skip = NULL;
    Program *p;
    Pkg **pkgs;
    i64 n;
    int rc = 0, said = 0;
    if (!compile_pattern(c, c->f.run, &res[0], &run) || !compile_pattern(c, c->f.skip, &res[1], &skip)) return 1;
    c->f.tags = c->f.tags.len ? arena_printf(c->a, "%.*s,generate", SFMT(c->f.tags)) : S("generate");
    if (!cmd_packages(c, &p, &pkgs, &n) || diag_flush(p->diag, 2) > 0) return 1;
    for (i64 i = 0; i < n; i++) {
        bool good = true, files = false;
        if (in_dependency(pkgs[i])) {
            if (!said++) fprintf(stderr, "go: not generating in packages in dependency modules\n");
            continue;
        }
        for (i64 k = 0; k < NELEM(kinds); k++)
            for (i64 f = 0; f < pkgs[i]->files[kinds[k]].len && good; f++, files = true)
                good = generate_file(c, p, pkgs[i]->files[kinds[k]].ptr[f], run, skip);
        if (!good) rc = 1;
        if (!files && !pkgs[i]->files[FILES_IGNORED_GO].len && pkgs[i]->error) {
            fprintf(stderr, "%.*s\n", SFMT(load_error_text(p->loader, pkgs[i]->error)));
            rc = 1;
        }
    }
    return rc;
}
