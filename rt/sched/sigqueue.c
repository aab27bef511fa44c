// sigqueue.c - from the signal handler to os/signal. sig_send is SIGNAL (lock free); the rest is SYSTEM.
//
// Pending signals are bits. One goroutine receives (os/signal.loop); its M blocks on a note while there is nothing, so a program that waits for signals
// is never taken for deadlocked.
#include "sched/sched.h"

enum { SIG_IDLE, SIG_RECEIVING, SIG_SENDING };
static struct {
    u32 wanted[3], ignored[3], mask[3]; // atomic; by signal number
    u32 recv[3];                        // the receiver's own
    u32 state, delivering;
    Note note;
    u32 inuse;
} sig;
void os_signal_enable(u32 s);
void os_signal_disable(u32 s);
void os_signal_ignore(u32 s);

SYSTEM u32 sig_wanted(u32 s) {
    return s < 65 ? __atomic_load_n(&sig.wanted[s / 32], __ATOMIC_RELAXED) >> (s & 31) & 1 : 0;
}
SIGNAL bool sig_ignored(u32 s) {
    return s < 65 && (__atomic_load_n(&sig.ignored[s / 32], __ATOMIC_RELAXED) >> (s & 31) & 1);
}
SYSTEM void sig_inherited_ignore(u32 s) { __atomic_fetch_or(&sig.ignored[s / 32], 1u << (s & 31), __ATOMIC_RELAXED); }

SIGNAL bool sig_send(u32 s) {
    u32 bit = 1u << (s & 31);
    if (!sig.inuse || s >= 65) return false;
    __atomic_fetch_add(&sig.delivering, 1, __ATOMIC_SEQ_CST);
    if (!(__atomic_load_n(&sig.wanted[s / 32], __ATOMIC_SEQ_CST) & bit)) {
        __atomic_fetch_sub(&sig.delivering, 1, __ATOMIC_SEQ_CST);
        return false;
    }
    u32 old = __atomic_fetch_or(&sig.mask[s / 32], bit, __ATOMIC_SEQ_CST);
    if (!(old & bit)) {
        for (;;) {
            u32 st = __atomic_load_n(&sig.state, __ATOMIC_SEQ_CST);
            if (st == SIG_SENDING) break;
            if (st == SIG_IDLE) {
                if (__atomic_compare_exchange_n(&sig.state, &st, SIG_SENDING, false, __ATOMIC_SEQ_CST,
                                                __ATOMIC_RELAXED))
                    break;
            } else if (__atomic_compare_exchange_n(&sig.state, &st, SIG_IDLE, false, __ATOMIC_SEQ_CST,
                                                   __ATOMIC_RELAXED)) {
                if (__atomic_exchange_n(&sig.note.word, 1, __ATOMIC_ACQ_REL) == 0) sys_futex_wake(&sig.note.word, 1);
                break;
            }
        }
    }
    __atomic_fetch_sub(&sig.delivering, 1, __ATOMIC_SEQ_CST);
    return true;
}
static SYSTEM void take_pending(void) {
    for (u32 i = 0; i < 3; i++) sig.recv[i] |= __atomic_exchange_n(&sig.mask[i], 0, __ATOMIC_SEQ_CST);
}
static u32 receive(void);
static SYSTEM void receive_resume(G *g) {
    take_pending();
    g->ret0 = receive();
    g->ret1 = 0;
} // woken, and the P was gone
static SYSTEM u32 receive(void) {
    for (;;) {
        for (u32 i = 0; i < 3; i++)
            if (sig.recv[i]) {
                u32 b = (u32)__builtin_ctz(sig.recv[i]);
                sig.recv[i] &= sig.recv[i] - 1;
                return i * 32 + b;
            }
        for (;;) {
            u32 st = __atomic_load_n(&sig.state, __ATOMIC_SEQ_CST);
            if (st == SIG_SENDING) {
                if (__atomic_compare_exchange_n(&sig.state, &st, SIG_IDLE, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
                    break;
            } else if (st == SIG_RECEIVING) throw_("signal_recv: inconsistent state");
            else if (__atomic_compare_exchange_n(&sig.state, &st, SIG_RECEIVING, false, __ATOMIC_SEQ_CST,
                                                 __ATOMIC_RELAXED)) {
                G *g = this_g();
                g->on_resume = receive_resume; // if the P is gone when the note comes
                block_begin();
                note_sleep(&sig.note, -1);
                note_clear(&sig.note);
                block_end();
                g->on_resume = NULL;
                break;
            }
        }
        take_pending();
    }
}
SYSTEM u32 rt_signal_recv(void) { return receive(); }
LEAF bool rt_signal_idle(void) GOSYM("runtime.signalIdle"); // all that arrived was handed on: os/signal waits again
LEAF bool rt_signal_idle(void) {
    return __atomic_load_n(&sig.delivering, __ATOMIC_SEQ_CST) == 0 &&
           __atomic_load_n(&sig.state, __ATOMIC_SEQ_CST) == SIG_RECEIVING;
}
SYSTEM void rt_signal_enable(u32 s) {
    if (!sig.inuse) {
        sig.inuse = 1;
        procs_init();
    }
    if (s >= 65) return;
    __atomic_fetch_or(&sig.wanted[s / 32], 1u << (s & 31), __ATOMIC_SEQ_CST);
    __atomic_fetch_and(&sig.ignored[s / 32], ~(1u << (s & 31)), __ATOMIC_SEQ_CST);
    os_signal_enable(s);
}
SYSTEM void rt_signal_disable(u32 s) { // Reset undoes Notify, not Ignore
    if (s >= 65 || (sig_ignored(s) && !sig_wanted(s))) return;
    os_signal_disable(s);
    __atomic_fetch_and(&sig.wanted[s / 32], ~(1u << (s & 31)), __ATOMIC_SEQ_CST);
}
SYSTEM void rt_signal_ignore(u32 s) {
    if (s >= 65) return;
    __atomic_fetch_and(&sig.wanted[s / 32], ~(1u << (s & 31)), __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&sig.ignored[s / 32], 1u << (s & 31), __ATOMIC_SEQ_CST);
    os_signal_ignore(s);
}
bool os_signal_is_ignored(u32 s);
SYSTEM bool rt_signal_ignored(u32 s) { return s < 65 && (sig_ignored(s) || os_signal_is_ignored(s)); }
