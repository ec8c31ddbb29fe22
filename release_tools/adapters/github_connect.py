"""Where and as whom GitHub is asked, taken from configuration and environment; how patiently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.adapters.github_terms import Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.adapters.github_api import Api


def connect(
    repository: str,
    environ: Mapping[str, str],
    registries: Mapping[str, Any] | None = None,
    terms: Terms | None = None,
) -> Api:
    """Return the API of ``owner/name``, with address and token from where users keep them.

    The address is ``github`` of ``[registries]`` (the configuration's table), else
    ``GITHUB_API_URL``, else github.com's; the token ``GH_TOKEN``, else ``GITHUB_TOKEN``, else
    none.  Nothing is asked yet.  Raises UsageError for what is no repository or no address.
    """
    from release_tools.adapters.github_api import Api

    known, terms = registries or {}, terms or Terms()
    url = known.get("github") or environ.get("GITHUB_API_URL", "")
    token = environ.get("GH_TOKEN") or environ.get("GITHUB_TOKEN") or None
    terms = terms._replace(
        plain_http=(*terms.plain_http, *known.get("plain-http", ())),
        private_hosts=(*terms.private_hosts, *known.get("private-hosts", ())),
    )
    return Api(repository, url, token, terms)
