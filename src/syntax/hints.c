// hints.c - help with syntax errors: what people write who come from other languages, and what newlines do.
//
// In:  an error that was reported, its words and place. It looks at the text around the place alone, line by line; an edit is
// offered where the text there says what was meant.
#include "syntax/syntax_int.h"

typedef struct Around { // an error and the text around it
    DiagError *e;
    Str text, msg;
    i64 at;   // offset of its place
    i64 line; // offset where its line begins
    Pos base;
} Around;

static bool says(const Around *a, const char *s) { return str_find(a->msg, str_c(s)) >= 0; }
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
static bool is_name(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (u8)c >= 0x80;
}
static char byte_at(const Around *a, i64 i) { return i >= 0 && i < a->text.len ? a->text.ptr[i] : 0; }
static bool starts(const Around *a, i64 i, const char *s) {
    return i >= 0 && i <= a->text.len && str_has_prefix(str_slice(a->text, i, a->text.len), str_c(s));
}
static bool word_is(const Around *a, i64 i, const char *s) {
    return starts(a, i, s) && !is_name(byte_at(a, i + (i64)strlen(s)));
}

static i64 skip_space(const Around *a, i64 i) {
    while (is_space(byte_at(a, i))) i++;
    return i;
}

static i64 skip_name(const Around *a, i64 i) {
    while (is_name(byte_at(a, i))) i++;
    return i;
}

static i64 line_end(const Around *a, i64 i) {
    while (i < a->text.len && a->text.ptr[i] != '\n') i++;
    return i;
}

static DiagEdit edit(const Around *a, i64 lo, i64 hi, const char *s) {
    return (DiagEdit){a->base + (Pos)lo, a->base + (Pos)hi, str_c(s)};
}

static bool suggest(const Around *a, i64 lo, i64 hi, const char *s, const char *title) {
    DiagEdit e = edit(a, lo, hi, s);
    diag_suggest(a->e, &e, 1, "%s", title);
    return true;
}

static bool help(const Around *a, const char *s) {
    diag_help(a->e, "%s", s);
    return true;
}

// The place, spaces in front of it passed by.
static i64 trimmed(const Around *a) {
    i64 i = a->at;
    while (i > a->line && is_space(a->text.ptr[i - 1])) i--;
    return i;
}

// ---- newlines ---------------------------------------------------------------------------------------------

// Where the code in front of i ends, newlines passed by; -1 if a comment may be there.
static i64 code_before(const Around *a, i64 i) {
    i64 end = i;
    while (end > 0 && strchr(" \t\r\n", a->text.ptr[end - 1])) end--;
    i64 lo = end;
    while (lo > 0 && a->text.ptr[lo - 1] != '\n') lo--;
    return str_find(str_slice(a->text, lo, end), S("//")) >= 0 ? -1 : end;
}

static bool brace_on_next_line(const Around *a) {
    i64 brace = a->at;
    while (brace < a->text.len && strchr(" \t\r\n", a->text.ptr[brace])) brace++;
    i64 end = code_before(a, brace);
    if (byte_at(a, brace) != '{' || end < 0) return false;
    return suggest(a, end, brace, " ", "{ belongs on the same line");
}

// How many more brackets of a kind begin than end in [lo, hi), strings passed by.
static i64 still_open(const Around *a, i64 lo, i64 hi, char closer) {
    char quote = 0, opener = closer == ')' ? '(' : closer == '}' ? '{' : '[';
    i64 n = 0;
    for (i64 i = lo; i < hi; i++) {
        char c = a->text.ptr[i];
        if (quote && quote != '`' && c == '\\') i++;
        else if (quote) quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'' || c == '`') quote = c;
        else if (c == opener) n++;
        else if (c == closer) n--;
    }
    return n;
}

