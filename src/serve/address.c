// address.c - addresses of sockets: words to sockaddr and back, sockets that listen there or lead there.
#include "serve/address.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool set_port(Str text, in_port_t *port) {
    i64 v = 0;
    for (i64 i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        if ((v = v * 10 + text.ptr[i] - '0') > 65535) return false;
    }
    *port = htons((u16)v);
    return text.len > 0;
}

static bool set_unix(Arena *a, Str path, Address *out, Err *err) {
    struct sockaddr_un *un = (struct sockaddr_un *)&out->a;
    if (!path.len || path.len >= (i64)sizeof un->sun_path)
        return err_set(err, a, ERR_OTHER, "not the path of a socket: %.*s", SFMT(path));
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path.ptr, (size_t)path.len);
    out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)path.len + 1);
    return true;
}

static bool set_host(const char *host, in_port_t port, Address *out) {
    struct sockaddr_in *in = (struct sockaddr_in *)&out->a;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->a;
    if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
        in->sin_family = AF_INET, in->sin_port = port, out->len = sizeof *in;
        return true;
    }
    if (inet_pton(AF_INET6, host, &in6->sin6_addr) != 1) return false;
    in6->sin6_family = AF_INET6, in6->sin6_port = port, out->len = sizeof *in6;
    return true;
}

bool address_parse(Arena *a, Str text, const char *host, Address *out, Err *err) {
    *out = (Address){0};
    if (str_has_prefix(text, S("unix:"))) return set_unix(a, str_slice(text, 5, text.len), out, err);
    i64 colon = str_rindex(text, ':');
    Str name = str_slice(text, 0, i64_max(colon, 0)), number = str_slice(text, colon + 1, text.len);
    in_port_t port;
    if (!set_port(number, &port)) return err_set(err, a, ERR_OTHER, "no port in address %.*s", SFMT(text));
    if (name.len > 1 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']') name = str_slice(name, 1, name.len - 1);
    if (str_eq(name, S("localhost"))) name = S("127.0.0.1");
    if (set_host(name.len ? arena_cstr(a, name) : host, port, out)) return true;
    return err_set(err, a, ERR_OTHER, "not the address of an interface: %.*s", SFMT(text));
}

Str address_string(Arena *a, const Address *at) {
    char text[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *in = (const struct sockaddr_in *)&at->a;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&at->a;
    const struct sockaddr_un *un = (const struct sockaddr_un *)&at->a;
    if (at->a.ss_family == AF_UNIX) return arena_printf(a, "unix:%s", un->sun_path);
    bool six = at->a.ss_family == AF_INET6;
    inet_ntop(at->a.ss_family, six ? (const void *)&in6->sin6_addr : &in->sin_addr, text, sizeof text);
    return arena_printf(a, six ? "[%s]:%d" : "%s:%d", text, ntohs(six ? in6->sin6_port : in->sin_port));
}

static int open_socket(const Address *at, int type) {
    int fd = socket(at->a.ss_family, SOCK_STREAM | type, 0), on = 1;
    if (fd >= 0 && at->a.ss_family != AF_UNIX) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int close_keep_errno(int fd) {
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

// What a program that is no more has left there.
static void remove_stale(const Address *at) {
    const struct sockaddr_un *un = (const struct sockaddr_un *)&at->a;
    struct stat st;
    if (at->a.ss_family != AF_UNIX || lstat(un->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) return;
    int fd = open_socket(at, SOCK_CLOEXEC);
    if (fd < 0) return;
    if (connect(fd, (const struct sockaddr *)&at->a, at->len) != 0 && errno == ECONNREFUSED) unlink(un->sun_path);
    close(fd);
}

int address_listen(const Address *at, int type) {
    int on = 1, off = 0;
    remove_stale(at);
    int fd = open_socket(at, type);
    if (fd < 0) return -1;
    if (at->a.ss_family != AF_UNIX) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->a.ss_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    bool good = bind(fd, (const struct sockaddr *)&at->a, at->len) == 0 && listen(fd, 4096) == 0;
    return good ? fd : close_keep_errno(fd);
}

int address_connect(const Address *at, int type) {
    int fd = open_socket(at, type);
    if (fd < 0) return -1;
    if (connect(fd, (const struct sockaddr *)&at->a, at->len) == 0 || errno == EINPROGRESS) return fd;
    return close_keep_errno(fd);
}
