package chain

import (
	"fmt"
	"slices"
	"strings"

	"backtest/internal/chain/evm"
	"backtest/internal/start"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// usdName is the system's own stablecoin in state documents.
const usdName = "USD"

// findTypes lists all tokens that occur, USD first, and names them.
func (r *deploymentReader) findTypes() {
	r.conf = map[evm.Address]evm.Data{}
	r.addType(r.a.USD)
	data := r.Call(r.a.Core, "getCollateralConfigurations", 2, evm.Encode("getCollateralConfigurations(bool)", evm.Word{}))
	if data != nil {
		list, err := data.List(0, 7)
		if err != nil {
			r.problem("getCollateralConfigurations: %v", err)
		}
		for _, c := range list {
			t := c.Word(5).Address()
			r.conf[t] = c
			r.addType(t)
		}
	}
	for _, m := range r.a.Markets {
		if m.Kind == SpotMarket {
			r.addType(m.Synth)
			r.addType(r.View(r.a.Spot, "getWrapper(uint128)", 2, evm.Uint(m.ID)).Word(0).Address())
		}
		for _, e := range r.words(r.a.Core, marketSlot(evm.Uint(m.ID)).Add(marketDeposits), 2) {
			r.addType(e[0].Address())
		}
		for _, t := range r.keys.MarketCaps[m.ID] {
			r.addType(t)
		}
	}
	for _, id := range r.keys.Accounts {
		for _, t := range r.keys.Holdings[id] {
			r.addType(t)
		}
	}
}

// addType names a token by its symbol; a second one of that symbol gets the
// beginning of its address beside it.
func (r *deploymentReader) addType(t evm.Address) {
	if t.IsZero() || slices.Contains(r.types, t) {
		return
	}
	r.types = append(r.types, t)
	name := usdName
	if t != r.a.USD {
		name = r.symbol(t)
		for _, taken := range r.book.types {
			if strings.EqualFold(taken, name) {
				name = fmt.Sprintf("%s-%s", name, t.String()[2:8])
				break
			}
		}
	}
	r.book.types[t] = name
}

// symbol returns a token's symbol in plain letters.
func (r *deploymentReader) symbol(t evm.Address) string {
	o := r.TryView(t, "symbol()")
	s := ""
	if o.OK(1) {
		var err error
		if s, err = o.Data.String(0); err != nil {
			s = o.Data.Word(0).Text() // older tokens answer bytes32
		}
	}
	s = start.Name(s)
	if s == "" || len(s) > 24 {
		s = "token-" + t.String()[2:8]
	}
	return s
}

func (r *deploymentReader) collateral(t evm.Address) state.Collateral {
	d := state.Collateral{Name: r.book.Type(t)}
	decimals := r.View(t, "decimals()", 1).Word(0)
	d.Decimals = uint8(decimals.Uint64())
	if decimals != evm.Uint(uint64(d.Decimals)) || d.Decimals > 77 {
		r.problem("token %s at %s has %s decimals", d.Name, t, decimals.Uint())
	}
	if c, ok := r.conf[t]; ok {
		d.Configured, d.DepositingEnabled = true, !c.Word(0).IsZero()
		d.IssuanceRatio, d.LiquidationRatio, d.LiquidationReward = u256(c.Word(1)), u256(c.Word(2)), u256(c.Word(3))
		d.MinDelegation = u256(c.Word(6))
		r.nodes[d.Name] = c.Word(4)
		d.Price, d.Failure = r.price(t, d.Name, c.Word(4))
	}
	r.balances(t, &d)
	return d
}

// staleOracle is the code with which the model's oracle of a type reverts that
// reverts on the chain.
const staleOracle = 1

// price asks for the price of a type. One whose oracle reverts keeps reverting
// in the model.
func (r *deploymentReader) price(t evm.Address, name string, node evm.Word) (fp.Int256, uint64) {
	o := r.TryView(r.a.Core, "getCollateralPrice(address)", t.Word())
	switch {
	case o.OK(1):
		if node.IsZero() {
			break
		}
		r.checkNode(name, node)
	case o.Refused != "":
		r.problem("price of %s: the node does not answer: %s", name, o.Refused)
	case o.Known && r.inUse(t):
		r.problem("the oracle of %s, which vaults hold, reverts at this block (%s); choose a block at which it answers", name, revertText(o.Data))
	case o.Known:
		r.note(name, "its oracle reverts at this block (%s), and does so in the model; no vault holds it", revertText(o.Data))
		return fp.Int256{}, staleOracle
	}
	return i256(o.Data.Word(0)), 0
}

// inUse reports whether somebody ever delegated a type, or a market deposited
// it.
func (r *deploymentReader) inUse(t evm.Address) bool {
	for v := range r.keys.Positions {
		if v.Type == t {
			return true
		}
	}
	return slices.ContainsFunc(r.a.Markets, func(m MarketKey) bool {
		return slices.ContainsFunc(r.words(r.a.Core, marketSlot(evm.Uint(m.ID)).Add(marketDeposits), 2), func(e []evm.Word) bool {
			return e[0].Address() == t && !e[1].IsZero()
		})
	})
}

// mostHolders bounds whose balance of a token of the protocol is read by
// itself.
const mostHolders = 5000

// balances reads who holds a token. Of tokens that are not the protocol's own
// only what the core holds counts.
func (r *deploymentReader) balances(t evm.Address, d *state.Collateral) {
	holders, own := r.keys.Holders[t], t == r.a.USD || r.isSynth(t)
	if !own {
		holders = []evm.Address{r.a.Core}
	}
	if len(holders) > mostHolders {
		kept := slices.DeleteFunc(slices.Clone(holders), func(h evm.Address) bool { _, named := r.book.actors[h]; return !named })
		r.note(d.Name, "%d addresses that own no account and have ever held it count as one, the actor others", len(holders)-len(kept))
		holders = kept
	}
	var sum fp.Uint256
	at := map[string]int{}
	for _, h := range holders {
		amount := r.balance(t, h)
		if amount.IsZero() {
			continue
		}
		sum = sum.Add(amount)
		actor := r.book.Actor(h)
		if i, ok := at[actor]; ok {
			d.Balances[i].Amount = d.Balances[i].Amount.Add(amount)
			continue
		}
		at[actor] = len(d.Balances)
		d.Balances = append(d.Balances, state.Balance{Actor: actor, Amount: amount})
	}
	d.TotalSupply = sum
	if own {
		d.TotalSupply = r.supply(t)
		if r.complete() && sum.Less(d.TotalSupply) {
			d.Balances = append(d.Balances, state.Balance{Actor: "others", Amount: d.TotalSupply.Sub(sum)})
		}
	}
	slices.SortFunc(d.Balances, func(a, b state.Balance) int { return strings.Compare(a.Actor, b.Actor) })
}

func (r *deploymentReader) isSynth(t evm.Address) bool {
	return slices.ContainsFunc(r.a.Markets, func(m MarketKey) bool { return m.Kind == SpotMarket && m.Synth == t })
}

func (r *deploymentReader) balance(t, holder evm.Address) fp.Uint256 {
	if t == r.a.USD {
		return u256(r.Word(t, tokenSlot().Add(tokenBalances).In(holder.Word())))
	}
	return u256(r.View(t, "balanceOf(address)", 1, holder.Word()).Word(0))
}

func (r *deploymentReader) supply(t evm.Address) fp.Uint256 {
	if t == r.a.USD {
		return u256(r.Word(t, tokenSlot().Add(tokenSupply)))
	}
	return u256(r.View(t, "totalSupply()", 1).Word(0))
}
