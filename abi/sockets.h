// sockets.h - what a program says to `vole watch` about its listening sockets (rt/os/linux/handover.c, src/serve/sockets.c).
//
// VOLE_SOCKETS=NAME.RUN in the environment: the abstract Unix socket (SOCK_SEQPACKET) NAME belongs to who watches; RUN is the number of this
// start of the program. A connection is one question, a SocketAsk, of a process of the same user:
//   TAKE    before bind.  The answer is a word, 1 with a listening socket of that address (SCM_RIGHTS), or 0: bind as usual.
//   LEAVE   after listen. The socket comes along (SCM_RIGHTS); no answer.
//   LISTENS after listen on a socket that was taken; no answer.
//   CLOSED  after close of such a socket; no answer.
//   PAGE    once. The answer comes with a page of memory (SCM_RIGHTS). From when its first word is 1 the program accepts no connection any
//           more, since it will soon be told to end, and its answers in HTTP/1.1 ask to close the connections that they come on.
//   UNLINK  before the path of a Unix socket is removed. The answer is 1: leave it, it is removed when nobody needs it, or 0.
#pragma once
#include <stdint.h>

enum { SOCKETS_TAKE = 1, SOCKETS_LEAVE, SOCKETS_LISTENS, SOCKETS_UNLINK, SOCKETS_PAGE, SOCKETS_CLOSED };
enum { SOCKETS_ADDRESS = 128 };
typedef struct SocketAsk {
    uint32_t what, len; // bytes of address
    uint64_t run;
    int32_t options[4];               // of the socket, in the order of SOCKET_OPTIONS; TAKE
    uint8_t address[SOCKETS_ADDRESS]; // a sockaddr; UNLINK: a path
} SocketAsk;
// Level and name of what must be the same for one socket to take the place of another: domain, protocol, several may listen, no IPv4.
#define SOCKET_OPTIONS                                                                                                 \
    {                                                                                                                  \
        {1, 39}, {1, 38}, {1, 15}, { 41, 26 }                                                                          \
    }
