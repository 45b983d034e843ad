/** Keeps what can be read of a struct in which some member cannot. */
import { cleanDeclaration } from "./heads";
import { hull } from "./places";
import type { Problems } from "./problems";
import { before, behind, isPunct, matchBrackets, type Token } from "./tokens";

/** Whether tree-sitter reads the tokens as a declaration. */
export type ReadsDeclaration = (tokens: readonly Token[]) => boolean;

/** The declaration without the members that cannot be read; null when it defines no struct or union. */
export function withReadableFields(
  tokens: readonly Token[],
  reads: ReadsDeclaration,
  problems: Problems,
): Token[] | null {
  const body = tokens.findIndex((t) => isPunct(t, "{"));
  const close = matchBrackets(tokens)[body] ?? -1;
  if (close < 0 || !tokens.slice(0, body).some((t) => t.shown === "struct" || t.shown === "union")) return null;
  const members = membersOf(tokens.slice(body + 1, close)).flatMap((member) => readable(member, reads, problems));
  return [...tokens.slice(0, body + 1), ...members, ...tokens.slice(close)];
}

function readable(member: readonly Token[], reads: ReadsDeclaration, problems: Problems): readonly Token[] {
  if (reads(framed(member))) return member;
  const cleaned = cleanDeclaration(member);
  if (reads(framed(cleaned))) return cleaned;
  const inner = withReadableFields(member, reads, problems);
  if (inner !== null && reads(framed(inner))) return inner;
  problems.add("c.unreadable", "This member could not be read as C; it is left out.", hull(member));
  return [];
}

function framed(member: readonly Token[]): Token[] {
  const [first] = member;
  const last = member[member.length - 1];
  if (first === undefined || last === undefined) return [];
  const head = ["struct", "lastput_frame", "{"].map((shown) => before(first, shown));
  return [...head, ...member, behind(last, "}"), behind(last, ";")];
}

function membersOf(tokens: readonly Token[]): Token[][] {
  const match = matchBrackets(tokens);
  const members: Token[][] = [];
  let start = 0;
  for (let i = 0; i < tokens.length; i++) {
    const close = match[i] ?? -1;
    if (close > i) i = close;
    if (!isPunct(tokens[i], ";") && i < tokens.length - 1) continue;
    members.push(tokens.slice(start, i + 1));
    start = i + 1;
  }
  return members;
}
