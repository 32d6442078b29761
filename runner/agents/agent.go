package agents

import (
	"errors"
	"hash/fnv"

	"backtest/pricepaths/rng"
	"backtest/runner/sim"
)

// Agent acts once a step. One agent serves the paths of one worker, one after
// the other.
type Agent interface {
	// Begin starts a path: what the agent remembers is forgotten.
	Begin(s *sim.State) error
	// Act is called after the prices of a step are known.
	Act(s *sim.State) error
}

// Closer is an agent with something to settle at the end of a path.
type Closer interface {
	End(s *sim.State) error
}

// stream is the randomness of one agent: a draw is a function of seed, path,
// step and its number within the step.
type stream struct {
	source rng.Source
	id     uint64
}

// drawsPerStep is how many draws a step has room for.
const drawsPerStep = 1 << 16

// agentStreams keeps the streams of agents apart from those of prices.
const agentStreams = 1 << 63

// newStream returns the stream of an agent of the given kind and name.
func newStream(seed uint64, kind, id string) stream {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind + "\x00" + id)) // a hash never fails
	return stream{rng.New(seed), h.Sum64() | agentStreams}
}

// uniform returns draw k of the present step, in (0, 1).
func (r stream) uniform(s *sim.State, k int) float64 {
	return r.source.Uniform(s.DrawnPath(), uint64(s.Step)*drawsPerStep+uint64(k), r.id)
}

// end returns an error that ends the path, nil for a refusal of the protocol.
func end(err error) error {
	if err == nil {
		return nil
	}
	var failure *sim.Failure
	if errors.As(err, &failure) {
		return err
	}
	return nil
}
