package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// mutatedCases is how many configurations a plain test tries; BACKTEST_MUTATIONS asks for more, BACKTEST_SEED for the same again.
const mutatedCases = 20

// mutatedTime is how long one may take.
const mutatedTime = 10 * time.Second

// strange values stand where others should.
var strange = []string{
	"0", "-1", "1", "2", "1e-18", "1e-12", "1e-9", "1e-6", "0.5", "1e6", "1e9", "1e12", "1e15", "1e18", "1e20", "1e300", "-1e-9", "-1e9", "NaN", "inf",
	"0%", "1%", "50%", "100%", "100.0000001%", "1000000%", "1s", "59s", "1m", "90m", "25h", "30d", "0s", "-1h", "", "x", "null", "true", "[]", "{}", "[1]", "main", "ETH", "SNX", "perps",
	"999999999999999999999999", "1_000", "0x10", "1e", "2026-01-01T00:00:00Z", "lognormal", "pareto", "uniform", "history", "regime", "garch", "heston", "kou", "merton",
}

// A configuration that was changed at random is answered, or refused with what is wrong; the program neither fails nor panics nor takes for ever.
func TestMutatedConfigurations(t *testing.T) {
	leisurely(t)
	cases, seed := mutatedCases, uint64(time.Now().UnixNano())
	if n, err := strconv.Atoi(os.Getenv("BACKTEST_MUTATIONS")); err == nil {
		cases = n
	}
	if n, err := strconv.ParseUint(os.Getenv("BACKTEST_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("seed %d", seed)
	bases := mutationBases(t)
	codes := map[int]int{}
	for n := range cases {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		text := mutated(t, random, bases[n%len(bases)])
		dir := t.TempDir()
		name := filepath.Join(dir, "mutated.yaml")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		ctx, stop := context.WithTimeout(context.Background(), 2*mutatedTime)
		started := time.Now()
		o := runContext(t, ctx, dir, []string{"run", name, "--paths", "64", "--progress", "none", "--workers", "2"})
		stop()
		elapsed := time.Since(started)
		runtime.ReadMemStats(&after)
		codes[o.code]++
		why := ""
		switch {
		case o.code != exitDone && o.code != exitUsage && o.code != exitGate && o.code != exitInput && o.code != exitInterrupted:
			why = "it failed"
		case elapsed > mutatedTime:
			why = "it took too long"
		case strings.Contains(o.stdout+o.stderr, "NaN") && o.code == exitDone:
			why = "it tells NaN"
		case o.code == exitInput && strings.Contains(o.stderr, "building the world"):
			why = "it does not name a key"
		case after.Sys-min(after.Sys, before.Sys) > 500<<20:
			why = fmt.Sprintf("it took %d MB", (after.Sys-before.Sys)>>20)
		}
		if why != "" {
			kept := filepath.Join(os.TempDir(), fmt.Sprintf("mutated-%d-%d.yaml", seed, n))
			_ = os.WriteFile(kept, text, 0o600) // the text is for whoever looks into it
			t.Errorf("case %d: %s: exit %d after %v (%s)\n%.1500s", n, why, o.code, elapsed.Round(time.Millisecond), kept, o.stderr)
		}
		_ = os.RemoveAll(filepath.Join(dir, "out")) // many cases fill a disk
	}
	t.Logf("exit codes %v", codes)
	if cases >= 50 && (codes[exitInput] == 0 || codes[exitDone]+codes[exitGate] == 0) {
		t.Errorf("exit codes %v: the cases try too little", codes)
	}
}

// mutationBases are small configurations that use much of what there is.
func mutationBases(t *testing.T) (out []*yaml.Node) {
	t.Helper()
	for _, name := range []string{"../../configs/quickstart.yaml", "../../configs/mainnet-snx.yaml", "../../configs/spot-synths.yaml", "../../configs/oracle-push.yaml", "../../configs/failing-market.yaml"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(content, &doc); err != nil {
			t.Fatal(err)
		}
		root := doc.Content[0]
		for i := 0; i+1 < len(root.Content); i += 2 {
			switch root.Content[i].Value {
			case "horizon":
				root.Content[i+1].Value = "6d"
			case "scenarios", "until":
				root.Content = append(root.Content[:i], root.Content[i+2:]...)
				i -= 2
			}
		}
		out = append(out, &doc)
	}
	return out
}

// mutated writes a copy of a document with one to three changes.
func mutated(t *testing.T, random *rand.Rand, base *yaml.Node) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := yaml.NewEncoder(&b).Encode(base); err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for range 1 + random.IntN(2) {
		mutate(random, doc.Content[0])
	}
	b.Reset()
	if err := yaml.NewEncoder(&b).Encode(&doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// untouched keys decide how much there is to compute.
var untouched = map[string]bool{"horizon": true, "step": true, "paths": true, "name": true, "count": true, "accounts": true, "orders_per_day": true}

func mutate(random *rand.Rand, root *yaml.Node) {
	type place struct {
		parent *yaml.Node
		index  int // of the value
	}
	var places []place
	var scalars []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		step, first := 1, 0
		if n.Kind == yaml.MappingNode {
			step, first = 2, 1
		}
		for i := first; i < len(n.Content); i += step {
			if n.Kind == yaml.MappingNode && untouched[n.Content[i-1].Value] {
				continue
			}
			places = append(places, place{n, i})
			if n.Content[i].Kind == yaml.ScalarNode {
				scalars = append(scalars, n.Content[i].Value)
			}
			walk(n.Content[i])
		}
	}
	walk(root)
	if len(places) == 0 {
		return
	}
	p := places[random.IntN(len(places))]
	value := p.parent.Content[p.index]
	switch mapped := p.parent.Kind == yaml.MappingNode; {
	case random.IntN(10) < 6 && value.Kind == yaml.ScalarNode:
		text := strange[random.IntN(len(strange))]
		if random.IntN(4) == 0 {
			text = scalars[random.IntN(len(scalars))]
		}
		*value = yaml.Node{Kind: yaml.ScalarNode, Value: text, Style: value.Style}
	case random.IntN(4) == 0 && mapped: // a key less
		p.parent.Content = append(p.parent.Content[:p.index-1], p.parent.Content[p.index+1:]...)
	case random.IntN(4) == 0 && mapped: // a misspelt key
		p.parent.Content[p.index-1].Value += "s"
	case random.IntN(3) == 0 && mapped: // a key twice
		p.parent.Content = append(p.parent.Content, p.parent.Content[p.index-1], value)
	case !mapped && random.IntN(2) == 0: // an element less
		p.parent.Content = append(p.parent.Content[:p.index], p.parent.Content[p.index+1:]...)
	case !mapped: // an element twice
		p.parent.Content = append(p.parent.Content, value)
	case value.Kind != yaml.ScalarNode:
		*value = yaml.Node{Kind: yaml.ScalarNode, Value: strange[random.IntN(len(strange))]}
	}
}
