/** Patches for the releases from 6.4 on. */
import { testPatches } from "./known-patches";

testPatches("expect-preserved.json");
