"""Pictures of bench/published.py: bars and lines as SVG text, in two sets of colours of which the viewer's preference (light or dark) chooses.

A picture brings its own background, so it is readable whatever the page around it is. It refers to nothing outside of itself. Numbers are written at the bars and
names at the ends of the lines: nothing is said by colour alone.
"""
import math
from xml.sax.saxutils import escape, quoteattr

WIDTH = 760
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"'
# class: (light, dark). bg, ink, soft, grid; the others are the services' and what waits.
COLOURS = {
    "bg": ("#ffffff", "#15181e"), "ink": ("#1b1f24", "#e8eaed"), "soft": ("#59616b", "#a3abb5"), "grid": ("#dfe3e8", "#30363f"),
    "vole": ("#c2410c", "#fb923c"), "gc": ("#0369a1", "#38bdf8"), "javalin": ("#7e22ce", "#c084fc"), "spring": ("#15803d", "#4ade80"),
    "fastapi": ("#a16207", "#facc15"), "flask": ("#be185d", "#f472b6"), "node": ("#0f766e", "#2dd4bf"), "express": ("#475569", "#cbd5e1"), "c": ("#475569", "#cbd5e1"),
}


def text_width(text, size):
    """Pixels that a text takes at most in the usual fonts."""
    return len(text) * size * 0.58


def colours():
    def rules(i): return "".join(".%s{fill:%s}.%s-line{fill:none;stroke:%s}" % (k, v[i], k, v[i]) for k, v in COLOURS.items())
    return "<style>%s@media(prefers-color-scheme:dark){%s}</style>" % (rules(0), rules(1))


def text(x, y, said, kind="ink", size=12, anchor="start", weight="normal"):
    return '<text class="%s" x="%.1f" y="%.1f" font-size="%d" text-anchor="%s" font-weight="%s">%s</text>' % (kind, x, y, size, anchor, weight, escape(said))


def line(kind, x1, y1, x2, y2, extra=""):
    return '<path class="%s-line" d="M%.1f %.1fL%.1f %.1f" %s/>' % (kind, x1, y1, x2, y2, extra)


def wrapped(said, size, width):
    lines = [""]
    for word in said.split():
        if text_width(lines[-1] + " " + word, size) > width: lines.append(word)
        else: lines[-1] = (lines[-1] + " " + word).strip()
    return lines


def frame(title, note, height, parts):
    """The whole picture: `parts` are drawn below the heading, from 0 downwards."""
    notes = wrapped(note, 12, WIDTH - 40)
    top = 40 + 17 * len(notes)
    head = [text(20, 30, title, size=17, weight="bold")] + [text(20, 50 + 17 * i, n, "soft") for i, n in enumerate(notes)]
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label=%s %s>%s<rect class="bg" width="%d" height="%d" rx="8"/>%s'
            '<g transform="translate(0 %d)">%s</g></svg>\n') % (WIDTH, top + height, WIDTH, top + height, quoteattr(title), FONT, colours(), WIDTH, top + height, "".join(head), top, "".join(parts))


def steps(top, most=5):
    """Round numbers from 0 to top, `most` of them above 0 at most."""
    raw = top / most
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * k for k in (1, 2, 2.5, 5, 10) if unit * k >= raw * 0.999)
    return [i * step for i in range(int(top / step + 0.001) + 1)]


def number(v):
    """Three digits that count."""
    if v == 0: return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(v))))
    s = "{:,.{}f}".format(v, digits)
    return s.rstrip("0").rstrip(".") if "." in s else s


