"""Many threads that do the same at the same time."""

from __future__ import annotations

import threading


def together(work, count):
    """Return what ``work(number)`` returns on so many threads; raise what one of them raises."""
    came, wrong = {}, []
    gate = threading.Barrier(count)

    def run(number):
        try:
            gate.wait(10)
            came[number] = work(number)
        except BaseException as error:  # noqa: BLE001 - raised below
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return [came[number] for number in range(count)]
