package main

import "fmt"

var (
	a     = b + c()
	b     = d * 2
	d     = func() int { fmt.Println("d"); return 5 }()
	x, y  = pair()
	_     = side("blank")
	table = [...]string{3: "three", 1: "one", 5: "five"}
	m     = map[string][]int{"k": {1, 2, a}}
)

const (
	KB = 1 << (10 * (iota + 1))
	MB
	_
	TB
)

type Weekday uint8

const (
	Sun Weekday = iota
	Mon
	Tue
	Last = Tue
)

const huge = 1 << 200
const third = 1.0 / 3

func c() int              { fmt.Println("c", b); return b + 1 }
func pair() (int, string) { fmt.Println("pair"); return a, "y" }
func side(s string) int   { fmt.Println(s); return 0 }

func init() { fmt.Println("init1", a, b, d, x, y) }
func init() { fmt.Println("init2", len(table), m) }

type bits uint

func (b bits) has(i uint) bool { return b&(1<<i) != 0 }

func labels() string {
	s := ""
	i := 0
again:
	for {
		for j := range 5 {
			if j == i {
				i++
				s += fmt.Sprint(j)
				if i == 4 {
					break again
				}
				continue again
			}
		}
	}
	if len(s) < 8 {
		s += "-"
		goto again2
	}
	return s
again2:
	return s + "goto"
}

func variadic(pre string, xs ...any) string { return fmt.Sprint(pre, len(xs), xs == nil) }

func multi() (a, b int, c string) { return 1, 2, "three" }

func take(a, b int, c string) string { return fmt.Sprint(a+b, c) }

func order() {
	tr := func(s string, v int) int { fmt.Print(s, " "); return v }
	arr := []int{0, 0, 0}
	arr[tr("i", 1)], arr[tr("j", 2)] = tr("a", 10), tr("b", 20)
	i := 0
	i, arr[i] = 2, 7
	fmt.Println(arr, i)
	arr[0], arr[1], arr[2] = arr[2], arr[0], arr[1]
	fmt.Println(arr, map[int]int{tr("k", 1): tr("v", 2)}, tr("x", 1)+tr("y", 2)*tr("z", 3))
}

func main() {
	fmt.Println(KB, MB, TB, huge>>198, third, Last, Mon)
	fmt.Printf("%T %T %T %T\n", Tue, 'a', 1.0, third)
	fmt.Println(bits(5).has(0), bits(5).has(1), labels(), variadic("a"), variadic("b", nil), variadic("c", []any{}...), variadic("d", 1, 2), take(multi()))
	order()
	var arr [3][2]int
	brr := arr
	brr[1][1] = 5
	pa := &arr
	for i, row := range pa {
		row[0] = i
		pa[i][0] = i * i
	}
	fmt.Println(arr, brr, arr == brr, len(pa))
	type pt struct{ x, y int }
	pts := map[pt]*pt{{1, 2}: {3, 4}}
	fmt.Println(*pts[pt{1, 2}], []pt{{1, 2}, 3: {y: 5}}, [...]int{9: 1}, struct{ pt }{pt{1, 1}})
	var s []int
	for i := range 10 {
		s = append(s, i)
	}
	s2 := append(s[:2], s[5:]...)
	fmt.Println(s, s2, len(s2), cap(s[2:4:6]), min(3, 1, 2), max(2.5, 1))
}
