// hotapi.S - package vole/hot's functions without a body in Go.
#include "arch/amd64/gosys.h"
	GO_SYS "vole/hot.load", rt_patch_load
	GO_SYS "vole/hot.apply", rt_patch_apply
	GO_SYS "vole/hot.done", rt_patch_done
	GO_SYS "vole/hot.sweep", rt_patch_sweep
	GO_LEAF "vole/hot.socket", rt_patch_name
	GO_LEAF "vole/hot.notes", rt_patch_notes
	GO_LEAF "vole/hot.notesSize", rt_patch_notes_size
	GO_SYS "vole/hot.wait", rt_patch_wait
	GO_SYS "vole/hot.newSystemGoroutine", rt_new_system_goroutine
