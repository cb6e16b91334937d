"""Writes ledger-v1.log and ledger-v1.json beside itself: a second writer of the ledger format, made from
docs/LEDGER.md alone and sharing no code with src/ledger, so that the tests do not compare our encoder with itself.

Run: python3 test/vectors/ledger-v1.py (standard library only; the result is always the same bytes).
"""

import hashlib
import json
import pathlib
import struct

FRAME = 0xFFFF
U48 = 2**48 - 1

previous = bytes(32)
sequences: dict[int, int] = {}
file = bytearray()
entries: list[dict] = []


def u48(value):
    return value.to_bytes(6, "little")


def entry_cell(time_ns, kind, identity=0, flags=0, code=0, a=0, b=0, c=0):
    cell = struct.pack("<BBHIQI", kind, flags, code, identity, time_ns, a) + u48(b) + u48(c)
    return cell


def text_cells(text):
    parts = [text[i : i + 28] for i in range(0, len(text), 28)]
    return [struct.pack("<BBH", 0, len(part), n % 65536) + part.ljust(28, b"\0") for n, part in enumerate(parts)]


def block(shard, first_ns, last_ns, cells):
    global previous
    sequence = sequences.get(shard, 0)
    sequences[shard] = sequence + 1
    head = struct.pack("<4sHHIIQQ", b"Z6LB", 1, shard, sequence, len(cells), first_ns, last_ns)
    body = b"".join(cells)
    previous = hashlib.sha256(previous + head + body).digest()
    file.extend(head + previous + body)


def expect(shard, time_ns, kind, identity=0, flags=0, code=0, a=0, b=0, c=0, text=None):
    entries.append(
        {
            "shard": shard,
            "timeNs": time_ns,
            "kind": kind,
            "identity": identity,
            "flags": flags,
            "code": code,
            "a": a,
            "b": b,
            "c": c,
            "text": text,
        }
    )


def cell(shard, *values):
    expect(shard, *values)
    return entry_cell(*values)


# A manifest of 3 text cells, the last of them in a block of its own.
manifest = '{"ledger":1,"z6":"0.1.0","seed":"42","name":"Grüße, 世界 🌍"}'
manifest_bytes = manifest.encode()
manifest_cells = text_cells(manifest_bytes)
assert len(manifest_cells) == 3
block(FRAME, 0, 0, [entry_cell(0, 1, a=len(manifest_bytes)), *manifest_cells[:2]])
expect(FRAME, 0, 1, a=len(manifest_bytes), text=manifest)
block(FRAME, 0, 0, manifest_cells[2:])

# Two shards, their blocks interleaved; kinds 2 to 18, and 21.
shard_0 = [
    (1_000, 13, 0, 2, 0, 0, 1_500_000),
    (1_000, 2, 0),
    (1_000, 2, 2),
    (1_000_000, 10, 7, 2, 0, 0, 250_000, 900_000),
    (1_000_000, 5, 0, 0, 1, 0xDEADBEEF, 12_345, 118),
    (3_500_000, 6, 0, 1, 200, 4096, 40_000, 2_000_000),
    (3_500_000, 5, 2, 255, 999, 0xFFFFFFFF, U48, U48),
    (3_500_001, 7, 2, 1, 4, 104, 2**32, 2**16),
    (3_500_001, 21, 4, 0, 65_535),
    (3_500_001, 6, 4, 6, 404, 0, 0, 0),
]
shard_1 = [
    (5_000, 4, 0xFFFFFFFF, 0, 1, 0, 4_999),
    (5_000, 5, 1, 1, 0, 1, 0, 1),
    (2**32 + 1, 8, 1),
    (2**32 + 1, 12, 9, 0, 4, 3, 2**32 + 1, 2**47),
    (2**32 + 2, 11, 10, 0, 3, 111, 1, 2**32 - 1),
]
shard_0_end = [
    (2**33, 14),
    (2**33 + 10, 15, 0, 0, 0, 0, 10),
    (2**33 + 10, 16),
    (2**33 + 11, 17, 0, 0, 3),
    (2**33 + 11, 18, 0, 0, 3),
    (2**33 + 12, 9, 0),
    (2**53 - 1, 3, 0, 0, 3, 17),
]
block(0, 1_000, 3_500_001, [cell(0, *e) for e in shard_0])
block(1, 5_000, 2**32 + 2, [cell(1, *e) for e in shard_1])
block(0, 2**33, 2**53 - 1, [cell(0, *e) for e in shard_0_end])

# Kind 22, in both shards at once: each text begins in one block and ends in the next of its shard, and the blocks of the
# other come in between. The entry comes when its text is whole, so that of shard 1 comes first.
token = "é" * 30
shadow = '{"sha256":"' + "0" * 64 + '","lengths":[3,3,3,3,3,5]}'
token_cells, shadow_cells = text_cells(token.encode()), text_cells(shadow.encode())
captured_0 = entry_cell(2**53 - 1, 22, 4, 0, 7, len(token.encode()))
captured_1 = entry_cell(2**33, 22, 1, 1, 65_535, len(shadow.encode()))
block(0, 2**53 - 1, 2**53 - 1, [captured_0, *token_cells[:1]])
block(1, 2**33, 2**33, [captured_1, *shadow_cells[:3]])
block(1, 2**33, 2**33, shadow_cells[3:])
expect(1, 2**33, 22, 1, 1, 65_535, len(shadow.encode()), text=shadow)
block(0, 2**53 - 1, 2**53 - 1, token_cells[1:])
expect(0, 2**53 - 1, 22, 4, 0, 7, len(token.encode()), text=token)

# The frame again: a criterion with text of exactly one cell, one with none, and the end of the run.
judged = '{"name":"p99","passed":true}'
assert len(judged.encode()) == 28
judged_cells = [entry_cell(2**53 - 1, 19, flags=1, a=28), *text_cells(judged.encode())]
expect(FRAME, 2**53 - 1, 19, flags=1, a=28, text=judged)
empty = entry_cell(2**53 - 1, 19)
expect(FRAME, 2**53 - 1, 19, text="")
ended = cell(FRAME, 2**53 - 1, 20, 0, 0, 3)
block(FRAME, 2**53 - 1, 2**53 - 1, [*judged_cells, empty, ended])

here = pathlib.Path(__file__).parent
(here / "ledger-v1.log").write_bytes(file)
expected = {
    "provenance": "test/vectors/ledger-v1.py",
    "end": {
        "state": "finished",
        "blocks": sum(sequences.values()),
        "entries": len(entries),
        "bytes": len(file),
        "fingerprint": previous.hex(),
    },
    "entries": entries,
}
(here / "ledger-v1.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
