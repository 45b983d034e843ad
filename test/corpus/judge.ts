/** Holds what a review said against what history made of the mail. */
import type { Entry } from "./index-file";
import { isOneOf, type Expected } from "./expected";
import { isDecided, type Outcome, type Told } from "./outcome";

export interface Row {
  readonly entry: Entry;
  readonly expected: Expected;
  readonly outcome: Outcome;
  readonly isDecided: boolean;
  /** Whether the flaw is told where it is; null where there is none to tell. */
  readonly place: "right" | "elsewhere" | "other code" | "not found" | null;
  /** Codes told of what history found nothing wrong with, with their lines. */
  readonly alarms: readonly string[];
}

export function judge(entry: Entry, expected: Expected, outcome: Outcome): Row {
  return {
    entry,
    expected,
    outcome,
    isDecided: isDecided(outcome),
    place: placeOf(expected, outcome),
    alarms: alarmsOf(expected, outcome),
  };
}

function placeOf({ kind, functions, codes }: Expected, { findings }: Outcome): Row["place"] {
  if (kind !== "buggy" && kind !== "fix") return null;
  const told = findings.filter(
    ({ severity, status }) => severity !== "info" && (status === "fixed") === (kind === "fix"),
  );
  if (told.length === 0) return "not found";
  const apt = told.filter(({ code }) => codes.length === 0 || isOneOf(code, codes));
  if (apt.length === 0) return "other code";
  const isThere = (each: Told): boolean =>
    functions.length === 0 || functions.some((name) => each.functions.includes(name));
  return apt.some(isThere) ? "right" : "elsewhere";
}

/** What stays from before the patch is told of no patch; of others' quoted code nobody is told either. */
function alarmsOf({ kind, also }: Expected, { findings }: Outcome): string[] {
  if (kind === "buggy") return [];
  const alarms = findings.filter(
    ({ severity, status, origin, code }) =>
      severity !== "info" &&
      origin === "author" &&
      (status === "introduced" || status === "present") &&
      !isOneOf(code, also),
  );
  return [...new Set(alarms.map(({ code, line }) => `${code} in line ${line}`))];
}

export interface Score {
  readonly mails: number;
  /** With code of their author's. */
  readonly withCode: number;
  readonly decided: number;
  readonly bugs: number;
  readonly found: number;
  /** Of mails that history found fine or neutral, and how many of those there are. */
  readonly falseAlarms: number;
  readonly fine: number;
}

export function scoreOf(rows: readonly Row[]): Score {
  const withCode = rows.filter(({ outcome }) => outcome.verdict !== "prose");
  const flawed = withCode.filter(({ place }) => place !== null);
  const fine = withCode.filter(({ expected }) => expected.kind !== "buggy");
  return {
    mails: rows.length,
    withCode: withCode.length,
    decided: withCode.filter((row) => row.isDecided).length,
    bugs: flawed.length,
    found: flawed.filter(({ place }) => place === "right").length,
    falseAlarms: fine.filter(({ alarms }) => alarms.length > 0).length,
    fine: fine.length,
  };
}
