/** Profiles for a patch that no built-in one knows, made from what the patch itself shows. Nothing is run here. */
import type { CFile, Expr, FunctionDef, Place } from "../../c/syntax";
import { placedText, walkSyntax } from "../../c/rewrite";
import { buildImages } from "../../image/build";
import type { Image, PatchImages } from "../../image/image";
import type { Meaning } from "../../model/profile";
import type { Document, Patch } from "../../text/document";
import { segmentAt as nearestSegment } from "../../text/mapped";
import type { Base, Bases, Staged } from "../bases";
import type { LoadedProfile } from "../builtin";
import type { SideName } from "../sides";
import type { Variant, WorkspaceSources } from "../variants";
import { actsOf } from "./acts";
import { Evidence, type SideCode } from "./evidence";
import { experimentsFor } from "./experiments";
import { countingOf, takesOfCaller, unlistedAtFirst, type Experiment } from "./experiments/experiment";
import { membersOf } from "./header";
import { storyOf, type Story } from "./message";
import { obstacleOf } from "./obstacles";
import { assignedMembers, harnessOf, headerOf, lockKinds, profileOf, PROLOGUE, type Ingredients } from "./profile";
import { ROLES } from "./roles";
import { COUNT, LINK, type Plan } from "./plan";
import { stage } from "./stage";
import { aliasesOf, declaredType, MADE_UP, NOBODY, namesIn, spelledObjects, typeOf, type Subject } from "./subject";

export interface Inferred {
  readonly trials: readonly Trial[];
  /** What stands in the way of a verdict, in words; empty when the patch has nothing to do with the lives of objects. */
  readonly obstacles: readonly string[];
}

export interface Trial {
  readonly variant: Variant;
  readonly blames: "before" | "after";
  readonly isLast: boolean;
  /** Of what is asked at the ways out: without those at which the patch leaves it be as well; null for all other trials. */
  without(exits: ReadonlySet<string>): Variant | null;
}

/** More would only tell the same again. */
const MOST_TRIALS = 32;
const MOST_SUBJECTS = 5;
/** What goes over so many files is the same small change everywhere, and takes long to read. */
const MOST_FILES = 30;
/** A patch over hundreds of functions is no fix of one. */
const MOST_FUNCTIONS = 12;

export function inferProfiles(patch: Patch, bases: Bases, from: WorkspaceSources, document: Document): Inferred {
  if (patch.files.length > MOST_FILES) return { trials: [], obstacles: [] };
  const images = buildImages(patch, { ...from, base: [], library: [], document: document.text });
  const maker = new Maker(images, bases, storyOf(patch, document));
  return { trials: maker.trials().slice(0, MOST_TRIALS), obstacles: maker.obstacles() };
}

/**
 * A way out under a name that is the same on both sides: where it stands in the document, if it is shown on both.
 *
 * @param side whose image the place is of
 */
export function exitName(place: Place, images: PatchImages, side: SideName): string {
  const segment = segmentOf(place, images, side);
  return segment === undefined ? "end" : `${segment.source}:${segment.sourceStart + place.start - segment.start}`;
}

/** Whether the line is one that the patch adds or takes away. */
export function isChangedAt(place: Place, images: PatchImages, side: SideName): boolean {
  const origin = segmentOf(place, images, side)?.origin;
  return origin === "added" || origin === "removed";
}

/** Stands for all ways out that the patch takes away. */
export const REMOVED_EXITS = "removed";

function segmentOf(place: Place, images: PatchImages, side: SideName): SegmentOf | undefined {
  for (const file of images.files) {
    const image = file[side];
    const segment = file.path === place.file && image !== null ? segmentAt(image, place) : undefined;
    if (segment !== undefined) return segment;
  }
  return undefined;
}

class Maker {
  private readonly before: SideCode;
  private readonly after: SideCode;
  private readonly composed: ReadonlySet<string>;
  private readonly kernel: CFile;
  private readonly changed: readonly string[];

  constructor(
    private readonly images: PatchImages,
    private readonly bases: Bases,
    private readonly story: Story,
  ) {
    this.kernel = bases.parse("kernel.h", bases.kernel.header, {});
    this.composed = new Set([...this.kernel.functions, ...this.kernel.macros].map((each) => each.name));
    this.changed = [...new Set(images.files.flatMap((file) => file.changed.map((each) => each.name)))];
    this.before = this.sideCode("before");
    this.after = this.sideCode("after");
  }

  trials(): Trial[] {
    const all = this.subjects().flatMap((subject) => {
      const evidence = new Evidence({ before: this.before, after: this.after }, subject, this.story, {
        isByCustom: (name) => this.meaning(name) === undefined && !this.composed.has(name) && !this.isShown(name),
        isShown: (name) => this.isShown(name),
        lends: (name) => ROLES.lends(name),
      });
      const flags = assignedMembers(this.functions, subject).length > 0 ? ([1, 0] as const) : ([1] as const);
      return experimentsFor(evidence).flatMap((experiment) =>
        flags.map((value) => this.trial(evidence, experiment, value)),
      );
    });
    return [...all.filter(({ isLast }) => !isLast), ...all.filter(({ isLast }) => isLast)];
  }

