/** The steps from 5.12 to 5.13, each as a patch on what the one before left, and mistakes that one may make in them. */
import { testPatches } from "./known-patches";

testPatches("expect-steps.json");
