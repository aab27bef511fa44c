// err.c - errors as values: made where something fails, worded by whoever reports it.
#include "base/base.h"
#include <errno.h>

bool err_set(Err *e, Arena *a, i32 kind, const char *fmt, ...) {
    if (!e) return false;
    va_list ap;
    va_start(ap, fmt);
    e->text = arena_vprintf(a, fmt, ap);
    e->kind = kind;
    va_end(ap);
    return false;
}

static const char *const os_words[] = {
    [EPERM] = "operation not permitted",
    [ENOENT] = "no such file or directory",
    [EINTR] = "interrupted system call",
    [EIO] = "input/output error",
    [ENXIO] = "no such device or address",
    [E2BIG] = "argument list too long",
    [ENOEXEC] = "exec format error",
    [EAGAIN] = "resource temporarily unavailable",
    [ENOMEM] = "cannot allocate memory",
    [EACCES] = "permission denied",
    [EBUSY] = "device or resource busy",
    [EEXIST] = "file exists",
    [EXDEV] = "invalid cross-device link",
    [ENODEV] = "no such device",
    [ENOTDIR] = "not a directory",
    [EISDIR] = "is a directory",
    [EINVAL] = "invalid argument",
    [ENFILE] = "too many open files in system",
    [EMFILE] = "too many open files",
    [ETXTBSY] = "text file busy",
    [EFBIG] = "file too large",
    [ENOSPC] = "no space left on device",
    [EROFS] = "read-only file system",
    [EMLINK] = "too many links",
    [EPIPE] = "broken pipe",
    [ENAMETOOLONG] = "file name too long",
    [ENOLCK] = "no locks available",
    [ENOTEMPTY] = "directory not empty",
    [ELOOP] = "too many levels of symbolic links",
    [EOVERFLOW] = "value too large for defined data type",
    [ENOTSUP] = "operation not supported",
    [EADDRINUSE] = "address already in use",
    [ENETUNREACH] = "network is unreachable",
    [ECONNABORTED] = "software caused connection abort",
    [ECONNRESET] = "connection reset by peer",
    [ETIMEDOUT] = "connection timed out",
    [ECONNREFUSED] = "connection refused",
    [EHOSTUNREACH] = "no route to host",
    [ESTALE] = "stale file handle",
    [EDQUOT] = "disk quota exceeded",
};

const char *err_os(int e) { return e > 0 && e < NELEM(os_words) && os_words[e] ? os_words[e] : strerror(e); }
