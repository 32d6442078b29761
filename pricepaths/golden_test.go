package pricepaths

// golden holds the digests of the first eight paths of each case: the same on
// every processor. They change only with the engine's numbers, and then on
// purpose.
var golden = map[string]string{
	"gbm":             "72c1778d06cca08c90bffa62",
	"merton":          "cf222ae55d43660f91dc83f0",
	"kou":             "d732dfaac76bba03013a39fc",
	"heston":          "0ca181c89449b2a2908dfd33",
	"garch":           "c98405bb54039ce3387e9904",
	"regime":          "35b24aff70e3c9027065f1fc",
	"ou":              "918ea9d56a28eed790a93b70",
	"history":         "d2166c93b371be438fecb9f4",
	"history_windows": "e9b502f1e97da58a08aca5a4",
	"bootstrap":       "50770a5e1a0129ea60b39564",
	"pinned":          "f994a35d1e7eb08af36ed5ad",
	"scripted":        "562f459474bd3bc240bbe019",
	"everything":      "693d5aeccd9ba263a420e722",
	"plain":           "a96af964503d516038553edb",
	"antithetic":      "508c795427534ad736acceb6",
	"sobol":           "40393144fca2e65c8d41c1af",
	"stratified":      "1b22258d6c0d3563f8e16dea",
	"latin_hypercube": "deb26c1ddb4a3e4663e627f3",
}
