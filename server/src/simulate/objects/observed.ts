/** What a state says of the objects, whoever did it: fields, life, lists, callbacks and work that wait, globals. */
import type { Machine } from "../machine/machine";
import type { Variable } from "../machine/variables";
import { grace } from "./grace";
import { items } from "./items";
import { lives } from "./life";
import { listVariables } from "./lists";
import { fields, globals } from "./memory";

/** Nothing of threads, of locks, or of who waits for whom. Equal things have equal names in all machines of one lowering. */
export function observedVariables(machine: Machine): readonly Variable[] {
  const ofObjects = [...machine.part(lives).flat(), ...machine.part(fields).flat(2), ...listVariables(machine)];
  const waiting = [
    ...grace(machine).heads.map((head) => head.pending),
    ...items(machine).items.flatMap((item) => [item.pending, item.function]),
  ];
  return [...ofObjects, ...waiting, ...machine.part(globals)].filter((variable) => variable !== undefined);
}
