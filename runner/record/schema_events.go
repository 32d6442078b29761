package record

// EventBatchRows is the number of events that are written together.
const EventBatchRows = 1 << 14

// eventTable is the schema of the events file.
func eventTable() table[EventRow] {
	return table[EventRow]{name: EventsTable, batchRows: EventBatchRows, columns: []column[EventRow]{
		textColumn("scenario", func(r *EventRow) *string { return &r.Scenario }),
		int32Column("point", func(r *EventRow) *int32 { return &r.Point }),
		int64Column("path", func(r *EventRow) *int64 { return &r.Path }),
		int32Column("step", func(r *EventRow) *int32 { return &r.Step }),
		timeColumn("time", func(r *EventRow) *int64 { return &r.Time }),
		textColumn("kind", func(r *EventRow) *string { return &r.Kind }),
		optionalTextColumn("cause", func(r *EventRow) *string { return &r.Cause }),
		optionalTextColumn("market", func(r *EventRow) *string { return &r.Market }),
		optionalTextColumn("pool", func(r *EventRow) *string { return &r.Pool }),
		optionalTextColumn("collateral", func(r *EventRow) *string { return &r.Collateral }),
		optionalTextColumn("account", func(r *EventRow) *string { return &r.Account }),
		decimalColumn("amount_usd", func(r *EventRow) *D18 { return &r.AmountUSD }),
		decimalColumn("amount_collateral", func(r *EventRow) *D18 { return &r.AmountCollateral }),
		floatColumn("c_ratio", func(r *EventRow) *float64 { return &r.CRatio }),
		optionalDecimalColumn("value_per_share", func(r *EventRow) *NullD18 { return &r.ValuePerShare }),
		secondsColumn("duration_seconds", func(r *EventRow) *int64 { return &r.DurationSeconds }),
		countColumn("attempts", func(r *EventRow) *int32 { return &r.Attempts }),
	}}
}
