package cannon

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"os"
	"slices"
	"strings"
	"time"

	"backtest/internal/start"
)

// rows reads a table of a header and rows, and says which columns are missing.
func rows(path, shown string, needed ...string) (header map[string]int, list [][]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", shown, withoutPath(err))
	}
	defer f.Close() //nolint:errcheck // only read
	in := csv.NewReader(io.LimitReader(f, mostBytes))
	in.FieldsPerRecord = -1
	list, err = in.ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", shown, err)
	}
	if len(list) == 0 {
		return nil, nil, fmt.Errorf("%s: the file is empty", shown)
	}
	header = map[string]int{}
	for i, name := range list[0] {
		header[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	for _, name := range needed {
		if _, ok := header[name]; !ok {
			return nil, nil, fmt.Errorf("%s:1: the column %s is missing; want %s", shown, name, strings.Join(needed, ", "))
		}
	}
	for i, row := range list {
		if len(row) != len(list[0]) {
			return nil, nil, fmt.Errorf("%s:%d: %d columns, the header has %d", shown, i+1, len(row), len(list[0]))
		}
	}
	return header, list[1:], nil
}

// decimalD18 reads a decimal as an integer of 18 decimals.
func decimalD18(text string) (*big.Int, bool) {
	n, ok := number(text)
	if !ok {
		return nil, false
	}
	n.Mul(n, new(big.Rat).SetInt(start.Units(1)))
	return new(big.Int).Quo(n.Num(), n.Denom()), n.IsInt()
}

// ReadPools reads a table of pools: pool, market, weight or weight_wei, and
// max_debt_share_value. Of several deployments it takes the one whose name
// begins as the files' does.
func ReadPools(path, shown, deployment string) ([]PoolWeight, error) {
	header, list, err := rows(path, shown, "pool", "market", "max_debt_share_value")
	if err != nil {
		return nil, err
	}
	weight, raw := "weight", false
	if _, ok := header[weight]; !ok {
		weight, raw = "weight_wei", true
	}
	if _, ok := header[weight]; !ok {
		return nil, fmt.Errorf("%s:1: the column weight is missing", shown)
	}
	keep, err := oneDeployment(header, list, shown, deployment)
	if err != nil {
		return nil, err
	}
	var pools []PoolWeight
	for i, row := range list {
		if !keep(row) {
			continue
		}
		at := Pos{shown, i + 2}
		id, _, _ := strings.Cut(row[header["pool"]], " ")
		w, ok := decimalD18(row[header[weight]])
		if raw {
			var whole *big.Rat
			if whole, ok = number(row[header[weight]]); ok && whole.IsInt() {
				w = whole.Num()
			}
		}
		limit, ok2 := decimalD18(row[header["max_debt_share_value"]])
		if !ok || !ok2 || w == nil || w.Sign() <= 0 {
			return nil, fmt.Errorf("%s: a weight above 0 and a number as max_debt_share_value are wanted", at)
		}
		pools = append(pools, PoolWeight{id, row[header["market"]], w, limit, at})
	}
	if len(pools) == 0 {
		return nil, fmt.Errorf("%s: there are no rows for %s", shown, deployment)
	}
	return pools, nil
}

// oneDeployment returns which rows are of the deployment.
func oneDeployment(header map[string]int, list [][]string, shown, deployment string) (func([]string) bool, error) {
	column, ok := header["deployment"]
	if !ok {
		return func([]string) bool { return true }, nil
	}
	var all, fitting []string
	first := strings.FieldsFunc(strings.ToLower(deployment), func(c rune) bool { return c == '-' || c == '_' || c == '.' })
	for _, row := range list {
		name := row[column]
		if !slices.Contains(all, name) {
			all = append(all, name)
			for _, word := range first {
				if word == "omnibus" {
					continue
				}
				if strings.HasPrefix(strings.TrimPrefix(strings.ToLower(name), "omnibus-"), word) {
					fitting = append(fitting, name)
				}
				break
			}
		}
	}
	if len(all) == 1 {
		fitting = all
	}
	if len(fitting) != 1 {
		return nil, fmt.Errorf("%s: which of the deployments %s is %q? keep its rows alone", shown, strings.Join(all, ", "), deployment)
	}
	return func(row []string) bool { return row[column] == fitting[0] }, nil
}

// Change is a change of a parameter of an instrument at a date.
type Change struct {
	Date              time.Time
	Symbol, Parameter string
	To                string
	At                Pos
}

// historyKeys are the configuration's keys of the parameters of histories.
var historyKeys = map[string]string{
	"liquidation_window_s": "liquidation_window", "settlement_delay_s": "settlement_delay",
	"settlement_window_s": "settlement_window", "commitment_price_delay_s": "commitment_price_delay",
}

// ReadHistory reads dated changes: date, symbol, parameter, new.
func ReadHistory(path, shown string) ([]Change, error) {
	header, list, err := rows(path, shown, "date", "symbol", "parameter", "new")
	if err != nil {
		return nil, err
	}
	var changes []Change
	for i, row := range list {
		at := Pos{shown, i + 2}
		date, err := time.Parse(time.DateOnly, row[header["date"]])
		if err != nil {
			return nil, fmt.Errorf("%s: the date %q, want such as 2025-04-29", at, row[header["date"]])
		}
		to := row[header["new"]]
		if _, ok := number(to); !ok && to != "" && to != "undefined" {
			return nil, fmt.Errorf("%s: the new value %q is no number", at, to)
		}
		changes = append(changes, Change{date, row[header["symbol"]], row[header["parameter"]], to, at})
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return a.Date.Compare(b.Date) })
	return changes, nil
}

// governance writes the changes after the first date, which is when the
// configuration begins; those of that date are its start.
func (c *configuration) governance(changes []Change) {
	if len(changes) == 0 {
		return
	}
	begin := changes[0].Date
	for _, x := range changes {
		i := slices.IndexFunc(c.d.Instruments, func(s *Subject) bool { return strings.EqualFold(s.Symbol, x.Symbol) })
		if _, ok := number(x.To); !ok {
			// The files lost the parameter then; what the chain had stayed.
			c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable, Mention{fmt.Sprintf("%s of %s, which is %q from then on", x.Parameter, x.Symbol, x.To), "", x.At.String()})
			continue
		}
		if i < 0 || !slices.Contains(instrumentParameters, x.Parameter) {
			c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable, Mention{fmt.Sprintf("a change of %s of %s", x.Parameter, x.Symbol), "", x.At.String()})
			continue
		}
		key, to := x.Parameter, x.To
		if short, ok := historyKeys[key]; ok {
			key, to = short, to+"s"
		}
		g := c.root.Add("governance")
		g.Set("key", fmt.Sprintf("markets[perps].instruments[%s].%s", c.ids[c.d.Instruments[i]], key), x.At.String())
		g.Set("at", fmt.Sprintf("%dd", int(x.Date.Sub(begin).Hours()/24)), x.Date.Format(time.DateOnly))
		g.Set("to", to, "")
	}
}
