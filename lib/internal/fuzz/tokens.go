package fuzz

import "unsafe"

// tokens are the words and numbers that the instrumented code compares with. All processes of one program have the same, so that the
// coordinator finds what a worker made by making it again.
var tokens = findTokens()

// The linker lays them one behind the other, each behind its length.
func findTokens() []string {
	var all []string
	seen := make(map[string]bool)
	rest := unsafe.String((*byte)(unsafe.Pointer(bounds[2])), int(bounds[3]-bounds[2]))
	for len(rest) > 0 {
		n := 1 + int(rest[0])
		if t := rest[1:n]; !seen[t] {
			seen[t] = true
			all = append(all, t)
		}
		rest = rest[n:]
	}
	return all
}

func init() {
	if len(tokens) > 0 {
		byteSliceMutators = append(byteSliceMutators, insertToken, overwriteToken)
	}
}

func insertToken(m *mutator, b []byte) []byte {
	t := tokens[m.rand(len(tokens))]
	at := m.rand(len(b) + 1)
	if len(b)+len(t) >= cap(b) {
		return nil
	}
	b = b[:len(b)+len(t)]
	copy(b[at+len(t):], b[at:])
	copy(b[at:], t)
	return b
}

// overwriteToken puts one in the place of others bytes, as many or what is left.
func overwriteToken(m *mutator, b []byte) []byte {
	t := tokens[m.rand(len(tokens))]
	if len(b) == 0 {
		return nil
	}
	at := m.rand(len(b))
	if at+len(t) >= cap(b) {
		return nil
	}
	b = b[:max(len(b), at+len(t))]
	copy(b[at:], t)
	return b
}
