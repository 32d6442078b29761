package page

import (
	"encoding/json"
	"strconv"
)

// asked is what the page shows of the configuration in the manifest. What a
// configuration does not say, or says in another form, stays empty.
type asked struct {
	Question    string            `json:"question"`
	Start       text              `json:"start"`
	Horizon     text              `json:"horizon"`
	Step        text              `json:"step"`
	Collaterals []askedCollateral `json:"collaterals"`
	Markets     []askedMarket     `json:"markets"`
	Pools       []askedPool       `json:"pools"`
}

type askedCollateral struct {
	ID               string `json:"id"`
	IssuanceRatio    text   `json:"issuance_ratio"`
	LiquidationRatio text   `json:"liquidation_ratio"`
}

type askedMarket struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
}

type askedPool struct {
	ID      string      `json:"id"`
	Markets []askedLink `json:"markets"`
}

// askedLink is a market in a pool's configuration.
type askedLink struct {
	Market            string `json:"market"`
	Weight            text   `json:"weight"`
	MaxDebtShareValue text   `json:"max_debt_share_value"`
}

// text is a string or a number, as it was written.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
		return nil
	}
	*t = text(data)
	return nil
}

// number is the value of the text, 0 when it is none.
func (t text) number() float64 {
	x, err := strconv.ParseFloat(string(t), 64)
	if err != nil {
		return 0
	}
	return x
}

func readAsked(configuration []byte) asked {
	var a asked
	if json.Unmarshal(configuration, &a) != nil {
		return asked{}
	}
	return a
}

// collateral finds a collateral type; nothing is known of one that is missing.
func (a asked) collateral(id string) askedCollateral {
	for _, c := range a.Collaterals {
		if c.ID == id {
			return c
		}
	}
	return askedCollateral{}
}

// weight is the sum of the weights of a pool.
func (p askedPool) weight() float64 {
	total := 0.0
	for _, m := range p.Markets {
		total += m.Weight.number()
	}
	return total
}
