/** Whether what an option decides can matter, told by declarations and names alone: that is much cheaper than to lower it. */
import type { FunctionDef } from "../../c/syntax";
import { meaningsOf } from "../../model/lower/context";
import { actingStatements } from "../acting/statements";
import type { Bases } from "../bases";
import type { Side } from "../sides";
import type { Way } from "./ways";

/**
 * What stands there may act, call what scenarios run, or lead somewhere else: a jump, and in a changed function any value that
 * is set. A macro may do anything, and so may what the name of an option in an expression decides.
 */
export function mayDecide(way: Way, side: Side, bases: Bases): boolean {
  const { world } = side.programs;
  if (world.isHarmless(way.function)) return false;
  const text = side.files.get(way.place.file)?.text.slice(way.place.start, way.place.end) ?? "";
  const decisive = way.nearness === "used" ? JUMPS : SETS;
  if (Object.hasOwn(way.options, text) || decisive.test(text) || isMacro(way.function, side)) return true;
  const words = new Set(text.match(/[A-Za-z_]\w*/g));
  words.delete(way.function);
  return [...words].some((word) => {
    const meaning = bases.meaning(word);
    if (meaning !== undefined) return meaning.does !== "nothing";
    return side.asked.has(`function ${word}`) && side.codebase.found(`function ${word}`).words !== "";
  });
}

const JUMPS = /\b(?:goto|break|continue|return)\b/;
const SETS = /\b(?:goto|break|continue|return|if|while|for)\b|&&|\|\||[^=!<>]=[^=]/;

function isMacro(name: string, { codebase }: Side): boolean {
  return codebase.found(`macro ${name}`).definitions.length > 0;
}

/** Whether what stands there acts on anything that the profile tracks, either way. */
export function acts({ options, place, function: name }: Way, side: Side, bases: Bases): boolean {
  const file = side.files.get(place.file);
  if (file === undefined) return false;
  const meanings = meaningsOf(bases.kernel.vocabulary);
  const question = {
    profile: side.programs.world.profile,
    codebase: side.codebase,
    ctypes: bases.ctypes,
    meaning: (callee: string) => meanings.of(callee),
  };
  const otherwise = bases.parse(file.path, file.text, options);
  const both = [...file.functions, ...otherwise.functions];
  const named = both.filter((f) => f.name === name);
  const asked: readonly FunctionDef[] = named.length > 0 ? named : both.filter((f) => isWithin(f, place));
  // The name of an option in an expression decides about all that may follow.
  const isName = Object.hasOwn(options, file.text.slice(place.start, place.end));
  return actingStatements(asked, question).some(
    (s) => isName || (s.place.start < place.end && place.start < s.place.end),
  );
}

function isWithin(f: FunctionDef, place: Way["place"]): boolean {
  return place.start <= f.place.start && f.place.end <= place.end;
}
