"""What is wrong with a configuration is named with its place, all of it at once."""

import tomllib
from pathlib import Path

import pytest

from edge.gateway.__main__ import UNUSABLE, main
from edge.gateway.configuration import ConfigurationError, check_configuration, read_configuration

GOOD = """
[credential]
folder = "gateway-1"
[spool]
file = "spool.db"
[snmp]
communities = ["public"]
"""
USER = """
[[snmp.users]]
name = "switches"
"""
NO_NETWORK = "snmp.allowed_networks.0: must be an IP network, such as 192.0.2.0/24"
PROTOCOLS = "'none', 'MD5', 'SHA', 'SHA224', 'SHA256', 'SHA384' or 'SHA512'"
PASSWORDS = 'authentication_password = "authpassword"\nprivacy_password = "privpassword"\n'


def lines(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        check_configuration(tomllib.loads(text), folder=Path("/etc/pulse"))
    return str(refused.value).splitlines()


def test_paths_are_relative_to_the_file_and_the_rest_has_defaults(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(GOOD)
    found = read_configuration(file)
    assert (found.credential.folder, found.spool.file) == (tmp_path / "gateway-1", tmp_path / "spool.db")
    assert [(str(each.address), each.port) for each in found.listen] == [("0.0.0.0", 162)]  # noqa: S104 - the default is what is tested


def test_a_user_has_the_strong_protocols_unless_others_are_named() -> None:
    [user] = check_configuration(tomllib.loads(GOOD + USER + PASSWORDS), folder=Path()).snmp.users
    assert (user.authentication.value, user.privacy.value) == ("SHA256", "AES")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["credential: is required", "snmp: is required", "spool: is required"]),
        (f"{GOOD}colour = 1", ["snmp.colour: is not known here"]),
        (f"{GOOD}[logging]", ["logging: is not known here"]),
        (GOOD.replace('"public"', ""), ["snmp: name at least one community or one user: nobody could be heard"]),
        (GOOD.replace('"public"', '""'), ["snmp.communities.0: must have at least 1 characters"]),
        (f'{GOOD}allowed_networks = ["10.0.0.1/8"]', [NO_NETWORK]),
        (f'{GOOD}allowed_networks = ["office"]', [NO_NETWORK]),
        (f'{GOOD}[[listen]]\naddress = "lan"', ["listen.0.address: must be an IP address, such as 192.0.2.7"]),
        (f"{GOOD}[[listen]]\nport = 70000", ["listen.0.port: must be at most 65535"]),
        (GOOD + USER, ["snmp.users.0: authentication and authentication_password belong together"]),
        (
            f'{GOOD}{USER}{PASSWORDS}authentication = "SHA3"',
            [f"snmp.users.0.authentication: must be {PROTOCOLS}"],
        ),
        (
            f'{GOOD}{USER}{PASSWORDS}authentication = "none"',
            ["snmp.users.0: privacy needs authentication: choose one, or set privacy to none"],
        ),
        (f'{GOOD}{USER}{PASSWORDS}privacy = "none"', ["snmp.users.0: privacy and privacy_password belong together"]),
        (
            GOOD + USER + PASSWORDS.replace("authpassword", "short"),
            ["snmp.users.0.authentication_password: must have at least 8 characters"],
        ),
        (GOOD + (USER + PASSWORDS) * 2, ["snmp: users: each name stands once"]),
        (
            GOOD.replace('"spool.db"', '"spool.db"\nmax_events = 5'),
            ["spool.max_events: must be at least 100"],
        ),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_place(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_what_is_no_toml_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text("[credential\n")
    assert main(["check", str(file)]) == UNUSABLE
    assert "not TOML" in capsys.readouterr().err


def test_a_missing_bundle_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(GOOD)
    assert main(["check", str(file)]) == UNUSABLE
    assert "unpack the device's credential bundle there" in capsys.readouterr().err


def test_a_missing_bundle_is_named_beside_other_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(f"{GOOD}colour = 1")
    assert main(["check", str(file)]) == UNUSABLE
    told = capsys.readouterr().err
    assert "snmp.colour: is not known here" in told
    assert "unpack the device's credential bundle there" in told
