// plugin.h - inside of rt/plugin: modules that are loaded into a running program (abi/plugin.h has the format and its rules).
//
// Who loads holds package plugin's mutex, so one module is loaded at a time; what other threads look at (rt_modules) changes with the world
// stopped, but for a module that comes. Nothing of this is linked into a program that does not import package plugin.
#pragma once
#include "abi/plugin.h"
#include "os/os.h"
#include "plugin/debugger.h"

// file.c: where the segments of a file lie.
typedef struct PluginSegment {
    u64 addr, size;
    int access;
} PluginSegment;
typedef struct PluginFile {
    i64 fd;
    u64 size, loaded,
        span; // loaded: bytes of the file that are in segments; span: from address 0 to the end of the last one, in whole pages
    u64 head_at, head_size;
    PluginSegment seg[3];
} PluginFile;

enum { PLUGIN_BROUGHT = 1u << 31 }; // with the address of an import: it is the plugin's own

// Of a module; never moves. By the loader, but for what package plugin reads. In one piece of memory from base on: the segments, the head, the loader's
// tables, room for method tables.
typedef struct Plugin {
    struct Plugin *next;
    u8 *base;
    usize size;
    Module *module;
    const PluginHead *head;
    u32 *imports;         // addresses, parallel to head->imports, with PLUGIN_BROUGHT; 0: nothing that counts needs it
    void (**inits)(void); // what is to be run now, in order
    i64 ninits;
    u32 *brought; // imports whose own definitions count
    bool alone;   // rt_plugin_link; so far package plugin knows it
    u32 nbrought;
    bool *there; // by package: some module has it
    u8 *whole;   // by unit: its sum was looked at (plugin_sums)
    u8 *seen;    // by node, a bit: it counts
    u32 *needed; // nodes that count
    u32 nneeded;
    u32 *late; // places that refer to method tables
    u32 nlate;
    i32 *typelinks; // of descriptors that count, as Module's
    u32 ntypelinks;
    u32 nfuncs; // so many functions lead to the last one that counts
    u64 *files; // that they need, as Module's
    u32 nfiles;
    u32 touched; // page of the link's addresses that was written last
    PluginFile file;
    Module copy; // what rt_modules leads to: it stays
    DebugImage debug;
    usize room, end; // free memory for method tables
} Plugin;

// What package plugin gets (its type `loaded`). Strings end with NUL and stay as long as the plugin.
typedef struct Loaded {
    const char *error; // NULL: none; else what is wrong, and with what
    const char *subject;
    const char *path;
    const char *manifest, *host; // the plugin's and the host's
    Plugin *plugin, *others;     // others: that are there, the last one first
    const char *at;              // of rt_plugin_unload: what of the plugin something refers to, if it has a name
    i64 goroutine;               // and which goroutine does; 0: none
    GoItab *(*lookups)[256];     // for rt_plugin_unload: package runtime's cache of method tables
    const struct Extent *skip;   // rt_plugin_unload: only asks whether anything but these variables holds it; it stays
    i64 nskip;
    bool passing; // rt_plugin_unload: what holds it may do so no more when goroutines have gone on
} Loaded;

// The plugin in an open file of that size, into memory: is it one, and whole? Nobody knows of it, nothing of it runs. False: out says why, and
// nothing is left.
bool rt_plugin_read(i64 fd, i64 size, Loaded *out); // SYSTEM
// Settings, and all packages that some module has too, are the same: nothing need be compared. alone: as below.
bool rt_plugin_is_same(const Plugin *, bool alone); // SYSTEM
// Makes it a part of the program. False: out says why; it can only be dropped.
// alone: it shares with the host only, not with what other plugins brought, and they not with it.
bool rt_plugin_link(Plugin *, Loaded *out, bool alone); // SYSTEM
void rt_plugin_drop(Plugin *);                          // SYSTEM: one that was not linked
// unload.c: takes it out of the program, if nothing refers to it. False: out says what does. Garbage was collected before.
bool rt_plugin_unload(Plugin *, Loaded *out);      // SYSTEM
void *rt_plugin_variable(const char *name, i64 n); // SYSTEM: a package variable that exists once; NULL: nobody has it
void *plugin_itab_room(const GoType *, const GoInterfaceType *, usize size);
Plugin *plugin_record(void); // load.c: a new one
void plugin_record_free(Plugin *);
void plugin_debug_end(Plugin *); // SYSTEM: debuggers are told that it is gone

// file.c
const char *plugin_file_open(PluginFile *, i64 fd, u64 size);   // SYSTEM: what is wrong, NULL: nothing
const char *plugin_head_read(const PluginFile *, PluginHead *); // SYSTEM: do the tables lie inside
// Puts segments at base and whole pages with the head at head, both page-aligned; the head is head_at % OS_PAGE behind.
const char *plugin_file_map(const PluginFile *, u8 *base, u8 *head); // SYSTEM
const char *plugin_head_check(const PluginHead *read,
                              const PluginHead *mapped); // SYSTEM: is it the one that was read, and whole
const char *
plugin_tables_check(const Plugin *); // SYSTEM: those that are read whole; of places what imports and packages name
// Are these bytes what the linker wrote; nothing is read that was not asked for.
bool plugin_loaded_is_whole(const Plugin *, u32 from, u32 to); // SYSTEM: of the segments
bool plugin_table_is_whole(const Plugin *, u32 at, u64 size);  // SYSTEM: of what the head leads to
bool plugin_name_is_whole(const Plugin *, u32 at);             // SYSTEM: of what stays in memory, up to its NUL
bool plugin_file_protect(const PluginFile *, u8 *base); // SYSTEM: false: the system does not let data become code
static inline SYSTEM const void *plugin_table(const PluginHead *h, PluginTable t) { return (const u8 *)h + t.at; }
static inline SYSTEM const char *plugin_name(const PluginHead *h, u32 at) { return (const char *)h + at; }

// need.c. False: out says why; the file is damaged, or the host lacks something.
bool plugin_find_needed(Plugin *, Loaded *out); // SYSTEM

// names.c: what exists once in the process, by the hash of its name.
u8 *shared_find(u64 hash, u32 kind, bool host_only); // SYSTEM; NULL: nobody has it
void shared_add(Plugin *);                           // SYSTEM: its own definitions
void shared_remove(const Plugin *);                  // SYSTEM
const char *shared_variable(usize addr);             // SYSTEM: the package variable that lies there; NULL: nobody knows
const char *plugin_name_at(const Plugin *,
                           usize addr); // SYSTEM: the variable, type or method table of its own there; NULL: none
bool shared_package(u64 hash, const char *path, bool host_only, u64 *content); // SYSTEM: some module has it
extern Plugin *plugins;                                                        // the last one first
