// Throughput of what upstream has in assembly. One line a case: name, MB or operations a second of CPU time; the best of five runs.
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash/crc32"
	"math/big"
	"os"
	"reflect"
	"strings"
	"syscall"
	"unsafe"
)

var sink int

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func measure(name string, unit float64, f func()) {
	if len(os.Args) > 1 && !strings.Contains(name, os.Args[1]) {
		return
	}
	best := 0.0
	n := 1
	for round := 0; round < 5; {
		start := cpu()
		for range n {
			f()
		}
		d := cpu() - start
		if d < 0.02 {
			n *= 2
			continue
		}
		round++
		best = max(best, unit*float64(n)/d)
	}
	fmt.Printf("%s %.4g\n", name, best)
}

// The cipher of golang.org/x/crypto/chacha20poly1305, which the library carries and shows only inside of HPKE.
func chacha20poly1305() cipher.AEAD {
	key, err := hpke.DHKEM(ecdh.X25519()).GenerateKey()
	if err != nil {
		panic(err)
	}
	_, s, err := hpke.NewSender(key.PublicKey(), hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), nil)
	if err != nil {
		panic(err)
	}
	field := reflect.ValueOf(s).Elem().FieldByName("aead")
	return *(*cipher.AEAD)(unsafe.Pointer(field.UnsafeAddr()))
}

func main() {
	data := make([]byte, 16384)
	for i := range data {
		data[i] = byte(i*i>>3 | 1)
	}
	mb := float64(len(data)) / 1e6
	measure("sha256", mb, func() { s := sha256.Sum256(data); sink += int(s[0]) })
	measure("sha512", mb, func() { s := sha512.Sum512(data); sink += int(s[0]) })
	measure("md5", mb, func() { s := md5.Sum(data); sink += int(s[0]) })
	measure("sha1", mb, func() { s := sha1.Sum(data); sink += int(s[0]) })
	measure("crc32-ieee", mb, func() { sink += int(crc32.ChecksumIEEE(data)) })
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	measure("crc32-castagnoli", mb, func() { sink += int(crc32.Checksum(data, castagnoli)) })
	block, _ := aes.NewCipher(data[:16])
	gcm, _ := cipher.NewGCM(block)
	out := make([]byte, 0, len(data)+64)
	measure("aes-gcm-seal", mb, func() { sink += len(gcm.Seal(out, data[:12], data, nil)) })
	sealed := gcm.Seal(nil, data[:12], data, nil)
	measure("aes-gcm-open", mb, func() { p, _ := gcm.Open(out, data[:12], sealed, nil); sink += len(p) })
	ctr := cipher.NewCTR(block, data[:16])
	measure("aes-ctr", mb, func() { ctr.XORKeyStream(out[:len(data)], data) })
	chacha := chacha20poly1305()
	measure("chacha20poly1305-seal", mb, func() { sink += len(chacha.Seal(out, data[:12], data, nil)) })
	box := chacha.Seal(nil, data[:12], data, nil)
	measure("chacha20poly1305-open", mb, func() { p, _ := chacha.Open(out, data[:12], box, nil); sink += len(p) })
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	hash := sha256.Sum256(data)
	sig, _ := ecdsa.SignASN1(rand.Reader, key, hash[:])
	measure("p256-sign", 1, func() { s, _ := ecdsa.SignASN1(rand.Reader, key, hash[:]); sink += len(s) })
	measure("p256-verify", 1, func() {
		if !ecdsa.VerifyASN1(&key.PublicKey, hash[:], sig) {
			panic("p256")
		}
	})
	priv, _ := ecdh.P256().GenerateKey(rand.Reader)
	measure("p256-ecdh", 1, func() { s, _ := priv.ECDH(priv.PublicKey()); sink += len(s) })
	for _, bits := range []int{256, 1024, 4096, 65536} {
		a := new(big.Int).SetBit(new(big.Int).SetBytes(data[:bits/8]), bits-1, 1)
		b := new(big.Int).SetBit(new(big.Int).SetBytes(data[100:100+bits/8]), bits-1, 1)
		c := new(big.Int)
		measure(fmt.Sprint("big-mul-", bits), 1, func() { c.Mul(a, b) })
	}
	m := new(big.Int).SetBit(new(big.Int).SetBytes(data[:256]), 0, 1)
	e := new(big.Int).SetBytes(data[300:332])
	measure("big-exp-2048", 1, func() { sink += new(big.Int).Exp(big.NewInt(3), e, m).BitLen() })
	wvu, eight, twenty, one := []byte("wvu"), []byte("xyzwvuts"), []byte("efghabcdefghxyzwvuts"), []byte("e")
	for _, n := range []int{16, 64, 1024, 16384} {
		text := bytes.Repeat([]byte("abcdefgh"), n/8)
		other := bytes.Clone(text)
		s, t := string(text), string(other)
		copy(text[n-8:], "xyzwvuts")
		u := float64(n) / 1e6
		measure(fmt.Sprint("index-byte-", n), u, func() { sink += bytes.IndexByte(text, 'u') })
		measure(fmt.Sprint("index-3-", n), u, func() { sink += bytes.Index(text, wvu) })
		measure(fmt.Sprint("index-8-", n), u, func() { sink += bytes.Index(text, eight) })
		if n > 16 {
			measure(fmt.Sprint("index-20-", n), u, func() { sink += bytes.Index(text, twenty) })
		}
		measure(fmt.Sprint("count-", n), u, func() { sink += bytes.Count(text, one) })
		measure(fmt.Sprint("strings-compare-", n), u, func() { sink += strings.Compare(s, t) })
		measure(fmt.Sprint("bytes-equal-", n), u, func() {
			if bytes.Equal(other, text) {
				sink++
			}
		})
		measure(fmt.Sprint("last-index-byte-", n), u, func() { sink += bytes.LastIndexByte(text, 'z') })
	}
}
