package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

type Number interface {
	~int | ~int64 | ~float64
}

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func Fold[T, A any](xs []T, a A, f func(A, T) A) A {
	for _, x := range xs {
		a = f(a, x)
	}
	return a
}

type Tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	n    int
}

type node[K cmp.Ordered, V any] struct {
	k           K
	v           V
	left, right *node[K, V]
}

func (t *Tree[K, V]) Put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch c := cmp.Compare(k, (*p).k); {
		case c < 0:
			p = &(*p).left
		case c > 0:
			p = &(*p).right
		default:
			(*p).v = v
			return
		}
	}
	*p = &node[K, V]{k: k, v: v}
	t.n++
}

func (t *Tree[K, V]) All() func(func(K, V) bool) {
	return func(yield func(K, V) bool) { t.root.walk(yield) }
}

func (n *node[K, V]) walk(yield func(K, V) bool) bool {
	return n == nil || n.left.walk(yield) && yield(n.k, n.v) && n.right.walk(yield)
}

type Celsius float64

func (c Celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

type List[T any] struct {
	head *elem[T]
}
type elem[T any] struct {
	v    T
	next *elem[T]
}

func (l *List[T]) Push(v T) { l.head = &elem[T]{v, l.head} }

type Stringish interface {
	~string
	Len() int
}
type Name string

func (n Name) Len() int { return len(n) }

func Longest[S Stringish](xs ...S) S {
	return slices.MaxFunc(xs, func(a, b S) int { return a.Len() - b.Len() })
}

type Set[T comparable] map[T]struct{}

func (s Set[T]) Add(v T) Set[T] { s[v] = struct{}{}; return s }

type Pair[A, B any] struct {
	First  A
	Second B
}

func MakePair[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{a, b} }

type Alias[T any] = Pair[T, T]

func PtrTo[T any, P interface {
	*T
	Set(string)
}](s string) T {
	var t T
	P(&t).Set(s)
	return t
}

type box struct{ s string }

func (b *box) Set(s string) { b.s = strings.ToUpper(s) }

func Zero[T any]() (z T) { return }

func kind[T any](x T) string {
	switch any(x).(type) {
	case int:
		return "int"
	case []T:
		return "slice of itself"
	case fmt.Stringer:
		return "Stringer"
	case error:
		return "error"
	}
	return fmt.Sprintf("%T", x)
}

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2.5), Sum[Celsius](20, 1.5))
	fmt.Println(Map([]int{1, 2, 3}, func(i int) string { return strings.Repeat("x", i) }))
	fmt.Println(Fold([]string{"a", "b"}, 10, func(n int, s string) int { return n*10 + len(s) }))
	var t Tree[string, int]
	for i, w := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		t.Put(w, i)
	}
	for k, v := range t.All() {
		if k == "quick" {
			break
		}
		fmt.Print(k, "=", v, " ")
	}
	fmt.Println(t.n)
	var l List[Pair[int, string]]
	l.Push(MakePair(1, "one"))
	l.Push(MakePair(2, "two"))
	for e := l.head; e != nil; e = e.next {
		fmt.Printf("%v %T\n", e.v, e.v)
	}
	fmt.Println(Longest[Name]("ab", "abcd", "abc"), len(Set[any]{}.Add(1).Add("1").Add(1)))
	fmt.Printf("%+v %T\n", Alias[int]{1, 2}, Alias[bool]{})
	fmt.Println(PtrTo[box]("hello"), Zero[*int]() == nil, Zero[Celsius]())
	fmt.Println(kind(1), kind(Celsius(1)), kind(errors.New("x")), kind(map[string]int{}), kind[any](nil))
	f := Sum[float64]
	fmt.Printf("%T %v\n", f, f(0.25, 0.5))
	type local[T any] struct{ x T }
	fmt.Printf("%T %v\n", local[int]{3}, local[string]{"s"})
	xs := []Celsius{30, -3, 12}
	slices.Sort(xs)
	fmt.Println(xs, slices.Max(xs), min(xs[0], 1), max("a", "b"))
}
