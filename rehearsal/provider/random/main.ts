// First: it notes the parent while it is loaded.
import { serve } from "../serve";
import { EngineLog } from "../engine-log";
import { RandomStandIn } from "./random-stand-in";

const log = new EngineLog();
void serve(new RandomStandIn(), log);
