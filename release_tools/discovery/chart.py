"""Helm charts: those that a workflow packages or pushes, and the registry that they go to."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from release_tools.discovery import tags
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.readme import advertised
from release_tools.discovery.releasers import pressed
from release_tools.discovery.sides import beside, named_beside
from release_tools.discovery.values import UNKNOWN, known
from release_tools.errors import VersionError
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values
    from release_tools.discovery.workflows import Walk

_RELEASER = re.compile(
    r"chart-releaser|helm-gh-pages|helm-publish|helm-push|push-helm|helm-oci|publish-helm|chart-publish"
)


_VERSIONED = re.compile(r"(?:^|/)v?\d+\.\d+[\w.-]*(?:/|$)")
_CR = (["cr", "upload"], ["cr", "package"], ["cr", "index"])


class Chart:
    """One Chart.yaml."""

    def __init__(self, path: str, data: dict[str, Any]) -> None:
        self.path = path
        self.folder = posixpath.dirname(path)
        self.name = str(data.get("name") or "")
        self.version = data.get("version")
        self.app = data.get("appVersion")
        self.library = data.get("type") == "library"
        dependencies = data.get("dependencies")
        self.siblings = {
            posixpath.normpath(posixpath.join(self.folder, repository[7:]))
            for each in (dependencies if isinstance(dependencies, list) else ())
            if isinstance(each, dict)
            and isinstance(repository := each.get("repository"), str)
            and repository.startswith("file://")
        }

    @property
    def ships_another(self) -> bool:
        """Whether appVersion is a version, and not the chart's: that of another product."""
        try:
            return Version.parse(str(self.app)) != Version.parse(str(self.version))
        except VersionError:
            return False


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the charts that are released, and those left out with the reason."""
    charts = [
        Chart(path, data)
        for path in walk.files.named("Chart.yaml")
        if isinstance(data := walk.files.yaml(path), dict) and data.get("name")
    ]
    acts = [act for act in walk.acts.values() if act.releases and _is_chart_act(act)]
    acts = acts or [act for act in walk.by_hand() if _is_chart_act(act)]
    packed = {chart.path: _packing(chart, acts, walk.files) for chart in charts}
    found: list[Candidate] = []
    skipped: list[Skipped] = []
    for chart in charts:
        act = packed[chart.path]
        if act is None and acts and not any(packed.values()):
            act = acts[0]  # packaged from a copy, by a path that only exists in the run
        reason = _refusal(chart, act, acts, charts, walk)
        if reason:
            skipped.append(Skipped("chart", chart.name, chart.path, reason))
            continue
        starts = act.starts if act else ()
        registry = _registry(walk, [each for each in acts if not _of_another(each, chart, charts)])
        own = _own_registry(act, chart, walk.files) or registry
        own = own or advertised(walk.files, chart.folder, chart.name)
        because = (
            f"{act.workflow.rsplit('/', 1)[-1]} packages it" if act
            else "a chart of its own, though no workflow here packages it"
        )  # fmt: skip
        version = str(chart.version) if chart.version is not None else None
        packaged = act is not None and _stamped(chart, acts, walk.files)
        stamped = packaged or tags.placeholder(version)
        options: dict[str, Any] = {"source": "stamped"} if stamped else {}
        if chart.ships_another:
            options["app-version"] = False
        found.append(
            Candidate("chart", chart.name, chart.folder, because, starts, version, own, options)
        )
    common = Counter(each.registry for each in found if each.registry).most_common(1)
    if common:  # what nothing is said of goes where the others go
        found = [each if each.registry else replace(each, registry=common[0][0]) for each in found]
    return found, skipped


def _refusal(  # noqa: PLR0911 - one return for each reason
    chart: Chart, act: Act | None, acts: list[Act], charts: list[Chart], walk: Walk
) -> str:
    files, project = walk.files, walk.repository.lower().rpartition("/")[2]
    parts = {folder for each in charts if not beside(each.folder) for folder in each.siblings}
    exact = act is not None and (
        chart.folder in {act.folder, *_targets(act)} or _copied(act, chart, files)
    )
    if _inside_chart(chart, charts) and not exact:
        return "a part of the chart around it"
    if _is_former(chart, charts) and not (act and chart.folder in set(_targets(act))):
        return "a former version of another chart"
    if chart.folder in parts and (act is None or chart.library):
        return "a part of another chart"
    reason = beside(chart.folder) or named_beside(chart.name)
    if reason and not exact:
        return reason
    if act is not None:
        return ""
    if acts:
        return "not among what the workflows package"
    if chart.library:
        return "a library, and no workflow packages it"
    if not any(path.startswith(f"{chart.folder}/templates/") for path in files.paths):
        return "has no templates of its own"
    mains = {each.folder for each in charts if each.name.lower() == project}
    near = {posixpath.dirname(folder) for folder in mains}
    if mains and posixpath.dirname(chart.folder) not in near and not chart.name.startswith(project):
        return "far from the chart that bears the project's name, and no workflow packages it"
    return ""


def _copied(act: Act, chart: Chart, files: Files) -> bool:
    """Say whether an act packages a copy of the chart, from a folder that only a run has."""
    last = chart.folder.rpartition("/")[2]
    places = (each for each in _targets(act) if each.rpartition("/")[2] == last)
    return any(each not in files.folders() for each in places)


def _is_former(chart: Chart, charts: list[Chart]) -> bool:
    """Say whether a folder named by a version holds a former state of a chart elsewhere."""
    return bool(_VERSIONED.search(chart.folder)) and any(
        other.name == chart.name and not _VERSIONED.search(other.folder) for other in charts
    )


def _inside_chart(chart: Chart, charts: list[Chart]) -> bool:
    return any(
        chart.folder.startswith(f"{other.folder}/charts/") for other in charts if other.folder
    )


def _is_chart_act(act: Act) -> bool:
    if act.uses:
        return bool(_RELEASER.search(act.uses))
    argv = [act.program, *act.argv[1:]]
    if argv[0] == "helm":
        return bool({"package", "push", "cm-push", "s3"} & set(argv[1:8]))
    return argv[0] == "chartpress" or argv[:2] in _CR


def _packing(chart: Chart, acts: list[Act], files: Files) -> Act | None:
    """Return the act that packages this chart: one that names it, else one that takes all."""
    general = None
    for act in acts:
        if any(each.folder == chart.folder for each in pressed(act, files)):
            return act
        for target in _targets(act):
            if target == chart.folder or (
                any(c in target for c in "*?")
                and fnmatch.fnmatch(chart.folder, target.rstrip("/"))
                and chart.folder.count("/") == target.rstrip("/").count("/")
            ):
                return act
            if UNKNOWN in target:
                tail = target.rsplit(UNKNOWN, 1)[-1].strip("/")
                head = target.split(UNKNOWN, 1)[0].strip("/")
                if tail and (chart.folder == tail or chart.folder.endswith("/" + tail)):
                    return act
                if head and not tail and posixpath.dirname(chart.folder) == head:
                    general = general or act
        for folder in _charts_dirs(act):
            if posixpath.dirname(chart.folder) == folder.rstrip("/"):
                general = general or act
    return general


def _stamped(chart: Chart, acts: list[Act], files: Files) -> bool:
    """Say whether every packaging of the chart sets its version, whatever Chart.yaml says."""
    packing = [act for act in acts if "package" in act.argv[:8] and _packing(chart, [act], files)]
    return bool(packing) and all(
        any(value.split("=")[0] == "--version" for word in act.words for value in word)
        for act in packing
    )


def _targets(act: Act) -> Iterator[str]:
    if act.uses:
        for key in ("chart", "chart_path", "chart-path", "path", "charts", "chart-dir"):
            for value in act.inputs.get(key, ()):
                yield from (posixpath.normpath(each) for each in value.split())
        return
    if "package" not in act.argv[:8]:
        return
    for word in act.words[1:]:
        for value in word:
            for each in value.split():
                if not each.startswith("-"):
                    yield posixpath.normpath(posixpath.join(act.folder, each)).removeprefix("./")


def _charts_dirs(act: Act) -> Values:
    if "chart-releaser" in act.uses:
        return known(act.inputs.get("charts_dir", ())) or ("charts",)
    if "helm-gh-pages" in act.uses:
        return known(act.inputs.get("charts_dir", ())) or ("charts",)
    return ()


def _of_another(act: Act, chart: Chart, charts: list[Chart]) -> bool:
    """Say whether an act pushes the archive of one chart, and that is another one."""
    archives = [v.rsplit("/", 1)[-1] for word in act.words for v in word if v.endswith(".tgz")]
    for archive in archives:
        named = [each.name for each in charts if archive.startswith(f"{each.name}-")]
        if named and max(named, key=len) != chart.name:
            return True
    return False


def _own_registry(act: Act | None, chart: Chart, files: Files) -> str | None:
    if act is None:
        return None
    for each in pressed(act, files):
        if each.folder == chart.folder and each.published:
            return each.published
    for value in (v for word in act.words for v in word):
        if value.startswith("oci://") and UNKNOWN not in value:
            return value.rstrip("/")
    return None


def _registry(walk: Walk, acts: list[Act]) -> str | None:
    """Return where charts go: an ``oci://`` that is pushed to, else the repository's pages."""
    addresses = [
        value
        for act in acts
        for value in (
            *(v for word in act.words for v in word),
            *(v for vs in act.inputs.values() for v in vs),
        )
        if value.startswith("oci://") and "localhost" not in value and "127.0.0.1" not in value
    ]
    whole = [each.rstrip("/") for each in known(addresses)]
    if whole:
        return max(dict.fromkeys(whole), key=whole.count)
    for act in acts:
        for key in ("registry", "repository", "repository-url"):
            for value in known(act.inputs.get(key, ())):
                if "." in value.split("/")[0] and "helm" in act.uses + "helm":
                    return f"oci://{value}" if "://" not in value else value
    for act in acts:
        for key in ("charts_url", "charts_repo_url"):
            for value in known(act.inputs.get(key, ())):
                return value.rstrip("/")
    pages = any(
        re.search(r"chart-releaser|gh-pages", act.uses) or act.argv[:1] == ("cr",) for act in acts
    )
    if pages and walk.repository:
        owner, _, name = walk.repository.partition("/")
        inside = next((v for act in acts for v in known(act.inputs.get("target_dir", ()))), "")
        return f"https://{owner.lower()}.github.io/{name}/{inside}".rstrip("/.")
    return None
