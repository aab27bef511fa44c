package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
)

var n = flag.Int("n", 1, "number")

func main() {
	flag.Parse()
	defer fmt.Println("not printed")
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, len(os.Args), os.Args[1:], *n, flag.Args(), os.Getenv("VOLE_GOLDEN"))
	w.Flush()
	fmt.Fprintln(os.Stderr, "to stderr")
	_, err := os.Open("/no/such/file")
	fmt.Println(err, os.IsNotExist(err))
	if err := os.WriteFile("f.txt", []byte("one\ntwo\n"), 0o644); err != nil {
		panic(err)
	}
	f, _ := os.Open("f.txt")
	for s := bufio.NewScanner(f); s.Scan(); {
		fmt.Printf("%q\n", s.Text())
	}
	st, _ := f.Stat()
	fmt.Println(st.Name(), st.Size(), st.Mode())
	os.Exit(*n)
}
