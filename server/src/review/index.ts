/** The one facade: a document in, a stream of reviews out. */
export { reviewDocument } from "./review-document";
