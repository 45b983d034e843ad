/** The JSON form against its schema. */
import assert from "node:assert/strict";
import test from "node:test";
import { jsonReport, type Reported } from "../../server/src/report";
import { schemaErrors } from "../support/schema";
import { at, document, text } from "./sample";

const TOOL = { name: "lastput", version: "1.2.3" };
const unread: Reported = { path: "gone.patch", review: null, code: "io.not-found", message: "there is no such file" };

const asJson = (documents: readonly Reported[]) =>
  JSON.parse(jsonReport(documents, TOOL)) as { documents: Record<string, never>[] };

test("a report is as the schema says", () => {
  assert.deepEqual(schemaErrors(asJson([document, unread])), []);
});

test("the schema allows nothing beside what it names, at any depth", () => {
  const report = asJson([document]);
  const objects = everyObject(report).filter(({ path }) => !/\/(base|state|blocked)(\/|$)/.test(path));
  assert.ok(objects.length > 60);
  for (const { value, path } of objects) {
    value["unexpected"] = 1;
    assert.notDeepEqual(schemaErrors(report), [], `an unknown member of ${path} passes`);
    delete value["unexpected"];
  }
});

test("every member is required", () => {
  const report = asJson([document]);
  for (const { value, path } of everyObject(report)) {
    if (/\/(base|state|blocked)(\/|$)/.test(path)) continue;
    for (const [name, kept] of Object.entries(value)) {
      delete value[name];
      assert.notDeepEqual(schemaErrors(report), [], `${path} passes without ${name}`);
      value[name] = kept;
    }
  }
});

test("members come in the order of the design", () => {
  const [first] = asJson([document]).documents;
  const members =
    "path kind sha256 verdict problems patches series scenarios findings accepted assumptions coverage bounds";
  assert.deepEqual(Object.keys(first ?? {}), members.split(" "));
});

test("equal reviews give equal bytes", () => {
  assert.equal(jsonReport([document], TOOL), jsonReport([structuredClone(document)], TOOL));
});

test("places are lines and columns of the document, whatever ends its lines", () => {
  const words = "call_rcu";
  const line = text.slice(0, at(words).start).split("\n").length;
  for (const ending of ["\n", "\r\n", "\r"]) {
    const changed = text.replaceAll("\n", ending);
    const start = changed.indexOf(words);
    const findings = [{ ...document.review.findings[0], range: { start, end: start + words.length } }];
    const review = { ...document.review, findings } as typeof document.review;
    const report = asJson([{ ...document, text: changed, review }]) as unknown as Report;
    assert.deepEqual(report.documents[0]?.findings[0]?.range, { line, column: 3, endLine: line, endColumn: 11 });
  }
});

interface Report {
  readonly documents: readonly { readonly findings: readonly { readonly range: object }[] }[];
}

type Members = Record<string, unknown>;

function everyObject(value: unknown, path = ""): { value: Members; path: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value).flatMap(([name, member]) => everyObject(member, `${path}/${name}`));
  return Array.isArray(value) ? members : [{ value: value as Members, path }, ...members];
}
