// http.h - the grammar of HTTP/1.1 messages: heads and chunks. Pure: bytes in, what they say out; nothing is copied or changed.
#pragma once
#include "base/base.h"

enum { HTTP_FIELDS = 200, HTTP_HEAD_MOST = 64 << 10 };
typedef struct HttpField {
    Str name, value;
    i64 at, end; // its lines in the head, line ends included
} HttpField;
typedef struct HttpHead {
    Str method, target; // of a request
    int status;         // of a response
    int minor;          // HTTP/1.minor
    i64 size;           // of all of it, with the empty line
    i64 length;         // Content-Length; -1: none
    bool chunked;       // the last transfer coding
    bool close;         // the connection ends after this message, as its head says
    bool upgrade;       // Connection: upgrade
    int wrong;          // HTTP_WRONG: the status that says so
    i64 nfields;
    HttpField fields[HTTP_FIELDS];
} HttpHead;
typedef enum HttpParse { HTTP_MORE, HTTP_GOOD, HTTP_WRONG } HttpParse;

// Of what begins a message. Lines may end in a bare LF, as servers accept it; all else that two readers could read in two ways is wrong.
HttpParse http_request(Str, HttpHead *);
HttpParse http_response(Str, HttpHead *);
const HttpField *http_field(const HttpHead *, Str name); // the first of that name; NULL
bool http_names(const HttpHead *, Str name, Str word);   // one of the words of a list: Connection: a, b
bool str_eq_fold(Str, Str);                              // ASCII letters in any case
i64 str_find_fold(Str, Str lower, i64 from);             // -1: none
i64 str_rfind_fold(Str, Str lower);                      // the last; -1

// A body in chunks. http_chunks takes some of `in` and says how much; what of it is payload is in *data. It stops behind the last size, so
// that what it takes after that is the trailer.
typedef struct HttpChunks {
    enum {
        CHUNK_SIZE,
        CHUNK_REST,
        CHUNK_DATA,
        CHUNK_END,
        CHUNK_TRAILER,
        CHUNK_TRAILER_LINE,
        CHUNK_DONE,
        CHUNK_WRONG
    } state;
    u64 left;
    int digits;
    i64 trailer; // bytes of it so far
} HttpChunks;
i64 http_chunks(HttpChunks *, Str in, Str *data);
