// tlog.h - the checksum database's transparency log: signed notes, tree heads, records, the arithmetic of its Merkle tree.
//
// A node (level, n) covers the records [n << level, (n+1) << level). Tiles are 8 levels high: tile (level, n) holds the hashes of up to 256 nodes of
// level 8*level from 256*n on. Facts: RFC 6962, golang.org/x/mod/sumdb. Pure functions over other people's bytes.
#pragma once
#include "mod/fetch_int.h"

enum { HASH = 32, TILE_WIDTH = 256, MAX_NODES = 64 };
typedef struct Hash {
    u8 b[HASH];
} Hash;
typedef struct Tree {
    i64 n;
    Hash hash;
} Tree;
typedef struct TreeNode {
    int level;
    i64 n;
} TreeNode;
typedef struct NoteKey {
    Str name;
    u32 hash;
    u8 key[32];
} NoteKey;

bool note_key_parse(Arena *, Str vkey, NoteKey *, Err *);
bool note_open(Arena *, Str msg, const NoteKey *, Str *text, Err *); // verified text of a signed note
bool tree_parse(Arena *, Str text, Tree *, Err *);
bool record_parse(Arena *, Str msg, i64 *id, Str *text, Str *tree_note, Err *);
Hash record_hash(Str text);
Hash node_hash(Hash left, Hash right);
Hash tree_hash_empty(void);
int tree_nodes(i64 lo, i64 hi, TreeNode nodes[MAX_NODES]); // complete subtrees of [lo, hi), the largest first
Hash fold_nodes(const Hash *, int n);                      // of those, the hash of the range
Hash tile_node(const u8 *tile, TreeNode);                  // a node out of the tile that holds it
Str tile_path(Arena *, int level, i64 n, int width);
Str hash_base64(Arena *, Hash);
