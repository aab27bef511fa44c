// proxy.h - what proxy.c (the proxy as a whole) and exchange.c (one connection) share.
#pragma once
#include "serve/address.h"
#include "serve/http.h"
#include "serve/page.h"

typedef struct Pipe { // bytes that came and were not taken yet
    Buf b;
    i64 at;
} Pipe;
typedef struct Side {
    int fd;       // -1: none
    Pipe in, out; // out: to be sent
    bool ended;   // it sends nothing more
    bool broken;  // it takes nothing more
    bool finish;  // when out is sent, it is told that nothing comes (RAW)
    u32 waits;    // what Events waits for
} Side;
typedef enum ConnState {
    CONN_HEAD,     // for a request
    CONN_WAIT,     // has one, the program is not there
    CONN_CONNECT,  // to the program
    CONN_EXCHANGE, // the request goes, the answer comes
    CONN_RAW,      // bytes both ways: upgrades, HTTP/2
    CONN_EVENTS,   // a page that hears of reloads
    CONN_LAST,     // ends when what is in client.out is sent
    CONN_DEAD,     // ends now: conn_go_on alone frees
} ConnState;
typedef enum Body { BODY_NONE, BODY_LENGTH, BODY_CHUNKED, BODY_REST } Body;
typedef struct Flow { // a body on its way
    Body kind;
    i64 left;
    HttpChunks chunks;
    bool done;
} Flow;
typedef struct Conn {
    Proxy *p;
    struct Conn *next, **link;
    Side client, app;
    ConnState state;
    Timer timer;
    i64 waits_since; // for the program
    // the request
    Flow request, answer;
    Buf sent;        // of it, should it be sent again
    bool again;      // `sent` is all of it
    bool safe;       // a method that may be repeated
    bool head, html; // HEAD; somebody looks at the answer as a page
    bool close;      // no request after this one
    bool reused;     // the connection to the program served others before
    bool stale;      // it leads to a program that was replaced
    int tries;
    // the answer
    bool began;                                        // its last head went to the client
    enum { PAGE_AS_IS, PAGE_WHOLE, PAGE_STREAM } page; // whole: its length changes
    Inject inject;
    Buf whole, whole_head;
    i64 length_at, length_end; // where the length stands in whole_head
} Conn;
struct Proxy {
    Arena *a;
    Events *events;
    ProxyOptions o;
    Address app;
    int fd[2];
    Str at; // where it listens
    Conn *all;
    i64 count, generation;
    bool hold;
    bool hopeless;  // no program will come: who finds none is told at once
    Buf error;      // JSON in one line; empty: none
    HttpHead *head; // the last that was parsed
};

void conn_new(Proxy *, int fd);
void conn_go_on(Conn *);         // does what can be done; frees it if that was the last
void conn_retry(Conn *);         // the program may be there now
void conn_leave_program(Conn *); // a new one has come
void conn_free(Conn *);
void proxy_welcome(Proxy *, Buf *); // what a page hears first

void pipe_add(Pipe *, Str);
Str pipe_view(const Pipe *);
void pipe_take(Pipe *, i64 n);
