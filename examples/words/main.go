// Words counts the words of text files with one goroutine per file and prints the most frequent ones.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

type pair[K comparable, V any] struct {
	key   K
	value V
}

func pairs[K comparable, V any](m map[K]V) []pair[K, V] {
	out := make([]pair[K, V], 0, len(m))
	for k, v := range m {
		out = append(out, pair[K, V]{k, v})
	}
	return out
}

func count(path string, words chan<- string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		for _, w := range strings.FieldsFunc(strings.ToLower(s.Text()), func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r == '\'')
		}) {
			words <- w
		}
	}
	return s.Err()
}

func main() {
	start := time.Now()
	files := os.Args[1:]
	if len(files) == 0 {
		files = []string{"README.md"}
	}
	words := make(chan string, 256)
	var wg sync.WaitGroup
	for _, path := range files {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := count(path, words); err != nil {
				fmt.Fprintln(os.Stderr, "words:", err)
			}
		}()
	}
	go func() { wg.Wait(); close(words) }()

	freq := map[string]int{}
	total := 0
	for w := range words {
		freq[w]++
		total++
	}
	list := pairs(freq)
	sort.Slice(list, func(i, j int) bool {
		if list[i].value != list[j].value {
			return list[i].value > list[j].value
		}
		return list[i].key < list[j].key
	})
	fmt.Printf("%d words, %d different, in %d files\n", total, len(freq), len(files))
	for i, p := range list {
		if i == 10 {
			break
		}
		fmt.Printf("%3d. %-12s %d\n", i+1, p.key, p.value)
	}
	if time.Since(start) > time.Minute {
		fmt.Println("that took long")
	}
}
