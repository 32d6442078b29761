package figures

import (
	"bytes"
	"flag"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/runner/record"
)

var keep = flag.String("keep", "", "folder to leave the pictures in")

func load(t *testing.T, w synthetic.World) *report.Data {
	t.Helper()
	dir := t.TempDir()
	if err := synthetic.Write(dir, w); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Load(r, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryPictureIsDrawn(t *testing.T) {
	d := load(t, synthetic.World{Name: "quickstart", Paths: 600, Seed: 3, Drop: 0.3})
	list, err := All(d)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if *keep != "" {
		dir = *keep
	}
	files, err := Contents("", list, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Bytes, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"fan_vault_c_ratio_main_SNX", "fan_vault_c_ratio_main_ETH", "c_ratio_main_SNX", "stop_loss", "liquidations", "survival", "lp_profit", "bad_debt", "attribution"} {
		content, err := os.ReadFile(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Error(err)
			continue
		}
		img, err := png.Decode(bytes.NewReader(content))
		if err != nil || img.Bounds().Dx() != 1400 || img.Bounds().Dy() != 880 {
			t.Errorf("%s: %v, %v", name, img.Bounds(), err)
		}
		if vector, err := os.ReadFile(filepath.Join(dir, name+".svg")); err != nil || !bytes.Contains(vector, []byte("n = 600 paths")) {
			t.Errorf("%s.svg has no sample size in its caption: %v", name, err)
		}
	}
}

func TestPicturesOfSeveralCellsAndOfNone(t *testing.T) {
	d := load(t, synthetic.World{Name: "two", Paths: 64, Seed: 3, Scenes: []string{"a/../b", "c"}, Tilted: true, Failed: 1})
	list, err := All(d)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range list {
		if names[f.Name] || f.Name != fileName(f.Name) {
			t.Errorf("name %q is taken twice or leaves the folder", f.Name)
		}
		names[f.Name] = true
		if !bytes.Contains([]byte(f.Caption), []byte("Weighted paths")) || !bytes.Contains([]byte(f.Caption), []byte("1 failed")) {
			t.Errorf("caption %q", f.Caption)
		}
	}
	if !names["a_b_0_survival"] && !names["a____b_0_survival"] {
		t.Errorf("names %v", names)
	}
	none, err := All(load(t, synthetic.World{Name: "none", Paths: 5, Failed: 5, Seed: 1}))
	if err != nil || len(none) != 0 {
		t.Errorf("%d pictures of no path, %v", len(none), err)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		unit      string
		low, high float64
		first     string
		last      string
	}{
		{report.UnitRatio, 0, 1, "0 %", "100 %"}, {report.UnitRatio, 0, 0.006, "0.0 %", "0.6 %"},
		{report.UnitSeconds, 0, 30 * 86400, "0", "30"}, {report.UnitUSD, -4e6, 6e6, "-$4M", "$6M"},
		{report.UnitUSD, 0, 400, "$0", "$400"}, {"", 0, 0.05, "0.00", "0.05"},
	} {
		list := ticks{c.unit}.Ticks(c.low, c.high)
		if len(list) < 4 || len(list) > 12 || list[0].Label != c.first || list[len(list)-1].Label != c.last {
			t.Errorf("%s from %v to %v: %v", c.unit, c.low, c.high, list)
		}
	}
	if one := (ticks{}).Ticks(3, 3); len(one) != 1 {
		t.Errorf("an axis without length has ticks %v", one)
	}
}

func TestFanOfAVaultWithoutDebt(t *testing.T) {
	d := load(t, synthetic.World{Name: "w", Paths: 64, Seed: 3})
	c := d.Cells[0]
	never := report.Fan{Figure: "vault_c_ratio", Unit: report.UnitRatio, Rows: []record.SeriesRow{{Quantiles: nine(math.NaN())}, {Quantiles: nine(math.Inf(1))}}}
	if f, err := fan(d, c, never); f != nil || err != nil {
		t.Errorf("a picture of nothing: %v, %v", f, err)
	}
	some := c.Fans[0]
	some.Rows = append([]record.SeriesRow{}, some.Rows...)
	some.Rows[3].Quantiles = nine(math.NaN())
	some.Rows[5].Quantiles[7], some.Rows[5].Quantiles[8] = 1e9, math.Inf(1)
	f, err := fan(d, c, some)
	if err != nil || !strings.Contains(f.Caption, "Cut at ") {
		t.Fatalf("%+v, %v", f, err)
	}
	if f.plot.Y.Max > 20 {
		t.Errorf("the axis reaches %v", f.plot.Y.Max)
	}
	if _, err := f.PNG(); err != nil {
		t.Error(err)
	}
}

func nine(x float64) (q [9]float64) {
	for i := range q {
		q[i] = x
	}
	return q
}

// TestOneFileAPicture: names that no file can have apart, or that are too long for
// one, give files of their own, and those that need no help keep theirs.
func TestOneFileAPicture(t *testing.T) {
	long := strings.Repeat("x", 300)
	names := []string{"a.b", "a_b", "A_b", "plain", long + "1", long + "2"}
	draw := func(order []string) map[string]string {
		var list []*Figure
		for _, name := range order {
			list = append(list, newFigure("tails_"+name, name, "x", "y"))
		}
		out := map[string]string{}
		for i, file := range fileNames(list) {
			if file != fileName(file) || len(file) > 200 || !IsName(file+".png") {
				t.Errorf("%q is drawn into %q", order[i], file)
			}
			out[order[i]] = file
		}
		return out
	}
	files := draw(names)
	taken := map[string]bool{}
	for _, file := range files {
		taken[strings.ToLower(file)] = true
	}
	if len(taken) != len(names) || files["plain"] != "tails_plain" {
		t.Errorf("%d names for %d pictures: %v", len(taken), len(names), files)
	}
	slices.Reverse(names)
	if again := draw(names); !maps.Equal(again, files) {
		t.Errorf("another order gives %v, not %v", again, files)
	}
}
