// sink.h - where texts of the runtime go: file descriptor 2 in pieces, or a caller's buffer that truncates.
#pragma once
#include "rt.h"
typedef struct Sink {
    u8 *buf;
    i64 n, cap;
    bool fd; /* full: write out; else drop */
} Sink;
#define SINK_FD(name, size)                                                                                            \
    u8 name##_buf[size];                                                                                               \
    Sink name = {name##_buf, 0, size, true}
void sink_flush(Sink *);
void sink_bytes(Sink *, const u8 *p, i64 n);
void sink_str(Sink *, const char *);
void sink_dec(Sink *, i64);
void sink_udec(Sink *, u64);
void sink_hex(Sink *, u64);
void sink_format(Sink *, const char *fmt, __builtin_va_list);
void sink_printf(Sink *, const char *fmt, ...); // %s %d %u %x (0x...) %p %c %S (GoString *)
// args.c
void put_args(Sink *, const Frame *); // "(0x1, {0x2, _})"
// source.c
bool panics_pretty(const Sink *);
bool panics_library(const LogicalFrame *);
void panics_source(Sink *, const LogicalFrame *); // the line, below its frame
void panics_folded(Sink *, i64 n);                // n frames were left out
// traceback.c
void traceback_to(Sink *, G *g, usize pc, usize sp); // frames and "created by"
void goroutine_header(Sink *, G *g);
void traceback_others_to(Sink *, G *me);
extern i32 crash_fd; // debug.SetCrashOutput, -1: none
bool is_dying(void);
