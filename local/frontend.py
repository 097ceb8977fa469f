"""Builds the application and puts it into the local cloud, when it changed."""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from local import aws, publish_app
from local.digest import digest_of
from local.errors import LocalError
from local.instance import REPOSITORY, SHARED_FOLDER, Instance
from local.processes import own_environment

_FOLDER = REPOSITORY / "frontend"
_BUILT_FROM = ("src", "public", "scripts", "index.html", "vite.config.ts", "tsconfig.json", "package-lock.json")
# What the build was made from, and what an instance serves. The default instance has both in the same folder.
_BUILT = "frontend.built"
_PUBLISHED = "frontend.published"
_LOG_LINES_SHOWN = 25


def serve(instance: Instance, outputs: dict[str, str]) -> str:
    """Have the distribution serve the application as the repository has it; say what was done."""
    digest = digest_of([*(_FOLDER / name for name in _BUILT_FROM), REPOSITORY / "docs" / "openapi.json"])
    built = SHARED_FOLDER / _BUILT
    with _alone():
        if not publish_app.BUILD_FOLDER.is_dir() or not built.exists() or built.read_text() != digest:
            built.unlink(missing_ok=True)
            _build(instance)
            built.write_text(digest)
    published = instance.folder / _PUBLISHED
    wanted = digest_of([], digest, outputs["AppBucketName"], outputs["AppConfiguration"])
    if published.exists() and published.read_text() == wanted:
        return "unchanged"
    count = publish_app.publish(aws.storage(instance), outputs)
    published.write_text(wanted)
    return f"{count} files served"


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time: instances that come up side by side share its folder."""
    with (SHARED_FOLDER / "frontend.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(instance: Instance) -> None:
    log_file = instance.logs_folder / "frontend.log"
    with log_file.open("w") as log:
        command = ["npm", "run", "--silent", "build"]
        environment = own_environment()
        ended = subprocess.run(command, cwd=_FOLDER, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if ended.returncode != 0:
        lines = log_file.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
        message = "\n".join(["The application can't be built:", *lines])
        raise LocalError(message)
