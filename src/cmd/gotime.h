// gotime.h - time.Time as a value of templates and JSON.
#pragma once
#include "cmd/goval.h"

extern const GoStruct gotime_type;
GoVal goval_time(Arena *, Str rfc3339); // "*time.Time"
