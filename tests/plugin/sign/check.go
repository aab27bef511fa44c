// check KEY PLUGIN: are the signatures as abi/plugin.h says, by package crypto/ed25519? KEY is a file of vole plugin keygen.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
)

func main() {
	text, _ := os.ReadFile(os.Args[1])
	words := strings.Fields(string(text))
	key, err := base64.StdEncoding.DecodeString(words[1])
	file, _ := os.ReadFile(os.Args[2])
	if err != nil || len(key) != ed25519.PublicKeySize {
		panic("bad key")
	}
	const size = 128
	n := 0
	for bytes.HasPrefix(file[len(file)-(n+1)*size:], []byte("vole signature\n\x00")) {
		n++
	}
	body := file[:len(file)-n*size]
	sum := sha512.Sum512(body)
	message := append([]byte("vole plugin signature 1\n"), sum[:]...)
	fits := 0
	for i := range n {
		s := file[len(body)+i*size:][:size]
		if bytes.Equal(s[32:64], key) && ed25519.Verify(key, message, s[64:]) {
			fits++
		}
	}
	fmt.Println(n, fits)
}
