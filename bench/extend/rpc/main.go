// A process per extension as it is usually done: net/rpc over pipes. The child is the same program.
package main

import (
	"io"
	"net/rpc"
	"os"
	"os/exec"
	"time"

	"example.com/extend/api"
	"example.com/extend/impl"
)

type Server struct{ impl.Impl }
type Pair struct{ A, B int }

func (s *Server) Sum(p Pair, out *int) error       { *out = s.Add(p.A, p.B); return nil }
func (s *Server) Caps(t string, out *string) error { *out = s.Upper(t); return nil }

type pipes struct {
	io.Reader
	io.WriteCloser
}

type client struct{ c *rpc.Client }

func (x client) Add(a, b int) (sum int) {
	if err := x.c.Call("Server.Sum", Pair{a, b}, &sum); err != nil {
		panic(err)
	}
	return
}
func (x client) Upper(s string) (t string) {
	if err := x.c.Call("Server.Caps", s, &t); err != nil {
		panic(err)
	}
	return
}

func main() {
	if os.Getenv("EXTENSION") != "" {
		rpc.Register(new(Server))
		rpc.ServeConn(pipes{os.Stdin, os.Stdout})
		return
	}
	begin := time.Now()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "EXTENSION=1")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	x := client{rpc.NewClient(pipes{out, in})}
	x.Add(1, 1)
	api.Report(begin, x)
	in.Close()
	cmd.Wait()
}
