"""Tables and pictures from the figures of bench/published.py, on the terminal and in the page docs/services.md.

The page is written by hand but for what stands between `<!-- figures NAME -->` and `<!-- end -->`: that is replaced. A figure that there is none of is a dash,
and what was left out is said.
"""
import collections, re, statistics

import draw
from measure import percentile

Table = collections.namedtuple("Table", "name title columns rows notes")
# What was published elsewhere, as issue 11 quotes it: of whose service and on what machine is not said there.
STARTS = {"Go": (18, 18), "Java": (850, 850), "Python": (120, 120), "Node": (120, 120)}
MEMORY = {"Go": (10, 30), "Java": (100, None), "Python": (100, None), "Node": (100, None)}
COLD = {"Node": (100, 300), "Python": (200, 500), "Java": (1000, 3000)}


def public(text):
    """A message in one line, without addresses and without the folders of this machine: it may end up in the page."""
    text = re.sub(r"\b[a-z]+://[^\s\"')]+", "(address)", " ".join(str(text).split()))
    return re.sub(r"(?<![\w.)])/(?:[\w.@+-]+/)+", "", text)


def span(published):
    if not published: return "-"
    low, high = published
    return draw.number(low) if low == high else "%s to %s" % (draw.number(low), draw.number(high)) if high else "%s and more" % draw.number(low)


