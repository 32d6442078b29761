package configs

// Rare asks for the probability of a rare event: the driving normals of some
// assets are tilted, so that the event is frequent, and every path counts with
// its likelihood ratio. A pilot run chooses by how much.
type Rare struct {
	Event      string   `key:"event" default:"vault_liquidation" enum:"liquidation|position_liquidation|vault_liquidation|stop_loss_exit|insufficient_liquidity|bad_debt|unbacked_debt" doc:"what is to become frequent; liquidation is that of a position or a vault"`
	Assets     []string `key:"assets" most:"16" required:"true" ref:"asset" doc:"assets that are tilted; the others move along by correlation"`
	Direction  string   `key:"direction" default:"down" enum:"down|up" doc:"where the assets are tilted to"`
	PilotPaths int64    `key:"pilot_paths" default:"512" min:"64" max:"1000000" doc:"paths of each candidate tilt in the pilot run"`
	Most       float64  `key:"most_standard_deviations" default:"6" min:"1" max:"12" doc:"largest tilt tried, of the sum of an asset's normals over the horizon"`
}