def bars(title, note, unit, rows):
    """rows: [(name, class, [values: the first whole, the second pale], published)]; published is None, (value, value) or (least, most; None without an end)."""
    left, right, top = 170, 110, 8
    most = max([v for _, _, values, _ in rows for v in values] + [v for _, _, _, p in rows if p for v in p if v])
    at = lambda v: left + v / most * (WIDTH - left - right)
    parts, y = [], top
    heights = [10 + 16 * len(values) + (8 if p else 0) for _, _, values, p in rows]
    for v in steps(most):
        parts += [line("grid", at(v), top, at(v), top + sum(heights)), text(at(v), top + sum(heights) + 16, number(v), "soft", 11, "middle")]
    for (name, kind, values, published), height in zip(rows, heights):
        parts.append(text(left - 10, y + 16, name, anchor="end"))
        for i, v in enumerate(values):
            parts.append('<rect class="%s" x="%d" y="%.1f" width="%.1f" height="13" %s/>' % (kind, left, y + 5 + 16 * i, max(1.5, at(v) - left), 'fill-opacity=".45"' if i else ""))
            parts.append(text(max(at(v), left + 1.5) + 6, y + 16 + 16 * i, "%s %s" % (number(v), unit), size=12, weight="normal" if i else "bold"))
        if published:
            low, high, under = at(published[0]), at(published[1] or most), y + 9 + 16 * len(values)
            parts.append(line("soft", low, under - 4, low, under + 4, 'stroke-width="1.5"'))
            if published[1] != published[0]: parts.append(line("soft", low, under, high, under, 'stroke-width="1.5"' + ("" if published[1] else ' stroke-dasharray="4 3"')))
            if published[1]: parts.append(line("soft", high, under - 4, high, under + 4, 'stroke-width="1.5"'))
        y += height
    return frame(title, note, y + 28, parts)


def spread(wanted, gap):
    """Places as near to the wanted ones as a distance of `gap` between them allows; in the order of the wanted."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups = []  # [sum of (wanted - offset), members]: neighbours that touch stand together
    for i in order:
        groups.append([wanted[i], [i]])
        while len(groups) > 1:
            (a, first), (b, second) = groups[-2:]
            if b / len(second) - a / len(first) >= gap * len(first): break
            groups[-2:] = [[a + b - gap * len(first) * len(second), first + second]]
    out = [0.0] * len(wanted)
    for total, members in groups:
        for k, i in enumerate(members): out[i] = total / len(members) + gap * k
    return out


def panel(name, logarithmic, series, until, top, height):
    left, right = 62, 150
    values = [v for _, _, points in series for _, v in points]
    if logarithmic:
        low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values) * 1.0001))
        ticks = [10.0 ** e for e in range(round(math.log10(low)), round(math.log10(high)) + 1)]
        up = lambda v: top + height - (math.log10(v) - math.log10(low)) / (math.log10(high) - math.log10(low)) * height
    else:
        ticks = steps(max(values) * 1.05, 4)
        up = lambda v: top + height - v / (max(values) * 1.05) * height
    across = lambda x: left + x / until * (WIDTH - left - right)
    parts = [text(20, top - 12, name, size=13, weight="bold")]
    for v in ticks: parts += [line("grid", left, up(v), WIDTH - right, up(v)), text(left - 8, up(v) + 4, number(v), "soft", 11, "end")]
    for x in steps(until, 8): parts.append(text(across(x), top + height + 16, number(x), "soft", 11, "middle"))
    parts.append(text(WIDTH - right + 14, top + height + 16, "seconds", "soft", 11))
    places = spread([up(points[-1][1]) for _, _, points in series], 14)
    over = max(places) - (top + height)  # the lowest name stays above the axis
    for (label, kind, points), place in zip(series, places):
        place -= max(0, over)
        parts.append('<path class="%s-line" stroke-width="%s" stroke-linejoin="round" d="M%s"/>' % (kind, 3 if kind == "vole" else 1.8, "L".join("%.1f %.1f" % (across(x), up(v)) for x, v in points)))
        parts.append(line("soft", across(points[-1][0]) + 2, up(points[-1][1]), WIDTH - right + 12, place, 'stroke-width=".7"'))
        parts.append(text(WIDTH - right + 15, place + 4, label, kind, 12, weight="bold" if kind == "vole" else "normal"))
    return parts


def lines(title, note, panels):
    """panels: [(name, logarithmic, [(label, class, [(x, y)])])], one under the other with the same seconds across."""
    height, gap, parts = 170, 62, []
    until = max(x for _, _, series in panels for _, _, points in series for x, _ in points)
    for i, (name, logarithmic, series) in enumerate(panels): parts += panel(name, logarithmic, series, until, 32 + i * (height + gap), height)
    return frame(title, note, 32 + len(panels) * (height + gap) - gap + 32, parts)
