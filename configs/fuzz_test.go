package configs

import (
	"errors"
	"testing"
	"time"
)

// Whatever the bytes: no panic, no long wait; either problems that tell something,
// or a configuration that means the same when it is loaded again.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(base), "paths=1", "BACKTEST_SEED=1")
	for _, bad := range badConfigurations {
		f.Add([]byte(bad.text()), bad.key+"=1", "")
	}
	for _, bad := range badDocuments {
		if len(bad.text) < 5000 {
			f.Add([]byte(bad.text), "prices.oracle={}", "BACKTEST_X__Y=[")
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, set, variable string) {
		begin := time.Now()
		loaded, err := Load(Source{Bytes: content, Name: "f", Sets: []string{set}, Env: []string{variable}})
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 || problems[0].Found == "" || problems[0].Allowed == "" {
				t.Errorf("error is %v", err)
			}
			return
		}
		again, err := Load(Source{Bytes: loaded.Effective(), Name: "again"})
		if err != nil || again.SHA256 != loaded.SHA256 {
			t.Errorf("loading the effective configuration again: %v", err)
		}
	})
}
