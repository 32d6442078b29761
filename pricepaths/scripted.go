package pricepaths

import (
	"fmt"
	"sort"

	"backtest/internal/warn"
	"backtest/pricepaths/portable"
)

// Shape tells what a scripted price does between two points.
type Shape string

// The shapes.
const (
	StepShape   Shape = "step"   // keeps the last price; also the empty string
	LinearShape Shape = "linear" // linear in the price
	LogShape    Shape = "log"    // linear in the logarithm
)

// Scripted is a price path given by points; before the first and after the last
// point the price is constant. If Asset.Initial is not 0, all prices are scaled
// so that the path begins at it.
type Scripted struct {
	Points []ScriptedPoint // in order of time
	Shape  Shape
}

// ScriptedPoint is one given price.
type ScriptedPoint struct {
	AtSeconds int64 // after the start of the path
	Price     float64
}

// Name implements ProcessSpec.
func (Scripted) Name() string { return "scripted" }

func (Scripted) traits() traits { return traits{prices: true, level: true, fixed: true} }

func (p Scripted) validate(v *validator, field string, s *Spec, asset int) {
	v.check(len(p.Points) > 0, field+".points", "none", "one point or more")
	for n, point := range p.Points {
		at := fmt.Sprintf("%s.points[%d]", field, n)
		v.positive(at+".price", point.Price)
		v.check(n == 0 || point.AtSeconds > p.Points[n-1].AtSeconds, at+".at", point.AtSeconds, "after the point before it")
	}
	switch p.Shape {
	case "", StepShape, LinearShape, LogShape:
	default:
		v.fail(field+".shape", p.Shape, "step, linear or log")
	}
	if initial := s.Assets[asset].Initial; initial > 0 && len(p.Points) > 0 && p.Points[0].Price > 0 && p.Points[0].Price != initial {
		v.warn(warn.New(warn.PointsScaled, "asset %s: all points are scaled, so that the path begins at the initial price", s.Assets[asset].ID).
			Change(fmt.Sprintf("%v -> %v", p.Points[0].Price, initial), initial/p.Points[0].Price, "factor").At(keyOf(s.assetField(asset) + ".initial")))
	}
}

func (p Scripted) build(b *builder, asset int) process {
	prices := make([]float64, b.grid.points())
	for i := range prices {
		prices[i] = p.at(b.grid.offset(i))
	}
	if initial := b.spec.Assets[asset].Initial; initial > 0 {
		scale := initial / prices[0]
		for i := range prices {
			prices[i] *= scale
		}
	}
	return scripted(prices)
}

func (p Scripted) at(offset int64) float64 {
	next := sort.Search(len(p.Points), func(n int) bool { return p.Points[n].AtSeconds > offset })
	if next == 0 {
		return p.Points[0].Price
	}
	left := p.Points[next-1]
	if next == len(p.Points) {
		return left.Price
	}
	right := p.Points[next]
	share := float64(offset-left.AtSeconds) / float64(right.AtSeconds-left.AtSeconds)
	switch p.Shape {
	case LinearShape:
		return left.Price + float64(share*(right.Price-left.Price))
	case LogShape:
		return geometric(left.Price, right.Price, share)
	}
	return left.Price
}

// geometric interpolates linearly in the logarithm.
func geometric(left, right, share float64) float64 {
	if share == 0 || left == right {
		return left
	}
	return left * portable.Exp(float64(share*portable.Log(right/left)))
}

type scripted []float64

func (p scripted) fill(_ *draws, out []float64) { copy(out, p) }
