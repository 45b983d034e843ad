/**
 * What the programs of one codebase share: object types with their fields, locks, lists, queues, globals, work functions
 * and callbacks. It grows while functions are lowered; lowering is repeated until it no longer does.
 */
import type { TypeName } from "../../c/syntax";
import { ProfileMisfit } from "../misfit";
import type { FieldInfo, GlobalInfo, ListInfo, LockInfo } from "../ir";
import type { FieldProfile, Profile, WordProfile } from "../profile";
import type { Codebase } from "./codebase";
import { listName, MEMORY, register, type Deferred, type Member, type Silence, type WorldType } from "./members";
import { Walked } from "./walked";
import type { CTypes } from "./ctypes";
import { bitsOf, mostOfWord, viewOf, wordBits, type View } from "./views";
import { wildcard } from "./wildcard";

export class World {
  readonly types: WorldType[];
  readonly globals: (GlobalInfo & { readonly pointee: number | null })[] = [];
  readonly locks: LockInfo[] = [];
  readonly lists: ListInfo[] = [];
  readonly queues: { readonly name: string }[] = [];
  /** By dispatch index. */
  readonly workFunctions: Deferred[] = [];
  readonly callbacks: Deferred[] = [];
  /** Where plain fields point, learnt from what is stored to them: `TYPE:PATH` -> type. */
  readonly pointees = new Map<string, number>();
  /** Of functions that were lowered by themselves, with what was known of the world: null for those that act. */
  readonly silent = new Map<string, Silence | null>();
  /** By word (`TYPE:FIELD`, or a global's name): the bits that code names, each at its place in ours. */
  readonly bits = new Map<string, string[]>();
  /** Forks add to what the world they are from has walked. */
  walked = new Walked();
  /** Functions that some program has in it. */
  readonly followed = new Set<string>();
  /** Functions that would be called from where the profile says that nobody comes -> what is not modelled there. */
  readonly beyond = new Map<string, string>();
  private readonly known = new Map<string, Member>();
  private readonly views = new Map<string | null, View>();
  private readonly harmless: readonly RegExp[];

  constructor(
    readonly profile: Profile,
    readonly codebase: Codebase,
    readonly ctypes: CTypes,
  ) {
    this.types = profile.objects.map((object) => ({ profile: object, fields: [], byPath: new Map<string, number>() }));
    this.harmless = profile.harmless.map(wildcard);
    for (const list of profile.lists) this.listAt(list.head);
  }

  /** Whether the profile says so of a callee that we do not know. */
  isHarmless(callee: string): boolean {
    return this.harmless.some((pattern) => pattern.test(callee));
  }

  /**
   * Knows what this one knows, and learns more without this one noticing.
   *
   * @param codebase says the same as this one's of all that was asked so far
   */
  fork(codebase: Codebase): World {
    const fork = new World(this.profile, codebase, this.ctypes);
    fork.walked = this.walked;
    for (const [index, { fields, byPath }] of this.types.entries()) {
      const type = fork.types[index];
      if (type === undefined) continue;
      copyTo(type.fields, fields);
      for (const [path, field] of byPath) type.byPath.set(path, field);
    }
    copyTo(fork.globals, this.globals);
    copyTo(fork.locks, this.locks);
    copyTo(fork.lists, this.lists);
    copyTo(fork.queues, this.queues);
    copyTo(fork.workFunctions, this.workFunctions);
    copyTo(fork.callbacks, this.callbacks);
    for (const [word, bits] of this.bits) fork.bits.set(word, [...bits]);
    for (const [path, type] of this.pointees) fork.pointees.set(path, type);
    for (const [key, member] of this.known) fork.known.set(key, member);
    return fork;
  }

  /** Changes exactly when a function or a queue turned up that daemons have to know. */
  get version(): string {
    return [this.workFunctions.length, this.callbacks.length, this.queues.length].join(":");
  }

  typeIndex(base: string): number | null {
    const index = this.profile.objects.findIndex((o) => o.type === base);
    return index < 0 ? null : index;
  }

  isSingle(type: number): boolean {
    return this.profile.objects[type]?.single === true;
  }

  /** The single object's type when the C type is a pointer to it. */
  singleBehind(type: TypeName | null): number | null {
    if (type === null || type.pointers !== 1) return null;
    const index = this.typeIndex(type.base);
    return index !== null && this.isSingle(index) ? index : null;
  }

  pooledBehind(type: TypeName | null): number | null {
    if (type === null || type.pointers !== 1) return null;
    const index = this.typeIndex(type.base);
    return index !== null && !this.isSingle(index) ? index : null;
  }

  /** What the path inside an object is. Fields are numbered as they are met. */
  member(type: number, path: string): Member {
    const key = `${type}:${path}`;
    const had = this.known.get(key);
    if (had !== undefined) return had;
    const found = this.classify(type, path);
    this.known.set(key, found);
    return found;
  }

