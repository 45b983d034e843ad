/** Syntax objects of the same text further up or down in its file. */
import type { FunctionDef, Place } from "./syntax";

/** A function's body is long and seldom asked for again, so it is only moved when it is. */
export function movedFunction(definition: FunctionDef, by: number): FunctionDef {
  const { name, returns, params, isStatic, place, namePlace } = definition;
  let body: FunctionDef["body"] | null = null;
  const moved: FunctionDef = {
    name,
    returns,
    params,
    isStatic,
    place: movedNode(place, by),
    namePlace: movedNode(namePlace, by),
    get body() {
      return (body ??= movedNode(definition.body, by));
    },
  };
  origins.set(moved, firstRead(definition));
  return moved;
}

const origins = new WeakMap<FunctionDef, FunctionDef>();

/** The same function where it stood when it was read first: for those who do not care for places. */
export function firstRead(definition: FunctionDef): FunctionDef {
  return origins.get(definition) ?? definition;
}

/** A copy with all places moved. */
export function movedNode<T>(node: T, by: number): T {
  if (Array.isArray(node)) return node.map((each: unknown) => movedNode(each, by)) as T;
  if (typeof node !== "object" || node === null) return node;
  if (isPlace(node)) return { ...node, start: node.start + by, end: node.end + by };
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = movedNode<unknown>(value, by);
  return copy as T;
}

function isPlace(node: object): node is Place {
  return "via" in node && "file" in node;
}
