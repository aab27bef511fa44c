// manual.c - `vole completion SHELL` and `vole help -man [command]`: what is made from the tables of commands and flags.
//
// Out: a script for bash, zsh or fish; a page in the man(7) macros. `make install` writes both to where the system looks.
#include "cmd/cmd.h"
#include <stdio.h>

static bool first_word_seen(i64 upto, Str word) { // of an earlier command
    for (i64 i = 0; i < upto; i++) {
        Str name = str_c(commands[i].name);
        i64 blank = str_index(name, ' ');
        if (str_eq(blank < 0 ? name : str_slice(name, 0, blank), word)) return true;
    }
    return false;
}

static Str first_word(const Command *c) {
    Str name = str_c(c->name);
    i64 blank = str_index(name, ' ');
    return blank < 0 ? name : str_slice(name, 0, blank);
}

static void flag_words(Buf *b, const Command *c) {
    for (i64 i = 0; i < flags_count(); i++) {
        FlagInfo f = flags_at(i);
        if (f.groups & c->flags) buf_printf(b, " -%s", f.name);
    }
}

static void second_words(Buf *b, Str group) {
    for (i64 i = 0; i < ncommands; i++) {
        Str name = str_c(commands[i].name);
        if (str_has_prefix(name, group) && name.len > group.len && name.ptr[group.len] == ' ')
            buf_printf(b, " %s", commands[i].name + group.len + 1);
    }
}

static void top_words(Buf *b) {
    for (i64 i = 0; i < ncommands; i++)
        if (!first_word_seen(i, first_word(&commands[i]))) buf_printf(b, " %.*s", SFMT(first_word(&commands[i])));
}

static void group_pattern(Buf *b) { // of the shells' case: "mod|work"
    bool any = false;
    for (i64 i = 0; i < ncommands; i++) {
        Str group = first_word(&commands[i]);
        if (group.len == str_c(commands[i].name).len || first_word_seen(i, group)) continue;
        buf_printf(b, "%s%.*s", any ? "|" : "", SFMT(group));
        any = true;
    }
}

// The words that may follow: a shell function that prints them for "command" or "group command"; both shells understand it.
static void word_function(Buf *b, const char *name) {
    buf_printf(b, "%s() {\n    case \"$1\" in\n", name);
    buf_c(b, "    '') echo ");
    top_words(b);
    buf_c(b, " ;;\n");
    for (i64 i = 0; i < ncommands; i++) {
        Str group = first_word(&commands[i]);
        bool of_group = group.len < str_c(commands[i].name).len;
        if (of_group && !first_word_seen(i, group)) {
            buf_printf(b, "    %.*s) echo ", SFMT(group));
            second_words(b, group);
            buf_c(b, " ;;\n");
        }
        buf_printf(b, "    '%s') echo ", commands[i].name);
        if (strcmp(commands[i].name, "help") == 0) top_words(b);
        flag_words(b, &commands[i]);
        buf_c(b, " ;;\n");
    }
    buf_c(b, "    esac\n}\n");
}

static void bash_script(Buf *b) {
    word_function(b, "_vole_words");
    buf_c(b, "_vole() {\n"
             "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" words='' command=''\n"
             "    if [ \"$COMP_CWORD\" -gt 1 ]; then command=\"${COMP_WORDS[1]}\"; fi\n"
             "    case \"$command\" in ");
    group_pattern(b);
    buf_c(b, ") [ \"$COMP_CWORD\" -gt 2 ] && command=\"$command ${COMP_WORDS[2]}\" ;; esac\n"
             "    words=\"$(_vole_words \"$command\")\"\n"
             "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
             "    case \"$command\" in ''|");
    group_pattern(b);
    buf_c(b, ") ;; *)\n"
             "        case \"$cur\" in -*) ;; *) COMPREPLY+=($(compgen -f -- \"$cur\")) ;; esac ;;\n"
             "    esac\n}\ncomplete -o filenames -F _vole vole\n");
}

static void zsh_script(Buf *b) {
    buf_c(b, "#compdef vole\n");
    word_function(b, "_vole_words");
    buf_c(b, "_vole() {\n"
             "    local command=''\n"
             "    (( CURRENT > 2 )) && command=\"$words[2]\"\n"
             "    case \"$command\" in ");
    group_pattern(b);
    buf_c(b, ") (( CURRENT > 3 )) && command=\"$command $words[3]\" ;; esac\n"
             "    compadd -- $(_vole_words \"$command\")\n"
             "    case \"$command\" in ''|");
    group_pattern(b);
    buf_c(b, ") ;; *) _files ;; esac\n"
             "}\nif [ \"$funcstack[1]\" = _vole ]; then _vole \"$@\"; else compdef _vole vole; fi\n");
}

static void fish_text(Buf *b, const char *s) { // within single quotes
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\') buf_char(b, '\\');
        buf_char(b, *s);
    }
}

