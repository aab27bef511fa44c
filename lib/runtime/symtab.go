package runtime

import "unsafe"

// Positions in code: Callers, Frames, Func. The tables are the linker's (abi/functab.h), their readers C (rt/diag).
//
// A word that Callers returns is a return address, with the number of the logical frame in its top 16 bits when calls were inlined: 0 is the innermost.

const pcBits = 48

// logicalFrame is LogicalFrame of rt/rt.h.
type logicalFrame struct {
	name      *byte
	file      *byte
	line      int32
	startLine int32
	entry     uintptr
	wrapper   bool
}

const maxInline = 40

// pcLines fills the logical frames of pc, innermost first. isCall: pc is a return address.
//
//go:noescape
func pcLines(pc uintptr, isCall bool, out *logicalFrame, max int) int

//go:noescape
func callers(skip int, pcs []uintptr) int

//go:noescape
func stackText(buf []byte, all bool) int

// funcAt is the record of the function that contains pc, nil if none.
//
//go:noescape
func funcAt(pc uintptr) *Func

// funcName, funcEntry read a record.
//
//go:noescape
func funcNameC(f *Func) *byte

//go:noescape
func funcEntryC(f *Func) uintptr

func cstring(p *byte) string {
	if p == nil {
		return ""
	}
	n := 0
	for *(*byte)(add(unsafe.Pointer(p), uintptr(n))) != 0 {
		n++
	}
	return unsafe.String(p, n)
}

// A Func represents a Go function in the running binary.
type Func struct {
	opaque struct{} // a FuncRec in the tables, or an inlinedFunc
}

// inlinedFunc is the Func of a call that was inlined. Its first word cannot be that of a FuncRec.
type inlinedFunc struct {
	mark  uint32 // ^0
	line  int32
	entry uintptr
	name  string
	file  string
}

func (f *Func) inlined() *inlinedFunc {
	if i := (*inlinedFunc)(unsafe.Pointer(f)); i.mark == ^uint32(0) {
		return i
	}
	return nil
}

// FuncForPC returns a *[Func] describing the function that contains the given program counter address, or else nil.
//
// If pc represents multiple functions because of inlining, it returns the *Func describing the innermost function, but with an entry of the outermost
// function.
func FuncForPC(pc uintptr) *Func {
	index := int(pc >> pcBits)
	pc &= 1<<pcBits - 1
	f := funcAt(pc)
	if f == nil {
		return nil
	}
	var lf [maxInline]logicalFrame
	n := pcLines(pc, false, &lf[0], maxInline)
	if index >= n-1 || pc == funcEntryC(f) {
		return f
	}
	l := &lf[index]
	i := &inlinedFunc{mark: ^uint32(0), line: l.startLine, entry: l.entry, name: cstring(l.name), file: cstring(l.file)}
	return (*Func)(unsafe.Pointer(i))
}

// Name returns the name of the function.
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if i := f.inlined(); i != nil {
		return nameForPrint(i.name)
	}
	return nameForPrint(cstring(funcNameC(f)))
}

// Entry returns the entry address of the function.
func (f *Func) Entry() uintptr {
	if i := f.inlined(); i != nil {
		return i.entry
	}
	return funcEntryC(f)
}

// FileLine returns the file name and line number of the source code corresponding to the program counter pc. The result will not be accurate if pc is
// not a program counter within f.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if i := f.inlined(); i != nil {
		return i.file, int(i.line)
	}
	var lf [maxInline]logicalFrame
	index := int(pc >> pcBits)
	n := pcLines(pc&(1<<pcBits-1), false, &lf[0], maxInline)
	if n == 0 {
		return "?", 0
	}
	if index >= n {
		index = n - 1
	}
	return cstring(lf[index].file), int(lf[index].line)
}

// nameForPrint shortens type arguments to [...].
func nameForPrint(name string) string {
	open, end := -1, -1
	for i := 0; i < len(name); i++ {
		if name[i] == '[' && open < 0 {
			open = i
		}
		if name[i] == ']' {
			end = i
		}
	}
	if open < 0 || end <= open {
		return name
	}
	return name[:open] + "[...]" + name[end+1:]
}

// Frames may be used to get function/file/line information for a slice of PC values returned by [Callers].
type Frames struct {
	callers []uintptr
	next    uintptr // logical frame to come before callers, 0: none
	ahead   Frame
	have    bool
	started bool
}

