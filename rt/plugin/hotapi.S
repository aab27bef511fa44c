// hotapi.S - package vole/hot's functions without a body in Go.
#include "arch/amd64/gosys.h"
	GO_SYS "vole/hot.load", rt_patch_load
	GO_SYS "vole/hot.apply", rt_patch_apply
	GO_SYS "vole/hot.done", rt_patch_done
	GO_SYS "vole/hot.sweep", rt_patch_sweep
