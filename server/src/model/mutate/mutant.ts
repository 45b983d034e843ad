/** One small change of the source, in every program where the changed statement was put in place of a call. */
import type { Place } from "../../c/syntax";
import { clip } from "../assemble";
import type { Model, Program } from "../ir";
import { sourceOf } from "../lower/programs";

export interface Mutant {
  /** What kind of change it is: the name of the operator that made it. */
  readonly operator: string;
  /** What is changed, in few words: `without`, `call_rcu -> free`. */
  readonly what: string;
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

/** Of a program as it was lowered, before the passes. Null when it has nothing of what is changed, or the change makes no sense in it. */
export type Edit = (raw: Program) => Program | null;

/** Scenarios share the steps of their programs: each is edited, and finished by the passes, once. */
export function applying(edit: Edit): Mutant["apply"] {
  const known = new WeakMap<Program["steps"], Program | null>();
  const edited = (program: Program): Program | null => {
    const had = known.get(program.steps);
    if (had !== undefined) return had;
    const source = sourceOf(program);
    const raw = edit(source.raw);
    const made = raw === null ? null : source.finish(raw);
    known.set(program.steps, made);
    return made;
  };
  return (model) => {
    const sizes = model.types.map((type) => type.objects.length);
    const programs = model.programs.map((program) => {
      const made = edited(program);
      return made === null ? program : clip(made, sizes);
    });
    return programs.every((program, index) => program === model.programs[index]) ? model : { ...model, programs };
  };
}
