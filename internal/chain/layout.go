package chain

import "backtest/internal/chain/evm"

// Where the contracts keep what they store: the slot of each object and, beside
// it, the places of its fields. An array's length is in its slot, its elements
// are from the slot's hash on; a mapping's values are at the hash of key and
// slot.

// Slots of the core.
func marketsSlot() evm.Word { return evm.NameSlot("io.synthetix.synthetix.Markets") }

func marketSlot(id evm.Word) evm.Word { return evm.NameSlot("io.synthetix.synthetix.Market", id) }

func poolSlot(id evm.Word) evm.Word { return evm.NameSlot("io.synthetix.synthetix.Pool", id) }

func accountSlot(id evm.Word) evm.Word { return evm.NameSlot("io.synthetix.synthetix.Account", id) }

func configSlot(key evm.Word) evm.Word { return evm.NameSlot("Config", key) }

func tokenSlot() evm.Word { return evm.NameSlot("io.synthetix.core-contracts.ERC20") }

// Fields of a market.
const (
	marketIssuance       = 2  // low: net issuance, high: credit capacity
	marketLast           = 3  // low: last distributed balance
	marketInRange        = 5  // heap: array with a dummy before it
	marketOutRange       = 8  // heap
	marketDistribution   = 10 // low: total shares, high: value per share
	marketActors         = 11 // mapping by pool: low: shares, high: last value per share
	marketEntries        = 12 // mapping by pool: low: credit capacity amount, high: pending debt
	marketDeposits       = 13 // array of {type, amount}
	marketCaps           = 14 // mapping by type
	marketDelegateTime   = 15 // bits 0 to 31
	marketLiquidityRatio = 16
)

// Fields of a pool.
const (
	poolTotals         = 4 // low: total weights, high: total vault debts
	poolMarkets        = 5 // array of {low: market, high: weight}, {low: limit}
	poolDistribution   = 6 // low: total shares, high: value per share
	poolActors         = 7 // mapping by type: low: shares, high: last value per share
	poolVaults         = 8 // mapping by type
	poolConfiguredAt   = 9 // bits 0 to 63
	poolCollaterals    = 10
	poolDisabledByRule = 11
)

// Fields of a vault and of an epoch.
const (
	vaultEpoch        = 0
	vaultEpochs       = 3 // mapping by epoch
	epochDebts        = 0 // low: unconsolidated, high: total consolidated
	epochDistribution = 1 // low: total shares, high: value per share
	epochActors       = 2 // mapping by account: low: shares, high: last value per share
	epochCollateral   = 3 // low: total shares, high: scale modifier
	epochShares       = 4 // mapping by account
	epochConsolidated = 5 // mapping by account
	epochDelegated    = 6 // mapping by account
)

// Fields of an account and of what it holds of a collateral type.
const (
	accountOwner       = 1
	accountInteraction = 5 // bits 0 to 63
	accountCollaterals = 6 // mapping by type
	holdingAvailable   = 0
	holdingPools       = 1 // array: a set of pools
	holdingLocks       = 3 // array: low: amount, bits 128 to 191: expiry
)

// Fields of a token.
const (
	tokenBalances = 3 // mapping by holder
	tokenSupply   = 5
)

// Slots of the spot and perps markets.
func spotOrdersSlot(market evm.Word) evm.Word {
	return evm.NameSlot("io.synthetix.spot-market.AsyncOrder", market)
}

func instrumentSlot(id evm.Word) evm.Word {
	return evm.NameSlot("io.synthetix.perps-market.PerpsMarket", id)
}

func marginSlot(account evm.Word) evm.Word {
	return evm.NameSlot("io.synthetix.perps-market.Account", account)
}

func globalSlot() evm.Word { return evm.NameSlot("io.synthetix.perps-market.GlobalPerpsMarket") }

func interestSlot() evm.Word { return evm.NameSlot("io.synthetix.perps-market.InterestRate") }

// Fields of spot and perps markets.
const (
	spotEscrowShares = 0
	spotOrderCount   = 1 // low

	instrumentSkew         = 3
	instrumentSize         = 4
	instrumentFundingRate  = 5
	instrumentFundingValue = 6
	instrumentFundingTime  = 7
	instrumentCorrection   = 9
	instrumentPositions    = 11 // mapping by account: high: size; low: price, high: funding; interest
	instrumentLiquidations = 12 // array of {low: amount}, {time}

	marginAmounts = 0 // mapping by collateral
	marginStored  = 1
	marginIDs     = 2 // array
	marginOpen    = 4 // array
	marginDebt    = 6

	globalFlagged = 0 // array
	globalMargin  = 2 // mapping by collateral
	globalDebt    = 7

	interestAccrued = 0
	interestRate    = 1 // low
	interestUpdated = 2
)
