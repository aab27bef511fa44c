// address.h - addresses of sockets in words: "127.0.0.1:8080", ":8080", "[::1]:80", "localhost:80", "unix:/path", "8080".
#pragma once
#include "serve/serve.h"
#include <sys/socket.h>

typedef struct Address {
    struct sockaddr_storage a;
    socklen_t len;
} Address;
// Without a host it is `host`: "::" for all interfaces, "127.0.0.1". Never asks a name server. False: err.
bool address_parse(Arena *, Str text, const char *host, Address *, Err *);
Str address_string(Arena *, const Address *);
int address_listen(const Address *, int type);  // type: SOCK_NONBLOCK, SOCK_CLOEXEC; -1: errno
int address_connect(const Address *, int type); // -1: errno; EINPROGRESS is none
