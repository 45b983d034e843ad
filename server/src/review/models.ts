/** The models that a review of a document would run, for those who want to run them elsewhere. */
import type { Model } from "../model/ir";
import type { ReviewRequest, Surroundings } from "./api";
import { Bases } from "./bases";
import { KERNEL, PROFILES, type Kernel, type LoadedProfile } from "./builtin";
import { prepare, readPatches, type Preparing } from "./prepare";
import { readRequest } from "./review-document";
import type { SideName } from "./sides";
import { planOf } from "./series/plan";
import { rewound } from "./series/rewound";
import { allVariants, scenarioId } from "./state";
import { treePaths } from "./trees";
import { readWorkspace } from "./workspace-files";

export interface NamedModel {
  /** The scenario's id in a review. */
  readonly id: string;
  readonly side: SideName;
  /** `load+put ∥ fast zap`. */
  readonly title: string;
  readonly model: Model;
  /** Equal models have equal keys. */
  readonly key: string;
}

/** In the order of the review; `before` behind `after`. */
export async function modelsOfDocument(
  request: ReviewRequest,
  { parser, workspace }: Pick<Surroundings, "parser" | "workspace">,
  profiles: readonly LoadedProfile[] = PROFILES,
  kernel: Kernel = KERNEL,
): Promise<NamedModel[]> {
  const document = readRequest(request);
  const preparing: Preparing = rewound({
    document,
    plan: planOf(document, request.cuts),
    name: request.name,
    profiles,
    bases: new Bases(parser, kernel),
    ...(await readWorkspace(document, request.name, workspace, treePaths(profiles))),
    options: request.options,
  });
  const states = readPatches(preparing);
  const models: NamedModel[] = [];
  for (const index of preparing.plan.order) {
    const state = states[index];
    if (state !== undefined) await prepare(preparing, state, states, () => Promise.resolve(true));
  }
  for (const state of states) {
    for (const variant of allVariants(state)) {
      for (const side of ["after", "before"] as const) {
        for (const scenario of variant[side]?.scenarios ?? []) {
          const { model, key } = scenario;
          models.push({ id: scenarioId(state, variant, scenario), side, title: scenario.scenario.title, model, key });
        }
      }
    }
  }
  return models;
}
