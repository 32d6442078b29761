package runner

import (
	"context"
	"testing"

	"backtest/configs"
)

// load reads an embedded preset with settings.
func load(t testing.TB, preset string, sets ...string) *configs.Loaded {
	t.Helper()
	l, err := configs.Load(configs.Source{Preset: preset, Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestQuickstart(t *testing.T) {
	m, err := Run(context.Background(), load(t, "quickstart", "paths=64"), Options{Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", m.Run)
}
