// toolchain.c - GOTOOLCHAIN: which toolchain the command should be run by.
//
// In:   GOTOOLCHAIN, and with "auto" or "path" the lines of the go.work or go.mod file that is in force.
// Out:  true if that is this one. Else an error: vole is one toolchain, it never downloads or runs another.
// A go line that is too new is told by those who need the file; a toolchain line is only looked at here.
// Facts: go.dev/doc/toolchain.
#include "cmd/modfiles.h"
#include <unistd.h>

typedef struct Wanted {
    Str name, version; // "go1.26.3", "1.26.3"
    bool path_only;
} Wanted;

// `go env GOTOOLCHAIN` and the like answer whatever it is, or nobody could get rid of a wrong one.
static bool is_exempt(const Cmd *c, int argc, char **argv) {
    if (strcmp(c->command->name, "env") != 0) return !c->command->flags; // help
    if (argc == 2) return strcmp(argv[0], "-w") == 0 && strncmp(argv[1], "GOTOOLCHAIN=", 12) == 0;
    return argc == 1 &&
           (strcmp(argv[0], "GOTOOLCHAIN") == 0 || strcmp(argv[0], "GOMOD") == 0 || strcmp(argv[0], "GOWORK") == 0);
}

// The version that a name like go1.26.3-custom has; "" of what is no name.
static Str version_of(Str name) {
    bool bad = !str_has_prefix(name, S("go")) || str_index(name, '/') >= 0 || str_index(name, '\\') >= 0;
    return bad ? S("") : toolchain_to_version(name);
}

// The value of the first line that begins with the word.
static Str line_value(Str text, Str word) {
    while (text.len) {
        i64 end = str_index(text, '\n'), slashes;
        Str line = str_trim(end < 0 ? text : str_slice(text, 0, end));
        text = end < 0 ? S("") : str_slice(text, end + 1, text.len);
        if (!str_has_prefix(line, word) || line.len <= word.len) continue;
        if (line.ptr[word.len] != ' ' && line.ptr[word.len] != '\t') continue;
        line = str_slice(line, word.len, line.len);
        slashes = str_find(line, S("//"));
        return str_trim(slashes < 0 ? line : str_slice(line, 0, slashes));
    }
    return S("");
}

static bool read_lines(Cmd *c, Str *file, Str *go, Str *toolchain) {
    Str text;
    *go = *toolchain = S("");
    if (!modfiles_find_work(c, file)) return false;
    if (!file->len || !file_type(arena_cstr(c->a, *file))) *file = modfiles_find_up(c->a, "go.mod", S(""));
    if (!file->len || !file_read(c->a, arena_cstr(c->a, *file), &text)) return true;
    *go = line_value(text, S("go"));
    *toolchain = line_value(text, S("toolchain"));
    return true;
}

// What the file asks for, if that is newer than what is wanted anyway.
static bool raise_to_file(Cmd *c, Wanted *w) {
    Str file, go, toolchain;
    if (!read_lines(c, &file, &go, &toolchain)) return false;
    if (str_eq(toolchain, S("default"))) return true;
    Str v = version_of(toolchain);
    if (toolchain.len && !v.len)
        return !cmd_fail("invalid toolchain %.*s in %.*s", SFMT(str_quote(c->a, toolchain)),
                         SFMT(modfiles_short(c->a, file)));
    if (v.len && gover_cmp(v, w->version) > 0) w->name = toolchain, w->version = v;
    if (!w->path_only || !gover_valid(go) || gover_cmp(go, w->version) <= 0) return true;
    bool zero = gover_is_lang(go) && gover_cmp(go, S("1.21")) >= 0; // its first release
    w->name = arena_printf(c->a, "go%.*s%s", SFMT(go), zero ? ".0" : "");
    w->version = go;
    return true;
}

static bool fail_wanted(Cmd *c, const Wanted *w, Str local) {
    if (!file_on_path(c->a, w->name)) {
        if (w->path_only) return !cmd_fail("cannot find %.*s in PATH", SFMT(str_quote(c->a, w->name)));
        if (gover_is_lang(w->version) && gover_cmp(w->version, S("1.21")) >= 0)
            return !cmd_fail("invalid toolchain: %.*s is a language version but not a toolchain version (%.*s.x)",
                             SFMT(w->name), SFMT(w->name));
    }
    return !cmd_fail("not supported yet: toolchain %.*s: vole is go %.*s and does not switch to another", SFMT(w->name),
                     SFMT(local));
}

bool cmd_check_toolchain(Cmd *c, int argc, char **argv) {
    Str set = env_get(c->env, "GOTOOLCHAIN"), local = env_go_number(c->env), min = set, mode = S("");
    if (!set.len || is_exempt(c, argc, argv) || str_eq(env_get(c->env, "GO111MODULE"), S("off"))) return true;
    Wanted w = {.name = arena_printf(c->a, "go%.*s", SFMT(local)), .version = local};
    i64 plus = str_index(set, '+');
    if (plus >= 0) min = str_slice(set, 0, plus), mode = str_slice(set, plus + 1, set.len);
    Str q = str_quote(c->a, set);
    if (str_eq(set, S("auto")) || str_eq(set, S("path"))) mode = set;
    else if (!str_eq(min, S("local"))) {
        Str v = version_of(min);
        if (!v.len && plus >= 0)
            return !cmd_fail("invalid GOTOOLCHAIN %.*s: invalid minimum toolchain %.*s", SFMT(q),
                             SFMT(str_quote(c->a, min)));
        if (!v.len) return !cmd_fail("invalid GOTOOLCHAIN %.*s", SFMT(q));
        w.name = min, w.version = v;
    }
    w.path_only = str_eq(mode, S("path"));
    if (plus >= 0 && !w.path_only && !str_eq(mode, S("auto")))
        return !cmd_fail("invalid GOTOOLCHAIN %.*s: only version suffixes are +auto and +path", SFMT(q));
    if (mode.len && !raise_to_file(c, &w)) return false;
    return gover_cmp(w.version, local) == 0 || fail_wanted(c, &w, local);
}
