// chroma: the input, highlighted as Markdown and as Go, in two formats.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/chroma/v2/quick"
)

func main() {
	text, _ := io.ReadAll(os.Stdin)
	for _, how := range [][3]string{{"markdown", "html", "monokai"}, {"go", "terminal256", "github"}} {
		if err := quick.Highlight(os.Stdout, string(text), how[0], how[1], how[2]); err != nil {
			fmt.Println(err)
		}
	}
}
