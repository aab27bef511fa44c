// print.c - the print builtins' output, and formatting for all texts of the runtime.
//
// Runs: LEAF on goroutine stacks (the functions with Go names), and anywhere else. Takes the print lock. Never allocates. Blocks only in write(2).
#include "diag/sink.h"

i32 crash_fd = -1;

static LEAF i64 str_len(const char *s) {
    i64 n = 0;
    while (s[n]) n++;
    return n;
}

LEAF void sink_flush(Sink *s) {
    if (!s->fd) return;
    i64 done = 0;
    while (done < s->n) {
        i64 r = sys_call(1, 2, (i64)(s->buf + done), s->n - done, 0, 0, 0);
        if (r == -4 || r == -11) continue; // EINTR, EAGAIN
        if (r <= 0) break;
        done += r;
    }
    if (crash_fd >= 0 && is_dying()) sys_call(1, crash_fd, (i64)s->buf, s->n, 0, 0, 0);
    s->n = 0;
}
LEAF void sink_bytes(Sink *s, const u8 *p, i64 n) {
    for (i64 i = 0; i < n; i++) {
        if (s->n == s->cap) {
            if (!s->fd) return;
            sink_flush(s);
        }
        s->buf[s->n++] = p[i];
    }
}
LEAF void sink_str(Sink *s, const char *p) { sink_bytes(s, (const u8 *)p, str_len(p)); }
LEAF static void put_number(Sink *s, u64 v, u64 base, bool neg) {
    u8 b[24];
    i32 i = 24;
    do {
        b[--i] = (u8) "0123456789abcdef"[v % base];
        v /= base;
    } while (v);
    if (base == 16) {
        b[--i] = 'x';
        b[--i] = '0';
    }
    if (neg) b[--i] = '-';
    sink_bytes(s, b + i, 24 - i);
}
LEAF void sink_dec(Sink *s, i64 v) { put_number(s, v < 0 ? -(u64)v : (u64)v, 10, v < 0); }
LEAF void sink_udec(Sink *s, u64 v) { put_number(s, v, 10, false); }
LEAF void sink_hex(Sink *s, u64 v) { put_number(s, v, 16, false); }

SIGNAL void sink_format(Sink *s, const char *fmt, __builtin_va_list ap) {
    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            sink_bytes(s, (const u8 *)fmt, 1);
            continue;
        }
        switch (*++fmt) {
        case 's': {
            const char *p = __builtin_va_arg(ap, const char *);
            sink_str(s, p ? p : "(null)");
            break;
        }
        case 'd': sink_dec(s, __builtin_va_arg(ap, i64)); break;
        case 'u': sink_udec(s, __builtin_va_arg(ap, u64)); break;
        case 'x':
        case 'p': sink_hex(s, __builtin_va_arg(ap, u64)); break;
        case 'c': {
            u8 c = (u8) __builtin_va_arg(ap, i64);
            sink_bytes(s, &c, 1);
            break;
        }
        case 'S': {
            GoString *g = __builtin_va_arg(ap, GoString *);
            sink_bytes(s, g->ptr, g->len);
            break;
        }
        case '%': sink_str(s, "%"); break;
        default: return;
        }
    }
}
SIGNAL void sink_printf(Sink *s, const char *fmt, ...) {
    __builtin_va_list ap;
    __builtin_va_start(ap, fmt);
    sink_format(s, fmt, ap);
    __builtin_va_end(ap);
}
SIGNAL void rt_print(const char *fmt, ...) {
    SINK_FD(s, 128);
    __builtin_va_list ap;
    __builtin_va_start(ap, fmt);
    sink_format(&s, fmt, ap);
    __builtin_va_end(ap);
    sink_flush(&s);
}

// ---- print and println. The owner is a thread; it does not lose its goroutine meanwhile, for m->locks > 0.
static Lock print_lock = RANKED(PRINT);
static M *print_owner;
static i32 print_depth;
static u8 print_buf[1024];
static Sink print_out = {print_buf, 0, sizeof print_buf, true};

LEAF void rt_printlock(void) GOSYM("runtime.printlock");
LEAF void rt_printunlock(void) GOSYM("runtime.printunlock");
LEAF void rt_gwrite(const u8 *p, i64 n) GOSYM("runtime.gwrite");
LEAF void rt_printint(i64 v) GOSYM("runtime.printint");
LEAF void rt_printuint(u64 v) GOSYM("runtime.printuint");
LEAF void rt_printhex(u64 v) GOSYM("runtime.printhex");

void rt_printlock(void) {
    M *m = acquirem();
    if (__atomic_load_n(&print_owner, __ATOMIC_RELAXED) == m) {
        print_depth++;
        releasem(m);
        return;
    }
    lock(&print_lock);
    __atomic_store_n(&print_owner, m, __ATOMIC_RELAXED);
    print_depth = 1; // m->locks stays up until the last printunlock
}
void rt_printunlock(void) {
    if (--print_depth > 0) return;
    sink_flush(&print_out);
    __atomic_store_n(&print_owner, (M *)0, __ATOMIC_RELAXED);
    unlock(&print_lock);
    releasem(this_m());
}
void rt_gwrite(const u8 *p, i64 n) {
    if (__atomic_load_n(&print_owner, __ATOMIC_RELAXED) == this_m()) {
        sink_bytes(&print_out, p, n);
        return;
    }
    Sink s = {(u8 *)p, n, n, true}; // no lock held: straight out
    sink_flush(&s);
}
void rt_printint(i64 v) {
    u8 b[24];
    Sink s = {b, 0, 24, false};
    sink_dec(&s, v);
    rt_gwrite(b, s.n);
}
void rt_printuint(u64 v) {
    u8 b[24];
    Sink s = {b, 0, 24, false};
    sink_udec(&s, v);
    rt_gwrite(b, s.n);
}
void rt_printhex(u64 v) {
    u8 b[24];
    Sink s = {b, 0, 24, false};
    sink_hex(&s, v);
    rt_gwrite(b, s.n);
}
// What a dying thread has collected is not lost.
SIGNAL void print_abandon(void) {
    if (print_owner == this_m()) sink_flush(&print_out);
}
