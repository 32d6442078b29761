package cannon

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"backtest/internal/start"
)

// configuration writes a deployment's parameters as a configuration.
type configuration struct {
	d       *Deployment
	root    *start.Section
	assets  *start.Section
	known   map[string]string // assets by what they are of
	markets start.Names
	ids     map[*Subject]string
	tokens  map[string]string // collateral types by token
}

// Options are what the files do not tell.
type Options struct {
	Name       string
	Pools      []PoolWeight // instead of those of the files
	PoolsFile  string
	Governance []Change
}

// Config returns the configuration and adds to the report what it cannot hold.
func (d *Deployment) Config(o Options) []byte {
	c := &configuration{d: d, root: &start.Section{}, known: map[string]string{}, markets: start.Names{}, ids: map[*Subject]string{}, tokens: map[string]string{}}
	if o.Pools != nil {
		d.Pools = o.Pools
	}
	c.name()
	c.head(o)
	c.prices()
	c.system()
	c.collaterals()
	c.spots()
	c.perps()
	c.pools()
	c.people()
	c.governance(o.Governance)
	return c.root.YAML()
}

// name gives everything its id.
func (c *configuration) name() {
	types := start.Names{"usd": true}
	for _, s := range c.d.Collaterals {
		c.ids[s] = types.Take(s.Symbol, "token")
		c.tokens[strings.ToLower(s.Words["token"])] = c.ids[s]
	}
	for _, s := range c.d.Synths {
		c.ids[s] = c.markets.Take(s.Symbol, "spot")
	}
	instruments := start.Names{}
	for _, s := range c.d.Instruments {
		c.ids[s] = instruments.Take(s.Symbol, "instrument-"+start.Name(s.Key))
	}
}

func (c *configuration) head(o Options) {
	c.root.Comment = fmt.Sprintf(`What can a pool behind the markets of %s lose in a month?

Read from %d files of the deployment. Each value names file and line of its number,
and the argument of the function that it goes to. What the files do not tell is
marked "assumption".`, c.d.Name, len(c.d.Files))
	for _, x := range [][2]string{{"name", start.Name(o.Name)}, {"seed", "1"}, {"paths", "500"}} {
		c.root.Set(x[0], x[1], "")
	}
	if n := len(o.Governance); n > 0 {
		from, to := o.Governance[0].Date, o.Governance[n-1].Date
		c.root.Set("start", from.Format(time.DateOnly), "the first change: "+o.Governance[0].At.String())
		c.root.Set("horizon", fmt.Sprintf("%dd", int(to.Sub(from).Hours()/24)+30), "a month beyond the last change")
		c.root.Set("step", "4h", "assumption")
		return
	}
	c.root.Set("horizon", "30d", "assumption")
	c.root.Set("step", "1h", "assumption")
}

// implied is the price that an instrument's limits on size and on value imply.
func implied(s *Subject) *big.Int {
	size, most := s.raw("max_market_size"), s.raw("max_market_value")
	if size == nil || most == nil || size.Sign() <= 0 || most.Sign() <= 0 {
		return nil
	}
	p := new(big.Int).Quo(new(big.Int).Mul(most, start.Units(1)), size)
	if p.Sign() <= 0 {
		return nil
	}
	return p
}

// dollar reports whether a name is that of a dollar.
func dollar(name string) bool {
	u := strings.ToUpper(name)
	return strings.Contains(u, "USD") || strings.Contains(u, "DAI")
}

// underlying is the asset behind a token: ETH of WETH, sETH and wstETH.
func (c *configuration) underlying(name string) string {
	upper := strings.ToUpper(start.Name(name))
	for _, prefix := range []string{"", "S", "W", "CB", "WST", "ST", "T", "YV"} {
		if rest, ok := strings.CutPrefix(upper, prefix); ok && rest != "" {
			for _, s := range c.d.Instruments {
				if strings.EqualFold(c.ids[s], rest) {
					return c.ids[s]
				}
			}
		}
	}
	return ""
}

func (c *configuration) prices() {
	c.assets = c.root.Sub("prices")
	c.assets.Comment = "Assumption: all of this. No file tells a price: an instrument begins at its limit on value\n" +
		"over its limit on size. Put prices of the day here, processes from `backtest calibrate`, and correlations."
	for _, s := range c.d.Instruments {
		source := "assumption: max_market_value / max_market_size"
		p := implied(s)
		if p == nil {
			p, source = start.Units(1), "assumption: nothing tells it"
		}
		c.asset(c.ids[s], p, source)
	}
	for _, list := range [][]*Subject{c.d.Collaterals, c.d.Synths} {
		for _, s := range list {
			if c.underlying(c.ids[s]) == "" {
				c.asset(strings.ToUpper(c.ids[s]), start.Units(1), "assumption")
			}
		}
	}
	if len(c.known) == 0 {
		c.asset("none", start.Units(1), "assumption: the files name nothing with a price")
	}
}

