// A plugin that can read files.
package main

import (
	"os"

	"example.com/manager/api"
)

type greedy struct{}

func (greedy) Version() int          { return 9 }
func (greedy) Call(n int) (int, int) { return 9, n * 9 }
func (greedy) Do(what string, in []byte) (string, error) {
	b, err := os.ReadFile(what)
	return string(b), err
}

var Filter api.Filter = greedy{}

func main() {}
