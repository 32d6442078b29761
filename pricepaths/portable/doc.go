// Package portable holds the elementary and special functions that the price
// engine needs, in plain Go and with the same bits on every processor.
//
// The functions of package math differ between architectures (assembly
// kernels) and between processors of one architecture (fused multiply-add).
// Here every product that feeds an addition is written float64(x*y)+z, which
// the Go specification forbids to fuse, and only +, -, *, /, square root and
// bit operations are used, all of which IEEE 754 defines to the bit.
//
// Accuracy, as tested: Exp and Log below 1 ulp, Erfc and NormalCDF below 1e-15
// relative in the centre and 1e-13 in the far tail, NormalQuantile about 1e-15
// relative, Pow a relative error of about (2 + |y log x|)·2^-53.
package portable
