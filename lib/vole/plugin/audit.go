package plugin

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Record is a decision, or something that happened to a plugin.
type Record struct {
	Seq     uint64    `json:"seq"` // from 1 on
	Time    time.Time `json:"time"`
	Event   string    `json:"event"` // load, activate, swap, ... ([Event])
	Plugin  string    `json:"plugin,omitempty"`
	Version string    `json:"version,omitempty"`
	Allowed bool      `json:"allowed"` // the step was allowed, or succeeded
	Reason  string    `json:"reason,omitempty"`
	File    string    `json:"file,omitempty"`
	SHA256  string    `json:"sha256,omitempty"` // of the file's bytes
	Keys    []string  `json:"keys,omitempty"`   // that signed it and are trusted
	Prev    string    `json:"prev"`             // the hash of the record before; of the first, 64 zeros
}

// A Head is the state of an audit log: whoever keeps it elsewhere can tell later that nothing up to there was removed.
type Head struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

var firstHead = Head{0, strings.Repeat("0", 64)}

// An Audit is a log that is only appended to: a line of JSON for each record, the last field of which is the SHA-256 of all of the line in front of it. As
// that includes the hash of the record before, no line can be changed, removed or moved without all behind it being written anew, which a [Head] tells.
type Audit struct {
	mu     sync.Mutex
	file   *os.File
	head   Head
	sync   bool
	broken error
}

// AuditOptions are of [OpenAudit].
type AuditOptions struct {
	Sync bool  // each record is on the disk before what it allows happens
	Head *Head // if not nil: an existing log must contain this head
}

// OpenAudit opens a log, or makes one (mode 0600). An existing one must be whole; it is continued. One process at a time can write a log.
func OpenAudit(path string, o AuditOptions) (*Audit, error) {
	if err := isFile(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: another process writes it: %w", path, err)
	}
	head, err := verify(f, o.Head)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Audit{file: f, head: head, sync: o.Sync}, nil
}

// isFile: a pipe or a device has no end that could be verified.
func isFile(path string) error {
	i, err := os.Stat(path)
	if err == nil && !i.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", path)
	}
	return err
}

// Head is that of the last record.
func (a *Audit) Head() Head {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.head
}

// Close ends it; nothing can be recorded afterwards.
func (a *Audit) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken == nil {
		a.broken = os.ErrClosed
	}
	return a.file.Close()
}

// Record appends r; its Seq, Time and Prev are filled in. After an error the log takes nothing more: a part of a line may stand at its end.
func (a *Audit) Record(r Record) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken != nil {
		return fmt.Errorf("audit: %w", a.broken)
	}
	r.Seq, r.Time, r.Prev = a.head.Seq+1, time.Now().UTC(), a.head.Hash
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	body = body[:len(body)-1]
	hash := hashOf(body)
	_, err = a.file.Write(append(body, `,"hash":"`+hash+"\"}\n"...))
	if err == nil && a.sync {
		err = a.file.Sync()
	}
	if err != nil {
		a.broken = err
		return fmt.Errorf("audit: %w", err)
	}
	a.head = Head{r.Seq, hash}
	return nil
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// VerifyAudit checks a log: the error says in which line it was changed. With a head that was kept, it also finds that lines at the end are missing or were all
// written anew. It returns the head of the log.
func VerifyAudit(path string, kept *Head) (Head, error) {
	if err := isFile(path); err != nil {
		return Head{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return Head{}, err
	}
	defer f.Close()
	head, err := verify(f, kept)
	if err != nil {
		return Head{}, fmt.Errorf("%s: %w", path, err)
	}
	return head, nil
}

const hashField = `,"hash":"` // then 64 digits, "}

func verify(r io.Reader, kept *Head) (Head, error) {
	in := bufio.NewReader(r)
	head := firstHead
	found := kept == nil || *kept == head
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		number := head.Seq + 1
		if err == io.EOF {
			return Head{}, fmt.Errorf("line %d has no end", number)
		}
		if err != nil {
			return Head{}, err
		}
		next, err := verifyLine(line[:len(line)-1], head)
		if err != nil {
			return Head{}, fmt.Errorf("line %d %w", number, err)
		}
		head = next
		found = found || *kept == head
	}
	if !found {
		return Head{}, fmt.Errorf("record %d with the hash that was kept is not there", kept.Seq)
	}
	return head, nil
}

func verifyLine(line []byte, before Head) (Head, error) {
	tail := len(hashField) + 64 + len(`"}`)
	if len(line) < tail {
		return Head{}, errors.New("is no record")
	}
	body, end := line[:len(line)-tail], string(line[len(line)-tail:])
	hash := end[len(hashField) : len(hashField)+64]
	if end != hashField+hash+`"}` {
		return Head{}, errors.New("is no record")
	}
	if hashOf(body) != hash {
		return Head{}, errors.New("was changed")
	}
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return Head{}, errors.New("is no record")
	}
	if r.Seq != before.Seq+1 || r.Prev != before.Hash {
		return Head{}, errors.New("does not follow the line before: lines were removed, added or moved")
	}
	return Head{r.Seq, hash}, nil
}
