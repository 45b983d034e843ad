/** The struct of the subject as far as its use tells it: which members are counts, links, RCU heads, work items. */
import type { FunctionDef } from "../../c/syntax";
import { toC, walkSyntax } from "../../c/rewrite";
import type { Meaning } from "../../model/profile";
import { ownerOf, walkShape } from "./acts";
import type { Names } from "./subject";

/** Path of a member -> its C type. */
export type Members = ReadonlyMap<string, string>;

/** @param names of the variables of each function that point to the subject */
export function membersOf(
  functions: readonly FunctionDef[],
  names: Names,
  meaning: (name: string) => Meaning | undefined,
): Members {
  const members = new Map<string, string>();
  const note = (path: string | null, type: string | null): void => {
    if (path !== null && type !== null && !members.has(path)) members.set(path, type);
  };
  for (const fn of functions) {
    const own = names(fn);
    walkSyntax(fn.body, (node) => {
      if (node.kind === "macro") {
        const shape = walkShape(node);
        if (shape !== null && own.has(shape.position)) note(shape.member, linkType(node.name));
      }
      if (node.kind !== "call" || node.callee.kind !== "name") return;
      const { name } = node.callee;
      const means = meaning(name);
      for (const [index, arg] of node.args.entries()) {
        const { object, member } = ownerOf(arg);
        if (object !== null && own.has(object)) note(member, memberType(name, means, index));
      }
      if (means?.does === "freeRcu" && means.field !== null) {
        const object = node.args[means.object];
        const field = node.args[means.field];
        if (object !== undefined && field !== undefined && own.has(toC(object))) note(toC(field), "struct rcu_head");
      }
      if (means?.does === "container") noteContainer(fn, node.args[means.pointer], node.args[means.member], note);
    });
  }
  return members;
}

/** `container_of(ref, struct T, member)`: the member has the type that the pointer points to. */
function noteContainer(
  fn: FunctionDef,
  pointer: Parameters<typeof toC>[0] | undefined,
  member: Parameters<typeof toC>[0] | undefined,
  note: (path: string, type: string | null) => void,
): void {
  if (pointer?.kind !== "name" || member === undefined) return;
  const param = fn.params.find((each) => each.name === pointer.name);
  if (param?.type.pointers === 1) note(toC(member), KNOWN.has(param.type.base) ? param.type.base : null);
}

const KNOWN = new Set([
  "struct kref",
  "struct work_struct",
  "struct delayed_work",
  "struct timer_list",
  "struct rcu_head",
  "struct callback_head",
]);

function linkType(name: string): string {
  return name.startsWith("hlist") ? "struct hlist_node" : "struct list_head";
}

/** What a member has to be for a primitive to take its address as that argument. */
function memberType(callee: string, meaning: Meaning | undefined, index: number): string | null {
  if (callee.startsWith("kref_") && index === 0) return "struct kref";
  switch (meaning?.does) {
    case "refcount":
      return meaning.on === index ? "refcount_t" : null;
    case "rmw":
      return meaning.on === index
        ? ((/^(atomic_long|atomic64|atomic)_/.exec(callee)?.[1] ?? null)?.concat("_t") ?? null)
        : null;
    case "load":
      return meaning.from === index
        ? ((/^(atomic_long|atomic64|atomic)_/.exec(callee)?.[1] ?? null)?.concat("_t") ?? null)
        : null;
    case "list":
      return meaning.on === index ? linkType(callee) : null;
    case "callRcu":
      return meaning.on === index ? "struct rcu_head" : null;
    case "work":
      if (meaning.on !== index) return null;
      if (callee.includes("delayed")) return "struct delayed_work";
      return callee.includes("timer") ? "struct timer_list" : "struct work_struct";
    default:
      return null;
  }
}

/** C of the struct; nested members become nested structs. */
export function structOf(type: string, members: Members): string {
  interface Part {
    type: string | null;
    readonly parts: Map<string, Part>;
  }
  const root: Part = { type: null, parts: new Map() };
  for (const [path, memberType_] of members) {
    let at = root;
    for (const name of path.split(".")) {
      const next = at.parts.get(name) ?? { type: null, parts: new Map<string, Part>() };
      at.parts.set(name, next);
      at = next;
    }
    at.type = memberType_;
  }
  const write = (part: Part): string =>
    [...part.parts]
      .map(([name, inner]) =>
        inner.parts.size > 0 ? `struct { ${write(inner)} } ${name};` : `${inner.type ?? "int"} ${name};`,
      )
      .join("\n");
  return `${type} {\n${write(root)}\n};\n`;
}
