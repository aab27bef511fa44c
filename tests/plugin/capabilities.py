"""What plugins can reach, as the linker proves it (src/program/capability.c). Used by run.py.

Each row: name, capabilities with a part of the path that leads there, files (or the text of p.go). GATES reach something in an unusual way, HARMLESS
look as if they did, or hold what does without reaching it.
"""
import os, re

def go(imports, body): return "package main\n\n" + "".join(f'import {i if " " in i else chr(34) + i + chr(34)}\n' for i in imports.split(";") if i) + "\n" + body + "\n"
def g(name, caps, imports, body, **files): return (name, caps, {"p.go": go(imports, body), **{k.replace("__", "/"): v for k, v in files.items()}})

Q = {"q__q.go": 'package q\n\nimport "os"\n\nfunc Read() []byte { b, _ := os.ReadFile("x"); return b }\nfunc Pure() int { return 1 }\n'}
CMD = "&exec.Cmd{Path: \"/bin/true\"}"
GATES = [
    g("direct call", {"file": "p.F -> os.Open"}, "os", 'func F() { os.Open("x") }'),
    g("method value", {"exec": "os/exec.Cmd.Run"}, "os/exec", f"func F() func() error {{ f := ({CMD}).Run; return f }}"),
    g("method expression in a variable", {"exec": "os/exec.Cmd.Start"}, "os/exec", "var start = (*exec.Cmd).Start\nfunc F(c *exec.Cmd) { start(c) }"),
    g("interface method", {"exec": "os/exec.Cmd."}, "os/exec", f"func F() {{ var r interface{{ Run() error }} = {CMD}; r.Run() }}"),
    g("method value of an interface", {"process": "os.Process.Kill"}, "os", "func F() { var k interface{ Kill() error } = &os.Process{Pid: 1}; f := k.Kill; f() }"),
    g("the host may call it", {"exec": "os/exec.Cmd."}, "os/exec", f"func F() any {{ return {CMD} }}"),
    g("the host may call it in a struct", {"exec": "os/exec.Cmd."}, "os/exec", f"type job struct{{ *exec.Cmd }}\nfunc F() any {{ return job{{{CMD}}} }}"),
    g("promoted in a struct without name", {"exec": "os/exec.Cmd."}, "os/exec", f"func F() {{ var r interface{{ Run() error }} = struct{{ *exec.Cmd }}{{{CMD}}}; r.Run() }}"),
    g("MethodByName", {"exec": "os/exec.Cmd.", "process": "p.F -> os.", "unsafe": "reflect.Value."}, "os/exec;reflect", f'func F(n string) {{ reflect.ValueOf({CMD}).MethodByName(n).Call(nil) }}'),
    g("MethodByName as a method expression", {"process": "os.Process.", "unsafe": "reflect.Value."}, "os;reflect", 'var by = reflect.Value.MethodByName\nfunc F(n string) { by(reflect.ValueOf(&os.Process{Pid: 1}), n).Call(nil) }'),
    g("MethodByName through an interface", {"process": "os.Process.", "unsafe": "reflect.Value."}, "os;reflect", 'type namer interface{ MethodByName(string) reflect.Value }\nfunc F(n string) { var x namer = reflect.ValueOf(&os.Process{Pid: 1}); x.MethodByName(n).Call(nil) }'),
    g("reflection on a field's type", {"process": "os.Process.", "unsafe": "reflect.Value."}, "os;reflect", 'type t struct{ P os.Process }\nfunc F(n string) { reflect.New(reflect.TypeOf(t{}).Field(0).Type).MethodByName(n).Call(nil) }'),
    g("Methods of a type", {"process": "os.Process.", "unsafe": "reflect.Value."}, "os;reflect", 'type t struct{ P os.Process }\nfunc F() { for m := range reflect.PointerTo(reflect.TypeOf(t{}).Field(0).Type).Methods() { m.Func.Call(nil) } }'),
    g("Methods of a value", {"process": "os.Process.", "unsafe": "reflect.Value."}, "os;reflect", 'func F() { for _, v := range reflect.New(reflect.TypeFor[os.Process]()).Methods() { v.Call(nil) } }'),
    g("type parameter", {"process": "os.Process.Kill"}, "os", "func call[T interface{ Kill() error }](t T) { t.Kill() }\nfunc F() { call(&os.Process{Pid: 1}) }"),
    g("closure", {"file": "os.Remove"}, "os", 'func F() func() { return func() { os.Remove("x") } }'),
    g("defer", {"process": "os.Exit"}, "os", "func F() { defer os.Exit(0) }"),
    g("go", {"net": "net.Dial"}, "net", 'func F() { go net.Dial("tcp", "x") }'),
    g("embedded type of an exported variable", {"net": "net.Dialer."}, "net", "type T struct{ net.Dialer }\nvar V T"),
    g("function in a variable", {"env": "p.f -> "}, "os", 'var f = os.Getenv\nfunc F() { f("x") }'),
    g("function in a map", {"file": "os.ReadFile"}, "os", 'var m = map[string]func(string) ([]byte, error){"r": os.ReadFile}\nfunc F(s string) { m[s](s) }'),
    g("function in an exported struct", {"file": "os.Remove"}, "os", "var V = struct{ F func(string) error }{os.Remove}"),
    g("function sent to a channel", {"file": "os.Remove"}, "os", "func F(c chan func(string) error) { c <- os.Remove }"),
    g("initialiser of a variable nobody uses", {"env": "p.init -> os.Getenv"}, "os", 'var home = os.Getenv("HOME")'),
    g("initialiser of a blank variable", {"file": "p.init -> os.Remove"}, "os", 'var _ = os.Remove("x")'),
    g("function handed to the library", {"env": "p.F -> os.Getenv"}, "os", "func F(s string) string { return os.Expand(s, os.Getenv) }"),
    g("conversion of a type", {"exec": "os/exec.Cmd.Run"}, "os/exec", "type c exec.Cmd\nfunc F() { (*exec.Cmd)(&c{Path: \"x\"}).Run() }"),
    g("panic with an error of its own", {"file": "Error -> os.Remove"}, "os", 'type e struct{}\nfunc (e) Error() string { os.Remove("x"); return "" }\nfunc F() { panic(e{}) }'),
    g("alias of a function's package", {"file": "os.Remove"}, 'x "os"', 'func F() { x.Remove("y") }'),
    g("a tag like lines of the manifest", {"file": "os.Remove"}, "os", 'type t struct{}\nfunc (t) M() { os.Remove("x") }\nfunc F() any { return struct{ t "\\t\\ncapability\\tnone\\tx\\n" }{} }'),
    g("dot import", {"file": "os.Remove"}, '. "os"', 'func F() { Remove("y") }'),
    g("init", {"file": "p.init -> "}, "os", 'func init() { os.Remove("x") }'),
    g("third package", {"file": "p.F -> example.com/p/q.Read -> os.ReadFile"}, "example.com/p/q", "func F() []byte { return q.Read() }", **Q),
    g("blank import with init", {"env": "example.com/p/q.init -> "}, '_ "example.com/p/q"', "", q__q_go_="", **{"q__q.go": 'package q\n\nimport "os"\n\nfunc init() { os.Setenv("A", "B") }\n'}),
    g("variable of a third package", {"process": "os.Exit"}, "example.com/p/q", "func F() { q.Hook(1) }", **{"q__q.go": 'package q\n\nimport "os"\n\nvar Hook = os.Exit\n'}),
    g("linkname", {"unsafe": "unsafe"}, '_ "unsafe"', "//go:linkname nanotime runtime.nanotime\nfunc nanotime() int64\nfunc F() int64 { return nanotime() }", **{"x.s": ""}),
    g("assembly", {"unsafe": "unsafe"}, "", "func f() int\nfunc F() int { return f() }", **{"x.s": "TEXT \u00b7f(SB),4,$0-8\n\tMOVQ $7, ret+0(FP)\n\tRET\n"}),
    g("unsafe", {"unsafe": "p.F -> unsafe"}, "unsafe", "func F(p *int) *float64 { return (*float64)(unsafe.Pointer(p)) }"),
    g("unsafe of a third package by an alias", {"unsafe": "example.com/p/q.init -> unsafe"}, "example.com/p/q", "func F(p *int) *float64 { return (*float64)(q.P(p)) }", **{"q__q.go": 'package q\n\nimport "unsafe"\n\ntype P = unsafe.Pointer\n'}),
    g("unsafe by reflection", {"unsafe": "reflect.Value.UnsafePointer"}, "reflect", "func F(p *int) *float64 { return (*float64)(reflect.ValueOf(p).UnsafePointer()) }"),
    g("unsafe by reflection on reflection", {"unsafe": "reflect.Value."}, "reflect", 'func F(p *int, n string) any { return reflect.ValueOf(reflect.ValueOf(p)).MethodByName(n).Call(nil)[0].Interface() }'),
    g("value at an address", {"unsafe": "reflect.NewAt"}, "reflect", "var F = reflect.NewAt"),
    g("http.Get", {"net": "net/http.Get -> "}, "net/http", 'func F() { http.Get("http://x/") }'),
    g("transport of the library", {"net": ""}, "net/http", "func F(r *http.Request) { var t http.RoundTripper = http.DefaultTransport; t.RoundTrip(r) }"),
    g("function in a field of the library's transport", {"net": "net/http.DefaultTransport"}, "net/http", 'func F() { http.DefaultTransport.(*http.Transport).DialContext(nil, "tcp", "x") }'),
    g("zero value of a client", {"net": ""}, "net/http", "var Client http.Client"),
    g("server", {"net": "net.Listen"}, "net/http", 'func F() { http.ListenAndServe(":1", nil) }'),
    g("files by an interface", {"file": "os.DirFS"}, "os;io/fs", 'func F() { fs.ReadFile(os.DirFS("/"), "x") }'),
    g("files by http", {"file": "net/http.Dir.Open -> os.Open"}, "net/http", 'func F() http.Handler { return http.FileServer(http.Dir("/")) }'),
    g("files by http, the type by reflection", {"file": "net/http.Dir.Open -> os.Open"}, "net/http;reflect", 'type d struct{ X http.Dir }\nfunc F() http.Handler { return http.FileServer(reflect.ValueOf(d{"/"}).Field(0).Interface().(http.FileSystem)) }'),
    g("files by http, the type by TypeFor", {"file": "net/http.Dir.Open -> os.Open"}, "net/http;reflect", 'func F() http.RoundTripper { return http.NewFileTransport(reflect.Zero(reflect.TypeFor[http.Dir]()).Interface().(http.FileSystem)) }'),
    g("an interface by reflection, called by the host", {"file": "net/http.Dir.Open -> os.Open"}, "net/http;reflect", 'func F() http.FileSystem { return reflect.Zero(reflect.TypeFor[http.Dir]()).Interface().(http.FileSystem) }'),
    g("io/ioutil", {"file": "io/ioutil.ReadFile -> os.ReadFile"}, "io/ioutil", 'func F() { ioutil.ReadFile("x") }'),
    g("file by a number", {"file": "os.NewFile"}, "os", 'func F() { os.NewFile(3, "x") }'),
    g("path/filepath", {"file": "path/filepath.Glob -> "}, "path/filepath", 'func F() { filepath.Glob("/*") }'),
    g("os/user", {"env": "os/user.Current"}, "os/user", "func F() { user.Current() }"),
    g("log.Fatal", {"process": "log.Fatal -> os.Exit", "stdio": "os.Stderr"}, "log", "func F() { log.Fatal() }"),
    g("a logger in an interface", {"process": "os.Exit"}, "log;io", "func F(w io.Writer) any { return log.New(w, \"\", 0) }"),
    g("log", {"stdio": "log.Print"}, "log", "func F() { log.Print() }"),
    g("log/slog", {"stdio": "os.Stderr"}, "log/slog", 'func F() { slog.Info("x") }'),
    g("log by a reader", {"stdio": "testing/iotest.NewReadLogger"}, "testing/iotest;io", 'func F(r io.Reader) { iotest.NewReadLogger("x", r).Read(nil) }'),
    g("log's own logger", {"stdio": "os.Stderr"}, "log;io", "func F() io.Writer { return log.Default().Writer() }"),
    g("fmt.Println", {"stdio": "fmt.Println -> os.Stdout"}, "fmt", "func F() { fmt.Println() }"),
    g("println", {"stdio": "p.F -> println"}, "", "func F() { println() }"),
    g("flag", {"env": "os.Args", "process": "os.Exit", "stdio": "os.Stderr"}, "flag", "func F() { flag.Parse() }"),
    g("syscall by name", {"process": "syscall.Kill"}, "syscall", "func F() { syscall.Kill(1, 9) }"),
    g("syscall by number", {"syscall": "syscall.RawSyscall"}, "syscall", "func F() { syscall.RawSyscall(39, 0, 0, 0) }"),
    g("syscall on a descriptor", {"syscall": "syscall.Write"}, "syscall", "func F() { syscall.Write(1, nil) }"),
    g("signals", {"process": "os/signal.Ignore"}, "os/signal", "func F() { signal.Ignore() }"),
    g("breakpoint", {"process": "runtime.Breakpoint"}, "runtime", "var F = runtime.Breakpoint"),
    g("folder of the process", {"process": "os.Chdir"}, "os", 'func F() { os.Chdir("/") }'),
    g("plugins", {"plugin": "plugin.Open"}, "plugin", 'func F() { plugin.Open("x") }'),
    g("runtime", {"debug": "runtime.GOMAXPROCS"}, "runtime", "func F() { runtime.GOMAXPROCS(1) }"),
    g("runtime/debug", {"debug": "runtime/debug.SetGCPercent"}, "runtime/debug", "func F() { debug.SetGCPercent(1) }"),
    g("handlers by a blank import", {"debug": "net/http/pprof.init"}, '_ "net/http/pprof"', ""),
    g("a template that is its own data", {"file": "ParseFiles -> "}, "text/template;io", 'func F(w io.Writer) { t := template.New("x"); t.Execute(w, t) }'),
    g("function of a template", {"file": "os.ReadFile"}, "text/template;os", 'func F() { template.New("x").Funcs(template.FuncMap{"read": os.ReadFile}) }'),
    g("UnmarshalJSON", {"file": "UnmarshalJSON -> os.Remove"}, "encoding/json;os", 'type t struct{}\nfunc (*t) UnmarshalJSON([]byte) error { return os.Remove("x") }\nfunc F(b []byte) { var s []struct{ T t }; json.Unmarshal(b, &s) }'),
    g("String, called by fmt", {"env": "String -> os.Getenv"}, "fmt;os", 'type t int\nfunc (t) String() string { return os.Getenv("x") }\nfunc F() string { return fmt.Sprint(t(1)) }'),
    g("Error, called by the host", {"env": "Error -> os.Getenv"}, "os", 'type t int\nfunc (t) Error() string { return os.Getenv("x") }\nfunc F() error { return t(1) }'),
    g("Less, called by sort", {"process": "os.Exit"}, "sort;os", "type t []int\nfunc (t) Len() int { return 2 }\nfunc (t) Less(i, j int) bool { os.Exit(1); return true }\nfunc (t) Swap(i, j int) {}\nfunc F() { sort.Sort(t(nil)) }"),
    g("a handler", {"file": "ServeHTTP -> os.Remove"}, "net/http;os", 'type h struct{}\nfunc (h) ServeHTTP(http.ResponseWriter, *http.Request) { os.Remove("x") }\nvar V http.Handler = h{}'),
    g("a method of a result's type", {"file": "os.Remove"}, "os", 'type T struct{}\nfunc (*T) M() { os.Remove("x") }\nfunc F() *T { return nil }'),
    g("finalizer", {"file": "os.Remove"}, "runtime;os", 'func F() { runtime.SetFinalizer(new(int), func(*int) { os.Remove("x") }) }'),
    g("timer", {"file": "os.Remove"}, "time;os", 'func F() { time.AfterFunc(1, func() { os.Remove("x") }) }'),
    g("unsafe.Pointer as an inferred type", {"unsafe": "reflect.Value.UnsafePointer"}, "reflect", "func get[P any](v interface{ UnsafePointer() P }) P { return v.UnsafePointer() }\nfunc F(p *int) *float64 { return (*float64)(get(reflect.ValueOf(p))) }"),
    g("folder of the process by a file", {"process": "os.File.Chdir"}, "os", "func F(f *os.File) { f.Chdir() }"),
    g("a file of a server", {"file": "net/http.ServeFile -> "}, "net/http", 'func F(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "x") }'),
    g("certificates by name", {"file": "os.ReadFile"}, "net/http;net", 'func F(l net.Listener) { http.ServeTLS(l, nil, "a", "b") }'),
    g("method by number in net/rpc", {"file": "os.Remove", "net": "net/rpc.suitableMethods"}, "net/rpc;os", 'type T struct{}\nfunc (T) M(a int, b *int) error { return os.Remove("x") }\nfunc F(s *rpc.Server) { s.Register(T{}) }'),
    g("named as a package that is trusted", {"file": "internal/runtime/x.F -> os.Remove"}, "os", 'func F() { os.Remove("x") }', **{"go.mod": "module internal/runtime/x\n\ngo 1.26\n"}),
    g("reflect.MakeFunc", {"file": "os.Remove"}, "reflect;os", 'func F() { reflect.MakeFunc(reflect.TypeOf(F), func([]reflect.Value) []reflect.Value { os.Remove("x"); return nil }) }'),
    g("reflect.ValueOf a function", {"file": "os.Remove"}, "reflect;os", "func F() { reflect.ValueOf(os.Remove).Call(nil) }"),
    g("range over a function", {"file": "os.Remove"}, "os", 'func seq(yield func(string) bool) { yield("x") }\nfunc F() { for s := range seq { os.Remove(s) } }'),
    g("sync.OnceFunc", {"file": "os.Remove"}, "sync;os", 'var once = sync.OnceFunc(func() { os.Remove("x") })\nfunc F() { once() }'),
]
HARMLESS = [
    g("fmt.Sprintf", {}, "fmt", 'func F() string { return fmt.Sprintf("%v %p", F, 3) }'),
    g("strings", {}, "strings", 'func F() string { return strings.Repeat("x", 3) }'),
    g("encoding/json", {}, "encoding/json", "type T struct{ A int }\nfunc F(b []byte) (t T, err error) { err = json.Unmarshal(b, &t); b, _ = json.Marshal(t); return }"),
    g("regexp", {}, "regexp", 'var re = regexp.MustCompile("a+")\nfunc F(s string) bool { return re.MatchString(s) }'),
    g("time", {}, "time", 'func F() time.Time { l, _ := time.LoadLocation("Europe/Rome"); time.Sleep(1); return time.Now().In(l) }'),
    g("sort", {}, "sort;slices", "func F(s []int) { sort.Ints(s); slices.Sort(s); sort.Slice(s, func(i, j int) bool { return s[i] < s[j] }) }"),
    g("errors", {}, "errors;os;fmt;syscall", 'func F(e error) bool { return errors.Is(e, os.ErrNotExist) || errors.Is(e, syscall.ENOENT) || fmt.Errorf("x %w", e) == nil }'),
    g("sync", {}, "sync;sync/atomic;context", "var n atomic.Int64\nfunc F(c context.Context) { var m sync.Map; m.Load(1); n.Add(1); var p sync.Pool; p.Get(); context.WithCancel(c) }"),
    g("crypto/sha256", {}, "crypto/sha256;crypto/hmac;crypto/rand", "func F(b []byte) any { rand.Read(b); return hmac.New(sha256.New, b) }"),
    g("bufio over a host's reader", {}, "bufio;io", "func F(r io.Reader) (string, error) { return bufio.NewReader(r).ReadString(10) }"),
    g("a host's file", {}, "os;io", "func F(f *os.File, w io.Writer) { io.Copy(w, f); f.Stat(); f.ReadDir(1); f.Close() }"),
    g("a host's command is not run", {}, "os/exec", "func F(c *exec.Cmd) string { return c.Path }"),
    g("a host's connection", {}, "net", "func F(c net.Conn) { c.Write(nil); c.RemoteAddr(); c.Close() }"),
    g("a host's request", {}, "net/http", 'func F(w http.ResponseWriter, r *http.Request) { r.ParseForm(); http.Error(w, r.FormValue("x"), 400); http.Redirect(w, r, "/", 302) }'),
    g("a host's file system", {}, "io/fs;net/http", 'func F(f fs.FS) http.Handler { fs.WalkDir(f, ".", nil); return http.FileServerFS(f) }'),
    g("text/template", {}, "text/template;io", 'type T struct{ A int }\nfunc (T) M() int { return 1 }\nfunc F(w io.Writer) { template.Must(template.New("x").Parse("{{.A}} {{.M}}")).Execute(w, T{}) }'),
    g("html/template", {}, "html/template;io", 'func F(w io.Writer) { template.Must(template.New("x").Parse("{{.}}")).Execute(w, 3) }'),
    g("a logger of its own", {}, "log;log/slog;io", 'func F(w io.Writer) { log.New(w, "", 0).Print(3); slog.New(slog.NewJSONHandler(w, nil)).Info("x") }'),
    g("encodings", {}, "encoding/gob;encoding/xml;encoding/csv;encoding/binary;io", "func F(w io.Writer, r io.Reader) { gob.NewEncoder(w).Encode(3); xml.NewEncoder(w).Encode(3); csv.NewReader(r).Read(); binary.Write(w, binary.LittleEndian, 3) }"),
    g("archives", {}, "archive/zip;archive/tar;compress/gzip;io", "func F(a io.ReaderAt, r io.Reader) { zip.NewReader(a, 3); tar.NewReader(r).Next(); gzip.NewReader(r) }"),
    g("addresses", {}, "net;net/netip;net/url", 'func F() { net.ParseIP("::1"); net.ParseCIDR("x"); net.JoinHostPort("a", "b"); netip.ParseAddr("x"); url.Parse("x"); net.Pipe() }'),
    g("certificates and TLS over a host's connection", {}, "crypto/tls;crypto/x509;net", "func F(c net.Conn, b []byte) { x509.ParseCertificate(b); tls.Client(c, &tls.Config{}).Handshake() }"),
    g("images", {}, "image;image/png;image/jpeg;io", "func F(w io.Writer, r io.Reader) { i, _, _ := image.Decode(r); png.Encode(w, i); jpeg.Encode(w, i, nil) }"),
    g("reflection", {}, "reflect", "type T struct{ A int }\nfunc F(x any) any { v := reflect.ValueOf(x); if v.Kind() == reflect.Struct { return v.Field(0).Interface() }; return reflect.New(v.Type()).Interface() }"),
    g("random numbers", {}, "math/rand/v2;math/big;hash/maphash", "func F() int { maphash.MakeSeed(); return rand.Int() + int(big.NewInt(3).Int64()) }"),
    g("what is not reached", {}, "os;example.com/p/q", 'func unused() { os.Remove("x") }\ntype t struct{}\nfunc (t) m() { os.Remove("x") }\nfunc F() int { return q.Pure() }', **Q),
    g("assertions", {}, "os/exec;net/http;os", 'func F(x any) string { switch x := x.(type) { case *exec.Cmd: return x.Path; case *http.Client: return "c"; case *os.Process: return "p" }; return "" }'),
    g("maps of powerful types", {}, "os/exec;fmt", "func F(m map[string]*exec.Cmd) string { return fmt.Sprint(len(m), m[\"x\"] == nil) }"),
    g("a function of the host's", {}, "", "func F(remove func(string) error) { remove(\"x\") }"),
    g("own stack, build info", {}, "runtime/debug;runtime", "func F() { debug.Stack(); debug.ReadBuildInfo(); runtime.Caller(0); runtime.NumGoroutine(); runtime.Gosched() }"),
    g("embedded files", {}, "embed", "//go:embed p.go\nvar files embed.FS\nfunc F() { files.ReadFile(\"p.go\") }"),
]
# name, directives, imports and body, exit code, what is said
DECLARED = [
    ("all declared", "//vole:capabilities file env", "os", 'func F() { os.Open(os.Getenv("x")) }', 0, []),
    ("more declared than needed", "//vole:capabilities file net", "os", 'func F() { os.Open("x") }', 0, []),
    ("none declared, none needed", "//vole:capabilities", "fmt", "func F() string { return fmt.Sprint() }", 0, []),
    ("none declared", "//vole:capabilities", "os", 'func F() { os.Open("x") }', 1, ["p.go:1:1: plugin needs capability file, which it does not declare:", "example.com/p.F -> os.Open"]),
    ("one of two declared", "// Package.\n\n//vole:capabilities env\n", "os", 'func F() { os.Open(os.Getenv("x")) }', 1, ["p.go:3:1: plugin needs capability file, "]),
    ("an error for each", "//vole:capabilities stdio", "os;net", 'func F() { os.Open(os.Getenv("x")); net.Dial("a", "b") }', 1, ["capability env, ", "capability file, ", "capability net, "]),
    ("two directives", "//vole:capabilities env\n//vole:capabilities file", "os", 'func F() { os.Open(os.Getenv("x")) }', 0, []),
    ("behind a comment and a constraint", "//go:build linux\n\n/* a */ // b\n//vole:capabilities\tfile \n", "os", 'func F() { os.Open("x") }', 0, []),
    ("unknown name", "//vole:capabilities file fire", "os", 'func F() { os.Open("x") }', 1, ["p.go:1:1: invalid //vole:capabilities: unknown capability fire"]),
    ("a directive that does not exist", "//vole:capabilites file\n//vole:\n//vole:capabilities file", "os", 'func F() { os.Open("x") }', 1, ["p.go:1:1: unknown directive //vole:capabilites", "p.go:2:1: unknown directive //vole:"]),
    ("behind the package clause", "", "os", '//vole:capabilities\nfunc F() { os.Open("x") }', 1, ["p.go:6:1: misplaced //vole:capabilities"]),
    ("once more behind it", "//vole:capabilities file", "os", 'func F() { os.Open("x") } //vole:capabilities', 1, ["p.go:6:27: misplaced //vole:capabilities"]),
    ("in strings and comments", "//vole:capabilities file", "os", 'const a, b, c = "\\"//vole:capabilities", `\n//vole:capabilities\n`, \'"\'\n/*\n//vole:capabilities\n*/\nfunc F() { os.Open("x") }', 0, []),
    ("another directive", "//vole:capabilitiesX", "os", 'func F() { os.Open("x") }', 1, ["p.go:1:1: unknown directive //vole:capabilitiesX"]),
    ("with the space of a comment", "// vole:capabilities", "os", 'func F() { os.Open("x") }', 0, []),
]


