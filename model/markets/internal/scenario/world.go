package scenario

import (
	"fmt"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// World is a core with LPs, for markets to be tested on: account 1 gives
// credit in pool 1, account 2 in pool 2 is where traders get their USD from.
type World struct {
	Sys    *model.System
	SNX    model.CollateralID
	Tokens map[string]model.CollateralID
}

const (
	startTime = 1_700_000_000
	funds     = 1_000_000_000 // USD that traders can get
)

// Units returns a whole number as D18.
func Units(n uint64) fp.Uint256 { return fp.U256(n).Mul(fp.UnitU256) }

// NewWorld returns a world in which account 1 has not yet delegated anything.
func NewWorld() (*World, error) {
	w := &World{Sys: model.NewSystem(startTime), Tokens: map[string]model.CollateralID{}}
	w.Tokens["USD"] = model.USD
	for _, name := range []string{"SNX", "ETH"} {
		w.Tokens[name] = w.Sys.AddCollateral(name, 18)
	}
	w.Tokens["USDC"] = w.Sys.AddCollateral("USDC", 6)
	w.SNX = w.Tokens["SNX"]
	for _, ct := range w.Tokens {
		if err := w.configure(ct); err != nil {
			return nil, err
		}
		w.Sys.SetCollateralPrice(ct, fp.UnitI256)
	}
	for id := range model.AccountID(2) {
		if err := w.provide(id+1, model.PoolID(id+1)); err != nil {
			return nil, err
		}
	}
	return w, w.mint(Units(funds))
}

func (w *World) configure(ct model.CollateralID) error {
	return w.Sys.ConfigureCollateral(model.Owner, ct, model.CollateralConfiguration{
		DepositingEnabled: true,
		IssuanceRatio:     Units(2),
		LiquidationRatio:  fp.UnitU256.Add(fp.UnitU256.Quo(fp.U256(10))),
	})
}

// provide creates an account with collateral, and its pool.
func (w *World) provide(id model.AccountID, pool model.PoolID) error {
	s, owner := w.Sys, model.AccountOwner(id)
	amount := Units(10 * funds)
	return s.Transact(func() {
		must(s.CreateAccount(id))
		must(s.CreatePool(model.Owner, pool))
		must(s.FundWallet(w.SNX, owner, amount))
		must(s.Deposit(owner, id, w.SNX, amount))
	})
}

// must aborts the transaction with err.
func must(err error) {
	if err != nil {
		fp.Throw(err)
	}
}

// mint has account 2 mint USD into its wallet.
func (w *World) mint(amount fp.Uint256) error {
	s, owner := w.Sys, model.AccountOwner(2)
	return s.Transact(func() {
		must(s.DelegateCollateral(owner, 2, 2, w.SNX, Units(10*funds), fp.UnitU256))
		must(s.MintUSD(owner, 2, 2, w.SNX, amount))
		must(s.Withdraw(owner, 2, model.USD, amount))
	})
}

// Delegate sets what account 1 gives pool 1 (SNX D18).
func (w *World) Delegate(amount fp.Uint256) error {
	return w.Sys.DelegateCollateral(model.AccountOwner(1), 1, 1, w.SNX, amount, fp.UnitU256)
}

// Back makes pool 1 back the markets with equal weights, each up to a debt per
// share (D18 USD).
func (w *World) Back(most fp.Uint256, ids ...model.MarketID) error {
	list := make([]model.MarketConfiguration, len(ids))
	for i, id := range ids {
		list[i] = model.MarketConfiguration{MarketID: id, Weight: fp.U128(1), MaxDebtShareValue: most.Int256().Int128()}
	}
	return w.Sys.SetPoolConfiguration(model.Owner, 1, list)
}

// Give moves USD (D18) into a wallet.
func (w *World) Give(to model.Actor, amount fp.Uint256) error {
	return w.Sys.TransferUSD(model.AccountOwner(2), to, amount)
}

// Commands are the commands of a world:
//
//	lp AMOUNT                  account 1 gives pool 1 so much SNX, worth 1 USD
//	back ID… max=LIMIT         pool 1 backs these markets
//	fund WALLET TOKEN AMOUNT   tokens into a wallet; USD come from account 2
//	allow ID TOKEN AMOUNT      what a market may deposit of a token
//	tokenprice TOKEN PRICE     price of a token as collateral of the core
//	warp SECONDS
//	market ID                  what the core knows of a market
//	lpdebt                     debt of account 1
//	wallet WALLET TOKEN…       balances
func (w *World) Commands() map[string]Command {
	return map[string]Command{
		"lp":         func(a *Args) (string, error) { return "", w.Delegate(a.Decimal().Uint256()) },
		"back":       w.back,
		"fund":       w.fund,
		"allow":      w.allow,
		"tokenprice": w.tokenPrice,
		"warp": func(a *Args) (string, error) {
			w.Sys.SetNow(w.Sys.Now() + a.ID())
			return "", nil
		},
		"market": w.market,
		"lpdebt": w.lpDebt,
		"wallet": w.wallet,
	}
}

func (w *World) token(a *Args) model.CollateralID {
	name := a.Word()
	ct, ok := w.Tokens[name]
	if !ok {
		a.fail(fmt.Errorf("unknown token %s", name))
	}
	return ct
}

func (w *World) back(a *Args) (string, error) {
	var ids []model.MarketID
	for a.taken < len(a.words) {
		ids = append(ids, model.MarketID(a.ID()))
	}
	return "", w.Back(a.Amount("max"), ids...)
}

func (w *World) fund(a *Args) (string, error) {
	to, ct := a.Actor(), w.token(a)
	if amount := a.Decimal().Uint256(); ct == model.USD {
		return "", w.Give(to, amount)
	} else {
		return "", w.Sys.FundWallet(ct, to, w.inTokens(ct, amount))
	}
}

// inTokens converts D18 to a token's own unit.
func (w *World) inTokens(ct model.CollateralID, amount fp.Uint256) fp.Uint256 {
	for range 18 - w.Sys.CollateralDecimals(ct) {
		amount = amount.Quo(fp.U256(10))
	}
	return amount
}

func (w *World) allow(a *Args) (string, error) {
	id, ct := model.MarketID(a.ID()), w.token(a)
	if err := w.configure(ct); err != nil {
		return "", err
	}
	return "", w.Sys.ConfigureMaximumMarketCollateral(model.Owner, id, ct, a.Decimal().Uint256())
}

func (w *World) tokenPrice(a *Args) (string, error) {
	w.Sys.SetCollateralPrice(w.token(a), a.Decimal())
	return "", nil
}

func (w *World) market(a *Args) (string, error) {
	id := model.MarketID(a.ID())
	reported, err := w.Sys.MarketReportedDebt(id)
	if err != nil {
		return "", err
	}
	net, err := w.Sys.MarketNetIssuance(id)
	if err != nil {
		return "", err
	}
	total, err := w.Sys.MarketTotalDebt(id)
	if err != nil {
		return "", err
	}
	withdrawable, err := w.Sys.WithdrawableMarketUSD(id)
	if err != nil {
		return "", err
	}
	credit, err := w.Sys.External(id).MinimumCredit()
	return fmt.Sprintf("reported %s, net issuance %s, total %s, withdrawable %s, minimum credit %s",
		D18(reported), D18(net), D18(total), D18(withdrawable), D18(credit)), err
}

func (w *World) lpDebt(*Args) (string, error) {
	var debt fp.Int256
	err := w.Sys.Static(func() { debt, _ = w.Sys.PositionDebt(1, w.SNX, 1) })
	return D18(debt), err
}

func (w *World) wallet(a *Args) (string, error) {
	owner, parts := a.Actor(), []string{}
	for a.taken < len(a.words) {
		name := a.words[a.taken]
		ct := w.token(a)
		parts = append(parts, name+" "+D18(w.Sys.TokenBalance(ct, owner)))
	}
	return strings.Join(parts, ", "), nil
}
