/** The thread that the command line runs reviews in. */
import { serveReviews } from "../cli/review-thread";
import { askFurther, reviewDocument } from "../review";
import { diskWorkspace } from "../disk/workspace";
import { nodeParser } from "./parser";
import { threadedEngine } from "./threads";

serveReviews({
  reviewDocument,
  askFurther,
  createParser: nodeParser,
  workspaceOf: diskWorkspace,
  engine: threadedEngine(),
});
