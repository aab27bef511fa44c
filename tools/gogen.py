#!/usr/bin/env python3
"""A random, deterministic, terminating Go program from a seed: gogen.py SEED [-n FUNCTIONS] > prog.go

The program prints a line for each of its tests: the name, a panic's message if one was recovered, and a hash of all values it computed
(TRACE=1 in its environment prints every value). What Go leaves open is avoided: the order in which operands and calls of an expression
are evaluated (calls in expressions are free of side effects and cannot panic), conversions of floats that do not fit, map order,
addresses. Loops have constant bounds and functions call only those made before them, within a budget, so every program ends.
gogen_lib.py holds the fixed part: hashes, generic helpers, and tests that are templates with random numbers.
"""
import argparse, random, sys

sys.dont_write_bytecode = True
import gogen_lib as lib


class T:  # a type: kind, Go's name, parts
    def __init__(self, kind, name, **kw):
        self.kind, self.name = kind, name
        self.__dict__.update(kw)

    def __repr__(self):
        return self.name


INTS = [T("int", n, bits=b, signed=n[0] == "i") for n, b in
        (("int8", 8), ("int16", 16), ("int32", 32), ("int64", 64), ("int", 64), ("uint8", 8), ("uint16", 16), ("uint32", 32), ("uint64", 64), ("uint", 64), ("uintptr", 64))]
INT = next(t for t in INTS if t.name == "int")
U8 = next(t for t in INTS if t.name == "uint8")
I32 = next(t for t in INTS if t.name == "int32")
FLOATS = [T("float", "float32", bits=32), T("float", "float64", bits=64)]
CPLX = [T("complex", "complex64", part=FLOATS[0]), T("complex", "complex128", part=FLOATS[1])]
BOOL, STR, ANY = T("bool", "bool"), T("string", "string"), T("any", "any")
SCALARS = INTS + FLOATS + [BOOL]


class Var:
    def __init__(self, name, t, mut=True, small=False):
        self.name, self.t, self.mut, self.small = name, t, mut, small


class Func:
    def __init__(self, name, params, results, cost, safe, recv=None, variadic=False):
        self.name, self.params, self.results, self.cost, self.safe, self.recv, self.variadic = name, params, results, cost, safe, recv, variadic


