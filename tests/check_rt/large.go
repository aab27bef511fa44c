// large.go - a program that reaches much of the library, for tools/check_rt.py --exe. It is built, not run.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"reflect"
	"runtime/debug"
	"text/template"
	"time"
	"sync"
	"syscall"
	"math/big"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL) })
	var v map[string]any
	json.Unmarshal([]byte(`{"a":1}`), &v)
	fmt.Println(v, reflect.ValueOf(v).Len(), debug.Stack() != nil)
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	template.Must(template.New("x").Parse("{{.}}")).Execute(os.Stdout, v)
	exec.Command("true").Run()
	time.AfterFunc(time.Second, func() {})
	var m sync.Mutex
	m.Lock()
	fmt.Println(new(big.Int).Exp(big.NewInt(3), big.NewInt(100), nil))
	f := reflect.MakeFunc(reflect.TypeOf(main), func(a []reflect.Value) []reflect.Value { return nil })
	f.Call(nil)
	if len(os.Args) > 1 {
		http.ListenAndServe(":8080", nil)
	}
}
