// Package record is the one contract between running and reporting: the rows that a run records, the durable store of
// blocks that a run in progress writes, the final files (Arrow IPC or Parquet) with their manifest, and the reader that
// takes them back after checking every byte. It is the only package that imports Arrow.
//
// The life of a run: Create opens a Store (one folder, one lock). Workers hand it Blocks, each of them the records of
// up to PathsPerBlock consecutive paths of one cell (scenario and parameter point). Blocks that are written together share one
// file and the distributions over their paths, and become durable as a whole or not at all; which ones are is a matter of chance.
// Finalize reads the rows of blocks in order, adds up the distributions in any, and writes the final files, whose bytes depend on the
// records alone, never on workers, shards or interruptions. Merge does the same over the folders of several shards. Open gives a Reader.
package record
