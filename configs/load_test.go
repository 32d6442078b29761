package configs

import "testing"

func TestTry(t *testing.T) {
	for _, p := range Presets() {
		l, err := Load(Source{Preset: p.Name})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Load(Source{Bytes: l.Effective(), Name: "e"})
		if err != nil || m.SHA256 != l.SHA256 {
			t.Fatal(err)
		}
		t.Log(p, l.SHA256, l.Inputs)
		l, err = Load(Source{Preset: p.Name, Sets: []string{"collaterals[ETH].liquidation_ratio=3", "paths=-1", "pools[foo].x=1", "prices.historie.x=1"}, Env: []string{"BACKTEST_PRICES__ASSETS__eth__INITIAL=.nan"}})
		t.Log("\n" + err.Error())
	}
}
