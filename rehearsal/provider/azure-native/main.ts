import { serve } from "../serve";
import { EngineLog } from "../engine-log";
import { AzureNativeStandIn } from "./azure-native-stand-in";

const log = new EngineLog();
void serve(new AzureNativeStandIn(log), log);
