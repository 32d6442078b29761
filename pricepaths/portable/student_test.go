package portable

import (
	"math"
	"testing"
)

func TestLogGamma(t *testing.T) {
	for x := 0.05; x < 60; x += 0.173 {
		want, _ := math.Lgamma(x)
		if got := LogGamma(x); math.Abs(got-want) > 2e-14*(1+math.Abs(want)) {
			t.Fatalf("LogGamma(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestIncompleteBetaClosedForms(t *testing.T) {
	for x := 0.0; x <= 1; x += 0.03125 {
		if got, want := IncompleteBeta(1, 3.5, x), 1-math.Pow(1-x, 3.5); math.Abs(got-want) > 1e-14 {
			t.Errorf("I_%v(1, 3.5) = %v, want %v", x, got, want)
		}
		if got, want := IncompleteBeta(0.5, 0.5, x), 2/math.Pi*math.Asin(math.Sqrt(x)); math.Abs(got-want) > 2e-14 {
			t.Errorf("I_%v(½, ½) = %v, want %v", x, got, want)
		}
	}
}

func TestStudentCDFClosedForms(t *testing.T) {
	for x := -60.0; x < 60; x += 0.37 {
		cauchy := math.Atan2(1, -x) / math.Pi // accurate in the lower tail
		if got := StudentCDF(x, 1); math.Abs(got/cauchy-1) > 1e-13 {
			t.Errorf("ν=1 at %v: %v, want %v", x, got, cauchy)
		}
		root := math.Sqrt(2 + x*x)
		two := (root + x) / (2 * root)
		if x < 0 {
			two = 1 / (root * (root - x))
		}
		if got := StudentCDF(x, 2); math.Abs(got/two-1) > 1e-13 {
			t.Errorf("ν=2 at %v: %v, want %v", x, got, two)
		}
	}
	// The 97.5 % point of ν = 5 is 2.570581836.
	if got := StudentCDF(2.5705818356363, 5); math.Abs(got-0.975) > 1e-12 {
		t.Errorf("ν=5: %v, want 0.975", got)
	}
}

func TestStudentDensityIsTheSlope(t *testing.T) {
	for _, nu := range []float64{2.5, 4, 30} {
		for x := -5.0; x < 5; x += 0.7 {
			slope := (StudentCDF(x+1e-5, nu) - StudentCDF(x-1e-5, nu)) / 2e-5
			if got := StudentDensity(x, nu); math.Abs(got/slope-1) > 1e-5 {
				t.Errorf("ν=%v at %v: %v, slope %v", nu, x, got, slope)
			}
		}
	}
}
