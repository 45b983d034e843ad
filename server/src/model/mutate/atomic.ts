/** xchg() and its like as a plain load with a plain store behind it: others come in between. */
import type { Action, Value } from "../ir";
import { binary, local } from "../lower/values";
import type { Change } from "./change";
import { replacing, type NewLocal, type Replacement } from "./rewrite";
import type { Site } from "./site";

type Rmw = Extract<Action, { kind: "rmw" | "rmwGlobal" }>;

export function plainAtomic(site: Site): readonly Change[] {
  const { action } = site.sample;
  if (!isRmw(action)) return [];
  const plain = replacing(site, ({ action: of }, newLocal) => (isRmw(of) ? inTwo(of, newLocal) : null));
  if (action.op !== "cmpxchg") return [[`${action.op} -> plain load and store`, plain]];
  return [
    ["cmpxchg -> plain load, compare and store", plain],
    [
      "cmpxchg -> store whatever was there",
      replacing(site, ({ action: of }) => (isRmw(of) ? unconditional(of) : null)),
    ],
  ];
}

function isRmw(action: Action): action is Rmw {
  return action.kind === "rmw" || action.kind === "rmwGlobal";
}

function inTwo(action: Rmw, newLocal: NewLocal): Replacement {
  const old = newLocal({ name: "old", max: LARGEST_WORD, type: null });
  const value = stored(action, old);
  const [load, store]: readonly [Action, Action] =
    action.kind === "rmwGlobal"
      ? [
          { kind: "loadGlobal", global: action.global, into: old, marked: false },
          { kind: "storeGlobal", global: action.global, value, marked: false },
        ]
      : [
          { kind: "load", from: action.on, into: old, marked: false },
          { kind: "store", to: action.on, value, marked: false },
        ];
  const test: Replacement =
    action.expected === null ? [] : [{ kind: "branch", test: binary("==", local(old), action.expected) }];
  const give: Replacement = action.into === null ? [] : [{ kind: "assign", into: action.into, value: local(old) }];
  // The result comes before the branch, which leads past what is behind it; a store reads no result.
  const isUsed = action.into !== null && JSON.stringify([action.expected, value]).includes(`"local":${action.into}}`);
  return isUsed && test.length === 0 ? [load, store, ...give] : [load, ...give, ...test, store];
}

/** Flag words and counts in our models are small. */
const LARGEST_WORD = 255;

function stored(action: Rmw, old: number): Value {
  switch (action.op) {
    case "xchg":
    case "cmpxchg":
      return action.value;
    case "add":
      return binary("+", local(old), action.value);
    case "sub":
      return binary("-", local(old), action.value);
    case "or":
      return binary("|", local(old), action.value);
    case "and":
      return binary("&", local(old), action.value);
    case "andnot":
      return binary("&~", local(old), action.value);
  }
}

/** Stores whatever was there, and says that it was what was expected. */
function unconditional(action: Rmw): Replacement | null {
  const { into, expected } = action;
  if (expected === null) return null;
  const xchg: Action = { ...action, op: "xchg", expected: null, into: null };
  return into === null ? [xchg] : [xchg, { kind: "assign", into, value: expected }];
}
