// vet_tool.c - a program of somebody else's analyzers (-vettool), which looks at one package at a time: the unitchecker protocol.
//
// In:   roots that are not known. Out: their findings and errors, as vet_run leaves them. First our own program makes the types of all
// that they import (vet_run, cached); then the other one runs for each package with a vet.cfg, in the order of imports, several at once:
// for facts alone where a package is only imported. Facts and findings are kept under keys of the program, as it tells its version.
#include "cmd/vet.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef enum ToolState { TOOL_WAITS, TOOL_RUNS, TOOL_DONE, TOOL_FAILED } ToolState;
typedef struct ToolUnit {
    VetUnit *u;
    VetUnit *types; // in ToolRun.types; NULL: nobody imports it
    ToolState state;
    CacheKey facts_key;
    Str dir;   // of its files
    Str facts; // file; "": not written so far
    Str archive;
    pid_t pid;
} ToolUnit;
typedef struct ToolRun {
    Vet *v;
    Vet types;
    Str work;
    Map *by_pkg;           // Pkg -> ToolUnit
    VEC(ToolUnit *) units; // what is imported first
    i64 running;
} ToolRun;

// ---- processes --------------------------------------------------------------------------------------------------------

// Both streams go to a file; -1: not started.
static pid_t start(ToolRun *r, char *const *argv, Str dir, Str output) {
    Arena *a = r->v->c->a;
    posix_spawn_file_actions_t files;
    pid_t pid;
    int fd = open(arena_cstr(a, output), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return -1;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fd, 1);
    posix_spawn_file_actions_adddup2(&files, fd, 2);
    posix_spawn_file_actions_addchdir_np(&files, arena_cstr(a, dir));
    errno = posix_spawn(&pid, argv[0], &files, NULL, argv, environ);
    int why = errno;
    posix_spawn_file_actions_destroy(&files);
    close(fd);
    errno = why;
    return why ? -1 : pid;
}

bool vet_ask_version(Vet *v) {
    Arena *a = v->c->a;
    ToolRun r = {.v = v};
    if (!work_make_dir(v->c, "go-buildXXXXXX", &r.work))
        return !cmd_fail("creating work dir: mkdir %.*s: %s", SFMT(r.work), err_os(errno));
    Str out = path_join(a, r.work, S("version"));
    char *argv[] = {(char *)(uintptr_t)arena_cstr(a, v->program), (char *)(uintptr_t) "-V=full", NULL};
    int status = 1;
    fflush(NULL);
    pid_t pid = start(&r, argv, r.work, out);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    bool good = pid > 0 && status == 0 && file_read(a, arena_cstr(a, out), &v->version) && v->version.len;
    dir_remove_all(a, r.work, NULL);
    return good || !cmd_fail("error obtaining buildID for go tool %s: %s -V=full failed", v->tool, argv[0]);
}

// ---- units ------------------------------------------------------------------------------------------------------------

static ToolUnit *tool_unit(ToolRun *r, Pkg *p, VetUnit *root) {
    Arena *a = r->v->c->a;
    ToolUnit *t = map_get_ptr(r->by_pkg, p);
    if (t) return t;
    t = ANEW(a, ToolUnit);
    map_set_ptr(r->by_pkg, p, t);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i]) tool_unit(r, p->deps[i], NULL)->types = vet_want(&r->types, p->deps[i]);
    t->u = root;
    t->dir = arena_printf(a, "%.*s/b%03lld", SFMT(r->work), (long long)r->units.len + 1);
    vec_push(a, &r->units, t);
    return t;
}

static void add_part(CacheHash *h, const CacheKey *k) { cache_key_add(h, (Str){(const char *)k->b, sizeof k->b}); }

static void make_key(ToolRun *r, ToolUnit *t) {
    CacheHash *h = cache_key_new(r->v->c->a, "vettool facts 1");
    cache_key_add(h, r->v->version);
    for (i64 i = 0; i < r->v->flags.len; i++) cache_key_add(h, r->v->flags.ptr[i]);
    add_part(h, t->types ? &t->types->known_key : &t->u->found_key);
    t->facts_key = cache_key_end(h);
}

static Str file_in(ToolRun *r, const ToolUnit *t, const char *name) {
    return path_join(r->v->c->a, t->dir, str_c(name));
}

static bool write_file(ToolRun *r, Str path, Str data) {
    if (file_write_atomic(arena_cstr(r->v->c->a, path), data, 0666)) return true;
    return !cmd_fail("cannot write %.*s: %s", SFMT(path), err_os(errno));
}

// Types and facts as our own program found them out, now or earlier.
static bool read_known(ToolRun *r, VetUnit *u, Str *data) {
    *data = u->known_data;
    if (data->len) return true;
    if (!vet_find_known(&r->types, u)) return false;
    if (!file_read(r->v->c->a, arena_cstr(r->v->c->a, u->known_file), data)) return false;
    *data = str_slice(*data, i64_min(CACHE_HEAD, data->len), data->len);
    return true;
}

