// Validates an AsyncAPI document with the reference parser: node check.mjs FILE. Errors and warnings fail; hints do not.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const SEVERITY = ["error", "warning", "information", "hint"];
const WARNING = 1;

const file = process.argv[2];
const { document, diagnostics } = await new Parser().parse(await readFile(file, "utf8"), { source: file });

for (const { severity, path, message } of diagnostics) {
  console.log(`${SEVERITY[severity]}: ${path.join(".")}: ${message}`);
}
const problems = diagnostics.filter(({ severity }) => severity <= WARNING);
if (!document || problems.length > 0) {
  console.log(`${file}: not a valid AsyncAPI document (${problems.length} problem(s))`);
  process.exit(1);
}
console.log(`${file}: AsyncAPI ${document.version()}, ${document.channels().length} channels, ${document.messages().length} messages`);
