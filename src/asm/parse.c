// parse.c - lines of assembly -> functions with their instructions.
//
// A line is {label:} WORD[.SUFFIX] [operand {, operand}]. Labels belong to the function they stand in.
// One error a line, at most ten a file; parsing goes on behind an error unless the line has no beginning.
#include "asm/asm_int.h"

void asm_error_pos(Asm *s, Pos pos, const char *fmt, ...) {
    va_list ap;
    if (s->error_pos == pos || s->stopped) return; // one a line
    s->error_pos = pos;
    va_start(ap, fmt);
    Str msg = arena_vprintf(s->a, fmt, ap);
    va_end(ap);
    Str where = asm_where(s->a, s->o, pos);
    diag_error_in(s->diag, s->o->heading, where, "%.*s", SFMT(msg));
    if (++s->nerrors <= 10) return;
    diag_error_in(s->diag, s->o->heading, S("asm"), "too many errors");
    s->stopped = s->lex.stopped = true;
}

void asm_error(Asm *s, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str msg = arena_vprintf(s->a, fmt, ap);
    va_end(ap);
    asm_error_pos(s, s->pos, "%.*s", SFMT(msg));
}

// ---- lines ---------------------------------------------------------------------------------------------------------

static i32 next_token(Asm *s) {
    for (;;) {
        i32 kind = asm_token_next(&s->lex);
        if (kind == T_BUILD) {
            if (s->saw_code) asm_error(s, "misplaced //go:build comment");
            continue;
        }
        if (kind != '\n') s->saw_code = true;
        if (kind != '#') return kind;
    }
}

bool asm_is_ascii(Str t) {
    u8 any = 0;
    for (i64 i = 0; i < t.len; i++) any |= (u8)t.ptr[i];
    return any < 0x80;
}

