package configs

// Prices describes the price paths.
type Prices struct {
	Uncertain   bool          `key:"parameter_uncertainty" doc:"draw the parameters of every process with an uncertainty anew for each path"`
	Nearest     bool          `key:"nearest" doc:"take the nearest correlation matrix even where it changes a correlation by more than 0.05"`
	Strict      bool          `key:"strict" default:"false" doc:"refuse a correlation matrix that is not positive definite instead of repairing it"`
	Sampling    string        `key:"sampling" default:"plain" enum:"plain|antithetic|sobol|latin_hypercube|stratified"`
	Replicates  int64         `key:"replicates" min:"1" max:"1000000" doc:"independent randomisations of sobol, latin_hypercube and stratified, from which errors are told; divides the paths, default is 1"`
	Copula      Copula        `key:"copula"`
	Assets      []Asset       `key:"assets" most:"256" required:"true"`
	Correlation []Correlation `key:"correlation" most:"32640" doc:"correlations of log returns; pairs left out are 0"`
	Stress      Stress        `key:"correlation_stress" doc:"moves all correlations towards others"`
	CommonJumps *CommonJumps  `key:"common_jumps" doc:"jumps that hit all assets with a loading at once"`
	Regimes     *Regimes      `key:"regimes" doc:"Markov regimes for the assets of kind regime"`
	Oracle      Oracle        `key:"oracle"`
	History     *History      `key:"history" doc:"recorded prices for the assets of kind history or bootstrap"`
	Episodes    []Episode     `key:"episodes" most:"100" doc:"named crashes laid over the paths"`
}

// Copula joins the shocks of the assets.
type Copula struct {
	Kind             string  `key:"kind" default:"gaussian" enum:"gaussian|t"`
	DegreesOfFreedom float64 `key:"degrees_of_freedom" kinds:"t" required:"true" min:"(2" max:"200"`
}

// Asset is something with a price in USD.
type Asset struct {
	ID      string  `key:"id" required:"true" id:"true"`
	Initial Initial `key:"initial" min:"(0" max:"1e12" unit:"USD" doc:"price at the start"`
	Process Process `key:"process" required:"true"`

	Decimals int64 `key:"decimals" min:"1" max:"18" doc:"decimals of the prices that the oracle publishes; default is 8, as the feeds in USD have"`
}

