package p

func one() int { return 1 }

func a() int           { return } // ERROR "not enough return values"
func b() (int, string) { return 1 } // ERROR "not enough return values"
func c()               { return 1 } // ERROR "too many return values"
func d() (int, int)    { return one() } // ERROR "not enough return values"
func e() int           { return "a" } // ERROR "cannot use \"a\" \(untyped string constant\) as int value in return statement"
func f() (x int, err error) { return }
func g() (x int) {
	{
		x := 2
		_ = x
		return // ERROR "result parameter x not in scope at return"
	}
}
