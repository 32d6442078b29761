package runner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"backtest/configs"
	"backtest/model"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// randomWorld writes a configuration with a bit of everything that can happen
// in a world of spot markets; in a busy one, a keeper visits every vault in
// every step, and others seldom act.
func randomWorld(r *rand.Rand, busy bool) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	assets := []string{"A", "B", "C"}[:1+r.IntN(3)]
	p("name: random\nseed: %d\npaths: 4\nstart: 2026-01-01\nhorizon: %dd\nstep: 1h\nprices:\n  assets:", r.IntN(1000), 2+r.IntN(12))
	for _, a := range assets {
		p("    - {id: %s, initial: %g, process: {kind: gbm, annual_volatility: %.2f}}", a, []float64{1e-3, 0.5, 100, 60000}[r.IntN(4)], float64(r.IntN(5)))
	}
	p("system:\n  min_liquidity_ratio: %.2f\ncollaterals:", 0.8+r.Float64()*2)
	for _, a := range assets {
		p("  - {id: %s, issuance_ratio: 200%%, liquidation_ratio: %d%%}", a, 110+r.IntN(80))
	}
	p("markets:")
	markets := 1 + r.IntN(5)
	for m := range markets {
		a := r.IntN(len(assets))
		p("  - {id: m%d, kind: spot, asset: %s, initial_supply: %g}", m, assets[a], float64(r.IntN(50)))
	}
	pools := 1 + r.IntN(3)
	p("pools:")
	for i := range pools {
		p("  - id: p%d\n    markets:", i)
		for m := range markets {
			if m == i%markets || r.IntN(2) == 0 {
				p("      - {market: m%d, weight: %d, max_debt_share_value: %.3f}", m, 1+r.IntN(3), 0.01+r.Float64()*[]float64{0.1, 1}[r.IntN(2)])
			}
		}
	}
	p("lps:")
	for i := range pools {
		for _, a := range assets {
			if r.IntN(3) == 0 && a != "A" {
				continue
			}
			policy := pick("", "", ", policy: target, target_c_ratio: 2.4, act_below: 1.9, mint_above: 4",
				", policy: leave, max_loss: 0.3", ", policy: leave, max_loss: 0.1, wallet_usd: 2000", ", policy: top_up, wallet_usd: 1000, target_c_ratio: 3, act_below: 2.2")
			p("  - {id: l%d%s, pool: p%d, collateral: %s, count: %d, collateral_usd: {kind: lognormal, median: 5000, sigma: 1}, c_ratio: {kind: uniform, from: 2, to: %d}%s}",
				i, a, i, a, 1+r.IntN(20), 3+r.IntN(4), policy)
		}
	}
	if !busy && r.IntN(2) == 0 {
		p("traders:\n  - {id: t, market: m0, orders_per_day: %d, size_usd: {kind: constant, value: 500}, style: %s}", r.IntN(6), pick("noise", "panic", "momentum"))
	}
	p("liquidators:\n  - {id: bot, check_every: %dh, latency: %dm, absent: %.1f, vaults: %s}", 1+r.IntN(6), 30*r.IntN(5), r.Float64()*0.5, pick("full", "partial", "never"))
	if !busy && r.IntN(3) == 0 {
		p("adversaries:\n  - {id: pusher, market: m0, push: %.2f, every: %dh, when: %s, rebalances: %d, pool: p0, collateral: A, stake_usd: %d, liquidates: %t}",
			r.Float64(), 1+r.IntN(50), pick("always", "past_limit"), r.IntN(3), 5000*r.IntN(3), r.IntN(2) == 0)
	}
	switch {
	case busy || r.IntN(4) == 0:
		p("keepers:\n  - {id: k, action: rebalance, every: %dh}", 1+r.IntN(2))
	case r.IntN(3) > 0:
		p("keepers:\n  - {id: k, action: %s, every: %dh, deviation: %.2f}", pick("rebalance", "distribute"), 1+r.IntN(40), r.Float64()*0.05)
	}
	if r.IntN(3) == 0 {
		p("governance:\n  - {key: system.min_liquidity_ratio, at: 1d, to: %.2f, ramp: %dh}", 1+r.Float64(), r.IntN(30))
	}
	p("record: {every: %dh, events: all, attribution: %s}", 1+r.IntN(30), map[bool]string{true: "pool", false: "vault"}[busy])
	return b.String()
}

