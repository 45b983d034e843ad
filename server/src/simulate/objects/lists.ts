/**
 * Linked lists, RCU ones included. A node keeps where it pointed when `list_del_rcu` unlinked it; after a plain
 * `list_del` its pointers are poison, and after `list_del_init` it points to itself.
 */
import type { Machine } from "../machine/machine";
import { not, binary, and, constant, equal, give, or, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Compiler, StepContext } from "../machine/step";
import type { Variable } from "../machine/variables";
import { isPending, pushed, roomLeft, type ListChange } from "./buffer";
import { grace } from "./grace";
import { ALIVE, FREED, lifeOf, onObject } from "./life";
import { arrives, movedUnder, wasMoved } from "./walkers";
import { holdsAsAsked } from "./held";

/** `where` of a node: on no list, and pointing to itself. 1 + list index when it is on one. */
const NOWHERE = 0;

interface Node {
  readonly where: Variable;
  readonly next: Variable;
}

interface Lists {
  readonly heads: readonly Variable[];
  /** nodes[type][link][object - 1] */
  readonly nodes: readonly ReadonlyMap<number, readonly Node[]>[];
  /** Unlinked by list_del_rcu: the next pointer is still good. */
  readonly unlinked: number;
  /** Unlinked by list_del. */
  readonly poisoned: number;
}

function lists(machine: Machine): Lists {
  const { model } = machine;
  const unlinked = model.lists.length + 1;
  const order = model.lists.map((info, list) => initialOrder(machine, info.type, list));
  const nodes = model.types.map((type, index) => {
    const links = new Set(model.lists.filter((list) => list.type === index).map((list) => list.link));
    return new Map(
      [...links].map((link) => [link, type.objects.map((_, at) => declareNode(machine, index, link, at + 1, order))]),
    );
  });
  const heads = model.lists.map((info, list) =>
    machine.declare(`head of ${info.name}`, model.types[info.type]?.objects.length ?? 0, order[list]?.[0] ?? 0),
  );
  return { heads, nodes, unlinked, poisoned: unlinked + 1 };
}

function declareNode(
  machine: Machine,
  type: number,
  link: number,
  object: number,
  order: readonly (readonly number[])[],
): Node {
  const { model } = machine;
  const list = model.lists.findIndex(
    (info, index) => info.type === type && info.link === link && order[index]?.includes(object) === true,
  );
  const next = list < 0 ? 0 : (order[list]?.[(order[list]?.indexOf(object) ?? 0) + 1] ?? 0);
  const owner = { type, object };
  const name = `${machine.nameOf(type, object)}.${model.types[type]?.fields[link]?.name ?? "link"}`;
  return {
    where: machine.declare(`${name} is on`, model.lists.length + 2, list + 1, owner),
    next: machine.declare(`${name}.next`, model.types[type]?.objects.length ?? 0, next, owner),
  };
}

function initialOrder(machine: Machine, type: number, list: number): readonly number[] {
  return (machine.model.types[type]?.objects ?? []).flatMap((object, at) =>
    object.alive && object.lists.includes(list) ? [at + 1] : [],
  );
}

function nodeOf(machine: Machine, list: number, object: number): Node {
  const info = machine.model.lists[list];
  const node = info && machine.part(lists).nodes[info.type]?.get(info.link)?.[object - 1];
  if (!node) throw new RangeError(`object ${object} cannot be on list ${list}`);
  return node;
}

/** How an object stands with a link of its type; see NOWHERE, `unlinked` and `poisoned`. Undefined if no list uses the link. */
export function whereOf(machine: Machine, type: number, object: number, link: number): Variable | undefined {
  return machine.part(lists).nodes[type]?.get(link)?.[object - 1]?.where;
}

/** All that lists are made of: the heads, and where each node is and leads. */
export function listVariables(machine: Machine): readonly Variable[] {
  const { heads, nodes } = machine.part(lists);
  const links = nodes.flatMap((byLink) => [...byLink.values()].flat());
  return [...heads, ...links.flatMap(({ where, next }) => [where, next])];
}

export function isOnList(machine: Machine, list: number, object: number): Expr {
  return equal(read(nodeOf(machine, list, object).where), list + 1);
}

/** On any list. */
export function isListed(machine: Machine, type: number, object: number): Expr {
  return or(machine.model.lists.flatMap((info, list) => (info.type === type ? [isOnList(machine, list, object)] : [])));
}

