package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func main() {
	testing.Init()
	tests := []testing.InternalTest{
		{Name: "Sleep", F: func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				t0 := time.Now()
				fmt.Println(t0.UTC())
				time.Sleep(5 * time.Hour)
				fmt.Println(time.Since(t0))
				n := 0
				go func() {
					for range 3 {
						time.Sleep(time.Minute)
						n++
					}
				}()
				time.Sleep(90 * time.Second)
				synctest.Wait()
				fmt.Println(n)
				tm := time.AfterFunc(time.Second, func() { n = 100 })
				time.Sleep(2 * time.Second)
				synctest.Wait()
				fmt.Println(n, tm.Stop())
				time.Sleep(10 * time.Minute)
			})
		}},
		{Name: "Chan", F: func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := make(chan int)
				var wg sync.WaitGroup
				for i := range 3 {
					wg.Go(func() {
						select {
						case v := <-c:
							fmt.Println("got", v)
						case <-time.After(time.Duration(i+1) * time.Hour):
							fmt.Println("timeout", i >= 0)
						}
					})
				}
				synctest.Wait()
				c <- 7
				wg.Wait()
				ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
				defer cancel()
				<-ctx.Done()
				fmt.Println(ctx.Err())
			})
		}},
	}
	os.Args = []string{"x"}
	m := testing.MainStart(deps{}, tests, nil, nil, nil)
	os.Exit(m.Run())
}

// deps is what the go command gives to testing.MainStart.
type deps struct{}
type corpusEntry = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

func (deps) ImportPath() string                          { return "main" }
func (deps) ModulePath() string                          { return "" }
func (deps) MatchString(pat, s string) (bool, error)     { return true, nil }
func (deps) SetPanicOnExit0(bool)                        {}
func (deps) StartCPUProfile(io.Writer) error             { return nil }
func (deps) StopCPUProfile()                             {}
func (deps) StartTestLog(io.Writer)                      {}
func (deps) StopTestLog() error                          { return nil }
func (deps) WriteProfileTo(string, io.Writer, int) error { return nil }
func (deps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []corpusEntry, []reflect.Type, string, string) error {
	return nil
}
func (deps) RunFuzzWorker(func(corpusEntry) error) error              { return nil }
func (deps) ReadCorpus(string, []reflect.Type) ([]corpusEntry, error) { return nil, nil }
func (deps) CheckCorpus([]any, []reflect.Type) error                  { return nil }
func (deps) ResetCoverage()                                           {}
func (deps) SnapshotCoverage()                                        {}
func (deps) InitRuntimeCoverage() (string, func(string, string) (string, error), func() float64) {
	return "", nil, nil
}