// Process is how a price moves. Annual figures are for 365 days.
type Process struct {
	Kind string `key:"kind" required:"true" enum:"gbm|merton|kou|heston|garch|regime|ou|history|bootstrap|pinned|scripted|constant"`

	AnnualDrift      float64 `key:"annual_drift" kinds:"gbm|merton|kou|heston|garch|pinned" min:"-20" max:"20" doc:"drift of the price: E[S(t)] = S(0) exp(drift t)"`
	AnnualVolatility float64 `key:"annual_volatility" kinds:"gbm|merton|kou|garch|ou|pinned" required:"true" unless:"calibrate" min:"0" max:"20"`

	JumpsPerYear   float64 `key:"jumps_per_year" kinds:"merton|kou|ou" min:"0" max:"10000"`
	JumpMean       float64 `key:"jump_mean" kinds:"merton|ou" min:"-5" max:"5" doc:"mean of the log jump"`
	JumpVolatility float64 `key:"jump_volatility" kinds:"merton|ou" min:"0" max:"5" doc:"standard deviation of the log jump"`
	JumpUpShare    float64 `key:"jump_up_share" kinds:"kou" min:"0" max:"1" doc:"probability that a jump goes up"`
	JumpUpMean     float64 `key:"jump_up_mean" kinds:"kou" min:"(0" max:"0.99" doc:"mean of an upward log jump"`
	JumpDownMean   float64 `key:"jump_down_mean" kinds:"kou" min:"(0" max:"5" doc:"mean of a downward log jump, positive"`

	InitialVariance      float64 `key:"initial_variance" kinds:"heston" required:"true" unless:"calibrate" min:"0" max:"400" unit:"per year"`
	LongVariance         float64 `key:"long_variance" kinds:"heston" required:"true" unless:"calibrate" min:"1e-6" max:"400" unit:"per year"`
	MeanReversion        float64 `key:"mean_reversion" kinds:"heston|ou" required:"true" unless:"calibrate" min:"1e-4" max:"1e6" unit:"per year"`
	VolatilityOfVariance float64 `key:"volatility_of_variance" kinds:"heston" required:"true" unless:"calibrate" min:"1e-4" max:"100"`
	LeverageCorrelation  float64 `key:"leverage_correlation" kinds:"heston" min:"-1" max:"1" doc:"correlation of price and variance"`

	Alpha            float64 `key:"alpha" kinds:"garch" required:"true" unless:"calibrate" min:"0" max:"1" doc:"weight of the last squared return, per step"`
	Beta             float64 `key:"beta" kinds:"garch" required:"true" unless:"calibrate" min:"0" max:"1" doc:"weight of the last variance, per step"`
	DegreesOfFreedom float64 `key:"degrees_of_freedom" kinds:"garch" min:"2.01" max:"1000" doc:"of the Student-t innovations; absent means normal"`

	InitialVolatility float64 `key:"initial_volatility" kinds:"garch" min:"(0" max:"20" doc:"annual volatility at the start; default is the long-run one"`

	States []RegimeState `key:"states" most:"16" kinds:"regime" required:"true" doc:"drift and volatility in each regime"`

	Level float64 `key:"level" kinds:"ou" required:"true" min:"(0" max:"1e12" unit:"USD" doc:"price to which the process reverts"`

	Calibrate *Calibration `key:"calibrate" kinds:"gbm|merton|kou|heston|garch" doc:"fit the parameters to recorded prices when the configuration is loaded"`

	Uncertainty *Uncertainty `key:"uncertainty" kinds:"gbm|merton|kou|heston|garch|regime" doc:"covariance of the estimated parameters, as backtest calibrate prints it; used with prices.parameter_uncertainty"`

	Column string  `key:"column" kinds:"history|bootstrap" doc:"column of the history file; default is the id of the asset"`
	Pins   []Pin   `key:"pins" kinds:"pinned" required:"true" doc:"shocks that every path meets, by a Brownian bridge"`
	Points []Point `key:"points" most:"10000" kinds:"scripted" required:"true"`
	Shape  string  `key:"shape" kinds:"scripted" default:"linear" enum:"linear|step|log" doc:"between points; log is linear in the logarithm"`
}

// Calibration is a fit to recorded prices, on the step of the configuration.
type Calibration struct {
	Files  []string `key:"files" most:"64" required:"true" file:"true" doc:"price files, as those of prices.history"`
	Column string   `key:"column" doc:"column of the files; default is the id of the asset"`
	Window Duration `key:"window" min:"1d" doc:"how much of the end of the history is fitted; default is all of it"`
}

// Uncertainty is the covariance of estimated parameters.
type Uncertainty struct {
	Parameters []string    `key:"parameters" most:"32" required:"true" doc:"keys of the process, such as alpha or states[0].annual_drift"`
	Covariance [][]float64 `key:"covariance" most:"32" required:"true" doc:"a row a parameter"`
}

// RegimeState is an asset in a regime.
type RegimeState struct {
	AnnualDrift      float64 `key:"annual_drift" min:"-20" max:"20"`
	AnnualVolatility float64 `key:"annual_volatility" required:"true" min:"0" max:"20"`
}

// Pin is a shock that every path of a pinned process meets.
type Pin struct {
	At     Duration `key:"at" required:"true" min:"1s" doc:"time from the start"`
	Change Ratio    `key:"change" required:"true" min:"-0.999" max:"1000" doc:"against the initial price: -0.3 is a price of 70 %"`
}

// Point is a price at a time.
type Point struct {
	At    Duration `key:"at" required:"true" min:"0s" doc:"time from the start"`
	Price float64  `key:"price" required:"true" min:"(0" max:"1e12" unit:"USD"`
}

// Correlation is an entry of the matrix.
type Correlation struct {
	Assets []string `key:"assets" label:"true" most:"2" required:"true" ref:"asset" doc:"two different assets"`
	Value  float64  `key:"value" required:"true" min:"-1" max:"1"`
}

// Stress moves every correlation matrix towards another: a share of the way
// towards one correlation of all pairs, or towards given ones.
type Stress struct {
	Weight      Ratio         `key:"weight" min:"0" max:"1" doc:"how far: 0 is the matrix as it is, 1 the other one; between them it stays a correlation matrix"`
	Towards     *float64      `key:"towards" min:"0" max:"1" doc:"correlation of all pairs that is gone towards; default is 0.95"`
	Correlation []Correlation `key:"correlation" most:"2016" doc:"correlations that are gone towards instead; pairs left out are 0"`
}

