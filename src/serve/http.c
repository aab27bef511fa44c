// http.c - heads and chunks of HTTP/1.1, read strictly where readers could differ (RFC 9112).
#include "serve/http.h"

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool str_eq_fold(Str a, Str b) {
    if (a.len != b.len) return false;
    for (i64 i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
    return true;
}

static bool is_at(Str s, Str low, i64 i) {
    for (i64 k = 0; k < low.len; k++)
        if (lower(s.ptr[i + k]) != low.ptr[k]) return false;
    return true;
}

i64 str_find_fold(Str s, Str low, i64 from) {
    for (i64 i = from; i + low.len <= s.len; i++)
        if (is_at(s, low, i)) return i;
    return -1;
}

i64 str_rfind_fold(Str s, Str low) {
    for (i64 i = s.len - low.len; i >= 0; i--)
        if (is_at(s, low, i)) return i;
    return -1;
}

static bool is_token_char(u8 c) {
    static const char marks[] = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr(marks, c));
}

static bool is_token(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if (!is_token_char((u8)s.ptr[i])) return false;
    return s.len > 0;
}

static Str trim_blank(Str s) {
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) s.ptr++, s.len--;
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t')) s.len--;
    return s;
}

// ---- fields -----------------------------------------------------------------------------------------------------------

const HttpField *http_field(const HttpHead *h, Str name) {
    for (i64 i = 0; i < h->nfields; i++)
        if (str_eq_fold(h->fields[i].name, name)) return &h->fields[i];
    return NULL;
}

static bool has_word(Str list, Str word) {
    while (list.len) {
        i64 comma = str_index(list, ',');
        Str one = trim_blank(str_slice(list, 0, comma < 0 ? list.len : comma));
        if (str_eq_fold(one, word)) return true;
        list = comma < 0 ? (Str){0} : str_slice(list, comma + 1, list.len);
    }
    return false;
}

bool http_names(const HttpHead *h, Str name, Str word) {
    for (i64 i = 0; i < h->nfields; i++)
        if (str_eq_fold(h->fields[i].name, name) && has_word(h->fields[i].value, word)) return true;
    return false;
}

static HttpParse be_wrong(HttpHead *h, int status) {
    h->wrong = status;
    return HTTP_WRONG;
}

static bool parse_length(Str s, i64 *out) {
    i64 n = 0;
    for (i64 i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || n > (INT64_MAX - 9) / 10) return false;
        n = n * 10 + s.ptr[i] - '0';
    }
    *out = n;
    return s.len > 0;
}

// How the body is delimited. Both ways at once, or two lengths, are how requests are smuggled.
static bool set_framing(HttpHead *h) {
    bool coded = false;
    h->length = -1;
    for (i64 i = 0; i < h->nfields; i++) {
        const HttpField *f = &h->fields[i];
        i64 n;
        if (str_eq_fold(f->name, S("transfer-encoding"))) {
            if (coded) return false;
            coded = true;
            h->chunked = str_eq_fold(f->value, S("chunked"));
        } else if (str_eq_fold(f->name, S("content-length"))) {
            if (!parse_length(f->value, &n) || (h->length >= 0 && h->length != n)) return false;
            h->length = n;
        }
    }
    h->close = http_names(h, S("connection"), S("close"));
    if (h->minor == 0) h->close = !http_names(h, S("connection"), S("keep-alive"));
    h->upgrade = http_names(h, S("connection"), S("upgrade"));
    if (coded && !h->chunked && h->method.len) return false; // where would its body end?
    if (coded && !h->chunked) h->length = -1;
    return !(coded && h->length >= 0);
}

static bool add_field(HttpHead *h, Str line, i64 at, i64 end) {
    i64 colon = str_index(line, ':');
    if (colon <= 0 || h->nfields == HTTP_FIELDS) return false;
    Str name = str_slice(line, 0, colon), value = trim_blank(str_slice(line, colon + 1, line.len));
    for (i64 i = 0; i < value.len; i++)
        if ((u8)value.ptr[i] < ' ' && value.ptr[i] != '\t') return false;
    h->fields[h->nfields++] = (HttpField){.name = name, .value = value, .at = at, .end = end};
    return is_token(name);
}

// The line that begins at *at, without its end; false: it has none yet.
static bool next_line(Str s, i64 *at, Str *line) {
    const char *end = memchr(s.ptr + *at, '\n', (size_t)(s.len - *at));
    if (!end) return false;
    i64 n = end - s.ptr;
    *line = str_slice(s, *at, n > *at && s.ptr[n - 1] == '\r' ? n - 1 : n);
    *at = n + 1;
    return true;
}

static HttpParse parse_fields(Str s, i64 at, HttpHead *h) {
    Str line;
    for (i64 from = at; next_line(s, &at, &line); from = at) {
        if (!line.len) {
            h->size = at;
            return set_framing(h) ? HTTP_GOOD : be_wrong(h, 400);
        }
        if (h->nfields == HTTP_FIELDS) return be_wrong(h, 431);
        if (!add_field(h, line, from, at)) return be_wrong(h, 400);
    }
    return s.len >= HTTP_HEAD_MOST ? be_wrong(h, 431) : HTTP_MORE;
}

