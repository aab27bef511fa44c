// folder.h - inside of changes: folders that are watched, what was in them, and what is known to have changed.
#pragma once
#include "watch/watch.h"

typedef struct Entry { // of a folder, as it was when it was looked at last
    char *name;
    i64 size, mtime, ctime;
    u64 ino;
    u32 mode;  // of what a link leads to, S_IFLNK if that is nothing; 0: it was not there
    i32 dirty; // 1 + its place among those; 0: it is not
    bool link;
} Entry;
typedef struct Dirty { // a name of a folder that has to be looked at
    char *name;        // its entry's
    bool written;      // its bytes may have changed without a sign
    bool open;         // somebody writes and has not closed it
} Dirty;
typedef struct Folder Folder;
struct Folder {
    Str path;
    int wd;           // -1: none
    Folder *same;     // another path of the same folder, in the map of watches
    bool tree;        // those below are watched too
    bool polled;      //
    bool there;       // it exists, as far as is known
    bool gone;        // nobody asks for it any more
    VEC(Dirty) dirty; // malloc'd
    Entry *entries;   // by name; malloc'd
    i64 n, cap;
};
// Looks at all that is in it. baseline: what is there is what was there. Else what differs gets dirty. False: it cannot be read.
bool folder_scan(Folder *, bool baseline);
Entry *folder_find(const Folder *, const char *name);
void folder_mark(Folder *, const char *name, bool written, bool open);
// What became of a dirty name since; its entry is brought up to date, but stays until folder_sweep ends the round: then nothing is dirty.
typedef enum FolderNews { NEWS_NONE, NEWS_MADE, NEWS_WRITTEN, NEWS_GONE } FolderNews;
FolderNews folder_settle(Folder *, const Dirty *, u32 *mode, bool *link);
void folder_sweep(Folder *);
bool folder_stat(const Folder *, const char *name, Entry *); // false: nothing is there
void folder_clear(Folder *);                                 // forgets all entries and what is dirty
