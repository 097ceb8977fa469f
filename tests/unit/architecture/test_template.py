"""What every part of the template must have."""

from pathlib import Path
from typing import Any

import pytest

from pulse.database.connection import ADDRESS_SECONDS
from tests.unit.architecture.templates import (
    NESTED,
    RESOURCES,
    TEMPLATE,
    function_behind,
    http_routes,
    of_type,
    parameters_of,
    statements_of,
)

ALARMS: dict[str, dict[str, Any]] = NESTED["alarms"]["Resources"]
IDENTITY: dict[str, dict[str, Any]] = NESTED["identity"]["Resources"]
FUNCTIONS = of_type("AWS::Serverless::Function")
WITHOUT_AUTHORIZER = {
    "GET /health": "tells nothing of anybody's data",
    "$default": "nothing is there: the frame says so, and without a caller it lets nobody in anywhere",
    "POST /provision/v1/activate": "a device's activation code is its proof; attempts are counted on the address",
    "POST /provision/v1/claim": "a factory's claim token is the proof; attempts are counted on the address",
    "GET /calendars/{proxy+}": "calendar programs send no token: the secret of the address stands for it",
    "ANY /hooks/{tenant_id}/{source_id}": "an inbound source has a secret of its own, which the function asks for",
    "ANY /hooks/{tenant_id}/{source_id}/v2/enqueue": "the same, for clients of PagerDuty's Events API",
    "ANY /ingest/v1/{proxy+}": "a device's token is no user's: the function itself asks for it before anything else",
}
BEHIND_THE_AUTHORIZER = {
    target.removeprefix("integrations/${").removesuffix("}")
    for route in http_routes()
    if RESOURCES[route]["Properties"]["AuthorizationType"] == "CUSTOM"
    for target in RESOURCES[route]["Properties"]["Target"].values()
}
# Actions that AWS does not limit to resources.
WITHOUT_RESOURCE = {"iot:CreateCertificateFromCsr", "iot:DescribeEndpoint", "cloudwatch:GetMetricData"}
QUEUES = of_type("AWS::SQS::Queue")


def test_every_folder_of_functions_is_deployed_and_the_other_way_round() -> None:
    handlers = {RESOURCES[name]["Properties"]["Handler"] for name in FUNCTIONS}
    assert handlers == {f"{path.parent.name}.app.handler" for path in Path("functions").glob("*/app.py")}


def test_no_resource_has_the_name_of_another() -> None:
    names = [name for template in (*NESTED.values(), TEMPLATE) for name in template["Resources"]]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_logs_to_the_group_with_a_retention(name: str) -> None:
    assert "LoggingConfig" not in RESOURCES[name]["Properties"]
    assert TEMPLATE["Globals"]["Function"]["LoggingConfig"]["LogGroup"]["!If"][2] == {"!Ref": "FunctionLog"}
    assert RESOURCES["FunctionLog"]["Properties"]["RetentionInDays"] == {"!Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_alarm_on_its_errors(name: str) -> None:
    alarm = ALARMS[f"{name.removesuffix('Function')}Errors"]["Properties"]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"!Ref": name}}]
    assert parameters_of("alarms")[name] == {"!Ref": name}


@pytest.mark.parametrize("name", [name for name, resource in ALARMS.items() if "Alarm" in resource["Type"]])
def test_every_alarm_tells_somebody_and_names_its_part_of_the_runbook(name: str) -> None:
    assert ALARMS[name]["Properties"]["AlarmActions"] == [{"!Ref": "AlarmTopic"}]
    assert "docs/runbook.md#" in ALARMS[name]["Properties"]["AlarmDescription"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_event_of_a_function_has_somewhere_to_fail_to(name: str) -> None:
    for event in RESOURCES[name]["Properties"].get("Events", {}).values():
        match event["Type"]:
            case "SQS":
                queue = event["Properties"]["Queue"]["!GetAtt"].removeprefix("Queues.Outputs.").removesuffix("Arn")
                assert "RedrivePolicy" in RESOURCES[queue]["Properties"]
            case "ScheduleV2":
                assert "DeadLetterConfig" in event["Properties"]
            case other:
                pytest.fail(f"{name}: say here where a failed {other} event goes")


@pytest.mark.parametrize("name", of_type("AWS::IoT::TopicRule"))
def test_every_topic_rule_has_an_error_action(name: str) -> None:
    assert "ErrorAction" in RESOURCES[name]["Properties"]["TopicRulePayload"]


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_is_encrypted_and_those_of_failures_have_an_alarm(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    assert properties["SqsManagedSseEnabled"] is True
    if "RedrivePolicy" not in properties:
        alarm = ALARMS[f"{name}NotEmpty"]["Properties"]
        assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"!Ref": f"{name}Name"}}]
        assert parameters_of("alarms")[f"{name}Name"] == {"!GetAtt": f"Queues.Outputs.{name}Name"}
        assert NESTED["queues"]["Outputs"][f"{name}Name"]["Value"] == {"!GetAtt": f"{name}.QueueName"}


