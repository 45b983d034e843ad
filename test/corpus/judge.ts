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
  /** Whether what is told at the right place stands on the right line; null where nothing is told there. */
  readonly line: "right" | "wrong" | null;
  /** Codes told of what history found nothing wrong with, with their lines. */
  readonly alarms: readonly string[];
}

export function judge(entry: Entry, expected: Expected, outcome: Outcome): Row {
  const there = toldThere(expected, outcome);
  return {
    entry,
    expected,
    outcome,
    isDecided: isDecided(outcome),
    place: placeOf(expected, outcome),
    line: there.length === 0 ? null : there.some((each) => isOnLine(each, expected)) ? "right" : "wrong",
    alarms: alarmsOf(expected, outcome),
  };
}

function placeOf(expected: Expected, outcome: Outcome): Row["place"] {
  if (expected.kind !== "buggy" && expected.kind !== "fix") return null;
  if (toldOf(expected, outcome).length === 0) return "not found";
  if (aptOf(expected, outcome).length === 0) return "other code";
  return toldThere(expected, outcome).length > 0 ? "right" : "elsewhere";
}

function toldOf({ kind }: Expected, { findings }: Outcome): Told[] {
  if (kind !== "buggy" && kind !== "fix") return [];
  return findings.filter(({ severity, status }) => severity !== "info" && (status === "fixed") === (kind === "fix"));
}

function aptOf(expected: Expected, outcome: Outcome): Told[] {
  const { codes } = expected;
  return toldOf(expected, outcome).filter(({ code }) => codes.length === 0 || isOneOf(code, codes));
}

/** With an apt code, in a function that is wrong. */
function toldThere(expected: Expected, outcome: Outcome): Told[] {
  const { functions } = expected;
  return aptOf(expected, outcome).filter(
    (each) => functions.length === 0 || functions.some((name) => each.functions.includes(name)),
  );
}

function isOnLine(told: Told, { lines }: Expected): boolean {
  if (lines === null || lines === undefined) return told.isByChange;
  return lines.some((each) => (each === "before" ? told.line < 1 : told.line <= each[1] && told.lastLine >= each[0]));
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
  /** At the right function, and of these on the right line. */
  readonly found: number;
  readonly onLine: number;
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
    onLine: flawed.filter(({ line }) => line === "right").length,
    falseAlarms: fine.filter(({ alarms }) => alarms.length > 0).length,
    fine: fine.length,
  };
}
