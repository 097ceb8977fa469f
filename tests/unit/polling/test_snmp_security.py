"""One list of SNMPv3's protocols for all who speak it."""

import pytest
from pysnmp.entity import config

from pulse.polling.access import SnmpAccess
from pulse.snmp_security import AUTHENTICATION_IDS, PRIVACY_IDS, Authentication, Privacy

AUTHENTICATIONS = {
    Authentication.NONE: "USM_AUTH_NONE",
    Authentication.MD5: "USM_AUTH_HMAC96_MD5",
    Authentication.SHA: "USM_AUTH_HMAC96_SHA",
    Authentication.SHA224: "USM_AUTH_HMAC128_SHA224",
    Authentication.SHA256: "USM_AUTH_HMAC192_SHA256",
    Authentication.SHA384: "USM_AUTH_HMAC256_SHA384",
    Authentication.SHA512: "USM_AUTH_HMAC384_SHA512",
}
PRIVACIES = {
    Privacy.NONE: "USM_PRIV_NONE",
    Privacy.DES: "USM_PRIV_CBC56_DES",
    Privacy.AES: "USM_PRIV_CFB128_AES",
    Privacy.AES192: "USM_PRIV_CFB192_AES_BLUMENTHAL",
    Privacy.AES256: "USM_PRIV_CFB256_AES_BLUMENTHAL",
    Privacy.AES192C: "USM_PRIV_CFB192_AES",
    Privacy.AES256C: "USM_PRIV_CFB256_AES",
}


@pytest.mark.parametrize("protocol", Authentication)
def test_every_authentication_is_the_one_that_pysnmp_calls_so(protocol: Authentication) -> None:
    assert AUTHENTICATION_IDS[protocol] == getattr(config, AUTHENTICATIONS[protocol])


@pytest.mark.parametrize("protocol", Privacy)
def test_every_privacy_is_the_one_that_pysnmp_calls_so(protocol: Privacy) -> None:
    assert PRIVACY_IDS[protocol] == getattr(config, PRIVACIES[protocol])


def test_a_target_without_protocols_may_say_none_or_nothing() -> None:
    said = SnmpAccess.model_validate(
        {"version": "v3", "username": "pulse", "auth_protocol": "none", "priv_protocol": "none"}
    )
    assert said == SnmpAccess.model_validate({"version": "v3", "username": "pulse"})
    assert not said.encrypts
