/** Completions, step by step. */
import type { Kind } from "./kinds";
import { PathEnds, Waits } from "./scene";

export const completion: Kind = {
  init: () => ({ value: 0 }),
  complete: ({ value, max }) => {
    if (value === max) return { value };
    if (value === max - 1) throw new PathEnds(`complete() is called more than ${max - 1} times`);
    return { value: value + 1 };
  },
  complete_all: ({ max }) => ({ value: max }),
  wait: ({ value, max, scene, name }) => {
    if (value === 0) throw new Waits(`waits until ${name} is completed`);
    scene.mayNotSleep();
    return { value: value === max ? max : value - 1 };
  },
  try_wait: ({ value, max }) => ({
    value: value === 0 || value === max ? value : value - 1,
    gives: value === 0 ? 0 : 1,
  }),
  done: ({ value }) => ({ value, gives: value === 0 ? 0 : 1 }),
};
