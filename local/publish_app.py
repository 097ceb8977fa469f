"""Puts the built application where the distribution takes it from: `make publish`, and a step of `make up`.

Against a cloud account: `make publish STACK=pulse-prod`, with the account's credentials in the environment.
"""

import argparse
import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import boto3

from local.instance import REPOSITORY

BUILD_FOLDER: Final = REPOSITORY / "frontend" / "dist"

# A file under assets/ has a hash of its content in its name; another content is another file.
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_EACH_TIME: Final = "no-cache"
_PREFIX: Final = "app/"


def publish(storage: Any, outputs: Mapping[str, str]) -> int:
    """Upload the build; return the number of files.

    What an older build left stays, for pages that are still open. The page that names the new files comes last.
    """
    bucket = outputs["AppBucketName"]
    files = [file for file in BUILD_FOLDER.rglob("*") if file.is_file() and ".vite" not in file.parts]
    files.sort(key=lambda file: (file.name == "index.html", file))
    configuration = json.dumps(json.loads(outputs["AppConfiguration"])).encode()
    _put(storage, bucket, "config.json", configuration)
    for file in files:
        _put(storage, bucket, file.relative_to(BUILD_FOLDER).as_posix(), file.read_bytes())
    return len(files) + 1


def _put(storage: Any, bucket: str, name: str, content: bytes) -> None:
    storage.put_object(
        Bucket=bucket,
        Key=_PREFIX + name,
        Body=content,
        ContentType=_type_of(name),
        CacheControl=_FOREVER if name.startswith("assets/") else _ASK_EACH_TIME,
    )


def _type_of(name: str) -> str:
    kind = mimetypes.guess_type(Path(name).name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in ("application/json", "application/javascript")
    return f"{kind}; charset=utf-8" if is_text else kind


def main() -> None:
    """Publish to a stack of the account whose credentials are in the environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", required=True)
    stack_name = parser.parse_args().stack
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    count = publish(boto3.client("s3"), outputs)
    print(f"{count} files at {outputs['AppUrl']}")


if __name__ == "__main__":
    main()
