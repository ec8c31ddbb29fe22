from __future__ import annotations

import hashlib

import pytest

from release_tools.errors import MalformedError
from tests.servers import artifacts as built

MANIFEST = '{"name": "app", "version": "0.3.0"}'


def test_a_package_of_the_real_npm_says_what_it_is(tmp_path, read):
    built.npm(tmp_path / "dist", tmp_path / "source", "@scope/app", "0.3.0-rc.1")
    package = tmp_path / "dist" / "scope-app-0.3.0-rc.1.tgz"
    (one,) = read(package)
    assert (one.kind, one.names, one.version) == ("npm", ("@scope/app",), "0.3.0-rc.1")
    assert one.digest == f"sha512:{hashlib.sha512(package.read_bytes()).hexdigest()}"


@pytest.mark.parametrize("folder", ["package", "app-main"])
def test_any_folder_at_the_top_will_do(make, read, folder):
    (one,) = read(make.packed({f"{folder}/package.json": MANIFEST}), "app-0.3.0.tgz")
    assert one.version == "0.3.0"


def test_what_is_in_it_tells_a_package_from_a_chart(make, read):
    chart = "name: app\nversion: 0.4.0\n"
    members = {"package/package.json": MANIFEST, "package/Chart.yaml": chart}
    assert [one.kind for one in read(make.packed(members), "app-0.3.0.tgz")] == ["npm"]
    members = {"app/package.json": MANIFEST, "app/Chart.yaml": chart}
    assert [one.kind for one in read(make.packed(members), "app-0.3.0.tgz")] == ["chart"]
    assert read(make.packed({"app/README": ""}), "app-0.3.0.tgz") == ()


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ('{"name": "app"}', "has no version"),
        ('{"name": "app", "version": 3}', "has no version"),
        ('{"name": "app", "version": "1.0.0", "version": "2.0.0"}', "a key stands twice"),
        ('["name"]', "is no JSON object"),
        ("[" * 100_000, "is no JSON"),
        ('{"a": ' + "9" * 5000 + "}", "is no JSON"),
        ('{"name": "a\\u001b[31m", "version": "1.0.0"}', "expected a text on one line"),
    ],
)
def test_a_manifest_that_does_not_say_it_once_is_refused(make, read, manifest, reason):
    with pytest.raises(MalformedError, match=reason):
        read(make.packed({"package/package.json": manifest}), "app-1.0.0.tgz")
