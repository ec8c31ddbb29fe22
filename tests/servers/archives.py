"""Archives as bytes, from the names and contents of their members."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile


def zipped(members):
    """Make a zip archive of {name: bytes or text}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members, form=tarfile.PAX_FORMAT):
    """Make a tar archive of {name: bytes or text}; a name that ends in a slash is a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else content.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def packed(members, form=tarfile.PAX_FORMAT):
    """Make a gzipped tar archive; see ``tarred``."""
    return gzip.compress(tarred(members, form), mtime=0)