def write(top, files):
    for name, text in files.items():
        if not text and name != "x.s": continue
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write(text)


def build(r, top, name, files, env=None):
    """The folder of a plugin, built: its capabilities with their paths; None: it did not build."""
    d = os.path.join(top, re.sub(r"\W+", "_", name))
    write(d, {"go.mod": "module example.com/p\n\ngo 1.26\n", **files})
    code, said = r.command(r.vole, "build", "-buildmode=plugin", "-trimpath", "-o", "p.so", ".", cwd=d, env=env)
    r.check("build: " + name, code == 0, said)
    if code: return None, None
    lines = r.command(r.vole, "tool", "plugin", "p.so", cwd=d)[1].split("\n")
    found = {l.split("\t")[1]: l.split("\t")[2] for l in lines if l.startswith("capability\t")}
    r.check("number of capabilities: " + name, f"capabilities\t{len(found)}" in lines and sorted(found) == list(found), str(found))
    return found, open(os.path.join(d, "p.so"), "rb").read()


def stage(r, top):
    lib = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    table = re.findall(r"^CAP\((\w+),", open(os.path.join(lib, "src/program/capability.def")).read(), re.M)
    grants = re.search(r"^var capabilities = \[\]string\{(.*), Any, Unproved\}$", open(os.path.join(lib, "lib/vole/plugin/manifest.go")).read(), re.M)
    r.check("the manager knows the names of the table", table and grants and re.findall(r'"(\w+)"', grants[1]) == table, f"{table} {grants}")
    for name, want, files in GATES + HARMLESS:
        found, image = build(r, top, name, files)
        if found is None: continue
        ok = found.keys() == want.keys() and all(part in found[cap] for cap, part in want.items())
        r.check("capabilities: " + name, ok, f"want {want}, found {found}")
        # what came from packs, and what was built without any
        cold, cold_image = build(r, top, name, files, {"VOLE_NO_UNITS": "1"})
        r.check("the same without packs: " + name, cold == found and cold_image == image, f"{found}, without: {cold}")
    for name, head, imports, body, want, words in DECLARED:
        d = os.path.join(top, "d" + re.sub(r"\W+", "_", name))
        write(d, {"go.mod": "module example.com/p\n\ngo 1.26\n", "p.go": head + "\n" + go(imports, body)})
        code, said = r.command(r.vole, "build", "-buildmode=plugin", "-o", "p.so", ".", cwd=d, env={"VOLE_PLAIN": "1"})
        r.check("declared: " + name, code == want and all(w in said for w in words) and said.count("which it does not declare") == sum("capability" in w and "invalid" not in w for w in words), said)
        r.check("declared, nothing is left: " + name, os.path.exists(d + "/p.so") == (want == 0))
    print(f"capabilities: {len(GATES)} gates, {len(HARMLESS)} harmless plugins, {len(DECLARED)} declarations")
