// child.c - the program as a process of its own for a plugin: restricted while there is one thread and nothing but this file has run.
//
// In:   the environment and descriptor 3 (plugin/child.h). Out: rt_run.
// Packages of the program are initialised when the plugin that is loaded has them too; the program's own init functions count, as in one process.
// Runs: SYSTEM. rt_child_* on behalf of package vole/plugin/process.
#include "os/os.h"
#include "plugin/child.h"
#include "plugin/plugin.h"

extern const Shared shared_ GOSYM("vole.shared");
extern void process_child(void) GOSYM("plugin.processChild") __attribute__((weak)); // vole/plugin/process.child
static void (*const volatile entry)(void) = process_child; // NULL: the program never starts one

typedef struct Child {
    bool *done; // by package: initialised, or it will be before the plugin is loaded
    void (**inits)(void);
    i64 ninits;
} Child;
static Child child;

// ---- what runs ---------------------------------------------------------------------------------------------------------

// Of the program's packages these and what they import, in the order of their initialisation, as far as that has not been.
static SYSTEM void plan(bool *wanted) {
    for (u64 i = shared_.npackages; i-- > 0;)
        for (u64 k = 0; wanted[i] && k < shared_.packages[i].nimports; k++)
            wanted[shared_.packages[i].imports[k]] = true;
    child.ninits = 0;
    for (u64 i = 0; i < shared_.npackages; i++) {
        if (!wanted[i] || child.done[i]) continue;
        child.done[i] = true;
        if (shared_.packages[i].init) child.inits[child.ninits++] = shared_.packages[i].init;
    }
}

static SYSTEM bool same(const char *a, const char *b) {
    for (; *a && *a == *b; a++) b++;
    return *a == *b;
}
static SYSTEM void want(bool *wanted, const char *path) {
    for (u64 i = 0; i < shared_.npackages; i++) wanted[i] |= same(shared_.packages[i].path, path);
}

static SYSTEM void plan_start(void) {
    u64 n = shared_.npackages;
    u8 *p = os_map(n * (sizeof(void *) + 2));
    if (!p) os_confine_failed("no memory", 0);
    child.inits = (void (**)(void))(void *)p;
    child.done = (bool *)(p + n * sizeof(void *));
    bool *wanted = child.done + n;
    want(wanted, "runtime");
    want(wanted, "vole/plugin/process");
    plan(wanted);
    rt_run = (RunInfo){(void (*const *)(void))child.inits, child.ninits, (void (*const *)(void)) & entry};
}

static SYSTEM u64 program_sum(void) {
    u64 n = 0;
    while (shared_.manifest[n]) n++;
    return shared_mix(shared_hash(shared_.manifest, n), shared_.nsyms);
}

static SYSTEM void begin(void) {
    const char *mark = CHILD_MARK "=3";
    if (!entry || !rt_envv || !rt_envv[0] || !same((const char *)rt_envv[0], mark)) return;
    rt_envv++;
    ChildSpec s;
    u64 filter[CHILD_MAX_FILTER];
    if (!os_read_at(CHILD_SPEC_FD, &s, sizeof s, 0) || s.magic != CHILD_MAGIC || s.size != sizeof s ||
        s.limits.nlimits > OS_MAX_LIMITS || s.limits.nfilter > CHILD_MAX_FILTER ||
        !os_read_at(CHILD_SPEC_FD, filter, s.limits.nfilter * sizeof filter[0], sizeof s))
        os_confine_failed("descriptor 3 does not say what to do", 0);
    if (s.program != program_sum()) os_confine_failed("the program's file was replaced", 0);
    os_close(CHILD_SPEC_FD);
    s.limits.filter = filter;
    os_confine(&s.limits);
    plan_start();
}
const ChildEntry child_entry = {begin};

// ---- for package vole/plugin/process -------------------------------------------------------------------------------------

// A reference that is not weak: whoever can start a child has what a child does.
static const ChildEntry *const volatile kept = &child_entry;
SYSTEM u64 rt_child_program(void) {
    (void)kept;
    return program_sum();
}

// What the program must initialise before a plugin is: the packages that both have. Result: their number; out[0] is a list.
SYSTEM i64 rt_child_inits(const Plugin *p, void (***out)(void)) {
    if (!child.done) return 0;
    bool *wanted = child.done + shared_.npackages;
    memclr(wanted, shared_.npackages);
    const PluginPackage *pk = plugin_table(p->head, p->head->packages);
    for (u32 i = 0; i < p->head->packages.n; i++) want(wanted, plugin_name(p->head, pk[i].path));
    plan(wanted);
    *out = child.inits;
    return child.ninits;
}

extern const u8 method_stubs[] GOSYM("plugin.methodStubs"); // stubs.S
LEAF const u8 *rt_method_stubs(void) { return method_stubs; }
