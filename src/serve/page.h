// page.h - what the proxy adds to pages: a script that loads them again and shows errors (page.c).
#pragma once
#include "base/base.h"

#define PAGE_EVENTS "/__air_internal/sse"       // Air's path
#define PAGE_SCRIPT "/__air_internal/reload.js" // the script itself: a policy of script-src 'self' allows it

extern const char page_script[];
// The element that loads it; nonce may be empty.
Str page_element(Arena *, i64 generation, Str nonce);
Str page_nonce(Str policy); // of a Content-Security-Policy; "": none
// A page of our own, with the element if html: status, and why. Head and body.
Str page_error(Arena *, int status, const char *why, bool html, i64 generation);

// Where the element goes: before the last </body> of what passes. Nothing is held back but what follows the last one so far.
typedef struct Inject {
    Str element;
    Buf held;
    bool done; // no more is held: too much came behind a </body>
} Inject;
void inject_data(Inject *, Str, Buf *out);
void inject_end(Inject *, Buf *out);
