package rare

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/pricepaths"
	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
	"backtest/runner/units"
)

// PositionSpec is one LP position whose collateral follows a geometric Brownian
// motion, checked after every step.
type PositionSpec struct {
	Price            float64 // at the start, USD
	Volatility       float64 // standard deviation of the log price over a step
	Drift            float64 // of the log price over a step
	Steps            int
	CRatio           float64 // to which the position mints at the start
	LiquidationRatio float64
	Seed             uint64
}

// position is the protocol with the one position in it.
type position struct {
	spec    PositionSpec
	sys     *model.System
	account model.AccountID
	ct      model.CollateralID
	stream  uint64
	step    int
	log     float64 // of the price relative to the start
}

const positionPool = model.PoolID(1)

// NewPosition makes a path of a position. Its score is the logarithm of the
// liquidation ratio over the position's C-ratio: from 0 on it can be liquidated.
func NewPosition(spec PositionSpec) (Path, error) {
	p := &position{spec: spec, sys: model.NewSystem(1), account: 1}
	if err := p.open(); err != nil {
		return nil, fmt.Errorf("position: %w", err)
	}
	return p, nil
}

func (p *position) open() error {
	p.ct = p.sys.AddCollateral("COLLATERAL", 18)
	if err := p.reprice(); err != nil {
		return err
	}
	issuance := units.MustAmount(p.spec.CRatio)
	owner, amount := model.AccountOwner(p.account), units.MustAmount(1000)
	for _, do := range []func() error{
		func() error {
			return p.sys.ConfigureCollateral(model.Owner, p.ct, model.CollateralConfiguration{
				DepositingEnabled: true, IssuanceRatio: issuance, LiquidationRatio: units.MustAmount(p.spec.LiquidationRatio),
			})
		},
		func() error { return p.sys.CreatePool(model.Owner, positionPool) },
		func() error { return p.sys.CreateAccount(p.account) },
		func() error { return p.sys.FundWallet(p.ct, owner, amount) },
		func() error { return p.sys.Deposit(owner, p.account, p.ct, amount) },
		func() error {
			return p.sys.DelegateCollateral(owner, p.account, positionPool, p.ct, amount, fp.UnitU256)
		},
		func() error {
			value := amount.MulDecimal(units.MustAmount(p.spec.Price))
			return p.sys.MintUSD(owner, p.account, positionPool, p.ct, value.DivDecimal(issuance))
		},
	} {
		if err := do(); err != nil {
			return err
		}
	}
	p.sys.ClearEvents()
	return nil
}

func (p *position) reprice() error {
	price, err := units.Price(pricepaths.Quantise(p.spec.Price * portable.Exp(p.log)))
	if err == nil {
		p.sys.SetCollateralPrice(p.ct, price)
	}
	return err
}

// Branch implements Path.
func (p *position) Branch(stream uint64) (Path, error) {
	child := *p
	child.stream = stream
	child.sys = p.sys.Clone(func(_ model.MarketID, m model.ExternalMarket, _ *model.System) model.ExternalMarket { return m })
	return &child, nil
}

// Advance implements Path.
func (p *position) Advance() (bool, error) {
	if p.step == p.spec.Steps {
		return false, nil
	}
	z := rng.New(p.spec.Seed).Normal(p.stream, uint64(p.step), 0)
	p.step++
	p.log += p.spec.Drift + float64(p.spec.Volatility*z)
	return true, p.reprice()
}

// Score implements Path.
func (p *position) Score() (float64, error) {
	x, err := p.sys.Position(positionPool, p.ct, p.account)
	if err != nil {
		return 0, err
	}
	return portable.Log(p.spec.LiquidationRatio / units.FloatU(x.CRatio)), nil
}
