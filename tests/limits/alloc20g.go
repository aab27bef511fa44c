// 20 GB allocated in objects from 16 bytes to 1 MB, 50 MB of them alive at any time.
package main

type node struct {
	next *node
	buf  []byte
}

func main() {
	sizes := [...]int{16, 48, 100, 256, 700, 2048, 5000, 16 << 10, 40 << 10, 200 << 10, 1 << 20}
	const total, alive = 20 << 30, 50 << 20
	var head, tail *node
	sum, held, seed := 0, 0, uint32(1)
	for sum < total {
		seed = seed*1664525 + 1013904223
		n := &node{buf: make([]byte, sizes[seed>>16%uint32(len(sizes))])}
		n.buf[len(n.buf)-1] = byte(seed)
		if tail == nil {
			head = n
		} else {
			tail.next = n
		}
		tail = n
		sum += len(n.buf)
		held += len(n.buf)
		for held > alive {
			held -= len(head.buf)
			head = head.next
		}
	}
	println("allocated", sum>>30, "GB, held", held>>20, "MB")
}
