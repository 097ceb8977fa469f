"""The functions and layers as they are deployed: `sam build` of the present code, kept between runs."""

import os
import subprocess
from functools import cache
from pathlib import Path

from local.instance import PYTHON_FOLDER, REPOSITORY, SAM_COMMAND, SHARED_FOLDER

_FOLDER = SHARED_FOLDER / "bench"


@cache
def built() -> Path:
    """The folder with a folder for each function and layer. Raises CalledProcessError."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *(str(SAM_COMMAND), "build", "--cached", "--parallel"),
            *("--template-file", str(REPOSITORY / "template.yaml")),
            *("--build-dir", str(_FOLDER / "build"), "--cache-dir", str(_FOLDER / "build-cache")),
        ],
        cwd=_FOLDER,
        env={**os.environ, "PATH": f"{PYTHON_FOLDER}{os.pathsep}{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"},
        check=True,
        capture_output=True,
    )
    return _FOLDER / "build"
