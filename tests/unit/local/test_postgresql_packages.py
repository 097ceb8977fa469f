"""Which packages are fetched of what apt would install."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local import postgresql_packages
from local.postgresql_packages import ensure_packages, executables, parse_plan

SIMULATION = """\
Reading package lists...
Inst libc6 (2.41-12 Debian:13.1/stable [amd64])
Inst libllvm19 (1:19.1.7-3 Debian:13.1/stable [amd64])
Inst perl-base (5.40.1-6 Debian:13.1/stable [amd64])
Inst postgresql-17-timescaledb (2.19.3+dfsg-1 Debian:13.1/stable [amd64])
Conf libc6 (2.41-12 Debian:13.1/stable [amd64])
"""


def test_the_server_and_its_libraries_without_compiler_and_perl() -> None:
    assert parse_plan(SIMULATION) == [("libc6", "2.41-12"), ("postgresql-17-timescaledb", "2.19.3+dfsg-1")]


def test_a_failed_simulation_plans_nothing() -> None:
    assert parse_plan("E: Unable to locate package postgresql-17-timescaledb\n") == []


def test_two_instances_that_come_up_for_the_first_time_unpack_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[Path] = []

    def unpack(tree: Path, _package: str) -> None:
        unpacked.append(tree)
        executables(tree).mkdir(parents=True)

    monkeypatch.setattr(postgresql_packages, "_download_and_unpack", unpack)
    monkeypatch.setattr(postgresql_packages, "_use_private_loader", lambda *_: None)
    tree = tmp_path / "postgresql"
    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(ensure_packages, [tree] * 4))
    assert unpacked == [tree]
