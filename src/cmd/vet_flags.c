// vet_flags.c - the words behind `vet` and `fix`: build flags, flags of the analyzers, packages.
//
// In:   the words, $GOFLAGS, the program of the analyzers, which tells its flags as JSON when asked with -flags. Out: VetFlags; build flags
// are set in Cmd.f. A flag of the program is handed on as it was written, $GOFLAGS's in front unless it is given again.
#include "cmd/vet.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct ToolRow {
    Str name;
    bool is_bool;
} ToolRow;
typedef struct Words {
    Cmd *c;
    const char *tool;
    Str program;
    VetFlags *f;
    VEC(ToolRow) rows;
    StrVec again; // names of the program's flags that are given on the command line
} Words;

static bool usage(const Words *w, int *rc) {
    const char *prog = w->c->prog, *t = w->tool;
    fprintf(stderr, "usage: %s %s [build flags] [-%stool prog] [%s flags] [packages]\n", prog, t, t, t);
    fprintf(stderr, "Run '%s help %s' for details.\n", prog, t);
    bool own = str_eq(w->program, tool_path(w->c, str_c(t)));
    Str tool = own ? arena_printf(w->c->a, "%s tool %s", prog, t) : w->program;
    fprintf(stderr, "Run '%.*s help' for a full list of flags and analyzers.\n", SFMT(tool));
    fprintf(stderr, "Run '%.*s -help' for an overview.\n", SFMT(tool));
    *rc = 2;
    return false;
}

// ---- what flags the program has ---------------------------------------------------------------------------------------

