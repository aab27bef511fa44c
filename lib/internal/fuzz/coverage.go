// Package fuzz is upstream's but for this file: what it knows of the counters of edges.
//
// A worker clears, rounds and compares all counters for each input that it tries, which takes longer than most inputs do. So it is done for
// eight of them at a time, and most of the eight are zero.
package fuzz

import (
	"math/bits"
	"unsafe"
)

// edgeCounters is where the counters begin and end: the linker puts it in.
var edgeCounters [2]uintptr

var (
	coverageEnabled  = edgeCounters[0] < edgeCounters[1]
	coverageSnapshot = make([]byte, len(coverage()))
)

const (
	word    = 8
	half    = 0x7f7f7f7f7f7f7f7f // of each byte, what a shift by one leaves
	quarter = 0x3f3f3f3f3f3f3f3f
	nibble  = 0x0f0f0f0f0f0f0f0f
)

func coverage() []byte {
	bounds := (*[2]uintptr)(unsafe.Pointer(&edgeCounters))
	return unsafe.Slice((*byte)(unsafe.Pointer(bounds[0])), int(bounds[1]-bounds[0]))
}

// wordAt is the eight bytes of b at i, which are there.
func wordAt(b []byte, i int) *uint64 {
	return (*uint64)(unsafe.Pointer(&b[i : i+word][0]))
}

// ResetCoverage sets all counters to 0.
func ResetCoverage() {
	clear(coverage())
}

// powers is each byte of x rounded down to a power of two.
func powers(x uint64) uint64 {
	x |= x >> 1 & half
	x |= x >> 2 & quarter
	x |= x >> 4 & nibble
	return x - x>>1&half
}

// SnapshotCoverage puts the counters, each rounded down to a power of two, into coverageSnapshot: what the coordinator keeps of a counter is
// the set of such powers.
func SnapshotCoverage() {
	now, to := coverage(), coverageSnapshot
	i := 0
	for ; i+word <= len(now); i += word {
		x := *wordAt(now, i)
		if x != 0 {
			x = powers(x)
		}
		*wordAt(to, i) = x
	}
	for ; i < len(now); i++ {
		to[i] = byte(powers(uint64(now[i])))
	}
}

// diffCoverage is what snapshot has and base has not, nil if that is nothing.
func diffCoverage(base, snapshot []byte) []byte {
	if len(base) != len(snapshot) {
		panic("fuzz: coverage of another program")
	}
	if countNewCoverageBits(base, snapshot) == 0 {
		return nil
	}
	diff := make([]byte, len(snapshot))
	for i, b := range snapshot {
		diff[i] = b &^ base[i]
	}
	return diff
}

// countNewCoverageBits counts the bits that snapshot has and base has not.
func countNewCoverageBits(base, snapshot []byte) int {
	n, i := 0, 0
	for ; i+word <= len(snapshot); i += word {
		if x := *wordAt(snapshot, i); x != 0 {
			n += bits.OnesCount64(x &^ *wordAt(base, i))
		}
	}
	for ; i < len(snapshot); i++ {
		n += bits.OnesCount8(snapshot[i] &^ base[i])
	}
	return n
}

// isCoverageSubset: snapshot has all that base has.
func isCoverageSubset(base, snapshot []byte) bool {
	return countNewCoverageBits(snapshot, base) == 0
}

// hasCoverageBit: they have some bit in common.
func hasCoverageBit(base, snapshot []byte) bool {
	i := 0
	for ; i+word <= len(snapshot); i += word {
		if *wordAt(snapshot, i)&*wordAt(base, i) != 0 {
			return true
		}
	}
	for ; i < len(snapshot); i++ {
		if snapshot[i]&base[i] != 0 {
			return true
		}
	}
	return false
}

func countBits(cov []byte) int {
	n := 0
	for _, c := range cov {
		n += bits.OnesCount8(c)
	}
	return n
}
