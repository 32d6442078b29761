package fees

import (
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

func TestCollectorTakesAtMostAll(t *testing.T) {
	half := fp.UnitU256.Quo(fp.U256(2))
	for _, c := range []struct {
		share fp.Uint256
		want  uint64
	}{{fp.Uint256{}, 0}, {half, 50}, {fp.UnitU256, 101}, {fp.UnitU256.Add(half), 101}} {
		if got := (Collector{model.Keeper, c.share}).Quote(fp.U256(101)); got != fp.U256(c.want) {
			t.Errorf("share %v of 101 is %v, want %d", c.share, got, c.want)
		}
	}
	if (Collector{}).Present() || !(Collector{Account: model.Keeper}).Present() {
		t.Error("presence")
	}
}

func TestReferral(t *testing.T) {
	r := Referrers{model.Keeper: fp.UnitU256.Quo(fp.U256(4)), model.Actor{}: fp.UnitU256}
	for who, want := range map[model.Actor]uint64{model.Keeper: 25, model.Owner: 0, {}: 0} {
		if got := r.Referral(who, fp.U256(100)); got != fp.U256(want) {
			t.Errorf("%v gets %v of 100, want %d", who, got, want)
		}
	}
}
