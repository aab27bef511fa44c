// auth.h - credentials for https requests: GOAUTH's methods (off, netrc, git DIR, a command of the user's).
#pragma once
#include "mod/fetch_int.h"

typedef struct AuthHeaders {
    Str *lines; // "Authorization: Basic ..."
    i64 n;
} AuthHeaders;

typedef VEC(Str) TreeWords;
Auth *auth_new(void);
void auth_free(Auth *);
// What is known for a URL. refused: the answer (status 4xx) to a request that went out with that; GOAUTH's commands are asked again with the URL.
// False: GOAUTH itself is wrong.
bool auth_headers(Work *, const Url *, const HttpResponse *refused, AuthHeaders *, Err *);
bool auth_equal(const AuthHeaders *, const AuthHeaders *);
Str http_header(Str headers, const char *name); // "" if there is none