static void fish_script(Buf *b) {
    for (i64 i = 0; i < ncommands; i++) {
        Str group = first_word(&commands[i]), name = str_c(commands[i].name);
        bool of_group = group.len < name.len;
        if (!first_word_seen(i, group)) {
            buf_printf(b, "complete -c vole -n __fish_use_subcommand -f -a '%.*s' -d '", SFMT(group));
            fish_text(b, of_group ? "further commands" : commands[i].summary);
            buf_c(b, "'\n");
        }
        if (of_group) {
            buf_printf(b, "complete -c vole -n '__fish_seen_subcommand_from %.*s' -f -a '%s' -d '", SFMT(group),
                       commands[i].name + group.len + 1);
            fish_text(b, commands[i].summary);
            buf_c(b, "'\n");
        }
        for (i64 k = 0; k < flags_count(); k++) {
            FlagInfo f = flags_at(k);
            if (!(f.groups & commands[i].flags)) continue;
            const char *word = of_group ? commands[i].name + group.len + 1 : commands[i].name;
            buf_c(b, "complete -c vole -n '");
            if (of_group) buf_printf(b, "__fish_seen_subcommand_from %.*s; and ", SFMT(group));
            buf_printf(b, "__fish_seen_subcommand_from %s' -o '%s'%s -d '", word, f.name, f.value ? " -r" : "");
            fish_text(b, f.help);
            buf_c(b, "'\n");
        }
    }
}

int cmd_completion(Cmd *c) {
    Buf b = {0};
    Str shell = c->nargs == 1 ? c->args[0] : (Str){0};
    if (str_eq(shell, S("bash"))) bash_script(&b);
    else if (str_eq(shell, S("zsh"))) zsh_script(&b);
    else if (str_eq(shell, S("fish"))) fish_script(&b);
    else return usage_error(c, "completion: bash, zsh or fish?");
    fwrite(b.ptr, 1, (size_t)b.len, stdout);
    buf_free(&b);
    return 0;
}

// ---- man pages --------------------------------------------------------------------------------------------------------

static void roff(Buf *b, const char *s) { // a line that begins with . or ' is text too
    bool start = true;
    for (; *s; s++) {
        if (start && (*s == '.' || *s == '\'')) buf_c(b, "\\&");
        if (*s == '\\') buf_c(b, "\\e");
        else if (*s == '-') buf_c(b, "\\-");
        else buf_char(b, *s);
        start = *s == '\n';
    }
}

static void page_head(Buf *b, const char *name, const char *summary) {
    buf_printf(b, ".TH \"%s\" 1 \"\" \"vole %s\" \"User Commands\"\n.SH NAME\n", name, VOLE_VERSION);
    buf_printf(b, "%s \\- ", name);
    roff(b, summary);
    buf_c(b, "\n.SH SYNOPSIS\n");
}

static void command_page(Buf *b, const Command *c) {
    Str name = str_c(c->name);
    Buf title = {0};
    buf_c(&title, "vole-");
    for (i64 i = 0; i < name.len; i++) buf_char(&title, name.ptr[i] == ' ' ? '-' : name.ptr[i]);
    buf_char(&title, 0);
    page_head(b, (const char *)title.ptr, c->summary);
    buf_free(&title);
    buf_printf(b, "\\fBvole %s\\fR ", c->name);
    roff(b, c->args);
    buf_c(b, "\n.SH DESCRIPTION\n");
    roff(b, c->text[0] ? c->text : c->summary);
    buf_c(b, c->flags ? "\n.SH OPTIONS\n" : "\n");
    for (i64 i = 0; i < flags_count(); i++) {
        FlagInfo f = flags_at(i);
        if (!(f.groups & c->flags)) continue;
        buf_printf(b, ".TP\n\\fB\\-%s\\fR", f.name);
        if (f.value) buf_printf(b, f.optional ? "[=\\fI%s\\fR]" : " \\fI%s\\fR", f.value);
        buf_char(b, '\n');
        roff(b, f.help);
        buf_char(b, '\n');
    }
    buf_c(b, ".SH SEE ALSO\n\\fBvole\\fR(1)\n");
}

void manual_print(Buf *b, const Command *one) {
    if (one) {
        command_page(b, one);
        return;
    }
    page_head(b, "vole", "a toolchain and runtime for Go programs");
    buf_c(b, "\\fBvole\\fR <command> [arguments]\n.SH DESCRIPTION\nVole is used as the go command is: it compiles Go "
             "programs with the library of a GOROOT\ninto static executables.\n.SH COMMANDS\n");
    for (i64 i = 0; i < ncommands; i++) {
        buf_printf(b, ".TP\n\\fB%s\\fR\n", commands[i].name);
        roff(b, commands[i].summary);
        buf_char(b, '\n');
    }
    buf_c(b, ".SH ENVIRONMENT\nThe variables that \\fBvole env\\fR prints.\n");
}
