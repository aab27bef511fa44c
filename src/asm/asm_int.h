// asm_int.h - inside of asm/: the state of one file's assembly.
#pragma once
#include "asm/asm.h"
#include "asm/prog.h"

// ---- tokens (lex.c) ------------------------------------------------------------------------------------------------
enum { // kinds that are no single character
    T_EOF = -1,
    T_IDENT = -2,
    T_INT = -3,
    T_FLOAT = -4,
    T_CHAR = -5,
    T_STRING = -6,
    T_LSH = -7,
    T_RSH = -8,
    T_ARR = -9,
    T_ROT = -10,
    T_BUILD = -11, // a //go:build line
    T_MACRO = -12, // name of a macro that stays as it is
};
typedef struct Tok {
    i32 kind;
    Str text; // "·" and "∕" are "." and "/"
} Tok;
typedef struct TokList {
    Tok *ptr;
    i64 n;
} TokList;
typedef struct Macro {
    Str name;
    bool has_args;
    Str *args;
    i64 nargs;
    TokList body;
} Macro;
// What tokens come from: a file's text or the body of a macro.
typedef struct Source {
    SourceFile *file;   // text
    i64 at, line_start; // offset of the next character, and of its line
    TokList toks;       // body of a macro
    i64 next;
    Pos pos; // of the line the macro was used in
    bool is_text;
    Tok tok; // the last one
    i64 col; // where it ended
} Source;
typedef struct Lexer {
    Arena *a;
    Diag *diag;
    const AsmOptions *o;
    VEC(Source) stack;
    VEC(bool) ifdefs;
    VEC(Tok) scratch;
    Map *macros;    // name -> Macro
    u64 macro_bits; // of their names (name_bit): what has another bit is none
    bool line_begins, stopped;
    bool has_peek;
    Tok peek, last;
    i64 ntokens;
    const SourceFile *main_file;
    Str main_dir; // its folder
    VEC(Str) included;
} Lexer;

void asm_lex_init(Lexer *, Arena *, Diag *, SourceFile *, const AsmOptions *);
i32 asm_token_next(Lexer *); // kind; its text: asm_token_text. '#' is left where a directive was. After an error: T_EOF
Str asm_token_text(const Lexer *);
Pos asm_token_pos(const Lexer *);                                    // start of the line
void asm_lex_error(Lexer *, const char *fmt, ...) PRINTF_LIKE(2, 3); // reported; ends the file
Str asm_where(Arena *, const AsmOptions *, Pos);
const char *tok_kind_name(Arena *, i32 kind);
bool asm_unquote(Arena *, Str lit, Str *out); // of a string or character literal
Str asm_quote(Arena *, Str);                  // as Go's %q

// ---- symbols and functions --------------------------------------------------------------------------------------------
struct AsmSym {
    Str name;
    bool is_static, is_text, is_data;
    u8 abi;
    Sym *sym;  // made when the file has been read
    Buf bytes; // DATA
    VEC(Reloc) relocs;
    i64 size, flags; // GLOBL
    bool has_globl;
    Pos pos;
};
typedef struct AsmText {
    AsmSym *sym;
    i64 flags, frame, args; // args -1: unknown
    Prog *first, *last;     // instructions
    Prog *head;             // stands for the TEXT line among the numbered
    Pos pos;
    i64 frame_size; // frame.c: bytes between the return address and RSP in the body
    bool nosplit;
} AsmText;
enum { // textflag.h
    TF_NOPROF = 1,
    TF_DUPOK = 2,
    TF_NOSPLIT = 4,
    TF_RODATA = 8,
    TF_NOPTR = 16,
    TF_WRAPPER = 32,
    TF_NEEDCTXT = 64,
    TF_TLSBSS = 256,
    TF_NOFRAME = 512,
    TF_REFLECTMETHOD = 1024,
    TF_TOPFRAME = 2048,
    TF_ABIWRAPPER = 4096,
};

enum {
    ASM_RAW = 20
}; // args[0].sval: bytes made by frame.c; a field at args[0].offset is a call of args[0].sym's morestack
// Operations and registers that parser and frames know by name.
typedef struct AsmOps {
    u16 call, jmp, ret, movq, movl, leaq, leal, xorps, adjsp;
    u16 push[6], pop[6];  // Q FQ L FL W FW
    u16 cmpp[4];          // CMPPD CMPPS CMPSD CMPSS
    u16 f32[24], f64[24]; // take float immediates; the first two are moves
    u16 reg_sp, reg_tls, reg_ax, reg_r14, reg_r15, reg_x0, reg_x15;
} AsmOps;

typedef struct Patch {
    Addr *addr;
    Str label;
    Pos pos;
} Patch;
typedef struct NumPatch { // n(PC)
    Addr *addr;
    const AsmText *text; // where it stands
    i64 at;
    Pos pos;
} NumPatch;
typedef struct Asm {
    Arena *a;
    Arena *tmp; // instructions; ends with the file
    Diag *diag;
    Symtab *syms;
    SourceFile *file;
    const AsmOptions *o;
    Lexer lex;
    AsmOps op;
    struct {
        Str word;
        u16 op;
    } recent[64];           // operations that were looked for
    Str prefix;             // of the package
    Map *externs, *statics; // name -> AsmSym (externs: one map an ABI, by a suffix of the key)
    VEC(AsmSym *) all;
    VEC(AsmText *) texts;
    AsmText *text; // where instructions go; NULL before the first TEXT
    Pos pos, error_pos;
    i64 nerrors;
    bool saw_code, stopped;
    bool is_jump;
    // one line
    VEC(Tok) toks;
    struct Operand {
        i64 lo, hi;
    } operands[PROG_MAX_ARGS + 10];
    i64 noperands;
    Str suffixes; // ".Z.SAE"
    const Tok *in;
    i64 nin, at; // the operand that is parsed
    VEC(Str) pending;
    Map *labels; // of the function
    VEC(Patch) patches;
    VEC(NumPatch) num_patches;
    VEC(Prog *) numbered; // all instructions of the file, for n(PC)
} Asm;

void asm_error(Asm *, const char *fmt, ...) PRINTF_LIKE(2, 3); // at a->pos; one a line
void asm_error_pos(Asm *, Pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
// operand.c: tokens a->in[0, nin) -> Addr
void asm_operand(Asm *, const Tok *, i64 n, Addr *out);
u64 asm_expr(Asm *);
AsmSym *asm_sym(Asm *, Str name, bool is_static, u8 abi);
Str asm_sym_name(const Addr *);
// parse.c
void asm_parse(Asm *); // fills texts and symbols
bool asm_is_ascii(Str);
Str asm_plain(Arena *, Str); // a word of a file, with "." and "/" for "·" and "∕"
void asm_append(Asm *, Prog *, bool labels);
void asm_patch_labels(Asm *);
// pseudo.c
bool asm_pseudo(Asm *, Str word);
// edit.c: one instruction into the form the encoder takes
void asm_find_ops(AsmOps *);
void asm_edit(Asm *, Prog *);
bool asm_is_call(const Asm *, const Prog *);
// frame.c: prologue, epilogues, offsets of FP and SP
void asm_frame(Asm *, AsmText *);
// emit.c: branches, bytes, relocations, symbols
CodeNotes *asm_emit_text(Asm *, AsmText *); // NULL after errors
void asm_emit_data(Asm *, AsmSym *);
