export { ConfigError, resolveConfig } from "./config/config.ts";
export type { ConfigSources } from "./config/config.ts";
export type { Config } from "./config/schema.ts";
export type { Endpoint } from "./endpoint.ts";
export { KvServer } from "./server.ts";
