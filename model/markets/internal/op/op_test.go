package op

import (
	"errors"
	"slices"
	"testing"

	fp "backtest/model/fixedpoint"
)

// Sets keep the contracts' order: the last element fills the gap.
func TestSets(t *testing.T) {
	set := []int{1, 2, 3, 4}
	if got := Remove(set, 2); !slices.Equal(got, []int{1, 4, 3}) {
		t.Errorf("removed 2: %v", got)
	}
	if got := Remove(set, 9); !slices.Equal(got, set) {
		t.Errorf("removed 9: %v", got)
	}
	if got := Insert(set, 3); !slices.Equal(got, set) {
		t.Errorf("inserted 3: %v", got)
	}
	if got := Insert(set[:2], 7); !slices.Equal(got, []int{1, 2, 7}) || set[2] != 3 {
		t.Errorf("inserted 7: %v, the old set is %v", got, set)
	}
}

func TestMust(t *testing.T) {
	failure := errors.New("failure")
	attempt := func(err error) (thrown error) {
		defer fp.Catch(&thrown)
		Must(err)
		return nil
	}
	if attempt(nil) != nil || attempt(failure) != failure {
		t.Error("Must throws the wrong errors")
	}
}

func TestBounds(t *testing.T) {
	one, two := fp.U256(1), fp.U256(2)
	if Min(one, two) != one || Min(two, one) != one || Max(one, two) != two || Max(two, one) != two {
		t.Error("min and max")
	}
}
