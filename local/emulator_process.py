"""The emulator's process: MiniStack with what a machine that is not disposable needs besides.

Runs in the emulator's own environment, so it imports the standard library and ministack only. It adds:

- every listener on 127.0.0.1: MiniStack binds its MQTT listener to all interfaces whatever BIND_HOST says;
- devices without a client certificate are refused, as by AWS IoT: MiniStack lets them in, and lets them publish;
- state is saved while running: MiniStack saves at a clean shutdown only;
- old log events are dropped: MiniStack keeps every one in memory for ever;
- every run of a function is measured, as by AWS: MiniStack measures those alone that the Invoke API starts, and no run
  for a queue, a schedule or a gateway;
- a layer is unpacked once, for all workers: MiniStack unpacks it for each anew, which are a second of the processor and
  a hundred megabytes every time that a function starts cold.

State is saved every five seconds and at once on SIGUSR1, each service into its own file, which is replaced as a whole.
A service that takes long to save is saved less often, so that saving never takes more than a hundredth of the time.
After a `kill -9` this is lost: changes of the last five seconds (for functions' code, logs and metrics up to some
minutes), messages that were received and deleted since come back, sign-ins and MQTT sessions under way, and executions
of state machines that were waiting.
"""

import asyncio
import hashlib
import importlib
import io
import logging
import os
import signal
import ssl
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_SAVE_SECONDS = 5.0
_SAVE_SHARE = 100  # a save that took one second is repeated after a hundred
_LONGEST_COPY_ON_LOOP = 0.02
_KEPT_METRICS_SECONDS = 7200
_KEPT_LOG_EVENTS = 5_000  # of each log stream
_SAVED_MARK = "saved"  # its time of change says when everything was last saved on request

_log = logging.getLogger("state")


class StateSaver(threading.Thread):
    """Saves each service's state by and by, off the event loop."""

    def __init__(self, application: Any, persistence: Any) -> None:
        super().__init__(name="state-saver", daemon=True)
        self._application = application
        self._write = persistence.save_state
        self._mark = Path(persistence.STATE_DIR) / _SAVED_MARK
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._asked = False
        self._closed = False
        self._due: dict[str, float] = {}
        self._copy_seconds: dict[str, float] = {}

    def run(self) -> None:
        """Save what is due until the process ends."""
        while not self._closed:
            self._wake.wait(1.0)
            self._wake.clear()
            asked, self._asked = self._asked, False
            _drop_old_log_events()
            services = self._application._build_persistence_save_dict()
            for service, get_state in services.items():
                if asked or time.monotonic() >= self._due.get(service, 0.0):
                    self._save(service, get_state)
            if asked:
                self._mark.touch()

    def save_soon(self, *_: object) -> None:
        """Save everything now; the mark file's time changes when it is done."""
        self._asked = True
        self._wake.set()

    def close(self) -> None:
        """Save no more: the shutdown does it, and a late copy must not replace what it wrote."""
        with self._writing:
            self._closed = True

    def _save(self, service: str, get_state: Callable[[], Any]) -> None:
        started = time.monotonic()
        try:
            state = self._copy(service, get_state)
        except RuntimeError as error:  # a dictionary changed while it was copied: the next round will do
            _log.warning("%s was not saved this time: %s", service, error)
            return
        self._copy_seconds[service] = time.monotonic() - started
        if state is not None:
            with self._writing:
                if not self._closed:
                    self._write(service, state)
        taken = time.monotonic() - started
        self._due[service] = time.monotonic() + max(_SAVE_SECONDS, taken * _SAVE_SHARE)

    def _copy(self, service: str, get_state: Callable[[], Any]) -> Any:
        """A copy of a service's state: on the event loop, where nothing changes meanwhile, unless that takes long."""
        if self._copy_seconds.get(service, 0.0) > _LONGEST_COPY_ON_LOOP:
            return get_state()

        async def copy_on_loop() -> Any:
            return get_state()

        return asyncio.run_coroutine_threadsafe(copy_on_loop(), self._application._MAIN_LOOP).result(timeout=60)


