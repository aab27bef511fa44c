// goapi.S - package plugin's functions without a body in Go.
#include "arch/amd64/gosys.h"
	GO_SYS "plugin.readFile", rt_plugin_read
	GO_SYS "plugin.isSame", rt_plugin_is_same
	GO_SYS "plugin.link", rt_plugin_link
	GO_SYS "plugin.drop", rt_plugin_drop
	GO_SYS "plugin.unload", rt_plugin_unload
	GO_SYS "plugin.variable", rt_plugin_variable
	GO_SYS "plugin.hostInits", rt_child_inits
	GO_SYS "vole/plugin/process.programSum", rt_child_program
