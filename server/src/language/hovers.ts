/** Hovers: what is known of a line. They show what the review holds and compute nothing. */
import { MarkupKind, type Hover } from "vscode-languageserver";
import type { Position, TextDocument } from "vscode-languageserver-textdocument";
import type { LineFacts, Review } from "../review/review";
import type { Span } from "../text/mapped";
import { groupFindings, stepCount } from "./finding-groups";
import { NOTHING_KNOWN, type Known } from "./answers";
import { patchBlocks } from "./patch-hover";
import { rangeOf } from "./places";
import { repairBlocks, whyBlocks } from "./why-hover";
import { toMarkdown, toPlainText, type Block } from "./prose";

export function hoverOf(
  review: Review,
  document: TextDocument,
  position: Position,
  kind: MarkupKind,
  known: Known = NOTHING_KNOWN,
): Hover | null {
  const offset = document.offsetAt(position);
  const facts = factsAt(review.lines, offset);
  const blocks = [
    ...findingBlocks(review, offset, known),
    ...whyBlocks(known, document, position.line),
    ...facts.flatMap((each) => factBlocks(each, review.kind)),
    ...review.patches
      .filter(({ range }) => document.positionAt(range.start).line === position.line)
      .flatMap((patch) => patchBlocks(review, patch)),
  ];
  const [first] = facts;
  if (blocks.length === 0) return null;
  const value = kind === MarkupKind.Markdown ? toMarkdown(blocks) : toPlainText(blocks);
  return { contents: { kind, value }, ...(first && { range: rangeOf(document, first.range) }) };
}

/** The innermost ones; more than one when both sides have facts of the same statement. */
function factsAt(lines: readonly LineFacts[], offset: number): LineFacts[] {
  const around = lines.filter(({ range }) => range.start <= offset && offset < range.end);
  const length = ({ range }: LineFacts) => range.end - range.start;
  const shortest = Math.min(...around.map(length));
  return around.filter((facts) => length(facts) === shortest);
}

function findingBlocks(review: Review, offset: number, known: Known): Block[] {
  const isHere = ({ start, end }: Span): boolean => start <= offset && offset < end;
  const groups = groupFindings(review);
  const here = groups.filter(({ finding }) => isHere(finding.range));
  const ended = groups.filter(({ finding }) => finding.fixedAt !== null && isHere(finding.fixedAt.range));
  const items = [...here, ...ended].map(({ finding, title }, index) => {
    const scenario = title === null ? "" : ` (${title}, ${stepCount(finding)})`;
    const { severity, status, introducedBy, fixedBy, message } = finding;
    const until = fixedBy === null || status === "fixed" ? "" : `, gone since ${fixedBy}`;
    const before = status === "persists" ? "as before" : status === "fixed" ? "fixes" : severity;
    const what = index < here.length ? before : `ends what ${introducedBy ?? "an earlier patch"} brings`;
    return `${what}: ${message}${scenario}${index < here.length ? until : ""}`;
  });
  const repairs = here.flatMap(({ finding }) => repairBlocks(known.repairs.get(finding.fingerprint)));
  return items.length === 0 ? [] : [{ kind: "list", items }, ...repairs];
}

const SIDES = { before: " before the patch", after: " after the patch", both: "" };

function factBlocks(facts: LineFacts, kind: Review["kind"]): Block[] {
  const heading = facts.function === null ? "This line" : `${facts.function}()`;
  return [
    { kind: "strong", text: heading + (kind === "c" ? "" : SIDES[facts.side]) },
    ...(facts.does.length === 0 ? [] : [{ kind: "list", items: facts.does } as const]),
    ...(facts.executed ? runBlocks(facts) : [{ kind: "paragraph", text: "No scenario ran this line." } as const]),
  ];
}

function runBlocks({ states, moreStates, meanwhile }: LineFacts): Block[] {
  const who =
    meanwhile.length === 0 ? "Nobody else is under way meanwhile." : `Meanwhile under way: ${meanwhile.join(", ")}.`;
  return [...stateBlocks(states, moreStates), { kind: "paragraph", text: who }];
}

/** A column for each field that varies; the others are said once. */
function stateBlocks(states: LineFacts["states"], more: boolean): Block[] {
  const fields = [...new Set(states.flatMap((state) => Object.keys(state)))];
  const valuesOf = (field: string) => new Set(states.map((state) => state[field] ?? ""));
  const varying = fields.filter((field) => valuesOf(field).size > 1);
  const fixed = fields.filter((field) => !varying.includes(field));
  const always = fixed.map((field) => `${field} = ${states[0]?.[field] ?? ""}`).join(", ");
  const rest = more ? " (and more)" : "";
  if (fields.length === 0) return [];
  if (varying.length === 0) return [{ kind: "paragraph", text: `Runs when the object has ${always}.` }];
  const rows = new Map(
    states.map((state) => varying.map((field) => state[field] ?? "")).map((row) => [JSON.stringify(row), row]),
  );
  return [
    { kind: "paragraph", text: `Runs when the object is in one of these states${rest}:` },
    { kind: "table", head: varying, rows: [...rows.values()] },
    ...(always === "" ? [] : [{ kind: "paragraph", text: `In all of them: ${always}.` } as const]),
  ];
}
