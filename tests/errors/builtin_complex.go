package p

func _(f float32, g float64, i int, c complex64) {
	_ = complex(f, g) // ERROR "mismatched types float32 and float64"
	_ = complex(i, i) // ERROR "arguments have type int, expected floating-point"
	_ = complex("a", 1) // ERROR "mismatched types|expected floating-point"
	_ = real(g) // ERROR "argument has type float64, expected complex type"
	_ = imag("a") // ERROR "expected complex type"
	var x float32 = real(c)
	var y float64 = imag(c) // ERROR "cannot use imag\(c\) \(value of type float32\) as float64 value in variable declaration"
	const k = real(1 + 2i)
	var z complex64 = complex(1, f)
	_, _, _ = x, y, z
}
