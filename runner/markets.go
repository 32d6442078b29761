package runner

import (
	"fmt"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/markets/fees"
	"backtest/runner/sim"
)

// addMarkets registers the markets in the order of the configuration, which
// gives them their ids.
func (b *builder) addMarkets() error {
	for i := range b.cfg.Markets {
		m := &b.cfg.Markets[i]
		id, driver, err := b.addMarket(m)
		if err != nil {
			return refusedAt(fmt.Sprintf("markets[%s]", m.ID), err)
		}
		if length := m.FailFor.WholeSeconds(); length > 0 {
			from := b.w.Grid[0] + m.FailFrom.WholeSeconds()
			markets.Fail(b.sys, id, markets.Outage{From: uint64(from), Until: uint64(from + length)})
		}
		b.markets[m.ID] = i
		b.w.Markets = append(b.w.Markets, sim.Market{Name: m.ID, ID: id, Driver: driver})
		if ratio := d18(m.MinLiquidityRatio.Decimal); !ratio.IsZero() {
			if err := b.sys.SetMarketMinLiquidityRatio(model.Owner, id, ratio); err != nil {
				return refusedAt(fmt.Sprintf("markets[%s]", m.ID), err)
			}
		}
		if seconds := m.MinDelegateTime.WholeSeconds(); seconds > 0 {
			if err := b.sys.SetMarketMinDelegateTime(b.sys.MarketAddress(id), id, uint32(seconds)); err != nil {
				return refusedAt(fmt.Sprintf("markets[%s]", m.ID), err)
			}
		}
	}
	return nil
}

func (b *builder) addMarket(m *configs.Market) (model.MarketID, sim.Driver, error) {
	switch m.Kind {
	case "spot":
		return b.addSpot(m)
	case "perps":
		return b.addPerps(m)
	case "scripted":
		return b.addScripted(m)
	}
	return 0, nil, fmt.Errorf("kind %q is unknown", m.Kind)
}

// feeCollector returns who takes a share of a market's fees, nobody when that
// is 0.
func feeCollector(m *configs.Market) fees.Collector {
	share := d18(m.FeeCollectorShare.Decimal)
	return fees.Collector{Account: collectorAccount(m.ID, share), Share: share}
}

// collectorAccount is the fee collector of a market while it takes a share.
func collectorAccount(market string, share fp.Uint256) model.Actor {
	if share.IsZero() {
		return model.Actor{}
	}
	return model.Named("collector:" + market)
}

// referrer is who a referrer of a market is in the protocol; nobody for none.
func referrer(market, id string) model.Actor {
	if id == "" {
		return model.Actor{}
	}
	return model.Named("referrer:" + market + ":" + id)
}

func referrers(m *configs.Market) fees.Referrers {
	all := fees.Referrers{}
	for _, r := range m.Referrers {
		all[referrer(m.ID, r.ID)] = d18(r.Share.Decimal)
	}
	return all
}
