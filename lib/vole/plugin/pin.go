package plugin

import _ "unsafe" // for go:linkname

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// processor is the number of the one that runs this, just now.
func processor() int {
	id := procPin()
	procUnpin()
	return id
}
