// vendor.c - vendor/modules.txt: which module each vendored package comes from, and whether that agrees with go.mod or go.work.
//
// In:   the main modules.
// Out:  ModState.vendor; an error that lists all disagreements ("inconsistent vendoring in ...").
// Facts: go.dev/ref/mod#vendoring, and the checks before and since go 1.14.
#include "mod/graph_int.h"

bool mod_vendor_is_workspace(ModState *s, Str dir) {
    Str text;
    if (!mod_read_text(s, path_join(s->a, dir, S("modules.txt")), &text)) return false;
    i64 nl = str_index(text, '\n');
    Str line = nl < 0 ? text : str_slice(text, 0, nl);
    if (!str_has_prefix(line, S("## "))) return false;
    for (Str rest = str_slice(line, 3, line.len); rest.len;) {
        i64 semi = str_index(rest, ';');
        Str word = str_trim(semi < 0 ? rest : str_slice(rest, 0, semi));
        if (str_eq(word, S("workspace"))) return true;
        rest = semi < 0 ? (Str){0} : str_slice(rest, semi + 1, rest.len);
    }
    return false;
}

VendorMeta *mod_vendor_meta(ModState *s, ModVersion v) { return map_get_str(s->vendor.meta, mod_version_key(s->a, v)); }

static bool add_module(ModState *s, const VendorModule *m, Str file, Err *err) {
    Vendored *v = &s->vendor;
    VendorMeta *meta = mod_vendor_meta(s, m->mod);
    if (!meta) {
        meta = ANEW(s->a, VendorMeta);
        map_set_str(v->meta, mod_version_key(s->a, m->mod), meta);
    }
    if (m->has_replacement) {
        meta->replacement = m->replacement;
        vec_push(s->a, &v->replaced, m->mod);
    }
    if (m->explicit_) meta->explicit_ = true;
    ModNode *n = mod_node(s, m->mod);
    if (m->go_version.len) {
        meta->go_version = n->go_version = m->go_version;
        n->go_known = true;
        if (gover_cmp(m->go_version, s->local) > 0) {
            Str what = arena_printf(s->a, "%.*s in %.*s", SFMT(m->mod.path), SFMT(mod_short_path(s, file)));
            return mod_too_new(s, what, m->go_version, err);
        }
    }
    for (i64 i = 0; i < m->packages.len; i++) map_set_str(v->package, m->packages.ptr[i], n);
    if (!m->packages.len) return true;
    ModNode *old = map_get_str(v->version, m->mod.path);
    if (old && modver_cmp(m->mod.path, old->v.version, m->mod.version) >= 0) return true;
    vec_push(s->a, &v->list, m->mod);
    map_set_str(v->version, m->mod.path, n);
    return true;
}

bool mod_read_vendor(ModState *s, Err *err) {
    Vendored *v = &s->vendor;
    if (v->read) return true;
    v->read = true;
    v->version = map_new_str(s->a);
    v->package = map_new_str(s->a);
    v->meta = map_new_str(s->a);
    Str file = path_join(s->a, mod_vendor_dir(s), S("modules.txt")), text;
    if (!mod_read_text(s, file, &text)) return true;
    VendorFile f = {0};
    if (!vendorfile_parse(s->a, mod_short_path(s, file), text, &f, err)) return false;
    for (i64 i = 0; i < f.modules.len; i++)
        if (!add_module(s, &f.modules.ptr[i], file, err)) return false;
    return true;
}

// ---- consistency
typedef struct Check {
    ModState *s;
    Buf text;
    Map *seen;
    bool old; // go.mod says less than go 1.14: modules.txt tells less
} Check;

static void disagree(Check *c, ModVersion v, Str detail) {
    buf_printf(&c->text, "\n\t%.*s: %.*s", SFMT(modver_string(c->s->a, v)), SFMT(detail));
}

static void check_requires(Check *c, const ModFile *f) {
    ModState *s = c->s;
    for (i64 i = 0; i < f->require.len; i++) {
        ModVersion v = f->require.ptr[i].mod;
        VendorMeta *meta = mod_vendor_meta(s, v);
        if (meta && meta->explicit_) continue;
        if (!c->old) {
            disagree(c, v, S("is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt"));
            continue;
        }
        ModNode *n = map_get_str(s->vendor.version, v.path);
        if (n && !str_eq(n->v.version, v.version))
            disagree(c, v,
                     arena_printf(s->a, "is explicitly required in go.mod, but vendor/modules.txt indicates %.*s",
                                  SFMT(modver_string(s->a, n->v))));
    }
}