static bool read_output(Words *w, Buf *text) {
    int out[2], status = 1;
    pid_t pid;
    char part[1 << 14];
    char *argv[] = {(char *)(uintptr_t)arena_cstr(w->c->a, w->program), (char *)(uintptr_t) "-flags", NULL};
    posix_spawn_file_actions_t files;
    if (pipe2(out, O_CLOEXEC) != 0) return false;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    int err = posix_spawn(&pid, argv[0], &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    close(out[1]);
    for (ssize_t n; !err && (n = read(out[0], part, sizeof part)) > 0;) buf_bytes(text, part, n);
    close(out[0]);
    while (!err && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!err && status == 0) return true;
    if (err) fprintf(stderr, "go: %s -flags failed: fork/exec %s: %s\n", argv[0], argv[0], err_os(err));
    else
        fprintf(stderr, "go: %s -flags failed: exit status %d\n", argv[0],
                WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return false;
}

static bool ask_flags(Words *w, int *rc) {
    Buf text = {0};
    size_t i;
    json_t *row;
    *rc = 2;
    if (!read_output(w, &text)) return false;
    json_error_t why;
    json_t *root = json_loadb(text.len ? (const char *)text.ptr : "", (size_t)text.len, 0, &why);
    const char *reason = text.len ? why.text : "unexpected end of JSON input";
    buf_free(&text);
    if (!json_is_array(root)) {
        fprintf(stderr, "go: can't unmarshal JSON from %.*s -flags: %s\n", SFMT(w->program), reason);
        json_decref(root);
        return false;
    }
    json_array_foreach(root, i, row) {
        const char *name = json_string_value(json_object_get(row, "Name"));
        if (!name || strcmp(name, "c") == 0) continue;
        ToolRow r = {arena_str(w->c->a, str_c(name)), json_is_true(json_object_get(row, "Bool"))};
        vec_push(w->c->a, &w->rows, r);
    }
    json_decref(root);
    return true;
}

static const ToolRow *row_of(const Words *w, Str name) {
    for (i64 i = 0; i < w->rows.len; i++)
        if (str_eq(w->rows.ptr[i].name, name)) return &w->rows.ptr[i];
    return NULL;
}

// ---- words ------------------------------------------------------------------------------------------------------------

typedef struct Word {
    Str name, value;
    bool has_value;
    Str next; // ptr NULL: there is no word behind it
    i64 used; // words
} Word;

static Word split(const Cmd *c, i64 at) {
    Str s = c->args[at];
    Word w = {.used = 1};
    w.name = str_slice(s, str_has_prefix(s, S("--")) ? 2 : 1, s.len);
    i64 eq = str_index(w.name, '=');
    w.has_value = eq >= 0;
    if (eq >= 0) w.value = str_slice(w.name, eq + 1, w.name.len);
    if (eq >= 0) w.name = str_slice(w.name, 0, eq);
    if (at + 1 < c->nargs) w.next = c->args[at + 1];
    return w;
}

static bool take_value(Word *w) {
    if (w->has_value) return true;
    if (!w->next.ptr) {
        fprintf(stderr, "flag needs an argument: -%.*s\n", SFMT(w->name));
        return false;
    }
    w->value = w->next;
    w->used = 2;
    return true;
}

static bool take_bool(Cmd *c, const Word *w, bool *on) {
    *on = true;
    if (!w->has_value || flags_bool(w->value, on)) return true;
    fprintf(stderr, "invalid boolean value %.*s for -%.*s: parse error\n", SFMT(str_quote(c->a, w->value)),
            SFMT(w->name));
    return false;
}

static bool take_context(Cmd *c, Word *w, i64 *n) {
    char *end;
    if (!take_value(w)) return false;
    const char *text = arena_cstr(c->a, w->value);
    *n = strtoll(text, &end, 0);
    if (*text && !*end) return true;
    fprintf(stderr, "invalid value %.*s for flag -c: parse error\n", SFMT(str_quote(c->a, w->value)));
    return false;
}

// Flags that the command itself has. *known: it is one.
static bool own_flag(Words *t, Word *w, bool *known) {
    bool is_vet = strcmp(t->tool, "vet") == 0;
    *known = true;
    if (str_eq(w->name, S("json"))) return take_bool(t->c, w, &t->f->json);
    if (str_eq(w->name, S("diff"))) return take_bool(t->c, w, &t->f->diff);
    if (str_eq(w->name, S("c"))) return take_context(t->c, w, &t->f->context);
    if (str_eq(w->name, S("fix")) && is_vet) return take_bool(t->c, w, &t->f->fix);
    if (str_eq(w->name, is_vet ? S("vettool") : S("fixtool"))) return take_value(w);
    *known = str_eq(w->name, S("fix"));
    if (*known && !take_value(w)) return false;
    if (*known) t->f->obsolete_fix = w->value;
    return true;
}

static bool build_flag(Words *t, Word *w, i64 at, bool *known) {
    bool took, has_value;
    Str err;
    FlagTaken taken =
        flags_take(t->c, t->c->args[at], w->next.ptr ? t->c->argv[at + 1] : NULL, &took, &has_value, &err);
    *known = taken != FLAG_UNKNOWN;
    if (taken == FLAG_TAKEN && took) w->used = 2;
    if (taken == FLAG_WRONG) fprintf(stderr, "%.*s\n", SFMT(err));
    return taken != FLAG_WRONG;
}

static bool tool_flag(Words *t, Word *w, const ToolRow *r) {
    bool on;
    return r->is_bool ? take_bool(t->c, w, &on) : take_value(w);
}

static bool one_flag(Words *t, i64 at, i64 *used, int *rc) {
    Word w = split(t->c, at);
    bool known = false;
    if (str_eq(w.name, S("h")) || str_eq(w.name, S("help"))) return usage(t, rc);
    const ToolRow *r = row_of(t, w.name);
    bool good = own_flag(t, &w, &known);
    if (good && !known) good = build_flag(t, &w, at, &known);
    if (good && !known && r) good = tool_flag(t, &w, r);
    if (good && !known && !r) {
        fprintf(stderr, "flag provided but not defined: -%.*s\n", SFMT(w.name));
        good = false;
    }
    if (!good) return usage(t, rc);
    for (i64 i = 0; i < w.used && r; i++) vec_push(t->c->a, &t->f->tool_flags, t->c->args[at + i]);
    if (r) vec_push(t->c->a, &t->again, w.name);
    *used = w.used;
    return true;
}

static bool take_words(Words *t, int *rc) {
    Cmd *c = t->c;
    i64 at = 0;
    while (at < c->nargs) {
        Str word = c->args[at];
        i64 used = 0;
        if (word.len < 2 || word.ptr[0] != '-') break;
        if (str_eq(word, S("--"))) {
            at++;
            break;
        }
        if (!one_flag(t, at, &used, rc)) return false;
        at += used;
    }
    for (; at < c->nargs; at++) vec_push(c->a, &t->f->packages, c->args[at]);
    return true;
}

// ---- $GOFLAGS ---------------------------------------------------------------------------------------------------------

static bool is_in(const StrVec *v, Str s) {
    for (i64 i = 0; i < v->len; i++)
        if (str_eq(v->ptr[i], s)) return true;
    return false;
}

// Words of $GOFLAGS that are flags of the program, in the order of their names.
static bool env_flags(Words *t, int *rc) {
    StrVec words = {0}, mine = {0}, all = {0};
    char open;
    Cmd *c = t->c;
    split_quoted(c->a, env_get(c->env, "GOFLAGS"), &words, &open);
    for (i64 i = 0; i < words.len; i++) {
        Str s = words.ptr[i], name = str_slice(s, str_has_prefix(s, S("--")) ? 2 : 1, s.len);
        i64 eq = str_index(name, '=');
        const ToolRow *r = row_of(t, eq < 0 ? name : str_slice(name, 0, eq));
        if (!r && !flags_known(eq < 0 ? name : str_slice(name, 0, eq))) {
            cmd_fail("parsing $GOFLAGS: unknown flag -%.*s", SFMT(eq < 0 ? name : str_slice(name, 0, eq)));
            *rc = 1;
            return false;
        }
        if (!r || is_in(&t->again, r->name)) continue;
        Str value = eq < 0 ? S("true") : str_slice(name, eq + 1, name.len);
        if (str_eq(r->name, S("json"))) flags_bool(value, &t->f->json);
        if (str_eq(r->name, S("diff"))) flags_bool(value, &t->f->diff);
        vec_push(c->a, &mine, arena_printf(c->a, "-%.*s=%.*s", SFMT(r->name), SFMT(value)));
    }
    str_sort(mine.ptr, mine.len);
    for (i64 i = 0; i < mine.len; i++) vec_push(c->a, &all, mine.ptr[i]);
    for (i64 i = 0; i < t->f->tool_flags.len; i++) vec_push(c->a, &all, t->f->tool_flags.ptr[i]);
    t->f->tool_flags = all;
    return true;
}

bool vet_flags(Cmd *c, const char *tool, Str program, VetFlags *f, int *rc) {
    Words t = {.c = c, .tool = tool, .program = program, .f = f};
    *f = (VetFlags){.context = -1};
    bool asked = env_get(c->env, "GOFLAGS").len > 0;
    for (i64 i = 0; i < c->nargs; i++) asked |= c->args[i].len > 1 && c->args[i].ptr[0] == '-';
    if (asked && !ask_flags(&t, rc)) return false;
    return take_words(&t, rc) && env_flags(&t, rc);
}
