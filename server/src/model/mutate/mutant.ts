/** One small change of the source, in every program where the changed statement was put in place of a call. */
import type { Place } from "../../c/syntax";
import type { LocalInfo, Model, Program, Step } from "../ir";

export interface Mutant {
  /** What kind of change it is: the name of the operator that made it. */
  readonly operator: string;
  /** For a person: `without list_del_rcu(&root->link)`. */
  readonly title: string;
  /** The function that the changed statement stands in. */
  readonly function: string;
  /** The changed statement, in the file of that function. */
  readonly place: Place;
  /** Keeps its meaning across models, runs and shifted lines: function, statement, the how-manieth of its kind there, change. */
  readonly id: string;
  /** The very same model when the statement is not in it. */
  apply(model: Model): Model;
}

/** What a change makes of a program. */
export interface Edited {
  readonly steps: readonly Step[];
  /** Appended to those that the program has. */
  readonly locals: readonly LocalInfo[];
}

/** Null when the program has nothing of what is changed, or when the change makes no sense in it. */
export type Edit = (program: Program) => Edited | null;

/** Scenarios share the steps of their programs: each is edited once. */
export function applying(edit: Edit): Mutant["apply"] {
  const known = new WeakMap<Program["steps"], Edited | null>();
  const edited = (program: Program): Program => {
    let made = known.get(program.steps);
    if (made === undefined) known.set(program.steps, (made = edit(program)));
    if (made === null) return program;
    return { ...program, steps: made.steps, locals: [...program.locals, ...made.locals] };
  };
  return (model) => {
    const programs = model.programs.map(edited);
    return programs.every((program, index) => program === model.programs[index]) ? model : { ...model, programs };
  };
}
