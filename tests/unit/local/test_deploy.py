"""What `sam deploy` is given."""

from local.deploy import parameter_overrides


def test_parameters_are_in_order_and_quoted() -> None:
    assert parameter_overrides({"Stage": "local", "EmulatorUrl": "http://127.0.0.1:4566"}) == [
        'ParameterKey=EmulatorUrl,ParameterValue="http://127.0.0.1:4566"',
        'ParameterKey=Stage,ParameterValue="local"',
    ]


def test_a_password_with_quotes_and_spaces_stays_one_value() -> None:
    assert parameter_overrides({"DatabaseOwnerUrl": 'postgresql://u:a"b c\\d@h/n'}) == [
        'ParameterKey=DatabaseOwnerUrl,ParameterValue="postgresql://u:a\\"b c\\\\d@h/n"'
    ]
