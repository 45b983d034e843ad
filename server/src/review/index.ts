/** The one facade: a document in, a stream of reviews out, and answers to those who ask further. */
import { KERNEL, PROFILES } from "./builtin";
import { Reviews } from "./review-document";
import { askerOver } from "./ask";

export { askerOver } from "./ask";
export { createReviewer, Reviews } from "./review-document";

const builtin = new Reviews(KERNEL, PROFILES);

export const reviewDocument = builtin.document;
export const askFurther = askerOver(builtin);
