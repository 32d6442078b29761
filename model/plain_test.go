package model

import (
	"math/big"
	"slices"

	fp "backtest/model/fixedpoint"
)

// plain is a second model of the core, written from PROTOCOL.md §2–§7 by
// itself: unbounded integers, no totals that could disagree with their parts,
// no journal, only what succeeds. It takes prices and what markets report from
// the world beside it.
type plain struct {
	w       *world
	markets []*plainMarket
	pools   map[PoolID]*plainPool
	system  *big.Int // minimum liquidity ratio
}

// plainShares is a distribution over actors.
type plainShares struct {
	value *big.Int // D27 per share
	held  map[int64]*big.Int
	last  map[int64]*big.Int
}

func newPlainShares() *plainShares {
	return &plainShares{new(big.Int), map[int64]*big.Int{}, map[int64]*big.Int{}}
}

func (d *plainShares) of(actor int64) *big.Int { return add(orZero(d.held[actor])) }

func (d *plainShares) total() *big.Int {
	t := new(big.Int)
	for _, s := range d.held {
		t.Add(t, s)
	}
	return t
}

func orZero(x *big.Int) *big.Int {
	if x == nil {
		return new(big.Int)
	}
	return x
}

// perShare is the value per share at 18 decimals.
func (d *plainShares) perShare() *big.Int { return quo(d.value, big.NewInt(1e9)) }

func (d *plainShares) spread(x *big.Int) {
	if x.Sign() != 0 {
		d.value = add(d.value, mulQuo(x, bigPrecise, d.total()))
	}
}

func (d *plainShares) take(actor int64) *big.Int {
	s := d.of(actor)
	change := mulQuo(sub(d.value, orZero(d.last[actor])), s, bigPrecise)
	d.last[actor] = new(big.Int)
	if s.Sign() != 0 {
		d.last[actor] = d.value
	}
	return change
}

func (d *plainShares) set(actor int64, n *big.Int) *big.Int {
	change := d.take(actor)
	d.held[actor] = n
	d.take(actor)
	d.last[actor] = new(big.Int)
	if n.Sign() != 0 {
		d.last[actor] = d.value
	}
	return change
}

type plainMarket struct {
	issued, credit, distributed *big.Int
	shares                      *plainShares
	remembered, pending         map[PoolID]*big.Int
	in, out                     naiveHeap
	ratio                       *big.Int
	deposits                    map[CollateralID]*big.Int
}

type plainPool struct {
	configuration []MarketConfiguration
	debts         *big.Int
	vaults        *plainShares // actor: collateral type
	vault         map[CollateralID]*plainVault
}

type plainVault struct {
	epoch      uint64
	loose      *big.Int // unconsolidated
	debt       map[AccountID]*big.Int
	accounts   *plainShares
	modifier   *big.Int // D27
	collateral map[AccountID]*big.Int
}

func newPlainVault(epoch uint64) *plainVault {
	return &plainVault{epoch: epoch, loose: new(big.Int), debt: map[AccountID]*big.Int{}, accounts: newPlainShares(),
		modifier: new(big.Int), collateral: map[AccountID]*big.Int{}}
}

func newPlain(w *world) *plain {
	return &plain{w: w, pools: map[PoolID]*plainPool{}, system: new(big.Int)}
}

func (p *plain) pool(id PoolID) *plainPool {
	if p.pools[id] == nil {
		p.pools[id] = &plainPool{debts: new(big.Int), vaults: newPlainShares(), vault: map[CollateralID]*plainVault{}}
	}
	return p.pools[id]
}

func (q *plainPool) vaultOf(ct CollateralID) *plainVault {
	if q.vault[ct] == nil {
		q.vault[ct] = newPlainVault(0)
	}
	return q.vault[ct]
}

func (p *plain) price(ct CollateralID) *big.Int {
	return bigI(p.w.sys.collaterals[ct].price.now.price)
}

// totalDebt is §4.1.
func (p *plain) totalDebt(id MarketID) *big.Int {
	m := p.markets[id-1]
	x := add(bigU(p.w.external[id-1].reported), m.issued)
	for ct, amount := range m.deposits {
		x.Sub(x, mulDecimal(p.price(ct), amount))
	}
	return x
}

