package spot

import fp "backtest/model/fixedpoint"

// synthsFor returns how many synths (D18) move when the skew fee is included
// in a signed amount of USD (D18, negative for sells): the solution x of
// usd = x·p·(1 + (2·skew + x)/(2·scale)), in the contracts' own steps and
// rounding (PROTOCOL.md §11.1, Q).
func (m *Market) synthsFor(usd fp.Int256, price fp.Uint256) fp.Uint256 {
	scale := m.config.Get().SkewScale
	if scale.IsZero() {
		return usd.Abs().DivDecimal(price)
	}
	skew, two := m.Skew(), fp.I256(2)
	slope := scale.DivDecimal(price.Mul(fp.U256(2))) // unsigned
	k, p := scale.Int256, price.Int256()
	constant := fp.I256(8).Mul(usd.MulDecimal(p)).DivDecimal(k())
	linear := two.Mul(skew.MulDecimal(p)).DivDecimal(k()).Add(two.Mul(p))
	square := fp.UnitI256.MulDecimal(linear.MulDecimal(linear)) // a power, by squaring
	root := sqrtDecimal(constant.Add(square))
	return slope.Int256().MulDecimal(root).Sub(k()).Sub(skew).Abs()
}

// sqrtDecimal returns the square root of v (D18) by the contracts' Newton
// iteration; of a negative v it returns v itself.
func sqrtDecimal(v fp.Int256) fp.Int256 {
	two := fp.I256(2)
	z, y := v.Add(fp.I256(1)).Quo(two), v
	for z.Less(y) {
		y = z
		z = v.DivDecimal(z).Add(z).Quo(two)
	}
	return y
}
