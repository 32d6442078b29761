package pricepaths

import "testing"

// benchmarkSpec measures ns a step (all assets of one base step).
func benchmarkSpec(b *testing.B, spec Spec) {
	g := generate(b, spec)
	s := g.NewScratch()
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		g.Fill(uint64(n), s)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*spec.Steps), "ns/step")
}

func BenchmarkGBMFourAssets(b *testing.B) { benchmarkSpec(b, fourAssets(Plain)) }

func BenchmarkGBMFourAssetsAntithetic(b *testing.B) { benchmarkSpec(b, fourAssets(Antithetic)) }

func BenchmarkGBMFourAssetsSobol(b *testing.B) { benchmarkSpec(b, fourAssets(Sobol)) }

func BenchmarkGBMFourAssetsStratified(b *testing.B) { benchmarkSpec(b, fourAssets(Stratified)) }

func BenchmarkGBMFourAssetsHypercube(b *testing.B) { benchmarkSpec(b, fourAssets(LatinHypercube)) }

func BenchmarkGBMFourAssetsTCopula(b *testing.B) {
	spec := fourAssets(Plain)
	spec.Copula.DegreesOfFreedom = 4
	benchmarkSpec(b, spec)
}

func BenchmarkGBMFourAssetsHeartbeat(b *testing.B) {
	spec := fourAssets(Plain)
	spec.Oracle = Oracle{LatencySteps: 1, DeviationThreshold: 0.005, HeartbeatSeconds: 3600}
	benchmarkSpec(b, spec)
}

func BenchmarkProcess(b *testing.B) {
	for _, c := range everyProcess() {
		b.Run(c.name, func(b *testing.B) { benchmarkSpec(b, c.spec) })
	}
}

// A year of hours: the path no longer fits the first level cache.
func BenchmarkGBMFourAssetsHourly(b *testing.B) {
	spec := fourAssets(Plain)
	spec.Steps, spec.StepSeconds = 8760, hour
	benchmarkSpec(b, spec)
}
