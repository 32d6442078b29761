package model

import (
	"maps"

	fp "backtest/model/fixedpoint"
)

// Feature names a feature flag (PROTOCOL.md §1.5).
type Feature string

// The features of the core that an operation here checks.
const (
	FeatureCreateAccount            Feature = "createAccount"
	FeatureDeposit                  Feature = "deposit"
	FeatureWithdraw                 Feature = "withdraw"
	FeatureDelegateCollateral       Feature = "delegateCollateral"
	FeatureMigrateDelegation        Feature = "migrateDelegation"
	FeatureMintUSD                  Feature = "mintUsd"
	FeatureBurnUSD                  Feature = "burnUsd"
	FeatureLiquidate                Feature = "liquidate"
	FeatureLiquidateVault           Feature = "liquidateVault"
	FeatureLiquidateToTreasury      Feature = "liquidateToTreasury"
	FeatureAssociateDebt            Feature = "associateDebt"
	FeatureCreatePool               Feature = "createPool"
	FeatureRegisterMarket           Feature = "registerMarket"
	FeatureDepositMarketUSD         Feature = "depositMarketUsd"
	FeatureWithdrawMarketUSD        Feature = "withdrawMarketUsd"
	FeatureDepositMarketCollateral  Feature = "depositMarketCollateral"
	FeatureWithdrawMarketCollateral Feature = "withdrawMarketCollateral"
)

// Keys of the system's configuration store (PROTOCOL.md §1.5). A value of 0
// is unset.
const (
	ConfigAccountTimeoutWithdraw   = "accountTimeoutWithdraw"
	ConfigMarketMinDelegateTimeMax = "setMarketMinDelegateTime_max"
	ConfigTreasuryAccountID        = "treasuryAccountId"
	ConfigTreasuryPoolID           = "treasuryPoolId"
)

const (
	defaultMinDelegateTimeMax = 30 * 24 * 3600
	// unsetOverride is the value an unset override of a delay reads as: 100
	// years, longer than any delay.
	unsetOverride = 100 * 365 * 24 * 3600
)

// overrideKey is a hashed key of the configuration store: a delay for an
// account or a sender, in a pool or at withdrawal.
type overrideKey struct {
	withdraw bool
	sender   bool
	account  AccountID
	actor    Actor
	pool     PoolID
}

type featureFlag struct{ notAllowAll, denyAll bool }

// settings are what the system owner sets, besides collateral types and
// markets. Its maps are replaced, never written to.
type settings struct {
	minLiquidityRatio    Uint256
	config               map[string]Uint256
	flags                map[Feature]featureFlag
	overrides            map[overrideKey]Uint256
	liquidationsDisabled map[PoolID]bool
	associateExcluded    map[MarketID]bool
}

func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	c := maps.Clone(m)
	if c == nil {
		c = map[K]V{}
	}
	c[k] = v
	return c
}

func (s *System) changeSettings(by Actor, change func(*settings)) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		change(s.settings.Edit(&s.journal))
	})
}

// SetMinLiquidityRatio sets the system's minimum liquidity ratio (D18); 0
// means 100 %. It takes effect at the next rebalance of each pool.
func (s *System) SetMinLiquidityRatio(by Actor, ratio Uint256) error {
	return s.changeSettings(by, func(t *settings) { t.minLiquidityRatio = ratio })
}

// MinLiquidityRatio returns the system's minimum liquidity ratio (D18); 0 means
// 100 %.
func (s *System) MinLiquidityRatio() Uint256 { return s.settings.now.minLiquidityRatio }

// SetConfig sets a key of the configuration store.
func (s *System) SetConfig(by Actor, key string, value Uint256) error {
	return s.changeSettings(by, func(t *settings) { t.config = with(t.config, key, value) })
}

// SetFeatureFlagAllowAll opens or closes a feature; opening clears a denial.
func (s *System) SetFeatureFlagAllowAll(by Actor, f Feature, allow bool) error {
	return s.changeSettings(by, func(t *settings) {
		flag := t.flags[f]
		flag.notAllowAll = !allow
		flag.denyAll = flag.denyAll && !allow
		t.flags = with(t.flags, f, flag)
	})
}

// SetFeatureFlagDenyAll denies a feature to everybody, or ends that.
func (s *System) SetFeatureFlagDenyAll(by Actor, f Feature, deny bool) error {
	return s.changeSettings(by, func(t *settings) {
		flag := t.flags[f]
		flag.denyAll = deny
		t.flags = with(t.flags, f, flag)
	})
}

// SetPoolLiquidationsDisabled blocks or allows the liquidations of a pool.
func (s *System) SetPoolLiquidationsDisabled(by Actor, pool PoolID, disabled bool) error {
	return s.changeSettings(by, func(t *settings) {
		t.liquidationsDisabled = with(t.liquidationsDisabled, pool, disabled)
	})
}

// SetAssociateDebtRatioExclusion exempts a market from the ratio check of
// [System.AssociateDebt].
func (s *System) SetAssociateDebtRatioExclusion(by Actor, market MarketID, excluded bool) error {
	return s.changeSettings(by, func(t *settings) {
		t.associateExcluded = with(t.associateExcluded, market, excluded)
	})
}

// SetAccountOverrideMinDelegateTime shortens the minimum delegation time of an
// account in a pool: 0 is unset, 1 is none (PROTOCOL.md §6.4).
func (s *System) SetAccountOverrideMinDelegateTime(by Actor, account AccountID, pool PoolID, value Uint256) error {
	return s.setOverride(by, overrideKey{account: account, pool: pool}, value)
}

// SetSenderOverrideMinDelegateTime does the same for a sender.
func (s *System) SetSenderOverrideMinDelegateTime(by, sender Actor, pool PoolID, value Uint256) error {
	return s.setOverride(by, overrideKey{sender: true, actor: sender, pool: pool}, value)
}

// SetAccountOverrideWithdrawTimeout shortens the delay before an account may
// withdraw: 0 is unset, 1 is none (PROTOCOL.md §9.1).
func (s *System) SetAccountOverrideWithdrawTimeout(by Actor, account AccountID, value Uint256) error {
	return s.setOverride(by, overrideKey{withdraw: true, account: account}, value)
}

// SetSenderOverrideWithdrawTimeout does the same for a sender.
func (s *System) SetSenderOverrideWithdrawTimeout(by, sender Actor, value Uint256) error {
	return s.setOverride(by, overrideKey{withdraw: true, sender: true, actor: sender}, value)
}

func (s *System) setOverride(by Actor, k overrideKey, value Uint256) error {
	return s.changeSettings(by, func(t *settings) { t.overrides = with(t.overrides, k, value) })
}

// Config returns a key of the configuration store, 0 when it is unset.
func (s *System) Config(key string) Uint256 { return s.settings.now.config[key] }

func (s *System) checkFeature(f Feature) {
	if flag := s.settings.now.flags[f]; flag.denyAll || flag.notAllowAll {
		fp.Throw(FeatureUnavailable{string(f)})
	}
}

// delayPending reports whether a delay that began at last still runs, and
// neither of the two overrides has ended it. All sums are at 256 bits.
func (s *System) delayPending(last uint64, required Uint256, account, sender overrideKey) bool {
	now, from := fp.U256(s.now), fp.U256(last)
	if !now.Less(from.Add(required)) {
		return false
	}
	for _, k := range [...]overrideKey{account, sender} {
		v := s.settings.now.overrides[k]
		if v.IsZero() {
			v = fp.U256(unsetOverride)
		}
		if !now.Less(from.Add(v).Sub(fp.U256(1))) {
			return false
		}
	}
	return true
}
