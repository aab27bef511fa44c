package main

import "iter"

func next(n int) {
	it, stop := iter.Pull(func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	})
	for {
		v, ok := it()
		if !ok || v == n-3 {
			break
		}
	}
	stop()
}