// The types of what is imported, as a file of their own.
static bool write_archive(ToolRun *r, ToolUnit *t) {
    Str all;
    u64 facts = 0;
    if (t->archive.len) return true;
    if (!t->types || !read_known(r, t->types, &all)) return false;
    if (all.len >= 8) memcpy(&facts, all.ptr, 8);
    if (all.len < 8 || facts > (u64)(all.len - 8) || !dir_make_all(r->v->c->a, t->dir)) return false;
    t->archive = file_in(r, t, "_pkg_.a");
    return write_file(r, t->archive, str_slice(all, 8 + (i64)facts, all.len));
}

static void put_file(Buf *b, bool *first, Str path, Str file) {
    if (!*first) buf_char(b, ',');
    *first = false;
    buf_json(b, path);
    buf_c(b, ": ");
    if (file.ptr) buf_json(b, file);
    else buf_c(b, "true");
}

// Of what a package imports: archives, facts, or which of it is of the library.
static void put_files(ToolRun *r, Buf *b, const char *name, const Pkg *p) {
    bool first = true;
    buf_printf(b, ",\n\"%s\": {", name);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) {
        if (!p->deps[i]) continue;
        ToolUnit *d = map_get_ptr(r->by_pkg, p->deps[i]);
        if (strcmp(name, "PackageFile") == 0) put_file(b, &first, p->deps[i]->path, d->archive);
        else if (strcmp(name, "PackageVetx") != 0 && p->deps[i]->std) put_file(b, &first, p->deps[i]->path, (Str){0});
        else if (strcmp(name, "PackageVetx") == 0 && d->facts.len) put_file(b, &first, p->deps[i]->path, d->facts);
    }
    buf_char(b, '}');
}

static bool write_config(ToolRun *r, ToolUnit *t, VetUnit *u) {
    Buf b = {0};
    const Pkg *p = u->pkg;
    vet_config(r->v, u, &b);
    put_files(r, &b, "PackageFile", p);
    put_files(r, &b, "PackageVetx", p);
    put_files(r, &b, "Standard", p);
    buf_printf(&b, ",\n\"VetxOnly\": %s,\n\"VetxOutput\": ", t->u ? "false" : "true");
    buf_json(&b, file_in(r, t, "vet.out"));
    buf_c(&b, ",\n\"Stdout\": ");
    buf_json(&b, file_in(r, t, "vet.stdout"));
    buf_c(&b, ",\n\"SucceedOnTypecheckFailure\": false}\n");
    bool good = write_file(r, file_in(r, t, "vet.cfg"), buf_view(&b));
    buf_free(&b);
    return good;
}

// ---- one after the other ----------------------------------------------------------------------------------------------

static bool is_known(ToolRun *r, ToolUnit *t) {
    Str facts;
    make_key(r, t);
    if (t->u || !r->v->cache || !cache_find(r->v->cache, &t->facts_key, "facts of another program", &facts))
        return false;
    t->facts = file_in(r, t, "vet.out");
    t->state = dir_make_all(r->v->c->a, t->dir) && write_file(r, t->facts, facts) ? TOOL_DONE : TOOL_FAILED;
    return true;
}

static void start_unit(ToolRun *r, ToolUnit *t, Pkg *p) {
    Vet *v = r->v;
    Arena *a = v->c->a;
    VetUnit plain = {.pkg = p};
    if (is_known(r, t)) return;
    t->state = TOOL_FAILED;
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i] && !write_archive(r, map_get_ptr(r->by_pkg, p->deps[i]))) return;
    if (!dir_make_all(a, t->dir) || !write_config(r, t, t->u ? t->u : &plain)) return;
    char **argv = ANEWN(a, char *, v->flags.len + 4);
    i64 n = 0;
    argv[n++] = (char *)(uintptr_t)arena_cstr(a, v->program);
    for (i64 i = 0; i < v->flags.len; i++) argv[n++] = (char *)(uintptr_t)arena_cstr(a, v->flags.ptr[i]);
    if (v->form == VET_LINES) argv[n++] = (char *)(uintptr_t) "-json";
    argv[n++] = (char *)(uintptr_t)arena_cstr(a, file_in(r, t, "vet.cfg"));
    t->pid = start(r, argv, p->dir, file_in(r, t, "output"));
    if (t->pid > 0) t->state = TOOL_RUNS, r->running++;
    else cmd_fail("fork/exec %s: %s", argv[0], err_os(errno));
}

// "posn", last line, message: the record of a finding, as our own program writes it.
static void put_record(Buf *b, const char *pos, const char *end, const char *indent, const char *message) {
    const char *col = end ? strrchr(end, ':') : NULL, *line = col;
    while (line && line > end && line[-1] != ':') line--;
    buf_c(b, pos ? pos : "");
    buf_char(b, 0);
    if (line) buf_bytes(b, line, col - line);
    buf_char(b, 0);
    buf_c(b, indent);
    buf_c(b, message ? message : "");
    buf_zero(b, 2);
}

