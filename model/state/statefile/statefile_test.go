package statefile

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

func sample() *state.State {
	return &state.State{
		Format: state.Format, Release: state.Release, Now: 7,
		Collaterals: []state.Collateral{{Name: "USD", Decimals: 18, TotalSupply: fp.U256(5)}},
		Pools:       []state.Pool{{ID: 1, Created: true, TotalVaultDebts: fp.I128(-3)}},
	}
}

func TestWriteAndRead(t *testing.T) {
	var files [2]bytes.Buffer
	for i := range files {
		if err := Write(&files[i], sample()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("the same state gives different bytes")
	}
	d, err := Read(&files[0])
	if err != nil {
		t.Fatal(err)
	}
	a, _ := Marshal(d)
	b, _ := Marshal(sample())
	if !bytes.Equal(a, b) {
		t.Errorf("read %s, wrote %s", a, b)
	}
}

// TestBadText: what is no document is refused at its place.
func TestBadText(t *testing.T) {
	good, err := Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, new, want string }{
		"a number instead of a string": {`"now": "7"`, `"now": 7`, "line 10"},
		"a float":                      {`"totalVaultDebts": "-3"`, `"totalVaultDebts": "-3.5"`, `"-3.5" is not an integer`},
		"too wide":                     {`"totalVaultDebts": "-3"`, `"totalVaultDebts": "-170141183460469231731687303715884105729"`, "-2^127"},
		"an unknown key":               {`"now"`, `"noon"`, "noon"},
		"a key twice":                  {`"now": "7",`, `"now": "7", "now": "8",`, "there twice"},
		"cut off":                      {"}\n", "", "unexpected"},
		"more after it":                {"}\n", "}{}\n", "line"},
		"not JSON":                     {`"now"`, `now`, "line 10"},
	} {
		text := strings.Replace(string(good), test.old, test.new, 1)
		if strings.HasSuffix(test.old, "}\n") {
			text = strings.TrimSuffix(string(good), test.old) + test.new
		}
		_, err := Read(strings.NewReader(text))
		if syntax, ok := errors.AsType[*SyntaxError](err); !ok || syntax.Line < 1 || syntax.Column < 1 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

// TestBadGzip: damaged files are refused, not read in part.
func TestBadGzip(t *testing.T) {
	var file bytes.Buffer
	if err := Write(&file, sample()); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{2, 10, file.Len() - 1} {
		if _, err := Read(bytes.NewReader(file.Bytes()[:n])); err == nil {
			t.Errorf("the first %d of %d bytes were read", n, file.Len())
		}
	}
}
