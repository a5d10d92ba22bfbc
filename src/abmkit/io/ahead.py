"""Working ahead: the next batches are read and worked on while the last ones are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pyarrow as pa

Batch = TypeVar("Batch")
Made = TypeVar("Made")

# A Parquet row group takes two batches of a common table.
_BATCHES = 2


@contextmanager
def ahead(batches: Iterable[Batch]) -> Iterator[Iterator[Batch]]:
    """The same batches in the same order, the next two made by a thread of their own.

    What goes wrong there is raised where the batch would have come. At the end of the block no
    more are made, and the thread is done.
    """
    source = iter(batches)
    pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")

    def coming() -> Future[Batch | None]:
        return pool.submit(next, source, None)

    def taken() -> Iterator[Batch]:
        waiting = deque(coming() for _ in range(_BATCHES))
        while (batch := waiting.popleft().result()) is not None:
            waiting.append(coming())
            yield batch

    try:
        yield taken()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def side_by_side(
    work: Callable[[Batch], Made], batches: Iterable[Batch]
) -> Iterator[Iterator[Made]]:
    """What the work makes of each batch, in their order, by as many threads as Arrow has.

    The batches are made ahead by a thread of their own. What goes wrong is raised where its result
    would have come. At the end of the block no more is made, and the threads are done.
    """
    threads = pa.cpu_count()
    with ahead(batches) as coming, ThreadPoolExecutor(threads, "work") as pool:

        def made() -> Iterator[Made]:
            waiting: deque[Future[Made]] = deque()
            for batch in coming:
                waiting.append(pool.submit(work, batch))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        try:
            yield made()
        finally:
            pool.shutdown(cancel_futures=True)
