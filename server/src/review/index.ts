/** The one facade: a document in, a stream of reviews out. */
export { createReviewer, reviewDocument } from "./review-document";
