// exact.c - unit test of exact constants: arithmetic, kinds, rounding, printing.
#include "base/base.h"
#include <math.h>
#include <stdio.h>

static Arena *a;
static int failures;

static void expect(const char *what, Str got, const char *want) {
    if (str_eq(got, str_c(want))) return;
    printf("%s: got %.*s, want %s\n", what, SFMT(got), want);
    failures++;
}

static void check(const char *what, bool ok) {
    if (ok) return;
    printf("%s: wrong\n", what);
    failures++;
}

static const Exact *integer(const char *s) { return exact_int_literal(a, str_c(s)); }
static const Exact *real(const char *s) { return exact_float_literal(a, str_c(s)); }
static const Exact *imag(const char *s) { return exact_imag_literal(a, str_c(s)); }
static const Exact *bin(ExactOp op, const Exact *x, const Exact *y) { return exact_binary(a, op, x, y, false); }
static Str text(const Exact *x) { return exact_text(a, x); }
static Str full(const Exact *x) { return exact_text_full(a, x); }

static void test_ints(void) {
    expect("underscore", text(integer("1_000")), "1000");
    expect("hex", text(integer("0xFf")), "255");
    expect("octal", text(integer("0755")), "493");
    expect("0o", text(integer("0o755")), "493");
    expect("binary", text(integer("0b1011")), "11");
    expect("big", text(integer("0xffffffffffffffff")), "18446744073709551615");
    const Exact *max = exact_i64(a, INT64_MAX), *min = exact_i64(a, INT64_MIN), *one = exact_i64(a, 1),
                *minus = exact_i64(a, -1);
    expect("max+1", text(bin(EXO_ADD, max, one)), "9223372036854775808");
    expect("-min", text(exact_unary(a, EXO_NEG, min, 0)), "9223372036854775808");
    expect("min/-1", text(exact_binary(a, EXO_QUO, min, minus, true)), "9223372036854775808");
    expect("min%-1", text(exact_binary(a, EXO_REM, min, minus, true)), "0");
    expect("-7/2", text(exact_binary(a, EXO_QUO, exact_i64(a, -7), exact_i64(a, 2), true)), "-3");
    expect("-7%2", text(exact_binary(a, EXO_REM, exact_i64(a, -7), exact_i64(a, 2), true)), "-1");
    expect("1<<100", text(exact_shift(a, EXO_SHL, one, 100)), "1267650600228229401496703205376");
    expect("1<<100>>98", text(exact_shift(a, EXO_SHR, exact_shift(a, EXO_SHL, one, 100), 98)), "4");
    expect("-1>>70", text(exact_shift(a, EXO_SHR, minus, 70)), "-1");
    expect("^0", text(exact_unary(a, EXO_COMPL, exact_i64(a, 0), 0)), "-1");
    expect("^uint8(1)", text(exact_unary(a, EXO_COMPL, one, 8)), "254");
    expect("&^", text(bin(EXO_ANDNOT, exact_i64(a, 0xff), exact_i64(a, 0x0f))), "240");
    check("bit length",
          exact_bit_len(integer("0xff")) == 8 && exact_bit_len(min) == 64 && exact_bit_len(exact_i64(a, 0)) == 0);
    check("low64", exact_low64(exact_unary(a, EXO_NEG, integer("0x10000000000000001"), 0)) == UINT64_MAX);
    u64 u;
    check("u64", exact_is_u64(integer("0xffffffffffffffff"), &u) && u == UINT64_MAX && !exact_is_u64(minus, &u));
    check("i64", !exact_is_i64(integer("0x8000000000000000"), NULL));
}

