// The extension as a plugin.
//
//vole:capabilities
package main

import "example.com/extend/impl"

// Extension is what the opened and the isolated host look up, New what the manager calls.
var Extension impl.Impl

func New() any { return impl.Impl{} }

func Add(a, b int) int { return impl.Impl{}.Add(a, b) }

func Upper(s string) string { return impl.Impl{}.Upper(s) }
