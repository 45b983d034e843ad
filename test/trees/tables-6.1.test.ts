import { testRows } from "./rows";

testRows("6.1", "tables");
