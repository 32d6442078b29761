package warn

import (
	"slices"
	"testing"
)

func TestEveryCodeHasAMeaning(t *testing.T) {
	for _, code := range Codes() {
		if len(code.Meaning()) < 10 {
			t.Errorf("%s means %q", code, code.Meaning())
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a warning of an undeclared code was made")
		}
	}()
	New("unheard_of", "x")
}

func TestJoinTellsEachWarningOnce(t *testing.T) {
	w := New(FewerPaths, "%d of %d paths", 3, 5).At("paths")
	list := Join([]Warning{w.In("a"), w.In("b")}, []Warning{w.In("a"), New(SobolPartly, "x").In("a"), New(SobolPartly, "x")})
	if len(list) != 2 || !slices.Equal(list[0].Scenarios, []string{"a", "b"}) || list[1].Scenarios != nil {
		t.Errorf("%+v", list)
	}
	if text := list[0].String(); text != "scenario a, b: paths: 3 of 5 paths" && text != "scenario a, b: 3 of 5 paths" {
		t.Errorf("%q", text)
	}
	if Everywhere(list, 2)[0].Scenarios != nil {
		t.Error("what holds in every scenario names them")
	}
	changed := New(CorrelationNearest, "replaced").At("prices.correlation").Change("0.9 -> 0.48", 0.61, "Frobenius distance")
	if want := "prices.correlation: replaced (0.9 -> 0.48; Frobenius distance 0.61)"; changed.String() != want {
		t.Errorf("%q, want %q", changed, want)
	}
}
