from __future__ import annotations

import tomllib

from release_tools import config
from release_tools.discovery import discover, write
from release_tools.discovery.proposal import Proposal, ProposedStream, ProposedSurface, Skipped

WORKFLOW = ".github/workflows/release.yml"
CRATE = '[package]\nname = "{}"\nversion = "1.1.0"\ndescription = "d"\nlicense = "MIT"\n'


def ids(tree, text):
    project = config.read(tree, "release-tools.toml", text)
    return sorted(surface.id for surface in project.surfaces)


def test_what_is_written_declares_exactly_what_was_proposed(tree_of, on_tag):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
        "py/pyproject.toml": '[build-system]\n[project]\nname = "rocket"\nversion = "1.1.0"\n',
        "charts/rocket/Chart.yaml": "apiVersion: v2\nname: rocket\nversion: 1.1.0\n",
        "charts/rocket/values.yaml": "image:\n  repository: ghcr.io/acme/app\n  tag: v1.1.0\n",
        WORKFLOW: on_tag(
            "- run: cargo publish --workspace\n"
            "- run: helm package charts/rocket\n"
            "- run: twine upload dist/*\n  working-directory: py\n"
            "- run: docker push ghcr.io/acme/app:$TAG\n"
            "- run: docker push ghcr.io/acme/web:$TAG\n"
            "- run: docker push docker.io/acme/app:$TAG\n"
        ),
    }
    files |= {f"crates/{name}/Cargo.toml": CRATE.format(name) for name in "abcd"}
    files["crates/x/Cargo.toml"] = '[package]\nname = "x"\nversion = "0.1.0"\n'
    tree = tree_of(files)
    text = write(discover(tree, ["v1.0.0", "v1.1.0"], repository="acme/rocket"))
    assert ids(tree, text) == [
        "chart:rocket", "crate:a", "crate:b", "crate:c", "crate:d",
        "image:acme/app", "image:app", "image:web", "pypi:rocket",
    ]  # fmt: skip
    crates = next(s for s in tomllib.loads(text)["surfaces"] if s["kind"] == "crate")
    assert crates["path"] == "crates/*"
    assert crates["exclude"] == ["crates/x"]


def test_a_workspace_root_brings_only_the_members_that_were_proposed(tree_of, on_tag):
    tree = tree_of(
        {
            "Cargo.toml": CRATE.format("rocket") + '[workspace]\nmembers = ["a", "tests/*"]\n',
            "a/Cargo.toml": CRATE.format("a"),
            "tests/x/Cargo.toml": CRATE.format("x"),
            WORKFLOW: on_tag("- run: cargo publish"),
        }
    )
    proposal = discover(tree, ["v1.0.0", "v1.1.0"])
    assert ids(tree, write(proposal)) == ["crate:rocket"] == [each.id for each in proposal.surfaces]


def test_every_surface_and_every_candidate_left_out_has_its_reason_in_a_comment():
    proposal = Proposal(
        "acme/rocket",
        (ProposedStream("rocket", "v{version}", "2 tags"),),
        (ProposedSurface("pypi", "rocket", "", "rocket", "release.yml uploads it"),),
        (Skipped("crate", "tool", "tool/Cargo.toml", "publish = false"),),
    )
    text = write(proposal)
    assert "# release.yml uploads it\n[[surfaces]]" in text
    assert "#   crate tool: publish = false" in text
    assert "# 2 tags\n[streams.rocket]" in text


def test_hostile_names_stay_inside_their_strings_and_comments():
    evil = 'x"\n[gate]\nwaive = []\u2028 \x1b[31m \\'
    proposal = Proposal(
        evil,
        (ProposedStream(evil, "v{version}", evil),),
        (ProposedSurface("image", evil, None, evil, evil, registry=evil),),
        (Skipped("crate", evil, evil, evil),),
    )
    data = tomllib.loads(write(proposal))
    assert set(data) == {"repository", "streams", "surfaces"}
    assert data["repository"] == evil
    assert data["surfaces"] == [
        {"kind": "image", "registry": evil, "names": [evil]},
    ]


def test_a_repository_that_releases_nothing_declares_nothing(tree_of):
    text = write(discover(tree_of({}), []))
    assert "surfaces" not in tomllib.loads(text)
    assert "Nothing that is released was found" in text


def images(*names):
    surfaces = tuple(
        ProposedSurface("image", name.rpartition("/")[2], None, "rocket", "x pushes it",
                        registry=name.rpartition("/")[0])
        for name in names
    )  # fmt: skip
    stream = ProposedStream("rocket", "v{version}", "2 tags")
    return write(Proposal("acme/rocket", (stream,), surfaces, ()))


def test_an_image_in_several_registries_gets_a_name_in_each_while_there_are_names(tree_of):
    text = images("docker.io/space/rocket", "ghcr.io/acme/rocket", "quay.io/acme/rocket")
    assert ids(tree_of({}), text) == ["image:acme/rocket", "image:rocket", "image:space/rocket"]
    assert "left out" not in text


def test_an_image_for_which_no_name_is_left_is_named_in_a_comment(tree_of):
    text = images("docker.io/acme/rocket", "ghcr.io/acme/rocket", "quay.io/acme/rocket")
    assert ids(tree_of({}), text) == ["image:acme/rocket", "image:rocket"]
    assert "# quay.io/acme/rocket is left out: another image has that name" in text
