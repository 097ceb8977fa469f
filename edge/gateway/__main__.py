"""`pulse-gateway run|check FILE`: hand on what is heard in this network, or look at a configuration."""

import argparse
import asyncio
import logging
import stat
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

from edge.gateway import VERSION
from edge.gateway.configuration import Configuration, ConfigurationError, named_folder, read_configuration
from edge.gateway.credential import Identity, read_identity

UNUSABLE = 2
"""How it ends when it can't start: nobody should start it again before something was changed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped: 0. What can't be used is named on stderr: 2."""
    parser = argparse.ArgumentParser(prog="pulse-gateway", description=__doc__)
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("command", choices=["run", "check"])
    parser.add_argument("file", type=Path, help="the configuration, as TOML")
    options = parser.parse_args(arguments)
    try:
        configuration, identity = _read(options.file)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    for file in (options.file, identity.private_key_file):
        if file.stat().st_mode & stat.S_IROTH:
            print(f"{file}: everybody on this machine can read it, and it has secrets", file=sys.stderr)
    if options.command == "check":
        print(f"{options.file} is good: {identity.client_id} at {identity.host}, port {identity.port}")
        return 0
    return _run(configuration, identity)


def _read(file: Path) -> tuple[Configuration, Identity]:
    """The configuration and the bundle that it names. Raises ConfigurationError, which tells of both at once."""
    try:
        configuration = read_configuration(file)
    except ConfigurationError as error:
        folder = named_folder(file)
        if folder is not None:
            try:
                read_identity(folder)
            except ConfigurationError as other:
                message = f"{error}\n{other}"
                raise ConfigurationError(message) from error
        raise
    return configuration, read_identity(configuration.credential.folder)


def _run(configuration: Configuration, identity: Identity) -> int:
    # pysnmp takes a third of a second to import, and what it says of its own old names is nobody's business.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="pysnmp")
    from edge.gateway.listener import ListenError
    from edge.gateway.program import run
    from edge.gateway.spool import SpoolError

    _log_to_standard_error()
    try:
        asyncio.run(run(configuration, identity))
    except (ListenError, SpoolError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    return 0


def _log_to_standard_error() -> None:
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for library in ("asyncssh", "httpx", "httpcore"):  # they name every poll, and addresses may have secrets in them
        logging.getLogger(library).setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