// TestQuietStepsChangeNothing: whether quiet steps are passed over or taken one
// by one, the same is recorded, and it adds up.
func TestQuietStepsChangeNothing(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if testing.Short() {
		seed = 1
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	passed, events := 0, 0
	for n := range 60 {
		text := randomWorld(r, n%3 == 0)
		l, err := configs.Load(configs.Source{Bytes: []byte(text), Name: "random"})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		ws, err := newWorlds(l, nil)
		if err != nil {
			continue // a random world need not be possible
		}
		world := ws.open[cell{ws.variants[0].scenario, 0}].world
		plain, quick := newWorker(world), newWorker(world)
		plain.resters = nil
		slow := newPlainRatios(plain)
		if quick.resters == nil {
			t.Fatalf("no step of this world can be quiet\n%s", text)
		}
		want, got := blockOf(t, plain), blockOf(t, quick)
		passed += quick.passed
		events += len(want.Events)
		for i := range want.Paths {
			if cause := want.Paths[i].Failed; strings.Contains(cause, "internal error") {
				t.Fatalf("world %d: path %d: %s\n%s", n, i, cause, text)
			}
		}
		same(t, fmt.Sprintf("world %d", n), text, want, got)
		slow.compare(t, text, want)
		for i := range want.Paths {
			addsUp(t, plain.columns, &want.Paths[i])
		}
	}
	t.Logf("%d quiet steps, %d events", passed, events)
	if passed == 0 || events == 0 {
		t.Errorf("%d quiet steps, %d events: nothing was compared", passed, events)
	}
}

// plainRatios records C-ratios the slow way: every position, one by one.
type plainRatios struct {
	world    *world
	sketches map[[2]int]*record.CRatioSketch // by moment and vault
}

func newPlainRatios(w *worker) *plainRatios {
	p := &plainRatios{w.world, map[[2]int]*record.CRatioSketch{}}
	w.trace = p.step
	return p
}

func (p *plainRatios) step(s *sim.State) error {
	moment := slices.Index(p.world.Moments, s.Step)
	for v := range p.world.Vaults {
		o, err := s.Outlook(v)
		if moment < 0 || err != nil {
			continue
		}
		k := p.sketches[[2]int{moment, v}]
		if k == nil {
			k = &record.CRatioSketch{}
			p.sketches[[2]int{moment, v}] = k
		}
		s.Sys.EachPosition(&o, func(id model.AccountID, x model.Position, liquidatable bool) {
			if x.Debt.Sign() <= 0 {
				k.ZeroDebt++
				return
			}
			if liquidatable {
				k.Liquidatable++
			}
			ratio := units.FloatU(x.CRatio)
			k.ByPosition.Add(ratio)
			weight, err := s.DebtWeight(v, id)
			if err != nil {
				panic(err)
			}
			k.ByDebt.AddWeighted(ratio, weight)
		})
	}
	return nil
}

func (p *plainRatios) compare(t *testing.T, text string, b record.Block) {
	t.Helper()
	for i, got := range b.CRatio {
		vaults := len(p.world.Vaults)
		want := record.CRatioSketch{}
		if k := p.sketches[[2]int{i / vaults, i % vaults}]; k != nil {
			want = *k
		}
		want.Key, want.DebtUnit = got.Key, got.DebtUnit
		want.ByPosition.Inexact, want.ByDebt.Inexact = false, false             // of the sums
		want.ByPosition.Sum, want.ByDebt.Sum = record.Int128{}, record.Int128{} // nobody asks for means
		want.ByDebt.N, want.ByDebt.Low, want.ByDebt.High = want.ByPosition.N, want.ByPosition.Low, want.ByPosition.High
		if fmt.Sprintf("%+v", want) != fmt.Sprintf("%+v", got) {
			t.Fatalf("C-ratios\n%+v\nwant\n%+v\n%s", got, want, text)
		}
	}
}

func blockOf(t *testing.T, w *worker) record.Block {
	t.Helper()
	var b record.Block
	if _, _, err := w.block(context.Background(), record.BlockSpec{Paths: 4}, &b); err != nil {
		t.Fatal(err)
	}
	w.collect.Into(&b)
	return b
}

// same compares two blocks. NaN is printed like a number.
func same(t *testing.T, name, text string, want, got record.Block) {
	t.Helper()
	for i := range want.Paths {
		a, b := reflect.ValueOf(want.Paths[i]), reflect.ValueOf(got.Paths[i])
		for f := range a.NumField() {
			if x, y := fmt.Sprint(a.Field(f)), fmt.Sprint(b.Field(f)); x != y {
				t.Errorf("%s: path %d: %s is %s, want %s\n%s", name, i, a.Type().Field(f).Name, y, x, text)
			}
		}
	}
	for _, part := range []struct {
		name string
		a, b any
	}{{"events", want.Events, got.Events}, {"C-ratios", want.CRatio, got.CRatio}, {"series", want.Series, got.Series}} {
		if fmt.Sprint(part.a) != fmt.Sprint(part.b) {
			t.Errorf("%s: %s differ\n%s", name, part.name, text)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}
