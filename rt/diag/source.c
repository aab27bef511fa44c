// source.c - tracebacks as `vole run` asks for them on a terminal (VOLE_PANICS=1): the user's frames with their source lines, those
// of the library folded.
//
// Runs on system or signal stacks of a process that dies. Takes no locks, never allocates. The variable is taken out of the environment,
// so that the program does not see it. A frame is of the library if its file lies in "/src/PACKAGE/" and the package's path has no dot
// in its first element, as GOROOT's have; of a program built with -trimpath nothing is folded and no source is found.
#include "diag/sink.h"
#include "os/os.h"

static bool pretty; // written before any goroutine runs

SYSTEM void panics_init(void) {
    static const char name[] = "VOLE_PANICS=1";
    for (u8 **e = rt_envv; *e; e++) {
        u32 i = 0;
        while (name[i] && (*e)[i] == (u8)name[i]) i++;
        if (name[i] || (*e)[i]) continue;
        pretty = true;
        for (; *e; e++) e[0] = e[1]; // the rest moves up
        return;
    }
}

SIGNAL bool panics_pretty(const Sink *s) {
    bool all, crash;
    return pretty && s->fd && crash_fd < 0 && gotraceback(&all, &crash) < 2;
}

static SIGNAL bool starts(const char *s, const char *p) {
    while (*p)
        if (*s++ != *p++) return false;
    return true;
}

// How long the path of the package is that a function's name begins with.
static SIGNAL i64 package_len(const char *name) {
    i64 from = 0, i = 0;
    for (; name[i] && name[i] != '(' && name[i] != '['; i++)
        if (name[i] == '/') from = i + 1;
    for (i = from; name[i] && name[i] != '.';) i++;
    return name[i] ? i : 0;
}

SIGNAL bool panics_library(const LogicalFrame *f) {
    i64 n = package_len(f->name);
    if (n == 0 || starts(f->name, "main.")) return false;
    if (starts(f->name, "runtime.") || starts(f->name, "runtime/")) return true;
    for (i64 i = 0; i < n && f->name[i] != '/'; i++)
        if (f->name[i] == '.') return false;
    for (const char *p = f->file; *p; p++) {
        i64 i = 0;
        if (!starts(p, "/src/")) continue;
        while (i < n && p[5 + i] == f->name[i]) i++;
        if (i < n || p[5 + n] != '/') continue;
        const char *base = p + 6 + n;
        while (*base && *base != '/') base++;
        if (!*base) return true;
    }
    return false;
}

SIGNAL void panics_source(Sink *s, const LogicalFrame *f) {
    u8 line[200];
    i64 n = os_file_line(f->file, f->line, line, sizeof line), lo = 0;
    while (lo < n && (line[lo] == ' ' || line[lo] == '\t')) lo++;
    if (n <= lo) return;
    sink_str(s, "\t    ");
    for (i64 i = lo; i < n; i++) // nothing that moves a terminal's cursor
        if (line[i] < ' ' && line[i] != '\t') line[i] = '?';
    sink_bytes(s, line + lo, n - lo);
    sink_str(s, "\n");
}

SIGNAL void panics_folded(Sink *s, i64 n) {
    if (n > 0) sink_printf(s, "\t(%d %s of the library: VOLE_PLAIN=1 shows all)\n", n, n > 1 ? "frames" : "frame");
}
