package record

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// Parquet files are written and read column by column with the low layer of the library: the one above it brings
// compute kernels, an RPC library and a JSON library into the program.

// noFieldID is the field id of columns that have none.
const noFieldID = -1

// decimalBytes is the length of a decimal of 38 digits.
const decimalBytes = 16

// parquetNodes gives the columns of a table as Parquet has them.
func parquetNodes(s *arrow.Schema) (*schema.GroupNode, error) {
	nodes := make(schema.FieldList, s.NumFields())
	for i, f := range s.Fields() {
		node, err := parquetNode(f)
		if err != nil {
			return nil, err
		}
		nodes[i] = node
	}
	return schema.NewGroupNode("schema", parquet.Repetitions.Repeated, nodes, noFieldID)
}

func parquetNode(f arrow.Field) (schema.Node, error) {
	repetition := parquet.Repetitions.Required
	if f.Nullable {
		repetition = parquet.Repetitions.Optional
	}
	leaf := func(logical schema.LogicalType, physical parquet.Type, length int) (schema.Node, error) {
		return schema.NewPrimitiveNodeLogical(f.Name, repetition, logical, physical, length, noFieldID)
	}
	switch t := f.Type.(type) {
	case *arrow.Int32Type:
		return leaf(schema.NewIntLogicalType(32, true), parquet.Types.Int32, -1)
	case *arrow.Int64Type:
		return leaf(schema.NewIntLogicalType(64, true), parquet.Types.Int64, -1)
	case *arrow.TimestampType:
		return leaf(schema.NewTimestampLogicalTypeForce(true, schema.TimeUnitMillis), parquet.Types.Int64, -1)
	case *arrow.Float64Type:
		return leaf(schema.NoLogicalType{}, parquet.Types.Double, -1)
	case *arrow.StringType:
		return leaf(schema.StringLogicalType{}, parquet.Types.ByteArray, -1)
	case *arrow.Decimal128Type:
		return leaf(schema.NewDecimalLogicalType(t.Precision, t.Scale), parquet.Types.FixedLenByteArray, decimalBytes)
	case *arrow.ListType:
		element, err := parquetNode(arrow.Field{Name: "element", Type: t.Elem()})
		if err != nil {
			return nil, err
		}
		list, err := schema.NewGroupNode("list", parquet.Repetitions.Repeated, schema.FieldList{element}, noFieldID)
		if err != nil {
			return nil, err
		}
		return schema.NewGroupNodeLogical(f.Name, repetition, schema.FieldList{list}, schema.NewListLogicalType(), noFieldID)
	}
	return nil, fmt.Errorf("column %s: %s has no place in a Parquet file", f.Name, f.Type)
}

// arrowSchemaKey is where Arrow's readers look for the types that Parquet does not have.
const arrowSchemaKey = "ARROW:schema"

// parquetMetadata is what a file tells of itself.
func parquetMetadata(s *arrow.Schema) (metadata.KeyValueMetadata, error) {
	var meta metadata.KeyValueMetadata
	own := s.Metadata()
	for i, key := range own.Keys() {
		if err := meta.Append(key, own.Values()[i]); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := ipc.NewWriter(&out, ipc.WithSchema(s)).Close(); err != nil {
		return nil, err
	}
	return meta, meta.Append(arrowSchemaKey, base64.StdEncoding.EncodeToString(bytes.TrimSuffix(out.Bytes(), []byte(ipcEnd))))
}
