// Loops with several entries, made by tools/gotofuzz.py.
package main

import "fmt"

func f0(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if s[b&7] <= b {
		goto L1
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	a = (s[d&7] << (d & 15))
	if uint(b) < uint(len(t)) {
		d += t[b&3]
	}
	if 1 >= (a >> (d & 15)) {
		goto L0
	}
	if 62 < s[c&7] {
		goto L8
	}
	goto L7
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	a = 7
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	b++
	s[a&7] = b
	d = d
	if b == (d >> (d & 15)) {
		goto L3
	}
	if b != 60 {
		goto L6
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	a = b
	a = a
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	d++
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	b = 6
	*p += a
	c ^= *p
	goto L5
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	d = 96
	if s[c&7] > b {
		goto L0
	}
L7:
	if fuel--; fuel < 0 {
		goto end
	}
	b = 74
	if uint(c) < uint(len(t)) {
		a += t[c&3]
	}
	if uint(b) < uint(len(t)) {
		d += t[c&3]
	}
	if d != -1 {
		goto L8
	}
L8:
	if fuel--; fuel < 0 {
		goto end
	}
	b = 46
	p = &q[d&1]
	if (c >> (d & 15)) <= s[b&7] {
		goto L5
	}
	if c >= 99 {
		goto L3
	}
	if fuel > 1000 {
		goto L2
	}
	if fuel > 1000 {
		goto L4
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f1(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if (b & d) < b {
		goto L0
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	d++
	if uint(c) < uint(len(t)) {
		d += t[d&3]
	}
	if (c << (a & 15)) < 0 {
		goto L4
	}
	if a != 38 {
		goto L4
	}
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	if s[b&7] == s[b&7] {
		b = s[d&7]
	}
	if (b >> (b & 15)) == s[d&7] {
		goto L1
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	a++
	if uint(d) < uint(len(t)) {
		a += t[a&3]
	}
	*p += s[c&7]
	a ^= *p
	if (c ^ c) != 12 {
		goto L1
	}
	if (d << (c & 15)) > c {
		goto L1
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if s[b&7] < s[c&7] {
		goto L2
	}
	if (a | b) >= 74 {
		goto L6
	}
	goto L5
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	if b <= (a >> (c & 15)) {
		goto L6
	}
	if (b * c) >= s[c&7] {
		goto L1
	}
	goto L1
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	s[b&7] = s[a&7]
	if uint(d) < uint(len(t)) {
		a += t[b&3]
	}
	d++
	if 31 > d {
		goto L0
	}
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	a++
	if (c << (d & 15)) < c {
		goto L1
	}
	if fuel > 1000 {
		goto L3
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f2(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if (a & b) > a {
		goto L4
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	b = d
	s[b&7] = c
	a++
	if a <= b {
		goto L4
	}
	goto L4
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	b = a
	if s[a&7] <= (c >> (d & 15)) {
		goto L1
	}
	if 55 <= d {
		goto L3
	}
	goto L6
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	b++
	if (b ^ b) >= (a << (b & 15)) {
		goto L6
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += s[a&7]
	a ^= *p
	s[d&7] = c
	goto L4
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	p = &q[c&1]
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += b
	c ^= *p
	if c > 16 {
		goto L7
	}
	goto L0
L7:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(b) < uint(len(t)) {
		a += t[d&3]
	}
	s[c&7] = 39
	if fuel > 1000 {
		goto L2
	}
	if fuel > 1000 {
		goto L5
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f3(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if a <= b {
		goto L2
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if (d + d) < (c & d) {
		c = 82
	}
	*p += c
	b ^= *p
	goto L1
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += (c >> (b & 15))
	b ^= *p
	d = (c << (a & 15))
	if c != (d * b) {
		goto L0
	}
	if 41 <= c {
		goto L3
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	if (a | b) != d {
		a = a
	}
	*p += b
	a ^= *p
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	b++
	p = &q[b&1]
	if s[c&7] <= s[a&7] {
		goto L0
	}
	if 58 == 99 {
		goto L1
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f4(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if a == s[b&7] {
		goto L2
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(c) < uint(len(t)) {
		d += t[c&3]
	}
	p = &q[b&1]
	c = b
	if (b >> (a & 15)) <= (b << (d & 15)) {
		goto L0
	}
	goto L3
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	if s[a&7] < a {
		goto L1
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	if c >= 13 {
		b = a
	}
	if b == s[a&7] {
		goto L3
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += c
	b ^= *p
	s[c&7] = (((b ^ d) >> (c & 15)) | c)
	s[a&7] = ((10 << (a & 15)) << (c & 15))
	if (c << (c & 15)) >= (c + c) {
		goto L3
	}
	if b < a {
		goto L3
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f5(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if (d >> (d & 15)) == b {
		goto L5
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if 78 < c {
		d = 66
	}
	goto L4
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	b = b
	p = &q[a&1]
	if (c << (d & 15)) > (c >> (d & 15)) {
		goto L1
	}
	if -6 != d {
		goto L1
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(a) < uint(len(t)) {
		b += t[d&3]
	}
	if 62 <= (a + b) {
		a = s[d&7]
	}
	if (a - a) > b {
		goto L6
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	c = (a >> (a & 15))
	if d == s[c&7] {
		goto L5
	}
	if (a * c) > d {
		goto L4
	}
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	a = s[d&7]
	p = &q[c&1]
	if b < (b - a) {
		goto L2
	}
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	p = &q[c&1]
	c = s[c&7]
	if a <= (d >> (d & 15)) {
		goto L5
	}
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	a++
	b = s[a&7]
	if s[d&7] > 33 {
		goto L3
	}
	if (a - b) != b {
		goto L6
	}
L7:
	if fuel--; fuel < 0 {
		goto end
	}
	if a >= a {
		d = s[c&7]
	}
	c = (b >> (d & 15))
	if 85 <= (d >> (b & 15)) {
		goto L7
	}
L8:
	if fuel--; fuel < 0 {
		goto end
	}
	d++
	c = (s[d&7] << (a & 15))
	b = c
	if d != 97 {
		goto L0
	}
	if fuel > 1000 {
		goto L8
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f6(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if d > a {
		goto L1
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	b++
	if c >= a {
		goto L1
	}
	goto L1
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(b) < uint(len(t)) {
		a += t[b&3]
	}
	if 51 == 35 {
		goto L2
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	s[d&7] = b
	s[b&7] = s[c&7]
	if d == (d ^ a) {
		goto L3
	}
	goto L2
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if a != (a - c) {
		goto L2
	}
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += (d - b)
	c ^= *p
	if d < b {
		a = 40
	}
	if b < c {
		goto L4
	}
	if fuel > 1000 {
		goto L0
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f7(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if (c * d) == s[b&7] {
		goto L1
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if b < 36 {
		goto L3
	}
	if a <= 74 {
		goto L2
	}
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += a
	b ^= *p
	if s[a&7] > a {
		goto L4
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	d = 8
	if uint(b) < uint(len(t)) {
		d += t[d&3]
	}
	if s[d&7] <= 57 {
		goto L0
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	b = a
	a++
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	s[a&7] = b
	s[b&7] = a
	if a < (c * d) {
		d = (d << (b & 15))
	}
	if s[a&7] == c {
		goto L2
	}
	if (b << (c & 15)) >= (d + d) {
		goto L1
	}
	goto L0
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f8(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if s[b&7] <= b {
		goto L3
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if 1 <= a {
		goto L4
	}
	if s[d&7] > 86 {
		goto L4
	}
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	d++
	*p += s[a&7]
	b ^= *p
	if (b | b) > (c << (d & 15)) {
		b = (67 + b)
	}
	if (c - d) == (b >> (b & 15)) {
		goto L1
	}
	if (c - a) >= s[b&7] {
		goto L3
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	b = c
	s[d&7] = -7
	if d <= (c << (d & 15)) {
		goto L4
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(b) < uint(len(t)) {
		a += t[a&3]
	}
	a = (s[d&7] >> (a & 15))
	if (c << (c & 15)) < (a ^ b) {
		goto L1
	}
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(d) < uint(len(t)) {
		a += t[c&3]
	}
	if fuel > 1000 {
		goto L0
	}
	if fuel > 1000 {
		goto L2
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f9(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if 83 < b {
		goto L9
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	b = d
	if a < 91 {
		goto L7
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	if d <= (d << (c & 15)) {
		d = ((84 << (b & 15)) << (d & 15))
	}
	if s[c&7] >= s[a&7] {
		goto L9
	}
	goto L3
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	s[d&7] = (s[a&7] ^ a)
	d = s[b&7]
	if uint(a) < uint(len(t)) {
		b += t[d&3]
	}
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += s[c&7]
	a ^= *p
	if (d << (d & 15)) > s[b&7] {
		goto L0
	}
	if 59 == c {
		goto L5
	}
	goto L3
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	p = &q[d&1]
	*p += (b << (a & 15))
	c ^= *p
	p = &q[d&1]
	goto L7
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	c++
	if s[a&7] <= (d | d) {
		goto L0
	}
	if a != (b << (d & 15)) {
		goto L5
	}
	goto L7
L7:
	if fuel--; fuel < 0 {
		goto end
	}
	if (b + b) != b {
		goto L4
	}
L8:
	if fuel--; fuel < 0 {
		goto end
	}
	s[c&7] = 35
	if d != (a >> (a & 15)) {
		goto L5
	}
L9:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += a
	b ^= *p
	if (c >> (c & 15)) <= (c | b) {
		goto L9
	}
	if fuel > 1000 {
		goto L1
	}
	if fuel > 1000 {
		goto L2
	}
	if fuel > 1000 {
		goto L6
	}
	if fuel > 1000 {
		goto L8
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f10(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if c != c {
		goto L2
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	a++
	if uint(a) < uint(len(t)) {
		c += t[a&3]
	}
	if d > c {
		goto L0
	}
	if s[b&7] >= c {
		goto L0
	}
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	a = d
	c++
	if (c & a) > b {
		goto L0
	}
	if b == (b >> (d & 15)) {
		goto L1
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += 95
	d ^= *p
	if a == s[b&7] {
		c = 83
	}
	if a < 92 {
		c = (b << (d & 15))
	}
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if a == d {
		goto L3
	}
	if 81 == b {
		goto L3
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f11(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if (a * a) >= a {
		goto L4
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if s[b&7] > (b >> (d & 15)) {
		goto L1
	}
	if 42 <= s[d&7] {
		goto L3
	}
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	b = (s[b&7] * d)
	p = &q[d&1]
	if 29 == 16 {
		goto L2
	}
	if c < -3 {
		goto L2
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	a = s[d&7]
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(a) < uint(len(t)) {
		a += t[d&3]
	}
	if uint(a) < uint(len(t)) {
		a += t[a&3]
	}
	*p += s[b&7]
	c ^= *p
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	a = a
	b = b
	if (b | b) >= 10 {
		goto L2
	}
	if a == 24 {
		goto L0
	}
	goto L1
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	p = &q[d&1]
	if uint(c) < uint(len(t)) {
		c += t[d&3]
	}
	if (d << (a & 15)) != (c << (d & 15)) {
		goto L3
	}
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	if d != s[d&7] {
		goto L4
	}
	if fuel > 1000 {
		goto L5
	}
	if fuel > 1000 {
		goto L6
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f12(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if (c << (b & 15)) != 12 {
		goto L3
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	if c < a {
		a = d
	}
	c = (75 >> (b & 15))
	a = s[b&7]
	goto L3
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	if a < s[a&7] {
		goto L3
	}
	goto L2
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(c) < uint(len(t)) {
		c += t[a&3]
	}
	if 81 < c {
		goto L5
	}
	if c >= (a >> (b & 15)) {
		goto L3
	}
	goto L0
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if 94 <= (d & c) {
		goto L2
	}
	goto L1
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(d) < uint(len(t)) {
		a += t[a&3]
	}
	if (c << (b & 15)) == 27 {
		b = 0
	}
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	p = &q[b&1]
	if uint(c) < uint(len(t)) {
		d += t[a&3]
	}
	b++
	if 81 == d {
		goto L4
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func f13(a, b, c, d int, s *[8]int, t []int) int {
	fuel := 60
	var q [2]int
	p := &q[0]
	if s[d&7] <= b {
		goto L4
	}
L0:
	if fuel--; fuel < 0 {
		goto end
	}
	a = c
	a = c
	if uint(b) < uint(len(t)) {
		d += t[d&3]
	}
	if s[c&7] <= (a ^ a) {
		goto L8
	}
	if -8 == (c & d) {
		goto L3
	}
	goto L10
L1:
	if fuel--; fuel < 0 {
		goto end
	}
	a = (d * d)
	if (b << (a & 15)) >= 53 {
		goto L10
	}
L2:
	if fuel--; fuel < 0 {
		goto end
	}
	if c >= b {
		goto L6
	}
	if a != d {
		goto L2
	}
	goto L3
L3:
	if fuel--; fuel < 0 {
		goto end
	}
	if s[c&7] == s[a&7] {
		b = 32
	}
	s[d&7] = s[b&7]
	b = s[d&7]
L4:
	if fuel--; fuel < 0 {
		goto end
	}
	goto L1
L5:
	if fuel--; fuel < 0 {
		goto end
	}
	*p += (c + a)
	b ^= *p
	if b < c {
		goto L7
	}
	if (d << (d & 15)) > c {
		goto L10
	}
L6:
	if fuel--; fuel < 0 {
		goto end
	}
	goto L3
L7:
	if fuel--; fuel < 0 {
		goto end
	}
	c = d
	a = 96
	*p += (d & c)
	d ^= *p
	if b == 70 {
		goto L6
	}
L8:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(d) < uint(len(t)) {
		d += t[a&3]
	}
	if s[d&7] <= (c >> (a & 15)) {
		goto L2
	}
	goto L10
L9:
	if fuel--; fuel < 0 {
		goto end
	}
	if uint(d) < uint(len(t)) {
		a += t[c&3]
	}
	if 24 < c {
		b = 70
	}
	if s[d&7] > (b >> (a & 15)) {
		goto L2
	}
	goto L5
L10:
	if fuel--; fuel < 0 {
		goto end
	}
	a++
	if uint(a) < uint(len(t)) {
		d += t[a&3]
	}
	c++
	if (a << (c & 15)) > b {
		goto L4
	}
	if (a * a) <= (b << (a & 15)) {
		goto L10
	}
	if fuel > 1000 {
		goto L0
	}
	if fuel > 1000 {
		goto L9
	}
end:
	return a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p
}

func main() {
	var s [8]int
	t := []int{5, 6, 7, 8}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f0", i, f0(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f1", i, f1(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f2", i, f2(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f3", i, f3(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f4", i, f4(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f5", i, f5(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f6", i, f6(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f7", i, f7(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f8", i, f8(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f9", i, f9(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f10", i, f10(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f11", i, f11(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f12", i, f12(i, 3-i, i*i, 7, &s, t), s)
	}
	for i := range 6 {
		s = [8]int{1, 2, 3, 4, 5, i}
		fmt.Println("f13", i, f13(i, 3-i, i*i, 7, &s, t), s)
	}
}
