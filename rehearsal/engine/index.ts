export { engineEnvironment } from "./engine-environment";
export type { Engine, EngineSource } from "./engine";
export { EngineError, EngineNotFoundError, EngineNotReadyError } from "./engine-error";
export { findEngine, findReadyEngine, type EngineReport, type FindOptions } from "./find-engine";
export { installLanguageHost } from "./language-host/install";
export { Pulumi, PulumiCommandError, type EngineEvent, type PulumiOptions, type RunOptions } from "./pulumi";
export { engineVersion } from "./engine-version";
export { resourceSteps, type ResourceStep } from "./resource-steps";
