"""Reading ahead: the next batches come while the last ones are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa

# A Parquet row group takes two batches of a common table.
_BATCHES = 2


@contextmanager
def ahead(batches: Iterable[pa.Table]) -> Iterator[Iterator[pa.Table]]:
    """The same batches in the same order, the next two made by a thread of their own.

    What goes wrong there is raised where the batch would have come. At the end of the block no
    more are made, and the thread is done.
    """
    source = iter(batches)
    pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")

    def coming() -> Future[pa.Table | None]:
        return pool.submit(next, source, None)

    def taken() -> Iterator[pa.Table]:
        waiting = deque(coming() for _ in range(_BATCHES))
        while (batch := waiting.popleft().result()) is not None:
            waiting.append(coming())
            yield batch

    try:
        yield taken()
    finally:
        pool.shutdown(cancel_futures=True)
