// goroot.c - finds the library source of Go 1.26 on this machine.
#include "env/env_int.h"
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Search {
    Arena *a;
    Buf tried;
    Str goroot, version;
    bool found;
} Search;

// "go1.26.11" of Debian's package of sources, which has no VERSION file; what dpkg noted knows its version ("1.26.11-1~bpo13+1").
static Str debian_version(Arena *a) {
    Str all, head = S("\nPackage: golang-1.26-src\n"), field = S("\nVersion: ");
    if (!file_read(a, "/var/lib/dpkg/status", &all)) return (Str){0};
    i64 at = str_find(all, head);
    if (at < 0) return (Str){0};
    Str rest = str_slice(all, at + head.len - 1, all.len);
    i64 end = str_find(rest, S("\n\n"));
    if (end >= 0) rest = str_slice(rest, 0, end);
    i64 from = str_find(rest, field);
    if (from < 0) return (Str){0};
    Str v = str_slice(rest, from + field.len, rest.len);
    i64 n = 0;
    while (n < v.len && ((v.ptr[n] >= '0' && v.ptr[n] <= '9') || v.ptr[n] == '.')) n++;
    return str_has_prefix(v, S("1.26")) ? arena_printf(a, "go%.*s", SFMT(str_slice(v, 0, n))) : (Str){0};
}

// vole that was put into the bin folder of a GOROOT belongs to it, as any go command does; "" otherwise.
Str env_goroot_around(Arena *a, Str exe_dir) {
    Str root = exe_dir.len ? path_dir(exe_dir) : exe_dir;
    bool found = root.len > 1 && dir_exists(arena_cstr(a, path_join(a, root, S("src/fmt")))) &&
                 dir_exists(arena_cstr(a, path_join(a, root, S("pkg/tool"))));
    return found ? root : (Str){0};
}

// A GOROOT is a folder with src/fmt; its VERSION file says go1.26*.
static void look_at(Search *s, Str dir, const char *why) {
    if (s->found || dir.len == 0) return;
    Str text;
    buf_printf(&s->tried, "\n\t%.*s (%s)", SFMT(dir), why);
    bool has_library = dir_exists(arena_cstr(s->a, path_join(s->a, dir, S("src/fmt"))));
    bool said =
        strcmp(why, "$GOROOT") == 0 && dir_exists(arena_cstr(s->a, dir)); // then what is missing is told by name
    if (!has_library && !said) {
        buf_c(&s->tried, ": no library source");
        return;
    }
    if (!file_read(s->a, arena_cstr(s->a, path_join(s->a, dir, S("VERSION"))), &text)) {
        Str beside =
            path_join(s->a, dir,
                      S("../../lib/go-1.26/VERSION")); // Debian splits the tree: /usr/share/go-1.26 has no VERSION
        if (!file_read(s->a, arena_cstr(s->a, beside), &text))
            text = str_has_prefix(dir, S("/usr/")) ? debian_version(s->a) : (Str){0};
        if (!text.len) text = S("go1.26");
    }
    i64 eol = str_index(text, '\n');
    Str version = str_trim(eol < 0 ? text : str_slice(text, 0, eol));
    if (!str_has_prefix(version, S("go1.26"))) {
        buf_printf(&s->tried, ": is %.*s", SFMT(version));
        return;
    }
    s->goroot = arena_str(s->a, dir);
    s->version = arena_str(s->a, version);
    s->found = true;
}

static void look_on_path(Search *s) {
    const char *path = getenv("PATH");
    Str list = str_c(path ? path : ""), dir;
    while (!s->found && path_list_next(&list, &dir)) {
        const char *go = arena_cstr(s->a, path_join(s->a, dir, S("go")));
        Str real = file_may_run(go) ? file_real_path(s->a, go) : (Str){0};
        if (real.len) look_at(s, path_dir(path_dir(real)), "beside go on PATH");
    }
}

Str env_home(Arena *a) {
    const char *home = getenv("HOME");
    if (home && *home) return str_c(home);
    struct passwd *pw = getpwuid(getuid());
    return pw && pw->pw_dir ? arena_str(a, str_c(pw->pw_dir)) : (Str){0};
}

static Str data_folder(Arena *a) {
    const char *xdg = getenv("XDG_DATA_HOME");
    if (xdg && *xdg) return arena_printf(a, "%s/vole", xdg);
    Str home = env_home(a);
    return home.len ? path_join(a, home, S(".local/share/vole")) : (Str){0};
}

bool env_find_goroot(Arena *a, Str wanted, Str *goroot, Str *version, Str *message) {
    Search s = {.a = a};
    const char *goroot_env = getenv("GOROOT");
    if (!wanted.len && goroot_env) wanted = str_c(goroot_env);
    if (wanted.len) look_at(&s, wanted, "$GOROOT");
    else {
        look_on_path(&s);
        look_at(&s, S("/usr/local/go"), "usual place");
        look_at(&s, S("/usr/lib/go-1.26"), "Debian");
        look_at(&s, S("/usr/share/go-1.26"), "Debian");
        Str data = data_folder(a);
        if (data.len) {
            look_at(&s, path_join(a, data, S("goroot")), "vole's data folder");
            look_at(&s, path_join(a, data, S("goroot/usr/share/go-1.26")), "vole's data folder");
        }
    }
    if (!s.found)
        *message = arena_printf(a,
                                "no Go 1.26 library source found; looked at:%.*s\nrun `make setup` in vole's folder to "
                                "fetch it, or set GOROOT",
                                SFMT(buf_view(&s.tried)));
    *goroot = s.goroot;
    *version = s.version;
    buf_free(&s.tried);
    return s.found;
}
