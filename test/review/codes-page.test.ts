/** The page of findings is the table of findings with what Lastput says of the examples. `UPDATE=1` writes it anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { CODES } from "../../server/src/model/codes";
import { traceTable } from "../../server/src/report/table";
import { codesPage, type CodeExample } from "../../server/src/review/codes-page";
import { root } from "../support/paths";
import { examples, reviewExample, shownText } from "./examples";

test("docs/findings.md is made from the table and the examples", async () => {
  const shown = new Map<string, CodeExample>();
  for (const example of examples()) {
    if (example.isSafe) continue;
    const { findings } = await reviewExample(example);
    const finding = findings.find(({ code }) => code === example.code);
    const table = finding === undefined ? [] : traceTable(finding, { width: 100, lineOf: null });
    // Of what no single step does, the table alone does not tell.
    const isTold = finding === undefined || table.some((line) => /^\s*! /.test(line));
    shown.set(example.code, {
      text: shownText(example),
      table: isTold ? table : [...table, "", finding.message],
    });
  }
  const made = codesPage(shown);
  const page = path.join(root, "docs/findings.md");
  if (process.env["UPDATE"] === "1") writeFileSync(page, made);
  assert.equal(readFileSync(page, "utf8"), made);
});

test("the settings of VS Code name every code, with how it is shown when nobody says otherwise", () => {
  const { contributes } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    contributes: {
      configuration: {
        properties: Record<string, { properties?: Record<string, { default: string; description: string }> }>;
      };
    };
  };
  const set = contributes.configuration.properties["lastput.severity"]?.properties ?? {};
  const wanted = Object.entries(CODES).map(([code, { severity, short }]) => {
    const level = severity === "info" ? "information" : severity;
    return [code, level, `${short.charAt(0).toUpperCase()}${short.slice(1)}.`];
  });
  assert.deepEqual(
    Object.entries(set).map(([code, each]) => [code, each.default, each.description]),
    wanted,
  );
});

test("each code says what mends it", () => {
  for (const [code, { fix, meaning }] of Object.entries(CODES)) {
    assert.ok(fix.endsWith(".") && meaning.endsWith("."), code);
  }
});
