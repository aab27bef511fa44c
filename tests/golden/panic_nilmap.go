package main

import "os"

type conf struct{ m map[string]int }

func (c *conf) set(k string) { c.m[k]++ }

func main() {
	os.Stdout.WriteString("before\n")
	c := &conf{}
	c.set("k")
	os.Stdout.WriteString("after\n")
}
