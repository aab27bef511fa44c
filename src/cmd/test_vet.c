// test_vet.c - what vet finds in the packages of `test`: a package in which it finds something counts as one that does not build.
//
// In:   jobs whose result is not known, their variants with test files. Out: for each, whether its program may run; what was found is
// told in the words of `go test`. One process looks at all of them (vet_run) while others build; each answer comes as it is ready.
#include "cmd/test_int.h"
#include "cmd/vet.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct TestVet {
    Vet v;
    Process *process; // NULL: not needed, or done
    Buf answers;      // of the process: frames "root good length\n" and a text; root -1: what it says besides
} TestVet;

// ---- flags ------------------------------------------------------------------------------------------------------------

static void take_flags(Test *t, Vet *v) {
    static const char *const usual[] = {"-atomic",      "-bool",    "-buildtags", "-directive",     "-errorsas",
                                        "-ifaceassert", "-nilfunc", "-printf",    "-stringintconv", "-tests"};
    Arena *a = t->c->a;
    Str list = t->c->f.vet;
    StrVec names = split_words(a, list, ",");
    v->chosen = names.len > 0;
    for (i64 i = 0; i < NELEM(usual) && !names.len; i++) vec_push(a, &v->flags, str_c(usual[i]));
    for (i64 i = 0; i < names.len && !str_eq(list, S("all")); i++)
        vec_push(a, &v->flags, arena_printf(a, "-%.*s", SFMT(names.ptr[i])));
}

// ---- the process ------------------------------------------------------------------------------------------------------

static void send(i64 root, bool good, Str text) {
    printf("%lld %d %lld\n", (long long)root, good, (long long)text.len);
    fwrite(text.ptr, 1, (size_t)text.len, stdout);
    fflush(stdout);
}

static void send_root(Vet *v, VetUnit *u) {
    Buf out = {0}, err = {0};
    bool good = vet_show(v, u, -1, &out, &err);
    for (i64 i = 0; i < v->roots.len; i++)
        if (v->roots.ptr[i] == u) send(i, good, buf_view(&err));
    buf_free(&out);
    buf_free(&err);
}

// Standard error goes to a file meanwhile, since both streams are one pipe.
static int vet_child(void *arg) {
    TestVet *tv = arg;
    Vet *v = &tv->v;
    int said = memfd_create("said", MFD_CLOEXEC);
    if (said >= 0) dup2(said, 2);
    v->settled = send_root;
    bool good = vet_run(v);
    fflush(stderr);
    Str text = {0};
    lseek(said, 0, SEEK_SET);
    if (said >= 0 && file_read_open(v->c->a, dup(said), "vet", &text) && text.len) send(-1, good, text);
    return again_child_end(v->c, !good);
}

static void settle(Vet *v, i64 root, bool good, Str text) {
    if (root < 0) {
        fflush(stdout);
        fwrite(text.ptr, 1, (size_t)text.len, stderr);
        return;
    }
    VetUnit *u = v->roots.ptr[root];
    u->done = true;
    u->failed = !good;
    u->text = arena_str(v->c->a, text);
}

static void take_answers(void *ctx, Str bytes) {
    TestVet *tv = ctx;
    Buf *b = &tv->answers;
    i64 at = 0;
    buf_str(b, bytes);
    for (;;) {
        Str rest = str_slice(buf_view(b), at, b->len);
        i64 nl = str_index(rest, '\n');
        long long root, len;
        int good;
        char head[64] = "";
        if (nl < 0 || nl >= (i64)sizeof head) break;
        memcpy(head, rest.ptr, (size_t)nl);
        if (sscanf(head, "%lld %d %lld", &root, &good, &len) != 3 || root >= tv->v.roots.len) break;
        if (len < 0 || rest.len < nl + 1 + len) break;
        settle(&tv->v, root, good, str_slice(rest, nl + 1, nl + 1 + len));
        at += nl + 1 + len;
    }
    memmove(b->ptr, b->ptr + at, (size_t)(b->len - at));
    b->len -= at;
}

// ---- jobs -------------------------------------------------------------------------------------------------------------

static bool is_settled(const VetUnit *u) { return !u || u->done; }

