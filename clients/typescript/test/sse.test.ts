import assert from "node:assert/strict";
import { test } from "node:test";

import { NotIntact } from "../src/errors.ts";
import { EventParser, type Said } from "../src/sse.ts";

const STREAM =
  "\ufeffretry: 2500\n\n: still here\n\n:bare\n" +
  "id: é😀-1\nevent: release\ndata: one\ndata:two\ndata\n\n" +
  "data: again\n\nevent: nothing\n\nid: bad\0id\ndata:  x\nunknown: y\nretry: 1s\n\nid\ndata: z\n\n";

const SAID: Said[] = [
  { kind: "retry", seconds: 2.5 },
  { kind: "comment", text: "still here" },
  { kind: "comment", text: "bare" },
  { kind: "event", event: "release", id: "é😀-1", data: "one\ntwo\n" },
  { kind: "event", event: "message", id: "é😀-1", data: "again" },
  { kind: "event", event: "message", id: "é😀-1", data: " x" },
  { kind: "event", event: "message", id: "", data: "z" },
];

function parsed(text: string, sizes: () => number): Said[] {
  const [bytes, parser, said]: [Uint8Array, EventParser, Said[]] = [
    new TextEncoder().encode(text),
    new EventParser(),
    [],
  ];
  for (let at = 0; at < bytes.length; ) {
    const size = sizes();
    said.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return said;
}

for (const [name, end] of [["LF", "\n"], ["CR", "\r"], ["CRLF", "\r\n"]] as const) {
  const text = STREAM.replaceAll("\n", end);
  test(`lines that end with ${name}, cut into pieces of any size`, () => {
    for (let size = 1; size <= 40; size++) assert.deepEqual(parsed(text, () => size), SAID, `size ${size}`);
    assert.deepEqual(parsed(text, () => text.length * 2), SAID);
  });
}

test("ends of lines may be mixed, and a cut between CR and LF makes no empty line", () => {
  const text = "data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\n\r";
  const wanted = ["a\nb\nc", "d"];
  for (let size = 1; size < 20; size++) {
    const found = parsed(text, () => size).map((said) => (said.kind === "event" ? said.data : said.kind));
    assert.deepEqual(found, wanted);
  }
});

test("what is not complete is not said", () => {
  assert.deepEqual(new EventParser().push(new TextEncoder().encode("data: a\n")), []);
});

for (const [what, text] of [
  ["a line without an end", "x".repeat(70_000)],
  ["an event without an end", "data: 12345678\n".repeat(10_000)],
] as const) {
  test(`${what} is not read for ever`, () => {
    const parser = new EventParser();
    assert.throws(() => parser.push(new TextEncoder().encode(text)), NotIntact);
  });
}

test("a long stream of small events is no large event", () => {
  const parser = new EventParser();
  const event = new TextEncoder().encode("data: 12345678\n\n".repeat(1000));
  for (let round = 0; round < 20; round++) assert.equal(parser.push(event).length, 1000);
});
