package chain

import (
	"maps"
	"slices"

	"backtest/internal/chain/evm"
	"backtest/model"
	"backtest/model/markets"
)

func (c *checker) markets() {
	for _, m := range c.d.Addresses.Markets {
		id, w := model.MarketID(m.ID), evm.Uint(m.ID)
		c.same(c.on("getMarketReportedDebt(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.MarketReportedDebt(id)) })
		c.same(c.on("getMarketNetIssuance(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.MarketNetIssuance(id)) })
		c.same(c.on("getMarketTotalDebt(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.MarketTotalDebt(id)) })
		c.same(c.on("getMarketCollateralValue(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.MarketCollateralValue(id)) })
		c.same(c.on("getMarketCollateral(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.MarketCollateral(id)) })
		c.same(c.on("getWithdrawableMarketUsd(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.WithdrawableMarketUSD(id)) })
		c.same(c.on("isMarketCapacityLocked(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.IsMarketCapacityLocked(id)) })
		c.same(c.on("getMarketDebtPerShare(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.MarketDebtPerShare(id)) })
		c.same(c.on("getMarketMinDelegateTime(uint128)", w), func() ([]evm.Word, error) { return answers(c.minDelegateTime(id)), nil })
		c.same(c.on("getMinLiquidityRatio(uint128)", w), func() ([]evm.Word, error) { return answers(c.sys.MarketMinLiquidityRatio(id)), nil })
		inOut := c.on("getMarketPools(uint128)", w)
		inOut.decode = lists(2)
		c.same(inOut, func() ([]evm.Word, error) {
			in, out, err := c.sys.MarketPools(id)
			return listed(in, out), err
		})
		c.marketPools(id, w)
		c.marketTypes(id, w)
		c.external(m, w)
	}
}

// minDelegateTime is the market's time, capped as the getter caps it.
func (c *checker) minDelegateTime(id model.MarketID) uint64 {
	stored, most := uint64(c.sys.MarketMinDelegateTime(id)), uint64(30*24*3600)
	if v, ok := c.sys.Config(model.ConfigMarketMinDelegateTimeMax).Uint64(); ok && v > 0 {
		most = v & 0xffffffff
	}
	return min(stored, most)
}

func (c *checker) marketPools(id model.MarketID, w evm.Word) {
	for _, p := range c.d.Keys.MarketPools[uint64(id)] {
		pool := evm.Uint(p)
		c.same(c.on("getMarketPoolDebtDistribution(uint128,uint128)", w, pool), func() ([]evm.Word, error) {
			shares, total, value, err := c.sys.MarketPoolDebtDistribution(id, model.PoolID(p))
			return answers(shares, total, value), err
		})
		c.same(c.on("getMarketPoolMaxDebtPerShare(uint128,uint128)", w, pool), func() ([]evm.Word, error) {
			return one(c.sys.MarketPoolMaxDebtPerShare(id, model.PoolID(p)))
		})
		c.same(c.on("getMarketCapacityContributionFromPool(uint128,uint128)", w, pool), func() ([]evm.Word, error) {
			return one(c.sys.MarketCapacityContributionFromPool(id, model.PoolID(p)))
		})
	}
}

func (c *checker) marketTypes(id model.MarketID, w evm.Word) {
	types := slices.Clone(c.d.Keys.MarketCaps[uint64(id)])
	for _, t := range slices.SortedFunc(maps.Keys(c.types), func(a, b evm.Address) int { return slices.Compare(a[:], b[:]) }) {
		if amount, err := c.sys.MarketCollateralAmount(id, c.types[t]); err == nil && !amount.IsZero() && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	for _, t := range types {
		ct := c.types[t]
		c.same(c.on("getMarketCollateralAmount(uint128,address)", w, t.Word()), func() ([]evm.Word, error) {
			return one(c.sys.MarketCollateralAmount(id, ct))
		})
		c.same(c.on("getMaximumMarketCollateral(uint128,address)", w, t.Word()), func() ([]evm.Word, error) {
			return answers(c.sys.MaximumMarketCollateral(id)[ct]), nil
		})
	}
}

func (c *checker) external(m MarketKey, w evm.Word) {
	x := c.sys.External(model.MarketID(m.ID))
	if _, scripted := x.(*markets.Scripted); scripted {
		return // what it answers was put in
	}
	g := getter{to: m.Address, signature: "reportedDebt(uint128)", args: []evm.Word{w}}
	c.same(g, func() ([]evm.Word, error) { return one(x.ReportedDebt()) })
	g.signature = "minimumCredit(uint128)"
	c.same(g, func() ([]evm.Word, error) { return one(x.MinimumCredit()) })
}

func (c *checker) pools() {
	for _, p := range c.d.Keys.Pools {
		if p == 0 {
			continue // it has no debt of its own
		}
		id, w := model.PoolID(p), evm.Uint(p)
		c.same(c.on("getPoolTotalDebt(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.PoolTotalDebt(id)) })
		c.same(c.on("getPoolDebtPerShare(uint128)", w), func() ([]evm.Word, error) { return one(c.sys.PoolDebtPerShare(id)) })
		list := c.on("getPoolConfiguration(uint128)", w)
		list.decode = triples
		c.same(list, func() ([]evm.Word, error) {
			var all []evm.Word
			for _, mc := range c.sys.PoolStorage(id).Markets {
				all = append(all, answers(uint64(mc.MarketID), mc.Weight, mc.MaxDebtShareValue)...)
			}
			return all, nil
		})
	}
	for _, v := range c.vaults() {
		c.vault(v)
	}
}

// triples decodes an array of three words each.
func triples(d evm.Data) (all []evm.Word, err error) {
	list, err := d.List(0, 3)
	for _, e := range list {
		all = append(all, e.Word(0), e.Word(1), e.Word(2))
	}
	return all, err
}

func (c *checker) vault(v VaultKey) {
	id, ct := model.PoolID(v.Pool), c.types[v.Type]
	w, t := evm.Uint(v.Pool), v.Type.Word()
	c.same(c.on("getVaultCollateral(uint128,address)", w, t), func() ([]evm.Word, error) {
		amount, value, err := c.sys.VaultCollateral(id, ct)
		return answers(amount, value), err
	})
	c.same(c.on("getVaultDebt(uint128,address)", w, t), func() ([]evm.Word, error) { return one(c.sys.VaultDebt(id, ct)) })
	c.same(c.on("getVaultCollateralRatio(uint128,address)", w, t), func() ([]evm.Word, error) { return one(c.sys.VaultCollateralRatio(id, ct)) })
	c.same(c.on("isVaultLiquidatable(uint128,address)", w, t), func() ([]evm.Word, error) { return one(c.sys.IsVaultLiquidatable(id, ct)) })
	c.same(c.on("getPoolCollateralConfiguration(uint128,address)", w, t), func() ([]evm.Word, error) {
		x := c.sys.PoolCollateralConfiguration(id, ct)
		return answers(x.CollateralLimit, x.IssuanceRatio), nil
	})
	for _, a := range c.d.Keys.Positions[v] {
		c.position(v, a)
	}
}

func (c *checker) position(v VaultKey, a evm.Word) {
	n, ok := c.d.Book.Account(a)
	if !ok {
		return
	}
	pool, ct, id := model.PoolID(v.Pool), c.types[v.Type], model.AccountID(n)
	args := []evm.Word{a, evm.Uint(v.Pool), v.Type.Word()}
	c.same(c.on("getPositionCollateral(uint128,uint128,address)", args...), func() ([]evm.Word, error) {
		return answers(c.sys.PositionCollateral(pool, ct, id)), nil
	})
	c.same(c.on("getLastDelegationTime(uint128,uint128,address)", args...), func() ([]evm.Word, error) {
		return answers(c.sys.PositionStorage(pool, ct, id).LastDelegationTime), nil
	})
	if c.sys.PositionStorage(pool, ct, id) == (model.PositionStorage{}) {
		return // it is gone; what is left are zeros
	}
	c.same(c.on("getPosition(uint128,uint128,address)", args...), func() ([]evm.Word, error) {
		p, err := c.sys.Position(pool, ct, id)
		return answers(p.Collateral, p.CollateralValue, p.Debt, p.CRatio), err
	})
	c.same(c.on("getPositionDebt(uint128,uint128,address)", args...), func() ([]evm.Word, error) { return one(c.sys.PositionDebt(pool, ct, id)) })
	c.same(c.on("isPositionLiquidatable(uint128,uint128,address)", args...), func() ([]evm.Word, error) {
		return one(c.sys.IsPositionLiquidatable(pool, ct, id))
	})
}

func (c *checker) accounts() {
	for _, a := range sortedWords(c.d.Book.accounts) {
		id := model.AccountID(c.d.Book.accounts[a])
		c.same(c.on("getAccountLastInteraction(uint128)", a), func() ([]evm.Word, error) { return answers(c.sys.LastInteraction(id)), nil })
		for _, t := range c.d.Keys.Holdings[a] {
			if t.IsZero() {
				t = c.d.Addresses.USD
			}
			c.holding(a, t, id, c.types[t])
		}
	}
}

func (c *checker) holding(a evm.Word, t evm.Address, id model.AccountID, ct model.CollateralID) {
	c.same(c.on("getAccountAvailableCollateral(uint128,address)", a, t.Word()), func() ([]evm.Word, error) {
		return answers(c.sys.AvailableCollateral(id, ct)), nil
	})
	c.same(c.on("getAccountCollateral(uint128,address)", a, t.Word()), func() ([]evm.Word, error) {
		deposited, assigned, locked, err := c.sys.AccountCollateral(id, ct)
		return answers(deposited, assigned, locked), err
	})
}

func (c *checker) tokens() {
	for _, t := range slices.SortedFunc(maps.Keys(c.types), func(a, b evm.Address) int { return slices.Compare(a[:], b[:]) }) {
		ct := c.types[t]
		if c.sys.CollateralConfiguration(ct).Configured {
			c.same(c.on("getCollateralPrice(address)", t.Word()), func() ([]evm.Word, error) { return one(c.sys.CollateralPrice(ct)) })
		}
	}
	c.same(getter{to: c.d.Addresses.USD, signature: "totalSupply()"}, func() ([]evm.Word, error) { return answers(c.sys.USDSupply()), nil })
}
