package model

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// follow repeats a line that has succeeded in the world.
func (p *plain) follow(line string) {
	words := strings.Fields(line)
	a := &arguments{w: p.w, line: line, words: words[1:]}
	if do, ok := plainCommands[words[0]]; ok {
		do(p, a)
	}
}

// plainCommands are those that change what is compared.
var plainCommands = map[string]func(p *plain, a *arguments){
	"market": func(p *plain, a *arguments) {
		for range a.words {
			p.markets = append(p.markets, &plainMarket{issued: new(big.Int), credit: new(big.Int), distributed: new(big.Int),
				shares: newPlainShares(), remembered: map[PoolID]*big.Int{}, pending: map[PoolID]*big.Int{},
				ratio: new(big.Int), deposits: map[CollateralID]*big.Int{}})
		}
	},
	"pool-config": func(p *plain, a *arguments) {
		id := a.pool()
		var list []MarketConfiguration
		for a.more() {
			list = append(list, a.marketConfiguration())
		}
		p.configure(id, list)
	},
	"liquidity-ratio": func(p *plain, a *arguments) {
		if len(a.words) == 1 {
			p.system = bigU(a.amount())
			return
		}
		m := p.markets[a.market()-1]
		m.ratio = bigU(a.amount())
	},
	"distribute": func(p *plain, a *arguments) { p.distribute(a.market(), int(a.number(""))) },
	"market-pools": func(p *plain, a *arguments) {
		p.distribute(a.market(), manyMoves)
	},
	"rebalance": func(p *plain, a *arguments) {
		id := a.pool()
		if !a.more() {
			p.pull(id)
			p.push(id)
			return
		}
		ct := a.collateral()
		p.pullVault(id, ct)
		p.reprice(id, ct)
	},
	"debt":      func(p *plain, a *arguments) { p.look(a, 1) },
	"position":  func(p *plain, a *arguments) { p.look(a, 2) },
	"pool-debt": func(p *plain, a *arguments) { p.pull(a.pool()) },
	"vault-debt": func(p *plain, a *arguments) {
		id := a.pool()
		p.pullVault(id, a.collateral())
		p.push(id)
	},
	"delegate": func(p *plain, a *arguments) {
		who, id, ct, x := a.account(), a.pool(), a.collateral(), bigU(a.amount())
		p.owed(id, ct, who)
		p.pool(id).vaultOf(ct).place(who, x)
		p.reprice(id, ct)
		p.checkVault(id, ct)
	},
	"mint": func(p *plain, a *arguments) {
		who, id, ct, x := a.account(), a.pool(), a.collateral(), bigU(a.amount())
		p.owed(id, ct, who)
		p.assign(id, ct, who, x)
		p.reprice(id, ct)
		p.checkVault(id, ct)
	},
	"burn": func(p *plain, a *arguments) {
		who, id, ct, x := a.account(), a.pool(), a.collateral(), bigU(a.amount())
		if debt := p.owed(id, ct, who); debt.Cmp(x) < 0 {
			x = debt
		}
		p.assign(id, ct, who, new(big.Int).Neg(x))
		p.reprice(id, ct)
	},
	"migrate":            (*plain).migrate,
	"associate":          (*plain).associate,
	"liquidate":          (*plain).liquidate,
	"liquidate-treasury": (*plain).liquidateTreasury,
	"liquidate-vault":    (*plain).liquidateVault,
	"market-withdraw":    func(p *plain, a *arguments) { p.flow(a, 1) },
	"market-deposit":     func(p *plain, a *arguments) { p.flow(a, -1) },
	"market-collateral": func(p *plain, a *arguments) {
		m, out, ct := p.markets[a.market()-1], a.word() == "out", a.collateral()
		x := mulQuo(bigU(a.tokens(ct)), bigUnit, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p.w.sys.CollateralDecimals(ct))), nil))
		if out {
			x.Neg(x)
		}
		m.deposits[ct] = add(orZero(m.deposits[ct]), x)
	},
}

func (p *plain) look(a *arguments, times int) {
	who, id, ct := a.account(), a.pool(), a.collateral()
	for range times {
		p.owed(id, ct, who)
		p.push(id)
	}
}

// checkVault is what step 14 of §6.3 pulls and pushes.
func (p *plain) checkVault(id PoolID, ct CollateralID) {
	p.pullVault(id, ct)
	p.push(id)
}

func (p *plain) assign(id PoolID, ct CollateralID, who AccountID, x *big.Int) {
	q := p.pool(id)
	q.debts = add(q.debts, x)
	q.vaultOf(ct).assign(who, x)
}

func (p *plain) flow(a *arguments, sign int64) {
	m := p.markets[a.market()-1]
	a.actor()
	x := mul(bigU(a.amount()), big.NewInt(sign))
	m.credit, m.issued = sub(m.credit, x), add(m.issued, x)
}

