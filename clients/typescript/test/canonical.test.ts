import assert from "node:assert/strict";
import { test } from "node:test";

import { canonical } from "../src/canonical.ts";
import { NotIntact } from "../src/errors.ts";
import { decodeUtf8 } from "../src/json.ts";
import { compareText, sortedRows } from "../src/order.ts";

const NUMBERS: [number, string][] = [
  [0, "0"],
  [-0, "0"],
  [1.0, "1"],
  [-3, "-3"],
  [0.1, "0.1"],
  [-2.25, "-2.25"],
  [1e-4, "0.0001"],
  [1.5e-5, "0.000015"],
  [1e-6, "1e-6"],
  [1e-7, "1e-7"],
  [1.25e-9, "1.25e-9"],
  [5e-324, "5e-324"],
  [123456.789, "123456.789"],
  [1e15, "1000000000000000"],
  [2 ** 53 - 1, "9007199254740991"],
  [2 ** 53, "9007199254740992.0"],
  [1e16, "1e16"],
  [-1.2345678901234568e20, "-1.2345678901234568e20"],
  [1e21, "1e21"],
  [1.7976931348623157e308, "1.7976931348623157e308"],
];

for (const [value, text] of NUMBERS) {
  test(`the number ${text}`, () => assert.equal(canonical(value), text));
}

test("members are sorted by code point, not by UTF-16 unit", () => {
  const value = { "\u{1f600}": 1, "\uff00": 2, "\ue000": 3, "\ud7ff": 4, b: 5, a: 6, 10: 7, 9: 8 };
  assert.equal(canonical(value), '{"10":7,"9":8,"a":6,"b":5,"\ud7ff":4,"\ue000":3,"\uff00":2,"\u{1f600}":1}');
});

test("text is written as UTF-8 with the short escapes", () => {
  const text = 'é"\\/\b\f\n\r\t\u0001\u007f\u2028😀';
  assert.equal(canonical(text), '"é\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007f\u2028😀"');
});

test("names of prototypes are names", () => {
  const value: unknown = JSON.parse('{"toString":1,"__proto__":{"x":[]},"constructor":null}');
  assert.equal(canonical(value), '{"__proto__":{"x":[]},"constructor":null,"toString":1}');
});

for (const [what, value] of [
  ["half a pair", "\ud800"],
  ["the other half", "x\udc00"],
  ["halves in the wrong order", "\udc00\ud800"],
  ["half a pair in a name", { "\ud83d": 1 }],
  ["infinity", JSON.parse("1e999")],
  ["no number", NaN],
  ["nothing", undefined],
  ["a function", () => 1],
  ["a great depth", JSON.parse("[".repeat(50_000) + "]".repeat(50_000))],
] as const) {
  test(`${what} is not written`, () => assert.throws(() => canonical(value), NotIntact));
}

test("what is nested as rows are is written", () => {
  const text = `${"[".repeat(150)}${"]".repeat(150)}`;
  assert.equal(canonical(JSON.parse(text)), text);
});

test("bytes that are no UTF-8 are damaged, and so is a byte order mark", () => {
  assert.throws(() => decodeUtf8(Uint8Array.of(0x22, 0xff, 0x22)), NotIntact);
  assert.throws(() => decodeUtf8(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)), NotIntact);
  assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)), "\ufeff1");
});

test("text is compared by code point", () => {
  const sorted = ["", "a", "ab", "b", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{1f600}", "\u{1f601}"];
  assert.deepEqual([...sorted].reverse().sort(compareText), sorted);
  assert.equal(compareText("\u{1f600}", "\u{1f600}"), 0);
});

test("rows are sorted by each member, null and nothing last, equals as they came", () => {
  const rows = [
    { rank: null, live: true, id: 1 },
    { live: false, id: 2 },
    { rank: 10, live: null, id: 3 },
    { rank: 9, live: true, id: 4 },
    { rank: 9, live: false, id: 5 },
    { rank: -0.5, live: false, id: 6 },
    { rank: -0.5, live: false, id: 7 },
  ];
  const ids = (order: string[]) => sortedRows(rows, order).map((row) => row.id);
  assert.deepEqual(ids(["rank", "live"]), [6, 7, 5, 4, 3, 2, 1]);
  assert.deepEqual(ids(["live"]), [2, 5, 6, 7, 1, 4, 3]);
  assert.deepEqual(ids(["toString"]), [1, 2, 3, 4, 5, 6, 7]);
});

test("kinds that have no order are damage", () => {
  for (const other of ["5", true, [5], { five: 5 }]) {
    assert.throws(() => sortedRows([{ rank: 5 }, { rank: other }], ["rank"]), NotIntact);
  }
});
