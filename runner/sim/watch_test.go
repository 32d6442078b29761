package sim_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// everyPosition finds the smallest C-ratio and who can be liquidated by a visit
// to all positions.
func everyPosition(s *sim.State, o *model.VaultOutlook) (worst fp.Uint256, liquidatable []model.AccountID) {
	worst = fp.MaxUint256
	type weak struct {
		ratio fp.Uint256
		id    model.AccountID
	}
	var all []weak
	s.Sys.EachPosition(o, func(id model.AccountID, p model.Position, can bool) {
		if p.CRatio.Less(worst) {
			worst = p.CRatio
		}
		if can {
			all = append(all, weak{p.CRatio, id})
		}
	})
	slices.SortFunc(all, func(a, b weak) int { return cmp.Compare(a.id, b.id) })
	for _, x := range all {
		liquidatable = append(liquidatable, x.id)
	}
	return worst, liquidatable
}

// checkEquity compares a vault's equity by totals with the sum over its
// positions: the roundings of each are less than a wei, and those of a debt per
// share that was distributed often add a few.
func checkEquity(t *testing.T, s *sim.State, o *model.VaultOutlook) {
	t.Helper()
	var sum fp.Int256
	few := uint64(100)
	s.Sys.EachPosition(o, func(_ model.AccountID, p model.Position, _ bool) {
		sum = sum.Add(p.CollateralValue.Int256()).Sub(p.Debt)
		few += 3
	})
	if d := o.Equity().Sub(sum).Magnitude(); fp.U256(few).Less(d) {
		t.Fatalf("equity %v, the positions' %v: %v wei apart", o.Equity(), sum, d)
	}
}

// TestWatchAgreesWithEveryPosition: in random worlds, while positions mint,
// burn, move collateral and are liquidated, the order of a vault finds what a
// visit to every position finds.
func TestWatchAgreesWithEveryPosition(t *testing.T) {
	const seed = 3
	r := rand.New(rand.NewPCG(seed, 0))
	found := 0
	for world := range 25 {
		w, s := randomVault(t, r)
		for step := range w.Grid {
			if step > 0 {
				w.Must(s.SetStep(step))
			}
			for range 3 {
				disturb(w, s, r)
			}
			o, err := s.Outlook(0)
			w.Must(err)
			checkEquity(t, s, &o)
			worst, liquidatable := everyPosition(s, &o)
			if got := s.Worst(0, &o); got != worst {
				t.Fatalf("world %d of seed %d, step %d: worst %v, want %v", world, seed, step, got, worst)
			}
			got := s.Liquidatable(0, &o)
			slices.Sort(got)
			if !slices.Equal(got, liquidatable) {
				t.Fatalf("world %d of seed %d, step %d: liquidatable %v, want %v", world, seed, step, got, liquidatable)
			}
			found += len(got)
		}
	}
	if found == 0 {
		t.Error("nobody was ever liquidatable")
	}
}

func randomVault(t *testing.T, r *rand.Rand) (*smallworld.World, *sim.State) {
	steps := 30
	eth, gold := []float64{100}, []float64{1}
	for range steps {
		eth = append(eth, eth[len(eth)-1]*(0.8+0.45*r.Float64()))
		gold = append(gold, gold[len(gold)-1]*(0.85+0.28*r.Float64()))
	}
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: eth}, smallworld.Asset{ID: "GOLD", Prices: gold})
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 1.5, Liquidation: 1.3})
	w.Spot("synth", 0, 10*r.Float64(), nil)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1000})
	w.Vault(0, 0)
	for range 1 + r.IntN(30) {
		tokens := 10 + 1000*r.Float64()
		w.LP("lp", 0, tokens, tokens/(1.6+3*r.Float64()), 1000)
	}
	return w, w.Start()
}

// disturb gives a random command; the protocol may refuse it.
func disturb(w *smallworld.World, s *sim.State, r *rand.Rand) {
	id := w.LPs[r.IntN(len(w.LPs))].Account
	has := s.Sys.PositionCollateral(w.Pools[0].ID, w.Collaterals[0].CT, id)
	switch r.IntN(8) {
	case 0:
		_ = s.Mint(0, id, smallworld.D18(50*r.Float64()))
	case 1:
		_ = s.Burn(0, id, smallworld.D18(50*r.Float64()))
	case 2:
		_ = s.Delegate(0, id, has.MulDecimal(smallworld.D18(0.5+r.Float64())))
	case 3:
		_ = s.Rebalance(0)
	case 4:
		_, _ = s.Liquidate(0, id, w.LPs[0].Account, "test")
	case 5:
		w.Must(s.Sys.FundWallet(model.USD, model.Keeper, smallworld.D18(10)))
		_, _ = s.LiquidateVault(model.Keeper, 0, w.LPs[0].Account, smallworld.D18(10), "test")
	}
}

func TestNobodyToWatch(t *testing.T) {
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{100, 100}})
	w.Collateral("ETH", 0, smallworld.Ratios{Issuance: 2, Liquidation: 1.5})
	w.Spot("synth", 0, 0, nil)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1})
	w.Vault(0, 0)
	s := w.Start()
	o, err := s.Outlook(0)
	w.Must(err)
	if x := s.WorstRatio(0, &o); x == x {
		t.Errorf("worst ratio %v", x)
	}
	if s.Worst(0, &o) != fp.MaxUint256 || s.Liquidatable(0, &o) != nil {
		t.Error("somebody was found")
	}
}
