package main

import "testing"

// TestShardOfAnArray: schedulers tell the index in a variable, some from 0.
func TestShardOfAnArray(t *testing.T) {
	t.Setenv("ARRAY_INDEX", "4")
	for text, want := range map[string]string{
		"3/8": "3/8", "0+1/8": "1/8", "7+1/8": "8/8", "$ARRAY_INDEX/8": "4/8", "$ARRAY_INDEX+1/8": "5/8", "${ARRAY_INDEX}+1/5": "5/5",
	} {
		var s shardFlag
		if err := s.Set(text); err != nil || s.String() != want {
			t.Errorf("%s is %s, %v", text, &s, err)
		}
	}
	for _, text := range []string{"", "3", "0/8", "9/8", "8+1/8", "-1+1/8", "1+2/8", "a/8", "3/", "3/8/9", "$NOBODY_SET_THIS/8", "0x1/8"} {
		var s shardFlag
		if err := s.Set(text); err == nil {
			t.Errorf("%q is %s", text, &s)
		}
	}
}
