// timer.h - timers: a binary heap for each P, C timers, the timers of package time, channel timers.
//
// A Timer belongs to one TimerHeap (t->ts, whose lock protects all its fields) and is in the heap only while it must fire by itself.
// What fires: C timers call cf(t, seq, delta) on the system stack (may take locks and make goroutines ready; never parks or allocates).
//   Go timers (time.newTimer) call the Go function f(arg, seq, delta) by go_call on the system stack: time.sendTime ends in a non-blocking
//   runtime.selectnbsend, time.goFunc in runtime.newproc; neither parks. delta = now - when.
// Channel timers (Go 1.23 semantics; newTimer with cp != nil). The channel code (rt/lang/chan.c) and this file agree:
//   - newTimer calls chan_set_timer(c, t); hchan keeps t in a field that the collector sees.
//   - every operation that looks at the channel (send excepted: sendTime itself) first calls timer_chan_maybe_run(t), before it locks the channel.
//   - a receive or select that parks calls timer_chan_block(t) with the channel locked, after it enqueued itself, and timer_chan_unblock(t) when it is
//     dequeued again (second half). While nobody is blocked the timer is in no heap: so it can be collected while armed.
//   - len() and cap() of such a channel are 0, select and receive see the buffered value.
//   - stopTimer and resetTimer call chan_timer_drain(c): drop a buffered value, true if there was one.
// GODEBUG=asynctimerchan=2, when the timer is made: it is no channel timer, as with 1, where package time does not tell us of the channel. (gc collects
// such timers while they are armed; here they live until they fire.)
// Lock order: t->send_lock, channel, TimerHeap.
#pragma once
#include "rt.h"
typedef struct TimerHeap TimerHeap;
struct Timer {
    i64 when, period; // when: monotonic ns, 0: not armed; period 0: once
    FuncVal *f;
    GoEface arg; // Go timers
    void (*cf)(Timer *, usize seq, i64 delta);
    void *carg;    // C timers; carg for their own use
    usize seq;     // generation: a send of an older generation is dropped
    TimerHeap *ts; // never NULL after timer_init
    i32 index;     // in ts->heap, -1: not there
    u32 blocked;   // channel timers: goroutines blocked on the channel
    u32 rank;      // among those of the same `when`
    u32 sending;   // one-shot channel timers: sends under way
    Lock send_lock;
    bool is_chan, dead;
    Domain *domain; // of who made it, if it is of package time
};
typedef struct GoTimer {
    void *c;
    u8 init;
    Timer t;
} GoTimer; // time.Timer and time.Ticker

typedef struct SleepTimer { // of a goroutine that has slept; mem/records.c
    Timer t;
} SleepTimer;

void timer_init(Timer *, void (*cf)(Timer *, usize seq, i64 delta), void *carg); // SYSTEM
void rt_async_timers(u64 on);                                                    // SYSTEM
bool timer_stop(Timer *);                                                        // SYSTEM: true if it was pending
bool timer_reset(Timer *, i64 when, i64 period);                                 // SYSTEM: arm; true if it was pending
void timer_chan_maybe_run(Timer *);
void timer_chan_block(Timer *);
void timer_chan_unblock(Timer *); // SYSTEM
// by rt/lang/chan.c:
void chan_set_timer(void *c, Timer *t);
bool chan_timer_drain(void *c);
