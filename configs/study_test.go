package configs

import (
	"math"
	"slices"
	"testing"
)

func TestAxisLevels(t *testing.T) {
	from, to := 0.1, 0.4
	for _, test := range []struct {
		axis Axis
		want []string
	}{
		{Axis{Values: []string{"4", "500%"}}, []string{"4", "500%"}},
		{Axis{From: &from, To: &to, Count: 4}, []string{"0.1", "0.2", "0.3", "0.4"}},
		{Axis{From: &from, To: &to}, []string{"0.1", "0.4"}},
		{Axis{From: &from}, nil},
	} {
		if got := test.axis.Levels(); !slices.Equal(got, test.want) {
			t.Errorf("levels are %v, want %v", got, test.want)
		}
	}
	values := Axis{Values: []string{"a", "b", "c"}}
	if got := values.At(0) + values.At(0.34) + values.At(0.99) + values.At(1); got != "abcc" {
		t.Errorf("values at fractions are %s", got)
	}
}

func TestStudySize(t *testing.T) {
	axes := []Axis{{Values: []string{"1", "2", "3"}}, {Count: 4}}
	for design, want := range map[string]int64{"grid": 12, "one_at_a_time": 7, "sobol": 64, "latin_hypercube": 64} {
		if got := (&Study{Design: design, Axes: axes, Points: 64}).Size(); got != want {
			t.Errorf("%s has %d points, want %d", design, got, want)
		}
	}
	huge := &Study{Design: "grid", Axes: slices.Repeat([]Axis{{Count: 10000}}, 16)}
	if huge.Size() != math.MaxInt64 {
		t.Errorf("huge study has %d points", huge.Size())
	}
}

func TestHugeStudyIsRefused(t *testing.T) {
	text := replaceOnce(t, base, "values: [4, 500%, 6]", "from: 3\n      to: 6\n      count: 10000")
	text = replaceOnce(t, text, "count: 4\n", "count: 101\n")
	_, err := loadText(text)
	problems, ok := err.(Problems)
	if !ok || len(problems) != 1 || problems[0].Key != "study.axes" || problems[0].Allowed != "at most 1000000" {
		t.Errorf("error is %v", err)
	}
}
