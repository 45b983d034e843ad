/** The statements and expressions of one function as they are run. */
import type { CallExpr, Expr, FunctionDef, Place, Stmt, VarDecl } from "../../c/syntax";
import { toC, walkSyntax } from "../../c/rewrite";
import type { Meaning } from "../../model/profile";
import { lockName, pointerOf, roleOwner, walkShape } from "./acts";
import { isSleepingFlag, replaced } from "./arguments";
import { HELD, LINK, listVariable, lockVariable, OBJECT, type Plan } from "./plan";
import type { Role } from "./roles";
import { declaredType, MADE_UP } from "./subject";
import { MARKED } from "./way";
import { askedAt } from "./ways-out";

export class Stager {
  constructor(
    private readonly plan: Plan,
    private readonly names: ReadonlySet<string>,
    private readonly fn: FunctionDef,
  ) {
    walkSyntax(fn.body, (node) => {
      if (node.kind !== "macro" || walkShape(node)?.position !== plan.subject.variable) return;
      walkSyntax(node.body, (inner) => {
        if (inner.kind === "gap") this.inWalk.add(inner.place);
      });
    });
  }

  gaps = 0;
  /** Names that stand for a member that the object is called by elsewhere. */
  private readonly aliased = new WeakSet<Expr>();
  /** What functions that nobody shows give for the object that they are given. */
  private readonly given = new WeakSet<Expr>();
  /** Gaps in the body of a walk that itself sets the variable. */
  private readonly inWalk = new Set<Place>();

  private get isFocus(): boolean {
    return this.fn.name === this.plan.subject.focus;
  }

  stmt = (stmt: Stmt): Stmt | null => {
    const staged = this.statement(stmt);
    return this.isFocus && MARKED.has(stmt.kind) ? this.onWay(stmt, staged) : staged;
  };

  /** What is run where the patch acts stands before the statement; a condition on the way there holds or does not. */
  private onWay(stmt: Stmt, staged: Stmt | null): Stmt | null {
    const { plan } = this;
    const { way, atWay } = plan.experiment;
    const name = way === null ? null : plan.nameOf(stmt.place);
    if (way === null || name === null) return staged;
    const { place } = stmt;
    let run = staged ?? stmt;
    const holds = run.kind === "if" ? way.pinned.get(name) : undefined;
    if (run.kind === "if" && holds !== undefined) {
      const right: Expr = { kind: "number", value: Number(holds), place };
      run = { ...run, test: { kind: "comma", left: run.test, right, place } };
    }
    if (name !== plan.mark) return run;
    const mark: Stmt = { kind: "expr", expr: plan.parse(atWay, place), place };
    return { kind: "block", body: [mark, run], place };
  }

  private statement(stmt: Stmt): Stmt | null {
    const { place } = stmt;
    switch (stmt.kind) {
      case "gap":
        return this.isFocus ? this.hidden(place) : { kind: "empty", place };
      case "error":
        return { kind: "empty", place };
      case "decl":
        return this.declaration(stmt);
      case "macro": {
        const shape = walkShape(stmt);
        if (shape === null) return null;
        if (!this.names.has(shape.position)) return this.otherWalk(stmt, place);
        const text = `&${listVariable(shape.member)}`;
        const at = stmt.args[shape.head]?.place ?? stmt.head;
        return { ...stmt, ...replaced(stmt, shape.head, this.plan.parse(text, at), text) };
      }
      case "return": {
        const asked = this.isFocus ? askedAt(place, this.plan) : null;
        return asked === null ? null : { kind: "block", body: [asked, stmt], place };
      }
      default:
        return null;
    }
  }

  /** Of what is on other lists nothing is known, nor how much. */
  private otherWalk({ body }: Extract<Stmt, { kind: "macro" }>, place: Place): Stmt {
    return { kind: "while", test: this.plan.parse(`lastput_choose("there is another one")`, place), body, place };
  }

  expr = (expr: Expr): Expr | null => {
    const { place } = expr;
    switch (expr.kind) {
      case "gap":
      case "error":
        return { kind: "name", name: "lastput_hidden", place };
      case "member": {
        if (!this.isFocus) return null;
        if (!this.plan.subject.spellings.has(toC(expr))) return null;
        const alias: Expr = { kind: "name", name: this.plan.subject.variable, place };
        this.aliased.add(alias);
        return alias;
      }
      case "assign":
        // What is stored where it was found changes nothing of the object that was found there.
        if (this.aliased.has(expr.target)) return expr.value;
        return expr.op === "" && this.isSubject(expr.target) ? this.assigned(expr) : null;
      case "call":
        return expr.callee.kind === "name" ? this.call(expr, expr.callee.name) : null;
      default:
        return null;
    }
  };

