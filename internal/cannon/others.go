package cannon

import (
	"fmt"
	"slices"
	"strings"
)

// stalenessNode is the type of oracle node that refuses old prices.
const stalenessNode = 7

// other takes what does not fit the table of functions.
func (r *resolver) other(i *invoke) {
	switch {
	case i.fn == "setConfig" && len(i.args) == 2:
		r.config(i)
	case i.fn == "configureMaximumMarketCollateral" && len(i.args) == 3:
		r.maximum(i)
	case i.fn == "setCollateralConfiguration" && len(i.args) == 5:
		r.margin(i)
	case i.fn == "setMinLiquidityRatio" && len(i.args) == 2:
		r.marketRatio(i)
	case i.fn == "setPoolConfiguration" && len(i.args) == 2:
		r.pool(i)
	case i.fn == "registerNode" && len(i.args) == 3:
		r.node(i)
	case i.fn == "setFeatureFlagAllowAll" && len(i.args) == 2:
		r.flag(i)
	case silent[i.fn], i.fn == "":
	default:
		r.cannot(i, fmt.Sprintf("%s with %d arguments: it sets nothing that a configuration says", i.fn, len(i.args)))
	}
}

func (r *resolver) config(i *invoke) {
	key, ok := r.argument(i, 0)
	if !ok {
		return
	}
	names := map[string]arg{
		"accountTimeoutWithdraw":       {1, "withdraw_timeout_s", seconds, "", 0},
		"setMarketMinDelegateTime_max": {1, "min_delegate_time_max_s", seconds, "", 0},
	}
	a, known := names[key.spelled()]
	if !known {
		r.cannot(i, "the configuration key "+key.spelled())
		return
	}
	r.take(i, function{core, []arg{a}}, r.d.Core)
}

func (r *resolver) maximum(i *invoke) {
	m, ok := r.argument(i, 0)
	t, ok2 := r.argument(i, 1)
	if !ok || !ok2 {
		return
	}
	s := subject(m.key(), i.at)
	s.Words["market"], s.Words["token"] = m.key(), strings.ToLower(t.spelled())
	r.take(i, function{core, []arg{{2, "maximum", d18, "", 0}}}, s)
	if len(s.Params) > 0 {
		r.d.Caps = append(r.d.Caps, s)
	}
}

func (r *resolver) margin(i *invoke) {
	m, ok := r.argument(i, 0)
	if !ok {
		return
	}
	s := subject(m.key(), i.at)
	r.take(i, function{perps, []arg{
		{1, "max_amount", d18, "", 0}, {2, "upper_discount", d18, "", 0}, {3, "lower_discount", d18, "", 0}, {4, "discount_scalar", d18, "", 0},
	}}, s)
	r.d.Margins = slices.DeleteFunc(r.d.Margins, func(x *Subject) bool { return x.Key == s.Key })
	r.d.Margins = append(r.d.Margins, s)
}

func (r *resolver) marketRatio(i *invoke) {
	m, ok := r.argument(i, 0)
	if !ok {
		return
	}
	x, synth := r.subjects[string(spot)+" "+m.key()]
	if !synth {
		x = r.d.Perps // the only other market
	}
	r.take(i, function{core, []arg{{1, "min_liquidity_ratio", d18, "", 0}}}, x)
}

func (r *resolver) pool(i *invoke) {
	id, ok := r.argument(i, 0)
	if !ok || i.args[1].kind != listValue {
		return
	}
	for _, n := range i.args[1].list {
		s := subject("pool "+id.spelled(), n.at)
		field := func(name string, index int) *node {
			if n.kind == listValue && index < len(n.list) {
				return n.list[index]
			}
			return n.get(name)
		}
		m, err := r.of(field("marketId", 0))
		if err != nil {
			r.problems = append(r.problems, Problem{n.at, err.Error()})
			continue
		}
		one := &invoke{name: i.name, fn: i.fn, at: n.at, args: []*node{n}}
		r.take(one, function{core, []arg{{0, "weight", d18, "weightD18", 1}, {0, "limit", d18, "maxDebtShareValueD18", 2}}}, s)
		weight, limit := s.Params["weight"].Raw, s.Params["limit"].Raw
		if weight != nil && limit != nil {
			r.d.Pools = append(r.d.Pools, PoolWeight{id.key(), m.key(), weight, limit, n.at})
		}
	}
}

// node takes the tolerance of an oracle node that refuses old prices.
func (r *resolver) node(i *invoke) {
	kind, ok := r.argument(i, 0)
	if !ok || kind.num == nil || !kind.num.IsInt() || kind.num.Num().Int64() != stalenessNode {
		return
	}
	v, ok := r.argument(i, 1)
	if !ok || len(v.list) == 0 {
		return
	}
	s := subject("invoke."+i.name, i.at)
	for name, o := range r.outputs {
		if o.invoke == i.name {
			s.Key = name
		}
	}
	if !r.undefined(i, v.list[0], s.Key+" staleness") {
		r.set(i, s, arg{1, "staleness_s", seconds, "", 0}, v.list[0], "registerNode argument 2")
	}
	if len(s.Params) > 0 {
		r.d.Oracles = append(r.d.Oracles, s)
	}
}

// flag notes features that the files open or close: in a configuration all are
// open.
func (r *resolver) flag(i *invoke) {
	name, ok := r.argument(i, 0)
	open, ok2 := r.argument(i, 1)
	if ok && ok2 && open.flag && open.text == "false" {
		r.cannot(i, "the feature "+name.spelled()+", which is closed")
	}
}
