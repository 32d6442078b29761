package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strconv"

	"golang.org/x/sync/errgroup"

	"backtest/configs"
	"backtest/runner/record"
)

// Shock is a range of values that a search tries.
type Shock struct {
	Keys     []string // configuration keys that take the value together
	From, To float64  // mildest and worst
	Multiple bool     // the value multiplies the present value of each key
	Time     bool     // the value is a number of seconds, rounded to whole ones
}

// Search asks for the smallest shock at which a metric breaks its limit.
type Search struct {
	Shock  Shock
	Metric string
	Breaks func(x float64) bool // whether a value of the metric is beyond the limit
	Rising bool                 // whether larger values of the metric are the bad ones
	Halves int                  // bisections: the answer is within (To - From) / 2^Halves
}

// Found is the answer of a search in one scenario. All shocks saw the same
// paths. The search takes for granted that a worse shock makes the metric
// worse.
type Found struct {
	Scenario string `json:"scenario"`
	// Reached is false when the metric keeps its limit at the worst shock.
	Reached bool `json:"reached"`
	// Value is the smallest shock at which the estimate breaks the limit.
	Value float64 `json:"value"`
	// Low is the smallest shock at which the adverse end of the metric's interval
	// breaks it, High that at which the whole interval does; nil when the worst
	// shock is not enough.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	// Within is the distance of two shocks that the search told apart.
	Within float64 `json:"within"`
	Tries  []Try   `json:"tries"`
}

// Try is a shock that was simulated.
type Try struct {
	Shock    float64             `json:"shock"`
	Estimate record.LookEstimate `json:"metric"`
}

// Find searches every scenario by bisection on common random numbers. More
// settings hold during the whole search.
func Find(ctx context.Context, l *configs.Loaded, o Options, s Search, more ...configs.Setting) ([]Found, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Gauge == nil {
		return nil, errors.New("nothing here can measure a metric")
	}
	if l.Config.Rare != nil {
		return nil, &InputError{"rare", errors.New("a search runs plain paths; allowed: a configuration without rare")}
	}
	w := &worlds{loaded: l}
	if err := w.addVariants(); err != nil {
		return nil, err
	}
	var out []Found
	for i := range w.variants {
		f := finder{worlds: w, variant: i, options: o, search: s, more: more, tried: map[float64]record.LookEstimate{}}
		found, err := f.find(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, found)
	}
	return out, nil
}

// finder searches one scenario. Shocks are places in [0, 1] between mildest and
// worst.
type finder struct {
	worlds  *worlds
	variant int
	options Options
	search  Search
	more    []configs.Setting
	tried   map[float64]record.LookEstimate
	order   []float64
}

func (f *finder) find(ctx context.Context) (Found, error) {
	out := Found{Scenario: f.worlds.variants[f.variant].scenario, Within: (f.search.Shock.To - f.search.Shock.From) / float64(int(1)<<f.search.Halves)}
	adverse, kind := func(e record.LookEstimate) *float64 { return e.High }, func(e record.LookEstimate) *float64 { return e.Low }
	if !f.search.Rising {
		adverse, kind = kind, adverse
	}
	value, err := f.bisect(ctx, func(e record.LookEstimate) *float64 { return e.Value }, false)
	if err != nil {
		return out, err
	}
	if value != nil {
		out.Reached, out.Value = true, *value
	}
	if out.Low, err = f.bisect(ctx, adverse, true); err != nil {
		return out, err
	}
	if out.High, err = f.bisect(ctx, kind, false); err != nil {
		return out, err
	}
	for _, place := range f.order {
		out.Tries = append(out.Tries, Try{f.shock(place), f.tried[place]})
	}
	return out, nil
}

// bisect gives the smallest shock at which a figure of the metric breaks the
// limit; nil if none does. An open end breaks it or not, as open says.
func (f *finder) bisect(ctx context.Context, figure func(record.LookEstimate) *float64, open bool) (*float64, error) {
	breaks := func(place float64) (bool, error) {
		e, err := f.try(ctx, place)
		if x := figure(e); err == nil && x != nil {
			return f.search.Breaks(*x), nil
		}
		return open, err
	}
	low, high := 0.0, 1.0
	for _, end := range []struct {
		place float64
		found bool
	}{{0, true}, {1, false}} {
		broken, err := breaks(end.place)
		if err != nil {
			return nil, err
		}
		if broken == end.found {
			if !end.found {
				return nil, nil
			}
			x := f.shock(end.place)
			return &x, nil
		}
	}
	for range f.search.Halves {
		middle := (low + high) / 2
		broken, err := breaks(middle)
		if err != nil {
			return nil, err
		}
		if broken {
			high = middle
		} else {
			low = middle
		}
	}
	x := f.shock(high)
	return &x, nil
}

