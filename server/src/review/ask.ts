/** Questions about a document that was reviewed: the review comes first, and gives what is changed and compared with. */
import type { ReviewRequest, Surroundings } from "./api";
import { explainLines } from "./explain";
import { findRepairs } from "./repair";
import type { Reviews } from "./review-document";
import type { Answer, AskFurther, Question } from "./why";

export function askerOver(reviews: Reviews): AskFurther {
  return (request, question, surroundings) => answer(reviews, request, question, surroundings);
}

async function* answer(
  reviews: Reviews,
  request: ReviewRequest,
  question: Question,
  surroundings: Surroundings,
): AsyncGenerator<Answer, void, void> {
  // What a line is there for is asked of the plain models: mutants know nothing of store buffers.
  const options = { ...request.options, memoryModel: "sc" as const };
  const review = reviews.finished({ ...request, options }, surroundings);
  for (let step = await review.next(); ; step = await review.next()) {
    if (step.done !== true) {
      const { done, total } = step.value.progress;
      yield nothingYet(question, "review", { done, total });
    } else if (step.value === null) {
      return yield nothingYet(question, "stopped", { done: 0, total: 0 });
    } else if (question.kind === "why") {
      return yield* explainLines(step.value, question.at, options, surroundings);
    } else {
      return yield* findRepairs(step.value, question.fingerprint, options, surroundings);
    }
  }
}

function nothingYet(question: Question, stage: Answer["stage"], progress: Answer["progress"]): Answer {
  if (question.kind === "why") return { kind: "why", lines: [], refusal: null, stage, progress };
  return { kind: "repairs", repairs: [], refusal: null, stage, progress };
}
