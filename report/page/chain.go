package page

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"backtest/report"
	"backtest/runner/record"
)

// mostNodes is how many markets, pools and vaults each the diagram shows.
const mostNodes = 14

// chain is the debt chain being drawn: markets, the pools that back them and their
// vaults. A line from a market is as wide as what it brought to the pool's debt or,
// where that is not recorded, as its share of the pool's configured weight; one from
// a pool as wide as the vault's debt.
type chain struct {
	cell  *report.Cell
	asked asked
	flows []flow
	d     *drawing

	markets, pools, vaults []chainNode
}

type chainNode struct {
	name, told string
	tooltip    string
	pool       string  // of a vault
	debt       float64 // of a vault
	y, height  float64
	left       ports
	right      ports
}

// ports are the places on a side of a node where lines end, one below the other.
type ports struct{ count, used int }

const (
	nodeWidth   = 172.0
	nodeHeight  = 46.0 // at least
	nodeGap     = 16.0
	portHeight  = 17.0 // at least
	chainWidth  = 800.0
	chainMargin = 24.0 // for the titles of the columns
)

// port takes the next place of a side: its middle and its height.
func (n *chainNode) port(p *ports) (y, height float64) {
	height = n.height / float64(p.count)
	y = n.y + height*(float64(p.used)+0.5)
	p.used++
	return y, height
}

func debtChain(c *report.Cell, a asked, flows []flow) template.HTML {
	k := &chain{cell: c, asked: a, flows: flows, d: &drawing{width: chainWidth}}
	k.collect()
	if len(k.markets) == 0 || len(k.pools) == 0 {
		return ""
	}
	k.links(func(from, to *chainNode, _ link) {
		from.right.count++
		to.left.count++
	})
	columns := [][]chainNode{k.markets, k.pools, k.vaults}
	for _, column := range columns {
		k.d.height = max(k.d.height, stretch(column))
	}
	for i, column := range columns {
		place(column, k.d.height)
		k.d.text("quiet", "start", k.x(i), 13, []string{"markets", "pools", "vaults"}[i])
	}
	k.links(k.draw)
	for i, column := range columns {
		for _, n := range column {
			k.d.rect("box", k.x(i), n.y, nodeWidth, n.height, n.tooltip)
			k.d.text("", "start", k.x(i)+10, n.y+n.height/2-4, short(n.name, 22))
			k.d.text("quiet", "start", k.x(i)+10, n.y+n.height/2+13, n.told)
		}
	}
	return k.d.done("wide", "Debt flows from markets to the pools that back them and on to their vaults")
}

// chainLeft tells what the diagram has no room for; empty for nothing.
func chainLeft(c *report.Cell, a asked) string {
	var parts []string
	for _, column := range []struct {
		count int
		what  string
	}{{len(a.Markets), "markets"}, {len(a.Pools), "pools"}, {len(c.Vaults()), "vaults"}} {
		if column.count > mostNodes {
			parts = append(parts, fmt.Sprintf("%d of %d %s", mostNodes, column.count, column.what))
		}
	}
	return strings.Join(parts, ", ")
}

func (k *chain) x(column int) float64 {
	return float64(column) * (chainWidth - nodeWidth) / 2
}

// stretch makes nodes tall enough for their lines and gives the height that the
// column needs.
func stretch(column []chainNode) float64 {
	need := chainMargin
	for i := range column {
		n := &column[i]
		n.height = max(nodeHeight, portHeight*float64(max(n.left.count, n.right.count)))
		need += n.height + nodeGap
	}
	return need
}

// place puts the nodes of a column one below the other, around the middle.
func place(column []chainNode, height float64) {
	y := chainMargin + (height-stretch(column))/2
	for i := range column {
		column[i].y = y
		y += column[i].height + nodeGap
	}
}

