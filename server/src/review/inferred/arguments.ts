/** A call or the use of a macro with one of its arguments replaced. */
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
