/** Where things are: places inside the text, and the chain of invocations of what a macro brought. */
import assert from "node:assert/strict";
import test from "node:test";
import type { CallExpr, Expr, MacroDef, Place, Stmt } from "../../server/src/c/syntax";
import { parser, placesOf } from "./support";

test("places count UTF-16 units behind characters outside ASCII", async () => {
  const text = '/* é 😀 ẞ */ int f(void)\n{\n\treturn g("😀", x->y); /* 😀 */ }\n/* 😀 */ int h(void) { return 1; }\n';
  const file = (await parser()).parse("a.c", text, {});
  const [f, h] = file.functions;
  assert.ok(f && h);
  assert.equal(cut(text, f.namePlace), "f");
  assert.equal(cut(text, h.place), "int h(void) { return 1; }");
  const call = returned(f.body);
  assert.equal(cut(text, call.place), 'g("😀", x->y)');
  assert.ok(call.kind === "call" && call.args[1]);
  assert.equal(cut(text, call.args[1].place), "x->y");
  assert.deepEqual(
    call.argTexts.map((a) => a.text),
    ['"😀"', "x->y"],
  );
});

test("what was masked or put in does not move what stands around it", async () => {
  const text = [
    "static __always_inline bool __must_check f(struct a __rcu *a) __releases(b)",
    "{",
    "\ttypeof(*a) *c = container_of(a, struct b, member);",
    "\tfor_each(c, a) {",
    "\t\tif (!get(c->x, true) {",
    "\t\t\tput(c);",
    "\t\t}",
    "\t}",
    "}",
  ].join("\n");
  const file = (await parser()).parse("a.c", text, {});
  const body = file.functions[0]?.body;
  assert.ok(body?.kind === "block");
  const [decl, macro] = body.body;
  assert.ok(decl?.kind === "decl" && macro?.kind === "macro" && decl.vars[0]?.init);
  assert.equal(cut(text, decl.place), "typeof(*a) *c = container_of(a, struct b, member);");
  assert.equal(cut(text, decl.vars[0].init.place), "container_of(a, struct b, member)");
  assert.equal(cut(text, macro.head), "for_each(c, a)");
  assert.equal(cut(text, macro.place), text.slice(text.indexOf("for_each"), -2));
  assert.ok(macro.body.kind === "block" && macro.body.body[0]?.kind === "if");
  const test = macro.body.body[0];
  assert.equal(cut(text, test.test.place), "!get(c->x, true)");
  assert.equal(cut(text, test.then.place), "{\n\t\t\tput(c);\n\t\t}");
});

test("what a macro brought stands in the macro, through its invocation; arguments stay with the caller", async () => {
  const text = [
    "#define inner(p) \\",
    "\t((p)->count + 1)",
    "#define outer(p)\tuse(inner(p), p)",
    "void f(void) { outer(a->b); }",
  ].join("\n");
  const c = await parser();
  const file = c.parse("a.c", text, {});
  const [inner, outer] = file.macros;
  const body = file.functions[0]?.body;
  assert.ok(inner && outer && body?.kind === "block" && body.body[0]?.kind === "expr");
  const first = expand(c.expandExpr(outer, body.body[0].expr));
  assert.ok(first.kind === "call");
  assert.deepEqual(chain(text, first.place), ["use(inner(p), p)", "outer(a->b)"]);
  assert.deepEqual(chain(text, first.args[1]?.place), ["a->b"]);
  const second = expand(c.expandExpr(inner, first.args[0] as CallExpr));
  assert.ok(second.kind === "binary" && second.left.kind === "member");
  assert.deepEqual(chain(text, second.place), ["(p)->count + 1", "inner(p)", "outer(a->b)"]);
  assert.deepEqual(chain(text, second.left.object.place), ["a->b"]);
  assert.equal(c.expandExpr(outer, { ...first, callee: { kind: "name", name: "outer", place: second.place } }), null);
});

