// vendorfile.c - vendor/modules.txt: which modules the vendor folder is made of.
//
//   ## workspace                      the first line, if `go work vendor` made it
//   # path version [=> path [version]] a module, and what it is replaced by
//   ## explicit; go 1.21              of the module above
//   path/of/package                   which the module above provides
//   # path => path [version]          a replacement of all versions
//
// In: text. Out: the modules in the order of the file, said twice is once. What has another form is passed over. Facts: go.dev/ref/mod#vendoring.
#include "mod/modfile.h"

typedef struct VendorReader {
    Arena *a;
    VendorFile *f;
    Map *index;  // "path version" -> 1 + place in f->modules
    i64 current; // place of the module that is read; -1: none
    Str word[6];
    i64 nwords;
} VendorReader;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void split_words(VendorReader *r, Str line) {
    r->nwords = 0;
    for (i64 at = 0; at < line.len;) {
        i64 from = at;
        while (at < line.len && !is_blank(line.ptr[at])) at++;
        if (at > from && r->nwords < NELEM(r->word)) r->word[r->nwords++] = str_slice(line, from, at);
        while (at < line.len && is_blank(line.ptr[at])) at++;
    }
}

static VendorModule *use_module(VendorReader *r, Str path, Str version) {
    void **slot = map_slot_str(r->index, arena_printf(r->a, "%.*s %.*s", SFMT(path), SFMT(version)));
    if (!*slot) {
        VendorModule m = {.mod = {path, version}, .replacement = {S(""), S("")}, .go_version = S("")};
        vec_push(r->a, &r->f->modules, m);
        *slot = (void *)(intptr_t)r->f->modules.len;
    }
    r->current = (i64)(intptr_t)*slot - 1;
    return &r->f->modules.ptr[r->current];
}

static void read_module(VendorReader *r, Str line) {
    split_words(r, line);
    if (r->nwords < 3) return;
    i64 arrow = 2;
    Str version = S("");
    if (semver_valid(r->word[2])) {
        version = r->word[2];
        arrow = 3;
    } else if (!str_eq(r->word[2], S("=>"))) {
        r->current = -1;
        return;
    }
    VendorModule *m = use_module(r, r->word[1], version);
    if (r->nwords < arrow + 2 || !str_eq(r->word[arrow], S("=>"))) return;
    bool versioned = r->nwords == arrow + 3;
    if (r->nwords > arrow + 3 || (versioned && !semver_valid(r->word[arrow + 2]))) return;
    m->has_replacement = true;
    m->replacement = (ModVersion){r->word[arrow + 1], versioned ? r->word[arrow + 2] : S("")};
}

// "## " notes, divided by ';'; m NULL: of the file.
static void read_notes(VendorFile *f, VendorModule *m, Str notes) {
    for (i64 at = 0; at <= notes.len;) {
        Str note = str_slice(notes, at, notes.len);
        i64 end = str_index(note, ';');
        if (end >= 0) note.len = end;
        at += note.len + 1;
        note = str_trim(note);
        if (!m) f->workspace = f->workspace || str_eq(note, S("workspace"));
        else if (str_eq(note, S("explicit"))) m->explicit_ = true;
        else if (str_has_prefix(note, S("go "))) m->go_version = str_slice(note, 3, note.len);
    }
}

static void read_vendor_line(VendorReader *r, Str line) {
    if (str_has_prefix(line, S("# "))) {
        read_module(r, line);
        return;
    }
    if (r->current < 0) return;
    VendorModule *m = &r->f->modules.ptr[r->current];
    if (str_has_prefix(line, S("## "))) {
        read_notes(r->f, m, str_slice(line, 3, line.len));
        return;
    }
    split_words(r, line);
    Err ignored = {0};
    if (r->nwords == 1 && module_check_import_path(r->a, r->word[0], &ignored))
        vec_push(r->a, &m->packages, r->word[0]);
}

bool vendorfile_parse(Arena *a, Str name, Str text, VendorFile *f, Err *err) {
    *f = (VendorFile){0};
    VendorReader r = {.a = a, .f = f, .index = map_new_str(a), .current = -1};
    for (i64 at = 0; at < text.len;) {
        Str line = str_slice(text, at, text.len);
        i64 end = str_index(line, '\n');
        if (end >= 0) line.len = end;
        if (!at && str_has_prefix(line, S("## "))) read_notes(f, NULL, str_slice(line, 3, line.len));
        at += line.len + 1;
        read_vendor_line(&r, line);
    }
    return true;
}
