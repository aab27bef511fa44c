// cycle.c - when a collection happens and what it does, pacing, statistics, stress modes, giving memory back. System stack.
#include "gc/gc.h"
#include "diag/prof.h"
#include "diag/trace.h"
#include "sched/sched.h"

i32 gc_percent = 100;
i64 gc_memory_limit = INT64_MAX;
u64 gc_trigger = 4u << 20;
i64 gc_last_end;
static u32 running; // atomic: a cycle with the world stopped is wanted or on its way
static u32 marking; // world stopped
static struct {
    int why;
    i64 start, stopped, marked; // when: it was asked for, the world stood still, marking began to be over
    i64 paused;                 // ns so far
    u64 before, base;           // heap.live: at the start, when caches were empty
    u64 effort,
        most_effort; // of marking: what is to be expected, as much lives as did before; or as much has grown as the heap
    u64 all_effort;  // of the cycle before
    u64 way;         // bytes before the goal that the cycle begins
    u64 allocated;   // while the cycle before was marking
    u64 roots;   // bytes of data segments and of stacks, as far as they are used, that the cycle before looked through
    i64 mark_ns; // of marking in the cycle before
    u64 stacks;  // heap.stack_inuse then
    u64 keep;    // retain, as the cycle before alone would have it
    u64 spread;  // in 128ths: bytes of spans for a byte of objects, when marking was over
    i64 cpu;     // os_cpu_time at the end of the cycle before
    u64 fair;    // bytes that the program allocates in as much CPU time as a cycle takes; 0: not known
    u64 later;   // atomic; where the trigger goes if it is reached too soon, 0: it stays
} cyc = {.spread = 128};
static FuncVal *pool_cleanup;
static u64 goal = 4u << 20, retain; // bytes of heap: next cycle; kept mapped when free
static i64 start_time;
static struct {
    u32 ngc, nforced;
    u64 pause_total;
    u64 pause[256], pause_end[256];
    u64 last_gc_unix;
    u64 cpu_ns;
    u64 marked;
} stats;
u64 gc_scanned_bytes(void);
u64 heap_mapped(void);

static const MemProfiler *const volatile profiler = &mem_profiler;
SYSTEM bool gc_in_progress(void) { return __atomic_load_n(&marking, __ATOMIC_RELAXED); }

// ---- settings

