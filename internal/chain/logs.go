package chain

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"backtest/internal/chain/evm"
	"backtest/internal/chain/rpc"
)

// Log is an event of a contract.
type Log struct {
	Address evm.Address
	Topics  []evm.Word
	Data    evm.Data
	Block   uint64
	Index   uint64
}

// rawLog is a log as a node spells it.
type rawLog struct {
	Address     string   `json:"address"`
	Topics      []string `json:"topics"`
	Data        string   `json:"data"`
	BlockNumber string   `json:"blockNumber"`
	BlockHash   string   `json:"blockHash,omitempty"`
	LogIndex    string   `json:"logIndex"`
	Removed     bool     `json:"removed,omitempty"`
}

// filter is what logs are asked for.
type filter struct {
	addresses []string
	topics    []string // of the first topic, any of them
}

func (f filter) key() string {
	return strings.Join(f.addresses, ",") + "/" + strings.Join(f.topics, ",")
}

func (f filter) call(from, to uint64) rpc.Call {
	return rpc.NewCall("eth_getLogs", map[string]any{
		"fromBlock": quantity(from), "toBlock": quantity(to), "address": f.addresses, "topics": []any{f.topics},
	})
}

// Logs returns the events of contracts, of the given kinds, in blocks from to
// the pinned one, in order. Ranges that a node refuses are halved.
func (s *Source) Logs(ctx context.Context, from uint64, addresses []evm.Address, topics []evm.Word) ([]Log, error) {
	f := filter{}
	for _, a := range addresses {
		f.addresses = append(f.addresses, a.String())
	}
	for _, t := range topics {
		f.topics = append(f.topics, t.String())
	}
	slices.Sort(f.addresses)
	slices.Sort(f.topics)
	var all []Log
	for next, size := from, s.Block.Number-from+1; next <= s.Block.Number; {
		if kept, ok := s.store.Logs(f.key(), next); ok && kept.To <= s.Block.Number {
			logs, err := parseLogs(kept.Logs, kept.From, kept.To)
			if err != nil {
				return nil, err
			}
			all = append(all, logs...)
			next = kept.To + 1
			continue
		}
		if s.client == nil {
			return nil, &rpc.Fault{Kind: rpc.Offline, Detail: fmt.Sprintf("the logs from block %d on are missing; give --rpc to go on", next)}
		}
		err := s.begin(ctx)
		if err != nil {
			return nil, err
		}
		if size, err = s.fetchLogs(ctx, f, next, size); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b Log) int { return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.Index, b.Index)) })
	for _, l := range all {
		s.use(fmt.Sprintf("l %d %d", l.Block, l.Index), fmt.Sprintf("%s %v %x", l.Address, l.Topics, []byte(l.Data)))
	}
	return all, nil
}

// rangesAtOnce is the number of ranges of logs that are under way.
const rangesAtOnce = 4

// fetchLogs fetches a few ranges from a block on, at the same time, and returns
// the size to go on with: half of one that was refused, twice one that was not.
func (s *Source) fetchLogs(ctx context.Context, f filter, next, size uint64) (uint64, error) {
	end := s.Block.Number
	if later, ok := s.store.NextLogs(f.key(), next); ok {
		end = min(end, later-1) // a range fetched before must not be met twice
	}
	size = max(1, min(size, end-next+1))
	type fetched struct {
		from, to uint64
		refused  error
		err      error
	}
	var list []*fetched
	for from := next; from <= end && len(list) < rangesAtOnce; from += size {
		list = append(list, &fetched{from: from, to: min(end, from+size-1)})
	}
	var all sync.WaitGroup
	for _, r := range list {
		all.Go(func() { r.refused, r.err = s.fetchRange(ctx, f, r.from, r.to) })
	}
	all.Wait()
	refused := false
	for _, r := range list {
		switch {
		case r.err != nil:
			return 0, r.err
		case r.refused != nil && r.from == r.to:
			return 0, fmt.Errorf("logs of block %d: %w", r.from, r.refused)
		case r.refused != nil:
			refused = true
		}
	}
	if refused {
		return size / 2, nil
	}
	if s.Progress != nil {
		s.Progress("logs", int(list[len(list)-1].to), int(s.Block.Number))
	}
	return size * 2, nil
}

