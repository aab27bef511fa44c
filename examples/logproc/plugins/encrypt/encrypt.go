// Encrypt turns a line into base64 of its AES-GCM box; the nonce stands in front.
//
//vole:capabilities
package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"

	"example.com/logproc/stage"
)

type encrypt struct{ box cipher.AEAD }

func (e *encrypt) Activate(_ context.Context, config any) error {
	c, ok := config.(*stage.Config)
	if !ok || len(c.Key) != 32 {
		return errors.New("encrypt: needs a key of 32 bytes")
	}
	block, err := aes.NewCipher(c.Key)
	if err != nil {
		return err
	}
	e.box, err = cipher.NewGCM(block)
	return err
}

func (e *encrypt) Process(line []byte) ([]byte, error) {
	nonce := make([]byte, e.box.NonceSize(), e.box.NonceSize()+len(line)+e.box.Overhead())
	rand.Read(nonce)
	sealed := e.box.Seal(nonce, nonce, line, nil)
	return base64.StdEncoding.AppendEncode(nil, sealed), nil
}

// New is what the host asks for.
func New() any { return new(encrypt) }

var PluginVersion = "1.0.0"
