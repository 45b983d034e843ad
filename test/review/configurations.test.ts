/**
 * The other way of an `#ifdef`. Each fixture says of itself what is to come of it: `//!` lines at its head the verdict, the
 * other configurations that are run with theirs, and what is assumed because it was not run; a `//^` line what is found
 * at the line above it, and with which options if it needs any.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Configuration, Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { profileNamed, review, reviewerOver } from "./support";

const folder = path.join(fixtures, "configurations");
const reviewer = reviewerOver(profileNamed("kref-list"));
const files = path.join(folder, "workspace/drivers/misc");
const workspace = Object.fromEntries(
  readdirSync(files).map((name) => [`drivers/misc/${name}`, readFileSync(path.join(files, name), "utf8")]),
);

for (const name of readdirSync(folder).filter((each) => each.includes("."))) {
  test(name, async () => {
    const { text, head, marks } = read(readFileSync(path.join(folder, name), "utf8"));
    const language = name.endsWith(".c") ? "c" : "auto";
    const found = await review(text, { name: name.replace(/^.*\./, "session."), language, workspace, reviewer });
    assert.deepEqual(toldAtHead(found), head, found.patches[0]?.statement);
    const told = found.findings.map(({ code, range, configuration, status, message }) => {
      const line = text.slice(0, range.start).split("\n").length;
      const options = configuration === null ? "" : inWords(configuration);
      assert.equal(message.includes("only with CONFIG_"), options !== "");
      assert.ok(message.includes(options), message);
      return `${line}: ${code}${options === "" ? "" : ` with ${options}`}${status === "fixed" ? ", fixed" : ""}`;
    });
    assert.deepEqual([...new Set(told)].sort(), marks);
  });
}

function toldAtHead({ verdict, patches, assumptions }: Review): string[] {
  const configurations = patches.flatMap((patch) => patch.configurations);
  const assumed = assumptions.filter(({ kind }) => kind === "configuration");
  return [
    verdict,
    ...configurations.map((each) => `${inWords(each.options)}: ${each.verdict}`),
    ...assumed.map(({ text }) => `assumed: ${text}`),
  ];
}

function inWords(options: Configuration): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(" and ");
}

function read(all: string): { text: string; head: string[]; marks: string[] } {
  const lines: string[] = [];
  const head: string[] = [];
  const marks: string[] = [];
  for (const line of all.split("\n")) {
    if (line.startsWith("//! ")) head.push(line.slice(4));
    else if (line.startsWith("//^ ")) marks.push(`${lines.length}: ${line.slice(4)}`);
    else lines.push(line);
  }
  return { text: lines.join("\n"), head, marks: marks.sort() };
}
