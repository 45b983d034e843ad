/** Arguments of calls: what they say, and how one takes the place of another. */
import type { Expr, PlacedText } from "../../c/syntax";
import { placedText } from "../../c/rewrite";

export interface WithArguments {
  readonly args: readonly Expr[];
  readonly argTexts: readonly PlacedText[];
}

export function replaced({ args, argTexts }: WithArguments, index: number, arg: Expr, text: string): WithArguments {
  return {
    args: args.map((each, at) => (at === index ? arg : each)),
    argTexts: argTexts.map((each, at) => (at === index ? placedText(text, arg.place) : each)),
  };
}

/** Whether who is given it may sleep: `GFP_KERNEL | __GFP_NOWARN` too. */
export function isSleepingFlag(arg: Expr): boolean {
  if (arg.kind === "binary") return isSleepingFlag(arg.left) || isSleepingFlag(arg.right);
  return arg.kind === "name" && SLEEPING_FLAGS.has(arg.name);
}

const SLEEPING_FLAGS = new Set([
  "GFP_KERNEL",
  "GFP_KERNEL_ACCOUNT",
  "GFP_NOFS",
  "GFP_NOIO",
  "GFP_USER",
  "GFP_HIGHUSER",
]);
