package plugin

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
)

const (
	keyLine         = "vole-plugin-public-key-1"
	signedAs        = "vole plugin signature 1\n"
	signatureMagic  = "vole signature\n\x00"
	signatureLength = 128 // magic 16, zeros 16, key 32, signature 64
)

// A Key is a public key that may sign plugins.
type Key struct {
	Bytes   [ed25519.PublicKeySize]byte
	Comment string
}

// String is the key as vole plugin shows it: a hash, as of ssh-keygen.
func (k Key) String() string {
	sum := sha256.Sum256(k.Bytes[:])
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// ParseKeys reads lines "vole-plugin-public-key-1 BASE64 COMMENT"; empty ones and those that begin with # say nothing.
func ParseKeys(text []byte) ([]Key, error) {
	var keys []Key
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		kind, rest, _ := strings.Cut(line, " ")
		data, comment, _ := strings.Cut(rest, " ")
		raw, err := base64.StdEncoding.Strict().DecodeString(data)
		if kind != keyLine || err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("line %d is no public key of a plugin", number)
		}
		keys = append(keys, Key{[ed25519.PublicKeySize]byte(raw), comment})
	}
	return keys, nil
}

// Trust says whose plugins are loaded. It is not changed after it was given to [New]; another one comes with [Manager.SetTrust].
type Trust struct {
	Keys    []Key
	Revoked []Key // never trusted, also if they stand in Keys
	Need    int   // so many of Keys must have signed; less than 1 means 1
}

// ReadTrust reads files of public keys. An empty name means none are revoked.
func ReadTrust(trusted, revoked string) (*Trust, error) {
	read := func(name string) ([]Key, error) {
		if name == "" {
			return nil, nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		keys, err := ParseKeys(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return keys, nil
	}
	t := new(Trust)
	var err error
	if t.Keys, err = read(trusted); err == nil {
		t.Revoked, err = read(revoked)
	}
	if err == nil && len(t.Keys) == 0 {
		err = errors.New(trusted + ": no key")
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// signatures cuts the signatures off the end of a plugin.
func signatures(file []byte) (signed []byte, list [][]byte) {
	for len(file) >= signatureLength {
		s := file[len(file)-signatureLength:]
		if string(s[:16]) != signatureMagic {
			break
		}
		file = file[:len(file)-signatureLength]
		list = append(list, s)
	}
	return file, list
}

func contains(keys []Key, k []byte) bool {
	for i := range keys {
		if bytes.Equal(keys[i].Bytes[:], k) {
			return true
		}
	}
	return false
}

// Verify reports which of the trusted keys have signed a plugin, all its bytes given. The error says why they are not enough; a signature that does not
// fit is one, also beside others that do.
func (t *Trust) Verify(file []byte) ([]Key, error) {
	signed, list := signatures(file)
	if len(list) == 0 {
		return nil, errors.New("the plugin is not signed")
	}
	digest := sha512.Sum512(signed)
	message := append([]byte(signedAs), digest[:]...)
	var by []Key
	var other error
	for _, s := range list {
		key := s[32:64]
		known := Key{Bytes: [ed25519.PublicKeySize]byte(key)}
		if !bytes.Equal(s[16:32], make([]byte, 16)) || !ed25519.Verify(key, message, s[64:]) {
			return nil, fmt.Errorf("the signature of key %v does not fit", known)
		}
		switch {
		case contains(t.Revoked, key):
			other = fmt.Errorf("key %v is revoked", known)
		case !contains(t.Keys, key):
			if other == nil {
				other = fmt.Errorf("key %v is not trusted", known)
			}
		case !contains(by, key):
			by = append(by, known)
		}
	}
	if need := max(t.Need, 1); len(by) < need {
		err := fmt.Errorf("signed by %d trusted keys of %d that are needed", len(by), need)
		if other != nil {
			err = fmt.Errorf("%w: %w", err, other)
		}
		return nil, err
	}
	return by, nil
}
