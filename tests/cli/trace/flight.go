package main

import (
	"bytes"
	"os"
	"runtime/trace"
	"time"
)

// flight keeps the last generations in memory and writes them, while another trace begins and ends.
func flight(name string) {
	fr := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: time.Second})
	if err := fr.Start(); err != nil {
		panic(err)
	}
	done := make(chan bool)
	go func() { time.Sleep(time.Millisecond); done <- true }()
	<-done
	var both bytes.Buffer
	if err := trace.Start(&both); err != nil {
		panic(err)
	}
	next(3)
	trace.Stop()
	if both.Len() == 0 {
		panic("empty trace")
	}
	f, err := os.Create(name)
	if err != nil {
		panic(err)
	}
	if _, err := fr.WriteTo(f); err != nil {
		panic(err)
	}
	f.Close()
	fr.Stop()
	if err := os.WriteFile(name+".both", both.Bytes(), 0o666); err != nil {
		panic(err)
	}
}
