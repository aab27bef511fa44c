// frame.c - the frame of an assembly function: FP and SP become RSP, prologue, epilogues, what pushes and pops move.
//
// Layout, from high addresses: arguments and results (name+0(FP)), return address, 8 bytes that other toolchains keep the frame
// pointer in (left alone here: RBP is nobody's), 8 bytes if calls would find RSP misaligned, locals (name-8(SP) is their top,
// 0(SP) their bottom). A function without locals and calls has no frame.
// Stack check: as compiled functions have it, but the current G is loaded from the thread first. R14 and R12 are lost.
#include "asm/asm_int.h"
#include "abi/abi.h"

enum { HUGE_FRAME = 0x10000, NOSPLIT_LIMIT = STACK_GUARD - STACK_SMALL - 8 }; // the limit: no check below the guard

static Prog *raw(Asm *s, Pos pos, const u8 *bytes, i64 n) {
    Prog *p = ANEW(s->tmp, Prog);
    p->op = ASM_RAW;
    p->pos = pos;
    p->nargs = 1;
    p->args[0].sval = arena_str(s->a, (Str){(const char *)bytes, n});
    p->size = (u8)n;
    return p;
}

static void put32(Buf *b, i64 v) { buf_u32(b, (u32)v); }

// add/sub rsp, n
static void adjust_rsp(Buf *b, i64 n, bool sub) {
    u8 rm = sub ? 0xec : 0xc4;
    if (n == 128) n = -128, rm ^= 0xec ^ 0xc4; // fits a byte
    if (n >= -128 && n < 128) buf_bytes(b, (u8[]){0x48, 0x83, rm, (u8)n}, 4);
    else {
        buf_bytes(b, (u8[]){0x48, 0x81, rm}, 3);
        put32(b, n);
    }
}

// mov r14, fs:[8]; compare; ja body; call morestack; jmp start. A huge frame might wrap around: that is tested first.
static Prog *stack_check(Asm *s, AsmText *t) {
    Buf b = {0};
    i64 below = t->frame_size - STACK_SMALL, wrap = -1;
    buf_bytes(&b, (u8[]){0x64, 0x4c, 0x8b, 0x34, 0x25, TLS_G, 0, 0, 0}, 9);
    if (below >= HUGE_FRAME) {
        buf_bytes(&b, (u8[]){0x49, 0x89, 0xe4, 0x49, 0x81, 0xec}, 6); // mov r12, rsp; sub r12, below
        put32(&b, below);
        buf_bytes(&b, (u8[]){0x72, 0}, 2); // jb more
        wrap = b.len;
    } else if (below > 0) {
        buf_bytes(&b, (u8[]){0x4c, 0x8d, 0xa4, 0x24}, 4); // lea r12, [rsp-below]
        put32(&b, -below);
    }
    buf_bytes(&b, (u8[]){below > 0 ? 0x4d : 0x49, 0x3b, 0x66, G_STACKGUARD0}, 4); // cmp r12|rsp, [r14+16]
    buf_bytes(&b, (u8[]){0x77, 7}, 2);                                            // ja body
    i64 more = b.len;
    if (wrap >= 0) b.ptr[wrap - 1] = (u8)(more - wrap);
    buf_u8(&b, 0xe8);
    put32(&b, 0);
    buf_bytes(&b, (u8[]){0xeb, (u8)(-(b.len + 2))}, 2);
    Prog *p = raw(s, t->pos, b.ptr, b.len);
    AsmSym *y = ANEW(s->a, AsmSym);
    y->sym = obj_sym(s->syms, S("runtime.morestack"));
    p->args[0].sym = y;
    p->args[0].offset = more + 1;
    buf_free(&b);
    return p;
}

static i32 push_size(const AsmOps *o, const Prog *p) {
    static const i32 size[] = {8, 8, 4, 4, 2, 2};
    if (p->op == o->adjsp) return p->nargs == 1 ? (i32)p->args[0].offset : 0;
    for (i64 i = 0; i < NELEM(size); i++) {
        if (o->push[i] && p->op == o->push[i]) return size[i];
        if (o->pop[i] && p->op == o->pop[i]) return -size[i];
    }
    return 0;
}

