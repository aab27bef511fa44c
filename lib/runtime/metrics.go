package runtime

import (
	"internal/godebugs"
	"unsafe"
)

// runtime/metrics. All names of metrics.All are there: programs that export them expect it. Not measured, and so always zero: /sched/latencies,
// /sync/mutex/wait/total, the parts of /cpu/classes for assists, idle workers and giving memory back.

type metricSample struct {
	name    string
	kind    int // 0 bad, 1 uint64, 2 float64, 3 histogram
	scalar  uint64
	pointer unsafe.Pointer
}

var godebugMetrics map[string]func() uint64

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {
	if godebugMetrics == nil {
		godebugMetrics = map[string]func() uint64{}
	}
	godebugMetrics[name] = read
}

// What schedMetric and metricArray count (rt/os/linux/goapi.c).
const (
	countProcs = iota
	countCreated
	countThreads
	countGOGC
	countLimit
	countRunnable
	countRunning
	countWaiting
	countSyscall
	countTiny
	countGlobals
	countScanned
	countCPU
	countCleanupsQueued
	countFinalizersQueued
	countCleanupsRun
	countFinalizersRun
	countAge
)
const (
	arrayStoppingGC = iota
	arrayStoppingOther
	arrayPausesGC
	arrayPausesOther
	arrayAllocs
	arrayFrees
	arraySizes
)

func schedMetric(which int) int

//go:noescape
func metricArray(which int, out *uint64, room int) int

// metricHistogram is metrics.Float64Histogram.
type metricHistogram struct {
	counts  []uint64
	buckets []float64
}

var pauseBuckets, sizeBuckets []float64

func histogram(which int) *metricHistogram {
	n := metricArray(which, nil, 0)
	h := &metricHistogram{counts: make([]uint64, n)}
	metricArray(which, &h.counts[0], n)
	if which < arrayAllocs {
		if pauseBuckets == nil {
			for i := 0; i < n; i++ {
				ns := uint64(1) << (i / 2)
				if i&1 != 0 {
					ns += ns / 2
				}
				pauseBuckets = append(pauseBuckets, float64(ns)/1e9)
			}
			pauseBuckets[0], pauseBuckets[1] = 0, 1.5e-9 // one nanosecond has no half
			pauseBuckets = append(pauseBuckets, inf)
		}
		h.buckets = pauseBuckets
		return h
	}
	if sizeBuckets == nil { // up to a class's size, which is in its bucket
		sizes := make([]uint64, n)
		metricArray(arraySizes, &sizes[0], n)
		sizeBuckets = append(sizeBuckets, 1)
		for _, s := range sizes[:n-1] {
			sizeBuckets = append(sizeBuckets, float64(s+1))
		}
		sizeBuckets = append(sizeBuckets, inf)
	}
	h.buckets = sizeBuckets
	return h
}