export const list: Compiler<"list"> = {
  compile(step, action) {
    const { machine } = step;
    const info = machine.model.lists[action.list];
    const head = machine.part(lists).heads[action.list];
    if (!info || !head) throw new RangeError(`the model has no list ${action.list}`);
    const { op } = action;
    const seen = ownChangesArrived(step, action.list);
    if (op === "first") {
      const comes = arrives(machine, info.type, info.link, read(head), step.thread);
      return [...seen, ...comes, ...give(action.into, read(head)), step.go()];
    }
    if (op === "empty") return [...seen, ...give(action.into, equal(read(head), 0)), step.go()];
    const object = action.object;
    if (!object) throw new RangeError(`list ${action.op} without an object: ${step.step.text}`);
    const cases = onObject(step, info.type, object, (number) => {
      switch (op) {
        case "next":
          return [...seen, ...goOn(step, action.list, number, action.into)];
        case "on_list":
          return [...seen, ...give(action.into, isOnList(machine, action.list, number))];
        case "unhashed":
          return [...seen, ...give(action.into, equal(read(nodeOf(machine, action.list, number).where), NOWHERE))];
        default:
          return [
            ...seen,
            ...roomLeft(step),
            ...mayChange(step, action.list, number),
            ...changed(step, action.list, number, { op, rcu: action.rcu }),
          ];
      }
    });
    return [...cases, step.go()];
  },
};

interface Change {
  readonly op: ListChange;
  readonly rcu: boolean;
}

/** What the change does to the list, and what is wrong with it. */
export function changeList(step: StepContext, list: number, object: number, { op, rcu }: Change): readonly Stmt[] {
  if (op === "add" || op === "add_tail") return add(step, list, object, op === "add_tail");
  return del(step, list, object, op, rcu);
}

/** At once, or by way of the store buffer; what is wrong is told now in either case. */
function changed(step: StepContext, list: number, object: number, change: Change): readonly Stmt[] {
  const now = changeList(step, list, object, change);
  const stored = pushed(step, { kind: "list", list, object, ...change }, constant(0));
  return stored ? [...withoutSets(now), ...stored] : now;
}

function withoutSets(stmts: readonly Stmt[]): readonly Stmt[] {
  return stmts.flatMap((stmt): readonly Stmt[] => {
    if (stmt.kind === "set") return [];
    if (stmt.kind !== "if") return [stmt];
    return when(stmt.test, withoutSets(stmt.then), withoutSets(stmt.otherwise));
  });
}

/** The thread sees a list that it has changed itself only when the others do; links are not forwarded. */
function ownChangesArrived(step: StepContext, list: number): readonly Stmt[] {
  const pending = isPending(step.machine, step.thread, (target) => target.kind === "list" && target.list === list);
  return when(pending, [{ kind: "block" }]);
}

function goOn(step: StepContext, list: number, object: number, into: number | null): readonly Stmt[] {
  const { machine } = step;
  const { unlinked } = machine.part(lists);
  const node = nodeOf(machine, list, object);
  const { type, link } = machine.model.lists[list] ?? { type: 0, link: 0 };
  const moved = wasMoved(machine, { type, link, object }, step.thread);
  const leadsOn = or([isOnList(machine, list, object), equal(read(node.where), unlinked)]);
  const good = moved === null ? leadsOn : and([leadsOn, not(moved)]);
  const message = `a walker of ${listName(machine, list)} stands on ${machine.nameOf(typeOf(machine, list), object)}, which was put to another use meanwhile`;
  return when(
    good,
    [...arrives(machine, type, link, read(node.next), step.thread), ...give(into, read(node.next))],
    step.fatal("list.reused-while-walked", message, { type: typeOf(machine, list), number: object }),
  );
}

function add(step: StepContext, list: number, object: number, atTail: boolean): readonly Stmt[] {
  const { machine } = step;
  const node = nodeOf(machine, list, object);
  const head = headOf(machine, list);
  const concerned = { type: typeOf(machine, list), number: object };
  const onOne = or(
    machine.model.lists.flatMap((info, other) =>
      info.type === concerned.type && info.link === machine.model.lists[list]?.link
        ? [isOnList(machine, other, object)]
        : [],
    ),
  );
  const twice = step.fatal(
    "list.double-add",
    `${machine.nameOf(concerned.type, object)} is added to ${listName(machine, list)} while it is on a list`,
    concerned,
  );
  const { unlinked } = machine.part(lists);
  const link = machine.model.lists[list]?.link ?? 0;
  const { action } = step.step;
  const mover = action.kind === "drain" ? action.thread : step.thread;
  const moved = movedUnder(machine, { type: concerned.type, link, object }, mover, (thread) =>
    grace(machine).inSection(thread),
  );
  // Unlinked or poisoned: a node that was never on a list is neither.
  const here = [...when(binary(">=", read(node.where), constant(unlinked)), moved), set(node.where, list + 1)];
  if (!atTail) {
    return [
      ...when(onOne, twice),
      ...neighbourLives(step, list, read(head), object),
      set(node.next, read(head)),
      ...here,
      set(head, object),
    ];
  }
  let atEnd: readonly Stmt[] = brokenList(step, list);
  for (const last of machine.objectsOf(concerned.type).filter((other) => other !== object)) {
    const isLast = and([
      isOnList(machine, list, last),
      equal(read(nodeOf(machine, list, last).next), 0),
      lives(machine, list, last),
    ]);
    atEnd = when(isLast, [set(nodeOf(machine, list, last).next, object)], atEnd);
  }
  return [...when(onOne, twice), ...when(equal(read(head), 0), [set(head, object)], atEnd), set(node.next, 0), ...here];
}

