package scenario

import (
	"errors"
	"strings"
	"testing"
)

func echo(a *Args) (string, error) {
	if a.Text("fail", "") != "" {
		return "", errors.New("it failed")
	}
	return a.Word() + "\n" + D18(a.Signed("x")), nil
}

func TestPlay(t *testing.T) {
	const in = "# comment\n\necho a x=-1.50\n= old\n= answers\necho b fail=1\n"
	const want = "# comment\n\necho a x=-1.50\n= a\n= -1.5\necho b fail=1\n= it failed\n"
	got, err := Play(in, map[string]Command{"echo": func(a *Args) (string, error) {
		if a.Has("fail") {
			a.Word()
			a.Text("fail", "")
			return "", errors.New("it failed")
		}
		return echo(a)
	}})
	if err != nil || got != want {
		t.Fatalf("%v\n%s", err, got)
	}
	if d := differences(want, got); d != nil {
		t.Errorf("the same differs: %v", d)
	}
	if d := differences(want, got+"= more\n"); len(d) == 0 {
		t.Error("an answer more does not differ")
	}
}

func TestPlayRefuses(t *testing.T) {
	commands := map[string]Command{
		"echo":   echo,
		"number": func(a *Args) (string, error) { return "", errors.New(D18(a.Amount("x")) + a.Actor().String()) },
	}
	for _, line := range []string{"unknown", "echo", "echo a b", "echo a y=1", "number x=1.2.3 1", "number nobody", "number 1 x=0.1234567890123456789"} {
		if _, err := Play(line, commands); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestDecimalsRoundTrip(t *testing.T) {
	for _, s := range []string{"0", "1", "-1", "0.5", "-0.000000000000000001", "123456789.123456789123456789"} {
		v, err := ParseD18(s)
		if err != nil || D18(v) != s {
			t.Errorf("%s came back as %s, %v", s, D18(v), err)
		}
	}
}
