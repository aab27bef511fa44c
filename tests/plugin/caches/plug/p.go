// A plugin whose types, constants and functions go through caches of the library.
package main

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"runtime"
	"runtime/trace"
	"strings"
	"syscall"
	"text/template"
	"time"
	"unique"
	"weak"

	"example.com/caches/api"
)

type T struct {
	A int `json:"a"`
	M map[T2]string
	P *T
}
type T2 struct{ B string }
type U struct {
	A int
	S string
}
type G struct {
	A int
	B []T2
	M map[string]*G
	V any
}
type X struct {
	A T2
	B int
}

func (t T) Up(s string) string                { return strings.ToUpper(s) }
func (t T2) MarshalText() ([]byte, error)     { return []byte(t.B), nil }
func (t *T2) UnmarshalText(text []byte) error { t.B = string(text); return nil }

var all = map[string]func() string{
	"json": func() string {
		var t T
		b, err := json.Marshal(T{A: 1, M: map[T2]string{{"k"}: "v"}})
		return fmt.Sprint(string(b), err, json.Unmarshal(b, &t), t.M)
	},
	"host's type": func() string { b, err := json.Marshal(&[]*api.Point{{1, 2}}); return fmt.Sprint(string(b), err) },
	"xml":         func() string { b, err := xml.Marshal(X{T2{"x"}, 4}); return fmt.Sprint(string(b), err) },
	"template": func() string {
		var b strings.Builder
		err := template.Must(template.New("t").Parse(`{{.Up "x"}}{{.A}}`)).Execute(&b, T{A: 3})
		return fmt.Sprint(b.String(), err)
	},
	"made types": func() string {
		t := reflect.TypeFor[T]()
		f := reflect.FuncOf([]reflect.Type{reflect.SliceOf(t)}, []reflect.Type{reflect.PointerTo(reflect.PointerTo(t))}, false)
		m := reflect.MapOf(reflect.ArrayOf(2, reflect.TypeFor[T2]()), reflect.ChanOf(reflect.BothDir, f))
		s := reflect.StructOf([]reflect.StructField{{Name: "T2", Type: reflect.TypeFor[T2](), Anonymous: true}, {Name: "F", Type: m}})
		v := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[api.Point](), s))
		v.SetMapIndex(reflect.ValueOf(api.Point{1, 2}), reflect.Zero(s))
		return fmt.Sprint(v.Len(), s.NumMethod())
	},
	"setting": func() string { return http.StatusText((&http.Server{}).MaxHeaderBytes) + "net/http" },
	"finalizer": func() string {
		runtime.SetFinalizer(own, func(*[40]int) {})
		runtime.AddCleanup(own, func(int) {}, 1)
		return ""
	},
	"slow cleanup": func() string { // Close waits until it has run
		runtime.AddCleanup(new([40]int), func(int) { time.Sleep(20 * time.Millisecond) }, 1)
		return ""
	},
	"environment": func() string { return fmt.Sprint(os.Setenv("OF_THE_PLUGIN", "value"), os.Getenv("OF_THE_PLUGIN")) },
	"unique": func() string {
		a, b := unique.Make(U{1, "constant"}), unique.Make(U{1, strings.ToLower("CONSTANT")})
		return fmt.Sprint(a == b, a.Value(), unique.Make("text of the plugin").Value())
	},
	"gob": func() string {
		gob.Register(T2{})
		gob.RegisterName("size of the plugin", api.Size(0))
		var b bytes.Buffer
		var g G
		err := gob.NewEncoder(&b).Encode(G{1, []T2{{"x"}}, map[string]*G{"y": {A: 2, V: T2{"z"}}}, api.Size(3)})
		return fmt.Sprint(err, gob.NewDecoder(&b).Decode(&g), g.A, g.B, g.M["y"].A, g.M["y"].V, g.V)
	},
	"file": func() string { return os.Stdin.Name() },
	"signal": func() string {
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGUSR1)
		defer signal.Stop(c)
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		return (<-c).String()
	},
	"trace": func() string { defer trace.Stop(); return fmt.Sprint(trace.Start(io.Discard)) },
	"weak":  func() string { api.Weak = weak.Make(&number); return fmt.Sprint(*api.Weak.Value()) },
	"kept":  func() string { api.Kept = reflect.SliceOf(reflect.TypeFor[T2]()); return "" },
	"same":  func() string { return fmt.Sprint(api.Kept == any(reflect.SliceOf(reflect.TypeFor[T2]()))) },
}

var own = new([40]int)
var number = 7

func Run(name string) string { return strings.Clone(all[name]()) }
func main()                  {}
