// s2: klauspost/compress (assembly): the input through s2, zstd, gzip, flate and snappy at all levels, and back.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/huff0"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

func main() {
	text, _ := io.ReadAll(os.Stdin)
	for len(text) < 1<<20 {
		text = append(text, text...)
	}
	check := func(name string, packed, back []byte, err error) {
		fmt.Printf("%s %d %x %v %v\n", name, len(packed), sha256.Sum256(packed), bytes.Equal(back, text), err)
	}
	for name, f := range map[string]func([]byte, []byte) []byte{"s2": s2.Encode} {
		p := f(nil, text)
		b, err := s2.Decode(nil, p)
		check(name, p, b, err)
	}
	p := s2.EncodeBest(nil, text)
	b, err := s2.Decode(nil, p)
	check("s2best", p, b, err)
	p = snappy.Encode(nil, text)
	b, err = snappy.Decode(nil, p)
	check("snappy", p, b, err)
	for level := zstd.SpeedFastest; level <= zstd.SpeedBestCompression; level++ {
		w, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1))
		r, _ := zstd.NewReader(nil)
		p = w.EncodeAll(text, nil)
		b, err = r.DecodeAll(p, nil)
		check(fmt.Sprint("zstd ", level), p, b, err)
	}
	for level := -2; level <= 9; level++ {
		var buf bytes.Buffer
		w, _ := flate.NewWriter(&buf, level)
		w.Write(text)
		w.Close()
		p = bytes.Clone(buf.Bytes())
		b, err = io.ReadAll(flate.NewReader(&buf))
		check(fmt.Sprint("flate ", level), p, b, err)
	}
	var buf bytes.Buffer
	g := gzip.NewWriter(&buf)
	g.Write(text)
	g.Close()
	r, _ := gzip.NewReader(bytes.NewReader(buf.Bytes()))
	b, err = io.ReadAll(r)
	check("gzip", buf.Bytes(), b, err)
	out, _, err := huff0.Compress1X(text[:1<<16], &huff0.Scratch{})
	fmt.Println(len(out), err)
}
