package runtime

import "unsafe"

// Execution traces: C collects the events (rt/diag/trace.c); here is who starts and ends generations, and what package runtime/trace links to.

// traceSema is held by who starts, advances or stops the trace. traceDone counts generations that the reader has read to their end.
var (
	traceSema uint32 = 1
	traceDone uint32
	traceTick bool // the goroutine that advances the trace is alive; traceSema
	traceOn   bool // traceSema
)

//go:noescape
func semacquire(addr *uint32)

//go:noescape
func semrelease(addr *uint32)

func traceStartC() int
func traceAdvanceC(stop bool) bool
func tracePeriod() int64

// traceReadC returns the next piece of the trace: n bytes at p, which stay until the next call. n 0: ask again; -1: the end of a generation was
// read before; -2: that of the trace.
func traceReadC() (p *byte, n int)

// StartTrace enables tracing for the current process. While tracing, the data is buffered and available via [ReadTrace]. StartTrace returns an error if
// tracing is enabled already. Most clients use package runtime/trace or the -trace flag of testing.
func StartTrace() error {
	semacquire(&traceSema)
	if traceStartC() != 0 {
		semrelease(&traceSema)
		return errorString("tracing is already enabled")
	}
	traceOn = true
	if !traceTick {
		traceTick = true
		newSystemGoroutine(traceAdvancer)
	}
	semrelease(&traceSema)
	return nil
}

// StopTrace stops tracing, if it was enabled. It returns only after all reads for the trace have completed.
func StopTrace() { traceAdvance(true) }

// ReadTrace returns the next chunk of tracing data and blocks until there is some. It returns nil when tracing is off and all data has been returned. The
// data must be copied before the next call. Only one goroutine at a time may read.
func ReadTrace() []byte {
	for {
		p, n := traceReadC()
		if n > 0 {
			return unsafe.Slice(p, n)
		}
		if n < 0 {
			semrelease(&traceDone)
		}
		if n == -2 {
			return nil
		}
	}
}

//go:linkname traceAdvance

// traceAdvance ends the generation that events go to, and with stop the trace, and waits until its end has been read.
func traceAdvance(stop bool) {
	semacquire(&traceSema)
	if traceAdvanceC(stop) {
		traceOn = !stop
		semacquire(&traceDone)
	}
	semrelease(&traceSema)
}

// traceAdvancer makes a new generation in each period while there is a trace. It ends when it finds none.
func traceAdvancer() {
	for {
		if period := tracePeriod(); period > 0 {
			profileSleep(period)
		} else {
			Gosched()
		}
		traceAdvance(false)
		semacquire(&traceSema)
		if !traceOn {
			traceTick = false
			semrelease(&traceSema)
			return
		}
		semrelease(&traceSema)
	}
}

//go:linkname trace_runtime_traceClockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func trace_runtime_traceClockUnitsPerSecond() uint64 { return 1000000000 }

//go:linkname traceClockNow
func traceClockNow() uint64 { return uint64(nanotime()) }
