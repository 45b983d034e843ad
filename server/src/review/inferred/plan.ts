/** What the functions of an image are staged with, and the names that stand for things on the stage. */
import type { Expr, Place, Stmt } from "../../c/syntax";
import type { Meaning } from "../../model/profile";
import type { Experiment } from "./experiments/experiment";
import type { Roles } from "./roles";
import type { Subject } from "./subject";

export interface Plan {
  readonly subject: Subject;
  readonly experiment: Experiment;
  readonly roles: Roles;
  meaning(name: string): Meaning | undefined;
  /** Functions and macros of kernel.h, which say themselves what they do. */
  isComposed(name: string): boolean;
  /** Functions that the image shows. */
  isShown(name: string): boolean;
  /** Whether the variable is one object from the beginning of the focus to its end. */
  readonly staysSame: boolean;
  /** Names of what is declared outside of functions, macros and constants included. */
  isDeclared(name: string): boolean;
  /** Statements that the focus begins with. */
  readonly prologue: readonly Stmt[];
  /** Name of the statement before which what is run on the way stands; null for the beginning of the function. */
  readonly mark: string | null;
  /** Where what is asked at the ways out is told; null for the way out itself. */
  readonly told: Place | null;
  /** Ways out at which nothing is asked. */
  isSpared(exit: Place): boolean;
  /** What a place is called on both sides; null where only one shows it. */
  readonly nameOf: (place: Place) => string | null;
  /** The C as an expression that stands at the place. */
  parse(text: string, place: Place): Expr;
}

/** Whether the thread holds a reference, where that is counted apart. */
export const HELD = "lastput_held";
/** Whether the thread came by where the patch acts. */
export const PASSED = "lastput_passed";
/** Whether the thread is in an RCU read-side section, where somebody asks. */
export const READING = "lastput_reading";
export const OBJECT = "lastput_object";
export const COUNT = "lastput_count";
export const LINK = "lastput_link";
export const MEMORY = "lastput_memory";

export function lockVariable(name: string): string {
  return `lastput_lock_${name}`;
}

export function listVariable(link: string): string {
  return `lastput_list_${link.replaceAll(".", "_")}`;
}
