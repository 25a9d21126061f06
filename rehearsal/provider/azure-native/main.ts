// First: it notes the parent while it is loaded.
import { serve } from "../serve";
import { EngineLog } from "../engine-log";
import { AzureNativeStandIn } from "./azure-native-stand-in";

const log = new EngineLog();
void serve(new AzureNativeStandIn(log), log);
