/** The statement is left out. What it would have given is 0. */
import type { Action, Model } from "../ir";
import type { Change } from "./change";
import { nothing, replacing } from "./rewrite";
import type { Site } from "./site";

export function leftOut(site: Site): readonly Change[] {
  if (!changesSomething(site.sample.action, site.model)) return [];
  return [["without", replacing(site, (step) => nothing(step.action))]];
}

/**
 * Locks are dropped by an operator of their own. What only looks, checks or is ours (ghost fields) is nothing that a
 * scenario could miss.
 */
export function changesSomething(action: Action, model: Model): boolean {
  switch (action.kind) {
    case "refcount":
      return action.op !== "read";
    case "list":
      return action.op.startsWith("add") || action.op.startsWith("del");
    case "store":
      return model.types[action.to.type]?.fields[action.to.field]?.ghost !== true;
    case "storeGlobal":
      return model.globals[action.global]?.ghost !== true;
    case "rcu":
      return action.op === "synchronize" || action.op === "barrier";
    case "rmw":
    case "rmwGlobal":
    case "work":
    case "flushQueue":
    case "operate":
    case "callRcu":
    case "free":
      return true;
    default:
      return false;
  }
}
