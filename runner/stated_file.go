package runner

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"backtest/model"
	"backtest/model/markets"
	"backtest/model/state"
	"backtest/model/state/statefile"
)

// A start from a file is taken as it is. What the configuration sets beside is
// written over it: where the two say the same, nothing changes.

// loadState goes on with the system of the state file.
func (b *builder) loadState() error {
	path := b.cfg.State.File
	d, err := readStateFile(path)
	if err != nil {
		return err
	}
	bad := func(format string, args ...any) error {
		return &InputError{"state.file", fmt.Errorf(filepath.Base(path)+": "+format, args...)}
	}
	if start := uint64(b.w.Grid[0]); d.Now != start {
		return &InputError{"start", fmt.Errorf("found %s, allowed: the time of the state, %s", timeText(int64(start)), timeText(int64(d.Now)))}
	}
	set, err := b.sys.Save()
	if err != nil {
		return err
	}
	if err := b.match(d); err != nil {
		return bad("%w", err)
	}
	b.overlay(d, set)
	sys, err := model.Load(d, markets.LoadState)
	if err != nil {
		return bad("%w", err)
	}
	b.sys, b.taken = sys, map[model.AccountID]bool{}
	for i := range d.Accounts {
		b.taken[model.AccountID(d.Accounts[i].ID)] = true
	}
	for i := range b.w.Collaterals {
		b.w.Collaterals[i].CT, _ = sys.CollateralNamed(b.w.Collaterals[i].Name)
	}
	b.standingLPs(d)
	return nil
}

func timeText(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

func readStateFile(path string) (*state.State, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &InputError{"state.file", err}
	}
	defer f.Close() //nolint:errcheck // only read
	d, err := statefile.Read(f)
	if err != nil {
		return nil, &InputError{"state.file", fmt.Errorf("%s: %w", filepath.Base(path), err)}
	}
	return d, nil
}

// match finds the parts of the configuration in a document: collateral types
// by name, markets, pools and instruments in the order of their ids.
func (b *builder) match(d *state.State) error {
	for i := range b.cfg.Collaterals {
		c := &b.cfg.Collaterals[i]
		at := slices.IndexFunc(d.Collaterals, func(x state.Collateral) bool { return x.Name == c.ID })
		if at < 0 || int64(d.Collaterals[at].Decimals) != c.Decimals {
			return fmt.Errorf("it has no collateral type %s of %d decimals", c.ID, c.Decimals)
		}
	}
	if len(d.Markets) != len(b.cfg.Markets) {
		return fmt.Errorf("it has %d markets, the configuration %d: each in the order of its id", len(d.Markets), len(b.cfg.Markets))
	}
	for i := range d.Markets {
		if err := b.matchMarket(i, &d.Markets[i].External); err != nil {
			return err
		}
	}
	pools := createdPools(d)
	if len(pools) != len(b.cfg.Pools) {
		return fmt.Errorf("it has %d pools, the configuration %d: each in the order of its id", len(pools), len(b.cfg.Pools))
	}
	for i, p := range pools {
		b.w.Pools[i].ID = model.PoolID(p.ID)
	}
	return nil
}

// createdPools returns the pools of a document that somebody made, by id.
func createdPools(d *state.State) (pools []*state.Pool) {
	for i := range d.Pools {
		if d.Pools[i].Created && d.Pools[i].ID != 0 {
			pools = append(pools, &d.Pools[i])
		}
	}
	slices.SortFunc(pools, func(a, b *state.Pool) int { return cmp.Compare(a.ID, b.ID) })
	return pools
}

func (b *builder) matchMarket(i int, x *state.External) error {
	m := &b.cfg.Markets[i]
	kind := "simple"
	switch {
	case x.Spot != nil:
		kind = "spot"
	case x.Perps != nil:
		kind = "perps"
	case x.Scripted != nil:
		kind = "scripted"
	}
	if kind != m.Kind {
		return fmt.Errorf("market %d is %s, the configuration has %s there, which is %s", i+1, kind, m.ID, m.Kind)
	}
	if kind == "perps" && len(x.Perps.Instruments) != len(m.Instruments) {
		return fmt.Errorf("market %d has %d instruments, %s of the configuration %d: each in the order of the file", i+1, len(x.Perps.Instruments), m.ID, len(m.Instruments))
	}
	return nil
}

// standingLPs makes LPs of all positions of the pools of the configuration.
func (b *builder) standingLPs(d *state.State) {
	for i, p := range createdPools(d) {
		for _, v := range p.Vaults {
			if _, known := b.collaterals[v.Collateral]; !known {
				continue
			}
			vault, err := b.vault(b.w.Pools[i].Name, v.Collateral)
			if err != nil {
				vault = b.addVault(b.w.Pools[i].Name, v.Collateral)
			}
			for k := range v.Positions {
				b.standingLP(vault, &v.Positions[k])
			}
		}
	}
	for i := range b.stated {
		b.addLPOf(&b.stated[i])
	}
}

func (b *builder) standingLP(vault int, x *state.Position) {
	id := model.AccountID(x.Account)
	if x.CollateralShares.IsZero() && x.ConsolidatedDebt.IsZero() || id == b.treasury() {
		return
	}
	b.stated = append(b.stated, stated{account: id, vault: vault, name: fmt.Sprintf("%s/%d", b.w.Vaults[vault].Name, id)})
}

// treasury returns the account that takes over liquidated positions, 0 without
// one.
func (b *builder) treasury() model.AccountID {
	return model.AccountID(b.sys.Config(model.ConfigTreasuryAccountID).Low64())
}
