"""Archives that were made to do harm, seen by the whole program.

What each of them is made of stands in ``tests/artifacts/test_hostile.py``, which tests the readers.
"""

from __future__ import annotations

import gzip
import tarfile

from tests.artifacts import test_hostile as made
from tests.hostile.case import Case
from tests.servers.archives import packed, zipped

CONFIG = '[[surfaces]]\nkind = "pypi"\npath = "."\n'
PROJECT = {
    "release-tools.toml": CONFIG,
    "pyproject.toml": '[project]\nname = "app"\nversion = "1.0"\n',
}
LOOK = ("verify-surfaces", "1.0", "--built", "dist")
FORMS = {"pax": tarfile.PAX_FORMAT, "gnu": tarfile.GNU_FORMAT}


def _rows(test):
    """Return the rows of a parametrised test."""
    (mark,) = (one for one in test.pytestmark if one.name == "parametrize")
    return enumerate(mark.args[1])


def _case(name, file, data, id_="artifact-refused"):
    return Case(name, LOOK, id_, 1, {**PROJECT, f"dist/{file}": data})


def _cases():
    for number, name in enumerate(made.ELSEWHERE):
        for form, value in FORMS.items():
            data = packed({**made.INSIDE, name: "x"}, value)
            yield _case(f"elsewhere/{form}/{number}", made.SDIST, data)
        yield _case(f"elsewhere/zip/{number}", made.WHEEL, zipped({**made.DIST_INFO, name: "x"}))
    for number, (member, _) in _rows(made.test_a_member_that_is_no_file_refuses_a_tar):
        yield _case(f"member/{number}", made.SDIST, gzip.compress(made.tar_with(member)))
    for number, (data, _) in _rows(made.test_a_zip_that_can_be_read_in_two_ways_is_refused):
        yield _case(f"zip/{number}", made.WHEEL, data)
    for number, (data, _) in _rows(made.test_an_archive_that_is_not_whole_is_refused):
        yield _case(f"not-whole/{number}", made.SDIST, data)
    for number, (data, _) in _rows(made.test_a_header_that_says_odd_things_refuses_a_tar):
        yield _case(f"header/{number}", made.SDIST, gzip.compress(data + made.END))


CASES = list(_cases())