class Gen:
    def __init__(self, seed, nfuncs):
        self.r = random.Random(seed)
        self.nfuncs = nfuncs
        self.out, self.types, self.structs, self.funcs, self.hashers = [], {}, [], [], {}
        self.uid = 0
        self.lines, self.ind = [], 0
        self.scopes, self.mult, self.cost, self.safe = [[]], 1, 0, False
        self.depth = 0
        self.loops = []
        self.results = []
        self.closures = [[]]

    # ---- small things ----
    def pick(self, xs):
        return self.r.choice(xs)

    def chance(self, p):
        return self.r.random() < p

    def fresh(self, p="v"):
        self.uid += 1
        return f"{p}{self.uid}"

    def w(self, s):
        self.lines.append("\t" * self.ind + s)

    def type_of(self, kind, name, **kw):
        if name not in self.types:
            self.types[name] = T(kind, name, **kw)
        return self.types[name]

    def array(self, n, t):
        return self.type_of("array", f"[{n}]{t.name}", n=n, elem=t)

    def slice(self, t):
        return self.type_of("slice", f"[]{t.name}", elem=t)

    def ptr(self, t):
        return self.type_of("ptr", f"*{t.name}", elem=t)

    def map(self, k, v):
        return self.type_of("map", f"map[{k.name}]{v.name}", key=k, elem=v)

    def pick_type(self, d=2):
        x = self.r.random()
        if d <= 0 or x < 0.45:
            return self.pick(INTS)
        if x < 0.55:
            return self.pick(FLOATS)
        if x < 0.6:
            return BOOL
        if x < 0.66:
            return STR
        if x < 0.69:
            return self.pick(CPLX)
        if x < 0.76:
            return self.array(self.pick([1, 2, 3, 4, 5, 8, 16, 33]), self.pick_type(d - 1))
        if x < 0.84:
            return self.slice(self.pick_type(d - 1))
        if x < 0.92 and self.structs:
            return self.pick(self.structs)
        if x < 0.95:
            return self.ptr(self.pick(self.structs) if self.structs and self.chance(0.6) else self.pick_type(d - 1))
        if x < 0.98:
            return self.map(self.pick([INT, STR, U8, self.pick(INTS)]), self.pick_type(d - 1))
        return ANY

    def comparable(self, t):
        if t.kind in ("slice", "map", "any", "float", "complex"):
            return False
        if t.kind == "array":
            return self.comparable(t.elem)
        if t.kind == "struct":
            return all(self.comparable(f) for _, f in t.fields)
        return t.kind != "ptr"

    # ---- literals: (text, constant?) ----
    def int_value(self, t):
        lo, hi = (-(1 << t.bits - 1), (1 << t.bits - 1) - 1) if t.signed else (0, (1 << t.bits) - 1)
        x = self.r.random()
        if x < 0.4:
            v = self.r.randint(0, 10)
        elif x < 0.5:
            v = -self.r.randint(1, 10)
        elif x < 0.65:
            v = self.pick([lo, hi, lo + 1, hi - 1, hi // 2, hi // 2 + 1])
        elif x < 0.8:
            v = 1 << self.r.randrange(t.bits)
        elif x < 0.9:
            v = (1 << self.r.randrange(t.bits)) - 1
        else:
            v = self.r.randint(lo, hi)
        return v if lo <= v <= hi else abs(v) % (hi + 1)

    def literal(self, t):
        k = t.kind
        if k == "int":
            return f"{t.name}({self.int_value(t)})"
        if k == "float":
            return f"{t.name}({self.pick(['0', '1', '-1', '0.5', '3.25', '1e10', '-2.75', '1e-3', '0.1', '123456.789', '16777217', '9007199254740993'])})"
        if k == "complex":
            return f"{t.name}(complex({self.r.randint(-4, 4)}, {self.r.randint(-4, 4)}.5))"
        if k == "bool":
            return self.pick(["true", "false"])
        if k == "string":
            return self.pick(['""', '"a"', '"hello"', '"h\\u00e9llo, \\u4e16\\u754c"', '"\\xff\\xfe"', '"0123456789abcdef0123456789abcdef"', '"x\\x00y"', '"ab"'])
        raise AssertionError(k)

    def value(self, t, d):
        """An expression of any type that is not only a variable."""
        k = t.kind
        if k in ("int", "float", "complex", "bool", "string"):
            return self.expr(t, d)
        if k == "array":
            if self.chance(0.2) or d <= 0:
                return t.name + "{}"
            if t.n > 8:
                return f"{t.name}{{{self.expr(t.elem, d - 1)}, {t.n - 1}: {self.expr(t.elem, d - 1)}}}"
            return f"{t.name}{{{', '.join(self.expr(t.elem, d - 1) for _ in range(t.n))}}}"
        if k == "slice":
            x = self.r.random()
            if x < 0.1:
                return f"{t.name}(nil)"
            if x < 0.25:
                n = self.r.randint(0, 9)
                return f"make({t.name}, {n}, {n + self.r.randint(0, 5)})"
            return f"{t.name}{{{', '.join(self.expr(t.elem, d - 1) for _ in range(self.r.randint(0, 6)))}}}"
        if k == "struct":
            if self.chance(0.15) or d <= 0:
                return t.name + "{}"
            return f"{t.name}{{{', '.join(f'{n}: {self.expr(f, d - 1)}' for n, f in t.fields if self.chance(0.8))}}}"
        if k == "ptr":
            if self.chance(0.08) and not self.safe:
                return f"({t.name})(nil)"
            if t.elem.kind == "struct" and self.chance(0.6):
                return "&" + self.value(t.elem, d - 1)
            return f"ptrTo({self.typed(t.elem, d - 1)})"
        if k == "map":
            n = self.r.randint(0, 4)
            keys = set()
            while len(keys) < n:
                keys.add(self.literal(t.key))
            return f"{t.name}{{{', '.join(f'{key}: {self.expr(t.elem, d - 1)}' for key in sorted(keys))}}}"
        if k == "any":
            return f"any({self.typed(self.pick(SCALARS + [STR] + self.structs[:2]), d - 1)})"
        raise AssertionError(k)

    def typed(self, t, d):
        return self.expr(t, d)

    # ---- variables and places ----
    def vars(self):
        return [v for s in self.scopes for v in s]

    def index(self, t, base, d):
        """An index expression for base of array, slice or string type; may panic unless self.safe."""
        if t.kind == "array":
            x = self.r.random()
            if x < 0.35:
                return str(self.r.randrange(t.n))
            if x < 0.6 and t.n & (t.n - 1) == 0:
                it = self.pick(INTS)
                if t.n - 1 < 1 << it.bits - 1:
                    return f"{self.var_expr(it, d)} & {t.n - 1}"
            if x < 0.8 or self.safe:
                return f"uint({self.var_expr(self.pick(INTS), d)}) % {t.n}"
            return self.raw_index(d)
        if self.safe:
            return None
        x = self.r.random()
        if x < 0.5:
            return f"int(uint({self.var_expr(self.pick(INTS), d)}) % uint(len({base})))"
        if x < 0.6:
            return f"len({base})-1"
        return self.raw_index(d)

    def raw_index(self, d):
        small = [v for v in self.vars() if v.small]
        if small and self.chance(0.8):
            n = self.pick(small).name
            return self.pick([n, n, n, f"{n}+1", f"{n}-1", f"{n}/2", f"{n}*2"])
        v = [v for v in self.vars() if v.t.kind == "int" and v.t.bits <= 64]
        if v:
            v = self.pick(v)
            return self.pick([f"{v.name} % 8", f"{v.name} & 7", f"{v.name} >> {max(0, v.t.bits - 3)}"])
        return "int(zero)"

    def var_expr(self, t, d):
        """A non-constant expression of type t."""
        p = self.place(t, d, False)
        if p:
            return p
        if t.kind == "int":
            return f"{t.name}(zero)"
        if t.kind == "float":
            return f"{t.name}(zeroF)"
        return f"keep({self.literal(t)})" if t.kind in ("complex", "bool", "string") else self.value(t, 1)

    def paths(self, t, want, d):
        """Ways from a value of type t to one of type want: lists of steps."""
        out = []
        if t is want:
            out.append([])
        if d <= 0:
            return out
        if t.kind == "struct":
            for n, f in t.fields:
                out += [[("field", n, t)] + p for p in self.paths(f, want, d - 1)]
        elif t.kind == "array" or t.kind == "slice" and not self.safe:
            out += [[("index", None, t)] + p for p in self.paths(t.elem, want, d - 1)]
        elif t.kind == "ptr" and not self.safe:
            out += [[("deref", None, t)] + p for p in self.paths(t.elem, want, d - 1)]
        return out

    def place(self, t, d, lval):
        """A variable, field, element or pointee of type t, or None."""
        vs = self.vars()
        self.r.shuffle(vs)
        for v in vs[:14]:
            if lval and not v.mut:
                continue
            ps = self.paths(v.t, t, 3)
            if not ps:
                continue
            path, s = self.pick(ps), v.name
            direct = True
            for step, name, pt in path:
                if step == "field":
                    s += "." + name
                elif step == "deref":
                    s = f"(*{s})"
                else:
                    i = self.index(pt, s, d - 1)
                    if i is None:
                        direct = False
                        break
                    s += f"[{i}]"
            if direct:
                return s
        return None

    # ---- expressions ----
    def expr(self, t, d):
        k = t.kind
        if d <= 0:
            if self.chance(0.75):
                p = self.place(t, 0, False)
                if p:
                    return p
            return self.literal(t) if k in ("int", "float", "complex", "bool", "string") else self.value(t, 0)
        x = self.r.random()
        if x < 0.28:
            p = self.place(t, d, False)
            if p:
                return p
        if x < 0.33:
            f = [f for f in self.funcs if f.safe and f.results == [t] and not f.recv and not f.variadic and f.cost * self.mult < 2000]
            if f:
                f = self.pick(f)
                self.cost += f.cost * self.mult
                return f"{f.name}({', '.join(self.expr(p, d - 2) for p in f.params)})"
        if x < 0.36:
            return f"sel({self.expr(BOOL, d - 1)}, {self.typed(t, d - 1)}, {self.typed(t, d - 1)})"
        if x < 0.38 and not self.safe and k not in ("slice", "map", "any"):
            ms = [v for v in self.vars() if v.t.kind == "map" and v.t.elem is t]
            if ms:
                m = self.pick(ms)
                return f"{m.name}[{self.expr(m.t.key, d - 1)}]"
        fn = getattr(self, "expr_" + k, None)
        return fn(t, d) if fn else self.value(t, d - 1)

    def expr_int(self, t, d):
        x = self.r.random()
        if x < 0.12:
            return self.literal(t)
        nc = lambda dd=d - 1: self.var_expr(t, dd)  # not constant
        if x < 0.42:
            op = self.pick(["+", "-", "*", "&", "|", "^", "&^", "+", "-"])
            a, b = nc(), self.expr(t, d - 1)
            return f"({a} {op} {b})" if self.chance(0.7) else f"({b} {op} {a})"
        if x < 0.50:
            op, a = self.pick("/%"), f"({nc()} + {self.expr(t, d - 1)})" if self.chance(0.5) else nc()
            if self.chance(0.5):
                v = self.int_value(t) or 3
                return f"({a} {op} {t.name}({v}))"
            if self.safe or self.chance(0.7):
                return f"({a} {op} ({nc()} | 1))"
            return f"({a} {op} {nc()})"
        if x < 0.60:
            op = self.pick(["<<", ">>"])
            if self.chance(0.5):
                return f"({nc()} {op} {self.r.choice([0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 200])})"
            ct = self.pick(INTS)
            if self.safe and ct.signed or self.chance(0.5):
                return f"({nc()} {op} ({self.var_expr(ct, d - 1)} & {self.pick([7, 15, 31, 63, 127])}))"
            if ct.signed and self.chance(0.85):
                ct = INTS[5 + self.r.randrange(5)]
            return f"({nc()} {op} {self.var_expr(ct, d - 1)})"
        if x < 0.68:
            return f"{self.pick('-^')}({nc()})" if self.chance(0.8) else f"-{nc()}"
        if x < 0.80:
            s = self.pick(INTS)
            return f"{t.name}({self.bin_nc(s, d - 1)})"
        if x < 0.83:
            f = self.pick(FLOATS)
            return f"f2i[{t.name}](float64({self.expr(f, d - 1)}))"
        if x < 0.86:
            v = [v for v in self.vars() if v.t.kind in ("slice", "string", "map", "array")]
            if v:
                v = self.pick(v)
                return f"{t.name}({'len' if v.t.kind in ('string', 'map') or self.chance(0.6) else 'cap'}({v.name}))" if v.t.kind != "array" else f"{t.name}(len({v.name}[:]))" if v.mut else nc()
            return nc()
        if x < 0.93:
            ut = {8: "uint8", 16: "uint16", 32: "uint32", 64: "uint64"}[t.bits]
            un = next(i for i in INTS if i.name == ut)
            fs = [f"LeadingZeros{t.bits}", f"TrailingZeros{t.bits}", f"OnesCount{t.bits}", f"Len{t.bits}", f"Reverse{t.bits}", f"RotateLeft{t.bits}"]
            if t.bits > 8:
                fs.append(f"ReverseBytes{t.bits}")
            f = self.pick(fs)
            if f.startswith("Rotate"):
                return f"{t.name}(bits.{f}({ut}({nc()}), int({self.var_expr(self.pick(INTS), d - 1)})))"
            return f"{t.name}(bits.{f}({ut}({nc()})))"
        if x < 0.96:
            return f"{self.pick(['min', 'max'])}({nc()}, {self.expr(t, d - 1)})"
        if t is U8 and not self.safe:
            s = [v for v in self.vars() if v.t is STR]
            if s:
                s = self.pick(s)
                return f"{s.name}[{self.index(STR, s.name, d - 1)}]"
        return f"({nc()} {self.pick('+-*')} {nc()})"

    def bin_nc(self, t, d):
        a = self.var_expr(t, d)
        return f"({a} {self.pick(['+', '-', '*', '^', '|'])} {self.expr(t, d - 1)})" if self.chance(0.5) else a

    def expr_float(self, t, d):
        x = self.r.random()
        if x < 0.15:
            return self.literal(t)
        a = self.var_expr(t, d - 1)
        if x < 0.6:
            return f"({a} {self.pick('+-*/')} {self.var_expr(t, d - 1) if self.chance(0.6) else self.pick(['0.5', '3', '0.1', '-7', '2'])})"
        if x < 0.75:
            return f"{t.name}({self.var_expr(self.pick(INTS), d - 1)})"
        if x < 0.82:
            return f"{t.name}({self.var_expr(self.pick(FLOATS), d - 1)})"
        if x < 0.88:
            return f"-{a}"
        if x < 0.92:
            return f"{self.pick(['min', 'max'])}({a}, {self.var_expr(t, d - 1)})"
        if x < 0.95:
            c = self.pick(CPLX)
            if c.part is t:
                return f"{self.pick(['real', 'imag'])}({self.var_expr(c, d - 1)})"
        f = self.pick(["Sqrt", "Floor", "Ceil", "Trunc", "Abs", "Round", "RoundToEven"])
        return f"{t.name}(math.{f}(float64({a})))"

    def expr_complex(self, t, d):
        x = self.r.random()
        if x < 0.2:
            return self.literal(t)
        if x < 0.7:
            return f"({self.var_expr(t, d - 1)} {self.pick('+-*/')} {self.expr(t, d - 1)})"
        return f"complex({self.var_expr(t.part, d - 1)}, {self.var_expr(t.part, d - 1)})"

    def expr_bool(self, t, d):
        x = self.r.random()
        if x < 0.65:
            c = self.pick(INTS + INTS + FLOATS + [STR])
            return f"({self.var_expr(c, d - 1)} {self.pick(['==', '!=', '<', '<=', '>', '>='])} {self.expr(c, d - 1)})"
        if x < 0.72:
            cs = [s for s in list(self.types.values()) + self.structs if s.kind in ("array", "struct") and self.comparable(s)]
            if cs:
                c = self.pick(cs)
                a, b = self.var_expr(c, d - 1), self.var_expr(c, d - 1)
                return f"(keep({a}) {self.pick(['==', '!='])} keep({b}))"
        if x < 0.8:
            return f"!{self.expr_bool(t, d - 1)}" if d > 1 else f"!({self.var_expr(BOOL, 0)})"
        if d > 1:
            return f"({self.expr_bool(t, d - 1)} {self.pick(['&&', '||'])} {self.expr_bool(t, d - 1)})"
        return f"({self.var_expr(INT, 0)} != 0)"

    def expr_string(self, t, d):
        x = self.r.random()
        if x < 0.3:
            return self.literal(t)
        a = self.var_expr(t, d - 1)
        if x < 0.5:
            return f"({a} + {self.expr(t, d - 1)})"
        if x < 0.6:
            return f"string(rune({self.var_expr(I32, d - 1)}))"
        if x < 0.7:
            return f"substr({a}, {self.var_expr(INT, d - 1)}, {self.var_expr(INT, d - 1)})"
        if x < 0.8:
            return f"strconv.{self.pick(['Itoa', 'Quote'])}({{}})".format("") if False else f"strconv.Itoa(int({self.var_expr(self.pick(INTS), d - 1)}))"
        if x < 0.87:
            return f"string([]byte({a}))"
        if x < 0.93:
            return f"string([]rune({a}))"
        return f"strings.{self.pick(['ToUpper', 'TrimSpace', 'ToLower'])}({a})"

    # ---- statements ----
    def declare(self, name, t, mut=True, small=False):
        self.scopes[-1].append(Var(name, t, mut, small))

    def block(self, n, d):
        self.scopes.append([])
        self.closures.append([])
        self.ind += 1
        self.stmts(n, d)
        self.ind -= 1
        self.closures.pop()
        self.scopes.pop()

    def stmts(self, n, d):
        for _ in range(n):
            if self.cost > 6000:
                return
            self.cost += self.mult
            self.stmt(d)

    STMTS = [("decl", 18), ("assign", 22), ("opassign", 10), ("incdec", 4), ("mix", 8), ("if", 10), ("loop", 8), ("range", 7), ("switch", 5), ("append", 6),
             ("slice", 4), ("copy", 2), ("mapset", 4), ("mapdel", 1), ("swap", 3), ("closure", 4), ("callclosure", 4), ("call", 8), ("method", 3), ("try", 2), ("jump", 2),
             ("typeswitch", 2), ("pointer", 3), ("goroutine", 1), ("select", 1), ("goto", 1), ("block", 1), ("generic", 4), ("iface", 3), ("gc", 0.3), ("defer", 1.5), ("rangefunc", 2),
             ("rangestr", 1), ("mapiter", 2), ("boxed", 2)]

    def stmt(self, d):
        if self.safe:
            kind = self.r.choices(["decl", "assign", "opassign", "if", "loop", "switch", "incdec", "swap"], [4, 5, 3, 2, 2, 1, 1, 1])[0]
        else:
            kind = self.r.choices([k for k, _ in self.STMTS], [w for _, w in self.STMTS])[0]
        if d <= 0 and kind in ("if", "loop", "range", "switch", "closure", "try", "goto", "block", "typeswitch", "goroutine", "rangefunc", "rangestr", "mapiter", "select"):
            kind = self.pick(["assign", "opassign", "mix"]) if not self.safe else "assign"
        getattr(self, "s_" + kind)(d)

    def s_decl(self, d):
        t, n = self.pick_type(), self.fresh()
        if self.safe and t.kind in ("map", "any", "ptr"):
            t = self.pick(INTS)
        if self.chance(0.12):
            self.w(f"var {n} {t.name}")
            if t.kind in ("map", "ptr"):
                self.w(f"{n} = {self.value(t, 2)}")
        else:
            self.w(f"var {n} {t.name} = {self.expr(t, 3)}")
        self.w(f"_ = {n}")
        self.declare(n, t)

    def target(self, want=None):
        """An assignable place of a random (or the wanted) type: (text, type)."""
        vs = [v for v in self.vars() if v.mut and not v.small]
        if not vs:
            return None
        for _ in range(4):
            t = want or self.pick(vs).t
            if not want and self.chance(0.5):
                while t.kind in ("array", "slice") and not (t.kind == "slice" and self.safe):
                    t = t.elem
                if t.kind == "struct" and t.fields:
                    t = self.pick(t.fields)[1]
            p = self.place_mut(t)
            if p:
                return p, t
        return None

    def place_mut(self, t):
        saved = self.scopes
        self.scopes = [[v for v in s if v.mut and not v.small] for s in saved]
        hidden = [[v for v in s] for s in saved]
        p = self.place(t, 1, True)
        self.scopes = saved
        return p

    def s_assign(self, d):
        p = self.target()
        if not p:
            return self.s_decl(d)
        if p[1].kind == "ptr" and self.chance(0.5):
            v = [v for v in self.vars() if v.t is p[1].elem and v.mut and not v.small]
            if v and not self.safe:
                self.w(f"{p[0]} = &{self.pick(v).name}")
                return
        self.w(f"{p[0]} = {self.expr(p[1], 3)}")

    def s_opassign(self, d):
        t = self.pick(INTS + FLOATS + [STR])
        p = self.place_mut(t)
        if not p:
            return self.s_assign(d)
        if t is STR:
            self.w(f"if len({p}) < 200 {{")
            self.w(f"\t{p} += {self.expr(t, 2)}")
            self.w("}")
        elif t.kind == "float":
            self.w(f"{p} {self.pick('+-*/')}= {self.expr_float(t, 2)}")
        else:
            op = self.pick(["+", "-", "*", "&", "|", "^", "&^", "<<", ">>"])
            e = self.expr(t, 2)
            if op in ("<<", ">>"):
                e = f"{self.var_expr(self.pick(INTS[5:]), 1)}" if self.chance(0.5) else str(self.r.randrange(70))
            self.w(f"{p} {op}= {e}")

    def s_incdec(self, d):
        p = self.place_mut(self.pick(INTS + FLOATS))
        if p:
            self.w(p + self.pick(["++", "--"]))

    def s_mix(self, d):
        vs = self.vars()
        if not vs:
            return
        v = self.pick(vs)
        self.w(self.hash(v.t, v.name))

    def s_if(self, d):
        c = self.expr_bool(BOOL, 2)
        self.w(f"if {c} {{")
        self.block(self.r.randint(1, 4), d - 1)
        if self.chance(0.5):
            self.w("} else {")
            self.block(self.r.randint(1, 4), d - 1)
        self.w("}")

    def loop_body(self, n, d, label):
        self.loops.append([label, False])
        m = self.mult
        self.mult *= n
        self.block(self.r.randint(1, 5), d - 1)
        self.mult = m
        return self.loops.pop()[1]

    def with_label(self, head, n, d):
        """A loop: head line, body, closing; the label only if something jumps to it."""
        at, label = len(self.lines), self.fresh("L")
        self.w(head + " {")
        self.w(f"\t_ = {head.split()[1]}")
        used = self.loop_body(n, d, label)
        self.w("}")
        if used:
            self.lines.insert(at, "\t" * max(0, self.ind - 1) + label + ":")

    def s_loop(self, d):
        if self.mult > 150:
            return self.s_assign(d)
        n, i = self.r.randint(1, 9), self.fresh("i")
        self.scopes.append([])
        x = self.r.random()
        if x < 0.4:
            self.declare(i, INT, False, True)
            self.with_label(f"for {i} := 0; {i} < {n}; {i}++", n, d)
        elif x < 0.55:
            self.declare(i, INT, False, True)
            self.with_label(f"for {i} := {n - 1}; {i} >= 0; {i}--", n, d)
        elif x < 0.7:
            self.declare(i, INT, False, True)
            self.with_label(f"for {i} := range {n}", n, d)
        elif x < 0.85:
            t = self.pick(INTS)
            lo = self.r.randint(0, 20)
            step = self.r.randint(1, 4)
            self.declare(i, t, False, t is INT)
            self.with_label(f"for {i} := {t.name}({lo}); {i} < {lo + n * step}; {i} += {step}", n, d)
        else:
            vs = [v for v in self.vars() if v.t.kind == "slice"]
            if vs and not self.safe:
                v = self.pick(vs)
                self.declare(i, INT, False, True)
                self.with_label(f"for {i} := 0; {i} < len({v.name}) && {i} < 12; {i}++", 6, d)
            else:
                self.w(f"for {i} := uint8(250); {i} >= 250; {i}++ {{")
                self.declare(i, U8, False)
                self.loop_body(6, d, None)
                self.w("}")
        self.scopes.pop()

    def s_range(self, d):
        vs = [v for v in self.vars() if v.t.kind in ("slice", "array")]
        if not vs or self.mult > 100:
            return self.s_loop(d)
        v = self.pick(vs)
        i, e = self.fresh("i"), self.fresh("e")
        self.scopes.append([Var(i, INT, False, True), Var(e, v.t.elem, True)])
        n = v.t.n if v.t.kind == "array" else 6
        over = v.name if v.t.kind == "array" else f"head({v.name}, 16)"
        self.w(f"for {i}, {e} := range {over} {{")
        self.w(f"\t_, _ = {i}, {e}")
        self.loop_body(n, d, None)
        self.w("}")
        self.scopes.pop()

    def s_switch(self, d):
        t = self.pick(INTS)
        tag = self.var_expr(t, 2)
        if self.chance(0.3):
            tag = f"{tag} & 7"
        self.w(f"switch {tag} {{" if self.chance(0.8) else f"switch x := {tag}; x {{")
        seen = set()
        n = self.pick([2, 3, 4, 9])
        for k in range(n):
            vals = []
            for _ in range(self.r.randint(1, 3)):
                v = self.int_value(t) if self.chance(0.3) else self.r.randint(0, 12)
                if v not in seen:
                    seen.add(v)
                    vals.append(str(v))
            if not vals:
                continue
            self.w(f"case {', '.join(vals)}:")
            self.loops.append(["", False])
            self.block(self.r.randint(0, 2), d - 1)
            self.loops.pop()
            if self.chance(0.12):
                self.w("\tfallthrough")
        self.w("default:")
        self.loops.append(["", False])
        self.block(self.r.randint(0, 2), d - 1)
        self.loops.pop()
        self.w("}")

    def s_append(self, d):
        vs = [v for v in self.vars() if v.t.kind == "slice" and v.mut]
        if not vs:
            return self.s_decl(d)
        v = self.pick(vs)
        e = v.t.elem
        x = self.r.random()
        if x < 0.5:
            self.w(f"{v.name} = append({v.name}, {', '.join(self.expr(e, 2) for _ in range(self.r.randint(1, 4)))})")
        elif x < 0.75:
            self.w(f"{v.name} = append({v.name}, head({self.expr(v.t, 2)}, 8)...)")
        elif x < 0.85:
            self.w(f"{v.name} = append({v.name}[:len({v.name})/2], head({v.name}, 8)...)")
        else:
            n = self.fresh()
            self.w(f"{n} := append({v.name}, {self.expr(e, 2)})")
            self.w(f"_ = {n}")
            self.declare(n, v.t)
        self.w(f"{v.name} = head({v.name}, 64)")

    def s_slice(self, d):
        vs = [v for v in self.vars() if v.t.kind == "slice" or v.t.kind == "array" and v.mut]
        if not vs:
            return self.s_decl(d)
        v, n = self.pick(vs), self.fresh()
        st = v.t if v.t.kind == "slice" else self.slice(v.t.elem)
        x = self.r.random()
        a = f"({self.var_expr(INT, 1)} & 3)"
        if x < 0.3:
            s = f"{v.name}[{self.raw_index(1)}:]"
        elif x < 0.5:
            s = f"{v.name}[:{self.raw_index(1)}]"
        elif x < 0.7:
            s = f"{v.name}[{a} : {a}+{self.r.randint(0, 3)}]"
        elif x < 0.85:
            s = f"{v.name}[:len({v.name})/2:len({v.name})]"
        else:
            s = f"{v.name}[len({v.name})/2:]"
        self.w(f"{n} := {s}")
        self.w(f"_ = {n}")
        self.declare(n, st)

    def s_copy(self, d):
        vs = [v for v in self.vars() if v.t.kind == "slice"]
        if vs:
            v = self.pick(vs)
            self.w(self.hash(INT, self.pick([f"copy({v.name}, {self.expr(v.t, 2)})", f"copy({v.name}[len({v.name})/2:], {v.name})", f"copy({v.name}, {v.name}[len({v.name})/3:])"])))

    def s_mapset(self, d):
        vs = [v for v in self.vars() if v.t.kind == "map"]
        if not vs:
            return self.s_decl(d)
        m = self.pick(vs)
        if m.t.elem.kind == "int" and self.chance(0.5):
            self.w(f"{m.name}[{self.expr(m.t.key, 2)}] {self.pick('+-*^')}= {self.expr(m.t.elem, 1)}")
        else:
            self.w(f"{m.name}[{self.expr(m.t.key, 2)}] = {self.expr(m.t.elem, 2)}")

    def s_mapdel(self, d):
        vs = [v for v in self.vars() if v.t.kind == "map"]
        if vs:
            m = self.pick(vs)
            ok = self.fresh("ok")
            self.w(f"if _, {ok} := {m.name}[{self.expr(m.t.key, 1)}]; {ok} {{")
            self.w(f"\tdelete({m.name}, {self.expr(m.t.key, 1)})")
            self.w("}")

    def s_mapiter(self, d):
        vs = [v for v in self.vars() if v.t.kind == "map"]
        if not vs or self.mult > 60:
            return self.s_mapset(d)
        m = self.pick(vs)
        k, e = self.fresh("k"), self.fresh("e")
        self.scopes.append([Var(k, m.t.key, False), Var(e, m.t.elem)])
        self.w(f"for _, {k} := range sortedKeys({m.name}) {{")
        self.w(f"\t{e} := {m.name}[{k}]")
        self.w(f"\t_ = {e}")
        self.loop_body(4, d, None)
        self.w("}")
        self.scopes.pop()

    def s_swap(self, d):
        t = self.pick(INTS) if self.chance(0.5) else self.pick([v.t for v in self.vars()] or [INT])
        a, b = self.place_mut(t), self.place_mut(t)
        if a and b:
            self.w(f"{a}, {b} = {self.expr(t, 1)}, {self.expr(t, 1)}" if self.chance(0.3) else f"{a}, {b} = {b}, {a}")

    def s_closure(self, d):
        n, t = self.fresh("fn"), self.pick_type(1)
        ps = [self.pick_type(1) for _ in range(self.r.randint(0, 3))]
        names = [self.fresh("q") for _ in ps]
        saved, self.loops, sm, res = self.loops, [], self.mult, self.results
        self.results = [t]
        named = self.chance(0.3)
        r = self.fresh("rr")
        c0 = self.cost
        self.w(f"{n} := func({', '.join(f'{a} {b.name}' for a, b in zip(names, ps))}) {f'({r} {t.name})' if named else t.name} {{")
        self.scopes.append([Var(a, b) for a, b in zip(names, ps)] + ([Var(r, t)] if named else []))
        if named and self.chance(0.6):
            self.ind += 1
            self.w("defer func() {")
            self.results = []
            self.block(self.r.randint(1, 2), 0)
            self.results = [t]
            self.w("}()")
            self.ind -= 1
        self.block(self.r.randint(1, 4), d - 1)
        self.ind += 1
        self.w(f"return {self.expr(t, 2)}")
        self.ind -= 1
        self.scopes.pop()
        self.w("}")
        self.w(f"_ = {n}")
        self.loops, self.results = saved, res
        self.closures[-1].append((n, ps, t, max(1, (self.cost - c0) // sm)))

    def s_callclosure(self, d):
        cs = [c for s in self.closures for c in s if c[3] * self.mult < 1500]
        if not cs:
            return self.s_assign(d)
        n, ps, t, cost = self.pick(cs)
        self.cost += cost * self.mult
        v = self.fresh()
        self.w(f"{v} := {n}({', '.join(self.expr(p, 1) for p in ps)})")
        self.w(f"_ = {v}")
        self.declare(v, t)

    def args(self, f, d):
        a = [self.expr(p, d) for p in f.params]
        if f.variadic:
            st = a.pop()
            et = f.params[-1].elem
            if self.chance(0.5):
                a += [self.expr(et, d) for _ in range(self.r.randint(0, 4))]
            else:
                a.append(st + "...")
        return ", ".join(a)

    def s_call(self, d):
        fs = [f for f in self.funcs if f.cost * self.mult < 1500 and not f.recv]
        if not fs:
            return self.s_assign(d)
        f = self.pick(fs)
        self.cost += f.cost * self.mult
        self.call_to(f, f"{f.name}({self.args(f, 2)})")

    def call_to(self, f, call):
        if not f.results:
            self.w(call)
            return
        ns = [self.fresh() for _ in f.results]
        self.w(f"{', '.join(ns)} := {call}")
        self.w(f"{', '.join('_' for _ in ns)} = {', '.join(ns)}")
        for n, t in zip(ns, f.results):
            self.declare(n, t)

    def s_method(self, d):
        fs = [f for f in self.funcs if f.recv and f.cost * self.mult < 1500]
        if not fs:
            return self.s_assign(d)
        f = self.pick(fs)
        ptr, st = f.recv
        vs = [v for v in self.vars() if v.t is st and v.mut]
        self.cost += f.cost * self.mult
        base = self.pick(vs).name if vs else (f"ptrTo({self.value(st, 1)})" if ptr else f"{st.name}{{}}" if self.chance(0.3) else f"keep({self.value(st, 1)})")
        x = self.r.random()
        if x < 0.6:
            self.call_to(f, f"{base}.{f.name}({self.args(f, 1)})")
        elif x < 0.8:
            n = self.fresh("mv")
            self.w(f"{n} := {base}.{f.name}")
            self.call_to(f, f"{n}({self.args(f, 1)})")
        elif ptr:
            self.call_to(f, f"(*{st.name}).{f.name}({'&' + base if vs else base}{', ' if f.params else ''}{self.args(f, 1)})")
        else:
            self.call_to(f, f"{st.name}.{f.name}({base}{', ' if f.params else ''}{self.args(f, 1)})")

    def s_iface(self, d):
        fs = [f for f in self.funcs if f.recv and f.cost * self.mult < 1500]
        if not fs:
            return self.s_assign(d)
        f = self.pick(fs)
        ptr, st = f.recv
        self.cost += f.cost * self.mult
        vs = [v for v in self.vars() if v.t is st and v.mut]
        base = self.pick(vs).name if vs else self.value(st, 1)
        if ptr:
            base = "&" + base
        n = self.fresh("if")
        ps = [p.name for p in f.params]
        if f.variadic:
            ps[-1] = "..." + f.params[-1].elem.name
        self.w(f"var {n} interface {{ {f.name}({', '.join(ps)}) ({', '.join(r.name for r in f.results)}) }} = {base}")
        if self.chance(0.3):
            self.w(f"if xx, ok := any({n}).({'*' if ptr else ''}{st.name}); ok {{ {n} = xx }}")
        self.call_to(f, f"{n}.{f.name}({self.args(f, 1)})")

    def s_try(self, d):
        self.w("func() {")
        self.ind += 1
        self.w("defer caught()")
        saved, self.loops, res = self.loops, [], self.results
        self.results = []
        self.ind -= 1
        self.block(self.r.randint(1, 4), d - 1)
        self.loops, self.results = saved, res
        self.w("}()")

    def s_jump(self, d):
        if not self.loops:
            if self.results is not None and self.chance(0.3) and self.results:
                self.w(f"if {self.expr_bool(BOOL, 1)} {{")
                self.w(f"\treturn {', '.join(self.expr(t, 1) for t in self.results)}")
                self.w("}")
            return
        named = [l for l in self.loops if l[0]]
        what = self.pick(["break", "continue"])
        if self.loops[-1][0] == "" and what == "continue" and not any(l[0] != "" for l in self.loops):
            what = "break"
        label = ""
        if named and self.chance(0.5):
            l = self.pick(named)
            l[1] = True
            label = " " + l[0]
        self.w(f"if {self.expr_bool(BOOL, 1)} {{")
        self.w(f"\t{what}{label}")
        self.w("}")

    def s_typeswitch(self, d):
        ts = []
        for t in [self.pick_type(1) for _ in range(4)]:
            if t not in ts and t.kind != "any":
                ts.append(t)
        vs = [v for v in self.vars() if v.t.kind == "any"]
        e = f"any({self.pick(vs).name})" if vs and self.chance(0.4) else f"any({self.typed(self.pick(ts), 2)})"
        x = self.fresh("x")
        self.w(f"switch {x} := {e}.(type) {{")
        for t in ts:
            self.w(f"case {t.name}:")
            self.w(f"\t_ = {x}")
            self.loops.append(["", False])
            self.scopes.append([Var(x, t)])
            self.block(self.r.randint(0, 2), d - 1)
            self.scopes.pop()
            self.loops.pop()
        self.w("default:")
        self.w(f"\t_ = {x}")
        self.w("}")

    def s_pointer(self, d):
        vs = [v for v in self.vars() if v.mut and not v.small and v.t.kind != "ptr"]
        if not vs:
            return
        v, n = self.pick(vs), self.fresh()
        t = v.t
        what = v.name
        if t.kind == "struct" and t.fields and self.chance(0.4):
            f = self.pick(t.fields)
            what, t = f"{v.name}.{f[0]}", f[1]
        elif t.kind == "array" and self.chance(0.5):
            what, t = f"{v.name}[{self.r.randrange(t.n)}]", t.elem
        if t.kind == "ptr":
            return
        self.w(f"{n} := &{what}")
        self.w(f"_ = {n}")
        self.declare(n, self.ptr(t))

    def s_boxed(self, d):
        n = self.fresh()
        self.w(f"var {n} any = {self.typed(self.pick_type(1), 2)}")
        self.w(f"_ = {n}")
        self.declare(n, ANY)
        if self.chance(0.5):
            t, m, ok = self.pick_type(1), self.fresh(), self.fresh("ok")
            if t.kind != "any":
                self.w(f"{m}, {ok} := {n}.({t.name})")
                self.w(f"_, _ = {m}, {ok}")
                self.declare(ok, BOOL)
                if t.kind not in ("map", "ptr"):
                    self.declare(m, t)

    def s_goroutine(self, d):
        if self.mult > 20 or self.safe:
            return self.s_assign(d)
        n, t = self.r.randint(1, 5), self.pick(SCALARS + [STR])
        res, wg, i = self.fresh("res"), self.fresh("wg"), self.fresh("i")
        self.w(f"{res} := make([]{t.name}, {n})")
        self.w(f"var {wg} sync.WaitGroup")
        self.w(f"for {i} := range {n} {{")
        self.w(f"\t{wg}.Add(1)")
        self.w("\tgo func() {")
        self.w(f"\t\tdefer {wg}.Done()")
        saved, self.safe = self.scopes, True
        self.scopes = [[Var(v.name, v.t, False, v.small) for v in s] for s in saved] + [[Var(i, INT, False, True)]]
        self.w(f"\t\t{res}[{i}] = {self.expr(t, 3)}")
        self.scopes, self.safe = saved, False
        self.w("\t}()")
        self.w("}")
        self.w(f"{wg}.Wait()")
        self.declare(res, self.slice(t))

    def s_select(self, d):
        t = self.pick(SCALARS + [STR])
        ch, n = self.fresh("ch"), self.r.randint(1, 4)
        self.w(f"{ch} := make(chan {t.name}, {n})")
        self.w(f"for range {self.r.randint(1, 6)} {{")
        self.w("\tselect {")
        self.w(f"\tcase {ch} <- {self.expr(t, 2)}:")
        self.w("\tdefault:")
        v = self.fresh()
        self.w(f"\t\t{v}, ok := <-{ch}")
        self.w("\t\tmb(ok)")
        self.w("\t\t" + self.hash(t, v))
        self.w("\t}")
        self.w("}")
        self.w(f"close({ch})")
        v = self.fresh()
        self.w(f"for {v} := range {ch} {{ {self.hash(t, v)} }}")

    def s_goto(self, d):
        if self.mult > 100:
            return self.s_assign(d)
        i, l = self.fresh("gi"), self.fresh("L")
        self.w("{")
        self.w(f"\t{i} := 0")
        self.lines.append("\t" * self.ind + l + ":")
        self.w(f"\t{i}++")
        self.w("\t{")
        self.ind += 1
        saved, self.loops = self.loops, []
        m = self.mult
        self.mult *= 4
        self.scopes.append([Var(i, INT, False, True)])
        res = self.results
        self.block(self.r.randint(1, 3), d - 1)
        self.scopes.pop()
        self.mult = m
        self.loops, self.results = saved, res
        self.ind -= 1
        self.w("\t}")
        self.w(f"\tif {i} < {self.r.randint(1, 4)} {{ goto {l} }}")
        self.w("}")

    def s_block(self, d):
        self.w("{")
        self.block(self.r.randint(1, 3), d - 1)
        self.w("}")

    def s_generic(self, d):
        t = self.pick(INTS + FLOATS + [STR])
        n = self.fresh()
        st = self.slice(t)
        s = f"head({self.expr(st, 2)}, 20)"
        x = self.r.random()
        saved, self.safe = self.safe, True
        if x < 0.25:
            init = self.typed(t, 1)
            self.scopes.append([Var("a", t), Var("b", t)])
            self.w(f"{n} := reduce({s}, {init}, func(a, b {t.name}) {t.name} {{ return {self.trim(t, self.expr(t, 2))} }})")
            rt = t
            self.scopes.pop()
        elif x < 0.5:
            rt0 = self.pick(INTS + [STR])
            self.scopes.append([Var("a", t)])
            self.w(f"{n} := mapped({s}, func(a {t.name}) {rt0.name} {{ return {self.expr(rt0, 2)} }})")
            rt = self.slice(rt0)
            self.scopes.pop()
        elif x < 0.7:
            self.scopes.append([Var("a", t)])
            self.w(f"{n} := filtered({s}, func(a {t.name}) bool {{ return {self.expr_bool(BOOL, 2)} }})")
            rt = st
            self.scopes.pop()
        elif x < 0.85:
            self.w(f"{n} := sorted({s})")
            rt = st
        else:
            kt = self.pick([INT, STR, U8])
            self.w(f"{n} := treeOf({s}, func(a {t.name}) {kt.name} {{ return {self.lit_key(kt, t)} }}).keys()")
            rt = self.slice(kt)
        self.safe = saved
        self.w(f"_ = {n}")
        self.declare(n, rt)

    def trim(self, t, e):
        return f"substr({e}, 0, 40)" if t is STR else e

    def lit_key(self, kt, t):
        self.scopes.append([Var("a", t)])
        e = self.expr(kt, 2)
        self.scopes.pop()
        return e

    def s_gc(self, d):
        if self.mult <= 8:
            self.w("runtime.GC()")

    def s_defer(self, d):
        if self.mult > 30:
            return
        vs = [v for v in self.vars()]
        if not vs:
            return
        v = self.pick(vs)
        x = self.r.random()
        if x < 0.5:
            self.w(f"defer func() {{ {self.hash(v.t, v.name)} }}()")
        elif v.t.kind in ("int", "string", "struct", "array"):
            p = self.fresh("q")
            self.w(f"defer func({p} {v.t.name}) {{ {self.hash(v.t, p)} }}({v.name})")

    def s_rangefunc(self, d):
        if self.mult > 60:
            return self.s_assign(d)
        n, i = self.r.randint(1, 6), self.fresh("i")
        self.scopes.append([Var(i, INT, False, True)])
        self.with_label(f"for {i} := range seq({n}, {self.r.randint(1, 3)})", n, d)
        self.scopes.pop()

    def s_rangestr(self, d):
        if self.mult > 60:
            return self.s_assign(d)
        i, c = self.fresh("i"), self.fresh("c")
        self.w(f"for {i}, {c} := range substr({self.expr(STR, 2)}, 0, 12) {{")
        self.w(f"\t_, _ = {i}, {c}")
        self.scopes.append([Var(i, INT, False, True), Var(c, I32)])
        self.loop_body(6, d, None)
        self.scopes.pop()
        self.w("}")

    # ---- hashes ----
    def hash(self, t, v):
        k = t.kind
        if k == "int":
            return f"mu(uint64({v}))"
        if k == "float":
            return f"mf(float64({v}))"
        if k == "complex":
            return f"mc(complex128({v}))"
        if k == "bool":
            return f"mb({v})"
        if k == "string":
            return f"ms({v})"
        if k == "any":
            return f"ma({v})"
        return f"{self.hasher(t)}({v}, 3)"

    def hasher(self, t):
        if t.name in self.hashers:
            return self.hashers[t.name]
        name = f"hash{len(self.hashers)}"
        self.hashers[t.name] = name
        inner = lambda e, v: self.hash(e, v).replace(", 3)", ", d-1)") if e.kind not in ("int", "float", "complex", "bool", "string", "any") else self.hash(e, v)
        o = [f"func {name}(v {t.name}, d int) {{", "\tif d == 0 {", "\t\treturn", "\t}"]
        if t.kind == "array":
            o += ["\tfor i := range v {", "\t\t" + inner(t.elem, "v[i]"), "\t}"]
        elif t.kind == "slice":
            o += ["\tmu(uint64(len(v)))", "\tfor i := range v {", "\t\t" + inner(t.elem, "v[i]"), "\t}"]
        elif t.kind == "struct":
            o += ["\t" + inner(f, "v." + n) for n, f in t.fields]
        elif t.kind == "ptr":
            o += ["\tif v == nil {", "\t\tmu(99)", "\t\treturn", "\t}", "\t" + inner(t.elem, "*v")]
        elif t.kind == "map":
            o += ["\tmu(uint64(len(v)))", "\tfor _, k := range sortedKeys(v) {", "\t\t" + self.hash(t.key, "k"), "\t\t" + inner(t.elem, "v[k]"), "\t}"]
        o.append("}")
        self.out += o
        return name

    # ---- declarations ----
    def make_structs(self):
        for k in range(self.r.randint(2, 5)):
            n = self.pick([1, 2, 2, 3, 4, 6, 9])
            fields = [(f"F{i}", self.pick_type(1 if k else 0)) for i in range(n)]
            s = T("struct", f"S{k}", fields=fields)
            self.out.append(f"type S{k} struct {{")
            self.out += [f"\t{a} {b.name}" for a, b in fields]
            self.out.append("}")
            self.structs.append(s)

    def make_globals(self):
        known = []
        for k in range(self.r.randint(2, 6)):
            t = self.pick_type()
            if t.kind in ("ptr", "any"):
                t = self.pick(INTS)
            self.scopes = [[]]
            init = self.value(t, 0)
            self.scopes = [known]
            known.append(Var(f"g{k}", t))
            self.out.append(f"var g{k} {t.name} = {init}")

    def make_func(self, k):
        self.lines, self.cost, self.mult, self.loops = [], 1, 1, []
        self.safe = self.chance(0.35)
        recv = None
        if not self.safe and self.chance(0.25):
            recv = (self.chance(0.5), self.pick(self.structs))
        nparams = self.pick([0, 1, 2, 2, 3, 4, 5, 8, 12])
        ps = [self.pick_type() for _ in range(nparams)]
        if self.safe:
            ps = [p if p.kind not in ("map", "any", "ptr") else INT for p in ps]
        variadic = not self.safe and self.chance(0.12)
        if variadic:
            ps.append(self.slice(self.pick_type(1)))
        rs = [self.pick_type()] if self.safe else [self.pick_type() for _ in range(self.pick([0, 1, 1, 1, 2, 3, 5]))]
        if self.safe and rs[0].kind in ("map", "any", "ptr"):
            rs = [self.pick(INTS)]
        names = [f"p{i}" for i in range(len(ps))]
        named = bool(rs) and self.chance(0.3)
        rn = [f"r{i}" for i in range(len(rs))]
        self.results = rs
        g = self.scopes[0]
        self.scopes = [[] if self.safe else g, [Var(a, b) for a, b in zip(names, ps)] + ([Var(a, b) for a, b in zip(rn, rs)] if named else [])]
        self.closures = [[]]
        sig = [f"{a} {b.name}" for a, b in zip(names, ps)]
        if variadic:
            sig[-1] = f"{names[-1]} ...{ps[-1].elem.name}"
        res = f" ({', '.join(f'{a} {b.name}' for a, b in zip(rn, rs))})" if named else f" ({', '.join(r.name for r in rs)})" if rs else ""
        name = f"M{k}" if recv else f"f{k}"
        rtext = ""
        if recv:
            rtext = f"(rv {'*' if recv[0] else ''}{recv[1].name}) "
            self.scopes[1].append(Var("rv", self.ptr(recv[1]) if recv[0] else recv[1]))
        if self.chance(0.3):
            self.w("//go:noinline")
        self.w(f"func {rtext}{name}({', '.join(sig)}){res} {{")
        self.ind = 1
        if named and not self.safe and self.chance(0.4):
            self.w("defer func() {")
            if self.chance(0.5):
                self.w("\tif e := recover(); e != nil { mu(4321) }")
            self.results = []
            self.block(self.r.randint(1, 2), 0)
            self.results = rs
            self.w("}()")
        self.stmts(self.r.randint(2, 6) if self.safe else self.r.randint(4, 14), 3)
        if rs:
            self.w("return" if named and self.chance(0.5) else f"return {', '.join(self.expr(t, 3) for t in rs)}")
        self.ind = 0
        self.w("}")
        self.out += self.lines
        f = Func(name, ps, rs, self.cost + 1, self.safe, recv, variadic)
        self.scopes = [g]
        self.funcs.append(f)
        # its test
        self.lines, self.safe = [], False
        self.w(f"func t{k}() {{")
        self.ind = 1
        for _ in range(1 if f.cost > 3000 else 2):
            self.scopes = [[], []]
            self.safe = True
            call = f"{name}({self.args(f, 2)})"
            if recv:
                base = self.value(recv[1], 2)
                call = f"(&{base}).{call}" if recv[0] else f"keep({base}).{call}"
            self.safe = False
            ns = [self.fresh() for _ in rs]
            self.w("func() {")
            self.w("\tdefer caught()")
            self.w(f"\t{', '.join(ns)} := {call}" if rs else f"\t{call}")
            for n, t in zip(ns, rs):
                self.w("\t" + self.hash(t, n))
            self.w("}()")
        for v in g:
            self.w(self.hash(v.t, v.name))
        self.ind = 0
        self.w("}")
        self.out += self.lines
        self.scopes = [g]
        return f"t{k}"

    def program(self):
        self.make_structs()
        self.make_globals()
        tests = [self.make_func(k) for k in range(self.nfuncs)]
        more, names = lib.templates(self.r)
        body = "\n".join(self.out)
        rows = "\n".join(f'\ttry("{t}", {t})' for t in tests + names)
        return f"{lib.PRELUDE}\n{body}\n{more}\nfunc main() {{\n{rows}\n}}\n"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("seed", type=int)
    p.add_argument("-n", type=int, default=24, help="number of random functions")
    a = p.parse_args()
    sys.stdout.write(Gen(a.seed, a.n).program())


if __name__ == "__main__":
    main()