// fetchRange fetches and keeps the logs of a range; refused is why a node would
// rather be asked for a smaller one.
func (s *Source) fetchRange(ctx context.Context, f filter, from, to uint64) (refused, err error) {
	call := f.call(from, to)
	a, err := s.client.One(ctx, call)
	switch {
	case rpc.IsKind(err, rpc.TooLarge, rpc.TooSlow):
		return err, nil
	case err != nil:
		return nil, err
	case a.Err != nil:
		return errorOf(call, a), nil
	}
	text, err := s.cleanLogs(a.Result, from, to)
	if err != nil {
		return nil, err
	}
	return nil, s.store.PutLogs(rpc.LogRange{Filter: f.key(), From: from, To: to, Logs: text})
}

// cleanLogs keeps of logs what is needed, and refuses such as were not asked
// for or come from a block that is no more.
func (s *Source) cleanLogs(text json.RawMessage, from, to uint64) (json.RawMessage, error) {
	var list []rawLog
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, &rpc.Fault{Kind: rpc.Malformed, Detail: "eth_getLogs is no list of logs"}
	}
	for i := range list {
		l := &list[i]
		n, ok := parseQuantity(l.BlockNumber)
		switch {
		case l.Removed, ok && n == s.Block.Number && l.BlockHash != "" && !strings.EqualFold(l.BlockHash, s.Block.Hash):
			return nil, &rpc.Fault{Kind: rpc.Reorganised, Detail: fmt.Sprintf("a log of block %d was removed from the chain", n)}
		case !ok || n < from || n > to:
			return nil, &rpc.Fault{Kind: rpc.WrongID, Detail: fmt.Sprintf("a log of block %s in the range from %d to %d", l.BlockNumber, from, to)}
		}
		l.BlockHash, l.Removed = "", false
	}
	if list == nil {
		list = []rawLog{}
	}
	clean, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	_, err = parseLogs(clean, from, to)
	return clean, err
}

var errLog = errors.New("a log cannot be understood")

func parseLogs(text json.RawMessage, from, to uint64) ([]Log, error) {
	var list []rawLog
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	logs := make([]Log, len(list))
	for i, raw := range list {
		l := &logs[i]
		var errs [3]error
		var ok, ok2 bool
		l.Address, errs[0] = evm.ParseAddress(raw.Address)
		l.Data, errs[1] = evm.ParseData(raw.Data)
		l.Block, ok = parseQuantity(raw.BlockNumber)
		l.Index, ok2 = parseQuantity(raw.LogIndex)
		for _, t := range raw.Topics {
			w, err := evm.ParseWord(t)
			errs[2] = errors.Join(errs[2], err)
			l.Topics = append(l.Topics, w)
		}
		if err := errors.Join(errs[:]...); err != nil || !ok || !ok2 || l.Block < from || l.Block > to {
			return nil, &rpc.Fault{Kind: rpc.Malformed, Detail: errLog.Error()}
		}
	}
	return logs, nil
}

// FirstBlock finds the first block in which there is a contract at an address,
// by halving.
func (s *Source) FirstBlock(ctx context.Context, at evm.Address) (uint64, error) {
	lo, hi := uint64(0), s.Block.Number // there is code at hi
	for lo < hi {
		middle := lo + (hi-lo)/2
		c := rpc.NewCall("eth_getCode", at.String(), quantity(middle))
		if err := s.fetch(ctx, "first block", []rpc.Call{c}); err != nil {
			if rpc.IsKind(err, rpc.Pruned, rpc.UnknownBlock) {
				return 0, fmt.Errorf("%w; the block from which on logs are to be read cannot be found: give --from-block", err)
			}
			return 0, err
		}
		a, _ := s.store.Get(c)
		code := ""
		if a.Err != nil || json.Unmarshal(a.Result, &code) != nil {
			return 0, fmt.Errorf("%w; give --from-block", errorOf(c, a))
		}
		if len(code) > 2 {
			hi = middle
		} else {
			lo = middle + 1
		}
	}
	return hi, nil
}
