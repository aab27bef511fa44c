// JSON: encoding and decoding through reflection.
package main

import (
	"encoding/json"
	"fmt"
)

type item struct {
	ID    int               `json:"id"`
	Name  string            `json:"name"`
	Tags  []string          `json:"tags,omitempty"`
	Price float64           `json:"price"`
	Attr  map[string]string `json:"attr"`
	Sub   *item             `json:"sub,omitempty"`
}

func main() {
	items := make([]item, 2000)
	for i := range items {
		items[i] = item{i, fmt.Sprint("item ", i), []string{"a", "b", "c"}, float64(i) / 3, map[string]string{"k": "v", "n": "w"}, &item{ID: -i}}
	}
	n := 0
	for r := 0; r < 20; r++ {
		b, err := json.Marshal(items)
		if err != nil {
			panic(err)
		}
		var out []item
		if err := json.Unmarshal(b, &out); err != nil {
			panic(err)
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			panic(err)
		}
		n += len(b) + len(out) + len(v.([]any))
	}
	fmt.Println(n)
}
