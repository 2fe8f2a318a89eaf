// Reads the reports of real runs with the schemas of others: SARIF by the one its makers publish, ours by
// the committed one. Both must also refuse a spoiled report: a validator that takes everything proves nothing.
// check.mjs MODULES FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, folder] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, "index.js"));
const Ajv = require("ajv/dist/2020").default;
const addFormats = require("ajv-formats").default;
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

const validator = (file) => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  return ajv.compile(read(file));
};
const fail = (text) => {
  console.error(text);
  process.exitCode = 1;
};
const judge = (name, valid, document, spoil) => {
  if (!valid(document)) fail(`${name}: ${JSON.stringify(valid.errors.slice(0, 5), null, 1)}`);
  const spoiled = structuredClone(document);
  spoil(spoiled);
  if (valid(spoiled)) fail(`${name}: a spoiled report is taken, too`);
};

const sarif = validator(path.join(modules, "@microsoft/sarif-multitool-linux/sarif-2.1.0.json"));
const ours = validator("docs/report.schema.json");
let read_reports = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const name = file.replace(/\.json$/, "");
  const report = read(path.join(folder, file));
  judge(file, ours, report, (spoiled) => { spoiled.verdict = "fine"; });

  const log = read(path.join(folder, `${name}.sarif`));
  judge(`${name}.sarif`, sarif, log, (spoiled) => { spoiled.runs[0].tool.driver.name = 7; });

  const failing = report.findings.filter((finding) => finding.severity !== "info").length;
  const results = log.runs[0].results;
  const counted = results.filter((result) => result.level !== "note").length;
  if (results.length !== report.findings.length || counted !== failing) fail(`${name}.sarif: ${counted} results, not ${failing}`);
  const github = readFileSync(path.join(folder, `${name}.github`), "utf8");
  const annotated = github.match(/^::(error|warning) .*fingerprint: /gm) ?? [];
  if (annotated.length !== failing) fail(`${name}.github: ${annotated.length} annotations, not ${failing}`);
  console.log(`${name}: ${report.verdict}, ${failing} of ${report.findings.length} findings of weight, alike in every form`);
  read_reports += 1;
}
if (read_reports < 8) fail(`expected eight reports, got ${read_reports}`);
