/**
 * How the patches of a document belong together: which follows which, what replaces what, and what need not be read at
 * all because it stands somewhere else.
 */
import type { Document, Patch } from "../../text/document";
import type { Span } from "../../text/mapped";
import { inRuns } from "./words";
import { fitsOf, isQuoteOf, shared } from "./lines";
import { ALONE, isPassedOver, type Placement } from "./placement";
import { mailsOf, type Mail } from "./mails";
import { chains, type Chain } from "./chains";

export interface Plan {
  /** One for each patch of the document. */
  readonly placements: readonly Placement[];
  /** Every piece, behind those that it is laid on. */
  readonly order: readonly number[];
  /** The patches of each series, in their order. */
  readonly series: readonly (readonly number[])[];
  readonly problems: readonly { readonly code: string; readonly message: string; readonly range: Span | null }[];
}

/** @param cuts where the files begin, for a document that was put together out of several */
export function planOf({ patches, code }: Document, cuts: readonly number[] = []): Plan {
  const fileOf = ({ span }: Patch): number => cuts.findLastIndex((cut) => cut <= span.start);
  const mails = mailsOf(patches, fileOf);
  if (mails.length < 2) {
    const placements = patches.map(({ part }) => ({ ...ALONE, label: part }));
    // Plain C has no patch and is one piece all the same.
    return { placements, order: code === null ? [...patches.keys()] : [0], series: [], problems: [] };
  }
  return new Planner(patches, mails).plan();
}

class Planner {
  private readonly placements: (Placement | null)[];
  private readonly byId = new Map<string, Mail>();
  private readonly mailOf = new Map<number, Mail>();
  private readonly byTitle = new Map<string, Mail[]>();
  /** Answers in the order in which they were placed: each behind those that it can be laid on. */
  private readonly answered: number[] = [];
  private readonly problems: { code: string; message: string; range: Span | null }[] = [];

  constructor(
    private readonly patches: readonly Patch[],
    private readonly mails: readonly Mail[],
  ) {
    this.placements = patches.map(() => null);
    for (const mail of mails) {
      if (mail.messageId !== null && !this.byId.has(mail.messageId)) this.byId.set(mail.messageId, mail);
      const alike = this.byTitle.get(mail.subject.title) ?? [];
      this.byTitle.set(mail.subject.title, alike);
      alike.push(mail);
      for (const index of mail.pieces) this.mailOf.set(index, mail);
    }
  }

  plan(): Plan {
    const { originals, answers } = this.sorted();
    const found = chains(originals, this.patches);
    for (const chain of found) if (chain.newer === null) this.placeChain(chain);
    for (const chain of found) if (chain.newer !== null) this.placeOlder(chain, chain.newer);
    const posted = found.flatMap((chain) => chain.posted);
    // An answer may have come before what it answers; whoever names more mails stands deeper in the thread.
    const byDepth = [...posted, ...answers].toSorted((a, b) => a.answers.length - b.answers.length);
    for (const mail of byDepth) this.placeAnswer(mail);
    const placements = this.patches.map((patch, index) => this.placements[index] ?? this.aside(patch, index));
    const series = found
      .filter(({ newer, mails }) => newer === null && mails.length > 1)
      .map(({ mails }) => mainsOf(mails));
    return {
      placements,
      order: [...new Set([...series.flat(), ...leading(placements), ...this.answered, ...placements.keys()])],
      series,
      problems: this.problems,
    };
  }

  /** Patches, and the mails that answer them. What is no patch or was read before is placed. */
  private sorted(): { readonly originals: Mail[]; readonly answers: Mail[] } {
    const [originals, answers]: [Mail[], Mail[]] = [[], []];
    const seen = new Map<string, Mail>();
    for (const mail of this.mails) {
      const had = mail.messageId === null ? undefined : seen.get(mail.messageId);
      if (had !== undefined) this.placeAll(mail, { role: "twice", of: had.main ?? had.pieces[0] ?? null });
      else if (mail.subject.part?.number === 0 && !mail.subject.isReply)
        this.placeAll(mail, { role: "cover", of: null });
      else if (mail.subject.isReply) answers.push(mail);
      else if (mail.main !== null) originals.push(mail);
      if (had === undefined && mail.messageId !== null) seen.set(mail.messageId, mail);
    }
    return { originals, answers };
  }

  private placeAll(mail: Mail, { role, of }: Pick<Placement, "role" | "of">): void {
    for (const index of mail.pieces) this.placements[index] = { ...ALONE, role, of };
  }

  private placeChain({ mails, missing }: Chain): void {
    const mains = mainsOf(mails);
    for (const [at, index] of mains.entries()) {
      const part = this.patches[index]?.part ?? null;
      const label = part ?? (mains.length > 1 ? `${at + 1}/${mains.length}` : null);
      const role = mains.length > 1 ? "part" : "alone";
      this.placements[index] = { role, of: null, onto: mains[at - 1] ?? null, label };
    }
    const first = this.patches[mains[0] ?? -1];
    if (missing.length === 0 || first === undefined) return;
    const [are, they] = missing.length === 1 ? ["is", "it"] : ["are", "them"];
    const message = `${inRuns(missing)} of the series ${are} not here: what comes behind ${they} is laid on the patches that are.`;
    this.tell("series.missing", message, first);
  }

