package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"strings"
)

type Addr struct {
	Street string `json:"street" xml:"street,attr"`
	Zip    *int   `json:"zip,omitempty" xml:"zip"`
}
type Color int

func (c Color) MarshalText() ([]byte, error) { return []byte([]string{"red", "green"}[c]), nil }
func (c *Color) UnmarshalText(b []byte) error {
	*c = Color(strings.Index("red  green", string(b)) / 5)
	return nil
}

type Person struct {
	Name   string         `json:"name"`
	Age    int            `json:"age,string"`
	Emails []string       `json:"emails"`
	Extra  map[string]any `json:"extra,omitempty"`
	Addr   `json:"addr"`
	C      Color             `json:"color"`
	ByC    map[Color]float64 `json:"byc"`
	Raw    json.RawMessage   `json:"raw"`
	Skip   int               `json:"-"`
	priv   int
	Iface  any `json:"iface"`
}

func main() {
	zip := 12345
	p := Person{Name: "Ann <&>", Age: 30, Emails: []string{"a@b"}, Extra: map[string]any{"z": 1.5, "a": []int{1}, "n": nil}, Addr: Addr{"Main \u2028", &zip},
		C: 1, ByC: map[Color]float64{0: 1, 1: 2e30}, Raw: json.RawMessage(`{"x": [1, 2]}`), Iface: struct{ B []byte }{[]byte("hi")}}
	b, err := json.Marshal(p)
	fmt.Println(string(b), err)
	var q Person
	fmt.Println(json.Unmarshal(b, &q))
	fmt.Println(q.Name, q.Age, q.Emails, q.Extra, *q.Zip, q.C, q.ByC, string(q.Raw), q.Iface)
	ind, _ := json.MarshalIndent(map[string]any{"b": []int{}, "a": map[string]int{}, "c": []any{1, "x", true, nil}}, "", "  ")
	fmt.Println(string(ind))
	var v any
	for _, s := range []string{`{"a":[1,2,{"b":null}],"c":"\u00e9\n"}`, `[1,`, `{"a" 1}`, `12 34`, `"\ud800"`, ``, `nul`, `1e999`} {
		v = nil
		err := json.Unmarshal([]byte(s), &v)
		fmt.Println(v, err)
	}
	var t struct {
		A int8
		B []string
	}
	fmt.Println(json.Unmarshal([]byte(`{"A": 300}`), &t), json.Unmarshal([]byte(`{"b": [1]}`), &t))
	_, err = json.Marshal(math.NaN())
	fmt.Println(err)
	_, err = json.Marshal(map[string]any{"f": func() {}})
	fmt.Println(err)
	dec := json.NewDecoder(strings.NewReader(`{"A":1} {"A":2,"Z":0}`))
	dec.DisallowUnknownFields()
	for dec.More() {
		err := dec.Decode(&t)
		fmt.Println(t.A, err)
		if err != nil {
			break
		}
	}
	type X struct {
		XMLName xml.Name `xml:"x"`
		A       Addr     `xml:"a"`
		L       []int    `xml:"l>i"`
	}
	xb, err := xml.Marshal(X{A: Addr{"s<", &zip}, L: []int{1, 2}})
	var x X
	fmt.Println(string(xb), err, xml.Unmarshal(xb, &x), x.A.Street, *x.A.Zip, x.L)
	var buf bytes.Buffer
	type GobT struct {
		M map[string][]float64
		P *int
	}
	err = gob.NewEncoder(&buf).Encode(GobT{map[string][]float64{"a": {1, 2.5}}, &zip})
	var g GobT
	fmt.Println(err, gob.NewDecoder(&buf).Decode(&g), g.M, *g.P)
	r := csv.NewReader(strings.NewReader("a,\"b,\"\"c\"\nd,e\n"))
	recs, err := r.ReadAll()
	fmt.Printf("%q %v\n", recs, err)
	csv.NewWriter(os.Stdout).Flush()
	fmt.Println(base64.StdEncoding.EncodeToString([]byte("hello?>")), hex.EncodeToString([]byte{1, 255}), binary.BigEndian.Uint32([]byte{1, 2, 3, 4}))
	bb := new(bytes.Buffer)
	binary.Write(bb, binary.LittleEndian, struct {
		A uint16
		B int32
	}{1, -2})
	fmt.Println(bb.Bytes())
}
