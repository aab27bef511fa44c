// template_fmt.c - printf of templates: package fmt's formats over GoVals.
//
// In:   a format and values. Out: text as fmt.Sprintf makes it: flags, widths and precisions given or taken from values ('*'), values
//       by index ("%[2]d"), all verbs but %p; what does not fit is told in the text ("%!d(string=x)").
#include "cmd/template.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct Spec { // of one verb
    bool minus, plus, sharp, space, zero;
    i64 width, precision; // -1: none
    i32 verb;             // a rune
} Spec;
typedef struct Format {
    Arena *a;
    Buf *out;
    const GoVal *args;
    i64 n, arg;
    Str text;
    i64 at;
    bool reordered, good_index;
} Format;
enum { MAX_WIDTH = 1000000 };

static bool is(const Spec *s, const char *verbs) { return s->verb < 128 && strchr(verbs, (char)s->verb); }

static void put_rune(Buf *b, i32 rune) {
    char text[4];
    buf_bytes(b, text, utf8_put(text, rune));
}

// ---- padding --------------------------------------------------------------------------------------------------------------

static void pad(const Spec *s, Buf *b, Str text) {
    i64 n = 0;
    for (i64 i = 0; i < text.len; i++) n += ((u8)text.ptr[i] & 0xC0) != 0x80;
    if (s->minus) buf_str(b, text);
    for (; n < s->width; n++) buf_char(b, s->zero && !s->minus ? '0' : ' ');
    if (!s->minus) buf_str(b, text);
}

static void bad_verb(Arena *a, const Spec *s, Buf *b, const GoVal *v) {
    buf_c(b, "%!");
    put_rune(b, s->verb);
    if (v->kind == GOVAL_NONE) {
        buf_c(b, "(<nil>)");
        return;
    }
    buf_printf(b, "(%s=", v->type);
    template_print(a, b, v, 1);
    buf_c(b, ")");
}

// ---- numbers --------------------------------------------------------------------------------------------------------------

static void put_digits(Buf *b, u64 u, int base, bool upper, i64 least) {
    char digits[64];
    i64 n = 0;
    for (; u || n == 0; u /= (u64)base) digits[n++] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[u % (u64)base];
    for (i64 k = n; k < least; k++) buf_char(b, '0');
    while (n > 0) buf_char(b, (u8)digits[--n]);
}

static void put_int(Arena *a, const Spec *s, Buf *b, i64 i) {
    int base = is(s, "b") ? 2 : is(s, "oO") ? 8 : is(s, "xX") ? 16 : 10;
    Buf t = {0};
    Spec left = *s;
    bool sign = i < 0 || s->plus || s->space, none = s->precision == 0 && i == 0;
    i64 least = s->precision;
    if (least < 0 && s->zero && !s->minus && s->width > 0)
        least = s->width - sign; // in front of a prefix there is no more
    if (sign && !none) buf_char(&t, i < 0 ? '-' : s->plus ? '+' : ' ');
    if (is(s, "O")) buf_c(&t, "0o");
    if (s->sharp && base != 10) buf_c(&t, base == 2 ? "0b" : base == 8 ? "0" : is(s, "X") ? "0X" : "0x");
    if (!none) put_digits(&t, i < 0 ? -(u64)i : (u64)i, base, is(s, "X"), least);
    left.zero = false;
    pad(&left, b, arena_str(a, buf_view(&t)));
    buf_free(&t);
}

static void put_quoted_rune(Buf *b, i64 i, bool ascii) {
    i32 r = i < 0 || i > 0x10FFFF ? RUNE_ERROR : (i32)i;
    buf_char(b, '\'');
    if (r == '\'' || r == '\\') buf_char(b, '\\'), put_rune(b, r);
    else if (r < ' ' || r == 0x7f) {
        const char *at = r ? strchr("\aa\bb\ff\nn\rr\tt\vv", r) : NULL;
        if (at) buf_char(b, '\\'), buf_char(b, (u8)at[1]);
        else buf_printf(b, "\\x%02x", (unsigned)r);
    } else if (r < 128 || (!ascii && rune_is_print(r))) put_rune(b, r);
    else buf_printf(b, r < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)r);
    buf_char(b, '\'');
}