static void test_floats(void) {
    expect("1/3", full(bin(EXO_QUO, real("1.0"), real("3.0"))), "1/3");
    expect("text", text(real("0.1")), "0.1");
    expect("text 2", text(real("1234567.5")), "1.23457e+06");
    expect("text 3", text(real("1000000.5")), "1.0000005e+06");
    expect("text 4", text(real("1e1000")), "1e+1000");
    expect("text 5", text(real("6.02214076e23")), "6.02214e+23");
    expect("hex", text(real("0x1p-2")), "0.25");
    expect("hex 2", text(real("0x1.8p1")), "3");
    check("exponent", exact_kind(real("1e2000000000")) == EX_UNKNOWN);
    check("tiny", exact_kind(real("1e-5000")) == EX_FLOAT && exact_to_f64(real("1e-5000")) == 0);
    check("to_int",
          exact_kind(exact_to_int(a, real("3.0"))) == EX_INT && exact_kind(exact_to_int(a, real("3.5"))) == EX_UNKNOWN);
    check("0.1 f64", exact_to_f64(real("0.1")) == 0.1);
    check("0.1 f32", exact_to_f32(real("0.1")) == 0.1f);
    check("max", exact_to_f64(real("1.7976931348623157e308")) == 1.7976931348623157e308);
    check("inf", isinf(exact_to_f64(real("1e309"))) && exact_kind(exact_round_f64(a, real("1e309"))) == EX_UNKNOWN);
    check("f32 inf", exact_kind(exact_round_f32(a, real("3.5e38"))) == EX_UNKNOWN);
    check("subnormal", exact_to_f64(real("4.9e-324")) == 4.9e-324 && exact_to_f32(real("1.4e-45")) == 1.4e-45f);
    check("halfway", exact_to_f64(integer("9007199254740993")) == 9007199254740992.0);
    check("sticky", exact_to_f64(real("9007199254740993.00000000000000000000000001")) == 9007199254740994.0);
    const Exact *big = real("1e3000"), *r = bin(EXO_MUL, big, bin(EXO_QUO, real("1.0"), big));
    check("rounded integer", exact_kind(exact_to_int(a, r)) == EX_INT);
    check("order",
          exact_compare(real("0.5"), EXO_LT, exact_i64(a, 1)) && exact_compare(real("1.0"), EXO_EQ, exact_i64(a, 1)));
}

static void test_others(void) {
    const Exact *i = imag("1i");
    expect("i*i", text(exact_to_int(a, bin(EXO_MUL, i, i))), "-1");
    expect("complex", text(bin(EXO_ADD, exact_i64(a, 1), imag("2.5i"))), "(1 + 2.5i)");
    expect("1/(1+i)", text(bin(EXO_QUO, exact_i64(a, 1), bin(EXO_ADD, exact_i64(a, 1), i))), "(0.5 + -0.5i)");
    expect("legacy", text(exact_imag(a, imag("0123i"))), "123");
    check("compare",
          exact_compare(i, EXO_NE, imag("2i")) && exact_compare(bin(EXO_MUL, i, i), EXO_EQ, exact_i64(a, -1)));
    const Exact *s = exact_string(a, S(""));
    for (int k = 0; k < 10000; k++) s = bin(EXO_ADD, s, exact_string(a, S("ab")));
    Str joined = exact_string_val(s);
    check("concatenation",
          joined.len == 20000 && str_has_suffix(joined, S("abab")) && exact_string_val(s).ptr == joined.ptr);
    check("long text", text(s).len == 72 && str_has_suffix(text(s), S("...")));
    expect("quote", text(exact_string(a, S("a\"\n\xff\xc3\xa9\xe2\x80\xa8"))), "\"a\\\"\\n\\xff\xc3\xa9\\u2028\"");
    check("string order", exact_compare(exact_string(a, S("a")), EXO_LT, exact_string(a, S("b"))));
    check("bool", exact_compare(exact_bool(true), EXO_EQ, exact_bool(true)) &&
                      !exact_bool_val(exact_unary(a, EXO_NOT, exact_bool(true), 0)));
}

int main(void) {
    a = arena_new("test");
    test_ints();
    test_floats();
    test_others();
    return failures != 0;
}
