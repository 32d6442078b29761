package cannon

import (
	"fmt"
	"math/big"
	"strings"
)

// constants of the libraries that templates know.
var constants = map[string]*big.Rat{
	"MaxUint256": power2(256, 1), "maxUint256": power2(256, 1), "MaxUint128": power2(128, 1), "maxUint128": power2(128, 1),
	"MaxInt256": power2(255, 1), "maxInt256": power2(255, 1), "MaxInt128": power2(127, 1), "maxInt128": power2(127, 1),
	"WeiPerEther": new(big.Rat).SetInt(ten(18)), "Zero": new(big.Rat), "One": big.NewRat(1, 1), "Two": big.NewRat(2, 1),
}

func power2(n uint, less int64) *big.Rat {
	x := new(big.Int).Lsh(big.NewInt(1), n)
	return new(big.Rat).SetInt(x.Sub(x, big.NewInt(less)))
}

func ten(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// constantName drops the names of libraries: ethers.utils.parseEther is
// parseEther.
func constantName(name string) string {
	for _, prefix := range []string{"ethers.utils.", "ethers.constants.", "ethers.", "utils.", "constants.", "viem."} {
		if short, ok := strings.CutPrefix(name, prefix); ok {
			return short
		}
	}
	return name
}

// call computes the functions that carry numbers.
func call(name string, args []value) (value, error) {
	for _, a := range args {
		if a.undefined != "" {
			return value{undefined: a.undefined, at: a.at}, nil
		}
	}
	short := constantName(name)
	switch short {
	case "parseEther":
		return units(short, args, 18)
	case "parseUnits":
		if len(args) == 2 && args[1].num != nil && args[1].num.IsInt() && args[1].num.Num().IsInt64() {
			if n := args[1].num.Num().Int64(); n >= 0 && n <= 77 {
				return units(short, args[:1], n)
			}
		}
	case "parseGwei":
		return units(short, args, 9)
	case "String", "Number", "BigInt", "BigNumber.from", "parseFloat", "toString":
		if len(args) == 1 {
			return args[0], nil
		}
	case "parseInt":
		if len(args) >= 1 && args[0].num != nil {
			whole := new(big.Int).Quo(args[0].num.Num(), args[0].num.Denom())
			return value{num: new(big.Rat).SetInt(whole), at: args[0].at}, nil
		}
	case "hexlify", "numberToHex", "toHex", "hexValue", "hexZeroPad", "zeroPad", "pad", "zeroPadValue", "toBeHex", "encodeBytes32String",
		"formatBytes32String", "stringToHex", "padHex", "toBytes32":
		if len(args) >= 1 {
			return args[0], nil
		}
	case "defaultAbiCoder.encode", "AbiCoder.encode", "encodeAbiParameters":
		if len(args) == 2 {
			return value{list: args[1].list, symbol: "bytes", at: args[1].at}, nil
		}
	}
	return value{}, fmt.Errorf("the function %s", name)
}

// units scales a decimal to an integer of so many decimals.
func units(name string, args []value, decimals int64) (value, error) {
	if len(args) != 1 || args[0].num == nil {
		return value{}, fmt.Errorf("%s of something that is no number", name)
	}
	n := new(big.Rat).Mul(args[0].num, new(big.Rat).SetInt(ten(decimals)))
	if !n.IsInt() {
		return value{}, fmt.Errorf("%s of a number with more than %d decimals", name, decimals)
	}
	return value{num: n, at: args[0].at}, nil
}
