// page.go - a web program for browser.py: a page with its version, a WebSocket that echoes, a POST that says what it got.
package main

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

const version = "VERSION"

func page(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%s</h1></body></html>", version, version)
}

func post(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.RawQuery, body)
}

// One short text frame of the client comes back.
func socket(w http.ResponseWriter, r *http.Request) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	c, rw, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	echo(c, rw.Reader)
}

func echo(c io.Writer, r *bufio.Reader) {
	head := make([]byte, 6)
	if _, err := io.ReadFull(r, head); err != nil || head[0] != 0x81 || head[1]&0x7f > 125 {
		return
	}
	text := make([]byte, head[1]&0x7f)
	io.ReadFull(r, text)
	for i := range text {
		text[i] ^= head[2+i%4]
	}
	c.Write(append([]byte{0x81, byte(len(text))}, text...))
	r.ReadByte()
}

func main() {
	http.HandleFunc("/", page)
	http.HandleFunc("/post", post)
	http.HandleFunc("/ws", socket)
	s := &http.Server{Addr: os.Getenv("ADDRESS")}
	c, ended := make(chan os.Signal, 1), make(chan bool)
	signal.Notify(c, syscall.SIGTERM)
	go func() {
		<-c
		s.Shutdown(context.Background())
		close(ended)
	}()
	if err := s.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Println(err)
		os.Exit(1)
	}
	<-ended
}
