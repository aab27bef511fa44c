// toml.h - a TOML 1.0 document as a tree.
#pragma once
#include "base/base.h"

typedef enum TomlKind {
    TOML_STRING,
    TOML_INT,
    TOML_FLOAT,
    TOML_BOOL,
    TOML_DATE, // date, time or both; str: as it was written
    TOML_ARRAY,
    TOML_TABLE
} TomlKind;
typedef struct Toml Toml;
struct Toml {
    TomlKind kind;
    i64 line; // where it stands, from 1
    Str str;
    i64 num;
    f64 real;
    bool on;
    VEC(Str) names; // of a table, beside its items
    VEC(Toml *) items;
    // while the document is read
    bool defined;  // by its header, by a key: no header may name it again
    bool dotted;   // made by a key with dots
    bool closed;   // an inline table or array: nothing is added
    bool sections; // an array of [[...]]
};
// NULL: *err says "LINE: what is wrong".
Toml *toml_parse(Arena *, Str text, Err *);
Toml *toml_get(const Toml *table, Str name); // NULL: there is none
const char *toml_kind_name(TomlKind);        // "a string"
