/** Which file compiles which action. A new kind of object is a new file and its entries here. */
import type { Action } from "../../model/ir";
import type { Compiler } from "../machine/step";
import { drain, fence } from "./drain";
import { assert, assign, bound, branch, choose, done, end, take, unknown } from "./flow";
import { forbid, markAll, markListed } from "./ghosts";
import { operate } from "./kinds";
import { list } from "./lists";
import { assertHeld, lock } from "./locks";
import { load, loadGlobal, rmw, rmwGlobal, store, storeGlobal } from "./memory";
import { alloc, free } from "./pool";
import { callRcu, rcu } from "./rcu";
import { refcount } from "./refcount";
import { sleep } from "./sleep";
import { flushQueue, work } from "./work";

export const compilers: { readonly [K in Action["kind"]]: Compiler<K> } = {
  assign,
  branch,
  choose,
  load,
  store,
  loadGlobal,
  storeGlobal,
  rmw,
  rmwGlobal,
  refcount,
  list,
  lock,
  assertHeld,
  rcu,
  callRcu,
  alloc,
  free,
  work,
  flushQueue,
  operate,
  take,
  done,
  sleep,
  assert,
  markListed,
  forbid,
  markAll,
  fence,
  drain,
  bound,
  unknown,
  end,
};
