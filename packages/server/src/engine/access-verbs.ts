import { addApiKey, addKeyTo, findApiKey, listApiKeys, revokeApiKey, rotateApiKey } from "../flows/api-keys.ts";
import { cutAudit } from "../flows/cut-audit.ts";
import { findApplication } from "../flows/find-application.ts";
import { noteFailure } from "../flows/note-failures.ts";
import { noteView } from "../flows/note-view.ts";
import { addOperator, listOperators, makeHostLink, makeLink, removeOperator } from "../flows/operators.ts";
import { addPasskey, beginPasskey, beginSignIn, finishSignIn, removePasskey } from "../flows/passkeys.ts";
import { readMarks } from "../flows/read-marks.ts";
import { readOperator, readSignIn, signOut, useLink } from "../flows/sign-ins.ts";

/** What the service can be asked about who may ask. */
export const ACCESS_VERBS = {
  addApiKey,
  addKeyTo,
  addOperator,
  addPasskey,
  beginPasskey,
  beginSignIn,
  cutAudit,
  findApiKey,
  finishSignIn,
  findApplication,
  listApiKeys,
  listOperators,
  makeHostLink,
  makeLink,
  noteFailure,
  noteView,
  readMarks,
  readOperator,
  readSignIn,
  removeOperator,
  removePasskey,
  revokeApiKey,
  rotateApiKey,
  signOut,
  useLink,
};
