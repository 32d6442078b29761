package main

import (
	"fmt"

	"backtest/internal/warn"
	"backtest/report"
)

// teller tells every warning once on the stream of errors.
type teller struct {
	env  Env
	told []warn.Warning
}

func (t *teller) tell(list []warn.Warning) {
	known := len(t.told)
	t.told = warn.Join(t.told, list)
	for _, w := range t.told[known:] {
		tellWarning(t.env, w)
	}
}

func tellWarning(env Env, w warn.Warning) {
	fmt.Fprintf(env.Stderr, "warning: %s [%s]\n", plainText(w.String()), w.Code)
	if env.lookup("GITHUB_ACTIONS") == "true" {
		fmt.Fprintf(env.Stderr, "::warning title=%s::%s\n", w.Code, report.EscapeCommand(w.String()))
	}
}

// extra tells that something beside the results could not be made. A verdict does
// not depend on it.
func (t *teller) extra(err error) {
	if err != nil {
		t.tell([]warn.Warning{warn.New(warn.ExtraFailed, "%v", err)})
	}
}
