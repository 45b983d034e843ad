/** What both images of a patch show of one pointer in one function, as the experiments ask for it. */
import { toC, walkSyntax } from "../../c/rewrite";
import type { CFile, FunctionDef, Place } from "../../c/syntax";
import { pointerOf, walkShape, type Act, type ActKind } from "./acts";
import type { Story } from "./message";
import { namesIn, type Subject } from "./subject";

export interface SideCode {
  readonly files: readonly CFile[];
  readonly functions: ReadonlyMap<string, FunctionDef>;
  readonly acts: ReadonlyMap<string, readonly Act[]>;
  /** Stands on an added or removed line. */
  isChanged(place: Place): boolean;
  /** What the place is called on both sides, if it is shown on both: where it stands in what was read; null for what is made up. */
  readonly nameOf: (place: Place) => string | null;
}

export interface Both {
  readonly before: SideCode;
  readonly after: SideCode;
}

export interface Known {
  isByCustom(callee: string): boolean;
  isShown(callee: string): boolean;
  lends(callee: string): boolean;
}

export class Evidence {
  readonly b: readonly Act[];
  readonly a: readonly Act[];

  constructor(
    readonly both: Both,
    readonly subject: Subject,
    readonly story: Story,
    private readonly known: Known,
  ) {
    this.b = both.before.acts.get(subject.focus) ?? [];
    this.a = both.after.acts.get(subject.focus) ?? [];
  }

  /** It says that something was wrong, by which it is no mere conversion. */
  get saysFix(): boolean {
    return this.story.isFix;
  }

  /** Nothing but its name says what it does. */
  isByCustom(callee: string): boolean {
    return this.known.isByCustom(callee);
  }

  /** Its body, or a part of it, is among the changed functions and those that they call. */
  isShown(callee: string): boolean {
    return this.known.isShown(callee);
  }

  /** By custom nobody has to give back what it gives. */
  lends(callee: string): boolean {
    return this.known.lends(callee);
  }

  /** Of the subject, in the focus. */
  own(side: "before" | "after", ...kinds: readonly ActKind[]): Act[] {
    const acts = side === "before" ? this.b : this.a;
    return acts.filter(
      (act) => act.object !== null && this.subject.spellings.has(act.object) && kinds.includes(act.kind),
    );
  }

  /** What the caller holds: given back on some side before it is taken there. */
  get callerHolds(): readonly string[] {
    return [...new Set([...heldAtStart(this.b), ...heldAtStart(this.a)])];
  }

  /** Of anything in the focus that points to an object of the subject's type. */
  typed(side: "before" | "after", ...kinds: readonly ActKind[]): Act[] {
    const fn = this.both[side].functions.get(this.subject.focus);
    const names = fn === undefined ? new Set<string>() : namesIn(this.subject)(fn);
    const acts = side === "before" ? this.b : this.a;
    return acts.filter((act) => act.object !== null && names.has(act.object) && kinds.includes(act.kind));
  }

  /** Whether the focus does one of these on a changed line. */
  changes(...kinds: readonly ActKind[]): boolean {
    return [...this.a, ...this.b].some((act) => act.isChanged && kinds.includes(act.kind));
  }

  /** Whether the variable is one object from beginning to end: declared where one sees it, and set once at most. */
  get staysSame(): boolean {
    const { focus, variable } = this.subject;
    return [this.both.before, this.both.after].every((side) => {
      const fn = side.functions.get(focus);
      if (fn === undefined) return true;
      let isDeclared = fn.params.some((param) => param.name === variable);
      let isNamed = isDeclared;
      let sets = 0;
      walkSyntax(fn.body, (node) => {
        isNamed ||= node.kind === "name" && node.name === variable;
        if (node.kind === "macro" && walkShape(node)?.position === variable) sets += 2;
        if (node.kind === "assign" && node.target.kind === "name" && node.target.name === variable) sets++;
        if (node.kind !== "decl") return;
        for (const { name, init } of node.vars) {
          if (name !== variable) continue;
          isDeclared = true;
          if (init !== null) sets++;
        }
      });
      return sets <= 1 && (isDeclared || !isNamed);
    });
  }

