// httpproxy.c - which HTTP proxy a request goes through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or their names in small letters.
//
// Facts: net/http.ProxyFromEnvironment, golang.org/x/net/http/httpproxy. The variable of the request's scheme counts, the name in capitals
// first; "host:port" is an http proxy; localhost and loopback addresses are reached directly. NO_PROXY: names with their subdomains
// (".name" and "*.name": these alone), addresses, prefixes in CIDR notation, each but the last with a port if wanted; "*": everything.
#include "mod/fetch_int.h"
#include <arpa/inet.h>
#include <stdlib.h>

typedef struct Ip {
    bool is;
    int n; // bytes: 4 or 16
    u8 b[16];
} Ip;

static Str either(const char *big, const char *small) {
    const char *v = getenv(big);
    if (!v || !*v) v = getenv(small);
    return v ? str_c(v) : S("");
}

static Ip parse_ip(Arena *a, Str s) {
    Ip ip = {0};
    if (s.len > 2 && s.ptr[0] == '[' && s.ptr[s.len - 1] == ']') s = str_slice(s, 1, s.len - 1);
    const char *text = arena_cstr(a, s);
    ip.n = str_index(s, ':') >= 0 ? 16 : 4;
    ip.is = inet_pton(ip.n == 4 ? AF_INET : AF_INET6, text, ip.b) == 1;
    return ip;
}

static bool is_loopback(const Ip *ip) {
    static const u8 one[16] = {[15] = 1};
    return ip->is && (ip->n == 4 ? ip->b[0] == 127 : memcmp(ip->b, one, 16) == 0);
}

// "host:port", "[::1]:port": false if there is no port.
static bool cut_port(Str s, Str *host, Str *port) {
    i64 colon = str_rindex(s, ':');
    bool bracket = s.len && s.ptr[0] == '[';
    if (colon < 0 || (bracket ? colon < str_index(s, ']') : str_index(s, ':') != colon)) return false;
    *host = str_slice(s, 0, colon);
    *port = str_slice(s, colon + 1, s.len);
    return true;
}

static bool in_prefix(Arena *a, Str word, i64 slash, const Ip *ip) {
    Ip net = parse_ip(a, str_slice(word, 0, slash));
    long bits = strtol(arena_cstr(a, str_slice(word, slash + 1, word.len)), NULL, 10);
    if (!net.is || !ip->is || net.n != ip->n || bits < 0 || bits > net.n * 8) return false;
    for (int i = 0; i < net.n; i++, bits -= 8) {
        u8 mask = bits >= 8 ? 0xff : bits <= 0 ? 0 : (u8)(0xff << (8 - bits));
        if ((net.b[i] ^ ip->b[i]) & mask) return false;
    }
    return true;
}

static bool name_matches(Arena *a, Str word, Str host) {
    bool itself = false;
    if (str_has_prefix(word, S("*."))) word = str_slice(word, 1, word.len);
    if (word.ptr[0] != '.') {
        itself = str_eq(word, host);
        word = arena_printf(a, ".%.*s", SFMT(word));
    }
    return itself || str_has_suffix(host, word);
}

static bool word_matches(Arena *a, Str word, Str host, Str port, const Ip *ip) {
    Str name = word, wanted = S("");
    i64 slash = str_index(word, '/');
    if (str_eq(word, S("*"))) return true;
    if (slash >= 0) return in_prefix(a, word, slash, ip);
    if (!cut_port(word, &name, &wanted)) name = word;
    if (!name.len || (wanted.len && !str_eq(wanted, port))) return false;
    Ip other = parse_ip(a, name);
    if (other.is) return ip->is && ip->n == other.n && memcmp(ip->b, other.b, (size_t)ip->n) == 0;
    return name_matches(a, name, host);
}

static bool is_direct(Arena *a, const Url *u) {
    Str host = str_lower(a, u->host), port = str_eq(u->scheme, S("https")) ? S("443") : S("80");
    Str none = str_lower(a, either("NO_PROXY", "no_proxy"));
    cut_port(host, &host, &port);
    Ip ip = parse_ip(a, host);
    if (str_eq(host, S("localhost")) || is_loopback(&ip)) return true;
    for (i64 at = 0; at < none.len;) {
        i64 end = at;
        while (end < none.len && none.ptr[end] != ',') end++;
        Str word = str_trim(str_slice(none, at, end));
        at = end + 1;
        if (word.len && word_matches(a, word, host, port, &ip)) return true;
    }
    return false;
}

bool http_proxy_of(Arena *a, const Url *u, Str *proxy, Err *err) {
    bool tls = str_eq(u->scheme, S("https"));
    *proxy = tls ? either("HTTPS_PROXY", "https_proxy") : either("HTTP_PROXY", "http_proxy");
    if (!proxy->len) return true;
    if (!tls && getenv("REQUEST_METHOD")) // a header of a CGI request could have set it
        return err_set(err, a, ERR_OTHER,
                       "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy");
    if (is_direct(a, u)) *proxy = S("");
    else if (str_find(*proxy, S("://")) < 0) *proxy = arena_printf(a, "http://%.*s", SFMT(*proxy));
    else if (str_has_prefix(*proxy, S("socks5://"))) // names are the proxy's to look up
        *proxy = arena_printf(a, "socks5h%.*s", SFMT(str_slice(*proxy, 6, proxy->len)));
    return true;
}
