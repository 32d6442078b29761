package page

import (
	"fmt"
	"html/template"
	"math"
	"sort"
	"strings"

	"backtest/report"
	"backtest/runner/record"
)

// stripParts is the number of parts of the horizon in which events of a path are
// counted.
const stripParts = 120

// strip draws when what happened on a path: a lane a kind of event, a mark the
// larger the more there were.
func strip(events []record.EventRow, steps int64) template.HTML {
	counts := map[string]*[stripParts]int{}
	var kinds []string
	for _, e := range events {
		if counts[e.Kind] == nil {
			counts[e.Kind] = new([stripParts]int)
			kinds = append(kinds, e.Kind)
		}
		counts[e.Kind][min(stripParts-1, max(0, int64(e.Step))*stripParts/(steps+1))]++
	}
	sort.Strings(kinds)
	const row, left, plot = 24.0, 170.0, 560.0
	d := &drawing{width: left + plot + 20, height: row*float64(len(kinds)) + 8}
	for lane, kind := range kinds {
		y, all := row*float64(lane)+row/2+4, 0
		d.line("rule", left, y, left+plot, y)
		var marks [3]strings.Builder // by size
		for part, n := range counts[kind] {
			if all += n; n > 0 {
				fmt.Fprintf(&marks[sizeOf(n)], "M%.1f %.0fh0", left+(float64(part)+0.5)/stripParts*plot, y)
			}
		}
		for size := range marks {
			if marks[size].Len() > 0 {
				d.el("path", fmt.Sprintf(`class="dot %s" stroke-width="%d" d="%s"`, laneClass(kind), 6+4*size, marks[size].String()), "", "")
			}
		}
		d.text("", "end", left-12, y+4, fmt.Sprintf("%s %d", kindTitle(kind), all))
	}
	return d.done("wide", "When events happened on the path, by kind")
}

// sizeOf tells one event from some and from many.
func sizeOf(n int) int {
	switch {
	case n == 1:
		return 0
	case n < 5:
		return 1
	}
	return 2
}

func laneClass(kind string) string {
	switch kind {
	case record.KindStopLossExit:
		return "s5"
	case record.KindStopLossReentry:
		return "s3"
	case record.KindPositionLiquidation, record.KindVaultLiquidation:
		return "s2"
	}
	return "s7"
}

// eventRow is a row of a path's timeline: equal events of one step together.
type eventRow struct {
	When, Kind, Cause, Where, Account, AmountUSD, CRatio string
	Times                                                int
}

// timelineRows lists the events of a path, with those of one step, kind and place
// in one row, and what matters most when there is too much: liquidations and what
// is rare before what comes and goes.
func timelineRows(events []record.EventRow, start int64, most int) (rows []eventRow, all int) {
	type group struct {
		first record.EventRow
		usd   float64
		times int
	}
	type key struct {
		step                                       int32
		kind, cause, market, pool, collateral, who string
	}
	at := map[key]int{}
	var groups []group
	frequency := map[string]int{}
	for _, e := range events {
		k := key{e.Step, e.Kind, e.Cause, e.Market, e.Pool, e.Collateral, e.Account}
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k] = i
			groups = append(groups, group{first: e})
			frequency[e.Kind]++
		}
		groups[i].usd += e.AmountUSD.Float64()
		groups[i].times++
	}
	all = len(groups)
	if all > most {
		order := append([]group(nil), groups...)
		sort.SliceStable(order, func(i, j int) bool { return frequency[order[i].first.Kind] < frequency[order[j].first.Kind] })
		groups = order[:most]
		sort.SliceStable(groups, func(i, j int) bool { return groups[i].first.Step < groups[j].first.Step })
	}
	for _, g := range groups {
		e := g.first
		row := eventRow{
			When: report.Format(float64(e.Time-start), report.UnitSeconds), Kind: kindTitle(e.Kind), Cause: kindTitle(e.Cause),
			Where: report.Entity{Pool: e.Pool, Collateral: e.Collateral, Market: e.Market}.String(), Account: e.Account, Times: g.times,
		}
		if g.usd != 0 {
			row.AmountUSD = report.Format(g.usd, report.UnitUSD)
		}
		if !math.IsNaN(e.CRatio) && e.CRatio != 0 {
			row.CRatio = report.Format(e.CRatio, report.UnitRatio)
		}
		rows = append(rows, row)
	}
	return rows, all
}
