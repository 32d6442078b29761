package chain_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backtest/internal/chain"
	"backtest/internal/chain/chaintest"
	"backtest/internal/chain/rpc"
)

// secret is a key in the URL; it must not appear anywhere.
const secret = "k3y-Of-The-Node"

// someError is any: what a wrong answer leads to depends on which it is.
const someError = " "

// fault is what a node does wrong, and the words of the error; none means that
// the reading succeeds all the same.
type fault struct {
	name   string
	want   string
	change func(n *chaintest.Node)
	o      rpc.Options
	roots  string // another core
}

// from answers with the function from the n-th HTTP request on.
func from(first int64, f func(w http.ResponseWriter, body []byte, n *chaintest.Node)) func(*chaintest.Node) {
	return func(n *chaintest.Node) {
		n.Around = func(count int64, w http.ResponseWriter, _ *http.Request, body []byte) bool {
			if count < first {
				return false
			}
			f(w, body, n)
			return true
		}
	}
}

// times answers with the function once every few HTTP requests.
func times(every int64, f func(w http.ResponseWriter, body []byte, n *chaintest.Node)) func(*chaintest.Node) {
	return func(n *chaintest.Node) {
		n.Around = func(count int64, w http.ResponseWriter, _ *http.Request, body []byte) bool {
			if count%every != 0 {
				return false
			}
			f(w, body, n)
			return true
		}
	}
}

func status(code int, text string) func(http.ResponseWriter, []byte, *chaintest.Node) {
	return func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(text))
	}
}

func says(text string) func(http.ResponseWriter, []byte, *chaintest.Node) {
	return func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) { _, _ = w.Write([]byte(text)) }
}

// method answers calls of a method with an error.
func method(name string, after int64, err error) func(*chaintest.Node) {
	return func(n *chaintest.Node) {
		var asked atomic.Int64
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == name && asked.Add(1) > after {
				return nil, err
			}
			return nil, nil
		}
	}
}

func edited(edit func(text string) string) func(http.ResponseWriter, []byte, *chaintest.Node) {
	return func(w http.ResponseWriter, body []byte, n *chaintest.Node) {
		_, _ = w.Write([]byte(edit(string(n.Answer(body)))))
	}
}

func oddIDs(text string) string {
	var list []map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &list) != nil {
		return strings.Replace(text, `"id":`, `"id":9`, 1)
	}
	for _, a := range list {
		a["id"] = json.RawMessage("7" + string(a["id"]))
	}
	out, _ := json.Marshal(list)
	return string(out)
}

func reversed(text string) string {
	var list []json.RawMessage
	if json.Unmarshal([]byte(text), &list) != nil {
		return text
	}
	for i, k := 0, len(list)-1; i < k; i, k = i+1, k-1 {
		list[i], list[k] = list[k], list[i]
	}
	out, _ := json.Marshal(list)
	return string(out)
}

// swapped gives the first answer of a batch the id of the last one, and the
// other way round.
func swapped(text string) string {
	var list []map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &list) != nil || len(list) < 2 {
		return text
	}
	a, b := list[0], list[len(list)-1]
	a["id"], b["id"] = b["id"], a["id"]
	out, _ := json.Marshal(list)
	return string(out)
}

func shortened(text string) string {
	var list []json.RawMessage
	if json.Unmarshal([]byte(text), &list) != nil || len(list) < 2 {
		return text
	}
	out, _ := json.Marshal(list[1:])
	return string(out)
}

// reorganised gives the block another hash from the n-th time on.
func reorganised(after int64) func(*chaintest.Node) {
	return func(n *chaintest.Node) {
		var asked atomic.Int64
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_getBlockByNumber" && asked.Add(1) > after {
				b := n.Block
				b.Hash = "0x" + strings.Repeat("ab", 32)
				return b, nil
			}
			return nil, nil
		}
	}
}

