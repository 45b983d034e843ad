import { testRows } from "./rows";

testRows("6.12", "tables");