func (c *configuration) asset(name string, price *big.Int, source string) {
	if c.known[strings.ToUpper(name)] != "" {
		return
	}
	c.known[strings.ToUpper(name)] = name
	a := c.assets.Add("assets")
	a.Set("id", name, "")
	a.Number("initial", short(price), start.MostPrice, source)
	if start.Fine(price) {
		a.Set("decimals", "18", "assumption: the price is small")
	}
	process := "{kind: gbm, annual_volatility: 0.8}"
	if dollar(name) && price.Cmp(start.Units(1)) == 0 {
		process = "{kind: ou, level: 1, mean_reversion: 200, annual_volatility: 0.01}"
	}
	a.Set("process", process, "assumption")
}

// short keeps six figures of an assumed price.
func short(price *big.Int) *big.Int {
	digits := len(price.String())
	if digits <= 6 {
		return price
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits-6)), nil)
	return scale.Mul(scale, new(big.Int).Quo(price, scale))
}

// assetOf is the asset of a collateral type or a synth.
func (c *configuration) assetOf(s *Subject) string {
	if a := c.underlying(c.ids[s]); a != "" {
		return c.known[strings.ToUpper(a)]
	}
	return c.known[strings.ToUpper(c.ids[s])]
}

// set writes a parameter if the files have it.
func (c *configuration) set(to *start.Section, s *Subject, key, param string, most *big.Int) {
	p, ok := s.Params[param]
	if !ok {
		return
	}
	switch p.unit {
	case seconds:
		n := p.Raw
		if limit := big.NewInt(315_360_000); n.Cmp(limit) > 0 {
			n = limit
			c.cannot(s, key, p)
		}
		to.Set(key, n.String()+"s", p.source())
	case plain:
		n := p.Raw
		if limit := big.NewInt(1000); n.Cmp(limit) > 0 {
			n = limit
			c.cannot(s, key, p)
		}
		to.Set(key, n.String(), p.source())
	default:
		if to.Number(key, p.Raw, most, p.source()) {
			c.cannot(s, key, p)
		}
	}
}

func (c *configuration) cannot(s *Subject, key string, p Param) {
	shown := p.spelled()
	if len(shown) > 30 {
		shown = "unlimited (2^256-1 or near)"
	}
	c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable,
		Mention{fmt.Sprintf("%s of %s is %s; the configuration says the most that it can", key, s.label(), shown), "", p.At.String()})
}

func (c *configuration) system() {
	s := c.root.Sub("system")
	if _, ok := c.d.Core.Params["min_liquidity_ratio"]; !ok {
		s.Set("min_liquidity_ratio", "1", "assumption: no file sets it")
	}
	c.set(s, c.d.Core, "min_liquidity_ratio", "min_liquidity_ratio", start.MostRatio)
	c.set(s, c.d.Core, "withdraw_timeout", "withdraw_timeout_s", nil)
	c.set(s, c.d.Core, "min_delegate_time_max", "min_delegate_time_max_s", nil)
}

func (c *configuration) collaterals() {
	if len(c.d.Collaterals) == 0 {
		usd := &Subject{Key: "USDC", Symbol: "USDC", Params: map[string]Param{}, Words: map[string]string{"depositing": "true"}}
		c.d.Collaterals = append(c.d.Collaterals, usd)
		c.ids[usd] = "USDC"
		c.asset("USDC", start.Units(1), "assumption")
	}
	for _, s := range c.d.Collaterals {
		x := c.root.Add("collaterals")
		x.Comment = strings.TrimSpace(s.At.String() + ": token " + s.Words["token"])
		if s.At.File == "" {
			x.Comment = "Assumption: no file configures a collateral type."
		}
		if s.Words["depositing"] == "false" {
			x.Comment += "\nDeposits are closed (depositingEnabled = false), which a configuration cannot say."
			c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable, Mention{"deposits of " + s.label() + " are closed", "", s.At.String()})
		}
		x.Set("id", c.ids[s], "")
		x.Set("asset", c.assetOf(s), "assumption")
		if dollar(c.ids[s]) && !strings.HasPrefix(strings.ToUpper(c.ids[s]), "SUSD") {
			x.Set("decimals", "6", "assumption")
		}
		for _, r := range []struct{ key, otherwise string }{{"issuance_ratio", "2"}, {"liquidation_ratio", "1.5"}} {
			if _, ok := s.Params[r.key]; !ok {
				x.Set(r.key, r.otherwise, "assumption: nothing defines it")
			}
			c.set(x, s, r.key, r.key, start.MostRatio)
		}
		c.set(x, s, "liquidation_reward", "liquidation_reward", start.MostAmount)
		c.set(x, s, "min_delegation", "min_delegation", start.MostAmount)
	}
}