def settled(service):
    """The later half of the seconds under load: what is steady is read from it."""
    seconds = service["load"]["seconds"]
    return seconds[len(seconds) // 2:]


def start_table(f):
    rows = [[s["name"], draw.number(statistics.median(s["start"])), draw.number(min(s["start"])), draw.number(statistics.median(s["start_cpu"])), span(STARTS.get(s["language"]))]
            for s in f["services"] if s.get("start")]
    return Table("start", "Start: from the start of the process to the first good answer, ms", ["service", "median", "least", "CPU", "published"], rows,
                 ["%d starts each, in turns; CPU is what the process had used when the answer was here." % f["rounds"]])


def memory_table(f):
    rows = []
    for s in f["services"]:
        if not s.get("idle"): continue
        under = [draw.number(v) for v in (*s["load"]["end"], s["load"]["peak"])] if s.get("load") else ["-"] * 3
        rows.append([s["name"], *(draw.number(v) for v in s["idle"]), *under, span(MEMORY.get(s["language"]))])
    return Table("memory", "Memory, MB", ["service", "idle RSS", "idle PSS", "loaded RSS", "loaded PSS", "peak RSS", "published"], rows,
                 ["Idle: a second after three answers; loaded: after %d s of load (below); peak: the most of samples every 0.2 s." % f["seconds"]])


def cold_table(f):
    rows = [[s["name"], str(len(s["cold"])), draw.number(statistics.median(s["cold"])), draw.number(percentile(s["cold"], 99)), draw.number(statistics.median(s["cold_cpu"])), span(COLD.get(s["language"]))]
            for s in f["services"] if s.get("cold")]
    return Table("cold", "A process from zero for each request, ms", ["service", "requests", "median", "p99", "CPU each", "published"], rows,
                 ["One after the other, as many as %g s hold, %d at most and 3 at least; of fewer than 100 p99 is the longest." % (f["cold_seconds"], f["cold_most"])])


def parked_table(f):
    rows = [[p["name"], "{:,}".format(p["n"]), *("{:,.0f}".format(p[k]) for k in ("bytes", "tables", "kernel")), "{:,.0f}".format(p["bytes"] + p["tables"] + p["kernel"]), draw.number(p["us"])] for p in f["parked"]]
    return Table("parked", "One that waits, bytes", ["what", "how many", "resident", "page tables", "kernel stack", "together", "us to start"], rows,
                 ["After less before, by their number. Kernel stacks are the whole machine's, so others that start threads meanwhile count in."])


def load_table(f):
    rows = []
    for s in f["services"]:
        if not s.get("load"): continue
        late, seconds = settled(s), s["load"]["seconds"]
        rows.append([s["name"], "{:,.0f}".format(seconds[0][1]), "{:,.0f}".format(statistics.median(x[1] for x in late)), draw.number(statistics.median(x[2] for x in late)),
                     draw.number(max(x[2] for x in seconds)), "{:,.0f}".format(sum(x[4] for x in late) / max(sum(x[5] for x in late), 0.01))])
    return Table("load", "Under load: POST of an order of %d bytes over %d connections" % (f["body"], f["connections"]), ["service", "requests/s, first second", "requests/s", "p99 ms", "worst second's p99", "requests a CPU second"], rows,
                 ["%d runs of wrk of one second each, right after the start; requests/s and p99 are medians of the later half, requests a CPU second are of that half too." % f["seconds"]])


def tables(f):
    return [t for t in (start_table(f), memory_table(f), cold_table(f), parked_table(f), load_table(f)) if t.rows]


def printed(t):
    widths = [max(len(r[i]) for r in [t.columns, *t.rows]) for i in range(len(t.columns))]
    row = lambda r: "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths)))
    return "\n".join([t.title, row(t.columns), *map(row, t.rows), *t.notes])


def markdown(t):
    rule = ["---"] + ["---:"] * (len(t.columns) - 1)
    return "\n".join(["| " + " | ".join(r) + " |" for r in (t.columns, rule, *t.rows)] + [""] + t.notes)


def about(f):
    """Lines on the run: the machine, the versions, what was left out."""
    out = ["%s, %s, %s: %d of %d cores, %s GB, load %s at the beginning; %s.%s" % (f["date"], f["cpu"], f["kernel"], f["cores"], f["all_cores"], f["memory_gb"], f["load_before"], f["took"], " A quick run: few repetitions, its figures are rough." if f["quick"] else "")]
    if float(f["load_before"]) > f["cores"] / 4: out.append("The machine was busy with something else when this began: times are too long and rates too low, by an unknown amount.")
    out.append("Versions: " + "; ".join("%s %s" % (k, v) if not v.lower().startswith(k.lower()) else v for k, v in f["versions"].items()) + ".")
    return out + ["Left out: " + l for l in f["left_out"]]


def pictures(f):
    """{file name: SVG}; one without a figure is not drawn."""
    out, services = {}, f["services"]
    ask = [s for s in services if s.get("start")]
    if ask: out["start.svg"] = draw.bars("Service start", "From the start of the process to the first good answer over loopback HTTP, ms: median of %d. Grey mark: published elsewhere." % f["rounds"], "ms",
                                         [(s["name"], s["key"], [statistics.median(s["start"])], STARTS.get(s["language"])) for s in ask])
    ask = [s for s in services if s.get("idle")]
    if ask: out["memory.svg"] = draw.bars("Memory of a service", "Resident MB. Full bar: idle. Pale bar: after %d s of load. Grey: published elsewhere, dashed where it has no end." % f["seconds"], "MB",
                                          [(s["name"], s["key"], [s["idle"][0]] + ([s["load"]["end"][0]] if s.get("load") else []), MEMORY.get(s["language"])) for s in ask])
    ask = [s for s in services if s.get("cold")]
    if ask: out["cold.svg"] = draw.bars("A process from zero for each request", "From the start of the process to the answer of its only request, ms. Full bar: median. Pale bar: p99. Grey: published cold starts of serverless platforms.", "ms",
                                        [(s["name"], s["key"], [statistics.median(s["cold"]), percentile(s["cold"], 99)], COLD.get(s["language"])) for s in ask])
    if f["parked"]: out["parked.svg"] = draw.bars("What one that waits costs", "KB of memory (1,000 bytes) each: resident, page tables and the kernel's stack together.", "KB",
                                                  [(p["name"], p["key"], [(p["bytes"] + p["tables"] + p["kernel"]) / 1e3], None) for p in f["parked"]])
    ask = [s for s in services if s.get("load")]
    if ask:
        series = lambda k, unit=1: [(s["name"], s["key"], [(x[0], x[k] / unit) for x in s["load"]["seconds"]]) for s in ask]
        out["load.svg"] = draw.lines("Under load from the first second on", "wrk, %d connections, POST of an order in JSON, service and load generator on the same %d cores." % (f["connections"], f["cores"]),
                                     [("Thousand requests a second", False, series(1, 1e3)), ("99th percentile of the latency, ms (logarithmic)", True, series(2)), ("Resident memory, MB", False, series(3))])
    return out


def rewritten(page, f, folder):
    """The page with its figures replaced; `folder` is where it finds the pictures."""
    shown, drawn = {t.name: t for t in tables(f)}, pictures(f)

    def block(m):
        name = m[1]
        if name == "about": said = "\n".join("- " + l for l in about(f))
        else:
            picture = ["![%s](%s/%s.svg)" % (shown[name].title, folder, name), ""] if name in shown and name + ".svg" in drawn else []
            said = "\n".join(picture + [markdown(shown[name])]) if name in shown else "Not measured in this run."
        return "<!-- figures %s -->\n%s\n<!-- end -->" % (name, said)

    out, n = re.subn(r"<!-- figures (\w+) -->\n(?:.*?\n)??<!-- end -->", block, page, flags=re.S)
    if n != 6: raise ValueError("the page has %d places for figures, not 6" % n)
    return out
