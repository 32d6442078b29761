package recorded

import (
	"fmt"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/replay"
	"backtest/model/state"
)

// Names tell by address what a start folder calls the actors and tokens.
type Names struct{ Actors, Types map[string]string }

// Replay goes on from the state of a start folder with the recorded steps after
// its block, and compares everything that was observed. d is changed.
func Replay(f *File, t *replay.Trace, d *state.State, n Names) (replay.Result, error) {
	if !f.is(d.Source.Chain, d.Source.Block) {
		return replay.Result{}, fmt.Errorf("the start is of block %d of chain %d, the recording of block %s of chain %s", d.Source.Block, d.Source.Chain, f.Block.Number, f.ChainID)
	}
	r := renaming{actors: map[string]string{}, types: map[string]string{}}
	for address, name := range n.Actors {
		r.actors[name] = f.Names[address]
	}
	for address, name := range f.Names {
		if n.Actors[address] == "" {
			r.actors[address] = name // an actor who is known by address alone
		}
	}
	for address, name := range n.Types {
		r.types[name] = f.Names[address]
	}
	r.state(d)
	settable(d)
	fund(d, t.Setup)
	d.Source = state.Source{History: t.Name, Step: uint64(f.After.FirstStep - 1)}
	return replay.ReplayFrom(t, d)
}

// settable makes markets that stand still settable again: the recording sets
// what they report.
func settable(d *state.State) {
	for i := range d.Markets {
		x := &d.Markets[i].External
		if x.Scripted == nil || len(x.Scripted.Rows) == 0 {
			continue
		}
		row := x.Scripted.Rows[len(x.Scripted.Rows)-1]
		x.Simple = &state.Simple{ReportedDebt: row.ReportedDebt, MinimumCredit: row.MinimumCredit}
		x.Scripted = nil
	}
}

// What the recorder gave to wallets: so much of each foreign token.
const (
	fundedAccounts = 64
	fundedMarkets  = 12
)

var funded = fp.FromWords([4]uint64{0, 0, 1 << 32, 0})

// fund gives the wallets what the recorder gave them of foreign tokens, which
// no start folder holds, and adds tokens that were not in use.
func fund(d *state.State, setup replay.Setup) {
	for _, token := range setup.Tokens {
		if token.ID == "USD" {
			continue
		}
		c := collateral(d, token)
		var list []state.Balance
		for _, b := range c.Balances {
			if b.Actor == "core" {
				list = append(list, b)
			}
		}
		c.Balances, c.TotalSupply = list, fp.Uint256{}
		for i := range fundedAccounts {
			c.Balances = append(c.Balances, state.Balance{Actor: fmt.Sprintf("account:%d", i+1), Amount: funded})
		}
		for i := range fundedMarkets {
			c.Balances = append(c.Balances, state.Balance{Actor: fmt.Sprintf("market:%d", i+1), Amount: funded})
		}
		for _, b := range c.Balances {
			c.TotalSupply = c.TotalSupply.Add(b.Amount)
		}
	}
}

func collateral(d *state.State, token replay.Token) *state.Collateral {
	for i := range d.Collaterals {
		if d.Collaterals[i].Name == token.ID {
			return &d.Collaterals[i]
		}
	}
	var decimals uint8
	_, _ = fmt.Sscan(token.Decimals, &decimals) // the trace's own check comes first
	d.Collaterals = append(d.Collaterals, state.Collateral{Name: token.ID, Decimals: decimals})
	return &d.Collaterals[len(d.Collaterals)-1]
}

// renaming gives actors and tokens the names of the recording.
type renaming struct{ actors, types map[string]string }

// actor renames an actor; one that the recording does not name keeps its name.
func (r renaming) actor(s *string) {
	if name := r.actors[*s]; name != "" && *s != "" {
		a, ok := model.ParseActor(name)
		if name == "zero" || !ok {
			return
		}
		*s = a.StateText()
	}
}

func (r renaming) ct(s *string) {
	if name := r.types[*s]; name != "" {
		*s = name
	}
}

func (r renaming) state(d *state.State) {
	for i := range d.Collaterals {
		c := &d.Collaterals[i]
		r.ct(&c.Name)
		for k := range c.Balances {
			r.actor(&c.Balances[k].Actor)
		}
	}
	for i := range d.Markets {
		r.market(&d.Markets[i])
	}
	for i := range d.Pools {
		p := &d.Pools[i]
		for k := range p.Vaults {
			r.ct(&p.Vaults[k].Collateral)
		}
		for k := range p.CollateralConfigurations {
			r.ct(&p.CollateralConfigurations[k].Collateral)
		}
	}
	for i := range d.Accounts {
		a := &d.Accounts[i]
		r.actor(&a.Owner)
		for k := range a.Permissions {
			r.actor(&a.Permissions[k].Actor)
		}
		for k := range a.Collaterals {
			r.ct(&a.Collaterals[k].Collateral)
		}
	}
	for i := range d.Settings.Overrides {
		r.actor(&d.Settings.Overrides[i].Sender)
	}
}

func (r renaming) market(m *state.Market) {
	r.actor(&m.Address)
	for k := range m.DepositedCollateral {
		r.ct(&m.DepositedCollateral[k].Collateral)
	}
	for k := range m.MaximumDepositable {
		r.ct(&m.MaximumDepositable[k].Collateral)
	}
	if s := m.External.Spot; s != nil {
		r.ct(&s.Synth)
		r.ct(&s.WrapCollateral)
		r.collector(&s.FeeCollector, fmt.Sprintf("collector:%d", m.ID))
		for k := range s.Orders {
			r.actor(&s.Orders[k].Owner)
			r.actor(&s.Orders[k].Referrer)
		}
		r.shares(s.Referrers)
		r.shares(s.TransactorFees)
	}
	if p := m.External.Perps; p != nil {
		r.collector(&p.FeeCollector, "collector:perps")
		r.shares(p.Referrers)
		for k := range p.Instruments {
			r.actor(&p.Instruments[k].EndorsedLiquidator)
		}
		for k := range p.Accounts {
			r.actor(&p.Accounts[k].Order.Referrer)
		}
		for k := range p.Collaterals {
			for i := range p.Collaterals[k].DistributorCollaterals {
				r.ct(&p.Collaterals[k].DistributorCollaterals[i])
			}
		}
	}
}

// collector renames a fee collector; recordings know one under its market's
// name.
func (r renaming) collector(c *state.FeeCollector, name string) {
	r.actor(&c.Account)
	if strings.HasPrefix(c.Account, "0x") {
		c.Account = name
	}
}

func (r renaming) shares(list []state.Share) {
	for i := range list {
		r.actor(&list[i].Actor)
	}
}
