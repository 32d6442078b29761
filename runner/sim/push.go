package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// A push makes one market read another price of an asset than everybody else.
// It begins and ends within a step: whoever can do that in a transaction of his
// own leaves nobody the time to answer.

// Push multiplies the price of an asset that a market reads by a factor (D18),
// until Release, and returns by how much that raises its debt (D18 USD), which
// counts as the price's.
func (s *State) Push(market, asset int, factor fp.Uint256) (rise fp.Int256) {
	was, debt := s.Price[asset], s.ledger.last[market]
	s.Price[asset] = was.MulDecimal(factor.Int256())
	s.reprice(market)
	s.Price[asset] = was
	s.pushed[market] = true
	return s.ledger.last[market].Sub(debt)
}

// Release lets a market read the price that everybody reads.
func (s *State) Release(market int) {
	s.reprice(market)
	s.pushed[market] = false
}

func (s *State) reprice(market int) {
	s.forgetLooks()
	s.World.Markets[market].Driver.Reprice(s)
	s.noteMarket(market, SourcePrice)
}

// CrossesLimit reports whether bringing a market's debt to its pools would now
// move one of them out of range.
func (s *State) CrossesLimit(market int) bool {
	x := s.Sys.MarketSummary(s.World.Markets[market].ID)
	debt, err := s.Sys.MarketTotalDebt(s.World.Markets[market].ID)
	if err != nil || !x.Out.Some || x.TotalShares.IsZero() {
		return false
	}
	rise := debt.Sub(x.LastDistributed.Wide()).DivDecimal(x.TotalShares.WideInt())
	return x.Out.Limit.Wide().Less(x.ValuePerShare.D18().Wide().Add(rise))
}

// VaultsOf lists the vaults of the pools behind a market.
func (s *State) VaultsOf(market int) (list []int) {
	for v, vault := range s.World.Vaults {
		for _, m := range s.World.Pools[vault.Pool].Markets {
			if m == market {
				list = append(list, v)
			}
		}
	}
	return list
}

// VaultWealth returns what the LPs of each vault have in it (D18 USD).
func (s *State) VaultWealth() ([]fp.Int256, error) {
	list := make([]fp.Int256, len(s.World.Vaults))
	for v := range list {
		e, err := s.vaultEquity(v)
		if err != nil {
			return nil, err
		}
		list[v] = e
	}
	return list, nil
}

// leastTaken is what roundings stay below: a millionth of a USD.
var leastTaken = fp.U256(1_000_000_000_000)

// AdversaryResult adds the result of an adversary (D18 USD).
func (s *State) AdversaryResult(x fp.Int256) { s.adversaries = s.adversaries.Add(x) }

// OraclePushed records an attack on a market: what it gained, and what it took
// from the LPs of each vault that it touched (D18 USD).
func (s *State) OraclePushed(market int, account string, gain fp.Int256, taken []fp.Int256) {
	e := s.event(record.KindOraclePush, CausePush)
	e.Market, e.Account, e.AmountUSD = s.World.Markets[market].Name, account, units.Record(gain)
	s.add(e)
	for v, x := range taken {
		if x.Magnitude().Less(leastTaken) {
			continue
		}
		e := s.event(record.KindOraclePushLoss, CausePush)
		e.Market, e.AmountUSD = s.World.Markets[market].Name, units.Record(x)
		s.inVault(&e, v)
		s.add(e)
	}
}

// Outsider is an account with a position in a vault that is none of the LPs':
// what it wins or loses there is not theirs.
type Outsider struct {
	Name    string
	Account model.AccountID
	Vault   int // into World.Vaults
}

// OutsiderDebt returns the debt of an outsider's position (D18 USD), negative
// when it is owed something.
func (s *State) OutsiderDebt(outsider int) (fp.Int256, error) {
	p, err := s.outsiderPosition(outsider)
	return p.Debt, err
}

func (s *State) outsiderPosition(outsider int) (p model.Position, err error) {
	x := s.World.Outsiders[outsider]
	o, err := s.lastOutlook(x.Vault)
	if err != nil {
		return p, err
	}
	p, _ = s.Sys.PositionOutlook(&o, x.Account)
	return p, nil
}

// outsidersPart returns what of a vault's equity is outsiders' (D18 USD).
func (s *State) outsidersPart(vault int, o *model.VaultOutlook) (sum fp.Int256) {
	for _, x := range s.World.Outsiders {
		if x.Vault == vault {
			p, _ := s.Sys.PositionOutlook(o, x.Account)
			sum = sum.Add(p.CollateralValue.Int256()).Sub(p.Debt)
		}
	}
	return sum
}

// outsidersDebt returns the debt that markets have brought to outsiders since
// the start of the path (D18 USD): what they owe and did not mint.
func (s *State) outsidersDebt() (sum fp.Int256, err error) {
	for i := range s.World.Outsiders {
		debt, err := s.OutsiderDebt(i)
		if err != nil {
			return sum, err
		}
		sum = sum.Add(debt)
	}
	return sum.Sub(s.outsidersMinted), nil
}

// minted books USD that an account minted, or burned if negative.
func (s *State) minted(id model.AccountID, usd fp.Int256) {
	for _, x := range s.World.Outsiders {
		if x.Account == id {
			s.outsidersMinted = s.outsidersMinted.Add(usd)
		}
	}
}