// distribute is §4.3 and §4.4.
func (p *plain) distribute(id MarketID, most int) (finished bool) {
	m := p.markets[id-1]
	if sub(p.totalDebt(id), m.distributed).Sign() == 0 {
		return true
	}
	up := sub(p.totalDebt(id), m.distributed).Sign() > 0
	moves := 0
	for ; moves < most; moves++ {
		rest := sub(p.totalDebt(id), m.distributed)
		total := m.shares.total()
		from := &m.out
		if up {
			from = &m.in
		}
		if len(*from) == 0 || up && total.Sign() == 0 && rest.Sign() > 0 {
			break
		}
		limit := bigI128((*from)[0].Priority)
		if up {
			limit.Neg(limit)
		}
		now := m.shares.perShare()
		if total.Sign() > 0 {
			reach := add(now, divDecimal(rest, total))
			if up && limit.Cmp(reach) >= 0 || !up && limit.Cmp(reach) <= 0 {
				break
			}
		}
		p.bump(m, up, limit, now, total)
	}
	if moves == most {
		return false
	}
	if m.shares.total().Sign() > 0 {
		m.shares.spread(sub(p.totalDebt(id), m.distributed))
		m.distributed = p.totalDebt(id)
	}
	return true
}

func (p *plain) bump(m *plainMarket, up bool, limit, now, total *big.Int) {
	from, to := &m.out, &m.in
	if up {
		from, to = to, from
	}
	n := from.removeAt(0)
	to.insert(HeapNode{n.Pool, n.Priority.Neg()})
	if total.Sign() > 0 {
		x := mulDecimal(total, sub(limit, now))
		m.shares.spread(x)
		m.distributed = add(m.distributed, x)
	} else {
		m.shares.value = mul(limit, big.NewInt(1e9))
	}
	if up {
		taken := m.shares.set(int64(n.Pool), new(big.Int))
		m.pending[n.Pool] = add(orZero(m.pending[n.Pool]), taken)
	} else {
		m.shares.set(int64(n.Pool), m.remembered[n.Pool])
	}
}

// adjust is §4.2.
func (p *plain) adjust(id MarketID, pool PoolID, credit, limit *big.Int) {
	m := p.markets[id-1]
	m.remembered[pool] = credit
	w, old, oldLimit := m.shares.perShare(), m.shares.of(int64(pool)), new(big.Int)
	if i := m.in.find(pool); i >= 0 {
		oldLimit.Neg(bigI128(m.in[i].Priority))
	}
	given := credit
	switch {
	case credit.Sign() == 0:
		m.in.remove(pool)
		m.out.remove(pool)
	case limit.Cmp(w) < 0:
		given = new(big.Int)
		m.in.remove(pool)
		m.out.insert(HeapNode{pool, int128Of(limit)})
	default:
		m.in.insert(HeapNode{pool, int128Of(new(big.Int).Neg(limit))})
		m.out.remove(pool)
	}
	m.shares.set(int64(pool), given)
	m.pending[pool] = new(big.Int)
	if limit.Cmp(w) > 0 {
		m.credit = add(m.credit, mulDecimal(sub(limit, w), given))
	}
	if oldLimit.Cmp(w) > 0 {
		m.credit = sub(m.credit, mulDecimal(sub(oldLimit, w), old))
	}
}

func int128Of(x *big.Int) Int128 {
	z, err := fp.ParseInt256(x.String())
	if err != nil {
		panic(err)
	}
	return z.Int128()
}

const manyMoves = 1 << 30

// pull is D(none) of §5.2, pullVault D(ct), owed U of §6.2.
func (p *plain) pull(id PoolID) {
	q, sum := p.pool(id), new(big.Int)
	for _, mc := range q.configuration {
		p.distribute(mc.MarketID, manyMoves)
		m := p.markets[mc.MarketID-1]
		sum.Add(sum, add(orZero(m.pending[id]), m.shares.take(int64(id))))
		m.pending[id] = new(big.Int)
	}
	q.debts = add(q.debts, sum)
	q.vaults.spread(sum)
}

