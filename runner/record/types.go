package record

import "math"

// PathsPerBlock is the number of paths of one cell that a block holds (the last block of a cell may hold fewer). It is
// fixed, so that the same blocks exist whatever the number of workers and shards.
const PathsPerBlock = 64

// NoTimeSeconds marks the time of something that never happened. It is null in the files.
const NoTimeSeconds = -1

// PathRow is what one path of one scenario at one parameter point came to: a row of paths.arrow. Amounts are exact at
// scale 18. A ratio that does not exist (no debt at any time) is NaN, null in the files.
type PathRow struct {
	Scenario string
	Point    int32   // parameter point of a study, 0 in a run
	Path     int64   // global path index
	Weight   float64 // likelihood ratio under importance sampling, otherwise 1
	Steps    int32   // steps computed; fewer than planned when the path failed
	Events   int64   // rows of this path in events.arrow

	StopLossExits         int32 // markets pushed out of range in a pool
	Reentries             int32 // markets that came back in range
	PositionLiquidations  int32
	VaultLiquidations     int32
	CapacityLocks         int32 // changes of a market from unlocked to locked
	InsufficientLiquidity int32 // refused withdrawals of market USD
	BlockedWithdrawals    int32 // periods in which an LP was refused a withdrawal for the same cause
	Rebalances            int32

	DebtLiquidatedUSD       D18 // debt of liquidated positions and vaults
	CollateralLiquidatedUSD D18 // value of their collateral at the price of that moment
	SocialisedDebtUSD       D18 // part of the liquidated debt that went to other positions
	BadDebtUSD              D18 // debt beyond the value of the collateral behind it, at the end
	UnbackedDebtUSD         D18 // outstanding debt that no pool bears, largest over time
	UnpaidUSD               D18 // profit of traders that could not be withdrawn, at the end
	LPPnLUSD                D18 // change of (collateral value - debt) of all positions
	TraderPnLUSD            D18
	FeesUSD                 D18
	FinalDebtUSD            D18 // debt of all vaults at the end
	FinalCollateralUSD      D18 // collateral value of all vaults at the end

	MinVaultCRatio    float64 // smallest C-ratio of any vault at any step, 1.5 = 150 %
	MinPositionCRatio float64
	FinalVaultCRatio  float64 // smallest C-ratio of any vault at the end
	MaxUtilisation    float64 // largest credit used / credit given of any market
	MaxMintUsage      float64 // largest minted USD / mintable USD of any vault

	HorizonSeconds                    int64 // length of the path as computed (censoring time)
	FirstStopLossExitSeconds          int64 // seconds from the start, NoTimeSeconds if never
	FirstReentrySeconds               int64
	FirstPositionLiquidationSeconds   int64
	FirstVaultLiquidationSeconds      int64
	FirstCapacityLockSeconds          int64
	FirstInsufficientLiquiditySeconds int64

	Failed string // cause of a failed path, "" when it ended well

	Exact  []D18     // values of the run's extra columns of kind DecimalColumn, in declared order
	Floats []float64 // values of the run's extra columns of kind FloatColumn, in declared order
}

// NewPathRow gives a row with weight 1, no first times and no ratios.
func NewPathRow(scenario string, point int32, path int64) PathRow {
	return PathRow{
		Scenario: scenario, Point: point, Path: path, Weight: 1,
		MinVaultCRatio: math.NaN(), MinPositionCRatio: math.NaN(), FinalVaultCRatio: math.NaN(),
		MaxUtilisation: math.NaN(), MaxMintUsage: math.NaN(),
		FirstStopLossExitSeconds: NoTimeSeconds, FirstReentrySeconds: NoTimeSeconds,
		FirstPositionLiquidationSeconds: NoTimeSeconds, FirstVaultLiquidationSeconds: NoTimeSeconds,
		FirstCapacityLockSeconds: NoTimeSeconds, FirstInsufficientLiquiditySeconds: NoTimeSeconds,
	}
}

// Kinds of events, as column kind of events.arrow has them.
const (
	KindStopLossExit          = "stop_loss_exit"
	KindStopLossReentry       = "stop_loss_reentry"
	KindPositionLiquidation   = "position_liquidation"
	KindVaultLiquidation      = "vault_liquidation"
	KindCapacityLocked        = "capacity_locked"
	KindCapacityUnlocked      = "capacity_unlocked"
	KindInsufficientLiquidity = "insufficient_liquidity"
	KindBlockedWithdrawal     = "blocked_withdrawal"
	KindParameterChange       = "parameter_change"
	KindPoolBlocked           = "pool_blocked"     // nobody can pull the pool's debt
	KindPoolUnblocked         = "pool_unblocked"   // that has ended
	KindOraclePush            = "oracle_push"      // an attack on a market's price, with its gain
	KindOraclePushLoss        = "oracle_push_loss" // what the attack took from the LPs of a vault
)

// EventRow is something that happened on a path: a row of events.arrow. Empty strings are null in the files, as is a
// CRatio of NaN.
type EventRow struct {
	Scenario         string
	Point            int32
	Path             int64
	Step             int32
	Time             int64 // Unix seconds
	Kind             string
	Cause            string
	Market           string
	Pool             string
	Collateral       string
	Account          string
	AmountUSD        D18
	AmountCollateral D18
	CRatio           float64
	ValuePerShare    NullD18 // truncated from the protocol's D27
	DurationSeconds  int64   // of what lasts, from Time on; NoTimeSeconds for what happens at once
	Attempts         int32   // refusals within the duration, 0 for what is not tried again
}

// NullD18 is a D18 that may be absent.
type NullD18 struct {
	Value D18
	Valid bool
}

// CRatioKey names the vault and the moment of a C-ratio distribution.
type CRatioKey struct {
	Scenario   string
	Point      int32
	Step       int32
	Time       int64 // Unix seconds
	Pool       string
	Collateral string
}

// CRatioSketch is the C-ratio distribution of one vault at one recorded step, over positions and paths. Positions
// without debt have an infinite C-ratio; they are counted apart and are in neither sketch.
type CRatioSketch struct {
	Key          CRatioKey
	ByPosition   Sketch  // one observation a position
	ByDebt       Sketch  // one observation a position, weighted by its debt in units of DebtUnit
	ZeroDebt     int64   // positions without debt
	Liquidatable int64   // positions below their liquidation ratio
	DebtUnit     float64 // USD, a power of two, the same for all paths of a vault
}

// SeriesKey names a figure of an entity at a moment.
type SeriesKey struct {
	Scenario string
	Point    int32
	Step     int32
	Time     int64  // Unix seconds
	Figure   string // such as vault_c_ratio, debt_usd
	Entity   string // name of a market, pool, vault or asset; "" for the whole system
	Unit     string // such as usd, ratio
}

// SeriesSketch is the distribution of one figure over paths at one recorded step.
type SeriesSketch struct {
	Key    SeriesKey
	Values Sketch
}

// Block is what was recorded of the paths of a block. Paths and Events are in order of path and, within a path, of time. Of blocks
// that are written together, any may hold the distributions over the paths of all.
type Block struct {
	Index  int64
	Paths  []PathRow
	Events []EventRow
	CRatio []CRatioSketch
	Series []SeriesSketch

	Positions []PositionSketch
}
