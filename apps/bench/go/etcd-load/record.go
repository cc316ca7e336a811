package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const clockMonotonic = 1

// Of a sample, as src/load/sample.ts has them.
const (
	succeeded uint32 = iota
	failed
	skipped
)

var started = time.Now()
var startedUs = clockUs()

// clockUs asks the system; monotonicUs says the same without.
func clockUs() float64 {
	var now syscall.Timespec
	if _, _, code := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0); code != 0 {
		fail(code)
	}
	return float64(now.Sec)*1e6 + float64(now.Nsec)/1e3
}

// monotonicUs is the clock that all processes of a machine share, in microseconds.
func monotonicUs() float64 {
	return startedUs + float64(time.Since(started).Nanoseconds())/1e3
}

// record is what a load has come to so far. Of what is only prepared there is none.
type record struct {
	mutex          sync.Mutex
	samples        []byte
	errors         map[string]int64
	done, failed   int64
	acknowledgedUs float64
}

// add appends a sample as src/load/sample.ts has it.
func (r *record) add(begunUs float64, code string) {
	if r == nil {
		return
	}
	took := monotonicUs() - begunUs
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.done++
	outcome := succeeded
	if code != "" {
		outcome = failed
		r.failed++
		r.errors[code]++
	} else if begunUs > r.acknowledgedUs {
		r.acknowledgedUs = begunUs
	}
	r.sample(begunUs, took, outcome)
}

// skip appends an operation that was due and is not begun.
func (r *record) skip(dueUs float64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.sample(dueUs, 0, skipped)
}

func (r *record) sample(begunUs, took float64, outcome uint32) {
	var sample [16]byte
	binary.LittleEndian.PutUint64(sample[0:], math.Float64bits(begunUs))
	binary.LittleEndian.PutUint32(sample[8:], uint32(math.Max(0, took)))
	binary.LittleEndian.PutUint32(sample[12:], outcome)
	r.samples = append(r.samples, sample[:]...)
}

func (r *record) say() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	fmt.Printf(`{"type":"progress","done":%d,"errors":%d,"acknowledgedUs":%f}`+"\n", r.done, r.failed, r.acknowledgedUs)
}

func (r *record) report(ended chan struct{}) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
			r.say()
		}
	}
}

func (r *record) finish(path string) error {
	r.say()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := os.WriteFile(path, r.samples, 0o600); err != nil {
		return err
	}
	errors, err := json.Marshal(r.errors)
	if err != nil {
		return err
	}
	fmt.Printf(`{"type":"done","errors":%s}`+"\n", errors)
	return nil
}
