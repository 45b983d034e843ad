/** Which patches of a document make up a series, and which series is an older version of another one. */
import type { Patch } from "../../text/document";
import type { Mail } from "./mails";
import { inCommitOrder } from "./commit-order";

export interface Chain {
  /** Each on top of the one before. */
  readonly mails: readonly Mail[];
  /** `3/7`, `5/7`: what the numbers of the others say that there must be. */
  readonly missing: readonly string[];
  /** The version that stands in its place now. */
  readonly newer: Chain | null;
  /** New versions of single patches of it. */
  readonly posted: readonly Mail[];
}

interface Group {
  readonly mails: Mail[];
  /** The mail that began its thread. */
  readonly root: string | null;
  readonly version: number;
  /** How many patches it is said to have; null where they are not numbered. */
  readonly of: number | null;
  readonly posted: Mail[];
  newer: Group | null;
}

/** Of mails that are patches, in the order in which they came. */
export function chains(originals: readonly Mail[], patches: readonly Patch[]): Chain[] {
  const numbered = groupNumbered(originals.filter(({ subject }) => subject.part !== null));
  const { newest, older } = newestOf(originals.filter(({ subject }) => subject.part === null));
  const loose = newest.filter((mail) => !isNewVersionOfOne(mail, numbered));
  const rest = loose.length === 0 ? [] : [groupOf(inCommitOrder(loose, patches), null)];
  const single = older.map(({ mail, by }) => ({
    ...groupOf([mail], null),
    newer: rest.find(({ mails }) => mails.includes(by)) ?? null,
  }));
  const groups = replaceOlder(numbered);
  const made = new Map<Group, Chain>();
  const chainOf = (group: Group): Chain => {
    const had = made.get(group);
    if (had !== undefined) return had;
    const { mails, posted, newer } = group;
    const chain = { mails, posted, missing: missingOf(group), newer: newer === null ? null : chainOf(newer) };
    made.set(group, chain);
    return chain;
  };
  return [...groups, ...rest, ...single].map(chainOf);
}

function groupOf(mails: Mail[], of: number | null): Group {
  const first = mails[0];
  return { mails, root: rootOf(first), version: first?.subject.version ?? 1, of, posted: [], newer: null };
}

function rootOf(mail: Mail | undefined): string | null {
  return mail?.answers.at(-1) ?? mail?.messageId ?? null;
}

/** Those of one version, one thread and one total, each number once. */
function groupNumbered(mails: readonly Mail[]): Group[] {
  const groups = new Map<string, Group[]>();
  for (const mail of mails) {
    const of = mail.subject.part?.of ?? 0;
    const key = `${mail.subject.version}/${of}`;
    const alike = groups.get(key) ?? [];
    groups.set(key, alike);
    const free = alike.filter((group) => !group.mails.some((other) => numberOf(other) === numberOf(mail)));
    const root = rootOf(mail);
    const home =
      free.find((group) => group.root === root) ??
      // Not every mail program tells what a mail answers.
      (mail.answers.length === 0 ? free[0] : undefined);
    if (home === undefined) alike.push(groupOf([mail], of));
    else home.mails.push(mail);
  }
  const all = [...groups.values()].flat();
  for (const { mails: own } of all) own.sort((a, b) => numberOf(a) - numberOf(b));
  return all;
}

function numberOf({ subject }: Mail): number {
  return subject.part?.number ?? 0;
}

/** Of patches that are not numbered, the last version of each. */
function newestOf(mails: readonly Mail[]): { newest: Mail[]; older: { mail: Mail; by: Mail }[] } {
  const best = new Map<string, Mail>();
  for (const mail of mails) {
    const had = best.get(mail.subject.title);
    if (had === undefined || mail.subject.version > had.subject.version) best.set(mail.subject.title, mail);
  }
  const older = mails.flatMap((mail) => {
    const by = best.get(mail.subject.title);
    // Commits may well be called alike; only who counts versions replaces.
    return by === undefined || by.subject.version === mail.subject.version ? [] : [{ mail, by }];
  });
  const isOlder = new Set(older.map(({ mail }) => mail));
  return { newest: mails.filter((mail) => !isOlder.has(mail)), older };
}

/** `[PATCH v2] ...` for one patch of a series: it is an answer to that one. */
function isNewVersionOfOne(mail: Mail, groups: readonly Group[]): boolean {
  const replaced = groups.find(
    ({ mails, version }) =>
      version < mail.subject.version && mails.some(({ subject }) => subject.title === mail.subject.title),
  );
  replaced?.posted.push(mail);
  return replaced !== undefined;
}

/** Tells each version which one is newer; what is only a part of a newer version is posted for the older one. */
function replaceOlder(groups: readonly Group[]): Group[] {
  const dissolved = new Set<Group>();
  const byVersion = groups.toSorted((a, b) => a.version - b.version);
  for (const [at, newer] of byVersion.entries()) {
    const older = byVersion
      .slice(0, at)
      .findLast((group) =>
        group.version < newer.version ? areVersions(group, newer) : group.newer === null && isSentAgain(group, newer),
      );
    if (older === undefined) continue;
    if (isForSingleParts(newer, older)) {
      older.posted.push(...newer.mails);
      dissolved.add(newer);
    } else older.newer = newer;
  }
  for (const group of groups) while (group.newer?.newer) group.newer = group.newer.newer;
  return groups.filter((group) => !dissolved.has(group));
}

/** A third of the titles is the same, or the newer one was posted in answer to the older. */
function areVersions(one: Group, other: Group): boolean {
  const titles = new Set(one.mails.map(({ subject }) => subject.title));
  const common = other.mails.filter(({ subject }) => titles.has(subject.title)).length;
  return common > 0 && 3 * common >= Math.min(one.mails.length, other.mails.length);
}

/** `RESEND`, or posted anew without counting: the same patches once more. */
function isSentAgain(one: Group, other: Group): boolean {
  const titlesOf = ({ mails }: Group): string => mails.map(({ subject }) => subject.title).join("\n");
  return one.of === other.of && titlesOf(one) === titlesOf(other);
}

function isForSingleParts(newer: Group, older: Group): boolean {
  if (newer.of !== older.of || newer.mails.length === newer.of || newer.mails.length >= older.mails.length)
    return false;
  return newer.mails.every((mail) =>
    older.mails.some(
      (other) =>
        numberOf(other) === numberOf(mail) && other.messageId !== null && mail.answers.includes(other.messageId),
    ),
  );
}

/** A single patch of a series is often looked at by itself, and nobody has to be told that. */
function missingOf({ mails, of }: Group): string[] {
  if (of === null || mails.length < 2) return [];
  const there = new Set(mails.map(numberOf));
  const numbers = Array.from({ length: Math.min(of, MOST_NUMBERS) }, (_, index) => index + 1);
  return numbers.filter((number) => !there.has(number)).map((number) => `${number}/${of}`);
}

/** Nobody posts more; a subject may say anything. */
const MOST_NUMBERS = 200;
