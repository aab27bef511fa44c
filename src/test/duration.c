// duration.c - durations as package time reads and prints them: "1h15m30.918s".
#include "test/test.h"

typedef struct Unit {
    const char *name;
    i64 ns;
} Unit;
static const Unit units[] = {{"ns", 1},       {"us", 1000},      {"\xc2\xb5s", 1000}, {"\xce\xbcs", 1000},
                             {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},  {"h", 3600000000000}};

static const Unit *unit_at(Str s) { // the longest one that s begins with
    const Unit *best = NULL;
    for (i64 i = 0; i < NELEM(units); i++)
        if (str_has_prefix(s, str_c(units[i].name)) && (!best || strlen(units[i].name) > strlen(best->name)))
            best = &units[i];
    return best;
}

static bool is_digit(Str s, i64 at) { return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9'; }

// A number with its unit at *s.
static bool one_part(Str *s, i64 *ns) {
    i64 at = 0, whole = 0;
    f64 fraction = 0, scale = 1;
    bool digits = is_digit(*s, 0);
    for (; is_digit(*s, at); at++) {
        if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, s->ptr[at] - '0', &whole))
            return false;
    }
    if (at < s->len && s->ptr[at] == '.') {
        digits |= is_digit(*s, at + 1);
        for (at++; is_digit(*s, at); at++) fraction = fraction * 10 + (s->ptr[at] - '0'), scale *= 10;
    }
    Str rest = str_slice(*s, at, s->len);
    const Unit *u = unit_at(rest);
    if (!digits || !u || __builtin_mul_overflow(whole, u->ns, &whole)) return false;
    *s = str_slice(rest, (i64)strlen(u->name), rest.len);
    return !__builtin_add_overflow(whole, (i64)(fraction * ((f64)u->ns / scale)), ns);
}

bool duration_parse(Str s, i64 *ns) {
    bool minus = s.len && s.ptr[0] == '-';
    *ns = 0;
    if (s.len && (minus || s.ptr[0] == '+')) s = str_slice(s, 1, s.len);
    if (str_eq(s, S("0"))) return true;
    if (!s.len) return false;
    while (s.len) {
        i64 part;
        if (!one_part(&s, &part) || __builtin_add_overflow(*ns, part, ns)) return false;
    }
    if (minus) *ns = -*ns;
    return true;
}

// value / 10^digits without zeros at its end.
static void print_fraction(Buf *b, u64 value, int digits, const char *unit) {
    u64 scale = 1;
    for (int i = 0; i < digits; i++) scale *= 10;
    buf_printf(b, "%llu", (unsigned long long)(value / scale));
    u64 rest = value % scale;
    while (rest && rest % 10 == 0) rest /= 10, digits--;
    if (rest) buf_printf(b, ".%0*llu", digits, (unsigned long long)rest);
    buf_c(b, unit);
}

Str duration_text(Arena *a, i64 ns) {
    Buf b = {0};
    u64 u = ns < 0 ? -(u64)ns : (u64)ns, second = 1000000000;
    if (ns < 0) buf_char(&b, '-');
    if (u == 0) buf_c(&b, "0s");
    else if (u < 1000) print_fraction(&b, u, 0, "ns");
    else if (u < 1000000) print_fraction(&b, u, 3, "\xc2\xb5s");
    else if (u < second) print_fraction(&b, u, 6, "ms");
    else {
        u64 minutes = u / (60 * second);
        if (minutes >= 60) buf_printf(&b, "%lluh", (unsigned long long)(minutes / 60));
        if (minutes) buf_printf(&b, "%llum", (unsigned long long)(minutes % 60));
        print_fraction(&b, u % (60 * second), 9, "s");
    }
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}
