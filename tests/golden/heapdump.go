package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"unsafe"
)

// runtime/debug.WriteHeapDump: every record is read, and what the program knows of itself is found in them.
type small struct {
	mark [2]uint64
	p    *int
	n    uintptr
	q    *int
}
type big struct {
	pad [100]uintptr
	p   *int
	end uintptr
}
type namer interface{ name() string }

type value int

func (value) name() string { return "value" }

type object struct {
	addr   uint64
	data   []byte
	fields []uint64
}

var (
	global  *small
	large   *big
	huge    []*int
	kept    namer
	counts  = map[uint64]int{}
	objects []object
	segs    []object
	types   = map[uint64]string{}
	itabs   = map[uint64]uint64{}
	fins    []uint64
	frames  = map[string]bool{}
	reasons = map[string]bool{}
	arch    string
	mallocs uint64
)

type reader struct{ *bufio.Reader }

func (r reader) num() uint64 {
	v, err := binary.ReadUvarint(r)
	if err != nil {
		panic(err)
	}
	return v
}
func (r reader) nums(n int) (v []uint64) {
	for range n {
		v = append(v, r.num())
	}
	return v
}
func (r reader) bytes() []byte {
	b := make([]byte, r.num())
	if _, err := io.ReadFull(r, b); err != nil {
		panic(err)
	}
	return b
}
func (r reader) fields() (list []uint64) {
	for {
		switch kind := r.num(); kind {
		case 0:
			return list
		case 1:
			list = append(list, r.num())
		default:
			panic(fmt.Sprint("field kind ", kind))
		}
	}
}
func (r reader) object() object { return object{r.num(), r.bytes(), r.fields()} }

func (r reader) record(tag uint64) {
	counts[tag]++
	switch tag {
	case 1:
		objects = append(objects, r.object())
	case 3:
		addr := r.nums(2)[0]
		types[addr] = string(r.bytes())
		r.num()
	case 4:
		r.nums(8)
		reasons[string(r.bytes())] = true
		r.nums(4)
	case 5:
		r.nums(3)
		r.bytes()
		r.nums(3)
		frames[string(r.bytes())] = true
		r.fields()
	case 6:
		r.nums(4)
		arch = string(r.bytes())
		r.bytes()
		r.num()
	case 7, 11:
		fins = append(fins, r.nums(5)[0])
	case 8:
		v := r.nums(2)
		itabs[v[0]] = v[1]
	case 9:
		r.nums(3)
	case 10:
		mallocs = r.nums(24 + 256 + 1)[4]
	case 12, 13:
		segs = append(segs, r.object())
	case 14:
		r.nums(7)
	case 15:
		r.nums(6)
	case 16:
		v := r.nums(3)
		for range v[2] {
			r.bytes()
			r.bytes()
			r.num()
		}
		r.nums(2)
	case 17:
		r.nums(2)
	default:
		panic(fmt.Sprint("tag ", tag))
	}
}

// at is the object that holds p, and the offset in it.
func at(list []object, p unsafe.Pointer) (object, uint64) {
	for _, o := range list {
		if d := uint64(uintptr(p)) - o.addr; d < uint64(len(o.data)) {
			return o, d
		}
	}
	panic("not in the dump")
}
func word(o object, off uint64) uint64 { return binary.LittleEndian.Uint64(o.data[off:]) }

//go:noinline
func blocked(c chan int, local *small) {
	<-c
	runtime.KeepAlive(local)
}

func main() {
	global = &small{mark: [2]uint64{0x1122334455667788, 0x99aabbccddeeff00}, p: new(int), n: 77, q: new(int)}
	large = &big{p: new(int), end: 0xfeed}
	huge = make([]*int, 20000)
	kept = value(3)
	huge[12345] = new(int)
	x := &small{}
	runtime.SetFinalizer(x, func(*small) {})
	go blocked(make(chan int), &small{})
	runtime.Gosched()
	f, err := os.CreateTemp("", "dump")
	if err != nil {
		panic(err)
	}
	defer os.Remove(f.Name())
	debug.WriteHeapDump(f.Fd())
	f.Seek(0, 0)
	r := reader{bufio.NewReader(f)}
	line, _ := r.ReadString('\n')
	fmt.Printf("%q\n", line)
	for tag := r.num(); tag != 0; tag = r.num() {
		r.record(tag)
	}
	_, err = r.ReadByte()
	fmt.Println("end", err, arch, mallocs > 0)
	fmt.Println("some", counts[1] > 20, counts[3] > 0, counts[4] >= 2, counts[5] > 3, counts[6], counts[7] > 0, counts[8] > 0, counts[9] > 0,
		counts[10], counts[12] > 0, counts[13] > 0)

	o, d := at(objects, unsafe.Pointer(global))
	fmt.Printf("small %x %x %d\n", word(o, d), word(o, d+8), word(o, d+24))
	fmt.Println("pointers", slices.Contains(o.fields, d), slices.Contains(o.fields, d+16), slices.Contains(o.fields, d+24), slices.Contains(o.fields, d+32))
	o, d = at(objects, unsafe.Pointer(large))
	fmt.Printf("big %x %v\n", word(o, d+808), slices.Contains(o.fields, d+800) && !slices.Contains(o.fields, d+808) && !slices.Contains(o.fields, d+8))
	o, d = at(objects, unsafe.Pointer(&huge[12345]))
	fmt.Println("huge", word(o, d) == uint64(uintptr(unsafe.Pointer(huge[12345]))), slices.Contains(o.fields, d))
	o, d = at(segs, unsafe.Pointer(&global))
	fmt.Println("variable", word(o, d) == uint64(uintptr(unsafe.Pointer(global))), slices.Contains(o.fields, d))
	fmt.Println("itab", types[itabs[uint64(*(*uintptr)(unsafe.Pointer(&kept)))]])
	fmt.Println("finalizer", slices.Contains(fins, uint64(uintptr(unsafe.Pointer(x)))))
	fmt.Println("frames", frames["main.main"], frames["main.blocked"], reasons["chan receive"], reasons["dumping heap"])
	for n := range frames {
		if strings.HasPrefix(n, "runtime.SetFinalizer") {
			fmt.Println("a frame that is gone:", n)
		}
	}
	runtime.KeepAlive(x)
}