static void put_rune_verb(const Spec *s, Buf *b, i64 i) {
    Buf t = {0};
    Spec plain = *s;
    if (is(s, "c")) put_rune(&t, i < 0 || i > 0x10FFFF ? RUNE_ERROR : (i32)i);
    else if (is(s, "q")) put_quoted_rune(&t, i, s->plus);
    else {
        buf_c(&t, "U+");
        put_digits(&t, (u64)i, 16, true, s->precision > 4 ? s->precision : 4);
        if (s->sharp && i >= 0 && i <= 0x10FFFF && rune_is_print((i32)i))
            buf_c(&t, " '"), put_rune(&t, (i32)i), buf_char(&t, '\'');
        plain.zero = false;
    }
    pad(&plain, b, buf_view(&t));
    buf_free(&t);
}

// As few digits as say which number it is.
Str template_float(Arena *a, f64 f) {
    char text[400];
    int digits = 1;
    for (; digits < 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, f);
        if (strtod(text, NULL) == f) break;
    }
    snprintf(text, sizeof text, "%.*e", digits - 1, f);
    int exponent = atoi(strchr(text, 'e') + 1), decimals = digits - 1 - exponent;
    if (exponent >= -4 && exponent < 6) snprintf(text, sizeof text, "%.*f", decimals > 0 ? decimals : 0, f);
    return arena_str(a, str_c(text));
}

static void put_float(Arena *a, const Spec *s, Buf *b, f64 f) {
    char text[800], format[16], verb = is(s, "v") ? 'g' : is(s, "F") ? 'f' : (char)s->verb;
    Str number;
    bool fewest = s->precision < 0 && is(s, "vgG");
    snprintf(format, sizeof format, "%%%s.*%c", s->sharp ? "#" : "", verb);
    snprintf(text, sizeof text, format, s->precision < 0 ? 6 : (int)i64_min(s->precision, 300), f);
    number = fewest ? template_float(a, f) : arena_str(a, str_c(text));
    for (i64 i = 0; fewest && verb == 'G' && i < number.len; i++)
        if (number.ptr[i] == 'e') ((char *)(uintptr_t)number.ptr)[i] = 'E'; // it is ours
    bool minus = number.ptr[0] == '-';
    Str sign = minus ? S("-") : s->plus ? S("+") : s->space ? S(" ") : (Str){0};
    if (minus) number = str_slice(number, 1, number.len);
    Spec rest = *s;
    if (s->zero && !s->minus) {
        buf_str(b, sign);
        rest.width -= sign.len;
        pad(&rest, b, number);
    } else pad(&rest, b, arena_printf(a, "%.*s%.*s", SFMT(sign), SFMT(number)));
}

// ---- strings --------------------------------------------------------------------------------------------------------------

static Str cut(Str s, i64 runes) {
    i64 at = 0;
    for (; runes > 0 && at < s.len; runes--) {
        int size;
        utf8_decode(s.ptr + at, s.len - at, &size);
        at += size;
    }
    return str_slice(s, 0, at);
}

