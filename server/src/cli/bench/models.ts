/** The models that Lastput and SPIN are compared on: three to six threads, one to three roots, lowered from a bundled patch. */
import type { CParser } from "../../c/syntax";
import example from "../../../../examples/put-root.patch";
import { DEFAULT_OPTIONS } from "../../review/api";
import { modelsOfDocument, type NamedModel } from "../../review/models";

export interface BenchModel extends NamedModel {
  readonly name: string;
  readonly threads: number;
  readonly objects: number;
}

interface Chosen {
  readonly scenario: string;
  readonly threads: number | null;
  readonly objects: number | null;
}

const CHOSEN: readonly Chosen[] = [
  own("put-reader-reader"),
  own("put-fast-zap-reader"),
  own("load-put-fast-zap-notifier"),
  at("put-reader", 4, 1),
  at("put-notifier", 4, 1),
  at("put-fast-zap", 4, 1),
  at("put-fast-zap", 4, 2),
  at("shared-put-fast-zap", 4, 1),
  at("put-invalidate", 5, 1),
  at("put-zap-all", 5, 1),
  at("put", 6, 1),
  at("put", 6, 3),
];

/** Each on the first base that the patch fits, after the patch. @param names only these; none: all */
export async function benchModels(parser: CParser, names: readonly string[]): Promise<BenchModel[]> {
  const workspace = { read: async () => Promise.resolve(undefined) };
  const found: BenchModel[] = [];
  for (const { scenario, threads, objects } of CHOSEN) {
    const options = { ...DEFAULT_OPTIONS, scale: { threads, objects } };
    const request = { name: "put-root.patch", text: example, language: "auto", options } as const;
    const models = await modelsOfDocument(request, { parser, workspace });
    const isIt = ({ id, side }: NamedModel): boolean => side === "after" && id.split(/[/@]/)[1] === scenario;
    const model = models.find(isIt);
    if (model === undefined) throw new Error(`the bundled patch has no scenario ${scenario} any more`);
    const pools = model.model.types.filter((type) => type.permanent !== true);
    found.push({
      ...model,
      name: model.id.split("/")[1] ?? model.id,
      threads: model.model.threads.filter(({ role }) => role === "thread").length,
      objects: pools.reduce((sum, type) => sum + type.objects.length, 0),
    });
  }
  const unknown = names.find((name) => !found.some((model) => model.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no model ${unknown}; there are ${found.map(({ name }) => name).join(", ")}`);
  }
  return names.length === 0 ? found : found.filter(({ name }) => names.includes(name));
}

function own(scenario: string): Chosen {
  return { scenario, threads: null, objects: null };
}

function at(scenario: string, threads: number, objects: number): Chosen {
  return { scenario, threads, objects };
}
