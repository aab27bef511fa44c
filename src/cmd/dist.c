// dist.c - `tool dist list`: the targets that Go knows, where the GOROOT has no sources of that program.
//
// In:   its flags (-json, -broken, -v). Out: lines GOOS/GOARCH, or JSON, as the program itself prints them.
#include "cmd/cmd.h"
#include <stdio.h>

typedef struct DistList {
    bool json, broken;
} DistList;

static bool read_flags(Cmd *c, i64 first, DistList *d) {
    for (i64 i = first; i < c->nargs; i++) {
        Str w = c->args[i];
        if (str_has_prefix(w, S("--"))) w = str_slice(w, 1, w.len);
        if (str_eq(w, S("-json"))) d->json = true;
        else if (str_eq(w, S("-broken"))) d->broken = true;
        else if (!str_eq(w, S("-v"))) return false;
    }
    return true;
}

static void show_json(const EnvTarget *t, bool more) {
    printf("\t{\n\t\t\"GOOS\": \"%s\",\n\t\t\"GOARCH\": \"%s\",\n\t\t\"CgoSupported\": %s,\n\t\t\"FirstClass\": "
           "%s%s\n\t}%s\n",
           t->goos, t->goarch, t->properties & TARGET_CGO ? "true" : "false",
           t->properties & TARGET_FIRST ? "true" : "false",
           t->properties & TARGET_BROKEN ? ",\n\t\t\"Broken\": true" : "", more ? "," : "");
}

int dist_list(Cmd *c, i64 first) {
    DistList d = {0};
    i64 n, last = -1;
    const EnvTarget *t = env_targets(&n);
    if (!read_flags(c, first, &d)) {
        fprintf(stderr, "go: no such tool \"dist\"\n");
        return 2;
    }
    for (i64 i = 0; i < n; i++)
        if (d.broken || !(t[i].properties & TARGET_BROKEN)) last = i;
    if (d.json) printf("[\n");
    for (i64 i = 0; i < n; i++) {
        if ((t[i].properties & TARGET_BROKEN) && !d.broken) continue;
        if (d.json) show_json(&t[i], i != last);
        else printf("%s/%s\n", t[i].goos, t[i].goarch);
    }
    if (d.json) printf("]");
    return 0;
}
