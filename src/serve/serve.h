// serve.h - programs that are kept running and replaced while they serve.
//
// tree.c      a command                     ->  a process with all that it starts, and the end of all of it
// sockets.c   addresses                     ->  listening sockets that outlive the program that asked for them
// service.c   new versions of a program     ->  one of them that serves, and the change from one to the next
// proxy.c     requests of browsers          ->  the same to the program; a script in pages, errors as an overlay
// All run in one thread, in the callbacks of an Events (base/events.h). Nothing here knows of Go, builds or configuration files.
// Errors of the user's world are values (Err) or come through callbacks; times are ns.
#pragma once
#include "base/events.h"
#include <sys/types.h>

// ---- tree.c: a process and its descendants -----------------------------------------------------
// Each tree has a keeper, a small process that is its subreaper: whatever a program starts, in sessions of its own too, stays below the
// keeper, which ends when nothing is left. If vole goes, however, keepers kill what they keep. We need no SIGCHLD for it. Make Trees
// early: keepers are copies of what the process is then.
typedef struct Trees Trees;
typedef struct Tree Tree;
typedef struct TreeOptions {
    char *const *argv, *const *env; // argv[0]: as execvp finds it, on the PATH of env
    const char *dir;                // NULL: ours
    int in, out, err;               // -1: ours
    bool terminal;                  // it becomes the foreground group of our terminal, if we are
    const int *pass;                // descriptors that it gets as number 3 and up
    i64 npass;
    bool listen_fds;                       // tells it of them in LISTEN_FDS and LISTEN_PID
    void (*exited)(void *ctx, int status); // the first process ended, as waitpid says; others may be left
    void (*gone)(void *ctx, i64 killed);   // nothing is left, so many had to be killed; the Tree is no more
    void *ctx;
} TreeOptions;
Trees *trees_new(Arena *, Events *, Err *);            // NULL: err
Tree *tree_start(Trees *, const TreeOptions *, Err *); // NULL: err
pid_t tree_pid(const Tree *);
bool tree_exited(const Tree *);
void tree_signal(Tree *, int signal); // to the first process and its group
// That signal; to all others too as soon as the first is gone; after kill_delay SIGKILL to all. Then gone() comes.
void tree_end(Tree *, int signal, i64 kill_delay);
void trees_end(Trees *); // SIGKILL to all, waits for them: at the end; no callbacks; a second time nothing

// ---- sockets.c: handing over listening sockets -----------------------------------------------------------------
// A program that vole built (rt/: VOLE_SOCKETS in its environment, see abi/sockets.h) asks before it binds a listening stream socket: the
// first time it binds as usual and leaves us a copy, later ones get that. Any process of a service may, each only what none of the same
// run has: two of them at one address get the error that they always got. A socket is kept while a process that has it lives, or while
// a program is replaced (sockets_keep). For programs that know LISTEN_FDS, configured addresses are bound here (sd_listen_fds(3)).
typedef struct Sockets Sockets;
Sockets *sockets_new(Arena *, Events *, Err *);
bool sockets_bind(Sockets *, Str address, Err *); // "127.0.0.1:8080", ":8080", "unix:/path": for LISTEN_FDS
const int *sockets_fds(const Sockets *, i64 *n);  // those, for TreeOptions.pass
// A run is one start of a program; `listens` is called when it listens on something that was handed over, or that it left.
i64 sockets_run(Sockets *, void (*listens)(void *ctx), void *ctx);
void sockets_run_end(Sockets *, i64 run);
Str sockets_env(const Sockets *, Arena *, i64 run); // "VOLE_SOCKETS=..."
void sockets_keep(Sockets *, bool on);              // counted
// It shall accept no more connections, and get rid of those that clients keep: the next one serves. False: it cannot be told.
bool sockets_quiet(Sockets *, i64 run);
void sockets_free(Sockets *);

// ---- service.c -------------------------------------------------------------------------------------
typedef enum ServiceState {
    SERVICE_NONE,     // nothing runs, or only what is told to end
    SERVICE_STARTING, // the first one; later ones start while another serves
    SERVICE_READY,
} ServiceState;
typedef struct ServiceEvent {
    enum {
        SERVICE_STARTED, // pid
        SERVICE_IS_READY, // it listens (or, if it never does, is still alive after a moment); since: ns since it was started
        SERVICE_REPLACED, // the one before, pid, is gone with all it started; since: ns since it was told to end
        SERVICE_ENDED,   // pid ended by itself; status. serves: another one goes on serving, this one was to replace it
        SERVICE_KILLED,  // after kill_delay; left: processes that had to be killed
        SERVICE_FAILED,  // could not be started; text. serves: as above
        SERVICE_OUTPUT,  // text
        SERVICE_STOPPED, // after service_stop: nothing is left
    } kind;
    pid_t pid;
    int status;
    bool serves;
    i64 since, left;
    Str text;
} ServiceEvent;
typedef struct ServiceOptions {
    TreeOptions tree;  // but its callbacks, argv, env, out and err if `output`, pass
    bool handover;     // the new one is started before the old one is told to end; else after it is gone
    Str address;       // without handover: ready when something answers there; "": unknown
    int signal;        // that tells it to end: SIGTERM, SIGINT, SIGKILL
    i64 kill_delay;    // then SIGKILL
    i64 ready_timeout; // after which one that lives counts as ready
    bool output;       // through the callback; else directly
    void (*event)(void *ctx, const ServiceEvent *);
    void *ctx;
} ServiceOptions;
typedef struct Service Service;
Service *service_new(Arena *, Events *, Trees *, Sockets *, const ServiceOptions *); // sockets may be NULL
// Replaces the one that runs; one that still starts is given up. If the new one ends before it is ready, the old one stays.
void service_start(Service *, char *const *argv, char *const *env);
void service_stop(Service *); // then SERVICE_STOPPED
void service_signal(Service *, int signal);
ServiceState service_state(const Service *);
bool service_replaces(const Service *); // one that was replaced is not gone yet: SERVICE_REPLACED will come
pid_t service_pid(const Service *);     // of the one that serves, or starts; 0

// ---- proxy.c ----------------------------------------------------------------------------------------------
// HTTP/1.1 and WebSocket, SSE, HTTP/2 cleartext and any upgrade byte for byte; bodies are not rewritten but for one script before the last
// </body> of text/html that is asked for as a page. Binds to loopback unless `listen` names an interface. While no program is ready a
// request waits. One that gets no answer because the program went is asked again, if its method may be repeated.
typedef struct Proxy Proxy;
typedef struct ProxyOptions {
    Str listen;      // address, "" or ":8080": loopback; port 0: any
    Str app;         // address of the program
    i64 app_timeout; // how long a request waits for the program
    bool tls;        // not supported yet: an error
    Str cert, key;
} ProxyOptions;
Proxy *proxy_new(Arena *, Events *, const ProxyOptions *, Err *);
Str proxy_address(const Proxy *); // where it listens
void proxy_reload(Proxy *);       // a new program is ready: pages load again, the overlay goes, requests go there
void proxy_hold(Proxy *, bool);   // requests wait while the program is replaced
void proxy_expect(Proxy *,
                  bool); // false: no program will come before a file is saved; requests that find none wait no longer
// An overlay: {"errors":[{"file","line","col","text","source"}...]}; "": it goes.
void proxy_error(Proxy *, Str json);
void proxy_free(Proxy *);
