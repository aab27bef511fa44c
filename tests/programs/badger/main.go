// badger: transactions with conflicts, iteration, versions, TTL, backup and restore, value log collection. Argument: the folder.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

func must(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func sum(db *badger.DB, prefix string) (n int, crc uint32) {
	must(db.View(func(tx *badger.Txn) error {
		it := tx.NewIterator(badger.IteratorOptions{Prefix: []byte(prefix), PrefetchValues: true, PrefetchSize: 50})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			must(it.Item().Value(func(v []byte) error {
				crc = crc32.Update(crc32.Update(crc, crc32.IEEETable, it.Item().Key()), crc32.IEEETable, v)
				n++
				return nil
			}))
		}
		return nil
	}))
	return
}

func transfer(db *badger.DB, from, to string) error {
	return db.Update(func(tx *badger.Txn) error {
		for key, d := range map[string]int{from: -1, to: 1} {
			var v int
			item, err := tx.Get([]byte(key))
			if err != nil {
				return err
			}
			must(item.Value(func(b []byte) error { _, err := fmt.Sscan(string(b), &v); return err }))
			if err := tx.Set([]byte(key), fmt.Append(nil, v+d)); err != nil {
				return err
			}
		}
		return nil
	})
}

func main() {
	opt := badger.DefaultOptions(os.Args[1]).WithLogger(nil).WithValueThreshold(200).WithCompression(options.ZSTD).WithMemTableSize(1 << 20)
	db, err := badger.Open(opt)
	must(err)
	for batch := range 20 {
		wb := db.NewWriteBatch()
		for i := range 1000 {
			k := batch*1000 + i
			must(wb.Set(fmt.Appendf(nil, "k%06d", k*7919%20000), bytes.Repeat([]byte{byte(k)}, k%300)))
		}
		must(wb.Flush())
	}
	fmt.Println(sum(db, "k"))
	fmt.Println(sum(db, "k01"))

	must(db.Update(func(tx *badger.Txn) error {
		for i := range 10 {
			must(tx.Set(fmt.Appendf(nil, "acc%d", i), []byte("100")))
		}
		return nil
	}))
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 100 {
				for {
					err := transfer(db, fmt.Sprint("acc", (w+i)%10), fmt.Sprint("acc", (w+i*3+1)%10))
					if errors.Is(err, badger.ErrConflict) {
						continue
					}
					must(err)
					break
				}
			}
		})
	}
	wg.Wait()
	must(db.View(func(tx *badger.Txn) error {
		total := 0
		for i := range 10 {
			item, err := tx.Get(fmt.Appendf(nil, "acc%d", i))
			must(err)
			must(item.Value(func(b []byte) error { var v int; fmt.Sscan(string(b), &v); total += v; return nil }))
		}
		fmt.Println("accounts", total)
		return nil
	}))
	must(db.Update(func(tx *badger.Txn) error {
		return tx.SetEntry(badger.NewEntry([]byte("gone"), []byte("x")).WithTTL(time.Second))
	}))
	time.Sleep(2100 * time.Millisecond)
	must(db.View(func(tx *badger.Txn) error { _, err := tx.Get([]byte("gone")); fmt.Println(err); return nil }))

	var backup bytes.Buffer
	_, err = db.Backup(&backup, 0)
	must(err)
	must(db.DropPrefix([]byte("k00")))
	fmt.Println(sum(db, "k"))
	fmt.Println(db.RunValueLogGC(0.5))
	must(db.Close())

	db, err = badger.Open(badger.DefaultOptions("").WithInMemory(true).WithLogger(nil))
	must(err)
	must(db.Load(&backup, 16))
	fmt.Println(sum(db, "k"))
	must(db.Close())
	db, err = badger.Open(opt.WithReadOnly(true))
	must(err)
	fmt.Println(sum(db, ""))
	must(db.Close())
}