func (c *configuration) spots() {
	for _, s := range c.d.Synths {
		m := c.root.Add("markets")
		m.Comment = s.At.String()
		m.Set("id", c.ids[s], s.Name)
		m.Set("kind", "spot", "")
		m.Set("asset", c.assetOf(s), "assumption")
		for _, key := range []string{"atomic_fixed_fee", "async_fixed_fee", "utilization_fee_rate", "decay_rate"} {
			c.set(m, s, key, key, start.Units(1))
		}
		c.set(m, s, "skew_scale", "skew_scale", start.MostAmount)
		c.set(m, s, "collateral_leverage", "collateral_leverage", start.MostRatio)
		c.set(m, s, "min_liquidity_ratio", "min_liquidity_ratio", start.MostRatio)
		c.set(m, s, "strict_staleness", "strict_staleness_s", nil)
		c.wrapper(m, s)
		if _, ok := s.Params["settlement_window_s"]; ok {
			t := m.Sub("settlement")
			c.set(t, s, "delay", "settlement_delay_s", nil)
			c.set(t, s, "window", "settlement_window_s", nil)
			c.set(t, s, "reward", "settlement_reward", start.MostAmount)
			c.set(t, s, "minimum_usd", "settlement_minimum_usd", start.MostAmount)
			c.set(t, s, "max_rounding_loss", "settlement_max_rounding_loss", start.MostAmount)
		}
	}
}

// wrapper writes what a synth can be wrapped from, as far as the core's maximum
// allows it.
func (c *configuration) wrapper(m *start.Section, s *Subject) {
	token := s.Words["wrapper"]
	if token == "" || token == "0x0" || strings.Trim(token, "0x") == "" {
		return
	}
	id := c.tokens[token]
	if id == "" {
		c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable,
			Mention{fmt.Sprintf("the wrapper of %s takes %s, which is no collateral type of the files", s.label(), token), "", s.At.String()})
		return
	}
	w := m.Sub("wrapper")
	w.Set("collateral", id, "")
	amount, ok := s.Params["wrapper_max_amount"]
	if !ok {
		w.Set("max_amount", "0", "assumption: nothing defines it")
		return
	}
	for _, cap := range c.d.Caps {
		if p := cap.Params["maximum"]; cap.Words["market"] == s.Key && cap.Words["token"] == token && p.Raw.Cmp(amount.Raw) < 0 {
			amount = p
		}
	}
	if w.Number("max_amount", amount.Raw, start.MostAmount, amount.source()) {
		c.cannot(s, "max_amount of the wrapper", amount)
	}
	c.set(w, s, "wrap_fee", "wrap_fee", start.Units(1))
	c.set(w, s, "unwrap_fee", "unwrap_fee", start.Units(1))
}

func (c *configuration) perps() {
	if len(c.d.Instruments) == 0 {
		return
	}
	m := c.root.Add("markets")
	m.Set("id", c.markets.Take("perps", ""), "")
	m.Set("kind", "perps", "")
	p := c.d.Perps
	c.set(m, p, "min_liquidity_ratio", "min_liquidity_ratio", start.MostRatio)
	c.staleness(m)
	c.endorsed()
	for _, s := range c.d.Instruments {
		c.instrument(m.Add("instruments"), s)
	}
	for _, s := range c.d.Margins {
		c.margin(m, s)
	}
	c.set(m, p, "collateral_liquidate_reward_ratio", "collateral_liquidate_reward_ratio", start.Units(1))
	c.set(m, p, "max_positions_per_account", "max_positions_per_account", nil)
	c.set(m, p, "max_collaterals_per_account", "max_collaterals_per_account", nil)
	k := m.Sub("keeper_reward")
	k.Comment = "Keepers' costs are the answer of an oracle node: the defaults stand for them. Assumption."
	c.set(k, p, "min", "keeper_min", start.MostAmount)
	c.set(k, p, "max", "keeper_max", start.MostAmount)
	c.set(k, p, "profit_ratio", "keeper_profit_ratio", start.MostRatio)
	c.set(k, p, "scaling_ratio", "keeper_scaling_ratio", start.MostRatio)
	k.Set("liquidate_cost", "1", "assumption")
	if _, ok := p.Params["interest_low_gradient"]; ok {
		i := m.Sub("interest")
		c.set(i, p, "low_gradient", "interest_low_gradient", start.MostRatio)
		c.set(i, p, "breakpoint", "interest_breakpoint", start.Units(1))
		c.set(i, p, "high_gradient", "interest_high_gradient", start.MostRatio)
	}
}

