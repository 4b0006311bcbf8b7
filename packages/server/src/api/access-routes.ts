import type { ApiDeps } from "./api-deps.ts";
import { mountApiKeys } from "./api-keys.ts";
import { mountOperators } from "./operators.ts";
import { mountPasskeys } from "./passkeys.ts";
import type { Api } from "./typed.ts";

/** Who may ask: API keys, operators, and the operators' own sign-in. */
export function mountAccess(api: Api, deps: ApiDeps): void {
  mountApiKeys(api, deps);
  mountOperators(api, deps);
  mountPasskeys(api, deps);
}