// The list began on this line, the next one does not end it, nor is it indented more: the list may have been meant to end here.
static bool list_ends_here(const Around *a, i64 end) {
    i64 found = str_find(a->msg, S("missing comma or ")), next = line_end(a, a->at) + 1;
    char closer[2] = {found < 0 || found + 17 >= a->msg.len ? 0 : a->msg.ptr[found + 17], 0};
    if (!closer[0] || !strchr(")}]", closer[0]) || next >= a->text.len) return false;
    if (skip_space(a, next) - next > skip_space(a, a->line) - a->line) return false;
    if (still_open(a, a->line, end, closer[0]) <= 0 || still_open(a, next, line_end(a, next), closer[0]) < 0)
        return false;
    return suggest(a, end, end, closer, "the list ends here?");
}

// The error is in what try { began, which is no list.
static bool is_in_try(const Around *a) {
    i64 i = a->line, depth = 0;
    for (; i > 0; i--) {
        char c = a->text.ptr[i - 1];
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        if (depth > 0) break;
    }
    for (i--; i > 0 && is_space(a->text.ptr[i - 1]);) i--;
    return i >= 3 && word_is(a, i - 3, "try") && !is_name(byte_at(a, i - 4));
}

static bool no_exceptions(const Around *a) {
    return help(a, "there are no exceptions: functions return an error, and callers look at it (if err != nil)");
}

static bool list_line(const Around *a) {
    i64 end = code_before(a, a->at);
    if (end < 0 || byte_at(a, a->at) != '\n') return false;
    if (is_in_try(a)) return no_exceptions(a);
    if (list_ends_here(a, end)) return true;
    return suggest(a, end, end, ",", "in a list of several lines each line ends with a comma");
}

static bool else_line(const Around *a) {
    i64 end = code_before(a, a->at);
    if (end <= 0 || a->text.ptr[end - 1] != '}' || !word_is(a, a->at, "else")) return false;
    return suggest(a, end, a->at, " ", "else belongs on the line of the }");
}

static bool about_newlines(const Around *a) {
    if (says(a, "semicolon or newline before {") || says(a, "unexpected newline, expected {"))
        return brace_on_next_line(a);
    if (says(a, "unexpected newline in") && says(a, "possibly missing comma")) return list_line(a);
    if (says(a, "unexpected keyword else")) return else_line(a);
    return false;
}

// ---- words of other languages --------------------------------------------------------------------------------

static bool at_top(const Around *a) {
    static const char *const words[][2] = {{"function", "func"}, {"def", "func"}, {"fn", "func"}, {"fun", "func"}};
    for (i64 i = 0; i < NELEM(words); i++)
        if (word_is(a, a->at, words[i][0]))
            return suggest(a, a->at, a->at + (i64)strlen(words[i][0]), words[i][1], "functions are declared by func");
    if (word_is(a, a->at, "class") || word_is(a, a->at, "struct"))
        return help(a, "a type is declared by: type NAME struct { ... }");
    if (word_is(a, a->at, "package")) return help(a, "a file has one package clause");
    i64 op = skip_space(a, skip_name(a, a->at));
    if (!starts(a, op, ":=") || !is_name(byte_at(a, a->at)))
        return help(a, "statements stand in functions; here are declarations: var, const, type, func");
    DiagEdit e[2] = {edit(a, a->at, a->at, "var "), edit(a, op, op + 2, "=")};
    diag_suggest(a->e, e, 2, "outside of functions variables are declared by var");
    return true;
}

// The word that a statement begins with, on the line of the error.
static i64 statement_start(const Around *a) {
    i64 i = a->at;
    while (i > a->line && !strchr("{};", a->text.ptr[i - 1])) i--;
    return skip_space(a, i);
}