func (p *plain) pullVault(id PoolID, ct CollateralID) *plainVault {
	p.pull(id)
	v := p.pool(id).vaultOf(ct)
	v.charge(p.pool(id).vaults.take(int64(ct)))
	return v
}

func (p *plain) owed(id PoolID, ct CollateralID, a AccountID) *big.Int {
	return p.pullVault(id, ct).consolidate(a)
}

func (v *plainVault) charge(x *big.Int) {
	v.accounts.spread(x)
	v.loose = add(v.loose, x)
}

func (v *plainVault) assign(a AccountID, x *big.Int) { v.debt[a] = add(orZero(v.debt[a]), x) }

func (v *plainVault) consolidate(a AccountID) *big.Int {
	x := v.accounts.take(int64(a))
	v.assign(a, x)
	v.loose = sub(v.loose, x)
	return v.debt[a]
}

func (v *plainVault) totalDebt() *big.Int {
	x := add(v.loose)
	for _, d := range v.debt {
		x.Add(x, d)
	}
	return x
}

func (v *plainVault) totalShares() *big.Int {
	x := new(big.Int)
	for _, s := range v.collateral {
		x.Add(x, s)
	}
	return x
}

func (v *plainVault) factor() *big.Int { return add(v.modifier, bigPrecise) }

func (v *plainVault) amount() *big.Int { return mulQuo(v.factor(), v.totalShares(), bigPrecise) }

func (v *plainVault) of(a AccountID) *big.Int {
	t := v.totalShares()
	if t.Sign() == 0 {
		return t
	}
	return mulQuo(orZero(v.collateral[a]), v.amount(), t)
}

func (v *plainVault) scale(x *big.Int) {
	if x.Sign() != 0 {
		v.modifier = add(v.modifier, mulQuo(x, bigPrecise, v.totalShares()))
	}
}

func (v *plainVault) setCollateral(a AccountID, x *big.Int) {
	v.collateral[a] = mulQuo(x, bigPrecise, v.factor())
}

// place is updateAccountPosition of §6.1.
func (v *plainVault) place(a AccountID, x *big.Int) {
	v.consolidate(a)
	v.setCollateral(a, x)
	v.accounts.set(int64(a), v.collateral[a])
}

// push is R of §5.3.
func (p *plain) push(id PoolID) {
	q, weights := p.pool(id), new(big.Int)
	for _, mc := range q.configuration {
		weights.Add(weights, bigU128(mc.Weight))
	}
	credit, perShare := q.vaults.total(), new(big.Int)
	if credit.Sign() > 0 {
		perShare = divDecimal(q.debts, credit)
	}
	for _, mc := range q.configuration {
		m := p.markets[mc.MarketID-1]
		ratio := m.ratio
		if ratio.Sign() == 0 {
			ratio = p.system
		}
		margin := bigUnit
		if ratio.Sign() > 0 {
			margin = divDecimal(bigUnit, ratio)
		}
		limit := sub(add(m.shares.perShare(), margin), perShare)
		if most := bigI128(mc.MaxDebtShareValue); most.Cmp(limit) < 0 {
			limit = most
		}
		p.adjust(mc.MarketID, id, mulQuo(credit, bigU128(mc.Weight), weights), limit)
	}
}

// reprice is P(ct) of §5.5.
func (p *plain) reprice(id PoolID, ct CollateralID) {
	q := p.pool(id)
	q.vaults.set(int64(ct), mulDecimal(q.vaultOf(ct).amount(), p.price(ct)))
	p.push(id)
}

// configure is steps 2 to 7 of §5.6.
func (p *plain) configure(id PoolID, list []MarketConfiguration) {
	p.pull(id)
	q := p.pool(id)
	old := q.configuration
	q.configuration = list
	for _, mc := range old {
		stays := slices.ContainsFunc(list, func(n MarketConfiguration) bool { return n.MarketID == mc.MarketID })
		if !stays {
			p.distribute(mc.MarketID, manyMoves)
			p.adjust(mc.MarketID, id, new(big.Int), new(big.Int))
		}
	}
	p.push(id)
}