test("a governed statement keeps its own places inside the macro's", async () => {
  const text = [
    "#define each(x) for (x = first(); x; x = next(x)) if (skip(x)) { } else",
    "#define each_safe(x) each(x)",
    "void f(void) { each_safe(i) use(i); }",
  ].join("\n");
  const c = await parser();
  const file = c.parse("a.c", text, {});
  const [each, safe] = file.macros;
  const body = file.functions[0]?.body;
  assert.ok(each && safe && body?.kind === "block" && body.body[0]?.kind === "macro");
  const use = body.body[0];
  assert.equal(c.expandStmt(each, use), null);
  const once = c.expandStmt(safe, use);
  assert.ok(once?.kind === "macro" && once.name === "each");
  assert.deepEqual(chain(text, once.head), ["each(x)", "each_safe(i)"]);
  assert.equal(once.body, use.body);
  const twice = c.expandStmt(each, once);
  assert.ok(twice?.kind === "for" && twice.body.kind === "if" && twice.test);
  assert.deepEqual(chain(text, twice.test.place), ["i"]);
  assert.deepEqual(chain(text, twice.body.test.place), ["skip(x)", "each(x)", "each_safe(i)"]);
  assert.equal(twice.body.else, use.body);
});

test("expanding ends for macros that name themselves, and grow", async () => {
  const c = await parser();
  const file = c.parse("a.c", "#define twice(x) (x, x)\n#define self self + 1\nvoid f(void) { twice(a); self; }", {});
  const [twice, self] = file.macros as [MacroDef, MacroDef];
  const body = file.functions[0]?.body;
  assert.ok(body?.kind === "block" && body.body[0]?.kind === "expr" && body.body[1]?.kind === "expr");
  const sum = expand(c.expandExpr(self, body.body[1].expr));
  assert.ok(sum.kind === "binary");
  assert.equal(c.expandExpr(self, sum.left), null);
  let use = body.body[0].expr as CallExpr;
  for (let i = 0; i < 40; i++) {
    const doubled = c.expandExpr(twice, use);
    if (doubled === null) return;
    const text = use.argTexts[0]?.text ?? "";
    const place = { file: "b.c", start: 0, end: 2 * text.length + 1, via: null };
    const argTexts = [{ text: `${text},${text}`, runs: [{ start: 0, length: place.end, place }] }];
    use = { ...use, argTexts };
  }
  assert.fail("forty doublings were expanded");
});

test("a macro with another number of arguments is another version of it", async () => {
  const c = await parser();
  const text = "#define none() 0\n#define one(x) x\n#define two(x, y) x y\n#define more(x, ...) x\nvoid f(void) { %; }";
  const expands = (use: string): boolean => {
    const file = c.parse("a.c", text.replace("%", use), {});
    const body = file.functions[0]?.body;
    assert.ok(body?.kind === "block" && body.body[0]?.kind === "expr");
    const { expr } = body.body[0];
    const macro = file.macros.find(
      (m) => expr.kind === "call" && expr.callee.kind === "name" && m.name === expr.callee.name,
    );
    assert.ok(macro !== undefined, use);
    return c.expandExpr(macro, expr) !== null;
  };
  for (const use of ["none()", "one(1)", "one()", "two(1, +2)", "more(1)", "more(1, 2, 3)"])
    assert.ok(expands(use), use);
  for (const use of ["none(1)", "one(1, 2)", "two(1)", "two(1, 2, 3)"]) assert.ok(!expands(use), use);
});

test("all places of a file lie in its text", async () => {
  const text =
    "int a[] = { 1 }, *b;\nunion u { int x:3; } v;\nvoid f(int q) { for (;;) { x: y ? : z; } }\n#define A(x) x";
  for (const place of placesOf((await parser()).parse("a.c", text, {}))) {
    assert.equal(place.file, "a.c");
    assert.ok(place.start >= 0 && place.start <= place.end && place.end <= text.length);
  }
});

function cut(text: string, place: Place): string {
  return text.slice(place.start, place.end);
}

function chain(text: string, place: Place | undefined): string[] {
  const texts: string[] = [];
  for (let at: Place | null = place ?? null; at !== null; at = at.via) texts.push(cut(text, at));
  return texts;
}

function returned(body: Stmt): Expr {
  const last = body.kind === "block" ? body.body[0] : body;
  assert.ok(last?.kind === "return" && last.value);
  return last.value;
}

function expand(expr: Expr | null): Expr {
  assert.ok(expr !== null);
  return expr;
}
