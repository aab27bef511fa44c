// Package impl is the extension.
package impl

import "strings"

type Impl struct{}

//go:noinline
func (Impl) Add(a, b int) int { return a + b }

//go:noinline
func (Impl) Upper(s string) string { return strings.ToUpper(s) }
