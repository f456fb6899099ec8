"""What an answer is, and when two answers are the same.

Two answers are the same when they have the same rows, in whatever order, down to the bytes of each geometry. Every
engine is asked for ISO WKB in little-endian order; nothing is normalised afterwards, so a difference shows. Columns of
floating-point numbers alone, which are sums that each engine adds up in its own order, may differ by a billionth.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Between columns, and in the place of NULL. Neither occurs in PNUs, numbers and land categories.
SEPARATOR = "\x1f"
NULL = "\x00"
TOLERANCE = 1e-9  # of the weighted sum of floating-point numbers


@dataclass(frozen=True)
class Answer:
    """What came back for one case of one work, and how long it took."""

    case: int
    seconds: float
    rows: int
    digest: str
    floats: float = 0.0  # the sum of the floating-point numbers, each with a weight of its row's

    def same_as(self, other: "Answer") -> bool:
        """Whether both have the same rows."""
        close = math.isclose(self.floats, other.floats, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        return (self.rows, self.digest) == (other.rows, other.digest) and close


class Mismatch(Exception):
    """An engine answered with other rows than the reference."""


def answer(case: int, seconds: float, table: pa.Table) -> Answer:
    """Makes an answer of the rows that came back.

    Rows are hashed in any order: the sum, modulo 2^64, of the first 8 bytes of each row's SHA-256. A row is its columns
    as text (bytes for binary columns), joined by U+001F, with NULL as U+0000, floating-point numbers left out.
    `benches/src/digest.rs` computes the same. A row's hash also weighs its floating-point numbers, between 1 and 2, so
    that numbers in one another's rows are found out.
    """
    names = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    numbers = table.drop_columns(names)
    total, floats = 0, 0.0
    begin = 0
    for batch in table.select(names).to_batches(max_chunksize=65_536):
        hashes = [int.from_bytes(hashlib.sha256(row).digest()[:8], "little") for row in row_texts(batch)]
        total += sum(hashes)
        weights = 1 + np.array(hashes, dtype=np.float64) / 2**64
        for number in numbers.slice(begin, len(hashes)).columns:
            floats += float(np.nansum(weights * number.to_numpy()))
        begin += len(hashes)
    return Answer(case, seconds, table.num_rows, f"{total % 2**64:016x}", floats)


def row_texts(batch: pa.RecordBatch) -> list[memoryview]:
    """Renders each row as the bytes that are hashed."""
    if batch.num_rows == 0:
        return []
    columns = [_as_binary(column) for column in batch.columns]
    joined = pc.binary_join_element_wise(
        *columns, _binary(SEPARATOR), null_handling="replace", null_replacement=NULL.encode()
    )
    offsets = np.frombuffer(joined.buffers()[1], dtype=np.int64)[joined.offset : joined.offset + len(joined) + 1].tolist()
    data = memoryview(joined.buffers()[2])
    return [data[begin:end] for begin, end in zip(offsets, offsets[1:])]


def _binary(text: str) -> pa.Scalar:
    return pa.scalar(text.encode(), pa.large_binary())


def _as_binary(column: pa.Array) -> pa.Array:
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        column = column.cast(pa.string())
    return column.cast(pa.large_binary())


def verify(who: str, work: str, texts: list[str], expected: dict[int, Answer], found: list[Answer]) -> None:
    """Stops the race where an answer differs from the reference's.

    # Errors

    `Mismatch`, with the statement.
    """
    for each in found:
        right = expected.get(each.case)
        if right is not None and not each.same_as(right):
            raise Mismatch(
                f"{who} answers {work} (case {each.case}) with {each.rows:,} rows, hash {each.digest}, numbers "
                f"{each.floats!r}; the reference has {right.rows:,} rows, hash {right.digest}, numbers {right.floats!r}:\n"
                f"  {texts[each.case][:2000]}"
            )
