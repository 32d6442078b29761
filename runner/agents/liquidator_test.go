package agents_test

import (
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// oneWeak is a vault of a position that is liquidated below a price of 50, and
// of a rich one without debt.
func oneWeak(t *testing.T, prices []float64) *smallworld.World {
	w := world(t, flat(len(prices), 100), prices, 0)
	w.LP("weak", 0, 10, 400, 0)
	w.LP("rich", 0, 100, 0, 0)
	return w
}

// allWeak is a vault of two equal positions: it is liquidated below 50 as a
// whole.
func allWeak(t *testing.T, prices []float64) *smallworld.World {
	w := world(t, flat(len(prices), 100), prices, 0)
	w.LP("a", 0, 10, 400, 0)
	w.LP("b", 0, 10, 400, 0)
	return w
}

func bot(w *smallworld.World, change func(*agents.Liquidator)) *agents.Liquidator {
	l := agents.Liquidator{Account: w.Account(), EverySeconds: smallworld.Hour, Budget: smallworld.D18(1e6), Vaults: agents.VaultsFull}
	change(&l)
	return agents.NewLiquidator(1, "bot", l)
}

func TestLiquidatorChecks(t *testing.T) {
	fallen := append([]float64{100}, flat(9, 45)...)
	recovers := []float64{100, 45, 45, 45, 45, 100, 100, 45, 45, 45}
	for _, c := range []struct {
		name   string
		prices []float64
		change func(*agents.Liquidator)
		steps  []int
	}{
		{"every hour", fallen, func(*agents.Liquidator) {}, []int{1}},
		{"every four hours", fallen, func(l *agents.Liquidator) { l.EverySeconds *= 4 }, []int{4}},
		{"two hours later", fallen, func(l *agents.Liquidator) { l.EverySeconds *= 4; l.Latency = 2 * smallworld.Hour }, []int{6}},
		{"too late", recovers, func(l *agents.Liquidator) { l.EverySeconds *= 4; l.Latency = 2 * smallworld.Hour }, nil},
		{"before the next step", fallen, func(l *agents.Liquidator) { l.Latency = smallworld.Hour / 2 }, []int{2}},
		{"never there", fallen, func(l *agents.Liquidator) { l.Absent = 1 }, nil},
		{"reward 45, cost 10", fallen, func(l *agents.Liquidator) { l.CostUSD, l.MinProfitUSD = 10, 35 }, []int{1}},
		{"reward below the profit wanted", fallen, func(l *agents.Liquidator) { l.CostUSD, l.MinProfitUSD = 10, 35.01 }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := oneWeak(t, c.prices)
			l := bot(w, c.change)
			s := w.Start()
			w.Run(s, nil, l)
			equal(t, "liquidations", eventSteps(s, record.KindPositionLiquidation), c.steps)
		})
	}
}

// A liquidator that misses half of its checks misses the first one after a
// fall on half of the paths.
func TestLiquidatorIsAbsentAtRandom(t *testing.T) {
	w := oneWeak(t, []float64{100, 45})
	l := bot(w, func(l *agents.Liquidator) { l.Absent = 0.5 })
	w.Start()
	done := 0
	for path := range 200 {
		s := w.Path(uint64(path))
		w.Run(s, nil, l)
		done += len(eventSteps(s, record.KindPositionLiquidation))
	}
	if done < 70 || done > 130 { // 100 ± 4.2 standard deviations
		t.Errorf("liquidated on %d of 200 paths", done)
	}
}

func TestLiquidatorIsRewarded(t *testing.T) {
	w := oneWeak(t, []float64{100, 45, 45})
	l := bot(w, func(*agents.Liquidator) {})
	s := w.Start()
	w.Run(s, nil, l)
	if got := s.Sys.AvailableCollateral(l.Account, w.Collaterals[0].CT); got != smallworld.D18(1) {
		t.Errorf("reward %v", got)
	}
	e := s.Events[0]
	if e.Account != "weak" || e.Cause != "collateral_price" || e.AmountUSD.Float64() != 400 || e.AmountCollateral.Float64() != 10 || e.CRatio != 1.125 {
		t.Errorf("%+v", e)
	}
	if s.Row.SocialisedDebtUSD.Float64() != 400 || s.Row.CollateralLiquidatedUSD.Float64() != 450 {
		t.Errorf("%+v", s.Row)
	}
}

