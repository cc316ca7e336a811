// The same load as library/own-library.ts on hashicorp/raft: three nodes in one process, TCP over loopback, BoltDB behind
// the cache of the log that its production users put there, everything else as it is by default. Prints one CallersResult as JSON.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/ioutil"
	"math"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb"
)

const nodes = 3

// As many entries as Consul and Nomad keep.
const cachedEntries = 512

type counter struct{ count uint64 }

func (c *counter) Apply(*raft.Log) interface{} { return atomic.AddUint64(&c.count, 1) }

func (c *counter) Snapshot() (raft.FSMSnapshot, error) {
	return snapshot(atomic.LoadUint64(&c.count)), nil
}

func (c *counter) Restore(from io.ReadCloser) error {
	defer from.Close()
	return json.NewDecoder(from).Decode(&c.count)
}

type snapshot uint64

func (s snapshot) Persist(sink raft.SnapshotSink) error {
	if err := json.NewEncoder(sink).Encode(uint64(s)); err != nil {
		sink.Cancel()
		return err
	}
	return sink.Close()
}

func (s snapshot) Release() {}

type node struct {
	raft    *raft.Raft
	server  raft.Server
	counter *counter
}

func open(directory string, id string) (*node, error) {
	home := filepath.Join(directory, id)
	if err := os.MkdirAll(home, 0755); err != nil {
		return nil, err
	}
	config := raft.DefaultConfig()
	config.LocalID = raft.ServerID(id)
	config.Logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Error, Output: os.Stderr})
	store, err := raftboltdb.NewBoltStore(filepath.Join(home, "raft.db"))
	if err != nil {
		return nil, err
	}
	log, err := raft.NewLogCache(cachedEntries, store)
	if err != nil {
		return nil, err
	}
	snapshots, err := raft.NewFileSnapshotStore(home, 1, ioutil.Discard)
	if err != nil {
		return nil, err
	}
	transport, err := raft.NewTCPTransport("127.0.0.1:0", nil, 3, 10*time.Second, ioutil.Discard)
	if err != nil {
		return nil, err
	}
	machine := &counter{}
	opened, err := raft.NewRaft(config, machine, log, store, snapshots, transport)
	if err != nil {
		return nil, err
	}
	return &node{opened, raft.Server{ID: config.LocalID, Address: transport.LocalAddr()}, machine}, nil
}

func openAll(directory string) ([]*node, error) {
	var all []*node
	var configuration raft.Configuration
	for number := 1; number <= nodes; number++ {
		opened, err := open(directory, fmt.Sprint("n", number))
		if err != nil {
			return nil, err
		}
		all = append(all, opened)
		configuration.Servers = append(configuration.Servers, opened.server)
	}
	return all, all[0].raft.BootstrapCluster(configuration).Error()
}

func leaderOf(all []*node) *raft.Raft {
	for {
		for _, each := range all {
			if each.raft.State() == raft.Leader {
				return each.raft
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
}

type percentiles struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

func percentilesOf(milliseconds []float64) percentiles {
	sort.Float64s(milliseconds)
	if len(milliseconds) == 0 {
		return percentiles{}
	}
	at := func(quantile float64) float64 {
		rank := math.Max(1, math.Ceil(quantile*float64(len(milliseconds))))
		return milliseconds[int(rank)-1]
	}
	return percentiles{at(0.5), at(0.9), at(0.99), at(0.999), at(1)}
}

type result struct {
	Operations        int         `json:"operations"`
	Errors            int         `json:"errors"`
	FirstError        string      `json:"firstError,omitempty"`
	ElapsedMs         float64     `json:"elapsedMs"`
	OpsPerSecond      float64     `json:"opsPerSecond"`
	LatencyMs         percentiles `json:"latencyMs"`
	CpuSecondsPer1000 float64     `json:"cpuSecondsPer1000"`
}

// Of this process, all its threads.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return math.NaN()
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func callAll(leader *raft.Raft, clients int, total int, value []byte) result {
	latencies := make([][]float64, clients)
	var next, errors int64
	var firstError atomic.Value
	var waiting sync.WaitGroup
	cpu := cpuSeconds()
	began := time.Now()
	for caller := 0; caller < clients; caller++ {
		waiting.Add(1)
		go func(own *[]float64) {
			defer waiting.Done()
			for number := atomic.AddInt64(&next, 1) - 1; number < int64(total); number = atomic.AddInt64(&next, 1) - 1 {
				called := time.Now()
				if err := leader.Apply(value, 10*time.Second).Error(); err != nil {
					atomic.AddInt64(&errors, 1)
					firstError.Store(err.Error())
					continue
				}
				*own = append(*own, float64(time.Since(called).Nanoseconds())/1e6)
			}
		}(&latencies[caller])
	}
	waiting.Wait()
	elapsedMs := float64(time.Since(began).Nanoseconds()) / 1e6
	cpuPer1000 := (cpuSeconds() - cpu) * 1000 / math.Max(1, float64(total))
	message, _ := firstError.Load().(string)
	opsPerSecond := (float64(total) - float64(errors)) * 1000 / elapsedMs
	var succeeded []float64
	for _, own := range latencies {
		succeeded = append(succeeded, own...)
	}
	return result{total, int(errors), message, elapsedMs, opsPerSecond, percentilesOf(succeeded), cpuPer1000}
}

type load struct {
	clients, total, warmUp, valueSize int
}

func run(directory string, asked load) (result, error) {
	all, err := openAll(directory)
	if err != nil {
		return result{}, err
	}
	leader := leaderOf(all)
	// Until every node has been heard, the first calls would measure the founding.
	if err := leader.Barrier(10 * time.Second).Error(); err != nil {
		return result{}, err
	}
	value := make([]byte, asked.valueSize)
	warmUp := callAll(leader, asked.clients, asked.warmUp, value)
	measured := callAll(leader, asked.clients, asked.total, value)
	total := asked.warmUp + asked.total
	for deadline := time.Now().Add(10 * time.Second); warmUp.Errors+measured.Errors == 0; {
		applied := 0
		for _, each := range all {
			if atomic.LoadUint64(&each.counter.count) == uint64(total) {
				applied++
			}
		}
		if applied == nodes {
			break
		}
		if time.Now().After(deadline) {
			return result{}, fmt.Errorf("%d of %d nodes have applied %d commands", applied, nodes, total)
		}
		time.Sleep(time.Millisecond)
	}
	for _, each := range all {
		if err := each.raft.Shutdown().Error(); err != nil {
			return result{}, err
		}
	}
	return measured, nil
}

func main() {
	var asked load
	flag.IntVar(&asked.clients, "clients", 256, "how many call at a time")
	flag.IntVar(&asked.total, "total", 200000, "calls of all of them together")
	flag.IntVar(&asked.warmUp, "warm-up", 0, "calls before those that count")
	flag.IntVar(&asked.valueSize, "value-size", 256, "bytes of a command")
	directory := flag.String("directory", "", "where the nodes keep their files; whoever starts this removes it")
	flag.Parse()
	measured, err := run(*directory, asked)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(measured)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
