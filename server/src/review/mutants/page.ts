/** The table of mutants as a page of the documentation. The same for the same outcomes: no times, no counts of states. */
import type { Mutant } from "../../model/mutate";
import { noticed, scoreOf, type Outcome, type Score } from "./outcome";
import { digestOf, type Subject } from "./subject";

export interface Judged {
  readonly subject: Subject;
  readonly outcomes: readonly { readonly mutant: Mutant; readonly outcome: Outcome }[];
}

export function mutantsPage(all: readonly Judged[]): string {
  return [HEAD, bases(all), operators(all), survivors(all), everything(all)].join("\n");
}

/** One line for each base: what the page was made from, without what came of it. */
export function digestsOf(subjects: readonly Subject[]): readonly string[] {
  return subjects.map((subject, index) => `${index + 1}: ${digestOf(subject)}`);
}

const HEAD = `# Mutants

Is the simulator able to find what is wrong? Every operation and call in the code of every sound base is changed, one change
at a time, and run in all scenarios of that base. This page is made by \`npm run mutants\`; a test compares the digests of the
code that it was made from, and runs a sample anew.

- **caught**: a finding of severity error that the base itself does not have in that scenario.
- **told**: nothing worse than a finding of severity info.
- **equivalent**: proved by exploring both to the end: in every scenario the objects (fields, life, lists, callbacks and work
  that wait) come into the very same states, and end in the same ones.
- **reason**: a person says why it goes unnoticed; the reason is tied to a hash of the change and of the function around it
  as IR (test/fixtures/mutants/reasons.json), and the run refuses a reason that is of no use any more.
- **of these not checked**: what it changes is among what every review says is not checked (dirty bits, page tables below the
  root).
- **open**: none of these. \`fewer states\` means that all states of the objects are states of the base as well: the mutant
  does less than the base and nothing new. \`other states\` means that it does something else, and no scenario minds.

The share in the last column is of those that are neither proved equivalent nor about what is not checked. Mutants of which nothing is left in the models are not counted: they change nothing that is tracked.
`;

function bases(all: readonly Judged[]): string {
  const rows = all.map(({ subject, outcomes }, index) => {
    const facts = Object.entries(subject.facts).map(([fact, value]) => `${fact} ${value}`);
    return [
      String(index + 1),
      subject.profile,
      facts.join(", "),
      ...numbers(scoreOf(outcomes.map((one) => one.outcome))),
    ];
  });
  const total = scoreOf(all.flatMap(({ outcomes }) => outcomes.map((one) => one.outcome)));
  const head = ["", "profile", "facts", ...NUMBERS];
  return section("Bases", table(head, [...rows, ["", "all", "", ...numbers(total)]]));
}

function operators(all: readonly Judged[]): string {
  const byOperator = new Map<string, Outcome[]>();
  for (const { outcomes } of all) {
    for (const { mutant, outcome } of outcomes) {
      byOperator.set(mutant.operator, [...(byOperator.get(mutant.operator) ?? []), outcome]);
    }
  }
  const names = [...byOperator.keys()].sort();
  const rows = names.map((name) => [name, ...numbers(scoreOf(byOperator.get(name) ?? []))]);
  return section("Kinds of change", table(["operator", ...NUMBERS], rows));
}

const NUMBERS = ["mutants", "caught", "told", "equivalent", "reason", "of these not checked", "open", "caught"];

function numbers(score: Score): string[] {
  const { mutants, caught, told, equivalent, reason, notChecked, open } = score;
  return [
    ...[mutants, caught, told, equivalent, reason, notChecked, open].map(String),
    `${(100 * noticed(score)).toFixed(1)} %`,
  ];
}

function survivors(all: readonly Judged[]): string {
  const isSurvivor = ({ kind }: Outcome): boolean => kind === "open" || kind === "reason" || kind === "told";
  const rows = grouped(all).flatMap(({ id, ends }) =>
    ends.flatMap(({ outcome, bases: of }) => (isSurvivor(outcome) ? [[code(id), of, spell(outcome)]] : [])),
  );
  return section("Survivors that are not proved equivalent", table(["change", "bases", ""], rows));
}

function everything(all: readonly Judged[]): string {
  const rows = grouped(all).map(({ id, ends }) => [
    code(id),
    ends.map((end) => `${end.bases}: ${brief(end.outcome)}`).join("; "),
  ]);
  const digests = digestsOf(all.map(({ subject }) => subject))
    .map((line) => `    ${line}\n`)
    .join("");
  return `${section("All", table(["change", "by base"], rows))}\n## Made from\n\n${digests}`;
}

interface Group {
  readonly id: string;
  readonly ends: readonly { readonly outcome: Outcome; readonly bases: string }[];
}

/** By mutant, and for each by what came of it. */
function grouped(all: readonly Judged[]): readonly Group[] {
  const groups = new Map<string, Map<string, { outcome: Outcome; bases: number[] }>>();
  for (const [index, { outcomes }] of all.entries()) {
    for (const { mutant, outcome } of outcomes) {
      if (outcome.kind === "unchanged") continue;
      const ends = groups.get(mutant.id) ?? new Map<string, { outcome: Outcome; bases: number[] }>();
      groups.set(mutant.id, ends);
      const end = ends.get(brief(outcome)) ?? { outcome, bases: [] };
      ends.set(brief(outcome), end);
      end.bases.push(index + 1);
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, ends]) => ({ id, ends: [...ends.values()].map((end) => ({ ...end, bases: ranges(end.bases) })) }));
}

function brief(outcome: Outcome): string {
  return outcome.kind === "reason" ? "reason" : spell(outcome);
}

function spell(outcome: Outcome): string {
  switch (outcome.kind) {
    case "caught":
      return `${outcome.code} in ${outcome.scenario}`;
    case "told":
      return `told: ${outcome.code} in ${outcome.scenario}`;
    case "open":
      return `open: ${outcome.why} in ${outcome.scenario}`;
    case "reason":
      return outcome.reason;
    case "unchanged":
    case "equivalent":
      return outcome.kind;
  }
}

/** `1-3, 5`. */
function ranges(numbers_: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers_.length;) {
    const from = numbers_[at] ?? 0;
    let to = from;
    while (numbers_[at + 1] === to + 1) {
      at++;
      to++;
    }
    at++;
    parts.push(from === to ? String(from) : `${from}-${to}`);
  }
  return parts.join(", ");
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}

/** An id as it stands in C; the C may hold no backtick. */
function code(id: string): string {
  return `\`${id}\``;
}