func (p *plain) migrate(a *arguments) {
	who, from, ct, to := a.account(), a.pool(), a.collateral(), a.pool()
	source, target := p.pool(from).vaultOf(ct), p.pool(to).vaultOf(ct)
	amount := source.of(who)
	debt := p.owed(from, ct, who)
	p.assign(from, ct, who, new(big.Int).Neg(debt))
	p.owed(to, ct, who)
	source.place(who, new(big.Int))
	target.place(who, amount)
	p.reprice(from, ct)
	p.reprice(to, ct)
	p.assign(to, ct, who, debt)
	p.checkVault(from, ct)
	p.checkVault(to, ct)
}

func (p *plain) associate(a *arguments) {
	market, id, ct, who, x := a.market(), a.pool(), a.collateral(), a.account(), bigU(a.amount())
	p.markets[market-1].shares.spread(new(big.Int).Neg(x))
	p.owed(id, ct, who)
	p.push(id)
	v := p.pool(id).vaultOf(ct)
	v.assign(who, x)
	v.consolidate(who)
}

func (p *plain) liquidate(a *arguments) {
	who, id, ct := a.account(), a.pool(), a.collateral()
	debt := p.owed(id, ct, who)
	v := p.pool(id).vaultOf(ct)
	amount := v.of(who)
	v.place(who, new(big.Int))
	v.scale(sub(amount, bigU(p.w.sys.CollateralConfiguration(ct).LiquidationReward)))
	v.assign(who, new(big.Int).Neg(debt))
	v.charge(debt)
	p.reprice(id, ct)
}

func (p *plain) liquidateTreasury(a *arguments) {
	who, id, ct := a.account(), a.pool(), a.collateral()
	treasury := AccountID(p.w.sys.Config(ConfigTreasuryAccountID).Low64())
	debt := p.owed(id, ct, who)
	v, t := p.pool(id).vaultOf(ct), p.pool(PoolID(p.w.sys.Config(ConfigTreasuryPoolID).Low64())).vaultOf(ct)
	amount := v.of(who)
	v.place(who, new(big.Int))
	t.setCollateral(treasury, add(t.of(treasury), amount))
	v.assign(who, new(big.Int).Neg(debt))
	t.assign(treasury, debt)
	p.reprice(id, ct)
}

func (p *plain) liquidateVault(a *arguments) {
	id, ct := a.pool(), a.collateral()
	a.account()
	most := bigU(a.amount())
	p.checkVault(id, ct)
	v := p.pool(id).vaultOf(ct)
	if debt := v.totalDebt(); debt.Cmp(most) <= 0 {
		p.pool(id).vault[ct] = newPlainVault(v.epoch + 1)
	} else {
		taken := mulQuo(v.amount(), most, debt)
		v.charge(new(big.Int).Neg(most))
		v.scale(taken.Neg(taken))
	}
	p.reprice(id, ct)
}

// differs compares everything that the plain model holds with the system.
func (p *plain) differs() error {
	for i, m := range p.markets {
		s := p.w.sys.MarketStorage(MarketID(i + 1))
		got := fmt.Sprint(s.CreditCapacity, s.LastDistributed, s.NetIssuance, s.TotalShares, s.ValuePerShare.Raw, s.InRange, s.OutRange)
		want := fmt.Sprint(m.credit, m.distributed, m.issued, m.shares.total(), m.shares.value, []HeapNode(m.in), []HeapNode(m.out))
		for id := range p.pools {
			x := p.w.sys.MarketPoolStorage(MarketID(i+1), id)
			got += fmt.Sprint(" ", id, x.Shares, x.LastValuePerShare.Raw, x.CreditCapacity, x.PendingDebt)
			want += fmt.Sprint(" ", id, m.shares.of(int64(id)), orZero(m.shares.last[int64(id)]), orZero(m.remembered[id]), orZero(m.pending[id]))
		}
		if got != want {
			return fmt.Errorf("market %d: the system has\n%s, want\n%s", i+1, got, want)
		}
	}
	for id, q := range p.pools {
		s := p.w.sys.PoolStorage(id)
		got, want := fmt.Sprint(s.TotalVaultDebts, s.TotalShares, s.ValuePerShare.Raw), fmt.Sprint(q.debts, q.vaults.total(), q.vaults.value)
		for ct, v := range q.vault {
			g, w := p.vaults(id, ct, q, v)
			got, want = got+g, want+w
		}
		if got != want {
			return fmt.Errorf("pool %d: the system has\n%s, want\n%s", id, got, want)
		}
	}
	return nil
}

