package in

func Outer(f func() int) int {
	return Middle(f) +
		Middle(f)
}
