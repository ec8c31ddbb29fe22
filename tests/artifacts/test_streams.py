from __future__ import annotations

import pytest

from release_tools.artifacts._streams import bomb

MIB = 1024**2


@pytest.mark.parametrize(
    ("packed", "unpacked", "refused"),
    [
        (1, 64 * MIB, None),  # so little that its ratio does not matter
        (MIB, 200 * MIB, None),
        (MIB, 200 * MIB + 1, "is a bomb: 1,048,576 bytes unpack to 209,715,201 and more"),
        (3 * MIB, 512 * MIB, None),
        (25 * MIB, 512 * MIB + 1, "is a bomb"),
        (26 * MIB, 512 * MIB + 1, None),
        (1024 * MIB, 2048 * MIB, None),
        (2048 * MIB, 2048 * MIB + 1, "holds more than the 2,147,483,648 bytes that are unpacked"),
    ],
)
def test_what_unpacks_to_more_than_anything_that_is_released_is_refused(packed, unpacked, refused):
    error = bomb(packed, unpacked)
    assert error is None if refused is None else error is not None and refused in error.message
