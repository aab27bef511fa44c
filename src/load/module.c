// module.c - go.mod of the current folder or of one above it: module path, language version.
//
// Requirements are not resolved here: an import from outside the module and the library is an error in load.c.
#include "load/load_int.h"
#include <ctype.h>

static Str first_word(Str s) {
    i64 n = 0;
    while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t') n++;
    return str_slice(s, 0, n);
}

static Str unquote_word(Str s) { return s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '`') ? str_slice(s, 1, s.len - 1) : s; }

static void read_line(Loader *l, Str line) {
    i64 comment = str_find(line, S("//"));
    line = str_trim(comment >= 0 ? str_slice(line, 0, comment) : line);
    Str word = first_word(line), rest = str_trim(str_slice(line, word.len, line.len));
    if (str_eq(word, S("module")) && !l->module_path.len) l->module_path = arena_str(l->a, unquote_word(first_word(rest)));
    if (str_eq(word, S("go")) && str_has_prefix(rest, S("1."))) {
        i64 n = 0;
        for (i64 i = 2; i < rest.len && isdigit((u8)rest.ptr[i]); i++) n = n * 10 + rest.ptr[i] - '0';
        l->module_minor = n;
    }
}

bool load_read_module(Loader *l) {
    if (l->module_read) return l->module_path.len > 0;
    l->module_read = true;
    for (Str dir = l->o.cwd;; dir = path_dir(dir)) {
        Str text, mod = path_join(l->a, dir, S("go.mod"));
        if (file_read(l->a, arena_cstr(l->a, mod), &text)) {
            l->module_root = dir;
            for (i64 at = 0; at < text.len;) {
                i64 end = at;
                while (end < text.len && text.ptr[end] != '\n') end++;
                read_line(l, str_slice(text, at, end));
                at = end + 1;
            }
            if (!l->module_path.len) diag_error_at(l->diag, (Str){0}, "go: error reading go.mod: missing module declaration. To specify the module path:\n\tgo mod edit -module=example.com/mod");
            if (l->module_minor > 26) diag_error_at(l->diag, (Str){0}, "go: go.mod requires go >= 1.%lld (running go 1.26)", (long long)l->module_minor);
            if (!l->module_minor) l->module_minor = 16; // what the go command assumes without a go line
            return true;
        }
        if (dir.len <= 1) return false;
    }
}
