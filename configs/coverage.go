package configs

import "fmt"

// Coverage asks whether forecasts were right (command coverage): at every origin
// the world is forecast with what was known then, and compared with what came
// along the recorded prices of prices.history.
type Coverage struct {
	From        *Time      `key:"from" doc:"first origin; default is the first bar with a whole window before it"`
	To          *Time      `key:"to" doc:"no origin later than this; default is the last with a whole horizon after it"`
	Every       Duration   `key:"every" default:"7d" min:"1s" doc:"time between origins, a whole number of steps"`
	Horizons    []Duration `key:"horizons" most:"8" min:"1s" doc:"lengths of the forecasts, whole numbers of steps; default is 1d and 7d"`
	Window      Duration   `key:"window" default:"180d" min:"1d" doc:"recorded prices before an origin that its process is fitted to"`
	Recalibrate Duration   `key:"recalibrate" default:"30d" min:"1s" doc:"longest age of a fit, a whole number of steps"`
	Models      []string   `key:"models" most:"7" enum:"gbm|merton|kou|garch|heston|regime|bootstrap" doc:"price processes to compare; default is gbm"`
	Metrics     []string   `key:"metrics" most:"20" doc:"columns of paths.arrow whose distribution is forecast, larger is worse; default is lp_loss_usd"`
	Levels      []Ratio    `key:"levels" most:"8" min:"50%" max:"99.99%" doc:"of value at risk and expected shortfall; default is 95 % and 99 %"`
	Thresholds  []string   `key:"thresholds" most:"100" doc:"conditions that decide the exit code, such as coverage(var99(lp_loss_usd), 7d).pof_p > 5%; every model has to keep them"`
	Events      []string   `key:"events" most:"8" enum:"stop_loss_exit|position_liquidation|vault_liquidation" doc:"events whose probability is forecast; default is all"`
}

// coverage: origins and horizons fall on steps, and there are prices to compare with.
func (c *checker) coverage() {
	v := c.Coverage
	if v == nil {
		return
	}
	const key = "coverage"
	c.contradiction(c.Config.Prices.History == nil, key, "a section without prices.history", "prices.history with the files of recorded prices", "prices.history")
	c.contradiction(c.Rare != nil, key, "coverage with rare", "plain paths, without rare")
	c.contradiction(c.Until != nil, key, "coverage with until", "a fixed number of paths, without until")
	whole := func(name string, d Duration) {
		step := c.Step.WholeSeconds()
		c.contradiction(step > 0 && d.WholeSeconds()%step != 0, key+"."+name, d.Plain(), "a whole number of steps of "+c.Step.Plain(), "step")
	}
	whole("every", v.Every)
	whole("window", v.Window)
	whole("recalibrate", v.Recalibrate)
	for i, horizon := range v.Horizons {
		whole(fmt.Sprintf("horizons[%d]", i), horizon)
	}
	c.contradiction(v.From != nil && v.To != nil && v.To.Before(v.From.Time), key+".to", "a time before from", "a time not before from", key+".from")
}
