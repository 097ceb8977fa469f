"""LocalStack is used when it is asked for, and refused with what it lacks."""

import pytest

from local.emulator_container import is_wanted, require_prerequisites
from local.errors import LocalError


def test_ministack_is_the_default() -> None:
    assert not is_wanted({})
    assert not is_wanted({"EMULATOR": "ministack", "LOCALSTACK_AUTH_TOKEN": "t"})
    assert is_wanted({"EMULATOR": "localstack"})


def test_an_unknown_emulator_is_refused() -> None:
    with pytest.raises(LocalError, match="EMULATOR is 'moto'"):
        is_wanted({"EMULATOR": "moto"})


def test_what_is_missing_is_named() -> None:
    with pytest.raises(LocalError, match="needs a Docker engine that answers and LOCALSTACK_AUTH_TOKEN"):
        require_prerequisites({}, docker=False)
    with pytest.raises(LocalError, match=r"needs LOCALSTACK_AUTH_TOKEN\."):
        require_prerequisites({}, docker=True)
    require_prerequisites({"LOCALSTACK_AUTH_TOKEN": "t"}, docker=True)
