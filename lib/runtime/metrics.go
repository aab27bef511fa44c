package runtime

import "unsafe"

// runtime/metrics. Names that are not here are reported as unknown (KindBad), which the package allows.

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

func schedMetric(which int) int

//go:linkname readMetrics runtime/metrics.runtime_readMetrics
func readMetrics(samplesp unsafe.Pointer, len int, cap int) {
	samples := unsafe.Slice((*metricSample)(samplesp), len)
	var m MemStats
	ReadMemStats(&m)
	for i := range samples {
		s := &samples[i]
		v, ok := metricValue(s.name, &m)
		if !ok {
			if f := godebugMetrics[s.name]; f != nil {
				v, ok = f(), true
			}
		}
		s.kind, s.scalar, s.pointer = 0, 0, nil
		if ok {
			s.kind, s.scalar = 1, v
		}
	}
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
		return uint64(schedMetric(0)), true
	case "/sched/goroutines:goroutines":
		return uint64(NumGoroutine()), true
	case "/sched/goroutines-created:goroutines":
		return uint64(schedMetric(1)), true
	case "/sched/threads/total:threads":
		return uint64(schedMetric(2)), true
	case "/cgo/go-to-c-calls:calls":
		return 0, true
	}
	return 0, false
}
