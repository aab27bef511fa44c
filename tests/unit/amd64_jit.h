// amd64_jit.h - runs compiled Funcs inside the test process: code and constants go to memory below 2 GiB, relocations are resolved.
#pragma once
#include "arch/arch.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

typedef struct Regs { u64 i[16], f[16]; u64 ctx; } Regs; // in the order of the argument or result sequence

static u8 *jit_mem; static i64 jit_used, jit_cap = 64 << 20;
static struct { u64 lo, hi, guard; u64 rest[16]; } jit_g;
Regs jit_call_args, jit_call_results;
u64 jit_call_target, jit_saved_sp;
void jit_helper(void); // the callee of every call: reads the argument registers, destroys all, sets the results
void jit_enter(u64 code, Regs *regs, void *g);
void jit_on_call(void); // written by the test

__asm__(
    ".text\n"
    ".globl jit_helper\njit_helper:\n"
    "mov %rdi, jit_call_args+0(%rip)\nmov %rsi, jit_call_args+8(%rip)\nmov %rdx, jit_call_args+16(%rip)\nmov %rcx, jit_call_args+24(%rip)\n"
    "mov %r8, jit_call_args+32(%rip)\nmov %r9, jit_call_args+40(%rip)\nmov %rax, jit_call_args+48(%rip)\nmov %rbx, jit_call_args+56(%rip)\nmov %r11, jit_call_args+64(%rip)\n"
    "mov %r10, jit_call_args+256(%rip)\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14\nmovsd %xmm\\n, jit_call_args+128+8*\\n(%rip)\n.endr\n"
    "mov (%rsp), %rax\nmov %rax, jit_call_target(%rip)\nlea 8(%rsp), %rax\nmov %rax, jit_saved_sp(%rip)\n"
    "test $15, %spl\njz 1f\nsub $8, %rsp\ncall jit_on_call\nadd $8, %rsp\njmp 2f\n1: ud2\n2:\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14\nmovsd jit_call_results+128+8*\\n(%rip), %xmm\\n\n.endr\n"
    "mov jit_call_results+0(%rip), %rax\nmov jit_call_results+8(%rip), %rdx\nmov jit_call_results+16(%rip), %rcx\nmov jit_call_results+24(%rip), %rdi\n"
    "mov jit_call_results+32(%rip), %rsi\nmov jit_call_results+40(%rip), %r8\nmov jit_call_results+48(%rip), %r9\nmov jit_call_results+56(%rip), %rbx\nmov jit_call_results+64(%rip), %r11\n"
    "movabs $0xdeadbeefcafe0001, %rbp\nmov %rbp, %r10\nmov %rbp, %r12\nmov %rbp, %r13\nmov %rbp, %r15\nmovq %rbp, %xmm15\nret\n"
    ".globl jit_enter\njit_enter:\n"
    "push %rbx\npush %rbp\npush %r12\npush %r13\npush %r14\npush %r15\npush %rsi\n"
    "mov %rdi, %r15\nmov %rdx, %r14\nmov %rsi, %r12\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14\nmovsd 128+8*\\n(%r12), %xmm\\n\n.endr\n"
    "mov 0(%r12), %rdi\nmov 8(%r12), %rsi\nmov 16(%r12), %rdx\nmov 24(%r12), %rcx\nmov 32(%r12), %r8\nmov 40(%r12), %r9\nmov 48(%r12), %rax\nmov 56(%r12), %rbx\nmov 64(%r12), %r11\nmov 256(%r12), %r10\n"
    "call *%r15\n"
    "pop %r12\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14\nmovsd %xmm\\n, 128+8*\\n(%r12)\n.endr\n"
    "mov %rax, 0(%r12)\nmov %rdx, 8(%r12)\nmov %rcx, 16(%r12)\nmov %rdi, 24(%r12)\nmov %rsi, 32(%r12)\nmov %r8, 40(%r12)\nmov %r9, 48(%r12)\nmov %rbx, 56(%r12)\nmov %r11, 64(%r12)\n"
    "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\nret\n");

static u8 *jit_alloc(i64 n, i64 align) {
    if (!jit_mem) {
        jit_mem = mmap(NULL, (size_t)jit_cap, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
        if (jit_mem == MAP_FAILED) { perror("mmap"); exit(1); }
    }
    jit_used = align_up(jit_used, align);
    u8 *p = jit_mem + jit_used;
    jit_used += n;
    if (jit_used > jit_cap) { fprintf(stderr, "jit memory full\n"); exit(1); }
    return p;
}
static u8 *jit_stub(u64 target) {
    u8 *p = jit_alloc(16, 16);
    u8 code[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; // clobbers rax: only for targets that do not care
    u8 code2[] = {0xff, 0x25, 2, 0, 0, 0, 0x90, 0x90};           // jmp [rip+2]
    (void)code;
    memcpy(p, code2, 8);
    memcpy(p + 8, &target, 8);
    return p;
}
// Places s and what it refers to; Sym.addr is its address (Sym.link: placed).
static void jit_place(Sym *s) {
    if (s->link) return;
    s->link = s;
    if (s->kind == SYM_UNDEF) { s->addr = (u64)(uintptr_t)jit_stub((u64)(uintptr_t)jit_helper); return; }
    u8 *p = jit_alloc(s->size, s->align > 16 ? s->align : 16);
    s->addr = (u64)(uintptr_t)p;
    if (s->data) memcpy(p, s->data, (size_t)s->size);
    for (i64 i = 0; i < s->relocs.len; i++) {
        Reloc *r = &s->relocs.ptr[i];
        jit_place(r->sym);
        u64 v = r->sym->addr + (u64)r->addend;
        switch (r->kind) {
        case REL_ABS64: memcpy(p + r->off, &v, 8); break;
        case REL_ABS32: { u32 w = (u32)v; memcpy(p + r->off, &w, 4); break; }
        default: { u32 w = (u32)(v - (s->addr + r->off)); memcpy(p + r->off, &w, 4); break; }
        }
    }
}