  /** Whether the subject, or something in it, is among the arguments. */
  gives({ node }: Act): boolean {
    return node?.kind === "call" && node.args.some((arg) => this.subject.spellings.has(pointerOf(arg).object ?? ""));
  }

  /** Whether the result of the call is nobody's. */
  isIgnored(side: "before" | "after", { node }: Act): boolean {
    const fn = this.both[side].functions.get(this.subject.focus);
    let found = false;
    if (fn !== undefined)
      walkSyntax(fn.body, (each) => {
        found ||= each.kind === "expr" && each.expr === node;
      });
    return found;
  }

  /** Whether the variable is set anew in a loop, or by walks of several lists. */
  get isManyObjects(): boolean {
    const { focus, variable } = this.subject;
    return [this.both.before, this.both.after].some((side) => {
      const heads = new Set<string>();
      let isSetInLoop = false;
      const fn = side.functions.get(focus);
      if (fn === undefined) return false;
      walkSyntax(fn.body, (node) => {
        const shape = node.kind === "macro" ? walkShape(node) : null;
        const head = node.kind === "macro" && shape?.position === variable ? node.args[shape.head] : undefined;
        if (head !== undefined) heads.add(toC(head));
        if (node.kind !== "for" && node.kind !== "while" && node.kind !== "dowhile") return;
        walkSyntax(node, (inner) => {
          isSetInLoop ||= inner.kind === "assign" && inner.target.kind === "name" && inner.target.name === variable;
        });
      });
      return isSetInLoop || heads.size > 1;
    });
  }

  /** Whether a changed line of the focus mentions the subject. */
  get movesUses(): boolean {
    return [this.both.before, this.both.after].some((side) => {
      const fn = side.functions.get(this.subject.focus);
      let found = false;
      if (fn === undefined) return false;
      walkSyntax(fn.body, (node) => {
        found ||= node.kind === "name" && this.subject.spellings.has(node.name) && side.isChanged(node.place);
      });
      return found;
    });
  }

  /** Of whatever points to an object of the subject's type, in all functions of both sides. */
  everywhere(...kinds: readonly ActKind[]): Act[] {
    const names = namesIn(this.subject);
    return [this.both.before, this.both.after].flatMap((side) =>
      [...side.functions.values()].flatMap((fn) =>
        (side.acts.get(fn.name) ?? []).filter(
          (act) => kinds.includes(act.kind) && act.object !== null && names(fn).has(act.object),
        ),
      ),
    );
  }

  /** Of all functions on a side. */
  all(side: "before" | "after", ...kinds: readonly ActKind[]): Act[] {
    return [...this.both[side].acts.values()].flat().filter((act) => kinds.includes(act.kind));
  }

  /** The member by which the subject is on a list; null where no list is shown. */
  get link(): string | null {
    return this.everywhere("walk", "del", "add").find((act) => act.member !== null)?.member ?? null;
  }
}

/** `RCU` and the names of locks that are held where the act stands, as far as the text before it shows. */
export function heldAt(acts: readonly Act[], at: Act): ReadonlySet<string> {
  const held = new Set(heldAtStart(acts));
  for (const act of acts) {
    if (act === at) break;
    if (act.kind === "lock" && act.lock !== null) held.add(act.lock);
    if (act.kind === "unlock" && act.lock !== null) held.delete(act.lock);
    if (act.kind === "rcuLock") held.add(RCU);
    if (act.kind === "rcuUnlock") held.delete(RCU);
  }
  return held;
}

export const RCU = "RCU";

/** What is given back before it is taken was held when what is shown began. */
export function heldAtStart(acts: readonly Act[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const held = new Set<string>();
  for (const act of acts) {
    const name = act.kind === "lock" || act.kind === "unlock" ? act.lock : act.kind.startsWith("rcu") ? RCU : null;
    if (name === null || seen.has(name)) continue;
    seen.add(name);
    if (act.kind === "unlock" || act.kind === "rcuUnlock") held.add(name);
  }
  return held;
}
