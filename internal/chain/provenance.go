package chain

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"backtest/internal/chain/evm"
	"backtest/internal/start"
	"backtest/model"
	"backtest/model/state"
	"backtest/model/state/statefile"
)

// Provenance tells where a start folder comes from.
type Provenance struct {
	Format        int               `json:"format"`
	Kind          string            `json:"kind"`
	Chain         ChainProvenance   `json:"chain"`
	Addresses     map[string]string `json:"addresses"`
	Actors        map[string]string `json:"actors"` // by address, what the state calls them
	Tokens        map[string]string `json:"tokens"`
	Accounts      map[string]string `json:"accounts,omitempty"`      // whose number is not their id
	PerpsAccounts map[string]string `json:"perpsAccounts,omitempty"` //
	Answers       Used              `json:"answers"`
	Checks        Checks            `json:"checks"`
	Notes         []Note            `json:"notes"`
	Assumptions   []string          `json:"assumptions"`
	Files         []start.Entry     `json:"files"`
}

// ChainProvenance is the block.
type ChainProvenance struct {
	ID        uint64 `json:"id"`
	Block     uint64 `json:"block"`
	Hash      string `json:"hash"`
	Time      string `json:"time"`
	FromBlock uint64 `json:"fromBlock"`
}

// Used are the answers that a result rests on: how many of each kind, and a
// digest of all.
type Used struct {
	Calls  int    `json:"calls"`
	Words  int    `json:"words"`
	Codes  int    `json:"codes"`
	Logs   int    `json:"logs"`
	SHA256 string `json:"sha256"`
}

// used notes an answer that a finished reading rests on.
func (s *Source) use(key, value string) { s.rests[key] = value }

// Used returns what was used so far.
func (s *Source) Used() (u Used) {
	sum := sha256.New()
	for _, key := range sortedKeys(s.rests) {
		switch key[0] {
		case 'c':
			u.Calls++
		case 'w':
			u.Words++
		case 'k':
			u.Codes++
		default:
			u.Logs++
		}
		fmt.Fprintf(sum, "%s=%s\n", key, s.rests[key])
	}
	u.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return u
}

// assumptions are what no chain tells.
var assumptions = []string{
	"prices move as the processes in config.yaml say, without correlation",
	"one liquidator looks once an hour, somebody rebalances every pool once a day",
	"nobody joins, leaves or trades until lps: and traders: say who does",
}

// Files returns the start folder of a snapshot.
func (s *Source) Files(p *Snapshot, name string) ([]start.File, error) {
	var saved bytes.Buffer
	if err := statefile.Write(&saved, p.State); err != nil {
		return nil, err
	}
	files := []start.File{
		{Name: start.ConfigFile, Content: p.Config(name)},
		{Name: start.StateFile, Content: saved.Bytes()},
		{Name: start.PositionsFile, Content: p.positions()},
	}
	for _, m := range p.State.Markets {
		if x := m.External.Scripted; x != nil {
			files = append(files, start.File{Name: ScriptFile(uint64(m.ID)), Content: Script(x)})
		}
	}
	b := p.Block
	text, err := json.MarshalIndent(Provenance{
		Format: 1, Kind: "snapshot",
		Chain:     ChainProvenance{b.ChainID, b.Number, b.Hash, instant(b.Time), p.FromBlock},
		Addresses: p.Addresses.named(), Actors: p.Book.Actors(), Tokens: p.Book.Types(),
		Accounts: renumbered(p.Book.accounts), PerpsAccounts: renumbered(p.Book.perps),
		Answers: s.Used(), Checks: p.Checks, Notes: append([]Note{}, p.Notes...), Assumptions: assumptions, Files: start.Entries(files),
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(files, start.File{Name: start.ProvenanceFile, Content: append(text, '\n')}), nil
}

func (a Addresses) named() map[string]string {
	m := map[string]string{}
	for name, x := range map[string]evm.Address{
		"core": a.Core, "usd": a.USD, "accountToken": a.AccountToken, "oracleManager": a.OracleManager, "owner": a.Owner,
		"spot": a.Spot, "perps": a.Perps, "perpsAccountToken": a.PerpsAccountToken,
	} {
		if !x.IsZero() {
			m[name] = x.String()
		}
	}
	for _, x := range a.Markets {
		m[fmt.Sprintf("market/%d", x.ID)] = x.Address.String()
	}
	return m
}

// positions is the table that a person looks at first.
func (p *Snapshot) positions() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(row ...string) { _ = w.Write(row) } // into memory
	write("account", "pool", "collateral", "amount", "debt_usd", "c_ratio", "value_usd")
	for i := range p.State.Pools {
		pool := &p.State.Pools[i]
		name := p.Names.Pools[uint64(pool.ID)]
		if pool.ID == 0 {
			name = "0"
		}
		for k := range pool.Vaults {
			v := &pool.Vaults[k]
			for _, x := range v.Positions {
				if row, ok := p.row(name, pool.ID, v.Collateral, x.Account); ok {
					write(row...)
				}
			}
		}
	}
	w.Flush()
	return b.Bytes()
}

func (p *Snapshot) row(name string, pool state.ID, collateral string, account state.ID) ([]string, bool) {
	ct, ok := p.System.CollateralNamed(collateral)
	if !ok {
		return nil, false
	}
	var x model.Position
	var failed error
	err := p.System.Static(func() { x, failed = p.System.Position(model.PoolID(pool), ct, model.AccountID(account)) })
	if err != nil || failed != nil || x.Collateral.IsZero() && x.Debt.IsZero() {
		return nil, false
	}
	ratio := ""
	if x.Debt.Sign() > 0 {
		ratio = decimal(x.CRatio)
	}
	return []string{
		fmt.Sprint(uint64(account)), name, collateral, decimal(x.Collateral), start.Decimal(wordOf(model.Uint256(x.Debt)).Int(), 18), ratio, decimal(x.CollateralValue),
	}, true
}

// Worst returns the lines of the positions table with the lowest C-ratios.
func Worst(table []byte, n int) [][]string {
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil
	}
	rows = slices.DeleteFunc(rows[1:], func(r []string) bool { return r[5] == "" })
	slices.SortStableFunc(rows, func(a, b []string) int { return compareDecimals(a[5], b[5]) })
	return rows[:min(n, len(rows))]
}
