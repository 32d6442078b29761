// Package start writes start folders: a commented configuration, the state that
// it begins in, tables for people, and provenance.json, which tells where
// everything comes from. A folder is written as a whole or not at all, and only
// what this program wrote before is ever replaced.
package start
