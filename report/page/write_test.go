package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/runner/record"
)

// between gives what stands between two texts.
func between(t *testing.T, page, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, from)
	text, _, closed := strings.Cut(rest, to)
	if !found || !closed {
		t.Fatalf("the page has no %s … %s", from, to)
	}
	return text
}

func TestPolicyAllowsWhatThePageHoldsAndNoMore(t *testing.T) {
	page := string(written(t, crash(t)))
	policy := html.UnescapeString(between(t, page, `http-equiv="Content-Security-Policy" content="`, `"`))
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; script-src " + hash(between(t, page, "<script>", "</script>")) +
		"; style-src " + hash(between(t, page, "<style>", "</style>")) + "; img-src data:; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("policy %s\nwant   %s", policy, want)
	}
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("%d scripts, want the data and one more", n)
	}
	body := page[strings.Index(page, "<body>"):strings.Index(page, `<script type="application/json"`)]
	if found := regexp.MustCompile(`(?i)(src|href)="[^#][^"]*"|style="|\son[a-z]+=`).FindAllString(body, 3); found != nil {
		t.Errorf("the body asks for more than the policy allows: %q", found)
	}
	if !strings.Contains(page, "Copyright (c) 2022 Leon Sorokin") {
		t.Error("the licence of uPlot is not in the page")
	}
}

// nasty names try to leave every context in which they stand.
const nasty = `</script><script>window.stolen=1</script><img src=x onerror="window.stolen=1">'"&{{.}}` + "\u2028"

// hostile is a run in which everything that can be named has a nasty name.
func hostile(t *testing.T) *report.Data {
	t.Helper()
	d := load(t, synthetic.World{Name: nasty, Paths: 70, Seed: 5, Drop: 0.7, Scenes: []string{"a" + nasty, "b" + nasty}})
	name, err := json.Marshal(nasty)
	if err != nil {
		t.Fatal(err)
	}
	text := configuration
	for _, known := range []string{"perps", "spot-eth", "main", "What if all falls?", "SNX"} {
		text = strings.ReplaceAll(text, `"`+known+`"`, string(name))
	}
	if !json.Valid([]byte(text)) {
		t.Fatalf("configuration %s", text)
	}
	d.Manifest.Configuration, d.Manifest.ProgramVersion, d.Manifest.Run.Host = []byte(text), nasty, nasty
	d.Manifest.Inputs = []record.Input{{Name: nasty, SHA256: nasty}}
	for _, c := range d.Cells {
		for i := range c.Fans {
			c.Fans[i].Entity, c.Fans[i].Figure = nasty, nasty
		}
		for i := range c.CRatios {
			c.CRatios[i].Pool, c.CRatios[i].Collateral = nasty, nasty
		}
		for i := range c.Worst {
			for k := range c.Worst[i].Events {
				e := &c.Worst[i].Events[k]
				e.Kind, e.Cause, e.Market, e.Pool, e.Collateral, e.Account = nasty, nasty, nasty, nasty, nasty, nasty
			}
		}
		for i := range c.Attribution {
			c.Attribution[i].Title = nasty
		}
		for i := range c.Timeline {
			c.Timeline[i].Kind = nasty
		}
		for i := range c.ByEntity {
			c.ByEntity[i].Title, c.ByEntity[i].Figure.Selector = nasty, nasty
		}
	}
	return d
}

func TestNamesAreEscaped(t *testing.T) {
	page := string(written(t, hostile(t)))
	for _, bad := range []string{"<script>window", "<img", "</script><script>window"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if n := strings.Count(page, "</script>"); n != 2 {
		t.Errorf("%d ends of scripts, want 2", n)
	}
	if data := between(t, page, `id="data">`, "</script>"); !json.Valid([]byte(data)) {
		t.Errorf("the data is no JSON: %.200s", data)
	}
	if n := strings.Count(page, html.EscapeString("<img src=x")); n < 50 {
		t.Errorf("nasty names appear %d times: the test does not reach far", n)
	}
}

func TestSameRecordsGiveTheSamePage(t *testing.T) {
	first, second := crash(t), crash(t)
	second.Manifest.Run = record.Facts{}
	first.Manifest.Run = record.Facts{}
	if !bytes.Equal(written(t, first), written(t, second)) {
		t.Error("two readings of the same records give different pages")
	}
	second.Manifest.Run = record.Facts{Started: time.Unix(1e9, 0), ElapsedSeconds: 2, PathStepsPerSecond: 1000, Host: "elsewhere", Workers: 3}
	a, b := string(written(t, first)), string(written(t, second))
	if a != b {
		t.Error("the page differs with the time, the host and the speed of the run")
	}
}

func TestPageOfManyPathsIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 paths take seconds")
	}
	page := written(t, load(t, synthetic.World{Name: "large", Paths: 10_000, Seed: 1, Drop: 0.7}))
	t.Logf("10,000 paths: %d bytes", len(page))
	if len(page) > mostBytes {
		t.Errorf("%d bytes, want at most %d", len(page), mostBytes)
	}
}

func TestPageOfManyScenariosIsSmall(t *testing.T) {
	w := synthetic.World{Name: "wide", Paths: 64, Seed: 1, Drop: 0.7}
	for i := range mostCells + 3 {
		w.Scenes = append(w.Scenes, fmt.Sprintf("scene-%02d", i))
	}
	page := written(t, load(t, w))
	t.Logf("%d scenarios: %d bytes", len(w.Scenes), len(page))
	if len(page) > mostBytes {
		t.Errorf("%d bytes, want at most %d", len(page), mostBytes)
	}
	if n := bytes.Count(page, []byte("<section data-cell=")); n != mostCells {
		t.Errorf("%d sections, want %d", n, mostCells)
	}
	if !bytes.Contains(page, []byte("3 more have no section")) || bytes.Count(page, []byte(`<th scope="row" class="name">scene-`)) != len(w.Scenes) {
		t.Error("the scenarios without a section are not told")
	}
}

func TestPageWithoutAnyPath(t *testing.T) {
	page := string(written(t, load(t, synthetic.World{Name: "none", Paths: 3, Failed: 3, Seed: 1})))
	for _, want := range []string{"No path ended well", "No thresholds were set", "3 failed paths are left out"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrorsReachTheCaller(t *testing.T) {
	d := crash(t)
	if err := Write(full{}, d); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v of a writer that refuses", err)
	}
	d.Manifest.Configuration = []byte("{")
	if err := Write(&bytes.Buffer{}, d); err == nil || !strings.Contains(err.Error(), "configuration") {
		t.Errorf("error %v of a broken configuration", err)
	}
	if err := (document{Data: func() {}}).write(&bytes.Buffer{}); err == nil {
		t.Error("data that is no JSON is written")
	}
	if _, err := execute("nothing of this name", nil); err == nil {
		t.Error("a template that does not exist is filled")
	}
}
