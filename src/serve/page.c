// page.c - the script in pages: its text, where it goes, and pages of our own when there is no program to ask.
//
// Texts of others (errors, source) become text nodes, never markup. Hidden pages have no connection: browsers allow six to a server.
#include "serve/page.h"
#include "serve/http.h"

const char page_script[] =
    "(function () {\n"
    "  var self = document.currentScript, box = null, events = null, shown = null;\n"
    "  var generation = self ? new URL(self.src).searchParams.get('g') : null;\n"
    "  function add(parent, tag, text, css) {\n"
    "    var e = document.createElement(tag);\n"
    "    if (text !== undefined && text !== null) e.textContent = String(text);\n"
    "    e.style.cssText = css || '';\n"
    "    parent.appendChild(e);\n"
    "    return e;\n"
    "  }\n"
    "  function hide() {\n"
    "    if (box) box.remove();\n"
    "    box = shown = null;\n"
    "  }\n"
    "  function place(e) {\n"
    "    return (e.file || '') + (e.line ? ':' + e.line + (e.col ? ':' + e.col : '') : '');\n"
    "  }\n"
    "  function show(text) {\n"
    "    if (text === shown) return;\n"
    "    hide();\n"
    "    shown = text;\n"
    "    var list = JSON.parse(text).errors || [];\n"
    "    box = add(document.body || document.documentElement, 'div', null, "
    "'all:initial;position:fixed;inset:0;z-index:2147483647;'\n"
    "      + 'overflow:auto;background:rgba(16,16,20,.95);color:#eee;font:14px/1.5 "
    "monospace;padding:2em;box-sizing:border-box');\n"
    "    box.id = 'vole-overlay';\n"
    "    add(box, 'div', list.length === 1 ? '1 error' : list.length + ' errors', "
    "'display:block;color:#ff6b6b;font:bold 18px sans-serif;margin-bottom:1em');\n"
    "    list.forEach(function (e) {\n"
    "      add(box, 'div', place(e), 'display:block;color:#7cc7ff;margin-top:1em');\n"
    "      add(box, 'div', e.text, 'display:block;white-space:pre-wrap');\n"
    "      if (e.source) add(box, 'pre', e.source, 'display:block;background:#000;color:#ddd;padding:.5em;margin:.3em "
    "0;overflow:auto;white-space:pre');\n"
    "    });\n"
    "    add(box, 'div', 'The last good program goes on serving. This goes away with the error; Escape hides it.', "
    "'display:block;color:#888;margin-top:2em');\n"
    "  }\n"
    "  function open() {\n"
    "    if (events) return;\n"
    "    events = new EventSource('" PAGE_EVENTS "');\n"
    "    events.addEventListener('hello', function (e) {\n"
    "      if (generation !== null && generation !== e.data) location.reload();\n"
    "      generation = e.data;\n"
    "    });\n"
    "    events.addEventListener('reload', function () { location.reload(); });\n"
    "    events.addEventListener('failed', function (e) { show(e.data); });\n"
    "    events.addEventListener('good', hide);\n"
    "  }\n"
    "  function close() {\n"
    "    if (events) events.close();\n"
    "    events = null;\n"
    "  }\n"
    "  document.addEventListener('keydown', function (e) { if (e.key === 'Escape') hide(); });\n"
    "  document.addEventListener('visibilitychange', function () { if (document.hidden) close(); else open(); });\n"
    "  window.addEventListener('pagehide', close);\n"
    "  window.addEventListener('pageshow', function () { if (!document.hidden) open(); });\n"
    "  if (!document.hidden) open();\n"
    "})();\n";

static bool is_nonce(Str s) {
    for (i64 i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("+/-_=", c);
        if (!good || !c) return false;
    }
    return s.len > 0;
}

Str page_nonce(Str policy) {
    i64 script = str_find_fold(policy, S("script-src"), 0);
    i64 at = str_find_fold(policy, S("'nonce-"), script < 0 ? 0 : script);
    if (at < 0) return (Str){0};
    Str rest = str_slice(policy, at + 7, policy.len);
    i64 end = str_index(rest, '\'');
    Str nonce = str_slice(rest, 0, i64_max(end, 0));
    return is_nonce(nonce) ? nonce : (Str){0};
}

Str page_element(Arena *a, i64 generation, Str nonce) {
    Str with = nonce.len ? arena_printf(a, " nonce=\"%.*s\"", SFMT(nonce)) : S("");
    return arena_printf(a, "<script%.*s src=\"%s?g=%lld\"></script>", SFMT(with), PAGE_SCRIPT, (long long)generation);
}

static const char *status_text(int status) {
    switch (status) {
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 408: return "Request Timeout";
    case 431: return "Request Header Fields Too Large";
    case 502: return "Bad Gateway";
    case 504: return "Gateway Timeout";
    default: return "Error";
    }
}

Str page_error(Arena *a, int status, const char *why, bool html, i64 generation) {
    Str body = arena_printf(a, "vole: %s\n", why), element = page_element(a, generation, (Str){0});
    if (html)
        body = arena_printf(
            a, "<!DOCTYPE html>\n<html><head><title>%d</title></head><body><p>vole: %s</p>\n%.*s</body></html>\n",
            status, why, SFMT(element));
    return arena_printf(a,
                        "HTTP/1.1 %d %s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Length: %lld\r\n"
                        "Cache-Control: no-store\r\nConnection: close\r\n\r\n%.*s",
                        status, status_text(status), html ? "html" : "plain", (long long)body.len, SFMT(body));
}

// ---- where it goes ----------------------------------------------------------------------------------------------------

static void drop_front(Buf *b, i64 n) {
    memmove(b->ptr, b->ptr + n, (size_t)(b->len - n));
    b->len -= n;
}

enum { MARK = 6, HELD_MOST = 1 << 20 }; // MARK: of "</body"

static bool is_mark(Str s) { return s.len >= MARK && str_eq_fold(str_slice(s, 0, MARK), S("</body")); }

static void let_go(Inject *j, i64 n, Buf *out) {
    buf_bytes(out, j->held.ptr, n);
    drop_front(&j->held, n);
}

void inject_data(Inject *j, Str data, Buf *out) {
    if (j->done || !data.len) {
        buf_str(out, data);
        return;
    }
    i64 before = j->held.len;
    buf_str(&j->held, data);
    Str all = buf_view(&j->held);
    i64 from = i64_max(before - MARK + 1, 0), last = str_rfind_fold(str_slice(all, from, all.len), S("</body"));
    bool has = before >= MARK && is_mark(all);
    if (last >= 0) let_go(j, from + last, out);
    else if (!has && all.len >= MARK) let_go(j, all.len - MARK + 1, out);
    if (j->held.len <= HELD_MOST) return;
    inject_end(j, out);
    j->done = true;
}

void inject_end(Inject *j, Buf *out) {
    if (!j->done && is_mark(buf_view(&j->held))) buf_str(out, j->element);
    let_go(j, j->held.len, out);
}
