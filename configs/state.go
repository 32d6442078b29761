package configs

// State is where a system stands at the start: all of it, from a file, or by
// hand. Amounts of people are as stated, to the wei, at any C-ratio; docs/state.md
// tells what follows from what.
type State struct {
	File string `key:"file" file:"true" doc:"a saved state, taken as it is; markets, pools and instruments of the configuration stand in the order of its ids, collateral types go by name"`

	Positions string        `key:"positions" file:"true" doc:"CSV, Arrow or Parquet: account, pool, collateral, amount, debt_usd, and group for those who act as one of lps"`
	Perps     *StatePerps   `key:"perps" doc:"traders of a perps market, one by one"`
	Markets   []StateMarket `key:"markets" most:"2000" doc:"what markets owe and have issued, and their traders in sum"`
	Pools     []StatePool   `key:"pools" most:"2000" doc:"pools that are out of range of a market"`
	Vaults    []StateVault  `key:"vaults" most:"2000" doc:"weights that the last rebalance gave to vaults, where prices have moved since"`

	MintedUSD      *Decimal `key:"minted_usd" min:"-1e15" max:"1e15" unit:"USD" doc:"minted less burned by positions; what positions owe beyond the debt of markets by default"`
	UnallocatedUSD Decimal  `key:"unallocated_usd" default:"0" min:"-1e15" max:"1e15" unit:"USD" doc:"debt that positions bear of no market, such as what liquidations of vaults left in a pool"`
}

// StatePerps names the traders of a perps market.
type StatePerps struct {
	Market    string `key:"market" required:"true" ref:"market"`
	Positions string `key:"positions" required:"true" file:"true" doc:"CSV, Arrow or Parquet: account, instrument, size, entry_price, margin_usd, and group for those who act as one of traders"`
}

// StateMarket is where a market stands, or an instrument of a perps market.
type StateMarket struct {
	Market         string   `key:"market" required:"true" ref:"market"`
	Instrument     string   `key:"instrument" doc:"of a perps market; skew and what follows are of an instrument"`
	NetIssuanceUSD *Decimal `key:"net_issuance_usd" min:"-1e15" max:"1e15" unit:"USD" doc:"minted less burned by the market; by default what leaves it without debt"`
	PerShareUSD    Decimal  `key:"debt_per_share_usd" default:"0" min:"-1e9" max:"1e9" unit:"USD" doc:"debt per dollar of credit so far, which limits of pools are measured against"`
	OutstandingUSD Decimal  `key:"outstanding_usd" default:"0" min:"-1e15" max:"1e15" unit:"USD" doc:"debt that has not reached pools yet; the first rebalance brings it, by shares"`

	Supply *Decimal `key:"supply" min:"0" max:"1e15" unit:"synths" doc:"of a spot market"`

	Skew         Decimal       `key:"skew" default:"0" min:"-1e15" max:"1e15" unit:"units"`
	OpenInterest Decimal       `key:"open_interest" default:"0" min:"0" max:"1e15" unit:"units" doc:"of both sides together, at least the skew"`
	FundingRate  Ratio         `key:"funding_rate" default:"0" min:"-1000" max:"1000" doc:"per day"`
	Accounts     int64         `key:"accounts" default:"2" min:"1" max:"1000000" doc:"over which skew and open interest are spread"`
	SizeUSD      *Distribution `key:"size_usd" doc:"law of their sizes, which are scaled to what the sides come to; equal by default"`
	Leverage     *Distribution `key:"leverage" doc:"law of their leverage; 1 by default"`
}

// StatePool is a pool that is out of range of a market.
type StatePool struct {
	Pool    string `key:"pool" required:"true" ref:"pool"`
	Market  string `key:"market" required:"true" ref:"market"`
	InRange bool   `key:"in_range" default:"true"`
}

// StateVault is the weight of a vault in its pool.
type StateVault struct {
	Pool       string  `key:"pool" required:"true" ref:"pool"`
	Collateral string  `key:"collateral" required:"true" ref:"collateral"`
	CreditUSD  Decimal `key:"credit_usd" required:"true" min:"0" max:"1e15" unit:"USD" doc:"value of its collateral at the last rebalance"`
}
