package runner

import (
	"strings"
	"testing"

	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// A wrapper may pay those who wrap: its fees are signed.
func TestWrapperFees(t *testing.T) {
	text := strings.Replace(governed[:strings.Index(governed, "governance")], "{id: bare, kind: spot, asset: ETH}",
		"{id: bare, kind: spot, asset: ETH, wrapper: {collateral: ETH, max_amount: 10, wrap_fee: -0.1%, unwrap_fee: 0.2%}}", 1)
	w := workerOf(t, loadText(t, text)).world
	c := sim.External(w.Initial, 2).(*spot.Market).Config()
	if c.WrapFee.String() != "-1000000000000000" || c.UnwrapFee.String() != "2000000000000000" || c.Wrapper.MaxAmount != d(10) {
		t.Errorf("%+v", c)
	}
}