static bool end_of_statement(const Around *a) {
    i64 s = statement_start(a);
    if (word_is(a, s, "while")) return suggest(a, s, s + 5, "for", "loops are written with for");
    if (word_is(a, s, "foreach")) return help(a, "to go through a list: for i, x := range list { ... }");
    if (word_is(a, s, "let")) return suggest(a, s, s + 3, "var", "variables are declared by var, or by :=");
    if (word_is(a, s, "elif") || word_is(a, s, "elseif") || word_is(a, s, "elsif"))
        return suggest(a, s, skip_name(a, s), "else if", "write else if");
    if (word_is(a, a->at, "elif") || word_is(a, a->at, "elseif") || word_is(a, a->at, "elsif"))
        return suggest(a, a->at, skip_name(a, a->at), "else if", "write else if");
    if (word_is(a, s, "try") || word_is(a, a->at, "catch")) return no_exceptions(a);
    if (starts(a, a->at, "++") || starts(a, a->at, "--"))
        return help(a, "++ and -- are statements, not values: give them a line of their own");
    if (str_index(str_slice(a->text, s, a->at), '?') >= 0) return true; // told there
    i64 type = skip_name(a, s), name = skip_space(a, type);
    bool declares = name == a->at && type > s && is_name(byte_at(a, name));
    if (!declares ||
        !(word_is(a, s, "int") || word_is(a, s, "string") || word_is(a, s, "bool") || word_is(a, s, "float64")))
        return byte_at(a, a->at) != '\n' && help(a, "statements are separated by newlines or ;");
    i64 end = skip_name(a, name);
    DiagEdit e[2] = {edit(a, s, name, "var "), {a->base + (Pos)end, a->base + (Pos)end, (Str){0}}};
    char type_[16] = " ";
    memcpy(type_ + 1, a->text.ptr + s, (size_t)(type - s));
    e[1].text = str_c(type_);
    diag_suggest(a->e, e, 2, "the type stands behind the name");
    return true;
}

static bool assign_as_value(const Around *a) {
    i64 op = a->at;
    if (starts(a, op, ":=")) { // err := f() {
        diag_help(a->e, "a value that is declared here is compared behind a semicolon: if err := f(); err != nil {");
        return true;
    }
    i64 end = line_end(a, a->line);
    while (op < end && a->text.ptr[op] != '=') op++;
    if (op == end || strchr("=<>!:", a->text.ptr[op - 1]) || byte_at(a, op + 1) == '=') return false;
    return suggest(a, op, op, "=", "to compare, write ==");
}

static bool wrong_define(const Around *a) {
    if (!starts(a, a->at, ":=")) return false;
    return suggest(a, a->at, a->at + 2, "=", "with var and const it is =");
}

static bool prefix_step(const Around *a) {
    i64 name = a->at + 2, end = skip_name(a, name);
    if (end == name) return false;
    char op[3] = {byte_at(a, a->at), byte_at(a, a->at + 1), 0};
    DiagEdit e[2] = {edit(a, a->at, name, ""), edit(a, end, end, op)};
    diag_suggest(a->e, e, 2, "%s stands behind what it changes", op);
    return true;
}

static bool var_in_for(const Around *a) {
    i64 var = a->at;
    while (var > a->line && !word_is(a, var, "var")) var--;
    i64 name = skip_space(a, var + 3), op = skip_space(a, skip_name(a, name));
    if (!word_is(a, var, "var") || byte_at(a, op) != '=') return false;
    DiagEdit e[2] = {edit(a, var, name, ""), edit(a, op, op, ":")};
    diag_suggest(a->e, e, 2, "declare it by :=");
    return true;
}

static bool unquoted_path(const Around *a) {
    i64 hi = a->at, lo;
    while (hi > a->line && is_space(a->text.ptr[hi - 1])) hi--;
    for (lo = hi; lo > a->line && !strchr(" \t(", a->text.ptr[lo - 1]);) lo--;
    if (lo == hi || word_is(a, lo, "import")) return false;
    DiagEdit e[2] = {edit(a, lo, lo, "\""), edit(a, hi, hi, "\"")};
    diag_suggest(a->e, e, 2, "import paths are strings");
    return true;
}

static bool long_rune(const Around *a) {
    i64 end = a->at + 1;
    while (end < a->text.len && a->text.ptr[end] != '\'' && a->text.ptr[end] != '\n') end++;
    if (byte_at(a, end) != '\'') return false;
    DiagEdit e[2] = {edit(a, a->at, a->at + 1, "\""), edit(a, end, end + 1, "\"")};
    diag_suggest(a->e, e, 2, "strings have double quotes");
    return true;
}

