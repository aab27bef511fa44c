// goval.h - values as `list` shows them: what Go's structs are to encoding/json and text/template.
//
// A GoVal knows its kind and the name of its Go type (error messages of templates say it); a pointer to a struct is a
// GOVAL_STRUCT whose type begins with '*', a nil one a GOVAL_NIL. Everything lives in the caller's arena.
#pragma once
#include "base/base.h"

typedef enum GoValKind {
    GOVAL_NONE, // no value: what a map has for a missing key, or nil in a template
    GOVAL_NIL,  // a nil pointer
    GOVAL_BOOL,
    GOVAL_INT,
    GOVAL_FLOAT,
    GOVAL_STRING,
    GOVAL_LIST,
    GOVAL_MAP, // string keys, sorted when shown
    GOVAL_STRUCT,
} GoValKind;
typedef struct GoVal GoVal;
typedef struct GoStruct GoStruct;
struct GoVal {
    GoValKind kind;
    bool is_nil;      // of a list or map: made by nobody
    const char *type; // "string", "[]string", "*load.PackagePublic"
    const GoStruct *of;
    union {
        bool b;
        i64 i;
        f64 f;
        Str s;
        struct {
            GoVal *ptr;
            i64 len, cap; // cap: as far as slice may go
        } list;
        struct {
            Str *keys;
            GoVal *values;
            i64 len;
        } map;
        GoVal *fields;
    };
};
typedef struct GoField {
    const char *name, *type;
    const GoStruct *of;
    bool always; // shown in JSON even if empty
} GoField;
typedef struct GoMethod {
    const char *name;
    GoVal (*call)(Arena *, const GoVal *self); // without arguments; NULL: it has one
    bool shows;                                // String or Error: how the value is printed
    GoVal (*call_with)(Arena *, const GoVal *self, const GoVal *arg);
    const char *arg_type; // "string", "time.Time"
} GoMethod;
struct GoStruct {
    const char *name;
    const GoField *fields;
    i64 nfields;
    const GoMethod *methods;
    i64 nmethods;
    GoVal (*as_json)(Arena *, const GoVal *self); // NULL: its fields
};

GoVal goval_none(void);
GoVal goval_bool(bool);
GoVal goval_int(i64);
GoVal goval_float(f64);
GoVal goval_str(Str);
GoVal goval_strs(Arena *, const Str *, i64 n); // []string
GoVal goval_list(Arena *, const char *type, i64 n);
GoVal goval_map(Arena *, const char *type, i64 n);
GoVal goval_struct(Arena *, const GoStruct *, const char *type); // all fields zero
GoVal goval_zero(const char *type, const GoStruct *);
const GoMethod *goval_method(const GoVal *, Str name);
i64 goval_field(const GoStruct *, Str name);       // its index, or -1
i64 *goval_sorted_keys(Arena *, const GoVal *map); // indices in the order of the keys
bool goval_is_empty(const GoVal *);                // as omitempty has it

// json.c: as json.MarshalIndent(v, "", "\t") writes it. With a list of fields, of the outermost struct only these.
void json_print(Arena *, Buf *, const GoVal *, const Str *fields, i64 nfields);
void json_quote(Buf *, Str);