  private placeOlder(chain: Chain, newer: Chain): void {
    const stands = mainsOf(newer.mails);
    for (const mail of chain.mails) {
      const same = newer.mails.find(({ subject }) => subject.title === mail.subject.title)?.main;
      this.placeAll(mail, { role: "superseded", of: same ?? stands[0] ?? null });
    }
    const first = this.patches[mainsOf(chain.mails)[0] ?? -1];
    const versions = [chain, newer].map(({ mails }) => mails[0]?.subject.version ?? 1);
    if (first === undefined) return;
    const what = versions[0] === versions[1] ? "It was sent again: that" : `A newer version (v${versions[1]})`;
    const message = `${what} is here as well and is what was reviewed; check this one by itself to see what is said of it.`;
    this.tell("series.superseded", message, first);
  }

  private tell(code: string, message: string, { span }: Patch): void {
    this.problems.push({ code, message, range: { start: span.start, end: span.start } });
  }

  /** Each of its own pieces is laid where it fits: on what one of the mails that it answers leaves, or in its place. */
  private placeAnswer(mail: Mail): void {
    const targets = this.targetsOf(mail);
    for (const index of mail.pieces) {
      const piece = this.patches[index];
      if (piece === undefined || piece.authorship === "quoted" || this.placements[index] !== null) continue;
      this.placements[index] = this.answering(piece, targets);
      this.answered.push(index);
    }
  }

  private answering(piece: Patch, targets: readonly number[]): Placement {
    let best: { readonly target: number; readonly weight: number; readonly isOnTop: boolean } | null = null;
    for (const target of targets) {
      const patch = this.patches[target];
      if (patch === undefined) continue;
      const { before, after } = fitsOf(piece, patch);
      const isLoose = piece.files.length === 0;
      const weight = 1000 * Math.max(before, after) + shared(piece, patch);
      // What fits both as well adds to the patch if it stands beside what the patch changed.
      const isOnTop = !isLoose && (after > before || (after === before && !this.isChangedIn(piece, patch)));
      if (weight > (best?.weight ?? 0)) best = { target, weight, isOnTop };
    }
    const nearest = targets[0];
    if (best === null && nearest !== undefined && piece.files.length > 0)
      best = { target: nearest, weight: 0, isOnTop: true };
    if (best === null) return ALONE;
    const { target, isOnTop } = best;
    const beneath = this.placements[target] ?? ALONE;
    if (isPassedOver(beneath)) return { ...ALONE, role: beneath.role, of: target };
    const label = beneath.label === null ? "a reply" : `a reply to ${beneath.label}`;
    return isOnTop
      ? { role: "on-top", of: target, onto: target, label }
      : { role: "instead", of: target, onto: beneath.onto, label };
  }

  /** Whether it adds or removes a line that the patch adds or removes, too. */
  private isChangedIn(piece: Patch, patch: Patch): boolean {
    const changed = (each: Patch): string[] =>
      each.files
        .flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines))
        .flatMap(({ kind, code }) =>
          kind === "context" || code.text.trim().length < TELLING ? [] : [`${kind} ${code.text.trim()}`],
        );
    const there = new Set(changed(patch));
    return changed(piece).some((line) => there.has(line));
  }

  /** The diffs of the mails that it answers, the nearest first; without a thread, those with its title. */
  private targetsOf(mail: Mail): number[] {
    const isPlaced = (main: number): boolean => this.placements[main] !== null && !mail.pieces.includes(main);
    const inThread = mail.answers.flatMap((id) => this.byId.get(id)?.main ?? []).filter(isPlaced);
    if (inThread.length > 0) return inThread;
    const alike = this.byTitle.get(mail.subject.title) ?? [];
    return alike
      .flatMap(({ main, subject }) => (subject.isReply ? [] : (main ?? [])))
      .filter(isPlaced)
      .toReversed();
  }

  /** What its authors themselves wrote in the mails that it answers, the nearest first, and in those with its title. */
  private quotable(mail: Mail): number[] {
    const inThread = mail.answers.flatMap((id) => this.byId.get(id) ?? []);
    const alike = this.byTitle.get(mail.subject.title) ?? [];
    const others = [...new Set([...inThread, ...alike])].filter((other) => other !== mail).slice(0, MOST_QUOTED);
    return others.flatMap(({ pieces }) => pieces.filter((index) => this.patches[index]?.authorship === "author"));
  }

  /** Pieces beside the diff of a mail: somebody else's code, and snippets in a changelog. */
  private aside(piece: Patch, index: number): Placement {
    if (piece.authorship !== "quoted") return { ...ALONE, label: piece.part };
    const mail = this.mailOf.get(index);
    const near = mail === undefined ? [] : this.quotable(mail);
    const quoted = near.find((each) => isQuoteOf(piece, this.patches[each] ?? piece));
    return quoted === undefined ? { ...ALONE, label: piece.part } : { ...ALONE, role: "quote", of: quoted };
  }
}

/** A thread may be endless. */
const MOST_QUOTED = 50;

/** A brace is changed by everybody. */
const TELLING = 3;

function mainsOf(mails: readonly Mail[]): number[] {
  return mails.flatMap(({ main }) => main ?? []);
}

/** What is laid on nothing, and the replies behind them. */
function leading(placements: readonly Placement[]): number[] {
  return [...placements.keys()].filter((index) => placements[index]?.of === null);
}
