// Reads the records of a run with DuckDB and prints what they add up to.
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, dir] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(modules, "x.js"))("@duckdb/node-api");
const connection = await (await DuckDBInstance.create(":memory:")).connect();

// One row of a query; amounts and counts come as text.
async function row(sql, name) {
  const reader = await connection.runAndReadAll(sql.replace("FILE", "'" + join(dir, name + ".parquet").replaceAll("'", "''") + "'"));
  return reader.getRowObjectsJson()[0];
}
const wei = (text) => String(BigInt(text.replace(".", "")));

const paths = await row(`SELECT count(*) AS rows, sum(weight) AS weight, sum(lp_pnl_usd)::VARCHAR AS pnl, sum(attribution_price_usd)::VARCHAR AS price,
  count(*) - count(first_vault_liquidation_seconds) AS never, count(*) - count(failed) AS well FROM FILE`, "paths");
const events = await row(`SELECT count(*) AS rows, sum(amount_usd)::VARCHAR AS amount, epoch(min(time)) AS first, count(*) - count(market) AS no_market FROM FILE`, "events");
const kinds = await row(`SELECT map_from_entries(list((kind, n))) AS kinds FROM (SELECT kind, count(*) AS n FROM FILE GROUP BY kind)`, "events");
const cratio = await row(`SELECT count(*) AS rows, sum(len(bin_low)) AS bins, sum(list_sum(bin_weight)) AS weight, sum(q50) AS median FROM FILE`, "cratio");
const series = await row(`SELECT count(*) AS rows, sum(mean) AS mean, list_sort(list(DISTINCT entity)) AS vaults FROM FILE`, "series");
console.log(JSON.stringify({
  paths: { rows: +paths.rows, weight: +paths.weight, lp_pnl_usd: wei(paths.pnl), attribution_price_usd: wei(paths.price), never: +paths.never, well: +paths.well },
  events: { rows: +events.rows, kinds: Object.fromEntries(kinds.kinds.map((e) => [e.key, +e.value])), amount_usd: wei(events.amount), first: +events.first, no_market: +events.no_market },
  cratio: { rows: +cratio.rows, bins: +cratio.bins, weight: +cratio.weight, median: +cratio.median },
  series: { rows: +series.rows, mean: +series.mean, vaults: series.vaults },
}));
