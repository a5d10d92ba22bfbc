"""Working ahead: the next batches are read and worked on while the last ones are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pyarrow as pa

from abmkit.errors import UsageError

Batch = TypeVar("Batch")
Made = TypeVar("Made")

# A Parquet row group takes two batches of a common table.
_BATCHES = 2


def use_threads(count: int | None) -> None:
    """Let so many threads work at once, Arrow's among them. Raises UsageError for less than one."""
    if count is not None:
        if count < 1:
            raise UsageError("--threads: {count} is not a number of threads", count=count)
        pa.set_cpu_count(count)


class _Here(Executor):
    """Does the work at once, in the thread that asks for it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def workers(count: int, name: str = "") -> Executor:
    """At most so many threads, and no more than are to be used; of one, this one."""
    if pa.cpu_count() == 1:
        return _Here()
    return ThreadPoolExecutor(min(count, pa.cpu_count()), thread_name_prefix=name)


@contextmanager
def ahead(batches: Iterable[Batch]) -> Iterator[Iterator[Batch]]:
    """The same batches in the same order, the next two made by a thread of their own.

    What goes wrong there is raised where the batch would have come. At the end of the block no
    more are made, and the thread is done.
    """
    source = iter(batches)
    pool = workers(1, "ahead")

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
    """What the work makes of each batch, in their order, by as many threads as are to be used.

    The batches are made ahead by a thread of their own. What goes wrong is raised where its result
    would have come. At the end of the block no more is made, and the threads are done.
    """
    threads = pa.cpu_count()
    with ahead(batches) as coming, workers(threads, "work") as pool:

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
