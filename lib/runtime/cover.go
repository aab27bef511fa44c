package runtime

import "unsafe"

// What the compiler makes of a package whose blocks are counted (src/ir/gen_counters.c).
type coveredPackage struct {
	meta     unsafe.Pointer
	path     string
	counters *uint32
	words    int
	metaLen  uint32
	mode     uint8
	_        [3]byte
	hash     [16]byte
}

// As internal/coverage/rtcov's CovCounterBlob.
type coverCounterBlob struct {
	counters *uint32
	len      uint64
}

var coverCounters []coverCounterBlob

//go:linkname rtcov_AddMeta internal/coverage/rtcov.AddMeta
func rtcov_AddMeta(p unsafe.Pointer, dlen uint32, hash [16]byte, pkgpath string, pkgid int, cmode uint8, cgran uint8) uint32

// coverPackage is what the initialiser of such a package calls first. Functions of it may have run before: what they counted stands;
// the heads in front of the counters lack nothing but the number that the package gets here.
func coverPackage(p *coveredPackage) {
	const head, perBlock = 3, 1
	id := rtcov_AddMeta(p.meta, p.metaLen, p.hash, p.path, -1, p.mode, perBlock)
	words := unsafe.Slice(p.counters, p.words)
	for i := 0; i < len(words); i += head + int(words[i]) {
		words[i+1] = id
	}
	coverCounters = append(coverCounters, coverCounterBlob{p.counters, uint64(p.words)})
}

//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []coverCounterBlob { return coverCounters }
