/** The C types of expressions, read from declarations alone. */
import type { Expr, FunctionDef, Stmt, TypeName, VarDecl } from "../../c/syntax";
import type { Codebase } from "../../model/lower/codebase";
import type { Meaning } from "../../model/profile";

export interface Types {
  /** Null when what is visible does not tell. */
  of(expr: Expr): TypeName | null;
}

/** What the names in a function mean: its parameters, what is declared anywhere in it, globals. */
export function typesIn(
  definition: FunctionDef,
  declared: readonly VarDecl[],
  codebase: Codebase,
  meaning: (callee: string) => Meaning | undefined,
): Types {
  const variables = new Map<string, TypeName>();
  for (const { name, type } of [...definition.params, ...declared]) variables.set(name, type);
  const of = (expr: Expr): TypeName | null => {
    switch (expr.kind) {
      case "name":
        return variables.get(expr.name) ?? codebase.global(expr.name)?.type ?? null;
      case "member": {
        const object = of(expr.object);
        return object === null ? null : codebase.memberType(object.base, expr.field);
      }
      case "index":
        return behind(of(expr.object));
      case "unary":
        if (expr.op === "&") return pointerTo(of(expr.operand));
        return expr.op === "*" ? behind(of(expr.operand)) : null;
      case "cast":
        return expr.type;
      case "type":
        return expr.type;
      case "assign":
        return of(expr.target);
      case "conditional":
        return (expr.then === null ? null : of(expr.then)) ?? of(expr.else);
      case "comma":
        return of(expr.right);
      case "block":
        return valueOf(expr.body);
      case "call":
        return called(expr);
      default:
        return null;
    }
  };
  const valueOf = (body: Stmt): TypeName | null => {
    const last = body.kind === "block" ? body.body[body.body.length - 1] : body;
    return last?.kind === "expr" ? of(last.expr) : null;
  };
  const called = ({ callee, args }: Extract<Expr, { kind: "call" }>): TypeName | null => {
    if (callee.kind !== "name") return null;
    const known = meaning(callee.name);
    const [first, second] = args;
    if (known?.does === "container") return pointerTo(second?.kind === "type" ? second.type : null);
    if (known?.does === "value") return args[known.of] === undefined ? null : of(args[known.of] as Expr);
    if (known?.does === "rmw") return first === undefined ? null : behind(of(first));
    return codebase.function(callee.name)?.returns ?? null;
  };
  return { of };
}

function behind(type: TypeName | null): TypeName | null {
  if (type === null) return null;
  return type.isArray ? { ...type, isArray: false } : { ...type, pointers: Math.max(0, type.pointers - 1) };
}

function pointerTo(type: TypeName | null): TypeName | null {
  return type === null ? null : { ...type, pointers: type.pointers + 1 };
}