  /**
   * Behind lines that are hidden the variable may be another object: what is shown there is run by itself. Nothing was
   * done before the first such lines.
   */
  private hidden(place: Place): Stmt {
    if (this.plan.staysSame || this.inWalk.has(place)) return { kind: "empty", place };
    this.gaps += 1;
    const label: Stmt = { kind: "label", name: `lastput_behind_${this.gaps}`, place };
    return { kind: "block", body: [{ kind: "return", value: null, place }, label], place };
  }

  private isSubject(expr: Expr): boolean {
    return expr.kind === "name" && (this.names.has(expr.name) || expr.name === this.plan.subject.variable);
  }

  /** The subject's own variable is declared where the thread begins, so that all pieces know it. */
  private declaration(stmt: Extract<Stmt, { kind: "decl" }>): Stmt {
    const vars = stmt.vars.map((v) => this.declared(v));
    const { variable } = this.plan.subject;
    const own = this.isFocus ? vars.find((v) => v.name === variable) : undefined;
    if (own === undefined) return { ...stmt, vars };
    const others: Stmt = { ...stmt, vars: vars.filter((v) => v !== own) };
    if (own.init === null) return others;
    const { place } = own;
    const target: Expr = { kind: "name", name: variable, place };
    const assign: Stmt = { kind: "expr", expr: { kind: "assign", op: "", target, value: own.init, place }, place };
    return { kind: "block", body: [others, assign], place };
  }

  private declared(variable: VarDecl): VarDecl {
    const { init } = variable;
    if (init === null || !this.names.has(variable.name) || variable.type.pointers !== 1) return variable;
    const found = this.found(init);
    return found === null ? variable : { ...variable, init: found };
  }

  private assigned(expr: Extract<Expr, { kind: "assign" }>): Expr | null {
    const found = this.found(expr.value);
    return found === null ? null : { ...expr, value: found };
  }

  /** A value from nowhere that is shown is what the look-up of the scenario finds. */
  private found(value: Expr): Expr | null {
    const { plan } = this;
    const { lookup, countsHeld } = plan.experiment;
    if (this.given.has(value)) return null;
    if (value.kind === "number" || (value.kind === "name" && value.name === "NULL")) return null;
    if (value.kind === "cast") return this.found(value.operand);
    if (value.kind === "call" && value.callee.kind === "name") {
      const { name } = value.callee;
      const meaning = plan.meaning(name);
      if (countsHeld && this.isFocus && meaning?.does !== "container" && !plan.roles.lends(name))
        return plan.parse(`(lastput_choose("it is found") ? (${HELD} = 1, ${OBJECT}) : NULL)`, value.place);
      if (meaning?.does === "alloc" || meaning?.does === "container" || plan.isComposed(name)) return null;
      if (plan.isShown(name)) return null;
    }
    if (value.kind === "name" && this.isSubject(value) && !plan.subject.spellings.has(value.name)) return null;
    if (value.kind === "comma") {
      const right = value.right.kind === "name" && this.isSubject(value.right) ? null : this.found(value.right);
      return right === null ? null : { ...value, right };
    }
    return plan.parse(lookup, value.place);
  }

  private call(call: CallExpr, callee: string): Expr | null {
    const { plan } = this;
    const { published } = plan.experiment;
    const meaning = plan.meaning(callee);
    const standIn = this.isFocus ? plan.experiment.standIns.get(callee) : undefined;
    if (standIn !== undefined) return plan.parse(standIn, call.place);
    const guard = this.isFocus ? plan.experiment.guards.get(callee) : undefined;
    if (guard !== undefined) return this.behind(guard, this.plain(call, callee, meaning, published) ?? call);
    return this.plain(call, callee, meaning, published);
  }

  private plain(call: CallExpr, callee: string, meaning: Meaning | undefined, published: string | null): Expr | null {
    const { plan } = this;
    const own = this.ownArgument(call);
    if (plan.experiment.countsHeld && this.isFocus && own !== null) {
      const effect = this.heldBy(call, callee, own);
      if (effect !== null) return plan.parse(effect, call.place);
    }
    const sleeps = this.sleeps(call, callee, meaning, own);
    const staged =
      this.staged(call, callee, meaning, published) ??
      (sleeps || this.isUnknown(callee, meaning) ? this.unknown(call, callee, own) : null);
    return sleeps ? this.behind("might_sleep()", staged ?? call) : staged;
  }

  private staged(call: CallExpr, callee: string, meaning: Meaning | undefined, published: string | null): Expr | null {
    const { plan } = this;
    switch (meaning?.does) {
      case "lock":
      case "assertHeld":
        return this.withLock(call, meaning.on);
      case "list": {
        if (meaning.op === "empty") return this.emptyLink(call, meaning.list);
        return meaning.on === undefined || meaning.list === undefined
          ? null
          : this.withList(call, meaning.on, meaning.list);
      }
      case "store": {
        const to = call.args[meaning.to];
        if (published === null || to === undefined || toC(to) !== published) return null;
        return plan.parse(`list_del_rcu(&${OBJECT}->${LINK})`, call.place);
      }
      case "nothing": {
        // What is printed of the object is read.
        const own = call.args.some((arg) => this.readsOwn(arg));
        return own ? this.behind(`lastput_use(${plan.subject.variable})`, call) : null;
      }
      case undefined:
        return plan.roles.takesLock(callee) ? this.withLock(call, call.args.length - 1) : null;
      default:
        return null;
    }
  }

