/** What a function does to the lives of objects, in the order of its text: the evidence from which profiles are inferred. */
import type { CallExpr, Expr, FunctionDef, MacroStmt, Place, Stmt } from "../../c/syntax";
import { toC, walkSyntax } from "../../c/rewrite";
import type { Meaning } from "../../model/profile";
import { isCalled, nounOf } from "./nouns";
import type { Roles } from "./roles";

export type ActKind =
  | "get"
  | "tryget"
  | "put"
  | "free"
  | "freeLater"
  | "lock"
  | "unlock"
  | "rcuLock"
  | "rcuUnlock"
  | "synchronize"
  | "add"
  | "del"
  | "walk"
  /** A lock that the caller holds. */
  | "assert"
  | "publish"
  | "dereference"
  /** A pointer is read from where others find it too, or given by a function: `sock = sk->sk_socket`. */
  | "load"
  | "arm"
  | "cancel"
  | "init"
  | "sleep"
  | "call";

export interface Act {
  readonly kind: ActKind;
  readonly callee: string;
  /** The pointer to the object that it concerns, as C: `conn`, `exp->master`; null when there is none. */
  readonly object: string | null;
  /** The member of that object: `ref`, `list`, `rcu`, `timer`. */
  readonly member: string | null;
  /** For locks: the name that the lock goes by, whichever pointers lead to it. */
  readonly lock: string | null;
  readonly isRcu: boolean;
  readonly node: CallExpr | MacroStmt | null;
  readonly place: Place;
  /** Stands on an added or removed line. */
  readonly isChanged: boolean;
}

export interface Reader {
  readonly roles: Roles;
  meaning(name: string): Meaning | undefined;
  isChanged(place: Place): boolean;
  /** `struct T` of a variable of the function; null where no declaration is shown. */
  typeOf(fn: FunctionDef, variable: string): string | null;
}

export function actsOf(fn: FunctionDef, reader: Reader): Act[] {
  const acts: Act[] = [];
  walkSyntax(fn.body, (node) => {
    if (node.kind === "call" && node.callee.kind === "name") acts.push(...ofCall(fn, node, node.callee.name, reader));
    else if (node.kind === "macro") acts.push(...ofWalk(node, reader));
    else if (node.kind === "assign" && node.op === "" && node.target.kind === "name")
      acts.push(...ofLoad(node.target.name, node.value, node.place, reader));
    else if (node.kind === "decl") {
      for (const { name, init, place } of node.vars) if (init !== null) acts.push(...ofLoad(name, init, place, reader));
    }
  });
  return acts;
}

function ofCall(fn: FunctionDef, call: CallExpr, callee: string, reader: Reader): Act[] {
  const isChanged = reader.isChanged(call.place);
  const base = { callee, node: call, place: call.place, isChanged, isRcu: false, lock: null } as const;
  const meaning = reader.meaning(callee);
  const at = (index: number | null | undefined): Owner =>
    index === null || index === undefined ? NOBODY : ownerOf(call.args[index]);
  if (reader.roles.assertsLock(callee)) return [{ ...base, ...NOBODY, kind: "assert" }];
  const role = reader.roles.of(callee);
  switch (meaning?.does) {
    case "lock":
      if (meaning.op === "is_locked") return [];
      return [
        {
          ...base,
          ...NOBODY,
          kind: meaning.op === "release" ? "unlock" : "lock",
          lock: lockName(call.args[meaning.on]),
        },
      ];
    case "rcu":
      if (meaning.op === "lock") return [{ ...base, ...NOBODY, kind: "rcuLock" }];
      if (meaning.op === "unlock") return [{ ...base, ...NOBODY, kind: "rcuUnlock" }];
      return [{ ...base, ...NOBODY, kind: "synchronize" }];
    case "callRcu":
      return [{ ...base, ...at(meaning.on), kind: "freeLater", isRcu: true }];
    case "freeRcu": {
      const field = meaning.field === null ? undefined : call.args[meaning.field];
      const { object } = pointerOf(call.args[meaning.object]);
      return [{ ...base, object, member: field === undefined ? null : toC(field), kind: "freeLater", isRcu: true }];
    }
    case "free":
      return [{ ...base, ...pointerOf(call.args[meaning.object]), kind: "free" }];
    case "refcount":
      if (role === null) return [];
      return [{ ...base, ...at(meaning.on), kind: role }];
    case "list": {
      const isRcu = meaning.rcu;
      if (meaning.op === "add" || meaning.op === "add_tail")
        return [{ ...base, ...at(meaning.on), kind: "add", isRcu }];
      if (meaning.op === "del" || meaning.op === "del_init")
        return [{ ...base, ...at(meaning.on), kind: "del", isRcu }];
      return [];
    }
    case "store": {
      if (!/^rcu_|^RCU_/.test(callee)) return [];
      const to = call.args[meaning.to];
      return [{ ...base, object: to === undefined ? null : toC(to), member: null, kind: "publish", isRcu: true }];
    }
    case "value": {
      if (!/^rcu_|^srcu_/.test(callee)) return [];
      const of = call.args[meaning.of];
      return [{ ...base, object: of === undefined ? null : toC(of), member: null, kind: "dereference", isRcu: true }];
    }
    case "work":
      return [{ ...base, ...at(meaning.on), kind: workKind(meaning.op) }];
    case "sleep":
      return [{ ...base, ...NOBODY, kind: "sleep" }];
    case "alloc":
    case "flushQueue":
      return [{ ...base, ...NOBODY, kind: "call" }];
    case "rmw":
      return role === null ? [] : [{ ...base, ...at(meaning.on), kind: role }];
    case undefined:
      break;
    default:
      return [];
  }
  if (role === null) return [{ ...base, ...NOBODY, kind: "call" }];
  const lockArg = reader.roles.takesLock(callee) ? call.args[call.args.length - 1] : undefined;
  const owner = roleOwner(call, callee, reader.roles, (variable) => reader.typeOf(fn, variable));
  if (owner === null) return [{ ...base, ...NOBODY, kind: "call" }];
  return [{ ...base, ...owner, kind: role, lock: lockArg === undefined ? null : lockName(lockArg) }];
}

