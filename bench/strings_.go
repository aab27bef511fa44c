// Strings: building, splitting, searching, replacing, formatting.
package main

import (
	"fmt"
	"strings"
)

func main() {
	var b strings.Builder
	for i := 0; i < 200_000; i++ {
		fmt.Fprintf(&b, "line %d of some text, with words;", i)
		b.WriteByte('\n')
	}
	text := b.String()
	words := 0
	for r := 0; r < 5; r++ {
		for _, l := range strings.Split(text, "\n") {
			words += len(strings.Fields(l))
			if strings.Contains(l, "99") {
				words++
			}
		}
		text = strings.ReplaceAll(text, "some", "more")
		text = strings.ToUpper(text)
		text = strings.ToLower(text)
	}
	s := ""
	for i := 0; i < 5000; i++ {
		s += "x"
	}
	fmt.Println(words, len(text), len(s))
}