var faults = []fault{
	{name: "refuses large batches", change: func(n *chaintest.Node) { n.MaxBatch = 7 }},
	{name: "refuses any batch", change: func(n *chaintest.Node) { n.MaxBatch = 1 }},
	{name: "refuses large ranges", change: func(n *chaintest.Node) { n.MaxRange = 3 }},
	{name: "429 now and then", change: times(3, status(429, `{"error":"too many requests"}`))},
	{name: "429 with Retry-After", change: times(4, func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) {
		w.Header().Set("Retry-After", "0.01")
		w.WriteHeader(429)
	})},
	{name: "429 storm", change: from(6, status(429, "")), want: "rate limit", o: rpc.Options{Attempts: 3}},
	{name: "429 within a batch", change: func(n *chaintest.Node) {
		var asked atomic.Int64
		n.Before = func(chaintest.Question) (any, error) {
			if asked.Add(1)%5 == 0 {
				return nil, &chaintest.Fault{Code: 429, Message: "Your app has exceeded its compute units per second capacity"}
			}
			return nil, nil
		}
	}, o: rpc.Options{Attempts: 40, Pause: time.Microsecond}},
	{name: "500 now and then", change: times(3, status(502, "<html>Bad Gateway</html>"))},
	{name: "500 for ever", change: from(4, status(503, "")), want: "the node fails: HTTP 503", o: rpc.Options{Attempts: 3}},
	{name: "drops connections", change: times(3, func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) { panic(http.ErrAbortHandler) })},
	{name: "closes in the middle", change: times(3, func(w http.ResponseWriter, body []byte, n *chaintest.Node) {
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write(n.Answer(body)[:20])
		panic(http.ErrAbortHandler)
	})},
	{name: "truncated JSON", change: times(3, edited(func(s string) string { return s[:len(s)/2] }))},
	{name: "truncated JSON for ever", change: from(4, edited(func(s string) string { return s[:len(s)/2] })), want: "cannot be understood", o: rpc.Options{Attempts: 3}},
	{name: "ids of other questions", change: from(4, edited(oddIDs)), want: "another question", o: rpc.Options{Attempts: 2}},
	{name: "answers in another order", change: from(1, edited(reversed))},
	{name: "ids swapped within a batch", change: from(8, edited(swapped)), want: someError},
	{name: "an answer is missing", change: from(4, edited(shortened)), want: "another question", o: rpc.Options{Attempts: 2}},
	{name: "slow now and then", change: times(5, func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) { time.Sleep(300 * time.Millisecond) }), o: rpc.Options{Timeout: 200 * time.Millisecond}},
	{name: "slow for ever", change: from(3, func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) { time.Sleep(100 * time.Millisecond) }), want: "in time", o: rpc.Options{Timeout: 20 * time.Millisecond, Attempts: 2}},
	{name: "huge answers", change: from(3, func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) {
		_, _ = w.Write([]byte(`{"result":"` + strings.Repeat("f", 1<<20) + `"}`))
	}), want: "too large", o: rpc.Options{MaxAnswer: 1 << 16}},
	{name: "redirects", change: from(1, func(w http.ResponseWriter, _ []byte, _ *chaintest.Node) {
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere/"+secret)
		w.WriteHeader(307)
	}), want: "redirects"},
	{name: "a web page", change: from(1, says("<!DOCTYPE html><title>hello</title>")), want: "not a node"},
	{name: "nothing", change: from(1, says("")), want: "cannot be understood", o: rpc.Options{Attempts: 2}},
	{name: "404", change: from(1, status(404, "not found")), want: "not a node"},
	{name: "refuses the key", change: from(1, status(401, `{"error":{"code":-32000,"message":"invalid project id `+secret+`"}}`)), want: "refuses access"},
	{name: "refuses the key within an answer", change: from(1, says(`{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Unauthorized: must be authenticated with `+secret+`"}}`)), want: "refuses access"},
	{name: "pruned state", change: method("eth_getStorageAt", 5, &chaintest.Fault{Code: -32000, Message: "missing trie node 1234 (path ) state 0x1 is not available"}), want: "no state of that block"},
	{name: "header not found", change: method("eth_call", 0, &chaintest.Fault{Code: -32000, Message: "header not found"}), want: "does not know that block"},
	{name: "no code of old blocks", change: func(n *chaintest.Node) {
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_getCode" && string(q.Params[1]) != `"`+n.Block.Number+`"` {
				return nil, &chaintest.Fault{Code: -32000, Message: "missing trie node"}
			}
			return nil, nil
		}
	}, want: "give --from-block"},
	{name: "no logs", change: method("eth_getLogs", 0, &chaintest.Fault{Code: -32601, Message: "the method eth_getLogs is not available"}), want: "eth_getLogs"},
	{name: "logs of another range", change: func(n *chaintest.Node) {
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_getLogs" {
				return []any{map[string]any{"address": n.Addresses["core"], "topics": []string{}, "data": "0x", "blockNumber": "0xffff", "logIndex": "0x0"}}, nil
			}
			return nil, nil
		}
	}, want: "another question"},
	{name: "logs of a removed block", change: func(n *chaintest.Node) {
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_getLogs" {
				return []any{map[string]any{"address": n.Addresses["core"], "topics": []string{}, "data": "0x", "blockNumber": "0x2", "logIndex": "0x0", "removed": true}}, nil
			}
			return nil, nil
		}
	}, want: "reorganised"},
	{name: "reorganised at the end", change: reorganised(2), want: "reorganised"},
	{name: "reorganised at once", change: reorganised(1), want: "reorganised"},
	{name: "reorganised while checking", change: reorganised(3), want: "reorganised"},
	{name: "another chain at the end", change: func(n *chaintest.Node) {
		var asked atomic.Int64
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_chainId" && asked.Add(1) > 2 {
				return "0x1", nil
			}
			return nil, nil
		}
	}, want: "chain 1 instead of"},
	{name: "a word that is none", change: func(n *chaintest.Node) {
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_getStorageAt" {
				return "0xzz", nil
			}
			return nil, nil
		}
	}, want: "no word"},
	{name: "a wrong word", change: wrongWords, want: "the model does not answer as the chain does"},
	{name: "no contract at the address", roots: "0x00000000000000000000000000000000000000c0", want: "no contract at"},
	{name: "a token instead of a core", roots: "usd", want: "no core of this protocol"},
	{name: "an end of requests", o: rpc.Options{MaxRequests: 300}, want: "--max-requests allows 300"},
}

