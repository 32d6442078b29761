package replay

// What the markets of the protocol add to the core's operations and
// observations.
var (
	extensionOperations = []map[string]operation{
		spotConfigurationOperations, spotOperations,
		perpsConfigurationOperations, perpsOperations,
	}
	extensionProbes = append(append([]probeKind{}, spotProbes()...), perpsProbes()...)
)
