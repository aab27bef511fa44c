// Ten fuzz targets with a planted failure each: what leads there are bytes, words, numbers, checksums and the library's parsers.
package fuzz

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"hash/adler32"
	"net/url"
	"os"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"
)

var quiet = os.Getenv("PLANTED") == "no" // for counting executions

func planted(t *testing.T) {
	if !quiet {
		t.Fatal("planted")
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"kind":"user","level":7,"tags":["a","b"]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v struct {
			Kind  string
			Level int
			Tags  []string
			Inner *struct{ A, B float64 }
		}
		if json.Unmarshal(b, &v) == nil && v.Level < 0 && v.Kind != "user" {
			planted(t)
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add("12")
	f.Add("-0x1_0")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := strconv.ParseInt(s, 0, 64)
		if err == nil && n < -1<<40 {
			planted(t)
		}
	})
}

func FuzzRegexp(f *testing.F) {
	f.Add("a+(b|c)*[x-z]{2,3}")
	f.Fuzz(func(t *testing.T, s string) {
		re, err := syntax.Parse(s, syntax.Perl)
		if err != nil {
			return
		}
		p, err := syntax.Compile(re.Simplify())
		if err == nil && len(p.Inst) > 6 && strings.Contains(re.String(), `\b`) {
			planted(t)
		}
	})
}

func FuzzURL(f *testing.F) {
	f.Add("http://user:pass@example.com:80/a/b?x=y#frag")
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse(s)
		if err == nil && u.Opaque != "" && u.RawQuery != "" && u.User == nil {
			planted(t)
		}
	})
}

// FuzzHeader: four bytes one after the other, then a version.
func FuzzHeader(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x01 rest"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 6 && b[0] == 0x7f && b[1] == 'V' && b[2] == 'O' && b[3] == 'L' && b[4] > 2 {
			planted(t)
		}
	})
}

// FuzzMagic: the same in one comparison of a word.
func FuzzMagic(f *testing.F) {
	f.Add([]byte("0123456789"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 8 && binary.LittleEndian.Uint32(b) == 0x564f4c45 && b[4] == b[5] {
			planted(t)
		}
	})
}

// FuzzWord: a word of the language, in one comparison of strings.
func FuzzWord(f *testing.F) {
	f.Add("get key")
	f.Fuzz(func(t *testing.T, s string) {
		word, rest, _ := strings.Cut(s, " ")
		switch word {
		case "get", "put":
			return
		case "delete":
			if strings.HasPrefix(rest, "all") {
				planted(t)
			}
		}
	})
}

// FuzzSum: a trailer that sums up what stands before it.
func FuzzSum(f *testing.F) {
	f.Add([]byte("some bytes and their sum"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 6 || len(b) > 64 {
			return
		}
		body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
		if adler32.Checksum(body)&0xffff == sum&0xffff && sum>>16 == 0 {
			planted(t)
		}
	})
}

// FuzzMachine: a stack machine in which only one order of operations fails.
func FuzzMachine(f *testing.F) {
	f.Add([]byte("12+.34*."))
	f.Fuzz(func(t *testing.T, b []byte) {
		var stack []int
		for _, c := range b {
			switch {
			case c >= '0' && c <= '9':
				stack = append(stack, int(c-'0'))
			case c == '+' && len(stack) > 1, c == '*' && len(stack) > 1, c == '/' && len(stack) > 1:
				x, y := stack[len(stack)-2], stack[len(stack)-1]
				stack = stack[:len(stack)-2]
				switch c {
				case '+':
					stack = append(stack, x+y)
				case '*':
					stack = append(stack, x*y)
				default:
					if y == 0 && x > 20 {
						planted(t)
						return
					}
					if y != 0 {
						stack = append(stack, x/y)
					}
				}
			default:
				return
			}
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("YSxiCmMsZAo="))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := base64.StdEncoding.DecodeString(string(b))
		if err != nil {
			return
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err == nil && len(rows) > 2 {
			planted(t)
		}
	})
}