  obstacles(): string[] {
    const told = this.changed.flatMap((name) => {
      const acts = [...(this.before.acts.get(name) ?? []), ...(this.after.acts.get(name) ?? [])];
      return acts.filter((act) => act.isChanged).flatMap((act) => obstacleOf(name, act) ?? []);
    });
    return [...new Set(told)];
  }

  private get functions(): FunctionDef[] {
    return [...this.before.functions.values(), ...this.after.functions.values()];
  }

  private isShown(name: string): boolean {
    return this.before.functions.has(name) || this.after.functions.has(name);
  }

  private readonly meaning = (name: string): Meaning | undefined => this.bases.meaning(name);

  /** The changed functions of a side, and those that they name. */
  private sideCode(side: "before" | "after"): SideCode {
    const shown = this.images.files.flatMap((file) => file[side] ?? []);
    const files = shown.map((image) => this.bases.parse(image.path, image.code.text, {}));
    const changed = new Map(shown.map((image) => [image.path, image]));
    const isChanged = (place: Place): boolean => {
      const image = changed.get(place.file);
      const origin = image === undefined ? undefined : segmentAt(image, place)?.origin;
      return origin === "added" || origin === "removed";
    };
    const all = new Map(files.flatMap((file) => file.functions.map((fn) => [fn.name, fn])));
    const functions = new Map<string, FunctionDef>();
    const pending = [...this.changed];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const fn = all.get(name);
      if (fn === undefined || functions.has(name)) continue;
      functions.set(name, fn);
      walkSyntax(fn.body, (node) => {
        if (node.kind === "name" && all.has(node.name)) pending.push(node.name);
      });
    }
    const nameOf = (place: Place): string | null => {
      const image = changed.get(place.file);
      const segment = image === undefined ? undefined : segmentAt(image, place);
      return segment === undefined ? null : `${segment.source}:${segment.sourceStart + place.start - segment.start}`;
    };
    const typeOf = (fn: FunctionDef, variable: string): string | null => declaredType(variable, [fn, ...all.values()]);
    const reader = { roles: ROLES, meaning: this.meaning, isChanged, typeOf };
    const acts = new Map([...functions].map(([name, fn]) => [name, actsOf(fn, reader)]));
    const used = files.map((file) => ({
      ...file,
      functions: file.functions.filter((fn) => functions.get(fn.name) === fn),
    }));
    return { files: used, functions, acts, isChanged, nameOf };
  }

  private subjects(): Subject[] {
    return this.changed.slice(0, MOST_FUNCTIONS).flatMap((focus) => {
      const fns = [this.before.functions.get(focus), this.after.functions.get(focus)].filter((fn) => fn !== undefined);
      const acts = [...(this.before.acts.get(focus) ?? []), ...(this.after.acts.get(focus) ?? [])];
      if (acts.length === 0) return [];
      const aliases = new Map(fns.flatMap((fn) => [...aliasesOf(fn)]));
      const type = (variable: string): string => typeOf(variable, fns, this.functions);
      const lives = spelledObjects(acts.filter((act) => act.kind !== "load"));
      const isRead = (name: string): boolean =>
        acts.some((act) => act.object === name && act.callee.startsWith("rcu_dereference"));
      const loaded = spelledObjects(acts).filter(
        (name) => !lives.includes(name) && (type(name) !== MADE_UP || isRead(name)),
      );
      const variables = [...new Set([...lives, ...loaded].map((spelled) => aliases.get(spelled) ?? spelled))];
      const named = variables.filter((name) => /^\w+$/.test(name)).slice(0, MOST_SUBJECTS);
      // Locks and sleeping concern no object, but something has to stand on the stage.
      return [...named, NOBODY].map((variable) => {
        const spellings = [...aliases].filter(([, name]) => name === variable).map(([text]) => text);
        return { focus, variable, type: type(variable), spellings: new Set([variable, ...spellings]) };
      });
    });
  }

  private trial(evidence: Evidence, experiment: Experiment, flags: 0 | 1): Trial {
    const { subject } = evidence;
    const members = new Map<string, string>(membersOf(this.functions, namesIn(subject), this.meaning));
    for (const [path, type] of [
      [LINK, "struct list_head"],
      [COUNT, "refcount_t"],
      [experiment.count.member, "refcount_t"],
      ...experiment.ownMembers,
    ] as const) {
      if (!members.has(path)) members.set(path, type);
    }
    const acts = [...this.before.acts.values(), ...this.after.acts.values()].flat();
    const flagNames = assignedMembers(this.functions, subject);
    const unlisted = experiment.protection === null ? unlistedAtFirst(evidence) : "";
    const taken = `${takesOfCaller(evidence)} ${unlisted}`;
    // What is held behind hidden lines is most likely what was held before them.
    const staysSame =
      evidence.staysSame || experiment.way !== null || experiment.codes.every((code) => code.startsWith("lock."));
    const made: Ingredients = {
      subject,
      experiment,
      staysSame,
      taken,
      counting: countingOf(evidence),
      members,
      locks: lockKinds(acts),
      flagNames,
      flags,
    };
    return {
      variant: this.variant(made, new Set()),
      blames: experiment.blames,
      isLast: experiment.isLast,
      without: (exits) => (experiment.atExit === null ? null : this.variant(made, exits)),
    };
  }

  private variant(made: Ingredients, spared: ReadonlySet<string>): Variant {
    const header = headerOf(made);
    const harness = harnessOf(made);
    const profile = profileOf(made);
    const shown = this.images.files.flatMap((file) => [file.before?.code.text ?? "", file.after?.code.text ?? ""]);
    const name = `inferred ${digest([header, harness, JSON.stringify(profile), ...spared, ...shown])}`;
    const loaded: LoadedProfile = {
      profile: { ...profile, name },
      texts: { "inferred.h": header, "harness.c": harness },
    };
    const staged = this.bases.parse("harness.c", harness, {});
    const base: Base = {
      facts: { environment: made.experiment.id },
      isBygone: false,
      profile: loaded.profile,
      defines: {},
      options: {},
      headers: [this.bases.parse("inferred.h", header, {})],
      kernel: this.kernel,
      base: [],
      harness: [staged],
      tree: null,
      stage: (files) => this.staged(files, made, staged, spared),
    };
    return { loaded, base, images: this.images, onTopOf: null };
  }

  private staged(
    files: readonly CFile[],
    { subject, experiment, staysSame }: Ingredients,
    harness: CFile,
    spared: ReadonlySet<string>,
  ): Staged {
    const prologue = harness.functions.find((fn) => fn.name === PROLOGUE);
    const side = files.some((file) => this.before.files.some((own) => own.text === file.text))
      ? this.before
      : this.after;
    const declared = new Set(
      [...files, this.kernel].flatMap((file) =>
        [...file.variables, ...file.macros, ...file.enumerators, ...file.functions].map((each) => each.name),
      ),
    );
    const sideName = side === this.before ? "before" : "after";
    const plan: Plan = {
      subject,
      experiment,
      staysSame,
      roles: ROLES,
      meaning: this.meaning,
      isComposed: (name) => this.composed.has(name),
      isShown: (name) => side.functions.has(name),
      isDeclared: (name) => declared.has(name),
      prologue: prologue === undefined ? [] : [prologue.body],
      nameOf: side.nameOf,
      mark: experiment.way?.marks[sideName] ?? null,
      told: experiment.way?.beside[sideName] ?? null,
      isSpared: (place) => {
        const isGone = sideName === "before" && spared.has(REMOVED_EXITS) && isChangedAt(place, this.images, sideName);
        return isGone || spared.has(exitName(place, this.images, sideName));
      },
      parse: (text, place) => this.parse(text, place),
    };
    const used = files.map((file) => ({
      ...file,
      functions: file.functions.filter((fn) => side.functions.has(fn.name)),
    }));
    const all = used.map((file) => stage(file, plan));
    const entries = all.flatMap(({ focus }) => focus ?? []);
    return {
      code: all.map(({ code }) => code),
      harness: [{ ...harness, functions: [...harness.functions, ...entries] }],
    };
  }

  private parse(text: string, place: Place): Expr {
    const file = this.bases.parse("inferred-expression.c", `void f(void) { (${text}); }`, {});
    const body = file.functions[0]?.body;
    const first = body?.kind === "block" ? body.body[0] : undefined;
    if (first?.kind !== "expr") throw new Error(`no expression: ${text}`);
    return placedAt(first.expr, place);
  }
}

type SegmentOf = Image["code"]["segments"][number];

function segmentAt(image: Image, place: Place): SegmentOf | undefined {
  const nearest = nearestSegment(image.code, place.start);
  return nearest !== undefined && place.start < nearest.start + nearest.length ? nearest : undefined;
}

/** All of it stands where the text stands that it takes the place of. */
function placedAt<T>(node: T, place: Place): T {
  if (Array.isArray(node)) return node.map((each: unknown) => placedAt(each, place)) as T;
  if (typeof node !== "object" || node === null) return node;
  const parts = Object.entries(node as Record<string, unknown>).map(([key, value]) => {
    if (key === "place" || key === "head") return [key, place];
    if (key === "argTexts") return [key, (value as { text: string }[]).map(({ text }) => placedText(text, place))];
    return [key, placedAt(value, place)];
  });
  return Object.fromEntries(parts) as T;
}

function digest(texts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ 0x1f, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
