package replay

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
)

// small is a history with placeholders for what a test spoils; @step is its
// second step.
const small = `{@format,"name":"small","setup":{@setup},"steps":[
{"i":0,"op":"createAccount","args":{"accountId":"1"},"now":"1700000000","ok":true,"revert":null,"returns":{},"obs":"none","observed":{}},
@step]}`

const (
	goodFormat = `"format":"1"`
	goodSetup  = `"timestamp":"1700000000","tokens":[{"id":"SNX","decimals":"18"}]`
	goodStep   = `{"i":1,"op":"warp","args":{"seconds":"5"},"now":"1700000005","ok":true,"revert":null,"returns":{},"obs":"none","observed":{}}`
)

func trace(format, setup, step string) string {
	return strings.NewReplacer("@format", format, "@setup", setup, "@step", step).Replace(small)
}

func replayText(text string) (Result, error) {
	t, err := Read(strings.NewReader(text))
	if err != nil {
		return Result{}, err
	}
	return ReplayTrace(t)
}

func TestSmallHistoryIsUnderstood(t *testing.T) {
	got, err := replayText(trace(goodFormat, goodSetup, goodStep))
	if err != nil || got.Steps != 2 || got.Mismatches != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestBadSteps(t *testing.T) {
	swap := func(old, with string) string {
		if !strings.Contains(goodStep, old) {
			t.Fatalf("%q is not in the step", old)
		}
		return strings.Replace(goodStep, old, with, 1)
	}
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	tests := []struct{ name, step, want string }{
		{"unknown operation", swap("warp", "wrap"), "step 1 (wrap): unknown operation"},
		{"unparsable number", swap(`"5"`, `"five"`), `step 1 (warp): argument seconds is "five", want an unsigned integer of 64 bits`},
		{"negative number", swap(`"5"`, `"-5"`), `argument seconds is "-5"`},
		{"number too large", swap(`"5"`, `"18446744073709551616"`), `argument seconds is "18446744073709551616"`},
		{"number as JSON number", swap(`"5"`, `5`), `argument seconds is 5, want a string`},
		{"nested argument", swap(`"5"`, deep), `argument seconds is [[`},
		{"missing argument", swap(`"seconds":"5"`, ``), `argument seconds is missing`},
		{"time", swap(`"1700000005"`, `"soon"`), `step 1 (warp): now is "soon", want seconds`},
		{"index", swap(`"i":1`, `"i":2`), "index 2, want 1"},
		{"kind of observation", swap(`"none"`, `"some"`), `obs is "some", want none, light or full`},
		{"success with a revert", swap(`"revert":null`, `"revert":{"error":"X"}`), "either succeeds or carries a revert"},
		{"failure without a revert", swap(`"ok":true`, `"ok":false`), "either succeeds or carries a revert"},
		{"unknown returned value", swap(`"returns":{}`, `"returns":{"x":"1"}`), "returns.x is unknown"},
		{"unknown observed key", swap(`"observed":{}`, `"observed":{"raw/nothing":"1"}`), "observed raw/nothing: unknown key"},
		{"observed market that is not there", swap(`"observed":{}`, `"observed":{"raw/market/7/creditCapacityD18":"1"}`), "market 7 is not registered"},
		{"unknown token", strings.NewReplacer(`warp`, `setCollateralPrice`, `"seconds":"5"`, `"collateral":"DOGE","priceD18":"1"`).Replace(goodStep), `"DOGE", want a token of the setup`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := replayText(trace(goodFormat, goodSetup, test.step))
			var bad *InputError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %.200v, want %q", err, test.want)
			}
			if bad.Step != 1 {
				t.Errorf("step %d named, want 1", bad.Step)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	whole := trace(goodFormat, goodSetup, goodStep)
	tests := []struct{ name, text, want string }{
		{"empty", "", "not a whole JSON trace"},
		{"no JSON", "timestamp,price\n", "not a whole JSON trace"},
		{"cut", whole[:len(whole)-40], "not a whole JSON trace: unexpected EOF"},
		{"two values", whole + "{}", "more than one JSON value"},
		{"rubbish after it", whole + "}", "after the trace"},
		{"deep nesting", `{"format":` + strings.Repeat(`[`, 1e6), "exceeded max depth"},
		{"other version", trace(`"format":"2"`, goodSetup, goodStep), `format version "2", want "1"`},
		{"no version", trace(`"source":""`, goodSetup, goodStep), `format version "", want "1"`},
		{"time of the setup", trace(goodFormat, `"timestamp":"now"`, goodStep), `setup.timestamp is "now"`},
		{"decimals", trace(goodFormat, strings.Replace(goodSetup, `"18"`, `"200"`, 1), goodStep), `decimals of "SNX" are "200", want 0 to 77`},
		{"token twice", trace(goodFormat, `"timestamp":"1","tokens":[{"id":"A","decimals":"1"},{"id":"A","decimals":"1"}]`, goodStep), `token "A" is there twice`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantFileError(t, test.text, test.want) })
	}
}

func wantFileError(t *testing.T, text, want string) {
	t.Helper()
	_, err := replayText(text)
	var bad *InputError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
		t.Fatalf("error %.200v, want %q", err, want)
	}
	if bad.Step != -1 {
		t.Errorf("step %d named, want none", bad.Step)
	}
}

func TestDamagedGzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, trace(goodFormat, goodSetup, goodStep)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	if _, err := replayText(whole); err != nil {
		t.Fatal(err)
	}
	wantFileError(t, whole[:4], "gzip: unexpected EOF")
	wantFileError(t, whole[:len(whole)/2], "unexpected EOF")
	wantFileError(t, whole[:len(whole)-6], "unexpected EOF")
	wrongSum := []byte(whole)
	wrongSum[len(wrongSum)-6] ^= 1
	wantFileError(t, string(wrongSum), "invalid checksum")
}
