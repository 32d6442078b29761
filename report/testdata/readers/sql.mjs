// Runs the statements of a file with DuckDB and prints the rows of each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, file] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(modules, "x.js"))("@duckdb/node-api");
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const answers = [];
for (const statement of readFileSync(file, "utf8").split(";").filter((text) => text.trim())) {
  answers.push((await connection.runAndReadAll(statement)).getRowObjectsJson());
}
console.log(JSON.stringify(answers));
