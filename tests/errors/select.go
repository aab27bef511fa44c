package p

func _(c chan int, ro <-chan int, so chan<- int, x int) {
	select {
	case x > 1: // ERROR "select case must be send or receive"
	case c <- "a": // ERROR "cannot use \"a\" \(untyped string constant\) as int value in send"
	case ro <- 1: // ERROR "cannot send to receive-only channel"
	case x = <-so: // ERROR "cannot receive from send-only channel"
	case v, ok := <-c:
		_, _ = v, ok
	case x = <-c:
	default:
	default: // ERROR "multiple defaults"
	}
	x <- 1 // ERROR "cannot send to non-channel int x \(variable of type int\)"
	_ = <-x // ERROR "cannot receive from non-channel int x \(variable of type int\)"
}
