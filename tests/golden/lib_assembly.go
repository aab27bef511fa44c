// The library's assembly: hashes, ciphers, curves, big numbers, math. What it prints is the official toolchain's output.
package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"fmt"
	"hash/crc32"
	"math"
	"math/big"
	mr "math/rand"
)

func main() {
	r := mr.New(mr.NewSource(7))
	data := make([]byte, 20000)
	r.Read(data)
	for _, n := range []int{0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000, 20000} {
		d := data[:n]
		fmt.Printf("%d %x\n%x\n%x\n%x\n%x\n%08x %08x\n", n, md5.Sum(d), sha1.Sum(d), sha256.Sum256(d), sha512.Sum512(d), sha3.Sum256(d),
			crc32.ChecksumIEEE(d), crc32.Checksum(d, crc32.MakeTable(crc32.Castagnoli)))
	}
	for _, k := range []int{16, 24, 32} {
		b, _ := aes.NewCipher(data[:k])
		x := make([]byte, 16)
		b.Encrypt(x, data[50:])
		y := make([]byte, 16)
		b.Decrypt(y, x)
		fmt.Printf("aes %x %x %x\n", x, y, data[50:66])
		g, _ := cipher.NewGCM(b)
		for _, n := range []int{0, 1, 15, 16, 17, 100, 127, 128, 129, 256, 1000, 5000} {
			s := g.Seal(nil, data[:12], data[:n], data[n:n+n/2])
			o, err := g.Open(nil, data[:12], s, data[n:n+n/2])
			fmt.Printf("gcm %d %x %v %v\n", n, sha256.Sum256(s), string(o) == string(data[:n]), err)
			s[0] ^= 1
			_, err = g.Open(nil, data[:12], s, data[n:n+n/2])
			fmt.Println(err)
		}
		c := make([]byte, 1000)
		cipher.NewCTR(b, data[:16]).XORKeyStream(c, data[:1000])
		fmt.Printf("ctr %x\n", sha256.Sum256(c))
		cipher.NewCBCEncrypter(b, data[:16]).CryptBlocks(c[:992], data[:992])
		fmt.Printf("cbc %x\n", sha256.Sum256(c))
		cipher.NewCBCDecrypter(b, data[:16]).CryptBlocks(c[:992], data[:992])
		fmt.Printf("cbc %x\n", sha256.Sum256(c))
	}
	h := hmac.New(sha256.New, data[:33])
	h.Write(data[:777])
	fmt.Printf("hmac %x\n", h.Sum(nil))
	for i := 0; i < 60; i++ {
		a := new(big.Int).SetBytes(data[i*7 : i*7+1+i*13])
		b := new(big.Int).SetBytes(data[i*5 : i*5+1+i*9])
		m := new(big.Int).SetBytes(data[i*3 : i*3+1+i*4])
		m.Add(m, big.NewInt(1))
		q, rem := new(big.Int).QuoRem(a, b, new(big.Int))
		fmt.Printf("big %x\n", sha256.Sum256([]byte(fmt.Sprint(a.Mul(a, b), q, rem, new(big.Int).Exp(b, big.NewInt(int64(i*i)), m), new(big.Int).Sub(m, b), new(big.Int).Lsh(m, uint(i*3)), new(big.Int).Rsh(b, uint(i)), new(big.Int).Sqrt(a)))))
	}
	for _, c := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		hs := sha256.Sum256(data[:99])
		s, err2 := ecdsa.SignASN1(rand.Reader, k, hs[:])
		fmt.Println(c.Params().Name, err, err2, ecdsa.VerifyASN1(&k.PublicKey, hs[:], s))
		hs[0] ^= 1
		fmt.Println(ecdsa.VerifyASN1(&k.PublicKey, hs[:], s))
		x, y := c.ScalarBaseMult(data[:28])
		fmt.Println(x, y)
		x, y = c.ScalarMult(x, y, data[5:33])
		fmt.Println(x, y)
	}
	p, err := ecdh.P256().NewPrivateKey(data[:32])
	fmt.Printf("%x %v\n", p.PublicKey().Bytes(), err)
	e := ed25519.NewKeyFromSeed(data[:32])
	fmt.Printf("%x\n", ed25519.Sign(e, data[:100]))
	x, _ := ecdh.X25519().NewPrivateKey(data[:32])
	fmt.Printf("%x\n", x.PublicKey().Bytes())
	rk, err := rsa.GenerateKey(rand.Reader, 2048)
	hs := sha256.Sum256(data)
	sg, err2 := rsa.SignPKCS1v15(nil, rk, 5, hs[:])
	fmt.Println(err, err2, rsa.VerifyPKCS1v15(&rk.PublicKey, 5, hs[:], sg))
	for i := 0; i < 200; i++ {
		f := r.NormFloat64() * math.Pow(10, float64(r.Intn(40)-20))
		fmt.Println(math.Exp(f), math.Floor(f), math.Ceil(f), math.Trunc(f), math.Hypot(f, f*3), math.Log(math.Abs(f)), math.Sqrt(math.Abs(f)), math.Max(f, 1), math.Min(f, 1), math.FMA(f, f, f), math.Dim(f, 3), math.Mod(f, 3))
	}
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, 709.78, 709.79, -745.1, -745.2, 1 << 52, 1<<53 + 2} {
		fmt.Println(math.Exp(f), math.Floor(f), math.Ceil(f), math.Trunc(f), math.Hypot(f, f), math.Log(f), math.Sqrt(f), math.Max(f, 1), math.Max(f, math.NaN()), math.Min(f, 1), math.Min(f, math.Copysign(0, -1)), math.Hypot(f, math.Inf(1)))
	}
}
