package agents

import (
	"math"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Policy is what liquidity providers do as prices move.
type Policy string

// The policies.
const (
	Passive Policy = "passive" // nothing
	Target  Policy = "target"  // burn, or mint, back to a target C-ratio
	TopUp   Policy = "top_up"  // add collateral from a limited wallet
	DeRisk  Policy = "de_risk" // burn what they can, never mint
	Leave   Policy = "leave"   // repay and go when the loss is too large
)

// Providers is a population of LPs with one policy. Ratios are D18.
type Providers struct {
	Policy       Policy
	EverySeconds int64
	Members      []int // into World.LPs
	Target       fp.Uint256
	ActBelow     fp.Uint256
	MintAbove    fp.Uint256 // 0 never
	MaxLoss      fp.Uint256 // relative to the equity at the start, the wallet left out
	Wallet       fp.Uint256 // USD that each brings from outside to repay with

	equity []fp.Int256 // of each member at the start, D18 USD
	leaves []float64   // what each owns when it leaves, USD
	gone   []bool
}

// Begin implements [Agent].
func (p *Providers) Begin(s *sim.State) error {
	if p.Policy != Leave {
		return nil
	}
	p.equity = resized(p.equity, len(p.Members))
	p.leaves = resized(p.leaves, len(p.Members))
	p.gone = resized(p.gone, len(p.Members))
	for i, m := range p.Members {
		e, err := s.MemberEquity(m)
		if err != nil {
			return err
		}
		p.equity[i] = e
		p.leaves[i] = units.Float(e.Sub(fp.MaxInt(p.limit(i), fp.Int256{})))
	}
	return nil
}

// resized returns n zeros in the memory of a list.
func resized[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	clear(list[:n])
	return list[:n]
}

// limit is the loss (D18 USD) that a member bears.
func (p *Providers) limit(i int) fp.Int256 {
	return p.equity[i].Sub(p.Wallet.Int256()).MulDecimal(p.MaxLoss.Int256())
}

// Act implements [Agent].
func (p *Providers) Act(s *sim.State) error {
	if p.Policy == Passive || !s.Due(p.EverySeconds) {
		return nil
	}
	for i, m := range p.Members {
		if err := end(p.act(s, i, m)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Providers) act(s *sim.State, i, member int) error {
	lp := s.World.LPs[member]
	if p.Policy == Leave {
		return p.leave(s, i, member)
	}
	if s.CRatioWithin(member, units.FloatU(p.ActBelow), p.mintsAbove()) {
		return nil
	}
	o, err := s.Outlook(lp.Vault)
	if err != nil {
		return nil // a market does not answer: no operation would succeed
	}
	x, _ := s.Sys.PositionOutlook(&o, lp.Account)
	if x.Collateral.IsZero() {
		return nil
	}
	switch {
	case x.CRatio.Less(p.ActBelow) && p.Policy == TopUp:
		return p.topUp(s, lp, x, o.Price)
	case x.CRatio.Less(p.ActBelow):
		return p.burnTo(s, lp, x)
	case p.Policy == Target && !p.MintAbove.IsZero() && p.MintAbove.Less(x.CRatio):
		return p.mintTo(s, lp, x)
	}
	return nil
}

// mintsAbove returns the C-ratio above which members mint.
func (p *Providers) mintsAbove() float64 {
	if p.Policy != Target || p.MintAbove.IsZero() {
		return math.Inf(1)
	}
	return units.FloatU(p.MintAbove)
}

// allowed returns the debt (D18 USD) at the target C-ratio.
func (p *Providers) allowed(x model.Position) fp.Int256 {
	return x.CollateralValue.DivDecimal(p.Target).Int256()
}

// burnTo repays debt down to the target from the account's own USD.
func (p *Providers) burnTo(s *sim.State, lp sim.LP, x model.Position) error {
	return repay(s, lp, x.Debt.Sub(p.allowed(x)))
}

func repay(s *sim.State, lp sim.LP, amount fp.Int256) error {
	if has := s.Sys.AvailableCollateral(lp.Account, model.USD).Int256(); has.Less(amount) {
		amount = has
	}
	if amount.Sign() <= 0 {
		return nil
	}
	return s.Burn(lp.Vault, lp.Account, amount.Uint256())
}

// mintTo mints up to the target; a position in credit mints its credit too.
func (p *Providers) mintTo(s *sim.State, lp sim.LP, x model.Position) error {
	if amount := p.allowed(x).Sub(x.Debt); amount.Sign() > 0 {
		return s.Mint(lp.Vault, lp.Account, amount.Uint256())
	}
	return nil
}

// topUp adds collateral up to the target from what the account has available.
func (p *Providers) topUp(s *sim.State, lp sim.LP, x model.Position, price fp.Uint256) error {
	if price.IsZero() {
		return nil
	}
	_, ct := s.VaultID(lp.Vault)
	wanted := x.Debt.Uint256().MulDecimal(p.Target).DivDecimal(price)
	if !x.Collateral.Less(wanted) {
		return nil
	}
	most := x.Collateral.Add(s.Sys.AvailableCollateral(lp.Account, ct))
	if most.Less(wanted) {
		wanted = most
	}
	if wanted == x.Collateral {
		return nil
	}
	return s.Delegate(lp.Vault, lp.Account, wanted)
}

// leave repays all debt it can and withdraws the collateral once the loss
// exceeds the limit. A refused withdrawal is tried again at the next check, and
// one that no market answers for is refused too.
func (p *Providers) leave(s *sim.State, i, member int) error {
	if !p.gone[i] && s.OwnsMore(member, p.leaves[i]) {
		return nil
	}
	lp := s.World.LPs[member]
	pool, ct := s.VaultID(lp.Vault)
	if s.Sys.PositionCollateral(pool, ct, lp.Account).IsZero() {
		return nil
	}
	if !p.gone[i] {
		now, err := s.MemberEquity(member)
		if err != nil {
			return nil
		}
		loss := p.equity[i].Sub(now)
		if loss.Sign() <= 0 || !p.limit(i).Less(loss) {
			return nil
		}
		p.gone[i] = true
	}
	if o, err := s.Outlook(lp.Vault); err == nil {
		x, _ := s.Sys.PositionOutlook(&o, lp.Account)
		if err := repay(s, lp, x.Debt); err != nil {
			return err
		}
	}
	return s.Delegate(lp.Vault, lp.Account, fp.Uint256{})
}
