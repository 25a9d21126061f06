import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Imported before all else by index.ts: Node keeps what it compiled of the SDKs, a tenth of the program's start.
enableCompileCache(join(__dirname, "node_modules", ".cache", "compiled"));
