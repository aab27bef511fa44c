// exact.c - exact constant values.
//
// In:    Go literals, machine numbers, earlier values. Out: immutable values; arithmetic as the spec of
//        untyped constants (and go/constant) has it.
// Forms: an integer is an i64 while it fits, else an mpz. A float is a fraction (mpq) while both parts
//        stay below 4096 bits, else an mpfr of 512 bits; once rounded it stays mpfr. A complex is a pair.
//        A string is bytes or a concatenation that is joined when somebody asks for its bytes: long
//        chains of + cost linear time.
// Never: divides by zero (callers check), changes a value. GMP's memory is malloc'd and lives on.
#include "base/base.h"
#include <gmp.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>

// ---- memory: GMP ends the process with a message of its own when there is none -------------------------------------------

static void *gmp_realloc(void *p, size_t old, size_t n) {
    (void)old;
    p = realloc(p, n);
    if (!p) fatal("out of memory");
    return p;
}

static void *gmp_alloc(size_t n) { return gmp_realloc(NULL, 0, n); }

static void gmp_free(void *p, size_t n) {
    (void)n;
    free(p);
}

void exact_use_memory(void) { mp_set_memory_functions(gmp_alloc, gmp_realloc, gmp_free); }

enum { FLOAT_PREC = 512, FRACTION_BITS = 4096 };

// In order: the larger form wins when two operands meet.
typedef enum Form { F_UNKNOWN, F_BOOL, F_STRING, F_SMALL, F_BIG, F_FRACTION, F_REAL, F_COMPLEX } Form;

struct Exact {
    u8 form;
    union {
        bool b;
        i64 i;
        mpz_t z;
        mpq_t q;
        mpfr_t f;
        struct {
            const Exact *re, *im;
        } c;
        struct {
            const char *ptr;
            i64 len;
            const Exact *l, *r;
        } s; // ptr NULL and l set: not joined yet
    };
};

static const Exact unknown_value = {F_UNKNOWN};
static const Exact false_value = {F_BOOL, {.b = false}};
static const Exact true_value = {F_BOOL, {.b = true}};

static Exact *new_exact(Arena *a, Form form) {
    Exact *x = ANEW(a, Exact);
    x->form = (u8)form;
    return x;
}

ExactKind exact_kind(const Exact *x) {
    static const u8 kinds[] = {EX_UNKNOWN, EX_BOOL, EX_STRING, EX_INT, EX_INT, EX_FLOAT, EX_FLOAT, EX_COMPLEX};
    return x ? kinds[x->form] : EX_UNKNOWN;
}

const Exact *exact_unknown(void) { return &unknown_value; }
const Exact *exact_bool(bool b) { return b ? &true_value : &false_value; }
bool exact_bool_val(const Exact *x) { return x->form == F_BOOL && x->b; }

// ---- strings -------------------------------------------------------------------------------

const Exact *exact_string(Arena *a, Str s) {
    Exact *x = new_exact(a, F_STRING);
    Str copy = arena_str(a, s);
    x->s.ptr = copy.ptr;
    x->s.len = copy.len;
    return x;
}

// Chains lean to the left, so the left side is walked in the loop.
static void copy_backwards(char *base, i64 end, const Exact *x) {
    for (;;) {
        const char *flat = __atomic_load_n(&x->s.ptr, __ATOMIC_ACQUIRE);
        if (flat) {
            memcpy(base + end - x->s.len, flat, (size_t)x->s.len);
            return;
        }
        copy_backwards(base, end, x->s.r);
        end -= x->s.r->s.len;
        x = x->s.l;
    }
}