// Frame is the information returned by [Frames] for each call frame.
type Frame struct {
	// PC is the program counter for the location in this frame. For a frame that calls another frame, this will be the program counter of a call
	// instruction. Because of inlining, multiple frames may have the same PC value, but different symbolic information.
	PC uintptr

	// Func is the Func value of this call frame. This may be nil for non-Go code or fully inlined functions.
	Func *Func

	// Function is the package path-qualified function name of this call frame. If non-empty, this string uniquely identifies a single function in the
	// program. This may be the empty string if not known. If Func is not nil then Function == Func.Name().
	Function string

	// File and Line are the file name and line number of the location in this frame. For non-leaf frames, this will be the location of a call. These may
	// be the empty string and zero, respectively, if not known. The file name uses forward slashes, even on Windows.
	File string
	Line int

	// Entry point program counter for the function; may be zero if not known. If Func is not nil then Entry == Func.Entry().
	startLine int
	Entry     uintptr
	symbol    string
}

// CallersFrames takes a slice of PC values returned by [Callers] and prepares to return function/file/line information. Do not change the slice until
// you are done with the [Frames].
func CallersFrames(callers []uintptr) *Frames { return &Frames{callers: callers} }

// Next returns a [Frame] representing the next call frame in the slice of PC values. If it has already returned all call frames, Next returns a zero
// [Frame].
//
// The more result indicates whether the next call to Next will return a valid [Frame]. It does not necessarily indicate whether this call returned one.
//
// See the [Frames] example for idiomatic usage.
func (ci *Frames) Next() (frame Frame, more bool) {
	if !ci.started {
		ci.started = true
		ci.have = ci.expand(&ci.ahead)
	}
	if !ci.have {
		return Frame{}, false
	}
	frame = ci.ahead
	ci.have = ci.expand(&ci.ahead)
	return frame, ci.have
}

// expand makes the next frame.
func (ci *Frames) expand(out *Frame) bool {
	var lf [maxInline]logicalFrame
	for {
		v := ci.next
		ci.next = 0
		if v == 0 {
			if len(ci.callers) == 0 {
				*out = Frame{}
				return false
			}
			v, ci.callers = ci.callers[0], ci.callers[1:]
		}
		index, pc := v>>pcBits, v&(1<<pcBits-1)
		f := funcAt(pc - 1)
		if f == nil {
			f = funcAt(pc)
		}
		if f == nil {
			if pcLines(pc, true, &lf[0], maxInline) == 1 { // C, in a CPU profile
				name := "runtime." + cstring(lf[0].name)
				*out = Frame{PC: pc - 1, Function: name, Entry: lf[0].entry, symbol: name}
				return true
			}
			continue
		}
		entry := funcEntryC(f)
		isCall := pc > entry
		n := uintptr(pcLines(pc, isCall, &lf[0], maxInline))
		if index >= n {
			continue
		}
		// Addresses that were read from a printed trace have no frames for inlined calls: add them, unless they follow. The last address stands for
		// itself only: runtime/pprof asks for one at a time.
		for i := index + 1; i < n && len(ci.callers) > 0; i++ {
			if ci.callers[0] == pc|i<<pcBits {
				break
			}
			if !lf[i].wrapper {
				ci.next = pc | i<<pcBits
				break
			}
		}
		if isCall {
			pc--
		}
		l := &lf[index]
		*out = Frame{PC: pc | index<<pcBits, Function: nameForPrint(cstring(l.name)), File: cstring(l.file), Line: int(l.line), startLine: int(l.startLine),
			Entry: entry, symbol: cstring(l.name)}
		if index == n-1 {
			out.Func = f
		}
		return true
	}
}

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int { return f.startLine }

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string { return f.symbol }

//go:linkname runtime_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func runtime_expandFinalInlineFrame(stk []uintptr) []uintptr {
	if len(stk) == 0 {
		return stk
	}
	var lf [maxInline]logicalFrame
	v := stk[len(stk)-1]
	pc := v & (1<<pcBits - 1)
	n := uintptr(pcLines(pc, true, &lf[0], maxInline))
	for i := v>>pcBits + 1; i < n; i++ {
		if !lf[i].wrapper {
			stk = append(stk, pc|i<<pcBits)
		}
	}
	return stk
}

// Stack formats a stack trace of the calling goroutine into buf and returns the number of bytes written to buf. If all is true, Stack formats stack
// traces of all other goroutines into buf after the trace for the current goroutine.
//
//go:noinline
func Stack(buf []byte, all bool) int { return stackText(buf, all) }

// What upstream's error.go needs for panicwrap.

type funcInfo struct {
	f      *Func
	module unsafe.Pointer // not nil if f is not; gc has a pointer here
}

func findfunc(pc uintptr) funcInfo {
	f := funcAt(pc)
	return funcInfo{f, unsafe.Pointer(f)}
}

func funcname(f funcInfo) string          { return cstring(funcNameC(f.f)) }
func funcNameForPrint(name string) string { return nameForPrint(name) }