func vaultDebt(t *testing.T, s *sim.State) float64 {
	t.Helper()
	o, err := s.Outlook(0)
	if err != nil {
		t.Fatal(err)
	}
	return float64(o.Debt.Quo(fp.UnitI256).Magnitude().Words()[0])
}

func TestLiquidatorOfVaults(t *testing.T) {
	prices := append([]float64{100}, flat(3, 45)...)
	for _, c := range []struct {
		name   string
		change func(*agents.Liquidator)
		debts  []float64 // after every step
		vaults []int     // steps of vault liquidations
	}{
		{"full", func(*agents.Liquidator) {}, []float64{800, 0, 0, 0}, []int{1}},
		{"partial", func(l *agents.Liquidator) { l.Vaults = agents.VaultsPartial }, []float64{800, 400, 200, 100}, []int{1, 2, 3}},
		{"budget", func(l *agents.Liquidator) { l.Budget = smallworld.D18(300) }, []float64{800, 500, 500, 500}, []int{1}},
		{"no budget", func(l *agents.Liquidator) { l.Budget = fp.Uint256{} }, []float64{800, 800, 800, 800}, nil},
		// 900 of collateral for 800 of debt
		{"too little profit", func(l *agents.Liquidator) { l.MinProfitUSD = 100.5 }, []float64{800, 800, 800, 800}, nil},
		{"enough profit", func(l *agents.Liquidator) { l.MinProfitUSD = 99.5 }, []float64{800, 0, 0, 0}, []int{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := allWeak(t, prices)
			l := bot(w, c.change)
			s := w.Start()
			var debts []float64
			w.Run(s, func() { debts = append(debts, vaultDebt(t, s)) }, l)
			equal(t, "debts", debts, c.debts)
			equal(t, "vault liquidations", eventSteps(s, record.KindVaultLiquidation), c.vaults)
			if n := s.Row.PositionLiquidations; n != 0 {
				t.Errorf("%d position liquidations", n)
			}
		})
	}
}

// Without vaults, positions fall until one is left, which only a vault
// liquidation could take.
func TestLiquidatorLeavesTheLastPosition(t *testing.T) {
	w := allWeak(t, []float64{100, 45, 45})
	l := bot(w, func(l *agents.Liquidator) { l.Vaults = agents.VaultsNever })
	s := w.Start()
	w.Run(s, nil, l)
	equal(t, "liquidations", eventSteps(s, record.KindPositionLiquidation), []int{1})
	if d := vaultDebt(t, s); d != 800 {
		t.Errorf("debt %v", d)
	}
}

func TestLiquidatorToTreasury(t *testing.T) {
	w := oneWeak(t, []float64{100, 45, 45})
	w.Pool("treasury", smallworld.Share{Market: 0, Weight: 1, Max: 1000})
	w.Vault(1, 0)
	w.LP("keeps the treasury's vault", 1, 10, 0, 0)
	w.Treasury = 2 // the second pool
	treasury := w.Account()
	w.Must(w.System().SetConfig(model.Owner, model.ConfigTreasuryAccountID, fp.U256(uint64(treasury))))
	w.Must(w.System().SetConfig(model.Owner, model.ConfigTreasuryPoolID, fp.U256(2)))
	l := bot(w, func(l *agents.Liquidator) { l.ToTreasury = true })
	s := w.Start()
	w.Run(s, nil, l)
	equal(t, "liquidations", eventSteps(s, record.KindPositionLiquidation), []int{1})
	if got := s.Sys.AvailableCollateral(treasury, w.Collaterals[0].CT); got != smallworld.D18(10) {
		t.Errorf("the treasury has %v", got)
	}
	if s.Row.SocialisedDebtUSD.Sign() != 0 {
		t.Errorf("socialised %v", s.Row.SocialisedDebtUSD)
	}
}

// While a market does not answer nobody can be liquidated.
func TestLiquidatorWaitsForTheMarket(t *testing.T) {
	w := oneWeak(t, append([]float64{100}, flat(5, 45)...))
	w.Fail(0, 1, 4)
	l := bot(w, func(*agents.Liquidator) {})
	s := w.Start()
	w.Run(s, nil, l)
	equal(t, "liquidations", eventSteps(s, record.KindPositionLiquidation), []int{4})
}
