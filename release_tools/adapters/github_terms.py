"""How patiently GitHub is asked, and which hosts may be."""

from __future__ import annotations

from typing import NamedTuple


class Terms(NamedTuple):
    """What may be spent on asking, and which hosts may be asked beside the public ones.

    ``patience`` is how many seconds may go in all into waiting for rate limits (none: they are
    told), ``deadline`` the moment of ``time.monotonic()`` after which nothing more is asked,
    ``budget`` how many requests may be spent on reading.  What reads is sent ``tries`` times.
    ``plain_http`` and ``private_hosts`` are those of ``[registries]``.
    """

    patience: float = 0.0
    deadline: float = float("inf")
    budget: int = 200
    tries: int = 3
    plain_http: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
