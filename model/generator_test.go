package model

import (
	"fmt"
	"math/big"
	"strings"
)

// choices decides: a random source, or the bytes of a fuzzer.
type choices interface{ IntN(n int) int }

// byteChoices reads decisions from bytes; at their end all are 0.
type byteChoices struct{ rest []byte }

func (c *byteChoices) IntN(n int) int {
	var x int
	for most := n; most > 1 && len(c.rest) > 0; most >>= 8 {
		x = x<<8 | int(c.rest[0])
		c.rest = c.rest[1:]
	}
	return x % n
}

// A scale is the size of the amounts in a random world.
type scale struct {
	name string
	unit *big.Int // wei
}

var scales = []scale{
	{"ordinary", bigUnit},
	{"dust", big.NewInt(1)},
	{"large", new(big.Int).Exp(big.NewInt(10), big.NewInt(27), nil)},
	{"huge", new(big.Int).Exp(big.NewInt(10), big.NewInt(34), nil)},
}

// generator draws command lines that fit the state of a world.
type generator struct {
	c     choices
	w     *world
	scale scale
	names []string // of collaterals
}

func oneOf[T any](c choices, list ...T) T { return list[c.IntN(len(list))] }

// setup draws the lines that build a world: up to 20 pools on up to 3 markets,
// limits from a small set so that they tie.
func (g *generator) setup() (lines []string) {
	g.scale = scales[max(0, g.c.IntN(6)-2)]
	add := func(format string, a ...any) { lines = append(lines, fmt.Sprintf(format, a...)) }
	for i := range 1 + g.c.IntN(3) {
		name := string(rune('X' + i))
		g.names = append(g.names, name)
		reward := g.amount(0)
		if g.c.IntN(2) == 0 {
			reward = "0"
		}
		decimals := oneOf(g.c, 18, 18, 18, 6)
		if g.scale.unit.Cmp(bigUnit) < 0 {
			decimals = 18
		}
		add("collateral %s price=%s issuance=%s liquidation=1.5 reward=%s min=%s decimals=%d", name, g.price(), oneOf(g.c, "4", "2", "1.5"), reward, reward, decimals)
	}
	add("account a1 a2 a3 a4")
	markets := 1 + g.c.IntN(3)
	add("%s", strings.Join([]string{"market", "m1", "m2", "m3"}[:1+markets], " "))
	pools := 1 + g.c.IntN(4)
	if g.c.IntN(3) == 0 {
		pools = 1 + g.c.IntN(20)
	}
	for i := range pools {
		add("pool p%d", i+1)
		add("%s", g.poolConfig(i+1, markets))
	}
	if g.c.IntN(2) == 0 {
		add("config treasuryAccountId 4")
		add("config treasuryPoolId %d", g.c.IntN(pools+1))
	}
	add("liquidity-ratio %s", oneOf(g.c, "1", "2", "0.5", "0.01", "0", "1.3"))
	for a := 1; a <= 4; a++ {
		for _, ct := range g.names {
			x := g.amount(6)
			add("deposit a%d %s %s", a, ct, x)
			if g.c.IntN(2) == 0 {
				add("delegate a%d p%d %s %s", a, 1+g.c.IntN(pools), ct, x)
			}
		}
	}
	return lines
}

func (g *generator) poolConfig(pool, markets int) string {
	line := fmt.Sprintf("pool-config p%d", pool)
	for m := range markets {
		if g.c.IntN(5) > 0 {
			line += fmt.Sprintf(" m%d:%s:%s", m+1, oneOf(g.c, "1", "1", "3", "7wei", "1000000"), oneOf(g.c, infinite, "0.5", "0.5", "0.1", "1", "0", "-0.1", "0.333333333333333333", "2"))
		}
	}
	return line
}

// amount draws an amount of the world's scale, larger by up to 10^magnitude.
func (g *generator) amount(magnitude int) string {
	x := big.NewInt(int64(1 + g.c.IntN(1000)))
	x.Mul(x, g.scale.unit)
	for range g.c.IntN(magnitude + 1) {
		x.Mul(x, big.NewInt(10))
	}
	if g.c.IntN(3) == 0 {
		x.Add(x, big.NewInt(int64(g.c.IntN(1000))))
	}
	return x.String() + "wei"
}

// part draws a part of x, sometimes a little more than all of it.
func (g *generator) part(x *big.Int) string {
	switch k := g.c.IntN(12); {
	case k == 0:
		return "0"
	case k == 1:
		return g.amount(3)
	case x.Sign() <= 0:
		return g.amount(1)
	default:
		x = mulQuo(x, big.NewInt(int64(1+g.c.IntN(17))), big.NewInt(16))
		return x.String() + "wei"
	}
}

func (g *generator) price() string {
	return oneOf(g.c, "1", "1", "2", "0.5", "0.45", "1.123456789012345678", "100", "0.000000001", "3", "1.5", "0.9")
}

