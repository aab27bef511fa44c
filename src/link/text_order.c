// text_order.c - what programs run lies together in the text section.
//
// In:   text in the order of names; text_order.def: functions of the library that programs of many kinds run. Out: the same symbols by class, inside a
//       class in the order of names. The kernel maps 64 KB around a fault, so each such piece of text that holds one function that runs
//       is memory of the process: of net/http's 2.4 MB a service runs 0.4, which lay all over it.
// Initialisers of packages and variables run in every program, and are known by their names; the program's own functions stand behind those of the library
// that run. What FIPS sums stays in one piece (fips.c). Nothing depends on the table but the order: a name that nobody defines is none.
#include "link/link_int.h"
#include <string.h>

typedef struct OrderRow {
    u8 class;
    const char *package, *names; // with spaces between them
} OrderRow;
static const OrderRow table[] = {
#define TEXT_ORDER(class, package, names) {class, package, names},
#include "link/text_order.def"
#undef TEXT_ORDER
};
// Text's classes in their order. LISTED is that of the table's first, SUMMED that of FIPS's initialisers: behind it are the same as behind INIT.
enum { INIT, LISTED, OWN = LISTED + 3, SUMMED, SUMMED_REST = SUMMED + OWN, REST, RUNTIME, NCLASSES };

static void mark_listed(Link *l) {
    char full[512];
    for (i64 i = 0; i < NELEM(table); i++) {
        Str package = str_c(table[i].package), names = str_c(table[i].names);
        memcpy(full, package.ptr, (size_t)package.len);
        full[package.len] = '.';
        for (i64 at = 0, end; at < names.len; at = end + 1) {
            for (end = at; end < names.len && names.ptr[end] != ' ';) end++;
            i64 n = package.len + 1 + end - at;
            if (n > (i64)sizeof full) bug("text_order.def: %s is too long", table[i].package);
            memcpy(full + package.len + 1, names.ptr + at, (size_t)(end - at));
            Sym *s = obj_find(l->job->syms, (Str){full, n});
            if (s) s->text_class = table[i].class;
        }
    }
}

// PACKAGE.init, PACKAGE.init.N, PACKAGE.init·VARIABLE.
static bool is_initialiser(Str name) {
    const char *end = name.ptr + name.len, *p = memrchr(name.ptr, '/', (size_t)name.len);
    p = memchr(p ? p : name.ptr, '.', (size_t)(end - (p ? p : name.ptr))); // dots of a path's last element are escaped
    if (!p || end - p < 5 || memcmp(p, ".init", 5)) return false;
    return end - p == 5 || p[5] == '.' || (u8)p[5] == 0302; // the dot in the middle
}

static int class_of(const Sym *s) {
    if (s->from_elf) return RUNTIME;
    int class = is_initialiser(s->name) ? INIT : s->text_class ? LISTED + s->text_class - 1 : REST;
    if (link_fips_summed(s)) return class == REST ? SUMMED_REST : SUMMED + class;
    return class == REST && str_has_prefix(s->name, S("main.")) ? OWN : class;
}

void link_text_order(Link *l) {
    Section *text = &l->sec[OS_TEXT];
    i64 at[NCLASSES + 1] = {0}, n = text->syms.len;
    if (l->plugin || (l->job->patch && l->job->patch->made)) return; // they have an order of their own
    mark_listed(l);
    Sym **old = ANEWN(l->a, Sym *, n + 1);
    u8 *class = ANEWN(l->a, u8, n + 1);
    for (i64 i = 0; i < n; i++) {
        old[i] = text->syms.ptr[i];
        class[i] = (u8)class_of(old[i]);
        at[class[i] + 1]++;
    }
    for (int i = 0; i < NCLASSES; i++) at[i + 1] += at[i];
    for (i64 i = 0; i < n; i++) text->syms.ptr[at[class[i]]++] = old[i];
}
