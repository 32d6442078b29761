package markets

import (
	"fmt"

	"backtest/model"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/model/state"
)

// LoadState makes a market of a state document; it is what [model.Load] asks
// for when all markets are of the kinds here.
func LoadState(d *state.External, id model.MarketID, sys *model.System, c *state.Checker, path string) model.ExternalMarket {
	m := loadKind(d, id, sys, c, path)
	if m == nil || d.Outages == nil {
		return m
	}
	f := &Failing{sys: sys, id: id, market: m}
	for _, o := range d.Outages {
		f.outages = append(f.outages, Outage{o.From, o.Until})
	}
	return f
}

func loadKind(d *state.External, id model.MarketID, sys *model.System, c *state.Checker, path string) (m model.ExternalMarket) {
	kinds := 0
	if d.Simple != nil {
		kinds, m = kinds+1, loadSimple(d.Simple)
	}
	if d.Scripted != nil {
		kinds, m = kinds+1, loadScripted(d.Scripted, id, sys, c, path+".scripted")
	}
	if d.Spot != nil {
		kinds, m = kinds+1, spot.Load(d.Spot, id, sys, c, path+".spot")
	}
	if d.Perps != nil {
		kinds, m = kinds+1, perps.Load(d.Perps, id, sys, c, path+".perps")
	}
	if kinds != 1 {
		c.Add(path, "is %d kinds of market, must be one of simple, scripted, spot and perps", kinds)
	}
	return m
}

// MarketFailure is the error of a market that was made to fail.
type MarketFailure struct {
	Code uint64 `arg:"code"`
}

func (e MarketFailure) Error() string { return fmt.Sprintf("MarketFailure: code %d", e.Code) }

// codeOf returns the code of a failure, 0 without one.
func codeOf(failure error) (uint64, error) {
	switch e := failure.(type) {
	case nil:
		return 0, nil
	case MarketFailure:
		if e.Code != 0 {
			return e.Code, nil
		}
	}
	return 0, &state.UnsavedError{What: "the failure of a market: " + failure.Error()}
}

func failureOf(code uint64) error {
	if code == 0 {
		return nil
	}
	return MarketFailure{code}
}

// SaveState implements [model.Saver].
func (m *Simple) SaveState() (state.External, error) {
	d := &state.Simple{ReportedDebt: m.reportedDebt, MinimumCredit: m.minimumCredit}
	var err error
	if d.ReportedDebtFailure, err = codeOf(m.reportedDebtFailure); err == nil {
		d.MinimumCreditFailure, err = codeOf(m.minimumCreditFailure)
	}
	return state.External{Simple: d}, err
}

func loadSimple(d *state.Simple) *Simple {
	return &Simple{
		reportedDebt: d.ReportedDebt, minimumCredit: d.MinimumCredit,
		reportedDebtFailure: failureOf(d.ReportedDebtFailure), minimumCreditFailure: failureOf(d.MinimumCreditFailure),
	}
}

// SaveState implements [model.Saver].
func (m *Scripted) SaveState() (state.External, error) {
	f := m.flowing.Get()
	d := &state.Scripted{
		Wallet: m.script.Wallet.StateText(), Bridge: m.script.Bridge,
		Flowed: uint64(f.next), Imported: f.imported,
	}
	for _, r := range m.script.Rows {
		d.Rows = append(d.Rows, state.ScriptRow{
			Time: r.Time, ReportedDebt: r.ReportedDebt, MinimumCredit: r.MinimumCredit,
			Deposit: r.Deposit, Withdraw: r.Withdraw,
		})
	}
	return state.External{Scripted: d}, nil
}

func loadScripted(d *state.Scripted, id model.MarketID, sys *model.System, c *state.Checker, path string) *Scripted {
	m := &Scripted{sys: sys, id: id}
	m.script = Script{Wallet: model.CheckActor(c, path+".wallet", d.Wallet), Bridge: d.Bridge}
	for i, r := range d.Rows {
		if i > 0 && r.Time <= d.Rows[i-1].Time {
			c.Add(state.At(path+".rows", i)+".time", "%d is not later than that of the row before", r.Time)
		}
		m.script.Rows = append(m.script.Rows, ScriptRow{r.Time, r.ReportedDebt, r.MinimumCredit, r.Deposit, r.Withdraw})
	}
	if d.Flowed > uint64(len(d.Rows)) {
		c.Add(path+".flowed", "is %d of %d rows", d.Flowed, len(d.Rows))
		return m
	}
	m.flowing = model.NewCell(flowing{int(d.Flowed), d.Imported})
	return m
}

// SaveState implements [model.Saver]: it saves the market behind.
func (f *Failing) SaveState() (d state.External, err error) {
	saver, ok := f.market.(model.Saver)
	if !ok {
		return d, &state.UnsavedError{What: fmt.Sprintf("a %T", f.market)}
	}
	d, err = saver.SaveState()
	for _, o := range f.outages {
		d.Outages = append(d.Outages, state.Outage{From: o.From, Until: o.Until})
	}
	return d, err
}
