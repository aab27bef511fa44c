// goapi.S - package plugin's functions without a body in Go.
#include "arch/amd64/gosys.h"
	GO_SYS "plugin.check", rt_plugin_check
	GO_SYS "plugin.load", rt_plugin_load