def _bind_to_loopback() -> None:
    create_server = asyncio.BaseEventLoop.create_server

    async def create_loopback_server(
        loop: Any, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        if "sock" not in options and host in (None, "", "0.0.0.0", "::"):  # noqa: S104 - what is replaced
            host = "127.0.0.1"
        return await create_server(loop, protocol_factory, host, port, **options)

    asyncio.BaseEventLoop.create_server = create_loopback_server  # type: ignore[method-assign,assignment]


def _do_not_wait_for_connections() -> None:
    """A server's end waits for its connections' since Python 3.12, and functions keep theirs open for reuse."""

    async def wait_closed(_server: Any) -> None:
        return None

    server: Any = asyncio.Server
    server.wait_closed = wait_closed
    configuration: Any = importlib.import_module("hypercorn.config")
    configuration.Config.graceful_timeout = 0.5


def _require_client_certificates() -> None:
    iot: Any = importlib.import_module("ministack.services.iot")
    build_context = iot._mtls_build_ssl_context

    def build_strict_context() -> ssl.SSLContext:
        context: ssl.SSLContext = build_context()
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    iot._mtls_build_ssl_context = build_strict_context


def _measure_every_run() -> None:
    functions: Any = importlib.import_module("ministack.services.lambda_svc")
    metrics: Any = importlib.import_module("ministack.services.cloudwatch")
    note, run = functions._emit_lambda_metrics, functions._execute_function_dispatch

    def run_measured(function: Any, configuration: Any, event: Any, request_id: str, started: float) -> Any:
        result = run(function, configuration, event, request_id, started)
        failed = bool(result.get("error")) if isinstance(result, dict) else False
        note(configuration["FunctionName"], (time.time() - started) * 1000, failed, throttle=False)
        return result

    def note_throttled(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
        if throttle:
            note(name, duration_ms, error, throttle)

    functions._execute_function_dispatch = run_measured
    functions._emit_lambda_metrics = note_throttled
    # They are in memory, and now there are many.
    metrics.TWO_WEEKS_SECONDS = _KEPT_METRICS_SECONDS


class LayerFolders:
    """Layers on the disk, each once, by what is in them. Workers only read them, as on AWS, where /opt is read-only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unpacking = threading.Lock()

    def folder_of(self, archive: bytes) -> Path:
        """Where the layer lies unpacked, once it is whole."""
        folder = self._root / hashlib.sha256(archive).hexdigest()
        with self._unpacking:
            if not folder.exists():
                self._root.mkdir(exist_ok=True)
                unfinished = Path(tempfile.mkdtemp(dir=self._root))
                with zipfile.ZipFile(io.BytesIO(archive)) as layer:
                    layer.extractall(unfinished)
                unfinished.rename(folder)
        return folder


def _unpack_layers_once() -> None:
    """Workers are told of unpacked layers in the variable that MiniStack would tell them of its own with."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    functions: Any = importlib.import_module("ministack.services.lambda_svc")
    layers = LayerFolders(Path(tempfile.gettempdir()) / "layers")
    spawn = runtime.Worker._spawn

    def spawn_with_layers(worker: Any) -> None:
        configuration = worker.config
        archives = [functions._resolve_layer_zip(layer) for layer in configuration.get("Layers", [])]
        folders = os.pathsep.join(str(layers.folder_of(archive)) for archive in archives if archive)
        variables = {**configuration.get("Environment", {}).get("Variables", {}), "_LAMBDA_LAYERS_DIRS": folders}
        worker.config = {**configuration, "Layers": [], "Environment": {"Variables": variables}}
        try:
            spawn(worker)
        finally:
            worker.config = configuration

    runtime.Worker._spawn = spawn_with_layers


def _drop_old_log_events() -> None:
    logs: Any = importlib.import_module("ministack.services.cloudwatch_logs")
    for group in list(logs._log_groups._data.values()):
        for stream in list(group["streams"].values()):
            surplus = len(stream["events"]) - _KEPT_LOG_EVENTS
            if surplus < _KEPT_LOG_EVENTS:  # in large bites: each costs a moment of the lock
                continue
            with logs._log_events_lock:
                dropped = stream["events"][:surplus]
                del stream["events"][:surplus]
            pointers = {event.get("eventId") for event in dropped}
            records = logs._log_records._data
            for key in [key for key in list(records) if key[-1] in pointers]:
                records.pop(key, None)


def _save_while_running(application: Any, persistence: Any) -> None:
    """Start saving once the saved state is loaded; before that, an empty service would replace its own file."""
    saver = StateSaver(application, persistence)
    load_state, save_all = application._load_persisted_state, application.save_all

    def load_and_start() -> None:
        load_state()
        saver.start()

    def stop_and_save_all(services: Any) -> None:
        saver.close()
        save_all(services)
        # What would follow waits for threads that wait for functions. Their workers end when their input closes.
        os._exit(0)

    application._load_persisted_state = load_and_start
    application.save_all = stop_and_save_all
    signal.signal(signal.SIGUSR1, saver.save_soon)


def main() -> None:
    """Run the emulator until SIGTERM. Settings are MiniStack's own, from the environment."""
    os.umask(0o077)  # the state holds private keys and passwords
    _bind_to_loopback()
    _do_not_wait_for_connections()
    _require_client_certificates()
    _measure_every_run()
    _unpack_layers_once()
    application: Any = importlib.import_module("ministack.app")
    persistence: Any = importlib.import_module("ministack.core.persistence")
    # Otherwise each function's output is in this log too. As LOG_LEVEL it would be in the functions' environment.
    logging.getLogger().setLevel(logging.WARNING)
    _save_while_running(application, persistence)
    application.main()


if __name__ == "__main__":
    main()
