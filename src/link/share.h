// share.h - between share.c and need.c: the nodes of a plugin (abi/plugin.h).
#pragma once
#include "abi/plugin.h"
#include "link/link_int.h"

typedef struct LinkRef { // of a place
    Sym *from, *to;
    u32 at, kind; // PLUGIN_*, with PLUGIN_OWN
} LinkRef;
typedef struct LinkNodes {
    Map *index;       // what is laid out -> its number + 1
    VEC(Sym *) order; // what is laid out, by number
    i64 sure;         // so many of them no host has
    VEC(LinkRef) refs;
    PluginNode *nodes; // link_nodes_finish; one more than order has
    PluginPlace *places;
    i64 nplaces;
} LinkNodes;

LinkNodes *link_nodes(Link *, Sym *values);                         // of what is live now
void link_nodes_sort(Link *, const LinkNodes *, Sym **syms, i64 n); // of a section
u32 link_node(const LinkNodes *, Sym *);                            // PLUGIN_NONE: it is none
void link_nodes_add(Link *, LinkNodes *, Sym *from, u32 at, Sym *to, u32 kind);
void link_nodes_finish(Link *, LinkNodes *, u32 (*import_of)(Link *, Sym *)); // all were added, addresses are final
