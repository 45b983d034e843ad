/** What types are made of, once somebody has asked. */
import type { FieldInfo } from "../ir";
import type { FieldProfile, ObjectProfile, WordProfile } from "../profile";

/** The name of the field that stands for the rest of an object's memory. */
export const MEMORY = "(memory)";

/** What a member of a tracked object turns out to be. */
export type Member =
  | { readonly is: "field"; readonly field: number; readonly pointee: number | null }
  /** Bits of a flag word. */
  | {
      readonly is: "bit";
      readonly field: number;
      readonly mask: number;
      readonly shift: number;
      /** The largest value of the member itself. */
      readonly most: number;
    }
  | { readonly is: "lock"; readonly lock: number }
  | { readonly is: "list"; readonly list: number }
  | { readonly is: "queue"; readonly queue: number }
  | { readonly is: "pinned"; readonly value: number }
  | { readonly is: "self" }
  | { readonly is: "single"; readonly type: number }
  /** A part that has members of its own. */
  | { readonly is: "part" }
  | { readonly is: "untracked" };

/** A function that runs later, for the object around a work item or RCU head. */
export interface Deferred {
  readonly function: string;
  readonly type: number;
  readonly field: number;
}

/** A function that acts on nothing tracked when nothing tracked is handed to it. */
export interface Silence {
  /** So large that it is not followed for what it returns either. */
  readonly isLarge: boolean;
}

export interface WorldField extends FieldInfo {
  /** Of which it is the whole. */
  readonly word: WordProfile | null;
  readonly initial: number;
  readonly profile: FieldProfile;
}

export interface WorldType {
  readonly profile: ObjectProfile;
  readonly fields: WorldField[];
  readonly byPath: Map<string, number>;
}

/** Its number among those that are known. */
export function register(known: Deferred[], next: Deferred): number {
  const index = known.findIndex((d) => d.function === next.function && d.type === next.type && d.field === next.field);
  return index >= 0 ? index : known.push(next) - 1;
}

/** What people call a list with that head: the last of its names. */
export function listName(head: string): string {
  return head.slice(Math.max(head.lastIndexOf("."), head.lastIndexOf(":")) + 1);
}
