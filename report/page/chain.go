package page

import (
	"fmt"
	"html/template"
	"math"

	"backtest/report"
	"backtest/runner/record"
)

// mostNodes is how many markets, pools and vaults each the diagram shows.
const mostNodes = 14

// chain draws the debt chain: markets, the pools that back them and their vaults.
// A line from a market is as wide as its share of the pool's configured weight, one
// from a pool as wide as the vault's share of the pool's debt.
type chain struct {
	cell  *report.Cell
	asked asked
	d     *drawing

	markets, pools, vaults []chainNode
}

type chainNode struct {
	name, told string
	tooltip    string
	pool       string  // of a vault
	size       float64 // absolute debt of a vault
	y          float64
}

const (
	nodeWidth, nodeHeight = 172.0, 46.0
	nodeGap               = 16.0
	chainWidth            = 780.0
)

func debtChain(c *report.Cell, a asked) template.HTML {
	k := &chain{cell: c, asked: a, d: &drawing{width: chainWidth}}
	k.collect()
	if len(k.markets) == 0 || len(k.pools) == 0 {
		return ""
	}
	most := max(len(k.markets), len(k.pools), len(k.vaults))
	k.d.height = 26 + float64(most)*(nodeHeight+nodeGap)
	for i, column := range [][]chainNode{k.markets, k.pools, k.vaults} {
		place(column, k.d.height)
		k.d.text("quiet", "start", k.x(i), 14, []string{"markets", "pools", "vaults"}[i])
	}
	k.links()
	for i, column := range [][]chainNode{k.markets, k.pools, k.vaults} {
		for _, n := range column {
			k.d.rect("box", k.x(i), n.y, nodeWidth, nodeHeight, n.tooltip)
			k.d.text("", "start", k.x(i)+10, n.y+19, short(n.name, 22))
			k.d.text("quiet", "start", k.x(i)+10, n.y+36, n.told)
		}
	}
	return k.d.done("wide", "Debt flows from markets to the pools that back them and on to their vaults")
}

func (k *chain) x(column int) float64 {
	return float64(column) * (chainWidth - nodeWidth) / 2
}

// place puts the nodes of a column one below the other, around the middle.
func place(column []chainNode, height float64) {
	used := float64(len(column))*(nodeHeight+nodeGap) - nodeGap
	for i := range column {
		column[i].y = 26 + (height-26-nodeGap-used)/2 + float64(i)*(nodeHeight+nodeGap)
	}
}

func (k *chain) collect() {
	for _, m := range k.asked.Markets[:min(mostNodes, len(k.asked.Markets))] {
		k.markets = append(k.markets, chainNode{name: m.ID, told: "debt " + k.median("market_debt_usd", m.ID), tooltip: m.ID + ", " + m.Kind + ": " + k.range90("market_debt_usd", m.ID)})
	}
	shown := map[string]bool{}
	for _, p := range k.asked.Pools[:min(mostNodes, len(k.asked.Pools))] {
		shown[p.ID] = true
		k.pools = append(k.pools, chainNode{name: p.ID, told: fmt.Sprintf("%d of the markets", len(p.Markets)), tooltip: p.ID})
	}
	for _, v := range k.cell.Vaults() {
		if !shown[v.Pool] || len(k.vaults) == mostNodes {
			continue
		}
		row, _ := lastRow(k.cell, "debt_usd", v.String())
		k.vaults = append(k.vaults, chainNode{
			name: v.String(), pool: v.Pool, size: math.Abs(row.Quantiles[4]),
			told: "debt " + k.median("debt_usd", v.String()), tooltip: v.String() + ": " + k.range90("debt_usd", v.String()),
		})
	}
}

// lastRow finds a figure at the last recorded moment.
func lastRow(c *report.Cell, figure, entity string) (record.SeriesRow, bool) {
	for _, f := range c.Fans {
		if f.Figure == figure && f.Entity == entity && len(f.Rows) > 0 {
			return f.Rows[len(f.Rows)-1], true
		}
	}
	return record.SeriesRow{}, false
}

func (k *chain) median(figure, entity string) string {
	row, known := lastRow(k.cell, figure, entity)
	if !known {
		return "not recorded"
	}
	return report.Format(row.Quantiles[4], report.UnitUSD)
}

func (k *chain) range90(figure, entity string) string {
	row, known := lastRow(k.cell, figure, entity)
	if !known {
		return "debt not recorded"
	}
	return fmt.Sprintf("debt at the end %s (median), %s to %s on 90 %% of paths", report.Format(row.Quantiles[4], report.UnitUSD),
		report.Format(row.Quantiles[1], report.UnitUSD), report.Format(row.Quantiles[7], report.UnitUSD))
}

func (k *chain) links() {
	for _, p := range k.asked.Pools {
		for _, l := range p.Markets {
			share := l.Weight.number() / p.weight()
			tip := fmt.Sprintf("%s backs %s with %s of its weight", p.ID, l.Market, report.Format(share, report.UnitRatio))
			if row, known := lastRow(k.cell, figurePoolShare, p.ID+"/"+l.Market); known {
				tip += fmt.Sprintf("; it bears %s of the market (median at the end)", report.Format(row.Quantiles[4], report.UnitRatio))
			}
			k.link("s1", 0, k.markets, l.Market, k.pools, p.ID, share, tip)
		}
		total := 0.0
		for _, v := range k.vaults {
			if v.pool == p.ID {
				total += v.size
			}
		}
		for _, v := range k.vaults {
			if v.pool == p.ID && total > 0 {
				k.link("s2", 1, k.pools, p.ID, k.vaults, v.name, v.size/total, v.tooltip)
			}
		}
	}
}

// link draws a line between two nodes, if both are shown.
func (k *chain) link(class string, column int, from []chainNode, source string, to []chainNode, target string, share float64, tooltip string) {
	const widest = 22
	a, b := nodeOf(from, source), nodeOf(to, target)
	if a == nil || b == nil || math.IsNaN(share) {
		return
	}
	x1, x2 := k.x(column)+nodeWidth, k.x(column+1)
	y1, y2, half := a.y+nodeHeight/2, b.y+nodeHeight/2, (x2-x1)/2
	k.d.el("path", fmt.Sprintf(`class="link %s" d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f" stroke-width="%.1f"`,
		class, x1, y1, x1+half, y1, x2-half, y2, x2, y2, 1.5+share*widest), tooltip, "")
	k.d.text("quiet", "middle", x1+half*0.5, y1+(y2-y1)*0.16-3, report.Format(math.Round(share*100)/100, report.UnitRatio))
}

func nodeOf(list []chainNode, name string) *chainNode {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}
