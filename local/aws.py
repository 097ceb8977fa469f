"""Clients for the emulator's AWS services. Account and keys are the emulator's own, never a person's."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.instance import REGION, Instance

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_iot import IoTClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sqs import SQSClient

ACCESS_KEY = "test"  # the emulator's root account


def cloudformation(instance: Instance) -> "CloudFormationClient":
    """Stacks."""
    return _session().client("cloudformation", **_options(instance))


def cognito(instance: Instance) -> "CognitoIdentityProviderClient":
    """Users, groups, sign-in."""
    return _session().client("cognito-idp", **_options(instance))


def iot(instance: Instance) -> "IoTClient":
    """Things, certificates, policies."""
    return _session().client("iot", **_options(instance))


def functions(instance: Instance) -> "LambdaClient":
    """Functions; an invocation may take as long as the longest function."""
    return _session().client("lambda", **_options(instance, read_timeout=900))


def logs(instance: Instance) -> "CloudWatchLogsClient":
    """What functions log."""
    return _session().client("logs", **_options(instance))


def tables(instance: Instance) -> "DynamoDBClient":
    """Short-lived state."""
    return _session().client("dynamodb", **_options(instance))


def queues(instance: Instance) -> "SQSClient":
    """Queues and their depths."""
    return _session().client("sqs", **_options(instance))


def storage(instance: Instance) -> "S3Client":
    """Files."""
    return _session().client("s3", **_options(instance))


def mail(instance: Instance) -> "SESV2Client":
    """Who may send mail."""
    return _session().client("sesv2", **_options(instance))


def environment(instance: Instance) -> dict[str, str]:
    """What sends a program's AWS calls to the emulator."""
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": instance.emulator_url,
    }


@cache
def _session() -> boto3.Session:
    return boto3.Session(aws_access_key_id=ACCESS_KEY, aws_secret_access_key=ACCESS_KEY, region_name=REGION)


def _options(instance: Instance, *, read_timeout: int = 60) -> dict[str, Any]:
    config = Config(connect_timeout=5, read_timeout=read_timeout, retries={"total_max_attempts": 2})
    return {"endpoint_url": instance.emulator_url, "config": config}
