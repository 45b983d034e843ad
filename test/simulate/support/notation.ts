/**
 * Small models written as text, so that a test shows its whole machine.
 *
 *     type root: count refcount 3, flags plain 3, link link, rcu rcu
 *     object root: count=1 flags=0 on roots keeps 0 by name  (or `object root: unused`)
 *     lock mmu rw reader atomic                          (`of root`: one in each object)
 *     list roots root.link under mmu exclusive | pages    (alternatives by `|`, locks of one by `+`)
 *     global n 3 = 0
 *     queue wq
 *     at_free root.flags & 1 == 1 some.code message       one_way root.flags & 1 some.code message
 *     thread CPU 0: put 1                                 (program and its arguments)
 *     daemon worker: work
 *     program put root:r
 *       last = dec_and_test r.count
 *       if last goto out
 *     out: end
 *
 * A line of a program is a step; `label:` stands before it. What follows is the next step unless it says otherwise.
 */
import type { Model } from "../../../server/src/model/ir";
import { Assembler, indexOf, type Draft } from "./assembler";

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

export function model(text: string): Model {
  return new Reader(text).model();
}

class Reader {
  private readonly result: { -readonly [K in keyof Model]: Model[K][number][] } = {
    types: [],
    globals: [],
    locks: [],
    lists: [],
    queues: [],
    programs: [],
    threads: [],
  };
  private readonly drafts: Draft[] = [];
  private readonly threads: { name: string; program: string; args: number[]; role: "thread" | "daemon" }[] = [];

  constructor(text: string) {
    let draft: Draft | null = null;
    for (const raw of text.split("\n")) {
      const line = raw.replace(/#.*/, "").trim();
      if (line === "") continue;
      const words = line.split(/\s+/);
      if (words[0] === "program") {
        draft = { name: words[1] ?? "", parameters: words.slice(2), lines: [] };
        this.drafts.push(draft);
      } else if (draft) {
        const label = /^(\w+):$/.exec(words[0] ?? "")?.[1] ?? null;
        const rest = label === null ? words : words.slice(1);
        draft.lines.push({ label, words: rest, text: rest.join(" ") });
      } else this.declaration(line, words);
    }
  }

  model(): Model {
    const programs = this.drafts.map((draft) => new Assembler(this.result, draft).program());
    const threads = this.threads.map(({ name, program, args, role }) => ({
      name,
      program: indexOf(programs, program),
      args,
      role,
    }));
    return { ...this.result, programs, threads };
  }

  private declaration(line: string, words: readonly string[]): void {
    const { types, globals, locks, lists, queues } = this.result;
    const named = /^(\w+)\s+([^:]+):\s*(.*)$/.exec(line);
    switch (words[0]) {
      case "type": {
        const fields = (named?.[3] ?? "").split(",").map((one) => {
          const [name = "", kind = "plain", max = "0", fresh = "0"] = one.trim().split(/\s+/);
          return { name, kind: kind as "plain", max: Number(max), fresh: Number(fresh), bits: [], ghost: false };
        });
        const name = named?.[2] ?? "";
        types.push({ name: `struct ${name}`, label: name, fields, objects: [], atFree: [], oneWay: [] });
        return;
      }
      case "object": {
        const type = this.typeInfo(named?.[2] ?? "");
        const rest = (named?.[3] ?? "").split(/\s+/);
        const value = (name: string): number =>
          Number(rest.find((word) => word.startsWith(`${name}=`))?.split("=")[1] ?? 0);
        const after = (word: string): string | undefined =>
          rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined;
        const on = after("on");
        (type.objects as Mutable<Model["types"][number]>["objects"]).push({
          alive: !rest.includes("unused"),
          values: type.fields.map(({ name }) => value(name)),
          lists: on === undefined ? [] : on.split(",").map(Number),
          keeps: Number(after("keeps") ?? 0),
          ...(after("by") === undefined ? {} : { keptBy: after("by") as string }),
        });
        return;
      }
      case "lock": {
        const of = words.includes("of") ? this.type(words[words.indexOf("of") + 1] ?? "") : null;
        const kind = words[2] as "spin" | "rw" | "mutex";
        locks.push({
          name: words[1] ?? "",
          kind,
          of,
          isRcuReader: words.includes("reader"),
          isAtomic: words.includes("atomic"),
        });
        return;
      }
      case "list": {
        const [type = "", link = ""] = (words[2] ?? "").split(".");
        const at = this.type(type);
        const under = line.split(" under ")[1];
        const protection = (under === undefined ? [] : under.split("|")).map((all) =>
          all.split("+").map((one) => {
            const [lock = "", mode = "any"] = one.trim().split(/\s+/);
            return { lock: indexOf(locks, lock), mode: mode as "any" };
          }),
        );
        lists.push({ name: words[1] ?? "", type: at, link: indexOf(types[at]?.fields ?? [], link), protection });
        return;
      }
      case "global":
        globals.push({ name: words[1] ?? "", max: Number(words[2]), initial: Number(words[4] ?? 0), ghost: false });
        return;
      case "queue":
        queues.push({ name: words[1] ?? "" });
        return;
      case "at_free":
      case "one_way": {
        const [type = "", name = ""] = (words[1] ?? "").split(".");
        const info = this.typeInfo(type);
        const field = indexOf(info.fields, name);
        const mask = Number(words[3]);
        if (words[0] === "at_free") {
          const rule = {
            field,
            mask,
            equals: Number(words[5]),
            code: words[6] ?? "",
            message: words.slice(7).join(" "),
          };
          (info.atFree as (typeof rule)[]).push(rule);
        } else
          (info.oneWay as unknown[]).push({ field, mask, code: words[4] ?? "", message: words.slice(5).join(" ") });
        return;
      }
      case "thread":
      case "daemon": {
        const [program = "", ...args] = (named?.[3] ?? "").split(/\s+/);
        this.threads.push({ name: named?.[2] ?? "", program, args: args.map(Number), role: words[0] });
        return;
      }
      default:
        throw new Error(`not understood: ${line}`);
    }
  }

  private typeInfo(label: string): Model["types"][number] {
    const info = this.result.types[this.type(label)];
    if (!info) throw new Error(`no type ${label}`);
    return info;
  }

  private type(label: string): number {
    return indexOf(
      this.result.types.map((type) => ({ name: type.label })),
      label,
    );
  }
}
