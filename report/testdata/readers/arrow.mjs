// Reads the records of a run with apache-arrow and prints what they add up to.
// Zstandard is not built in: fzstd decodes it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, dir] = process.argv.slice(2);
const load = createRequire(join(modules, "x.js"));
const { tableFromIPC, compressionRegistry, CompressionType } = load("apache-arrow");
const { decompress } = load("fzstd");
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => decompress(bytes).slice() }); // an aligned copy

const table = (name) => tableFromIPC(readFileSync(join(dir, name + ".arrow")));
const rows = (t, name) => Array.from({ length: t.numRows }, (_, i) => t.getChild(name).get(i));
const nulls = (t, name) => rows(t, name).filter((v) => v === null).length;
const sum = (list) => list.reduce((a, b) => a + b, 0);

// An amount is four words of 32 bits, the lowest first, in two's complement.
function exact(words) {
  const value = [...words].reduce((a, w, i) => a + (BigInt(w >>> 0) << BigInt(32 * i)), 0n);
  return BigInt.asIntN(128, value);
}
const total = (t, name) => String(rows(t, name).filter((v) => v !== null).reduce((a, v) => a + exact(v), 0n));

const paths = table("paths"), events = table("events"), cratio = table("cratio"), series = table("series");
const kinds = {};
for (const kind of rows(events, "kind")) kinds[kind] = (kinds[kind] || 0) + 1;
console.log(JSON.stringify({
  paths: {
    rows: paths.numRows, weight: sum(rows(paths, "weight")), lp_pnl_usd: total(paths, "lp_pnl_usd"),
    attribution_price_usd: total(paths, "attribution_price_usd"), never: nulls(paths, "first_vault_liquidation_seconds"), well: nulls(paths, "failed"),
  },
  events: { rows: events.numRows, kinds, amount_usd: total(events, "amount_usd"), first: Math.min(...rows(events, "time").map(Number)) / 1000, no_market: nulls(events, "market") },
  cratio: {
    rows: cratio.numRows, bins: sum(rows(cratio, "bin_low").map((list) => list.length)),
    weight: sum(rows(cratio, "bin_weight").map((list) => sum([...list]))), median: sum(rows(cratio, "q50")),
  },
  series: { rows: series.numRows, mean: sum(rows(series, "mean")), vaults: [...new Set(rows(series, "entity"))].sort() },
}));
