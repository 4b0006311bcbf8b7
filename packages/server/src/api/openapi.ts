import swagger from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { Api } from "./typed.ts";

const DESCRIPTION = "Is it still the same person? Sessions, batches, assessments and outcomes.";

/** Collects the contract as OpenAPI 3.1 from the schemas that validate. Must be registered before the routes. */
export async function collectOpenApi(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Habitus", description: DESCRIPTION, version: "1", license: { name: "Apache-2.0" } },
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An application's API key." },
          pageToken: { type: "http", scheme: "bearer", description: "A token of the subject's own page." },
          operator: {
            type: "apiKey",
            in: "cookie",
            name: "habitus-operator",
            description: "An operator's sign-in, from the console's own pages.",
          },
          host: { type: "http", scheme: "bearer", description: "The token in the data folder of a running service." },
          collectorToken: { type: "http", scheme: "bearer", description: "A session's collector token." },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
}

export function mountOpenApi(api: Api): void {
  api.get("/openapi.json", { schema: { hide: true } }, async () => api.swagger());
}
