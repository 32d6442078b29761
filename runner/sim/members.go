package sim

import (
	"backtest/model"
	"backtest/runner/units"
)

// Most LPs find at most checks that nothing is to be done. That is told from
// floats of their positions, which are read again only after somebody touched
// them; whoever is too close to a limit is looked at exactly.

// memberFigures are the floats of an LP's position and of what its account holds
// beside.
type memberFigures struct {
	life  uint32 // of State.memberLife that they were read in
	epoch uint64 // of the vault

	collateral   float64 // shares of collateral
	debt, value  float64 // consolidated debt, USD, and the value per share then
	shares       float64 // of debt
	usd, tokens  float64 // beside
	extentOfDebt float64 // magnitudes that the debt is computed of, without the vault's value, USD
}

// beginMembers forgets what earlier paths read.
func (s *State) beginMembers() {
	s.memberLife++
	if s.memberLife == 0 || len(s.members) != len(s.World.LPs) {
		s.members, s.memberLife = make([]memberFigures, len(s.World.LPs)), 1
	}
}

// touchMembers makes the figures of an account's LPs be read again.
func (s *State) touchMembers(id model.AccountID) {
	places := &s.initial.lps
	for i := places.of(s.World, id); i >= 0; i = places.next(i) {
		s.members[i].life = 0
	}
}

func (s *State) readMember(member int, o *model.VaultOutlook) {
	lp := s.World.LPs[member]
	pool, ct := s.VaultID(lp.Vault)
	p := s.Sys.PositionStorage(pool, ct, lp.Account)
	m := &s.members[member]
	*m = memberFigures{
		life: s.memberLife, epoch: o.Epoch(),
		collateral: units.FloatU(p.CollateralShares.Wide()),
		debt:       units.Float(p.ConsolidatedDebt), value: units.FloatD27(p.LastValuePerShare),
		shares: units.FloatU(p.DebtShares.Wide()),
		usd:    units.FloatU(s.Sys.AvailableCollateral(lp.Account, model.USD)),
		tokens: units.FloatU(s.Sys.AvailableCollateral(lp.Account, ct)),
	}
	m.extentOfDebt = abs(m.debt) + float64(abs(m.value)*m.shares)
}

// roughPosition is an LP as floats tell (USD); each is off by less than error.
type roughPosition struct{ collateral, debt, beside, error float64 }

// floors are more than what the protocol rounds off an amount (tokens, USD).
const floors = 1e-15

// roughly returns an LP as floats tell, nothing when its debt cannot be read.
func (s *State) roughly(member int) (x roughPosition, ok bool) {
	lp := &s.World.LPs[member]
	l := s.look(lp.Vault)
	if l.err != nil {
		return x, false
	}
	m := &s.members[member]
	if m.life != s.memberLife || m.epoch != l.outlook.Epoch() {
		s.readMember(member, &l.outlook)
	}
	price := s.VaultPrice(lp.Vault)
	x.collateral = float64(m.collateral * l.worth)
	x.debt = m.debt + float64((l.value-m.value)*m.shares)
	x.beside = m.usd + float64(m.tokens*price)
	extent := x.collateral + m.extentOfDebt + float64(abs(l.value)*m.shares) + x.beside
	x.error = float64(keyMargin*extent) + float64(floors*(1+price))
	return x, true
}

// OwnsMore reports that an LP clearly owns more than an amount (USD). False may
// be either.
func (s *State) OwnsMore(member int, than float64) bool {
	x, ok := s.roughly(member)
	return ok && x.beside+x.collateral-x.debt-3*x.error > than+float64(keyMargin*abs(than))
}

// CRatioWithin reports that the C-ratio of an LP's position is clearly not below
// a ratio nor above another. False may be either.
func (s *State) CRatioWithin(member int, least, most float64) bool {
	x, ok := s.roughly(member)
	if !ok || !(x.debt > x.error) {
		return false
	}
	return float64((x.collateral-x.error)*(1-keyMargin)) > float64(least*(x.debt+x.error)) &&
		float64((x.collateral+x.error)*(1+keyMargin)) < float64(most*(x.debt-x.error))
}