  /** What a global variable is: the same kinds, under its own name. */
  global(name: string, declared: TypeName): Member {
    const key = `global:${name}`;
    const had = this.known.get(key);
    if (had !== undefined) return had;
    const found = this.classifyGlobal(name, declared);
    this.known.set(key, found);
    return found;
  }

  /** The largest value of a field where a view has it. */
  most(type: number, field: number, view: View): number {
    const info = this.types[type]?.fields[field];
    if (info === undefined) return view.largest;
    if (info.word !== null) return mostOfWord(bitsOf(info.word, view));
    return view.most.get(`${this.types[type]?.profile.type ?? ""}:${info.name}`) ?? info.max;
  }

  /** What the profile says of a view. */
  view(name: string | null): View {
    const had = this.views.get(name) ?? viewOf(this.profile, name);
    this.views.set(name, had);
    return had;
  }

  queue(name: string): number {
    const index = this.queues.findIndex((q) => q.name === name);
    return index >= 0 ? index : this.queues.push({ name }) - 1;
  }

  workFunction(deferred: Deferred): number {
    return register(this.workFunctions, deferred);
  }

  callback(deferred: Deferred): number {
    return register(this.callbacks, deferred);
  }

  /** The index of a profiled field by its path, created if need be; null when it is not a field. */
  fieldIndex(type: number, path: string): number | null {
    const member = this.member(type, path);
    return member.is === "field" || member.is === "bit" ? member.field : null;
  }

  /** A field that stands for all members of an object that nobody tracks: touching it notices a freed object. */
  memoryField(type: number): number {
    const member = this.addField(type, MEMORY, "plain", 1, { ghost: true });
    return member.is === "field" ? member.field : 0;
  }

  private classify(type: number, path: string): Member {
    const object = this.types[type];
    if (object === undefined) return { is: "untracked" };
    if (path === "" && object.profile.scalar !== undefined) return this.member(type, object.profile.scalar);
    const given = object.profile.fields[path];
    if (given?.pinned !== undefined) return { is: "pinned", value: given.pinned };
    if (given?.self === true) return { is: "self" };
    if (given?.pointsTo !== undefined) {
      const target = this.typeIndex(given.pointsTo);
      if (target !== null) return { is: "single", type: target };
    }
    const bit = this.bitOfWord(type, path);
    if (bit !== null) return bit;
    const declared = this.codebase.memberType(object.profile.type, path);
    const single = this.singleBehind(declared);
    if (single !== null) return { is: "single", type: single };
    return this.classifyByType(type, path, declared, given);
  }

  private classifyByType(
    type: number,
    path: string,
    declared: TypeName | null,
    given: FieldProfile | undefined,
  ): Member {
    const object = this.types[type];
    if (object === undefined) return { is: "untracked" };
    const head = `${object.profile.type}:${path}`;
    const list = this.listAt(head);
    if (list !== null) return { is: "list", list };
    // A member that no struct shows, but that somebody stores to, is one that the patch adds: taken for a flag.
    if (declared === null && given === undefined) return this.classifyScalar(type, path, null, undefined);
    if (declared !== null && this.ctypes.lock(declared) !== null) {
      return { is: "lock", lock: this.addLock(head, path, declared, object.profile.single ? null : type) };
    }
    if (this.ctypes.isQueue(declared)) return { is: "queue", queue: this.queue(path) };
    const largest = this.ctypes.number(declared);
    if (largest !== null) return this.addField(type, path, "plain", largest, given);
    const kind = declared === null ? "plain" : this.ctypes.field(declared);
    if (kind === "part") return { is: "part" };
    if (kind === "link" && !this.isLink(object.profile.type, path)) return { is: "untracked" };
    if (kind !== "plain") return this.addField(type, path, kind, 6, given);
    return this.classifyScalar(type, path, declared, given);
  }

  private classifyScalar(
    type: number,
    path: string,
    declared: TypeName | null,
    given: FieldProfile | undefined,
  ): Member {
    const pointee = this.pooledBehind(declared) ?? this.pointees.get(`${type}:${path}`) ?? null;
    const name = path.slice(path.lastIndexOf(".") + 1);
    const changes = given !== undefined || this.codebase.isAssigned(name);
    const max = given?.max ?? (pointee === null ? this.ctypes.scalarMax(declared) : 7);
    if (!changes || max === null) return { is: "untracked" };
    return this.addField(type, path, "plain", max, given, pointee);
  }

  /** `role.invalid` is a bit of `role.word` when the profile says so of the type of `role`. */
  private bitOfWord(type: number, path: string): Member | null {
    const cut = path.lastIndexOf(".");
    if (cut < 0) return null;
    const object = this.types[type];
    const parent = path.slice(0, cut);
    const declared = object === undefined ? null : this.codebase.memberType(object.profile.type, parent);
    const word = this.profile.words.find((w) => w.type === declared?.base);
    if (word === undefined) return null;
    const member = path.slice(cut + 1);
    const given = object?.profile.fields[join(parent, word.word)];
    const largest = mostOfWord(Object.keys(word.bits).flatMap((name) => wordBits(word, name) ?? []));
    const field = this.addField(type, join(parent, word.word), "plain", largest, given);
    if (field.is !== "field" || member === word.word) return field;
    const bits = wordBits(word, member);
    if (bits === null) return { is: "untracked" };
    const { shift, most } = bits;
    return { is: "bit", field: field.field, mask: most << shift, shift, most };
  }

