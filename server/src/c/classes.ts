/**
 * The macros that give types a destructor and locks a guard (`linux/cleanup.h`), as macros of ours: what is done to make
 * one, and what is done when it goes out of scope, each with its value as `_T`.
 */
import type { MacroDef, Place } from "./syntax";
import { hull } from "./places";
import { placedText } from "./placed-text";
import { isPunct, isWord, matchBrackets, splitArguments, type Token } from "./tokens";

/** Of each `DEFINE_GUARD(...)` and its kin at the margin of a line. */
export function classMacros(tokens: readonly Token[]): MacroDef[] {
  if (!tokens.some(({ text }) => Object.hasOwn(DEFINITIONS, text))) return [];
  const match = matchBrackets(tokens);
  return tokens.flatMap((token, i) => {
    const close = match[i + 1] ?? -1;
    const define = Object.hasOwn(DEFINITIONS, token.text) ? DEFINITIONS[token.text] : undefined;
    if (define === undefined || token.column !== 0 || !isPunct(tokens[i + 1], "(") || close < i) return [];
    return define(splitArguments(tokens.slice(i + 2, close)), hull(tokens, i, close));
  });
}

type Arguments = readonly (readonly Token[])[];
type Define = (args: Arguments, place: Place) => MacroDef[];

const VALUE = ["_T"];

const DEFINITIONS: Readonly<Record<string, Define>> = {
  DEFINE_FREE: ([name, , free], place) => [made("free", name, VALUE, free, place)],
  DEFINE_CLASS: ([name, type = [], exit, init = [], ...params], place) => {
    const [open, close] = [init[0], init[init.length - 1]].map((at) => ({ ...at, kind: "punct" }) as Token);
    const cast =
      open === undefined || close === undefined
        ? init
        : [sign(open, "("), ...type, sign(open, ")"), sign(open, "("), ...init, sign(close, ")")];
    return [made("init", name, params.map(declaredIn), cast, place), made("free", name, VALUE, exit, place)];
  },
  DEFINE_GUARD: ([name, , lock, unlock], place) => [
    made("lock", name, VALUE, lock, place),
    made("unlock", name, VALUE, unlock, place),
  ],
  DEFINE_LOCK_GUARD_1: ([name, , lock, unlock], place) => [
    made("lock", name, VALUE, withoutMember(lock), place),
    made("unlock", name, VALUE, withoutMember(unlock), place),
  ],
  DEFINE_LOCK_GUARD_0: ([name, lock, unlock], place) => [
    made("lock", name, [], lock, place),
    made("unlock", name, [], unlock, place),
  ],
  DEFINE_GUARD_COND: conditional,
  DEFINE_LOCK_GUARD_1_COND: conditional,
};

/** A guard that may fail to be made: `_try` behind the name of the one whose lock it takes. */
function conditional([name, suffix, lock, condition]: Arguments, place: Place): MacroDef[] {
  const full = [...(name ?? []), ...(suffix ?? [])].map(({ text }) => text).join("");
  const taken = withoutMember(lock ?? []);
  const test = condition?.flatMap((token) =>
    isWord(token, "_RET") ? [sign(token, "("), ...taken, sign(token, ")")] : [token],
  );
  const base = name?.[0]?.text ?? "";
  const unlock = `${prefix("unlock")}${base}(_T)`;
  return [
    { name: `${prefix("try")}${full}`, params: VALUE, body: placedText(test ?? taken), place },
    {
      name: `${prefix("unlock")}${full}`,
      params: VALUE,
      body: { text: unlock, runs: [{ start: 0, length: unlock.length, place }] },
      place,
    },
  ];
}

function made(
  what: string,
  name: readonly Token[] | undefined,
  params: readonly string[],
  body: readonly Token[] | undefined,
  place: Place,
): MacroDef {
  return { name: `${prefix(what)}${name?.[0]?.text ?? ""}`, params, body: placedText(body ?? []), place };
}

function prefix(what: string): string {
  return `lastput_${what}_`;
}

/** `_T->lock` is the lock, which for us is what the guard is made of. */
function withoutMember(tokens: readonly Token[] = []): Token[] {
  return tokens.filter((token, i) => {
    const isArrow = isPunct(token, "->") && isWord(tokens[i - 1], "_T") && isWord(tokens[i + 1], "lock");
    const isLock = isWord(token, "lock") && isPunct(tokens[i - 1], "->") && isWord(tokens[i - 2], "_T");
    return !isArrow && !isLock;
  });
}

function declaredIn(param: readonly Token[]): string {
  return param.findLast((token) => token.kind === "word")?.text ?? "";
}

function sign(at: Token, text: string): Token {
  return { ...at, kind: "punct", text, shown: text };
}
