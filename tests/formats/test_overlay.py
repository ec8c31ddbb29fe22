"""The values that pin a chart's images say nothing else."""

from __future__ import annotations

import pytest

from release_tools.formats import overlay
from release_tools.formats.pins import Pin

DIGEST = "sha256:" + "a" * 64
APP = Pin("ghcr.io/o/app", "v1.0.0", DIGEST)
OTHER = Pin("ghcr.io/o/other", "v2.0.0", "sha256:" + "b" * 64)
JOINED = f"v1.0.0@{DIGEST}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"repository": APP.image, "tag": "v0"}, {"tag": JOINED}),
        ({"repository": APP.image}, {"tag": JOINED}),
        ({"registry": "ghcr.io", "repository": "o/app"}, {"tag": JOINED}),
        ({"registry": "quay.io", "repository": "o/app"}, {}),
        ({"registry": None, "repository": APP.image}, {"tag": JOINED}),
        ({"repository": APP.image, "digest": ""}, {"tag": "v1.0.0", "digest": DIGEST}),
        ({"repository": "ghcr.io/o/foreign", "tag": "v0"}, {}),
        ({"repository": None, "tag": "v0"}, {}),
        ({"tag": "v0"}, {}),
        ({"image": APP.image}, {"image": f"{APP.image}:{JOINED}"}),
        ({"initImage": f"{APP.image}:v0"}, {"initImage": f"{APP.image}:{JOINED}"}),
        ({"image": f"{APP.image}@{OTHER.digest}"}, {"image": f"{APP.image}:{JOINED}"}),
        ({"image": f"{APP.image}-x:v0"}, {}),
        ({"name": APP.image}, {}),
        (
            {"a": {"b": {"repository": APP.image}, "c": 1}, 2: {"image": OTHER.image}},
            {
                "a": {"b": {"tag": JOINED}},
                "2": {"image": f"{OTHER.image}:v2.0.0@{OTHER.digest}"},
            },
        ),
        ({"a": [{"repository": APP.image}]}, {}),
        ([{"repository": APP.image}], {}),
        (None, {}),
    ],
)
def test_images_are_pinned_where_the_chart_takes_them_from(document, expected):
    assert overlay.of(document, (OTHER, APP)) == expected


def test_the_digest_is_left_out_where_the_tag_may_not_carry_it():
    document = {"a": {"repository": APP.image}, "image": APP.image}
    expected = {"a": {"tag": "v1.0.0"}, "image": f"{APP.image}:v1.0.0"}
    assert overlay.of(document, (APP,), digests=False) == expected
    assert overlay.of({"b": {"a": document}}, (APP,), digests=False) == {"b": {"a": expected}}


def test_values_are_laid_over_others_mapping_by_mapping():
    below = {"a": {"b": 1, "c": {"d": 2}}, "e": {"f": 3}, "g": 4}
    overlay.lay(below, {"a": {"c": {"x": 5}, "b": 6}, "e": 7, "g": {"h": 8}, "i": 9})
    assert below == {"a": {"b": 6, "c": {"d": 2, "x": 5}}, "e": 7, "g": {"h": 8}, "i": 9}
