package api

import "weak"

type Point struct{ X, Y int }

// What a host keeps of a plugin.
var (
	Kept any
	Weak weak.Pointer[int]
)