static void put_finding(Buf *b, json_t *d, const char *indent) {
    size_t i;
    json_t *related;
    put_record(b, json_string_value(json_object_get(d, "posn")), json_string_value(json_object_get(d, "end")), indent,
               json_string_value(json_object_get(d, "message")));
    json_array_foreach(json_object_get(d, "related"), i, related) put_finding(b, related, "\t");
}

// Findings in upstream's JSON as records; false: it is none.
static bool read_findings(Vet *v, Str text, Str *records) {
    const char *unit, *analyzer;
    json_t *of_unit, *of_analyzer, *d, *root = json_loadb(text.ptr, (size_t)text.len, 0, NULL);
    size_t i;
    Buf b = {0};
    if (!json_is_object(root)) return false;
    json_object_foreach(root, unit, of_unit) json_object_foreach(of_unit, analyzer, of_analyzer) {
        const char *error = json_string_value(json_object_get(of_analyzer, "error"));
        if (error) {
            buf_zero(&b, 3);
            buf_c(&b, error);
            buf_zero(&b, 1);
        }
        json_array_foreach(of_analyzer, i, d) put_finding(&b, d, "");
    }
    *records = arena_str(v->c->a, buf_view(&b));
    buf_free(&b);
    json_decref(root);
    return true;
}

static void settle_root(ToolRun *r, ToolUnit *t, bool good, Str said) {
    Vet *v = r->v;
    Str out = {0};
    t->u->done = true;
    t->u->failed = !good;
    if (said.len) t->u->text = said;
    if (!good) return;
    file_read(v->c->a, arena_cstr(v->c->a, file_in(r, t, "vet.stdout")), &out);
    t->u->found = out;
    if (out.len && v->form == VET_LINES && !read_findings(v, out, &t->u->found))
        t->u->text = out, t->u->found = (Str){0};
    if (v->cache && !t->u->text.len) cache_share(v->cache, &t->u->found_key, "findings", t->u->found);
}

static void end_unit(ToolRun *r, ToolUnit *t, int status) {
    Arena *a = r->v->c->a;
    Str said = {0}, facts = {0}, file = file_in(r, t, "vet.out");
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    r->running--;
    file_read(a, arena_cstr(a, file_in(r, t, "output")), &said);
    t->state = good ? TOOL_DONE : TOOL_FAILED;
    if (good && file_read(a, arena_cstr(a, file), &facts)) {
        t->facts = file;
        if (r->v->cache) cache_share(r->v->cache, &t->facts_key, "facts of another program", facts);
    }
    if (t->u) settle_root(r, t, good, said);
}

static bool may_start(ToolRun *r, const ToolUnit *t, const Pkg *p) {
    if (t->state != TOOL_WAITS) return false;
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) {
        const ToolUnit *d = p->deps[i] ? map_get_ptr(r->by_pkg, p->deps[i]) : NULL;
        if (d && d->state < TOOL_DONE) return false;
    }
    return true;
}

static void wait_one(ToolRun *r) {
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    for (i64 i = 0; i < r->units.len && pid > 0; i++) {
        ToolUnit *t = r->units.ptr[i];
        if (t->state == TOOL_RUNS && t->pid == pid) end_unit(r, t, status);
    }
}

static void run_all(ToolRun *r) {
    for (;;) {
        bool waits = false, began = false;
        for (i64 i = 0; i < map_len(r->by_pkg); i++) {
            MapEnt *e = map_at(r->by_pkg, i);
            ToolUnit *t = e->val;
            Pkg *p = (Pkg *)(uintptr_t)e->key.ptr;
            waits |= t->state == TOOL_WAITS;
            if (r->running >= r->v->o->threads || !may_start(r, t, p)) continue;
            start_unit(r, t, p);
            began = true;
        }
        if (r->running) wait_one(r);
        else if (!waits || !began) return;
    }
}

// ---- all of it --------------------------------------------------------------------------------------------------------

// Errors of what the roots import, as vet_show tells those of a batch.
static void take_errors(ToolRun *r) {
    for (i64 i = 0; i < r->types.batch.len; i++) {
        VetUnit *u = r->types.batch.ptr[i];
        if (u->failed && u->errors.len) vec_push(r->v->c->a, &r->v->batch, u);
    }
}

bool vet_run_tool(Vet *v) {
    ToolRun r = {.v = v, .by_pkg = map_new_ptr(v->c->a)};
    r.types = (Vet){.tool = "vet"};
    vet_init(&r.types, v->c, v->o, v->loader);
    if (!work_make_dir(v->c, "go-buildXXXXXX", &r.work))
        return !cmd_fail("creating work dir: mkdir %.*s: %s", SFMT(r.work), err_os(errno));
    for (i64 i = 0; i < v->roots.len; i++)
        if (!v->roots.ptr[i]->done) tool_unit(&r, v->roots.ptr[i]->pkg, NULL)->u = v->roots.ptr[i];
    bool good = vet_run(&r.types);
    if (good) run_all(&r);
    if (good) take_errors(&r);
    if (!v->c->f.work) dir_remove_all(v->c->a, r.work, NULL);
    return good;
}