func (k *chain) collect() {
	for _, m := range k.asked.Markets[:min(mostNodes, len(k.asked.Markets))] {
		k.markets = append(k.markets, chainNode{name: m.ID, told: "debt " + k.median("market_debt_usd", m.ID), tooltip: m.ID + ", " + m.Kind + ": " + k.range90("market_debt_usd", m.ID)})
	}
	shown := map[string]bool{}
	for _, p := range k.asked.Pools[:min(mostNodes, len(k.asked.Pools))] {
		shown[p.ID] = true
		k.pools = append(k.pools, chainNode{name: p.ID, told: backs(len(p.Markets)), tooltip: p.ID})
	}
	for _, v := range k.cell.Vaults() {
		if !shown[v.Pool] || len(k.vaults) == mostNodes {
			continue
		}
		row, _ := lastRow(k.cell, "debt_usd", v.String())
		k.vaults = append(k.vaults, chainNode{
			name: v.String(), pool: v.Pool, debt: row.Quantiles[4],
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

// link is a line of the diagram.
type link struct {
	class   string
	column  int     // from which it goes to the next
	share   float64 // of the widest line
	label   string
	tooltip string
}

// links visits the lines whose both ends are shown, in the order of what they go
// to, so that they cross as little as may be.
func (k *chain) links(visit func(from, to *chainNode, l link)) {
	for _, p := range k.asked.Pools {
		pool := nodeOf(k.pools, p.ID)
		if pool == nil {
			continue
		}
		for _, m := range k.asked.Markets {
			for _, l := range p.Markets {
				if market := nodeOf(k.markets, m.ID); l.Market == m.ID && market != nil && p.weight() > 0 {
					visit(market, pool, k.backing(p, l))
				}
			}
		}
		for i := range k.vaults {
			if v := &k.vaults[i]; v.pool == p.ID && !math.IsNaN(v.debt) {
				visit(pool, v, link{classOf(v.debt), 1, relative(v.debt, k.vaults, func(n chainNode) float64 { return n.debt }), "", v.tooltip})
			}
		}
	}
}

// classOf tells debt from profit.
func classOf(debt float64) string {
	if debt < 0 {
		return "s3"
	}
	return "s2"
}

// relative is the size of a number as a share of the largest.
func relative[T any](x float64, all []T, of func(T) float64) float64 {
	most := 0.0
	for _, other := range all {
		most = max(most, math.Abs(of(other)))
	}
	if most == 0 {
		return 0
	}
	return math.Abs(x) / most
}

func (k *chain) backing(p askedPool, l askedLink) link {
	weight := l.Weight.number() / p.weight()
	tip := fmt.Sprintf("%s backs %s with %s of its weight", p.ID, l.Market, report.Format(weight, report.UnitRatio))
	if row, known := lastRow(k.cell, figurePoolShare, p.ID+"/"+l.Market); known {
		tip += fmt.Sprintf("; it bears %s of the market (median at the end)", report.Format(row.Quantiles[4], report.UnitRatio))
	}
	for _, f := range k.flows {
		if f.Pool == p.ID && f.Market == l.Market {
			e := f.Total.Estimate
			tip += fmt.Sprintf("; %s %s was added to its debt, mean over paths", report.Format(e.Value, report.UnitUSD), report.Interval(e, report.UnitUSD))
			share := relative(e.Value, k.flows, func(f flow) float64 { return f.Total.Estimate.Value })
			return link{classOf(e.Value), 0, share, report.Format(e.Value, report.UnitUSD), tip}
		}
	}
	return link{"s1", 0, weight, fmt.Sprintf("%.0f %%", 100*weight), tip}
}

// draw puts a line between two nodes, with its label at its end.
func (k *chain) draw(from, to *chainNode, l link) {
	y1, _ := from.port(&from.right)
	y2, height := to.port(&to.left)
	x1, x2 := k.x(l.column)+nodeWidth, k.x(l.column+1)
	half := (x2 - x1) / 2
	k.d.el("path", fmt.Sprintf(`class="link %s" d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f" stroke-width="%.1f"`,
		l.class, x1, y1, x1+half, y1, x2-half, y2, x2, y2, 1.5+l.share*min(height, nodeHeight/2)), l.tooltip, "")
	k.d.text("quiet halo", "end", x2-5, y2+4, l.label)
}

func backs(markets int) string {
	if markets == 1 {
		return "backs 1 market"
	}
	return fmt.Sprintf("backs %d markets", markets)
}

func nodeOf(list []chainNode, name string) *chainNode {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}