// endorsed tells of liquidators whom no window binds: a configuration names its
// own.
func (c *configuration) endorsed() {
	n, first := 0, -1
	for i, s := range c.d.Instruments {
		if s.Words["endorsed"] != "" {
			if n++; first < 0 {
				first = i
			}
		}
	}
	if n > 0 {
		s := c.d.Instruments[first]
		c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable,
			Mention{fmt.Sprintf("the endorsed liquidators of %d instruments, such as %s of %s: nobody is endorsed until endorsed_liquidator names somebody", n, s.Words["endorsed"], s.label()), "", s.At.String()})
	}
}

// staleness is one for all instruments in a configuration: the shortest.
func (c *configuration) staleness(m *start.Section) {
	var least Param
	differ := false
	for _, s := range c.d.Instruments {
		p, ok := s.Params["strict_staleness_s"]
		if !ok {
			continue
		}
		differ = differ || least.Raw != nil && least.Raw.Cmp(p.Raw) != 0
		if least.Raw == nil || p.Raw.Cmp(least.Raw) < 0 {
			least = p
		}
	}
	if least.Raw == nil {
		return
	}
	c.set(m, &Subject{Symbol: "perps", Params: map[string]Param{"x": least}}, "strict_staleness", "x", nil)
	if differ {
		c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable, Mention{"instruments with different staleness tolerances: the shortest counts for all", "", least.At.String()})
	}
}

func (c *configuration) instrument(x *start.Section, s *Subject) {
	x.Comment = fmt.Sprintf("%s: perps market %s, %s", s.At, s.Key, s.Name)
	x.Set("id", c.ids[s], "")
	x.Set("asset", c.known[strings.ToUpper(c.ids[s])], "")
	if k := s.raw("skew_scale"); k == nil || k.Sign() <= 0 {
		x.Set("skew_scale", start.Decimal(start.MostAmount, 18), "assumption: nothing defines it, or it is 0; this much is no skew")
	} else {
		c.set(x, s, "skew_scale", "skew_scale", start.MostAmount)
	}
	for _, key := range []string{"max_funding_velocity", "maker_fee", "taker_fee"} {
		c.set(x, s, key, key, start.MostRatio)
	}
	c.set(x, s, "max_market_size", "max_market_size", start.MostAmount)
	c.set(x, s, "max_market_value", "max_market_value", start.MostAmount)
	for _, key := range []string{"initial_margin_ratio", "minimum_initial_margin_ratio", "maintenance_margin_scalar", "flag_reward_ratio"} {
		c.set(x, s, key, key, start.MostRatio)
	}
	c.set(x, s, "minimum_position_margin", "minimum_position_margin", start.MostShare)
	c.set(x, s, "liquidation_limit_multiplier", "liquidation_limit_multiplier", start.MostRatio)
	c.set(x, s, "liquidation_window", "liquidation_window_s", nil)
	c.set(x, s, "max_liquidation_pd", "max_liquidation_pd", start.Units(1))
	c.set(x, s, "locked_oi_ratio", "locked_oi_ratio", start.MostRatio)
	c.set(x, s, "settlement_delay", "settlement_delay_s", nil)
	c.set(x, s, "settlement_window", "settlement_window_s", nil)
	c.set(x, s, "settlement_reward", "settlement_reward", start.MostRatio)
	c.set(x, s, "commitment_price_delay", "commitment_price_delay_s", nil)
}

func (c *configuration) margin(m *start.Section, s *Subject) {
	if s.Key == "0" {
		c.set(m, s, "max_usd_margin", "max_amount", start.MostAmount)
		return
	}
	i := slices.IndexFunc(c.d.Synths, func(x *Subject) bool { return x.Key == s.Key })
	if i < 0 {
		c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable, Mention{"the margin collateral " + s.Key + ", which is no synth of the files", "", s.At.String()})
		return
	}
	if _, ok := s.Params["max_amount"]; !ok {
		return
	}
	x := m.Add("margins")
	x.Set("synth", c.ids[c.d.Synths[i]], "")
	c.set(x, s, "max_amount", "max_amount", start.MostAmount)
	c.set(x, s, "upper_discount", "upper_discount", start.Units(1))
	c.set(x, s, "lower_discount", "lower_discount", start.Units(1))
	c.set(x, s, "discount_scalar", "discount_scalar", start.MostRatio)
}
