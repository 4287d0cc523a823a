"""How long many readers wait when all of them click at once, for the benchmark.

Each reader is a session of its own on a real server, speaking to it as the interface in a browser does.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

READERS = 50
_CLICKS = 6
_LARGEST_MESSAGE_BYTES = 50_000_000
_TIMEOUT_SECONDS = 60


def crowd_p95_seconds(url: str, filieres: Sequence[str], *, readers: int = READERS) -> float:
    """Return the 95th percentile of the seconds from a click to the complete answer of the script.

    Parameters
    ----------
    url
        Where the server listens, as ``http://localhost:8501``.
    filieres
        What the readers choose among, each in a turn of his own.
    readers
        Sessions that click at the same moment.

    Raises :class:`RuntimeError` when a script fails, :class:`TimeoutError` when one takes a minute, and the errors of
    ``websockets`` when the server cannot be reached: a crowd that is not served has no waiting time.
    """
    return asyncio.run(_crowd(url, filieres, readers))


async def _crowd(url: str, filieres: Sequence[str], readers: int) -> float:
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    opened = [
        await connect(address, subprotocols=[Subprotocol("streamlit")], max_size=_LARGEST_MESSAGE_BYTES)
        for _ in range(readers)
    ]
    turns = [_questions(filieres, rank) for rank in range(readers)]
    try:
        waits: list[float] = []
        for click in range(_CLICKS + 1):
            times = await asyncio.gather(
                *(_click(one, next(turn)) for one, turn in zip(opened, turns, strict=True))
            )
            # The first is the arrival: the page is opened, nobody has clicked.
            waits.extend(times if click else [])
    finally:
        await asyncio.gather(*(one.close() for one in opened))
    return statistics.quantiles(waits, n=20, method="inclusive")[-1]


def _questions(filieres: Sequence[str], rank: int) -> Iterator[str]:
    """Return the addresses that one reader goes through: another filière, then another level, then on."""
    asked = itertools.product(filieres, ("proximite", "expertise"))
    turn = itertools.cycle([urlencode({"filiere": name, "niveau": level}) for name, level in asked])
    return itertools.islice(turn, rank, None)


async def _click(connection: ClientConnection, query: str) -> float:
    start = time.perf_counter()
    asked = BackMsg(rerun_script=ClientState(query_string=query, page_name="couverture"))
    await connection.send(asked.SerializeToString())
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        while True:
            said = ForwardMsg.FromString(bytes(await connection.recv(decode=False)))
            kind = said.WhichOneof("type")
            if kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(said.delta.new_element.exception.message)
            if kind == "script_finished":
                if said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"a script ended with status {said.script_finished}")
                return time.perf_counter() - start
