// Builtin is the log processor without plugins: which stages there are is a matter of the build, which of them run, and how, of a file that is embedded.
// A stage is found by its name among a type's methods (reflection), and configured by the names of its fields.
package main

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
)

//go:embed pipeline.json
var description []byte

// Settings are what a stage may be told.
type Settings struct {
	Stage string
	Drop  string
	Key   string
}

// Stages has a method for each stage: func(Settings) (func([]byte) []byte, error).
type Stages struct{}

func (Stages) Filter(s Settings) (func([]byte) []byte, error) {
	return func(line []byte) []byte {
		if bytes.Contains(line, []byte(s.Drop)) {
			return nil
		}
		return line
	}, nil
}

func (Stages) Encrypt(s Settings) (func([]byte) []byte, error) {
	block, err := aes.NewCipher([]byte(s.Key))
	if err != nil {
		return nil, err
	}
	box, err := cipher.NewGCM(block)
	return func(line []byte) []byte {
		nonce := make([]byte, box.NonceSize())
		rand.Read(nonce)
		return base64.StdEncoding.AppendEncode(nil, box.Seal(nonce, nonce, line, nil))
	}, err
}

func (Stages) Print(Settings) (func([]byte) []byte, error) {
	return func(line []byte) []byte {
		os.Stdout.Write(append(line, '\n'))
		return nil
	}, nil
}

// build makes the stages that the description names.
func build(text []byte) ([]func([]byte) []byte, error) {
	var list []Settings
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	var out []func([]byte) []byte
	for _, s := range list {
		method := reflect.ValueOf(Stages{}).MethodByName(s.Stage)
		if !method.IsValid() {
			return nil, fmt.Errorf("no stage %q in this build", s.Stage)
		}
		results := method.Call([]reflect.Value{reflect.ValueOf(s)})
		if err, _ := results[1].Interface().(error); err != nil {
			return nil, fmt.Errorf("%s: %w", strings.ToLower(s.Stage), err)
		}
		out = append(out, results[0].Interface().(func([]byte) []byte))
	}
	return out, nil
}

func main() {
	stages, err := build(description)
	if err != nil {
		fmt.Fprintln(os.Stderr, "builtin:", err)
		os.Exit(1)
	}
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		line := bytes.Clone(s.Bytes())
		for _, f := range stages {
			if line = f(line); line == nil {
				break
			}
		}
	}
}