// func NAME( in a function: NAME := func(
static bool nested_func(const Around *a) {
    char text[80];
    i64 func = statement_start(a), end = skip_name(a, a->at);
    if (!word_is(a, func, "func") || skip_space(a, func + 4) != a->at || end == a->at) return false;
    if (end - a->at > 60) return help(a, "functions in functions are values of variables: NAME := func(");
    memcpy(text, a->text.ptr + a->at, (size_t)(end - a->at));
    strcpy(text + (end - a->at), " := func");
    return suggest(a, func, end, text, "functions in functions are values of variables");
}

// for NAME in LIST, for I, NAME in LIST
static bool for_in(const Around *a) {
    i64 name = statement_start(a);
    if (!word_is(a, a->at, "in") || !word_is(a, name, "for")) return false;
    name = skip_space(a, name + 3);
    bool pair = str_index(str_slice(a->text, name, a->at), ',') >= 0;
    DiagEdit e[2] = {edit(a, name, name, "_, "), edit(a, a->at, a->at + 2, ":= range")};
    diag_suggest(a->e, e + pair, 2 - pair, "to go through a list: for i, x := range list { ... }");
    return true;
}

// ---- characters -------------------------------------------------------------------------------------------------

static bool odd_character(const Around *a) {
    if (says(a, "U+003F")) return help(a, "there is no ?: operator: use if and else");
    if (says(a, "U+201C") || says(a, "U+201D")) {
        i64 lo = a->at, hi = a->at + 3, end = line_end(a, a->line);
        if (!says(a, "U+201C")) return true;
        while (hi < end && !starts(a, hi, "\xE2\x80\x9D")) hi++;
        if (hi == end) return suggest(a, lo, lo + 3, "\"", "a string begins with a plain quotation mark");
        DiagEdit e[2] = {edit(a, lo, lo + 3, "\""), edit(a, hi, hi + 3, "\"")};
        diag_suggest(a->e, e, 2, "strings have plain quotation marks");
        return true;
    }
    if (says(a, "U+2018") || says(a, "U+2019")) return help(a, "characters have plain apostrophes");
    if (says(a, "U+0023")) return help(a, "comments begin with //");
    return false;
}

// The quote that is missing stands in front of the brackets that the line opened before the string.
static bool string_end(const Around *a) {
    i64 open = -1, end = trimmed(a);
    for (i64 i = a->line; i < end; i++) { // where the last string begins
        char c = a->text.ptr[i];
        if (open >= 0 && c == '\\') i++;
        else if (c == '"') open = open < 0 ? i : -1;
    }
    i64 parens = open < 0 ? 0 : still_open(a, a->line, open, ')');
    for (; parens > 0 && end > open + 1 && a->text.ptr[end - 1] == ')'; parens--) end--;
    if (end == trimmed(a)) end = a->at;
    return suggest(a, end, end, "\"", "the string ends on its line; one of several lines has back quotes");
}

static bool about_text(const Around *a) {
    if (says(a, "newline in string")) return string_end(a);
    if (says(a, "more than one character in rune")) return long_rune(a);
    if (says(a, "unknown escape")) return help(a, "a backslash is written \\\\, or the string has back quotes");
    if (says(a, "octal literal") && says(a, "invalid digit")) return help(a, "a number that begins with 0 is octal");
    return says(a, "invalid character") && odd_character(a);
}

// ---- declarations and statements ---------------------------------------------------------------------------------

