/** The table of a run, and the page in docs. */
import type { Row, Score } from "./judge";
import { scoreOf } from "./judge";

const COLUMNS = ["mail", "expected", "got", "place", "line", "false alarms", "decided", "read", "what was told"];

export function tableOf(rows: readonly Row[]): string {
  return [line(COLUMNS), line(COLUMNS.map(() => "---")), ...rows.map(rowOf)].map((each) => `${each}\n`).join("");
}

export function rowOf(row: Row): string {
  return line([
    nameOf(row),
    row.expected.kind,
    row.outcome.verdict,
    row.place ?? "",
    row.line ?? "",
    row.alarms.join("; "),
    row.isDecided ? "yes" : row.outcome.verdict === "prose" ? "no code" : "no",
    row.outcome.how,
    row.isDecided && row.place !== null ? codesOf(row) : row.outcome.why,
  ]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

export function sentenceOf(score: Score): string {
  const share = (part: number, whole: number): string =>
    whole === 0 ? "0 of 0" : `${part} of ${whole} (${Math.round((100 * part) / whole)} %)`;
  return (
    `${score.mails} mails, ${score.withCode} of them with code of their author's. ` +
    `Decided: ${share(score.decided, score.withCode)}. ` +
    `Flaws told at the right function with an apt code: ${share(score.found, score.bugs)}, ` +
    `and on the right line: ${share(score.onLine, score.bugs)}. ` +
    `Mails that history found fine or neutral and that something was told of: ${share(score.falseAlarms, score.fine)}.`
  );
}

export function pageOf(rows: readonly Row[]): string {
  const parts = groupsOf(rows).map(
    ([folder, some]) => `## ${folder}\n\n${wrapped(sentenceOf(scoreOf(some)))}\n\n${tableOf(some)}`,
  );
  return `${HEAD}\n${parts.join("\n")}`;
}

/** By folder: what stands in one folder is about one kind of object. */
export function groupsOf(rows: readonly Row[]): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const folder = row.entry.file.includes("/") ? row.entry.file.slice(0, row.entry.file.indexOf("/")) : ".";
    groups.set(folder, [...(groups.get(folder) ?? []), row]);
  }
  return [...groups];
}

const HEAD = `# History

Does it say what the kernel's reviewers found out? Every mail of a folder whose \`index.tsv\` tells what became of it is reviewed
and held against that. This page is made by \`npm run corpus\` from the folder that \`LASTPUT_CORPUS\` names, or from
\`../shared/corpus\`; the mails themselves are not in this repository. A test holds the page against what is reviewed now.

- **expected**: what the prose of the index comes to. \`buggy\`: something is wrong after it; \`fix\`: something was, before it;
  \`fine\`: nothing that it brought in; \`talk\`: words on somebody else's patch. Where functions and codes are expected that
  the prose does not name, \`test/fixtures/corpus/known.json\` says so, and why.
- **got**: the worst verdict on the author's own code; \`prose\` where there is none.
- **place**: whether an error or warning with an apt code is in the right function (\`elsewhere\`, \`other code\`, \`not found\`);
  with a fix, one that ends with it.
- **line**: whether one of those marks the line that a reviewer would: by hand in \`known.json\`, where a mail stands there,
  else a line that the patch changes or one beside it.
- **false alarms**: errors and warnings that a mail is said to bring in and that history knows nothing of.
- **decided**: \`violated\`, \`safe\`, or \`depends\` with the fact that it turns on.
- **read**: alone, or behind the patches of its series, or behind the one that it answers, where that decides more.
`;

function nameOf({ entry }: Row): string {
  return entry.file.slice(entry.file.lastIndexOf("/") + 1).replace(/\.eml$/, "");
}

function codesOf({ outcome, expected }: Row): string {
  const wanted = outcome.findings.filter(
    ({ severity, status }) => severity !== "info" && (status === "fixed") === (expected.kind === "fix"),
  );
  return [...new Set(wanted.map(({ code, line }) => (line > 0 ? `${code} in line ${line}` : `${code} before it`)))]
    .slice(0, 4)
    .join("; ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
}

function wrapped(text: string): string {
  let line = 0;
  return text.replaceAll(/ (\S+)/g, (all, word: string, at: number) => {
    if (at + all.length - line <= 125) return all;
    line = at + 1;
    return `\n${word}`;
  });
}