// Whether the function reads above its locals through the machine's RSP: then nothing may be inserted there.
static bool reads_above(const Asm *s, const AsmText *t) {
    for (Prog *p = t->first; p; p = p->next)
        for (i64 i = 0; i < p->nargs; i++)
            if (p->args[i].reg == s->op.reg_sp && p->args[i].name == NAME_NONE && p->args[i].kind != ADDR_REG &&
                p->args[i].offset >= i64_max(t->frame, 0))
                return true;
    return false;
}

static void size_frame(Asm *s, AsmText *t) {
    bool calls = false;
    for (Prog *p = t->first; p; p = p->next) calls |= asm_is_call(s, p);
    t->frame_size = i64_max(t->frame, 0);
    if (!(t->flags & TF_NOFRAME) && (t->frame_size || calls)) {
        t->frame_size += 8;
        if (calls && t->frame_size % 16 == 0 && !reads_above(s, t)) t->frame_size += 8;
    }
    t->nosplit = (t->flags & TF_NOSPLIT) || (!calls && t->frame_size < STACK_SMALL);
    if ((t->flags & TF_NOSPLIT) && t->frame_size > NOSPLIT_LIMIT)
        asm_error_pos(s, t->pos, "%.*s: nosplit stack over %d byte limit", SFMT(t->sym->name), NOSPLIT_LIMIT);
    if (t->frame_size % 8) asm_error_pos(s, t->pos, "unaligned stack size %lld", (long long)t->frame_size);
}

static void fix_operand(Asm *s, AsmText *t, Addr *a, i64 pushed) {
    if (a->name == NAME_AUTO) a->offset += i64_max(t->frame, 0) + pushed;
    else if (a->name == NAME_PARAM) a->offset += t->frame_size + pushed + 8;
    else return;
    a->name = NAME_NONE;
    a->reg = s->op.reg_sp;
    a->sym = NULL;
    if (a->kind == ADDR_ADDR) return;
    a->kind = ADDR_MEM;
}

// The epilogue in front of a return; prev is the instruction before p.
static void leave(Asm *s, AsmText *t, Prog *prev, Prog *p) {
    if (t->frame_size) {
        Buf b = {0};
        adjust_rsp(&b, t->frame_size, false);
        Prog *q = ANEW(s->tmp, Prog); // the return itself moves behind: labels lead to p
        *q = *p;
        Prog *r = raw(s, p->pos, b.ptr, b.len);
        *p = *r;
        p->next = q;
        q->spadj = (i32)t->frame_size;
        p->spadj = -(i32)t->frame_size;
        if (t->last == p) t->last = q;
        p = q;
        buf_free(&b);
    }
    (void)prev;
    if (p->nargs == 1 && p->args[0].sym) p->op = s->op.jmp;
}

static void walk(Asm *s, AsmText *t) {
    i64 pushed = 0;
    Prog *prev = NULL;
    for (Prog *p = t->first, *next; p; prev = p, p = next) {
        next = p->next;
        for (i64 i = 0; i < p->nargs; i++) fix_operand(s, t, &p->args[i], pushed);
        p->spadj = push_size(&s->op, p);
        pushed += p->spadj;
        if (p->op != s->op.ret) continue;
        if (pushed != 0) asm_error_pos(s, t->pos, "%.*s: unbalanced PUSH/POP", SFMT(t->sym->name));
        leave(s, t, prev, p);
    }
}

void asm_frame(Asm *s, AsmText *t) {
    size_frame(s, t);
    walk(s, t);
    for (Prog *p = t->first; p; p = p->next) asm_edit(s, p);
    Prog *head = NULL;
    if (t->frame_size) {
        Buf b = {0};
        adjust_rsp(&b, t->frame_size, true);
        head = raw(s, t->pos, b.ptr, b.len);
        head->spadj = (i32)t->frame_size;
        head->next = t->first;
        buf_free(&b);
    }
    if (!t->nosplit) {
        Prog *check = stack_check(s, t);
        check->next = head ? head : t->first;
        head = check;
    }
    if (head) t->first = head;
}
