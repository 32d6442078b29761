package markets

import (
	"fmt"
	"sort"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// ScriptRow is one row of a market's recorded history: what it reports from
// this time (seconds) on, and the USD that flow at this time. Amounts are D18
// USD. Of a row, the deposit comes before the withdrawal.
type ScriptRow struct {
	Time                        uint64
	ReportedDebt, MinimumCredit fp.Uint256
	Deposit, Withdraw           fp.Uint256
}

// Script is a market's history and whose wallet its USD come from and go to.
type Script struct {
	Rows   []ScriptRow // ascending in time
	Wallet model.Actor
	// Bridge lets USD that the wallet lacks for a deposit arrive from another
	// chain (PROTOCOL.md §9.3). Without it such a deposit fails.
	Bridge bool
}

// ScriptOrderError is a row that is not later than the one before.
type ScriptOrderError struct {
	Row  int // from 0
	Time uint64
}

func (e *ScriptOrderError) Error() string {
	return fmt.Sprintf("row %d of the script: time %d is not later than the row before", e.Row, e.Time)
}

// Scripted is a market that follows a [Script]. What it reports follows the
// system's time; the USD of rows that have become due flow when
// [Scripted.Advance] is called.
type Scripted struct {
	sys     *model.System
	id      model.MarketID
	script  Script
	flowing model.Cell[flowing]
}

type flowing struct {
	next     int // the first row whose USD have not flowed
	imported fp.Uint256
}

// NewScripted registers a market that follows the script. It fails with a
// *ScriptOrderError, or when the core refuses the registration.
func NewScripted(sys *model.System, script Script) (*Scripted, error) {
	for i := 1; i < len(script.Rows); i++ {
		if t := script.Rows[i].Time; t <= script.Rows[i-1].Time {
			return nil, &ScriptOrderError{i, t}
		}
	}
	m := &Scripted{sys: sys, script: script}
	id, err := sys.RegisterMarket(m)
	if err != nil {
		return nil, fmt.Errorf("scripted market: %w", err)
	}
	m.id = id
	return m, nil
}

// ID returns the id of the core market.
func (m *Scripted) ID() model.MarketID { return m.id }

// due returns the number of rows up to now.
func (m *Scripted) due() int {
	now, rows := m.sys.Now(), m.script.Rows
	return sort.Search(len(rows), func(i int) bool { return rows[i].Time > now })
}

// row returns the row in force, a zero one before the first.
func (m *Scripted) row() ScriptRow {
	if n := m.due(); n > 0 {
		return m.script.Rows[n-1]
	}
	return ScriptRow{}
}

// ReportedDebt returns the reported debt (D18 USD) of the row in force.
func (m *Scripted) ReportedDebt() (fp.Uint256, error) { return m.row().ReportedDebt, nil }

// MinimumCredit returns the minimum credit (D18 USD) of the row in force.
func (m *Scripted) MinimumCredit() (fp.Uint256, error) { return m.row().MinimumCredit, nil }

// FlowError is a flow of USD that the core refused.
type FlowError struct {
	Row      int // from 0
	Withdraw bool
	Err      error
}

func (e *FlowError) Error() string {
	flow := "deposit"
	if e.Withdraw {
		flow = "withdrawal"
	}
	return fmt.Sprintf("%s of row %d of the script: %v", flow, e.Row, e.Err)
}

// Unwrap returns the core's error.
func (e *FlowError) Unwrap() error { return e.Err }

// Advance lets the USD of all rows that have become due flow, each once. It
// returns the flows that the core refused; they do not take place later
// either.
func (m *Scripted) Advance() (failed []*FlowError) {
	from, to := m.flowing.Get().next, m.due()
	if from >= to {
		return nil
	}
	// A transaction that only counts cannot fail.
	_ = m.sys.Transact(func() { m.flowing.Edit(m.sys.Journal()).next = to })
	for i := from; i < to; i++ {
		if err := m.deposit(m.script.Rows[i].Deposit); err != nil {
			failed = append(failed, &FlowError{i, false, err})
		}
		if err := m.withdraw(m.script.Rows[i].Withdraw); err != nil {
			failed = append(failed, &FlowError{i, true, err})
		}
	}
	return failed
}

func (m *Scripted) deposit(amount fp.Uint256) error {
	if amount.IsZero() {
		return nil
	}
	return m.sys.Transact(func() {
		wallet := m.script.Wallet
		if has := m.sys.TokenBalance(model.USD, wallet); m.script.Bridge && has.Less(amount) {
			missing := amount.Sub(has)
			op.Must(m.sys.MintToken(model.USD, wallet, missing))
			f := m.flowing.Edit(m.sys.Journal())
			f.imported = f.imported.Add(missing)
		}
		op.Must(m.sys.DepositMarketUSD(model.MarketAddress(m.id), m.id, wallet, amount))
	})
}

func (m *Scripted) withdraw(amount fp.Uint256) error {
	if amount.IsZero() {
		return nil
	}
	return m.sys.WithdrawMarketUSD(model.MarketAddress(m.id), m.id, m.script.Wallet, amount)
}

// Imported returns the USD (D18) that came from another chain; the supply
// identity counts them as minted (PROTOCOL.md §9.3).
func (m *Scripted) Imported() fp.Uint256 { return m.flowing.Get().imported }

// Clone returns an independent copy for a copy of its system. Both share the
// rows.
func (m *Scripted) Clone(to *model.System) model.ExternalMarket { return m.CloneInto(nil, to) }

// CloneInto implements [Reuser].
func (m *Scripted) CloneInto(old model.ExternalMarket, to *model.System) model.ExternalMarket {
	c, ok := old.(*Scripted)
	if !ok {
		c = &Scripted{}
	}
	c.sys, c.id, c.script = to, m.id, m.script
	c.flowing.Restore(&m.flowing)
	return c
}

// AppendDigest appends the state of the market, for [model.System.Digest].
func (m *Scripted) AppendDigest(b []byte) []byte {
	return fmt.Appendf(b, "scripted %v", *m.flowing.Get())
}
