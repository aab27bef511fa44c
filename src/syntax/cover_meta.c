// cover_meta.c - what is known of a covered package, as package internal/coverage reads it.
//
// In:   its CoverTable. Out: bytes of a meta-data symbol with their hash; of a file that holds one.
//
// Symbol:  length, string numbers of name, path and module, hash, counts of strings and functions; offsets of functions; strings behind
//          their count; functions: count of blocks, numbers of name and file, five numbers a block, whether it is a literal.
// Hash:    FNV-1a of 128 bits over what the functions say, not over the bytes.
#include "syntax/syntax.h"

typedef unsigned __int128 u128;

typedef struct Meta {
    Arena *a;
    Map *numbers; // string -> its number + 1
    VEC(Str) strings;
    u128 hash;
} Meta;

static u64 number_of(Meta *m, Str s) {
    void **slot = map_slot_str(m->numbers, s);
    if (!*slot) {
        vec_push(m->a, &m->strings, s);
        *slot = (void *)(intptr_t)m->strings.len;
    }
    return (u64)(intptr_t)*slot - 1;
}

static void hash_text(Meta *m, Str s) {
    const u128 prime = ((u128)1 << 88) + 0x13b;
    for (i64 i = 0; i < s.len; i++) m->hash = (m->hash ^ (u8)s.ptr[i]) * prime;
}

static void hash_u32(Meta *m, u32 v) {
    char b[4] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};
    hash_text(m, (Str){b, 4});
}

static CoverHash hash_end(const Meta *m) {
    CoverHash h;
    for (i64 i = 0; i < 16; i++) h.b[i] = (u8)(m->hash >> (120 - 8 * i));
    return h;
}

static void put_func(Meta *m, Buf *b, const CoverFunc *f) {
    hash_text(m, f->name);
    hash_text(m, f->file);
    buf_uleb(b, (u64)f->units.len);
    buf_uleb(b, number_of(m, f->name));
    buf_uleb(b, number_of(m, f->file));
    for (i64 i = 0; i < f->units.len; i++) {
        const CoverUnit *u = &f->units.ptr[i];
        const i32 parts[] = {u->line, u->col, u->end_line, u->end_col, u->stmts};
        for (i64 k = 0; k < NELEM(parts); k++) {
            hash_u32(m, (u32)parts[k]);
            buf_uleb(b, (u32)parts[k]);
        }
    }
    hash_u32(m, f->lit);
    buf_uleb(b, f->lit);
}

static void put_strings(const Meta *m, Buf *b) {
    buf_uleb(b, (u64)m->strings.len);
    for (i64 i = 0; i < m->strings.len; i++) {
        buf_uleb(b, (u64)m->strings.ptr[i].len);
        buf_str(b, m->strings.ptr[i]);
    }
}

void cover_meta(Arena *a, CoverTable *t, const CoverOptions *o) {
    enum { HEADER = 44 };
    const Str names[] = {o->path, o->name, o->module};
    Meta m = {.a = a, .numbers = map_new_str(a)};
    m.hash = (u128)0x6c62272e07bb0142 << 64 | 0x62b821756295c58d;
    number_of(&m, S(""));
    u64 numbers[3];
    for (i64 i = 0; i < 3; i++) {
        numbers[i] = number_of(&m, names[i]);
        hash_text(&m, names[i]);
    }
    Buf b = {0}, *out = &b, funcs = {0}, strings = {0};
    i64 *at = ANEWN(a, i64, t->funcs.len + 1);
    for (i64 i = 0; i < t->funcs.len; i++) {
        at[i] = funcs.len;
        put_func(&m, &funcs, &t->funcs.ptr[i]);
    }
    put_strings(&m, &strings);
    t->hash = hash_end(&m);
    i64 first = HEADER + 4 * t->funcs.len + strings.len;
    buf_u32(out, (u32)(first + funcs.len));
    buf_u32(out, (u32)numbers[1]);
    buf_u32(out, (u32)numbers[0]);
    buf_u32(out, (u32)numbers[2]);
    buf_bytes(out, t->hash.b, sizeof t->hash.b);
    buf_zero(out, 4);
    buf_u32(out, (u32)m.strings.len);
    buf_u32(out, (u32)t->funcs.len);
    for (i64 i = 0; i < t->funcs.len; i++) buf_u32(out, (u32)(first + at[i]));
    buf_str(out, buf_view(&strings));
    buf_str(out, buf_view(&funcs));
    buf_free(&funcs);
    buf_free(&strings);
    t->meta = arena_str(a, buf_view(out));
    buf_free(out);
}

// Header: magic, version, length, count of packages, hash, place and length of the strings, mode, granularity (1: blocks).
void cover_meta_file(Buf *out, const CoverTable *t, CoverMode mode) {
    enum { HEADER = 56, LISTS = 16, STRINGS = 2 }; // strings: one, which is empty
    const i64 first = HEADER + LISTS + STRINGS;
    buf_str(out, (Str){"\0cvm", 4});
    buf_u32(out, 1);
    buf_u64(out, (u64)(first + t->meta.len));
    buf_u64(out, 1);
    buf_bytes(out, t->hash.b, sizeof t->hash.b);
    buf_u32(out, HEADER + LISTS);
    buf_u32(out, STRINGS);
    buf_u8(out, (u8)mode);
    buf_u8(out, 1);
    buf_zero(out, 6);
    buf_u64(out, (u64)first);
    buf_u64(out, (u64)t->meta.len);
    buf_u8(out, 1);
    buf_u8(out, 0);
    buf_str(out, t->meta);
}
