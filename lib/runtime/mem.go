package runtime

// MemStats are statistics of the memory allocator. Filled by C (rt/gc/cycle.c), so the layout counts.
type MemStats struct {
	Alloc         uint64 // bytes of heap objects
	TotalAlloc    uint64 // the same, freed ones included
	Sys           uint64 // bytes obtained from the system
	Lookups       uint64 // always 0
	Mallocs       uint64 // heap objects allocated
	Frees         uint64 // heap objects freed
	HeapAlloc     uint64 // = Alloc
	HeapSys       uint64 // bytes of heap address space in use or idle
	HeapIdle      uint64 // bytes of free spans
	HeapInuse     uint64 // bytes of spans with objects
	HeapReleased  uint64 // idle bytes given back to the system
	HeapObjects   uint64 // Mallocs - Frees
	StackInuse    uint64
	StackSys      uint64
	MSpanInuse    uint64
	MSpanSys      uint64
	MCacheInuse   uint64
	MCacheSys     uint64
	BuckHashSys   uint64
	GCSys         uint64
	OtherSys      uint64
	NextGC        uint64 // heap size that starts the next cycle
	LastGC        uint64 // Unix time, ns
	PauseTotalNs  uint64
	PauseNs       [256]uint64 // of the last cycles; the newest at [(NumGC+255)%256]
	PauseEnd      [256]uint64
	NumGC         uint32
	NumForcedGC   uint32
	GCCPUFraction float64
	EnableGC      bool
	DebugGC       bool
	BySize        [61]struct {
		Size    uint32
		Mallocs uint64
		Frees   uint64
	}
}

//go:noescape
func readMemStats(m *MemStats)

// ReadMemStats stops the world and fills m.
func ReadMemStats(m *MemStats) { readMemStats(m) }

// MemProfileRate is the mean number of bytes allocated between two samples of the memory profile; 1 samples every allocation, 0 none. Programs set it
// once, as early as they can. A program that never reads the profile takes no samples.
var MemProfileRate int = 512 * 1024
