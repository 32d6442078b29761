package cannon

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// value is what an expression comes to.
type value struct {
	num       *big.Rat // a number, or a text that spells one
	text      string   // a text
	symbol    string   // something that exists on the chain alone, such as extras.eth_node
	undefined string   // a name that nobody defines
	list      []value
	flag      bool // a truth value, spelled in text
	at        Pos  // where the number stands
}

// template is a text that is computed.
var template = regexp.MustCompile(`(?s)<%=(.*?)%>`)

// evaluator computes the values of a project.
type evaluator struct {
	*Project
	within map[string]bool // settings under way
}

// errUnknown says that an expression is outside of what is understood.
type errUnknown struct{ text, why string }

func (e *errUnknown) Error() string {
	return fmt.Sprintf("the expression <%%=%s%%> is not understood: %s", e.text, e.why)
}

// of computes a value of a file.
func (e *evaluator) of(n *node) (value, error) {
	switch {
	case n == nil:
		return value{undefined: "nothing"}, nil
	case n.kind == boolValue:
		return value{text: n.text, flag: true, at: n.at}, nil
	case n.kind == listValue:
		v := value{at: n.at, list: []value{}}
		for _, x := range n.list {
			item, err := e.of(x)
			if err != nil {
				return value{}, err
			}
			v.list = append(v.list, item)
		}
		return v, nil
	case n.kind == tableValue:
		return value{}, errors.New("a table instead of a value")
	}
	return e.text(n.text, n.at)
}

// text computes the templates of a text.
func (e *evaluator) text(text string, at Pos) (value, error) {
	parts := template.FindAllStringSubmatchIndex(text, -1)
	if parts == nil {
		return literal(text, at), nil
	}
	if len(parts) == 1 && strings.TrimSpace(text[:parts[0][0]]+text[parts[0][1]:]) == "" {
		v, err := e.expression(text[parts[0][2]:parts[0][3]])
		if v.at == (Pos{}) {
			v.at = at
		}
		return v, err
	}
	whole, last := value{at: at}, 0
	for _, p := range parts {
		v, err := e.expression(text[p[2]:p[3]])
		if err != nil {
			return value{}, err
		}
		whole = join(join(whole, value{text: text[last:p[0]]}), v)
		last = p[1]
	}
	whole = join(whole, value{text: text[last:]})
	if whole.symbol == "" && whole.undefined == "" {
		return literal(whole.text, at), nil
	}
	whole.at = at
	return whole, nil
}

// literal is a text, and the number that it may spell.
func literal(text string, at Pos) value {
	v := value{text: text, at: at}
	if n, ok := number(text); ok {
		v.num = n
	}
	return v
}

// spelled is a value as a text.
func (v value) spelled() string {
	switch {
	case v.symbol != "":
		return v.symbol
	case v.undefined != "":
		return v.undefined
	case v.num != nil && v.text == "":
		return ratText(v.num)
	}
	return v.text
}

// key is a value as the id of a market: the same number is the same id however
// it is spelled.
func (v value) key() string {
	if v.num != nil && v.num.IsInt() && v.symbol == "" && v.undefined == "" {
		return v.num.Num().String()
	}
	return v.spelled()
}

// join puts two values together as texts.
func join(a, b value) value {
	switch {
	case a.undefined != "":
		return value{undefined: a.undefined}
	case b.undefined != "":
		return value{undefined: b.undefined}
	case a.symbol != "" || b.symbol != "":
		return value{symbol: a.spelled() + b.spelled()}
	}
	return value{text: a.spelled() + b.spelled()}
}

func ratText(n *big.Rat) string {
	if n.IsInt() {
		return n.Num().String()
	}
	return strings.TrimRight(n.FloatString(30), "0")
}

func (e *evaluator) expression(text string) (value, error) {
	list, err := tokens(text)
	if err == nil {
		p := &parser{e: e, list: list}
		var v value
		if v, err = p.sum(); err == nil && p.peek().kind != 0 {
			err = fmt.Errorf("what follows %q", p.before())
		}
		if err == nil {
			return v, nil
		}
	}
	var inner *errUnknown
	if errors.As(err, &inner) {
		return value{}, err // of a setting that this one reads
	}
	return value{}, &errUnknown{text, err.Error()}
}

// parser computes while it reads.
type parser struct {
	e    *evaluator
	list []token
	next int
	deep int
}

func (p *parser) peek() token { return p.list[p.next] }

func (p *parser) take() token {
	t := p.list[p.next]
	if t.kind != 0 {
		p.next++
	}
	return t
}

func (p *parser) before() string {
	if p.next == 0 {
		return ""
	}
	return p.list[p.next-1].text
}

func (p *parser) expect(kind byte) error {
	if t := p.take(); t.kind != kind {
		return fmt.Errorf("%q is missing", kind)
	}
	return nil
}

