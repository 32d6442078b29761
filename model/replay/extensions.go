package replay

// What the markets of the protocol add to the core's operations and
// observations.
var (
	extensionOperations []map[string]operation
	extensionProbes     []probeKind
)
