// plugin.h - inside of rt/plugin: modules that are loaded into a running program (abi/plugin.h has the format and its rules).
//
// Who loads holds package plugin's mutex, so one module is loaded at a time; what other threads look at (rt_modules) changes with the world
// stopped. Nothing of this is linked into a program that does not import package plugin.
#pragma once
#include "abi/plugin.h"
#include "os/os.h"

// Of a module that is loaded; never moves. By the loader, but for what package plugin reads.
typedef struct Plugin {
    struct Plugin *next;
    u8 *base; // segments, then what is kept of the head
    usize size;
    Module *module;
    const PluginHead *head; // offsets and names of it stay valid
    u8 **imports;           // addresses, parallel to head->imports
    bool *own;              // the plugin's own definition counts
    void (**inits)(void);   // what is to be run now, in order
    i64 ninits;
} Plugin;

// What package plugin gets (its type `loaded`). Strings end with NUL and stay.
typedef struct Loaded {
    const char *error; // NULL: none; else what is wrong, and with what
    const char *subject;
    const char *path;
    const char *manifest, *host; // of rt_plugin_check: the plugin's, in its bytes, and the host's
    Plugin *plugin;              // of rt_plugin_load
} Loaded;

// Is it a plugin, and whole? Nothing is mapped.
bool rt_plugin_check(const u8 *file, i64 size, Loaded *out); // SYSTEM

// A plugin's bytes, which stay as they are during the call. False: out says why, and nothing is left.
bool rt_plugin_load(const u8 *file, i64 size, Loaded *out); // SYSTEM

// file.c: the segments and the head of a file; all offsets that the loader follows are inside.
typedef struct PluginSegment {
    u64 at, file_size, addr, size;
    int access;
} PluginSegment;
typedef struct PluginFile {
    const u8 *bytes;
    u64 size, span; // span: from address 0 to the end of the last segment
    PluginSegment seg[3];
    const PluginHead *head;
} PluginFile;
const char *plugin_file_open(PluginFile *, const u8 *bytes, u64 size); // SYSTEM: what is wrong, NULL: nothing
static inline SYSTEM const void *plugin_table(const PluginHead *h, PluginTable t) { return (const u8 *)h + t.at; }
static inline SYSTEM const char *plugin_name(const PluginHead *h, u32 at) { return (const char *)h + at; }

// names.c: what exists once in the process, by name.
u8 *shared_find(u64 hash, const char *name, u32 kind); // SYSTEM; NULL: nobody has it
void shared_add(Plugin *);                             // SYSTEM: its own definitions
bool shared_package(u64 hash, const char *path);       // SYSTEM: some module has it
extern Plugin *plugins;                                // the last one first
