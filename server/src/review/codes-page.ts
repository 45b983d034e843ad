/** The documentation page of the findings, made from their one table and the smallest example of each. */
import { CODES } from "../model/codes";

/** What shows a code: a few lines of C, and the interleaving in which it happens, line by line. */
export interface CodeExample {
  readonly text: string;
  /** Empty for what the text alone tells. */
  readonly table: readonly string[];
}

/** Markdown; `docs/findings.md` is this, and a test keeps it so. */
export function codesPage(examples: ReadonlyMap<string, CodeExample>): string {
  return `${HEAD}\n${Object.keys(CODES)
    .map((code) => section(code, examples.get(code)))
    .join("\n")}`;
}

function section(code: string, example: CodeExample | undefined): string {
  const info = CODES[code];
  if (info === undefined) return "";
  const { severity, short, meaning, fix, documents } = info;
  const parts = [
    `## \`${code}\``,
    `${SEVERITIES[severity]}: ${short}.`,
    meaning,
    ...(example === undefined ? [] : [fenced("c", example.text)]),
    ...(example === undefined || example.table.length === 0
      ? []
      : ["The shortest interleaving:", fenced("text", example.table.join("\n"))]),
    `What usually mends it: ${fix}`,
    ...(documents.length === 0
      ? []
      : [`In the kernel: ${documents.map((name) => `\`Documentation/${name}\``).join(", ")}.`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

const SEVERITIES = { error: "Error", warning: "Warning", info: "Information" };

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

const HEAD = `# Findings

Each finding has a code that stays the same from one version to the next. An error is reachable without any condition
that nobody tracks; one that needs such a condition is a warning, and names it. Information is never part of a verdict.
\`lastput.severity\` sets for each code how an editor shows it.

The examples are about boxes: \`struct box\` has a \`refcount_t count\`, a \`link\` on the list \`boxes\` under \`boxes_lock\`,
an RCU head, a work item, a word of flags (\`state.dead\`, \`state.full\`), and \`walk_lock\` is an rwlock. They are the
files in \`test/fixtures/codes\`, where each has a neighbour that is free of it.
`;