Str exact_string_val(const Exact *x) {
    if (x->form != F_STRING) return (Str){"", 0};
    const char *flat = __atomic_load_n(&x->s.ptr, __ATOMIC_ACQUIRE);
    if (!flat) {
        char *bytes = gmp_alloc((size_t)x->s.len + 1), *expected = NULL;
        if (!bytes) fatal("out of memory");
        copy_backwards(bytes, x->s.len, x);
        bytes[x->s.len] = 0;
        flat = bytes;
        char **slot = (char **)(uintptr_t)&x->s.ptr; // joining is not a change of the value
        if (!__atomic_compare_exchange_n(slot, &expected, bytes, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            free(bytes);
            flat = expected;
        }
    }
    return (Str){flat, x->s.len};
}

static const Exact *concat_strings(Arena *a, const Exact *l, const Exact *r) {
    if (l->s.len == 0) return r;
    if (r->s.len == 0) return l;
    Exact *x = new_exact(a, F_STRING);
    x->s.len = l->s.len + r->s.len;
    x->s.l = l;
    x->s.r = r;
    return x;
}

// ---- making numbers --------------------------------------------------------------------------

// Tables are full of them: of a small integer there is no more than its form and its value.
const Exact *exact_i64(Arena *a, i64 v) {
    Exact *x = arena_alloc(a, offsetof(Exact, i) + sizeof x->i, 8);
    x->form = F_SMALL;
    x->i = v;
    return x;
}

const Exact *exact_u64(Arena *a, u64 v) {
    if (v <= INT64_MAX) return exact_i64(a, (i64)v);
    Exact *x = new_exact(a, F_BIG);
    mpz_init_set_ui(x->z, v);
    return x;
}

// Takes z over.
static const Exact *from_z(Arena *a, mpz_t z) {
    if (mpz_fits_slong_p(z)) {
        i64 v = mpz_get_si(z);
        mpz_clear(z);
        return exact_i64(a, v);
    }
    Exact *x = new_exact(a, F_BIG);
    *x->z = *z;
    return x;
}

// An mpfr of the usual precision with big.Float's range of exponents (a setting of the thread).
static void init_real(mpfr_t f) {
    mpfr_set_emax(INT32_MAX);
    mpfr_set_emin(-(mpfr_exp_t)INT32_MAX);
    mpfr_init2(f, FLOAT_PREC);
}

// Takes f over.
static const Exact *from_f(Arena *a, mpfr_t f) {
    if (mpfr_inf_p(f) || mpfr_nan_p(f)) {
        mpfr_clear(f);
        return &unknown_value;
    }
    if (mpfr_zero_p(f)) mpfr_set_zero(f, 1);
    Exact *x = new_exact(a, F_REAL);
    *x->f = *f;
    return x;
}

static bool is_small_z(const __mpz_struct *z) { return mpz_sizeinbase(z, 2) < FRACTION_BITS; }

// Takes q (canonical) over.
static const Exact *from_q(Arena *a, mpq_t q) {
    if (is_small_z(mpq_numref(q)) && is_small_z(mpq_denref(q))) {
        Exact *x = new_exact(a, F_FRACTION);
        *x->q = *q;
        return x;
    }
    mpfr_t f;
    init_real(f);
    mpfr_set_q(f, q, MPFR_RNDN);
    mpq_clear(q);
    return from_f(a, f);
}

static const Exact *make_complex(Arena *a, const Exact *re, const Exact *im) {
    if (re->form == F_UNKNOWN || im->form == F_UNKNOWN) return &unknown_value;
    Exact *x = new_exact(a, F_COMPLEX);
    x->c.re = re;
    x->c.im = im;
    return x;
}

const Exact *exact_f64(Arena *a, f64 v) {
    if (isinf(v) || isnan(v)) return &unknown_value;
    int e = 0;
    frexp(v, &e);
    if (v == 0 || (e > -FRACTION_BITS && e < FRACTION_BITS)) {
        mpq_t q;
        mpq_init(q);
        mpq_set_d(q, v); // -0 becomes 0
        return from_q(a, q);
    }
    mpfr_t f;
    init_real(f);
    mpfr_set_d(f, v, MPFR_RNDN);
    return from_f(a, f);
}

const Exact *exact_make_imag(Arena *a, const Exact *x) {
    if (x->form == F_UNKNOWN) return x;
    return make_complex(a, exact_i64(a, 0), x);
}

const Exact *exact_real(Arena *a, const Exact *x) {
    return x->form == F_COMPLEX ? x->c.re : x->form >= F_SMALL ? x : &unknown_value;
}

const Exact *exact_imag(Arena *a, const Exact *x) {
    return x->form == F_COMPLEX ? x->c.im : x->form >= F_SMALL ? exact_i64(a, 0) : &unknown_value;
}

// ---- literals ----------------------------------------------------------------------------------

static char *without_underscores(Str s) {
    char *z = gmp_alloc((size_t)s.len + 1), *w = z;
    if (!z) fatal("out of memory");
    for (i64 i = 0; i < s.len; i++)
        if (s.ptr[i] != '_') *w++ = s.ptr[i];
    *w = 0;
    return z;
}

// The base a prefix names, and where the digits begin.
static int literal_base(const char *z, const char **digits) {
    *digits = z;
    if (z[0] != '0' || !z[1]) return 10;
    switch (z[1] | 0x20) {
    case 'x': *digits = z + 2; return 16;
    case 'b': *digits = z + 2; return 2;
    case 'o': *digits = z + 2; return 8;
    }
    *digits = z + 1;
    return 8;
}

static const Exact *int_from_digits(Arena *a, const char *digits, int base) {
    mpz_t v;
    if (!*digits || *digits == '-' || *digits == '+' || mpz_init_set_str(v, digits, base) != 0) return &unknown_value;
    return from_z(a, v);
}

// Decimal literals of up to 18 digits and hexadecimal ones of up to 15, which most are.
static bool small_literal(Str s, i64 *out) {
    bool hex = s.len > 2 && s.ptr[0] == '0' && (s.ptr[1] | 0x20) == 'x';
    i64 at = hex ? 2 : 0, v = 0;
    if (s.len == at || s.len - at > (hex ? 15 : 18) || (!hex && s.ptr[0] == '0' && s.len > 1)) return false;
    for (; at < s.len; at++) {
        int c = s.ptr[at], digit = c - '0';
        if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f') digit = (c | 0x20) - 'a' + 10;
        else if (c < '0' || c > '9') return false;
        v = v * (hex ? 16 : 10) + digit;
    }
    *out = v;
    return true;
}

const Exact *exact_int_literal(Arena *a, Str s) {
    i64 small;
    if (small_literal(s, &small)) return exact_i64(a, small);
    char *z = without_underscores(s);
    const char *digits;
    int base = literal_base(z, &digits);
    const Exact *x = int_from_digits(a, digits, base);
    free(z);
    return x;
}

// Splits [0x]ddd.ddd[ep]±n into an integer of all digits, the number of digits behind the point and the exponent.
static bool split_float(const char *z, mpz_t mant, i64 *frac, i64 *exp, int *base) {
    *base = 10;
    if (z[0] == '0' && (z[1] | 0x20) == 'x') {
        *base = 16;
        z += 2;
    }
    char *digits = gmp_alloc(strlen(z) + 2), *w = digits;
    if (!digits) fatal("out of memory");
    bool point = false;
    *frac = *exp = 0;
    for (; *z; z++) {
        if (*z == '.') point = true;
        else if ((*base == 10 && (*z | 0x20) == 'e') || (*z | 0x20) == 'p') break;
        else {
            *w++ = *z;
            *frac += point;
        }
    }
    if (w == digits) *w++ = '0';
    *w = 0;
    bool ok = mpz_set_str(mant, digits, *base) == 0;
    free(digits);
    if (*z) {
        bool neg = *++z == '-';
        if (*z == '-' || *z == '+') z++;
        if (!*z) return false;
        for (; *z >= '0' && *z <= '9'; z++)
            if (*exp < INT64_C(1) << 40) *exp = *exp * 10 + (*z - '0');
        ok = ok && !*z;
        if (neg) *exp = -*exp;
    }
    return ok;
}

// mant * base^pow as a fraction (pow small).
static const Exact *scaled_fraction(Arena *a, mpz_t mant, int base, i64 pow) {
    mpq_t q;
    mpq_init(q);
    mpz_set(mpq_numref(q), mant);
    if (pow >= 0) {
        mpz_t p;
        mpz_init(p);
        mpz_ui_pow_ui(p, (unsigned long)base, (unsigned long)pow);
        mpz_mul(mpq_numref(q), mpq_numref(q), p);
        mpz_clear(p);
    } else {
        mpz_ui_pow_ui(mpq_denref(q), (unsigned long)base, (unsigned long)-pow);
        mpq_canonicalize(q);
    }
    return from_q(a, q);
}

static const Exact *float_from_text(Arena *a, char *z) {
    mpfr_t f;
    init_real(f);
    char *end;
    mpfr_strtofr(f, z, &end, 0, MPFR_RNDN);
    if (*end) {
        mpfr_clear(f);
        return &unknown_value;
    }
    return from_f(a, f);
}

static const Exact *float_literal(Arena *a, char *z) {
    mpz_t mant;
    mpz_init(mant);
    i64 frac, exp;
    int base;
    const Exact *x;
    if (!split_float(z, mant, &frac, &exp, &base)) x = &unknown_value;
    else if (mpz_sgn(mant) == 0) x = exact_to_float(a, exact_i64(a, 0));
    else {
        i64 pow = base == 16 ? exp - 4 * frac : exp - frac;
        i64 bits = (i64)mpz_sizeinbase(mant, 2) + (base == 16 ? pow : (i64)((f64)pow * 3.3219280948873623));
        bool fraction = bits > -FRACTION_BITS && bits < FRACTION_BITS && pow > -20000 && pow < 20000;
        x = fraction ? scaled_fraction(a, mant, base == 16 ? 2 : 10, pow) : float_from_text(a, z);
    }
    mpz_clear(mant);
    return x;
}

const Exact *exact_float_literal(Arena *a, Str s) {
    char *z = without_underscores(s);
    const Exact *x = float_literal(a, z);
    free(z);
    return x;
}

// A leading 0 alone does not make an imaginary literal octal.
const Exact *exact_imag_literal(Arena *a, Str s) {
    if (s.len == 0 || s.ptr[s.len - 1] != 'i') return &unknown_value;
    char *z = without_underscores(str_slice(s, 0, s.len - 1));
    char p = z[0] == '0' ? (char)(z[1] | 0x20) : 0;
    const Exact *x =
        p == 'b' || p == 'o' ? exact_to_float(a, int_from_digits(a, z + 2, p == 'b' ? 2 : 8)) : float_literal(a, z);
    free(z);
    return exact_make_imag(a, x);
}

// ---- views of operands -----------------------------------------------------------------------------

static void init_z(mpz_t z, const Exact *x) {
    if (x->form == F_SMALL) mpz_init_set_si(z, x->i);
    else mpz_init_set(z, x->z);
}

static void init_q(mpq_t q, const Exact *x) {
    mpq_init(q);
    if (x->form == F_SMALL) mpq_set_si(q, x->i, 1);
    else if (x->form == F_BIG) mpq_set_z(q, x->z);
    else mpq_set(q, x->q);
}

static void init_f(mpfr_t f, const Exact *x) {
    init_real(f);
    switch (x->form) {
    case F_SMALL: mpfr_set_si(f, x->i, MPFR_RNDN); break;
    case F_BIG: mpfr_set_z(f, x->z, MPFR_RNDN); break;
    case F_FRACTION: mpfr_set_q(f, x->q, MPFR_RNDN); break;
    default: mpfr_set(f, x->f, MPFR_RNDN);
    }
}

int exact_sign(const Exact *x) {
    switch (x->form) {
    case F_SMALL: return (x->i > 0) - (x->i < 0);
    case F_BIG: return mpz_sgn(x->z);
    case F_FRACTION: return mpq_sgn(x->q);
    case F_REAL: return mpfr_sgn(x->f);
    case F_COMPLEX: return exact_sign(x->c.re) | exact_sign(x->c.im);
    }
    return 1;
}

i64 exact_bit_len(const Exact *x) {
    if (x->form == F_BIG) return (i64)mpz_sizeinbase(x->z, 2);
    if (x->form != F_SMALL || x->i == 0) return 0;
    u64 m = x->i < 0 ? -(u64)x->i : (u64)x->i;
    return 64 - __builtin_clzll(m);
}

// ---- operations ----------------------------------------------------------------------------------------

static const Exact *negate(Arena *a, const Exact *x) {
    switch (x->form) {
    case F_SMALL:
        if (x->i != INT64_MIN) return exact_i64(a, -x->i);
        return exact_u64(a, (u64)1 << 63);
    case F_BIG: {
        mpz_t z;
        init_z(z, x);
        mpz_neg(z, z);
        return from_z(a, z);
    }
    case F_FRACTION: {
        mpq_t q;
        init_q(q, x);
        mpq_neg(q, q);
        return from_q(a, q);
    }
    case F_REAL: {
        mpfr_t f;
        init_f(f, x);
        mpfr_neg(f, f, MPFR_RNDN);
        return from_f(a, f);
    }
    case F_COMPLEX: return make_complex(a, negate(a, x->c.re), negate(a, x->c.im));
    }
    return &unknown_value;
}

static const Exact *complement(Arena *a, const Exact *x, int unsigned_bits) {
    mpz_t z;
    init_z(z, x);
    mpz_com(z, z);
    if (unsigned_bits > 0) mpz_fdiv_r_2exp(z, z, (mp_bitcnt_t)unsigned_bits);
    return from_z(a, z);
}

const Exact *exact_unary(Arena *a, ExactOp op, const Exact *x, int unsigned_bits) {
    switch (op) {
    case EXO_PLUS: return x->form >= F_SMALL ? x : &unknown_value;
    case EXO_NEG: return negate(a, x);
    case EXO_COMPL: return exact_kind(x) == EX_INT ? complement(a, x, unsigned_bits) : &unknown_value;
    case EXO_NOT: return x->form == F_BOOL ? exact_bool(!x->b) : &unknown_value;
    default: bug("exact_unary: operator %d", (int)op);
    }
}

static const Exact *small_binary(Arena *a, ExactOp op, i64 x, i64 y, bool int_div) {
    i64 z;
    switch (op) {
    case EXO_ADD: return __builtin_add_overflow(x, y, &z) ? NULL : exact_i64(a, z);
    case EXO_SUB: return __builtin_sub_overflow(x, y, &z) ? NULL : exact_i64(a, z);
    case EXO_MUL: return __builtin_mul_overflow(x, y, &z) ? NULL : exact_i64(a, z);
    case EXO_QUO: return !int_div || y == -1 ? NULL : exact_i64(a, x / y);
    case EXO_REM: return exact_i64(a, y == -1 ? 0 : x % y);
    case EXO_AND: return exact_i64(a, x & y);
    case EXO_OR: return exact_i64(a, x | y);
    case EXO_XOR: return exact_i64(a, x ^ y);
    case EXO_ANDNOT: return exact_i64(a, x & ~y);
    default: return NULL;
    }
}

static const Exact *fraction_binary(Arena *a, ExactOp op, const Exact *x, const Exact *y) {
    mpq_t p, q;
    init_q(p, x);
    init_q(q, y);
    switch (op) {
    case EXO_ADD: mpq_add(p, p, q); break;
    case EXO_SUB: mpq_sub(p, p, q); break;
    case EXO_MUL: mpq_mul(p, p, q); break;
    case EXO_QUO: mpq_div(p, p, q); break;
    default:
        mpq_clear(p);
        mpq_clear(q);
        return &unknown_value;
    }
    mpq_clear(q);
    return from_q(a, p);
}

static const Exact *int_binary(Arena *a, ExactOp op, const Exact *x, const Exact *y, bool int_div) {
    if (op == EXO_QUO && !int_div) return fraction_binary(a, op, x, y);
    mpz_t u, v;
    init_z(u, x);
    init_z(v, y);
    switch (op) {
    case EXO_ADD: mpz_add(u, u, v); break;
    case EXO_SUB: mpz_sub(u, u, v); break;
    case EXO_MUL: mpz_mul(u, u, v); break;
    case EXO_QUO: mpz_tdiv_q(u, u, v); break;
    case EXO_REM: mpz_tdiv_r(u, u, v); break;
    case EXO_AND: mpz_and(u, u, v); break;
    case EXO_OR: mpz_ior(u, u, v); break;
    case EXO_XOR: mpz_xor(u, u, v); break;
    case EXO_ANDNOT:
        mpz_com(v, v);
        mpz_and(u, u, v);
        break;
    default: bug("exact_binary: operator %d", (int)op);
    }
    mpz_clear(v);
    return from_z(a, u);
}

static const Exact *real_binary(Arena *a, ExactOp op, const Exact *x, const Exact *y) {
    mpfr_t u, v;
    init_f(u, x);
    init_f(v, y);
    switch (op) {
    case EXO_ADD: mpfr_add(u, u, v, MPFR_RNDN); break;
    case EXO_SUB: mpfr_sub(u, u, v, MPFR_RNDN); break;
    case EXO_MUL: mpfr_mul(u, u, v, MPFR_RNDN); break;
    case EXO_QUO: mpfr_div(u, u, v, MPFR_RNDN); break;
    default: mpfr_set_nan(u);
    }
    mpfr_clear(v);
    return from_f(a, u);
}

static const Exact *complex_binary(Arena *a, ExactOp op, const Exact *x, const Exact *y) {
#define OPER(o, l, r) exact_binary(a, EXO_##o, l, r, false)
    const Exact *p = exact_real(a, x), *q = exact_imag(a, x), *r = exact_real(a, y), *s = exact_imag(a, y);
    switch (op) {
    case EXO_ADD: return make_complex(a, OPER(ADD, p, r), OPER(ADD, q, s));
    case EXO_SUB: return make_complex(a, OPER(SUB, p, r), OPER(SUB, q, s));
    case EXO_MUL: // (p+qi)(r+si) = (pr-qs) + (qr+ps)i
        return make_complex(a, OPER(SUB, OPER(MUL, p, r), OPER(MUL, q, s)),
                            OPER(ADD, OPER(MUL, q, r), OPER(MUL, p, s)));
    case EXO_QUO: { // (pr+qs)/n + (qr-ps)/n i, n = rr+ss
        const Exact *n = OPER(ADD, OPER(MUL, r, r), OPER(MUL, s, s));
        const Exact *re = OPER(ADD, OPER(MUL, p, r), OPER(MUL, q, s)),
                    *im = OPER(SUB, OPER(MUL, q, r), OPER(MUL, p, s));
        return make_complex(a, OPER(QUO, re, n), OPER(QUO, im, n));
    }
    default: return &unknown_value;
    }
#undef OPER
}

static const Exact *bool_or_string_binary(Arena *a, ExactOp op, const Exact *x, const Exact *y) {
    if (x->form != y->form) return &unknown_value;
    if (x->form == F_STRING) return op == EXO_ADD ? concat_strings(a, x, y) : &unknown_value;
    if (op == EXO_LAND) return exact_bool(x->b && y->b);
    if (op == EXO_LOR) return exact_bool(x->b || y->b);
    return &unknown_value;
}

const Exact *exact_binary(Arena *a, ExactOp op, const Exact *x, const Exact *y, bool int_div) {
    if (x->form == F_UNKNOWN || y->form == F_UNKNOWN) return &unknown_value;
    Form form = x->form > y->form ? x->form : y->form;
    if (x->form < F_SMALL || y->form < F_SMALL) return bool_or_string_binary(a, op, x, y);
    switch (form) {
    case F_SMALL: {
        const Exact *z = small_binary(a, op, x->i, y->i, int_div);
        if (z) return z;
        return int_binary(a, op, x, y, int_div);
    }
    case F_BIG: return int_binary(a, op, x, y, int_div);
    case F_FRACTION: return fraction_binary(a, op, x, y);
    case F_REAL: return real_binary(a, op, x, y);
    default: return complex_binary(a, op, x, y);
    }
}

const Exact *exact_shift(Arena *a, ExactOp op, const Exact *x, u64 count) {
    if (exact_kind(x) != EX_INT) return &unknown_value;
    if (count == 0) return x;
    if (x->form == F_SMALL && op == EXO_SHR) return exact_i64(a, x->i >> (count > 63 ? 63 : count));
    if (op == EXO_SHL && count > 1 << 20) return exact_sign(x) == 0 ? x : &unknown_value; // callers limit the count
    mpz_t z;
    init_z(z, x);
    if (op == EXO_SHL) mpz_mul_2exp(z, z, count);
    else mpz_fdiv_q_2exp(z, z, count);
    return from_z(a, z);
}

// ---- comparison --------------------------------------------------------------------------------------------

static bool order_fits(ExactOp op, int cmp) {
    switch (op) {
    case EXO_EQ: return cmp == 0;
    case EXO_NE: return cmp != 0;
    case EXO_LT: return cmp < 0;
    case EXO_LE: return cmp <= 0;
    case EXO_GT: return cmp > 0;
    case EXO_GE: return cmp >= 0;
    default: return false;
    }
}

static int compare_numbers(const Exact *x, const Exact *y) {
    Form form = x->form > y->form ? x->form : y->form;
    if (form == F_SMALL) return (x->i > y->i) - (x->i < y->i);
    if (form == F_REAL) {
        mpfr_t u, v;
        init_f(u, x);
        init_f(v, y);
        int c = mpfr_cmp(u, v);
        mpfr_clear(u);
        mpfr_clear(v);
        return c;
    }
    mpq_t u, v;
    init_q(u, x);
    init_q(v, y);
    int c = mpq_cmp(u, v);
    mpq_clear(u);
    mpq_clear(v);
    return c;
}

static int compare_complex(const Exact *x, const Exact *y) {
    static const Exact zero = {F_SMALL, {.i = 0}};
    const Exact *xr = x->form == F_COMPLEX ? x->c.re : x, *xi = x->form == F_COMPLEX ? x->c.im : &zero;
    const Exact *yr = y->form == F_COMPLEX ? y->c.re : y, *yi = y->form == F_COMPLEX ? y->c.im : &zero;
    return compare_numbers(xr, yr) != 0 || compare_numbers(xi, yi) != 0;
}

bool exact_compare(const Exact *x, ExactOp op, const Exact *y) {
    if (x->form == F_UNKNOWN || y->form == F_UNKNOWN) return false;
    if (x->form < F_SMALL || y->form < F_SMALL) {
        if (x->form != y->form) return false;
        if (x->form == F_BOOL) return op == EXO_EQ ? x->b == y->b : op == EXO_NE && x->b != y->b;
        return order_fits(op, str_cmp(exact_string_val(x), exact_string_val(y)));
    }
    if (x->form == F_COMPLEX || y->form == F_COMPLEX) return order_fits(op, compare_complex(x, y));
    return order_fits(op, compare_numbers(x, y));
}

// ---- conversions ---------------------------------------------------------------------------------------------

static bool real_to_z(mpz_t z, const __mpfr_struct *f) {
    if (!mpfr_integer_p(f)) return false;
    mpfr_get_z(z, f, MPFR_RNDZ);
    return true;
}

// A rounded value that is an integer but for its last few bits counts as one.
static const Exact *real_to_int(Arena *a, const Exact *x) {
    if (!mpfr_zero_p(x->f)) {
        mpfr_exp_t e = mpfr_get_exp(x->f);
        if (e <= -FRACTION_BITS || e >= FRACTION_BITS) return &unknown_value;
    }
    static const mpfr_rnd_t modes[] = {MPFR_RNDZ, MPFR_RNDA};
    mpz_t z;
    mpz_init(z);
    bool ok = real_to_z(z, x->f);
    for (int i = 0; i < 2 && !ok; i++) {
        mpfr_t t;
        mpfr_init2(t, FLOAT_PREC - 4);
        mpfr_set(t, x->f, modes[i]);
        ok = real_to_z(z, t);
        mpfr_clear(t);
    }
    if (ok) return from_z(a, z);
    mpz_clear(z);
    return &unknown_value;
}

const Exact *exact_to_int(Arena *a, const Exact *x) {
    switch (x->form) {
    case F_SMALL:
    case F_BIG: return x;
    case F_FRACTION: {
        if (mpz_cmp_ui(mpq_denref(x->q), 1) != 0) break;
        mpz_t z;
        mpz_init_set(z, mpq_numref(x->q));
        return from_z(a, z);
    }
    case F_REAL: return real_to_int(a, x);
    case F_COMPLEX:
        if (exact_sign(x->c.im) == 0) return exact_to_int(a, x->c.re);
        break;
    }
    return &unknown_value;
}

const Exact *exact_to_float(Arena *a, const Exact *x) {
    switch (x->form) {
    case F_SMALL:
    case F_BIG: {
        mpq_t q;
        init_q(q, x);
        return from_q(a, q);
    }
    case F_FRACTION:
    case F_REAL: return x;
    case F_COMPLEX:
        if (exact_sign(x->c.im) == 0) return exact_to_float(a, x->c.re);
        break;
    }
    return &unknown_value;
}

const Exact *exact_to_complex(Arena *a, const Exact *x) {
    if (x->form == F_COMPLEX) return x;
    if (x->form < F_SMALL) return &unknown_value;
    return make_complex(a, x, exact_i64(a, 0));
}

bool exact_is_i64(const Exact *x, i64 *out) {
    if (x->form != F_SMALL) return false;
    if (out) *out = x->i;
    return true;
}

bool exact_is_u64(const Exact *x, u64 *out) {
    if (x->form == F_SMALL && x->i >= 0) {
        if (out) *out = (u64)x->i;
        return true;
    }
    if (x->form != F_BIG || !mpz_fits_ulong_p(x->z)) return false;
    if (out) *out = mpz_get_ui(x->z);
    return true;
}

u64 exact_low64(const Exact *x) {
    if (x->form == F_SMALL) return (u64)x->i;
    if (x->form != F_BIG) return 0;
    u64 m = mpz_get_ui(x->z); // of the absolute value
    return mpz_sgn(x->z) < 0 ? -m : m;
}

// For one correct rounding later: truncated, and if that lost something made odd in a lower bit.
static void init_sticky(mpfr_t f, const Exact *x) {
    init_real(f);
    int lost = 0;
    if (x->form == F_FRACTION) lost = mpfr_set_q(f, x->q, MPFR_RNDZ);
    else if (x->form == F_BIG) lost = mpfr_set_z(f, x->z, MPFR_RNDZ);
    else if (x->form == F_SMALL) mpfr_set_si(f, x->i, MPFR_RNDZ);
    else mpfr_set(f, x->f, MPFR_RNDZ);
    if (!lost) return;
    mpfr_prec_round(f, FLOAT_PREC + 2, MPFR_RNDZ);
    if (mpfr_sgn(f) > 0) mpfr_nextabove(f);
    else mpfr_nextbelow(f);
}

f64 exact_to_f64(const Exact *x) {
    if (x->form == F_COMPLEX) return exact_to_f64(x->c.re);
    if (x->form < F_SMALL) return 0;
    if (x->form == F_SMALL) return (f64)x->i;
    mpfr_t f;
    init_sticky(f, x);
    f64 v = mpfr_get_d(f, MPFR_RNDN);
    mpfr_clear(f);
    return v == 0 ? 0 : v;
}

f32 exact_to_f32(const Exact *x) {
    if (x->form == F_COMPLEX) return exact_to_f32(x->c.re);
    if (x->form < F_SMALL) return 0;
    mpfr_t f;
    init_sticky(f, x);
    f32 v = mpfr_get_flt(f, MPFR_RNDN);
    mpfr_clear(f);
    return v == 0 ? 0 : v;
}

const Exact *exact_round_f32(Arena *a, const Exact *x) { return exact_f64(a, (f64)exact_to_f32(x)); }
const Exact *exact_round_f64(Arena *a, const Exact *x) { return exact_f64(a, exact_to_f64(x)); }

// ---- text ------------------------------------------------------------------------------------------------------

// limit: runes after which the text ends in "..."; 0 for none.
static Str quote(Arena *a, Str s, i64 limit) {
    if (!limit) return str_quote(a, s);
    Str all = str_quote(a, str_slice(s, 0, i64_min(s.len, limit * 12)));
    i64 runes = 0, cut = 0;
    for (i64 i = 0; i < all.len; i++)
        if ((all.ptr[i] & 0xC0) != 0x80 && runes++ == limit - 3) cut = i;
    return runes > limit ? arena_printf(a, "%.*s...", (int)cut, all.ptr) : all;
}

// The shortest decimal that reads back as v, in %g's form.
static Str shortest_f64(Arena *a, f64 v) {
    char z[64];
    int prec = 0;
    do snprintf(z, sizeof z, "%.*e", prec, v);
    while (strtod(z, NULL) != v && ++prec < 17);
    int exp = atoi(strchr(z, 'e') + 1);
    if (exp >= -4 && exp < 6) snprintf(z, sizeof z, "%.*f", prec > exp ? prec - exp : 0, v);
    return arena_str(a, str_c(z));
}

static f64 ten_to(f64 x) { // of mpfr: libm is loaded for nothing else
    mpfr_t t;
    mpfr_init2(t, 64);
    mpfr_set_d(t, x, MPFR_RNDN);
    mpfr_exp10(t, t, MPFR_RNDN);
    f64 y = mpfr_get_d(t, MPFR_RNDN);
    mpfr_clear(t);
    return y;
}

static Str float_text(Arena *a, const Exact *x) {
    mpfr_t f;
    init_f(f, x);
    f64 v = mpfr_get_d(f, MPFR_RNDN);
    Str s;
    if ((mpfr_zero_p(f) != 0) == (v == 0) && !isinf(v)) {
        s = arena_printf(a, "%.6g", v);
        if (!mpfr_integer_p(f) && str_index(s, '.') < 0) s = shortest_f64(a, v);
    } else {
        long exp2 = 0;
        f64 m = mpfr_get_d_2exp(&exp2, f, MPFR_RNDN), d = (f64)exp2 * (M_LN2 / M_LN10);
        i64 e = (i64)d;
        m *= ten_to(d - (f64)e);
        if (fabs(m) < 1 - 0.5e-6) {
            m *= 10;
            e--;
        } else if (fabs(m) >= 10) {
            m /= 10;
            e++;
        }
        s = arena_printf(a, "%.6ge%+lld", m, (long long)e);
    }
    mpfr_clear(f);
    return s;
}

static Str take_c(Arena *a, char *z) {
    Str s = arena_str(a, str_c(z));
    free(z);
    return s;
}

Str exact_text(Arena *a, const Exact *x) {
    switch (x->form) {
    case F_BOOL: return x->b ? S("true") : S("false");
    case F_STRING: return quote(a, exact_string_val(x), 72);
    case F_SMALL: return arena_printf(a, "%lld", (long long)x->i);
    case F_BIG: return take_c(a, mpz_get_str(NULL, 10, x->z));
    case F_FRACTION:
    case F_REAL: return float_text(a, x);
    case F_COMPLEX: {
        Str re = exact_text(a, x->c.re), im = exact_text(a, x->c.im);
        return arena_printf(a, "(%.*s + %.*si)", SFMT(re), SFMT(im));
    }
    }
    return S("unknown");
}

Str exact_text_full(Arena *a, const Exact *x) {
    switch (x->form) {
    case F_STRING: return quote(a, exact_string_val(x), 0);
    case F_FRACTION:
        if (mpz_cmp_ui(mpq_denref(x->q), 1) == 0) return take_c(a, mpz_get_str(NULL, 10, mpq_numref(x->q)));
        return take_c(a, mpq_get_str(NULL, 10, x->q));
    case F_REAL: {
        char *z = NULL;
        mpfr_asprintf(&z, "%Ra", x->f);
        Str s = arena_str(a, str_c(z));
        mpfr_free_str(z);
        return s;
    }
    case F_COMPLEX: {
        Str re = exact_text_full(a, x->c.re), im = exact_text_full(a, x->c.im);
        return arena_printf(a, "(%.*s + %.*si)", SFMT(re), SFMT(im));
    }
    default: return exact_text(a, x);
    }
}
