export type { StaticDir } from "./api/pages.ts";
export { GENESIS } from "./audit/chain.ts";
export { type AuditVerdict, verifyAudit } from "./audit/verify.ts";
export { loadConfig, type ServiceConfig } from "./config.ts";
export type { AddKeyOptions } from "./flows/add-application.ts";
export { KeyError } from "./keys/key-provider.ts";
export { addApplication, createService, type Service } from "./service.ts";
export { StorageError } from "./storage/storage.ts";
export { type Learnt, type SwitchBackground, type Switched, switchBackground } from "./switch-background.ts";
