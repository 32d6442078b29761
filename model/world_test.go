package model

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	fp "backtest/model/fixedpoint"
)

// A world is a system with names for its parts, driven by lines of text. It is
// what scenario files are written in, and what random tests do and print.
type world struct {
	sys         *System
	told        EventLog
	collaterals map[string]CollateralID
	markets     map[string]MarketID
	names       []string // of markets, by id - 1
	external    []*testMarket
	accounts    []AccountID
	pools       []PoolID
	books       books
	sender      *Actor // set by the prefix "as"
	static      bool
}

// books are the flows that the identities of PROTOCOL.md §9.4 need besides the
// state itself, in wei of USD.
type books struct {
	issued     *big.Int // minted - burned - burned in vault liquidations
	bridged    *big.Int // USD that came from outside
	forgotten  map[PoolID]*big.Int
	associated map[MarketID]*big.Int
	inexact    bool // collateral was credited twice, or left the core
}

const startTime = 1_700_000_000

func newWorld() *world {
	w := &world{
		sys:         NewSystem(startTime),
		collaterals: map[string]CollateralID{"USD": USD},
		markets:     map[string]MarketID{},
		books: books{issued: new(big.Int), bridged: new(big.Int),
			forgotten: map[PoolID]*big.Int{}, associated: map[MarketID]*big.Int{}},
	}
	w.sys.SetObserver(&w.told)
	return w
}

// testMarket answers what it is told to.
type testMarket struct {
	reported, minimum               Uint256
	reportedFailure, minimumFailure error
}

func (m *testMarket) ReportedDebt() (Uint256, error)  { return m.reported, m.reportedFailure }
func (m *testMarket) MinimumCredit() (Uint256, error) { return m.minimum, m.minimumFailure }

func (m *testMarket) AppendDigest(b []byte) []byte {
	return fmt.Appendf(b, "%v %v %v %v", m.reported, m.minimum, m.reportedFailure, m.minimumFailure)
}

// outage is the error of a market or an oracle that was made to fail.
type outage string

func (e outage) Error() string { return "Outage: " + string(e) }

// clone copies the world; the books stay behind.
func (w *world) clone() *world { return w.cloneInto(&System{}) }

// cloneInto copies the world into a system that is no longer needed.
func (w *world) cloneInto(sys *System) *world {
	c := *w
	c.external, c.sys = nil, sys
	sys.Restore(w.sys, func(_ MarketID, m ExternalMarket, _ *System) ExternalMarket {
		x := *m.(*testMarket)
		c.external = append(c.external, &x)
		return &x
	})
	c.told = EventLog{}
	sys.SetObserver(&c.told)
	c.collaterals, c.markets = map[string]CollateralID{}, map[string]MarketID{}
	for k, v := range w.collaterals {
		c.collaterals[k] = v
	}
	for k, v := range w.markets {
		c.markets[k] = v
	}
	c.books = newWorld().books
	return &c
}

// errUsage is a line that makes no sense in this world.
var errUsage = errors.New("usage")

// run executes a line. Prefixes: "static" takes everything back, "as ACTOR"
// sets the sender.
func (w *world) run(line string) (out string, err error) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(error)
			if !ok || !errors.Is(e, errUsage) {
				panic(p)
			}
			err = e
		}
		w.sender, w.static = nil, false
	}()
	a := &arguments{w: w, line: line, words: strings.Fields(line)}
	name := a.word()
	if w.static = name == "static"; w.static {
		name = a.word()
	}
	if name == "as" {
		sender := a.actor()
		w.sender, name = &sender, a.word()
	}
	do, ok := commands[name]
	if !ok {
		a.fail("unknown command")
	}
	if w.static {
		err = w.sys.Static(func() { out, _ = do(w, a) })
		return out, err
	}
	return do(w, a)
}

// by returns who sends the operation.
func (w *world) by(natural Actor) Actor {
	if w.sender != nil {
		return *w.sender
	}
	return natural
}

// book records the change of the supply of USD that op makes, when it succeeds
// for good.
func (w *world) book(op func() error, record func(supply *big.Int)) error {
	before := bigU(w.sys.USDSupply())
	err := op()
	if err == nil && !w.static {
		record(sub(bigU(w.sys.USDSupply()), before))
	}
	return err
}

