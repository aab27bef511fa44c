// gotime.c - time.Time as templates of `list` see it: a point in time with an offset, made from RFC 3339.
//
// In:   "2006-01-02T15:04:05.999Z" or with an offset, as module proxies give it. Out: the methods that templates use: String,
//       Format, UTC, Unix, IsZero, Year, Month, Weekday, Day, Hour ... Nanosecond, YearDay, Unix*, Before, After, Equal; in JSON the text as it came.
// Facts: pkg.go.dev/time#pkg-constants (the words of a layout), Time.String.
#include "cmd/gotime.h"
#include <stdio.h>
#include <time.h>

typedef struct Moment {
    i64 year;
    int month, day, hour, minute, second, nanos, offset; // offset: seconds east; the rest is local there
    int year_day, week_day;
    i64 unix;
} Moment;

static int digits(Str s, i64 at, int n) {
    int v = 0;
    for (i64 i = at; i < at + n && i < s.len; i++) v = v * 10 + (s.ptr[i] - '0');
    return v;
}

static i64 days_before(i64 y, int m, int d) { // days since 1970-01-01, proleptic Gregorian calendar
    y -= m <= 2;
    i64 era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    i64 doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static Moment parse(Str s) {
    Moment t = {.year = 1, .month = 1, .day = 1};
    if (s.len >= 20) {
        t = (Moment){.year = digits(s, 0, 4), .month = digits(s, 5, 2), .day = digits(s, 8, 2)};
        t.hour = digits(s, 11, 2), t.minute = digits(s, 14, 2), t.second = digits(s, 17, 2);
        i64 i = 19, n = 0;
        if (s.ptr[i] == '.')
            for (i++; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
                if (n++ < 9) t.nanos = t.nanos * 10 + (s.ptr[i] - '0');
        for (; n && n < 9; n++) t.nanos *= 10;
        if (i + 6 <= s.len && s.ptr[i] != 'Z')
            t.offset = (digits(s, i + 1, 2) * 60 + digits(s, i + 4, 2)) * (s.ptr[i] == '-' ? -60 : 60);
    }
    i64 days = days_before(t.year, t.month, t.day);
    t.unix = days * 86400 + t.hour * 3600 + t.minute * 60 + t.second - t.offset;
    t.year_day = (int)(days - days_before(t.year, 1, 1)) + 1;
    t.week_day = (int)(((days + 4) % 7 + 7) % 7); // 1970-01-01 was a Thursday
    return t;
}

// ---- layouts --------------------------------------------------------------------------------------------------------------

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// Words of a layout; those that begin with others stand before them.
static const char *const words[] = {"January", "Jan",       "Monday",  "Mon",       "MST",   "2006",   "002",
                                    "01",      "02",        "03",      "04",        "05",    "06",     "15",
                                    "1",       "__2",       "_2",      "2",         "3",     "4",      "5",
                                    "PM",      "pm",        "-070000", "-07:00:00", "-0700", "-07:00", "-07",
                                    "Z070000", "Z07:00:00", "Z0700",   "Z07:00",    "Z07"};

static void put_offset(Buf *b, int seconds, Str form) { // "-07:00:00" and the like
    int n = seconds < 0 ? -seconds : seconds;
    bool colon = str_index(form, ':') >= 0;
    i64 parts = colon ? (form.len + 1) / 3 : (form.len - 1) / 2;
    buf_printf(b, "%c%02d", seconds < 0 ? '-' : '+', n / 3600);
    if (parts > 1) buf_printf(b, "%s%02d", colon ? ":" : "", n / 60 % 60);
    if (parts > 2) buf_printf(b, "%s%02d", colon ? ":" : "", n % 60);
}

static void put_short(Buf *b, const char *name) { buf_printf(b, "%.3s", name); }

static void put_date(Buf *b, const Moment *t, Str w) {
    if (str_eq(w, S("January"))) buf_c(b, months[t->month - 1]);
    else if (str_eq(w, S("Jan"))) put_short(b, months[t->month - 1]);
    else if (str_eq(w, S("Monday"))) buf_c(b, weekdays[t->week_day]);
    else if (str_eq(w, S("Mon"))) put_short(b, weekdays[t->week_day]);
    else if (str_eq(w, S("2006"))) buf_printf(b, "%04lld", (long long)t->year);
    else if (str_eq(w, S("06"))) buf_printf(b, "%02lld", (long long)t->year % 100);
    else if (str_eq(w, S("002"))) buf_printf(b, "%03d", t->year_day);
    else if (str_eq(w, S("__2"))) buf_printf(b, "%3d", t->year_day);
    else if (str_eq(w, S("01"))) buf_printf(b, "%02d", t->month);
    else if (str_eq(w, S("1"))) buf_printf(b, "%d", t->month);
    else if (str_eq(w, S("02"))) buf_printf(b, "%02d", t->day);
    else if (str_eq(w, S("_2"))) buf_printf(b, "%2d", t->day);
    else if (str_eq(w, S("2"))) buf_printf(b, "%d", t->day);
}

static void put_clock(Buf *b, const Moment *t, Str w) {
    int twelve = t->hour % 12 ? t->hour % 12 : 12;
    if (str_eq(w, S("15"))) buf_printf(b, "%02d", t->hour);
    else if (str_eq(w, S("03"))) buf_printf(b, "%02d", twelve);
    else if (str_eq(w, S("3"))) buf_printf(b, "%d", twelve);
    else if (str_eq(w, S("04"))) buf_printf(b, "%02d", t->minute);
    else if (str_eq(w, S("4"))) buf_printf(b, "%d", t->minute);
    else if (str_eq(w, S("05"))) buf_printf(b, "%02d", t->second);
    else if (str_eq(w, S("5"))) buf_printf(b, "%d", t->second);
    else if (str_eq(w, S("PM"))) buf_c(b, t->hour >= 12 ? "PM" : "AM");
    else if (str_eq(w, S("pm"))) buf_c(b, t->hour >= 12 ? "pm" : "am");
    else if (w.ptr[0] == '-') put_offset(b, t->offset, w);
    else if (w.ptr[0] == 'Z' && !t->offset) buf_char(b, 'Z');
    else if (w.ptr[0] == 'Z') put_offset(b, t->offset, w);
    else if (!t->offset) buf_c(b, "UTC");      // MST
    else put_offset(b, t->offset, S("-0700")); // the zone's name is not known
}

static bool starts_lower(Str s) { return s.len && s.ptr[0] >= 'a' && s.ptr[0] <= 'z'; }

// The word at the beginning of s; "" if there is none.
static Str word_at(Str s) {
    for (i64 i = 0; i < NELEM(words); i++) {
        Str w = str_c(words[i]);
        if (!str_has_prefix(s, w)) continue;
        bool name = str_eq(w, S("Jan")) || str_eq(w, S("Mon"));
        if (name && starts_lower(str_slice(s, 3, s.len))) continue;
        if (str_eq(w, S("_2")) && str_has_prefix(s, S("_2006"))) return S("");
        return w;
    }
    return S("");
}

// ".000" or ",999": how long it is; 0: it is none.
static i64 fraction_at(Str s) {
    if (s.len < 2 || (s.ptr[0] != '.' && s.ptr[0] != ',') || (s.ptr[1] != '0' && s.ptr[1] != '9')) return 0;
    i64 n = 1;
    while (n < s.len && s.ptr[n] == s.ptr[1]) n++;
    return n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9' ? 0 : n;
}

static void put_fraction(Buf *b, const Moment *t, Str form) {
    char text[16];
    snprintf(text, sizeof text, "%09d", t->nanos);
    i64 n = i64_min(form.len - 1, 9);
    while (form.ptr[1] == '9' && n > 0 && text[n - 1] == '0') n--;
    if (n > 0) buf_printf(b, "%c%.*s", form.ptr[0], (int)n, text);
}

static Str format(Arena *a, const Moment *t, Str layout) {
    Buf b = {0};
    while (layout.len) {
        Str w = word_at(layout);
        i64 n = w.len ? w.len : fraction_at(layout);
        i64 before = b.len;
        if (w.len) put_date(&b, t, w);
        if (w.len && b.len == before) put_clock(&b, t, w);
        if (!w.len && n) put_fraction(&b, t, str_slice(layout, 0, n));
        if (!n) buf_char(&b, layout.ptr[0]), n = 1;
        layout = str_slice(layout, n, layout.len);
    }
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

// ---- methods --------------------------------------------------------------------------------------------------------------

static Moment moment_of(const GoVal *v) { return parse(v->fields[0].s); }

static GoVal time_string(Arena *a, const GoVal *v) {
    Moment t = moment_of(v);
    Str zone = t.offset ? S("-0700 -0700") : S("-0700 MST");
    return goval_str(format(a, &t, arena_printf(a, "2006-01-02 15:04:05.999999999 %.*s", SFMT(zone))));
}

static GoVal time_format(Arena *a, const GoVal *v, const GoVal *layout) {
    Moment t = moment_of(v);
    return goval_str(format(a, &t, layout->s));
}

static GoVal time_utc(Arena *a, const GoVal *v) {
    Moment t = moment_of(v);
    struct tm tm;
    time_t at = (time_t)t.unix;
    if (!t.offset || !gmtime_r(&at, &tm)) return *v;
    Moment u = {.year = tm.tm_year + 1900, .month = tm.tm_mon + 1, .day = tm.tm_mday, .hour = tm.tm_hour};
    u.minute = tm.tm_min, u.second = tm.tm_sec, u.nanos = t.nanos;
    return goval_time(a, format(a, &u, S("2006-01-02T15:04:05.999999999Z07:00")));
}

static GoVal time_json(Arena *a, const GoVal *v) {
    (void)a;
    return v->fields[0];
}

static int compare(const GoVal *x, const GoVal *y) {
    Moment a = moment_of(x), b = moment_of(y);
    if (a.unix != b.unix) return a.unix < b.unix ? -1 : 1;
    return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

#define GET(name, value)                                                                                               \
    static GoVal time_##name(Arena *a, const GoVal *v) {                                                               \
        Moment t = moment_of(v);                                                                                       \
        (void)a;                                                                                                       \
        return value;                                                                                                  \
    }
#define COMPARE(name, test)                                                                                            \
    static GoVal time_##name(Arena *a, const GoVal *v, const GoVal *other) {                                           \
        (void)a;                                                                                                       \
        return goval_bool(compare(v, other) test);                                                                     \
    }
GET(unix, goval_int(t.unix))
GET(zero, goval_bool(t.unix == -62135596800 && !t.nanos))
GET(year, goval_int(t.year))
GET(day, goval_int(t.day))
GET(hour, goval_int(t.hour))
GET(minute, goval_int(t.minute))
GET(second, goval_int(t.second))
GET(year_day, goval_int(t.year_day))
GET(nanosecond, goval_int(t.nanos))
GET(unix_nano, goval_int(t.unix * 1000000000 + t.nanos))
GET(unix_micro, goval_int(t.unix * 1000000 + t.nanos / 1000))
GET(unix_milli, goval_int(t.unix * 1000 + t.nanos / 1000000))
COMPARE(before, < 0)
COMPARE(after, > 0)
COMPARE(equal, == 0)

// time.Month and time.Weekday: what they are called.
static const GoField name_fields[] = {{"(name)", "string", NULL, true}};
static GoVal name_string(Arena *a, const GoVal *v) {
    (void)a;
    return v->fields[0];
}
static const GoMethod name_methods[] = {{"String", name_string, true, NULL, NULL}};
static const GoStruct month_type = {"time.Month", name_fields, 1, name_methods, 1, NULL};
static const GoStruct weekday_type = {"time.Weekday", name_fields, 1, name_methods, 1, NULL};

static GoVal time_month(Arena *a, const GoVal *v) {
    GoVal out = goval_struct(a, &month_type, "time.Month");
    out.fields[0].s = str_c(months[moment_of(v).month - 1]);
    return out;
}

static GoVal time_weekday(Arena *a, const GoVal *v) {
    GoVal out = goval_struct(a, &weekday_type, "time.Weekday");
    Moment m = moment_of(v);
    out.fields[0].s = str_c(weekdays[m.week_day]);
    return out;
}

static const GoField fields[] = {{"(text)", "string", NULL, true}};
static const GoMethod methods[] = {{"String", time_string, true, NULL, NULL},
                                   {"UTC", time_utc, false, NULL, NULL},
                                   {"Unix", time_unix, false, NULL, NULL},
                                   {"IsZero", time_zero, false, NULL, NULL},
                                   {"Year", time_year, false, NULL, NULL},
                                   {"Day", time_day, false, NULL, NULL},
                                   {"Hour", time_hour, false, NULL, NULL},
                                   {"Minute", time_minute, false, NULL, NULL},
                                   {"Second", time_second, false, NULL, NULL},
                                   {"YearDay", time_year_day, false, NULL, NULL},
                                   {"Nanosecond", time_nanosecond, false, NULL, NULL},
                                   {"UnixNano", time_unix_nano, false, NULL, NULL},
                                   {"UnixMicro", time_unix_micro, false, NULL, NULL},
                                   {"UnixMilli", time_unix_milli, false, NULL, NULL},
                                   {"Month", time_month, false, NULL, NULL},
                                   {"Weekday", time_weekday, false, NULL, NULL},
                                   {"Format", NULL, false, time_format, "string"},
                                   {"Before", NULL, false, time_before, "time.Time"},
                                   {"After", NULL, false, time_after, "time.Time"},
                                   {"Equal", NULL, false, time_equal, "time.Time"}};
const GoStruct gotime_type = {.name = "time.Time",
                              .fields = fields,
                              .nfields = NELEM(fields),
                              .methods = methods,
                              .nmethods = NELEM(methods),
                              .as_json = time_json};

GoVal goval_time(Arena *a, Str rfc3339) {
    GoVal v = goval_struct(a, &gotime_type, "*time.Time");
    v.fields[0].s = rfc3339;
    return v;
}
