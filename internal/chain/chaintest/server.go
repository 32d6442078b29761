// Package chaintest serves recorded deployments as a node would, and faults of
// nodes, for tests.
package chaintest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"backtest/internal/chain"
)

// Recorded is a recorded deployment.
type Recorded struct {
	World     string            `json:"world"`
	ChainID   string            `json:"chainId"`
	Block     Block             `json:"block"`
	Blocks    []Block           `json:"blocks"`
	Addresses map[string]string `json:"addresses"`
	Codes     map[string]struct {
		Size int `json:"size"`
	} `json:"codes"`
	Logs    []map[string]any             `json:"logs"`
	Calls   []Call                       `json:"calls"`
	Storage map[string]map[string]string `json:"storage"`

	calls  map[[2]string]Call
	number uint64
}

// Block is a block of a recorded deployment.
type Block struct {
	Number     string `json:"number"`
	Hash       string `json:"hash"`
	ParentHash string `json:"parentHash"`
	Timestamp  string `json:"timestamp"`
}

// Call is a recorded answer.
type Call struct {
	To     string `json:"to"`
	Data   string `json:"data"`
	Result string `json:"result"`
	Error  string `json:"error"`
}

// Load reads a recorded deployment.
func Load(t testing.TB, name string) *Recorded {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	d := &Recorded{calls: map[[2]string]Call{}}
	if err := json.NewDecoder(z).Decode(d); err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Calls {
		d.calls[[2]string{c.To, c.Data}] = c
	}
	d.number, _ = parse(d.Block.Number)
	return d
}

// Root returns an address by its name.
func (d *Recorded) Roots(t testing.TB) chain.Roots {
	t.Helper()
	roots, err := chain.ParseRoots(d.Addresses["core"], "", "")
	if err != nil {
		t.Fatal(err)
	}
	return roots
}

func parse(s string) (uint64, error) { return strconv.ParseUint(strings.TrimPrefix(s, "0x"), 16, 64) }

// Question is a call as it arrives.
type Question struct {
	ID     json.RawMessage   `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

// Fault is an error that a node answers.
type Fault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data,omitempty"`
}

func (f *Fault) Error() string { return f.Message }

