/** `lastput demo`: checks a bundled patch whose bug is known, and says whether it was found. */
import patch from "../../../examples/put-root.patch";
import { createHash } from "node:crypto";
import { type ReadDocument, type Reported, textReport } from "../report";
import { DEFAULT_OPTIONS } from "../review/api";
import { reviewInput } from "./check";
import { textOptions } from "./colour";
import { HERE, type ColourWhen } from "./arguments";
import { standardOutput } from "./output";
import type { Platform } from "./platform";
import { Reviewer } from "./reviewer";
import { STATUS } from "./status";

const PATH = "examples/put-root.patch";

const INTRODUCTION = `This patch lets the last put of a page-table root yield while it zaps. Is that right? It depends on
what the fast zap does at the same time, which the patch does not show. Lastput tries what kernels
have had, with every interleaving:

`;

/** 0 when it shows what it should, 1 when something of that is missing; then it says what. */
export async function demo(command: { readonly colour: ColourWhen }, platform: Platform): Promise<number> {
  const reviewer = new Reviewer(platform.reviewThread, HERE);
  const sha256 = createHash("sha256").update(patch).digest("hex");
  const input = { path: PATH, text: patch, sha256, problems: [] };
  const document = await reviewInput(input, { ...DEFAULT_OPTIONS, lineFacts: false }, reviewer);
  await reviewer.close();
  if (document === null) return STATUS.interrupted;
  const output = standardOutput();
  const report = textReport([document], textOptions(command.colour, false, false));
  const missing = missingFrom(document);
  await output.write(INTRODUCTION + report + (missing.length === 0 ? CONCLUSION : ""));
  if (missing.length === 0) return STATUS.nothingWrong;
  process.stderr.write(
    `\nlastput: the demo does not show what it should:\n${missing.map((each) => `  - ${each}\n`).join("")}`,
  );
  return STATUS.wrong;
}

const CONCLUSION = `
So with a fast zap that walks the list, a root that is put between its two halves is put twice.
Now try it on a patch of yours: git show | lastput check -
`;

/** What was promised and is not there, one clause each. */
function missingFrom(document: Reported): string[] {
  if (document.review === null) return [`a review of ${PATH} (${document.message})`];
  const missing = EXPECTED.filter(([, holds]) => !holds(document));
  return missing.map(([what]) => what);
}

const EXPECTED: readonly (readonly [what: string, holds: (document: ReadDocument) => boolean])[] = [
  ["the verdict that it depends on the base", ({ review }) => review.verdict === "depends"],
  ["no violation before the patch", ({ review }) => review.patches.every(({ before }) => before === "safe")],
  [
    "a base with which nothing goes wrong",
    ({ review }) => review.patches.some(({ turnsOn }) => turnsOn.some(({ verdict }) => verdict === "safe")),
  ],
  ["a use-after-free or an underflow that the patch introduces", (document) => bug(document) !== undefined],
  ["an interleaving of two threads that leads to it", (document) => threadsOf(document) >= 2],
  ["a line of the patch at which it happens", (document) => isInPatch(document)],
];

function bug({ review }: ReadDocument) {
  return review.findings.find(
    ({ code, status, severity }) =>
      ["lifetime.use-after-free", "refcount.underflow"].includes(code) &&
      status === "introduced" &&
      severity === "error",
  );
}

function threadsOf(document: ReadDocument): number {
  return new Set(bug(document)?.steps.map(({ thread }) => thread)).size;
}

function isInPatch(document: ReadDocument): boolean {
  const found = bug(document);
  return found !== undefined && document.text.lastIndexOf("\n@@", found.range.start) > 0;
}