// wrongWords changes the words of storage that hold more than 64 bits.
func wrongWords(n *chaintest.Node) {
	for _, words := range n.Storage {
		for slot, w := range words {
			if !strings.HasPrefix(w, "0x"+strings.Repeat("0", 48)) && strings.HasPrefix(w, "0x"+strings.Repeat("0", 30)) {
				words[slot] = w[:len(w)-1] + string("123456789abcdef0"[strings.IndexByte("0123456789abcdef", w[len(w)-1])])
			}
		}
	}
}

// TestFaultsOfNodes: each ends in a clear error or in success, never with a key
// in the error or in what is kept.
func TestFaultsOfNodes(t *testing.T) {
	if len(faults) < 30 {
		t.Fatalf("only %d faults", len(faults))
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			err := attempt(t, f, dir)
			switch {
			case f.want == "" && err != nil:
				t.Errorf("fails: %v", err)
			case f.want != "" && (err == nil || !strings.Contains(err.Error(), f.want)):
				t.Errorf("got %v, want %q", err, f.want)
			case err != nil && strings.Contains(err.Error(), secret):
				t.Errorf("the key is in %v", err)
			}
			files, _ := filepath.Glob(filepath.Join(dir, "*"))
			for _, name := range files {
				if text, _ := os.ReadFile(name); strings.Contains(string(text), secret) {
					t.Errorf("the key is in %s", name)
				}
			}
		})
	}
}