static Str hex(Arena *a, const Spec *s, Str text) {
    Buf b = {0};
    i64 n = s->precision >= 0 ? i64_min(s->precision, text.len) : text.len;
    const char *prefix = !s->sharp ? "" : is(s, "X") ? "0X" : "0x";
    for (i64 i = 0; i < n; i++) {
        if (i == 0 || s->space) buf_printf(&b, "%s%s", i ? " " : "", prefix);
        buf_printf(&b, is(s, "X") ? "%02X" : "%02x", (u8)text.ptr[i]);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool can_be_raw(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if ((u8)s.ptr[i] == 0x7f || s.ptr[i] == '`' || ((u8)s.ptr[i] < ' ' && s.ptr[i] != '\t')) return false;
    return true;
}

static Str in_ascii(Arena *a, Str quoted) {
    Buf b = {0};
    int size;
    for (i64 i = 0; i < quoted.len; i += size) {
        i32 r = utf8_decode(quoted.ptr + i, quoted.len - i, &size);
        if (r < 128) buf_char(&b, (u8)r);
        else buf_printf(&b, r < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)r);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void put_string(Arena *a, const Spec *s, Buf *b, Str text) {
    if (is(s, "xX")) text = hex(a, s, text);
    else if (s->precision >= 0) text = cut(text, s->precision);
    if (is(s, "q") && s->sharp && can_be_raw(text)) text = arena_printf(a, "`%.*s`", SFMT(text));
    else if (is(s, "q") || (is(s, "v") && s->sharp)) text = str_quote(a, text);
    if (is(s, "q") && s->plus) text = in_ascii(a, text);
    pad(s, b, text);
}

// ---- values ---------------------------------------------------------------------------------------------------------------

static void put_value(Arena *a, const Spec *s, Buf *b, const GoVal *v, int depth);

static void put_list(Arena *a, const Spec *s, Buf *b, const GoVal *v, int depth) {
    bool source = is(s, "v") && s->sharp;
    if (source && v->is_nil) {
        buf_printf(b, "%s(nil)", v->type);
        return;
    }
    if (source) buf_c(b, v->type);
    buf_c(b, source ? "{" : "[");
    for (i64 i = 0; i < v->list.len; i++) {
        if (i) buf_c(b, source ? ", " : " ");
        put_value(a, s, b, &v->list.ptr[i], depth + 1);
    }
    buf_c(b, source ? "}" : "]");
}

static void put_map(Arena *a, const Spec *s, Buf *b, const GoVal *v, int depth) {
    bool source = is(s, "v") && s->sharp;
    i64 *order = goval_sorted_keys(a, v);
    if (source && v->is_nil) {
        buf_printf(b, "%s(nil)", v->type);
        return;
    }
    buf_printf(b, "%s%s", source ? v->type : "map", source ? "{" : "[");
    for (i64 i = 0; i < v->map.len; i++) {
        if (i) buf_c(b, source ? ", " : " ");
        put_string(a, s, b, v->map.keys[order[i]]);
        buf_c(b, ":");
        put_value(a, s, b, &v->map.values[order[i]], depth + 1);
    }
    buf_c(b, source ? "}" : "]");
}

static void put_struct(Arena *a, const Spec *s, Buf *b, const GoVal *v, int depth) {
    const GoMethod *m = template_shower(v);
    if (m && is(s, "vsxXq") && !(is(s, "v") && s->sharp)) {
        GoVal text = m->call(a, v);
        put_string(a, s, b, text.s);
        return;
    }
    if (v->type[0] == '*') buf_char(b, '&');
    buf_char(b, '{');
    for (i64 i = 0; i < v->of->nfields; i++) {
        if (i) buf_char(b, ' ');
        if (is(s, "v") && s->plus) buf_printf(b, "%s:", v->of->fields[i].name);
        put_value(a, s, b, &v->fields[i], depth + 1);
    }
    buf_char(b, '}');
}

static void put_value(Arena *a, const Spec *s, Buf *b, const GoVal *v, int depth) {
    bool fits = false;
    switch (v->kind) {
    case GOVAL_NONE:
        fits = is(s, "v");
        if (fits) pad(s, b, S("<nil>"));
        break;
    case GOVAL_NIL:
        fits = is(s, "v") || (v->of && template_has_shower(v->of) && is(s, "qsxX"));
        if (fits) pad(s, b, S("<nil>"));
        break;
    case GOVAL_BOOL:
        fits = is(s, "tv");
        if (fits) pad(s, b, v->b ? S("true") : S("false"));
        break;
    case GOVAL_INT:
        fits = is(s, "vdboOxXcqU");
        if (fits && is(s, "cqU")) put_rune_verb(s, b, v->i);
        else if (fits) put_int(a, s, b, v->i);
        break;
    case GOVAL_FLOAT:
        fits = is(s, "veEfFgG");
        if (fits) put_float(a, s, b, v->f);
        break;
    case GOVAL_STRING:
        fits = is(s, "vsxXq");
        if (fits) put_string(a, s, b, v->s);
        break;
    case GOVAL_LIST: put_list(a, s, b, v, depth); return;
    case GOVAL_MAP: put_map(a, s, b, v, depth); return;
    case GOVAL_STRUCT: put_struct(a, s, b, v, depth); return;
    }
    if (!fits) bad_verb(a, s, b, v);
}

// ---- the format -----------------------------------------------------------------------------------------------------------

static char peek(const Format *f) { return f->at < f->text.len ? f->text.ptr[f->at] : 0; }

static i64 take_number(Format *f) { // -1: there is none
    i64 n = -1;
    for (; peek(f) >= '0' && peek(f) <= '9'; f->at++) n = (n < 0 ? 0 : n) * 10 + (peek(f) - '0');
    return n > MAX_WIDTH ? -1 : n;
}

// "[n]": which value comes next.
static bool take_index(Format *f) {
    if (peek(f) != '[') return false;
    i64 end = f->at + 1, n = 0;
    while (end < f->text.len && f->text.ptr[end] != ']') end++;
    f->reordered = true;
    for (i64 i = f->at + 1; i < end && n >= 0; i++) {
        char c = f->text.ptr[i];
        n = c >= '0' && c <= '9' && n < MAX_WIDTH ? n * 10 + (c - '0') : -1;
    }
    bool closed = end < f->text.len, good = closed && end > f->at + 1 && n >= 1 && n <= f->n;
    f->at = closed ? end + 1 : f->at + 1;
    if (good) f->arg = n - 1;
    else f->good_index = false;
    return true;
}

// '*': from a value. False: that is no number.
static bool take_value(Format *f, i64 *n) {
    bool good = f->arg < f->n && f->args[f->arg].kind == GOVAL_INT && f->args[f->arg].i <= MAX_WIDTH &&
                f->args[f->arg].i >= -MAX_WIDTH;
    *n = good ? f->args[f->arg].i : 0;
    if (f->arg < f->n) f->arg++;
    return good;
}

static void take_flags(Format *f, Spec *s) {
    for (; peek(f) && strchr("+-# 0", peek(f)); f->at++) {
        char c = peek(f);
        bool *flag = c == '+'   ? &s->plus
                     : c == '-' ? &s->minus
                     : c == '#' ? &s->sharp
                     : c == ' ' ? &s->space
                                : &s->zero;
        *flag = true;
    }
}

static void take_width(Format *f, Spec *s, bool *indexed) {
    *indexed = take_index(f);
    if (peek(f) == '*') {
        f->at++;
        if (!take_value(f, &s->width)) buf_c(f->out, "%!(BADWIDTH)");
        if (s->width < 0) s->width = -s->width, s->minus = true;
        *indexed = false;
        return;
    }
    s->width = take_number(f);
    if (*indexed && s->width >= 0) f->good_index = false; // "%[3]2d"
}

static void take_precision(Format *f, Spec *s, bool *indexed) {
    if (peek(f) != '.') return;
    f->at++;
    if (*indexed) f->good_index = false; // "%[3].2d"
    *indexed = take_index(f);
    if (peek(f) == '*') {
        f->at++;
        bool good = take_value(f, &s->precision) && s->precision >= 0;
        if (!good) s->precision = -1, buf_c(f->out, "%!(BADPREC)");
        *indexed = false;
        return;
    }
    s->precision = i64_max(take_number(f), 0);
}

static void put_verb(Format *f) {
    Spec s = {.width = -1, .precision = -1};
    bool indexed = false;
    int size = 1;
    f->good_index = true;
    take_flags(f, &s);
    take_width(f, &s, &indexed);
    take_precision(f, &s, &indexed);
    if (!indexed) take_index(f);
    if (f->at >= f->text.len) {
        buf_c(f->out, "%!(NOVERB)");
        return;
    }
    s.verb = utf8_decode(f->text.ptr + f->at, f->text.len - f->at, &size);
    f->at += size;
    if (s.verb == '%') {
        buf_char(f->out, '%');
        return;
    }
    if (f->good_index && f->arg < f->n) {
        const GoVal *v = &f->args[f->arg++];
        if (s.verb == 'T') pad(&s, f->out, str_c(v->kind == GOVAL_NONE ? "<nil>" : v->type));
        else put_value(f->a, &s, f->out, v, 0);
        return;
    }
    buf_c(f->out, "%!");
    put_rune(f->out, s.verb);
    buf_c(f->out, f->good_index ? "(MISSING)" : "(BADINDEX)");
}

void template_format(Arena *a, Buf *out, Str text, const GoVal *args, i64 n) {
    Format f = {.a = a, .out = out, .args = args, .n = n, .text = text};
    while (f.at < text.len) {
        if (text.ptr[f.at++] == '%') put_verb(&f);
        else buf_char(out, (u8)text.ptr[f.at - 1]);
    }
    if (f.reordered || f.arg >= n) return;
    for (i64 i = f.arg; i < n; i++) {
        buf_c(out, i == f.arg ? "%!(EXTRA " : ", ");
        if (args[i].kind != GOVAL_NONE) buf_printf(out, "%s=", args[i].type);
        if (args[i].kind != GOVAL_NONE) template_print(a, out, &args[i], 1);
        else buf_c(out, "<nil>");
    }
    buf_c(out, ")");
}
