/** The profile and the C of one experiment on one subject. */
import type { Expr, FunctionDef } from "../../c/syntax";
import { walkSyntax } from "../../c/rewrite";
import type { Profile } from "../../model/profile";
import type { Act } from "./acts";
import { withLocks, type Counting, type Experiment, type LockKind } from "./experiments/experiment";
import { structOf, type Members } from "./header";
import { HELD, LINK, listVariable, lockVariable, MEMORY, OBJECT, PASSED } from "./plan";
import { MADE_UP, namesIn, NOBODY, type Subject } from "./subject";

export interface Ingredients {
  readonly subject: Subject;
  readonly experiment: Experiment;
  readonly staysSame: boolean;
  readonly counting: Counting;
  /** C that takes what the caller holds. */
  readonly taken: string;
  readonly members: Members;
  readonly locks: ReadonlyMap<string, LockKind>;
  /** Members that somebody assigns a plain value to, and what all of them are at the start: that is not shown. */
  readonly flagNames: readonly string[];
  readonly flags: 0 | 1;
}

export const PROLOGUE = "lastput_prologue";

export function harnessOf({ subject, experiment, taken, locks }: Ingredients): string {
  const text = (c: string): string => withLocks(c, locks).replaceAll(/\bT\b/g, subject.type);
  const prologue = `void ${PROLOGUE}(${subject.type} *${OBJECT})\n{\n\t${text(`${taken} ${experiment.prologue}`)}\n}\n`;
  return `${text(experiment.harness)}\n${prologue}`;
}

export function headerOf({ subject, experiment, counting, members, locks }: Ingredients): string {
  const held = [
    ...(experiment.countsHeld ? [`int ${HELD};`] : []),
    ...(experiment.way !== null ? [`int ${PASSED};`] : []),
  ];
  const count = experiment.count.member;
  const counted = members.get(count) === "struct kref" ? `${count}.refcount` : count;
  const read = members.get(count)?.startsWith("atomic") === true ? "atomic_read" : "refcount_read";
  const use = experiment.isBorrowed
    ? `lastput_assert(${read}(&x->${counted}), "lifetime.use-after-free", "${subject.variable} is used after its last reference was put");`
    : `x->${MEMORY};`;
  return [
    structOf(subject.type, members),
    ...links(members).map((link) => `struct list_head ${listVariable(link)};`),
    ...[...locks].map(([name, kind]) => `${kind} ${lockVariable(name)};`),
    ...experiment.ownNumbers.map((name) => `int ${name};`),
    ...held,
    `static inline void lastput_use(${subject.type} *x)\n{\n\t${use}\n}\n`,
    `static inline void lastput_get(${subject.type} *x)\n{\n\t${counting.take}\n}\n`,
    `static inline int lastput_tryget(${subject.type} *x)\n{\n\treturn ${counting.tryTake};\n}\n`,
    `static inline void lastput_put(${subject.type} *x)\n{\n\tif (${counting.drop})\n\t\t${experiment.isBorrowed ? ";" : "kfree(x);"}\n}\n`,
  ].join("\n");
}

export function profileOf({
  subject,
  experiment,
  members,
  locks,
  flagNames,
  flags,
}: Ingredients): Omit<Profile, "name"> {
  const counts = [...members].filter(([, type]) => /refcount_t|struct kref|atomic/.test(type));
  const values = Object.fromEntries(
    counts.map(([path, type]) => [type === "struct kref" ? `${path}.refcount` : path, experiment.count.initial]),
  );
  const protection = experiment.protection === null ? [] : [[lockVariable(experiment.protection)]];
  // Who else holds references, and puts them some day, is not shown: that some are left tells nothing.
  const initial = Array.from({ length: experiment.objects }, () => ({ values, keeps: 6 }));
  const { focus, type, variable } = subject;
  return {
    title: `inferred from the patch: ${variable === NOBODY ? "what is used" : type === MADE_UP ? variable : type} in ${focus}()`,
    headers: ["inferred.h"],
    base: [],
    harness: ["harness.c"],
    objects: [
      {
        type,
        label: variable === NOBODY ? "object" : type === MADE_UP ? variable : type.replace(/^struct /, ""),
        single: false,
        fields: Object.fromEntries(flagNames.map((name) => [name, { initial: flags, max: 1 }])),
      },
    ],
    words: [],
    lists: links(members).map((link) => ({
      head: listVariable(link),
      of: type,
      link,
      protection,
      label: link === LINK ? "its list" : `its list (${link})`,
    })),
    locks: [...locks.keys()].map((name) => ({ lock: lockVariable(name), label: name })),
    facts: [
      {
        name: "environment",
        title: "what is taken to run at the same time",
        values: { [experiment.id]: `${experiment.environment}${experiment.trustsMessage ? BY_WORD : ""}` },
      },
    ],
    scenarios: [
      {
        id: `${focus}-${variable}-${experiment.id}${flags === 1 ? "" : "-unset"}`,
        title: experiment.title,
        threads: [
          { name: `CPU 0: ${focus}`, entry: focus, args: { [OBJECT]: 1 } },
          ...experiment.others.map(({ entry, name }) => ({
            name,
            entry,
            args: { [entry === focus ? OBJECT : "x"]: 1 },
          })),
        ],
        pools: { [type]: { size: experiment.objects + 1, initial } },
      },
    ],
    harmless: ["*"],
    notChecked: ["what the patch does not show"],
    codes: experiment.codes,
    anyInput: true,
  };
}

const BY_WORD = "; that the patch mends something of this kind is the word of its message";

function links(members: Members): string[] {
  return [...members].filter(([, type]) => /list_head|hlist_node/.test(type)).map(([link]) => link);
}

/** Names of the locks -> their kind, by what takes them. */
export function lockKinds(acts: readonly Act[]): ReadonlyMap<string, LockKind> {
  const kinds = new Map<string, LockKind>();
  for (const { lock, callee } of acts) if (lock !== null && !kinds.has(lock)) kinds.set(lock, lockKind(callee));
  return kinds;
}

function lockKind(callee: string): LockKind {
  if (callee.includes("mutex")) return "struct mutex";
  if (/^(down|up)_/.test(callee)) return "struct rw_semaphore";
  return /^(read|write)_/.test(callee) ? "rwlock_t" : "spinlock_t";
}

/** Members of the subject that somebody assigns a plain value to. */
export function assignedMembers(functions: readonly FunctionDef[], subject: Subject): string[] {
  const names = namesIn(subject);
  const found = new Set<string>();
  const note = (target: Expr, own: ReadonlySet<string>): void => {
    const object = target.kind === "member" && target.arrow ? target.object : null;
    if (target.kind === "member" && object?.kind === "name" && own.has(object.name)) found.add(target.field);
  };
  for (const fn of functions) {
    const own = names(fn);
    walkSyntax(fn.body, (node) => {
      if (node.kind === "assign") note(node.target, own);
    });
  }
  return [...found];
}
