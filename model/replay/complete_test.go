package replay

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/state"
	"backtest/model/state/statefile"
)

// leaf is a value of a document that can be changed.
type leaf struct {
	path  string
	field string // structure and field
	value reflect.Value
}

// leavesOf visits every number, flag and amount of a document.
func leavesOf(path, field string, v reflect.Value, visit func(leaf)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			leavesOf(path, field, v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			leavesOf(state.At(path, i), field, v.Index(i), visit)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[state.State]().PkgPath() {
			visit(leaf{path, field, v})
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			leavesOf(path+"."+f.Name, v.Type().Name()+"."+f.Name, v.Field(i), visit)
		}
	default:
		visit(leaf{path, field, v})
	}
}

// changed gives a value that differs from another by as little as can be.
func (l leaf) changed() bool {
	switch x := l.value.Addr().Interface().(type) {
	case *fp.Uint256:
		*x = x.Add(fp.U256(1))
	case *fp.Int256:
		*x = x.Add(fp.I256(1))
	case *fp.Uint128:
		*x = x.Add(fp.U128(1))
	case *fp.Int128:
		*x = x.Add(fp.I128(1))
	case *fp.D27:
		x.Raw = x.Raw.Add(fp.I128(1))
	case *bool:
		*x = !*x
	case *uint64:
		*x++
	case *uint32:
		*x++
	default:
		return false // names, ids and versions: another one is another thing
	}
	return true
}

