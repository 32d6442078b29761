package chain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"backtest/internal/chain/evm"
	"backtest/model"
	"backtest/model/state"
)

// coreFeatures are the features that the model checks.
var coreFeatures = []model.Feature{
	model.FeatureCreateAccount, model.FeatureDeposit, model.FeatureWithdraw, model.FeatureDelegateCollateral, model.FeatureMigrateDelegation,
	model.FeatureMintUSD, model.FeatureBurnUSD, model.FeatureLiquidate, model.FeatureLiquidateVault, model.FeatureLiquidateToTreasury,
	model.FeatureAssociateDebt, model.FeatureCreatePool, model.FeatureRegisterMarket, model.FeatureDepositMarketUSD,
	model.FeatureWithdrawMarketUSD, model.FeatureDepositMarketCollateral, model.FeatureWithdrawMarketCollateral,
}

func (r *deploymentReader) settings() (d state.Settings) {
	d.MinLiquidityRatio = u256(r.View(r.a.Core, "getMinLiquidityRatio()", 1).Word(0))
	for _, f := range slices.Sorted(slices.Values(coreFeatures)) {
		allow, deny, listed := r.flag(r.a.Core, string(f))
		if allow && !deny {
			continue
		}
		d.FeatureFlags = append(d.FeatureFlags, state.FeatureFlag{Feature: string(f), AllowAll: allow, DenyAll: deny})
		switch {
		case deny || listed == 0:
			r.note("feature "+string(f), "is closed to everybody")
		default:
			r.note("feature "+string(f), "is open to %d addresses alone; in the model it is closed to everybody", listed)
		}
	}
	r.config(&d)
	return d
}

// flag reads a feature flag: open to all, denied to all, and to how many it is
// open besides.
func (r *deploymentReader) flag(at evm.Address, name string) (allow, deny bool, listed int) {
	key := evm.Text(name)
	allow = !r.View(at, "getFeatureFlagAllowAll(bytes32)", 1, key).Word(0).IsZero()
	deny = !r.View(at, "getFeatureFlagDenyAll(bytes32)", 1, key).Word(0).IsZero()
	if !allow {
		if o := r.TryView(at, "getFeatureFlagAllowlist(bytes32)", key); o.OK(2) {
			list, _ := o.Data.List(0, 1)
			listed = len(list)
		}
	}
	return allow, deny, listed
}

// plainKeys are the keys of the configuration store that go by their name.
var plainKeys = []string{
	model.ConfigAccountTimeoutWithdraw, model.ConfigMarketMinDelegateTimeMax, model.ConfigTreasuryAccountID, model.ConfigTreasuryPoolID,
}

// config reads the configuration store: keys are known by their name, or
// guessed from a name and ids.
func (r *deploymentReader) config(d *state.Settings) {
	var hashed map[evm.Word]func(value evm.Word)
	for _, key := range r.keys.ConfigKeys {
		value := r.core(configSlot(key))
		if value.IsZero() {
			continue
		}
		if name := key.Text(); slices.Contains(plainKeys, name) {
			v := value
			if id, ok := r.book.Account(value); ok && name == model.ConfigTreasuryAccountID {
				v = evm.Uint(uint64(id))
			}
			d.Config = append(d.Config, state.ConfigValue{Key: name, Value: u256(v)})
			continue
		}
		if hashed == nil {
			hashed = r.hashedKeys(d)
		}
		if set := hashed[key]; set != nil {
			set(value)
			continue
		}
		r.note("configuration", "key %s is set to %s; the core of commit %s reads no such key that could be made of the ids found", keyText(key), value, release)
	}
	slices.SortFunc(d.Config, func(a, b state.ConfigValue) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(d.Overrides, func(a, b state.Override) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	slices.Sort(d.LiquidationsDisabled)
	slices.Sort(d.AssociateDebtRatioExclusions)
}

func keyText(key evm.Word) string {
	name := key.Text()
	if name != "" && strings.IndexFunc(name, func(c rune) bool { return c < ' ' || c > '~' }) < 0 {
		return name
	}
	return key.String()
}

// hashedKeys returns what each key that is made of a name and ids sets.
func (r *deploymentReader) hashedKeys(d *state.Settings) map[evm.Word]func(evm.Word) {
	known := map[evm.Word]func(evm.Word){}
	override := func(o state.Override) func(evm.Word) {
		return func(v evm.Word) { o.Value = u256(v); d.Overrides = append(d.Overrides, o) }
	}
	for _, m := range r.a.Markets {
		known[evm.KeyOf("associateDebtRatioExclusion", evm.Uint(m.ID))] = func(evm.Word) {
			d.AssociateDebtRatioExclusions = append(d.AssociateDebtRatioExclusions, state.ID(m.ID))
		}
	}
	senders := slices.Collect(maps.Keys(r.book.actors))
	senders = append(senders, r.keys.Mentioned...)
	accounts := map[evm.Word]state.ID{{}: 0}
	maps.Copy(accounts, r.book.accounts)
	for _, pool := range r.keys.Pools {
		id := evm.Uint(pool)
		known[evm.KeyOf("disablePoolLiquidation", id)] = func(evm.Word) {
			d.LiquidationsDisabled = append(d.LiquidationsDisabled, state.ID(pool))
		}
		for account, n := range accounts {
			known[evm.KeyOf("accountOverrideMinDelegateTime", account, id)] = override(state.Override{Account: n, Pool: state.ID(pool)})
		}
		for _, a := range senders {
			known[evm.KeyOf("senderOverrideMinDelegateTime", a.Word(), id)] = override(state.Override{Sender: r.book.Actor(a), Pool: state.ID(pool)})
		}
	}
	for account, n := range accounts {
		known[evm.KeyOf("accountOverrideWithdrawTimeout", account)] = override(state.Override{Account: n, Withdraw: true})
	}
	for _, a := range senders {
		known[evm.KeyOf("senderOverrideWithdrawTimeout", a.Word())] = override(state.Override{Sender: r.book.Actor(a), Withdraw: true})
	}
	return known
}
