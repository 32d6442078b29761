package chain

import (
	"encoding/hex"
	"strings"

	"backtest/internal/chain/evm"
)

// knownErrors are errors that views of the protocol end with.
var knownErrors = func() map[[4]byte]string {
	names := map[[4]byte]string{}
	for _, s := range []string{
		"Error(string)", "Panic(uint256)", "InvalidId(uint128)", "InvalidSettlementStrategy(uint256)", "OverflowInt256ToUint256()",
		"PoolNotFound(uint128)", "TokenDoesNotExist(uint256)", "UnprocessableNode(bytes32)", "StalenessToleranceExceeded()",
		"NodeNotRegistered(bytes32)", "OracleDataRequired(address,bytes)", "Errors(bytes[])", "EmptyDistribution()", "InvalidMarket(uint128)",
		"MarketNotFound(uint128)", "DeviationToleranceExceeded(int256)", "InvalidInputPrice()", "NegativePrice(int256,address)",
		"OverflowUint256ToInt256()", "OverflowInt256ToInt128()", "OverflowUint256ToUint128()",
	} {
		names[evm.Selector(s)], _, _ = strings.Cut(s, "(")
	}
	return names
}()

// revertName returns the name of the error that a call ended with, its first
// bytes when it is not known, "" when it has none.
func revertName(d evm.Data) string {
	if len(d) < 4 {
		return ""
	}
	if name, ok := knownErrors[[4]byte(d[:4])]; ok {
		return name
	}
	return "0x" + hex.EncodeToString(d[:4])
}

func revertText(d evm.Data) string {
	if name := revertName(d); name != "" {
		return name
	}
	return "without a reason"
}

func joinLines(lines []string) string {
	const most = 20
	if len(lines) > most {
		lines = append(lines[:most:most], "and more")
	}
	return strings.Join(lines, "\n")
}
