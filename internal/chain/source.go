package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"backtest/internal/chain/evm"
	"backtest/internal/chain/rpc"
)

// Block is the block that everything is read at.
type Block struct {
	ChainID uint64
	Number  uint64
	Hash    string
	Time    uint64 // seconds
}

func (b Block) tag() string { return quantity(b.Number) }

func quantity(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }

// Source answers questions about a chain at a pinned block: from what was kept,
// or from a node.
type Source struct {
	Block  Block
	store  *rpc.Store
	client *rpc.Client // nil: there is no node
	rests  map[string]string
	asked  atomic.Bool // whether the node was asked about the block
	sure   sync.Mutex
	// Progress is told how many answers of how many are there.
	Progress func(phase string, done, total int)
}

// NewSource returns a source of what a store keeps, and of a node if there is
// one.
func NewSource(store *rpc.Store, client *rpc.Client) *Source {
	h := store.Header
	return &Source{Block: Block{h.ChainID, h.Number, h.Hash, h.Time}, store: store, client: client, rests: map[string]string{}}
}

func errorOf(call rpc.Call, a rpc.Answer) error {
	return fmt.Errorf("%s: %w", call.Method, &rpc.Fault{Kind: rpc.Unsupported, Detail: a.Err.Error()})
}

// fetch gets and keeps the answers to calls.
func (s *Source) fetch(ctx context.Context, phase string, calls []rpc.Call) error {
	var missing []rpc.Call
	seen := map[rpc.Call]bool{}
	for _, c := range calls {
		if _, ok := s.store.Get(c); !ok && !seen[c] {
			seen[c] = true
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if s.client == nil {
		return &rpc.Fault{Kind: rpc.Offline, Detail: fmt.Sprintf("%d answers about block %d are missing; give --rpc to go on", len(missing), s.Block.Number)}
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	done := 0
	return s.client.Do(ctx, missing, func(i int, a rpc.Answer) error {
		done++
		if s.Progress != nil {
			s.Progress(phase, done, len(missing))
		}
		return s.store.Put(missing[i], a)
	})
}

// head is a block as a node tells it.
type head struct {
	Number    string `json:"number"`
	Hash      string `json:"hash"`
	Timestamp string `json:"timestamp"`
}

// Pin asks a node for its chain and for a block: a number, or one of the tags
// latest, safe and finalized. The empty tag is finalized, or latest on a chain
// that has no such block.
func Pin(ctx context.Context, c *rpc.Client, block string) (Block, error) {
	id, err := askQuantity(ctx, c, rpc.NewCall("eth_chainId"))
	if err != nil {
		return Block{}, err
	}
	if block != "" {
		return askBlock(ctx, c, id, block)
	}
	b, err := askBlock(ctx, c, id, "finalized")
	if rpc.IsKind(err, rpc.UnknownBlock, rpc.Unsupported) {
		return askBlock(ctx, c, id, "latest")
	}
	return b, err
}

func askQuantity(ctx context.Context, c *rpc.Client, call rpc.Call) (uint64, error) {
	a, err := c.One(ctx, call)
	if err != nil {
		return 0, err
	}
	if a.Err != nil {
		return 0, &rpc.Fault{Kind: rpc.NoNode, Detail: call.Method + ": " + a.Err.Error()}
	}
	var text string
	if err := json.Unmarshal(a.Result, &text); err == nil {
		if n, ok := parseQuantity(text); ok {
			return n, nil
		}
	}
	return 0, &rpc.Fault{Kind: rpc.Malformed, Detail: call.Method + " is no number"}
}

func parseQuantity(text string) (uint64, bool) {
	digits, ok := strings.CutPrefix(text, "0x")
	n, err := strconv.ParseUint(digits, 16, 64)
	return n, ok && err == nil
}

func askBlock(ctx context.Context, c *rpc.Client, chain uint64, block string) (Block, error) {
	tag := block
	asked, err := strconv.ParseUint(block, 10, 64)
	numbered := err == nil
	if numbered {
		tag = quantity(asked)
	}
	a, err := c.One(ctx, rpc.NewCall("eth_getBlockByNumber", tag, false))
	if err != nil {
		return Block{}, err
	}
	if a.Err != nil {
		return Block{}, &rpc.Fault{Kind: rpc.Unsupported, Detail: fmt.Sprintf("block %s: %v", block, a.Err)}
	}
	var h *head
	if err := json.Unmarshal(a.Result, &h); err != nil {
		return Block{}, &rpc.Fault{Kind: rpc.Malformed, Detail: "eth_getBlockByNumber is no block"}
	}
	if h == nil {
		return Block{}, &rpc.Fault{Kind: rpc.UnknownBlock, Detail: "block " + block}
	}
	number, ok := parseQuantity(h.Number)
	seconds, ok2 := parseQuantity(h.Timestamp)
	if _, err := evm.ParseWord(h.Hash); err != nil || !ok || !ok2 || len(h.Hash) != 66 {
		return Block{}, &rpc.Fault{Kind: rpc.Malformed, Detail: "eth_getBlockByNumber is no block"}
	}
	if numbered && number != asked {
		return Block{}, &rpc.Fault{Kind: rpc.WrongID, Detail: fmt.Sprintf("block %d instead of %d", number, asked)}
	}
	return Block{chain, number, strings.ToLower(h.Hash), seconds}, nil
}

// begin makes sure, before the node is asked for the first time, that it is one
// of this chain and has this block: what it answers is kept.
func (s *Source) begin(ctx context.Context) error {
	s.sure.Lock()
	defer s.sure.Unlock()
	if s.asked.Load() {
		return nil
	}
	err := s.Confirm(ctx)
	s.asked.Store(err == nil)
	return err
}

// end confirms the block again if the node was asked for anything.
func (s *Source) end(ctx context.Context) error {
	if !s.asked.Load() {
		return nil
	}
	return s.Confirm(ctx)
}

// Confirm asks whether the pinned block is still the one that was read; without
// a node there is nothing to ask.
func (s *Source) Confirm(ctx context.Context) error {
	if s.client == nil {
		return nil
	}
	id, err := askQuantity(ctx, s.client, rpc.NewCall("eth_chainId"))
	if err != nil {
		return err
	}
	if id != s.Block.ChainID {
		return &rpc.Fault{Kind: rpc.WrongID, Detail: fmt.Sprintf("chain %d instead of %d", id, s.Block.ChainID)}
	}
	now, err := askBlock(ctx, s.client, id, strconv.FormatUint(s.Block.Number, 10))
	var f *rpc.Fault
	switch {
	case errors.As(err, &f) && f.Kind == rpc.UnknownBlock, err == nil && now.Hash != s.Block.Hash:
		return &rpc.Fault{Kind: rpc.Reorganised, Detail: fmt.Sprintf("block %d is no longer %s; begin again, with an older --block or one that is finalized", s.Block.Number, s.Block.Hash)}
	}
	return err
}

// Close ends the use of what was kept.
func (s *Source) Close() error { return s.store.Close() }