func (p *parser) sum() (value, error) {
	v, err := p.product()
	for err == nil && (p.peek().kind == '+' || p.peek().kind == '-') {
		op := p.take().kind
		var w value
		if w, err = p.product(); err == nil {
			v, err = apply(op, v, w)
		}
	}
	return v, err
}

func (p *parser) product() (value, error) {
	v, err := p.unary()
	for err == nil && (p.peek().kind == '*' || p.peek().kind == '/' || p.peek().kind == '^') {
		op := p.take().kind
		var w value
		if w, err = p.unary(); err == nil {
			v, err = apply(op, v, w)
		}
	}
	return v, err
}

func (p *parser) unary() (value, error) {
	if p.peek().kind == '-' || p.peek().kind == '+' {
		op := p.take().kind
		v, err := p.unary()
		if err != nil {
			return v, err
		}
		return apply(op, value{num: new(big.Rat)}, v)
	}
	return p.atom()
}

func (p *parser) atom() (value, error) {
	if p.deep++; p.deep > 200 {
		return value{}, errors.New("it is nested too deeply")
	}
	defer func() { p.deep-- }()
	switch t := p.take(); t.kind {
	case 'n':
		return value{num: t.num}, nil
	case 's':
		v := literal(t.text, Pos{})
		return v, nil
	case '(':
		v, err := p.sum()
		if err == nil {
			err = p.expect(')')
		}
		return v, err
	case '[':
		list, err := p.arguments(']')
		return value{list: append([]value{}, list...)}, err
	case 'i':
		if p.peek().kind == '(' {
			p.take()
			args, err := p.arguments(')')
			if err != nil {
				return value{}, err
			}
			return call(t.text, args)
		}
		return p.e.name(t.text)
	}
	return value{}, errors.New("a value is missing")
}

func (p *parser) arguments(end byte) (list []value, err error) {
	for p.peek().kind != end {
		v, err := p.sum()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.peek().kind == ',' {
			p.take()
			continue
		}
		break
	}
	return list, p.expect(end)
}

// name is the value of a name.
func (e *evaluator) name(name string) (value, error) {
	short := constantName(name)
	if c, ok := constants[short]; ok {
		return value{num: c}, nil
	}
	switch short {
	case "AddressZero", "zeroAddress", "HashZero", "zeroHash":
		return value{num: new(big.Rat), text: "0x0"}, nil
	case "true", "false":
		return value{text: short, flag: true}, nil
	}
	if setting, ok := strings.CutPrefix(name, "settings."); ok {
		return e.setting(setting)
	}
	if strings.HasPrefix(name, "extras.") || strings.HasPrefix(name, "imports.") || strings.HasPrefix(name, "contracts.") || strings.HasPrefix(name, "txns.") {
		return value{symbol: name}, nil
	}
	return value{}, fmt.Errorf("the name %s", name)
}

func (e *evaluator) setting(name string) (value, error) {
	n, ok := e.settings[name]
	if !ok || n == nil {
		return value{undefined: "settings." + name}, nil
	}
	if e.within == nil {
		e.within = map[string]bool{}
	}
	if e.within[name] {
		return value{}, fmt.Errorf("settings.%s is made of itself", name)
	}
	e.within[name] = true
	defer delete(e.within, name)
	return e.of(n)
}

// apply computes with two values; + puts texts together.
func apply(op byte, a, b value) (value, error) {
	at := a.at
	if at == (Pos{}) {
		at = b.at
	}
	switch {
	case a.undefined != "":
		return value{undefined: a.undefined, at: at}, nil
	case b.undefined != "":
		return value{undefined: b.undefined, at: at}, nil
	case op == '+' && (a.symbol != "" || b.symbol != "" || a.text != "" || b.text != ""):
		return join(a, b), nil
	case a.num == nil || b.num == nil:
		return value{}, fmt.Errorf("computing with %q and %q", a.spelled(), b.spelled())
	}
	n := new(big.Rat)
	switch op {
	case '+':
		n.Add(a.num, b.num)
	case '-':
		n.Sub(a.num, b.num)
	case '*':
		n.Mul(a.num, b.num)
	case '/':
		if b.num.Sign() == 0 {
			return value{}, errors.New("a division by 0")
		}
		n.Quo(a.num, b.num)
	case '^':
		if !b.num.IsInt() || b.num.Sign() < 0 || b.num.Num().Cmp(big.NewInt(512)) > 0 || !a.num.IsInt() {
			return value{}, errors.New("a power")
		}
		n.SetInt(new(big.Int).Exp(a.num.Num(), b.num.Num(), nil))
	}
	if n.Num().BitLen() > 2048 || n.Denom().BitLen() > 2048 {
		return value{}, errors.New("a number beyond all bounds")
	}
	return value{num: n, at: at}, nil
}
