// mod_proxy.c - through which HTTP proxy requests go: the table is what net/http.ProxyFromEnvironment of Go 1.26 says.
#include "mod/fetch_int.h"
#include <stdio.h>
#include <stdlib.h>

static const char none[] = "one.org, .sub.org,*.star.org:8080,10.1.0.0/16,192.168.1.7,::2,port.org:443,[fe80::1]:80 ,";
static const struct {
    const char *url, *proxy;
} rows[] = {
    {"https://two.org/x", "http://secure:1"},
    {"http://two.org/x", "http://plain:2"},
    {"https://one.org/x", ""},
    {"https://ONE.org/x", ""},
    {"http://a.one.org/", ""},
    {"http://notone.org/", "http://plain:2"},
    {"http://sub.org/", "http://plain:2"},
    {"http://a.sub.org/", ""},
    {"http://a.star.org/", "http://plain:2"},
    {"http://a.star.org:8080/", ""},
    {"http://star.org:8080/", "http://plain:2"},
    {"http://10.1.255.3/", ""},
    {"http://10.2.0.3/", "http://plain:2"},
    {"http://192.168.1.7:99/", ""},
    {"http://[::2]/", ""},
    {"http://[fe80::1]/", ""},
    {"http://[fe80::1]:81/", "http://plain:2"},
    {"https://port.org/", ""},
    {"http://port.org/", "http://plain:2"},
    {"http://a.port.org:443/", ""},
    {"https://localhost:3/", ""},
    {"http://127.3.2.1/", ""},
    {"http://[::1]:9/", ""},
};

static int check(Arena *a, const char *text, const char *want) {
    Url u;
    Str got = S("?");
    Err err = {0};
    if (!url_parse(a, str_c(text), &u, &err) || !http_proxy_of(a, &u, &got, &err)) got = err.text;
    if (str_eq(got, str_c(want))) return 0;
    printf("%s: %.*s, not %s\n", text, SFMT(got), want);
    return 1;
}

int main(void) {
    Arena *a = arena_new("test");
    int bad = 0;
    setenv("HTTPS_PROXY", "secure:1", 1);
    setenv("https_proxy", "http://other", 1);
    unsetenv("HTTP_PROXY");
    setenv("http_proxy", "http://plain:2", 1);
    setenv("NO_PROXY", none, 1);
    for (i64 i = 0; i < NELEM(rows); i++) bad += check(a, rows[i].url, rows[i].proxy);
    setenv("NO_PROXY", "*", 1);
    bad += check(a, "http://two.org/", "");
    setenv("NO_PROXY", "", 1);
    setenv("HTTPS_PROXY", "socks5://s:1", 1);
    bad += check(a, "https://two.org/", "socks5h://s:1");
    setenv("REQUEST_METHOD", "GET", 1);
    bad += check(a, "http://two.org/", "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy");
    bad += check(a, "https://two.org/", "socks5h://s:1");
    arena_free(a);
    return bad != 0;
}