static void add_unit(Test *t, TestJob *j, int at, Pkg *p) {
    Vet *v = &t->vet->v;
    if (!p || !p->files[FILES_GO].len || load_is_fake(p)) return;
    VetUnit *u = vet_add(v, p);
    j->vet[at] = u;
    if (!vet_look(v, u)) return;
    Buf out = {0}, err = {0};
    u->failed = !vet_show(v, u, -1, &out, &err);
    u->text = arena_str(t->c->a, buf_view(&err));
    buf_free(&out);
    buf_free(&err);
}

static void show_commands(Test *t) {
    Buf b = {0};
    for (i64 i = 0; i < t->vet->v.roots.len; i++) vet_commands(&t->vet->v, t->vet->v.roots.ptr[i], &b);
    fwrite(b.ptr, 1, (size_t)b.len, stderr);
    buf_free(&b);
}

void test_vet_begin(Test *t) {
    bool left = false;
    if (str_eq(t->c->f.vet, S("off")) || !t->jobs.len) return;
    TestVet *tv = t->vet = ANEW(t->c->a, TestVet);
    tv->v = (Vet){.tool = "vet", .testing = true};
    tv->v.c = t->c;
    take_flags(t, &tv->v);
    vet_init(&tv->v, t->c, &t->o, t->p->loader);
    for (i64 i = 0; i < t->jobs.len; i++) {
        TestJob *j = t->jobs.ptr[i];
        if (test_find_result(j) && !t->c->f.n) continue; // it ran with nothing found
        add_unit(t, j, 0, j->has_tests ? j->program.test : j->pkg);
        if (j->has_tests) add_unit(t, j, 1, j->program.xtest);
        left |= !is_settled(j->vet[0]) || !is_settled(j->vet[1]);
    }
    if (t->c->f.n || t->c->f.x) show_commands(t);
    if (!left || t->c->f.n) return;
    tv->process =
        process_start(&t->ps, (ProcessOptions){.run = vet_child, .arg = tv, .output = take_answers, .ctx = tv});
}

void test_vet_end(Test *t) {
    TestVet *tv = t->vet;
    if (!tv || !tv->process || !tv->process->done) return;
    tv->process = NULL;
    buf_free(&tv->answers);
    for (i64 i = 0; i < tv->v.roots.len; i++) // of what an import of it is wrong with, its build tells
        if (!tv->v.roots.ptr[i]->done) tv->v.roots.ptr[i]->done = tv->v.roots.ptr[i]->failed = true;
}

bool test_vet_settled(const TestJob *j) {
    if (!j->t->vet || !j->t->vet->process || j->build_failed) return true;
    return is_settled(j->vet[0]) && is_settled(j->vet[1]);
}

// A package whose vet failed and said nothing: why is what was wrong with another one.
static Str reason(const Test *t, const VetUnit *u) {
    const Vet *v = &t->vet->v;
    if (u->text.len) return u->text;
    Str why = S("the analysis did not end");
    for (i64 i = 0; i < v->batch.len; i++)
        if (v->batch.ptr[i]->errors.len) why = v->batch.ptr[i]->errors.ptr[0];
    return arena_printf(t->c->a, "# %.*s\nvet: %.*s\n", SFMT(load_desc(t->c->a, u->pkg)), SFMT(why));
}

bool test_vet_passed(TestJob *j) {
    bool good = true;
    if (j->t->c->f.n) return true;
    for (i64 i = 0; i < NELEM(j->vet); i++) {
        const VetUnit *u = j->vet[i];
        Buf b = {0};
        if (!u || !u->failed) continue;
        if (good) j->failed_build = load_desc(j->t->c->a, u->pkg);
        good = false;
        if (j->t->f.json_builds) diag_event(&b, load_desc(j->t->c->a, u->pkg), reason(j->t, u), true);
        else buf_str(&b, reason(j->t, u));
        fflush(stdout);
        fwrite(b.ptr, 1, (size_t)b.len, j->t->f.json_builds ? stdout : stderr);
        fflush(j->t->f.json_builds ? stdout : stderr);
        buf_free(&b);
    }
    if (!good) j->t->rc = 1;
    return good;
}