func textOf(t *testing.T, d *state.State) string {
	t.Helper()
	copied := *d
	copied.Source = state.Source{}
	text, err := statefile.Marshal(&copied)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func copyOf(t *testing.T, d *state.State) *state.State {
	t.Helper()
	c, err := statefile.Unmarshal([]byte(textOf(t, d)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// notInDigest are fields that are no storage of the protocol: the answers of
// settable markets, what scripted ones will do, and outages.
func notInDigest(field string) bool {
	return strings.HasPrefix(field, "Simple.") || strings.HasPrefix(field, "Source.") || strings.HasPrefix(field, "Outage.") ||
		strings.HasPrefix(field, "ScriptRow.") || field == "Scripted.Bridge"
}

// TestEveryFieldIsKept: whatever stored field is changed in a document, the
// system that is loaded from it, a copy of that, and what is saved of the copy have
// the change, and the digest tells the two states apart. A failed transaction
// leaves all of them alone.
func TestEveryFieldIsKept(t *testing.T) {
	fields, refused := map[string]bool{}, map[string]bool{}
	for _, pattern := range []string{"named/perps_*.json.gz", "named/spot_*.json.gz", "named/*lock*.json.gz", "fuzz/both*.json.gz", "named/*liquid*.json.gz"} {
		paths, err := filepath.Glob(filepath.Join(recorded, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths[:min(2, len(paths))] {
			keepsEveryField(t, path, fields, refused)
		}
	}
	for field := range refused {
		if !fields[field] {
			t.Logf("%s could not be changed alone", field)
		}
	}
	keepsEveryFieldOf(t, "markets", marketsDocument(), fields, refused)
	if len(fields) < 150 {
		t.Errorf("only %d fields were changed", len(fields))
	}
	t.Logf("%d fields", len(fields))
}

func keepsEveryField(t *testing.T, path string, fields, refused map[string]bool) {
	t.Helper()
	trace := readFile(t, path)
	original, _, err := StateAt(trace, middleStep(trace))
	if err != nil {
		t.Fatal(err)
	}
	keepsEveryFieldOf(t, filepath.Base(path), original, fields, refused)
}

// marketsDocument is a state in which the markets have an entry of every kind.
func marketsDocument() *state.State {
	one := fp.U256(1)
	share := []state.Share{{Actor: "friend", Share: one}}
	return &state.State{
		Format: state.Format, Release: state.Release, Now: 1000,
		Collaterals: []state.Collateral{{Name: "USD", Decimals: 18}, {Name: "synth:1", Decimals: 18}, {Name: "SNX", Decimals: 18}},
		Markets: []state.Market{
			{ID: 1, Address: "spot", External: state.External{Spot: &state.Spot{
				Synth: "synth:1", CollateralLeverage: one, Referrers: share, TransactorFees: share, FeeCollector: state.FeeCollector{Account: "collector"},
				Strategies: []state.SpotStrategy{{}}, Orders: []state.SpotOrder{{Owner: "account:1"}}, WrapCollateral: "SNX",
			}}},
			{ID: 2, Address: "perps", External: state.External{Perps: &state.Perps{
				Collaterals: []state.PerpsCollateral{{ID: 1, DistributorCollaterals: []string{"SNX"}}}, Flagged: []state.ID{5},
				FeeCollector: state.FeeCollector{Account: "collector"}, Referrers: share, Margin: []state.Margin{{ID: 1}},
				Instruments: []state.Instrument{{ID: 7, Strategies: []state.PerpsStrategy{{}}, Liquidations: []state.Liquidation{{Amount: one, Time: 3}, {Amount: one, Time: 4}}}},
				Accounts: []state.PerpsAccount{{ID: 5, Exists: true, Margin: []state.Margin{{ID: 1, Amount: one}}, Open: []state.ID{7},
					Positions: []state.PerpsPosition{{Instrument: 7, Size: fp.I128(4)}}}},
			}}},
			{ID: 3, Address: "market:3", External: state.External{Scripted: &state.Scripted{Rows: []state.ScriptRow{{Time: 3}}}, Outages: []state.Outage{{From: 5, Until: 9}}}},
		},
	}
}

func keepsEveryFieldOf(t *testing.T, name string, original *state.State, fields, refused map[string]bool) {
	t.Helper()
	sys, err := model.Load(original, markets.LoadState)
	if err != nil {
		t.Fatal(err)
	}
	before := sys.Digest()
	var all []leaf
	d := copyOf(t, original)
	leavesOf("", "", reflect.ValueOf(d).Elem(), func(l leaf) { all = append(all, l) })
	for i := range all {
		if fields[all[i].field] || strings.HasSuffix(all[i].field, "Account.Exists") || all[i].field == "Source.Step" {
			continue // an account that is not there has nothing else
		}
		d := copyOf(t, original)
		var l leaf
		n := 0
		leavesOf("", "", reflect.ValueOf(d).Elem(), func(x leaf) {
			if n == i {
				l = x
			}
			n++
		})
		if !l.changed() {
			continue
		}
		loaded, err := model.Load(d, markets.LoadState)
		if err != nil {
			refused[l.field] = true
			continue
		}
		fields[l.field] = true
		checkKept(t, name+l.path, l.field, d, loaded, before)
	}
}

func checkKept(t *testing.T, where, field string, d *state.State, loaded *model.System, before [32]byte) {
	t.Helper()
	want := textOf(t, d)
	if digest := loaded.Digest(); digest == before && !notInDigest(field) {
		t.Errorf("%s: the digest does not tell", where)
	}
	saved, err := loaded.Save()
	if err != nil || textOf(t, saved) != want {
		t.Errorf("%s: not saved as it was loaded: %v", where, err)
	}
	clone := loaded.Clone(markets.Clone)
	saved, err = clone.Save()
	if err != nil || textOf(t, saved) != want {
		t.Errorf("%s: not in a copy: %v", where, err)
	}
	touchEverything(clone, d)
	if saved, err = clone.Save(); err != nil || textOf(t, saved) != want {
		t.Errorf("%s: a transaction that failed has changed something: %v", where, err)
	}
}

// touchEverything does what changes a system, in transactions that fail.
func touchEverything(sys *model.System, d *state.State) {
	_ = sys.Transact(func() {
		for i := range d.Markets {
			_, _ = sys.DistributeDebtToPools(model.MarketID(i+1), fp.MaxUint256)
		}
		fp.Throw(fmt.Errorf("taken back"))
	})
	for _, p := range d.Pools {
		_ = sys.Transact(func() {
			_ = sys.RebalancePool(model.PoolID(p.ID), model.NoCollateral)
			for _, v := range p.Vaults {
				ct, _ := sys.CollateralNamed(v.Collateral)
				for _, x := range v.Positions {
					_ = sys.BurnUSD(model.AccountOwner(model.AccountID(x.Account)), model.AccountID(x.Account), model.PoolID(p.ID), ct, fp.U256(1))
				}
			}
			fp.Throw(fmt.Errorf("taken back"))
		})
	}
}
