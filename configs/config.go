package configs

// Config is everything a run or a study is asked: the whole of a
// configuration file.
//
// The tags of its fields are the single description from which files are
// decoded and checked, the JSON Schema is made and errors tell what is allowed:
//
//	key       name in the file
//	required  "true": must be given (where the kind that it belongs to applies)
//	default   value when absent
//	min, max  bounds, inclusive; "(0" excludes the bound itself
//	enum      allowed words, separated by |
//	kinds     the kinds of the surrounding section to which the key belongs
//	ref       what an id must name: asset, collateral, market, pool, trader, liquidator
//	id        "true": unique within its list, a plain name
//	label     "true": tells the elements of a list apart where they have no id
//	file      "true": names a file that must be there
//	most      number of elements that a list may have
//	varies    "true": may differ between scenarios and points of a study
//	sized     "true": in the unit of the section around it
//	unit, doc for people and for the schema
//
// Where keys belong to kinds, the first field of the struct with an enum tells the
// kind.
type Config struct {
	Name       string   `key:"name" required:"true" id:"true" doc:"name of the run, and of its output folder"`
	Question   string   `key:"question" doc:"the question that this configuration answers; default is the comment at the head of the file"`
	Seed       uint64   `key:"seed" default:"1" doc:"seed of all randomness"`
	Paths      int64    `key:"paths" default:"1000" min:"1" max:"1000000000" doc:"number of simulated paths"`
	Start      Time     `key:"start" default:"2026-01-01T00:00:00Z" doc:"date of the first price"`
	Horizon    Duration `key:"horizon" default:"30d" min:"1m" max:"20y" doc:"length of a path"`
	Step       Duration `key:"step" default:"1h" min:"1s" max:"30d" doc:"time between prices; the horizon is a whole number of steps"`
	Confidence Ratio    `key:"confidence" default:"95%" min:"50%" max:"99.99%" doc:"confidence of every interval"`

	ControlVariates string `key:"control_variates" default:"auto" enum:"auto|on|off" doc:"adjust means by final prices whose expectations are known: auto where that helps, on to refuse a configuration that has none, off for plain means"`

	Prices      Prices       `key:"prices" varies:"true" required:"true"`
	System      System       `key:"system" varies:"true"`
	Collaterals []Collateral `key:"collaterals" most:"32" varies:"true" required:"true"`
	Markets     []Market     `key:"markets" most:"256" varies:"true" required:"true"`
	Pools       []Pool       `key:"pools" most:"256" varies:"true" required:"true"`

	State       *State       `key:"state" varies:"true" doc:"where the system stands at the start, beside what lps and traders bring"`
	LPs         []LP         `key:"lps" most:"1000" varies:"true"`
	Traders     []Trader     `key:"traders" most:"1000" varies:"true"`
	Liquidators []Liquidator `key:"liquidators" most:"100" varies:"true"`
	Keepers     []Keeper     `key:"keepers" most:"100" varies:"true"`
	Adversaries []Adversary  `key:"adversaries" most:"100" varies:"true" doc:"who can push the price that a market reads"`
	Governance  []Change     `key:"governance" most:"1000" varies:"true" doc:"parameter changes at a date, sudden or as a ramp"`

	Record     Record      `key:"record"`
	Thresholds []Threshold `key:"thresholds" most:"1000"`
	Scenarios  []Scenario  `key:"scenarios" most:"200" doc:"variants of the world, each run over all paths; none means one"`
	Rare       *Rare       `key:"rare" doc:"importance sampling of a rare event"`
	Until      *Until      `key:"until" doc:"stop when a metric is known well enough"`
	Study      *Study      `key:"study" doc:"parameter axes, for the command study"`

	Coverage *Coverage `key:"coverage" doc:"origins, horizons and models, for the command coverage"`

	OnPathFailure string `key:"on_path_failure" default:"record" enum:"record|stop" doc:"what a path that fails does to the run"`
}

// Record tells what is written beside a row a path and a row an event.
type Record struct {
	Every       Duration `key:"every" default:"1d" min:"1s" doc:"time between C-ratio distributions and series, a whole number of steps"`
	Events      string   `key:"events" default:"all" enum:"all|none" doc:"whether events.arrow gets rows"`
	Positions   string   `key:"positions" doc:"results by position: start (those of state), all, none, or a number: those most likely to be liquidated, then the lowest C-ratios; start is the default where a state is given"`
	Attribution string   `key:"attribution" default:"pool" enum:"pool|vault" doc:"whether paths.arrow splits the change of debt by market and source for pools, or for their vaults too"`
	SpellGap    Duration `key:"spell_gap" default:"1d" min:"0s" doc:"how long a market is back in range before another exit begins another spell out of range"`
}

// Threshold is a condition on a metric that decides the exit code.
type Threshold struct {
	Expression string `key:"expression" required:"true" doc:"such as vault_liquidation.probability < 1%"`
	On         string `key:"on" default:"estimate" enum:"estimate|adverse|lower|upper" doc:"which part of the interval must satisfy it; adverse, and either end by name, is the end that does so last"`
	Severity   string `key:"severity" default:"fail" enum:"fail|warn"`
}

// Scenario is a variant of the configuration.
type Scenario struct {
	ID  string    `key:"id" required:"true" id:"true"`
	Set []Setting `key:"set" most:"100" required:"true" doc:"configuration keys and the values that they take in this scenario"`
}

// Setting is a configuration key, written as for --set, and a value.
type Setting struct {
	Key   string `key:"key" required:"true" doc:"such as markets[eth-perps].max_market_value"`
	Value string `key:"value" required:"true"`
}

// Until is a sequential stopping rule.
type Until struct {
	Metric        string `key:"metric" required:"true"`
	RelativeError Ratio  `key:"relative_error" required:"true" min:"(0" max:"1"`
	Confidence    Ratio  `key:"confidence" default:"95%" min:"50%" max:"99.99%"`
	MaxPaths      int64  `key:"max_paths" required:"true" min:"64" max:"1000000000"`
}

// Study varies configuration keys.
type Study struct {
	Design    string `key:"design" default:"grid" enum:"grid|one_at_a_time|latin_hypercube|sobol|saltelli" doc:"how points are chosen from the axes; saltelli allows Sobol indices"`
	Points    int64  `key:"points" min:"1" max:"100000" kinds:"latin_hypercube|sobol|saltelli" doc:"number of points of a sampled design"`
	Axes      []Axis `key:"axes" most:"16" required:"true"`
	Objective string `key:"objective" doc:"metric to be maximised among points that keep every constraint, such as max capital_efficiency"`

	Constraints []string `key:"constraints" most:"100" doc:"threshold expressions that a recommended point must keep"`

	ConstraintsOn string `key:"constraints_on" default:"adverse" enum:"adverse|estimate" doc:"which part of the interval must keep the constraints; adverse is the whole interval"`
	Confirm       int64  `key:"confirm" min:"0" max:"100000000" doc:"number of fresh paths on which the recommended point is run again beside the present one; 0 for none"`
}

// Axis is a configuration key and the values that it takes; the present value
// is the base.
type Axis struct {
	Key    string   `key:"key" required:"true"`
	Values []string `key:"values" most:"1000" doc:"list of values, in order"`
	From   *float64 `key:"from" doc:"lower end of a range"`
	To     *float64 `key:"to" doc:"upper end of a range"`
	Count  int64    `key:"count" min:"2" max:"10000" doc:"number of values in the range"`
}