func (f *finder) shock(place float64) float64 {
	s := f.search.Shock
	return s.From + float64(place*(s.To-s.From))
}

// try simulates a shock, once.
func (f *finder) try(ctx context.Context, place float64) (record.LookEstimate, error) {
	if e, known := f.tried[place]; known {
		return e, nil
	}
	settings, err := ShockSettings(f.worlds.loaded, f.search.Shock, f.shock(place))
	if err != nil {
		return record.LookEstimate{}, err
	}
	cfg, err := f.worlds.at(f.variant, append(settings, f.more...))
	if err != nil {
		return record.LookEstimate{}, fmt.Errorf("shock %g: %w", f.shock(place), err)
	}
	e, err := f.simulate(ctx, cfg)
	if err != nil {
		return e, fmt.Errorf("shock %g: %w", f.shock(place), err)
	}
	f.tried[place] = e
	f.order = append(f.order, place)
	return e, nil
}

// ShockSettings give every key of a shock its value.
func ShockSettings(l *configs.Loaded, shock Shock, x float64) ([]configs.Setting, error) {
	var out []configs.Setting
	for _, key := range shock.Keys {
		value := x
		if shock.Multiple {
			text, _, err := l.Present(key)
			if err != nil {
				return nil, &InputError{key, err}
			}
			present, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, &InputError{key, fmt.Errorf("it is %q, which cannot be multiplied", text)}
			}
			value = float64(x * present)
		}
		text := plain(value)
		if shock.Time {
			text = strconv.FormatFloat(math.Round(value), 'f', 0, 64) + "s"
		}
		out = append(out, configs.Setting{Key: key, Value: text})
	}
	return out, nil
}

// plain writes 12 digits of a value without an exponent, as configurations take
// it.
func plain(value float64) string {
	text := strconv.FormatFloat(value, 'g', 12, 64)
	rounded, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// simulate runs the paths of a configuration and measures the metric.
func (f *finder) simulate(ctx context.Context, cfg *configs.Config) (record.LookEstimate, error) {
	prices, err := newPriceSource(cfg)
	if err != nil {
		return record.LookEstimate{}, err
	}
	world, err := buildVariant(f.worlds.loaded.Config, cfg, prices, f.worlds.variants[f.variant].scenario, 0)
	if err != nil {
		return record.LookEstimate{}, err
	}
	blocks, err := f.blocks(ctx, world, prices.paths)
	if err != nil {
		return record.LookEstimate{}, err
	}
	gauge, err := f.options.Gauge(f.search.Metric, cfg.Seed, pairs(cfg), nil)
	if err != nil {
		return record.LookEstimate{}, err
	}
	for i := range blocks {
		for _, row := range blocks[i].Paths {
			if row.Failed != "" {
				return record.LookEstimate{}, fmt.Errorf("path %d failed: %s", row.Path, row.Failed)
			}
		}
		if err := gauge.Add(&blocks[i]); err != nil {
			return record.LookEstimate{}, err
		}
	}
	list, err := gauge.Estimates(cfg.Confidence.Float64())
	if err != nil {
		return record.LookEstimate{}, err
	}
	return list[0], nil
}

// blocks runs paths in parallel; each block keeps its rows alone.
func (f *finder) blocks(ctx context.Context, world *world, paths int64) ([]record.Block, error) {
	n := int((paths + record.PathsPerBlock - 1) / record.PathsPerBlock)
	blocks := make([]record.Block, n)
	g, ctx := errgroup.WithContext(ctx)
	for k := range f.options.Workers {
		g.Go(func() error {
			w := newWorker(world)
			var b record.Block
			for i := k; i < n; i += f.options.Workers {
				first := int64(i) * record.PathsPerBlock
				spec := record.BlockSpec{Index: int64(i), Scenario: world.Scenario, FirstPath: first, Paths: int(min(record.PathsPerBlock, paths-first))}
				if _, _, err := w.block(ctx, spec, &b); err != nil {
					return err
				}
				blocks[i].Paths = append([]record.PathRow(nil), b.Paths...)
			}
			return nil
		})
	}
	return blocks, g.Wait()
}