function ofLoad(object: string, value: Expr, place: Place, reader: Reader): Act[] {
  const isRead = value.kind === "member" && isPointer(value);
  const given = value.kind === "call" && value.callee.kind === "name" ? value.callee.name : null;
  if (!isRead && (given === null || reader.meaning(given)?.does === "container")) return [];
  const callee = given ?? "";
  const isChanged = reader.isChanged(place);
  return [{ kind: "load", callee, object, member: null, lock: null, isRcu: false, node: null, place, isChanged }];
}

function workKind(op: Extract<Meaning, { does: "work" }>["op"]): ActKind {
  if (op === "queue") return "arm";
  return op === "init"
    ? "init"
    : op === "flush_item"
      ? "cancel"
      : op === "cancel" || op === "dequeue"
        ? "cancel"
        : "call";
}

/**
 * Of the arguments of a function that is only known by its name, the one that it gets, puts or frees; null where its name
 * speaks of something else, which may be a part of what it is given.
 */
export function roleOwner(
  call: CallExpr,
  callee: string,
  roles: Roles,
  typeOf: (variable: string) => string | null,
): Owner | null {
  const owners = call.args.map(pointerOf).filter((owner) => owner.object !== null);
  const [first] = owners;
  if (first === undefined || roles.isNamed(callee)) return first ?? NOBODY;
  const noun = nounOf(callee);
  const namesOf = ({ object, member }: Owner): string[] => {
    const variable = object?.replace(/^.*(?:->|\.)/, "") ?? "";
    return [variable, member ?? "", typeOf(object ?? "")?.replace(/^struct /, "") ?? ""];
  };
  const meant = owners.find((owner) => isCalled(noun, namesOf(owner)));
  if (meant !== undefined) return meant;
  const isAlone = owners.length === 1 && typeOf(first.object ?? "") === null;
  return isAlone && !/^(get|put|free|try_get)_/.test(callee) ? first : null;
}

function ofWalk(stmt: MacroStmt, reader: Reader): Act[] {
  const shape = walkShape(stmt);
  if (shape === null) return [];
  const { position, member } = shape;
  return [
    {
      kind: "walk",
      callee: stmt.name,
      object: position,
      member,
      lock: null,
      isRcu: stmt.name.includes("_rcu"),
      node: stmt,
      place: stmt.head,
      isChanged: reader.isChanged(stmt.head),
    },
  ];
}

/** Of `list_for_each_entry*(pos, [n,] head, member)`: which argument is what. */
export function walkShape(stmt: MacroStmt): WalkShape | null {
  const { name, args } = stmt;
  if (!/^h?list_for_each_entry/.test(name)) return null;
  const hasNext = /_safe/.test(name);
  const head = hasNext ? 2 : 1;
  const [position] = args;
  const member = args[head + 1];
  if (position?.kind !== "name" || member?.kind !== "name") return null;
  const next = hasNext && args[1]?.kind === "name" ? args[1].name : null;
  return { position: position.name, next, head, member: member.name };
}

export interface WalkShape {
  readonly position: string;
  /** The variable that holds the entry behind it, of a walk that is safe against removal. */
  readonly next: string | null;
  /** Which argument the list is. */
  readonly head: number;
  readonly member: string;
}

export interface Owner {
  readonly object: string | null;
  readonly member: string | null;
}

const NOBODY: Owner = { object: null, member: null };

/** Of `&object->path.of.member`: the object and the path. */
export function ownerOf(arg: Expr | undefined): Owner {
  if (arg?.kind !== "unary" || arg.op !== "&") return NOBODY;
  return memberOwner(arg.operand);
}

function memberOwner(expr: Expr): Owner {
  const path: string[] = [];
  let at: Expr = expr;
  while (at.kind === "member") {
    path.unshift(at.field);
    if (at.arrow) return isPointer(at.object) ? { object: toC(at.object), member: path.join(".") } : NOBODY;
    at = at.object;
  }
  return NOBODY;
}

/** A pointer as such, or the address of something inside what it points to. */
export function pointerOf(arg: Expr | undefined): Owner {
  if (arg === undefined) return NOBODY;
  if (isPointer(arg)) return { object: toC(arg), member: null };
  return ownerOf(arg);
}

function isPointer(expr: Expr): boolean {
  if (expr.kind === "name") return /^[a-z_]/.test(expr.name);
  return expr.kind === "member" && isPointer(expr.object);
}

/** `&a->b->c.lock`, `lock` and `x->lock` are all `lock`. */
export function lockName(arg: Expr | undefined): string | null {
  if (arg === undefined) return null;
  if (arg.kind === "unary" && arg.op === "&") return lockName(arg.operand);
  if (arg.kind === "member") return arg.field;
  if (arg.kind === "index") return lockName(arg.object);
  return arg.kind === "name" ? arg.name : null;
}

/** The function as far as one can see: no gap, nothing unread. */
export function isWhole(body: Stmt): boolean {
  let whole = true;
  walkSyntax(body, (node) => {
    if (node.kind === "gap" || node.kind === "error") whole = false;
  });
  return whole;
}
