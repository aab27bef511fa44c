package runtime

import "unsafe"

// Select: the front. The work is C (rt/lang/chan.c).

//go:noescape
func selectstart(cases *scase, order *uint16, nsends, nrecvs int, block bool) (int, int)

//go:noescape
func selectfinish(cases *scase, order *uint16, nsends, nrecvs int) (int, int)

// scase is a case of a select statement; the sends come first.
type scase struct {
	c    *hchan
	elem unsafe.Pointer
}

func selectgo(cases *scase, order *uint16, nsends, nrecvs int, block bool) (int, bool) {
	i, r := selectstart(cases, order, nsends, nrecvs, block)
	if i == -2 {
		i, r = selectfinish(cases, order, nsends, nrecvs)
	}
	if r == chanClosed {
		panicSendClosed()
	}
	return i, r != 0
}

// runtimeSelect is a case of reflect.Select.
type runtimeSelect struct {
	dir int
	typ unsafe.Pointer
	ch  *hchan
	val unsafe.Pointer
}

const (
	selectSend    = 1
	selectRecv    = 2
	selectDefault = 3
)

//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(cases []runtimeSelect) (int, bool) {
	if len(cases) == 0 {
		block()
	}
	sel := make([]scase, 0, len(cases))
	orig := make([]int, 0, len(cases))
	dflt := -1
	nsends := 0
	for dir := selectSend; dir <= selectRecv; dir++ {
		for i, rc := range cases {
			switch rc.dir {
			case selectDefault:
				dflt = i
			case dir:
				sel = append(sel, scase{rc.ch, rc.val})
				orig = append(orig, i)
			}
		}
		if dir == selectSend {
			nsends = len(sel)
		}
	}
	if len(sel) == 0 {
		if dflt < 0 {
			block()
		}
		return dflt, false
	}
	order := make([]uint16, 2*len(sel))
	chosen, received := selectgo(&sel[0], &order[0], nsends, len(sel)-nsends, dflt < 0)
	if chosen < 0 {
		return dflt, false
	}
	return orig[chosen], received
}