Str asm_plain(Arena *a, Str t) {
    if (asm_is_ascii(t)) return t;
    Buf b = {0};
    for (i64 i = 0; i < t.len; i++) {
        Str rest = str_slice(t, i, t.len);
        if (str_has_prefix(rest, S("\302\267"))) buf_char(&b, '.'), i++;
        else if (str_has_prefix(rest, S("\342\210\225"))) buf_char(&b, '/'), i += 2;
        else buf_char(&b, t.ptr[i]);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void suffix(Asm *s) {
    i32 tok = next_token(s);
    Str t = asm_token_text(&s->lex);
    if (tok != T_IDENT) asm_error(s, "instruction suffix expected identifier, found %.*s", SFMT(t));
    s->suffixes = arena_printf(s->a, "%.*s.%.*s", SFMT(s->suffixes), SFMT(t));
}

static void add_operand(Asm *s, i64 lo) {
    if (s->noperands < NELEM(s->operands)) s->operands[s->noperands] = (struct Operand){lo, s->toks.len};
    s->noperands++;
}

static void swap_pair(Asm *s, i64 i) {
    if (i + 1 >= NELEM(s->operands)) return;
    struct Operand t = s->operands[i];
    s->operands[i] = s->operands[i + 1];
    s->operands[i + 1] = t;
}

typedef enum LineEnd { LINE_DONE, LINE_LABEL, LINE_STOP } LineEnd;

// Operands up to the end of the line. "AX:DX" is "DX, AX".
static LineEnd operands(Asm *s, Str word) {
    i64 nesting = 0, colon = -1;
    i32 tok = T_IDENT;
    while (tok != '\n' && tok != ';') {
        i64 lo = s->toks.len;
        for (;;) {
            tok = next_token(s);
            bool first = s->noperands == 0 && s->toks.len == lo;
            if (first && tok == '.') {
                suffix(s);
                continue;
            }
            if (first && tok == ':') {
                vec_push(s->a, &s->pending, word);
                return LINE_LABEL;
            }
            if (tok == T_EOF) {
                if (!s->lex.stopped) asm_error(s, "unexpected EOF");
                return LINE_STOP;
            }
            if (tok == '\n' || tok == ';') break;
            if (nesting == 0 && (tok == ',' || tok == ':')) {
                if (tok == ':' && colon >= 0) {
                    asm_error(s, "invalid ':' in operand");
                    while (tok != '\n' && tok != ';' && tok != T_EOF) tok = next_token(s);
                    return LINE_DONE;
                }
                if (tok == ':') colon = s->noperands;
                break;
            }
            nesting += (tok == '(' || tok == '[') - (tok == ')' || tok == ']');
            Tok t = {tok, asm_plain(s->a, asm_token_text(&s->lex))};
            vec_push(s->a, &s->toks, t);
        }
        if (s->toks.len > lo) {
            add_operand(s, lo);
            if (colon >= 0 && s->noperands == colon + 2) {
                swap_pair(s, colon);
                colon = -1;
            }
        } else if (s->noperands > 0 || tok == ',' || colon >= 0) asm_error(s, "missing operand");
    }
    return LINE_DONE;
}

// False: the end of the file.
static bool line(Asm *s, Str *word) {
    for (;;) {
        i32 tok;
        do {
            tok = next_token(s);
            s->pos = asm_token_pos(&s->lex);
        } while (tok == '\n' || tok == ';');
        if (tok == '\n' || tok == T_EOF) return false;
        if (tok != T_IDENT) {
            asm_error(s, "expected identifier, found %.*s", SFMT(asm_quote(s->a, asm_token_text(&s->lex))));
            return false;
        }
        *word = asm_token_text(&s->lex);
        s->toks.len = 0;
        s->noperands = 0;
        s->suffixes = (Str){0};
        LineEnd e = operands(s, *word);
        if (e != LINE_LABEL) return e == LINE_DONE;
    }
}

// ---- instructions ----------------------------------------------------------------------------------------------------

static const struct {
    const char *name;
    u8 bit;
} suffix_names[] = {{"Z", SUFFIX_Z},           {"BCST", SUFFIX_BCST},     {"SAE", SUFFIX_SAE},
                    {"RN_SAE", SUFFIX_RN_SAE}, {"RD_SAE", SUFFIX_RD_SAE}, {"RU_SAE", SUFFIX_RU_SAE},
                    {"RZ_SAE", SUFFIX_RZ_SAE}};

static void add_message(Buf *b, Str m) {
    if (b->len) buf_c(b, "; ");
    buf_str(b, m);
}

// ".RN_SAE.Z" -> bits; false: reported.
static bool parse_suffixes(Asm *s, u8 *out) {
    Str t = s->suffixes;
    Buf msg = {0};
    u8 bits = 0;
    bool unordered = false;
    *out = 0;
    for (i64 i = 1; i <= t.len; i++) {
        i64 end = i;
        while (end < t.len && t.ptr[end] != '.') end++;
        Str one = str_slice(t, i, end), q = asm_quote(s->a, one);
        u8 bit = 0;
        for (i64 k = 0; k < NELEM(suffix_names); k++)
            if (str_eq(one, str_c(suffix_names[k].name))) bit = suffix_names[k].bit;
        if (!bit) add_message(&msg, arena_printf(s->a, "unknown suffix %.*s", SFMT(q)));
        else if (bit == SUFFIX_Z && end < t.len) add_message(&msg, S("Z suffix should be the last"));
        if (bits & bit) add_message(&msg, arena_printf(s->a, "duplicate suffix %.*s", SFMT(q)));
        unordered |= bit && bit != SUFFIX_Z && (bits & ~SUFFIX_Z) != 0;
        bits |= bit;
        i = end;
    }
    u8 rounding = bits & ~(SUFFIX_Z | SUFFIX_BCST);
    if ((bits & SUFFIX_BCST) && rounding) add_message(&msg, S("can't combine rounding/SAE and broadcast"));
    if (!msg.len && unordered) add_message(&msg, S("bad suffix combination"));
    if (msg.len) asm_error(s, "%.*s", SFMT(buf_view(&msg)));
    bool ok = !msg.len;
    buf_free(&msg);
    *out = bits;
    return ok;
}

void asm_append(Asm *s, Prog *p, bool labels) {
    if (s->suffixes.len && !parse_suffixes(s, &p->suffix)) return;
    p->pos = s->pos;
    vec_push(s->a, &s->numbered, p);
    if (s->text && p->op != ASM_TEXT) {
        if (s->text->last) s->text->last->next = p;
        else s->text->first = p;
        s->text->last = p;
    }
    if (!labels) return;
    for (i64 i = 0; i < s->pending.len; i++) {
        Str l = s->pending.ptr[i];
        if (map_get_str(s->labels, l)) {
            asm_error(s, "label %.*s multiply defined", SFMT(asm_quote(s->a, l)));
            return;
        }
        map_set_str(s->labels, l, p);
    }
    s->pending.len = 0;
}

static void jump(Asm *s, Prog *p, Str word) {
    if (p->nargs != 1 && p->nargs != 2) {
        asm_error(s, "wrong number of arguments to %.*s instruction", SFMT(word));
        return;
    }
    Addr *t = &p->args[p->nargs - 1];
    bool symbol = t->name == NAME_EXTERN || t->name == NAME_STATIC;
    if (t->kind == ADDR_BRANCH) {
        vec_push(s->a, &s->num_patches, ((NumPatch){t, s->text, s->numbered.len + t->offset, s->pos}));
    } else if (t->kind == ADDR_MEM && !t->reg && !t->index && !symbol && t->name == NAME_NONE && t->sval.len) {
        if (t->offset) {
            asm_error(s, "cannot assemble jump to %.*s%+lld", SFMT(t->sval), (long long)t->offset);
            return;
        }
        t->kind = ADDR_BRANCH;
        vec_push(s->a, &s->patches, ((Patch){t, t->sval, s->pos}));
    } else if (t->kind != ADDR_REG && t->kind != ADDR_IMM &&
               !((t->kind == ADDR_MEM || t->kind == ADDR_INDIRECT) && (symbol || t->name == NAME_NONE))) {
        if (t->kind) asm_error(s, "cannot assemble jump %.*s", SFMT(word));
        return;
    }
    asm_append(s, p, true);
}

static bool is_jump_word(Str w) {
    return w.ptr[0] == 'J' || str_eq(w, S("CALL")) || str_has_prefix(w, S("LOOP")) || str_eq(w, S("XBEGIN"));
}

static void instruction(Asm *s, u16 op, Str word) {
    Prog *p = ANEW(s->tmp, Prog);
    p->op = op;
    s->is_jump = is_jump_word(word);
    Addr more; // than any instruction has
    p->nargs = (u8)i64_min(s->noperands, PROG_MAX_ARGS);
    for (i64 i = 0; i < i64_min(s->noperands, NELEM(s->operands)); i++) {
        Addr *a = i < PROG_MAX_ARGS ? &p->args[i] : &more;
        asm_operand(s, s->toks.ptr + s->operands[i].lo, s->operands[i].hi - s->operands[i].lo, a);
        if (!s->is_jump && a->reg >= REG_PSEUDO) asm_error(s, "illegal use of pseudo-register in %.*s", SFMT(word));
        else if (!s->is_jump && a->kind == ADDR_BRANCH)
            asm_error(s, "illegal use of pseudo-register in %.*s", SFMT(word));
    }
    if (s->noperands > PROG_MAX_ARGS)
        asm_error(s, "can't handle %.*s instruction with %d operands", SFMT(word), (int)s->noperands);
    else if (s->is_jump) jump(s, p, word);
    else asm_append(s, p, true);
}

// ---- labels ------------------------------------------------------------------------------------------------------------

// At the end of a function: its labels are known.
void asm_patch_labels(Asm *s) {
    for (i64 i = 0; i < s->patches.len; i++) {
        Patch *x = &s->patches.ptr[i];
        Prog *target = map_get_str(s->labels, x->label);
        if (target && target->op == ASM_TEXT && s->text) target = s->text->first;
        if (!target) asm_error_pos(s, x->pos, "undefined label %.*s", SFMT(x->label));
        x->addr->target = target;
    }
    s->patches.len = 0;
    s->labels = map_new_str(s->a);
}

static void patch_numbers(Asm *s) {
    for (i64 i = 0; i < s->num_patches.len; i++) {
        NumPatch *x = &s->num_patches.ptr[i];
        Prog *t = x->at >= 0 && x->at < s->numbered.len ? s->numbered.ptr[x->at] : NULL;
        if (t && x->text && t == x->text->head) t = x->text->first; // the TEXT line itself
        if (!t || t->op == ASM_TEXT) asm_error_pos(s, x->pos, "invalid branch target");
        x->addr->target = t;
    }
}

// A file uses few operations.
static u16 find_op(Asm *s, Str word) {
    u64 place = ((u8)word.ptr[0] * 5 + (u8)word.ptr[word.len / 2] * 3 + (u8)word.ptr[word.len - 1] + (u64)word.len) %
                NELEM(s->recent);
    if (!str_eq(s->recent[place].word, word)) {
        s->recent[place].word = word;
        s->recent[place].op = amd64_find_op(word);
    }
    return s->recent[place].op;
}

void asm_parse(Asm *s) {
    Str word;
    while (!s->stopped && line(s, &word)) {
        if (asm_pseudo(s, word)) continue;
        u16 op = find_op(s, word);
        if (op) instruction(s, op, word);
        else asm_error(s, "unrecognized instruction %.*s", SFMT(asm_quote(s->a, word)));
    }
    if (s->lex.stopped) s->nerrors++;
    if (s->nerrors) return;
    asm_patch_labels(s);
    patch_numbers(s);
}
