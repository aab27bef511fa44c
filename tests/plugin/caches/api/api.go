package api

import "weak"

type Point struct{ X, Y int }
type Size int

// What a host keeps of a plugin.
var (
	Kept any
	Weak weak.Pointer[int]
)