  private readsOwn(arg: Expr): boolean {
    return (
      arg.kind === "member" &&
      arg.arrow &&
      this.isSubject(arg.object) &&
      arg.object.kind === "name" &&
      arg.object.name === this.plan.subject.variable
    );
  }

  private isUnknown(callee: string, meaning: Meaning | undefined): boolean {
    return meaning === undefined && !this.plan.isComposed(callee) && !this.plan.isShown(callee);
  }

  private ownArgument(call: CallExpr): string | null {
    for (const arg of call.args) {
      const { object } = pointerOf(arg);
      if (object !== null && this.names.has(object)) return object;
    }
    return null;
  }

  /** Only asked where it is the question: what is taken to sleep here, or is documented to for the flags that it is given. */
  private sleeps(call: CallExpr, callee: string, meaning: Meaning | undefined, own: string | null): boolean {
    const { codes, sleepers } = this.plan.experiment;
    if (!codes.includes("lock.sleep-in-atomic")) return false;
    if (sleepers.includes(callee)) return true;
    if (call.args.some(isSleepingFlag)) return true;
    // Of somebody else's item or completion nothing is tracked but that who waits for it sleeps.
    if (own !== null) return false;
    if (meaning?.does === "work")
      return meaning.timer !== true && (meaning.op === "cancel" || meaning.op === "flush_item");
    return meaning?.does === "operate" && meaning.op === "wait";
  }

  /** A function that nobody shows: it gets, puts or frees, or only looks at what it is given. */
  private unknown(call: CallExpr, callee: string, own: string | null): Expr | null {
    const { plan } = this;
    if (own === null || plan.meaning(callee) !== undefined) return null;
    const effect = this.effectOf(call, callee, own);
    if (effect === null) return this.behind(`lastput_use(${own})`, call);
    const given = plan.parse(effect, call.place);
    this.given.add(given);
    return given;
  }

  private effectOf(call: CallExpr, callee: string, own: string): string | null {
    if (this.plan.experiment.consumers.includes(callee)) return `kfree(${own})`;
    switch (this.roleOn(call, callee, own)) {
      case "put":
        return `lastput_put(${own})`;
      case "get":
        return `(lastput_get(${own}), ${own})`;
      case "tryget":
        return `(lastput_tryget(${own}) ? ${own} : NULL)`;
      case "free":
        return `kfree(${own})`;
      default:
        return null;
    }
  }

  /** What the function does to this one of the things that it is given. */
  private roleOn(call: CallExpr, callee: string, own: string): Role | null {
    const { roles } = this.plan;
    const role = roles.of(callee);
    if (role === null) return null;
    const { type } = this.plan.subject;
    const typeOf = (variable: string): string | null =>
      this.names.has(variable) && type !== MADE_UP ? type : declaredType(variable, [this.fn]);
    return roleOwner(call, callee, roles, typeOf)?.object === own ? role : null;
  }

  private heldBy(call: CallExpr, callee: string, own: string): string | null {
    switch (this.roleOn(call, callee, own)) {
      case "put":
      case "free":
      case "freeLater":
        return `(${HELD} = 0)`;
      case "get":
      case "tryget":
        return `(${HELD} = 1, ${own})`;
      default:
        return null;
    }
  }

  /** `list_empty(&object->link)`: whether it is on no list. */
  private emptyLink(call: CallExpr, list: number | undefined): Expr | null {
    const { object, member } = pointerOf(list === undefined ? undefined : call.args[list]);
    if (object === null || member === null || !this.names.has(object))
      return this.plan.parse(`lastput_choose("the list is empty")`, call.place);
    return this.plan.parse(`!lastput_on_list(&${object}->${member})`, call.place);
  }

  private withLock(call: CallExpr, index: number): Expr | null {
    const name = lockName(call.args[index]);
    if (name === null) return null;
    const text = `&${lockVariable(name)}`;
    return { ...call, ...replaced(call, index, this.plan.parse(text, call.place), text) };
  }

  private withList(call: CallExpr, on: number, list: number): Expr | null {
    const { object, member } = pointerOf(call.args[on]);
    if (object === null || member === null || !this.names.has(object)) return null;
    const text = `&${listVariable(member)}`;
    return { ...call, ...replaced(call, list, this.plan.parse(text, call.place), text) };
  }

  /** The text's effect first, then the call, in one expression. */
  private behind(text: string, then: Expr): Expr {
    return { kind: "comma", left: this.plan.parse(text, then.place), right: then, place: then.place };
  }
}
