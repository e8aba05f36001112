import assert from "node:assert/strict";
import { test } from "node:test";

import { ConfigInvalid, configFromEnvironment, createReferenceProvider, type ClientConfig } from "../src/index.ts";

const URL = "http://backend:8000";

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConfigInvalid);
    assert.equal(error.code, "config_invalid");
    return error.problems;
  }
  return [];
}

test("the flag is off by default", () => {
  assert.deepEqual(configFromEnvironment({}), { useBackend: false, url: null });
  const empty = { USE_BACKEND_REFERENCE: " ", WILDSIDE_URL: "" };
  assert.deepEqual(configFromEnvironment(empty), { useBackend: false, url: null });
});

test("the flag has many spellings", () => {
  const read = (flag: string) => configFromEnvironment({ USE_BACKEND_REFERENCE: flag, WILDSIDE_URL: URL }).useBackend;
  for (const on of ["1", "true", "on", "YES", " True "]) assert.equal(read(on), true, on);
  for (const off of ["0", "false", "Off", "no"]) assert.equal(read(off), false, off);
});

test("everything that is wrong is told at once", () => {
  const environment = { USE_BACKEND_REFERENCE: "maybe", WILDSIDE_URL: "ftp://user:secret@host" };
  const problems = problemsOf(() => configFromEnvironment(environment));
  assert.equal(problems.length, 2);
  assert.match(problems[0] ?? "", /USE_BACKEND_REFERENCE must be one of/);
  assert.match(problems[1] ?? "", /WILDSIDE_URL must be http/);
  assert.doesNotMatch(problems.join(), /secret/);
  assert.equal(problemsOf(() => configFromEnvironment({ USE_BACKEND_REFERENCE: "maybe" })).length, 1);
  const wrong: ClientConfig = { useBackend: true, timeoutSeconds: 0, maxAgeSeconds: -1 };
  assert.equal(problemsOf(() => createReferenceProvider(wrong)).length, 3);
});

test("an inherited name is no setting", () => {
  const environment = Object.create({ USE_BACKEND_REFERENCE: "1" }) as Record<string, string>;
  assert.equal(configFromEnvironment(environment).useBackend, false);
});

for (const url of [URL, "https://backend", "http://[::1]:80/base/", "HTTP://backend/a/b"]) {
  test(`${url} is an address`, () => assert.equal(configFromEnvironment({ WILDSIDE_URL: url }).url, url));
}

const BAD = ["backend", "http://", "http:///x", "http://a b", "http://u:p@h", "http://h?x", "http://h#x", "http://h:0"];
for (const url of [...BAD, "http://h:99999", "http://é", "http:\\\\h", "file:///x", "http://h\n"]) {
  test(`${JSON.stringify(url)} is no address`, () => {
    assert.equal(problemsOf(() => createReferenceProvider({ url })).length, 1);
  });
}

for (const seconds of [NaN, Infinity, -1, 0]) {
  test(`${seconds} seconds are no time-out`, () => {
    assert.equal(problemsOf(() => createReferenceProvider({ timeoutSeconds: seconds })).length, 1);
  });
}
