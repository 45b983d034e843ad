/**
 * Builds and runs the tests with Node's own test runner: `npm test`, or `npm test -- WORD...` for the test files
 * whose path holds one of the words.
 *
 * What passes is not printed. Failures, skips with their reasons, and the runner's own summary are.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const built = path.join(root, "dist/test");
const words = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
// Tests in a real VS Code take half a minute; they are skipped without this.
if (process.argv.includes("--e2e")) process.env.LASTPUT_E2E = "1";

const build = spawnSync(process.execPath, [path.join(root, "build.mjs"), "--tests", ...words], { stdio: "inherit" });
let failed = build.status !== 0;

const files = readdirSync(built, { recursive: true })
  .filter((file) => file.endsWith(".test.js"))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map((file) => path.join(built, file))
  .toSorted();
if (files.length === 0) {
  console.error(`no test file has ${words.join(" or ")} in its path`);
  failed = true;
}

process.chdir(root);
// A file that hangs must not keep the others from being told of.
const timeout = process.env.LASTPUT_E2E === "1" ? 900_000 : 300_000;
for await (const event of run({ files, concurrency: availableParallelism(), timeout })) print(event);
process.exitCode = failed ? 1 : 0;

function print({ type, data }) {
  switch (type) {
    case "test:fail":
      failed = true;
      // A suite fails because a test in it does; that one is printed.
      if (data.details.error?.failureType !== "subtestsFailed") printFailure(data);
      break;
    case "test:pass":
      if (typeof data.skip === "string") console.log(`skipped: ${data.name}: ${data.skip}`);
      break;
    case "test:stderr":
    case "test:stdout":
      process.stdout.write(data.message);
      break;
    case "test:diagnostic":
      // On level 0 this is the summary, else what a test has to say.
      console.log(`ℹ ${data.message}`);
      break;
  }
}

function printFailure({ name, file, line, details }) {
  const error = details.error?.cause ?? details.error;
  const where = file === undefined ? "" : ` (${path.relative(root, file)}:${line})`;
  console.log(`✖ ${name}${where}`);
  console.log(String(error?.stack ?? error).replaceAll(/^/gm, "    "));
}