func refuse(code int, format string, args ...any) error {
	return &Fault{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Node is a recorded deployment as a node. What Before returns for a call goes
// out instead of the right answer, if it is not nil; Around may do anything
// with the HTTP request, and returns true when it has answered.
type Node struct {
	*Recorded
	Before   func(q Question) (any, error)
	Around   func(n int64, w http.ResponseWriter, r *http.Request, body []byte) bool
	MaxBatch int
	MaxRange uint64
	Requests atomic.Int64
	Asked    atomic.Int64
}

// Serve starts the node and returns its URL.
func (n *Node) Serve(t testing.TB) string {
	t.Helper()
	s := httptest.NewServer(n)
	t.Cleanup(s.Close)
	return s.URL
}

// ServeHTTP implements http.Handler.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	count := n.Requests.Add(1)
	if n.Around != nil && n.Around(count, w, r, body) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(n.Answer(body))
}

// Answer answers the body of a request.
func (n *Node) Answer(body []byte) []byte {
	var list []Question
	if json.Unmarshal(body, &list) != nil {
		var one Question
		if err := json.Unmarshal(body, &one); err != nil {
			return []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}`)
		}
		return encode(n.one(one))
	}
	if n.MaxBatch > 0 && len(list) > n.MaxBatch {
		return []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}`)
	}
	answers := make([]map[string]any, len(list))
	for i, q := range list {
		answers[i] = n.one(q)
	}
	return encode(answers)
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func (n *Node) one(q Question) map[string]any {
	n.Asked.Add(1)
	a := map[string]any{"jsonrpc": "2.0", "id": q.ID}
	result, err := n.result(q)
	if f := (*Fault)(nil); errors.As(err, &f) {
		a["error"] = f
	} else if err != nil {
		a["error"] = &Fault{Code: -32602, Message: err.Error()}
	} else {
		a["result"] = result
	}
	return a
}

func (n *Node) result(q Question) (any, error) {
	if n.Before != nil {
		if v, err := n.Before(q); v != nil || err != nil {
			return v, err
		}
	}
	var s [3]string
	for i := range min(len(s), len(q.Params)) {
		_ = json.Unmarshal(q.Params[i], &s[i])
	}
	switch q.Method {
	case "eth_chainId":
		return n.ChainID, nil
	case "eth_getBlockByNumber":
		return n.block(s[0])
	case "eth_getCode":
		return n.code(s[0], s[1])
	case "eth_getStorageAt":
		return n.word(s[0], s[1], s[2])
	case "eth_call":
		return n.call(q)
	case "eth_getLogs":
		return n.logs(q)
	}
	return nil, refuse(-32601, "the method %s does not exist", q.Method)
}

func (n *Node) at(tag string) uint64 {
	if number, err := parse(tag); err == nil {
		return number
	}
	return n.number
}

func (n *Node) block(tag string) (any, error) {
	for _, b := range n.Blocks {
		if number, _ := parse(b.Number); number == n.at(tag) {
			return b, nil
		}
	}
	return json.RawMessage("null"), nil
}

func (n *Node) code(address, tag string) (any, error) {
	first := uint64(1)
	for _, l := range n.Logs {
		if l["address"] == address {
			first, _ = parse(l["blockNumber"].(string))
			break
		}
	}
	if c, ok := n.Codes[strings.ToLower(address)]; ok && n.at(tag) >= first {
		return "0x" + strings.Repeat("fe", c.Size), nil
	}
	return "0x", nil
}

func (n *Node) pinned(tag string) error {
	if n.at(tag) != n.number {
		return refuse(-32000, "missing trie node: state of this block is not kept")
	}
	return nil
}

func (n *Node) word(address, slot, tag string) (any, error) {
	if err := n.pinned(tag); err != nil {
		return nil, err
	}
	number, ok := new(big.Int).SetString(strings.TrimPrefix(slot, "0x"), 16)
	if !ok {
		return nil, errors.New("bad slot")
	}
	if w, ok := n.Storage[strings.ToLower(address)][fmt.Sprintf("0x%064x", number)]; ok {
		return w, nil
	}
	return "0x" + strings.Repeat("0", 64), nil
}

func (n *Node) call(q Question) (any, error) {
	var p struct{ To, Data string }
	var tag string
	if len(q.Params) != 2 || json.Unmarshal(q.Params[0], &p) != nil || json.Unmarshal(q.Params[1], &tag) != nil {
		return nil, errors.New("bad call")
	}
	if err := n.pinned(tag); err != nil {
		return nil, err
	}
	c, ok := n.calls[[2]string{strings.ToLower(p.To), strings.ToLower(p.Data)}]
	switch {
	case !ok && n.Codes[strings.ToLower(p.To)].Size == 0:
		return "0x", nil
	case !ok:
		return nil, refuse(-32000, "this call was not recorded")
	case c.Error != "":
		return nil, &Fault{3, "execution reverted", c.Error}
	}
	return c.Result, nil
}

func (n *Node) logs(q Question) (any, error) {
	var f struct {
		FromBlock, ToBlock string
		Address            []string
		Topics             [][]string
	}
	if err := json.Unmarshal(q.Params[0], &f); err != nil {
		return nil, err
	}
	from, to := n.at(f.FromBlock), n.at(f.ToBlock)
	if n.MaxRange > 0 && to-from+1 > n.MaxRange {
		return nil, refuse(-32005, "query exceeds max block range %d", n.MaxRange)
	}
	list := []map[string]any{}
	for _, l := range n.Logs {
		number, _ := parse(l["blockNumber"].(string))
		topics := l["topics"].([]any)
		if number < from || number > to || !slices.Contains(f.Address, l["address"].(string)) || len(topics) == 0 || !slices.Contains(f.Topics[0], topics[0].(string)) {
			continue
		}
		list = append(list, l)
	}
	return list, nil
}
