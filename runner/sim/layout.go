package sim

// layout is the order of the figures of a world at a moment.
type layout struct {
	names                                []figureName
	vaults, markets, exposures, unbacked int // where they begin
	prices                               int
}

type figureName struct{ figure, entity, unit string }

// Figures of a vault, of a market and of a pool in a market, in their order.
const (
	figureVaultRatio = iota
	figureDebt
	figureCollateral
	vaultFigures
)

const (
	figureMarketDebt = iota
	figureDebtPerShare
	figureCredit
	figureUtilisation
	marketFigures
)

const (
	figureShare = iota
	figureInRange
	figureHeadroom
	figureExposure
	figureHedge
	exposureFigures
)

func newLayout(w *World) (l layout) {
	add := func(figure, entity, unit string) { l.names = append(l.names, figureName{figure, entity, unit}) }
	for _, v := range w.Vaults {
		add("vault_c_ratio", v.Name, "ratio")
		add("debt_usd", v.Name, "usd")
		add("collateral_usd", v.Name, "usd")
	}
	l.markets = len(l.names)
	for _, m := range w.Markets {
		add("market_debt_usd", m.Name, "usd")
		add("debt_per_share_usd", m.Name, "usd")
		add("credit_usd", m.Name, "usd")
		add("utilisation", m.Name, "ratio")
	}
	l.exposures = len(l.names)
	for _, p := range w.Pools {
		for _, m := range p.Markets {
			name := p.Name + "/" + w.Markets[m].Name
			add("pool_share", name, "ratio")
			add("pool_in_range", name, "ratio")
			add("pool_headroom_usd", name, "usd")
			add("pool_exposure_usd", name, "usd")
			add("hedge_weight", name, "ratio")
		}
	}
	l.unbacked = len(l.names)
	add("unbacked_debt_usd", "", "usd")
	l.prices = len(l.names)
	for _, a := range w.Assets {
		add("price_usd", a, "usd")
	}
	return l
}
