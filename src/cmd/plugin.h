// plugin.h - files of plugins and keys, as `vole plugin` and `vole tool plugin` share them.
#pragma once
#include "abi/plugin.h"
#include "cmd/cmd.h"

// ---- plugin_file.c: the bytes of a plugin. What is wrong is a text, NULL: nothing.
typedef struct PluginView {
    Str file;
    const PluginHead *h;
    u64 size;   // of the head's segment
    u64 loaded; // bytes of the file that are loaded
    u64 end;    // where signatures begin
    i64 nsignatures;
} PluginView;
const char *plugin_view_read(Arena *, Str path,
                             PluginView *); // is it a plugin, whole, with nothing but signatures behind
const char *plugin_view(Arena *, Str bytes, PluginView *);
PluginSignature plugin_signature(const PluginView *, i64);
Str plugin_text(const PluginView *, u32 at); // ends with NUL, at the segment's end at the latest
static inline const void *plugin_table(const PluginView *v, PluginTable t) { return (const u8 *)v->h + t.at; }

// ---- plugin_key.c
enum { PLUGIN_KEY = 32, PLUGIN_SIG = 64 };
typedef struct PluginKey {
    u8 key[PLUGIN_KEY]; // public; of a secret key's file its seed
    Str comment;
} PluginKey;
typedef VEC(PluginKey) PluginKeys;
bool plugin_keys_read(Arena *, Str path, PluginKeys *, Str *err); // public keys, a line each; # comments. Appends
bool plugin_secret_read(Arena *, Str path, PluginKey *, Str *err);
Str plugin_key_line(Arena *, bool secret, const PluginKey *);
Str plugin_fingerprint(Arena *, const u8 *key); // SHA256:..., as ssh-keygen has it
bool plugin_has_key(const PluginKeys *, const u8 *key, Str *comment);
typedef struct PluginDigest { // what is signed of a plugin
    u8 bytes[24 + 64];
} PluginDigest;
void plugin_digest(const PluginView *, PluginDigest *);
bool plugin_signature_fits(const PluginDigest *, const PluginSignature *);
void plugin_sodium(void); // before any function of the library