func (p *plain) vaults(id PoolID, ct CollateralID, q *plainPool, v *plainVault) (got, want string) {
	s := p.w.sys.VaultStorage(id, ct)
	got = fmt.Sprint("\nvault ", ct, s.Epoch, s.PoolShares, s.PoolLastValuePerShare.Raw, sub(bigI128(s.TotalConsolidatedDebt), new(big.Int).Neg(bigI128(s.UnconsolidatedDebt))),
		s.UnconsolidatedDebt, s.DebtShares, s.DebtValuePerShare.Raw, s.CollateralShares, s.ScaleModifier.Raw)
	want = fmt.Sprint("\nvault ", ct, v.epoch, q.vaults.of(int64(ct)), orZero(q.vaults.last[int64(ct)]), v.totalDebt(),
		v.loose, v.accounts.total(), v.accounts.value, v.totalShares(), v.modifier)
	for _, who := range p.w.accounts {
		x := p.w.sys.PositionStorage(id, ct, who)
		got += fmt.Sprint("\naccount ", who, x.CollateralShares, x.DebtShares, x.LastValuePerShare.Raw, x.ConsolidatedDebt)
		want += fmt.Sprint("\naccount ", who, orZero(v.collateral[who]), v.accounts.of(int64(who)), orZero(v.accounts.last[int64(who)]), orZero(v.debt[who]))
	}
	return got, want
}

// playBoth draws a world, and has the plain model follow it.
func playBoth(c choices, steps int) (lines []string, followed int, err error) {
	w := newWorld()
	p, g := newPlain(w), &generator{c: c, w: w}
	step := func(line string) error {
		lines = append(lines, line)
		if _, err := w.run(line); err != nil {
			return nil
		}
		followed++
		p.follow(line)
		if err := p.differs(); err != nil {
			return fmt.Errorf("after %s: %w", line, err)
		}
		return nil
	}
	for _, line := range g.setup() {
		if err := step(line); err != nil {
			return lines, followed, err
		}
	}
	for range steps {
		if err := step(g.step()); err != nil {
			return lines, followed, err
		}
	}
	return lines, followed, nil
}

// followScript repeats lines in a world and in the plain model.
func followScript(lines []string) error {
	w := newWorld()
	p := newPlain(w)
	for _, line := range lines {
		if _, err := w.run(line); err != nil {
			continue
		}
		p.follow(line)
		if err := p.differs(); err != nil {
			return fmt.Errorf("after %s: %w", line, err)
		}
	}
	return nil
}

func reportDifference(t *testing.T, lines []string, err error) {
	t.Helper()
	short := shrink(lines, func(l []string) bool { return followScript(l) != nil })
	if e := followScript(short); e != nil {
		err = e
	}
	t.Fatalf("%v\n%s", err, strings.Join(short, "\n"))
}

// TestAgainstPlain: two models, the same integers after every command.
func TestAgainstPlain(t *testing.T) {
	total := 0
	for run := range uint64(*randomRuns) / 2 {
		seed := *randomSeed + run
		lines, followed, err := playBoth(rand.New(rand.NewPCG(seed, 11)), *randomSteps)
		if err != nil {
			t.Logf("seed %d", seed)
			reportDifference(t, lines, err)
		}
		total += followed
	}
	t.Logf("%d commands agree", total)
}

func FuzzAgainstPlain(f *testing.F) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 2))
		b := make([]byte, 400)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if lines, _, err := playBoth(&byteChoices{b}, min(len(b)/4, 200)); err != nil {
			reportDifference(t, lines, err)
		}
	})
}

// TestPlainSeesDifferences guards the comparison itself.
func TestPlainSeesDifferences(t *testing.T) {
	lines := []string{"collateral X", "account a1", "market m1", "pool p1", "pool-config p1 m1:1", "deposit a1 X 100", "delegate a1 p1 X 10", "mint a1 p1 X 2"}
	harm := []func(w *world){
		func(w *world) { w.sys.markets.rows[0].creditCapacity = Int128{Lo: 1} },
		func(w *world) { w.sys.backings.rows[0].pendingDebt = Uint128{Lo: 1} },
		func(w *world) { w.sys.pools.rows[1].totalVaultDebts = Int128{Lo: 1} },
		func(w *world) { w.sys.vaults.rows[0].accounts.positions.edit(0).consolidatedDebt = Int256{} },
		func(w *world) { w.sys.vaults.rows[0].collateral.ScaleModifier.Raw.Lo = 1 },
	}
	for i, damage := range harm {
		w := newWorld()
		p := newPlain(w)
		for _, line := range lines {
			if _, err := w.run(line); err != nil {
				t.Fatal(err)
			}
			p.follow(line)
		}
		if err := p.differs(); err != nil {
			t.Fatal(err)
		}
		damage(w)
		if p.differs() == nil {
			t.Errorf("damage %d was not found", i)
		}
	}
}
