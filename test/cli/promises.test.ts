/** What the README and the issue promise of the command line, on the bundled example and on the mail it all began with. */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { corpus, needs } from "../support/needs";
import { schemaErrors } from "../support/schema";
import { lastput } from "./run";

interface Report {
  readonly documents: readonly {
    readonly kind: string;
    readonly patches: readonly {
      readonly origin: string;
      readonly verdict: string;
      readonly files: readonly object[];
    }[];
    readonly findings: readonly {
      readonly code: string;
      readonly status: string;
      readonly origin: string;
      readonly range: { readonly line: number };
      readonly base: Readonly<Record<string, string>> | null;
      readonly steps: readonly { readonly thread: string; readonly location: { readonly kind: string } }[];
    }[];
    readonly assumptions: readonly { readonly kind: string }[];
  }[];
}

test("the demo shows what it should", { timeout: 600_000 }, async () => {
  const { status, stdout, stderr } = await lastput(["demo"]);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.match(stdout, /^ +line +CPU 0 +CPU 1/m);
  assert.match(stdout, /depends on who owns the reference that the fast zap puts/);
});

test("the seed mail: each piece is recognised, and the flaw is found", { timeout: 900_000 }, async (t) => {
  if (!needs(t, "corpus")) return;
  const { status, stdout } = await lastput(["check", "--format", "json", path.join(corpus(), "seed/review-mail.txt")]);
  assert.equal(status, 1);
  const report = JSON.parse(stdout) as Report;
  assert.deepEqual(schemaErrors(report), []);
  const [mail] = report.documents;
  assert.ok(mail !== undefined);
  assert.equal(mail.kind, "mail");
  assert.ok(mail.patches.some(({ origin }) => origin === "quoted"));
  assert.ok(mail.patches.some(({ verdict, origin }) => verdict === "depends" && origin === "author"));
  const compile = mail.findings.filter(({ code }) => code === "c.atomic-on-bit-field");
  assert.deepEqual(
    compile.map(({ origin, range }) => [origin, range.line]),
    [["quoted", 54]],
  );
  const flaw = mail.findings.find(
    ({ code, status: when, origin, range }) =>
      ["lifetime.use-after-free", "refcount.underflow"].includes(code) &&
      when === "introduced" &&
      origin === "author" &&
      range.line >= 112 &&
      range.line <= 188,
  );
  assert.ok(flaw !== undefined, "the put_root diff is found to put a root twice");
  assert.equal(new Set(flaw.steps.map(({ thread }) => thread)).size >= 2, true);
  assert.ok(flaw.steps.some(({ location }) => location.kind === "document"));
  assert.ok(mail.assumptions.some(({ kind }) => kind === "gap-from-base"));
});
