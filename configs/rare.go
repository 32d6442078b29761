package configs

import "fmt"

// Rare asks for the probability of a rare event. With importance sampling the
// driving normals of some assets are tilted, so that the event is frequent, and
// every path counts with its likelihood ratio; a pilot run chooses by how much.
// With splitting the paths that come near the event are branched, level by
// level, and every path counts with the share that reached its level; a pilot
// run chooses the levels.
type Rare struct {
	Method     string   `key:"method" default:"importance" enum:"importance|splitting" doc:"importance: tilt the prices of some assets; splitting: branch the paths that come near, for events that no tilt makes frequent"`
	Event      string   `key:"event" default:"vault_liquidation" enum:"liquidation|position_liquidation|vault_liquidation|stop_loss_exit|insufficient_liquidity|bad_debt|unbacked_debt" doc:"what is to become frequent; liquidation is that of a position or a vault"`
	PilotPaths int64    `key:"pilot_paths" default:"512" min:"64" max:"1000000" doc:"paths of each candidate tilt, or from each level, in the pilot run"`
	Assets     []string `key:"assets" most:"16" required:"true" ref:"asset" kinds:"importance" doc:"assets that are tilted; the others move along by correlation"`
	Direction  string   `key:"direction" default:"down" enum:"down|up" kinds:"importance" doc:"where the assets are tilted to"`
	Most       float64  `key:"most_standard_deviations" default:"6" min:"1" max:"12" kinds:"importance" doc:"largest tilt tried, of the sum of an asset's normals over the horizon"`
	LevelPaths int64    `key:"level_paths" default:"512" min:"64" max:"1000000" kinds:"splitting" doc:"paths from each level in a repetition, a multiple of 64; there are as many repetitions as make paths, and 20 at least"`
}

// levelBlock is what the paths from a level are a multiple of: they are recorded
// in blocks.
const levelBlock = 64

// controls: final prices adjust means only where paths are those of the law whose
// expectations are known, each for itself or with its twin.
func (c *checker) controls() {
	if c.ControlVariates != "on" {
		return
	}
	c.contradiction(c.Rare != nil, "control_variates", "on with rare", "auto or off: weighted and branched paths have no controls")
	joint := c.Config.Prices.Sampling
	c.contradiction(joint != "plain" && joint != "antithetic", "control_variates", "on with prices.sampling "+joint, "auto or off, or plain or antithetic sampling")
}

func (c *checker) rare() {
	if r := c.Config.Rare; r != nil && r.Method == "splitting" {
		c.contradiction(r.LevelPaths%levelBlock != 0, "rare.level_paths", fmt.Sprint(r.LevelPaths), fmt.Sprintf("a multiple of %d", levelBlock))
		c.contradiction(c.Until != nil, "rare.method", "splitting with until", "paths without until: splitting counts whole repetitions")
		c.contradiction(c.Study != nil, "rare.method", "splitting with study", "importance: the points of a study are compared path by path")
	}
}
