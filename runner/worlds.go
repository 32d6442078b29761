package runner

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"backtest/configs"
	"backtest/pricepaths"
	"backtest/runner/record"
)

// cell names a world: a scenario at a parameter point.
type cell struct {
	scenario string
	point    int32
}

// worlds builds the world of a cell when its first path is to be run and drops
// it after the last, so that a study of many points holds few of them.
type worlds struct {
	loaded   *configs.Loaded
	study    *record.StudyPlan
	variants []variant

	mu   sync.Mutex
	open map[cell]*opening
}

// opening is a world, built once.
type opening struct {
	once  sync.Once
	world *world
	err   error
	left  int // blocks that still need it
}

// variant is a scenario with its configuration at the present parameters.
type variant struct {
	scenario string
	base     *configs.Config // without the scenario
	cfg      *configs.Config
	prices   *priceSource
	tilt     *pricepaths.Tilt // of importance sampling, or nil
	chosen   *record.Tilt     // the same, as recorded

	splitting *splitting // nil without
}

// baseScenario names the world of a configuration without scenarios.
const baseScenario = "base"

// newWorlds makes the present world of every scenario: what is wrong with one
// shows before anything is written.
func newWorlds(l *configs.Loaded, study *record.StudyPlan) (*worlds, error) {
	w := &worlds{loaded: l, study: study, open: map[cell]*opening{}}
	if err := w.addVariants(); err != nil {
		return nil, err
	}
	for i := range w.variants {
		if err := w.variants[i].checkControls(); err != nil {
			return nil, err
		}
		if err := w.present(i); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// checkControls refuses control variates that are asked for where no asset has
// one.
func (v *variant) checkControls() error {
	if v.cfg.ControlVariates != "on" {
		return nil
	}
	var reasons []error
	g := v.prices.generator
	for a := range g.Assets() {
		_, err := g.ExpectedRatio(a)
		if err == nil {
			return nil
		}
		reasons = append(reasons, err)
	}
	return &InputError{"control_variates", fmt.Errorf("on, allowed: auto or off, since no asset has a control: %w", errors.Join(reasons...))}
}

// present makes the world of a variant at the present parameters.
func (w *worlds) present(i int) error {
	o := &opening{}
	o.once.Do(func() { o.world, o.err = w.build(i, 0) })
	w.open[cell{w.variants[i].scenario, 0}] = o
	return o.err
}

func (w *worlds) addVariants() error {
	scenarios := w.loaded.Config.Scenarios
	if len(scenarios) == 0 {
		return w.addVariant(baseScenario, w.loaded.Config)
	}
	for i, s := range scenarios {
		cfg, err := w.loaded.Scenario(i)
		if err != nil {
			return fmt.Errorf("scenario %s: %w", s.ID, err)
		}
		if err := w.addVariant(s.ID, cfg); err != nil {
			return err
		}
	}
	return nil
}

func (w *worlds) addVariant(scenario string, cfg *configs.Config) error {
	prices, err := newPriceSource(cfg)
	if err != nil {
		return located(w.loaded, err)
	}
	w.variants = append(w.variants, variant{scenario: scenario, base: w.loaded.Config, cfg: cfg, prices: prices})
	return nil
}

// build makes the world of a variant at a point. Points whose prices are the
// present ones share their generator.
func (w *worlds) build(i int, point int32) (*world, error) {
	v := w.variants[i]
	cfg, prices := v.cfg, v.prices
	if changes := settings(w.study, v.scenario, point); len(changes) > 0 {
		var err error
		if cfg, err = w.at(i, changes); err != nil {
			return nil, err
		}
		if !reflect.DeepEqual(cfg.Prices, v.cfg.Prices) {
			if prices, err = tiltedPrices(cfg, v.tilt); err != nil {
				return nil, located(w.loaded, err)
			}
		}
	}
	built, err := buildVariant(v.base, cfg, prices, v.scenario, point)
	return built, located(w.loaded, w.placed(err))
}

// placed adds to a problem of a start where its key stands.
func (w *worlds) placed(err error) error {
	input, ok := errors.AsType[*InputError](err)
	if !ok || !strings.HasPrefix(input.Key, "sta") { // state, and the start that it belongs to
		return err
	}
	file, line, column := w.loaded.Position(input.Key)
	if line == 0 {
		return err
	}
	return fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
}

func (w *worlds) at(i int, changes []configs.Setting) (*configs.Config, error) {
	if len(w.loaded.Config.Scenarios) == 0 {
		return w.loaded.With(changes...)
	}
	return w.loaded.Scenario(i, changes...)
}

// expect counts the blocks that each world is needed for.
func (w *worlds) expect(blocks []record.BlockSpec) {
	needed := map[cell]int{}
	for _, b := range blocks {
		needed[cell{b.Scenario, b.Point}]++
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		if needed[c] == 0 {
			delete(w.open, c)
		}
	}
	for c, n := range needed {
		if w.open[c] == nil {
			w.open[c] = &opening{}
		}
		w.open[c].left = n
	}
}

// get builds the world of a block on first use.
func (w *worlds) get(b record.BlockSpec) (*world, error) {
	w.mu.Lock()
	o := w.open[cell{b.Scenario, b.Point}]
	w.mu.Unlock()
	o.once.Do(func() {
		for i, v := range w.variants {
			if v.scenario == b.Scenario {
				o.world, o.err = w.build(i, b.Point)
			}
		}
	})
	return o.world, o.err
}

// done tells that a block is finished.
func (w *worlds) done(b record.BlockSpec) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := cell{b.Scenario, b.Point}
	if w.open[c].left--; w.open[c].left == 0 {
		delete(w.open, c)
	}
}

// failure makes the rows of a block whose world cannot be built: each path
// carries the cause.
func failure(spec record.BlockSpec, columns []record.ExtraColumn, cause error) *record.Block {
	b := &record.Block{Index: spec.Index}
	for i := range spec.Paths {
		row := record.NewPathRow(spec.Scenario, spec.Point, spec.FirstPath+int64(i))
		fail(&row, columns, cause)
		b.Paths = append(b.Paths, row)
	}
	return b
}