// The { that is never closed, by a look at braces outside of strings and comments.
static bool open_brace(const Around *a) {
    i64 open[64], n = 0;
    char quote = 0;
    for (i64 i = 0; i < a->text.len; i++) {
        char c = a->text.ptr[i];
        if (!quote && c == '/' && byte_at(a, i + 1) == '/') i = line_end(a, i);
        else if (quote && quote != '`' && c == '\\') i++;
        else if (quote && (c == quote || (c == '\n' && quote != '`'))) quote = 0;
        else if (!quote && (c == '"' || c == '\'' || c == '`')) quote = c;
        else if (!quote && c == '{' && n < NELEM(open)) open[n++] = i;
        else if (!quote && c == '}' && n > 0) n--;
    }
    if (!n) return false;
    diag_note(a->e, a->base + (Pos)open[n - 1], 0, "no } ends the block that begins");
    return true;
}

static bool about_forms(const Around *a) {
    if (says(a, "expected case or default")) return suggest(a, a->at, a->at, "case ", "a clause begins with case");
    if (says(a, "unexpected comma in struct type"))
        return suggest(a, a->at, a->at + 1, ";", "fields are separated by newlines or ;");
    if (word_is(a, a->at, "catch")) return no_exceptions(a);
    if (says(a, "unexpected >, expected expression") && byte_at(a, a->at - 1) == '-')
        return suggest(a, a->at - 1, a->at + 1, ".", "members of what a pointer leads to stand behind a dot too");
    if (says(a, "unexpected name ") && says(a, ", expected (") && nested_func(a)) return true;
    if (says(a, "unexpected name in") && for_in(a)) return true;
    if (says(a, "unexpected - after top level") && starts(a, a->at, "->"))
        return suggest(a, a->at, skip_space(a, a->at + 2), "", "results stand behind the parameters, without ->");
    if (says(a, "else must be followed")) return help(a, "blocks always have braces");
    if (says(a, "imports must appear before")) return help(a, "move it up, behind the package clause");
    if (says(a, "missing condition in if")) return help(a, "if has the form: if CONDITION { ... }");
    if (says(a, "unexpected {, expected semicolon or newline") || says(a, "expected for loop condition"))
        return help(a, "a loop with a counter has three parts: for i := 0; i < n; i++ { ... }");
    if (says(a, "unexpected {, expected ("))
        return suggest(a, trimmed(a), trimmed(a), "()", "a function has a list of parameters, if an empty one");
    if (says(a, "unexpected {, expected :")) return suggest(a, trimmed(a), trimmed(a), ":", "a case ends with a colon");
    if (says(a, "missing parameter type")) return help(a, "either all parameters have names, or none");
    if (says(a, "unexpected {, expected expression"))
        return help(a, "a list of values has its type in front: []int{1, 2, 3}");
    if (says(a, "unexpected literal") && says(a, "possibly missing comma"))
        return suggest(a, trimmed(a), trimmed(a), ",", "put a comma between them");
    if (says(a, "unexpected semicolon in argument list"))
        return suggest(a, a->at, a->at, ")", "close the list of arguments");
    if (says(a, "unexpected EOF, expected }")) return open_brace(a);
    if (says(a, "method has no receiver"))
        return help(a, "a method has a receiver in front of its name: func (t T) name()");
    return false;
}

void syntax_help(const SourceFile *f, DiagError *e, Pos pos) {
    Around a = {.e = e, .text = f->text, .msg = diag_text(e), .at = (i64)(pos - f->base), .base = f->base};
    if (pos < f->base || a.at > a.text.len) return;
    for (a.line = a.at; a.line > 0 && a.text.ptr[a.line - 1] != '\n';) a.line--;
    if (about_newlines(&a) || about_text(&a) || about_forms(&a)) return;
    if (says(&a, "non-declaration statement")) at_top(&a);
    else if (says(&a, "at end of statement")) end_of_statement(&a);
    else if (says(&a, "as value") && says(&a, "cannot use")) assign_as_value(&a);
    else if (says(&a, "unexpected :=")) wrong_define(&a);
    else if (says(&a, "unexpected ++, expected }") || says(&a, "unexpected --, expected }")) prefix_step(&a);
    else if (says(&a, "var declaration not allowed in for")) var_in_for(&a);
    else if (says(&a, "missing import path")) unquoted_path(&a);
}
