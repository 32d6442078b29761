package record

import "cmp"

func (k *CRatioKey) compare(o *CRatioKey) int {
	return cmp.Or(cmp.Compare(k.Scenario, o.Scenario), cmp.Compare(k.Point, o.Point), cmp.Compare(k.Step, o.Step),
		cmp.Compare(k.Pool, o.Pool), cmp.Compare(k.Collateral, o.Collateral), cmp.Compare(k.Time, o.Time))
}

func (k *SeriesKey) compare(o *SeriesKey) int {
	return cmp.Or(cmp.Compare(k.Scenario, o.Scenario), cmp.Compare(k.Point, o.Point), cmp.Compare(k.Step, o.Step),
		cmp.Compare(k.Figure, o.Figure), cmp.Compare(k.Entity, o.Entity), cmp.Compare(k.Unit, o.Unit), cmp.Compare(k.Time, o.Time))
}

// Merge takes in another sketch of the same vault and moment.
func (s *CRatioSketch) Merge(o *CRatioSketch) {
	s.ByPosition.Merge(&o.ByPosition)
	s.ByDebt.Merge(&o.ByDebt)
	s.ZeroDebt += o.ZeroDebt
	s.Liquidatable += o.Liquidatable
	s.DebtUnit = max(s.DebtUnit, o.DebtUnit)
}

func (s *SeriesSketch) merge(o *SeriesSketch) { s.Values.Merge(&o.Values) }
