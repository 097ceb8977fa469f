"""Which packages are fetched of what apt would install."""

from local.postgresql_packages import parse_plan

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
