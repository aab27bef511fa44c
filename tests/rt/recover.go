package main

import "runtime"

type T struct{ n int }

func (t T) val()  { println("val", recover() != nil) }
func (t *T) ptr() { println("ptr", recover() != nil) }

type I interface{ val() }

func helper() any { return recover() }

func named() (err error, n int) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(error)
			n++
		}
	}()
	n = 41
	var a []int
	_ = a[n]
	return nil, 1
}

func loops(k int) (s string) {
	for i := 0; i < k; i++ {
		defer func() { s += string(rune('a' + i)) }()
	}
	return "x"
}

func nested() (out string) {
	defer func() { out += "/outer:" + str(recover()) }()
	defer func() {
		defer func() { out += "/inner:" + str(recover()) }()
		panic("second")
	}()
	panic("first")
}

func str(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return v
	case error:
		return v.Error()
	}
	return "?"
}

func replace() (out string) {
	defer func() { out = str(recover()) + str(recover()) }()
	defer func() { panic("b") }()
	panic("a")
}

func repanic() (out string) {
	defer func() { out = str(recover()) }()
	defer func() {
		r := recover()
		panic("re-" + str(r))
	}()
	panic("x")
}

func notDirect() {
	defer func() {
		println("direct", str(recover()))
	}()
	defer func() {
		println("helper", str(helper()))
		func() { println("nested", str(recover())) }()
	}()
	panic("p")
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, isrt := r.(runtime.Error)
		println(name, str(r), isrt)
	}()
	f()
}

type big [1000]int

func main() {
	e, n := named()
	println(e.Error(), n)
	println(loops(5))
	println(nested())
	println(replace())
	println(repanic())
	notDirect()
	func() { defer T{}.val(); panic(1) }()
	func() { defer (&T{}).ptr(); panic(1) }()
	func() { var t = &T{}; defer t.val(); panic(1) }()
	func() { var i I = T{}; defer i.val(); panic(1) }()
	func() { var i I = &T{}; defer i.val(); panic(1) }()
	func() { f := T{}.val; defer f(); panic(1) }()
	func() {
		defer func() { println("defer recover:", str(recover())) }()
		defer recover()
		panic("dr")
	}()
	var np *T
	var nb *big
	var arr []int
	var m map[string]int
	zero := 0
	var ia any
	var ii I
	var str5 any = "s"
	k := 5
	try("nilptr", func() { println(np.n) })
	try("nilbig", func() { println(nb[999]) })
	try("index", func() { println(arr[k]) })
	try("slice", func() { println(len(arr[k:])) })
	try("slice2", func() { println(len(arr[k:2])) })
	try("slice3", func() { println(len(arr[: 2 : k-10])) })
	try("string", func() { println("abc"[k]) })
	try("strslice", func() { println("abc"[k:]) })
	try("div", func() { println(1 / zero) })
	try("mod", func() { println(1 % zero) })
	try("nilmap", func() { m["a"] = 1 })
	try("assert", func() { println(ia.(int)) })
	try("assert2", func() { println(str5.(int)) })
	try("assert3", func() { println(str5.(I)) })
	try("nilcall", func() { ii.val() })
	try("nilfunc", func() { var f func(); f() })
	try("makeslice", func() { println(len(make([]int, k-10))) })
	try("makechan", func() { println(len(make(chan int, k-10))) })
	try("shift", func() { println(1 << (k - 10)) })
	try("closed", func() { c := make(chan int); close(c); close(c) })
	try("closenil", func() { var c chan int; close(c) })
	try("sendclosed", func() { c := make(chan int, 1); close(c); c <- 1 })
	try("toarray", func() { println(len([4]int(make([]int, k-3)))) })
	try("hash", func() { m := map[any]int{}; m[[]int{1}] = 2 })
	try("cmp", func() { var a, b any = []int{1}, []int{1}; println(a == b) })
	try("cmpstruct", func() { type st struct{ f func() }; var a, b any = st{}, st{}; println(a == b) })
	try("panicnil", func() { panic(nil) })
	try("custom", func() { panic(runtime.Error(nil)) })
	func() {
		defer func() { println("outer", str(recover())) }()
		func() {
			defer func() { println("mid", str(recover())) }()
			defer func() { println("in", str(recover())) }()
			panic("deep")
		}()
		println("continues")
	}()
	done := make(chan bool)
	go func() {
		defer func() { println("goexit deferred", str(recover())); done <- true }()
		defer func() { println("first") }()
		runtime.Goexit()
	}()
	<-done
	go func() {
		defer func() { done <- true }()
		defer func() { println("goexit goes on", str(recover())) }()
		func() {
			defer func() { recover() }()
			defer func() { panic("in goexit") }()
			runtime.Goexit()
			println("not here")
		}()
		println("nor here")
	}()
	<-done
	go func() {
		defer func() { done <- true }()
		defer func() { runtime.Goexit() }()
		panic("aborted by goexit")
	}()
	<-done
	println("end")
}