//go:linkname readMetrics runtime/metrics.runtime_readMetrics
func readMetrics(samplesp unsafe.Pointer, len int, cap int) {
	samples := unsafe.Slice((*metricSample)(samplesp), len)
	var m MemStats
	ReadMemStats(&m)
	for i := range samples {
		s := &samples[i]
		s.kind, s.scalar, s.pointer = 0, 0, nil
		if v, ok := metricValue(s.name, &m); ok {
			s.kind, s.scalar = 1, v
		} else if v, ok := metricSeconds(s.name, &m); ok {
			s.kind, s.scalar = 2, float64bits(v)
		} else if h := metricHistogramOf(s.name); h != nil {
			s.kind, s.pointer = 3, unsafe.Pointer(h)
		} else if f := godebugMetrics[s.name]; f != nil {
			s.kind, s.scalar = 1, f()
		} else if hasPrefix(s.name, "/godebug/non-default-behavior/") {
			s.kind = 1 // the package that would count is not in the program
		}
	}
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

func metricHistogramOf(name string) *metricHistogram {
	switch name {
	case "/gc/heap/allocs-by-size:bytes":
		return histogram(arrayAllocs)
	case "/gc/heap/frees-by-size:bytes":
		return histogram(arrayFrees)
	case "/gc/pauses:seconds", "/sched/pauses/total/gc:seconds":
		return histogram(arrayPausesGC)
	case "/sched/pauses/total/other:seconds":
		return histogram(arrayPausesOther)
	case "/sched/pauses/stopping/gc:seconds":
		return histogram(arrayStoppingGC)
	case "/sched/pauses/stopping/other:seconds":
		return histogram(arrayStoppingOther)
	case "/sched/latencies:seconds":
		h := histogram(arrayPausesGC)
		clear(h.counts)
		return h
	}
	return nil
}

// metricSeconds: while the world is stopped its time is that of all Ps; marking beside the program counts as that of dedicated workers.
func metricSeconds(name string, m *MemStats) (float64, bool) {
	procs := float64(schedMetric(countProcs))
	total := float64(schedMetric(countAge)) * procs / 1e9
	pause := float64(m.PauseTotalNs) * procs / 1e9
	gc := max(m.GCCPUFraction*total, pause)
	user := max(float64(schedMetric(countCPU))/1e9-gc, 0)
	total = max(total, gc+user)
	switch name {
	case "/cpu/classes/gc/mark/dedicated:cpu-seconds":
		return gc - pause, true
	case "/cpu/classes/gc/mark/assist:cpu-seconds", "/cpu/classes/gc/mark/idle:cpu-seconds",
		"/cpu/classes/scavenge/assist:cpu-seconds", "/cpu/classes/scavenge/background:cpu-seconds", "/cpu/classes/scavenge/total:cpu-seconds",
		"/sync/mutex/wait/total:seconds":
		return 0, true
	case "/cpu/classes/gc/pause:cpu-seconds":
		return pause, true
	case "/cpu/classes/gc/total:cpu-seconds":
		return gc, true
	case "/cpu/classes/user:cpu-seconds":
		return user, true
	case "/cpu/classes/idle:cpu-seconds":
		return total - gc - user, true
	case "/cpu/classes/total:cpu-seconds":
		return total, true
	}
	return 0, false
}

func metricValue(name string, m *MemStats) (uint64, bool) {
	switch name {
	case "/gc/cycles/automatic:gc-cycles":
		return uint64(m.NumGC - m.NumForcedGC), true
	case "/gc/cycles/forced:gc-cycles":
		return uint64(m.NumForcedGC), true
	case "/gc/cycles/total:gc-cycles":
		return uint64(m.NumGC), true
	case "/gc/heap/allocs:bytes":
		return m.TotalAlloc, true
	case "/gc/heap/allocs:objects":
		return m.Mallocs, true
	case "/gc/heap/frees:bytes":
		return m.TotalAlloc - m.Alloc, true
	case "/gc/heap/frees:objects":
		return m.Frees, true
	case "/gc/heap/goal:bytes":
		return m.NextGC, true
	case "/gc/heap/live:bytes", "/memory/classes/heap/objects:bytes":
		return m.HeapAlloc, true
	case "/gc/heap/objects:objects":
		return m.HeapObjects, true
	case "/memory/classes/heap/free:bytes":
		return m.HeapIdle - m.HeapReleased, true
	case "/memory/classes/heap/released:bytes":
		return m.HeapReleased, true
	case "/memory/classes/heap/stacks:bytes":
		return m.StackInuse, true
	case "/memory/classes/heap/unused:bytes":
		return m.HeapInuse - m.HeapAlloc, true
	case "/memory/classes/metadata/mcache/inuse:bytes":
		return m.MCacheInuse, true
	case "/memory/classes/metadata/mcache/free:bytes":
		return m.MCacheSys - m.MCacheInuse, true
	case "/memory/classes/metadata/mspan/inuse:bytes":
		return m.MSpanInuse, true
	case "/memory/classes/metadata/mspan/free:bytes":
		return m.MSpanSys - m.MSpanInuse, true
	case "/memory/classes/metadata/other:bytes":
		return m.GCSys, true
	case "/memory/classes/other:bytes":
		return m.OtherSys, true
	case "/memory/classes/os-stacks:bytes", "/memory/classes/profiling/buckets:bytes":
		return 0, true
	case "/memory/classes/total:bytes":
		return m.Sys, true
	case "/sched/gomaxprocs:threads":
		return uint64(schedMetric(countProcs)), true
	case "/sched/goroutines:goroutines":
		return uint64(NumGoroutine()), true
	case "/sched/goroutines-created:goroutines":
		return uint64(schedMetric(countCreated)), true
	case "/sched/threads/total:threads":
		return uint64(schedMetric(countThreads)), true
	case "/cgo/go-to-c-calls:calls", "/gc/limiter/last-enabled:gc-cycle":
		return 0, true
	case "/gc/gogc:percent":
		return uint64(schedMetric(countGOGC)), true
	case "/gc/gomemlimit:bytes":
		return uint64(schedMetric(countLimit)), true
	case "/gc/heap/tiny/allocs:objects":
		return uint64(schedMetric(countTiny)), true
	case "/gc/scan/globals:bytes":
		return uint64(schedMetric(countGlobals)), true
	case "/gc/scan/heap:bytes":
		return uint64(schedMetric(countScanned)), true
	case "/gc/scan/stack:bytes":
		return m.StackInuse, true
	case "/gc/scan/total:bytes":
		return uint64(schedMetric(countGlobals)+schedMetric(countScanned)) + m.StackInuse, true
	case "/gc/stack/starting-size:bytes":
		return 2048, true
	case "/sched/goroutines/runnable:goroutines":
		return uint64(schedMetric(countRunnable)), true
	case "/sched/goroutines/running:goroutines":
		return uint64(schedMetric(countRunning)), true
	case "/sched/goroutines/waiting:goroutines":
		return uint64(schedMetric(countWaiting)), true
	case "/sched/goroutines/not-in-go:goroutines":
		return uint64(schedMetric(countSyscall)), true
	case "/gc/cleanups/queued:cleanups":
		return uint64(schedMetric(countCleanupsQueued)), true
	case "/gc/cleanups/executed:cleanups":
		return uint64(schedMetric(countCleanupsRun)), true
	case "/gc/finalizers/queued:finalizers":
		return uint64(schedMetric(countFinalizersQueued)), true
	case "/gc/finalizers/executed:finalizers":
		return uint64(schedMetric(countFinalizersRun)), true
	}
	return 0, false
}

// What metricValue, metricSeconds and metricHistogramOf know.
var metricNames = [...]string{
	"/cgo/go-to-c-calls:calls", "/cpu/classes/gc/mark/assist:cpu-seconds", "/cpu/classes/gc/mark/dedicated:cpu-seconds",
	"/cpu/classes/gc/mark/idle:cpu-seconds", "/cpu/classes/gc/pause:cpu-seconds", "/cpu/classes/gc/total:cpu-seconds",
	"/cpu/classes/idle:cpu-seconds", "/cpu/classes/scavenge/assist:cpu-seconds", "/cpu/classes/scavenge/background:cpu-seconds",
	"/cpu/classes/scavenge/total:cpu-seconds", "/cpu/classes/total:cpu-seconds", "/cpu/classes/user:cpu-seconds",
	"/gc/cleanups/executed:cleanups", "/gc/cleanups/queued:cleanups", "/gc/cycles/automatic:gc-cycles", "/gc/cycles/forced:gc-cycles",
	"/gc/cycles/total:gc-cycles", "/gc/finalizers/executed:finalizers", "/gc/finalizers/queued:finalizers", "/gc/gogc:percent",
	"/gc/gomemlimit:bytes", "/gc/heap/allocs-by-size:bytes", "/gc/heap/allocs:bytes", "/gc/heap/allocs:objects",
	"/gc/heap/frees-by-size:bytes", "/gc/heap/frees:bytes", "/gc/heap/frees:objects", "/gc/heap/goal:bytes", "/gc/heap/live:bytes",
	"/gc/heap/objects:objects", "/gc/heap/tiny/allocs:objects", "/gc/limiter/last-enabled:gc-cycle", "/gc/pauses:seconds",
	"/gc/scan/globals:bytes", "/gc/scan/heap:bytes", "/gc/scan/stack:bytes", "/gc/scan/total:bytes", "/gc/stack/starting-size:bytes",
	"/memory/classes/heap/free:bytes", "/memory/classes/heap/objects:bytes", "/memory/classes/heap/released:bytes",
	"/memory/classes/heap/stacks:bytes", "/memory/classes/heap/unused:bytes", "/memory/classes/metadata/mcache/free:bytes",
	"/memory/classes/metadata/mcache/inuse:bytes", "/memory/classes/metadata/mspan/free:bytes", "/memory/classes/metadata/mspan/inuse:bytes",
	"/memory/classes/metadata/other:bytes", "/memory/classes/os-stacks:bytes", "/memory/classes/other:bytes",
	"/memory/classes/profiling/buckets:bytes", "/memory/classes/total:bytes", "/sched/gomaxprocs:threads",
	"/sched/goroutines-created:goroutines", "/sched/goroutines/not-in-go:goroutines", "/sched/goroutines/runnable:goroutines",
	"/sched/goroutines/running:goroutines", "/sched/goroutines/waiting:goroutines", "/sched/goroutines:goroutines",
	"/sched/latencies:seconds", "/sched/pauses/stopping/gc:seconds", "/sched/pauses/stopping/other:seconds", "/sched/pauses/total/gc:seconds",
	"/sched/pauses/total/other:seconds", "/sched/threads/total:threads", "/sync/mutex/wait/total:seconds",
}

// readMetricNames is the names of all metrics. Tests of runtime/metrics link to it.
//
//go:linkname readMetricNames runtime/metrics_test.runtime_readMetricNames
func readMetricNames() []string {
	names := append([]string(nil), metricNames[:]...)
	for _, g := range godebugs.All {
		if !g.Opaque {
			names = append(names, "/godebug/non-default-behavior/"+g.Name+":events")
		}
	}
	return names
}
