from __future__ import annotations

import base64

import pytest

from release_tools.adapters.clients import Configured, Key, npm
from release_tools.errors import UnreadableError


@pytest.fixture
def place(tmp_path):
    """Return a function that writes the user's file, the project's and npm's global one."""
    for name in ("home", "root", "prefix/etc"):
        (tmp_path / name).mkdir(parents=True)

    def write(user="", project="", everybody="", **environ):
        (tmp_path / "home/.npmrc").write_text(user)
        (tmp_path / "root/.npmrc").write_text(project)
        (tmp_path / "prefix/etc/npmrc").write_text(everybody)
        environ = {"npm_config_prefix": str(tmp_path / "prefix")} | environ
        return {"HOME": str(tmp_path / "home"), "PATH": ""} | environ, str(tmp_path / "root")

    return write


def test_without_a_configuration_there_is_no_registry(tmp_path):
    assert npm.registry({"HOME": str(tmp_path), "PATH": ""}, str(tmp_path)) is None


def test_the_strongest_counts_and_the_projects_is_not_the_users_own(place):
    everybody, user, project = (f"registry = https://{n}/\n" for n in ("all", "user", "project"))
    assert npm.registry(*place(everybody=everybody)) == Configured("https://all/", own=True)
    told = place(user, everybody=everybody)
    assert npm.registry(*told) == Configured("https://user/", own=True)
    told = place(user, project, everybody)
    assert npm.registry(*told) == Configured("https://project/", own=False)
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_Registry"):
        told = place(user, project, **{name: "https://env/"})
        assert npm.registry(*told) == Configured("https://env/", own=True)


def test_the_users_file_may_be_elsewhere(place, tmp_path):
    """As actions/setup-node has it."""
    (tmp_path / "other").write_text("registry=https://other/\n//other/:_authToken=${TOKEN}\n")
    environ, root = place(NPM_CONFIG_USERCONFIG=str(tmp_path / "other"), TOKEN="abc")
    assert npm.registry(environ, root) == Configured("https://other/", own=True)
    assert npm.keys(environ) == [Key("//other/", "Bearer abc")]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("# registry=https://no/\n;registry=https://no/\nregistry=https://yes/", "https://yes/"),
        ('registry = "https://quoted/"\r\n', "https://quoted/"),
        ("registry=https://${WHO}/\n", "https://me/"),
        ("registry=https://${NOBODY}/\n", "https://${NOBODY}/"),
        ("registry=https://a${NOBODY?}/\n", "https://a/"),
        ("\ufeffregistry=https://bom/\n", "https://bom/"),
    ],
)
def test_its_files_are_read_as_npm_reads_them(place, text, url):
    environ, root = place(text, WHO="me")
    assert npm.registry(environ, root) == Configured(url, own=True)


def test_the_project_may_not_put_the_environment_into_an_address(place):
    environ, root = place(project="registry=https://evil.example/${SECRET}/\n", SECRET="canary")
    assert npm.registry(environ, root) is None


def test_credentials_of_every_form_are_found_in_the_users_files_only(place):
    password = base64.b64encode(b"p:w").decode()
    user = (
        "//a/:_authToken=t\n//b:81/x/:_auth=YWJj\n"
        f"//c/:username=me\n//c/:_password={password}\n//d/:_password={password}\n"
        "//e/:username=me\n//e/:_password=!\n_authToken=old\n//f/:always-auth=true\n"
    )
    environ, _ = place(user, project="//evil/:_authToken=${SECRET}\n", SECRET="canary")
    assert npm.keys(environ) == [
        Key("//a/", "Bearer t"),
        Key("//b:81/x/", "Basic YWJj"),
        Key("//c/", "Basic " + base64.b64encode(b"me:p:w").decode()),
    ]


def test_a_file_that_cannot_be_read_is_named(place, tmp_path):
    told = place()
    (tmp_path / "home/.npmrc").write_bytes(b"\xff")
    with pytest.raises(UnreadableError, match="not UTF-8"):
        npm.registry(*told)
