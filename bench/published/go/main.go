// The JSON service of bench/published.py in Go: go PORT. The same two routes are in the folders beside.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
)

type item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name"`
	Price float64  `json:"price"`
	Tags  []string `json:"tags"`
}

type line struct {
	Product  string  `json:"product"`
	Quantity int     `json:"quantity"`
	Price    float64 `json:"price"`
}

type order struct {
	ID       int     `json:"id"`
	Customer string  `json:"customer"`
	Paid     bool    `json:"paid"`
	Total    float64 `json:"total"`
	Lines    []line  `json:"lines"`
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func getItem(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		http.Error(w, "no such item", http.StatusNotFound)
		return
	}
	answer(w, item{id, fmt.Sprintf("item %d", id), float64(id) + 0.5, []string{"new", "small"}})
}

// postOrder takes an order apart, adds its lines up and sends it back.
func postOrder(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	o.Total = 0
	for _, l := range o.Lines {
		o.Total += float64(l.Quantity) * l.Price
	}
	answer(w, &o)
}

func main() {
	http.HandleFunc("GET /items/{id}", getItem)
	http.HandleFunc("POST /orders", postOrder)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
