package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"fmt"
	"hash/crc32"
	"math"
	"math/big"
	"math/bits"
	"regexp"
	"sort"
	"sync"
	"time"
)

//go:embed c.go
var fs embed.FS

func Sum() string { return fmt.Sprintf("%x", sha256.Sum256([]byte("abc")))[:16] }

// Bits uses instructions that not every machine has.
func Bits() string {
	x, f := uint64(len(seed))*0x0101, 0.1*float64(len(seed))
	return fmt.Sprint(bits.OnesCount64(x), bits.OnesCount8(uint8(x)), math.FMA(f, 10, -1) != f*10-1, math.Floor(f*17))
}

var seed = "four"

func Sign() bool {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	h := sha256.Sum256([]byte("x"))
	s, err := ecdsa.SignASN1(rand.Reader, k, h[:])
	return err == nil && ecdsa.VerifyASN1(&k.PublicKey, h[:], s)
}
func Seal() int {
	b, _ := aes.NewCipher(make([]byte, 16))
	g, _ := cipher.NewGCM(b)
	return len(g.Seal(nil, make([]byte, 12), []byte("hello"), nil))
}
func Big() string  { return new(big.Int).Exp(big.NewInt(3), big.NewInt(200), nil).String()[:10] }
func CRC() uint32  { return crc32.ChecksumIEEE([]byte("abc")) }
func Re() []string { return regexp.MustCompile(`a(b+)`).FindStringSubmatch("xabbby") }
func Embed() int   { b, _ := fs.ReadFile("c.go"); return len(b) / 1000 }
func Map() string {
	m := map[[2]string]struct{ A, B int }{{"a", "b"}: {1, 2}}
	m[[2]string{"c"}] = struct{ A, B int }{3, 4}
	keys := []string{}
	for k, v := range m {
		keys = append(keys, fmt.Sprint(k, v))
	}
	sort.Strings(keys)
	return fmt.Sprint(keys)
}
func Mutex() int {
	var mu sync.Mutex
	n := 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 1000 {
				mu.Lock()
				n++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return n
}
func Select() string {
	a, b := make(chan int), make(chan string)
	go func() { time.Sleep(time.Millisecond); b <- "b" }()
	select {
	case <-a:
		return "a"
	case s := <-b:
		return s
	case <-time.After(5 * time.Second):
		return "late"
	}
}
