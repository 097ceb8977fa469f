"""The deployed test stack (`make test` brings it up), and a database for scenarios that move the clock.

Scenarios run in a database of their own on the same server: the deployed sweep, which lives in the present, would
otherwise answer for devices that a scenario has put in the past.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import boto3
import orjson
import psycopg
import pytest

from local import aws
from local.instance import STACK_NAME, Instance, chosen_instance
from pulse.database.migrations import apply_migrations, read_migrations
from pulse.database.sessions import close_connection
from pulse.devices.known_devices import forget_devices
from pulse.devices.registration import (
    DeviceRegistration,
    DeviceType,
    Site,
    register_device,
    save_device_type,
    save_site,
)
from pulse.limits.many_tenants import forget_rates
from pulse.settings import settings
from pulse.telemetry.rollup import forget_marks
from pulse.telemetry.store import forget_repeats
from tests.builders import ACTOR, Fleet
from tests.integration.bus_listener import BusListener
from tests.integration.onboarding import Newcomer
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy

MIGRATIONS = Path(__file__).parents[2] / "functions" / "migrate_database" / "migrations"
SCENARIO_DATABASE = f"pulse_scenarios_{os.getpid()}"  # two runs may share a server


def pytest_configure() -> None:
    """Of several processes, each has a stack to itself."""
    worker, instances = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get("PULSE_INSTANCES", "").split()
    if worker and instances:
        os.environ["PULSE_INSTANCE"] = instances[int(worker.removeprefix("gw"))]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Processes take file after file. Those that may take minutes come first, or one process ends with such a file
        # while the other has nothing left to do; then those with the most tests.
        weights: dict[Path, tuple[float, int]] = {}
        for item in items:
            longest, tests = weights.get(item.path, (0.0, 0))
            timeout = item.get_closest_marker("timeout")
            weights[item.path] = max(longest, timeout.args[0] if timeout else 0.0), tests + 1
        items.sort(key=lambda item: weights[item.path], reverse=True)


@pytest.fixture(scope="session")
def instance() -> Instance:
    """The test instance, which must be up."""
    instance = chosen_instance({**os.environ, "PULSE_INSTANCE": os.environ.get("PULSE_INSTANCE", "test")})
    if not instance.stack_file.exists():
        pytest.exit(f"{instance.stack_file} is missing: run `make test`, which brings the stack up", returncode=2)
    return instance


@pytest.fixture(scope="session")
def stack(instance: Instance) -> Iterator[Stack]:
    """The deployed stack; this process's AWS calls go to its emulator."""
    description = json.loads(instance.stack_file.read_text())
    before = dict(os.environ)
    os.environ.update(aws.environment(instance))
    os.environ["EVENT_BUS_NAME"] = description["stack_outputs"]["EventBusName"]
    os.environ["TRANSIENT_TABLE_NAME"] = description["stack_outputs"]["TransientTableName"]
    os.environ["TRANSIENT_TIMEOUT_MILLISECONDS"] = "3000"
    os.environ["NOTIFICATION_KEY_ARN"] = description["stack_outputs"]["NotificationKeyArn"]
    os.environ["DELIVERY_QUEUE_URL"] = description["stack_outputs"]["DeliveryQueueUrl"]
    os.environ["EXPORTS_BUCKET_NAME"] = description["stack_outputs"]["ExportsBucketName"]
    os.environ["EMAIL_SENDER"] = "alerts@pulse.example"
    _raise_limits(description["database_url"])
    os.environ["USER_POOL_ID"] = description["user_pool_id"]
    os.environ["STACK_NAME"] = STACK_NAME
    os.environ["WEBSOCKET_URL"] = description["ws_url"]
    stack = Stack(description)
    yield stack
    stack.close()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def service_url(stack: Stack) -> str:
    """How the deployed functions reach the database: the address that the migration wrote."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=stack.outputs["DatabaseServiceSecretArn"])
    return str(orjson.loads(secret["SecretString"])["url"])


@pytest.fixture
def deployed_database(service_url: str) -> Iterator[str]:
    """This process's sessions go to the deployed stack's database."""
    yield from sessions_to(service_url)


@pytest.fixture(scope="session")
def scenario_owner_url(stack: Stack) -> Iterator[str]:
    """The owner's address of a freshly migrated database."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {SCENARIO_DATABASE} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {SCENARIO_DATABASE}".encode())
    url = with_database(stack.database_url, SCENARIO_DATABASE)
    apply_migrations(url, read_migrations(MIGRATIONS))
    _raise_limits(url)
    yield url
    close_connection()
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {SCENARIO_DATABASE} WITH (FORCE)".encode())


@pytest.fixture
def scenario_database(scenario_owner_url: str, service_url: str) -> Iterator[str]:
    """This process's sessions go to the scenario database, as the services' login."""
    assert scenario_owner_url
    yield from sessions_to(with_database(service_url, SCENARIO_DATABASE))


@pytest.fixture
def fleet(scenario_database: str) -> Fleet:
    """A fresh tenant with a site and a device type, in the scenario database."""
    assert scenario_database
    return Fleet()


@pytest.fixture(scope="session")
def bus(stack: Stack) -> Iterator[BusListener]:
    """Everything that is published on the bus."""
    listener = BusListener(stack.outputs["EventBusName"])
    yield listener
    listener.close()


def _raise_limits(owner_url: str) -> None:
    """Tests ask more in a minute than people do; those of the limits give their own tenants lower ones."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("UPDATE limits SET default_rates = '100000:60' WHERE name LIKE 'api%'")


def with_database(url: str, name: str) -> str:
    """The same server and login, another database."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def sessions_to(url: str) -> Iterator[str]:
    """This process's sessions go to another address, until the fixture that yields from this ends."""
    close_connection()
    forget_devices()
    forget_rates()
    forget_repeats()
    forget_marks()
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DATABASE_SECRET_ARN", "unused: DATABASE_URL is given")
    settings.cache_clear()
    yield url
    close_connection()
    del os.environ["DATABASE_URL"]
    settings.cache_clear()


@pytest.fixture(scope="module")
def tenancy(stack: Stack, service_url: str) -> Tenancy:
    """A tenant with a site and a device type."""
    tenancy = Tenancy(stack)
    with contextmanager(sessions_to)(service_url):
        save_site(tenancy.tenant_id, Site(site_id="hall-a", name="Hall A"), actor=ACTOR)
        save_device_type(tenancy.tenant_id, DeviceType(device_type="freezer"), actor=ACTOR)
    return tenancy


@pytest.fixture
def newcomer(tenancy: Tenancy, service_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Newcomer:
    """A device that was just registered."""
    device_id = f"freezer-{abs(hash(request.node.name)) % 10**8}"
    with contextmanager(sessions_to)(service_url):
        device = DeviceRegistration(device_id=device_id, site_id="hall-a", device_type="freezer")
        register_device(tenancy.tenant_id, device, actor=ACTOR)
    return Newcomer(tenancy, device_id, tmp_path)
