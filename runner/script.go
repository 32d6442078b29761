package runner

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// scriptColumns is the header of a file of a scripted market. Amounts are
// decimals in USD and exact; times are Unix seconds, ascending.
var scriptColumns = []string{"timestamp_unix", "reported_debt_usd", "minimum_credit_usd", "deposit_usd", "withdraw_usd"}

// maxScriptRows bounds the memory that a file can take.
const maxScriptRows = 10_000_000

// scriptedDriver lets the USD of a scripted market flow when they are due.
type scriptedDriver struct {
	id    model.MarketID
	index int // into sim.World.Markets
}

func (d scriptedDriver) Reprice(s *sim.State) {
	for _, f := range sim.External(s.Sys, d.id).(*markets.Scripted).Advance() {
		var short model.NotEnoughLiquidity
		if errors.As(f, &short) {
			s.Refused(d.index, "", short.Amount, "credit_exhausted")
			s.Unpaid(d.index, short.Amount)
		}
	}
}

// Deltas returns none: what the history's debt depended on is not known.
func (d scriptedDriver) Deltas(_ *model.System, list []sim.Delta) []sim.Delta { return list }

func (b *builder) addScripted(m *configs.Market) (model.MarketID, sim.Driver, error) {
	f, err := os.Open(m.File)
	if err != nil {
		return 0, nil, &InputError{"markets[" + m.ID + "].file", err}
	}
	defer f.Close() //nolint:errcheck // only read
	rows, err := readScript(f)
	if err != nil {
		return 0, nil, &InputError{"markets[" + m.ID + "].file", fmt.Errorf("%s: %w", filepath.Base(m.File), err)}
	}
	market, err := markets.NewScripted(b.sys, markets.Script{Rows: rows, Wallet: model.Named("script:" + m.ID), Bridge: true})
	if err != nil {
		return 0, nil, err
	}
	return market.ID(), scriptedDriver{market.ID(), len(b.w.Markets)}, nil
}

// readScript reads the rows of a scripted market.
func readScript(r io.Reader) ([]markets.ScriptRow, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = len(scriptColumns)
	c.ReuseRecord = true
	header, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	if !slices.Equal(header, scriptColumns) {
		return nil, fmt.Errorf("line 1: found %q, allowed: the header %q", header, scriptColumns)
	}
	var rows []markets.ScriptRow
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := c.FieldPos(0)
		row, err := scriptRow(cells)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if n := len(rows); n > 0 && rows[n-1].Time >= row.Time {
			return nil, fmt.Errorf("line %d: found time %d, allowed: later than the row before", line, row.Time)
		}
		if len(rows) == maxScriptRows {
			return nil, fmt.Errorf("line %d: more than %d rows", line, maxScriptRows)
		}
		rows = append(rows, row)
	}
}

func scriptRow(cells []string) (row markets.ScriptRow, err error) {
	if row.Time, err = strconv.ParseUint(cells[0], 10, 63); err != nil {
		return row, fmt.Errorf("%s: found %q, allowed: Unix seconds", scriptColumns[0], cells[0])
	}
	for i, to := range []*fp.Uint256{&row.ReportedDebt, &row.MinimumCredit, &row.Deposit, &row.Withdraw} {
		d, err := configs.ParseDecimal(cells[i+1])
		if err != nil || d.Sign() < 0 {
			return row, fmt.Errorf("%s: found %q, allowed: an amount of USD, 0 or more", scriptColumns[i+1], cells[i+1])
		}
		*to = units.FromBig(d.D18()).Uint256()
	}
	return row, nil
}