def test_a_message_stays_invisible_for_six_times_what_its_function_may_take() -> None:
    timeout = TEMPLATE["Globals"]["Function"]["Timeout"]
    assert RESOURCES["TelemetryQueue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout


@pytest.mark.parametrize("name", http_routes())
def test_every_route_but_the_named_ones_asks_the_authorizer(name: str) -> None:
    route = RESOURCES[name]["Properties"]
    if route["RouteKey"] not in WITHOUT_AUTHORIZER:
        assert (route["AuthorizationType"], route["AuthorizerId"]) == ("CUSTOM", {"!Ref": "TokenAuthorizer"})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_may_do_everything(name: str) -> None:
    for statement in statements_of(name):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if action.endswith("*")]
        assert statement["Resource"] != "*" or set(actions) <= WITHOUT_RESOURCE


def test_whatever_stands_behind_the_authorizer_is_built_on_the_api_frame() -> None:
    """The authorizer lets a refused caller through with the refusal, for the frame to answer it (ADR 0007)."""
    for name in BEHIND_THE_AUTHORIZER:
        function = function_behind(name)
        folder = RESOURCES[function]["Properties"]["Handler"].split(".")[0]
        assert "from pulse.api.resolver import Api" in Path("functions", folder, "app.py").read_text()


def test_whatever_is_built_on_the_api_frame_may_use_the_table_of_short_lived_state() -> None:
    for name in BEHIND_THE_AUTHORIZER:
        function = function_behind(name)
        table = {"!GetAtt": "TransientTable.Arn"}
        statements = [statement for statement in statements_of(function) if statement["Resource"] == table]
        allowed = {action for statement in statements for action in statement["Action"]}
        wanted = {f"dynamodb:{verb}Item" for verb in ("Get", "Put", "Update", "Delete")}
        assert allowed >= wanted, f"{function} needs {sorted(wanted)} on the TransientTable"


def test_every_table_forgets_and_is_encrypted() -> None:
    for name in of_type("AWS::DynamoDB::Table"):
        properties = RESOURCES[name]["Properties"]
        assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        assert properties["SSESpecification"] == {"SSEEnabled": True}
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


@pytest.mark.parametrize("name", of_type("AWS::S3::Bucket"))
def test_every_bucket_is_encrypted_and_private(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert all(properties["PublicAccessBlockConfiguration"].values())


def test_files_of_exports_are_forgotten_begun_ones_too() -> None:
    [rule] = RESOURCES["ExportsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_a_file_is_made_by_nobody_else_before_its_function_has_ended() -> None:
    timeout = RESOURCES["MakeExportsFunction"]["Properties"]["Timeout"]
    assert RESOURCES["ExportQueue"]["Properties"]["VisibilityTimeout"] > timeout


def test_nobody_may_change_their_own_tenant() -> None:
    """What Cognito writes for an identity provider is writable to the application, and so has attributes of its own."""
    client = IDENTITY["UserPoolClient"]["Properties"]
    federated = ["name", "email", "custom:federated_tenant", "custom:federated_groups"]
    assert client["WriteAttributes"] == {"!If": ["HasFederation", federated, ["name"]]}
    assert client["AllowedOAuthScopes"] == ["openid", "email", "profile"]
    for flows in client["ExplicitAuthFlows"]["!If"][1:]:
        assert not {"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH"} & set(flows)


@pytest.mark.parametrize("name", ["OidcIdentityProvider", "SamlIdentityProvider"])
def test_an_identity_provider_writes_no_attribute_that_is_ours(name: str) -> None:
    mapping = IDENTITY[name]["Properties"]["AttributeMapping"]
    writable = IDENTITY["UserPoolClient"]["Properties"]["WriteAttributes"]["!If"][1]
    assert set(mapping) == {"email", "custom:federated_tenant", "custom:federated_groups"}
    assert set(mapping) <= set(writable)


def test_what_is_revoked_is_refused_within_a_minute() -> None:
    """The authorizer keeps nothing (pulse.identity.authentication), so this is all that its answer grows old."""
    authorizer = RESOURCES["TokenAuthorizer"]["Properties"]
    assert authorizer["AuthorizerResultTtlInSeconds"] < 60
    assert authorizer["IdentitySource"] == ["$request.header.Authorization", "$context.identity.sourceIp"]


def test_who_judges_callers_gives_up_before_it_is_ended() -> None:
    """API Gateway answers a bare 500 for an authorizer that is ended, and takes none that lasts longer."""
    properties = RESOURCES["AuthorizeRequestFunction"]["Properties"]
    variables = properties["Environment"]["Variables"]
    longest = max(int(variables[f"{kind}_TIMEOUT_MILLISECONDS"]) for kind in ("STATEMENT", "LOCK")) / 1000
    assert ADDRESS_SECONDS + longest < properties["Timeout"] <= 10
