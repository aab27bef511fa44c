// The extension as a WebAssembly module, in wazero.
package main

import (
	"context"
	"os"
	"time"

	"github.com/tetratelabs/wazero"
	wasm "github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"example.com/extend/api"
)

type module struct {
	ctx              context.Context
	m                wasm.Module
	room, add, upper wasm.Function
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func (x module) Add(a, b int) int {
	r, err := x.add.Call(x.ctx, uint64(a), uint64(b))
	check(err)
	return int(r[0])
}

func (x module) Upper(s string) string {
	r, err := x.room.Call(x.ctx, uint64(len(s)))
	check(err)
	x.m.Memory().WriteString(uint32(r[0]), s)
	r, err = x.upper.Call(x.ctx)
	check(err)
	b, _ := x.m.Memory().Read(uint32(r[0]>>32), uint32(r[0]))
	return string(b)
}

func main() {
	begin := time.Now()
	ctx := context.Background()
	code, err := os.ReadFile(os.Args[1])
	check(err)
	r := wazero.NewRuntime(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	m, err := r.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	check(err)
	api.Report(begin, module{ctx, m, m.ExportedFunction("room"), m.ExportedFunction("add"), m.ExportedFunction("upper")})
}
