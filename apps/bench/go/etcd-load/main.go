// The load on etcd: what src/load/job.ts asks of a load generator, by etcd's own client.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o etcd-load .
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/etcdserver/api/v3rpc/rpctypes"
	"google.golang.org/grpc/status"
)

// Job is LoadJob of src/load/job.ts.
type Job struct {
	Endpoints   []string `json:"endpoints"`
	Scenario    string   `json:"scenario"`
	Clients     int64    `json:"clients"`
	Preparers   int64    `json:"preparers"`
	Connections int      `json:"connections"`
	Total       int64    `json:"total"`
	WarmUp      int64    `json:"warmUp"`
	ValueBytes  int      `json:"valueBytes"`
	Keys        int64    `json:"keys"`
	PaceMs      float64  `json:"paceMs"`
	TimeoutMs   int64    `json:"timeoutMs"`
	Samples     string   `json:"samples"`
}

// triesMax is of a put that prepares.
const triesMax = 5

// underWayMax is that of src/load/record.ts.
const underWayMax = 50000

// An operation returns the code of what went wrong, or nothing.
type operation func(caller, number int64) string

type load struct {
	job     Job
	clients []*clientv3.Client
	value   string
}

func main() {
	var job Job
	if err := json.Unmarshal([]byte(os.Args[len(os.Args)-1]), &job); err != nil {
		fail(err)
	}
	l := &load{job: job, value: strings.Repeat("x", job.ValueBytes)}
	for i := 0; i < job.Connections; i++ {
		client, err := clientv3.New(clientv3.Config{Endpoints: job.Endpoints, DialTimeout: 5 * time.Second})
		if err != nil {
			fail(err)
		}
		l.clients = append(l.clients, client)
	}
	perform := l.operation()
	l.prepare(perform)

	lines := bufio.NewScanner(os.Stdin)
	fmt.Println(`{"type":"ready"}`)
	if !lines.Scan() {
		return
	}
	stop := make(chan struct{})
	gone := make(chan struct{})
	go func() {
		if lines.Scan() {
			close(stop)
		}
		for lines.Scan() {
		}
		close(gone)
	}()
	r := &record{errors: map[string]int64{}}
	ended := make(chan struct{})
	go r.report(ended)
	if job.PaceMs == 0 {
		closedLoop(job.Clients, job.Total, r, perform)
	} else {
		openLoop(time.Duration(job.PaceMs*float64(time.Millisecond)), stop, r, perform)
	}
	close(ended)
	if err := r.finish(job.Samples); err != nil {
		fail(err)
	}
	<-gone
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func keyOf(number int64) string {
	return fmt.Sprintf("key-%08d", number)
}

func (l *load) timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Duration(l.job.TimeoutMs)*time.Millisecond)
}

func (l *load) clientOf(caller int64) *clientv3.Client {
	return l.clients[caller%int64(len(l.clients))]
}

func (l *load) put(caller int64, key string) string {
	ctx, cancel := l.timeout()
	defer cancel()
	_, err := l.clientOf(caller).Put(ctx, key, l.value)
	return codeOf(err)
}

func (l *load) get(caller int64, key string, options ...clientv3.OpOption) string {
	ctx, cancel := l.timeout()
	defer cancel()
	answer, err := l.clientOf(caller).Get(ctx, key, options...)
	if err == nil && len(answer.Kvs) == 0 {
		return "MISSING"
	}
	return codeOf(err)
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	var refused rpctypes.EtcdError
	if errors.As(err, &refused) {
		return refused.Code().String()
	}
	return status.Code(err).String()
}

// A lease read has no counterpart in etcd: it is compared with the linearizable one.
func (l *load) operation() operation {
	randomKey := func() string { return keyOf(rand.Int63n(l.job.Keys)) }
	put := func(caller, _ int64) string { return l.put(caller, randomKey()) }
	get := func(caller, _ int64) string { return l.get(caller, randomKey()) }
	switch l.job.Scenario {
	case "put":
		return put
	case "get", "lease-get":
		return get
	case "stale-get":
		return func(caller, _ int64) string { return l.get(caller, randomKey(), clientv3.WithSerializable()) }
	case "mixed":
		return func(caller, number int64) string {
			if number%2 == 0 {
				return put(caller, number)
			}
			return get(caller, number)
		}
	}
	fail(fmt.Errorf("there is no scenario %q", l.job.Scenario))
	return nil
}

func (l *load) prepare(perform operation) {
	fill := func(caller, number int64) string {
		code := l.put(caller, keyOf(number))
		// A busy machine may elect another leader at any time; to put it twice does no harm.
		for tries := 1; code != "" && tries < triesMax; tries++ {
			code = l.put(caller, keyOf(number))
		}
		if code != "" {
			fail(fmt.Errorf("%s could not be put: %s", keyOf(number), code))
		}
		return ""
	}
	closedLoop(l.job.Preparers, l.job.Keys, nil, fill)
	closedLoop(l.job.Clients, l.job.WarmUp, nil, perform)
}

// closedLoop performs total operations by callers, each of which begins the next one when it has its answer.
func closedLoop(callers, total int64, r *record, perform operation) {
	var next int64
	var all sync.WaitGroup
	for caller := int64(0); caller < callers; caller++ {
		all.Add(1)
		go func(caller int64) {
			defer all.Done()
			for {
				number := atomic.AddInt64(&next, 1) - 1
				if number >= total {
					return
				}
				begunUs := monotonicUs()
				r.add(begunUs, perform(caller, number))
			}
		}(caller)
	}
	all.Wait()
}

// openLoop begins an operation every pace, whatever those before have come to, until stop is closed. What it takes counts
// from when it was due, as in src/load/record.ts.
func openLoop(pace time.Duration, stop chan struct{}, r *record, perform operation) {
	var all sync.WaitGroup
	var number, underWay int64
	startedUs := monotonicUs()
	paceUs := float64(pace) / float64(time.Microsecond)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			all.Wait()
			return
		case <-tick.C:
		}
		for due := 1 + int64((monotonicUs()-startedUs)/paceUs); number < due; number++ {
			dueUs := startedUs + float64(number)*paceUs
			if atomic.LoadInt64(&underWay) >= underWayMax {
				r.skip(dueUs)
				continue
			}
			all.Add(1)
			atomic.AddInt64(&underWay, 1)
			go func(number int64) {
				defer all.Done()
				code := perform(number, number)
				atomic.AddInt64(&underWay, -1)
				r.add(dueUs, code)
			}(number)
		}
	}
}
