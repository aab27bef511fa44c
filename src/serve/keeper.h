// keeper.h - what tree.c and keeper.c say to each other, each a packet of a Unix socket.
//
// vole to the first keeper:  a byte, with descriptors: the socket for the tree, the order, in, out, err, and those to pass
// vole to a tree's keeper:   TreeWord
// a tree's keeper to vole:   TreeNews: STARTED or FAILED first, then EXITED, then GONE; after that the socket ends
#pragma once
#include "serve/serve.h"

enum { ORDER_SOCKET, ORDER_TEXT, ORDER_IN, ORDER_OUT, ORDER_ERR, ORDER_PASS, ORDER_MOST = 240 };

// At the start of the file ORDER_TEXT; strings follow, each with its NUL: arguments, environment, folder ("": ours).
typedef struct TreeOrder {
    i64 argc, envc, npass;
    bool terminal, listen_fds;
    sigset_t mask;
} TreeOrder;
typedef struct TreeWord {
    enum { WORD_SIGNAL, WORD_END, WORD_KILL } what;
    int signal;
} TreeWord;
typedef struct TreeNews {
    enum { NEWS_STARTED, NEWS_FAILED, NEWS_EXITED, NEWS_GONE } what;
    int value;     // its number, errno, status, how many were killed
    bool in_chdir; // NEWS_FAILED: its folder was the reason
} TreeNews;

// In a fork of vole: makes keepers until vole is gone. fd: the socket for orders; vole: a pidfd.
NORETURN void keeper_run(int fd, int vole);
