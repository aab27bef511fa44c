// report.c - what -gcflags=-m and -S print: decisions of inlining and escape analysis in gc's words, and a listing of the code.
//
// Only packages that have the flag are shown. Both go to standard error under the heading "# package", as gc's do.
#include "program/program.h"
#include "arch/arch.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { GC_FUNCID_WRAPPER = 23 };

typedef struct Note {
    Package *pkg;
    int rank;
    Pos pos;
    i64 seq;
    Str text;
} Note; // rank: gc prints all of one kind, then the next
typedef struct Report {
    Program *p;
    Arena *a;
    VEC(Note) notes;
    IrFunc *f;
} Report;

// The compiler alone speaks on standard output, a build on standard error.
static void print(const Program *p, const Buf *b) {
    for (i64 at = 0; at < b->len;) {
        ssize_t n = write(p->o.bare ? 1 : 2, b->ptr + at, (size_t)(b->len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        at += n;
    }
}

static void note(Report *r, Pos pos, const char *fmt, ...) {
    va_list ap;
    if (!pos) return;
    va_start(ap, fmt);
    int rank = strncmp(fmt, "can inline", 10) == 0                                                 ? 0
               : strncmp(fmt, "inlining call", 13) == 0 || strncmp(fmt, "devirtualizing", 14) == 0 ? 1
                                                                                                   : 2;
    Note n = {r->f->pkg, rank, pos, r->notes.len, arena_vprintf(r->a, fmt, ap)};
    va_end(ap);
    vec_push(r->a, &r->notes, n);
}

// Name as gc prints it: without the package inside the package.
static Str func_name(const IrFunc *f, const Package *from) {
    Str s = f->sym;
    i64 slash = str_rindex(s, '/'), dot = str_index(str_slice(s, slash + 1, s.len), '.');
    i64 bracket = str_index(s, '[');
    if (bracket >= 0 && bracket < slash) dot = str_index(s, '.'), slash = -1;
    return f->pkg == from && dot >= 0 ? str_slice(s, slash + 1 + dot + 1, s.len) : str_slice(s, slash + 1, s.len);
}

// ---- -m ---------------------------------------------------------------------------------------------------------------

static bool is_word_byte(u8 c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c >= 0x80;
}

// The word in the source at a position: a name, a selection or a literal.
static Str source_word(Report *r, Pos pos) {
    Loc l = source_map_loc(r->p->sources, pos, false);
    if (!l.file) return S("value");
    Str t = l.file->text;
    i64 at = (i64)(pos - l.file->base), end = at;
    if (at < t.len && (t.ptr[at] == '"' || t.ptr[at] == '`' || t.ptr[at] == '\'')) {
        char q = t.ptr[end++];
        while (end < t.len && t.ptr[end] != q && t.ptr[end] != '\n') end += t.ptr[end] == '\\' ? 2 : 1;
        return str_slice(t, at, i64_min(end + 1, t.len));
    }
    while (end < t.len && is_word_byte((u8)t.ptr[end])) end++;
    return end > at ? str_slice(t, at, end) : S("value");
}

// Calls stand at their parenthesis.
static bool at_paren(Report *r, Pos pos) {
    Loc l = source_map_loc(r->p->sources, pos, false);
    return l.file && (i64)(pos - l.file->base) < l.file->text.len && l.file->text.ptr[pos - l.file->base] == '(';
}

static Str operand_text(Report *r, const IrNode *n) {
    while (n->op == X_CONV || n->op == X_BITCAST) n = n->a;
    if (n->op == X_VAR && n->var->name) return n->var->name->s;
    if (n->op == X_VAR) return S("~r0"); // of an inlined call
    return source_word(r, n->pos);
}

static void escape_note(Report *r, const IrNode *n) {
    if (n->esc == ESC_UNKNOWN || (n->inl >= 0 && n->op == X_MAKE_IFACE)) return;
    const char *how = n->esc == ESC_STACK ? "does not escape" : "escapes to heap";
    Pos pos = n->pos;
    for (i32 i = n->inl; i >= 0; i = r->f->inlined.ptr[i].parent) pos = r->f->inlined.ptr[i].call_pos;
    Str rel;
    switch (n->op) {
    case X_NEW: {
        rel = types_string(r->a, n->atype, r->f->pkg);
        bool literal = !at_paren(r, n->pos);
        note(r, pos, literal ? "&%.*s{...} %s" : "new(%.*s) %s", SFMT(rel), how);
        break;
    }
    case X_MAKE_SLICE:
        rel = types_string(r->a, n->type, r->f->pkg);
        if (n->a->op == X_CONST_INT) note(r, pos, "make(%.*s, %lld) %s", SFMT(rel), (long long)n->a->i, how);
        else note(r, pos, "make(%.*s, %.*s) %s", SFMT(rel), SFMT(operand_text(r, n->a)), how);
        break;
    case X_SLICE_LIT:
        if (at_paren(r, n->pos)) note(r, pos, "... argument %s", how);
        else note(r, pos, "%.*s{...} %s", SFMT(types_string(r->a, n->type, r->f->pkg)), how);
        break;
    case X_CLOSURE: note(r, pos, "func literal %s", how); break;
    case X_MAKE_IFACE: note(r, n->a->pos ? n->a->pos : pos, "%.*s %s", SFMT(operand_text(r, n->a)), how); break;
    default: break;
    }
}

static void walk_list(Report *r, const IrVec *v);
static void walk(Report *r, const IrNode *n) {
    if (!n) return;
    escape_note(r, n);
    walk(r, n->a), walk(r, n->b), walk(r, n->c), walk(r, n->d);
    walk_list(r, &n->list), walk_list(r, &n->sub->body), walk_list(r, &n->sub->els), walk_list(r, &n->sub->post);
    for (i64 k = 0; k < n->sub->ncases; k++) walk_list(r, &n->sub->cases[k].body);
}

static void walk_list(Report *r, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) walk(r, v->ptr[i]);
}

static void param_note(Report *r, const IrFunc *f, i64 i) {
    const IrVar *v = f->params[i];
    const u8 *leak = f->param_esc + i * IR_LEAKS;
    bool any = false;
    if (!v->name || v->is_blank || !types_has_pointers(v->type)) return;
    if (leak[0]) {
        note(r, v->pos, leak[0] > 1 ? "leaking param content: %.*s" : "leaking param: %.*s", SFMT(v->name->s));
        return;
    }
    for (i64 k = 1; k < IR_LEAKS; k++) {
        if (!leak[k]) continue;
        const Name *name = k - 1 < f->nresults ? f->results[k - 1]->name : NULL;
        Str to = name ? name->s : arena_printf(r->a, "~r%lld", (long long)k - 1);
        note(r, v->pos, "leaking param: %.*s to result %.*s level=%d", SFMT(v->name->s), SFMT(to), leak[k] - 1);
        any = true;
    }
    if (!any) note(r, v->pos, "%.*s does not escape", SFMT(v->name->s));
}

static void moved_note(Report *r, const IrVar *v) {
    if (v->heap && v->name && v->kind != IRV_CAPTURE) note(r, v->pos, "moved to heap: %.*s", SFMT(v->name->s));
}

// What is called at a parenthesis: x.M, f(x).M, a[i].M.
static Str called_word(Report *r, Pos pos) {
    Loc l = source_map_loc(r->p->sources, pos, false);
    if (!l.file || !at_paren(r, pos)) return S("value");
    Str t = l.file->text;
    i64 end = (i64)(pos - l.file->base), at = end, depth = 0;
    for (; at > 0 && t.ptr[at - 1] != '\n'; at--) {
        char c = t.ptr[at - 1];
        depth += (c == ')' || c == ']') - (c == '(' || c == '[');
        if (depth < 0 || (!depth && c != '(' && c != '[' && !is_word_byte((u8)c))) break;
    }
    return str_slice(t, at, end);
}

static void direct_notes(Report *r, const IrFunc *f) {
    for (i64 i = 0; i < f->direct.len; i++) {
        const IrDirect *d = &f->direct.ptr[i];
        if (d->inl < 0)
            note(r, d->pos, "devirtualizing %.*s to %.*s", SFMT(called_word(r, d->pos)),
                 SFMT(types_string(r->a, d->type, f->pkg)));
    }
}

static void func_notes(Report *r, IrFunc *f) {
    r->f = f;
    direct_notes(r, f);
    if (f->cost >= 0 && f->cost <= IR_INLINE_BUDGET) note(r, f->pos, "can inline %.*s", SFMT(func_name(f, f->pkg)));
    for (i64 i = 0; i < f->inlined.len; i++) {
        Pos pos = f->inlined.ptr[i].call_pos;
        for (i32 k = f->inlined.ptr[i].parent; k >= 0; k = f->inlined.ptr[k].parent)
            pos = 0; // those of inlined bodies were shown with them
        note(r, pos, "inlining call to %.*s", SFMT(func_name(f->inlined.ptr[i].callee, f->pkg)));
    }
    for (i64 i = 0; i < f->nparams; i++) {
        moved_note(r, f->params[i]);
        if (f->param_esc && f->escape_done) param_note(r, f, i);
    }
    for (i64 i = 0; i < f->nresults; i++) moved_note(r, f->results[i]);
    for (i64 i = 0; i < f->locals.len; i++) moved_note(r, f->locals.ptr[i]);
    walk_list(r, &f->body);
}

static int compare_notes(const void *pa, const void *pb) {
    const Note *a = pa, *b = pb;
    int c = a->pkg == b->pkg ? 0 : str_cmp(a->pkg->path, b->pkg->path);
    if (c) return c;
    if (a->rank != b->rank) return a->rank - b->rank;
    if (a->pos != b->pos) return a->pos < b->pos ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static bool is_shown(const IrFunc *f) {
    return ir_has_flag(f, PKG_TELL) && f->node && !f->wrapper && !f->lazy && !f->is_init;
}

void program_report_decisions(Program *p) {
    Report r = {.p = p, .a = arena_new("report")};
    for (i64 i = 0; i < p->ir->order.len; i++) {
        IrFunc *f = p->ir->order.ptr[i];
        if (is_shown(f) && f->has_body) func_notes(&r, f);
    }
    if (r.notes.len) qsort(r.notes.ptr, (size_t)r.notes.len, sizeof(Note), compare_notes);
    Buf b = {0};
    for (i64 i = 0; i < r.notes.len; i++) {
        Note *n = &r.notes.ptr[i];
        bool repeated = false;
        for (i64 k = i - 1; k >= 0 && r.notes.ptr[k].pos == n->pos && !repeated; k--)
            repeated = str_eq(r.notes.ptr[k].text, n->text);
        if (repeated) continue;
        if ((i == 0 || n->pkg != r.notes.ptr[i - 1].pkg) && !p->o.bare) buf_printf(&b, "# %.*s\n", SFMT(n->pkg->path));
        Loc l = source_map_loc(p->sources, n->pos, true);
        buf_printf(&b, "%.*s:%d:%d: %.*s\n", SFMT(l.path), l.line, l.col, SFMT(n->text));
    }
    print(p, &b);
    buf_free(&b);
    arena_free(r.a);
}

// ---- -S ---------------------------------------------------------------------------------------------------------------

static const char *reloc_name(u8 kind) {
    switch (kind & ~(REL_WEAK | REL_OPTIONAL)) {
    case REL_ABS64: return "R_ADDR";
    case REL_ABS32: return "R_ADDR32";
    case REL_PC32: return "R_PCREL";
    case REL_CALL32: return "R_CALL";
    case REL_TYPE_OFF: return "R_ADDROFF";
    default: return "R_OFF";
    }
}

static void list_bytes(Buf *b, const Sym *s) {
    for (i64 i = 0; i < s->size; i += 16) {
        buf_printf(b, "\t0x%04llx", (unsigned long long)i);
        for (i64 k = i; k < i + 16; k++)
            if (k < s->size) buf_printf(b, " %02x", s->data[k]);
            else buf_c(b, "   ");
        buf_c(b, "  ");
        for (i64 k = i; k < i64_min(i + 16, s->size); k++)
            buf_char(b, s->data[k] >= ' ' && s->data[k] < 0x7f ? (char)s->data[k] : '.');
        buf_char(b, '\n');
    }
}

static void list_relocs(Buf *b, const Sym *s) {
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        bool relative =
            r->kind == REL_PC32 || (r->kind & ~REL_OPTIONAL) == REL_CALL32; // gc counts these from the end of the field
        buf_printf(b, "\trel %u+%d t=%s ", r->off, r->kind == REL_ABS64 ? 8 : 4, reloc_name(r->kind));
        arch_put_sym(b, r->sym, s);
        buf_printf(b, "%+lld\n", (long long)r->addend + (relative ? 4 : 0));
    }
}

static void put_line(Buf *b, const FileRef *file, i32 line, void *ctx) {
    Program *p = ctx;
    if (!file) buf_c(b, "(<unknown line number>)");
    else buf_printf(b, "(%.*s:%d)", SFMT(load_ref_display(p->loader, file)), line);
}

static void list_func(Program *p, Buf *b, const Arch *arch, const IrFunc *f, const Sym *s) {
    const CodeInfo *c = s->code;
    const char *sep = ", ";
    buf_printf(b, "%.*s STEXT%s%s size=%lld args=0x%x locals=0x%x funcid=0x%x align=0x0\n", SFMT(s->name),
               s->dupok ? " dupok" : "", c->flags & FUNC_NOSPLIT ? " nosplit" : "", (long long)s->size, c->arg_size,
               c->frame_size, c->flags & FUNC_WRAPPER ? GC_FUNCID_WRAPPER : 0);
    buf_c(b, "\t0x0000 00000 ");
    put_line(b, c->file, c->line, p);
    buf_printf(b, "\tTEXT\t%.*s(SB)", SFMT(s->name));
    if (s->dupok) buf_printf(b, "%sDUPOK", sep), sep = "|";
    if (c->flags & FUNC_NOSPLIT) buf_printf(b, "%sNOSPLIT", sep), sep = "|";
    if (c->flags & FUNC_WRAPPER) buf_printf(b, "%sWRAPPER", sep), sep = "|";
    if (!c->frame_size) buf_printf(b, "%sNOFRAME", sep), sep = "|";
    buf_printf(b, "%sABIInternal, $%u-%u\n", sep, c->frame_size, c->arg_size);
    arch_list(b, arch, s, put_line, p);
    list_bytes(b, s);
    list_relocs(b, s);
}

void program_list_code(Program *p, Symtab *syms) {
    Buf b = {0};
    Package *last = NULL;
    const Arch *arch = arch_find(p->o.goarch);
    for (i64 i = 0; i < p->ir->order.len; i++) {
        IrFunc *f = p->ir->order.ptr[i];
        if (!f->built || !ir_has_flag(f, PKG_LIST_CODE)) continue;
        Sym *s = obj_sym(syms, f->sym);
        if (s->kind != SYM_TEXT || !s->code) continue;
        if (f->pkg != last && !p->o.bare) buf_printf(&b, "# %.*s\n", SFMT(f->pkg->path));
        last = f->pkg;
        list_func(p, &b, arch, f, s);
    }
    print(p, &b);
    buf_free(&b);
}
