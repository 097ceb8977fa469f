"""Which mirror a machine fetches Debian from, read from either notation of apt's configuration."""

from pathlib import Path

from local.apt_sources import debian_mirrors, parse_one_line_entries, parse_stanzas, read_sources

DEB822 = """\
# Written by the installer.
Types: deb deb-src
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEYCQjIxYJ
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: https://disabled.example/debian
Suites: trixie
Components: main
"""


def test_deb822_stanzas_give_the_archive_and_neither_its_security_nor_a_disabled_one() -> None:
    assert debian_mirrors(parse_stanzas(DEB822)) == ["https://mirror.example/debian"]


def test_one_line_entries_may_have_options_and_comments() -> None:
    text = """
        # deb https://commented.example/debian bookworm main
        deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://mirror.example/debian trixie main non-free # ours
        deb-src https://source.example/debian trixie main
        deb http://security.debian.org/debian-security trixie-security main
    """
    assert debian_mirrors(parse_one_line_entries(text)) == ["https://mirror.example/debian"]


def test_ubuntu_has_no_debian_mirror() -> None:
    text = "deb http://archive.ubuntu.com/ubuntu noble main universe"
    assert debian_mirrors(parse_one_line_entries(text)) == []


def test_a_vendor_whose_suite_is_called_stable_comes_after_debian() -> None:
    text = """
        deb https://apt.vendor.example stable main
        deb https://download.docker.example/linux/debian bookworm stable
        deb https://mirror.example/debian bookworm main
    """
    assert debian_mirrors(parse_one_line_entries(text)) == [
        "https://mirror.example/debian",
        "https://apt.vendor.example",
    ]


def test_installation_media_are_no_mirror() -> None:
    assert debian_mirrors(parse_one_line_entries("deb cdrom:[Debian 12]/ bookworm main")) == []


def test_every_file_of_the_configuration_is_read(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://one.example/debian bookworm main\n")
    (parts / "debian.sources").write_text(DEB822)
    (parts / "old.list.save").write_text("deb http://not-read.example/debian bookworm main\n")
    assert debian_mirrors(read_sources(tmp_path)) == ["http://one.example/debian", "https://mirror.example/debian"]


def test_a_machine_without_apt_has_no_sources(tmp_path: Path) -> None:
    assert read_sources(tmp_path) == []
