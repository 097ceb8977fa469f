"""How long a function takes to be imported, which is most of a cold start.

Each time in a fresh interpreter that sees the unpacked layers, the function's code, and what AWS's runtime brings
along (boto3), and writes nothing down. The time is that of the import statement, the interpreter's own start apart.
The shortest of several tells of the code, and processor time as well; the others tell what else the machine had to do.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from local.instance import EMULATOR_PYTHON
from pulse.settings import Settings
from tests.bench.build import built
from tests.bench.figure import Figure

_TARGET_MILLISECONDS = 600.0
_TIMES = 9
# Those with the most behind them.
_AREAS = ("/customer/devices", "/customer/alerts")
_BROUGHT_BY_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py")
_MEASURE = """
import time
wall, processor = time.perf_counter(), time.process_time()
import {function}.app
{also}
print((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000)
"""


def measure() -> Iterator[Figure]:
    """The API's function first, also with what its first request waits for; then every other one."""
    functions = sorted(path.parent.name for path in Path("functions").glob("*/app.py"))
    functions.sort(key=lambda function: function != "customer_api")
    with tempfile.TemporaryDirectory() as folder:
        runtime = _runtime(Path(folder, "runtime"))
        for function in functions:
            yield from _figures(f"import of {function}", _import_times(function, built(), runtime))
            if function == "customer_api":
                for area in _AREAS:
                    times = _import_times(function, built(), runtime, also=f"customer_api.app.api.load('{area}')")
                    yield from _figures(f"import of {function} and of what {area} needs", times)
                bare = shutil.copytree(built(), Path(folder, "bare"), ignore=shutil.ignore_patterns("__pycache__"))
                times = _import_times(function, bare, runtime)
                yield from _figures(f"import of {function}, layers without byte code", times)


def _figures(name: str, times: list[tuple[float, float]]) -> Iterator[Figure]:
    against = "target of 600 ms"
    yield Figure(f"{name}, best of {_TIMES}", min(wall for wall, _ in times), "ms", _TARGET_MILLISECONDS, against)
    processor = median(processor for _, processor in times)
    yield Figure(f"{name}, processor time", processor, "ms", _TARGET_MILLISECONDS, against)


def _runtime(folder: Path) -> Path:
    """Links to the packages of AWS's runtime, and to nothing else."""
    [site_packages] = EMULATOR_PYTHON.parents[1].glob("lib/python*/site-packages")
    folder.mkdir()
    for name in _BROUGHT_BY_THE_RUNTIME:
        (folder / name).symlink_to(site_packages / name)
    return folder


def _import_times(function: str, build: Path, runtime: Path, *, also: str = "") -> list[tuple[float, float]]:
    """Milliseconds of each import, by the clock and of the processor, without a first one that warms up the disk."""
    code = build / f"{function.title().replace('_', '')}Function"
    path = [build / "PulseLayer" / "python", build / "DependenciesLayer" / "python", code, runtime]
    command = [sys.executable, "-S", "-c", _MEASURE.format(function=function, also=also)]
    required = [name.upper() for name, field in Settings.model_fields.items() if field.default is None]
    variables = {
        **dict.fromkeys(required, "https://unused.example"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    times = []
    for _ in range(_TIMES + 1):
        run = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True)
        wall, processor = run.stdout.split()
        times.append((float(wall), float(processor)))
    return times[1:]
