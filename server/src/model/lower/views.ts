/** What a scenario's view changes in how the code is read. */
import type { Codebase } from "./codebase";
import type { Profile, ScenarioProfile, WordProfile } from "../profile";

export interface View {
  readonly name: string | null;
  /** Member -> the value that it always has. */
  readonly pinned: ReadonlyMap<string, number>;
  /** Type -> callees that make objects with a life, besides those that the profile names for all views. */
  readonly makers: ReadonlyMap<string, readonly string[]>;
  /** The largest value that a number has. */
  readonly largest: number;
  /** The same of fields that have another one here than elsewhere, by type and name. */
  readonly most: ReadonlyMap<string, number>;
}

export function viewOf(profile: Profile, name: string | null): View {
  const own = name === null ? undefined : profile.views?.[name];
  const pinned = new Map(Object.entries(profile.pinned ?? {}));
  for (const [member, value] of Object.entries(own?.pinned ?? {})) {
    if (value === null) pinned.delete(member);
    else pinned.set(member, value);
  }
  const makers = Object.entries(own?.objects ?? {}).map(([type, object]) => [type, object.makers ?? []] as const);
  const most = Object.entries(own?.objects ?? {}).flatMap(([type, { max = {} }]) =>
    Object.entries(max).map(([field, value]) => [`${type}:${field}`, value] as const),
  );
  return { name, pinned, makers: new Map(makers), largest: own?.largest ?? LARGEST, most: new Map(most) };
}

const LARGEST = 7;

/** One function as scenarios of one view start with it. */
export function entryKey(name: string, view: string | undefined): string {
  return view === undefined ? name : `${name}${MARK}${view}`;
}

/** Function and view of a key. */
export function ofEntryKey(key: string): readonly [string, string | null] {
  const at = key.indexOf(MARK);
  return at < 0 ? [key, null] : [key.slice(0, at), key.slice(at + MARK.length)];
}

const MARK = " as ";

export function entriesOf(scenarios: readonly ScenarioProfile[]): ReadonlySet<string> {
  return new Set(scenarios.flatMap(({ threads, view }) => threads.map(({ entry }) => entryKey(entry, view))));
}

export interface WordBits {
  readonly name: string;
  readonly shift: number;
  /** Of the value of the member itself: 1 for a single bit. */
  readonly most: number;
}

/** Those members of a word that differ from object to object in this view. */
export function bitsOf(word: WordProfile, view: View): readonly WordBits[] {
  return Object.keys(word.bits).flatMap((name) => {
    const bits = view.pinned.has(`${word.type}:${name}`) ? null : wordBits(word, name);
    return bits === null ? [] : [bits];
  });
}

export function wordBits(word: WordProfile | undefined, name: string): WordBits | null {
  const given = word === undefined || !Object.hasOwn(word.bits, name) ? undefined : word.bits[name];
  if (given === undefined) return null;
  if (typeof given === "number") return { name, shift: given, most: 1 };
  return { name, shift: given.at, most: 2 ** given.width - 1 };
}

/** The largest value of the whole word. */
export function mostOfWord(bits: readonly WordBits[]): number {
  return bits.reduce((sum, { shift, most }) => sum | (most << shift), 0);
}

/** Of a list, `struct kvm:arch.tdp_mmu_pages`: where `struct kvm_arch:tdp_mmu_pages` is pinned, nobody cares what is on it. */
export function isPinnedHead(head: string, view: View, codebase: Codebase): boolean {
  const [owner = "", path = ""] = head.split(":");
  const cut = path.lastIndexOf(".");
  const inner = cut < 0 ? owner : codebase.memberType(owner, path.slice(0, cut))?.base;
  return view.pinned.has(`${inner ?? ""}:${path.slice(cut + 1)}`);
}
