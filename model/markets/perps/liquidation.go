package perps

import (
	"strconv"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Liquidate flags an account whose margin falls short and seizes its margin,
// then liquidates its positions as far as the windows allow; of a flagged
// account it goes on with those. It returns the sender's reward (D18 USD).
func (m *Market) Liquidate(by model.Actor, id model.AccountID) (reward fp.Uint256, err error) {
	err = m.sys.Transact(func() {
		a := m.account(id)
		m.checkFresh(a)
		if m.isFlagged(a) {
			reward = m.liquidateMore(by, a)
			return
		}
		if yes, _, _ := m.isLiquidatable(a); !yes {
			fp.Throw(NotEligibleForLiquidation{id})
		}
		cost := m.flagCost(a)
		m.setFlagged(a, true)
		seized := m.seize(a)
		reward = m.liquidateFirst(by, a, cost, seized)
	})
	return reward, err
}

// LiquidateFlagged goes on with the first accounts that are flagged, at most
// the given number, and returns the sender's rewards (D18 USD).
func (m *Market) LiquidateFlagged(by model.Actor, most uint64) (reward fp.Uint256, err error) {
	err = m.sys.Transact(func() {
		list := m.global.Get().flagged
		if uint64(len(list)) > most {
			list = list[:most]
		}
		for _, id := range list {
			m.checkFresh(m.account(id))
			reward = reward.Add(m.liquidateMore(by, m.account(id)))
		}
	})
	return reward, err
}

// LiquidateMarginOnly seizes the margin of an account that has debt but no
// positions and returns the sender's reward (D18 USD).
func (m *Market) LiquidateMarginOnly(by model.Actor, id model.AccountID) (reward fp.Uint256, err error) {
	err = m.sys.Transact(func() {
		a := m.account(id)
		if len(a.state.Get().open) > 0 {
			fp.Throw(AccountHasOpenPositions{id})
		}
		if !m.isMarginLiquidatable(a) {
			fp.Throw(NotEligibleForMarginLiquidation{id})
		}
		cost := m.flagCost(a)
		seized := m.seize(a)
		ratio := m.config.Get().CollateralLiquidateRewardRatio
		reward = m.payReward(by, seized.MulDecimal(ratio), cost.Add(m.costs.Liquidate), seized)
	})
	return reward, err
}

func (m *Market) setFlagged(a *account, flagged bool) {
	g := m.global.Edit(m.sys.Journal())
	m.edit(a).flagged = flagged
	if flagged {
		g.flagged = op.Insert(g.flagged, a.id)
	} else {
		g.flagged = op.Remove(g.flagged, a.id)
	}
}

// DistributorWallet returns the actor that gets seized synths of a spot
// market, for the LPs.
func DistributorWallet(id model.MarketID) model.Actor {
	return model.Named("perps:distributor:" + strconv.FormatUint(uint64(id), 10))
}

// seize takes all margin of an account and forgives its debt: USD stays in the
// core as a gain of the LPs, synths go to their distributor. It returns the
// margin's value (D18 USD).
func (m *Market) seize(a *account) fp.Uint256 {
	value, s := m.collateralValue(a), *a.state.Get()
	m.addMargin(a, USDMargin, s.usd.Int256().Neg())
	for _, h := range s.synths {
		m.withdrawSynth(h.ID, DistributorWallet(h.ID), h.Amount)
		m.checkDistribution(h.ID)
		m.addMargin(a, h.ID, h.Amount.Int256().Neg())
	}
	m.clearOrder(a)
	m.setDebt(a, fp.Uint256{})
	return value
}

// checkDistribution values the vaults whose LPs share in a seized synth, as
// their parts go by it: the pool must exist and the prices resolve.
func (m *Market) checkDistribution(id model.MarketID) {
	d := m.config.Get().Collaterals[id].Distributor
	for _, ct := range d.Collaterals {
		_, _, err := m.sys.VaultCollateral(d.Pool, ct)
		op.Must(err)
	}
}

// liquidated is what one pass over the positions of an account did.
type liquidated struct {
	any          bool
	flagRewards  fp.Uint256 // D18 USD
	lastEndorsed bool       // the sender is endorsed on the last position of the list
}

// liquidateFirst pays for flagging and the first pass.
func (m *Market) liquidateFirst(by model.Actor, a *account, flagCost, seized fp.Uint256) fp.Uint256 {
	done := m.liquidatePositions(by, a)
	reward := done.flagRewards
	if !done.lastEndorsed {
		ratio := m.config.Get().CollateralLiquidateRewardRatio
		reward = op.Max(reward, seized.MulDecimal(ratio))
	}
	return m.payReward(by, reward, m.costs.Liquidate.Add(flagCost), seized)
}

// liquidateMore pays for a further pass, if it liquidated anything.
func (m *Market) liquidateMore(by model.Actor, a *account) fp.Uint256 {
	if !m.liquidatePositions(by, a).any {
		return fp.Uint256{}
	}
	return m.payReward(by, fp.Uint256{}, m.costs.Liquidate, fp.Uint256{})
}

// liquidatePositions reduces the positions of an account at index prices as
// far as the windows allow; nobody is charged. Without positions the account
// is no longer flagged.
func (m *Market) liquidatePositions(by model.Actor, a *account) (done liquidated) {
	for _, k := range a.state.Get().open {
		i := m.instruments[k]
		price, size := i.indexPrice(), a.position(i).Size.Wide().Magnitude()
		done.any = m.liquidatePosition(by, a, i, price) || done.any
		done.lastEndorsed = by == i.config.Get().EndorsedLiquidator
		if !done.lastEndorsed {
			done.flagRewards = done.flagRewards.Add(i.flagReward(size.MulDecimal(price)))
		}
	}
	if len(a.state.Get().open) == 0 {
		m.setFlagged(a, false)
	}
	return done
}

func (m *Market) liquidatePosition(by model.Actor, a *account, i *Instrument, price fp.Uint256) bool {
	m.recomputeFunding(i, price)
	old := a.position(i).Size
	amount := m.liquidatableAmount(by, i, old.Wide().Magnitude())
	if amount.IsZero() {
		return false
	}
	step := amount.Uint128().Int128()
	if old.Sign() > 0 {
		step = step.Neg()
	}
	var rest Position
	if size := old.Add(step); !size.IsZero() {
		rest = i.enter(size, price)
	}
	m.updatePosition(a, i, rest, m.profit(i, a.position(i), rest.EntryPrice.Wide()))
	return true
}

// payReward pays a keeper; nothing when there is neither reward nor cost.
func (m *Market) payReward(by model.Actor, reward, costs, margin fp.Uint256) fp.Uint256 {
	if reward.Add(costs).IsZero() {
		return fp.Uint256{}
	}
	paid := m.keeperReward(reward, costs, margin)
	if !paid.IsZero() {
		m.withdrawUSD(by, paid)
	}
	return paid
}
