package runner

import (
	"context"
	"testing"

	"backtest/configs"
)

// TestEveryKey runs a configuration that uses every section: all kinds of
// prices and markets, wrappers, a treasury, and people of every kind.
func TestEveryKey(t *testing.T) {
	l, err := configs.Load(configs.Source{File: "../configs/testdata/base.yaml", Sets: []string{"paths=4", "on_path_failure=record"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	m, err := Run(context.Background(), l, Options{Out: dir, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	rows := pathRows(t, dir)
	if len(rows) == 0 || len(rows)%4 != 0 {
		t.Fatalf("%d rows", len(rows))
	}
	for i := range rows {
		addsUp(t, m.Columns, &rows[i])
	}
}
