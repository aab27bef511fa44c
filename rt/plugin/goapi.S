// goapi.S - package plugin's functions without a body in Go.
#include "arch/amd64/gosys.h"
	GO_SYS "plugin.load", rt_plugin_load