func attempt(t *testing.T, f fault, dir string) error {
	t.Helper()
	n := &chaintest.Node{Recorded: recorded(t, "harbour")}
	roots := n.Roots(t)
	if f.roots != "" {
		at := f.roots
		if named, ok := n.Addresses[at]; ok {
			at = named
		}
		var err error
		if roots, err = chain.ParseRoots(at, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	if f.change != nil {
		f.change(n)
	}
	server := httptest.NewUnstartedServer(n)
	server.Config.ErrorLog = nil
	server.Start()
	defer server.Close()
	f.o.URL = strings.Replace(server.URL, "http://", "http://user:"+secret+"@", 1) + "/v3/" + secret + "?key=" + secret
	if f.o.Pause == 0 {
		f.o.Pause = time.Millisecond
	}
	if f.o.Attempts == 0 {
		f.o.Attempts = 12
	}
	s, err := open(context.Background(), dir, f.o)
	if err != nil {
		return err
	}
	_, err = s.Take(context.Background(), chain.Request{Roots: roots})
	return err
}

// TestNoNode: places where nothing answers.
func TestNoNode(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	_ = closed.Close()
	plain := (&chaintest.Node{Recorded: recorded(t, "harbour")}).Serve(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = nil
	defer secure.Close()
	for url, want := range map[string]rpc.Kind{
		"http://" + address + "/" + secret:                 rpc.Unreachable,
		"http://no-such-host.invalid/" + secret:            rpc.Unreachable,
		strings.Replace(plain, "http://", "https://", 1):   rpc.BadTLS,
		secure.URL + "/" + secret:                          rpc.BadTLS,
		"ws://127.0.0.1/" + secret:                         rpc.BadURL,
		"://" + secret:                                     rpc.BadURL,
		"http://127.0.0.1:notaport/" + secret + "%zz" + "": rpc.BadURL,
	} {
		_, err := open(context.Background(), t.TempDir(), rpc.Options{URL: url, Attempts: 2, Pause: time.Millisecond})
		if !rpc.IsKind(err, want) || strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%s: got %v, want %v", url, err, want)
		}
	}
}

// TestGoesOnAfterAnInterruption kills the reading again and again, as if the
// process had died, until it is done; what comes out is the same.
func TestGoesOnAfterAnInterruption(t *testing.T) {
	d := recorded(t, "lagoon")
	whole := source(t, rpc.Options{URL: (&chaintest.Node{Recorded: d}).Serve(t)})
	want := taken(t, whole, d)
	dir := t.TempDir()
	for kill := int64(3); ; kill += 6 {
		ctx, cancel := context.WithCancel(context.Background())
		n := &chaintest.Node{Recorded: d, Around: func(count int64, _ http.ResponseWriter, _ *http.Request, _ []byte) bool {
			if count == kill {
				cancel()
			}
			return false
		}}
		s, err := goOn(ctx, dir, rpc.Options{URL: n.Serve(t)})
		if err == nil {
			_, err = s.Take(ctx, chain.Request{Roots: d.Roots(t)})
			_ = s.Close()
		}
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		tear(t, dir)
	}
	// And without a node, nothing is missing.
	s, err := goOn(context.Background(), dir, rpc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := taken(t, s, d)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("file %d differs", i)
		}
	}
}

// goOn opens the answers of a folder, or begins with those.
func goOn(ctx context.Context, dir string, o rpc.Options) (*chain.Source, error) {
	files, _ := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if len(files) == 0 {
		return open(ctx, dir, o)
	}
	store, err := rpc.OpenStore(files[0])
	if err != nil {
		return nil, err
	}
	var client *rpc.Client
	if o.URL != "" {
		if client, err = rpc.New(o); err != nil {
			return nil, err
		}
	}
	return chain.NewSource(store, client), nil
}

// tear cuts the last answer in two, as a crash in the middle of a write would.
func tear(t *testing.T, dir string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 1000 {
			if err := os.Truncate(name, info.Size()-7); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func taken(t *testing.T, s *chain.Source, d *chaintest.Recorded) []string {
	t.Helper()
	got, err := s.Take(context.Background(), chain.Request{Roots: d.Roots(t)})
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.Files(got, "x")
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(files))
	for i, f := range files {
		list[i] = f.Name + string(f.Content)
	}
	return list
}
