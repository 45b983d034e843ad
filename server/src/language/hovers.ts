/** Hovers: what is known of a line. They show what the review holds and compute nothing. */
import { MarkupKind, type Hover } from "vscode-languageserver";
import type { Position, TextDocument } from "vscode-languageserver-textdocument";
import type { LineFacts, Review } from "../review/review";
import { groupFindings, stepCount } from "./finding-groups";
import { rangeOf } from "./places";
import { toMarkdown, toPlainText, type Block } from "./prose";

export function hoverOf(review: Review, document: TextDocument, position: Position, kind: MarkupKind): Hover | null {
  const offset = document.offsetAt(position);
  const facts = factsAt(review.lines, offset);
  const blocks = [...findingBlocks(review, offset), ...facts.flatMap(factBlocks)];
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

function findingBlocks(review: Review, offset: number): Block[] {
  const here = groupFindings(review).filter(
    ({ finding }) => finding.range.start <= offset && offset < finding.range.end && finding.status !== "fixed",
  );
  const items = here.map(({ finding, title }) => {
    const scenario = title === null ? "" : ` (${title}, ${stepCount(finding)})`;
    return `${finding.severity}: ${finding.message}${scenario}`;
  });
  return items.length === 0 ? [] : [{ kind: "list", items }];
}

const SIDES = { before: " before the patch", after: " after the patch", both: "" };

function factBlocks(facts: LineFacts): Block[] {
  const heading = facts.function === null ? "This line" : `${facts.function}()`;
  return [
    { kind: "strong", text: heading + SIDES[facts.side] },
    ...(facts.does.length === 0 ? [] : [{ kind: "list", items: facts.does } as const]),
    ...(facts.executed ? runBlocks(facts) : [{ kind: "paragraph", text: "No scenario ran this line." } as const]),
  ];
}

function runBlocks({ states, moreStates, meanwhile }: LineFacts): Block[] {
  const blocks: Block[] = [];
  const fields = [...new Set(states.flatMap((state) => Object.keys(state)))];
  if (fields.length > 0) {
    blocks.push({
      kind: "paragraph",
      text: `Runs when the object is in one of these states${moreStates ? " (and more)" : ""}:`,
    });
    blocks.push({
      kind: "table",
      head: fields,
      rows: states.map((state) => fields.map((field) => state[field] ?? "")),
    });
  }
  const who =
    meanwhile.length === 0 ? "Nobody else is under way meanwhile." : `Meanwhile under way: ${meanwhile.join(", ")}.`;
  return [...blocks, { kind: "paragraph", text: who }];
}
