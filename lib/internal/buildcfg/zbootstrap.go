// Package buildcfg: the defaults that upstream's build writes into a file of this name.
package buildcfg

import "runtime"

const (
	DefaultCGO_ENABLED = "0" // vole has no cgo
	DefaultGO386       = "sse2"
	DefaultGOAMD64     = "v1"
	DefaultGOARM       = "7"
	DefaultGOARM64     = "v8.0"
	DefaultGOMIPS      = "hardfloat"
	DefaultGOMIPS64    = "hardfloat"
	DefaultGOPPC64     = "power8"
	DefaultGORISCV64   = "rva20u64"
	DefaultGOFIPS140   = "off"

	defaultGOEXPERIMENT       = ""
	defaultGO_EXTLINK_ENABLED = ""
	defaultGO_LDSO            = ""
	defaultGOOS               = runtime.GOOS
	defaultGOARCH             = runtime.GOARCH

	version = "go1.26"
)
