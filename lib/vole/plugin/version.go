package plugin

import (
	"fmt"
	"strconv"
	"strings"
)

type version [3]int

func parseVersion(s string) (v version, n int, err error) {
	for part := range strings.SplitSeq(strings.TrimPrefix(s, "v"), ".") {
		x, bad := strconv.Atoi(part)
		if bad != nil || x < 0 || n == len(v) {
			return v, n, fmt.Errorf("%q is no version", s)
		}
		v[n] = x
		n++
	}
	return v, n, nil
}

func (v version) compare(w version) int {
	for i := range v {
		if v[i] != w[i] {
			if v[i] < w[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// next is the first version behind those that begin with the first n numbers of v.
func (v version) next(n int) version {
	var w version
	copy(w[:], v[:n])
	w[n-1]++
	return w
}

// InRange reports whether a version is in a range: terms with spaces between that must all hold. A term is ">=1.2", ">1.2", "<=1.2", "<2", "!=1.3.1", "1.2" or
// "=1.2" (all versions that begin so), "^1.2" (from there on, before 2.0.0; before 0.N+1.0 if it begins with 0), "~1.2.3" (before 1.3.0), or "*".
func InRange(v, list string) (bool, error) {
	have, _, err := parseVersion(v)
	if err != nil {
		return false, err
	}
	all := true
	for term := range strings.FieldsSeq(list) {
		if term == "*" {
			continue
		}
		op := term[:len(term)-len(strings.TrimLeft(term, "<>=!^~"))]
		w, n, err := parseVersion(term[len(op):])
		if err != nil {
			return false, err
		}
		c, ok := have.compare(w), false
		switch op {
		case ">=":
			ok = c >= 0
		case ">":
			ok = c > 0
		case "<=":
			ok = c <= 0
		case "<":
			ok = c < 0
		case "!=":
			ok = c != 0
		case "", "=":
			ok = c >= 0 && have.compare(w.next(n)) < 0
		case "^":
			k := 1
			if w[0] == 0 {
				k = 2
			}
			ok = c >= 0 && have.compare(w.next(min(k, 3))) < 0
		case "~":
			ok = c >= 0 && have.compare(w.next(min(n, 2))) < 0
		default:
			return false, fmt.Errorf("%q is no range of versions", term)
		}
		all = all && ok
	}
	return all, nil
}
