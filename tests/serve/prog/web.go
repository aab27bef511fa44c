// web.go - a server for tests/serve: answers with its version, drains on SIGTERM unless told otherwise.
//
// Usage: web NETWORK ADDRESS VERSION [MODE]; MODE: deaf (ignores SIGTERM), crash (ends at once), remove (os.Remove first), twice (listens
// a second time and says what came of it), again (closes its listener and listens once more), child (a grandchild in its own session
// listens too), closed (closes a second listener), rude (ends at once
// on SIGTERM), two (listens on two addresses)
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	network, address, version, mode := os.Args[1], os.Args[2], os.Args[3], ""
	if len(os.Args) > 4 {
		mode = os.Args[4]
	}
	switch mode {
	case "crash":
		os.Exit(3)
	case "remove":
		os.Remove(address)
	}
	l, err := net.Listen(network, address)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	second := "none"
	switch mode {
	case "twice":
		if _, err := net.Listen(network, address); err != nil {
			second = err.Error()
		}
	case "again":
		l.Close()
		if l, err = net.Listen(network, address); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	case "closed":
		l, err := net.Listen(network, os.Args[5])
		if err != nil {
			panic(err)
		}
		l.Close()
	case "two":
		time.Sleep(20 * time.Millisecond)
		l, err := net.Listen(network, os.Args[5])
		if err != nil {
			panic(err)
		}
		go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, version) }))
	case "child":
		c := exec.Command(os.Args[0], network, os.Args[5], version, "deaf")
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := c.Start(); err != nil {
			panic(err)
		}
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			time.Sleep(300 * time.Millisecond)
		}
		if r.URL.Path == "/second" {
			fmt.Fprintln(w, second)
			return
		}
		fmt.Fprintln(w, version, os.Getpid())
	})}
	ended := make(chan bool)
	if mode == "rude" {
		signal.Reset(syscall.SIGTERM)
	} else if mode == "deaf" {
		signal.Ignore(syscall.SIGTERM)
	} else {
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM)
		go func() {
			<-c
			s.Shutdown(context.Background())
			close(ended)
		}()
	}
	if s.Serve(l) == http.ErrServerClosed {
		<-ended
	}
}
