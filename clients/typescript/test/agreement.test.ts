/** What we write is what the backend writes, for very many values. Needs WILDSIDE_PYTHON. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { canonical } from "../src/canonical.ts";

const PYTHON = process.env["WILDSIDE_PYTHON"];
const skip = PYTHON ? false : "WILDSIDE_PYTHON is not set";

/** Two lists, for either language's canonical text of either kind of value. */
const PROGRAM = `
import struct, sys
from wildside.domain.release import canonical, client_row
import msgspec

def written(value):
    return canonical(client_row({"value": value})["value"]).decode()

given = msgspec.json.decode(sys.stdin.buffer.read())
doubles = [struct.unpack(">d", bytes.fromhex(one))[0] for one in given["doubles"]]
texts = [written(msgspec.json.decode(one)) for one in given["texts"]]
sys.stdout.buffer.write(msgspec.json.encode([[written(one) for one in doubles], texts]))
`;

function byPython(doubles: number[], texts: string[]): [string[], string[]] {
  const hexadecimal = doubles.map((double) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(double);
    return bytes.toString("hex");
  });
  const input = JSON.stringify({ doubles: hexadecimal, texts });
  const output = execFileSync(PYTHON ?? "", ["-c", PROGRAM], { input, maxBuffer: 2 ** 28, encoding: "utf8" });
  return JSON.parse(output) as [string[], string[]];
}

function random(below: number): number {
  return randomBytes(4).readUInt32BE() % below;
}

/** Any bits that are a number, and numbers as people write them. */
function doubles(): number[] {
  const powers = Array.from({ length: 640 }, (_, at) => Number(`1e${at - 330}`));
  const around = powers.flatMap((power) => [power, power * 1.5, -power * 9.99, power / 3]);
  const bits = Array.from({ length: 10_000 }, () => randomBytes(8).readDoubleBE());
  const people = Array.from({ length: 10_000 }, () => (random(2 ** 31) - 2 ** 30) / 10 ** random(12));
  const edges = [0, -0, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 2 ** 63, 1e16 - 2, 9999999999999998];
  return [...edges, ...around, ...bits, ...people].filter(Number.isFinite);
}

const LETTERS = [..."aZ09é\uffff\ue000\ud7ff😀🦊\u{10ffff}\u0000\u001f\u007f\u0080\u2028\ufeff\"\\/\b\n "];

function word(): string {
  return Array.from({ length: random(4) }, () => LETTERS[random(LETTERS.length)]).join("");
}

function value(depth: number): unknown {
  const kind = random(depth > 3 ? 4 : 6);
  if (kind === 0) return random(1000) - 500;
  if (kind === 1) return random(2) === 0 ? null : random(2) === 0;
  if (kind < 4) return word();
  const items = Array.from({ length: random(5) }, () => value(depth + 1));
  return kind === 4 ? items : Object.fromEntries(items.map((item) => [random(9) === 0 ? "__proto__" : word(), item]));
}

test("numbers, texts and objects are written as the backend writes them", { skip }, () => {
  const numbers = doubles();
  const values = Array.from({ length: 3000 }, () => value(0));
  const [theirNumbers, theirValues] = byPython(numbers, values.map((one) => JSON.stringify(one)));
  assert.ok(numbers.length > 20_000);
  assert.deepEqual(numbers.map((one) => canonical(one)), theirNumbers);
  assert.deepEqual(values.map((one) => canonical(one)), theirValues);
});
