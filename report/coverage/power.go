package coverage

// Power is the chance that a test at a level notices a stated miss.
type Power struct {
	Test   string  `json:"test"`
	Level  float64 `json:"level"`  // the test rejects below this p-value
	Stated float64 `json:"stated"` // probability of an exceedance that was forecast
	True   float64 `json:"true"`   // the one assumed in its place
	Size   float64 `json:"size"`   // chance of rejecting when Stated is true
	Power  float64 `json:"power"`  // chance of rejecting when True is true
	N      int     `json:"n"`
}

// PowerOfFailures is the power of the exact proportion-of-failures test with n
// origins, summed over all counts; its size never exceeds the level.
func PowerOfFailures(n int, stated, truth, level float64) Power {
	result := Power{Test: "proportion of failures (Kupiec)", Level: level, Stated: stated, True: truth, N: n}
	null, alternative := binomialPMF(n, stated), binomialPMF(n, truth)
	for x := range null {
		if exactBinomialP(null, x) < level {
			result.Size += null[x]
			result.Power += alternative[x]
		}
	}
	return result
}

// OriginsForPower is the least number of origins, up to limit, from which on the
// test of PowerOfFailures has the wanted power for 20 origins in a row (it jumps
// with n); 0 where limit does not suffice.
func OriginsForPower(stated, truth, level, wanted float64, limit int) int {
	inRow := 0
	for n := 10; n <= limit; n++ {
		if PowerOfFailures(n, stated, truth, level).Power < wanted {
			inRow = 0
		} else if inRow++; inRow == 20 {
			return n - 19
		}
	}
	return 0
}