// CommonJumps are jumps of the whole market.
type CommonJumps struct {
	PerYear    float64       `key:"per_year" required:"true" min:"0" max:"10000"`
	Mean       float64       `key:"mean" min:"-5" max:"5" doc:"mean of the log jump"`
	Volatility float64       `key:"volatility" min:"0" max:"5"`
	Alike      *float64      `key:"size_correlation" min:"0" max:"1" doc:"correlation of each asset's size to a shared one: 1, the default, makes them move as one, 0 independently"`
	Loadings   []JumpLoading `key:"loadings" most:"256" required:"true"`
}

// JumpLoading is how much of a common jump an asset takes.
type JumpLoading struct {
	Asset   string  `key:"asset" label:"true" required:"true" ref:"asset"`
	Loading float64 `key:"loading" required:"true" min:"-10" max:"10"`
}

// Regimes are the states of the market and how it moves between them.
type Regimes struct {
	MeanDurations []Duration      `key:"mean_durations" most:"16" required:"true" min:"1s" doc:"mean stay in each regime"`
	Initial       int64           `key:"initial" default:"0" min:"0" max:"100" doc:"regime at the start, counted from 0"`
	Correlations  [][]Correlation `key:"correlations" most:"16" doc:"correlations in each regime; default is that of the prices"`
}

// Oracle is how prices are published: liquidations see the oracle, not the
// market.
type Oracle struct {
	Latency            int64    `key:"latency" default:"0" min:"0" max:"1000" unit:"steps"`
	DeviationThreshold Ratio    `key:"deviation_threshold" default:"0" min:"0" max:"1" doc:"a new price is pushed when the market moved by more; 0 publishes every step"`
	Heartbeat          Duration `key:"heartbeat" default:"0s" min:"0s" doc:"longest time between prices; 0 is none"`
}

// History is a file of prices.
type History struct {
	Files  []string `key:"files" most:"64" required:"true" file:"true" doc:"price files; relative paths start at the configuration file, on the command line at the working directory; sample:BTC, sample:ETH and sample:SNX are embedded"`
	Mode   string   `key:"mode" default:"windows" enum:"replay|windows|bootstrap" doc:"one path from the first bar used, every window of the horizon, or a stationary block bootstrap"`
	From   *Time    `key:"from" doc:"first bar used"`
	To     *Time    `key:"to" doc:"last bar used"`
	Block  Duration `key:"mean_block" kinds:"bootstrap" default:"3d" min:"1s" doc:"mean block length of the bootstrap"`
	Rebase bool     `key:"rebase" default:"false" doc:"scale each path to the initial prices instead of using recorded levels"`

	Columns    []string `key:"columns" most:"64" doc:"headers of the columns of prices to take; default is every column that holds prices"`
	TimeColumn string   `key:"time_column" doc:"header of the column of the time; default is to recognise it"`
	TimeFormat string   `key:"time_format" enum:"month_first|day_first" doc:"order of dates that can be read in two ways; default is to refuse them"`
	Ticker     string   `key:"ticker" doc:"symbol whose rows are taken where a file holds several, and name of the asset where a file names none"`
	Tolerance  Duration `key:"tolerance" min:"1s" doc:"how far times may lie from the grid of their steps and be moved onto it; default is a hundredth of the step"`
}

// Episode is a crash, own or named after an embedded one.
type Episode struct {
	Name     string        `key:"name" doc:"name of an embedded episode; see backtest init --list"`
	At       Duration      `key:"at" required:"true" min:"0s" doc:"time from the start of the path"`
	Duration Duration      `key:"duration" min:"1s" doc:"time of the fall"`
	Recovery Duration      `key:"recovery_half_life" doc:"half life of the recovery; 0 is none"`
	Drops    []EpisodeDrop `key:"drops" most:"256"`
	Refine   int64         `key:"refine" default:"1" min:"1" max:"3600" doc:"finer steps within the fall: each step is split in so many"`
}

// EpisodeDrop is what an asset loses in an episode.
type EpisodeDrop struct {
	Asset string `key:"asset" label:"true" required:"true" ref:"asset"`
	Drop  Ratio  `key:"drop" required:"true" min:"-10" max:"0.999" doc:"0.47 is a fall of 47 %"`
}
