// Package history reads files of past prices as exchanges and data sites export
// them, and says what is in them.
//
// A file is recognised by looking at it, never by its name: the delimiter, the
// lines before the header, the column of the time and its unit, the column of
// the close. What comes out is always the same: ascending, unique times in UTC
// that mark the OPEN of a bar, with a close an asset. Exact duplicates are
// dropped and counted, duplicates that contradict each other are counted and
// listed, bars that are missing are counted and listed. Nothing is ever filled
// in here; aligning several assets with [Align] refuses what is missing unless
// it is told how to deal with it.
//
// Files are untrusted. Bytes, rows, columns and the length of a record are
// bounded, cells are only ever read as a time or a number, and every refusal is
// an [*Error] with file, line and column.
package history