  private addField(
    type: number,
    path: string,
    kind: FieldInfo["kind"],
    max: number,
    given: FieldProfile | undefined,
    pointee: number | null = null,
  ): Member {
    const object = this.types[type];
    if (object === undefined) return { is: "untracked" };
    const had = object.byPath.get(path);
    if (had !== undefined) return { is: "field", field: had, pointee };
    const profile = given ?? {};
    const field = object.fields.push({
      name: path,
      kind,
      max: profile.max ?? max,
      fresh: profile.fresh ?? 0,
      initial: profile.initial ?? 0,
      bits: [],
      word: this.wordAt(type, path),
      ghost: profile.ghost ?? false,
      profile,
    });
    object.byPath.set(path, field - 1);
    return { is: "field", field: field - 1, pointee };
  }

  private wordAt(type: number, path: string): WordProfile | null {
    const object = this.types[type];
    const cut = path.lastIndexOf(".");
    if (cut < 0 || object === undefined) return null;
    const declared = this.codebase.memberType(object.profile.type, path.slice(0, cut));
    return this.profile.words.find((w) => w.type === declared?.base && w.word === path.slice(cut + 1)) ?? null;
  }

  private isLink(type: string, path: string): boolean {
    return this.profile.lists.some((l) => l.of === type && l.link === path);
  }

  /** The number of the list with that head; null when nobody tracks it. */
  listAt(head: string): number | null {
    const profile = this.profile.lists.find((l) => l.head === head);
    if (profile === undefined) return null;
    const name = profile.label ?? listName(head);
    const had = this.lists.findIndex((l) => l.name === name);
    if (had >= 0) return had;
    const type = this.typeIndex(profile.of);
    if (type === null) return null;
    const link = this.addField(type, profile.link, "link", 1, undefined);
    if (link.is !== "field") return null;
    const protection = profile.protection.map((locks) => locks.map((lock) => this.lockByName(lock)));
    return this.lists.push({ name, type, link: link.field, protection }) - 1;
  }

  private lockByName(text: string): { lock: number; mode: "exclusive" | "shared" | "any" } {
    const [, name, mode] = /^(.*?)(?: (exclusive|shared))?$/.exec(text) ?? [];
    const colon = (name ?? "").indexOf(":");
    const member = colon < 0 ? this.lockGlobal(name ?? "") : this.lockMember(name ?? "", colon);
    if (member.is !== "lock")
      throw new ProfileMisfit(`profile ${this.profile.name}: "${text}" is no lock, as its type is declared here`);
    return { lock: member.lock, mode: mode === "exclusive" || mode === "shared" ? mode : "any" };
  }

  private lockMember(name: string, colon: number): Member {
    const type = this.typeIndex(name.slice(0, colon));
    return type === null ? { is: "untracked" } : this.member(type, name.slice(colon + 1));
  }

  private lockGlobal(name: string): Member {
    const declared = this.codebase.global(name);
    return declared === undefined ? { is: "untracked" } : this.global(name, declared.type);
  }

  private classifyGlobal(name: string, declared: TypeName): Member {
    const list = this.listAt(name);
    if (list !== null) return { is: "list", list };
    if (this.ctypes.lock(declared) !== null) return { is: "lock", lock: this.addLock(name, name, declared, null) };
    if (this.ctypes.isQueue(declared)) return { is: "queue", queue: this.queue(name) };
    const single = this.singleBehind(declared);
    if (single !== null) return { is: "single", type: single };
    const pointee = this.pooledBehind(declared);
    const max = pointee === null ? this.ctypes.scalarMax(declared) : 7;
    if (max === null || declared.isArray) return { is: "untracked" };
    const initial = this.codebase.global(name)?.init ?? null;
    const first = pointee === null && initial?.kind === "number" ? Math.min(Math.max(0, initial.value), max) : 0;
    return { is: "field", field: this.globals.push({ name, max, initial: first, ghost: false, pointee }) - 1, pointee };
  }

  private addLock(key: string, path: string, declared: TypeName, of: number | null): number {
    const given = this.profile.locks.find((l) => l.lock === key);
    const lock = this.ctypes.lock(declared);
    const isAtomic = lock?.spins ?? true;
    const name = given?.label ?? path.slice(path.lastIndexOf(".") + 1);
    const kind = lock?.kind ?? "spin";
    return this.locks.push({ name, kind, of, isRcuReader: given?.isRcuReader ?? isAtomic, isAtomic }) - 1;
  }
}

function copyTo<T>(to: T[], from: readonly T[]): void {
  to.splice(0, to.length, ...from);
}

function join(path: string, member: string): string {
  return `${path}.${member}`;
}