static Str replace_source(ModState *s, ModVersion old) {
    if (s->work_replace && (map_get_str(s->work_replace, mod_version_key(s->a, old)) ||
                            map_get_str(s->work_replace, mod_version_key(s->a, (ModVersion){old.path, {0}}))))
        return mod_short_path(s, s->gowork);
    Str file = {0};
    for (i64 i = 0; i < s->mains.len; i++)
        if (map_get_str(s->mains.ptr[i]->replace, mod_version_key(s->a, old)) ||
            map_get_str(s->mains.ptr[i]->replace, mod_version_key(s->a, (ModVersion){old.path, {0}})))
            file = s->mains.ptr[i]->m.gomod;
    return mod_short_path(s, file);
}

// The replacement as its file says it: a folder relative to that file's.
static ModVersion as_written(ModState *s, ModVersion old, ModVersion now) {
    Str any = mod_version_key(s->a, (ModVersion){old.path, {0}}), one = mod_version_key(s->a, old);
    if (s->work_replace && (map_get_str(s->work_replace, one) || map_get_str(s->work_replace, any))) return now;
    for (i64 i = 0; i < s->mains.len; i++) {
        const Map *m = s->mains.ptr[i]->replace;
        const ModVersion *v = map_get_str(m, one);
        if (!v) v = map_get_str(m, any);
        if (v) now = *v;
    }
    return now;
}

static void check_replace(Check *c, ModVersion old) {
    ModState *s = c->s;
    Str key = mod_version_key(s->a, old);
    if (map_get_str(c->seen, key)) return;
    map_set_str(c->seen, key, s);
    ModVersion now;
    bool is = mod_replacement(s, old, &now);
    VendorMeta *meta = mod_vendor_meta(s, old);
    ModVersion then = meta ? meta->replacement : (ModVersion){{0}, {0}};
    Str source = replace_source(s, old);
    if (!then.path.len) {
        ModNode *n = map_get_str(s->vendor.version, old.path);
        if (!is || (c->old && (!old.version.len || !n || !str_eq(n->v.version, old.version)))) return;
        disagree(c, old,
                 arena_printf(s->a, "is replaced in %.*s, but not marked as replaced in vendor/modules.txt",
                              SFMT(source)));
    } else if (!modver_eq(then, now))
        disagree(c, old,
                 arena_printf(s->a, "is replaced by %.*s in %.*s, but marked as replaced by %.*s in vendor/modules.txt",
                              SFMT(modver_string(s->a, as_written(s, old, now))), SFMT(source),
                              SFMT(modver_string(s->a, then))));
}

static void check_file_replaces(Check *c, const ModFile *f) {
    for (i64 i = 0; i < f->replace.len; i++)
        if (f->replace.ptr[i].old.path.len) check_replace(c, f->replace.ptr[i].old);
}

static bool required_somewhere(ModState *s, ModVersion v) {
    for (i64 i = 0; i < s->mains.len; i++)
        if (map_get_str(s->mains.ptr[i]->require, mod_version_key(s->a, v))) return true;
    return false;
}

static void check_vendored(Check *c) {
    ModState *s = c->s;
    for (i64 i = 0; i < s->vendor.list.len; i++) {
        ModVersion v = s->vendor.list.ptr[i];
        if (!mod_vendor_meta(s, v)->explicit_ || required_somewhere(s, v)) continue;
        disagree(c, v,
                 arena_printf(s->a,
                              "is marked as explicit in vendor/modules.txt, but not explicitly required in %sgo.mod",
                              s->workspace ? "a " : ""));
    }
    for (i64 i = 0; i < s->vendor.replaced.len; i++) {
        ModVersion now, v = s->vendor.replaced.ptr[i];
        if (mod_replacement(s, v, &now)) continue;
        disagree(c, v,
                 arena_printf(s->a, "is marked as replaced in vendor/modules.txt, but not replaced in %s",
                              s->workspace ? "the workspace" : "go.mod"));
    }
}

bool mod_check_vendor(ModState *s, Err *err) {
    Check c = {.s = s, .seen = map_new_str(s->a)};
    c.old = !s->workspace && gover_cmp(s->mains.ptr[0]->index_go, S("1.14")) < 0;
    for (i64 i = 0; i < s->mains.len; i++) check_requires(&c, s->mains.ptr[i]->m.file);
    for (i64 i = 0; i < s->mains.len; i++) check_file_replaces(&c, s->mains.ptr[i]->m.file);
    if (s->work) check_file_replaces(&c, s->work);
    check_vendored(&c);
    bool ok = !c.text.len;
    if (!ok)
        err_set(
            err, s->a, ERR_OTHER,
            "inconsistent vendoring in %.*s:%.*s\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n"
            "\tTo sync the vendor directory, run:\n\t\tgo %s vendor",
            SFMT(path_dir(mod_vendor_dir(s))), SFMT(buf_view(&c.text)), s->workspace ? "work" : "mod");
    buf_free(&c.text);
    return ok;
}