static SYSTEM i64 parse_bytes(const char *s) { // "512MiB"; <0: malformed
    i64 v = 0;
    bool any = false;
    for (; *s >= '0' && *s <= '9'; s++, any = true)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *s - '0', &v)) return -1;
    if (!any) return -1;
    int shift = 0;
    if (s[0] && s[0] != 'B') {
        const char *u = "KMGT";
        int k = 0;
        while (u[k] && u[k] != s[0]) k++;
        if (!u[k] || s[1] != 'i' || s[2] != 'B' || s[3]) return -1;
        shift = 10 * (k + 1);
    } else if (s[0] == 'B' && s[1]) return -1;
    return v > INT64_MAX >> shift ? INT64_MAX : v << shift;
}
// Without GOMEMLIMIT, nine tenths of what the control groups allow are the limit, so that a service in a container collects instead of being killed. They are
// looked at before the first cycle, since most programs never need one, and then once a second. GODEBUG=containermemlimit=0: not at all.
static u32 limit_found;  // atomic; 1: somebody looks for it
static bool limit_given; // by GOMEMLIMIT or SetMemoryLimit
static SYSTEM i64 container_limit(void) {
    i64 n = os_memory_limit();
    return n ? n - n / 10 : INT64_MAX;
}
static SYSTEM void limit_find(void) {
    u32 zero = 0;
    if (likely(__atomic_load_n(&limit_found, __ATOMIC_RELAXED)) || limit_given || rt_debug.nomemcontainer ||
        !__atomic_compare_exchange_n(&limit_found, &zero, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    __atomic_store_n(&gc_memory_limit, container_limit(), __ATOMIC_RELAXED);
    __atomic_store_n(&limit_found, 2, __ATOMIC_RELEASE);
}
SYSTEM i64 gc_limit_wanted(void) {
    if (__atomic_load_n(&limit_found, __ATOMIC_ACQUIRE) != 2 || limit_given) return 0;
    i64 n = container_limit();
    return n == gc_memory_limit ? 0 : n;
}
enum { MIN_DISTANCE = 1 << 20 }; // allocated between two collections, however small GOGC is; gc's figure
// A cycle like the one before can be marked in one stop: quicker than beside the program, and no longer than two stops.
SYSTEM bool cycle_short(void) {
    enum { SHORT = 100 * 1000 };
    return cyc.mark_ns < SHORT && heap.stack_inuse <= 2 * cyc.stacks + (256 << 10) && !rt_debug.gcphase;
}
// So early that marking is over at the goal. Assists see to that, however fast the program allocates; the less they have to do, the later it may be.
// What is allocated meanwhile floats to the next cycle, and raises its goal: so it is a quarter of what may be allocated at most.
static SYSTEM u64 trigger_for(u64 marked, u64 g) {
    if (g == ~0ull || !gc_concurrent() || g <= marked || cycle_short()) return g;
    u64 room = g - marked, way = cyc.way;
    if (way < room / 32) way = room / 32;
    if (way > room / 4) way = room / 4;
    cyc.way = way;
    return g - way;
}
// A heap that is small need not grow to LEAST_GOAL if it takes its time: it is collected at half of that, or when a goal without a least is reached.
// Who allocates so fast that the cycles would be dear, by the CPU time of the program, comes there sooner and goes on to the goal. So a service keeps 2 MB
// less, and trees of 1 MB that are thrown away cost as many cycles as before.
enum { LEAST_GOAL = 4 << 20, SOON = 5 * 1000 * 1000 };
static SYSTEM void set_trigger(u64 marked, u64 g, u64 small) {
    u64 trigger = trigger_for(marked, g);
    bool early = small < trigger;
    __atomic_store_n(&cyc.later, early ? trigger : 0, __ATOMIC_RELAXED);
    __atomic_store_n(&gc_trigger, early ? small : trigger, __ATOMIC_RELAXED);
}
// The trigger has been reached: is it put off? By one thread at most.
SYSTEM bool cycle_put_off(void) {
    u64 later =
        __atomic_load_n(&cyc.later, __ATOMIC_RELAXED) ? __atomic_exchange_n(&cyc.later, 0, __ATOMIC_RELAXED) : 0;
    if (!later) return false;
    if (os_cpu_time() - cyc.cpu > SOON) return false;
    u64 now = __atomic_load_n(&gc_trigger, __ATOMIC_RELAXED);
    return now < later &&
           __atomic_compare_exchange_n(&gc_trigger, &now, later, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
// What may be allocated between two cycles however small the limit is: the program should have a third of the CPU time (gc: half). A limit that was given may be
// exceeded for that by a quarter of what lives; that of a control group by half of what it leaves to the group's, behind which the kernel ends the process.
static SYSTEM u64 least_room(u64 marked) {
    u64 room = marked / 16 > 1u << 20 ? marked / 16 : 1u << 20, most = marked / 4 + (1u << 20), fair = cyc.fair / 2;
    if (!limit_given) most = (u64)gc_memory_limit / 18;
    if (fair > most) fair = most;
    return room > fair ? room : fair;
}
// At the end of a cycle that took so much CPU time: allocated, since the end of the one before.
static SYSTEM void share_cpu(u64 allocated, i64 collecting) {
    i64 now = os_cpu_time(), all = now - cyc.cpu, own = all - collecting;
    bool known = cyc.cpu && gc_memory_limit != INT64_MAX && collecting > 0;
    if (own < all / 64 + 1) own = all / 64 + 1; // clocks that do not agree
    cyc.fair = known ? (u64)((double)allocated * (double)collecting / (double)own) : 0;
    cyc.cpu = now;
}
// What was allocated while the cycle was marking counts as marked, though most of it is dead: half of it is taken for live.
static SYSTEM void set_goal(u64 marked) {
    u64 live = marked - (cyc.allocated < marked ? cyc.allocated : marked) / 2;
    u64 roots =
        cyc.roots > modules_data() ? cyc.roots : modules_data(); // as in gc: not all that large stacks could hold
    u64 g = ~0ull, small = ~0ull;
    if (gc_percent >= 0) {
        u64 more;
        if (!__builtin_mul_overflow(live + roots, (u64)gc_percent, &more))
            g = live + more / 100; // else more than there is
        u64 min = (u64)LEAST_GOAL * (u64)gc_percent / 100, next = marked + MIN_DISTANCE;
        small = g > min / 2 ? g : min / 2;
        if (small < next) small = next;
        if (g < min) g = min;
        if (g < next) g = next;
    }
    if (gc_memory_limit !=
        INT64_MAX) { // the heap may use what the rest leaves; never so little that collecting is all that happens
        u64 other = heap.sys_other + records_mapped() + heap.stack_inuse, lim = (u64)gc_memory_limit;
        u64 frag = heap.heap_inuse > marked ? heap.heap_inuse - marked : 0;
        if (frag > lim / 8) frag = lim / 8;
        u64 left = lim > other + frag ? lim - other - frag : 0, least = marked + least_room(marked);
        if (left < least) left = least;
        if (left < g) g = left;
    }
    goal = g;
    u64 spread = g / 128 * cyc.spread; // what objects of g bytes lie in
    u64 more = spread / 4 < 8u << 20 ? spread / 4 : spread / 10 > 8u << 20 ? spread / 10 : 8u << 20; // goals are missed
    u64 keep = g > 1ull << 48 ? ~0ull : spread + more + heap.stack_inuse;
    u64 most = keep / 4 * 5; // goals go up and down with what died while marking
    retain = keep > cyc.keep ? keep : most > cyc.keep ? cyc.keep : most;
    cyc.keep = keep;
    set_trigger(marked, g, small);
}
SYSTEM void gc_init(void) { // at the first allocation
    const char *e = rt_getenv("GOGC");
    if (e && *e) {
        if (e[0] == 'o' && e[1] == 'f' && e[2] == 'f' && !e[3]) gc_percent = -1;
        else {
            i64 v = 0;
            const char *s = e + (*e == '-');
            for (; *s >= '0' && *s <= '9' && v < INT32_MAX; s++) v = v * 10 + (*s - '0');
            if (!*s && s[-1] != '-' && v <= INT32_MAX) gc_percent = *e == '-' && v ? -1 : (i32)v;
        }
    }
    e = rt_getenv("GOMEMLIMIT");
    bool off = e && e[0] == 'o' && e[1] == 'f' && e[2] == 'f' && !e[3];
    if (off) limit_given = true;
    if (e && *e && !off) {
        i64 v = parse_bytes(e);
        if (v < 0) {
            rt_print("GOMEMLIMIT=%s\n", e);
            throw_("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`");
        }
        gc_memory_limit = v;
        limit_given = true;
    }
    if (gc_percent < 0 || gc_percent > 100) limit_find(); // there may be no cycle, or a late one
    start_time = nanotime();
    if (rt_debug.gcphase) rt_debug.gcstoptheworld = false;
    set_goal(0);
    if (rt_debug.gcstress > 0 || rt_debug.gcphase) __atomic_fetch_or(&malloc_hook, MALLOC_STRESS, __ATOMIC_RELAXED);
}

SYSTEM i64 gc_start_time(void) { return start_time; }

// ---- the cycle

static SYSTEM void print_ms(i64 ns) {
    rt_print("%d.%d%d%d", ns / 1000000, ns / 100000 % 10, ns / 10000 % 10, ns / 1000 % 10);
}
static SYSTEM void trace(i64 end, u64 marked) {
    i64 at = cyc.start - start_time, total = end - start_time, t0 = cyc.start, stw = cyc.stopped, mark = cyc.marked;
    rt_print("gc %d @", (i64)stats.ngc);
    rt_print("%d.%d%d%ds %d%%: ", at / 1000000000, at / 100000000 % 10, at / 10000000 % 10, at / 1000000 % 10,
             total > 0 ? (i64)stats.cpu_ns * 100 / total / gomaxprocs : 0);
    print_ms(stw - t0);
    rt_print("+");
    print_ms(mark - stw);
    rt_print("+");
    print_ms(end - mark);
    rt_print(" ms clock, ");
    print_ms(stw - t0);
    rt_print("+0/");
    print_ms(mark - stw);
    rt_print("/0+");
    print_ms(end - mark);
    rt_print(" ms cpu, %d->%d->%d MB, %d MB goal, %d MB stacks, %d MB globals, %d P\n", (i64)(cyc.before >> 20),
             (i64)(cyc.before + cyc.allocated) >> 20, (i64)(marked >> 20), (i64)(goal >> 20),
             (i64)(heap.stack_inuse >> 20), (i64)(modules_data() >> 20), (i64)gomaxprocs);
}
// World stopped: caches are empty, everything is swept.
SYSTEM void cycle_flush(void) {
    for (i32 i = 0; i < gomaxprocs; i++) mcaches_flush(allp[i], true);
}
SYSTEM void cycle_begin(int why) {
    cyc.why = why;
    cyc.start = nanotime();
    cyc.before = heap.live;
    cyc.paused = 0;
    if (pool_cleanup) go_call(pool_cleanup, 0, 0, 0, 0);
    world_step("pools");
    cycle_flush();
    world_step("flush");
    sweep_all();
    world_step("sweep");
    cyc.base = heap.live;
    cyc.most_effort =
        stats.marked ? (u64)((double)cyc.all_effort * (double)cyc.base / (double)stats.marked) : 2 * cyc.base;
    cyc.effort = stats.marked ? cyc.all_effort + cyc.all_effort / 16 : cyc.most_effort;
    gc_cycle++;
    gc_trigger = ~0ull;
    cyc.stopped = nanotime();
    if (rt_debug.verify) verify_unmarked();
}
SYSTEM void cycle_paused(i64 ns) { cyc.paused += ns; }
// Effort for a byte allocated at most: so the pieces of who allocates small objects stay small (concurrent.c, PIECE). Behind the goal, more.
enum { MOST = 8, MOST_LATE = 64 };
// What a goroutine that allocated so much has to mark, so that all is marked at the goal. late: the goal is behind us.
SYSTEM u64 cycle_owed(u64 allocated, bool *late) {
    u64 live = __atomic_load_n(&heap.live, __ATOMIC_RELAXED), done = mark_effort();
    u64 expected = done < cyc.effort - cyc.effort / 16 ? cyc.effort : cyc.most_effort;
    u64 least = expected / 16 + (64 << 10), left = done + least < expected ? expected - done : least;
    u64 room = goal > live ? goal - live : 0;
    *late = room == 0;
    u64 smallest = left / (*late ? MOST_LATE : MOST);
    if (room < smallest) room = smallest;
    return (u64)((double)allocated * (double)left / (double)(room + 1));
}
// More was allocated than should be before the cycle is over.
SYSTEM bool cycle_late(void) { return __atomic_load_n(&heap.live, __ATOMIC_RELAXED) > goal; }
// World stopped, all is marked, since marked_at. t0: since when it stands still. beside: ns that marking took beside the program.
SYSTEM void cycle_end(u64 marked, i64 marked_at, i64 t0, const MarkWork *work) {
    cyc.mark_ns = work->ns;
    cyc.stacks = heap.stack_inuse;
    cyc.roots = mark_roots();
    cyc.marked = marked_at;
    cyc.allocated = heap.live - cyc.base;
    share_cpu(heap.live > stats.marked ? heap.live - stats.marked : 0, work->cpu);
    cyc.all_effort = mark_effort();
    // assists should have a twentieth or so of the work
    if (work->assisted > cyc.all_effort / 16) cyc.way += cyc.way / 4 + PAGE_SIZE;
    else cyc.way -= cyc.way / 8;
    marked += cyc.allocated;
    cyc.spread = heap.heap_inuse * 128 / (heap.live + 1);
    if (cyc.spread < 128) cyc.spread = 128;
    if (cyc.spread > 192) cyc.spread = 192;
    if (profiler) profiler->cycle();
    sweep_begin();
    __atomic_store_n(&heap.live, marked, __ATOMIC_RELAXED);
    stats.marked = marked;
    set_goal(marked);
    TRACE(heap, marked, goal);
    u64 room = gc_trigger == ~0ull ? 1ull << 30 : gc_trigger > marked ? gc_trigger - marked : 0;
    heap.sweep_step = heap.unswept * PAGE_SIZE / (room / 2 + PAGE_SIZE) + 1;
    i64 end = nanotime();
    cyc.paused += end - t0;
    i32 ns;
    u64 unix = (u64)walltime(&ns) * 1000000000u + (u32)ns;
    stats.pause[stats.ngc & 255] = (u64)cyc.paused;
    stats.pause_end[stats.ngc & 255] = unix;
    stats.pause_total += (u64)cyc.paused;
    stats.cpu_ns += (u64)(cyc.paused * gomaxprocs + work->beside); // who stands still works for nobody else
    stats.last_gc_unix = unix;
    stats.ngc++;
    if (cyc.why == GC_FORCED) stats.nforced++;
    gc_last_end = end;
    if (rt_debug.gctrace) trace(end, marked);
}
static SYSTEM void collect(int why) { // world stopped
    i64 t0 = nanotime();
    cycle_begin(why);
    __atomic_store_n(&marking, 1, __ATOMIC_SEQ_CST);
    u64 marked = mark_all();
    if (rt_debug.verify) verify_heap();
    __atomic_store_n(&marking, 0, __ATOMIC_SEQ_CST);
    i64 now = nanotime();
    cycle_end(marked, now, t0, &(MarkWork){.ns = now - cyc.stopped});
}
SYSTEM void gc_start(int why) {
    limit_find();
    if (gc_concurrent()) {
        gc_start_concurrent(why);
        return;
    }
    u32 zero = 0;
    while (!__atomic_compare_exchange_n(&running, &zero, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        if (why != GC_FORCED) return; // it will stop this thread
        zero = 0;
        wait_for_other();
    }
    if (why == GC_HEAP && !gc_should_start() && !(malloc_hook & MALLOC_STRESS)) {
        __atomic_store_n(&running, 0, __ATOMIC_RELEASE);
        return;
    }
    stop_the_world("GC mark termination");
    // C frames above may hold pointers, but not those of who asks for a collection: there, scanning would only find what earlier calls left
    this_m()->stopped_sp = why == GC_FORCED ? 0 : C_FRAMES();
    TRACE(gc, true);
    collect(why);
    TRACE(gc, false);
    this_m()->stopped_sp = 0;
    start_the_world();
    gfree_trim();
    mark_trim();
    __atomic_store_n(&running, 0, __ATOMIC_RELEASE);
    specials_wake();
}
static SYSTEM void full_cycle(void) {
    gc_start(GC_FORCED);
    sweep_all();
}
// runtime.GC: a cycle that begins after the call, complete with sweeping; what was found dead is finalized soon.
SYSTEM u64 rt_gc_begin(void) {
    limit_find();
    return gc_cycle + 1;
}
// A time slice of it. If the goroutine gives way at the return, its results are roots: what marking left in the register of the second would be one.
typedef struct Step {
    u64 done, none;
} Step;
SYSTEM Step rt_gc_step(u64 cycle) {
    if (gc_concurrent()) return (Step){gc_force((u32)cycle), 0};
    full_cycle();
    return (Step){true, 0};
}
SYSTEM void rt_free_os_memory(void) {
    full_cycle();
    heap_release_some(~0ull);
    records_release(~0ull >> 1);
}
// Called by sysmon: free memory above what the next cycle will need goes back, 100 MB a second or more.
static SYSTEM u64 heap_retained(void) {
    return (heap.pages_inuse + heap.pages_free - heap.pages_released) << PAGE_SHIFT;
}
// Where no cycle was needed for a while, the room that the next one will find need not be there yet.
enum { CALM = 3 };
#define CALM_NS (CALM * 1000000000ll)
static SYSTEM bool is_calm(i64 now) { return now - gc_last_end > CALM_NS; }
static SYSTEM u64 to_retain(i64 now) {
    u64 used = heap.pages_inuse << PAGE_SHIFT, calm = used + used / 32 + (1u << 20);
    return is_calm(now) && calm < retain ? calm : retain;
}
static SYSTEM bool heap_has_more(i64 now) {
    return heap_retained() > to_retain(now) + (256u << 10) && heap.pages_free > heap.pages_released;
}
static SYSTEM u64 spare_records(i64 now) { // bytes that should go back
    u64 keep = is_calm(now) ? records_mapped() / 16 + (256u << 10) : records_mapped() / 2 + (4u << 20);
    return records_idle() > keep ? records_idle() - keep : 0;
}
SYSTEM bool scavenge_wanted(i64 now) { return stats.ngc && (heap_has_more(now) || spare_records(now)); }
// After a while in which nothing was in need of a cycle, one finds out what is gone of what came before: memory of a peak is given back soon. Only where
// there is much, and seldom, as it is extra work: the last cycle was needed, or something came since. When it is due; 0: not at all.
static i64 last_calm; // monitor thread
SYSTEM i64 gc_calm_due(i64 now) {
    enum { MUCH = 32 << 20 };
    u64 live = __atomic_load_n(&heap.live, __ATOMIC_RELAXED);
    bool much = live > MUCH && (cyc.why == GC_HEAP || live > stats.marked + stats.marked / 4 + MUCH);
    bool dead =
        (u64)__atomic_load_n(&sched.ngfree, __ATOMIC_RELAXED) * STACK_MIN > MUCH; // gfree_trim: gone for certain
    if (gc_percent < 0 || (!much && !dead && heap.stack_inuse < cyc.stacks + cyc.stacks / 4 + MUCH)) return 0;
    i64 after = gc_last_end ? gc_last_end : start_time, again = last_calm + 2 * CALM_NS + (dead ? 5 : 20) * cyc.mark_ns;
    after += CALM_NS;
    after = last_calm && again > after ? again : after;
    return after > now ? after : now;
}
SYSTEM bool gc_calm(i64 now) {
    if (gc_calm_due(now) != now) return false;
    last_calm = now;
    return true;
}
// When it will be, if nothing happens; 0: it is or will not be.
SYSTEM i64 scavenge_later(i64 now) {
    i64 when = gc_last_end + CALM_NS + 1;
    return when > now && scavenge_wanted(when) ? when : 0;
}
SYSTEM void scavenge_tick(i64 now) {
    static i64 last;
    if (now - last < 10 * 1000 * 1000 || !scavenge_wanted(now)) return;
    last = now;
    u64 spare = spare_records(now);
    if (spare) records_release(spare / 64 + (1u << 20));
    if (!heap_has_more(now)) return;
    u64 target = to_retain(now);
    u64 most = target < heap_retained() ? (heap_retained() - target) / 64
                                        : 0; // faster where there is much: all but a fifth in a second
    heap_release_some(most > 1u << 20 ? most : 1u << 20);
}

// ---- stress

SYSTEM void gc_stress(void) {
    static u64 count;
    M *m = this_m();
    if (m->curg && rt_debug.stackmove && m->curg->stackguard0 != STACK_PREEMPT) m->curg->stackguard0 = STACK_MOVE;
    if (rt_debug.gcstress > 0 && m->locks == 0 &&
        __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) % (u64)rt_debug.gcstress == 0)
        gc_start(GC_HEAP);
    if (rt_debug.gcphase && m->locks == 0 && cheaprandn(rt_debug.gcphase) == 0) gc_other_phase();
}
// ---- interface of runtime, runtime/debug, sync

SYSTEM void rt_register_pool_cleanup(FuncVal *f) {
    pool_cleanup = f; // of a package-level function: static
}
SYSTEM i64 rt_set_gc_percent(i32 n) {
    round_up_size(1, true); // settings of the environment first
    limit_find();
    i64 old = gc_percent;
    stop_the_world("GOMAXPROCS");
    gc_percent = n < 0 ? -1 : n;
    set_goal(stats.marked);
    start_the_world();
    if (n < 0 && gc_concurrent()) gc_end_phase(); // none is under way when it returns
    return old;
}
SYSTEM i64 rt_set_memory_limit(i64 n) {
    round_up_size(1, true); // settings of the environment first
    limit_find();
    i64 old = gc_memory_limit;
    if (n < 0) return old;
    stop_the_world("GOMAXPROCS");
    limit_given = true;
    gc_memory_limit = n;
    set_goal(stats.marked);
    start_the_world();
    return old;
}
SYSTEM void gc_limit_change(i64 n) {
    stop_the_world("GOMAXPROCS");
    if (n && !limit_given) {
        gc_memory_limit = n;
        set_goal(stats.marked);
    }
    start_the_world();
    if (gc_should_start()) gc_start(GC_PERIODIC);
}

typedef struct MemStats {
    u64 alloc, total_alloc, sys, lookups, mallocs, frees, heap_alloc, heap_sys, heap_idle, heap_inuse, heap_released,
        heap_objects, stack_inuse, stack_sys, mspan_inuse, mspan_sys, mcache_inuse, mcache_sys, buckhash_sys, gc_sys,
        other_sys, next_gc, last_gc, pause_total;
    u64 pause[256], pause_end[256];
    u32 ngc, nforced;
    double cpu_fraction;
    bool enable, debug;
    struct {
        u32 size;
        u64 mallocs, frees;
    } by_size[61];
} MemStats;
static SYSTEM void fill(MemStats *s) {
    memset(s, 0, sizeof *s);
    for (i32 i = 0; i < gomaxprocs; i++) mcaches_flush(allp[i], false);
    u64 alloc_bytes = heap.large_alloc_bytes, free_bytes = heap.large_free_bytes;
    s->mallocs = heap.large_allocs + heap.tiny_allocs;
    s->frees = heap.large_frees + heap.tiny_allocs; // tiny ones count as freed with their block
    for (int i = 1; i < NCLASS; i++) {
        u64 m = heap.nmalloc[i], f = heap.nfree[i];
        alloc_bytes += m * class_size[i];
        free_bytes += f * class_size[i];
        s->mallocs += m;
        s->frees += f;
        if (i < 61) {
            s->by_size[i].size = class_size[i];
            s->by_size[i].mallocs = m;
            s->by_size[i].frees = f;
        }
    }
    s->total_alloc = alloc_bytes;
    s->alloc = s->heap_alloc = alloc_bytes - free_bytes;
    s->heap_objects = s->mallocs - s->frees;
    s->heap_inuse = heap.heap_inuse;
    s->heap_idle = heap.pages_free << PAGE_SHIFT;
    s->heap_released = heap.pages_released << PAGE_SHIFT;
    s->heap_sys = s->heap_inuse + s->heap_idle;
    s->stack_inuse = s->stack_sys = heap.stack_inuse;
    s->mspan_inuse = record_bytes(RECORD_SPAN);
    s->mspan_sys = records_of(RECORD_SPAN);
    s->mcache_inuse = s->mcache_sys = (u64)gomaxprocs * sizeof(MCache);
    u64 marker =
        records_of(RECORD_BITS64) + records_of(RECORD_BITS128) + records_of(RECORD_BITS256) + records_of(RECORD_WORK);
    s->gc_sys = heap.sys_gc + marker + heap.spans_committed + heap.marks_committed + heap.released_committed;
    u64 o = heap.sys_gc + s->mcache_sys;
    s->other_sys = (heap.sys_other > o ? heap.sys_other - o : 0) + records_mapped() - s->mspan_sys - marker;
    s->sys = s->heap_sys + s->stack_sys + s->mspan_sys + s->mcache_sys + s->gc_sys + s->other_sys;
    s->next_gc = goal;
    s->last_gc = stats.last_gc_unix;
    s->pause_total = stats.pause_total;
    memcpy(s->pause, stats.pause, sizeof s->pause);
    memcpy(s->pause_end, stats.pause_end, sizeof s->pause_end);
    s->ngc = stats.ngc;
    s->nforced = stats.nforced;
    s->enable = true;
    i64 run = (nanotime() - start_time) * gomaxprocs; // that there could have been
    if (start_time && run > 0) s->cpu_fraction = (double)stats.cpu_ns / (double)run;
    if (s->cpu_fraction > 1) s->cpu_fraction = 1; // there were more of them before
}
SYSTEM void rt_read_memstats(MemStats *s) {
    stop_the_world("read mem stats");
    fill(s);
    start_the_world();
}
// func readGCStats(*[]uint64): n pauses, n ends (newest first), last GC, number, total pause
SYSTEM void rt_read_gcstats(GoSlice *out) {
    u64 *p = out->ptr;
    u32 n = stats.ngc < 256 ? stats.ngc : 256;
    for (u32 i = 0; i < n; i++) {
        u32 j = (stats.ngc - 1 - i) & 255;
        p[i] = stats.pause[j];
        p[n + i] = stats.pause_end[j];
    }
    p[2 * n] = stats.last_gc_unix;
    p[2 * n + 1] = stats.ngc;
    p[2 * n + 2] = stats.pause_total;
    out->len = 2 * n + 3;
}
