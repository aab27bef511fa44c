// child.h - a process of its own for a plugin: what its parent (package vole/plugin/process, which writes it: spawn.go) hands over.
//
// The child is the same program, started with CHILD_MARK=3 as the first variable of its environment. Descriptor 3 is a sealed file of memory with a ChildSpec; the others
// are the package's affair. In such a process neither main nor the init functions of the program run, but those that package vole/plugin/process
// needs, and later those that the plugin needs.
#pragma once
#include "os/os.h"
#define CHILD_MARK  "VOLE_PLUGIN_PROCESS"
#define CHILD_MAGIC 0x31646c6968636576 // "vechild1"
enum { CHILD_SPEC_FD = 3, CHILD_MAX_FILTER = 2048 };
typedef struct ChildSpec {
    u64 magic, size;
    u64 program;      // rt_child_program of the parent: it must be the same
    OsConfine limits; // its filter follows behind this struct, 8 bytes an instruction
} ChildSpec;

// Weak where it is asked for: in programs without plugins it is not there.
typedef struct ChildEntry {
    void (*begin)(
        void); // SYSTEM: in a child nothing that is forbidden can be done any more when it returns, and rt_run says what runs
} ChildEntry;
extern const ChildEntry child_entry __attribute__((weak));