// ---- first lines ------------------------------------------------------------------------------------------------------

static bool parse_version(Str s, int *minor) {
    if (s.len != 8 || !str_has_prefix(s, S("HTTP/1.")) || s.ptr[7] < '0' || s.ptr[7] > '9') return false;
    *minor = s.ptr[7] - '0';
    return true;
}

static bool parse_request_line(Str line, HttpHead *h) {
    i64 a = str_index(line, ' '), b = str_rindex(line, ' ');
    if (a <= 0 || b <= a + 1) return false;
    h->method = str_slice(line, 0, a), h->target = str_slice(line, a + 1, b);
    for (i64 i = 0; i < h->target.len; i++)
        if ((u8)h->target.ptr[i] <= ' ' || h->target.ptr[i] == 127) return false;
    return is_token(h->method) && parse_version(str_slice(line, b + 1, line.len), &h->minor);
}

static bool parse_status_line(Str line, HttpHead *h) {
    if (line.len < 12 || !parse_version(str_slice(line, 0, 8), &h->minor) || line.ptr[8] != ' ') return false;
    for (int i = 9; i < 12; i++) {
        if (line.ptr[i] < '0' || line.ptr[i] > '9') return false;
        h->status = h->status * 10 + line.ptr[i] - '0';
    }
    return h->status >= 100 && (line.len == 12 || line.ptr[12] == ' ');
}

HttpParse http_request(Str s, HttpHead *h) {
    i64 at = 0;
    Str line = {0};
    h->method = h->target = (Str){0};
    h->status = h->minor = h->wrong = 0, h->nfields = 0, h->size = 0;
    h->chunked = h->close = h->upgrade = false, h->length = -1;
    do
        if (!next_line(s, &at, &line)) return s.len >= HTTP_HEAD_MOST ? be_wrong(h, 431) : HTTP_MORE;
    while (!line.len); // empty lines before a request are passed over
    return parse_request_line(line, h) ? parse_fields(s, at, h) : be_wrong(h, 400);
}

HttpParse http_response(Str s, HttpHead *h) {
    i64 at = 0;
    Str line;
    h->method = h->target = (Str){0};
    h->status = h->minor = h->wrong = 0, h->nfields = 0, h->size = 0;
    h->chunked = h->close = h->upgrade = false, h->length = -1;
    if (!next_line(s, &at, &line)) return s.len >= HTTP_HEAD_MOST ? be_wrong(h, 502) : HTTP_MORE;
    return parse_status_line(line, h) ? parse_fields(s, at, h) : be_wrong(h, 502);
}

// ---- chunks -----------------------------------------------------------------------------------------------------------

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// A byte that is not payload.
static void take_byte(HttpChunks *c, char b) {
    int v = hex_value(b);
    switch (c->state) {
    case CHUNK_SIZE:
        if (v >= 0 && c->digits < 15) c->left = c->left * 16 + (u64)v, c->digits++;
        else if (c->digits && b == '\n') c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER;
        else if (c->digits && (b == '\r' || b == ';' || b == ' ' || b == '\t')) c->state = CHUNK_REST;
        else c->state = CHUNK_WRONG;
        break;
    case CHUNK_REST:
        if (b == '\n') c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER, c->trailer = 0;
        else if (++c->trailer > 4096) c->state = CHUNK_WRONG;
        break;
    case CHUNK_END: // behind the payload
        if (b == '\n') c->state = CHUNK_SIZE, c->digits = 0, c->left = 0;
        else if (b != '\r') c->state = CHUNK_WRONG;
        break;
    case CHUNK_TRAILER: // at the start of a line of it
        if (b == '\n') c->state = CHUNK_DONE;
        else if (b != '\r') c->state = CHUNK_TRAILER_LINE;
        break;
    case CHUNK_TRAILER_LINE:
        if (b == '\n') c->state = CHUNK_TRAILER;
        break;
    default: break;
    }
    bool trailer = c->state == CHUNK_TRAILER || c->state == CHUNK_TRAILER_LINE;
    if (trailer && ++c->trailer > HTTP_HEAD_MOST) c->state = CHUNK_WRONG;
}

i64 http_chunks(HttpChunks *c, Str in, Str *data) {
    i64 i = 0;
    *data = (Str){in.ptr, 0};
    while (i < in.len && c->state < CHUNK_DONE) {
        if (c->state != CHUNK_DATA) {
            bool before = c->state <= CHUNK_REST;
            take_byte(c, in.ptr[i++]);
            if (before && c->state == CHUNK_TRAILER) return i; // the last size was read
            continue;
        }
        i64 n = i64_min(in.len - i, (i64)c->left);
        *data = str_slice(in, i, i + n);
        c->left -= (u64)n;
        if (c->left == 0) c->state = CHUNK_END;
        return i + n;
    }
    return i;
}