function del(step: StepContext, list: number, object: number, op: "del" | "del_init", rcu: boolean): readonly Stmt[] {
  const { machine } = step;
  const { unlinked, poisoned } = machine.part(lists);
  const node = nodeOf(machine, list, object);
  const head = headOf(machine, list);
  const type = typeOf(machine, list);
  let unlink: readonly Stmt[] = brokenList(step, list);
  for (const before of machine.objectsOf(type).filter((other) => other !== object)) {
    const isBefore = and([
      isOnList(machine, list, before),
      equal(read(nodeOf(machine, list, before).next), object),
      lives(machine, list, before),
    ]);
    unlink = when(isBefore, [set(nodeOf(machine, list, before).next, read(node.next))], unlink);
  }
  const after: readonly Stmt[] =
    op === "del" && rcu
      ? [set(node.where, unlinked)]
      : [set(node.where, op === "del" ? poisoned : NOWHERE), set(node.next, 0)];
  const remove = [
    ...neighbourLives(step, list, read(node.next), object),
    ...when(equal(read(head), object), [set(head, read(node.next))], unlink),
    ...after,
  ];
  const twice = step.fatal(
    "list.double-del",
    `${machine.nameOf(type, object)} is deleted from ${listName(machine, list)}, where it is not`,
    { type, number: object },
  );
  // list_del_init() of a node that points to itself does nothing.
  const otherwise = op === "del_init" ? when(equal(read(node.where), NOWHERE), [], twice) : twice;
  return when(isOnList(machine, list, object), remove, otherwise);
}

/** The locks that protect the list, or the finding. */
function mayChange(step: StepContext, list: number, object: number): readonly Stmt[] {
  const { machine } = step;
  const info = machine.model.lists[list];
  if (!info || info.protection.length === 0) return [];
  const held = or(
    info.protection.map((all) =>
      and(all.map(({ lock, mode }) => holdsAsAsked(machine, step.thread, lock, mode, { type: info.type, object }))),
    ),
  );
  const wanted = info.protection
    .map((all) => all.map(({ lock }) => machine.model.locks[lock]?.name ?? "a lock").join(" and "))
    .join(", or ");
  const message = `${info.name} is changed without ${wanted}`;
  return when(held, [], [step.report("list.unlocked-change", message, { type: info.type, number: object })]);
}

/** Linking and unlinking write to the node behind as well. */
function neighbourLives(step: StepContext, list: number, next: Expr, object: number): readonly Stmt[] {
  const { machine } = step;
  const type = typeOf(machine, list);
  return machine.objectsOf(type).flatMap((other) => {
    if (other === object) return [];
    const message = `${machine.nameOf(type, other)} was freed while it was on ${listName(machine, list)}, and is written to there`;
    return when(
      and([equal(next, other), equal(read(lifeOf(machine, type, other)), FREED)]),
      step.fatal("lifetime.use-after-free", message, { type, number: other }),
    );
  });
}

/** No living node points here: the one that did was freed while it was on the list. */
function brokenList(step: StepContext, list: number): readonly Stmt[] {
  const message = `an object was freed while it was on ${listName(step.machine, list)}, and is written to there`;
  return step.fatal("lifetime.use-after-free", message);
}

function lives(machine: Machine, list: number, object: number): Expr {
  return equal(read(lifeOf(machine, typeOf(machine, list), object)), ALIVE);
}

function typeOf(machine: Machine, list: number): number {
  return machine.model.lists[list]?.type ?? 0;
}

function listName(machine: Machine, list: number): string {
  return machine.model.lists[list]?.name ?? "a list";
}

function headOf(machine: Machine, list: number): Variable {
  const head = machine.part(lists).heads[list];
  if (!head) throw new RangeError(`the model has no list ${list}`);
  return head;
}
