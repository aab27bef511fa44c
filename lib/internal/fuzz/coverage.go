// Package fuzz is upstream's but for this file: what it knows of the counters of edges.
//
// A worker clears, rounds and compares all counters for each input that it tries, which takes longer than most inputs do. Nearly all of them
// are zero: the snapshot is told from the one before by the words that were not, and these are all that is looked at again.
package fuzz

import (
	"math/bits"
	"unsafe"
)

// bounds is where the counters begin and end, a number of groups, and the tokens: the linker puts it in.
var bounds [4]uintptr

var (
	coverageEnabled  = len(coverage()) > 0
	coverageSnapshot = make([]byte, len(coverage()))
	touched          []int32 // the words of coverageSnapshot that are not zero
)

const (
	word    = 8
	group   = 8 * word
	half    = 0x7f7f7f7f7f7f7f7f // of each byte, what a shift by one leaves
	quarter = 0x3f3f3f3f3f3f3f3f
	nibble  = 0x0f0f0f0f0f0f0f0f
)

func coverage() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(bounds[0])), int(bounds[1]-bounds[0]))
}

// words is b as numbers, without what is left behind them.
func words(b []byte) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/word)
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
	to := words(coverageSnapshot)
	for _, i := range touched {
		to[i] = 0
	}
	touched = touched[:0]
	now := unsafe.Slice((*[group / word]uint64)(unsafe.Pointer(bounds[0])), len(coverageSnapshot)/group)
	for i := range now {
		g := &now[i]
		if g[0]|g[1]|g[2]|g[3]|g[4]|g[5]|g[6]|g[7] == 0 {
			continue
		}
		for k, x := range g {
			if x != 0 {
				at := i*len(g) + k
				to[at] = powers(x)
				touched = append(touched, int32(at))
			}
		}
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
	n := 0
	x, y := words(snapshot), words(base)
	if unsafe.SliceData(snapshot) == unsafe.SliceData(coverageSnapshot) {
		for _, i := range touched {
			n += bits.OnesCount64(x[i] &^ y[i])
		}
		return n
	}
	for i, w := range x {
		if w != 0 {
			n += bits.OnesCount64(w &^ y[i])
		}
	}
	for i := len(x) * word; i < len(snapshot); i++ {
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
	for i, b := range snapshot {
		if b&base[i] != 0 {
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
