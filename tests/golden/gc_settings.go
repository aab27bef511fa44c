// GOGC below zero means off, as a call's argument does, and what is told about the collector's work adds up.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

var keep *tree

func seconds(name string) float64 {
	s := []metrics.Sample{{Name: "/cpu/classes/" + name + ":cpu-seconds"}}
	metrics.Read(s)
	return s[0].Value.Float64()
}

func main() {
	var m runtime.MemStats
	keep = grow(18) // 4 MB, and 4 more
	runtime.ReadMemStats(&m)
	if m.NumGC != 0 && os.Getenv("VOLEDEBUG") == "" {
		fmt.Println(m.NumGC, "collections")
	}
	fmt.Println(debug.SetGCPercent(50), debug.SetGCPercent(-100), debug.SetGCPercent(-1<<31), debug.SetGCPercent(100))
	debug.SetMemoryLimit(1) // nearly all that happens is collecting, by both Ps
	runtime.GOMAXPROCS(2)
	done := make(chan bool)
	for range 4 {
		go func() {
			for range 20 {
				grow(12)
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
	debug.SetMemoryLimit(1<<63 - 1)
	runtime.ReadMemStats(&m)
	if f := m.GCCPUFraction; f <= 0 || f > 1 {
		fmt.Println("share of collecting:", f)
	}
	pause, mark, all := seconds("gc/pause"), seconds("gc/mark/dedicated"), seconds("gc/total")
	if d := pause + mark - all; pause <= 0 || mark <= 0 || d > all/4 || d < -all/4 {
		fmt.Println("collecting took", all, "of it stopped", pause, "beside the program", mark)
	}
}
