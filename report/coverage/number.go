package coverage

import (
	"encoding/json"
	"math"
	"strconv"
)

// Number is a float64 that is written as null where there is none.
type Number float64

// MarshalJSON writes null for NaN and infinities.
func (x Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(x))
}

// MarshalJSON writes a test with null for p-values and statistics that do not exist.
func (t Test) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name        string `json:"name"`
		Statistic   Number `json:"statistic"`
		P           Number `json:"p"`
		Exact       bool   `json:"exact"`
		AsymptoticP Number `json:"asymptotic_p"`
		N           int    `json:"n"`
	}{t.Name, Number(t.Statistic), Number(t.P), t.Exact, Number(t.AsymptoticP), t.N})
}

// percent writes a level: 99 %, 97.5 %.
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(1e4*share)/100, 'f', -1, 64) + " %"
}
