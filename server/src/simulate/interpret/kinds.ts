/** Kinds of objects that are one number each, step by step. */
import type { Action } from "../../model/ir";
import { awaitOwnStores } from "./buffer";
import { completion } from "./completion";
import type { Scene } from "./scene";

export interface Before {
  readonly scene: Scene;
  /** `box 1.ready`. */
  readonly name: string;
  readonly value: number;
  readonly max: number;
}

export type Kind = Readonly<Record<string, (before: Before) => { readonly value: number; readonly gives?: number }>>;

const KINDS: Readonly<Record<string, Kind>> = { completion };

export function operate(scene: Scene, { of, op, on, into }: Extract<Action, { readonly kind: "operate" }>): void {
  const operation = KINDS[of]?.[op];
  if (!operation) throw new RangeError(`nobody knows how to ${op} a ${of}`);
  awaitOwnStores(scene);
  const { thing, number, value } = scene.field(on);
  const field = scene.model.types[on.type]?.fields[on.field];
  const name = `${scene.nameOf(on.type, number)}.${field?.name ?? of}`;
  const after = operation({ scene, name, value, max: field?.max ?? 0 });
  thing.fields[on.field] = after.value;
  scene.give(into, after.gives ?? 0);
  scene.go();
}
