/** A series has to be right after each of its patches: whoever bisects tests it there. */
import { fingerprint } from "../fingerprint";
import type { Finding } from "../review";
import type { PatchState } from "../state";
import { labelOf } from "./placement";
import type { Plan } from "./plan";
import { isCleanAtEnd, membersOf } from "./end";
import { listed, NOT_BISECTABLE } from "./words";

/** One for each series that is clean at its end and not in between. */
export function notBisectable(findings: readonly Finding[], states: readonly PatchState[], plan: Plan): Finding[] {
  return plan.series.flatMap((members): Finding[] => {
    const errors = findings.filter(
      ({ severity, status, patch }) => severity === "error" && status === "introduced" && members.includes(patch),
    );
    const mended = errors.filter(({ fixedAt }) => fixedAt !== null);
    const first = firstOf(mended, members);
    if (first === undefined || mended.length < errors.length || !isCleanAtEnd(membersOf(members, states))) return [];
    const between = brokenIn(mended, members).map((index) =>
      labelOf(
        states.map(({ placement }) => placement),
        index,
      ),
    );
    const mends = [...new Set(mended.map(({ fixedBy }) => fixedBy ?? ""))];
    const whats = [...new Set(mended.map(({ message }) => message.replace(/\.$/, "")))];
    const state = states[first.patch];
    if (state === undefined) return [];
    const message = `not bisectable: the series is clean at its end and wrong after ${listed(between)} (${few(whats)}), until ${listed(mends)}`;
    return [
      {
        ...first,
        code: NOT_BISECTABLE,
        severity: "warning",
        fingerprint: fingerprint([NOT_BISECTABLE, ...mended.map((each) => each.fingerprint).sort()]),
        message,
        function: null,
        scenario: null,
        base: null,
        assumptions: [],
        replay: null,
        steps: [],
        threads: [],
      },
    ];
  });
}

/** In the order of the series, not of the document. */
function firstOf(findings: readonly Finding[], members: readonly number[]): Finding | undefined {
  return findings.toSorted((a, b) => members.indexOf(a.patch) - members.indexOf(b.patch))[0];
}

/** The patches after which at least one of them is there. */
function brokenIn(findings: readonly Finding[], members: readonly number[]): number[] {
  return members.filter((_, at) =>
    findings.some(({ patch, fixedAt }) => {
      return members.indexOf(patch) <= at && at < members.indexOf(fixedAt?.patch ?? -1);
    }),
  );
}

function few(messages: readonly string[]): string {
  const told = messages.slice(0, 2).join("; ");
  return messages.length > 2 ? `${told}; and ${messages.length - 2} more` : told;
}
