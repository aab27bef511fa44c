package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	s := "héllo, 世界\xff!"
	for i, r := range s {
		fmt.Print(i, ":", string(r), "(", r, ") ")
	}
	fmt.Println(len(s), utf8.RuneCountInString(s), utf8.ValidString(s))
	fmt.Println([]byte(s), []rune(s), string([]rune{0x4e16, 'x', 0x10ffff + 1, -1}))
	fmt.Printf("%q %+q %x % X %#x %U\n", s, s, s, "abc", "abc", '世')
	fmt.Println(strings.Split("a,b,,c", ","), len(strings.SplitN("a,b,c", ",", 2)), strings.Fields("  a  b\tc\n"))
	fmt.Println(strings.ToUpper("straße éa"), strings.ToTitle("ǆ"), strings.EqualFold("Σ", "ς"), strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, "a1b2c3"))
	fmt.Println(strings.NewReplacer("<", "&lt;", ">", "&gt;", "a", "b").Replace("<a>aa</a>"))
	fmt.Println(strings.Index("chicken", "ken"), strings.LastIndex("go gopher", "go"), strings.IndexByte("abc", 'c'), strings.Count("cheese", "e"), strings.Count("five", ""))
	fmt.Println(strings.TrimFunc("123abc456", unicode.IsDigit), strings.TrimLeft("xxyx", "x"), strings.TrimPrefix("prefix-x", "prefix-"), strings.Trim(" \t x ", " \t"))
	before, after, found := strings.Cut("key=value=x", "=")
	fmt.Println(before, after, found)
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "%d-", i)
	}
	fmt.Println(b.Len(), b.String()[180:])
	for _, t := range []string{"12", "-0x1f", "1e3", "9223372036854775808", "0b101", "1_000", "abc", "", "NaN", "+Inf", "1e400"} {
		i, e1 := strconv.ParseInt(t, 0, 64)
		f, e2 := strconv.ParseFloat(t, 64)
		fmt.Println(i, e1, f, e2)
	}
	fmt.Println(strconv.Quote("tab\t\"q\" \u2028 \x00"), strconv.Itoa(-45), strconv.FormatInt(-255, 16), strconv.FormatFloat(1.0/3, 'g', -1, 32), strconv.FormatFloat(123456789, 'e', 3, 64))
	u, err := strconv.Unquote(`"a\n\u00e9\x41"`)
	fmt.Printf("%q %v\n", u, err)
	re := regexp.MustCompile(`(?P<user>\w+)@(\w+)\.com`)
	text := "bob@example.com, alice@test.com"
	fmt.Println(re.FindAllString(text, -1), re.FindStringSubmatch(text), re.ReplaceAllString(text, "$2:${user}"), re.SubexpNames())
	var buf bytes.Buffer
	buf.WriteString("line1\nline2\nrest")
	l, err := buf.ReadString('\n')
	fmt.Printf("%q %v %d %q\n", l, err, buf.Len(), buf.Next(3))
	fmt.Println(bytes.Equal([]byte("a"), []byte{97}), bytes.Fields([]byte(" x y ")), bytes.Contains([]byte("seafood"), []byte("foo")))
	x := "abc"
	bs := []byte(x)
	bs[0] = 'X'
	fmt.Println(x, string(bs), x < "abd", x[1:], x[:0] == "", x+"d" > x, strings.Compare(x, "b"))
	long := strings.Repeat("abcdefgh", 1000)
	fmt.Println(len(long), strings.Index(long, "hab"), strings.Contains(long, "hh"), strings.LastIndexByte(long, 'a'))
	for l := range strings.Lines("one\ntwo\nthree") {
		fmt.Printf("%q ", l)
	}
	for w := range strings.SplitSeq("p/q/r", "/") {
		fmt.Print(w, ";")
	}
	fmt.Println()
}
