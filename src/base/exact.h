// exact.h - exact constant values: Go's untyped constants (GMP, MPFR underneath).
//
// Values are immutable and live in the arena they were made in (GMP memory included: made with
// the arena as allocator, or leaked for the life of the process). Semantics are those of
// go/constant: kinds are ordered, an operation matches its operands to the larger kind, and a
// result is brought to the smallest kind that holds it (a Float that is integral may stay Float;
// exact_to_int converts).
#pragma once
void exact_use_memory(void); // from main, before any other call: running out of memory is fatal(), not GMP's abort
typedef enum ExactKind { EX_UNKNOWN, EX_BOOL, EX_STRING, EX_INT, EX_FLOAT, EX_COMPLEX } ExactKind;
typedef struct Exact Exact; // opaque; compare with exact_compare
typedef enum ExactOp {      // operators, in Go's words
    EXO_ADD,
    EXO_SUB,
    EXO_MUL,
    EXO_QUO /* exact for floats, truncated for ints when both EX_INT and int_div */,
    EXO_REM,
    EXO_AND,
    EXO_OR,
    EXO_XOR,
    EXO_ANDNOT,
    EXO_SHL,
    EXO_SHR,
    EXO_NOT /* !b */,
    EXO_NEG,
    EXO_PLUS,
    EXO_COMPL /* ^x */,
    EXO_LAND,
    EXO_LOR,
    EXO_EQ,
    EXO_NE,
    EXO_LT,
    EXO_LE,
    EXO_GT,
    EXO_GE,
} ExactOp;

ExactKind exact_kind(const Exact *);
const Exact *exact_unknown(void);
const Exact *exact_bool(bool);
const Exact *exact_string(Arena *, Str); // copies
const Exact *exact_i64(Arena *, i64);
const Exact *exact_u64(Arena *, u64);
const Exact *exact_f64(Arena *, f64);                 // unknown for inf, nan
const Exact *exact_int_literal(Arena *, Str);         // Go literal with _ and prefixes; unknown if malformed
const Exact *exact_float_literal(Arena *, Str);       // decimal or hex; unknown if the exponent is beyond the limits
const Exact *exact_imag_literal(Arena *, Str);        // with the trailing i
const Exact *exact_make_imag(Arena *, const Exact *); // x*i
const Exact *exact_real(Arena *, const Exact *);
const Exact *exact_imag(Arena *, const Exact *);

const Exact *exact_unary(Arena *, ExactOp, const Exact *,
                         int unsigned_bits); // unsigned_bits: for ^ on unsigned types, else 0
const Exact *exact_binary(Arena *, ExactOp, const Exact *, const Exact *, bool int_div); // never for a zero divisor
const Exact *exact_shift(Arena *, ExactOp, const Exact *, u64 count);
bool exact_compare(const Exact *, ExactOp, const Exact *);
int exact_sign(const Exact *);    // -1, 0, 1; for complex 0 only if zero
i64 exact_bit_len(const Exact *); // of the absolute value of an int

const Exact *exact_to_int(Arena *, const Exact *);   // EX_INT, or unknown if not integral
const Exact *exact_to_float(Arena *, const Exact *); // EX_FLOAT (or EX_INT kept), or unknown
const Exact *exact_to_complex(Arena *, const Exact *);
bool exact_is_i64(const Exact *, i64 *out); // exact
bool exact_is_u64(const Exact *, u64 *out);
u64 exact_low64(const Exact *); // low 64 bits, two's complement (EX_INT)
bool exact_bool_val(const Exact *);
Str exact_string_val(const Exact *);
f64 exact_to_f64(const Exact *);                      // nearest, ±inf on overflow (int, float)
f32 exact_to_f32(const Exact *);                      // rounded once
const Exact *exact_round_f32(Arena *, const Exact *); // value as f32 rounds it; unknown on overflow
const Exact *exact_round_f64(Arena *, const Exact *);
Str exact_text(Arena *, const Exact *);      // as diagnostics print it (%v of go/constant: shortened)
Str exact_text_full(Arena *, const Exact *); // ExactString