func (g *generator) account() AccountID { return AccountID(1 + g.c.IntN(4)) }
func (g *generator) collateral() string { return oneOf(g.c, g.names...) }
func (g *generator) market() (MarketID, string) {
	i := g.c.IntN(len(g.w.names))
	return MarketID(i + 1), g.w.names[i]
}
func (g *generator) pool() PoolID {
	if len(g.w.pools) == 0 || g.c.IntN(20) == 0 {
		return 0
	}
	return oneOf(g.c, g.w.pools...)
}

// placed names a position, and what is stored of it.
type placed struct {
	id     AccountID
	pool   PoolID
	ct     string
	stored PositionStorage
}

// positions returns those that exist, or those in debt.
func (g *generator) positions(indebted bool) (list []placed) {
	for _, pool := range g.w.pools {
		for _, name := range g.names {
			g.w.sys.EachPositionStorage(pool, g.w.collaterals[name], func(id AccountID, s PositionStorage) {
				if !indebted || s.ConsolidatedDebt.Sign() > 0 {
					list = append(list, placed{id, pool, name, s})
				}
			})
		}
	}
	return list
}

// place draws an account, a pool and a collateral type, mostly of a position
// that exists.
func (g *generator) place() (AccountID, PoolID, string) {
	places := g.positions(g.c.IntN(2) == 0)
	if len(places) == 0 || g.c.IntN(6) == 0 {
		return g.account(), g.pool(), g.collateral()
	}
	x := oneOf(g.c, places...)
	return x.id, x.pool, x.ct
}

// step draws the next line.
func (g *generator) step() string {
	kinds := []struct {
		weight int
		draw   func(g *generator) string
	}{
		{20, (*generator).delegate}, {12, (*generator).reported}, {14, (*generator).debtOperation}, {14, (*generator).liquidation},
		{12, (*generator).pull}, {7, (*generator).usd}, {6, (*generator).oracle}, {5, (*generator).configuration},
		{3, (*generator).failure}, {4, (*generator).custody}, {3, (*generator).marketTokens}, {3, (*generator).wander},
	}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	n := g.c.IntN(total)
	for _, k := range kinds {
		if n -= k.weight; n < 0 {
			return k.draw(g)
		}
	}
	return ""
}

func (g *generator) delegate() string {
	id, pool, ct := g.account(), g.pool(), g.collateral()
	if g.c.IntN(2) == 0 {
		id, pool, ct = g.place()
	}
	has := bigU(g.w.sys.PositionCollateral(pool, g.w.collaterals[ct], id))
	return fmt.Sprintf("delegate a%d p%d %s %s", id, pool, ct, g.part(add(has, bigU(g.w.sys.AvailableCollateral(id, g.w.collaterals[ct])))))
}

// reported moves a market's debt relative to the credit that it has, where
// limits are.
func (g *generator) reported() string {
	id, name := g.market()
	s := g.w.sys.MarketStorage(id)
	x := mulQuo(bigU128(s.TotalShares), big.NewInt(int64(g.c.IntN(40)-12)), big.NewInt(16))
	x.Add(x, bigI128(s.LastDistributed)).Sub(x, bigI128(s.NetIssuance))
	if x.Sign() < 0 || g.c.IntN(8) == 0 {
		return "reported-debt " + name + " " + oneOf(g.c, "0", g.amount(2))
	}
	return fmt.Sprintf("reported-debt %s %vwei", name, x)
}

func (g *generator) debtOperation() string {
	id, pool, ct := g.place()
	switch g.c.IntN(6) {
	case 0, 5:
		return fmt.Sprintf("burn a%d p%d %s %s", id, pool, ct, g.part(bigU(g.w.sys.AvailableCollateral(id, USD))))
	case 1:
		_, m := g.market()
		return fmt.Sprintf("associate %s p%d %s a%d %s", m, pool, ct, id, g.amount(1))
	case 2:
		return fmt.Sprintf("migrate a%d p%d %s p%d", id, pool, ct, g.pool())
	}
	v := g.w.sys.vaultState(pool, g.w.collaterals[ct])
	value := mulDecimal(bigU(v.positionCollateral(id)), bigI(g.w.sys.collaterals[g.w.collaterals[ct]].price.now.price))
	return fmt.Sprintf("mint a%d p%d %s %s", id, pool, ct, g.part(quo(value, big.NewInt(int64(1+g.c.IntN(4))))))
}

func (g *generator) liquidation() string {
	id, pool, ct := g.place()
	switch g.c.IntN(10) {
	case 0, 1:
		return fmt.Sprintf("liquidate-vault p%d %s a%d %s", pool, ct, g.account(), g.part(bigU(g.w.sys.TokenBalance(USD, Keeper))))
	case 2:
		return fmt.Sprintf("liquidate-treasury a%d p%d %s", id, pool, ct)
	}
	return fmt.Sprintf("liquidate a%d p%d %s a%d", id, pool, ct, g.account())
}