func addTo[K comparable](m map[K]*big.Int, k K, x *big.Int) {
	if m[k] == nil {
		m[k] = new(big.Int)
	}
	m[k].Add(m[k], x)
}

// fund gives every account and market a practically unlimited amount of every
// collateral but USD.
func (w *world) fund(actors ...Actor) error {
	plenty := fp.FromWords([4]uint64{0, 0, 1 << 32, 0})
	for ct := range w.sys.collaterals[1:] {
		for _, a := range actors {
			if w.sys.TokenBalance(CollateralID(ct+1), a).IsZero() {
				if err := w.sys.FundWallet(CollateralID(ct+1), a, plenty); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *world) actors() []Actor {
	actors := []Actor{Keeper}
	for _, id := range w.accounts {
		actors = append(actors, AccountOwner(id))
	}
	for i := range w.names {
		actors = append(actors, MarketAddress(MarketID(i+1)))
	}
	return actors
}

// arguments are the words of a line, taken one by one.
type arguments struct {
	w     *world
	line  string
	words []string
}

func (a *arguments) fail(reason string) { panic(fmt.Errorf("%q: %s: %w", a.line, reason, errUsage)) }

func (a *arguments) more() bool { return len(a.words) > 0 }

func (a *arguments) word() string {
	if !a.more() {
		a.fail("too short")
	}
	w := a.words[0]
	a.words = a.words[1:]
	return w
}

// options returns the remaining words, each key=value.
func (a *arguments) options() map[string]string {
	m := map[string]string{}
	for a.more() {
		k, v, ok := strings.Cut(a.word(), "=")
		if !ok {
			a.fail("want key=value")
		}
		m[k] = v
	}
	return m
}

func (a *arguments) number(prefix string) uint64 {
	w := a.word()
	n, err := strconv.ParseUint(strings.TrimPrefix(w, prefix), 10, 64)
	if err != nil || !strings.HasPrefix(w, prefix) {
		a.fail(w + " is not " + prefix + "N")
	}
	return n
}

func (a *arguments) account() AccountID { return AccountID(a.number("a")) }
func (a *arguments) pool() PoolID       { return PoolID(a.number("p")) }

func (a *arguments) market() MarketID {
	name := a.word()
	if id, ok := a.w.markets[name]; ok {
		return id
	}
	if name == "nowhere" {
		return 999
	}
	a.fail("no market " + name)
	return 0
}

func (a *arguments) collateral() CollateralID {
	name := a.word()
	ct, ok := a.w.collaterals[name]
	if !ok {
		a.fail("no collateral " + name)
	}
	return ct
}

func (a *arguments) signed() Int256 { return a.parse(a.word(), 18) }

func (a *arguments) amount() Uint256 {
	x := a.signed()
	if x.Sign() < 0 {
		a.fail("negative amount")
	}
	return x.Uint256()
}

// tokens reads an amount in the unit of the collateral.
func (a *arguments) tokens(ct CollateralID) Uint256 {
	x := a.parse(a.word(), int(a.w.sys.CollateralDecimals(ct)))
	if x.Sign() < 0 {
		a.fail("negative amount")
	}
	return x.Uint256()
}

func (a *arguments) parse(s string, places int) Int256 {
	x, err := parseDecimal(s, places)
	if err != nil {
		a.fail(err.Error())
	}
	return x
}

func (a *arguments) seconds() Uint256 { return fp.U256(a.number("")) }

// time is an absolute number of seconds, or one relative to now: "+60".
func (a *arguments) time() uint64 {
	if a.more() && strings.HasPrefix(a.words[0], "+") {
		return a.w.sys.Now() + a.number("+")
	}
	return a.number("")
}

func (a *arguments) actor() Actor {
	w := a.word()
	switch w {
	case "owner":
		return Owner
	case "core":
		return Core
	case "keeper":
		return Keeper
	}
	if id, ok := a.w.markets[w]; ok {
		return MarketAddress(id)
	}
	if n, err := strconv.ParseUint(strings.TrimPrefix(w, "a"), 10, 64); err == nil && w[0] == 'a' {
		return AccountOwner(AccountID(n))
	}
	return Named(w)
}
