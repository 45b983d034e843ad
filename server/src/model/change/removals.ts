/** The ways in which a statement can be left out. What follows must still be C that means something. */
import type { Expr, Stmt, TypeName } from "../../c/syntax";
import type { Span } from "../../text/mapped";
import { blank, type Change } from "./change";
import type { Standing } from "./standing";

/**
 * @param text of the file
 * @param partners the statements that make no sense without this one: the unlocks of a lock
 */
export function removalsOf(standing: Standing, text: string, partners: readonly Stmt[] = []): Change[] {
  const { statement } = standing;
  switch (statement.kind) {
    case "if":
      return ofTest(statement.test, standing.head, text);
    case "while":
    case "for":
    case "macro":
    case "switch":
      return [{ title: "without this loop", edits: [blank(text, statement.place, ";")] }].map((change) =>
        statement.kind === "switch" ? { ...change, title: "without this switch" } : change,
      );
    case "dowhile":
      return [{ title: "if it ran only once", edits: [blank(text, statement.test.place, "0")] }];
    case "return":
      return statement.value === null
        ? [{ title: "without this line", edits: [blank(text, statement.place, ";")] }]
        : ofReturn(statement.value, standing.function.returns, text);
    case "decl":
      return ofDeclaration(statement, text);
    case "expr":
    case "goto":
    case "break":
    case "continue":
      return [
        {
          title: partners.length === 0 ? "without this line" : `without this line and ${partnerWords(partners)}`,
          edits: [statement, ...partners].map(({ place }) => blank(text, place, ";")),
        },
      ];
    default:
      return [];
  }
}

function partnerWords(partners: readonly Stmt[]): string {
  return partners.length === 1 ? "the one that ends it" : `the ${partners.length} that end it`;
}

/** Nothing is asked, and it goes one way always. */
function ofTest(test: Expr, head: Span, text: string): Change[] {
  const span = spanIn(test, head);
  if (span === null) return [];
  const parts = [
    ["without this line, as if its condition were false", "0"],
    ["without the condition, as if it were true", "1"],
  ] as const;
  const asked = text.slice(span.start, span.end);
  const ignored = [
    ["if its outcome were ignored and taken for false", "0"],
    ["if its outcome were ignored and taken for true", "1"],
  ] as const;
  return [
    ...parts.map(([title, value]) => ({ title, edits: [blank(text, span, value)] })),
    ...ignored.map(([title, value]) => ({ title, edits: [{ ...span, text: `((${asked}), ${value})` }] })),
  ];
}

function ofReturn(value: Expr, returns: TypeName, text: string): Change[] {
  if (value.place.via !== null) return [];
  const results = returns.pointers > 0 ? ["NULL"] : returns.base === "bool" ? ["false", "true"] : ["0", "1"];
  const asked = text.slice(value.place.start, value.place.end);
  return results.flatMap((result) => [
    { title: `if it returned ${result} without doing anything`, edits: [{ ...spanOf(value), text: result }] },
    ...(returns.pointers > 0
      ? []
      : [
          {
            title: `if it returned ${result} whatever comes out`,
            edits: [{ ...spanOf(value), text: `((${asked}), ${result})` }],
          },
        ]),
  ]);
}

/** The variable stays: other lines name it. */
function ofDeclaration(statement: Extract<Stmt, { kind: "decl" }>, text: string): Change[] {
  const [only] = statement.vars;
  if (only === undefined || only.init === null || statement.vars.length > 1 || only.init.place.via !== null) return [];
  if (/^(struct|union) /.test(only.type.base) && only.type.pointers === 0) return [];
  const result = only.type.pointers > 0 ? "NULL" : "0";
  return [{ title: `if ${only.name} began as ${result}`, edits: [{ ...spanOf(only.init), text: result }] }].filter(
    () => text.slice(only.init?.place.start, only.init?.place.end) !== result,
  );
}

function spanOf({ place }: Expr): Span {
  return { start: place.start, end: place.end };
}

/** A condition that a macro wrote has no text of its own here. */
function spanIn(test: Expr, head: Span): Span | null {
  let { place } = test;
  while (place.via !== null) place = place.via;
  return head.start <= place.start && place.end <= head.end ? { start: place.start, end: place.end } : null;
}