func (g *generator) pull() string {
	id, pool, ct := g.account(), g.pool(), g.collateral()
	_, m := g.market()
	switch g.c.IntN(8) {
	case 0:
		return fmt.Sprintf("distribute %s %d", m, g.c.IntN(4))
	case 1:
		return fmt.Sprintf("debt a%d p%d %s", id, pool, ct)
	case 2:
		return fmt.Sprintf("position a%d p%d %s", id, pool, ct)
	case 3:
		return fmt.Sprintf("vault-debt p%d %s", pool, ct)
	case 4:
		return "market-pools " + m
	case 5:
		return fmt.Sprintf("rebalance p%d", pool)
	case 6:
		return fmt.Sprintf("pool-debt p%d", pool)
	}
	return fmt.Sprintf("rebalance p%d %s", pool, ct)
}

func (g *generator) usd() string {
	id, m := g.market()
	if g.c.IntN(2) == 0 {
		return fmt.Sprintf("market-deposit %s keeper %s", m, g.part(bigU(g.w.sys.TokenBalance(USD, Keeper))))
	}
	return fmt.Sprintf("market-withdraw %s keeper %s", m, g.part(bigI128(g.w.sys.MarketStorage(id).CreditCapacity)))
}

// oracle moves a price a little, or anywhere, or to where a position becomes
// liquidatable.
func (g *generator) oracle() string {
	ct := g.collateral()
	if debtors := g.positions(true); len(debtors) > 0 && g.c.IntN(3) == 0 {
		x := oneOf(g.c, debtors...)
		if has := bigU(g.w.sys.PositionCollateral(x.pool, g.w.collaterals[x.ct], x.id)); has.Sign() > 0 {
			worth := mulQuo(bigI(x.stored.ConsolidatedDebt), big.NewInt(int64(10+g.c.IntN(8))), big.NewInt(11))
			return fmt.Sprintf("price %s %vwei", x.ct, divDecimal(worth, has))
		}
	}
	now := bigI(g.w.sys.collaterals[g.w.collaterals[ct]].price.now.price)
	if now.Sign() <= 0 || g.c.IntN(3) == 0 {
		return "price " + ct + " " + g.price()
	}
	return fmt.Sprintf("price %s %vwei", ct, mulQuo(now, big.NewInt(int64(3+g.c.IntN(7))), big.NewInt(8)))
}

func (g *generator) configuration() string {
	pool, ct := g.pool(), g.collateral()
	_, m := g.market()
	switch g.c.IntN(6) {
	case 0:
		return "liquidity-ratio " + oneOf(g.c, "1", "2", "0.5", "0.01", "0")
	case 1:
		return "liquidity-ratio " + m + " " + oneOf(g.c, "0", "2", "0.5")
	case 2:
		return fmt.Sprintf("minimum-credit %s %s", m, oneOf(g.c, "0", g.amount(3)))
	case 3:
		return fmt.Sprintf("pool-collateral p%d %s issuance=%s limit=%s", pool, ct, oneOf(g.c, "0", "5"), oneOf(g.c, "0", g.amount(5)))
	}
	return g.poolConfig(int(pool), len(g.w.names))
}

// failure breaks a market or an oracle; mends one more often.
func (g *generator) failure() string {
	_, m := g.market()
	return oneOf(g.c, "reported-debt "+m+" fails", "reported-debt "+m+" works", "reported-debt "+m+" works", "reported-debt "+m+" works",
		"price "+g.collateral()+" fails", "price "+g.collateral()+" works", "price "+g.collateral()+" works", "price "+g.collateral()+" works",
		"price "+g.collateral()+" -1", "price "+g.collateral()+" 0", "minimum-credit "+m+" fails", "minimum-credit "+m+" works")
}

func (g *generator) custody() string {
	id, ct := g.account(), g.collateral()
	available := bigU(g.w.sys.AvailableCollateral(id, g.w.collaterals[ct]))
	switch g.c.IntN(4) {
	case 0:
		return fmt.Sprintf("deposit a%d %s %s", id, ct, g.amount(6))
	case 1:
		return fmt.Sprintf("lock a%d %s %s +%d", id, ct, g.part(available), g.c.IntN(200))
	case 2:
		return fmt.Sprintf("withdraw a%d %s %s", id, ct, g.part(available))
	}
	return fmt.Sprintf("clean-locks a%d %s 0 0", id, ct)
}

func (g *generator) marketTokens() string {
	_, m := g.market()
	ct := g.collateral()
	switch g.c.IntN(3) {
	case 0:
		return fmt.Sprintf("market-cap %s %s %s", m, ct, g.amount(6))
	case 1:
		return fmt.Sprintf("market-collateral %s out %s %s", m, ct, g.amount(2))
	}
	return fmt.Sprintf("market-collateral %s in %s %s", m, ct, g.amount(1))
}

func (g *generator) wander() string {
	_, m := g.market()
	return oneOf(g.c, fmt.Sprintf("now +%d", g.c.IntN(100)), fmt.Sprintf("min-delegate-time %s %d", m, g.c.IntN(50)),
		"fund keeper USD "+g.amount(4), "pool-closed p1 on", "pool-closed p1 off")
}
