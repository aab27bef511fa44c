// reuse.c - `-reuse`: what an earlier command told of modules, and whether it still holds.
//
// In:   a file of JSON objects as `mod download -json` and `list -m -json` write them.
// Out:  the answer of then for a query, if its Origin names enough of the repository's state and that state is what it was; only
//       repositories that are asked directly can say so. Facts: `go help mod download`, cmd/go/internal/modload/query.go.
#include "mod/reuse.h"
#include "mod/query.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

static Str text_of(Arena *a, const json_t *o, const char *name) {
    const json_t *v = json_object_get(o, name);
    return json_is_string(v) ? arena_str(a, (Str){json_string_value(v), (i64)json_string_length(v)}) : S("");
}

static void texts_of(Arena *a, const json_t *o, const char *name, Str **list, i64 *n) {
    const json_t *v = json_object_get(o, name);
    *n = (i64)json_array_size(v);
    *list = ANEWN(a, Str, *n + 1);
    for (i64 i = 0; i < *n; i++) {
        const char *s = json_string_value(json_array_get(v, (size_t)i));
        (*list)[i] = arena_str(a, str_c(s ? s : ""));
    }
}

static ModInfo *info_of(Arena *a, const json_t *o) {
    ModInfo *m = ANEW(a, ModInfo);
    const json_t *origin = json_object_get(o, "Origin"), *error = json_object_get(o, "Error");
    const json_t *update = json_object_get(o, "Update"), *replace = json_object_get(o, "Replace");
    *m = (ModInfo){.path = text_of(a, o, "Path"),
                   .version = text_of(a, o, "Version"),
                   .query = text_of(a, o, "Query"),
                   .time = text_of(a, o, "Time"),
                   .gomod = text_of(a, o, "GoMod"),
                   .go_version = text_of(a, o, "GoVersion"),
                   .deprecated = text_of(a, o, "Deprecated"),
                   .sum = text_of(a, o, "Sum"),
                   .gomod_sum = text_of(a, o, "GoModSum"),
                   .error = text_of(a, json_is_object(error) ? error : o, json_is_object(error) ? "Err" : "Error"),
                   .update = json_is_object(update) ? info_of(a, update) : NULL,
                   .replace = json_is_object(replace) ? info_of(a, replace) : NULL,
                   .main = json_is_true(json_object_get(o, "Main")),
                   .indirect = json_is_true(json_object_get(o, "Indirect")),
                   .reuse = true};
    texts_of(a, o, "Versions", &m->versions, &m->nversions);
    texts_of(a, o, "Retracted", &m->retracted, &m->nretracted);
    char *text = json_is_object(origin) ? json_dumps(origin, JSON_COMPACT) : NULL;
    m->origin = text ? arena_str(a, str_c(text)) : S("");
    free(text);
    return m;
}

static Str key_of(Arena *a, Str path, Str query) { return arena_printf(a, "%.*s@%.*s", SFMT(path), SFMT(query)); }

static void add(ModState *s, ModReuse *r, const json_t *o) {
    ModInfo *m = info_of(s->a, o);
    if (!m->origin.len) return;
    map_set_str(r->by_query, key_of(s->a, m->path, m->version), m);
    if (m->query.len) map_set_str(r->by_query, key_of(s->a, m->path, m->query), m);
}

bool reuse_read(ModState *s, Str file, ModReuse *r, Err *err) {
    Str text;
    *r = (ModReuse){map_new_str(s->a)};
    if (!file.len) return true;
    if (!file_read(s->a, arena_cstr(s->a, file), &text))
        return err_set(err, s->a, ERR_OTHER, "open %.*s: %s", SFMT(file), err_os(errno));
    for (text = str_trim(text); text.len; text = str_trim(text)) {
        json_error_t e;
        json_t *o = json_loadb(text.ptr, (size_t)text.len, JSON_DISABLE_EOF_CHECK, &e);
        if (!json_is_object(o)) {
            json_decref(o);
            return err_set(err, s->a, ERR_OTHER, "parsing %.*s: %s", SFMT(file), o ? "not an object" : e.text);
        }
        add(s, r, o);
        json_decref(o);
        text = str_slice(text, e.position, text.len);
    }
    return true;
}

// Does an Origin say all that the answer to the query depended on? One that a proxy gave may not.
static bool is_enough(ModState *s, Str path, Str query, const Origin *o) {
    if (o->repo_sum.len) return true;
    if (str_eq(query, module_canonical_version(s->a, query))) return o->hash.len || o->ref.len || o->tag_sum.len;
    return o->tag_sum.len && (!query_is_revision(path, query) || o->hash.len || o->ref.len);
}

const ModInfo *reuse_find(ModState *s, const ModReuse *r, Str path, Str query) {
    const ModInfo *m = map_get_str(r->by_query, key_of(s->a, path, query));
    if (!m) return NULL;
    Origin o = fetch_origin(s->a, m->origin);
    return is_enough(s, path, query, &o) && fetch_origin_holds(s->fetch, path, &o) ? m : NULL;
}
