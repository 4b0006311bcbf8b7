import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { Api } from "./typed.ts";

const OWN_PAGE = "me/index.html";

export interface StaticDir {
  /** With both slashes, for example `/console/`. */
  readonly prefix: string;
  readonly dir: string;
}

/** Built pages, for anybody: they hold nothing. */
export async function mountPages(api: Api, dirs: readonly StaticDir[]): Promise<void> {
  for (const [i, { prefix, dir }] of dirs.entries())
    await api.register(fastifyStatic, { root: dir, prefix, decorateReply: i === 0, redirect: true });
  const own = dirs.find(({ dir }) => existsSync(join(dir, OWN_PAGE)));
  if (own === undefined) return;
  // The subject's own page is built with the console, and is not under its address.
  api.get("/me/", { schema: { hide: true } }, (_request, reply) => reply.sendFile(OWN_PAGE, own.dir));
  api.get("/me", { schema: { hide: true } }, (_request, reply) => reply.redirect("/me/", 308));
}
