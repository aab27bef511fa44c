// watch_toml.c - TOML: what documents say, and that what is none is refused with its line.
#include "watch/toml.h"
#include <math.h>
#include <stdio.h>

static int failures;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)

// A tree in one line: {a=1,b=["x"]}
static void print(Buf *b, const Toml *t) {
    switch (t->kind) {
    case TOML_STRING: buf_json(b, t->str); return;
    case TOML_INT: buf_printf(b, "%lld", (long long)t->num); return;
    case TOML_FLOAT: buf_printf(b, "%g", t->real); return;
    case TOML_BOOL: buf_c(b, t->on ? "true" : "false"); return;
    case TOML_DATE: buf_printf(b, "@%.*s", SFMT(t->str)); return;
    case TOML_ARRAY:
    case TOML_TABLE:
        buf_char(b, t->kind == TOML_ARRAY ? '[' : '{');
        for (i64 i = 0; i < t->items.len; i++) {
            if (i) buf_char(b, ',');
            if (t->kind == TOML_TABLE) buf_printf(b, "%.*s=", SFMT(t->names.ptr[i]));
            print(b, t->items.ptr[i]);
        }
        buf_char(b, t->kind == TOML_ARRAY ? ']' : '}');
    }
}

static const char *const good[][2] = {
    {"", "{}"},
    {"\xEF\xBB\xBF# c\n\na = 1 # d\r\nb=\"x\"", "{a=1,b=\"x\"}"},
    {"a = +1_000\nb = -0\nc = 0xDEAD_beef\nd = 0o17\ne = 0b101\nf = 9223372036854775807\ng = -9223372036854775808",
     "{a=1000,b=0,c=3735928559,d=15,e=5,f=9223372036854775807,g=-9223372036854775808}"},
    {"a = 1.5\nb = -1e3\nc = 6.5E-1\nd = 1_0.2_5\ne = inf\nf = -inf\ng = +0.0",
     "{a=1.5,b=-1000,c=0.65,d=10.25,e=inf,f=-inf,g=0}"},
    {"a = true\nb = false", "{a=true,b=false}"},
    {"a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.5-07:00\nc = 1979-05-27\nd = 07:32:00\ne = 2000-02-29t00:00:00",
     "{a=@1979-05-27T07:32:00Z,b=@1979-05-27 07:32:00.5-07:00,c=@1979-05-27,d=@07:32:00,e=@2000-02-29t00:00:00}"},
    {"a = \"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"", "{a=\"\\b\\t\\n\\f\\r\\\"\\\\\xC3\xA9\xF0\x9F\x98\x80\"}"},
    {"a = 'C:\\x'\nb = ''\nc = '''\nx\n'y'''''", "{a=\"C:\\\\x\",b=\"\",c=\"x\\n'y''\"}"},
    {"a = \"\"\"\nx \\\n   y\\\"\\n\"\"\"\"\"", "{a=\"x y\\\"\\n\\\"\\\"\"}"},
    {"a = [1, [\"x\", 2.5,], # c\n {b = 1, c.d = 2} ,\n]", "{a=[1,[\"x\",2.5],{b=1,c={d=2}}]}"},
    {"a.b.c = 1\na . \"b\".d = 2\n\"a b\" = 3\n1 = 4\n\"\" = 5", "{a={b={c=1,d=2}},a b=3,1=4,=5}"},
    {"[a]\nb = 1\n[a.c]\nd = 2\n[e.f]\n[e]\ng = 3", "{a={b=1,c={d=2}},e={f={},g=3}}"},
    {"[[a]]\nb = 1\n[a.c]\nd = 1\n[[a]]\n[[a.e]]\n[[a.e]]\nf = 2", "{a=[{b=1,c={d=1}},{e=[{},{f=2}]}]}"},
    {"[fruit]\napple.color = 1\n[fruit.apple.texture]\nsmooth = true",
     "{fruit={apple={color=1,texture={smooth=true}}}}"},
};

// text, line of the error
static const struct {
    const char *text;
    int line;
} bad[] = {
    {"a", 1},
    {"a = ", 1},
    {"a =\n1", 1},
    {"= 1", 1},
    {"a = 1 b = 2", 1},
    {"\n\na = 1\na = 2", 4},
    {"a.b = 1\na.b.c = 2", 2},
    {"a = 1\n[a]", 2},
    {"[a]\n[a]", 2},
    {"[a]\nb.c = 1\n[a.b]", 3},
    {"[a.b.c]\n[a]\nb.d = 1", 3},
    {"a = {b = 1}\n[a.c]", 2},
    {"a = {b = 1}\na.c = 2", 2},
    {"a = [1]\n[[a]]", 2},
    {"[[a]]\n[a]", 2},
    {"[a]\n[[a]]", 2},
    {"[a", 1},
    {"[[a]", 1},
    {"[]", 1},
    {"a = \"x", 1},
    {"a = \"x\ny\"", 1},
    {"a = '''\nx", 2},
    {"a = \"\\q\"", 1},
    {"a = \"\\ud800\"", 1},
    {"a = \"\\u12\"", 1},
    {"a = \"\x01\"", 1},
    {"# \x7f", 1},
    {"a = \"\xff\"", 1},
    {"a = 01", 1},
    {"a = 1__0", 1},
    {"a = _1", 1},
    {"a = 1_", 1},
    {"a = +0x1", 1},
    {"a = 0x", 1},
    {"a = 1.", 1},
    {"a = .5", 1},
    {"a = 1.e5", 1},
    {"a = 9223372036854775808", 1},
    {"a = 2001-02-29", 1},
    {"a = 2001-13-01", 1},
    {"a = 25:00:00", 1},
    {"a = 1979-05-27T", 1},
    {"a = True", 1},
    {"a = [1 2]", 1},
    {"a = [1,,2]", 1},
    {"a = [", 1},
    {"a = {b = 1,}", 1},
    {"a = {b = 1\n}", 1},
    {"a = {b = 1, b = 2}", 1},
    {"\"\"\"a\"\"\" = 1", 1},
    {"a = \"x\" \"y\"", 1},
    {"a = 1\rb = 2", 1},
};

static void check_deep(Arena *a) {
    Buf b = {0};
    Err err = {0};
    buf_c(&b, "a = ");
    for (int i = 0; i < 100000; i++) buf_char(&b, '[');
    EXPECT(!toml_parse(a, buf_view(&b), &err) && err.text.len, "deep");
    buf_free(&b);
}

int main(void) {
    Arena *a = arena_new("test");
    for (i64 i = 0; i < NELEM(good); i++) {
        Err err = {0};
        Buf b = {0};
        Toml *t = toml_parse(a, str_c(good[i][0]), &err);
        EXPECT(t, "%s: %.*s", good[i][0], SFMT(err.text));
        if (t) print(&b, t);
        EXPECT(!t || str_eq(buf_view(&b), str_c(good[i][1])), "%s:\n  got  %.*s\n  want %s", good[i][0], (int)b.len,
               b.ptr, good[i][1]);
        buf_free(&b);
    }
    for (i64 i = 0; i < NELEM(bad); i++) {
        Err err = {0};
        int line = 0;
        bool parsed = toml_parse(a, str_c(bad[i].text), &err) != NULL;
        EXPECT(!parsed, "%s is taken", bad[i].text);
        EXPECT(parsed || (sscanf(arena_cstr(a, err.text), "%d:", &line) == 1 && line == bad[i].line), "%s: %.*s",
               bad[i].text, SFMT(err.text));
    }
    check_deep(a);
    if (!failures) printf("toml: %lld documents\n", (long long)(NELEM(good) + NELEM(bad) + 1));
    return failures > 0;
}
